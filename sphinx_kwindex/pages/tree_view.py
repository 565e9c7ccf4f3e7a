"""The `kwtree` directive: the folders and files below a folder, with summaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import chain

import msgspec

from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Block, Para, To
from sphinx_kwindex.pages.directives import Directive, Query, read_choice, read_count, read_flag
from sphinx_kwindex.pages.listing import path_glob
from sphinx_kwindex.pages.lookup import match_paths
from sphinx_kwindex.pages.phrases import not_found, say, say_count
from sphinx_kwindex.pages.records import Files, TreeNode
from sphinx_kwindex.pages.subjects import Sources
from sphinx_kwindex.pages.tree import Tree


class TreeQuery(Query, frozen=True):
    """What a `kwtree` directive asks for: a folder, as roles name it; of nothing, the root."""

    depth: int = 0
    """Levels shown; 0: all."""
    only: str = ""
    """`folders`, or `files`; empty: both."""
    pattern: str = ""
    """Glob over the names of files, or over their paths if it holds a slash."""
    limit: int = 200
    """Lines shown; 0: all."""
    counts: bool = True


def find_folders(addresses: Addresses, what: str) -> tuple[str, ...]:
    """Return the folders that a query may mean, the best first; the root is `""`."""
    if what.strip().strip("/") in {"", "."}:
        return ("",)
    return match_paths(what, filter(None, addresses.folders))


def tree_blocks(sources: Sources, query: TreeQuery) -> Iterator[Block]:
    """Show what a `kwtree` directive asks for."""
    addresses = sources.addresses
    found = find_folders(addresses, query.what)
    if not found:
        yield Para(not_found(query.what), "kw-none")
        return
    path = found[0]
    if path:
        yield Para(To(addresses.path_link(path)), "kw-group")
    entries, is_flat = list(chain.from_iterable(_levels(addresses, query, path))), query.only == "files"
    wanted = [entry for entry in entries if not is_flat or addresses.is_file(entry)]
    # Cut from below: what is left out of a tree that is too large is what lies deepest.
    kept = wanted[: query.limit or None]
    inside = {*kept, *(entry for entry in entries if is_flat and not addresses.is_file(entry))}
    nodes = Tree(addresses, sources.overview.files).inside(path, inside, is_brief=not query.counts)
    if is_flat:
        nodes = tuple(_flat(nodes, f"{path}/" if path else ""))
    yield Files(nodes, is_open=True) if nodes else Para(say("No files."), "kw-none")
    if more := len(wanted) - len(kept):
        yield Para(say_count("1 more is left out.", "%(count)s more are left out.", more), "kw-none")


def _levels(addresses: Addresses, query: TreeQuery, path: str) -> Iterator[list[str]]:
    """Yield the folders and files of each level that are wanted."""
    matches = _matcher(query.pattern)
    full: set[str] = set()
    """Folders that hold a file that is wanted."""
    for file in addresses.below(path):
        if matches(file):
            full.update(folders_above(file))
    level, depth = [path], 0
    while level and (not query.depth or depth < query.depth):
        children = [addresses.children(folder) for folder in level]
        level = [folder for folders, _ in children for folder in folders if folder in full]
        files = [file for _, inside in children for file in inside if query.only != "folders" and matches(file)]
        yield [*level, *files]
        depth += 1


def _matcher(pattern: str) -> Callable[[str], bool]:
    if "/" in pattern:
        glob = path_glob(pattern)
        return lambda path: glob.fullmatch(path) is not None
    return lambda path: not pattern or fnmatchcase(path.rpartition("/")[2], pattern)


def _flat(nodes: Iterable[TreeNode], top: str) -> Iterator[TreeNode]:
    """Yield the files of a tree, by their paths from its top."""
    for node in nodes:
        if node.entry.role is None:
            yield from _flat(node.children, top)
        else:
            link = msgspec.structs.replace(node.entry.link, text=node.entry.link.title.removeprefix(top))
            yield TreeNode(entry=msgspec.structs.replace(node.entry, link=link))


KWTREE = Directive[TreeQuery](
    name="kwtree",
    query=TreeQuery,
    options={
        "depth": read_count,
        "only": read_choice(("folders", "files")),
        "pattern": str,
        "limit": read_count,
        "counts": read_flag,
    },
    find=lambda sources, query: [path or "." for path in find_folders(sources.addresses, query.what)],
    blocks=tree_blocks,
)
