"""Words in names, the bag of words of a file, and texts cut to a length."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import chain

WORD_LIMIT = 3_000
"""No more than this many distinct words of a file are kept, the most frequent ones."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a table that is written as text."""
    return frozenset(text.split())


ELLIPSIS = "…"


def shorten(text: str, limit: int) -> str:
    """Return the text, cut with an ellipsis where it is longer than the limit."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


_LONGEST_WORD = 40
_NAME_OR_COMMENT = re.compile(r"(?<!\S)#[^\n]*|[^\W\d]\w+")
# The same for ASCII, in a third less time: one set of first characters lets the matcher skip all others at once.
_ASCII_NAME_OR_COMMENT = re.compile(r"[A-Za-z_#](?:(?<=#)(?<!\S#)[^\n]*|\w+)", re.ASCII)
# What is left of source text without comments, numbers and strings are names and keywords of the language. All begin with
# one set of characters, for the same reason; so letters before a string are not part of it.
_NO_NAME = re.compile(
    r"""["'\#\d](?:
        (?<=\#)[^\n]* | (?<=\d)(?<!\w\d)\w*
        |(?<=")(?:""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"{3} | [^"\\\n]*(?:\\.[^"\\\n]*)*")
        |(?<=')(?:''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3} | [^'\\\n]*(?:\\.[^'\\\n]*)*')
    )""",
    re.DOTALL | re.VERBOSE,
)
_NAME = re.compile(r'(?![bBfFrRtTuU]{2}")[^\W\d]\w+')
_ASCII_NAME = re.compile(r'(?![bBfFrRtTuU]{2}")[A-Za-z_]\w+', re.ASCII)
_SUB_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_OTHER_SUB_WORD = re.compile(r"[^\W\d_]+")
_COMMON = frozenset(word.lower() for word in (*keyword.kwlist, "self", "cls", "args", "kwargs"))


def bag_of_words(text: str) -> tuple[tuple[str, int], ...]:
    """Count the lower-case sub-words of all names, strings and docstrings of a source text; comments are left out.

    A word that only strings and docstrings have has its number with a minus: it may be mere English. A `#` behind a blank in a
    string is taken for a comment: it costs a few words, and no second tokenizer.
    """
    # Remembered for this text only: what a cache of all files keeps lies scattered in memory, and slows down the work on trees.
    parts_of = cache(split_words)
    counts: dict[str, int] = {}  # a Counter calls Python for each word that is new
    pattern = _ASCII_NAME_OR_COMMENT if text.isascii() else _NAME_OR_COMMENT
    for word, number in Counter(pattern.findall(text)).items():
        if word[0] != "#":
            for part in parts_of(word):
                counts[part] = counts.get(part, 0) + number
    kept = list(counts.items())
    if len(kept) > WORD_LIMIT:
        kept = sorted(kept, key=lambda item: (-item[1], item[0]))[:WORD_LIMIT]
    names = set((_ASCII_NAME if text.isascii() else _NAME).findall(_NO_NAME.sub('"', text)))
    named = set(chain.from_iterable(map(parts_of, names)))
    return tuple(sorted((word, number if word in named else -number) for word, number in kept))


def sort_key(folded: str) -> str:
    """Return what a name (in folded case) is sorted by: it without its underscores; empty if it has nothing else."""
    if folded.startswith("__"):
        return folded[2:]
    return folded.removeprefix("_")


def letter_of(folded: str) -> str:
    """Return the letter from a to z that a name (in folded case) sorts under; empty if it is none of them."""
    return letter_of_key(sort_key(folded))


def letter_of_key(key: str) -> str:
    """Return the letter from a to z that a sort key, a word or a page of the A-Z index is under; empty if it is none of them."""
    first = key[:1]
    return first if "a" <= first <= "z" else ""


def count_words(names: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Count the lower-case sub-words of names, each as often as it is in a source."""
    counts: Counter[str] = Counter()
    for name, number in names.items():
        for part in sub_words(name):
            counts[part] += number
    kept = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:WORD_LIMIT]
    return tuple(sorted(kept))


def split_words(name: str) -> tuple[str, ...]:
    """Return the lower-case words that a name is made of: `HTTPServer_port` gives http, server, port."""
    pattern = _SUB_WORD if name.isascii() else _OTHER_SUB_WORD
    parts = (part.lower() for part in pattern.findall(name))
    return tuple(part for part in parts if 1 < len(part) <= _LONGEST_WORD and part not in _COMMON)


sub_words = lru_cache(maxsize=65536)(split_words)
"""The same, for those who ask of the names of many files."""
