"""The source page of a file: the targets of its names. The text itself is in the file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sphinx_kwindex.code_hosts import line_address
from sphinx_kwindex.model import (
    FUNCTIONS,
    PROSE_ROLES,
    TYPES,
    Definition,
    Flag,
    Kind,
    Outcome,
    UseKind,
    UseRow,
    keyword_id,
)
from sphinx_kwindex.packing import reference_rows
from sphinx_kwindex.pages.addresses import SOURCE_PART, import_anchors, keyword_anchor, site_anchor, use_anchor
from sphinx_kwindex.pages.blocks import (
    Block,
    Bullets,
    Code,
    Facts,
    Fold,
    Intro,
    Item,
    Link,
    Mark,
    Pager,
    Screen,
    To,
    Tools,
    Web,
)
from sphinx_kwindex.pages.phrases import line_count, say, size_text
from sphinx_kwindex.pages.records import Page, PageKind, Source, SourceName, SourcePlace
from sphinx_kwindex.pages.subjects import FileSubject, Sources
from sphinx_kwindex.pages.surroundings import SOURCE_TITLE
from sphinx_kwindex.regular import HUGE, read_bytes

OUTLINED = TYPES | FUNCTIONS | {Kind.NAMESPACE, Kind.MACRO}
"""Kinds of definitions that the outline lists."""
_LOCAL = int(Flag.LOCAL)
_FIRST_LINE = "L1"
"""Where a file leads that names itself: an address without an anchor would load the page again."""


Place = tuple[int, int, int, int]
"""Line, column, length, number."""


def shown_lines(text: str, source: Source) -> str:
    """Return what a page shows of the text of a file."""
    if not source.last:
        return text
    return "\n".join(text.split("\n")[source.first - 1 : source.last]) + "\n"


class _ShownLines(NamedTuple):
    """Lines that a page shows."""

    first: int
    last: int
    """0: the last of the file."""

    def holds(self, line: int) -> bool:
        return self.first <= line and (line <= self.last or not self.last)


def source_pages(sources: Sources, path: str) -> Iterator[Page]:
    """Yield the pages with the source of a file: several if it is long."""
    for part in range(1, sources.addresses.source_parts(path) + 1):
        key = f"source:{path}~p{part}" if part > 1 else f"source:{path}"
        yield Page(PageKind.SOURCE, key, path, sources.addresses.source(path, part), SOURCE_TITLE, part=part)


def source_page(file: FileSubject) -> Iterator[Block]:
    """Show the source of a file."""
    facts, addresses = file.facts, file.addresses
    url = line_address(file.source_url, 1)
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
    parts = file.source_parts
    shown = _ShownLines(SOURCE_PART * (file.part - 1) + 1, SOURCE_PART * file.part) if parts else _ShownLines(1, 0)
    if parts:
        yield Pager(parts, is_source=True)
    names = tuple(name for name in _names(file) if shown.holds(name.line))
    yield Tools()
    outline = tuple(_outline(addresses.source(file.path, file.part), facts.definitions, names))
    if len(outline) > 1:
        yield Fold(say("Outline"), (Bullets(outline),), look="kw-outline")
    links = _FileLinks(file, shown)
    outside, outside_places = _find_outside(file, {(place.line, place.col) for place in links.places}, shown)
    yield Source(
        path=file.path,
        content=file.reader.content(file.path),
        encoding=facts.encoding,
        targets=links.targets,
        places=links.places,
        names=names,
        uses=tuple((anchor, tuple(lines)) for anchor, lines in links.uses.items()),
        outside=outside,
        outside_places=outside_places,
        page=Link(addresses.file(file.path)),
        first=shown.first,
        last=shown.last,
    )


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
    """Yield the names that the file defines or imports, where they are: each leads to its row on the page of the file."""
    facts, addresses = file.facts, file.addresses
    counts, row_of = file.reader.use_counts(file.path), addresses.definition_links(facts)
    for position, item in enumerate(facts.definitions):
        if not position and facts.role not in PROSE_ROLES:
            continue  # the module, which is written nowhere
        row = row_of(position)
        uses, files = counts.get(keyword_id(facts.module, item.qualname), (0, 0))
        end = item.end_line if item.kind in OUTLINED and item.end_line > item.line else 0
        yield SourceName(item.line, item.col, item.name, row.anchor, row, uses, files, end)
        for number, site in enumerate(item.sites, 2):
            yield SourceName(site.line, site.col, item.name, site_anchor(row.anchor, number), row)
    for bound, anchor in zip(facts.imports, import_anchors(facts), strict=True):
        if bound.name != "*":
            yield SourceName(bound.line, bound.col, bound.name, anchor)


def _find_outside(
    file: FileSubject, taken: Collection[tuple[int, int]], shown: _ShownLines
) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """Return dotted names that other projects may document, and where they are; `taken` are places of the project's own."""
    references, outside = file.reader.references(file.path), _outside_names(file)
    numbers: dict[str, int] = {}
    places: list[Place] = []
    for target, name, line, col, _, _ in reference_rows(references):
        dotted = outside(references.targets[target])
        if dotted and (line, col) not in taken and shown.holds(line):
            places.append((line, col, len(references.names[name]), numbers.setdefault(dotted, len(numbers))))
    return tuple(numbers), tuple(places)


