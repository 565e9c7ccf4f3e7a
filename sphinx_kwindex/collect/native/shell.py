"""Shell: included files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sphinx_kwindex.collect.native.hooks import Imported, SourceBytes
from sphinx_kwindex.model import ImportFlag

if TYPE_CHECKING:
    from tree_sitter import Node


def read_source(node: Node, text: SourceBytes) -> Iterator[Imported]:
    """Yield the file that `source` names, as far as it is written out."""
    arguments = node.children_by_field_name("argument")
    if arguments:
        path = text.of(arguments[0])
        written = text.line(node.start_byte, node.end_byte)
        yield Imported(path, f"file:{path}", arguments[0], written, int(ImportFlag.RELATIVE))


READ = {"import": read_source}
