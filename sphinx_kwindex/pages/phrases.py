"""Words for the codes in records: marked for translation here, translated when written.

The language is known only while a build runs. Placeholders are named, so that translators can move them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from sphinx_kwindex.marking import N_, NN_
from sphinx_kwindex.model import TYPES, Definition, Flag, Kind, Role, UseKind
from sphinx_kwindex.pages.addresses import ROUNDED
from sphinx_kwindex.pages.blocks import Code, Inline, Link, Mentioned, Mono, Outside, Said, Series, Tally, To
from sphinx_kwindex.pages.records import (
    KindCount,
    Namesakes,
    PageKind,
    PageView,
    PathEntry,
    Reach,
    ReachingTests,
    ReachKind,
    RelationRole,
    Row,
    UseList,
)


def say(text: str, **values: Inline | int) -> Said:
    """Return a marked text, with what fills its placeholders."""
    return Said(
        text, tuple((name, format_number(value) if isinstance(value, int) else value) for name, value in values.items())
    )


def say_count(one: str, many: str, count: int) -> Said:
    """Return the singular or the plural text; `%(count)s` in it becomes the number, its thousands set apart."""
    return Said(one, many=many, count=count)


def format_number(number: int) -> str:
    """Write a number with thin spaces between its thousands (none below 10,000)."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") if number >= 10_000 else str(number)


class Catalogue(Protocol):
    """Translations of texts, as `gettext` has them."""

    def gettext(self, message: str) -> str:
        """Return a text in the reader's language."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form of a text that a number asks for, in the reader's language."""


_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def translated(said: Said, catalogue: Catalogue) -> list[Inline]:
    """Return a text in the reader's language, in pieces: with its values where its placeholders were."""
    text = catalogue.ngettext(said.text, said.many, said.count) if said.many else catalogue.gettext(said.text)
    if not said.values and not said.many:
        return [text]
    values: dict[str, Inline] = {"count": format_number(said.count), **dict(said.values)}
    return [values[piece] if number % 2 else piece for number, piece in enumerate(_PLACEHOLDER.split(text))]


def tell(item: Inline, catalogue: Catalogue) -> str:
    """Return what is in a line as text alone, in the reader's language."""
    if isinstance(item, str):
        return item
    if isinstance(item, Said):
        return "".join(tell(piece, catalogue) for piece in translated(item, catalogue))
    if isinstance(item, tuple):
        return "".join(tell(piece, catalogue) for piece in item)
    if isinstance(item, Series):
        return ", ".join(tell(piece, catalogue) for piece in item.items) + tell(item.more, catalogue)
    if isinstance(item, To):
        return tell(item.text or item.link.text, catalogue)
    return tell(getattr(item, "inside", "") or getattr(item, "text", ""), catalogue)


KIND_LETTERS: Mapping[Kind, str] = {
    Kind.MODULE: "M",
    Kind.NAMESPACE: "N",
    Kind.CLASS: "C",
    Kind.EXCEPTION: "E",
    Kind.STRUCT: "S",
    Kind.UNION: "U",
    Kind.ENUM: "e",
    Kind.INTERFACE: "I",
    Kind.TRAIT: "t",
    Kind.FUNCTION: "f",
    Kind.METHOD: "m",
    Kind.MACRO: "d",
    Kind.PROPERTY: "p",
    Kind.ATTRIBUTE: "a",
    Kind.DATA: "v",
    Kind.TYPE_ALIAS: "T",
    Kind.TYPE_VARIABLE: "T",
    Kind.IMPORT: "i",
    Kind.SECTION: "#",
}
"""The same in every language, next to the word."""

