"""C, C++, CUDA and Objective-C: names in declarators, and macros that a parser without a preprocessor cannot handle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.collect.native.hooks import LIMIT, FoundName, Imported, Prepared, SourceBytes, Spot, named
from sphinx_kwindex.model import Flag, ImportFlag, Kind
from sphinx_kwindex.text import word_set

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = {
    "struct_specifier": Kind.STRUCT,
    "class_specifier": Kind.CLASS,
    "union_specifier": Kind.UNION,
    "enum_specifier": Kind.ENUM,
}
_WRAPPERS = frozenset({
    "pointer_declarator", "reference_declarator", "array_declarator", "init_declarator", "parenthesized_declarator",
    "attributed_declarator", "ms_based_modifier", "function_declarator",
})  # fmt: skip
_CONTINUED = re.compile(rb"\\\r?\n")
_NEXT = re.compile(rb"\s*(?://[^\n]*\s*|/\*.*?\*/\s*)*(.)", re.DOTALL)
"""The next character that is not a comment."""
_SPACE = re.compile(rb"[^\n]")

_CAPS = rb"[A-Z_][A-Z0-9_]*[A-Z][A-Z0-9_]*"
_PREFIXED = rb"(?:[A-Z][a-z]+(?:_[A-Z][A-Z0-9]*){2,}|PyObject_(?:VAR_)?HEAD)\b"
"""Macros with the name of a library before capitals: `Py_BEGIN_ALLOW_THREADS`."""


def _bracketed(kept_out: bytes) -> bytes:
    """Return a pattern of brackets, three deep, and what is in them, except for some characters."""
    piece = rb"(?:[^()\"" + kept_out + rb"]|\"(?:[^\"\\\n]|\\.)*\")"
    inside = piece + b"*"
    for _ in range(2):
        inside = rb"(?:" + piece + rb"|\(" + inside + rb"\))*"
    return rb"\(" + inside + rb"\)"


_ARGUMENTS = rb"(?:" + _bracketed(rb"\n") + rb")?"
_KEY = re.compile(rb"\b(?:class|struct|union|enum)\b")
_KEY_MACRO = re.compile(
    rb"\b(?:class|struct|union|enum(?:[ \t]+(?:class|struct))?)[ \t]+(?:(?:alignas|__declspec|__attribute__)[ \t]*\([^\n]*?\)+[ \t]+)?"
    rb"((?:" + _CAPS + _ARGUMENTS + rb"[ \t]+)+)(?=[A-Za-z_])(?!final\b)"
)
"""A macro between `class` and the name: `class TORCH_API Tensor`."""
_TAIL_MACRO = re.compile(
    rb"\b(?:class|struct|union)[ \t]+[A-Za-z_][\w:]*(?:<[^;{}()\n]*>)?[ \t]+(" + _CAPS + rb")(?=\s*(?::[^:]|\{))"
)
"""One behind the name: `class Tensor FINAL : Base`."""
_BODY_MACRO = re.compile(rb"\b(?:class|struct)[ \t][^;{}\n]*\{[ \t]*(" + _CAPS + _ARGUMENTS + rb")[ \t]*\}")
"""One that makes all members: `struct Size<int> { SIZE_MEMBERS(int) };`."""
_QUALIFIERS = (
    rb"(?:(?:extern|static|inline|virtual|explicit|constexpr|friend|template[ \t]*<[^\n{};]*>|typedef|const)[ \t]+)*"
)
_CANDIDATE = re.compile(rb"^[ \t]*" + _QUALIFIERS + rb"(?:" + _CAPS + rb"\b|" + _PREFIXED + rb")", re.MULTILINE)
"""How the lines start that may hold macros: the patterns below are tried on no others."""
_HEAD_MACRO = re.compile(
    rb"^[ \t]*" + _QUALIFIERS + rb"((?:" + _CAPS + _ARGUMENTS + rb"[ \t]+)+)"
    rb"(?=(?:[\w:]+(?:<[^;{}()\n]*>)?[ \t]*[&*]*\s+[&*]*\s*~?[A-Za-z_]|(?:class|struct|enum|union|namespace|using|template|extern)\b|\[\[))",
    re.MULTILINE,
)
"""Macros before a declaration: `TORCH_API void f();`."""
_MAKER_MACRO = re.compile(
    rb"^[ \t]+(?:explicit[ \t]+)?((?:" + _CAPS + _ARGUMENTS + rb"[ \t]+)+)(?=[A-Za-z_]\w*[ \t]*\()", re.MULTILINE
)
"""Macros before a constructor, which has no type."""
_CALL_MACRO = re.compile(rb"[*&][ \t]*(" + _CAPS + rb")[ \t]+(?=[A-Za-z_]\w*[ \t]*\()")
"""One that says how a function is called, behind its type: `PyObject *FASTCALL decode(...)`."""
_LINE_MACRO = re.compile(
    rb"^[ \t]*("
    + _CAPS
    + rb"|"
    + _PREFIXED
    + rb")[ \t]*(?:"
    + _bracketed(rb";")
    + rb")?[ \t]*(?=(?://[^\n]*|/\*[^\n]*\*/[ \t]*)?$)",
    re.MULTILINE,
)
"""A macro that has a line to itself: `NAMESPACE_BEGIN(detail)`."""
_CONDITION = re.compile(
    rb"^[ \t]*#[ \t]*(ifdef|ifndef|if|elifdef|elifndef|elif|else|endif)\b((?:[^\n\\]|\\[^\r\n]|\\\r?\n)*)", re.MULTILINE
)
_DEEPEST = 100
"""Conditions in conditions: nobody nests more, and each counts braces again."""
_MOST_BLANK = 1_000
"""Bytes before a macro in which is looked for what it may go on: those before it may all be blanked out."""
_NEVER = re.compile(rb"\s*0\s*(?:/[/*].*)?$").match
_DIRECTIVE = re.compile(
    rb"^[ \t]*#[ \t]*(?:define[ \t]+([A-Za-z_]\w*)(\([^()\n]*\))?|(?:undef|line)\b|(?:error|warning)\b[^\n]*(?:\n[ \t]*\"[^\n]*)*)"
    rb"((?:[^\n\\]|\\[^\r\n]|\\\r?\n)*)",
    re.MULTILINE,
)
"""What is said about an error may go on in further strings, though no compiler reads them."""
_NOTHING_GIVEN = re.compile(rb"=\s*(\{[^{};()\n]*\})(?=\s*[,)])")
"""`= {}` of a parameter, which the grammar does not know."""
_NO_DEFAULT = re.compile(rb"template\s*<[^<>;{}]*>\s*(?:class|typename)\s+\w+(\s*=\s*[\w:]+)")
"""The default of a parameter that is a template, which it does not know either."""
_SET_MACRO = re.compile(rb"^[ \t]*(" + _CAPS + rb"\([^\n;{}]*\)[ \t]*=[^;{}]*;)", re.MULTILINE)
"""A macro that gets a value, among members: `TORCH_ARG(bool, x) = false;`."""
_NAMES_FUNCTION = re.compile(rb"\s*[A-Za-z_][\w:]*[ \t]*\(").match
_STATEMENTS = word_set("case catch do else for goto if return sizeof static_assert switch throw while")
_NAMES = re.compile(rb"[A-Za-z_]\w*")
_SAID = re.compile(rb"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|//[^\n]*|/\*.*?(?:\*/|$)", re.DOTALL)
_GOES_ON = frozenset(b",(=+-|&<?:\\")


def prepare(source: bytes) -> Prepared:
    """Blank out what belongs to the preprocessor, and macros that the text around them shows to be no part of the grammar."""
    hidden: list[tuple[int, int]] = []
    work = bytearray(source)
    macros: tuple[FoundName, ...] = ()
    if b"#" in source:
        macros = tuple(_take_macros(source, work))
        _choose_branches(source, work, hidden)
    for match in _NOTHING_GIVEN.finditer(source):
        work[match.start(1) : match.end(1)] = b"0".ljust(match.end(1) - match.start(1))
    for match in _NO_DEFAULT.finditer(source) if b"template" in source else ():
        _blank(work, *match.span(1))
    for key in _KEY.finditer(work):
        _hide_at(source, work, hidden, key.start(), (_KEY_MACRO, _TAIL_MACRO, _BODY_MACRO))
    for match in _CALL_MACRO.finditer(work):
        _hide(source, work, hidden, *match.span(1))
    for line in _CANDIDATE.finditer(work):
        # What follows a macro before a type is that type, even if it is alone on its line.
        is_type = _hide_at(source, work, hidden, line.start(), (_HEAD_MACRO,))
        if not is_type or source[line.start()] in b" \t":  # makers are members, and so indented
            _hide_at(source, work, hidden, line.start(), (_MAKER_MACRO, _SET_MACRO))
        found = _LINE_MACRO.match(work, line.start())
        if found is not None and is_type and _NAMES_FUNCTION(work, found.end()):
            continue
        if found is not None and not _is_continued(work, found.start(), found.end()):
            _hide(source, work, hidden, found.start(1), found.end())
    return Prepared(bytes(work), tuple(hidden), macros)


def _hide_at(
    source: bytes, work: bytearray, hidden: list[tuple[int, int]], start: int, patterns: Iterable[re.Pattern[bytes]]
) -> bool:
    """Hide the macros that patterns find at a place, one after another, and tell whether there are any."""
    before = len(hidden)
    for pattern in patterns:
        found = pattern.match(work, start)
        if found is not None:
            _hide(source, work, hidden, *found.span(1))
    return len(hidden) > before


def _hide(source: bytes, work: bytearray, hidden: list[tuple[int, int]], start: int, end: int) -> None:
    hidden += _names_in(source, start, end)
    _blank(work, start, end)


def _names_in(source: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where names stand between two places, except for strings and comments."""
    text = source[start:end]
    if b'"' in text or b"'" in text or b"/" in text:
        text = _SAID.sub(lambda match: b" " * len(match[0]), text)
    return ((start + name.start(), start + name.end()) for name in _NAMES.finditer(text))


