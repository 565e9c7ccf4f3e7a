"""Only regular files of sane size are read, wherever the tree is read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attacks import run_dump
from conftest import write_files

from sphinx_kwindex.regular import HUGE, read_bytes

resource = pytest.importorskip("resource", reason="Windows has neither pipes nor devices in the file system")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pipes and devices in the file system")

SETTINGS = ["pyproject.toml", "setup.cfg", "setup.py", ".gitignore", "pyvenv.cfg", "CACHEDIR.TAG"]
SOURCES = ["x.py", "x.pyi", "script", "README.md", "README.rst", "README", "__init__.py"]


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # addresses are short
        try:
            made.bind(path.name)
        finally:
            os.chdir(here)


def make_sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 40)


MAKE: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "socket": make_socket,
    "folder": lambda path: path.mkdir(),
    "link to zeros": lambda path: path.symlink_to("/dev/zero"),
    "link to a terminal": lambda path: path.symlink_to("/dev/tty"),
    "link to random": lambda path: path.symlink_to("/dev/urandom"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "link to the root": lambda path: path.symlink_to("/"),
    "link to its folder": lambda path: path.symlink_to("."),
    "link to nothing": lambda path: path.symlink_to("no/such/thing"),
    "link to memory": lambda path: path.symlink_to("/proc/self/mem"),
    "a terabyte": make_sparse,
    "50 MB": lambda path: path.write_bytes(b"# " + b"x" * 50_000_000) and None,
}


@pytest.mark.parametrize("kind", MAKE)
def test_special(tmp_path: Path, kind: str) -> None:
    """Every file that we read by name or by its ending may be anything; the rest of the tree is indexed."""
    root = tmp_path / "tree"
    write_files(root, {"a.py": "def found(): ...\n", "deep/b.py": "import a\n"})
    for number, folder in enumerate((root, root / "deep", root / "set")):
        folder.mkdir(exist_ok=True)
        names = [*(SETTINGS[:4] if number < 2 else SETTINGS), *SOURCES]
        for name in names if kind != "50 MB" else SETTINGS[:4]:
            MAKE[kind](folder / name)
    done = limited_dump(root)
    assert done.returncode == 0, done.stderr.decode()
    assert b'"path":"a.py","qualname":"found"' in done.stdout
    assert b'"path":"deep/b.py","line":1' in done.stdout
    assert b"MemoryError" not in done.stderr


def test_settings_above(tmp_path: Path) -> None:
    """The same holds for what is read above the root."""
    root = tmp_path / "repository" / "tree"
    write_files(root, {"a.py": "def found(): ...\n"})
    for name in SETTINGS[:4]:
        os.mkfifo(root.parent / name)
    (root.parent / ".git").mkdir()
    done = limited_dump(root)
    assert done.returncode == 0, done.stderr.decode()
    assert b'"path":"a.py","qualname":"found"' in done.stdout


def limited_dump(root: Path) -> subprocess.CompletedProcess[bytes]:
    """Run `dump` with three gigabytes of memory."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, before[1]))
    try:
        return run_dump(root, "--jobs", "2", cwd=root.parent)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def test_another_file_by_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that becomes a pipe between the look at it and its opening is not read."""
    pipe, file = tmp_path / "pipe", tmp_path / "file"
    os.mkfifo(pipe)
    file.write_bytes(b"x" * 10)
    regular = file.stat()
    monkeypatch.setattr("sphinx_kwindex.regular.os.stat", lambda _path: regular)
    with pytest.raises(OSError, match="not a regular file"):
        read_bytes(pipe, HUGE)
    assert read_bytes(file, 10) == b"x" * 10
    with pytest.raises(OSError, match="larger than 9 bytes"):
        read_bytes(file, 9)
