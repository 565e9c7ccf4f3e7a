"""The index file: where it is stored, and how a build locks, verifies and replaces it.

An index is a convenience: whatever is wrong with the one in the cache folder, a build goes on with a new one or with
one in a temporary folder, and says so in one line.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import stat
import tempfile
import time
import weakref
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sphinx_kwindex.errors import Problem, StoreError, WarningKind

INDEX = "index.sqlite"
LOCK = "lock.sqlite"
CHECKSUM = "index.sum"
RESCUED = "rescued.sqlite"
"""An index that takes the place of one that a killed build left."""

OLD = 3_600
"""Seconds after which a temporary file of a process that has ended is removed."""
_PREFIX = "kwindex-"
_NAMES = {f"{name}{end}" for name in (INDEX, LOCK, RESCUED) for end in ("", "-wal", "-shm", "-journal")} | {CHECKSUM}

_ENVIRONMENT = ("full", "readonly", "read-only", "unable to open", "disk i/o", "locked")
"""Words of SQLite's messages about what lies outside the file: rebuilding the file would not help."""


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open an index; statements outside an explicit transaction commit at once."""
    mode = "ro" if read_only else "rwc"
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=30)


def store_error(error: sqlite3.Error) -> StoreError:
    """Return our error for one of SQLite's."""
    text = str(error)
    outside = isinstance(error, sqlite3.OperationalError) and any(word in text.lower() for word in _ENVIRONMENT)
    return StoreError(text, damaged=not outside)


class IndexPlace:
    """An index file that this process alone may write, with its one connection."""

    def __init__(
        self, folder: Path, connection: sqlite3.Connection, lock: sqlite3.Connection, *, is_temporary: bool
    ) -> None:
        self.folder = folder
        self.path = folder / INDEX
        self.problems: list[Problem] = []
        self.connection = connection
        self._written = not (folder / CHECKSUM).exists()
        self._is_temporary = is_temporary
        self._is_trusted = True
        self._pid = os.getpid()
        unwanted = folder if is_temporary else None
        self._end = weakref.finalize(self, _end, os.getpid(), unwanted, connection, lock)

    def will_write(self) -> None:
        """Take back the checksum before the first write: a build that is killed leaves none behind."""
        if not self._written:
            (self.folder / CHECKSUM).unlink(missing_ok=True)
            self._written = True

    def distrust(self) -> None:
        """Have the next build look at everything in the file: something in it could not be read."""
        with contextlib.suppress(OSError):
            self.will_write()
        self._is_trusted = False

    def close(self) -> None:
        """Write the checksum and let other builds have the file; remove a temporary folder."""
        is_ours = self._end.alive and self._pid == os.getpid()
        if is_ours and self._written and self._is_trusted and not self._is_temporary:
            with contextlib.suppress(sqlite3.Error, OSError):
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                _seal_index(self.folder)
            self._written = False
        self._end()


def _end(pid: int, folder: Path | None, *connections: sqlite3.Connection) -> None:
    close_own(pid, *connections)
    if folder is not None and pid == os.getpid():
        shutil.rmtree(folder, ignore_errors=True)


def close_own(pid: int, *connections: sqlite3.Connection) -> None:
    """Close connections in the process that opened them; SQLite forbids even that in a forked child."""
    if pid == os.getpid():
        for connection in connections:
            connection.close()


Rescue = Callable[[sqlite3.Connection, sqlite3.Connection], bool]
"""Copies from one index to another what is whole beyond doubt; tells whether that was all that there should be."""


class IndexForm(NamedTuple):
    """What an index must look like."""

    schema: str
    version: str
    rescue: Rescue