_KINDS: Mapping[Kind, tuple[str, tuple[str, str], str]] = {
    Kind.MODULE: (N_("module"), NN_("1 module", "%(count)s modules"), N_("Modules")),
    Kind.NAMESPACE: (N_("namespace"), NN_("1 namespace", "%(count)s namespaces"), N_("Namespaces")),
    Kind.CLASS: (N_("class"), NN_("1 class", "%(count)s classes"), N_("Classes")),
    Kind.EXCEPTION: (N_("exception"), NN_("1 exception", "%(count)s exceptions"), N_("Exceptions")),
    Kind.STRUCT: (N_("struct"), NN_("1 struct", "%(count)s structs"), N_("Structs")),
    Kind.UNION: (N_("union"), NN_("1 union", "%(count)s unions"), N_("Unions")),
    Kind.ENUM: (N_("enum"), NN_("1 enum", "%(count)s enums"), N_("Enums")),
    Kind.INTERFACE: (N_("interface"), NN_("1 interface", "%(count)s interfaces"), N_("Interfaces")),
    Kind.TRAIT: (N_("trait"), NN_("1 trait", "%(count)s traits"), N_("Traits")),
    Kind.FUNCTION: (N_("function"), NN_("1 function", "%(count)s functions"), N_("Functions")),
    Kind.METHOD: (N_("method"), NN_("1 method", "%(count)s methods"), N_("Methods")),
    Kind.MACRO: (N_("macro"), NN_("1 macro", "%(count)s macros"), N_("Macros")),
    Kind.PROPERTY: (N_("property"), NN_("1 property", "%(count)s properties"), N_("Properties")),
    Kind.ATTRIBUTE: (N_("attribute"), NN_("1 attribute", "%(count)s attributes"), N_("Attributes")),
    Kind.DATA: (N_("variable"), NN_("1 variable", "%(count)s variables"), N_("Variables")),
    Kind.TYPE_ALIAS: (N_("type alias"), NN_("1 type alias", "%(count)s type aliases"), N_("Type aliases")),
    Kind.TYPE_VARIABLE: (
        N_("type variable"),
        NN_("1 type variable", "%(count)s type variables"),
        N_("Type variables"),
    ),
    Kind.IMPORT: (N_("import"), NN_("1 import", "%(count)s imports"), N_("Imports")),
    Kind.SECTION: (N_("heading"), NN_("1 heading", "%(count)s headings"), N_("Headings")),
}

_CONSTANT = N_("constant")

_FLAGS: tuple[tuple[int, str], ...] = (
    (int(Flag.DEPRECATED), N_("deprecated")),
    (int(Flag.PRIVATE), N_("private")),
    (int(Flag.ABSTRACT), N_("abstract")),
    (int(Flag.NOT_IMPLEMENTED), N_("not implemented")),
    (int(Flag.FINAL), N_("final")),
    (int(Flag.CLASSMETHOD), N_("class method")),
    (int(Flag.STATICMETHOD), N_("static method")),
    (int(Flag.ASYNC), N_("async")),
    (int(Flag.GENERATOR), N_("generator")),
    (int(Flag.CONTEXT_MANAGER), N_("context manager")),
    (int(Flag.ENUM), N_("enum")),
    (int(Flag.DATACLASS), N_("dataclass")),
    (int(Flag.PROTOCOL), N_("protocol")),
    (int(Flag.TYPED_DICT), N_("typed dict")),
    (int(Flag.NAMED_TUPLE), N_("named tuple")),
    (int(Flag.ENUM_MEMBER), N_("member")),
    (int(Flag.FIELD), N_("field")),
    (int(Flag.SLOT), N_("slot")),
    (int(Flag.WRITABLE), N_("writable")),
    (int(Flag.CACHED), N_("cached")),
    (int(Flag.OVERLOAD), N_("overloaded")),
    (int(Flag.HANDLER), N_("in a handler")),
    (int(Flag.LAMBDA), N_("lambda")),
    (int(Flag.PARTIAL), N_("partial")),
    (int(Flag.TEST), N_("test")),
    (int(Flag.FIXTURE), N_("fixture")),
    (int(Flag.CONDITIONAL), N_("conditional")),
    (int(Flag.TYPE_CHECKING), N_("type checking only")),
    (int(Flag.EXPORTED), N_("exported")),
)
"""As plain numbers: enumerations are slow to combine, and there are many rows."""


