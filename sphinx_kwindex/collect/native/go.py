"""Go: imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sphinx_kwindex.collect.native.hooks import Imported, SourceBytes
from sphinx_kwindex.model import ImportFlag

if TYPE_CHECKING:
    from tree_sitter import Node

_VERSION = re.compile(r"/v\d+$|\.v\d+$")


def read_import(node: Node, text: SourceBytes) -> Iterator[Imported]:
    """Yield the package that a line imports, by the name that it has in the file."""
    path, alias = node.child_by_field_name("path"), node.child_by_field_name("name")
    if path is None:
        return
    written = text.of(path)[1:-1]
    name = text.of(alias) if alias is not None else ""
    own = _VERSION.sub("", written).rpartition("/")[2]
    is_named = name not in {"", "_", "."}
    flags = int(ImportFlag.ALIASED) if is_named else int(ImportFlag.STAR) if name == "." else 0
    place = alias if alias is not None and is_named else path
    yield Imported(name if is_named else own, f"go:{written}", place, text.line(node.start_byte, node.end_byte), flags)


READ = {"import": read_import}
