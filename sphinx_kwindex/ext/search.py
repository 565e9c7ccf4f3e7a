"""Data of the search box: names, words, types, paths and headings, as scripts.

They are scripts because a page that is opened from a disk may load nothing else. Those of a page of the A-Z index are written
with that page: when they are old and which process writes them needs no rule of their own. In `_static/kwindex` there are

- `index.js`: the pages of the A-Z index, and the words that names are made of;
- `names/g.js`: the names on one page; `inner/g.js`: words that sort there, with the names that have them further on;
- `parts/g-0.js`, ...: the keywords of the page, spread by a checksum of their names, with all that is shown of them but their files,
  which are in `paths.js`, and known by a checksum of the path;
- `types.js`, `typed/g.js`: the types that functions take or return; these functions, by type: lines of types, and of
  the functions that have just these, by tabs;
- `paths.js`, `headings.js`: files and folders; titles and sections of documents.

In lists each text but the first begins with a letter that tells how much of the one before it is the same.
"""

from __future__ import annotations

import contextlib
import json
import string
import struct
from functools import lru_cache, reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from sphinx_kwindex.ext.assets import ask_for_assets
from sphinx_kwindex.ext.blocks_html import page_data
from sphinx_kwindex.ext.session import find_session, is_site
from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.model import Kind, split_name
from sphinx_kwindex.pages.phrases import KIND_LETTERS, kind_word
from sphinx_kwindex.pages.records import PageKind
from sphinx_kwindex.pages.search_data import ENTRIES, PART_ROWS, PUBLIC, TEST, SearchIndex, SearchNames
from sphinx_kwindex.spelling import visible
from sphinx_kwindex.text import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_kwindex.ext.session import Session
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.blocks import Link
    from sphinx_kwindex.pages.records import LetterPage
    from sphinx_kwindex.pages.search_data import SearchEntry, SearchName, TypedRow

    Address = Callable[[str], str]
    """Turns a document name into its address from the root of the site."""
    Scripts = dict[str, object]
    """Data by the name of its script."""

_FOLDER = "_static/kwindex"
_INDEX, _TYPES, _PATHS, _HEADINGS = "index", "types", "paths", "headings"
_KINDS = tuple(Kind)
_SHORT = 4
"""Letters of the checksums of names, few of which are in one script, and of types."""
_DIGITS = string.digits + string.ascii_letters + "-_"
"""Digits of numbers below 64."""


def register(app: Sphinx) -> None:
    """Connect to the writing of pages."""
    app.connect("html-page-context", _on_page)
    app.connect("build-finished", _on_finished)


def index_scripts(index: SearchIndex, pages: Iterable[LetterPage], docname: Address, site: SiteMap) -> Scripts:
    """Return the scripts that are not of one page of the A-Z index; `docname` gives the document of its pages, by prefix."""
    letters = [_letter(page, docname(page.prefix), site) for page in pages]
    kinds = [[kind.value, KIND_LETTERS[kind], tell(kind_word(kind))] for kind in _KINDS]
    words = {_tail(page): _squeeze((word, _mark(*sizes)) for word, *sizes in found) for page, found in index.words}
    return {
        _INDEX: {
            "letters": letters,
            "kinds": kinds,
            "words": words,
            "letter": site.letter,
            "file": site.file,
            "folder": site.folder,
        },
        _TYPES: {_tail(page): _squeeze((name, _DIGITS[count]) for name, count in types) for page, types in index.types},
        _PATHS: _paths(index.paths, site),
    }


def _letter(page: LetterPage, docname: str, site: SiteMap) -> list[Any]:
    # The first page of a letter holds all that sorts before the second.
    start = "" if page.prefix == page.group else page.prefix
    tail, address = _tail(docname), site.address(docname)
    other = [] if address == tail.join(site.letter) else [address]
    return [page.group, start, tail, _count_parts(page.keywords), *other]


