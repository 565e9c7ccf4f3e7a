"""Generated documents: stub files with a custom suffix, and the parser that reads them.

A stub's bytes are exactly what goes into Sphinx's environment: identity, title and titled sections. It is written only
when they change, so that Sphinx, which looks at times, reads it again only then. With the extension off, Sphinx ignores
the suffix.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.parsers import Parser

from sphinx_kwindex.cache import is_leftover, remove_empty_folders, replace_file
from sphinx_kwindex.ext.nodes import kwindex_leaf
from sphinx_kwindex.ext.words import _
from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.pages.about_view import ABOUT
from sphinx_kwindex.pages.records import Page, PageKind
from sphinx_kwindex.spelling import visible_line

SUFFIX = ".kwindex"
_FORMAT = 2
_GITIGNORE = ".gitignore"
Chapters = Mapping[str, Sequence[str]]
"""The documents that follow some in a book."""
NO_CHAPTERS: Chapters = MappingProxyType({})
_IS_PATH = {PageKind.FILE, PageKind.FOLDER, PageKind.LETTER, PageKind.USES}
"""Pages whose title is a name of the source tree, the same in every language."""


def register(app: Sphinx) -> None:
    """Register the suffix and its parser."""
    app.add_source_suffix(SUFFIX, "kwindex")
    app.add_source_parser(StubParser)


def book_chapters(pages: Collection[Page], folders: Iterable[str], silent: Collection[str] = ()) -> Chapters:
    """Return what follows the pages of a book in it, by document: the project's page has folders, and they have files.

    Folders are not nested: formats of books have too few levels of headings. A folder has no chapter if all
    its own files are `silent` (they define nothing), and at most one folder in it leads to others: hundreds of catalogues
    of messages would be hundreds of empty chapters.
    """
    wanted = tuple("" if name.strip("/") in {"", "."} else f"{name.strip('/')}/" for name in folders)
    owners = {page.subject: page.docname for page in pages if page.kind in {PageKind.PROJECT, PageKind.FOLDER}}
    telling = _telling_folders((page.subject for page in pages if page.kind is PageKind.FILE), silent)
    found: dict[str, list[str]] = {}
    for page in pages:
        folder = page.subject.rpartition("/")[0]
        if page.kind is PageKind.FILE and f"{folder}/".startswith(wanted) and folder in telling:
            found.setdefault(owners[folder], []).append(page.docname)
    for page in pages:
        if page.kind is PageKind.FOLDER and f"{page.subject}/".startswith(wanted) and page.subject in telling:
            found.setdefault(owners[""], []).append(page.docname)
    return found


def _telling_folders(files: Iterable[str], silent: Collection[str]) -> frozenset[str]:
    """Return the root, and the folders that have a file that is not silent, or several folders that lead to such."""
    telling = {path.rpartition("/")[0] for path in files if path not in silent} | {""}
    leading = telling.union(*map(folders_above, telling)) - {""}
    inside = Counter(folder.rpartition("/")[0] for folder in leading)
    return frozenset(telling).union(folder for folder, number in inside.items() if number > 1)


def _book_extras(chapters: Chapters, *, is_one_page: bool) -> dict[str, dict[str, object]]:
    """Return what the stubs of a book's documents say besides, by document."""
    members = {*chapters, *(name for names in chapters.values() for name in names)}
    return {name: {"book": "page" if is_one_page else "pages", "chapters": chapters.get(name, ())} for name in members}


def write_stubs(
    folder: Path, output_dir: str, pages: Iterable[Page], chapters: Chapters = NO_CHAPTERS, *, is_one_page: bool = False
) -> tuple[str, ...]:
    """Make the stubs of a folder those of the given pages; touch only what differs, and return the names of the documents.

    `chapters` are for a book, which may be one page of HTML. Raise `OSError` if that fails.
    """
    extras = _book_extras(chapters, is_one_page=is_one_page)
    wanted = {
        _stub_name(output_dir, page): (_stub_bytes(page, extras.get(page.docname, {})), page.docname) for page in pages
    }
    found = set(_find_stubs(folder))
    stale = sorted(found - wanted.keys())
    for name in stale:
        (folder / name).unlink()
        remove_empty_folders(folder, folder / name)
    if wanted:
        _write_gitignore(folder)
    elif stale:
        _remove_gitignore(folder)
    return tuple(
        docname
        for name, (data, docname) in wanted.items()
        if _write_if_different(folder, name, data, exists=name in found)
    )


