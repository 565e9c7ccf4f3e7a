"""What one Python file defines and imports, form by form."""

from __future__ import annotations

import gc
import sys
import textwrap
import time
from functools import partial
from typing import Any, NamedTuple, cast

import pytest
from astroid import nodes

from sphinx_kwindex.collect.python import PythonCollector
from sphinx_kwindex.collect.python.values import SelfTarget, container, element, forget, is_constructor, members
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.model import Definition, FileFacts, FileSummary, Flag, Import, ImportFlag, Kind, Role, SourceFile
from sphinx_kwindex.options import Options
from sphinx_kwindex.targets import split_arguments
from sphinx_kwindex.text import WORD_LIMIT, bag_of_words, sub_words


def collect(source: str | bytes, path: str = "pkg/mod.py", **options: object) -> FileSummary:
    """Collect a source as module `pkg.mod` (or what the path gives)."""
    data = textwrap.dedent(source).encode() if isinstance(source, str) else source
    stem = path.rpartition(".")[0] or path
    file = SourceFile(
        path=path,
        language="python",
        module=stem.removesuffix("/__init__").replace("/", "."),
        is_package=path.endswith("__init__.py"),
        digest="",
        size=len(data),
        mtime_ns=0,
    )
    made, errors = Options.create(options)
    assert not errors
    return PythonCollector().collect(data, file, made)


def facts_of(source: str | bytes, path: str = "pkg/mod.py", **options: object) -> FileFacts:
    """Collect a source that must give no problem."""
    facts = collect(source, path, **options).facts
    assert facts.error is None
    assert not facts.problems
    return facts


def one(source: str, qualname: str) -> Definition:
    """Return the one definition of a source with this qualified name."""
    (found,) = [item for item in facts_of(source).definitions if item.qualname == qualname]
    return found


def names(source: str) -> list[str]:
    """Return the qualified names of all definitions but the module, in order."""
    return [item.qualname for item in facts_of(source).definitions[1:]]


class Form(NamedTuple):
    """A source, and what one definition in it must be."""

    source: str
    qualname: str
    kind: Kind
    flags: Flag = Flag(0)


