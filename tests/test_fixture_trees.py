"""Folders of fixtures: which are, and how they are shown in place of pages for their files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from linkcheck import broken_links
from shown import index, project_shown

from sphinx_kwindex.model import Role
from sphinx_kwindex.pages.blocks import find_all
from sphinx_kwindex.pages.fixture_trees import find_fixture_trees
from sphinx_kwindex.pages.records import Files, Heads, PageKind

TREE = {
    "pkg/__init__.py": "",
    "pkg/mod.py": "def run(): ...\n\ndef twice(): ...\n",
    "tests/test_mod.py": "from pkg.mod import run\n\ndef test_run():\n    run()\n",
    "tests/roots/one/conf.py": "from pkg.mod import run\n\ndef alone():\n    run()\n\ndef twice(): ...\n",
    "tests/roots/one/sub/more.py": "import conf\n",
    "tests/roots/README.md": "# Roots\n",
}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ("tests/test_a.py tests/roots/a/conf.py tests/roots/b.py", {"tests/roots": 2}),
        ("pkg/tests/test_a.py pkg/tests/my_data/x.py pkg/data/y.py", {"pkg/tests/my_data": 1}),
        ("tests/test_a.py tests/js/fixtures/a/x.py tests/js/roots/b/x.py", {"tests/js": 2}),
        ("tests/test_a.py tests/data/test_x.py tests/data/x.py tests/data/cases/y.py", {"tests/data/cases": 1}),
        ("tests/test_a.py tests/helpers/x.py", {}),
        ("tests/data/x.py pkg/a.py", {"tests/data": 1}),
        ("pkg/fixtures/x.py pkg/cases/y.py pkg/a.py", {}),
        ("tests/test_a.py pkg/tests/data/x.py pkg/mod.py", {"pkg/tests/data": 1}),
        ("docs/samples/a.md docs/b.md", {}),
    ],
    ids=[
        "roots",
        "suffix",
        "around",
        "with a test",
        "helpers",
        "only data",
        "outside of tests",
        "in a package",
        "prose",
    ],
)
def test_trees(paths: str, expected: dict[str, int]) -> None:
    """Folders that are named for data, among tests, and hold no test."""
    assert find_fixture_trees({path: _role(path) for path in paths.split()}, [], []) == expected


def _role(path: str) -> Role:
    if path.endswith(".md"):
        return Role.PROSE
    if "tests/" not in path:
        return Role.MODULE
    return Role.TEST if path.rpartition("/")[2].startswith("test_") else Role.TEST_DATA


def test_used_trees() -> None:
    """A folder that a file outside it refers to is none, nor one with a fixture of pytest; one that refers to others is."""
    roles = {path: _role(path) for path in ("tests/test_a.py", "tests/data/x.py", "tests/data/y.py")}
    assert find_fixture_trees(roles, [("tests/test_a.py", "tests/data/x.py")], []) == {}
    assert find_fixture_trees(roles, [], ["tests/data/x.py"]) == {}
    assert find_fixture_trees(roles, [("tests/data/y.py", "tests/data/x.py")], []) == {"tests/data": 2}
    assert find_fixture_trees(roles, [("tests/data/y.py", "tests/test_a.py")], []) == {"tests/data": 2}


def test_pages(make_tree: Callable[..., Path]) -> None:
    """Folded files have no pages; the folder around them counts them, and its list has one row for their folder."""
    with index(make_tree(TREE)) as pages:
        assert {page.subject for page in pages.pages.values() if page.kind in {PageKind.FILE, PageKind.FOLDER}} == {
            "pkg", "tests", "pkg/__init__.py", "pkg/mod.py", "tests/test_mod.py",
        }  # fmt: skip
        row = next(find_all(pages.view("folder:tests").told, Files)).nodes[0].entry
        assert (row.link.text, row.files, row.is_folded) == ("roots/", 3, True)
        assert "3 more files of test data" in str(pages.view("folder:tests")).replace("%(count)s", "3")
        assert project_shown(pages.reader, pages.options, pages.addresses, pages.pages["project"]).file_count == 3


def test_names(make_tree: Callable[..., Path]) -> None:
    """Names of folded files are not in the A-Z index; uses in them stay, without a link to a page that is not there."""
    with index(make_tree(TREE)) as pages:
        letters = [key for key, page in pages.pages.items() if page.kind is PageKind.LETTER]
        heads = [head for key in letters for row in find_all(pages.view(key).told, Heads) for head in row.heads]
        names = {head.name: len(head.entries) for head in heads}
        assert "alone" not in names
        assert names["twice"] == 1
        uses = pages.subject("pkg/mod.py").uses.by_id["pkg.mod.run"]
        assert uses.exact is not None
        users = {user.file.text: user.file.docname for user in uses.exact.tests}
        assert users["tests/roots/one/conf.py"] == pages.addresses.folder("tests")


def test_setting(make_tree: Callable[..., Path]) -> None:
    """With the setting on, each file has its page."""
    with index(make_tree(TREE), fixture_pages=True) as pages:
        assert "file:tests/roots/one/conf.py" in pages.pages
        assert "folder:tests/roots/one" in pages.pages


def test_builds(build: Callable[..., Any]) -> None:
    """What a test comes to import gets its pages, and loses them with the import; the result is that of a fresh build."""
    first = build(TREE)
    assert not (first.outdir / "kwindex/tree/tests/roots").exists()
    assert not broken_links(first.outdir)
    used = {"tests/test_mod.py": "from tests.roots.one import conf\n\ndef test_run():\n    conf.alone()\n"}
    second = build(used)
    assert (second.outdir / "kwindex/tree/tests/roots/one/conf.py.html").exists()
    assert not broken_links(second.outdir)
    fresh = build({**TREE, **used}, name="fresh")
    assert _names(second) == _names(fresh)
    third = build({"tests/test_mod.py": TREE["tests/test_mod.py"]})
    assert not (third.outdir / "kwindex/tree/tests/roots/one/conf.py.html").exists()
    assert "conf.py.html" not in third.text("kwindex/tree/pkg/mod.py.html")
    assert not broken_links(third.outdir)
    assert _names(third) == _names(build(TREE, name="as before"))


def _names(built: Any) -> dict[str, str]:
    """Return what the A-Z index and the search have of the tree, by file."""
    folders = ("kwindex/names", "_static/kwindex")
    return {
        path.relative_to(built.outdir).as_posix(): path.read_text(encoding="utf-8")
        for folder in folders
        for path in (built.outdir / folder).rglob("*")
        if path.is_file()
    }
