"""What pages show."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from shown import FileShown, Pages, file_shown, folder_shown, groups_of, heads_of, index, project_shown

from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.model import (
    PART_SIZE,
    Definition,
    FileFacts,
    Kind,
    References,
    Role,
    SourceFile,
    UseRow,
)
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.addresses import round_down
from sphinx_kwindex.pages.blocks import Link, Para, Qualified, find_all
from sphinx_kwindex.pages.imports_view import cycle_steps, find_imports, import_flag_words
from sphinx_kwindex.pages.listing import ListingQuery
from sphinx_kwindex.pages.name_parts import HEAD_ENTRIES, tally_names
from sphinx_kwindex.pages.names_view import plan_letters
from sphinx_kwindex.pages.records import MAX_SIBLINGS, PageKind, RelationRole, Row, UseList
from sphinx_kwindex.pages.sub_words import MOST_NAMES, find_sub_words, words_in
from sphinx_kwindex.pages.uses_view import MAX_FILES, OWN_BUDGET, ScopeLinks
from sphinx_kwindex.pages.views import page_view
from sphinx_kwindex.store import Reader, Store
from sphinx_kwindex.text import sort_key

MakeTree = Callable[..., Path]


def file_of(pages: Pages, path: str) -> FileShown:
    return file_shown(pages.reader, pages.options, pages.addresses, pages.pages[f"file:{path}"])


def names_listed(pages: Pages, what: str = "", **values: object) -> list[str]:
    query = ListingQuery(what=what, **values)  # type: ignore[arg-type]
    return [name.text for name in find_all(pages.listing(query), Qualified)]


@contextmanager
def store_of(files: Mapping[str, int]) -> Iterator[Pages]:
    """Make an index of files that hold nothing but so many functions."""
    with Store.open(None, options=Options()) as store:
        rows = [_functions(store, path, count) for path, count in files.items()]
        store.replace_files(rows)
        yield Pages(store)


def _functions(store: Store, path: str, count: int) -> SourceFile:
    module = path.removesuffix(".py").replace("/", ".")
    head = Definition(name=module, qualname="", kind=Kind.MODULE, line=1, col=0, end_line=count, scope=-1)
    names = [f"f{number:05}" for number in range(count)]
    functions = [
        Definition(name=name, qualname=name, kind=Kind.FUNCTION, line=line, col=4, end_line=line, scope=0)
        for line, name in enumerate(names, 1)
    ]
    facts = FileFacts(
        path=path, language="python", module=module, is_package=False, role=Role.MODULE, lines=count, size=count,
        definitions=(head, *functions),
    )  # fmt: skip
    file = SourceFile(
        path=path, language="python", module=module, is_package=False, digest=path, size=count, mtime_ns=0
    )
    encode = msgspec.msgpack.encode
    store.put_summary(file, (encode(facts), encode(References()), encode(())))
    return file


def rows_of(body: FileShown, section: str) -> tuple[Row, ...]:
    return dict(body.groups).get(section, ())


def used_by(uses: UseList | None) -> list[tuple[str, list[str]]]:
    """Return the using files of a list with the scopes in them, this file first."""
    if uses is None:
        return []
    files = [*([uses.own] if uses.own else []), *uses.project, *uses.tests]
    return [(file.file.text, [group.scope.text for group in file.groups]) for file in files]


TREE = {
    "pkg/__init__.py": '"""The package."""\nfrom .base import Base\n',
    "pkg/base.py": '''\
        """Base classes.

        Second paragraph.
        """
        import os
        from missing import thing

        LIMIT = 3


        class Base:
            """A base."""

            def run(self):
                """Run it."""
                return os.getcwd(), LIMIT

            def _hidden(self):
                return self.run()


        def make() -> Base:
            def inner():
                return LIMIT
            return Base()
        ''',
    "pkg/more.py": """\
        from pkg.base import Base, make


        class Child(Base):
            def run(self):
                return make().run()
        """,
    "tests/test_base.py": """\
        from pkg.base import make


        def test_make():
            assert make()
        """,
    "broken.py": "def (:\n",
}


@pytest.fixture
def pages(make_tree: MakeTree) -> Iterator[Pages]:
    with index(make_tree(TREE)) as found:
        yield found


def test_list_of_pages(pages: Pages) -> None:
    """There is a page for the project, every folder, every file, the letters and each letter."""
    assert [key for key in pages.pages if not key.startswith("letter:")] == [
        "project", "folder:pkg", "folder:tests", "file:broken.py", "file:pkg/__init__.py", "file:pkg/base.py",
        "file:pkg/more.py", "file:tests/test_base.py", "letters",
    ]  # fmt: skip
    assert {"letter:b", "letter:r", "letter:t"} <= pages.pages.keys()
    assert len({page.docname for page in pages.pages.values()}) == len(pages.pages)


def test_sections_follow_what_is_there(pages: Pages) -> None:
    """A page has the sections that it has something to show in."""
    assert [section for section, _ in pages.pages["file:pkg/base.py"].sections if section != "kw-related"] == [
        "kw-classes", "kw-functions", "kw-data", "kw-imports", "kw-tests", "kw-about",
    ]  # fmt: skip
    assert [section for section, _ in pages.pages["file:broken.py"].sections][-2:] == ["kw-imports", "kw-about"]
    assert [section for section, _ in pages.pages["folder:pkg"].sections] == [
        "kw-related-folders", "kw-files", "kw-dependencies", "kw-index",
    ]  # fmt: skip
    assert [section for section, _ in pages.pages["project"].sections] == [
        "kw-tree",
        "kw-names",
        "kw-problems",
        "kw-about",
    ]


def test_file_page(pages: Pages) -> None:
    """A file's page says what the file is, and shows its keywords nested in each other."""
    body = file_of(pages, "pkg/base.py")
    assert (body.module, body.role, body.doc) == ("pkg.base", Role.MODULE, "Base classes.")
    (base,) = rows_of(body, "kw-classes")
    assert [(row.name, row.anchor) for row in base.members] == [("run", "Base.run"), ("_hidden", "Base._hidden")]
    (make,) = rows_of(body, "kw-functions")
    assert [row.anchor for row in make.members] == ["make.-.inner"]
    assert {count.kind: (count.public, count.private) for count in body.counts}[Kind.METHOD] == (1, 1)


