"""Import graph of the children of a folder: files, and folders that stand for everything below them."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from itertools import chain, starmap

import msgspec

from sphinx_kwindex.cycles import find_groups, make_graph
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.marking import N_
from sphinx_kwindex.pages.addresses import Addresses, join
from sphinx_kwindex.pages.blocks import Block, Brief, Inline, Item, Link, Para, Series, Terms, To, View
from sphinx_kwindex.pages.overview import ImportCounts, Overview
from sphinx_kwindex.pages.phrases import and_more, format_number, say, say_count
from sphinx_kwindex.pages.subjects import FolderSubject, PageSection

Counts = Mapping[tuple[str, str], "ImportCounts"]
"""By (from, to): how many imports (or uses) lead from one to the other."""

TABLE_NODES = 24
"""A graph of more nodes is no table: of it are shown the most imported ones, each with what imports it most."""
LIST_NODES = 15
LIST_EDGES = 6


MOST_NAMED = 12
"""Names that a sentence lists."""


class GraphNode(View, frozen=True):
    """A file, folder or keyword of a graph."""

    link: Link
    count: int = 0
    """How many others import or use it, also those that are left out."""
    is_start: bool = False
    """What the graph is about."""


class GraphEdge(View, frozen=True):
    """How often one node imports or uses another; nodes by their places."""

    source: int
    target: int
    count: int = 1
    late: int = 0
    """Imports in functions, and those that run in scripts only."""
    for_types: int = 0
    """Imports for type checkers only."""
    is_cyclic: bool = False
    """Part of a cycle."""


class Graph(View, frozen=True):
    """Who imports or uses whom."""

    nodes: tuple[GraphNode, ...]
    """Those that import first, so that below the diagonal of a table there are cycles only."""
    edges: tuple[GraphEdge, ...]
    """By their nodes; if some are left out, by what is imported, the most imported first."""
    circles: tuple[tuple[int, ...], ...] = ()
    """Nodes, by their places, that import one another, directly or through others."""
    more_edges: int = 0
    has_late: bool = False
    """Some imports do not run when their file is imported."""
    alone: int = 0
    """Nodes without an edge, which are left out."""


class Matrix(Block, frozen=True, tag=True):
    """A table of who imports whom."""

    graph: Graph


class Picture(Block, frozen=True, tag=True):
    """A graph that is drawn where it can be; the words that say the same are behind it, or in its place."""

    graph: Graph
    label: Inline
    words: tuple[Block, ...]
    has_closed_words: bool = False


def children_graph(addresses: Addresses, overview: Overview, folder: str) -> Graph | None:
    """Return how the children of a folder import one another; None if they do not."""
    pairs = overview.between.get(folder)
    if not pairs:
        return None
    counts = {(join(folder, one), join(folder, other)): number for (one, other), number in pairs.items()}
    folders, files = addresses.children(folder)
    graph = make_view(counts, addresses.name_link)
    return msgspec.structs.replace(graph, alone=max(0, len(folders) + len(files) - len(graph.nodes)))


def make_view(counts: Counts, link: Callable[[str], Link], *, most: int = TABLE_NODES, start: str = "") -> Graph:
    """Return the view of a graph, those that import first; of one of more nodes than `most`, the heaviest edges."""
    # Only what is imported at once makes layers and cycles.
    at_once = {pair: number for pair, number in counts.items() if number.direct}
    order = sort_by_layer(at_once, dict.fromkeys(chain.from_iterable(counts)))
    places = {path: place for place, path in enumerate(order)}
    groups = find_groups(make_graph(at_once))
    group_of = {path: number for number, group in enumerate(groups) for path in group}
    incoming = Counter(target for _, target in at_once)
    if len(order) <= most:
        shown = sorted(counts, key=lambda pair: (places[pair[0]], places[pair[1]]))
    else:
        shown = list(_heaviest(at_once, incoming))

    def edge(one: str, other: str) -> GraphEdge:
        is_cyclic = (one, other) in at_once and one in group_of and group_of[one] == group_of.get(other)
        return GraphEdge(places[one], places[other], *counts[one, other], is_cyclic=is_cyclic)

    return Graph(
        nodes=tuple(GraphNode(link=link(path), count=incoming[path], is_start=path == start) for path in order),
        edges=tuple(starmap(edge, shown)),
        circles=tuple(tuple(places[path] for path in group) for group in groups),
        more_edges=len(counts) - len(shown),
        has_late=any(number.late or number.for_types for number in counts.values()),
    )


def _heaviest(counts: Counts, incoming: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield the pairs that lead to what most others import, of each the heaviest first."""
    best = sorted(incoming, key=lambda path: (-incoming[path], path))[:LIST_NODES]
    for target in best:
        pairs = (pair for pair in counts if pair[1] == target)
        yield from sorted(pairs, key=lambda pair: (-counts[pair].direct, pair))[:LIST_EDGES]


