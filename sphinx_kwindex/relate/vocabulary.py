"""Vocabulary: how similar the words of two files are.

Bags are kept from run to run (`Bags.dump`), so that an edit has one bag read and not all. What is weighed in them
(`Vocabulary`) is computed for a file or a word only when it is asked for; of all files it has to know just how long they are.
"""

from __future__ import annotations

import heapq
import math
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import mul
from typing import NamedTuple

import msgspec

from sphinx_kwindex.relate.plain import PLAIN
from sphinx_kwindex.text import sub_words

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
FEW = 5
"""Words in no more files than this are truly rare."""
SELDOM = 2
"""Octaves from the size of a tree down to how many files have a word that is worth showing."""
ENOUGH = 8
"""What common words have to be worth to be no chance: a truly rare one 4, a rare one 2, another 1."""
POOL_SIZE = 36
"""Files that a file is compared with, besides those that it is linked to."""
IMPACTS = 48
"""Files in which a word weighs most, to find the pool with."""

_ASKED = 160  # words of a file that it is compared by, the heaviest
_POOL_COST = 1_000  # entries looked at to find a pool
_LENGTH_PENALTY = 0.375  # of the squared length, so .75 of the length; a plain cosine buries the big files that matter


def word_level(number: int) -> int:
    """Return which octave a number falls in; fewer than 8 are alike.

    Levels, instead of logarithms, keep every other weight as it was when one file gains or loses a word. Half octaves choose no
    better, and twice as many lists differ after an edit.
    """
    return max(2, number.bit_length() - 1)


def path_words(path: str) -> tuple[str, ...]:
    """Return the sub-words of a path, without its suffix."""
    stem, dot, suffix = path.rpartition(".")
    return tuple(word for part in (stem if dot and "/" not in suffix else path).split("/") for word in sub_words(part))


