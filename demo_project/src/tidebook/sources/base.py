"""What every source of tides can do."""

from __future__ import annotations

import abc
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from tidebook.model.tide import Height, Tide, TideKind
from tidebook.units import Metres

STEP = timedelta(minutes=10)


@runtime_checkable
class TideSource(Protocol):
    """Anything that knows the height of the water at a moment."""

    def height(self, when: datetime) -> Metres:
        """Return the height over the chart's zero."""
        ...

    def tides(self, start: datetime, days: int = 1) -> Iterator[Tide]:
        """Yield the turns of the tide, in order."""
        ...


class BaseSource(abc.ABC):
    """A source that finds the turns of the tide by looking at heights."""

    step = STEP

    @abc.abstractmethod
    def height(self, when: datetime) -> Metres:
        """Return the height over the chart's zero."""

    def heights(self, start: datetime, days: int = 1) -> Iterator[Height]:
        """Yield heights at regular steps."""
        when = start
        while when <= start + timedelta(days=days):
            yield Height(when, self.height(when))
            when += self.step

    def tides(self, start: datetime, days: int = 1) -> Iterator[Tide]:
        """Yield the turns of the tide: wherever a height stands out from both its neighbours."""
        before: Height | None = None
        here: Height | None = None
        for after in self.heights(start, days):
            if before is not None and here is not None:
                kind = self._turn(before, here, after)
                if kind is not None:
                    yield Tide(kind, here.when, here.metres)
            before, here = here, after

    @staticmethod
    def _turn(before: Height, here: Height, after: Height) -> TideKind | None:
        if before.metres < here.metres >= after.metres:
            return TideKind.HIGH
        if before.metres > here.metres <= after.metres:
            return TideKind.LOW
        return None
