"""The names in annotations of signatures, as written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.model import Kind

if TYPE_CHECKING:
    from sphinx_kwindex.model import Definition

_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_NAMES = re.compile(_NAME)
_PIECE = re.compile(
    rf"""(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<name>{_NAME})|->|(?P<mark>[()\[\]{{}}:=,])"""
)
_PARAMETER, _TYPE, _DEFAULT, _RETURN = range(4)
_NEXT = {(_PARAMETER, ":"): _TYPE, (_PARAMETER, "="): _DEFAULT, (_TYPE, "="): _DEFAULT}
"""What follows a mark in a parameter; a comma ends it."""
_LITERAL = re.compile(r"\bLiteral\[[^\[\]]*\]")
_NO_TYPES = frozenset(
    {"None", "Optional", "Union", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "Unpack"}
)
"""Names in annotations that are not types, or say nothing."""
_SELF = frozenset({"Self"})


class NamedType(NamedTuple):
    """A dotted name in an annotation."""

    start: int
    text: str
    is_returned: bool


def annotated_parts(signature: str) -> Iterator[NamedType]:
    """Yield each name in the annotations of a signature, those in strings too."""
    depth, state = 0, _PARAMETER
    for match in _PIECE.finditer(signature):
        text = match.group()
        if match["string"] is not None or match["name"] is not None:
            if state in {_TYPE, _RETURN}:
                yield from names_in(text, match.start(), is_returned=state == _RETURN)
        elif text == "->":
            state = _RETURN if depth == 0 else state
        elif text in "([{":
            depth += 1
            state = _PARAMETER if depth == 1 and state != _RETURN else state
        elif text in ")]}":
            depth -= 1
        elif depth == 1:
            state = _PARAMETER if text == "," and state != _RETURN else _NEXT.get((state, text), state)


def names_in(text: str, offset: int = 0, *, is_returned: bool = True) -> Iterator[NamedType]:
    """Yield each name in a text."""
    for match in _NAMES.finditer(text):
        yield NamedType(offset + match.start(), match.group(), is_returned)


def types_of(item: Definition, aliases: Mapping[str, str]) -> str:
    """Return which types a function takes and returns, by the last parts of their names: `Path,str>Harbour`; empty if none is told.

    `aliases` are the names that the file gives to what it imports. A constructor returns its class, a property its value.
    """
    if item.kind not in _TYPED:
        return ""
    outer = item.qualname.split(".")[-2:-1]
    parts = annotated_parts(_LITERAL.sub("", item.signature)) if item.signature else names_in(item.annotation)
    taken: set[str] = set()
    returned = set(outer) if item.name == "__init__" else set()
    for part in parts:
        name = aliases.get(part.text, part.text).rpartition(".")[2]
        (returned if part.is_returned else taken).update(outer if name in _SELF else [name])
    names = [",".join(sorted(some - _NO_TYPES)) for some in (taken, returned)]
    return ">".join(names) if any(names) else ""


_TYPED = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.PROPERTY})
