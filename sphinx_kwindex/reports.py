"""Problems with files, as a build reports them: once, and in one line for many files with one cause.

Sphinx warns of a document when it reads it, and is quiet about it until it reads it again. So are we: a build warns of what
is new to it, in files as in directives, and of all if Sphinx started without an environment (the first build, `-E`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import msgspec

from sphinx_kwindex import __version__
from sphinx_kwindex.cache import keep, kept
from sphinx_kwindex.errors import OTHER_VERSION, Problem, WarningKind
from sphinx_kwindex.layout import is_test_path
from sphinx_kwindex.ledger import digest

_NAMED = 3
"""Files that a line names."""
_LOSING = frozenset({WarningKind.COLLECTOR, WarningKind.DECODE, WarningKind.PARSE, WarningKind.READ})
_SAID = ("not indexed", "are ignored", "will try again")
"""How problems end that say what happens to the file."""
_DATA_FOLDERS = frozenset({"testdata", "test_data", "test-data", "fixtures"})


class ReportLine(NamedTuple):
    """One line to write: a warning at a place, or, without a kind, a plain statement."""

    kind: WarningKind | None
    path: str
    line: int
    text: str


def make_lines(problems: Iterable[Problem], test_patterns: Sequence[str]) -> list[ReportLine]:
    """Return what to say about the problems of files, in order of place."""
    shared: dict[tuple[WarningKind, str], list[Problem]] = {}
    data: dict[WarningKind, list[Problem]] = {}
    alone: list[Problem] = []
    for item in sorted(set(problems), key=lambda item: (item.path, item.line, item.kind.value, item.text)):
        if _is_deliberate(item, test_patterns):
            data.setdefault(item.kind, []).append(item)
        elif item.text.startswith(OTHER_VERSION):
            shared.setdefault((item.kind, item.text), []).append(item)
        else:
            alone.append(item)
    warned = [ReportLine(item.kind, item.path, item.line, item.text + _consequence(item)) for item in alone]
    warned += [_shared_line(items) for items in shared.values()]
    return [*sorted(warned, key=lambda line: (line.path, line.line, line.text)), *map(_data_line, data.values())]


def are_new(path: Path, items: Sequence[tuple[Any, ...]], *, is_fresh: bool) -> list[bool]:
    """Tell of each item whether the last build did not have it (any, if this one `is_fresh`); keep them for the next."""
    data = kept(path, __version__)
    before = set(_read(data)) if data is not None else set()
    now = [digest(*item) for item in items]
    if set(now) != before:
        keep(path, __version__, msgspec.msgpack.encode(sorted(set(now))))
    return [is_fresh or number not in before for number in now]


_read = msgspec.msgpack.Decoder(tuple[int, ...]).decode


def new_problems(path: Path, problems: Sequence[Problem], files: Mapping[str, str], *, is_fresh: bool) -> list[Problem]:
    """Return the problems that the last build did not have, or had of another content; `files` has what stands for that."""
    items = [(item.kind.value, item.path, item.line, item.text, files.get(item.path, "")) for item in problems]
    flags = are_new(path, items, is_fresh=is_fresh)
    return [problem for problem, is_new in zip(problems, flags, strict=True) if is_new]


def _is_deliberate(problem: Problem, test_patterns: Sequence[str]) -> bool:
    """Return whether a fault is likely to be there on purpose: in the data of tests, or in a class that a test makes."""
    path = PurePosixPath(problem.path)
    if problem.kind is WarningKind.HIERARCHY and is_test_path(problem.path, test_patterns):
        return True
    if not _DATA_FOLDERS.isdisjoint(path.parts[:-1]):
        return True
    names = [pattern for pattern in test_patterns if "/" not in pattern]
    folders = [pattern for pattern in test_patterns if "/" in pattern]
    return is_test_path(problem.path, folders) and not is_test_path(path.name, names)


def _consequence(problem: Problem) -> str:
    """Return what happens to the file, if the problem itself does not say it."""
    if problem.text.endswith(_SAID) or "; read without " in problem.text:
        return ""
    if problem.text.startswith("names were not resolved"):
        return "; its uses are not listed"
    return "; no definitions are listed" if problem.kind in _LOSING else ""


def _shared_line(problems: Sequence[Problem]) -> ReportLine:
    first = problems[0]
    if len(problems) == 1:
        return ReportLine(first.kind, first.path, first.line, first.text + _consequence(first))
    others = [item.path for item in problems[1:]]
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    text = (
        f"{first.text}{_consequence(first)}; the same for {len(others)} other files: {', '.join(others[:_NAMED])}{more}"
    )
    return ReportLine(first.kind, first.path, first.line, text)


def _data_line(problems: Sequence[Problem]) -> ReportLine:
    first = problems[0]
    paths = sorted({item.path for item in problems})
    count = "1 file" if len(paths) == 1 else f"{len(paths)} files"
    folder = posixpath.commonpath([posixpath.dirname(path) for path in paths])
    more = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
    text = f"test data, not reported as {first.kind.value} warnings: {count} in {folder} ({first.path}:{first.line or 1}: {first.text}{more})"
    return ReportLine(None, first.path, first.line, text)
