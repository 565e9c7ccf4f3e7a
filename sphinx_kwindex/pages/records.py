"""The content of pages, as frozen records.

A record here holds what a reader sees, and nothing else: no times, no absolute paths, no raw scores, and no line
numbers of other files. So two views are equal exactly if the pages look the same. Sentences are not made here: records
hold names, codes and numbers, and the renderers put them into words, in the reader's language.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

from sphinx_kwindex.model import Kind, Role, UseKind
from sphinx_kwindex.pages.blocks import Block, Link, Mentioned, View

MAX_SIBLINGS = 20
"""Neighbours in a folder that a page lists."""


class PageKind(str, enum.Enum):
    """What a page is about."""

    PROJECT = "project"
    FOLDER = "folder"
    FILE = "file"
    SOURCE = "source"
    USES = "uses"
    LETTERS = "letters"
    LETTER = "letter"


class Bucket(View, frozen=True):
    """Names of the A-Z index that stand together: those whose sort key starts with (or is) a prefix."""

    prefix: str
    is_exact: bool = False


class LetterPage(View, frozen=True):
    """One page of the A-Z index, as planned from the names' counts alone."""

    group: str
    """A letter, or `~digits`, `~symbols`, `~other` (letters beyond a to z)."""
    prefix: str
    """Names the page: its group if it is the group's only page, else the first of its buckets."""
    label: str
    """What it holds: `s`, or `sa – sd`; empty for groups that have no letter."""
    buckets: tuple[Bucket, ...]
    heads: int
    keywords: int


class Page(View, frozen=True):
    """One generated document: what goes into the stub and Sphinx's environment, and no more."""

    kind: PageKind
    key: str
    """Unique among the pages: `project`, `folder:pkg`, `file:pkg/mod.py`, `file:pkg/mod.py~p2`, `source:pkg/mod.py`, `letters`, `letter:g`."""
    subject: str
    """Path of the file or folder, or prefix of the letter page; empty for the project and the letters."""
    docname: str
    title: str
    """Of the document; not to be translated if it is a path."""
    sections: tuple[tuple[str, str], ...] = ()
    """(id, title in English, to be translated) of the titled sections. A page also has a leaf "" before the first."""
    part: int = 1
    """Of a file with very many keywords: which of its pages."""
    buckets: tuple[Bucket, ...] = ()
    """Of a letter page: which names it lists."""


class PageView(View, frozen=True):
    """All that one page shows."""

    page: Page
    breadcrumb: tuple[Link, ...] = ()
    """From the project down; the page itself is left out."""
    siblings: tuple[Link, ...] = ()
    """Files and folders next to it (the page itself has an empty docname); of a long list only its neighbours."""
    has_more_siblings: bool = False
    previous: Link | None = None
    next: Link | None = None
    told: tuple[Told, ...] = ()
    """Its head, whose id is empty, and its sections."""
    source_url: str = ""
    """Of its file; may hold `{line}`."""
    source: Link | None = None
    """The page with the source of its file."""
    source_parts: tuple[Link, ...] = ()
    """All of them, if there are several."""

    def blocks_of(self, section_id: str) -> tuple[Block, ...]:
        """Return what a section shows (no id: the head); nothing if the page does not have it."""
        return next((told.blocks for told in self.told if told.id == section_id), ())


class Told(View, frozen=True):
    """What one section of a page shows."""

    id: str
    blocks: tuple[Block, ...] = ()
    count: int | None = None
    """How many things it holds, where that is told."""


class KindCount(View, frozen=True):
    """How many keywords of one kind there are."""

    kind: Kind
    public: int
    private: int = 0


class SiteLink(View, frozen=True):
    """One place in the page's own file that binds a keyword."""

    line: int
    anchor: str = ""
    label: str = ""
    signature: str = ""
    """If it is another one than that of the row."""


