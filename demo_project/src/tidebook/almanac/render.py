"""Almanac pages as plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from tidebook.almanac.moon import moon_phase
from tidebook.harbour import Harbour
from tidebook.model import Tide
from tidebook.sources import TideSource, open_source
from tidebook.units import Unit, show


class Column(NamedTuple):
    """One column of a page."""

    title: str
    cell: Callable[[Tide], str]
    width: int = 6


class Almanac:
    """Pages for one harbour, a day each."""

    columns: ClassVar[dict[str, Column]] = {}

    def __init__(self, harbour: Harbour, source: TideSource | None = None, unit: Unit = Unit.METRE) -> None:
        self.harbour = harbour
        self.source = source or open_source(harbour)
        self.unit = unit

    @classmethod
    def add_column(cls, title: str, width: int = 6) -> Callable[[Callable[[Tide], str]], Callable[[Tide], str]]:
        """Return a decorator that adds a column to every almanac."""

        def register(cell: Callable[[Tide], str]) -> Callable[[Tide], str]:
            cls.columns[title] = Column(title, cell, width)
            return cell

        return register

    def page(self, day: datetime) -> str:
        """Return the page of one day."""
        return "\n".join([self._heading(day), *self._rows(day)])

    def pages(self, start: datetime, days: int) -> Iterator[str]:
        """Yield the pages of some days in a row."""
        for number in range(days):
            yield self.page(start + timedelta(days=number))

    def _heading(self, day: datetime) -> str:
        heading = f"{self.harbour.name}, {day.day} {day:%B %Y}"
        phase = moon_phase(day)
        if phase.makes_springs:
            heading += f"  ({phase}: springs)"
        elif phase.makes_neaps:
            heading += f"  ({phase}: neaps)"
        return heading

    def _rows(self, day: datetime) -> Iterator[str]:
        for tide in self.source.tides(day):
            cells = [column.cell(tide).ljust(column.width) for column in self.columns.values()]
            yield "  " + " ".join([*cells, show(tide.height, self.unit)])


@Almanac.add_column("time")
def _time(tide: Tide) -> str:
    return f"{tide.when:%H:%M}"


@Almanac.add_column("kind", width=5)
def _kind(tide: Tide) -> str:
    return str(tide.kind)
