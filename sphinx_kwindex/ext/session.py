"""State of one build: created before documents are read, and passed to everything in `ext`."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from typing import cast

import msgspec
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.errors import NoUri
from sphinx.util.osutil import relative_uri

from sphinx_kwindex.ext.outside import OtherDocs
from sphinx_kwindex.ext.settings import Places
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Link, Mentioned
from sphinx_kwindex.pages.book import Book, Made
from sphinx_kwindex.pages.directives import DirectiveView, Query
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.records import Page, PageKind, PageView, Source
from sphinx_kwindex.pages.source_view import read_text
from sphinx_kwindex.pages.subjects import Sources
from sphinx_kwindex.pages.views import listing_view
from sphinx_kwindex.project import Project
from sphinx_kwindex.store import Reader

_PINNED = 50
"""Views that are kept until they are written."""
_LISTED = 1_000
"""Listings that are kept from when a document is compared until it is written; a page of an API has hundreds."""

DOMAIN = "kw"
"""Name of our domain; its object (never pickled) carries the session from event to event."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """The index and its pages, as this build found them."""

    options: Options
    places: Places
    builder: Builder
    project: Project
    """Kept open to the end of the build: its cache may be a temporary one."""
    book: Book
    state: str
    """Digest of everything in the index that generated pages depend on: equal states, equal views."""
    outside: OtherDocs
    rewritten: tuple[str, ...] = ()
    """Documents whose stubs this build changed."""
    chapters: frozenset[str] = frozenset()
    """Generated documents that are part of the book that is built."""
    _memo: dict[str, Made] = {}
    _pinned: dict[str, Made] = {}
    _listings: dict[Query, DirectiveView] = {}
    _links: dict[str, DocumentLinks] = {}
    _uris: dict[str, dict[str, str | None]] = {}
    """Addresses of documents as seen from one folder: many documents in it have the same links."""
    _subjects: dict[PageKind, dict[str, str]] = {}
    _closed: dict[str, dict[str, str]] = {}

    @property
    def reader(self) -> Reader:
        """What reads the index; it opens its own connection in every process."""
        return self.project.reader

    @property
    def addresses(self) -> Addresses:
        """Where everything is."""
        return self.book.addresses

    @property
    def overview(self) -> Overview:
        """What only the whole tree can tell."""
        return self.book.overview

    @property
    def sources(self) -> Sources:
        """What pages and directives are made from."""
        return self.book.sources

    @property
    def pages(self) -> Mapping[str, Page]:
        """By document name."""
        return self.book.pages

    def view(self, docname: str) -> PageView:
        """Return what a generated page shows."""
        return self.made(docname).view

    def text(self, source: Source) -> str:
        """Return the text of a file whose source is shown."""
        return read_text(self.project.root, source)

    def made(self, docname: str) -> Made:
        """Return a view with what it depends on; the last one is kept, since a page has several leaves."""
        made = self._pinned.get(docname) or self._memo.get(docname)
        if made is None:
            made = self.book.make(docname)
            self._memo.clear()
            self._memo[docname] = made
        return made

    def pin(self, docname: str) -> None:
        """Keep a view that is about to be written: after a small edit all of them, also for the process that writes."""
        if len(self._pinned) < _PINNED:
            self._pinned[docname] = self.made(docname)

    def listing(self, query: Query) -> DirectiveView:
        """Return what a directive shows; it is asked for twice, when it is compared and when it is written."""
        found = self._listings.get(query)
        if found is None:
            if len(self._listings) >= _LISTED:
                self._listings.clear()
            found = self._listings[query] = listing_view(self.sources, query)
        return found

    def closed(self, docname: str) -> dict[str, str]:
        """Return what lines of an author's document open to, which is written next to it: empty until it is rendered."""
        return self._closed.setdefault(docname, {})

    def subjects(self, kind: PageKind) -> Mapping[str, str]:
        """Return the paths of all files, or folders, that have a page, with its document; also files that are documents."""
        if kind not in self._subjects:
            pages = (page for page in self.pages.values() if page.kind is kind and page.part == 1)
            self._subjects[kind] = {page.subject: page.docname for page in pages}
            if kind is PageKind.FILE:
                self._subjects[kind].update(self.overview.documents)
        return self._subjects[kind]

    def links(self, docname: str) -> DocumentLinks:
        """Return what turns links into addresses, as seen from one document; the last one is kept, as it remembers."""
        if docname not in self._links:
            self._links.clear()
            folder = _folder(self.builder, docname)
            if folder not in self._uris:
                self._uris.clear()
            uris = self._uris.setdefault(folder, {})
            self._links[docname] = DocumentLinks(self.builder, docname, self.outside, self.chapters, uris)
        return self._links[docname]


