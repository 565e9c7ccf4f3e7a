"""Examples of use of a file's keywords, in other files: tests and examples first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import TEST_ROLES, Flag, Kind, UseKind, keyword_id
from sphinx_kwindex.pages.blocks import Block, Code, Item, Link, To, Why, fold_list
from sphinx_kwindex.pages.phrases import say
from sphinx_kwindex.pages.records import Example

if TYPE_CHECKING:
    from sphinx_kwindex.model import FileFacts, UseRow
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.subjects import FileSubject
    from sphinx_kwindex.pages.uses_view import ScopeLinks

SHOWN: Mapping[Kind, int] = {
    Kind.CLASS: 2,
    Kind.EXCEPTION: 1,
    Kind.STRUCT: 2,
    Kind.FUNCTION: 2,
    Kind.METHOD: 1,
    Kind.DATA: 1,
}
"""How many a keyword of each kind has."""

OF_FILE = 2
"""How many a file has."""

_HIDDEN = int(Flag.PRIVATE | Flag.SPECIAL | Flag.LOCAL | Flag.TEST)
_FOLDERS = frozenset({"demo", "demos", "example", "examples", "sample", "samples", "tutorial", "tutorials"})
_KINDS = {UseKind.CALL: 0, UseKind.DECORATOR: 0, UseKind.RAISE: 0}


def find_examples(
    facts: FileFacts, rows: Iterable[UseRow], addresses: Addresses, scopes: ScopeLinks
) -> dict[str, tuple[Example, ...]]:
    """Return, by id, the lines that show best how the public keywords of a file are used; `rows` are all their uses."""
    if facts.role in TEST_ROLES:
        return {}
    limits = {
        keyword_id(facts.module, item.qualname): SHOWN[item.kind]
        for item in facts.definitions
        if item.kind in SHOWN and not item.flags & _HIDDEN
    }
    wanted = (row for row in rows if row.example and row.exact and row.target in limits and row.path != facts.path)
    found = grouped((row.target, row) for row in wanted)
    ranks = {path: _rank_file(path, addresses) for path in {row.path for lines in found.values() for row in lines}}
    return {target: _best(lines, limits[target], ranks, scopes) for target, lines in found.items()}


def file_examples(
    examples: Mapping[str, tuple[Example, ...]], counts: Mapping[str, int], addresses: Addresses
) -> tuple[Example, ...]:
    """Return the lines that show best what a file is for: of its most used keywords, each from another file.

    `examples` are those of its keywords, by id; `counts` how often these are used.
    """

    def rank(item: tuple[str, Example]) -> tuple[object, ...]:
        identity, example = item
        path = example.place.text
        return _rank_file(path, addresses), -counts.get(identity, 0), len(example.text), example.text, path, identity

    lines = sorted(((identity, example) for identity, found in examples.items() for example in found), key=rank)
    best: dict[str, tuple[str, Example]] = {}
    for identity, example in lines:
        is_new = all(identity != other and example.text != shown.text for other, shown in best.values())
        if is_new and len(best) < OF_FILE:
            best.setdefault(example.place.text, (identity, example))
    return tuple(example for _, example in best.values())


def _rank_file(path: str, addresses: Addresses) -> int:
    if not _FOLDERS.isdisjoint(path.split("/")[:-1]):
        return 0
    return 0 if addresses.is_test(path) else 1


def _best(rows: Iterable[UseRow], limit: int, ranks: Mapping[str, int], scopes: ScopeLinks) -> tuple[Example, ...]:
    """Return the clearest lines, each from another file; where else in its file a line stands does not matter."""

    def rank(row: UseRow) -> tuple[object, ...]:
        return ranks[row.path], _KINDS.get(row.kind, 1), len(row.example), row.example, row.path, row.scope

    # The second may come from the same file, or say the same: then one is enough.
    best: list[UseRow] = []
    for row in heapq.nsmallest(4 * limit, rows, key=rank):
        if len(best) < limit and all(row.path != other.path and row.example != other.example for other in best):
            best.append(row)
    return tuple(Example(text=row.example, place=_place(row, scopes)) for row in best)


def _place(row: UseRow, scopes: ScopeLinks) -> Link:
    scope = scopes.use(row)
    return Link(docname=scope.docname, anchor=scope.anchor, text=row.path, title=scope.text)


def examples_of_file(file: FileSubject) -> tuple[Example, ...]:
    """Return lines of other files that show how a file is used."""
    found = file.uses.examples
    counts = {identity: used.count for identity in found if (used := file.uses.by_id[identity].exact) is not None}
    return file_examples(found, counts, file.addresses)


def example_line(example: Example) -> tuple[Code, Why]:
    """Show a line of another file, and where it is."""
    return Code(example.text, "kw-example"), Why(To(example.place, example.place.text))


def examples_block(examples: Iterable[Example], open_limit: int) -> Iterator[Block]:
    """Show lines of other files."""
    items = (Item(example_line(example)) for example in examples)
    return fold_list(say("Examples of use"), items, is_short=True, open_limit=open_limit)