FORMS = {
    "class": Form("class A: pass", "A", Kind.CLASS),
    "exception": Form("class A(ValueError): pass", "A", Kind.EXCEPTION),
    "exception by base in the file": Form("class A(OSError): ...\nclass B(A): ...", "B", Kind.EXCEPTION),
    "exception by the name of its base": Form("from x import BadError\nclass B(BadError): ...", "B", Kind.EXCEPTION),
    "enum": Form("import enum\nclass A(enum.Enum):\n  X = 1", "A", Kind.CLASS, Flag.ENUM),
    "enum member": Form(
        "import enum\nclass A(enum.IntFlag):\n  X = 1", "A.X", Kind.ATTRIBUTE, Flag.ENUM_MEMBER | Flag.CONSTANT
    ),
    "enum by metaclass": Form("import enum\nclass A(metaclass=enum.EnumMeta): ...", "A", Kind.CLASS, Flag.ENUM),
    "dataclass": Form("from dataclasses import dataclass as d\n@d\nclass A: x: int", "A", Kind.CLASS, Flag.DATACLASS),
    "field": Form(
        "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass A: x: int = 1",
        "A.x",
        Kind.ATTRIBUTE,
        Flag.FIELD,
    ),
    "no field": Form(
        "from dataclasses import dataclass\nfrom typing import ClassVar\n@dataclass\nclass A: x: ClassVar[int] = 1",
        "A.x",
        Kind.ATTRIBUTE,
    ),
    "attrs field": Form("import attr\n@attr.define\nclass A:\n  x = attr.ib()", "A.x", Kind.ATTRIBUTE, Flag.FIELD),
    "protocol": Form("from typing import Protocol\nclass A(Protocol): ...", "A", Kind.CLASS, Flag.PROTOCOL),
    "generic protocol": Form(
        "from typing import Protocol\nclass A(Protocol[int]): ...", "A", Kind.CLASS, Flag.PROTOCOL
    ),
    "typed dict": Form("from typing import TypedDict\nclass A(TypedDict): x: int", "A", Kind.CLASS, Flag.TYPED_DICT),
    "typed dict's field": Form(
        "from typing import TypedDict\nclass A(TypedDict): x: int", "A.x", Kind.ATTRIBUTE, Flag.FIELD
    ),
    "named tuple": Form(
        "from typing import NamedTuple\nclass A(NamedTuple): x: int", "A", Kind.CLASS, Flag.NAMED_TUPLE
    ),
    "namedtuple call": Form(
        "from collections import namedtuple as n\nP = n('P', 'x y')", "P", Kind.CLASS, Flag.NAMED_TUPLE
    ),
    "namedtuple's field": Form(
        "import collections\nP = collections.namedtuple('P', ['x', 'y'])", "P.y", Kind.ATTRIBUTE, Flag.FIELD
    ),
    "namedtuple as base": Form(
        "import collections\nclass P(collections.namedtuple('P', 'x y')): ...", "P.x", Kind.ATTRIBUTE, Flag.FIELD
    ),
    "functional enum": Form(
        "import enum\nC = enum.Enum('C', [('RED', 1)])", "C.RED", Kind.ATTRIBUTE, Flag.ENUM_MEMBER | Flag.CONSTANT
    ),
    "lookalike of namedtuple": Form("def namedtuple(a, b): ...\np = namedtuple('P', 'x y')", "p", Kind.DATA),
    "new type": Form("from typing import NewType\nUserId = NewType('UserId', int)", "UserId", Kind.TYPE_ALIAS),
    "type call": Form("A = type('A', (object,), {})", "A", Kind.CLASS),
    "type variable": Form("from typing import TypeVar\nT = TypeVar('T')", "T", Kind.TYPE_VARIABLE),
    "type alias": Form("from typing import TypeAlias\nX: TypeAlias = 'int | str'", "X", Kind.TYPE_ALIAS),
    "old type alias": Form("from typing import Union\nX = Union[int, str]", "X", Kind.TYPE_ALIAS),
    "alias with a bar": Form("class A: ...\nX = A | str", "X", Kind.TYPE_ALIAS),
    "alias of a container": Form("class A: ...\nX = tuple[A, str]", "X", Kind.TYPE_ALIAS),
    "an item of a container": Form("pair = tuple(1)\nx = pair[0]", "x", Kind.DATA),
    "optional alias": Form("from m import A\nX = A | None", "X", Kind.TYPE_ALIAS),
    "generic alias with a bar": Form("from m import A\nX = A | list[A]", "X", Kind.TYPE_ALIAS),
    "alias of aliases": Form(
        "from typing import Union\nA = Union[int, str]\nB = Union[str, None]\nX = A | B", "X", Kind.TYPE_ALIAS
    ),
    "flags": Form("import re\nX = re.A | re.I", "X", Kind.DATA, Flag.CONSTANT),
    "sets": Form("A = set()\nX = A | {1}", "X", Kind.DATA, Flag.CONSTANT),
    "abstract class": Form("import abc\nclass A(abc.ABC): ...", "A", Kind.CLASS, Flag.ABSTRACT),
    "abstract by metaclass": Form("import abc\nclass A(metaclass=abc.ABCMeta): ...", "A", Kind.CLASS, Flag.ABSTRACT),
    "abstract by method": Form(
        "import abc\nclass A:\n  @abc.abstractmethod\n  def f(self): ...", "A", Kind.CLASS, Flag.ABSTRACT
    ),
    "abstract method": Form(
        "import abc\nclass A:\n  @abc.abstractmethod\n  def f(self): ...", "A.f", Kind.METHOD, Flag.ABSTRACT
    ),
    "method to override": Form(
        "class A:\n  def f(self):\n    'Doc.'\n    raise NotImplementedError", "A.f", Kind.METHOD, Flag.NOT_IMPLEMENTED
    ),
    "function": Form("def f(): ...", "f", Kind.FUNCTION),
    "async": Form("async def f(): ...", "f", Kind.FUNCTION, Flag.ASYNC),
    "generator": Form("def f():\n  x = yield", "f", Kind.FUNCTION, Flag.GENERATOR),
    "no generator": Form("def f():\n  def g(): yield", "f", Kind.FUNCTION),
    "context manager": Form(
        "from contextlib import contextmanager as c\n@c\ndef f(): yield",
        "f",
        Kind.FUNCTION,
        Flag.GENERATOR | Flag.CONTEXT_MANAGER,
    ),
    "cached function": Form(
        "import functools\n@functools.lru_cache(maxsize=1)\ndef f(): ...", "f", Kind.FUNCTION, Flag.CACHED
    ),
    "deprecated": Form("import warnings\n@warnings.deprecated('x')\ndef f(): ...", "f", Kind.FUNCTION, Flag.DEPRECATED),
    "deprecated, to be removed": Form(
        "class F:\n  '''F.\n\n  .. deprecated:: 3.3\n     ``F`` renders ``<x>``, which is obsolete. ``F`` will be removed.\n  '''",
        "F",
        Kind.CLASS,
        Flag.DEPRECATED,
    ),
    "removal of something else": Form(
        "class F:\n  '''F.\n\n  .. deprecated:: 3.3\n     The argument ``x`` of ``F`` will be removed.\n  '''",
        "F",
        Kind.CLASS,
        0,
    ),
    "deprecated by docstring": Form(
        "def f():\n  '''F.\n\n  .. deprecated:: 1.0\n  '''", "f", Kind.FUNCTION, Flag.DEPRECATED
    ),
    "final": Form("from typing import final\n@final\nclass A: ...", "A", Kind.CLASS, Flag.FINAL),
    "final name": Form("from typing import Final\nx: Final = 1", "x", Kind.DATA, Flag.FINAL | Flag.CONSTANT),
    "method": Form("class A:\n  def f(self): ...", "A.f", Kind.METHOD),
    "class method": Form("class A:\n  @classmethod\n  def f(cls): ...", "A.f", Kind.METHOD, Flag.CLASSMETHOD),
    "static method": Form("class A:\n  @staticmethod\n  def f(): ...", "A.f", Kind.METHOD, Flag.STATICMETHOD),
    "wrapped later": Form("class A:\n  f = staticmethod(len)", "A.f", Kind.METHOD, Flag.STATICMETHOD),
    "property": Form("class A:\n  @property\n  def f(self): ...", "A.f", Kind.PROPERTY),
    "property call": Form("class A:\n  f = property(len)", "A.f", Kind.PROPERTY),
    "writable property": Form(
        "class A:\n  @property\n  def f(self): ...\n  @f.setter\n  def f(self, x): ...",
        "A.f",
        Kind.PROPERTY,
        Flag.WRITABLE,
    ),
    "property that can be deleted": Form(
        "class A:\n  @property\n  def f(self): ...\n  @f.deleter\n  def f(self): ...", "A.f", Kind.PROPERTY, 0
    ),
    "writable property call": Form("class A:\n  f = property(len, len)", "A.f", Kind.PROPERTY, Flag.WRITABLE),
    "inherited property's setter": Form(
        "from x import B\nclass A(B):\n  @B.f.setter\n  def f(self, v): ...", "A.f", Kind.PROPERTY, Flag.WRITABLE
    ),
    "cached property": Form(
        "import functools\nclass A:\n  @functools.cached_property\n  def f(self): ...",
        "A.f",
        Kind.PROPERTY,
        Flag.CACHED,
    ),
    "class attribute": Form("class A:\n  x = 1", "A.x", Kind.ATTRIBUTE),
    "instance attribute": Form("class A:\n  def f(me):\n    me.x = 1", "A.x", Kind.ATTRIBUTE, Flag.INSTANCE),
    "instance attribute in a closure": Form(
        "class A:\n  def f(self):\n    def g():\n      self.x = 1", "A.x", Kind.ATTRIBUTE, Flag.INSTANCE
    ),
    "instance attribute by unpacking": Form(
        "class A:\n  def f(self):\n    self.x, self.y = 1, 2", "A.y", Kind.ATTRIBUTE, Flag.INSTANCE
    ),
    "instance attribute made in __new__": Form(
        "class A:\n  def __new__(cls):\n    self = super().__new__(cls)\n    self.x = 1",
        "A.x",
        Kind.ATTRIBUTE,
        Flag.INSTANCE,
    ),
    "attribute set in a class method": Form(
        "class A:\n  @classmethod\n  def f(cls):\n    cls.x = 1", "A.x", Kind.ATTRIBUTE
    ),
    "slot": Form("class A:\n  __slots__ = ('x',)", "A.x", Kind.ATTRIBUTE, Flag.SLOT),
    "private": Form("_x = 1", "_x", Kind.DATA, Flag.PRIVATE),
    "special": Form("__x__ = 1", "__x__", Kind.DATA, Flag.SPECIAL),
    "in a private class": Form("class _A:\n  def f(self): ...", "_A.f", Kind.METHOD, Flag.PRIVATE),
    "constant": Form("X_1 = 1", "X_1", Kind.DATA, Flag.CONSTANT),
    "variable": Form("x = 1", "x", Kind.DATA),
    "declared only": Form("x: int", "x", Kind.DATA),
    "loop target": Form("for x in (): ...", "x", Kind.DATA),
    "with target": Form("with open('a') as x: ...", "x", Kind.DATA),
    "except target": Form("try: ...\nexcept E as x: ...", "x", Kind.DATA, Flag.CONDITIONAL | Flag.HANDLER),
    "except target, bound elsewhere": Form("x = 1\ntry: ...\nexcept E as x: ...", "x", Kind.DATA),
    "walrus": Form("if (x := 1): ...", "x", Kind.DATA),
    "walrus in a comprehension": Form("y = [x := 1 for _ in ()]", "x", Kind.DATA),
    "match capture": Form("match 1:\n  case [1, x]: ...", "x", Kind.DATA, Flag.CONDITIONAL),
    "global of a function": Form("def f():\n  global x\n  x = 1", "x", Kind.DATA),
    "starred": Form("a, *x = 1, 2", "x", Kind.DATA),
    "lambda": Form("f = lambda a: a", "f", Kind.FUNCTION, Flag.LAMBDA),
    "lambda in a class": Form("class A:\n  f = lambda self: 1", "A.f", Kind.METHOD, Flag.LAMBDA),
    "lambda in a function": Form("def g():\n  f = lambda: 1", "g.<locals>.f", Kind.FUNCTION, Flag.LAMBDA | Flag.LOCAL),
    "partial": Form("from functools import partial\nf = partial(print, 1)", "f", Kind.FUNCTION, Flag.PARTIAL),
    "under if": Form("if x:\n  def f(): ...", "f", Kind.FUNCTION, Flag.CONDITIONAL),
    "under try": Form("try:\n  x = 1\nexcept E: ...", "x", Kind.DATA, Flag.CONDITIONAL),
    "under with": Form("with x:\n  def f(): ...", "f", Kind.FUNCTION),
    "under TYPE_CHECKING": Form(
        "import typing\nif typing.TYPE_CHECKING:\n  class A: ...",
        "A",
        Kind.CLASS,
        Flag.CONDITIONAL | Flag.TYPE_CHECKING,
    ),
    "not under TYPE_CHECKING": Form(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING: ...\nelse:\n  class A: ...",
        "A",
        Kind.CLASS,
        Flag.CONDITIONAL,
    ),
    "local function": Form("def f():\n  def g(): ...", "f.<locals>.g", Kind.FUNCTION, Flag.LOCAL),
    "local class's method": Form(
        "def f():\n  class A:\n    def g(self): ...", "f.<locals>.A.g", Kind.METHOD, Flag.LOCAL
    ),
    "exported": Form("__all__ = ['f']\ndef f(): ...", "f", Kind.FUNCTION, Flag.EXPORTED),
    "test class": Form(
        "import unittest\nclass A(unittest.TestCase):\n  def test_a(self): ...", "A.test_a", Kind.METHOD, Flag.TEST
    ),
    "no test": Form("def test_a(): ...", "test_a", Kind.FUNCTION),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_kind_and_flags(form: Form) -> None:
    """Each form of definition has its kind and exactly its flags."""
    found = one(form.source, form.qualname)
    assert (found.kind, Flag(found.flags)) == (form.kind, form.flags)


NEW_FORMS = {
    "type statement": Form("type X = int | str", "X", Kind.TYPE_ALIAS),
    "generic class": Form("class A[T]:\n  x: T", "A.x", Kind.ATTRIBUTE),
    "generic function": Form("def f[T](x: T) -> T: ...", "f", Kind.FUNCTION),
}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 695")
@pytest.mark.parametrize("form", NEW_FORMS.values(), ids=NEW_FORMS.keys())
def test_type_parameters(form: Form) -> None:
    """Type statements and parameters are understood; a type parameter is no keyword of its own."""
    assert one(form.source, form.qualname).kind is form.kind
    assert not [name for name in names(form.source) if name.rpartition(".")[2] == "T"]


@pytest.mark.parametrize(
    ("source", "qualname"),
    [
        ("def f(x, *y, z=1, **k):\n  a = 1", "f"),
        ("x.y = 1\nx[0] = 2\ndel z", ""),
        ("y = [x for x in ()]", "y"),
        ("class A:\n  def f(self, other):\n    other.x = 1", "A.f"),
        ("class A:\n  @staticmethod\n  def f(a):\n    a.x = 1", "A.f"),
        ("class A:\n  def f(self):\n    self.x += 1", "A.f"),
    ],
    ids=["locals of a function", "no names", "comprehension", "other objects", "static method", "augmented only"],
)
def test_what_is_no_keyword(source: str, qualname: str) -> None:
    """Plain locals, parameters, comprehension variables and attributes of other things are no keywords."""
    assert ["", *names(source)][-1] == qualname


def test_repeated_local_classes_are_entries_of_their_own() -> None:
    """A class of the same name in many functions is as many entries, each with its scope."""
    facts = facts_of("class T:\n  def a(self):\n    class F: ...\n  def b(self):\n    class F: ...\n")
    found = [item for item in facts.definitions if item.name == "F"]
    assert [item.qualname for item in found] == ["T.a.<locals>.F", "T.b.<locals>.F"]
    assert [facts.definitions[item.scope].qualname for item in found] == ["T.a", "T.b"]


def test_overloads_are_sites_of_the_implementation() -> None:
    """Overloads are one entry, shown by the implementation; its types are those of all."""
    found = one(
        """\
        from typing import overload
        @overload
        def f(a: int) -> int: ...
        @overload
        def f(a: str) -> str: ...
        def f(a):
            "Do it."
        """,
        "f",
    )
    assert (found.line, found.signature, found.summary) == (6, "(a)", "Do it.")
    assert [(site.line, site.label) for site in found.sites] == [(3, "overload"), (5, "overload")]
    assert Flag.OVERLOAD in Flag(found.flags)
    assert {"builtins.int", "builtins.str"} <= set(found.type)


def test_accessors_are_sites_of_the_property() -> None:
    """A property is one entry with its setter and deleter."""
    found = one(
        """\
        class A:
            @property
            def p(self) -> int: ...
            @p.setter
            def p(self, value): ...
            @p.deleter
            def p(self): ...
            def f(self):
                self.p = 1
        """,
        "A.p",
    )
    assert (found.kind, found.line, found.signature) == (Kind.PROPERTY, 3, "(self) -> int")
    assert [(site.line, site.label) for site in found.sites] == [(5, "setter"), (7, "deleter")]
    assert Flag.WRITABLE in Flag(found.flags)


def test_other_branch_is_a_site_and_keeps_what_is_in_it() -> None:
    """A second class or function of one name is a site of the first; what is nested in it keeps its entries."""
    facts = facts_of("if x:\n  def f():\n    def a(): ...\nelse:\n  def f():\n    def a(): ...\n    def b(): ...\n")
    found = {item.qualname: (item.line, [site.line for site in item.sites]) for item in facts.definitions[1:]}
    assert found == {"f": (2, [5]), "f.<locals>.a": (3, [6]), "f.<locals>.b": (7, [])}


def test_class_and_function_of_one_name() -> None:
    """What is nested in a class and in a function of the same name is told apart."""
    facts = facts_of("if x:\n  def f():\n    def a(): ...\nelse:\n  class f:\n    def a(self): ...\n")
    assert {(item.qualname, item.kind) for item in facts.definitions[1:]} == {
        ("f", Kind.FUNCTION),
        ("f.<locals>.a", Kind.FUNCTION),
        ("f.a", Kind.METHOD),
    }


def test_def_stands_for_a_name_that_is_also_assigned() -> None:
    """A name that is a function in one branch is shown as one, wherever else it is bound."""
    found = one("f = None\ndef f(): ...", "f")
    assert (found.kind, found.line, [site.line for site in found.sites]) == (Kind.FUNCTION, 2, [1])


def test_other_signatures_in_branches() -> None:
    """A function that another branch defines otherwise has that signature there; nothing is said where it is the same."""
    found = facts_of(
        "import sys\nif sys.platform == 'win32':\n  def start(path, mode: int = 0) -> str: ...\n  def same(path): ...\n"
        "else:\n  def start(path): ...\n  def same(path): ...\n"
    )
    sites = {item.name: [(site.line, site.signature) for site in item.sites] for item in found.definitions[1:]}
    assert sites == {"start": [(6, "(path)")], "same": [(7, "")]}


def test_other_bases_in_branches() -> None:
    """A class that another branch derives from other classes says there from which; nothing where they are the same."""
    source = "if x:\n  class A(B): ...\n  class C(D): ...\n  class E(F): ...\nelse:\n  class A(G, m=1): ...\n  class C(D): ...\n  class E: ...\n"
    sites = {item.name: item.sites[0].signature for item in facts_of(source).definitions[1:]}
    assert sites == {"A": "(G, m=1)", "C": "", "E": "()"}


def test_too_many_sites_are_cut() -> None:
    """A name bound in very many places keeps 50 places of assignments and all of `def`, and says so."""
    facts = collect("x = 0\n" * 60 + "def x(): ...\ndef x(): ...\n").facts
    (found,) = facts.definitions[1:]
    assert found.line == 61
    assert len(found.sites) == 51
    assert found.sites[-1].line == 62
    assert [(problem.kind, problem.line) for problem in facts.problems] == [(WarningKind.LIMIT, 61)]


PLACES = {
    "decorated": ("@a\n@b\ndef f(): ...", "f", (3, 4)),
    "decorator over lines": ("@a(\n  1,\n)\nclass A: ...", "A", (4, 6)),
    "async": ("async  def  f(): ...", "f", (1, 12)),
    "after wide text": ("é, ü = 'é', '😀'; x = 1", "x", (1, 17)),
    "attribute": ("class A:\n  def f(self):\n    self .\\\n  x = 1", "A.x", (4, 2)),
    "except": ("try: ...\nexcept (A, B) as err: ...", "err", (2, 17)),
    "as pattern": ("match 1:\n  case [1] as x: ...", "x", (2, 14)),
    "star pattern": ("match 1:\n  case [1, *x]: ...", "x", (2, 12)),
    "after form feed": ("\fx = 1", "x", (1, 1)),
    "namedtuple's field": ("from collections import namedtuple\nP = namedtuple('P', 'ab b')", "P.ab", (2, 21)),
}


@pytest.mark.parametrize(("source", "qualname", "place"), PLACES.values(), ids=PLACES.keys())
def test_place_of_the_name(source: str, qualname: str, place: tuple[int, int]) -> None:
    """Line and column are those of the name, in code points."""
    found = one(source, qualname)
    assert (found.line, found.col) == place


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends(end: str) -> None:
    """Lines are counted alike with every line end, and only with those that Python knows."""
    source = end.join(["x = 1", "s = '\x0c\x1c\u2028'", "def f(): ..."]).encode()
    facts = facts_of(source)
    assert [(item.name, item.line) for item in facts.definitions[1:]] == [("x", 1), ("s", 2), ("f", 3)]
    assert facts.lines == 3


SIGNATURES = {
    "plain": ("def f(a, /, b: int = 1, *c, d, **e) -> str: ...", "(a, /, b: int = 1, *c, d, **e) -> str"),
    "over lines": ("def f(\n    a,  # first (\n    b=(1,\n       2),\n): ...", "(a, b=(1, 2))"),
    "strings": ("def f(a=')', b='''(\n'''): ...", "(a=')', b='''( ''')"),
    "none": ("def f(): ...", "()"),
    "lambda": ("f = lambda a, *b: (a)", "(a, *b)"),
    "lambda without": ("f = lambda: ()", "()"),
}


@pytest.mark.parametrize(("source", "signature"), SIGNATURES.values(), ids=SIGNATURES.keys())
def test_signature(source: str, signature: str) -> None:
    """A signature reads as written, on one line, without comments."""
    assert one(source, "f").signature == signature


def test_long_texts_are_cut() -> None:
    """A value is kept on one line and no longer than its limit."""
    value = one("x = [\n" + "    'abc',  # one\n" * 1000 + "]", "x").value
    assert value.startswith("['abc', 'abc',")
    assert len(value) == 200
    assert value.endswith("…")


PARTS = {
    "all of it": ("x = y = f()", "f()"),
    "its own part": ("a, x = 1, 2", "2"),
    "some part": ("x, y = f()", ""),
    "loop": ("for x in f(): ...", ""),
    "context": ("with f() as x: ...", ""),
    "exception": ("try: ...\nexcept E as x: ...", ""),
}


@pytest.mark.parametrize(("source", "value"), PARTS.values(), ids=PARTS)
def test_values_of_names(source: str, value: str) -> None:
    """A row says a value where the name has all of it, and nothing where it has a part or what a call makes of it."""
    assert one(source, "x").value == value


def test_class_texts() -> None:
    """Bases, keywords and decorators read as written, and have their targets."""
    found = one("import a\nfrom b import D\n@D(1)\nclass A(a.B['x'], C, metaclass=M, k=1): ...\n", "A")
    assert found.bases == ("a.B['x']", "C", "metaclass=M", "k=1")
    assert found.decorators == ("D(1)",)
    assert found.decorator_targets == ("b.D",)
    assert len(found.base_targets) == 2


SUMMARIES = {
    "docstring": ("def x():\n  '''Do this, e.g. that. Or not.'''", "Do this, e.g. that."),
    "title": ("class x:\n  '''\n  Title\n  =====\n\n  Text.\n  '''", "Text."),
    "comment before": ("#: All of it.\n#: More.\nx = 1", "All of it."),
    "comment behind": ("x = 1  #: All of it. More.", "All of it."),
    "string after": ("x = 1\n'''All of it. More.'''", "All of it."),
    "nothing": ("x = 1\ny = 'no'", ""),
    "other comment": ("# no\nx = 1", ""),
}


@pytest.mark.parametrize(("source", "summary"), SUMMARIES.values(), ids=SUMMARIES.keys())
def test_summary(source: str, summary: str) -> None:
    """The first sentence of what documents a keyword."""
    assert one(source, "x").summary == summary


_MANY = 10_000
LARGE = {
    "long lists": "\n".join(f"x{i} = [{'-1.25, ' * _MANY}]" for i in range(10)),
    "variables on one line": "; ".join(f"v{i} = {i}" for i in range(_MANY)),
    "names on a long line": "import m\nx = ['\N{GREEK SMALL LETTER ALPHA}', " + "m.f(1), " * _MANY + "]",
    "filled": "class A:\n def __init__(self, y):\n  self.x = []\n" + "  self.x.append(y)\n" * _MANY,
    "filled and returned": "x = []\ndef f(y):\n" + " x.append(y)\n" * _MANY + " return z",
}


@pytest.mark.parametrize("source", LARGE.values(), ids=LARGE)
def test_work_is_bounded(source: str) -> None:
    """Files of data cost no more than a small multiple of their size."""
    begin = time.process_time()
    assert facts_of(source).error is None
    assert time.process_time() - begin < 10


def test_columns_of_long_lines() -> None:
    """Columns count code points, however long a line is."""
    source = "x = ['\N{GREEK SMALL LETTER ALPHA}', " + "1, " * 500 + "]; \N{GREEK SMALL LETTER BETA} = 3; z = 4"
    assert one(source, "z").col == source.index("z")


def test_enum_members_are_of_their_class() -> None:
    """A member of an enum is an instance of it; private names and methods are none."""
    source = "import enum\nclass C(enum.Enum):\n  A = 1\n  _x = 2\n  def f(self): ...\n"
    facts = facts_of(source)
    assert [item.name for item in facts.definitions if item.flags & Flag.ENUM_MEMBER] == ["A"]
    assert one(source, "C.A").type == ("pkg.mod.C",)


def test_types_come_from_every_place() -> None:
    """An attribute that is None first and something later is that something."""
    source = "class C:\n  def __init__(self):\n    self.x = None\n  def f(self):\n    self.x = 'a'\n"
    assert one(source, "C.x").type == ("builtins.str",)


def test_alias() -> None:
    """Another name for something says for what."""
    assert one("from a import b\nc = b.d", "c").alias == "a.b.d"
    assert one("def f(): ...\nc = f()", "c").alias == ""


IMPORTS = {
    "module": ("import a", [("a", "a", 1, 7)], ImportFlag(0)),
    "dotted": ("import a.b.c", [("a", "a.b.c", 1, 7)], ImportFlag.TOP),
    "renamed": ("import a.b as c", [("c", "a.b", 1, 14)], ImportFlag.ALIASED),
    "several": ("import a, b", [("a", "a", 1, 7), ("b", "b", 1, 10)], ImportFlag(0)),
    "from": ("from a.b import c", [("c", "a.b.c", 1, 16)], ImportFlag.FROM),
    "from, renamed": ("from a import (\n  c as d,\n)", [("d", "a.c", 2, 7)], ImportFlag.FROM | ImportFlag.ALIASED),
    "relative": ("from . import a", [("a", "pkg.a", 1, 14)], ImportFlag.FROM | ImportFlag.RELATIVE),
    "relative module": ("from .b import a", [("a", "pkg.b.a", 1, 15)], ImportFlag.FROM | ImportFlag.RELATIVE),
    "star": ("from a import *", [("*", "a", 1, 14)], ImportFlag.FROM | ImportFlag.STAR),
    "future": (
        "from __future__ import annotations",
        [("annotations", "__future__.annotations", 1, 23)],
        ImportFlag.FROM,
    ),
    "in a function": ("def f():\n  import a", [("a", "a", 2, 9)], ImportFlag.LOCAL),
    "under if": ("if x:\n  import a", [("a", "a", 2, 9)], ImportFlag.CONDITIONAL),
    "under TYPE_CHECKING": (
        "if TYPE_CHECKING:\n  import a",
        [("a", "a", 2, 9)],
        ImportFlag.CONDITIONAL | ImportFlag.TYPE_CHECKING,
    ),
    "under try": ("try: ...\nexcept E:\n  import a", [("a", "a", 3, 9)], ImportFlag.TRY),
    "exported": ("import a\n__all__ = ['a']", [("a", "a", 1, 7)], ImportFlag.EXPORTED),
    "re-exported": (
        "from a import b as b",
        [("b", "a.b", 1, 19)],
        ImportFlag.FROM | ImportFlag.ALIASED | ImportFlag.EXPORTED,
    ),
    "after wide text": ("é = '😀'; import a", [("a", "a", 1, 16)], ImportFlag(0)),
}


@pytest.mark.parametrize(("source", "expected", "flags"), IMPORTS.values(), ids=IMPORTS.keys())
def test_imports(source: str, expected: list[tuple[str, str, int, int]], flags: ImportFlag) -> None:
    """Each bound name is a record: name, target, place of the name, how it was imported."""
    found = facts_of(source).imports
    assert [(item.name, item.target, item.line, item.col) for item in found] == expected
    assert {ImportFlag(item.flags) & ~ImportFlag.UNUSED for item in found} == {flags}


def test_functions_that_share_a_name() -> None:
    """Every `def` of a name that a dispatcher gives a meaning is kept, however many there are."""
    source = "from d import dispatch\n" + "".join(f"@dispatch(int)\ndef _(a{number}): ...\n" for number in range(120))
    facts = facts_of(source)
    (found,) = [item for item in facts.definitions if item.name == "_"]
    assert len(found.sites) == 119
    assert not facts.problems


def test_import_text_scope_and_uses() -> None:
    """An import reads as written, knows its scope, and how often its name is used."""
    facts = facts_of("class A:\n  def f(self):\n    from ..x import y as z\n    return z(z)\n", "pkg/sub/mod.py")
    (found,) = facts.imports
    assert found.text == "from ..x import y as z"
    assert found.target == "pkg.x.y"
    assert facts.definitions[found.scope].qualname == "A.f"
    assert found.uses == 2


def test_name_imported_or_defined() -> None:
    """A name that is imported in one branch and assigned in the other is both an import and a definition."""
    facts = facts_of("try:\n  import json\nexcept ImportError:\n  json = None\n")
    assert [item.name for item in facts.imports] == ["json"]
    assert names("try:\n  import json\nexcept ImportError:\n  json = None\n") == ["json"]
    assert isinstance(facts.imports[0], Import)


EXPORTS = {
    "list": ("__all__ = ['a', 'b']", ("a", "b"), (), True),
    "tuple": ("__all__ = 'a', 'b'", ("a", "b"), (), True),
    "annotated": ("__all__: list[str] = ['a']", ("a",), (), True),
    "added": ("__all__ = ['a']\n__all__ += ['b']", ("a", "b"), (), True),
    "extended": ("__all__ = ['a']\n__all__.extend(['b'])", ("a", "b"), (), True),
    "appended": ("__all__ = ['a']\n__all__.append('b')", ("a", "b"), (), True),
    "removed": ("__all__ = ['a', 'b']\n__all__.remove('a')", ("b",), (), True),
    "concatenated": ("__all__ = ['a'] + ['b']", ("a", "b"), (), True),
    "sorted": ("__all__ = sorted(['b', 'a'])", ("b", "a"), (), True),
    "by name": ("_names = ['a']\n__all__ = _names + ['b']", ("a", "b"), (), True),
    "under if": ("__all__ = ['a']\nif x:\n  __all__ += ['b']", ("a", "b"), (), True),
    "other module's": ("from . import m\n__all__ = ['a'] + m.__all__", ("a",), ("pkg.m",), True),
    "other module's, extended": ("from pkg import m\n__all__ = []\n__all__.extend(m.__all__)", (), ("pkg.m",), True),
    "starred": ("from . import m\n__all__ = ['a', *m.__all__]", ("a",), ("pkg.m",), True),
    "imported list": ("from .m import __all__ as names\n__all__ = names + ['a']", ("a",), ("pkg.m",), True),
    "computed": ("__all__ = ['a'] + [n for n in dir()]", ("a",), (), False),
    "computed item": ("__all__ = ['a', f()]", ("a",), (), False),
}


@pytest.mark.parametrize(("source", "expected", "modules", "complete"), EXPORTS.values(), ids=EXPORTS.keys())
def test_exports(source: str, expected: tuple[str, ...], modules: tuple[str, ...], complete: bool) -> None:
    """`__all__` is evaluated without running anything; what cannot be told is said to be missing."""
    exports = facts_of(source).exports
    assert exports is not None
    assert (exports.names, exports.modules, exports.complete) == (expected, modules, complete)


def test_no_exports() -> None:
    """A module without `__all__` has none."""
    assert facts_of("x = 1").exports is None


ROLES = {
    "module": ("pkg/a.py", "def f(): ...", Role.MODULE),
    "package": ("pkg/__init__.py", "", Role.PACKAGE),
    "stub": ("pkg/a.pyi", "def f(): ...", Role.STUB),
    "main block": ("a.py", "def f(): ...\nif __name__ == '__main__':\n  f()", Role.SCRIPT),
    "shebang": ("a.py", "#!/usr/bin/env python\nprint()", Role.SCRIPT),
    "no suffix": ("bin/tool", "print()", Role.SCRIPT),
    "test by pattern": ("tests/test_a.py", "def test_a(): ...", Role.TEST),
    "test by content": ("pkg/checks.py", "import pytest\ndef test_a(): ...", Role.TEST),
    "setup": ("setup.py", "from setuptools import setup\nsetup(name='x')", Role.CONFIGURATION),
    "settings": ("settings.py", "\n".join(f"{name} = 1" for name in "ABCDE"), Role.CONFIGURATION),
    "generated": ("pkg/a.py", "# Generated by a tool. DO NOT EDIT.\nx = 1", Role.GENERATED),
}


@pytest.mark.parametrize(("path", "source", "role"), ROLES.values(), ids=ROLES.keys())
def test_role(path: str, source: str, role: Role) -> None:
    """A file's role is told from its syntax."""
    assert facts_of(source, path).role is role


def test_tests_follow_the_patterns_of_the_project() -> None:
    """What is a test file can be set; its functions are tests then."""
    facts = facts_of(
        "def test_a(): ...\nclass TestB:\n  def test_c(self): ...\n", "checks/a.py", test_patterns=["checks/**"]
    )
    assert facts.role is Role.TEST
    assert [item.qualname for item in facts.definitions if item.flags & Flag.TEST] == [
        "test_a",
        "TestB",
        "TestB.test_c",
    ]


TESTS = {
    "through another class": (
        "import unittest\nclass Base(unittest.TestCase): ...\nclass Further(Base):\n  def test_a(self): ...",
        ["Base", "Further", "Further.test_a"],
    ),
    "through a class of another file": (
        "from tests.base import ClientTest\nclass Further(ClientTest):\n  def test_a(self): ...", ["Further", "Further.test_a"],
    ),
    "no tests in it": ("from tests.base import ClientTest\nclass Further(ClientTest): ...", []),
    "a plain base": ("from tests.base import Latest\nclass Further(Latest):\n  def test_a(self): ...", []),
    "says no": ("class TestClient:\n  __test__ = False\n  def test_a(self): ...", []),
    "says yes": ("class TestClient:\n  __test__ = True\n  def test_a(self): ...", ["TestClient", "TestClient.test_a"]),
    "fixture": ("import pytest\n@pytest.fixture\ndef test_client(): ...\ndef test_a(test_client): ...", ["test_a"]),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), TESTS.values(), ids=TESTS.keys())
