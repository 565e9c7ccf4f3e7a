"""Sections that a project adds, as ordinary document nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from docutils import nodes

from sphinx_kwindex.pages.records import Block, BlockForm, Link, OwnSection, Piece
from sphinx_kwindex.spelling import visible

MakeLink = Callable[[Link, str], nodes.Node]


def own_nodes(section: OwnSection, link: MakeLink) -> list[nodes.Node]:
    """Return the inside of a section that a project adds."""
    return [_block(block, link) for block in section.blocks]


def _block(block: Block, link: MakeLink) -> nodes.Node:
    if block.form is BlockForm.CODE:
        text = visible(block.rows[0][0][0].text)
        return nodes.literal_block(text, text)
    paragraphs = [[nodes.paragraph("", "", *_pieces(cell, link)) for cell in row] for row in block.rows]
    if block.form is BlockForm.TABLE:
        heads = [nodes.paragraph("", visible(text)) for text in block.head]
        return _table(heads, paragraphs)
    if block.form is BlockForm.POINTS:
        return nodes.bullet_list("", *(nodes.list_item("", *row) for row in paragraphs))
    return paragraphs[0][0]


_LEAST_WIDTH, _MOST_WIDTH = 8, 40
"""Of a column, in characters. Sphinx before 8.3 never ends to break a word where one of 1 is the limit."""


def _table(head: list[nodes.paragraph], rows: list[list[nodes.paragraph]]) -> nodes.Node:
    widths = [max(len(cell.astext()) for cell in column) for column in zip(head, *rows, strict=True)]
    columns = [nodes.colspec(colwidth=min(max(width, _LEAST_WIDTH), _MOST_WIDTH)) for width in widths]
    group = nodes.tgroup("", *columns, cols=len(head))
    group += nodes.thead("", _row(head))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group)


def _row(cells: Iterable[nodes.paragraph]) -> nodes.Node:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def _pieces(pieces: Iterable[Piece], link: MakeLink) -> Iterable[nodes.Node]:
    for piece in pieces:
        shown = visible(piece.text)
        if piece.address:
            yield nodes.reference("", shown, internal=False, refuri=piece.address)
        elif piece.link is not None:
            yield link(piece.link, piece.text)
        else:
            yield nodes.literal("", shown) if piece.is_code else nodes.Text(shown)
