"""What the page of a file shows of its structure: the largest and the most used of its definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import CLASSES, FUNCTIONS, Definition, FileFacts, Flag, Kind, keyword_id
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import (
    Block,
    Bullets,
    Fold,
    Inline,
    Item,
    Line,
    Link,
    Mono,
    Series,
    To,
    View,
    Why,
    fold_list,
)
from sphinx_kwindex.pages.patterns import PatternPlaces, find_patterns, has_patterns
from sphinx_kwindex.pages.phrases import line_count, more_of, say, use_count
from sphinx_kwindex.pages.subjects import FileSubject, PageSection
from sphinx_kwindex.pages.uses_view import NO_USES, KeywordUses

SMALL = 12
"""A file with fewer classes and functions is seen at a glance."""
SHOWN = 5
"""Definitions in a list."""
FEW_LINES = 10
"""Shorter definitions are not large, whatever the others are."""
FEW_USES = 3


class Ranked(View, frozen=True):
    """A definition of the page's file with what it is ranked by."""

    link: Link
    count: int
    """Its lines, or its uses."""
    files: int = 0
    """In how many files it is used."""


class Structure(View, frozen=True):
    """The definitions of a file that stand out."""

    largest: tuple[Ranked, ...] = ()
    used: tuple[Ranked, ...] = ()


_LOCAL = int(Flag.LOCAL)
_COMPOUND = CLASSES | FUNCTIONS | {Kind.PROPERTY}


def has_structure(facts: FileFacts) -> bool:
    """Tell whether a file is large enough, in all and in its parts, for its structure to be worth a word."""
    return _is_large(facts) and any(_lines(item) >= FEW_LINES for item in facts.definitions[1:])


def structure(addresses: Addresses, facts: FileFacts, uses: Mapping[str, KeywordUses]) -> Structure | None:
    """Return the largest and the most used definitions of a file; None for a small one."""
    if not has_structure(facts):
        return None
    link = addresses.definition_links(facts)
    places = range(1, len(facts.definitions))
    sizes = {place: _lines(facts.definitions[place]) for place in places}
    used = {place: _uses(facts, place, uses) for place in places}
    counts = {place: item.exact.count for place, item in used.items() if item.exact is not None}
    return Structure(
        largest=tuple(Ranked(link(place), sizes[place]) for place in _best(sizes, FEW_LINES)),
        used=tuple(Ranked(link(place), counts[place], used[place].files) for place in _best(counts, FEW_USES)),
    )


def _is_large(facts: FileFacts) -> bool:
    count = sum(item.kind in _COMPOUND and not item.flags & _LOCAL for item in facts.definitions)
    return count >= SMALL


def _lines(item: Definition) -> int:
    is_counted = item.kind in _COMPOUND and not item.flags & _LOCAL
    return item.end_line - item.line + 1 if is_counted else 0


def _uses(facts: FileFacts, place: int, uses: Mapping[str, KeywordUses]) -> KeywordUses:
    return uses.get(keyword_id(facts.module, facts.definitions[place].qualname), NO_USES)


def _best(counts: Mapping[int, int], least: int) -> list[int]:
    """Return the positions with the highest counts, of equal ones the first."""
    good = (place for place, count in counts.items() if count >= least)
    return sorted(good, key=lambda place: (-counts[place], place))[:SHOWN]


def structure_blocks(found: Structure | None, patterns: Iterable[PatternPlaces] = ()) -> Iterator[Block]:
    """Show which definitions stand out, and the patterns of a file; all closed."""
    if found is not None:
        largest = (_ranked(item, line_count(item.count)) for item in found.largest)
        used = (_ranked(item, use_count(item.count, item.files)) for item in found.used)
        yield from fold_list(say("Largest definitions"), largest, is_short=True)
        yield from fold_list(say("Most used definitions"), used, is_short=True)
    patterns = tuple(patterns)
    if patterns:
        titles = Series(tuple(say(pattern.title) for pattern in patterns))
        yield Fold(say("Patterns"), (Bullets(tuple(map(_pattern, patterns))),), count=titles)


def _ranked(item: Ranked, words: Inline) -> Item:
    return Item((Mono(To(item.link)), Why(words)))


def _pattern(pattern: PatternPlaces) -> Item:
    places = [(Mono(To(link)), " ", Line(line)) if link.text else Line(line) for link, line in pattern.places]
    shown = Series((*places, more_of(pattern.more)))
    return Item((say(pattern.title), ": ", Why(shown, is_aside=False)))


def _is_on(file: FileSubject) -> bool:
    if file.part > 1 or file.options.hidden:  # of use to those who change the file
        return False
    return has_structure(file.facts) or has_patterns(file.facts, file.overview.patterns)


def _blocks(file: FileSubject) -> Iterator[Block]:
    found = structure(file.addresses, file.facts, file.uses.by_id)
    return structure_blocks(found, find_patterns(file.addresses, file.facts, file.overview.patterns))


STRUCTURE = PageSection[FileSubject]("kw-structure", N_("Structure and patterns"), _is_on, _blocks)