def test_tests(source: str, expected: list[str]) -> None:
    """Tests are told as runners do: by names and bases, also those of the same file, and not where a class says no."""
    facts = facts_of(source, "tests/test_a.py")
    assert [item.qualname for item in facts.definitions if item.flags & Flag.TEST] == expected


def test_helpers_called_test() -> None:
    """Among tests, but in a file that is not named for them, a function called `test` or `tester` is none."""
    source = "@task\ndef test(c): ...\ndef tester(): ...\ndef test_a(): ...\n"
    for path, expected in (("tests/_support/tasks.py", ["test_a"]), ("tests/test_a.py", ["test", "tester", "test_a"])):
        facts = facts_of(source, path)
        assert [item.qualname for item in facts.definitions if item.flags & Flag.TEST] == expected


BRANCHES = {
    "for types alone": ("if TYPE_CHECKING:\n  class A: ...", True),
    "at run time, too": ("if TYPE_CHECKING:\n  class A: ...\nelse:\n  class A: ...", False),
    "at run time, too, by import": ("if TYPE_CHECKING:\n  def A(): ...\nelse:\n  from b import A\n  A = A", False),
}


@pytest.mark.parametrize(("source", "expected"), BRANCHES.values(), ids=BRANCHES.keys())
def test_type_checking_only(source: str, expected: bool) -> None:
    """What a program binds when it runs is not for type checking only."""
    facts = facts_of("from typing import TYPE_CHECKING\n" + source)
    (flags,) = [item.flags for item in facts.definitions if item.qualname == "A"]
    assert bool(flags & Flag.TYPE_CHECKING) is expected
    assert flags & Flag.CONDITIONAL


