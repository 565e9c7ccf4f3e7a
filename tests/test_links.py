"""Every link of a built site lands on an existing file and id."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sphinx
from linkcheck import broken_links, repeated_ids

Build = Callable[..., Any]

DEMO = Path(__file__).parents[1] / "demo_project"
CONF = """\
extensions = ["sphinx_kwindex"]
kwindex_root = "../sphinx"
kwindex_source_url = "https://github.com/sphinx-doc/sphinx/blob/master/sphinx/{path}#L{line}"
html_theme = "alabaster"
"""
INDEX = "Test\n====\n\n.. toctree::\n\n   kwindex/index\n"


def test_checker_finds_faults(tmp_path: Path) -> None:
    """The checker tells good links from bad ones."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.html").write_text(
        '<p id="x"><p id="é"><a href="#x"><a href="#y"><a href="b.html"><a href="sub/"><a href="https://e.org/#z">'
        '<a href="sub/b%20c.html?v=1#q"><a href="#%C3%A9"><img src="no.png"><i id="x">'
    )
    (tmp_path / "sub/b c.html").write_text('<a id="q"></a><a href="../a.html#x">')
    faults = [(fault.address, fault.reason) for fault in broken_links(tmp_path)]
    expected = [("#y", "no such id"), ("b.html", "no such file"), ("sub/", "no such file"), ("no.png", "no such file")]
    assert faults == expected
    assert repeated_ids(tmp_path) == [("a.html", "x")]


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_demo(tmp_path: Path, builder: str) -> None:
    """The demo project's site has no broken link and no id twice."""
    shutil.copytree(DEMO, tmp_path / "demo", ignore=shutil.ignore_patterns("_build", "kwindex"))
    out = build_site(tmp_path / "demo/docs", tmp_path / "out", builder)
    assert broken_links(out) == []
    assert repeated_ids(out / "kwindex") == []


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_sphinx(tmp_path: Path, builder: str) -> None:
    """The site of Sphinx's own package has no broken link, and pages that load at once."""
    shutil.copytree(Path(sphinx.__file__).parent, tmp_path / "sphinx", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/conf.py").write_text(CONF)
    (tmp_path / "docs/index.rst").write_text(INDEX)
    out = build_site(tmp_path / "docs", tmp_path / "out", builder)
    assert len(list(out.rglob("*.html"))) > 250
    assert broken_links(out) == []
    sizes = sorted(path.stat().st_size for path in _file_pages(out))
    assert sizes[len(sizes) * 9 // 10] <= (200_000 if sphinx.version_info >= (9,) else 215_000)
    assert sizes[-1] <= 900_000


def _file_pages(out: Path) -> Iterator[Path]:
    """Yield the pages of files, as either builder names them."""
    yield from (
        path
        for path in out.glob("kwindex/tree/**/*.html")
        if ".py" in f"{path.parent.name}/{path.name}" and path.is_file()
    )


ODD = {
    "a b/ü.py": "class Größe:\n    def messen(self): ...\n",
    "A/x.py": "class Foo: ...\ndef foo(): ...\n",
    "a/x.py": "def f():\n    class F:\n        def g(self): ...\n    return F\n",
    "index.py": "x = 1\n",
    "Index.py": "x = 1\n",
    "page.html/mod.py": "y = 2\n",
    "page": "#!/usr/bin/env python\nz = 3\n",
    "#hash?.py": "h = 1\n",
    "100%.py": "p = 1\n",
    "twice.py": "if x:\n    def f(): ...\nelse:\n    def f(): ...\n\ndef f(): ...\n",
    "docs/index.rst": INDEX + "\n:kw:class:`Größe` :kw:file:`100%.py`\n\n.. kwindex::\n   :private:\n",
}


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_odd_names(build: Build, builder: str) -> None:
    """Names with spaces, marks, other letters and only different case have pages and anchors that can be reached."""
    built = build(ODD, {"kwindex_exclude": ["docs"]}, builder)
    assert broken_links(built.outdir) == []


def build_site(docs: Path, out: Path, builder: str) -> Path:
    """Build in a process of its own, with every warning an error."""
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", "-b", builder, str(docs), str(out)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return out
