"""Pages of a book: one that may show something else than when it was recorded is outdated, and mostly no other is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from shown import list_pages

from sphinx_kwindex import Project
from sphinx_kwindex.ledger import ANYTHING, Recorder, digest, unpack_keys
from sphinx_kwindex.pages.blocks import Para
from sphinx_kwindex.pages.book import Book, digest_view
from sphinx_kwindex.pages.catalogue import PAGE_TYPES, PageType
from sphinx_kwindex.pages.name_parts import LETTERS
from sphinx_kwindex.pages.overview import _BASES, _TABLES, Overview
from sphinx_kwindex.pages.records import MAX_SIBLINGS, Page, PageKind
from sphinx_kwindex.pages.subjects import FileSubject, Sources
from sphinx_kwindex.pages.views import make_addresses, page_view
from sphinx_kwindex.store import Reader

BASE = '"""Bases."""\n\nclass Base:\n    """A base."""\n\n    def go(self):\n        return 1\n\nLIMIT = 3\n'
TREE = {
    "pkg/__init__.py": '"""Package."""\n\nfrom pkg.base import Base, LIMIT\n',
    "pkg/base.py": BASE,
    "pkg/child.py": "from pkg import Base\n\nclass Child(Base):\n    def go(self):\n        return super().go()\n",
    "pkg/user.py": "import pkg\nfrom pkg.child import Child\n\ndef use(x: Child):\n    return x.go() + pkg.LIMIT\n",
    "pkg/sub/__init__.py": "",
    "pkg/sub/alone.py": "def alone():\n    return unknown.go()\n",
    "pkg/long.py": "".join(f"def f{number}(): ...\n" for number in range(12)),
    "pkg/of_long.py": "from pkg.long import f2, f11\n\ndef g():\n    f2()\n    f11()\n",
    "pkg/same.py": "def f8(): ...\n",
    "pkg/typed.py": "import pkg\nimport pkg.long\n\ndef h(x: pkg.long.f8) -> pkg.Base: ...\n",
    "README.md": "# Use\n\n`pkg.user.use` and `pkg/sub/`.\n",
    "tests/test_user.py": "from pkg.user import use\n\ndef test_use():\n    use(1)\n",
}
EDITS: dict[str, dict[str, str | None]] = {
    "nothing": {},
    "body": {"pkg/base.py": BASE.replace("return 1", "return 2")},
    "line moved": {"pkg/base.py": "\n" + BASE},
    "use moved": {"pkg/user.py": "\n" + TREE["pkg/user.py"]},
    "docstring": {"pkg/base.py": BASE.replace("A base.", "The base.")},
    "docstring of a package": {"pkg/__init__.py": TREE["pkg/__init__.py"].replace("Package", "The package")},
    "signature": {"pkg/base.py": BASE.replace("go(self)", "go(self, fast=True)")},
    "keyword added": {"pkg/base.py": BASE + "\ndef added(): ...\n"},
    "keyword renamed": {"pkg/base.py": BASE.replace("LIMIT", "LIMITS")},
    "class to exception": {"pkg/base.py": BASE.replace("class Base:", "class Base(ValueError):")},
    "import binds what a definition did": {"pkg/base.py": "from pkg.other import Base\n", "pkg/other.py": BASE},
    "namesake": {"pkg/sub/alone.py": "class Base:\n    def go(self): ...\n"},
    "type that another module gives": {
        "pkg/base.py": BASE.replace("class Base", "class Old"),
        "pkg/new.py": BASE,
        "pkg/__init__.py": "from pkg.base import LIMIT\nfrom pkg.new import Base\n",
    },
    "member of a base": {"pkg/base.py": BASE.replace("    def go", "    def stop(self): ...\n\n    def go")},
    "base removed": {"pkg/child.py": TREE["pkg/child.py"].replace("(Base)", "")},
    "use added": {"pkg/sub/alone.py": "from pkg.base import LIMIT\n\ndef alone():\n    return LIMIT\n"},
    "import in a function": {
        "pkg/user.py": "def use(x):\n    import pkg\n    from pkg.child import Child\n    return Child, pkg.LIMIT\n"
    },
    "call in a body": {"pkg/base.py": BASE.replace("return 1", "return added()") + "\ndef added(): ...\n"},
    "condition over a call": {
        "pkg/child.py": TREE["pkg/child.py"].replace("return super().go()", "return super().go() if self else 0")
    },
    "test of another name": {"tests/test_user.py": TREE["tests/test_user.py"].replace("test_use", "test_it")},
    "argument of a call": {"tests/test_user.py": TREE["tests/test_user.py"].replace("use(1)", "use(2)")},
    "file added": {"pkg/sub/new.py": "from pkg.base import Base\n"},
    "file removed": {"pkg/sub/alone.py": None},
    "file moved": {"pkg/child.py": None, "pkg/sub/child.py": TREE["pkg/child.py"]},
    "file that differs in case": {"pkg/Base.py": "x = 1\n"},
    "becomes a test": {"pkg/user.py": None, "tests/test_more.py": TREE["pkg/user.py"]},
    "part moved": {"pkg/long.py": "\ndef first(): ...\n" + TREE["pkg/long.py"]},
    "order of a long file": {"pkg/long.py": "".join(f"def f{number}(): ...\n" for number in reversed(range(12)))},
    "import cycle": {"pkg/base.py": "import pkg.user\n" + BASE},
    "import cycle that does nothing": {"pkg/long.py": "def f():\n    import pkg.of_long\n" + TREE["pkg/long.py"]},
    "longer import cycle": {
        "pkg/long.py": "import pkg.mid\n" + TREE["pkg/long.py"],
        "pkg/mid.py": "import pkg.of_long",
    },
    "more used": {"pkg/child.py": TREE["pkg/child.py"] + "\nfrom pkg.user import use\nuse(1)\n"},
    "no test any more": {"tests/test_user.py": TREE["tests/test_user.py"].replace("def test_use", "class test_use")},
    "nothing for pytest any more": {
        "tests/test_user.py": "import unittest\nfrom pkg.user import use\nclass T(unittest.TestCase):\n    def test_use(self): use(1)\n"
    },
    "import that comes later": {"pkg/child.py": "def f():\n    from pkg.base import Base\n"},
    "word that two names share": {"pkg/sub/alone.py": "def alone(): ...\ndef go_alone(): ...\n"},
    "mention gone": {"README.md": "# Use\n\npkg.user.use and pkg/sub/.\n"},
    "mention under another heading": {"README.md": "`pkg.user.use` and `pkg/sub/`.\n\n# Use\n"},
    "mention of something else": {"README.md": "# Use\n\n`pkg.Base`, use and `pkg/`, user, sub.\n"},
    "called through the base": {
        "pkg/sub/alone.py": "from pkg.base import Base\n\ndef alone(x: Base):\n    return x.go()\n"
    },
    "base of a base becomes external": {"pkg/base.py": BASE.replace("class Base:", "class Base(other.Thing):")},
    "constructed": {"pkg/user.py": TREE["pkg/user.py"] + "\nmade = Child()\n"},
    "constructor": {
        "pkg/base.py": BASE.replace("    def go", "    def __init__(self): ...\n\n    def go"),
        "pkg/user.py": TREE["pkg/user.py"] + "\nmade = Child()\n",
    },
    "called by pattern": {
        "pkg/base.py": BASE + "\ndef run(x, y: Base):\n    getattr(y, f'goo{x}')\n    getattr(y, f'{x}_go')\n"
    },
    "called by a loose pattern": {
        "pkg/base.py": BASE.replace("def go", "def go_on"),
        "pkg/sub/alone.py": "def alone(x):\n    return getattr(x, 'go_' + x)\n",
    },
    "named in a string": {"pkg/sub/alone.py": "def alone():\n    return 'pkg.long.f3', 'LIMIT'\n"},
    "too common": {
        "pkg/base.py": BASE + "\nclass Table:\n    def filter(self): ...\n",
        "pkg/sub/alone.py": "def alone(x):\n    return x.filter()\n",
    },
    "does not parse": {"pkg/base.py": "def (:\n"},
}


NAMES = {"letters", "later parts", "with tests", "runner", "letter bounds"}
"""Tables that follow from what definitions are called."""


def of_letters(*letters: str) -> set[str]:
    """Return the tables that follow from names under some letters, and from words in them that stand there."""
    names = ("names", "letters", "words", "search words", "word sizes")
    return {f"{name} {letter}" for name in names for letter in letters}


class Shown(NamedTuple):
    """What a build found."""

    digests: dict[str, bytes]
    """Of the views of all pages, by document."""
    outdated: set[str]
    """The pages that were looked at again."""


Files = dict[str, str | None]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have files of several pages."""
    for module in ("store.rows", "store.reader", "pages.addresses", "pages.views", "pages.file_view"):
        monkeypatch.setattr(f"sphinx_kwindex.{module}.PART_SIZE", 5)


