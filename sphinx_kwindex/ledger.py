"""Dependencies of each result, recorded while it is computed: after an edit, exactly the results that read a changed fact are computed again.

A *fact* is anything that somebody may depend on, by a key: a row of the index, what a module exports, that a name is
*not* there. A *unit* is one result of a stage (the links of a file, the view of a page) with the keys that were read for
it. Whoever writes facts compares them with what was there and notes the keys of those that differ; a unit is outdated if it read
one of these, or if it has no record at all. An equal fact is not noted, so an edit goes no further than it has to.

A key that has no fact is read like any other. So a unit that found nothing under a name is redone when something comes up there.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import msgspec

ANYTHING = 0
"""Key that changes whenever anything does: a reader that does not declare what it reads depends on this."""

T = TypeVar("T")

_pack = msgspec.msgpack.Encoder().encode


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


def pack_keys(keys: Iterable[int]) -> bytes:
    """Return keys as bytes."""
    return array("q", sorted(keys)).tobytes()


def unpack_keys(data: bytes) -> array[int]:
    """Return keys that were packed."""
    return array("q", data)
