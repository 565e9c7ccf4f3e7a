"""Lists of files, folders and names as HTML: folder pages, the project page, the A-Z index, listings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sphinx_kwindex.ext.escape import Html, Linker, escape, prose
from sphinx_kwindex.ext.html_graphs import graph_table
from sphinx_kwindex.ext.html_rows import badges, count_mark, kind_mark, none, short_code
from sphinx_kwindex.ext.words import (
    KIND_LETTERS,
    _,
    and_more,
    command_word,
    format_number,
    indexed_count,
    keyword_count,
    kind_count,
    kind_heading,
    letter_groups,
    letter_word,
    line_count,
    name_count,
    not_found,
    role_word,
    say_count,
    script_texts,
    use_count,
    used_in,
    used_outside,
)
from sphinx_kwindex.model import Kind, Role
from sphinx_kwindex.pages.addresses import name_anchor
from sphinx_kwindex.pages.records import (
    Change,
    Command,
    Entry,
    FolderBody,
    FolderNames,
    Head,
    KeywordCount,
    KindCount,
    LetterBody,
    LetterCount,
    LettersBody,
    ListingGroup,
    ListingRow,
    ListingView,
    Mentioned,
    NameEntry,
    PageView,
    ProjectBody,
    TreeNode,
    TreeView,
)

LONG_DOC = 280
"""A paragraph with more characters starts closed, after about three lines."""


def items_list(name: str, items: Iterable[str], tag: str = "ul") -> str:
    """Write a list of things that are HTML; nothing if there are none."""
    inside = "".join(f"<li>{item}</li>" for item in items)
    return f'<{tag} class="{name}" role="list">{inside}</{tag}>' if inside else ""


def block(title: str, items: str, count: int, open_limit: int, name: str) -> str:
    """Write a titled list (`items`: the `li`s) that starts closed if it is long; nothing if it is empty."""
    if not items:
        return ""
    is_open = "" if count > open_limit else ' open=""'
    return (
        f'<details class="kw-block"{is_open}><summary>{escape(title)} <span>{count}</span></summary>'
        f'<ul class="{name}" role="list">{items}</ul></details>'
    )


def page_data(page: str) -> str:
    """Write the attributes by which the script knows a page, with its texts where they are not English."""
    texts = script_texts()
    data = f' data-kw-texts="{escape(json.dumps(texts, ensure_ascii=False))}"' if texts else ""
    return f'data-kw-page="{page}"{data}'


def paragraph(text: str) -> str:
    """Write the first paragraph of a docstring; a long one starts closed."""
    if len(text) <= LONG_DOC:
        return f'<p class="kw-doc">{prose(text)}</p>'
    cut = text.rfind(" ", 0, LONG_DOC - 40)
    # A cut inside a literal would leave half its marks.
    if cut <= 0 or text.count("`", 0, cut) % 2:
        return f'<p class="kw-doc">{prose(text)}</p>'
    head, tail = prose(text[:cut]), prose(text[cut + 1 :])
    return f'<details class="kw-doc"><summary>{head}<span> …</span></summary>{tail}</details>'


def mentioned_line(own: Mentioned | None, linker: Linker) -> str:
    """Write where prose mentions what the page is about."""
    links = linker.mentioned("", own)
    return items_list("kw-line", [f"{escape(_('Mentioned in'))}: {links}"] if links else [])


def folder_section(body: FolderBody, section_id: str, linker: Linker) -> str:
    """Write one section of a folder's page."""
    if section_id == "kw-folders":
        return _TOOLS + _entries(body.folders, linker)
    if section_id == "kw-files":
        return ("" if body.folders else _TOOLS) + _entries(body.files, linker)
    if section_id == "kw-index":
        return _folder_names(body.names, linker) if body.names else ""
    return _folder_head(body, linker)


