"""Where tides come from: worked out from waves, read from a table, or kept from last time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tidebook.sources.base import BaseSource, TideSource
from tidebook.sources.cached import CachedSource
from tidebook.sources.harmonic import HarmonicSource
from tidebook.sources.table import TableSource

if TYPE_CHECKING:
    from tidebook.harbour import Harbour

__all__ = ["BaseSource", "CachedSource", "HarmonicSource", "TableSource", "TideSource", "open_source"]


def open_source(harbour: Harbour, table: Path | None = None, *, cache: bool = True) -> TideSource:
    """Return the best source for a harbour: its printed table if there is one, its waves otherwise."""
    source: BaseSource
    if table is not None:
        source = TableSource.read(table)
    else:
        source = HarmonicSource(harbour)
    return CachedSource(source) if cache else source
