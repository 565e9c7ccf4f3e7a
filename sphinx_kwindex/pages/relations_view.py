"""Relations of a file's keywords: base classes, overrides, re-exports, stubs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import MOST_INHERITED, Inherited, Kind, Relation, RelationKind
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import InheritedMembers, RelationList, RelationRole, Row

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.subjects import Sources
    from sphinx_kwindex.store import Home

_PYTHON = (".py", ".pyi", ".pyw")
MAX_LINKS = 30
"""Keywords in one list."""
OF_STUBS = frozenset({RelationRole.STUB, RelationRole.STUB_OF})
"""Relations of a stub and its source."""

_FROM_SOURCE = {
    RelationKind.BASE: RelationRole.BASES,
    RelationKind.OVERRIDE: RelationRole.OVERRIDES,
    RelationKind.STUB: RelationRole.STUB_OF,
    RelationKind.DECLARATION: RelationRole.DECLARED,
}
"""What a relation says about its source. A re-export says nothing there: the source is an import, which shows its target."""
_FROM_TARGET = {
    RelationKind.BASE: RelationRole.SUBCLASSES,
    RelationKind.OVERRIDE: RelationRole.OVERRIDDEN,
    RelationKind.REEXPORT: RelationRole.EXPORTED,
    RelationKind.STUB: RelationRole.STUB,
    RelationKind.DECLARATION: RelationRole.DEFINED,
    RelationKind.BOUND: RelationRole.IMPLEMENTED,
    RelationKind.IMPLEMENTED: RelationRole.SEEN,
}
"""What a relation says about its target. That a property is set on subclasses stands among its uses."""


def gather_relations(
    sources: Sources,
    outgoing: Iterable[Relation],
    incoming: Iterable[Relation],
    offering: Collection[str] | None = None,
) -> dict[str, tuple[RelationList, ...]]:
    """Return the lists of relations of each keyword, by id, bases first.

    `outgoing` are the relations of the file's own keywords, in their order; `incoming` those of any file to them.
    `offering` are the modules by whose paths keywords are available (None: all): what tests offer, they offer to nobody.
    """
    own = list(outgoing)
    # A stub and its source have one id, so that what goes out comes in as well.
    as_stub = {row for row in own if row.kind is RelationKind.STUB}
    offered = (
        row
        for row in incoming
        if row not in as_stub and (row.kind is not RelationKind.REEXPORT or _is_offered(row.source, offering))
    )
    said = [(row.source, _FROM_SOURCE.get(row.kind), row.target) for row in own]
    said += [
        (row.target, _FROM_TARGET.get(row.kind), row.source) for row in sorted(offered, key=lambda row: row.source)
    ]
    rows = grouped((identity, (role, other)) for identity, role, other in said if role is not None)
    lists = {identity: grouped(dict.fromkeys(found)) for identity, found in rows.items()}
    linked = {identity for rows in lists.values() for ids in rows.values() for identity in ids[:MAX_LINKS]}
    links = link_keywords(sources, linked)
    return {
        identity: tuple(
            _relation_list(role, rows[role], _link_beside(sources, role, rows[role]) or links)
            for role in RelationRole
            if role in rows
        )
        for identity, rows in lists.items()
    }


def _link_beside(sources: Sources, role: RelationRole, ids: Collection[str]) -> dict[str, Link]:
    """Return, of a stub and its source, the links to the other file, as text its path: both have the same ids."""
    if role not in OF_STUBS:
        return {}
    found = {
        identity: [home for home in homes if home.path.endswith(".pyi") is (role is RelationRole.STUB)]
        for identity, homes in sources.overview.homes(ids).items()
    }
    return {
        identity: sources.addresses.link(homes[0], homes[0].path) if homes else Link(docname="", text=identity)
        for identity, homes in found.items()
    }


def _is_offered(source: str, offering: Collection[str] | None) -> bool:
    return offering is None or source.rpartition(".")[0] in offering


def inherited_members(
    sources: Sources, inherited: Iterable[Inherited], places: Collection[int]
) -> dict[int, tuple[InheritedMembers, ...]]:
    """Return, by position, what classes at some positions have from their base classes."""
    found = grouped((item.place, item) for item in inherited if item.place in places)
    links = link_keywords(sources, {item.source for items in found.values() for item in items})
    return {place: tuple(_members(item, links[item.source]) for item in items) for place, items in found.items()}


def _members(item: Inherited, source: Link) -> InheritedMembers:
    return InheritedMembers(
        source=source, names=item.names[:MOST_INHERITED], more=item.more + len(item.names[MOST_INHERITED:])
    )


def row_names(rows: Iterable[Row], outer: Iterable[str] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return the id of each row, members included, with all dotted names by which others may know it, the id first.

    `outer` are the names, other than by its id, of what the rows are in.
    """
    outer = tuple(outer)
    for row in rows:
        exported = (link.text for item in row.relations if item.role is RelationRole.EXPORTED for link in item.links)
        others = (*exported, *(f"{name}.{row.name}" for name in outer))
        yield row.id, (row.id, *others)
        yield from row_names(row.members, others)


def link_keywords(sources: Sources, ids: Collection[str]) -> dict[str, Link]:
    """Return the links to keywords by their ids, as text the id (of files in other languages, the path); to nowhere if the index does not have one."""
    found = sources.overview.homes(ids)
    return {identity: _link(sources.addresses, identity, found.get(identity, ())) for identity in ids}


def _link(addresses: Addresses, identity: str, keywords: Collection[Home]) -> Link:
    if not keywords:
        return Link(docname="", text=identity)
    best = min(keywords, key=lambda keyword: keyword.kind is Kind.IMPORT)
    is_file = best.kind is Kind.MODULE and not best.path.endswith(_PYTHON)
    return addresses.link(best, best.path if is_file else identity)


def _relation_list(role: RelationRole, ids: list[str], links: Mapping[str, Link]) -> RelationList:
    shown = tuple(links[identity] for identity in ids[:MAX_LINKS])
    return RelationList(role=role, links=shown, more=max(0, len(ids) - MAX_LINKS))
