"""The characters with which matches of a regular expression can start."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

ASCII = frozenset(map(chr, range(128)))
"""The characters that are distinguished."""
_ANY = (ASCII, True)
_CLASSES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdigit,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda character: character.isalnum() or character == "_",
}
_NO_WIDTH = {"AT", "ASSERT", "ASSERT_NOT"}
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}

_First = tuple[frozenset[str], bool]
"""Characters, and whether there may be nothing."""


def find_first(pattern: re.Pattern[str]) -> frozenset[str]:
    """Return the characters of ASCII with which a match can start: all that are not ruled out, and all if it can be empty."""
    # The parser of the standard library has no public name; where it cannot be had, nothing is ruled out.
    try:
        parser: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
        first, may_be_empty = _of_sequence(parser.parse(pattern.pattern, pattern.flags), pattern.flags)
    except (ImportError, AttributeError, TypeError, ValueError, LookupError):
        return ASCII
    return ASCII if may_be_empty else first


def _of_sequence(items: Iterable[Any], flags: int) -> _First:
    found: frozenset[str] = frozenset()
    for item in items:
        first, may_be_empty = _of_item(str(item[0]), item[1], flags)
        found |= first
        if not may_be_empty:
            return found, False
    return found, True


def _of_item(name: str, value: Any, flags: int) -> _First:
    if name in _NO_WIDTH:
        return frozenset(), True
    if name == "BRANCH":
        branches = [_of_sequence(items, flags) for items in value[1]]
        return frozenset().union(*(first for first, _ in branches)), any(empty for _, empty in branches)
    if name == "SUBPATTERN":
        _, added, removed, items = value
        return _of_sequence(items, (flags | added) & ~removed)
    if name in _REPEATS:
        least, _, items = value
        first, may_be_empty = _of_sequence(items, flags)
        return first, may_be_empty or not least
    return _of_character(name, value, flags)


def _of_character(name: str, value: Any, flags: int) -> _First:
    if name == "IN":
        listed = [(str(kind), given) for kind, given in value]
        found = _either_case((character for one in listed for character in _listed(*one)), flags)
        return ASCII - found if ("NEGATE", None) in listed else found, False
    if name == "LITERAL":
        return _either_case(_listed(name, value), flags), False
    if name == "NOT_LITERAL":
        return ASCII - _either_case(_listed("LITERAL", value), flags), False
    return (ASCII, False) if name == "ANY" else _ANY


def _listed(name: str, value: Any) -> Iterable[str]:
    """Return the characters of one entry of a set."""
    if name == "NEGATE":
        return ()
    if name == "CATEGORY":
        kind = str(value)
        is_one = _CLASSES[kind.replace("_NOT_", "_")]
        return (character for character in ASCII if is_one(character) is ("_NOT_" not in kind))
    first, last = (value, value) if name == "LITERAL" else value
    return map(chr, range(first, max(first, min(last, 128)) + 1))


def _either_case(characters: Iterable[str], flags: int) -> frozenset[str]:
    """Return characters with those that stand for them where case makes no difference."""
    if not flags & re.IGNORECASE:
        return frozenset(characters) & ASCII
    found = frozenset(characters)
    if not found <= ASCII:
        raise ValueError("characters beyond ASCII can be the same as others in it")
    return frozenset(other for one in found for other in (one, one.lower(), one.upper()))
