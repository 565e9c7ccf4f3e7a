"""Data of the search box: for each page of the A-Z index, its names, and names and types by word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import FUNCTIONS, TYPES, Flag, Kind, split_name
from sphinx_kwindex.pages.blocks import Block, Link, View

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.store import Described, Reader

ENTRIES = 12
"""Keywords of one name that are shown for the name alone; for others one has to say what they are in."""
TYPE_ROWS = 30
"""Functions listed under one type, next to those that have no type that fewer others have."""
INNER_WORDS = 3
"""Words further on in a name under which it is listed: those that fewest names under its letter have."""
PART_ROWS = 200
"""Keywords in one script."""
FUNCTION, CLASS, VALUE, TEST, PUBLIC = (1 << bit for bit in range(5))
"""Marks of names, and of keywords."""
_VALUES = {Kind.PROPERTY, Kind.ATTRIBUTE, Kind.DATA, Kind.TYPE_ALIAS, Kind.TYPE_VARIABLE}
_MARKS: Mapping[Kind, int] = {
    **dict.fromkeys(TYPES | {Kind.NAMESPACE}, CLASS),
    **dict.fromkeys(FUNCTIONS | {Kind.MACRO}, FUNCTION),
    **dict.fromkeys(_VALUES, VALUE),
}
_HIDDEN = int(Flag.PRIVATE | Flag.LOCAL)
_TEST = int(Flag.TEST)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+[^\W\dA-Z_]*")
"""As the script has it: `HTTPServer_port2d` is http, server, port, 2d."""
_LONGEST = 30
"""Letters of a word."""

Named = tuple[str, int]
"""A name and its marks."""
Words = dict[str, tuple[int, tuple[Named, ...]]]
"""By word: how many names start with it, and the names that have it further on."""
WordSize = tuple[str, int, int]
"""A word, and roughly how many names start with it, and have it further on."""
Weights = tuple[tuple[str, int], ...]
"""How much keywords of one name are used, by their ids."""
TypedRow = tuple[str, str, str]
"""Of a function: its name, what it is in, its types."""
Typed = dict[str, tuple[int, tuple[TypedRow, ...]]]
"""By type: how many functions take or return it, and which."""


class SearchEntry(View, frozen=True):
    """One keyword, as the search box shows it."""

    kind: Kind
    link: Link
    """Its text is the qualified name."""
    path: str
    part: int
    """Page of the file."""
    marks: int
    weight: int
    summary: str = ""
    types: str = ""


class SearchName(View, frozen=True):
    """One spelling, with all keywords that have it, the most used first."""

    name: str
    entries: tuple[SearchEntry, ...]


class ListedName(View, frozen=True):
    """One spelling in a list of names."""

    name: str
    marks: int
    weight: int


class SearchNames(Block, frozen=True, tag=True):
    """What the search box knows about the names on one page of the A-Z index; no format shows it."""

    names: tuple[SearchName, ...]
    inner: tuple[tuple[str, tuple[ListedName, ...]], ...]
    """Words that sort on the page, with the names that have them, but not at their start."""
    typed: tuple[tuple[str, tuple[TypedRow, ...]], ...]
    """Types that sort on the page, with the functions that take or return them."""


class SearchIndex(Block, frozen=True, tag=True):
    """What the search box knows first; no format shows it."""

    words: tuple[tuple[str, tuple[WordSize, ...]], ...]
    """By page of the A-Z index: the words that sort there."""
    types: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    """By page: types, with roughly how many functions take or return them."""
    paths: tuple[Link, ...]
    """Files and folders."""


def words_of(name: str) -> list[str]:
    """Return the words that a name is made of, in small letters."""
    return [word.lower()[:_LONGEST] for word in _WORD.findall(name)]


def size_of(count: int) -> int:
    """Return how large a number is, so that it seldom changes."""
    return min(count.bit_length(), 15)


def marks_of(kind: Kind, flags: int, *, is_test: bool = False) -> int:
    """Return the marks of a keyword."""
    test = TEST if flags & _TEST or is_test else 0
    return _MARKS.get(kind, 0) | test | (0 if flags & _HIDDEN else PUBLIC)


def make_shelves(addresses: Addresses) -> Callable[[str], str]:
    """Return what tells on which page of the A-Z index a word sorts, though no name there may start with it."""
    plan = addresses.letter_plan
    starts = sorted((page.group if page.prefix == page.group else page.prefix, page.prefix) for page in plan)
    keys = [start for start, _ in starts]
    return lambda word: addresses.find_letter(word) or addresses.letter(starts[bisect_right(keys, word) - 1][1])


def list_words(names: Iterable[Named]) -> tuple[dict[str, int], dict[str, list[Named]]]:
    """Return how many of some names start with each word, and the words further on with the names that they are listed for."""
    first: dict[str, int] = {}
    later: list[tuple[Named, set[str]]] = []
    for named in names:
        words = words_of(named[0])
        if words:
            first[words[0]] = first.get(words[0], 0) + 1
            later.append((named, {*words[1:]} - {words[0]}))
    counts = Counter(word for _, words in later for word in words)
    return first, grouped((word, named) for named, words in later for word in _rarest(words, counts))


def shelve_words(
    first: Iterable[Mapping[str, int]], inner: Iterable[Mapping[str, Sequence[Named]]], addresses: Addresses
) -> dict[str, Words]:
    """Return words by page of the A-Z index: how many names start with each, and the names that have it further on."""
    starting = Counter[str]()
    for counts in first:
        starting.update(counts)
    having = grouped((word, named) for words in inner for word, names in words.items() for named in names)
    shelf = make_shelves(addresses)
    found: dict[str, Words] = {}
    for word in sorted(starting.keys() | having.keys()):
        found.setdefault(shelf(word), {})[word] = starting[word], tuple(having.get(word, ()))
    return found


def size_words(words: Words) -> tuple[WordSize, ...]:
    """Return words with roughly how many names start with each, and have it further on."""
    return tuple((word, size_of(first), size_of(len(inner))) for word, (first, inner) in words.items())


def _rarest(words: Collection[str], counts: Mapping[str, int]) -> Iterable[str]:
    if len(words) <= INNER_WORDS:
        return words
    return sorted(words, key=lambda word: (counts[word], word))[:INNER_WORDS]


def shelve_types(reader: Reader, addresses: Addresses, outside: Collection[str] = ()) -> dict[str, Typed]:
    """Return, by page of the A-Z index, the types that functions take or return, with how many do, and which.

    A function is listed under the type that fewest others have. Under its other types it may be left out, if they have many.
    """
    rows = {(name, _outer_name(qualname), types) for name, qualname, types in reader.typed(outside)}
    ordered = sorted(rows, key=lambda row: (row[0].startswith("_"), len(row[2]), row))
    counts = Counter(name for row in ordered for name in _types_in(row))
    listed: dict[str, list[TypedRow]] = {name: [] for name in sorted(counts)}
    for row in ordered:
        names = sorted(_types_in(row), key=lambda name: (size_of(counts[name]), name))
        for place, name in enumerate(names):
            if not place or len(listed[name]) < TYPE_ROWS:
                listed[name].append(row)
    shelf = make_shelves(addresses)
    found: dict[str, Typed] = {}
    for name, functions in listed.items():
        found.setdefault(shelf(name.lower().lstrip("_")), {})[name] = counts[name], tuple(functions)
    return found


def _outer_name(qualname: str) -> str:
    return split_name(split_name(qualname)[0])[2]


def _types_in(row: TypedRow) -> set[str]:
    return {*row[2].replace(">", ",").split(",")} - {""}


def weigh(users: Mapping[str, int]) -> dict[str, Weights]:
    """Return, by name, how much keywords are used; `users` are the files that use each, by id. Those with one are left out."""
    rows = (
        (identity.rpartition(".")[2], (identity, size_of(count) - 1)) for identity, count in users.items() if count > 1
    )
    return {name: tuple(sorted(weights)) for name, weights in grouped(rows).items()}


def find_names(
    named: Mapping[str, Iterable[Described]], addresses: Addresses, weights: Mapping[str, Weights]
) -> Iterator[SearchName]:
    """Yield names with their keywords."""
    for name, rows in named.items():
        weight = dict(weights.get(name, ()))
        entries = [_found(row, addresses, weight.get(row.home.id, 0)) for row in rows]
        yield SearchName(name, tuple(sorted(entries, key=_order)))


def _found(row: Described, addresses: Addresses, weight: int) -> SearchEntry:
    home = row.home
    link = addresses.link(home, home.qualname or home.id)
    marks = marks_of(home.kind, home.flags, is_test=addresses.is_test(home.path))
    return SearchEntry(home.kind, link, home.path, home.part, marks, weight, row.summary, row.types)


def _order(entry: SearchEntry) -> tuple[bool, bool, int, int, str, str]:
    hidden = not entry.marks & PUBLIC
    return hidden, bool(entry.marks & TEST), -entry.weight, len(entry.path), entry.path, entry.link.text


def list_inner(words: Words, weights: Mapping[str, Weights]) -> Iterator[tuple[str, tuple[ListedName, ...]]]:
    """Yield words with the names that have them further on."""
    for word, (_, names) in words.items():
        if names:
            yield word, tuple(ListedName(name, marks, weight_of(weights.get(name, ()))) for name, marks in names)


def weight_of(weights: Weights) -> int:
    """Return how much the most used keyword of a name is used."""
    return max((weight for _, weight in weights), default=0)
