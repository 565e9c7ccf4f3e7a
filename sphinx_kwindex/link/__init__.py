"""Link: resolves every symbolic target of the project to a keyword, and only again what an edit changed."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import cast

from sphinx_kwindex.garbage import no_collection
from sphinx_kwindex.link.foreign import Foreign
from sphinx_kwindex.link.modules import ModuleIndex, link_state
from sphinx_kwindex.link.names import Names
from sphinx_kwindex.link.surface import CIRCLE, EXISTS, conftest_key, key_of, member_key
from sphinx_kwindex.link.uses import Linked, link_file
from sphinx_kwindex.model import LinkState
from sphinx_kwindex.shares import work_in_shares
from sphinx_kwindex.store import Ledger, Reader, Store
from sphinx_kwindex.targets import forget_parsed

_MANY = 200  # fewer are linked sooner than another process has looked up what all of them refer to

__all__ = ["Linked", "Names", "link_file", "link_project"]


def link_project(
    store: Store,
    changed: Collection[str],
    removed: Collection[str],
    *,
    import_roots: tuple[str, ...] = (),
    plugins: tuple[str, ...] = (),
    progress: Callable[[str], object] = lambda _path: None,
    jobs: int = 1,
) -> tuple[str, ...]:
    """Link the files that changed (or are new), and those that read something which is not what it was; return which, sorted.

    The result is the same as if every file were linked again. Call it in a transaction of the store, with the summaries of all
    files in it before. `plugins` are modules that pytest loads for everybody; `jobs` is how many processes link, if there is
    much to link. `progress` is called with the path of each file that was linked.
    """
    if not changed and not removed:
        return ()
    states = store.link_states()
    ledger = Ledger(store, "link")
    for path in [path for path in changed if path in states and not store.has_linked(path)]:
        # It was deleted for a while, and with it what link said of others. The last run of link did not finish.
        ledger.publish(states.pop(path).module, {})
    new = _update_states(store, states, changed, removed)
    sources = store.reader() if jobs > 1 else store
    names = Names(ModuleIndex(new.values(), import_roots), sources.facts, plugins, new.values())
    touched = {some[path].module for some in (states, new) for path in (*changed, *removed) if path in some}
    with no_collection():
        _publish(ledger, names, touched)
        if states != new:
            ledger.touch(_compare(states, new, names.index, import_roots))
            ledger.touch(names.foreign.changed(Foreign(states.values())))
        outdated = {*changed, *ledger.outdated(sorted(new), "")}
        paths = tuple(path for path in sorted(new) if path in outdated)
        reads: dict[str, array[int]] = {}  # half a million in large trees: sets of them would take ten times the space
        for linked in _link_files(sources, names, paths, jobs):
            _keep(store, linked)
            progress(linked.file.path)
            reads[linked.file.path] = array("q", linked.reads)
        ledger.record((path, b"", keys) for path, keys in reads.items())
    names.forget()
    forget_parsed()
    return paths


def _publish(ledger: Ledger, names: Names, modules: Iterable[str]) -> None:
    """Publish what others can see of some modules."""
    known: dict[object, int] = {}
    for module in sorted(modules):
        ledger.publish(module, names.modules.surface(module, known))


def _link_files(sources: Reader, names: Names, paths: Sequence[str], jobs: int) -> Iterator[Linked]:
    """Yield what link says about some files; nothing of those that are not in the index."""

    def link(number: int) -> Linked | None:
        facts = sources.facts(paths[number])
        return link_file(names, facts, sources.references(facts.path)) if facts is not None else None

    numbers, kind = range(len(paths)), cast("type[Linked | None]", Linked | None)
    jobs = jobs if len(paths) >= _MANY else 1
    found = work_in_shares(link, numbers, kind, jobs=jobs) if jobs > 1 else map(link, numbers)
    return (linked for linked in found if linked is not None)


def _update_states(
    store: Store, old: Mapping[str, LinkState], changed: Collection[str], removed: Collection[str]
) -> dict[str, LinkState]:
    """Return what there is to know about the files as they are now, and keep it for the next run."""
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
    for module in (before.names() ^ now.names()) | (before.folders ^ now.folders):
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
        if before.member_modules(name) != now.member_modules(name):
            yield member_key(name)


def _keep(store: Store, linked: Linked) -> None:
    store.replace_linked(
        linked.file,
        linked.uses,
        operators=linked.operators,
        imported=linked.imported,
        late=linked.late,
        taken=linked.taken,
        problems=linked.problems,
    )
