"""Turns files, folders, keywords and letters into document names and anchors.

Document names mirror the source tree, below the output folder::

    index                       the project
    tree/pkg/index              the folder `pkg`
    tree/pkg/mod.py             the file `pkg/mod.py`; `tree/pkg/mod.py~p2` its second page, if it has several
    source/pkg/mod.py           the source of the file, if sources have pages; `source/pkg/mod.py~p2` its second page, if it is long
    uses/pkg/mod.py/pkg.mod.f   all uses of a keyword that very many files use
    names/index, names/g        the letters; one letter (or longer prefix) of the A-Z index

Output is written to file systems that fold case and may not like some characters, so each part of a path is written
with letters, digits and `._+=@-` only. Everything special starts with `~`, which no plain part holds:

- `~XX`: one byte (UTF-8) that is not written as it is;
- `~m5`: bit mask of the upper-case letters, added where names in one folder differ in case only (and to a file called
  `index`, whose plain name is the folder's page);
- `~h1a2b3c4d`: digest, at the end of a name that was too long and is cut;
- `~p2`: second page.

The first use of a keyword of another file in each scope has an anchor on the page of the source: `~` and a digest of both, so
that a line that moves changes no other page.

Anchors are qualified names (`Class.method`), in which `<locals>` is written `-`: `func.-.inner`. A further site of the
same keyword is `Class.method~2`. They live in HTML attributes and address fragments, which tell `foo` from `Foo`; they
never become file names. Imports are `import-name`, our own section ids start with `kw-`: no Python name holds `-`.
"""

from __future__ import annotations

import base64
import bisect
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain

import msgspec

from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.ledger import FactKeys, Recorder, digest
from sphinx_kwindex.model import PART_SIZE, TEST_ROLES, Definition, FileFacts, Keyword, Kind, Role
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import MAX_SIBLINGS, LetterPage
from sphinx_kwindex.store import Home, import_qualname

SOURCE_PART = 5_000
"""Lines on one page of a source; a longer one has several."""
ROUNDED = 100
"""Numbers of files from here on are rounded."""
ROUGH = 10
"""From here on, counts that single files change are rounded down."""

_FILES, _SIZE, _LETTERS, _COUNTS, _FOLDED = map(
    digest, ("all files", "rough size", "letters", "counts of letters", "folded folders")
)
"""Facts about the whole tree."""
_LONGEST = 160
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+=@-")
_UNSAFE_IN_ANCHOR = re.compile(r"[^\w.\-*]+")


