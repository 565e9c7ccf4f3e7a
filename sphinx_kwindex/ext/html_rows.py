"""Rows of keywords as HTML: the closed row and its content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sphinx_kwindex.ext.blocks_html import SHORT, HtmlWriter, element, kind_mark, short_code
from sphinx_kwindex.ext.escape import NOTHING, Html, escape, fragment, join, prose, said
from sphinx_kwindex.ext.words import _
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import TYPES, Flag, Kind, UseKind
from sphinx_kwindex.pages.blocks import Code, Inline, Link, Series
from sphinx_kwindex.pages.examples_view import example_line
from sphinx_kwindex.pages.phrases import (
    RELATION_WORDS,
    and_more,
    badge_words,
    docstring_words,
    further_facts,
    head_text,
    no_uses,
    operator_count,
    possible_matches,
    reach_words,
    relation_flag_words,
    rest_of_uses,
    row_uses,
    say,
    say_count,
    site_word,
    use_count,
    use_words,
    used_words,
)
from sphinx_kwindex.pages.records import InheritedMembers, RelationList, Row, SiteLink, UseGroup, UseList, UsingFile
from sphinx_kwindex.pages.relations_view import row_names
from sphinx_kwindex.pages.uses_listing import Uses

OPEN_FILES = 5
"""Using files that an opened keyword shows at once."""


_PRIVATE, _CONSTANT = int(Flag.PRIVATE), int(Flag.CONSTANT)


def word_badges(words: Iterable[Inline]) -> Html:
    """Write words that tell what is special about something."""
    return join(element("span", said(word), "kw-flag", before=" ") for word in words)


class RowWriter:
    """Writes the rows of one page."""

    def __init__(self, writer: HtmlWriter, searched: int = 0) -> None:
        self._linker = writer.linker
        self._writer = writer
        self._searched = searched
        self.line = writer.line
        self._marks: dict[tuple[Kind, int], Html] = {}
        self._kinds: dict[tuple[tuple[UseKind, int], ...], Html] = {}
        self._uses: dict[tuple[int, int], Html] = {}
        self._permalink = _("Link to %(name)s")
        self._module_level = escape(f"{_('module level')}:")
        self._badges: dict[int, Html] = {}
        self._titles: dict[str, Html] = {}
        self._documented: dict[str, Html] = {}

    def section(self, rows: Sequence[Row]) -> Html:
        """Write the rows of a section."""
        places = ((identity, self._linker.documented(names)) for identity, names in row_names(rows))
        self._documented = {identity: uri for identity, uri in places if uri}
        return self.rows(rows)

    def uses(self, uses: Uses) -> Html:
        """Write what a `kwuses` directive shows of a keyword that is there."""
        number = uses.used.count if uses.used else 0
        words = used_words(
            number, uses.files, operators=uses.operators, reached=uses.reached, guesses=uses.guesses, kind=uses.kind
        )
        count = said(words)
        mark, link = kind_mark(uses.kind, uses.flags), self._keyword_link(uses.link)
        head = f'{mark} {link} <span class="kw-used">{count}</span>'
        facts = "".join(self._all_uses(uses, uses.searched))
        return Html(f'<p class="kw-group">{head}</p><dl class="kw-facts simple">{facts}</dl>')

    def rows(self, rows: Sequence[Row], *, split: bool = True, nested: bool = False) -> Html:
        """Write a list of rows; with `split`, private ones are behind the others in a closed block."""
        if not rows:
            return NOTHING
        private = [row for row in rows if row.flags & _PRIVATE] if split else []
        public = [row for row in rows if not row.flags & _PRIVATE] if split else rows
        shown = self._list(public, nested=nested, private=not split) if public else NOTHING
        if not private:
            return shown
        title = said(say_count("1 private", "%(count)s private", len(private)))
        hidden = self._list(private, nested=nested, private=True)
        return Html(f'{shown}<details class="kw-private"><summary>{title}</summary>{hidden}</details>')

    def _list(self, rows: Iterable[Row], *, nested: bool, private: bool) -> Html:
        items = "".join([self._row(row, nested=nested, private=private) for row in rows])
        return Html(f'<ol class="kw-list" role="list">{items}</ol>')

    def _row(self, row: Row, *, nested: bool, private: bool) -> Html:
        label = escape(self._permalink % {"name": row.qualname})
        docs = self._docs(row)
        return Html(
            f'<li class="kw-item{" kw-documented" if docs else ""}" id="{escape(row.anchor)}"><details class="kw-row">'
            f"<summary>{self._closed(row, nested=nested)}</summary>"
            f'<div class="kw-body">{self._opened(row)}</div></details>'
            f'<span class="kw-tail"><small>{docs}{self.line(row.line)} '
            f'<a class="kw-hash" href="#{fragment(row.anchor)}" aria-label="{label}">#</a></small></span>'
            f"{self._members(row, private=private)}</li>"
        )

    def _docs(self, row: Row) -> Html:
        uri = self._documented.get(row.id)
        if uri is None:
            return NOTHING
        label = said(say("docs of %(name)s", name=row.qualname))
        return Html(f'<a href="{uri}" aria-label="{label}">{escape(_("docs"))}</a> ')

    def _members(self, row: Row, *, private: bool) -> Html:
        inside = self.rows(row.members, split=not private, nested=True)
        if not inside or row.kind in TYPES | {Kind.NAMESPACE}:
            return inside
        title = said(say_count("1 definition inside", "%(count)s definitions inside", len(row.members)))
        return Html(f'<details class="kw-inside"><summary>{title}</summary>{inside}</details>')

    def _closed(self, row: Row, *, nested: bool) -> Html:
        key = (row.kind, row.flags & _CONSTANT)
        mark = self._marks.get(key) or self._marks.setdefault(key, kind_mark(row.kind, row.flags))
        name, head = escape(row.name if nested else row.full_name), short_code(head_text(row))
        # Shown on the closed row, and in full on the open one: written once.
        summary = f'<span class="kw-summary">{prose(row.summary)}</span>' if row.summary else ""
        return Html(
            f'{mark}<span><code class="kw-name"><b>{name}</b>{head and f"<span>{head}</span>"}</code>'
            f'{self._flags(row)}</span><span class="kw-used">{self._use_count(row)}</span>{summary}'
        )

    def _flags(self, row: Row) -> Html:
        shown = row.flags & ~_PRIVATE  # they are in a block that says so
        text = self._badges.get(shown) or self._badges.setdefault(shown, word_badges(badge_words(shown)))
        return join([text, word_badges(relation_flag_words(row))]) if row.relations else text

    def _use_count(self, row: Row) -> Html:
        if not row.uses:
            return said(row_uses(row))
        key = (row.uses, row.files)
        if key not in self._uses:
            self._uses[key] = said(use_count(*key))
        return self._uses[key]

    def _opened(self, row: Row) -> Html:
        parts: list[Html] = []
        head = head_text(row)
        if row.decorators or len(head) > SHORT or any(map(self._linker.knows, (item.link for item in row.types))):
            lines = [escape(f"@{text}\n") for text in row.decorators]
            parts.append(element("pre", join([*lines, escape(row.name), self._head(row, head)]), "kw-code"))
        parts.append(element("dl", join(self._facts(row)), "kw-facts simple"))
        return join(parts)

    def _head(self, row: Row, head: str) -> Html:
        """Write what follows the name of a keyword, its types linked."""
        start = 0 if row.signature else len(": ")
        parts: list[Html] = []
        end = 0
        for item in row.types:
            parts.append(escape(head[end : start + item.start]))
            end = start + item.end
            parts.append(self._linker.type(item.link, escape(head[start + item.start : end])))
        return join([*parts, escape(head[end:])])

    def _facts(self, row: Row) -> Iterable[Html]:
        sites = [self.line(row.line, row.end_line)]
        sites += map(self._site, row.sites)
        identity = Html(f'<code class="kw-id" data-kw-copy="">{escape(row.id)}</code>')
        yield self._fact(N_("Defined"), Html(f"{', '.join(sites)} {identity}"))
        for relation in row.relations:
            yield self._fact(RELATION_WORDS[relation.role], self._relation(relation))
        if row.inherited:
            yield self._fact(N_("Inherited"), self._inherited(row.inherited))
        if row.examples:
            lines = (element("p", self._writer.inline(example_line(item))) for item in row.examples)
            yield self._fact(N_("Example"), join(lines))
        mentioned = self._linker.mentioned(row.anchor, row.mentioned)
        if mentioned:
            yield self._fact(N_("Mentioned in"), mentioned)
        if row.in_docstrings is not None:
            yield self._fact(N_("Mentioned in docstrings of"), self._writer.inline(docstring_words(row.in_docstrings)))
        yield from self._all_uses(row, self._searched, is_searched=row.is_searched)
        for title, words in further_facts(row):
            yield self._fact(title, self._writer.inline(words))

    def _site(self, site: SiteLink) -> Html:
        label = said((site_word(site.label), " ")) if site.label else NOTHING
        signature = self._writer.inline((" ", Code(site.signature))) if site.signature else NOTHING
        return Html(f'<span id="{escape(site.anchor)}">{label}{self.line(site.line)}{signature}</span>')

    def _inherited(self, inherited: Sequence[InheritedMembers]) -> Html:
        """Write the members of base classes; closed, as they are defined elsewhere."""
        count = sum(len(item.names) + item.more for item in inherited)
        title = said(say_count("1 method or property", "%(count)s methods and properties", count))
        items = "".join(
            f"<li>{self._keyword_link(item.source)}: <code>{escape(', '.join(item.names))}</code>"
            f"{said(and_more(item.more))}</li>"
            for item in inherited
        )
        return Html(f'<details class="kw-more"><summary>{title}</summary><ul class="kw-uses">{items}</ul></details>')

    def _all_uses(self, row: Row | Uses, searched: int, *, is_searched: bool = True) -> Iterable[Html]:
        used, guesses, operators = row.used, row.guesses, row.operators
        if used is not None:
            yield from self._use_facts(used)
        elif row.reached:
            yield self._fact(N_("Used"), self._writer.inline(Series(tuple(map(reach_words, row.reached)))))
        elif guesses is None and operators is None and row.kind is not Kind.SECTION and is_searched:
            yield self._fact(N_("Used"), said(no_uses(searched)))
        if operators is not None:
            yield self._fact(N_("By operators"), self._closed_uses(operators, operator_count(operators)))
        if guesses is not None:
            yield self._fact(N_("Possible matches"), self._closed_uses(guesses, possible_matches(guesses)))

    def _closed_uses(self, uses: UseList, title: Inline) -> Html:
        inside = element("dl", join(self._use_facts(uses)), "kw-facts simple")
        return Html(f'<details class="kw-more"><summary>{said(title)}</summary>{inside}</details>')

    def _fact(self, title: str, inside: Html) -> Html:
        term = self._titles.get(title) or self._titles.setdefault(title, element("dt", escape(_(title))))
        return Html(f"{term}<dd>{inside}</dd>")

    def _relation(self, relation: RelationList) -> Html:
        links = [self._keyword_link(link) for link in relation.links]
        if relation.more:
            links.append(said(say_count("1 more", "%(count)s more", relation.more)))
        return Html(", ".join(links))

    def _keyword_link(self, link: Link) -> Html:
        outside = NOTHING if link.docname or link.anchor else self._linker.external(link.text)
        return Html(f"<code>{outside or self._linker.link(link)}</code>")

    def _use_facts(self, uses: UseList) -> Iterable[Html]:
        if uses.own is not None:
            yield self._fact(N_("Used here"), element("ul", self._groups(uses.own), "kw-scopes"))
        rest = rest_of_uses(uses)
        if uses.project:
            yield self._fact(N_("Used in"), self._files(uses.project, "" if uses.tests else rest))
        if uses.tests:
            yield self._fact(N_("Used in tests"), self._files(uses.tests, rest))

    def _files(self, files: Sequence[UsingFile], rest: Inline) -> Html:
        shown, hidden = files[:OPEN_FILES], files[OPEN_FILES:]
        text = element("ul", join(map(self._file, shown)), "kw-uses")
        tail = element("p", self._writer.inline(rest)) if rest else NOTHING
        if not hidden:
            return join([text, tail])
        title = said(say_count("1 more file", "%(count)s more files", len(hidden)))
        items = "".join(map(self._file, hidden))
        return Html(
            f'{text}<details class="kw-more"><summary>{title}</summary><ul class="kw-uses">{items}</ul>{tail}</details>'
        )

    def _file(self, file: UsingFile) -> Html:
        return Html(
            f"<li>{self._linker.link(file.file)} <span>{file.count}×</span>"
            f'<ul class="kw-scopes">{self._groups(file)}</ul></li>'
        )

    def _groups(self, file: UsingFile) -> Html:
        items = [*map(self._group, file.groups)]
        if file.more:
            items.append(element("li", said(say_count("1 more place", "%(count)s more places", file.more))))
        return join(items)

    def _group(self, group: UseGroup) -> Html:
        kinds = self._kinds.get(group.kinds) or self._kinds.setdefault(group.kinds, said(use_words(group.kinds)))
        if group.scope.text:
            scope = Html(f"<code>{self._linker.link(group.scope)}</code>")
        else:
            scope = self._linker.link(group.scope, self._module_level) if group.scope.anchor else self._module_level
        lines = ", ".join(map(self.line, group.lines)) + ("…" if group.more_lines else "")
        return Html(f"<li>{scope} <i>{kinds}</i>{f' {lines}' if lines else ''}</li>")
