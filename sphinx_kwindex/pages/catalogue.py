"""The kinds of pages, with their sections in order, and the directives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sphinx_kwindex.pages.about_view import ABOUT, ABOUT_INDEX
from sphinx_kwindex.pages.blocks import Block, Count
from sphinx_kwindex.pages.directives import Directive, Query
from sphinx_kwindex.pages.entry_view import ENTRY, KWAPI
from sphinx_kwindex.pages.file_view import ROWS, file_head
from sphinx_kwindex.pages.folder_parts import NAMES_BELOW
from sphinx_kwindex.pages.folder_view import FILES, FOLDERS, LETTERS, PROBLEMS, TREE, folder_head, project_head
from sphinx_kwindex.pages.graph_view import KWGRAPH
from sphinx_kwindex.pages.graphs import DEPENDENCIES
from sphinx_kwindex.pages.imports_view import IMPORTS
from sphinx_kwindex.pages.lint_view import LINT
from sphinx_kwindex.pages.listing import KWINDEX
from sphinx_kwindex.pages.many_uses_view import UsesSubject, uses_page, uses_pages
from sphinx_kwindex.pages.names_view import letter_head, letter_pages, letters_head, letters_page
from sphinx_kwindex.pages.plain_view import FIRST_LINES, NAMED_IN, UNREAD
from sphinx_kwindex.pages.prose_view import DISCUSSED, PROSE_CODE, PROSE_LINKS
from sphinx_kwindex.pages.records import Page, PageKind, Told
from sphinx_kwindex.pages.related_view import KWRELATED, RELATED, RELATED_FOLDERS
from sphinx_kwindex.pages.source_view import source_page, source_pages
from sphinx_kwindex.pages.structure_view import STRUCTURE
from sphinx_kwindex.pages.subjects import FileSubject, FolderSubject, LetterSubject, PageSection, Sources, Subject
from sphinx_kwindex.pages.surroundings import (
    Surroundings,
    around_file,
    around_folder,
    around_letter,
    around_letters,
    around_source,
)
from sphinx_kwindex.pages.tests_view import TESTS
from sphinx_kwindex.pages.tree_view import KWTREE
from sphinx_kwindex.pages.uses_listing import KWUSES


class PageType(NamedTuple):
    """A kind of page."""

    subject: Callable[[Sources, Page], Any]
    """Makes what its sections are made from."""
    head: Callable[[Any], Iterable[Block]]
    """Returns what is before the sections."""
    sections: tuple[PageSection[Any], ...] = ()
    """In the order shown."""
    of_file: Callable[[Sources, str], Iterable[Page]] = lambda *_: ()
    """Returns its pages of a file, which come behind those with its keywords."""
    of_project: Callable[[Sources], Iterable[Page]] = lambda _: ()
    """Returns its pages of the whole project."""
    around: Callable[[Any], Surroundings] = lambda _: Surroundings()
    """Returns what is around it."""


PAGE_TYPES: Mapping[PageKind, PageType] = {
    PageKind.PROJECT: PageType(FolderSubject.of, project_head, (TREE, UNREAD, LETTERS, PROBLEMS, ABOUT_INDEX)),
    PageKind.FOLDER: PageType(
        FolderSubject.of,
        folder_head,
        (RELATED_FOLDERS, FOLDERS, FILES, UNREAD, DEPENDENCIES, NAMES_BELOW),
        around=around_folder,
    ),
    PageKind.FILE: PageType(
        FileSubject.of,
        file_head,
        (
            FIRST_LINES,
            NAMED_IN,
            RELATED,
            STRUCTURE,
            *ROWS,
            DISCUSSED,
            PROSE_CODE,
            PROSE_LINKS,
            IMPORTS,
            TESTS,
            LINT,
            ABOUT,
        ),
        around=around_file,
    ),
    PageKind.SOURCE: PageType(FileSubject.of, source_page, of_file=source_pages, around=around_source),
    PageKind.USES: PageType(UsesSubject.of, uses_page, of_file=uses_pages, around=around_source),
    PageKind.LETTERS: PageType(FolderSubject.of, letters_head, of_project=letters_page, around=around_letters),
    PageKind.LETTER: PageType(LetterSubject, letter_head, of_project=letter_pages, around=around_letter),
}
TITLES: Mapping[PageKind, Mapping[str, str]] = {
    kind: {section.id: section.title for section in page.sections} for kind, page in PAGE_TYPES.items() if page.sections
}
"""Of the sections that pages have by themselves, by id."""
ROW_SECTIONS = tuple(section.id for section in ROWS)
"""Those that hold rows of keywords."""


def list_sections(kind: PageKind, subject: Subject) -> list[tuple[str, str]]:
    """Return (id, title) of the sections that a page has by itself."""
    return [(section.id, section.title) for section in PAGE_TYPES[kind].sections if section.is_on(subject)]


def tell_sections(kind: PageType, subject: Subject, wanted: Sequence[str]) -> Iterable[Told]:
    """Yield what the head and some sections of a page show."""
    yield make_told("", kind.head(subject))
    for section in kind.sections:
        if section.id in wanted:
            yield make_told(section.id, section.blocks(subject))


def make_told(section_id: str, blocks: Iterable[Block]) -> Told:
    """Return what a section shows; how many things it holds stands among its blocks."""
    found = tuple(blocks)
    count = next((block.number for block in found if isinstance(block, Count)), None)
    return Told(section_id, tuple(block for block in found if not isinstance(block, Count)), count)


DIRECTIVES: tuple[Directive[Any], ...] = (KWINDEX, KWUSES, KWRELATED, KWGRAPH, KWTREE, KWAPI)
"""Those that authors write."""
_BY_QUERY = {directive.query: directive for directive in (*DIRECTIVES, ENTRY)}


def directive_of(query: Query) -> Directive[Any]:
    """Return the directive that asks a query, whoever put it there."""
    return _BY_QUERY[type(query)]
