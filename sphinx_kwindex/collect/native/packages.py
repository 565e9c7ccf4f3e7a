"""Java and C#: imports of packages and namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sphinx_kwindex.collect.native.hooks import Imported, SourceBytes
from sphinx_kwindex.model import ImportFlag

if TYPE_CHECKING:
    from tree_sitter import Node

_IMPORT = re.compile(r"(?:import|(?:global\s+)?using)\s+(?:static\s+)?(?:(\w+)\s*=\s*)?([\w.]+?)(\.\*)?\s*;")
_FAMILIES = {"import_declaration": "java", "using_directive": "cs"}


def read_import(node: Node, text: SourceBytes) -> Iterator[Imported]:
    """Yield what a statement imports: a class, all of a package, or a namespace."""
    written = text.line(node.start_byte, node.end_byte)
    match = _IMPORT.match(written)
    if match is None:
        return
    alias, path, star = match.groups()
    family = _FAMILIES[node.type]
    flags = int(ImportFlag.STAR) if star or (family == "cs" and not alias) else int(ImportFlag.ALIASED) if alias else 0
    name = alias or ("*" if star else path if family == "cs" else path.rpartition(".")[2])
    yield Imported(name, f"{family}:{path}", node, written.rstrip(";"), flags)


READ = {"import": read_import}
