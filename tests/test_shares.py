"""Work on many files in several processes."""

from __future__ import annotations

import os
from typing import NamedTuple

import pytest

from sphinx_kwindex.shares import work_in_shares

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system copies no processes"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


class Found(NamedTuple):
    """What a piece of work finds."""

    number: int
    names: tuple[str, ...]


def work(number: int) -> Found:
    """Find something."""
    return Found(number, ("x",) * number)


@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
def test_order_and_kind(jobs: int) -> None:
    """Results come in the order of the numbers, and are what they are in one process."""
    numbers = [5, 0, 3, 2, 9]
    assert list(work_in_shares(work, numbers, Found, jobs=jobs)) == [work(number) for number in numbers]


def test_a_process_fails() -> None:
    """What another process could not do is done here."""
    main = os.getpid()

    def fragile(number: int) -> Found:
        if os.getpid() != main and number == 3:
            raise MemoryError
        return work(number)

    numbers = list(range(6))
    assert list(work_in_shares(fragile, numbers, Found, jobs=2)) == [work(number) for number in numbers]


def test_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be started, all is done here."""

    def fail() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", fail)
    assert list(work_in_shares(work, [1, 2], Found, jobs=2)) == [work(1), work(2)]
