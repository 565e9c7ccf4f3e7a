"""The line under the description of a Python object: how often and where it is used, and its source."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.model import Keyword, RelationKind
from sphinx_kwindex.pages.blocks import Block, Code, Glance, Group, Inline, Link, Para, Screen, Series, To
from sphinx_kwindex.pages.directives import Directive, Query
from sphinx_kwindex.pages.examples_view import find_examples
from sphinx_kwindex.pages.phrases import and_more, relation_word, say, say_count
from sphinx_kwindex.pages.records import Example, RelationRole
from sphinx_kwindex.pages.relations_view import link_keywords
from sphinx_kwindex.pages.uses_view import ScopeLinks

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.overview import Overview
    from sphinx_kwindex.pages.subjects import Sources

MOST_FILES = 5
"""Using files in the list: a page of an API describes hundreds of objects. The page of the file has the others."""
MOST_NAMED = 2
"""Files and methods in lists that may be seen all the time."""
LOOK = "kw-api"
"""Name of its class in HTML."""


class EntryQuery(Query, frozen=True):
    """What is described by another document, of which it shows how much it is used."""

    others: tuple[str, ...] = ()
    """Further dotted names of the object, behind the best one."""


class PlacedEntryQuery(EntryQuery, frozen=True):
    """The same, asked for by an author: of what is named, or of the object in whose description the directive stands."""

    context: str = ""
    """Dotted name of the scope in which the directive stands."""


def _entry(sources: Sources, query: EntryQuery) -> tuple[Block, ...]:
    is_hidden = any(fnmatchcase(name, pattern) for pattern in sources.options.api_hide for name in _names(query))
    keyword = _find(sources.overview, query) if sources.options.api_entries and not is_hidden else None
    return _blocks(sources, keyword, _names(query)) if keyword is not None else ()


def _placed_entry(sources: Sources, query: PlacedEntryQuery) -> tuple[Block, ...]:
    keyword = _find_placed(sources.overview, query)
    return _blocks(sources, keyword, (query.what or query.context,)) if keyword is not None else ()


def _find_placed(overview: Overview, query: PlacedEntryQuery) -> Keyword | None:
    name = query.what or query.context
    return overview.finder.find(name, context=query.context, tails=bool(query.what)).best


def _names(query: EntryQuery) -> tuple[str, ...]:
    return query.what, *query.others


def _blocks(sources: Sources, keyword: Keyword, names: Iterable[str]) -> tuple[Block, ...]:
    addresses, parts = sources.addresses, sources.options.api_entries
    known, definitions = _known_of_file(sources, keyword.path), _definitions(sources, keyword, names)
    further = (
        *(_overridden(sources, known.overridden.get(keyword.id, ())) if "overridden" in parts else ()),
        *(_related(sources, keyword.path) if "related" in parts else ()),
        *(_source(sources, definitions) if "source" in parts else ()),
    )
    uses = known.uses.get(keyword.id, {})
    files = {path: count for path, count in uses.items() if ("tests" if addresses.is_test(path) else "uses") in parts}
    row = addresses.link(definitions[0])
    if not files:
        overridden = known.overridden.get(keyword.id) if "overridden" in parts else None
        return (Glance(_overridden_title(overridden), row, further, LOOK),) if overridden else _one_element(further)
    example = known.examples.get(keyword.id, ())[:1] if "example" in parts else ()
    shown: tuple[Block, ...] = tuple(
        Para((say("Example"), ": ", Code(each.text), " · ", To(each.place, each.place.text))) for each in example
    )
    if not example or [each.place.text for each in example] != [*files]:
        shown = (*shown, _users(sources, keyword.path, files, row))
    title = (_title(addresses, files), Screen((" · ", say("Example")))) if example else _title(addresses, files)
    return (Glance(title, row, (*shown, *further), LOOK),)


def _one_element(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return what is in one element that has the look of a line."""
    match blocks:
        case ():
            return ()
        case (Para(inside=inside),):
            return (Para(inside, f"kw {LOOK}"),)
        case _:
            return (Group(blocks, f"kw {LOOK}"),)


def _users(sources: Sources, home: str, files: Mapping[str, int], row: Link) -> Block:
    """Name the using files: the project's own before others, tests last, the nearest first; of its own file one knows."""
    addresses, own = sources.addresses, sources.overview.own

    def rank(path: str) -> tuple[object, ...]:
        return addresses.is_test(path), path not in own, path == home, _distance(home, path), -files[path], path

    named = (
        (To(addresses.path_link(path)), f" ({files[path]})" if files[path] > 1 else "")
        for path in heapq.nsmallest(MOST_FILES, files, rank)
    )
    everywhere = Screen((" · ", To(row, say("All uses")))) if len(files) > MOST_FILES else ""
    shown = Series(tuple(named), and_more(len(files) - MOST_FILES))
    return Para((say("Used in %(files)s", files=shown), everywhere))


