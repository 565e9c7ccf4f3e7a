"""Writes of the stages: files with their summaries, links, related files, findings."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from sphinx_kwindex import cache
from sphinx_kwindex.errors import Problem, StoreError
from sphinx_kwindex.model import (
    FORMAT,
    Finding,
    Keyword,
    LinkedFile,
    LinkState,
    PackedUses,
    Related,
    RelationKind,
    Role,
    SourceFile,
)
from sphinx_kwindex.options import Options
from sphinx_kwindex.packing import exact_targets, guessed_targets, without_places
from sphinx_kwindex.store.keywords import count_kinds, keyword_keys, list_keywords
from sphinx_kwindex.store.reader import Reader, pack, read_facts, read_linked, read_uses
from sphinx_kwindex.store.rows import Changes, Pending
from sphinx_kwindex.store.schema import KEEP_GENERATIONS, SCHEMA, STAGES
from sphinx_kwindex.store.transactions import LedgerTables

T = TypeVar("T")

_OWNED = ("keyword", "problem", "linked", "relation", "related")
"""Tables whose rows belong to the file that their column `file` names."""
_OF_USERS = ("uses", "operators", "imported", "taken")
"""Tables of what one file, `user`, takes from another, `target`."""


class LinkRows(NamedTuple):
    """The rows of one file that come from link."""

    facts: bytes
    relations: tuple[tuple[str, str, str], ...]
    """Kind, source, target."""
    uses: dict[str, tuple[bytes, bytes, bytes, bytes]]
    """By the file whose keywords are used: digests with and without places, how often these are used for certain, how they are reached, and what runs them."""
    operators: dict[str, tuple[bytes, bytes]]
    """By file: what operators run, and all that is said about them."""
    imported: dict[str, int]
    """By file: the `ImportFlag` that says when it is imported (0: when this one is)."""
    taken: frozenset[tuple[str, str]]
    """File, name that it has by an import."""


class Store(LedgerTables):
    """The one writer of an index; reads what it wrote. Use as a context manager.

    `problems_met` holds what was wrong with the cache itself, if anything was.
    """

    def __init__(self, place: cache.IndexPlace, *, options: Options, versions: Mapping[str, str]) -> None:
        super().__init__(place)
        self.problems_met: list[Problem] = list(place.problems)
        self._versions = versions
        self._collect_options = options.digest("collect")

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
        that uses the same cache. Raise `StoreError` if there is no space even in a temporary folder.
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

    # Files and their summaries

    def known(self) -> dict[str, SourceFile]:
        """Return the files of the last run, as scan wants them."""
        sql = (
            "SELECT path, language, module, is_package, in_package, digest, size, mtime_ns, wanted, beside"
            " FROM file ORDER BY path"
        )
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
                wanted=tuple(wanted.split()),
                beside=tuple((name, module) for name, _, module in (pair.partition("=") for pair in beside.split())),
            )
            for path, language, module, is_package, in_package, digest, size, mtime_ns, wanted, beside in self._rows(
                sql
            )
        }

    def summary_key(self, file: SourceFile) -> str:
        """Return the key of a file's summary: its digest, collector version and options of collect; no absolute path."""
        version = self._versions.get(file.language, "")
        parts = (str(FORMAT), file.language, version, self._collect_options, file.digest, _pairs(file.beside))
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
            self._run("INSERT OR REPLACE INTO summary VALUES (?, ?, ?, ?, ?)", *row, _digest(pack(row)))

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
            before = self._modules()
            for path in removed:
                self._remove_file(path, stored[path][0])
            for path in (*added, *changed):
                self._write_file(wanted[path])
            self._touch_modules(before, self._modules())
            for path in touched:
                self._run(
                    "UPDATE file SET mtime_ns = ?, size = ? WHERE path = ?",
                    wanted[path].mtime_ns,
                    wanted[path].size,
                    path,
                )
            if added or removed or changed:  # a time that is new alone is nothing that pages could show
                self._retire([stored[path][1] for path in (*removed, *changed)])
            for stage in STAGES:
                self.add_pending(stage, (*added, *changed, *removed))
        return Changes(tuple(added), tuple(changed), tuple(removed))

    def _modules(self) -> set[tuple[str, str]]:
        return set(self._rows("SELECT path, module FROM file"))

    def _touch_modules(self, before: set[tuple[str, str]], after: set[tuple[str, str]]) -> None:
        """Note of which modules the files changed, and which packages came or went."""
        self._touch(*(("module", module) for _, module in before ^ after))
        one, other = ({start for _, module in rows for start in _starts(module)} for rows in (before, after))
        self._touch(*(("package", name) for name in one ^ other))

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
        operators: Iterable[PackedUses] = (),
        imported: Iterable[str] = (),
        late: Mapping[str, int] = MappingProxyType({}),
        taken: Iterable[tuple[str, str]] = (),
        problems: Iterable[Problem] = (),
    ) -> None:
        """Replace what link says about one file: facts, relations, the uses it makes, the files of the project it imports.

        `late` are those that are not imported when the file is, with the `ImportFlag` that says when.
        `taken` are names that it uses from other files, (path, name), where these files have them by an import.
        If all of it is as before, no other stage hears of it.
        """
        user = self._file_id(linked.path)
        if user is None:
            raise LookupError(f"{linked.path} is not in the index")
        rows = LinkRows(
            facts=pack(linked),
            relations=tuple((row.kind.value, row.source, row.target) for row in linked.relations),
            uses={packed.path: _sum_up(packed) for packed in uses if packed.targets or packed.mentions},
            operators={packed.path: (pack(_find_runs(packed)), pack(packed)) for packed in operators},
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
            self.add_pending("relate", [linked.path])
            for table in ("linked", "relation"):
                self._run(f"DELETE FROM {table} WHERE file = ?", user)
            for table in _OF_USERS:
                self._run(f"DELETE FROM {table} WHERE user = ?", user)
            self._add_links(user, uses, rows)

    def _add_links(self, user: int, uses: Sequence[PackedUses], rows: LinkRows) -> None:
        self._run("INSERT INTO linked VALUES (?, ?)", user, rows.facts)
        self._many("INSERT INTO relation VALUES (?, ?, ?, ?)", [(user, *row) for row in rows.relations])
        self._many("INSERT INTO uses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", list(self._use_rows(user, uses, rows.uses)))
        operations = [(target, user, *row) for target, row in self._with_ids(rows.operators.items())]
        self._many("INSERT INTO operators VALUES (?, ?, ?, ?)", operations)
        imports = [(user, target, when) for target, when in self._with_ids(rows.imported.items())]
        self._many("INSERT OR IGNORE INTO imported VALUES (?, ?, ?)", imports)
        names = [(target, user, name) for target, name in self._with_ids(sorted(rows.taken))]
        self._many("INSERT OR IGNORE INTO taken VALUES (?, ?, ?)", names)

    def _with_ids(self, rows: Iterable[tuple[str, T]]) -> Iterator[tuple[int, T]]:
        """Yield rows with the number of the file in place of its path; files that are not in the index are left out."""
        for path, value in rows:
            number = self._file_id(path)
            if number is not None:
                yield number, value

    def _link_rows(self, user: int) -> LinkRows:
        """Return what link said of a file before."""
        facts = self._rows("SELECT facts FROM linked WHERE file = ?", user)
        relations = self._rows("SELECT kind, source, target FROM relation WHERE file = ? ORDER BY rowid", user)
        uses = (
            "SELECT t.path, u.digest, u.counts, reached, runs FROM uses u JOIN file t ON t.id = u.target WHERE user = ?"
        )
        operators = "SELECT t.path, runs, rows FROM operators o JOIN file t ON t.id = o.target WHERE user = ?"
        imported = "SELECT t.path, i.late FROM imported i JOIN file t ON t.id = i.target WHERE user = ?"
        taken = "SELECT t.path, name FROM taken JOIN file t ON t.id = target WHERE user = ?"
        return LinkRows(
            facts=facts[0][0] if facts else b"",
            relations=tuple(relations),
            uses={path: tuple(row) for path, *row in self._rows(uses, user)},
            operators={path: (runs, rows) for path, runs, rows in self._rows(operators, user)},
            imported=dict(self._rows(imported, user)),
            taken=frozenset(self._rows(taken, user)),
        )

    def _touch_links(self, path: str, before: LinkRows, after: LinkRows) -> None:
        """Note which answers change where link says something else of a file."""
        if not self._watching:
            return
        self._touch(("linked", path))
        facts = self._counted(before.facts), self._counted(after.facts)
        self._touch(*((name,) for name, one, other in zip(("texts", "asked"), *facts, strict=True) if one != other))
        if before.relations != after.relations:
            self._touch(("relations",))
        rows = set(before.relations) ^ set(after.relations)
        self._touch(*(("naming", target) for kind, _, target in rows if kind == RelationKind.NAMES.value))
        changed = {target for _, _, target in rows}
        sql = "SELECT DISTINCT f.path FROM keyword k JOIN file f ON f.id = k.file WHERE k.id = ?"
        self._touch(*(("relations", row[0]) for target in changed for row in self._rows(sql, target)))
        moved = {
            *dict(before.uses.items() ^ after.uses.items()),
            *dict(before.operators.items() ^ after.operators.items()),
        }
        self._touch(*(("places", target) for target in moved))
        self._touch(*(("uses", target) for target in _changed_uses(path, before.uses, after.uses, _seen_of_uses)))
        for fact, column in (("uses", 1), ("reached", 2), ("runs", 3)):
            one, other = ({path: row[column] for path, row in rows.uses.items()} for rows in (before, after))
            self._touch(*([(fact,)] if one != other else []))
        operators = _changed_uses(path, before.operators, after.operators, self._seen_of_operators)
        self._touch(*(("operators", target) for target in operators))
        runs = [{path: runs for path, (runs, _) in rows.operators.items()} for rows in (before, after)]
        self._touch(*([("runs",)] if runs[0] != runs[1] else []))
        targets = dict(before.imported.items() ^ after.imported.items())
        self._touch(*(("importers", target) for target in targets), *([("imports",)] if targets else []))
        self._touch(*(("taken", target) for target, _ in before.taken ^ after.taken))

    def _seen_of_operators(self, row: tuple[bytes, bytes]) -> object:
        return row[0], without_places(self._decode(read_uses, row[1]))

    def _counted(self, facts: bytes) -> tuple[object, object]:
        """Return what `texts` counts of a file, and what its functions ask of objects."""
        linked = self._decode(read_linked, facts) if facts else None
        return ((linked.spelled, linked.loose), linked.asked) if linked else (((), ()), ())

    def has_linked(self, path: str) -> bool:
        """Return whether there is anything that link says about a file."""
        return bool(self._rows("SELECT 1 FROM linked JOIN file f ON f.id = linked.file WHERE f.path = ?", path))

    def replace_link_state(self, path: str, state: LinkState | None) -> None:
        """Keep what link has to know about a file in its next run (None: the file was deleted)."""
        with self.transaction():
            if state is None:
                self._run("DELETE FROM link_state WHERE path = ?", path)
            else:
                self._run("INSERT OR REPLACE INTO link_state VALUES (?, ?)", path, pack(state))

    def replace_keywords(self, path: str, keywords: Iterable[Keyword]) -> None:
        """Replace the keywords of one file (`replace_files` does it for every file with a new summary)."""
        number = self._file_id(path)
        rows = [
            (
                number,
                k.position,
                k.id,
                k.name,
                k.name.casefold(),
                k.qualname,
                k.kind.value,
                k.line,
                k.flags,
                k.summary,
                k.types,
            )
            for k in keywords
        ]
        with self.transaction():
            if self._watching:
                before = self._rows("SELECT * FROM keyword WHERE file = ?", number)
                self._touch(*keyword_keys(path, before, rows))
            self._run("DELETE FROM keyword WHERE file = ?", number)
            self._many("INSERT INTO keyword VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

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
            self._many(sql, [(stamp, pack(found), path) for path, found in findings.items()])

    def replace_related(self, path: str, related: Sequence[Related]) -> None:
        """Replace the related files of one file, best first."""
        with self.transaction():
            self._touch(("related", path), ("related",))
            self._run("INSERT OR REPLACE INTO related VALUES (?, ?)", self._file_id(path), pack(tuple(related)))

    def add_problems(self, stage: str, problems: Iterable[Problem]) -> None:
        """Keep what a stage found wrong with files, until it sees these files again."""
        rows = [(self._file_id(p.path), stage, p.kind.value, p.line, p.text) for p in problems]
        with self.transaction():
            self._many("INSERT INTO problem VALUES (?, ?, ?, ?, ?)", [row for row in rows if row[0] is not None])

    # How it writes

    def _file_id(self, path: str) -> int | None:
        rows = self._rows("SELECT id FROM file WHERE path = ?", path)
        return int(rows[0][0]) if rows else None

    def _remove_file(self, path: str, number: int) -> None:
        self._touch_file(path, role_changed=True)
        if self._watching:
            before = self._link_rows(number)
            self._touch_links(path, before, _NO_LINKS)
            facts = {
                "uses": (("uses",), ("reached",), ("runs",)),
                "operators": (("runs",),),
                "imported": (("imports",),),
            }
            for table, keys in facts.items():
                users = self._rows(f"SELECT u.path FROM {table} JOIN file u ON u.id = user WHERE target = ?", number)
                self._touch(*(("linked", user) for (user,) in users), *(keys if users else ()))
            self._touch(("uses", path), ("operators", path), ("importers", path), ("taken", path))
            self._touch(("related", path), ("related",))
        self.replace_keywords(path, ())
        for table in _OWNED:
            self._run(f"DELETE FROM {table} WHERE file = ?", number)
        for table in _OF_USERS:
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
        facts = self._decode(read_facts, blobs[0][0])
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
            "wanted": " ".join(file.wanted),
            "beside": _pairs(file.beside),
            "key": key,
            "role": facts.role.value,
            "lines": facts.lines,
            "error": error,
            "doc": doc,
            "counts": pack(count_kinds(keywords)),
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
        # Those of link stay: it writes them again only if they changed.
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

    def _use_rows(
        self, user: int, uses: Sequence[PackedUses], sums: Mapping[str, tuple[bytes, bytes, bytes, bytes]]
    ) -> Iterator[tuple[int | bytes, ...]]:
        for packed in uses:
            target = self._file_id(packed.path)
            if target is not None and (packed.targets or packed.mentions):
                yield target, user, *sums[packed.path], pack(packed.passed), pack(packed.mentions), pack(packed)


def rescue_summaries(old: sqlite3.Connection, new: sqlite3.Connection) -> bool:
    """Copy the summaries that are as they were written; all else is made from them. Return whether there were no others."""
    is_whole = True
    for *row, seal in old.execute("SELECT key, facts, refs, words, seal FROM summary"):
        if seal == _digest(pack(row)):
            new.execute("INSERT OR REPLACE INTO summary VALUES (?, ?, ?, ?, ?)", (*row, seal))
        else:
            is_whole = False
    return is_whole


_NO_LINKS = LinkRows(b"", (), {}, {}, {}, frozenset())


def _pairs(beside: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"{name}={module}" for name, module in beside)


_DIGEST = 12
"""Bytes of a digest."""


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()


def _sum_up(packed: PackedUses) -> tuple[bytes, bytes, bytes, bytes]:
    """Return digests of uses, how often keywords are used for certain, how they are reached, and what runs them."""
    digests = _digest(pack(packed)) + _digest(pack(without_places(packed)))
    counts = _count_exact(packed), _count_reached(packed), _find_runs(packed)
    return digests, *map(pack, counts)  # type: ignore[return-value]  # mypy does not count them


def _seen_of_uses(row: tuple[bytes, bytes, bytes, bytes]) -> object:
    """Return the digest that leaves places out; all else follows from the uses."""
    return row[0][_DIGEST:]


def _changed_uses(
    user: str, before: Mapping[str, T], after: Mapping[str, T], seen: Callable[[T], object]
) -> Iterator[str]:
    """Yield the files of whose uses in `user` other pages show something else; its own page has the lines, too."""
    for target in dict(before.items() ^ after.items()):
        if target == user or target not in before or target not in after or seen(before[target]) != seen(after[target]):
            yield target


def _starts(module: str) -> Iterator[str]:
    """Yield the dotted names that a module's begins with, itself among them."""
    return accumulate(module.split("."), "{}.{}".format)


def _count_exact(packed: PackedUses) -> dict[str, int]:
    return {packed.targets[target]: number for target, number in Counter(exact_targets(packed)).items()}


def _count_reached(packed: PackedUses) -> dict[str, tuple[int, int, int, bool]]:
    """Return, of each target, how often it is called, looked up on objects, and within its class; whether it has possible matches."""
    zeros = (0,) * len(packed.targets)
    guessed = guessed_targets(packed)
    counts = packed.calls or zeros, packed.reaches or zeros, packed.within or zeros
    rows = zip(packed.targets, *counts, strict=True)
    return {
        target: (calls, reaches, within, place in guessed)
        for place, (target, calls, reaches, within) in enumerate(rows)
        if calls or reaches or place in guessed
    }


def _find_runs(packed: PackedUses) -> tuple[tuple[str, str, int], ...]:
    return tuple((caller, packed.targets[target], doubts) for caller, target, doubts in packed.runs)
