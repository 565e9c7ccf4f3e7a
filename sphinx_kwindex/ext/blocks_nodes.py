"""Blocks and inlines as ordinary document nodes, for every format but HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from typing import Any

from docutils import nodes
from sphinx import addnodes

from sphinx_kwindex.ext.escape import Links
from sphinx_kwindex.ext.words import _, tell, translated
from sphinx_kwindex.pages import blocks
from sphinx_kwindex.pages.phrases import mentioned_words
from sphinx_kwindex.pages.plain_forms import MAX_LEVELS, PAPER_FORMS, PLAIN_FORMS, PLAIN_INLINES, line_of
from sphinx_kwindex.spelling import visible

_LEAST_WIDTH, _MOST_WIDTH = 8, 40
"""Of a column, in characters. Sphinx before 8.3 never ends to break a word where one of 1 is the limit."""

_PIECE = re.compile(r".{1,11}?(?:[/_.\[(=]+|(?<=[a-z])(?=[A-Z])|$)|.{12}", re.DOTALL)
"""After what a long name may go on in the next line."""
_LONG = 20
_WORD = re.compile(rf"(\S{{{_LONG},}})")

Parts = list[nodes.Node]


class NodeWriter:
    """Makes the nodes of blocks."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._inlines: dict[type, Callable[[Any], Parts]] = {
            str: lambda text: self._prose(visible(text)),
            tuple: self._many,
            blocks.Said: lambda said: self._many(translated(said)),
            blocks.Code: lambda item: [nodes.literal("", "", *self._code(visible(item.text)))],
            blocks.Strong: lambda item: [nodes.strong("", "", *self.inline(item.inside))],
            blocks.To: lambda item: [self._to(item)],
            blocks.Web: lambda item: [
                nodes.reference("", "", *self.inline(item.inside), internal=False, refuri=item.address)
            ],
            blocks.Outside: self._outside,
            blocks.Documented: self._documented,
            blocks.MentionedIn: lambda item: self.inline(
                mentioned_words([self._links.mentioned().get(item.anchor), item.own])
            ),
            blocks.Series: lambda item: [
                *_between(map(self.inline, item.items), item.between),
                *self.inline(item.more),
            ],
        }
        self._blocks: dict[type, Callable[[Any], Parts]] = {
            blocks.Para: lambda item: [*self._paragraph(item.inside)],
            blocks.Lines: lambda item: [nodes.literal_block(visible(item.text), visible(item.text))],
            blocks.Bullets: self._bullets,
            blocks.Grid: self._grid,
        }

    def write(self, items: Iterable[blocks.Block]) -> Parts:
        """Return the nodes of blocks."""
        return list(chain.from_iterable(map(self._block, items)))

    def inline(self, item: blocks.Inline) -> Parts:
        """Return the nodes of what is in a line."""
        kind = type(item)
        return self.inline(PLAIN_INLINES[kind](item)) if kind in PLAIN_INLINES else self._inlines[kind](item)

    def _block(self, block: blocks.Block) -> Parts:
        kind = type(block)
        forms = PAPER_FORMS if self._links.has_narrow_lines else PLAIN_FORMS
        return self.write(forms[kind](block)) if kind in forms else self._blocks[kind](block)

    def _many(self, items: Iterable[blocks.Inline]) -> Parts:
        return list(chain.from_iterable(map(self.inline, items)))

    def _code(self, text: str) -> Parts:
        return _in_pieces(text) if self._links.has_narrow_lines and len(text) >= _LONG else [nodes.Text(text)]

    def _prose(self, text: str) -> Parts:
        return breakable(text) if self._links.has_narrow_lines else [nodes.Text(text)]

    def _to(self, item: blocks.To) -> nodes.Node:
        link = item.link
        # Names of keywords are code, as they are in HTML and in the rows that they lead to.
        inside = self.inline(item.text or (blocks.Code(link.text) if link.anchor else link.text))
        uri = self._links.uri(link)
        if uri is None:
            return inside[0] if len(inside) == 1 else nodes.inline("", "", *inside)
        # Two writers look at `internal`: only then is the address taken as one of Sphinx's own.
        return nodes.reference("", "", *inside, internal=True, refuri=uri)

    def _outside(self, item: blocks.Outside) -> Parts:
        uri = self._links.external(item.name)
        if uri is None:
            return self.inline(item.instead)
        return [*self.inline(item.before), nodes.reference("", visible(item.name), internal=False, refuri=uri)]

    def _documented(self, item: blocks.Documented) -> Parts:
        uri = next((uri for name in item.names if (uri := self._links.documented(name)) is not None), None)
        return [] if uri is None else [nodes.reference("", _("Documentation"), internal=True, refuri=uri)]

    def _paragraph(self, inside: blocks.Inline) -> list[nodes.paragraph]:
        parts = self.inline(inside)
        return [nodes.paragraph("", "", *parts)] if parts else []

    def _bullets(self, bullets: blocks.Bullets) -> Parts:
        more = (blocks.Item(bullets.more),) if bullets.more else ()
        items = [nodes.list_item("", *self._item(item)) for item in (*bullets.items, *more)]
        return [nodes.bullet_list("", *items)] if items else []

    def _item(self, item: blocks.Item) -> Parts:
        line = self._paragraph(line_of(item))
        if item.anchor and line:
            line[0][:0] = self._place(item)
        return [*line, *self.write(_run_on(item.blocks) if self._links.has_narrow_lines else item.blocks)]

    def _place(self, item: blocks.Item) -> Parts:
        """Return what others refer to, and what the index of a book lists: names, and below them what they are in."""
        anchor = self._links.anchor(item.anchor)
        target = nodes.target("", "", ids=[anchor])
        if not item.index:
            return [target]
        entry = ("single", "; ".join(visible(tell(part)) for part in item.index), anchor, "", None)
        return [target, addnodes.index(entries=[entry], inline=True)]

    def _grid(self, grid: blocks.Grid) -> Parts:
        head, *rows = ([self._cell(cell) for cell in row] for row in (grid.head, *grid.rows))
        widths = [max(len(cell.astext()) for cell in column) for column in zip(head, *rows, strict=True)]
        columns = [nodes.colspec(colwidth=min(max(width, _LEAST_WIDTH), _MOST_WIDTH)) for width in widths]
        group = nodes.tgroup("", *columns, cols=len(head))
        group += nodes.thead("", _row(head))
        group += nodes.tbody("", *map(_row, rows))
        return [nodes.table("", group)]

    def _cell(self, inside: blocks.Inline) -> nodes.paragraph:
        return nodes.paragraph("", "", *self.inline(inside))


