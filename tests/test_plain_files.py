"""Files that no collector reads: which of them have pages, what these show, and how folders list the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shown import Pages, index

from sphinx_kwindex import Project
from sphinx_kwindex.model import Role
from sphinx_kwindex.pages.blocks import Bullets, Fold, Grid, Lines, find_all
from sphinx_kwindex.pages.plain_view import language_of
from sphinx_kwindex.pages.text import page_text
from sphinx_kwindex.plain_files import Unread, find_readable, kind_of, place_unread

MakeTree = Callable[..., Path]
TREE: dict[str, Any] = {
    "pkg/__init__.py": "def run(): ...\n",
    "pkg/templates/page.html": "{# The page of a user. #}\n<h1>{{ name }}</h1>\n",
    "pkg/templates/logo.png": b"\x89PNG\0\0",
    "pkg/locale/de/messages.po": 'msgid "a"\n',
    "pkg/py.typed": "",
    "pkg/data.bin": b"\0\1",
    "pkg/odd.xyz": b"a\0b",
    "setup.cfg": "# Settings of the tools.\n[tool]\n",
    "tests/test_pkg.py": "def test_run(): ...\n",
    "tests/inputs/a.html": "<p>\n",
    "LICENSE": "Do what you like with it.\n",
}


@pytest.mark.parametrize(
    ("path", "kind", "language"),
    [
        ("a/Makefile", "Make", "Make"),
        ("a.HTML", "HTML", "HTML"),
        ("x/.htaccess", "Apache", "Apache"),
        ("y.zzz", "ZZZ", "ZZZ"),
        ("NOTICE", "", ""),
    ],
)
def test_kinds(path: str, kind: str, language: str) -> None:
    """Names say what kind of file one is."""
    assert kind_of(path) == kind
    assert language_of(path, "text") == language
    assert (language_of(path, "python"), language_of(path, "cpp")) == ("Python", "C++")
    assert language_of("a/b.h", "cpp") == "C/C++"  # which of them a header is, its name does not say


def test_readable() -> None:
    """Nobody reads catalogues, tests' data, locks, what is minified, and what there are dozens of; patterns decide alone."""
    names = {
        "": ["tox.ini", "uv.lock", "LICENSE.txt", ".gitignore", "requirements.txt", "notes.txt"],
        "pkg/locale/de": ["messages.json"],
        "pkg/static": ["a.css", "a.min.css", "logo.png"],
        "pkg/words": [f"{number}.dat" for number in range(21)],
        "tests/data": ["a.html"],
        **{f"parts/{number}": ["manifest.xml"] for number in range(51)},
    }
    read = find_readable(names, (), ("tests/**",))
    assert read == [("", "tox.ini"), ("", "requirements.txt"), ("pkg/static", "a.css")]
    assert find_readable(names, ("*.html", "*.png"), ("tests/**",)) == [("tests/data", "a.html")]
    assert find_readable(names, ("!*",), ()) == []


def test_places() -> None:
    """Files are listed by the nearest folder that has a page; those of a folder without one together."""
    rows = [
        Unread(folder="a/x/y", name="1", size=3),
        Unread(folder="a/x", name="PO", count=7),
        Unread(folder="a", name="2"),
    ]
    placed = place_unread(rows, {"", "a"})
    assert placed == {"a": [Unread(folder="a", name="2"), Unread(folder="a", name="x/", count=8)]}


def test_index(make_tree: MakeTree) -> None:
    """Text that a person would read is in the index, with no keyword; all else is a row of its folder."""
    with Project.open(make_tree(TREE)) as project:
        texts = {row.path: row for row in project.files() if row.role is Role.PLAIN}
        assert sorted(texts) == ["pkg/templates/page.html", "setup.cfg"]
        assert not any(project.keywords(path=path) for path in texts)
        assert texts["setup.cfg"].language == "text"
        assert not project.problems


def test_own_setting(make_tree: MakeTree) -> None:
    """A setting says which text files have pages; others are rows, and so are binary files."""
    with Project.open(make_tree(TREE), texts=["*.html", "*.bin", "*.xyz"]) as project:
        found = {row.path: row.role for row in project.files() if row.language == "text"}
        assert found == {"pkg/templates/page.html": Role.PLAIN, "tests/inputs/a.html": Role.TEST_DATA}


def test_nothing_is_missing(make_tree: MakeTree) -> None:
    """Each file of a tree has a page or is counted on the page of a folder; what is left out is neither."""
    root = make_tree({**TREE, "pkg/left.css": "a {}\n", "pkg/left.bin": b"\0", ".gitignore": "left.*\n"})
    with index(root) as pages:
        unread = [row for rows in pages.sources().overview.unread.values() for row in rows]
        pages_of_files = {page.subject for page in pages.pages.values() if page.key.startswith("file:")}
        assert len(pages_of_files) + sum(row.count for row in unread) == len(TREE) + 1
        assert "pkg/left.css" not in pages_of_files


