"""Related files and folders, for pages and the `kwrelated` directive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import Reason, RelatedPath
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import (
    Block,
    Brief,
    Bullets,
    Count,
    Fold,
    Inline,
    Item,
    Link,
    Para,
    Strong,
    Terms,
    To,
    Why,
)
from sphinx_kwindex.pages.directives import Directive, Query, read_choices, read_count, read_flag
from sphinx_kwindex.pages.folder_tables import SIMILAR, folders_beside
from sphinx_kwindex.pages.lookup import match_paths
from sphinx_kwindex.pages.phrases import not_found, say, say_count
from sphinx_kwindex.pages.subjects import FileSubject, FolderSubject, PageSection, Sources
from sphinx_kwindex.store import Reader

GROUPS: Mapping[str, str] = {
    "tests": N_("Tests"),
    "uses": N_("Uses"),
    "used by": N_("Used by"),
    "family": N_("Same family"),
    "similar": N_("Similar"),
    "history": N_("Changed together"),
}
"""How a file or folder may be related, in the order shown, with the heads of lists."""

FLOOR = 0.15
"""Folders with less than this part of the best one's related files are left out."""
NAMES = 3
"""Files that a related folder names."""


class RelatedQuery(Query, frozen=True):
    """What a `kwrelated` directive asks for: a file or folder, as roles name it."""

    groups: tuple[str, ...] = ()
    """Empty: all."""
    reasons: bool = True
    limit: int | None = None
    """Files or folders shown; 0: all that are known; None: as many as on generated pages."""


class RelatedLink(NamedTuple):
    """One related file, or a folder in which files are related to files of this one."""

    link: Link
    group: str
    """Of a folder: that of most of these files."""
    reason: Inline
    """Why it is related, in words."""


def list_matches(addresses: Addresses, what: str) -> tuple[str, ...]:
    """Return all files, or else all folders, that a path or the end of one may mean, the best first."""
    found = () if what.rstrip().endswith("/") else match_paths(what, addresses.files)
    return found or match_paths(what, filter(None, addresses.folders))


def related_files(
    reader: Reader, addresses: Addresses, path: str, limit: int | None, groups: Iterable[str] = ()
) -> tuple[RelatedLink, ...]:
    """Return the best related files of a file, of some groups (none: of all), by group."""
    rows = [row for row in reader.related(path) if _is_wanted(row.group, groups) and addresses.is_file(row.path)]
    return tuple(
        RelatedLink(addresses.path_link(row.path), row.group, join_reasons(row.reasons))
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
) -> tuple[RelatedLink, ...]:
    """Return the folders in which most related files of a folder's files lie, by group.

    Looked at are the first `within` related files of each file in the folder and below.
    """
    related = reader.related_below(path, addresses.below(path)).values()
    rows = (row for found in related for row in found[:within])
    wanted = (row for row in rows if _is_wanted(row.group, groups) and addresses.is_file(row.path))
    found = grouped((folder, row) for row in wanted for folder in folders_beside(path, [row.path]))
    order = sorted(found, key=lambda folder: (-len(found[folder]), folder))
    best = [
        folder
        for folder in order
        if _is_enough(row.group for row in found[folder]) and len(found[folder]) >= FLOOR * len(found[order[0]])
    ]
    shown = (_related_folder(addresses, folder, found[folder]) for folder in best[:limit])
    return tuple(sorted(shown, key=lambda folder: _place(folder.group)))


def _is_enough(groups: Iterable[str]) -> bool:
    """Return whether related files make their folders related: one pair of similar files does not."""
    return list(groups) != [SIMILAR]


def _related_folder(addresses: Addresses, folder: str, rows: Iterable[RelatedPath]) -> RelatedLink:
    rows = list(rows)
    groups = Counter(row.group for row in rows)
    group = min(groups, key=lambda group: (-groups[group], _place(group)))
    return RelatedLink(addresses.path_link(folder), group, _folder_words(Counter(row.path for row in rows)))


def _folder_words(files: Mapping[str, int]) -> Inline:
    """Say which files make a folder related, those with the most pairs first."""
    order = sorted(files, key=lambda path: (-files[path], path))
    names, more = ", ".join(path.rpartition("/")[2] for path in order[:NAMES]), len(order) - NAMES
    if more <= 0:
        return say("related files: %(names)s", names=names)
    return say("related files: %(names)s and %(count)s more", names=names, count=more)


def _is_wanted(group: str, groups: Iterable[str]) -> bool:
    return not groups or group in groups


