"""Functions and classes that C and C++ sources expose to Python: by pybind11, nanobind, method tables, and torch operators.

Read from the text, since a binding is a call that only these libraries give a meaning. A lambda has no name, so its target is empty: what it
is in; so it is for what else is not a plain name (the result of a call), except for operators.

Where a source does not say which module it binds in, since that is passed to a function of it, names start with `?` in place of the module's; of a
table that a function returns, with `?` and the name of the table. Link looks for the stub that has them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sphinx_kwindex.model import FUNCTIONS, Definition, PythonName

_MARKS = (
    b"PYBIND11_MODULE",
    b"PYBIND11_EMBEDDED_MODULE",
    b"NB_MODULE",
    b"TORCH_LIBRARY",
    b"PyMethodDef",
    b"PyTypeObject",
    b"class_<",
    b".def(",
)
"""A source without one of these binds nothing."""
_OPENING = re.compile(r"//[^\n]*|/\*|R\"(\w*)\(|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
"""What starts a comment or a raw string; or all of another string."""
_IN_LINES = re.compile(r"[^\n]")
_MODULE = re.compile(r"\b(?:PYBIND11_(?:EMBEDDED_)?MODULE|NB_MODULE)\s*\(\s*(\w+)\s*,\s*(\w+)[^{};]*\{")
_LIBRARY = re.compile(r"\bTORCH_LIBRARY(?:_FRAGMENT|_IMPL)?\s*\(\s*(\w+)\s*,\s*(?:\w+\s*,\s*)?(\w+)\s*\)\s*\{")
_is_macro = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+").fullmatch
"""A name that the build gives: `TORCH_EXTENSION_NAME`."""
_SUBMODULE = re.compile(r"\b(\w+)\s*=\s*(\w+)\.def_submodule\s*\(\s*\"(\w+)\"")
_CLASS = re.compile(r"\b(?:\w*class_|enum_)\s*<\s*([\w:]+)[^;(){}]*>\s*(\w+)?\s*\(\s*(\w+)\s*,\s*\"(\w+)\"")
_DEF = re.compile(
    r"(\w+)?\s*\.\s*((?:def(?:_property(?:_readonly)?|_prop_r[ow]|_read(?:only|write)|_r[ow])?(?:_static)?)|impl)"
    r"\s*\(\s*\"(\w+)(?:\(|\"|\.)"
)
_INIT = re.compile(r"(\w+)?\s*\.\s*def\s*\(\s*(?:\w+::)*init\s*(?:<|(\()\s*(\[)?)")
_GIVEN = re.compile(
    r"\b(?:py|pybind11|nb|nanobind)::module_?(?:\s+const)?\s*&?\s*(\w+)\s*[,)]"
    r"|\b(\w+)\s*=\s*[\w:]+(?:<[\w:]+>)?\(\s*(\w+)\s*\)(?:\s*\.\s*cast\s*<\s*[\w:]+\s*>\(\))?\s*;"
)
"""A module that a function gets, or another name for one: `auto m = py::handle(module).cast<py::module>();`."""
_LOADED = re.compile(r"\b(\w+)\s*=\s*(?:\w+\()?\s*(?:PyImport_ImportModule|(?:\w+::)+import_?)\(\s*\"([\w.]+)\"\s*\)")
_WRAPPED = re.compile(r"\b(?:\w+::)*wrap_\w+\(\s*&?\s*((?:::)?[A-Za-z_][\w:]*)\s*\)")
"""A function in a call that returns one of the same name and meaning: `wrap_pybind_function(f)`."""
_GETTER = re.compile(r"\"\w+\"\s*,\s*&\s*((?:::)?[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)\s*,")
"""Of a property with a setter: what it is read by."""
_FUNCTION = re.compile(r"&\s*((?:::)?[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)\s*[,)]|\bTORCH_FN\(\s*([\w:]+)\s*\)")
_PLAIN_FUNCTION = re.compile(r"\"\s*,\s*((?:::)?[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)\s*[,)]")
_LAMBDA = re.compile(r"\s*\"[^\"]*\"\s*,\s*\[[^\[\]]*\]\s*[({]").match
_has_more = re.compile(r"[^\"]*\"\s*,").match
_METHODS = re.compile(r"\bPy(?:Method|GetSet)Def\s+(\w+)\s*\[[^\]]*\]\s*=\s*\{")
_METHOD = re.compile(r"\{\s*\"(\w+)\"\s*,\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)\s*)*&?\s*([A-Za-z_][\w:]*)\s*,")
_CAST = re.compile(r"\b\w*(?:[cC]ast|CAST)\w*\s*(?:<[\w\s*:]+>)?\s*\(\s*&?([\w:]+)\s*\)")
_RETURNED = re.compile(r"\bPyMethodDef\s*\*\s*[\w:]+\(\)\s*\{\s*return\s+(\w+)\s*;")
"""A table that a function hands to what makes the module."""
_DEFINED = re.compile(r"\bPyModuleDef\s+(\w+)\s*=\s*\{([^{};]*)\}")
_CREATED = re.compile(r"\b(\w+)\s*=\s*PyModule_Create\(\s*&\s*(\w+)\s*\)")
_NAME_IN_DEFINITION = re.compile(r"PyModuleDef_HEAD_INIT\s*,\s*(?:\.m_name\s*=\s*)?\"([\w.]+)\"")
_NAME_OF_MODULE = re.compile(r"\.m_name\s*=\s*\"([\w.]+)\"")
_INITIALISED = re.compile(r"\bPyInit_(\w+)\s*\(")
"""The function that Python calls to import a module."""
_TYPE = re.compile(r"\bPyTypeObject\s+(\w+)\s*=\s*\{(.*?)\n\s*\};", re.DOTALL)
_TYPE_NAME = re.compile(r"(?:\.tp_name\s*=|\A\s*PyVarObject_HEAD_INIT\([^()]*\)\s*,?)\s*\"([\w.]+)\"")
_SLOTS = re.compile(r"\bPyType_Slot\s+(\w+)\s*\[[^\]]*\]\s*=\s*\{([^;]*)\}")
_SLOT = re.compile(r"\bPy_tp_(?:methods|getset)\s*,[^{}]*?(\w+)[\s)]*\}")
_SPEC = re.compile(r"\bPyType_Spec\s+([\w:]+)\s*=\s*\{\s*(?:\.name\s*=\s*)?\"([\w.]+)\"[^{};\"]*?(\w+)\s*,?\s*\}")
_ASSIGNED = re.compile(r"(\w+)\s*=\s*(?:\w+::)*\Z")
"""A variable that gets the class which follows."""
_MOST_OF_A_CALL = 20_000
_MOST_OF_A_NAME = 100


class _Placed(NamedTuple):
    name: str
    """Of the Python side, dotted, from its module on."""
    target: str
    place: int


def find_bindings(source: bytes, definitions: Sequence[Definition]) -> tuple[PythonName, ...]:
    """Return what a source binds, in order; `definitions` are those of its file."""
    if not any(mark in source for mark in _MARKS):
        return ()
    text = _without_comments(source.decode("utf-8", "replace"))
    lines = [match.end() for match in re.finditer("\n", text)]
    spans = _spans(text, lines, definitions)
    every = {*_in_modules(text), *_in_functions(text, spans), *_in_tables(text)}
    found = sorted(every, key=lambda item: (item.place, item.name, item.target))
    return tuple(
        dict.fromkeys(
            PythonName(
                name=item.name, target=item.target, scope=_scope_at(definitions, bisect_right(lines, item.place) + 1)
            )
            for item in found
        )
    )


def _without_comments(text: str) -> str:
    """Put blanks in the place of comments and raw strings; every line stays where it was."""
    pieces: list[str] = []
    done = 0
    missing = set[str]()  # is not looked for again, which would take the square of the size
    match = _OPENING.search(text)
    while match is not None:
        start, at = match.span()
        closing = "*/" if match[0] == "/*" else f'){match[1]}"' if match[1] is not None else ""
        end = text.find(closing, at) if closing not in missing else -1
        if end < 0:
            missing.add(closing)
            at = start + 1
        elif match[0][0] in "/R":
            at = end + len(closing)
            pieces += (text[done:start], _IN_LINES.sub(" ", text[start:at]))
            done = at
        match = _OPENING.search(text, at)
    return "".join((*pieces, text[done:]))


def _scope_at(definitions: Sequence[Definition], line: int) -> int:
    around = [
        (first, place)
        for place, item in enumerate(definitions)
        for first, last in _lines_of(item)
        if first <= line <= last
    ]
    return max(around, default=(0, 0))[1]


def _lines_of(item: Definition) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of each place that defines something."""
    yield item.line, item.end_line
    yield from ((site.line, site.end_line) for site in item.sites)


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
            name = "?" if _is_macro(head[1]) else start + head[1]
            yield from _in_block(text, head.end(), _end_of(text, head.end(), "{}"), {head[2]: name})


