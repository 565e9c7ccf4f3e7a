"""What sections of pages are made of: blocks, with inlines in them. No markup: each output format has one writer for them.

A block or inline holds what a reader sees. Texts of our own are `Said`: in English, with values, translated when written.
So equal blocks look the same, in every language, and their digest says whether a page has to be written again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from sphinx_kwindex.model import Kind


class View(msgspec.Struct, frozen=True, array_like=True):
    """Base of the records that pages are made of."""


class Link(View, frozen=True):
    """A link to a page of ours, or to a place on one. The Sphinx layer turns it into an address.

    An empty `docname` is the page on which the link stands.
    """

    docname: str
    anchor: str = ""
    text: str = ""
    title: str = ""
    """What the text leaves out: shown when the pointer rests on the link."""


# What stands in a line


class Said(View, frozen=True, tag=True):
    """A text of our own: English, marked for translation where it is made, with `%(name)s` for the values."""

    text: str
    values: tuple[tuple[str, Inline], ...] = ()
    many: str = ""
    """The plural; `text` then is the singular, and `%(count)s` in both the number."""
    count: int = 0


class Code(View, frozen=True, tag=True):
    """A piece of code: `Code("x < 1")`."""

    text: str


class Prose(View, frozen=True, tag=True):
    """A piece of a docstring: the commonest marks of reST and Markdown in it are taken as what they mean."""

    text: str


class To(View, frozen=True, tag=True):
    """A link to a page of ours; without a text of its own it has the link's, as code if it leads to a keyword."""

    link: Link
    text: Inline = ""
    is_code: bool = False
    """In HTML, the link's text is code as well."""


class Web(View, frozen=True, tag=True):
    """A link to an address on the web."""

    address: str
    inside: Inline


class Outside(View, frozen=True, tag=True):
    """What a dotted name means in another project: a link if a known one documents it; else `instead`."""

    name: str
    before: str = ""
    instead: Inline = ""


class Documented(View, frozen=True, tag=True):
    """A link to where this documentation describes an object of Python that has one of some names; else nothing."""

    names: tuple[str, ...]


class Mark(View, frozen=True, tag=True):
    """Of what kind the keyword is that follows."""

    kind: Kind
    flags: int = 0


class Flags(View, frozen=True, tag=True):
    """What is special about that which stands before."""

    words: tuple[Inline, ...]


class Why(View, frozen=True, tag=True):
    """A remark on that which stands before, less loud."""

    inside: Inline


class Strong(View, frozen=True, tag=True):
    """What has to be seen first."""

    inside: Inline


class Hint(View, frozen=True, tag=True):
    """Words, with an explanation that shows when the pointer rests on them."""

    inside: Inline
    title: Inline


class Arrow(View, frozen=True, tag=True):
    """What stands behind it is where that before it leads."""


class Line(View, frozen=True, tag=True):
    """A line of the page's own file, linked to the code browser if there is one."""

    number: int


class Series(View, frozen=True, tag=True):
    """Inlines with commas between them, and what is said of further ones."""

    items: tuple[Inline, ...]
    more: Inline = ""


Inline = (
    str | Said | Code | Prose | To | Web | Outside | Documented | Mark | Flags | Why | Strong | Hint | Arrow | Line
    | Series | tuple["Inline", ...]
)  # fmt: skip
"""What stands in a line; a tuple is one thing after the other."""


# What stands one below the other


class Block(View, frozen=True, tag=True):
    """Base of the blocks."""


class Para(Block, frozen=True, tag=True):
    """A paragraph."""

    inside: Inline
    look: str = ""
    """Here and below: names of its classes in HTML."""


class Document(Block, frozen=True, tag=True):
    """The first paragraph of a docstring or README; where parts can be closed, a long one is, after some lines."""

    text: str


class Facts(Block, frozen=True, tag=True):
    """Short facts in one line; empty ones are left out."""

    items: tuple[Inline, ...]


class Lines(Block, frozen=True, tag=True):
    """Lines of code."""

    text: str


class Item(View, frozen=True):
    """An entry of a list."""

    inside: Inline
    blocks: tuple[Block, ...] = ()
    anchor: str = ""
    look: str = ""


class Bullets(Block, frozen=True, tag=True):
    """A list, and what is said of further entries."""

    items: tuple[Item, ...]
    more: Inline = ""
    look: str = "kw-list"
    is_short: bool = False
    """Its entries are names: formats without closed parts write it in one line."""
    is_ordered: bool = False


class Fold(Block, frozen=True, tag=True):
    """A titled part; where parts can be closed, it may start so."""

    title: Inline
    blocks: tuple[Block, ...]
    count: Inline = ""
    """Behind the title."""
    is_open: bool = False
    look: str = "kw-block"


class Terms(Block, frozen=True, tag=True):
    """Terms, each with some things that are said of it."""

    items: tuple[tuple[Inline, tuple[Inline, ...]], ...]
    look: str


class Grid(Block, frozen=True, tag=True):
    """A table: rows of cells."""

    head: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]
