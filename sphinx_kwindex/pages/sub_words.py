"""Words that occur in several names: the cross-references of the A-Z index (*hook*: see `add_hook`, `HookCaller`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sphinx_kwindex.text import sub_words

LEAST_NAMES, MOST_NAMES = 2, 40
"""A word of fewer names leads nowhere new, one of more says nothing."""
SHORTEST = 3
"""Letters of a word."""

SubWords = Mapping[str, tuple[str, ...]]
"""By word, the names that it is part of, sorted."""


def words_in(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the words that names are made of, each with these names; one more than are shown, if there are so many."""
    found: dict[str, set[str]] = {}
    for piece, inside in _by_piece(names).items():
        for word in sub_words(piece):
            if len(word) >= SHORTEST:
                found.setdefault(word, set()).update(inside)
    return {word: tuple(sorted(inside)[: MOST_NAMES + 1]) for word, inside in found.items()}


def find_sub_words(parts: Iterable[Mapping[str, tuple[str, ...]]]) -> SubWords:
    """Return the words of 2 to 40 names that do not all start with the word: those that do stand together anyway.

    Each of the parts has words with names that are in no other part.
    """
    found: dict[str, list[str]] = {}
    for part in parts:
        for word, names in part.items():
            found.setdefault(word, []).extend(names)
    return {
        word: tuple(sorted(names))
        for word, names in found.items()
        if LEAST_NAMES <= len(names) <= MOST_NAMES
        and not all(name.lstrip("_").lower().startswith(word) for name in names)
    }


def _by_piece(names: Iterable[str]) -> Mapping[str, list[str]]:
    """Return the names in which something stands between underscores: there are far fewer such pieces than names."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        if name.isidentifier():  # no headings of prose files
            for piece in name.split("_") if name.isascii() else (name,):
                found[piece].append(name)
    return found