def test_uses(pages: Pages) -> None:
    """Uses are grouped by file (this one first, tests last), each file's by scope; lines are told of this file only."""
    body = file_of(pages, "pkg/base.py")
    (make,) = rows_of(body, "kw-functions")
    assert (make.uses, make.files) == (4, 2)
    assert used_by(make.used) == [
        ("pkg/more.py", ["", "Child.run"]),
        ("tests/test_base.py", ["", "test_make"]),
    ]
    assert make.used is not None
    assert make.used.project[0].groups[1].scope.anchor == "Child.run"
    assert [group.lines for file in make.used.project for group in file.groups] == [(), ()]
    (limit,) = rows_of(body, "kw-data")
    assert limit.used is not None
    assert limit.used.own is not None
    assert [(group.scope.text, group.lines) for group in limit.used.own.groups] == [
        ("Base.run", (16,)), ("make.<locals>.inner", (24,)),
    ]  # fmt: skip


def test_relations(pages: Pages) -> None:
    """A class names its bases and subclasses, a method what it overrides and what overrides it."""

    def relations(path: str) -> dict[str, dict[RelationRole, list[str]]]:
        (top,) = rows_of(file_of(pages, path), "kw-classes")
        return {
            row.qualname: {found.role: [link.text for link in found.links] for found in row.relations}
            for row in (top, top.members[0])
        }

    assert relations("pkg/base.py") == {
        "Base": {RelationRole.SUBCLASSES: ["pkg.more.Child"], RelationRole.EXPORTED: ["pkg.Base"]},
        "Base.run": {RelationRole.OVERRIDDEN: ["pkg.more.Child.run"]},
    }
    assert relations("pkg/more.py") == {
        "Child": {RelationRole.BASES: ["pkg.base.Base"]},
        "Child.run": {RelationRole.OVERRIDES: ["pkg.base.Base.run"]},
    }


