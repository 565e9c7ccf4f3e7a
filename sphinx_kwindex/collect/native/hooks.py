"""Hooks that a language can add to its queries, and the records of everything that is found."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinx_kwindex.model import Kind, SourceFile

if TYPE_CHECKING:
    from tree_sitter import Node

LIMIT = 400
"""Characters of a signature, value or type that are read: pages cut them shorter."""


_BRACKETS = re.compile(r"(\() | (\))")
"""Brackets with blanks in them, as they are left of lines."""


class Spot:
    """A place in the text that no node of the tree stands for; it has what is asked of nodes."""

    __slots__ = ("byte_range", "end_byte", "end_point", "start_byte", "start_point")

    def __init__(self, start: int, end: int, start_point: tuple[int, int], end_point: tuple[int, int]) -> None:
        self.byte_range = start, end
        self.start_byte, self.end_byte = start, end
        self.start_point, self.end_point = start_point, end_point


class Spots:
    """Makes spots of the bytes of a source that a hook reads by itself."""

    def __init__(self, source: bytes) -> None:
        self._lines = [0, *(match.end() for match in re.finditer(rb"\n", source))]

    def of(self, start: int, end: int) -> Spot:
        """Return the spot between two bytes."""
        return Spot(start, end, self._point(start), self._point(end))

    def _point(self, byte: int) -> tuple[int, int]:
        row = bisect_right(self._lines, byte) - 1
        return row, byte - self._lines[row]


class FoundName(NamedTuple):
    """One place that defines a name."""

    kind: Kind
    node: Node | Spot
    """All of the definition: what is in it is defined in it."""
    name: str
    place: Node | Spot
    """Where the name stands."""
    flags: int = 0
    signature: str = ""
    value: str = ""
    annotation: str = ""
    bases: tuple[str, ...] = ()
    owner: str = ""
    """What it is a member of, if that does not contain it: the receiver of a method."""
    label: str = ""
    """Of a further place for the same name: see `Site`."""
    doc: str = ""
    """What it says about itself, if that is not a comment."""


class Imported(NamedTuple):
    """One name that a statement takes from another file or package, or a file that it takes whole."""

    name: str
    target: str
    place: Node | Spot
    text: str
    flags: int = 0


class Exported(NamedTuple):
    """A name under which a file passes on what it calls otherwise; empty: what stands for all of the file."""

    name: str
    target: str
    """As the file calls it."""


class Scanned(NamedTuple):
    """What there is in a file: of its tree, or as a hook reads it by itself."""

    found: list[FoundName]
    imported: list[Imported]
    captured: Mapping[str, Sequence[Node | Spot]]
    """By capture of the second query: where each stands."""
    statements: list[tuple[int, int]]
    """From where to where those go that import something."""
    hidden: tuple[tuple[int, int], ...] = ()
    doc: str = ""
    """What the file says about itself, if that is not a comment."""
    externs: frozenset[int] = frozenset()
    """Where the names stand of what C defines."""
    exported: tuple[Exported, ...] = ()


class Prepared(NamedTuple):
    """A source as the parser gets it: of the same length, so that places stay the same."""

    source: bytes
    hidden: tuple[tuple[int, int], ...] = ()
    """Names that were blanked out, as (start, end): uses of macros."""
    macros: tuple[FoundName, ...] = ()
    """Definitions that were blanked out."""


class Hooks:
    """What languages do that queries cannot say; a module of a language may have each of these as a function."""

    def __init__(self, module: ModuleType | None) -> None:
        self.prepare = getattr(module, "prepare", Prepared)
        """(source) -> `Prepared`: hides from the parser what it would trip over."""
        self.scan: Scan | None = getattr(module, "scan", None)
        """Reads a language of which there is no grammar."""
        self.read: dict[str, Any] = getattr(module, "READ", {})
        """By capture of the first query: (node, `Text`) -> what it defines or imports."""


class SourceBytes:
    """The text of a source, by bytes."""

    __slots__ = ("_is_ascii", "_known", "_lines", "source")

    def __init__(self, source: bytes) -> None:
        self.source = source
        self._is_ascii = source.isascii()
        self._known: dict[bytes, str] = {}
        self._lines: dict[bytes, str] = {}

    def of(self, node: Node) -> str:
        """Return what a node spans, as written."""
        return self.between(node.start_byte, node.end_byte)

    def between(self, start: int, end: int) -> str:
        """Return the text of some bytes."""
        return self.decoded(self.source[start:end])

    def decoded(self, piece: bytes) -> str:
        """Return the text of a piece."""
        known = self._known.get(piece)
        if known is None:
            known = self._known[piece] = piece.decode("utf-8", "replace")
        return known

    def line(self, start: int, end: int) -> str:
        """Return the text of some bytes on one line, no more of it than is needed."""
        piece = self.source[start : min(end, start + LIMIT)]
        known = self._lines.get(piece)
        if known is None:
            known = self._lines[piece] = _BRACKETS.sub(r"\1\2", " ".join(piece.decode("utf-8", "replace").split()))
        return known

    def column(self, node: Node | Spot) -> int:
        """Return the column of a node in code points."""
        column = node.start_point[1]
        if self._is_ascii:
            return column
        start = node.start_byte
        return len(self.source[start - column : start].decode("utf-8", "replace"))


def named(node: Node, kind: str) -> Iterator[Node]:
    """Yield the children of a node that are of one type."""
    return (child for child in node.named_children if child.type == kind)


def last_row(node: Node | Spot) -> int:
    """Return the last row that a node has anything on."""
    row: int
    row, column = node.end_point
    return row - int(column == 0 and row > node.start_point[0])


Scan = Callable[[SourceBytes, SourceFile], Scanned]
"""Reads a file of a language of which there is no grammar."""