def test_file_facts() -> None:
    """First paragraph, counts, encoding and dynamic attributes of a module."""
    facts = facts_of(b"# -*- coding: latin-1 -*-\n'''One\n\xe9. Two.\n\nThree.'''\ndef __getattr__(name): ...")
    assert (facts.doc, facts.lines, facts.encoding, facts.dynamic) == ("One é. Two.", 6, "iso-8859-1", True)
    module = facts.definitions[0]
    assert (module.kind, module.name, module.qualname, module.scope, module.line) == (Kind.MODULE, "mod", "", -1, 1)
    assert module.summary == "One é."


def test_definitions_are_in_source_order_with_scopes() -> None:
    """The module comes first, the rest in source order; each names its enclosing definition."""
    facts = facts_of("class A:\n  x = 1\n  def f(self):\n    def g(): ...\ny = 1\n")
    assert [(item.qualname, item.scope) for item in facts.definitions] == [
        ("", -1),
        ("A", 0),
        ("A.x", 1),
        ("A.f", 1),
        ("A.f.<locals>.g", 3),
        ("y", 0),
    ]


BAD = {
    "syntax": (b"# x = 1\ndef (:\n", WarningKind.PARSE, 2),
    "indentation": (b"if x:\npass\n", WarningKind.PARSE, 2),
    "null byte": (b"x = 1\ny = '\0'\n", WarningKind.PARSE, 2),
    "not utf-8": (b"x = 1\ny = 1\n# \xff\n", WarningKind.DECODE, 3),
    "unknown encoding": (b"# coding: nonsense\n", WarningKind.DECODE, 1),
    "utf-16": ("x = 1\n".encode("utf-16"), WarningKind.DECODE, 1),
    "too many brackets": (b"x = " + b"(" * 500 + b")" * 500, WarningKind.LIMIT, 1),
    "unclosed": (b"x = (1,\n", WarningKind.PARSE, 1),
}