def breakable(text: str) -> Parts:
    """Return text in which long words, paths above all, go on in the next line of LaTeX."""
    parts = enumerate(_WORD.split(text))
    return [node for n, part in parts if part for node in (_in_pieces(part) if n % 2 else [nodes.Text(part)])]


def _in_pieces(text: str) -> Parts:
    pieces = (nodes.Text(piece) for piece in _PIECE.findall(text))
    return [part for piece in pieces for part in (piece, nodes.raw("", r"\allowbreak{}", format="latex"))]


def _run_on(items: Iterable[blocks.Block]) -> Iterator[blocks.Block]:
    """Yield blocks with short paragraphs that follow one another (what is known about a keyword) as one: thousands of them make a book twice as long."""
    for is_fact, group in groupby(
        items, lambda item: type(item) is blocks.Para and type(item.inside) is not blocks.Prose
    ):
        if is_fact:
            yield blocks.Para(
                blocks.Series(tuple(item.inside for item in group if isinstance(item, blocks.Para)), between=" · ")
            )
        else:
            yield from group


def _row(cells: Iterable[nodes.paragraph]) -> nodes.Node:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def _between(items: Iterable[Parts], mark: str) -> Parts:
    """Return the parts of items with a mark between those that have any."""
    shown = list(filter(None, items))
    return [part for number, item in enumerate(shown) for part in ([nodes.Text(mark), *item] if number else item)]


def shallow(found: Parts) -> Parts:
    """Return nodes whose lists are not nested too deeply."""
    for node in found:
        if isinstance(node, nodes.bullet_list):
            _limit(node, 1)
    return found


def _limit(points: nodes.Element, level: int) -> None:
    """Lift what is nested too deeply in a list."""
    if level < MAX_LEVELS:
        for inner in _nested(points):
            _limit(inner, level + 1)
    else:
        points.children = list(_lifted(points))
        for item in points.children:
            item.parent = points


def _lifted(points: nodes.Element) -> Iterator[nodes.Node]:
    """Yield the items of a list, and behind each those of the lists in it."""
    for item in [child for child in points.children if isinstance(child, nodes.Element)]:
        inner = list(_nested(item))
        for one in inner:
            item.remove(one)
        yield item
        for one in inner:
            yield from _lifted(one)


def _nested(node: nodes.Element) -> Iterator[nodes.Element]:
    """Yield the lists right below a list or an item."""
    for child in node.children:
        if isinstance(child, nodes.bullet_list):
            yield child
        elif isinstance(child, nodes.list_item):
            yield from _nested(child)
