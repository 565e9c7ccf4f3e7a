"""Blocks and inlines as HTML."""

# ruff: noqa: SLF001 - the tables at the end hold methods of the class above them

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sphinx_kwindex.ext.escape import NOTHING, Html, Linker, escape, escape_line, join, prose, said, web
from sphinx_kwindex.ext.words import _, script_texts, translated
from sphinx_kwindex.model import Kind, split_name
from sphinx_kwindex.pages import blocks
from sphinx_kwindex.pages.phrases import KIND_LETTERS, kind_count, kind_word
from sphinx_kwindex.text import shorten

LONG_DOC = 280
"""A paragraph with more characters starts closed, after about three lines."""


DataWriter = Callable[[Any, "HtmlWriter"], Html]
"""Writes a block of data."""


LineAddress = Callable[[int, int], str]
"""Returns the address of a line of the page's file, or of the lines up to another; empty: there is none."""


Closed = dict[str, str]
"""What lines of a page open to, by the address to which each leads; the page's script shows it."""


def no_address(_line: int, _end: int) -> str:
    """Return no address."""
    return ""


class HtmlWriter:
    """Writes blocks of one page."""

    def __init__(
        self,
        linker: Linker,
        address: LineAddress = no_address,
        data: Mapping[type, DataWriter] | None = None,
        closed: Closed | None = None,
    ) -> None:
        self.linker = linker
        self._address = address
        self._data = data or {}
        self._closed = closed
        self._marks: dict[blocks.Mark, Html] = {}

    def write(self, items: Iterable[blocks.Block]) -> Html:
        """Write blocks."""
        return join(map(self._block, items))

    def _block(self, block: blocks.Block) -> Html:
        kind = type(block)
        return _BLOCKS[kind](self, block) if kind in _BLOCKS else self._data[kind](block, self)

    def inline(self, item: blocks.Inline) -> Html:
        """Write what is in a line."""
        return _INLINES[type(item)](self, item)

    def line(self, number: int, end: int = 0) -> Html:
        """Write a line (or the lines up to `end`) of the page's file, linked to the code browser if there is one."""
        text = Html(f"L{number}–{end}" if end > number else f"L{number}")
        address = self._address(number, end)
        return Html(f'<a href="{escape(address)}">{text}</a>') if address else text

    # Inlines

    def _many(self, items: tuple[blocks.Inline, ...]) -> Html:
        return join(map(self.inline, items))

    def _said(self, said: blocks.Said) -> Html:
        return join(escape(part) if isinstance(part, str) else self.inline(part) for part in translated(said))

    def _to(self, item: blocks.To) -> Html:
        inside = self.inline(item.text) if item.text else escape_line(item.link.text)
        return self.linker.link(item.link, inside, f' class="{item.look}"' if item.look else "")

    def _named(self, item: blocks.Named) -> Html:
        inside = join([escape(item.before), self.inline(item.inside), short_code(item.after)])
        return element("code", inside, "kw-name")

    def _outside(self, item: blocks.Outside) -> Html:
        found = self.linker.external(item.name)
        if not found:
            return self.inline(item.instead)
        return join([self.inline(item.before), element("code", found)])

    def _documented(self, item: blocks.Documented) -> Html:
        uri = self.linker.documented(item.names)
        return Html(f'<a href="{uri}">{escape(_("Documentation"))}</a>' if uri else "")

    def _mark(self, mark: blocks.Mark) -> Html:
        if mark not in self._marks:
            self._marks[mark] = kind_mark(mark.kind, mark.flags)
        return self._marks[mark]

    def _flags(self, item: blocks.Flags) -> Html:
        return join(element("span", self.inline(word), "kw-flag", before=" ") for word in item.words)

    def _mentioned(self, item: blocks.MentionedIn) -> Html:
        links = self.linker.mentioned(item.anchor, item.own)
        return Html(f"{escape(_('Mentioned in'))}: {links}") if links else NOTHING

    def _hint(self, item: blocks.Hint) -> Html:
        return Html(f'<span title="{said(item.title)}">{self.inline(item.inside)}</span>')

    def _series(self, series: blocks.Series) -> Html:
        return Html(series.between.join(filter(None, map(self.inline, series.items))) + self.inline(series.more))

    # Blocks

    def _facts(self, facts: blocks.Facts) -> Html:
        items = filter(None, map(self.inline, facts.items))
        return listed(items, "kw-line")

    def _bullets(self, bullets: blocks.Bullets) -> Html:
        items = [self._item(item) for item in bullets.items]
        if bullets.more:
            items.append(element("li", self.inline(bullets.more)))
        tag = "ol" if bullets.is_ordered else "ul"
        look = f' class="{bullets.look}"' if bullets.look else ""
        return Html(f'<{tag}{look} role="list">{join(items)}</{tag}>') if items else NOTHING

    def _item(self, item: blocks.Item) -> Html:
        look = f' class="{item.look}"' if item.look else ""
        anchor = f' id="{escape(item.anchor)}"' if item.anchor else ""
        inside = self.inline(item.inside)
        if item.ends or item.mark is not None:
            mark = self._mark(item.mark) if item.mark is not None else NOTHING
            used, *places = map(self.inline, item.ends or ("",))
            ends = [element("span", used, "kw-used"), *map(_tail, places)] if item.ends else []
            inside = join([mark, element("span", inside), *ends])
        look += f' style="--kw-depth:{item.depth}"' if item.depth else ""
        return Html(f"<li{look}{anchor}>{inside}{self.write(item.blocks)}</li>")

    def _group(self, group: blocks.Group) -> Html:
        role = ' role="note"' if group.is_note else ""
        return Html(f'<div class="{group.look}"{role}>{self.write(group.blocks)}</div>')

    def _intro(self, intro: blocks.Intro) -> Html:
        copy = f' data-kw-copy-title="{escape(intro.path)}"' if intro.path else ""
        return Html(f'<div class="kw-head" {page_data(intro.page)}{copy}>{self.write(intro.blocks)}</div>')

    def _fold(self, fold: blocks.Fold) -> Html:
        count = f" <span>{self.inline(fold.count)}</span>" if fold.count else ""
        state = ' open=""' if fold.is_open else ""
        return Html(
            f'<details class="{fold.look}"{state}><summary>{self.inline(fold.title)}{count}</summary>'
            f"{self.write(fold.blocks)}</details>"
        )

    def _glance(self, item: blocks.Glance) -> Html:
        uri = self.linker.uri(item.link)
        if self._closed is None or uri is None:
            return self._fold(blocks.Fold(item.title, item.blocks, look=f"kw {item.look}"))
        self._closed[html.unescape(uri)] = self.write(item.blocks)
        return Html(f'<a class="{item.look}" href="{uri}">{self.inline(item.title)}</a>')

    def _terms(self, terms: blocks.Terms) -> Html:
        inside = join(
            join([element("dt", self.inline(term)), *map(self._definition, items)]) for term, items in terms.items
        )
        return element("dl", inside, terms.look)

    def _definition(self, item: blocks.Item) -> Html:
        return element("dd", join([self.inline(item.inside), self.write(item.blocks)]))

    def _grid(self, grid: blocks.Grid) -> Html:
        head = join(Html(f'<th scope="col">{self.inline(cell)}</th>') for cell in grid.head)
        rows = join(element("tr", join(element("td", self.inline(cell)) for cell in row)) for row in grid.rows)
        table = Html(f'<table class="kw-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>')
        return element("div", table, "kw-wide")


