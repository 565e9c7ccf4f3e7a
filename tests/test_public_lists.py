"""Lists that speak of the project as a whole: of its own code, not of tests, examples, tools and code of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from shown import Pages, file_shown, folder_shown, heads_of, project_shown

from sphinx_kwindex import Project
from sphinx_kwindex.model import Role
from sphinx_kwindex.own_code import find_own_code
from sphinx_kwindex.pages.records import RelationRole

MakeTree = Callable[[dict[str, str]], Path]

CODE, TEST, SCRIPT, PROSE = Role.MODULE, Role.TEST, Role.SCRIPT, Role.PROSE

TREES: dict[str, dict[str, tuple[Role, bool]]] = {
    "flat": {
        "pkg/__init__.py": (Role.PACKAGE, True),
        "pkg/a.py": (CODE, True),
        "pkg/sub/data.py": (CODE, True),
        "pkg/test/client.py": (CODE, True),
        "pkg/docs.py": (CODE, True),
        "pkg/tests/helper.py": (CODE, False),
        "pkg/_vendor/six.py": (CODE, False),
        "docs/conf.py": (Role.CONFIGURATION, False),
        "docs/__init__.py": (Role.PACKAGE, False),
        "examples/shop/__init__.py": (Role.PACKAGE, False),
        "tests/__init__.py": (Role.PACKAGE, False),
        "tests/test_a.py": (TEST, False),
        "typing-examples/baseline.py": (CODE, False),
        "typing_tests/__init__.py": (Role.PACKAGE, False),
        ".github/release.py": (SCRIPT, False),
        "gallery/show.py": (CODE, False),
        "setup.py": (Role.CONFIGURATION, False),
        "noxfile.py": (CODE, False),
        "main.py": (SCRIPT, True),
        "README.md": (PROSE, False),
    },
    "src": {
        "src/pkg/__init__.py": (Role.PACKAGE, True),
        "src/pkg/a.py": (CODE, True),
        "src/single.py": (CODE, True),
        "src/space/b.py": (CODE, True),
        "conftest.py": (TEST, False),
        "bench/run.py": (SCRIPT, False),
    },
    "namespace": {
        "org/team/pkg/__init__.py": (Role.PACKAGE, True),
        "org/team/other.py": (CODE, True),
        "x/y.py": (CODE, False),
    },
    "no packages": {
        "main.py": (SCRIPT, True),
        "lib/a.py": (CODE, True),
        "code/b.py": (CODE, True),
        "tests/c.py": (CODE, False),
    },
    "tests by another name": {
        "pkg/__init__.py": (Role.PACKAGE, True),
        "t/__init__.py": (Role.PACKAGE, False),
        "t/unit/case.py": (CODE, False),
        "t/unit/test_a.py": (TEST, False),
        "t/unit/test_b.py": (TEST, False),
        "t/unit/test_c.py": (TEST, False),
    },
    "tests of the whole": {
        "pkg/__init__.py": (Role.PACKAGE, True),
        "e2e-tests/server/__init__.py": (Role.PACKAGE, False),
        "e2e-tests/server/app.py": (CODE, False),
    },
    "scripts by another name": {
        "pkg/__init__.py": (Role.PACKAGE, True),
        "pkg/__main__.py": (SCRIPT, True),
        "utils/__init__.py": (Role.PACKAGE, False),
        "utils/bump.py": (SCRIPT, False),
        "utils/push.py": (SCRIPT, False),
    },
    "inside of a package": {
        "__init__.py": (Role.PACKAGE, True),
        "tools/a.py": (CODE, True),
        "tests/b.py": (CODE, False),
    },
    "nothing else": {"examples/a.py": (CODE, True), "examples/test_b.py": (TEST, False)},
    "nothing": {},
}


@pytest.mark.parametrize("name", TREES)
def test_own_code(name: str) -> None:
    """A project's own code is told by role and place; where nothing is, all that could be is."""
    found = find_own_code({path: role for path, (role, _) in TREES[name].items()})
    assert found == {path for path, (_, is_own) in TREES[name].items() if is_own}