def _distance(path: str, other: str) -> int:
    """Return how many folders lie between two files."""
    return len({*folders_above(path)} ^ {*folders_above(other)})


def _definitions(sources: Sources, keyword: Keyword, names: Iterable[str]) -> tuple[Keyword, ...]:
    """Return a keyword, and what else has its name on other platforms."""
    branches = (sources.overview.finder.branches(name) for name in names)
    return next((found for found in branches if keyword in found), (keyword,))


def _source(sources: Sources, definitions: Sequence[Keyword]) -> Iterator[Block]:
    """Link to the rows of a keyword and, where sources have pages, to its definition there."""
    rows = tuple(sources.addresses.link(each, each.path) for each in definitions[:MOST_NAMED])
    page = sources.addresses.source(definitions[0].path) if sources.options.source == "pages" else ""
    code = (" · ", To(Link(page, rows[0].anchor), say("Source"))) if page else ""
    files = Series(tuple(map(To, rows)), and_more(len(definitions) - MOST_NAMED))
    yield Para((say("Defined in %(file)s", file=files), code))


def _related(sources: Sources, path: str) -> Iterator[Block]:
    links = tuple(To(sources.addresses.path_link(row.path)) for row in sources.reader.related(path)[:MOST_NAMED])
    if links:
        yield Para((say("Related files"), ": ", Series(links)))


def _overridden(sources: Sources, ids: Sequence[str]) -> Iterator[Block]:
    """Say which methods override one, by class and name: subclasses are where readers of an interface look next."""
    found = link_keywords(sources, ids[:MOST_FILES])
    if ids:
        links = (replace(found[each], text=".".join(each.split(".")[-2:])) for each in ids[:MOST_FILES])
        names = Series(tuple(map(To, links)), and_more(len(ids) - MOST_FILES))
        yield Para((relation_word(RelationRole.OVERRIDDEN), ": ", names))


def _overridden_title(ids: Sequence[str]) -> Inline:
    return say_count("Overridden in 1 class", "Overridden in %(count)s classes", len(ids))


def _find(overview: Overview, query: EntryQuery) -> Keyword | None:
    found = map(overview.finder.find_described, _names(query))
    return next((keyword for keyword in found if keyword is not None), None)


class _KnownOfFile(NamedTuple):
    """What the whole tree knows about the keywords of a file, by id."""

    uses: Mapping[str, Mapping[str, int]]
    """By file: how often that certainly uses it."""
    examples: Mapping[str, tuple[Example, ...]]
    overridden: Mapping[str, list[str]]
    """By what."""


def _known_of_file(sources: Sources, path: str) -> _KnownOfFile:
    return sources.overview.remember(path, lambda: _read_file(sources, path))


def _read_file(sources: Sources, path: str) -> _KnownOfFile:
    reader, addresses = sources.reader, sources.addresses
    rows, facts = reader.uses_of(path, is_placed=False), reader.facts(path)
    uses: dict[str, Counter[str]] = {}
    for row in rows:
        if row.exact:
            uses.setdefault(row.target, Counter())[row.path] += 1
    found = find_examples(facts, rows, addresses, ScopeLinks(addresses)) if facts else {}
    overrides = (row for row in reader.relations_to(path) if row.kind is RelationKind.OVERRIDE)
    return _KnownOfFile(uses, found, grouped((row.target, row.source) for row in overrides))


def _title(addresses: Addresses, files: Mapping[str, int]) -> Inline:
    tests = sum(map(addresses.is_test, files))
    own = [count for path, count in files.items() if not addresses.is_test(path)]
    if not own:
        return say("Used in %(files)s", files=say_count("1 test file", "%(count)s test files", tests))
    title = say(
        "Used %(times)s in %(files)s", times=_times(sum(own)), files=say_count("1 file", "%(count)s files", len(own))
    )
    return (title, " · ", say_count("1 test file", "%(count)s test files", tests)) if tests else title


def _times(count: int) -> Inline:
    return say_count("once", "%(count)s times", count)


ENTRY = Directive[EntryQuery](
    name="",  # authors do not write it: it comes with descriptions
    query=EntryQuery,
    options={},
    find=lambda _sources, query: [query.what],  # most of what a site describes may be of other projects
    blocks=_entry,
    look="",
)
"""What is under a description: the parts that `kwindex_api_entries` names; nothing if the index does not know the object."""

KWAPI = Directive[PlacedEntryQuery](
    name="kwapi",
    query=PlacedEntryQuery,
    options={},
    find=lambda sources, query: [item.id for item in (_find_placed(sources.overview, query),) if item is not None],
    blocks=_placed_entry,
    is_of_keywords=True,
    look="",
)
"""The same where an author puts it; the description that it is in then has no other one."""
