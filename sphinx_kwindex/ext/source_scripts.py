"""What scripts load when they are asked to show it: cards of keywords with their uses, lines that use them, what lines under
descriptions open to.

They are scripts, next to the pages, because a page that is opened from a disk may load nothing else. Each is written with the
page that shows the same: when it is old and which process writes it needs no rule of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sphinx_kwindex.ext.session import find_session, is_site
from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.pages.blocks import Series, find_all
from sphinx_kwindex.pages.phrases import (
    KIND_LETTERS,
    badge_words,
    head_text,
    kind_word,
    row_uses,
    tests_count,
    use_words,
)
from sphinx_kwindex.pages.prose import plain_prose
from sphinx_kwindex.pages.records import PageKind, Rows, Source, all_rows
from sphinx_kwindex.spelling import visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sphinx.application import Sphinx
    from sphinx.builders import Builder

    from sphinx_kwindex.ext.session import Session
    from sphinx_kwindex.pages.records import PageView, Row, UseGroup, UseList, UsingFile

    Address = Callable[[str], str]
    """Turns a document name into its address from the root of the site."""

_OURS = b"kwindex"
"""What our scripts begin with: the function that they call."""
ENDING = ".js"
"""Behind the address of a page."""
_LONGEST_HEAD, _LONGEST_LINE = 300, 160
"""Characters of a signature, or of a line, that are shown."""


def register(app: Sphinx) -> None:
    """Connect to the writing of pages."""
    app.connect("html-page-context", _on_page)


def script_path(builder: Builder, docname: str) -> Path:
    """Return where the script of a page lies."""
    return Path(builder.outdir, unquote(script_address(builder, docname)))


def script_address(builder: Builder, docname: str) -> str:
    """Return the address of the script of a page from the root of the site."""
    address = builder.get_target_uri(docname)
    return (address if address.rpartition("/")[2] else f"{address}index") + ENDING


def cards_script(view: PageView, parts: Iterable[str], address: Address) -> str:
    """Return the script with cards of the keywords on a page of a file; `parts` are all its pages, if there are several.

    By anchor: letter, class and name of the kind, text behind the name, name, flags, summary, words on uses and on tests, and
    the uses: of the file itself, of others, how many files are left out, and where they are.
    """
    cards = _Cards(address)
    found = {row.anchor: cards.card(row) for rows in find_all(view.told, Rows) for row in all_rows(rows.rows)}
    data = {"files": cards.files, "parts": [address(part) for part in parts], "cards": found}
    return _script("kwindexCards", address(view.page.docname), data)


def lines_script(docname: str, source: Source, text: str, address: Address) -> str:
    """Return the script with the lines of a file that use keywords of others, by the anchors that lead to the first of them."""
    lines = text.split("\n")
    wanted = sorted({number for _, numbers in source.uses for number in numbers if number <= len(lines)})
    shown = {number: visible(lines[number - 1].strip())[:_LONGEST_LINE] for number in wanted}
    return _script("kwindexLines", address(docname), {"uses": dict(source.uses), "lines": shown})


def entries_script(closed: Mapping[str, str]) -> str:
    """Return the script with what the lines of an author's document open to, by the addresses to which they lead."""
    return f"kwindexEntries({_json(closed)})\n"


class _Cards:
    """Makes the cards of one page."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._numbers: dict[str, int] = {}
        self.files: list[tuple[str, str]] = []
        """Paths of using files, with the addresses of their sources."""

    def card(self, row: Row) -> list[Any]:
        """Return what a card shows of a keyword."""
        kind = [KIND_LETTERS[row.kind], row.kind.value, tell(kind_word(row.kind, row.flags))]
        head = visible_line(head_text(row))
        shown = head if len(head) <= _LONGEST_HEAD else f"{head[: _LONGEST_HEAD - 1]}…"
        words = row_uses(row)
        summary = visible("".join(text for text, _ in plain_prose(row.summary)))
        return [
            *kind, shown, visible_line(row.full_name), tell(Series(tuple(badge_words(row.flags)))), summary, tell(words),
            tell(tests_count(row.tests)) if row.tests is not None else "", self._uses(row.used) if row.used is not None else 0,
        ]  # fmt: skip

    def _uses(self, used: UseList) -> list[Any]:
        own = [self._own(group) for group in used.own.groups] if used.own is not None else []
        everywhere = self._address(used.all.docname) if used.all is not None and used.more_files else ""
        return [own, [*map(self._file, (*used.project, *used.tests))], used.more_files, everywhere]

    def _own(self, group: UseGroup) -> list[Any]:
        return [visible_line(group.scope.text), tell(use_words(group.kinds)), list(group.lines), group.more_lines]

    def _file(self, file: UsingFile) -> list[Any]:
        path = file.file.text
        if path not in self._numbers:
            self._numbers[path] = len(self.files)
            self.files.append((visible_line(path), self._address(file.groups[0].scope.docname)))
        groups = [
            [visible_line(group.scope.text), tell(use_words(group.kinds)), group.scope.anchor] for group in file.groups
        ]
        return [self._numbers[path], file.count, groups, file.more]


def _script(function: str, name: str, data: object) -> str:
    return f"{function}({_json(name)},{_json(data)})\n"


def _json(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))


def _on_page(app: Sphinx, pagename: str, _template: str, _context: dict[str, Any], doctree: Any) -> None:
    session = find_session(app.env)
    # Books and help files have one reader each, and no scripts.
    if session is None or doctree is None or not is_site(app.builder):
        return
    path, text = script_path(app.builder, pagename), _text(session, pagename, app.builder.get_target_uri)
    if text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    elif path.is_file() and path.read_bytes().startswith(_OURS):  # a site may have a file so called, as `index.js`
        path.unlink()


def _text(session: Session, pagename: str, address: Address) -> str:
    """Return the script of a page; empty if it needs none."""
    page = session.pages.get(pagename)
    if page is None:
        closed = session.closed(pagename)
        return entries_script(closed) if closed else ""
    if page.kind is PageKind.FILE and session.addresses.source(page.subject):
        parts = [link.docname for link in session.addresses.part_links(page.subject)]
        return cards_script(session.view(pagename), parts, address)
    if page.kind is PageKind.SOURCE:
        source = next(find_all(session.view(pagename).told, Source))
        return lines_script(pagename, source, session.text(source), address)
    return ""
