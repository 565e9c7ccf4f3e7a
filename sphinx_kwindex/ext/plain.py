"""Sections of pages as ordinary document nodes, for all formats except HTML: nothing is collapsed, and lists are shorter."""

from __future__ import annotations

from collections.abc import Callable

from docutils import nodes

from sphinx_kwindex.ext.blocks_nodes import NodeWriter, shallow
from sphinx_kwindex.ext.escape import Links
from sphinx_kwindex.ext.words import crumb_words
from sphinx_kwindex.pages.blocks import Lines, Para, To
from sphinx_kwindex.pages.directives import DirectiveView
from sphinx_kwindex.pages.records import PageView, Source
from sphinx_kwindex.pages.source_view import shown_lines


def section_nodes(
    view: PageView, section_id: str, links: Links, read: Callable[[Source], str] = lambda _: ""
) -> list[nodes.Node]:
    """Return the inside of one section of a page; `""` is what is before the first section.

    `read` returns the text of a file.
    """
    writer = NodeWriter(links)
    if section_id == "kw-path":
        crumbs = tuple(part for link, text in crumb_words(view) for part in (" / ", To(link, text)))
        return writer.write([Para(crumbs[1:])])
    blocks = (
        Lines(shown_lines(read(block), block)) if isinstance(block, Source) else block
        for block in view.blocks_of(section_id)
    )
    return shallow(writer.write(blocks))


def listing_nodes(view: DirectiveView, links: Links) -> list[nodes.Node]:
    """Return what a directive shows."""
    return shallow(NodeWriter(links).write(view.blocks))
