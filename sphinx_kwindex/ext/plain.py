"""Views as ordinary document nodes, for every format but HTML: the same order, with shorter lists and no closed parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docutils import nodes

from sphinx_kwindex.ext.escape import Links, plain_prose, visible
from sphinx_kwindex.ext.html_rows import QUIET, head_text
from sphinx_kwindex.ext.words import (
    _,
    about_texts,
    crumb_words,
    cycle_group,
    file_count,
    flag_words,
    group_word,
    import_flag_words,
    import_groups,
    keyword_count,
    kind_count,
    kind_heading,
    kind_word,
    letter_word,
    line_count,
    package_words,
    reason_words,
    relation_word,
    role_word,
    say,
    say_count,
    size_text,
)
from sphinx_kwindex.model import Kind, Reason
from sphinx_kwindex.pages.records import (
    Entry,
    FileBody,
    FolderBody,
    ImportRow,
    KindCount,
    LetterBody,
    LetterCount,
    LettersBody,
    Link,
    ListingRow,
    ListingView,
    PageView,
    ProjectBody,
    Row,
    Surroundings,
    TreeNode,
    UseList,
)

MAX_FILES = 10
"""Using files that one keyword lists."""


def section_nodes(view: PageView, section_id: str, links: Links) -> list[nodes.Node]:
    """Return the inside of one section of a page; `""` is what stands before the first section."""
    writer = _Writer(links)
    if section_id == "kw-path":
        return writer.path(view)
    return _section(writer, view, section_id)


def listing_nodes(view: ListingView, links: Links) -> list[nodes.Node]:
    """Return what a `kwindex` directive shows."""
    writer = _Writer(links)
    if not view.count:
        return [_paragraph(_("No keywords."))]
    found: list[nodes.Node] = []
    for group in view.groups:
        if group.link is not None:
            found.append(_paragraph(writer.link(group.link)))
        elif group.label:
            title = kind_heading(Kind(group.label)) if view.query.group == "kind" else group.label
            found.append(_paragraph(title))
        found.append(_bullets([_paragraph(*writer.listing_row(row, view))] for row in group.rows))
    if view.more:
        found.append(_paragraph(say_count("1 more keyword", "%(count)s more keywords", view.more)))
    return found


_Inline = nodes.Node | str


def _section(writer: _Writer, view: PageView, section_id: str) -> list[nodes.Node]:
    body = view.body
    if isinstance(body, FileBody):
        return writer.file(view, body, section_id)
    if isinstance(body, FolderBody):
        return writer.folder(body, section_id)
    if isinstance(body, ProjectBody):
        return writer.project(body, section_id)
    if isinstance(body, LettersBody):
        return [writer.letters(body.letters)] if body.letters else []
    return writer.letter(body)


class _Writer:
    """Makes the nodes of one section."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def link(self, link: Link, text: str = "") -> nodes.Node:
        """Return a reference; plain text where the output has no such page."""
        shown = visible(text or link.text)
        uri = self._links.uri(link)
        if uri is None:
            return nodes.Text(shown)
        # Two writers look at `internal`: only then is the address taken as one of Sphinx's own.
        return nodes.reference("", shown, internal=True, refuri=uri)

    def path(self, view: PageView) -> list[nodes.Node]:
        """Return the way down to the page."""
        if not view.breadcrumb:
            return []
        return [_paragraph(*_between(" / ", (self.link(link, text) for link, text in crumb_words(view.breadcrumb))))]

    # A file

    def file(self, view: PageView, body: FileBody, section_id: str) -> list[nodes.Node]:
        """Return one section of a file's page."""
        if section_id == "":
            return self._file_head(view, body)
        rows = dict(body.groups).get(section_id)
        if rows is not None:
            return [self._rows(rows)]
        if body.whole is None:
            return []
        return self._whole(body.whole, section_id)

    def _file_head(self, view: PageView, body: FileBody) -> list[nodes.Node]:
        definitions = [count for count in body.counts if count.kind is not Kind.IMPORT]
        facts = [role_word(body.role), line_count(body.lines), size_text(body.size), _keywords(definitions)]
        found: list[nodes.Node] = []
        if body.module:
            found.append(_paragraph(_code(body.module)))
        found.append(_paragraph(", ".join(facts)))
        if body.error:
            where = say("Line %(line)s: ", line=body.error_line) if body.error_line else ""
            found.append(_paragraph(_strong(_("This file could not be analysed.")), f" {where}{body.error}"))
        if body.whole is not None and body.whole.doc:
            found.append(_paragraph(*_prose(body.whole.doc)))
        if body.continued:
            found.append(_paragraph(_("Continues"), " ", self.link(body.continued[-1])))
        if view.parts:
            found.append(_paragraph(*_between(" ", map(self.link, view.parts))))
        return found

    def _whole(self, whole: Surroundings, section_id: str) -> list[nodes.Node]:
        if section_id == "kw-related":
            rows = (
                [_paragraph(self.link(file.file), f" ({group_word(file.group)}): ", _reasons(file.reasons))]
                for file in whole.related
            )
            return [_bullets(rows)]
        if section_id == "kw-imports":
            return self._imports(whole)
        return [*self._unresolved(whole), *(map(_paragraph, about_texts(whole)))] if section_id == "kw-about" else []

    def _imports(self, whole: Surroundings) -> list[nodes.Node]:
        found: list[nodes.Node] = [] if whole.imports else [_paragraph(_("Imports nothing."))]
        for title, rows in import_groups(whole.imports):
            found += [_paragraph(f"{title}:"), _bullets(map(self._import_row, rows))]
        if whole.externals:
            found.append(_paragraph(package_words(whole.externals)))
        for title, links in ((_("Imported by"), whole.importers), (_("Imported by tests"), whole.tests)):
            if links:
                found.append(_paragraph(f"{title}: ", *_between(", ", map(self.link, links))))
        if not whole.importers and not whole.tests:
            found.append(_paragraph(_("No file of the project imports it.")))
        if whole.cycle is not None:
            steps = _between(" → ", (self.link(step.file) for step in whole.cycle.steps))
            found.append(_paragraph(f"{_('Import cycle')}: → ", *steps, " ", cycle_group(whole.cycle)))
        return found

    def _import_row(self, row: ImportRow) -> list[nodes.Node]:
        parts: list[_Inline] = [_code(row.text)]
        if row.links:
            parts += [" → ", *_between(", ", map(self.link, row.links))]
        words = [*import_flag_words(row.flags), *([] if row.uses else [_("not used here")])]
        return [_paragraph(*parts, *([f" ({', '.join(words)})"] if words else []))]

    def _unresolved(self, whole: Surroundings) -> list[nodes.Node]:
        if not whole.unresolved:
            return []
        text = say_count(
            "1 name that could not be placed", "%(count)s names that could not be placed", len(whole.unresolved)
        )
        return [_paragraph(f"{text}: ", *_between(", ", (_code(name) for name, _lines in whole.unresolved)))]

    def _rows(self, rows: Iterable[Row]) -> nodes.Node:
        return _bullets(self._row(row) for row in rows)

    def _row(self, row: Row) -> list[nodes.Node]:
        words = [kind_word(row.kind, row.flags), *flag_words(row.flags & ~QUIET)]
        head = _paragraph(_code(row.qualname + head_text(row)), f" ({', '.join(words)}), L{row.line}", ids=[row.anchor])
        found: list[nodes.Node] = [head]
        if row.summary:
            found.append(_paragraph(*_prose(row.summary)))
        for relation in row.relations:
            links = _between(", ", map(self.link, relation.links))
            found.append(_paragraph(f"{relation_word(relation.role)}: ", *links, _and_more(relation.more)))
        if row.used is not None:
            found.append(self._used(row.used, row.files))
        if row.members:
            found.append(self._rows(row.members))
        return found

    def _used(self, uses: UseList, total: int) -> nodes.Node:
        own = (uses.own,) if uses.own is not None else ()
        files = (*own, *uses.project, *uses.tests)[:MAX_FILES]
        text: list[_Inline] = []
        for file in files:
            text += [", " if text else "", self.link(file.file), f" ({file.count})"]
        return _paragraph(_("Used in: "), *text, _and_more(total - len(files)))

    # Folders, the project, names

    def folder(self, body: FolderBody, section_id: str) -> list[nodes.Node]:
        """Return one section of a folder's page."""
        if section_id == "kw-folders":
            return [self._entries(body.folders)]
        if section_id == "kw-files":
            return [self._entries(body.files)]
        found: list[nodes.Node] = [_paragraph(_code(body.module))] if body.module else []
        found.append(_paragraph(_totals(body.file_count, body.line_count, body.counts)))
        texts = dict.fromkeys(text for text in (body.readme, body.doc) if text)
        return found + [_paragraph(*_prose(text)) for text in texts]

    def project(self, body: ProjectBody, section_id: str) -> list[nodes.Node]:
        """Return one section of the project's page."""
        if section_id == "kw-tree":
            return [self._tree(body.tree)]
        if section_id == "kw-names":
            return [self.letters(body.letters)] if body.letters else []
        if section_id == "kw-problems":
            return [self._entries(body.problems)]
        if not body.file_count:
            return [_paragraph(_("No file is indexed."))]
        totals = _paragraph(_totals(body.file_count, body.line_count, body.counts))
        return [_paragraph(*_prose(body.readme)), totals] if body.readme else [totals]

    def letters(self, letters: Sequence[LetterCount]) -> nodes.Node:
        """Return the letters of the A-Z index, as links to their pages."""
        shown = ((link, link.text or letter_word(letter.group)) for letter in letters for link in letter.links)
        return _paragraph(*_between(" ", (self.link(link, text) for link, text in shown)))

    def letter(self, body: LetterBody) -> list[nodes.Node]:
        """Return one page of the A-Z index."""
        rows: list[list[nodes.Node]] = []
        for head in body.heads:
            entries: list[_Inline] = []
            for entry in head.entries:
                entries += [", " if entries else " ", kind_word(entry.kind), " ", self.link(entry.link)]
                entries += [" (", self.link(entry.file), ")"]
            rows.append([_paragraph(_strong(head.name), *entries, _and_more(head.more))])
        return [_bullets(rows)] if rows else []

    def _entries(self, entries: Iterable[Entry]) -> nodes.Node:
        return _bullets([self._entry(entry)] for entry in entries)

    def _entry(self, entry: Entry) -> nodes.Node:
        size = file_count(entry.files) if entry.role is None else line_count(entry.lines)
        text = ": " if entry.error or entry.summary else ""
        said = [f"{_('not analysed')}, {entry.error}"] if entry.error else _prose(entry.summary)
        return _paragraph(self.link(entry.link), f" ({_list_counts(entry.counts, size)})", text, *said)

    def _tree(self, tree: Iterable[TreeNode]) -> nodes.Node:
        return _bullets(
            [self._entry(node.entry), *([self._tree(node.children)] if node.children else [])] for node in tree
        )

    def listing_row(self, row: ListingRow, view: ListingView) -> list[_Inline]:
        """Return one keyword of a listing."""
        columns = view.query.columns
        parts: list[_Inline] = [f"{kind_word(row.kind, row.flags)} "] if "kind" in columns else []
        parts += [self.link(row.link), *([_code(row.signature)] if row.signature else [])]
        if row.summary:
            parts += [": ", *_prose(row.summary)]
        if row.file is not None:
            parts += [" (", self.link(row.file), f" L{row.line})" if row.line else ")"]
        if "uses" in columns:
            parts.append(f" {say_count('1 use', '%(count)s uses', row.uses)}")
        return parts


