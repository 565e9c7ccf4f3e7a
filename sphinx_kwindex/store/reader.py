"""Typed reads of the index; every query names the facts that its answer depends on."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import weakref
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sphinx_kwindex import cache
from sphinx_kwindex.errors import Problem, StoreError, WarningKind
from sphinx_kwindex.grouping import grouped, in_batches
from sphinx_kwindex.ledger import ANYTHING, Recorder, digest
from sphinx_kwindex.model import (
    LOCALS,
    PART_SIZE,
    RUN_UNNAMED,
    TEST_ROLES,
    TOLD_OF_RUNS,
    FileFacts,
    Finding,
    Flag,
    Keyword,
    Kind,
    LinkedFile,
    LinkState,
    PackedUses,
    References,
    Related,
    RelatedPath,
    Relation,
    RelationKind,
    Role,
    UseKind,
    UseRow,
)
from sphinx_kwindex.packing import use_rows
from sphinx_kwindex.store.rows import Described, FileRole, FileRow, Home, Key, part_of
from sphinx_kwindex.store.schema import IMPORT_ROOTS

T = TypeVar("T")

_MOST_VALUES = 500
"""Values in one query; older versions of SQLite take no more than 999."""

# Looked up hundreds of thousands of times: calling an enumeration takes five times as long.
_USE_KINDS = {int(kind): kind for kind in UseKind}
_KINDS = {kind.value: kind for kind in Kind}


pack = msgspec.msgpack.Encoder().encode


def _decoder(kind: type[T]) -> Callable[[bytes], T]:
    return msgspec.msgpack.Decoder(kind).decode


read_facts = _decoder(FileFacts)
_read_references = _decoder(References)
_read_words = _decoder(tuple[tuple[str, int], ...])
read_linked = _decoder(LinkedFile)
_read_state = _decoder(LinkState)
read_uses = _decoder(PackedUses)
_read_use_counts = _decoder(dict[str, int])
_read_reached = _decoder(dict[str, tuple[int, int, int, bool]])
_read_mentions = _decoder(tuple[tuple[str, str], ...])
_read_runs = _decoder(tuple[tuple[str, str, int], ...])
_read_counts = _decoder(tuple[tuple[Kind, int, int], ...])
_read_findings = _decoder(tuple[Finding, ...])
_read_related = _decoder(tuple[Related, ...])
_read_related_paths = _decoder(tuple[RelatedPath, ...])


def unpack_uses(user: str, packed: PackedUses, *, is_placed: bool = True) -> Iterator[UseRow]:
    """Return the uses that the file `user` makes, as records; with or without lines and columns."""
    examples = dict(packed.examples)
    targets, names, scopes = packed.targets, packed.names, packed.scopes
    for number, (target, name, scope, line, col, kind, exact) in enumerate(use_rows(packed)):
        place = (line, col) if is_placed else (0, 0)
        example = examples.get(number, "")
        yield UseRow(
            user, *place, names[name], _USE_KINDS[kind], scopes[scope], targets[target], exact == 1, 1 - exact, example
        )


class Reader:
    """Typed reads of a finished index; opens its own read-only connection in every process that uses it.

    Every method raises `StoreError` if the file was deleted or damaged.
    """

    def __init__(self, path: Path, recorder: Recorder | None = None) -> None:
        self.path = path
        self.recorder = recorder or Recorder()
        """Notes what is read for whatever is being made: every query names the facts that its answer depends on."""
        self.hidden = 0
        """Flags of the keywords that lists of names, and links by ids, leave out."""
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

    def kinds(self) -> Iterator[tuple[str, tuple[tuple[Kind, int, int], ...]]]:
        """Return (file, what of its definitions is counted: kind, public, private), by path; imports may be as they were."""
        rows = self._rows("SELECT path, counts FROM file ORDER BY path", reads=[("names",), ("roles",)])
        for path, counts in rows:
            yield path, self._seen(path) if self.hidden else self._decode(_read_counts, counts)

    def roles(self) -> tuple[FileRole, ...]:
        """Return what files are, by path."""
        rows = self._rows("SELECT path, role, is_package, module FROM file ORDER BY path", reads=[("roles",)])
        return tuple(FileRole(path, Role(role), bool(is_package), module) for path, role, is_package, module in rows)

    def is_package(self, name: str) -> bool:
        """Return whether the dotted names of modules start with a name, or are it."""
        sql = "SELECT EXISTS (SELECT 1 FROM file WHERE module = ? OR (module > ? AND module < ?))"
        return bool(self._rows(sql, name, f"{name}.", f"{name}/", reads=[("package", name)])[0][0])

    def files_of_module(self, module: str) -> list[str]:
        """Return the files that are a module, by path."""
        sql = "SELECT path FROM file WHERE module = ? ORDER BY path"
        return [path for (path,) in self._rows(sql, module, reads=[("module", module)])]

    def file(self, path: str) -> FileRow | None:
        """Return the light row of one file."""
        columns = "path, language, module, is_package, role, lines, size, error, doc, counts"
        rows = self._rows(f"SELECT {columns} FROM file WHERE path = ?", path, reads=[("file", path)])
        return self._file_row(rows[0]) if rows else None

    def content(self, path: str) -> str:
        """Return a digest that differs where the content of a file does; empty if it is not in the index."""
        rows = self._rows("SELECT digest FROM file WHERE path = ?", path, reads=[("summary", path)])
        return str(rows[0][0]) if rows else ""

    def facts(self, path: str) -> FileFacts | None:
        """Return what one file says about itself."""
        return self._part("facts", path, read_facts)

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
        """Return what link says about one file."""
        sql = "SELECT l.facts FROM linked l JOIN file f ON f.id = l.file WHERE f.path = ?"
        rows = self._rows(sql, path, reads=[("linked", path)])
        return self._decode(read_linked, rows[0][0]) if rows else None

    def import_roots(self) -> tuple[str, ...]:
        """Return the folders from which modules are imported, best first."""
        text = self.get_meta(IMPORT_ROOTS)
        return tuple(text.split("\n")) if text else ()

    def texts(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return how often names are spelled out in strings, and how often they are looked up on objects of unknown type."""
        spelled: Counter[str] = Counter()
        loose: Counter[str] = Counter()
        for (blob,) in self._stream("SELECT facts FROM linked", reads=[("texts",)]):
            linked = self._decode(read_linked, blob)
            for counts, rows in ((spelled, linked.spelled), (loose, linked.loose)):
                for name, count in rows:
                    counts[name] += count
        return dict(sorted(spelled.items())), dict(sorted(loose.items()))

    def link_states(self) -> dict[str, LinkState]:
        """Return what link keeps of each file that it has seen, also of those that were deleted."""
        rows = self._rows("SELECT state FROM link_state")
        states = (self._decode(_read_state, row[0]) for row in rows)
        return {state.path: state for state in states}

    def uses_of(self, path: str, *, is_placed: bool = True) -> tuple[UseRow, ...]:
        """Return the uses, from every file, of keywords that `path` defines; exact ones and guesses, in order of place.

        Without `is_placed` those of other files have no lines, which most edits of these files move, and no page shows.
        """
        sql = f"SELECT u.path, rows FROM {_USES} WHERE t.path = ? ORDER BY u.path"
        return self._taken_uses("uses", sql, path, is_placed=is_placed)

    def uses_in(self, path: str) -> tuple[UseRow, ...]:
        """Return the uses, in `path`, of keywords of the project; in source order."""
        sql = "SELECT u.path, rows FROM uses JOIN file u ON u.id = uses.user WHERE u.path = ?"
        rows = self._rows(sql, path, reads=[("linked", path)])
        return tuple(sorted(self._uses(rows), key=lambda row: (row.line, row.col, row.target)))

    def operators_of(self, path: str, *, is_placed: bool = True) -> tuple[UseRow, ...]:
        """Return the uses, from every file, that operators make of special methods that `path` defines; as `uses_of` does."""
        sql = f"SELECT u.path, rows FROM {_OPERATORS} WHERE t.path = ? ORDER BY u.path"
        return self._taken_uses("operators", sql, path, is_placed=is_placed)

    def operators_in(self, path: str) -> tuple[UseRow, ...]:
        """Return the uses that operators in `path` make of special methods; in source order."""
        sql = "SELECT u.path, rows FROM operators o JOIN file u ON u.id = o.user WHERE u.path = ?"
        rows = self._rows(sql, path, reads=[("linked", path)])
        return tuple(sorted(self._uses(rows), key=lambda row: (row.line, row.col, row.target)))

    def use_counts(self, path: str | None = None) -> dict[str, tuple[int, int]]:
        """Return, by keyword id, how many exact uses the keywords of a file (None: of all) have, and in how many files; by id."""
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
        return dict(sorted(totals.items()))

    def reached(self) -> dict[str, tuple[int, int, int]]:
        """Return, by keyword id, how many places call it and how many look it up on an object, for certain; none without either.

        Uses through `super()` are left out. Where a use looks a member up on an object, what overrides it may be meant; of these
        places, the last number counts those in classes that have it.
        """
        totals: dict[str, tuple[int, int, int]] = {}
        for (blob,) in self._stream("SELECT reached FROM uses WHERE reached != ?", pack({}), reads=[("reached",)]):
            for identity, (calls, reaches, within, _) in self._decode(_read_reached, blob).items():
                if calls or reaches:
                    known = totals.get(identity, (0, 0, 0))
                    totals[identity] = (known[0] + calls, known[1] + reaches, known[2] + within)
        return dict(sorted(totals.items()))

    def guessed(self) -> frozenset[str]:
        """Return the ids of the keywords that have possible matches."""
        blobs = self._stream("SELECT reached FROM uses WHERE reached != ?", pack({}), reads=[("reached",)])
        rows = (self._decode(_read_reached, blob).items() for (blob,) in blobs)
        return frozenset(identity for items in rows for identity, (*_, is_guessed) in items if is_guessed)

    def passed(self, path: str) -> dict[str, dict[str, int]]:
        """Return how often callers pass arguments by name to what a file defines, by keyword id and name; sorted."""
        sql = "SELECT passed FROM uses JOIN file t ON t.id = uses.target WHERE t.path = ? AND passed != ?"
        found: dict[str, Counter[str]] = {}
        for (blob,) in self._rows(sql, path, pack(()), reads=[("uses", path)]):
            for target, name, count in self._decode(_read_runs, blob):
                found.setdefault(target, Counter())[name] += count
        return {target: dict(sorted(found[target].items())) for target in sorted(found)}

    def doc_mentions(self, path: str) -> dict[str, list[tuple[str, str]]]:
        """Return, by keyword id, (file, qualified name of a definition) of the docstrings that mention what a file defines; in order."""
        sql = (
            "SELECT u.path, mentions FROM uses JOIN file t ON t.id = uses.target JOIN file u ON u.id = uses.user"
            " WHERE t.path = ? AND mentions != ? ORDER BY u.path"
        )
        rows = self._rows(sql, path, pack(()), reads=[("uses", path)])
        return grouped(
            (target, (user, scope)) for user, blob in rows for target, scope in self._decode(_read_mentions, blob)
        )

    def runs(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Return (file, function in it, file, what of that it runs, its id, under how many conditions at least), by file.

        Functions, and what they run, are told by qualified names.
        """
        select = "SELECT u.path, t.path, t.module, runs FROM {} WHERE runs != ?"
        sql = f"{select.format(_USES)} UNION ALL {select.format(_OPERATORS)} ORDER BY 1, 2, 4"
        for user, path, module, blob in self._stream(sql, pack(()), pack(()), reads=[("runs",)]):
            for caller, target, conditions in self._decode(_read_runs, blob):
                yield user, caller, path, target[len(module) + 1 :], target, conditions

    def asked(self) -> Iterator[tuple[str, str, str, int]]:
        """Return (file, function in it, what it asks of objects, under how many conditions at least); see `LinkedFile.asked`."""
        sql = "SELECT f.path, facts FROM linked l JOIN file f ON f.id = l.file ORDER BY f.path"
        for path, blob in self._stream(sql, reads=[("asked",)]):
            for caller, what, conditions in self._decode(read_linked, blob).asked:
                yield path, caller, what, conditions

    def run_unnamed(self) -> Iterator[tuple[str, str, str, Kind, int]]:
        """Return (file, qualified name, id, kind, flags in `TOLD_OF_RUNS`) of what may run unnamed, by file and name.

        That is classes and their methods and properties, tests, what is called for these, and what functions define; also
        functions that are not implemented.
        """
        names = sorted(RUN_UNNAMED)
        sql = (
            "SELECT DISTINCT f.path, k.qualname, k.id, k.kind, k.flags & ? AS told"
            " FROM keyword k JOIN file f ON f.id = k.file WHERE k.kind IN ('class', 'exception', 'method', 'property') OR k.kind = 'function'"
            f" AND (told OR instr(k.qualname, '{LOCALS}') OR k.name IN ({', '.join('?' * len(names))})) ORDER BY 1, 2, 3, 4, 5"
        )
        for path, qualname, identity, kind, told in self._stream(sql, TOLD_OF_RUNS, *names, reads=[("run unnamed",)]):
            yield path, qualname, identity, Kind(kind), told

    def importers(self, path: str) -> tuple[str, ...]:
        """Return the files that import the module `path` or something from it, by path."""
        return tuple(user for user, _ in self.timed_importers(path))

    def timed_importers(self, path: str) -> tuple[tuple[str, int], ...]:
        """Return `importers` with the `ImportFlag` that says when (0: when they are imported themselves)."""
        sql = f"SELECT u.path, i.late FROM {_IMPORTS} WHERE t.path = ? ORDER BY u.path"
        return tuple((user, late) for user, late in self._rows(sql, path, reads=[("importers", path)]))

    def taken(self, path: str) -> dict[str, int]:
        """Return how many other files use a name from the module `path` that it has by an import, by name."""
        sql = (
            "SELECT name, count(*) FROM taken JOIN file t ON t.id = target WHERE t.path = ? GROUP BY name ORDER BY name"
        )
        return dict(self._rows(sql, path, reads=[("taken", path)]))

    def import_edges(self) -> tuple[tuple[str, str], ...]:
        """Return every (importing file, imported file) of the project, sorted."""
        sql = f"SELECT u.path, t.path FROM {_IMPORTS} ORDER BY 1, 2"
        return tuple((user, target) for user, target in self._rows(sql, reads=[("imports",)]))

    def late_edges(self) -> dict[tuple[str, str], int]:
        """Return every (file, file that it imports later) of the project, sorted, with the `ImportFlag` that says when."""
        sql = f"SELECT u.path, t.path, i.late FROM {_IMPORTS} WHERE i.late ORDER BY 1, 2"
        return {(user, target): late for user, target, late in self._rows(sql, reads=[("imports",)])}

    def tested(self) -> tuple[str, ...]:
        """Return the files whose keywords other files, which are tests, use for certain; by path.

        A package that is only named on the way to one of its modules (`import package.module`) is not among them.
        """
        sql = (
            "SELECT t.path, t.is_package, t.module, uses.counts,"
            " EXISTS (SELECT 1 FROM imported i WHERE i.user = u.id AND i.target = t.id)"
            f" FROM {_USES} WHERE u.role IN ({', '.join('?' * len(TEST_ROLES))}) AND u.id != t.id AND uses.counts != ? ORDER BY 1"
        )
        roles = sorted(role.value for role in TEST_ROLES)
        found: dict[str, None] = {}
        for path, is_package, module, counts, is_imported in self._rows(
            sql, *roles, pack({}), reads=[("uses",), ("roles",), ("imports",)]
        ):
            if path not in found and (
                not is_package or is_imported or self._decode(_read_use_counts, counts).keys() - {module}
            ):
                found[path] = None
        return tuple(found)

    def test_files(self) -> tuple[str, ...]:
        """Return the files that hold tests, by path; a test file may have nothing but helpers."""
        sql = f"SELECT path FROM file WHERE {_HOLDS_TESTS.format('file')} ORDER BY 1"
        return tuple(row[0] for row in self._rows(sql, reads=[("names",)]))

    def fixture_files(self) -> Iterator[str]:
        """Yield the files that define fixtures of pytest, by path."""
        sql = "SELECT DISTINCT f.path FROM keyword k JOIN file f ON f.id = k.file WHERE k.flags & ? ORDER BY 1"
        for (path,) in self._rows(sql, int(Flag.FIXTURE), reads=[("names",)]):
            yield path

    def names_pytest(self) -> bool:
        """Return whether something in the tree is for pytest alone: an import of it, a `conftest.py`, most tests without a class."""
        sql = (
            "SELECT EXISTS (SELECT 1 FROM keyword WHERE folded = 'pytest' AND kind = 'import')"
            " OR EXISTS (SELECT 1 FROM file WHERE path = 'conftest.py' OR path LIKE '%/conftest.py')"
            # Some functions that are called so are no tests: a few among thousands say nothing.
            " OR (SELECT total(kind = 'function') * 2 > count(*) FROM keyword"
            " WHERE kind IN ('function', 'method') AND flags & ?)"
        )
        return bool(self._rows(sql, int(Flag.TEST), reads=[("names",), ("name", "pytest"), ("roles",)])[0][0])

    def loaded_edges(self) -> tuple[tuple[str, str], ...]:
        """Return every (file, other file that is imported when it is) of the project, sorted."""
        sql = f"SELECT u.path, t.path FROM {_IMPORTS} WHERE NOT i.late AND t.id != u.id ORDER BY 1, 2"
        return tuple((user, target) for user, target in self._rows(sql, reads=[("imports",)]))

    def file_edges(self, user: str | None = None) -> Iterator[tuple[str, str, dict[str, int]]]:
        """Return every (using file, defining file, exact uses by keyword id) of the project, or of one user, by path."""
        where, values = ("", ()) if user is None else (" WHERE u.path = ?", (user,))
        sql = f"SELECT u.path, t.path, uses.counts FROM {_USES}{where} ORDER BY 1, 2"
        for using, target, counts in self._stream(sql, *values, reads=[("uses",)]):
            yield using, target, self._decode(_read_use_counts, counts)

    def used_edges(self) -> Iterator[tuple[str, str]]:
        """Yield every (file, file that it imports or certainly uses something of); nothing is read before the first is asked for."""
        yield from self.import_edges()
        yield from ((user, target) for user, target, counts in self.file_edges() if counts)

    def base_edges(self) -> tuple[tuple[str, str, str], ...]:
        """Return every (file, base of one of its classes, file that defines the base or empty) of the project, sorted."""
        sql = (
            "SELECT DISTINCT f.path, r.target, coalesce(t.path, '') FROM relation r JOIN file f ON f.id = r.file"
            " LEFT JOIN keyword k ON k.id = r.target AND k.kind IN ('class', 'exception')"
            " LEFT JOIN file t ON t.id = k.file WHERE r.kind = 'base' ORDER BY 1, 2, 3"
        )
        return tuple((user, base, path) for user, base, path in self._rows(sql))

    def naming(self, path: str) -> tuple[tuple[str, str], ...]:
        """Return (file, id of a definition) of what names a file by its path, in order."""
        sql = (
            "SELECT DISTINCT f.path, r.source FROM relation r JOIN file f ON f.id = r.file"
            " WHERE r.kind = 'names' AND r.target = ? ORDER BY 1, 2"
        )
        return tuple((user, source) for user, source in self._rows(sql, path, reads=[("naming", path)]))

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

    def homes(self, ids: Iterable[str]) -> dict[str, list[Home]]:
        """Return the keywords with some ids, by id, in order of path and place, those of stubs last; ids that none has are left out."""
        return grouped((home.id, home) for home in self._homes("k.id", "home", ids))

    def _homes(self, column: str, fact: str, wanted: Iterable[str], more: str = "", *values: Any) -> Iterator[Home]:
        """Yield the keywords that have one of some values in a column, by path and place, those of stubs last.

        They are asked for some hundred values at a time.
        """
        for part in in_batches(wanted, lambda _: 1, _MOST_VALUES):
            where = f"{column} IN ({', '.join('?' * len(part))}) AND k.flags & ? = 0 {more}"
            sql = f"{_HOME_SELECT} WHERE {where} ORDER BY {_HOME_ORDER}"
            yield from map(_home, self._rows(sql, *part, self.hidden, *values, reads=[(fact, value) for value in part]))

    def homes_called(self, folded: str) -> list[Home]:
        """Return the keywords with a name, whatever its case, by path and place, those of stubs last."""
        sql = f"{_HOME_SELECT} WHERE k.folded = ? AND k.flags & ? = 0 ORDER BY {_HOME_ORDER}"
        return list(map(_home, self._rows(sql, folded.casefold(), self.hidden, reads=[("name", folded.casefold())])))

    def described_from(self, prefix: str, *, is_whole: bool = False) -> Iterator[Described]:
        """Return the keywords whose names start with something (or are it), whatever their case, by name, path and place.

        Import bindings are left out.
        """
        start = prefix.casefold()
        where = "k.folded = ?" if is_whole else "k.folded >= ? AND k.folded < ?"
        values = (start, self.hidden) if is_whole else (start, start + "\U0010ffff", self.hidden)
        sql = (
            "SELECT k.id, k.name, k.qualname, k.kind, f.path, k.position, k.flags, k.summary, k.types FROM keyword k"
            f" JOIN file f ON f.id = k.file WHERE {where} AND k.kind != 'import' AND k.flags & ? = 0"
            " ORDER BY k.folded, f.path, k.position"
        )
        for *row, summary, types in self._rows(sql, *values, reads=[("described from", start)]):
            yield Described(_home(row), summary, types)

    def typed(self, outside: Collection[str] = ()) -> Iterator[tuple[str, str, str]]:
        """Return (name, qualified name, types) of every function that tells what it takes or returns, by name, path and place.

        None of files in some folders.
        """
        clause, bounds = _not_below(outside)
        sql = (
            "SELECT k.name, k.qualname, k.types FROM keyword k JOIN file f ON f.id = k.file"
            f" WHERE k.types != '' AND k.flags & ? = 0 {clause} ORDER BY k.folded, k.name, f.path, k.position"
        )
        return self._stream(sql, self.hidden, *bounds, reads=[("types",)])

    def shared_names(self, kinds: Iterable[Kind], hidden: int) -> dict[str, int]:
        """Return every name that several definitions of some kinds, without a flag of `hidden`, have; with their number."""
        values = [kind.value for kind in kinds]
        sql = (
            f"SELECT name, count(*) FROM keyword WHERE kind IN ({', '.join('?' * len(values))}) AND flags & ? = 0"
            " GROUP BY folded, name HAVING count(*) > 1"
        )
        return dict(self._rows(sql, *values, hidden | self.hidden, reads=[("names",)]))

    def defined_by_few(self, most: int) -> Iterator[tuple[str, str]]:
        """Return every (file, name) of classes, functions and methods whose name several files define, `most` at most."""
        kinds = "k.kind IN ('class', 'exception', 'function', 'method', 'property')"
        sql = (
            f"SELECT DISTINCT f.path, k.name FROM keyword k JOIN file f ON f.id = k.file WHERE {kinds} AND (k.folded, k.name) IN"
            f" (SELECT folded, name FROM keyword k WHERE {kinds} GROUP BY folded, name HAVING count(DISTINCT file) BETWEEN 2 AND ?)"
            " ORDER BY 1, 2"
        )
        yield from self._stream(sql, most, reads=[("names",)])

    def namesakes(self, names: Iterable[str], kinds: Iterable[Kind], hidden: int) -> dict[str, list[Home]]:
        """Return the definitions that `shared_names` counts for some names, by name, in order of path and place."""
        values = [kind.value for kind in kinds]
        more = f"AND k.kind IN ({', '.join('?' * len(values))}) AND k.flags & ? = 0"
        wanted = set(names)
        folded = sorted({name.casefold() for name in wanted})
        found = self._homes("k.folded", "name", folded, more, *values, hidden)
        return grouped((home.name, home) for home in found if home.name in wanted)

    def later_parts(self) -> dict[str, dict[str, int]]:
        """Return, by file and qualified name, on which page of its file each definition stands that is not on the first."""
        sql = (
            "SELECT f.path, k.qualname, k.kind, k.position FROM keyword k JOIN file f ON f.id = k.file"
            " WHERE k.position >= ? AND k.kind != 'import' ORDER BY f.path, k.position"
        )
        found: dict[str, dict[str, int]] = {}
        for path, qualname, kind, position in self._stream(sql, PART_SIZE, reads=[("names",)]):
            found.setdefault(path, {})[qualname] = part_of(kind, position)
        return found

    def undocumented(self) -> list[Home]:
        """Return the public classes and functions of modules without a docstring, in order of path and place."""
        sql = f"{_HOME_SELECT} WHERE k.flags & ? ORDER BY f.path, k.position"
        return list(map(_home, self._rows(sql, int(Flag.UNDOCUMENTED), reads=[("undocumented",)])))

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

    def names_at(self, letter: str) -> Iterator[tuple[str, Kind, int, str]]:
        """Return (name, kind, flags, path) of the definitions whose names sort under a letter, by name.

        The letter is one from a to z; empty: all names that sort under none of these.
        """
        sql = (
            "SELECT k.name, k.kind, k.flags, f.path FROM keyword k CROSS JOIN file f ON f.id = k.file"
            " WHERE k.folded >= ? AND k.folded < ? AND k.kind != 'import' AND k.flags & ? = 0 ORDER BY k.folded, k.name"
        )
        for start, end in _spans(letter):
            for name, kind, flags, path in self._stream(sql, start, end, self.hidden, reads=[("names at", letter)]):
                yield name, _KINDS[kind], flags, path

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
        return tuple(row[0] for row in self._rows(sql, pack(()), reads=[("findings",)]))

    def all_related(self) -> dict[str, tuple[RelatedPath, ...]]:
        """Return the related files of every file that has any, best first, by path; without reasons."""
        sql = "SELECT f.path, r.files FROM related r JOIN file f ON f.id = r.file"
        return dict(self._related_paths(sql, reads=[("related",)]))

    def related_below(self, folder: str, paths: Iterable[str]) -> dict[str, tuple[RelatedPath, ...]]:
        """Return what `all_related` does, of files in a folder and below, in order of their paths."""
        sql = (
            "SELECT f.path, r.files FROM related r JOIN file f ON f.id = r.file WHERE f.path > ? AND f.path < ?"
            " ORDER BY f.path"
        )
        wanted = dict.fromkeys(paths)
        bounds = (f"{folder}/", f"{folder}0") if folder else ("", "\U0010ffff")
        found = self._related_paths(sql, *bounds, reads=[("related", path) for path in wanted])
        return {path: rows for path, rows in found if path in wanted}

    def _related_paths(
        self, sql: str, *values: Any, reads: Iterable[Key]
    ) -> Iterator[tuple[str, tuple[RelatedPath, ...]]]:
        for path, blob in self._rows(sql, *values, reads=reads):
            if found := self._decode(_read_related_paths, blob):
                yield path, found

    def summary_keys(self) -> dict[str, str]:
        """Return, by path, what stands for all that a file says about itself."""
        return dict(self._rows("SELECT path, key FROM file ORDER BY path", reads=[("summaries",)]))

    def state(self) -> str:
        """Return a digest that differs whenever anything differs that this index could say."""
        digest = hashlib.blake2b(digest_size=16)
        for row in self._stream("SELECT key, value FROM meta WHERE key NOT LIKE 'ledger %' ORDER BY key"):
            digest.update(repr(row).encode())
        for row in self._stream("SELECT path, key FROM file ORDER BY path"):
            digest.update(repr(row).encode())
        return digest.hexdigest()

    def all_relations(self, kind: RelationKind | None = None) -> Iterator[tuple[str, str, str]]:
        """Return (kind, source, target) of every relation, or of those of one kind, by target, source and kind."""
        where, values = ("", ()) if kind is None else ("WHERE kind = ?", (kind.value,))
        sql = f"SELECT kind, source, target FROM relation {where} ORDER BY target, source, kind"
        return self._stream(sql, *values, reads=[("relations",)])

    def instance_attributes(self) -> Iterator[str]:
        """Return the ids of all attributes that methods set on instances, by id."""
        sql = "SELECT DISTINCT id FROM keyword WHERE kind = 'attribute' AND flags & ? ORDER BY id"
        for (identity,) in self._stream(sql, int(Flag.INSTANCE), reads=[("instance attributes",)]):
            yield identity

    def all_bases(self) -> Iterator[tuple[str, str]]:
        """Return (class, base class) of every class with bases, by class; the bases in the order in which they are."""
        sql = "SELECT source, target FROM relation WHERE kind = 'base' ORDER BY source, file, rowid"
        return self._stream(sql, reads=[("relations",)])

    def published(self, hidden: int) -> Iterator[tuple[str, str, str, str, int]]:
        """Return (id, qualified name, kind, path, position) of every definition without these flags, by path and place."""
        sql = (
            "SELECT k.id, k.qualname, k.kind, f.path, k.position FROM keyword k JOIN file f ON f.id = k.file"
            " WHERE k.kind != 'import' AND k.flags & ? = 0 ORDER BY f.path, k.position"
        )
        return self._stream(sql, hidden | self.hidden)

    def get_meta(self, key: str, default: str = "") -> str:
        """Return a short text that was stored under a key."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key, reads=[("meta", key)])
        return str(rows[0][0]) if rows else default

    def get_blob(self, key: str) -> bytes | None:
        """Return bytes that a stage keeps for itself."""
        rows = self._rows("SELECT value FROM blob WHERE key = ?", key, reads=[("blob", key)])
        return bytes(rows[0][0]) if rows else None

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
        """Note that an answer depends on some facts; on everything, if nobody says on which."""
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
        kinds = self._decode(_read_counts, counts)
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
            counts=self._seen(path) if self.hidden else kinds,
            definitions=sum(public + private for kind, public, private in kinds if kind is not Kind.IMPORT),
        )

    def _seen(self, path: str) -> tuple[tuple[Kind, int, int], ...]:
        """Return how many keywords of each kind a file has that are not hidden."""
        sql = "SELECT k.kind, count(*) FROM keyword k JOIN file f ON f.id = k.file WHERE f.path = ? AND k.flags & ? = 0 GROUP BY k.kind"
        counts = dict(self._rows(sql, path, self.hidden, reads=[("keywords", path)]))
        return tuple((kind, counts[kind.value], 0) for kind in Kind if kind.value in counts)

    def _taken_uses(self, fact: str, sql: str, path: str, *, is_placed: bool) -> tuple[UseRow, ...]:
        rows = self._rows(sql, path, reads=[(fact, path), *([("places", path)] if is_placed else [])])
        decoded = ((user, self._decode(read_uses, blob)) for user, blob in rows)
        return tuple(
            use for user, packed in decoded for use in unpack_uses(user, packed, is_placed=is_placed or user == path)
        )

    def _uses(self, rows: Iterable[Any]) -> tuple[UseRow, ...]:
        return tuple(use for path, blob in rows for use in unpack_uses(path, self._decode(read_uses, blob)))


