"""Graphs as HTML that needs no picture: a table of who imports whom, or lists."""

from __future__ import annotations

from sphinx_kwindex.ext.escape import Linker, escape
from sphinx_kwindex.ext.words import _, and_more, edge_words, graph_notes, most_imported
from sphinx_kwindex.pages.graphs import TABLE_NODES
from sphinx_kwindex.pages.records import Graph, GraphEdge

_STEPS = (3, 10)
"""Counts from which a cell of the table is darker."""


def graph_table(graph: Graph, linker: Linker) -> str:
    """Write who imports whom: as a table, rows import columns; a large graph as a list of what is imported most."""
    notes = f'<p class="kw-note kw-why">{escape(" ".join(graph_notes(graph)))}</p>'
    shown = _matrix(graph, linker) if len(graph.nodes) <= TABLE_NODES else _heaviest(graph, linker)
    return shown + notes


def _matrix(graph: Graph, linker: Linker) -> str:
    heads = "".join(
        f'<th scope="col" title="{escape(node.link.title)}"><span>{escape(node.link.text)}</span></th>'
        for node in graph.nodes
    )
    cells = {(edge.source, edge.target): edge for edge in graph.edges}
    count = len(graph.nodes)
    rows = "".join(
        f'<tr><th scope="row">{linker.link(node.link)}</th>'
        f"{''.join(_cell(graph, cells.get((row, column)), is_own=row == column) for column in range(count))}</tr>"
        for row, node in enumerate(graph.nodes)
    )
    # It may be wider than a phone: who has no mouse must be able to scroll it.
    label = escape(_("Who imports whom"))
    return (
        f'<div class="kw-scroll" role="region" tabindex="0" aria-label="{label}"><table class="kw-matrix">'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(graph: Graph, edge: GraphEdge | None, *, is_own: bool) -> str:
    if edge is None:
        return '<td class="kw-self"></td>' if is_own else "<td></td>"
    names = [f"kw-n{sum(edge.count >= step for step in _STEPS)}", *(["kw-circle"] if edge.is_cyclic else [])]
    title = escape(edge_words(graph, edge))
    circle = f'<span class="kw-hidden"> {escape(_("in a circle"))}</span>' if edge.is_cyclic else ""
    return f'<td class="{" ".join(names)}" title="{title}">{edge.count}{circle}</td>'


def _heaviest(graph: Graph, linker: Linker) -> str:
    items = "".join(
        f"<dt>{linker.link(node.link)}</dt><dd>{escape(_('is imported by'))} {', '.join(map(linker.link, links))}"
        f"{escape(and_more(node.count - len(links)))}</dd>"
        for node, links in most_imported(graph)
    )
    return f'<dl class="kw-edges simple">{items}</dl>'
