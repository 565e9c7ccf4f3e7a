"""Other documentation of our names: inventories of other projects, descriptions of Python objects, and mentions in documents.

All are known only when everything has been read, and are looked up again in each build: nothing of them is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, cast

import msgspec
from sphinx.domains.python import ObjectEntry, PythonDomain
from sphinx.environment import BuildEnvironment

from sphinx_kwindex.pages import blocks
from sphinx_kwindex.pages.blocks import Link, Mentioned, find_all
from sphinx_kwindex.pages.records import PageKind, PageView, Rows, Source, all_rows
from sphinx_kwindex.pages.relations_view import row_names

_DISABLED = frozenset({"*", "py:*"})
"""Values of `intersphinx_disabled_reftypes` by which an author says that only explicit roles may lead outside."""


_NOTHING: Mapping[str, Mentioned] = {}


class MentionTable(Protocol):
    """What authors mention in prose; `ext/mentions.py` has it."""

    @property
    def written(self) -> tuple[Any, ...]:
        """What the mentions follow from, next to the index."""

    @property
    def table(self) -> Mapping[str, Mapping[str, Mentioned]]:
        """By generated document and anchor on it: where it is mentioned."""

    def literal(self, text: str, context: str) -> Link | None:
        """Return the place in the index that a literal names, with its name in full."""

    @property
    def described(self) -> Mapping[str, str]:
        """By id: the first name under which this documentation describes a keyword."""


class OtherDocs:
    """Looks dotted names up in inventories of other projects, and among the objects of the `py` domain."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._env = env
        self.prose: MentionTable | None = None
        """Set when all is read, if there is any."""

    def external(self, name: str) -> str | None:
        """Return the address of what a dotted name means in another project; it may be relative to the output folder."""
        for table in self._inventories():
            if name in table:
                return _address(table[name])
        return None

    def documented(self, name: str) -> Link | None:
        """Return where this documentation describes an object of Python."""
        entry = self._objects().get(name)
        return None if entry is None else Link(entry.docname, entry.node_id)

    def mentioned(self, docname: str) -> Mapping[str, Mentioned]:
        """Return what is mentioned of a generated document, by anchor; the empty one is the file."""
        return _NOTHING if self.prose is None else self.prose.table.get(docname, _NOTHING)

    def digest(self) -> str:
        """Return a digest of all that can be asked for by a name; empty if that is nothing."""
        objects = sorted((name, entry.docname, entry.node_id) for name, entry in self._objects().items())
        tables = [sorted((name, _address(item)) for name, item in table.items()) for table in self._inventories()]
        if not objects and not any(tables):
            return ""
        return hash_of(objects, tables)

    def prose_digest(self) -> str:
        """Return a digest of what authors wrote of our names; empty if that is nothing."""
        return "" if self.prose is None or not self.prose.written else hash_of(self.prose.written)

    def stamp(self, docname: str) -> str:
        """Return a digest of what is mentioned of a generated document; empty if that is nothing."""
        mentioned = self.mentioned(docname)
        return hash_of(mentioned) if mentioned else ""

    def shown(self, view: PageView) -> tuple[Any, ...]:
        """Return all that a page shows of other documentation."""
        if view.page.kind not in {PageKind.FILE, PageKind.FOLDER, PageKind.SOURCE}:
            return ()
        mentioned = self.mentioned(view.page.docname)
        told = (mentioned,) if mentioned else ()
        if view.page.kind is PageKind.FOLDER or not (self._objects() or any(self._inventories())):
            return told
        is_source = view.page.kind is PageKind.SOURCE
        inside = [self.documented(name) for name in (_source_names if is_source else _documented_names)(view)]
        outside = [self.external(name) for name in (_source_names if is_source else _external_names)(view)]
        return (inside, outside, *told) if any(inside) or any(outside) else told

    def _objects(self) -> Mapping[str, ObjectEntry]:
        return cast("PythonDomain", self._env.get_domain("py")).objects

    def _inventories(self) -> list[Mapping[str, Any]]:
        config = self._env.config
        # What the environment keeps from an earlier build does not count if the extension or its setting was removed.
        if not getattr(config, "intersphinx_mapping", None) or _DISABLED & set(config.intersphinx_disabled_reftypes):
            return []
        tables: Mapping[str, Mapping[str, Any]] = getattr(self._env, "intersphinx_inventory", {})
        return [tables[kind] for kind in sorted(tables) if kind.startswith("py:")]


def hash_of(*parts: Any) -> str:
    """Return a short digest of anything that can be packed."""
    return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=12).hexdigest()


def _address(item: Any) -> str:
    # A tuple up to Sphinx 8.1.
    return str(item[2] if isinstance(item, tuple) else item.uri)


def _documented_names(view: PageView) -> Iterator[str]:
    for item in find_all(view.told, blocks.Documented):
        yield from item.names
    for rows in find_all(view.told, Rows):
        for _, names in row_names(rows.rows):
            yield from names


def _external_names(view: PageView) -> Iterator[str]:
    yield from (item.name for item in find_all(view.told, blocks.Outside))
    for rows in find_all(view.told, Rows):
        for row in all_rows(rows.rows):
            links = (link for relation in row.relations for link in relation.links)
            yield from (link.text for link in links if not link.docname and not link.anchor)
            yield from (item.link.text for item in row.types if not item.link.docname)


def _source_names(view: PageView) -> Iterator[str]:
    for source in find_all(view.told, Source):
        yield from source.outside
