"""Rows of keywords as HTML: what the closed row shows, and what opens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sphinx_kwindex.ext.blocks_html import HtmlWriter
from sphinx_kwindex.ext.escape import Linker, escape, fragment, prose
from sphinx_kwindex.ext.words import (
    KIND_LETTERS,
    N_,
    RELATION_WORDS,
    _,
    and_more,
    flag_words,
    kind_count,
    kind_word,
    many_namesakes,
    more_files,
    no_uses,
    possible_matches,
    relation_flag_words,
    say,
    say_count,
    site_word,
    use_count,
    use_words,
    used_words,
)
from sphinx_kwindex.model import Flag, Kind, UseKind
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.phrases import reach_words
from sphinx_kwindex.pages.records import (
    Example,
    FileBody,
    InheritedMembers,
    Namesakes,
    Reach,
    RelationList,
    Row,
    UseGroup,
    UseList,
    UsesView,
    UsingFile,
)
from sphinx_kwindex.pages.relations_view import row_names

SHORT = 80
"""Characters of a signature or value that a closed row shows."""
OPEN_FILES = 5
"""Using files that an opened keyword shows at once."""

MAX_LINES = 20
"""Lines of one name that could not be placed."""

QUIET = int(Flag.EXPORTED | Flag.SPECIAL | Flag.INSTANCE | Flag.CONSTANT | Flag.LOCAL)
"""Flags that get no badge: said elsewhere, or true of almost everything."""
_PRIVATE, _CONSTANT = int(Flag.PRIVATE), int(Flag.CONSTANT)
_CLASSES = frozenset({Kind.CLASS, Kind.EXCEPTION})


def none(text: str) -> str:
    """Write that there is nothing to show."""
    return f'<p class="kw-none">{escape(text)}</p>'


def kind_mark(kind: Kind, flags: int = 0) -> str:
    """Write the mark of a kind: a letter to see, the word to hear, to point at and to copy."""
    word = escape(kind_word(kind, flags))
    return (
        f'<span class="kw-kind kw-{kind.value}" title="{word}">'
        f'<b aria-hidden="true">{KIND_LETTERS[kind]}</b><i>{word}</i></span>'
    )


def count_mark(kind: Kind, count: int) -> str:
    """Write how many keywords of a kind there are, with the letter of the kind."""
    text = escape(kind_count(kind, count))
    return (
        f'<span class="kw-count kw-{kind.value}" title="{text}">'
        f'<b aria-hidden="true">{KIND_LETTERS[kind]} {count}</b><i>{text}</i></span>'
    )


def badges(flags: int) -> str:
    """Write the flags worth telling as small words."""
    return word_badges(flag_words(flags & ~QUIET))


def word_badges(words: Iterable[str]) -> str:
    """Write words that tell what is special about something."""
    return "".join(f' <span class="kw-flag">{escape(word)}</span>' for word in words)


def head_text(row: Row) -> str:
    """Return what follows the name of a keyword: parameters, bases, or type and value."""
    if row.kind in _CLASSES:
        return f"({', '.join(row.bases)})" if row.bases else ""
    annotation = f": {row.annotation}" if row.annotation and not row.signature else ""
    value = f" = {row.value}" if row.value else ""
    return row.signature + annotation + value


def shorten(text: str) -> str:
    """Cut text to what a closed row shows."""
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"


def short_code(text: str) -> str:
    """Write a signature or value as far as a closed row shows it; no line ends within an arrow."""
    return escape(shorten(text)).replace("-&gt;", '<span class="kw-nobr">-&gt;</span>')


def example_line(example: Example, linker: Linker) -> str:
    """Write a line of another file, and where it is."""
    place = f'<span class="kw-why">{linker.link(example.place)}</span>'
    return f'<code class="kw-example">{escape(example.text)}</code> {place}'


class RowWriter:
    """Writes the rows of one page."""

    def __init__(self, linker: Linker, body: FileBody) -> None:
        self._linker = linker
        self._writer = HtmlWriter(linker, body.source_url)
        self._body = body
        self._marks: dict[tuple[Kind, int], str] = {}
        self._kinds: dict[tuple[tuple[UseKind, int], ...], str] = {}
        self._uses: dict[tuple[int, int], str] = {}
        self._permalink = say("Link to %(name)s")
        self._module_level = f"{escape(_('module level'))}:"
        self._badges: dict[int, str] = {}
        self._titles: dict[str, str] = {}
        self._documented: dict[str, str] = {}

    def section(self, rows: Sequence[Row]) -> str:
        """Write the rows of a section."""
        places = ((identity, self._linker.documented(names)) for identity, names in row_names(rows))
        self._documented = {identity: uri for identity, uri in places if uri}
        return self.rows(rows)

    def uses(self, view: UsesView) -> str:
        """Write what a `kwuses` directive shows of a keyword that is there."""
        assert view.link is not None
        mark = kind_mark(view.kind, view.flags)
        uses = view.used.count if view.used else 0
        count = escape(used_words(uses, view.files, reached=view.reached, guesses=view.guesses, kind=view.kind))
        head = f'{mark} {self._keyword_link(view.link)} <span class="kw-used">{count}</span>'
        facts = "".join(self._all_uses(view, view.searched))
        return f'<p class="kw-group">{head}</p><dl class="kw-facts simple">{facts}</dl>'

    def rows(self, rows: Sequence[Row], *, split: bool = True, nested: bool = False) -> str:
        """Write a list of rows; with `split`, private ones stand behind the others in a closed block."""
        if not rows:
            return ""
        private = [row for row in rows if row.flags & _PRIVATE] if split else []
        public = [row for row in rows if not row.flags & _PRIVATE] if split else rows
        shown = self._list(public, nested=nested, private=not split) if public else ""
        if not private:
            return shown
        title = escape(say_count("1 private", "%(count)s private", len(private)))
        hidden = self._list(private, nested=nested, private=True)
        return f'{shown}<details class="kw-private"><summary>{title}</summary>{hidden}</details>'

    def line(self, number: int, end: int = 0) -> str:
        """Write a line (or the lines up to `end`) of the page's file, linked to the code browser if there is one."""
        text = f"L{number}–{end}" if end > number else f"L{number}"
        if not self._body.source_url:
            return text
        return f'<a href="{escape(self._body.source_url.replace("{line}", str(number)))}">{text}</a>'

    def _list(self, rows: Iterable[Row], *, nested: bool, private: bool) -> str:
        items = "".join([self._row(row, nested=nested, private=private) for row in rows])
        return f'<ol class="kw-list" role="list">{items}</ol>'

    def _row(self, row: Row, *, nested: bool, private: bool) -> str:
        label = escape(self._permalink % {"name": row.qualname})
        docs = self._docs(row)
        return (
            f'<li class="kw-item{" kw-documented" if docs else ""}" id="{escape(row.anchor)}"><details class="kw-row">'
            f"<summary>{self._closed(row, nested=nested)}</summary>"
            f'<div class="kw-body">{self._opened(row)}</div></details>'
            f'<span class="kw-tail"><small>{docs}{self.line(row.line)} '
            f'<a class="kw-hash" href="#{fragment(row.anchor)}" aria-label="{label}">#</a></small></span>'
            f"{self._members(row, private=private)}</li>"
        )

    def _docs(self, row: Row) -> str:
        uri = self._documented.get(row.id)
        if uri is None:
            return ""
        label = escape(say("docs of %(name)s", name=row.qualname))
        return f'<a href="{uri}" aria-label="{label}">{escape(_("docs"))}</a> '

    def _members(self, row: Row, *, private: bool) -> str:
        inside = self.rows(row.members, split=not private, nested=True)
        if not inside or row.kind in _CLASSES:
            return inside
        title = escape(say_count("1 definition inside", "%(count)s definitions inside", len(row.members)))
        return f'<details class="kw-inside"><summary>{title}</summary>{inside}</details>'

    def _closed(self, row: Row, *, nested: bool) -> str:
        key = (row.kind, row.flags & _CONSTANT)
        mark = self._marks.get(key) or self._marks.setdefault(key, kind_mark(row.kind, row.flags))
        name, head = escape(row.name if nested else row.qualname), short_code(head_text(row))
        # Shown on the closed row, and in full on the open one: written once.
        summary = f'<span class="kw-summary">{prose(row.summary)}</span>' if row.summary else ""
        return (
            f'{mark}<span><code class="kw-name"><b>{name}</b>{head and f"<span>{head}</span>"}</code>'
            f'{self._flags(row)}</span><span class="kw-used">{self._use_count(row)}</span>{summary}'
        )

    def _flags(self, row: Row) -> str:
        shown = row.flags & ~_PRIVATE  # they stand in a block that says so
        text = self._badges.get(shown) or self._badges.setdefault(shown, badges(shown))
        return text + word_badges(relation_flag_words(row)) if row.relations else text

    def _use_count(self, row: Row) -> str:
        if not row.uses:
            return escape(used_words(0, 0, reached=row.reached, guesses=row.guesses, kind=row.kind))
        key = (row.uses, row.files)
        if key not in self._uses:
            self._uses[key] = escape(use_count(*key))
        return self._uses[key]

    def _opened(self, row: Row) -> str:
        parts = []
        head = head_text(row)
        if row.decorators or len(head) > SHORT or row.types:
            lines = "".join(escape(f"@{text}\n") for text in row.decorators)
            parts.append(f'<pre class="kw-code">{lines}{escape(row.name)}{self._head(row, head)}</pre>')
        parts.append(f'<dl class="kw-facts simple">{"".join(self._facts(row))}</dl>')
        return "".join(parts)

    def _head(self, row: Row, head: str) -> str:
        """Write what follows the name of a keyword, its types linked."""
        start = 0 if row.signature else len(": ")
        parts, end = [], 0
        for item in row.types:
            parts += [escape(head[end : start + item.start])]
            end = start + item.end
            parts.append(self._linker.link(item.link, escape(head[start + item.start : end])))
        return "".join([*parts, escape(head[end:])])

    def _facts(self, row: Row) -> Iterable[str]:
        sites = [self.line(row.line, row.end_line)]
        sites += [
            f'<span id="{escape(site.anchor)}">{escape(site_word(site.label) + " ").lstrip()}{self.line(site.line)}</span>'
            for site in row.sites
        ]
        yield self._fact(
            N_("Defined"), f'{", ".join(sites)} <code class="kw-id" data-kw-copy="">{escape(row.id)}</code>'
        )
        for relation in row.relations:
            yield self._fact(RELATION_WORDS[relation.role], self._relation(relation))
        if row.inherited:
            yield self._fact(N_("Inherited"), self._inherited(row.inherited))
        if row.examples:
            yield self._fact(
                N_("Example"), "".join(f"<p>{example_line(item, self._linker)}</p>" for item in row.examples)
            )
        mentioned = self._linker.mentioned(row.anchor, row.mentioned)
        if mentioned:
            yield self._fact(N_("Mentioned in"), mentioned)
        yield from self._all_uses(row, self._body.searched)
        if row.namesakes is not None:
            yield self._fact(N_("Same name elsewhere"), self._same_name(row.namesakes))

    def _inherited(self, inherited: Sequence[InheritedMembers]) -> str:
        """Write the members of base classes; closed, as they are defined elsewhere."""
        count = sum(len(item.names) + item.more for item in inherited)
        title = escape(say_count("1 method or property", "%(count)s methods and properties", count))
        items = "".join(
            f"<li>{self._keyword_link(item.source)}: <code>{escape(', '.join(item.names))}</code>"
            f"{escape(and_more(item.more))}</li>"
            for item in inherited
        )
        return f'<details class="kw-more"><summary>{title}</summary><ul class="kw-uses">{items}</ul></details>'

    def _same_name(self, namesakes: Namesakes) -> str:
        links = ", ".join(map(self._keyword_link, namesakes.links))
        if namesakes.index is None:
            return links
        text = and_more(namesakes.more) if namesakes.more else many_namesakes()
        return f"{links} {self._linker.link(namesakes.index, escape(text.strip()))}"

    def _all_uses(self, row: Row | UsesView, searched: int) -> Iterable[str]:
        used, guesses = row.used, row.guesses
        if used is not None:
            yield from self._use_facts(used)
        elif row.reached:
            yield self._fact(N_("Used"), ", ".join(map(self._reach, row.reached)))
        elif guesses is None and row.kind is not Kind.SECTION:
            yield self._fact(N_("Used"), escape(no_uses(searched)))
        if guesses is not None:
            title = escape(possible_matches(guesses))
            inside = "".join(self._use_facts(guesses))
            yield self._fact(
                N_("Possible matches"),
                f'<details class="kw-more"><summary>{title}</summary><dl class="kw-facts simple">{inside}</dl></details>',
            )

    def _reach(self, reach: Reach) -> str:
        return self._writer.inline(reach_words(reach))

    def _fact(self, title: str, inside: str) -> str:
        term = self._titles.get(title) or self._titles.setdefault(title, f"<dt>{escape(_(title))}</dt>")
        return f"{term}<dd>{inside}</dd>"

    def _relation(self, relation: RelationList) -> str:
        links = [self._keyword_link(link) for link in relation.links]
        if relation.more:
            links.append(escape(say_count("1 more", "%(count)s more", relation.more)))
        return ", ".join(links)

    def _keyword_link(self, link: Link) -> str:
        outside = "" if link.docname or link.anchor else self._linker.external(link.text)
        return f"<code>{outside or self._linker.link(link)}</code>"

    def _use_facts(self, uses: UseList) -> Iterable[str]:
        if uses.own is not None:
            yield self._fact(N_("Used here"), f'<ul class="kw-scopes">{self._groups(uses.own)}</ul>')
        rest = more_files(uses.more_files)
        if uses.project:
            yield self._fact(N_("Used in"), self._files(uses.project, "" if uses.tests else rest))
        if uses.tests:
            yield self._fact(N_("Used in tests"), self._files(uses.tests, rest))

    def _files(self, files: Sequence[UsingFile], rest: str) -> str:
        shown, hidden = files[:OPEN_FILES], files[OPEN_FILES:]
        text = f'<ul class="kw-uses">{"".join(map(self._file, shown))}</ul>'
        tail = f"<p>{escape(rest)}</p>" if rest else ""
        if not hidden:
            return text + tail
        title = escape(say_count("1 more file", "%(count)s more files", len(hidden)))
        items = "".join(map(self._file, hidden))
        return (
            f'{text}<details class="kw-more"><summary>{title}</summary><ul class="kw-uses">{items}</ul>{tail}</details>'
        )

    def _file(self, file: UsingFile) -> str:
        return (
            f"<li>{self._linker.link(file.file)} <span>{file.count}×</span>"
            f'<ul class="kw-scopes">{self._groups(file)}</ul></li>'
        )

    def _groups(self, file: UsingFile) -> str:
        items = "".join(map(self._group, file.groups))
        if file.more:
            items += f"<li>{escape(say_count('1 more place', '%(count)s more places', file.more))}</li>"
        return items

    def _group(self, group: UseGroup) -> str:
        kinds = self._kinds.get(group.kinds) or self._kinds.setdefault(group.kinds, escape(use_words(group.kinds)))
        scope = f"<code>{self._linker.link(group.scope)}</code>" if group.scope.text else self._module_level
        lines = ", ".join(map(self.line, group.lines)) + ("…" if group.more_lines else "")
        return f"<li>{scope} <i>{kinds}</i>{f' {lines}' if lines else ''}</li>"
