"""Links in signatures and annotations: to keywords, or to the documentation of other projects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from sphinx_kwindex.annotations import NamedType, annotated_parts, names_in
from sphinx_kwindex.model import FileFacts, LinkedFile
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import TypeLink
from sphinx_kwindex.pages.relations_view import link_keywords
from sphinx_kwindex.pages.subjects import Sources


def find_types(
    sources: Sources, facts: FileFacts, linked: LinkedFile, places: Collection[int]
) -> dict[int, tuple[TypeLink, ...]]:
    """Return, by position, the parts that name keywords, or what imports bind, of the definitions of one page."""
    named: dict[int, dict[str, str]] = {}
    for place, name, target in linked.types:
        if place in places:
            named.setdefault(place, {}).setdefault(name, target)
    links = link_keywords(sources, {target for names in named.values() for target in names.values()})
    imported = _imported(facts)
    found: dict[int, tuple[TypeLink, ...]] = {}
    for place in places:
        item = facts.definitions[place]
        text = item.signature or item.annotation
        names = {name: link for name, target in named.get(place, {}).items() if (link := links[target]).docname}
        parts = annotated_parts(text) if item.signature else names_in(text)
        if types := tuple(_link_parts(parts, names, imported)) if names or imported else ():
            found[place] = types
    return found


def _imported(facts: FileFacts) -> dict[str, str]:
    """Return what imports of a module bind, by name, without names that it defines as well."""
    defined = {item.qualname for item in facts.definitions}
    names = {item.name: item.target for item in facts.imports if item.scope == 0 and item.name not in defined}
    names.pop("*", None)
    return names


def _link_parts(
    parts: Iterable[NamedType], names: Mapping[str, Link], imported: Mapping[str, str]
) -> Iterator[TypeLink]:
    for start, text, _ in parts:
        # What `module.Class` names is the class; a link in a link would be two.
        link = names.get(text.rpartition(".")[2])
        first, dot, rest = text.partition(".")
        if link is None and first in imported:
            link = Link(docname="", text=imported[first] + dot + rest)
        if link is not None:
            yield TypeLink(start=start, end=start + len(text), link=link)