_USES: Mapping[UseKind, str] = {
    UseKind.READ: N_("read"),
    UseKind.CALL: N_("call"),
    UseKind.WRITE: N_("write"),
    UseKind.IMPORT: N_("import"),
    UseKind.BASE: N_("base class"),
    UseKind.DECORATOR: N_("decorator"),
    UseKind.ANNOTATION: N_("annotation"),
    UseKind.RAISE: N_("raise"),
    UseKind.EXCEPT: N_("except"),
    UseKind.DELETE: N_("delete"),
    UseKind.FIXTURE: N_("fixture"),
    UseKind.ARGUMENT: N_("keyword argument"),
    UseKind.STRING: N_("string"),
    UseKind.OPERATOR: N_("operator"),
}

_ROLES: Mapping[Role, str] = {
    Role.PACKAGE: N_("Package"),
    Role.MODULE: N_("Module"),
    Role.SCRIPT: N_("Script"),
    Role.TEST: N_("Test module"),
    Role.TEST_SUPPORT: N_("Test support"),
    Role.TEST_DATA: N_("Test data"),
    Role.EXAMPLE: N_("Example"),
    Role.CONFIGURATION: N_("Configuration"),
    Role.STUB: N_("Stub"),
    Role.GENERATED: N_("Generated file"),
    Role.PROSE: N_("Prose"),
    Role.CHANGELOG: N_("Changelog"),
    Role.PLAIN: N_("Text file"),
}

RELATION_WORDS: Mapping[RelationRole, str] = {
    RelationRole.BASES: N_("Bases"),
    RelationRole.SUBCLASSES: N_("Subclasses"),
    RelationRole.OVERRIDES: N_("Overrides"),
    RelationRole.OVERRIDDEN: N_("Overridden by"),
    RelationRole.EXPORTED: N_("Also available as"),
    RelationRole.STUB: N_("Stub"),
    RelationRole.STUB_OF: N_("Stub of"),
    RelationRole.DECLARED: N_("Declared as"),
    RelationRole.DEFINED: N_("Defined in"),
    RelationRole.IMPLEMENTED: N_("Implemented in"),
    RelationRole.SEEN: N_("Seen from Python as"),
}
"""Heads of lists of relations, not yet translated."""

MANY = 2
"""Candidates from which on a match says how many there are."""
MANY_NAMESAKES = 20
"""A name with more definitions is a common one: none is listed, so that another one changes no page."""

_SITES: Mapping[str, str] = {
    "overload": N_("overload"),
    "setter": N_("setter"),
    "deleter": N_("deleter"),
    "stub": N_("stub"),
}


_LETTER_GROUPS: Mapping[str, str] = {
    "~digits": N_("0–9"),
    "~symbols": N_("_"),
    "~other": N_("Other letters"),
}

