"""Link: every symbolic target of the project settled on a keyword, redoing only what an edit touched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from sphinx_kwindex.errors import Problem
from sphinx_kwindex.garbage import no_collection
from sphinx_kwindex.ledger import Ledger, LedgerStore
from sphinx_kwindex.link.modules import ModuleIndex, link_state
from sphinx_kwindex.link.names import Names, guess_from
from sphinx_kwindex.link.surface import CIRCLE, EXISTS, conftest_key, key_of, member_key
from sphinx_kwindex.link.uses import Linked, link_file
from sphinx_kwindex.model import FileFacts, LinkedFile, LinkState, PackedUses, References
from sphinx_kwindex.targets import forget_parsed

__all__ = ["LinkReport", "LinkStore", "Linked", "Names", "link_file", "link_project"]


class LinkStore(LedgerStore, Protocol):
    """What link asks of the store."""

    def facts(self, path: str) -> FileFacts | None:
        """Return what a file says of itself."""

    def references(self, path: str) -> References:
        """Return a file's uses, not settled yet."""

    def link_states(self) -> dict[str, LinkState]:
        """Return what link kept of each file in its last run, by path; also of files deleted since."""

    def replace_link_state(self, path: str, state: LinkState | None) -> None:
        """Keep what link has to know of a file in its next run (None: the file was deleted)."""

    def has_linked(self, path: str) -> bool:
        """Tell whether there is anything that link says of a file."""

    def replace_linked(
        self,
        linked: LinkedFile,
        uses: tuple[PackedUses, ...],
        *,
        imported: Iterable[str] = (),
        late: Mapping[str, int] = MappingProxyType({}),
        taken: Iterable[tuple[str, str]] = (),
        problems: Iterable[Problem] = (),
    ) -> None:
        """Replace what link says of one file, and nothing if that is the same as before."""


class LinkReport(NamedTuple):
    """What a run of link did."""

    linked: tuple[str, ...]
    """Files that were linked, sorted."""
    problems: tuple[Problem, ...]


def link_project(
    store: LinkStore,
    changed: Collection[str],
    removed: Collection[str],
    *,
    import_roots: tuple[str, ...] = (),
    plugins: tuple[str, ...] = (),
    progress: Callable[[str], None] | None = None,
) -> LinkReport:
    """Link the files that changed (or are new), and those that read something which is not what it was.

    The result is the same as if every file were linked again. Call it in a transaction of the store, with the summaries
    of all files in it. `plugins` are modules that pytest loads for everybody. `progress` is called with the path of each file before it is linked.
    """
    if not changed and not removed:
        return LinkReport((), ())
    states = store.link_states()
    ledger = Ledger(store, "link")
    for path in changed:
        if path in states and not store.has_linked(path):
            # It was deleted for a while, and with it what link said of others. The last run of link did not finish.
            ledger.publish(states.pop(path).module, {})
    new = _update_states(store, states, changed, removed)
    names = Names(ModuleIndex(new.values(), import_roots), store.facts, plugins)
    touched = {some[path].module for some in (states, new) for path in (*changed, *removed) if path in some}
    with no_collection():
        known: dict[object, int] = {}
        for module in sorted(touched):
            ledger.publish(module, names.modules.surface(module, known))
        if states != new:
            ledger.touch(_compare(states, new, names.index, import_roots))
        outdated = {*changed, *ledger.outdated(sorted(new), "")}
        paths = tuple(path for path in sorted(new) if path in outdated)
        linked = list(_link_files(store, names, paths, progress))
        ledger.record([(path, b"", reads) for path, reads, _ in linked])
    names.forget()
    forget_parsed()
    return LinkReport(paths, tuple(problem for *_, problems in linked for problem in problems))


def _link_files(
    store: LinkStore, names: Names, paths: Iterable[str], progress: Callable[[str], None] | None
) -> Iterator[tuple[str, frozenset[int], tuple[Problem, ...]]]:
    """Link some files; yield each that is in the index with the keys that it read and the problems found."""
    for path in paths:
        if progress is not None:
            progress(path)
        linked = _link_one(store, names, path)
        if linked is not None:
            yield path, linked.reads, linked.problems


def _update_states(
    store: LinkStore, old: Mapping[str, LinkState], changed: Collection[str], removed: Collection[str]
) -> dict[str, LinkState]:
    """Return what there is to know of the files as they are now, and keep it for the next run."""
    new = dict(old)
    for path in (*removed, *sorted(changed)):
        facts = store.facts(path) if path in changed else None
        state = link_state(facts) if facts is not None else None
        if state != new.pop(path, None):
            store.replace_link_state(path, state)
        if state is not None:
            new[path] = state
    return new


def _compare(
    old: Mapping[str, LinkState], new: Mapping[str, LinkState], now: ModuleIndex, import_roots: tuple[str, ...]
) -> Iterator[int]:
    """Yield the keys of what only all modules together tell, where that is not what it was."""
    before = ModuleIndex(old.values(), import_roots)
    for module in before.names() ^ now.names():
        yield key_of(module, EXISTS)
    one, two = before.circle_marks(), now.circle_marks()
    for module in one.keys() | two.keys():
        if one.get(module) != two.get(module):
            yield key_of(module, CIRCLE)
    rows = old.items() ^ new.items()
    moved = {state.module for _, state in rows}
    for folder in {path.rpartition("/")[0] for path, _ in rows if path.rpartition("/")[2] == "conftest.py"}:
        if before.conftest(folder) != now.conftest(folder):
            yield conftest_key(folder)
    # Of several files of a module only the first counts, and another one may be that now.
    for name in {
        name for states in (old, new) for state in states.values() if state.module in moved for name in state.members
    }:
        if guess_from(before.member_modules(name)) != guess_from(now.member_modules(name)):
            yield member_key(name)


def _link_one(store: LinkStore, names: Names, path: str) -> Linked | None:
    facts = store.facts(path)
    if facts is None:
        return None
    linked = link_file(names, facts, store.references(path))
    store.replace_linked(
        linked.file,
        linked.uses,
        imported=linked.imported,
        late=linked.late,
        taken=linked.taken,
        problems=linked.problems,
    )
    return linked