@pytest.mark.parametrize(("source", "kind", "line"), BAD.values(), ids=BAD.keys())
def test_bad_input(source: bytes, kind: WarningKind, line: int) -> None:
    """A file that cannot be analysed has its module, its lines, and one problem with kind and line."""
    facts = collect(source).facts
    assert facts.error is not None
    assert (facts.error.kind, facts.error.path, facts.error.line) == (kind, "pkg/mod.py", line)
    assert [item.kind for item in facts.definitions] == [Kind.MODULE]
    assert facts.lines == source.count(b"\n") + (not source.endswith(b"\n"))


@pytest.mark.parametrize("depth", [300, 3000, 100_000], ids=str)
@pytest.mark.parametrize(
    "make", [lambda n: "x = " + "-" * n + "1", lambda n: "x = " + "1 + " * n + "1"], ids=["unary", "sum"]
)
def test_deep_nesting(make: object, depth: int) -> None:
    """Very deep nesting is collected or reported as a limit; it never ends the process."""
    assert callable(make)
    facts = collect(make(depth)).facts
    problems = [*([facts.error] if facts.error else []), *facts.problems]
    assert all(problem.kind is WarningKind.LIMIT for problem in problems)
    assert depth > 300 or not problems


def test_large_file() -> None:
    """A file over the limit is not analysed."""
    facts = collect(b"x = 1\n" * 100, max_file_size=100).facts
    assert facts.error is not None
    assert facts.error.kind is WarningKind.LIMIT
    assert facts.lines == 100


