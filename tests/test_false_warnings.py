"""No warning without a fault: classes that Python accepts, whatever `typing`, metaclasses and branches make of their bases."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import shutil
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from conftest import Built

from sphinx_kwindex import Project
from sphinx_kwindex.collect.python.dialects import explain, read_newer
from sphinx_kwindex.errors import Problem, WarningKind
from sphinx_kwindex.link import Names
from sphinx_kwindex.model import CLASSES, Kind
from sphinx_kwindex.reports import are_new, make_lines

Build = Callable[..., Built]
MakeTree = Callable[[dict[str, str]], Path]

HEAD = """
import abc, collections, collections.abc, enum, sys, typing
from typing import Any, Generic, Iterator, List, Mapping, NamedTuple, NewType, Protocol, TypedDict, TypeVar
T = TypeVar("T")
S = TypeVar("S")
class P: pass
class Q: pass
class A(Generic[T]): pass
"""

ACCEPTED = {
    "Generic before a subscripted base": "class B(Generic[T], A[T]): pass",
    "Generic before two": "class B(A[T]): pass\nclass C(Generic[T], A[T], Mapping[T, int]): pass",
    "Generic before one of typing": "class B(Generic[T], List[T]): pass",
    "Generic and Protocol": "class B(Protocol): pass\nclass C(Generic[T], B, Protocol): pass",
    "Generic between": "class B(P, Generic[T], A[T]): pass",
    "Protocol[T]": "class B(Protocol[T]): pass\nclass C(B[T], Protocol[T]): pass",
    "named tuple": "class B(NamedTuple, Generic[T]):\n    x: int",
    "typed dicts of one base": (
        "class B(TypedDict): pass\nclass C(B): pass\nclass D(B): pass\nclass E(C, D): pass\nclass F(D, C): pass\nclass G(E, F): pass"
    ),
    "typed dict before its base": "class B(TypedDict): pass\nclass C(B): pass\nclass D(B, C): pass",
    "enum mixins": "class B(str, enum.Enum): pass\nclass C(P, int, enum.Enum): pass",
    "namedtuple call": "class B(collections.namedtuple('B', 'x'), P): pass",
    "two definitions": (
        "if sys.argv:\n    class B(P, Q): pass\nelse:\n    class B(Q, P): pass\n"
        "if sys.argv:\n    class C(P, Q): pass\nelse:\n    class C(Q, P): pass\n"
        "class D(Q, P): pass\nE = C if sys.argv else D\nclass F(B, E): pass"
    ),
    "a base that is chosen": "B = P if sys.argv else Q\nclass C(B, Q if B is P else P): pass",
    "a base that a loop chooses": "for B in (Q, P): pass\nclass C(B, Q): pass",
    "a base that an import may bring": (
        "try:\n    from nowhere_at_all import Q as R\nexcept ImportError:\n    R = P\nclass C(R): pass\nclass D(Q, C): pass"
    ),
    "bases from a list": "BASES = [P, Q]\nclass C(*BASES): pass\nclass D(*[P, Q]): pass\nclass E(Q, P): pass",
    "__mro_entries__": (
        "class Maker:\n    def __mro_entries__(self, bases): return (Q,)\nmaker = Maker()\nclass C(maker, P): pass\nclass D(Q, P): pass\nclass E(C, D): pass"
    ),
    "__class_getitem__": (
        "class B:\n    def __class_getitem__(cls, item): return Q\nclass C(B[int], P): pass\nclass D(B, B[int]): pass"
    ),
    "with_metaclass": (
        "def with_metaclass(meta, *bases):\n"
        "    class metaclass(type):\n"
        "        def __new__(cls, name, this_bases, d): return meta(name, bases, d)\n"
        "    return type.__new__(metaclass, 'temporary_class', (), {})\n"
        "class B(with_metaclass(abc.ABCMeta, P, Q)): pass\n"
        "class C(with_metaclass(abc.ABCMeta, Q, P), P): pass"
    ),
    "a metaclass with an order of its own": (
        "class Meta(type):\n    def mro(cls): return [cls, *(P, Q), object]\n"
        "class B(P, Q): pass\nclass C(Q, P): pass\nclass D(B, C, metaclass=Meta): pass"
    ),
    "a metaclass that drops bases": (
        "class Meta(type):\n    def __new__(cls, name, bases, d): return type.__new__(cls, name, bases[:1], d)\n"
        "class B(P, P, metaclass=Meta): pass"
    ),
    "a decorator that puts another class in place": (
        "def swap(cls): return Q\n@swap\nclass B(P): pass\nclass C(P, B): pass"
    ),
    "a name that hides its own base": "class P(P): pass\nclass Q(P, Q): pass",
    "a class under a type checker only": (
        "if typing.TYPE_CHECKING:\n    class B(Q, P): pass\nelse:\n    class B: pass\nclass C(P, B): pass"
    ),
}


if sys.version_info < (3, 11):
    del ACCEPTED["named tuple"]


@pytest.mark.parametrize("code", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted_class(code: str, make_tree: MakeTree) -> None:
    """What Python runs gets no warning."""
    exec(compile(HEAD + code, "m.py", "exec"), {"__name__": "m"})
    assert hierarchy_problems(make_tree({"m.py": HEAD + code})) == []


REFUSED = {
    "a contradiction": ("class B(P, Q): pass\nclass C(Q, P): pass", "class D(B, C): pass"),
    "a base before its subclass": ("class B(P): pass", "class C(P, B): pass"),
    "object first": ("class B(P): pass", "class C(object, P, B): pass"),
    "twice": ("", "class B(P, P): pass"),
    "twice, subscripted": ("", "class B(A[int], A[str]): pass"),
    "with Generic": ("class B(P, A[T]): pass\nclass C(A[T], P): pass", "class D(Generic[T], B[T], C[T]): pass"),
    "abstract": ("class B(abc.ABC, P): pass\nclass C(P, abc.ABC): pass", "class D(B, C): pass"),
}


@pytest.mark.parametrize(("before", "statement"), REFUSED.values(), ids=REFUSED)
def test_refused_class(before: str, statement: str, make_tree: MakeTree) -> None:
    """What Python refuses gets one warning, at the class that it refuses."""
    code = f"{HEAD}{before}\n"
    names: dict[str, object] = {"__name__": "m"}
    exec(compile(code, "m.py", "exec"), names)
    with pytest.raises(TypeError):
        exec(compile(statement, "m.py", "exec"), names)
    (problem,) = hierarchy_problems(make_tree({"m.py": f"{code}{statement}\nclass Below(P): pass\n"}))
    assert problem.line == len(code.splitlines()) + 1


PACKAGES = ("sphinx", "docutils", "asyncio", "email", "unittest")
"""Packages whose classes Python itself is asked about; they are imported by the test, never by the index."""
EXPLAINED = {
    # Python replaces these classes by others of their name that are written in C.
    "asyncio.tasks._GatheringFuture": "asyncio.futures.Future",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("package", PACKAGES)
def test_order_is_that_of_python(package: str, tmp_path: Path) -> None:
    """The classes of a package come from one another in the order of their `__mro__`, and none is refused."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    ignored = shutil.ignore_patterns("__pycache__", "test", "tests", "__main__.py")
    shutil.copytree(Path(spec.origin).parent, tmp_path / package, ignore=ignored)
    with Project.open(tmp_path, include=["*.py"]) as project:
        names = Names.of(filter(None, (project.facts(row.path) for row in project.files())))
        modules = {row.module for row in project.files()}
        ids = [keyword.id for kind in CLASSES for keyword in project.keywords(kind=kind)]
        assert [item for item in project.problems if item.kind is WarningKind.HIERARCHY] == []
    different = {}
    for identity in ids:
        order = python_order(identity, modules)
        ours = tuple(name for name in names.line_of(identity) if name != EXPLAINED.get(identity))
        if order and order != ours:
            different[identity] = (order, ours)
    assert different == {}