def _folder_head(body: FolderBody, linker: Linker) -> str:
    facts = _total_facts(body.file_count, body.line_count, body.counts)
    module = f'<p class="kw-module"><code data-kw-copy="">{escape(body.module)}</code></p>' if body.module else ""
    texts = dict.fromkeys(text for text in (body.readme, body.doc) if text)
    end = _total_counts(body.counts) + mentioned_line(body.mentioned, linker)
    head = _head("folder", module, facts, end=end, path=body.path)
    return head + "".join(map(paragraph, texts)) + _used_outside(body, linker)


def _used_outside(body: FolderBody, linker: Linker) -> str:
    """Write what files outside a folder use of it most."""
    items = "".join(
        f"<li>{kind_mark(item.kind, item.flags)} <code>{linker.link(item.link)}</code>"
        f' <span class="kw-why">{escape(used_outside(item.files))}</span></li>'
        for item in body.used
    )
    return block(_("Most used by other folders"), items, len(body.used), body.open_limit, "kw-list")


def _folder_names(names: FolderNames, linker: Linker) -> str:
    """Write the names below a folder, by their first letters; closed, as they may be many."""
    letters = "".join(
        f"<dt>{escape(letter_word(group))}</dt><dd>{items_list('', (linker.link(item.link) for item in items))}</dd>"
        for group, items in letter_groups(names.names)
    )
    title = escape(say_count("1 name", "%(count)s names", len(names.names)))
    shown = f'<details class="kw-block"><summary>{title}</summary><dl class="kw-az">{letters}</dl></details>'
    if names.is_whole:
        return shown if letters else none(_("No keywords."))
    note = escape(_("These are the names of the files in this folder alone. For more, see the folders:"))
    if not letters:
        shown, note = "", escape(_("There are too many names for one list. See the folders:"))
    return f'{shown}<p class="kw-note">{note}</p>{items_list("kw-groups", map(linker.link, names.folders))}'


def project_section(body: ProjectBody, section_id: str, linker: Linker) -> str:
    """Write one section of the project's page."""
    if section_id == "kw-tree":
        return _TOOLS + _tree(body.tree, linker)
    if section_id == "kw-names":
        return _letter_bar(body.letters, linker)
    if section_id == "kw-problems":
        return _entries(body.problems, linker, has_bars=False)
    if not body.file_count:
        return none(_("No file is indexed."))
    facts = _total_facts(body.file_count, body.line_count, body.counts)
    readme = paragraph(body.readme) if body.readme else ""
    return readme + _head("project", "", facts, end=_total_counts(body.counts)) + _notable(body, linker)


def _notable(body: ProjectBody, linker: Linker) -> str:
    """Write what stands out in a project; all closed."""
    started = "".join(f"<li>{_command(item, linker)}</li>" for item in body.commands)
    if body.more_commands:
        started += f"<li>{escape(say_count('1 more', '%(count)s more', body.more_commands))}</li>"
    started += "".join(f"<li>{_script(entry, linker)}</li>" for entry in body.scripts)
    starts = len(body.commands) + body.more_commands + len(body.scripts)
    others = "".join(f"<li>{_script(entry, linker)}</li>" for entry in body.other_scripts)
    used = "".join(_keyword_count(item, linker) for item in body.used)
    undocumented = "".join(_keyword_count(item, linker) for item in body.undocumented)
    if body.more_undocumented:
        undocumented += f"<li>{escape(say_count('1 more', '%(count)s more', body.more_undocumented))}</li>"
    count = len(body.undocumented) + body.more_undocumented
    changes = (_change(change, linker) for change in body.recent)
    graph = graph_table(body.imports, linker) if body.imports else ""
    title = escape(_("Dependencies of folders and files"))
    return "".join(
        (
            f'<details class="kw-block"><summary>{title}</summary>{graph}</details>' if graph else "",
            block(_("Entry points"), started, starts, 0, "kw-list"),
            block(_("Other scripts"), others, len(body.other_scripts), 0, "kw-list"),
            block(_("Most used keywords"), used, len(body.used), 0, "kw-list"),
            block(_("Public names without a docstring"), undocumented, count, 0, "kw-list"),
            block(_("Recent changes"), "".join(changes), len(body.recent), 0, "kw-list kw-changes"),
        )
    )


