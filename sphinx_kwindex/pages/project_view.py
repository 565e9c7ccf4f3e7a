"""What the project's page shows beside the tree: entry points, the most used keywords, public names without a docstring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone

import msgspec

from sphinx_kwindex.entry_points import COMMANDS, PROGRAMS, EntryPoint
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import Kind, Role
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
    View,
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
from sphinx_kwindex.store import FileRow, Reader

CHANGED_FILES = 8
"""Files that a commit names."""
ID_LENGTH = 10
SUBJECT_LENGTH = 200
"""What is longer is not a subject but a message without an empty line."""

MOST_COMMANDS = 60
"""Entry points in the list: a project of plugins may have hundreds."""

_read_entry_points = msgspec.msgpack.Decoder(tuple[EntryPoint, ...]).decode
_read_commits = msgspec.msgpack.Decoder(tuple[Commit, ...]).decode


class KeywordCount(View, frozen=True):
    """A keyword, and how many other files use it, tests left out."""

    kind: Kind
    link: Link
    flags: int = 0
    files: int = 0


class Change(View, frozen=True):
    """One commit."""

    id: str
    date: str
    """As in 2026-11-25, in UTC."""
    subject: str
    files: tuple[Link, ...]
    """Those of the index that it changed."""
    more: int = 0


class Command(View, frozen=True):
    """A name by which something of the project is started or found."""

    group: str
    name: str
    target: str
    """As the project writes it."""
    link: Link | None = None
    """What it names; None: not found."""


def notable_blocks(
    root: FolderSubject, scripts: Sequence[PathEntry], other_scripts: Iterable[PathEntry]
) -> Iterator[Block]:
    """Show what stands out in a project, all closed; given are the files of its own code that are run, and such beside it."""
    reader, _options, addresses, overview = root.sources
    shown, more_commands = commands(reader, addresses, overview)
    more = [Item(more_of(more_commands))] if more_commands else []
    started = [*map(_command_item, shown), *more, *map(_script, scripts)]
    yield from fold_list(say("Entry points"), started, count=len(shown) + more_commands + len(scripts))
    yield from fold_list(say("Other scripts"), map(_script, other_scripts))
    found = overview.stand_outs
    used, undocumented = (
        [_used_item(count_files(addresses, noted)) for noted in items] for items in (found.used, found.undocumented)
    )
    yield from fold_list(say("Most used keywords"), used, is_short=True)
    title, count = say("Public names without a docstring"), len(undocumented) + found.more_undocumented
    yield from fold_list(title, undocumented, count=count, more=more_of(found.more_undocumented), is_short=True)
    changes = map(_change_item, recent_changes(reader, addresses))
    yield from fold_list(say("Recent changes"), changes, look="kw-list kw-changes")


def _command_item(item: Command) -> Item:
    target = Mono(To(item.link)) if item.link else Code(item.target)
    return Item(
        (Code(item.name), Why((Arrow(), target, Screen(" "), Remarks((command_word(item.group),))), is_aside=False))
    )


def _script(entry: PathEntry) -> Item:
    return Item((To(entry.link, entry.link.title), Why(Prose(entry.summary)) if entry.summary else ""))


def keyword_item(item: KeywordCount, words: Inline) -> Item:
    """Show a keyword with a remark."""
    return Item((Screen((Mark(item.kind, item.flags), " ")), Mono(To(item.link)), Why(words) if words else ""))


def _used_item(item: KeywordCount) -> Item:
    name = (Screen((Mark(item.kind, item.flags), " ")), Mono(To(item.link)))
    return Item((*name, Screen(Why(used_in(item.files))) if item.files else ""))


def _change_item(change: Change) -> Item:
    files = Series(tuple(map(To, change.files)), and_more(change.more))
    date = (Day(change.date), " ") if change.date else ""
    return Item((date, Code(change.id), f" {change.subject}", Why(files) if change.files else ""))


_STARTED: Mapping[str, str] = {COMMANDS: N_("command"), PROGRAMS: N_("desktop program")}


def command_word(group: str) -> Inline:
    """Say what an entry point is; the groups of other projects have names of their own."""
    return say(_STARTED[group]) if group in _STARTED else group


def used_in(files: int) -> Inline:
    """Say in how many files of the project's own code a keyword is used."""
    return say_count("used in 1 file of own code", "used in %(count)s files of own code", files)


def commands(reader: Reader, addresses: Addresses, overview: Overview) -> tuple[tuple[Command, ...], int]:
    """Return how the project says that it is started, with the keywords meant, and how many are left out."""
    blob = reader.get_blob("entry points")
    found = _read_entry_points(blob) if blob else ()
    shown = tuple(_command(addresses, overview.finder, item) for item in found[:MOST_COMMANDS])
    return shown, len(found) - len(shown)


def _command(addresses: Addresses, finder: Finder, item: EntryPoint) -> Command:
    keyword = finder.find(item.target.replace(":", "."), tails=False).best
    link = addresses.link(keyword, item.target, keyword.id) if keyword is not None else None
    return Command(group=item.group, name=item.name, target=item.target, link=link)


def is_started(overview: Overview, row: FileRow) -> bool:
    """Tell whether a file of own code is run: not if others import it, as then its main block is there by the way."""
    if row.role is not Role.SCRIPT or row.path not in overview.own:
        return False
    users = (user for user in overview.loads.back.get(row.path, ()) if user in overview.own)
    return row.path.rpartition("/")[2] == "__main__.py" or next(users, None) is None


def recent_changes(reader: Reader, addresses: Addresses) -> tuple[Change, ...]:
    """Return the newest commits, with the files of the index that they changed."""
    blob = reader.get_blob("recent")
    return tuple(_change(addresses, commit) for commit in _read_commits(blob)) if blob else ()


def _change(addresses: Addresses, commit: Commit) -> Change:
    files = [path for path in commit.paths if addresses.is_file(path)]
    return Change(
        # Not as short as git can make it, which depends on what else is in the clone.
        id=commit.id[:ID_LENGTH],
        date=_date(commit.time),
        subject=_cut(commit.subject),
        files=tuple(addresses.path_link(path) for path in files[:CHANGED_FILES]),
        more=max(0, len(files) - CHANGED_FILES),
    )


def _cut(subject: str) -> str:
    return subject if len(subject) <= SUBJECT_LENGTH else f"{subject[: SUBJECT_LENGTH - 1].rstrip()}…"


def _date(time: int) -> str:
    try:
        return datetime.fromtimestamp(time, timezone.utc).date().isoformat()
    except (OverflowError, ValueError, OSError):  # a clock that is far out
        return ""


def count_files(addresses: Addresses, noted: Noted) -> KeywordCount:
    """Return a keyword that stands out, by the path by which it is public."""
    home, shown = noted.home, noted.shown
    return KeywordCount(
        kind=home.kind,
        link=addresses.link(home, shown or home.id, home.id if shown else ""),
        flags=home.flags,
        files=noted.files,
    )
