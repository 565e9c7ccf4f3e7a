"""The domain `kw`: roles for every kind of keyword, for files and for folders, and what other projects can link to.

The environment keeps only which names each author's document refers to; what they mean is looked up in the index.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain, islice
from typing import Any, NamedTuple, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.domains import Domain, ObjType
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment
from sphinx.errors import NoUri
from sphinx.locale import _
from sphinx.roles import XRefRole

from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.ext.messages import candidates_text, closest, warn
from sphinx_kwindex.ext.session import DOMAIN, Session, find_session
from sphinx_kwindex.ext.written_names import CONTEXT, find_names, noted_context, noted_role, noted_target, pack_names
from sphinx_kwindex.model import CLASSES, TYPES, Flag, Kind, split_name
from sphinx_kwindex.pages.addresses import anchor
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.catalogue import directive_of
from sphinx_kwindex.pages.directives import Query
from sphinx_kwindex.pages.lookup import ANY_KIND, SHORT_ROLES, Lookup, match_paths, similar_keywords
from sphinx_kwindex.pages.records import PageKind
from sphinx_kwindex.spelling import visible_line

_ATTRIBUTES = frozenset({Kind.ATTRIBUTE, Kind.PROPERTY})
_TELLING = TYPES | {Kind.FUNCTION, Kind.MODULE, Kind.TYPE_ALIAS}
"""Kinds that one name without a dot may mean: that of a method or attribute may be anything."""

ROLES: Mapping[str, frozenset[Kind]] = {
    "obj": frozenset(ANY_KIND),
    "module": frozenset({Kind.MODULE}),
    "class": CLASSES,
    "exception": CLASSES,
    "struct": frozenset({Kind.STRUCT}),
    "union": frozenset({Kind.UNION}),
    "enum": frozenset({Kind.ENUM}),
    "interface": frozenset({Kind.INTERFACE}),
    "trait": frozenset({Kind.TRAIT}),
    "namespace": frozenset({Kind.NAMESPACE}),
    "macro": frozenset({Kind.MACRO}),
    "function": frozenset({Kind.FUNCTION}),
    "method": frozenset({Kind.METHOD}),
    "property": frozenset({Kind.PROPERTY}),
    "attribute": _ATTRIBUTES,
    "data": frozenset({Kind.DATA}),
    "type": frozenset({Kind.TYPE_ALIAS, Kind.TYPE_VARIABLE}),
    "section": frozenset({Kind.SECTION}),
}
"""Which kinds of keyword a role may mean."""

PATH_ROLES = {"file": PageKind.FILE, "folder": PageKind.FOLDER}

_OBJECT_TYPES = {Kind.TYPE_VARIABLE: "type"}
"""Kinds whose object type has another name than theirs."""

_TYPE_NAMES = {kind.value: _OBJECT_TYPES.get(kind, kind.value) for kind in ANY_KIND}

_BY_IMPORTANCE = sorted(ANY_KIND, key=lambda kind: (kind in {Kind.ATTRIBUTE, Kind.DATA}, list(Kind).index(kind)))
"""Kinds in the order in which their definitions are published, should there be too many."""

_Object = tuple[str, str, str, str, str, int]
"""What a domain tells Sphinx of an object: name, name to show, type, document, anchor, priority in the search."""


class Reference(NamedTuple):
    """A reference as an author wrote it: kept in the environment, resolved again when the index changed."""

    role: str
    target: str
    context: str


class Listing(NamedTuple):
    """What a directive asks for, as an author wrote it, with its line; or what a description of an object does."""

    query: Query
    line: int = 0


class Resolved(NamedTuple):
    """What a reference means."""

    link: Link
    role: str
    others: tuple[str, ...] = ()
    """Further candidates, if it is ambiguous."""


class KwRole(XRefRole):
    """A reference to a keyword, file or folder; `~` shows the last part only."""

    def process_link(
        self, env: BuildEnvironment, refnode: nodes.Element, has_explicit_title: bool, title: str, target: str
    ) -> tuple[str, str]:
        """Note the scope in which the reference stands, and shorten its text if asked to; `f()` means `f`."""
        module, scope = env.ref_context.get("py:module"), env.ref_context.get("py:class")
        refnode[CONTEXT] = ".".join(part for part in (module, scope) if part)
        if not has_explicit_title and title.startswith("~"):
            is_path = refnode["reftype"] in PATH_ROLES
            title = title[1:].rstrip("/").rpartition("/")[2] if is_path else split_name(title[1:])[2]
        target = target.lstrip("~")
        return title, target if refnode["reftype"] in PATH_ROLES else target.removesuffix("()")


def _object_types() -> dict[str, ObjType]:
    types = {}
    short = {long: name for name, long in SHORT_ROLES.items()}
    for name in ROLES:
        if name == "obj":
            continue
        # A role may mean several types: `class` an exception, `attribute` a property.
        roles = [name, *(other for other, kinds in ROLES.items() if Kind(name) in kinds and other not in {name, "obj"})]
        names = [form for role in roles for form in (role, short.get(role)) if form]
        types[name] = ObjType(_(name), *names, "obj")
    return types | {name: ObjType(_(name), name) for name in PATH_ROLES}


class KwDomain(Domain):
    """Keywords, files and folders of the indexed tree."""

    name = DOMAIN
    label = "Keyword index"
    object_types = _object_types()
    # Not annotated: whether Sphinx declares these for the class or for the instance depends on its version.
    roles = {name: KwRole(warn_dangling=True) for name in (*ROLES, *SHORT_ROLES, *PATH_ROLES)}  # noqa: RUF012
    initial_data = {"references": {}, "listings": {}, "names": {}}  # noqa: RUF012
    data_version = 7

    session: Session | None = None
    """Set in every build, never stored."""

    @classmethod
    def of(cls, env: BuildEnvironment) -> KwDomain:
        """Return the domain of a build."""
        return cast("KwDomain", env.get_domain(DOMAIN))

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self._warned: set[tuple[str, str, str]] = set()
        self._objects: tuple[tuple[int, int], list[_Object]] = ((0, 0), [])

    @property
    def references(self) -> dict[str, tuple[Reference, ...]]:
        """By document: what authors refer to."""
        return cast("dict[str, tuple[Reference, ...]]", self.data["references"])

    @property
    def listings(self) -> dict[str, tuple[Listing, ...]]:
        """By document: what directives show there, and what is under descriptions of objects."""
        return cast("dict[str, tuple[Listing, ...]]", self.data["listings"])

    @property
    def names(self) -> dict[str, bytes]:
        """By document: what it writes that may name something (`ext/written_names.py` reads it)."""
        return cast("dict[str, bytes]", self.data["names"])

    def note_listing(self, docname: str, listing: Listing) -> None:
        """Remember that a document holds a listing."""
        self.listings[docname] = (*self.listings.get(docname, ()), listing)

    def clear_doc(self, docname: str) -> None:
        """Forget a document."""
        for table in self._tables():
            table.pop(docname, None)

    def _tables(self) -> tuple[dict[str, Any], ...]:
        return self.references, self.listings, self.names

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process read."""
        for table in ("references", "listings", "names"):
            self.data[table].update((name, otherdata[table][name]) for name in docnames if name in otherdata[table])

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Remember what an author's document refers to, and what else it names."""
        if self.session is not None and docname in self.session.pages:
            return
        fallback = self.session is not None and self.session.options.py_fallback
        found = {
            Reference(noted_role(node), noted_target(node), noted_context(node))
            for node in document.findall(addnodes.pending_xref)
            if _may_be_ours(node, fallback=fallback)
        }
        if found:
            self.references[docname] = tuple(sorted(found))
        names = find_names(document, docname, str(env.srcdir), getattr(env.config, "doctest_global_setup", ""))
        if names is not None:
            self.names[docname] = pack_names(names)

    def resolve_xref(  # noqa: PLR0917 - as Sphinx calls it
        self,
        env: BuildEnvironment,  # noqa: ARG002
        fromdocname: str,
        builder: Builder,  # noqa: ARG002
        typ: str,
        target: str,
        node: addnodes.pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """Return a link to what a role names; None if the index does not have it."""
        if self.session is None:
            return None
        resolved = resolve(self.session, Reference(typ, target, noted_context(node)))
        if resolved is None:
            return None
        if resolved.others:
            text = f"{DOMAIN}:{typ} {target!r} is ambiguous; linked to {resolved.link.title}{candidates_text(resolved.others)}"
            self._warn_once(WarningKind.AMBIGUOUS, fromdocname, node, text)
        return make_reference(self.session, fromdocname, resolved.link, contnode)

    def resolve_any_xref(  # noqa: PLR0917 - as Sphinx calls it
        self,
        env: BuildEnvironment,  # noqa: ARG002
        fromdocname: str,  # noqa: ARG002
        builder: Builder,  # noqa: ARG002
        target: str,  # noqa: ARG002
        node: addnodes.pending_xref,  # noqa: ARG002
        contnode: nodes.Element,  # noqa: ARG002
    ) -> list[tuple[str, Any]]:
        """Return nothing: what no domain knows, and no other project, comes to us at the end (`_on_missing`)."""
        return []

    def get_objects(self) -> Iterable[_Object]:
        """Return what other projects can link to, sorted; none of it shows in Sphinx's own search."""
        # Asked for twice in every build, by the inventory and by the search index, which sort it.
        key = (id(self.session), len(self.env.all_docs))
        if self._objects[0] != key:
            self._objects = key, sorted(map(_shown, self._find_objects()))
        return self._objects[1]

    def _find_objects(self) -> Iterator[_Object]:
        if self.session is None:
            return
        known = self.env.all_docs
        for kind in PATH_ROLES.values():
            for path, docname in self.session.subjects(kind).items():
                if path and docname in known:
                    yield path, path, kind.value, docname, "", -1
        for found in _published(self.session):
            if found[3] in known:
                yield found

    def get_full_qualified_name(self, node: nodes.Element) -> str | None:
        """Return the name in the scope where the reference stands, for lookups in other projects."""
        context, target = noted_context(node), node.get("reftarget")
        return f"{context}.{target}" if context and target else target

    def warn_missing(self, node: addnodes.pending_xref) -> None:
        """Warn once per document that a role names nothing, with what may have been meant."""
        typ, target = node["reftype"], node["reftarget"]
        names = () if self.session is None else _similar(self.session, typ, target)
        text = f"{DOMAIN}:{typ} {target!r} is not in the index{candidates_text(names)}"
        self._warn_once(WarningKind.REFERENCE, node["refdoc"], node, text)

    def _warn_once(self, kind: WarningKind, fromdocname: str, node: nodes.Element, text: str) -> None:
        key = (fromdocname, node["reftype"], node["reftarget"])
        if key not in self._warned:
            self._warned.add(key)
            warn(kind, text, location=node)


def _shown(item: _Object) -> _Object:
    """Return an object with names that can be seen: one with the end of a line in it would break an inventory."""
    name, shown, *rest = item
    return (visible_line(name), visible_line(shown), *rest)  # type: ignore[return-value]  # mypy forgets the types of the rest


def register(app: Sphinx) -> None:
    """Register the domain and what it does about references that nobody else can resolve."""
    app.add_domain(KwDomain)
    # Of all answers the first counts: after intersphinx (500), before Sphinx resolves Python's builtins (900).
    app.connect("missing-reference", _on_missing, priority=600)
    app.connect("warn-missing-reference", _on_warn_missing)


def resolve(session: Session, reference: Reference, *, tails: bool = True) -> Resolved | None:
    """Return what a reference means: the same for the writer and for who watches whether a document is outdated."""
    role = SHORT_ROLES.get(reference.role, reference.role)
    if role in PATH_ROLES:
        return _resolve_path(session, role, reference.target)
    if role not in ROLES:
        return None
    found = session.overview.finder.find(
        reference.target,
        kinds=ROLES[role],
        context=reference.context,
        tails=tails,
    )
    return _resolved(session, found)


def resolve_keyword(session: Session, what: str, context: str) -> Resolved | None:
    """Return the keyword that a directive asks for."""
    return _resolved(session, session.overview.finder.find(what, context=context))


def described_names(env: BuildEnvironment) -> Mapping[str, list[str]]:
    """Return the objects of Python that this documentation describes, by the last part of their names."""
    found: dict[str, list[str]] = {}
    for name in cast("PythonDomain", env.get_domain("py")).objects:
        found.setdefault(name.rpartition(".")[2], []).append(name)
    return found


def is_known_elsewhere(env: BuildEnvironment, docname: str, builder: Builder, reference: Reference) -> bool:
    """Return whether an `any` reference means something that is not an object of Python: a label, a document, a term."""
    contnode = nodes.literal()
    node = addnodes.pending_xref(
        "", contnode, refdoc=docname, reftype="any", reftarget=reference.target, refexplicit=False
    )
    args = (docname, builder, reference.target, node, contnode)
    try:
        document = env.get_domain("std").resolve_xref(env, docname, builder, "doc", *args[2:])
    except NoUri:
        document = None
    return document is not None or _is_known(env, {DOMAIN, "py"}, *args)


def resolve_noted(session: Session, reference: Reference) -> Resolved | None:
    """Return what a noted reference of any domain would mean to us."""
    if reference.role.startswith("py:"):
        return _resolve_py(session, reference)
    if reference.role == "any":
        return _resolve_any(session, reference.target, reference.context)
    return resolve(session, reference)


def _is_known(env: BuildEnvironment, without: Collection[str], *args: Any) -> bool:
    """Return whether a domain other than some knows what `any` refers to."""
    for domain in env.domains.values():
        if domain.name not in without:
            try:
                if domain.resolve_any_xref(env, *args):
                    return True
            except (NotImplementedError, NoUri):
                continue
    return False


class Fault(NamedTuple):
    """What is wrong with what a directive asks for."""

    kind: WarningKind
    text: str


def find_fault(session: Session, query: Query) -> Fault | None:
    """Return what is wrong with what a directive asks for; None if the index has it, and has it once."""
    directive, what = directive_of(query), query.what
    found = directive.find(session.sources, query)
    if not found:
        similar = [*_similar(session, "obj", what)] if directive.is_of_keywords else []
        similar = similar or _similar_paths(session, what)
        return Fault(WarningKind.REFERENCE, f"{directive.name}: {what!r} is not in the index{candidates_text(similar)}")
    if len(found) > 1:
        text = f"{directive.name}: {what!r} is ambiguous; shown for {found[0]}{candidates_text(found[1:])}"
        return Fault(WarningKind.AMBIGUOUS, text)
    return None


def _similar_paths(session: Session, what: str) -> list[str]:
    return closest(what, [*session.subjects(PageKind.FILE), *session.subjects(PageKind.FOLDER)])


def _resolve_path(session: Session, role: str, target: str) -> Resolved | None:
    pages = session.subjects(PATH_ROLES[role])
    found = match_paths(target, pages)
    if not found:
        return None
    return Resolved(Link(pages[found[0]], "", "", found[0]), role, found if len(found) > 1 else ())


def _resolve_any(session: Session, target: str, context: str) -> Resolved | None:
    """Return what `any` means: a path, a name in full, or the end of one that can mean one thing only."""
    for role, kind in PATH_ROLES.items():
        if target in session.subjects(kind):
            return _resolve_path(session, role, target)
    target = target.removesuffix("()")
    found = session.overview.finder.find(target, context=context, tails=False)
    if found.best is None:
        found = session.overview.finder.find(target, context=context)
        # With `default_role = "any"` whatever is in backquotes comes here: `name`, `x`, `init`.
        if found.is_ambiguous or (found.best and "." not in target and found.best.kind not in _TELLING):
            return None
    return _resolved(session, found)


def _resolve_py(session: Session, reference: Reference) -> Resolved | None:
    role = SHORT_ROLES.get(reference.role.removeprefix("py:"), reference.role.removeprefix("py:"))
    kinds = ROLES.get(role, frozenset(ANY_KIND))
    # Ends of ids are left out: `py:obj` references to `str` or `name` are not meant for whatever is called so here.
    is_anywhere = reference.target.startswith(".")
    found = session.overview.finder.find(reference.target, kinds=kinds, context=reference.context, tails=is_anywhere)
    return None if is_anywhere and found.is_ambiguous else _resolved(session, found)


def _resolved(session: Session, found: Lookup) -> Resolved | None:
    if found.best is None:
        return None
    others = tuple(keyword.id for keyword in found.keywords) if found.is_ambiguous else ()
    return Resolved(session.addresses.link(found.best, title=found.best.id), _object_type(found.best.kind), others)


def _object_type(kind: Kind) -> str:
    return _OBJECT_TYPES.get(kind, kind.value)


def make_reference(session: Session, fromdocname: str, link: Link, contnode: nodes.Element) -> nodes.reference:
    """Return a link around a node; raise `NoUri` where the output does not have the page."""
    uri = session.links(fromdocname).uri(link)
    if uri is None:
        # The page is not in this output: Sphinx then shows the text alone, without a warning.
        raise NoUri
    reference = nodes.reference("", "", internal=True, refuri=uri, reftitle=link.title)
    reference += contnode
    return reference


def _may_be_ours(node: nodes.Element, *, fallback: bool) -> bool:
    domain = node.get("refdomain", "")
    return domain == DOMAIN or (not domain and node["reftype"] == "any") or (fallback and domain == "py")


def _similar(session: Session, typ: str, target: str) -> Iterable[str]:
    if typ in PATH_ROLES:
        paths = session.subjects(PATH_ROLES[typ])
        by_name = {path.rpartition("/")[2]: path for path in paths}
        return [by_name[name] for name in closest(target.rstrip("/").rpartition("/")[2], by_name)]
    found = [keyword.id for keyword in similar_keywords(session.reader, target)]
    if found:
        return sorted(found)
    name = target.rpartition(".")[2]
    near = {keyword.name: keyword.id for _, keyword in session.reader.names(prefix=name[:3])} if len(name) > 2 else {}
    return [near[item] for item in closest(name, near)]


def _published(session: Session) -> Iterator[_Object]:
    """Return the definitions that `objects.inv` gets: the most telling kinds first, as far as the limit allows."""
    options, addresses = session.options, session.addresses
    if options.publish == "pages":
        return
    is_all = options.publish == "all"
    hidden = 0 if is_all else int(Flag.PRIVATE | Flag.LOCAL | Flag.SPECIAL | Flag.TEST)
    rows: dict[str, list[tuple[str, str, str, str, int]]] = {kind.value: [] for kind in _BY_IMPORTANCE}
    for row in session.reader.published(hidden):
        if addresses.is_file(row[3]) and (is_all or not addresses.is_test(row[3])):
            rows[row[2]].append(row)
    first: dict[tuple[str, str], tuple[str, str, int]] = {}
    for identity, qualname, kind, path, position in chain.from_iterable(rows.values()):
        first.setdefault((_TYPE_NAMES[kind], identity), (qualname, path, position))
    for (name, identity), (qualname, path, position) in islice(first.items(), options.publish_limit):
        yield identity, identity, name, addresses.keyword(path, position), anchor(qualname), -1


def _on_warn_missing(app: Sphinx, domain: Domain | None, node: addnodes.pending_xref) -> bool | None:
    """Say in our own words what is missing."""
    if not isinstance(domain, KwDomain):
        return None
    # Sphinx itself looks at what is to be ignored only if it is nitpicky.
    if not _is_ignored(app.config, f"{DOMAIN}:{node['reftype']}", node["reftarget"]):
        domain.warn_missing(node)
    return True


def _on_missing(
    app: Sphinx,  # noqa: ARG001
    env: BuildEnvironment,
    node: addnodes.pending_xref,
    contnode: nodes.Element,
) -> nodes.Element | None:
    """Link what nobody else knows: `any`, and Python references if `kwindex_py_fallback` says so."""
    session = find_session(env)
    if session is None or node.get("refdomain") == DOMAIN:
        return None
    if not _may_be_ours(node, fallback=session.options.py_fallback):
        return None
    resolved = resolve_noted(session, Reference(noted_role(node), noted_target(node), noted_context(node)))
    if resolved is None:
        return None
    if not node.get("refdomain"):
        # As Sphinx does with what domains find.
        contnode["classes"] += ["any", DOMAIN, f"{DOMAIN}-{resolved.role}"]
    try:
        return make_reference(session, node["refdoc"], resolved.link, contnode)
    except NoUri:
        # Let through, it would outdo the answers of others.
        return None


def _is_ignored(config: Config, role: str, target: str) -> bool:
    if (role, target) in config.nitpick_ignore:
        return True
    return any(
        re.fullmatch(role_pattern, role) and re.fullmatch(target_pattern, target)
        for role_pattern, target_pattern in config.nitpick_ignore_regex
    )
