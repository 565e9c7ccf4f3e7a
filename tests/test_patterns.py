"""Patterns that a file shows, and the definitions that stand out in it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from shown import index

from sphinx_kwindex import Project
from sphinx_kwindex.model import Definition, FileFacts, Kind, Note, Role
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import To, find_all
from sphinx_kwindex.pages.book import _digest_code
from sphinx_kwindex.pages.patterns import (
    MAX_PLACES,
    PATTERNS,
    Pattern,
    Shape,
    find_patterns,
    has_patterns,
    load_patterns,
)
from sphinx_kwindex.pages.structure_view import SHOWN, stand_out_blocks

MARKED = {
    "context-manager": """\
        import contextlib
        class A:  # <-
            def __enter__(self): ...
            def __exit__(self, *rest): ...
        class B:  # <-
            async def __aenter__(self): ...
            async def __aexit__(self, *rest): ...
        @contextlib.contextmanager
        def c():  # <-
            yield
        class D:
            @contextlib.asynccontextmanager
            async def d(self):  # <-
                yield
        class Half:
            def __enter__(self): ...
        class Child(A): ...
        """,
    "abstract-class": """\
        import abc
        from typing import Protocol
        class A(abc.ABC): ...  # <-
        class B(metaclass=abc.ABCMeta): ...  # <-
        class P(Protocol):
            @abc.abstractmethod
            def f(self): ...
        class C(A): ...
        """,
    "protocol": """\
        from typing import Protocol
        class P(Protocol): ...  # <-
        class Q(P, Protocol): ...  # <-
        class Real(P): ...
        """,
    "dataclass": """\
        from dataclasses import dataclass
        @dataclass(frozen=True)
        class A:  # <-
            x: int
        class B: ...
        """,
    "enum": """\
        import enum
        class A(enum.Enum):  # <-
            X = 1
        class B: ...
        """,
    "descriptor": """\
        class A:  # <-
            def __get__(self, instance, owner=None): ...
        class B:  # <-
            def __set__(self, instance, value): ...
        class C:
            def __getattr__(self, name): ...
        """,
    "metaclass": """\
        import abc
        class A(type): ...  # <-
        class B(A): ...  # <-
        class C(abc.ABCMeta): ...  # <-
        class D(metaclass=A): ...
        """,
    "slots": """\
        class A:  # <-
            __slots__ = ("x",)
        class B:
            slots = ()
        """,
    "iterator": """\
        class A:  # <-
            def __iter__(self): return self
            def __next__(self): return 1
        class B:
            def __iter__(self): return iter(())
        """,
    "closure": """\
        import functools
        from typing import Callable
        def decorator(function):  # <-
            def wrapper(): return function()
            return wrapper
        def with_arguments(n):  # <-
            def decorate(function):  # <-
                @functools.wraps(function)
                def wrapper(): return function()
                return wrapper
            return decorate
        def updated(function):  # <-
            def wrapper(): return function()
            return functools.update_wrapper(wrapper, function)
        def annotated(function) -> Callable[[], int]:  # <-
            def wrapper(): return function()
            return some(wrapper)
        Made = Callable[[], int]
        Other = Made
        def by_alias(function) -> Other:  # <-
            def wrapper(): return function()
            if function: return wrapper
            return function
        def says_otherwise() -> int:
            def wrapper(): return 1
            return wrapper()
        def helper():
            def inside(): return 1
            return inside()
        def no_function_inside() -> Callable[[], int]: return helper
        def other(): return helper
        def of_classes():
            class Inside: ...
            return Inside
        """,
    "generator": """\
        import contextlib
        def a():  # <-
            yield 1
        async def b():  # <-
            yield 1
        @contextlib.contextmanager
        def c():
            yield
        def d():
            return (x for x in ())
        """,
    "async": """\
        async def a(): ...  # <-
        class A:
            async def run(self): ...  # <-
        def b(): ...
        """,
    "cache": """\
        import functools
        from functools import lru_cache
        @lru_cache
        def a(): ...  # <-
        @functools.cache
        def b(): ...  # <-
        class A:
            @functools.cached_property
            def c(self): ...  # <-
        def cache(): ...
        """,
    "dispatch": """\
        from functools import singledispatch
        @singledispatch
        def show(value): ...  # <-
        @show.register
        def _(value: int): ...
        """,
    "registry": """\
        import collections
        HANDLERS = {}  # <-
        def handler(name):
            def decorate(function):
                HANDLERS[name] = function
                return function
            return decorate
        PLUGINS: list[type] = []  # <-
        def register_plugin(plugin): PLUGINS.append(plugin)
        BY_KIND = collections.defaultdict(list)  # <-
        def register(kind, item): BY_KIND.setdefault(kind, []).append(item); BY_KIND[kind] = item
        class Base:
            subclasses = {}  # <-
            def __init_subclass__(cls, name=""):
                Base.subclasses[name] = cls
        class Site:
            def __init__(self):
                self._models = {}  # <-
                self._nodes = []
                self.seen = {}
            def register(self, model, options=None):
                self._models[model] = options
                self.local = 1
            def visit(self, node):
                self._nodes.append(node)
                return node
            def unregister(self, model):
                self.seen[model] = 1
        CACHE = {}
        def cached(key):
            CACHE[key] = value = key + 1
            return value
        NAMES = ["a"]
        def register_nothing(x):
            NAMES = []
            NAMES.append(x)
            return [name for name in NAMES]
        LIMIT = 3
        def register_limit(x): return LIMIT + x
        """,
    "singleton": """\
        class Once:  # <-
            _instance = None
            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                return cls._instance
        class Meta(type):  # <-
            _instances = {}
            def __call__(cls, *args):
                if cls not in cls._instances:
                    cls._instances[cls] = super().__call__(*args)
                return cls._instances[cls]
        class Asked:  # <-
            instance = None
            @classmethod
            def get(cls):
                if Asked.instance is None:
                    Asked.instance = Asked()
                return Asked.instance
        class _Missing: ...
        MISSING = _Missing()  # <-
        class _Twice: ...
        ONE = _Twice()
        def more(): return _Twice()
        class _Varied:
            def __init__(self, x): ...
        VARIED = _Varied(1)
        class Pool: ...
        _pool = None  # <-
        _other = None
        def pool():
            global _pool
            if _pool is None:
                _pool = Pool()
            return _pool
        def other():
            global _other
            _other = 3
            return _other
        class Holder:
            instance = None
            def set(self, value):
                self.instance = value()
        """,
    "module-getattr": """\
        def __getattr__(name): ...  # <-
        class A:
            def __getattr__(self, name): ...
        """,
}
PLAIN = "import os\nLIMIT = 1\nclass A(Exception):\n    def f(self): return os\ndef g(a, b=2): return [x for x in a]\n"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], FileFacts]]:
    """Facts of the examples, by name."""
    root = tmp_path_factory.mktemp("tree")
    for name, text in {**MARKED, "plain": PLAIN}.items():
        root.joinpath(f"{name.replace('-', '_')}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    with Project.open(root) as project:

        def find(name: str) -> FileFacts:
            found = project.reader.facts(f"{name.replace('-', '_')}.py")
            assert found is not None
            return found

        yield find


def marked_lines(text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if re.search("# <-$", line)]


@pytest.mark.parametrize("name", [pattern.name for pattern in PATTERNS])
def test_pattern(facts: Callable[[str], FileFacts], name: str) -> None:
    """A pattern is found at the marked lines and nowhere else."""
    found = {row.name: [line for _, line in row.places] for row in find_patterns(addresses(facts(name)), facts(name))}
    assert found[name] == marked_lines(textwrap.dedent(MARKED[name]))
    assert has_patterns(facts(name))


def test_plain_file(facts: Callable[[str], FileFacts]) -> None:
    """A file without anything special shows nothing."""
    assert find_patterns(addresses(facts("plain")), facts("plain")) == ()
    assert not has_patterns(facts("plain"))


def addresses(facts: FileFacts) -> Addresses:
    return Addresses("kw", [facts.path])


def test_many_places_and_notes() -> None:
    """Places beyond the limit are counted; notes of a collector come last, under their own names."""
    head = Definition(name="m", qualname="", kind=Kind.MODULE, line=1, col=0, end_line=99, scope=-1)
    slots = [
        Definition(name=name, qualname=qualname, kind=kind, line=number, col=0, end_line=number, scope=scope)
        for number in range(1, MAX_PLACES + 4)
        for name, qualname, kind, scope in (
            (f"C{number}", f"C{number}", Kind.CLASS, 0),
            ("__slots__", f"C{number}.__slots__", Kind.ATTRIBUTE, 2 * number - 1),
        )
    ]
    facts = FileFacts(
        path="m.py", language="python", module="m", is_package=False, role=Role.MODULE, lines=9, size=9,
        definitions=(head, *slots), notes=(Note(name="table", lines=(3, 5)),),
    )  # fmt: skip
    first, last = find_patterns(addresses(facts), facts)
    assert (first.name, len(first.places), first.more) == ("slots", MAX_PLACES, 3)
    assert (last.title, [line for _, line in last.places]) == ("table", [3, 5])


OWN = Pattern("own", "Own", lambda shape: [place for place, item in shape.classes if item.name == "A"])
NOT_ONE = "no pattern"


def test_patterns_of_others(facts: Callable[[str], FileFacts]) -> None:
    """Patterns that dotted names name stand behind the table; names that cannot be used are told, and left out."""
    names = [f"{__name__}:OWN", f"{__name__}.NOT_ONE", "no_such_module.x", "not a name"]
    patterns, problems = load_patterns(names)
    assert patterns[:-1] == PATTERNS
    assert patterns[-1][:2] == OWN[:2]
    assert [text.split(":")[0].split(" is")[0] for text in problems] == [names[1], names[2], names[3]]
    (row,) = find_patterns(addresses(facts("plain")), facts("plain"), patterns)
    assert (row.title, [line for _, line in row.places]) == ("Own", [3])
    assert has_patterns(facts("plain"), patterns)


def test_code_of_custom_patterns_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages notice that the module changed in which the function of a custom pattern is."""
    code = "from sphinx_kwindex.pages.patterns import Pattern\nown = Pattern('own', 'Own', lambda shape: [%d])\n"
    module = tmp_path / "kw_own_patterns.py"
    module.write_text(code % 1, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    patterns, _ = load_patterns(["kw_own_patterns.own"])
    before = _digest_code(patterns)
    assert before == _digest_code(patterns) != _digest_code(PATTERNS)
    module.write_text(code % 22, encoding="utf-8")
    assert _digest_code(patterns) != before


def large(count: int, lines: int) -> str:
    """Return a file with functions `f0`..., the later the longer, and one that is used often."""
    body = "".join(f"def f{number}():\n" + "    x = 1\n" * (lines + number) for number in range(count))
    return f"def often(): ...\n{body}often(); often(); often(); f0(); f0()\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(large(12, 10), (["f11", "f10", "f9", "f8", "f7"], ["often"]), id="large"),
        pytest.param(large(12, 1), (["f11", "f10", "f9", "f8"], ["often"]), id="few-are-long"),
        pytest.param(large(5, 30), None, id="few-definitions"),
        pytest.param("".join(f"def f{n}(): ...\n" for n in range(40)), None, id="short-definitions"),
    ],
)
def test_structure(make_tree: Callable[..., Path], text: str, expected: tuple[list[str], list[str]] | None) -> None:
    """A large file shows its longest and its most used definitions; a small one, or one of small parts, nothing."""
    with index(make_tree({"m.py": text})) as pages:
        file = pages.subject("m.py")
        assert ("kw-structure" in file.shown) == (expected is not None)
        shown = list(stand_out_blocks(pages.addresses, file.facts, file.uses.by_id))
    names = [[to.link.text for to in find_all(block, To)] for block in shown]
    assert names == list(expected or ())
    assert all(len(found) <= SHOWN for found in names)


