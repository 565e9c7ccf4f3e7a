"""Which lists of related files have to be computed again after an edit.

Of the last run is kept what each file was linked to and what each list depended on. What is different now, and what that can
reach, follows from it (for words: `reworded`). Weights are coarse (`vocabulary.word_level`), so that an edit leaves the
evidence of most other files as it was.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from sphinx_kwindex.model import Related
from sphinx_kwindex.relate.evidence import Evidence
from sphinx_kwindex.relate.rank import RankedList, bound_of, is_compared, score_of, step_above
from sphinx_kwindex.relate.reasons import Explainer
from sphinx_kwindex.relate.reworded import GONE, ListBasis, Neighbours, Reworded, find_rewritten
from sphinx_kwindex.relate.signals import WALK_HUB, RelateInput, size_factor
from sphinx_kwindex.relate.vocabulary import alike

AFRESH = 0.2
"""If the evidence of more than this part of the files is another, all are ranked again."""


class Kept(msgspec.Struct, array_like=True):
    """What one list depended on, and whom it names; by numbers of files."""

    pool: bytes = b""
    cut: float = 0.0
    least: int = 0
    leaves_copies_out: bool = False
    scale: float = 0.0
    end: float = 0.0
    """As in `rank.RankedList`."""
    named: bytes = b""


class State(msgspec.Struct, array_like=True):
    """What the last run knew, by the number of the file."""

    stamp: str
    """Of what wrote it: hashes and arrays differ on other machines."""
    head: str
    """Commit whose history was used; empty: none."""
    files: list[RelateInput]
    fixtures: bytes
    """Whether each is mere material of tests."""
    lengths: bytes
    """Squared lengths of the vectors of words."""
    marks: bytes
    """Digests of what each file is linked to."""
    degrees: bytes
    """To how many files a walk goes on from each."""
    lists: list[Kept]


def stamp() -> str:
    """Return what a state must bear to be read here."""
    return f"5 {sys.byteorder} {sys.hash_info.modulus} {sys.version_info[:2]}"


def new_state(evidence: Evidence, head: str, marks: array[int], lists: Sequence[Kept | None]) -> State:
    """Return what the next run has to know."""
    return State(
        stamp=stamp(),
        head=head,
        files=list(evidence.files),
        fixtures=bytes(number in evidence.fixtures for number in range(len(lists))),
        lengths=evidence.vocabulary.lengths.tobytes(),
        marks=marks.tobytes(),
        degrees=array("I", map(len, evidence.walk.edges)).tobytes(),
        lists=[kept if kept is not None else Kept() for kept in lists],
    )


# What each list depends on


def keep(ranked: RankedList, numbers: Mapping[str, int]) -> Kept:
    """Return what to keep of a list that was just made."""
    return Kept(
        array("I", ranked.pool.files).tobytes(),
        ranked.pool.cut,
        ranked.pool.least,
        ranked.leaves_copies_out,
        ranked.scale,
        ranked.end,
        array("I", [numbers[row.path] for row in ranked.related]).tobytes(),
    )


def renumber(state: State, paths: Sequence[str]) -> list[Kept | None]:
    """Return what lists depended on with today's numbers, deleted files as `GONE`; None for new files."""
    if [file.path for file in state.files] == list(paths):
        return list(state.lists)
    numbers = {path: number for number, path in enumerate(paths)}
    today = [numbers.get(file.path, GONE) for file in state.files]

    def translated(data: bytes) -> bytes:
        return array("I", map(today.__getitem__, array("I", data))).tobytes()

    lists: list[Kept | None] = [None] * len(paths)
    for number, kept in zip(today, state.lists, strict=True):
        if number != GONE:
            lists[number] = msgspec.structs.replace(kept, pool=translated(kept.pool), named=translated(kept.named))
    return lists


# What files are linked to


def mark_links(evidence: Evidence) -> array[int]:
    """Return a digest for each file of all that it is linked to, with the strengths."""
    ids = [
        int.from_bytes(hashlib.blake2b(file.path.encode("utf-8", "surrogatepass"), digest_size=7).digest(), "big")
        for file in evidence.files
    ]
    tables = tuple(evidence.tables.values())
    users = evidence.links.users
    return array(
        "q",
        [
            hash(
                (
                    number in evidence.fixtures,
                    frozenset([ids[other] for other in users[number]]),
                    *[frozenset([(ids[other], value) for other, value in table[number].items()]) for table in tables],
                )
            )
            for number in range(len(ids))
        ],
    )


def _is_same(one: RelateInput, other: RelateInput) -> bool:
    """Return whether a file says the same of itself, as far as lists go."""
    return one == other or (
        size_factor(one.lines) == size_factor(other.lines)
        and msgspec.structs.replace(one, lines=0) == msgspec.structs.replace(other, lines=0)
    )


class _Edited(NamedTuple):
    """Files that changed, apart from their words."""

    linked: set[int]
    """They are linked to other files, or otherwise."""
    passing: set[int]
    """Of these: those that a walk goes on from, or went."""
    using: set[int]
    """Of these: those that use other things than before."""
    itself: set[int]
    """Their size or their role is another one."""
    recounted: set[int]
    """Of them or others: those whose number of users counts otherwise."""


class Lists(NamedTuple):
    """The lists that there are."""

    kept: Sequence[Kept | None]
    """What they depended on, with today's numbers."""
    related: Callable[[str], Sequence[Related]]
    """Returns the list of a file."""
    weights: Mapping[str, float]
    """Of signals, as when they were made."""