@cache
def python_module(name: str) -> object:
    try:
        return importlib.import_module(name)
    except Exception:  # noqa: BLE001 - the module may do anything
        return None


def python_order(identity: str, modules: set[str]) -> tuple[str, ...]:
    """Return the classes of some modules that a class comes from as Python says; nothing if it cannot be asked."""
    home = max((name for name in modules if identity.startswith(f"{name}.")), key=len, default="")
    found = python_module(home)
    for name in identity[len(home) + 1 :].split("."):
        found = vars(found).get(name) if found is not None and hasattr(found, "__dict__") else None
    if not isinstance(found, type) or f"{found.__module__}.{found.__qualname__}" != identity:
        return ()
    order = [f"{item.__module__}.{item.__qualname__}" for item in found.__mro__ if item.__module__ in modules]
    return tuple(dict.fromkeys(order))


def hierarchy_problems(root: Path) -> list[Problem]:
    with Project.open(root) as project:
        return [problem for problem in project.problems if problem.kind is WarningKind.HIERARCHY]


NEWER = {
    "type parameters of a function": ("def f[T: int, *Ts](x: T) -> T: pass", (3, 12), ("f",)),
    "of a method": ("class A:\n    async def f[\n        T,\n    ](self): pass", (3, 12), ("A", "A.f")),
    "of a class": ("class A[T](dict[str, T]):\n    x: T", (3, 12), ("A", "A.x")),
    "with a default": ("class A[T = int]: pass", (3, 13), ("A",)),
    "type statement": ("type X = int | str\ny = 1", (3, 12), ("X", "y")),
    "type statement with parameters": ("if True:\n    type X[T] = list[T]", (3, 12), ("X",)),
    "nested quotes": ("x = f'{d['a']} {f'{b}'}'\ndef f(): pass", (3, 12), ("x", "f")),
    "field over several lines": ("def f():\n    return f'{\n    x\n    }'", (3, 12), ("f",)),
    "comment in a field": ("def f():\n    return f'''{x # it's a comment }\n    }'''\ny = 1", (3, 12), ("f", "y")),
    "unpacked type in a subscript": (
        "def f(x): return A[float, *tuple[int, ...]], [*x, 1], x[0] *2, x[(*x,)]\nB = Union[*x, *(x.values())]", (3, 11), ("f", "B")
    ),
    "unpacked annotation": ("def f(x: 'a', *y: *Ts, z=lambda *a: 1): pass", (3, 11), ("f",)),
    "unpacked types and type parameters": ("class A[*Ts]:\n    x: tuple[*Ts, int]", (3, 12), ("A", "A.x")),
    "template string": ("x = t'{a}'\ndef f(): return rt'{b}\\d'", (3, 14), ("x", "f")),
    "exceptions without parentheses": (
        "def f():\n    try: pass\n    except ValueError, TypeError: pass\n    except A.B, C, D: pass", (3, 14), ("f",)
    ),
    "lazy import": ("lazy import json\nlazy from a import b\nx = 1", (3, 15), ("x",)),
    "unpacking in a comprehension": ("x = [*a for a in b]\ny = {**a for a in b}", (3, 15), ("x", "y")),
}  # fmt: skip


