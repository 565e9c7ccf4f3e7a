"""Frozen records and enums shared by all stages.

All records are `msgspec` structs: they are checked when they are read back from the cache, so a damaged or
foreign cache can never put a wrong type into a page, and reading one never runs code (as a pickle would).
Lines count from 1, columns from 0 in code points. Paths are relative to the root, with forward slashes.
"""

from __future__ import annotations

import enum

import msgspec

from sphinx_kwindex.errors import Problem

FORMAT = 11
"""Version of the records below; part of every cache key. Raise it when a record or its meaning changes."""

PART_SIZE = 350
"""Keywords on one page; a file with more has several pages."""


class Kind(str, enum.Enum):
    """What a keyword is."""

    MODULE = "module"
    NAMESPACE = "namespace"
    """What a language other than Python has for grouping names: a file may hold several, and one may be in several files."""
    CLASS = "class"
    EXCEPTION = "exception"
    STRUCT = "struct"
    UNION = "union"
    ENUM = "enum"
    INTERFACE = "interface"
    """Also a protocol, and a concept of C++."""
    TRAIT = "trait"
    FUNCTION = "function"
    METHOD = "method"
    MACRO = "macro"
    PROPERTY = "property"
    ATTRIBUTE = "attribute"
    """A class attribute, instance attribute, dataclass field, enum member or slot."""
    DATA = "data"
    """A constant or variable of a module (or a `global` of one of its functions)."""
    TYPE_ALIAS = "type"
    TYPE_VARIABLE = "typevar"
    IMPORT = "import"
    """A name bound by an import statement."""
    SECTION = "section"
    """A heading or target of a prose file."""


CLASSES = frozenset({Kind.CLASS, Kind.EXCEPTION})
TYPES = CLASSES | {Kind.STRUCT, Kind.UNION, Kind.ENUM, Kind.INTERFACE, Kind.TRAIT}
"""What has members, in any language; the others are not classes of Python, whose order and bases `CLASSES` stands for."""
FUNCTIONS = frozenset({Kind.FUNCTION, Kind.METHOD})
MEMBERS = frozenset({Kind.METHOD, Kind.PROPERTY, Kind.ATTRIBUTE})


class Flag(enum.IntFlag):
    """Facts about one keyword that a reader wants to see or filter by."""

    PRIVATE = 1 << 0
    """Leading underscore, in its own name or in that of an enclosing class (special names are not private)."""
    SPECIAL = 1 << 1
    """`__name__`."""
    ASYNC = 1 << 2
    GENERATOR = 1 << 3
    ABSTRACT = 1 << 4
    OVERLOAD = 1 << 5
    DEPRECATED = 1 << 6
    FINAL = 1 << 7
    TEST = 1 << 8
    CLASSMETHOD = 1 << 9
    STATICMETHOD = 1 << 10
    CONSTANT = 1 << 11
    ENUM = 1 << 12
    DATACLASS = 1 << 13
    PROTOCOL = 1 << 14
    TYPED_DICT = 1 << 15
    NAMED_TUPLE = 1 << 16
    INSTANCE = 1 << 17
    """An attribute set on `self`."""
    ENUM_MEMBER = 1 << 18
    FIELD = 1 << 19
    """A field of a dataclass, named tuple or typed dict."""
    SLOT = 1 << 20
    LAMBDA = 1 << 21
    CONDITIONAL = 1 << 22
    """Defined under `if`, `try` or `match`."""
    TYPE_CHECKING = 1 << 23
    LOCAL = 1 << 24
    """Defined in a function."""
    EXPORTED = 1 << 25
    """Named in the module's `__all__`."""
    CONTEXT_MANAGER = 1 << 26
    """A function decorated with `contextlib.contextmanager` or its async twin."""
    WRITABLE = 1 << 27
    """A property with a setter."""
    CACHED = 1 << 28
    """A `functools.cached_property` or the like."""
    PARTIAL = 1 << 29
    """A name bound to `functools.partial(...)` or `partialmethod(...)`."""
    UNSURE_BASES = 1 << 30
    """A class whose bases depend on what runs: it has several definitions, or a base has several possible values."""
    DOC_MADE = 1 << 31
    """Its docstring is not part of its definition: assigned later (`f.__doc__ = ...`), or made by a decorator."""
    FIXTURE = 1 << 32
    """A function that pytest calls for the tests that have a parameter of its name."""
    NOT_IMPLEMENTED = 1 << 33
    """A function that does nothing but raise `NotImplementedError`: to be overridden, or to refuse what a base class can."""
    DOC_FIELDS = 1 << 34
    """It has a docstring, but one without a sentence for its row: only fields or directives."""
    MAIN = 1 << 35
    """Defined under `if __name__ == "__main__"`: other files cannot import it."""
    CLOSURE = 1 << 37
    """A function that returns a function which it defines."""
    HANDLER = 1 << 38
    """A name that `except ... as` alone binds: Python removes it at the end of the handler."""
    UNDOCUMENTED = 1 << 36
    """A public class or function of a module without a docstring; only the keywords of the index have it, as all of a file says so."""


