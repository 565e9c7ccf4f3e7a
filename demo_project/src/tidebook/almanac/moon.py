"""The moon, as far as tides care about it."""

from __future__ import annotations

import enum
from datetime import datetime

from tidebook.model.constituents import EPOCH

NEW_MOON = EPOCH
SYNODIC_MONTH = 29.530588853
"""Days from one new moon to the next, on average."""

_SECONDS_PER_DAY = 86_400


class Phase(enum.IntEnum):
    """An eighth of the moon's way round, starting in the dark."""

    NEW = 0
    WAXING_CRESCENT = 1
    FIRST_QUARTER = 2
    WAXING_GIBBOUS = 3
    FULL = 4
    WANING_GIBBOUS = 5
    LAST_QUARTER = 6
    WANING_CRESCENT = 7

    @property
    def makes_springs(self) -> bool:
        """Tell whether sun and moon pull together, so that tides are large."""
        return self in {Phase.NEW, Phase.FULL}

    @property
    def makes_neaps(self) -> bool:
        """Tell whether sun and moon pull apart, so that tides are small."""
        return self in {Phase.FIRST_QUARTER, Phase.LAST_QUARTER}

    def __str__(self) -> str:
        """Return it in words."""
        return self.name.lower().replace("_", " ") + " moon"


def moon_age(when: datetime) -> float:
    """Return the days since the last new moon."""
    return (when - NEW_MOON).total_seconds() / _SECONDS_PER_DAY % SYNODIC_MONTH


def moon_phase(when: datetime) -> Phase:
    """Return the phase of the moon, good to half a day."""
    return Phase(round(moon_age(when) / SYNODIC_MONTH * len(Phase)) % len(Phase))