def _keywords(counts: Sequence[KindCount]) -> str:
    return keyword_count(sum(count.public for count in counts), sum(count.private for count in counts))


def _totals(files: int, lines: int, counts: Sequence[KindCount]) -> str:
    definitions = [count for count in counts if count.kind is not Kind.IMPORT]
    return ", ".join((file_count(files), line_count(lines), _keywords(definitions)))


def _list_counts(counts: Iterable[KindCount], size: str) -> str:
    words = (kind_count(count.kind, count.public + count.private) for count in counts if count.kind is not Kind.IMPORT)
    return ", ".join((size, *words))


def _reasons(reasons: Iterable[Reason]) -> str:
    return "; ".join(map(reason_words, reasons))


def _and_more(count: int) -> str:
    return say_count(" and 1 more", " and %(count)s more", count) if count > 0 else ""


def _between(mark: str, parts: Iterable[nodes.Node]) -> list[_Inline]:
    return [item for number, part in enumerate(parts) for item in ((mark, part) if number else (part,))]


def _paragraph(*parts: _Inline, ids: Sequence[str] = ()) -> nodes.Node:
    paragraph = nodes.paragraph("", ids=list(ids))
    for part in parts:
        if part != "":
            paragraph += nodes.Text(visible(part)) if isinstance(part, str) else part
    return paragraph


def _prose(text: str) -> list[_Inline]:
    return [_code(piece) if is_code else piece for piece, is_code in plain_prose(text)]


def _code(text: str) -> nodes.Node:
    return nodes.literal("", visible(text))


def _strong(text: str) -> nodes.Node:
    return nodes.strong("", visible(text))


def _bullets(rows: Iterable[Sequence[nodes.Node]]) -> nodes.Node:
    return nodes.bullet_list("", *(nodes.list_item("", *row) for row in rows))
