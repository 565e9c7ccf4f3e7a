"""The SQLite file: schema, transactions, typed reads and writes. No other module speaks SQL.

One writer (`Store`), any number of readers (`Reader`, opened read-only per process: a connection never crosses a fork).
What is derived from a file's bytes alone (its summary) is stored under its digest and survives every rebuild; what is
derived from the whole tree (keywords, links, uses, rankings) is replaced file by file, in one transaction per stage.

What a stage still has to do is in the index too (`pending`), in the same transaction as the change that asks for it:
a build that is killed between two stages leaves nothing undone for the next one.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import weakref
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import msgspec

from sphinx_kwindex import cache
from sphinx_kwindex.errors import Problem, StoreError, WarningKind
from sphinx_kwindex.ledger import ANYTHING, Recorder, digest
from sphinx_kwindex.model import (
    FORMAT,
    PART_SIZE,
    TEST_ROLES,
    FileFacts,
    Finding,
    Flag,
    Import,
    Keyword,
    Kind,
    LinkedFile,
    LinkState,
    PackedUses,
    Record,
    References,
    Related,
    Relation,
    RelationKind,
    Role,
    SourceFile,
    UseKind,
    UseRow,
    keyword_id,
)
from sphinx_kwindex.options import Options
from sphinx_kwindex.packing import exact_targets, use_rows

T = TypeVar("T")

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE summary (
    key TEXT PRIMARY KEY, facts BLOB NOT NULL, refs BLOB NOT NULL, words BLOB NOT NULL, seal BLOB NOT NULL
);
CREATE TABLE retired (key TEXT PRIMARY KEY, generation INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, language TEXT NOT NULL, module TEXT NOT NULL,
    is_package INTEGER NOT NULL, in_package INTEGER NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    key TEXT NOT NULL, role TEXT NOT NULL, lines INTEGER NOT NULL, error TEXT NOT NULL, doc TEXT NOT NULL,
    counts BLOB NOT NULL
);
CREATE INDEX file_module ON file (module);
CREATE TABLE keyword (
    file INTEGER NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL,
    qualname TEXT NOT NULL, kind TEXT NOT NULL, line INTEGER NOT NULL, flags INTEGER NOT NULL, summary TEXT NOT NULL,
    PRIMARY KEY (file, position)
) WITHOUT ROWID;
CREATE INDEX keyword_id ON keyword (id);
CREATE INDEX keyword_name ON keyword (folded, name, kind, flags);
CREATE TABLE problem (
    file INTEGER NOT NULL, stage TEXT NOT NULL, kind TEXT NOT NULL, line INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE INDEX problem_file ON problem (file);
CREATE TABLE linked (file INTEGER PRIMARY KEY, facts BLOB NOT NULL);
CREATE TABLE link_state (path TEXT PRIMARY KEY, state BLOB NOT NULL);
CREATE TABLE uses (
    target INTEGER NOT NULL, user INTEGER NOT NULL, digest BLOB NOT NULL, counts BLOB NOT NULL, reached BLOB NOT NULL,
    rows BLOB NOT NULL
);
CREATE INDEX uses_target ON uses (target);
CREATE INDEX uses_user ON uses (user);
CREATE TABLE imported (
    user INTEGER NOT NULL, target INTEGER NOT NULL, late INTEGER NOT NULL, PRIMARY KEY (user, target)
) WITHOUT ROWID;
CREATE INDEX imported_target ON imported (target);
CREATE TABLE taken (
    target INTEGER NOT NULL, user INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (target, user, name)
) WITHOUT ROWID;
CREATE INDEX taken_user ON taken (user);
CREATE TABLE relation (file INTEGER NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL);
CREATE INDEX relation_file ON relation (file);
CREATE INDEX relation_target ON relation (target);
CREATE TABLE related (file INTEGER PRIMARY KEY, files BLOB NOT NULL);
CREATE TABLE lint (key TEXT PRIMARY KEY, stamp TEXT NOT NULL, findings BLOB NOT NULL);
CREATE TABLE pending (stage TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (stage, path)) WITHOUT ROWID;
CREATE TABLE blob (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE ledger_fact (stage TEXT NOT NULL, owner TEXT NOT NULL, facts BLOB NOT NULL, UNIQUE (stage, owner));
CREATE TABLE ledger_change (stage TEXT NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (stage, key)) WITHOUT ROWID;
CREATE TABLE ledger_unit (
    stage TEXT NOT NULL, name TEXT NOT NULL, result BLOB NOT NULL, reads BLOB NOT NULL, UNIQUE (stage, name)
);
"""

_OWNED = ("keyword", "problem", "linked", "relation", "related")
"""Tables whose rows belong to the file that their column `file` names."""

KEEP_GENERATIONS = 3
"""Summaries that no file has any more stay for so many changes of the tree (another branch may want them back)."""

IMPORT_ROOTS = "import roots"
"""Key of the folders from which modules are imported."""

_MOST_VALUES = 500
"""Values in one query; older versions of SQLite take no more than 999."""

STAGES = ("link", "relate")
"""Stages that are told which files changed since they last ran."""


class FileRow(Record, frozen=True):
    """One file, as lists show it."""

    path: str
    language: str
    module: str
    is_package: bool
    role: Role
    lines: int
    size: int
    error: str = ""
    """Why it could not be analysed, in words."""
    doc: str = ""
    """First sentence of its docstring."""
    counts: tuple[tuple[Kind, int, int], ...] = ()
    """How many keywords of each kind: (kind, public, private), kinds in the order of `Kind`."""


class FileRole(NamedTuple):
    """What one file is."""

    path: str
    role: Role
    is_package: bool
    module: str