def _tail(docname: str) -> str:
    return docname.rpartition("/")[2]


def _count_parts(keywords: int) -> int:
    return max(1, -(-keywords // PART_ROWS))


def _paths(links: Iterable[Link], site: SiteMap) -> object:
    """Return the paths of files and folders, with the addresses of those that have not the usual one."""
    paths = {visible(link.text): link for link in links}
    other = {
        path: address
        for path, link in paths.items()
        if (address := site.address(link.docname)) != site.usual(link.text)
    }
    return {"paths": _squeeze((path, "") for path in sorted(paths)), "other": other}


class SiteMap:
    """Where things are, from the root of the site."""

    def __init__(self, addresses: Addresses, address: Address) -> None:
        self.address = address
        # Most are where the path says, so that there is no need to name them.
        root = f"{addresses.output_dir}/" if addresses.output_dir else ""
        usual = (f"tree/{_MARK}", f"tree/{_MARK}/index", f"names/{_MARK}")
        self.file, self.folder, self.letter = (_around(_MARK, address(root + name)) for name in usual)
        self.codes = _codes(addresses)
        """What stands for the files."""

    def usual(self, path: str) -> str:
        """Return the address that nearly all files and folders of such a path have."""
        before, after = self.folder if path.endswith("/") else self.file
        return before + path.rstrip("/") + after


@lru_cache(maxsize=1)  # once for a build, in each process that writes
def _codes(addresses: Addresses) -> dict[str, str]:
    return encode_paths(addresses.files)


def encode_paths(paths: Iterable[str]) -> dict[str, str]:
    """Return a few letters for each path: a checksum, of a longer text where another path had it before."""
    codes: dict[str, str] = {}
    taken: set[str] = set()
    for shown, path in sorted((visible(path), path) for path in paths):
        text = shown
        while (code := _code(checksum(text))) in taken:
            text += _MARK
        taken.add(code)
        codes[path] = code
    return codes


def _code(number: int) -> str:
    return "".join(_DIGITS[number >> shift & 63] for shift in range(0, 30, 6))


_MARK = "~~"
"""Stands for a path."""


def _around(text: str, place: str) -> list[str]:
    before, _, after = place.partition(text)
    return [before, after]


def name_scripts(name: str, shown: SearchNames, site: SiteMap) -> Scripts:
    """Return the scripts of one page of the A-Z index."""
    listed = ((found.name, _marks_of(found.entries)) for found in shown.names)
    scripts: Scripts = {
        f"names/{name}": _squeeze((visible(text), mark) for text, mark in sorted(listed)),
        f"inner/{name}": {
            word: _squeeze((visible(one.name), _mark(one.marks, one.weight)) for one in names)
            for word, names in shown.inner
        },
        f"typed/{name}": {visible(kind): _by_types(rows) for kind, rows in shown.typed},
    }
    return scripts | {f"parts/{name}-{number}": data for number, data in enumerate(_parts(shown.names, site))}


def _by_types(rows: Iterable[TypedRow]) -> str:
    """Return functions, in lines that start with the types that they share."""
    shared = grouped((types, f"{visible(outer)}|{visible(own)}") for own, outer, types in rows)
    return "\n".join(
        f"{visible(types)}\t{_squeeze((text, '') for text in sorted(texts))}".replace("\n", "\t")
        for types, texts in sorted(shared.items())
    )


def _marks_of(entries: Iterable[SearchEntry]) -> str:
    """Return what is before a name: all marks of its keywords, and how much the most used one is used."""
    rows = [(entry.marks, entry.weight) for entry in entries]
    return _mark(reduce(or_, (marks for marks, _ in rows)), max(weight for _, weight in rows))


def _mark(marks: int, weight: int) -> str:
    return _DIGITS[marks] + _DIGITS[weight]


def _squeeze(rows: Iterable[tuple[str, str]]) -> str:
    """Return texts, with the marks that are before each, as lines."""
    lines, before = [], ""
    for text, mark in rows:
        same = min(_shared(before, text), len(_DIGITS) - 1)
        lines.append(f"{mark}{_DIGITS[same]}{text[same:]}")
        before = text
    return "\n".join(lines)


def _shared(one: str, other: str) -> int:
    """Return how many letters two texts start with in common."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))


def checksum(text: str) -> int:
    """Return the number by which the script finds the part that a keyword is in: FNV-1a of 32 bits."""
    number = 2166136261
    for unit in text.encode() if text.isascii() else _units(text):
        number = ((number ^ unit) * 16777619) & 0xFFFFFFFF
    return number


def _units(text: str) -> Iterator[int]:
    """Yield a text as the script sees it: in units of UTF-16."""
    data = text.encode("utf-16-le", "surrogatepass")
    return (one for (one,) in struct.iter_unpack("<H", data))


@lru_cache(maxsize=10_000)  # many functions take and return the same
def short_code(text: str) -> str:
    """Return what stands for a name in a script with few of them, and for the types of a function."""
    return _code(checksum(text))[:_SHORT]


def _parts(names: tuple[SearchName, ...], site: SiteMap) -> list[object]:
    """Return the keywords of some names, spread over scripts: the first of a name by the name, others with what they are in."""
    count = _count_parts(sum(len(found.entries) for found in names))
    parts = [_Part(site) for _ in range(count)]
    for found in names:
        name = visible(found.name)
        first = checksum(name) % count
        for place, entry in enumerate(found.entries):
            is_first = place < ENTRIES
            part = first if is_first else checksum(f"{_inside(found.name, entry)}.{name}") % count
            parts[part].add(found, entry, is_first=is_first)
    return [part.data() for part in parts]


def _outer(name: str, entry: SearchEntry) -> str:
    """Return what is before the name in the qualified one; a heading's has a slug in its place."""
    return "" if entry.kind is Kind.SECTION else entry.link.text.removesuffix(name)


def _inside(name: str, entry: SearchEntry) -> str:
    """Return the name of the class or module that a keyword is in, in small letters."""
    outer = _outer(name, entry).rstrip(".:")
    if not outer:
        path = entry.path.rpartition("/")
        stem = path[2].partition(".")[0]
        outer = path[0].rpartition("/")[2] if stem == "__init__" else stem
    return visible(split_name(outer)[2]).lower()


class _Part:
    """What one script says about keywords, as lines.

    `#` is before the checksum of a name (`=` before a name, where another has the same); how many keywords bear it follows if they are
    more than are found by the name alone. Then its keywords: kind, flags (1 if private, 2 if for tests) and weight, the file, and its page if that is not the first; what is before the name in the
    qualified one, summary, what stands for its types, and the anchor, if that is another than the qualified name.
    """

    def __init__(self, site: SiteMap) -> None:
        self._site = site
        self._names: dict[str, list[str]] = {}
        self._sums: set[str] = set()

    def add(self, found: SearchName, entry: SearchEntry, *, is_first: bool) -> None:
        """Add one keyword of a name."""
        lines = self._names.get(found.name)
        if lines is None:
            total = f"\t{len(found.entries)}" if is_first and len(found.entries) > ENTRIES else ""
            lines = self._names[found.name] = [self._head(_line([visible(found.name)])) + total]
        lines.append(self._keyword(found.name, entry))

    def _head(self, name: str) -> str:
        code = short_code(name)
        is_new = code not in self._sums
        self._sums.add(code)
        return f"#{code}" if is_new else f"={name}"

    def _keyword(self, name: str, entry: SearchEntry) -> str:
        outer = _outer(name, entry)
        flags = (0 if entry.marks & PUBLIC else 1) + (2 if entry.marks & TEST else 0)
        start = _DIGITS[_KINDS.index(entry.kind)] + _DIGITS[flags + 4 * entry.weight] + self._site.codes[entry.path]
        page = entry.link.docname.rpartition("~p")[2] if entry.part > 1 else ""
        usual = (outer + name).replace("<locals>", "-")
        anchor = "" if entry.link.anchor == usual else entry.link.anchor or _NO_ANCHOR
        types = short_code(visible(entry.types)) if entry.types else ""
        return start + _line([page, visible(outer), shorten(visible(entry.summary), _LONGEST), types, anchor])

    def data(self) -> str:
        """Return all of it."""
        return "\n".join(line for lines in self._names.values() for line in lines)


_NO_ANCHOR = "-"
"""Stands for the page itself; no anchor is called so."""
_LONGEST = 80
"""Letters of a summary: as many as there is space for."""


def _line(cells: list[str]) -> str:
    return "\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t")


def headings(env: BuildEnvironment, docnames: Iterable[str], address: Address) -> Iterator[list[Any]]:
    """Yield documents: address, title, and anchors with the titles of their sections."""
    for docname in docnames:
        sections = []
        for link in env.tocs[docname].findall(nodes.reference) if docname in env.tocs else ():
            anchor = link.get("anchorname", "")
            if anchor and "refuri" in link and link["refuri"] == docname:
                sections.append([visible(anchor.removeprefix("#")), visible(link.astext())])
        yield [address(docname), visible(env.titles[docname].astext()), *sections]


def _on_page(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    session = find_session(app.env)
    if session is None or not is_site(app.builder):
        return
    if pagename == "search" and pagename not in app.env.all_docs:
        # The site's own search knows nothing of generated pages: the script shows what ours finds above it.
        context["metatags"] = f'{context.get("metatags", "")}\n<meta name="kwindex" {page_data("search")}>'
        ask_for_assets(app)
    if pagename in session.pages:
        _write_scripts(app, session, pagename)


def _write_scripts(app: Sphinx, session: Session, pagename: str) -> None:
    kind = session.pages[pagename].kind
    if kind not in {PageKind.LETTERS, PageKind.LETTER}:
        return
    site, blocks = SiteMap(session.addresses, app.builder.get_target_uri), session.view(pagename).told[0].blocks
    if kind is PageKind.LETTERS:
        index = next(block for block in blocks if isinstance(block, SearchIndex))
        _write(app, index_scripts(index, session.addresses.letter_pages, session.addresses.letter, site))
    else:
        shown = next(block for block in blocks if isinstance(block, SearchNames))
        _write(app, name_scripts(_tail(pagename), shown, site))


def _write(app: Sphinx, scripts: Scripts) -> None:
    """Write scripts that are not there, or others."""
    for name, data in scripts.items():
        path = Path(app.outdir, _FOLDER, f"{name}.js")
        text = f"kwindexData({json.dumps(name)},{json.dumps(data, separators=(',', ':'))})\n".encode("ascii")
        if not path.is_file() or path.read_bytes() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)


def _on_finished(app: Sphinx, exception: Exception | None) -> None:
    """Write the titles of documents, and remove the scripts of deleted pages."""
    session = find_session(app.env)
    if exception is not None or session is None or not is_site(app.builder):
        return
    docnames = sorted(name for name in app.env.titles if name not in session.pages)
    _write(app, {_HEADINGS: list(headings(app.env, docnames, app.builder.get_target_uri))})
    folder = Path(app.outdir, _FOLDER)
    known = {folder / f"{name}.js" for name in _known(session)}
    with contextlib.suppress(OSError):
        for path in folder.rglob("*.js"):
            if path not in known:
                path.unlink()


def _known(session: Session) -> Iterator[str]:
    yield from (_INDEX, _TYPES, _PATHS, _HEADINGS)
    for page in session.addresses.letter_pages:
        name = _tail(session.addresses.letter(page.prefix))
        yield from (f"{folder}/{name}" for folder in ("names", "inner", "typed"))
        yield from (f"parts/{name}-{number}" for number in range(_count_parts(page.keywords)))
