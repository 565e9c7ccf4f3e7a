"""Which functions and classes of C and C++ a source makes known to Python: by pybind11, nanobind, tables of methods, and operators of torch.

Read from the text, since a binding is a call that only these libraries give a meaning. A lambda has no name, so its target is empty: what it
stands in; what else is no plain name (the result of a call) is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sphinx_kwindex.model import Definition, PythonName

_MARKS = (
    b"PYBIND11_MODULE",
    b"PYBIND11_EMBEDDED_MODULE",
    b"NB_MODULE",
    b"TORCH_LIBRARY",
    b"PyMethodDef",
    b"PyTypeObject",
)
"""A source without one of these binds nothing."""
_SPACE = re.compile(r"//[^\n]*|/\*.*?\*/|(R\"(\w*)\(.*?\)\2\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')", re.DOTALL)
_MODULE = re.compile(r"\b(?:PYBIND11_(?:EMBEDDED_)?MODULE|NB_MODULE)\s*\(\s*(\w+)\s*,\s*(\w+)[^{};]*\{")
_LIBRARY = re.compile(r"\bTORCH_LIBRARY(?:_FRAGMENT|_IMPL)?\s*\(\s*(\w+)\s*,\s*(?:\w+\s*,\s*)?(\w+)\s*\)\s*\{")
_SUBMODULE = re.compile(r"\b(\w+)\s*=\s*(\w+)\.def_submodule\s*\(\s*\"(\w+)\"")
_CLASS = re.compile(r"\b(?:class_|enum_)\s*<\s*([\w:]+)[^;(){}]*>\s*(\w+)?\s*\(\s*(\w+)\s*,\s*\"(\w+)\"")
_DEF = re.compile(
    r"(\w+)?\s*\.\s*(def|def_static|def_property(?:_readonly)?(?:_static)?|def_prop_r[ow](?:_static)?|impl)\s*\(\s*\"(\w+)(?:\(|\"|\.)"
)
_INIT = re.compile(r"(\w+)?\s*\.\s*def\s*\(\s*(?:\w+::)*init\s*<")
_GETTER = re.compile(r"\"\w+\"\s*,\s*&\s*((?:::)?[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)\s*,")
"""Of a property with a setter: what it is read by."""
_FUNCTION = re.compile(r"&\s*((?:::)?[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)\s*[,)]|\bTORCH_FN\(\s*([\w:]+)\s*\)")
_PLAIN_FUNCTION = re.compile(r"\"\s*,\s*((?:::)?[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)\s*[,)]")
_LAMBDA = re.compile(r"\s*\"[^\"]*\"\s*,\s*\[[^\[\]]*\]\s*[({]").match
_METHODS = re.compile(r"\bPyMethodDef\s+(\w+)\s*\[[^\]]*\]\s*=\s*\{")
_METHOD = re.compile(r"\{\s*\"(\w+)\"\s*,\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)\s*)*&?\s*([A-Za-z_]\w*)\s*,")
_CAST = re.compile(
    r"\b(?:_PyCFunction_CAST|reinterpret_cast<\s*PyCFunction\s*>|static_cast<\s*PyCFunction\s*>)\s*\(\s*&?(\w+)\s*\)"
)
_DEFINED = re.compile(r"\bPyModuleDef\s+\w+\s*=\s*\{([^{};]*)\}")
_NAME_IN_DEFINITION = re.compile(r"PyModuleDef_HEAD_INIT\s*,\s*(?:\.m_name\s*=\s*)?\"([\w.]+)\"")
_NAME_OF_MODULE = re.compile(r"\.m_name\s*=\s*\"([\w.]+)\"")
_TYPE = re.compile(r"\bPyTypeObject\s+(\w+)\s*=\s*\{(.*?)\n\s*\};", re.DOTALL)
_TYPE_NAME = re.compile(r"(?:\.tp_name\s*=|\A\s*PyVarObject_HEAD_INIT\([^()]*\)\s*,?)\s*\"([\w.]+)\"")
_TYPE_METHODS = re.compile(r"\.tp_methods\s*=\s*(\w+)")
_SLOTS = re.compile(r"\bPyType_Slot\s+(\w+)\s*\[[^\]]*\]\s*=\s*\{[^;]*?\bPy_tp_methods\s*,[^{}]*?(\w+)[\s)]*\}")
_SPEC = re.compile(r"\bPyType_Spec\s+[\w:]+\s*=\s*\{\s*(?:\.name\s*=\s*)?\"([\w.]+)\"[^{};\"]*?(\w+)\s*,?\s*\}")
_MOST_OF_A_CALL = 20_000


class _Placed(NamedTuple):
    name: str
    """Of the Python side, dotted, from its module on."""
    target: str
    place: int


def find_bindings(source: bytes, definitions: Sequence[Definition]) -> tuple[PythonName, ...]:
    """Return what a source binds, in order; `definitions` are those of its file."""
    if not any(mark in source for mark in _MARKS):
        return ()
    text = _SPACE.sub(_blank, source.decode("utf-8", "replace"))
    lines = [match.end() for match in re.finditer("\n", text)]
    found = sorted({*_in_modules(text), *_in_tables(text)}, key=lambda item: (item.place, item.name, item.target))
    return tuple(
        dict.fromkeys(
            PythonName(
                name=item.name, target=item.target, scope=_scope_at(definitions, bisect_right(lines, item.place) + 1)
            )
            for item in found
        )
    )


def _blank(match: re.Match[str]) -> str:
    """Keep strings, but raw ones, and blank comments; every line stays where it was."""
    text = match[0]
    return text if match[1] and not text.startswith("R") else re.sub(r"[^\n]", " ", text)


def _scope_at(definitions: Sequence[Definition], line: int) -> int:
    around = [place for place, item in enumerate(definitions) if item.line <= line <= item.end_line]
    return max(around, key=lambda place: (definitions[place].line, place), default=0)


def _end_of(text: str, start: int, pair: str) -> int:
    """Return where what a bracket opens ends; `start` is behind it. Strings hold what they like."""
    depth = 1
    for match in re.compile(rf"\"(?:\\.|[^\"\\\n])*\"|[{re.escape(pair)}]").finditer(text, start):
        depth += {pair[0]: 1, pair[1]: -1}.get(match[0], 0)
        if not depth:
            return match.start()
    return len(text)


def _in_modules(text: str) -> Iterator[_Placed]:
    """Yield what blocks of pybind11, nanobind and torch bind."""
    for pattern, start in ((_MODULE, ""), (_LIBRARY, "torch.ops.")):
        for head in pattern.finditer(text):
            yield from _in_block(text, head.end(), _end_of(text, head.end(), "{}"), {head[2]: start + head[1]})


def _in_block(text: str, start: int, end: int, known: dict[str, str]) -> Iterator[_Placed]:
    """Yield what is bound between two places; `known` are the names of variables that hold modules and classes."""
    for match in _SUBMODULE.finditer(text, start, end):
        if match[2] in known:
            known[match[1]] = f"{known[match[2]]}.{match[3]}"
    classes: list[tuple[int, int, str]] = []
    bound: dict[str, str] = {}
    for match in _CLASS.finditer(text, start, end):
        if match[3] in known:
            name = f"{known[match[3]]}.{match[4]}"
            known |= {match[2]: name} if match[2] else {}
            closed = _end_of(text, match.end(), "()")
            classes.append((closed, _end_of_statement(text, closed, end), name))
            bound[name] = match[1]
            yield _Placed(name, match[1], match.start())
    for match in _DEF.finditer(text, start, end):
        owner = _owner(match, known, classes)
        target = _target_in(text, match) if owner else None
        if target is not None:
            yield _Placed(f"{owner}.{match[3]}", target, match.start())
    for match in _INIT.finditer(text, start, end):
        owner = _owner(match, known, classes)
        if owner in bound:  # what constructs is a member of the class that is called as the class is
            yield _Placed(f"{owner}.__init__", f"{bound[owner]}::{bound[owner].rpartition('::')[2]}", match.start())


def _end_of_statement(text: str, start: int, end: int) -> int:
    at = start
    while at < end:
        match = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|[;{(]").search(text, at, end)
        if match is None or match[0] == ";":
            return match.start() if match is not None else end
        at = (
            match.end()
            if match[0].startswith('"')
            else _end_of(text, match.end(), "{}" if match[0] == "{" else "()") + 1
        )
    return end


def _owner(match: re.Match[str], known: dict[str, str], classes: Sequence[tuple[int, int, str]]) -> str:
    """Return the Python name of what something is defined on: a variable, or the class at the start of the chain of calls."""
    if match[1]:
        return known.get(match[1], "")
    return next((name for start, end, name in classes if start <= match.start() < end), "")


def _target_in(text: str, call: re.Match[str]) -> str | None:
    """Return the function that a call binds: the only one of which it takes the address, or its second argument.

    Empty for a lambda, which has no name; None if nobody can tell.
    """
    opened = text.index("(", call.start(2))
    inside = text[opened + 1 : min(_end_of(text, opened + 1, "()"), opened + _MOST_OF_A_CALL)] + ")"
    if "[" in re.sub(r"\"(?:\\.|[^\"\\\n])*\"", "", inside):
        return "" if _LAMBDA(inside) else None
    getter = _GETTER.match(inside) if call[2].startswith(("def_property", "def_prop_rw")) else None
    if getter is not None:
        return getter[1].removeprefix("::")
    found = {match[1] or match[2] for match in _FUNCTION.finditer(inside)}
    plain = _PLAIN_FUNCTION.search(inside) if not found else None
    found |= {plain[1]} if plain is not None else set()
    return found.pop().removeprefix("::") if len(found) == 1 else None


def _in_tables(text: str) -> Iterator[_Placed]:
    """Yield what tables of methods bind: those of modules, and of types whose definition names its members; and these types."""
    types = [(head, name[1]) for head in _TYPE.finditer(text) if (name := _TYPE_NAME.search(head[2])) is not None]
    yield from (_Placed(name, head[1], head.start()) for head, name in types if "." in name)
    owners = dict(_table_owners(text, types))
    for head in _METHODS.finditer(text):
        end = _end_of(text, head.end(), "{}")
        table = _CAST.sub(r"\1", text[head.end() : end])
        for match in _METHOD.finditer(table) if head[1] in owners else ():
            if match[2] != "NULL":
                yield _Placed(f"{owners[head[1]]}.{match[1]}", match[2], head.start())


def _table_owners(text: str, types: Iterable[tuple[re.Match[str], str]]) -> Iterator[tuple[str, str]]:
    """Yield the tables of methods, with the name in Python of the module or type that has them."""
    for match in _DEFINED.finditer(text):
        name = _NAME_IN_DEFINITION.search(match[1]) or _NAME_OF_MODULE.search(match[1])
        if name is not None:
            yield from ((table, name[1]) for table in re.findall(r"\w+", match[1]))
    for head, owner in types:
        table = _TYPE_METHODS.search(head[2])
        if table is not None:
            yield table[1], owner
    slots = {match[1]: match[2] for match in _SLOTS.finditer(text)}
    for match in _SPEC.finditer(text):
        if match[2] in slots:
            yield slots[match[2]], match[1]
