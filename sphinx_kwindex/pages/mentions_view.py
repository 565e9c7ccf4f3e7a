"""Mentions of a keyword, file or folder in the project's prose and docstrings, as links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from sphinx_kwindex.layout import is_changelog
from sphinx_kwindex.pages.addresses import Addresses, anchor
from sphinx_kwindex.pages.blocks import Link, Mentioned
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.prose_mentions import Mention
from sphinx_kwindex.pages.subjects import Sources
from sphinx_kwindex.pages.uses_view import ScopeLinks

SHOWN = 5
"""Files of prose that are told of one keyword."""


def mentioned(addresses: Addresses, mentions: Iterable[Mention]) -> Mentioned | None:
    """Return the links to where something is mentioned, each file once; None if it is nowhere."""
    first: dict[str, Mention] = {}
    for mention in mentions:
        first.setdefault(mention.path, mention)
    found = sorted(
        first.values(), key=lambda mention: (is_changelog(mention.path), mention.path.count("/"), mention.path)
    )
    if not found:
        return None
    links = tuple(
        Link(
            docname=addresses.keyword(mention.path, mention.position),
            anchor=addresses.anchor_on(mention.path, anchor(mention.heading)),
            text=mention.path,
            title=mention.title,
        )
        for mention in found[:SHOWN]
    )
    return Mentioned(documents=links, more=len(found) - len(links))


def mentions_in(overview: Overview, path: str) -> Iterator[Mention]:
    """Yield where prose mentions a file, and then what it holds."""
    places = overview.mentions.get(path, {})
    yield from places.get("", ())
    for found in places.values():
        yield from found


def in_docstrings(sources: Sources, path: str) -> Mapping[str, Mentioned]:
    """Return, by id, what the docstrings describe that mention the keywords of a file; its own and own code first."""
    reader, _, addresses, overview = sources
    scopes = ScopeLinks(addresses)
    own = overview.own
    found: dict[str, Mentioned] = {}
    for target, places in reader.doc_mentions(path).items():
        order = sorted(places, key=lambda place: (place[0] != path, place[0] not in own, place))
        links = tuple(_described(scopes.link(user, scope), user) for user, scope in order[:SHOWN])
        found[target] = Mentioned(documents=links, more=len(order) - len(links))
    return found


def _described(link: Link, path: str) -> Link:
    return msgspec.structs.replace(link, text=link.text or path, title=path if link.text else "")
