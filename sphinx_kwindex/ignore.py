"""Patterns of `.gitignore` files, and settings in that form, matched as git does, in time linear in the length of a name.

A tree may come with any patterns. `a*a*a*a*b` as a plain regular expression takes time that grows with the power of its
stars; here the part after each star is looked for once, from left to right, and never again.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

LONGEST = 4_096
"""Bytes of one pattern: no path is longer."""
MOST = 2_000
"""Patterns with wildcards of one file, each of which is tried on every name."""

_SPECIAL = re.compile(rb"[*?\[\\]")
_SLASH = re.compile(rb"\\?/").match
_NAMED = re.compile(rb"\[:([^\]]*):\]").match
_RANGE = re.compile(rb"-[^\]]", re.DOTALL).match
_CLASSES = {
    b"alnum": rb"0-9A-Za-z",
    b"alpha": rb"A-Za-z",
    b"blank": rb"\t ",
    b"cntrl": rb"\x00-\x1f\x7f",
    b"digit": rb"0-9",
    b"graph": rb"!-~",
    b"lower": rb"a-z",
    b"print": rb" -~",
    b"punct": rb"!-/:-@\[-`{-~",
    b"space": rb"\t-\r ",
    b"upper": rb"A-Z",
    b"xdigit": rb"0-9A-Fa-f",
}


class PatternError(ValueError):
    """A line that can match nothing."""


class _IgnoreLine(NamedTuple):
    """One line."""

    text: bytes
    """Without the marks at its ends."""
    is_negative: bool
    only_folders: bool
    is_name: bool
    """It is compared with the last part of a path."""


class IgnoreList:
    """The patterns of one file, of which the last one that matches decides."""

    def __init__(self, lines: Sequence[bytes], report: Callable[[int, str], None]) -> None:
        self._says: list[bool] = []
        # Places of the last pattern without wildcards: (is a name, only for folders) -> text -> place.
        self._plain: dict[tuple[bool, bool], dict[bytes, int]] = {}
        self._wild: list[tuple[int, _IgnoreLine, Callable[[bytes], object]]] = []
        for number, line in enumerate(lines, 1):
            try:
                self._add(line)
            except PatternError as error:
                report(number, str(error))
        self._wild.reverse()

    @classmethod
    def of(
        cls, patterns: Iterable[str], report: Callable[[int, str], None] = lambda _number, _text: None
    ) -> IgnoreList:
        """Return the patterns of a setting."""
        return cls([pattern.encode("utf-8", "surrogateescape") for pattern in patterns], report)

    @property
    def is_empty(self) -> bool:
        """There is no pattern that could match anything."""
        return not self._says

    def decides(self, path: str) -> bool | None:
        """Return whether a path (of a folder: with `/` at its end) is left out; None if no pattern matches.

        Paths are relative to the folder of the file. What is in a folder that is left out is not asked for.
        """
        place = self._place(path)
        return None if place < 0 else self._says[place]

    def covers(self, path: str) -> bool:
        """Return whether the last pattern that matches a path, or a folder that it is in, takes it."""
        place = self._place(path)
        while folder := path.rstrip("/").rpartition("/")[0]:
            path = f"{folder}/"
            place = max(place, self._place(path))
        return place >= 0 and self._says[place]

    def _place(self, path: str) -> int:
        """Return the place of the last pattern that matches a path; -1 if none does."""
        is_folder = path.endswith("/")
        whole = path.rstrip("/").encode("utf-8", "surrogateescape")
        name = whole.rpartition(b"/")[2]
        best = max(
            table.get(name if is_name else whole, -1)
            for (is_name, only_folders), table in (*self._plain.items(), _NOTHING)
            if is_folder or not only_folders
        )
        for place, pattern, matches in self._wild:
            if place < best:
                break
            if (is_folder or not pattern.only_folders) and matches(name if pattern.is_name else whole):
                return place
        return best

    def _add(self, line: bytes) -> None:
        pattern = _parse(line)
        if pattern is None:
            return
        place = len(self._says)
        if _SPECIAL.search(pattern.text):
            if len(self._wild) >= MOST:
                raise PatternError(f"more than {MOST:,} patterns with wildcards")
            self._wild.append((place, pattern, _compile(pattern)))
        else:
            self._plain.setdefault((pattern.is_name, pattern.only_folders), {})[pattern.text] = place
        self._says.append(not pattern.is_negative)


_NOTHING: tuple[tuple[bool, bool], dict[bytes, int]] = ((False, False), {})


def _parse(line: bytes) -> _IgnoreLine | None:
    """Read one line; None for an empty one and a comment."""
    text = _without_spaces(line.removesuffix(b"\r"))
    if not text or text.startswith(b"#"):
        return None
    if len(text) > LONGEST:
        raise PatternError(f"a pattern of more than {LONGEST:,} bytes")
    is_negative = text.startswith(b"!")
    text = text.removeprefix(b"!")
    only_folders = text.endswith(b"/")
    text = text[:-1] if only_folders else text
    is_name = b"/" not in text
    text = text.removeprefix(b"/")
    if not text:
        raise PatternError(f"{line.decode('utf-8', 'replace')!r} matches nothing")
    return _IgnoreLine(text, is_negative, only_folders, is_name)


def _without_spaces(line: bytes) -> bytes:
    """Cut blanks off the end, except for one that a backslash is before."""
    stripped = line.rstrip(b" ")
    backslashes = len(stripped) - len(stripped.rstrip(b"\\"))
    return line[: len(stripped) + 1] if backslashes % 2 and len(stripped) < len(line) else stripped


_STAR, _STARS = "*", "**"
"""Any characters but a slash; any folders."""


def _compile(pattern: _IgnoreLine) -> Callable[[bytes], object]:
    """Return what matches the bytes of a path, or of its last part."""
    numbers = itertools.count(1)

    def once(text: bytes) -> bytes:
        """Match for good what is found first: look at it, and repeat it (atomic groups need Python 3.11)."""
        number = next(numbers)
        return b"(?=(?P<g%d>%b))(?P=g%d)" % (number, text, number)

    def join(
        pieces: Sequence[str | bytes], mark: str, before: bytes, inside: Callable[[Sequence[str | bytes]], bytes]
    ) -> bytes:
        """Write what stands between marks of one kind, each part looked for from left to right."""
        first, *others = _split(pieces, mark)
        return inside(first) + b"".join(once(before + inside(part)) for part in others)

    def in_folder(pieces: Sequence[str | bytes]) -> bytes:
        return join(pieces, _STAR, b"[^/]*?", lambda part: b"".join(map(_bytes, part)))

    text = join([*_pieces(pattern), rb"\Z"], _STARS, b"(?:[^/]+/)*?", in_folder)
    return re.compile(text, re.DOTALL).match


def _split(pieces: Sequence[str | bytes], mark: str) -> list[list[str | bytes]]:
    parts: list[list[str | bytes]] = [[]]
    for piece in pieces:
        if piece == mark:
            parts.append([])
        else:
            parts[-1].append(piece)
    return parts


def _bytes(piece: str | bytes) -> bytes:
    assert isinstance(piece, bytes)
    return piece


def _pieces(pattern: _IgnoreLine) -> Iterator[str | bytes]:
    """Yield stars, and expressions for single characters."""
    text, place = pattern.text, 0
    while place < len(text):
        char = text[place : place + 1]
        if char == b"*":
            found_stars, place = _read_stars(pattern, place)
            yield from found_stars
        elif char == b"[":
            found, place = _read_set(text, place + 1)
            yield found
        elif char == b"\\":
            if place + 1 == len(text):
                raise PatternError("a backslash at the end")
            yield re.escape(text[place + 1 : place + 2])
            place += 2
        else:
            yield b"[^/]" if char == b"?" else re.escape(char)
            place += 1


def _read_stars(pattern: _IgnoreLine, place: int) -> tuple[list[str | bytes], int]:
    """Return what the stars at a place stand for, and the place behind them (and behind the slash that is theirs)."""
    text = pattern.text
    end = len(text) - len(text[place:].lstrip(b"*"))
    slash = _SLASH(text, end)
    is_bounded = (place == 0 or text[place - 1 : place] == b"/") and (end == len(text) or slash is not None)
    if end - place == 1 or not is_bounded or pattern.is_name:
        return [_STAR], end
    if slash is None:
        return [_STARS, b".+"], end  # at the end, everything below
    # As git has it: with `\\/` behind them they stand for one folder at least.
    return [b"[^/]+/", _STARS] if slash.end() - end == 2 else [_STARS], slash.end()


def _read_set(text: bytes, place: int) -> tuple[bytes, int]:
    """Return the expression for a `[...]` whose bracket is before a place, and the place behind it."""
    is_negative = text[place : place + 1] in {b"!", b"^"}
    start = place = place + is_negative
    chars: set[int] = set()
    before = -1
    while text[place : place + 1] != b"]" or place == start:
        name = _NAMED(text, place)
        if name is not None:
            chars |= _named_chars(name[1])
            before, place = -1, name.end()
            continue
        is_range = before > 0 and _RANGE(text, place) is not None
        place += is_range
        place += text[place : place + 1] == b"\\"
        if place >= len(text):
            raise PatternError("a bracket that is not closed")
        chars |= set(range(before, text[place] + 1)) if is_range else {text[place]}
        before = -1 if is_range else text[place]
        place += 1
    taken = (set(range(256)) - chars if is_negative else chars) - {ord("/")}
    escaped = b"".join(b"\\x%02x" % code for code in sorted(taken))
    return b"[" + escaped + b"]" if escaped else b"(?!)", place + 1


def _named_chars(name: bytes) -> set[int]:
    if name not in _CLASSES:
        raise PatternError("an unknown class of characters")
    return {code for code in range(256) if re.match(b"[" + _CLASSES[name] + b"]", bytes([code]), re.DOTALL)}