class UseKind(enum.IntEnum):
    """How a keyword is used at one place."""

    READ = 0
    CALL = 1
    WRITE = 2
    IMPORT = 3
    BASE = 4
    DECORATOR = 5
    ANNOTATION = 6
    RAISE = 7
    EXCEPT = 8
    DELETE = 9
    FIXTURE = 10
    """A parameter, or a string, for which pytest gives what a fixture returns."""
    ARGUMENT = 11
    """The name of a keyword argument that sets a field: `Point(x=1)`."""
    STRING = 12
    """A string that names it, where the form says so: `patch("package.module.name")`."""
    OPERATOR = 13
    """A special method that something calls without naming it: `len(x)`, `x[0]`, `a + b`, `with x:`. Kept apart from other uses."""


CONSTRUCTORS = ("__init__", "__new__", "__post_init__", "__attrs_pre_init__", "__attrs_post_init__")
"""Methods that a call of their class runs."""
SET_UP = (
    "setUp", "setUpClass", "asyncSetUp", "tearDown", "tearDownClass", "asyncTearDown",
    "setup_method", "setup_class", "teardown_method", "teardown_class", "setup",
)  # fmt: skip
"""Methods that run before and after the tests of their class."""
SET_UP_MODULE = ("setUpModule", "tearDownModule", "setup_module", "teardown_module", "setup_function")
"""Functions that run before and after the tests of their module."""
RUN_UNNAMED = frozenset({"__call__", *CONSTRUCTORS, *SET_UP, *SET_UP_MODULE})


TOLD_OF_RUNS = int(Flag.TEST | Flag.NOT_IMPLEMENTED)
"""Flags of functions that say what runs them, or that nothing does."""
EXTENDS = "super"
"""In what a method asks: it calls what it overrides in a class of another package."""
LOCALS = ".<locals>."
"""In qualified names, between a function and what it defines."""


class Role(str, enum.Enum):
    """What a file is."""

    PACKAGE = "package"
    MODULE = "module"
    SCRIPT = "script"
    """Is run: has a main block or a `#!` line, and nothing imports it as a member of a package."""
    TEST = "test"
    """Holds tests."""
    TEST_SUPPORT = "test support"
    """Stands among tests without holding any: fixtures, helpers, packages."""
    TEST_DATA = "test data"
    """Stands in a folder of tests that is named for data."""
    EXAMPLE = "example"
    CONFIGURATION = "configuration"
    """Of Sphinx, Django, setuptools, nox...: a tool reads it or runs it."""
    STUB = "stub"
    GENERATED = "generated"
    """Says in its head that a program has written it."""
    PROSE = "prose"
    CHANGELOG = "changelog"
    """Prose that lists what changed from version to version."""
    PLAIN = "plain"
    """No collector reads it: a template, a style, configuration of a tool."""


