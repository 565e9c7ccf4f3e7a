"""Cycles of imports: which files import one another, directly or through others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

Graph = Mapping[str, Collection[str]]
"""The files that each file imports, sorted; a file that imports nothing may be missing."""


def make_graph(edges: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the graph of (importing file, imported file) pairs, without files that import themselves."""
    found: dict[str, set[str]] = {}
    for user, target in edges:
        if user != target:
            found.setdefault(user, set()).add(target)
    return {user: tuple(sorted(found[user])) for user in sorted(found)}


def find_groups(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """Return the groups of files (two or more) each of which leads to every other one of its group.

    These are the graph's strongly connected components, found as Tarjan does, without recursion: chains of imports
    are as long as they like. Groups and their files are sorted.
    """
    search = _Search(graph)
    for start in sorted(graph):
        if start not in search.numbers:
            search.walk(start)
    return tuple(sorted(search.groups))


def shortest_cycle(graph: Graph, importers: Graph, start: str, inside: Collection[str]) -> tuple[str, ...]:
    """Return the shortest way from a file back to itself through files of `inside`, each once, the start first.

    `importers` is the graph the other way round. Of several ways as short, the first in order of the paths, so that what
    other files import changes nothing here. Empty if there is none.
    """
    last = frozenset(importers.get(start, ()))
    before: dict[str, str] = {}
    level = [start]
    while level:
        # Before the next level is made: it would be the largest.
        end = next((path for path in level if path in last), None)
        if end is not None:
            return tuple(reversed(list(_way_back(before, end))))
        following: list[str] = []
        for path in level:
            for target in graph.get(path, ()):
                if target in inside and target not in before:
                    before[target] = path
                    following.append(target)
        level = following
    return ()


def _way_back(before: Mapping[str, str], path: str) -> Iterator[str]:
    yield path
    while path in before:
        path = before[path]
        yield path


class _Search:
    """The state of Tarjan's search."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._stack: list[str] = []
        self._on_stack: set[str] = set()
        self._lowest: dict[str, int] = {}
        self.numbers: dict[str, int] = {}
        self.groups: list[tuple[str, ...]] = []

    def walk(self, start: str) -> None:
        """Visit everything that can be reached from a file, depth first."""
        work = [(start, self._enter(start))]
        while work:
            path, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                self._leave(path)
                if work:
                    self._lower(work[-1][0], self._lowest[path])
            elif target not in self.numbers:
                work.append((target, self._enter(target)))
            elif target in self._on_stack:
                self._lower(path, self.numbers[target])

    def _enter(self, path: str) -> Iterator[str]:
        self.numbers[path] = self._lowest[path] = len(self.numbers)
        self._stack.append(path)
        self._on_stack.add(path)
        return iter(self._graph.get(path, ()))

    def _lower(self, path: str, number: int) -> None:
        self._lowest[path] = min(self._lowest[path], number)

    def _leave(self, path: str) -> None:
        """Take the group of a file off the stack if the search entered the group with this file."""
        if self._lowest[path] < self.numbers[path]:
            return
        group = [self._stack.pop()]
        while group[-1] != path:
            group.append(self._stack.pop())
        self._on_stack.difference_update(group)
        if len(group) > 1:
            self.groups.append(tuple(sorted(group)))
