"""Bytes of a Python file to text, and text to an astroid tree, without opening any other file.

The tree is built by astroid's own rebuilder, but not by its `AstroidBuilder`: that one infers every assignment to an
attribute, walks the tree a second time for its brains and reads modules that the file imports, which takes twice as
long as the tree and makes the result depend on what is installed.
"""

from __future__ import annotations

import ast
import contextlib
import io
import itertools
import tokenize
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple, cast

from astroid import context, nodes
from astroid.manager import AstroidManager

from sphinx_kwindex.collect.python.damage import read_rest
from sphinx_kwindex.collect.python.dialects import explain, parse_quietly, read_newer
from sphinx_kwindex.collect.python.rebuilding import ImportPlaces, NodesByKind, rebuild
from sphinx_kwindex.collect.python.tokens import Columns
from sphinx_kwindex.errors import OTHER_VERSION, WarningKind

BOM = "\ufeff"
_DEFINING = (nodes.ClassDef, nodes.FunctionDef, nodes.AsyncFunctionDef)


class SourceError(Exception):
    """A file has no tree; `line` is 0 where the whole file is at fault."""

    def __init__(self, kind: WarningKind, line: int, text: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.line = line
        self.text = text


class SourceText:
    r"""The text of a file, cut by line and column as `ast` counts them (columns in UTF-8 bytes).

    Lines end as for the Python parser, at `\n`, `\r\n` and `\r` only.
    """

    __slots__ = ("_columns", "lines", "offsets", "text")

    def __init__(self, text: str) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.text = text
        self.lines = text.split("\n")
        self.offsets = [0, *itertools.accumulate(len(line) + 1 for line in self.lines)]
        self._columns = Columns(self.lines, is_ascii=text.isascii())

    @property
    def line_count(self) -> int:
        """Return how many lines an editor shows (a last line without an end counts, an empty one does not)."""
        return len(self.lines) - (not self.lines[-1])

    def column(self, line: int, column: int) -> int:
        """Return the column in code points."""
        return self._columns.of(line, column)

    def offset(self, line: int, column: int) -> int:
        """Return the place in the whole text."""
        return self.offsets[line - 1] + self.column(line, column)

    def of(self, node: nodes.NodeNG, limit: int = 0) -> str:
        """Return a node as written (no more than `limit` characters of it)."""
        line, end_line = node.lineno, node.end_lineno
        if line is None or end_line is None:
            return ""
        start = self.offset(line, node.col_offset or 0)
        end = self.offset(end_line, node.end_col_offset or 0)
        return self.text[start : min(end, start + limit) if limit else end]


class Parsed(NamedTuple):
    """A tree, and what was noticed while it was built, in source order."""

    tree: nodes.Module
    source: SourceText
    encoding: str
    imports: list[ImportPlaces]
    attributes: list[nodes.AssignAttr]
    """Every assignment to an attribute of something."""
    generators: set[nodes.NodeNG]
    """The functions (and lambdas) that hold a `yield`."""
    nodes: NodesByKind
    fault: SourceError | None = None
    """Why the tree is without some of the source, if it is."""

    def of(self, *kinds: type) -> Iterator[Any]:
        """Return the nodes of some classes, in no order."""
        return itertools.chain.from_iterable(self.nodes.get(kind, ()) for kind in kinds)

    def release(self) -> None:
        """Take the tree apart, so that it goes away at once.

        Nodes point to their parents; to leave those cycles to the garbage collector costs as much as to build them.
        """
        for made in self.nodes.values():
            for node in made:
                node.parent = None
        # These hold nodes that no `visit` made: `__module__`, decorators, `*args`.
        for node in self.of(*_DEFINING):
            node.decorators = None
            node.locals.clear()
        for node in self.of(nodes.Arguments):
            node.vararg_node = node.kwarg_node = None
        for node in self.of(nodes.ExceptHandler):
            node.name = None


def decode(source: bytes) -> tuple[str, str]:
    """Return the text of a Python file and its encoding (PEP 263, byte order mark); raise `SourceError`."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError as error:
        raise SourceError(WarningKind.DECODE, 1, str(error)) from None
    try:
        text = source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise SourceError(WarningKind.DECODE, line, f"not text in {encoding}: {error.reason}") from None
    except (LookupError, ValueError) as error:
        raise SourceError(WarningKind.DECODE, 1, str(error)) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SourceError(WarningKind.PARSE, line, "a null byte in the source")
    return text.removeprefix(BOM), "utf-8" if encoding == "utf-8-sig" else encoding


def parse(text: str, module: str, is_package: bool, path: str, encoding: str = "utf-8") -> Parsed:
    """Build the tree of one module; raise `SourceError` if it does not parse or is nested too deeply."""
    source = SourceText(text)
    try:
        syntax, fault = _any_syntax_tree(source.text)
        built = rebuild(syntax, module, path, is_package)
    except SyntaxError as error:
        raise SourceError(_syntax_kind(error), error.lineno or 0, explain(error, source.text)) from None
    except (RecursionError, MemoryError):
        raise SourceError(WarningKind.LIMIT, 0, "nested too deeply to be analysed") from None
    except ValueError as error:
        raise SourceError(WarningKind.PARSE, 0, str(error)) from None
    built.tree.file_encoding = encoding
    return Parsed(built.tree, source, encoding, built.imports, built.attributes, built.generators, built.nodes, fault)


def _syntax_kind(error: SyntaxError) -> WarningKind:
    return WarningKind.LIMIT if "too many" in (error.msg or "") else WarningKind.PARSE


def _any_syntax_tree(text: str) -> tuple[ast.Module, SourceError | None]:
    """Return the tree of a text; of one that needs a newer Python or is damaged, without the newer syntax or the damage."""
    try:
        return _syntax_tree(text), None
    except SyntaxError as error:
        left, message = _readable(text, error)
        return _syntax_tree(left), SourceError(WarningKind.PARSE, error.lineno or 0, message)


def _readable(text: str, error: SyntaxError) -> tuple[str, str]:
    """Return what can be read of a text that does not parse, and what is the matter with it; raise `error` if nothing can."""
    newer = read_newer(text)
    if newer is not None:
        return newer.text, newer.message
    reason = explain(error, text)
    rest = (
        read_rest(text) if not reason.startswith(OTHER_VERSION) and _syntax_kind(error) is WarningKind.PARSE else None
    )
    if rest is None:
        raise error
    return rest.text, f"{reason}; {rest.message}"


def _syntax_tree(text: str) -> ast.Module:
    if "# type:" in text or "#type:" in text:
        with contextlib.suppress(SyntaxError):  # a type comment in an odd place is no error
            return parse_quietly(text, type_comments=True)
    return parse_quietly(text)


class _AllBut:
    """A set of every name but a few."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def __contains__(self, name: object) -> bool:
        return name not in self._names


_OPEN = _AllBut(frozenset({"builtins"}))


@contextlib.contextmanager
def closed_manager() -> Iterator[None]:
    """Keep astroid's inference from loading any module but `builtins`, and drop what it remembers of our trees.

    astroid's managers share one state with every other user of astroid in this process, so it is put back.
    """
    manager = AstroidManager()
    if "builtins" not in manager.astroid_cache:
        manager.bootstrap()
    shared = cast("dict[str, Any]", AstroidManager.brain)
    before = shared["module_denylist"]
    shared["module_denylist"] = _OPEN
    try:
        yield
    finally:
        shared["module_denylist"] = before
        nodes.Name.lookup.cache_clear()
        getattr(context, "_invalidate_cache", _nothing)()


def _nothing() -> None:
    """Stand in for a cache that this version of astroid does not have."""
