"""Disabling the garbage collector during stages that create many objects."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

_RARELY = (5_000, 20, 20)
"""Of objects that are new before they are looked through (Python's own number is 700), and how often that is done before older ones are, too."""


def collect_rarely() -> Callable[[], None]:
    """Have the garbage collector look for garbage less often than it does by itself; return what undoes that.

    Sphinx reads and writes thousands of documents, whose trees are garbage one by one: a tenth of the time of writing goes into
    looking through what is still in use.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    return partial(gc.set_threshold, *before)


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector from walking what grows again and again (a third of the time of link, a fifth of that of relate)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