def test_setting(build: Callable[..., Any]) -> None:
    """Names in `kwindex_patterns` that cannot be used give one warning each; the page shows the rest."""
    files = {"m.py": "import enum\nclass A(enum.Enum):\n    X = 1\n", "plain.py": "x = 1\n"}
    conf = {"kwindex_patterns": ["no_such_module.x"]}
    built = build(files, conf, warnings=["kwindex_patterns: no_such_module.x: No module named 'no_such_module'"])
    assert "<summary>Patterns <span>Enumerations</span></summary>" in built.text("kwindex/tree/m.py.html")
    assert "kw-structure" not in built.text("kwindex/tree/plain.py.html")


def fail(shape: Shape) -> list[int]:
    """Be a function of a project that does not work."""
    raise RuntimeError(f"no {shape.facts.path}")


FAILING = Pattern("failing", "Failing", fail)
ASTRAY = Pattern("astray", "Astray", lambda shape: [len(shape.facts.definitions)])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FAILING", "failed on docs/conf.py (RuntimeError: no docs/conf.py); the pattern is not shown there"),
        ("ASTRAY", "failed on docs/conf.py (IndexError: yielded"),
    ],
)
def test_failing_function(build: Callable[..., Any], name: str, text: str) -> None:
    """A pattern of one's own whose function fails is one warning; pages go without it, and have all others."""
    files = {"m.py": "import enum\nclass A(enum.Enum):\n    X = 1\n", "plain.py": "x = 1\n"}
    conf = {"kwindex_patterns": [f"{__name__}.{name}"]}
    built = build(files, conf, warnings=[f"kwindex_patterns: {__name__}.{name} {text}"])
    assert len(built.warnings) == 1
    assert "<summary>Patterns <span>Enumerations</span></summary>" in built.text("kwindex/tree/m.py.html")
