"""What attack tests share: trees that plant markers, and processes that work on them in a bounded time."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from conftest import PROJECT

PATIENCE = 60
"""Seconds after which a process counts as hung, on a slow machine."""

_DUMP = """\
import sys
sys.path.insert(0, {project!r})
from sphinx_kwindex.__main__ import main
sys.path[:0] = {path!r}
sys.exit(main({arguments!r}))
"""
_MARK = """\
import sys
with open({marker!r}, "a") as stream:
    frame, files = sys._getframe(), []
    while frame is not None:
        files.append(frame.f_code.co_filename)
        frame = frame.f_back
    print(__file__, "|".join(files), file=stream)
"""
_PROGRAM = "#!/bin/sh\necho run $0 >> {marker}\nexit 1\n"


def plant_modules(folder: Path, names: Iterable[str], marker: Path, *, packages: bool = False) -> None:
    """Put a module (or package) of each name into a folder; whoever imports one leaves a line in the marker file."""
    for name in names:
        path = folder / name / "__init__.py" if packages else folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_MARK.format(marker=str(marker)), encoding="utf-8")


def plant_programs(folder: Path, names: Iterable[str], marker: Path) -> None:
    """Put a program of each name into a folder; whoever runs one leaves a line in the marker file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = folder / name
        path.write_text(_PROGRAM.format(marker=marker), encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)


def run_dump(
    root: Path,
    *arguments: str,
    cwd: Path,
    path: Iterable[str] = (),
    environment: Mapping[str, str] | None = None,
    timeout: float = PATIENCE,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command `dump` as its console script would be, with `path` put on the import path by somebody."""
    code = _DUMP.format(project=str(PROJECT), path=list(path), arguments=["dump", str(root), *arguments])
    command = [sys.executable, "-I", "-c", code]
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
