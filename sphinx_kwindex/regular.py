"""Reads regular files of limited size, and nothing else: a pipe never ends, a device never stops."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

MOST_OF_A_SETTING = 1_000_000
"""Bytes of a file that says how a project is built, or what to leave out."""
HUGE = 64_000_000
"""Bytes of a file that is not even read to find out whether it changed."""

_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"))


def read_blocks(path: str | Path, limit: int) -> Iterator[bytes]:
    """Yield the bytes of a regular file; raise `OSError` for anything else, and for one that is longer than `limit`."""
    # First, as opening a device may do something; then again, as it may be another file by then.
    _check(os.stat(path), limit)  # noqa: PTH116
    with open(os.open(path, _FLAGS), "rb", buffering=0) as stream:  # noqa: PTH123
        _check(os.fstat(stream.fileno()), limit)
        total = 0
        while block := stream.read(1 << 20):
            total += len(block)
            if total > limit:
                raise _too_large(limit)
            yield block


def read_bytes(path: str | Path, limit: int) -> bytes:
    """Return the bytes of a regular file; raise `OSError` for anything else, and for one that is longer than `limit`."""
    return b"".join(read_blocks(path, limit))


def read_setting(path: str | Path) -> str:
    """Return the text of a small file; raise `OSError`."""
    return read_bytes(path, MOST_OF_A_SETTING).decode("utf-8", "replace")


def _check(status: os.stat_result, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    if status.st_size > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> OSError:
    return OSError(errno.EFBIG, f"larger than {limit:,} bytes")
