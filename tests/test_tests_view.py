"""What the page of a file shows of tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from shown import index

from sphinx_kwindex import Project
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.subjects import FileSubject, Sources
from sphinx_kwindex.pages.tests_view import MAX_CASES, MAX_FILES, MAX_NAMES, HowTested, how_tested
from sphinx_kwindex.pages.views import make_addresses

TREE = {
    "pkg/a.py": """\
        class A:
            def run(self): ...
        def f(): return A()
        """,
    "pkg/many.py": "".join(f"def f{number}(): ...\n" for number in range(10)),
    "pkg/unused.py": "def g(): ...\n",
    "pkg/user.py": "from pkg.a import f\nf()\n",
    "tests/conftest.py": "from pkg.a import f\nf()\n",
    "tests/test a.py": """\
        from pkg.a import A, f
        from pkg.many import *
        def test_f():
            f(); f(); A().run()
        class TestA:
            class TestInner:
                def test_deep(self): ...
            async def test_run(self): ...
            def helper(self): ...
        def helper(): ...
        f0(); f1(); f2(); f3(); f4(); f5(); f6(); f7(); f8()
        """,
    "tests/test_long.py": "".join(f"def test_{number}(): ...\n" for number in range(MAX_CASES + 5)),
} | {
    f"tests/test_{number}.py": "from pkg.unused import g\n" * (number + 1) + "def test(): ...\n"
    for number in range(MAX_FILES + 2)
}

Tested = Callable[[str], "HowTested | None"]


@pytest.fixture
def tested(make_tree: Callable[..., Path]) -> Iterator[Tested]:
    """What pages show of tests, by path; a page has the section exactly if there is something in it."""
    with index(make_tree(TREE)) as pages:

        def look(path: str) -> HowTested | None:
            file = pages.subject(path)
            tested = how_tested(file)
            assert ("kw-tests" in file.shown) == (tested is not None)
            return tested

        yield look


def test_file_that_tests_use(tested: Tested) -> None:
    """The test files that use it, the busiest first, with the keywords; one command runs them; a conftest runs nothing."""
    found = tested("pkg/a.py")
    assert found is not None
    assert [(row.file.text, row.count, [link.text for link in row.names]) for row in found.files] == [
        ("tests/test a.py", 6, ["f", "A", "A.run"]),
        ("tests/conftest.py", 2, ["f"]),
    ]
    assert found.files[0].names[2].anchor == "A.run"
    assert found.command == "pytest 'tests/test a.py'"
    assert found.cases == ()


def test_file_that_no_test_uses(tested: Tested) -> None:
    """Nothing is shown where no test uses anything; other files' uses do not count."""
    assert tested("pkg/user.py") is None


def test_long_lists_are_cut(tested: Tested) -> None:
    """Test files and keywords beyond the limits are counted, and the command runs what is listed."""
    found = tested("pkg/many.py")
    assert found is not None
    assert (len(found.files[0].names), found.files[0].more) == (MAX_NAMES, 9 - MAX_NAMES)
    found = tested("pkg/unused.py")
    assert found is not None
    assert (len(found.files), found.more_files) == (MAX_FILES, 2)
    assert found.command.split()[1:] == [row.file.text for row in found.files]


def test_test_file(tested: Tested) -> None:
    """A test file has the command that runs it, and what pytest calls each test; helpers are no tests."""
    found = tested("tests/test a.py")
    assert found is not None
    assert (found.command, found.files) == ("pytest 'tests/test a.py'", ())
    assert [(link.text, link.anchor) for link in found.cases] == [
        ("tests/test a.py::test_f", "test_f"),
        ("tests/test a.py::TestA::TestInner::test_deep", "TestA.TestInner.test_deep"),
        ("tests/test a.py::TestA::test_run", "TestA.test_run"),
    ]
    assert tested("tests/conftest.py") is None
    found = tested("tests/test_long.py")
    assert found is not None
    assert (len(found.cases), found.more_cases) == (MAX_CASES, 5)


SUITES: dict[str, tuple[dict[str, str], str, str]] = {
    "pytest is imported": (
        {"tests/util.py": "import pytest\n"},
        "pytest tests/test_a.py",
        "tests/test_a.py::T::test_x",
    ),
    "a conftest": ({"tests/conftest.py": ""}, "pytest tests/test_a.py", "tests/test_a.py::T::test_x"),
    "functions": (
        {"tests/test_b.py": "def test_y(): ...\ndef test_z(): ...\n"},
        "pytest tests/test_a.py",
        "tests/test_a.py::T::test_x",
    ),
    "unittest with a function called so": (
        {"tests/views.py": "def test_view(): ...\n"},
        "python -m unittest tests/test_a.py",
        "tests.test_a.T.test_x",
    ),
    "unittest": ({}, "python -m unittest tests/test_a.py", "tests.test_a.T.test_x"),
    "django": (
        {
            "manage.py": "",
            "tests/test_b.py": "from django.test import TestCase\nclass D(TestCase):\n    def test_z(self): ...\n",
        },
        "python manage.py test tests.test_a",
        "tests.test_a.T.test_x",
    ),
    "django itself": (
        {
            "runtests.py": "",
            "tests/test_b.py": "from django.test import TestCase\nclass D(TestCase):\n    def test_z(self): ...\n",
        },
        "",
        "tests.test_a.T.test_x",
    ),
}
SUITE = {
    "pkg/a.py": "class A: ...\n",
    "tests/__init__.py": "",
    "tests/helpers.py": "from pkg.a import A\ndef make(): return A()\n",
    "tests/test_a.py": """\
        import unittest
        from pkg.a import A
        class T(unittest.TestCase):
            def test_x(self): return A()
        """,
}


@pytest.mark.parametrize("name", SUITES)
def test_runners(make_tree: Callable[..., Path], name: str) -> None:
    """Tests are run by what the tree shows to run them; files of helpers are listed, and not run."""
    more, command, case = SUITES[name]
    with Project.open(make_tree({**SUITE, **more})) as project:
        addresses = make_addresses(project.reader, Options())
        sources = Sources(project.reader, Options(), addresses, Overview(project.reader))
        used, tests = (how_tested(FileSubject(sources, path)) for path in ("pkg/a.py", "tests/test_a.py"))
    for tested in (used, tests):
        assert tested is not None
        assert tested.command == command
        if tested is used:
            assert [row.file.text for row in tested.files] == ["tests/helpers.py", "tests/test_a.py"]
        else:
            assert [link.text for link in tested.cases] == [case]


def test_tests_of_examples_are_not_run(make_tree: Callable[..., Path]) -> None:
    """Tests that lie in examples are listed, but not run with those of the project, which know nothing of how to."""
    test = "from pkg.a import A\ndef test_x(): A()\n"
    tree = {"pkg/a.py": "class A: ...\n", "tests/test_a.py": test, "examples/shop/tests/test_b.py": test}
    with Project.open(make_tree(tree)) as project:
        addresses = make_addresses(project.reader, Options())
        sources = Sources(project.reader, Options(), addresses, Overview(project.reader))
        tested = how_tested(FileSubject(sources, "pkg/a.py"))
    assert tested is not None
    assert len(tested.files) == 2
    assert tested.command == "pytest tests/test_a.py"
