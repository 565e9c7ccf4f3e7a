"""Tables of all names for the A-Z index and the search box, by letter, so that an edit changes few of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from string import ascii_lowercase
from typing import NamedTuple, TypeVar

import msgspec

from sphinx_kwindex.model import Flag, Kind
from sphinx_kwindex.pages.search_data import Named, list_words, marks_of
from sphinx_kwindex.pages.sub_words import words_in
from sphinx_kwindex.text import letter_of_key, sort_key

V = TypeVar("V")

LETTERS = ("", *ascii_lowercase)
"""What names sort under; empty: anything else."""
HEAD_ENTRIES = 100
"""Keywords listed under one spelling."""

Row = tuple[str, Kind, int, str]
"""Of a definition: its name, kind and flags, and the path of its file."""
Tallies = dict[str, tuple[int, int, int]]
"""By sort key: how many rows, names and keywords there are."""


class NamePart(msgspec.Struct, array_like=True, frozen=True):
    """What there is to know about the names that sort under one letter, and of the words in them that sort under one."""

    tallies: Tallies
    """Of the names; only with the words of the same letter."""
    sub_words: dict[str, tuple[str, ...]]
    """Words with names of own code, tests left out, that they are part of."""
    first: dict[str, int]
    """How many names start with each word."""
    inner: dict[str, list[Named]]
    """Words with the names that have them further on."""


class _SummedName(NamedTuple):
    name: str
    number: int
    """Of keywords that have it, in files that have pages."""
    marks: int
    is_plain: bool
    """Whether own code has it, and not for a test."""


def make_parts(
    letter: str, rows: Iterable[Row], is_own: Callable[[str], bool], outside: Collection[str]
) -> dict[str, NamePart]:
    """Sum up rows of names under a letter, in order of their names, by the letters of words in them.

    `is_own` says which files are own code; `outside` are folders without pages.
    """
    names = list(_sum_up(rows, is_own, outside))
    shown = [item for item in names if item.number]
    first, inner = list_words((item.name, item.marks) for item in shown)
    tallies = tally_names((item.name, item.number) for item in shown)
    words = _by_letter(words_in(item.name for item in names if item.is_plain))
    starts, having = _by_letter(first), _by_letter(inner)
    letters = words.keys() | starts.keys() | having.keys() | ({letter} if tallies else set())
    return {
        each: NamePart(
            tallies if each == letter else {}, words.get(each, {}), starts.get(each, {}), having.get(each, {})
        )
        for each in sorted(letters)
    }


def _by_letter(words: Mapping[str, V]) -> dict[str, dict[str, V]]:
    found: dict[str, dict[str, V]] = {}
    for word, value in words.items():
        found.setdefault(letter_of_key(word), {})[word] = value
    return found


def tally_names(counts: Iterable[tuple[str, int]]) -> Tallies:
    """Return how much there is under each sort key, of names with their numbers of keywords."""
    tallies: Tallies = {}
    for name, number in counts:
        key = sort_key(name.casefold())
        rows, heads, keywords = tallies.get(key, (0, 0, 0))
        tallies[key] = rows + 1 + min(number, HEAD_ENTRIES), heads + 1, keywords + number
    return tallies


_SECTION = Kind.SECTION
_TEST = int(Flag.TEST)


def _sum_up(rows: Iterable[Row], is_own: Callable[[str], bool], outside: Collection[str]) -> Iterator[_SummedName]:
    folders = tuple(f"{folder}/" for folder in outside)
    is_own = cache(is_own)
    has_page = cache(lambda path: not path.startswith(folders))
    marked = cache(marks_of)
    for name, group in groupby(rows, key=itemgetter(0)):
        number = marks = 0
        is_plain = False
        for _, kind, flags, path in group:
            if has_page(path):
                number += 1
                marks |= marked(kind, flags)
            is_plain = is_plain or (not flags & _TEST and kind is not _SECTION and is_own(path))
        yield _SummedName(name, number, marks, is_plain)
