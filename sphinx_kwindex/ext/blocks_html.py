"""Blocks and inlines as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sphinx_kwindex.ext.escape import Html, Linker, escape, escape_line, join, prose, web
from sphinx_kwindex.ext.words import KIND_LETTERS, _, kind_word, tell, translated
from sphinx_kwindex.model import Kind
from sphinx_kwindex.pages.blocks import (
    Arrow,
    Block,
    Bullets,
    Code,
    Document,
    Documented,
    Facts,
    Flags,
    Fold,
    Grid,
    Hint,
    Inline,
    Item,
    Line,
    Lines,
    Mark,
    Outside,
    Para,
    Prose,
    Said,
    Series,
    Strong,
    Terms,
    To,
    Web,
    Why,
)

LONG_DOC = 280
"""A paragraph with more characters starts closed, after about three lines."""


class HtmlWriter:
    """Writes blocks of one page."""

    def __init__(self, linker: Linker, source_url: str = "") -> None:
        self.linker = linker
        self._source_url = source_url
        self._marks: dict[Mark, Html] = {}
        self._inlines: dict[type, Callable[[Any], Html]] = {
            str: escape,
            tuple: self._many,
            Said: self._said,
            Code: lambda item: element("code", escape(item.text)),
            Prose: lambda item: prose(item.text),
            To: self._to,
            Web: lambda item: web(item.address, self.inline(item.inside)),
            Outside: self._outside,
            Documented: self._documented,
            Mark: self._mark,
            Flags: self._flags,
            Why: lambda item: element("span", self.inline(item.inside), "kw-why", before=" "),
            Strong: lambda item: element("b", self.inline(item.inside)),
            Hint: self._hint,
            Arrow: lambda _: ARROW,
            Line: lambda item: self.line(item.number),
            Series: self._series,
        }
        self._blocks: dict[type, Callable[[Any], Html]] = {
            Para: lambda item: element("p", self.inline(item.inside), item.look),
            Document: lambda item: document(item.text),
            Facts: self._facts,
            Lines: lambda item: element("pre", escape(item.text), "kw-code"),
            Bullets: self._bullets,
            Fold: self._fold,
            Terms: self._terms,
            Grid: self._grid,
        }

    def blocks(self, blocks: Iterable[Block]) -> Html:
        """Write blocks."""
        return join(self._blocks[type(block)](block) for block in blocks)

    def inline(self, item: Inline) -> Html:
        """Write what stands in a line."""
        return self._inlines[type(item)](item)

    def line(self, number: int, end: int = 0) -> Html:
        """Write a line (or the lines up to `end`) of the page's file, linked to the code browser if there is one."""
        text = Html(f"L{number}–{end}" if end > number else f"L{number}")
        if not self._source_url:
            return text
        return Html(f'<a href="{escape(self._source_url.replace("{line}", str(number)))}">{text}</a>')

    # Inlines

    def _many(self, items: tuple[Inline, ...]) -> Html:
        return join(map(self.inline, items))

    def _said(self, said: Said) -> Html:
        return join(escape(part) if isinstance(part, str) else self.inline(part) for part in translated(said))

    def _to(self, item: To) -> Html:
        inside = self.inline(item.text) if item.text else escape_line(item.link.text)
        shown = self.linker.link(item.link, inside)
        return element("code", shown) if item.is_code else shown

    def _outside(self, item: Outside) -> Html:
        found = self.linker.external(item.name)
        if not found:
            return self.inline(item.instead)
        return join([self.inline(item.before), element("code", found)])

    def _documented(self, item: Documented) -> Html:
        uri = self.linker.documented(item.names)
        return Html(f'<a href="{uri}">{escape(_("Documentation"))}</a>' if uri else "")

    def _mark(self, mark: Mark) -> Html:
        if mark not in self._marks:
            self._marks[mark] = kind_mark(mark.kind, mark.flags)
        return self._marks[mark]

    def _flags(self, item: Flags) -> Html:
        return join(element("span", self.inline(word), "kw-flag", before=" ") for word in item.words)

    def _hint(self, item: Hint) -> Html:
        return Html(f'<span title="{escape(tell(item.title))}">{self.inline(item.inside)}</span>')

    def _series(self, series: Series) -> Html:
        return Html(", ".join(filter(None, map(self.inline, series.items))) + self.inline(series.more))

    # Blocks

    def _facts(self, facts: Facts) -> Html:
        items = filter(None, map(self.inline, facts.items))
        return listed(items, "kw-line")

    def _bullets(self, bullets: Bullets) -> Html:
        items = [self._item(item) for item in bullets.items]
        if bullets.more:
            items.append(element("li", self.inline(bullets.more)))
        tag = "ol" if bullets.is_ordered else "ul"
        return Html(f'<{tag} class="{bullets.look}" role="list">{join(items)}</{tag}>')

    def _item(self, item: Item) -> Html:
        look = f' class="{item.look}"' if item.look else ""
        anchor = f' id="{escape(item.anchor)}"' if item.anchor else ""
        return Html(f"<li{look}{anchor}>{self.inline(item.inside)}{self.blocks(item.blocks)}</li>")

    def _fold(self, fold: Fold) -> Html:
        count = f" <span>{self.inline(fold.count)}</span>" if fold.count else ""
        state = ' open=""' if fold.is_open else ""
        return Html(
            f'<details class="{fold.look}"{state}><summary>{self.inline(fold.title)}{count}</summary>'
            f"{self.blocks(fold.blocks)}</details>"
        )

    def _terms(self, terms: Terms) -> Html:
        inside = join(
            join([element("dt", self.inline(term)), *(element("dd", self.inline(said)) for said in all_said)])
            for term, all_said in terms.items
        )
        return element("dl", inside, terms.look)

    def _grid(self, grid: Grid) -> Html:
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
    return Html(f'<ul class="{look}" role="list">{inside}</ul>' if inside else "")


def kind_mark(kind: Kind, flags: int = 0) -> Html:
    """Write the mark of a kind: a letter to see, the word to hear, to point at and to copy."""
    word = escape(kind_word(kind, flags))
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
