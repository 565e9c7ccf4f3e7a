"""What symbolic targets settle on, across the files of a project."""

from __future__ import annotations

import msgspec
import pytest
from link_builder import build
from link_store import MemoryStore

from sphinx_kwindex.link import Names, link_file, link_project
from sphinx_kwindex.model import (
    FileFacts,
    Import,
    Outcome,
    PackedUses,
    References,
    RelationKind,
    Settled,
    UseKind,
)

PROJECT = """
pkg/__init__.py
    from pkg.mod import Foo
    from pkg.mod import helper as other
    from pkg.star import *
    from pkg import sub
    import pkg.deep.er
    import numpy as np
    from pkg.shadow import shadow
pkg/mod.py
    class Foo(pkg.base.Base)
    def Foo.run -> pkg.Bar
    def Foo.chain -> typing.Self
    +classmethod
    def Foo.make -> typing.Self
    prop Foo.bar -> pkg.Bar
    self Foo.thing : =pkg.mod.helper()
    attr Foo.items_ : builtins.list[pkg.Bar]
    def Foo.__enter__ -> typing.Self
    def Foo.__call__ -> pkg.Bar
    def Foo.__iter__ -> collections.abc.Iterator[pkg.Bar]
    def Foo.__getitem__ -> pkg.Bar
    def helper -> pkg.Bar
    def outer
    class outer.<locals>.Inner
    def outer.<locals>.Inner.go
    data foo : pkg.Foo
    data same = pkg.mod.helper
    type Alias : pkg.Foo | pkg.Bar
    typevar T : pkg.Bar
    def bounded -> pkg.mod.T
    def unknown
    data tangled : =pkg.mod.knotted
    data knotted : =pkg.mod.tangled | pkg.Bar
    data mapping : builtins.dict[builtins.str,pkg.Bar]
    data pair : builtins.tuple[pkg.Foo,pkg.Bar]
    data endless : builtins.tuple[pkg.Bar,...]
    data lookup : builtins.type[pkg.Foo]
    data callback : typing.Callable[...,pkg.Bar]
    +context_manager
    def opened -> collections.abc.Iterator[pkg.Bar]
    +async
    def fetch -> pkg.Bar
    def many -> collections.abc.AsyncIterator[pkg.Bar]
    def awaited -> collections.abc.Awaitable[pkg.Bar]
pkg/base.py
    class Base
    def Base.run
    def Base.stop
    def Base.get_bar -> pkg.Bar
    class Mixed(threading.Thread)
    class Blurred()
    def Base.method_of_base
pkg/star.py
    class Bar(pkg.base.Base)
    def Bar.hit
    attr Bar.level : builtins.int
    data _hidden
pkg/named.py
    from pkg.star import *
    from pkg.mixed import *
    all Bar listed + pkg.mixed
    data listed
    data left
pkg/mixed.py
    all one
    data one
    data two
pkg/wild.py
    from pkg.named import *
pkg/sub.py
    def inside
pkg/shadow.py
    def shadow -> pkg.Bar
    def other
pkg/deep/__init__.py
pkg/deep/er.py
    class Er
    def Er.er
pkg/space/one.py
    data one
pkg/ring1.py
    from pkg.ring2 import a
    from pkg.ring2 import b
    data b2
pkg/ring2.py
    from pkg.ring1 import a
    data b
pkg/lazy.py
    dynamic
    data eager
pkg/either.py
    from pkg.mod import Foo
    from pkg.star import Bar as Foo
    data Foo
pkg/color.py
    enum Color(enum.Enum)
    member Color.RED : builtins.int
    prop Color.pretty -> pkg.Bar
pkg/generic.py
    typevar T
    typevar S
    class Box(typing.Generic[pkg.generic.T])
    attr Box.content : pkg.generic.T
    def Box.all -> builtins.list[pkg.generic.T]
    class BarBox(pkg.generic.Box[pkg.Bar])
    class Sub(pkg.generic.Box[pkg.generic.S])
    def Sub.mine{self: T} -> pkg.generic.T
    class Many(builtins.list[pkg.Bar])
    class Names(builtins.dict[builtins.str,pkg.Bar])
pkg/deco.py
    class Command
    def Command.invoke
    def command -> pkg.deco.Command
    def keep -> typing.Callable[...,typing.Any]
    def plain
    @pkg.deco.command
    def made -> pkg.Bar
    @pkg.deco.keep
    def kept -> pkg.Bar
    @pkg.deco.plain
    def plain_kept -> pkg.Bar
    @functools.wraps()
    def wrapped -> pkg.Bar
    class Lazy
    def Lazy.__get__ -> pkg.Bar
    class Holder
    attr Holder.late : pkg.deco.Lazy
    self Holder.own : pkg.deco.Lazy
    @pkg.deco.Lazy
    def Holder.lazy
pkg/meta.py
    class Meta(builtins.type)
    def Meta.create -> pkg.Bar
    class Made(metaclass=Meta)
    class Child(pkg.meta.Made)
pkg/knot.py
    class A(pkg.knot.B)
    class B(pkg.knot.A)
    def B.b
pkg/common.py
    class P1
    def P1.rare_name
    class P2
    def P2.rare_name
    class P3
    def P3.join
pkg/frequent.py
    class Q1
    def Q1.frequent
    class Q2
    def Q2.frequent
    class Q3
    def Q3.frequent
    class Q4
    def Q4.frequent
"""


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.of(build(PROJECT))


