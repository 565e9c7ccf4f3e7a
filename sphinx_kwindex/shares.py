"""Work on many files in several processes: forks of this one, which have all data without receiving it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import IO, Any, NamedTuple, TypeVar

import msgspec

T = TypeVar("T")

_pack = msgspec.msgpack.Encoder().encode


def work_in_shares(work: Callable[[int], T], numbers: Sequence[int], kind: type[T], *, jobs: int) -> Iterator[T]:
    """Yield what `work` returns for each number, in their order; `kind` is its type, which msgspec has to know.

    Every process takes one in `jobs` of the numbers. A share that its process did not finish is done here.
    """
    jobs = jobs if hasattr(os, "fork") else 1
    shares = [numbers[start::jobs] for start in range(jobs)]
    with ExitStack() as stack:
        answers = [_start(work, share, stack) for share in shares[1:]]
        # What is found here is packed as well: until it is asked for, it takes a fraction of the space.
        done = [_pack_all(work, shares[0])]
        for share, answer in zip(shares[1:], answers, strict=True):
            done.append(_take(answer) or _pack_all(work, share))
    unpack = msgspec.msgpack.Decoder(kind).decode
    for place in range(len(numbers)):
        yield unpack(done[place % jobs][place // jobs])


def _pack_all(work: Callable[[int], Any], share: Sequence[int]) -> list[bytes]:
    return [_pack(work(number)) for number in share]


class _Child(NamedTuple):
    """A process, and the file that it writes what it found to."""

    process: int
    file: IO[bytes]


def _start(work: Callable[[int], Any], share: Sequence[int], stack: ExitStack) -> _Child | None:
    try:
        file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        process = os.fork()
    except OSError:
        return None
    if process == 0:
        # Leaves without a word: whatever is open here, the parent closes.
        status = 1
        try:
            file.write(_pack(_pack_all(work, share)))
            file.flush()
            status = 0
        finally:
            os._exit(status)
    return _Child(process, file)


def _take(answer: _Child | None) -> list[bytes]:
    """Return what a process found, packed; nothing if it failed."""
    if answer is None or os.waitpid(answer.process, 0)[1]:
        return []
    answer.file.seek(0)
    try:
        return msgspec.msgpack.decode(answer.file.read(), type=list[bytes])
    except msgspec.DecodeError:
        return []
