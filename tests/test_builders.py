"""Every builder of Sphinx takes our documents, without a warning and without losing what they say."""

from __future__ import annotations

import os
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": '"""A package."""\n',
    "pkg/one.py": "class One:\n    '''A first class.'''\n    def go(self): ...\n",
    "pkg/sub/two.py": "from pkg.one import One\n\ndef use_it(): return One().go()\n",
    "docs/index.rst": (
        "Test\n====\n\n.. toctree::\n\n   kwindex/index\n   page\n\n:kw:class:`One`\n:kw:file:`pkg/one.py`\n"
    ),
    "docs/page.rst": (
        "Page\n====\n\n.. kwindex:: pkg/sub/two.py\n\n.. kwuses:: One.go\n\n.. kwrelated:: pkg/one.py\n\n.. kwrelated:: pkg\n\n.. kwgraph:: pkg/one.py\n\n"
        ".. kwgraph:: pkg\n\n.. kwgraph:: One.go\n\n.. kwtree:: pkg\n"
    ),
}
CONF = {
    "nitpicky": True,
    "version": "1",
    "copyright": "2024, us",
    "author": "us",
    "linkcheck_report_timeouts_as_broken": False,  # Sphinx 7.4 warns if it is not said
}

WRITTEN = {
    "html": "kwindex/tree/pkg/one.py.html",
    "dirhtml": "kwindex/tree/pkg/one.py/index.html",
    "singlehtml": "index.html",
    "text": "kwindex/tree/pkg/one.py.txt",
    "xml": "kwindex/tree/pkg/one.py.xml",
    "pseudoxml": "kwindex/tree/pkg/one.py.pseudoxml",
    "latex": "",
    "man": "",
    "texinfo": "",
    "epub": "kwindex/tree/pkg/one.py.xhtml",
    "gettext": "",
    "linkcheck": "output.txt",
    "changes": "",
    "dummy": "",
}
"""What each builder is expected to write."""


@pytest.mark.parametrize("builder", WRITTEN)
def test_builder(build: Build, builder: str) -> None:
    """A build is free of warnings, twice, and writes what it should."""
    for changes in (TREE, {}):
        built = build(changes, CONF, builder)
        assert (built.outdir / WRITTEN[builder]).exists()


CONTRIB = {
    "json": "kwindex/tree/pkg/one.py.fjson",
    "pickle": "kwindex/tree/pkg/one.py.fpickle",
    "htmlhelp": "kwindex/tree/pkg/one.py.html",
    "qthelp": "kwindex/tree/pkg/one.py.html",
    "devhelp": "kwindex/tree/pkg/one.py.html",
}


# These packages call what Sphinx is about to drop.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("builder", CONTRIB)
def test_builder_of_another_package(build: Build, builder: str) -> None:
    """Builders that are HTML underneath take the leaves as they are."""
    built = build(TREE, CONF, builder)
    assert "One" in (built.outdir / CONTRIB[builder]).read_bytes().decode("utf-8", "replace")


SAYS = {
    "text": ("kwindex/tree/pkg/one.py.txt", "kwindex/index.txt"),
    "xml": ("kwindex/tree/pkg/one.py.xml", "kwindex/index.xml"),
    "html": ("kwindex/tree/pkg/one.py.html", "kwindex/index.html"),
    "epub": ("kwindex/tree/pkg/one.py.xhtml", "kwindex/index.xhtml"),
}


@pytest.mark.parametrize("builder", SAYS)
def test_same_content(build: Build, builder: str) -> None:
    """A page says the same in every format."""
    file, project = SAYS[builder]
    built = build(TREE, CONF, builder)
    text = built.text(file)
    for part in ("pkg/one.py", "One", "go", "A first class."):
        assert part in text
    assert "pkg" in built.text(project)
    suffix = file.rpartition(".")[2]
    assert "use_it" in built.text(f"page.{suffix}")


def test_latex(build: Build) -> None:
    """LaTeX has the entry page and listings; links to pages that are not in the document are plain text."""
    built = build(TREE, CONF, "latex")
    (document,) = Path(built.outdir).glob("*.tex")
    text = document.read_text(encoding="utf-8")
    assert r"use\_it" in text
    assert "kwindex/tree" not in text


def test_one_page(build: Build) -> None:
    """The one-page builder has no links to pages that are not there."""
    text = build(TREE, CONF, "singlehtml").text("index.html")
    assert "use_it" in text
    assert "#document-kwindex/tree" not in text
    assert 'href="kwindex' not in text


def test_translators_see_no_pages(build: Build) -> None:
    """Message catalogues have the author's texts only."""
    built = build(TREE, CONF, "gettext")
    catalogues = {path.relative_to(built.outdir).as_posix() for path in built.outdir.rglob("*.pot")}
    text = "".join((built.outdir / name).read_text(encoding="utf-8") for name in catalogues)
    assert 'msgid "Page"' in text
    assert "pkg/sub" not in text.replace(":kw:file:", "")
    assert "A first class." not in text
    assert "use_it" not in text


def test_links_are_not_checked(build: Build) -> None:
    """The link checker does not ask a server for the source of every file."""
    conf = {**CONF, "kwindex_source_url": "https://nowhere.invalid/{path}#L{line}"}
    built = build(TREE, conf, "linkcheck")
    assert "nowhere" not in built.text("output.txt")


def test_language(build: Build) -> None:
    """Documentation in another language builds without a warning."""
    build(TREE, {**CONF, "language": "de"})


def test_book(build: Build) -> None:
    """An EPUB has a style sheet that older checkers understand, and is valid (EPUBCHECK: the path of epubcheck.jar)."""
    built = build(TREE, CONF, "epub")
    style = built.text("_static/kwindex.css")
    assert not re.search(r":(has|is|where)\(", style)
    assert ".kw.kw" in style
    assert style.count("{") == style.count("}")
    for path in built.outdir.rglob("*.xhtml"):
        ET.parse(path)
    if "EPUBCHECK" in os.environ:
        (book,) = built.outdir.glob("*.epub")
        done = subprocess.run(
            ["java", "-jar", os.environ["EPUBCHECK"], str(book)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("compact", [False, True])
def test_no_empty_catalogues(build: Build, compact: bool) -> None:
    """Translators get catalogues of the authors' documents only; what is in the same catalogue as these stays."""
    conf = {**CONF, "gettext_compact": compact}
    built = build({**TREE, "docs/kwindex/own.rst": ":orphan:\n\nOwn\n===\n"}, conf, "gettext")
    names = sorted(
        path.relative_to(built.outdir).as_posix() for path in built.outdir.rglob("*") if path.suffix == ".pot"
    )
    assert names == (
        ["index.pot", "kwindex.pot", "page.pot"] if compact else ["index.pot", "kwindex/own.pot", "page.pot"]
    )
    assert not (built.outdir / "kwindex" / "tree").exists()
