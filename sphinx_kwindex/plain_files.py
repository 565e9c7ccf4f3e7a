"""Files without a language: their kind, by name, and which of them get a page. Pure: paths and sizes in.

A page is for what a person would read: templates, styles, configuration. All others are rows on the page of their folder:
binary files, tests' data, catalogues of translations, and what a folder or a tree has dozens of.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from sphinx_kwindex.layout import is_matched
from sphinx_kwindex.model import Record
from sphinx_kwindex.text import word_set

PLAIN = "text"
"""The language of files that no collector reads."""
LARGEST = 500_000
"""Bytes of a file that gets a page: nobody reads more."""
MANY_IN_FOLDER = 20
"""Of more files of one kind in one folder, none gets a page: they are a table of data."""
MANY_NAMESAKES = 50
"""Nor of more files of one name in the tree."""
ROWS_OF_A_KIND = 5
"""More files of one kind in a folder are one row."""

_KINDS: Mapping[str, str] = {
    suffix: title
    for title, suffixes in {
        "Apache": ".htaccess .htpasswd", "AsciiDoc": ".adoc .asciidoc", "Batch": ".bat .cmd", "CSS": ".css", "CSV": ".csv .tsv",
        "gettext": ".po .pot .mo", "GIF": ".gif", "Graphviz": ".dot .gv", "HTML": ".html .htm .xhtml", "ICO": ".ico", "INI": ".ini .cfg .conf",
        "JPEG": ".jpg .jpeg", "Jinja": ".jinja .jinja2 .j2", "JSON": ".json .jsonl .json5", "Less": ".less", "Make": ".mk makefile gnumakefile",
        "Mako": ".mako", "Markdown": ".md .markdown", "notebook": ".ipynb", "PDF": ".pdf", "PEP 561": "py.typed", "PlantUML": ".puml", "PNG": ".png",
        "reStructuredText": ".rst", "Sass": ".sass .scss", "SQL": ".sql", "SVG": ".svg", "TeX": ".tex .sty .cls .bib .ist", "text": ".txt",
        "TOML": ".toml", "Vue": ".vue", "WebP": ".webp", "XML": ".xml .xsl .xsd .dtd", "YAML": ".yaml .yml", "ZIP": ".zip",
    }.items()
    for suffix in suffixes.split()
}  # fmt: skip
"""Names of kinds by the end of the name, or the whole of it, in small letters; of any other the suffix says what it is."""
_BINARY = word_set(
    """
    .7z .a .avif .bin .bmp .bz2 .db .dll .dylib .eot .exe .gif .gz .ico .jar .jpeg .jpg .lib .lzma .mmdb .mo .mov .mp3 .mp4 .npy
    .npz .o .obj .odt .ogg .otf .pcm .pdf .pickle .pkl .png .pyd .so .sqlite .sqlite3 .tar .tgz .tif .tiff .ttf .wasm .wav .webm
    .webp .whl .woff .woff2 .xlsx .xz .zip
    """
)
_NOT_READ = word_set(".ai .crt .csr .key .lock .map .pem .po .pot .svg .ipynb .md .markdown .rst")
"""Suffixes of text that nobody reads, and of prose: which of that is read, `kwindex_prose` says."""
_NAMES_NOT_READ = re.compile(
    r"\..*|.*[.-]lock\.\w+|.*\.min\.\w+|(?:licen[cs]e|copying|copyright|notice|authors|contributors|pkg-info)\b.*"
).fullmatch
_REQUIREMENTS = re.compile(r"(?:requirements|constraints|cmakelists)\b.*").match
"""Names of the texts that are not prose."""
_CATALOGUES = word_set("i18n l10n lang langs locale locales localization messages translations")
"""Folders of catalogues of translations."""
_CRUMBS = re.compile(r"\.ds_store|thumbs\.db|.*\.py[co]|.*\.sw[op]|.*~|.*\.orig|.*\.rej").fullmatch
"""What tools leave behind."""


_QUOTED_PATH = re.compile(r"([\"'])((?:[\w.+@-]+/)*[\w.+@-]+\.[a-zA-Z]\w{0,7})\1")
MOST_PATHS = 200
"""Paths that are kept of one file."""


class Unread(Record, frozen=True):
    """Files without pages: one, or several of one kind in a folder."""

    folder: str
    name: str
    """Of the file; of several, the kind."""
    size: int = 0
    """Bytes, of one; to ask for those of thousands would take longer than all else here."""
    count: int = 1


def is_crumb(name: str) -> bool:
    """Return whether a file is one that a tool has left behind."""
    return _CRUMBS(name.lower()) is not None


def kind_of(path: str) -> str:
    """Return what kind of file a path names, as a name that is the same in every language; empty if nothing tells."""
    name = posixpath.basename(path).lower()
    suffix = posixpath.splitext(name)[1]
    return _KINDS.get(name) or _KINDS.get(suffix) or suffix[1:].upper()


def find_paths(text: str) -> dict[str, int]:
    """Return the paths that are in quotation marks in a source, each with the place of the first: it is one if it has a slash, or a known suffix."""
    found: dict[str, int] = {}
    for match in _QUOTED_PATH.finditer(text):
        path = match[2]
        if len(found) < MOST_PATHS and ("/" in path or posixpath.splitext(path)[1].lower() in _KINDS):
            found.setdefault(path, match.start())
    return found


def is_binary_name(path: str) -> bool:
    """Return whether a file of that name holds no text."""
    return posixpath.splitext(path)[1].lower() in _BINARY


def find_readable(
    names: Mapping[str, Collection[str]], patterns: Sequence[str], test_patterns: Sequence[str]
) -> list[tuple[str, str]]:
    """Return which of the files that no collector reads, by folder, get pages, as far as their paths tell.

    `patterns` say which; if there are none, those that a person would read.
    """
    if patterns:
        every = ((folder, name) for folder, inside in names.items() for name in inside if not is_binary_name(name))
        return [(folder, name) for folder, name in every if is_matched(posixpath.join(folder, name), patterns)]
    found = [(folder, name) for folder, inside in names.items() for name in _few(inside) if _is_read(folder, name)]
    namesakes = Counter(name for _, name in found)
    return [
        (folder, name)
        for folder, name in found
        if namesakes[name] <= MANY_NAMESAKES and not is_matched(posixpath.join(folder, name), test_patterns)
    ]


def _few(names: Iterable[str]) -> Iterator[str]:
    """Yield the names in a folder of which there are not many of one kind."""
    for alike in _by_suffix(names).values():
        yield from alike if len(alike) <= MANY_IN_FOLDER else ()


def _by_suffix(names: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name[max(name.rfind("."), 0) :].lower(), []).append(name)
    return groups


def _is_read(folder: str, name: str) -> bool:
    name = name.lower()
    suffix = posixpath.splitext(name)[1]
    if (
        suffix in _BINARY
        or suffix in _NOT_READ
        or _NAMES_NOT_READ(name)
        or (suffix == ".txt" and not _REQUIREMENTS(name))
    ):
        return False
    return _CATALOGUES.isdisjoint(folder.lower().split("/"))


def sum_up(names: Mapping[str, Iterable[str]], size_of: Callable[[str, str], int]) -> tuple[Unread, ...]:
    """Return the rows of files without pages, by folder: one for each, or for all of a kind if these are many."""
    rows: list[Unread] = []
    for folder in sorted(names):
        for alike in _by_suffix(sorted(names[folder])).values():
            if len(alike) > ROWS_OF_A_KIND:
                rows.append(Unread(folder=folder, name=kind_of(alike[0]), count=len(alike)))
            else:
                rows += [Unread(folder=folder, name=name, size=size_of(folder, name)) for name in alike]
    return tuple(rows)


def place_unread(rows: Iterable[Unread], folders: Collection[str]) -> Mapping[str, Sequence[Unread]]:
    """Return, by the folder on whose page they stand, the files without pages; those of a folder that has none are one row.

    `folders` are those with files that have pages, the root among them.
    """
    found: dict[str, list[Unread]] = {}
    below: Counter[tuple[str, str]] = Counter()
    for row in rows:
        folder, name = row.folder, ""
        while folder not in folders:
            folder, _, name = folder.rpartition("/")
        if name:
            below[folder, f"{name}/"] += row.count
        else:
            found.setdefault(folder, []).append(row)
    for (folder, name), count in below.items():
        found.setdefault(folder, []).append(Unread(folder=folder, name=name, count=count))
    return {folder: sorted(rows, key=lambda row: row.name.casefold()) for folder, rows in sorted(found.items())}
