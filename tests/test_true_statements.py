"""Statements that readers of sampled pages found doubtful, each with the class that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from shown import index

from sphinx_kwindex import Project
from sphinx_kwindex.dump import dump_lines
from sphinx_kwindex.entry_points import names_pytest, read_entry_points
from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.model import Flag, Related, Role
from sphinx_kwindex.pages.blocks import Item, find_all
from sphinx_kwindex.pages.file_view import file_rows, find_head
from sphinx_kwindex.pages.folder_tables import folders_with_related
from sphinx_kwindex.pages.imports_view import find_imports
from sphinx_kwindex.pages.records import Row
from sphinx_kwindex.pages.runners import Runner, find_runner
from sphinx_kwindex.pages.subjects import FileSubject
from sphinx_kwindex.pages.tests_view import blocks_of_tests, how_tested

Tree = Callable[..., Path]


@contextmanager
def pages_of(root: Path) -> Iterator[Callable[[str], FileSubject]]:
    """Give a function that returns what the page of a file is told from."""
    with index(root) as pages:
        yield pages.subject


def rows_of(file: FileSubject) -> dict[str, Row]:
    """Return the rows of a page by their qualified names."""
    found: dict[str, Row] = {}
    waiting = [row for group in file_rows(file).values() for row in group]
    while waiting:
        row = waiting.pop()
        found[row.qualname] = row
        waiting.extend(row.members)
    return found


def unplaced(root: Path, path: str) -> set[str]:
    """Return the names that could not be placed."""
    with Project.open(root) as project:
        linked = project.reader.linked(path)
        assert linked is not None
        return {name for name, _ in linked.unresolved}


def test_members_of_builtin_types_are_no_gap(make_tree: Tree) -> None:
    """What looks a member up on something of unknown type is named only where the project has such a member."""
    root = make_tree(
        {
            "a.py": """\
                import b
                from b import NAME, gone
                NAME.lower(); NAME.anything(); b.absent; b.make().__name__; b.make().strip()
                class C:
                    @property
                    def x(self): ...
                    @x.setter
                    def x(self, value): ...
                """,
            "b.py": "NAME = unknown()\ndef make(): return NAME\n",
        }
    )
    assert unplaced(root, "a.py") == {"absent", "gone"}
    assert unplaced(root, "b.py") == {"unknown"}


def test_files_of_newer_pythons_have_no_gaps(make_tree: Tree) -> None:
    """A file that is read without its newer syntax lacks names: that is said once, not of each."""
    root = make_tree({"a.py": "def f[T(x: T) -> T: ...\n", "b.py": "x = T\n"})
    assert unplaced(root, "a.py") == set()
    assert unplaced(root, "b.py") == {"T"}


def test_packages_are_counted_by_names(make_tree: Tree) -> None:
    """Other packages are counted as their imports are: by uses of imported names, not by lines that import, nor by each dot."""
    source = """\
        import click, os
        from click import echo
        import numpy
        @click.option("x").more.of.that()
        def f():
            made = click.Context()
            made.exit(); made.close(); echo(os.sep)
        """
    with pages_of(make_tree({"a.py": source})) as show:
        assert find_imports(show("a.py")).externals == (("click", 3), ("numpy", 0))


def test_packages_are_counted_once_for_each_use(make_tree: Tree) -> None:
    """A use counts once, also if several imports could have bound the name."""
    source = """\
        import click, click.core
        import click.types
        try:
            from yaml import CLoader as Loader
        except ImportError:
            from yaml import Loader
        def f(): return Loader, click.core.Context, click.echo, click.types.INT, click.types.STRING
        """
    with pages_of(make_tree({"a.py": source})) as show:
        found = find_imports(show("a.py"))
    assert [row.uses for row in found.rows] == [1, 1, 2, 1, 1]
    assert found.externals == (("click", 4), ("yaml", 1))


def test_what_files_hand_on_keeps_its_package(make_tree: Tree) -> None:
    """What another file has from the standard library is no other package's."""
    root = make_tree({"a.py": "from argparse import Action\n", "b.py": "from a import Action\nAction()\n"})
    with pages_of(root) as show:
        found = find_imports(show("b.py"))
    assert (found.rows[0].is_standard, found.externals) == (True, ())


