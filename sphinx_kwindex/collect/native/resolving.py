"""What the names in a file refer to: by scope inside the file, as written outside of it.

A name that the file does not define is given as `family:name`, with the separators of its language: `c:at::Tensor`. What is
looked up on something of unknown type is `family:*.name`. Link places them, within the family of languages.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.collect.native.hooks import SourceBytes, Spot
from sphinx_kwindex.collect.native.registry import Language
from sphinx_kwindex.collect.native.rust import from_file
from sphinx_kwindex.model import TYPES, Definition, Flag, Import, ImportFlag, Kind, UseKind, keyword_id

if TYPE_CHECKING:
    from tree_sitter import Node

_start, _end, _range = (attrgetter(name) for name in ("start_byte", "end_byte", "byte_range"))
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
_NONE: frozenset[bytes] = frozenset()
SELF = frozenset({"this", "self", "Self"})
UNKNOWN = "*"
_MODULES = frozenset({"self", "super"})
"""Of Rust: starts of paths from the module around them."""
_ENUM_MEMBER = int(Flag.ENUM_MEMBER)
_HOLDERS = frozenset({Kind.DATA, Kind.ATTRIBUTE, Kind.NAMESPACE, Kind.MODULE})
"""What is declared in these is not a local name of theirs."""
_ROOMS = frozenset({Kind.NAMESPACE, Kind.MODULE})
_CAN_BE_NAMED = re.compile(r"[^\s\[\](){},|=!?<>]+").fullmatch
_LETTERS = rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*"
_PART = re.compile(rb"[~#]?" + _LETTERS)
_PATHS = {
    separator: re.compile(rb"(?:%b)?%b(?:\s*%b\s*[~#]?%b)*" % (mark, _LETTERS, mark, _LETTERS)).match
    for separator, mark in ((".", rb"\."), ("::", rb"::"))
}


class Extent(NamedTuple):
    """A definition where it is in the text."""

    start: int
    end: int
    position: int


class _Sweep:
    """Tells the innermost definition around places that are asked for in order."""

    def __init__(self, places: Sequence[Extent]) -> None:
        self._waiting = [*reversed(places)]
        self._open: list[Extent] = []

    def at(self, byte: int) -> tuple[int, int]:
        """Return the definition around a place, and up to where the answer stays the same."""
        opened, waiting = self._open, self._waiting
        while waiting and waiting[-1].start <= byte:
            opened.append(waiting.pop())
        while opened and opened[-1].end <= byte:
            opened.pop()
        # what is in one that is closed is closed, too, except for definitions that overlap where a source is broken
        until = waiting[-1].start if waiting else sys.maxsize
        if not opened:
            return 0, until
        _, end, position = opened[-1]
        return position, min(end, until)


class _LineNumbers:
    """Numbers of the lines of bytes that are asked for in order."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._line, self._start = 1, 0
        self._end = source.find(b"\n")

    def at(self, byte: int) -> tuple[int, int, int]:
        """Return the line of a byte, with where it starts and where the next one does."""
        while 0 <= self._end < byte:
            self._line += 1
            self._start = self._end + 1
            self._end = self._source.find(b"\n", self._start)
        return self._line, self._start, self._end + 1 or sys.maxsize


class Tokens:
    """The names of one file, as the second query captures them."""

    def __init__(
        self,
        captured: Mapping[str, Sequence[Node | Spot]],
        hidden: Iterable[tuple[int, int]],
        statements: Iterable[tuple[int, int]],
    ) -> None:
        """`hidden` are names that the parser did not get to see, `statements` those that import something: (start, end)."""
        self.kinds: dict[int, int] = {}
        """By start: how a name is used."""
        self.ends: dict[int, int] = {}
        for capture, kind in _CAPTURES:
            nodes = captured.get(capture, ())
            starts = list(map(_start, nodes))
            self.kinds |= dict.fromkeys(starts, kind)
            self.ends |= zip(starts, map(_end, nodes), strict=True)
        self._add_hidden(hidden, captured.get("comment", ()))
        paths = captured.get("qualified", ())
        self.paths = dict(sorted(zip(map(_start, paths), map(_end, paths), strict=True)))
        """By start: where the longest path that starts there ends."""
        self._statements = statements
        self.members = dict.fromkeys(map(_start, captured.get("member", ())), UNKNOWN)
        """By start: what a name is looked up on."""
        self.members |= dict.fromkeys(map(_start, captured.get("own", ())), "this")

    def _add_hidden(self, hidden: Iterable[tuple[int, int]], comments: Iterable[Node | Spot]) -> None:
        ranges = sorted(map(_range, comments)) if hidden else []
        for start, end in hidden:
            before = bisect_right(ranges, (start, end)) - 1
            if before < 0 or ranges[before][1] <= start:
                self.kinds[start], self.ends[start] = _READ, end

    def starts(self) -> list[int]:
        """Return where names and paths start that are not part of such statements, in order."""
        found = sorted(self.kinds.keys() | self.paths.keys() if self.paths else self.kinds)
        for start, end in self._statements:
            del found[bisect_left(found, start) : bisect_left(found, end)]
        return found


