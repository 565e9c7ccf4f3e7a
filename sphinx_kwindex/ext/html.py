"""Sections of pages as HTML.

Everything can be read with scripts off: what is closed is native `details`. Controls that need a script are made by it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sphinx_kwindex.code_hosts import line_address
from sphinx_kwindex.ext.blocks_html import Closed, DataWriter, HtmlWriter, LineAddress, element, listed, no_address
from sphinx_kwindex.ext.escape import NOTHING, Html, Linker, Links, escape, join
from sphinx_kwindex.ext.html_graphs import Draw, no_picture, write_matrix, write_picture
from sphinx_kwindex.ext.html_lists import write_files, write_heads, write_letters
from sphinx_kwindex.ext.html_rows import RowWriter
from sphinx_kwindex.ext.source_html import ReadText, write_source
from sphinx_kwindex.ext.words import _, crumb_words
from sphinx_kwindex.pages.addresses import SOURCE_PART
from sphinx_kwindex.pages.blocks import Jump, Link, Pager
from sphinx_kwindex.pages.catalogue import directive_of
from sphinx_kwindex.pages.directives import DirectiveView
from sphinx_kwindex.pages.graphs import Matrix, Picture
from sphinx_kwindex.pages.records import Files, Heads, Letters, PageKind, PageView, Rows, Source
from sphinx_kwindex.pages.search_data import SearchIndex, SearchNames
from sphinx_kwindex.pages.uses_listing import Uses

__all__ = ["Links", "render_listing", "render_section"]


def render_section(
    view: PageView, section_id: str, links: Links, draw: Draw = no_picture, read: ReadText = lambda _: ""
) -> str:
    """Return the inside of one section of a page; `""` is what is before the first section.

    `read` returns the text of a file. `kw-path` is what is before the title: the way down to the page, and its neighbours.
    """
    linker = Linker(links, view.page.docname)
    if section_id == "kw-path":
        return f'<div class="kw">{_path(view, linker)}</div>\n' if view.breadcrumb else ""
    writer = HtmlWriter(linker, _line_addresses(view, linker), _data_writers(linker, draw, view, read))
    inside = writer.write(view.blocks_of(section_id))
    return f'<div class="kw">{inside}</div>\n' if inside else ""


def render_listing(view: DirectiveView, links: Links, draw: Draw = no_picture, closed: Closed | None = None) -> str:
    """Return what a directive shows; `draw` makes pictures, where the output can have them.

    `closed` takes what lines open to, where the output has a script that opens them.
    """
    linker = Linker(links)
    writer = HtmlWriter(linker, no_address, _data_writers(linker, draw), closed)
    inside, look = writer.write(view.blocks), directive_of(view.query).look
    return f'<div class="kw {look}">{inside}</div>\n' if inside and look else inside


def _data_writers(
    linker: Linker, draw: Draw, view: PageView | None = None, read: ReadText = lambda _: ""
) -> Mapping[type, DataWriter]:
    return {
        Files: write_files,
        Heads: write_heads,
        Jump: lambda _jump, _writer: _jump_bar(view) if view is not None else NOTHING,
        Letters: write_letters,
        Matrix: write_matrix,
        Pager: lambda pager, _writer: _pager(pager, linker, view.page.docname if view is not None else ""),
        Picture: lambda picture, writer: write_picture(picture, writer, draw),
        Rows: lambda rows, writer: RowWriter(writer, rows.searched).section(rows.rows),
        SearchIndex: lambda _index, _writer: NOTHING,  # `search.py` puts them into scripts
        SearchNames: lambda _names, _writer: NOTHING,
        Source: lambda source, writer: write_source(source, writer, read),
        Uses: lambda uses, writer: RowWriter(writer).uses(uses),
    }


def _line_addresses(view: PageView, linker: Linker) -> LineAddress:
    """Return what tells the address of lines of a page's file."""
    links = view.source_parts or ((view.source,) if view.source is not None else ())
    uris = [uri for link in links if (uri := linker.uri(link)) is not None]

    def address(line: int, end: int) -> str:
        if not uris:
            return line_address(view.source_url, line, end)
        return f"{uris[min((line - 1) // SOURCE_PART, len(uris) - 1)]}#L{line}"

    return address


