"""High water, low water, and everything between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tidebook._compat import StrEnum
from tidebook.units import Metres


class TideKind(StrEnum):
    """Which way the sea has just turned."""

    HIGH = "high"
    LOW = "low"

    @property
    def other(self) -> TideKind:
        """The one that comes next."""
        return TideKind.LOW if self is TideKind.HIGH else TideKind.HIGH


class Height(NamedTuple):
    """How high the water stood at one moment."""

    when: datetime
    metres: Metres


@dataclass(frozen=True, slots=True)
class Tide:
    """A turn of the tide."""

    kind: TideKind
    when: datetime
    height: Metres

    def __lt__(self, other: Tide) -> bool:
        """Sort by time."""
        return self.when < other.when

    @property
    def is_high(self) -> bool:
        """Tell whether this is high water."""
        return self.kind is TideKind.HIGH
