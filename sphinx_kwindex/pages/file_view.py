"""The page of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sphinx_kwindex.code_hosts import line_address
from sphinx_kwindex.collect.native.registry import language_label
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.layout import INITS
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import PART_SIZE, Definition, FileFacts, Flag, Kind, Role, is_python, keyword_id
from sphinx_kwindex.pages.addresses import Addresses, anchors, join, site_anchor
from sphinx_kwindex.pages.blocks import (
    Block,
    Copied,
    Count,
    Document,
    Documented,
    Facts,
    Group,
    Hint,
    Inline,
    Intro,
    Jump,
    Link,
    Mentioned,
    MentionedIn,
    Mono,
    Pager,
    Para,
    Screen,
    Strong,
    To,
    View,
    Web,
)
from sphinx_kwindex.pages.mentions_view import in_docstrings, mentioned, mentions_in
from sphinx_kwindex.pages.namesakes import find_namesakes
from sphinx_kwindex.pages.phrases import (
    docstring_facts,
    keyword_total,
    line_count,
    relation_word,
    role_word,
    say,
    say_count,
    size_text,
)
from sphinx_kwindex.pages.reach_view import find_reached, is_searched, unused
from sphinx_kwindex.pages.records import (
    KindCount,
    Layer,
    RelationList,
    Row,
    Rows,
    SiteLink,
    Standing,
)
from sphinx_kwindex.pages.relations_view import OF_STUBS, inherited_members
from sphinx_kwindex.pages.subjects import FileSubject, PageSection
from sphinx_kwindex.pages.tests_view import reaching_tests
from sphinx_kwindex.pages.types_view import find_types
from sphinx_kwindex.pages.uses_view import NO_USES
from sphinx_kwindex.plain_files import kind_of


class FileHead(View, frozen=True):
    """What a page says first of its file."""

    path: str
    module: str = ""
    role: Role = Role.MODULE
    language: str = ""
    """Name of the language, of code that is not Python; the kind of a file that no collector reads."""
    lines: int = 0
    size: int = 0
    counts: tuple[KindCount, ...] = ()
    package: Link | None = None
    """The folder of the package that it is in."""
    beside: RelationList | None = None
    """Its stub, or what it is the stub of."""
    standing: Standing | None = None
    mentioned: Mentioned | None = None
    """In the project's prose."""
    in_docstrings: Mentioned | None = None
    """By what their docstrings describe: the module itself."""
    error: str = ""
    error_line: int = 0
    is_partly_read: bool = False
    """The error kept some of the file out, not all of it."""
    source_url: str = ""
    """May hold `{line}`; empty: no link."""
    source: Link | None = None
    """The page with its source."""
    doc: str = ""
    lines_read: int = 0
    """Of prose that was not read to its end."""
    continued: tuple[Link, ...] = ()
    """Enclosing definitions that began on an earlier page of the file."""


MAX_PASSED = 10
"""Parameters that a row lists as passed by name."""
SECTION_OF_KIND: Mapping[Kind, str] = {
    Kind.MODULE: "kw-functions",
    Kind.CLASS: "kw-classes",
    Kind.EXCEPTION: "kw-classes",
    Kind.STRUCT: "kw-classes",
    Kind.UNION: "kw-classes",
    Kind.ENUM: "kw-classes",
    Kind.INTERFACE: "kw-classes",
    Kind.TRAIT: "kw-classes",
    Kind.NAMESPACE: "kw-namespaces",
    Kind.MACRO: "kw-macros",
    Kind.FUNCTION: "kw-functions",
    Kind.METHOD: "kw-functions",
    Kind.PROPERTY: "kw-data",
    Kind.ATTRIBUTE: "kw-data",
    Kind.DATA: "kw-data",
    Kind.TYPE_ALIAS: "kw-types",
    Kind.TYPE_VARIABLE: "kw-types",
    Kind.IMPORT: "kw-imports",
    Kind.SECTION: "kw-headings",
}
"""Where a keyword that is in no other on its page is listed."""
_WITHOUT_CLASSES = {"kw-classes": "kw-structs", "kw-types": "kw-structs", "kw-namespaces": "kw-modules"}
"""In place of these in C, Go and Rust, which know types, and modules in files: mostly those with tests."""

_PRIVATE = int(Flag.PRIVATE)


def _rows_section(name: str, title: str) -> PageSection[FileSubject]:
    def blocks(file: FileSubject) -> Iterator[Block]:
        rows = file_rows(file)[name]
        yield Count(len(rows))
        yield Rows(rows, file.addresses.rough_size)

    return PageSection(name, title, lambda file: name in _top_level(file), blocks)


