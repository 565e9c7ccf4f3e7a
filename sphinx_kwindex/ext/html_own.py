"""Sections that a project adds, as HTML."""

from __future__ import annotations

from collections.abc import Iterable

from sphinx_kwindex.ext.escape import Linker, escape
from sphinx_kwindex.pages.records import Block, BlockForm, OwnSection, Piece


def own_section(section: OwnSection, linker: Linker) -> str:
    """Write a section that a project adds."""
    return "".join(_block(block, linker) for block in section.blocks)


def _block(block: Block, linker: Linker) -> str:
    rows = [[_pieces(cell, linker) for cell in row] for row in block.rows]
    if block.form is BlockForm.TABLE:
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in block.head)
        body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        return f'<div class="kw-wide"><table class="kw-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    texts = [cell for row in rows for cell in row]
    if block.form is BlockForm.POINTS:
        return f'<ul class="kw-points">{"".join(f"<li>{text}</li>" for text in texts)}</ul>'
    tag = '<pre class="kw-code">%s</pre>' if block.form is BlockForm.CODE else '<p class="kw-sentence">%s</p>'
    return "".join(tag % text for text in texts)


def _pieces(pieces: Iterable[Piece], linker: Linker) -> str:
    return "".join(_piece(piece, linker) for piece in pieces)


def _piece(piece: Piece, linker: Linker) -> str:
    text = escape(piece.text)
    if piece.is_code:
        text = f"<code>{text}</code>"
    if piece.address:
        return f'<a class="kw-external" href="{escape(piece.address)}">{text}</a>'
    return linker.link(piece.link, text) if piece.link is not None else text
