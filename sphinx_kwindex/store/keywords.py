"""The keywords of a file, and which facts change with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sphinx_kwindex.annotations import types_of
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import (
    CLASSES,
    LOCALS,
    PROSE_ROLES,
    RUN_UNNAMED,
    TOLD_OF_RUNS,
    FileFacts,
    Flag,
    Import,
    Keyword,
    Kind,
    Role,
    is_python,
    keyword_id,
)
from sphinx_kwindex.store.rows import Key, part_of
from sphinx_kwindex.text import letter_of


def list_keywords(facts: FileFacts) -> Iterator[Keyword]:
    """Return the keywords of one file: its definitions, then its import bindings (wildcards bind no name).

    A file of prose is not a module, though its first definition has that place.
    """
    undocumented = _find_undocumented(facts)
    aliases = {bound.name: bound.target for bound in facts.imports}
    for position, item in enumerate(facts.definitions):
        if not position and facts.role in PROSE_ROLES:
            continue
        yield Keyword(
            id=keyword_id(facts.module, item.qualname),
            name=item.name,
            qualname=item.qualname,
            kind=item.kind,
            path=facts.path,
            position=position,
            line=item.line,
            flags=item.flags | (Flag.UNDOCUMENTED if position in undocumented else 0),
            summary=item.summary,
            types=types_of(item, aliases),
        )
    for position, bound in enumerate(facts.imports, len(facts.definitions)):
        if bound.name != "*":
            qualname = import_qualname(facts, bound)
            yield Keyword(
                id=keyword_id(facts.module, qualname),
                name=bound.name,
                qualname=qualname,
                kind=Kind.IMPORT,
                path=facts.path,
                position=position,
                line=bound.line,
                flags=Flag.PRIVATE if bound.name.startswith("_") else 0,
            )


_DOCUMENTED = frozenset({Kind.CLASS, Kind.EXCEPTION, Kind.FUNCTION})
"""Kinds that should have a docstring."""
_NEVER_DOCUMENTED = frozenset({Role.TEST, Role.STUB, Role.GENERATED}) | PROSE_ROLES
"""Roles of files in which nothing has to have one."""
_CLASSES = frozenset({Kind.CLASS.value, Kind.EXCEPTION.value})
_WITH_MEMBERS = _CLASSES | {Kind.METHOD.value, Kind.PROPERTY.value}
_HIDDEN = int(Flag.PRIVATE | Flag.SPECIAL | Flag.LOCAL | Flag.TEST | Flag.TYPE_CHECKING | Flag.MAIN)
_DOC_MADE = int(Flag.LAMBDA | Flag.PARTIAL | Flag.NAMED_TUPLE | Flag.DOC_MADE | Flag.DOC_FIELDS)
"""These have no docstring of their own that could be missing."""


def _find_undocumented(facts: FileFacts) -> frozenset[int]:
    """Return the positions of the public classes and functions of a module without a docstring.

    None that its `__all__` leaves out, and no class that says in its `__init__` what it is.
    """
    if facts.role in _NEVER_DOCUMENTED or not is_python(facts):
        return frozenset()
    listed = facts.exports.names if facts.exports is not None and facts.exports.complete else None
    found = {
        item.qualname: position
        for position, item in enumerate(facts.definitions)
        if item.kind in _DOCUMENTED
        and not item.summary
        and not item.flags & (_HIDDEN | _DOC_MADE)
        and "." not in item.qualname
        and (listed is None or item.name in listed)
    }
    for item in facts.definitions:
        if item.name == "__init__" and (item.summary or item.flags & Flag.DOC_FIELDS):
            found.pop(item.qualname.rpartition(".")[0], None)
    return frozenset(found.values())


def import_qualname(facts: FileFacts, bound: Import) -> str:
    """Return the qualified name of an import binding: where it is bound, and its name."""
    if bound.scope <= 0:
        return bound.name
    scope = facts.definitions[bound.scope]
    inside = "" if scope.kind in CLASSES else "<locals>."
    return f"{scope.qualname}.{inside}{bound.name}"


def count_kinds(keywords: Iterable[Keyword]) -> tuple[tuple[Kind, int, int], ...]:
    """Return how many keywords of each kind there are: (kind, public, private)."""
    public: Counter[Kind] = Counter()
    private: Counter[Kind] = Counter()
    for keyword in keywords:
        (private if keyword.flags & Flag.PRIVATE else public)[keyword.kind] += 1
    return tuple((kind, public[kind], private[kind]) for kind in Kind if public[kind] or private[kind])


_IMPORT = Kind.IMPORT.value
_FLAGGED = (("instance attributes", Flag.INSTANCE), ("undocumented", Flag.UNDOCUMENTED))
"""Facts of which keywords have a flag."""


def keyword_keys(path: str, before: Collection[Sequence[Any]], after: Collection[Sequence[Any]]) -> Iterator[Key]:
    """Return the facts that change with the keywords of a file."""
    changed = set(before) ^ set(after)
    for _, _, identity, _, folded, *_ in changed:
        yield from (("keywords with", identity), ("keywords called", folded))
    if changed:
        yield from (("keywords", path), ("keywords",))
    for fact, flag in _FLAGGED:
        if _changed(*(_homes((row for row in rows if row[8] & flag), 2) for rows in (before, after))):
            yield (fact,)
    if _run_unnamed(before) != _run_unnamed(after):
        yield ("run unnamed",)
    # Of each row, what a `Home` has of it; of rows with one name, also their order.
    ids = _changed(_homes(before, 2), _homes(after, 2))
    names = _changed(_homes(before, 4), _homes(after, 4))
    defined = _changed(*(_homes((row for row in rows if row[6] != _IMPORT), 4) for rows in (before, after)))
    if defined:
        yield from (("names", path), ("names",))
    yield from (("names at", letter) for letter in set(map(letter_of, defined)))
    yield from (("home", identity) for identity in ids)
    for folded in names:
        yield ("name", folded)
    yield from _search_keys(before, after, names)
    if ids or names:
        yield from (("names below", folder) for folder in _folders(path))


def _homes(rows: Iterable[Sequence[Any]], column: int) -> dict[str, list[tuple[Any, ...]]]:
    """Return what homes have of rows, in order, by the value of a column."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in sorted(rows, key=lambda row: row[1]):
        _, position, identity, name, _, qualname, kind, _, flags, *_ = row
        found.setdefault(row[column], []).append((identity, name, qualname, part_of(kind, position), kind, flags))
    return found


