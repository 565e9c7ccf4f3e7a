"""One file to a `FileSummary`: the results of the queries of its language, nested, with uses."""

from __future__ import annotations

import importlib
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sphinx_kwindex.collect import count_lines, define_module
from sphinx_kwindex.collect.native.comments import Comments
from sphinx_kwindex.collect.native.hooks import (
    Exported,
    FoundName,
    Hooks,
    Imported,
    Scan,
    Scanned,
    SourceBytes,
    Spot,
    last_row,
)
from sphinx_kwindex.collect.native.registry import Language
from sphinx_kwindex.collect.native.resolving import Extent, Resolver, Tokens
from sphinx_kwindex.model import FUNCTIONS, LOCALS, TYPES, Definition, Flag, Import, Kind, Site, SourceFile

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query, Tree

_QUERIES = Path(__file__).parent / "queries"
_KINDS = {
    **{kind.value: (kind, 0) for kind in Kind},
    "enumerator": (Kind.ATTRIBUTE, int(Flag.ENUM_MEMBER)),
    "constant": (Kind.DATA, int(Flag.CONSTANT)),
    "concept": (Kind.INTERFACE, 0),
    "room": (Kind.MODULE, 0),  # no definition: names what the definitions in it are members of
}
"""What captures of the first query mean."""
_LOCAL = int(Flag.LOCAL)
_KEPT_IN_FUNCTIONS = TYPES | {Kind.FUNCTION, Kind.METHOD, Kind.TYPE_ALIAS}
"""Variables of functions are not keywords."""
_IN_TYPES = {Kind.FUNCTION: Kind.METHOD, Kind.DATA: Kind.ATTRIBUTE}
_CLOSED = frozenset({Kind.DATA, Kind.ATTRIBUTE, Kind.MACRO})
"""Nothing is defined in these, but in objects of JavaScript."""
_DOUBLE = _CLOSED | FUNCTIONS
"""Two patterns may find the same one."""
_WORK, _WORK_AT_LEAST = 1, 100_000
"""How often the parser may ask whether to go on, for each byte and at least: some hundred times what files need."""
_PIECE = 8_192
"""Bytes that the parser gets at a time."""
_READS, _READS_AT_LEAST = 40, 500
"""How often it may ask for each of them and at least."""
_MOST_TOKENS = 30_000
"""In one place that does not parse."""


class Grammar(NamedTuple):
    """What it takes to read one language by its tree."""

    parser: Parser
    definitions: Query
    references: Query
    hooks: Hooks


class ReadError(Exception):
    """The parser was stopped: the file takes more time than its size explains."""


@lru_cache(maxsize=32)
def load(language: Language) -> Grammar | Scan | None:
    """Return the grammar of a language, or the function that does without one; None if it is not installed."""
    hooks = Hooks(importlib.import_module(language.hooks, __package__) if language.hooks else None)
    if hooks.scan is not None:
        return hooks.scan
    try:
        import tree_sitter

        module = importlib.import_module(language.grammar)
    except ImportError:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of grammars that hand over a number
        grammar = tree_sitter.Language(getattr(module, language.entry)())
    definitions, references = _queries_of(language)
    return Grammar(
        tree_sitter.Parser(grammar),
        tree_sitter.Query(grammar, definitions),
        tree_sitter.Query(grammar, references),
        hooks,
    )


def _queries_of(language: Language) -> tuple[str, str]:
    """Return the queries of a language: for what is defined, and for what is used."""
    names = () if language.queries else (language.query or language.name).split("+")
    texts = (
        [language.queries] if language.queries else [(_QUERIES / f"{name}.scm").read_text("utf-8") for name in names]
    )
    parts = [text.partition("\n---\n") for text in texts]
    return "\n".join(part[0] for part in parts), "\n".join(part[2] for part in parts)


