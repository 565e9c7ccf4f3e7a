"""Protocol Buffers, without a grammar: messages, enumerations and services."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sphinx_kwindex.collect.native.hooks import LIMIT, FoundName, Imported, Scanned, SourceBytes, Spot, Spots
from sphinx_kwindex.model import Flag, Kind, SourceFile
from sphinx_kwindex.text import word_set

_TOKEN = re.compile(
    rb"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<string>\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?)"
    rb"|(?P<name>\.?[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)|(?P<mark>[^\s\w])|\d[\w.]*",
    re.DOTALL,
)
_BLOCKS = {"message": Kind.CLASS, "enum": Kind.ENUM, "service": Kind.CLASS, "group": Kind.CLASS}
_PLAIN = word_set(
    """
    double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes map
    repeated optional required stream returns true false inf nan max to reserved extensions
    """
)
_MOST_OPEN = 200


class _ProtoPiece(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _ProtoBlock(NamedTuple):
    """One pair of braces that is open."""

    word: str
    """What opened it; empty for values of options."""
    name: _ProtoPiece | None
    start: int
    signature: str = ""


def scan(text: SourceBytes, _file: SourceFile) -> Scanned:
    """Return what a source defines, imports and names."""
    return _ProtoScanner(text).run()


class _ProtoScanner:
    def __init__(self, text: SourceBytes) -> None:
        self._text = text
        self._spots = Spots(text.source)
        self._open: list[_ProtoBlock] = []
        self._found: list[FoundName] = []
        self._imported: list[Imported] = []
        self._types: list[Spot] = []
        self._comments: list[Spot] = []
        self._statements: list[tuple[int, int]] = []

    def run(self) -> Scanned:
        statement: list[_ProtoPiece] = []
        end = len(self._text.source)
        for piece in self._pieces():
            if piece.kind == "comment":
                self._comments.append(self._spots.of(piece.start, piece.end))
            elif piece.text == "{" and len(self._open) < _MOST_OPEN:
                self._open.append(self._block(statement))
                statement = []
            elif piece.text in {"}", ";"}:
                self._close(statement, piece)
                statement = []
            else:
                statement.append(piece)
        while self._open:
            self._leave(end)
        captured = {"comment": self._comments, "type": self._types, "qualified": self._types}
        return Scanned(self._found, self._imported, captured, self._statements)

    def _pieces(self) -> Iterator[_ProtoPiece]:
        for match in _TOKEN.finditer(self._text.source):
            yield _ProtoPiece(match.lastgroup or "number", self._text.decoded(match[0]), match.start(), match.end())

    def _block(self, statement: list[_ProtoPiece]) -> _ProtoBlock:
        """Return what a brace opens behind a statement."""
        words = [piece for piece in statement if piece.kind == "name"]
        if len(words) > 1 and words[0].text in _BLOCKS | {"oneof": 0, "rpc": 0}:
            self._name_types(words[2:])
            return _ProtoBlock(words[0].text, words[1], statement[0].start, self._signature(words[1], statement[-1]))
        if len(words) > 1 and words[0].text == "extend":
            self._name_types(words[1:])
        return _ProtoBlock("", None, 0)

    def _close(self, statement: list[_ProtoPiece], piece: _ProtoPiece) -> None:
        around = self._open[-1].word if self._open else "file"
        if piece.text == "}":
            if self._open:
                self._leave(piece.end)
        elif statement and around:
            self._read(around, statement, piece.end)

    def _leave(self, end: int) -> None:
        block = self._open.pop()
        if block.name is not None and block.word != "oneof":
            kind = _BLOCKS.get(block.word, Kind.FUNCTION)
            self._define(kind, block.name, (block.start, end), signature=block.signature if block.word == "rpc" else "")

    def _define(
        self,
        kind: Kind,
        name: _ProtoPiece,
        span: tuple[int, int],
        *,
        flags: int = 0,
        signature: str = "",
        value: str = "",
        annotation: str = "",
    ) -> None:
        place = self._spots.of(name.start, name.end)
        self._found.append(
            FoundName(kind, self._spots.of(*span), name.text, place, flags, signature, value, annotation)
        )

    def _read(self, around: str, statement: list[_ProtoPiece], end: int) -> None:
        """Read a statement that ends with a semicolon, in a block or at the top."""
        first = statement[0]
        words = [piece for piece in statement if piece.kind == "name"]
        if first.text == "import" and statement[-1].kind == "string":
            path, written = statement[-1].text.strip("\"'"), self._text.line(first.start, end).rstrip(";")
            self._imported.append(
                Imported(path, f"file:{path}", self._spots.of(statement[-1].start, statement[-1].end), written)
            )
            self._statements.append((first.start, end))
        elif first.text == "package" and len(words) > 1:
            self._define(Kind.NAMESPACE, words[1], (first.start, len(self._text.source)))
        elif first.text == "rpc" and len(words) > 1:
            self._name_types(words[2:])
            signature = self._signature(words[1], statement[-1])
            self._define(Kind.FUNCTION, words[1], (first.start, end), signature=signature)
        elif around == "enum" and len(statement) > 1 and statement[1].text == "=":
            value = self._text.line(statement[1].end, statement[-1].end).partition("[")[0].strip()
            self._define(Kind.ATTRIBUTE, first, (first.start, end), flags=int(Flag.ENUM_MEMBER), value=value)
        elif around in {"message", "group", "oneof"} and first.text not in {"option", "reserved", "extensions"}:
            self._read_field(statement, end)

    def _read_field(self, statement: list[_ProtoPiece], end: int) -> None:
        head = next((place for place, piece in enumerate(statement) if piece.text == "="), 0)
        if head > 1 and statement[head - 1].kind == "name":
            first, name = statement[0], statement[head - 1]
            self._name_types(piece for piece in statement[: head - 1] if piece.kind == "name")
            self._define(Kind.ATTRIBUTE, name, (first.start, end), annotation=self._text.line(first.start, name.start))

    def _name_types(self, pieces: Iterable[_ProtoPiece]) -> None:
        self._types += (self._spots.of(each.start, each.end) for each in pieces if each.text not in _PLAIN)

    def _signature(self, name: _ProtoPiece, last: _ProtoPiece) -> str:
        return self._text.line(name.end, last.end)[:LIMIT]