class Changes(NamedTuple):
    """What `replace_files` found different, as sorted paths."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


class _LinkRows(NamedTuple):
    """The rows of one file that come from link."""

    facts: bytes
    relations: tuple[tuple[str, str, str], ...]
    """Kind, source, target."""
    uses: dict[str, tuple[bytes, bytes]]
    """By the file whose keywords are used: digests, and how these are reached."""
    imported: dict[str, int]
    """By file: the `ImportFlag` that says when it is imported (0: when this one is)."""
    taken: frozenset[tuple[str, str]]
    """File, name that it has by an import."""


class Pending(NamedTuple):
    """What a stage has to do, as sorted paths."""

    changed: tuple[str, ...]
    """New, or with another summary than the stage last saw."""
    removed: tuple[str, ...]


Key = tuple[str, ...]
"""A fact of the index that somebody may depend on: what it is, and of what."""


class Home(NamedTuple):
    """What a keyword is called, and on which page it stands: all that links need, and no more, for every line may move."""

    id: str
    name: str
    qualname: str
    kind: Kind
    path: str
    part: int
    """Page of the file, from 1."""
    flags: int


WATCHING = ("overview", "plan", "pages")
"""Stages whose units depend on rows of the index."""

# Looked up hundreds of thousands of times: calling an enumeration takes five times as long.
_USE_KINDS = {int(kind): kind for kind in UseKind}
_KINDS = {kind.value: kind for kind in Kind}

_pack = msgspec.msgpack.Encoder().encode


def _decoder(kind: type[T]) -> Callable[[bytes], T]:
    return msgspec.msgpack.Decoder(kind).decode


_read_facts = _decoder(FileFacts)
_read_references = _decoder(References)
_read_words = _decoder(tuple[tuple[str, int], ...])
_read_linked = _decoder(LinkedFile)
_read_state = _decoder(LinkState)
_read_uses = _decoder(PackedUses)
_read_use_counts = _decoder(dict[str, int])
_read_reached = _decoder(dict[str, tuple[int, int]])
_read_counts = _decoder(tuple[tuple[Kind, int, int], ...])
_read_findings = _decoder(tuple[Finding, ...])
_read_related = _decoder(tuple[Related, ...])


def unpack_uses(user: str, packed: PackedUses) -> Iterator[UseRow]:
    """Return the uses that the file `user` makes, as records."""
    examples = dict(packed.examples)
    for number, (target, name, scope, line, col, kind, exact) in enumerate(use_rows(packed)):
        yield UseRow(
            path=user,
            line=line,
            col=col,
            name=packed.names[name],
            kind=_USE_KINDS[kind],
            scope=packed.scopes[scope],
            target=packed.targets[target],
            exact=exact == 1,
            candidates=1 - exact,
            example=examples.get(number, ""),
        )


class Reader:
    """Typed reads of a finished index; opens its own read-only connection in every process that uses it.

    Every method raises `StoreError` if the file is gone or damaged.
    """

    def __init__(self, path: Path, recorder: Recorder | None = None) -> None:
        self.path = path
        self.recorder = recorder or Recorder()
        """Notes what is read for whatever is being made: every query names the facts that its answer rests on."""
        self._open: tuple[int, sqlite3.Connection] | None = None

    def close(self) -> None:
        """Close this process's connection; the next read opens another."""
        if self._open is not None and self._open[0] == os.getpid():
            self._open[1].close()
        self._open = None

    def files(self) -> tuple[FileRow, ...]:
        """Return one light row per file, by path."""
        columns = "path, language, module, is_package, role, lines, size, error, doc, counts"
        rows = self._rows(f"SELECT {columns} FROM file ORDER BY path", reads=[("files",)])
        return tuple(map(self._file_row, rows))

    def roles(self) -> tuple[FileRole, ...]:
        """Return what files are, by path."""
        rows = self._rows("SELECT path, role, is_package, module FROM file ORDER BY path", reads=[("roles",)])
        return tuple(FileRole(path, Role(role), bool(is_package), module) for path, role, is_package, module in rows)

    def file(self, path: str) -> FileRow | None:
        """Return the light row of one file."""
        columns = "path, language, module, is_package, role, lines, size, error, doc, counts"
        rows = self._rows(f"SELECT {columns} FROM file WHERE path = ?", path, reads=[("file", path)])
        return self._file_row(rows[0]) if rows else None

    def facts(self, path: str) -> FileFacts | None:
        """Return what one file says of itself."""
        return self._part("facts", path, _read_facts)

    def references(self, path: str) -> References:
        """Return all uses of one file as collected: packed and symbolic."""
        return self._part("refs", path, lambda blob: _read_references(zlib.decompress(blob))) or References()

    def words(self, path: str) -> tuple[tuple[str, int], ...]:
        """Return the vocabulary of one file."""
        return self._part("words", path, lambda blob: _read_words(zlib.decompress(blob))) or ()

    def all_words(self) -> Iterator[tuple[str, tuple[tuple[str, int], ...]]]:
        """Return the vocabulary of every file, by path, one decoded at a time."""
        sql = "SELECT f.path, s.words FROM file f LEFT JOIN summary s ON s.key = f.key ORDER BY f.path"
        for path, blob in self._stream(sql, reads=[("summaries",)]):
            yield path, self._decode(lambda data: _read_words(zlib.decompress(data)), blob) if blob is not None else ()

    def problems(self) -> tuple[Problem, ...]:
        """Return what collect and link found wrong with the files of the tree, in order of path and line."""
        sql = "SELECT p.kind, f.path, p.line, p.text FROM problem p JOIN file f ON f.id = p.file ORDER BY 2, 3, 1, 4"
        return tuple(Problem(WarningKind(kind), path, line, text) for kind, path, line, text in self._rows(sql))

    def linked(self, path: str) -> LinkedFile | None:
        """Return what link says of one file."""
        sql = "SELECT l.facts FROM linked l JOIN file f ON f.id = l.file WHERE f.path = ?"
        rows = self._rows(sql, path, reads=[("linked", path)])
        return self._decode(_read_linked, rows[0][0]) if rows else None

    def import_roots(self) -> tuple[str, ...]:
        """Return the folders from which modules are imported, best first."""
        text = self.get_meta(IMPORT_ROOTS)
        return tuple(text.split("\n")) if text else ()

    def texts(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return how often names are spelled out in strings, and how often they are looked up on objects of unknown type."""
        spelled: Counter[str] = Counter()
        loose: Counter[str] = Counter()
        for (blob,) in self._stream("SELECT facts FROM linked", reads=[("texts",)]):
            linked = self._decode(_read_linked, blob)
            for counts, rows in ((spelled, linked.spelled), (loose, linked.loose)):
                for name, count in rows:
                    counts[name] += count
        return dict(sorted(spelled.items())), dict(sorted(loose.items()))

    def link_states(self) -> dict[str, LinkState]:
        """Return what link keeps of each file that it has seen, also of those that are gone since."""
        rows = self._rows("SELECT state FROM link_state")
        states = (self._decode(_read_state, row[0]) for row in rows)
        return {state.path: state for state in states}

    def uses_of(self, path: str) -> tuple[UseRow, ...]:
        """Return the uses, from every file, of keywords that `path` defines; exact ones and guesses, in order of place."""
        sql = (
            "SELECT u.path, rows FROM uses JOIN file u ON u.id = uses.user JOIN file t ON t.id = uses.target"
            " WHERE t.path = ? ORDER BY u.path"
        )
        return self._uses(self._rows(sql, path, reads=[("uses", path)]))

    def uses_in(self, path: str) -> tuple[UseRow, ...]:
        """Return the uses, in `path`, of keywords of the project; in source order."""
        sql = "SELECT u.path, rows FROM uses JOIN file u ON u.id = uses.user WHERE u.path = ?"
        rows = self._rows(sql, path, reads=[("linked", path)])
        return tuple(sorted(self._uses(rows), key=lambda row: (row.line, row.col, row.target)))

    def use_counts(self, path: str | None = None) -> dict[str, tuple[int, int]]:
        """Return, by keyword id, how many exact uses the keywords of a file (None: of all) have, and in how many files."""
        if path is None:
            rows = self._rows("SELECT counts FROM uses", reads=[("uses",)])
        else:
            sql = "SELECT uses.counts FROM uses JOIN file t ON t.id = uses.target WHERE t.path = ?"
            rows = self._rows(sql, path, reads=[("uses", path)])
        totals: dict[str, tuple[int, int]] = {}
        for (blob,) in rows:
            for identity, number in self._decode(_read_use_counts, blob).items():
                uses, files = totals.get(identity, (0, 0))
                totals[identity] = (uses + number, files + 1)
        return totals

    def reached(self) -> dict[str, tuple[int, int]]:
        """Return, by keyword id, how many exact uses call it and how many look it up on an object; none without either.

        Uses through `super()` are left out. Where a use looks a member up on an object, what overrides it may be meant.
        """
        totals: dict[str, tuple[int, int]] = {}
        for (blob,) in self._stream("SELECT reached FROM uses WHERE reached != ?", _pack({}), reads=[("reached",)]):
            for identity, (calls, reaches) in self._decode(_read_reached, blob).items():
                known = totals.get(identity, (0, 0))
                totals[identity] = (known[0] + calls, known[1] + reaches)
        return dict(sorted(totals.items()))

    def importers(self, path: str) -> tuple[str, ...]:
        """Return the files that import the module `path` or something from it, by path."""
        return tuple(user for user, _ in self.timed_importers(path))

    def timed_importers(self, path: str) -> tuple[tuple[str, int], ...]:
        """Return `importers` with the `ImportFlag` that says when (0: when they are imported themselves)."""
        sql = (
            "SELECT u.path, i.late FROM imported i JOIN file t ON t.id = i.target JOIN file u ON u.id = i.user"
            " WHERE t.path = ? ORDER BY u.path"
        )
        return tuple((user, late) for user, late in self._rows(sql, path, reads=[("importers", path)]))

    def taken(self, path: str) -> dict[str, int]:
        """Return how many other files use a name from the module `path` that it has by an import, by name."""
        sql = (
            "SELECT name, count(*) FROM taken JOIN file t ON t.id = target WHERE t.path = ? GROUP BY name ORDER BY name"
        )
        return dict(self._rows(sql, path, reads=[("taken", path)]))

    def imported(self, path: str) -> tuple[str, ...]:
        """Return the files of the project that `path` imports, by path."""
        sql = (
            "SELECT t.path FROM imported i JOIN file t ON t.id = i.target JOIN file u ON u.id = i.user"
            " WHERE u.path = ? ORDER BY t.path"
        )
        return tuple(row[0] for row in self._rows(sql, path, reads=[("linked", path)]))

    def import_edges(self) -> tuple[tuple[str, str], ...]:
        """Return every (importing file, imported file) of the project, sorted."""
        sql = (
            "SELECT u.path, t.path FROM imported i JOIN file t ON t.id = i.target JOIN file u ON u.id = i.user"
            " ORDER BY 1, 2"
        )
        return tuple((user, target) for user, target in self._rows(sql, reads=[("imports",)]))

    def late_edges(self) -> dict[tuple[str, str], int]:
        """Return every (file, file that it imports later) of the project, sorted, with the `ImportFlag` that says when."""
        sql = (
            "SELECT u.path, t.path, i.late FROM imported i JOIN file t ON t.id = i.target JOIN file u ON u.id = i.user"
            " WHERE i.late ORDER BY 1, 2"
        )
        return {(user, target): late for user, target, late in self._rows(sql, reads=[("imports",)])}

    def tested(self) -> tuple[str, ...]:
        """Return the files whose keywords other files, which are tests, use for certain; by path."""
        sql = (
            "SELECT DISTINCT t.path FROM uses JOIN file t ON t.id = uses.target JOIN file u ON u.id = uses.user"
            f" WHERE u.role IN ({', '.join('?' * len(TEST_ROLES))}) AND u.id != t.id AND uses.counts != ? ORDER BY 1"
        )
        roles = sorted(role.value for role in TEST_ROLES)
        rows = self._rows(sql, *roles, _pack({}), reads=[("uses",), ("roles",)])
        return tuple(row[0] for row in rows)

    def test_files(self) -> tuple[str, ...]:
        """Return the files that hold tests, by path; a test file may have nothing but helpers."""
        sql = f"SELECT path FROM file WHERE {_HOLDS_TESTS.format('file')} ORDER BY 1"
        return tuple(row[0] for row in self._rows(sql, reads=[("names",)]))

    def names_pytest(self) -> bool:
        """Tell whether something in the tree is for pytest alone: an import of it, a `conftest.py`, most tests without a class."""
        sql = (
            "SELECT EXISTS (SELECT 1 FROM keyword WHERE folded = 'pytest' AND kind = 'import')"
            " OR EXISTS (SELECT 1 FROM file WHERE path = 'conftest.py' OR path LIKE '%/conftest.py')"
            # Some functions that are called so are no tests: a few among thousands say nothing.
            " OR (SELECT total(kind = 'function') * 2 > count(*) FROM keyword"
            " WHERE kind IN ('function', 'method') AND flags & ?)"
        )
        return bool(self._rows(sql, int(Flag.TEST), reads=[("names",), ("roles",)])[0][0])

    def loaded_edges(self) -> tuple[tuple[str, str], ...]:
        """Return every (file, other file that is imported when it is) of the project, sorted."""
        sql = (
            "SELECT u.path, t.path FROM imported i JOIN file t ON t.id = i.target JOIN file u ON u.id = i.user"
            " WHERE NOT i.late AND t.id != u.id ORDER BY 1, 2"
        )
        return tuple((user, target) for user, target in self._rows(sql, reads=[("imports",)]))

    def file_edges(self, user: str | None = None) -> Iterator[tuple[str, str, dict[str, int]]]:
        """Return every (using file, defining file, exact uses by keyword id) of the project, or of one user, by path."""
        where, values = ("", ()) if user is None else (" WHERE u.path = ?", (user,))
        sql = (
            "SELECT u.path, t.path, uses.counts FROM uses JOIN file t ON t.id = uses.target"
            f" JOIN file u ON u.id = uses.user{where} ORDER BY 1, 2"
        )
        for using, target, counts in self._stream(sql, *values, reads=[("uses",)]):
            yield using, target, self._decode(_read_use_counts, counts)

    def base_edges(self) -> tuple[tuple[str, str, str], ...]:
        """Return every (file, base of one of its classes, file that defines the base or empty) of the project, sorted."""
        sql = (
            "SELECT DISTINCT f.path, r.target, coalesce(t.path, '') FROM relation r JOIN file f ON f.id = r.file"
            " LEFT JOIN keyword k ON k.id = r.target AND k.kind IN ('class', 'exception')"
            " LEFT JOIN file t ON t.id = k.file WHERE r.kind = 'base' ORDER BY 1, 2, 3"
        )
        return tuple((user, base, path) for user, base, path in self._rows(sql))

    def relations_to(self, path: str) -> tuple[Relation, ...]:
        """Return the relations, from any file, whose target is a keyword that `path` defines."""
        sql = (
            "SELECT DISTINCT r.kind, r.source, r.target FROM keyword k JOIN file f ON f.id = k.file"
            " JOIN relation r ON r.target = k.id WHERE f.path = ? AND k.kind != 'import' ORDER BY 3, 1, 2"
        )
        return tuple(
            Relation(kind=RelationKind(kind), source=source, target=target)
            for kind, source, target in self._rows(sql, path, reads=[("relations", path), ("names", path)])
        )

    def keywords(
        self,
        *,
        path: str | None = None,
        name: str | None = None,
        kind: Kind | str | None = None,
        id: str | None = None,  # noqa: A002 - what the record calls it
        folded: str | None = None,
    ) -> tuple[Keyword, ...]:
        """Return the keywords that match all that is given, in order of path and place.

        `folded` matches the name whatever its case. Import bindings are keywords of kind `import`.
        """
        wanted: dict[str, str | None] = {
            "f.path": path,
            "k.id": id,
            "k.name": name,
            "k.folded": folded if folded is None else folded.casefold(),
            "k.kind": kind if kind is None else Kind(kind).value,
        }
        if name is not None and folded is None:
            wanted["k.folded"] = name.casefold()  # the index starts with it
        given = {column: value for column, value in wanted.items() if value is not None}
        where = " AND ".join(f"{column} = ?" for column in given) or "1"
        sql = f"{_KEYWORD_SELECT} WHERE {where} ORDER BY f.path, k.position"
        reads: Key = ("keywords",)
        if path is not None:
            reads = ("keywords", path)
        if "k.folded" in given:
            reads = ("keywords called", str(given["k.folded"]))
        if id is not None:
            reads = ("keywords with", id)
        return tuple(_keyword(row) for row in self._rows(sql, *given.values(), reads=[reads]))

    def homes(self, ids: Collection[str]) -> dict[str, list[Home]]:
        """Return the keywords with some ids, by id, in order of path and place; ids that no keyword has are left out."""
        found: dict[str, list[Home]] = {}
        wanted = list(ids)
        for start in range(0, len(wanted), _MOST_VALUES):
            part = wanted[start : start + _MOST_VALUES]
            marks = ", ".join("?" * len(part))
            sql = f"{_HOME_SELECT} WHERE k.id IN ({marks}) ORDER BY f.path, k.position"
            for row in self._rows(sql, *part, reads=[("home", identity) for identity in part]):
                found.setdefault(row[0], []).append(_home(row))
        return found

    def homes_called(self, folded: str) -> list[Home]:
        """Return the keywords with a name, whatever its case, by path and place."""
        sql = f"{_HOME_SELECT} WHERE k.folded = ? ORDER BY f.path, k.position"
        return list(map(_home, self._rows(sql, folded.casefold(), reads=[("name", folded.casefold())])))

    def homes_from(self, prefix: str) -> list[Home]:
        """Return the keywords whose names start with something, whatever their case, by name, path and place."""
        sql = f"{_HOME_SELECT} WHERE k.folded >= ? AND k.folded < ? ORDER BY k.folded, f.path, k.position"
        start = prefix.casefold()
        return list(map(_home, self._rows(sql, start, start + "\U0010ffff", reads=[("names from", start)])))

    def shared_names(self, kinds: Iterable[Kind], hidden: int) -> dict[str, int]:
        """Return every name that several definitions of some kinds, without a flag of `hidden`, have; with their number."""
        values = [kind.value for kind in kinds]
        sql = (
            f"SELECT name, count(*) FROM keyword WHERE kind IN ({', '.join('?' * len(values))}) AND flags & ? = 0"
            " GROUP BY folded, name HAVING count(*) > 1"
        )
        return dict(self._rows(sql, *values, hidden, reads=[("names",)]))

    def defined_by_few(self, most: int) -> Iterator[tuple[str, str]]:
        """Return every (file, name) of classes, functions and methods whose name several files define, `most` at most."""
        kinds = "k.kind IN ('class', 'exception', 'function', 'method', 'property')"
        sql = (
            f"SELECT DISTINCT f.path, k.name FROM keyword k JOIN file f ON f.id = k.file WHERE {kinds} AND (k.folded, k.name) IN"
            f" (SELECT folded, name FROM keyword k WHERE {kinds} GROUP BY folded, name HAVING count(DISTINCT file) BETWEEN 2 AND ?)"
            " ORDER BY 1, 2"
        )
        yield from self._stream(sql, most, reads=[("names",)])

    def namesakes(self, name: str, kinds: Iterable[Kind], hidden: int) -> list[Home]:
        """Return the definitions that `shared_names` counts for one name, by path and place."""
        values = [kind.value for kind in kinds]
        sql = (
            f"{_HOME_SELECT} WHERE k.folded = ? AND k.name = ?"
            f" AND k.kind IN ({', '.join('?' * len(values))}) AND k.flags & ? = 0 ORDER BY f.path, k.position"
        )
        reads = [("name", name.casefold())]
        return list(map(_home, self._rows(sql, name.casefold(), name, *values, hidden, reads=reads)))

    def undocumented(self) -> tuple[Keyword, ...]:
        """Return the public classes and functions of modules without a docstring, in order of path and place.

        None of tests, stubs and generated files, none that the `__all__` of its module leaves out, and no class that says
        in its `__init__` what it is.
        """
        sql = (
            f"{_KEYWORD_SELECT} WHERE k.kind IN ('class', 'exception', 'function') AND k.summary = ''"
            " AND k.flags & ? = 0 AND instr(k.qualname, '.') = 0"
            " AND f.role NOT IN ('test', 'stub', 'generated', 'prose')"
            " AND NOT EXISTS (SELECT 1 FROM keyword i WHERE i.id = k.id || '.__init__' AND i.file = k.file AND i.summary != '')"
            " ORDER BY f.path, k.position"
        )
        # These have none of their own that could be missing.
        made = Flag.LAMBDA | Flag.PARTIAL | Flag.NAMED_TUPLE | Flag.DOC_MADE
        hidden = int(Flag.PRIVATE | Flag.SPECIAL | Flag.LOCAL | Flag.TEST | Flag.TYPE_CHECKING | made)
        found = [_keyword(row) for row in self._rows(sql, hidden)]
        exports = {path: self._exports(path) for path in {keyword.path for keyword in found}}
        return tuple(
            keyword
            for keyword in found
            if (names := exports[keyword.path]) is None or keyword.name in names or keyword.flags & Flag.EXPORTED
        )

    def _exports(self, path: str) -> frozenset[str] | None:
        """Return the names of `__all__` of a file; None if it has none, or one that cannot be told."""
        facts = self.facts(path)
        exports = facts.exports if facts is not None else None
        return frozenset(exports.names) if exports is not None and exports.complete else None

    def names(self, *, prefix: str = "", imports: bool = False) -> Iterator[tuple[str, Keyword]]:
        """Return (name, keyword) in A-Z order: by name whatever its case, name, path, place.

        `prefix` takes names that start with it, whatever their case; `imports` takes import bindings too.
        """
        clauses, values = ["1"], []
        if prefix:
            clauses = ["k.folded >= ? AND k.folded < ?"]
            values = [prefix.casefold(), prefix.casefold() + "\U0010ffff"]
        if not imports:
            clauses.append("k.kind != 'import'")
        where = " AND ".join(clauses)
        sql = f"{_KEYWORD_SELECT} WHERE {where} ORDER BY k.folded, k.name, f.path, k.position"
        for row in self._stream(sql, *values):
            yield row[1], _keyword(row)

    def name_counts(self) -> Iterator[tuple[str, int]]:
        """Return every name of a definition with the number of keywords that bear it, in A-Z order."""
        sql = "SELECT name, count(*) FROM keyword WHERE kind != 'import' GROUP BY folded, name ORDER BY folded, name"
        return self._stream(sql, reads=[("names",)])

    def public_names(
        self,
        folder: str,
        kinds: Iterable[Kind],
        *,
        limit: int,
        is_deep: bool = True,
        inside: Callable[[str], bool] = lambda _path: True,
    ) -> list[Home]:
        """Return the first public keywords of some kinds that files in a folder define, in A-Z order.

        What is defined in functions is left out.

        `is_deep` takes those of the folders below, too; `inside` says which files to look into.
        """
        values = [kind.value for kind in kinds]
        sql = (
            f"{_HOME_SELECT} WHERE f.path >= ? AND f.path < ? AND k.flags & ? = 0"
            f" AND k.kind IN ({', '.join('?' * len(values))}) AND (? OR instr(substr(f.path, ?), '/') = 0)"
            " ORDER BY k.folded, k.name, f.path, k.position"
        )
        hidden = int(Flag.PRIVATE | Flag.LOCAL)
        asked = (f"{folder}/", f"{folder}0", hidden, *values, is_deep, len(folder) + 2)
        rows = map(_home, self._stream(sql, *asked, reads=[("names below", folder)]))
        return list(islice((row for row in rows if inside(row.path)), limit))

    def plain_names(self, inside: Collection[str]) -> Iterator[str]:
        """Return the names of what some files define, in A-Z order; not those that only tests have."""
        files = self._rows("SELECT id, path FROM file", reads=[("names",), ("roles",)])
        numbers = {number for number, path in files if path in inside}
        sql = "SELECT name, file FROM keyword WHERE kind NOT IN ('import', 'section') AND flags & ? = 0 ORDER BY folded, name"
        rows = self._stream(sql, int(Flag.TEST), reads=[("names",)])
        names = (name for name, number in rows if number in numbers)
        return (name for name, _ in groupby(names))

    def related(self, path: str) -> tuple[Related, ...]:
        """Return the related files of one file, best first."""
        sql = "SELECT r.files FROM related r JOIN file f ON f.id = r.file WHERE f.path = ?"
        rows = self._rows(sql, path, reads=[("related", path)])
        return self._decode(_read_related, rows[0][0]) if rows else ()

    def findings(self, path: str) -> tuple[Finding, ...]:
        """Return what the linter that this index was last made with finds in a file."""
        rows = self._rows(f"SELECT l.findings {_LINTED} AND f.path = ?", path, reads=[("findings", path)])
        return self._decode(_read_findings, rows[0][0]) if rows else ()

    def with_findings(self) -> tuple[str, ...]:
        """Return the files in which the linter finds something, by path."""
        sql = f"SELECT f.path {_LINTED} AND l.findings != ? ORDER BY 1"
        return tuple(row[0] for row in self._rows(sql, _pack(()), reads=[("findings",)]))

    def all_related(self) -> dict[str, tuple[Related, ...]]:
        """Return the related files of every file that has any, best first, by path."""
        sql = "SELECT f.path, r.files FROM related r JOIN file f ON f.id = r.file"
        rows = self._rows(sql, reads=[("related",)])
        return {path: found for path, blob in rows if (found := self._decode(_read_related, blob))}

    def summary_keys(self) -> dict[str, str]:
        """Return, by path, what stands for all that a file says of itself."""
        return dict(self._rows("SELECT path, key FROM file ORDER BY path", reads=[("summaries",)]))

    def state(self) -> str:
        """Return a digest that differs whenever anything differs that this index could say."""
        digest = hashlib.blake2b(digest_size=16)
        for row in self._stream("SELECT key, value FROM meta WHERE key NOT LIKE 'ledger %' ORDER BY key"):
            digest.update(repr(row).encode())
        for row in self._stream("SELECT path, key FROM file ORDER BY path"):
            digest.update(repr(row).encode())
        return digest.hexdigest()

    def all_relations(self) -> Iterator[tuple[str, str, str]]:
        """Return (kind, source, target) of every relation, by target, source and kind."""
        sql = "SELECT kind, source, target FROM relation ORDER BY target, source, kind"
        return self._stream(sql, reads=[("relations",)])

    def instance_attributes(self) -> Iterator[str]:
        """Return the ids of all attributes that methods set on instances, by id."""
        sql = "SELECT DISTINCT id FROM keyword WHERE kind = 'attribute' AND flags & ? ORDER BY id"
        for (identity,) in self._stream(sql, int(Flag.INSTANCE), reads=[("instance attributes",)]):
            yield identity

    def all_bases(self) -> Iterator[tuple[str, str]]:
        """Return (class, base class) of every class with bases, by class; the bases in the order in which they stand."""
        sql = "SELECT source, target FROM relation WHERE kind = 'base' ORDER BY source, file, rowid"
        return self._stream(sql, reads=[("relations",)])

    def published(self, hidden: int) -> Iterator[tuple[str, str, str, str, int]]:
        """Return (id, qualified name, kind, path, position) of every definition without these flags, by path and place."""
        sql = (
            "SELECT k.id, k.qualname, k.kind, f.path, k.position FROM keyword k JOIN file f ON f.id = k.file"
            " WHERE k.kind != 'import' AND k.flags & ? = 0 ORDER BY f.path, k.position"
        )
        return self._stream(sql, hidden)

    def get_meta(self, key: str, default: str = "") -> str:
        """Return a short text that was stored under a key."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key, reads=[("meta", key)])
        return str(rows[0][0]) if rows else default

    def get_blob(self, key: str) -> bytes | None:
        """Return bytes that a stage keeps for itself."""
        rows = self._rows("SELECT value FROM blob WHERE key = ?", key, reads=[("blob", key)])
        return bytes(rows[0][0]) if rows else None

    def blobs(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        """Return (key, bytes) of all that stages keep under keys with this prefix, by key."""
        sql = "SELECT key, value FROM blob WHERE key >= ? AND key < ? ORDER BY key"
        for key, value in self._stream(sql, prefix, prefix + "\U0010ffff"):
            yield key, bytes(value)

    # How it reads

    def _connection(self) -> sqlite3.Connection:
        if self._open is None or self._open[0] != os.getpid():
            connection = cache.connect(self.path, read_only=True)
            weakref.finalize(self, cache.close_own, os.getpid(), connection)
            self._open = (os.getpid(), connection)
        return self._open[1]

    def _rows(self, sql: str, *values: Any, reads: Iterable[Key] | None = None) -> list[Any]:
        self._note(reads)
        try:
            return self._connection().execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise cache.store_error(error) from error

    def _note(self, reads: Iterable[Key] | None) -> None:
        """Note that an answer rests on some facts; on everything, if nobody says on which."""
        if self.recorder.is_recording:
            self.recorder.read_all([ANYTHING] if reads is None else [digest(*key) for key in reads])

    def _stream(self, sql: str, *values: Any, reads: Iterable[Key] | None = None) -> Iterator[Any]:
        self._note(reads)
        return self._execute(sql, values)

    def _execute(self, sql: str, values: Sequence[Any]) -> Iterator[Any]:
        try:
            yield from self._connection().execute(sql, values)
        except sqlite3.Error as error:
            raise cache.store_error(error) from error

    def _decode(self, read: Callable[[bytes], T], blob: bytes) -> T:
        try:
            return read(blob)
        except (msgspec.DecodeError, zlib.error, TypeError, UnicodeDecodeError) as error:
            raise StoreError(str(error), damaged=True) from error

    def _part(self, column: str, path: str, read: Callable[[bytes], T]) -> T | None:
        sql = f"SELECT s.{column} FROM file f JOIN summary s ON s.key = f.key WHERE f.path = ?"
        rows = self._rows(sql, path, reads=[("summary", path)])
        return self._decode(read, rows[0][0]) if rows else None

    def _file_row(self, row: Sequence[Any]) -> FileRow:
        path, language, module, is_package, role, lines, size, error, doc, counts = row
        return FileRow(
            path=path,
            language=language,
            module=module,
            is_package=bool(is_package),
            role=Role(role),
            lines=lines,
            size=size,
            error=error,
            doc=doc,
            counts=self._decode(_read_counts, counts),
        )

    def _uses(self, rows: Iterable[Any]) -> tuple[UseRow, ...]:
        return tuple(use for path, blob in rows for use in unpack_uses(path, self._decode(_read_uses, blob)))


_LINTED = "FROM lint l JOIN file f ON f.key = l.key JOIN meta m ON m.key = 'lint' AND m.value = l.stamp WHERE f.path IS NOT NULL"
"""The files with what is known of them from the linter that was asked last; of others it says nothing."""

_HOLDS_TESTS = (
    "EXISTS (SELECT 1 FROM keyword WHERE keyword.file = {}.id AND kind IN ('function', 'method')"
    f" AND flags & {int(Flag.TEST)})"
)

_HOME_SELECT = (
    "SELECT k.id, k.name, k.qualname, k.kind, f.path, k.position, k.flags FROM keyword k JOIN file f ON f.id = k.file"
)
_KEYWORD_SELECT = (
    "SELECT k.id, k.name, k.qualname, k.kind, f.path, k.position, k.line, k.flags, k.summary"
    " FROM keyword k JOIN file f ON f.id = k.file"
)


def _keyword(row: Sequence[Any]) -> Keyword:
    identity, name, qualname, kind, path, position, line, flags, summary = row
    return Keyword(
        id=identity,
        name=name,
        qualname=qualname,
        kind=_KINDS[kind],
        path=path,
        position=position,
        line=line,
        flags=flags,
        summary=summary,
    )


def _home(row: Sequence[Any]) -> Home:
    identity, name, qualname, kind, path, position, flags = row
    return Home(identity, name, qualname, _KINDS[kind], path, part_of(kind, position), flags)


def part_of(kind: Kind | str, position: int) -> int:
    """Return the page of its file, from 1, on which a keyword stands: imports are on the first."""
    return 1 if kind == Kind.IMPORT else position // PART_SIZE + 1


class Store(Reader):
    """The one writer of an index; reads what it wrote. Use as a context manager.

    `problems_met` holds what was wrong with the cache itself, if anything was.
    """

    def __init__(self, place: cache.IndexPlace, *, options: Options, versions: Mapping[str, str]) -> None:
        super().__init__(place.path)
        self.place = place
        self.problems_met: list[Problem] = list(place.problems)
        self._versions = versions
        self._collect_options = options.digest("collect")
        self._depth = 0
        self._touched: set[int] = set()
        """Facts that the running transaction changes."""

    @classmethod
    def open(
        cls,
        cache_dir: Path | None,
        *,
        options: Options,
        versions: Mapping[str, str] | None = None,
        is_fresh: bool = False,
        wait: float = 10.0,
    ) -> Store:
        """Open the index in a folder (None: in a temporary one), or a new one if it cannot be used.

        `versions` names, by language, the version of the collector; summaries of other versions or other options of
        collect are not seen. `is_fresh` throws an old index away. `wait` is how many seconds to wait for another build
        that uses the same cache. Raise `StoreError` if there is no room even in a temporary folder.
        """
        version = f"{FORMAT}.{zlib.crc32(SCHEMA.encode()):08x}"
        form = cache.IndexForm(SCHEMA, version, rescue_summaries)
        place = cache.open_place(cache_dir, form=form, wait=wait, is_fresh=is_fresh)
        return cls(place, options=options, versions=versions or {})

    def __enter__(self) -> Store:  # noqa: PYI034 - never subclassed; typing.Self needs Python 3.11
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self, error: BaseException | None = None) -> None:
        """Finish the file and let other builds have it; reading stays possible through a `Reader`.

        If what ended the work is damage in the file, the next build looks at all of it.
        """
        if isinstance(error, StoreError) and error.damaged:
            self.place.distrust()
        self.place.close()

    def reader(self) -> Reader:
        """Return a reader of this index, for this and other processes."""
        return Reader(self.path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all writes inside, or none; inner transactions join the outer one."""
        if self._depth == 0:
            self.place.will_write()
            self._run("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._touched.clear()
                if self._connection().in_transaction:
                    self._run("ROLLBACK")
            raise
        if self._depth == 1:
            self._log_touched()
        self._depth -= 1
        if self._depth == 0:
            self._run("COMMIT")

    @cached_property
    def _watching(self) -> tuple[str, ...]:
        """The stages with units that may depend on rows: without any, all have to be made whatever changes."""
        sql = "SELECT EXISTS (SELECT 1 FROM ledger_unit WHERE stage = ?)"
        return tuple(stage for stage in WATCHING if self._rows(sql, stage)[0][0])

    def _touch(self, *keys: Key) -> None:
        """Note that facts are others now, in the transaction that changes their rows."""
        if self._watching:
            self._touched.update(digest(*key) for key in keys)

    def _log_touched(self) -> None:
        if self._touched:
            for stage in self._watching:
                self.add_changed_keys(stage, self._touched)
            self._touched.clear()

    # Files and their summaries

    def known(self) -> dict[str, SourceFile]:
        """Return the files of the last run, as scan wants them."""
        sql = "SELECT path, language, module, is_package, in_package, digest, size, mtime_ns FROM file ORDER BY path"
        return {
            path: SourceFile(
                path=path,
                language=language,
                module=module,
                is_package=bool(is_package),
                in_package=bool(in_package),
                digest=digest,
                size=size,
                mtime_ns=mtime_ns,
            )
            for path, language, module, is_package, in_package, digest, size, mtime_ns in self._rows(sql)
        }

    def summary_key(self, file: SourceFile) -> str:
        """Return the key of a file's summary: its digest, collector version and options of collect; no absolute path."""
        parts = (str(FORMAT), file.language, self._versions.get(file.language, ""), self._collect_options, file.digest)
        return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()

    def missing_summaries(self, files: Iterable[SourceFile]) -> list[SourceFile]:
        """Return the files that have to be collected, in the given order."""
        stored = {row[0] for row in self._rows("SELECT key FROM summary")}
        return [file for file in files if self.summary_key(file) not in stored]

    def put_summary(self, file: SourceFile, encoded: tuple[bytes, bytes, bytes]) -> None:
        """Store the encoded facts, references and words of a file."""
        facts, references, words = encoded
        row = (self.summary_key(file), facts, zlib.compress(references, 1), zlib.compress(words, 1))
        with self.transaction():
            self._run("INSERT OR REPLACE INTO summary VALUES (?, ?, ?, ?, ?)", *row, _digest(_pack(row)))

    def replace_files(self, files: Iterable[SourceFile]) -> Changes:
        """Make the tree's files these, with the keywords that their summaries name; every file must have a summary.

        What other stages have to do for it becomes pending in the same transaction.
        """
        wanted = {file.path: file for file in files}
        stored = {path: (number, key) for number, path, key in self._rows("SELECT id, path, key FROM file")}
        added = sorted(wanted.keys() - stored.keys())
        removed = sorted(stored.keys() - wanted.keys())
        kept = sorted(wanted.keys() & stored.keys())
        changed = [path for path in kept if self.summary_key(wanted[path]) != stored[path][1]]
        known = self.known()
        touched = [path for path in kept if wanted[path] != known[path]]
        if not (added or removed or changed or touched):
            return Changes((), (), ())
        with self.transaction():
            for path in removed:
                self._remove_file(path, stored[path][0])
            for path in (*added, *changed):
                self._write_file(wanted[path])
            for path in touched:
                self._run(
                    "UPDATE file SET mtime_ns = ?, size = ? WHERE path = ?",
                    wanted[path].mtime_ns,
                    wanted[path].size,
                    path,
                )
            self._retire([stored[path][1] for path in (*removed, *changed)])
            for stage in STAGES:
                self.add_pending(stage, (*added, *changed, *removed))
        return Changes(tuple(added), tuple(changed), tuple(removed))

    def sweep(self) -> int:
        """Drop summaries that no file had for some generations; return how many."""
        generation = int(self.get_meta("generation", "0"))
        files = self._rows("SELECT count(*) FROM file")[0][0]
        old = (
            "SELECT key FROM retired WHERE generation <= ? OR key NOT IN"
            " (SELECT key FROM retired ORDER BY generation DESC, key LIMIT ?)"
        )
        keys = self._rows(old, generation - KEEP_GENERATIONS, max(files, 200))
        if keys:
            with self.transaction():
                self._many("DELETE FROM summary WHERE key = ?", keys)
                self._many("DELETE FROM lint WHERE key = ?", keys)
                self._many("DELETE FROM retired WHERE key = ?", keys)
        return len(keys)

    # What the stages after collect write

    def pending(self, stage: str) -> Pending:
        """Return the files that a stage has not seen as they are now."""
        sql = "SELECT p.path, f.id IS NOT NULL FROM pending p LEFT JOIN file f USING (path) WHERE stage = ? ORDER BY 1"
        rows = self._rows(sql, stage)
        return Pending(tuple(path for path, there in rows if there), tuple(path for path, there in rows if not there))

    def add_pending(self, stage: str, paths: Iterable[str]) -> None:
        """Have a stage see these files again."""
        with self.transaction():
            self._many("INSERT OR IGNORE INTO pending VALUES (?, ?)", [(stage, path) for path in paths])

    def clear_pending(self, stage: str) -> None:
        """Note that a stage has seen everything; call it in the transaction of its results."""
        with self.transaction():
            self._run("DELETE FROM pending WHERE stage = ?", stage)

    def replace_linked(
        self,
        linked: LinkedFile,
        uses: Sequence[PackedUses],
        *,
        imported: Iterable[str] = (),
        late: Mapping[str, int] = MappingProxyType({}),
        taken: Iterable[tuple[str, str]] = (),
        problems: Iterable[Problem] = (),
    ) -> None:
        """Replace what link says of one file: facts, relations, the uses it makes, the files of the project it imports.

        `late` are those that are not imported when the file is, with the `ImportFlag` that says when.
        `taken` are names that it uses from other files, (path, name), where these files have them by an import.
        If all of it is as before, no other stage hears of it.
        """
        user = self._file_id(linked.path)
        if user is None:
            raise LookupError(f"{linked.path} is not in the index")
        rows = _LinkRows(
            facts=_pack(linked),
            relations=tuple((row.kind.value, row.source, row.target) for row in linked.relations),
            uses={
                packed.path: (_digest(_pack(packed)), _pack(_count_reached(packed))) for packed in uses if packed.rows
            },
            imported={path: late.get(path, 0) for path in imported},
            taken=frozenset(taken),
        )
        with self.transaction():
            self._run("DELETE FROM problem WHERE file = ? AND stage = 'link'", user)
            self.add_problems("link", problems)
            before = self._link_rows(user)
            if rows == before:
                return
            self._touch_links(linked.path, before, rows)
            for table in ("linked", "relation"):
                self._run(f"DELETE FROM {table} WHERE file = ?", user)
            for table in ("uses", "imported", "taken"):
                self._run(f"DELETE FROM {table} WHERE user = ?", user)
            self.add_pending("relate", [linked.path])
            self._run("INSERT INTO linked VALUES (?, ?)", user, rows.facts)
            self._many("INSERT INTO relation VALUES (?, ?, ?, ?)", [(user, *row) for row in rows.relations])
            self._many("INSERT INTO uses VALUES (?, ?, ?, ?, ?, ?)", list(self._use_rows(user, uses)))
            self._many(
                "INSERT OR IGNORE INTO imported VALUES (?, ?, ?)",
                [
                    (user, target, when)
                    for path, when in rows.imported.items()
                    if (target := self._file_id(path)) is not None
                ],
            )
            self._many(
                "INSERT OR IGNORE INTO taken VALUES (?, ?, ?)",
                [
                    (target, user, name)
                    for path, name in sorted(rows.taken)
                    if (target := self._file_id(path)) is not None
                ],
            )

    def _link_rows(self, user: int) -> _LinkRows:
        """Return what link said of a file before."""
        facts = self._rows("SELECT facts FROM linked WHERE file = ?", user)
        relations = self._rows("SELECT kind, source, target FROM relation WHERE file = ? ORDER BY rowid", user)
        uses = "SELECT t.path, uses.digest, uses.reached FROM uses JOIN file t ON t.id = uses.target WHERE user = ?"
        imported = "SELECT t.path, i.late FROM imported i JOIN file t ON t.id = i.target WHERE user = ?"
        taken = "SELECT t.path, name FROM taken JOIN file t ON t.id = target WHERE user = ?"
        return _LinkRows(
            facts=facts[0][0] if facts else b"",
            relations=tuple(relations),
            uses={path: (digest, reached) for path, digest, reached in self._rows(uses, user)},
            imported=dict(self._rows(imported, user)),
            taken=frozenset(self._rows(taken, user)),
        )

    def _touch_links(self, path: str, before: _LinkRows, after: _LinkRows) -> None:
        """Note which answers change where link says something else of a file."""
        if not self._watching:
            return
        self._touch(("linked", path))
        if before.facts != after.facts:
            self._touch(("texts",))
        if before.relations != after.relations:
            self._touch(("relations",))
        changed = {target for _, _, target in set(before.relations) ^ set(after.relations)}
        sql = "SELECT DISTINCT f.path FROM keyword k JOIN file f ON f.id = k.file WHERE k.id = ?"
        self._touch(*(("relations", row[0]) for target in changed for row in self._rows(sql, target)))
        used = dict(before.uses.items() ^ after.uses.items())
        self._touch(*(("uses", target) for target in used), *([("uses",)] if used else []))
        reached = [{path: found for path, (_, found) in rows.uses.items()} for rows in (before, after)]
        self._touch(*([("reached",)] if reached[0] != reached[1] else []))
        targets = dict(before.imported.items() ^ after.imported.items())
        self._touch(*(("importers", target) for target in targets), *([("imports",)] if targets else []))
        self._touch(*(("taken", target) for target, _ in before.taken ^ after.taken))

    def has_linked(self, path: str) -> bool:
        """Tell whether there is anything that link says of a file."""
        return bool(self._rows("SELECT 1 FROM linked JOIN file f ON f.id = linked.file WHERE f.path = ?", path))

    def replace_link_state(self, path: str, state: LinkState | None) -> None:
        """Keep what link has to know of a file in its next run (None: the file is gone)."""
        with self.transaction():
            if state is None:
                self._run("DELETE FROM link_state WHERE path = ?", path)
            else:
                self._run("INSERT OR REPLACE INTO link_state VALUES (?, ?)", path, _pack(state))

    def replace_keywords(self, path: str, keywords: Iterable[Keyword]) -> None:
        """Replace the keywords of one file (`replace_files` does it for every file with a new summary)."""
        number = self._file_id(path)
        rows = [
            (number, k.position, k.id, k.name, k.name.casefold(), k.qualname, k.kind.value, k.line, k.flags, k.summary)
            for k in keywords
        ]
        with self.transaction():
            if self._watching:
                before = self._rows("SELECT * FROM keyword WHERE file = ?", number)
                self._touch(*_keyword_keys(path, before, rows))
            self._run("DELETE FROM keyword WHERE file = ?", number)
            self._many("INSERT INTO keyword VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def not_linted(self, language: str, stamp: str) -> tuple[tuple[str, Role], ...]:
        """Return (path, role) of the files that could be analysed and of which no findings with this stamp are known."""
        sql = (
            "SELECT f.path, f.role FROM file f LEFT JOIN lint l ON l.key = f.key AND l.stamp = ?"
            " WHERE f.language = ? AND f.error = '' AND l.key IS NULL ORDER BY f.path"
        )
        return tuple((path, Role(role)) for path, role in self._rows(sql, stamp, language))

    def put_findings(self, stamp: str, findings: Mapping[str, tuple[Finding, ...]]) -> None:
        """Store what a linter finds in some files, by path, also where that is nothing."""
        sql = "INSERT OR REPLACE INTO lint SELECT key, ?, ? FROM file WHERE path = ?"
        with self.transaction():
            # Until it is linted, a changed file has no findings.
            found_in = [path for path, found in findings.items() if found]
            self._touch(*(("findings", path) for path in found_in), *([("findings",)] if found_in else []))
            self._many(sql, [(stamp, _pack(found), path) for path, found in findings.items()])

    def replace_related(self, path: str, related: Sequence[Related]) -> None:
        """Replace the related files of one file, best first."""
        with self.transaction():
            self._touch(("related", path), ("related",))
            self._run("INSERT OR REPLACE INTO related VALUES (?, ?)", self._file_id(path), _pack(tuple(related)))

    def add_problems(self, stage: str, problems: Iterable[Problem]) -> None:
        """Keep what a stage found wrong with files, until it sees these files again."""
        rows = [(self._file_id(p.path), stage, p.kind.value, p.line, p.text) for p in problems]
        with self.transaction():
            self._many("INSERT INTO problem VALUES (?, ?, ?, ?, ?)", [row for row in rows if row[0] is not None])

    def set_meta(self, key: str, value: str) -> None:
        """Store a short text under a key."""
        if self.get_meta(key, "\0") != value:
            with self.transaction():
                self._touch(("meta", key))
                if key == "lint":
                    self._touch(("findings",), *(("findings", path) for path in self.known()))
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
            self._connection().execute(sql, values)
        except sqlite3.Error as error:
            raise cache.store_error(error) from error

    def _many(self, sql: str, rows: Sequence[Any]) -> None:
        try:
            self._connection().executemany(sql, rows)
        except sqlite3.Error as error:
            raise cache.store_error(error) from error

    def _file_id(self, path: str) -> int | None:
        rows = self._rows("SELECT id FROM file WHERE path = ?", path)
        return int(rows[0][0]) if rows else None

    def _remove_file(self, path: str, number: int) -> None:
        self._touch_file(path, role_changed=True)
        if self._watching:
            before = self._link_rows(number)
            self._touch_links(path, before, _NO_LINKS)
            users = "SELECT u.path FROM {} JOIN file u ON u.id = user WHERE target = ?"
            for table in ("uses", "imported"):
                self._touch(*(("linked", row[0]) for row in self._rows(users.format(table), number)), (table,))
            self._touch(("imports",), ("uses", path), ("importers", path), ("taken", path))
            self._touch(("related", path), ("related",))
        self.replace_keywords(path, ())
        for table in _OWNED:
            self._run(f"DELETE FROM {table} WHERE file = ?", number)
        for table in ("uses", "imported", "taken"):
            self._run(f"DELETE FROM {table} WHERE user = ? OR target = ?", number, number)
        self._run("DELETE FROM file WHERE id = ?", number)

    def _touch_file(self, path: str, *, role_changed: bool) -> None:
        """Note that a file says something else of itself."""
        self._touch(("file", path), ("files",), ("summary", path), ("summaries",), ("findings", path), ("findings",))
        if role_changed:
            self._touch(("roles",))

    def _write_file(self, file: SourceFile) -> None:
        key = self.summary_key(file)
        blobs = self._rows("SELECT facts FROM summary WHERE key = ?", key)
        if not blobs:
            raise LookupError(f"{file.path} has no summary")
        facts = self._decode(_read_facts, blobs[0][0])
        keywords = tuple(list_keywords(facts))
        error = facts.error.text if facts.error else ""
        doc = facts.definitions[0].summary if facts.definitions else ""
        columns = {
            "path": file.path,
            "language": file.language,
            "module": file.module,
            "is_package": file.is_package,
            "in_package": file.in_package,
            "digest": file.digest,
            "size": file.size,
            "mtime_ns": file.mtime_ns,
            "key": key,
            "role": facts.role.value,
            "lines": facts.lines,
            "error": error,
            "doc": doc,
            "counts": _pack(count_kinds(keywords)),
        }
        role = ("role", "is_package", "module")
        before = self._rows(f"SELECT {', '.join(role)} FROM file WHERE path = ?", file.path)
        self._touch_file(file.path, role_changed=before != [tuple(columns[name] for name in role)])
        updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
        marks = ", ".join("?" for _ in columns)
        self._run(
            f"INSERT INTO file ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT (path) DO UPDATE SET {updates}",
            *columns.values(),
        )
        self._run("DELETE FROM retired WHERE key = ?", key)
        self.replace_keywords(file.path, keywords)
        # Those of link stay: it writes them again only if they are others.
        self._run("DELETE FROM problem WHERE file = ? AND stage = 'collect'", self._file_id(file.path))
        self.add_problems("collect", ((facts.error,) if facts.error else ()) + facts.problems)

    def _retire(self, keys: Iterable[str]) -> None:
        generation = int(self.get_meta("generation", "0")) + 1
        self.set_meta("generation", str(generation))
        self._many("INSERT OR REPLACE INTO retired VALUES (?, ?)", [(key, generation) for key in keys])
        # Collected by a build that was killed, or of a tree that changed meanwhile.
        self._run(
            "INSERT OR IGNORE INTO retired SELECT key, ? FROM summary WHERE key NOT IN (SELECT key FROM file)",
            generation,
        )
        self._run("DELETE FROM retired WHERE key IN (SELECT key FROM file)")

    def _use_rows(self, user: int, uses: Sequence[PackedUses]) -> Iterator[tuple[int, int, bytes, bytes, bytes, bytes]]:
        for packed in uses:
            target = self._file_id(packed.path)
            if target is not None and packed.rows:
                rows = _pack(packed)
                yield target, user, _digest(rows), _pack(_count_exact(packed)), _pack(_count_reached(packed)), rows


def rescue_summaries(old: sqlite3.Connection, new: sqlite3.Connection) -> bool:
    """Copy the summaries that are as they were written; all else is made from them. Tell whether there were no others."""
    is_whole = True
    for *row, seal in old.execute("SELECT key, facts, refs, words, seal FROM summary"):
        if seal == _digest(_pack(row)):
            new.execute("INSERT OR REPLACE INTO summary VALUES (?, ?, ?, ?, ?)", (*row, seal))
        else:
            is_whole = False
    return is_whole


_NO_LINKS = _LinkRows(b"", (), {}, {}, frozenset())


def _keyword_keys(path: str, before: Iterable[Sequence[Any]], after: Iterable[Sequence[Any]]) -> Iterator[Key]:
    """Return the facts that change with the keywords of a file."""
    changed = set(before) ^ set(after)
    for _, _, identity, _, folded, *_ in changed:
        yield from (("keywords with", identity), ("keywords called", folded))
    if changed:
        yield from (("keywords", path), ("keywords",))
    if any(kind == "attribute" and flags & Flag.INSTANCE for *_, kind, _, flags, _ in changed):
        yield ("instance attributes",)
    # Of each row, what a `Home` has of it; of rows with one name, also their order.
    ids = _changed(_homes(before, 2), _homes(after, 2))
    names = _changed(_homes(before, 4), _homes(after, 4))
    yield from (("home", identity) for identity in ids)
    for folded in names:
        yield ("name", folded)
        yield from (("names from", folded[:length]) for length in range(len(folded) + 1))
    if ids or names:
        yield from (("names", path), ("names",))
        yield from (("names below", folder) for folder in _folders(path))


def _homes(rows: Iterable[Sequence[Any]], column: int) -> dict[str, list[tuple[Any, ...]]]:
    """Return what homes have of rows, in order, by the value of a column."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in sorted(rows, key=lambda row: row[1]):
        _, position, identity, name, _, qualname, kind, _, flags, _ = row
        found.setdefault(row[column], []).append((identity, name, qualname, part_of(kind, position), kind, flags))
    return found


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]


def _folders(path: str) -> Iterator[str]:
    """Return the folders that a file lies in, and the root."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=12).digest()


def _count_exact(packed: PackedUses) -> dict[str, int]:
    return {packed.targets[target]: number for target, number in Counter(exact_targets(packed)).items()}


def _count_reached(packed: PackedUses) -> dict[str, tuple[int, int]]:
    zeros = (0,) * len(packed.targets)
    rows = zip(packed.targets, packed.calls or zeros, packed.reaches or zeros, strict=True)
    return {target: (calls, reaches) for target, calls, reaches in rows if calls or reaches}


def list_keywords(facts: FileFacts) -> Iterator[Keyword]:
    """Return the keywords of one file: its definitions, then its import bindings (wildcards bind no name).

    A file of prose is no module, though its first definition has that place.
    """
    for position, item in enumerate(facts.definitions):
        if not position and facts.role is Role.PROSE:
            continue
        yield Keyword(
            id=keyword_id(facts.module, item.qualname),
            name=item.name,
            qualname=item.qualname,
            kind=item.kind,
            path=facts.path,
            position=position,
            line=item.line,
            flags=item.flags,
            summary=item.summary,
        )
    for position, bound in enumerate(facts.imports, len(facts.definitions)):
        if bound.name != "*":
            qualname = import_qualname(facts, bound)
            yield Keyword(
                id=keyword_id(facts.module, qualname),
                name=bound.name,
                qualname=qualname,
                kind=Kind.IMPORT,
                path=facts.path,
                position=position,
                line=bound.line,
                flags=Flag.PRIVATE if bound.name.startswith("_") else 0,
            )


def import_qualname(facts: FileFacts, bound: Import) -> str:
    """Return the qualified name of an import binding: where it is bound, and its name."""
    if bound.scope <= 0:
        return bound.name
    scope = facts.definitions[bound.scope]
    inside = "" if scope.kind in {Kind.CLASS, Kind.EXCEPTION} else "<locals>."
    return f"{scope.qualname}.{inside}{bound.name}"


def count_kinds(keywords: Iterable[Keyword]) -> tuple[tuple[Kind, int, int], ...]:
    """Return how many keywords of each kind there are: (kind, public, private)."""
    public: Counter[Kind] = Counter()
    private: Counter[Kind] = Counter()
    for keyword in keywords:
        (private if keyword.flags & Flag.PRIVATE else public)[keyword.kind] += 1
    return tuple((kind, public[kind], private[kind]) for kind in Kind if public[kind] or private[kind])
