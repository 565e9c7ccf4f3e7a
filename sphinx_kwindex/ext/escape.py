"""The one escaping helper, and what turns links of views into HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NewType, Protocol
from urllib.parse import quote

from sphinx_kwindex.ext.words import and_more
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import Mentioned
from sphinx_kwindex.spelling import UNSEEN, code_point, visible, visible_line

Html = NewType("Html", str)
"""Text that has been escaped, or is markup of ours: where it is asked for, mypy finds what was not escaped."""

NOTHING = Html("")

_SPECIAL = re.compile(f"[&<>\"'{UNSEEN}]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_PLAIN_FRAGMENT = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch

# Docstrings are shown as plain text, but with the commonest marks of reST and Markdown taken as what they mean. This
# runs on escaped text: nothing that it takes over can hold markup of HTML.
_MARKED = re.compile(
    r"``(?P<double>[^`]+)``|(?::(?P<role>[\w:+.-]+):)?`(?P<single>[^`<>]+?)(?:\s*(?:&lt;|<)[^`]*(?:&gt;|>))?`_{0,2}"
    r"|(?<![\w*\\])(?P<stars>\*\*?)(?P<emphasis>[^\s*`](?:[^*`\n]*[^\s*`])?)(?P=stars)(?![\w*])"
)

_TEXT_ROLES: Mapping[str | None, str] = {
    **dict.fromkeys(
        ("ref", "doc", "term", "abbr", "dfn", "guilabel", "menuselection", "sub", "sup", "title", "emphasis"), ""
    ),
    "pep": "PEP ",
    "rfc": "RFC ",
}
"""Roles whose text is no code, with what stands before it."""


class Links(Protocol):
    """Turns links of views into addresses, as seen from the page being written."""

    def uri(self, link: Link) -> str | None:
        """Return the address of a link; None where the output has no such page."""

    def external(self, name: str) -> str | None:  # noqa: ARG002 - there may be nothing to look in
        """Return the address of what a dotted name means in another project; None if no known project documents it."""
        return None

    def documented(self, name: str) -> str | None:  # noqa: ARG002
        """Return the address at which this documentation describes an object of Python; None if it does not."""
        return None

    def mentioned(self) -> Mapping[str, Mentioned]:
        """Return where prose mentions the file of the page (no anchor) and its keywords, by anchor."""
        return {}


def escape(text: str) -> Html:
    """Escape text for HTML, for attribute values as well; characters that cannot be seen are spelled out."""
    return Html(_SPECIAL.sub(_entity, text) if _SPECIAL.search(text) else text)


def join(parts: Iterable[Html]) -> Html:
    """Put pieces of HTML together."""
    return Html("".join(parts))


def escape_line(text: str) -> Html:
    """Escape a name for HTML; tabs and ends of lines in it are spelled out, too."""
    return escape(visible_line(text))


def prose(text: str) -> Html:
    """Return a docstring's text as HTML, with literals and references set as code, and emphasis."""
    escaped = escape(text)
    return Html(_MARKED.sub(_marked, escaped)) if "`" in escaped or "*" in escaped else escaped


def plain_prose(text: str) -> list[tuple[str, bool]]:
    """Return a docstring's text in pieces: (text, whether it is code)."""
    shown = visible(text)
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _MARKED.finditer(shown):
        is_code = match["emphasis"] is None and match["role"] not in _TEXT_ROLES
        pieces += [(shown[end : match.start()], False), (_inside(match), is_code)]
        end = match.end()
    pieces.append((shown[end:], False))
    return [piece for piece in pieces if piece[0]]


class Linker:
    """Writes links as seen from one page; looks each document's address up once."""

    def __init__(self, links: Links, docname: str = "") -> None:
        self._links = links
        self._docname = docname
        self._uris: dict[str, str | None] = {}
        self._mentions: Mapping[str, Mentioned] | None = None

    def uri(self, link: Link) -> str | None:
        """Return the address of a link; None where the output has no such page."""
        if link.docname == self._docname and link.anchor:
            return f"#{fragment(link.anchor)}"
        if link.docname not in self._uris:
            found = self._links.uri(Link(docname=link.docname)) if link.docname else None
            self._uris[link.docname] = None if found is None else escape(found)
        base = self._uris[link.docname]
        if base is None or not link.anchor:
            return base
        return f"{base.removesuffix('#')}#{fragment(link.anchor)}"

    def link(self, link: Link, inside: Html = NOTHING, attributes: str = "") -> Html:
        """Return a link as HTML (default: with the link's text). Without an address: the inside alone."""
        inside = inside or escape_line(link.text)
        uri = self.uri(link)
        if uri is None:
            return inside
        title = f' title="{escape(link.title)}"' if link.title else ""
        return Html(f'<a href="{uri}"{title}{attributes}>{inside}</a>')

    def external(self, name: str) -> Html:
        """Return the link to something of another project as HTML; empty if no known project documents it."""
        uri = self._links.external(name)
        return NOTHING if uri is None else web(uri, escape(name))

    def documented(self, names: Iterable[str]) -> Html:
        """Return, for HTML, where this documentation describes an object that has some names; empty: nowhere."""
        return next((escape(uri) for name in names if (uri := self._links.documented(name)) is not None), NOTHING)

    def mentioned(self, anchor: str, own: Mentioned | None) -> Html:
        """Return, as HTML, where a keyword (no anchor: what the page is about) is mentioned: by authors, then `own`."""
        if self._mentions is None:
            self._mentions = self._links.mentioned()
        items = (self._mentions.get(anchor), own)
        return Html(
            ", ".join(
                ", ".join(map(self.link, item.documents)) + escape(and_more(item.more))
                for item in items
                if item is not None
            )
        )


def web(address: str, inside: Html) -> Html:
    """Return a link to the web as HTML."""
    return Html(f'<a class="kw-external" href="{escape(address)}">{inside}</a>')


def fragment(anchor: str) -> str:
    """Return an anchor as it is written after `#` in an address."""
    return anchor if _PLAIN_FRAGMENT(anchor) else quote(anchor, safe="~*", errors="replace")


def _entity(match: re.Match[str]) -> str:
    char = match.group()
    return _ENTITIES.get(char) or code_point(char)


def _marked(match: re.Match[str]) -> str:
    if match["role"] in _TEXT_ROLES:
        return _inside(match)
    tag = {None: "code", "*": "em", "**": "strong"}[match["stars"]]
    return f"<{tag}>{_inside(match)}</{tag}>"


def _inside(match: re.Match[str]) -> str:
    inside = match["double"] or match["emphasis"]
    if inside is not None:
        return inside
    single, role = match["single"], match["role"]
    if role in _TEXT_ROLES:
        return f"{_TEXT_ROLES[role]}{single}"
    if role and single.startswith("~"):
        return single.rpartition(".")[2].lstrip("~")
    return single.lstrip("~!.") if role else single.removeprefix("~").removeprefix("!")