_USES = "uses JOIN file u ON u.id = uses.user JOIN file t ON t.id = uses.target"
_IMPORTS = "imported i JOIN file u ON u.id = i.user JOIN file t ON t.id = i.target"
_OPERATORS = "operators o JOIN file u ON u.id = o.user JOIN file t ON t.id = o.target"
"""With the files that use, or import, and those that are used, or imported."""
_LINTED = "FROM lint l JOIN file f ON f.key = l.key JOIN meta m ON m.key = 'lint' AND m.value = l.stamp WHERE f.path IS NOT NULL"
"""The files with what is known about them from the linter that was asked last; of others it says nothing."""

_HOLDS_TESTS = (
    "EXISTS (SELECT 1 FROM keyword WHERE keyword.file = {}.id AND kind IN ('function', 'method')"
    f" AND flags & {int(Flag.TEST)})"
)

_HOME_SELECT = (
    "SELECT k.id, k.name, k.qualname, k.kind, f.path, k.position, k.flags FROM keyword k JOIN file f ON f.id = k.file"
)
_HOME_ORDER = "f.path LIKE '%.pyi', f.path, k.position"
_KEYWORD_SELECT = (
    "SELECT k.id, k.name, k.qualname, k.kind, f.path, k.position, k.line, k.flags, k.summary"
    " FROM keyword k JOIN file f ON f.id = k.file"
)


def _not_below(folders: Collection[str]) -> tuple[str, list[str]]:
    """Return the clause that leaves out keywords of files in some folders, and its values."""
    if not folders:
        return "", []
    inside = " OR ".join(["path >= ? AND path < ?"] * len(folders))
    bounds = [f"{folder}{end}" for folder in sorted(folders) for end in "/0"]
    return f"AND file NOT IN (SELECT id FROM file WHERE {inside})", bounds


def _spans(letter: str) -> tuple[tuple[str, str | bytes], ...]:
    """Return where names in folded case lie that sort under a letter (empty: under none), as `text.letter_of` has it."""
    if letter:
        return tuple((f"{start}{letter}", f"{start}{chr(ord(letter) + 1)}") for start in ("__", "_", ""))
    return ("", "__a"), ("__{", "_a"), ("_{", "a"), ("{", b"")  # `{` comes after z, and bytes after all text


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