def test_imports_for_type_checkers_are_not_used_at_run_time(make_tree: Tree) -> None:
    """What type checkers import is not used where the name is something else when the module runs."""
    source = """\
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from typing_extensions import assert_type
            from click import Context, Command
            import yaml
        else:
            def assert_type(value, type): ...
            from tide import Command
        def f(x: Context): assert_type(Command(x), Command)
        """
    with pages_of(make_tree({"a.py": source})) as show:
        found = find_imports(show("a.py"))
    assert [(row.name, row.uses) for row in found.rows[1:]] == [
        ("assert_type", 0), ("Context", 1), ("Command", 0), ("yaml", 0), ("Command", 2),
    ]  # fmt: skip
    assert found.externals == (("click", 1), ("tide", 2))


SETUP = """\
from setuptools import setup
points = {"console_scripts": ["tide = pkg.cli:main", "no target"]}
setup(name="tide", entry_points=points)
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (SETUP, ["tide"]),
        ("import setuptools as s\ns.setup(entry_points={'console_scripts': 'a=b:c\\nd = e'})", ["a", "d"]),
        ("setup(entry_points='''\n    [console_scripts]\n    Tide = pkg.cli:main\n''')", ["Tide"]),
        ("setup(entry_points={'console_scripts': [f'{x} = a:b']})", []),
        ("setup(entry_points=read('points.txt'))", []),
        ("points = {}\npoints = {'g': ['a = b']}\nsetup(entry_points=points)", []),
        ("def setup(entry_points={'g': ['a = b']}): ...", []),
        ("setup(", []),
    ],
)
def test_entry_points_of_setup_py(text: str, names: list[str]) -> None:
    """What `setup.py` writes out is read, and nothing of it is run."""
    assert [item.name for item in read_entry_points({"setup.py": text})] == names


def related(path: str, group: str) -> Related:
    """Return a related file."""
    return Related(path=path, score=1.0, group=group, reasons=())


def test_one_similar_pair_relates_no_folders() -> None:
    """Folders are related by more than one pair of files that have words in common."""
    assert folders_with_related({"a/x.py": (related("b/y.py", "similar"),)}) == set()
    assert folders_with_related({"a/x.py": (related("b/y.py", "uses"),)}) == {"a"}
    twice = {"a/x.py": (related("b/y.py", "similar"),), "a/z.py": (related("b/y.py", "similar"),)}
    assert folders_with_related(twice) == {"a"}
    up = {"a/c/x.py": (related("a/y.py", "uses"),), "a/c/z.py": (related("b/y.py", "uses"),)}
    assert folders_with_related(up) == {"a", "a/c"}


def test_sources_go_before_stubs(make_tree: Tree) -> None:
    """What a source and a stub define is the source's, wherever the stub lies."""
    code = "class Fault(Exception): ...\n"
    with Project.open(make_tree({"pkg-stubs/__init__.pyi": code, "pkg.py": code, "b.py": "import pkg\n"})) as project:
        assert [home.path for home in project.reader.homes(["pkg.Fault"])["pkg.Fault"]] == [
            "pkg.py", "pkg-stubs/__init__.pyi"
        ]  # fmt: skip
        assert [home.path for home in project.reader.homes_called("Fault")] == ["pkg.py", "pkg-stubs/__init__.pyi"]


