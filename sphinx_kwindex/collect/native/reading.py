"""One file to a `FileSummary`: what the queries of its language find, nested, with its uses."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sphinx_kwindex.collect import count_lines, define_module
from sphinx_kwindex.collect.native.comments import Comments
from sphinx_kwindex.collect.native.hooks import FoundName, Hooks, Imported, SourceBytes
from sphinx_kwindex.collect.native.registry import Language
from sphinx_kwindex.collect.native.resolving import Extent, Resolver, Tokens
from sphinx_kwindex.model import FUNCTIONS, LOCALS, TYPES, Definition, Flag, Import, Kind, Site, SourceFile
from sphinx_kwindex.packing import Use

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query, Tree

_QUERIES = Path(__file__).parent / "queries"
_KINDS = {
    **{kind.value: (kind, 0) for kind in Kind},
    "enumerator": (Kind.ATTRIBUTE, int(Flag.ENUM_MEMBER)),
    "constant": (Kind.DATA, int(Flag.CONSTANT)),
    "concept": (Kind.INTERFACE, 0),
}
"""What captures of the first query mean."""
_LOCAL = int(Flag.LOCAL)
_KEPT_IN_FUNCTIONS = TYPES | {Kind.FUNCTION, Kind.TYPE_ALIAS}
"""Variables of functions are no keywords."""
_WORK, _WORK_AT_LEAST = 1, 100_000
"""How often the parser may ask whether to go on, for each byte and at least: some hundred times what files need."""


class Grammar(NamedTuple):
    """What it takes to read one language."""

    parser: Parser
    definitions: Query
    references: Query
    hooks: Hooks


class ReadError(Exception):
    """The parser was stopped: the file takes more time than its size explains."""


@lru_cache(maxsize=32)
def load(language: Language) -> Grammar | None:
    """Return the grammar of a language; None if it is not installed."""
    try:
        import tree_sitter

        module = importlib.import_module(language.grammar)
    except ImportError:
        return None
    grammar = tree_sitter.Language(getattr(module, language.entry)())
    text = (_QUERIES / f"{language.query or language.name}.scm").read_text(encoding="utf-8")
    definitions, _, references = text.partition("\n---\n")
    hooks = importlib.import_module(f"{__package__}.{language.hooks}") if language.hooks else None
    return Grammar(
        tree_sitter.Parser(grammar),
        tree_sitter.Query(grammar, definitions),
        tree_sitter.Query(grammar, references),
        Hooks(hooks),
    )


def parse(grammar: Grammar, source: bytes) -> Tree:
    """Return the tree of a source; raise `ReadError` if the parser asks too often whether to go on."""
    left = max(_WORK_AT_LEAST, _WORK * len(source))

    def is_enough(_offset: int, _has_error: bool) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    try:
        return grammar.parser.parse(lambda offset, _point: source[offset:], progress_callback=is_enough)
    except ValueError:
        grammar.parser.reset()
        raise ReadError from None


class Reading(NamedTuple):
    """All that is found in one file."""

    doc: str
    definitions: list[Definition]
    imports: list[Import]
    uses: list[Use]
    words: Counter[str]
    has_faults: bool


def read(grammar: Grammar, language: Language, source: bytes, file: SourceFile) -> Reading:
    """Return what is to be found in the source of one file."""
    import tree_sitter

    prepared = grammar.hooks.prepare(source)
    text = SourceBytes(source)
    tree = parse(grammar, prepared.source)
    root = tree.root_node
    captured = tree_sitter.QueryCursor(grammar.references).captures(root)
    comments = Comments(captured.get("comment", []), source, captured.get("attribute", []))
    outer = {_last(node).end_byte: node for node in reversed(captured.get("outer", ()))}
    found: list[FoundName] = []
    imported: list[Imported] = []
    for _, match in tree_sitter.QueryCursor(grammar.definitions).matches(root):
        for item in _items(match, grammar.hooks, text):
            (found if isinstance(item, FoundName) else imported).append(item)  # type: ignore[arg-type]
    builder = _DefinitionBuilder(file, language, text, comments, outer)
    builder.define(found)
    definitions = builder.finished(count_lines(source))
    imports = [_import(item, text) for item in imported]
    resolver = Resolver(language, file.module, definitions, builder.places, imports)
    resolver.take_locals(captured.get("local", ()), text)
    defined = frozenset(item.place.start_byte for item in found)
    uses = list(resolver.uses(Tokens(captured, prepared.hidden), defined, text))
    imports = [msgspec.structs.replace(item, uses=resolver.counts.get(item.name, 0)) for item in imports]
    words = Counter(use.name for use in uses)
    words.update(item.name for item in definitions[1:])
    return Reading(comments.first(), definitions, imports, uses, words, root.has_error)


def _last(node: Node) -> Node:
    """Return what a node wraps: the last of its parts."""
    return node.named_child(node.named_child_count - 1) if node.named_child_count else node


def _items(match: dict[str, list[Node]], hooks: Hooks, text: SourceBytes) -> Iterator[FoundName | Imported]:
    """Yield what one match of the first query says."""
    for name, nodes in match.items():
        reader = hooks.read.get(name)
        if reader is not None:
            for node in nodes:
                yield from reader(node, text)
            return
        kind = _KINDS.get(name)
        if kind is not None and "name" in match:
            yield _plain_item(*kind, nodes[0], match, text)
            return


def _plain_item(kind: Kind, flags: int, node: Node, match: dict[str, list[Node]], text: SourceBytes) -> FoundName:
    def line(capture: str) -> str:
        nodes = match.get(capture)
        return text.line(nodes[0].start_byte, nodes[0].end_byte) if nodes else ""

    owner, place = _last_name(match["name"][0], text)
    return FoundName(
        kind,
        node,
        " ".join(text.of(place).split()),
        place,
        flags=flags,
        signature=line("signature"),
        value=line("value"),
        annotation=line("type"),
        bases=tuple(_bases(line("bases"))),
        owner=_bare(line("owner")) or owner,
    )


def _last_name(node: Node, text: SourceBytes) -> tuple[str, Node]:
    """Return what the last part of a name is a member of, and where it stands: of `a::b<int>`, `a` and `b`."""
    owner = []
    while (inner := node.child_by_field_name("name")) is not None:
        scope = node.child_by_field_name("scope")
        if scope is not None:
            owner.append(_bare(text.of(scope)))
        node = inner
    return "::".join(owner), node


_ARGUMENTS = re.compile(r"\s*<.*", re.DOTALL)
_BASE_WORDS = re.compile(r"^[\s:]*|\b(?:public|protected|private|virtual|extends|implements)\b\s*")


def _bare(name: str) -> str:
    return " ".join(_ARGUMENTS.sub("", name).split()) or name


def _bases(text: str) -> Iterator[str]:
    depth, piece = 0, ""
    for char in _BASE_WORDS.sub("", text):
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
        self, file: SourceFile, language: Language, text: SourceBytes, comments: Comments, outer: dict[int, Node]
    ) -> None:
        self._separator = language.separator
        self._text = text
        self._comments = comments
        self._outer = outer
        self._module = define_module(file, 1)
        self._items: list[dict[str, object]] = []
        self._kinds: list[Kind] = [Kind.MODULE]
        self._names: list[str] = [""]
        self._known: dict[str, int] = {}
        self.places: list[Extent] = []

    def define(self, found: Iterable[FoundName]) -> None:
        """Add all that was found."""
        stack: list[Extent] = []
        for start, end, item in sorted(map(self._span, found), key=lambda span: (span[0], -span[1])):
            while stack and stack[-1].end <= start:
                stack.pop()
            position = self._add(item, end, stack[-1].position if stack else 0)
            if position:
                place = Extent(start, end, position)
                self.places.append(place)
                if item.kind not in {Kind.DATA, Kind.ATTRIBUTE, Kind.MACRO}:
                    stack.append(place)

    def _span(self, item: FoundName) -> tuple[int, int, FoundName]:
        node = item.node
        around = self._outer.get(node.end_byte)
        start = around.start_byte if around is not None and around.start_byte < node.start_byte else node.start_byte
        return start, node.end_byte, item

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
            around = self._kinds[scope] if scope else Kind.CLASS
        if kind is Kind.FUNCTION and (around in TYPES):
            kind = Kind.METHOD
        separator = LOCALS if is_local else self._separator
        qualname = f"{outer}{separator}{item.name}" if outer else item.name
        position = self._known.get(qualname)
        row = item.place.start_point[0] + 1
        if position is not None:
            self._add_site(position, item, row)
            return position
        summary = self._comments.before(self._first_row(item.node))
        if not summary and kind in {Kind.ATTRIBUTE, Kind.DATA, Kind.MACRO}:
            summary = self._comments.behind(
                _last_row(item.node), end if kind is not Kind.MACRO else item.place.end_byte
            )
        self._items.append(
            {
                "name": item.name, "qualname": qualname, "kind": kind, "line": row,
                "col": self._text.column(item.place), "end_line": max(_last_row(item.node) + 1, row), "scope": scope,
                "flags": flags | (_LOCAL if is_local else 0), "signature": item.signature, "value": item.value,
                "annotation": item.annotation, "summary": summary, "bases": item.bases, "sites": [],
            }
        )  # fmt: skip
        self._kinds.append(kind)
        self._names.append(qualname)
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
        site = Site(line=row, col=self._text.column(item.place), end_line=max(_last_row(item.node) + 1, row))
        sites: list[Site] = known["sites"]  # type: ignore[assignment]
        if row != known["line"] and all(row != other.line for other in sites):
            is_overload = item.kind in FUNCTIONS and item.signature != known["signature"]
            sites.append(
                Site(line=site.line, col=site.col, end_line=site.end_line, label="overload" if is_overload else "")
            )
        if not known["summary"]:
            known["summary"] = self._comments.before(self._first_row(item.node))

    def _first_row(self, node: Node) -> int:
        around = self._outer.get(node.end_byte)
        return (around if around is not None and around.start_byte <= node.start_byte else node).start_point[0]

    def finished(self, lines: int) -> list[Definition]:
        """Return the definitions, the file first."""
        return [
            msgspec.structs.replace(self._module, end_line=max(lines, 1)),
            *(Definition(**{**item, "sites": tuple(item["sites"])}) for item in self._items),  # type: ignore[arg-type]
        ]


def _last_row(node: Node) -> int:
    row, column = node.end_point
    return row - (column == 0 and row > node.start_point[0])


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
