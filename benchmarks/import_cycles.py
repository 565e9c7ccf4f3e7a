"""Load-time imports and their cycles, compared with grimp, which was written by others.

usage: import_cycles.py ROOT PACKAGE [PACKAGE ...] [--index FOLDER]

ROOT is the tree, a PACKAGE the path of a top-level package in it (`src/flask`, `django`). grimp (`pip install grimp`) reads the
statements; those in functions are left out by their lines, with `ast`, as grimp has no option for it. Nothing is imported.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp

from sphinx_kwindex import Project
from sphinx_kwindex.cycles import find_groups, make_graph

Edges = set[tuple[str, str]]


def main() -> None:
    """Compare and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("packages", nargs="+")
    parser.add_argument("--index", type=Path, help="folder of the index, kept for the next time")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copies = [stage(args.root / package, Path(folder)) for package in args.packages]
        theirs = grimp_edges(copies)
    with Project.open(args.root, args.index, lint=[]) as project:
        modules = {row.path: row.module for row in project.files() if row.path.endswith(".py")}
        inside = tuple(f"{package}/" for package in args.packages)
        ours = {
            (modules[user], modules[target])
            for user, target in project.reader.loaded_edges()
            if user.startswith(inside) and target.startswith(inside) and user in modules and target in modules
        }
    print(f"load-time imports: ours {len(ours)}, grimp {len(theirs)}, both {len(ours & theirs)}")
    show("only ours", ours - theirs)
    show("only grimp", theirs - ours)
    mine, other = groups(ours), groups(theirs)
    print(
        f"cycles: ours {[len(group) for group in mine]}, grimp {[len(group) for group in other]}, equal: {mine == other}"
    )


def stage(package: Path, folder: Path) -> Path:
    """Copy a package; grimp does not look into folders without `__init__.py`, so these get an empty one."""
    copy = shutil.copytree(
        package,
        folder / package.name,
        ignore=lambda _, names: [n for n in names if "." in n[1:] and not n.endswith(".py")],
    )
    for inner in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
        (inner / "__init__.py").touch()
    return copy


def grimp_edges(packages: list[Path]) -> Edges:
    """Return (importer, imported) of the statements that run when the modules of some packages are loaded."""
    sys.path.insert(0, str(packages[0].parent))
    try:
        names = [package.name for package in packages]
        graph = grimp.build_graph(*names, exclude_type_checking_imports=True, cache_dir=None)
    finally:
        sys.path.pop(0)
    late = {module: set(late_lines(module_path(packages[0], module))) for module in graph.modules}
    return {
        (user, target)
        for user in graph.modules
        for target in graph.find_modules_directly_imported_by(user)
        if any(
            detail["line_number"] not in late[user]
            for detail in graph.get_import_details(importer=user, imported=target)
        )
    }


def module_path(package: Path, module: str) -> Path:
    """Return the file of a module."""
    path = package.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def late_lines(path: Path) -> Iterator[int]:
    """Yield the lines of import statements that do not run when a module is loaded."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    # Syntax of Python 3.12 for older ones: only the lines of imports matter.
    text = re.sub(r"^( *)type (?=\w+(?:\[\w+\])? =)", r"\1", text, flags=re.MULTILINE)
    tree = ast.parse(re.sub(r"^( *(?:async )?(?:def|class) \w+)\[[^\]]*\]", r"\1", text, flags=re.MULTILINE))
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from (item.lineno for item in ast.walk(node) if isinstance(item, (ast.Import, ast.ImportFrom)))


def groups(edges: Edges) -> tuple[tuple[str, ...], ...]:
    """Return the modules that import one another in a circle."""
    return find_groups(make_graph(edges))


def show(title: str, edges: Iterable[tuple[str, str]]) -> None:
    """Print what one side alone has."""
    rows = sorted(edges)
    for user, target in rows[: int(os.environ.get("MOST", "12"))]:
        print(f"  {title}: {user} -> {target}")
    if rows:
        print(f"  {title}: {len(rows)}")


if __name__ == "__main__":
    main()
