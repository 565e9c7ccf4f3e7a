"""Digests of what views are made from, for all pages at once: far cheaper than the views, and never too coarse.

A page whose stamp is what it was shows what it showed; one whose stamp differs may show something else, which only its
view tells. So a build that follows a small edit makes the views of a few pages, not of thousands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from sphinx_kwindex.model import Kind, Relation
from sphinx_kwindex.pages.fingerprint import PAGE_CODE
from sphinx_kwindex.pages.imports_view import cycle_of
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.records import Page, PageKind

if TYPE_CHECKING:
    from sphinx_kwindex.options import Options
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.store import Reader

_LISTED = frozenset({"summary", "related"})
"""Parts that show on the pages of folders."""

_pack = msgspec.msgpack.Encoder().encode


def page_stamps(
    reader: Reader, options: Options, addresses: Addresses, pages: Iterable[Page], overview: Overview | None = None
) -> dict[str, str]:
    """Return the stamp of each page, by document name."""
    everywhere = _Everywhere(reader, options, addresses, overview or Overview(reader))
    return {page.docname: everywhere.stamp(page) for page in pages}


class _Everywhere:
    """What the stamps of many pages have in common."""

    def __init__(self, reader: Reader, options: Options, addresses: Addresses, overview: Overview) -> None:
        self._addresses = addresses
        self._overview = overview
        self._listed, self._parts = _hash_parts(reader)
        places, self._names = _find_places(reader)
        self._lookups = _hash_lookups(reader, places)
        # The parts of a long file are told apart by the positions of its keywords.
        long = [(path, self._listed.get(path)) for path in addresses.files if addresses.part_count(path) > 1]
        self._common = _hash(PAGE_CODE, options.digest("scan", "collect", "relate", "pages"), addresses.state(), long)

    def stamp(self, page: Page) -> str:
        """Return the stamp of a page."""
        # Sections of one's own may be told from anything: only what they tell can say whether it changed.
        own = self._overview.sections.own(page.kind, page.subject, page.part)
        return _hash(self._common, page, self._content(page), own).hex()

    def _content(self, page: Page) -> Any:
        path = page.subject
        if page.kind is PageKind.FILE:
            way, group = cycle_of(self._overview, path)
            return (
                self._parts.get(path),
                self._lookups.get(path),
                group,
                [(file, self._listed.get(file)) for file in way],
            )
        if page.kind in {PageKind.FOLDER, PageKind.PROJECT}:
            below = self._addresses.below(path)
            # The project's page also shows what is used most.
            shown = self._listed if path else self._parts
            return [shown.get(file) for file in below], self._addresses.letter_pages if not path else ()
        return self._names, self._addresses.letter_pages


def _hash(*parts: Any) -> bytes:
    return hashlib.blake2b(_pack(parts), digest_size=12).digest()


def _hash_parts(reader: Reader) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return, by path, digests of what lists of files show of a file, and of all that the index holds of it."""
    listed: dict[str, Any] = {}
    whole: dict[str, Any] = {}
    for part, path, data in reader.raw_parts():
        for table in (listed, whole) if part in _LISTED else (whole,):
            if path not in table:
                table[path] = hashlib.blake2b(digest_size=12)
            table[path].update(b"%d:" % len(data))
            table[path].update(data)
    return _digests(listed), _digests(whole)


def _digests(table: Mapping[str, Any]) -> dict[str, bytes]:
    return {path: digest.digest() for path, digest in table.items()}


_Places = Mapping[str, list[tuple[str, str, bool]]]


def _find_places(reader: Reader) -> tuple[_Places, bytes]:
    """Return where the keywords with an id are, by id; and a digest of all that the A-Z index shows."""
    places: dict[str, list[tuple[str, str, bool]]] = {}
    names = hashlib.blake2b(digest_size=12)
    imported = Kind.IMPORT.value
    for row in reader.all_keywords():
        path, identity, _, qualname, kind, _ = row
        places.setdefault(identity, []).append((path, qualname, kind == imported))
        if kind != imported:
            names.update(_pack(row))
    return places, names.digest()


def _hash_lookups(reader: Reader, places: _Places) -> dict[str, bytes]:
    """Return, by path, a digest of where all keywords are that the page of the file links by their ids."""
    found: dict[str, list[Any]] = {}
    incoming: dict[str, list[Relation]] = {}
    for linked in reader.all_linked():
        mine = found.setdefault(linked.path, [])
        for settled in linked.imports:
            mine.extend(places.get(identity) for identity in settled.ids)
        for relation in linked.relations:
            mine.append((places.get(relation.source), places.get(relation.target)))
            incoming.setdefault(relation.target, []).append(relation)
    for identity, relations in sorted(incoming.items()):
        shown = [(relation, places.get(relation.source)) for relation in relations]
        for path in {place[0] for place in places.get(identity, ())}:
            found.setdefault(path, []).append(shown)
    return {path: _hash(items) for path, items in found.items()}
