"""Digests of what views are made from, for all pages at once: far cheaper than the views, and never too coarse.

A page whose stamp is what it was shows what it showed; one whose stamp differs may show something else, which only its
view tells. So a build that follows a small edit makes the views of a few pages, not of thousands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from sphinx_kwindex.model import Kind
from sphinx_kwindex.pages.digests import DigestTable
from sphinx_kwindex.pages.fingerprint import PAGE_CODE
from sphinx_kwindex.pages.folder_parts import outside_counts
from sphinx_kwindex.pages.imports_view import cycle_of
from sphinx_kwindex.pages.letter_digests import digest_letters
from sphinx_kwindex.pages.namesakes import digest_namesakes
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.reach import Way
from sphinx_kwindex.pages.records import MAX_SIBLINGS, Page, PageKind, Standing, View
from sphinx_kwindex.pages.relations_view import link_keywords
from sphinx_kwindex.pages.uses_view import round_down

if TYPE_CHECKING:
    from sphinx_kwindex.model import LinkedFile
    from sphinx_kwindex.options import Options
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.store import KeywordPlace, Reader

_LISTED = frozenset({"summary", "related"})
"""Parts that show on the pages of folders."""

_pack = msgspec.msgpack.Encoder().encode


class Memory(View, frozen=True):
    """What stamps have in common with those of the last time, to be kept: it need not be worked out again."""

    names: dict[str, bytes]
    """By path: digests of the names of keywords."""
    relations: bytes
    linked: dict[str, bytes]
    """By path: digests of what link says of a file."""
    linking: dict[str, bytes]
    """By path: where the keywords are that a file links to; it holds while names and `linked` are the same."""
    linked_from: dict[str, bytes]
    """By path: what is related to a file's keywords, and where; it holds while names and relations are the same."""
    edges: bytes
    cycles: dict[str, tuple[tuple[str, ...], int]]
    """By path: `cycle_of`; it holds while the edges are the same."""
    standings: dict[str, Standing]
    """By path: where a file sits; it holds while the edges are the same."""
    letters: dict[str, bytes]
    """By document: digests of what the pages of the A-Z index list; they hold while names are the same."""
    reached: dict[str, bytes]
    """By path: digests of how its keywords are reached; they hold while `ways` are the same."""
    ways: bytes
    namesakes: dict[str, bytes]
    """By path: digests of the definitions with names that a file has, too; they hold while names are the same."""


class Stamps:
    """The stamps of pages. `memory` is what the last ones left; it may be of any state of the index."""

    def __init__(
        self,
        reader: Reader,
        options: Options,
        addresses: Addresses,
        overview: Overview,
        memory: Memory | None = None,
    ) -> None:
        self._addresses = addresses
        self._overview = overview
        self._told = reader.get_meta("recent"), reader.get_meta("entry points")
        self._sections = overview.sections
        self._listed, self._parts, linked = _hash_parts(reader, addresses)
        self._common = _hash(
            PAGE_CODE,
            options.digest("scan", "collect", "relate", "pages"),
            addresses.unusual(),
            round_down(len(addresses.files)),
            overview.runner,
            sorted(overview.entry_points.items()),
            _loose_patterns(reader, addresses, overview),
        )
        self.memory = _remember(reader, addresses, overview, linked, memory)
        # Without the counts, which only the page of all letters shows.
        self._letters = [(page.group, page.prefix, page.label, page.buckets) for page in addresses.letter_pages]

    def of(self, pages: Iterable[Page]) -> dict[str, str]:
        """Return the stamp of each page, by document name."""
        return {page.docname: self._stamp(page).hex() for page in pages}

    def _stamp(self, page: Page) -> bytes:
        # Sections of one's own may be told from anything: only what they tell can say whether it changed.
        own = self._sections.own(page.kind, page.subject, page.part)
        return _hash(self._common, page, self._content(page), own, self._overview.mentions.get(page.subject))

    def _content(self, page: Page) -> Any:
        path = page.subject
        if page.kind is PageKind.FILE:
            return self._file(path)
        if page.kind is PageKind.FOLDER:
            place = self._addresses.siblings(path, MAX_SIBLINGS), self._addresses.folders_beside(path)
            below = [(file, self._listed.get(file)) for file in self._addresses.below(path)]
            imports = sorted(self._overview.between.get(path, {}).items())
            return place, below, imports, outside_counts(self._overview, path)
        if page.kind is PageKind.PROJECT:
            # It also shows what is used most.
            parts = [(file, self._parts.get(file)) for file in self._addresses.files]
            return parts, self._addresses.letter_pages, self._told
        if page.kind is PageKind.LETTER:
            return self.memory.letters.get(page.docname), self._letters
        return self._addresses.letter_pages

    def _file(self, path: str) -> Any:
        addresses, memory = self._addresses, self.memory
        way, group = memory.cycles.get(path, ((), 0))
        return (
            self._parts.get(path),
            memory.linking.get(path),
            memory.linked_from.get(path),
            memory.namesakes.get(path),
            memory.reached.get(path),
            group,
            memory.standings.get(path),
            [(file, self._listed.get(file)) for file in way],
            addresses.siblings(path, MAX_SIBLINGS),
            addresses.neighbours(path),
            addresses.part_count(path),
        )


def _hash(*parts: Any) -> bytes:
    return hashlib.blake2b(_pack(parts), digest_size=12).digest()


_Digests = dict[str, bytes]


