"""Parts of the project's page other than the tree: entry points, the most used keywords, public names without a docstring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from itertools import starmap

import msgspec

from sphinx_kwindex.entry_points import COMMANDS, PROGRAMS, EntryPoint
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import Role
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import (
    Arrow,
    Block,
    Code,
    Day,
    Inline,
    Item,
    Link,
    Mark,
    Mono,
    Prose,
    Remarks,
    Screen,
    Series,
    To,
    Why,
    fold_list,
)
from sphinx_kwindex.pages.lookup import Finder
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.phrases import and_more, more_of, say, say_count
from sphinx_kwindex.pages.records import PathEntry
from sphinx_kwindex.pages.stand_outs import Noted
from sphinx_kwindex.pages.subjects import FolderSubject
from sphinx_kwindex.relate.history import Commit
from sphinx_kwindex.store import FileRow, Home, Reader
from sphinx_kwindex.text import shorten

CHANGED_FILES = 8
"""Files that a commit names."""
ID_LENGTH = 10
SUBJECT_LENGTH = 200
"""What is longer is not a subject but a message without an empty line."""

MOST_COMMANDS = 60
"""Entry points in the list: a project of plugins may have hundreds."""

_read_entry_points = msgspec.msgpack.Decoder(tuple[EntryPoint, ...]).decode
_read_commits = msgspec.msgpack.Decoder(tuple[Commit, ...]).decode


def notable_blocks(
    root: FolderSubject, scripts: Sequence[PathEntry], other_scripts: Iterable[PathEntry]
) -> Iterator[Block]:
    """Show what stands out in a project, all closed; given are the files of its own code that are run, and such next to it."""
    reader, _options, addresses, overview = root.sources
    shown, more_commands = commands(reader, addresses, overview)
    more = [Item(more_of(more_commands))] if more_commands else []
    started = [*starmap(command_item, shown), *more, *map(_script, scripts)]
    yield from fold_list(say("Entry points"), started, count=len(shown) + more_commands + len(scripts))
    yield from fold_list(say("Other scripts"), map(_script, other_scripts))
    found = overview.stand_outs
    used, undocumented = (
        [used_item(addresses, noted) for noted in items] for items in (found.used, found.undocumented)
    )
    yield from fold_list(say("Most used keywords"), used, is_short=True)
    title, count = say("Public names without a docstring"), len(undocumented) + found.more_undocumented
    yield from fold_list(title, undocumented, count=count, more=more_of(found.more_undocumented), is_short=True)
    yield from fold_list(say("Recent changes"), recent_items(reader, addresses), look="kw-list kw-changes")


def command_item(item: EntryPoint, link: Link | None) -> Item:
    """Show how something is started or found, with the link to what that is, if the index has it."""
    target = Mono(To(link)) if link else Code(item.target)
    return Item(
        (Code(item.name), Why((Arrow(), target, Screen(" "), Remarks((command_word(item.group),))), is_aside=False))
    )


def _script(entry: PathEntry) -> Item:
    return Item((To(entry.link, entry.link.title), Why(Prose(entry.summary)) if entry.summary else ""))


def keyword_item(keyword: Home, link: Link, remark: Inline) -> Item:
    """Show a keyword with a remark."""
    return Item((Screen((Mark(keyword.kind, keyword.flags), " ")), Mono(To(link)), remark))


def used_item(addresses: Addresses, noted: Noted) -> Item:
    """Show a keyword that stands out, by the path by which it is public."""
    home, shown = noted.home, noted.shown
    link = addresses.link(home, shown or home.id, home.id if shown else "")
    return keyword_item(home, link, Screen(Why(used_in(noted.files))) if noted.files else "")


_STARTED: Mapping[str, str] = {COMMANDS: N_("command"), PROGRAMS: N_("desktop program")}


def command_word(group: str) -> Inline:
    """Say what an entry point is; the groups of other projects have names of their own."""
    return say(_STARTED[group]) if group in _STARTED else group


def used_in(files: int) -> Inline:
    """Say in how many files of the project's own code a keyword is used."""
    return say_count("used in 1 file of own code", "used in %(count)s files of own code", files)


def commands(
    reader: Reader, addresses: Addresses, overview: Overview
) -> tuple[list[tuple[EntryPoint, Link | None]], int]:
    """Return how the project says that it is started, with links to the keywords meant, and how many are left out."""
    blob = reader.get_blob("entry points")
    found = _read_entry_points(blob) if blob else ()
    shown = [(item, _target(addresses, overview.finder, item)) for item in found[:MOST_COMMANDS]]
    return shown, len(found) - len(shown)


def _target(addresses: Addresses, finder: Finder, item: EntryPoint) -> Link | None:
    keyword = finder.find(item.target.replace(":", "."), tails=False).best
    return addresses.link(keyword, item.target, keyword.id) if keyword is not None else None


def is_started(overview: Overview, row: FileRow) -> bool:
    """Return whether a file of own code is run: not if others import it, as then its main block is there by the way."""
    if row.role is not Role.SCRIPT or row.path not in overview.own:
        return False
    users = (user for user in overview.loads.back.get(row.path, ()) if user in overview.own)
    return row.path.rpartition("/")[2] == "__main__.py" or next(users, None) is None


def recent_items(reader: Reader, addresses: Addresses) -> list[Item]:
    """Show the newest commits, with the files of the index that they changed."""
    blob = reader.get_blob("recent")
    return [_change_item(addresses, commit) for commit in _read_commits(blob)] if blob else []


def _change_item(addresses: Addresses, commit: Commit) -> Item:
    paths = [path for path in commit.paths if addresses.is_file(path)]
    links = tuple(To(addresses.path_link(path)) for path in paths[:CHANGED_FILES])
    files = Why(Series(links, and_more(len(paths) - CHANGED_FILES))) if paths else ""
    date = _date(commit.time)
    # Not as short as git can make it, which depends on what else is in the clone.
    name = Code(commit.id[:ID_LENGTH])
    return Item(((Day(date), " ") if date else "", name, f" {shorten(commit.subject, SUBJECT_LENGTH)}", files))


def _date(time: int) -> str:
    """Return the day of a commit in UTC, as in 2026-11-25."""
    try:
        return datetime.fromtimestamp(time, timezone.utc).date().isoformat()
    except (OverflowError, ValueError, OSError):  # a clock that is far out
        return ""