@pytest.mark.parametrize(
    "source", [b"", b"\n", b"\xef\xbb\xbf", b"# only\n"], ids=["empty", "blank", "mark", "comment"]
)
def test_empty_file(source: bytes) -> None:
    """A file without code has its module, and no problem."""
    facts = facts_of(source)
    assert [item.kind for item in facts.definitions] == [Kind.MODULE]


def test_byte_order_mark() -> None:
    """A byte order mark is no part of the first line."""
    facts = facts_of(b"\xef\xbb\xbfx = 1\n")
    assert [(item.name, item.col) for item in facts.definitions[1:]] == [("x", 0)]


def test_nothing_is_imported(make_tree: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Collecting neither imports nor reads what a module imports."""
    assert callable(make_tree)
    root = make_tree({"poison.py": "raise SystemExit", "enum.py": "raise SystemExit"})
    monkeypatch.chdir(root)
    monkeypatch.syspath_prepend(str(root))
    source = "import poison, enum\nfrom poison import *\nclass A(poison.B): ...\nx = poison.f()\n"
    assert names(source) == ["A", "x"]
    assert "poison" not in sys.modules


def test_result_does_not_depend_on_what_came_before() -> None:
    """The same file gives the same summary, whatever was collected before it."""
    first = collect("from other import *\nclass A(B): ...\n")
    collect("class B: ...\n", "other.py")
    assert collect("from other import *\nclass A(B): ...\n") == first


def test_answers_are_forgotten_after_each_file() -> None:
    """Nothing that was remembered of the targets of a file stays in memory, where it would lie scattered."""
    collect("from typing import Optional\ndef f(x: Optional[dict[str, int]]): return x.get('a').b(list(x))\n")
    caches: tuple[Any, ...] = (split_arguments, is_constructor, members, element)
    assert [cache.cache_info().currsize for cache in caches] == [0] * len(caches)


def _anew(function: Any, target: str) -> Any:
    forget()
    return function((target,))


@pytest.mark.parametrize(
    "target", ["pkg.A()", "pkg.A", "pkg.f()", "builtins.list[pkg.A]()", "pkg.A().b", "asyncio.Task[pkg.A]()"]
)
def test_answers_rest_on_the_text_of_targets(target: str) -> None:
    """What is remembered of a target is right for targets of `self` with the same text, too."""
    for function in cast("tuple[Any, ...]", (members, element, partial(container, "builtins.list"))):
        plain, marked = (_anew(function, made) for made in (target, SelfTarget(target)))
        assert (plain, [*map(type, plain)]) == (marked, [*map(type, marked)])


def test_words() -> None:
    """The bag holds sub-words of names and words of strings, not comments and not keywords of the language."""
    words = dict(
        collect(
            "class HTTPServer:\n  '''Serve pages.'''\n  # hidden words\n  def get_page(self): return 'page'\n"
        ).words
    )
    assert words == {"http": 1, "server": 1, "serve": -1, "pages": -1, "get": 1, "page": 2}


NO_NAMES = {
    "docstring": '"""Some words."""',
    "escaped quote": r"'some \' words'",
    "quotes in quotes": "\"some 'words'\"",
    "quotes in a docstring": "'''some \"\"\" 'words' '''",
    "raw": "rb'some words'",
    "format": "f'some {words}'",
    "number": "0xffsome",
    "quote in a comment": "1 # don't\n'some words'",
    "comment in a string": "'some # words'",
}


@pytest.mark.parametrize("text", NO_NAMES.values(), ids=NO_NAMES)
def test_words_of_strings_are_told_apart(text: str) -> None:
    """Words that no name has are counted with a minus, whatever the quotes; those of names are not."""
    words = dict(bag_of_words(f"first = {text}\nlast = 2\n"))
    assert words["first"] == words["last"] == 1
    assert [word for word, count in words.items() if count > 0] == ["first", "last"]


def test_unfinished_strings() -> None:
    """Quotes that nothing closes are read in good time."""
    start = time.perf_counter()
    bag_of_words("x = '''" + '""" \' \\' * 20_000)
    assert time.perf_counter() - start < 5


