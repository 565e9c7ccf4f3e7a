"""The ledger of one stage: which facts changed since it last worked, and which of its results read one of them."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence

from sphinx_kwindex.ledger import ANYTHING, pack_keys, unpack_keys
from sphinx_kwindex.store.transactions import LedgerTables

MOST_CHANGES = 200_000
"""If more facts changed, the stage starts from scratch: looking them all up would take as long."""


class Ledger:
    """The facts and units of one stage. Call all that writes in the transaction that writes what it is about."""

    def __init__(self, store: LedgerTables, stage: str) -> None:
        self._store = store
        self._stage = stage
        self._has_units: bool | None = None

    def publish(self, owner: str, facts: Mapping[int, int]) -> None:
        """Replace the facts of an owner (digests by key); an empty table removes them.

        A key that several owners publish has changed when what any of them says about it has.
        """
        before = self._store.ledger_facts(self._stage, owner)
        after = _pack_facts(facts)
        if before != after:
            old = _unpack_facts(before)
            self.touch(key for key in old.keys() | facts.keys() if old.get(key) != facts.get(key))
            self._store.set_ledger_facts(self._stage, owner, after)

    def touch(self, keys: Iterable[int]) -> None:
        """Note that facts changed which the index itself holds."""
        if self._is_used():
            self._store.add_changed_keys(self._stage, keys)

    def outdated(self, names: Collection[str], stamp: str) -> list[str]:
        """Return the units that have to be redone, of all that there are now, in the given order.

        `stamp` stands for the code and the options of the stage: under another one, all are. The records of units that
        are outdated, or no longer wanted, are removed; so a build that is killed before they are redone leaves them outdated.
        """
        there = set(self._store.unit_names(self._stage))
        stamp = f"{sys.byteorder} {stamp}"  # packed keys of other machines cannot be read
        if self._store.ledger_stamp(self._stage) != stamp:
            self._store.set_ledger_stamp(self._stage, stamp)
            stale = there
        else:
            stale = self._find_stale(there) | (there - set(names))
        self._store.remove_units(self._stage, sorted(stale))
        self._store.clear_changed_keys(self._stage)
        there -= stale
        self._has_units = bool(there)
        return [name for name in names if name not in there]

    def changes(self) -> frozenset[int]:
        """Return the keys of facts that changed since `outdated` was last asked."""
        return frozenset(self._store.changed_keys(self._stage))

    def record(self, rows: Iterable[tuple[str, bytes, Iterable[int]]]) -> None:
        """Keep the records of units that were redone: name, result (or a digest of it), and the keys read for it."""
        self._store.set_units(self._stage, ((name, result, pack_keys(reads)) for name, result, reads in rows))
        self._has_units = None

    def results(self) -> dict[str, bytes]:
        """Return the results of the units with a record, by name."""
        return dict(self._store.units(self._stage))

    def result(self, name: str) -> bytes | None:
        """Return the result of one unit; None if it has no record."""
        return self._store.unit_result(self._stage, name)

    def _is_used(self) -> bool:
        """Return whether any unit has a record: without one, all are outdated whatever changes."""
        if self._has_units is None:
            self._has_units = next(iter(self._store.unit_names(self._stage)), None) is not None
        return self._has_units

    def _find_stale(self, there: set[str]) -> set[str]:
        changed = self.changes()
        if not changed:
            return set()
        if len(changed) > MOST_CHANGES:
            return there
        keys = changed | {ANYTHING}
        order = sorted(keys)
        units = self._store.unit_reads(self._stage)
        return {name for name, reads in units if _has_any(unpack_keys(reads), keys, order)}


def _has_any(reads: array[int], keys: frozenset[int], order: Sequence[int]) -> bool:
    """Return whether one of some keys is among those of a unit, which are sorted; `order` has the keys sorted, too."""
    if len(keys) * len(reads).bit_length() > len(reads):
        return not keys.isdisjoint(reads)
    places = (bisect_left(reads, key) for key in order)
    return any(place < len(reads) and reads[place] == key for place, key in zip(places, order, strict=True))


def _pack_facts(facts: Mapping[int, int]) -> bytes:
    keys = sorted(facts)
    return pack_keys(keys) + array("q", [facts[key] for key in keys]).tobytes()


def _unpack_facts(data: bytes) -> dict[int, int]:
    numbers = unpack_keys(data)
    half = len(numbers) // 2
    return dict(zip(numbers[:half], numbers[half:], strict=True))