TEST_ROLES = frozenset({Role.TEST, Role.TEST_SUPPORT, Role.TEST_DATA})
"""What belongs to the tests of a project."""

PROSE_ROLES = frozenset({Role.PROSE, Role.CHANGELOG, Role.PLAIN})
"""What is not code."""
PROSE_LANGUAGES = frozenset({"markdown", "rest", "notebook"})
"""Files in these are indexed if `kwindex_prose` says so."""

LOOSE_IN_TESTS = "?"


class Record(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Base of the records."""


class SourceFile(Record, frozen=True):
    """One file that scan found."""

    path: str
    language: str
    """`python`, or a name that another collector registered."""
    module: str
    """Dotted module name; for a file outside every package, the one that its path gives."""
    is_package: bool
    digest: str
    """Of (path, module, whether it is or is in a package, bytes): the key under which its summary is stored."""
    size: int
    """Bytes."""
    mtime_ns: int
    """When the file last changed, as the file system tells (-1: not to be believed); lets an unchanged file go unread.

    Never part of a result.
    """
    in_package: bool = False
    """Its folder is a package (of which it is the `__init__`, or a member)."""
    wanted: tuple[str, ...] = ()
    """The first names of modules that its import statements seem to name, of the standard library none; sorted."""
    beside: tuple[tuple[str, str], ...] = ()
    """(First name, module) of those that Python finds next to the file or its tests, and not in an import root."""


class Site(Record, frozen=True):
    """One more place that binds a keyword."""

    line: int
    col: int
    end_line: int
    label: str = ""
    """`overload`, `setter`, `deleter`, `stub` or empty (bound again, e.g. in another branch)."""
    signature: str = ""
    """Of a function that another branch defines otherwise (`if sys.platform == "win32"`); base classes, of such a class."""


class Definition(Record, frozen=True):
    """One keyword that a file defines. The first of a file's definitions is always its module."""

    name: str
    qualname: str
    """`Class.method`, `func.<locals>.inner`; empty for the module itself."""
    kind: Kind
    line: int
    col: int
    """Of the name itself, not of `def` or of a decorator."""
    end_line: int
    scope: int
    """Position of the enclosing definition in the file's list; -1 for the module."""
    flags: int = 0
    """Sum of `Flag` members."""
    signature: str = ""
    """Parameters and return annotation as written, on one line: `(a, *, b: int = 1) -> str`."""
    value: str = ""
    """Right-hand side as written, shortened to `Limits.value` characters."""
    annotation: str = ""
    """Declared type as written."""
    summary: str = ""
    """First sentence of the docstring (or of the `#:` comment before it)."""
    decorators: tuple[str, ...] = ()
    """As written, without `@`."""
    bases: tuple[str, ...] = ()
    """As written; keyword arguments included (`metaclass=Meta`)."""
    sites: tuple[Site, ...] = ()
    """Further places that bind it, in source order."""
    base_targets: tuple[str, ...] = ()
    """Symbolic targets of the positional bases, in order ('' where a base cannot be named)."""
    type: tuple[str, ...] = ()
    """Type expressions of the value (attribute, data, property) or of what a call returns (function): a union.

    For a type alias, the types that it stands for; for a type variable, its bound. See `sphinx_kwindex.targets`.
    """
    alias: str = ""
    """Target of the object that the name is just another name for (`ok = other`, `f = partial(g)` is not)."""
    decorator_targets: tuple[str, ...] = ()
    """Symbolic targets of the decorators ('' where one cannot be named)."""
    forms: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    """Of a function whose result depends on its arguments: parameters and results, of each overload.

    A parameter is written `name:types`, after `*` if it is given by name alone, after `+` if it takes all further ones. Types
    are in the way of `type`, with bars between them. What an unannotated parameter takes is named like a local.
    """
    takes: tuple[str, ...] = ()
    """Of a method: what parameters take whose annotation names more than built-in types, written in the same way."""


class Import(Record, frozen=True):
    """One name bound by an import statement: a keyword of its own, of kind `import`."""

    name: str
    """The bound name; `*` for a wildcard."""
    target: str
    """Absolute dotted target: `numpy`, `pkg.mod.f`; for a wildcard the module."""
    line: int
    col: int
    """Of the bound name's token (of the module path for `import a.b`)."""
    scope: int
    """Position of the enclosing definition in the file's list (0: the module)."""
    text: str
    """What is taken from where, as written: `from .mod import f as g`."""
    flags: int = 0
    """Sum of `ImportFlag` members."""
    uses: int = 0
    """How often the bound name is used in this file."""


class ImportFlag(enum.IntFlag):
    """How a name was imported."""

    RELATIVE = 1
    STAR = 2
    ALIASED = 4
    FROM = 8
    """`from x import y`; unset: `import x`."""
    TOP = 16
    """`import a.b`: binds `a` although the target is `a.b`."""
    TYPE_CHECKING = 32
    CONDITIONAL = 64
    """Under `if` or `match`."""
    TRY = 128
    """Under `try` or one of its handlers."""
    LOCAL = 256
    """In a function."""
    EXPORTED = 512
    """Named in `__all__`, or re-exported by `import x as x`."""
    MAIN = 1024
    """Under `if __name__ == "__main__"`."""
    UNUSED = 2048
    """Nothing in the file refers to it, and nothing says that it is there for something else."""


LATE = int(ImportFlag.TYPE_CHECKING | ImportFlag.LOCAL | ImportFlag.MAIN)
"""Flags of imports that do not run when the module is imported."""


def when_imported(flags: int) -> int:
    """Return the one `ImportFlag` that says when an import runs; 0: when the module is imported."""
    return next((flag for flag in _SUREST if flags & flag), 0) if flags & LATE else 0


_SUREST = tuple(map(int, (ImportFlag.TYPE_CHECKING, ImportFlag.MAIN, ImportFlag.LOCAL)))


class Exports(Record, frozen=True):
    """`__all__`, as far as it can be determined without running anything."""

    names: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """Modules whose own `__all__` is added."""
    complete: bool = True
    """False where some part could not be evaluated."""
    line: int = 0


class Note(Record, frozen=True):
    """A notable fact about some lines of a file (a pattern or an idiom)."""

    name: str
    """Key in the table of patterns."""
    lines: tuple[int, ...]


class NamePattern(Record, frozen=True):
    """Attributes that are looked up by names put together at run time: `getattr(self, f"visit_{name}")`."""

    receivers: tuple[str, ...]
    """Symbolic targets of what they are looked up on; empty: unknown."""
    start: str
    end: str
    scope: int
    """Position of the function that does so, in the file's definitions (0: the module)."""
    asked: tuple[str, ...] = ()
    """Other attributes that the function takes of the same object by their names."""


class ProseLink(Record, frozen=True):
    """A link in prose."""

    text: str
    target: str
    """As written: a path or an address on the web."""
    heading: int
    """Position of the heading it is under, or 0."""


class ProseCode(Record, frozen=True):
    """A block of code in prose."""

    language: str
    line: int
    lines: int
    first: str
    """Its first line that is more than a comment, without a prompt."""
    heading: int


class DocMention(Record, frozen=True):
    """A name that a docstring mentions, as written; link finds out what it means where it is."""

    name: str
    place: int
    """Position of the definition that has the docstring."""
    is_said: bool
    """The form says that it names something: a role, an entry of "See Also"."""


class PythonName(Record, frozen=True):
    """A function or class of C or C++ that a source makes known to Python, or that one of Cython declares."""

    name: str
    """In Python, dotted, from the module on, which may be given without the packages around it."""
    target: str
    """As written; empty for a lambda."""
    scope: int
    """Position of the definition that it is in."""


class FileFacts(Record, frozen=True):
    """What one file says about itself: enough to show it and to link others to it."""

    path: str
    language: str
    module: str
    is_package: bool
    role: Role
    lines: int
    size: int
    encoding: str = "utf-8"
    error: Problem | None = None
    """Why the file has no definitions."""
    doc: str = ""
    """First paragraph of the module's docstring."""
    definitions: tuple[Definition, ...] = ()
    imports: tuple[Import, ...] = ()
    exports: Exports | None = None
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Further things to warn about."""
    dynamic: bool = False
    """The module has a `__getattr__`, so names that it lacks are not wrong."""
    name_patterns: tuple[NamePattern, ...] = ()
    mentions: tuple[tuple[str, int], ...] = ()
    """Of prose: (piece of code as written, position of the heading it is under or 0), in order, each once."""
    code_targets: tuple[tuple[str, int], ...] = ()
    """Of prose: (symbolic target that a block of code names, position of the heading it is under or 0), in order, each once."""
    links: tuple[ProseLink, ...] = ()
    code: tuple[ProseCode, ...] = ()
    lines_read: int = 0
    """Of prose that is too long: how many lines of it were read; 0: all."""
    doc_mentions: tuple[DocMention, ...] = ()
    """What docstrings mention, in order of place, each once for each docstring."""
    fixtures: tuple[tuple[str, int], ...] = ()
    """Fixtures of pytest: (name after that of the class around it and a dot, position of the definition), in order."""
    plugins: tuple[str, ...] = ()
    """Modules that `pytest_plugins` names."""
    first_lines: str = ""
    """Of a file that no collector reads."""
    bindings: tuple[PythonName, ...] = ()
    """Of C, C++ and Cython: what is in Python and in C, in order. Of JavaScript: under which names it exports what it calls otherwise.
    Of Python: modules that cffi makes."""
    paths: tuple[tuple[str, int], ...] = ()
    """Paths in strings, each once: (as written, position of the definition in which it is first)."""
    family: str = ""
    """Of languages that tree-sitter reads: those that can name each other's definitions have one (see `collect/native/registry.py`)."""


def is_python(facts: FileFacts) -> bool:
    """Return whether a file is a module of Python: what other languages have instead has a name that nobody writes."""
    return facts.language == "python"


class References(Record, frozen=True):
    """All uses of one file, packed (see `sphinx_kwindex.packing`).

    A use has its target (a position in `targets`), name (a position in `names`), line, column, kind and scope. A token with
    several possible targets has a row for each. Rows are in source order.
    """

    targets: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    examples: tuple[tuple[int, int, str], ...] = ()
    """(line, col, text): lines that show how what is named there is used, one for each target that has a clear one."""
    spelled: tuple[tuple[str, int], ...] = ()
    """Names, also dotted ones, that strings spell out, with how often; sorted."""
    doubts: bytes = b""
    """Of each row, under how many conditions it is in its function (2: or more); empty: under none."""
    passed: tuple[tuple[tuple[str, ...], str, int], ...] = ()
    """(Targets of what may be called, name of a keyword argument, how often), sorted.

    An empty name counts calls in which no keyword stands for what is called: `cls()`, `type(self)()`.
    """


class FileSummary(Record, frozen=True):
    """All that collect finds in one file: a pure function of its bytes, path, module name, options and versions."""

    facts: FileFacts
    references: References = References()
    words: tuple[tuple[str, int], ...] = ()
    """Lower-case sub-words of names, and words of strings and docstrings, with their counts, sorted; with a minus if no name has them."""


class Outcome(enum.IntEnum):
    """How sure the index is of what a target names."""

    EXACT = 0
    GUESS = 1
    """A method name that few classes of the project define, on a receiver of unknown type."""
    EXTERNAL = 2
    """In another package or the standard library."""
    UNRESOLVED = 3


class Settled(Record, frozen=True):
    """What one symbolic target turned out to name."""

    outcome: Outcome
    ids: tuple[str, ...] = ()
    """Keyword ids (exact, guess); for an external target its dotted name."""


class RelationKind(str, enum.Enum):
    """How two keywords of the project belong together."""

    BASE = "base"
    """source is a subclass of target."""
    OVERRIDE = "override"
    """source overrides target."""
    REEXPORT = "reexport"
    """source (`pkg.name`) is another path to target (`pkg.mod.name`)."""
    STUB = "stub"
    """source is the stub's keyword of target."""
    NAMES = "names"
    """source names the file target, by its path."""
    BOUND = "bound"
    """source is what Python calls by the name target, a keyword or not."""
    IMPLEMENTED = "implemented"
    """source, a name in Python, is implemented by target."""
    DECLARATION = "declaration"
    """source is the definition of what target declares, in a header."""
    SETS = "sets"
    """source is an attribute that methods assign; what runs is the setter of target, a property of a base class."""
    PATTERN = "pattern"
    """source looks up names of the pattern target: the id of a class or module (`?`: unknown), a dot, `visit_*`."""


class Relation(Record, frozen=True):
    """A directed relation; `source` is in the file that owns the row."""

    kind: RelationKind
    source: str
    target: str
    """A keyword id, or the dotted name of an external class."""


MOST_INHERITED = 12
"""Names of what a class has from one base class that are shown; of others than tests no more are kept."""


class Inherited(Record, frozen=True):
    """What a class has from one of its base classes: public methods and properties."""

    place: int
    """Of the class, in its file's definitions."""
    source: str
    """Id of the base class, which may be one of a base class."""
    names: tuple[str, ...]
    """In the order of their definition."""
    more: int = 0
    """Names that are left out."""


class LinkedFile(Record, frozen=True):
    """What link says about one file, besides its uses."""

    path: str
    imports: tuple[Settled, ...] = ()
    """One for each of the file's imports."""
    relations: tuple[Relation, ...] = ()
    unresolved: tuple[tuple[str, int], ...] = ()
    """(name as written, line) of what could not be placed, in source order."""
    types: tuple[tuple[int, str, str], ...] = ()
    """(position of a definition, name, keyword id) of what annotations in its signature, or its own, name for certain."""
    inherited: tuple[Inherited, ...] = ()
    spelled: tuple[tuple[str, int], ...] = ()
    """Names, also dotted ones, that strings spell out, with how often; sorted."""
    loose: tuple[tuple[str, int], ...] = ()
    """Names that are looked up on objects of unknown type, and led nowhere, with how often; sorted.

    In tests, they have `LOOSE_IN_TESTS` before them.
    """
    asked: tuple[tuple[str, str, int], ...] = ()
    """(Qualified name of a function, what it asks of objects, under how many conditions at least), sorted.

    That is `.name` and `.name()` of objects of unknown type; in tests the id of a class, where something is called that its
    instances have from another package; and `EXTENDS`.
    """


class PackedUses(Record, frozen=True):
    """All resolved uses that one file makes of the keywords of one other (or of its own): one row of the store.

    A use has its target (a position in `targets`), name (a position in `names`), scope (a position in `scopes`), line, column,
    kind, and 1 less the number of keywords that a guess may mean (1: exact); rows are in source order.
    """

    path: str
    """The file that defines the targets; the using file is the `LinkedFile` that this comes with."""
    targets: tuple[str, ...]
    """Keyword ids."""
    names: tuple[str, ...]
    scopes: tuple[str, ...]
    """Qualified names of the enclosing definitions in the using file."""
    rows: tuple[int, ...]
    examples: tuple[tuple[int, str], ...] = ()
    """(number of a row, the line as shown) of uses that show how the target is used."""
    calls: tuple[int, ...] = ()
    """How many places make an instance of each target or call it for certain, `super()` left out; empty: none of any."""
    reaches: tuple[int, ...] = ()
    """How many exact uses of each target look it up on an object, so that an override may be meant; empty: none."""
    within: tuple[int, ...] = ()
    """How many of these are in its class, or one that has it from there: they mean no other class that overrides the same; empty: none."""
    runs: tuple[tuple[str, int, int], ...] = ()
    """(Qualified name of a function, position of a target that it runs, under how many conditions at least), sorted by name."""
    passed: tuple[tuple[str, str, int], ...] = ()
    """(Keyword id of what is called, name of a keyword argument, how often), sorted."""
    mentions: tuple[tuple[str, str], ...] = ()
    """(Keyword id, qualified name of a definition of the using file whose docstring mentions it), sorted. They are not uses."""


class LinkState(Record, frozen=True):
    """What link keeps of one file for the index of modules; never shown."""

    path: str
    module: str
    is_package: bool
    members: tuple[str, ...] = ()
    """Names of what its classes define, one for each class that has one: the index that guesses are made from."""
    is_test: bool = False
    stars: tuple[str, ...] = ()
    """Modules from which it imports everything, in order."""
    offered: int = 0
    """Digest of the names that it may pass on if that makes a cycle."""
    names: tuple[str, ...] = ()
    """Of other languages: names that other files can have for what it defines (see `link/foreign.py`); sorted."""
    includes: tuple[str, ...] = ()
    """Of other languages: the paths that it includes, as written."""


class UseRow(Record, frozen=True):
    """One resolved use, as pages and `Project.uses` read it."""

    path: str
    """The using file."""
    line: int
    col: int
    name: str
    kind: UseKind
    scope: str
    """Qualified name of the enclosing definition in the using file (empty: the module)."""
    target: str
    """Keyword id."""
    exact: bool = True
    candidates: int = 0
    """How many keywords a guess may mean."""
    example: str = ""
    """The line as shown, if it shows how the target is used."""


class Keyword(Record, frozen=True):
    """One keyword of the whole project, as looked up by name or id."""

    id: str
    """Module plus qualified name, `pkg.mod.Class.method`; the module's dotted name for a module."""
    name: str
    qualname: str
    kind: Kind
    path: str
    position: int
    """Place in its file's definitions; imports count on from there."""
    line: int
    flags: int
    summary: str = ""
    types: str = ""
    """Of a function: which types it takes and returns, as `annotations.types_of` writes them."""


class Finding(Record, frozen=True):
    """What a linter finds in one file by one rule, in the same words."""

    code: str
    """`PERF401`."""
    name: str
    """`manual-list-comprehension`: also names the rule's page."""
    message: str
    lines: tuple[int, ...]


class Reason(Record, frozen=True):
    """One true and checkable reason why a file is related."""

    kind: str
    """Of those that `relate/reasons.py` has, which also puts it in words."""
    count: int = 0
    words: tuple[str, ...] = ()


class RelatedPath(Record, frozen=True):
    """The start of `Related`: all that it takes to count related files."""

    path: str
    score: float
    group: str
    """`tests`, `uses`, `used by`, `family`, `similar` or `history`."""


class Related(RelatedPath, frozen=True):
    """One related file."""

    reasons: tuple[Reason, ...]
    """Strongest first."""


def split_name(qualname: str) -> tuple[str, str, str]:
    """Return what is before the last part of a qualified name, the separator of its language, and the last part."""
    at = qualname.rfind("::")
    if at < 0 or qualname.find(".", at) >= 0 or qualname.find("(", 0, at) >= 0:
        return qualname.rpartition(".")
    return qualname[:at], "::", qualname[at + 2 :]


def keyword_id(module: str, qualname: str) -> str:
    """Return the id of a keyword: its module's dotted name plus its qualified name."""
    return f"{module}.{qualname}" if qualname else module
