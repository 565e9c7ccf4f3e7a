"""Rust: imports by `use`, `extern crate` and `mod`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sphinx_kwindex.collect.native.hooks import Imported, SourceBytes
from sphinx_kwindex.model import ImportFlag

if TYPE_CHECKING:
    from tree_sitter import Node

_FROM_HERE = ("rust:self::", "rust:super::", "rust:super")
_MOST = 50
"""Levels of braces in one `use`."""


def read_use(node: Node, text: SourceBytes) -> Iterator[Imported]:
    """Yield the names that a `use` binds."""
    argument = node.child_by_field_name("argument")
    if argument is None:
        return
    rooms = None
    for item in _names(argument, "", text, text.line(node.start_byte, node.end_byte).rstrip(";"), _MOST):
        if item.target.startswith(_FROM_HERE):
            rooms = _rooms(node, text) if rooms is None else rooms
            path = from_file(item.target.removeprefix("rust:").split("::"), rooms)
            yield item._replace(target=f"rust:{'::'.join(path)}")
        else:
            yield item


def _rooms(node: Node, text: SourceBytes) -> list[str]:
    """Return the modules within the file that a node is in, from the outside in."""
    names = []
    around = node.parent
    while around is not None:
        name = around.child_by_field_name("name") if around.type == "mod_item" else None
        names += [text.of(name)] if name is not None else []
        around = around.parent
    return names[::-1]


def from_file(path: Sequence[str], rooms: Sequence[str]) -> list[str]:
    """Return a path that starts with `self` or `super` as one from the module that the file is; `rooms` are modules in it, around the path."""
    ups = next((place for place, name in enumerate(path) if name != "super"), len(path))
    rest = [*path[ups:]] if ups else [*path[1:]]
    inside = [*rooms[: max(len(rooms) - ups, 0)]]
    above = max(ups - len(rooms), 0)
    return [*(["super"] * above or ["self"]), *inside, *rest]


def _names(node: Node, before: str, text: SourceBytes, written: str, left: int) -> Iterator[Imported]:
    kind = node.type
    if kind in {"scoped_use_list", "use_list"}:
        path = node.child_by_field_name("path")
        inside = _join(before, text.of(path)) if path is not None else before
        items = node.child_by_field_name("list") or node
        for child in items.named_children if left else ():
            yield from _names(child, inside, text, written, left - 1)
    elif kind == "use_as_clause":
        path, alias = node.child_by_field_name("path"), node.child_by_field_name("alias")
        if path is not None and alias is not None:
            yield _bound(text.of(alias), _join(before, text.of(path)), alias, written, int(ImportFlag.ALIASED))
    elif kind == "use_wildcard":
        path_text = text.of(node).removesuffix("*").removesuffix("::")
        yield _bound("*", _join(before, path_text), node, written, int(ImportFlag.STAR))
    elif kind == "self":
        yield _bound(before.rpartition("::")[2], before, node, written)
    elif kind in {"identifier", "scoped_identifier", "crate", "super"}:
        place = node.child_by_field_name("name") or node
        yield _bound(text.of(place), _join(before, text.of(node)), place, written)


def _join(before: str, name: str) -> str:
    return "::".join(filter(None, (before, "".join(name.split()))))


def _bound(name: str, path: str, place: Node, written: str, flags: int = 0) -> Imported:
    return Imported(name, f"rust:{path}", place, written, flags)


def read_crate(node: Node, text: SourceBytes) -> Iterator[Imported]:
    """Yield the crate that `extern crate` names."""
    name = node.child_by_field_name("name")
    if name is not None:
        yield _bound(text.of(name), text.of(name), name, text.line(node.start_byte, node.end_byte).rstrip(";"))


def read_submodule(node: Node, text: SourceBytes) -> Iterator[Imported]:
    """Yield the file that `mod name;` makes a part of the crate."""
    name = node.child_by_field_name("name")
    if name is not None:
        written = text.line(node.start_byte, node.end_byte).rstrip(";")
        yield Imported(text.of(name), f"rust:self::{text.of(name)}", name, written, int(ImportFlag.RELATIVE))


READ = {"import": read_use, "crate": read_crate, "submodule": read_submodule}
