"""What the page of one file shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.model import (
    PART_SIZE,
    Definition,
    FileFacts,
    Flag,
    Import,
    Kind,
    LinkedFile,
    Outcome,
    Role,
    Settled,
    UseRow,
    keyword_id,
)
from sphinx_kwindex.pages.addresses import Addresses, anchors, import_anchors, site_anchor
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.examples_view import file_examples, find_examples
from sphinx_kwindex.pages.imports_view import import_cycle, late_importers
from sphinx_kwindex.pages.lint_view import lint_notes
from sphinx_kwindex.pages.mentions_view import mentioned
from sphinx_kwindex.pages.namesakes import find_namesakes
from sphinx_kwindex.pages.patterns import find_patterns
from sphinx_kwindex.pages.reach_view import find_reached, unused
from sphinx_kwindex.pages.records import (
    Example,
    FileBody,
    ImportRow,
    InheritedMembers,
    KindCount,
    Mentioned,
    Namesakes,
    Page,
    Reach,
    RelationList,
    Row,
    SiteLink,
    Surroundings,
    TypeLink,
)
from sphinx_kwindex.pages.related_view import link_file, related_files
from sphinx_kwindex.pages.relations_view import gather_relations, inherited_members, link_keywords
from sphinx_kwindex.pages.stdlib import is_standard
from sphinx_kwindex.pages.structure_view import structure
from sphinx_kwindex.pages.tests_view import how_tested
from sphinx_kwindex.pages.types_view import find_types
from sphinx_kwindex.pages.uses_view import NO_USES, KeywordUses, ScopeLinks, gather_uses

if TYPE_CHECKING:
    from sphinx_kwindex.options import Options
    from sphinx_kwindex.pages.overview import Overview
    from sphinx_kwindex.store import Reader

SECTION_OF_KIND: Mapping[Kind, str] = {
    Kind.MODULE: "kw-functions",
    Kind.CLASS: "kw-classes",
    Kind.EXCEPTION: "kw-classes",
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
"""Where a keyword that stands in no other on its page is listed."""

SECTION_TITLES: Mapping[str, str] = {
    "kw-related": "Related files",
    "kw-structure": "Structure and patterns",
    "kw-classes": "Classes",
    "kw-functions": "Functions",
    "kw-data": "Constants and variables",
    "kw-types": "Types",
    "kw-headings": "Headings",
    "kw-imports": "Imports and importers",
    "kw-tests": "Tests",
    "kw-lint": "Performance and safety notes",
    "kw-about": "About this page",
}
"""The sections of file pages, in the order shown."""

_PRIVATE = int(Flag.PRIVATE)

ROW_SECTIONS = ("kw-classes", "kw-functions", "kw-data", "kw-types", "kw-headings")
"""Those that hold rows of keywords."""


def list_sections(
    facts: FileFacts, part: int, *, has_related: bool, has_tests: bool, has_structure: bool, has_lint: bool
) -> tuple[tuple[str, str], ...]:
    """Return (id, title) of the titled sections that one page of a file has."""
    wanted = set(_top_level(facts, part))
    if part == 1:
        wanted |= {"kw-about"} if facts.role is Role.PROSE else {"kw-imports", "kw-about"}
        if has_related:
            wanted.add("kw-related")
        if has_structure:
            wanted.add("kw-structure")
        if has_tests:
            wanted.add("kw-tests")
        if has_lint:
            wanted.add("kw-lint")
    return tuple((key, title) for key, title in SECTION_TITLES.items() if key in wanted)


class _Known(NamedTuple):
    """What is known of a whole file."""

    facts: FileFacts
    linked: LinkedFile
    use_rows: tuple[UseRow, ...]
    uses: Mapping[str, KeywordUses]
    examples: Mapping[str, tuple[Example, ...]]
    relations: Mapping[str, tuple[RelationList, ...]]


def _gather(reader: Reader, addresses: Addresses, overview: Overview, path: str) -> _Known | None:
    facts = reader.facts(path)
    if facts is None:
        return None
    linked = reader.linked(path) or LinkedFile(path=path)
    use_rows = reader.uses_of(path)
    scopes = ScopeLinks(reader, addresses)
    return _Known(
        facts,
        linked,
        use_rows,
        gather_uses(use_rows, path, addresses, scopes),
        find_examples(facts, use_rows, addresses, scopes),
        gather_relations(
            reader,
            addresses,
            linked.relations,
            reader.relations_to(path),
            overview.own_modules if path in overview.own else None,
        ),
    )


def file_body(reader: Reader, options: Options, addresses: Addresses, overview: Overview, page: Page) -> FileBody:
    """Return what one page of a file shows, as far as it has sections for it; an unknown file has an empty page."""
    path, part = page.subject, page.part
    # The pages of a long file follow each other, and each needs what is known of the whole file.
    known = (
        overview.once(path, lambda: _gather(reader, addresses, overview, path))
        if addresses.is_long(path)
        else _gather(reader, addresses, overview, path)
    )
    if known is None:
        return FileBody(path=path)
    facts, linked, use_rows, uses, examples, relations = known
    places = _part_range(facts, part)
    types = find_types(reader, addresses, facts, linked, places)
    namesakes = find_namesakes(reader, addresses, overview, facts, places, relations=relations)
    inherited = inherited_members(reader, addresses, linked.inherited, places)
    used = {identity for identity, item in uses.items() if item.exact is not None}
    reached = find_reached(reader, addresses, overview, facts, unused(facts, places, used), guessed=uses)
    found = overview.mentions.get(path, {})
    mentions = {qualname: mentioned(addresses, places) for qualname, places in found.items()}
    rows = _Rows(facts, part, _Tables(uses, relations, examples, types, namesakes, inherited, mentions, reached))
    top = _top_level(facts, part)
    # A file of a newer Python is read without its newer syntax.
    fault = facts.error or next((item for item in facts.problems if item.kind is WarningKind.PARSE), None)
    return FileBody(
        path=path,
        module="" if facts.role is Role.PROSE else facts.module,
        role=facts.role,
        language=facts.language,
        lines=facts.lines,
        size=facts.size,
        counts=count_kinds(facts),
        error=fault.text if fault else "",
        error_line=fault.line if fault else 0,
        is_partly_read=fault is not None and facts.error is None,
        source_url=options.source_url.replace("{path}", quote(path)),
        groups=tuple((section, rows.make(top[section])) for section in ROW_SECTIONS if section in top),
        continued=_continued(facts, addresses, part),
        whole=_surroundings(
            reader,
            addresses,
            facts,
            linked,
            overview,
            uses=uses,
            use_rows=use_rows,
            examples=_file_examples(addresses, examples, uses),
            related=options.related_limit,
            sections={section for section, _ in page.sections},
        )
        if part == 1
        else None,
        searched=addresses.rough_size,
        open_limit=options.open_limit,
    )


def count_kinds(facts: FileFacts) -> tuple[KindCount, ...]:
    """Return how many keywords of each kind a file has; its module is left out."""
    public: Counter[Kind] = Counter({Kind.IMPORT: len(facts.imports)})
    private: Counter[Kind] = Counter()
    for item in facts.definitions[1:]:
        (private if item.flags & _PRIVATE else public)[item.kind] += 1
    kinds = (KindCount(kind=kind, public=public[kind], private=private[kind]) for kind in Kind)
    return tuple(count for count in kinds if count.public or count.private)


def _part_range(facts: FileFacts, part: int) -> range:
    """Return the positions of the definitions on one page; the module is its title."""
    start = (part - 1) * PART_SIZE
    return range(max(start, 1), min(start + PART_SIZE, len(facts.definitions)))


def _top_level(facts: FileFacts, part: int) -> dict[str, list[int]]:
    """Return, by section, the definitions that stand in no other definition of the same page."""
    places = _part_range(facts, part)
    found: dict[str, list[int]] = {}
    for place in places:
        item = facts.definitions[place]
        if item.scope not in places:
            found.setdefault(SECTION_OF_KIND[item.kind], []).append(place)
    return found


def _continued(facts: FileFacts, addresses: Addresses, part: int) -> tuple[Link, ...]:
    """Return the definitions, from the outside in, that a further page begins in the middle of."""
    places = _part_range(facts, part)
    if part == 1 or not places:
        return ()
    names = anchors(facts.definitions)
    links: list[Link] = []
    scope = facts.definitions[places.start].scope
    while scope > 0:
        docname = addresses.keyword(facts.path, scope)
        links.insert(0, Link(docname=docname, anchor=names[scope], text=facts.definitions[scope].qualname))
        scope = facts.definitions[scope].scope
    return tuple(links)


class _Tables(NamedTuple):
    """What rows tell beside the facts: by id, types and what follows by position, mentions by qualified name."""

    uses: Mapping[str, KeywordUses]
    relations: Mapping[str, tuple[RelationList, ...]]
    examples: Mapping[str, tuple[Example, ...]]
    types: Mapping[int, tuple[TypeLink, ...]]
    namesakes: Mapping[int, Namesakes]
    inherited: Mapping[int, tuple[InheritedMembers, ...]]
    mentions: Mapping[str, Mentioned | None]
    reached: Mapping[int, tuple[Reach, ...]]


class _Rows:
    """Makes the rows of one page."""

    def __init__(self, facts: FileFacts, part: int, tables: _Tables) -> None:
        self._facts = facts
        self._tables = tables
        self._anchors = anchors(facts.definitions)
        self._members: dict[int, list[int]] = {}
        places = _part_range(facts, part)
        for place in places:
            scope = facts.definitions[place].scope
            if scope in places:
                self._members.setdefault(scope, []).append(place)

    def make(self, places: Iterable[int]) -> tuple[Row, ...]:
        """Make the rows of the definitions at some positions, with their members."""
        return tuple(map(self._row, places))

    def _row(self, place: int) -> Row:
        item = self._facts.definitions[place]
        identity = keyword_id(self._facts.module, item.qualname)
        uses = self._tables.uses.get(identity, NO_USES)
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
            relations=self._tables.relations.get(identity, ()),
            used=uses.exact,
            guesses=uses.guesses,
            reached=self._tables.reached.get(place, ()),
            members=self.make(self._members.get(place, ())),
            examples=self._tables.examples.get(identity, ()),
            types=self._tables.types.get(place, ()),
            namesakes=self._tables.namesakes.get(place),
            mentioned=self._tables.mentions.get(item.qualname),
            inherited=self._tables.inherited.get(place, ()),
        )

    def _sites(self, place: int, item: Definition) -> tuple[SiteLink, ...]:
        return tuple(
            SiteLink(line=site.line, anchor=site_anchor(self._anchors[place], number), label=site.label)
            for number, site in enumerate(item.sites, 2)
        )


def _surroundings(
    reader: Reader,
    addresses: Addresses,
    facts: FileFacts,
    linked: LinkedFile,
    overview: Overview,
    *,
    uses: Mapping[str, KeywordUses],
    use_rows: Iterable[UseRow],
    examples: tuple[Example, ...],
    related: int,
    sections: Collection[str],
) -> Surroundings:
    has_imports, has_structure = "kw-imports" in sections, "kw-structure" in sections
    importers = reader.timed_importers(facts.path) if has_imports else ()
    return Surroundings(
        doc=facts.doc,
        related=related_files(reader, addresses, facts.path, related) if "kw-related" in sections else (),
        imports=_import_rows(reader, addresses, facts, linked) if has_imports else (),
        importers=tuple(
            link_file(addresses, path) for path, late in importers if not late and not addresses.is_test(path)
        ),
        late_importers=late_importers(addresses, importers),
        tests=tuple(link_file(addresses, path) for path, _ in importers if addresses.is_test(path)),
        externals=_packages(facts, linked) if has_imports else (),
        unresolved=_by_name(linked.unresolved) if "kw-about" in sections else (),
        guesses=sum(item.guesses.count for item in uses.values() if item.guesses),
        cycle=import_cycle(addresses, overview, facts.path) if has_imports else None,
        tested=how_tested(
            addresses,
            overview,
            facts,
            use_rows,
            importers={path for path, _ in reader.timed_importers(facts.path)} if facts.is_package else (),
            inherited=linked.inherited,
        )
        if "kw-tests" in sections
        else None,
        structure=structure(addresses, facts, uses) if has_structure else None,
        patterns=find_patterns(addresses, facts, overview.patterns) if has_structure else (),
        standing=overview.standings.get(facts.path),
        examples=examples if has_imports or "kw-tests" in sections else (),
        mentioned=mentioned(addresses, overview.mentions.get(facts.path, {}).get("", ())),
        lint=lint_notes(reader, facts.path) if "kw-lint" in sections else None,
    )


def _file_examples(
    addresses: Addresses, examples: Mapping[str, tuple[Example, ...]], uses: Mapping[str, KeywordUses]
) -> tuple[Example, ...]:
    counts = {identity: used.count for identity in examples if (used := uses[identity].exact) is not None}
    return file_examples(examples, counts, addresses)


def _import_rows(reader: Reader, addresses: Addresses, facts: FileFacts, linked: LinkedFile) -> tuple[ImportRow, ...]:
    settled = linked.imports if len(linked.imports) == len(facts.imports) else (_UNSETTLED,) * len(facts.imports)
    names = import_anchors(facts)
    links = link_keywords(
        reader, addresses, {identity for item in settled if _is_inside(item) for identity in item.ids}
    )
    taken = reader.taken(facts.path) if any(not item.uses for item in facts.imports) else {}
    return tuple(
        _import_row(links, item, outcome, name, taken.get(item.name, 0) if _is_idle(item) else 0)
        for item, outcome, name in zip(facts.imports, settled, names, strict=True)
    )


def _packages(facts: FileFacts, linked: LinkedFile) -> tuple[tuple[str, int], ...]:
    """Return the packages that are neither the project's nor the standard library's, with how often what is imported from them is used."""
    counts: Counter[str] = Counter()
    for item, settled in zip(facts.imports, linked.imports, strict=False):
        if settled.outcome is Outcome.EXTERNAL and not is_standard(item.target):
            counts[next(iter(settled.ids), item.target).partition(".")[0]] += item.uses
    return tuple(sorted(counts.items()))


def _is_idle(item: Import) -> bool:
    """Tell whether an import binds a name for the whole module that the module itself does not use."""
    return not item.uses and not item.scope


_UNSETTLED = Settled(outcome=Outcome.UNRESOLVED)


def _is_inside(settled: Settled) -> bool:
    return settled.outcome in {Outcome.EXACT, Outcome.GUESS}


def _import_row(links: Mapping[str, Link], item: Import, settled: Settled, name: str, taken: int) -> ImportRow:
    return ImportRow(
        name=item.name,
        anchor=name,
        text=item.text,
        target=item.target,
        line=item.line,
        flags=item.flags,
        uses=item.uses,
        links=tuple(links[identity] for identity in settled.ids) if _is_inside(settled) else (),
        outcome=settled.outcome,
        is_standard=settled.outcome is Outcome.EXTERNAL and is_standard(item.target),
        external=next(iter(settled.ids), item.target) if settled.outcome is Outcome.EXTERNAL else "",
        taken=taken,
    )


def _by_name(rows: Iterable[tuple[str, int]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    found: dict[str, dict[int, None]] = {}
    for name, line in rows:
        found.setdefault(name, {})[line] = None
    return tuple((name, tuple(found[name])) for name in sorted(found, key=lambda name: (name.casefold(), name)))
