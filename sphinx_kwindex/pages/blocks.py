"""The content of sections: blocks, with inlines in them, without markup. Each output format has one writer for them.

A block or inline holds what a reader sees. Texts of our own are `Said`: in English, with values, translated when written.
So equal blocks look the same, in every language, and their digest says whether a page has to be written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TypeVar

import msgspec

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
    """What the text leaves out: shown when the pointer is over the link."""


class Mentioned(View, frozen=True):
    """Which documents of the authors, or files of the project's prose, mention a keyword, a file or a folder."""

    documents: tuple[Link, ...]
    """By name."""
    more: int = 0
    """Further ones."""


# What is in a line


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
    look: str = ""
    """Here and below: names of its classes in HTML."""


class Prose(View, frozen=True, tag=True):
    """A piece of a docstring: the commonest marks of reST and Markdown in it are taken as what they mean."""

    text: str


class Mono(View, frozen=True, tag=True):
    """Inlines that HTML sets as code; elsewhere links to keywords are code by themselves."""

    inside: Inline


class Named(View, frozen=True, tag=True):
    """The head of a row: code, with a part in it that is a link."""

    before: str
    inside: Inline
    after: str = ""


class Qualified(View, frozen=True, tag=True):
    """A qualified name, its last part loudest."""

    text: str


class Gist(View, frozen=True, tag=True):
    """The first sentence of the docstring of what precedes it."""

    text: str


class Remarks(View, frozen=True, tag=True):
    """Remarks at the end of a line."""

    items: tuple[Inline, ...]


class To(View, frozen=True, tag=True):
    """A link to a page of ours; without a text of its own it has the link's, as code if it leads to a keyword."""

    link: Link
    text: Inline = ""
    look: str = ""


class Web(View, frozen=True, tag=True):
    """A link to an address on the web."""

    address: str
    inside: Inline
    look: str = "kw-external"


class Outside(View, frozen=True, tag=True):
    """What a dotted name means in another project: a link if a known one documents it; else `instead`."""

    name: str
    before: Inline = ""
    instead: Inline = ""


class Documented(View, frozen=True, tag=True):
    """A link to where this documentation describes an object of Python that has one of some names; else nothing."""

    names: tuple[str, ...]


class Mark(View, frozen=True, tag=True):
    """Of what kind the keyword is that follows."""

    kind: Kind
    flags: int = 0


class Flags(View, frozen=True, tag=True):
    """What is special about what precedes it."""

    words: tuple[Inline, ...]


class Why(View, frozen=True, tag=True):
    """A less prominent remark on what precedes it; in parentheses in formats without such a style, if it is an aside."""

    inside: Inline
    is_aside: bool = True


class Strong(View, frozen=True, tag=True):
    """What has to be seen first."""

    inside: Inline


class Hint(View, frozen=True, tag=True):
    """Words, with an explanation that shows when the pointer is over them."""

    inside: Inline
    title: Inline


class Copied(View, frozen=True, tag=True):
    """Code that readers may want to copy."""

    text: str


class Day(View, frozen=True, tag=True):
    """A day, as in 2026-11-25."""

    text: str


class Screen(View, frozen=True, tag=True):
    """Shown in HTML only."""

    inside: Inline


class MentionedIn(View, frozen=True, tag=True):
    """Where prose mentions a keyword of the page (no anchor: what the page is about); nothing if it is nowhere."""

    anchor: str = ""
    own: Mentioned | None = None
    """In the project's own prose; authors' documents are known when all has been read."""


class Tally(View, frozen=True, tag=True):
    """How many keywords of each kind there are, in words and with the letters of the kinds."""

    counts: tuple[tuple[Kind, int], ...]


class Arrow(View, frozen=True, tag=True):
    """What follows it is the target of what precedes it."""


class Line(View, frozen=True, tag=True):
    """A line of the page's own file, linked to the code browser if there is one."""

    number: int


class Series(View, frozen=True, tag=True):
    """Inlines with commas (or what `between` says) between them, and what is said about further ones."""

    items: tuple[Inline, ...]
    more: Inline = ""
    between: str = ", "
    """Other than a comma where items have commas in them."""