BOOKS = frozenset({"latex", "singlehtml", "epub", "texinfo", "man"})
"""Builders whose documents are put together to one."""


def is_book(builder: Builder) -> bool:
    """Return whether a builder makes books: one document of many."""
    return builder.name in BOOKS or builder.format in BOOKS


def is_site(builder: Builder) -> bool:
    """Return whether a builder makes a site with a search; books and help files have no space for scripts of ours."""
    return bool(getattr(builder, "search", False)) and builder.name != "singlehtml"


class DocumentLinks:
    """Addresses of links, as seen from one document in one output format."""

    def __init__(
        self,
        builder: Builder,
        docname: str,
        outside: OtherDocs,
        chapters: Collection[str],
        uris: dict[str, str | None] | None = None,
    ) -> None:
        """Take what is known of the addresses of other documents, as seen from the folder of this one."""
        self._builder = builder
        self._chapters = chapters
        self._outside = outside
        self._docname = docname
        self._known = builder.env.all_docs
        self._is_single = builder.name == "singlehtml"
        self.has_narrow_lines = builder.format == "latex"
        self._uris = uris if uris is not None else {}

    def anchor(self, anchor: str) -> str:
        """Return the anchor of something in the document: in one page of many, others may have the same."""
        return f"document-{self._docname}-{anchor}" if self._is_single and anchor else anchor

    def uri(self, link: Link) -> str | None:
        """Return the address of a link; None where the output has no such page."""
        docname = link.docname
        if not docname and not link.anchor:
            return None  # a link to nowhere
        if self._is_single:
            name = docname or self._docname
            inside = f"-{link.anchor}" if link.anchor else ""
            return f"#document-{name}{inside}" if name in self._chapters else None
        base = self._base(docname)
        return f"{base}#{link.anchor}" if base is not None and link.anchor else base

    def external(self, name: str) -> str | None:
        """Return the address of what a dotted name means in another project; None if no known project documents it."""
        uri = self._outside.external(name)
        if uri is None or "://" in uri:
            return uri
        base, mark, fragment = uri.partition("#")
        return relative_uri(self._builder.get_target_uri(self._docname), base) + mark + fragment

    def documented(self, name: str) -> str | None:
        """Return the address at which this documentation describes an object of Python; None if it does not."""
        place = self._outside.documented(name)
        if place is None:
            return None
        base = self._document_uri(place.docname)
        return f"{base}#{place.anchor}" if base and place.anchor else base

    def mentioned(self) -> Mapping[str, Mentioned]:
        """Return where this documentation mentions the file of the document (no anchor) and its keywords, by anchor."""
        return self._outside.mentioned(self._docname)

    def _base(self, docname: str) -> str | None:
        """Return the address of a document, as others in the folder know it."""
        if not docname:
            return ""
        if docname == self._docname:
            return self._document_uri(docname)
        if docname not in self._uris:
            self._uris[docname] = self._document_uri(docname)
        return self._uris[docname]

    def _document_uri(self, docname: str) -> str | None:
        if self._is_single or docname not in self._known:
            return None
        with contextlib.suppress(NoUri):
            # Without the fallback, a link to the document itself would have an empty address.
            return self._builder.get_relative_uri(self._docname, docname)
        return None


def _folder(builder: Builder, docname: str) -> str:
    """Return the folder as seen from which a document links others; empty for the root, and where documents have no address."""
    with contextlib.suppress(NoUri):
        return builder.get_target_uri(docname).partition("#")[0].rpartition("/")[0]
    return ""


def find_session(env: BuildEnvironment) -> Session | None:
    """Return the session of this build; None if it has no index."""
    return cast("Session | None", getattr(env.get_domain(DOMAIN), "session", None))
