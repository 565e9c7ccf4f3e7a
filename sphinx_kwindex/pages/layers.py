"""The layers of a project, from its import graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter

from sphinx_kwindex.cycles import Graph, find_groups, make_graph
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import PROSE_ROLES, TEST_ROLES, Role
from sphinx_kwindex.pages.records import Layer, Standing
from sphinx_kwindex.store import FileRole

LEANING = 3
"""A file has so many times more files on one side than on the other to be nearer to the other end."""
FEW = 10
"""Fewer files than this are not worth reporting; larger numbers are rounded, so that a new file does not change many pages."""

_LEFT_OUT = TEST_ROLES | PROSE_ROLES | {Role.STUB}


def find_standings(
    files: Iterable[FileRole], loaded: Iterable[tuple[str, str]], late: Iterable[tuple[str, str]]
) -> dict[str, Standing]:
    """Return where each file sits, tests left out; `loaded` are imports when a file is imported, `late` all others.

    That a file imports the package that it is in says nothing: Python loads that first in any case, and through it
    most files of a project would import one another.
    """
    rows = {row.path: row for row in files if row.role not in _LEFT_OUT}

    def counted(edges: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        return (edge for edge in edges if edge[0] != edge[1] and edge[0] in rows and edge[1] in rows)

    own = {edge for edge in counted(loaded) if _is_inside(edge[0], rows[edge[1]])}
    wanted = [edge for edge in counted(loaded) if edge not in own]
    imports, importers = make_graph(wanted), make_graph((target, user) for user, target in wanted)
    below, above = _count_reached(imports, rows), _count_reached(importers, rows)
    others = list(counted(late))
    later = make_graph(others)
    # A file with imports that do not count here neither stands alone, nor on top of what imports it so.
    with_users = {target for _, target in (*own, *others)}
    with_package = {user for user, _ in own}
    members = make_graph((target, user) for user, target in own)
    is_tied = with_users | {user for user, _ in (*own, *others)}
    return {
        path: Standing(
            layer=_layer(below[path], above[path], is_tied=path in is_tied, has_users=path in with_users),
            imports=len(imports.get(path, ())),
            importers=len(importers.get(path, ())),
            late=len(later.get(path, ())),
            has_package=path in with_package,
            members=len(members.get(path, ())),
            above=_roughly(above[path]),
        )
        for path in rows
    }


def _is_inside(path: str, row: FileRole) -> bool:
    folder = row.path.rpartition("/")[0]
    return row.is_package and path.startswith(f"{folder}/" if folder else "")


def _count_reached(graph: Graph, paths: Iterable[str]) -> dict[str, int]:
    """Return how many other files each file leads to."""
    order = {path: number for number, path in enumerate(paths)}
    heads = {path: group[0] for group in find_groups(graph) for path in group}
    groups = grouped((heads.get(path, path), path) for path in order)
    reached: dict[str, int] = {}
    targets = {head: _targets(graph, heads, group, head) for head, group in groups.items()}
    for head in TopologicalSorter(targets).static_order():  # each group of files behind all that it leads to
        # A set of files is a number with a bit for each: thousands of them are joined in a blink.
        bits = sum(1 << order[path] for path in groups[head])
        for target in targets[head]:
            bits |= reached[target]
        reached[head] = bits
    return {path: reached[heads.get(path, path)].bit_count() - 1 for path in order}


def _targets(graph: Graph, heads: Mapping[str, str], group: Iterable[str], head: str) -> list[str]:
    """Return what a group of files imports, as the heads of groups."""
    found = {heads.get(target, target): None for path in group for target in graph.get(path, ())}
    return [target for target in found if target != head]


def _layer(below: int, above: int, *, is_tied: bool, has_users: bool) -> Layer | None:
    """Tell the layer; None for a file that is imported, or imports, in ways that say nothing."""
    if not below and not above:
        return None if is_tied else Layer.ALONE
    if not below:
        return Layer.FOUNDATION
    if not above:
        return Layer.UPPER if has_users else Layer.TOP
    if above >= LEANING * below:
        return Layer.LOWER
    return Layer.UPPER if below >= LEANING * above else Layer.MIDDLE


def _roughly(count: int) -> int:
    """Keep one digit of a number; 0 for a small one."""
    unit: int = 10 ** (len(str(count)) - 1)
    return count // unit * unit if count >= FEW else 0
