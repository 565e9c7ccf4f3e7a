"""Sections of pages as ordinary document nodes, for every format but HTML: nothing is closed, and lists are shorter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from sphinx_kwindex.ext.blocks_nodes import NodeWriter, shallow
from sphinx_kwindex.ext.words import crumb_words
from sphinx_kwindex.pages.blocks import Para, To
from sphinx_kwindex.pages.views import listing_blocks

if TYPE_CHECKING:
    from sphinx_kwindex.ext.escape import Links
    from sphinx_kwindex.pages.records import PageView
    from sphinx_kwindex.pages.views import AnyListing


def section_nodes(view: PageView, section_id: str, links: Links) -> list[nodes.Node]:
    """Return the inside of one section of a page; `""` is what stands before the first section."""
    writer = NodeWriter(links)
    if section_id == "kw-path":
        crumbs = tuple(part for link, text in crumb_words(view) for part in (" / ", To(link, text)))
        return writer.blocks([Para(crumbs[1:])])
    told = next((section for section in view.told if section.id == section_id), None)
    return shallow(writer.blocks(told.blocks)) if told is not None else []


def listing_nodes(view: AnyListing, links: Links) -> list[nodes.Node]:
    """Return what a directive shows."""
    return shallow(NodeWriter(links).blocks(listing_blocks(view)))
