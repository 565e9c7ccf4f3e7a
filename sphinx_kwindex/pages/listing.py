"""What a `kwindex` directive shows: the keywords of some files, filtered, ordered and grouped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import CLASSES, Definition, FileFacts, Flag, Kind, keyword_id
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import (
    Block,
    Bullets,
    Flags,
    Gist,
    Item,
    Link,
    Mark,
    Named,
    Para,
    Qualified,
    Remarks,
    To,
    View,
)
from sphinx_kwindex.pages.directives import (
    Directive,
    DirectiveView,
    Query,
    read_choice,
    read_choices,
    read_count,
    read_flag,
)
from sphinx_kwindex.pages.lookup import SHORT_ROLES
from sphinx_kwindex.pages.phrases import badge_words, kind_heading, not_found, say, say_count, use_count
from sphinx_kwindex.pages.subjects import Sources

if TYPE_CHECKING:
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


class ListingRow(View, frozen=True):
    """One keyword of a listing."""

    kind: Kind
    link: Link
    depth: int = 0
    flags: int = 0
    signature: str = ""
    summary: str = ""
    file: Link | None = None
    line: int = 0
    uses: int = 0
    files: int = 0


class ListingGroup(View, frozen=True):
    """Rows under one heading: a file's link, a letter, or a kind's code."""

    label: str
    link: Link | None
    rows: tuple[ListingRow, ...]


class ListingView(DirectiveView, frozen=True):
    """What a `kwindex` directive shows."""

    query: ListingQuery
    found: bool
    """False: `what` names nothing in the index."""
    groups: tuple[ListingGroup, ...] = ()
    count: int = 0
    more: int = 0
    """Rows beyond the limit."""


def find_listing(sources: Sources, query: ListingQuery) -> ListingView:
    """Return what a query finds."""
    paths = select_files(sources.reader, sources.addresses, query.what)
    if paths is None:
        return ListingView(query=query, found=False)
    items = [item for path in paths for item in _items(sources.reader, sources.addresses, query, path)]
    if query.order != "source":
        items.sort(key=_ORDERS[query.order])
    shown = items[: query.limit] if query.limit else items
    groups = tuple(_groups(shown, query, sources.addresses))
    return ListingView(query, found=True, groups=groups, count=len(items), more=len(items) - len(shown))


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


class _Listed(NamedTuple):
    row: ListingRow
    path: str
    position: int
    name: str


_ORDERS: dict[str, Callable[[_Listed], tuple[object, ...]]] = {
    "name": lambda item: (item.name.casefold(), item.name, item.path, item.position),
    "uses": lambda item: (-item.row.uses, item.name.casefold(), item.name, item.path, item.position),
}


def _items(reader: Reader, addresses: Addresses, query: ListingQuery, path: str) -> Iterator[_Listed]:
    facts = reader.facts(path)
    if facts is None:
        return
    counts = reader.use_counts(path) if "uses" in query.columns or query.order == "uses" else {}
    link = addresses.definition_links(facts)
    depths = list(_depths(facts))
    for position, item in enumerate(facts.definitions):
        if position and not item.flags & reader.hidden and _is_wanted(query, item):
            uses, files = counts.get(keyword_id(facts.module, item.qualname), (0, 0))
            row = ListingRow(
                kind=item.kind,
                link=link(position),
                depth=depths[position],
                flags=item.flags,
                signature=_signature(item) if "signature" in query.columns else "",
                summary=item.summary if "summary" in query.columns else "",
                file=addresses.path_link(path) if "file" in query.columns else None,
                line=item.line if "line" in query.columns else 0,
                uses=uses,
                files=files,
            )
            yield _Listed(row, path, position, item.name)


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


def _signature(item: Definition) -> str:
    if item.kind in CLASSES:
        return f"({', '.join(item.bases)})" if item.bases else ""
    annotation = f": {item.annotation}" if item.annotation and not item.signature else ""
    value = f" = {item.value}" if item.value else ""
    return item.signature or annotation + value


def _depths(facts: FileFacts) -> Iterator[int]:
    depths: list[int] = []
    for item in facts.definitions:
        depths.append(depths[item.scope] + 1 if item.scope > 0 else 0)
        yield depths[-1]


def _groups(items: Iterable[_Listed], query: ListingQuery, addresses: Addresses) -> Iterator[ListingGroup]:
    label = _LABELS[query.group]
    groups = grouped((label(item), item.row) for item in items)
    order = sorted(groups) if query.group in {"file", "letter"} else groups
    for name in order:
        link = addresses.path_link(name) if query.group == "file" else None
        yield ListingGroup(label=name, link=link, rows=tuple(groups[name]))


_LABELS: dict[str, Callable[[_Listed], str]] = {
    "file": lambda item: item.path,
    "kind": lambda item: item.row.kind.value,
    "letter": lambda item: (item.name.lstrip("_")[:1] or "_").upper(),
    "none": lambda item: "",  # noqa: ARG005 - all have this signature
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


def listing_blocks(view: ListingView) -> Iterator[Block]:
    """Show what a `kwindex` directive asks for."""
    if not view.count:
        yield Para(say("No keywords.") if view.found else not_found(view.query.what), "kw-none")
        return
    for group in view.groups:
        label = kind_heading(Kind(group.label)) if view.query.group == "kind" else group.label
        if group.link or label:
            yield Para(To(group.link) if group.link else label, "kw-group")
        yield Bullets(tuple(_item(row, view.query) for row in group.rows))
    if view.more:
        yield Para(say_count("1 more keyword", "%(count)s more keywords", view.more), "kw-none")


def _item(row: ListingRow, query: ListingQuery) -> Item:
    name = Named("", To(row.link, Qualified(row.link.text)), row.signature)
    # A number: that nothing uses a name would be too much to say here, where the ways to it are not known.
    uses = use_count(row.uses, row.files) if row.uses else say_count("1 use", "%(count)s uses", 0)
    place = (To(row.file), " ") if row.file else ""
    ends = [
        *([uses] if "uses" in query.columns else []),
        *([(place, f"L{row.line}") if row.line else place] if row.file or row.line else []),
    ]
    return Item(
        (name, Flags(badge_words(row.flags)), Gist(row.summary) if row.summary else ""),
        look="kw-item kw-plain",
        ends=(Remarks(tuple(ends)),) if ends else (),
        mark=Mark(row.kind, row.flags) if "kind" in query.columns else None,
        depth=row.depth if query.order == "source" else 0,
    )


def _find(sources: Sources, query: ListingQuery) -> list[str]:
    is_there = not query.what or select_files(sources.reader, sources.addresses, query.what) is not None
    return [query.what] if is_there else []


KWINDEX = Directive[ListingQuery, ListingView](
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
    view=find_listing,
    blocks=listing_blocks,
)
