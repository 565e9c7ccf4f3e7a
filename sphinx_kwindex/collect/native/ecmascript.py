"""JavaScript and TypeScript: imports of files and packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sphinx_kwindex.collect.native.hooks import Exported, Imported, SourceBytes, named
from sphinx_kwindex.model import ImportFlag

if TYPE_CHECKING:
    from tree_sitter import Node

_RELATIVE, _FROM, _ALIASED, _STAR, _EXPORTED = (
    int(flag)
    for flag in (ImportFlag.RELATIVE, ImportFlag.FROM, ImportFlag.ALIASED, ImportFlag.STAR, ImportFlag.EXPORTED)
)


def _target(path: str, name: str) -> tuple[str, int]:
    """Return the target of a name of a module, by path or of a package, and what its flags say about that."""
    is_path = path.startswith((".", "/"))
    return f"{'file' if is_path else 'js'}:{path}{name and f'#{name}'}", _RELATIVE if is_path else 0


def _import(place: Node, name: str, path: str, taken: str, text: str, *, flags: int = 0) -> Imported:
    target, relative = _target(path, taken)
    return Imported(name, target, place, text, flags | relative)


def read_import(node: Node, text: SourceBytes) -> Iterator[Imported]:
    """Yield the names that `import` and `export ... from` take from a module; its path, if they take none."""
    source = node.child_by_field_name("source")
    if source is None:
        return
    path, written = text.of(source)[1:-1], text.line(node.start_byte, node.end_byte).rstrip(";")
    names = list(_names(node, text))
    for place, name, taken in names:
        flags = (
            (_EXPORTED if node.type == "export_statement" else 0)
            | _FROM
            | (_ALIASED if taken not in {name, "default", "*"} else 0)
            | (_STAR if name == "*" else 0)
        )
        yield _import(place, name, path, taken, written, flags=flags)
    if not names:
        yield _import(source, path, path, "", written)


def _names(node: Node, text: SourceBytes) -> Iterator[tuple[Node, str, str]]:
    """Yield where each name stands, the name, and what the module calls it."""
    if node.type == "export_statement" and not list(named(node, "export_clause")):
        yield node, "*", "*"
    for clause in (*named(node, "import_clause"), *named(node, "export_clause"), *named(node, "namespace_export")):
        for part in (clause, *named(clause, "named_imports")):
            for child in part.named_children:
                if child.type == "identifier":
                    yield child, text.of(child), "*" if clause.type == "namespace_export" else "default"
                elif child.type == "namespace_import":
                    yield child.named_children[0], text.of(child.named_children[0]), "*"
                elif child.type in {"import_specifier", "export_specifier"}:
                    name = child.child_by_field_name("name")
                    place = child.child_by_field_name("alias") or name
                    if name is not None and place is not None:
                        yield place, text.of(place), text.of(name)


def read_require(node: Node, text: SourceBytes) -> Iterator[Imported]:
    """Yield the names that are bound to a module that `require` loads, or to parts of it."""
    name, call = node.child_by_field_name("name"), node.child_by_field_name("value")
    arguments = call.child_by_field_name("arguments") if call is not None else None
    if name is None or arguments is None:
        return
    path, written = text.of(arguments.named_children[0])[1:-1], text.line(node.start_byte, node.end_byte)
    if name.type == "identifier":
        yield _import(name, text.of(name), path, "*", written)
        return
    for child in name.named_children:
        if child.type == "shorthand_property_identifier_pattern":
            yield _import(child, text.of(child), path, text.of(child), written, flags=_FROM)


def read_export(node: Node, text: SourceBytes) -> Iterator[Exported]:
    """Yield what `export default` and `export {a as b}` give another name."""
    for clause in named(node, "export_clause"):
        for part in named(clause, "export_specifier"):
            name, alias = part.child_by_field_name("name"), part.child_by_field_name("alias")
            if name is not None:
                yield Exported(text.of(alias if alias is not None else name), text.of(name))
    if any(child.type == "default" for child in node.children):
        value = node.child_by_field_name("declaration") or node.child_by_field_name("value")
        name = _name_of(value) if value is not None else None
        if name is not None:
            yield Exported("default", text.of(name))


def _name_of(value: Node) -> Node | None:
    """Return where an expression says what it is called: it is a name, or defines one."""
    return value if value.type == "identifier" else value.child_by_field_name("name")


def read_exports(node: Node, text: SourceBytes) -> Iterator[Exported]:
    """Yield what `module.exports = a`, `exports.b = a` and `module.exports = {b: a}` give another name, or none."""
    left, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or value is None:
        return
    given = text.of(left).rpartition("exports")[2].lstrip(".")
    name = _name_of(value)
    if name is not None:
        yield Exported(given, text.of(name))
    for pair in named(value, "pair") if not given else ():
        key, held = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and held is not None and held.type == "identifier":
            yield Exported(text.of(key), text.of(held))


READ = {"import": read_import, "require": read_require, "export": read_export, "exports": read_exports}