def _pager(pager: Pager, linker: Linker, own: str) -> Html:
    items = (
        Html(f'<b aria-current="page">{escape(link.text)}</b>') if link.docname == own else linker.link(link)
        for link in pager.links
    )
    many, long = (
        _("This file has many keywords, on several pages:"),
        _("This file is long: its source is on several pages:"),
    )
    note = element("p", escape(long if pager.is_source else many))
    label = escape(_("Pages of this file"))
    return Html(f'<nav class="kw-jump" aria-label="{label}">{note}{listed(items, "")}</nav>')


def _jump_bar(view: PageView) -> Html:
    """Write the bar of links to the sections; the script puts its tools behind it."""
    if not view.page.sections:
        return NOTHING
    counts = {told.id: told.count for told in view.told if told.count is not None}
    items = (
        Html(
            f'<a href="#{section_id}">{escape(_(title))}'
            + (f" <span>{counts[section_id]}</span>" if section_id in counts else "")
            + "</a>"
        )
        for section_id, title in view.page.sections
    )
    label = escape(_("Sections of this page"))
    return Html(f'<nav class="kw-jump" aria-label="{label}">{listed(items, "")}</nav><div class="kw-tools"></div>')


# The way down to the page


def _path(view: PageView, linker: Linker) -> Html:
    crumbs = join(element("li", linker.link(link, escape(text))) for link, text in crumb_words(view))
    here = _siblings(view, linker) if view.siblings else escape(_own_name(view))
    steps = _step(view, view.previous, "prev", linker) + _step(view, view.next, "next", linker)
    return Html(
        f'<nav class="kw-path" aria-label="{escape(_("Breadcrumbs"))}">'
        f'<ol role="list">{crumbs}<li>{here}</li></ol>{f"<p>{steps}</p>" if steps else ""}</nav>'
    )


def _own_name(view: PageView) -> str:
    if view.page.kind is PageKind.SOURCE:
        return _("Source")
    return _(view.page.title) if view.page.subject == "" else view.page.title


def _siblings(view: PageView, linker: Linker) -> Html:
    own = next((link.text for link in view.siblings if not link.docname), view.page.title)
    items = "".join(
        f"<li>{linker.link(link)}</li>" if link.docname else f'<li aria-current="page"><b>{escape(link.text)}</b></li>'
        for link in view.siblings
    )
    if view.has_more_siblings:
        items += f"<li>{linker.link(view.breadcrumb[-1], escape(_('All in this folder')))}</li>"
    return Html(f'<details class="kw-siblings"><summary>{escape(own)}</summary><ul role="list">{items}</ul></details>')


def _step(view: PageView, link: Link | None, rel: str, linker: Linker) -> Html:
    if link is None or linker.uri(link) is None:
        return NOTHING
    arrow, word = ("←", _("Previous")) if rel == "prev" else ("→", _("Next"))
    arrow = f'<b aria-hidden="true">{arrow}</b>'
    folder = view.page.subject.rstrip("/").rpartition("/")[0]
    name = link.text.removeprefix(f"{folder}/") if folder else link.text
    text = f'<span class="kw-hidden">{escape(word)}: </span>{escape(_tail(name))}'
    label = f"{arrow} {text}" if rel == "prev" else f"{text} {arrow}"
    return linker.link(link, Html(label), f' rel="{rel}" title="{escape(link.text)}"')


def _tail(path: str) -> str:
    """Return the last two parts of a path."""
    parts = path.rstrip("/").split("/")
    return path if len(parts) < 3 else f"…/{'/'.join(parts[-2:])}"
