"""How right the index is: uses against pyright's, import edges against grimp's, orders of inheritance against Python's.

    python benchmarks/accuracy.py --tools ../shared/tools CORPUS...       a folder that holds packages, or `folder=truth.json`
    python benchmarks/accuracy.py --tools ../shared/tools --mro django src/django-5.2

Each corpus is dumped with `python -m sphinx_kwindex dump` and scored with `score_uses.py`. Without a truth file,
`scip_truth.py` makes one (the environment variable SCIP_PYTHON names the binary of scip-python). `--imports` compares import
edges with `grimp_truth.py`. `--mro` imports the named package, which has to be installed, and compares the method
resolution order of its classes with `__mro__`. See docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

KINDS = ("name", "attribute", "import_name")


class Uses(NamedTuple):
    """Score of one corpus."""

    corpus: str
    references: int
    precision: float
    checked_precision: float
    """The same without answers of the oracle that the syntax tree refutes, or that are spelled like a builtin."""
    recall: float
    names: float
    attributes: float


def main() -> int:
    """Print one table for each comparison; return 1 if a bar is missed."""
    args = _arguments()
    scores = [
        _score(Path(folder), Path(truth) if truth else None, args) for folder, _, truth in map(_split, args.corpora)
    ]
    _table(Uses._fields, [[_show(value) for value in score] for score in scores])
    low = [s for s in scores if s.checked_precision < args.precision or s.recall < args.recall]
    for folder, _, _ in map(_split, args.corpora) if args.imports else ():
        _compare_imports(Path(folder), args)
    if args.before:
        importlib.import_module(args.before)
    for package in args.mro:
        _compare_orders(package)
    return 1 if low else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="*", help="folder that holds packages, or folder=truth.json")
    parser.add_argument(
        "--tools", type=Path, required=True, help="folder of scip_truth.py, score_uses.py, grimp_truth.py"
    )
    parser.add_argument("--keep", type=Path, help="folder that keeps dumps and truth files")
    parser.add_argument("--show", type=int, default=0, help="print so many wrong and lost references of each corpus")
    parser.add_argument("--imports", action="store_true", help="also compare import edges with grimp")
    parser.add_argument(
        "--mro", action="append", default=[], metavar="PACKAGE", help="also compare orders of inheritance"
    )
    parser.add_argument("--before", default="", metavar="MODULE", help="import this before the packages of --mro")
    parser.add_argument("--precision", type=float, default=0.985)
    parser.add_argument("--recall", type=float, default=0.92)
    args = parser.parse_args()
    args.keep = args.keep or Path(tempfile.mkdtemp(prefix="accuracy"))
    args.keep.mkdir(parents=True, exist_ok=True)
    return args


def _split(corpus: str) -> tuple[str, str, str]:
    return corpus.partition("=")


def _show(value: float | str) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _table(head: tuple[str, ...], rows: list[list[str]]) -> None:
    for row in (list(head), ["---"] * len(head), *rows):
        print("| " + " | ".join(row) + " |")


def _dump(folder: Path, args: argparse.Namespace) -> Path:
    out = args.keep / f"{_label(folder)}.jsonl"
    cache = tempfile.mkdtemp(prefix="accuracy-cache")
    command = [sys.executable, "-m", "sphinx_kwindex", "dump", str(folder), "-o", str(out), "--cache", cache]
    subprocess.run(command, check=True, capture_output=True)
    return out


def _label(folder: Path) -> str:
    return "-".join(folder.resolve().parts[-2:])


# -- uses -------------------------------------------------------------------------------------------------------------


def _score(folder: Path, truth: Path | None, args: argparse.Namespace) -> Uses:
    truth = truth or _truth(folder, args)
    dump = _dump(folder, args)
    shown = subprocess.run(
        [sys.executable, str(args.tools / "score_uses.py"), str(dump), str(truth), "--show", str(args.show)],
        check=False, capture_output=True, text=True,
    ).stdout  # fmt: skip
    if args.show:
        print(shown)
    counts = {
        kind: json.loads(found.replace("'", '"'))
        for kind, found in re.findall(r"^  (\w+) (\{.*\})$", shown, re.MULTILINE)
    }
    last = re.search(r"references recall (\S+) precision (\S+) of (\d+)", shown)
    if last is None:
        raise SystemExit(f"no score for {folder}: {shown[-500:]}")
    found = sum(each["ok"] for each in counts.values())
    total = sum(sum(each.values()) for each in counts.values())
    wrong = sum(each["wrong"] for each in counts.values())
    false, refuted = _false_uses(dump, truth, folder)
    return Uses(
        _label(folder), total, found / (found + wrong + false), found / (found + wrong + false - refuted), found / total,
        _recall(counts, "name", "import_name"), _recall(counts, "attribute"),
    )  # fmt: skip


def _recall(counts: dict[str, dict[str, int]], *kinds: str) -> float:
    found = sum(counts[kind]["ok"] for kind in kinds)
    return found / (sum(sum(counts[kind].values()) for kind in kinds) or 1)


def _truth(folder: Path, args: argparse.Namespace) -> Path:
    out: Path = args.keep / f"{_label(folder)}.truth.json"
    if not out.exists():
        command = [sys.executable, str(args.tools / "scip_truth.py"), str(folder), str(out), "--all"]
        subprocess.run(command, check=True, env=os.environ, stdout=subprocess.DEVNULL)
    return out


def _false_uses(dump: Path, truth: Path, folder: Path) -> tuple[int, int]:
    """Count exact uses where the oracle sees something external or a parameter, and those where it cannot be right."""
    answers = json.loads(truth.read_text(encoding="utf-8"))
    spoken = {(row[0], row[1], row[3]) for row in answers["references"]}
    used: set[tuple[str, int, str]] = set()
    placed: set[tuple[str, int, int]] = set()
    for line in dump.open(encoding="utf-8"):
        row = json.loads(line)
        # What pytest gives to a parameter is for `fixtures.py` to check: for the oracle it is a parameter.
        if row.get("type") == "use" and row["confidence"] == "exact" and row["kind"] != "fixture":
            used.add((row["path"], row["line"], row["name"]))
            placed.add((row["path"], row["line"], row["col"]))
        elif row.get("type") == "import" and row["resolved"]:
            used |= {(row["path"], row["line"], name) for name in (row["name"], row["target"].rpartition(".")[2])}
    others = [row for row in answers.get("other", ()) if row[-1] in {"external", "parameter"}]
    used -= spoken
    false = [row for row in others if (row[0], row[1], row[3]) in used]
    trees = {path: _Bound((folder / path).read_bytes()) for path in {row[0] for row in false}}
    return len(false), sum((row[0], row[1], row[2]) not in placed or _is_refuted(row, trees[row[0]]) for row in false)


def _is_refuted(row: list[Any], bound: _Bound) -> bool:
    """Tell whether the oracle answered "parameter" for what is none, took a name for the builtin or module of that spelling.

    Or it named what the file imports under a name, which the file assigns too.
    """
    _, line, col, name, answer = row
    if answer == "parameter":
        return (line, col) not in bound.uses
    is_attribute = (line, col) not in bound.names
    return (
        hasattr(builtins, name)
        or name == "ellipsis"
        or (name in sys.stdlib_module_names if is_attribute else name in bound.imported & bound.assigned)
    )


class _Bound(ast.NodeVisitor):
    """Finds the places where a name in a source is a parameter of a function around it, and which names are imported and assigned."""

    def __init__(self, source: bytes) -> None:
        self.uses: set[tuple[int, int]] = set()
        self.names: set[tuple[int, int]] = set()
        """The places of plain names."""
        self.imported: set[str] = set()
        self.assigned: set[str] = set()
        self._lines = source.splitlines()
        self._names: list[set[str]] = []
        self.visit(ast.parse(source))

    def visit_FunctionDef(self, node: Any) -> None:
        """Enter a function."""
        args = node.args
        every = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
        self._names.append({arg.arg for arg in every if arg is not None})
        self.generic_visit(node)
        self._names.pop()

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef  # noqa: N815 - as ast wants it

    def visit_Name(self, node: ast.Name) -> None:
        """Note a name, and whether it is a parameter's."""
        place = node.lineno, len(self._lines[node.lineno - 1][: node.col_offset].decode("utf-8", "replace"))
        self.names.add(place)
        if any(node.id in names for names in self._names):
            self.uses.add(place)
        if isinstance(node.ctx, ast.Store):
            self.assigned.add(node.id)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Note a name that a class takes."""
        self.assigned.add(node.name)
        self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> None:
        """Note a name that is imported."""
        self.imported.add(node.asname or node.name.partition(".")[0])


# -- imports ----------------------------------------------------------------------------------------------------------


def _compare_imports(folder: Path, args: argparse.Namespace) -> None:
    packages = sorted(path.parent.name for path in folder.glob("*/__init__.py"))
    out = args.keep / f"{_label(folder)}.grimp.json"
    command = [sys.executable, str(args.tools / "grimp_truth.py"), str(folder), ",".join(packages), str(out)]
    subprocess.run(command, check=True, capture_output=True)
    graph = json.loads(out.read_text(encoding="utf-8"))
    theirs = {tuple(edge) for edge in graph["imports"]}
    ours = _edges(args.keep / f"{_label(folder)}.jsonl", set(graph["modules"]))
    print(f"\nimport edges of {_label(folder)}: {len(theirs)} by grimp, {len(ours & theirs)} the same")
    for title, edges in (("only ours", ours - theirs), ("only grimp's", theirs - ours)):
        for importer, imported in sorted(edges):
            print(f"  {title}: {importer} -> {imported}")


def _edges(dump: Path, modules: set[str]) -> set[tuple[str, str]]:
    """Return (importing module, imported module), as the import lines of a dump give them."""
    names: dict[str, str] = {}
    edges: set[tuple[str, str]] = set()
    imports: list[dict[str, str]] = []
    for line in dump.open(encoding="utf-8"):
        row = json.loads(line)
        if row.get("type") == "file":
            names[row["path"]] = row["module"]
        elif row.get("type") == "import":
            imports.append(row)
    for row in imports:
        parts = row["target"].split(".")
        longest = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        imported = next((name for name in longest if name in modules), "")
        if imported and imported != names[row["path"]]:
            edges.add((names[row["path"]], imported))
    return edges


# -- inheritance ------------------------------------------------------------------------------------------------------


def _compare_orders(package: str) -> None:
    """Compare the orders of all classes of an installed package that can be imported."""
    from sphinx_kwindex.link import Names

    found = importlib.import_module(package)
    names = _names(Path(str(found.__file__)).parent.parent, package, Names)
    right, wrong, unknown = 0, [], []
    for cls in _classes(found):
        name = f"{cls.__module__}.{cls.__qualname__}"
        if names.entry(name) is None:
            unknown.append(name)
            continue
        order = [f"{c.__module__}.{c.__qualname__}" for c in cls.__mro__ if c.__module__.partition(".")[0] == package]
        if list(names.line_of(name)) == order:
            right += 1
        else:
            wrong.append((name, order, names.line_of(name)))
    print(
        f"\norders of inheritance in {package}: {right} right, {len(wrong)} wrong, {len(unknown)} classes not in the source"
    )
    for name, order, ours in wrong:
        print(f"  {name}: Python has {order}, we have {list(ours)}")
    for name in unknown:
        print(f"  not in the source: {name}")


def _names(root: Path, package: str, names: type) -> object:
    from sphinx_kwindex import Project

    project = Project.open(root, cache_dir=Path(tempfile.mkdtemp(prefix="accuracy-cache")), include=(f"/{package}/",))
    return names.of(project.facts(row.path) for row in project.files())


def _classes(package: object) -> list[type]:
    seen: dict[type, None] = {}
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.", onerror=lambda _: None):
        if ".migrations." in info.name or info.name.endswith("__main__"):
            continue
        try:
            module = importlib.import_module(info.name)
        except Exception:  # noqa: BLE001 - whatever importing it does, it is then left out
            continue
        for cls in vars(module).values():
            # `type(...)`, as `isinstance` would wake lazy objects
            if issubclass(type(cls), type) and cls.__module__ == info.name and "<locals>" not in cls.__qualname__:
                seen[cls] = None
    return list(seen)


if __name__ == "__main__":
    sys.exit(main())
