"""What the page of a file shows of who imports it, and of the cycle of imports that it is part of."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from sphinx_kwindex.cycles import shortest_cycle
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import CycleStep, ImportCycle, LateImporters
from sphinx_kwindex.pages.related_view import link_file

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.overview import Overview

ROUGH = 10
"""From here on, counts are told by their first digit: so one more file does not change the pages of all that show them."""


def import_cycle(addresses: Addresses, overview: Overview, path: str) -> ImportCycle | None:
    """Return the shortest cycle of imports through a file; None if it is in none."""
    way, group = overview.cycles.get(path, ((), 0))
    if not way:
        return None
    pairs = list(pairwise((*way, path)))
    steps = tuple(
        CycleStep(file=Link(docname=addresses.file(target), text=target), flags=overview.late.get((user, target), 0))
        for user, target in pairs
    )
    return ImportCycle(steps=steps, group=group, is_late=any(step.flags for step in steps))


def cycle_of(overview: Overview, path: str) -> tuple[tuple[str, ...], int]:
    """Return the files of the shortest cycle through a file, and roughly how many are in its group if it is more.

    Cycles that Python runs into when it imports the file come before those that are closed later, or for type checkers.
    """
    graph = overview.loads if path in overview.loads.groups else overview.imports
    group = graph.groups.get(path, frozenset())
    way = shortest_cycle(graph.forth, graph.back, path, group) if group else ()
    return way, roughly(len(group)) if len(group) > len(way) else 0


def late_importers(addresses: Addresses, importers: Iterable[tuple[str, int]]) -> tuple[LateImporters, ...]:
    """Return the files, tests left out, that import a file at other times than when they are imported themselves."""
    found: dict[int, list[Link]] = {}
    for path, when in importers:
        if when and not addresses.is_test(path):
            found.setdefault(when, []).append(link_file(addresses, path))
    return tuple(LateImporters(flag=flag, links=tuple(found[flag])) for flag in sorted(found, reverse=True))


def roughly(count: int) -> int:
    """Return a count by its first digit alone, if it is ten or more: 20 for 20 to 29."""
    unit: int = 10 ** (len(str(count)) - 1) if count >= ROUGH else 1
    return count // unit * unit
