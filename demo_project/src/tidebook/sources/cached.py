"""A source that remembers what it has said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache, partial

from tidebook.model.tide import Tide
from tidebook.sources.base import TideSource
from tidebook.units import Metres

remember: Callable[[Callable[[datetime], Metres]], Callable[[datetime], Metres]] = lru_cache(maxsize=4096)
shout = partial(print, "tidebook:", flush=True)


class CachedSource:
    """Any source, asked once for each moment. It is a `TideSource` without saying so."""

    def __init__(self, inner: TideSource) -> None:
        self.inner = inner
        self.height = remember(inner.height)

    def tides(self, start: datetime, days: int = 1) -> Iterator[Tide]:
        """Yield the turns of the tide, as the inner source has them."""
        yield from self.inner.tides(start, days)

    def __getattr__(self, name: str) -> object:
        """Hand everything else on to the inner source."""
        return getattr(self.inner, name)
