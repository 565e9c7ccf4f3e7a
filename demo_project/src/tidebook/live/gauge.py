"""A float in a pipe that tells its height over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from types import TracebackType

from tidebook.errors import GaugeSilent
from tidebook.units import Metres

Ask = Callable[[], Awaitable[float]]
"""Gets one height from a gauge."""

PATIENCE = 5.0


@dataclass(frozen=True)
class Reading:
    """What a gauge said, and when."""

    when: datetime
    height: Metres


class Gauge:
    """A gauge that is asked again and again."""

    def __init__(self, ask: Ask, *, every: float = 60.0, patience: float = PATIENCE) -> None:
        self._ask = ask
        self.every = every
        self.patience = patience
        self.is_open = False

    async def __aenter__(self) -> Gauge:
        """Open the line."""
        self.is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the line."""
        self.is_open = False

    async def read(self) -> Reading:
        """Return one reading; raise `GaugeSilent` if none comes in time."""
        try:
            height = await asyncio.wait_for(self._ask(), self.patience)
        except asyncio.TimeoutError as error:
            raise GaugeSilent(f"no answer in {self.patience} s") from error
        return Reading(datetime.now(timezone.utc), Metres(height))

    async def readings(self) -> AsyncIterator[Reading]:
        """Yield readings for as long as the line is open."""
        while self.is_open:
            yield await self.read()
            await asyncio.sleep(self.every)


@asynccontextmanager
async def gauge(ask: Ask, every: float = 60.0) -> AsyncIterator[Gauge]:
    """Open a gauge for the length of an `async with`."""
    async with Gauge(ask, every=every) as opened:
        yield opened
