"""Which documents of this site mention a keyword or a file: those that refer to it, and those that show its uses.

Known only when everything has been read. What authors wrote is at hand, and enough to tell whether anything changed;
what it means is looked up once, and only in a build that writes something of ours.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from sphinx_kwindex.ext.domain import is_known_elsewhere, resolve_keyword, resolve_noted
from sphinx_kwindex.ext.session import DOMAIN
from sphinx_kwindex.pages.blocks import Link, Mentioned
from sphinx_kwindex.pages.records import UsesQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sphinx.environment import BuildEnvironment

    from sphinx_kwindex.ext.domain import KwDomain, Reference
    from sphinx_kwindex.ext.session import Session

MAX_DOCUMENTS = 5
"""At most this many documents are shown for one keyword."""


class Mentions:
    """What the documents of one build mention."""

    def __init__(self, session: Session, env: BuildEnvironment, domain: KwDomain) -> None:
        self._session = session
        self._env = env
        self._domain = domain

    @cached_property
    def written(self) -> tuple[Any, ...]:
        """Return what the mentions follow from, beside the index: equal answers, equal mentions."""
        listings = {name: list(self._uses(name)) for name in self._domain.listings}
        return tuple(
            (name, self._title(name), references, queries)
            for name in sorted(self._domain.references.keys() | listings.keys())
            if (references := list(self._references(name))) + (queries := listings.get(name, []))
        )

    @cached_property
    def table(self) -> Mapping[str, Mapping[str, Mentioned]]:
        """By generated document and anchor on it (empty: the file itself): where it is mentioned."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        for name, title, references, queries in self.written:
            for link in self._meant(references, queries):
                found.setdefault(link.docname, {}).setdefault(link.anchor, {})[name] = title
        return {
            docname: {anchor: _mentioned(documents) for anchor, documents in sorted(places.items())}
            for docname, places in found.items()
        }

    def _references(self, docname: str) -> Iterator[Reference]:
        for reference in self._domain.references.get(docname, ()):
            if reference.role != "any" or not is_known_elsewhere(self._env, docname, self._session.builder, reference):
                yield reference

    def _uses(self, docname: str) -> Iterator[UsesQuery]:
        for listing in self._domain.listings[docname]:
            if isinstance(listing.query, UsesQuery):
                yield listing.query

    def _meant(self, references: Iterable[Reference], queries: Iterable[UsesQuery]) -> Iterator[Link]:
        for reference in references:
            resolved = resolve_noted(self._session, reference)
            if resolved is not None:
                yield resolved.link
        for query in queries:
            resolved = resolve_keyword(self._session, query.what, query.context)
            if resolved is not None:
                yield resolved.link

    def _title(self, docname: str) -> str:
        title = self._env.titles.get(docname)
        return (title.astext() if title is not None else "") or docname


def find_mentions(session: Session, env: BuildEnvironment) -> Mentions | None:
    """Return what documents mention, once all are read; None if they mention nothing."""
    domain: Any = env.get_domain(DOMAIN)
    return Mentions(session, env, domain) if domain.references or domain.listings else None


def _mentioned(documents: Mapping[str, str]) -> Mentioned:
    shown = sorted(documents.items())[:MAX_DOCUMENTS]
    links = tuple(Link(docname=docname, text=title) for docname, title in shown)
    return Mentioned(documents=links, more=len(documents) - len(links))
