"""Which sections pages have, and sections that a project adds: `kwindex_sections`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from shown import list_pages

from sphinx_kwindex import Project
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.blocks import Code, find_all
from sphinx_kwindex.pages.catalogue import TITLES
from sphinx_kwindex.pages.file_view import find_head
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.records import Files, Layer, Letters, PageKind, Standing, Told
from sphinx_kwindex.pages.sections import (
    CodeBlock,
    Content,
    Paragraph,
    Points,
    Section,
    Sections,
    Table,
    ToKeyword,
    ToPath,
    ToWeb,
    load_sections,
)
from sphinx_kwindex.pages.subjects import FileSubject, Sources
from sphinx_kwindex.pages.views import find_sections, make_addresses, page_view

TABLES = {
    PageKind.FILE: {"kw-related": "Related", "kw-classes": "Classes", "kw-data": "Data", "kw-imports": "Imports"},
    PageKind.FOLDER: {"kw-files": "Files"},
}
ROWS = ("kw-classes", "kw-data", "kw-types")


def tell(project: Project, path: str) -> Iterable[Content]:
    """Say how many keywords there are below a path; nothing of tests."""
    if path.startswith("tests"):
        return
    found = [keyword for keyword in project.keywords(kind="function") if keyword.path.startswith(path)]
    yield Paragraph(
        "See ", ToPath("pkg/b.py"), ", ", ToPath("pkg", "all of it"), " & ", ToWeb("https://example.org/<"), " ."
    )
    yield Points(*(ToKeyword(keyword.id) for keyword in found), ("<b>", Code("x < 1")), ToPath("none.py"))
    yield CodeBlock("if a < b:\n    pass")
    yield Table(["Name", "Line"], [(ToKeyword(item.id, item.name), str(item.line)) for item in found])
    yield Paragraph(ToWeb("javascript:alert(1)", "click"))


def fail(project: Project, path: str) -> Iterable[Content]:
    yield Paragraph("never shown")
    raise LookupError(f"nothing known of {path}")


OWN = Section("own", "Our <notes>", tell)
OTHER = Section("own", "The same name", tell)
FAILS = Section("fails", "Fails", fail)
MARKUP = Section("markup", "Markup", lambda _project, _path: ["<b>"])  # type: ignore[list-item]
NAMELESS = Section("No Name", "No name", tell)
HERE = __name__


def orders(*names: str) -> tuple[list[str], list[str]]:
    """Return the order that a list for file pages gives, and what is wrong with it."""
    sections, problems = load_sections({"file": names}, TABLES, ROWS)
    return [*sections._orders[PageKind.FILE]], [text for text, _, _ in problems]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["imports", "keywords"], "imports classes data", id="named-only"),
        pytest.param(["imports"], "imports classes data", id="keywords-stay"),
        pytest.param([], "classes data", id="nothing-but-keywords"),
        pytest.param(["..."], "related classes data imports", id="all"),
        pytest.param(["imports", "..."], "imports related classes data", id="one-first"),
        pytest.param(["...", "related", "classes"], "data imports related classes", id="two-last"),
        pytest.param(["data", "classes", "data"], "data classes", id="twice"),
        pytest.param(["...", f"{HERE}:OWN"], "related classes data imports own-own", id="own"),
    ],
)
def test_order(names: list[str], expected: str) -> None:
    """Sections come as listed; `...` stands for the rest, and rows of keywords are never left out."""
    order, problems = orders(*names)
    assert order == [f"kw-{name}" for name in expected.split()]
    assert problems == []


def test_faults() -> None:
    """Each name that cannot be used is told with what may have been meant, and the others count."""
    names = ["relatd", "imports", "no.such.module", f"{HERE}.ROWS", f"{HERE}.NAMELESS", f"{HERE}:OWN", f"{HERE}:OTHER"]
    order, problems = orders(*names)
    assert order == ["kw-imports", "kw-own-own", "kw-classes", "kw-data"]
    assert problems == [
        "there is no section 'relatd' on pages of the kind 'file'",
        "no.such.module: No module named 'no'",
        f"{HERE}.ROWS is not a Section",
        f"{HERE}.NAMELESS: its name may hold small letters, digits and hyphens only",
        f"{HERE}:OTHER: another section has the name 'own'",
    ]
    _, [(text, name, known)] = load_sections({"page": ["imports"]}, TABLES, ROWS)
    assert (text, name, sorted(known)) == ("there are no pages of the kind 'page'", "page", ["file", "folder"])


def test_known_sections() -> None:
    """Every kind of page that has titled sections can have them set, and no setting leaves all as it is."""
    assert set(TITLES) == {PageKind.FILE, PageKind.FOLDER, PageKind.PROJECT}
    there = [("kw-files", "Files")]
    assert Sections().arrange(PageKind.FOLDER, there, "pkg") == tuple(there)


FILES = {
    "pkg/__init__.py": "",
    "pkg/a.py": "class A: ...\n\ndef go():\n    return A()\n",
    "pkg/b.py": "from pkg.a import go\n\ndef run():\n    return go()\n",
    "tests/test_a.py": "from pkg.a import go\n\ndef test_go():\n    assert go()\n",
}


def conf(*sections: str) -> dict[str, Any]:
    return {
        "kwindex_sections": {
            "file": ["imports", "...", *sections],
            "folder": list(sections),
            "project": ["...", *sections],
        }
    }


def test_page(build: Callable[..., Any]) -> None:
    """A section of one's own is in the contents and on the page, with links, and its text is text."""
    built = build(FILES, conf(f"{HERE}:OWN"))
    page = built.text("kwindex/tree/pkg/a.py.html")
    assert page.index('<section id="kw-imports">') < page.index('<section id="kw-classes">')
    assert '<a href="#kw-own-own">Our &lt;notes&gt;</a>' in page
    part = page.partition('<section id="kw-own-own">')[2].partition("</section>")[0]
    assert '<a href="b.py.html">pkg/b.py</a>, <a href="index.html">all of it</a> &amp; ' in part
    assert '<a class="kw-external" href="https://example.org/&lt;">' in part
    assert (
        '<li><a href="#go"><code>pkg.a.go</code></a></li><li>&lt;b&gt;<code>x &lt; 1</code></li><li>none.py</li>'
        in part
    )
    assert '<td><a href="#go">go</a></td><td>3</td>' in part
    assert '<p class="kw-sentence">click</p>' in part
    assert "kw-own-own" not in built.text("kwindex/tree/tests/test_a.py.html")
    folder = built.text("kwindex/tree/pkg/index.html")
    assert "kw-own-own" in folder
    assert "kw-files" not in folder


