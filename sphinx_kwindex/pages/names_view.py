"""What the pages of the A-Z index show, and which pages it has.

Names sort whatever their case and without leading underscores, so that private names stand under their first letter. A
letter with too many names has several pages. Their bounds follow from the counts of names by prefix, so an edit seldom
moves one. Between the names stand words that several names are made of, with references to these names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.model import Flag, Kind
from sphinx_kwindex.pages.addresses import Addresses, name_anchor
from sphinx_kwindex.pages.blocks import Block, Brief, Facts, Intro, Link, Tools
from sphinx_kwindex.pages.phrases import keyword_count, name_count
from sphinx_kwindex.pages.records import (
    Bucket,
    Head,
    Heads,
    LetterBody,
    LetterCount,
    LetterPage,
    Letters,
    LettersBody,
    NameEntry,
    Page,
)
from sphinx_kwindex.pages.sub_words import SubWords
from sphinx_kwindex.pages.subjects import LetterSubject, Subject

if TYPE_CHECKING:
    from sphinx_kwindex.store import Home, Reader

PAGE_ROWS = 1_000
"""Rows (heads and keywords under them) on one page, at most: about 200 kB in a tree of long paths."""
HEAD_ENTRIES = 100
"""Keywords listed under one spelling."""
ROW_LINKS = 5
"""References from a word that count as one row: so many are as large as a keyword's."""

_PRIVATE = int(Flag.PRIVATE)

DIGITS, SYMBOLS, OTHER = "~digits", "~symbols", "~other"


def sort_key(folded: str) -> str:
    """Return what a name (in folded case) is sorted by: it without its underscores; empty if it has nothing else."""
    if folded.startswith("__"):
        return folded[2:]
    return folded.removeprefix("_")


def letter_group(key: str) -> str:
    """Return the group that a sort key belongs to."""
    first = key[:1]
    if "a" <= first <= "z":
        return first
    if first.isdecimal():
        return DIGITS
    return OTHER if first.isalpha() else SYMBOLS


