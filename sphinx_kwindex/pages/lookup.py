"""What a name in prose refers to: the rules by which roles and directives find keywords, files and folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.model import Flag, Kind, Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sphinx_kwindex.model import Keyword
    from sphinx_kwindex.store import Reader

ANY_KIND = frozenset(Kind) - {Kind.IMPORT}

_MOST_ALIASES = 8
"""Re-exports of re-exports that are followed; more is a cycle."""


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


def find_keyword(
    reader: Reader,
    target: str,
    *,
    kinds: Collection[Kind] = ANY_KIND,
    context: str = "",
    tails: bool = True,
) -> Lookup:
    """Return the keyword that a dotted name means.

    Tried in turn: the full id; the name in the scope where it is written (`context`, a dotted id), then in the scopes
    around that; the path by which it is re-exported; and, with `tails`, the end of an id.
    """
    target = target.strip().lstrip(".")
    if not target:
        return Lookup()
    for identity in _scoped(target, context):
        found = _by_id(reader, identity, kinds) or _by_alias(reader, identity, kinds)
        if found:
            return Lookup(_one_file(found))
    return Lookup(_nearest(_by_tail(reader, target, kinds), context)) if tails else Lookup()


def similar_keywords(reader: Reader, target: str) -> Iterator[Keyword]:
    """Return keywords that may have been meant: of any kind, with that name whatever its case."""
    name = target.strip().rpartition(".")[2]
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
    yield target
    while context:
        yield f"{context}.{target}"
        context = context.rpartition(".")[0]


def _by_id(reader: Reader, identity: str, kinds: Collection[Kind]) -> list[Keyword]:
    return [keyword for keyword in reader.keywords(id=identity) if keyword.kind in kinds]


def _by_alias(reader: Reader, identity: str, kinds: Collection[Kind], depth: int = 0) -> list[Keyword]:
    """Follow the longest front part of a dotted name that an import binds."""
    if depth == _MOST_ALIASES:
        return []
    front, rest = identity, ""
    while front:
        for target in _import_targets(reader, front):
            name = target + rest
            found = _by_id(reader, name, kinds) or (_by_alias(reader, name, kinds, depth + 1) if rest else [])
            if found:
                return found
        front, _, last = front.rpartition(".")
        rest = f".{last}{rest}"
    return []


def _import_targets(reader: Reader, identity: str) -> Iterator[str]:
    for keyword in reader.keywords(id=identity, kind=Kind.IMPORT):
        linked, facts = reader.linked(keyword.path), reader.facts(keyword.path)
        if linked is None or facts is None:
            continue
        place = keyword.position - len(facts.definitions)
        if 0 <= place < len(linked.imports) and linked.imports[place].outcome is Outcome.EXACT:
            yield from linked.imports[place].ids


def _by_tail(reader: Reader, target: str, kinds: Collection[Kind]) -> list[Keyword]:
    name = target.rpartition(".")[2]
    found = [
        keyword
        for keyword in reader.keywords(name=name)
        if keyword.kind in kinds and (keyword.id == target or keyword.id.endswith(f".{target}"))
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
