"""All pages of an index: which there are, what each shows, and which changed.

Whatever is asked while a page is made is recorded: rows of the index, addresses, answers that only the whole tree gives. So
nobody has to say what a page depends on, and a page is looked at again if and only if something changed that was read for it.
"""

from __future__ import annotations

import hashlib
import inspect
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from sphinx_kwindex.ledger import digest
from sphinx_kwindex.pages.blocks import View
from sphinx_kwindex.pages.overview import DOCUMENTS, Overview
from sphinx_kwindex.pages.patterns import PATTERNS, Pattern
from sphinx_kwindex.pages.records import Page, PageView
from sphinx_kwindex.pages.sections import Sections
from sphinx_kwindex.pages.subjects import Sources
from sphinx_kwindex.pages.views import file_pages, folder_page, make_addresses, other_pages, page_view
from sphinx_kwindex.project import Project

_OTHERS = ""
"""Stands for the pages that are neither of folders nor of files."""

_pack = msgspec.msgpack.Encoder().encode
_read_pages = msgspec.msgpack.Decoder(tuple[Page, ...]).decode


class Made(NamedTuple):
    """A view, its digest, and the keys of all that was read for it."""

    view: PageView
    digest: bytes
    reads: set[int]


class Book:
    """The pages of a project, as the index has them now."""

    def __init__(
        self,
        project: Project,
        patterns: tuple[Pattern, ...] = PATTERNS,
        sections: Sections | None = None,
        documents: Mapping[str, str] | None = None,
        *,
        jobs: int = 1,
    ) -> None:
        self.reader = project.reader
        self.options = project.options
        folds, limit = not self.options.fixture_pages, self.options.related_limit
        self.overview = Overview(self.reader, patterns, sections, documents, folds=folds, related_limit=limit)
        self._plan, self._views = project.ledger("plan"), project.ledger("pages")
        self.reader.hidden = self.options.hidden
        options = self.options.digest("scan", "collect", "relate", "pages")
        self.stamp = f"{project.code} {options} {_digest_code(patterns)}"
        """Of all code and settings that pages depend on."""
        tables = project.ledger("overview")
        tables.publish("documents", {DOCUMENTS: digest(sorted(self.overview.documents.items()))})
        self.overview.open(tables, self.stamp, self._publish)
        self.addresses = make_addresses(self.reader, self.options, self.overview)
        self.sources = Sources(self.reader, self.options, self.addresses, self.overview)
        self._publish("addresses", self.addresses.facts())
        self.overview.sections.open(project, self.addresses)
        self._publish("sections", self.overview.sections.facts())
        self.overview.bring_up_to_date(self.addresses, jobs=jobs)
        self.pages: Mapping[str, Page] = {page.docname: page for page in self._find_pages()}
        """By document name, in order: the project first, then folders, files and letters."""

    def make(self, docname: str) -> Made:
        """Return what a page shows, with what that depends on."""
        recorder = self.reader.recorder
        with recorder.recording() as reads:
            recorder.read(digest("plan", docname))
            view = page_view(self.sources, self.pages[docname])
        return Made(view, digest_view(view), reads)

    def outdated(self) -> list[str]:
        """Return the pages that may show something else than when they were last recorded."""
        return self._views.outdated(list(self.pages), self.stamp)

    def digests(self) -> dict[str, bytes]:
        """Return the digests of views, by page; of pages that have a record, and are not outdated."""
        return self._views.results()

    def record(self, made: Iterable[tuple[str, bytes, Iterable[int]]]) -> None:
        """Keep digests and reads of the views of some pages."""
        self._views.record(made)

    def _find_pages(self) -> Iterator[Page]:
        folders = [f"{path}/" for path in self.addresses.folders if path]
        names = (_OTHERS, *folders, *self.addresses.files)
        known = self._plan.results()
        stale = self._plan.outdated(names, self.stamp)
        before = known if len(stale) < len(names) else {}  # what other code kept may have another form
        rows = [(name, *self._find(name)) for name in stale]
        after = before | {name: pages for name, pages, _ in rows}
        changed = (pages for name in stale for pages in {*_pages_in(before, name)} ^ {*_pages_in(after, name)})
        if stale:
            self._views.touch({digest("plan", page.docname) for page in changed})
            self._plan.record(rows)
        project, *letters = _pages_in(after, _OTHERS)
        return chain([project], *(_pages_in(after, name) for name in names[1:]), letters)

    def _find(self, name: str) -> tuple[bytes, set[int]]:
        """Return the pages of a folder or file, or all others, and what that depends on."""
        with self.reader.recorder.recording() as reads:
            if name == _OTHERS:
                pages = other_pages(self.sources)
            elif name.endswith("/"):
                pages = (folder_page(self.sources, name[:-1]),)
            else:
                pages = file_pages(self.sources, name)
            return _pack(pages), reads

    def _publish(self, owner: str, facts: Mapping[int, int]) -> None:
        for ledger in (self._plan, self._views):
            ledger.publish(owner, facts)


def _pages_in(packed: Mapping[str, bytes], name: str) -> tuple[Page, ...]:
    return _read_pages(packed[name]) if name in packed else ()


def digest_view(view: View) -> bytes:
    """Return the digest of what is shown."""
    return hashlib.blake2b(_pack(view), digest_size=16).digest()


def _digest_code(patterns: Iterable[Pattern]) -> str:
    """Return a digest of the modules that custom patterns are from; another one each time if there is no telling."""
    digest = hashlib.blake2b(digest_size=8)
    for pattern in patterns:
        if pattern not in PATTERNS:
            digest.update(_source(pattern.find))
    return digest.hexdigest()


def _source(function: Any) -> bytes:
    try:
        module = inspect.getmodule(inspect.unwrap(function))
        return inspect.getsource(module).encode() if module is not None else os.urandom(16)
    except (OSError, TypeError):
        return os.urandom(16)