SCRIPT: Mapping[str, str] = {
    "filter": N_("Filter %s names"),
    "filterLabel": N_("Filter the names on this page"),
    "found": N_("%s of %s"),
    "all": N_("%s names"),
    "find": N_("Find a keyword"),
    "findHint": N_("Name, words, initials, path"),
    "noneFound": N_("No matches"),
    "someFound": N_("%s found"),
    "firstFound": N_("The first %s; keep typing to narrow"),
    "allOfName": N_("all %s of this name"),
    "recent": N_("Recently opened"),
    "narrow": N_("Narrow with"),
    "fileWord": N_("file"),
    "folderWord": N_("folder"),
    "headingWord": N_("heading"),
    "inCode": N_("In the code"),
    "priv": N_("Show private"),
    "kinds": N_("Kinds shown"),
    "tests": N_("Tests"),
    "folder": N_("Folder shown"),
    "allFolders": N_("All folders"),
    "refs": N_("cross-references"),
    "sort": N_("A–Z"),
    "open": N_("Open all"),
    "close": N_("Close all"),
    "help": N_("Keyboard shortcuts"),
    "copy": N_("Copy"),
    "copyText": N_("Copy %s"),
    "copied": N_("Copied"),
    "title": N_("Keyboard shortcuts on this page"),
    "kHelp": N_("Show this help"),
    "kSearch": N_("Find a keyword of the project"),
    "kFilter": N_("Go to the filter"),
    "kNext": N_("Next row"),
    "kPrevious": N_("Previous row"),
    "kOpen": N_("Open or close the row"),
    "kOpenAll": N_("Open all"),
    "kCloseAll": N_("Close all"),
    "kUses": N_("Go to the uses of the row"),
    "kSource": N_("Go to the source"),
    "kFolder": N_("Go to the folder"),
    "kEsc": N_("Close the help"),
    "keysOn": N_("Enable shortcuts"),
    "done": N_("Close"),
    "lines": N_("Source lines"),
    "about": N_("About %s"),
    "usedHere": N_("Used here"),
    "module": N_("module level"),
    "more": N_("%s more places"),
    "moreFiles": N_("%s more files"),
    "several": N_("One of"),
    "mayBe": N_("Possible match"),
    "fold": N_("Fold from line %s"),
    "noUses": N_("No uses found"),
    "kNextDefinition": N_("Next definition"),
    "kPreviousDefinition": N_("Previous definition"),
    "kUsesOf": N_("Show the uses of the definition"),
    "kFold": N_("Fold or unfold the definition"),
    "kBack": N_("Go back"),
}
"""Texts of the script, which has the same in English."""


_CONSTANT_FLAG, _SPECIAL_FLAG = int(Flag.CONSTANT), int(Flag.SPECIAL)
_CONTEXT_MANAGER, _GENERATOR = int(Flag.CONTEXT_MANAGER), int(Flag.GENERATOR)
_TYPE_CHECKING, _CONDITIONAL = int(Flag.TYPE_CHECKING), int(Flag.CONDITIONAL)


def kind_word(kind: Kind, flags: int = 0) -> Inline:
    """Name a kind: `class`; a variable that is a constant is called one."""
    if kind is Kind.DATA and flags & _CONSTANT_FLAG:
        return say(_CONSTANT)
    return say(_KINDS[kind][0])


def kind_heading(kind: Kind) -> Inline:
    """Head a list of keywords of one kind: `Classes`."""
    return say(_KINDS[kind][2])


def kind_count(kind: Kind, count: int) -> Inline:
    """Count keywords of a kind: `4 classes`."""
    return say_count(*_KINDS[kind][1], count)


def flag_words(flags: int) -> list[Inline]:
    """Name the flags that readers want to see, most telling first."""
    if flags & _TYPE_CHECKING:
        flags &= ~_CONDITIONAL  # that says it already
    if flags & _CONTEXT_MANAGER:
        flags &= ~_GENERATOR  # what it yields is how it is written; callers get a context manager
    return [say(word) for flag, word in _FLAGS if flags & flag]


QUIET = int(Flag.EXPORTED | Flag.SPECIAL | Flag.INSTANCE | Flag.CONSTANT | Flag.LOCAL)
"""Flags that get no badge: said elsewhere, or true of almost everything."""


def badge_words(flags: int) -> tuple[Inline, ...]:
    """Name the flags worth telling."""
    return tuple(flag_words(flags & ~QUIET))


_RELATION_FLAGS = {RelationRole.OVERRIDES: N_("override"), RelationRole.EXPORTED: N_("re-exported")}


def relation_flag_words(row: Row) -> list[Inline]:
    """Name what its relations make of a keyword; that `__init__` and similar override something goes without saying."""
    if row.flags & _SPECIAL_FLAG:
        return []
    roles = {relation.role for relation in row.relations}
    return [say(word) for role, word in _RELATION_FLAGS.items() if role in roles]


