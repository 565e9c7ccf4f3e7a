"""What a name in prose refers to: the rules by which roles and directives find keywords, files and folders."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.model import TEST_ROLES, TYPES, Flag, Kind, Outcome, split_name
from sphinx_kwindex.stdlib import is_standard

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sphinx_kwindex.link.names import MayHave, Names
    from sphinx_kwindex.model import Keyword
    from sphinx_kwindex.store import Reader

ANY_KIND = frozenset(Kind) - {Kind.IMPORT}

_LOADED = TYPES | {Kind.FUNCTION, Kind.DATA, Kind.TYPE_ALIAS}
_HIDDEN = int(Flag.PRIVATE | Flag.TEST)


SHORT_ROLES = {
    "mod": "module",
    "exc": "exception",
    "func": "function",
    "meth": "method",
    "attr": "attribute",
    "prop": "property",
}
"""Names as the `py` domain has them."""


class Lookup(NamedTuple):
    """What a name refers to; no keyword: nothing in the index."""

    keywords: tuple[Keyword, ...] = ()
    """Best first. Several: the name is ambiguous."""

    @property
    def best(self) -> Keyword | None:
        """The keyword to link to."""
        return self.keywords[0] if self.keywords else None

    @property
    def is_ambiguous(self) -> bool:
        """Whether the name could as well mean another keyword."""
        return len(self.keywords) > 1


class Finder:
    """Finds keywords by the names that prose has for them, through whatever imports offer them under that name."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def find(
        self,
        target: str,
        *,
        kinds: Collection[Kind] = ANY_KIND,
        context: str = "",
        tails: bool = True,
    ) -> Lookup:
        """Return the keyword that a dotted name means.

        Tried in turn: the full id, or what the name stands for by imports, wildcards and inheritance; the same in the
        scope where the name is written (`context`, a dotted id), then in the scopes around that; and, with `tails`, the
        end of an id.
        """
        target = target.strip().lstrip(".")
        if not target:
            return Lookup()
        for identity in _scoped(target, context):
            found = self._by_id_or_meaning(identity, kinds)
            if found and not _hides_standard(target, context, found[0]):
                return Lookup(_one_file(found))
        return Lookup(_nearest(_by_tail(self._reader, target, kinds), context)) if tails else Lookup()

    def find_described(self, name: str) -> Keyword | None:
        """Return the keyword that other documentation describes under a dotted name.

        Authors leave out modules: what a package does not offer under a name is the one thing below it that has the name.
        """
        best = self.find(name, tails=False).best
        if best is not None or name.partition(".")[0] not in self._names.index:
            return best
        package, first, rest = self._split(name)
        offered = f"{package}.{first}"
        settled = self._names.settle(offered)
        # Packages without an `__init__` may have it from another project, but need not.
        if settled.outcome is Outcome.EXTERNAL and (settled.ids != (offered,) or self.is_made_up(offered)):
            return None
        return next(iter(_one_file(_by_id(self._reader, self._only_below(package, first, rest), ANY_KIND))), None)

    def branches(self, name: str) -> tuple[Keyword, ...]:
        """Return the definitions between which branches of an `if` choose for a dotted name, by the platform say; else at most one."""
        found = (_one_file(_by_id(self._reader, home, ANY_KIND)) for home in self._homes(name))
        return tuple(keywords[0] for keywords in found if keywords)

    def find_target(self, target: str) -> Keyword | None:
        """Return the keyword that a symbolic target certainly names (`pkg.Graph().add_node`)."""
        if target.replace(".", "").isidentifier():
            return self.find(target, tails=False).best
        if target.partition(".")[0] not in self._names.index:
            return None
        settled = self._names.settle(target)
        found = _by_id(self._reader, settled.ids[0], ANY_KIND) if settled.outcome is Outcome.EXACT else []
        return next(iter(_one_file(found)), None) if len(settled.ids) == 1 else None

    def missing(self, target: str, may_have: MayHave) -> tuple[str, str] | None:
        """Return the module or class on which a symbolic target looks up a name that it certainly lacks, and the name.

        `may_have` returns whether a class of another package may have a member.
        """
        return self._names.missing(target, may_have)

    def is_made_up(self, target: str) -> bool:
        """Return whether a name is one that a module has, if any, by its `__getattr__`."""
        return self._names.is_made_up(target)

    def members(self, owner: str) -> set[str]:
        """Return the names that can be looked up on a module or class."""
        return self._names.members(owner)

    def classes_of(self, class_id: str) -> tuple[str, ...]:
        """Return the method resolution order of a class of the project."""
        return self._names.line_of(class_id)

    def is_module(self, name: str) -> bool:
        """Return whether the project has a module, or a package, with a dotted name."""
        return name in self._names.index

    @cached_property
    def _names(self) -> Names:
        from sphinx_kwindex.link.modules import ModuleIndex  # not needed where no name has to be looked up so far
        from sphinx_kwindex.link.names import Names

        states = self._reader.link_states().values()
        return Names(ModuleIndex(states, self._reader.import_roots()), self._reader.facts)

    def _by_id_or_meaning(self, identity: str, kinds: Collection[Kind]) -> list[Keyword]:
        found = _by_id(self._reader, identity, kinds)
        if any(not (keyword.path.endswith(".pyi") or keyword.kind is Kind.MODULE) for keyword in found):
            return found
        # A stub says about a re-exported name that it stands there; the source knows where it comes from. A package
        # may have taken a function from its module of the same name: `pkg.task` is no longer the module then.
        return self._by_meaning(identity, kinds) or found

    def _by_meaning(self, identity: str, kinds: Collection[Kind]) -> list[Keyword]:
        """Follow a dotted name as Python does: from a module to what it binds, from a class to what it inherits."""
        for home in self._homes(identity):
            found = _by_id(self._reader, home, kinds)
            if found:
                return found
        return []

    def _homes(self, identity: str) -> tuple[str, ...]:
        top = identity.partition(".")[0]
        if "." not in identity or top not in self._names.index:
            return ()
        settled = self._names.settle(identity)
        if settled.outcome is Outcome.EXACT:
            return settled.ids
        found = self._lazily(identity) if settled.outcome is Outcome.EXTERNAL else ()
        return found or self._in_stubs(identity)

    def _in_stubs(self, identity: str) -> tuple[str, ...]:
        """Return what a name stands for by the imports of stubs alone: sources import it from what is compiled, or has no stub of its own."""
        module, name, rest = self._split(identity)
        seen: set[str] = set()
        target = f"{module}.{name}"
        while target not in seen and module:
            seen.add(target)
            target = self._import_in_stub(module, name)
            if any(keyword.kind is not Kind.IMPORT for keyword in self._reader.keywords(id=target) if target):
                return (f"{target}.{rest}" if rest else target,)
            module, _, name = target.rpartition(".")
        return ()

    def _import_in_stub(self, module: str, name: str) -> str:
        stubs = [path for path in self._names.index.paths(module) if path.endswith(".pyi")]
        facts = self._reader.facts(stubs[0]) if stubs else None
        imports = facts.imports if facts is not None else ()
        return next((item.target for item in imports if item.name == name and not item.scope), "")

    def _lazily(self, identity: str) -> tuple[str, ...]:
        """Return what the `__getattr__` of a package may load: a name of its `__all__`, if one thing below it has that."""
        module, name, rest = self._split(identity)
        found = self._only_below(module, name, rest) if self._may_load(module, name) else ""
        return (found,) if found else ()

    def _split(self, identity: str) -> tuple[str, str, str]:
        """Return the longest module that a dotted name starts with, the name that follows, and the rest."""
        module = identity
        while module not in self._names.index:
            module = module.rpartition(".")[0]
        name, _, rest = identity[len(module) + 1 :].partition(".")
        return module, name, rest

    def _only_below(self, package: str, name: str, rest: str) -> str:
        """Return the id of the one public thing below a package that has a name, or of a member of it; else nothing."""
        found = {keyword.id for keyword in self._reader.keywords(name=name) if self._is_loaded(keyword, package)}
        if len(found) != 1:
            return ""
        home = found.pop()
        if not rest:
            return home
        settled = self._names.settle(f"{home}.{rest}")
        return settled.ids[0] if settled.outcome is Outcome.EXACT else ""

    def _may_load(self, module: str, name: str) -> bool:
        """Return whether a module offers a name that no statement of it binds."""
        table = self._names.modules.table(module)
        if table is None or table.exports is None or table.stars or table.is_imported(name):
            return False
        return name in table.exports.names or not table.exports.complete

    def _is_loaded(self, keyword: Keyword, package: str) -> bool:
        if keyword.qualname != keyword.name or keyword.kind not in _LOADED or keyword.flags & _HIDDEN:
            return False
        row = self._reader.file(keyword.path) if keyword.id.startswith(f"{package}.") else None
        return row is not None and row.role not in TEST_ROLES