def rare_limit(size: int) -> int:
    """Return how many files of a tree a word may be in to be called rare."""
    return max(3, min(size // 6, MOST_RARE))


def idf_level(frequency: int, size: int) -> int:
    """Return what a word counts that so many files of a tree have."""
    if frequency > max(2, size * COMMON):
        return 0
    return max(1, word_level(size) - word_level(frequency))  # 1: in trees of a few files


def scale_of(length: int) -> float:
    """Return by what a product is multiplied for the squared length of a vector; coarse, as weights are."""
    return float(2 ** (-_LENGTH_PENALTY * round(8 * math.log2(length)) / 8)) if length else 0.0


class Bag(NamedTuple):
    """The words of one file, by number."""

    words: array[int]
    counts: bytes
    """How often it has each: 1 + ln of the number, in quarters."""
    hidden: array[int]
    """Words that no name in it has, but its path, or strings: they count, but are shown only if names of others have them."""


_NO_BAG = Bag(array("I"), b"", array("I"))


class _Dump(msgspec.Struct, array_like=True):
    byteorder: str
    names: list[str]
    frequency: bytes
    rows: dict[str, tuple[bytes, bytes, bytes]]


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(_Dump).decode


class Bags:
    """The words of every file; those of its path are added to those that it has."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.frequency = array("I")
        """Of each word: how many files have it."""
        self._numbers: dict[str, int] = {}
        self._bags: dict[str, Bag] = {}
        self._before: dict[str, Bag] = {}

    @classmethod
    def load(cls, data: bytes | None) -> Bags:
        """Return bags as they were dumped; empty ones if there are none, or none that this machine can read."""
        bags = cls()
        try:
            dump = _unpack(data) if data is not None else None
        except msgspec.DecodeError:
            dump = None
        if dump is not None and dump.byteorder == sys.byteorder:
            bags.names = dump.names
            bags.frequency.frombytes(dump.frequency)
            bags._numbers = {name: number for number, name in enumerate(dump.names)}
            rows = dump.rows.items()
            bags._bags = {path: Bag(array("I", row[0]), row[1], array("I", row[2])) for path, row in rows}
        return bags

    def dump(self) -> bytes:
        """Return the bags as bytes."""
        rows = {path: (bag.words.tobytes(), bag.counts, bag.hidden.tobytes()) for path, bag in self._bags.items()}
        return _pack(_Dump(sys.byteorder, self.names, self.frequency.tobytes(), rows))

    def __contains__(self, path: str) -> bool:
        return path in self._bags

    def put(self, path: str, words: Sequence[tuple[str, int]]) -> None:
        """Replace the bag of one file; words with a minus are in no name."""
        counts = {word: abs(count) for word, count in words}
        hidden = {word for word, count in words if count < 0} | (set(path_words(path)) - counts.keys())
        for word in path_words(path):
            counts[word] = counts.get(word, 0) + PATH_WORD
        found = Bag(
            array("I", map(self._number, counts)),
            bytes(min(0xFF, round((1 + math.log(count)) * 4)) for count in counts.values()),
            array("I", map(self._number, sorted(hidden))),
        )
        if found != self._bags.get(path):
            self.drop(path)
            self._bags[path] = found
            self._count(found, 1)

    def drop(self, path: str) -> None:
        """Forget the bag of one file."""
        old = self._bags.pop(path, _NO_BAG)
        self._before.setdefault(path, old)
        self._count(old, -1)

    def keep(self, paths: Collection[str]) -> None:
        """Drop the bags of all other files."""
        for path in self._bags.keys() - paths:
            self.drop(path)

    def bag(self, path: str) -> Bag:
        """Return the bag of one file."""
        return self._bags[path]

    def before(self) -> Mapping[str, Bag]:
        """Return the bags, as they were when these were made or loaded, of files that have another one now or none."""
        return {path: bag for path, bag in self._before.items() if bag != self._bags.get(path, _NO_BAG)}

    def frequencies_before(self) -> dict[int, int]:
        """Return how many files had a word then, of words that other files have now."""
        found: Counter[int] = Counter()
        for path, bag in self.before().items():
            found.update(bag.words)
            found.subtract(self._bags.get(path, _NO_BAG).words)
        return {word: self.frequency[word] + change for word, change in found.items() if change}

    def _count(self, bag: Bag, change: int) -> None:
        for word in bag.words:
            self.frequency[word] += change

    def _number(self, word: str) -> int:
        number = self._numbers.setdefault(word, len(self.names))
        if number == len(self.names):
            self.names.append(word)
            self.frequency.append(0)
        return number


class Pool(NamedTuple):
    """The files that a file is compared with because of their words."""

    files: tuple[int, ...] = ()
    cut: float = 0.0
    """Score that it took to be one of them, if not all could be."""
    least: int = 0
    """Weight of the lightest word that was looked at."""


Vector = dict[int, int]
"""The words of a file that others have too, with their weights."""


def alike(one: Vector, other: Vector, scale: float) -> float:
    """Return how alike the vocabulary of two files is, from 0 up; the scale is that of the second."""
    common = one.keys() & other.keys()
    product: int = sum(map(mul, map(one.__getitem__, common), map(other.__getitem__, common)))
    return product * scale


class Vocabulary:
    """Files as weighted bags of words: sub-words, (1 + ln tf) times idf, pivoted length (Singhal et al., SIGIR 1996).

    Sub-words find far more than whole names (recall of the first ten: .66 against .57 in our pilot). Weights are whole
    numbers, so that sums do not depend on their order; words of equal weight go by name, so that nothing depends on which
    file came first.
    """

    def __init__(self, bags: Bags, paths: Sequence[str], lengths: Sequence[int] | None = None) -> None:
        self.names = bags.names
        self.size = len(paths)
        self.frequency: Sequence[int] = bags.frequency
        self.rare = rare_limit(self.size)
        """Words in no more files than this are called rare."""
        self.bags = [bags.bag(path) for path in paths]
        known = {number: idf_level(number, self.size) for number in set(self.frequency)}
        self._levels = [known[number] for number in self.frequency]
        self._weights: dict[int, Sequence[int]] = {}
        self._vectors: dict[int, Vector] = {}
        self._heaviest: dict[int, list[tuple[int, int]]] = {}
        self._postings: dict[int, list[tuple[int, int]]] = {}
        self._impacts: dict[int, list[tuple[int, float]]] = {}
        self._paths = paths
        self._known_spoken: dict[int, frozenset[int]] = {}
        self._known_unseen: dict[int, frozenset[int]] = {}
        self._is_whole = False
        self.lengths = array("Q", bytes(8 * self.size) if lengths is None else lengths)
        """Squared lengths of the vectors, words that no other file has included."""
        self.scales = array("d", map(scale_of, self.lengths))
        if lengths is None:
            self.measure(range(self.size))

    def measure(self, numbers: Iterable[int]) -> None:
        """Find out again how long the vectors of some files are."""
        for number in numbers:
            weights = self._weigh(number)
            self.lengths[number] = length = sum(map(mul, weights, weights))
            self.scales[number] = scale_of(length)

    def _weigh(self, number: int) -> Sequence[int]:
        known = self._weights.get(number)
        if known is None:
            known = self._weights[number] = self.weigh(self.bags[number], self._levels)
        return known

    def weigh(self, bag: Bag, levels: Sequence[int] | Mapping[int, int]) -> Sequence[int]:
        """Return the weights of the words of a bag: 0 for those that are too light to be kept."""
        weights = array("I", map(mul, bag.counts, map(levels.__getitem__, bag.words)))
        if len(weights) > MAX_WORDS:
            least = sorted(weights)[-MAX_WORDS]
            room = MAX_WORDS - sum(map(least.__lt__, weights))
            equal = [place for place, weight in enumerate(weights) if weight == least]
            equal.sort(key=lambda place: self.names[bag.words[place]])
            weights = array("I", [weight if weight >= least else 0 for weight in weights])
            for place in equal[room:]:
                weights[place] = 0
        return weights

    def vector(self, number: int) -> Vector:
        """Return the words of a file that others have too, with their weights."""
        known = self._vectors.get(number)
        if known is None:
            frequency = self.frequency
            known = self._vectors[number] = {
                word: weight
                for word, weight in zip(self.bags[number].words, self._weigh(number), strict=True)
                if weight and frequency[word] > 1
            }
        return known

    def heaviest(self, number: int) -> list[tuple[int, int]]:
        """Return what `vector` does, heaviest first."""
        known = self._heaviest.get(number)
        if known is None:
            names = self.names
            rows = self.vector(number).items()
            known = self._heaviest[number] = sorted(rows, key=lambda row: (-row[1], names[row[0]]))
        return known

    # Which files have which words

    def find(self, words: Collection[int]) -> None:
        """Find the files that have these words, in one pass."""
        missing = {word for word in words if self._levels[word]} - self._postings.keys()
        if self._is_whole or not missing:
            return
        found: dict[int, list[tuple[int, int]]] = {word: [] for word in missing}
        levels = self._levels
        for number, bag in enumerate(self.bags):
            if len(bag.words) <= MAX_WORDS:  # no need to weigh what is not asked for
                for word, count in zip(bag.words, bag.counts, strict=True):
                    if word in missing:
                        found[word].append((number, count * levels[word]))
            elif not missing.isdisjoint(bag.words):
                for word, weight in self.vector(number).items():
                    if word in missing:
                        found[word].append((number, weight))
        self._postings |= found

    def find_all(self) -> None:
        """Find the files that have each word."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number in range(self.size):
            for word, weight in self.vector(number).items():
                found[word].append((number, weight))
        self._postings, self._is_whole = dict(found), True

    def holders(self, word: int) -> Sequence[tuple[int, int]]:
        """Return the files that have a word, with its weight there."""
        if word not in self._postings and not self._is_whole:
            self.find([word])
        return self._postings.get(word, ())

    def strongest(self, word: int) -> list[tuple[int, float]]:
        """Return the files in which a word weighs most, with its weight there (impact order; Anh and Moffat, SIGIR 2006)."""
        known = self._impacts.get(word)
        if known is None:
            scales = self.scales
            rows = [(-weight * scales[number], number) for number, weight in self.holders(word)]
            best = heapq.nsmallest(IMPACTS, rows) if len(rows) > IMPACTS else sorted(rows)
            known = self._impacts[word] = [(number, -value) for value, number in best]
        return known

    # Comparing

    def pool(self, number: int) -> Pool:
        """Return the files worth comparing, found through the files in which the file's heaviest words weigh most."""
        if self.size <= POOL_SIZE:
            return Pool(tuple(other for other in range(self.size) if other != number))
        words = self.asked(number)
        scores: dict[int, float] = {}
        known = scores.get
        for word, weight in words:
            for other, value in self.strongest(word):
                scores[other] = known(other, 0.0) + weight * value
        scores.pop(number, None)
        best = heapq.nsmallest(POOL_SIZE, ((-score, other) for other, score in scores.items()))
        return Pool(
            tuple(other for _, other in best),
            cut=-best[-1][0] if len(best) == POOL_SIZE else 0.0,
            least=words[-1][1] if len(words) < len(self.vector(number)) else 0,
        )

    def asked(self, number: int) -> list[tuple[int, int]]:
        """Return the words of a file that its pool is found by: the heaviest, and fewer of them if they are frequent."""
        left = _POOL_COST
        rows = self.heaviest(number)
        for place, (word, _) in enumerate(rows):
            left -= _cost(self.frequency[word])
            if left < 0:
                return rows[:place]
        return rows

    def comparing(self, number: int) -> Vector:
        """Return the words that a file is compared by, the heaviest: in no order, which takes long for so many."""
        vector = self.vector(number)
        if number in self._heaviest or len(vector) <= _ASKED:
            return dict(self.heaviest(number)[:_ASKED])
        least = sorted(vector.values())[-_ASKED]
        equal = sorted((word for word, weight in vector.items() if weight == least), key=self.names.__getitem__)
        found = {word: weight for word, weight in vector.items() if weight > least}
        return found | dict.fromkeys(equal[: _ASKED - len(found)], least)

    def similar(self, number: int, others: Iterable[int]) -> dict[int, float]:
        """Return how alike the vocabulary of other files is, from 0 up."""
        vector = self.comparing(number)
        scored = ((other, alike(vector, self.vector(other), self.scales[other])) for other in others)
        return {other: score for other, score in scored if score}

    def is_copy(self, one: int, other: int) -> bool:
        """Return whether two files have nearly the same vocabulary."""
        shorter, longer = sorted((self.lengths[one], self.lengths[other]))
        if not shorter or shorter < SAME * SAME * longer:
            return False
        mine, theirs = self.vector(one), self.vector(other)
        dot = sum(mine[word] * theirs[word] for word in mine.keys() & theirs.keys())
        return bool(dot * dot >= SAME * SAME * shorter * longer)

    def telling(self, number: int) -> Vector:
        """Return the words of a file that can be shown, with their weights."""
        unseen = self._unseen(number)
        return {
            word: weight
            for word, weight in self.vector(number).items()
            if (self._levels[word] >= SELDOM or self.frequency[word] <= self.rare)
            and word not in unseen
            and len(self.names[word]) > 2
            and self.names[word] not in PLAIN
        }

    def shared(self, number: int, telling: Mapping[int, int], other: int, limit: int) -> tuple[str, ...]:
        """Return the words of those given that a file has too, those that weigh most first; none if they may be chance.

        A word must be in a name of one of them at least: what both only speak of is mere English.
        """
        theirs = self.vector(other)
        spoken = self._spoken(number).intersection(self.bags[other].hidden)
        common = (telling.keys() & theirs.keys()) - spoken - self._unseen(other)
        if sum(map(self._worth, common)) < ENOUGH:
            return ()
        words = [(-telling[word] * theirs[word], self.names[word]) for word in common]
        words.sort()
        return tuple(name for _, name in words[:limit])

    def _spoken(self, number: int) -> frozenset[int]:
        """Return the words that no name of a file has."""
        known = self._known_spoken.get(number)
        if known is None:
            known = self._known_spoken[number] = frozenset(self.bags[number].hidden)
        return known

    def _unseen(self, number: int) -> frozenset[int]:
        """Return the words that only the path of a file has, as far as known; a reader would not find them in the text."""
        known = self._known_unseen.get(number)
        if known is None:
            path, names = set(path_words(self._paths[number])), self.names
            known = frozenset(word for word in self.bags[number].hidden if names[word] in path)
            self._known_unseen[number] = known
        return known

    def _worth(self, word: int) -> int:
        frequency = self.frequency[word]
        return 4 if frequency <= FEW else 2 if frequency <= self.rare else 1


def _cost(frequency: int) -> int:
    """Return how many entries a word is taken to have: coarse, so that one more does not take the place of another word."""
    return min(IMPACTS, 1 << word_level(frequency))
