"""Data blocks as simple blocks, for formats without their own form of them: nothing is collapsed, lists are shorter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import Flag, Kind, split_name
from sphinx_kwindex.pages.addresses import name_anchor
from sphinx_kwindex.pages.blocks import (
    Arrow,
    Block,
    Brief,
    Bullets,
    Code,
    Copied,
    Count,
    Day,
    Document,
    Documented,
    Facts,
    Flags,
    Fold,
    Gist,
    Glance,
    Group,
    Hint,
    Inline,
    Intro,
    Item,
    Jump,
    Line,
    Mark,
    MentionedIn,
    Mono,
    Named,
    Pager,
    Para,
    Prose,
    Qualified,
    Remarks,
    Screen,
    Series,
    Strong,
    Tally,
    Terms,
    To,
    Tools,
    Why,
)
from sphinx_kwindex.pages.examples_view import example_line
from sphinx_kwindex.pages.graphs import Matrix, Picture, count_words
from sphinx_kwindex.pages.phrases import (
    NO_PAGES,
    and_more,
    badge_words,
    docstring_facts,
    entry_size,
    further_facts,
    head_text,
    keyword_name,
    kind_count,
    kind_word,
    letter_word,
    more_files,
    no_uses,
    operator_count,
    possible_matches,
    reach_words,
    relation_flag_words,
    relation_word,
    say,
    say_count,
    site_word,
    tally,
    use_count,
    use_words,
    used_words,
)
from sphinx_kwindex.pages.prose import plain_prose
from sphinx_kwindex.pages.records import (
    Files,
    Head,
    Heads,
    Letters,
    PathEntry,
    Row,
    Rows,
    SiteLink,
    Source,
    TreeNode,
    UseGroup,
    UseList,
    UsingFile,
)
from sphinx_kwindex.pages.relations_view import row_names
from sphinx_kwindex.pages.search_data import SearchIndex, SearchNames
from sphinx_kwindex.pages.uses_listing import Uses

MAX_FILES = 10
"""Using files that one keyword lists."""
MAX_LEVELS = 4
"""Levels of a list: LaTeX has no more, and the text builder no space for very many."""


def _files(files: Files) -> Iterable[Block]:
    return [_tree(files.nodes)] if files.nodes else []


def _tree(nodes: Iterable[TreeNode], level: int = 1, above: str = "") -> Bullets:
    """Return a tree; `above` are the folders that the list does not show for the depth of what it does."""

    def show(node: TreeNode) -> Item:
        below = above + node.entry.link.text if level >= MAX_LEVELS else ""
        children = (_tree(node.children, level + 1, below),) if node.children else ()
        return Item(_entry(node.entry, above), children)

    return Bullets(tuple(map(show, nodes)))


def _entry(entry: PathEntry, above: str) -> Inline:
    size = entry_size(entry)
    said: Inline = (say("not analysed"), ", ", entry.error) if entry.error else Prose(entry.summary)
    said = NO_PAGES if entry.is_folded else said
    return (
        above + entry.link.text if entry.is_folded else To(entry.link, above + entry.link.text),
        Why(Series((size, *(kind_count(kind, count) for kind, count in tally(entry.counts).counts)))) if size else "",
        (": ", said) if entry.error or entry.summary or entry.is_folded else "",
    )


def _matrix(matrix: Matrix) -> Iterable[Block]:
    graph = matrix.graph
    rows = grouped(
        (edge.source, (To(graph.nodes[edge.target].link), Why(Series(tuple(count_words(edge))))))
        for edge in graph.edges
    )
    yield Terms(
        tuple(
            (To(graph.nodes[source].link), (Item((say("imports"), " ", Series(tuple(ends)))),))
            for source, ends in rows.items()
        ),
        is_sentence=True,
    )


def _letters(letters: Letters) -> Iterable[Block]:
    shown = (To(link, link.text or letter_word(letter.group)) for letter in letters.letters for link in letter.links)
    parts = tuple(part for link in shown for part in (" ", link))[1:]
    return [Para(parts)] if parts else []


def _heads(heads: Heads) -> Iterable[Block]:
    items = tuple(_word(head) if head.see else _name(head) for head in heads.heads)
    return [Bullets(items)] if items else []


def _word(head: Head) -> Item:
    return Item((head.name, ": ", say("see"), " ", Series(tuple(map(To, head.see)))))


def _name(head: Head) -> Item:
    entries = ((Mark(entry.kind), " ", To(entry.link), Why(To(entry.file))) for entry in head.entries)
    return Item((Strong(head.name), " ", Series(tuple(entries), and_more(head.more))), anchor=name_anchor(head.name))


# Rows of keywords


def _rows(rows: Rows) -> Iterable[Block]:
    return [_row_list(rows.rows, dict(row_names(rows.rows)), is_full=False)]


def _brief_rows(rows: Rows) -> Iterable[Block]:
    return [_row_list(map(_in_brief, rows.rows), dict(row_names(rows.rows)), is_full=False)]


def _in_brief(row: Row) -> Row:
    """Return a row without what other places of a document tell: indexes have all names, and a head shows what its types are called."""
    types = tuple(replace(item, link=replace(item.link, text=split_name(item.link.text)[2])) for item in row.types)
    return replace(row, types=types, namesakes=None, members=tuple(map(_in_brief, row.members)))


def _full_rows(rows: Rows) -> Iterable[Block]:
    return [_row_list(rows.rows, dict(row_names(rows.rows)), is_full=True)]


def _row_list(rows: Iterable[Row], names: Mapping[str, tuple[str, ...]], *, is_full: bool) -> Bullets:
    def item(row: Row) -> Item:
        facts = [
            *(_full_facts(row) if is_full else ()),
            *_row_facts(row, _full_uses(row) if is_full else _short_uses(row)),
        ]
        said = [Para(Prose(row.summary)) if row.summary else None, *map(Para, facts)]
        members = [_row_list(row.members, names, is_full=is_full)] if row.members else []
        head = _row_head(row, names, is_full=is_full)
        return Item(head, (*filter(None, said), *members), row.anchor, index=_index_entry(row))

    return Bullets(tuple(map(item, rows)))


def _index_entry(row: Row) -> tuple[Inline, ...]:
    """Return the name, and what it is in; nothing for headings, tests and what is local to a function: nobody looks for them by name."""
    if row.kind is Kind.SECTION or row.flags & (Flag.LOCAL | Flag.TEST):
        return ()
    module, outer = row.id.removesuffix(f".{row.qualname}"), split_name(row.qualname)[0]
    return (row.name, (outer or kind_word(row.kind, row.flags), f" ({module})"))


def _row_head(row: Row, names: Mapping[str, tuple[str, ...]], *, is_full: bool) -> Inline:
    words = (kind_word(row.kind, row.flags), *badge_words(row.flags), *relation_flag_words(row))
    name = (Code(row.full_name + head_text(row)), Why(Series(words)))
    end = f"–{row.end_line}" if is_full and row.end_line > row.line else ""
    return Series((name, f"L{row.line}{end}", Documented(names[row.id])))


def _row_facts(row: Row, uses: Iterable[Inline]) -> Iterator[Inline]:
    for relation in row.relations:
        links = Series(tuple(map(keyword_name, relation.links)), and_more(relation.more))
        yield (relation_word(relation.role), ": ", links)
    for inherited in row.inherited:
        yield (say("Inherited"), ": ", To(inherited.source), ": ", Series(inherited.names, and_more(inherited.more)))
    if types := {(item.link.docname, item.link.anchor): To(item.link) for item in row.types if item.link.docname}:
        yield (say("Types"), ": ", Series(tuple(types.values())))
    for example in row.examples:
        yield (say("Example"), ": ", example_line(example))
    yield MentionedIn(row.anchor, row.mentioned)
    yield from docstring_facts(row.in_docstrings)
    yield from uses
    for title, words in further_facts(row):
        yield (say(title), ": ", words)


def _short_uses(row: Row) -> Iterator[Inline]:
    if row.used is not None:
        yield _used(row.used, row.files, MAX_FILES, own=say("this file"))
    elif row.reached:
        yield _reached(row)
    if row.operators is not None:
        yield (say("By operators"), ": ", operator_count(row.operators))


def _reached(row: Row | Uses) -> Inline:
    return (say("Used"), ": ", Series(tuple(map(reach_words, row.reached))))


def _full_facts(row: Row) -> Iterator[Inline]:
    if row.decorators:
        yield Series(tuple(Code(f"@{text}") for text in row.decorators))
    if row.sites:
        yield (say("Defined"), ": ", Series((f"L{row.line}", *map(_site, row.sites))))


def _site(site: SiteLink) -> Inline:
    if site.signature:
        return (f"L{site.line}", " ", Code(site.signature))
    return (site_word(site.label), " ", f"L{site.line}") if site.label else f"L{site.line}"


def _full_uses(row: Row) -> Iterator[Inline]:
    """Yield every use that the page has, with where it is."""
    if row.used is not None:
        yield from _use_facts(row.used)
    elif row.reached:
        yield _reached(row)
    elif row.operators is None and row.guesses is None and row.kind is not Kind.SECTION and row.is_searched:
        yield (say("Used"), ": ", use_count(0, 0))
    if row.operators is not None:
        yield (say("By operators"), ": ", operator_count(row.operators), *_with_places(row.operators))
    if row.guesses is not None:
        yield (say("Possible matches"), ": ", possible_matches(row.guesses), *_with_places(row.guesses))


def _with_places(uses: UseList) -> Iterator[Inline]:
    return (part for fact in _use_facts(uses) for part in ("; ", fact))


def _use_facts(uses: UseList) -> Iterator[Inline]:
    rest = more_files(uses.more_files)
    if uses.own is not None:
        yield (say("Used here"), ": ", _places(uses.own))
    if uses.project:
        yield (say("Used in"), *_using_files(uses.project, "" if uses.tests else rest))
    if uses.tests:
        yield (say("Used in tests"), *_using_files(uses.tests, rest))


def _using_files(files: Iterable[UsingFile], more: Inline) -> Iterator[Inline]:
    for number, file in enumerate(files):
        yield ("; " if number else ": ", To(file.file), f" {file.count}×: ", _places(file))
    if more:
        yield ("; ", more)


def _places(file: UsingFile) -> Inline:
    more = say_count("1 more place", "%(count)s more places", file.more) if file.more else ""
    return Series((*map(_group, file.groups), more))


def _group(group: UseGroup) -> Inline:
    scope = Code(group.scope.text) if group.scope.text else say("module level")
    lines = " " + ", ".join(f"L{line}" for line in group.lines) + "…" * bool(group.more_lines)
    return scope, " ", use_words(group.kinds), lines if group.lines else ""


def _used(uses: UseList, total: int, limit: int | None, own: Inline = "") -> Inline:
    """List using files; `own` is what the file is called that defines the name, where it is not named by its path."""
    files = (*((uses.own,) if uses.own is not None else ()), *uses.project, *uses.tests)[:limit]
    shown = tuple((own if own and file is uses.own else To(file.file), f" ({file.count})") for file in files)
    return (say("Used in: "), Series(shown, and_more(total - len(files))))


def _uses(uses: Uses) -> Iterable[Block]:
    count = uses.used.count if uses.used else 0
    words = used_words(
        count, uses.files, operators=uses.operators, reached=uses.reached, guesses=uses.guesses, kind=uses.kind
    )
    limit = MAX_FILES if uses.is_short else None
    yield Para((kind_word(uses.kind, uses.flags), " ", To(uses.link), ", ", words))
    if uses.used is not None:
        yield Para(_used(uses.used, uses.files, limit))
    elif uses.reached:
        yield Para(_reached(uses))
    elif uses.guesses is None and uses.operators is None:
        yield Para(no_uses(uses.searched))
    if uses.operators is not None:
        yield Para((say("By operators"), ": ", operator_count(uses.operators)))
    if (guesses := uses.guesses) is not None:
        yield Para((say("Possible matches"), ": ", possible_matches(guesses)))
        yield Para(_used(guesses, len(guesses.project) + len(guesses.tests) + guesses.more_files, limit))


# What is closed elsewhere


def _fold(fold: Fold) -> Iterable[Block]:
    first, *rest = (block for block in fold.blocks if not isinstance(block, Brief))
    if isinstance(first, Bullets) and first.is_short:
        lines = tuple(map(line_of, first.items))
        shown = tuple((" → ", line) for line in lines) if first.is_ordered else (" ", Series(lines, first.more))
        return [Para((fold.title, ":", shown)), *rest]
    return [*([Para((fold.title, ":"))] if fold.has_title else []), first, *rest]


def _terms(terms: Terms) -> Iterable[Block]:
    return [Bullets(tuple(map(_sentence if terms.is_sentence else _term, terms.items)))]


def _term(term: tuple[Inline, tuple[Item, ...]]) -> Item:
    title, items = term
    said = [item.inside for item in items if item.inside]
    blocks = [block for item in items for block in item.blocks]
    first = blocks[0] if len(blocks) == 1 else None
    if isinstance(first, Bullets) and first.is_short:
        said += map(line_of, first.items)
        blocks.clear()
    return Item((title, ": " if said else ":", Series(tuple(said))), tuple(blocks))


def _sentence(term: tuple[Inline, tuple[Item, ...]]) -> Item:
    title, items = term
    parts = (part for item in items for part in ("; ", item.inside))
    return Item((title, " ", *tuple(parts)[1:]))


def line_of(item: Item) -> Inline:
    """Return an entry of a list as one line."""
    inside = (item.mark, " ", item.inside) if item.mark is not None else item.inside
    if item.ends and isinstance(item.ends[0], Remarks):
        return (inside, *item.ends)
    return Series((inside, *item.ends)) if item.ends else inside


PLAIN_FORMS: Mapping[type, Callable[[Any], Iterable[Block]]] = {
    Brief: lambda _: (),
    Count: lambda _: (),
    Document: lambda block: [Para(Prose(block.text))],
    Facts: lambda block: [Para(Series(block.items))],
    Files: _files,
    Fold: _fold,
    Glance: lambda block: _fold(Fold(block.title, block.blocks)),
    Group: lambda block: block.blocks,
    Heads: _heads,
    Source: lambda _source: (),  # who knows the file puts its text there
    Intro: lambda block: block.blocks,
    Jump: lambda _: (),
    Letters: _letters,
    Matrix: _matrix,
    Pager: lambda block: [Para(tuple(part for link in block.links for part in (" ", To(link)))[1:])],
    Picture: lambda block: block.words,
    Rows: _rows,
    SearchIndex: lambda _: (),
    SearchNames: lambda _: (),
    Terms: _terms,
    Tools: lambda _: (),
    Uses: _uses,
}
"""Left are paragraphs, lists, tables and lines of code."""
PAPER_FORMS: Mapping[type, Callable[[Any], Iterable[Block]]] = {**PLAIN_FORMS, Rows: _brief_rows}
FULL_FORMS: Mapping[type, Callable[[Any], Iterable[Block]]] = {**PLAIN_FORMS, Rows: _full_rows}
"""For formats that are searched rather than read: rows with all that they open to."""


def _remark(inside: Inline) -> Inline:
    return (" (", inside, ")") if inside else ""


def _named(item: Named) -> Inline:
    before = (Code(item.before.rstrip()), " ") if item.before.endswith(" ") else Code(item.before)
    return (before if item.before else "", item.inside, Code(item.after) if item.after else "")


PLAIN_INLINES: Mapping[type, Callable[[Any], Inline]] = {
    Arrow: lambda _: " → ",
    Copied: lambda item: Code(item.text),
    Day: lambda item: item.text,
    Flags: lambda item: _remark(Series(item.words)) if item.words else "",
    Gist: lambda item: (": ", Prose(item.text)),
    Hint: lambda item: item.inside,
    Line: lambda item: f"L{item.number}",
    Mark: lambda item: kind_word(item.kind, item.flags),
    Mono: lambda item: item.inside,
    Named: _named,
    Prose: lambda item: tuple(Code(text) if is_code else text for text, is_code in plain_prose(item.text)),
    Qualified: lambda item: Code(item.text),
    Remarks: lambda item: tuple(map(_remark, item.items)),
    Screen: lambda _: "",
    Tally: lambda item: Series(tuple(kind_count(kind, count) for kind, count in item.counts)),
    Why: lambda item: _remark(item.inside) if item.is_aside else item.inside,
}
"""Left are text, code, links, series, and what has to be seen first."""
