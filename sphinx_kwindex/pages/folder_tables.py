"""Which folders have something to show that only all files below them can tell."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping

from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.model import Kind, RelatedPath

NAMED = (Kind.CLASS, Kind.EXCEPTION, Kind.FUNCTION)
"""Kinds of the names that a folder lists."""
SIMILAR = "similar"
"""How files are related whose words are alike, and nothing else."""

KindCounts = tuple[tuple[Kind, int, int], ...]
"""How many keywords of each kind a file has: (kind, public, private)."""


def count_named(counts: KindCounts) -> int:
    """Return how many names of a file a folder could list."""
    return sum(public for kind, public, _ in counts if kind in NAMED)


def folders_with_names(files: Iterable[tuple[str, KindCounts]], own: Container[str]) -> set[str]:
    """Return the folders whose pages have public classes or functions to list: their own code's, if they hold such."""
    with_names: dict[bool, set[str]] = {True: set(), False: set()}
    with_own: set[str] = set()
    for path, counts in files:
        is_own, above = path in own, tuple(folders_above(path))
        if is_own:
            with_own.update(above)
        if count_named(counts):
            with_names[is_own].update(above)
    return with_names[True] | (with_names[False] - with_own)


def folders_with_related(table: Mapping[str, Collection[RelatedPath]]) -> set[str]:
    """Return the folders that have a related one; `table` holds the related files of each file."""
    found: set[str] = set()
    once: set[tuple[str, str]] = set()
    """Pairs of folders with one related file that is merely similar."""
    for path, rows in table.items():
        for folder in folders_above(path):
            for row in rows if folder not in found else ():
                for other in folders_beside(folder, [row.path]):
                    if row.group != SIMILAR or (folder, other) in once:
                        found.add(folder)
                    once.add((folder, other))
    return found


def folders_beside(path: str, others: Iterable[str]) -> Iterator[str]:
    """Return the folders of some files, except those that hold the folder `path` or are in it."""
    for other in others:
        folder = other.rpartition("/")[0]
        if folder and not f"{path}/".startswith(f"{folder}/") and not folder.startswith(f"{path}/"):
            yield folder
