"""What the project's page shows beside the tree: entry points, the most used keywords, public names without a docstring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from sphinx_kwindex.model import Flag, Keyword, Kind
from sphinx_kwindex.pages.records import KeywordCount, Link

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.overview import Overview
    from sphinx_kwindex.store import Reader

SHOWN = 20
"""Keywords in a list."""


def most_used(reader: Reader, addresses: Addresses, overview: Overview) -> tuple[KeywordCount, ...]:
    """Return the public keywords that most files use, tests and their own file left out."""
    # Counted in files, not in uses: with those, nearly every edit would write the page again.
    order = sorted(overview.users, key=lambda identity: (-overview.users[identity], identity))
    found = (keyword for identity in order if (keyword := public_keyword(reader, identity)) is not None)
    return tuple(_count(addresses, overview, keyword) for keyword in islice(found, SHOWN))


def undocumented(reader: Reader, addresses: Addresses, overview: Overview) -> tuple[tuple[KeywordCount, ...], int]:
    """Return the public classes and functions without a docstring that are used most, and how many more there are."""
    keywords = list(filter(_is_in_public_file, reader.undocumented()))
    # The sort is stable: of those used as much, the first in the tree.
    keywords.sort(key=lambda keyword: -overview.users.get(keyword.id, 0))
    shown = tuple(_count(addresses, overview, keyword) for keyword in keywords[:SHOWN])
    return shown, len(keywords) - len(shown)


def public_keyword(reader: Reader, identity: str) -> Keyword | None:
    """Return the definition with an id, unless it is private, local or a module."""
    hidden = Flag.PRIVATE | Flag.LOCAL
    return next(_definitions(reader.keywords(id=identity), int(hidden)), None)


def _definitions(keywords: Iterable[Keyword], hidden: int) -> Iterator[Keyword]:
    return (item for item in keywords if item.kind not in {Kind.MODULE, Kind.IMPORT} and not item.flags & hidden)


def _is_in_public_file(keyword: Keyword) -> bool:
    return not any(part.startswith("_") and not part.startswith("__") for part in keyword.path.split("/"))


def _count(addresses: Addresses, overview: Overview, keyword: Keyword) -> KeywordCount:
    docname, anchor = addresses.link(keyword)
    return KeywordCount(
        kind=keyword.kind,
        link=Link(docname=docname, anchor=anchor, text=keyword.id),
        flags=keyword.flags,
        files=overview.users.get(keyword.id, 0),
    )
