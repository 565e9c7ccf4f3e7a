"""Imports on the page of a file: its own, its importers, and its import cycle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sphinx_kwindex.collect.native.registry import is_of_language
from sphinx_kwindex.cycles import shortest_cycle
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import PROSE_ROLES, FileFacts, Import, ImportFlag, LinkedFile, Outcome, Settled
from sphinx_kwindex.pages.addresses import ROUGH, import_anchors, round_down
from sphinx_kwindex.pages.blocks import (
    Arrow,
    Block,
    Brief,
    Bullets,
    Code,
    Count,
    Flags,
    Fold,
    Inline,
    Item,
    Line,
    Link,
    Mono,
    Named,
    Outside,
    Para,
    Series,
    To,
    View,
    fold_list,
)
from sphinx_kwindex.pages.examples_view import examples_block, examples_of_file
from sphinx_kwindex.pages.phrases import more_of, say, say_count
from sphinx_kwindex.pages.records import Example
from sphinx_kwindex.pages.relations_view import link_keywords
from sphinx_kwindex.pages.subjects import FileSubject, PageSection, Sources
from sphinx_kwindex.pages.uses_view import MAX_FILES
from sphinx_kwindex.stdlib import is_standard

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.overview import Overview
    from sphinx_kwindex.store import Reader

_UNUSED = int(ImportFlag.UNUSED)
_FOR_TYPES = int(ImportFlag.TYPE_CHECKING)
_PATH = int(ImportFlag.TOP)


class ImportRow(View, frozen=True):
    """One name bound by an import statement of the page's file."""

    name: str
    anchor: str
    text: str
    target: str
    line: int
    flags: int = 0
    uses: int = 0
    links: tuple[Link, ...] = ()
    """Where the imported thing is defined; empty: outside the project, or not found."""
    outcome: Outcome = Outcome.UNRESOLVED
    is_standard: bool = False
    """From the standard library of any supported version of Python, or that of another language."""
    external: str = ""
    """Dotted name of what lies outside the project."""
    taken: int = 0
    """Of what is not used in its own file: how many other files take it from there."""


class Imports(View, frozen=True):
    """What a file imports, and who imports it."""

    rows: tuple[ImportRow, ...] = ()
    externals: tuple[tuple[str, int], ...] = ()
    """Packages outside the project and the standard library, with the number of uses."""
    importers: tuple[tuple[str, tuple[Link, ...]], ...] = ()
    """Files that import it, by when they do, with the title of each list in English; tests apart."""
    all_importers: Link | None = None
    limit: int = MAX_FILES
    """Importers that one list has."""
    """The page that lists them all, where they are very many."""
    examples: tuple[Example, ...] = ()
    """How other files use its keywords, if no section on tests shows it."""


def find_imports(file: FileSubject) -> Imports:
    """Return what a file's page shows of imports."""
    addresses, facts, linked = file.addresses, file.facts, file.linked
    importers = file.reader.timed_importers(file.path)
    return Imports(
        rows=_import_rows(file.sources, facts, linked),
        externals=_packages(facts, linked, file.reader),
        importers=importer_lists(addresses, importers),
        all_importers=Link(addresses.uses(file.path)) if len(importers) > MAX_FILES else None,
        limit=file.options.uses_limit or MAX_FILES,
        examples=() if "kw-tests" in file.shown else examples_of_file(file),
    )


def cycle_of(overview: Overview, path: str) -> tuple[tuple[str, ...], int]:
    """Return the files of the shortest cycle through a file, and roughly how many are in its group if it is more.

    Cycles that Python runs into when it imports the file come before those that are closed later, or for type checkers.
    """
    graph = overview.loads if path in overview.loads.groups else overview.imports
    group = graph.groups.get(path, frozenset())
    way = shortest_cycle(graph.forth, graph.back, path, group) if group else ()
    return way, round_down(len(group), ROUGH) if len(group) > len(way) else 0


_TESTS = N_("Imported by tests")
_IMPORTERS: Mapping[int, str] = {
    0: N_("Imported by"),
    int(ImportFlag.MAIN): N_("Imported, when run as scripts, by"),
    int(ImportFlag.LOCAL): N_("Imported in functions by"),
    int(ImportFlag.TYPE_CHECKING): N_("Imported for type checking only by"),
}
"""Heads of lists of files that import the page's file, by the `ImportFlag` that says when."""