def and_more(count: int) -> Inline:
    """Say how many are left out; empty if none is."""
    return say_count(" and 1 more", " and %(count)s more", count) if count > 0 else ""


def passed_words(row: Row) -> Inline:
    """Say which parameters callers pass by name, and how often."""
    return Series(tuple((Code(name), f" {count}×") for name, count in row.passed), and_more(row.more_passed))


def tests_words(tests: ReachingTests) -> Inline:
    """Say how many tests reach a keyword, and which are the nearest."""
    named = Series(tuple(Mono(To(link)) for link in tests.nearest))
    if not tests.count:
        return (_maybe_tests(tests), ": ", named, and_more(tests.possible - len(tests.nearest)))
    count = tests_count(tests)
    # All of those that are counted may be direct ones where there are more.
    direct = say("%(count)s direct", count=tests.direct) if tests.direct < tests.count else say("all direct")
    head = (count, ", ", direct) if tests.direct and not (tests.is_more and tests.direct == tests.count) else count
    more = "" if tests.is_more else and_more(tests.count - len(tests.nearest))
    return (head, ": ", named, more, *((" · ", _maybe_tests(tests)) if tests.possible and not tests.is_more else ()))


def tests_count(tests: ReachingTests) -> Inline:
    """Say how many tests reach a keyword."""
    if not tests.count:
        return _maybe_tests(tests)
    if tests.is_more:
        return say("%(count)s or more tests", count=tests.count)
    return say_count("1 test", "%(count)s tests", tests.count)


def _maybe_tests(tests: ReachingTests) -> Inline:
    """Say how many tests may reach a keyword, next to those that do."""
    if tests.is_more_possible:
        return say("perhaps %(count)s or more", count=tests.possible)
    return (
        say_count("perhaps 1 more", "perhaps %(count)s more", tests.possible)
        if tests.count
        else say_count("perhaps 1 test", "perhaps %(count)s tests", tests.possible)
    )


def mentioned_words(found: Iterable[Mentioned | None]) -> Inline:
    """Say where something is mentioned; nothing if it is nowhere."""
    shown = tuple(Series(tuple(map(To, item.documents)), and_more(item.more)) for item in found if item is not None)
    return (say("Mentioned in"), ": ", Series(shown)) if shown else ""


def docstring_words(found: Mentioned) -> Inline:
    """List what the docstrings describe that mention something."""
    return Series(tuple(Mono(To(link)) for link in found.documents), and_more(found.more))


def docstring_facts(found: Mentioned | None) -> tuple[Inline, ...]:
    """Say in which docstrings something is mentioned; nothing if it is in none."""
    return ((say("Mentioned in docstrings of"), ": ", docstring_words(found)),) if found is not None else ()


def more_of(count: int) -> Inline:
    """Say how many of a list are left out; empty if none is."""
    return say_count("1 more", "%(count)s more", count) if count > 0 else ""


def use_words(kinds: Iterable[tuple[UseKind, int]]) -> Inline:
    """List kinds of use with their counts: `call 3×, read`."""
    return Series(tuple((say(_USES[kind]), f" {count}×") if count > 1 else say(_USES[kind]) for kind, count in kinds))


def role_word(role: Role) -> Inline:
    """Say what a file is."""
    return say(_ROLES[role])


def relation_word(role: RelationRole) -> Inline:
    """Head a list of relations."""
    return say(RELATION_WORDS[role])


def site_word(label: str) -> Inline:
    """Say what a further site of a keyword is."""
    return say(_SITES[label]) if label in _SITES else label


def letter_word(group: str) -> Inline:
    """Name a group of the A-Z index."""
    return say(_LETTER_GROUPS[group]) if group in _LETTER_GROUPS else group.upper()


def keyword_count(public: int, private: int) -> Inline:
    """Say how many keywords there are, and how many of them are private."""
    text = say_count("1 keyword", "%(count)s keywords", public + private)
    return say("%(keywords)s (%(private)s private)", keywords=text, private=private) if private else text