Inline = (
    str | Said | Code | Mono | Named | Prose | To | Web | Outside | Documented | Mark | Flags | Why | Strong | Hint | Arrow | Line
    | Copied | Day | Gist | Qualified | Remarks | Screen | MentionedIn | Tally
    | Series | tuple["Inline", ...]
)  # fmt: skip
"""What is in a line; a tuple is one thing after the other."""


# What stands one below the other


class Block(View, frozen=True, tag=True):
    """Base of the blocks."""


class Para(Block, frozen=True, tag=True):
    """A paragraph."""

    inside: Inline
    look: str = ""


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
    ends: tuple[Inline, ...] = ()
    """What is at the end of its line: how it is used, and where it is."""
    mark: Mark | None = None
    """Before it."""
    depth: int = 0
    index: tuple[Inline, ...] = ()
    """Under what the index of a book lists it: a name, and what tells it from others of that name."""


class Bullets(Block, frozen=True, tag=True):
    """A list, and a remark on further entries."""

    items: tuple[Item, ...]
    more: Inline = ""
    look: str = "kw-list"
    is_short: bool = False
    """Formats without closed parts write it in one line."""
    is_ordered: bool = False
    """Each entry leads to the next."""


class Fold(Block, frozen=True, tag=True):
    """A titled part; where parts can be closed, it may start so."""

    title: Inline
    blocks: tuple[Block, ...]
    count: Inline = ""
    """Behind the title."""
    is_open: bool = False
    look: str = "kw-block"
    has_title: bool = True
    """Formats that cannot collapse parts show the title above."""


class Glance(Block, frozen=True, tag=True):
    """A line that opens in place. Where a script can do that, the page holds the line alone, as a link: a page may have hundreds."""

    title: Inline
    link: Link
    """Where it leads as long as no script runs."""
    blocks: tuple[Block, ...]
    look: str


def fold_list(
    title: Inline,
    items: Iterable[Item],
    *,
    count: int | None = None,
    more: Inline = "",
    look: str = "kw-list",
    is_short: bool = False,
    open_limit: int = 0,
) -> Iterator[Block]:
    """Yield a titled list with the number of its entries; nothing if there are none."""
    shown = Bullets(tuple(items), more, look=look, is_short=is_short)
    number = len(shown.items) if count is None else count
    if shown.items:
        yield Fold(title, (shown,), count=str(number), is_open=number <= open_limit)


class Terms(Block, frozen=True, tag=True):
    """Terms, each with its facts."""

    items: tuple[tuple[Inline, tuple[Item, ...]], ...]
    look: str = "kw-facts simple"
    is_sentence: bool = False
    """A term and its fact read as one."""


class Group(Block, frozen=True, tag=True):
    """Blocks that belong together."""

    blocks: tuple[Block, ...]
    look: str
    is_note: bool = False
    """Readers of screens are told that it stands apart."""


class Intro(Block, frozen=True, tag=True):
    """What a page says first of what it is about."""

    page: str
    """Of which kind it is, for the script."""
    blocks: tuple[Block, ...]
    path: str = ""
    """The title is to be copied as this."""


class Tools(Block, frozen=True, tag=True):
    """Where the script of HTML pages puts filter and switches; the style sheet keeps the space free where scripts run."""

    is_of_kinds: bool = False


class Pager(Block, frozen=True, tag=True):
    """Links to all pages of a file that has several."""

    links: tuple[Link, ...]
    is_source: bool = False


class Jump(Block, frozen=True, tag=True):
    """Where HTML links to the sections of the page."""


class Brief(Block, frozen=True, tag=True):
    """What is shown only where parts can be closed: elsewhere, all of it can be seen anyway."""

    blocks: tuple[Block, ...]


class Count(Block, frozen=True, tag=True):
    """How many things a section holds: shown in the list of the page's sections."""

    number: int


class Grid(Block, frozen=True, tag=True):
    """A table: rows of cells."""

    head: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]


Kept = TypeVar("Kept", bound=msgspec.Struct)


def find_all(inside: object, kind: type[Kept]) -> Iterator[Kept]:
    """Yield what there is of one kind in blocks or inlines, however deep."""
    if isinstance(inside, kind):
        yield inside
        return
    fields = inside.__struct_fields__ if isinstance(inside, View) else ()
    for item in inside if isinstance(inside, tuple) else map(partial(getattr, inside), fields):
        if isinstance(item, (tuple, View)):  # most are texts and numbers
            yield from find_all(item, kind)