@pytest.fixture
def look(make_tree: Callable[..., Path], tmp_path: Path, small_pages: None) -> Callable[..., Shown]:
    """Return a function that edits the tree, looks again at what is outdated, and checks that the rest is what it was."""

    def edit(files: Files, **options: Any) -> Shown:
        root = make_tree({path: text for path, text in files.items() if text is not None})
        for path in (path for path, text in files.items() if text is None):
            (root / path).unlink()
        with Project.open(root, tmp_path / "cache", **options) as project:
            return look_at(project)

    return edit


def look_at(project: Project) -> Shown:
    """Look at the pages of a project that are outdated; check that all are as if they were looked at for the first time."""
    book = Book(project)
    outdated = book.outdated()
    made = {docname: book.make(docname) for docname in outdated}
    book.record((docname, item.digest, item.reads) for docname, item in made.items())
    reader, options = Reader(project.reader.path), project.options
    addresses = make_addresses(reader, options)
    pages = list_pages(reader, options, addresses)
    assert tuple(book.pages.values()) == pages
    fresh = {
        page.docname: digest_view(page_view(Sources(reader, options, addresses, Overview(reader)), page))
        for page in pages
    }
    assert book.digests() == fresh
    return Shown(fresh, set(outdated))


@pytest.mark.parametrize("name", EDITS)
def test_edits(look: Callable[..., Shown], name: str) -> None:
    """Whatever is edited, pages are as if they were made for the first time; also when it is taken back."""
    look(TREE)
    look(EDITS[name])
    look({**TREE, **dict.fromkeys(EDITS[name].keys() - TREE.keys())})


