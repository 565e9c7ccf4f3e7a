"""Lengths, and the names that sailors give them."""

from __future__ import annotations

import enum
from typing import NewType

Metres = NewType("Metres", float)
"""A height or depth. Everything inside the package is in metres; other units live at the edges."""

METRES_PER_FOOT = 0.3048
FEET_PER_FATHOM = 6


class Unit(enum.Enum):
    """A unit to print heights in; the value is its length in metres."""

    METRE = 1.0
    FOOT = METRES_PER_FOOT
    FATHOM = METRES_PER_FOOT * FEET_PER_FATHOM

    @property
    def symbol(self) -> str:
        """The letters after a number."""
        return {"METRE": "m", "FOOT": "ft", "FATHOM": "fm"}[self.name]

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Return the unit with this name or symbol."""
        for unit in cls:
            if text.lower() in {unit.name.lower(), unit.symbol}:
                return unit
        raise ValueError(f"not a unit: {text!r}")


def show(height: Metres, unit: Unit = Unit.METRE) -> str:
    """Return a height as text, with one decimal."""
    return f"{height / unit.value:.1f} {unit.symbol}"
