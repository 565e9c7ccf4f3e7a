"""Which files and folders are related, as pages and the `kwrelated` directive show them: by how they are related."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.lookup import match_paths
from sphinx_kwindex.pages.records import RelatedFile, RelatedFolder, RelatedQuery, RelatedView

if TYPE_CHECKING:
    from sphinx_kwindex.model import Related
    from sphinx_kwindex.options import Options
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.store import Reader

GROUPS = ("tests", "uses", "used by", "family", "similar", "history")
"""How a file or folder may be related, in the order shown."""

SIMILAR = "similar"
FLOOR = 0.15
"""Folders with less than this part of the best one's related files are left out."""
NAMES = 3
"""Files that a related folder names."""


def related_view(reader: Reader, options: Options, addresses: Addresses, query: RelatedQuery) -> RelatedView:
    """Return what a `kwrelated` directive shows."""
    found = list_matches(addresses, query.what)
    if not found:
        return RelatedView(query=query)
    path = found[0]
    limit = options.related_limit if query.limit is None else query.limit or None
    if addresses.is_file(path):
        files = related_files(reader, addresses, path, limit, query.groups)
        return RelatedView(query=query, link=link_file(addresses, path), files=files)
    folders = related_folders(reader, addresses, path, limit, query.groups, within=options.related_limit)
    return RelatedView(query=query, link=_link_folder(addresses, path), folders=folders)


def list_matches(addresses: Addresses, what: str) -> tuple[str, ...]:
    """Return all files, or else all folders, that a path or the end of one may mean, the best first."""
    found = () if what.rstrip().endswith("/") else match_paths(what, addresses.files)
    return found or match_paths(what, filter(None, addresses.folders))


def link_file(addresses: Addresses, path: str) -> Link:
    """Return the link to a file's page, by its path."""
    return Link(docname=addresses.file(path), text=path)


def related_files(
    reader: Reader, addresses: Addresses, path: str, limit: int | None, groups: Iterable[str] = ()
) -> tuple[RelatedFile, ...]:
    """Return the best related files of a file, of some groups (none: of all), by group."""
    rows = [row for row in reader.related(path) if _is_wanted(row.group, groups)]
    return tuple(
        RelatedFile(file=link_file(addresses, row.path), group=row.group, reasons=row.reasons)
        for row in sorted(rows[:limit], key=lambda row: _place(row.group))
    )


def related_folders(
    reader: Reader,
    addresses: Addresses,
    path: str,
    limit: int | None,
    groups: Iterable[str] = (),
    *,
    within: int,
) -> tuple[RelatedFolder, ...]:
    """Return the folders in which most related files of a folder's files lie, by group.

    Looked at are the first `within` related files of each file in the folder and below.
    """
    found: dict[str, list[Related]] = {}
    for file in addresses.below(path):
        for row in reader.related(file)[:within]:
            if _is_wanted(row.group, groups):
                for folder in _folders_beside(path, [row.path]):
                    found.setdefault(folder, []).append(row)
    order = sorted(found, key=lambda folder: (-len(found[folder]), folder))
    best = [
        folder
        for folder in order
        if _is_enough(row.group for row in found[folder]) and len(found[folder]) >= FLOOR * len(found[order[0]])
    ]
    shown = (_related_folder(addresses, folder, found[folder]) for folder in best[:limit])
    return tuple(sorted(shown, key=lambda folder: _place(folder.group)))


def folders_with_related(table: Mapping[str, Collection[Related]]) -> set[str]:
    """Return the folders that have a related one; `table` holds the related files of each file."""
    found: set[str] = set()
    once: set[tuple[str, str]] = set()
    """Pairs of folders with one related file that is merely similar."""
    for path, rows in table.items():
        folder = path.rpartition("/")[0]
        while folder:
            for row in rows if folder not in found else ():
                for other in _folders_beside(folder, [row.path]):
                    if row.group != SIMILAR or (folder, other) in once:
                        found.add(folder)
                    once.add((folder, other))
            folder = folder.rpartition("/")[0]
    return found


def _is_enough(groups: Iterable[str]) -> bool:
    """Tell whether related files make their folders related: one pair of similar files does not."""
    return list(groups) != [SIMILAR]


def _folders_beside(path: str, others: Iterable[str]) -> Iterator[str]:
    """Return the folders of some files, but those that hold the folder `path` or lie in it."""
    for other in others:
        folder = other.rpartition("/")[0]
        if folder and not f"{path}/".startswith(f"{folder}/") and not folder.startswith(f"{path}/"):
            yield folder


def _related_folder(addresses: Addresses, folder: str, rows: Iterable[Related]) -> RelatedFolder:
    rows = list(rows)
    groups = Counter(row.group for row in rows)
    files = Counter(row.path for row in rows)
    order = sorted(files, key=lambda path: (-files[path], path))
    return RelatedFolder(
        folder=_link_folder(addresses, folder),
        group=min(groups, key=lambda group: (-groups[group], _place(group))),
        files=tuple(path.rpartition("/")[2] for path in order[:NAMES]),
        more=max(0, len(order) - NAMES),
    )


def _link_folder(addresses: Addresses, path: str) -> Link:
    return Link(docname=addresses.folder(path), text=f"{path}/")


def _is_wanted(group: str, groups: Iterable[str]) -> bool:
    return not groups or group in groups


def _place(group: str) -> int:
    return GROUPS.index(group) if group in GROUPS else len(GROUPS)
