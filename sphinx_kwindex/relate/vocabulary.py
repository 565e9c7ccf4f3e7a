"""Vocabulary: how alike the words of two files are.

Bags are kept from run to run (`Bags.dump`), so that an edit has one bag read and not all; what is weighed in them
(`Vocabulary`) depends on all bags and is worked out each time, for a file only when it is asked for.
"""

from __future__ import annotations

import heapq
import math
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from operator import mul
from zlib import crc32

import msgspec

from sphinx_kwindex.collect.facts import sub_words

MAX_WORDS = 600
"""Words kept of one file, the heaviest ones: bounds the cost of generated files."""
PATH_WORD = 5
"""A word of the path counts as much as this many in the text."""
SAME = 0.95
"""Files whose vocabularies have at least this cosine are copies of one another."""
COMMON = 0.5
"""Words in more than this part of the files say nothing."""
MOST_RARE = 50
"""Words in more files than this are never called rare."""

_ASKED = 160  # words of a file that it is compared by, the heaviest
_POOL_SIZE = 36  # files that it is compared with, beside those that it is linked to
_POOL_COST = 1_000  # entries looked at to find those
_IMPACTS = 48  # files in which a word weighs most, for the same
_LENGTH_PENALTY = 0.375  # of the squared length, so .75 of the length; a plain cosine buries the big files that matter


def word_level(number: int) -> int:
    """Return which half octave a number falls in; 4 and less are alike.

    Levels, instead of logarithms, keep every other weight as it was when one file gains or loses a word.
    """
    return max(4, round(2 * math.log2(number))) if number > 4 else 4


def path_words(path: str) -> tuple[str, ...]:
    """Return the sub-words of a path, without its suffix."""
    stem, dot, suffix = path.rpartition(".")
    return tuple(word for part in (stem if dot and "/" not in suffix else path).split("/") for word in sub_words(part))


class _Dump(msgspec.Struct, array_like=True):
    byteorder: str
    names: list[str]
    rows: dict[str, tuple[bytes, bytes, bytes]]


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(_Dump).decode


class Bags:
    """The words of each file, with the levels of their counts: 1 + ln of the count, in quarters.

    The words of a file's path are added; those that only the path has are noted, since they are not shown.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._rows: dict[str, tuple[bytes, bytes, bytes]] = {}

    @classmethod
    def load(cls, data: bytes | None) -> Bags:
        """Return bags as they were dumped; empty ones if there are none, or none that this machine can read."""
        bags = cls()
        try:
            dump = _unpack(data) if data is not None else None
        except msgspec.DecodeError:
            dump = None
        if dump is not None and dump.byteorder == sys.byteorder:
            bags.names, bags._rows = dump.names, dump.rows
            bags._numbers = {name: number for number, name in enumerate(dump.names)}
        return bags

    def dump(self) -> bytes:
        """Return the bags as bytes."""
        return _pack(_Dump(sys.byteorder, self.names, self._rows))

    def __contains__(self, path: str) -> bool:
        return path in self._rows

    def put(self, path: str, words: Sequence[tuple[str, int]]) -> None:
        """Replace the bag of one file."""
        bag = dict(words)
        hidden = set(path_words(path)) - bag.keys()
        for word in path_words(path):
            bag[word] = bag.get(word, 0) + PATH_WORD
        numbers = array("I", map(self._number, bag))
        counts = bytes(min(0xFF, round((1 + math.log(count)) * 4)) for count in bag.values())
        self._rows[path] = (numbers.tobytes(), counts, array("I", map(self._number, hidden)).tobytes())

    def keep(self, paths: Collection[str]) -> None:
        """Drop the bags of other files."""
        self._rows = {path: row for path, row in self._rows.items() if path in paths}

    def row(self, path: str) -> tuple[array[int], bytes, array[int]]:
        """Return the numbers of a file's words, the levels of their counts, and the words that are not shown."""
        words, counts, hidden = self._rows[path]
        return array("I", words), counts, array("I", hidden)

    def _number(self, word: str) -> int:
        number = self._numbers.setdefault(word, len(self.names))
        if number == len(self.names):
            self.names.append(word)
        return number