def open_place(folder: Path | None, *, form: IndexForm, wait: float, is_fresh: bool = False) -> IndexPlace:
    """Return the index of a folder (None: a new one in a temporary folder), locked, whole, and of this version.

    One that is damaged or of another version is rebuilt (any is, if `is_fresh`); of one without a checksum, which a
    killed build leaves, the parts that are whole are kept. Where the folder cannot be used, or another build uses it for
    longer than `wait` seconds, a copy in a temporary folder is. Each is one problem of the place.
    """
    if folder is None:
        return _open_temporary(None, form, is_in_use=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _open_locked(folder, _lock(folder, wait), form, is_fresh=is_fresh)
    except (OSError, sqlite3.Error) as error:
        is_in_use = "locked" in str(error)
        why = "is in use by another build" if is_in_use else f"cannot be written ({_words(error)})"
        place = _open_temporary(None if is_fresh else folder, form, is_in_use=is_in_use)
        place.problems.insert(0, _problem(f"the cache folder {why}; a temporary one is used"))
        return place


def _open_temporary(original: Path | None, form: IndexForm, *, is_in_use: bool) -> IndexPlace:
    _remove_orphans()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        if original is not None and (original / INDEX).exists():
            # Whoever uses it has looked at all of it.
            is_whole = is_in_use or _is_sealed(original)
            _copy_index(original / INDEX, folder / INDEX)
            if is_whole and (folder / INDEX).exists():
                _seal_index(folder)
        return _open_locked(folder, _lock(folder, 0), form, is_temporary=True)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise StoreError(_words(error)) from error


def _remove_orphans() -> None:
    """Remove the temporary folders of processes that were killed: ours, old, and with a lock that no process holds."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # Whatever is odd about a folder that anybody may have made, it stays.
        with contextlib.suppress(OSError, sqlite3.Error):
            status = folder.lstat()
            is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == user
            if is_ours and status.st_mtime < time.time() - OLD and {path.name for path in folder.iterdir()} <= _NAMES:
                _lock(folder, 0).close()
                remove_index(folder)
                for name in _NAMES:
                    (folder / name).unlink(missing_ok=True)
                folder.rmdir()


def remove_leftovers(path: Path) -> None:
    """Remove what processes that were killed left of their attempts to write a file: its name, with their number behind."""
    with contextlib.suppress(OSError):
        for sibling in path.parent.iterdir():
            if sibling.stem == path.name and is_leftover(str(sibling)):
                sibling.unlink()


def is_leftover(path: str) -> bool:
    """Return whether a file whose name ends with the number of a process is so old that no process still writes it."""
    if not path.rpartition(".")[2].isdecimal():
        return False
    with contextlib.suppress(OSError):
        return os.stat(path).st_mtime < time.time() - OLD  # noqa: PTH116
    return False


def _copy_index(source: Path, target: Path) -> None:
    """Copy an index as it was after the last transaction; what cannot be copied is computed again."""
    try:
        with (
            contextlib.closing(connect(source, read_only=True)) as original,
            contextlib.closing(connect(target, read_only=False)) as copy,
        ):
            original.backup(copy)
    except sqlite3.Error:
        target.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # SQLite cannot open it where it may write nothing; then nobody else does
            shutil.copyfile(source, target)


def _open_locked(
    folder: Path, lock: sqlite3.Connection, form: IndexForm, *, is_fresh: bool = False, is_temporary: bool = False
) -> IndexPlace:
    opened = [lock]
    try:
        fault = _fault(folder, form.version)
        if fault or is_fresh:
            remove_index(folder)
        elif (folder / INDEX).exists() and not (folder / CHECKSUM).exists():
            fault = _rescue(folder, form)
        opened.append(connection := connect(folder / INDEX, read_only=False))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _create(connection, form)
            connection.execute("COMMIT")
    except BaseException:
        close_own(os.getpid(), *opened)
        raise
    place = IndexPlace(folder, connection, lock, is_temporary=is_temporary)
    if fault:
        place.problems.append(_problem(f"the cache {fault} and will be rebuilt"))
    return place


def _fault(folder: Path, version: str) -> str:
    """Return what is wrong with the index of a folder, or nothing (there may be none)."""
    if not (folder / INDEX).exists():
        return ""
    try:
        if (folder / CHECKSUM).exists() and not _is_sealed(folder):
            return "is damaged"
        with contextlib.closing(connect(folder / INDEX, read_only=False)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    except (sqlite3.Error, OSError, ValueError) as error:
        if isinstance(error, sqlite3.Error) and not store_error(error).damaged:
            raise  # a full disk is no fault of the file
        return "is damaged"
    return "" if row and row[0] == version else "is of another version"


def _create(connection: sqlite3.Connection, form: IndexForm) -> None:
    """Make an empty index; the transaction stays open."""
    connection.executescript(f"BEGIN; {form.schema}")
    connection.execute("INSERT INTO meta VALUES ('version', ?)", (form.version,))


def _rescue(folder: Path, form: IndexForm) -> str:
    """Rebuild an index without a checksum from what is whole in it; return what is wrong with it, if anything is.

    SQLite checks how its pages hang together, not what is in them. To seal what nobody has looked at would make damage last.
    """
    target = folder / RESCUED
    for path in (target, target.with_name(f"{RESCUED}-journal")):
        path.unlink(missing_ok=True)
    is_whole = False
    with contextlib.closing(connect(target, read_only=False)) as new:
        _create(new, form)
        with contextlib.suppress(sqlite3.Error), contextlib.closing(connect(folder / INDEX, read_only=False)) as old:
            is_whole = form.rescue(old, new)
        new.execute("COMMIT")
    remove_index(folder)
    target.replace(folder / INDEX)
    return "" if is_whole else "is damaged"


def _is_sealed(folder: Path) -> bool:
    """Return whether an index is as it was when its checksum was written."""
    try:
        return (folder / CHECKSUM).read_text(encoding="ascii") == checksum(folder / INDEX)
    except (OSError, ValueError):
        return False


def _seal_index(folder: Path) -> None:
    """Write the checksum, or none: a part of one would stand for damage."""
    try:
        (folder / CHECKSUM).write_text(checksum(folder / INDEX), encoding="ascii")
    except OSError:
        (folder / CHECKSUM).unlink(missing_ok=True)
        raise


def checksum(path: Path) -> str:
    """Return the checksum of a file."""
    total = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            total = zlib.crc32(block, total)
    return f"{path.stat().st_size}:{total:08x}"


def replace_file(path: Path, data: bytes) -> None:
    """Write a file at once: who reads it meanwhile, or kills this process, has the old one or the new one. Raise `OSError`."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def remove_empty_folders(top: Path, path: Path) -> None:
    """Remove the folders above a path, up to `top`, that are empty."""
    with contextlib.suppress(OSError):  # not empty
        for folder in path.parents:
            if folder == top or not folder.is_relative_to(top):
                break
            folder.rmdir()


def keep_file(path: Path, data: bytes) -> None:
    """Keep bytes in a file; where that cannot be done (which the index has said), none are kept, and no old ones stay."""
    try:
        replace_file(path, data)
        remove_leftovers(path)
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()


def keep(path: Path, key: str, data: bytes) -> None:
    """Keep bytes in a file next to the index, with a seal of them and of a key."""
    keep_file(path, _seal(key, data) + data)


def kept(path: Path, key: str) -> bytes | None:
    """Return bytes that were kept under a key; None if there are none, or they are damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data[_SEAL:] if data[:_SEAL] == _seal(key, data[_SEAL:]) else None


_SEAL = 16


def _seal(key: str, data: bytes) -> bytes:
    return hashlib.blake2b(data, key=hashlib.sha256(key.encode()).digest(), digest_size=_SEAL).digest()


def remove_index(folder: Path) -> None:
    """Remove an index with all that belongs to it, except the lock."""
    for name in (INDEX, f"{INDEX}-wal", f"{INDEX}-shm", f"{INDEX}-journal", CHECKSUM):
        (folder / name).unlink(missing_ok=True)


def _lock(folder: Path, wait: float) -> sqlite3.Connection:
    """Lock a folder for this process; the system frees it when the process ends, however it ends."""
    lock = sqlite3.connect(folder / LOCK, isolation_level=None, timeout=wait, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        lock.close()
        raise
    return lock


def _problem(text: str) -> Problem:
    return Problem(WarningKind.STORE, "", 0, text)


def _words(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