def sort_by_layer(pairs: Iterable[tuple[str, str]], alone: Iterable[str] = ()) -> list[str]:
    """Return all that some pairs (from, to) name: what leads to others before these, what is in a cycle together.

    In a table in this order, all that is below the diagonal is part of a cycle. `alone` may have names without pairs.
    """
    graph = make_graph(pairs)
    names = {*graph, *(target for targets in graph.values() for target in targets), *alone}
    home = {name: (name,) for name in names} | {name: group for group in find_groups(graph) for name in group}
    sorter: TopologicalSorter[tuple[str, ...]] = TopologicalSorter({home[name]: () for name in names})
    for name, targets in graph.items():
        for group in {home[target] for target in targets} - {home[name]}:
            sorter.add(group, home[name])
    sorter.prepare()
    ready: list[tuple[str, ...]] = []
    order: list[str] = []
    while sorter.is_active():
        for group in sorter.get_ready():
            heapq.heappush(ready, group)
        first = heapq.heappop(ready)  # of those whose turn it is: so the order depends on nothing but the names
        order += first
        sorter.done(first)
    return order


def edge_words(graph: Graph, edge: GraphEdge) -> Inline:
    """Say what an edge between files or folders means."""
    one, other = (graph.nodes[place].link.text for place in (edge.source, edge.target))
    return say("%(one)s imports %(other)s: %(count)s", one=one, other=other, count=Series(tuple(count_words(edge))))


def count_words(edge: GraphEdge) -> list[Inline]:
    """Count the imports behind an edge, those that do not run at once apart."""
    words: list[Inline] = [format_number(edge.count)] if edge.count else []
    if edge.late:
        words.append(say("%(count)s later", count=edge.late))
    if edge.for_types:
        words.append(say("%(count)s for type checking only", count=edge.for_types))
    return words


def graph_notes(graph: Graph) -> list[Inline]:
    """Say what the numbers of a table mean, and what is in a cycle or left out."""
    texts: list[Inline] = []
    if graph.more_edges:
        texts.append(say("The most imported files and folders, each with its main importers."))
    else:
        texts.append(say("Each number counts pairs of files: one in the row that imports one in the column."))
    if graph.has_late and graph.more_edges:
        texts.append(say("Imports in functions, or for type checking only, are left out."))
    elif any(not edge.count for edge in graph.edges):
        texts.append(say("A number in parentheses counts imports in functions or for type checking only."))
    return texts


def more_graph_notes(graph: Graph) -> list[Inline]:
    """Say what is in a cycle or left out."""
    texts = circle_notes(graph)
    if texts and graph.has_late and not graph.more_edges:
        texts.append(say("Imports in functions, or for type checking only, do not form cycles."))
    if graph.alone:
        texts.append(
            say_count(
                "1 more neither imports any of these nor is imported.",
                "%(count)s more neither import any of these nor are imported.",
                graph.alone,
            )
        )
    return texts


def circle_notes(graph: Graph) -> list[Inline]:
    """Say what is in cycles."""
    texts: list[Inline] = []
    for circle in graph.circles:
        names = [graph.nodes[place].link.text for place in circle]
        shown = (", ".join(names[:MOST_NAMED]), and_more(len(names) - MOST_NAMED))
        texts.append(say("In a cycle, directly or through others: %(names)s.", names=shown))
    return texts


def most_imported(graph: Graph) -> list[tuple[GraphNode, list[Link]]]:
    """Return what is imported most, with what imports it."""
    found = grouped((edge.target, graph.nodes[edge.source].link) for edge in graph.edges)
    return [(graph.nodes[target], links) for target, links in found.items()]


def graph_blocks(graph: Graph) -> Iterator[Block]:
    """Show who imports whom: as a table, rows import columns; of a large graph, what is imported most."""
    if graph.more_edges:
        yield Terms(
            tuple(
                (
                    To(node.link),
                    (
                        Item(
                            (
                                say("is imported by"),
                                " ",
                                Series(tuple(map(To, links)), and_more(node.count - len(links))),
                            )
                        ),
                    ),
                )
                for node, links in most_imported(graph)
            ),
            look="kw-edges simple",
            is_sentence=True,
        )
    else:
        yield Matrix(graph)
    first, more = graph_notes(graph), more_graph_notes(graph)
    notes = [Para(note, "kw-note kw-why") for note in (*first, *more)]
    # A list needs no word on what its numbers mean.
    yield from notes if graph.more_edges else [Brief(tuple(notes[: len(first)])), *notes[len(first) :]]


def _dependencies(folder: FolderSubject) -> Iterator[Block]:
    graph = children_graph(folder.addresses, folder.overview, folder.path)
    if graph is not None:
        words = graph_blocks(graph)
        yield from [Picture(graph, say("Import graph"), tuple(words))] if folder.options.graphs else words


def _has_dependencies(folder: FolderSubject) -> bool:
    return folder.path in folder.overview.between


DEPENDENCIES = PageSection[FolderSubject]("kw-dependencies", N_("Dependencies"), _has_dependencies, _dependencies)
