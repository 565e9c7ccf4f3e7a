"""Generated documents: stub files with a suffix of our own, and the parser that reads them.

A stub's bytes are exactly what goes into Sphinx's environment: identity, title and titled sections. It is written only
when they change, so that Sphinx, which looks at times, reads it again only then. With the extension off, Sphinx ignores
the suffix.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.parsers import Parser

from sphinx_kwindex.cache import is_leftover, replace_file
from sphinx_kwindex.ext.nodes import kwindex_leaf
from sphinx_kwindex.ext.translations import translate
from sphinx_kwindex.pages.records import Page, PageKind
from sphinx_kwindex.spelling import visible_line

SUFFIX = ".kwindex"
_FORMAT = 2
_GITIGNORE = ".gitignore"
_IS_PATH = {PageKind.FILE, PageKind.FOLDER, PageKind.LETTER}
"""Pages whose title is a name of the source tree, the same in every language."""


def register(app: Sphinx) -> None:
    """Register the suffix and its parser."""
    app.add_source_suffix(SUFFIX, "kwindex")
    app.add_source_parser(StubParser)


def write_stubs(folder: Path, output_dir: str, pages: Iterable[Page]) -> tuple[str, ...]:
    """Make the stubs of a folder those of the given pages; touch only what differs, and return the names of the documents.

    Raise `OSError` if that fails.
    """
    wanted = {_stub_name(output_dir, page): (_stub_bytes(page), page.docname) for page in pages}
    found = set(_find_stubs(folder))
    stale = sorted(found - wanted.keys())
    for name in stale:
        (folder / name).unlink()
    _remove_empty_folders(folder, stale)
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
        section = nodes.section(ids=["kw-page"], names=[])
        section += _title(docname, "", stub["title"], is_path=stub["path"], of=stub["of"])
        section += _leaf(docname, "")
        for section_id, title in stub["sections"]:
            inner = nodes.section(ids=[section_id], names=[])
            inner += _title(docname, section_id, title, is_path=False)
            inner += _leaf(docname, section_id)
            section += inner
        # The way down to the page stands above its title; as a section's first child it would be taken for the title.
        document += _leaf(docname, "kw-path")
        document += section


def _metadata(stub: Mapping[str, Any]) -> dict[str, Any]:
    # Every title of a tree has the same few words, and the stock search page loads every hit.
    return {"orphan": True} if stub["search"] else {"orphan": True, "nosearch": True}


def _title(docname: str, section_id: str, text: str, *, is_path: bool, of: str = "") -> nodes.title:
    shown = text if is_path else translate(text)
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


def _stub_bytes(page: Page) -> bytes:
    stub = {
        "format": _FORMAT,
        "page": page.key,
        # Sphinx, themes and search show it as it is; surrogates would end the writing of inventories.
        "title": visible_line(page.title),
        "path": page.kind in _IS_PATH,
        "of": visible_line(page.subject) if page.kind is PageKind.SOURCE else "",
        "search": page.kind is PageKind.PROJECT,
        "sections": page.sections,
    }
    return (json.dumps(stub) + "\n").encode()


def _find_stubs(folder: Path) -> Iterator[str]:
    """Return the names of the stubs, as paths from their folder."""
    top = len(str(folder)) + 1
    for base, _, files in os.walk(folder):
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


def _remove_empty_folders(folder: Path, removed: Iterable[str]) -> None:
    parents = {(folder / name).parent for name in removed}
    for parent in sorted(parents, key=lambda path: len(path.parts), reverse=True):
        current = parent
        with contextlib.suppress(OSError):  # not empty
            while current != folder and current.is_relative_to(folder):
                current.rmdir()
                current = current.parent
