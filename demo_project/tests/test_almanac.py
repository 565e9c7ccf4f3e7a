"""The printed page and the command line."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from tidebook.almanac import Phase, moon_phase
from tidebook.cli import main


def test_page(capsys: pytest.CaptureFixture[str]) -> None:
    """A page has a heading and a line for each turn of the tide."""
    assert main(["saltmarsh", "--from", "2026-06-01"]) == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.startswith("Saltmarsh Quay, 1 June 2026")
    assert len(rows) in {3, 4}


def test_unknown_harbour(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name is answered with the right ones."""
    assert main(["atlantis"]) == 1
    assert "ellery, gannet, saltmarsh" in capsys.readouterr().err


def test_full_moon() -> None:
    """There was a total eclipse of the moon on 21 January 2000, so the moon was full."""
    phase = moon_phase(datetime(2000, 1, 21, 5, tzinfo=timezone.utc))
    assert phase is Phase.FULL
    assert phase.makes_springs
