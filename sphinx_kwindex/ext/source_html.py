"""The source of a file as HTML: highlighted by Pygments, with anchors for lines and links for names."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_for_filename
from pygments.lexers.python import PythonLexer
from pygments.lexers.special import TextLexer
from pygments.token import STANDARD_TYPES, _TokenType

from sphinx_kwindex.ext.blocks_html import HtmlWriter, element
from sphinx_kwindex.ext.escape import Html, escape, said
from sphinx_kwindex.ext.lexing import Tokens, find_lexing
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.phrases import say, use_count
from sphinx_kwindex.pages.records import Source, SourceName

MOST_HIGHLIGHTED = 500_000
"""Limit: characters of a file that is highlighted; a longer one is shown plain."""
_LONGEST_LINE = 10_000
"""Limit: characters of a line in a file that is highlighted: some lexers take time that grows with the square of it."""


class _Token(NamedTuple):
    """What a name that is a link has for attributes; by its anchors, other pages lead to it."""

    length: int
    attributes: str
    anchors: tuple[str, ...] = ()


ReadText = Callable[[Source], str]


class _Span(NamedTuple):
    """A piece of a line that is marked; `end` is behind it."""

    start: int
    end: int
    opening: str
    closing: str


def _body(source: Source, text: str, lines: list[str], writer: HtmlWriter) -> str:
    """Write the lines of one page."""
    start = sum(len(line) + 1 for line in lines[: source.first - 1])
    lines = lines[source.first - 1 : source.last or None]
    end = start + sum(len(line) + 1 for line in lines) - 1
    bound = _where(source, lines)
    spans = {span.start: span for span in _spans(source, lines, bound, writer)}
    tokens = _tokens(source.path, text)
    shown = _within(tokens, start, end) if end - start < len(text) else tokens
    return _Body(spans, bound.values(), writer, source.first).write(shown)


def write_source(source: Source, writer: HtmlWriter, read: ReadText) -> Html:
    """Write the source of a file."""
    text = read(source)
    if "\0" in text:
        return element("p", said(say("This file is binary: it is not shown.")), "kw-none")
    lines = text.split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()  # it only ends the one before
        text = text[:-1]
    inside = _body(source, text, lines, writer)
    page = writer.linker.uri(source.page) if source.page is not None else None
    part = f' data-kw-part="{source.last - source.first + 1}"' if source.last else ""
    return Html(
        f'<div class="kw-source-text highlight-default notranslate" data-kw-page-of="{page or ""}"{part}>'
        f'<div class="highlight"><pre>{inside}</pre></div></div>\n'
    )


def prepare_highlighting(path: str, text: str) -> None:
    """Put together the rules that a text needs: copies of this process have them at hand then."""
    for _token in _tokens(path, text):
        pass


def _where(source: Source, lines: list[str]) -> dict[tuple[int, int], SourceName]:
    """Return the names that are bound by their places, without those that the text does not have there."""
    return {
        (name.line, name.col): name
        for name in source.names
        if _is_at(lines, name.line - source.first + 1, name.col, name.name)
    }


def _is_at(lines: list[str], line: int, col: int, name: str) -> bool:
    return 0 < line <= len(lines) and lines[line - 1].startswith(name, col)


def _spans(
    source: Source, lines: list[str], bound: dict[tuple[int, int], SourceName], writer: HtmlWriter
) -> Iterator[_Span]:
    """Yield what is marked, by its place in the whole text; where a name is bound and is a use, too, it leads on."""
    starts = [0, *itertools.accumulate(len(line) + 1 for line in lines)]
    marks = _marks(source, writer)
    for place in sorted({*marks, *bound}):
        length, attributes, anchors = marks.get(place, (0, "", ()))
        name, (line, col) = bound.get(place), place
        if name is not None:
            anchors = (name.anchor, *anchors)
            length = length or len(name.name)
            attributes = attributes or (_target(name.row, writer) if name.row is not None else "")
        at = line - source.first
        if at >= len(lines) or col + length > len(lines[at]):
            continue  # the file has changed since
        start, tag = starts[at] + col, "a" if attributes else "span"
        if attributes or anchors:
            ids = [f' id="{escape(anchor)}"' for anchor in anchors]
            opening = "".join(f"<i{text}></i>" for text in ids[1:])
            yield _Span(start, start + length, f"{opening}<{tag}{''.join(ids[:1])}{attributes}>", f"</{tag}>")


def _marks(source: Source, writer: HtmlWriter) -> dict[tuple[int, int], _Token]:
    """Return the names that are links, by line and column; where several are meant, the script shows them all."""
    outside = [writer.linker.outside(name) for name in source.outside]
    marks = {
        (line, col): _Token(length, f' class="kw-outside" href="{address}" title="{escape(source.outside[number])}"')
        for line, col, length, number in source.outside_places
        if (address := outside[number])
    }
    uris = [writer.linker.uri(link) for link in source.targets]
    for place in source.places:
        look = "" if place.is_exact else ' class="kw-guess"'
        attributes = look + _hrefs([uri for number in place.targets if (uri := uris[number]) is not None])
        marks[place.line, place.col] = _Token(place.length, attributes, place.anchors)
    return marks


def _hrefs(uris: list[str]) -> str:
    if not uris:
        return ""
    more = f' data-kw-more="{" ".join(uris[1:])}"' if uris[1:] else ""
    return f' href="{uris[0]}"{more}'


def _target(link: Link, writer: HtmlWriter) -> str:
    """Return the attribute of a link; nothing if the output lacks the page."""
    uri = writer.linker.uri(link)
    return "" if uri is None else f' href="{uri}"'


class _Body:
    """Writes tokens, cut at the ends of lines and where marked pieces start and end."""

    def __init__(self, spans: dict[int, _Span], names: Iterable[SourceName], writer: HtmlWriter, first: int) -> None:
        self._spans = spans
        self._cuts = sorted({place for span in spans.values() for place in (span.start, span.end)})
        self._next = 0
        """Number of the first cut that has not been reached."""
        self._used = {name.line: name for name in names if name.uses}
        self._ends = {name.line: name.end for name in names if name.end}
        self._writer = writer
        self._number = first - 1
        self._parts: list[str] = []
        self._closing: dict[int, str] = {}

    def write(self, tokens: Iterable[tuple[int, str, str]]) -> str:
        """Return all lines."""
        self._start_line()
        for at, look, value in tokens:
            self._token(at, look, value)
        self._parts += self._closing.values()
        self._end_line()
        return "".join(self._parts)

    def _start_line(self) -> None:
        self._number += 1
        number = self._number
        end = f' data-kw-end="{self._ends[number]}"' if number in self._ends else ""
        self._parts.append(f'<a class="linenos" id="L{number}" href="#L{number}"{end}>{number}</a>')

    def _end_line(self) -> None:
        name = self._used.get(self._number)
        if name is not None and name.row is not None:
            self._parts.append(
                f'<a class="kw-times"{_target(name.row, self._writer)} aria-label="{said(use_count(name.uses, name.files))}"></a>'
            )
        self._parts.append("\n")

    def _token(self, at: int, look: str, value: str) -> None:
        cuts, end = self._cuts, at + len(value)
        while self._next < len(cuts) and cuts[self._next] < end:
            place = cuts[self._next]
            self._next += 1
            if place > at:
                self._lines(at, look, value[: place - at])
                at, value = place, value[place - at :]
        if "\n" in value:
            self._lines(at, look, value)
        else:
            self._piece(at, look, value)

    def _lines(self, at: int, look: str, text: str) -> None:
        for number, piece in enumerate(text.split("\n")):
            if number:
                self._end_line()
                self._start_line()
            self._piece(at, look, piece)
            at += len(piece) + 1

    def _piece(self, at: int, look: str, text: str) -> None:
        if at in self._closing:
            self._parts.append(self._closing.pop(at))
        if not text:
            return
        if at in self._spans and not self._closing:
            span = self._spans[at]
            self._parts.append(span.opening)
            self._closing[span.end] = span.closing
        self._parts.append(_marked_again(look, text) if len(text) <= _SHORT else _marked(look, text))


def _marked(look: str, text: str) -> str:
    """Return a piece of a line as it looks."""
    inside = escape(text)
    return f'<span class="{look}">{inside}</span>' if look and text.strip() else inside


_SHORT = 40
_marked_again = lru_cache(maxsize=10_000)(_marked)
"""Most pieces are short, and among the same few; long ones would take too much space."""


def _tokens(path: str, text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the tokens of a text: place, class of the style sheet, and what is written there."""
    if len(text) > MOST_HIGHLIGHTED or max(map(len, text.split("\n")), default=0) > _LONGEST_LINE:
        return iter([(0, "", text)])
    lex = _lexing(_lexer(PurePosixPath(path).name))
    return ((at, _look(kind), value) for at, kind, value in lex(text))


def _within(tokens: Iterable[tuple[int, str, str]], start: int, end: int) -> Iterator[tuple[int, str, str]]:
    """Yield what there is of tokens in a piece of the text, by their places in it."""
    for at, look, value in tokens:
        before, behind = max(0, start - at), max(0, at + len(value) - end)
        if before + behind < len(value):
            yield at + before - start, look, value[before : len(value) - behind]


@lru_cache(maxsize=64)
def _lexing(kind: Callable[[], Lexer]) -> Callable[[str], Tokens]:
    return find_lexing(kind())


@lru_cache(maxsize=64)
def _lexer(name: str) -> Callable[[], Lexer]:
    is_python = name.endswith((".py", ".pyi")) or "." not in name
    found: Callable[[], Lexer] | None = PythonLexer if is_python else find_lexer_class_for_filename(name)
    return found or TextLexer


@lru_cache(maxsize=512)
def _look(kind: _TokenType) -> str:
    while kind not in STANDARD_TYPES and kind.parent is not None:
        kind = kind.parent
    return str(STANDARD_TYPES.get(kind, ""))
