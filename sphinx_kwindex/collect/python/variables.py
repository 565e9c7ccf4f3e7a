"""The kinds of assigned names: constants, variables, attributes, fields, enum members."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from astroid import nodes

from sphinx_kwindex.collect.python.context import (
    ENUM,
    ENUM_MEMBER,
    FIELD,
    SLOT,
    TYPE_SOURCES,
    Context,
    Description,
    Targets,
    union,
)
from sphinx_kwindex.collect.python.entries import Entry, callee_name, statement_of
from sphinx_kwindex.collect.python.signatures import Limits
from sphinx_kwindex.collect.python.summaries import first_sentence
from sphinx_kwindex.model import CLASSES, Flag, Kind

_CONSTANT, _HANDLER, _FINAL_CONSTANT = int(Flag.CONSTANT), int(Flag.HANDLER), int(Flag.FINAL | Flag.CONSTANT)
_WITH_FIELDS = int(Flag.DATACLASS | Flag.NAMED_TUPLE | Flag.TYPED_DICT)
_FINAL = re.compile(r"(?:\w+\.)*Final\b")
_CLASS_VARIABLE = re.compile(r"[\"']?(?:\w+\.)*ClassVar\b")
_DOC_COMMENT = "#:"
_STRING_START = re.compile(r"\s*[rRuU]?[\"']")


def value_of(node: nodes.NodeNG, statement: nodes.NodeNG) -> nodes.NodeNG | None:
    """Return the expression whose value an assignment gives a name, if there is one: not a part of it, as `for` gives."""
    if isinstance(statement, nodes.Assign):
        return _element(node, statement.value)
    return getattr(statement, "value", None)


def _element(node: nodes.NodeNG, value: nodes.NodeNG) -> nodes.NodeNG | None:
    """Return the part of `a, b = 1, 2` that goes with one name; None where that cannot be determined."""
    holder = node.parent
    if isinstance(holder, nodes.Assign):
        return value
    if not isinstance(holder, (nodes.Tuple, nodes.List)) or not isinstance(value, (nodes.Tuple, nodes.List)):
        return None
    if len(holder.elts) != len(value.elts) or any(
        isinstance(item, nodes.Starred) for item in (*holder.elts, *value.elts)
    ):
        return None
    return None if isinstance(holder.parent, (nodes.Tuple, nodes.List)) else value.elts[holder.elts.index(node)]


def describe_variable(entry: Entry, value: nodes.NodeNG | None, context: Context) -> Description:
    """Describe a plain variable or attribute."""
    annotation = annotation_of(entry)
    written = context.text(annotation, Limits.ANNOTATION)
    kind = Kind.DATA if entry.parent is None or entry.parent.parent is None else Kind.ATTRIBUTE
    flags = _variable_flags(entry, annotation, written)
    if flags & ENUM_MEMBER and entry.parent is not None:
        types: Targets = (f"{context.module}.{entry.parent.qualname}",)
    elif annotation is not None and written.rpartition(".")[2] not in {"Final", "ClassVar"}:
        types = context.meaning.types(annotation)
    else:
        types = _bound_types(entry, context)
    return Description(kind, flags, value=context.text(value), annotation=written, type=types)


def describe_member(entry: Entry, context: Context) -> Description:
    """Describe a keyword that only a string makes (a slot, a field or member given by name)."""
    flags = _CONSTANT if entry.name.isupper() else 0
    types: Targets = ()
    if entry.main.flags & ENUM_MEMBER and entry.parent is not None:
        types = (f"{context.module}.{entry.parent.qualname}",)
    elif entry.main.flags & FIELD:
        types = _field_types(entry.main.node, context)
    elif entry.main.flags & SLOT:
        types = _bound_types(entry, context)
    return Description(Kind.ATTRIBUTE, flags, type=types)


def _field_types(node: nodes.NodeNG, context: Context) -> Targets:
    """Return the types of a field that is given as `("name", type)` or `{"name": type}`."""
    holder = node.parent
    if isinstance(holder, nodes.Tuple) and len(holder.elts) == 2 and isinstance(holder.parent, nodes.List):
        return context.meaning.types(holder.elts[1])
    if isinstance(holder, nodes.Dict):
        return next((context.meaning.types(value) for key, value in holder.items if key is node), ())
    return ()


def annotation_of(entry: Entry) -> nodes.NodeNG | None:
    """Return the first annotation that a place of binding gives."""
    for binding in entry.bindings:
        if isinstance(binding.node.parent, nodes.AnnAssign):
            return binding.node.parent.annotation
    return None


def _bound_types(entry: Entry, context: Context) -> Targets:
    bound = [item.node for item in entry.bindings if isinstance(item.node, (nodes.AssignName, nodes.AssignAttr))]
    return union(context.meaning.bound_types(node) for node in bound[:TYPE_SOURCES])


def _variable_flags(entry: Entry, annotation: nodes.NodeNG | None, written: str) -> int:
    flags = 0
    if entry.name.isupper():
        flags |= _CONSTANT
    if all(isinstance(binding.node.parent, nodes.ExceptHandler) for binding in entry.bindings):
        flags |= _HANDLER
    if _FINAL.match(written):
        flags |= _FINAL_CONSTANT
    parent = entry.parent
    if parent is None or parent.kind not in CLASSES or not entry.main.own:
        return flags
    if parent.flags & ENUM and not entry.name.startswith("_") and _has_value(entry.main.node):
        flags |= ENUM_MEMBER
    elif parent.flags & _WITH_FIELDS and _is_field(entry.main.node, annotation, written):
        flags |= FIELD
    return flags


def _has_value(node: nodes.NodeNG) -> bool:
    return getattr(statement_of(node), "value", None) is not None


def _is_field(node: nodes.NodeNG, annotation: nodes.NodeNG | None, written: str) -> bool:
    """Return whether a class attribute is a field: by its annotation, or made by `attr.ib()` or the like."""
    if annotation is not None:
        return not _CLASS_VARIABLE.match(written)
    value = getattr(node.parent, "value", None)
    return isinstance(value, nodes.Call) and callee_name(value) in {"ib", "attrib", "field"}


def _comment_above(lines: Sequence[str], at: int) -> str:
    """Return the text of the `#:` lines that end before the line at an index."""
    before = (lines[index].strip() for index in range(at - 1, -1, -1))
    above = takewhile(lambda line: line.startswith(_DOC_COMMENT), before)
    return "\n".join(reversed([line[2:].strip() for line in above]))


def comment_of(entry: Entry, statement: nodes.NodeNG, context: Context) -> str:
    """Return the first sentence of the `#:` comment before or behind a variable, or of the string after it."""
    lines = context.parsed.source.lines
    last = statement.end_lineno or entry.main.line
    line = lines[entry.main.line - 1]
    # A line of many variables has no space for a comment, and would be searched for each of them.
    before, mark, behind = line.partition(_DOC_COMMENT) if len(line) <= Limits.LINE else ("", "", "")
    if mark and before.strip():
        return first_sentence(behind)
    if above := _comment_above(lines, (statement.lineno or entry.main.line) - 1):
        return first_sentence(above)
    if last < len(lines) and _STRING_START.match(lines[last]) and isinstance(statement, nodes.Assign | nodes.AnnAssign):
        return _string_after(statement)
    return ""


def _string_after(statement: nodes.NodeNG) -> str:
    following = statement.next_sibling()
    if isinstance(following, nodes.Expr) and isinstance(following.value, nodes.Const):
        return first_sentence(following.value.value) if isinstance(following.value.value, str) else ""
    return ""
