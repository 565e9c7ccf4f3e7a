"""Caches that travel, builds that meet, and clocks that jump: whole builds, each in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

TREE = {
    "pkg/__init__.py": "from pkg.base import Base\n",
    "pkg/base.py": 'class Base:\n    """A base."""\n    def go(self): ...\n',
    "pkg/child.py": "from pkg import Base\n\nclass Child(Base):\n    def go(self): return super().go()\n",
    **{f"pkg/many/m{number}.py": f"from pkg import Base\n\ndef f{number}(x: Base): x.go()\n" for number in range(20)},
    "docs/conf.py": "extensions = ['sphinx_kwindex']\nkwindex_root = '..'\nkwindex_exclude = ['docs']\n"
    "kwindex_cache_dir = '../.kwindex'\n",
    "docs/index.rst": "Test\n====\n\n.. toctree::\n\n   kwindex/index\n",
}


def start(root: Path, out: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start Sphinx on the documentation of a tree, with warnings as errors."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", *arguments, str(root / "docs"), str(out)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for a build to end well; return what it said."""
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return said


def pages(out: Path) -> dict[str, bytes]:
    """Return the bytes of every page and asset."""
    found = (path for path in out.rglob("*") if path.is_file() and ".doctrees" not in path.parts)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


def test_fresh_clone_with_the_cache(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """With nothing but the cache of another machine, at another path and with other times, no file is analysed again."""
    first = make_tree(TREE, name="first")
    assert f"{len(TREE) - 2} analysed" in finish(start(first, tmp_path / "one"))
    second = make_tree(TREE, name="second")
    for number, path in enumerate(sorted(second.rglob("*.py"))):
        os.utime(path, (1_000_000 + number, 1_000_000 + number))
    shutil.copytree(first / ".kwindex", second / ".kwindex")
    assert ", 0 analysed" in finish(start(second, tmp_path / "two", "-j", "2"))
    assert pages(tmp_path / "two") == pages(tmp_path / "one")
    for file in (second / ".kwindex").rglob("*"):
        assert not file.is_file() or str(first).encode() not in file.read_bytes()


def test_two_builds_at_once(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """Two builds of one tree at once, with one cache and one folder of stubs, both come out right."""
    reference = make_tree(TREE, name="reference")
    finish(start(reference, tmp_path / "reference-out"))
    root = make_tree(TREE, name="shared")
    both = [start(root, tmp_path / name, "-D", "suppress_warnings=kwindex.store") for name in ("one", "two")]
    for process in both:
        finish(process)
    assert pages(tmp_path / "one") == pages(tmp_path / "two") == pages(tmp_path / "reference-out")
    assert ", 0 analysed" in finish(start(root, tmp_path / "one"))


@pytest.mark.parametrize("jump", [-10 * 365 * 86_400, 10 * 365 * 86_400], ids=["back", "ahead"])
def test_clock_that_jumps(make_tree: Callable[..., Path], tmp_path: Path, jump: int) -> None:
    """An edit is seen whatever time it bears, and so is one that is made after the clock was set right again."""
    root = make_tree(TREE, name="tree")
    finish(start(root, tmp_path / "out"))
    page = tmp_path / "out/kwindex/tree/pkg/base.py.html"
    for text, moment in (("def one(): ...\n", time.time() + jump), ("def two(): ...\n", time.time())):
        make_tree({"pkg/base.py": TREE["pkg/base.py"] + text}, name="tree")
        os.utime(root / "pkg/base.py", (moment, moment))
        finish(start(root, tmp_path / "out"))
        assert text[4:7] in page.read_text(encoding="utf-8")
        assert f'id="{text[4:7]}"' in page.read_text(encoding="utf-8")


EDIT_MEANWHILE = """
from pathlib import Path

def setup(app):
    # Just after the index is made, before a page is.
    app.connect("env-before-read-docs", lambda *_: Path({path!r}).write_text("def later(): ...\\n"))
"""


def test_edit_during_the_build(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """A file that changes while the pages are made shows as it was, consistently; the next build shows the change."""
    root = make_tree(TREE, name="tree")
    conf = TREE["docs/conf.py"]
    path = str(root / "pkg/base.py")
    make_tree({"docs/conf.py": conf + EDIT_MEANWHILE.format(path=path)}, name="tree")
    finish(start(root, tmp_path / "out"))
    page = tmp_path / "out/kwindex/tree/pkg/base.py.html"
    assert 'id="Base.go"' in page.read_text(encoding="utf-8")
    make_tree({"docs/conf.py": conf}, name="tree")
    finish(start(root, tmp_path / "out"))
    assert 'id="later"' in page.read_text(encoding="utf-8")
    assert 'id="Base.go"' not in page.read_text(encoding="utf-8")
