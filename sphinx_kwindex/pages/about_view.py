"""The section about a page: unresolved names, and how the page was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import Role
from sphinx_kwindex.pages.blocks import Block, Bullets, Code, Fold, Group, Item, Line, Para, Series, Why
from sphinx_kwindex.pages.phrases import say, say_count
from sphinx_kwindex.pages.subjects import FileSubject, FolderSubject, PageSection

MAX_LINES = 20
"""Lines of one name that could not be resolved."""

_SEARCHED = say("All files of this index were searched, but no other projects.")
_MADE = say("Generated from the source, without running it.")


def by_name(rows: Iterable[tuple[str, int]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return names that could not be resolved, with their lines."""
    found: dict[str, dict[int, None]] = {}
    for name, line in rows:
        found.setdefault(name, {})[line] = None
    return tuple((name, tuple(found[name])) for name in sorted(found, key=lambda name: (name.casefold(), name)))


def about_blocks(unresolved: Iterable[tuple[str, tuple[int, ...]]], guesses: int) -> Iterator[Block]:
    """Show names that could not be resolved; say how the page was made and what it cannot know.

    `guesses` counts the uses of the file's keywords that are matches by name only.
    """
    names = tuple(Item((Code(name), Why(Series(tuple(map(Line, lines[:MAX_LINES])))))) for name, lines in unresolved)
    parts: list[Block] = []
    if names:
        title = say_count("1 name that could not be resolved", "%(count)s names that could not be resolved", len(names))
        left_out = Para(say("Names that many types have, such as get or join, are left out."))
        parts.append(Fold(title, (Bullets(names, look="kw-links", is_short=True), left_out)))
    texts = [_SEARCHED]
    if guesses:
        texts.append(
            say_count(
                "1 use is a possible match (by name only). It is listed separately and not counted.",
                "%(count)s uses are possible matches (by name only). They are listed separately and not counted.",
                guesses,
            )
        )
    texts.append(_MADE)
    yield Group((*parts, *map(Para, texts)), "kw-about")


def _blocks(file: FileSubject) -> Iterator[Block]:
    guesses = sum(item.guesses.count for item in file.uses.by_id.values() if item.guesses)
    return about_blocks(by_name(file.linked.unresolved), guesses)


ABOUT = PageSection[FileSubject](
    "kw-about", N_("About this page"), lambda file: file.part == 1 and file.facts.role is not Role.PLAIN, _blocks
)


def _index_blocks(_: FolderSubject) -> Iterator[Block]:
    matches = say("Possible matches (by name only) are listed separately and not counted.")
    yield Group((Para(_SEARCHED), Para(matches), Para(_MADE)), "kw-about")


ABOUT_INDEX = PageSection[FolderSubject](
    "kw-about", N_("About this index"), lambda root: bool(root.overview.files), _index_blocks
)