def test_inherited_tests_have_commands(make_tree: Tree) -> None:
    """A class of tests runs those of its base classes as well."""
    root = make_tree(
        {
            "tests/base.py": "class Shared:\n    def test_one(self): ...\n    def helper(self): ...\n",
            "tests/test_a.py": """\
                from tests.base import Shared
                class TestA(Shared):
                    def test_two(self): ...
                class Plain(Shared): ...
                """,
            "tests/conftest.py": "",
        }
    )
    with pages_of(root) as show:
        tested = how_tested(show("tests/test_a.py"))
        assert tested is not None
        assert [link.text for link in tested.cases] == [
            "tests/test_a.py::TestA::test_one",
            "tests/test_a.py::TestA::test_two",
        ]


def test_packages_on_the_way_are_not_tested(make_tree: Tree) -> None:
    """`from package.module import x` is no use of the package; `import package` and what it defines are."""
    root = make_tree(
        {
            "pkg/__init__.py": "",
            "pkg/a.py": "x = 1\n",
            "top/__init__.py": "y = 1\n",
            "top/b.py": "z = 1\n",
            "tests/test_a.py": "from pkg.a import x\nfrom top.b import z\ndef test_a(): assert x\n",
            "tests/test_b.py": "import top\ndef test_b(): assert top.y\n",
        }
    )
    with pages_of(root) as show:
        found = {path: how_tested(show(path)) for path in ("pkg/__init__.py", "pkg/a.py", "top/__init__.py")}
        told = {path: [item.file.text for item in tested.files] if tested else [] for path, tested in found.items()}
        assert told == {
            "pkg/__init__.py": [],
            "pkg/a.py": ["tests/test_a.py"],
            "top/__init__.py": ["tests/test_b.py"],
        }


def test_namesakes_of_own_code_are_own_code(make_tree: Tree) -> None:
    """Who reads the project's own code is not sent to data of tests, or to settings of the documentation."""
    root = make_tree(
        {
            "pkg/__init__.py": "",
            "pkg/a.py": "def release(): ...\n",
            "pkg/b.py": "def release(): ...\n",
            "docs/conf.py": "release = '1'\n",
            "tests/data/cases/x.py": "def release(): ...\n",
        }
    )
    with pages_of(root) as show:
        namesakes = rows_of(show("pkg/a.py"))["release"].namesakes
        assert namesakes is not None
        assert [link.text for link in namesakes.links] == ["pkg.b.release"]


def test_writes_may_be_matches(make_tree: Tree) -> None:
    """An attribute that is set on something of unknown type may be the one that a class has: reads and writes alike."""
    root = make_tree(
        {
            "a.py": "class C:\n    def __init__(self): self.special = 1\n",
            "b.py": "def f(x):\n    x.special = 2\n    x.special += 1\n    return x.special\n",
        }
    )
    with pages_of(root) as show:
        guesses = rows_of(show("a.py"))["C.special"].guesses
        assert guesses is not None
        assert guesses.count == 3


def test_finally_is_no_condition(make_tree: Tree) -> None:
    """What stands under `finally` runs in any case, unlike the other parts of `try`."""
    root = make_tree({"a.py": "try:\n    a = 1\nexcept E:\n    b = 1\nelse:\n    c = 1\nfinally:\n    d = 1\n"})
    with Project.open(root) as project:
        flagged = {item.name for item in project.keywords(path="a.py") if item.flags & Flag.CONDITIONAL}
    assert flagged == {"a", "b", "c"}


def test_scripts_that_run_their_tests_are_tests(make_tree: Tree) -> None:
    """A script with test cases that starts unittest is a test module, however many helpers it has."""
    script = """\
        import unittest
        class Checks(unittest.TestCase):
            def setUp(self): ...
            def help(self): ...
            def test_a(self): ...
        if __name__ == "__main__":
            unittest.main()
        """
    root = make_tree(
        {"tools/check.py": script, "tools/run.py": "def main(): ...\nif __name__ == '__main__':\n    main()\n"}
    )
    with Project.open(root) as project:
        assert {row.path: row.role for row in project.reader.roles()} == {
            "tools/check.py": Role.TEST,
            "tools/run.py": Role.SCRIPT,
        }