EXACT = {
    "a definition": ("pkg.mod.Foo", "pkg.mod.Foo"),
    "a re-export": ("pkg.Foo", "pkg.mod.Foo"),
    "a renamed re-export": ("pkg.other", "pkg.mod.helper"),
    "a member through a re-export": ("pkg.Foo.run", "pkg.mod.Foo.run"),
    "a wildcard": ("pkg.Bar", "pkg.star.Bar"),
    "a wildcard of a wildcard": ("pkg.wild.Bar", "pkg.star.Bar"),
    "a name of another module's __all__": ("pkg.wild.one", "pkg.mixed.one"),
    "a submodule": ("pkg.sub", "pkg.sub"),
    "what a submodule has": ("pkg.sub.inside", "pkg.sub.inside"),
    "a submodule that nobody binds": ("pkg.star", "pkg.star"),
    "a package attribute over the submodule": ("pkg.shadow", "pkg.shadow.shadow"),
    "through the package attribute's submodule": ("pkg.shadow.other", "pkg.shadow.other"),
    "a namespace package": ("pkg.space", "pkg.space"),
    "in a namespace package": ("pkg.space.one.one", "pkg.space.one.one"),
    "a deep module": ("pkg.deep.er.Er.er", "pkg.deep.er.Er.er"),
    "a local": ("pkg.mod.outer.<locals>.Inner.go", "pkg.mod.outer.<locals>.Inner.go"),
    "an inherited member by path": ("pkg.mod.Foo.stop", "pkg.base.Base.stop"),
    "an attribute of a variable by path": ("pkg.mod.foo.bar", "pkg.mod.Foo.bar"),
    "an alias is itself": ("pkg.mod.same", "pkg.mod.same"),
    "call of an alias": ("pkg.mod.same().hit", "pkg.star.Bar.hit"),
    "an instance": ("pkg.Foo().run", "pkg.mod.Foo.run"),
    "an inherited method": ("pkg.Foo().stop", "pkg.base.Base.stop"),
    "super": ("pkg.Foo()!super.run", "pkg.base.Base.run"),
    "super of a class": ("pkg.Foo!super.run", "pkg.base.Base.run"),
    "what a method returns": ("pkg.Foo().run().hit", "pkg.star.Bar.hit"),
    "what a property gives": ("pkg.Foo().bar.hit", "pkg.star.Bar.hit"),
    "an instance attribute": ("pkg.Foo().thing.hit", "pkg.star.Bar.hit"),
    "what a function returns": ("pkg.other().hit", "pkg.star.Bar.hit"),
    "Self": ("pkg.Foo().chain().chain().run", "pkg.mod.Foo.run"),
    "Self of a class method": ("pkg.Foo.make().run", "pkg.mod.Foo.run"),
    "with": ("pkg.Foo()!enter.run", "pkg.mod.Foo.run"),
    "call of an instance": ("pkg.Foo()().hit", "pkg.star.Bar.hit"),
    "iteration": ("pkg.Foo()!iter.hit", "pkg.star.Bar.hit"),
    "subscript": ("pkg.Foo()!item.hit", "pkg.star.Bar.hit"),
    "an element of a list": ("pkg.Foo().items_!iter.hit", "pkg.star.Bar.hit"),
    "an item of a list": ("pkg.Foo().items_!item:0.hit", "pkg.star.Bar.hit"),
    "pop": ("pkg.Foo().items_.pop().hit", "pkg.star.Bar.hit"),
    "values": ("pkg.mod.mapping.values()!iter.hit", "pkg.star.Bar.hit"),
    "items": ("pkg.mod.mapping.items()!iter!item:1.hit", "pkg.star.Bar.hit"),
    "get": ("pkg.mod.mapping.get().hit", "pkg.star.Bar.hit"),
    "an item of a dict": ("pkg.mod.mapping.copy()!item.hit", "pkg.star.Bar.hit"),
    "a place in a tuple": ("pkg.mod.pair!item:1.hit", "pkg.star.Bar.hit"),
    "the last place in a tuple": ("pkg.mod.pair!item:-1.hit", "pkg.star.Bar.hit"),
    "any place of an endless tuple": ("pkg.mod.endless!item:7.hit", "pkg.star.Bar.hit"),
    "a context variable": ("contextvars.ContextVar[pkg.Bar]().get().hit", "pkg.star.Bar.hit"),
    "a weak reference": ("weakref.ref[pkg.Bar]()().hit", "pkg.star.Bar.hit"),
    "type[X]": ("pkg.mod.lookup.make().run", "pkg.mod.Foo.run"),
    "a callable": ("pkg.mod.callback().hit", "pkg.star.Bar.hit"),
    "contextmanager": ("pkg.mod.opened()!enter.hit", "pkg.star.Bar.hit"),
    "what a coroutine gives": ("pkg.mod.fetch().hit", "pkg.star.Bar.hit"),
    "async iteration": ("pkg.mod.many()!iter.hit", "pkg.star.Bar.hit"),
    "an awaitable": ("pkg.mod.awaited()!await.hit", "pkg.star.Bar.hit"),
    "a type variable's bound": ("pkg.mod.bounded().hit", "pkg.star.Bar.hit"),
    "a circle of values": ("pkg.mod.tangled.hit", "pkg.star.Bar.hit"),
    "the same circle from its other end": ("pkg.mod.knotted.hit", "pkg.star.Bar.hit"),
    "an annotated argument": ("builtins.list[pkg.Foo|pkg.Bar]()!iter.hit", "pkg.star.Bar.hit"),
    "a value in a type": ("builtins.list[=pkg.mod.helper()]()!iter.hit", "pkg.star.Bar.hit"),
    "an enum member": ("pkg.color.Color.RED", "pkg.color.Color.RED"),
    "an enum member's property": ("pkg.color.Color.RED.pretty.hit", "pkg.star.Bar.hit"),
    "an enum by value": ("pkg.color.Color().pretty", "pkg.color.Color.pretty"),
    "iterating an enum": ("pkg.color.Color!iter.pretty", "pkg.color.Color.pretty"),
    "an enum by name": ("pkg.color.Color!item.pretty", "pkg.color.Color.pretty"),
    "a generic's attribute": ("pkg.generic.Box[pkg.Bar]().content.hit", "pkg.star.Bar.hit"),
    "a generic's list": ("pkg.generic.Box[pkg.Bar]().all()!iter.hit", "pkg.star.Bar.hit"),
    "a base's argument": ("pkg.generic.BarBox().content.hit", "pkg.star.Bar.hit"),
    "an argument handed up": ("pkg.generic.Sub[pkg.Bar]().content.hit", "pkg.star.Bar.hit"),
    "self annotated with a variable": ("pkg.generic.Sub().mine().all", "pkg.generic.Box.all"),
    "a class that is a list": ("pkg.generic.Many()!iter.hit", "pkg.star.Bar.hit"),
    "a class that is a dict": ("pkg.generic.Names().values()!iter.hit", "pkg.star.Bar.hit"),
    "an item of a class that is a dict": ("pkg.generic.Names()!item.hit", "pkg.star.Bar.hit"),
    "a decorator that makes something else": ("pkg.deco.made.invoke", "pkg.deco.Command.invoke"),
    "a decorator that returns a callable": ("pkg.deco.kept().hit", "pkg.star.Bar.hit"),
    "a decorator that says nothing": ("pkg.deco.plain_kept().hit", "pkg.star.Bar.hit"),
    "a decorator of the standard library": ("pkg.deco.wrapped().hit", "pkg.star.Bar.hit"),
    "a descriptor": ("pkg.deco.Holder().late.hit", "pkg.star.Bar.hit"),
    "a descriptor as decorator": ("pkg.deco.Holder().lazy.hit", "pkg.star.Bar.hit"),
    "no descriptor on an instance": ("pkg.deco.Holder().own.__get__", "pkg.deco.Lazy.__get__"),
    "a method of the metaclass": ("pkg.meta.Child.create", "pkg.meta.Meta.create"),
    "the class of an instance": ("pkg.Foo().__class__.make", "pkg.mod.Foo.make"),
    "through mutual inheritance": ("pkg.knot.A().b", "pkg.knot.B.b"),
    "a ring of imports with a bottom": ("pkg.ring1.b", "pkg.ring2.b"),
}


