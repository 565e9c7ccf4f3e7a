"""Words that several names are made of: the cross references of the A-Z index (*hook*: see `add_hook`, `HookCaller`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sphinx_kwindex.store import Reader
from sphinx_kwindex.text import sub_words

LEAST_NAMES, MOST_NAMES = 2, 40
"""A word of fewer names leads nowhere new, one of more says nothing."""
SHORTEST = 3
"""Letters of a word."""

SubWords = Mapping[str, tuple[str, ...]]
"""By word, the names that it is part of, sorted."""


def read_sub_words(reader: Reader, inside: Collection[str]) -> SubWords:
    """Return the words that names in some files are made of; names of tests are sentences, and left out."""
    return find_sub_words(reader.plain_names(inside))


def find_sub_words(names: Iterable[str]) -> SubWords:
    """Return the words of 2 to 40 names that do not all start with the word: those that do stand together anyway."""
    found: dict[str, list[str]] = {}
    for piece, inside in _by_piece(names).items():
        for word in sub_words(piece):
            if len(word) >= SHORTEST:
                found.setdefault(word, []).extend(inside)
    several = ((word, frozenset(inside)) for word, inside in found.items() if len(inside) >= LEAST_NAMES)
    return {
        word: tuple(sorted(inside))
        for word, inside in several
        if LEAST_NAMES <= len(inside) <= MOST_NAMES
        and not all(name.lstrip("_").lower().startswith(word) for name in inside)
    }


def _by_piece(names: Iterable[str]) -> Mapping[str, list[str]]:
    """Return the names in which something stands between underscores: there are far fewer such pieces than names."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        if name.isidentifier():  # no headings of prose files
            for piece in name.split("_") if name.isascii() else (name,):
                found[piece].append(name)
    return found