_UseRow = tuple[int, int, str, int, int, str]
"""A `Use`, without the cost of its class."""


_Meaning = tuple[str, str, bool]
"""A name, what it refers to (empty: nothing to list), whether an import binds it."""
_Part = tuple[int, str, str, bool]
"""Of a path: where a part starts in it, and what it means (as in `_Meaning`)."""
_Path = tuple[int, tuple[_Part, ...]]
"""How long a path is, and what its parts mean."""
_Placed = tuple[int, str, str, bool, int]
"""A meaning where it is: its start, the three of `_Meaning`, the position of the definition around it."""


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
        self._start = f"{language.family}:"
        self._module = module
        self._definitions = definitions
        self._places = places
        self._bound = {item.name: item.target for item in imports if not item.flags & _UNBOUND}
        self._lines = {item.name: item.line for item in imports if not item.flags & _UNBOUND}
        self._inside: list[dict[str, int]] = [{} for _ in definitions]
        for position, item in enumerate(definitions[1:], 1):
            self._inside[item.scope].setdefault(item.name, position)
            if item.flags & _ENUM_MEMBER and language.family == "c":
                self._inside[definitions[item.scope].scope].setdefault(item.name, position)
        self._locals: dict[int, set[str]] = {}
        self._local_pieces: dict[int, set[bytes]] = {}
        """The same, as they are written."""
        self._own = {item.name for item in definitions} | SELF | _MODULES
        """Names that mean one thing or another, depending on where they are."""
        self._known: dict[str, dict[bytes, _Meaning]] = {"": {}, "this": {}, UNKNOWN: {}}
        """By what it is looked up on: what a name means anywhere in the file."""
        self._known_at: dict[tuple[str, bytes, int], _Meaning] = {}
        """The same of names that mean one thing or another."""
        self._known_paths: dict[bytes, _Path] = {}
        """As they are written, with what follows names in them: what paths mean anywhere in the file."""
        self._paths: dict[tuple[bytes, int], _Path] = {}
        """The same of paths that mean one thing or another."""
        self.counts: dict[str, int] = {}
        """How often each imported name is used."""

    def take_locals(self, nodes: Iterable[Node | Spot], defined: frozenset[int], text: SourceBytes) -> None:
        """Note parameters, variables of functions and similar: they are not keywords, and hide those of their names."""
        sweep = _Sweep(self._places)
        position = until = 0
        for start, end in sorted(map(_range, nodes)):
            if start >= until:
                position, until = sweep.at(start)
                while position and self._definitions[position].kind in _HOLDERS:
                    position = self._definitions[position].scope
            if position or start not in defined:
                piece = text.source[start:end]
                pieces = self._local_pieces.setdefault(position, set())
                if piece not in pieces:
                    pieces.add(piece)
                    name = text.decoded(piece)
                    self._locals.setdefault(position, set()).add(name)
                    self._own.add(name)

    def uses(self, tokens: Tokens, defined: frozenset[int], text: SourceBytes) -> list[_UseRow]:
        """Return what the names of the file refer to, in order; `defined` is where names of definitions start."""
        # Every name of a tree comes through this loop, which is why it calls little.
        source, kinds, ends, paths, members = text.source, tokens.kinds, tokens.ends, tokens.paths, tokens.members
        named, sweep = kinds.keys() - defined, _Sweep(self._places)
        known, known_at, known_paths = self._known, self._known_at, self._known_paths
        here = self._local_pieces.get(0, _NONE)
        found: list[_Placed] = []
        done = until = position = 0
        for start in tokens.starts():
            if start < done:
                continue
            if start >= until:
                position, until = sweep.at(start)
                here = self._local_pieces.get(position, _NONE)
            if start in paths:
                piece = source[start : min(paths[start], start + _MOST_OF_A_NAME)]
                path = known_paths.get(piece) or self._find_path(piece, position, text)
                if path is not None:
                    done = start + path[0]
                    found += [
                        (start + part[0], *part[1:], position) for part in path[1] if start + part[0] not in defined
                    ]
                    continue
            if start not in named:
                continue
            form, piece = members.get(start, ""), source[start : ends[start]]
            if not form and piece in here:
                continue  # a local name, which is not a keyword
            at = form, piece, position
            meaning = known[form].get(piece) or known_at.get(at) or self._find_meaning(*at, text)
            if meaning[1]:
                found.append((start, *meaning, position))
        return list(self._rows(found, kinds, source))

    def _rows(self, found: Iterable[_Placed], kinds: Mapping[int, int], source: bytes) -> Iterator[_UseRow]:
        """Yield uses with their lines, and count those of imported names."""
        is_ascii, lines, counts = source.isascii(), _LineNumbers(source), self.counts
        line = line_start = next_line = 0
        for start, name, target, is_bound, position in found:
            if start >= next_line:
                line, line_start, next_line = lines.at(start)
            column = start - line_start if is_ascii else len(source[line_start:start].decode("utf-8", "replace"))
            yield line, column, name, kinds.get(start, _READ), position, target
            if is_bound:
                counts[name] = counts.get(name, 0) + 1

    def _find_meaning(self, form: str, piece: bytes, position: int, text: SourceBytes) -> _Meaning:
        """Return what a name refers to where it is, and keep it for where it is next."""
        name = text.decoded(piece)
        if form == UNKNOWN:
            meaning = self._known[form][piece] = name, self._on_unknown((name,)), False
        elif form or name in self._own:
            target = self._target((form, name) if form else (name,), position)
            meaning = self._known_at[form, piece, position] = name, target, name in self._bound and not form
        else:
            target = self._named(self._bound.get(name) or self._start + name)
            meaning = self._known[form][piece] = name, target, name in self._bound
        return meaning

    def _find_path(self, piece: bytes, position: int, text: SourceBytes) -> _Path | None:
        """Return what a path refers to where it is, its last part and each other one that is of the file, and keep that; None if it is none."""
        known = self._paths.get((piece, position))
        if known is not None:
            return known
        match = _PATHS[self._language.separator](piece)
        if match is None:
            return None
        names = [(part.start(), text.decoded(part[0])) for part in _PART.finditer(match[0])]
        path = match.end(), tuple(self._parts(names, position))
        if names[0][1] in self._own:
            self._paths[piece, position] = path
        else:
            self._known_paths[piece] = path
        return path

    def _parts(self, names: Sequence[tuple[int, str]], position: int) -> Iterator[_Part]:
        parts = tuple(name for _, name in names)
        is_outside = parts[0] not in self._own and parts[0] not in self._bound
        for number in (len(parts),) if is_outside else range(1, len(parts) + 1):
            target = self._target(parts[:number], position)
            if target and (number == len(parts) or not target.startswith(self._start)):
                offset, name = names[number - 1]
                yield offset, name, target, number == 1 and name in self._bound

    def _target(self, parts: tuple[str, ...], position: int) -> str:
        """Return what a name means where it is; empty if that is nothing to list."""
        first, *rest = parts
        if rest and first in _MODULES and self._language.family == "rust":
            return self._from_module(parts, position)
        if first in SELF:
            found = self._enclosing_type(position)
            return "" if not rest else self._inner(found, parts) if found is not None else self._on_unknown(parts)
        found = self._find(first, position)
        if found == _A_LOCAL:
            return self._on_unknown(parts) if rest else ""
        if found is not None and not self._is_hidden(found, first, position):
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

    def _is_hidden(self, found: int, name: str, position: int) -> bool:
        """Return whether an import further in, as functions of Rust have, hides a definition of that name."""
        line, outer = self._lines.get(name, 0), self._definitions[found].scope
        while line and position and position != outer:
            item = self._definitions[position]
            if item.line <= line <= item.end_line:
                return True
            position = item.scope
        return False

    def _from_module(self, parts: Sequence[str], position: int) -> str:
        """Return what a path of Rust from the module around it, or from one further out, means."""
        rooms: list[int] = []
        while position:
            rooms += [position] if self._definitions[position].kind is Kind.NAMESPACE else []
            position = self._definitions[position].scope
        start, *names = from_file(parts, [self._definitions[room].name for room in reversed(rooms)])
        if start == "self" and self._find_inside(names) is not None:
            return self._inner(0, ("", *names))
        bound = self._bound.get(names[0]) if start == "self" and names else None
        return self._named("::".join([bound or f"{self._start}{start}", *(names[1:] if bound else names)]))

    def _find_inside(self, names: Sequence[str]) -> int | None:
        """Return the definition of the file that a path from its top means."""
        found: int | None = 0
        for name in names:
            found = self._inside[found].get(name) if found is not None else None
        return found

    def _on_unknown(self, parts: tuple[str, ...]) -> str:
        return f"{self._start}{UNKNOWN}.{parts[-1]}"

    def _outside(self, parts: tuple[str, ...]) -> str:
        return self._named(self._start + self._language.separator.join(parts))

    @staticmethod
    def _named(target: str) -> str:
        return target if _CAN_BE_NAMED(target) else ""

    def _find(self, name: str, position: int) -> int | None:
        """Return the definition that a plain name means; `_A_LOCAL` for one that is not a keyword."""
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