class UseGroup(View, frozen=True):
    """The uses in one scope of a using file: shown by name, since a line number would ripple."""

    scope: Link
    kinds: tuple[tuple[UseKind, int], ...]
    """Each kind of use with its count, most frequent first."""
    lines: tuple[int, ...] = ()
    """Only in the page's own file."""
    more_lines: int = 0
    """Lines that are left out."""


class UsingFile(View, frozen=True):
    """All uses of a keyword in one file."""

    file: Link
    count: int
    groups: tuple[UseGroup, ...]
    more: int = 0
    """Scopes that are left out."""


class UseList(View, frozen=True):
    """Where a keyword is used: this file first, then the project, then its tests."""

    count: int
    own: UsingFile | None = None
    project: tuple[UsingFile, ...] = ()
    tests: tuple[UsingFile, ...] = ()
    more_files: int = 0
    """Files beyond the cap."""
    all: Link | None = None
    """The page that lists them all, where they are very many."""
    candidates: int = 0
    """Of possible matches: how many keywords each may mean, the most of all."""


class Example(View, frozen=True):
    """A line of another file that shows how a keyword is used."""

    text: str
    place: Link
    """The function or class that it is in; its text is the path of the file."""


class ReachingTests(View, frozen=True):
    """The tests that reach a keyword, directly or through calls."""

    count: int
    direct: int
    """Those that name it themselves."""
    nearest: tuple[Link, ...]
    """Those with the fewest calls between, the nearest first; of those that may reach it, if none does for certain."""
    is_more: bool = False
    """There may be more of them: only so many are counted."""
    possible: int = 0
    """Those that may reach it besides: a condition is on the way."""
    is_more_possible: bool = False


class RelationRole(str, enum.Enum):
    """How the linked keywords stand to the row's."""

    BASES = "bases"
    SUBCLASSES = "subclasses"
    OVERRIDES = "overrides"
    OVERRIDDEN = "overridden"
    EXPORTED = "exported"
    """Other paths to it, through re-exports."""
    STUB = "stub"
    """The stub's keyword for it."""
    STUB_OF = "stub of"
    DECLARED = "declared"
    """Its declaration in a header."""
    IMPLEMENTED = "implemented"
    """The function or class of another language that it is made of."""
    SEEN = "seen"
    """What Python calls it."""
    DEFINED = "defined"
    """The definition of what it declares."""


class RelationList(View, frozen=True):
    """Relations of a keyword of one sort."""

    role: RelationRole
    links: tuple[Link, ...]
    """A link without docname and anchor names something outside the project."""
    more: int = 0


class TypeLink(View, frozen=True):
    """A part of a signature (where there is none: of an annotation) that names a type.

    The link is that of a keyword of the project; or it leads to no document, and its text is the dotted name of something from outside.
    """

    start: int
    end: int
    link: Link


class InheritedMembers(View, frozen=True):
    """What a class has from one of its base classes: public methods and properties."""

    source: Link
    names: tuple[str, ...]
    more: int = 0


class Namesakes(View, frozen=True):
    """Definitions of other files that have the same name."""

    links: tuple[Link, ...] = ()
    """The nearest first; none if there are too many."""
    more: int = 0
    index: Link | None = None
    """Where all are, if not all are listed."""