def parse(parser: Parser, source: bytes) -> Tree:
    """Return the tree of a source; raise `ReadError` if the parser asks too often whether to go on, or for the text.

    It reads to the end for each comment that nothing closes.
    """
    left = max(_WORK_AT_LEAST, _WORK * len(source))
    reads_left = _READS_AT_LEAST + _READS * (len(source) // _PIECE)

    def is_enough(_offset: int, _has_error: bool) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    def read_piece(offset: int, _point: object) -> bytes:
        nonlocal reads_left
        reads_left -= 1
        return source[offset : offset + _PIECE] if reads_left >= 0 else b""

    try:
        tree = parser.parse(read_piece, progress_callback=is_enough)
    except ValueError:
        parser.reset()
        raise ReadError from None
    if reads_left < 0:
        raise ReadError
    reads_left = sys.maxsize  # queries read, too, and never stop where they get nothing
    return tree


class Reading(NamedTuple):
    """All that is found in one file."""

    doc: str
    definitions: list[Definition]
    imports: list[Import]
    uses: list[tuple[int, int, str, int, int, str]]
    words: Counter[str]
    externs: tuple[int, ...] = ()
    """Positions of what another language defines."""
    exported: tuple[Exported, ...] = ()


def read(grammar: Grammar | Scan, language: Language, source: bytes, file: SourceFile) -> Reading:
    """Return what is to be found in the source of one file."""
    text = SourceBytes(source)
    scanned = _scan(grammar, text) if isinstance(grammar, Grammar) else grammar(text, file)
    captured = scanned.captured
    comments = Comments(captured.get("comment", ()), source, captured.get("attribute", ()))
    around: Any = captured.get("outer", ())  # of trees alone: a scan finds none
    outer = {inner.byte_range: node for node in around for inner in _wrapped(node)}
    builder = _DefinitionBuilder(file, language, text, comments, outer)
    taken = frozenset(item.place.start_byte for item in scanned.imported)
    found = _without_twins(scanned.found, taken)
    builder.define(found)
    definitions = builder.finished(count_lines(source))
    imports = [_import(item, text) for item in scanned.imported]
    resolver = Resolver(language, file.module, definitions, builder.places, imports)
    defined = frozenset(item.place.start_byte for item in found if item.kind is not Kind.MODULE)
    resolver.take_locals(captured.get("local", ()), defined | taken, text)
    uses = resolver.uses(Tokens(captured, scanned.hidden, scanned.statements), defined, text)
    imports = [msgspec.structs.replace(item, uses=resolver.counts.get(item.name, 0)) for item in imports]
    words = Counter(use[2] for use in uses)
    words.update(item.name for item in definitions[1:])
    externs = tuple(builder.at[start] for start in sorted(scanned.externs & builder.at.keys()))
    doc = scanned.doc or comments.first()
    return Reading(doc, definitions, imports, uses, words, externs, scanned.exported)


def _scan(grammar: Grammar, text: SourceBytes) -> Scanned:
    """Return what the queries of a language find in a source."""
    import tree_sitter

    prepared = grammar.hooks.prepare(text.source)
    root = parse(grammar.parser, prepared.source).root_node
    if root.has_error and any(map(_is_heap, (root, *root.children))):
        raise ReadError
    captured = tree_sitter.QueryCursor(grammar.references).captures(root)
    found: list[FoundName] = []
    imported: list[Imported] = []
    exported: list[Exported] = []
    lists: dict[type, list[Any]] = {FoundName: found, Imported: imported, Exported: exported}
    statements: list[tuple[int, int]] = []
    for _, match in tree_sitter.QueryCursor(grammar.definitions).matches(root):
        for item in _items(match, grammar.hooks, text):
            lists[type(item)].append(item)
        statements += (node.byte_range for name in _IMPORTS & match.keys() for node in match[name])
    found += _outside(prepared.macros, captured.get("comment", []))
    return Scanned(found, imported, captured, statements, prepared.hidden, exported=tuple(exported))


def _is_heap(node: Node) -> bool:
    """Return whether a node holds so many brackets and similar, to no avail, that queries take the square of their number."""
    tokens: int = node.child_count - node.named_child_count
    return tokens > _MOST_TOKENS and node.type == "ERROR"


_IMPORTS = frozenset({"import", "require", "crate", "submodule"})
"""Captures of statements in which names are bound, not used."""


def _without_twins(found: list[FoundName], imported: frozenset[int]) -> list[FoundName]:
    """Leave out variables that are functions or imports, and functions without what they return: two patterns find them."""
    best: dict[int, FoundName] = {}
    for item in found:
        at = item.place.start_byte
        known = best.get(at)
        if known is None or (item.kind in FUNCTIONS, len(item.signature)) > (
            known.kind in FUNCTIONS,
            len(known.signature),
        ):
            best[at] = item
    twice = len(best) < len(found)
    return [
        item
        for item in found
        if not (item.kind in _CLOSED and item.place.start_byte in imported)
        and not (twice and item.kind in _DOUBLE and best[item.place.start_byte] is not item)
    ]


def _outside(macros: Sequence[FoundName], comments: Sequence[Node]) -> Iterator[FoundName]:
    """Yield those macros, which are in order, that are not in comments."""
    ranges = iter([*sorted(node.byte_range for node in comments), (sys.maxsize, sys.maxsize)])
    first, last = next(ranges)
    for macro in macros:
        while last <= macro.place.start_byte:
            first, last = next(ranges)
        if macro.place.start_byte < first:
            yield macro


def _wrapped(node: Node) -> list[Node]:
    """Return the one definition that a node wraps, if it is one: the last of its parts."""
    parts = node.named_children
    return parts[-1:] if len(parts) == 1 or (parts and parts[0].type != parts[-1].type) else []


def _items(match: dict[str, list[Node]], hooks: Hooks, text: SourceBytes) -> Iterable[FoundName | Imported | Exported]:
    """Return what one match of the first query says."""
    for name, nodes in match.items():
        reader = hooks.read.get(name)
        if reader is not None:
            return reader(nodes[0], text)  # type: ignore[no-any-return]
        if name == "closure":
            return (FoundName(Kind.MODULE, nodes[0], "", nodes[0]),)
        kind = _KINDS.get(name)
        if kind is not None and "name" in match:
            return (_plain_item(*kind, nodes[0], match, text),)
    return ()


def _plain_item(kind: Kind, flags: int, node: Node, match: dict[str, list[Node]], text: SourceBytes) -> FoundName:
    def line(capture: str) -> str:
        nodes = match.get(capture)
        return text.line(nodes[0].start_byte, nodes[0].end_byte) if nodes else ""

    owner, place = _last_name(match["name"][0], text)
    if kind is Kind.NAMESPACE:
        owner, place = "", match["name"][0]  # with all of its parts
    signature = line("signature")
    if "result" in match and "signature" in match:
        first, last = match["signature"][0], match["result"][0]
        is_behind = last.start_byte > first.start_byte
        signature = text.line(first.start_byte, last.end_byte) if is_behind else f"{signature} -> {line('result')}"
    return FoundName(
        kind,
        node,
        _plain(text.of(place), kind),
        place,
        flags=flags,
        signature=signature,
        value=line("value"),
        annotation=line("of").lstrip(": "),
        bases=(*_bases(line("bases")), *_bases(line("more"))),
        owner=_bare(line("owner")) or owner,
    )


def _plain(name: str, kind: Kind) -> str:
    return _bare(name) if kind is Kind.MODULE else " ".join(name.split()).strip("'\"`")


def _last_name(node: Node, text: SourceBytes) -> tuple[str, Node]:
    """Return what the last part of a name is a member of, and where it is: of `a::b<int>`, `a` and `b`."""
    owner = []
    while (inner := node.child_by_field_name("name")) is not None:
        scope = node.child_by_field_name("scope")
        if scope is not None:
            owner.append(_bare(text.of(scope)))
        node = inner
    return "::".join(owner), node


_ARGUMENTS = re.compile(r"^[*&\s]+|\s*[<\[].*", re.DOTALL)
_BASE_WORDS = re.compile(r"^(?:[\s:]|extends\b|implements\b)*|\b(?:public|protected|private|virtual)\b\s*")
_MORE_BASES = re.compile(r"\s+(?:implements|extends)\s+")


def _bare(name: str) -> str:
    return " ".join(_ARGUMENTS.sub("", name).split()) or name


def _bases(text: str) -> Iterator[str]:
    depth, piece = 0, ""
    for char in _BASE_WORDS.sub("", _MORE_BASES.sub(", ", text)):
        depth += (char in "<([{") - (char in ">)]}")
        if char == "," and not depth:
            yield piece.strip()
            piece = ""
        else:
            piece += char
    if piece.strip():
        yield piece.strip()


class _DefinitionBuilder:
    """Puts what was found in order: definitions in definitions, and each name once."""

    def __init__(
        self,
        file: SourceFile,
        language: Language,
        text: SourceBytes,
        comments: Comments,
        outer: Mapping[tuple[int, int], Node | Spot],
    ) -> None:
        self._separator = language.separator
        self._has_open_types = language.has_open_types
        self._has_overloads = language.has_overloads
        self._has_objects = language.family in {"js", "rust"}
        self._text = text
        self._comments = comments
        self._outer = outer
        self._module = define_module(file, 1)
        self._items: list[dict[str, object]] = []
        self._kinds: list[Kind] = [Kind.MODULE]
        self._names: list[str] = [""]
        self._labels: list[str] = [""]
        self._known: dict[str, int] = {}
        self._rows: dict[int, set[int]] = {}
        """By position of a definition: the rows of its further places."""
        self.places: list[Extent] = []
        self.at: dict[int, int] = {}
        """By start of a name: the position of what it defines."""

    def define(self, found: Iterable[FoundName]) -> None:
        """Add all that was found."""
        for spans in self._in_order(found):
            self._define(spans)
        self.places.sort(key=lambda place: (place.start, -place.end))

    def _define(self, spans: Iterable[tuple[int, int, FoundName]]) -> None:
        stack: list[tuple[Extent, FoundName]] = []
        for start, end, item in spans:
            while stack and stack[-1][0].end <= start:
                stack.pop()
            around = stack[-1] if stack else None
            if item.kind is Kind.MODULE:
                stack.append((Extent(start, end, around[0].position if around else 0), item))
                continue
            room = around[1] if around is not None and around[1].kind is Kind.MODULE else None
            if room is not None and not room.name and item.kind not in _KEPT_IN_FUNCTIONS:
                continue
            if room is not None and room.name and not item.owner:
                item = item._replace(owner=room.name)  # noqa: PLW2901
            position = self._add(item, end, around[0].position if around else 0)
            if position:
                self.at[item.place.start_byte] = position
                place = Extent(start, end, position)
                self.places.append(place)
                if item.kind not in _CLOSED or self._has_objects:
                    stack.append((place, item))

    def _in_order(self, found: Iterable[FoundName]) -> tuple[list[tuple[int, int, FoundName]], ...]:
        """Return what was found in order of place; apart, members that stand outside of their types after these."""
        spans = sorted(map(self._span, found), key=lambda span: (span[0], -span[1]))
        if not self._has_open_types:
            return (spans,)
        types: list[tuple[int, int, FoundName]] = []
        others: list[tuple[int, int, FoundName]] = []
        end, target = -1, types
        for span in spans:
            if span[0] >= end:
                end, item = span[1], span[2]
                target = others if item.owner or item.kind is Kind.MODULE else types
            target.append(span)
        return types, others

    def _span(self, item: FoundName) -> tuple[int, int, FoundName]:
        start, end = item.node.byte_range
        around = self._outer.get((start, end))
        return around.start_byte if around is not None else start, end, item

    def _add(self, item: FoundName, end: int, scope: int) -> int:
        kind, flags = item.kind, item.flags
        around = self._kinds[scope]
        if kind is Kind.MACRO:
            scope = 0  # nothing encloses what the preprocessor knows
        is_local = bool(scope) and around in FUNCTIONS
        if (is_local and kind not in _KEPT_IN_FUNCTIONS) or (kind is Kind.FUNCTION and item.label and is_local):
            return 0
        outer = self._names[scope]
        if item.owner:
            outer, scope = self._owner(item.owner, outer, scope)
            around = self._kinds[scope] if self._names[scope] == outer else Kind.CLASS
        if around in TYPES:
            kind = _IN_TYPES.get(kind, kind)
        separator = LOCALS if is_local else self._separator
        qualname = f"{outer}{separator}{item.name}" if outer else item.name
        position = self._known.get(qualname)
        row = item.place.start_point[0] + 1
        if position is not None:
            self._add_site(position, item, row)
            return position
        first = self._first_row(item.node)
        is_beside = scope and first + 1 == self._items[scope - 1]["line"]
        before = "" if is_beside else self._comments.before(first)
        summary = item.doc or before
        if kind in {Kind.ATTRIBUTE, Kind.DATA, Kind.MACRO} and not (before and self._comments.is_marked(first)):
            # A plain comment above may be the title of several lines.
            end = end if kind is not Kind.MACRO else item.place.end_byte
            summary = self._comments.behind(last_row(item.node), end) or before
        self._items.append(
            {
                "name": item.name, "qualname": qualname, "kind": kind, "line": row,
                "col": self._text.column(item.place), "end_line": max(last_row(item.node) + 1, row), "scope": scope,
                "flags": flags | (_LOCAL if is_local else 0), "signature": item.signature, "value": item.value,
                "annotation": item.annotation, "summary": summary, "bases": item.bases, "sites": [],
            }
        )  # fmt: skip
        self._kinds.append(kind)
        self._names.append(qualname)
        self._labels.append(item.label)
        self._known[qualname] = len(self._items)
        return len(self._items)

    def _owner(self, owner: str, outer: str, scope: int) -> tuple[str, int]:
        """Return the qualified name and the place of what a definition is a member of by its name."""
        parts = outer.split(self._separator) if outer else []
        for count in range(len(parts), -1, -1):
            known = self._separator.join([*parts[:count], owner])
            if known in self._known:
                return known, self._known[known]
        return (f"{outer}{self._separator}{owner}" if outer else owner), scope

    def _add_site(self, position: int, item: FoundName, row: int) -> None:
        known = self._items[position - 1]
        sites: list[Site] = known["sites"]  # type: ignore[assignment]
        rows = self._rows.setdefault(position, {known["line"]})  # type: ignore[arg-type]
        if row not in rows:
            rows.add(row)
            # A declaration and its definition may call parameters otherwise.
            is_overload = (
                self._has_overloads
                and item.kind in FUNCTIONS
                and item.signature != known["signature"]
                and item.label == self._labels[position]
            )
            last = max(last_row(item.node) + 1, row)
            label = "overload" if is_overload else ""
            sites.append(Site(line=row, col=self._text.column(item.place), end_line=last, label=label))
        if not known["summary"]:
            known["summary"] = item.doc or self._comments.before(self._first_row(item.node))

    def _first_row(self, node: Node | Spot) -> int:
        return (self._outer.get(node.byte_range) or node).start_point[0]

    def finished(self, lines: int) -> list[Definition]:
        """Return the definitions, the file first."""
        return [
            msgspec.structs.replace(self._module, end_line=max(lines, 1)),
            *(Definition(**{**item, "sites": tuple(item["sites"])}) for item in self._items),  # type: ignore[arg-type]
        ]


def _import(item: Imported, text: SourceBytes) -> Import:
    return Import(
        name=item.name,
        target=item.target,
        line=item.place.start_point[0] + 1,
        col=text.column(item.place),
        scope=0,
        text=item.text,
        flags=item.flags,
    )
