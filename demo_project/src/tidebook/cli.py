"""The command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from tidebook import __version__, find_harbour, open_source
from tidebook.almanac import Almanac
from tidebook.errors import TidebookError
from tidebook.units import Unit


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser("tidebook", description="Tide tables for small harbours. Not for navigation.")
    parser.add_argument("harbour")
    parser.add_argument("--from", dest="start", type=_day, default=None, metavar="YYYY-MM-DD")
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--unit", type=Unit.parse, default=Unit.METRE)
    parser.add_argument("--table", type=Path, help="a CSV file to read instead of working the tides out")
    parser.add_argument("--version", action="version", version=__version__)
    return parser


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print an almanac; return the exit status."""
    given = build_parser().parse_args(arguments)
    try:
        harbour = find_harbour(given.harbour)
        almanac = Almanac(harbour, open_source(harbour, given.table), given.unit)
    except TidebookError as error:
        print(error, file=sys.stderr)
        return 1
    today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    print("\n\n".join(almanac.pages(given.start or today, given.days)))
    return 0
