"""When there is enough water."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import overload

from tidebook.model.tide import Height
from tidebook.units import Metres


@dataclass(frozen=True)
class Window:
    """A time in which a boat floats over the sill."""

    opens: datetime
    closes: datetime

    @property
    def length(self) -> timedelta:
        """How long it is open."""
        return self.closes - self.opens

    @overload
    def __contains__(self, item: datetime) -> bool: ...
    @overload
    def __contains__(self, item: Window) -> bool: ...
    def __contains__(self, item: datetime | Window) -> bool:
        """Tell whether a moment, or another whole window, lies inside."""
        if isinstance(item, Window):
            return item.opens in self and item.closes in self
        return self.opens <= item <= self.closes

    def without(self, margin: timedelta) -> Window | None:
        """Return the window less a margin at both ends, or None if nothing is left of it."""
        if self.length <= 2 * margin:
            return None
        return Window(self.opens + margin, self.closes - margin)


def windows(heights: Iterable[Height], needed: Metres) -> Iterator[Window]:
    """Yield the times in which the water stands at least as high as needed."""
    opened: datetime | None = None
    last: datetime | None = None
    for when, metres in heights:
        if metres >= needed and opened is None:
            opened = when
        elif metres < needed and opened is not None:
            yield Window(opened, when)
            opened = None
        last = when
    if opened is not None and last is not None:
        yield Window(opened, last)
