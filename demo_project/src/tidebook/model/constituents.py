"""The waves that a tide is made of.

The tide at a place is a sum of cosines. Their speeds come from the sky and are the same everywhere; how high each one
stands, and how late, belongs to the place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timezone

from tidebook.units import Metres

__all__ = ["EPOCH", "K1", "M2", "M4", "O1", "S2", "Constituent", "Wave"]

EPOCH = datetime(2000, 1, 6, 18, 14, tzinfo=timezone.utc)
"""The moment from which phases count: a new moon, when sun and moon pulled the same way."""

_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, order=True)
class Constituent:
    """One regular motion of the moon or the sun, as the sea feels it."""

    speed: float
    """Degrees per hour."""
    name: str
    about: str = ""

    @property
    def period(self) -> float:
        """Hours from one crest to the next."""
        return 360 / self.speed

    @property
    def is_daily(self) -> bool:
        """Tell whether there is one crest a day rather than two or more."""
        return self.speed < 20


M2 = Constituent(28.9841042, "M2", "the moon, twice a day")
S2 = Constituent(30.0, "S2", "the sun, twice a day")
K1 = Constituent(15.0410686, "K1", "moon and sun off the equator, once a day")
O1 = Constituent(13.9430356, "O1", "the moon off the equator, once a day")
M4 = Constituent(57.9682084, "M4", "M2 leaning over in shallow water")


@dataclass(frozen=True)
class Wave:
    """One constituent at one place."""

    constituent: Constituent
    amplitude: Metres
    phase: float = 0.0
    """Degrees that it is late, counted from `EPOCH`."""

    def at(self, when: datetime) -> Metres:
        """Return the height of this wave alone, over or under the mean."""
        return Metres(self.amplitude * math.cos(self._angle(when)))

    def slope(self, when: datetime) -> float:
        """Return how fast it rises, in metres per hour."""
        return -self.amplitude * math.radians(self.constituent.speed) * math.sin(self._angle(when))

    def _angle(self, when: datetime) -> float:
        hours = (when - EPOCH).total_seconds() / _SECONDS_PER_HOUR
        return math.radians(math.fmod(self.constituent.speed * hours - self.phase, 360))