def _hash_parts(reader: Reader, addresses: Addresses) -> tuple[_Digests, _Digests, _Digests]:
    """Return, by path, digests of what lists of files show of a file, of all that the index holds of it, and of links."""
    listed, whole = DigestTable(), DigestTable()
    linked: _Digests = {}
    keys = reader.summary_keys()
    for part, path, values in reader.raw_parts():
        # On which page of a long file a use stands follows from the positions of its keywords.
        is_long = part in {"uses", "importers"} and addresses.is_long(str(values[0]))
        data = _pack((values, keys[str(values[0])]) if is_long else values)
        if part == "linked":
            linked[path] = hashlib.blake2b(data, digest_size=12).digest()
        for table in (listed, whole) if part in _LISTED else (whole,):
            table.add(path, data)
    return listed.digests(), whole.digests(), linked


# What is remembered


def _remember(
    reader: Reader, addresses: Addresses, overview: Overview, linked: _Digests, memory: Memory | None
) -> Memory:
    names, relations = reader.names_digests(), _hash(list(reader.all_relations()))
    roles = [(row.path, row.role, row.is_package) for row in reader.files()]
    edges = _hash(reader.import_edges(), reader.loaded_edges(), roles)
    known = memory if memory is not None and memory.names == names else None
    places = _Places(reader, addresses)
    if known is not None:
        edited = [path for path in linked if known.linked.get(path) != linked[path]]
        fresh: Iterable[LinkedFile] = (item for path in edited if (item := reader.linked(path)) is not None)
        linking = {path: known.linking[path] for path in linked if path in known.linking}
        letters, namesakes = known.letters, known.namesakes
    else:
        places.read_all()
        fresh, linking = reader.all_linked(), {}
        letters = digest_letters(addresses, places.rows, overview.sub_words)
        namesakes = digest_namesakes(addresses, places.rows)
    texts = overview.spelled, overview.loose
    ways = _hash(names, relations, list(reader.all_bases()), texts, sorted(reader.reached().items()))
    reached = known.reached if known is not None and known.ways == ways else _digest_reached(reader, overview, names)
    linking |= {item.path: _hash(list(_linking(item, places.of))) for item in fresh}
    if known is not None and known.relations == relations:
        linked_from = known.linked_from
    else:
        linked_from = _linked_from(reader, places, overview)
    old = memory if memory is not None and memory.edges == edges else None
    if old is not None:
        overview.recall_standings(old.standings)
    return Memory(
        names=names,
        relations=relations,
        linked=linked,
        linking=linking,
        linked_from=linked_from,
        edges=edges,
        cycles=old.cycles
        if old is not None
        else {path: found for path in addresses.files if (found := cycle_of(overview, path))[0]},
        standings=dict(overview.standings),
        letters=letters,
        namesakes=namesakes,
        reached=reached,
        ways=ways,
    )


def _loose_patterns(reader: Reader, addresses: Addresses, overview: Overview) -> Any:
    patterns = overview.ways.loose_patterns
    return patterns, sorted(link_keywords(reader, addresses, {source for _, source in patterns}).items())


def _digest_reached(reader: Reader, overview: Overview, names: Mapping[str, bytes]) -> _Digests:
    """Return, by path, a digest of how its keywords are reached, and of where what they are reached through is."""
    paths: dict[str, list[str]] = {}
    for row in reader.files():
        paths.setdefault(row.module, []).append(row.path)
    places = {module: [names.get(path) for path in found] for module, found in paths.items()}
    table = DigestTable()
    for place in reader.all_keywords():
        said = [counts.get(name, 0) for counts in (overview.spelled, overview.loose) for name in (place.id, place.name)]
        if any(said):
            table.add(place.path, _pack((place.id, said)))
    for module, identity, known in overview.ways.rows():
        through = [places.get(overview.ways.module_of(way.target)) for way in known if isinstance(way, Way)]
        for path in paths.get(module, ()):
            table.add(path, _pack((identity, known, through)))
    return table.digests()


_Place = tuple[str, str, int, bool]
"""File, qualified name, page of the file, whether it is an import."""


class _Places:
    """Where the keywords with an id are."""

    def __init__(self, reader: Reader, addresses: Addresses) -> None:
        self._reader = reader
        self._addresses = addresses
        self._known: dict[str, list[KeywordPlace]] | None = None
        self.rows: list[KeywordPlace] = []
        """All keywords, once they have been read."""

    def read_all(self) -> None:
        """Read where everything is, as many are going to be asked for."""
        if self._known is None:
            self._known = {}
            self.rows = list(self._reader.all_keywords())
            for row in self.rows:
                self._known.setdefault(row.id, []).append(row)

    def of(self, identity: str) -> list[_Place] | None:
        """Return the places of an id; None if there are none."""
        rows = self._reader.places(identity) if self._known is None else self._known.get(identity, [])
        part = self._addresses.part
        return [(row.path, row.qualname, part(row.path, row.position), row.kind == Kind.IMPORT) for row in rows] or None


def _linking(linked: LinkedFile, places: Callable[[str], Any]) -> Iterator[Any]:
    for settled in linked.imports:
        yield from map(places, settled.ids)
    for relation in linked.relations:
        yield places(relation.source), places(relation.target)
    for _, _, target in linked.types:
        yield places(target)
    for item in linked.inherited:
        yield places(item.source)


def _linked_from(reader: Reader, places: _Places, overview: Overview) -> _Digests:
    """Return, by path, a digest of the relations of others to its keywords, and of where these others are."""
    places.read_all()
    found = DigestTable()
    for relation in reader.all_relations():
        _, source, target = relation
        data = _pack((relation, places.of(source), source.rpartition(".")[0] in overview.own_modules))
        for path in {place[0] for place in places.of(target) or ()}:
            found.add(path, data if path in overview.own else b"-" + data)
    return found.digests()
