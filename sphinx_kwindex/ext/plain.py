"""Views as ordinary document nodes, for every format but HTML: the same order, with shorter lists and no closed parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from docutils import nodes

from sphinx_kwindex.ext.blocks_nodes import NodeWriter, shallow
from sphinx_kwindex.ext.escape import Links, plain_prose
from sphinx_kwindex.ext.html_rows import QUIET, head_text
from sphinx_kwindex.ext.words import (
    _,
    about_texts,
    and_more,
    circle_notes,
    command_word,
    count_words,
    crumb_words,
    cycle_group,
    cycle_title,
    edge_verbs,
    fault_title,
    flag_words,
    folder_reason,
    graph_notes,
    group_word,
    grouped_edges,
    import_flag_words,
    import_groups,
    import_use_words,
    importer_lists,
    indexed_count,
    keyword_count,
    kind_count,
    kind_heading,
    kind_word,
    layer_words,
    letter_groups,
    letter_word,
    line_count,
    lint_words,
    many_namesakes,
    more_graph_notes,
    most_imported,
    no_edges,
    no_uses,
    not_found,
    package_words,
    pattern_word,
    possible_matches,
    reason_words,
    relation_flag_words,
    relation_word,
    role_word,
    run_words,
    say,
    say_count,
    size_text,
    standing_words,
    use_count,
    used_outside,
    used_words,
)
from sphinx_kwindex.model import Kind, Reason
from sphinx_kwindex.pages.addresses import name_anchor
from sphinx_kwindex.pages.blocks import Link, Series
from sphinx_kwindex.pages.phrases import reach_words
from sphinx_kwindex.pages.records import (
    AnyListing,
    Change,
    Command,
    CycleStep,
    Entry,
    Example,
    FileBody,
    FolderBody,
    FolderNames,
    Graph,
    GraphEdge,
    GraphView,
    HowTested,
    ImportRow,
    KindCount,
    LetterBody,
    LetterCount,
    LettersBody,
    LintMessage,
    LintNotes,
    ListingRow,
    ListingView,
    Mentioned,
    Namesakes,
    PageView,
    ProjectBody,
    Reach,
    RelatedFile,
    RelatedFolder,
    RelatedView,
    Row,
    Standing,
    Surroundings,
    TreeNode,
    TreeView,
    UseList,
    UsesView,
)
from sphinx_kwindex.pages.relations_view import row_names
from sphinx_kwindex.spelling import visible

MAX_FILES = 10
"""Using files that one keyword lists."""
MAX_LEVELS = 4
"""Levels of a list: LaTeX has no more, and the text builder no room for very many. What is deeper stands behind its parent."""


def section_nodes(view: PageView, section_id: str, links: Links) -> list[nodes.Node]:
    """Return the inside of one section of a page; `""` is what stands before the first section."""
    writer = _Writer(links)
    if section_id == "kw-path":
        return writer.path(view)
    own = next((section for section in view.own if section.id == section_id), None)
    return shallow(_section(writer, view, section_id) if own is None else NodeWriter(links).blocks(own.blocks))


def listing_nodes(view: AnyListing, links: Links) -> list[nodes.Node]:
    """Return what a directive shows."""
    return shallow(_any_listing(_Writer(links), view))


def _any_listing(writer: _Writer, view: AnyListing) -> list[nodes.Node]:
    if isinstance(view, UsesView):
        return writer.uses(view)
    if isinstance(view, RelatedView):
        return writer.related_listing(view)
    if isinstance(view, GraphView):
        return writer.graph_listing(view)
    if isinstance(view, TreeView):
        return writer.tree_listing(view)
    return _listing(writer, view)


def _listing(writer: _Writer, view: ListingView) -> list[nodes.Node]:
    if not view.count:
        return [_paragraph(_("No keywords.") if view.found else not_found(view.query.what))]
    found: list[nodes.Node] = []
    for group in view.groups:
        if group.link is not None:
            found.append(_paragraph(writer.link(group.link)))
        elif group.label:
            title = kind_heading(Kind(group.label)) if view.query.group == "kind" else group.label
            found.append(_paragraph(title))
        found.append(_bullets([_paragraph(*writer.listing_row(row, view))] for row in group.rows))
    if view.more:
        found.append(_paragraph(say_count("1 more keyword", "%(count)s more keywords", view.more)))
    return found


_Inline = nodes.Node | str


def _section(writer: _Writer, view: PageView, section_id: str) -> list[nodes.Node]:
    body = view.body
    if isinstance(body, FileBody):
        return writer.file(view, body, section_id)
    if isinstance(body, FolderBody):
        return writer.folder(body, section_id)
    if isinstance(body, ProjectBody):
        return writer.project(body, section_id)
    if isinstance(body, LettersBody):
        return [writer.letters(body.letters)] if body.letters else []
    return writer.letter(body)


class _Writer:
    """Makes the nodes of one section."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def link(self, link: Link, text: str = "") -> nodes.Node:
        """Return a reference; plain text where the output has no such page."""
        shown = visible(text or link.text)
        # Names of keywords are code, as they are in HTML and in the rows that they lead to.
        name: nodes.Node = nodes.literal("", shown) if link.anchor and not text else nodes.Text(shown)
        uri = self._links.uri(link)
        if uri is None:
            return name
        # Two writers look at `internal`: only then is the address taken as one of Sphinx's own.
        return nodes.reference("", "", name, internal=True, refuri=uri)

    def path(self, view: PageView) -> list[nodes.Node]:
        """Return the way down to the page."""
        if not view.breadcrumb:
            return []
        return [_paragraph(*_between(" / ", (self.link(link, text) for link, text in crumb_words(view))))]

    # A file

    def file(self, view: PageView, body: FileBody, section_id: str) -> list[nodes.Node]:
        """Return one section of a file's page."""
        if section_id == "":
            return self._file_head(view, body)
        rows = dict(body.groups).get(section_id)
        if rows is not None:
            return [self._rows(rows, dict(row_names(rows)))]
        if body.whole is None:
            return []
        return self._whole(body.whole, section_id)

    def _file_head(self, view: PageView, body: FileBody) -> list[nodes.Node]:
        definitions = [count for count in body.counts if count.kind is not Kind.IMPORT]
        facts = [role_word(body.role), line_count(body.lines), size_text(body.size), _keywords(definitions)]
        found: list[nodes.Node] = []
        if body.module:
            found.append(_paragraph(_code(body.module)))
        found.append(_paragraph(", ".join(facts), *self._docs([body.module])))
        standing = body.whole.standing if body.whole is not None else None
        if standing is not None and (words := _standing(standing)):
            found.append(_paragraph(words))
        if body.whole is not None:
            found += self._mentioned("", body.whole.mentioned)
        if body.error:
            where = say("Line %(line)s: ", line=body.error_line) if body.error_line else ""
            found.append(_paragraph(_strong(fault_title(body)), f" {where}{body.error}"))
        if body.whole is not None and body.whole.doc:
            found.append(_paragraph(*_prose(body.whole.doc)))
        if body.continued:
            found.append(_paragraph(_("Continues"), " ", self.link(body.continued[-1])))
        if view.parts:
            found.append(_paragraph(*_between(" ", map(self.link, view.parts))))
        return found

    def _whole(self, whole: Surroundings, section_id: str) -> list[nodes.Node]:
        if section_id == "kw-related":
            return self.related(whole.related) if whole.related else []
        if section_id == "kw-imports":
            return self._imports(whole)
        if section_id == "kw-structure":
            return self._structure(whole)
        if section_id == "kw-tests" and whole.tested is not None:
            return [*self._tested(whole.tested), *self._examples(_("Examples of use"), whole.examples)]
        if section_id == "kw-lint" and whole.lint is not None:
            return self._lint(whole.lint)
        return [*self._unresolved(whole), *(map(_paragraph, about_texts(whole)))] if section_id == "kw-about" else []

    def _imports(self, whole: Surroundings) -> list[nodes.Node]:
        found: list[nodes.Node] = [] if whole.imports else [_paragraph(_("Imports nothing."))]
        for title, rows in import_groups(whole.imports):
            found += [_paragraph(f"{title}:"), _bullets(map(self._import_row, rows))]
        if whole.externals:
            found.append(_paragraph(package_words(whole.externals)))
        importers = importer_lists(whole)
        for title, links in importers:
            found.append(_paragraph(f"{title}: ", *_between(", ", map(self.link, links))))
        if not importers:
            found.append(_paragraph(_("No file of the project imports it.")))
        if whole.tested is None:
            found += self._examples(_("Examples of use"), whole.examples)
        if whole.cycle is not None:
            steps = _between(" → ", map(self._step, whole.cycle.steps))
            found.append(_paragraph(f"{cycle_title(whole.cycle)}: → ", *steps, ". ", cycle_group(whole.cycle)))
        return found

    def _step(self, step: CycleStep) -> nodes.Node:
        words = import_flag_words(step.flags)
        return nodes.inline("", "", self.link(step.file), nodes.Text(f" ({', '.join(words)})" if words else ""))

    def _import_row(self, row: ImportRow) -> list[nodes.Node]:
        parts: list[_Inline] = [_code(row.text)]
        targets = [*map(self.link, row.links), *filter(None, [self._external(row.external)])]
        if targets:
            parts += [" → ", *_between(", ", targets)]
        words = [*import_flag_words(row.flags), *([] if row.uses else filter(None, [import_use_words(row)]))]
        return [_paragraph(*parts, *([f" ({', '.join(words)})"] if words else []))]

    def _structure(self, whole: Surroundings) -> list[nodes.Node]:
        lists: list[tuple[str, list[_Inline]]] = []
        if whole.structure is not None:
            largest = _series(
                [self.link(item.link), f" ({line_count(item.count)})"] for item in whole.structure.largest
            )
            used = _series(
                [self.link(item.link), f" ({use_count(item.count, item.files)})"] for item in whole.structure.used
            )
            lists = [(_("Largest definitions"), largest), (_("Most used definitions"), used)]
        for pattern in whole.patterns:
            places = _series(
                [self.link(link), f" L{line}" if link.text else f"L{line}"] for link, line in pattern.places
            )
            lists.append((pattern_word(pattern), [*places, and_more(pattern.more)]))
        return [_paragraph(f"{title}: ", *parts) for title, parts in lists if parts]

    def _tested(self, tests: HowTested) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        if tests.files:
            parts = _between(", ", (self.link(test.file) for test in tests.files))
            found.append(_paragraph(f"{_('Tests that use it')}: ", *parts, and_more(tests.more_files)))
        if tests.command:
            found.append(_paragraph(run_words(tests), " ", _code(tests.command)))
        return found

    def _lint(self, notes: LintNotes) -> list[nodes.Node]:
        rows = [
            [_paragraph(f"{rule.code} {rule.name}: ", *_prose(message.text), f" ({_lines(message)})")]
            for rule in notes.rules
            for message in rule.messages
        ]
        return [_bullets(rows), _paragraph(lint_words(notes))]

    def _unresolved(self, whole: Surroundings) -> list[nodes.Node]:
        if not whole.unresolved:
            return []
        text = say_count(
            "1 name that could not be placed", "%(count)s names that could not be placed", len(whole.unresolved)
        )
        return [_paragraph(f"{text}: ", *_between(", ", (_code(name) for name, _lines in whole.unresolved)))]

    def _rows(self, rows: Iterable[Row], names: Mapping[str, Sequence[str]]) -> nodes.Node:
        return _bullets(self._row(row, names) for row in rows)

    def _row(self, row: Row, names: Mapping[str, Sequence[str]]) -> list[nodes.Node]:
        words = [kind_word(row.kind, row.flags), *flag_words(row.flags & ~QUIET), *relation_flag_words(row)]
        docs = self._docs(names[row.id])
        text = f" ({', '.join(words)}), L{row.line}"
        head = _paragraph(_code(row.qualname + head_text(row)), text, *docs, ids=[row.anchor])
        found: list[nodes.Node] = [head]
        if row.summary:
            found.append(_paragraph(*_prose(row.summary)))
        for relation in row.relations:
            links = _between(", ", map(self._related_keyword, relation.links))
            found.append(_paragraph(f"{relation_word(relation.role)}: ", *links, and_more(relation.more)))
        for inherited in row.inherited:
            members = ", ".join(inherited.names) + and_more(inherited.more)
            found.append(_paragraph(f"{_('Inherited')}: ", self.link(inherited.source), f": {members}"))
        types = {(item.link.docname, item.link.anchor): item.link for item in row.types}
        if types:
            found.append(_paragraph(f"{_('Types')}: ", *_between(", ", map(self.link, types.values()))))
        found += self._examples(_("Example"), row.examples)
        found += self._mentioned(row.anchor, row.mentioned)
        if row.used is not None:
            found.append(self._used(row.used, row.files))
        elif row.reached:
            found.append(self._reached(row.reached))
        if row.namesakes is not None:
            found.append(self._same_name(row.namesakes))
        if row.members:
            found.append(self._rows(row.members, names))
        return found

    def _examples(self, title: str, examples: Iterable[Example]) -> list[nodes.Node]:
        return [
            _paragraph(f"{title}: ", _code(example.text), " (", self.link(example.place), ")") for example in examples
        ]

    def _same_name(self, namesakes: Namesakes) -> nodes.Node:
        parts = _between(", ", map(self.link, namesakes.links))
        if namesakes.index is not None:
            text = and_more(namesakes.more) if namesakes.more else many_namesakes()
            parts += [" ", self.link(namesakes.index, text.strip())]
        return _paragraph(f"{_('Same name elsewhere')}: ", *parts)

    def _docs(self, names: Iterable[str]) -> list[_Inline]:
        """Return the link to where this documentation describes an object, with a comma before it."""
        uri = next((uri for name in names if (uri := self._links.documented(name)) is not None), None)
        return [] if uri is None else [", ", nodes.reference("", _("Documentation"), internal=True, refuri=uri)]

    def _mentioned(self, anchor: str, own: Mentioned | None) -> list[nodes.Node]:
        """Return where a keyword (no anchor: what the page is about) is mentioned: by authors, then `own`."""
        items = [item for item in (self._links.mentioned().get(anchor), own) if item is not None]
        parts = _series([*_between(", ", map(self.link, item.documents)), and_more(item.more)] for item in items)
        return [_paragraph(f"{_('Mentioned in')}: ", *parts)] if parts else []

    def _related_keyword(self, link: Link) -> nodes.Node:
        outside = None if link.docname or link.anchor else self._external(link.text)
        return outside or self.link(link)

    def _external(self, name: str) -> nodes.Node | None:
        uri = self._links.external(name) if name else None
        return None if uri is None else nodes.reference("", visible(name), internal=False, refuri=uri)

    def uses(self, view: UsesView) -> list[nodes.Node]:
        """Return where one keyword is used."""
        if view.link is None:
            return [_paragraph(not_found(view.query.what))]
        uses = view.used.count if view.used else 0
        count = used_words(uses, view.files, reached=view.reached, guesses=view.guesses, kind=view.kind)
        found = [_paragraph(f"{kind_word(view.kind, view.flags)} ", self.link(view.link), f", {count}")]
        limit = MAX_FILES if view.query.limit is None else None
        if view.used is not None:
            found.append(self._used(view.used, view.files, limit))
        elif view.reached:
            found.append(self._reached(view.reached))
        elif view.guesses is None:
            found.append(_paragraph(no_uses(view.searched)))
        if view.guesses is not None:
            total = len(view.guesses.project) + len(view.guesses.tests) + view.guesses.more_files
            found += [
                _paragraph(f"{_('Possible matches')}: {possible_matches(view.guesses)}"),
                self._used(view.guesses, total, limit),
            ]
        return found

    def related_listing(self, view: RelatedView) -> list[nodes.Node]:
        """Return what is related to a file or folder."""
        if view.link is None:
            return [_paragraph(not_found(view.query.what))]
        head = _paragraph(self.link(view.link))
        related = view.files or view.folders
        if not related:
            return [head, _paragraph(_("Nothing related."))]
        return [head, *self.related(related, reasons=view.query.reasons)]

    def related(
        self, related: Sequence[RelatedFile] | Sequence[RelatedFolder], *, reasons: bool = True
    ) -> list[nodes.Node]:
        """Return related files or folders."""
        rows: list[list[nodes.Node]] = []
        for one in related:
            link, why = (
                (one.file, _reasons(one.reasons)) if isinstance(one, RelatedFile) else (one.folder, folder_reason(one))
            )
            rows.append([_paragraph(self.link(link), f" ({group_word(one.group)})", f": {why}" if reasons else "")])
        return [_bullets(rows)]

    def _reached(self, reached: Iterable[Reach]) -> nodes.Node:
        words = Series(tuple(map(reach_words, reached)))
        return _paragraph(f"{_('Used')}: ", *NodeWriter(self._links).inline(words))

    def _used(self, uses: UseList, total: int, limit: int | None = MAX_FILES) -> nodes.Node:
        own = (uses.own,) if uses.own is not None else ()
        files = (*own, *uses.project, *uses.tests)[:limit]
        text: list[_Inline] = []
        for file in files:
            text += [", " if text else "", self.link(file.file), f" ({file.count})"]
        return _paragraph(_("Used in: "), *text, and_more(total - len(files)))

    # Folders, the project, names

    def folder(self, body: FolderBody, section_id: str) -> list[nodes.Node]:
        """Return one section of a folder's page."""
        if section_id == "kw-folders":
            return [self._entries(body.folders)]
        if section_id == "kw-files":
            return [self._entries(body.files)]
        if section_id == "kw-related-folders":
            return self.related(body.related) if body.related else []
        if section_id == "kw-dependencies":
            return self.graph(body.imports) if body.imports else []
        if section_id == "kw-index":
            return self._names(body.names) if body.names else []
        found: list[nodes.Node] = [_paragraph(_code(body.module))] if body.module else []
        found.append(_paragraph(_totals(body.file_count, body.line_count, body.counts)))
        found += self._mentioned("", body.mentioned)
        texts = dict.fromkeys(text for text in (body.readme, body.doc) if text)
        found += [_paragraph(*_prose(text)) for text in texts]
        if body.used:
            used = _series([self.link(item.link), f" ({used_outside(item.files)})"] for item in body.used)
            found.append(_paragraph(f"{_('Most used by other folders')}: ", *used))
        return found

    def graph_listing(self, view: GraphView) -> list[nodes.Node]:
        """Return what a `kwgraph` directive shows."""
        if view.link is None:
            return [_paragraph(not_found(view.query.what))]
        head = _paragraph(self.link(view.link))
        if view.graph is None:
            return [head, _paragraph(no_edges(view))]
        if view.is_inside:
            return [head, *self.graph(view.graph)]
        items = (
            [_paragraph(self.link(node.link), *self._ends(view, links))] for node, links in grouped_edges(view.graph)
        )
        notes = [*circle_notes(view.graph), *_left_out(view.more)]
        return [head, _bullets(items), *map(_paragraph, notes)]

    def _ends(self, view: GraphView, links: Iterable[tuple[GraphEdge, Link]]) -> Iterator[_Inline]:
        for number, (verb, ends) in enumerate(edge_verbs(view, links)):
            yield f"{';' if number else ''} {verb} "
            yield from _between(", ", map(self.link, ends))

    def tree_listing(self, view: TreeView) -> list[nodes.Node]:
        """Return what a `kwtree` directive shows."""
        if view.link is None:
            return [_paragraph(not_found(view.query.what))]
        head = [_paragraph(self.link(view.link))] if view.link.text else []
        shown = self._tree(view.nodes) if view.nodes else _paragraph(_("No files."))
        return [*head, shown, *map(_paragraph, _left_out(view.more))]

    def graph(self, graph: Graph) -> list[nodes.Node]:
        """Return who imports whom."""
        rows: dict[int, list[Sequence[_Inline]]] = {}
        if graph.more_edges:
            items = [
                [_paragraph(self.link(node.link), f" {_('is imported by')} ", *_between(", ", map(self.link, links)))]
                for node, links in most_imported(graph)
            ]
            return [_bullets(items), *map(_paragraph, graph_notes(graph))]
        for edge in graph.edges:
            rows.setdefault(edge.source, []).append(
                [self.link(graph.nodes[edge.target].link), f" ({', '.join(count_words(edge))})"]
            )
        items = [
            [_paragraph(self.link(graph.nodes[source].link), f" {_('imports')} ", *_series(parts))]
            for source, parts in rows.items()
        ]
        return [_bullets(items), *map(_paragraph, more_graph_notes(graph))]

    def _names(self, names: FolderNames) -> list[nodes.Node]:
        rows = [
            [_paragraph(f"{letter_word(group)}: ", *_between(", ", (self.link(item.link) for item in items)))]
            for group, items in letter_groups(names.names)
        ]
        found: list[nodes.Node] = [_bullets(rows)] if rows else []
        if not names.is_whole:
            text = (
                _("For more, see the folders:")
                if rows
                else _("There are too many names for one list. See the folders:")
            )
            found.append(_paragraph(f"{text} ", *_between(", ", map(self.link, names.folders))))
        return found or [_paragraph(_("No keywords."))]

    def project(self, body: ProjectBody, section_id: str) -> list[nodes.Node]:
        """Return one section of the project's page."""
        if section_id == "kw-tree":
            return [self._tree(body.tree)]
        if section_id == "kw-names":
            return [self.letters(body.letters)] if body.letters else []
        if section_id == "kw-problems":
            return [self._entries(body.problems)]
        if not body.file_count:
            return [_paragraph(_("No file is indexed."))]
        totals = _paragraph(_totals(body.file_count, body.line_count, body.counts))
        return [*([_paragraph(*_prose(body.readme))] if body.readme else []), totals, *self._notable(body)]

    def _notable(self, body: ProjectBody) -> list[nodes.Node]:
        starts = [
            *map(self._command, body.commands),
            *(_paragraph(self.link(entry.link, entry.link.title)) for entry in body.scripts),
        ]
        lists = (
            (_("Most used keywords"), [self.link(item.link) for item in body.used], 0),
            (
                _("Public names without a docstring"),
                [self.link(item.link) for item in body.undocumented],
                body.more_undocumented,
            ),
        )
        found: list[nodes.Node] = []
        if starts:
            head = _paragraph(" ".join([f"{_('Entry points')}:", *_left_out(body.more_commands)]))
            found += [head, _bullets([item] for item in starts)]
        if body.other_scripts:
            scripts = (self.link(entry.link, entry.link.title) for entry in body.other_scripts)
            found.append(_paragraph(f"{_('Other scripts')}: ", *_between(", ", scripts)))
        found += [
            _paragraph(f"{title}: ", *_between(", ", links), and_more(more)) for title, links, more in lists if links
        ]
        if body.recent:
            found += [_paragraph(f"{_('Recent changes')}:"), _bullets(map(self._change, body.recent))]
        if body.imports:
            found += [_paragraph(f"{_('Dependencies of folders and files')}:"), *self.graph(body.imports)]
        return found

    def _command(self, item: Command) -> nodes.Node:
        target = self.link(item.link) if item.link else _code(item.target)
        return _paragraph(_code(item.name), " → ", target, f" ({command_word(item.group)})")

    def _change(self, change: Change) -> list[nodes.Node]:
        files = (
            [" (", *_between(", ", map(self.link, change.files)), and_more(change.more), ")"] if change.files else []
        )
        return [_paragraph(f"{change.date} {change.id} {change.subject}".strip(), *files)]

    def letters(self, letters: Sequence[LetterCount]) -> nodes.Node:
        """Return the letters of the A-Z index, as links to their pages."""
        shown = ((link, link.text or letter_word(letter.group)) for letter in letters for link in letter.links)
        return _paragraph(*_between(" ", (self.link(link, text) for link, text in shown)))

    def letter(self, body: LetterBody) -> list[nodes.Node]:
        """Return one page of the A-Z index."""
        rows: list[list[nodes.Node]] = []
        for head in body.heads:
            if head.see:
                names = _between(", ", map(self.link, head.see))
                rows.append([_paragraph(head.name, f": {_('see')} ", *names)])
                continue
            entries: list[_Inline] = []
            for entry in head.entries:
                entries += [", " if entries else " ", kind_word(entry.kind), " ", self.link(entry.link)]
                entries += [" (", self.link(entry.file), ")"]
            ids = [name_anchor(head.name)]
            rows.append([_paragraph(_strong(head.name), *entries, and_more(head.more), ids=ids)])
        return [_bullets(rows)] if rows else []

    def _entries(self, entries: Iterable[Entry]) -> nodes.Node:
        return _bullets([self._entry(entry)] for entry in entries)

    def _entry(self, entry: Entry, above: str = "") -> nodes.Node:
        size = indexed_count(entry.files) if entry.role is None else line_count(entry.lines)
        has_size = entry.lines or entry.counts or entry.files
        text = ": " if entry.error or entry.summary else ""
        said = [f"{_('not analysed')}, {entry.error}"] if entry.error else _prose(entry.summary)
        return _paragraph(
            self.link(entry.link, above + entry.link.text),
            f" ({_list_counts(entry.counts, size)})" if has_size else "",
            text,
            *said,
        )

    def _tree(self, tree: Iterable[TreeNode], level: int = 1, above: str = "") -> nodes.Node:
        """Return a tree; `above` are the folders that the list does not show for the depth of what it does."""

        def show(node: TreeNode) -> list[nodes.Node]:
            below = above + node.entry.link.text if level >= MAX_LEVELS else ""
            children = [self._tree(node.children, level + 1, below)] if node.children else []
            return [self._entry(node.entry, above), *children]

        return _bullets(map(show, tree))

    def listing_row(self, row: ListingRow, view: ListingView) -> list[_Inline]:
        """Return one keyword of a listing."""
        columns = view.query.columns
        parts: list[_Inline] = [f"{kind_word(row.kind, row.flags)} "] if "kind" in columns else []
        parts += [self.link(row.link), *([_code(row.signature)] if row.signature else [])]
        if row.summary:
            parts += [": ", *_prose(row.summary)]
        if row.file is not None:
            parts += [" (", self.link(row.file), f" L{row.line})" if row.line else ")"]
        if "uses" in columns:
            parts.append(f" {say_count('1 use', '%(count)s uses', row.uses)}")
        return parts


