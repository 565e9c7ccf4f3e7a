"""The pages of folders and of the project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import PROSE_ROLES, Role
from sphinx_kwindex.pages.addresses import ROUGH, Addresses
from sphinx_kwindex.pages.blocks import (
    Block,
    Brief,
    Copied,
    Document,
    Facts,
    Fold,
    Inline,
    Intro,
    Item,
    MentionedIn,
    Para,
    Tools,
    Why,
    fold_list,
)
from sphinx_kwindex.pages.folder_parts import key_keywords
from sphinx_kwindex.pages.graphs import children_graph, graph_blocks
from sphinx_kwindex.pages.mentions_view import mentioned, mentions_in
from sphinx_kwindex.pages.names_view import list_letters
from sphinx_kwindex.pages.phrases import folded_count, indexed_count, keyword_total, line_count, say, tally
from sphinx_kwindex.pages.plain_view import language_blocks, language_facts
from sphinx_kwindex.pages.project_view import (
    is_started,
    keyword_item,
    notable_blocks,
    used_in,
)
from sphinx_kwindex.pages.records import Files, Letters, PathEntry, TreeNode
from sphinx_kwindex.pages.stand_outs import Noted
from sphinx_kwindex.pages.subjects import FolderSubject, PageSection
from sphinx_kwindex.pages.tree import sum_counts, tree_of
from sphinx_kwindex.store import FileRow, Reader

BRIEF = 300
"""Of more files than this in one folder its page tells less of each."""


def used_outside(files: int) -> Inline:
    """Say in how many files a keyword is used, rounded from ten on."""
    if files < ROUGH:
        return used_in(files)
    return say("used in %(count)s or more files", count=files)


def outside_item(addresses: Addresses, noted: Noted) -> Item:
    """Show a keyword that files outside of its folder use."""
    home = noted.home
    return keyword_item(home, addresses.link(home, home.qualname, home.id), Why(used_outside(noted.files)))


def folder_head(folder: FolderSubject) -> Iterator[Block]:
    """Show what a folder is."""
    path, tree = folder.path, tree_of(folder)
    package, below = tree.package(path), tree.below(path)
    facts = folder.reader.facts(package.path) if package else None
    own = mentioned(folder.addresses, mentions_in(folder.overview, path))
    module = (Para(Copied(package.module), "kw-module"),) if package else ()
    yield Intro("folder", (*module, *totals(below, folder), Facts((MentionedIn(own=own),))), path=path)
    texts = (_readme(folder.reader, folder.addresses.children(path)[1]), facts.doc if facts else "")
    yield from (Document(text) for text in dict.fromkeys(texts) if text)
    used = key_keywords(folder.reader, folder.overview, path)
    items = (outside_item(folder.addresses, noted) for noted in used)
    limit = folder.options.open_limit
    yield from fold_list(say("Most used by other folders"), items, is_short=True, open_limit=limit)


def totals(rows: Sequence[FileRow], folder: FolderSubject) -> Iterator[Block]:
    """Say how much some files are in all, and how many files there are in the folder that have no pages."""
    counts = sum_counts(rows)
    folded = sum(len(folder.addresses.below(path)) for path in folder.addresses.folded(folder.path))
    more = (folded_count(folded),) if folded else ()
    yield Facts((indexed_count(len(rows)), line_count(sum(row.lines for row in rows)), keyword_total(counts), *more))
    yield from language_facts(rows)
    yield Brief((Para(tally(counts), "kw-counts"),) if tally(counts).counts else ())


def _folders(folder: FolderSubject) -> Iterator[Block]:
    tree = tree_of(folder)
    yield Tools()
    yield _listed(tree.folder_entry(path) for path in folder.addresses.children(folder.path)[0])


def _files(folder: FolderSubject) -> Iterator[Block]:
    tree, files = tree_of(folder), folder.addresses.children(folder.path)[1]
    if FOLDERS.id not in folder.shown:
        yield Tools()
    yield _listed(tree.file_entry(path, is_brief=len(files) > BRIEF) for path in files)


def _listed(entries: Iterable[PathEntry], *, has_bars: bool = True) -> Files:
    return Files(tuple(map(TreeNode, entries)), has_bars=has_bars)


FOLDERS = PageSection[FolderSubject](
    "kw-folders", N_("Folders"), lambda folder: bool(folder.addresses.children(folder.path)[0]), _folders
)
FILES = PageSection[FolderSubject](
    "kw-files", N_("Files"), lambda folder: bool(folder.addresses.children(folder.path)[1]), _files
)


def project_head(root: FolderSubject) -> Iterator[Block]:
    """Show what the project is, and what stands out in it."""
    rows = _rows(root)
    if not rows:
        yield Para(say("No file is indexed."), "kw-none")
        return
    if readme := _readme(root.reader, root.addresses.children("")[1]):
        yield Document(readme)
    yield Intro("project", tuple(totals(rows, root)))
    yield from language_blocks(rows)
    if graph := children_graph(root.addresses, root.overview, ""):
        yield Fold(say("Dependencies of folders and files"), tuple(graph_blocks(graph)))
    tree = tree_of(root)
    started = [tree.file_entry(row.path) for row in rows if is_started(root.overview, row)]
    aside = [tree.file_entry(row.path) for row in rows if row.role is Role.SCRIPT and row.path not in root.overview.own]
    yield from notable_blocks(root, started, aside)


def _rows(root: FolderSubject) -> Sequence[FileRow]:
    return root.keep("rows", lambda: [row for row in root.overview.files.values() if root.addresses.is_file(row.path)])


def _tree(root: FolderSubject) -> Iterator[Block]:
    yield Tools()
    yield Files(tree_of(root).nodes())


def _letters(root: FolderSubject) -> Iterator[Block]:
    yield Letters(list_letters(root.addresses, counts=True))


def _problems(root: FolderSubject) -> Iterator[Block]:
    tree = tree_of(root)
    yield _listed((tree.file_entry(row.path) for row in _rows(root) if row.error), has_bars=False)


TREE = PageSection[FolderSubject]("kw-tree", N_("Folders and files"), lambda root: bool(_rows(root)), _tree)
LETTERS = PageSection[FolderSubject](
    "kw-names", N_("Names from A to Z"), lambda root: any(row.counts for row in _rows(root)), _letters
)
PROBLEMS = PageSection[FolderSubject](
    "kw-problems", N_("Problems"), lambda root: any(row.error for row in _rows(root)), _problems
)


def _readme(reader: Reader, files: Iterable[str]) -> str:
    """Return the first paragraph of the folder's README, if a prose file of that name is indexed."""
    for path in files:
        if path.rpartition("/")[2].lower().startswith("readme"):
            facts = reader.facts(path)
            if facts is not None and facts.role in PROSE_ROLES and facts.doc:
                return facts.doc
    return ""
