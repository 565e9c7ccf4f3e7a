"""What each page shows: the list of pages, and the view of each, decided from the store alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.records import Link, ListingView, Page, PageKind, PageView, Query

if TYPE_CHECKING:
    from sphinx_kwindex.options import Options
    from sphinx_kwindex.store import Reader

__all__ = [
    "Link",
    "ListingView",
    "Page",
    "PageKind",
    "PageView",
    "Query",
    "list_pages",
    "listing_view",
    "make_addresses",
    "page_view",
]


def make_addresses(reader: Reader, options: Options) -> Addresses:
    """Return the addresses of all pages and keywords of the indexed tree."""
    raise NotImplementedError


def list_pages(reader: Reader, options: Options, addresses: Addresses) -> tuple[Page, ...]:
    """Return every page of the project: the project first, then folders and files in path order, then the letters."""
    raise NotImplementedError


def page_view(reader: Reader, options: Options, addresses: Addresses, page: Page) -> PageView:
    """Return all that one page shows."""
    raise NotImplementedError


def listing_view(reader: Reader, options: Options, addresses: Addresses, query: Query) -> ListingView:
    """Return what a `kwindex` directive shows."""
    raise NotImplementedError
