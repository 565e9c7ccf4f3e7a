"""What an edit touches: which lists have to be made again so that all are those of a new index.

A list depends on the evidence of its own file and on that of the files that it names, or could name. So of each file a
digest of its evidence is kept, and how high the best score of its vocabulary was; both are compared after an edit.
Weights are coarse (`signals.word_level`), so that an edit leaves the evidence of most other files as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from operator import mul
from zlib import crc32

import msgspec

from sphinx_kwindex.model import Related
from sphinx_kwindex.relate.rank import FLOOR, Evidence

AFRESH = 0.2
"""If the evidence of more than this part of the files is another, all are ranked again."""


class Marks(msgspec.Struct, array_like=True):
    """What the last run knew."""

    digests: dict[str, bytes]
    """Of the evidence of each file."""
    peaks: dict[str, float]
    """Highest score of the vocabulary of each file."""
    head: str = ""
    """Commit whose history was used; empty: none."""


def digest_evidence(evidence: Evidence) -> dict[str, bytes]:
    """Return a digest of the evidence of each file: all of it that its own or other lists can be made from."""
    vocabulary = evidence.vocabulary
    codes = [
        2 * crc32(name.encode("utf-8", "surrogatepass")) + (frequency <= vocabulary.rare)
        for name, frequency in zip(vocabulary.names, vocabulary.frequency, strict=True)
    ]
    found = {}
    for number, file in enumerate(evidence.files):
        vector = vocabulary.vectors[number]
        words = sum(map(mul, map(codes.__getitem__, vector), vector.values()))
        tables = [_by_path(evidence, table[number]) for table in evidence.tables.values()]
        users = sorted(evidence.files[other].path for other in evidence.links.users[number])
        parts = (words, vocabulary.lengths[number], file, tables, users, number in evidence.fixtures)
        found[file.path] = hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return found


def _by_path(evidence: Evidence, row: Mapping[int, float]) -> list[tuple[str, float]]:
    return sorted((evidence.files[other].path, value) for other, value in row.items())


def find_touched(
    evidence: Evidence,
    before: Marks,
    now: Mapping[str, bytes],
    lists: Mapping[str, Sequence[Related]],
    *,
    weights: Mapping[str, float],
    limit: int,
) -> Collection[int]:
    """Return the files whose lists can be others than before.

    They are: files with other evidence; files that named one of those, or one that is gone; neighbours of those in the
    graph of uses and in every table; and files near enough by their vocabulary for it to enter their list.
    """
    changed = {evidence.numbers[path] for path, mark in now.items() if before.digests.get(path) != mark}
    if len(changed) > AFRESH * len(now):
        return range(len(now))
    touched = {evidence.files[number].path for number in changed} | (before.digests.keys() - now.keys())
    todo = set(changed)
    todo.update(evidence.numbers[path] for path in now if any(row.path in touched for row in lists.get(path, ())))
    for number in changed:
        todo.update(evidence.walk.reach(number))
        for table in evidence.tables.values():
            todo.update(table[number])
        todo.update(_entered(evidence, number, todo, before, lists, weights=weights, limit=limit))
    return sorted(todo)


def _entered(
    evidence: Evidence,
    number: int,
    known: Collection[int],
    before: Marks,
    lists: Mapping[str, Sequence[Related]],
    *,
    weights: Mapping[str, float],
    limit: int,
) -> list[int]:
    """Return the files that share so much vocabulary with a file that it may enter their lists."""
    most = weights.get("folder", 0.0)
    if evidence.history is not None:
        most += weights.get("history", 0.0)
    found = []
    for other, score in evidence.vocabulary.scores_of(number).items():
        path = evidence.files[other].path
        peak = before.peaks.get(path, 0.0)
        if other not in known:
            share = score / peak if score < peak else 1.0
            if (weights.get("vocabulary", 0.0) * share + most) * evidence.sizes[number] >= _entry(
                lists.get(path, ()), limit
            ):
                found.append(other)
    return found


def _entry(rows: Sequence[Related], limit: int) -> float:
    """Return the score, a little rounded down, that a file must have to enter a list."""
    if not rows:
        return 0.0
    return (rows[-1].score if len(rows) >= limit else FLOOR * rows[0].score) - 0.05