def _search_keys(
    before: Collection[Sequence[Any]], after: Collection[Sequence[Any]], names: Iterable[str]
) -> Iterator[Key]:
    """Return the facts that change with what the search box shows."""
    for folded in {*names, *_changed(_described(before), _described(after))}:
        yield from (("described from", folded[:length]) for length in range(len(folded) + 1))
    if _changed(*(_homes((row for row in rows if row[10]), 10) for rows in (before, after))):
        yield ("types",)


def _described(rows: Iterable[Sequence[Any]]) -> dict[str, list[tuple[Any, ...]]]:
    """Return what keywords say about themselves, by their names in folded case."""
    return grouped((row[4], tuple(row[9:])) for row in sorted(rows, key=lambda row: row[1]))


def _run_unnamed(rows: Iterable[Sequence[Any]]) -> set[tuple[Any, ...]]:
    """Return what is known about classes, their members, tests, what runs for these, what functions define, and what is not implemented."""
    return {
        (identity, qualname, kind, flags & TOLD_OF_RUNS)
        for _, _, identity, name, _, qualname, kind, _, flags, *_ in rows
        if kind in _WITH_MEMBERS
        or (kind == Kind.FUNCTION.value and (flags & TOLD_OF_RUNS or name in RUN_UNNAMED or LOCALS in qualname))
    }


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]


def _folders(path: str) -> Iterator[str]:
    """Return the folders that a file is in, and the root."""
    while path:
        path = path.rpartition("/")[0]
        yield path
