"""What the collectors of prose share: from text and headings to a `FileSummary`.

Of prose only READMEs are indexed: their first paragraph says what a folder is, and stands on its page; what they mention
as code is shown where it is defined.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sphinx_kwindex.collect import count_lines, define_module
from sphinx_kwindex.errors import Problem, WarningKind
from sphinx_kwindex.model import Definition, FileFacts, FileSummary, Kind, Role, SourceFile
from sphinx_kwindex.options import Options
from sphinx_kwindex.text import bag_of_words

PARAGRAPH_LIMIT = 1_500
"""Characters of the first paragraph that are kept."""

HEADING_LIMIT = 500
"""Headings of one file that are kept."""

MENTION_LIMIT = 300
"""Different pieces of code of one file that are kept."""

MOST_PARSED: defaultdict[str, int] = defaultdict(lambda: 50_000, markdown=200_000)
"""Characters of one file that are parsed: what parsers take grows with the square of the links that they meet."""

_MENTION = re.compile(r"[^\s()]{1,200}(?:\([^()]{0,100}\))?").fullmatch
"""What may name something: no blank, but for those in a call."""
_MARKS = re.compile(r"\W+")


class Heading(NamedTuple):
    """One heading: its text, its line (from 1) and its level (1: the title)."""

    text: str
    line: int
    level: int


class Outline(NamedTuple):
    """What a parser finds in a prose file."""

    headings: Sequence[Heading]
    first_paragraph: str
    """Plain text, on one line."""
    code: Sequence[tuple[str, int]] = ()
    """(piece of code in a sentence, how many headings stand before it), in order."""


def collect_prose(source: bytes, file: SourceFile, options: Options, parse: Callable[[str], Outline]) -> FileSummary:
    """Return the summary of a prose file that `parse` understands; never raises because of what is in it."""
    kind, line = WarningKind.LIMIT, 0
    fault = f"larger than {options.max_file_size:,} bytes (kwindex_max_file_size), so not analysed"
    if len(source) <= options.max_file_size:
        try:
            text = source.decode("utf-8-sig")
            return _summary(file, source, text, parse(_start(text, MOST_PARSED[file.language])), None)
        except UnicodeDecodeError as error:
            kind, line, fault = WarningKind.DECODE, source.count(b"\n", 0, error.start) + 1, "not UTF-8 text"
        except RecursionError:
            fault = "nested too deeply to be analysed"
    return _summary(file, source, "", Outline((), ""), Problem(kind, file.path, line, fault))


def _start(text: str, limit: int) -> str:
    """Return a text, or its first whole paragraphs."""
    return text if len(text) <= limit else text[: max(text.rfind("\n\n", 0, limit), 0) or limit]


def _summary(file: SourceFile, source: bytes, text: str, outline: Outline, error: Problem | None) -> FileSummary:
    lines = count_lines(source)
    facts = FileFacts(
        path=file.path,
        language=file.language,
        module=file.module,
        is_package=False,
        role=Role.PROSE,
        lines=lines,
        size=len(source) or file.size,
        error=error,
        doc=_shorten(outline.first_paragraph),
        definitions=tuple(_definitions(file, outline.headings[:HEADING_LIMIT], lines)),
        mentions=tuple(_mentions(outline)),
    )
    return FileSummary(facts=facts, words=bag_of_words(text))


def _mentions(outline: Outline) -> Iterator[tuple[str, int]]:
    """Yield the pieces of code that may name something, each where it stands first."""
    known = min(len(outline.headings), HEADING_LIMIT)
    places: dict[str, int] = {}
    for text, before in outline.code:
        if _MENTION(text):
            places.setdefault(text, min(before, known))
    yield from itertools.islice(places.items(), MENTION_LIMIT)


def _definitions(file: SourceFile, headings: Sequence[Heading], lines: int) -> list[Definition]:
    found = [define_module(file, lines)]
    taken: set[str] = set()
    open_sections: list[tuple[int, int]] = []
    for place, heading in enumerate(headings):
        while open_sections and open_sections[-1][0] >= heading.level:
            open_sections.pop()
        end = next((item.line - 1 for item in headings[place + 1 :] if item.level <= heading.level), found[0].end_line)
        found.append(
            Definition(
                name=heading.text,
                qualname=_unique_slug(heading.text, taken),
                kind=Kind.SECTION,
                line=heading.line,
                col=0,
                end_line=max(end, heading.line),
                scope=open_sections[-1][1] if open_sections else 0,
            )
        )
        open_sections.append((heading.level, len(found) - 1))
    return found


def _unique_slug(text: str, taken: set[str]) -> str:
    slug = _MARKS.sub("-", text.lower()).strip("-") or "section"
    number, unique = 2, slug
    while unique in taken:
        unique = f"{slug}-{number}"
        number += 1
    taken.add(unique)
    return unique


def _shorten(text: str) -> str:
    return text if len(text) <= PARAGRAPH_LIMIT else text[: PARAGRAPH_LIMIT - 1].rstrip() + "…"
