"""Views as HTML: strings, put together with one escaping helper."""

from __future__ import annotations

from typing import Protocol

from sphinx_kwindex.pages.records import Link, ListingView, PageView


class Links(Protocol):
    """Turns links of views into addresses, as seen from the page being written."""

    def uri(self, link: Link) -> str | None:
        """Return the address of a link; None where the output has no such page."""


def render_section(view: PageView, section_id: str, links: Links) -> str:
    """Return the inside of one section of a page; `""` is what stands before the first section."""
    raise NotImplementedError


def render_listing(view: ListingView, links: Links) -> str:
    """Return what a `kwindex` directive shows."""
    raise NotImplementedError