ROWS = (
    _rows_section("kw-namespaces", N_("Namespaces")),
    _rows_section("kw-structs", N_("Types")),
    _rows_section("kw-classes", N_("Classes")),
    _rows_section("kw-functions", N_("Functions")),
    _rows_section("kw-macros", N_("Macros")),
    _rows_section("kw-data", N_("Constants and variables")),
    _rows_section("kw-types", N_("Types")),
    _rows_section("kw-modules", N_("Modules")),
    _rows_section("kw-headings", N_("Headings")),
)
"""The sections that hold rows of keywords."""


def file_rows(file: FileSubject) -> Mapping[str, tuple[Row, ...]]:
    """Return the rows of one page of a file, by section."""
    return file.keep("rows", lambda: _make_rows(file))


def _make_rows(file: FileSubject) -> Mapping[str, tuple[Row, ...]]:
    rows = _RowMaker(file)
    return {section: rows.make(top) for section, top in _top_level(file).items()}


def file_head(file: FileSubject) -> Iterator[Block]:
    """Show what a file is."""
    return head_blocks(find_head(file), file.addresses.part_links(file.path))


def _standing(file: FileSubject) -> Standing | None:
    found = file.overview.standings.get(file.path)
    if found is not None and found.layer is Layer.ALONE and not is_python(file.facts):
        return None  # what it includes was not looked for everywhere
    return found


def find_head(file: FileSubject) -> FileHead:
    """Return what a page says first of its file."""
    facts, overview, is_first = file.facts, file.overview, file.part == 1
    # A file of a newer Python is read without its newer syntax, and a damaged one without the damage.
    fault = facts.error or next((item for item in facts.problems if item.kind is WarningKind.PARSE), None)
    standing = _standing(file) if is_first else None
    mentions = mentions_in(overview, file.path) if is_first else ()
    return FileHead(
        path=file.path,
        module=facts.module if is_python(facts) else "",
        role=facts.role,
        language=_language(facts),
        lines=facts.lines,
        size=facts.size,
        counts=count_kinds(facts, file.options.hidden),
        package=_package(file) if standing is not None else None,
        beside=_beside(file) if is_first else None,
        standing=standing,
        mentioned=mentioned(file.addresses, mentions),
        in_docstrings=in_docstrings(file.sources, file.path).get(facts.module) if is_first else None,
        error=fault.text if fault else "",
        error_line=fault.line if fault else 0,
        is_partly_read=fault is not None and facts.error is None,
        source_url=file.source_url,
        source=file.source,
        doc=facts.doc if is_first else "",
        lines_read=facts.lines_read if is_first else 0,
        continued=_continued(facts, file.addresses, file.part),
    )


def _language(facts: FileFacts) -> str:
    """Return what the language of a file is called, or its kind, where the page says that."""
    if facts.role is Role.PLAIN:
        return kind_of(facts.path)
    return language_label(facts.language, facts.path) or (facts.language if facts.family else "")


def _beside(file: FileSubject) -> RelationList | None:
    """Return the stub of a file, or what it is the stub of."""
    said = file.relations.get(file.facts.module, ()) if is_python(file.facts) else ()
    return next((item for item in said if item.role in OF_STUBS), None)


def _package(file: FileSubject) -> Link | None:
    """Return the link to the folder of the package that a file is in."""
    module = file.facts.module if is_python(file.facts) else ""
    package, folder = module.rpartition(".")[0], file.path.rpartition("/")[0]
    if file.path.endswith("__init__.py"):  # its folder is the package that it makes, not the one that it is in
        is_top = not folder
        folder = folder.rpartition("/")[0]
        if is_top:
            return None
    if not any(file.addresses.is_file(join(folder, name)) for name in INITS):
        return None
    docname = file.addresses.folder(folder) if folder else file.addresses.project
    return Link(docname=docname, text=package) if package else None


def _facts(head: FileHead) -> Iterator[Inline]:
    is_told = head.language and head.role in {Role.MODULE, Role.PLAIN}
    yield head.language if is_told else role_word(head.role)
    yield line_count(head.lines)
    yield size_text(head.size)
    yield "" if head.role is Role.PLAIN else keyword_total(head.counts)
    if head.source is not None:
        yield Screen(To(head.source, say("Source"), "kw-source"))
    elif head.source_url:
        yield Screen(Web(line_address(head.source_url, 1), say("Source"), "kw-source"))


