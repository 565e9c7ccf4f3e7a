"""The `kwindex` directive: keywords of some files, filtered, ordered and grouped."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import Definition, FileFacts, Flag, Kind, keyword_id
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import (
    Block,
    Bullets,
    Flags,
    Gist,
    Inline,
    Item,
    Link,
    Mark,
    Named,
    Para,
    Qualified,
    Remarks,
    To,
)
from sphinx_kwindex.pages.directives import (
    Directive,
    Query,
    read_choice,
    read_choices,
    read_count,
    read_flag,
)
from sphinx_kwindex.pages.lookup import SHORT_ROLES
from sphinx_kwindex.pages.phrases import badge_words, head_text, kind_heading, not_found, say, say_count, use_count
from sphinx_kwindex.pages.subjects import Sources
from sphinx_kwindex.store import Reader


class ListingQuery(Query, frozen=True):
    """What a `kwindex` directive asks for: a file, a folder, a dotted module, or a glob over paths; of nothing, the project."""

    kinds: tuple[Kind, ...] = ()
    """Empty: all but imports."""
    private: bool = False
    special: bool = False
    nested: bool = True
    """Members of classes and definitions in functions too."""
    pattern: str = ""
    """Glob over the qualified name, or over the name if it holds no dot."""
    order: str = "source"
    """`source`, `name` or `uses`."""
    group: str = "file"
    """`file`, `kind`, `letter` or `none`."""
    columns: tuple[str, ...] = ("kind", "signature", "summary")
    """Of `kind`, `signature`, `summary`, `file`, `uses`, `line`."""
    limit: int = 0
    """No more rows than this; 0: no limit."""


class _Listed(NamedTuple):
    """One keyword of a listing."""

    item: Definition
    link: Link
    path: str
    position: int
    depth: int
    uses: int
    files: int


def listing_blocks(sources: Sources, query: ListingQuery) -> Iterator[Block]:
    """Show what a `kwindex` directive asks for."""
    addresses = sources.addresses
    paths = select_files(sources.reader, addresses, query.what)
    rows = [row for path in paths or () for row in _rows(sources.reader, addresses, query, path)]
    if not rows:
        yield Para(not_found(query.what) if paths is None else say("No keywords."), "kw-none")
        return
    if query.order != "source":
        rows.sort(key=_ORDERS[query.order])
    shown = rows[: query.limit or None]
    groups = grouped((_LABELS[query.group](row), row) for row in shown)
    for label in sorted(groups) if query.group in {"file", "letter"} else groups:
        if label:
            yield Para(_heading(label, query, addresses), "kw-group")
        yield Bullets(tuple(_item(row, query, addresses) for row in groups[label]))
    if more := len(rows) - len(shown):
        yield Para(say_count("1 more keyword", "%(count)s more keywords", more), "kw-none")


def _heading(label: str, query: ListingQuery, addresses: Addresses) -> Inline:
    """Head a group: with the link to its file, the word for its kind, or its letter."""
    if query.group == "file":
        return To(addresses.path_link(label))
    return kind_heading(Kind(label)) if query.group == "kind" else label


def select_files(reader: Reader, addresses: Addresses, what: str) -> tuple[str, ...] | None:
    """Return the files that a query names, in path order; None if the index has nothing of that name.

    In a glob, `*` stays in one folder and `**` does not.
    """
    path = what.strip().removeprefix("./").rstrip("/")
    if path in {"", "."}:
        return addresses.files
    if addresses.has_page(path):
        return (path,) if addresses.is_file(path) else addresses.below(path)
    if any(char in path for char in "*?["):
        pattern = path_glob(path)
        return tuple(file for file in addresses.files if pattern.fullmatch(file)) or None
    modules = (row for row in reader.files() if row.module == path or row.module.startswith(f"{path}."))
    return tuple(row.path for row in modules) or None


def _by_name(row: _Listed) -> tuple[object, ...]:
    return row.item.name.casefold(), row.item.name, row.path, row.position


_ORDERS: dict[str, Callable[[_Listed], tuple[object, ...]]] = {
    "name": _by_name,
    "uses": lambda row: (-row.uses, *_by_name(row)),
}


def _rows(reader: Reader, addresses: Addresses, query: ListingQuery, path: str) -> Iterator[_Listed]:
    facts = reader.facts(path)
    if facts is None:
        return
    counts = reader.use_counts(path) if "uses" in query.columns or query.order == "uses" else {}
    link = addresses.definition_links(facts)
    depths = list(_depths(facts))
    for position, item in enumerate(facts.definitions):
        if position and not item.flags & reader.hidden and _is_wanted(query, item):
            uses, files = counts.get(keyword_id(facts.module, item.qualname), (0, 0))
            yield _Listed(item, link(position), path, position, depths[position], uses, files)


def _is_wanted(query: ListingQuery, item: Definition) -> bool:
    if query.kinds and item.kind not in query.kinds:
        return False
    if item.flags & Flag.PRIVATE and not query.private:
        return False
    if item.flags & Flag.SPECIAL and not query.special:
        return False
    if item.scope > 0 and not query.nested:
        return False
    text = item.qualname if "." in query.pattern else item.name
    return not query.pattern or fnmatchcase(text, query.pattern)


def _depths(facts: FileFacts) -> Iterator[int]:
    depths: list[int] = []
    for item in facts.definitions:
        depths.append(depths[item.scope] + 1 if item.scope > 0 else 0)
        yield depths[-1]


_LABELS: dict[str, Callable[[_Listed], str]] = {
    "file": lambda row: row.path,
    "kind": lambda row: row.item.kind.value,
    "letter": lambda row: (row.item.name.lstrip("_")[:1] or "_").upper(),
    "none": lambda row: "",  # noqa: ARG005 - all have this signature
}


def path_glob(pattern: str) -> re.Pattern[str]:
    """Return the pattern of a glob over paths: `*` stays in one folder, `**` does not."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", pattern)
    special = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(special.get(part) or _literal(part) for part in parts))


