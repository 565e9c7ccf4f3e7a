"""Waiting for the water to come, so that nobody has to stand on the quay."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from tidebook.harbour import Harbour
from tidebook.live.gauge import Gauge, Reading
from tidebook.units import Metres


@dataclass(frozen=True)
class Alert:
    """The water has reached the height that somebody waits for."""

    harbour: Harbour
    reading: Reading

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.harbour.name}: {self.reading.height:.1f} m at {self.reading.when:%H:%M}"


async def watch(harbour: Harbour, gauge: Gauge, draught: Metres) -> Alert | None:
    """Wait until a boat of this draught floats over the sill; None if the gauge is closed before."""
    async for reading in gauge.readings():
        if reading.height >= harbour.sill + draught:
            return Alert(harbour, reading)
    return None


async def watch_all(gauges: Mapping[Harbour, Gauge], draught: Metres) -> list[Alert]:
    """Watch several harbours at once and return the alerts of those that get enough water."""

    async def one(harbour: Harbour, gauge: Gauge) -> Alert | None:
        async with gauge:
            return await watch(harbour, gauge, draught)

    alerts = await asyncio.gather(*(one(harbour, gauge) for harbour, gauge in gauges.items()))
    return [alert for alert in alerts if alert is not None]
