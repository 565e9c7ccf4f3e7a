"""What the page of a file shows of its structure: the largest and the most used of its definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sphinx_kwindex.model import Definition, FileFacts, Flag, Kind, keyword_id
from sphinx_kwindex.pages.addresses import anchors
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import Ranked, Structure
from sphinx_kwindex.pages.uses_view import NO_USES, KeywordUses

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses

SMALL = 12
"""A file with fewer classes and functions is seen at a glance."""
SHOWN = 5
"""Definitions in a list."""
FEW_LINES = 10
"""Shorter definitions are not large, whatever the others are."""
FEW_USES = 3

_LOCAL = int(Flag.LOCAL)
_COMPOUND = frozenset({Kind.CLASS, Kind.EXCEPTION, Kind.FUNCTION, Kind.METHOD, Kind.PROPERTY})


def has_structure(facts: FileFacts) -> bool:
    """Tell whether a file is large enough, in all and in its parts, for its structure to be worth a word."""
    return _is_large(facts) and any(_lines(item) >= FEW_LINES for item in facts.definitions[1:])


def structure(addresses: Addresses, facts: FileFacts, uses: Mapping[str, KeywordUses]) -> Structure | None:
    """Return the largest and the most used definitions of a file; None for a small one."""
    if not has_structure(facts):
        return None
    names = anchors(facts.definitions)

    def link(place: int) -> Link:
        text = facts.definitions[place].qualname
        return Link(docname=addresses.keyword(facts.path, place), anchor=names[place], text=text)

    places = range(1, len(facts.definitions))
    sizes = {place: _lines(facts.definitions[place]) for place in places}
    used = {place: _uses(facts, place, uses) for place in places}
    counts = {place: item.exact.count for place, item in used.items() if item.exact is not None}
    return Structure(
        largest=tuple(Ranked(link(place), sizes[place]) for place in _best(sizes, FEW_LINES)),
        used=tuple(Ranked(link(place), counts[place], used[place].files) for place in _best(counts, FEW_USES)),
    )


def _is_large(facts: FileFacts) -> bool:
    count = sum(item.kind in _COMPOUND and not item.flags & _LOCAL for item in facts.definitions)
    return count >= SMALL


def _lines(item: Definition) -> int:
    is_counted = item.kind in _COMPOUND and not item.flags & _LOCAL
    return item.end_line - item.line + 1 if is_counted else 0


def _uses(facts: FileFacts, place: int, uses: Mapping[str, KeywordUses]) -> KeywordUses:
    return uses.get(keyword_id(facts.module, facts.definitions[place].qualname), NO_USES)


def _best(counts: Mapping[int, int], least: int) -> list[int]:
    """Return the positions with the highest counts, of equal ones the first."""
    good = (place for place, count in counts.items() if count >= least)
    return sorted(good, key=lambda place: (-counts[place], place))[:SHOWN]
