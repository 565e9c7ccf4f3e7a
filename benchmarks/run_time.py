"""Compare what the index says of attributes with what they were when the tests of a project ran.

    PYTHONPATH=benchmarks:src KWINDEX_SOURCE=src KWINDEX_LOG=log.json pytest -p run_time      # in TREE
    python benchmarks/run_time.py TREE log.json

The first command traces each attribute that code below SOURCE looks up, by an import hook, and notes which class or module of the
project it came from. Private names (`self.__x`) are left out, and so is what runs before the plugin is loaded.
"""

from __future__ import annotations

import argparse
import ast
import atexit
import builtins
import importlib.machinery
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

_HOOK = "__kwindex_look_up__"
_MOST = 50
"""Owners of one attribute at one place that are kept."""


def names_of(owner: object, name: str) -> Iterator[str]:
    """Yield what an attribute may be called in the index; after `<` what a base class has under the name, which does not run."""
    kind = type(owner)  # `isinstance` would wake proxies
    if issubclass(kind, ModuleType):
        value = vars(owner).get(name)
        yield f"{owner.__name__}.{name}"
        if isinstance(value, ModuleType):
            yield value.__name__
        elif hasattr(value, "__qualname__"):
            yield f"{value.__module__}.{value.__qualname__}"
        return
    of_class = type.mro(owner) if issubclass(kind, type) else []
    mark = ""
    held = () if of_class else _own_names(owner)
    for cls in (*of_class, *kind.__mro__):
        if name in cls.__dict__:
            yield f"{mark}{cls.__module__}.{cls.__qualname__}.{name}"
            mark = "<"
        elif name in held:
            yield f"{cls.__module__}.{cls.__qualname__}.{name}"


def _own_names(owner: object) -> Any:
    try:
        return object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return ()


class _Rewriter(ast.NodeTransformer):
    """Has each attribute that is looked up noted, but for those in annotations and patterns."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        is_private = node.attr.startswith("__") and not node.attr.endswith("__")
        if not isinstance(node.ctx, ast.Load) or is_private:
            return node
        place = ast.Tuple([ast.Constant(node.end_lineno), ast.Constant(node.end_col_offset)], ast.Load())
        arguments = [node.value, ast.Constant(node.attr), ast.Name("__file__", ast.Load()), place]
        return ast.copy_location(ast.Call(ast.Name(_HOOK, ast.Load()), arguments, []), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return node

    def visit_FunctionDef(self, node: Any) -> ast.AST:
        returns, node.returns = node.returns, None
        self.generic_visit(node)
        node.returns = returns
        return node  # type: ignore[no-any-return]

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - as ast wants it

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        node.body = [self.visit(statement) for statement in node.body]
        return node


class _Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> Any:  # noqa: ARG002 - as importlib wants it
        tree = ast.fix_missing_locations(_Rewriter().visit(ast.parse(self.get_data(self.path))))
        return compile(tree, self.path, "exec", dont_inherit=True)


class _Finder(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, fullname: str, path: Any = None, target: Any = None) -> Any:
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin and spec.origin.startswith(os.environ["KWINDEX_SOURCE"] + os.sep):
            spec.loader = _Loader(fullname, spec.origin) if spec.origin.endswith(".py") else spec.loader
        return spec


def trace() -> None:
    """Install the hook; what was seen is written at the end."""
    os.environ["KWINDEX_SOURCE"] = os.path.realpath(os.environ["KWINDEX_SOURCE"])
    seen: dict[tuple[str, int, int, str], dict[tuple[str, ...], None]] = {}
    look_up = getattr

    def noted(owner: object, name: str, file: str, place: tuple[int, int]) -> object:
        value = look_up(owner, name)
        try:
            owners = seen.setdefault((file, *place, name), {})
            if len(owners) < _MOST:
                owners[tuple(names_of(owner, name))] = None
        except Exception:  # noqa: BLE001 - objects may do anything where they are asked; this place is then left out
            pass
        return value

    setattr(builtins, _HOOK, noted)
    sys.meta_path.insert(0, _Finder)
    log = os.environ["KWINDEX_LOG"]
    atexit.register(
        lambda: Path(log).write_text(json.dumps([[*key, list(owners)] for key, owners in seen.items()]), "utf-8")
    )


def compare(tree: Path, log: Path, show: int) -> None:
    """Print how many of the places where a member of the project was looked up have the right use."""
    from sphinx_kwindex import Project

    counts: Counter[str] = Counter()
    with Project.open(tree) as project:
        modules = {row.path: row for row in project.files()}
        known = {keyword.id for keyword in project.keywords()}
        uses: dict[tuple[str, int, int], list[Any]] = {}
        for path in modules:
            for use in project.reader.uses_in(path):
                uses.setdefault((path, use.line, use.col), []).append(use)
    sources: dict[str, list[str]] = {}
    for file, line, end, name, owners in json.loads(log.read_text("utf-8")):
        path = Path(file).relative_to(tree.resolve()).as_posix()
        lines = sources.setdefault(path, Path(file).read_text("utf-8").split("\n"))
        column = len(lines[line - 1].encode()[:end].decode()) - len(name)
        wanted = [group for group in (set(group) & known for group in owners) if group]
        bases = {target[1:] for group in owners for target in group if target.startswith("<")}
        if not wanted or path not in modules:
            continue
        found = uses.get((path, line, column), [])
        exact = {use.target for use in found if use.exact}
        guessed = {use.target for use in found if not use.exact}
        right = any(group & exact for group in wanted)
        told = right or (0 < len(guessed) <= 2 and any(group & guessed for group in wanted))
        counts["places"] += 1
        counts["exact"] += right
        counts["exact or one of two"] += told
        counts["exact, but another"] += bool(exact) and not right
        counts["exact, overridden"] += not right and not exact.isdisjoint(bases)
        if len(guessed) == 1 and not exact:
            counts["one guess"] += 1
            counts["one guess, right"] += any(group & guessed for group in wanted)
        kind = "exact" if exact else f"{len(guessed)} guesses" if guessed else "nothing"
        counts[f"answer: {kind}"] += 1
        if not told and show:
            show -= 1
            print(
                f"{path}:{line} {name}: {sorted(exact or guessed)[:3]}, was {[sorted(group) for group in wanted][:3]}"
            )
    for name, count in sorted(counts.items()):
        print(f"{name:24} {count:6} {count / counts['places']:.3f}")


def main() -> None:
    """Compare a log with the index of a tree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("log", type=Path)
    parser.add_argument("--show", type=int, default=0, help="print so many places that are missing")
    args = parser.parse_args()
    compare(args.tree, args.log, args.show)


if __name__ == "__main__":
    main()
elif os.environ.get("KWINDEX_LOG"):
    trace()