CASES = "import unittest\nclass T(unittest.TestCase):\n    def test_a(self): ...\n"


@pytest.mark.parametrize(
    ("files", "runner"),
    [
        ({}, Runner.UNITTEST),
        ({"pytest.ini": "[pytest]\n"}, Runner.PYTEST),
        ({"tox.ini": "[tox]\n[pytest]\naddopts = -q\n"}, Runner.PYTEST),
        ({"tox.ini": "[tox]\n"}, Runner.UNITTEST),
        ({"setup.cfg": "[tool:pytest]\n"}, Runner.PYTEST),
        ({"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests']\n"}, Runner.PYTEST),
        ({"pyproject.toml": "[tool.ruff]\n"}, Runner.UNITTEST),
    ],
)
def test_configuration_names_the_runner(make_tree: Tree, files: Mapping[str, str], runner: Runner) -> None:
    """A project that configures pytest runs its test cases with it."""
    root = make_tree({"tests/test_a.py": CASES, **files})
    with Project.open(root) as project:
        assert find_runner(project.reader) is runner
    assert names_pytest(root, {}) is ("pytest.ini" in files or "addopts" in files.get("tox.ini", ""))


def test_prose_has_no_module(make_tree: Tree) -> None:
    """A README is no module, in lines of JSON as on pages."""
    with Project.open(make_tree({"README.md": "# Title\n", "a.py": ""})) as project:
        lines = [line for line in dump_lines(project) if line.get("type") == "file"]
    assert {line["path"]: line["module"] for line in lines} == {"README.md": None, "a.py": "a"}


def test_prose_means_packages_not_what_stands_in_for_them(make_tree: Tree) -> None:
    """A name that a file binds where an import fails is mentioned by nobody who writes of the package."""
    code = "try:\n    import yaml\nexcept ImportError:\n    yaml = None\n\n\ndef load(): ...\n"
    root = make_tree({"README.md": "# T\n\nNeeds `yaml`. Call `load()`.\n", "pkg/__init__.py": "", "pkg/a.py": code})
    with pages_of(root) as show:
        rows = rows_of(show("pkg/a.py"))
        assert rows["load"].mentioned is not None
        assert rows["yaml"].mentioned is None


def test_package_of_a_file(make_tree: Tree) -> None:
    """A folder without an `__init__` file is no package that a page names."""
    root = make_tree({"pkg/__init__.py": "", "pkg/a.py": "", "pkg/cases/b.py": ""})
    with pages_of(root) as page:
        links = {path: find_head(page(path)).package for path in ("pkg/a.py", "pkg/cases/b.py")}
    assert links["pkg/a.py"] is not None
    assert links["pkg/a.py"].text == "pkg"
    assert links["pkg/cases/b.py"] is None


def test_bases_from_backports(make_tree: Tree) -> None:
    """A base class is shown by the package that it is imported from."""
    code = "from typing_extensions import Protocol, TypeVar\nT = TypeVar('T')\nclass A(Protocol[T]): ...\nclass B(Protocol): ...\n"
    root = make_tree({"a.py": code})
    with pages_of(root) as page:
        rows = rows_of(page("a.py"))
        found = {name: [link.text for item in rows[name].relations for link in item.links] for name in ("A", "B")}
    assert found == {"A": ["typing_extensions.Protocol"], "B": ["typing_extensions.Protocol"]}


def test_tests_of_a_module_itself(make_tree: Tree) -> None:
    """A test that uses nothing of a module but the module says so."""
    root = make_tree(
        {"pkg/__init__.py": "", "pkg/a.py": "x = 1\n", "test_a.py": "from pkg import a\ndef test(): vars(a)\n"}
    )
    with pages_of(root) as page:
        tests = how_tested(page("pkg/a.py"))
    assert tests is not None
    assert "the module itself" in tell(tuple(item.inside for item in find_all(tuple(blocks_of_tests(tests, 9)), Item)))