def test_nothing_changed(look: Callable[..., Shown]) -> None:
    """Without an edit no page is looked at."""
    assert look(TREE).outdated == set(look(TREE).digests)
    assert look({}).outdated == set()


def test_small_edits_leave_most_pages(look: Callable[..., Shown]) -> None:
    """After an edit in a body no page is looked at but those of the file, of the folders above, and of what it uses."""
    look(TREE)
    after = look({"pkg/sub/alone.py": "def alone():\n    return 1 + unknown.go()\n"})
    allowed = {"tree/pkg/sub/alone.py", "index", "tree/pkg/index", "tree/pkg/sub/index"}
    # Matches by name of `go`.
    allowed |= {"tree/pkg/base.py", "tree/pkg/child.py"}
    assert after.outdated <= {f"kwindex/{name}" for name in allowed}


def test_moved_lines_leave_other_pages(look: Callable[..., Shown]) -> None:
    """Definitions that move to other lines change no page that links them."""
    look({"a.py": "class A: ...\n", "c.py": "class A: ...\n"})
    after = look({"a.py": "\n\nab = 1\nclass A: ...\n"})
    assert "kwindex/tree/c.py" not in after.outdated


def test_keywords_that_are_looked_up_again(make_tree: Callable[..., Path]) -> None:
    """What asks for keywords that were looked up before depends on them as well, also on those that do not exist."""
    with Project.open(make_tree({"a.py": "def f(): ...\n", "b.py": "def f(): ...\n"}), None) as project:
        overview, recorder = Book(project).overview, project.reader.recorder
        for _ in range(2):
            with recorder.recording() as reads:
                assert [home.path for home in overview.homes(["a.f", "a.g"])["a.f"]] == ["a.py"]
                assert [home.path for home in overview.namesakes(["f"])["f"]] == ["a.py", "b.py"]
            assert reads >= {digest("home", "a.f"), digest("home", "a.g"), digest("name", "f")}


