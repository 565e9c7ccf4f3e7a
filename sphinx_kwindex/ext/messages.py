"""The one logger: every warning has the type `kwindex`, a stable subtype and a location."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.util import logging

from sphinx_kwindex.errors import Problem, WarningKind

logger = logging.getLogger(__name__)


def warn(kind: WarningKind, text: str, *, location: Any = None) -> None:
    """Warn once; `location` is a node, (docname, line), or text as it is to be shown."""
    # Text may hold `%`: it comes from source files and conf.py.
    logger.warning("%s", text, type="kwindex", subtype=kind.value, location=location)


def inform(text: str) -> None:
    """Say something that is no warning; `-q` silences it."""
    logger.info("%s", text)


def report(problems: Iterable[Problem], root: Path) -> None:
    """Warn of each problem, at its place in the source tree."""
    for problem in sorted(set(problems), key=lambda item: (item.path, item.line, item.kind.value, item.text)):
        warn(problem.kind, problem.text, location=_source_location(root, problem))


def candidates_text(names: Iterable[str], limit: int = 5) -> str:
    """Return the names of what may have been meant as the end of a message, e.g. ` (could be: a, b and 3 more)`."""
    found = list(dict.fromkeys(names))
    if not found:
        return ""
    more = f" and {len(found) - limit} more" if len(found) > limit else ""
    return f" (could be: {', '.join(found[:limit])}{more})"


def closest(name: str, known: Iterable[str], limit: int = 5) -> list[str]:
    """Return the known names that look most like a name, best first."""
    return difflib.get_close_matches(name, list(known), n=limit, cutoff=0.6)


def _source_location(root: Path, problem: Problem) -> str | None:
    if not problem.path:
        return None
    place = str(root / problem.path)
    return f"{place}:{problem.line}" if problem.line else place
