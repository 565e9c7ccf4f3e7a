"""Names in Python code in prose: parsed, never run. Pure: text in, targets out (see `targets.py`).

The pieces of one document are one program, as readers take them: what one imports, the next ones use. What they look up on
instances is a target too (`pkg.Graph().add_node`); what that means, only the whole project can tell.
"""

# ruff: noqa: SLF001 - the tables at the end hold methods of the class above them

from __future__ import annotations

import ast
import doctest
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sphinx_kwindex.collect.python.dialects import parse_quietly
from sphinx_kwindex.stdlib import BUILTINS

MOST_CHARACTERS = 100_000
"""Larger pieces of code are not examples."""
_DEEPEST = 60
"""Further steps of a chain are not followed: what they are called on is hardly ever known."""
_IPYTHON = re.compile(r"^\s*In ?\[\d*\]: ?(.*)$")
_IPYTHON_MORE = re.compile(r"^\s*\.{3,}: ?(.*)$")
_PROMPT = re.compile(r"^\s*>>> ?", re.MULTILINE)
_VALUES = ("()", "!iter", "!enter")
"""Ends of targets that name nothing: what calls and loops give."""


class NamedTarget(NamedTuple):
    """Something that a piece of code names."""

    target: str
    line: int
    """In the piece, from 1."""


