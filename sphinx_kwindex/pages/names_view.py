"""The pages of the A-Z index, and their contents.

Names sort whatever their case and without leading underscores, so that private names are under their first letter. A
letter with too many names has several pages. Their bounds follow from the counts of names by prefix, so an edit seldom
moves one. Between the names stand words that several names are made of, with references to these names.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby

from sphinx_kwindex.grouping import grouped, in_batches
from sphinx_kwindex.model import Flag
from sphinx_kwindex.pages.addresses import Addresses, name_anchor
from sphinx_kwindex.pages.blocks import Block, Brief, Facts, Intro, Link, Tools
from sphinx_kwindex.pages.name_parts import HEAD_ENTRIES
from sphinx_kwindex.pages.phrases import keyword_count, name_count
from sphinx_kwindex.pages.records import (
    Bucket,
    Head,
    Heads,
    LetterCount,
    LetterPage,
    Letters,
    NameEntry,
    Page,
    PageKind,
)
from sphinx_kwindex.pages.search_data import SearchIndex, SearchNames, find_names, list_inner, size_of
from sphinx_kwindex.pages.sub_words import SubWords
from sphinx_kwindex.pages.subjects import LetterSubject, Sources, Subject
from sphinx_kwindex.pages.surroundings import LETTERS_TITLE, letter_title
from sphinx_kwindex.store import Described, Home, Reader
from sphinx_kwindex.text import letter_of_key, sort_key

PAGE_ROWS = 1_000
"""Rows (heads and keywords under them) on one page, at most: about 200 kB in a tree of long paths."""
ROW_LINKS = 5
"""References from a word that count as one row: so many are as large as a keyword's."""

_PRIVATE = int(Flag.PRIVATE)

DIGITS, SYMBOLS, OTHER = "~digits", "~symbols", "~other"


def letter_group(key: str) -> str:
    """Return the group that a sort key belongs to."""
    first = key[:1]
    if letter := letter_of_key(key):
        return letter
    if first.isdecimal():
        return DIGITS
    return OTHER if first.isalpha() else SYMBOLS


