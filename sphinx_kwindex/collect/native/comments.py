"""Comments that document the definitions before or after them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sphinx_kwindex.collect.native.hooks import Spot, last_row
from sphinx_kwindex.collect.python.summaries import first_sentence

if TYPE_CHECKING:
    from tree_sitter import Node

_OPENING = re.compile(r"^\s*(?://!<?|///?<?|/\*[*!]?<?|\*(?!/)|#+|--+|;+)[ \t]?", re.MULTILINE)
_CLOSING = re.compile(r"\s*\**\*/\s*$")
_BRIEF = re.compile(r"^\s*[@\\](?:brief|short|summary|file\b(?:[ \t]+\S+\.\w+)?|remarks?)\s*", re.MULTILINE)
_COMMAND = re.compile(r"^\s*[@\\](?!c\b|p\b|ref\b|link\b|code\b|a\b|b\b|e\b|em\b)\w+", re.MULTILINE)
_INLINE = re.compile(r"[@\\](?:c|p|a|b|e|em|ref)\s+(\S+)|\{@(?:link|code|linkplain)\s+([^}]*)\}")
_TAG = re.compile(r"</?(?:summary|para|p|c|code|b|i|em|remarks)\b[^>]*>")
_PLAIN = re.compile(rb"//[/!]?<? ?((?!Copyright|License|Author|SPDX)[A-Z][a-z]*(?: [\w,-]+)+\.)", re.ASCII).fullmatch
"""One sentence of plain words, as most are."""
_RULE = re.compile(
    r"^[\s\W_]*$|^\s*(?:!|-\*-|vim?:|clang-format|NOLINT|eslint|prettier|jshint|jslint|global|go:|nolint|@ts-|cspell|istanbul|IWYU)",
    re.IGNORECASE,
)
_HEAD = 60
"""Lines with comments among which a file says what it is."""
_OF_FILE = (b"//!", b"/*!")
"""Of Rust: what says something of what is around it."""
_GUARDS = re.compile(rb"\s*(?:#[ \t]*(?:ifndef|define|pragma[ \t]+once|if[ \t]+!)[^\n]*\s*)*").fullmatch
"""What may be before the comment that says what a file is: that the file is read once."""
_OF_ITSELF = re.compile(r"This (?:file|header|module|program|script)\b").match
"""Further down, a comment is of what stands there, unless it says so."""
_MARKED = (b"///", b"//!", b"/**", b"/*!")
_NOTHING = frozenset({b"", b"#pragma once"})
MOST = 800
"""Characters of a comment that are read."""


class Comments:
    """The comments of one file, by line."""

    def __init__(self, nodes: Sequence[Node | Spot], source: bytes, skipped: Sequence[Node | Spot]) -> None:
        self._source = source
        self._ending: dict[int, Node | Spot] = {}
        self._starting: dict[int, Node | Spot] = {}
        self._skipped: Mapping[int, int] = {node.end_point[0]: node.start_point[0] for node in skipped}
        for node in nodes:
            row, column = node.start_point
            if not source[node.start_byte - column : node.start_byte].strip():
                self._ending[last_row(node)] = node
            else:
                self._starting[row] = node

    def before(self, row: int) -> str:
        """Return the first sentence of the comment that ends on the line before a row."""
        row -= 1
        while row in self._skipped:
            row = self._skipped[row] - 1
        last = self._ending.get(row)
        if last is None:
            return ""
        first, is_lines = last, self._source[last.start_byte : last.start_byte + 2] != b"/*"
        while is_lines and (above := self._ending.get(first.start_point[0] - 1)) is not None:
            if self._source[above.start_byte : above.start_byte + 2] == b"/*":
                break
            first = above
        return said(self._start_of(first.start_byte, last.end_byte))

    def is_marked(self, row: int) -> bool:
        """Return whether the comment that ends on the line before a row says that it is documentation: `///`, `/**`."""
        node = self._ending.get(row - 1)
        return node is not None and self._source.startswith(_MARKED, node.start_byte)

    def behind(self, row: int, end: int) -> str:
        """Return the first sentence of the comment that follows a definition on its last line."""
        node = self._starting.get(row)
        return (
            said(self._start_of(node.start_byte, node.end_byte)) if node is not None and node.start_byte >= end else ""
        )

    def _start_of(self, start: int, end: int) -> bytes:
        """Return the text of a comment; of a long one the first lines, whole."""
        text = self._source[start : min(end, start + MOST)]
        return text if end <= start + MOST else text.rpartition(b"\n")[0] or text

    def first(self) -> str:
        """Return the first sentence that a file says about itself: of a comment at its start that no definition follows."""
        rows = sorted(self._ending)[:_HEAD]
        starts = {self._ending[row].start_point[0] for row in rows}
        end, is_at_start = 0, True
        for row in rows:
            node = self._ending[row]
            is_at_start = is_at_start and _GUARDS(self._source, end, node.start_byte) is not None
            end = node.end_byte
            if row + 1 in starts:
                continue  # the comment goes on
            following = self._source.find(b"\n", node.end_byte)
            line = self._source[following + 1 : following + MOST].partition(b"\n")[0].strip()
            is_of_file = self._source.startswith(_OF_FILE, node.start_byte)
            if not is_of_file and line not in _NOTHING and not line.startswith((b"package ", b"syntax ")):
                return ""
            text = self.before(row + 1)
            if text and (is_at_start or _OF_ITSELF(text)):
                return text
        return ""


@lru_cache(maxsize=4096)  # made files repeat theirs
def said(comment: bytes) -> str:
    """Return the first sentence of a comment, without its marks."""
    plain = _PLAIN(comment)
    if plain is not None:
        return plain[1].decode()
    text = _CLOSING.sub("", comment.decode("utf-8", "replace"))
    text = _TAG.sub("", _BRIEF.sub("", _OPENING.sub("", text)))
    if (command := _COMMAND.search(text)) is not None:
        text = text[: command.start()]
    text = _INLINE.sub(lambda match: f"`{match[1] or match[2]}`", text).strip()
    return "" if _RULE.match(text.partition("\n")[0]) else first_sentence(text)
