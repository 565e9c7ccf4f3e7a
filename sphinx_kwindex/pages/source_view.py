"""What the page with the source of a file shows: which of its names lead where. The text itself stands in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from sphinx_kwindex.model import Definition, Flag, Kind, Role, UseRow, keyword_id
from sphinx_kwindex.pages.addresses import Addresses, import_anchors, keyword_anchor, site_anchor
from sphinx_kwindex.pages.blocks import Block, Bullets, Code, Facts, Fold, Intro, Item, Link, Mark, Screen, To, Web
from sphinx_kwindex.pages.phrases import line_count, say, size_text
from sphinx_kwindex.pages.records import Source, SourceName
from sphinx_kwindex.pages.subjects import FileSubject
from sphinx_kwindex.regular import HUGE, read_bytes
from sphinx_kwindex.store import Home

OUTLINED = frozenset({Kind.CLASS, Kind.EXCEPTION, Kind.FUNCTION, Kind.METHOD})
"""Kinds of definitions that the outline lists."""
_LOCAL = int(Flag.LOCAL)

Place = tuple[int, int, int, int, bool]


def source_page(file: FileSubject) -> Iterator[Block]:
    """Show the source of a file."""
    facts, addresses = file.facts, file.addresses
    url = file.options.source_url and file.source_url.replace("{line}", "1")
    yield Intro(
        "source",
        (
            Facts(
                (
                    To(Link(docname=addresses.file(file.path), text=file.path), say("About this file")),
                    line_count(facts.lines),
                    size_text(facts.size),
                    Screen(Web(url, say("Code browser"), "kw-source")) if url else "",
                )
            ),
        ),
        path=file.path,
    )
    names = tuple(_names(file))
    outline = tuple(_outline(addresses.source(file.path), facts.definitions, names))
    if len(outline) > 1:
        yield Fold(say("Outline"), (Bullets(outline),))
    targets, places = _find_links(file)
    yield Source(file.path, file.reader.content(file.path), facts.encoding, targets, places, names)


def read_text(root: Path, source: Source) -> str:
    """Return the text of a file, its lines ended as Python's parser ends them; empty if it cannot be read any more."""
    try:
        data = read_bytes(root / source.path, HUGE)
    except OSError:
        return ""
    try:
        text = data.decode(source.encoding)
    except (UnicodeDecodeError, LookupError):
        text = data.decode("utf-8", "replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _outline(docname: str, definitions: Iterable[Definition], names: Iterable[SourceName]) -> Iterator[Item]:
    anchored = {(name.line, name.col): name.anchor for name in names}
    for item in definitions:
        anchor = anchored.get((item.line, item.col))
        if anchor and item.kind in OUTLINED and not item.flags & _LOCAL:
            depth = item.qualname.count(".")
            name, mark = To(Link(docname, anchor), Code(item.name)), Mark(item.kind, item.flags)
            yield Item(name, mark=mark, depth=depth, look="kw-item kw-plain")


def _names(file: FileSubject) -> Iterator[SourceName]:
    """Yield the names that the file defines or imports, where they stand: each leads to its row on the page of the file."""
    facts, addresses = file.facts, file.addresses
    counts, row_of = file.reader.use_counts(file.path), addresses.definition_links(facts)
    for position, item in enumerate(facts.definitions):
        if not position and facts.role is not Role.PROSE:
            continue  # the module, which is written nowhere
        row = row_of(position)
        uses, files = counts.get(keyword_id(facts.module, item.qualname), (0, 0))
        yield SourceName(item.line, item.col, item.name, row.anchor, row, uses, files)
        for number, site in enumerate(item.sites, 2):
            yield SourceName(site.line, site.col, item.name, site_anchor(row.anchor, number), row)
    for bound, anchor in zip(facts.imports, import_anchors(facts), strict=True):
        if bound.name != "*":
            yield SourceName(bound.line, bound.col, bound.name, anchor)


def _find_links(file: FileSubject) -> tuple[tuple[Link, ...], tuple[Place, ...]]:
    """Return where names of the file lead, and which does so: line, column, length, number of the target, whether that is certain."""
    rows = file.reader.uses_in(file.path)
    homes = file.reader.homes({row.target for row in rows})
    targets: dict[str, int] = {}
    places: list[Place] = []
    for (line, col), group in groupby(rows, key=lambda row: (row.line, row.col)):
        found = _best([row for row in group if homes.get(row.target)])
        if found is not None:
            number = targets.setdefault(found.target, len(targets))
            places.append((line, col, len(found.name), number, found.exact))
    return tuple(_target(file.addresses, identity, homes) for identity in targets), tuple(places)


def _best(rows: list[UseRow]) -> UseRow | None:
    """Return the use that a place stands for: one that is certain, or the only guess."""
    exact = [row for row in rows if row.exact]
    if exact:
        return exact[0]
    return rows[0] if len(rows) == 1 and rows[0].candidates <= 1 else None


def _target(addresses: Addresses, identity: str, homes: Mapping[str, list[Home]]) -> Link:
    home = homes[identity][0]
    return Link(addresses.source(home.path), keyword_anchor(home), title=identity)
