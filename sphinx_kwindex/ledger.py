"""Dependencies of each result, recorded while it is computed: after an edit, exactly the results that read a changed fact are computed again.

A *fact* is anything that somebody may depend on, by a key: a row of the index, what a module exports, that a name is
*not* there. A *unit* is one result of a stage (the links of a file, the view of a page) with the keys that were read for
it. Whoever writes facts compares them with what was there and notes the keys of those that differ; a unit is outdated if it read
one of these, or if it has no record at all. An equal fact is not noted, so an edit goes no further than it has to.

A key that has no fact is read like any other. So a unit that found nothing under a name is redone when something comes up there.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar, cast

import msgspec

ANYTHING = 0
"""Key that changes whenever anything does: a reader that does not declare what it reads depends on this."""
MOST_CHANGES = 200_000
"""If more facts changed, the stage starts from scratch: looking them all up would take as long."""

T = TypeVar("T")

_pack = msgspec.msgpack.Encoder().encode


class LedgerStore(Protocol):
    """The tables of a ledger; the store has them."""

    def ledger_stamp(self, stage: str) -> str:
        """Return the stamp under which a stage last worked."""

    def set_ledger_stamp(self, stage: str, stamp: str) -> None:
        """Keep the stamp under which a stage works."""

    def ledger_facts(self, stage: str, owner: str) -> bytes:
        """Return the facts of an owner, packed; nothing if there are none."""

    def set_ledger_facts(self, stage: str, owner: str, facts: bytes) -> None:
        """Replace the facts of an owner."""

    def changed_keys(self, stage: str) -> Collection[int]:
        """Return the keys of facts that changed since the stage last looked."""

    def add_changed_keys(self, stage: str, keys: Iterable[int]) -> None:
        """Note that facts changed."""

    def clear_changed_keys(self, stage: str) -> None:
        """Note that the stage has seen all changes."""

    def unit_names(self, stage: str) -> Iterator[str]:
        """Return the name of every unit with a record, by name."""

    def units(self, stage: str) -> Iterator[tuple[str, bytes]]:
        """Return the name and the result of every unit with a record, by name."""

    def unit_result(self, stage: str, name: str) -> bytes | None:
        """Return the result of one unit; None if it has no record."""

    def unit_reads(self, stage: str) -> Iterator[tuple[str, bytes]]:
        """Return the name and the packed keys of every unit with a record."""

    def set_units(self, stage: str, rows: Iterable[tuple[str, bytes, bytes]]) -> None:
        """Replace the records of some units: name, result, packed keys."""

    def remove_units(self, stage: str, names: Sequence[str]) -> None:
        """Remove the records of some units."""


def digest(*parts: Any) -> int:
    """Return a number that stands for some values, both as the key of a fact and as what is known about it.

    It is a digest of 64 bits: two keys that share a number would only have more redone than need be.
    """
    return int.from_bytes(hashlib.blake2b(_pack(parts), digest_size=8).digest(), "little", signed=True)


class FactKeys(dict[Any, int]):
    """The keys of facts that differ in their last part, each computed when it is first read: every link of a page reads some."""

    def __init__(self, *start: str) -> None:
        super().__init__()
        self._start = start

    def __missing__(self, last: Any) -> int:
        key = self[last] = digest(*self._start, last)
        return key


class Recorder:
    """Notes the keys that are read while something is made."""

    def __init__(self) -> None:
        self._keys: set[int] | None = None

    @property
    def is_recording(self) -> bool:
        """Whether anything is being made."""
        return self._keys is not None

    def read(self, key: int) -> None:
        """Note that what is being made depends on a fact, or on its absence."""
        if self._keys is not None:
            self._keys.add(key)

    def read_one(self, keys: FactKeys, last: Any) -> None:
        """Note that what is being made depends on one of the facts that differ in their last part."""
        if self._keys is not None:
            self._keys.add(keys[last])

    def read_all(self, keys: Iterable[int]) -> None:
        """Note that what is being made depends on some facts."""
        if self._keys is not None:
            self._keys.update(keys)

    def once(self, known: dict[Any, tuple[Any, set[int]]], name: object, make: Callable[[], T]) -> T:
        """Return what was made under a name before, or make it; whoever asks depends on all that was read for it."""
        if name not in known:
            with self.recording() as reads:
                known[name] = make(), reads
        value, keys = known[name]
        self.read_all(keys)
        return cast("T", value)

    @contextmanager
    def recording(self) -> Iterator[set[int]]:
        """Collect the keys that are read inside; what is being made outside does not depend on them."""
        keys: set[int] = set()
        outer, self._keys = self._keys, keys
        try:
            yield keys
        finally:
            self._keys = outer


class Ledger:
    """The facts and units of one stage. Call all that writes in the transaction that writes what it is about."""

    def __init__(self, store: LedgerStore, stage: str) -> None:
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


def pack_keys(keys: Iterable[int]) -> bytes:
    """Return keys as bytes."""
    return array("q", sorted(keys)).tobytes()


def unpack_keys(data: bytes) -> array[int]:
    """Return keys that were packed."""
    return array("q", data)


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