def _literal(part: str) -> str:
    if part.startswith("[") and len(part) > 2:
        inside = part[1:-1].replace("\\", "\\\\")
        return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(part)


def _item(row: _Listed, query: ListingQuery, addresses: Addresses) -> Item:
    item, columns = row.item, query.columns
    name = Named("", To(row.link, Qualified(row.link.text)), head_text(item) if "signature" in columns else "")
    summary = Gist(item.summary) if item.summary and "summary" in columns else ""
    ends = tuple(_ends(row, columns, addresses))
    return Item(
        (name, Flags(badge_words(item.flags)), summary),
        look="kw-item kw-plain",
        ends=(Remarks(ends),) if ends else (),
        mark=Mark(item.kind, item.flags) if "kind" in columns else None,
        depth=row.depth if query.order == "source" else 0,
    )


def _ends(row: _Listed, columns: Collection[str], addresses: Addresses) -> Iterator[Inline]:
    """Yield how a keyword is used, and where it is."""
    if "uses" in columns:
        # A number: that nothing uses a name would be too much to say here, where the ways to it are not known.
        yield use_count(row.uses, row.files) if row.uses else say_count("1 use", "%(count)s uses", 0)
    file = (To(addresses.path_link(row.path)), " ") if "file" in columns else ""
    if "line" in columns:
        yield (file, f"L{row.item.line}")
    elif file:
        yield file


def _find(sources: Sources, query: ListingQuery) -> list[str]:
    is_there = not query.what or select_files(sources.reader, sources.addresses, query.what) is not None
    return [query.what] if is_there else []


KWINDEX = Directive[ListingQuery](
    name="kwindex",
    query=ListingQuery,
    options={
        "kinds": read_choices(
            {kind.value: kind for kind in Kind} | {short: Kind(name) for short, name in SHORT_ROLES.items()}
        ),
        "private": read_flag,
        "special": read_flag,
        "nested": read_flag,
        "pattern": str,
        "order": read_choice(("source", "name", "uses")),
        "group": read_choice(("file", "kind", "letter", "none")),
        "columns": read_choices(("kind", "signature", "summary", "file", "uses", "line")),
        "limit": read_count,
    },
    find=_find,
    blocks=listing_blocks,
)