def _blank(work: bytearray, start: int, end: int) -> None:
    """Put blanks in the place of some bytes, of the same number, and leave lines as they are."""
    piece = work[start:end]
    work[start:end] = _SPACE.sub(b" ", piece) if b"\n" in piece else b" " * len(piece)


def _take_macros(source: bytes, work: bytearray) -> Iterator[FoundName]:
    """Yield the macros that are defined, and blank out these and other directives: the grammar has no place for them anywhere."""
    row, counted = 0, 0
    for match in _DIRECTIVE.finditer(source):
        start, end = match.span()
        _blank(work, start, end)
        if match[1] is None:
            continue
        row += source.count(b"\n", counted, start)
        counted = start
        line = start
        name, last = match.span(1)
        value = _CONTINUED.sub(b" ", match[3].partition(b"//")[0])[: 4 * LIMIT].decode("utf-8", "replace")
        yield FoundName(
            Kind.MACRO,
            Spot(start, end, (row, 0), (row + source.count(b"\n", start, end), 1)),
            match[1].decode("ascii", "replace"),
            Spot(name, last, (row, name - line), (row, last - line)),
            signature=(match[2] or b"").decode("utf-8", "replace"),
            value=" ".join(value.split())[:LIMIT],
        )


class _Branch(NamedTuple):
    """What lies between two conditions."""

    start: int
    end: int
    is_dead: bool