def test_sections_left_out_are_not_made(make_tree: Callable[..., Path]) -> None:
    """What no page shows is not in the views either."""
    options = Options(sections={"file": [], "folder": [], "project": []})
    with Project.open(make_tree({**FILES, "pkg/bad.py": "def (:\n"})) as project:
        overview = Overview(project.reader, sections=find_sections(options)[0])
        addresses = make_addresses(project.reader, options)
        pages = list_pages(project.reader, options, addresses, overview)
        sources = Sources(project.reader, options, addresses, overview)
        views = {page.key: page_view(sources, page) for page in pages}
        head = find_head(FileSubject(sources, "pkg/a.py"))
    file, folder, whole = views["file:pkg/a.py"], views["folder:pkg"], views["project"]
    assert [told.id for told in file.told] == ["", "kw-classes", "kw-functions"]
    assert (head.doc, head.mentioned, head.standing) == ("", None, Standing(Layer.FOUNDATION, 0, 1, 0))
    assert [told.id for told in folder.told] == [told.id for told in whole.told] == [""]
    assert not list(find_all((folder.told, whole.told), Files))
    assert not list(find_all(whole.told, Letters))


@pytest.mark.parametrize("builder", ["text", "latex", "xml"])
def test_other_formats(build: Callable[..., Any], builder: str) -> None:
    """A section of one's own shows in every format."""
    built = build(FILES, conf(f"{HERE}:OWN"), builder)
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in built.outdir.rglob("*.*")
        if path.suffix in {".txt", ".tex", ".xml"}
    )
    assert "pkg.a.go" in text
    assert "all of it" in text


def test_failures(build: Callable[..., Any]) -> None:
    """A section that fails gives one warning with a file, for all pages; one that makes markup too; the rest goes on."""
    expected = [
        "docs/conf.py:1: WARNING: the section fails failed on docs/conf.py, and 4 more pages, and is not shown there: LookupError: nothing known",
        "the section markup failed on docs/conf.py, and 4 more pages, and is not shown there: TypeError: str is not a Paragraph",
        "kwindex_sections: there is no section 'relate' on pages of the kind 'file' (could be: related",
    ]
    settings = {"kwindex_sections": {"file": ["relate", f"{HERE}:FAILS", f"{HERE}:MARKUP", f"{HERE}:OWN"]}}
    page = build(FILES, settings, warnings=expected).text("kwindex/tree/pkg/a.py.html")
    assert "kw-own-own" in page
    assert "kw-own-fails" not in page
    assert "never shown" not in page


TOLD = {"text": "one"}
FROM_OUTSIDE = Section(
    "outside",
    "Outside",
    lambda _project, path: [Paragraph(TOLD["text"])] if path == "pkg/a.py" else [],
)


def test_told_from_outside(build: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is written again when its own section says something else, and only then, whatever it was told from."""
    settings = {"kwindex_sections": {"file": ["...", f"{HERE}:FROM_OUTSIDE"]}}
    assert "one" in build(FILES, settings).text("kwindex/tree/pkg/a.py.html")
    assert build({}).written == ()
    monkeypatch.setitem(TOLD, "text", "two")
    built = build({})
    # Some versions of Sphinx write the root document in every build that writes anything.
    assert [name for name in built.written if name != "index"] == ["kwindex/tree/pkg/a.py"]
    assert '<p class="kw-sentence">two</p>' in built.text("kwindex/tree/pkg/a.py.html")


def test_told_once() -> None:
    """What a section says is asked for once a page, and told by nothing before the index is there."""
    sections, _ = load_sections({"file": [f"{HERE}:OWN"]}, TABLES, ROWS)
    assert sections.own(PageKind.FILE, "a.py") == ()
    assert isinstance(Told(id="").blocks, tuple)
    assert sections.facts() == {}