def _outside_names(file: FileSubject) -> Callable[[str], str]:
    """Return what tells the name under which another project has what a target means; empty: it is of this project, or unknown."""
    settled = zip(file.facts.imports, file.linked.imports, strict=False)
    passed_on = {
        item.target: found.ids[0] for item, found in settled if found.outcome is Outcome.EXTERNAL and found.ids
    }

    @cache
    def name(target: str) -> str:
        if not target.replace(".", "_").isidentifier():
            return ""
        above, _, last = target.rpartition(".")
        if target in passed_on:
            return passed_on[target]
        if above:
            found = name(above)
            return f"{found}.{last}" if found else ""
        return "" if file.reader.is_package(target) else target

    return name


class _FileLinks:
    """Where names of a file lead."""

    def __init__(self, file: FileSubject, shown: _ShownLines) -> None:
        self._path, self._addresses, self._is_whole = file.path, file.addresses, not shown.last
        self._rows = [row for row in file.reader.uses_in(file.path) if shown.holds(row.line)]
        self._homes = file.reader.homes({name for row in self._rows for _, _, name in _pieces(row)})
        self._numbers: dict[str, int] = {}
        self.uses: dict[str, list[int]] = {}
        """By anchor: the lines of a scope that use a keyword of another file."""
        self.places = tuple(self._find_places())
        self.targets = tuple(map(self._target, self._numbers))

    def _find_places(self) -> Iterator[SourcePlace]:
        for _, group in groupby(self._rows, key=lambda row: (row.line, row.col)):
            found = [row for row in group if row.target in self._homes]
            sure = [row for row in found if row.exact]
            if found:
                yield from self._place(
                    sure or found, tuple(filter(None, map(self._anchor, found))), is_exact=bool(sure)
                )

    def _place(self, rows: list[UseRow], anchors: tuple[str, ...], *, is_exact: bool) -> Iterator[SourcePlace]:
        row = rows[0]
        pieces = [piece for piece in _pieces(row) if piece[2] in self._homes] if len(rows) == 1 else []
        for col, length, target in pieces[:-1]:
            yield SourcePlace(row.line, col, length, (self._number(target),), is_exact)
        col, length, _ = pieces[-1] if pieces else (row.col, len(row.name), "")
        yield SourcePlace(row.line, col, length, tuple(self._number(row.target) for row in rows), is_exact, anchors)

    def _anchor(self, row: UseRow) -> str:
        """Return the anchor for the pages of other files, where a scope first uses a keyword; empty elsewhere."""
        if not self._is_whole or all(home.path == self._path for home in self._homes[row.target]):
            return ""
        anchor = use_anchor(row.scope, row.target, is_exact=row.exact)
        is_first = anchor not in self.uses
        lines = self.uses.setdefault(anchor, [])
        if row.line not in lines[-1:]:
            lines.append(row.line)
        return anchor if is_first else ""

    def _number(self, identity: str) -> int:
        return self._numbers.setdefault(identity, len(self._numbers))

    def _target(self, identity: str) -> Link:
        home = self._homes[identity][0]
        # On which part of a long source it is changes with each line.
        if self._addresses.source_parts(home.path) != 1:
            return self._addresses.link(home)
        anchor = keyword_anchor(home) or (_FIRST_LINE if home.path == self._path else "")
        return Link(self._addresses.source(home.path), anchor)


def _pieces(row: UseRow) -> list[tuple[int, int, str]]:
    """Return (column, length, id) of what a use is made of: `pkg.mod` of an import names the package, and then the module."""
    own = row.name.lstrip(".")
    words, parts, dots = own.split("."), row.target.split("."), len(row.name) - len(own)
    above = len(parts) - len(words)
    # A module of another name stands for what is written.
    if row.kind is not UseKind.IMPORT or "." not in row.name or above < 0 or parts[above:] != words:
        return [(row.col, len(row.name), row.target)]
    pieces = [(row.col, dots, ".".join(parts[:above]))] if dots else []
    col = row.col + dots
    for number, word in enumerate(words, above + 1):
        pieces.append((col, len(word), ".".join(parts[:number])))
        col += len(word) + 1
    return pieces
