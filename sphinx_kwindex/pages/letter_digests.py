"""Digests of what the pages of the A-Z index list, for all of them at once: most edits that add a name change one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from sphinx_kwindex.model import Flag, Kind
from sphinx_kwindex.pages.names_view import sort_key

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.sub_words import SubWords
    from sphinx_kwindex.store import KeywordPlace

_PRIVATE = int(Flag.PRIVATE)

_pack = msgspec.msgpack.Encoder().encode


def digest_letters(addresses: Addresses, rows: Iterable[KeywordPlace], words: SubWords) -> dict[str, bytes]:
    """Return, by document, a digest of the keywords and words that stand on a page, with all that it says of them."""
    # `rows` are in order of path and place, as keywords of one name are on the page. Names and words are not in its
    # order, which follows from what they are.
    find = cache(addresses.find_letter)
    found: dict[str, Any] = {}

    def add(key: str, *shown: Any) -> None:
        docname = find(key)
        if docname not in found:
            found[docname] = hashlib.blake2b(digest_size=12)
        found[docname].update(_pack(shown))

    for row in rows:
        if row.kind != Kind.IMPORT:
            place = row.path, addresses.part(row.path, row.position), row.qualname, row.id
            add(sort_key(row.name.casefold()), row.name, row.kind, row.flags & _PRIVATE, *place)
    for word, names in words.items():
        add(word, word, names)
    return {docname: digest.digest() for docname, digest in found.items()}
