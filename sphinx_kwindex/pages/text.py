"""One page of a project as Markdown."""

from __future__ import annotations

import os

from sphinx_kwindex.errors import OptionError
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.book import Book
from sphinx_kwindex.pages.markdown import MarkdownWriter
from sphinx_kwindex.pages.phrases import say
from sphinx_kwindex.pages.records import PageView
from sphinx_kwindex.project import Project


def page_text(project: Project, path: str = "") -> str:
    """Return the page of a file or folder, or of the project; links lead to files of the tree. Raise `OptionError`."""
    book = Book(project)
    subjects = {page.docname: page.subject or "." for page in book.pages.values()}
    page = next((page for page in book.pages.values() if page.subject == path.strip("/")), None)
    if page is None:
        raise OptionError("PATH", f"{path!r} is not in the index")
    folder = os.path.dirname(page.subject)  # noqa: PTH120 - a path of the index, the same on all systems

    def uri(link: Link) -> str | None:
        if link.docname == page.docname or link.docname not in subjects:
            return None
        return os.path.relpath(subjects[link.docname], folder or ".").replace(os.sep, "/")

    return page_markdown(book.make(page.docname).view, MarkdownWriter(uri))


def page_markdown(view: PageView, writer: MarkdownWriter) -> str:
    """Return a page, with its title and those of its sections."""
    page, titles = view.page, dict(view.page.sections)
    parts = [f"# {writer.inline(say(page.title) if page.subject == '' else page.title)}\n"]
    for told in view.told:
        parts += [f"## {writer.inline(say(titles[told.id]))}\n"] if told.id else []
        parts.append(writer.write(told.blocks))
    return "\n".join(parts)
