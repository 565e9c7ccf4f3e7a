"""Which files are tests: also those that a project tells pytest of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.model import Flag, Role
from sphinx_kwindex.options import Options
from sphinx_kwindex.pytest_settings import (
    find_test_classes,
    find_test_functions,
    find_test_patterns,
    read_pytest_settings,
)

MakeTree = Callable[..., Path]

TESTS = {
    "t/unit/test_a.py": "def test_a(): ...\n",
    "t/unit/helper.py": "def help(): ...\n",
    "t/unit/test_b.py": "",
    "pkg/__init__.py": "",
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['t/unit/']\n"}, ("/t/unit/**",), id="pyproject"
        ),
        pytest.param({"pyproject.toml": "[tool.pytest]\ntestpaths = ['./t/unit']\n"}, ("/t/unit/**",), id="pytest-9"),
        pytest.param({"setup.cfg": "[tool:pytest]\ntestpaths = t/unit\n"}, ("/t/unit/**",), id="setup-cfg"),
        pytest.param({"tox.ini": "[pytest]\npython_files = check_*.py test_*.py\n"}, ("check_*.py",), id="tox-names"),
        pytest.param({"pytest.ini": "[pytest]\npython_files = *.py\ntestpaths = pkg\n"}, (), id="code-of-the-project"),
        pytest.param({"pytest.ini": "[pytest]\ntestpaths = tests ../other . nowhere\n"}, (), id="known-or-outside"),
        pytest.param({"pyproject.toml": "[tool.pytest\n", "setup.cfg": "no section"}, (), id="damaged"),
        pytest.param({"pyproject.toml": "tool = 1\n"}, (), id="no-table"),
    ],
)
def test_patterns(make_tree: MakeTree, files: dict[str, str], expected: tuple[str, ...]) -> None:
    """Folders of tests and names of their files are found, wherever pytest is told; not folders of the project's code."""
    root = make_tree({**TESTS, **files})
    assert find_test_patterns(root, read_pytest_settings(root), Options().test_patterns) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, ["t/unit/helper.py", "t/unit/test_a.py", "t/unit/test_b.py"]), ({"test_patterns": ["no"]}, [])],
)
def test_roles(make_tree: MakeTree, tmp_path: Path, options: dict[str, Any], expected: list[str]) -> None:
    """All that lies among tests is of tests, unless the setting says what is."""
    tree = make_tree({**TESTS, "pytest.ini": "[pytest]\ntestpaths = t/unit\n"})
    with Project.open(tree, cache_dir=tmp_path / "cache", **options) as project:
        assert [row.path for row in project.files() if row.role.value.startswith("test")] == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, (), id="usual"),
        pytest.param(
            {"pyproject.toml": "[tool.pytest.ini_options]\npython_classes = ['*Test', 'Test*']\n"},
            ("*Test", "Test*"),
            id="pyproject",
        ),
        pytest.param({"tox.ini": "[pytest]\npython_classes = Test Check\n"}, ("Test*", "Check*"), id="starts"),
    ],
)
def test_classes(make_tree: MakeTree, files: dict[str, str], expected: tuple[str, ...]) -> None:
    """A project may call its classes of tests otherwise."""
    assert find_test_classes(read_pytest_settings(make_tree(files))) == expected


@pytest.mark.parametrize(
    ("settings", "options", "tests"),
    [
        pytest.param("", {}, {"TestA", "TestA.test_x"}, id="usual"),
        pytest.param("python_classes = *Test\n", {}, {"ATest", "ATest.test_x"}, id="of-pytest"),
        pytest.param("python_classes = *Test\n", {"test_classes": ("Dry*",)}, {"DryRun", "DryRun.test_x"}, id="own"),
    ],
)
def test_named_classes(
    make_tree: MakeTree, settings: str, options: dict[str, Any], tests: set[str], tmp_path: Path
) -> None:
    """Methods of classes that pytest does not look into are no tests."""
    code = "".join(f"class {name}:\n    def test_x(self): ...\n" for name in ("TestA", "ATest", "DryRun"))
    root = make_tree({"pytest.ini": f"[pytest]\n{settings}", "tests/test_a.py": code})
    with Project.open(root, tmp_path / "cache", **options) as project:
        facts = project.facts("tests/test_a.py")
        assert {item.qualname for item in facts.definitions if item.flags & Flag.TEST and item.qualname} == tests


def test_named_functions(make_tree: MakeTree, tmp_path: Path) -> None:
    """A project may call its tests otherwise; classes that may be of unittest keep theirs."""
    code = (
        "import unittest\ndef it_works(): ...\ndef test_x(): ...\ndef other(): ...\nclass TestA:\n    def it_is(self): ...\n"
        "    def test_x(self): ...\nclass TestB(unittest.TestCase):\n    def test_x(self): ...\n"
    )
    root = make_tree({"pytest.ini": "[pytest]\npython_functions = it_*\n", "tests/test_a.py": code})
    assert find_test_functions(read_pytest_settings(root)) == ("it_*",)
    with Project.open(root, tmp_path / "cache") as project:
        facts = project.facts("tests/test_a.py")
        tests = {item.qualname for item in facts.definitions if item.flags & Flag.TEST}
    assert tests == {"it_works", "TestA", "TestA.it_is", "TestB", "TestB.test_x"}


def test_relaxed(make_tree: MakeTree, tmp_path: Path) -> None:
    """With the plugin pytest-relaxed all that is not private is a test, but for fixtures and in private files."""
    code = (
        "import pytest\n@pytest.fixture\ndef made(): ...\ndef _private(): ...\nclass Thing_:\n    def works(self): ...\n"
        "    def _helps(self): ...\n    class inner:\n        def works_too(self): ...\n"
    )
    tree = {
        "dev-requirements.txt": "pytest-relaxed>=2\n",
        "tests/thing.py": code,
        "tests/_util.py": "def support(): ...\n",
        "tests/conftest.py": "def support(): ...\n",
        "thing.py": "def thing(): ...\n",
    }
    with Project.open(make_tree(tree), tmp_path / "cache") as project:
        found = {row.path: project.facts(row.path) for row in project.files() if row.path.endswith(".py")}
        assert found["tests/thing.py"].role is Role.TEST
        tests = {
            path: {item.qualname for item in facts.definitions if item.flags & Flag.TEST}
            for path, facts in found.items()
        }
    assert {path: names for path, names in tests.items() if names} == {
        "tests/thing.py": {"Thing_", "Thing_.works", "Thing_.inner", "Thing_.inner.works_too"}
    }
