"""Parts of a folder's page other than the list of files: names used by other folders, and the names below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.marking import N_
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Block, Bullets, Fold, Item, Link, Para, Terms, To, View
from sphinx_kwindex.pages.folder_tables import NAMED, count_named
from sphinx_kwindex.pages.names_view import letter_group
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.phrases import letter_word, name_count, say
from sphinx_kwindex.pages.stand_outs import Noted, public_ones
from sphinx_kwindex.pages.subjects import FolderSubject, PageSection
from sphinx_kwindex.pages.tree import tree_of
from sphinx_kwindex.store import FileRow, Reader
from sphinx_kwindex.text import sort_key

KEY_KEYWORDS = 10
"""Keywords that a folder names as those that others use most."""
NAMES = 500
"""Names below a folder that its page lists; of more, those of its own files."""


class FolderNames(View, frozen=True):
    """The public classes and functions below a folder, from A to Z."""

    names: tuple[Link, ...]
    folders: tuple[Link, ...] = ()
    """Where the others are, if these are those of the folder's own files alone."""
    is_whole: bool = True


def key_keywords(reader: Reader, overview: Overview, path: str) -> list[Noted]:
    """Return the public keywords of a folder that most files of own code outside it use."""
    return list(islice(public_ones(reader, overview.outside.get(path, ())), KEY_KEYWORDS))


def folder_names(
    reader: Reader, addresses: Addresses, overview: Overview, path: str, below: Iterable[FileRow]
) -> FolderNames:
    """Return the public classes and functions below a folder; if they are too many, those of its files alone.

    Tests, examples and similar are left out if the folder holds other code.
    """
    own = [row for row in below if row.path in overview.own]
    inside: Callable[[str], bool] = overview.own.__contains__ if own else addresses.is_file
    # Functions inside functions are counted here and not listed, so only a multiple tells without looking.
    names = (
        _list(reader, addresses, path, inside)
        if sum(count_named(row.counts) for row in own or below) <= 4 * NAMES
        else None
    )
    if names is not None:
        return FolderNames(names=names)
    folders = tuple(map(addresses.name_link, addresses.children(path)[0]))
    return FolderNames(_list(reader, addresses, path, inside, is_deep=False) or (), folders, is_whole=False)


def _list(
    reader: Reader, addresses: Addresses, path: str, inside: Callable[[str], bool], *, is_deep: bool = True
) -> tuple[Link, ...] | None:
    found = reader.public_names(path, NAMED, limit=NAMES + 1, is_deep=is_deep, inside=inside)
    if len(found) > NAMES:
        return None
    # Of one name, those found are in order of path and place, and the sort is stable.
    order = sorted(found, key=lambda item: (sort_key(item.name.casefold()), item.name))
    return tuple(addresses.link(item, item.qualname, item.id) for item in order)


def letter_groups(names: Sequence[Link]) -> list[tuple[str, list[Link]]]:
    """Return names that are sorted from A to Z by the groups of the A-Z index."""
    keys = (sort_key(link.text.rpartition(".")[2].casefold()) for link in names)
    return list(grouped(zip(map(letter_group, keys), names, strict=True)).items())


def names_blocks(names: FolderNames) -> Iterator[Block]:
    """Show the names below a folder, by their first letters; closed, as they may be many."""
    groups = tuple(
        (letter_word(group), (Item("", (Bullets(_linked(links), look="", is_short=True),)),))
        for group, links in letter_groups(names.names)
    )
    if groups:
        yield Fold(name_count(len(names.names)), (Terms(groups, look="kw-az"),), has_title=False)
    elif names.is_whole:
        yield Para(say("No keywords."), "kw-none")
    if not names.is_whole:
        some = say("These are the names of the files in this folder alone. For more, see the folders:")
        none = say("There are too many names for one list. See the folders:")
        yield Para(some if groups else none, "kw-note")
        yield Bullets(_linked(names.folders), look="kw-groups")


def _linked(links: Iterable[Link]) -> tuple[Item, ...]:
    return tuple(Item(To(link)) for link in links)


def _names_below(folder: FolderSubject) -> Iterator[Block]:
    below = tree_of(folder).below(folder.path)
    return names_blocks(folder_names(folder.reader, folder.addresses, folder.overview, folder.path, below))


NAMES_BELOW = PageSection[FolderSubject](
    "kw-index", N_("Classes and functions"), lambda folder: folder.path in folder.overview.with_names, _names_below
)