def find_touched(
    evidence: Evidence, state: State, marks: Sequence[int], lists: Lists, reworded: Sequence[Reworded] | None
) -> Collection[int]:
    """Return the files whose lists can have changed.

    They are: files of which something is different; files that named one of those, or a deleted one; files from which a
    walk passes one that is linked otherwise; and those that other words concern.
    """
    everything = range(len(evidence.files))
    if reworded is None:
        return everything
    edited = _edited(evidence, state, marks)
    others = edited.linked | edited.itself
    weighed = {item.number for item in reworded if item.number is not None}
    if len(others | weighed) > AFRESH * len(evidence.files):
        return everything
    named = [array("I", kept.named) if kept is not None else array("I") for kept in lists.kept]
    todo = others | {number for number, names in enumerate(named) if not {*others, GONE}.isdisjoint(names)}
    todo |= _explained(evidence, edited)
    bases = {number: _basis(kept) for number, kept in enumerate(lists.kept) if kept is not None}
    near = {number: _near(evidence, number) for number in others | weighed}
    for number in edited.itself:
        todo |= near[number].comparing | near[number].others
        todo.update(other for other, basis in bases.items() if number in basis.pool)
    found = find_rewritten(evidence.vocabulary, reworded, bases, near)
    todo |= found.lists
    for item in reworded:
        if item.number is not None:
            doubtful = {number for number, names in enumerate(named) if item.number in names}
            doubtful |= found.doubtful[item.number]
            todo.update(
                number for number in doubtful - todo if not _is_as_before(evidence, item, item.number, number, lists)
            )
    return sorted(todo)


def _is_as_before(evidence: Evidence, item: Reworded, number: int, asking: int, lists: Lists) -> bool:
    """Return whether a list is as it was, although the words of a file changed that is none of its pool."""
    kept = lists.kept[asking]
    if kept is None:
        return False
    vocabulary = evidence.vocabulary
    similar = 0.0
    if is_compared(evidence, asking, number):
        words = vocabulary.comparing(asking)
        similar = alike(words, vocabulary.vector(number), vocabulary.scales[number])
        before, now = step_above(alike(words, item.before, item.scale_before)), step_above(similar)
        if before != now and max(before, now) >= kept.scale:  # that may scale the likeness of others
            return False
    is_named = number in array("I", kept.named)
    part = similar / kept.scale if kept.scale else 0.0
    if not is_named and bound_of(evidence, asking, number, part, weights=lists.weights) < kept.end:
        return True
    score = score_of(evidence, asking, number, similar, scale=kept.scale, weights=lists.weights)
    if not is_named:
        return score < kept.end
    rows = {evidence.numbers[row.path]: row for row in lists.related(evidence.files[asking].path)}
    reasons = Explainer(evidence, asking).find(number)
    return (
        (score, reasons) == (rows[number].score, rows[number].reasons)
        and not kept.leaves_copies_out
        and not any(vocabulary.is_copy(number, other) for other in rows if other != number)
    )


def _edited(evidence: Evidence, state: State, marks: Sequence[int]) -> _Edited:
    rows = zip(state.files, array("q", state.marks), array("I", state.degrees), state.fixtures, strict=True)
    before = {file.path: (file, mark, degree, is_fixture) for file, mark, degree, is_fixture in rows}
    found = _Edited(set(), set(), set(), set(), _recounted(evidence, state))
    for number, file in enumerate(evidence.files):
        old, mark, degree, is_fixture = before.get(file.path, (None, 0, 0, 0))
        is_same = old is not None and _is_same(old, file)
        if old is None or _nature(old, is_fixture) != _nature(file, number in evidence.fixtures):
            found.itself.add(number)
        if mark != marks[number] or not is_same:
            found.linked.add(number)
            if min(degree, len(evidence.walk.edges[number])) <= WALK_HUB:
                found.passing.add(number)
            if not is_same:
                found.using.add(number)
    return found


def _recounted(evidence: Evidence, state: State) -> set[int]:
    """Return the files that have so many more or fewer users that others belong to them otherwise."""
    before: Counter[str] = Counter()
    for file in state.files:
        before.update({*file.imports, *(use.path for use in file.uses)} - {file.path})
    count = evidence.together.count
    return {
        number
        for number, users in enumerate(evidence.links.users)
        if count(len(users)) != count(before[evidence.files[number].path])
    }


def _nature(file: RelateInput, is_fixture: object) -> tuple[bool, float, bool]:
    return file.is_test, size_factor(file.lines), bool(is_fixture)


def _explained(evidence: Evidence, edited: _Edited) -> set[int]:
    """Return the files with which others score otherwise, or have other reasons, because of what both are linked to."""
    links = evidence.links
    found: set[int] = set()
    for number in edited.passing:
        found.update(evidence.walk.edges[number])
    for number in edited.using:
        found |= links.linked[number]
    for number in edited.linked:
        if len(links.users[number]) <= evidence.vocabulary.rare + len(edited.linked):
            found |= links.users[number] | links.linked[number]
    for number in edited.recounted:
        found.update(*evidence.together.sharing(number))
    return found


def _near(evidence: Evidence, number: int) -> Neighbours:
    """Return the files that may know a file otherwise than by its words."""
    comparing: set[int] = set()
    for name, table in evidence.tables.items():
        comparing.update(table[number])
        if not evidence.tabled[name].is_mutual:
            comparing.update(other for other, row in enumerate(table) if number in row)
    others = {*evidence.walk.reach(number), *evidence.together.reach(number)}
    if evidence.history is not None:
        partners = evidence.history.partners(evidence.files[number].path)
        others.update(evidence.numbers[path] for path in partners if path in evidence.numbers)
    return Neighbours(comparing, others)


def _basis(kept: Kept) -> ListBasis:
    return ListBasis(array("I", kept.pool), kept.cut, kept.least, kept.leaves_copies_out)