def _places(head: FileHead) -> Iterator[Inline]:
    if head.package:
        yield say("In the package"), " ", Mono(To(head.package))
    if head.beside:
        yield relation_word(head.beside.role), " ", Mono(To(head.beside.links[0]))
    if head.standing is not None:
        if head.standing.layer is not None:
            yield Hint(*layer_words(head.standing.layer))
        yield from standing_words(head.standing)


def head_blocks(head: FileHead, parts: tuple[Link, ...] = ()) -> Iterator[Block]:
    """Show what a file is; `parts` are its pages, if there are several."""
    lines = (
        *((Para(Copied(head.module), "kw-module"),) if head.module else ()),
        Facts((*_facts(head), Documented((head.module,)))),
        Facts(tuple(_places(head))),
        Facts((MentionedIn(own=head.mentioned),)),
        Facts(docstring_facts(head.in_docstrings)),
    )
    yield Intro("file", lines, path=head.path)
    if head.error:
        where = say("Line %(line)s: ", line=str(head.error_line)) if head.error_line else ""
        yield Group((Para((Strong(fault_title(head)), " ", where, head.error)),), "kw-problem", is_note=True)
    if head.doc:
        yield Document(head.doc)
    if head.lines_read:
        yield Para(
            say("Only the first %(count)s lines were read for headings, names and links.", count=head.lines_read),
            "kw-note",
        )
    if parts:
        yield Pager(parts)
    if head.continued:
        yield Para((say("Continues"), " ", Mono(To(head.continued[-1]))), "kw-note")
    yield Jump()


def fault_title(head: FileHead) -> Inline:
    """Return what a fault kept out of the index: the file, or some of it."""
    return say("This file was read in part.") if head.is_partly_read else say("This file could not be analysed.")


_LAYERS: Mapping[Layer, tuple[str, str]] = {
    Layer.FOUNDATION: (
        N_("Foundation"),
        N_("Depends on no other file of the project except its package, and others depend on it"),
    ),
    Layer.LOWER: (N_("Lower layer"), N_("Far more files depend on it than it depends on")),
    Layer.MIDDLE: (N_("Middle layer"), N_("It depends on files, and others depend on it, in similar numbers")),
    Layer.UPPER: (N_("Upper layer"), N_("It depends on far more files than depend on it")),
    Layer.TOP: (N_("Top layer"), N_("It depends on others, and no file of the project except tests imports it")),
    Layer.ALONE: (N_("On its own"), N_("It imports no file of the project, and none except tests imports it")),
}


def layer_words(layer: Layer) -> tuple[Inline, Inline]:
    """Name a layer, and say what that means."""
    word, meaning = _LAYERS[layer]
    return say(word), say(meaning)


def standing_words(standing: Standing) -> list[Inline]:
    """Say how many files a file imports, how many import it, and how many depend on it."""
    if standing.layer is Layer.ALONE:
        return []
    words: list[Inline] = []
    if standing.imports:
        words.append(say_count("imports 1 file", "imports %(count)s files", standing.imports))
    if standing.has_package:
        words.append(say("imports its package"))
    if standing.late:
        one, many = (
            "1 import only in functions or for type checking",
            "%(count)s imports only in functions or for type checking",
        )
        words.append(say_count(one, many, standing.late))
    if standing.importers:
        words.append(say_count("imported by 1 file", "imported by %(count)s files", standing.importers))
    if standing.members:
        one, many = "imported by 1 file of the package", "imported by %(count)s files of the package"
        words.append(say_count(one, many, standing.members))
    if standing.above > standing.importers:
        words.append(say("at least %(count)s files depend on it", count=standing.above))
    return words


def count_kinds(facts: FileFacts, hidden: int = 0) -> tuple[KindCount, ...]:
    """Return how many keywords of each kind, without a flag of `hidden`, a file has; its module is left out."""
    public: Counter[Kind] = Counter({Kind.IMPORT: len(facts.imports)})
    private: Counter[Kind] = Counter()
    for item in facts.definitions[1:]:
        if item.flags & hidden:
            continue
        (private if item.flags & _PRIVATE else public)[item.kind] += 1
    kinds = (KindCount(kind=kind, public=public[kind], private=private[kind]) for kind in Kind)
    return tuple(count for count in kinds if count.public or count.private)


def _part_range(facts: FileFacts, part: int) -> range:
    """Return the positions of the definitions on one page; the module is its title."""
    start = (part - 1) * PART_SIZE
    return range(max(start, 1), min(start + PART_SIZE, len(facts.definitions)))


def _shown_places(file: FileSubject) -> dict[int, None]:
    """Return the positions of the definitions that one page shows, in order."""
    facts, hidden = file.facts, file.options.hidden
    return {place: None for place in _part_range(facts, file.part) if not facts.definitions[place].flags & hidden}