@pytest.mark.parametrize(("code", "version", "names"), NEWER.values(), ids=NEWER)
def test_newer_syntax(code: str, version: tuple[int, int], names: tuple[str, ...], make_tree: MakeTree) -> None:
    """A file of a newer Python is read without its newer syntax, and the warning says which Python it needs."""
    newer = read_newer(code, running=(3, 10))
    assert newer is not None
    assert newer.version == version
    assert [len(line) for line in newer.text.split("\n")] == [len(line) for line in code.split("\n")]
    with Project.open(make_tree({"m.py": code})) as project:
        texts = [problem.text for problem in project.problems]
        running = f"{sys.version_info[0]}.{sys.version_info[1]}"
        wanted = f"needs Python {version[0]}.{version[1]} or newer (running {running}); read without its newer syntax"
        assert texts == ([wanted] if sys.version_info < version else [])
        found = [
            keyword.qualname
            for keyword in project.keywords()
            if keyword.kind not in {Kind.MODULE, Kind.IMPORT, Kind.TYPE_VARIABLE}
        ]
        assert tuple(found) == names


@pytest.mark.skipif(sys.version_info < (3, 12), reason="what is left has type parameters")
def test_defaults_of_type_parameters() -> None:
    """Python 3.12 knows type parameters, but not their defaults: only lists that have some are taken out."""
    newer = read_newer("class A[T = int]: pass\nclass B[T]: pass\n", running=(3, 12))
    assert newer is not None
    assert newer.version == (3, 13)
    assert newer.text.startswith("class A         : pass\nclass B[T]: pass")


