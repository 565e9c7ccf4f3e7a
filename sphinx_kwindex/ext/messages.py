"""The logger: every warning has the type `kwindex`, a stable subtype and a location."""

from __future__ import annotations

import difflib
import logging as standard_logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from sphinx_kwindex.errors import Problem, WarningKind
from sphinx_kwindex.reports import ReportLine
from sphinx_kwindex.spelling import visible_line

logger = logging.getLogger(__name__)


_SHOWS_EVENTS = 2
"""Verbosity (`-vv`) with which Sphinx shows records of events."""


def drop_event_records(app: Sphinx, *_: Any) -> None:
    """Drop Sphinx's debug records of events, which nobody sees.

    That of a page holds all of its HTML; processes that write keep those of a hundred pages, and send them to the main one.
    """
    if app.verbosity < _SHOWS_EVENTS:
        _event_logger().setLevel(standard_logging.INFO)


def keep_event_records(*_: Any) -> None:
    """Let other applications in this process have them."""
    _event_logger().setLevel(standard_logging.NOTSET)


def _event_logger() -> standard_logging.Logger:
    return standard_logging.getLogger("sphinx.sphinx.events")


def warn(kind: WarningKind, text: str, *, location: Any = None) -> None:
    """Warn once; `location` is a node, (docname, line), or text with a colon (Sphinx takes other text for a document)."""
    # Text may hold `%`: it comes from source files and conf.py.
    shown = visible_line(location) if isinstance(location, str) else location
    logger.warning("%s", visible_line(text), type="kwindex", subtype=kind.value, location=shown)


def inform(text: str) -> None:
    """Say something that is no warning; `-q` silences it."""
    logger.info("%s", text)


class StageProgress:
    """Shows how far each stage is, as Sphinx shows reading and writing: on one line of a terminal, else in a few lines."""

    _LEAST = 0.1
    """Part of the work between two lines."""

    def __init__(self, verbosity: int) -> None:
        self._is_one_line = verbosity < 1 and sys.stdout.isatty()
        self._stage = ""
        self._shown = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Say that a stage has done so many of so many files."""
        if stage != self._stage:
            self.finish()
            self._stage, self._shown = stage, 0.0
        part = done / total if total else 0.0
        if part - self._shown >= self._LEAST or (part == 1 != self._shown):
            self._shown = part
            self._show(f"keyword index: {stage}... [{part: >4.0%}] {done} of {total}")

    def finish(self) -> None:
        """End the line of the stage before."""
        if self._stage and self._is_one_line:
            logger.info("")
        self._stage = ""

    def _show(self, line: str) -> None:
        if self._is_one_line:
            logger.info("\x1b[2K%s\r", line, nonl=True)  # clear the line, write it, go back to its start
        else:
            logger.info("%s", line)


def report(problems: Iterable[Problem], root: Path) -> None:
    """Warn of each problem, at its place in the source tree."""
    for problem in sorted(set(problems), key=lambda item: (item.path, item.line, item.kind.value, item.text)):
        warn(problem.kind, problem.text, location=_source_location(root, problem))


def report_lines(lines: Iterable[ReportLine], root: Path) -> None:
    """Write what is wrong with files: warnings at their places, and what is none."""
    for line in lines:
        if line.kind is None:
            inform(f"keyword index: {line.text}")
        else:
            warn(line.kind, line.text, location=f"{root / line.path}:{line.line or 1}")


def candidates_text(names: Iterable[str], limit: int = 5) -> str:
    """Return the names of what may have been meant as the end of a message, e.g. ` (could be: a, b and 3 more)`."""
    found = list(dict.fromkeys(names))
    if not found:
        return ""
    more = f" and {len(found) - limit} more" if len(found) > limit else ""
    return f" (could be: {', '.join(found[:limit])}{more})"


def closest(name: str, known: Iterable[str], limit: int = 5) -> list[str]:
    """Return the known names that look most like a name, best first."""
    return difflib.get_close_matches(name, list(known), n=limit, cutoff=0.75)


def _source_location(root: Path, problem: Problem) -> str | None:
    if not problem.path:
        return None
    return f"{root / problem.path}:{problem.line or 1}"
