"""What docstrings mention: roles, literals and sections "See Also". Texts in, names out; what they mean, link finds out.

A role, or an entry of "See Also", says that it names something. A literal may be anything: it counts only if it is written as names
of code are, and is not a parameter of what the docstring describes.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Iterator

from astroid import nodes

from sphinx_kwindex.collect.python.entries import Entry
from sphinx_kwindex.model import DocMention
from sphinx_kwindex.stdlib import BUILTINS

LIMIT = 100
"""Mentions of one docstring that are kept."""

_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_ROLE = re.compile(
    r"(?<!\w)(?::(?:py:)?(?:class|func|meth|mod|attr|exc|data|obj|const|type|deco|prop|any)"
    r"|\{(?:py:)?(?:class|func|meth|mod|attr|exc|data|obj|const|type|deco|prop|any)\}|:):?`([^`]{1,200})`"
)
_ROLE_TARGET = re.compile(rf"(?:[^`<]*<)?[~.]*({_DOTTED})(?:\(\))?>?").fullmatch
_LITERAL = re.compile(r"(?<![\w`:}])(``?)([^`\n]{1,200})\1(?![\w`])")
_LITERAL_NAME = re.compile(rf"(~?{_DOTTED})(\(.{{0,100}}\))?").fullmatch
_TITLE = re.compile(r"^([ \t]*)See [Aa]lso(?::[ \t]*|[ \t]*\n[ \t]*-{3,}[ \t]*)\n", re.MULTILINE)
_ENTRY = re.compile(rf"(?:`{{0,2}}{_DOTTED}`{{0,2}}(?:\(\))?(?:,\s+|$|\s*(?=:\s|:$)))+")
_NAME = re.compile(_DOTTED)
_WORD = re.compile(r"[a-z]+[0-9]*|[A-Z]?[a-z]?|[A-Z]+[0-9]*").fullmatch
"""A word of prose, or a code (`HTML`): mostly not meant for whatever is called so."""
_OWN = re.compile(r"^(?:self|cls)\.")
_BUILTINS = BUILTINS | {"self", "cls"}


def find_mentions(entries: Iterable[Entry]) -> tuple[DocMention, ...]:
    """Return what the docstrings of a file mention, each name once for each docstring."""
    return tuple(
        DocMention(name=name, place=entry.position, is_said=is_said)
        for entry in entries
        for name, is_said in _mentions_of(entry).items()
    )


def _mentions_of(entry: Entry) -> dict[str, bool]:
    doc = getattr(entry.main.node, "doc_node", None)
    text = str(doc.value) if doc is not None else ""
    if "`" not in text and "See " not in text:
        return {}
    found = mentions_in(text, _parameters(entry), in_class=_is_in_class(entry))
    return dict(list(found.items())[:LIMIT])


def mentions_in(doc: str, parameters: Collection[str] = (), *, in_class: bool = False) -> dict[str, bool]:
    """Return the names that a docstring mentions, and whether its form says of each that it is one; `self.x` is `x` in a class."""
    said = dict.fromkeys((*_roles(doc), *_see_also(doc)), True)
    literals = (
        name for name in _literals(_ROLE.sub("", doc), in_class=in_class) if name.partition(".")[0] not in parameters
    )
    return {**dict.fromkeys(literals, False), **said}


def _roles(doc: str) -> Iterator[str]:
    for match in _ROLE.finditer(doc) if "`" in doc else ():
        target = _ROLE_TARGET(" ".join(match[1].split()))
        if target is not None and not match[1].startswith("!"):
            yield target[1]


def _literals(doc: str, *, in_class: bool) -> Iterator[str]:
    for match in _LITERAL.finditer(doc) if "`" in doc else ():
        name = _LITERAL_NAME(match[2].strip())
        if name is None:
            continue
        target = name[1].lstrip("~")
        is_telling = "." in target or name[2] is not None or not _WORD(target)
        if in_class:
            target = _OWN.sub("", target)
        if is_telling and target.partition(".")[0] not in _BUILTINS and not target.startswith("__"):
            yield target


def _see_also(doc: str) -> Iterator[str]:
    """Yield the names that sections "See Also" list, as NumPy and Google write them."""
    for match in _TITLE.finditer(doc.expandtabs()) if "See " in doc else ():
        rest = doc.expandtabs()[match.end() :]
        margin = len(match[1])
        section = list(_section(rest.split("\n"), margin, is_deeper="-" not in match[0]))
        for line in textwrap.dedent("\n".join(section)).split("\n"):
            entry = _ENTRY.match(line)
            if entry is not None and (entry.end() == len(line) or line[entry.end()] == ":"):
                yield from _NAME.findall(entry[0])


def _section(lines: Iterable[str], margin: int, *, is_deeper: bool) -> Iterator[str]:
    """Yield the lines of a section: up to the next title, or (Google) as long as they stand deeper than its title."""
    kept = ""
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if line.strip() and (indent <= margin if is_deeper else indent < margin):
            break
        if not is_deeper and re.fullmatch(r"\s*-{3,}\s*", line):
            return  # what stands above it is a title
        yield kept
        kept = line
    yield kept


def _is_in_class(entry: Entry) -> bool:
    return any(isinstance(item.main.node, nodes.ClassDef) for item in (entry, entry.parent) if item is not None)


def _parameters(entry: Entry) -> frozenset[str]:
    """Return the names of the parameters that a docstring may speak of: those of a function, of a class's `__init__`, of all around it."""
    found: set[str] = set()
    around: Entry | None = entry
    while around is not None:
        own = [around]
        if isinstance(around.main.node, nodes.ClassDef):
            own = [child for child in around.children.values() if child.name in {"__init__", "__new__"}]
        for function in (each.main.node for each in own):
            if isinstance(function, nodes.FunctionDef):
                arguments = function.args
                found.update(item.name for item in arguments.arguments)
                found.update(filter(None, (arguments.vararg, arguments.kwarg)))
        around = around.parent
    return frozenset(found)