def _place(group: str) -> int:
    return [*GROUPS, group].index(group)


# In words


def group_word(group: str) -> Inline:
    """Head a group of related files."""
    return say(GROUPS[group]) if group in GROUPS else group


def reason_words(reason: Reason) -> Inline:
    """Put a reason why a file is related into words; the sentence's subject is that file."""
    from sphinx_kwindex.relate.reasons import REASONS

    row, words = REASONS[reason.kind], ", ".join(reason.words)
    if row.texts[1]:
        text = say_count(*row.texts, reason.count)
        return (text, ": ", words) if row.has_names and words else text
    return say(row.texts[0], words=words) if words else say(row.texts[0])


def join_reasons(reasons: Iterable[Reason]) -> Inline:
    """Put the reasons why a file is related into words."""
    return tuple(part for reason in reasons for part in ("; ", reason_words(reason)))[1:]


def related_blocks(related: Sequence[RelatedLink]) -> Iterator[Block]:
    """Show related files or folders: only their names, and behind them why."""
    yield Count(len(related))
    yield Brief((_names(related),))
    yield Fold(say("Why these"), (_with_reasons(related),), look="kw-more", has_title=False)


def related_listing(sources: Sources, query: RelatedQuery) -> Iterator[Block]:
    """Show what a `kwrelated` directive asks for."""
    reader, options, addresses, _ = sources
    found = list_matches(addresses, query.what)
    if not found:
        yield Para(not_found(query.what), "kw-none")
        return
    path, within = found[0], options.related_limit
    # What the reasons call "this file" has to be told.
    yield Para(To(addresses.path_link(path)), "kw-group")
    limit = within if query.limit is None else query.limit or None
    if addresses.is_file(path):
        related = related_files(reader, addresses, path, limit, query.groups)
    else:
        related = related_folders(reader, addresses, path, limit, query.groups, within=within)
    if not related:
        yield Para(say("Nothing related."), "kw-none")
    else:
        yield _with_reasons(related) if query.reasons else _names(related)


def _names(related: Iterable[RelatedLink]) -> Block:
    groups = (
        Item(
            (Strong(group_word(group)), "\N{NO-BREAK SPACE}"),
            (Bullets(tuple(Item(To(_short(one.link))) for one in found), look=""),),
        )
        for group, found in _grouped(related)
    )
    return Bullets(tuple(groups), look="kw-groups")


def _grouped(related: Iterable[RelatedLink]) -> Iterator[tuple[str, Iterator[RelatedLink]]]:
    return groupby(related, key=lambda one: one.group)


def _short(link: Link) -> Link:
    parts = link.text.rstrip("/").split("/")
    if len(parts) < 3:
        return link
    name = "/".join(parts[-2:]) + ("/" if link.text.endswith("/") else "")
    return Link(docname=link.docname, anchor=link.anchor, text=name, title=link.text)


def _with_reasons(related: Iterable[RelatedLink]) -> Block:
    groups = (
        (group_word(group), tuple(Item((To(one.link), Why(one.reason))) for one in found))
        for group, found in _grouped(related)
    )
    return Terms(tuple((group, (Item("", (Bullets(items, look="kw-related"),)),)) for group, items in groups))


def _of_file(file: FileSubject) -> Iterator[Block]:
    return related_blocks(related_files(file.reader, file.addresses, file.path, file.options.related_limit))


def _of_folder(folder: FolderSubject) -> Iterator[Block]:
    limit = folder.options.related_limit
    return related_blocks(related_folders(folder.reader, folder.addresses, folder.path, limit, within=limit))


def _has_related(folder: FolderSubject) -> bool:
    return folder.path in folder.overview.with_related


RELATED = PageSection[FileSubject](
    "kw-related",
    N_("Related files"),
    is_on=lambda file: file.part == 1 and bool(file.reader.related(file.path)[: file.options.related_limit]),
    blocks=_of_file,
)
RELATED_FOLDERS = PageSection[FolderSubject]("kw-related-folders", N_("Related folders"), _has_related, _of_folder)

KWRELATED = Directive[RelatedQuery](
    name="kwrelated",
    query=RelatedQuery,
    options={
        "groups": read_choices({group.replace(" ", "-"): group for group in GROUPS}),
        "reasons": read_flag,
        "limit": read_count,
    },
    find=lambda sources, query: list_matches(sources.addresses, query.what),
    blocks=related_listing,
    asks_for="a file or folder",
)
