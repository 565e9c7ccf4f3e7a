"""CMake: definitions by commands, and included files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sphinx_kwindex.collect.native.hooks import LIMIT, FoundName, Imported, SourceBytes
from sphinx_kwindex.model import ImportFlag, Kind

if TYPE_CHECKING:
    from tree_sitter import Node

_KINDS = {"function_def": Kind.FUNCTION, "macro_def": Kind.MACRO}
_NAME = re.compile(r"[\w.-]+\Z").match
"""Others are put together from values."""
_HERE = re.compile(r"\$\{CMAKE_CURRENT_(?:LIST|SOURCE)_DIR\}/")
"""The folder of the file itself."""


def read_definition(node: Node, text: SourceBytes) -> Iterator[FoundName]:
    """Yield the function or macro that a pair of commands makes, with its parameters."""
    name, *parameters = _arguments(node.children[0]) or (None,)
    if name is not None and _NAME(text.of(name)):
        signature = f"({' '.join(map(text.of, parameters))})"
        yield FoundName(_KINDS[node.type], node, text.of(name), name, signature=signature[:LIMIT])


def read_command(node: Node, text: SourceBytes) -> Iterator[FoundName | Imported]:
    """Yield the variable that a command at the top of a file sets, or the file that one reads in."""
    command, arguments = text.of(node.children[0]).lower(), _arguments(node)
    if not arguments:
        return
    first = text.of(arguments[0])
    if command in {"set", "option"} and first.isidentifier() and node.parent is not None and not node.parent.parent:
        value = " ".join(map(text.of, arguments[1 + (command == "option") :]))
        yield FoundName(Kind.DATA, node, first, arguments[0], value=value[:LIMIT])
    path = _HERE.sub("", first.strip('"'), count=1)
    if command == "add_subdirectory":
        path += "/CMakeLists.txt"
    elif command != "include" or not path.endswith(".cmake"):
        return  # without the ending it is the name of a module, mostly of one that comes with CMake
    if "$" not in path:
        written = text.line(node.start_byte, node.end_byte)
        yield Imported(path, f"file:{path}", arguments[0], written, int(ImportFlag.RELATIVE))


def _arguments(command: Node) -> list[Node]:
    lists = (child for child in command.children if child.type == "argument_list")
    return [node for each in lists for node in each.children if node.type == "argument"]


READ = {"definition": read_definition, "command": read_command}