@pytest.mark.parametrize(("target", "expected"), EXACT.values(), ids=EXACT)
def test_exact(names: Names, target: str, expected: str) -> None:
    """Each form of target comes to the one keyword that it names."""
    assert names.settle(target) == Settled(outcome=Outcome.EXACT, ids=(expected,))


OTHERS = {
    "another package": ("numpy.array", Outcome.EXTERNAL, ("numpy.array",)),
    "another package under our name": ("pkg.np.array", Outcome.EXTERNAL, ("numpy.array",)),
    "what comes from another package": ("pkg.np.array().shape", Outcome.EXTERNAL, ("numpy.array.shape",)),
    "a member of an outer base": ("pkg.base.Mixed().start_new", Outcome.EXTERNAL, ("threading.Thread.start_new",)),
    "an enum's value": ("pkg.color.Color.RED.value", Outcome.EXTERNAL, ("enum.Enum.value",)),
    "a module with __getattr__": ("pkg.lazy.late", Outcome.EXTERNAL, ("pkg.lazy.late",)),
    "a special name of a module": ("pkg.mod.__file__", Outcome.EXTERNAL, ("types.ModuleType.__file__",)),
    "a missing name": ("pkg.mod.nothing", Outcome.UNRESOLVED, ()),
    "a private name by wildcard": ("pkg._hidden", Outcome.UNRESOLVED, ()),
    "a name that __all__ leaves out": ("pkg.wild.left", Outcome.UNRESOLVED, ()),
    "a ring of imports": ("pkg.ring1.a", Outcome.UNRESOLVED, ()),
    "a missing member": ("pkg.Bar().nothing", Outcome.UNRESOLVED, ()),
    "bad grammar": ("pkg..x", Outcome.UNRESOLVED, ()),
    "two branches": ("pkg.either.Foo", Outcome.EXACT, ("pkg.mod.Foo", "pkg.star.Bar", "pkg.either.Foo")),
    "a type alias of two": ("pkg.mod.Alias().run", Outcome.EXACT, ("pkg.mod.Foo.run", "pkg.base.Base.run")),
    "a guess": ("?.rare_name", Outcome.GUESS, ("pkg.common.P1.rare_name", "pkg.common.P2.rare_name")),
    "a guess behind a call": ("pkg.mod.unknown().hit", Outcome.GUESS, ("pkg.star.Bar.hit",)),
    "no guess at names of built-ins": ("?.join", Outcome.UNRESOLVED, ()),
    "no guess at frequent names": ("?.frequent", Outcome.UNRESOLVED, ()),
    "no guess where a package is known": ("pkg.np.x().hit", Outcome.EXTERNAL, ("numpy.x.hit",)),
}