def _choose_branches(source: bytes, work: bytearray, hidden: list[tuple[int, int]]) -> None:
    """Blank out conditions, and of branches that do not close what they open all but the first, so that braces match."""
    groups: list[list[_Branch]] = []
    for match in _CONDITION.finditer(source):
        word, rest = match[1], match[2]
        if word.startswith(b"if"):
            groups.append([])
        elif groups:
            groups[-1][-1] = groups[-1][-1]._replace(end=match.start())
        else:
            continue
        names = _names_in(source, match.start(2), match.end())
        hidden += (place for place in names if source[slice(*place)] != b"defined")
        _blank(work, match.start(), match.end())
        if word == b"endif":
            branches = groups.pop()
            if len(groups) < _DEEPEST:
                _keep_one(work, branches)
        else:
            groups[-1].append(_Branch(match.end(), match.end(), bool(_NEVER(rest)) and word in {b"if", b"elif"}))


def _keep_one(work: bytearray, branches: list[_Branch]) -> None:
    live = [branch for branch in branches if not branch.is_dead]
    counts = [
        work.count(b"{", branch.start, branch.end) - work.count(b"}", branch.start, branch.end) for branch in live
    ]
    dropped = [branch for branch in branches if branch.is_dead] + (live[1:] if any(counts) else [])
    for branch in dropped:
        _blank(work, branch.start, branch.end)