def plan_letters(
    tallies: Mapping[str, tuple[int, int, int]], words: SubWords | None = None, *, page_rows: int = PAGE_ROWS
) -> tuple[LetterPage, ...]:
    """Return the pages of the A-Z index for tallies of names, and for words with their names."""
    found = dict(tallies)
    for word, names in (words or {}).items():
        rows, heads, keywords = found.get(word, (0, 0, 0))
        found[word] = rows + 1 + -(-len(names) // ROW_LINKS), heads, keywords
    groups: dict[str, list[str]] = {}
    for first, keys in groupby(sorted(found), lambda key: key[:1]):
        groups.setdefault(letter_group(first), []).extend(keys)
    order = sorted(groups, key=lambda group: (group.startswith("~"), group))
    return tuple(page for group in order for page in _plan_group(group, _SortedKeys(groups[group], found), page_rows))


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


def _search_names(letter: LetterSubject, named: Mapping[str, Sequence[Described]]) -> SearchNames:
    """Return what the search box knows about the names on a page, of words and of types that sort there."""
    overview, docname = letter.overview, letter.page.docname
    types = overview.search_types_on(letter.addresses)
    return SearchNames(
        names=tuple(find_names(named, letter.addresses, overview.weights)),
        inner=tuple(list_inner(overview.search_words_on(letter.addresses, letter.page), overview.weights)),
        typed=tuple((name, rows) for name, (_, rows) in types.get(docname, {}).items()),
    )


def _search_index(index: Subject) -> SearchIndex:
    addresses = index.addresses
    types = index.overview.search_types_on(addresses)
    return SearchIndex(
        words=tuple(index.overview.word_sizes(addresses).items()),
        types=tuple(
            (page, tuple((name, size_of(count)) for name, (count, _) in found.items())) for page, found in types.items()
        ),
        paths=tuple(addresses.path_link(path) for path in (*addresses.files, *addresses.folders[1:])),
    )


def letters_page(sources: Sources) -> Iterator[Page]:
    """Yield the entry page of the A-Z index, if there are names."""
    if sources.addresses.letter_plan:
        yield Page(PageKind.LETTERS, "letters", "", sources.addresses.letters(), LETTERS_TITLE)


def letter_pages(sources: Sources) -> Iterator[Page]:
    """Yield the pages of the A-Z index."""
    for plan in sources.addresses.letter_plan:
        title = f"A–Z: {letter_title(plan)}" + (f" ({plan.label})" if plan.label else "")
        docname = sources.addresses.letter(plan.prefix)
        yield Page(PageKind.LETTER, f"letter:{plan.prefix}", plan.prefix, docname, title, buckets=plan.buckets)


def letters_head(index: Subject) -> Iterator[Block]:
    """Show the entry page of the A-Z index."""
    letters = list_letters(index.addresses, counts=True)
    names, keywords = sum(letter.heads for letter in letters), sum(letter.keywords for letter in letters)
    yield Intro("letters", (Facts((name_count(names), keyword_count(keywords, 0))),))
    yield Letters(letters)
    yield Tools()
    yield _search_index(index)


def letter_head(letter: LetterSubject) -> Iterator[Block]:
    """Show one page of the A-Z index."""
    addresses, page = letter.addresses, letter.page
    rows = grouped(
        (row.home.name, row) for bucket in page.buckets for row in _names_in(letter.reader, bucket, addresses.is_file)
    )
    named = {name: rows[name] for name in sorted(rows, key=_order)}
    names = [_head(addresses, name, [row.home for row in named[name]]) for name in named]
    words = letter.overview.words_on(addresses, page).items()
    heads = [*names, *(_reference(addresses, word, inside) for word, inside in words)]
    # Words are behind the names that are spelled so, whatever their case.
    heads.sort(key=lambda head: (sort_key(head.name.casefold()), bool(head.see)))
    yield Brief((Letters(list_letters(addresses, counts=False), page.docname),))
    count = sum(map(len, named.values()))
    yield Intro("letter", (Facts((name_count(len(names)), keyword_count(count, 0))),))
    yield Tools()
    yield Tools(is_of_kinds=True)
    yield Heads(tuple(heads))
    yield _search_names(letter, named)


_ROWS, _HEADS, _KEYWORDS = range(3)
"""What there is under a sort key."""


class _SortedKeys:
    """The sort keys of a group in order; some that stand together are a range of their places."""

    def __init__(self, keys: Sequence[str], tallies: Mapping[str, Sequence[int]]) -> None:
        """Take for each key how many rows, names and keywords there are under it."""
        self.keys = keys
        self._sums = [[0, *accumulate(tallies[key][column] for key in keys)] for column in (_ROWS, _HEADS, _KEYWORDS)]

    def count(self, column: int, places: range) -> int:
        """Return how many rows, names or keywords (the columns) there are under some keys."""
        sums = self._sums[column]
        return sums[places.stop] - sums[places.start]

    def by_start(self, places: range, length: int) -> Iterator[tuple[str, range]]:
        """Yield the first letters of keys, each with the places of the keys that start so."""
        start = places.start
        while start < places.stop:
            prefix = self.keys[start][:length]
            stop = bisect_right(self.keys, prefix, start, places.stop, key=lambda key: key[:length])
            yield prefix, range(start, stop)
            start = stop


_UNDERSCORES = ("", "_", "__")


def _order(name: str) -> tuple[str, str, str]:
    folded = name.casefold()
    return sort_key(folded), folded, name


def _plan_group(group: str, names: _SortedKeys, page_rows: int) -> Iterator[LetterPage]:
    every = range(len(names.keys))
    if names.count(_ROWS, every) <= page_rows:
        buckets = [(Bucket(prefix=key, is_exact=not key), places) for key, places in names.by_start(every, 1)]
    else:
        buckets = list(_split(names, every, 1, page_rows))
    # Neighbouring buckets on one page, as long as they fit.
    pages = list(in_batches(buckets, lambda bucket: names.count(_ROWS, bucket[1]), page_rows))
    for page in pages:
        first, last = page[0][0].prefix, page[-1][0].prefix
        inside = range(page[0][1].start, page[-1][1].stop)
        yield LetterPage(
            group=group,
            prefix=group if len(pages) == 1 else first or group,
            label="" if len(pages) == 1 else (first if first == last else f"{first} – {last}"),
            buckets=tuple(bucket for bucket, _ in page),
            heads=names.count(_HEADS, inside),
            keywords=names.count(_KEYWORDS, inside),
        )


def _split(names: _SortedKeys, inside: range, length: int, page_rows: int) -> Iterator[tuple[Bucket, range]]:
    """Split names at their first letters, those with too many again one letter further."""
    for prefix, places in names.by_start(inside, length):
        if names.count(_ROWS, places) <= page_rows:
            yield Bucket(prefix=prefix, is_exact=len(prefix) < length), places
            continue
        exact = places[: names.keys[places.start] == prefix]
        if exact:
            yield Bucket(prefix=prefix, is_exact=True), exact
        yield from _split(names, places[len(exact) :], length + 1, page_rows)


def _names_in(reader: Reader, bucket: Bucket, is_file: Callable[[str], bool]) -> Iterator[Described]:
    """Return the keywords of files with pages whose names are in a bucket; those of one name by path and place."""
    for underscores in _UNDERSCORES:
        for row in reader.described_from(underscores + bucket.prefix, is_whole=bucket.is_exact):
            folded = row.home.name.casefold()
            # `___x` starts with `_` and with `__` too, but has one sort key.
            if folded == underscores + sort_key(folded) and is_file(row.home.path):
                yield row


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
