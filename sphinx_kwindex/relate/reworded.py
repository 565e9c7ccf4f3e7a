"""The effect of an edit on words: which changed in weight, and which lists that can change.

A list depends on the words of its own file, and on those of the files that it compares it with: its pool, and the files that
it is linked to. A pool depends on the files in which words weigh most. All this is the same as before, except around the files
that were edited and around those that have a word of which the level moved.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from sphinx_kwindex.relate.vocabulary import (
    FEW,
    IMPACTS,
    POOL_SIZE,
    Bag,
    Bags,
    Vector,
    Vocabulary,
    idf_level,
    rare_limit,
    scale_of,
    word_level,
)

GONE = 0xFFFF_FFFF
"""Number of a file that is not there any more."""
_SLACK = 1 - 1e-9
"""Sums of the same numbers in another order differ by less."""


class ListBasis(NamedTuple):
    """What the list of one file depended on when it was made."""

    pool: Sequence[int]
    """Numbers of files; `GONE` for a deleted one."""
    cut: float
    least: int
    """As in `vocabulary.Pool`."""
    leaves_copies_out: bool


class Reworded(NamedTuple):
    """One file whose words changed in weight."""

    number: int | None
    """None: the file was deleted."""
    words: Collection[int]
    """Those that changed in weight, or are shown or rare where they were not."""
    before: Vector
    scale_before: float
    is_rescaled: bool

    def concerned(self, vocabulary: Vocabulary) -> Collection[int]:
        """Return the words by which the file's score with files that have them changed."""
        if not self.is_rescaled:
            return self.words
        now = vocabulary.vector(self.number) if self.number is not None else {}
        return {*self.words, *self.before, *now}


class Neighbours(NamedTuple):
    """The files that know one file otherwise than by its words."""

    comparing: set[int]
    """They compare their words with its, since a table links them."""
    others: set[int]
    """They only may name words that both have."""


class Rewritten(NamedTuple):
    """Files whose lists may be others because of words."""

    lists: set[int]
    doubtful: Mapping[int, set[int]]
    """By the number of a reworded file: others that need not be rebuilt if it scores as before, or little enough."""


def find_reworded(
    vocabulary: Vocabulary, bags: Bags, paths: Sequence[str], lengths_before: Mapping[str, int]
) -> list[Reworded] | None:
    """Return the files whose words changed in weight, having measured them again; None if that may be all files.

    `lengths_before` are the squared lengths of the vectors of all files that there were.
    """
    size_before, size = len(lengths_before), len(paths)
    if _is_another_scale(size_before, size):
        return None
    frequencies = bags.frequencies_before()
    moved = _moved_words(vocabulary, frequencies, size_before)
    edited = bags.before()
    numbers = [
        number
        for number, path in enumerate(paths)
        if path in edited or path not in lengths_before or not moved.isdisjoint(vocabulary.bags[number].words)
    ]
    vocabulary.measure(numbers)
    past = _Past(vocabulary, frequencies, size_before, moved)
    gone = sorted(lengths_before.keys() - set(paths))
    found = [
        past.compare(number, edited.get(paths[number]), lengths_before.get(paths[number], 0)) for number in numbers
    ]
    found += [past.compare(None, edited[path], lengths_before[path]) for path in gone if path in edited]
    return found


def _is_another_scale(size_before: int, size: int) -> bool:
    """Return whether all weights, reasons or pools may differ, because the tree has another size."""
    return (
        word_level(size_before) != word_level(size)
        or rare_limit(size_before) != rare_limit(size)
        or min(size_before, size) <= POOL_SIZE
    ) and size_before != size


def _moved_words(vocabulary: Vocabulary, frequencies: Mapping[int, int], size_before: int) -> set[int]:
    """Return the words whose weight changed, were in one file only or are, or became rare or frequent."""
    size, rare = vocabulary.size, vocabulary.rare

    def sort_of(frequency: int, size: int) -> tuple[int, int, bool, bool, bool]:
        return idf_level(frequency, size), word_level(frequency), frequency > 1, frequency <= FEW, frequency <= rare

    moved = {
        word
        for word, before in frequencies.items()
        if sort_of(before, size_before) != sort_of(vocabulary.frequency[word], size)
    }
    if size_before != size:
        other = {
            found for found in set(vocabulary.frequency) if idf_level(found, size_before) != idf_level(found, size)
        }
        if other:
            moved.update(word for word, found in enumerate(vocabulary.frequency) if found in other)
    return moved