ARROW = Html(' <span class="kw-arrow" aria-hidden="true">→</span> ')


def element(tag: str, inside: Html, look: str = "", *, before: str = "") -> Html:
    """Write an element, with the names of its classes."""
    return Html(f'{before}<{tag} class="{look}">{inside}</{tag}>' if look else f"{before}<{tag}>{inside}</{tag}>")


def listed(items: Iterable[Html], look: str) -> Html:
    """Write a list; nothing if there is nothing to list."""
    inside = "".join(f"<li>{item}</li>" for item in items)
    name = f' class="{look}"' if look else ""
    return Html(f'<ul{name} role="list">{inside}</ul>' if inside else "")


def page_data(page: str) -> Html:
    """Write the attributes by which the script knows a page, with its texts where they are not English."""
    texts = script_texts()
    data = f' data-kw-texts="{escape(json.dumps(texts, ensure_ascii=False))}"' if texts else ""
    return Html(f'data-kw-page="{page}"{data}')


def _qualified(item: blocks.Qualified) -> Html:
    outer, dot, own = split_name(item.text)
    return Html(f"{escape(outer + dot)}<b>{escape(own)}</b>")


def _tally(tally: blocks.Tally) -> Html:
    """Write the counts of a whole page in words, which also says what the letters of the kinds mean."""
    return join(
        Html(
            f'<span class="kw-count kw-{kind.value}"><b aria-hidden="true">{KIND_LETTERS[kind]}</b> '
            f"{said(kind_count(kind, count))}</span>"
        )
        for kind, count in tally.counts
    )


