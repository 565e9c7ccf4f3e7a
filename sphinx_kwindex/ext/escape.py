"""The escaping helper, and rendering of links as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NewType, Protocol
from urllib.parse import quote

from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.pages.blocks import Inline, Link, Mentioned
from sphinx_kwindex.pages.phrases import and_more
from sphinx_kwindex.pages.prose import MARKED, is_text, marked_text
from sphinx_kwindex.spelling import UNSEEN, UNSEEN_ASCII, code_point, visible_line

Html = NewType("Html", str)
"""Text that has been escaped, or is markup of ours: where it is asked for, mypy finds what was not escaped."""

NOTHING = Html("")

_SPECIAL, _SPECIAL_ASCII = (re.compile(f"[&<>\"'{unseen}]") for unseen in (UNSEEN, UNSEEN_ASCII))
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_PLAIN_FRAGMENT = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch


class Links(Protocol):
    """Turns links of views into addresses, as seen from the page being written."""

    has_narrow_lines: bool = False
    """Lines break between words alone, and names of many words are wider than a page."""

    def uri(self, link: Link) -> str | None:
        """Return the address of a link; None where the output has no such page."""

    def anchor(self, anchor: str) -> str:
        """Return the anchor of something on the page, as the output has it."""
        return anchor

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
    special = _SPECIAL_ASCII if text.isascii() else _SPECIAL  # the few of ASCII are looked for in half the time
    return Html(special.sub(_entity, text) if special.search(text) else text)


def said(item: Inline) -> Html:
    """Return a text in the reader's language, escaped."""
    return escape(tell(item))


def join(parts: Iterable[Html]) -> Html:
    """Put pieces of HTML together."""
    return Html("".join(parts))


def escape_line(text: str) -> Html:
    """Escape a name for HTML; tabs and ends of lines in it are spelled out, too."""
    return escape(visible_line(text))


def prose(text: str) -> Html:
    """Return a docstring's text as HTML, with literals and references set as code, and emphasis."""
    escaped = escape(text)
    return Html(MARKED.sub(_marked, escaped)) if "`" in escaped or "*" in escaped else escaped


class Linker:
    """Writes links as seen from one page; many lead to the same place, and are written once."""

    def __init__(self, links: Links, docname: str = "") -> None:
        self._links = links
        self._docname = docname
        self._uris: dict[str, str | None] = {}
        self._plain: dict[Link, Html] = {}
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
        if not inside and not attributes:
            found = self._plain.get(link)
            return (
                found if found is not None else self._plain.setdefault(link, self._write(link, escape_line(link.text)))
            )
        return self._write(link, inside or escape_line(link.text), attributes)

    def _write(self, link: Link, inside: Html, attributes: str = "") -> Html:
        uri = self.uri(link)
        if uri is None:
            return inside
        title = f' title="{escape(link.title)}"' if link.title else ""
        return Html(f'<a href="{uri}"{title}{attributes}>{inside}</a>')

    def knows(self, link: Link) -> bool:
        """Return whether a type is documented anywhere: by a page of ours, or by another project."""
        return bool(link.docname) or self._links.external(link.text) is not None

    def type(self, link: Link, inside: Html) -> Html:
        """Write a type as a link, if it is documented anywhere."""
        if link.docname:
            return self.link(link, inside)
        uri = self._links.external(link.text)
        return inside if uri is None else web(uri, inside)

    def external(self, name: str) -> Html:
        """Return the link to something of another project as HTML; empty if no known project documents it."""
        uri = self._links.external(name)
        return NOTHING if uri is None else web(uri, escape(name))

    def documented(self, names: Iterable[str]) -> Html:
        """Return, for HTML, where this documentation describes an object that has some names; empty: nowhere."""
        return next((escape(uri) for name in names if (uri := self._links.documented(name)) is not None), NOTHING)

    def outside(self, name: str) -> Html:
        """Return, for HTML, where this documentation, or that of another project, describes an object; empty: nowhere."""
        return escape(self._links.documented(name) or self._links.external(name) or "")

    def mentioned(self, anchor: str, own: Mentioned | None) -> Html:
        """Return, as HTML, where a keyword (no anchor: what the page is about) is mentioned: by authors, then `own`."""
        if self._mentions is None:
            self._mentions = self._links.mentioned()
        items = (self._mentions.get(anchor), own)
        return Html(
            ", ".join(
                ", ".join(map(self.link, item.documents)) + said(and_more(item.more))
                for item in items
                if item is not None
            )
        )


def web(address: str, inside: Html, look: str = "kw-external") -> Html:
    """Return a link to the web as HTML."""
    name = f' class="{look}"' if look else ""
    return Html(f'<a{name} href="{escape(address)}">{inside}</a>')


def fragment(anchor: str) -> str:
    """Return an anchor as it is written after `#` in an address."""
    return anchor if _PLAIN_FRAGMENT(anchor) else quote(anchor, safe="~*", errors="replace")


def _entity(match: re.Match[str]) -> str:
    char = match.group()
    return _ENTITIES.get(char) or code_point(char)


def _marked(match: re.Match[str]) -> str:
    if is_text(match):
        return marked_text(match)
    tag = {None: "code", "*": "em", "**": "strong"}[match["stars"]]
    return f"<{tag}>{marked_text(match)}</{tag}>"