def _is_continued(source: bytearray, start: int, end: int) -> bool:
    """Return whether the line before belongs to what starts here: a list, an expression, the body of a macro."""
    before = source[max(start - _MOST_BLANK, 0) : start].rstrip(b" \t\r\n")
    if before and before[-1] in _GOES_ON:
        return True
    following = _NEXT.match(source, end)
    return following is not None and following[1] in (b":{" if b"(" in source[start:end] else b"},")


def read_declaration(node: Node, text: SourceBytes) -> Iterator[FoundName]:
    """Yield the functions, variables and fields that a declaration names."""
    kind = node.type
    declarators = node.children_by_field_name("declarator")
    for declarator in declarators:
        found = _find_name(declarator)
        if found is None:
            continue
        place, function, value = found
        if text.of(place) in _STATEMENTS:
            continue  # behind a macro that the parser took for a type
        if place.type == "operator_cast":
            yield _cast(node, place, text)
        elif function is not None:
            yield _function(node, place, declarator, function, text)
        elif kind != "function_definition":
            value = value or (node.child_by_field_name("default_value") if len(declarators) == 1 else None)
            yield _variable(node, place, declarator, value, text)


def _find_name(node: Node) -> tuple[Node, Node | None, Node | None] | None:
    """Return where a declarator names what it declares, with the declarator of a function and the value."""
    function = value = None
    is_pointer = False
    while node.type in _WRAPPERS:
        if node.type == "function_declarator":
            function = node
        elif node.type == "init_declarator":
            value = node.child_by_field_name("value")
        elif node.type == "parenthesized_declarator":
            is_pointer = True
        inner = node.child_by_field_name("declarator")
        if inner is None:
            inner = next(
                (child for child in node.named_children if child.type.endswith(("declarator", "identifier"))), None
            )
        if inner is None:
            return None
        if node.type == "parenthesized_declarator" and inner.type in {"identifier", "field_identifier"}:
            is_pointer = False  # brackets that only keep a macro away: `T (max)(T a, T b)`
        node = inner
    return node, None if is_pointer else function, value


def _cast(node: Node, place: Node, text: SourceBytes) -> FoundName:
    """Return `operator T*`: its name is what it converts to."""
    name, bracket, signature = text.line(place.start_byte, place.end_byte).partition("(")
    return FoundName(
        Kind.FUNCTION, node, name.strip().replace(" *", "*").replace(" &", "&"), place, signature=bracket + signature
    )


def _split(place: Node, text: SourceBytes) -> tuple[str, Node, str]:
    """Return what a name is a member of, where its last part stands, and that."""
    owner = []
    while place.type == "qualified_identifier":
        scope, inner = place.child_by_field_name("scope"), place.child_by_field_name("name")
        if inner is None:
            break
        if scope is not None:
            owner.append(plain_name(scope, text))
        place = inner
    return "::".join(owner), place, plain_name(place, text)


def plain_name(node: Node, text: SourceBytes) -> str:
    """Return a name without the arguments of a template: what is specialised has the name of its template."""
    while node.type in {"template_type", "template_function", "template_method", "dependent_name"}:
        inner = node.child_by_field_name("name")
        if inner is None:
            break
        node = inner
    return " ".join(text.of(node).split())


def _function(node: Node, place: Node, declarator: Node, function: Node, text: SourceBytes) -> FoundName:
    owner, place, name = _split(place, text)
    parameters = function.child_by_field_name("parameters")
    signature = text.line(parameters.start_byte if parameters is not None else function.end_byte, function.end_byte)
    returned = _type_text(node, text)
    if returned and returned != "auto":
        signature += f" -> {returned}{text.line(declarator.start_byte, function.start_byte)}"
    if name.startswith("operator") and not name[8:].strip()[:1].isalpha():
        name = "operator" + name[8:].strip()
    # `FIELD(i) = 0;` reads like a pure virtual function, and may be a macro that gets a value.
    is_bare = node.type != "function_definition" or any(named(node, "pure_virtual_clause"))
    label = "declared" if is_bare else ""
    return FoundName(Kind.FUNCTION, node, name, place, signature=signature, owner=owner, label=label)


