"""What the page of a file shows of the cycle of imports that the file is part of."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sphinx_kwindex.link.cycles import shortest_cycle
from sphinx_kwindex.pages.records import CycleStep, ImportCycle, Link

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.overview import Overview

ROUGH = 10
"""From here on, counts are told by their first digit: so one more file does not change the pages of all that show them."""


def import_cycle(addresses: Addresses, overview: Overview, path: str) -> ImportCycle | None:
    """Return the shortest cycle of imports through a file; None if it is in none."""
    way, group = cycle_of(overview, path)
    if not way:
        return None
    steps = tuple(
        CycleStep(
            file=Link(docname=addresses.file(target), text=target),
            flags=overview.import_flags(user, target),
        )
        for user, target in pairwise((*way, path))
    )
    return ImportCycle(steps=steps, group=group)


def cycle_of(overview: Overview, path: str) -> tuple[tuple[str, ...], int]:
    """Return the files of the shortest cycle through a file, and roughly how many are in its group if it is more."""
    group = overview.groups.get(path, frozenset())
    way = shortest_cycle(overview.imports, overview.importers, path, group) if group else ()
    return way, roughly(len(group)) if len(group) > len(way) else 0


def roughly(count: int) -> int:
    """Return a count by its first digit alone, if it is ten or more: 20 for 20 to 29."""
    unit: int = 10 ** (len(str(count)) - 1) if count >= ROUGH else 1
    return count // unit * unit
