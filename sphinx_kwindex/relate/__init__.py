"""Related files: which other files a person who changes this one should open, and why.

`signals` and `history` find the evidence, `rank` weighs it; here it is read from the store, and what changed goes back.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import cast

import msgspec

from sphinx_kwindex.errors import Problem, WarningKind
from sphinx_kwindex.model import Role
from sphinx_kwindex.options import Options
from sphinx_kwindex.relate.history import CoChange, Commit, HistoryError, head_of, history_problem, read_history
from sphinx_kwindex.relate.rank import KEPT, WEIGHTS, Evidence, Signal, gather, rank_file
from sphinx_kwindex.relate.signals import BaseClass, FileUses, RelateInput
from sphinx_kwindex.store import Reader, Store

Progress = Callable[[int, int], None]

AFRESH = 0.02
"""If the evidence of more than this part of the files changed since all were ranked, all are ranked again."""
_NAMES = 3
_MARKS = "relate:marks"
_COMMITS = "relate:commits"
_HEAD = "relate:head"

_pack = msgspec.msgpack.Encoder().encode
_read_commits = msgspec.msgpack.Decoder(tuple[Commit, ...]).decode


class Marks(msgspec.Struct, array_like=True):
    """What the last run knew of each file's evidence."""

    now: dict[str, bytes]
    """Digest of the evidence of each file."""
    ranked: dict[str, bytes]
    """The same, when all files were last ranked."""
    head: str = ""
    """Commit whose history was used; empty: none."""


_read_marks = msgspec.msgpack.Decoder(Marks).decode


def rank_project(
    store: Store,
    options: Options,
    changed: Collection[str],
    progress: Progress | None = None,
    *,
    root: Path | None = None,
) -> tuple[Problem, ...]:
    """Bring the related files of the whole project up to date; only lists that changed are written.

    `changed` are the files that link saw again. After a small edit only the lists that it can show in are made anew
    (files whose evidence changed, files that name one of them or that it names); once such edits add up to 2 % of the
    files, everything is ranked again. Returns what is wrong with the history or with signals of other packages.
    """
    problems: list[Problem] = []
    history = _history(store, options, root, problems) if options.history and root is not None else None
    others = _other_signals(options, problems)
    head = store.get_meta(_HEAD) if history is not None else ""
    before = _marks_of(store)
    if not changed and before is not None and before.head == head and before.now.keys() == _paths(store):
        return tuple(problems)
    evidence = gather(read_inputs(store), history=history, others=others)
    now = {file.path: _digest(evidence, number) for number, file in enumerate(evidence.files)}
    todo = _to_rank(store, evidence, before, now) if before and before.head == head and not others else None
    ranked = before.ranked if before is not None and todo is not None else now
    _rank_files(store, options, evidence, range(len(evidence.files)) if todo is None else sorted(todo), progress)
    store.set_blob(_MARKS, _pack(Marks(now, ranked, head)))
    return tuple(problems)


def _paths(store: Reader) -> Collection[str]:
    return {row.path for row in store.files()}


def _rank_files(
    store: Store, options: Options, evidence: Evidence, numbers: Collection[int], progress: Progress | None
) -> None:
    weights = {**WEIGHTS, **(options.related_weights or {})}
    limit = max(KEPT, options.related_limit)
    for done, number in enumerate(numbers, 1):
        path = evidence.files[number].path
        found = rank_file(evidence, number, weights=weights, limit=limit)
        if found != store.related(path):
            store.replace_related(path, found)
        if progress is not None and (done % 100 == 0 or done == len(numbers)):
            progress(done, len(numbers))


# Reading


def read_inputs(store: Reader) -> Iterator[RelateInput]:
    """Return what ranking needs to know of each file, by path."""
    uses = _uses_by_file(store)
    imports: dict[str, list[str]] = {}
    for user, target in store.import_edges():
        imports.setdefault(user, []).append(target)
    bases: dict[str, list[BaseClass]] = {}
    for user, base, path in store.base_edges():
        bases.setdefault(user, []).append(BaseClass(base=base, path=path))
    words = store.all_words()
    for row, (path, bag) in zip(store.files(), words, strict=True):
        if row.role is Role.PROSE:  # a README says the words of everything around it
            continue
        yield RelateInput(
            path=path,
            is_test=row.role is Role.TEST,
            lines=row.lines,
            words=bag,
            imports=tuple(imports.get(path, ())),
            uses=tuple(uses.get(path, ())),
            bases=tuple(bases.get(path, ())),
        )