TREE = {
    "pyproject.toml": "[project]\nname = 'pkg'\n[project.scripts]\nrun = 'pkg.cli:main'\n",
    "README.md": "# The Project\n\nText.\n",
    "pkg/__init__.py": "from pkg.core import Thing\nfrom pkg._impl import shown as shown, inner\n__all__ = ['Thing', 'shown', 'kept']\ndef kept(): ...\ndef left_out(): ...\n",
    "pkg/core.py": '''\
        from collections import namedtuple
        from functools import partial
        from typing import TYPE_CHECKING, NamedTuple
        class Thing:
            """A thing."""
            def __init__(self): ...
            def run(self): ...
            class Meta: ...
        class ByInit:
            def __init__(self):
                """Make it."""
        class Assigned:
            __doc__ = "Set in its body."
        class Bare:
            def __init__(self): ...
        def bare(): ...
        def later(): ...
        later.__doc__ = "Set later."
        @copy_doc(later)
        def decorated(): ...
        @functools.wraps(later)
        def wrapping(): ...
        quick = lambda: 1
        half = partial(bare)
        Row = namedtuple("Row", "a b")
        class Pair(NamedTuple):
            a: int
        def outer():
            """Make one."""
            def inner(): ...
        if TYPE_CHECKING:
            class Typed: ...
        def _hidden(): ...
        ''',
    "pkg/closed.py": "__all__ = ()\ndef behind(): ...\n",
    "pkg/_impl.py": "def shown(): ...\ndef inner(): ...\n",
    "pkg/cli.py": "from pkg.core import Thing, bare\ndef main():\n    'Run.'\n    Thing(); bare()\n",
    "pkg/more.py": "from pkg.core import Thing\nThing()\nif __name__ == '__main__':\n    Thing()\n",
    "pkg/user.py": "import pkg.more\nfrom pkg.core import Bare\nBare()\n",
    "pkg/__main__.py": "from pkg.cli import main\nmain()\n",
    "pkg/tests/helper.py": "from pkg.core import Bare\nBare()\nclass HelperThing: ...\n",
    "tests/__init__.py": "from pkg.core import Thing\nfrom tests.util import help_it\n",
    "tests/util.py": "def help_it(): ...\ndef other_help(): ...\n",
    "tests/test_core.py": "from pkg.core import Bare\nfrom tests import help_it\ndef test_it(): Bare()\n",
    "examples/demo.py": "from pkg.core import Bare, bare\nclass DemoApp: ...\ndef demo_app(): bare(); Bare()\nif __name__ == '__main__':\n    demo_app()\n",
    "tools/release.py": "from pkg.core import Thing\nif __name__ == '__main__':\n    Thing()\n",
    "docs/conf.py": "def setup(app): ...\n",
}


@contextmanager
def bodies(root: Path) -> Iterator[Callable[[str], Any]]:
    with Project.open(root) as project:
        pages = Pages(project.reader)
        asked = project.reader, pages.options, pages.addresses
        makers = {"file": file_shown, "folder": folder_shown, "project": project_shown}

        def look(key: str) -> Any:
            kind = key.partition(":")[0]
            return makers[kind](*asked, pages.pages[key]) if kind in makers else heads_of(pages.view(key))

        yield look


def test_project_page(make_tree: MakeTree) -> None:
    """The lists of the project's page have nothing of tests, examples and the documentation's configuration."""
    with bodies(make_tree(TREE)) as body:
        found = body("project")
    assert [(item.name, link is not None) for item, link in found.commands] == [("run", True)]
    assert [entry.link.title for entry in found.scripts] == ["pkg/__main__.py"]
    assert [entry.link.title for entry in found.other_scripts] == ["tools/release.py"]
    assert {item.link.text: item.files for item in found.used} == {
        "pkg.core.Thing": 3,
        "pkg.core.Bare": 1,
        "pkg.core.bare": 1,
        "pkg._impl.inner": 1,
        "pkg._impl.shown": 1,
        "pkg.cli.main": 1,
    }
    assert {item.link.text for item in found.undocumented} == {
        "pkg.kept",
        "pkg.shown",
        "pkg.core.Bare",
        "pkg.core.bare",
    }
    assert found.more_undocumented == 0


def test_docstrings_of_fields_only(make_tree: MakeTree) -> None:
    """What has a docstring without a sentence is documented, and what only scripts define is not public."""
    tree = {
        "pkg/__init__.py": "",
        "pkg/core.py": '''\
            class Fields:
                """
                :ivar size: how large it is
                """
            class Attributes:
                """
                .. attribute:: size

                    How large it is.
                """
            class ByInit:
                def __init__(self, size):
                    """:param size: how large it is"""
            def fields(size):
                """:param size: how large it is"""
            class Blank:
                """ """
            if __name__ == "__main__":
                class Demo: ...
                def demo(): ...
            else:
                def imported(): ...
            if sys.platform != "win32" and __name__ == "__main__":
                def unix_demo(): ...
            if sys.platform != "win32" or __name__ == "__main__":
                def sometimes(): ...
            ''',
    }
    with bodies(make_tree(tree)) as body:
        found = body("project")
    assert {item.link.text for item in found.undocumented} == {
        "pkg.core.Blank",
        "pkg.core.imported",
        "pkg.core.sometimes",
    }