def importer_lists(
    addresses: Addresses, importers: Iterable[tuple[str, int]]
) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Return who imports a file, in lists with titles: when they are imported themselves, later, and tests."""
    titles = ((_TESTS if addresses.is_test(path) else _IMPORTERS[when], path) for path, when in importers)
    found = grouped((title, addresses.path_link(path)) for title, path in titles)
    return tuple((title, tuple(found[title])) for title in (*_IMPORTERS.values(), _TESTS) if title in found)


def _import_rows(sources: Sources, facts: FileFacts, linked: LinkedFile) -> tuple[ImportRow, ...]:
    settled = linked.imports if len(linked.imports) == len(facts.imports) else (_UNSETTLED,) * len(facts.imports)
    names = import_anchors(facts)
    links = link_keywords(sources, {identity for item in settled if _is_inside(item) for identity in item.ids})
    taken = sources.reader.taken(facts.path) if any(not item.uses for item in facts.imports) else {}
    return tuple(
        _import_row(links, item, outcome, name, taken.get(item.name, 0) if _is_idle(item) else 0)
        for item, outcome, name in zip(facts.imports, settled, names, strict=True)
    )


def _is_idle(item: Import) -> bool:
    """Return whether an import binds a name for the whole module that the module itself does not use."""
    return not item.uses and not item.scope


_UNSETTLED = Settled(outcome=Outcome.UNRESOLVED)


def _is_inside(settled: Settled) -> bool:
    return settled.outcome in {Outcome.EXACT, Outcome.GUESS}


def _import_row(links: Mapping[str, Link], item: Import, settled: Settled, name: str, taken: int) -> ImportRow:
    return ImportRow(
        name=item.name,
        anchor=name,
        text=item.text,
        target=item.target,
        line=item.line,
        flags=item.flags,
        uses=item.uses,
        links=tuple(links[identity] for identity in settled.ids) if _is_inside(settled) else (),
        outcome=settled.outcome,
        is_standard=settled.outcome is Outcome.EXTERNAL and _is_standard(item, settled),
        external=_outside(item, settled) if settled.outcome is Outcome.EXTERNAL else "",
        taken=taken,
    )


def _is_standard(item: Import, settled: Settled) -> bool:
    if ":" in item.target:
        return is_of_language(item.target, item.flags)
    return is_standard(_outside(item, settled))


def _outside(item: Import, settled: Settled) -> str:
    """Return what an import names outside of the project, also where a file of the project hands it on."""
    return next(iter(settled.ids), item.target)


def _packages(facts: FileFacts, linked: LinkedFile, reader: Reader) -> tuple[tuple[str, int], ...]:
    """Return the packages that are neither the project's nor the standard library's, with how often what is imported from them is used."""
    uses: dict[tuple[str, int, str], int] = {}
    for item, settled in zip(facts.imports, linked.imports, strict=False):
        name = _outside(item, settled)
        is_package = ":" not in item.target  # what other languages include is a file
        if is_package and settled.outcome is Outcome.EXTERNAL and not is_standard(name) and not _is_for_checkers(item):
            # Of imports that bind one name in a scope, one runs; only paths like `import a.b` and `import a` add up.
            path = item.target if item.flags & _PATH else item.name
            key = (_package_of(name, reader), item.scope, path)
            uses[key] = max(uses.get(key, 0), item.uses)
    counts: Counter[str] = Counter()
    for (package, _scope, _path), count in uses.items():
        counts[package] += count
    return tuple(sorted(counts.items()))


def _package_of(name: str, reader: Reader) -> str:
    """Return the package that a name is of: the first part that is none of the project's, which may share a package with others."""
    parts = name.split(".")
    ends = (end for end in range(1, len(parts) + 1) if not reader.is_package(".".join(parts[:end])))
    return ".".join(parts[: next(ends, 1)])


def _is_for_checkers(item: Import) -> bool:
    """Return whether type checkers import something, and nothing here uses it when it runs."""
    return bool(item.flags & _FOR_TYPES and not item.uses)


# In words


_IMPORT_FLAGS: tuple[tuple[int, str], ...] = (
    (int(ImportFlag.TYPE_CHECKING), N_("type checking only")),
    (int(ImportFlag.CONDITIONAL), N_("conditional")),
    (int(ImportFlag.TRY), N_("in try")),
    (int(ImportFlag.LOCAL), N_("in a function")),
    (int(ImportFlag.MAIN), N_("when run as a script")),
    (int(ImportFlag.EXPORTED), N_("exported")),
)


def import_flag_words(flags: int) -> list[Inline]:
    """Name what is special about an import."""
    if flags & int(ImportFlag.TYPE_CHECKING | ImportFlag.MAIN):
        flags &= ~int(ImportFlag.CONDITIONAL)  # that says it already
    return [say(word) for flag, word in _IMPORT_FLAGS if flags & flag]


def import_use_words(row: ImportRow) -> Inline:
    """Say how an import is used; nothing where that cannot be determined for certain."""
    if row.uses:
        return say_count("used once", "used %(count)s times", row.uses)
    if row.taken:
        return say_count("imported from here by 1 file", "imported from here by %(count)s files", row.taken)
    return say("not used here") if row.flags & _UNUSED else ""