def _standing(standing: Standing) -> str:
    layer = [layer_words(standing.layer)[0]] if standing.layer is not None else []
    return ", ".join([*layer, *standing_words(standing)])


def _left_out(count: int) -> list[str]:
    return [say_count("1 more is left out.", "%(count)s more are left out.", count)] if count else []


def _keywords(counts: Sequence[KindCount]) -> str:
    return keyword_count(sum(count.public for count in counts), sum(count.private for count in counts))


def _totals(files: int, lines: int, counts: Sequence[KindCount]) -> str:
    definitions = [count for count in counts if count.kind is not Kind.IMPORT]
    return ", ".join((indexed_count(files), line_count(lines), _keywords(definitions)))


def _list_counts(counts: Iterable[KindCount], size: str) -> str:
    words = (kind_count(count.kind, count.public + count.private) for count in counts if count.kind is not Kind.IMPORT)
    return ", ".join((size, *words))


def _reasons(reasons: Iterable[Reason]) -> str:
    return "; ".join(map(reason_words, reasons))


def _lines(message: LintMessage) -> str:
    return ", ".join(f"L{line}" for line in message.lines) + and_more(message.more)


def _between(mark: str, parts: Iterable[nodes.Node]) -> list[_Inline]:
    return [item for number, part in enumerate(parts) for item in ((mark, part) if number else (part,))]


def _series(items: Iterable[Sequence[_Inline]]) -> list[_Inline]:
    return [part for number, item in enumerate(items) for part in ((", ", *item) if number else item)]


def _paragraph(*parts: _Inline, ids: Sequence[str] = ()) -> nodes.Node:
    paragraph = nodes.paragraph("", ids=list(ids))
    for part in parts:
        if part != "":
            paragraph += nodes.Text(visible(part)) if isinstance(part, str) else part
    return paragraph


def _prose(text: str) -> list[_Inline]:
    return [_code(piece) if is_code else piece for piece, is_code in plain_prose(text)]


def _code(text: str) -> nodes.Node:
    return nodes.literal("", visible(text))


def _strong(text: str) -> nodes.Node:
    return nodes.strong("", visible(text))


def _bullets(rows: Iterable[Sequence[nodes.Node]]) -> nodes.Node:
    return nodes.bullet_list("", *(nodes.list_item("", *row) for row in rows))