def _change(change: Change, linker: Linker) -> str:
    files = ", ".join(map(linker.link, change.files)) + escape(and_more(change.more))
    date = f'<time datetime="{escape(change.date)}">{escape(change.date)}</time> ' if change.date else ""
    return (
        f"<li>{date}<code>{escape(change.id)}</code> {escape(change.subject)}"
        + (f' <span class="kw-why">{files}</span>' if files else "")
        + "</li>"
    )


def _command(item: Command, linker: Linker) -> str:
    target = linker.link(item.link) if item.link else escape(item.target)
    return (
        f'<code>{escape(item.name)}</code> <span class="kw-why"><span class="kw-arrow" aria-hidden="true">→</span>'
        f" <code>{target}</code> {escape(command_word(item.group))}</span>"
    )


def _script(entry: Entry, linker: Linker) -> str:
    text = f' <span class="kw-why">{prose(entry.summary)}</span>' if entry.summary else ""
    return linker.link(entry.link, escape(entry.link.title)) + text


def _keyword_count(item: KeywordCount, linker: Linker) -> str:
    uses = f' <span class="kw-why">{escape(used_in(item.files))}</span>' if item.files else ""
    return f"<li>{kind_mark(item.kind, item.flags)} <code>{linker.link(item.link)}</code>{uses}</li>"


def letters_section(body: LettersBody, linker: Linker) -> str:
    """Write the entry page of the A-Z index."""
    heads = name_count(body.heads)
    keywords = say_count("1 keyword", "%(count)s keywords", body.keywords)
    return f"{_head('letters', '', [escape(heads), escape(keywords)])}{_letter_bar(body.letters, linker)}{_TOOLS}"


def letter_section(view: PageView, body: LetterBody, linker: Linker) -> str:
    """Write one page of the A-Z index."""
    bar = _letter_bar(body.letters, linker, view.page.docname)
    names = [head for head in body.heads if not head.see]
    keywords = sum(len(head.entries) + head.more for head in names)
    facts = [escape(name_count(len(names))), escape(say_count("1 keyword", "%(count)s keywords", keywords))]
    marks = {kind: kind_mark(kind) for kind in Kind}
    heads = "".join(_word_head(head, linker) if head.see else _name_head(head, linker, marks) for head in body.heads)
    return f'{bar}{_head("letter", "", facts)}{_TOOLS}{_KINDS}<ol class="kw-names" role="list">{heads}</ol>'


def listing_groups(view: ListingView, linker: Linker) -> str:
    """Write what a `kwindex` directive shows."""
    if not view.count:
        return none(_("No keywords.") if view.found else not_found(view.query.what))
    text = "".join(_listing_group(group, view, linker) for group in view.groups)
    return text + (none(say_count("1 more keyword", "%(count)s more keywords", view.more)) if view.more else "")


_TOOLS = '<div class="kw-tools"></div>'
"""Where the script puts filter and help; the style sheet keeps the room free where scripts run."""
_KINDS = '<div class="kw-tools kw-kinds"></div>'
"""Where the script puts a switch for each kind."""


def _head(page: str, inside: str, facts: Iterable[str], *, end: str = "", path: str = "") -> str:
    copy = f' data-kw-copy-title="{escape(path)}"' if path else ""
    return f'<div class="kw-head" {page_data(page)}{copy}>{inside}{items_list("kw-line", facts)}{end}</div>'


def _total_facts(files: int, lines: int, counts: Sequence[KindCount]) -> Iterable[str]:
    definitions = [count for count in counts if count.kind is not Kind.IMPORT]
    yield escape(indexed_count(files))
    yield escape(line_count(lines))
    public, private = sum(count.public for count in definitions), sum(count.private for count in definitions)
    yield escape(keyword_count(public, private))