def indexed_count(count: int) -> Inline:
    """Count the files of a folder: others than those of the index may lie there."""
    return say_count("1 indexed file", "%(count)s indexed files", count)


def file_count(count: int) -> Inline:
    """Count files."""
    return say_count("1 file", "%(count)s files", count)


NO_PAGES = say("Files without pages of their own")
"""What is said about a folder of fixtures."""


def folded_count(count: int) -> Inline:
    """Count the files among fixtures."""
    return say_count("1 more file of test data", "%(count)s more files of test data", count)


def entry_size(entry: PathEntry) -> Inline:
    """Say how large a file or folder is; nothing where that is not told."""
    if not (entry.lines or entry.counts or entry.files):
        return ""
    return indexed_count(entry.files) if entry.role is None else line_count(entry.lines)


def tally(counts: Iterable[KindCount]) -> Tally:
    """Count the keywords of each kind, private ones among them; imports are not those of the file."""
    return Tally(tuple((item.kind, item.public + item.private) for item in counts if item.kind is not Kind.IMPORT))


def keyword_total(counts: Iterable[KindCount]) -> Inline:
    """Say how many keywords there are in all, and how many of them are private."""
    defined = [item for item in counts if item.kind is not Kind.IMPORT]
    return keyword_count(sum(item.public for item in defined), sum(item.private for item in defined))


def name_count(count: int) -> Inline:
    """Count names."""
    return say_count("1 name", "%(count)s names", count)


def line_count(count: int) -> Inline:
    """Count lines."""
    return say_count("1 line", "%(count)s lines", count)


def size_text(size: int) -> Inline:
    """Say how large a file is."""
    if size < 1000:
        return say_count("1 byte", "%(count)s bytes", size)
    whole, _point, rest = f"{size / 1000:.1f}".partition(".")
    # Translators: the mark between whole numbers and decimals
    return say("%(size)s\N{NO-BREAK SPACE}kB", size=(whole, say("."), rest))


def use_count(uses: int, files: int) -> Inline:
    """Say how often a keyword is used: `14 uses in 6 files`."""
    if not uses:
        return say("no uses found")
    text = say_count("1 use", "%(count)s uses", uses)
    return text if files == 1 else say("%(uses)s in %(files)s", uses=text, files=file_count(files))


def used_words(
    uses: int,
    files: int,
    *,
    operators: UseList | None,
    reached: Sequence[Reach],
    guesses: UseList | None,
    kind: Kind,
) -> Inline:
    """Say how a keyword is used as shortly as a closed row does; nothing of what cannot be used by name."""
    if uses or not (operators or reached or guesses or kind is Kind.SECTION):
        return use_count(uses, files)
    if operators is not None:
        return operator_count(operators)
    # A name in a string says less than one that is looked up: it may be any text, or the key of a dictionary.
    if reached and (guesses is None or reached[0].kind is not ReachKind.SPELLED):
        return reach_label(reached[0])
    return say_count("1 by name", "%(count)s by name", guesses.count) if guesses is not None else ""


def row_uses(row: Row) -> Inline:
    """Say how a keyword is used as shortly as its closed row does; nothing if nobody has looked for all uses of it."""
    if not (row.uses or row.is_searched or row.operators or row.reached or row.guesses):
        return ""
    return used_words(
        row.uses, row.files, operators=row.operators, reached=row.reached, guesses=row.guesses, kind=row.kind
    )


def operator_count(operators: UseList) -> Inline:
    """Say how often operators call a special method."""
    return say_count("1 use by an operator", "%(count)s uses by operators", operators.count)