@pytest.mark.parametrize(("target", "outcome", "ids"), OTHERS.values(), ids=OTHERS)
def test_other_outcomes(names: Names, target: str, outcome: Outcome, ids: tuple[str, ...]) -> None:
    """What is no single keyword says so, and how."""
    assert names.settle(target) == Settled(outcome=outcome, ids=ids)


def _imports(facts: list[FileFacts], path: str) -> tuple[Import, ...]:
    return next(item.imports for item in facts if item.path == path)


def test_imports(names: Names) -> None:
    """An import statement names a module by its name, whatever the package binds under it."""
    settled = [names.resolve(item, "pkg/__init__.py").ids for item in _imports(build(PROJECT), "pkg/__init__.py")]
    expected = ["pkg.mod.Foo", "pkg.mod.helper", "pkg.star", "pkg.sub", "pkg.deep.er", "numpy", "pkg.shadow.shadow"]
    assert settled == [(name,) for name in expected]


DUPLICATES = """
src/a.py
    def here
b/a.py
    def there
"""


def test_members_of_classes_in_functions() -> None:
    """What a class in a function inherits is found through its name, like what it defines itself."""
    text = """
a.py
    class Base
    def Base.make -> a.Base
    def f
    class f.<locals>.Local(a.Base)
    class f.<locals>.Local.Inner(a.Base)
    def f.<locals>.Local.own
"""
    names = Names.of(build(text))
    for path in ("f.<locals>.Local", "f.<locals>.Local.Inner"):
        assert names.settle(f"a.{path}.make").ids == ("a.Base.make",)
        assert names.settle(f"a.{path}.make().make").ids == ("a.Base.make",)
    assert names.settle("a.f.<locals>.Local.own").ids == ("a.f.<locals>.Local.own",)
    assert names.settle("a.f.<locals>.Local.missing").outcome is Outcome.UNRESOLVED
    assert names.settle("a.f.<locals>.Gone.make").outcome is not Outcome.EXACT


