"""What each page shows: the list of pages, and the view of each, decided from the store alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sphinx_kwindex.model import PART_SIZE, Kind
from sphinx_kwindex.pages import listing
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.file_view import ROW_SECTIONS, SECTION_TITLES, file_body, list_sections
from sphinx_kwindex.pages.folder_parts import folders_with_names
from sphinx_kwindex.pages.folder_view import (
    FOLDER_SECTIONS,
    PROJECT_SECTIONS,
    folder_body,
    list_folder_sections,
    list_project_sections,
    project_body,
)
from sphinx_kwindex.pages.graph_view import graph_view
from sphinx_kwindex.pages.names_view import letter_body, letters_body
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.patterns import has_patterns
from sphinx_kwindex.pages.reach_view import with_reached
from sphinx_kwindex.pages.records import (
    AnyListing,
    AnyQuery,
    FileBody,
    FolderBody,
    GraphQuery,
    LetterBody,
    LetterPage,
    LettersBody,
    ListingView,
    OwnSection,
    Page,
    PageKind,
    PageView,
    ProjectBody,
    Query,
    RelatedQuery,
    TreeQuery,
    UsesQuery,
)
from sphinx_kwindex.pages.related_view import folders_with_related, related_view
from sphinx_kwindex.pages.sections import Sections, load_sections
from sphinx_kwindex.pages.structure_view import has_structure
from sphinx_kwindex.pages.tests_view import has_tests
from sphinx_kwindex.pages.tree_view import tree_view
from sphinx_kwindex.pages.uses_view import uses_view

if TYPE_CHECKING:
    from sphinx_kwindex.options import Options
    from sphinx_kwindex.store import FileRow, Reader

__all__ = [
    "Link",
    "ListingView",
    "Page",
    "PageKind",
    "PageView",
    "Query",
    "file_pages",
    "find_sections",
    "list_pages",
    "listing_view",
    "make_addresses",
    "other_pages",
    "page_view",
]

PROJECT_TITLE = "Keyword index"
LETTERS_TITLE = "Names from A to Z"
"""Titles and breadcrumbs in English; renderers translate them."""

SECTIONS: Mapping[PageKind, Mapping[str, str]] = {
    PageKind.FILE: SECTION_TITLES,
    PageKind.FOLDER: dict(FOLDER_SECTIONS),
    PageKind.PROJECT: dict(PROJECT_SECTIONS),
}
"""The sections that pages have by themselves, in the order shown: titles by id."""

Body = FileBody | FolderBody | ProjectBody | LettersBody | LetterBody


def make_addresses(
    reader: Reader,
    options: Options,
    overview: Overview | None = None,
) -> Addresses:
    """Return the addresses of all pages and keywords of the indexed tree."""
    overview = overview or Overview(reader)
    rows = reader.files()
    return Addresses(
        options.output_dir,
        (row.path for row in rows),
        {row.path: count for row in rows if (count := _definition_count(row)) > PART_SIZE},
        {row.path: row.role for row in rows},
        overview.letters,
        recorder=reader.recorder,
    )


def find_sections(options: Options) -> tuple[Sections, list[tuple[str, str, Iterable[str]]]]:
    """Return the sections that `kwindex_sections` names, and what is wrong with it: (text, name, known names)."""
    return load_sections(options.sections, SECTIONS, ROW_SECTIONS)


def list_pages(
    reader: Reader, options: Options, addresses: Addresses, overview: Overview | None = None
) -> tuple[Page, ...]:
    """Return every page of the project: the project first, then folders, files and letters."""
    overview = overview or Overview(reader)
    before, after = other_pages(reader, options, addresses, overview)
    files = (page for path in addresses.files for page in file_pages(reader, options, addresses, overview, path))
    return (*before, *files, *after)


def other_pages(
    reader: Reader, options: Options, addresses: Addresses, overview: Overview
) -> tuple[tuple[Page, ...], tuple[Page, ...]]:
    """Return the pages that come before those of files, of the project and of folders; and those behind them, of letters."""
    related = {path: rows[: options.related_limit] for path, rows in reader.all_related().items()}
    folders = folders_with_related(related)
    rows = reader.files()
    named = folders_with_names(rows, overview.own)
    before = (
        _project_page(rows, addresses, overview),
        *(
            _folder_page(addresses, overview, path, has_related=path in folders, has_names=path in named)
            for path in addresses.folders
            if path
        ),
    )
    return before, tuple(_letter_pages(addresses))


def page_view(
    reader: Reader, options: Options, addresses: Addresses, page: Page, overview: Overview | None = None
) -> PageView:
    """Return all that one page shows; who asks for many hands the same overview to all."""
    overview = overview or Overview(reader)
    body = _BODIES[page.kind](reader, options, addresses, overview, page)
    own = overview.sections.own(page.kind, page.subject, page.part)
    if page.kind is PageKind.FILE:
        return _file_page_view(addresses, page, body, own)
    if page.kind is PageKind.FOLDER:
        return _folder_page_view(addresses, page, body, own)
    return _names_page_view(addresses, page, body, own)


def listing_view(
    reader: Reader, options: Options, addresses: Addresses, query: AnyQuery, overview: Overview | None = None
) -> AnyListing:
    """Return what a directive shows."""
    overview = overview or Overview(reader)
    if isinstance(query, UsesQuery):
        return with_reached(reader, addresses, overview, uses_view(reader, addresses, overview.finder, query))
    if isinstance(query, RelatedQuery):
        return related_view(reader, options, addresses, query)
    if isinstance(query, GraphQuery):
        return graph_view(reader, addresses, overview, query)
    if isinstance(query, TreeQuery):
        return tree_view(reader, addresses, query)
    return listing.listing_view(reader, addresses, query)


_BODIES: dict[PageKind, Callable[[Reader, Options, Addresses, Overview, Page], Body]] = {
    PageKind.PROJECT: project_body,
    PageKind.FOLDER: folder_body,
    PageKind.FILE: file_body,
    PageKind.LETTERS: lambda _reader, _options, addresses, _overview, _page: letters_body(addresses),
    PageKind.LETTER: lambda reader, _options, addresses, overview, page: letter_body(
        reader, addresses, page, overview.words_on(addresses, page.docname)
    ),
}


def _definition_count(row: FileRow) -> int:
    return sum(public + private for kind, public, private in row.counts if kind is not Kind.IMPORT)


def _project_page(rows: Iterable[FileRow], addresses: Addresses, overview: Overview) -> Page:
    return Page(
        kind=PageKind.PROJECT,
        key="project",
        subject="",
        docname=addresses.project,
        title=PROJECT_TITLE,
        sections=overview.sections.arrange(PageKind.PROJECT, list_project_sections(rows), ""),
    )


def _folder_page(addresses: Addresses, overview: Overview, path: str, *, has_related: bool, has_names: bool) -> Page:
    has_imports = path in overview.between
    sections = list_folder_sections(
        addresses, path, has_related=has_related, has_imports=has_imports, has_names=has_names
    )
    return Page(
        kind=PageKind.FOLDER,
        key=f"folder:{path}",
        subject=path,
        docname=addresses.folder(path),
        title=f"{path}/",
        sections=overview.sections.arrange(PageKind.FOLDER, sections, path),
    )


def file_pages(
    reader: Reader, options: Options, addresses: Addresses, overview: Overview, path: str
) -> tuple[Page, ...]:
    """Return the pages of one file."""
    return tuple(_file_pages(reader, options, addresses, overview, path))


def _file_pages(
    reader: Reader, options: Options, addresses: Addresses, overview: Overview, path: str
) -> Iterator[Page]:
    facts = reader.facts(path)
    if facts is None:
        return
    has_related = bool(reader.related(path)[: options.related_limit])
    parts = addresses.part_count(path)
    tested = has_tests(facts, overview)
    shaped = has_structure(facts) or has_patterns(facts, overview.patterns)
    for part in range(1, parts + 1):
        sections = list_sections(
            facts,
            part,
            has_related=has_related,
            has_tests=tested,
            has_structure=shaped,
            has_lint=path in overview.with_findings,
        )
        yield Page(
            kind=PageKind.FILE,
            key=f"file:{path}" if part == 1 else f"file:{path}~p{part}",
            subject=path,
            docname=addresses.file(path, part),
            title=path if part == 1 else f"{path} ({part}/{parts})",
            sections=overview.sections.arrange(PageKind.FILE, sections, path, part),
            part=part,
        )


def _letter_pages(addresses: Addresses) -> Iterator[Page]:
    if not addresses.letter_plan:
        return
    yield Page(
        kind=PageKind.LETTERS,
        key="letters",
        subject="",
        docname=addresses.letters(),
        title=LETTERS_TITLE,
    )
    for plan in addresses.letter_plan:
        yield Page(
            kind=PageKind.LETTER,
            key=f"letter:{plan.prefix}",
            subject=plan.prefix,
            docname=addresses.letter(plan.prefix),
            title=f"A–Z: {_letter_title(plan)}" + (f" ({plan.label})" if plan.label else ""),
            buckets=plan.buckets,
        )


_GROUP_TITLES = {"~digits": "0–9", "~symbols": "_", "~other": "…"}


def _crumbs(addresses: Addresses, path: str) -> tuple[Link, ...]:
    """Return the links from the project down to the folder that holds a file or folder."""
    names = path.split("/")[:-1]
    folders = (("/".join(names[: depth + 1]), name) for depth, name in enumerate(names))
    return (
        Link(docname=addresses.project, text=PROJECT_TITLE),
        *(Link(docname=addresses.folder(folder), text=name) for folder, name in folders),
    )


def _file_page_view(addresses: Addresses, page: Page, body: Body, own: tuple[OwnSection, ...]) -> PageView:
    before, after = addresses.neighbours(page.subject)
    siblings, is_cut = _siblings(addresses, page.subject)
    parts = addresses.part_count(page.subject)
    return PageView(
        page=page,
        body=body,
        own=own,
        breadcrumb=_crumbs(addresses, page.subject),
        siblings=siblings,
        has_more_siblings=is_cut,
        previous=Link(docname=addresses.file(before), text=before) if before else None,
        next=Link(docname=addresses.file(after), text=after) if after else None,
        parts=tuple(Link(docname=addresses.file(page.subject, part), text=str(part)) for part in range(1, parts + 1))
        if parts > 1
        else (),
    )


def _folder_page_view(addresses: Addresses, page: Page, body: Body, own: tuple[OwnSection, ...]) -> PageView:
    siblings, is_cut = _siblings(addresses, page.subject)
    before, after = addresses.folders_beside(page.subject)
    return PageView(
        page=page,
        body=body,
        own=own,
        breadcrumb=_crumbs(addresses, page.subject),
        siblings=siblings,
        has_more_siblings=is_cut,
        previous=_folder_link(addresses, before) if before else None,
        next=_folder_link(addresses, after) if after else None,
    )


def _folder_link(addresses: Addresses, path: str) -> Link:
    return Link(docname=addresses.folder(path), text=f"{path}/")


def _siblings(addresses: Addresses, path: str) -> tuple[tuple[Link, ...], bool]:
    """Return links to what stands in the same folder, as `Addresses.siblings` has it."""
    shown, is_cut = addresses.siblings(path)
    return tuple(_sibling(addresses, other, is_page=other == path) for other in shown), is_cut


def _sibling(addresses: Addresses, path: str, *, is_page: bool) -> Link:
    name = path.rpartition("/")[2]
    if addresses.is_file(path):
        return Link(docname="" if is_page else addresses.file(path), text=name)
    return Link(docname="" if is_page else addresses.folder(path), text=f"{name}/")


def _names_page_view(addresses: Addresses, page: Page, body: Body, own: tuple[OwnSection, ...]) -> PageView:
    if page.kind is PageKind.PROJECT:
        return PageView(page=page, body=body, own=own)
    project = Link(docname=addresses.project, text=PROJECT_TITLE)
    if page.kind is PageKind.LETTERS:
        return PageView(page=page, body=body, breadcrumb=(project,))
    plans = addresses.letter_plan
    place = next(number for number, plan in enumerate(plans) if plan.prefix == page.subject)
    before, after = plans[max(place - 1, 0) : place], plans[place + 1 : place + 2]
    return PageView(
        page=page,
        body=body,
        breadcrumb=(project, Link(docname=addresses.letters(), text=LETTERS_TITLE)),
        previous=_letter_link(addresses, before[0]) if before else None,
        next=_letter_link(addresses, after[0]) if after else None,
    )


def _letter_link(addresses: Addresses, plan: LetterPage) -> Link:
    return Link(docname=addresses.letter(plan.prefix), text=plan.label or _letter_title(plan))


def _letter_title(plan: LetterPage) -> str:
    return _GROUP_TITLES.get(plan.group, plan.group.upper())
