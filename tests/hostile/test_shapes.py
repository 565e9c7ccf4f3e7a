"""Files of odd shapes end nothing: what is deep, wide, long or huge costs a bounded time, and its own page at most."""

from __future__ import annotations

import time

from sphinx_kwindex.link.hierarchy import Bases, Hierarchy
from sphinx_kwindex.link.tracking import Tracker


def test_many_bases() -> None:
    """Orders of hundreds of classes with a dozen bases each are merged once each."""
    names = [f"m.C{number}" for number in range(200)]
    table = {name: tuple(reversed(names[max(0, place - 12) : place])) for place, name in enumerate(names)}
    hierarchy = Hierarchy(lambda name: Bases(created=table[name]), Tracker())
    start = time.process_time()
    lines = [hierarchy.line(name) for name in names]
    assert time.process_time() - start < 5, "13 s if each is merged for each that comes from it"
    assert lines[-1].classes == tuple(reversed(names))