def test_imports_and_importers(pages: Pages) -> None:
    """Imports link to what they import; importers are listed, tests apart."""
    shown = find_imports(pages.subject("pkg/base.py"))
    assert [(row.name, row.anchor, len(row.links)) for row in shown.rows] == [
        ("os", "import-os", 0), ("thing", "import-thing", 0),
    ]  # fmt: skip
    assert {title: [link.text for link in links] for title, links in shown.importers} == {
        "Imported by": ["pkg/__init__.py", "pkg/more.py"],
        "Imported by tests": ["tests/test_base.py"],
    }
    more = find_imports(pages.subject("pkg/more.py"))
    docname = pages.addresses.file("pkg/base.py")
    assert [row.links[0] for row in more.rows] == [
        Link(docname=docname, anchor=name, text=f"pkg.base.{name}") for name in ("Base", "make")
    ]


def test_broken_file(pages: Pages) -> None:
    """A file that cannot be analysed says why and where."""
    body = file_of(pages, "broken.py")
    assert body.error
    assert body.error_line == 1
    assert body.groups == ()


def test_navigation(pages: Pages) -> None:
    """Every page knows the way from the project down, its siblings and its neighbours."""
    view = pages.view("file:pkg/base.py")
    assert [link.text for link in view.breadcrumb] == ["Keyword index", "pkg"]
    assert [(link.text, bool(link.docname)) for link in view.siblings] == [
        ("__init__.py", True), ("base.py", False), ("more.py", True),
    ]  # fmt: skip
    assert view.previous is not None
    assert view.next is not None
    assert (view.previous.text, view.next.text) == ("pkg/__init__.py", "pkg/more.py")
    folder = pages.view("folder:tests")
    assert [link.text for link in folder.siblings] == ["pkg/", "tests/", "broken.py"]
    assert folder.previous is not None
    assert folder.previous.text == "pkg/"
    assert folder.next is None


def test_folder_page(pages: Pages) -> None:
    """A folder's page shows the package's docstring and its files with counts."""
    body = folder_shown(pages.reader, pages.options, pages.addresses, pages.pages["folder:pkg"])
    assert (body.module, body.doc, body.file_count) == ("pkg", "The package.", 3)
    assert [(entry.link.text, entry.summary) for entry in body.files] == [
        ("__init__.py", "The package."), ("base.py", "Base classes."), ("more.py", ""),
    ]  # fmt: skip


def test_project_page(pages: Pages) -> None:
    """The project's page shows the tree, totals, letters and what could not be analysed."""
    body = project_shown(pages.reader, pages.options, pages.addresses, pages.pages["project"])
    assert [node.entry.link.text for node in body.tree] == ["pkg/", "tests/", "broken.py"]
    assert [node.entry.link.text for node in body.tree[0].children] == ["__init__.py", "base.py", "more.py"]
    assert [entry.link.text for entry in body.problems] == ["broken.py"]
    assert body.file_count == 5
    assert "m" in [letter.group for letter in body.letters]


def test_names(pages: Pages) -> None:
    """Names sort whatever their case and underscores; each spelling has one head; there are no lines."""
    heads = heads_of(pages.view("letter:r"))
    assert [(head.name, [entry.link.text for entry in head.entries]) for head in heads] == [
        ("run", ["Base.run", "Child.run"]),
    ]
    hidden = heads_of(pages.view("letter:h"))
    assert [(head.name, head.private) for head in hidden] == [("_hidden", True)]


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param(
            {"pkg/more.py": "\n\n" + textwrap.dedent(TREE["pkg/more.py"])},
            {"file:pkg/more.py", "folder:pkg", "project"},
            id="lines-moved",
        ),
        pytest.param(
            {"pkg/more.py": textwrap.dedent(TREE["pkg/more.py"]).replace("make()", "make() and make()")},
            {"file:pkg/more.py", "file:pkg/base.py"},
            id="one-use-more",
        ),
        pytest.param(
            {"pkg/more.py": textwrap.dedent(TREE["pkg/more.py"]) + "c_name = 1\n"},
            # On the page of M, as there is none of N: names with the word "name".
            {"file:pkg/more.py", "folder:pkg", "project", "letters", "letter:c", "letter:m"},
            id="one-name-more",
        ),
    ],
)
def test_fingerprints(make_tree: MakeTree, tmp_path: Path, edit: dict[str, str], changed: set[str]) -> None:
    """A page's fingerprint changes if and only if what it shows does: moved lines do not reach other pages' uses."""
    # Which files are related is another stage's business.
    with index(make_tree(TREE), tmp_path / "cache", related_limit=0) as before:
        old = before.prints()
    with index(make_tree(edit), tmp_path / "cache", related_limit=0) as after:
        new = after.prints()
    assert {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)} == changed


