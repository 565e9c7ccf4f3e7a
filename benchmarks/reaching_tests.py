"""Compare the tests that the index says reach a function with those under which it ran, by contexts of coverage.

    pytest --cov=src --cov-context=test --cov-report=      # in TREE, with pytest-cov; makes .coverage
    python benchmarks/reaching_tests.py TREE src

needs `coverage`. Functions below SOURCE are compared; what runs when modules are imported is left out.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from coverage import CoverageData

from sphinx_kwindex import Project
from sphinx_kwindex.model import Kind
from sphinx_kwindex.pages import reaching

Place = tuple[str, str]
Pairs = dict[Place, set[Place]]
_RUN = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.PROPERTY})
_FOR_ALL = ("setup_class", "setUpClass", "setup_module", "setUpModule")
"""What runs before the first test, for all of them."""


def bodies(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield (first line, last line) of the body of each function, and the line of its name."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            has_doc = ast.get_docstring(node, clean=False) is not None and len(node.body) > 1
            start = node.body[has_doc]
            decorators = [item.lineno for item in getattr(start, "decorator_list", ())]
            yield min(start.lineno, *decorators, start.lineno), node.end_lineno or 0, node.lineno


def what_ran(
    root: Path, places: dict[tuple[str, int], Place], defined: set[Place], source: str
) -> tuple[Pairs, set[Place]]:
    """Return the functions that ran under each test, and all that were measured."""
    data = CoverageData(str(root / ".coverage"))
    data.read()
    ran: Pairs = {}
    prepared: Pairs = {}
    measured: set[Place] = set()
    for file in sorted(data.measured_files()):
        path = Path(file).relative_to(root).as_posix() if Path(file).is_relative_to(root) else ""
        if not path.startswith(source):
            continue
        owners: dict[int, Place] = {}
        for start, end, line in sorted(bodies(Path(file).read_text("utf-8"))):
            if (path, line) in places:
                measured.add(places[path, line])
                owners.update(dict.fromkeys(range(start, end + 1), places[path, line]))
        for line, contexts in data.contexts_by_lineno(file).items():
            for context in filter(None, contexts) if line in owners else ():
                node, _, phase = context.rpartition("|")
                test_path, *names = node.partition("[")[0].split("::")
                ran.setdefault((test_path, ".".join(names)), set()).add(owners[line])
                if phase == "setup":
                    prepared.setdefault((test_path, ".".join(names)), set()).add(owners[line])
    share(root, ran, prepared, defined)
    return ran, measured


def share(root: Path, ran: Pairs, prepared: Pairs, defined: set[Place]) -> None:
    """Have what is prepared once for several tests count for each of them; `prepared` is what ran before each of them."""
    groups = list(shared_fixtures(root, ran))
    by_owner: dict[Place, list[Place]] = {}
    for path, qualname in ran:
        owner = qualname.rpartition(".")[0]
        if any((path, f"{owner}.{name}".lstrip(".")) in defined for name in _FOR_ALL):
            by_owner.setdefault((path, owner), []).append((path, qualname))
    for users in (*groups, *by_owner.values()):
        for_all = set().union(*(prepared.get(test, set()) for test in users))
        for test in users:
            ran[test] |= for_all


def shared_fixtures(root: Path, tests: Iterable[Place]) -> Iterator[list[Place]]:
    """Yield the tests that ask for the same fixture, of those that pytest makes once for several: coverage sees it in the first alone."""
    by_file: dict[str, list[Place]] = {}
    for test in tests:
        by_file.setdefault(test[0], []).append(test)
    asked = {path: parameters(root / path) for path in by_file}
    folders = {parent for path in by_file for parent in Path(path).parents}
    for path in sorted([*by_file, *(folder.joinpath("conftest.py").as_posix() for folder in folders)]):
        folder = f"{Path(path).parent.as_posix()}/" if path.endswith("conftest.py") else path
        for name in wide_fixtures(root / path):
            near = [file for file in by_file if folder == "./" or file.startswith(folder)]
            yield [test for file in near for test in by_file[file] if name in asked[file].get(test[1], ())]


def parameters(path: Path) -> dict[str, set[str]]:
    """Return the parameters of each function of a file that stands in no other one."""
    found: dict[str, set[str]] = {}
    waiting: list[tuple[str, ast.AST]] = [("", ast.parse(path.read_text("utf-8")))] if path.is_file() else []
    while waiting:
        outer, node = waiting.pop()
        for item in getattr(node, "body", ()):
            if isinstance(item, ast.ClassDef):
                waiting.append((f"{outer}{item.name}.", item))
            elif isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found[f"{outer}{item.name}"] = {arg.arg for arg in (*item.args.args, *item.args.kwonlyargs)}
    return found


def wide_fixtures(path: Path) -> Iterator[str]:
    """Yield the names of a file's fixtures that several tests share."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))) if path.is_file() else ():
        for item in getattr(node, "decorator_list", ()):
            given = {word.arg: ast.unparse(word.value).strip("'\"") for word in getattr(item, "keywords", ())}
            if "fixture" in ast.unparse(item).partition("(")[0] and given.get("scope", "function") != "function":
                yield given.get("name", getattr(node, "name", ""))


def main() -> None:
    """Print precision and recall over pairs of test and function."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("source", help="path below the tree of what is compared")
    parser.add_argument("--show", type=int, default=0, help="wrong pairs to list")
    options = parser.parse_args()
    root = options.tree.resolve()
    reaching.MOST_TESTS = 10**9
    with Project.open(root, history=False, lint=()) as project:
        facts = [found for row in project.reader.files() if (found := project.reader.facts(row.path)) is not None]
        calls = reaching.Calls(project.reader)
        reached = calls.follow()
    items = [(file.path, item) for file in facts for item in file.definitions]
    places = {
        (path, line): (path, item.qualname)
        for path, item in items
        if item.kind in _RUN
        for line in (item.line, *(site.line for site in item.sites))
    }
    defined = {(path, item.qualname) for path, item in items}
    ran, measured = what_ran(root, places, defined, options.source)
    print(f"{sum(map(len, ran.values()))} pairs ran")
    for title in ("direct", "certain", "all"):
        said: Pairs = {}
        for node, tests in reached.items():
            direct = {test for test, steps in tests.items() if steps == 1}
            chosen = {"direct": direct, "certain": direct | calls.certain.get(node, set()), "all": tests.keys()}
            for test in chosen[title]:
                said.setdefault(calls.places[test], set()).add(calls.places[node])
        known = [test for test in ran if test in defined]
        right = sum(len(said.get(test, set()) & ran[test]) for test in known)
        found = sum(len(said.get(test, set()) & measured) for test in known)
        there = sum(len(ran[test]) for test in known)
        print(f"{title}: precision {right / max(found, 1):.3f}, recall {right / max(there, 1):.3f}")
        if title == "all":
            wrong = [(test, other) for test in known for other in said.get(test, set()) & measured - ran[test]]
            for test, other in sorted(wrong)[: options.show]:
                print("  not run:", *test, "->", *other)


if __name__ == "__main__":
    main()
