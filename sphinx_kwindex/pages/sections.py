"""The sections of pages and their order, and the custom sections of a project.

A custom section is a function that tells what to show as plain records: paragraphs, lists, code and tables, with
links to keywords, files and folders. It writes no markup, so it shows in every format, and cannot break a page.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sphinx_kwindex.errors import OptionError, Problem, WarningKind
from sphinx_kwindex.ledger import digest
from sphinx_kwindex.model import Kind
from sphinx_kwindex.options import load_named
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Block, Bullets, Code, Grid, Inline, Item, Lines, Link, Para, To, Web
from sphinx_kwindex.pages.records import PageKind, Told
from sphinx_kwindex.project import Project

Titles = Mapping[str, str]
"""Sections of one kind of page, in their order: titles by id."""

PREFIX = "kw-"
"""Starts the id of each section; in settings it is left out."""
OWN_PREFIX = "kw-own-"
REST = "..."
"""Stands for all sections that a list does not name."""
KEYWORDS = "keywords"
"""Stands for the sections that hold rows of keywords."""

_SECTION_NAME = re.compile(r"[a-z][a-z0-9-]*").fullmatch
_WEB = re.compile(r"(https?://|mailto:)", re.IGNORECASE).match


class ToKeyword(NamedTuple):
    """A link to a keyword, by its id (`pkg.mod.Class.method`); plain code if the index does not have it."""

    id: str
    text: str = ""
    """What is shown instead of the id."""


class ToPath(NamedTuple):
    """A link to the page of a file or folder, by its path from the root; plain text if it has none."""

    path: str
    text: str = ""


class ToWeb(NamedTuple):
    """A link to an address that starts with `https:`, `http:` or `mailto:`; plain text for any other."""

    address: str
    text: str = ""


Piece = str | Code | ToKeyword | ToPath | ToWeb


class Paragraph:
    """A paragraph: `Paragraph("Reviewed by ", Code("ann"), ".")`."""

    def __init__(self, *inside: Piece) -> None:
        self.inside = inside


class Points:
    """A list; each entry is a text, a link, or a tuple of them."""

    def __init__(self, *entries: Piece | Sequence[Piece]) -> None:
        self.entries = entries


class CodeBlock:
    """Lines of code."""

    def __init__(self, text: str) -> None:
        self.text = text


class Table:
    """A table; each cell is a text, a link, or a tuple of them."""

    def __init__(self, head: Sequence[str], rows: Iterable[Sequence[Piece | Sequence[Piece]]]) -> None:
        self.head = tuple(head)
        self.rows = tuple(map(tuple, rows))


Content = Paragraph | Points | CodeBlock | Table
Teller = Callable[["Project", str], Iterable[Content]]
"""Gets the indexed project, to read from, and the path of a file or folder (empty: the project's page)."""


class Section(NamedTuple):
    """A custom section."""

    name: str
    """Small letters, digits and hyphens; the section's id is `kw-own-` and this."""
    title: str
    tell: Teller
    """Says what to show on one page; nothing, and the page has no such section."""


class Sections:
    """The sections of pages, as `kwindex_sections` sets them."""

    def __init__(self, orders: Mapping[PageKind, Sequence[str | Section]] | None = None) -> None:
        orders = orders or {}
        self._own = {kind: [item for item in order if isinstance(item, Section)] for kind, order in orders.items()}
        self._orders = {
            kind: [OWN_PREFIX + item.name if isinstance(item, Section) else item for item in order]
            for kind, order in orders.items()
        }
        self._project: Project | None = None
        self._addresses: Addresses | None = None
        self._known: dict[tuple[PageKind, str], tuple[Told, ...]] = {}
        self._failed: dict[str, list[tuple[str, str]]] = {}

    def open(self, project: Project, addresses: Addresses) -> None:
        """Hand over what custom sections are made from."""
        self._project, self._addresses = project, addresses

    def arrange(
        self, kind: PageKind, there: Sequence[tuple[str, str]], subject: str, part: int = 1
    ) -> tuple[tuple[str, str], ...]:
        """Return the sections that a page shows, of those that it has by itself (id, title), in the order wanted."""
        if kind not in self._orders:
            return tuple(there)
        own = {OWN_PREFIX + section.name: section.title for section in self._own[kind]}
        titles = dict(there) | {section.id: own[section.id] for section in self.own(kind, subject, part)}
        return tuple((name, titles[name]) for name in self._orders[kind] if name in titles)

    def own(self, kind: PageKind, subject: str, part: int = 1) -> tuple[Told, ...]:
        """Return the custom sections of one page that have something to show; asked for once in a build."""
        if part > 1 or not self._own.get(kind) or self._project is None or self._addresses is None:
            return ()
        place = (kind, subject)
        self._project.reader.recorder.read(digest("own", kind, subject))
        if place not in self._known:
            told = (self._tell(section, self._project, self._addresses, subject) for section in self._own[kind])
            with self._project.reader.recorder.recording():  # they may be told from anything, so what they tell counts
                self._known[place] = tuple(section for section in told if section.blocks)
        return self._known[place]

    def facts(self) -> dict[int, int]:
        """Return digests of all that custom sections show, by the keys that are noted when they are asked for."""
        if self._addresses is None:
            return {}
        subjects = {
            PageKind.PROJECT: ("",),
            PageKind.FOLDER: self._addresses.folders,
            PageKind.FILE: self._addresses.files,
        }
        return {
            digest("own", kind, subject): digest(found)
            for kind in self._own
            for subject in subjects[kind]
            if (found := self.own(kind, subject))
        }

    def problems(self) -> Iterator[Problem]:
        """Yield one problem for each section that failed on some page, with the first of them."""
        for name, found in sorted(self._failed.items()):
            (path, text), more = min(found), len(found) - 1
            rest = f", and {more} more pages" if more > 1 else ", and 1 more page" if more else ""
            yield Problem(
                WarningKind.SECTION,
                path,
                0,
                f"the section {name} failed on {path or 'the project'}{rest}, and is not shown there: {text}",
            )

    def _tell(self, section: Section, project: Project, addresses: Addresses, subject: str) -> Told:
        blocks: tuple[Block, ...] = ()
        try:
            blocks = tuple(_block(item, project, addresses) for item in section.tell(project, subject))
        except Exception as error:  # noqa: BLE001 - it is the project's own code, and one page without it is no disaster
            self._failed.setdefault(section.name, []).append((subject, f"{type(error).__name__}: {error}"))
        return Told(OWN_PREFIX + section.name, blocks)


def load_sections(
    setting: Mapping[str, Sequence[str]] | None, tables: Mapping[PageKind, Titles], keywords: Sequence[str]
) -> tuple[Sections, list[tuple[str, str, Iterable[str]]]]:
    """Return the sections that a setting names; and what is wrong with it: (text, name, known names).

    `tables` holds what each kind of page has by itself, `keywords` the ids of sections that hold rows of keywords.
    """
    orders: dict[PageKind, Sequence[str | Section]] = {}
    problems: list[tuple[str, str, Iterable[str]]] = []
    pages = {kind.value: kind for kind in tables}
    for page, names in (setting or {}).items():
        if page not in pages:
            problems.append((f"there are no pages of the kind {page!r}", page, pages))
            continue
        loader = _Loader(tables[pages[page]], keywords, page)
        orders[pages[page]] = loader.load(names)
        problems += loader.problems
    return Sections(orders), problems


class _Loader:
    """Reads the list of one kind of page."""

    def __init__(self, table: Titles, keywords: Sequence[str], page: str) -> None:
        self._table = table
        self._keywords = [name for name in keywords if name in table]
        self._page = page
        self._taken: dict[str, Section] = {}
        self.problems: list[tuple[str, str, Iterable[str]]] = []

    def load(self, names: Iterable[str]) -> list[str | Section]:
        """Return sections in order, each once."""
        items = [item for name in names for item in self._read(name)]
        named = {item for item in items if item != REST}
        # Links from everywhere lead to the rows of keywords: they can be moved, but not be left out.
        rest = [name for name in (self._table if REST in items else self._keywords) if name not in named]
        place = items.index(REST) if REST in items else len(items)
        return list(dict.fromkeys([*items[:place], *rest, *(item for item in items[place:] if item != REST)]))

    def _read(self, name: str) -> Iterable[str | Section]:
        if name == REST:
            return (REST,)
        if name == KEYWORDS and self._keywords:
            return self._keywords
        if PREFIX + name in self._table:
            return (PREFIX + name,)
        if not {".", ":"}.isdisjoint(name):
            return self._import(name)
        known = [*(section.removeprefix(PREFIX) for section in self._table), *([KEYWORDS] if self._keywords else ())]
        self.problems.append((f"there is no section {name!r} on pages of the kind {self._page!r}", name, known))
        return ()

    def _import(self, name: str) -> Iterable[Section]:
        try:
            section = load_named(name)
        except OptionError as error:
            self.problems.append((str(error), "", ()))
            return ()
        if not isinstance(section, Section):
            self.problems.append((f"{name} is not a Section", "", ()))
        elif not _SECTION_NAME(section.name):
            self.problems.append((f"{name}: its name may hold small letters, digits and hyphens only", "", ()))
        elif self._taken.setdefault(section.name, section) is not section:
            self.problems.append((f"{name}: another section has the name {section.name!r}", "", ()))
        else:
            return (section,)
        return ()


# What was told, as it is shown


def _block(item: Content, project: Project, addresses: Addresses) -> Block:
    def cell(inside: Piece | Sequence[Piece]) -> Inline:
        many = inside if isinstance(inside, (tuple, list)) and not _is_piece(inside) else (inside,)
        return tuple(_piece(one, project, addresses) for one in many)

    if isinstance(item, Paragraph):
        return Para(cell(item.inside), "kw-sentence")
    if isinstance(item, Points):
        return Bullets(tuple(Item(cell(entry)) for entry in item.entries), look="kw-points")
    if isinstance(item, CodeBlock):
        return Lines(_text(item.text))
    if isinstance(item, Table):
        rows = tuple(tuple(map(cell, row)) for row in item.rows)
        if any(len(row) != len(item.head) for row in rows):
            raise ValueError("the rows and the header of a table have different lengths")
        return Grid(tuple(map(_text, item.head)), rows)
    raise TypeError(f"{type(item).__name__} is not a Paragraph, Points, CodeBlock or Table")


def _is_piece(item: object) -> bool:
    return isinstance(item, (ToKeyword, ToPath, ToWeb))  # which are tuples, too


def _piece(item: object, project: Project, addresses: Addresses) -> Inline:
    if isinstance(item, Code):
        return Code(_text(item.text))
    if isinstance(item, ToKeyword):
        text = _text(item.text) if item.text else Code(_text(item.id))
        return _linked(_keyword(item.id, project, addresses), text)
    if isinstance(item, ToPath):
        return _linked(_path(item.path, addresses), _text(item.text or item.path))
    if isinstance(item, ToWeb):
        text = _text(item.text or item.address)
        return Web(item.address, text) if _WEB(item.address) else text
    return _text(item)


def _linked(link: Link | None, text: Inline) -> Inline:
    return text if link is None else To(link, text)


def _text(item: object) -> str:
    if not isinstance(item, str):
        raise TypeError(f"{type(item).__name__} is no text")
    return str(item)


def _keyword(identity: str, project: Project, addresses: Addresses) -> Link | None:
    found = [keyword for keyword in project.reader.keywords(id=identity) if keyword.kind is not Kind.IMPORT]
    return addresses.link(found[0]) if found else None


def _path(path: str, addresses: Addresses) -> Link | None:
    if addresses.is_file(path):
        return Link(docname=addresses.file(path))
    with contextlib.suppress(KeyError):
        return Link(docname=addresses.folder(path.strip("/")))
    return None
