"""The stage that ranks related files, with reasons.

`vocabulary`, `signals` and `history` find the evidence, `rank` weighs it, `update` says which lists an edit touches; here what they
need is read from the store, and what changed goes back.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

import msgspec

from sphinx_kwindex.errors import Problem
from sphinx_kwindex.garbage import no_collection
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import PROSE_ROLES, TEST_ROLES, ImportFlag
from sphinx_kwindex.options import Options
from sphinx_kwindex.relate.evidence import Evidence
from sphinx_kwindex.relate.history import CoChange, Commit, HistoryError, head_of, history_problem, read_history
from sphinx_kwindex.relate.others import load_signals
from sphinx_kwindex.relate.rank import KEPT, RankedList, gather, rank_file
from sphinx_kwindex.relate.reasons import REASONS, default_weights
from sphinx_kwindex.relate.reworded import Reworded, find_reworded
from sphinx_kwindex.relate.signals import BaseClass, FileUses, RelateInput
from sphinx_kwindex.relate.update import (
    AFRESH,
    Kept,
    Lists,
    State,
    find_touched,
    keep,
    mark_links,
    new_state,
    renumber,
    stamp,
)
from sphinx_kwindex.relate.vocabulary import Bags, Vocabulary
from sphinx_kwindex.shares import work_in_shares
from sphinx_kwindex.store import FileRow, Reader, Store

Progress = Callable[[int, int], None]

_STEP = 100
_MANY = 100  # fewer are ranked sooner than a process is started
_NAMES = 3
_STATE = "relate:state"
_BAGS = "relate:bags"
_COMMITS = "relate:commits"
_HEAD = "relate:head"
_WORN_OUT = 0.5  # if more than this part of the words is in no file any more, all are read again

_pack = msgspec.msgpack.Encoder().encode
_read_commits = msgspec.msgpack.Decoder(tuple[Commit, ...]).decode
_read_state = msgspec.msgpack.Decoder(State).decode


@no_collection()
def rank_project(
    store: Store,
    options: Options,
    changed: Collection[str],
    progress: Progress | None = None,
    *,
    root: Path | None = None,
    jobs: int = 1,
) -> tuple[Problem, ...]:
    """Bring the related files of the whole project up to date; only lists that changed are written.

    `changed` are the files that link saw again; `jobs` is how many processes rank, if there are many. Returns what is wrong with the history or with signals of other packages.
    """
    problems: list[Problem] = []
    history = _history(store, options, root, problems) if options.history and root is not None else None
    others, _ = load_signals(options)
    head = store.get_meta(_HEAD) if history is not None else ""
    rows = [row for row in store.files() if row.role not in PROSE_ROLES]
    paths = [row.path for row in rows]
    state = _state_of(store, head)
    if state is not None and not changed and [file.path for file in state.files] == paths:
        return tuple(problems)
    if others or set(changed) >= set(paths):
        state = None
    bags = _update_bags(store, changed, paths, afresh=state is None)
    files = list(read_inputs(store, rows, {} if state is None else _known_uses(state, changed)))
    vocabulary, reworded = _weigh_words(bags, paths, state)
    evidence = gather(files, vocabulary, history=history, others=others)
    marks = mark_links(evidence)
    weights = {**default_weights(), **(options.related_weights or {})}
    kept: list[Kept | None] = [None] * len(paths) if state is None else renumber(state, paths)
    lists = Lists(kept, store.related, weights)
    todo = range(len(paths)) if state is None else find_touched(evidence, state, marks, lists, reworded)
    work = partial(rank_file, evidence, weights=weights, limit=max(KEPT, options.related_limit))
    for number, ranked in _rank_files(store, work, evidence, todo, progress, jobs=jobs):
        kept[number] = keep(ranked, evidence.numbers)
    problems += [problem for signal in others.values() for problem in signal.problems()]
    store.set_blob(_STATE, _pack(new_state(evidence, head, marks, kept)))
    return tuple(problems)


def _state_of(store: Store, head: str) -> State | None:
    """Return what the last run knew; None if there is no such thing that can be read, or with another history."""
    blob = store.get_blob(_STATE)
    try:
        state = _read_state(blob) if blob is not None else None
    except msgspec.DecodeError:
        return None
    return state if state is not None and state.stamp == stamp() and state.head == head else None


def _weigh_words(bags: Bags, paths: Sequence[str], state: State | None) -> tuple[Vocabulary, Sequence[Reworded] | None]:
    """Return the words of all files, and the files whose words changed in weight; None if that may be all."""
    if state is not None:
        before = {file.path: length for file, length in zip(state.files, array("Q", state.lengths), strict=True)}
        vocabulary = Vocabulary(bags, paths, [before.get(path, 0) for path in paths])
        reworded = find_reworded(vocabulary, bags, paths, before)
        if reworded is not None:
            return vocabulary, reworded
    return Vocabulary(bags, paths), None


def _rank_files(
    store: Store,
    work: Callable[[int], RankedList],
    evidence: Evidence,
    numbers: Collection[int],
    progress: Progress | None,
    *,
    jobs: int = 1,
) -> Iterator[tuple[int, RankedList]]:
    """Make lists again, and write those that changed."""
    vocabulary = evidence.vocabulary
    if len(numbers) > len(evidence.files) * AFRESH:
        vocabulary.find_all()
    else:
        vocabulary.find({word for number in numbers for word, _ in vocabulary.asked(number)})
    if len(numbers) < _MANY or evidence.others:  # signals of other packages say here what is wrong
        jobs = 1
    found = work_in_shares(work, list(numbers), RankedList, jobs=jobs) if jobs > 1 else map(work, numbers)
    for done, (number, ranked) in enumerate(zip(numbers, found, strict=True), 1):
        path = evidence.files[number].path
        if ranked.related != store.related(path):
            store.replace_related(path, ranked.related)
        if progress is not None and (done % _STEP == 0 or done == len(numbers)):
            progress(done, len(numbers))
        yield number, ranked


def _update_bags(store: Store, changed: Collection[str], paths: Sequence[str], *, afresh: bool) -> Bags:
    """Return the words of all files, those of changed files read again."""
    bags = Bags() if afresh else Bags.load(store.get_blob(_BAGS))
    if bags.frequency.count(0) > len(bags.names) * _WORN_OUT:
        bags = Bags()
    known = set(paths)
    wanted = [path for path in paths if path in changed or path not in bags]
    is_most = 2 * len(wanted) > len(paths)
    for path, words in store.all_words() if is_most else ((path, store.words(path)) for path in wanted):
        if path in known:
            bags.put(path, words)
    bags.keep(known)
    store.set_blob(_BAGS, bags.dump())
    return bags


# Reading


def read_inputs(
    store: Reader, rows: Sequence[FileRow], known: Mapping[str, tuple[FileUses, ...]]
) -> Iterator[RelateInput]:
    """Return what ranking needs to know about files, except for their words; `known` has what some of them use."""
    modules = {row.path: row.module for row in rows}
    uses = _read_uses(store, modules, known)
    imports = grouped(store.import_edges())
    scripts = grouped(edge for edge, late in store.late_edges().items() if late == ImportFlag.MAIN)
    bases = grouped((user, BaseClass(base=base, path=path)) for user, base, path in store.base_edges())
    told = {kind: grouped(reason.read(store)) for kind, reason in REASONS.items() if reason.read is not None}
    for row in rows:  # a README, which is left out, says the words of everything around it
        yield RelateInput(
            path=row.path,
            is_test=row.role in TEST_ROLES,
            lines=row.lines,
            imports=tuple(imports.get(row.path, ())),
            uses=uses.get(row.path, ()),
            bases=tuple(bases.get(row.path, ())),
            scripts=tuple(scripts.get(row.path, ())),
            told={kind: tuple(found[row.path]) for kind, found in told.items() if row.path in found},
        )


def _known_uses(state: State, changed: Collection[str]) -> dict[str, tuple[FileUses, ...]]:
    """Return what files use that link did not see again."""
    return {file.path: file.uses for file in state.files if file.path not in changed}


def _read_uses(
    store: Reader, modules: Mapping[str, str], known: Mapping[str, tuple[FileUses, ...]]
) -> dict[str, tuple[FileUses, ...]]:
    """Return what each file uses of others: exact uses of keywords; a module's own name is none."""
    missing = modules.keys() - known.keys()
    some = 2 * len(missing) < len(modules)
    edges = chain.from_iterable(map(store.file_edges, sorted(missing))) if some else store.file_edges()
    found: dict[str, list[FileUses]] = {}
    for user, target, counts in edges:
        counts.pop(modules.get(target, ""), None)
        if counts and user != target:
            best = sorted(counts, key=lambda name: (-counts[name], name))[:_NAMES]
            found.setdefault(user, []).append(FileUses(path=target, count=len(counts), names=_told_apart(best)))
    return (dict(known) if some else {}) | {user: tuple(rows) for user, rows in found.items()}


def _told_apart(ids: Sequence[str]) -> tuple[str, ...]:
    """Return the names of keywords, with their classes before those that are called alike."""
    last = Counter(identity.rpartition(".")[2] for identity in ids)
    parts = (identity.rsplit(".", 2) for identity in ids)
    return tuple(".".join(part[-2:] if last[part[-1]] > 1 else part[-1:]) for part in parts)


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
    return CoChange(commits, [row.path for row in store.files()])


def _stored_commits(store: Store) -> tuple[Commit, ...] | None:
    blob = store.get_blob(_COMMITS)
    try:
        return _read_commits(blob) if blob is not None else None
    except msgspec.DecodeError:
        return None
