"""The pages of files without a language, and the languages of a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinx_kwindex.collect.native.registry import language_label
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import PROSE_ROLES, is_python
from sphinx_kwindex.pages.blocks import (
    Block,
    Bullets,
    Code,
    Count,
    Facts,
    Fold,
    Grid,
    Item,
    Lines,
    Link,
    Mono,
    Series,
    To,
    Why,
)
from sphinx_kwindex.pages.phrases import and_more, file_count, format_number, say, size_text
from sphinx_kwindex.pages.relations_view import link_keywords
from sphinx_kwindex.pages.subjects import FileSubject, FolderSubject, PageSection
from sphinx_kwindex.plain_files import PLAIN, Unread, kind_of
from sphinx_kwindex.store import FileRow

_LABELS = {"python": "Python", "markdown": "Markdown", "rest": "reStructuredText", "notebook": "Jupyter"}
"""How the languages are called whose collectors are not part of the registry."""
SHOWN_LANGUAGES = 6
"""Languages that a folder's page counts; those of which there is most."""


def _first_lines(file: FileSubject) -> Iterator[Block]:
    yield Lines(file.facts.first_lines)


FIRST_LINES = PageSection[FileSubject](
    "kw-first-lines", N_("First lines"), lambda file: bool(file.facts.first_lines), _first_lines
)


def _naming(file: FileSubject) -> Iterator[Block]:
    by_path = grouped((path, source) for path, source in file.reader.naming(file.path) if file.addresses.is_file(path))
    yield Count(len(by_path))
    links = link_keywords(file.sources, {source for sources in by_path.values() for source in sources})
    items = [_naming_item(file.addresses.path_link(path), map(links.__getitem__, by_path[path])) for path in by_path]
    yield Bullets(tuple(items), look="kw-links")


def _naming_item(path: Link, links: Iterable[Link]) -> Item:
    """Show a file, with what in it names another; a definition by its id."""
    inside = tuple(Mono(To(link)) for link in links if link.anchor)
    return Item((To(path), Why(Series(inside)) if inside else ""))


def _is_named(file: FileSubject) -> bool:
    is_ours = not is_python(file.facts) and file.facts.role not in PROSE_ROLES
    return is_ours and any(file.addresses.is_file(path) for path, _ in file.reader.naming(file.path))


NAMED_IN = PageSection[FileSubject]("kw-named-in", N_("Named in"), _is_named, _naming)


def _unread(folder: FolderSubject) -> Iterator[Block]:
    rows = folder.overview.unread.get(folder.path, ())
    count, listed = sum(row.count for row in rows), Bullets(tuple(map(_unread_item, rows)), look="kw-links")
    yield Count(count)
    yield listed if len(rows) <= folder.options.open_limit else Fold(file_count(count), (listed,))


def _unread_item(row: Unread) -> Item:
    if row.name.endswith("/"):
        return Item((Code(row.name), Why(file_count(row.count))))
    if row.count > 1:
        return Item((row.name, Why(file_count(row.count))))
    kind = kind_of(row.name)
    return Item((Code(row.name), Why(Series(tuple(filter(None, (kind, size_text(row.size))))))))


def _has_unread(folder: FolderSubject) -> bool:
    return folder.path in folder.overview.unread


UNREAD = PageSection[FolderSubject]("kw-other-files", N_("Other files"), _has_unread, _unread)


def language_of(path: str, language: str) -> str:
    """Return what the language of a file is called, or its kind if no collector reads it."""
    return kind_of(path) if language == PLAIN else _LABELS.get(language) or language_label(language, path) or language


def count_languages(rows: Iterable[FileRow]) -> list[tuple[str, int, int]]:
    """Return (language, files, lines) of some files, that with most lines first; files that no collector reads by their kind."""
    by_name = grouped((language_of(row.path, row.language), row.lines) for row in rows)
    counts = [(name, len(lines), sum(lines)) for name, lines in by_name.items() if name]
    return sorted(counts, key=lambda count: (-count[2], count[0]))


def language_facts(rows: Iterable[FileRow]) -> Iterator[Block]:
    """Count the files of a folder by language, if there are several."""
    counts = count_languages(rows)
    if len(counts) > 1:
        shown = tuple(f"{name} {format_number(files)}" for name, files, _ in counts[:SHOWN_LANGUAGES])
        yield Facts((Series(shown, and_more(len(counts) - SHOWN_LANGUAGES)),))


def language_blocks(rows: Iterable[FileRow]) -> Iterator[Block]:
    """Show which languages a project is written in, if several, and how much of each there is."""
    head = say("Language"), say("Files"), say("Lines")
    counts = count_languages(rows)
    shown = tuple((name, format_number(files), format_number(lines)) for name, files, lines in counts)
    if len(shown) > 1:
        yield Fold(say("Languages"), (Grid(head, shown),), count=str(len(shown)))
