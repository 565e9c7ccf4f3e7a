"""Waves, tides and windows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tidebook import M2, S2, Height, Tide, TideKind, Wave, Window, windows
from tidebook.model.constituents import EPOCH
from tidebook.units import Metres, Unit, show


def test_crest_at_epoch() -> None:
    """A wave that is not late stands highest at the epoch."""
    assert Wave(M2, Metres(1.5)).at(EPOCH) == 1.5


def test_periods() -> None:
    """The sun is on time; the moon is not."""
    assert S2.period == 12
    assert 12.4 < M2.period < 12.5
    assert not M2.is_daily


def test_other_kind() -> None:
    """After high comes low."""
    assert TideKind.HIGH.other is TideKind.LOW
    assert TideKind.LOW.other.other is TideKind.LOW


def test_tides_sort_by_time(midnight: datetime) -> None:
    """A list of tides sorts itself."""
    later = Tide(TideKind.LOW, midnight + timedelta(hours=6), Metres(4))
    sooner = Tide(TideKind.HIGH, midnight, Metres(5))
    assert sorted([later, sooner]) == [sooner, later]


def test_windows(midnight: datetime) -> None:
    """A window opens when the water comes and closes when it goes, or when the heights end."""
    hours = [midnight + timedelta(hours=h) for h in range(5)]
    heights = [Height(when, Metres(m)) for when, m in zip(hours, (1, 3, 1, 3, 3))]
    assert list(windows(heights, Metres(2))) == [Window(hours[1], hours[2]), Window(hours[3], hours[4])]


def test_margin(midnight: datetime) -> None:
    """A window that is all margin is no window."""
    window = Window(midnight, midnight + timedelta(hours=2))
    assert window.without(timedelta(hours=1)) is None
    smaller = window.without(timedelta(minutes=30))
    assert smaller is not None
    assert smaller in window


@pytest.mark.parametrize(("unit", "text"), [("m", "1.8 m"), ("foot", "6.0 ft"), ("fm", "1.0 fm")])
def test_units(unit: str, text: str) -> None:
    """A fathom is six feet."""
    assert show(Metres(1.8288), Unit.parse(unit)) == text
