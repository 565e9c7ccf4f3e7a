"""Things that many tests need."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from tidebook import Harbour, find_harbour


@pytest.fixture
def quay() -> Harbour:
    """A harbour with a sill."""
    return find_harbour("saltmarsh")


@pytest.fixture
def midnight() -> datetime:
    """The start of a day that every test shares."""
    return datetime(2026, 6, 1, tzinfo=timezone.utc)