def _total_counts(counts: Sequence[KindCount]) -> str:
    """Write the counts of a whole page in words, which also says what the letters below mean."""
    marks = "".join(
        f'<span class="kw-count kw-{count.kind.value}"><b aria-hidden="true">{KIND_LETTERS[count.kind]}</b> '
        f"{escape(kind_count(count.kind, count.public + count.private))}</span>"
        for count in counts
        if count.kind is not Kind.IMPORT
    )
    return f'<p class="kw-counts">{marks}</p>' if marks else ""


def _counts(counts: Iterable[KindCount]) -> str:
    marks = (count_mark(count.kind, count.public + count.private) for count in counts if count.kind is not Kind.IMPORT)
    return "".join(marks)


def _entries(entries: Iterable[Entry], linker: Linker, *, has_bars: bool = True) -> str:
    entries = tuple(entries)
    most = max((entry.lines for entry in entries), default=0) if has_bars else 0
    items = "".join(f'<li class="kw-entry">{_entry(entry, linker)}{_entry_size(entry, most)}</li>' for entry in entries)
    return f'<ul class="kw-entries" role="list">{items}</ul>'


def _entry(entry: Entry, linker: Linker) -> str:
    if entry.error:
        text = f'<b class="kw-flag">{escape(_("not analysed"))}</b> {escape(entry.error)}'
    else:
        text = prose(entry.summary)
    role = f'<span class="kw-flag">{escape(role_word(entry.role))}</span>' if entry.role in _TOLD_ROLES else ""
    return (
        f'<span class="kw-entry-name">{linker.link(entry.link)}{role}</span><span class="kw-entry-text">{text}</span>'
    )


def _entry_size(entry: Entry, most: int = 0) -> str:
    """Write how large a file or folder is, with a bar beside the number if `most`, the lines of the largest, is given."""
    if not entry.lines and not entry.counts and not entry.files:
        return ""
    size = escape(indexed_count(entry.files) if entry.role is None else line_count(entry.lines))
    share = max(1, round(100 * entry.lines / most)) if most else 0
    title = "" if entry.role is not None else f' title="{escape(line_count(entry.lines))}"'
    bar = f'<span class="kw-bar"{title}><i style="width:{share}%"></i></span>' if share else ""
    return f'<span class="kw-counts"><span>{size}</span>{bar}{_counts(entry.counts)}</span>'


_TOLD_ROLES = frozenset(Role) - {Role.MODULE, Role.PACKAGE, Role.PROSE}
"""Roles that a file's name may not tell."""


def tree_listing(view: TreeView, linker: Linker) -> str:
    """Write what a `kwtree` directive shows."""
    if view.link is None:
        return none(not_found(view.query.what))
    head = f'<p class="kw-group">{linker.link(view.link)}</p>' if view.link.text else ""
    if not view.nodes:
        return head + none(_("No files."))
    more = none(say_count("1 more is left out.", "%(count)s more are left out.", view.more)) if view.more else ""
    return head + _tree(view.nodes, linker, is_open=True) + more


def _tree(nodes: Sequence[TreeNode], linker: Linker, *, is_open: bool = False) -> str:
    """Write a tree; folders start closed, but for one that stands alone."""
    items = "".join(
        f'<li class="kw-entry">{_entry(node.entry, linker)}{_branch(node, linker, is_open=is_open, is_alone=len(nodes) == 1)}</li>'
        for node in nodes
    )
    return f'<ul class="kw-entries" role="list">{items}</ul>'


def _branch(node: TreeNode, linker: Linker, *, is_open: bool, is_alone: bool) -> str:
    size = _entry_size(node.entry)
    if not node.children:
        return size
    state = ' open=""' if is_open or is_alone else ""
    inner = _tree(node.children, linker, is_open=is_open)
    shown = size or escape(say_count("1 entry", "%(count)s entries", len(node.children)))
    return f'<details class="kw-branch"{state}><summary>{shown}</summary>{inner}</details>'


