"""What link needs of a store, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from link_builder import build

from sphinx_kwindex.link import link_project
from sphinx_kwindex.model import FileFacts, LinkedFile, LinkState, PackedUses, References

Sources = dict[str, tuple[FileFacts, References]]


class MemoryStore:
    """An index of what link finds; `results` has it by path."""

    def __init__(self, import_roots: tuple[str, ...] = (), jobs: int = 1) -> None:
        self.jobs = jobs
        self.import_roots = import_roots
        self.sources: Sources = {}
        self.states: dict[str, LinkState] = {}
        self.results: dict[str, tuple[Any, ...]] = {}
        self.rewritten: list[str] = []
        """Files of which something else was found in the last update than before."""
        self._stamp = ""
        self._facts: dict[str, bytes] = {}
        self._changed: set[int] = set()
        self._units: dict[str, tuple[bytes, bytes]] = {}

    def update(self, sources: Sources) -> tuple[str, ...]:
        """Link a project after its files became these."""
        removed = self.sources.keys() - sources.keys()
        changed = {path for path, source in sources.items() if source != self.sources.get(path)}
        self.sources = sources
        self.rewritten = []
        for path in removed:
            del self.results[path]
        return link_project(self, changed, removed, import_roots=self.import_roots, jobs=self.jobs)

    def reader(self) -> MemoryStore:
        return self

    def facts(self, path: str) -> FileFacts | None:
        return self.sources[path][0] if path in self.sources else None

    def references(self, path: str) -> References:
        return self.sources[path][1]

    def link_states(self) -> dict[str, LinkState]:
        return dict(self.states)

    def replace_link_state(self, path: str, state: LinkState | None) -> None:
        self.states.pop(path, None)
        if state is not None:
            self.states[path] = state

    def has_linked(self, path: str) -> bool:
        return path in self.results

    def replace_linked(
        self,
        linked: LinkedFile,
        uses: tuple[PackedUses, ...],
        *,
        operators: tuple[PackedUses, ...] = (),
        imported: object = (),
        late: object = (),
        taken: object = (),
        problems: object = (),
    ) -> None:
        result = (linked, uses, operators, imported, late, taken, problems)
        if self.results.get(linked.path) != result:
            self.rewritten.append(linked.path)
            self.results[linked.path] = result

    # The tables of a ledger of one stage

    def ledger_stamp(self, stage: str) -> str:
        return self._stamp

    def set_ledger_stamp(self, stage: str, stamp: str) -> None:
        self._stamp = stamp

    def ledger_facts(self, stage: str, owner: str) -> bytes:
        return self._facts.get(owner, b"")

    def set_ledger_facts(self, stage: str, owner: str, facts: bytes) -> None:
        self._facts[owner] = facts

    def changed_keys(self, stage: str) -> set[int]:
        return set(self._changed)

    def add_changed_keys(self, stage: str, keys: Iterable[int]) -> None:
        self._changed.update(keys)

    def clear_changed_keys(self, stage: str) -> None:
        self._changed.clear()

    def unit_names(self, stage: str) -> Iterator[str]:
        return iter(sorted(self._units))

    def units(self, stage: str) -> Iterator[tuple[str, bytes]]:
        return ((name, result) for name, (result, _) in sorted(self._units.items()))

    def unit_reads(self, stage: str) -> Iterator[tuple[str, bytes]]:
        return ((name, reads) for name, (_, reads) in self._units.items())

    def set_units(self, stage: str, rows: Iterable[tuple[str, bytes, bytes]]) -> None:
        self._units.update((name, (result, reads)) for name, result, reads in rows)

    def remove_units(self, stage: str, names: Sequence[str]) -> None:
        for name in names:
            self._units.pop(name, None)


def make_sources(texts: dict[str, str], targets: dict[str, list[str]]) -> Sources:
    """Return a project written as `link_builder` reads it, with what each file refers to, a line each."""
    facts = build("\n".join(f"{path}\n{text}" for path, text in texts.items()))
    return {item.path: (item, make_references(targets.get(item.path, []))) for item in facts}


def make_references(targets: list[str]) -> References:
    """Return references to some targets, a line each, that all are written as `x`."""
    rows = [number for at in range(len(targets)) for number in (at, 0, at + 1, 0, 1, 0)]
    return References(targets=tuple(targets), names=("x",), rows=tuple(rows))
