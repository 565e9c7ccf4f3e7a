"""The folders and files of a tree, for lists of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from sphinx_kwindex.model import Kind
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import KindCount, PathEntry, TreeNode
from sphinx_kwindex.pages.subjects import FolderSubject
from sphinx_kwindex.store import FileRow

TREE_NODES = 400
"""Lines of the tree on the project's page; it goes as deep as they allow."""


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
    """The light rows of files, by folder."""

    def __init__(self, addresses: Addresses, rows: Mapping[str, FileRow]) -> None:
        self._addresses = addresses
        self._rows = rows

    def below(self, path: str) -> list[FileRow]:
        """Return the files in a folder and in the folders below."""
        return list(map(self._rows.__getitem__, self._addresses.below(path)))

    def package(self, path: str) -> FileRow | None:
        """Return the file that makes a folder a package."""
        files = self._addresses.children(path)[1]
        packages = [row for row in map(self._rows.__getitem__, files) if row.is_package]
        # A stub next to `__init__.py` sorts after it.
        return packages[0] if packages else None

    def file_entry(self, path: str, *, is_brief: bool = False) -> PathEntry:
        """Return a file as lists show it."""
        row = self._rows[path]
        return PathEntry(
            link=Link(docname=self._addresses.file(path), text=path.rpartition("/")[2], title=path),
            summary=row.doc,
            role=row.role,
            counts=() if is_brief else sum_counts([row]),
            lines=0 if is_brief else row.lines,
            error=row.error,
        )

    def folder_entry(self, path: str, *, is_brief: bool = False) -> PathEntry:
        """Return a folder as lists show it."""
        below = self.below(path)
        package = self.package(path)
        return PathEntry(
            link=Link(docname=self._addresses.folder(path), text=path.rpartition("/")[2] + "/", title=path),
            summary=package.doc if package else "",
            counts=() if is_brief else sum_counts(below),
            files=0 if is_brief else len(below),
            lines=0 if is_brief else sum(row.lines for row in below),
            is_folded=not self._addresses.has_page(path),
        )

    def nodes(self) -> tuple[TreeNode, ...]:
        """Return the tree from the root down, as many levels as fit on one page."""
        shown: set[str] = set()
        folders = [""]
        while folders:
            children = [self._addresses.children(folder) for folder in folders]
            level = [path for inner, files in children for path in (*inner, *files)]
            if shown and len(shown) + len(level) > TREE_NODES:
                break
            shown.update(level)
            folders = [path for inner, _ in children for path in inner]
        return self.inside("", shown)

    def inside(self, folder: str, shown: Collection[str], *, is_brief: bool = False) -> tuple[TreeNode, ...]:
        """Return what of a folder is shown, each folder in it with what of it is."""
        folders, files = self._addresses.children(folder)
        inner = (
            TreeNode(self.folder_entry(path, is_brief=is_brief), self.inside(path, shown, is_brief=is_brief))
            for path in folders
            if path in shown
        )
        return (*inner, *(TreeNode(self.file_entry(path, is_brief=is_brief)) for path in files if path in shown))


def tree_of(folder: FolderSubject) -> Tree:
    """Return what is in which folder."""
    return Tree(folder.addresses, folder.overview.files)
