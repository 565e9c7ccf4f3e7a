"""Shared by the collectors of prose: from headings and text to a `FileSummary`.

The first paragraph of a README says what a folder is, and is on its page; what prose mentions as code is shown where it is
defined, and on the page of the prose, with its links and blocks of code.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from sphinx_kwindex.collect import count_lines, define_module
from sphinx_kwindex.collect.prose.snippets import Snippets
from sphinx_kwindex.errors import Problem, WarningKind
from sphinx_kwindex.layout import is_changelog
from sphinx_kwindex.model import Definition, FileFacts, FileSummary, Kind, ProseCode, ProseLink, Role, SourceFile
from sphinx_kwindex.options import Options
from sphinx_kwindex.text import bag_of_words, shorten

PARAGRAPH_LIMIT = 1_500
"""Characters of the first paragraph that are kept."""

HEADING_LIMIT = 500
"""Headings of one file that are kept."""

MENTION_LIMIT = 300
"""Different pieces of code of one file that are kept; also links, and names in blocks of code."""

CODE_LIMIT = 100
"""Blocks of code of one file that are kept."""

LINE_LIMIT = 120
"""Characters of the first line of a block of code, of a link's text and of its address that are kept."""

MOST_PARSED: defaultdict[str, int] = defaultdict(lambda: 50_000, markdown=200_000, notebook=sys.maxsize)
"""Characters of one file that are parsed: what parsers take grows with the square of the links that they meet. The cells of a notebook are bounded."""
MOST_OF_A_CHANGELOG = 30_000
"""Characters of a changelog that are parsed: the newest entries."""

_MENTION = re.compile(r"[^\s()]{1,200}(?:\([^()]{0,100}\))?").fullmatch
"""What may name something: no blank, except for those in a call."""
_MARKS = re.compile(r"\W+")
_PYTHON = frozenset({"python", "python3", "py", "py3", "pycon", "pycon3", "ipython", "ipython3", "doctest"})
_NO_CODE = re.compile(r"\s*(?:#.*)?").fullmatch
_PROMPT = re.compile(r"\s*(?:>>> ?|In ?\[\d*\]: ?)")


class Heading(NamedTuple):
    """One heading: its text, its line (from 1) and its level (1: the title)."""

    text: str
    line: int
    level: int


class CodePiece(NamedTuple):
    """A block of code."""

    language: str
    text: str
    line: int
    """Of its first line, from 1."""
    before: int
    """How many headings are before it."""


class ProseError(Exception):
    """A file that is not what its name says; holds the line as well."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


class Outline(NamedTuple):
    """What a parser finds in a prose file."""

    headings: Sequence[Heading]
    first_paragraph: str
    """Plain text, on one line."""
    code: Sequence[tuple[str, int]] = ()
    """(piece of code in a sentence, how many headings are before it), in order."""
    links: Sequence[tuple[str, str, int]] = ()
    """(text, where it leads, how many headings are before it), in order."""
    blocks: Sequence[CodePiece] = ()
    text: str | None = None
    """What there is to read, if that is not the whole file."""


def collect_prose(source: bytes, file: SourceFile, options: Options, parse: Callable[[str], Outline]) -> FileSummary:
    """Return the summary of a prose file that `parse` understands; never raises because of what is in it."""
    kind, line = WarningKind.LIMIT, 0
    fault = f"larger than {options.max_file_size:,} bytes (kwindex_max_file_size), so not analysed"
    if len(source) <= options.max_file_size:
        try:
            text = source.decode("utf-8-sig")
            start = _start(text, MOST_OF_A_CHANGELOG if is_changelog(file.path) else MOST_PARSED[file.language])
            lines_read = count_lines(start.encode()) if len(start) < len(text) else 0
            return _summary(file, source, _with_text(parse(start), text), lines_read=lines_read)
        except ProseError as error:
            kind, line, fault = WarningKind.PARSE, error.line, str(error)
        except UnicodeDecodeError as error:
            kind, line, fault = WarningKind.DECODE, source.count(b"\n", 0, error.start) + 1, "not UTF-8 text"
        except RecursionError:
            fault = "nested too deeply to be analysed"
    return _summary(file, source, Outline((), "", text=""), Problem(kind, file.path, line, fault))


def _start(text: str, limit: int) -> str:
    """Return a text, or its first whole paragraphs."""
    return text if len(text) <= limit else text[: max(text.rfind("\n\n", 0, limit), 0) or limit]


def _with_text(outline: Outline, text: str) -> Outline:
    return outline if outline.text is not None else outline._replace(text=text)


def _summary(
    file: SourceFile, source: bytes, outline: Outline, error: Problem | None = None, *, lines_read: int = 0
) -> FileSummary:
    lines = count_lines(source)
    facts = FileFacts(
        path=file.path,
        language=file.language,
        module=file.module,
        is_package=False,
        role=Role.CHANGELOG if is_changelog(file.path) else Role.PROSE,
        lines=lines,
        size=len(source) or file.size,
        error=error,
        doc=shorten(outline.first_paragraph, PARAGRAPH_LIMIT),
        definitions=tuple(_definitions(file, outline.headings[:HEADING_LIMIT], lines)),
        mentions=_first((text, before) for text, before in outline.code if _MENTION(text)),
        code_targets=_first(_targets(outline.blocks, file.language)),
        links=tuple(_links(outline.links)),
        code=tuple(_code(outline.blocks[:CODE_LIMIT])),
        lines_read=lines_read,
    )
    return FileSummary(facts=facts, words=bag_of_words(outline.text or ""))


def _first(places: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Return each text with the heading under which it stands first."""
    found: dict[str, int] = {}
    for text, before in places:
        found.setdefault(text, min(before, HEADING_LIMIT))
    return tuple(itertools.islice(found.items(), MENTION_LIMIT))


