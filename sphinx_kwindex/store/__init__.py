"""The SQLite file: schema, transactions, typed reads and writes. No other module uses SQL.

One writer (`Store`), any number of readers (`Reader`, opened read-only per process: a connection never crosses a fork).
What is derived from a file's bytes alone (its summary) is stored under its digest and survives every rebuild; what is
derived from the whole tree (keywords, links, uses, rankings) is replaced file by file, in one transaction per stage.

What a stage still has to do is in the index too (`pending`), in the same transaction as the change that asks for it:
a build that is killed between two stages leaves nothing undone for the next one.
"""

from __future__ import annotations

from sphinx_kwindex.store.keywords import import_qualname
from sphinx_kwindex.store.reader import Reader, unpack_uses
from sphinx_kwindex.store.rows import Changes, Described, FileRole, FileRow, Home, Pending
from sphinx_kwindex.store.schema import IMPORT_ROOTS, KEEP_GENERATIONS, STAGES
from sphinx_kwindex.store.stages import Ledger
from sphinx_kwindex.store.writer import Store

__all__ = [
    "IMPORT_ROOTS",
    "KEEP_GENERATIONS",
    "STAGES",
    "Changes",
    "Described",
    "FileRole",
    "FileRow",
    "Home",
    "Ledger",
    "Pending",
    "Reader",
    "Store",
    "import_qualname",
    "unpack_uses",
]
