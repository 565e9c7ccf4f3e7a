"""Python that does not parse: the text without its damaged statements, so that the rest can be read.

The parser says where it stopped, which is at the damage or behind it. Of the statements around that line and just before
it, the one is taken out without which the parser gets furthest; again, until it reads the whole text. Each line stays
where it was.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import groupby, takewhile
from typing import NamedTuple

from sphinx_kwindex.collect.python.dialects import parse_quietly

_MOST = 300_000
"""Characters of a text that is looked into: it is parsed again for each place that may be damaged."""
_MOST_PLACES = 8
"""Damaged statements of a text: a file with more of them is not Python."""
_MOST_LEVELS = 6
"""Statements around a line that are tried, from the inside out."""
_NAMED = 3
"""Places that a message names."""

_GOES_ON = re.compile(r"\s*(?:(?:else|elif|except|finally|case)\b|[)\]}])")
"""What belongs to the statement before it, though it is not set in."""
_HEAD = re.compile(r"\s*(?:async\s+)?(?:def|class)\b")
_OF_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7})(?: |$)|={7}$")
"""Lines that mark what two versions of a file have, which Git could not join; both stand there."""
_IN_FULL = 1 << 60
"""Further than any line: nothing stops the parser."""


class Suspect(NamedTuple):
    """What may be damaged: a statement, or what is below the head of one; lines are counted from 0."""

    size: int
    """Lines, as a negative number: of two places the shorter is the better."""
    first: int
    last: int
    level: int
    """How far it is set in, in characters."""


class Rest(NamedTuple):
    """What can be read of a damaged text."""

    text: str
    """As many lines as the original; damaged statements are a `pass`."""
    removed: tuple[int, ...]
    """The lines that were taken out, from 1."""

    @property
    def message(self) -> str:
        """What a reader should know: "read without lines 5 to 9"."""
        places = [
            [line for _, line in group] for _, group in groupby(enumerate(self.removed), lambda item: item[1] - item[0])
        ]
        named = [f"{place[0]} to {place[-1]}" if len(place) > 1 else f"{place[0]}" for place in places[:_NAMED]]
        more = [f"{len(places) - _NAMED} more"] if len(places) > _NAMED else []
        *first, last = (*named, *more)
        listed = f"{', '.join(first)} and {last}" if first else last
        return f"read without line{'s' if len(self.removed) > 1 else ''} {listed}"


def read_rest(text: str) -> Rest | None:
    """Return what is left of a text without its damage; None if that is nothing, or if there is too much damage."""
    if len(text) > _MOST:
        return None
    lines = text.split("\n")
    has_conflicts = "<<<<<<< " in text
    marks = {at for at, line in enumerate(lines) if has_conflicts and _OF_CONFLICT.match(line)}
    lines, removed = ["" if at in marks else line for at, line in enumerate(lines)], {at + 1 for at in marks}
    stop = _stop(lines)
    for _ in range(_MOST_PLACES):
        if not 0 <= stop < _IN_FULL:
            break
        before = stop
        stop, place = _best(lines, stop)
        if stop <= before:
            return None
        removed.update(at + 1 for at in range(place.first, place.last + 1) if lines[at].strip())
        lines = _without(lines, place)
    left = "\n".join(lines)
    return Rest(left, tuple(sorted(removed))) if stop == _IN_FULL and _says_something(left) else None


def _best(lines: list[str], stop: int) -> tuple[int, Suspect]:
    """Return how far the parser gets at best without one statement, and that one; of several the shortest."""
    suspects = dict.fromkeys((*_around(lines, stop), *_before(lines, stop)))
    return max((_stop(_without(lines, place)), place) for place in suspects)


def _before(lines: list[str], stop: int) -> Iterator[Suspect]:
    """Yield the statements that end before a line: one that lacks its body stops the parser at what follows."""
    above = next((number for number in range(stop - 1, -1, -1) if lines[number].strip()), None)
    return _around(lines, above) if above is not None else iter(())


def _around(lines: list[str], number: int) -> Iterator[Suspect]:
    """Yield the statements around a line, from the inside out; of functions and classes first what is below their heads."""
    level = _indent(lines[number])
    for _ in range(_MOST_LEVELS):
        first = _start(lines, number, level)
        last = _end(lines, first, level)
        head = _head_end(lines, first)
        if head is not None and head < number <= last:
            yield Suspect(head - last, head + 1, last, level + 1)
        last = max(last, number)
        yield Suspect(first - last, first, last, level)
        if not level:
            return
        above = (_indent(line) for line in reversed(lines[:first]) if line.strip())
        level = next((indent for indent in above if indent < level), 0)


def _start(lines: list[str], number: int, level: int) -> int:
    """Return the first line of the statement around a line that is set in so far, with its decorators."""
    above = (at for at in range(number, -1, -1) if lines[at].strip() and _indent(lines[at]) <= level)
    first = next((at for at in above if not _GOES_ON.match(lines[at])), 0)
    decorators = takewhile(lambda line: line.lstrip().startswith("@") and _indent(line) == level, lines[:first][::-1])
    return first - len(list(decorators))


def _end(lines: list[str], first: int, level: int) -> int:
    """Return the last line of a statement that starts at a line."""
    last, is_head = first, lines[first].lstrip().startswith("@")
    for at in range(first + 1, len(lines)):
        line = lines[at]
        if line.strip() and _indent(line) <= level and not (is_head or _GOES_ON.match(line)):
            break
        if line.strip():
            last, is_head = at, is_head and line.lstrip().startswith("@")
    return last


def _head_end(lines: list[str], first: int) -> int | None:
    """Return the last line of the head of a function or class; None for other statements."""
    if not _HEAD.match(lines[first]):
        return None
    for at in range(first, min(first + 50, len(lines))):
        if lines[at].partition("#")[0].rstrip().endswith(":"):
            return at
    return None


def _without(lines: list[str], place: Suspect) -> list[str]:
    """Return the lines with a `pass` in place of a statement, at its end, so that what is around it ends where it did."""
    kept = f"{' ' * place.level}pass"
    return [*lines[: place.first], *([""] * (place.last - place.first)), kept, *lines[place.last + 1 :]]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _stop(lines: list[str]) -> int:
    """Return the line (from 0) where the parser stops; that is further than any if it does not, and -1 if it cannot tell."""
    try:
        parse_quietly("\n".join(lines))
    except SyntaxError as error:
        return min(error.lineno or 0, len(lines)) - 1
    except (ValueError, RecursionError, MemoryError):
        return -1
    return _IN_FULL


def _says_something(text: str) -> bool:
    return any(not isinstance(node, ast.Pass) for node in parse_quietly(text).body)
