"""The `kwuses` directive: where a keyword is used, or how it is reached otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from sphinx_kwindex.model import Keyword, Kind, UseKind, UseRow
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Block, Link, Para
from sphinx_kwindex.pages.directives import Directive, Query, read_choices, read_count, read_flag
from sphinx_kwindex.pages.phrases import not_found
from sphinx_kwindex.pages.reach_view import find_reached
from sphinx_kwindex.pages.records import Reach, UseList
from sphinx_kwindex.pages.subjects import Sources
from sphinx_kwindex.pages.uses_view import NO_USES, ScopeLinks, gather_uses


class UsesQuery(Query, frozen=True):
    """What a `kwuses` directive asks for: a keyword, as roles name it."""

    context: str = ""
    """Dotted name of the scope in which the directive stands."""
    kinds: tuple[UseKind, ...] = ()
    """Empty: all."""
    tests: bool = True
    guesses: bool = True
    limit: int | None = None
    """Using files in one list; 0: all of them; None: as many as a row lists."""


class Uses(Block, frozen=True, tag=True):
    """Where a keyword is used."""

    kind: Kind
    link: Link
    flags: int = 0
    files: int = 0
    """Files with certain uses."""
    used: UseList | None = None
    guesses: UseList | None = None
    operators: UseList | None = None
    reached: tuple[Reach, ...] = ()
    """Only where there are no certain uses, nor operators; the surest way first."""
    searched: int = 0
    """Where there are no uses: how many files were searched; a large number is rounded down."""
    is_short: bool = True
    """Formats without closed parts list few files."""


def _blocks(sources: Sources, query: UsesQuery) -> Iterator[Block]:
    """Show where a keyword is used; all files are other files there, so no line numbers."""
    reader, options, addresses, overview = sources
    keyword = overview.finder.find(query.what, context=query.context).best
    if keyword is None:
        yield Para(not_found(query.what), "kw-none")
        return
    rows = (
        row
        for row in (*reader.uses_of(keyword.path, is_placed=False), *reader.operators_of(keyword.path, is_placed=False))
        if row.target == keyword.id and _is_wanted(row, addresses, query)
    )
    scopes = ScopeLinks(addresses, home=keyword.path)
    found = gather_uses(rows, "", addresses, scopes, _limit(query, addresses, options.uses_limit))
    uses = found.get(keyword.id, NO_USES)
    is_used = uses.exact is not None or uses.operators is not None
    yield Uses(
        kind=keyword.kind,
        link=addresses.link(keyword, keyword.qualname or keyword.id, keyword.id),
        flags=keyword.flags,
        files=uses.files,
        used=uses.exact,
        guesses=uses.guesses,
        operators=uses.operators,
        reached=() if is_used else _find_reached(sources, keyword),
        searched=0 if is_used else addresses.rough_size,
        is_short=query.limit is None,
    )


def _find_reached(sources: Sources, keyword: Keyword) -> tuple[Reach, ...]:
    facts = sources.reader.facts(keyword.path)
    if facts is None or keyword.position >= len(facts.definitions):
        return ()
    return find_reached(sources, facts, [keyword.position]).get(keyword.position, ())


def _is_wanted(row: UseRow, addresses: Addresses, query: UsesQuery) -> bool:
    if query.kinds and row.kind not in query.kinds:
        return False
    return (row.exact or query.guesses) and (query.tests or not addresses.is_test(row.path))


def _limit(query: UsesQuery, addresses: Addresses, default: int) -> int:
    if query.limit is None:
        return default
    return query.limit or len(addresses.files)


def _find(sources: Sources, query: UsesQuery) -> list[str]:
    return [keyword.id for keyword in sources.overview.finder.find(query.what, context=query.context).keywords]


KWUSES = Directive[UsesQuery](
    name="kwuses",
    query=UsesQuery,
    options={
        "kinds": read_choices({kind.name.lower(): kind for kind in UseKind}),
        "tests": read_flag,
        "guesses": read_flag,
        "limit": read_count,
    },
    find=_find,
    blocks=_blocks,
    asks_for="a keyword, named as in roles",
    is_of_keywords=True,
)
