"""The most used keywords of own code, and its public names without a docstring."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from sphinx_kwindex.model import FileFacts, Flag, ImportFlag, Kind, RelationKind
from sphinx_kwindex.store import Reader
from sphinx_kwindex.store.rows import Home

SHOWN = 20
"""Keywords in a list."""
_NO_DEFINITIONS = frozenset({Kind.MODULE, Kind.IMPORT})


class Noted(NamedTuple):
    """A keyword that stands out."""

    home: Home
    files: int
    """Files of own code that use it."""
    shown: str = ""
    """The path by which it is public, if that is not its own."""


class StandOuts(NamedTuple):
    """The keywords of a project that stand out."""

    used: tuple[Noted, ...]
    undocumented: tuple[Noted, ...]
    """Those that are used most."""
    more_undocumented: int


def find_stand_outs(reader: Reader, own: Collection[str], users: Mapping[str, int]) -> StandOuts:
    """Return what stands out in own code; `users` is how many files of it use keywords, by id."""
    # Counted in files, not in uses: with those, nearly every edit would write the page again.
    used = most_used(reader, users)
    # The sort is stable: of those used as much, the first in the tree.
    undocumented = sorted(_find_undocumented(reader, own, users), key=lambda noted: -noted.files)
    return StandOuts(tuple(islice(used, SHOWN)), tuple(undocumented[:SHOWN]), len(undocumented[SHOWN:]))


def edges_within(reader: Reader, own: Collection[str]) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Yield (using file, defining file, exact uses by keyword id) of two files of own code."""
    for user, target, counts in reader.file_edges():
        if user != target and user in own and target in own:
            yield user, target, counts


def most_used(reader: Reader, users: Mapping[str, int]) -> Iterator[Noted]:
    """Yield public keywords with how many files use them, most first; `users` is that number, by id."""
    return public_ones(reader, sorted(users.items(), key=lambda item: (-item[1], item[0])))


def public_ones(reader: Reader, counts: Iterable[tuple[str, int]]) -> Iterator[Noted]:
    """Yield those of some ids, each with how many files use it, that are of public keywords."""
    for identity, files in counts:
        home = _public_keyword(reader, identity)
        if home is not None:
            yield Noted(home, files)


def _public_keyword(reader: Reader, identity: str) -> Home | None:
    """Return the definition with an id, unless it is private, local, a module or a method like `__init__`."""
    hidden = Flag.PRIVATE | Flag.LOCAL
    found = (item for item in reader.homes([identity]).get(identity, ()) if item.kind not in _NO_DEFINITIONS)
    found = (item for item in found if not item.flags & hidden)
    return next((item for item in found if not (item.kind is Kind.METHOD and item.flags & Flag.SPECIAL)), None)


def _find_undocumented(reader: Reader, own: Collection[str], users: Mapping[str, int]) -> Iterator[Noted]:
    """Yield the public classes and functions of own code without a docstring, in order of path and place.

    What a private module defines is public by the path by which a public one exports it.
    """
    homes = [home for home in reader.undocumented() if home.path in own]
    private = {path for path in {home.path for home in homes} if _is_private(path)}
    exported = _public_paths(reader, own, {home.id for home in homes if home.path in private})
    for home in homes:
        if home.path not in private:
            yield Noted(home, users.get(home.id, 0))
        elif home.id in exported:
            yield Noted(home, users.get(home.id, 0), exported[home.id])


def _public_paths(reader: Reader, own: Collection[str], wanted: Collection[str]) -> dict[str, str]:
    """Return, for some ids, the shortest path without a private part by which a module of own code says to export them."""
    exports: dict[str, frozenset[str]] = {}
    found: dict[str, str] = {}
    for _, source, target in reader.all_relations(RelationKind.REEXPORT) if wanted else ():
        module, _, name = source.rpartition(".")
        if target not in wanted or source.startswith("_") or "._" in source:
            continue
        if module not in exports:
            paths = [path for path in reader.files_of_module(module) if path in own]
            exports[module] = _exports(reader.facts(paths[-1]) if paths else None)
        if name in exports[module]:
            found[target] = min(source, found.get(target, source), key=lambda path: (path.count("."), path))
    return found


def _exports(facts: FileFacts | None) -> frozenset[str]:
    """Return the names that a file says to export: in `__all__`, or by `import x as x`."""
    if facts is None:
        return frozenset()
    names = facts.exports.names if facts.exports else ()
    return frozenset((*names, *(item.name for item in facts.imports if item.flags & ImportFlag.EXPORTED)))


def _is_private(path: str) -> bool:
    """Return whether a file or a folder around it is private by its name."""
    return any(part.startswith("_") and not part.startswith("__") for part in path.split("/"))
