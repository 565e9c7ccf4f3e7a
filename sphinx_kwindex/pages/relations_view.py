"""How the keywords of one file are related to others: base classes, overrides, re-exports, stubs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sphinx_kwindex.model import Inherited, Kind, Relation, RelationKind
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import InheritedMembers, RelationList, RelationRole, Row

if TYPE_CHECKING:
    from sphinx_kwindex.store import Home, Reader

MAX_LINKS = 30
"""Keywords in one list."""

_FROM_SOURCE = {
    RelationKind.BASE: RelationRole.BASES,
    RelationKind.OVERRIDE: RelationRole.OVERRIDES,
    RelationKind.STUB: RelationRole.STUB_OF,
}
"""What a relation says of its source. A re-export says nothing there: the source is an import, which shows its target."""
_FROM_TARGET = {
    RelationKind.BASE: RelationRole.SUBCLASSES,
    RelationKind.OVERRIDE: RelationRole.OVERRIDDEN,
    RelationKind.REEXPORT: RelationRole.EXPORTED,
    RelationKind.STUB: RelationRole.STUB,
}
"""What a relation says of its target. That a property is set on subclasses stands among its uses."""


def gather_relations(
    reader: Reader,
    addresses: Addresses,
    outgoing: Iterable[Relation],
    incoming: Iterable[Relation],
    offering: Collection[str] | None = None,
) -> dict[str, tuple[RelationList, ...]]:
    """Return the lists of relations of each keyword, by id, bases first.

    `outgoing` are the relations of the file's own keywords, in their order; `incoming` those of any file to them.
    `offering` are the modules by whose paths keywords are available (None: all): what tests offer, they offer to nobody.
    """
    found: dict[str, dict[RelationRole, list[str]]] = {}
    for relation in outgoing:
        if relation.kind in _FROM_SOURCE:
            role = _FROM_SOURCE[relation.kind]
            found.setdefault(relation.source, {}).setdefault(role, []).append(relation.target)
    for relation in sorted(incoming, key=lambda item: item.source):
        shown = _FROM_TARGET.get(relation.kind)
        if shown is None or (shown is RelationRole.EXPORTED and not _is_offered(relation.source, offering)):
            continue
        found.setdefault(relation.target, {}).setdefault(shown, []).append(relation.source)
    lists = {
        identity: {role: list(dict.fromkeys(ids)) for role, ids in rows.items()} for identity, rows in found.items()
    }
    linked = {identity for rows in lists.values() for ids in rows.values() for identity in ids[:MAX_LINKS]}
    links = link_keywords(reader, addresses, linked)
    return {
        identity: tuple(_relation_list(role, rows[role], links) for role in RelationRole if role in rows)
        for identity, rows in lists.items()
    }


def _is_offered(source: str, offering: Collection[str] | None) -> bool:
    return offering is None or source.rpartition(".")[0] in offering


def inherited_members(
    reader: Reader, addresses: Addresses, inherited: Iterable[Inherited], places: Collection[int]
) -> dict[int, tuple[InheritedMembers, ...]]:
    """Return, by position, what classes at some positions have from their base classes."""
    found: dict[int, list[Inherited]] = {}
    for item in inherited:
        if item.place in places:
            found.setdefault(item.place, []).append(item)
    links = link_keywords(reader, addresses, {item.source for items in found.values() for item in items})
    return {
        place: tuple(InheritedMembers(source=links[item.source], names=item.names, more=item.more) for item in items)
        for place, items in found.items()
    }


def row_names(rows: Iterable[Row], outer: Iterable[str] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return the id of each row, members included, with all dotted names by which others may know it, the id first.

    `outer` are the names, other than by its id, of what the rows stand in.
    """
    outer = tuple(outer)
    for row in rows:
        exported = (link.text for item in row.relations if item.role is RelationRole.EXPORTED for link in item.links)
        others = (*exported, *(f"{name}.{row.name}" for name in outer))
        yield row.id, (row.id, *others)
        yield from row_names(row.members, others)


def link_keywords(reader: Reader, addresses: Addresses, ids: Collection[str]) -> dict[str, Link]:
    """Return the links to keywords by their ids, as text the id; to nowhere if the index does not have one."""
    found = reader.homes(ids)
    return {identity: _link(addresses, identity, found.get(identity, ())) for identity in ids}


def _link(addresses: Addresses, identity: str, keywords: Collection[Home]) -> Link:
    if not keywords:
        return Link(docname="", text=identity)
    best = min(keywords, key=lambda keyword: keyword.kind is Kind.IMPORT)
    return addresses.link(best, identity)


def _relation_list(role: RelationRole, ids: list[str], links: Mapping[str, Link]) -> RelationList:
    shown = tuple(links[identity] for identity in ids[:MAX_LINKS])
    return RelationList(role=role, links=shown, more=max(0, len(ids) - MAX_LINKS))