def _targets(blocks: Iterable[CodePiece], language: str) -> Iterator[tuple[str, int]]:
    """Yield what blocks of Python name; a block of reST that says nothing of its language is Python as well, if it reads so."""
    snippets = Snippets()
    for block in blocks:
        if block.language in _PYTHON or (not block.language and language == "rest"):
            yield from ((named.target, block.before) for named in snippets.read(block.text))


def _links(links: Iterable[tuple[str, str, int]]) -> Iterator[ProseLink]:
    """Yield links that lead somewhere else, each once."""
    places = {target: (text, before) for text, target, before in reversed([*links])}
    for target in itertools.islice(dict.fromkeys(target for _, target, _ in links), MENTION_LIMIT):
        text, before = places[target]
        if target and not target.startswith("#") and len(target) <= LINE_LIMIT * 4:
            yield ProseLink(text=shorten(text, LINE_LIMIT), target=target, heading=min(before, HEADING_LIMIT))


def _code(blocks: Iterable[CodePiece]) -> Iterator[ProseCode]:
    for block in blocks:
        lines = block.text.rstrip().splitlines()
        first = next((line for line in lines if not _NO_CODE(line)), "")
        yield ProseCode(
            language=block.language[:LINE_LIMIT],
            line=block.line,
            lines=len(lines),
            first=shorten(_PROMPT.sub("", first).strip(), LINE_LIMIT),
            heading=min(block.before, HEADING_LIMIT),
        )


def _definitions(file: SourceFile, headings: Sequence[Heading], lines: int) -> list[Definition]:
    found = [define_module(file, lines)]
    taken: set[str] = set()
    open_sections: list[tuple[int, int]] = []
    for place, heading in enumerate(headings):
        while open_sections and open_sections[-1][0] >= heading.level:
            open_sections.pop()
        end = next((item.line - 1 for item in headings[place + 1 :] if item.level <= heading.level), found[0].end_line)
        scope = open_sections[-1][1] if open_sections else 0
        open_sections.append((heading.level, len(found)))
        found.append(_section(heading, _unique_slug(heading.text, taken), end, scope))
    return found


def _section(heading: Heading, slug: str, end: int, scope: int) -> Definition:
    line = heading.line
    return Definition(heading.text, slug, Kind.SECTION, line, col=0, end_line=max(end, line), scope=scope)


def _unique_slug(text: str, taken: set[str]) -> str:
    slug = _MARKS.sub("-", text.lower()).strip("-") or "section"
    number, unique = 2, slug
    while unique in taken:
        unique = f"{slug}-{number}"
        number += 1
    taken.add(unique)
    return unique
