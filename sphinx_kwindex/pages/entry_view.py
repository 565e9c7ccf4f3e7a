"""What other documents show under the description of an object of Python: how much it is used, by whom, and where its source is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sphinx_kwindex.model import Keyword
from sphinx_kwindex.pages.blocks import Block, Bullets, Fold, Inline, Item, Para, To, Why
from sphinx_kwindex.pages.directives import Directive, DirectiveView, Query
from sphinx_kwindex.pages.phrases import say, say_count

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.overview import Overview
    from sphinx_kwindex.pages.subjects import Sources

MOST_FILES = 3
"""Using files in the list: a page of an API describes hundreds of objects. The page of the file has the others."""


class EntryQuery(Query, frozen=True):
    """What is described by another document, of which it shows how much it is used."""

    others: tuple[str, ...] = ()
    """Further dotted names of the object, behind the best one."""


class EntryView(DirectiveView, frozen=True):
    """What stands under the description of an object."""

    query: EntryQuery
    blocks: tuple[Block, ...] = ()


def _view(sources: Sources, query: EntryQuery) -> EntryView:
    keyword = _find(sources.overview, query) if sources.options.api_entries else None
    return EntryView(query, _blocks(sources, keyword) if keyword is not None else ())


def _blocks(sources: Sources, keyword: Keyword) -> tuple[Block, ...]:
    addresses, overview, parts = sources.addresses, sources.overview, sources.options.api_entries
    row = addresses.link(keyword, keyword.path)
    source = (Para(say("Defined in %(file)s", file=To(row))),) if "source" in parts else ()
    uses = _uses(sources, keyword)
    files = {path: count for path, count in uses.items() if ("tests" if addresses.is_test(path) else "uses") in parts}
    if not files:
        return source
    order = sorted(files, key=lambda path: (addresses.is_test(path), path not in overview.own, -files[path], path))
    items = tuple(_item(addresses, path, files[path]) for path in order[:MOST_FILES])
    left = len(order) - MOST_FILES
    more: Inline = say_count("1 more file", "%(count)s more files", left) if left > 0 else ""
    return (Fold(_title(addresses, files), (Bullets(items, more, is_short=True), *source), look="kw-by"),)


def _find(overview: Overview, query: EntryQuery) -> Keyword | None:
    found = (overview.finder.find(name, tails=False).best for name in (query.what, *query.others))
    return next((keyword for keyword in found if keyword is not None), None)


def _uses(sources: Sources, keyword: Keyword) -> Mapping[str, int]:
    """Return how often files certainly use a keyword."""

    def read() -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for row in sources.reader.uses_of(keyword.path):
            if row.exact:
                found.setdefault(row.target, Counter())[row.path] += 1
        return found

    # Descriptions of what one file defines mostly stand one after the other.
    return sources.overview.once(keyword.path, "uses by id", read).get(keyword.id, {})


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


def _item(addresses: Addresses, path: str, count: int) -> Item:
    file = To(addresses.path_link(path))
    return Item((file, Why(_times(count))) if count > 1 else file)


ENTRY = Directive[EntryQuery, EntryView](
    name="",  # authors do not write it: it comes with descriptions
    query=EntryQuery,
    options={},
    find=lambda _sources, query: [query.what],  # most of what a site describes may be of other projects
    view=_view,
    blocks=lambda view: view.blocks,
    look="kw-api",
)
"""What stands under a description: the parts that `kwindex_api_entries` names; nothing if the index does not know the object."""
