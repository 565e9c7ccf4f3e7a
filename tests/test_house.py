"""The house: who may import whom, as the table in docs/design.md says. The imports are read with our own index."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from sphinx_kwindex import Project

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "sphinx_kwindex"
LINE = "--- the line ---"
DOCUMENTATION_TOOLS = {"sphinx", "docutils", "myst_parser"}
PARSERS = {"collect/prose/markdown.py": {"markdown_it", "myst_parser"}, "collect/prose/rest.py": {"docutils"}}
"""Files above the line that import the parser of the language that they read, and nothing else of the tool."""


def read_rows() -> tuple[dict[str, int], int, set[str]]:
    """Return the row of each file in the table of the house, the number of the row with the line, and files listed twice."""
    text = (PROJECT / "docs" / "design.md").read_text(encoding="utf-8")
    table = text.partition("| In `sphinx_kwindex/` |")[2].partition("\n\n")[0].splitlines()[2:]
    rows: dict[str, int] = {}
    twice: set[str] = set()
    line = len(table)
    for number, row in enumerate(table):
        first = row.split("|")[1]
        if LINE in first:
            line = number
        folder = ""
        for name in re.findall(r"`([^`]+)`", first):
            folder = name.rpartition("/")[0] or folder
            path = f"{folder}/{name.rpartition('/')[2]}".lstrip("/")
            if path in rows:
                twice.add(path)
            rows[path] = number
    return rows, line, twice


ROWS, THE_LINE, TWICE = read_rows()
FILES = sorted(file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The package, indexed by itself."""
    with Project.open(PROJECT, tmp_path_factory.mktemp("cache"), include=["/sphinx_kwindex/"]) as project:
        assert not project.problems
        yield project


def file_of(dotted: str) -> str | None:
    """Return the file of the package that a dotted name lies in; None for other packages and for the bare version."""
    parts = dotted.split(".")
    if parts[0] != "sphinx_kwindex" or dotted == "sphinx_kwindex.__version__":
        return None
    for length in range(len(parts), 0, -1):
        stem = "/".join(parts[1:length])
        for candidate in (f"{stem}.py", f"{stem}/__init__.py".lstrip("/")):
            if candidate in FILES:
                return candidate
    raise AssertionError(f"{dotted} is nowhere in the package")


def row_of(path: str) -> int:
    """Return the row of a file; an `__init__.py` that the table does not name stands in its folder's first row."""
    if path in ROWS:
        return ROWS[path]
    folder = path.removesuffix("__init__.py")
    inside = [row for name, row in ROWS.items() if folder != path and folder and name.startswith(folder)]
    assert inside, f"sphinx_kwindex/{path} has no row in the table of docs/design.md"
    return min(inside)


@pytest.mark.parametrize("path", FILES)
def test_imports_look_up(index: Project, path: str) -> None:
    """A file imports only from rows above its own, or from its own row."""
    row = row_of(path)
    wrong = [
        f"line {entry.line}: {entry.target}"
        for entry in index.imports(f"sphinx_kwindex/{path}")
        if (target := file_of(entry.target)) is not None and row_of(target) > row
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("path", [path for path in FILES if not path.startswith("ext/") and path != "__init__.py"])
def test_core_knows_no_sphinx(index: Project, path: str) -> None:
    """Nothing above the line imports Sphinx or docutils; prose collectors import their parsers."""
    row = row_of(path)
    assert row < THE_LINE, "a file outside ext/ stands below the line"
    allowed = PARSERS.get(path, set())
    roots = {entry.target.split(".")[0] for entry in index.imports(f"sphinx_kwindex/{path}")}
    assert not roots & (DOCUMENTATION_TOOLS - allowed)


def test_importing_the_package_loads_no_sphinx(tmp_path: Path) -> None:
    """`from sphinx_kwindex import Project` works without Sphinx in the process."""
    code = "import sys; from sphinx_kwindex import Project; print(sorted({'sphinx', 'docutils'} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "[]", run.stderr


@pytest.mark.parametrize("path", sorted(ROWS))
def test_table_names_real_files(path: str) -> None:
    """Every file that the table names exists; the test above asks for a row of every file."""
    assert path in FILES or (path.endswith("/") and (PACKAGE / path).is_dir())


def test_every_file_has_one_row() -> None:
    """No file is listed twice."""
    assert not TWICE


def test_one_class_of_each_name() -> None:
    """No two classes have the same name: who reads a name in one module need not ask which of them it is."""
    classes: dict[str, list[str]] = defaultdict(list)
    for path in FILES:
        for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                classes[node.name.lstrip("_")].append(f"{path}:{node.lineno}")
    twice = {name: places for name, places in classes.items() if len(places) > 1}
    assert not twice


def function_lengths(path: str) -> dict[str, int]:
    """Return how many lines each function of a file has."""
    nodes = ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8")))
    functions = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return {f"{item.name}:{item.lineno}": (item.end_lineno or 0) - item.lineno + 1 for item in functions}


@pytest.mark.parametrize("path", FILES)
def test_functions_are_short(path: str) -> None:
    """No function has more than 45 lines."""
    assert not [name for name, length in function_lengths(path).items() if length > 45]


def test_most_functions_are_very_short() -> None:
    """Half of all functions have at most 6 lines, and nine of ten at most 15."""
    lengths = sorted((size, f"{path}:{name}") for path in FILES for name, size in function_lengths(path).items())
    assert lengths[len(lengths) // 2][0] <= 6
    assert lengths[len(lengths) * 9 // 10][0] <= 15, [name for size, name in lengths if size == 16]
