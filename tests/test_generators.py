"""Lines under descriptions, whoever makes the descriptions: autodoc, autosummary, Napoleon, sphinx-autoapi, sphinx-autodoc2, authors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import astroid
import pytest
from conftest import PROJECT, run_python, write_files

Build = Callable[..., Any]

TREE = {
    "kwgen/__init__.py": '"""A package."""\n\nfrom kwgen._impl import Shape, area\n\n__all__ = ["Shape", "area"]\n',
    "kwgen/_impl.py": '''\
        """Where things are."""

        class Shape:
            """A shape.

            Attributes:
                name: What it is called.
            """

            sides: int = 0
            """How many sides it has."""

            def __init__(self, name: str) -> None:
                self.name = name

            @property
            def label(self) -> str:
                """What is shown."""
                return self.name

            def grow(self, by: int) -> "Shape":
                """Make it larger.

                Args:
                    by: How much.
                """
                return self

            @classmethod
            def make(cls) -> "Shape":
                """Make one."""
                return cls("").grow(1)

        def area(shape: Shape) -> int:
            """Return the area."""
            return len(shape.label) + shape.sides

        class ShapeError(Exception):
            """Raised for no shape."""
        ''',
    "kwgen/use.py": '''\
        """Uses it."""

        from kwgen import Shape, area

        def run() -> int:
            """Run."""
            return area(Shape.make().grow(2))
        ''',
}
INDEX = "Test\n====\n\n.. toctree::\n\n   kwindex/index\n   api\n"


class _Descriptions(HTMLParser):
    """Collects which descriptions of the `py` domain a page has, by anchor, with the line that stands in each."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, str | None] = {}
        self._open: list[str] = []
        """Anchors of the descriptions around; empty: of something else."""
        self._is_next = False
        self._line: list[str] | None = None
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note descriptions and lines."""
        named = dict(attrs)
        classes = (named.get("class") or "").split()
        if tag == "dl":
            self._open.append("?" if classes[:1] == ["py"] else "")
        elif tag == "dt" and self._open and self._open[-1] == "?":  # further signatures belong to the first
            self._open[-1] = f"{named.get('id') or len(self.lines)}"
            self.lines.setdefault(self._open[-1], None)
        elif "kw-api" in classes:
            self._line, self._tag = [], tag

    def handle_endtag(self, tag: str) -> None:
        """Note where they end."""
        if tag == "dl":
            self._open.pop()
        elif self._line is not None and tag == self._tag:
            owner = next(anchor for anchor in reversed(self._open) if anchor)
            assert self.lines[owner] is None, f"two lines at {owner}"
            self.lines[owner] = " ".join("".join(self._line).split())
            self._line = None

    def handle_data(self, data: str) -> None:
        """Note what lines say."""
        if self._line is not None:
            self._line.append(data)


def described(text: str) -> dict[str, str | None]:
    """Return the line under each description of a page, by the anchor of the description."""
    parser = _Descriptions()
    parser.feed(text)
    return parser.lines


def all_described(site: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the descriptions of all authors' and generators' pages."""
    for page in sorted(site.rglob("*.html")):
        if "kwindex" not in page.relative_to(site).parts:
            yield from described(page.read_text(encoding="utf-8")).items()


def run_sphinx(folder: Path, extensions: str, docs: Mapping[str, str], conf: str = "", *, warnings: str = "") -> Path:
    """Build in a process of its own, as generators change much of Sphinx; every warning but one is an error."""
    listed = [*extensions.split(), "sphinx_kwindex"]
    head = f"import sys\nsys.path.insert(0, {str(folder)!r})\nextensions = {listed}\nkwindex_root = '..'\nhtml_theme = 'alabaster'\n"
    write_files(folder, {**TREE, "docs/conf.py": head + conf, "docs/index.rst": INDEX, **docs})
    run = run_python("-m", "sphinx", "-q", "docs", "site", cwd=folder, path=PROJECT)
    assert run.returncode == 0, run.stdout + run.stderr
    found = [line for line in run.stderr.splitlines() if "WARNING" in line or "ERROR" in line]
    assert [line for line in found if not warnings or warnings not in line] == []
    assert bool(found) == bool(warnings)
    return folder / "site"


def test_autoapi(tmp_path: Path) -> None:
    """What sphinx-autoapi describes has its line, also where it describes what a package re-exports."""
    pytest.importorskip("autoapi")
    index = INDEX.replace("   api\n", "")
    site = run_sphinx(tmp_path, "autoapi.extension", {"docs/index.rst": index}, "autoapi_dirs = ['../kwgen']\n")
    lines = dict(all_described(site))
    assert {name for name, line in lines.items() if line is None} == set()
    assert {"kwgen.Shape", "kwgen.Shape.grow", "kwgen.Shape.sides", "kwgen.area", "kwgen.use.run"} <= lines.keys()
    assert str(lines["kwgen.Shape.grow"]).startswith("Used 2 times in 2 files")


def test_autodoc2(tmp_path: Path) -> None:
    """What sphinx-autodoc2 describes has its line."""
    pytest.importorskip("autodoc2")
    if astroid.version.startswith("4"):
        pytest.skip("sphinx-autodoc2 needs an older astroid")
    index = INDEX.replace("   api\n", "   apidocs/index\n")
    site = run_sphinx(tmp_path, "autodoc2", {"docs/index.rst": index}, "autodoc2_packages = ['../kwgen']\n")
    lines = dict(all_described(site))
    assert {name for name, line in lines.items() if line is None} == set()
    assert {"kwgen._impl.Shape", "kwgen._impl.Shape.grow", "kwgen._impl.area", "kwgen.use.run"} <= lines.keys()


