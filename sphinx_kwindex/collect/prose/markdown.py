"""Markdown, by markdown-it (the parser that MyST is built on)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sphinx_kwindex.collect.prose.outline import CodePiece, Heading, Outline

if TYPE_CHECKING:
    from markdown_it.token import Token

_LANGUAGE = re.compile(r"\s*(?:\{(?:code|code-block|code-cell|sourcecode)\}\s*)?\.?([\w+#-]+)")
"""What the line above a block of code says about it, in MyST as well."""
_DIRECTIVE = re.compile(r"\s*\{([\w:-]+)\}").match
_OF_CODE = {
    "code": "",
    "code-block": "",
    "code-cell": "python",
    "sourcecode": "",
    "doctest": "pycon",
    "testcode": "python",
}
"""Directives of MyST that hold code, with its language if they name none."""
_OF_PROSE = frozenset(
    [
        "admonition",
        "attention",
        "caution",
        "danger",
        "deprecated",
        "error",
        "hint",
        "important",
        "note",
        "seealso",
        "tip",
        "versionadded",
        "versionchanged",
        "warning",
    ]
)
_LABEL = re.compile(r"\([^()\s]+\)=").fullmatch


def parse_markdown(text: str) -> Outline:
    """Return the outline; the first paragraph is one with words in it (badges are images alone)."""
    # Most runs meet no such file, and should not wait for the parser to be loaded.
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(text)
    links: list[tuple[str, str, int]] = []
    blocks: list[CodePiece] = []
    code: list[tuple[str, int]] = []
    for token, count in _counted(tokens):
        code += ((child.content, count) for child in token.children or () if child.type == "code_inline")
        links += ((text, target, count) for text, target in _links(token.children or ()))
        directive = _DIRECTIVE(token.info) if token.type == "fence" else None
        if directive is not None and directive[1] in _OF_PROSE:
            inside = parse_markdown(token.content)
            code += ((text, count) for text, _ in inside.code)
            links += ((text, target, count) for text, target, _ in inside.links)
        elif token.type in {"fence", "code_block"} and (directive is None or directive[1] in _OF_CODE):
            blocks.append(_block(token, count))
    return Outline(tuple(_headings(tokens)), next(_paragraphs(tokens), ""), code, links, blocks)


def _block(token: Token, count: int) -> CodePiece:
    language, directive = _LANGUAGE.match(token.info), _DIRECTIVE(token.info)
    name = language[1].lower() if language else _OF_CODE[directive[1]] if directive else ""
    return CodePiece(name, token.content, (token.map or [0])[0] + 1 + (token.type == "fence"), count)


def _headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.map is not None:
            text = _plain(inside)
            if text:
                yield Heading(text, token.map[0] + 1, int(token.tag[1:]))


def _paragraphs(tokens: Sequence[Token]) -> Iterator[str]:
    for token, inside in pairwise(tokens):
        if token.type == "paragraph_open" and token.level == 0 and (text := _plain(inside)) and not _LABEL(text):
            yield text


def _counted(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Yield each token with the number of headings before it, that which it is part of included."""
    count = 0
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.map is not None and _plain(token):
            count += 1
        yield token, count


def _links(children: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yield (text, where it leads) of the links in inline text; not of those that are on images alone."""
    start, target = 0, ""
    for place, child in enumerate(children):
        if child.type == "link_open":
            start, target = place, str(child.attrs.get("href", ""))
        elif child.type == "link_close" and (text := _words(children[start:place])):
            yield text, target


def _plain(inline: Token) -> str:
    """Return the words of inline text, without markup, images and HTML."""
    return _words(inline.children or ())


def _words(children: Iterable[Token]) -> str:
    parts = []
    for child in children:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
    return " ".join("".join(parts).split())