def _tail(inside: Html) -> Html:
    return element("span", element("small", inside), "kw-tail")


SHORT = 80
"""Characters of a signature or value that a closed row shows."""


def short_code(text: str) -> Html:
    """Write a signature or value as far as a closed row shows it; no line ends within an arrow."""
    return Html(escape(shorten(text, SHORT)).replace("-&gt;", '<span class="kw-nobr">-&gt;</span>'))


def kind_mark(kind: Kind, flags: int = 0) -> Html:
    """Write the mark of a kind: a letter to see, the word to hear, to point at and to copy."""
    word = said(kind_word(kind, flags))
    return Html(
        f'<span class="kw-kind kw-{kind.value}" title="{word}">'
        f'<b aria-hidden="true">{KIND_LETTERS[kind]}</b><i>{word}</i></span>'
    )


def document(text: str) -> Html:
    """Write the first paragraph of a docstring; a long one starts closed."""
    cut = text.rfind(" ", 0, LONG_DOC - 40) if len(text) > LONG_DOC else 0
    # A cut inside a literal would leave half its marks.
    if cut <= 0 or text.count("`", 0, cut) % 2:
        return element("p", prose(text), "kw-doc")
    head, tail = prose(text[:cut]), prose(text[cut + 1 :])
    return Html(f'<details class="kw-doc"><summary>{head}<span> …</span></summary>{tail}</details>')


_INLINES: Mapping[type, Callable[[HtmlWriter, Any], Html]] = {
    str: lambda _writer, item: escape(item),
    tuple: HtmlWriter._many,
    blocks.Said: HtmlWriter._said,
    blocks.Code: lambda _writer, item: element("code", escape(item.text), item.look),
    blocks.Mono: lambda writer, item: element("code", writer.inline(item.inside)),
    blocks.Named: HtmlWriter._named,
    blocks.Prose: lambda _writer, item: prose(item.text),
    blocks.To: HtmlWriter._to,
    blocks.Web: lambda writer, item: web(item.address, writer.inline(item.inside), item.look),
    blocks.Outside: HtmlWriter._outside,
    blocks.Documented: HtmlWriter._documented,
    blocks.Mark: HtmlWriter._mark,
    blocks.Flags: HtmlWriter._flags,
    blocks.Why: lambda writer, item: element(
        "span", writer.inline(item.inside), "kw-why", before=" " if item.is_aside else ""
    ),
    blocks.Strong: lambda writer, item: element("b", writer.inline(item.inside)),
    blocks.Hint: HtmlWriter._hint,
    blocks.Arrow: lambda _writer, _item: ARROW,
    blocks.Copied: lambda _writer, item: Html(f'<code data-kw-copy="">{escape(item.text)}</code>'),
    blocks.Day: lambda _writer, item: Html(f'<time datetime="{escape(item.text)}">{escape(item.text)}</time>'),
    blocks.Gist: lambda _writer, item: element("span", prose(item.text), "kw-text", before=" "),
    blocks.Qualified: lambda _writer, item: _qualified(item),
    blocks.Remarks: lambda writer, item: Html(" · ".join(map(writer.inline, item.items))),
    blocks.Screen: lambda writer, item: writer.inline(item.inside),
    blocks.MentionedIn: HtmlWriter._mentioned,
    blocks.Tally: lambda _writer, item: _tally(item),
    blocks.Line: lambda writer, item: writer.line(item.number),
    blocks.Series: HtmlWriter._series,
}
_BLOCKS: Mapping[type, Callable[[HtmlWriter, Any], Html]] = {
    blocks.Para: lambda writer, item: element("p", writer.inline(item.inside), item.look),
    blocks.Document: lambda _writer, item: document(item.text),
    blocks.Facts: HtmlWriter._facts,
    blocks.Lines: lambda _writer, item: element("pre", escape(item.text), "kw-code"),
    blocks.Bullets: HtmlWriter._bullets,
    blocks.Fold: HtmlWriter._fold,
    blocks.Glance: HtmlWriter._glance,
    blocks.Terms: HtmlWriter._terms,
    blocks.Grid: HtmlWriter._grid,
    blocks.Group: HtmlWriter._group,
    blocks.Count: lambda _writer, _item: NOTHING,
    blocks.Intro: HtmlWriter._intro,
    blocks.Tools: lambda _writer, item: Html(f'<div class="kw-tools{" kw-kinds" if item.is_of_kinds else ""}"></div>'),
    blocks.Brief: lambda writer, item: writer.write(item.blocks),
}
