"""The page of a prose file: the names that it mentions, its code blocks, and its links."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import PROSE_ROLES, keyword_id
from sphinx_kwindex.pages.blocks import (
    Block,
    Code,
    Count,
    Grid,
    Inline,
    Item,
    Line,
    Link,
    Mark,
    Series,
    Terms,
    To,
    Web,
    Why,
    fold_list,
)
from sphinx_kwindex.pages.phrases import line_count, say
from sphinx_kwindex.pages.subjects import FileSubject, PageSection

if TYPE_CHECKING:
    from sphinx_kwindex.model import ProseLink
    from sphinx_kwindex.pages.prose_mentions import Discussed

_WEB = ("http://", "https://")


def _discussed(file: FileSubject) -> Iterator[Block]:
    """List what is mentioned, by the files that define it, those with most first."""
    rows = file.overview.discussed.get(file.path, ())
    by_path = grouped((row.path, row) for row in rows)
    order = sorted(by_path, key=lambda path: (-len(by_path[path]), path))
    yield Count(len(rows))
    yield Terms(tuple(_of_file(file, path, by_path[path]) for path in order))


def _of_file(file: FileSubject, path: str, rows: list[Discussed]) -> tuple[Inline, tuple[Item, ...]]:
    names: tuple[Inline, ...] = tuple(_name(file, row) for row in rows if row.qualname)
    shown = To(file.addresses.path_link(path)) if _has_place(file, path) else Code(path)
    return shown, (Item(Series(names) if names else say("as a whole")),)


def _has_place(file: FileSubject, path: str) -> bool:
    return file.addresses.has_page(path) or file.addresses.is_elsewhere(path)


def _name(file: FileSubject, row: Discussed) -> Inline:
    summary = file.reader.file(row.path)
    module = summary.module if summary is not None else ""
    home = next(iter(file.reader.homes([keyword_id(module, row.qualname)]).values()), None)
    if home is None:
        return Code(row.qualname)
    return Mark(home[0].kind), To(file.addresses.link(home[0], row.qualname, home[0].id))


def _code(file: FileSubject) -> Iterator[Block]:
    yield Count(len(file.facts.code))
    rows = (
        (Line(block.line), Code(block.first or "…"), block.language, line_count(block.lines))
        for block in file.facts.code
    )
    yield Grid((say("Line"), say("Starts with"), say("Language"), say("Length")), tuple(rows))


def _links(file: FileSubject) -> Iterator[Block]:
    links = file.facts.links
    inside = [item for link in links if (item := _inside(file, link)) is not None]
    outside = [Item(Web(link.target, link.text)) for link in links if link.target.startswith(_WEB)]
    yield Count(len(inside) + len(outside))
    limit = file.options.open_limit
    yield from fold_list(say("In the project"), inside, look="kw-links", open_limit=limit)
    yield from fold_list(say("On the web"), outside, look="kw-links", open_limit=limit)


def _inside(file: FileSubject, link: ProseLink) -> Item | None:
    """Return the link to a file or folder of the index that a relative link leads to."""
    target = unquote(link.target.partition("#")[0])
    if not target or ":" in target:
        return None
    start = "" if target.startswith("/") else posixpath.dirname(file.path)
    path = posixpath.normpath(posixpath.join(start, target.lstrip("/")))
    if not _has_place(file, path):
        return None
    place: Link = file.addresses.path_link(path)
    return Item((To(place), Why(link.text)) if link.text not in place.text else To(place))


def _has_links(file: FileSubject) -> bool:
    return any(link.target.startswith(_WEB) or _inside(file, link) is not None for link in file.facts.links)


def _is_discussing(file: FileSubject) -> bool:
    return file.part == 1 and file.facts.role in PROSE_ROLES and bool(file.overview.discussed.get(file.path))


DISCUSSED = PageSection[FileSubject](
    "kw-discussed",
    N_("Names mentioned"),
    _is_discussing,
    _discussed,
)
PROSE_CODE = PageSection[FileSubject](
    "kw-blocks-of-code", N_("Code"), lambda file: file.part == 1 and bool(file.facts.code), _code
)
PROSE_LINKS = PageSection[FileSubject](
    "kw-leads", N_("Links"), lambda file: file.part == 1 and _has_links(file), _links
)
