"""Views as ordinary document nodes, for every format but HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_kwindex.ext.html import Links
from sphinx_kwindex.pages.records import ListingView, PageView

if TYPE_CHECKING:
    from docutils import nodes


def section_nodes(view: PageView, section_id: str, links: Links) -> list[nodes.Node]:
    """Return the inside of one section of a page; `""` is what stands before the first section."""
    raise NotImplementedError


def listing_nodes(view: ListingView, links: Links) -> list[nodes.Node]:
    """Return what a `kwindex` directive shows."""
    raise NotImplementedError
