"""What an edit touches: which lists have to be made again so that all are those of a new index.

A list depends on the evidence of its own file and on that of the files that it names, or could name. So of each file a
mark of its evidence is kept, and how high the best score of its vocabulary was; both are compared after an edit.
Weights are coarse (`vocabulary.word_level`), so that an edit leaves the evidence of most other files as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from sphinx_kwindex.model import Related
from sphinx_kwindex.relate.rank import FLOOR, Evidence

AFRESH = 0.2
"""If the evidence of more than this part of the files is another, all are ranked again."""


class Mark(msgspec.Struct, array_like=True, frozen=True):
    """What the last run knew of one file."""

    words: tuple[int, int]
    """Says whether its vocabulary is as it was."""
    links: bytes
    """Digest of all other evidence."""
    peak: float = 0.0
    """Highest score of the vocabulary of another file."""


class Marks(msgspec.Struct, array_like=True):
    """What the last run knew."""

    files: dict[str, Mark]
    head: str = ""
    """Commit whose history was used; empty: none."""


def mark_files(evidence: Evidence) -> dict[str, Mark]:
    """Return the marks of all files, without peaks: all evidence that their own or other lists can be made from."""
    codes = evidence.vocabulary.codes()
    found = {}
    for number, file in enumerate(evidence.files):
        tables = [_by_path(evidence, table[number]) for table in evidence.tables.values()]
        users = sorted(evidence.files[other].path for other in evidence.links.users[number])
        parts = repr((file, tables, users, number in evidence.fixtures)).encode("utf-8", "surrogatepass")
        words = evidence.vocabulary.code_of(number, codes)
        found[file.path] = Mark(words, hashlib.blake2b(parts, digest_size=8).digest())
    return found


def _by_path(evidence: Evidence, row: Mapping[int, float]) -> list[tuple[str, float]]:
    return sorted((evidence.files[other].path, value) for other, value in row.items())


class Lists(NamedTuple):
    """The lists as they are, and how they are made."""

    rows: Mapping[str, Sequence[Related]]
    weights: Mapping[str, float]
    limit: int

    def entry(self, path: str) -> float:
        """Return the score, a little rounded down, that a file must have to enter a list."""
        rows = self.rows.get(path, ())
        if not rows:
            return 0.0
        return (rows[-1].score if len(rows) >= self.limit else FLOOR * rows[0].score) - 0.05


def find_touched(
    evidence: Evidence, before: Mapping[str, Mark], now: Mapping[str, Mark], lists: Lists
) -> Collection[int]:
    """Return the files whose lists can be others than before.

    They are: files with other evidence; files that named one of those, or one that is gone; neighbours, in the graph of
    uses and in every table, of files whose links are others; and files whose list a file can enter by its words.
    """
    edited = {path for path, mark in now.items() if path not in before or _differ(before[path], mark)}
    if len(edited) > AFRESH * len(now):
        return range(len(now))
    touched = edited | (before.keys() - now.keys())
    numbers = evidence.numbers
    todo = {numbers[path] for path in edited}
    todo.update(numbers[path] for path in now if any(row.path in touched for row in lists.rows.get(path, ())))
    for path in sorted(edited):
        if path not in before or before[path].links != now[path].links:
            todo.update(evidence.walk.reach(numbers[path]))
            for table in evidence.tables.values():
                todo.update(table[numbers[path]])
        todo.update(_entered(evidence, numbers[path], todo, before, lists))
    return sorted(todo)


def _differ(one: Mark, other: Mark) -> bool:
    return one.words != other.words or one.links != other.links


def _entered(
    evidence: Evidence, number: int, todo: Collection[int], before: Mapping[str, Mark], lists: Lists
) -> list[int]:
    """Return the files that share so much vocabulary with a file that it may enter their lists."""
    more = _more_than_words(evidence, number, lists.weights)
    least = lists.weights.get("folder", 0.0)
    if evidence.history is not None:
        least += lists.weights.get("history", 0.0)
    found = []
    for other, score in evidence.vocabulary.scores_of(number).items():
        if other in todo:
            continue
        path = evidence.files[other].path
        peak = before[path].peak if path in before else 0.0
        words = lists.weights.get("vocabulary", 0.0) * (score / peak if score < peak else 1.0)
        if (words + least + more.get(other, 0.0)) * evidence.sizes[number] >= lists.entry(path):
            found.append(other)
    return found


def _more_than_words(evidence: Evidence, number: int, weights: Mapping[str, float]) -> dict[int, float]:
    """Return what other signals may add, at most, to a file's score in the lists of its neighbours."""
    found = dict.fromkeys(evidence.walk.reach(number), weights.get("walk", 0.0))
    for name, table in evidence.tables.items():
        for other in table[number]:
            found[other] = found.get(other, 0.0) + weights.get(_MIRRORED.get(name, name), 0.0)
    for name in _ONE_WAY:  # tables that say nothing in the other direction
        for other, row in enumerate(evidence.tables[name]):
            if number in row:
                found[other] = found.get(other, 0.0) + 3 * weights.get(name, 0.0)
    return found


_MIRRORED = {"uses": "used", "used": "uses", "base": "derived", "derived": "base"}
_ONE_WAY = ("conftest", "package")
