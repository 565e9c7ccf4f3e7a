"""A Markdown file next to each generated page, and lists of these files, for language models and other programs that read text.

A twin is written with its page: when it is old, and which process writes it, needs no rule of its own.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.locale import get_translator

from sphinx_kwindex.cache import keep, keep_file, kept
from sphinx_kwindex.ext.escape import escape
from sphinx_kwindex.ext.outdated import manifest_path, output_path, remove_file
from sphinx_kwindex.ext.session import Session, find_session
from sphinx_kwindex.ext.words import CATALOG
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import PageKind
from sphinx_kwindex.spelling import visible_line

if TYPE_CHECKING:
    from sphinx_kwindex.answers import Answer

SUFFIX = ".md"
"""What follows the whole name of the page, as https://llmstxt.org has it."""
_LIST, _FULL = "llms.txt", "llms-full.txt"
_LIST_TOKENS, _FULL_TOKENS = 4_000, 100_000
"""How much of what matters most the two hold."""


def register(app: Sphinx) -> None:
    """Connect to the writing of pages."""
    # After the page has been noted as written, which does not change it.
    app.connect("html-page-context", _on_page, priority=600)
    app.connect("build-finished", _on_finished, priority=600)


def _on_page(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    session = _site_session(app)
    if session is None or not session.options.markdown or not _has_twin(session, pagename):
        return
    path = _twin(app, pagename)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_text(app, session, pagename).encode("utf-8", "backslashreplace"))
    link = f'<link rel="alternate" type="text/markdown" href="{escape(quote(path.name))}" />'
    context["metatags"] = f"{context.get('metatags', '')}\n{link}"


def _site_session(app: Sphinx) -> Session | None:
    """Return the session of a build of a site; books and help files hold what their formats support."""
    is_site = app.builder.format == "html" and app.builder.name in {"html", "dirhtml"}
    return find_session(app.env) if is_site else None


def _has_twin(session: Session, docname: str) -> bool:
    """Return whether a document is a page of the index, and not a source, which is text already."""
    return docname in session.pages and session.pages[docname].kind is not PageKind.SOURCE


def _twin(app: Sphinx, docname: str) -> Path:
    path = output_path(app.builder, docname)
    assert path is not None
    return path.with_name(path.name + SUFFIX)


def _text(app: Sphinx, session: Session, docname: str) -> str:
    from sphinx_kwindex.pages.markdown import MarkdownWriter
    from sphinx_kwindex.pages.text import page_markdown

    links, here = session.links(docname), _twin(app, docname).parent

    def uri(link: Link) -> str | None:
        if not _has_twin(session, link.docname):
            return links.uri(link)
        # Markdown has no anchors.
        return None if link.docname == docname else _relative(_twin(app, link.docname), here)

    mentioned = links.mentioned()
    writer = MarkdownWriter(uri, get_translator(CATALOG), documented=links.documented, mentioned=mentioned.get)
    return page_markdown(session.view(docname), writer)


def _relative(path: Path, folder: Path) -> str:
    return quote(os.path.relpath(path, folder).replace(os.sep, "/"))


def _on_finished(app: Sphinx, exception: Exception | None) -> None:
    """Write the lists, and remove twins of pages that were deleted, if the index differs from the last time."""
    session = _site_session(app)
    if exception is not None or session is None:
        return
    top, mark = Path(app.outdir, session.options.output_dir), manifest_path(session, app).with_suffix(".twins")
    if session.options.markdown and kept(mark, session.state) is None:
        _sweep(app, top, {_twin(app, docname) for docname in session.pages if _has_twin(session, docname)})
        from sphinx_kwindex.answers import ranked

        files = list(ranked(session.project, _LIST_TOKENS))
        for name, text in ((_LIST, _list_text(app, session, top, files)), (_FULL, _full_text(app, session, files))):
            keep_file(top / name, text.encode("utf-8", "backslashreplace"))
        keep(mark, session.state, b"")
    elif not session.options.markdown and mark.exists():
        _sweep(app, top, set())
        for path in (top / _LIST, top / _FULL, mark):
            path.unlink(missing_ok=True)


def _sweep(app: Sphinx, top: Path, twins: Collection[Path]) -> None:
    for path in top.rglob(f"*{getattr(app.builder, 'out_suffix', '')}{SUFFIX}"):
        if path not in twins:
            remove_file(top, path)


def _list_text(app: Sphinx, session: Session, top: Path, files: Iterable[Answer]) -> str:
    """Return a list as described by https://llmstxt.org: a title, a summary, and links with remarks."""
    return "\n".join(_list_lines(app, session, top, files)) + "\n"


def _list_lines(app: Sphinx, session: Session, top: Path, files: Iterable[Answer]) -> Iterator[str]:
    docnames = session.subjects(PageKind.FILE)
    yield f"# {visible_line(app.config.project)}: code index\n"
    yield f"> Definitions, uses and tests in {len(docnames)} files, and related files.\n"
    yield "## Most used files\n"
    for answer in files:
        names = ", ".join(f"`{line['name']}`" for line in answer["keywords"])
        summary = f"{visible_line(answer['summary'])} " if answer["summary"] else ""
        yield f"- [{answer['path']}](<{_relative(_twin(app, docnames[answer['path']]), top)}>): {summary}{names}"
    yield "\n## Folders\n"
    for path, docname in session.subjects(PageKind.FOLDER).items():
        yield f"- [{path}/](<{_relative(_twin(app, docname), top)}>)"


def _full_text(app: Sphinx, session: Session, files: Iterable[Answer]) -> str:
    """Return the twins of the first of some files, as many as the budget holds."""
    from sphinx_kwindex.answers import TOKEN

    left, parts = _FULL_TOKENS * TOKEN, []
    docnames = session.subjects(PageKind.FILE)
    for answer in files:
        text = _text(app, session, docnames[answer["path"]])
        left -= len(text)
        if left < 0:
            break
        parts.append(text)
    return "\n".join(parts)