def test_words_are_capped() -> None:
    """The most frequent words are kept, in an order that depends on nothing else."""
    text = " ".join(f"{chr(97 + i // 676)}{chr(97 + i // 26 % 26)}{chr(97 + i % 26)}" for i in range(WORD_LIMIT + 100))
    bag = bag_of_words(text + " zzz zzz")
    assert len(bag) == WORD_LIMIT
    assert ("zzz", 2) in bag
    assert list(bag) == sorted(bag)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("HTTPServer_port", ("http", "server", "port")),
        ("snake_case2", ("snake", "case")),
        ("größe", ("größe",)),
        ("x", ()),
    ],
)
def test_sub_words(name: str, parts: tuple[str, ...]) -> None:
    """Names are split at case changes, digits and underscores; single letters are dropped."""
    assert sub_words(name) == parts


def test_class_hides_the_import_of_its_name() -> None:
    """A base is the import until a class of the same name is defined, and that class from then on."""
    facts = facts_of("from other import Foo\nclass Foo(Foo): ...\nclass Bar(Foo): ...\n")
    assert [item.base_targets for item in facts.definitions[1:]] == [("other.Foo",), ("pkg.mod.Foo",)]


def test_class_in_a_branch_hides_no_import() -> None:
    """Where a class of the name is only made in another branch, a base is the import."""
    source = "if new:\n from enum import StrEnum\nelse:\n class StrEnum: ...\nclass Text(StrEnum): ...\n"
    assert one(source, "Text").base_targets == ("enum.StrEnum",)


