"""Operators, statements and built-in functions are uses of the special methods that they call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from shown import Pages, groups_of

from sphinx_kwindex import Project
from sphinx_kwindex.dump import dump_lines
from sphinx_kwindex.model import UseKind
from sphinx_kwindex.pages.reaching import find_reaching
from sphinx_kwindex.pages.records import ReachKind, Row

CLASSES = """\
class Meta(type):
    def __iter__(cls): ...
    def __getitem__(cls, key): ...


class C:
    def __len__(self): ...
    def __getitem__(self, key): ...
    def __setitem__(self, key, value): ...
    def __delitem__(self, key): ...
    def __add__(self, other) -> "C": ...
    def __radd__(self, other): ...
    def __iadd__(self, other): ...
    def __neg__(self): ...
    def __eq__(self, other): ...
    def __lt__(self, other): ...
    def __hash__(self): ...
    def __str__(self): ...
    def __enter__(self): ...
    def __exit__(self, *args): ...
    async def __aenter__(self): ...
    async def __aexit__(self, *args): ...
    def __iter__(self) -> "Iter": ...
    def __call__(self): ...
    def __copy__(self): ...


class Iter:
    def __next__(self) -> int: ...
    def __contains__(self, item): ...
    def __repr__(self): ...
    async def __anext__(self): ...
    def __aiter__(self) -> "Iter": ...
    def __sub__(self, other): ...


class Bare: ...


def made(): return C()


def made_or_list(many): return [C()] if many else C()


def made_or_none(some): return C() if some else None


class D(C): ...


class Made(metaclass=Meta): ...


class Fault(Exception):
    def __str__(self): ...


class Mapped(dict):
    def __getitem__(self, key): ...