def similar_keywords(reader: Reader, target: str) -> Iterator[Keyword]:
    """Return keywords that may have been meant: of any kind, with that name whatever its case."""
    name = split_name(target.strip())[2]
    for keyword in reader.keywords(folded=name) if name else ():
        if keyword.kind is not Kind.IMPORT:
            yield keyword


def match_paths(target: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths that a path, or the end of one, means; the exact one alone if there is one."""
    wanted = target.strip().strip("/").removeprefix("./")
    known = sorted(paths)
    if wanted in known:
        return (wanted,)
    return tuple(path for path in known if path.endswith(f"/{wanted}")) if wanted else ()


def _scoped(target: str, context: str) -> Iterator[str]:
    """Yield the ids to try. From the scopes around `pkg.functools`, `functools.wraps` is one of the standard library."""
    yield target
    is_outside = "." in target and is_standard(target)
    while context:
        yield f"{context}.{target}"
        context = "" if is_outside else context.rpartition(".")[0]


def _hides_standard(target: str, context: str, found: Keyword) -> bool:
    """Return whether a scope further out has a module that is called as one of the standard library: it is not meant there."""
    is_outside = found.kind is Kind.MODULE and found.id not in {target, f"{context}.{target}"}
    return is_outside and "." not in target and is_standard(target)


def _by_id(reader: Reader, identity: str, kinds: Collection[Kind]) -> list[Keyword]:
    return [keyword for keyword in reader.keywords(id=identity) if keyword.kind in kinds]


def _by_tail(reader: Reader, target: str, kinds: Collection[Kind]) -> list[Keyword]:
    name = split_name(target)[2]
    found = [
        keyword
        for keyword in reader.keywords(name=name)
        if keyword.kind in kinds and (keyword.id == target or keyword.id.endswith((f".{target}", f"::{target}")))
    ]
    # What is defined in a function can be meant only by more of its id, if there is anything else.
    return [keyword for keyword in found if not keyword.flags & Flag.LOCAL] or found


def _nearest(found: list[Keyword], context: str) -> tuple[Keyword, ...]:
    """Return those in the scope nearest to the context, which is one unless the name is ambiguous."""
    if not found:
        return ()
    near = {keyword: _shared_depth(keyword.id, context) for keyword in found}
    most = max(near.values())
    nearest = [keyword for keyword in found if near[keyword] == most] if most else found
    return _one_file(nearest)


def _one_file(found: list[Keyword]) -> tuple[Keyword, ...]:
    """Order by preference; a keyword of a stub is the same thing as that of its source."""
    ordered = sorted(found, key=_preference)
    seen: set[str] = set()
    return tuple(item for item in ordered if not (item.id in seen or seen.add(item.id)))  # type: ignore[func-returns-value]


def _preference(keyword: Keyword) -> tuple[bool, bool, bool, int, str, str]:
    is_test, is_private = bool(keyword.flags & Flag.TEST), bool(keyword.flags & Flag.PRIVATE)
    return is_test, is_private, keyword.path.endswith(".pyi"), keyword.id.count("."), keyword.id, keyword.path


def _shared_depth(identity: str, context: str) -> int:
    depth = 0
    for one, other in zip(identity.split("."), context.split("."), strict=False):
        if one != other:
            break
        depth += 1
    return depth
