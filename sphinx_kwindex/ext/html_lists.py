"""Lists of files and folders, and of the names of the A-Z index, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from sphinx_kwindex.ext.blocks_html import HtmlWriter, element, listed
from sphinx_kwindex.ext.escape import NOTHING, Html, Linker, escape, escape_line, join, prose, said
from sphinx_kwindex.ext.words import _
from sphinx_kwindex.model import Kind, Role
from sphinx_kwindex.pages.addresses import name_anchor
from sphinx_kwindex.pages.blocks import Mark
from sphinx_kwindex.pages.phrases import (
    KIND_LETTERS,
    NO_PAGES,
    entry_size,
    format_number,
    kind_count,
    letter_word,
    line_count,
    more_of,
    role_word,
    say_count,
    tally,
)
from sphinx_kwindex.pages.records import Files, Head, Heads, LetterCount, Letters, NameEntry, PathEntry, TreeNode

_TOLD_ROLES = frozenset(Role) - {Role.MODULE, Role.PACKAGE, Role.PROSE, Role.PLAIN}
"""Roles that a file's name may not tell."""


def write_files(files: Files, writer: HtmlWriter) -> Html:
    """Write files and folders; folders start closed, except for one that stands alone."""
    most = max((node.entry.lines for node in files.nodes), default=0) if files.has_bars else 0
    return _tree(files.nodes, writer.linker, most, is_open=files.is_open)


def _tree(nodes: Sequence[TreeNode], linker: Linker, most: int = 0, *, is_open: bool = False) -> Html:
    items = "".join(
        f'<li class="kw-entry">{_entry(node.entry, linker)}'
        f"{_branch(node, linker, most, is_open=is_open, is_alone=len(nodes) == 1)}</li>"
        for node in nodes
    )
    return Html(f'<ul class="kw-entries" role="list">{items}</ul>')


def _branch(node: TreeNode, linker: Linker, most: int, *, is_open: bool, is_alone: bool) -> Html:
    size = _size(node.entry, most)
    if not node.children:
        return size
    state = ' open=""' if is_open or is_alone else ""
    inner = _tree(node.children, linker, is_open=is_open)
    shown = size or said(say_count("1 entry", "%(count)s entries", len(node.children)))
    return Html(f'<details class="kw-branch"{state}><summary>{shown}</summary>{inner}</details>')


def _entry(entry: PathEntry, linker: Linker) -> Html:
    text = prose(entry.summary)
    if entry.error:
        text = join([element("b", escape(_("not analysed")), "kw-flag"), escape(f" {entry.error}")])
    if entry.is_folded:
        text = said(NO_PAGES)
    told = Role.TEST_DATA if entry.is_folded else entry.role
    role = element("span", said(role_word(told)), "kw-flag") if told in _TOLD_ROLES else NOTHING
    name = join([escape_line(entry.link.text) if entry.is_folded else linker.link(entry.link), role])
    return join([element("span", name, "kw-entry-name"), element("span", text, "kw-entry-text")])


def _size(entry: PathEntry, most: int) -> Html:
    """Write how large a file or folder is, with a bar next to the number if `most`, the lines of the largest, is given."""
    size = said(entry_size(entry))
    if not size:
        return NOTHING
    share = max(1, round(100 * entry.lines / most)) if most else 0
    title = "" if entry.role is not None else f' title="{said(line_count(entry.lines))}"'
    bar = Html(f'<span class="kw-bar"{title}><i style="width:{share}%"></i></span>' if share else "")
    marks = [_count_mark(kind, count) for kind, count in tally(entry.counts).counts]
    return element("span", join([element("span", size), bar, *marks]), "kw-counts")


def _count_mark(kind: Kind, count: int) -> Html:
    """Write how many keywords of a kind there are, with the letter of the kind."""
    text = said(kind_count(kind, count))
    return Html(
        f'<span class="kw-count kw-{kind.value}" title="{text}">'
        f'<b aria-hidden="true">{KIND_LETTERS[kind]} {count}</b><i>{text}</i></span>'
    )


# The A-Z index


def write_letters(letters: Letters, writer: HtmlWriter) -> Html:
    """Write the letters of the A-Z index."""
    items = listed((_letter(letter, writer.linker, letters.own) for letter in letters.letters), "kw-letters")
    return Html(f'<nav aria-label="{escape(_("Letters"))}">{items}</nav>') if items else NOTHING


def _letter(letter: LetterCount, linker: Linker, own: str) -> Html:
    is_here = any(link.docname == own for link in letter.links)
    count = Html(f" <small>{format_number(letter.heads)}</small>" if letter.heads else "")
    name = element("b", said(letter_word(letter.group)))
    if len(letter.links) == 1:
        return linker.link(letter.links[0], join([name, count]), ' aria-current="page"' if is_here else "")
    # The ranges of a split letter would make the bar long on every page but its own.
    if own and not is_here:
        return linker.link(letter.links[0], name)
    ranges = " ".join(
        linker.link(link, attributes=' aria-current="page"' if link.docname == own else "") for link in letter.links
    )
    return Html(f"{name}{count} {ranges}")


def write_heads(heads: Heads, writer: HtmlWriter) -> Html:
    """Write names with their keywords."""
    items = "".join([_word(head, writer) if head.see else _name(head, writer) for head in heads.heads])
    return Html(f'<ol class="kw-names" role="list">{items}</ol>')


def _name(head: Head, writer: HtmlWriter) -> str:
    private = ' class="kw-dim"' if head.private else ""
    more = f"<li>{said(more_of(head.more))}</li>" if head.more else ""
    entries = "".join([_name_entry(entry, writer) for entry in head.entries])
    return f'<li id="{escape(name_anchor(head.name))}"{private}><b>{escape(head.name)}</b><ul role="list">{entries}{more}</ul></li>'


def _word(head: Head, writer: HtmlWriter) -> str:
    """Write a word with the names that it is part of."""
    private = " kw-dim" if head.private else ""
    names = ", ".join(map(writer.linker.link, head.see))
    return f'<li class="kw-see{private}"><b>{escape(head.name)}</b><span><i>{escape(_("see"))}</i> {names}</span></li>'


def _name_entry(entry: NameEntry, writer: HtmlWriter) -> str:
    private = ' class="kw-dim"' if entry.flags else ""
    mark, link = writer.inline(Mark(entry.kind)), writer.linker.link(entry.link)
    # The path is no link: that would be a fifth of the page, and the keyword's own leads there.
    return f"<li{private}>{mark}{link} <small>{escape(entry.file.text)}</small></li>"