def _uses_by_file(store: Reader) -> dict[str, list[FileUses]]:
    """Return what each file uses of others: exact uses of keywords; a module's own name is none."""
    modules = {row.path: row.module for row in store.files()}
    found: dict[str, list[FileUses]] = {}
    for user, target, counts in store.file_edges():
        counts.pop(modules[target], None)
        if counts and user != target:
            best = sorted(counts, key=lambda name: (-counts[name], name))[:_NAMES]
            names = tuple(name.rpartition(".")[2] for name in best)
            found.setdefault(user, []).append(FileUses(path=target, count=len(counts), names=names))
    return found


# What an edit touches


def _marks_of(store: Store) -> Marks | None:
    blob = store.get_blob(_MARKS)
    try:
        return _read_marks(blob) if blob is not None else None
    except msgspec.DecodeError:
        return None


def _digest(evidence: Evidence, number: int) -> bytes:
    """Return a digest of all that other files' lists can show of a file, or that its own list is made from."""
    links = evidence.links
    parts = (
        sorted(
            (evidence.vocabulary.names[word], weight) for word, weight in evidence.vocabulary.vectors[number].items()
        ),
        evidence.vocabulary.lengths[number],
        evidence.sizes[number],
        evidence.files[number],
        sorted(evidence.files[other].path for other in links.users[number]),
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).digest()


def _to_rank(store: Store, evidence: Evidence, before: Marks, now: Mapping[str, bytes]) -> set[int] | None:
    """Return the files whose lists an edit can have changed; None: take them all."""
    gone = before.now.keys() - now.keys()
    since = sum(before.ranked.get(path) != mark for path, mark in now.items()) + len(before.ranked.keys() - now.keys())
    if since > max(1, AFRESH * len(now)):
        return None
    edited = {path for path, mark in now.items() if before.now.get(path) != mark}
    numbers = {evidence.numbers[path] for path in edited}
    todo = set(numbers)
    for number in numbers:
        todo |= evidence.vocabulary.similar(number).keys()
        todo |= evidence.walk.reach(number).keys()
        for table in evidence.tables.values():
            todo |= table[number].keys()
    touched = edited | gone
    for number, file in enumerate(evidence.files):
        if any(row.path in touched for row in store.related(file.path)):
            todo.add(number)
    return todo


# History and signals of other packages


def _history(store: Store, options: Options, root: Path, problems: list[Problem]) -> CoChange | None:
    """Return the history, read once per commit; None and a problem if there is none."""
    try:
        key = f"{head_of(root)} {options.history_limit}"
        stored = _stored_commits(store) if store.get_meta(_HEAD) == key else None
        commits = stored if stored is not None else read_history(root, limit=options.history_limit)
    except HistoryError as error:
        problems.append(history_problem(error))
        return None
    if stored is None:
        store.set_blob(_COMMITS, _pack(commits))
        store.set_meta(_HEAD, key)
    return CoChange(commits, _paths(store))


def _stored_commits(store: Store) -> tuple[Commit, ...] | None:
    blob = store.get_blob(_COMMITS)
    try:
        return _read_commits(blob) if blob is not None else None
    except msgspec.DecodeError:
        return None


def _other_signals(options: Options, problems: list[Problem]) -> dict[str, Signal]:
    found: dict[str, Signal] = {}
    for name in options.related_signals:
        module, _, attribute = name.rpartition(".")
        try:
            found[name] = cast("Signal", getattr(importlib.import_module(module), attribute))
        except (ImportError, AttributeError, ValueError) as error:
            problems.append(Problem(WarningKind.CONFIG, "", 0, f"kwindex_related_signals: {name}: {error}"))
    return found