class _Past:
    """Weighs words as they were."""

    def __init__(
        self, vocabulary: Vocabulary, frequencies: Mapping[int, int], size_before: int, moved: set[int]
    ) -> None:
        self._vocabulary = vocabulary
        self._frequencies = frequencies
        self._size = size_before
        self._moved = moved

    def compare(self, number: int | None, bag: Bag | None, length: int) -> Reworded:
        """Return what is different about a file; `bag` and `length` are those of before, no bag if it is the same."""
        vocabulary = self._vocabulary
        now = vocabulary.bags[number] if number is not None else None
        before = self._vector(now if bag is None else bag)
        vector = vocabulary.vector(number) if number is not None else {}
        words = {word for word in before.keys() | vector.keys() if before.get(word) != vector.get(word)}
        words.update(self._moved & (before.keys() | vector.keys()))
        if bag is not None and now is not None:
            words.update(set(bag.hidden) ^ set(now.hidden))
        scale = scale_of(length)
        return Reworded(number, words, before, scale, number is None or scale != vocabulary.scales[number])

    def _vector(self, bag: Bag | None) -> Vector:
        if bag is None:
            return {}
        frequency = {word: self._frequency(word) for word in bag.words}
        levels = {word: idf_level(number, self._size) for word, number in frequency.items()}
        weights = self._vocabulary.weigh(bag, levels)
        return {word: weight for word, weight in zip(bag.words, weights, strict=True) if weight and frequency[word] > 1}

    def _frequency(self, word: int) -> int:
        return self._frequencies.get(word, self._vocabulary.frequency[word])


def find_rewritten(
    vocabulary: Vocabulary,
    reworded: Sequence[Reworded],
    bases: Mapping[int, ListBasis],
    linked: Mapping[int, Neighbours],
) -> Rewritten:
    """Return the files whose lists may be others because of words.

    `bases` has what each list that there is depends on; `linked` the neighbours of each reworded file.
    """
    numbers = {item.number for item in reworded if item.number is not None}
    concerned = [item.concerned(vocabulary) for item in reworded]
    vocabulary.find({word for words in concerned for word in words})
    comparing: dict[int, set[int]] = defaultdict(set)
    for other, basis in bases.items():
        for number in numbers.intersection(basis.pool):
            comparing[number].add(other)
    cautious = {number for number, basis in bases.items() if basis.leaves_copies_out}
    doubtful: dict[int, set[int]] = {}
    found = numbers | {number for number, basis in bases.items() if GONE in basis.pool}
    for item, words in zip(reworded, concerned, strict=True):
        sharing = {number for word in words for number, _ in vocabulary.holders(word)}
        if item.number is not None:
            near = linked[item.number]
            found |= comparing[item.number] & (sharing | cautious)
            naming = {number for word in item.words for number, _ in vocabulary.holders(word)}
            doubtful[item.number] = near.comparing & (sharing | cautious) | near.others & (naming | cautious)
            found.update(_gained(vocabulary, item.number, bases, words))
    found.update(_displaced(vocabulary, reworded, concerned, bases))
    return Rewritten(found, doubtful)


def _gained(
    vocabulary: Vocabulary, number: int, bases: Mapping[int, ListBasis], words: Collection[int]
) -> Iterator[int]:
    """Return the files into whose pools a file may have come: they ask for a word that counts more in it than before.

    That a word finds only the files in which it weighs most is left out of account: seldom does a file pass that is none of them.
    """
    mine, scale = vocabulary.vector(number), vocabulary.scales[number]
    asking = {
        other
        for word in mine.keys() & words
        for other, weight in vocabulary.holders(word)
        if other in bases and weight >= bases[other].least
    }
    for other in asking:
        theirs, least = vocabulary.vector(other), bases[other].least
        score = sum(mine[word] * theirs[word] for word in mine.keys() & theirs.keys() if theirs[word] >= least)
        if score * scale >= bases[other].cut * _SLACK:
            yield other


def _displaced(
    vocabulary: Vocabulary,
    reworded: Sequence[Reworded],
    concerned: Sequence[Collection[int]],
    bases: Mapping[int, ListBasis],
) -> Iterator[int]:
    """Return the files whose pools are found through a word that weighs most in other files than before."""
    items: dict[int, list[Reworded]] = defaultdict(list)
    for item, words in zip(reworded, concerned, strict=True):
        for word in words:
            items[word].append(item)
    for word, some in items.items():
        if len(vocabulary.holders(word)) + len(some) > IMPACTS and _is_moved(vocabulary, word, some):
            for other, weight in vocabulary.holders(word):
                if other in bases and weight >= bases[other].least:
                    yield other


def _is_moved(vocabulary: Vocabulary, word: int, items: Sequence[Reworded]) -> bool:
    """Return whether the files in which a word weighs most changed; its weight is another one in `items` alone."""
    before = [
        (-item.before[word] * item.scale_before, -1 if item.number is None else item.number)
        for item in items
        if word in item.before
    ]
    now = {number for number, _ in vocabulary.strongest(word)}
    numbers = {item.number for item in items}
    entry = _entry(vocabulary, word)
    if now.isdisjoint(numbers) and all(-value < entry for value, _ in before):
        return False
    scales = vocabulary.scales
    before += [
        (-weight * scales[number], number) for number, weight in vocabulary.holders(word) if number not in numbers
    ]
    return now != {number for _, number in heapq.nsmallest(IMPACTS, before)}


def _entry(vocabulary: Vocabulary, word: int) -> float:
    """Return what a word must weigh in a file that is one of those in which it weighs most."""
    rows = vocabulary.strongest(word)
    return rows[-1][1] * _SLACK if len(rows) == IMPACTS else 0.0