def test_moved_uses_leave_what_they_use(look: Callable[..., Shown]) -> None:
    """Uses that move to other lines leave the pages of what they use alone; new ones do not."""
    look(TREE)
    moved = look({"tests/test_user.py": f"\n{TREE['tests/test_user.py']}\n"})
    assert "kwindex/tree/tests/test_user.py" in moved.outdated
    assert "kwindex/tree/pkg/user.py" not in moved.outdated
    after = look({"tests/test_user.py": "from pkg.user import use\n\ndef test_use():\n    use(1)\n    use(2)\n"})
    assert "kwindex/tree/pkg/user.py" in after.outdated


def test_new_file_leaves_most_of_its_folder(look: Callable[..., Shown]) -> None:
    """In a wide folder a new file has its nearest neighbours looked at, whose menus list it, and not all files."""
    look({f"d/f{number:03}.py": "x = 1\n" for number in range(100)})
    before = look({}).digests
    after = look({"d/f050_new.py": "x = 1\n"}).digests
    changed = {page for page in after if before.get(page) != after[page] and page.startswith("kwindex/tree/d/f")}
    assert 1 < len(changed) <= 2 * MAX_SIBLINGS


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param({"pkg/base.py": BASE.replace("return 1", "return 2")}, set(), id="body"),
        pytest.param({path: "\n" + TREE[path] for path in ("pkg/base.py", "pkg/user.py")}, set(), id="moved lines"),
        pytest.param(
            {"pkg/base.py": BASE + "\ndef _added(): ...\n"},
            {*NAMES, *of_letters("a")},
            id="private function",
        ),
        pytest.param({"pkg/base.py": "import queue\n" + BASE}, set(), id="import of another package"),
        pytest.param(
            {"pkg/new.py": ""},
            {
                *NAMES,
                *of_letters(*LETTERS),  # the letter N comes up
                "search types",
                "own",
                "own modules",
                "standings",
                "mentions",
                "discussed",
                "fixture trees",
            },
            id="file",
        ),
    ],
)
def test_edits_that_leave_tables(
    make_tree: Callable[..., Path], tmp_path: Path, edit: dict[str, str], expected: set[str]
) -> None:
    """Edits that others do not feel have few tables of the whole tree worked out again; so has taking them back."""
    tree = {path: text for path, text in TREE.items() if path != "README.md"}  # nobody can say what mentions rest on
    outdated: list[set[str]] = []
    for files in (tree, edit, tree):
        root = make_tree(files)
        for path in edit.keys() - tree.keys():
            if files is tree:
                (root / path).unlink(missing_ok=True)
        with Project.open(root, tmp_path / "cache") as project:
            book = Book(project)
            outdated.append(book.overview.outdated)
            book.record((name, made.digest, made.reads) for name in book.outdated() for made in [book.make(name)])
    cheap = {"tested", "with findings", "with names", "with related"}
    assert [found - expected - cheap for found in outdated[1:]] == [set(), set()]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_tables_are_the_same_from_several_processes(
    make_tree: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables of a large tree that other processes work out are kept as those of one."""
    monkeypatch.setattr("sphinx_kwindex.pages.overview._LARGE", 1)
    root = make_tree(TREE)
    kept = []
    for jobs in (1, 3):
        with Project.open(root, tmp_path / f"cache{jobs}") as project:
            book = Book(project, jobs=jobs)
            ledger = project.ledger("overview")
            reads = {
                name: set(unpack_keys(keys)) for name, keys in project.ledger("overview")._store.unit_reads("overview")
            }
            kept.append((ledger.results(), reads, {name: book.make(name).digest for name in book.pages}))
    assert kept[0] == kept[1]
    assert kept[0][0].keys() == _TABLES.keys()


def test_new_name_leaves_other_letters(look: Callable[..., Shown]) -> None:
    """A new name has the letter page looked at that lists it, and not those of others, though counts change."""
    look({**TREE, "pkg/letters.py": "def zeta(): ...\ndef zebra(): ...\n"})
    after = look({"pkg/letters.py": "def zeta(): ...\ndef zebra(): ...\ndef zulu(): ...\n"})
    assert {page for page in after.outdated if page.startswith("kwindex/names/")} == {
        "kwindex/names/index",
        "kwindex/names/z",
    }


def test_other_code(look: Callable[..., Shown], monkeypatch: pytest.MonkeyPatch) -> None:
    """Other code of this package has every page looked at again."""
    look(TREE)
    monkeypatch.setattr("sphinx_kwindex.project.code_digest", lambda stage: f"other {stage}")
    after = look({})
    assert after.outdated == set(after.digests)


def test_all_reads_are_recorded(
    make_tree: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is asked of the index while pages are made is asked while something records it."""
    with Project.open(make_tree(TREE), tmp_path / "cache") as project:
        book = Book(project)
        read_all = Recorder.read_all

        def read_strictly(recorder: Recorder, keys: Any) -> None:
            assert recorder.is_recording
            read_all(recorder, keys)

        monkeypatch.setattr(Recorder, "read_all", read_strictly)
        monkeypatch.setattr("sphinx_kwindex.store.Reader._note", strict_note)
        for docname in book.pages:
            assert book.make(docname).reads


def test_reads_do_not_depend_on_other_pages(make_tree: Callable[..., Path], tmp_path: Path, small_pages: None) -> None:
    """The same is recorded for a page whether it is made first, last or alone: what is remembered hands on what it rests on."""
    with Project.open(make_tree(TREE), tmp_path / "cache") as project:
        book, other = Book(project), Book(project)
        first = {docname: book.make(docname).reads for docname in book.pages}
        last = {docname: other.make(docname).reads for docname in reversed(list(other.pages))}
        for docname, reads in first.items():
            alone = Book(project).make(docname).reads
            assert alone == reads == last[docname] or ANYTHING in alone & reads & last[docname], docname


def strict_note(reader: Any, reads: Any) -> None:
    """Note what is read, and that there is somebody to note it."""
    assert reader.recorder.is_recording


def test_tables_that_others_are_made_from(make_tree: Callable[..., Path]) -> None:
    """Tables read no other tables but those that their stage gets to know of: else they would not follow them."""
    with Project.open(make_tree({**TREE, "tests/data/one.py": "x = 1\n"})) as project:
        overview = Book(project).overview
        reads = {name: set(unpack_keys(keys)) for name, keys in project._store.unit_reads("overview")}
        assert reads.keys() == _TABLES.keys()
        readers = {
            (name, other)
            for name, keys in reads.items()
            for other in _TABLES
            if not keys.isdisjoint(overview.table(other).facts())
        }
    (own, trees), (*parts, used), plans, (letters,), (bounds,) = _BASES
    words = {f"{name} {letter}" for name in ("words", "search words", "word sizes") for letter in LETTERS}
    named = {(name, part) for name in (*plans, *words) for part in parts}
    placed = {(name, bounds) for name in (*words, "search types")} | {("search types", trees), (bounds, letters)}
    planned = {(letters, plan) for plan in plans}
    counted = {(name, used) for name in ("stand outs", "outside", "weights")}
    shown = {(part, trees) for part in parts}
    # Names under a letter have words under some letters only.
    assert {pair for pair in readers if pair[1] != own} - named == {*placed, *planned, *counted, *shown}
    assert readers & named


def test_kind_of_page_is_one_entry(make_tree: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry of the table says which pages of its kind there are, of files and of the project, and what is on them."""

    def pages(_: Sources, path: str = "") -> list[Page]:
        return [Page(PageKind.USES, f"mine:{path}", path, f"mine/{path}", "Mine")]

    kind = PageType(FileSubject.of, lambda file: [Para(f"On {file.path}.")], of_file=pages, of_project=pages)
    monkeypatch.setitem(PAGE_TYPES, PageKind.USES, kind)  # type: ignore[arg-type]
    with Project.open(make_tree({"a.py": "A = 1\n", "b.py": "B = 1\n"})) as project:
        book = Book(project)
        assert [page.key for page in book.pages.values() if page.kind is PageKind.USES] == [
            "mine:a.py",
            "mine:b.py",
            "mine:",
        ]
        assert book.make("mine/a.py").view.told[0].blocks == (Para("On a.py."),)
