"""The index in SCIP format (https://scip.dev), for code hosts and editors: definitions, certain uses, relations.

Its messages are declared here, with the fields that we fill, by the numbers that the format gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sphinx_kwindex import __version__
from sphinx_kwindex.errors import KwindexError
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import (
    FUNCTIONS,
    PROSE_ROLES,
    TYPES,
    Definition,
    FileFacts,
    Flag,
    Keyword,
    Kind,
    LinkedFile,
    RelationKind,
    Role,
    Site,
    UseKind,
)
from sphinx_kwindex.project import Project

_CODE_POINTS = 3
"""`PositionEncoding`: columns count code points."""
_DEFINES, _IMPORTS, _WRITES, _READS, _GENERATED, _TESTS = (1 << bit for bit in range(6))
"""`SymbolRole`"""
_ROLES = {UseKind.IMPORT: _IMPORTS, UseKind.WRITE: _WRITES, UseKind.DELETE: _WRITES}
_FILE_ROLES = {Role.GENERATED: _GENERATED, Role.TEST: _TESTS, Role.TEST_SUPPORT: _TESTS}
_KINDS = {
    Kind.MODULE: 29, Kind.CLASS: 7, Kind.EXCEPTION: 7, Kind.NAMESPACE: 30, Kind.STRUCT: 49, Kind.UNION: 59, Kind.ENUM: 11,
    Kind.INTERFACE: 21, Kind.TRAIT: 53, Kind.MACRO: 25, Kind.FUNCTION: 17, Kind.METHOD: 26, Kind.PROPERTY: 41, Kind.ATTRIBUTE: 15,
    Kind.DATA: 61, Kind.TYPE_ALIAS: 55, Kind.TYPE_VARIABLE: 58,
}  # fmt: skip
"""`SymbolInformation.Kind`"""
_IMPLEMENTING = {RelationKind.BASE, RelationKind.OVERRIDE, RelationKind.STUB}
_FLAG_KINDS = {Flag.ENUM: 11, Flag.ENUM_MEMBER: 12, Flag.PROTOCOL: 42, Flag.STATICMETHOD: 80, Flag.CONSTANT: 8}
_MESSAGES: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "ToolInfo": {"name": (1, "string"), "version": (2, "string")},
    "Metadata": {"tool_info": (2, "ToolInfo"), "project_root": (3, "string"), "text_document_encoding": (4, "int32")},
    "Occurrence": {
        "range": (1, "int32*"), "symbol": (2, "string"), "symbol_roles": (3, "int32"), "enclosing_range": (7, "int32*"),
    },
    "Relationship": {"symbol": (1, "string"), "is_reference": (2, "bool"), "is_implementation": (3, "bool")},
    "SymbolInformation": {
        "symbol": (1, "string"), "documentation": (3, "string*"), "relationships": (4, "Relationship*"), "kind": (5, "int32"),
        "display_name": (6, "string"), "enclosing_symbol": (8, "string"),
    },
    "Document": {
        "relative_path": (1, "string"), "occurrences": (2, "Occurrence*"), "symbols": (3, "SymbolInformation*"),
        "language": (4, "string"), "position_encoding": (6, "int32"),
    },
    "Index": {"metadata": (1, "Metadata"), "documents": (2, "Document*")},
}  # fmt: skip
"""Fields by number and type; `*` marks repeated ones. An enum is written as an `int32` is."""

Symbols = Mapping[str, str]
"""By keyword id."""


def scip_parts(project: Project) -> Iterator[bytes]:
    """Yield an index in pieces, one for each file; one after another they are the whole. Raise `KwindexError` without protobuf."""
    new = _messages()
    info = {"name": "sphinx-kwindex", "version": __version__}
    metadata = {"tool_info": info, "project_root": project.root.resolve().as_uri(), "text_document_encoding": 1}
    yield new(metadata=metadata).SerializeToString(deterministic=True)
    symbols, pairs = _find_symbols(project), set[tuple[str, str]]()
    for row in project.files():
        facts = project.facts(row.path)
        if facts is not None and facts.role not in PROSE_ROLES:
            yield new(documents=[_document(project, facts, symbols, pairs)]).SerializeToString(deterministic=True)


def _messages() -> Any:
    """Return the class of `Index` messages."""
    try:
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    except ImportError as error:
        raise KwindexError("the format scip needs protobuf: pip install sphinx-kwindex[scip]") from error
    field_type = descriptor_pb2.FieldDescriptorProto
    simple = {"string": field_type.TYPE_STRING, "int32": field_type.TYPE_INT32, "bool": field_type.TYPE_BOOL}
    file = descriptor_pb2.FileDescriptorProto(name="kwindex_scip.proto", package="scip", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, written) in fields.items():
            kind = written.rstrip("*")
            label = field_type.LABEL_REPEATED if kind != written else field_type.LABEL_OPTIONAL
            added = message.field.add(name=field, number=number, label=label)
            if kind in simple:
                added.type = simple[kind]
            else:
                added.type, added.type_name = field_type.TYPE_MESSAGE, f".scip.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("scip.Index"))


# Names


def _find_symbols(project: Project) -> Symbols:
    """Return the symbol of each keyword of the project; of two with one id, the first by path."""
    found: dict[str, str] = {}
    for row in project.files():
        for keyword, symbol in _named(project, row.path):
            found.setdefault(keyword.id, symbol)
    return found


def _named(project: Project, path: str) -> Iterator[tuple[Keyword, str]]:
    """Yield what a file defines, with its symbols."""
    facts = project.facts(path)
    if facts is None or facts.role in PROSE_ROLES:
        return
    keywords = [item for item in project.keywords(path=path) if item.kind is not Kind.IMPORT]
    module = next(item.id for item in keywords if item.kind is Kind.MODULE)
    written = [f"kwindex python . . {_name(module)}/"]
    for item in facts.definitions[1:]:
        written.append(written[item.scope] + _descriptor(item.name, item.kind))
    for keyword in keywords:
        yield keyword, written[keyword.position] + ("__init__:" if keyword.kind is Kind.MODULE else "")


def _descriptor(name: str, kind: Kind) -> str:
    if kind in TYPES:
        return f"{_name(name)}#"
    if kind is Kind.NAMESPACE:
        return f"{_name(name)}/"
    if kind is Kind.MACRO:
        return f"{_name(name)}!"
    return f"{_name(name)}()." if kind in FUNCTIONS else f"{_name(name)}."


def _name(name: str) -> str:
    """Write a name as symbols have it: between backticks if it is not a simple one."""
    is_simple = name and all(char in "_+-$" or (char.isascii() and char.isalnum()) for char in name)
    return name if is_simple else f"`{name.replace('`', '``')}`"


# Documents


def _document(project: Project, facts: FileFacts, symbols: Symbols, pairs: set[tuple[str, str]]) -> dict[str, Any]:
    """Return what a file holds; `pairs` are the relationships that others have stated, which is done once (stubs have them, too)."""
    keywords = [item for item in project.keywords(path=facts.path) if item.kind is not Kind.IMPORT]
    roles = _FILE_ROLES.get(facts.role, 0)
    found = [*_definitions(facts, keywords, symbols, roles), *_uses(project, facts.path, symbols, roles)]
    return {
        "relative_path": facts.path,
        "language": facts.language,
        "position_encoding": _CODE_POINTS,
        "occurrences": sorted(found, key=lambda item: (item["range"], item["symbol"], item["symbol_roles"])),
        "symbols": list(_informations(project, facts, keywords, symbols, pairs)),
    }


def _definitions(
    facts: FileFacts, keywords: Iterable[Keyword], symbols: Symbols, roles: int
) -> Iterator[dict[str, Any]]:
    for keyword in keywords:
        item = facts.definitions[keyword.position]
        width = 0 if item.kind is Kind.MODULE else len(item.name)
        places: list[Definition | Site] = [item, *item.sites]
        for place in places:
            yield {
                "range": [place.line - 1, place.col, place.col + width],
                "symbol": symbols[keyword.id],
                "symbol_roles": _DEFINES | roles,
                "enclosing_range": [place.line - 1, 0, place.end_line, 0],
            }


def _uses(project: Project, path: str, symbols: Symbols, roles: int) -> Iterator[dict[str, Any]]:
    for use in (*project.reader.uses_in(path), *project.reader.operators_in(path)):
        if use.exact and use.target in symbols:
            # What operators call is written nowhere: the place is an operand, which is a name of its own.
            width = 0 if use.kind is UseKind.OPERATOR else len(use.name)
            yield {
                "range": [use.line - 1, use.col, use.col + width],
                "symbol": symbols[use.target],
                "symbol_roles": _ROLES.get(use.kind, _READS) | roles,
            }


def _implemented(linked: LinkedFile, symbols: Symbols, pairs: set[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the symbols that those of a file implement, by id: pairs that are new."""
    found = dict.fromkeys(
        (relation.source, symbols[relation.target])
        for relation in linked.relations
        if relation.kind in _IMPLEMENTING and relation.target in symbols
    )
    new = [pair for pair in found if pair not in pairs]
    pairs.update(new)
    return grouped(new)


def _informations(
    project: Project, facts: FileFacts, keywords: Iterable[Keyword], symbols: Symbols, pairs: set[tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    """Yield what is said about the symbols of a file, each once."""
    linked = project.reader.linked(facts.path)
    implemented = _implemented(linked, symbols, pairs) if linked is not None else {}
    ids = {keyword.position: keyword.id for keyword in keywords}
    firsts: dict[str, int] = {}
    for position, identity in ids.items():
        firsts.setdefault(identity, position)
    for identity, position in firsts.items():
        item = facts.definitions[position]
        said = (f"{item.name}{item.signature}" if item.signature else "", item.summary)
        yield {
            "symbol": symbols[identity],
            "documentation": [text for text in said if text],
            "relationships": [{"symbol": other, "is_implementation": True} for other in implemented.get(identity, ())],
            "kind": next((kind for flag, kind in _FLAG_KINDS.items() if flag & item.flags), _KINDS[item.kind]),
            "display_name": item.name,
            "enclosing_symbol": symbols[ids[item.scope]] if item.scope >= 0 else "",
        }