OLDER = {
    "print": ("print 'x'", "written for Python 2"),
    "exec": ("exec 'x'", "written for Python 2"),
    "except": ("try: pass\nexcept (A, B), e: pass\nexcept IOError, e: pass", "(Python "),
    "except alone": ("try: pass\nexcept IOError, e: pass", "written for Python 2"),
    "octal": ("x = 0777", "written for Python 2"),
    "long": ("x = 0xFFL", "written for Python 2"),
    "raise": ("def f():\n    raise IOError, 'x'", "written for Python 2"),
    "unequal": ("if 1 <> 2: pass", "written for Python 2"),
    "backquotes": ("x = `1`", "written for Python 2"),
    "unicode": ("x = ur'\\d'", "written for Python 2"),
    "only quoted": ("def f(: # `x` <> 0777\n    pass", "(Python "),
    "async": ("def async(): pass", "needs Python 3.6 or older"),
    "async that is called": (
        "import asyncio\nasync def f(): await g()\nasyncio.async(f())",
        "needs Python 3.6 or older",
    ),
    "await": ("def await(self): pass\nx.await = 1", "needs Python 3.6 or older"),
    "neither": ("def f(:\n    type X = [", f"(Python {sys.version_info[0]}.{sys.version_info[1]})"),
}


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the parser takes some of these for newer syntax")
@pytest.mark.parametrize(("code", "text"), OLDER.values(), ids=OLDER)
def test_older_syntax(code: str, text: str, make_tree: MakeTree) -> None:
    """What no newer Python would parse is not said to need one."""
    with Project.open(make_tree({"m.py": code})) as project:
        (problem,) = project.problems
        assert text in problem.text
        assert make_lines([problem], ())[0].text == f"{problem.text}; no definitions are listed"


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the parser takes some of these for newer syntax")
@pytest.mark.parametrize(("code", "text"), OLDER.values(), ids=OLDER)
def test_older_syntax_whatever_the_parser_says(code: str, text: str) -> None:
    """Versions of Python word the same fault differently: which one a file was written for does not depend on that."""
    with pytest.raises(SyntaxError) as caught:
        ast.parse(code)
    caught.value.msg = "said in other words"
    assert text in explain(caught.value, code)


@pytest.mark.parametrize(
    "text",
    ["def f[" * 20_000, "x = f'{" * 20_000, "type X[" * 5_000 + "\n" * 9, "x[*a," * 50_000],
    ids=["def", "string", "type", "star"],
)
def test_newer_syntax_of_bad_text(text: str) -> None:
    """What is taken out is looked for in linear time, however bad a text is."""
    start = time.process_time()
    assert read_newer(text, running=(3, 10)) is None
    assert time.process_time() - start < 5


BROKEN = "def (:\n"


def test_unchanged_build_repeats_nothing(build: Build) -> None:
    """A build warns of what is new to it, in files and in directives; `-E` has it said again."""
    page = "Test\n====\n\n.. kwuses:: nothing_of_this_name\n"
    texts = ("pkg/a.py:1: WARNING: ", "is not in the index")
    build({"pkg/a.py": BROKEN, "docs/index.rst": page}, warnings=texts)
    assert build({}).warnings == ()
    assert len(build({"pkg/b.py": BROKEN}, warnings=["pkg/b.py:1: WARNING: "]).warnings) == 1
    assert len(build({"pkg/a.py": f"{BROKEN}\n"}, warnings=["pkg/a.py:1: WARNING: "]).warnings) == 1
    assert len(build({"docs/index.rst": f"{page}\nText.\n"}, warnings=["is not in the index"]).warnings) == 1