@pytest.mark.parametrize("wide", ["", "ü"], ids=["ASCII", "other"])
def test_words_next_to_comments(wide: str) -> None:
    """Comments end at the line, a `#` inside a word starts none, and all texts are read alike."""
    text = f"#!first\nabc #no\n  # none {wide}\n'dd#ee' ff\n"
    words = dict(bag_of_words(text))
    assert {"abc", "dd", "ff"} <= set(words)
    assert not {"first", "no", "none"} & set(words)


def test_trees_go_away_at_once() -> None:
    """Nothing holds a tree once its file is collected: no cycle is left to the garbage collector."""
    source = """\
        import a
        @a.b
        class C(a.D):
            def f(self, *args, **kwargs):
                try:
                    self.x = [lambda: y for y in args]
                except E as error:
                    yield error
        """
    collect(source)
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(item, nodes.NodeNG) for item in gc.get_objects())
        collect(source)
        after = sum(isinstance(item, nodes.NodeNG) for item in gc.get_objects())
    finally:
        gc.enable()
    assert after - before < 5


def test_bases_that_callers_give() -> None:
    """A base that is a parameter may be any class: its default is only one of them."""
    source = "import yaml\ndef get(loader=yaml.Loader):\n    class Loader(loader): ...\n    return Loader\n"
    found = one(source, "get.<locals>.Loader")
    assert (found.bases, found.base_targets) == (("loader",), ("",))
    assert found.flags & Flag.UNSURE_BASES
