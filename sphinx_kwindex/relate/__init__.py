"""Related files: which other files a person who changes this one should open, and why.

`vocabulary`, `signals` and `history` find the evidence, `rank` weighs it, `update` says which lists an edit touches; here what they
need is read from the store, and what changed goes back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import msgspec

from sphinx_kwindex.errors import Problem
from sphinx_kwindex.model import Role
from sphinx_kwindex.options import Options
from sphinx_kwindex.relate.history import CoChange, Commit, HistoryError, head_of, history_problem, read_history
from sphinx_kwindex.relate.others import load_signals
from sphinx_kwindex.relate.rank import KEPT, WEIGHTS, Evidence, gather, rank_file
from sphinx_kwindex.relate.signals import BaseClass, FileUses, RelateInput
from sphinx_kwindex.relate.update import Lists, Marks, find_touched, mark_files
from sphinx_kwindex.relate.vocabulary import Bags
from sphinx_kwindex.store import Reader, Store

Progress = Callable[[int, int], None]

_STEP = 100
_NAMES = 3
_MARKS = "relate:marks"
_BAGS = "relate:bags"
_COMMITS = "relate:commits"
_HEAD = "relate:head"

_pack = msgspec.msgpack.Encoder().encode
_read_commits = msgspec.msgpack.Decoder(tuple[Commit, ...]).decode


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

    `changed` are the files that link saw again. Returns what is wrong with the history or with signals of other packages.
    """
    problems: list[Problem] = []
    history = _history(store, options, root, problems) if options.history and root is not None else None
    others, _ = load_signals(options)
    head = store.get_meta(_HEAD) if history is not None else ""
    before = _marks_of(store)
    if not changed and before is not None and before.head == head and before.files.keys() == _paths(store):
        return tuple(problems)
    bags = _update_bags(store, changed, afresh=before is None)
    evidence = gather(read_inputs(store, words=False), bags, history=history, others=others)
    lists = Lists(
        {file.path: store.related(file.path) for file in evidence.files},
        {**WEIGHTS, **(options.related_weights or {})},
        max(KEPT, options.related_limit),
    )
    if before is None or before.head != head or others or set(changed) >= before.files.keys():
        before = Marks({})
    marks = mark_files(evidence)
    peaks = _rank_files(store, evidence, find_touched(evidence, before.files, marks, lists), lists, progress)
    problems += [problem for signal in others.values() for problem in signal.problems()]
    peaks = {path: mark.peak for path, mark in before.files.items()} | peaks
    kept = {path: msgspec.structs.replace(mark, peak=peaks[path]) for path, mark in marks.items()}
    store.set_blob(_MARKS, _pack(Marks(kept, head)))
    return tuple(problems)


def _paths(store: Reader) -> Collection[str]:
    return {row.path for row in store.files() if row.role is not Role.PROSE}


def _marks_of(store: Store) -> Marks | None:
    blob = store.get_blob(_MARKS)
    try:
        return _read_marks(blob) if blob is not None else None
    except msgspec.DecodeError:
        return None


def _rank_files(
    store: Store, evidence: Evidence, numbers: Collection[int], lists: Lists, progress: Progress | None
) -> dict[str, float]:
    """Make lists again, and write those that are others; return the peaks of their vocabularies."""
    peaks = {}
    for done, number in enumerate(numbers, 1):
        path = evidence.files[number].path
        found, peaks[path] = rank_file(evidence, number, weights=lists.weights, limit=lists.limit)
        if found != lists.rows[path]:
            store.replace_related(path, found)
        if progress is not None and (done % _STEP == 0 or done == len(numbers)):
            progress(done, len(numbers))
    return peaks


def _update_bags(store: Store, changed: Collection[str], *, afresh: bool) -> Bags:
    """Return the words of all files, those of changed files read again."""
    bags = Bags() if afresh else Bags.load(store.get_blob(_BAGS))
    paths = _paths(store)
    wanted = {path for path in paths if path in changed or path not in bags}
    if 2 * len(wanted) > len(paths):
        bags = Bags()
        for path, words in store.all_words():
            if path in paths:
                bags.put(path, words)
    else:
        for path in sorted(wanted):
            bags.put(path, store.words(path))
    bags.keep(paths)
    store.set_blob(_BAGS, bags.dump())
    return bags


# Reading


def read_inputs(store: Reader, *, words: bool = True) -> Iterator[RelateInput]:
    """Return what ranking needs to know of each file, by path; on demand without its words."""
    uses = _uses_by_file(store)
    imports: dict[str, list[str]] = {}
    for user, target in store.import_edges():
        imports.setdefault(user, []).append(target)
    bases: dict[str, list[BaseClass]] = {}
    for user, base, path in store.base_edges():
        bases.setdefault(user, []).append(BaseClass(base=base, path=path))
    bags = store.all_words() if words else ((row.path, ()) for row in store.files())
    for row, (path, bag) in zip(store.files(), bags, strict=True):
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


# History


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