def test_fresh_build_says_all(tmp_path: Path) -> None:
    """Without an environment, nothing counts as said before."""
    items = [("a", 1), ("b", 2)]
    note = tmp_path / "note"
    assert are_new(note, items, is_fresh=False) == [True, True]
    assert are_new(note, [*items, ("c", 3)], is_fresh=False) == [False, False, True]
    assert are_new(note, items, is_fresh=True) == [True, True]
    note.write_bytes(b"damaged")
    assert are_new(note, items, is_fresh=False) == [True, True]


def test_broken_test_data(build: Build) -> None:
    """Data of tests is broken on purpose: one line says so, and no warning; a broken test is another thing."""
    data = {f"tests/data/case{number}.py": BROKEN for number in range(4)}
    classes = "import pytest\ndef test():\n    with pytest.raises(TypeError):\n        class A(int, int): pass\n"
    built = build({"pkg/a.py": "x = 1", "tests/test_mro.py": classes, "tests/data/b.py": b"# coding: no\n", **data})
    lines = [line for line in built.app.status.getvalue().splitlines() if "test data" in line]
    assert len(lines) == 3
    assert any(
        "not reported as parse warnings: 4 files in tests/data (tests/data/case0.py:1: " in line for line in lines
    )
    assert any("; and 3 more)" in line for line in lines)
    again = build({"tests/test_b.py": BROKEN}, warnings=["tests/test_b.py:1: WARNING: "])
    assert "test data" not in again.app.status.getvalue()


def test_one_cause_is_one_warning() -> None:
    """A project for a newer Python says so once, not for each file."""
    text = "needs Python 3.99 or newer (running 3.10); read without its newer syntax"
    problems = [Problem(WarningKind.PARSE, f"pkg/{name}.py", 3, text) for name in "edcba"]
    problems.append(Problem(WarningKind.PARSE, "pkg/f.py", 2, "invalid syntax"))
    lines = make_lines(problems, ())
    assert [(line.path, line.line) for line in lines] == [("pkg/a.py", 3), ("pkg/f.py", 2)]
    assert lines[0].text == f"{text}; the same for 4 other files: pkg/b.py, pkg/c.py, pkg/d.py and 1 more"


def test_settings_without_the_prefix_are_not_ours(build: Build) -> None:
    """Only names that start with ours are looked at; a misspelt one names the nearest as conf.py would have it."""
    conf = {"source_url": "x", "root": "y", "kwindex_source_ulr": "https://example.org/{path}"}
    built = build(
        {"pkg/a.py": "x = 1"},
        conf,
        warnings=["kwindex_source_ulr: unknown setting, ignored (could be: kwindex_source_url"],
    )
    assert len(built.warnings) == 1


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="this is the newest syntax that is known")
def test_page_of_a_newer_file(build: Build) -> None:
    """The page of a file that is read without its newer syntax says so, and lists what was read."""
    built = build(
        {"pkg/a.py": "lazy import json\ndef found(): pass\n"},
        warnings=["pkg/a.py:1: WARNING: needs Python 3.15 or newer"],
    )
    page = built.text("kwindex/tree/pkg/a.py.html")
    assert "This file was read in part." in page
    assert 'id="found"' in page


CONSEQUENCES = {
    "file": (Problem(WarningKind.READ, "a.py", 0, "cannot be read: Permission denied"), "; no definitions are listed"),
    "settings": (Problem(WarningKind.READ, "setup.cfg", 0, "cannot be read (x); its settings are ignored"), ""),
    "folder": (Problem(WarningKind.READ, "a", 0, "the folder cannot be read (x); its files are not indexed"), ""),
    "collector": (Problem(WarningKind.COLLECTOR, "a.ini", 0, "ValueError: x"), "; no definitions are listed"),
    "names": (Problem(WarningKind.COLLECTOR, "a.py", 0, "names were not resolved: x"), "; its uses are not listed"),
    "process": (Problem(WarningKind.COLLECTOR, "a.py", 0, "the process died; the next build will try again"), ""),
}


@pytest.mark.parametrize(("problem", "consequence"), CONSEQUENCES.values(), ids=CONSEQUENCES)
def test_consequences(problem: Problem, consequence: str) -> None:
    """A warning says what happens to the file, and says it once."""
    assert make_lines([problem], ())[0].text == problem.text + consequence