def test_import_roots() -> None:
    """Of two files of one module, the one in the better import root counts."""
    facts = [item if item.path != "b/a.py" else _renamed(item, "a") for item in build(DUPLICATES)]
    assert Names.of(facts, ("src", "b")).settle("a.here").outcome is Outcome.EXACT
    assert Names.of(facts, ("b", "src")).settle("a.there").outcome is Outcome.EXACT
    assert Names.of(facts, ("b", "src")).settle("a.here").outcome is Outcome.UNRESOLVED


def _renamed(facts: FileFacts, module: str) -> FileFacts:
    fields = {name: getattr(facts, name) for name in facts.__struct_fields__}
    return FileFacts(**{**fields, "module": module})


STUBS = """
pkg/fast.pyi
    class Fast
    def Fast.go -> pkg.fast.Fast
    data only_here : pkg.fast.Fast
pkg/fast.py
    class Fast
    def Fast.go
    data other
"""


def test_stub_beside_source() -> None:
    """The source gives the places, the stub the types and what the source lacks."""
    facts = build(STUBS)
    names = Names.of(facts)
    assert names.settle("pkg.fast.Fast().go().go").ids == ("pkg.fast.Fast.go",)
    assert names.locate("pkg.fast.Fast.go")[1] == ("pkg/fast.py",)
    assert names.settle("pkg.fast.only_here.go").ids == ("pkg.fast.Fast.go",)
    names.settle("pkg.fast.only_here")
    assert names.locate("pkg.fast.only_here")[1] == ("pkg/fast.pyi",)
    relations = link_file(names, facts[0], References()).file.relations
    assert {(r.kind, r.target) for r in relations} == {
        (RelationKind.STUB, target) for target in ("pkg.fast", "pkg.fast.Fast", "pkg.fast.Fast.go")
    }


def test_long_circles_end() -> None:
    """A thousand names that refer to each other are gone through in bounded time."""
    lines = [f"    data n{i} : =m.n{(i * 7 + 1) % 1000} | =m.n{(i * 3 + 2) % 1000}" for i in range(1000)]
    names = Names.of(build("\n".join(["m.py", "    class K", "    def K.k", "    data n0 : m.K", *lines[1:]])))
    assert names.settle("m.n0.k").ids == ("m.K.k",)
    for number in range(0, 1000, 100):
        names.settle(f"m.n{number}.k")


