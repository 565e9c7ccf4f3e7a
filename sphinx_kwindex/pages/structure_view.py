"""The structure of a file: the largest and the most used definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import FUNCTIONS, TYPES, Definition, FileFacts, Flag, Kind, keyword_id
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


_LOCAL = int(Flag.LOCAL)
_COMPOUND = TYPES | FUNCTIONS | {Kind.PROPERTY}


def has_structure(facts: FileFacts) -> bool:
    """Return whether a file is large enough, in all and in its parts, for its structure to be worth showing."""
    return _is_large(facts) and any(_lines(item) >= FEW_LINES for item in facts.definitions[1:])


def stand_out_blocks(addresses: Addresses, facts: FileFacts, uses: Mapping[str, KeywordUses]) -> Iterator[Block]:
    """Show the largest and the most used definitions of a file, closed; nothing of a small one."""
    if not has_structure(facts):
        return
    link = addresses.definition_links(facts)
    places = range(1, len(facts.definitions))
    sizes = {place: _lines(facts.definitions[place]) for place in places}
    used = {place: uses.get(keyword_id(facts.module, facts.definitions[place].qualname), NO_USES) for place in places}
    counts = {place: item.exact.count for place, item in used.items() if item.exact is not None}
    largest = (ranked_item(link(place), line_count(sizes[place])) for place in _best(sizes, FEW_LINES))
    most_used = (
        ranked_item(link(place), use_count(counts[place], used[place].files)) for place in _best(counts, FEW_USES)
    )
    yield from fold_list(say("Largest definitions"), largest, is_short=True)
    yield from fold_list(say("Most used definitions"), most_used, is_short=True)


def _is_large(facts: FileFacts) -> bool:
    count = sum(item.kind in _COMPOUND and not item.flags & _LOCAL for item in facts.definitions)
    return count >= SMALL


def _lines(item: Definition) -> int:
    is_counted = item.kind in _COMPOUND and not item.flags & _LOCAL
    return item.end_line - item.line + 1 if is_counted else 0


def _best(counts: Mapping[int, int], least: int) -> list[int]:
    """Return the positions with the highest counts, of equal ones the first."""
    good = (place for place, count in counts.items() if count >= least)
    return sorted(good, key=lambda place: (-counts[place], place))[:SHOWN]


def ranked_item(link: Link, words: Inline) -> Item:
    """Show a definition with what it is ranked by."""
    return Item((Mono(To(link)), Why(words)))


def pattern_blocks(patterns: Sequence[PatternPlaces]) -> Iterator[Block]:
    """Show the patterns of a file; closed, except for their names."""
    if patterns:
        titles = Series(tuple(say(pattern.title) for pattern in patterns))
        yield Fold(say("Patterns"), (Bullets(tuple(map(_pattern, patterns))),), count=titles)


def _pattern(pattern: PatternPlaces) -> Item:
    places = [(Mono(To(link)), " ", Line(line)) if link.text else Line(line) for link, line in pattern.places]
    shown = Series((*places, more_of(pattern.more)))
    return Item((say(pattern.title), ": ", Why(shown, is_aside=False)))


def _is_on(file: FileSubject) -> bool:
    if file.part > 1 or file.options.hidden:  # of use to those who change the file
        return False
    return has_structure(file.facts) or has_patterns(file.facts, file.overview.patterns)


def _blocks(file: FileSubject) -> Iterator[Block]:
    yield from stand_out_blocks(file.addresses, file.facts, file.uses.by_id)
    yield from pattern_blocks(find_patterns(file.addresses, file.facts, file.overview.patterns))


STRUCTURE = PageSection[FileSubject]("kw-structure", N_("Structure and patterns"), _is_on, _blocks)
