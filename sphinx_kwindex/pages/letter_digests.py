"""Digests of what the pages of the A-Z index list, for all of them at once: most edits that add a name change one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from sphinx_kwindex.model import Flag, Kind
from sphinx_kwindex.pages.digests import DigestTable
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
    found = DigestTable()
    for row in rows:
        if row.kind != Kind.IMPORT:
            place = row.path, addresses.part(row.path, row.position), row.qualname, row.id
            found.add(find(sort_key(row.name.casefold())), _pack((row.name, row.kind, row.flags & _PRIVATE, *place)))
    for word, names in words.items():
        found.add(find(word), _pack((word, names)))
    return found.digests()
