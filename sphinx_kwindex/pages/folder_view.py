"""What the pages of a folder and of the whole project show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sphinx_kwindex.model import Kind, Role
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.folder_parts import folder_names, key_keywords
from sphinx_kwindex.pages.graphs import children_graph
from sphinx_kwindex.pages.mentions_view import mentioned
from sphinx_kwindex.pages.names_view import list_letters
from sphinx_kwindex.pages.project_view import commands, is_started, most_used, recent_changes, undocumented
from sphinx_kwindex.pages.records import Entry, FolderBody, KindCount, Page, ProjectBody, TreeNode
from sphinx_kwindex.pages.related_view import related_folders

if TYPE_CHECKING:
    from sphinx_kwindex.options import Options
    from sphinx_kwindex.pages.overview import Overview
    from sphinx_kwindex.store import FileRow, Reader

TREE_NODES = 400
"""Lines of the tree on the project's page; it goes as deep as they allow."""

BRIEF = 300
"""Of more files than this in one folder its page tells less of each."""

FOLDER_SECTIONS = (
    ("kw-related-folders", "Related folders"),
    ("kw-folders", "Folders"),
    ("kw-files", "Files"),
    ("kw-dependencies", "Dependencies"),
    ("kw-index", "Classes and functions"),
)
PROJECT_SECTIONS = (("kw-tree", "Folders and files"), ("kw-names", "Names from A to Z"), ("kw-problems", "Problems"))


def list_folder_sections(
    addresses: Addresses, path: str, *, has_related: bool, has_imports: bool, has_names: bool
) -> tuple[tuple[str, str], ...]:
    """Return (id, title) of the titled sections that a folder's page has."""
    there = (has_related, *addresses.children(path), has_imports, has_names)
    return tuple(section for section, is_there in zip(FOLDER_SECTIONS, there, strict=True) if is_there)


def list_project_sections(rows: Iterable[FileRow]) -> tuple[tuple[str, str], ...]:
    """Return (id, title) of the titled sections that the project's page has."""
    rows = tuple(rows)
    there = (bool(rows), any(row.counts for row in rows), any(row.error for row in rows))
    return tuple(section for section, is_there in zip(PROJECT_SECTIONS, there, strict=True) if is_there)


def folder_body(reader: Reader, options: Options, addresses: Addresses, overview: Overview, page: Page) -> FolderBody:
    """Return what a folder's page shows, as far as it has sections for it."""
    path, sections = page.subject, {section for section, _ in page.sections}
    tree = Tree(reader, addresses)
    folders, files = addresses.children(path)
    package = tree.package(path)
    facts = reader.facts(package.path) if package else None
    below = tree.below(path)
    return FolderBody(
        path=path,
        module=package.module if package else "",
        readme=_readme(reader, files),
        doc=facts.doc if facts else "",
        folders=tuple(map(tree.folder_entry, folders if "kw-folders" in sections else ())),
        files=tuple(tree.file_entry(file, is_brief=len(files) > BRIEF) for file in files if "kw-files" in sections),
        counts=sum_counts(below),
        file_count=len(below),
        line_count=sum(row.lines for row in below),
        open_limit=options.open_limit,
        related=related_folders(reader, addresses, path, options.related_limit, within=options.related_limit)
        if "kw-related-folders" in sections
        else (),
        used=key_keywords(reader, addresses, overview, path),
        imports=children_graph(addresses, overview, path, is_drawn=options.graphs)
        if "kw-dependencies" in sections
        else None,
        names=folder_names(reader, addresses, overview, path, below) if "kw-index" in sections else None,
        mentioned=mentioned(addresses, overview.mentions.get(path, {}).get("", ())),
    )


def project_body(reader: Reader, options: Options, addresses: Addresses, overview: Overview, page: Page) -> ProjectBody:
    """Return what the project's page shows, as far as it has sections for it."""
    sections = {section for section, _ in page.sections}
    undocumented_names, more = undocumented(reader, addresses, overview)
    shown_commands, more_commands = commands(reader, addresses, overview.finder)
    tree = Tree(reader, addresses, reader.files())
    rows = tree.below("")
    return ProjectBody(
        readme=_readme(reader, addresses.children("")[1]),
        tree=tree.nodes() if "kw-tree" in sections else (),
        counts=sum_counts(rows),
        file_count=len(rows),
        folder_count=len(addresses.folders) - 1,
        line_count=sum(row.lines for row in rows),
        problems=tuple(tree.file_entry(row.path) for row in rows if row.error and "kw-problems" in sections),
        letters=list_letters(addresses, counts=True) if "kw-names" in sections else (),
        letters_link=Link(docname=addresses.letters()),
        open_limit=options.open_limit,
        commands=shown_commands,
        more_commands=more_commands,
        scripts=tuple(tree.file_entry(row.path) for row in rows if is_started(overview, row)),
        other_scripts=tuple(
            tree.file_entry(row.path) for row in rows if row.role is Role.SCRIPT and row.path not in overview.own
        ),
        used=most_used(reader, addresses, overview),
        undocumented=undocumented_names,
        more_undocumented=more,
        imports=children_graph(addresses, overview, ""),
        recent=recent_changes(reader, addresses),
    )