def plan_letters(
    counts: Iterable[tuple[str, int]], words: SubWords | None = None, *, page_rows: int = PAGE_ROWS
) -> tuple[LetterPage, ...]:
    """Return the pages of the A-Z index for names with their numbers of keywords, and for words with their names."""
    rows = [
        _NameRow(sort_key(name.casefold()), 1 + min(number, HEAD_ENTRIES), heads=1, keywords=number)
        for name, number in counts
    ]
    rows += [_NameRow(word, 1 + -(-len(names) // ROW_LINKS)) for word, names in (words or {}).items()]
    groups: dict[str, list[_NameRow]] = {}
    for row in rows:
        groups.setdefault(letter_group(row.key), []).append(row)
    order = sorted(groups, key=lambda group: (group.startswith("~"), group))
    return tuple(page for group in order for page in _plan_group(group, sorted(groups[group]), page_rows))


def list_letters(addresses: Addresses, *, counts: bool) -> tuple[LetterCount, ...]:
    """Return the letters with their pages; `counts` says whether to count names, which changes with every new one."""
    found = addresses.letter_pages if counts else addresses.letter_plan
    return tuple(
        LetterCount(
            group=group,
            links=tuple(Link(docname=addresses.letter(page.prefix), text=page.label) for page in pages),
            heads=sum(page.heads for page in pages) if counts else 0,
            keywords=sum(page.keywords for page in pages) if counts else 0,
        )
        for group, pages in ((group, list(rows)) for group, rows in groupby(found, lambda page: page.group))
    )


def letters_body(addresses: Addresses) -> LettersBody:
    """Return what the entry page of the A-Z index shows."""
    return LettersBody(
        letters=list_letters(addresses, counts=True),
        heads=sum(page.heads for page in addresses.letter_pages),
        keywords=sum(page.keywords for page in addresses.letter_pages),
    )


def letter_body(reader: Reader, addresses: Addresses, page: Page, words: SubWords) -> LetterBody:
    """Return what one page of the A-Z index shows; `words` are those that stand on it."""
    named: dict[str, list[Home]] = {}
    for bucket in page.buckets:
        for keyword in _names_in(reader, bucket):
            named.setdefault(keyword.name, []).append(keyword)
    first = page.buckets[0].prefix if page.buckets else ""
    heads = [_head(addresses, name, named[name]) for name in sorted(named, key=_order)]
    heads += [_reference(addresses, word, names) for word, names in words.items()]
    return LetterBody(
        group=letter_group(first),
        letters=list_letters(addresses, counts=False),
        # Behind the names that are spelled so, whatever their case.
        heads=tuple(sorted(heads, key=lambda head: (sort_key(head.name.casefold()), bool(head.see)))),
    )


def letters_head(index: Subject) -> Iterator[Block]:
    """Show the entry page of the A-Z index."""
    body = letters_body(index.addresses)
    yield Intro("letters", (Facts((name_count(body.heads), keyword_count(body.keywords, 0))),))
    yield Letters(body.letters)
    yield Tools()


def letter_head(letter: LetterSubject) -> Iterator[Block]:
    """Show one page of the A-Z index."""
    reader, addresses, page = letter.reader, letter.addresses, letter.page
    body = letter_body(reader, addresses, page, letter.overview.words_on(addresses, page.docname))
    names = [head for head in body.heads if not head.see]
    keywords = sum(len(head.entries) + head.more for head in names)
    yield Brief((Letters(body.letters, page.docname),))
    yield Intro("letter", (Facts((name_count(len(names)), keyword_count(keywords, 0))),))
    yield Tools()
    yield Tools(is_of_kinds=True)
    yield Heads(body.heads)


class _NameRow(NamedTuple):
    """What a name or a word adds to a page."""

    key: str
    """It is sorted by this."""
    rows: int
    heads: int = 0
    keywords: int = 0


_UNDERSCORES = ("", "_", "__")


def _order(name: str) -> tuple[str, str, str]:
    folded = name.casefold()
    return sort_key(folded), folded, name


def _rows(names: Iterable[_NameRow]) -> int:
    return sum(name.rows for name in names)


def _plan_group(group: str, names: Sequence[_NameRow], page_rows: int) -> Iterator[LetterPage]:
    if _rows(names) <= page_rows:
        buckets = [(Bucket(prefix=key, is_exact=not key), list(rows)) for key, rows in _by_start(names, 1)]
    else:
        buckets = list(_split(names, 1, page_rows))
    pages = list(_merge(buckets, page_rows))
    for page in pages:
        first, last = page[0][0].prefix, page[-1][0].prefix
        inside = [row for _, rows in page for row in rows]
        yield LetterPage(
            group=group,
            prefix=group if len(pages) == 1 else first or group,
            label="" if len(pages) == 1 else (first if first == last else f"{first} – {last}"),
            buckets=tuple(bucket for bucket, _ in page),
            heads=sum(row.heads for row in inside),
            keywords=sum(row.keywords for row in inside),
        )


def _by_start(names: Sequence[_NameRow], length: int) -> Iterator[tuple[str, Iterator[_NameRow]]]:
    return groupby(names, lambda name: name.key[:length])


def _split(names: Sequence[_NameRow], length: int, page_rows: int) -> Iterator[tuple[Bucket, list[_NameRow]]]:
    """Split names at their first letters, those with too many again one letter further."""
    for prefix, group in _by_start(names, length):
        rows = list(group)
        if _rows(rows) <= page_rows:
            yield Bucket(prefix=prefix, is_exact=len(prefix) < length), rows
        elif rows[-1].key == prefix:
            yield Bucket(prefix=prefix, is_exact=True), rows
        else:
            exact = [row for row in rows if row.key == prefix]
            if exact:
                yield Bucket(prefix=prefix, is_exact=True), exact
            yield from _split(rows[len(exact) :], length + 1, page_rows)


def _merge(
    buckets: Iterable[tuple[Bucket, list[_NameRow]]], page_rows: int
) -> Iterator[list[tuple[Bucket, list[_NameRow]]]]:
    """Put neighbouring buckets on one page as long as they fit."""
    page: list[tuple[Bucket, list[_NameRow]]] = []
    size = 0
    for bucket, names in buckets:
        rows = _rows(names)
        if page and size + rows > page_rows:
            yield page
            page, size = [], 0
        page.append((bucket, names))
        size += rows
    if page:
        yield page


def _names_in(reader: Reader, bucket: Bucket) -> Iterator[Home]:
    """Return the keywords whose names are in a bucket; those of one name by path and place."""
    for underscores in _UNDERSCORES:
        start = underscores + bucket.prefix
        for keyword in reader.homes_called(start) if bucket.is_exact else reader.homes_from(start):
            folded = keyword.name.casefold()
            # `___x` starts with `_` and with `__` too, but has one sort key.
            if keyword.kind is not Kind.IMPORT and folded == underscores + sort_key(folded):
                yield keyword


def _head(addresses: Addresses, name: str, keywords: Sequence[Home]) -> Head:
    return Head(
        name=name,
        entries=tuple(_entry(addresses, keyword) for keyword in keywords[:HEAD_ENTRIES]),
        private=all(keyword.flags & _PRIVATE for keyword in keywords),
        more=max(0, len(keywords) - HEAD_ENTRIES),
    )


def _entry(addresses: Addresses, keyword: Home) -> NameEntry:
    return NameEntry(
        kind=keyword.kind,
        link=addresses.link(keyword, keyword.qualname or keyword.id),
        file=addresses.path_link(keyword.path),
        flags=keyword.flags & _PRIVATE,
    )


def _reference(addresses: Addresses, word: str, names: Iterable[str]) -> Head:
    shown = sorted((name for name in names if sort_key(name.casefold()) != word), key=_order)
    return Head(
        name=word,
        see=tuple(
            Link(docname=addresses.find_letter(sort_key(name.casefold())), anchor=name_anchor(name), text=name)
            for name in shown
        ),
        private=all(name.startswith("_") and not name.endswith("__") for name in shown),
    )
