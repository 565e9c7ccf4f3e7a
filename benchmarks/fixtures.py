"""How right are the fixtures: what the index says each parameter gets, against what pytest itself gives it.

    python benchmarks/fixtures.py TREE [--python PYTHON] [--path src] [-- ARGUMENTS OF PYTEST...]

PYTHON (default: this one) has pytest and all that the tests of TREE import. It collects them, runs none, and tells for each
parameter of a test, and of each fixture that a test needs, which fixtures it may get. The tree itself is indexed as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

PLUGIN = """
import inspect, json, os

def place(function):
    function = inspect.unwrap(getattr(function, "func", function))
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    return (code.co_filename, code.co_firstlineno, function.__name__) if code else None

def pytest_collection_finish(session):
    found = set()
    for item in session.items:
        info = getattr(item, "_fixtureinfo", None)
        if info is None or not hasattr(item, "function"):
            continue
        every = info.name2fixturedefs
        own = place(item.function)
        for name in info.argnames:
            found.add((own, name, given(every.get(name))))
        for name, definitions in every.items():
            for at, definition in enumerate(definitions):
                for argument in definition.argnames:
                    others = definitions[:at] if argument == name else every.get(argument)
                    found.add((place(definition.func), argument, given(others)))
    with open(os.environ["KWINDEX_FIXTURES"], "w") as file:
        json.dump(sorted(found, key=repr), file)

def given(definitions):
    if not definitions:
        return None
    function = definitions[-1].func
    return "parameter" if function.__name__ == "get_direct_param_fixture_func" else place(function)
"""


BAR = 0.97

Function = tuple[str, str]
"""Path and qualified name."""
Parameter = tuple[Function, str]


class Index(NamedTuple):
    """What the index says."""

    given: dict[Parameter, set[Function]]
    """The fixtures that each parameter names."""
    definitions: dict[tuple[str, str], list[tuple[int, str]]]
    """(path, name) to (line, qualified name) of what is defined so."""

    def find(self, place: Any, root: Path) -> Function | None:
        """Return the function that starts at a place which Python tells (with its decorators)."""
        path = Path(place[0])
        if not path.is_relative_to(root):
            return None
        inside = path.relative_to(root).as_posix()
        below = [row for row in self.definitions.get((inside, place[2]), ()) if row[0] >= place[1]]
        return (inside, min(below)[1]) if below else None


def main() -> int:
    """Print how many parameters were compared, and which differ; return 1 below the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--path", default="", help="folder of the tree that holds its packages")
    parser.add_argument("--show", type=int, default=20, help="print so many that differ")
    args, rest = parser.parse_known_args()
    args.rest = [argument for argument in rest if argument != "--"]
    root = args.tree.resolve()
    with tempfile.TemporaryDirectory() as folder:
        truth = _ask_pytest(root, Path(folder), args)
        index = _ask_index(root, Path(folder))
    return 1 if _compare(truth, index, root, args.show) < BAR else 0


def _ask_pytest(root: Path, folder: Path, args: argparse.Namespace) -> list[Any]:
    (folder / "kwindex_fixtures.py").write_text(PLUGIN, encoding="utf-8")
    out = folder / "fixtures.json"
    paths = [str(folder), str(root / args.path)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "KWINDEX_FIXTURES": str(out),
    }
    command = [args.python, "-m", "pytest", "--collect-only", "-q", "-W", "ignore", "-p", "kwindex_fixtures"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *args.rest],
        check=False,
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    if not out.exists():
        raise SystemExit(f"pytest collected nothing:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    print(done.stdout.strip().splitlines()[-1])
    return json.loads(out.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _ask_index(root: Path, folder: Path) -> Index:
    out = folder / "index.jsonl"
    command = [sys.executable, "-m", "sphinx_kwindex", "dump", str(root), "-o", str(out), "--cache", str(folder / "c")]
    subprocess.run(command, check=True, capture_output=True)
    homes: dict[str, Function] = {}
    targets: dict[Parameter, set[str]] = defaultdict(set)
    definitions: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for line in out.open(encoding="utf-8"):
        row = json.loads(line)
        if row.get("type") == "keyword":
            homes.setdefault(row["id"], (row["path"], row["qualname"]))
            definitions[row["path"], row["name"]].append((row["line"], row["qualname"]))
        elif row.get("type") == "use" and row["kind"] == "fixture" and row["confidence"] == "exact":
            targets[(row["path"], row["scope"]), row["name"]].add(row["target"])
    return Index({key: {homes[target] for target in found} for key, found in targets.items()}, definitions)


def _compare(truth: list[Any], index: Index, root: Path, show: int) -> float:
    expected: dict[Parameter, set[Function | None]] = defaultdict(set)
    for own, name, given in truth:
        function = index.find(own, root) if own is not None else None
        if function is not None:
            expected[function, name].add(index.find(given, root) if isinstance(given, list) else None)
    counts: Counter[str] = Counter()
    for parameter, wanted in sorted(expected.items()):
        ours = index.given.get(parameter, set())
        if ours and ours <= wanted:
            verdict = "right"
        elif ours:
            verdict = "wrong"
        else:
            verdict = "lost" if None not in wanted else "of others"
        counts[verdict] += 1
        if verdict in {"lost", "wrong"} and counts["lost"] + counts["wrong"] <= show:
            print(f"  {verdict}: {parameter}: pytest {wanted}, index {ours}")
    share = counts["right"] / ((counts.total() - counts["of others"]) or 1)
    print(f"{dict(counts)}: right {share:.4f}")
    return share


if __name__ == "__main__":
    sys.exit(main())