def sum_counts(rows: Iterable[FileRow]) -> tuple[KindCount, ...]:
    """Return how many keywords of each kind some files have; modules are left out, being the files."""
    public: Counter[Kind] = Counter()
    private: Counter[Kind] = Counter()
    for row in rows:
        for kind, shown, hidden in row.counts:
            public[kind] += shown
            private[kind] += hidden
    kinds = (
        KindCount(kind=kind, public=public[kind], private=private[kind]) for kind in Kind if kind is not Kind.MODULE
    )
    return tuple(count for count in kinds if count.public or count.private)


class Tree:
    """The light rows of files, by folder; fetched when asked for."""

    def __init__(self, reader: Reader, addresses: Addresses, rows: Iterable[FileRow] = ()) -> None:
        self._reader = reader
        self._addresses = addresses
        self._rows = {row.path: row for row in rows}

    def below(self, path: str) -> list[FileRow]:
        """Return the files in a folder and in the folders below."""
        return list(map(self.row, self._addresses.below(path)))

    def row(self, path: str) -> FileRow:
        """Return the light row of one file."""
        row = self._rows.get(path)
        if row is None:
            row = self._reader.file(path)
            if row is None:
                raise KeyError(path)
            self._rows[path] = row
        return row

    def package(self, path: str) -> FileRow | None:
        """Return the file that makes a folder a package."""
        files = self._addresses.children(path)[1]
        packages = [self.row(file) for file in files if self.row(file).is_package]
        # A stub beside `__init__.py` sorts after it.
        return packages[0] if packages else None

    def file_entry(self, path: str, *, is_brief: bool = False) -> Entry:
        """Return a file as lists show it."""
        row = self.row(path)
        return Entry(
            link=Link(docname=self._addresses.file(path), text=path.rpartition("/")[2], title=path),
            summary=row.doc,
            role=row.role,
            counts=() if is_brief else sum_counts([row]),
            lines=0 if is_brief else row.lines,
            error=row.error,
        )

    def folder_entry(self, path: str, *, is_brief: bool = False) -> Entry:
        """Return a folder as lists show it."""
        below = self.below(path)
        package = self.package(path)
        return Entry(
            link=Link(docname=self._addresses.folder(path), text=path.rpartition("/")[2] + "/", title=path),
            summary=package.doc if package else "",
            counts=() if is_brief else sum_counts(below),
            files=0 if is_brief else len(below),
            lines=0 if is_brief else sum(row.lines for row in below),
        )

    def nodes(self) -> tuple[TreeNode, ...]:
        """Return the tree from the root down, as many levels as fit on one page."""
        depth, width = 1, 0
        folders = [""]
        while folders:
            children = [self._addresses.children(folder) for folder in folders]
            width += sum(len(inner) + len(files) for inner, files in children)
            if width > TREE_NODES and depth > 1:
                break
            depth += 1
            folders = [path for inner, _ in children for path in inner]
        return self._level("", depth - 1)

    def _level(self, folder: str, depth: int) -> tuple[TreeNode, ...]:
        if depth == 0:
            return ()
        folders, files = self._addresses.children(folder)
        inner = [TreeNode(entry=self.folder_entry(path), children=self._level(path, depth - 1)) for path in folders]
        return (*inner, *(TreeNode(entry=self.file_entry(path)) for path in files))


def _readme(reader: Reader, files: Iterable[str]) -> str:
    """Return the first paragraph of the folder's README, if a prose file of that name is indexed."""
    for path in files:
        if path.rpartition("/")[2].lower().startswith("readme"):
            facts = reader.facts(path)
            if facts is not None and facts.role is Role.PROSE and facts.doc:
                return facts.doc
    return ""