def test_folder_pages(make_tree: MakeTree) -> None:
    """What others use most, and the names below a folder, are those of own code; a folder of tests has its own names."""
    with bodies(make_tree(TREE)) as body:
        package, tests = body("folder:pkg"), body("folder:tests")
    assert package.used == tests.used == []
    assert package.names is not None
    assert tests.names is not None
    assert "HelperThing" not in {link.text for link in package.names.names}
    assert {link.text for link in tests.names.names} == {"help_it", "other_help", "test_it"}


def test_also_available_as(make_tree: MakeTree) -> None:
    """What tests import from one another makes nothing of own code available; among themselves it does."""
    with bodies(make_tree(TREE)) as body:
        core, util = body("file:pkg/core.py"), body("file:tests/util.py")
    for found, name, paths in ((core, "Thing", ["pkg.Thing"]), (util, "help_it", ["tests.help_it"])):
        row = next(row for _, rows in found.groups for row in rows if row.name == name)
        shown = [relation for relation in row.relations if relation.role is RelationRole.EXPORTED]
        assert [link.text for relation in shown for link in relation.links] == paths


def test_cross_references_of_the_index(make_tree: MakeTree) -> None:
    """Words are those of names of own code; every name is in the index all the same."""
    with bodies(make_tree({**TREE, "pkg/words.py": "def left_side(): ...\ndef side_left(): ...\n"})) as body:
        letters = [body(f"letter:{letter}") for letter in "dhls"]
    heads = [head for page in letters for head in page]
    assert {head.name for head in heads if head.see} == {"left", "side"}
    assert {"DemoApp", "demo_app", "HelperThing", "help_it"} <= {head.name for head in heads}


def test_a_readme_is_no_module(make_tree: MakeTree) -> None:
    """The headings of a README are keywords, and it is a file with a page; there is no module called `README_md`."""
    with Project.open(make_tree(TREE)) as project:
        assert not [item for item in project.keywords() if "README" in item.name]
        assert [item.name for item in project.keywords(path="README.md")] == ["The Project"]
    with bodies(make_tree(TREE)) as body:
        found = body("file:README.md")
    assert found.module == ""


def test_what_a_package_offers(make_tree: MakeTree) -> None:
    """A package offers what its `__all__` names; without one what is its own, and what it imports without using it."""
    tree = {
        "pkg/__init__.py": "from pkg.a import A, B\n__all__ = ['A']\n",
        "pkg/a.py": "class A: ...\nclass B: ...\nclass C: ...\nclass D: ...\n",
        "pkg/sub/__init__.py": "from pkg.a import C, D\nfrom pkg.sub.b import E\nC(); E()\n",
        "pkg/sub/b.py": "class E: ...\n",
    }
    with Project.open(make_tree(tree)) as project:
        found = {source for kind, source, _ in project.reader.all_relations() if kind == "reexport"}
    assert found == {"pkg.A", "pkg.sub.D", "pkg.sub.E"}


def test_what_a_wildcard_offers(make_tree: MakeTree) -> None:
    """A wildcard brings what its module has when it runs, not what only type checkers see there."""
    tree = {
        "pkg/__init__.py": "",
        "pkg/a.py": "class Typed: ...\nclass Loaded: ...\nclass Either: ...\n",
        "pkg/b.py": (
            "from typing import TYPE_CHECKING\nfrom pkg.a import Loaded\n"
            "if TYPE_CHECKING:\n    from pkg.a import Typed, Either\n    Alias = Typed\nelse:\n    Either = None\nclass Own: ...\n"
        ),
        "pkg/c.py": "from pkg.b import *\n",
        "pkg/d.py": "from pkg.c import *\n",
    }
    with Project.open(make_tree(tree)) as project:
        found = {source for kind, source, _ in project.reader.all_relations() if kind == "reexport"}
    for module in ("pkg.c", "pkg.d"):
        assert {name.rpartition(".")[2] for name in found if name.startswith(f"{module}.")} - {"TYPE_CHECKING"} == {
            "Loaded", "Either", "Own",
        }  # fmt: skip