class Addresses:
    """Document names and anchors of one project, and their neighbours.

    `paths` are all files. `counts` gives the number of definitions of a file, where that is more than
    `PART_SIZE`; `roles` tells test files from others; `letter_pages` are the pages of the A-Z index; `sources` gives the
    number of lines of the files whose source has a page. The files in `folded` folders have no pages, nor have those folders: what would
    lead there leads to the folder around them. `documents` are files that are pages of the site, with their document names: they have
    no other page. `later_parts` gives the page of a file, from 2, on which definitions stand that are not on its first, by file and
    qualified name.

    Every answer is noted by the recorder; `facts` are all that there may be, to be published.
    """

    def __init__(
        self,
        output_dir: str,
        paths: Iterable[str],
        counts: Mapping[str, int] | None = None,
        roles: Mapping[str, Role] | None = None,
        letter_pages: Iterable[LetterPage] = (),
        *,
        is_public: bool = False,
        sources: Mapping[str, int] | None = None,
        folded: Iterable[str] = (),
        documents: Mapping[str, str] | None = None,
        later_parts: Mapping[str, Mapping[str, int]] | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self.output_dir = output_dir.strip("/")
        self._recorder = recorder or Recorder()
        self._is_public = is_public
        self._later_parts = later_parts or {}
        self._page_keys, self._beside_keys, self._children_keys, self._below_keys = map(
            FactKeys, ("page", "beside", "children", "below")
        )
        self._folded = frozenset(folded)
        homes = {path: next(filter(self._folded.__contains__, folders_above(path)), "") for path in sorted(paths)}
        self._every = tuple(homes)
        self._all = tuple(path for path, home in homes.items() if not home)
        self._letter_pages = tuple(letter_pages)
        self._letter_plan = tuple(msgspec.structs.replace(page, heads=0, keywords=0) for page in self._letter_pages)
        elsewhere = {path for path, home in homes.items() if home}.union(documents or ())
        self._sources = {
            path: max(1, -(-lines // SOURCE_PART)) for path, lines in (sources or {}).items() if path not in elsewhere
        }
        self._counts = {path: count for path, count in (counts or {}).items() if path not in elsewhere}
        self._roles = dict(roles or {})
        self._children = _list_children(self._all, self._folded)
        self._places = {path: place for place, path in enumerate(self._all)}
        self._sorted: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._docnames = _encode_tree(self._children)
        self._files = {path: self._join(f"tree/{self._docnames[path]}") for path in self._all}
        self._elsewhere = {path: self._folder(home) for path, home in homes.items() if home}
        self._elsewhere.update((path, name) for path, name in (documents or {}).items() if path in self._files)

    def facts(self) -> Mapping[int, int]:
        """Return digests of all that can be asked for, by the keys that are noted."""
        found = {
            _FILES: digest(self._all),
            _SIZE: digest(self.rough_size),
            _LETTERS: digest([(page.group, page.prefix, page.label, page.buckets) for page in self._letter_pages]),
            _COUNTS: digest(self._letter_pages),
            _FOLDED: digest(sorted(self._folded)),
        }
        for path in self._every:
            is_test, count = self._roles.get(path) in TEST_ROLES, self._counts.get(path, 0)
            has_pages = path in self._files, self._sources.get(path)
            found[self._page_keys[path]] = digest(self.file(path), has_pages, is_test, count)
        for path in self._all:
            found[self._beside_keys[path]] = digest(self.siblings(path), self.neighbours(path))
        for folder in self._folded:
            found[self._page_keys[folder]] = digest(self.folder(folder), False)
            found[self._below_keys[folder]] = digest(self.below(folder))
        for folder in self._children:
            found[self._page_keys[folder]] = digest(self.folder(folder))
            found[self._children_keys[folder]] = digest(self.children(folder))
            found[self._below_keys[folder]] = digest(self.below(folder))
            found[self._beside_keys[folder]] = digest(self.siblings(folder), self.folders_beside(folder))
        return found

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that has a page, of ours or of the site, in path order."""
        self._recorder.read(_FILES)
        return self._all

    @property
    def rough_size(self) -> int:
        """Roughly how many files there are, so that a new file does not change what every page says."""
        self._recorder.read(_SIZE)
        return round_down(len(self._all))

    @property
    def letter_pages(self) -> tuple[LetterPage, ...]:
        """The pages of the A-Z index, with how much is on them."""
        self._recorder.read(_COUNTS)
        return self._letter_pages

    @property
    def letter_plan(self) -> tuple[LetterPage, ...]:
        """The pages of the A-Z index without how much is on them, which changes with every new name."""
        self._recorder.read(_LETTERS)
        return self._letter_plan

    @property
    def folders(self) -> tuple[str, ...]:
        """Every folder that holds a file with a page, at any depth, in path order; the root (`""`) first."""
        self._recorder.read(_FILES)
        return tuple(sorted(self._children))

    def children(self, folder: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the paths of the folders and of the files in a folder, each sorted."""
        self._recorder.read_one(self._children_keys, folder)
        return self._find_children(folder)

    def _find_children(self, folder: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if folder not in self._sorted:
            names = self._children.get(folder, {})
            paths = sorted((join(folder, name), is_file) for name, is_file in names.items())
            self._sorted[folder] = (
                tuple(p for p, is_file in paths if not is_file),
                tuple(p for p, is_file in paths if is_file),
            )
        return self._sorted[folder]

    def siblings(self, path: str) -> tuple[tuple[str, ...], bool]:
        """Return what is in the same folder (folders first), the nearest if it is much, and whether that is so.

        How much is left out would change every page of a folder with each new file.
        """
        self._recorder.read_one(self._beside_keys, path)
        most = MAX_SIBLINGS
        folders, files = self._find_children(path.rpartition("/")[0])
        is_file = path in self._places
        place = len(folders) * is_file + bisect.bisect_left(files if is_file else folders, path)
        count = len(folders) + len(files)
        start = max(0, min(place - most // 2, count - most))
        end = start + most
        return (*folders[start:end], *files[max(0, start - len(folders)) : max(0, end - len(folders))]), count > most

    def folders_beside(self, path: str) -> tuple[str, str]:
        """Return the folders before and after a folder in the one that holds both; empty where there is none."""
        self._recorder.read_one(self._beside_keys, path)
        folders = [item for item in self._find_children(path.rpartition("/")[0])[0] if item not in self._folded]
        place = bisect.bisect_left(folders, path)
        before = folders[place - 1] if place else ""
        return before, folders[place + 1] if place + 1 < len(folders) else ""

    def below(self, folder: str) -> tuple[str, ...]:
        """Return the files in a folder and in the folders below it that have pages; all, of a folder that is folded."""
        self._recorder.read_one(self._below_keys, folder)
        if not folder:
            return self._all
        paths = self._every if folder in self._folded else self._all
        start = bisect.bisect_left(paths, f"{folder}/")
        return paths[start : bisect.bisect_left(paths, f"{folder}0", start)]

    def folded(self, folder: str) -> tuple[str, ...]:
        """Return the folders in a folder, at any depth, whose files have no pages."""
        self._recorder.read(_FOLDED)
        return tuple(sorted(path for path in self._folded if not folder or path.startswith(f"{folder}/")))

    def neighbours(self, path: str) -> tuple[str, str]:
        """Return the files before and after a file in the whole tree; empty where there is none."""
        self._recorder.read_one(self._beside_keys, path)
        place = self._places[path]
        before = self._all[place - 1] if place else ""
        return before, self._all[place + 1] if place + 1 < len(self._all) else ""

    def is_test(self, path: str) -> bool:
        """Return whether a file is a test."""
        self._recorder.read_one(self._page_keys, path)
        return self._roles.get(path) in TEST_ROLES

    def is_elsewhere(self, path: str) -> bool:
        """Return whether a file has no page of its own."""
        self._recorder.read_one(self._page_keys, path)
        return path in self._elsewhere

    def is_long(self, path: str) -> bool:
        """Return whether a file has several pages."""
        self._recorder.read_one(self._page_keys, path)
        return path in self._counts

    @property
    def project(self) -> str:
        """The document of the whole project."""
        return self._join("index")

    def folder(self, path: str) -> str:
        """Return the document of a folder (`""`: the root, which is the project's page)."""
        self._recorder.read_one(self._page_keys, path)
        return self._folder(path)

    def _folder(self, path: str) -> str:
        while path in self._folded:
            path = path.rpartition("/")[0]
        return self._join(f"tree/{self._docnames[path]}/index") if path else self.project

    def file(self, path: str, part: int = 1) -> str:
        """Return the document of a file, or of a further part of it; what stands for it if it has no page."""
        self._recorder.read_one(self._page_keys, path)
        if path in self._elsewhere:
            return self._elsewhere[path]
        return f"{self._files[path]}~p{part}" if part > 1 else self._files[path]

    def source(self, path: str, part: int = 1) -> str:
        """Return the document with the source of a file, or with a further part of it; empty if it has none."""
        self._recorder.read_one(self._page_keys, path)
        docname = f"source/{self._docnames[path]}" if path in self._sources else ""
        return self._join(f"{docname}~p{part}" if part > 1 else docname) if docname else ""

    def uses(self, path: str, identity: str = "") -> str:
        """Return the document with all uses of a keyword of a file, by its id; without one, with all that import the file."""
        self._recorder.read_one(self._page_keys, path)
        mask = sum(1 << place for place, char in enumerate(identity) if char != char.lower())
        name = f"{encode_name(identity)}~m{mask:x}" if mask else encode_name(identity) or "~importers"
        return self._join(f"uses/{self._docnames[path]}/{name}")

    def source_parts(self, path: str) -> int:
        """Return how many pages the source of a file has."""
        self._recorder.read_one(self._page_keys, path)
        return self._sources.get(path, 0)

    def has_page(self, path: str) -> bool:
        """Return whether a path is that of a file or folder that has a page."""
        self._recorder.read_one(self._page_keys, path)
        return path in self._docnames and path not in self._folded

    def is_file(self, path: str) -> bool:
        """Return whether a path is that of a file that has a page."""
        self._recorder.read_one(self._page_keys, path)
        return path in self._places

    def part_links(self, path: str) -> tuple[Link, ...]:
        """Return links to all pages of a file that has several."""
        parts = self.part_count(path)
        links = (Link(docname=self.file(path, part), text=str(part)) for part in range(1, parts + 1))
        return tuple(links) if parts > 1 else ()

    def part_count(self, path: str) -> int:
        """Return how many pages a file has."""
        self._recorder.read_one(self._page_keys, path)
        return max(1, -(-self._counts.get(path, 0) // PART_SIZE))

    def part(self, path: str, position: int) -> int:
        """Return the page of a file, from 1, on which the definition at a position stands; imports are on the first."""
        self._recorder.read_one(self._page_keys, path)
        return position // PART_SIZE + 1 if PART_SIZE <= position < self._counts.get(path, 0) else 1

    def keyword(self, path: str, position: int) -> str:
        """Return the document on which a keyword stands."""
        return self.file(path, self.part(path, position))

    def link(self, keyword: Keyword | Home, text: str = "", title: str = "") -> Link:
        """Return the link to a keyword."""
        path = keyword.path
        part = keyword.part if isinstance(keyword, Home) else self.part(path, keyword.position)
        docname = self.file(path, part)
        if path in self._elsewhere:
            return Link(docname, "", text, title)
        return Link(docname, keyword_anchor(keyword, self.shown(keyword.qualname)), text, title)

    def anchor_on(self, path: str, name: str) -> str:
        """Return an anchor on the page of a file; none if what stands for the file is another page."""
        return "" if self.is_elsewhere(path) else name

    def scope_link(self, path: str, qualname: str) -> Link:
        """Return the link to a definition by its qualified name; to the file's page, without text, for the module (an empty name)."""
        shown = self.shown(qualname)
        if path not in self._counts:
            docname = self.file(path)
            return Link(docname, "" if path in self._elsewhere else anchor(shown), shown)
        part = min(self.part_count(path), self._later_parts.get(path, {}).get(shown, 1))
        return Link(self.file(path, part), anchor(shown), shown)

    def shown(self, qualname: str) -> str:
        """Return the qualified name of the keyword that stands for another: where private ones are left out, that which they are in."""
        return public_part(qualname) if self._is_public else qualname

    def definition_links(self, facts: FileFacts) -> Callable[[int], Link]:
        """Return what links to the definitions of a file, by their positions; the text is the qualified name."""
        names = anchors(facts.definitions)

        def link(place: int) -> Link:
            name = facts.definitions[place].qualname
            shown = self.shown(name)
            place_on = self.anchor_on(facts.path, names[place] if shown == name else anchor(shown))
            return Link(self.keyword(facts.path, place), place_on, name)

        return link

    def path_link(self, path: str) -> Link:
        """Return the link to a file or folder by its path: what lies far apart may have the same name."""
        if path in self._places or path in self._elsewhere:
            return Link(self.file(path), "", path)
        return Link(self.folder(path), "", f"{path}/")

    def name_link(self, path: str) -> Link:
        """Return the link to a file or folder by the last part of its path."""
        link = self.path_link(path)
        return Link(link.docname, text=link.text[path.rfind("/") + 1 :], title=link.text)

    def letters(self) -> str:
        """Return the document that lists the letters of the A-Z index."""
        return self._join("names/index")

    def letter(self, prefix: str) -> str:
        """Return the document of one letter or longer prefix of the A-Z index."""
        name = prefix if prefix.startswith("~") else encode_name(prefix)
        return self._join(f"names/{name}~m0" if name == "index" else f"names/{name}")

    def find_letter(self, key: str) -> str:
        """Return the document of the A-Z index on which a sort key stands; empty if there is none."""
        self._recorder.read(_LETTERS)
        exact, starts, lengths = self._buckets
        if key in exact:
            return exact[key]
        found = (key[:length] for length in lengths)
        return next((starts[start] for start in found if start in starts), "")

    @cached_property
    def _buckets(self) -> tuple[dict[str, str], dict[str, str], list[int]]:
        """The documents of whole keys, of starts of keys, and how long the starts are, longest first."""
        exact: dict[str, str] = {}
        starts: dict[str, str] = {}
        for plan in self._letter_pages:
            for bucket in plan.buckets:
                (exact if bucket.is_exact else starts)[bucket.prefix] = self.letter(plan.prefix)
        return exact, starts, sorted({len(prefix) for prefix in starts}, reverse=True)

    def _join(self, tail: str) -> str:
        return f"{self.output_dir}/{tail}" if self.output_dir else tail


def round_down(count: int, least: int = ROUNDED) -> int:
    """Keep one digit of a large number, so that a new file does not change what every page says."""
    if count < least:
        return count
    unit: int = 10 ** (len(str(count)) - 1)
    return count // unit * unit


def anchor(qualname: str) -> str:
    """Return the anchor of a qualified name; empty for the module, which is its page."""
    if "<" in qualname:
        qualname = qualname.replace("<locals>", "-")
    if qualname.replace(".", "_").isidentifier():
        return qualname
    return _UNSAFE_IN_ANCHOR.sub("-", qualname)


def anchors(definitions: Sequence[Definition]) -> tuple[str, ...]:
    """Return the anchors of a file's definitions, in their order, all different."""
    taken: dict[str, int] = {}
    return tuple(_number(anchor(item.qualname), taken) for item in definitions)


def site_anchor(first: str, number: int) -> str:
    """Return the anchor of a keyword's further site; `number` counts from 2."""
    return f"{first}~{number}"


def import_anchors(facts: FileFacts) -> tuple[str, ...]:
    """Return the anchors of a file's imports, in their order, all different."""
    taken: dict[str, int] = {}
    return tuple(_number(f"import-{anchor(import_qualname(facts, item))}", taken) for item in facts.imports)


def public_part(qualname: str) -> str:
    """Return a qualified name up to its first private part, or to the function that it is in; empty if it has nothing public."""
    parts = qualname.split(".")
    hidden = (place for place, part in enumerate(parts) if part == "<locals>" or re.match(r"_(?!_.*__$)", part))
    return ".".join(parts[: next(hidden, len(parts))])


def keyword_anchor(keyword: Keyword | Home, qualname: str | None = None) -> str:
    """Return the anchor of a keyword that was looked up by name; of namesakes in one scope, that of the first.

    `qualname` is that of the keyword which stands for it.
    """
    plain = anchor(keyword.qualname if qualname is None else qualname)
    if not plain:
        return ""
    return f"import-{plain}" if keyword.kind is Kind.IMPORT else plain


def use_anchor(scope: str, target: str, *, is_exact: bool = True) -> str:
    """Return the anchor, in the source of a file, of the first use of a keyword (by id) in a scope (by qualified name)."""
    data = "\0".join((scope, target, "" if is_exact else "?")).encode("utf-8", "surrogateescape")
    return "~" + base64.b32encode(hashlib.blake2b(data, digest_size=5).digest()).decode().lower()


def name_anchor(name: str) -> str:
    """Return the anchor of a name on its page of the A-Z index; different names have different ones."""
    plain = anchor(name)
    return f"name-{plain}" if plain == name else f"name-{plain}~h{_short_digest(name)}"


def join(folder: str, name: str) -> str:
    """Return the path of something in a folder (`""`: the root)."""
    return f"{folder}/{name}" if folder else name


def encode_name(name: str) -> str:
    """Write one part of a path so that every file system and address takes it; different names stay different."""
    text = "".join(char if char in _PLAIN else _encode_char(char) for char in name)
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 10]}~h{_short_digest(name)}"


def _short_digest(name: str) -> str:
    return hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()


def _number(name: str, taken: dict[str, int]) -> str:
    taken[name] = taken.get(name, 0) + 1
    # `~2` alone is what further sites of one keyword have; `~~2` cannot be one of those.
    return name if taken[name] == 1 else f"{name}~~{taken[name]}"


def _encode_char(char: str) -> str:
    return "".join(f"~{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


def _list_children(files: Iterable[str], folders: Collection[str]) -> dict[str, dict[str, bool]]:
    """Return the names in every folder; the value tells whether a name is a file's. What is in `folders` is left out."""
    children: dict[str, dict[str, bool]] = {"": {}}
    for path in chain(files, folders):
        folder, _, name = path.rpartition("/")
        is_file = path not in folders
        while name not in children.setdefault(folder, {}):
            children[folder][name] = is_file
            folder, _, name = folder.rpartition("/")
            is_file = False
            if not name:
                break
    return children


def _encode_tree(children: Mapping[str, Mapping[str, bool]]) -> dict[str, str]:
    """Return the encoded form of every path and of every folder above one."""
    encoded = {"": ""}
    for folder in sorted(children):
        for name, text in _encode_siblings(children[folder]).items():
            encoded[join(folder, name)] = join(encoded[folder], text)
    return encoded


def _encode_siblings(names: Mapping[str, bool]) -> dict[str, str]:
    """Encode the names in one folder; the value tells whether a name is a file's."""
    folded = Counter(["index", *(name.lower() for name in names)])
    result: dict[str, str] = {}
    for name, is_file in names.items():
        text = encode_name(name)
        if not is_file and text.lower().endswith((".html", ".htm", ".xhtml")):
            # `a.html/` as a folder would meet the page of a file called `a`.
            text = text.replace(".", "~2E")
        mask = sum(1 << place for place, char in enumerate(name) if char != char.lower())
        is_index = is_file and name.lower() == "index"
        clash = folded[name.lower()] > 1 and (mask or is_index)
        result[name] = f"{text}~m{mask:x}" if clash else text
    return result
