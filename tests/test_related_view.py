"""Related files and folders, as pages and directives show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from shown import Pages, Uris

from sphinx_kwindex import Project
from sphinx_kwindex.ext.html import render_listing, render_section
from sphinx_kwindex.ext.plain import listing_nodes, section_nodes
from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.model import Reason, Related
from sphinx_kwindex.pages.blocks import Para, Terms, To, find_all
from sphinx_kwindex.pages.directives import DirectiveView
from sphinx_kwindex.pages.folder_tables import folders_with_related
from sphinx_kwindex.pages.related_view import (
    GROUPS,
    KWRELATED,
    RelatedQuery,
    related_files,
    related_folders,
)

FILES = ("app/a.py", "app/deep/b.py", "lib/c.py", "lib/d.py", "tests/t.py", "top.py")
REASON = Reason(kind="uses", count=2, words=("x", "y"))
RELATED = {
    "app/a.py": [("lib/c.py", "uses"), ("tests/t.py", "tests"), ("top.py", "similar"), ("app/deep/b.py", "used by")],
    "app/deep/b.py": [("lib/c.py", "uses"), ("lib/d.py", "family"), ("app/a.py", "uses")],
    "lib/c.py": [("app/a.py", "used by")],
}


def related(pages: Pages, what: str, **values: object) -> DirectiveView:
    return pages.listing(RelatedQuery(what=what, **values))  # type: ignore[arg-type]


@pytest.fixture
def pages(make_tree: Callable[..., Path]) -> Iterator[Pages]:
    root = make_tree(dict.fromkeys(FILES, "x = 1\n"))
    with Project.open(root) as project:
        store = project._store
        with store.transaction():
            for path in FILES:
                rows = [
                    Related(path=other, score=1.0, group=group, reasons=(REASON,))
                    for other, group in RELATED.get(path, ())
                ]
                store.replace_related(path, rows)
        yield Pages(project.reader)


WORDS = {
    "Tests": "tests", "Uses": "uses", "Used by": "used by", "Same family": "family", "Similar": "similar",
}  # fmt: skip


def names(view: DirectiveView) -> list[tuple[str, str]]:
    rows = [row for terms in find_all(view, Terms) for row in terms.items]
    return [(WORDS[tell(title)], to.link.text) for title, items in rows for to in find_all(items, To)]


LISTINGS = {
    "file": ("app/a.py", {}, [
        ("tests", "tests/t.py"), ("uses", "lib/c.py"), ("used by", "app/deep/b.py"), ("similar", "top.py"),
    ]),
    "end of a path": ("deep/b.py", {}, [("uses", "lib/c.py"), ("uses", "app/a.py"), ("family", "lib/d.py")]),
    "best two": ("app/a.py", {"limit": 2}, [("tests", "tests/t.py"), ("uses", "lib/c.py")]),
    "all": ("app/deep/b.py", {"limit": 0}, [("uses", "lib/c.py"), ("uses", "app/a.py"), ("family", "lib/d.py")]),
    "groups": ("app/a.py", {"groups": ("used by", "uses")}, [("uses", "lib/c.py"), ("used by", "app/deep/b.py")]),
    "folder": ("app", {}, [("tests", "tests/"), ("uses", "lib/")]),
    "folder inside": ("app/deep/", {}, [("uses", "lib/")]),
    "best folder": ("app", {"limit": 1}, [("uses", "lib/")]),
    "folder of a group": ("app", {"groups": ("tests",)}, [("tests", "tests/")]),
    "nothing related": ("tests/t.py", {}, []),
}  # fmt: skip


@pytest.mark.parametrize(("what", "values", "expected"), LISTINGS.values(), ids=LISTINGS)
def test_listing(pages: Pages, what: str, values: dict[str, object], expected: list[tuple[str, str]]) -> None:
    """The best are chosen, then shown by group; a folder is never related to one that holds it or lies in it."""
    view = related(pages, what, **values)
    assert isinstance(view.blocks[0], Para)
    assert view.blocks[0].look == "kw-group"
    assert names(view) == expected


def test_missing(pages: Pages) -> None:
    """What is not in the tree is not found."""
    assert "app/a.py/ is not in the index." in render_listing(related(pages, "app/a.py/"), Uris())
    assert "nowhere.py is not in the index." in render_listing(related(pages, "nowhere.py"), Uris())
    assert "nowhere.py" in listing_nodes(related(pages, "nowhere.py"), Uris())[0].astext()


def test_pages(pages: Pages) -> None:
    """Pages of files and folders show what is related, and have no such section where nothing is."""
    limit = pages.options.related_limit
    file = related_files(pages.reader, pages.addresses, "app/a.py", limit)
    folder = related_folders(pages.reader, pages.addresses, "app", limit, within=limit)
    assert [item.group for item in file] == ["tests", "uses", "used by", "similar"]
    assert [(item.link.text, tell(item.reason)) for item in folder] == [
        ("tests/", "related files: t.py"),
        ("lib/", "related files: c.py, d.py"),
    ]
    whole = related_folders(pages.reader, pages.addresses, "", limit, within=limit)
    assert {item.link.text for item in whole} >= {"app/", "lib/"}, "of the root, files everywhere count"
    sections = {key: [section for section, _ in page.sections] for key, page in pages.pages.items()}
    assert "kw-related" in sections["file:app/a.py"]
    assert "kw-related" not in sections["file:tests/t.py"]
    assert sections["folder:app"][0] == "kw-related-folders"
    assert sections["folder:tests"] == ["kw-files"]


def test_folders_with_related(pages: Pages) -> None:
    """Which folders have the section is what their views say."""
    table = {
        path: [Related(path=other, score=1.0, group=group, reasons=()) for other, group in RELATED.get(path, ())]
        for path in FILES
    }
    folders = {key.removeprefix("folder:") for key in pages.pages if key.startswith("folder:")}
    told = {path: {part.id: part.count for part in pages.view(f"folder:{path}").told} for path in folders}
    having = {path for path, counts in told.items() if counts.get("kw-related-folders")}
    assert folders_with_related(table) == having == {"app", "app/deep", "lib"}


@pytest.mark.parametrize(("key", "section"), [("file:app/a.py", "kw-related"), ("folder:app", "kw-related-folders")])
def test_rendered(pages: Pages, key: str, section: str) -> None:
    """Closed, a page shows names by group; the reasons stand behind them, once each, and openly in other formats."""
    view = pages.view(key)
    html = render_section(view, section, Uris())
    closed, _, opened = html.partition("<details")
    assert html.index("Tests") < html.index("Uses")
    assert "kw-why" not in closed
    assert opened.count("kw-why") == closed.count("<a ")
    text = "\n".join(node.astext() for node in section_nodes(view, section, Uris()))
    assert "Tests:" in text
    assert "this file uses 2 names from it" in text or "related files: c.py, d.py" in text


@pytest.mark.parametrize("reasons", [True, False])
def test_reasons_can_be_left_out(pages: Pages, reasons: bool) -> None:
    """A directive shows reasons openly, or not at all."""
    view = related(pages, "app/a.py", reasons=reasons)
    html = render_listing(view, Uris())
    text = "\n".join(node.astext() for node in listing_nodes(view, Uris()))
    assert ("uses 2 names" in html) == ("uses 2 names" in text) == reasons
    assert "<details" not in html
    assert "lib/c.py" in html
    assert "lib/c.py" in text


def test_long_tail_is_left_out(make_tree: Callable[..., Path]) -> None:
    """Of a folder with many related files in one other, a folder with a single one is noise."""
    paths = [f"app/a{number}.py" for number in range(10)]
    with Project.open(make_tree(dict.fromkeys([*paths, "lib/c.py", "odd/o.py"], "x = 1\n"))) as project:
        store = project._store
        with store.transaction():
            for path in paths:
                others = ["lib/c.py", *(["odd/o.py"] if path == paths[0] else [])]
                rows = [Related(path=other, score=1.0, group="uses", reasons=(REASON,)) for other in others]
                store.replace_related(path, rows)
        assert names(related(Pages(project.reader), "app")) == [("uses", "lib/")]


def test_every_group_is_named() -> None:
    """Groups that ranking gives are the ones that are shown."""
    assert {KWRELATED.options["groups"](name)[0] for name in (group.replace(" ", "-") for group in GROUPS)} == set(
        GROUPS
    )
