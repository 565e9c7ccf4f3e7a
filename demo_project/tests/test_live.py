"""Gauges and watching them."""

from __future__ import annotations

import asyncio

import pytest

from tidebook import Harbour
from tidebook.errors import GaugeSilent
from tidebook.live import Gauge, watch_all
from tidebook.units import Metres


def rising(*heights: float):
    """Return a way to ask that gives one height after another."""
    left = list(heights)

    async def ask() -> float:
        return left.pop(0)

    return ask


def test_alert(quay: Harbour) -> None:
    """The alert comes with the first reading that is high enough."""
    gauge = Gauge(rising(1.0, 2.0, 3.5, 4.0), every=0)
    (alert,) = asyncio.run(watch_all({quay: gauge}, Metres(1.0)))
    assert alert.reading.height == 3.5
    assert str(alert).startswith("Saltmarsh Quay: 3.5 m")


def test_silence() -> None:
    """A gauge that does not answer is given up."""

    async def never() -> float:
        await asyncio.sleep(60)
        return 0.0

    with pytest.raises(GaugeSilent):
        asyncio.run(Gauge(never, patience=0.01).read())
