"""What the search box of our pages looks names up in: the A-Z index once more, as data in scripts.

They are scripts because a page that is opened from a disk may load nothing else. Each is written with the page of the
A-Z index that shows the same names: when it is old and which process writes it needs no rule of its own.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx_kwindex.ext.assets import ask_for_assets
from sphinx_kwindex.ext.blocks_html import page_data
from sphinx_kwindex.ext.session import find_session
from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.model import Kind
from sphinx_kwindex.pages.blocks import find_all
from sphinx_kwindex.pages.phrases import KIND_LETTERS, kind_word
from sphinx_kwindex.pages.records import Heads, PageKind
from sphinx_kwindex.spelling import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sphinx.application import Sphinx

    from sphinx_kwindex.ext.session import Session
    from sphinx_kwindex.pages.blocks import Link
    from sphinx_kwindex.pages.records import Head, LetterPage, NameEntry

    Address = Callable[[str], str]
    """Turns a document name into its address from the root of the site."""
    _Docs = dict[tuple[str, str], int]
    """Documents and the paths to show for them, with their positions."""

_FOLDER = "_static/kwindex"
_NAMES = "names"
"""Folder of the scripts with names alone."""
_LIST = "index"
"""The script that tells which others there are; a letter's page is never called so."""
_KINDS = tuple(Kind)


def register(app: Sphinx) -> None:
    """Connect to the writing of pages."""
    app.connect("html-page-context", _on_page)
    app.connect("build-finished", _on_finished)


def letters_script(pages: Iterable[LetterPage], docname: Callable[[LetterPage], str], address: Address) -> str:
    """Return the script that tells which letters there are: where their names start, and their addresses."""
    letters = [_letter(page, docname(page), address) for page in pages]
    kinds = [[kind.value, KIND_LETTERS[kind], tell(kind_word(kind))] for kind in _KINDS]
    return _script("", {"letters": letters, "kinds": kinds})


def _letter(page: LetterPage, docname: str, address: Address) -> list[str]:
    # The first page of a letter holds all that sorts before the second.
    start = "" if page.prefix == page.group else page.prefix
    return [page.group, start, docname.rpartition("/")[2], address(docname)]


def letter_script(name: str, heads: Iterable[Head], address: Address) -> str:
    """Return the script with the names of one page of the A-Z index.

    `docs` are addresses with paths; `names` are a name and its keywords: kind, position in `docs`, what stands before
    the name in the qualified one, whether it is private, and the anchor, if that is another than the qualified name;
    `words` are words that names are made of with these names: name, position in `docs`, and the anchor likewise.
    """
    docs: _Docs = {}
    names = [_name(head, docs) for head in heads if not head.see]
    words = [_word(head, docs) for head in heads if head.see]
    shown = [[address(docname), visible(path)] for docname, path in docs]
    return _script(name, {"docs": shown, "names": names, "words": words})


def names_script(name: str, heads: Iterable[Head]) -> str:
    """Return the script with nothing but the names of one page, to look for what is in the middle of them, or misspelt.

    Each name but the first begins with a letter that tells how much of the one before it is the same.
    """
    shown = sorted({visible(head.name) for head in heads if not head.see})
    packed = [_after(before, this) for before, this in zip(["", *shown], shown, strict=False)]
    return f"kwindexList({json.dumps(name)},{json.dumps(packed)})\n".replace('", "', '","')


_SAME = "0123456789abcdefghijklmnopqrstuvwxyz"


def _after(before: str, this: str) -> str:
    pairs = zip(before, this, strict=False)
    same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
    same = min(same, len(_SAME) - 1)
    return _SAME[same] + this[same:]


def _name(head: Head, docs: _Docs) -> list[Any]:
    return [visible(head.name), *(_entry(head.name, entry, docs) for entry in head.entries)]


def _entry(name: str, entry: NameEntry, docs: _Docs) -> list[Any]:
    link = entry.link
    place = docs.setdefault((link.docname, entry.file.text), len(docs))
    outer = link.text.removesuffix(name)
    shown = [_KINDS.index(entry.kind), place, visible(outer), int(bool(entry.flags))]
    return shown if link.anchor == outer + name else [*shown, link.anchor]


def _word(head: Head, docs: _Docs) -> list[Any]:
    return [visible(head.name), *(_reference(link, docs) for link in head.see)]


def _reference(link: Link, docs: _Docs) -> list[Any]:
    shown = [visible(link.text), docs.setdefault((link.docname, ""), len(docs))]
    return shown if link.anchor == f"name-{link.text}" else [*shown, link.anchor]


def _script(name: str, data: object) -> str:
    return f"kwindexNames({json.dumps(name)},{json.dumps(data, separators=(',', ':'))})\n"


def _on_page(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    session = find_session(app.env)
    # Books and help files have no room for a search of ours.
    if session is None or not getattr(app.builder, "search", False):
        return
    if pagename == "search" and pagename not in app.env.all_docs and app.builder.name != "singlehtml":
        # The site's own search knows nothing of generated pages: the script puts a way to ours beside it.
        context["metatags"] = f'{context.get("metatags", "")}\n<meta name="kwindex" {page_data("search")}>'
        ask_for_assets(app)
    if pagename in session.pages:
        _write_scripts(app, session, pagename)


def _write_scripts(app: Sphinx, session: Session, pagename: str) -> None:
    page, address = session.pages[pagename], app.builder.get_target_uri
    if page.kind is PageKind.LETTERS:
        pages, letter = session.addresses.letter_pages, session.addresses.letter
        _write(app, _LIST, letters_script(pages, lambda one: letter(one.prefix), address))
    elif page.kind is PageKind.LETTER:
        heads, name = next(find_all(session.view(pagename).told, Heads)).heads, pagename.rpartition("/")[2]
        _write(app, name, letter_script(name, heads, address))
        _write(app, f"{_NAMES}/{name}", names_script(name, heads))


def _write(app: Sphinx, name: str, text: str) -> None:
    path = Path(app.outdir, _FOLDER, f"{name}.js")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")


def _on_finished(app: Sphinx, exception: Exception | None) -> None:
    """Remove the scripts of deleted pages."""
    session = find_session(app.env)
    if exception is not None or session is None:
        return
    known = _known(session)
    with contextlib.suppress(OSError):
        for path in Path(app.outdir, _FOLDER).rglob("*.js"):
            if path.stem not in known:
                path.unlink()


def _known(session: Session) -> set[str]:
    kinds = {PageKind.LETTER}
    return {_LIST, *(name.rpartition("/")[2] for name, page in session.pages.items() if page.kind in kinds)}
