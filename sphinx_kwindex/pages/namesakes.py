"""Definitions of the same name in other files: a few, the nearest first, and a link to all in the A-Z index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sphinx_kwindex.model import Definition, FileFacts, keyword_id
from sphinx_kwindex.pages.addresses import Addresses, name_anchor
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.overview import COMPARED, NOT_COMPARED
from sphinx_kwindex.pages.phrases import MANY_NAMESAKES
from sphinx_kwindex.pages.records import Namesakes, RelationList
from sphinx_kwindex.pages.subjects import Sources
from sphinx_kwindex.store import Home
from sphinx_kwindex.text import sort_key

SHOWN = 5
"""Definitions in the list."""


def find_namesakes(
    sources: Sources, facts: FileFacts, places: Iterable[int], relations: Mapping[str, tuple[RelationList, ...]]
) -> dict[int, Namesakes]:
    """Return, by position, the namesakes of definitions of a file, without those that `relations` name already."""
    _, _, addresses, overview = sources
    counts = overview.shared_names
    is_own = facts.path in overview.own
    items = {place: facts.definitions[place] for place in places}
    shared = {place: item for place, item in items.items() if _is_compared(item) and item.name in counts}
    few = [item.name for item in shared.values() if counts[item.name] <= MANY_NAMESAKES]
    known = overview.namesakes(few)
    found: dict[int, Namesakes] = {}
    for place, item in shared.items():
        if counts[item.name] > MANY_NAMESAKES:
            found[place] = Namesakes(index=_index(addresses, item.name))
            continue
        # Readers of the project's own code learn nothing from tests, their data, or settings of the documentation.
        rows = [row for row in known.get(item.name, ()) if not is_own or row.path in overview.own]
        identity = keyword_id(facts.module, item.qualname)
        told = {link.text for relation in relations.get(identity, ()) for link in relation.links}
        namesakes = _list(addresses, facts.path, rows, {*told, identity})
        if namesakes is not None:
            found[place] = namesakes
    return found


def _is_compared(item: Definition) -> bool:
    return item.kind in COMPARED and not item.flags & NOT_COMPARED


def _index(addresses: Addresses, name: str) -> Link:
    return Link(docname=addresses.find_letter(sort_key(name.casefold())), anchor=name_anchor(name))


def _list(addresses: Addresses, path: str, rows: list[Home], told: set[str]) -> Namesakes | None:
    others = {row.id: row for row in rows if row.path != path and row.id not in told}
    if not others:
        return None
    # Rows are in order of path and place, and the sort is stable.
    near = sorted(others.values(), key=lambda row: -_shared_folders(path, row.path))
    more = max(0, len(near) - SHOWN)
    return Namesakes(
        links=tuple(addresses.link(row, row.id) for row in near[:SHOWN]),
        more=more,
        index=_index(addresses, rows[0].name) if more else None,
    )


def _shared_folders(one: str, other: str) -> int:
    """Return how many folders two files have in common."""
    count = 0
    for first, second in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if first != second:
            break
        count += 1
    return count
