"""What the names in a file refer to: within it by scope, out of it as written.

A name that the file does not define is given as `family:name`, with the separators of its language: `c:at::Tensor`. What is
looked up on something of unknown type is `family:*.name`. Link places them, within the family of languages.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.collect.native.hooks import SourceBytes
from sphinx_kwindex.collect.native.registry import Language
from sphinx_kwindex.model import TYPES, Definition, Flag, Import, ImportFlag, Kind, UseKind, keyword_id

if TYPE_CHECKING:
    from tree_sitter import Node

_READ = int(UseKind.READ)
_CAPTURES = (
    ("name", _READ),
    ("member", _READ),
    ("type", int(UseKind.ANNOTATION)),
    ("call", int(UseKind.CALL)),
    ("base", int(UseKind.BASE)),
)
"""Captures of the second query that are uses, the weakest first: a name may be in several."""
_UNBOUND = int(ImportFlag.EXPORTED | ImportFlag.STAR)
_MOST_OF_A_NAME = 200
SELF = frozenset({"this", "self", "Self"})
UNKNOWN = "*"
_PATH = "::"
"""Of a name with several parts: `a::b`, `a.b`."""
_ENUM_MEMBER = int(Flag.ENUM_MEMBER)
_HOLDERS = frozenset({Kind.DATA, Kind.ATTRIBUTE, Kind.NAMESPACE, Kind.MODULE})
"""What is declared in these is no local name of theirs."""
_ROOMS = frozenset({Kind.NAMESPACE, Kind.MODULE})
_CAN_BE_NAMED = re.compile(r"[^\s\[\](){},|=!?<>]+").fullmatch
_LETTERS = rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*"
_PART = re.compile(rb"[~#]?" + _LETTERS)
_PATHS = {
    separator: re.compile(rb"(?:%b)?%b(?:\s*%b\s*[~#]?%b)*" % (mark, _LETTERS, mark, _LETTERS)).match
    for separator, mark in ((".", rb"\."), ("::", rb"::"))
}


class Extent(NamedTuple):
    """A definition where it stands in the text."""

    start: int
    end: int
    position: int


class _Sweep:
    """Tells the innermost definition around places that are asked for in order."""

    def __init__(self, places: Sequence[Extent]) -> None:
        self._places = places
        self._next = 0
        self._start = places[0].start if places else sys.maxsize
        self._open: list[Extent] = []

    def position(self, byte: int) -> int:
        opened = self._open
        while self._start <= byte:
            opened.append(self._places[self._next])
            self._next += 1
            self._start = self._places[self._next].start if self._next < len(self._places) else sys.maxsize
        while opened and opened[-1].end <= byte:
            opened.pop()
        # what lies in one that is closed is closed, too, but for definitions that overlap where a source is broken
        return opened[-1].position if opened else 0


class Tokens:
    """The names of one file, as the second query captures them."""

    def __init__(
        self,
        captured: Mapping[str, Sequence[Node]],
        hidden: Iterable[tuple[int, int]],
        statements: Iterable[tuple[int, int]],
    ) -> None:
        """`hidden` are names that the parser did not get to see, `statements` those that import something: (start, end)."""
        self._kinds: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        for capture, kind in _CAPTURES:
            for node in captured.get(capture, ()):
                start = node.start_byte
                self._kinds[start] = kind
                self._ends[start] = node.end_byte
        comments = sorted((node.start_byte, node.end_byte) for node in captured.get("comment", ()))
        for start, end in hidden:
            before = bisect_right(comments, (start, end)) - 1
            if before < 0 or comments[before][1] <= start:
                self._kinds[start], self._ends[start] = _READ, end
        self._paths: dict[int, int] = {}
        for node in captured.get("qualified", ()):
            start, end = node.start_byte, node.end_byte
            self._paths[start] = max(end, self._paths.get(start, 0))
        self._statements = sorted(statements)
        self._members = dict.fromkeys((node.start_byte for node in captured.get("member", ())), UNKNOWN)
        self._members |= dict.fromkeys((node.start_byte for node in captured.get("own", ())), "this")

    def read(self, source: bytes, separator: str) -> Iterator[_Token]:
        """Yield where each name starts and ends, how it is used, and what it is part of, in order."""
        kinds, ends, paths, members = self._kinds, self._ends, self._paths, self._members
        read_path, done = _PATHS[separator], 0
        statements = iter([*self._statements, (len(source), len(source))])
        opened, closed = next(statements)
        for start in sorted(kinds.keys() | paths.keys()) if paths else sorted(kinds):
            while start >= closed:
                opened, closed = next(statements)
            if start < done or start >= opened:
                continue
            path = read_path(source, start, min(paths[start], start + _MOST_OF_A_NAME)) if start in paths else None
            if path is not None:
                done = path.end()
                yield start, done, _READ, _PATH
            elif start in kinds:
                yield start, ends[start], kinds[start], members.get(start, "")

    def kind(self, start: int) -> int:
        """Return how the last name of a path is used."""
        return self._kinds.get(start, _READ)


_Token = tuple[int, int, int, str]
_UseRow = tuple[int, int, str, int, int, str]
"""A `Use`, without the cost of its class."""


_Meaning = tuple[int, str, str, bool, bool]
"""Of one part of a name: where it starts in it, the part, what it refers to, whether it is the last, whether an import binds it."""
_Meanings = tuple[_Meaning, ...]


class Resolver:
    """Finds what the names of one file refer to."""

    def __init__(
        self,
        language: Language,
        module: str,
        definitions: Sequence[Definition],
        places: Sequence[Extent],
        imports: Sequence[Import],
    ) -> None:
        self._language = language
        self._module = module
        self._definitions = definitions
        self._places = places
        self._bound = {item.name: item.target for item in imports if ":" in item.target and not item.flags & _UNBOUND}
        self._inside: list[dict[str, int]] = [{} for _ in definitions]
        for position, item in enumerate(definitions[1:], 1):
            self._inside[item.scope].setdefault(item.name, position)
            if item.flags & _ENUM_MEMBER and language.family == "c":
                self._inside[definitions[item.scope].scope].setdefault(item.name, position)
        self._locals: dict[int, set[str]] = {}
        self._own = {item.name for item in definitions} | SELF
        """Names that mean one thing or another, depending on where they stand."""
        self.counts: dict[str, int] = {}
        """How often each imported name is used."""

    def take_locals(self, nodes: Iterable[Node], defined: frozenset[int], text: SourceBytes) -> None:
        """Note parameters, variables of functions and the like: they are no keywords, and hide those of their names."""
        sweep = _Sweep(self._places)
        for start, end in sorted((node.start_byte, node.end_byte) for node in nodes):
            position = sweep.position(start)
            while position and self._definitions[position].kind in _HOLDERS:
                position = self._definitions[position].scope
            if position or start not in defined:
                name = text.between(start, end)
                self._locals.setdefault(position, set()).add(name)
                self._own.add(name)

    def uses(self, tokens: Tokens, defined: frozenset[int], text: SourceBytes) -> Iterator[_UseRow]:
        """Yield what the names of the file refer to, in order; `defined` is where names of definitions start."""
        source, counts = text.source, self.counts
        known: dict[tuple[str, bytes, int], _Meanings] = {}
        anywhere: dict[tuple[str, bytes], _Meanings] = {}
        sweep, place_of = _Sweep(self._places), _LinePlaces(source).place
        position_at, kind_of = sweep.position, tokens.kind
        for start, end, kind, form in tokens.read(source, self._language.separator):
            if start in defined and form != _PATH:
                continue
            position, piece = position_at(start), source[start:end]
            meanings = anywhere.get((form, piece))
            if meanings is None:
                meanings = known.get((form, piece, position))
            if meanings is None:
                meanings, is_anywhere = self._meanings(form, piece, position, text)
                if is_anywhere:
                    anywhere[form, piece] = meanings
                else:
                    known[form, piece, position] = meanings
            for offset, name, target, is_last, is_bound in meanings:
                at = start + offset
                if at not in defined:
                    used = kind if form != _PATH else kind_of(at) if is_last else _READ
                    yield *place_of(at), name, used, position, target
                    if is_bound:
                        counts[name] = counts.get(name, 0) + 1

    def _meanings(self, form: str, piece: bytes, position: int, text: SourceBytes) -> tuple[_Meanings, bool]:
        """Return what a name, or each part of a path that is of the file, refers to where it stands; and whether it does anywhere."""
        if form != _PATH:
            name = text.decoded(piece)
            parts = (form, name) if form else (name,)
            target = self._target(parts, position)
            found = ((0, name, target, True, parts[0] in self._bound),) if target else ()
            return found, form == UNKNOWN or parts[0] not in self._own
        return self._meanings_in_path(piece, position, text)

    def _meanings_in_path(self, piece: bytes, position: int, text: SourceBytes) -> tuple[_Meanings, bool]:
        found: list[_Meaning] = []
        parts: tuple[str, ...] = ()
        for part in _PART.finditer(piece):
            first, last = part.span()
            parts = (*parts, text.decoded(part[0]))
            target = self._target(parts, position)
            is_last = last == len(piece)
            if target and (is_last or not target.startswith(f"{self._language.family}:")):
                found.append((first, parts[-1], target, is_last, len(parts) == 1 and parts[0] in self._bound))
        return tuple(found), parts[0] not in self._own

    def _target(self, parts: tuple[str, ...], position: int) -> str:
        """Return what a name means where it stands; empty if that is nothing to list."""
        first, *rest = parts
        if first == UNKNOWN:
            return self._on_unknown(parts)
        if first in SELF:
            found = self._enclosing_type(position)
            return "" if not rest else self._inner(found, parts) if found is not None else self._on_unknown(parts)
        found = self._find(first, position)
        if found == _A_LOCAL:
            return self._on_unknown(parts) if rest else ""
        if found is not None:
            return self._inner(found, parts)
        bound = self._bound.get(first)
        return self._outside(parts) if bound is None else self._named(self._language.separator.join([bound, *rest]))

    def _inner(self, found: int, parts: tuple[str, ...]) -> str:
        """Return the target of what is reached from a definition of the file by the names that follow the first."""
        for name in parts[1:]:
            inner = self._inside[found].get(name)
            if inner is None:
                is_room = self._definitions[found].kind in _ROOMS
                return self._outside(parts) if is_room else self._on_unknown(parts)
            found = inner
        item = self._definitions[found]
        return "" if item.kind is Kind.NAMESPACE else keyword_id(self._module, item.qualname)

    def _on_unknown(self, parts: tuple[str, ...]) -> str:
        return f"{self._language.family}:{UNKNOWN}.{parts[-1]}"

    def _outside(self, parts: tuple[str, ...]) -> str:
        return self._named(f"{self._language.family}:{self._language.separator.join(parts)}")

    @staticmethod
    def _named(target: str) -> str:
        return target if _CAN_BE_NAMED(target) else ""

    def _find(self, name: str, position: int) -> int | None:
        """Return the definition that a plain name means; `_A_LOCAL` for one that is no keyword."""
        while True:
            if name in self._locals.get(position, ()):
                return _A_LOCAL
            item = self._definitions[position]
            if item.name == name and item.kind in TYPES:
                return position  # the class in its own body
            is_open = item.kind not in TYPES or self._language.sees_members
            found = self._inside[position].get(name) if is_open else None
            if found is not None:
                return found
            if not position:
                return None
            position = item.scope

    def _enclosing_type(self, position: int) -> int | None:
        while position:
            if self._definitions[position].kind in TYPES:
                return position
            position = self._definitions[position].scope
        return None


_A_LOCAL = -1


class _LinePlaces:
    """Lines and columns of bytes that are asked for in order."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._is_ascii = source.isascii()
        self._line, self._start = 1, 0
        self._end = source.find(b"\n")

    def place(self, byte: int) -> tuple[int, int]:
        while 0 <= self._end < byte:
            self._line += 1
            self._start = self._end + 1
            self._end = self._source.find(b"\n", self._start)
        if self._is_ascii:
            return self._line, byte - self._start
        return self._line, len(self._source[self._start : byte].decode("utf-8", "replace"))
