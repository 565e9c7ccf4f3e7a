"""Blocks and inlines as ordinary document nodes, for every format but HTML: nothing is closed, and short lists are one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from docutils import nodes

from sphinx_kwindex.ext.escape import Links, plain_prose
from sphinx_kwindex.ext.words import _, kind_word, translated
from sphinx_kwindex.pages.blocks import (
    Arrow,
    Block,
    Bullets,
    Code,
    Document,
    Documented,
    Facts,
    Flags,
    Fold,
    Grid,
    Hint,
    Inline,
    Item,
    Line,
    Lines,
    Mark,
    Outside,
    Para,
    Prose,
    Said,
    Series,
    Strong,
    Terms,
    To,
    Web,
    Why,
)
from sphinx_kwindex.spelling import visible

MAX_LEVELS = 4
"""Levels of a list: LaTeX has no more, and the text builder no room for very many. What is deeper stands behind its parent."""

_LEAST_WIDTH, _MOST_WIDTH = 8, 40
"""Of a column, in characters. Sphinx before 8.3 never ends to break a word where one of 1 is the limit."""

Parts = list[nodes.Node]


class NodeWriter:
    """Makes the nodes of blocks."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self._inlines: dict[type, Callable[[Any], Parts]] = {
            str: _text,
            tuple: lambda items: list(chain.from_iterable(map(self.inline, items))),
            Said: self._said,
            Code: lambda item: [nodes.literal("", visible(item.text))],
            Prose: lambda item: [_piece(text, is_code=is_code) for text, is_code in plain_prose(item.text)],
            To: lambda item: [self._to(item)],
            Web: lambda item: [nodes.reference("", "", *self.inline(item.inside), internal=False, refuri=item.address)],
            Outside: self._outside,
            Documented: self._documented,
            Mark: lambda item: _text(f"{kind_word(item.kind, item.flags)} "),
            Flags: self._flags,
            Why: lambda item: self._remark(self.inline(item.inside)),
            Strong: lambda item: [nodes.strong("", "", *self.inline(item.inside))],
            Hint: lambda item: self.inline(item.inside),
            Arrow: lambda _: _text(" → "),
            Line: lambda item: _text(f"L{item.number}"),
            Series: lambda item: [*_between(map(self.inline, item.items)), *self.inline(item.more)],
        }
        self._blocks: dict[type, Callable[[Any], Parts]] = {
            Para: lambda item: self._paragraph(item.inside),
            Document: lambda item: self._paragraph(Prose(item.text)),
            Facts: lambda item: self._paragraph(Series(item.items)),
            Lines: lambda item: [nodes.literal_block(visible(item.text), visible(item.text))],
            Bullets: self._bullets,
            Fold: self._fold,
            Terms: self._terms,
            Grid: self._grid,
        }

    def blocks(self, blocks: Iterable[Block]) -> Parts:
        """Return the nodes of blocks."""
        return list(chain.from_iterable(self._blocks[type(block)](block) for block in blocks))

    def inline(self, item: Inline) -> Parts:
        """Return the nodes of what stands in a line."""
        return self._inlines[type(item)](item)

    # Inlines

    def _said(self, said: Said) -> Parts:
        return list(chain.from_iterable(map(self.inline, translated(said))))

    def _to(self, item: To) -> nodes.Node:
        link = item.link
        # Names of keywords are code, as they are in HTML and in the rows that they lead to.
        inside = self.inline(item.text or (Code(link.text) if link.anchor else link.text))
        uri = self.links.uri(link)
        if uri is None:
            return inside[0] if len(inside) == 1 else nodes.inline("", "", *inside)
        # Two writers look at `internal`: only then is the address taken as one of Sphinx's own.
        return nodes.reference("", "", *inside, internal=True, refuri=uri)

    def _outside(self, item: Outside) -> Parts:
        uri = self.links.external(item.name)
        if uri is None:
            return self.inline(item.instead)
        name = visible(item.name)
        return [*self.inline(item.before), nodes.reference("", name, internal=False, refuri=uri)]

    def _documented(self, item: Documented) -> Parts:
        uri = next((uri for name in item.names if (uri := self.links.documented(name)) is not None), None)
        return [] if uri is None else [nodes.reference("", _("Documentation"), internal=True, refuri=uri)]

    def _flags(self, item: Flags) -> Parts:
        return self._remark(_between(map(self.inline, item.words)))

    def _remark(self, inside: Sequence[nodes.Node]) -> Parts:
        return [nodes.Text(" ("), *inside, nodes.Text(")")] if inside else []

    # Blocks

    def _paragraph(self, inside: Inline, anchor: str = "") -> Parts:
        parts = self.inline(inside)
        return [nodes.paragraph("", "", *parts, ids=[anchor] if anchor else [])] if parts else []

    def _bullets(self, bullets: Bullets) -> Parts:
        items = [nodes.list_item("", *self._item(item)) for item in bullets.items]
        if bullets.more:
            items.append(nodes.list_item("", *self._paragraph(bullets.more)))
        return [nodes.bullet_list("", *items)] if items else []

    def _item(self, item: Item) -> Parts:
        return [*self._paragraph(item.inside, item.anchor), *self.blocks(item.blocks)]

    def _fold(self, fold: Fold) -> Parts:
        first, *rest = fold.blocks
        if isinstance(first, Bullets) and first.is_short:
            line = (fold.title, ": ", Series(tuple(item.inside for item in first.items), first.more))
            return [*self._paragraph(line), *self.blocks(rest)]
        return [*self._paragraph((fold.title, ":")), *self.blocks(fold.blocks)]

    def _terms(self, terms: Terms) -> Parts:
        items = (Item((term, ": ", Series(all_said))) for term, all_said in terms.items)
        return self._bullets(Bullets(tuple(items)))

    def _grid(self, grid: Grid) -> Parts:
        head, *rows = ([self._cell(cell) for cell in row] for row in (grid.head, *grid.rows))
        widths = [max(len(cell.astext()) for cell in column) for column in zip(head, *rows, strict=True)]
        columns = [nodes.colspec(colwidth=min(max(width, _LEAST_WIDTH), _MOST_WIDTH)) for width in widths]
        group = nodes.tgroup("", *columns, cols=len(head))
        group += nodes.thead("", _row(head))
        group += nodes.tbody("", *map(_row, rows))
        return [nodes.table("", group)]

    def _cell(self, inside: Inline) -> nodes.paragraph:
        return nodes.paragraph("", "", *self.inline(inside))


def _text(text: str) -> Parts:
    return [nodes.Text(visible(text))] if text else []


def _piece(text: str, *, is_code: bool) -> nodes.Node:
    return nodes.literal("", visible(text)) if is_code else nodes.Text(visible(text))


def _row(cells: Iterable[nodes.paragraph]) -> nodes.Node:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def _between(items: Iterable[Parts]) -> Parts:
    """Return the parts of items with a comma between those that have any."""
    shown = list(filter(None, items))
    return [part for number, item in enumerate(shown) for part in ([nodes.Text(", "), *item] if number else item)]


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