def test_long_file() -> None:
    """A file with 20,000 keywords has pages of a bounded size that hold each keyword once; links find the right one."""
    with store_of({"big.py": 20_000}) as pages:
        keys = [key for key in pages.pages if key.startswith("file:")]
        assert len(keys) == 58
        names: list[str] = []
        for key in keys:
            rows = dict(groups_of(pages.view(key)))["kw-functions"]
            assert len(rows) <= PART_SIZE
            names += [row.name for row in rows]
        assert len(set(names)) == len(names) == 20_000
        (keyword,) = pages.reader.keywords(name="f15000")
        assert pages.addresses.link(keyword).docname == "kwindex/tree/big.py~p43"
        assert pages.pages["file:big.py~p2"].title == "big.py (2/58)"


def test_long_file_is_read_once(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of a whole file is not gathered for each of its pages."""
    text = "".join(f"def f{number}(): return f{number - 1}()\n" for number in range(3 * PART_SIZE))
    with index(make_tree({"big.py": text, "small.py": "import big\nbig.f7()\n"})) as pages:
        keys = [key for key in pages.pages if key.startswith("file:")]
        assert len(keys) == 5
        apart = [pages.view(key) for key in keys]
        asked: list[str] = []
        uses_of = Reader.uses_of

        def note(reader: Reader, path: str, *, is_placed: bool) -> tuple[UseRow, ...]:
            asked.append(path)
            return uses_of(reader, path, is_placed=is_placed)

        monkeypatch.setattr(Reader, "uses_of", note)
        sources = pages.sources()
        together = [page_view(sources, pages.pages[key]) for key in keys]
        assert together == apart
        assert sorted(asked) == ["big.py", "small.py"]


def test_uses_in_long_files_lead_to_their_pages(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """A use in a file of several pages leads to that on which the using definition stands, without all of that file being read."""
    text = "import lib\n" + "".join(f"def f{number}(): return lib.g()\n" for number in range(PART_SIZE + 3))
    with index(make_tree({"big.py": text, "lib.py": "def g(): ...\n"})) as pages:
        scopes = ScopeLinks(pages.addresses)
        assert scopes.link("big.py", "f3") == Link("kwindex/tree/big.py", "f3", "f3")
        last = f"f{PART_SIZE + 1}"
        assert scopes.link("big.py", last) == Link("kwindex/tree/big.py~p2", last, last)
        assert scopes.link("big.py", "") == Link("kwindex/tree/big.py")
        facts = Reader.facts
        asked: list[str] = []
        monkeypatch.setattr(Reader, "facts", lambda reader, path: asked.append(path) or facts(reader, path))
        pages.view("file:lib.py")
        assert "big.py" not in asked


def test_uses_in_the_own_file_are_bounded(make_tree: MakeTree) -> None:
    """A page lists so many places of its own file; with more of them, each keyword lists fewer and counts the rest."""
    names = [f"f{number}" for number in range(OWN_BUDGET // 4)]
    users = [f"def user{number}():\n" + "".join(f"    {name}()\n" for name in names) for number in range(8)]
    text = "".join(f"def {name}(): ...\n" for name in names) + "".join(users)
    with index(make_tree({"many.py": text})) as pages:
        body = file_of(pages, "many.py")
        used = [row.used.own for row in rows_of(body, "kw-functions") if row.used is not None]
        assert [(len(own.groups), own.more) for own in used if own] == [(4, 4)] * len(names)


def test_letter_pages_are_bounded() -> None:
    """No page of the A-Z index has more than 1,000 rows, every name stands on one, and bounds follow from prefixes."""
    with store_of({"big.py": 5_000, "other.py": 5_000}) as pages:
        found: list[str] = []
        for key, page in pages.pages.items():
            if page.kind is PageKind.LETTER:
                heads = heads_of(pages.view(key))
                assert sum(1 + len(head.entries) for head in heads) <= 1_000
                found += [head.name for head in heads]
        assert len(found) == len(set(found)) == 5_002


@pytest.mark.parametrize(
    ("names", "pages"),
    [
        pytest.param({}, [], id="none"),
        pytest.param({"a": 1, "B": 1, "_b": 1}, [("a", "a"), ("b", "b")], id="letters"),
        pytest.param({"_": 1, "__": 2, "_1": 1, "é": 1, "日": 1},
                     [("~digits", "~digits"), ("~other", "~other"), ("~symbols", "~symbols")], id="groups"),
        pytest.param({f"a{char}": 3 for char in "bcdef"}, [("a", "ab"), ("a", "ad"), ("a", "af")], id="split"),
        pytest.param({"a": 8, "ab": 8}, [("a", "a"), ("a", "ab")], id="exact-name"),
    ],
)  # fmt: skip
def test_plan_of_letters(names: dict[str, int], pages: list[tuple[str, str]]) -> None:
    """Letters come first, then digits, other letters and the rest; a letter with too many names is split by prefix."""
    plan = plan_letters(tally_names(names.items()), page_rows=9)
    assert [(page.group, page.prefix) for page in plan] == pages
    assert sum(page.heads for page in plan) == len(names)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        pytest.param(["add_hook", "HookCaller"], {"hook": ("HookCaller", "add_hook")}, id="case-and-place"),
        pytest.param(["hook_a", "HookCaller", "_hook"], {}, id="they-stand-together"),
        pytest.param(["add_hook"], {}, id="of-one-name"),
        pytest.param([f"a{n}_hook" for n in range(MOST_NAMES + 1)], {}, id="of-too-many"),
        pytest.param(["run_at", "look_at", "is_class", "for_class"], {}, id="short-words-and-words-of-python"),
        pytest.param(["On hooks", "No hooks"], {}, id="headings"),
    ],
)
def test_sub_words(names: list[str], words: dict[str, tuple[str, ...]]) -> None:
    """A word of 2 to 40 names leads to these, unless they stand where the word does."""
    assert {word: found for word, found in find_sub_words([words_in(names)]).items() if word != "caller"} == words


def test_words_stand_among_the_names(make_tree: MakeTree) -> None:
    """A word stands behind the names that are spelled so, and leads to names on other pages; tests have none."""
    tree = {
        "hooks.py": "def hook(): ...\ndef _hook(): ...\ndef hookup(): ...\ndef add_hook(): ...\nclass HookCaller: ...\n",
        "test_all.py": "def test_hook_added(): ...\ndef test_added(): ...\n",
    }
    with index(make_tree(tree)) as pages:
        heads = heads_of(pages.view("letter:h"))
        shown = [(head.name, [link.text for link in head.see]) for head in heads]
        assert shown == [
            ("_hook", []),
            ("hook", []),
            ("hook", ["add_hook", "HookCaller"]),
            ("HookCaller", []),
            ("hooks", []),
            ("hookup", []),
        ]
        links = heads[2].see
        assert [(link.docname, link.anchor) for link in links] == [
            ("kwindex/names/a", "name-add_hook"),
            ("kwindex/names/h", "name-HookCaller"),
        ]


def test_words_count_as_rows() -> None:
    """A page of the A-Z index stays as small as it was with many words on it, and has words that begin no name."""
    names = {f"m{char}": 3 for char in "bc"}
    plan = plan_letters(tally_names(names.items()), {"mb": ("x",) * 11, "zoo": ("a", "b")}, page_rows=9)
    assert [(page.prefix, page.heads, page.keywords) for page in plan] == [("mb", 1, 3), ("mc", 1, 3), ("z", 0, 0)]


def test_sort_key() -> None:
    """Leading underscores do not count."""
    assert [sort_key(name) for name in ("a", "_a", "__a", "___a", "_", "__")] == ["a", "a", "a", "_a", "", ""]


def test_head_with_very_many_keywords(make_tree: MakeTree) -> None:
    """A name that hundreds of things bear lists the first hundred, and counts the others."""
    tree = {f"m{number}.py": "def main(): pass\n" for number in range(HEAD_ENTRIES + 5)}
    with index(make_tree(tree)) as pages:
        head = next(head for head in heads_of(pages.view("letter:m")) if head.name == "main")
        assert (len(head.entries), head.more) == (HEAD_ENTRIES, 5)


def test_wide_folder() -> None:
    """In a folder of 3,000 files, a file lists its nearest neighbours only."""
    with store_of({f"d/f{number:04}.py": 1 for number in range(3_000)}) as pages:
        view = pages.view("file:d/f1500.py")
        assert (len(view.siblings), view.has_more_siblings) == (MAX_SIBLINGS, True)
        assert "f1501.py" in [link.text for link in view.siblings]
        folder = folder_shown(pages.reader, pages.options, pages.addresses, pages.pages["folder:d"])
        assert len(folder.files) == 3_000


def test_many_users(make_tree: MakeTree) -> None:
    """A keyword used in very many files lists the first fifty, by count, and says how many it leaves out."""
    tree = {"base.py": "def make(): pass\n"}
    tree |= {f"u{number:02}.py": "from base import make\nmake()\n" for number in range(60)}
    with index(make_tree(tree)) as pages:
        (make,) = rows_of(file_of(pages, "base.py"), "kw-functions")
        assert make.used is not None
        assert (make.files, len(make.used.project), make.used.more_files) == (60, MAX_FILES, 10)


@pytest.mark.parametrize(
    "tree", [pytest.param({"a.py": ""}, id="no-keyword"), pytest.param({"a.py": "x = 1"}, id="one-file")]
)
def test_small_projects(make_tree: MakeTree, tree: dict[str, str]) -> None:
    """A project of one file, or without a keyword, has pages like any other."""
    with index(make_tree(tree)) as pages:
        assert pages.prints()
        assert file_of(pages, "a.py").module == "a"


def test_number_of_files_searched() -> None:
    """A large number of files is told roughly: else every new file would change every page."""
    assert [round_down(count) for count in (0, 99, 100, 243, 999, 2_371)] == [0, 99, 100, 200, 900, 2_000]


@pytest.mark.parametrize(
    ("what", "values", "expected"),
    [
        pytest.param("pkg/base.py", {}, ["LIMIT", "Base", "Base.run", "make", "make.<locals>.inner"], id="file"),
        pytest.param("pkg/base.py", {"private": True, "kinds": (Kind.METHOD,)}, ["Base.run", "Base._hidden"], id="kinds"),
        pytest.param("pkg/base.py", {"nested": False, "order": "name"}, ["Base", "LIMIT", "make"], id="order"),
        pytest.param("pkg", {"kinds": (Kind.CLASS,)}, ["Base", "Child"], id="folder"),
        pytest.param("pkg.more", {}, ["Child", "Child.run"], id="module"),
        pytest.param("**/test_*.py", {}, ["test_make"], id="glob"),
        pytest.param("*.py", {}, [], id="glob-in-one-folder"),
        pytest.param("", {"pattern": "*.run"}, ["Base.run", "Child.run"], id="pattern"),
        pytest.param("", {"pattern": "run", "limit": 1}, ["Base.run"], id="limit"),
        pytest.param("pkg", {"order": "uses", "kinds": (Kind.FUNCTION,), "nested": False}, ["make"], id="uses"),
    ],
)  # fmt: skip
def test_listing(pages: Pages, what: str, values: dict[str, object], expected: list[str]) -> None:
    """A listing shows what is asked for, filtered and ordered."""
    assert names_listed(pages, what, **values) == expected


def test_listing_of_nothing(pages: Pages) -> None:
    """What the index does not have is told apart from what is empty."""
    views = [pages.listing(ListingQuery(what=what)) for what in ("nowhere", "broken.py")]
    assert [tell(block.inside) for view in views for block in find_all(view, Para)] == [
        "nowhere is not in the index.",
        "No keywords.",
    ]


@pytest.mark.parametrize("group", ["file", "kind", "letter", "none"])
def test_listing_groups(pages: Pages, group: str) -> None:
    """However rows are grouped, each keyword stands in one group."""
    names = names_listed(pages, "pkg", group=group)
    assert len(names) == len(set(names)) == 7


CYCLES = {
    "pkg/__init__.py": "",
    "pkg/a.py": "import os\nimport numpy as np\nfrom pkg import b\nnp.x(os)\n",
    "pkg/b.py": "def f():\n    from pkg.c import x\n",
    "pkg/c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import b\nx = 1\n",
    "pkg/d.py": "import pkg.a\n",
}


def test_import_cycle(make_tree: MakeTree) -> None:
    """A file in a cycle of imports shows the shortest one, with what is said of its imports; others show none."""
    with index(make_tree(CYCLES)) as pages:
        overview = pages.sources().overview
        steps = cycle_steps(overview, "pkg/b.py")
        assert [(path, list(map(tell, import_flag_words(when)))) for path, when in steps] == [
            ("pkg/c.py", ["in a function"]),
            ("pkg/a.py", ["type checking only"]),
            ("pkg/b.py", []),
        ]
        assert overview.cycles["pkg/b.py"][1] == 0
        for path in ("pkg/__init__.py", "pkg/d.py"):
            assert not cycle_steps(overview, path)


def test_large_groups_are_told_roughly(make_tree: MakeTree) -> None:
    """One file more in a large group of files that import one another does not change what the others show."""
    files = {f"m{number:02}.py": f"import m{number + 1:02}\nimport m00\n" for number in range(24)}
    root = make_tree({**files, "m24.py": "import m00\n"})
    with index(root) as pages:
        before = {path: cycle_of(pages, path) for path in files}
    assert before["m10.py"] == (["m00.py", "m01.py", "m02.py"], 20)
    with index(make_tree({"m24.py": "import m00\nimport m25\n", "m25.py": "import m00\n"})) as pages:
        assert {path: cycle_of(pages, path) for path in files} == before


def cycle_of(pages: Pages, path: str) -> tuple[list[str], int]:
    """Return the first steps of the cycle that a file is in, and the size of its group."""
    overview = pages.sources().overview
    return [step for step, _ in cycle_steps(overview, path)[:3]], overview.cycles[path][1]


def test_standard_library(make_tree: MakeTree) -> None:
    """Imports tell the standard library from other packages; the latter are listed with their uses."""
    with index(make_tree(CYCLES)) as pages:
        shown = find_imports(pages.subject("pkg/a.py"))
        assert {row.target: row.is_standard for row in shown.rows} == {
            "os": True, "numpy": False, "pkg.b": False,
        }  # fmt: skip
        assert [name for name, _ in shown.externals] == ["numpy"]


NOTABLE = {
    "tool.py": "from pkg.a import f, run\nif __name__ == '__main__':\n    run(f())\n",
    "pkg/__init__.py": "",
    "pkg/a.py": """\
        def f(): ...
        def run(x):
            \"\"\"Run.\"\"\"
        def _hidden(): ...
        class C:
            def method(self): ...
        f(); f(); f()
        def outer():
            def inner(): ...
        """,
    "pkg/b.py": "from pkg.a import run, _hidden\nrun(1)\n_hidden()\n",
    "pkg/_private.py": "def g(): ...\n",
    "tests/test_a.py": "from pkg.a import C\nC()\nC()\ndef helper(): ...\n",
}


def test_what_stands_out_in_a_project(make_tree: MakeTree) -> None:
    """The project shows its scripts, what most files use, and public names without a docstring; tests do not count."""
    with index(make_tree(NOTABLE)) as pages:
        body = project_shown(pages.reader, pages.options, pages.addresses, pages.pages["project"])
    assert [entry.link.title for entry in body.scripts] == ["tool.py"]
    assert [(item.link.text, item.files) for item in body.used] == [("pkg.a.run", 2), ("pkg.a.f", 1)]
    assert [(item.link.text, item.files) for item in body.undocumented] == [
        ("pkg.a.f", 1), ("pkg.a.C", 0), ("pkg.a.outer", 0),
    ]  # fmt: skip
    assert body.more_undocumented == 0


def test_address_of_an_odd_path(make_tree: MakeTree) -> None:
    """The address in a code browser is one whatever the file is called."""
    with index(make_tree({"a dir/b#c.py": "x = 1"}), source_url="https://x.org/{path}#L{line}") as pages:
        shown = file_of(pages, "a dir/b#c.py")
    assert shown.source_url == "https://x.org/a%20dir/b%23c.py#L{line}"