class Snippets:
    """Reads the pieces of code of one document, in order."""

    def __init__(self) -> None:
        self._bound: dict[str, str] = {}
        self._stars: list[str] = []
        self.imported: dict[str, str] = {}
        """What the pieces so far import, by the names that it has in them."""

    def read(self, code: str) -> list[NamedTarget]:
        """Return what a piece names; nothing if it is not Python. What it binds holds for the next ones."""
        if len(code) > MOST_CHARACTERS or "\0" in code:
            return []
        found: list[NamedTarget] = []
        for text, offset in _programs(code):
            try:
                tree = parse_quietly(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            reader = _CodeReader(self._bound, self._stars)
            reader.run(tree.body)
            self.imported.update(reader.imported)
            found += (named._replace(line=named.line + offset) for named in reader.found)
        return list(dict.fromkeys(found))

    def target(self, name: str) -> str:
        """Return what a dotted name means whose first part the pieces so far bind to something that they make; else nothing."""
        first, _, rest = name.partition(".")
        bound = self._bound.get(first, "")
        return f"{bound}.{rest}" if "()" in bound and rest else ""


def _programs(code: str) -> Iterator[tuple[str, int]]:
    """Yield the statements of a piece, with the number of lines before them: each example of a session by itself."""
    if _PROMPT.search(code):
        try:
            for example in doctest.DocTestParser().get_examples(code):
                yield example.source, example.lineno
        except ValueError:  # a session with a fault in its layout
            yield from _prompted(code)
    elif any(map(_IPYTHON.match, code.splitlines())):
        yield from _prompted(code)
    else:
        yield textwrap.dedent(code), 0


def _prompted(code: str) -> Iterator[tuple[str, int]]:
    """Yield what is behind prompts."""
    lines: list[str] = []
    start = 0
    for number, line in enumerate(code.splitlines()):
        first = _IPYTHON.match(line) or re.match(r"^\s*>>> ?(.*)$", line)
        more = None if first else _IPYTHON_MORE.match(line) or re.match(r"^\s*\.\.\. ?(.*)$", line)
        if more and lines:
            lines.append(more[1])
            continue
        if lines:
            yield "\n".join(lines) + "\n", start
        lines, start = ([first[1]], number) if first else ([], number)
    if lines:
        yield "\n".join(lines) + "\n", start


class _CodeReader:
    """Walks statements in the order in which they run."""

    def __init__(self, bound: dict[str, str], stars: list[str]) -> None:
        self._bound = bound
        self._stars = stars
        self.found: list[NamedTarget] = []
        self.imported: dict[str, str] = {}

    def run(self, body: Iterable[ast.stmt]) -> None:
        """Note what statements name, and remember what they bind."""
        for statement in body:
            try:
                _STATEMENTS.get(type(statement), _CodeReader._other)(self, statement)
            except RecursionError:
                continue

    # What is named

    def _note(self, target: str, node: ast.AST) -> None:
        if target:
            self.found.append(NamedTarget(target, getattr(node, "lineno", 1)))

    def _target(self, node: ast.AST | None, depth: int = 0) -> str:
        """Return the target of an expression; empty if nothing is known about it."""
        make = _TARGETS.get(type(node)) if node is not None and depth < _DEEPEST else None
        return make(self, node, depth + 1) if make is not None else ""

    def _name(self, node: ast.Name, _depth: int) -> str:
        name = node.id
        if name in self._bound:
            return self._bound[name]
        return "" if name in BUILTINS else self._unbound(name)

    def _unbound(self, name: str) -> str:
        return f"{self._stars[-1]}.{name}" if self._stars else name

    def _attribute(self, node: ast.Attribute, depth: int) -> str:
        target = self._target(node.value, depth)
        return f"{target}.{node.attr}" if target else ""

    def _after(self, node: Any, depth: int, step: str) -> str:
        target = self._target(node, depth)
        # What a name that nothing binds returns is not known either.
        return f"{target}{step}" if "." in target or (target and target in self._bound.values()) else ""

    def _see(self, node: ast.AST | None) -> None:
        """Note all that an expression names; comprehensions and lambdas bind names of their own."""
        if node is None:
            return
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            self._comprehension(node)
        elif isinstance(node, ast.Lambda):
            self._inside(lambda inner: inner._see(node.body), _arguments(node.args))
        elif isinstance(node, ast.NamedExpr):
            self._see(node.value)
            self._bind(node.target, self._target(node.value))
        else:
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                target = self._target(node)
                if not target.endswith(_VALUES):
                    self._note(target, node)
            for child in ast.iter_child_nodes(node):
                self._see(child)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        inner = _CodeReader(dict(self._bound), self._stars)
        for part in node.generators:
            inner._see(part.iter)
            inner._bind(part.target, inner._after(part.iter, 0, "!iter"))
            for test in part.ifs:
                inner._see(test)
        for item in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            inner._see(item)
        self.found += inner.found

    def _inside(self, work: Callable[[_CodeReader], None], binds: Mapping[str, str]) -> None:
        inner = _CodeReader({**self._bound, **binds}, self._stars)
        work(inner)
        self.found += inner.found

    # What is bound

    def _bind(self, node: ast.AST, target: str) -> None:
        if isinstance(node, ast.Name):
            self._bound[node.id] = target
        elif isinstance(node, (ast.Tuple, ast.List)):
            for item in node.elts:
                self._bind(item, "")
        elif isinstance(node, ast.Starred):
            self._bind(node.value, "")
        else:
            self._see(node)

    def _instance(self, annotation: ast.AST | None) -> str:
        target = self._target(annotation)
        return f"{target}()" if "." in target else ""

    # Statements

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._note(alias.name, node)
            top = alias.name.partition(".")[0]
            self._import_as(alias.asname or top, alias.name if alias.asname else top)

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = "" if node.level else node.module or ""
        self._note(module, node)
        for alias in node.names:
            if alias.name == "*":
                self._stars += [module] if module else []
                continue
            target = f"{module}.{alias.name}" if module else ""
            self._note(target, node)
            self._import_as(alias.asname or alias.name, target)

    def _import_as(self, name: str, target: str) -> None:
        self._bound[name] = self.imported[name] = target

    def _assign(self, node: ast.Assign) -> None:
        self._see(node.value)
        for target in node.targets:
            self._bind(target, self._target(node.value))

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._see(node.annotation)
        self._see(node.value)
        self._bind(node.target, self._instance(node.annotation))

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self._see(node.iter)
        self._bind(node.target, self._after(node.iter, 0, "!iter"))
        self.run([*node.body, *node.orelse])

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._see(item.context_expr)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, self._after(item.context_expr, 0, "!enter"))
        self.run(node.body)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for item in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults, node.returns):
            self._see(item)
        binds = dict.fromkeys(_arguments(node.args), "")
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            self._see(argument.annotation)
            binds[argument.arg] = self._instance(argument.annotation)
        self._bound[node.name] = ""
        self._inside(lambda inner: inner.run(node.body), binds)

    def _class(self, node: ast.ClassDef) -> None:
        for item in (*node.decorator_list, *node.bases, *node.keywords):
            self._see(item)
        self._bound[node.name] = ""
        self._inside(lambda inner: inner.run(node.body), {})

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._bind(target, "")

    def _try(self, node: Any) -> None:
        self.run(node.body)
        for handler in node.handlers:
            self._see(handler.type)
            if handler.name:
                self._bound[handler.name] = ""
            self.run(handler.body)
        self.run([*node.orelse, *node.finalbody])

    def _other(self, node: ast.stmt) -> None:
        """See expressions, and run the statements below."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self.run([child])
            elif isinstance(child, ast.match_case):
                for pattern in ast.walk(child.pattern):
                    self._bound.update(dict.fromkeys(_captured(pattern), ""))
                self._see(child.guard)
                self.run(child.body)
            else:
                self._see(child)


def _arguments(arguments: ast.arguments) -> dict[str, str]:
    rest = (arguments.vararg, arguments.kwarg)
    every = (
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        *(item for item in rest if item is not None),
    )
    return {item.arg: "" for item in every}


def _captured(pattern: ast.AST) -> Iterator[str]:
    for field in ("name", "rest"):
        name = getattr(pattern, field, None)
        if isinstance(name, str):
            yield name


_TARGETS: Mapping[type[ast.AST], Callable[[_CodeReader, Any, int], str]] = {
    ast.Name: _CodeReader._name,
    ast.Attribute: _CodeReader._attribute,
    ast.Call: lambda reader, node, depth: reader._after(node.func, depth, "()"),
}
_STATEMENTS: Mapping[type[ast.stmt], Callable[[_CodeReader, Any], None]] = {
    ast.Import: _CodeReader._import,
    ast.ImportFrom: _CodeReader._import_from,
    ast.Assign: _CodeReader._assign,
    ast.AnnAssign: _CodeReader._annotated,
    ast.For: _CodeReader._for,
    ast.AsyncFor: _CodeReader._for,
    ast.With: _CodeReader._with,
    ast.AsyncWith: _CodeReader._with,
    ast.FunctionDef: _CodeReader._function,
    ast.AsyncFunctionDef: _CodeReader._function,
    ast.ClassDef: _CodeReader._class,
    ast.Delete: _CodeReader._delete,
    ast.Try: _CodeReader._try,
}
