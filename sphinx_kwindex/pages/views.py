"""The list of pages, and the view of each, from the store alone."""

from __future__ import annotations

from collections.abc import Iterable

from sphinx_kwindex.layout import is_matched
from sphinx_kwindex.model import PART_SIZE
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.catalogue import PAGE_TYPES, ROW_SECTIONS, TITLES, directive_of, list_sections, tell_sections
from sphinx_kwindex.pages.directives import DirectiveView, Query
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.records import Page, PageKind, PageView
from sphinx_kwindex.pages.sections import Sections, load_sections
from sphinx_kwindex.pages.subjects import FileSubject, FolderSubject, Sources, Subject
from sphinx_kwindex.pages.surroundings import PROJECT_TITLE
from sphinx_kwindex.store import FileRow, Reader

MOST_SHOWN = 4_000_000
"""Limit: bytes of a file whose source has a page."""


def make_addresses(reader: Reader, options: Options, overview: Overview | None = None) -> Addresses:
    """Return the addresses of all pages and keywords of the indexed tree."""
    overview = overview or Overview(reader, folds=not options.fixture_pages, related_limit=options.related_limit)
    rows = overview.files.values()
    return Addresses(
        options.output_dir,
        (row.path for row in rows),
        {row.path: row.definitions for row in rows if row.definitions > PART_SIZE},
        {row.path: row.role for row in rows},
        overview.letters,
        is_public=bool(options.hidden),
        sources={row.path: row.lines for row in rows if _has_source(row, options)},
        folded=overview.fixture_trees,
        documents=overview.documents,
        later_parts=overview.later_parts,
        recorder=reader.recorder,
    )


def find_sections(options: Options) -> tuple[Sections, list[tuple[str, str, Iterable[str]]]]:
    """Return the sections that `kwindex_sections` names, and what is wrong with it: (text, name, known names)."""
    return load_sections(options.sections, TITLES, ROW_SECTIONS)


def other_pages(sources: Sources) -> tuple[Page, ...]:
    """Return the pages that are neither of folders nor of files: the project's, and others of it."""
    project = _page(PageKind.PROJECT, FolderSubject(sources), sources.addresses.project, PROJECT_TITLE)
    return project, *(page for kind in PAGE_TYPES.values() for page in kind.of_project(sources))


def folder_page(sources: Sources, path: str) -> Page:
    """Return the page of a folder."""
    return _page(PageKind.FOLDER, FolderSubject(sources, path), sources.addresses.folder(path), f"{path}/")


def page_view(sources: Sources, page: Page) -> PageView:
    """Return all that one page shows."""
    kind = PAGE_TYPES[page.kind]
    subject = kind.subject(sources, page)
    told = tell_sections(kind, subject, [section for section, _ in page.sections])
    own = sources.overview.sections.own(page.kind, page.subject, page.part)
    around = kind.around(subject)._asdict()
    told_of = {"source_url": subject.source_url, "source": subject.source, "source_parts": subject.source_parts}
    return PageView(page=page, told=(*told, *own), **told_of, **around)


def listing_view(sources: Sources, query: Query) -> DirectiveView:
    """Return what a directive shows."""
    return DirectiveView(query, tuple(directive_of(query).blocks(sources, query)))


def _has_source(row: FileRow, options: Options) -> bool:
    return options.source == "pages" and row.size <= MOST_SHOWN and not is_matched(row.path, options.source_exclude)


def file_pages(sources: Sources, path: str) -> tuple[Page, ...]:
    """Return the pages of one file."""
    addresses, parts = sources.addresses, sources.addresses.part_count(path)
    subjects = [FileSubject(sources, path, part) for part in range(1, parts + 1)]
    if addresses.is_elsewhere(path) or not subjects[0].is_known:
        return ()
    titles = (path if part == 1 else f"{path} ({part}/{parts})" for part in range(1, parts + 1))
    pages = [
        _page(PageKind.FILE, subject, addresses.file(path, subject.part), title, subject.part)
        for subject, title in zip(subjects, titles, strict=True)
    ]
    return (*pages, *(page for kind in PAGE_TYPES.values() for page in kind.of_file(sources, path)))


def _page(kind: PageKind, subject: Subject, docname: str, title: str, part: int = 1) -> Page:
    key = f"{kind.value}:{subject.path}" if subject.path else kind.value
    sections = subject.overview.sections.arrange(kind, list_sections(kind, subject), subject.path, part)
    return Page(kind, key if part == 1 else f"{key}~p{part}", subject.path, docname, title, sections, part)
