"""Link: every symbolic target of the project settled on a keyword, redoing only what an edit touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from sphinx_kwindex.errors import Problem
from sphinx_kwindex.garbage import no_collection
from sphinx_kwindex.link.modules import ModuleIndex, link_state, module_names
from sphinx_kwindex.link.names import Names
from sphinx_kwindex.link.uses import Linked, link_file
from sphinx_kwindex.model import FileFacts, LinkedFile, LinkState, PackedUses, References
from sphinx_kwindex.targets import forget_parsed

__all__ = ["LinkReport", "LinkStore", "Linked", "Names", "link_file", "link_project"]


class LinkStore(Protocol):
    """What link asks of the store."""

    def facts(self, path: str) -> FileFacts | None:
        """Return what a file says of itself."""

    def references(self, path: str) -> References:
        """Return a file's uses, not settled yet."""

    def link_states(self) -> dict[str, LinkState]:
        """Return what link kept of each file in its last run, by path; also of files that are gone since."""

    def replace_linked(
        self,
        linked: LinkedFile,
        uses: tuple[PackedUses, ...],
        *,
        imported: Iterable[str] = (),
        late: Mapping[str, int] = MappingProxyType({}),
        taken: Iterable[tuple[str, str]] = (),
        state: LinkState | None = None,
    ) -> None:
        """Replace what link says of one file."""

    def forget_linked(self, path: str) -> None:
        """Drop what link keeps of a file that is gone."""

    def add_problems(self, stage: str, problems: Iterable[Problem]) -> None:
        """Keep what was found wrong with files."""


class LinkReport(NamedTuple):
    """What a run of link did."""

    linked: tuple[str, ...]
    """Files that were linked, sorted."""
    dirty: tuple[str, ...]
    """Modules whose interface changed (or that came or went), and `?name` for members that did; sorted."""
    problems: tuple[Problem, ...]


def link_project(
    store: LinkStore,
    changed: Collection[str],
    removed: Collection[str],
    *,
    import_roots: tuple[str, ...] = (),
    progress: Callable[[str], None] | None = None,
) -> LinkReport:
    """Link the files that changed (or are new), and those whose targets went through what others can see of them.

    The result is the same as if every file were linked anew. Call it in a transaction of the store, with the summaries
    of all files in it. `progress` is called with the path of each file before it is linked.
    """
    if not changed and not removed:
        return LinkReport((), (), ())
    old = store.link_states()
    new = {path: state for path, state in old.items() if path not in removed}
    for path in removed:
        store.forget_linked(path)
    for path in sorted(changed):
        facts = store.facts(path)
        if facts is None:
            new.pop(path, None)
        else:
            new[path] = link_state(facts)
    before, now = (ModuleIndex(states.values(), import_roots) for states in (old, new))
    dirty = _dirty(old, new)
    dirty.update(_changed_circles(before, now, frozenset(dirty)))
    paths = [path for path in sorted(new) if path in changed or not dirty.isdisjoint(new[path].touched)]
    names = Names(now, store.facts)
    problems: list[Problem] = []
    with no_collection():
        for path in paths:
            if progress is not None:
                progress(path)
            problems.extend(_link_one(store, names, new[path]))
    names.forget()
    forget_parsed()
    return LinkReport(tuple(paths), tuple(sorted(dirty)), tuple(problems))


def _link_one(store: LinkStore, names: Names, state: LinkState) -> tuple[Problem, ...]:
    facts = store.facts(state.path)
    if facts is None:
        return ()
    linked = link_file(names, facts, store.references(state.path), state)
    store.replace_linked(
        linked.file,
        linked.uses,
        imported=linked.imported,
        late=linked.late,
        taken=linked.taken,
        state=linked.state,
    )
    store.add_problems("link", linked.problems)
    return linked.problems


def _dirty(old: Mapping[str, LinkState], new: Mapping[str, LinkState]) -> set[str]:
    """Return the names under which others may have gone through what changed."""
    dirty: set[str] = set()
    members: Counter[str] = Counter()
    for path in old.keys() | new.keys():
        before, after = old.get(path), new.get(path)
        if before is not None and after is not None and before.interface == after.interface:
            continue
        for state, sign in ((before, -1), (after, 1)):
            if state is not None:
                dirty.add(state.module)
                for name in state.members:
                    members[name] += sign
    dirty.update(f"?{name}" for name, count in members.items() if count)
    for module in module_names(old.values()) ^ module_names(new.values()):
        # a package looks different to others when a submodule comes or goes
        dirty.update((module, module.rpartition(".")[0]))
    dirty.discard("")
    return dirty


def _changed_circles(before: ModuleIndex, now: ModuleIndex, dirty: frozenset[str]) -> Iterator[str]:
    """Yield what stands for the circle of wildcard imports of each module whose circle is not what it was."""
    one, two = before.circles(), now.circles()
    for module in one.keys() | two.keys():
        if one.get(module) != two.get(module) or not dirty.isdisjoint(two[module]):
            yield f"@{module}"