"""
FORMS = {
    "len": ("len(c)", ["C.__len__"]),
    "item": ("c[0]", ["C.__getitem__"]),
    "set item": ("c[0] = 1", ["C.__setitem__"]),
    "delete item": ("del c[0]", ["C.__delitem__"]),
    "change item": ("c[0] += 1", ["C.__getitem__", "C.__setitem__"]),
    "add": ("c + 1", ["C.__add__"]),
    "add twice": ("c + 1 + 2", ["C.__add__", "C.__add__"]),
    "add reflected": ("1 + c", ["C.__radd__"]),
    "text": ("'%s' % c", []),
    "add in place": ("c += 1", ["C.__iadd__"]),
    "subtract in place": ("i -= 1", ["Iter.__sub__"]),
    "negative": ("-c", ["C.__neg__"]),
    "equal": ("c == 1", ["C.__eq__"]),
    "not equal": ("c != 1", ["C.__eq__"]),
    "chain": ("c < i < 2", ["C.__lt__"]),
    "identity": ("c is not None", []),
    "in": ("1 in i", ["Iter.__contains__"]),
    "in, by iteration": ("1 not in c", ["C.__iter__"]),
    "hash": ("hash(c)", ["C.__hash__"]),
    "str": ("str(c)", ["C.__str__"]),
    "repr": ("repr(i)", ["Iter.__repr__"]),
    "str, by repr": ("print(0, i)", ["Iter.__repr__"]),
    "f-string": ("f'{c} {i!r}'", ["C.__str__", "Iter.__repr__"]),
    "f-string, exception": ("f'{fault}'", ["Fault.__str__"]),
    "copy": ("copy.copy(c)", ["C.__copy__"]),
    "with": ("with c: ...", ["C.__enter__", "C.__exit__"]),
    "async with": ("async with c: ...", ["C.__aenter__", "C.__aexit__"]),
    "for": ("for _ in c: ...", ["C.__iter__", "Iter.__next__"]),
    "async for": ("async for _ in i: ...", ["Iter.__aiter__", "Iter.__anext__"]),
    "comprehension": ("[x for x in c]", ["C.__iter__", "Iter.__next__"]),
    "unpacked": ("a, b = c", ["C.__iter__", "Iter.__next__"]),
    "starred": ("print(*c)", ["C.__iter__", "Iter.__next__"]),
    "list": ("list(c)", ["C.__iter__", "Iter.__next__"]),
    "next": ("next(i)", ["Iter.__next__"]),
    "truth": ("if c: ...", ["C.__len__"]),
    "truth, and": ("if 1 and c: ...", ["C.__len__"]),
    "truth, not": ("not c", ["C.__len__"]),
    "call": ("c()", ["C.__call__"]),
    "inherited": ("len(D())", ["C.__len__"]),
    "metaclass": ("[x for x in Made]", ["Meta.__iter__"]),
    "item of a class": ("Made[0]", ["Meta.__getitem__"]),
    "class, not instance": ("C[0]", []),
    "construction": ("C()", []),
    "nothing defined": ("bare + 1; bare[0]; len(bare)", []),
    "base of another package": ("mapped[0]; len(mapped); 1 in mapped", ["Mapped.__getitem__"]),
    "result": ("made() == 1; len(made())", ["C.__len__"]),
    "or a list": ("for _ in made_or_list(1): ...; len(made_or_list(1))", []),
    "or nothing": ("len(made_or_none(1))", ["C.__len__"]),
    "unknown": ("len(thing); thing[0]; thing + c", []),
}


def operators_of(root: Path, kind: UseKind = UseKind.OPERATOR) -> list[str]:
    with Project.open(root) as project:
        rows = (*project.reader.uses_in("b.py"), *project.reader.operators_in("b.py"))
        assert all(use.exact for use in rows)
        return [use.target.removeprefix("a.") for use in rows if use.kind is kind]


HEAD = "import copy\nfrom a import *\n\n\n"


@pytest.mark.parametrize(("line", "expected"), FORMS.values(), ids=FORMS)
def test_forms(make_tree: Callable[..., Path], line: str, expected: list[str]) -> None:
    """Each form is a use of what it calls; what the class does not define is none of anything."""
    parameters = "c: C, i: Iter, bare: Bare, fault: Fault, mapped: Mapped, thing"
    text = f"{HEAD}async def f({parameters}):\n    {line}\n"
    assert sorted(operators_of(make_tree({"a.py": CLASSES, "b.py": text}))) == sorted(expected)


def test_counted_apart(make_tree: Callable[..., Path]) -> None:
    """Uses by operators are none of those that closed rows count; the row says that there are some, and opens to them."""
    text = "from a import C\n\n\ndef f(c: C):\n    c.__len__()\n    return len(c), c[0]\n"
    with Project.open(make_tree({"a.py": CLASSES, "b.py": text})) as project:
        counts = project.reader.use_counts("a.py")
        assert counts["a.C.__len__"] == (1, 1)
        assert "a.C.__getitem__" not in counts
        assert [use.kind for use in project.uses("a.C.__len__")] == [UseKind.CALL, UseKind.OPERATOR]
        rows = rows_of(project)
        found = {name: (rows[name].uses, rows[name].operators) for name in ("C.__len__", "C.__getitem__")}
        assert {name: (uses, operators and operators.count) for name, (uses, operators) in found.items()} == {
            "C.__len__": (1, 1), "C.__getitem__": (0, 1),
        }  # fmt: skip
        assert not rows["C.__getitem__"].reached
        assert [item.kind for item in rows["C.__delitem__"].reached] == [ReachKind.PYTHON]
        lines = [line for line in dump_lines(project) if line.get("kind") == "operator"]
        assert [(line["line"], line["target"]) for line in lines] == [(6, "a.C.__len__"), (6, "a.C.__getitem__")]


def rows_of(project: Project) -> dict[str, Row]:
    view = Pages(project.reader).view("file:a.py")
    return {row.qualname: row for _, group in groups_of(view) for top in group for row in (top, *top.members)}


def test_edited(make_tree: Callable[..., Path]) -> None:
    """What a class stops to define, operators elsewhere stop to use."""
    root = make_tree({"a.py": CLASSES, "b.py": "from a import C\n\nlen(C())\n"})
    assert operators_of(root) == ["C.__len__"]
    (root / "a.py").write_text(CLASSES.replace("def __len__(self): ...", "pass"), encoding="utf-8")
    assert operators_of(root) == []


def test_tests_reach(make_tree: Callable[..., Path]) -> None:
    """Tests reach what operators run; each of the methods of `with` for certain."""
    text = "from a import C\n\n\ndef test_it():\n    with C():\n        pass\n"
    with Project.open(make_tree({"a.py": CLASSES, "test_b.py": text})) as project:
        found = find_reaching(project.reader)["a.py"]
        assert {name: found[name].certain for name in ("C.__enter__", "C.__exit__")} == {
            "C.__enter__": 1,
            "C.__exit__": 1,
        }
