"""Indexing many small states of one tree: what follows from the bytes of a file alone is worked out once."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex import lint, project
from sphinx_kwindex.collect import Collected, Collector, collect_files
from sphinx_kwindex.model import Finding, Role, SourceFile
from sphinx_kwindex.options import Options
from sphinx_kwindex.project import code_digest


@pytest.fixture
def quick_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have files collected once for each of their contents, by us, and checked by a linter that takes no time."""
    known: dict[tuple[str, str, str], Any] = {}

    def collect(
        root: Path, files: Sequence[SourceFile], collectors: Sequence[Collector], options: Options, **_: Any
    ) -> Iterator[Collected]:
        keys = {file: (file.path, file.digest, options.digest("collect")) for file in files}
        missing = [file for file in files if keys[file] not in known]
        known.update((keys[file], encoded) for file, encoded in collect_files(root, missing, collectors, options))
        yield from ((file, known[keys[file]]) for file in files)

    monkeypatch.setattr(project, "collect_files", collect)
    monkeypatch.setattr(project, "code_digest", functools.cache(code_digest))
    monkeypatch.setattr(project, "find_all", find_all)
    monkeypatch.setattr(project, "ruff_version", lambda: "1")


def find_all(
    root: Path, files: Mapping[str, Role], _rules: Sequence[str]
) -> Iterator[Mapping[str, tuple[Finding, ...]]]:
    """Find an `assert` in each line that says so."""
    yield {path: tuple(find_in(root / path, role)) for path, role in files.items()}


def find_in(path: Path, role: Role) -> Iterator[Finding]:
    """Find the assertions of one file."""
    lines = [number for number, line in enumerate(path.read_bytes().splitlines(), 1) if b"assert" in line]
    finding = Finding(code="S101", name="assert", message="Use of `assert` detected", lines=tuple(lines))
    if lines and lint._is_told(finding, role):
        yield finding