class Vocabulary:
    """Files as weighted bags of words: sub-words, (1 + ln tf) times idf, pivoted length (Singhal et al., SIGIR 1996).

    Sub-words find far more than whole names (recall of the first ten: .66 against .57 in our pilot). Weights are whole
    numbers, so that sums do not depend on their order; a word's number is its place in the alphabet, so that nothing
    depends on which file came first.
    """

    def __init__(self, bags: Bags, paths: Sequence[str]) -> None:
        order = sorted(range(len(bags.names)), key=bags.names.__getitem__)
        places = array("I", bytes(4 * len(order)))
        for place, word in enumerate(order):
            places[word] = place
        self.names = [bags.names[word] for word in order]
        self.size = len(paths)
        self.rare = max(3, min(self.size // 6, MOST_RARE))
        """Words in no more files than this are called rare."""
        rows = [bags.row(path) for path in paths]
        self._words = [array("I", map(places.__getitem__, words)) for words, _, _ in rows]
        self._hidden = [frozenset(map(places.__getitem__, hidden)) for _, _, hidden in rows]
        self.frequency = array("I", bytes(4 * len(order)))
        """Of each word: how many files have it."""
        for word, number in Counter(chain.from_iterable(self._words)).items():
            self.frequency[word] = number
        levels = self._levels()
        self._weights = [
            self._weigh(words, counts, levels) for words, (_, counts, _) in zip(self._words, rows, strict=True)
        ]
        self.lengths = [sum(map(mul, weights, weights)) for weights in self._weights]
        """Squared lengths of the vectors, words that no other file has included."""
        self._scales = [length**-_LENGTH_PENALTY if length else 0.0 for length in self.lengths]
        self._vectors: list[dict[int, int] | None] = [None] * self.size
        self._postings = self._invert()
        self._impacts: dict[int, list[tuple[int, float]]] = {}

    def _levels(self) -> list[int]:
        most = max(2, self.size * COMMON)
        whole = word_level(self.size)
        known = {number: max(1, whole - word_level(number)) if number <= most else 0 for number in set(self.frequency)}
        return [known[number] for number in self.frequency]

    @staticmethod
    def _weigh(words: array[int], counts: bytes, levels: Sequence[int]) -> array[int]:
        weights = array("I", map(mul, counts, map(levels.__getitem__, words)))
        if len(words) > MAX_WORDS:
            for _, _, place in sorted((-weight, words[i], i) for i, weight in enumerate(weights))[MAX_WORDS:]:
                weights[place] = 0
        return weights

    def _invert(self) -> dict[int, tuple[array[int], array[int]]]:
        """Return for each word the files that have it, and its weight in them."""
        files: dict[int, array[int]] = defaultdict(partial(array, "I"))
        values: dict[int, array[int]] = defaultdict(partial(array, "I"))
        for number, (words, weights) in enumerate(zip(self._words, self._weights, strict=True)):
            for word, weight in zip(words, weights, strict=True):
                if weight and self.frequency[word] > 1:
                    files[word].append(number)
                    values[word].append(weight)
        return {word: (found, values[word]) for word, found in files.items()}

    def vector(self, number: int) -> dict[int, int]:
        """Return the words of a file that others have too, with their weights, heaviest first."""
        known = self._vectors[number]
        if known is None:
            rows = [
                (-weight, word)
                for weight, word in zip(self._weights[number], self._words[number], strict=True)
                if weight and self.frequency[word] > 1
            ]
            rows.sort()
            known = self._vectors[number] = {word: -weight for weight, word in rows}
        return known

    def codes(self) -> list[int]:
        """Return a number for each word that is the same in every run, and another one if it becomes rare."""
        return [
            2 * crc32(name.encode("utf-8", "surrogatepass")) + (frequency <= self.rare)
            for name, frequency in zip(self.names, self.frequency, strict=True)
        ]

    def code_of(self, number: int, codes: Sequence[int]) -> tuple[int, int]:
        """Return two numbers that are others if any weight of a file's words is."""
        return sum(map(mul, map(codes.__getitem__, self._words[number]), self._weights[number])), self.lengths[number]

    def similar(self, number: int, others: Iterable[int] = ()) -> dict[int, float]:
        """Return how alike the vocabulary of other files is, from 0 up: of `others`, and of those that come nearest."""
        vector = dict(islice(self.vector(number).items(), _ASKED))
        words, weight = vector.keys(), vector.__getitem__
        found: dict[int, float] = {}
        for other in {*self._pool(number), *others}:
            theirs = self.vector(other)
            common = words & theirs.keys()
            if common:
                found[other] = sum(map(mul, map(weight, common), map(theirs.__getitem__, common))) * self._scales[other]
        return found

    def scores_of(self, number: int) -> dict[int, float]:
        """Return what a file scores, at most, with each file that has a word in common: `similar`, from the other side."""
        found: dict[int, int] = defaultdict(int)
        for word, weight in self.vector(number).items():
            for other, value in zip(*self._postings[word], strict=True):
                found[other] += weight * value
        found.pop(number, None)
        return {other: dot * self._scales[number] for other, dot in found.items()}

    def is_copy(self, one: int, other: int) -> bool:
        """Tell whether two files have nearly the same vocabulary."""
        shorter, longer = sorted((self.lengths[one], self.lengths[other]))
        if not shorter or shorter < SAME * SAME * longer:
            return False
        mine, theirs = self.vector(one), self.vector(other)
        dot = sum(mine[word] * theirs[word] for word in mine.keys() & theirs.keys())
        return bool(dot * dot >= SAME * SAME * shorter * longer)

    def telling(self, number: int) -> dict[int, int]:
        """Return the rare words of a file that can be shown, with their weights."""
        hidden = self._hidden[number]
        return {
            word: weight
            for word, weight in self.vector(number).items()
            if self.frequency[word] <= self.rare and len(self.names[word]) > 2 and word not in hidden
        }

    def shared(self, telling: Mapping[int, int], other: int, limit: int) -> tuple[str, ...]:
        """Return words that a file has of those given, those that weigh most first."""
        theirs = self.vector(other)
        common = (telling.keys() & theirs.keys()) - self._hidden[other]
        words = [(-telling[word] * theirs[word], self.names[word]) for word in common]
        words.sort()
        return tuple(name for _, name in words[:limit])

    def _pool(self, number: int) -> Collection[int]:
        """Return the files worth comparing, found through the files in which the file's heaviest words weigh most."""
        if self.size <= _POOL_SIZE:
            return [other for other in range(self.size) if other != number]
        found: dict[int, float] = {}
        known = found.get
        left = _POOL_COST
        for word, weight in self.vector(number).items():
            rows = self._impacts.get(word) or self._strongest(word)
            left -= len(rows)
            if left < 0:
                break
            for other, value in rows:
                found[other] = known(other, 0.0) + weight * value
        found.pop(number, None)
        return sorted(found, key=found.__getitem__, reverse=True)[:_POOL_SIZE]

    def _strongest(self, word: int) -> list[tuple[int, float]]:
        """Return the files in which a word weighs most, with its weight there (impact order; Anh and Moffat, SIGIR 2006)."""
        rows = [(-value * self._scales[other], other) for other, value in zip(*self._postings[word], strict=True)]
        best = heapq.nsmallest(_IMPACTS, rows) if len(rows) > _IMPACTS else sorted(rows)
        self._impacts[word] = [(other, -value) for value, other in best]
        return self._impacts[word]