def _letter_bar(letters: Sequence[LetterCount], linker: Linker, own: str = "") -> str:
    items = items_list("kw-letters", (_letter(letter, linker, own) for letter in letters))
    return f'<nav aria-label="{escape(_("Letters"))}">{items}</nav>' if items else ""


def _letter(letter: LetterCount, linker: Linker, own: str) -> str:
    is_here = any(link.docname == own for link in letter.links)
    count = f" <small>{format_number(letter.heads)}</small>" if letter.heads else ""
    name = f"<b>{escape(letter_word(letter.group))}</b>"
    if len(letter.links) == 1:
        current = ' aria-current="page"' if is_here else ""
        return linker.link(letter.links[0], Html(name + count), current)
    ranges = " ".join(
        linker.link(link, attributes=' aria-current="page"' if link.docname == own else "") for link in letter.links
    )
    # The ranges of a split letter would make the bar long on every page but its own.
    return f"{name}{count} {ranges}" if is_here or not own else linker.link(letter.links[0], Html(name))


def _name_head(head: Head, linker: Linker, marks: Mapping[Kind, str]) -> str:
    private = ' class="kw-dim"' if head.private else ""
    more = f"<li>{escape(say_count('1 more', '%(count)s more', head.more))}</li>" if head.more else ""
    entries = "".join([_name_entry(entry, linker, marks) for entry in head.entries])
    return f'<li id="{escape(name_anchor(head.name))}"{private}><b>{escape(head.name)}</b><ul role="list">{entries}{more}</ul></li>'


def _word_head(head: Head, linker: Linker) -> str:
    """Write a word with the names that it is part of."""
    private = " kw-dim" if head.private else ""
    names = ", ".join(map(linker.link, head.see))
    return f'<li class="kw-see{private}"><b>{escape(head.name)}</b><span><i>{escape(_("see"))}</i> {names}</span></li>'


def _name_entry(entry: NameEntry, linker: Linker, marks: Mapping[Kind, str]) -> str:
    private = ' class="kw-dim"' if entry.flags else ""
    # The path is no link: that would be a fifth of the page, and the keyword's own leads there.
    return f"<li{private}>{marks[entry.kind]}{linker.link(entry.link)} <small>{escape(entry.file.text)}</small></li>"


def _listing_group(group: ListingGroup, view: ListingView, linker: Linker) -> str:
    rows = "".join(_listing_row(row, view, linker) for row in group.rows)
    title = linker.link(group.link) if group.link else escape(_group_title(group.label, view.query.group))
    head = f'<p class="kw-group">{title}</p>' if title else ""
    return f'{head}<ul class="kw-list" role="list">{rows}</ul>'


def _group_title(label: str, group: str) -> str:
    return kind_heading(Kind(label)) if group == "kind" else label


def _listing_row(row: ListingRow, view: ListingView, linker: Linker) -> str:
    columns = view.query.columns
    mark = kind_mark(row.kind, row.flags) if "kind" in columns else ""
    outer, dot, own = row.link.text.rpartition(".")
    name = linker.link(row.link, Html(f"{escape(outer + dot)}<b>{escape(own)}</b>"))
    head = f'<code class="kw-name">{name}{short_code(row.signature)}</code>{badges(row.flags)}'
    summary = f' <span class="kw-text">{prose(row.summary)}</span>' if row.summary else ""
    # A number: that nothing uses a name would be too much to say here, where the ways to it are not known.
    counted = use_count(row.uses, row.files) if row.uses else say_count("1 use", "%(count)s uses", 0)
    ends: list[str] = [escape(counted)] if "uses" in columns else []
    if row.file or row.line:
        place = linker.link(row.file) if row.file else ""
        ends.append(f"{place} L{row.line}".strip() if row.line else place)
    end = f'<span class="kw-used">{" · ".join(ends)}</span>' if ends else ""
    depth = f' style="--kw-depth:{row.depth}"' if row.depth and view.query.order == "source" else ""
    return f'<li class="kw-item kw-plain"{depth}>{mark}<span>{head}{summary}</span>{end}</li>'
