"""Directives as objects: options, arguments and content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from sphinx_kwindex.pages.blocks import Block, View
from sphinx_kwindex.pages.subjects import Sources


class Query(View, frozen=True):
    """What a directive asks for."""

    what: str = ""
    """What its argument names; empty: nothing."""


class DirectiveView(View, frozen=True):
    """What a directive shows."""

    query: Query
    blocks: tuple[Block, ...]


Q = TypeVar("Q", bound=Query)
Read = Callable[[str], Any]
"""Reads the value of an option; raises `OptionValueError` for one that cannot be used."""


class Directive(msgspec.Struct, Generic[Q], frozen=True):
    """A directive that puts something of the index into an author's page."""

    name: str
    query: Callable[..., Q]
    """Makes the record of what is asked for: of `what` is named, and of the options by their names."""
    options: Mapping[str, Read]
    find: Callable[[Sources, Q], Sequence[str]]
    """Returns the names of what a query may mean, the best first; none if the index has nothing of that name."""
    blocks: Callable[[Sources, Q], Iterable[Block]]
    """Returns what it shows."""
    asks_for: str = ""
    """What its argument has to name; empty: it may have none."""
    is_of_keywords: bool = False
    """It may name a keyword, as seen from the scope in which it is."""
    look: str = "kw-listing"
    """Name of its class in HTML; empty: what it shows has its own."""


class OptionValueError(ValueError):
    """An option has an invalid value; `value` is the invalid part, `names` are the valid ones."""

    def __init__(self, text: str, value: str = "", names: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.value = value
        self.names = names


def read_flag(text: str) -> bool:
    """Read whether something is wanted."""
    if text.lower() in {"", "yes", "true", "on"}:
        return True
    if text.lower() in {"no", "false", "off"}:
        return False
    raise OptionValueError(f"invalid value {text!r}", text, ["yes", "no"])


def read_count(text: str) -> int:
    """Read a number."""
    if not (text.isascii() and text.isdigit()):
        raise OptionValueError(f"expected a whole number, 0 or more, got {text!r}")
    return int(text)


def read_choice(choices: Mapping[str, Any] | Sequence[str]) -> Read:
    """Return what reads one of some words."""
    values = choices if isinstance(choices, Mapping) else dict(zip(choices, choices, strict=True))

    def read(text: str) -> Any:
        if text not in values:
            raise OptionValueError(f"invalid value {text!r}", text, tuple(values))
        return values[text]

    return read


def read_choices(choices: Mapping[str, Any] | Sequence[str]) -> Read:
    """Return what reads some words, each of which counts once."""
    read = read_choice(choices)
    return lambda text: tuple(dict.fromkeys(read(word) for word in text.replace(",", " ").split()))