@pytest.mark.parametrize("bad", ["pkg..a", "a b!", "=", "pkg.a["], ids=["dots", "space", "value", "bracket"])
def test_malformed_types(bad: str) -> None:
    """A type that a collector should not have written is unknown; the rest of the project is settled."""
    facts = build("a.py\n    data x : a.C\n    class C(object)\n    attr C.y : int")
    item = msgspec.structs.replace(facts[0].definitions[1], type=(bad,))
    broken = msgspec.structs.replace(facts[0], definitions=(facts[0].definitions[0], item, *facts[0].definitions[2:]))
    names = Names.of([broken])
    assert names.settle("a.x.y").outcome is not Outcome.EXACT
    assert names.settle("a.C().y").ids == ("a.C.y",)


def test_thousandfold_union() -> None:
    """A union keeps its first alternatives only."""
    classes = [f"    class C{i}\n    def C{i}.c" for i in range(1000)]
    types = " | ".join(f"m.C{i}" for i in range(1000))
    names = Names.of(build("\n".join(["m.py", *classes, f"    data x : {types}"])))
    assert 1 < len(names.settle("m.x.c").ids) < 50


# -- one file ---------------------------------------------------------------------------------------------------------


def _references(*uses: tuple[str, str, int]) -> References:
    """Return packed references from (target, name, line)."""
    rows: list[int] = []
    for position, (_, _, line) in enumerate(uses):
        rows += (position, position, line, 4, int(UseKind.CALL), 0)
    return References(targets=tuple(t for t, _, _ in uses), names=tuple(n for _, n, _ in uses), rows=tuple(rows))


def test_linked_file(names: Names) -> None:
    """A file's uses are sorted by the file that they lead to; what is unknown is kept apart."""
    facts = next(item for item in build(PROJECT) if item.path == "pkg/sub.py")
    refs = _references(
        ("pkg.Foo", "Foo", 3), ("pkg.mod.helper", "h", 4), ("numpy.array", "array", 5), ("?.frequent", "frequent", 6),
        ("?.rare_name", "rare_name", 7), ("pkg.gone", "gone", 8), ("?.never_defined", "never_defined", 9),
    )  # fmt: skip
    linked = link_file(names, facts, refs)
    assert linked.uses == (
        PackedUses(path="pkg/common.py", targets=("pkg.common.P1.rare_name", "pkg.common.P2.rare_name"),
                   names=("rare_name",), scopes=("",), rows=(0, 0, 0, 7, 4, 1, -1, 1, 0, 0, 7, 4, 1, -1)),
        PackedUses(path="pkg/mod.py", targets=("pkg.mod.Foo", "pkg.mod.helper"), names=("Foo", "h"), scopes=("",),
                   rows=(0, 0, 0, 3, 4, 1, 1, 1, 1, 0, 4, 4, 1, 1), calls=(1, 1)),
    )  # fmt: skip
    assert linked.file.unresolved == (("frequent", 6), ("gone", 8))


def test_token_with_several_targets(names: Names) -> None:
    """What one of a token's targets settles exactly is not also guessed at or missed by another."""
    facts = next(item for item in build(PROJECT) if item.path == "pkg/sub.py")
    rows = (0, 0, 3, 4, 1, 0, 1, 0, 3, 4, 1, 0, 2, 0, 3, 4, 1, 0)
    refs = References(targets=("pkg.gone", "pkg.Foo", "pkg.mod.Foo"), names=("Foo",), rows=rows)
    linked = link_file(names, facts, refs)
    assert [pack.rows for pack in linked.uses] == [(0, 0, 0, 3, 4, 1, 1)]
    assert linked.file.unresolved == ()