_CALLED: Mapping[ReachKind, tuple[str, str]] = {
    ReachKind.THROUGH: (N_("called through %(name)s"), N_("read through %(name)s")),
    ReachKind.SETS: (N_("sets property %(name)s"), N_("sets property %(name)s")),
    ReachKind.BELOW: (N_("called on subclasses: %(name)s"), N_("read on subclasses: %(name)s")),
    ReachKind.BESIDE: (N_("may be called where %(name)s is"), N_("may be read where %(name)s is")),
    ReachKind.PATTERN: (N_("called by pattern %(pattern)s in %(name)s"), N_("read by pattern %(pattern)s in %(name)s")),
    ReachKind.MAYBE_PATTERN: (
        N_("may be called by pattern %(pattern)s in %(name)s"),
        N_("may be read by pattern %(pattern)s in %(name)s"),
    ),
    ReachKind.STUB: (N_("stub of %(name)s"), N_("stub of %(name)s")),
    ReachKind.PYTHON: (N_("called by Python"), N_("read by Python")),
    ReachKind.FRAMEWORK: (N_("called by %(name)s"), N_("read by %(name)s")),
    ReachKind.MAYBE: (N_("may be called by %(name)s"), N_("may be read by %(name)s")),
    ReachKind.TEST: (N_("run as a test"), N_("run as a test")),
    ReachKind.OUTSIDE: (N_("overrides %(name)s"), N_("overrides %(name)s")),
    ReachKind.HANDED: (N_("passed to decorator %(name)s"), N_("passed to decorator %(name)s")),
    ReachKind.ENTRY: (N_("entry point %(name)s"), N_("entry point %(name)s")),
}
"""What calls, and what reads, a keyword that is reached other than by its name."""
_SHORT: Mapping[ReachKind, tuple[str, str]] = {
    ReachKind.STUB: (N_("stub"), N_("stub")),
    ReachKind.BELOW: (N_("called on subclasses"), N_("read on subclasses")),
    ReachKind.PATTERN: (N_("called by pattern %(pattern)s"), N_("read by pattern %(pattern)s")),
    ReachKind.MAYBE_PATTERN: (N_("may be called by pattern %(pattern)s"), N_("may be read by pattern %(pattern)s")),
}


def reach_label(reach: Reach) -> Inline:
    """Say how a keyword is reached as a closed row does: classes by their own names, no module."""
    text = _SHORT.get(reach.kind) or _CALLED.get(reach.kind)
    if text is None:
        return _number(reach)
    names = (reach.link.text if reach.link is not None else reach.by or reach.name).split(".")
    shown = {
        ReachKind.THROUGH: names[-2:-1],
        ReachKind.SETS: names[-2:],
        ReachKind.BESIDE: names[-2:],
        ReachKind.OUTSIDE: names[-2:],
        ReachKind.MAYBE: names[-1:],
    }
    name = ".".join(shown.get(reach.kind, names))
    return say(text[0 if reach.is_called else 1], name=name, pattern=reach.name)


def reach_words(reach: Reach) -> Inline:
    """Say how a keyword is reached."""
    named = keyword_name(reach.link) if reach.link is not None else Code(reach.by or reach.name)
    text = _CALLED.get(reach.kind)
    if reach.kind is ReachKind.LOOSE:
        after = say("on objects of unknown type, which may be something else")
        return (_number(reach), ": ", Code(reach.name), " ", after)
    if text is None:
        return _number(reach)
    times = _times(reach.count)
    said = say(text[0 if reach.is_called else 1], name=named, pattern=reach.name)
    return (said, " ", times) if times else said


def keyword_name(link: Link) -> Inline:
    """Name a keyword: as a link, which may lead outside of the project."""
    named = Mono(To(link))
    return named if link.docname or link.anchor else Outside(link.text, instead=Code(link.text))


def _number(reach: Reach) -> Inline:
    is_rounded, count = reach.count >= ROUNDED, reach.count
    if reach.kind is ReachKind.SPELLED:
        if is_rounded:
            return say("named in more than %(count)s strings", count=count)
        return say_count("named in 1 string", "named in %(count)s strings", reach.count)
    if reach.kind is ReachKind.LOOSE:
        if is_rounded:
            return say("more than %(count)s possible places", count=count)
        return say_count("1 possible place", "%(count)s possible places", reach.count)
    return _construction(reach)