class ReachKind(str, enum.Enum):
    """How a keyword is reached although no use of its name was found."""

    CONSTRUCTED = "constructed"
    """Its class is called; `count` times."""
    THROUGH = "through"
    """`link`, which it overrides, is looked up on objects; `count` times."""
    SETS = "sets"
    """Assigning it runs the setter of `link`, a property of a base class, which shows the uses."""
    BELOW = "below"
    """What overrides it is used."""
    BESIDE = "beside"
    """`link` is looked up on objects, and this one may be meant there.

    Both override the same member of a base class, or it overrides `link`, which is a possible match.
    """
    PATTERN = "pattern"
    """Names of the pattern `name` are looked up in `link`, or by the external class in `by`."""
    MAYBE_PATTERN = "maybe pattern"
    """Names of the pattern `name` are looked up in `link` on objects of unknown type."""
    STUB = "stub"
    """It is the stub of `link`, which shows the uses."""
    PYTHON = "python"
    """The language calls it."""
    TEST = "test"
    """A test runner runs it."""
    FRAMEWORK = "framework"
    """`name` calls it by convention."""
    OUTSIDE = "outside"
    """It overrides a member, `name`, of a class of the standard library."""
    MAYBE = "maybe"
    """Its class derives from the external class `name`, which may call it."""
    FIELD = "field"
    """A field that is given when its class is called; `count` times."""
    SPELLED = "spelled"
    """Strings spell its name out; `count` of them."""
    LOOSE = "loose"
    """Its name is looked up on objects of unknown type at `count` places: too many to tell apart."""
    HANDED = "handed"
    """It is passed to the decorator `name`."""
    ENTRY = "entry"
    """The project's own files name it as the entry point `name`."""


class Reach(View, frozen=True):
    """One way in which a keyword is reached although no use of its name was found."""

    kind: ReachKind
    name: str = ""
    link: Link | None = None
    by: str = ""
    count: int = 0
    """A large number is rounded down."""
    is_called: bool = True
    """It is a function; else it is read."""


class Row(View, frozen=True):
    """One keyword: the closed row and what opens."""

    kind: Kind
    name: str
    qualname: str
    id: str
    anchor: str
    line: int
    end_line: int
    flags: int = 0
    signature: str = ""
    value: str = ""
    annotation: str = ""
    summary: str = ""
    decorators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    sites: tuple[SiteLink, ...] = ()
    uses: int = 0
    """Certain uses; guesses have their own list."""
    files: int = 0
    """In how many files."""
    relations: tuple[RelationList, ...] = ()
    used: UseList | None = None
    guesses: UseList | None = None
    operators: UseList | None = None
    """Of a special method: what calls it without naming it. They are not counted among the uses."""
    reached: tuple[Reach, ...] = ()
    """Only where there are no certain uses, nor operators; the surest way first."""
    members: tuple[Row, ...] = ()
    examples: tuple[Example, ...] = ()
    types: tuple[TypeLink, ...] = ()
    """In order."""
    namesakes: Namesakes | None = None
    mentioned: Mentioned | None = None
    """In the project's prose."""
    in_docstrings: Mentioned | None = None
    """By what their docstrings describe."""
    inherited: tuple[InheritedMembers, ...] = ()
    """The nearest base class first."""
    tests: ReachingTests | None = None
    passed: tuple[tuple[str, int], ...] = ()
    """Parameters that callers pass by name, with how often; the most frequent first."""
    more_passed: int = 0
    """Further ones."""

    is_searched: bool = True
    """All files were searched for uses: if there are none, pages say so."""

    @property
    def full_name(self) -> str:
        """The name where no class or function around it is named; a heading has a slug for an id, which nobody wrote."""
        return self.name if self.kind is Kind.SECTION else self.qualname


class Layer(str, enum.Enum):
    """Where a file sits among those that import one another, from the bottom up."""

    FOUNDATION = "foundation"
    """Depends on no other file, and others depend on it."""
    LOWER = "lower"
    """Far more files depend on it than it depends on."""
    MIDDLE = "middle"
    UPPER = "upper"
    """It depends on far more files than depend on it."""
    TOP = "top"
    """Depends on others, and none depends on it."""
    ALONE = "alone"
    """Neither."""


class Standing(View, frozen=True):
    """Where a file sits in the project; tests do not count."""

    layer: Layer | None = None
    imports: int = 0
    """Files that it imports when it is imported itself, its own packages left out."""
    importers: int = 0
    """Files that import it so, those in a package that it is left out."""
    above: int = 0
    """How many files depend on it, directly or through others, rounded; 0 for few."""
    late: int = 0
    """Further files that it imports later or for type checkers only."""
    has_package: bool = False
    """It also imports a package that it is in."""
    members: int = 0
    """Of a package: files in it that import it when they are imported themselves; they are no `importers`."""