def _top_level(file: FileSubject) -> Mapping[str, Sequence[int]]:
    """Return, by section, the definitions that are in no other definition of the same page."""
    return file.keep("top level", lambda: _find_top_level(file.facts, _shown_places(file)))


def _find_top_level(facts: FileFacts, places: Collection[int]) -> dict[str, list[int]]:
    items = ((place, facts.definitions[place]) for place in places)
    replaced = _WITHOUT_CLASSES if facts.family in {"go", "rust"} or facts.language == "c" else {}
    sections = ((SECTION_OF_KIND[item.kind], place) for place, item in items if item.scope not in places)
    return grouped((replaced.get(section, section), place) for section, place in sections)


def _continued(facts: FileFacts, addresses: Addresses, part: int) -> tuple[Link, ...]:
    """Return the definitions, from the outside in, that a further page begins in the middle of."""
    places = _part_range(facts, part)
    if part == 1 or not places:
        return ()
    link = addresses.definition_links(facts)
    links: list[Link] = []
    scope = facts.definitions[places.start].scope
    while scope > 0:
        links.insert(0, link(scope))
        scope = facts.definitions[scope].scope
    return tuple(links)


class _RowMaker:
    """Makes the rows of one page of a file."""

    def __init__(self, file: FileSubject) -> None:
        facts, uses, sources = file.facts, file.uses.by_id, file.sources
        places = _shown_places(file)
        self._facts = facts
        self._anchors = anchors(facts.definitions)
        scopes = ((facts.definitions[place].scope, place) for place in places)
        self._members = grouped((scope, place) for scope, place in scopes if scope in places)
        # By id
        self._uses, self._examples, self._relations = uses, file.uses.examples, file.relations
        self._passed = file.reader.passed(file.path)
        self._in_docstrings = in_docstrings(file.sources, file.path)
        # By qualified name
        mentions = file.overview.mentions.get(file.path, {})
        self._mentions = {qualname: mentioned(file.addresses, found) for qualname, found in mentions.items()}
        self._tests = reaching_tests(file)
        # By position
        used = {identity for identity, item in uses.items() if item.exact or item.operators}
        self._types = find_types(sources, facts, file.linked, places)
        self._namesakes = find_namesakes(sources, facts, places, file.relations)
        self._inherited = inherited_members(sources, file.linked.inherited, places)
        self._reached = find_reached(sources, facts, unused(facts, places, used), guessed=uses)

    def make(self, places: Iterable[int]) -> tuple[Row, ...]:
        """Make the rows of the definitions at some positions, with their members."""
        return tuple(map(self._row, places))

    def _row(self, place: int) -> Row:
        item = self._facts.definitions[place]
        identity = keyword_id(self._facts.module, item.qualname)
        uses = self._uses.get(identity, NO_USES)
        passed = tuple(sorted(self._passed.get(identity, {}).items(), key=lambda row: (-row[1], row[0])))
        return Row(
            kind=item.kind,
            name=item.name,
            qualname=item.qualname,
            id=identity,
            anchor=self._anchors[place],
            line=item.line,
            end_line=item.end_line,
            flags=item.flags,
            signature=item.signature,
            value=item.value,
            annotation=item.annotation,
            summary=item.summary,
            decorators=item.decorators,
            bases=item.bases,
            sites=self._sites(place, item),
            uses=uses.exact.count if uses.exact else 0,
            files=uses.files,
            relations=self._relations.get(identity, ()),
            used=uses.exact,
            guesses=uses.guesses,
            operators=uses.operators,
            reached=self._reached.get(place, ()),
            members=self.make(self._members.get(place, ())),
            examples=self._examples.get(identity, ()),
            types=self._types.get(place, ()),
            namesakes=self._namesakes.get(place),
            mentioned=self._mentions.get(item.qualname),
            in_docstrings=self._in_docstrings.get(identity),
            inherited=self._inherited.get(place, ()),
            tests=self._tests.get(item.qualname),
            passed=passed[:MAX_PASSED],
            more_passed=max(0, len(passed) - MAX_PASSED),
            is_searched=is_python(self._facts) and is_searched(self._facts, item),
        )

    def _sites(self, place: int, item: Definition) -> tuple[SiteLink, ...]:
        return tuple(
            SiteLink(
                line=site.line,
                anchor=site_anchor(self._anchors[place], number),
                label=site.label,
                signature=site.signature,
            )
            for number, site in enumerate(item.sites, 2)
        )
