"""The printed page: a day of tides, and what the moon is up to."""

from tidebook.almanac.moon import Phase, moon_phase
from tidebook.almanac.render import Almanac, Column

__all__ = ["Almanac", "Column", "Phase", "moon_phase"]
