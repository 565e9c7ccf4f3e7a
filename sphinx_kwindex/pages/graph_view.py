"""The `kwgraph` directive: imports around a file or folder, or inside a folder, or uses around a keyword."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from sphinx_kwindex.cycles import make_graph
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import Keyword, Kind, UseKind, UseRow, keyword_id
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Block, Inline, Item, Link, Para, Series, Strong, Terms, To
from sphinx_kwindex.pages.directives import Directive, Query, read_choice, read_count, read_flag
from sphinx_kwindex.pages.graphs import (
    Counts,
    Graph,
    GraphEdge,
    GraphNode,
    Picture,
    children_graph,
    circle_notes,
    graph_blocks,
    make_view,
)
from sphinx_kwindex.pages.lookup import Finder
from sphinx_kwindex.pages.overview import NO_IMPORTS, ImportCounts, Overview, part_ways
from sphinx_kwindex.pages.phrases import not_found, say, say_count
from sphinx_kwindex.pages.related_view import list_matches
from sphinx_kwindex.pages.subjects import Sources
from sphinx_kwindex.pages.uses_view import ScopeLinks
from sphinx_kwindex.store import Reader

MOST_NODES = 200
"""Nodes of a graph, whatever its query says."""

Steps = Callable[[str], Mapping[str, int]]
"""The neighbours of a node in one direction, with how much connects them."""


class GraphQuery(Query, frozen=True):
    """What a `kwgraph` directive asks for: a file, a folder or a keyword, as roles name them."""

    context: str = ""
    """Dotted name of the scope in which the directive stands."""
    direction: str = ""
    """`imports`, `importers`, `both` or `inside`; empty: as suits what is asked for."""
    depth: int = 1
    """Steps from what is asked for."""
    limit: int = 20
    """Nodes shown next to it."""
    tests: bool = False


class GraphView(NamedTuple):
    """A graph around something, or inside it."""

    link: Link
    """What it is about."""
    graph: Graph | None
    """None: it has no connections."""
    is_inside: bool = False
    """The graph is of what is in a folder."""
    is_of_uses: bool = False
    """An edge is a use, not an import."""
    more: int = 0
    """Nodes within reach that are left out."""


class GraphSubject(NamedTuple):
    """What a graph is about: a path, or a keyword; others that its name could mean."""

    path: str = ""
    keyword: Keyword | None = None
    others: tuple[str, ...] = ()


def find_subject(finder: Finder, addresses: Addresses, query: GraphQuery) -> GraphSubject | None:
    """Return what a query names: a file or folder before a keyword; None if the index has nothing of that name."""
    paths = list_matches(addresses, query.what)
    if paths:
        return GraphSubject(path=paths[0], others=paths[1:])
    found = finder.find(query.what, context=query.context)
    if found.best is None:
        return None
    others = tuple(keyword.id for keyword in found.keywords[1:])
    if found.best.kind is Kind.MODULE:
        return GraphSubject(path=found.best.path, others=others)
    return GraphSubject(keyword=found.best, others=others)


def find_graph(sources: Sources, query: GraphQuery) -> GraphView | None:
    """Return the graph that a query asks for; None if the index does not have what it is about."""
    reader, _, addresses, overview = sources
    subject = find_subject(overview.finder, addresses, query)
    if subject is None:
        return None
    if subject.keyword is not None:
        return _around_keyword(reader, addresses, query, subject.keyword)
    path = subject.path
    if addresses.is_file(path):
        return _around_file(addresses, overview, query, path)
    if query.direction in {"", "inside"}:
        return GraphView(addresses.path_link(path), children_graph(addresses, overview, path), is_inside=True)
    return _around_folder(addresses, overview, query, path)


def graph_listing(sources: Sources, query: GraphQuery) -> Iterator[Block]:
    """Show what a `kwgraph` directive asks for: a picture if there can be one, and what it says in words."""
    view = find_graph(sources, query)
    if view is None:
        yield Para(not_found(query.what), "kw-none")
        return
    yield Para(To(view.link), "kw-group")
    if view.graph is None:
        yield Para(say("No uses found.") if view.is_of_uses else say("No imports found."), "kw-none")
        return
    words = tuple(graph_blocks(view.graph) if view.is_inside else _sentences(view.graph, is_of_uses=view.is_of_uses))
    label = say("Graph of uses") if view.is_of_uses else say("Import graph")
    yield Picture(view.graph, label, words, has_closed_words=True)
    if view.more:
        yield Para(say_count("1 more is left out.", "%(count)s more are left out.", view.more), "kw-none")


def _sentences(graph: Graph, *, is_of_uses: bool) -> Iterator[Block]:
    """Show for each node what it imports, or uses."""
    yield Terms(
        tuple(
            (
                Strong(To(node.link)) if node.is_start else To(node.link),
                tuple(Item((verb, " ", Series(tuple(map(To, ends))))) for verb, ends in verbs),
            )
            for node, verbs in _edges_by_verb(graph, is_of_uses=is_of_uses)
        ),
        look="kw-edges simple",
        is_sentence=True,
    )
    yield from (Para(text, "kw-note kw-why") for text in circle_notes(graph))


def _edges_by_verb(
    graph: Graph, *, is_of_uses: bool
) -> Iterator[tuple[GraphNode, Iterable[tuple[Inline, list[Link]]]]]:
    """Yield what has edges to others, with what these mean and where they lead; those that run at once first."""
    order = sorted(graph.edges, key=lambda edge: (not edge.count, not edge.late))
    found = grouped((edge.source, edge) for edge in order)
    for source in sorted(found):
        verbs = ((say("uses") if is_of_uses else _import_verb(edge), edge) for edge in found[source])
        yield graph.nodes[source], grouped((verb, graph.nodes[edge.target].link) for verb, edge in verbs).items()


def _import_verb(edge: GraphEdge) -> Inline:
    if edge.count:
        return say("imports")
    return say("imports later (in functions)") if edge.late else say("imports for type checking only")


def _around_file(addresses: Addresses, overview: Overview, query: GraphQuery, path: str) -> GraphView:
    forth, back = overview.imports.forth, overview.imports.back

    def wanted(paths: Iterable[str]) -> dict[str, int]:
        return {other: 1 for other in paths if query.tests or not addresses.is_test(other)}

    nodes, more = _reach(
        query,
        path,
        lambda node: wanted(forth.get(node, ())),
        lambda node: wanted(back.get(node, ())),
        # Of files as near, those that matter to more of the project.
        rank=lambda node: len(back.get(node, ())),
    )
    inside = {path, *nodes}
    counts = {
        (one, other): NO_IMPORTS.add(overview.late.get((one, other), 0))
        for one in inside
        for other in forth.get(one, ())
        if other in inside
    }
    return _view(path, counts, addresses.path_link, more)


def _around_folder(addresses: Addresses, overview: Overview, query: GraphQuery, path: str) -> GraphView:
    """Show a folder as one node, and what is next to it and the folders above, each taken together."""
    counts: dict[tuple[str, str], ImportCounts] = {}
    for user, targets in overview.imports.forth.items():
        if query.tests or not addresses.is_test(user):
            one = _beside(path, user)
            for target in targets:
                if (other := _beside(path, target)) != one:
                    late = overview.late.get((user, target), 0)
                    counts[one, other] = counts.get((one, other), NO_IMPORTS).add(late)
    forth, back = make_graph(counts), make_graph((other, one) for one, other in counts)
    nodes, more = _reach(
        query,
        path,
        lambda node: {other: sum(counts[node, other]) for other in forth.get(node, ())},
        lambda node: {other: sum(counts[other, node]) for other in back.get(node, ())},
    )
    inside = {path, *nodes}
    shown = {pair: number for pair, number in counts.items() if inside.issuperset(pair)}
    return _view(path, shown, addresses.path_link, more)


def _beside(folder: str, path: str) -> str:
    """Return the node of a file in a graph around a folder: the folder itself, or the file or folder that parts ways."""
    if path.startswith(f"{folder}/"):
        return folder
    above, _, name = part_ways(f"{folder}/.", path)
    return f"{above}/{name}" if above else name


def _around_keyword(reader: Reader, addresses: Addresses, query: GraphQuery, keyword: Keyword) -> GraphView:
    uses = _UsesAround(reader, addresses, tests=query.tests)
    start = uses.name(keyword.path, keyword.qualname)
    nodes, more = _reach(query, start, uses.used, uses.users, default="importers")
    inside = {start, *nodes}
    for node in inside:  # also how those that stand farthest use one another
        uses.used(node, is_deep=False)
    counts = {pair: ImportCounts(number) for pair, number in uses.counts.items() if inside.issuperset(pair)}
    return _view(start, counts, uses.link, more, is_of_uses=True)


class _UsesAround:
    """Certain uses from definition to definition; a node is a path and a qualified name (empty: the module)."""

    def __init__(self, reader: Reader, addresses: Addresses, *, tests: bool) -> None:
        self._reader = reader
        self._addresses = addresses
        self._tests = tests
        self._links = ScopeLinks(addresses)
        self.counts: Counter[tuple[str, str]] = Counter()

    def name(self, path: str, qualname: str) -> str:
        """Return the node of a definition."""
        return f"{path}\0{qualname}"

    def link(self, node: str) -> Link:
        """Return the link to a definition."""
        path, _, qualname = node.partition("\0")
        link = self._links.link(path, qualname)
        return Link(docname=link.docname, anchor=link.anchor, text=qualname or path.rpartition("/")[2], title=path)

    def users(self, node: str) -> dict[str, int]:
        """Return what uses a definition."""
        path, _, qualname = node.partition("\0")
        row = self._reader.file(path)
        target = keyword_id(row.module, qualname) if row else ""
        rows = [
            row for row in self._reader.uses_of(path, is_placed=False) if row.target == target and self._is_wanted(row)
        ]
        return self._note((self.name(row.path, row.scope), node) for row in rows)

    def used(self, node: str, *, is_deep: bool = True) -> dict[str, int]:
        """Return what a definition uses, and (`is_deep`) all that is defined in it."""
        path, _, qualname = node.partition("\0")
        inside = f"{qualname}." if qualname and is_deep else None
        rows = [
            row
            for row in self._reader.uses_in(path)
            if (row.scope == qualname or (inside and row.scope.startswith(inside))) and self._is_wanted(row)
        ]
        homes = {identity: self._home(identity) for identity in {row.target for row in rows}}
        return self._note((node, home) for row in rows if (home := homes[row.target]))

    def _home(self, identity: str) -> str:
        found = (item for item in self._reader.keywords(id=identity) if item.kind not in {Kind.IMPORT, Kind.MODULE})
        keyword = next(found, None)
        return self.name(keyword.path, keyword.qualname) if keyword else ""

    def _note(self, uses: Iterable[tuple[str, str]]) -> dict[str, int]:
        """Count uses, each pair once in each direction of looking; return their ends."""
        found = Counter((one, other) for one, other in uses if one != other)
        ends: Counter[str] = Counter()
        for pair, number in found.items():
            self.counts[pair] = max(self.counts[pair], number)
            ends.update(dict.fromkeys(pair, number))
        return ends

    def _is_wanted(self, row: UseRow) -> bool:
        return row.exact and row.kind is not UseKind.IMPORT and (self._tests or not self._addresses.is_test(row.path))


def _reach(
    query: GraphQuery,
    start: str,
    forth: Steps,
    back: Steps,
    *,
    default: str = "both",
    rank: Callable[[str], int] = lambda _: 0,
) -> tuple[list[str], int]:
    """Return the nodes within a query's steps from one, nearest first, and how many more there are."""
    direction = query.direction if query.direction in {"imports", "importers", "both"} else default
    limit = min(query.limit, MOST_NODES) if query.limit else MOST_NODES
    found = [
        _walk(start, steps, query.depth, rank)
        for name, steps in (("imports", forth), ("importers", back))
        if direction in {name, "both"}
    ]
    # Where both directions are wanted and do not fit, each gets half, or what the other leaves.
    room = [max(limit // len(found), limit - sum(map(len, found)) + len(nodes)) for nodes in found]
    shown = list(dict.fromkeys(node for nodes, most in zip(found, room, strict=True) for node in nodes[:most]))[:limit]
    return shown, len({node for nodes in found for node in nodes}) - len(shown)


def _walk(start: str, steps: Steps, depth: int, rank: Callable[[str], int]) -> list[str]:
    """Return the nodes that can be reached in so many steps: nearest first, of those as near the best connected."""
    found = {start: None}
    level = [start]
    for _ in range(depth):
        weights: Counter[str] = Counter()
        for node in level:
            weights.update({other: weight for other, weight in steps(node).items() if other not in found})
        level = sorted(weights, key=lambda node: (-weights[node], -rank(node), node))
        found.update(dict.fromkeys(level))
        if len(found) > 10 * MOST_NODES:
            break
    return list(found)[1:]


def _view(start: str, counts: Counts, link: Callable[[str], Link], more: int, *, is_of_uses: bool = False) -> GraphView:
    graph = make_view(counts, link, most=MOST_NODES + 1, start=start) if counts else None
    return GraphView(link(start), graph, is_of_uses=is_of_uses, more=more)


def _find(sources: Sources, query: GraphQuery) -> list[str]:
    subject = find_subject(sources.overview.finder, sources.addresses, query)
    if subject is None:
        return []
    return [subject.keyword.id if subject.keyword else subject.path, *subject.others]


KWGRAPH = Directive[GraphQuery](
    name="kwgraph",
    query=GraphQuery,
    options={
        "direction": read_choice(("imports", "importers", "both", "inside")),
        "depth": read_count,
        "limit": read_count,
        "tests": read_flag,
    },
    find=_find,
    blocks=graph_listing,
    asks_for="a file, a folder or a keyword",
    is_of_keywords=True,
)