def test_reexports() -> None:
    """What a package imports, and what `__all__` names, is offered under another path."""
    facts = build(PROJECT)
    names = Names.of(facts)
    relations = {
        (r.source, r.target)
        for item in facts
        for r in link_file(names, item, References()).file.relations
        if r.kind is RelationKind.REEXPORT
    }
    assert {
        ("pkg.Foo", "pkg.mod.Foo"), ("pkg.other", "pkg.mod.helper"), ("pkg.Bar", "pkg.star.Bar"),
        ("pkg.shadow", "pkg.shadow.shadow"), ("pkg.wild.one", "pkg.mixed.one"),
    } <= relations  # fmt: skip
    assert not any(source.startswith("pkg.ring") for source, _ in relations)


def test_imported_files(names: Names) -> None:
    """The files that a file imports are those that its statements name."""
    facts = next(item for item in build(PROJECT) if item.path == "pkg/__init__.py")
    linked = link_file(names, facts, References())
    assert linked.imported == ("pkg/deep/er.py", "pkg/mod.py", "pkg/shadow.py", "pkg/star.py", "pkg/sub.py")


# -- again after an edit ----------------------------------------------------------------------------------------------


def _files(
    texts: dict[str, str], uses: dict[str, list[tuple[str, str, int]]]
) -> dict[str, tuple[FileFacts, References]]:
    facts = build("\n".join(f"{path}\n{text}" for path, text in texts.items()))
    return {item.path: (item, _references(*uses.get(item.path, []))) for item in facts}


TEXTS = {
    "p/__init__.py": "    from p.a import A",
    "p/a.py": "    class A\n    def A.m -> p.b.B",
    "p/b.py": "    class B\n    def B.n",
    "p/c.py": "    data unrelated",
}
USES = {
    "p/c.py": [("p.a.A().m().n", "n", 1)],
    "p/b.py": [("p.c.unrelated", "unrelated", 2)],
    "p/a.py": [("?.n", "n", 1)],
}


def test_body_edit_links_one_file() -> None:
    """An edit that others cannot see links that file only."""
    store = MemoryStore()
    store.update(_files(TEXTS, USES))
    report = store.update(_files(TEXTS, {**USES, "p/b.py": [("p.c.unrelated", "unrelated", 9)]}))
    assert report == ("p/b.py",)


EDITS = {
    "a class changed": ("p/b.py", "    class B(p.c.X)\n    def B.n", "b c"),
    "a method that nobody asked for": ("p/b.py", "    class B\n    def B.n\n    def B.more", "b"),
    "a method that was asked for": ("p/b.py", "    class B\n    def B.n -> p.c.X", "a b c"),
    "a second method of that name": ("p/c.py", "    data unrelated\n    class C\n    def C.n", "a c"),
    "a private function": ("p/b.py", "    class B\n    def B.n\n    def _private", "b"),
    "an import": ("p/b.py", "    class B\n    def B.n\n    import os", "b"),
    "a constant": ("p/a.py", "    class A\n    def A.m -> p.b.B\n    data LIMIT", "a"),
    "another type": ("p/a.py", "    class A\n    def A.m -> p.c.B", "a c"),
    "a new file": ("p/e.py", "    data new", "e"),
    "a file that hides a name": ("p/A.py", "    data new", "A"),
    "a base class": ("p/a.py", "    class A(p.b.B)\n    def A.m -> p.b.B", "a c p"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "text", "linked"), EDITS.values(), ids=EDITS)
def test_edits_link_who_read_it(path: str, text: str, linked: str) -> None:
    """Linked again are the files that looked at what changed, name by name; nobody else."""
    store = MemoryStore()
    store.update(_files(TEXTS, USES))
    report = store.update(_files({**TEXTS, path: text}, USES))
    assert {name.rpartition("/")[2].removesuffix(".py").replace("__init__", "p") for name in report} == set(
        linked.split()
    )
    full = MemoryStore()
    full.update(_files({**TEXTS, path: text}, USES))
    assert store.results == full.results


def test_equal_results_change_nothing() -> None:
    """A file that is linked again, and of which the same is found, is not written again."""
    store = MemoryStore()
    store.update(_files(TEXTS, USES))
    report = store.update(_files({**TEXTS, "p/b.py": "    class B\n    def B.n -> p.c.X"}, USES))
    assert report == ("p/a.py", "p/b.py", "p/c.py")
    assert store.rewritten == []