def test_pages(make_tree: MakeTree) -> None:
    """The page of a text file shows its kind, what its first comment says, and its first lines."""
    root = make_tree(TREE)
    with index(root) as pages:
        view = pages.view("file:pkg/templates/page.html")
        assert next(find_all(view.told, Lines)).text.startswith("{# The page")
    with Project.open(root) as project:
        shown = page_text(project, "pkg/templates/page.html")
        assert "HTML" in shown
        assert "The page of a user." in shown
        assert "keyword" not in shown
        folder = page_text(project, "pkg")
        assert all(name in folder for name in ("py.typed", "locale/", "HTML 1, Python 1"))


def test_long_lists_are_closed(make_tree: MakeTree) -> None:
    """A folder with more kinds of other files than are read at once has them in a closed list."""
    files = {f"data/x.{number}": b"\0" for number in range(20)}
    with index(make_tree({"data/a.py": "", **files})) as pages:
        told = next(told for told in pages.view("folder:data").told if told.id == "kw-other-files")
        assert told.count == 20
        assert isinstance(told.blocks[0], Fold)
    with index(make_tree({"data/a.py": "", "data/b.bin": b"\0"}, name="few")) as pages:
        told = next(told for told in pages.view("folder:data").told if told.id == "kw-other-files")
        assert isinstance(told.blocks[0], Bullets)


def test_languages(make_tree: MakeTree) -> None:
    """The project's page says how much there is of each language; folders count files where there are several."""
    with index(make_tree(TREE)) as pages:
        grid = next(find_all(pages.view("project").told, Grid))
        assert [row[:2] for row in grid.rows] == [("HTML", "1"), ("INI", "1"), ("Python", "2")]
    with index(make_tree({"a.py": "x = 1\n", "b.py": ""}, name="one")) as pages:
        assert not list(find_all(pages.view("project").told, Grid))


def test_edits(make_tree: MakeTree, tmp_path: Path) -> None:
    """A file that becomes binary, grows too many of its kind or is deleted changes the pages of its folder, and no others."""
    root, cache = make_tree(TREE), tmp_path / "cache"
    with Project.open(root, cache):
        pass
    for changes in (
        {"pkg/templates/page.html": b"\0"},
        {"pkg/templates/page.html": "<p>\n", "pkg/new.bin": b"\0"},
        {"pkg/new.bin": None, "pkg/data.bin": None},
        {f"pkg/templates/{number}.html": "<p>\n" for number in range(21)},
    ):
        make_tree(changes)
        with Project.open(root, cache) as project, Project.open(root) as fresh:
            assert Pages(project.reader).prints() == Pages(fresh.reader).prints()


NAMING = {
    "app/__init__.py": "",
    "app/auth.py": "def login():\n    return render('auth/login.html')\n\nCONFIG = open('schema.sql'), 'index.html', 'a.b'\n",
    "app/templates/auth/login.html": "{% extends 'base.html' %}\n",
    "app/templates/base.html": "<p>\n",
    "app/schema.sql": "CREATE TABLE a (b);\n",
    "other/auth/login.html": "<p>\n",
    "other/index.html": "<p>\n",
}


def test_named_in(make_tree: MakeTree) -> None:
    """A file is named by its path from the root or a folder, or by its end, the nearest one; a name alone is that of a file below."""
    with Project.open(make_tree(NAMING)) as project:
        naming = project.reader.naming
        assert naming("app/templates/auth/login.html") == (("app/auth.py", "app.auth.login"),)
        assert naming("app/schema.sql") == (("app/auth.py", "app.auth.CONFIG"),)
        assert naming("other/auth/login.html") == naming("other/index.html") == ()
        assert "Named in" in page_text(project, "app/schema.sql")


def test_edits_of_names(make_tree: MakeTree, tmp_path: Path) -> None:
    """A file that comes or is deleted, or a string that changes, has the pages of files that are named made again."""
    root, cache = make_tree(NAMING), tmp_path / "cache"
    for changes in (
        {},
        {"app/templates/auth/login.html": None},
        {"app/auth/login.html": "<b>\n"},
        {"app/auth.py": "X = 'base.html', 'index.html'\n", "app/index.html": "<p>\n"},
        {"app/auth.py": None},
    ):
        make_tree(changes)
        with Project.open(root, cache) as project, Project.open(root) as fresh:
            assert Pages(project.reader).prints() == Pages(fresh.reader).prints()


def test_users_see_none(make_tree: MakeTree) -> None:
    """An index for users has none of these files."""
    with index(make_tree(TREE), audience="users") as pages:
        assert not pages.sources().overview.unread
        assert "file:setup.cfg" not in pages.pages
