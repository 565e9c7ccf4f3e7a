"""What the project's page shows beside the tree: entry points, the most used keywords, public names without a docstring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from sphinx_kwindex.entry_points import EntryPoint
from sphinx_kwindex.model import Flag, Keyword, Kind
from sphinx_kwindex.pages.records import Change, Command, KeywordCount, Link
from sphinx_kwindex.relate.history import Commit

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.lookup import Finder
    from sphinx_kwindex.pages.overview import Overview
    from sphinx_kwindex.store import Reader

SHOWN = 20
"""Keywords in a list."""
CHANGED_FILES = 8
"""Files that a commit names."""
ID_LENGTH = 10
SUBJECT_LENGTH = 200
"""What is longer is not a subject but a message without an empty line."""

COMMANDS = 60
"""Entry points in the list: a project of plugins may have hundreds."""

_read_entry_points = msgspec.msgpack.Decoder(tuple[EntryPoint, ...]).decode
_read_commits = msgspec.msgpack.Decoder(tuple[Commit, ...]).decode


def commands(reader: Reader, addresses: Addresses, finder: Finder) -> tuple[tuple[Command, ...], int]:
    """Return how the project says that it is started, with the keywords meant, and how many are left out."""
    blob = reader.get_blob("entry points")
    found = _read_entry_points(blob) if blob else ()
    shown = tuple(_command(addresses, finder, item) for item in found[:COMMANDS])
    return shown, len(found) - len(shown)


def _command(addresses: Addresses, finder: Finder, item: EntryPoint) -> Command:
    keyword = finder.find(item.target.replace(":", "."), tails=False).best
    link = None
    if keyword is not None:
        docname, anchor = addresses.link(keyword)
        link = Link(docname=docname, anchor=anchor, text=item.target, title=keyword.id)
    return Command(group=item.group, name=item.name, target=item.target, link=link)


def most_used(reader: Reader, addresses: Addresses, overview: Overview) -> tuple[KeywordCount, ...]:
    """Return the public keywords that most files use, tests and their own file left out."""
    # Counted in files, not in uses: with those, nearly every edit would write the page again.
    order = sorted(overview.users, key=lambda identity: (-overview.users[identity], identity))
    found = (keyword for identity in order if (keyword := public_keyword(reader, identity)) is not None)
    return tuple(_count(addresses, overview, keyword) for keyword in islice(found, SHOWN))


def undocumented(reader: Reader, addresses: Addresses, overview: Overview) -> tuple[tuple[KeywordCount, ...], int]:
    """Return the public classes and functions without a docstring that are used most, and how many more there are."""
    keywords = list(filter(_is_in_public_file, reader.undocumented()))
    # The sort is stable: of those used as much, the first in the tree.
    keywords.sort(key=lambda keyword: -overview.users.get(keyword.id, 0))
    shown = tuple(_count(addresses, overview, keyword) for keyword in keywords[:SHOWN])
    return shown, len(keywords) - len(shown)


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
        files=tuple(Link(docname=addresses.file(path), text=path) for path in files[:CHANGED_FILES]),
        more=max(0, len(files) - CHANGED_FILES),
    )


def _cut(subject: str) -> str:
    return subject if len(subject) <= SUBJECT_LENGTH else f"{subject[: SUBJECT_LENGTH - 1].rstrip()}…"


def _date(time: int) -> str:
    try:
        return datetime.fromtimestamp(time, timezone.utc).date().isoformat()
    except (OverflowError, ValueError, OSError):  # a clock that is far out
        return ""


def public_keyword(reader: Reader, identity: str) -> Keyword | None:
    """Return the definition with an id, unless it is private, local or a module."""
    hidden = Flag.PRIVATE | Flag.LOCAL
    return next(_definitions(reader.keywords(id=identity), int(hidden)), None)


def _definitions(keywords: Iterable[Keyword], hidden: int) -> Iterator[Keyword]:
    return (item for item in keywords if item.kind not in {Kind.MODULE, Kind.IMPORT} and not item.flags & hidden)


def _is_in_public_file(keyword: Keyword) -> bool:
    return not any(part.startswith("_") and not part.startswith("__") for part in keyword.path.split("/"))


def _count(addresses: Addresses, overview: Overview, keyword: Keyword) -> KeywordCount:
    docname, anchor = addresses.link(keyword)
    return KeywordCount(
        kind=keyword.kind,
        link=Link(docname=docname, anchor=anchor, text=keyword.id),
        flags=keyword.flags,
        files=overview.users.get(keyword.id, 0),
    )
