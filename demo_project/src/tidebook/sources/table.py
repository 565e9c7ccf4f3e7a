"""Tides read from a table on disk.

A table is a CSV file with one height a line, oldest first: ``2026-06-01T04:40+00:00,0.6``.
"""

from __future__ import annotations

import bisect
import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from tidebook.errors import BadTable
from tidebook.model.tide import Height
from tidebook.sources.base import BaseSource
from tidebook.units import Metres


class TableSource(BaseSource):
    """Heights from a table, with straight lines between them."""

    __slots__ = ("_heights",)

    def __init__(self, heights: Iterable[Height]) -> None:
        self._heights = sorted(heights)

    @classmethod
    def read(cls, path: Path) -> TableSource:
        """Return the table in a file; raise `BadTable` at the first line that makes no sense."""
        heights = []
        with path.open(newline="", encoding="utf-8") as lines:
            for number, row in enumerate(csv.reader(lines), start=1):
                try:
                    heights.append(cls._parse(row))
                except ValueError as error:
                    raise BadTable(path.name, number, str(error)) from error
        return cls(heights)

    @staticmethod
    def _parse(row: list[str]) -> Height:
        when, metres = row
        return Height(datetime.fromisoformat(when), Metres(float(metres)))

    def height(self, when: datetime) -> Metres:
        """Return the height between the two lines of the table around a moment; at the ends, that of the end."""
        after = bisect.bisect(self._heights, (when, Metres(0.0)))
        if after == 0:
            return self._heights[0].metres
        if after == len(self._heights):
            return self._heights[-1].metres
        a, b = self._heights[after - 1], self._heights[after]
        part = (when - a.when) / (b.when - a.when)
        return Metres(a.metres + part * (b.metres - a.metres))