class Rows(Block, frozen=True, tag=True):
    """Rows of keywords."""

    rows: tuple[Row, ...]
    searched: int = 0
    """How many files were searched for uses; a large number is rounded down."""


def all_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows with their members, each before its own."""
    for row in rows:
        yield row
        yield from all_rows(row.members)


class SourceName(View, frozen=True):
    """A name that a file binds, where it is in the source."""

    line: int
    col: int
    name: str
    anchor: str
    row: Link | None = None
    """Its row on the page of the file."""
    uses: int = 0
    files: int = 0
    """How many files use it."""
    end: int = 0
    """Last line of a class or function, if it has several."""


class SourcePlace(View, frozen=True):
    """A name that is a link, where it is in the source."""

    line: int
    col: int
    length: int
    targets: tuple[int, ...]
    """Their numbers."""
    is_exact: bool = True
    anchors: tuple[str, ...] = ()
    """By which the pages of other files lead here."""


class Source(Block, frozen=True, tag=True):
    """The source of a file. Its text is read from the file when it is written."""

    path: str
    content: str
    """Digest of the file: with another content the page looks different."""
    encoding: str
    targets: tuple[Link, ...] = ()
    places: tuple[SourcePlace, ...] = ()
    """In order, none over another."""
    names: tuple[SourceName, ...] = ()
    """Names that are bound."""
    uses: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """By the anchor of its first use in a scope: the lines that use a keyword of another file there."""
    outside: tuple[str, ...] = ()
    """Dotted names of what other projects have."""
    outside_places: tuple[tuple[int, int, int, int], ...] = ()
    """Where they stand: line, column, length, number."""
    page: Link | None = None
    """About the file."""
    first: int = 1
    """The first line that is shown of a long file, and the last."""
    last: int = 0
    """0: the last of the file."""


class PathEntry(View, frozen=True):
    """One file or folder in a list."""

    link: Link
    summary: str = ""
    role: Role | None = None
    """None: a folder."""
    counts: tuple[KindCount, ...] = ()
    files: int = 0
    """Of a folder: files in it and below."""
    lines: int = 0
    error: str = ""
    is_folded: bool = False
    """A folder whose files have no pages, nor has it."""


class Files(Block, frozen=True, tag=True):
    """Files and folders."""

    nodes: tuple[TreeNode, ...]
    has_bars: bool = False
    """Bars show how large they are, next to the largest."""
    is_open: bool = False
    """What is in folders can be seen at once."""


class TreeNode(View, frozen=True):
    """A folder or file of the project's tree."""

    entry: PathEntry
    children: tuple[TreeNode, ...] = ()


class LetterCount(View, frozen=True):
    """One letter of the A-Z index, with its pages (several if it had to be split)."""

    group: str
    links: tuple[Link, ...]
    heads: int = 0
    """0 where counts are not shown."""
    keywords: int = 0


class Letters(Block, frozen=True, tag=True):
    """The letters of the A-Z index, as links to their pages."""

    letters: tuple[LetterCount, ...]
    own: str = ""
    """The document that they are on, if it is one of theirs."""


class NameEntry(View, frozen=True):
    """One keyword under its spelling."""

    kind: Kind
    link: Link
    file: Link
    flags: int = 0


class Head(View, frozen=True):
    """One spelling with all keywords that have it, or a word with the names that it is part of."""

    name: str
    entries: tuple[NameEntry, ...] = ()
    private: bool = False
    more: int = 0
    """Keywords of this name that are left out."""
    see: tuple[Link, ...] = ()
    """Of a word: the names."""


class Heads(Block, frozen=True, tag=True):
    """Names of the A-Z index, with their keywords."""

    heads: tuple[Head, ...]