def _spans(text: str, lines: Sequence[int], definitions: Sequence[Definition]) -> list[tuple[int, int]]:
    """Return from where to where the functions of a file go, in order."""
    starts = [0, *lines, len(text)]
    functions = (item for item in definitions if item.kind in FUNCTIONS)
    places = (place for item in functions for place in _lines_of(item))
    return sorted((starts[first - 1], starts[min(last, len(starts) - 1)]) for first, last in places)


def _in_functions(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[_Placed]:
    """Yield what functions bind in modules that they are given, or load."""
    given: dict[tuple[int, int], list[re.Match[str]]] = {}
    for match in _GIVEN.finditer(text) if "module" in text else ():
        around = [span for span in spans if span[0] <= match.start() < span[1]]
        if around and "module" in match[0]:
            given.setdefault(around[-1], []).append(match)
    names = {match[1]: name for match, name in _definitions_of_modules(text)}
    for (start, end), matches in given.items():
        known = {match[1]: match[2] for match in _LOADED.finditer(text, start, end)}
        known |= {match[1]: names.get(match[2], "?") for match in _CREATED.finditer(text, start, end)}
        for match in sorted([*matches, *_SUBMODULE.finditer(text, start, end)], key=re.Match.start):
            if match.re is _SUBMODULE:
                known[match[1]] = f"{known.get(match[2], '?')}.{match[3]}"
            else:
                known[match[1] or match[2]] = "?" if match[1] else known.get(match[3], "?")
        yield from _in_block(text, start, end, known)


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
            assigned = _ASSIGNED.search(text, max(start, match.start() - _MOST_OF_A_NAME), match.start())
            variable = match[2] or (assigned[1] if assigned is not None else "")
            known |= {variable: name} if variable else {}
            closed = _end_of(text, match.end(), "()")
            classes.append((closed, _end_of_statement(text, closed, end), name))
            bound[name] = match[1]
            yield _Placed(name, match[1], match.start())
    chains = [*classes, *_chains(text, start, end, known)]
    for match in _DEF.finditer(text, start, end):
        owner = _owner(match, known, chains)
        target = _target_of(text, match, owner)
        if target is not None:
            yield _Placed(f"{owner}.{match[3]}", target, match.start())
    for match in _INIT.finditer(text, start, end):
        owner = _owner(match, known, chains)
        if match[2]:  # a function that makes one
            yield from (_Placed(f"{owner}.__init__", "", match.start()) for _ in owner[:1] if match[3])
        elif owner in bound:  # what constructs is a member of the class that is called as the class is
            yield _Placed(f"{owner}.__init__", f"{bound[owner]}::{bound[owner].rpartition('::')[2]}", match.start())


def _target_of(text: str, call: re.Match[str], owner: str) -> str | None:
    """Return what a call binds in something: empty if where it is bound is all that can be determined, None if that says nothing."""
    target = _target_in(text, call) if owner else None
    is_placed = target is None and owner and not owner.startswith("torch.ops.") and _has_more(text, call.end(3))
    return "" if is_placed else target


def _chains(text: str, start: int, end: int, known: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield from where to where calls follow that define something in a module or class, which each of them returns."""
    done = start
    for match in _DEF.finditer(text, start, end):
        if match[1] in known and match.start() >= done:
            done = _end_of_statement(text, match.start(), end)
            yield match.end(), done, known[match[1]]


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
    inside = _WRAPPED.sub(r"&\1", inside)
    found = {match[1] or match[2] for match in _FUNCTION.finditer(inside)}
    plain = _PLAIN_FUNCTION.search(inside) if not found else None
    found |= {plain[1]} if plain is not None else set()
    return found.pop().removeprefix("::") if len(found) == 1 else None


def _in_tables(text: str) -> Iterator[_Placed]:
    """Yield what tables of methods bind: those of modules, and of types whose definition names its members; and these types."""
    types = [(head, name[1]) for head in _TYPE.finditer(text) if (name := _TYPE_NAME.search(head[2])) is not None]
    yield from (_Placed(name, head[1], head.start()) for head, name in types if "." in name)
    for head in _SPEC.finditer(text):  # a member of what it describes, or nothing but that
        if "." in head[2]:
            yield _Placed(head[2], head[1].rpartition("::")[0] or head[1], head.start())
    owners = dict(_table_owners(text, types))
    for head in _METHODS.finditer(text):
        end = _end_of(text, head.end(), "{}")
        table = _CAST.sub(r"\1", text[head.end() : end])
        for match in _METHOD.finditer(table) if head[1] in owners else ():
            if match[2] not in {"NULL", "nullptr"}:
                yield _Placed(f"{owners[head[1]]}.{match[1]}", match[2], head.start())


def _definitions_of_modules(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield where modules are defined, with their names."""
    initialised = {match[1] for match in _INITIALISED.finditer(text)}
    named = (
        (match, _NAME_IN_DEFINITION.search(match[2]) or _NAME_OF_MODULE.search(match[2]))
        for match in _DEFINED.finditer(text)
    )
    found = [(match, name[1]) for match, name in named if name is not None]
    for match, written in found:
        is_other = len(found) == len(initialised) == 1 and written.rpartition(".")[2] not in initialised
        yield match, min(initialised) if is_other else written  # what a definition says is for readers


def _table_owners(text: str, types: Iterable[tuple[re.Match[str], str]]) -> Iterator[tuple[str, str]]:
    """Yield the tables of methods, with the name in Python of the module or type that has them."""
    tables = {head[1] for head in _METHODS.finditer(text)}
    yield from ((match[1], f"?{match[1]}") for match in _RETURNED.finditer(text))
    for match, name in _definitions_of_modules(text):
        for word in re.findall(r"\w+", match[2]):
            added = re.findall(rf"\(\s*{word}\s*,\s*(\w+)\s*\)", text) if word not in tables else [word]
            yield from ((table, name) for table in added)
    for head, owner in types:
        yield from ((word, owner) for word in re.findall(r"\w+", head[2]) if word in tables)
    slots = {match[1]: _SLOT.findall(match[2]) for match in _SLOTS.finditer(text)}
    for match in _SPEC.finditer(text):
        yield from ((table, match[2]) for table in slots.get(match[3], ()))