def test_moved_lines_are_nothing_to_others() -> None:
    """A blank line more moves definitions but changes nothing for others."""
    store = MemoryStore()
    store.update(_files(TEXTS, USES))
    facts = build("p/b.py\n    data x\n" + TEXTS["p/b.py"])[0]
    fields = {name: getattr(facts, name) for name in facts.__struct_fields__}
    definitions = tuple(item for item in facts.definitions if item.name != "x")
    moved = FileFacts(**{**fields, "definitions": definitions})
    report = store.update({**_files(TEXTS, USES), "p/b.py": (moved, _references(*USES["p/b.py"]))})
    assert report == ("p/b.py",)


def test_no_change_does_nothing() -> None:
    """Without a change nothing is read."""
    assert link_project(MemoryStore(), (), ()) == ()


def test_hidden_files_are_no_candidates() -> None:
    """Of two files of one module only the first counts where members are guessed at; the other one does when it is gone."""
    texts = {"p/a.py": "    class A", "src/p/a.py": "    class A\n    def A.n", "q.py": "    data q"}
    uses = {"q.py": [("?.n", "n", 1)]}
    store = MemoryStore()
    store.update(_files(texts, uses))
    assert not store.results["q.py"][1]
    report = store.update(_files({path: text for path, text in texts.items() if path != "p/a.py"}, uses))
    assert "q.py" in report
    assert [pack.path for pack in store.results["q.py"][1]] == ["src/p/a.py"]


def test_module_and_definition_of_one_name() -> None:
    """A use is kept for the file of what it means, also where another thing has the same id."""
    texts = {"p/d.py": "    def N", "p/d/N.py": "    def x", "a.py": "    data a", "b.py": "    data b"}
    uses = {"a.py": [("p.d.N", "N", 1)], "b.py": [("p.d.N.x", "x", 1), ("p.d.N", "N", 2)]}
    facts = _files(texts, uses)
    names = Names.of(item for item, _ in facts.values())
    expected = {path: link_file(names, *facts[path]).uses for path in ("a.py", "b.py")}
    names = Names.of(item for item, _ in facts.values())
    assert {path: link_file(names, *facts[path]).uses for path in ("b.py", "a.py")} == expected


def test_module_beside_a_circle() -> None:
    """Modules that import everything from one another see what comes up beside them, and what a stub adds."""
    texts = {"a.py": "    from b import *", "b.py": "    from a import *\n    from c import *", "q.py": "    data q"}
    uses = {"q.py": [("a.X", "X", 1)]}
    store = MemoryStore()
    store.update(_files(texts, uses))
    for more in ({"c.py": "    class X"}, {}, {"b.pyi": "    class X"}, {"b.pyi": "    class Y"}):
        store.update(_files({**texts, **more}, uses))
        full = MemoryStore()
        full.update(_files({**texts, **more}, uses))
        assert store.results == full.results


def test_names_in_functions() -> None:
    """What is defined in a function counts as one thing for others, with all its names."""
    store = MemoryStore()
    uses = {"b.py": [("a.f.<locals>.A.go", "go", 1)]}
    for name in "AB":
        texts = {"a.py": f"    def f\n    class f.<locals>.{name}\n    def f.<locals>.{name}.go", "b.py": "    data b"}
        report = store.update(_files(texts, uses))
        assert report == ("a.py", "b.py")
        assert bool(store.results["b.py"][1]) == (name == "A")


def test_function_called_like_a_submodule() -> None:
    """What a function of a package defines is found, also where a submodule is called like the function."""
    texts = {
        "p/__init__.py": "    def run\n    def run.<locals>.wrap\n    class run.<locals>.A\n    def run.<locals>.A.go",
        "p/run.py": "    def wrap",
    }
    uses = {"p/__init__.py": [("p.run.<locals>.wrap", "wrap", 1), ("p.run.<locals>.A().go", "go", 2)]}
    store = MemoryStore()
    store.update(_files(texts, uses))
    (pack,) = store.results["p/__init__.py"][1]
    assert pack.targets == ("p.run.<locals>.wrap", "p.run.<locals>.A.go")
