"""Tides worked out from the waves of a harbour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tidebook.model.tide import Tide
from tidebook.sources.base import BaseSource
from tidebook.units import Metres

if TYPE_CHECKING:
    from tidebook.harbour import Harbour

_PRECISION = timedelta(seconds=30)


class HarmonicSource(BaseSource):
    """The sum of a harbour's waves, right to about a minute."""

    def __init__(self, harbour: Harbour) -> None:
        self.harbour = harbour

    def height(self, when: datetime) -> Metres:
        """Return the mean level plus every wave."""
        return Metres(self.harbour.mean_level + sum(wave.at(when) for wave in self.harbour.waves))

    def slope(self, when: datetime) -> float:
        """Return how fast the water rises, in metres per hour."""
        return sum(wave.slope(when) for wave in self.harbour.waves)

    def tides(self, start: datetime, days: int = 1) -> Iterator[Tide]:
        """Yield the turns of the tide, each one moved to where the water really stands still."""
        for rough in super().tides(start, days):
            when = self._settle(rough.when - self.step, rough.when + self.step)
            yield Tide(rough.kind, when, self.height(when))

    def _settle(self, early: datetime, late: datetime) -> datetime:
        """Return the moment between two others at which the slope changes sign."""
        rising = self.slope(early) > 0

        def halve(early: datetime, late: datetime) -> datetime:
            middle = early + (late - early) / 2
            if late - early < _PRECISION:
                return middle
            if (self.slope(middle) > 0) == rising:
                return halve(middle, late)
            return halve(early, middle)

        return halve(early, late)