def _type_text(node: Node, text: SourceBytes) -> str:
    """Return the type of a declaration as written, without what it defines by the way."""
    found = node.child_by_field_name("type")
    if found is None or found.child_by_field_name("body") is not None:
        return ""
    return text.line(found.start_byte, found.end_byte)


def _variable(node: Node, place: Node, declarator: Node, value: Node | None, text: SourceBytes) -> FoundName:
    end = value.start_byte if value is not None and value.start_byte < declarator.end_byte else declarator.end_byte
    around = _around(declarator, place, end, text)
    owner, place, name = _split(place, text)
    head = text.line(node.start_byte, place.start_byte)
    return FoundName(
        Kind.ATTRIBUTE if node.type == "field_declaration" else Kind.DATA,
        node,
        name,
        place,
        flags=int(Flag.CONSTANT) if "constexpr" in head else 0,
        value=text.line(value.start_byte, value.end_byte) if value is not None else "",
        annotation=f"{_type_text(node, text)} {around}".strip(),
        owner=owner,
    )


def _around(declarator: Node, place: Node, end: int, text: SourceBytes) -> str:
    """Return what a declarator says besides the name: that it is a pointer, or an array."""
    return text.line(declarator.start_byte, place.start_byte) + text.line(place.end_byte, end).rstrip("= {")


def read_typedef(node: Node, text: SourceBytes) -> Iterator[FoundName]:
    """Yield the names that a `typedef` gives; a struct that has no other is called by it."""
    type_node = node.child_by_field_name("type")
    if type_node is None:
        return
    body = type_node.child_by_field_name("body")
    for declarator in node.children_by_field_name("declarator"):
        found = _find_name(declarator)
        if found is None:
            continue
        _, place, name = _split(found[0], text)
        if body is not None and type_node.child_by_field_name("name") is None and declarator.type == "type_identifier":
            yield FoundName(_TYPES.get(type_node.type, Kind.STRUCT), node, name, place)
        else:
            head = text.line(type_node.start_byte, body.start_byte if body is not None else type_node.end_byte)
            value = f"{head} {_around(declarator, place, declarator.end_byte, text)}".strip()
            yield FoundName(Kind.TYPE_ALIAS, node, name, place, value=value)


def read_namespace(node: Node, text: SourceBytes) -> Iterator[FoundName]:
    """Yield a namespace, or the namespaces that `namespace a::b` opens."""
    name = node.child_by_field_name("name")
    waiting = [name] if name is not None else []
    while waiting:
        place = waiting.pop()
        if place.type == "nested_namespace_specifier":
            waiting += reversed(place.named_children)
        else:
            yield FoundName(Kind.NAMESPACE, node, text.of(place), place)


def read_alias(node: Node, text: SourceBytes) -> Iterator[FoundName]:
    """Yield what `using A = B` and `namespace a = b` define."""
    place = node.child_by_field_name("name")
    value = node.child_by_field_name("type") or node.named_children[-1]
    if place is not None:
        yield FoundName(Kind.TYPE_ALIAS, node, text.of(place), place, value=text.line(value.start_byte, value.end_byte))


def read_message(node: Node, text: SourceBytes) -> Iterator[FoundName]:
    """Yield a method of Objective-C: its name has a part for each parameter."""
    parts = [child for child in node.named_children if child.type == "identifier"]
    if parts:
        has_parameters = any(child.type == "method_parameter" for child in node.named_children)
        name = "".join(f"{text.of(part)}:" if has_parameters else text.of(part) for part in parts)
        label = "" if node.type == "method_definition" else "declared"
        yield FoundName(Kind.METHOD, node, name, parts[0], label=label)


def read_include(node: Node, text: SourceBytes) -> Iterator[Imported]:
    """Yield the file that a directive includes."""
    path = node.child_by_field_name("path")
    if path is None:
        return
    written = text.of(path).strip()
    if written[:1] in {'"', "<"}:
        name = written[1:-1].strip()
        flags = int(ImportFlag.RELATIVE) if written[0] == '"' else 0
        yield Imported(name, f"file:{name}", path, text.line(node.start_byte, node.end_byte), flags)


READ = {
    "namespace": read_namespace,
    "declaration": read_declaration,
    "typedef": read_typedef,
    "alias": read_alias,
    "message": read_message,
    "import": read_include,
}
