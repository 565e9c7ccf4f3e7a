"""Definitions of the same name in other files: which are listed, and when the A-Z index has to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from shown import Uris, groups_of, heads_of, index

from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.pages.phrases import MANY_NAMESAKES
from sphinx_kwindex.pages.records import Namesakes, PageView, Row

Views = Callable[..., dict[str, PageView]]


@pytest.fixture
def views(make_tree: Callable[..., Path]) -> Views:
    """Return a function that gives all views of a tree, by the key of the page."""

    def make(files: dict[str, str]) -> dict[str, PageView]:
        with index(make_tree(files)) as pages:
            return pages.views()

    return make


def rows(view: PageView) -> dict[str, Row]:
    def walk(group: tuple[Row, ...]) -> Iterator[Row]:
        for row in group:
            yield row
            yield from walk(row.members)

    return {row.qualname: row for _, group in groups_of(view) for row in walk(group)}


def of(view: PageView, qualname: str) -> Namesakes | None:
    return rows(view)[qualname].namesakes


def test_which(views: Views) -> None:
    """Definitions of other files count, the nearest first; not imports, attributes, locals, tests, or what is told already."""
    found = views(
        {
            "far/x.py": "def run(): ...\n",
            "pkg/a.py": "def run(): ...\nclass Job:\n    run = 1\n    def __init__(self): self.go = 2\n    def stop(self): ...\n",
            "pkg/sub/b.py": "class run: ...\n",
            "pkg/c.py": "from pkg.a import run, Job\ndef go():\n    def run(): ...\nclass Mine(Job):\n    def stop(self): ...\n",
            "pkg/d.py": "class Own:\n    def stop(self): ...\n    def __init__(self): ...\nRun = run = 1\n",
            "test_x.py": "def test_run(): ...\ndef go(): ...\n",
        }
    )
    run = of(found["file:pkg/a.py"], "run")
    assert run is not None
    assert [link.text for link in run.links] == ["pkg.d.run", "pkg.sub.b.run", "far.x.run"]
    assert (run.more, run.index) == (0, None)
    stop = of(found["file:pkg/a.py"], "Job.stop")
    assert stop is not None
    assert [link.text for link in stop.links] == ["pkg.d.Own.stop"]
    assert of(found["file:pkg/a.py"], "Job.__init__") is None
    assert of(found["file:pkg/a.py"], "Job.go") is None
    assert of(found["file:pkg/d.py"], "Run") is None
    assert of(found["file:pkg/c.py"], "go.<locals>.run") is None


@pytest.mark.parametrize(
    ("others", "shown", "more"),
    [(4, 4, 0), (5, 5, 0), (17, 5, 12), (MANY_NAMESAKES - 1, 5, MANY_NAMESAKES - 6), (MANY_NAMESAKES, 0, 0)],
)
def test_many(views: Views, others: int, shown: int, more: int) -> None:
    """A few are listed, the A-Z index has the rest; of a common name none is listed, so that a further one changes nothing."""
    files = {f"pkg/m{number:02}.py": "def run(): ...\n" for number in range(others)}
    found = views({"pkg/a.py": "def run(): ...\n", **files})
    namesakes = of(found["file:pkg/a.py"], "run")
    assert namesakes is not None
    assert (len(namesakes.links), namesakes.more) == (shown, more)
    assert (namesakes.index is None) == (0 < others <= 5)
    if namesakes.index is not None:
        page = next(view for view in found.values() if view.page.docname == namesakes.index.docname)
        assert [head.name for head in heads_of(page) if f"name-{head.name}" == namesakes.index.anchor] == ["run"]
        assert [namesakes.index.anchor] == ["name-run"]


def test_shown(views: Views) -> None:
    """The opened row, and other formats, name them and say how many more there are."""
    files = {f"pkg/m{number:02}.py": "def run(): ...\n" for number in range(17)}
    view = views({"pkg/a.py": "def run(): ...\n", **files})["file:pkg/a.py"]
    html = render_section(view, "kw-functions", Uris())
    assert "<dt>Same name elsewhere</dt>" in html
    assert '<a href="kwindex/names/r.html#name-run">and 12 more</a>' in html
    text = section_nodes(view, "kw-functions", Uris())[0].astext()
    assert "Same name elsewhere: pkg.m00.run, " in text
    assert text.endswith("pkg.m04.run and 12 more")
    common = views({f"pkg/n{number:02}.py": "def run(): ...\n" for number in range(17)})["file:pkg/n00.py"]
    assert '<a href="kwindex/names/r.html#name-run">more than 20 definitions</a>' in render_section(
        common, "kw-functions", Uris()
    )
    text = section_nodes(common, "kw-functions", Uris())[0].astext()
    assert "Same name elsewhere: more than 20 definitions" in text
