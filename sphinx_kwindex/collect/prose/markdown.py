"""READMEs in Markdown, by markdown-it (the parser that MyST is built on)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING

from sphinx_kwindex.collect.prose.outline import Heading, Outline, collect_prose
from sphinx_kwindex.model import FileSummary, SourceFile
from sphinx_kwindex.options import Options

if TYPE_CHECKING:
    from markdown_it.token import Token

REVISION = 1
"""Raise it when this collector finds something else in the same file."""


class MarkdownCollector:
    """Collect the headings and the first paragraph of a README in Markdown."""

    language = "markdown"
    suffixes = ("readme.md", "readme.markdown")

    @property
    def version(self) -> str:
        """Return what else the result depends on."""
        return f"{REVISION}-markdown-it{version('markdown-it-py')}"

    def collect(self, source: bytes, file: SourceFile, options: Options) -> FileSummary:
        """Return all that is to be found in one file; never raises because of what is in it."""
        return collect_prose(source, file, options, parse_markdown)


def parse_markdown(text: str) -> Outline:
    """Return the headings and the first paragraph with words in it (badges are images alone)."""
    # Most runs meet no such file, and should not wait for the parser to be loaded.
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(text)
    return Outline(tuple(_headings(tokens)), next(_paragraphs(tokens), ""), tuple(_code(tokens)))


def _headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.map is not None:
            text = _plain(inside)
            if text:
                yield Heading(text, token.map[0] + 1, int(token.tag[1:]))


def _paragraphs(tokens: Sequence[Token]) -> Iterator[str]:
    for token, inside in pairwise(tokens):
        if token.type == "paragraph_open" and token.level == 0 and (text := _plain(inside)):
            yield text


def _code(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield each piece of code in a text, with the number of headings before it."""
    count = 0
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.map is not None and _plain(token):
            count += 1
        yield from ((child.content, count) for child in token.children or () if child.type == "code_inline")


def _plain(inline: Token) -> str:
    """Return the words of inline text, without markup, images and HTML."""
    parts = []
    for child in inline.children or ():
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
    return " ".join("".join(parts).split())
