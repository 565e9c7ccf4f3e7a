"""Words that several names are made of: the cross references of the A-Z index (*hook*: see `add_hook`, `HookCaller`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.store import Reader
from sphinx_kwindex.text import split_names

LEAST_NAMES, MOST_NAMES = 2, 40
"""A word of fewer names leads nowhere new, one of more says nothing."""
SHORTEST = 3
"""Letters of a word."""

SubWords = Mapping[str, tuple[str, ...]]
"""By word, the names that it is part of."""


def read_sub_words(reader: Reader, inside: Collection[str]) -> SubWords:
    """Return the words that names in some files are made of; names of tests are sentences, and left out."""
    return find_sub_words(reader.plain_names(inside))


def find_sub_words(names: Iterable[str]) -> SubWords:
    """Return the words of 2 to 40 names that do not all start with the word: those that do stand together anyway."""
    rows = split_names(name for name in names if name.isidentifier())  # no headings of prose files
    found = grouped((word, name) for name, words in rows for word in dict.fromkeys(words))
    return {
        word: tuple(inside)
        for word, inside in found.items()
        if LEAST_NAMES <= len(inside) <= MOST_NAMES
        and len(word) >= SHORTEST
        and not all(name.lstrip("_").lower().startswith(word) for name in inside)
    }
