"""Views as HTML: strings, put together with one escaping helper.

Everything can be read with scripts off: what is closed is native `details`. Controls that need a script are made by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sphinx_kwindex.ext.blocks_html import HtmlWriter
from sphinx_kwindex.ext.escape import Html, Linker, Links, escape
from sphinx_kwindex.ext.html_graphs import Draw, graph_listing, graph_section, no_picture
from sphinx_kwindex.ext.html_lists import (
    block,
    folder_section,
    items_list,
    letter_section,
    letters_section,
    listing_groups,
    mentioned_line,
    page_data,
    paragraph,
    project_section,
    tree_listing,
)
from sphinx_kwindex.ext.html_notes import lint_section, structure_section, tests_section, usage
from sphinx_kwindex.ext.html_related import related_listing, related_section
from sphinx_kwindex.ext.html_rows import MAX_LINES, RowWriter, none
from sphinx_kwindex.ext.words import (
    _,
    about_texts,
    crumb_words,
    cycle_group,
    cycle_title,
    fault_title,
    import_flag_words,
    import_groups,
    import_use_words,
    importer_lists,
    keyword_count,
    layer_words,
    not_found,
    package_words,
    role_word,
    say,
    say_count,
    section_title,
    size_text,
    standing_words,
)
from sphinx_kwindex.model import Kind
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import (
    AnyListing,
    FileBody,
    FolderBody,
    GraphView,
    ImportCycle,
    ImportRow,
    LettersBody,
    ListingView,
    PageView,
    ProjectBody,
    RelatedView,
    Surroundings,
    TreeView,
)

__all__ = ["Links", "render_listing", "render_section"]


def render_section(view: PageView, section_id: str, links: Links, draw: Draw = no_picture) -> str:
    """Return the inside of one section of a page; `""` is what stands before the first section.

    `kw-path` is what stands before the title: the way down to the page, and its neighbours.
    """
    linker = Linker(links, view.page.docname)
    if section_id == "kw-path":
        return f'<div class="kw">{_path(view, linker)}</div>\n' if view.breadcrumb else ""
    own = next((section for section in view.own if section.id == section_id), None)
    inside = _inside(view, section_id, linker, draw) if own is None else HtmlWriter(linker).blocks(own.blocks)
    return f'<div class="kw">{inside}</div>\n' if inside else ""


def render_listing(view: AnyListing, links: Links, draw: Draw = no_picture) -> str:
    """Return what a directive shows; `draw` makes pictures, where the output can have them."""
    return f'<div class="kw kw-listing">{_listing(view, Linker(links), draw)}</div>\n'


def _listing(view: AnyListing, linker: Linker, draw: Draw) -> str:
    if isinstance(view, GraphView):
        return graph_listing(view, linker, draw)
    if isinstance(view, TreeView):
        return tree_listing(view, linker)
    if isinstance(view, RelatedView):
        return related_listing(view, linker)
    if isinstance(view, ListingView):
        return listing_groups(view, linker)
    if view.link is None:
        return none(not_found(view.query.what))
    return RowWriter(linker, FileBody(path="")).uses(view)


def _inside(view: PageView, section_id: str, linker: Linker, draw: Draw) -> str:
    body = view.body
    if isinstance(body, FileBody):
        return _file(view, body, section_id, linker)
    if isinstance(body, FolderBody):
        return _folder(body, section_id, linker, draw)
    if isinstance(body, ProjectBody):
        return project_section(body, section_id, linker)
    if isinstance(body, LettersBody):
        return letters_section(body, linker)
    return letter_section(view, body, linker)


def _folder(body: FolderBody, section_id: str, linker: Linker, draw: Draw) -> str:
    if section_id == "kw-related-folders":
        return related_section(body.related, linker)
    if section_id == "kw-dependencies" and body.imports is not None:
        return graph_section(body.imports, linker, draw)
    return folder_section(body, section_id, linker)


# The way down to the page


def _path(view: PageView, linker: Linker) -> str:
    crumbs = "".join(f"<li>{linker.link(link, escape(text))}</li>" for link, text in crumb_words(view))
    here = _siblings(view, linker) if view.siblings else escape(_own_name(view))
    steps = _step(view, view.previous, "prev", linker) + _step(view, view.next, "next", linker)
    return (
        f'<nav class="kw-path" aria-label="{escape(_("Place in the project"))}">'
        f'<ol role="list">{crumbs}<li>{here}</li></ol>{f"<p>{steps}</p>" if steps else ""}</nav>'
    )


def _own_name(view: PageView) -> str:
    return _(view.page.title) if view.page.subject == "" else view.page.title


def _siblings(view: PageView, linker: Linker) -> str:
    own = next((link.text for link in view.siblings if not link.docname), view.page.title)
    items = "".join(
        f"<li>{linker.link(link)}</li>" if link.docname else f'<li aria-current="page"><b>{escape(link.text)}</b></li>'
        for link in view.siblings
    )
    if view.has_more_siblings:
        items += f"<li>{linker.link(view.breadcrumb[-1], escape(_('All in this folder')))}</li>"
    return f'<details class="kw-siblings"><summary>{escape(own)}</summary><ul role="list">{items}</ul></details>'


def _step(view: PageView, link: Link | None, rel: str, linker: Linker) -> str:
    if link is None or linker.uri(link) is None:
        return ""
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


# A file


def _file(view: PageView, body: FileBody, section_id: str, linker: Linker) -> str:
    rows = dict(body.groups)
    if section_id == "":
        return _file_head(view, body, linker)
    if section_id in rows:
        return RowWriter(linker, body).section(rows[section_id])
    return _whole(body, body.whole, section_id, linker) if body.whole is not None else ""


def _whole(body: FileBody, whole: Surroundings, section_id: str, linker: Linker) -> str:
    """Write a section that tells of the file as a whole."""
    if section_id == "kw-related":
        return related_section(whole.related, linker)
    if section_id == "kw-imports":
        return _imports(body, whole, linker)
    if section_id == "kw-structure":
        return structure_section(whole, body, linker)
    if section_id == "kw-tests" and whole.tested is not None:
        return tests_section(whole.tested, body, linker) + usage(whole, body, linker)
    if section_id == "kw-lint" and whole.lint is not None:
        return lint_section(whole.lint, body, linker)
    return _about(body, whole) if section_id == "kw-about" else ""


def _file_head(view: PageView, body: FileBody, linker: Linker) -> str:
    module = f'<p class="kw-module"><code data-kw-copy="">{escape(body.module)}</code></p>' if body.module else ""
    parts = [
        f'<div class="kw-head" {page_data("file")} data-kw-copy-title="{escape(body.path)}">{module}',
        items_list("kw-line", _file_facts(body, linker)),
        items_list("kw-line", _place_facts(view, body, linker)),
        mentioned_line(body.whole.mentioned, linker) if body.whole is not None else "",
        "</div>",
    ]
    if body.error:
        parts.append(_problem(body))
    if body.whole is not None and body.whole.doc:
        parts.append(paragraph(body.whole.doc))
    parts += [_parts(view, linker), _continued(body.continued, linker), _jump(view)]
    return "".join(parts)


def _place_facts(view: PageView, body: FileBody, linker: Linker) -> Iterable[str]:
    """Write where a file sits: its package, and who imports whom."""
    standing = body.whole.standing if body.whole is not None else None
    if standing is None:
        return
    package = body.module.rpartition(".")[0]
    # The folder of an `__init__.py` is the package that it makes, not the one that it is in.
    folders = view.breadcrumb[:-1] if body.path.endswith("__init__.py") else view.breadcrumb
    if package and folders:
        yield f"{escape(_('In the package'))} <code>{linker.link(folders[-1], escape(package))}</code>"
    if standing.layer is not None:
        word, meaning = layer_words(standing.layer)
        yield f'<span title="{escape(meaning)}">{escape(word)}</span>'
    yield from map(escape, standing_words(standing))


def _file_facts(body: FileBody, linker: Linker) -> Iterable[str]:
    yield escape(role_word(body.role))
    yield escape(say_count("1 line", "%(count)s lines", body.lines))
    yield escape(size_text(body.size))
    definitions = [count for count in body.counts if count.kind is not Kind.IMPORT]
    public, private = (sum(getattr(count, name) for count in definitions) for name in ("public", "private"))
    yield escape(keyword_count(public, private))
    if body.source_url:
        yield f'<a class="kw-source" href="{escape(body.source_url.replace("{line}", "1"))}">{escape(_("Source"))}</a>'
    docs = linker.documented([body.module])
    if docs:
        yield f'<a href="{docs}">{escape(_("Documentation"))}</a>'


def _problem(body: FileBody) -> str:
    where = say("Line %(line)s: ", line=body.error_line) if body.error_line else ""
    title = escape(fault_title(body))
    return f'<div class="kw-problem" role="note"><p><b>{title}</b> {escape(where + body.error)}</p></div>'


def _parts(view: PageView, linker: Linker) -> str:
    if not view.parts:
        return ""
    items = (
        f'<b aria-current="page">{link.text}</b>' if link.docname == view.page.docname else linker.link(link)
        for link in view.parts
    )
    return (
        f'<nav class="kw-jump" aria-label="{escape(_("Pages of this file"))}">'
        f"<p>{escape(_('This file has many keywords, on several pages:'))}</p>{items_list('', items)}</nav>"
    )


def _continued(links: Sequence[Link], linker: Linker) -> str:
    if not links:
        return ""
    inside = f"<code>{linker.link(links[-1])}</code>"
    return f'<p class="kw-note">{escape(_("Continues"))} {inside}</p>'


def _jump(view: PageView) -> str:
    """Write the bar of links to the sections; the script puts its tools behind it."""
    if not view.page.sections:
        return ""
    counts = dict(_section_counts(view))
    items = (
        f'<a href="#{section_id}">{escape(section_title(section_id, title))}'
        + (f" <span>{counts[section_id]}</span>" if section_id in counts else "")
        + "</a>"
        for section_id, title in view.page.sections
    )
    return (
        f'<nav class="kw-jump" aria-label="{escape(_("Sections of this page"))}">{items_list("", items)}</nav>{_TOOLS}'
    )


_TOOLS = '<div class="kw-tools"></div>'
"""Where the script puts filter and switches; the style sheet keeps the room free where scripts run."""


def _section_counts(view: PageView) -> Iterable[tuple[str, int]]:
    body = view.body
    if isinstance(body, FileBody):
        for section_id, rows in body.groups:
            yield section_id, len(rows)
        if body.whole is not None:
            yield "kw-related", len(body.whole.related)
            yield (
                "kw-imports",
                len(body.whole.imports) + sum(len(links) for _title, links in importer_lists(body.whole)),
            )
            tested = body.whole.tested
            if body.whole.lint is not None:
                yield "kw-lint", body.whole.lint.count
            if tested is not None:
                yield "kw-tests", len(tested.files) + tested.more_files + len(tested.cases) + tested.more_cases


def _imports(body: FileBody, whole: Surroundings, linker: Linker) -> str:
    writer = RowWriter(linker, body)
    parts = [] if whole.imports else [none(_("Imports nothing."))]
    for title, rows in import_groups(whole.imports):
        items = [_import_row(row, writer, linker) for row in rows]
        parts.append(block(title, "".join(items), len(items), body.open_limit, "kw-list"))
    if whole.externals:
        parts.append(f'<p class="kw-note">{escape(package_words(whole.externals))}</p>')
    importers = importer_lists(whole)
    for title, links in importers:
        items = [f"<li>{linker.link(link)}</li>" for link in links]
        parts.append(block(title, "".join(items), len(items), body.open_limit, "kw-links"))
    if not importers:
        parts.append(none(_("No file of the project imports it.")))
    if whole.tested is None:
        parts.append(usage(whole, body, linker))
    if whole.cycle is not None:
        parts.append(_cycle(whole.cycle, body, linker))
    return "".join(parts)


def _cycle(cycle: ImportCycle, body: FileBody, linker: Linker) -> str:
    """Write the way from the file back to itself: each file imports the next."""
    steps = "".join(
        f"<li>{linker.link(step.file) if step.file.text != body.path else escape(body.path)}"
        + "".join(f' <span class="kw-flag">{escape(word)}</span>' for word in import_flag_words(step.flags))
        + "</li>"
        for step in cycle.steps
    )
    group = cycle_group(cycle)
    return (
        f'<details class="kw-block"><summary>{escape(cycle_title(cycle))} <span>{len(cycle.steps)}</span></summary>'
        f'<p class="kw-note">{escape(_("This file imports the first of these files, each of them the next."))}</p>'
        f'<ol class="kw-cycle">{steps}</ol>{f"<p>{escape(group)}</p>" if group else ""}</details>'
    )


def _import_row(row: ImportRow, writer: RowWriter, linker: Linker) -> str:
    flags = "".join(f' <span class="kw-flag">{escape(word)}</span>' for word in import_flag_words(row.flags))
    arrow = '<span class="kw-arrow" aria-hidden="true">→</span>'
    outside = linker.external(row.external) if row.external else ""
    text = _linked_import(row, linker)
    links = [] if text else map(linker.link, row.links)
    targets = ", ".join(f"<code>{target}</code>" for target in [*links, *filter(None, [outside])])
    used = import_use_words(row)
    return (
        f'<li class="kw-item kw-import" id="{escape(row.anchor)}">'
        f'<span><code class="kw-name">{text or escape(row.text)}</code>'
        f"{f' {arrow} {targets}' if targets else ''}{flags}</span>"
        f'<span class="kw-used">{escape(used)}</span><span class="kw-tail"><small>{writer.line(row.line)}</small></span></li>'
    )


def _linked_import(row: ImportRow, linker: Linker) -> str:
    """Write an import whose name is the link, where it says in full what it imports; else nothing."""
    start, _space, name = row.text.rpartition(" ")
    module = start.removeprefix("from ").removesuffix(" import")
    full = name if start == "import" else f"{module}.{name}"
    if [link.text for link in row.links] != [full]:
        return ""
    return f"{escape(start)} {linker.link(row.links[0], escape(name))}"


def _about(body: FileBody, whole: Surroundings) -> str:
    parts = []
    if whole.unresolved:
        writer = RowWriter(Linker(_NoLinks()), body)
        items = "".join(
            f"<li><code>{escape(name)}</code> {', '.join(map(writer.line, lines[:MAX_LINES]))}</li>"
            for name, lines in whole.unresolved
        )
        title = escape(
            say_count(
                "1 name that could not be placed", "%(count)s names that could not be placed", len(whole.unresolved)
            )
        )
        parts.append(f'<details class="kw-block"><summary>{title}</summary><ul class="kw-links">{items}</ul></details>')
    parts += [f"<p>{escape(text)}</p>" for text in about_texts(whole)]
    return f'<div class="kw-about">{"".join(parts)}</div>'


class _NoLinks(Links):
    def uri(self, link: Link) -> str | None:  # noqa: ARG002 - as the protocol has it
        return None
