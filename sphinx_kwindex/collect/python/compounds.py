"""What `class` and `def` statements define, and the module itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from inspect import cleandoc

from astroid import nodes

from sphinx_kwindex.collect.python.context import (
    FOUNDATIONS,
    FUNCTION_DECORATORS,
    TYPE_SOURCES,
    WRITABLE,
    Context,
    Description,
    Targets,
    base_target,
    is_sure_base,
    target_of,
    union,
)
from sphinx_kwindex.collect.python.entries import Entry, callee_name, is_member
from sphinx_kwindex.collect.python.fixtures import FIXTURES
from sphinx_kwindex.collect.python.signatures import bases_of, metaclass_of, signature_of
from sphinx_kwindex.collect.python.summaries import first_sentence
from sphinx_kwindex.model import Flag, Kind
from sphinx_kwindex.targets import bare_path

_INHERITED = int(Flag.ENUM | Flag.TYPED_DICT)
# As numbers: to put two flags together takes ten times as long.
_ABSTRACT, _ASYNC, _CLOSURE, _DATACLASS, _DEPRECATED, _DOC_FIELDS, _FIXTURE, _GENERATOR, _NOT_IMPLEMENTED, _UNSURE_BASES = (
    int(flag)
    for flag in (
        Flag.ABSTRACT, Flag.ASYNC, Flag.CLOSURE, Flag.DATACLASS, Flag.DEPRECATED, Flag.DOC_FIELDS, Flag.FIXTURE,
        Flag.GENERATOR, Flag.NOT_IMPLEMENTED, Flag.UNSURE_BASES,
    )
)  # fmt: skip
_EXCEPTION = re.compile(
    r"(?:Error|Exception|Warning)$|^(?:KeyboardInterrupt|SystemExit|GeneratorExit|StopIteration|StopAsyncIteration"
    r"|(?:Base)?ExceptionGroup)$"
)
_IS_DEPRECATED = re.compile(r"_?deprecated?(?:_(?:cls|class|function|method))?", re.IGNORECASE).fullmatch
"""Decorators; not those that deprecate arguments, or expect warnings."""
_THINGS = "alias|attribute|class|decorator|event|exception|function|method|property"
_OPENING = re.compile(rf"\W*deprecated(?: (?:{_THINGS}))?(?:[.,;:)!]|\Z)", re.IGNORECASE).match
"""The start of a docstring; not `Deprecated fields are kept`."""
_DIRECTIVE = re.compile(r"^\.\. deprecated::[ \t]*(?:v?\d[\w.]*)?(.*(?:\n(?:[ \t]+\S.*|(?=\n)))*)", re.MULTILINE)
_OF_THE_WHOLE = re.compile(rf"(?:please |consider )?use\b|consider using\b|this (?:{_THINGS})\b", re.IGNORECASE).match
_GONE = rf"\b\W*(?:(?:{_THINGS})\s+)?(?:is|was|has been)\s+(?:now\s+)?(?:deprecated|superseded|replaced|obsolete)\b"
_WILL_GO = rf"\b\W*(?:(?:{_THINGS})\s+)?will\s+be\s+removed\b"
_BASES = {
    **dict.fromkeys(("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"), Flag.ENUM),
    "ABC": Flag.ABSTRACT,
    "Protocol": Flag.PROTOCOL,
    "TypedDict": Flag.TYPED_DICT,
    "NamedTuple": Flag.NAMED_TUPLE,
    "namedtuple": Flag.NAMED_TUPLE,
    "Struct": Flag.DATACLASS,
    "BaseModel": Flag.DATACLASS,
}
_METACLASSES = {"ABCMeta": Flag.ABSTRACT, "EnumMeta": Flag.ENUM, "EnumType": Flag.ENUM}
_CLASS_DECORATORS = {
    **dict.fromkeys(("dataclass", "define", "frozen", "mutable", "attrs", "attributes"), Flag.DATACLASS),
    **dict.fromkeys(("final",), Flag.FINAL),
    **dict.fromkeys(("runtime_checkable",), Flag.PROTOCOL),
}


def describe_module(_entry: Entry, context: Context) -> Description:
    """Describe the module itself."""
    tree = context.parsed.tree
    return Description(Kind.MODULE, summary=first_sentence(_doc(tree)))


def describe_class(entry: Entry, context: Context) -> Description:
    """Describe a class by its bases, decorators and members."""
    node = entry.main.node
    decorators, targets = _decorators(node, context)
    names = _last_names(targets, node.decorators.nodes) if node.decorators else ()
    base_targets = tuple(base_target(base, context) for base in node.bases)
    doc = _doc(node)
    flags = _sum(_CLASS_DECORATORS, names) | _class_flags(node, base_targets, context)
    if "attr.s" in targets:
        flags |= _DATACLASS
    if any(_is_abstract(child.main.node) for child in entry.children.values()):
        flags |= _ABSTRACT
    if _is_deprecated(entry.name, names, doc):
        flags |= _DEPRECATED
    if not all(is_sure_base(base, context) for base in node.bases):
        flags |= _UNSURE_BASES
    summary = first_sentence(doc)
    context.classes[f"{context.module}.{entry.qualname}"] = entry
    return Description(
        kind=Kind.EXCEPTION if _is_exception(node, base_targets, context) else Kind.CLASS,
        flags=flags | _doc_flag(doc, summary),
        summary=summary,
        decorators=decorators,
        bases=bases_of(context.parsed.source, node),
        base_targets=base_targets,
        decorator_targets=targets,
    )


def _class_flags(node: nodes.ClassDef, base_targets: Targets, context: Context) -> int:
    flags = 0
    for base, target in zip(node.bases, base_targets, strict=True):
        known = context.classes.get(bare_path(target))
        if known is not None:
            flags |= known.flags & _INHERITED
        else:
            flags |= int(_BASES.get(_known_name(base, target), 0))
    metaclass = metaclass_of(node)
    if metaclass is not None:
        flags |= int(_METACLASSES.get(callee_name(metaclass), 0))
    return flags


def _known_name(base: nodes.NodeNG, target: str) -> str:
    """Return the last name of a base, as long as it comes from a module that defines such things (or is unknown)."""
    if not target:
        return callee_name(base.value if isinstance(base, nodes.Subscript) else base)
    module, _, name = target.partition("[")[0].partition("(")[0].rpartition(".")
    return name if module in FOUNDATIONS else ""


def _is_exception(node: nodes.ClassDef, base_targets: Targets, context: Context) -> bool:
    for base, target in zip(node.bases, base_targets, strict=True):
        known = context.classes.get(target)
        name = target.rpartition(".")[2] or callee_name(base)
        if known.kind is Kind.EXCEPTION if known is not None else _EXCEPTION.search(name) is not None:
            return True
    return False


def describe_function(entry: Entry, context: Context) -> Description:
    """Describe a function, method or property by its decorators and body."""
    node: nodes.FunctionDef = entry.main.node
    decorators, targets = _decorators(node, context)
    names = _last_names(targets, node.decorators.nodes) if node.decorators else ()
    doc = _doc(node)
    flags = _sum(FUNCTION_DECORATORS, names) | _body_flags(node, context)
    if _is_deprecated(entry.name, names, doc):
        flags |= _DEPRECATED
    if not FIXTURES.isdisjoint(targets):
        flags |= _FIXTURE
    if context.meaning.makes_function(node):
        flags |= _CLOSURE
    summary = first_sentence(doc)
    return Description(
        kind=_function_kind(entry, names),
        flags=flags | _doc_flag(doc, summary),
        signature=signature_of(context.parsed.source, node, entry.main.name_end),
        summary=summary,
        decorators=decorators,
        type=union(map(context.meaning.return_types, _overloads(entry))),
        decorator_targets=targets,
        forms=tuple(form for form in map(context.meaning.form, _overloads(entry)) if form is not None),
        takes=context.meaning.takes(node) if is_member(entry) else (),
    )


def _function_kind(entry: Entry, decorators: Sequence[str]) -> Kind:
    if not is_member(entry):
        return Kind.FUNCTION
    is_property = entry.main.flags & WRITABLE or any(name.lower().endswith("property") for name in decorators)
    return Kind.PROPERTY if is_property else Kind.METHOD


def _body_flags(node: nodes.FunctionDef, context: Context) -> int:
    flags = 0
    if isinstance(node, nodes.AsyncFunctionDef):
        flags |= _ASYNC
    if node in context.parsed.generators:
        flags |= _GENERATOR
    if len(node.body) == 1 and isinstance(node.body[0], nodes.Raise):
        raised = node.body[0].exc
        if raised is not None and callee_name(raised) == "NotImplementedError":
            flags |= _NOT_IMPLEMENTED
    return flags


def _overloads(entry: Entry) -> list[nodes.FunctionDef]:
    """Return the functions that bind a name: what a call gives is the union of what they do."""
    functions = (binding.node for binding in entry.bindings if not binding.flags & WRITABLE)
    return [node for node in functions if isinstance(node, nodes.FunctionDef)][:TYPE_SOURCES]


def _is_abstract(node: nodes.NodeNG) -> bool:
    return (
        isinstance(node, nodes.FunctionDef)
        and node.decorators is not None
        and any(callee_name(item).startswith("abstract") for item in node.decorators.nodes)
    )


def _is_deprecated(name: str, decorators: Iterable[str], doc: str) -> bool:
    """Return whether a decorator or the docstring says that all of it is deprecated, not one parameter or way of use."""
    if any(map(_IS_DEPRECATED, decorators)):
        return True
    if "eprecated" not in doc:
        return False
    if _OPENING(doc.partition("\n")[0]):
        return True
    return any(_speaks_of(name, " ".join(found[1].split())) for found in _DIRECTIVE.finditer(cleandoc(doc)))


def _speaks_of(name: str, text: str) -> bool:
    """Return whether the text of a directive is on what it is at: it says what to use, names it, or there is none."""
    whole = not text or _OF_THE_WHOLE(text)
    own = rf"\b{re.escape(name)}"
    begins = re.match(rf"(?:the )?\W*(?::\w+:\W*)?[\w.]*{own}{_GONE}", text, re.IGNORECASE)
    return bool(whole or begins or re.match(rf".*(?:^|[.;])\s*\W*{own}{_WILL_GO}", text))


def _sum(table: Mapping[str, int], names: Iterable[str]) -> int:
    flags = 0
    for name in names:
        flags |= int(table.get(name, 0))
    return flags


def _decorators(node: nodes.FunctionDef | nodes.ClassDef, context: Context) -> tuple[Targets, Targets]:
    """Return the decorators as written, and their targets (without the call, if one is made)."""
    if node.decorators is None:
        return (), ()
    found = node.decorators.nodes
    texts = tuple(context.text(item) for item in found)
    return texts, tuple(target_of(item.func if isinstance(item, nodes.Call) else item, context) for item in found)


def _last_names(targets: Sequence[str], decorated: Iterable[nodes.NodeNG]) -> list[str]:
    """Return the last name of each decorator's target, or of what is written if that is unknown."""
    return [
        target.rpartition(".")[2] if target else callee_name(node)
        for target, node in zip(targets, decorated, strict=True)
    ]


def _doc(node: nodes.Module | nodes.ClassDef | nodes.FunctionDef) -> str:
    return str(node.doc_node.value) if node.doc_node is not None else ""


def _doc_flag(doc: str, summary: str) -> int:
    return _DOC_FIELDS if doc.strip() and not summary else 0