def api(text: str) -> dict[str, str]:
    """Return a document."""
    return {"docs/api.rst": f"Api\n===\n\n{text}\n"}


def test_autosummary(tmp_path: Path) -> None:
    """The pages that autosummary generates have lines."""
    page = api(
        ".. currentmodule:: kwgen\n\n.. autosummary::\n   :toctree: generated\n\n   Shape\n   Shape.grow\n   area"
    )
    lines = dict(all_described(run_sphinx(tmp_path, "sphinx.ext.autodoc sphinx.ext.autosummary", page)))
    assert {"kwgen.Shape", "kwgen.Shape.grow", "kwgen.area"} <= lines.keys()
    assert None not in lines.values()


def test_napoleon(tmp_path: Path) -> None:
    """Attributes that Napoleon finds in docstrings have lines."""
    page = api(".. autoclass:: kwgen.Shape\n   :members:\n\n.. autoexception:: kwgen._impl.ShapeError")
    lines = dict(all_described(run_sphinx(tmp_path, "sphinx.ext.autodoc sphinx.ext.napoleon", page)))
    assert {"kwgen.Shape", "kwgen.Shape.name", "kwgen.Shape.label", "kwgen.Shape.sides"} <= lines.keys()
    assert None not in lines.values()


def test_autodoc_fails(tmp_path: Path) -> None:
    """Where autodoc cannot import a module there is no description, and no line; all others have theirs."""
    page = api(".. autofunction:: kwgen.area\n\n.. automodule:: kwgen.broken\n   :members:")
    broken = {"kwgen/broken.py": "raise RuntimeError\ndef never(): ...\n"}
    site = run_sphinx(tmp_path, "sphinx.ext.autodoc", {**broken, **page}, warnings="autodoc: failed to import")
    assert [(name, bool(line)) for name, line in all_described(site)] == [("kwgen.area", True)]


HAND_WRITTEN = """\
    Api
    ===

    .. py:module:: kwgen
       :no-index:

    .. py:class:: Shape
       :canonical: kwgen._impl.Shape

       .. py:method:: grow(by)
          :no-index:

    .. py:function:: area(shape)
                     area(shape, unit)

    .. py:currentmodule:: elsewhere

    .. py:class:: Other

       .. py:method:: grow(by)

    .. py:function:: json.dumps(data)

    .. py:function:: area(shape)

    .. py:data:: kwgen._impl.Nothing
    """


def test_hand_written(build: Build) -> None:
    """Names with a canonical one, without an index entry, with several signatures; and nothing of other packages."""
    built = build({**TREE, "docs/index.rst": INDEX, "docs/api.rst": HAND_WRITTEN})
    lines = described(built.text("api.html"))
    found = [bool(line) for line in lines.values()]
    assert found == [True, True, True, False, False, False, False, False], lines


def test_two_at_one_id(build: Build) -> None:
    """Sphinx warns of what is described twice, and each of the two has the line."""
    page = api(".. py:function:: kwgen.area(shape)\n\n" * 2)
    said = ["duplicate object description of kwgen.area"]
    built = build({**TREE, "docs/index.rst": INDEX, **page}, warnings=said)
    assert built.text("api.html").count('kw-api"') == 2


def test_deleted_document(build: Build) -> None:
    """A document that is deleted takes what is noted of it away; the next build is quiet."""
    page = "Api\n===\n\n.. py:function:: kwgen.area(shape)\n"
    build(
        {
            **TREE,
            "docs/index.rst": INDEX,
            "docs/api.rst": page,
            "docs/more.rst": f":orphan:\n\n{page.replace('area', 'use.run')}",
        }
    )
    again = build({"docs/more.rst": None})
    assert "more" not in again.app.env.get_domain("kw").listings  # type: ignore[attr-defined]
    assert described(again.text("api.html")).keys() == {"kwgen.area"}


BUILDERS = [
    "html",
    "dirhtml",
    "singlehtml",
    "json",
    "epub",
    "text",
    "latex",
    "man",
    "texinfo",
    "xml",
    "gettext",
    "linkcheck",
    "dummy",
]


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # of the builder for JSON
@pytest.mark.parametrize("builder", BUILDERS)
def test_builders(build: Build, builder: str) -> None:
    """Every format that shows a description shows the line; those that show none are not disturbed."""
    page = api(".. py:function:: kwgen.area(shape)\n\n   Text.")
    conf = {
        "master_doc": "index",
        "man_pages": [("index", "t", "T", [], 1)],
        "latex_documents": [("index", "t.tex", "T", "", "manual")],
        "texinfo_documents": [("index", "t", "T", "", "t", "T", "M")],
        "epub_show_urls": "no",
        "version": "1",
        "copyright": "T",
        "linkcheck_report_timeouts_as_broken": False,
    }
    built = build({**TREE, "docs/index.rst": INDEX, **page}, conf, builder)
    shown = [
        path
        for path in built.outdir.rglob("*")
        if path.is_file() and path.suffix in _TEXTS and "kwindex" not in path.parts and _says(path)
    ]
    assert bool(shown) == (builder not in {"gettext", "linkcheck", "dummy"})


_TEXTS = {".html", ".xhtml", ".fjson", ".txt", ".tex", ".1", ".texi", ".xml", ".pot", ".json"}


def _says(path: Path) -> bool:
    return re.search(r"Used\s+\d+\s+times", path.read_text(encoding="utf-8")) is not None