class StubParser(Parser):
    """Builds the document tree of a stub directly: a title, and leaves under titled sections."""

    supported = ("kwindex",)

    def get_transforms(self) -> list[Any]:
        """Return no transforms: there is nothing in the tree for one to do."""
        return []

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Fill the document from the text of a stub."""
        stub = json.loads(inputstring)
        env = document.settings.env
        # Titles are names: `a--b.py` has no dash.
        document.settings.smart_quotes = False
        docname = env.docname
        # `orphan` only says that no toctree needs to hold the page: thousands of entries are quadratic in every theme.
        env.metadata[docname].update(_metadata(stub))
        book = stub.get("book")
        before = f"document-{docname}-" if book == "page" else ""
        section = nodes.section(ids=[f"{before}kw-page"], names=[])
        section += _title(docname, "", stub["title"], is_path=stub["path"], of=stub["of"])
        section += _leaf(docname, "")
        for section_id, title in stub["sections"]:
            inner = nodes.section(ids=[before + section_id], names=[])
            inner += _title(docname, section_id, title, is_path=False)
            inner += _leaf(docname, section_id)
            section += inner
        if book and stub["chapters"]:
            section += _chapters(docname, stub["chapters"])
        if not book:
            # The way down to the page is above its title; as a section's first child it would be taken for the title.
            document += _leaf(docname, "kw-path")
        document += section


def _chapters(docname: str, names: Sequence[str]) -> addnodes.toctree:
    # Not hidden: e-books have no hidden ones in their tables of contents.
    return addnodes.toctree(
        parent=docname, entries=[(None, name) for name in names], includefiles=list(names), rawentries=[], maxdepth=1,
        glob=False, hidden=False, includehidden=False, titlesonly=True, numbered=0, caption=None,
    )  # fmt: skip


def _metadata(stub: Mapping[str, Any]) -> dict[str, Any]:
    # Every title of a tree has the same few words, and the stock search page loads every hit.
    return {"orphan": True} if stub["search"] else {"orphan": True, "nosearch": True}


def _title(docname: str, section_id: str, text: str, *, is_path: bool, of: str = "") -> nodes.title:
    shown = text if is_path else _(text)
    if of:
        shown %= {"path": of}
    # autosectionlabel makes labels of raw sources, and warns where two documents have the same.
    title = nodes.title(f"{docname} {section_id}".strip(), "", nodes.Text(shown))
    title["translatable"] = False
    # Sphinx goes to great lengths to find the source of a title that has none.
    title.source, title.line = docname, 1
    return title


def _leaf(docname: str, section_id: str) -> kwindex_leaf:
    return kwindex_leaf(page=docname, section=section_id)


def _stub_name(output_dir: str, page: Page) -> str:
    return page.docname[len(output_dir) :].lstrip("/") + SUFFIX


def _stub_bytes(page: Page, extras: Mapping[str, Any]) -> bytes:
    is_whole = page.kind is PageKind.PROJECT or not extras  # what it says about itself is said once in a book
    stub = {
        "format": _FORMAT,
        "page": page.key,
        # Sphinx, themes and search show it as it is; surrogates would end the writing of inventories.
        "title": visible_line(page.title),
        "path": page.kind in _IS_PATH,
        "of": visible_line(page.subject) if page.kind is PageKind.SOURCE else "",
        "search": page.kind is PageKind.PROJECT,
        "sections": [item for item in page.sections if is_whole or item[0] != ABOUT.id],
        **extras,
    }
    return (json.dumps(stub) + "\n").encode()


def _find_stubs(folder: Path) -> Iterator[str]:
    """Return the names of the stubs, as paths from their folder."""
    top = len(str(folder)) + 1
    for base, _folders, files in os.walk(folder):
        prefix = base[top:].replace(os.sep, "/")
        for file in files:
            if file.endswith(SUFFIX):
                yield f"{prefix}/{file}" if prefix else file
            elif f"{SUFFIX}." in file and is_leftover(f"{base}/{file}"):
                with contextlib.suppress(OSError):
                    os.unlink(f"{base}/{file}")  # noqa: PTH108 - as above


def _write_if_different(folder: Path, name: str, data: bytes, *, exists: bool) -> bool:
    if exists:
        # Thousands of files, in every build: pathlib takes longer than the disk.
        with open(f"{folder}/{name}", "rb", buffering=0) as stream:  # noqa: PTH123
            if stream.read() == data:
                return False
    replace_file(folder / name, data)
    return True


def _write_gitignore(folder: Path) -> None:
    path = folder / _GITIGNORE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"*\n")


def _remove_gitignore(folder: Path) -> None:
    if [path.name for path in folder.iterdir()] == [_GITIGNORE]:
        (folder / _GITIGNORE).unlink()
        folder.rmdir()