def _construction(reach: Reach) -> Inline:
    if reach.kind is ReachKind.FIELD:
        return say("set on construction")
    if not reach.count:
        return say("called on construction")
    if reach.count >= ROUNDED:
        return say("constructed more than %(count)s times", count=reach.count)
    return say_count("constructed once", "constructed %(count)s times", reach.count)


def _times(count: int) -> Inline:
    if count >= ROUNDED:
        return say("more than %(count)s×", count=count)
    return f"{count}×" if count else ""


def possible_matches(guesses: UseList) -> Inline:
    """Count the possible matches of a keyword, with how many keywords each of them may mean."""
    text = say_count("1 match by name only", "%(count)s matches by name only", guesses.count)
    if guesses.candidates < MANY:
        return text
    return say("%(matches)s, one of %(count)s possible", matches=text, count=guesses.candidates)


def further_facts(row: Row) -> Iterator[tuple[str, Inline]]:
    """Yield what is said last of a keyword, each fact with its title in English."""
    if row.passed:
        yield N_("Passed by name"), passed_words(row)
    if row.tests is not None:
        yield N_("Reached by"), tests_words(row.tests)
    if row.namesakes is not None:
        yield N_("Same name elsewhere"), _same_name(row.namesakes)


def _same_name(namesakes: Namesakes) -> Inline:
    """Name the namesakes, and say how many more there are; that they are many, if none is listed."""
    links = Series(tuple(Mono(To(link)) for link in namesakes.links))
    if namesakes.index is None:
        return links
    if namesakes.more:
        words = say_count("and 1 more", "and %(count)s more", namesakes.more)
    else:
        words = say("more than %(count)s definitions", count=MANY_NAMESAKES)
    others = To(namesakes.index, words)
    return (links, " ", others) if namesakes.links else others


def head_text(row: Row | Definition) -> str:
    """Return what follows the name of a keyword: parameters, bases, or type and value."""
    if row.kind in TYPES:
        return f"({', '.join(row.bases)})" if row.bases else ""
    annotation = f": {row.annotation}" if row.annotation and not row.signature else ""
    value = f" = {row.value}" if row.value else ""
    return row.signature + annotation + value


def no_uses(searched: int) -> Inline:
    """Say that there are no uses, and where they were looked for."""
    if searched >= ROUNDED:
        return say("No uses found in the more than %(count)s files searched.", count=searched)
    return say_count(
        "No uses found in the 1 file searched.", "No uses found in the %(count)s files searched.", searched
    )


def rest_of_uses(uses: UseList) -> Inline:
    """Say how many using files are left out, and where they are; empty if none is."""
    if uses.all is None or not uses.more_files:
        return more_files(uses.more_files)
    count = (uses.own is not None) + len(uses.project) + len(uses.tests) + uses.more_files
    return To(uses.all, say("All %(count)s files", count=count))


def more_files(count: int) -> Inline:
    """Say how many using files are left out; empty if none is."""
    return say_count("Used in 1 more file.", "Used in %(count)s more files.", count) if count else ""


def crumb_words(view: PageView) -> list[tuple[Link, Inline]]:
    """Return the links of a breadcrumb with their texts: folders have names of their own, our own pages titles."""
    titles = 2 if view.page.kind is PageKind.LETTER else 1
    return [(link, say(link.text) if number < titles else link.text) for number, link in enumerate(view.breadcrumb)]


def no_recent(reason: str) -> Inline:
    """Say, in the output of the build, why the newest commits are not shown."""
    return say("keyword index: recent changes are not shown: %(reason)s", reason=reason)


def not_found(what: str) -> Inline:
    """Say that the index lacks what a directive asks for."""
    return say("%(name)s is not in the index.", name=what)