_IMPORT_GROUPS: tuple[tuple[str, Callable[[ImportRow], bool]], ...] = (
    (N_("From this project"), lambda row: row.outcome in {Outcome.EXACT, Outcome.GUESS}),
    (N_("From the standard library"), lambda row: row.is_standard),
    (N_("From other packages"), lambda row: row.outcome is Outcome.EXTERNAL and not row.is_standard),
    (N_("Not found"), lambda row: row.outcome is Outcome.UNRESOLVED),
)


def import_groups(rows: Sequence[ImportRow]) -> list[tuple[Inline, list[ImportRow]]]:
    """Return imports by where they come from, each group with its title."""
    groups = ((title, list(filter(belongs, rows))) for title, belongs in _IMPORT_GROUPS)
    return [(say(title), group) for title, group in groups if group]


def _importer_list(found: Imports, text: str, links: Sequence[Link], open_limit: int) -> Iterator[Block]:
    items = (Item(To(link)) for link in links[: found.limit])
    hidden = len(links) - found.limit
    everything = found.all_importers and To(found.all_importers, say("All %(count)s files", count=len(links)))
    rest = (everything or more_of(hidden)) if hidden > 0 else ""
    return fold_list(
        say(text), items, count=len(links), more=rest, look="kw-links", is_short=True, open_limit=open_limit
    )


def import_blocks(found: Imports, open_limit: int) -> Iterator[Block]:
    """Show imports by where they come from, and who imports the file."""
    yield Count(len(found.rows) + sum(len(links) for _, links in found.importers))
    if not found.rows:
        yield Para(say("Imports nothing."), "kw-none")
    for title, rows in import_groups(found.rows):
        yield from fold_list(title, map(_import_item, rows), open_limit=open_limit)
    if found.externals:
        names = ", ".join(f"{name} {count}×" if count > 1 else name for name, count in found.externals)
        yield Para(say("Uses other packages: %(names)s.", names=names), "kw-note")
    for text, links in found.importers:
        yield from _importer_list(found, text, links, open_limit)
    if not found.importers:
        yield Para(say("No file of the project imports it."), "kw-none")
    yield from examples_block(found.examples, open_limit)


def _import_item(row: ImportRow) -> Item:
    name = _linked_import(row)
    links = () if isinstance(name, Named) else tuple(Mono(To(link)) for link in row.links)
    arrow = Arrow() if links else ""
    outside = Outside(row.external, before=", " if links else Arrow()) if row.external else ""
    inside = (name, arrow, Series(links), outside, Flags(tuple(import_flag_words(row.flags))))
    return Item(inside, anchor=row.anchor, look="kw-item kw-import", ends=(import_use_words(row), Line(row.line)))


def _linked_import(row: ImportRow) -> Named | Code:
    """Return an import as written; its name is the link, where it says in full what it imports."""
    start, _space, name = row.text.rpartition(" ")
    module = start.removeprefix("from ").removesuffix(" import")
    full = name if start == "import" else f"{module}.{name}"
    if [link.text for link in row.links] != [full]:
        return Code(row.text, "kw-name")
    return Named(f"{start} ", To(row.links[0], name))


def cycle_steps(overview: Overview, path: str) -> list[tuple[str, int]]:
    """Return the files on the shortest way from a file, by imports, back to itself; each with the `ImportFlag` that says when."""
    way, _ = overview.cycles.get(path, ((), 0))
    return [(target, overview.late.get((user, target), 0)) for user, target in pairwise((*way, path))]


def cycle_fold(steps: Sequence[tuple[Inline, int]], group: int) -> Fold:
    """Show the way from a file back to itself; `group`: how many files import one another, where it is not all of them."""
    items = tuple(Item((file, Flags(tuple(import_flag_words(when))))) for file, when in steps)
    note = Para(say("This file imports the first of these files, each of them the next."), "kw-note")
    blocks: list[Block] = [Brief((note,)), Bullets(items, look="kw-cycle", is_short=True, is_ordered=True)]
    if group:
        text = N_("It is one of %(count)s or more files that import one another, directly or through others.")
        blocks.append(Para(say(text, count=group)))
    # Python does not run into it where a file is imported later than with the module, or for type checkers only.
    is_late = any(when for _, when in steps)
    title = say("Import cycle, not closed when modules are imported") if is_late else say("Import cycle")
    return Fold(title, tuple(blocks), count=str(len(items)))


def _imports(file: FileSubject) -> Iterator[Block]:
    yield from import_blocks(find_imports(file), file.options.open_limit)
    overview, path = file.overview, file.path
    if steps := cycle_steps(overview, path):
        links = [(To(file.addresses.path_link(other)) if other != path else path, when) for other, when in steps]
        yield cycle_fold(links, overview.cycles[path][1])


IMPORTS = PageSection[FileSubject](
    "kw-imports",
    N_("Imports and importers"),
    is_on=lambda file: file.part == 1 and file.facts.role not in PROSE_ROLES,
    blocks=_imports,
)
