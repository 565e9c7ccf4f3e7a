"""Document names and anchors."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from sphinx_kwindex.model import PART_SIZE, Definition, FileFacts, Import, Keyword, Kind, Role
from sphinx_kwindex.pages.addresses import (
    Addresses,
    anchor,
    anchors,
    encode_name,
    import_anchors,
    keyword_anchor,
    site_anchor,
)


def definition(qualname: str, scope: int = 0, kind: Kind = Kind.FUNCTION) -> Definition:
    return Definition(
        name=qualname.rpartition(".")[2], qualname=qualname, kind=kind, line=1, col=0, end_line=1, scope=scope
    )


@pytest.mark.parametrize(
    ("path", "docname"),
    [
        pytest.param("mod.py", "kwindex/tree/mod.py", id="plain"),
        pytest.param("a/b/__init__.py", "kwindex/tree/a/b/__init__.py", id="nested"),
        pytest.param("a b.py", "kwindex/tree/a~20b.py", id="space"),
        pytest.param("ü.py", "kwindex/tree/~C3~BC.py", id="not-ascii"),
        pytest.param("a~b.py", "kwindex/tree/a~7Eb.py", id="our-own-mark"),
        pytest.param("a#b?.py", "kwindex/tree/a~23b~3F.py", id="marks-of-addresses"),
        pytest.param("x/index", "kwindex/tree/x/index~m0", id="index"),
        pytest.param("x/Index", "kwindex/tree/x/Index~m1", id="index-in-another-case"),
        pytest.param("index.py", "kwindex/tree/index.py", id="index-with-a-suffix"),
        pytest.param("\udc80.py", "kwindex/tree/~80.py", id="not-text"),
    ],
)
def test_document_of_a_file(path: str, docname: str) -> None:
    """Document names mirror paths; what a file system or an address may not take is spelled out."""
    assert Addresses("kwindex", [path]).file(path) == docname


def test_other_documents() -> None:
    """The root folder is the project; other folders have an `index`; letters have a folder of their own."""
    addresses = Addresses("/kw/", ["a/b/c.py"])
    found = [addresses.project, addresses.folder(""), addresses.folder("a/b"), addresses.letters()]
    assert found == ["kw/index", "kw/index", "kw/tree/a/b/index", "kw/names/index"]
    assert [addresses.letter("sa"), addresses.letter("index")] == ["kw/names/sa", "kw/names/index~m0"]


def test_no_output_folder() -> None:
    """Without an output folder, pages stand at the top."""
    assert Addresses("", ["a.py"]).file("a.py") == "tree/a.py"


def test_names_that_differ_in_case_only() -> None:
    """On a file system that folds case, no two documents meet, and a name stays what it is when another one goes."""
    paths = ["a/foo.py", "a/Foo.py", "a/FOO.py", "A/foo.py"]
    addresses = Addresses("kw", paths)
    names = [addresses.file(path) for path in paths]
    assert len({name.lower() for name in names}) == len(paths)
    assert addresses.file("a/foo.py") == "kw/tree/a/foo.py"
    assert Addresses("kw", paths[1:]).file("a/Foo.py") == addresses.file("a/Foo.py")


def test_folder_named_like_a_page() -> None:
    """A folder `a.html` does not meet the page of a file `a`."""
    addresses = Addresses("kw", ["a", "a.html/b.py"])
    assert addresses.file("a.html/b.py") == "kw/tree/a~2Ehtml/b.py"


def test_long_names_are_cut() -> None:
    """A name too long for a file system is cut, and still differs from its like."""
    one, other = encode_name("x" * 300 + "1"), encode_name("x" * 300 + "2")
    assert len(one) <= 160
    assert one != other


def test_documents_are_different_and_safe() -> None:
    """All documents of a nasty tree are different and need no quoting in an address."""
    paths = ["a.py", "A.py", "a b.py", "a~20b.py", "a%20b.py", "ß.py", "ss.py", "b/index", "b/index/c", "日本.py"]
    addresses = Addresses("kw", paths)
    names = [addresses.file(path) for path in paths] + [addresses.folder("b"), addresses.folder("b/index")]
    assert len({name.lower() for name in names}) == len(names)
    assert all(quote(name) == name for name in names)


@pytest.mark.parametrize(
    ("qualname", "expected"),
    [
        pytest.param("", "", id="module"),
        pytest.param("Class.method", "Class.method", id="member"),
        pytest.param("f.<locals>.g", "f.-.g", id="local"),
        pytest.param("größe", "größe", id="not-ascii"),
        pytest.param("A heading, here", "A-heading-here", id="heading"),
        pytest.param("<script>", "-script-", id="markup"),
    ],
)
def test_anchor(qualname: str, expected: str) -> None:
    """Anchors are qualified names, with nothing that an id may not hold."""
    assert anchor(qualname) == expected


def test_anchors_of_a_file_differ() -> None:
    """No two definitions have the same anchor, whatever their names; case makes a difference; sites are numbered."""
    names = ["", "foo", "Foo", "foo", "a b", "a-b"]
    found = anchors([definition(name) for name in names])
    assert found == ("", "foo", "Foo", "foo~~2", "a-b", "a-b~~2")
    assert site_anchor("foo", 2) == "foo~2"


def test_anchors_of_imports() -> None:
    """Imports have anchors of their own, which no definition can have; `Addresses.link` finds the first of its name."""
    facts = FileFacts(
        path="m.py", language="python", module="m", is_package=False, role=Role.MODULE, lines=1, size=1,
        definitions=(definition("", -1, Kind.MODULE), definition("f")),
        imports=tuple(
            Import(name=name, target="x", line=1, col=0, scope=scope, text="")
            for name, scope in (("np", 0), ("np", 0), ("np", 1), ("*", 0))
        ),
    )  # fmt: skip
    assert import_anchors(facts) == ("import-np", "import-np~~2", "import-f.-.np", "import-*")
    keyword = Keyword(
        id="m.f.<locals>.np", name="np", qualname="f.<locals>.np", kind=Kind.IMPORT, path="m.py", position=4, line=1,
        flags=0,
    )  # fmt: skip
    assert keyword_anchor(keyword) == "import-f.-.np"


def test_parts_of_a_long_file() -> None:
    """A file with very many definitions has several pages; its imports stand on the first."""
    addresses = Addresses("kw", ["a.py", "b.py"], {"a.py": 2 * PART_SIZE + 1})
    assert [addresses.part_count(path) for path in ("a.py", "b.py")] == [3, 1]
    positions = (0, PART_SIZE - 1, PART_SIZE, 2 * PART_SIZE, 2 * PART_SIZE + 1)
    assert [addresses.keyword("a.py", position)[len("kw/tree/") :] for position in positions] == [
        "a.py", "a.py", "a.py~p2", "a.py~p3", "a.py",
    ]  # fmt: skip


def test_what_stands_beside_what() -> None:
    """Folders know their children and all files below; files know their neighbours in the whole tree."""
    addresses = Addresses("kw", ["a.py", "p/x.py", "p/q/y.py", "p-r/z.py", "p0.py"])
    assert addresses.children("") == (("p", "p-r"), ("a.py", "p0.py"))
    assert addresses.below("p") == ("p/q/y.py", "p/x.py")
    assert addresses.folders == ("", "p", "p-r", "p/q")
    assert addresses.neighbours("a.py") == ("", "p-r/z.py")
    assert addresses.neighbours("p0.py") == ("p/x.py", "")
