"""Positions of tokens that astroid does not provide: columns in code points, names in import statements."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from astroid import nodes

_WORDS = re.compile(r"#.*|\w+(?:\.\w+)*|[.*]+")
_NEWLINE = re.compile(r"\r\n|\r|\n")

Place = tuple[int, int]
"""Line (from 1) and column (from 0, in code points)."""


class ImportedName(NamedTuple):
    """One name of an import statement, and where its tokens stand."""

    name: str
    asname: str | None
    place: Place
    """Of the name that is imported (the module path in `import a.b`)."""
    bound: Place
    """Of the name that is bound: the word after `as`, else the same as `place`."""


class ImportTokens(NamedTuple):
    """The tokens of one import statement."""

    module: Place | None
    """Of the module path (its dots included) after `from`."""
    written: str
    """That path as written, without blanks: `..pkg.mod`."""
    names: tuple[ImportedName, ...]


_LONG_LINE = 1_000
"""A longer line is measured once, not for each of its tokens."""


class Columns:
    """Turns UTF-8 byte offsets in the lines of a file into columns in code points."""

    __slots__ = ("_is_ascii", "_lines", "_measured")

    def __init__(self, lines: Sequence[str], *, is_ascii: bool) -> None:
        self._lines = lines
        self._is_ascii = is_ascii
        self._measured: tuple[int, list[int]] = (0, [])

    def of(self, line: int, offset: int) -> int:
        """Return the column of an offset in a line (from 1)."""
        if self._is_ascii or not 0 < line <= len(self._lines):
            return offset
        text = self._lines[line - 1]
        if len(text) > _LONG_LINE:
            return bisect.bisect_right(self._ends(line, text), offset)
        return offset if text.isascii() else len(_encode(text)[:offset].decode("utf-8", "ignore"))

    def _ends(self, line: int, text: str) -> list[int]:
        if self._measured[0] != line:
            self._measured = line, list(itertools.accumulate(len(_encode(char)) for char in text))
        return self._measured[1]


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class Text:
    """The lines of one file."""

    def __init__(self, source: bytes | str) -> None:
        text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
        text = text.removeprefix("\ufeff")
        self.lines = _NEWLINE.split(text) if "\r" in text else text.split("\n")
        self.is_ascii = text.isascii()
        self._columns = Columns(self.lines, is_ascii=self.is_ascii)

    def column(self, line: int, offset: int) -> int:
        """Return the column in code points of a UTF-8 byte offset in a line."""
        return self._columns.of(line, offset)

    def has(self, line: int, column: int, word: str) -> bool:
        """Return whether a word is at a place (columns in code points)."""
        return 0 < line <= len(self.lines) and self.lines[line - 1].startswith(word, column)

    def import_tokens(self, node: nodes.Import | nodes.ImportFrom) -> ImportTokens:
        """Find the tokens of an import statement; names that cannot be found are left out."""
        words = self._words(node)
        next(words, None)  # `import` or `from`
        if isinstance(node, nodes.Import):
            return ImportTokens(None, "", tuple(_imported(words, node.names)))
        module, written = None, ""
        for place, word in words:
            if word == "import":
                break
            module = module or place
            written += word
            if written.endswith(".import"):  # `from .import x`
                written = written.removesuffix("import")
                break
        return ImportTokens(module, written, tuple(_imported(words, node.names)))

    def _words(self, node: nodes.NodeNG) -> Iterator[tuple[Place, str]]:
        first, last = node.lineno or 1, node.end_lineno or node.lineno or 1
        for line in range(first, min(last, len(self.lines)) + 1):
            start = self.column(line, node.col_offset or 0) if line == first else 0
            for match in _WORDS.finditer(self.lines[line - 1], start):
                if not match.group().startswith("#"):
                    yield (line, match.start()), match.group()


def _imported(words: Iterator[tuple[Place, str]], names: list[tuple[str, str | None]]) -> Iterator[ImportedName]:
    for name, asname in names:
        place, word = next(words, ((0, 0), ""))
        if word != name:
            return
        bound = place
        if asname is not None:
            next(words, None)  # `as`
            bound, word = next(words, ((0, 0), ""))
            if word != asname:
                return
        yield ImportedName(name, asname, place, bound)
