"""Graphs as HTML without a picture: a table of imports, or lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sphinx_kwindex.ext.blocks_html import SHORT, HtmlWriter
from sphinx_kwindex.ext.escape import NOTHING, Html, Linker, escape, join, said
from sphinx_kwindex.ext.words import _, tell
from sphinx_kwindex.pages.blocks import Fold
from sphinx_kwindex.pages.graphs import Graph, GraphEdge, Matrix, Picture, edge_words
from sphinx_kwindex.pages.phrases import say
from sphinx_kwindex.spelling import visible_line
from sphinx_kwindex.text import shorten

_STEPS = (3, 10)
"""Counts from which a cell of the table is darker."""


Draw = Callable[[str], str]
"""Makes an SVG picture of graphviz's code; empty where it cannot."""


def no_picture(_code: str) -> str:
    """Draw nothing."""
    return ""


def write_picture(block: Picture, writer: HtmlWriter, draw: Draw) -> Html:
    """Write a graph as a picture if there can be one, and what it says in words."""
    shown = picture(draw(draw_code(block.graph)), block.graph, writer.linker, tell(block.label))
    if shown and block.has_closed_words:
        return join([shown, writer.write([Fold(say("As text"), block.words)])])
    return join([shown, writer.write(block.words)])


def draw_code(graph: Graph) -> str:
    """Return a graph in the language of graphviz; links are numbers of nodes, so that all pages have the same code."""
    nodes = (
        f'n{place} [label={_quote(node.link.text)}, URL="kw://n/{place}", tooltip={_quote(node.link.title or node.link.text)}'
        + (', class="kw-start"' if node.is_start else "")
        + "];"
        for place, node in enumerate(graph.nodes)
    )
    edges = (f"n{edge.source} -> n{edge.target} [{', '.join(_edge_look(edge))}];" for edge in graph.edges)
    return "\n".join(["digraph {", *_LOOK, *nodes, *edges, "}"]) + "\n"


def _edge_look(edge: GraphEdge) -> Iterator[str]:
    if edge.count > 1:
        yield f'label="{edge.count}"'
    if not edge.count:
        yield "style=dashed"
    if edge.is_cyclic:
        yield 'class="kw-circle"'


_LOOK = (
    'graph [rankdir=LR, bgcolor="transparent", nodesep=0.15, ranksep=0.5];',
    'node [shape=box, style=rounded, fontname="sans-serif", fontsize=11, height=0.3, margin="0.12,0.03"];',
    'edge [arrowsize=0.6, fontname="sans-serif", fontsize=9];',
)
_SVG = re.compile(r"<svg.*</svg>", re.DOTALL)
_NOISE = re.compile(
    r"<!--.*?-->|<title>.*?</title>|<polygon fill=\"(?:white|transparent)\"[^>]*/>|(?<=<g) id=\"[^\"]*\"", re.DOTALL
)
_WIDTH = re.compile(r'<svg width="(\d+)')
_SMALLEST = 0.72
"""A picture shrinks so far to fit the page, while its words can be read; one that is still too wide can be scrolled."""
_LINK = re.compile(r'<a xlink:href="kw://n/(\d+)"(?: xlink:title="([^"]*)")?([^>]*)>')


def picture(svg: str, graph: Graph, linker: Linker, label: str) -> Html:
    """Return graphviz's picture to stand in a page, in the colours of its text, with its links; empty if it is none."""
    found = _SVG.search(svg)
    if found is None:
        return NOTHING

    text = _LINK.sub(lambda match: _link(match, graph, linker), _NOISE.sub("", found.group()))
    width = _WIDTH.search(text)
    least = f' style="min-width:{round(int(width[1]) * _SMALLEST)}pt"' if width else ""
    text = text.replace("<svg", f'<svg class="kw-picture"{least}', 1)
    return Html(f'<div class="kw-scroll" role="group" tabindex="0" aria-label="{escape(label)}">{text}</div>')


def _link(match: re.Match[str], graph: Graph, linker: Linker) -> str:
    uri = linker.uri(graph.nodes[int(match[1])].link)
    address = f' href="{uri}"' if uri else ""
    tip = f"<title>{match[2]}</title>" if match[2] else ""
    return f"<a{address}{match[3]}>{tip}"


def _quote(text: str) -> str:
    """Write text in the language of graphviz, which knows entities and escapes in it."""
    shown = shorten(visible_line(text), SHORT).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'


def write_matrix(matrix: Matrix, writer: HtmlWriter) -> Html:
    """Write a table of who imports whom: rows import columns."""
    graph, linker = matrix.graph, writer.linker
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
    label = escape(_("Import graph"))
    return Html(
        f'<div class="kw-scroll" role="group" tabindex="0" aria-label="{label}"><table class="kw-matrix">'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(graph: Graph, edge: GraphEdge | None, *, is_own: bool) -> str:
    if edge is None:
        return '<td class="kw-self"></td>' if is_own else "<td></td>"
    title = said(edge_words(graph, edge))
    if not edge.count:
        return f'<td class="kw-late" title="{title}">({edge.late + edge.for_types})</td>'
    names = [f"kw-n{sum(edge.count >= step for step in _STEPS)}", *(["kw-circle"] if edge.is_cyclic else [])]
    circle = f'<span class="kw-hidden"> {escape(_("in a cycle"))}</span>' if edge.is_cyclic else ""
    return f'<td class="{" ".join(names)}" title="{title}">{edge.count}{circle}</td>'
