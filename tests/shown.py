"""What pages show, in the form of the records that their blocks were made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sphinx_kwindex import Project
from sphinx_kwindex.entry_points import EntryPoint
from sphinx_kwindex.ext.escape import Links
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Copied, Document, Facts, Item, Link, Said, To, find_all
from sphinx_kwindex.pages.book import digest_view
from sphinx_kwindex.pages.directives import Query
from sphinx_kwindex.pages.file_view import FileHead, find_head
from sphinx_kwindex.pages.folder_parts import FolderNames, folder_names, key_keywords
from sphinx_kwindex.pages.folder_view import outside_item
from sphinx_kwindex.pages.graphs import Graph, children_graph
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.project_view import (
    commands,
    is_started,
    recent_items,
    used_item,
)
from sphinx_kwindex.pages.records import (
    Files,
    Head,
    Heads,
    LetterCount,
    Letters,
    Page,
    PageKind,
    PageView,
    PathEntry,
    Row,
    Rows,
    TreeNode,
)
from sphinx_kwindex.pages.stand_outs import Noted
from sphinx_kwindex.pages.subjects import FileSubject, Sources
from sphinx_kwindex.pages.tree import Tree
from sphinx_kwindex.pages.views import file_pages, folder_page, listing_view, make_addresses, other_pages, page_view
from sphinx_kwindex.store import Reader


def list_pages(
    reader: Reader, options: Options, addresses: Addresses, overview: Overview | None = None
) -> tuple[Page, ...]:
    """Return every page of the project: the project first, then folders, files and letters."""
    sources = Sources(reader, options, addresses, overview or Overview(reader, related_limit=options.related_limit))
    project, *letters = other_pages(sources)
    folders = (folder_page(sources, path) for path in addresses.folders if path)
    files = (page for path in addresses.files for page in file_pages(sources, path))
    return (project, *folders, *files, *letters)


class Pages:
    """The pages of one index."""

    def __init__(self, reader: Reader, **options: object) -> None:
        self.reader = reader
        self.options = Options(**options)  # type: ignore[arg-type]
        self.addresses: Addresses = make_addresses(reader, self.options)
        self.pages: dict[str, Page] = {page.key: page for page in list_pages(reader, self.options, self.addresses)}

    def view(self, key: str) -> PageView:
        return page_view(self.sources(), self.pages[key])

    def views(self) -> dict[str, PageView]:
        return {key: self.view(key) for key in self.pages}

    def prints(self) -> dict[str, bytes]:
        return {key: digest_view(view) for key, view in self.views().items()}

    def sources(self) -> Sources:
        return Sources(self.reader, self.options, self.addresses, Overview(self.reader))

    def subject(self, path: str) -> FileSubject:
        return FileSubject(self.sources(), path, shown=dict(self.pages[f"file:{path}"].sections))

    def listing(self, query: Query) -> Any:
        return listing_view(self.sources(), query)


@contextmanager
def index(root: Path, cache: Path | None = None, **options: object) -> Iterator[Pages]:
    """Index a tree, and give its pages."""
    with Project.open(root, cache_dir=cache, **options) as project:
        yield Pages(project.reader, **options)


class Uris(Links):
    """Every link has an address."""

    def __init__(self, form: str = "{docname}.html") -> None:
        self._form = form

    def uri(self, link: Link) -> str | None:
        return self._form.format(docname=link.docname, anchor=link.anchor)


Groups = tuple[tuple[str, tuple[Row, ...]], ...]


@dataclass
class FileShown:
    """What the page of a file shows of the file and its keywords."""

    head: FileHead
    groups: Groups

    def __getattr__(self, name: str) -> Any:
        return getattr(self.head, name)


class UsedShown(NamedTuple):
    """A keyword that stands out, with the number of files that use it."""

    link: Link
    files: int


@dataclass
class FolderShown:
    """What the page of a folder shows."""

    module: str
    doc: str
    file_count: int
    folders: tuple[PathEntry, ...]
    files: tuple[PathEntry, ...]
    used: list[UsedShown]
    imports: Graph | None
    names: FolderNames | None


@dataclass
class ProjectShown:
    """What the page of the project shows."""

    file_count: int
    tree: tuple[TreeNode, ...]
    letters: tuple[LetterCount, ...]
    problems: tuple[PathEntry, ...]
    imports: Graph | None
    commands: list[tuple[EntryPoint, Link | None]]
    scripts: list[PathEntry]
    other_scripts: list[PathEntry]
    used: list[UsedShown]
    undocumented: list[UsedShown]
    more_undocumented: int
    recent: list[Item]


def _used(item: Item, noted: Noted) -> UsedShown:
    return UsedShown(next(find_all(item, To)).link, noted.files)


def groups_of(view: PageView) -> Groups:
    """Return the rows of a page, by section."""
    return tuple((told.id, rows.rows) for told in view.told for rows in find_all(told, Rows))


def heads_of(view: PageView) -> tuple[Head, ...]:
    """Return the names of a page of the A-Z index."""
    return next(find_all(view.told, Heads)).heads


def file_shown(reader: Reader, options: Options, addresses: Addresses, page: Page) -> FileShown:
    """Return what the page of a file shows."""
    assert page.kind is PageKind.FILE
    sources = Sources(reader, options, addresses, Overview(reader))
    head = find_head(FileSubject(sources, page.subject, page.part))
    return FileShown(head, groups_of(page_view(sources, page)))


def folder_shown(reader: Reader, options: Options, addresses: Addresses, page: Page) -> FolderShown:
    """Return what the page of a folder shows."""
    assert page.kind is PageKind.FOLDER
    sources = Sources(reader, options, addresses, Overview(reader))
    view, path, sections = page_view(sources, page), page.subject, dict(page.sections)
    below = Tree(addresses, sources.overview.files).below(path)
    imports = children_graph(addresses, sources.overview, path)
    assert ("kw-dependencies" in sections) == (imports is not None)
    return FolderShown(
        module=next((item.text for item in find_all(view.told, Copied)), ""),
        doc=next((item.text for item in find_all(view.told, Document)), ""),
        file_count=_count(view),
        folders=_entries(view, "kw-folders"),
        files=_entries(view, "kw-files"),
        used=[_used(outside_item(addresses, noted), noted) for noted in key_keywords(reader, sources.overview, path)],
        imports=imports,
        names=folder_names(reader, addresses, sources.overview, path, below) if "kw-index" in sections else None,
    )


def project_shown(reader: Reader, options: Options, addresses: Addresses, page: Page) -> ProjectShown:
    """Return what the page of the project shows."""
    assert page.kind is PageKind.PROJECT
    sources = Sources(reader, options, addresses, Overview(reader))
    view, overview = page_view(sources, page), sources.overview
    tree, rows = Tree(addresses, overview.files), reader.files()
    scripts = [tree.file_entry(row.path) for row in rows if is_started(overview, row)]
    others = [tree.file_entry(row.path) for row in rows if row.role.value == "script" and row.path not in overview.own]
    return ProjectShown(
        file_count=_count(view),
        tree=tuple(
            node
            for told in view.told
            if told.id == "kw-tree"
            for files in find_all(told, Files)
            for node in files.nodes
        ),
        letters=next((item.letters for item in find_all(view.told, Letters)), ()),
        problems=_entries(view, "kw-problems"),
        imports=children_graph(addresses, overview, ""),
        commands=commands(reader, addresses, overview)[0],
        scripts=scripts,
        other_scripts=others,
        used=[_used(used_item(addresses, noted), noted) for noted in overview.stand_outs.used],
        undocumented=[_used(used_item(addresses, noted), noted) for noted in overview.stand_outs.undocumented],
        more_undocumented=overview.stand_outs.more_undocumented,
        recent=recent_items(reader, addresses),
    )


def _entries(view: PageView, section: str) -> tuple[PathEntry, ...]:
    return tuple(
        node.entry
        for told in view.told
        if told.id == section
        for files in find_all(told, Files)
        for node in files.nodes
    )


def _count(view: PageView) -> int:
    facts = next(find_all(view.told, Facts))
    return next(said.count for said in find_all(facts, Said) if said.text == "1 indexed file")
