"""Findings of ruff: one run over the files that it has not checked yet. Optional, like ruff itself.

A finding depends on the bytes of its file, the version of ruff and the rules alone, so it is kept like a summary. The
project's own configuration of ruff is not read: it says what its authors want to see, and may differ between machines.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sphinx_kwindex.grouping import in_batches
from sphinx_kwindex.isolation import is_program, script_folders
from sphinx_kwindex.model import TEST_ROLES, Finding, Role

TARGET = "py313"
"""The Python for which ruff reads: the same wherever a build runs. What only concerns older ones is left out."""
TIMEOUT = 120
"""Seconds for one batch."""
_BATCH = 24_000
"""Characters of paths on one command line: Windows takes 32,000."""
_FORMAT = 1
"""Raise it when the same output of ruff gives other findings."""

_CODE = re.compile(r"[A-Z]+\d+").fullmatch


class LintError(Exception):
    """Ruff could not be run, or did not do what it was asked to."""


def ruff_version() -> str:
    """Return the version of the ruff that is installed next to this package; empty if none is."""
    try:
        return importlib.metadata.version("ruff") if ruff_program() else ""
    except importlib.metadata.PackageNotFoundError:
        return ""


def ruff_program() -> str:
    """Return the path of the ruff that is installed next to this package; empty if none is.

    The program itself: `python -m ruff` would import what the tree that it is run in has in place of modules.
    """
    try:
        installed = importlib.metadata.distribution("ruff")
    except importlib.metadata.PackageNotFoundError:
        return ""
    listed = [str(installed.locate_file(file)) for file in installed.files or () if file.stem == "ruff"]
    beside = [str(Path(folder, name)) for folder in script_folders() for name in ("ruff", "ruff.exe")]
    return next((str(Path(path).resolve()) for path in (*listed, *beside) if is_program(path)), "")


def lint_stamp(version: str, rules: Sequence[str]) -> str:
    """Return what findings depend on besides the bytes of their file; it starts with the version of ruff."""
    return " ".join((version, str(_FORMAT), TARGET, *rules))


def find_all(
    root: Path, files: Mapping[str, Role], rules: Sequence[str]
) -> Iterator[Mapping[str, tuple[Finding, ...]]]:
    """Yield, batch by batch, what ruff finds in some files of a tree, by path; raise `LintError`."""
    for batch in in_batches(files, lambda path: len(path) + 3, _BATCH):
        try:
            found = _group(_run(root, batch, rules), root, batch)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise LintError(f"unexpected output ({type(error).__name__})") from error
        yield {path: tuple(item for item in items if _is_told(item, files[path])) for path, items in found.items()}


def _is_told(finding: Finding, role: Role) -> bool:
    """Return whether a finding says something: that a test asserts something does not."""
    return not (role in TEST_ROLES and finding.code == "S101")


def _run(root: Path, paths: Iterable[str], rules: Sequence[str]) -> list[Any]:
    # The bare start keeps names like `-x.py` and `@x.py` from being taken for something else.
    command = [
        *(ruff_program(), "check", "--isolated", "--no-cache", "--quiet", "--exit-zero"),
        *("--output-format", "json", "--target-version", TARGET, "--select", ",".join(rules), "--"),
        *(f"./{path}" for path in paths),
    ]
    done = _finish(command, root)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").split("\n\n")[0]
        raise LintError(" ".join(said.split()) or f"exit code {done.returncode}")
    return list(json.loads(done.stdout))


def _finish(command: Sequence[str], root: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RUFF_")}
    try:
        return subprocess.run(  # noqa: S603 - no shell, and nothing of the tree is run
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LintError("TimeoutExpired") from error
    except OSError as error:
        raise LintError(str(error)) from error


def _group(rows: Iterable[Any], root: Path, paths: Iterable[str]) -> Mapping[str, tuple[Finding, ...]]:
    """Return the findings of each of some files, those of one rule and message together, in order of code and line."""
    top = os.path.realpath(root)  # as the process sees the folder that it starts in
    known = {os.path.normcase(os.path.join(top, path)): path for path in paths}  # noqa: PTH118 - a path for each file
    lines: dict[str, dict[tuple[str, str, str], set[int]]] = {path: {} for path in known.values()}
    for row in rows:
        path, key, line = _read_row(row)
        place = known.get(os.path.normcase(path))
        # A file that does not parse has been reported, by us.
        if place is not None and _CODE(key[0]):
            lines[place].setdefault(key, set()).add(line)
    return {path: tuple(_findings(found)) for path, found in lines.items()}


def _read_row(row: Any) -> tuple[str, tuple[str, str, str], int]:
    """Return file, (code, name of the rule, message) and line of one finding."""
    name = str(row.get("name") or "") or str(row.get("url") or "").rstrip("/").rpartition("/")[2]
    return str(row["filename"]), (str(row.get("code") or ""), name, str(row["message"])), int(row["location"]["row"])


def _findings(found: Mapping[tuple[str, str, str], Collection[int]]) -> Iterator[Finding]:
    for (code, name, message), lines in sorted(found.items(), key=lambda item: (item[0][0], min(item[1]), item[0])):
        yield Finding(code=code, name=name, message=message, lines=tuple(sorted(lines)))
