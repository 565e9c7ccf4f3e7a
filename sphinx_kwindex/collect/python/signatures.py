"""How things read: signatures, values, bases and decorators, cut from the source as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from astroid import nodes

from sphinx_kwindex.collect.python.trees import SourceText
from sphinx_kwindex.text import shorten

Frame: TypeAlias = "nodes.FunctionDef | nodes.ClassDef"


class Limits:
    """How much of a thing is kept, in characters."""

    SIGNATURE = 1_000
    VALUE = 200
    ANNOTATION = 300
    BASE = 200
    SUMMARY = 300
    PARAGRAPH = 1_500
    LINE = 1_000
    """A line that is longer holds data, and no comment on a variable."""


_HEAD = re.compile(r"(?:async[ \t\f\\\n]+)?(?:def|class)[ \t\f\\\n]+(\w+)[ \t]*")
_PLAIN_PARAMETERS = re.compile(r"""\([^()\[\]{}"'#\n]*\)""")
_STRING = (
    r"'''(?:[^\\]|\\.)*?'''"
    r'|"""(?:[^\\]|\\.)*?"""'
    r"|'(?:[^'\\\n]|\\.)*'"
    r'|"(?:[^"\\\n]|\\.)*"'
)
_PIECE = re.compile(rf"(?P<string>{_STRING})|(?P<comment>#[^\n]*)|(?P<open>[(\[{{])|(?P<close>[)\]}}])", re.DOTALL)
_SPACE = re.compile(r"(?:\s|\\\n)+")
_INNER_SPACE = re.compile(r"(?<=[(\[{]) | (?=[)\]}])")


class Name(NamedTuple):
    """Where the name in a `def` or `class` statement is written: line from 1, columns in code points, offset of its end."""

    line: int
    column: int
    end: int


def name_of(source: SourceText, node: Frame) -> Name:
    """Return the place of the name that a `def` or `class` statement binds."""
    line, column = keyword_place(node)
    start = source.offset(line, column)
    match = _HEAD.match(source.text, start)
    if match is None:  # cannot happen with text that parsed, but a wrong column is better than none
        return Name(line, source.column(line, column), start)
    place = match.start(1) - source.offsets[line - 1]
    on_line = place <= len(source.lines[line - 1])
    return Name(line, place if on_line else source.column(line, column), match.end())


def keyword_place(node: Frame) -> tuple[int, int]:
    """Return line and column (bytes) of the `def`, `async` or `class` keyword, whatever decorators come before it."""
    position = node.position
    if position is not None:
        return position.lineno, position.col_offset
    return node.fromlineno or node.lineno or 1, node.col_offset or 0


def signature_of(source: SourceText, node: nodes.FunctionDef, name_end: int) -> str:
    """Return type parameters, parameters and return annotation of a function as written, on one line."""
    plain = _PLAIN_PARAMETERS.match(source.text, name_end)
    text = plain.group() if plain else _brackets(source.text, name_end)
    if node.returns is not None:
        text += f" -> {one_line(source.of(node.returns))}"
    return shorten(text, Limits.SIGNATURE)


def lambda_signature(source: SourceText, node: nodes.Lambda) -> str:
    """Return the parameters of a lambda as written, in parentheses."""
    start = source.offset(node.lineno or 1, node.col_offset or 0) + len("lambda")
    end = source.offset(node.body.lineno or 1, node.body.col_offset or 0)
    head = source.text[start:end].rstrip("( \t\n\\").removesuffix(":")
    return shorten(f"({one_line(head)})", Limits.SIGNATURE)


def text_of(source: SourceText, node: nodes.NodeNG, limit: int = Limits.VALUE) -> str:
    """Return an expression as written, on one line, shortened."""
    # Blanks that `one_line` takes out must not count, but a table of a million entries must not be cut out whole.
    return shorten(one_line(source.of(node, limit * 4)), limit)


def bases_of(source: SourceText, node: nodes.ClassDef) -> tuple[str, ...]:
    """Return the bases of a class as written, and its keyword arguments after them."""
    texts = [text_of(source, base, Limits.BASE) for base in node.bases]
    metaclass = metaclass_of(node)
    if metaclass is not None:
        texts.append(f"metaclass={text_of(source, metaclass, Limits.BASE)}")
    texts.extend(
        f"{keyword.arg}={text_of(source, keyword.value, Limits.BASE)}"
        if keyword.arg
        else f"**{text_of(source, keyword.value, Limits.BASE)}"
        for keyword in node.keywords
    )
    return tuple(texts)


def metaclass_of(node: nodes.ClassDef) -> nodes.NodeNG | None:
    """Return the expression after `metaclass=`; astroid keeps it apart from the other keywords, without a public way."""
    metaclass: nodes.NodeNG | None = node._metaclass  # noqa: SLF001
    return metaclass


def one_line(text: str) -> str:
    """Return code on one line: no comments, no line ends, single blanks outside strings."""
    if "\n" not in text:
        return text.strip()
    return "".join(
        _SPACE.sub(" ", part) if is_string else _INNER_SPACE.sub("", _SPACE.sub(" ", part))
        for part, is_string in _parts(text)
    ).strip()


def _brackets(text: str, start: int) -> str:
    """Return the bracketed parts that follow each other from `start` on: `[T](x: T)`; on one line."""
    depth, end = 0, start
    for match in _PIECE.finditer(text, start):
        if match.lastgroup == "open":
            depth += 1
        elif match.lastgroup == "close":
            depth -= 1
            if depth == 0:
                end = match.end()
                if match.group() == ")":
                    break
    line = one_line(text[start:end])
    return f"{line[:-2]})" if line.endswith(",)") else line


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text between strings and the strings themselves; comments are left out."""
    at = 0
    plain: list[str] = []
    for match in _PIECE.finditer(text):
        if match.lastgroup not in {"string", "comment"}:
            continue
        plain.append(text[at : match.start()])
        at = match.end()
        if match.lastgroup == "string":
            yield "".join(plain), False
            yield match.group(), True
            plain = []
    plain.append(text[at:])
    yield "".join(plain), False
