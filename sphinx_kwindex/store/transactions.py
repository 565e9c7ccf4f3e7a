"""Transactions of the one writer, and the tables of the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sphinx_kwindex import cache
from sphinx_kwindex.ledger import digest
from sphinx_kwindex.store.reader import Reader
from sphinx_kwindex.store.rows import Key
from sphinx_kwindex.store.schema import WATCHING


class LedgerTables(Reader):
    """A writer that keeps facts, reads and units of stages: what a `Ledger` asks for."""

    def __init__(self, place: cache.IndexPlace) -> None:
        super().__init__(place.path)
        self.place = place
        self._depth = 0
        self._touched: set[int] = set()
        """Facts that the running transaction changes."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all writes inside, or none; inner transactions join the outer one. It starts with the first write."""
        self._depth += 1
        try:
            yield
            if self._depth == 1:
                self._log_touched()
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._touched.clear()
                self._end("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._end("COMMIT")

    def _begin(self) -> None:
        if self._depth and not self._connection().in_transaction:
            self.place.will_write()
            self._connection().execute("BEGIN IMMEDIATE")

    def _end(self, sql: str) -> None:
        if self._connection().in_transaction:
            self._run(sql)

    @cached_property
    def _watching(self) -> tuple[str, ...]:
        """The stages with units that may depend on rows: without any, all have to be made whatever changes."""
        sql = "SELECT EXISTS (SELECT 1 FROM ledger_unit WHERE stage = ?)"
        return tuple(stage for stage in WATCHING if self._rows(sql, stage)[0][0])

    def _touch(self, *keys: Key) -> None:
        """Note that facts changed now, in the transaction that changes their rows."""
        if self._watching:
            self._touched.update(digest(*key) for key in keys)

    def _log_touched(self) -> None:
        if self._touched:
            for stage in self._watching:
                self.add_changed_keys(stage, self._touched)
            self._touched.clear()

    def set_meta(self, key: str, value: str) -> None:
        """Store a short text under a key."""
        if self.get_meta(key, "\0") != value:
            with self.transaction():
                self._touch(("meta", key))
                if key == "lint":
                    self._touch(("findings",), *(("findings", path) for (path,) in self._rows("SELECT path FROM file")))
                self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    def set_blob(self, key: str, value: bytes | None) -> None:
        """Store bytes that a stage keeps for itself (None: drop them). Keys start with the stage's name."""
        with self.transaction():
            self._touch(("blob", key))
            if value is None:
                self._run("DELETE FROM blob WHERE key = ?", key)
            else:
                self._run("INSERT OR REPLACE INTO blob VALUES (?, ?)", key, value)

    # The tables of the ledger

    def ledger_stamp(self, stage: str) -> str:
        """Return the stamp under which a stage last worked."""
        return self.get_meta(f"ledger {stage}")

    def set_ledger_stamp(self, stage: str, stamp: str) -> None:
        """Keep the stamp under which a stage works."""
        self.set_meta(f"ledger {stage}", stamp)

    def ledger_facts(self, stage: str, owner: str) -> bytes:
        """Return the facts of an owner, packed; nothing if there are none."""
        rows = self._rows("SELECT facts FROM ledger_fact WHERE stage = ? AND owner = ?", stage, owner)
        return rows[0][0] if rows else b""

    def set_ledger_facts(self, stage: str, owner: str, facts: bytes) -> None:
        """Replace the facts of an owner."""
        with self.transaction():
            if facts:
                self._run("INSERT OR REPLACE INTO ledger_fact VALUES (?, ?, ?)", stage, owner, facts)
            else:
                self._run("DELETE FROM ledger_fact WHERE stage = ? AND owner = ?", stage, owner)

    def changed_keys(self, stage: str) -> list[int]:
        """Return the keys of facts that changed since the stage last looked."""
        return [row[0] for row in self._rows("SELECT key FROM ledger_change WHERE stage = ?", stage)]

    def add_changed_keys(self, stage: str, keys: Iterable[int]) -> None:
        """Note that facts changed."""
        with self.transaction():
            self._many("INSERT OR IGNORE INTO ledger_change VALUES (?, ?)", [(stage, key) for key in keys])

    def clear_changed_keys(self, stage: str) -> None:
        """Note that the stage has seen all changes."""
        if self._rows("SELECT 1 FROM ledger_change WHERE stage = ? LIMIT 1", stage):
            with self.transaction():
                self._run("DELETE FROM ledger_change WHERE stage = ?", stage)

    def unit_names(self, stage: str) -> Iterator[str]:
        """Return the name of every unit with a record, by name: without the results, which may be large."""
        for (name,) in self._stream("SELECT name FROM ledger_unit WHERE stage = ? ORDER BY name", stage):
            yield name

    def units(self, stage: str) -> Iterator[tuple[str, bytes]]:
        """Return the name and the result of every unit with a record, by name."""
        return self._stream("SELECT name, result FROM ledger_unit WHERE stage = ? ORDER BY name", stage)

    def unit_result(self, stage: str, name: str) -> bytes | None:
        """Return the result of one unit; None if it has no record."""
        rows = self._rows("SELECT result FROM ledger_unit WHERE stage = ? AND name = ?", stage, name)
        return rows[0][0] if rows else None

    def unit_reads(self, stage: str) -> Iterator[tuple[str, bytes]]:
        """Return the name and the packed keys of every unit with a record."""
        return self._stream("SELECT name, reads FROM ledger_unit WHERE stage = ?", stage)

    def set_units(self, stage: str, rows: Iterable[tuple[str, bytes, bytes]]) -> None:
        """Replace the records of some units: name, result, packed keys."""
        self.__dict__.pop("_watching", None)
        with self.transaction():
            sql = "INSERT OR REPLACE INTO ledger_unit VALUES (?, ?, ?, ?)"
            self._many(sql, [(stage, *row) for row in rows])

    def remove_units(self, stage: str, names: Sequence[str]) -> None:
        """Remove the records of some units."""
        if names:
            with self.transaction():
                sql = "DELETE FROM ledger_unit WHERE stage = ? AND name = ?"
                self._many(sql, [(stage, name) for name in names])

    # How it writes

    def _connection(self) -> sqlite3.Connection:
        return self.place.connection

    def _run(self, sql: str, *values: Any) -> None:
        try:
            self._begin()
            self._connection().execute(sql, values)
        except sqlite3.Error as error:
            raise cache.store_error(error) from error

    def _many(self, sql: str, rows: Sequence[Any]) -> None:
        try:
            if rows:
                self._begin()
                self._connection().executemany(sql, rows)
        except sqlite3.Error as error:
            raise cache.store_error(error) from error
