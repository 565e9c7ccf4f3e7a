"""Strings that name things: where the form says that they are names, they are uses of what has that name."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.model import UseKind

FILES = {
    "pkg/__init__.py": "",
    "pkg/a.py": "import os\n\nLIMIT = 1\n\n\nclass C:\n    x = 1\n\n    def run(self): ...\n\n\nclass D(C): ...\n\n\ndef f(): ...\n",
    "pkg/b.py": "from pkg.a import f\n",
}
HEAD = "import importlib\nfrom unittest import mock\nfrom unittest.mock import patch\nimport pytest\nfrom pkg.a import C, D\nfrom pkg import a\n\n"
FORMS = {
    "patch": ('    patch("pkg.a.f")', "f", "pkg.a.f"),
    "decorator": ('    @mock.patch("pkg.a.C.run")\n    def g(): ...', "run", "pkg.a.C.run"),
    "with": ('    with patch("pkg.a.LIMIT", 2): ...', "LIMIT", "pkg.a.LIMIT"),
    "re-exported": ('    patch("pkg.b.f")', "f", "pkg.a.f"),
    "inherited": ('    patch("pkg.a.D.run")', "run", "pkg.a.C.run"),
    "module": ('    patch("pkg.a")', "a", "pkg.a"),
    "patch.object": ('    patch.object(C, "run")', "run", "pkg.a.C.run"),
    "patch.object of a module": ('    mock.patch.object(a, "f")', "f", "pkg.a.f"),
    "patch.dict": ('    patch.dict("pkg.a.LIMIT")', "LIMIT", "pkg.a.LIMIT"),
    "patch.multiple of a class": ("    mock.patch.multiple(C, run=1)", "run", "pkg.a.C.run"),
    "monkeypatch": ('    monkeypatch.setattr("pkg.a.f", 1)', "f", "pkg.a.f"),
    "monkeypatch, object": ('    monkeypatch.setattr(a, "f", 1)', "f", "pkg.a.f"),
    "monkeypatch, delattr": ('    monkeypatch.delattr(C, "x")', "x", "pkg.a.C.x"),
    "monkeypatch, annotated": ('    other.setattr("pkg.a.f", 1)', "f", "pkg.a.f"),
    "mocker": ('    mocker.patch("pkg.a.f")', "f", "pkg.a.f"),
    "mocker.patch.object": ('    mocker.patch.object(C, "run")', "run", "pkg.a.C.run"),
    "mocker.spy": ('    mocker.spy(a, "f")', "f", "pkg.a.f"),
    "import_module": ('    importlib.import_module("pkg.a")', "a", "pkg.a"),
    "getattr": ('    getattr(C(), "run")', "run", "pkg.a.C.run"),
    "hasattr": ("    hasattr(D, 'x')", "x", "pkg.a.C.x"),
    "setattr": ('    setattr(a, "LIMIT", 3)', "LIMIT", "pkg.a.LIMIT"),
}
NOTHING = {
    "of others": '    patch("os.path.join"); patch("gone.f")',
    "unknown": '    patch("pkg.a.missing"); patch("pkg.a.C.missing")',
    "no path": '    patch("pkg.a f"); patch("pkg..a"); patch(""); patch("' + "x" * 1_000_000 + '")',
    "patch.multiple of nothing": '    patch.multiple(); patch.multiple("gone", f=1); patch.multiple(thing, run=1); patch.multiple(**thing)',
    "other call": '    print("pkg.a.f"); other_call("pkg.a.f", C, "run")',
    "unknown object": '    getattr(thing, "run"); setattr(make(), "run", 1)',
    "joined": '    patch("pkg.a" ".f"); patch(f"pkg.a.{x}")',
    "escaped": '    patch("pkg.a\\x2ef")',
}


def strings_of(root: Path) -> list[tuple[str, str]]:
    with Project.open(root) as project:
        assert not project.problems
        linked = project.reader.linked("tests/test_x.py")
        assert linked is not None
        assert {name for name, _ in linked.unresolved} <= {"make", "other_call", "x"}  # no definitions
        lines = (root / "tests/test_x.py").read_text(encoding="utf-8").split("\n")
        found = [use for use in project.reader.uses_in("tests/test_x.py") if use.kind is UseKind.STRING]
        assert all(lines[use.line - 1][use.col :].startswith(use.name) for use in found)
        assert all(use.exact for use in found)
        return [(use.name, use.target) for use in found]


@pytest.mark.parametrize(("line", "name", "target"), FORMS.values(), ids=FORMS)
def test_forms(make_tree: Callable[..., Path], line: str, name: str, target: str) -> None:
    """Each form is a use at the place of the name itself."""
    text = f"{HEAD}def test_it(monkeypatch, mocker, other: pytest.MonkeyPatch):\n{line}\n"
    assert strings_of(make_tree({**FILES, "tests/test_x.py": text})) == [(name, target)]


@pytest.mark.parametrize("line", NOTHING.values(), ids=NOTHING)
def test_no_names(make_tree: Callable[..., Path], line: str) -> None:
    """Other strings, and those that name nothing of the project, are no uses, and nothing that could not be placed."""
    assert strings_of(make_tree({**FILES, "tests/test_x.py": f"{HEAD}def test_it(thing):\n{line}\n"})) == []


@pytest.mark.parametrize("line", ['getattr(thing, "run", None)', 'hasattr(thing, "run")'])
@pytest.mark.parametrize("annotation", ["", ": type", ": object"])
def test_unknown_receiver(make_tree: Callable[..., Path], line: str, annotation: str) -> None:
    """What is looked up by a string on an object of unknown type is a possible match, as `thing.run` is."""
    text = f"{HEAD}def work(thing{annotation}):\n    {line}\n"
    with Project.open(make_tree({**FILES, "tests/test_x.py": text})) as project:
        rows = text.split("\n")
        found = [use for use in project.reader.uses_in("tests/test_x.py") if use.name == "run"]
        assert [(use.target, use.exact, use.kind) for use in found] == [("pkg.a.C.run", False, UseKind.READ)]
        assert rows[found[0].line - 1][found[0].col :].startswith("run")


@pytest.mark.parametrize("line", ['getattr(item, "run", None)', 'hasattr(item, "run")'])
def test_unknown_element(make_tree: Callable[..., Path], line: str) -> None:
    """What an attribute holds that a parameter was assigned to is of unknown type, also when it is looked up by a string."""
    text = f"{HEAD}class User:\n    def __init__(self, items):\n        self.items = items\n"
    text += f"    def go(self):\n        for item in self.items:\n            {line}\n"
    with Project.open(make_tree({**FILES, "tests/test_x.py": text})) as project:
        found = [use for use in project.reader.uses_in("tests/test_x.py") if use.name == "run"]
        assert [(use.target, use.exact, use.kind) for use in found] == [("pkg.a.C.run", False, UseKind.READ)]


def test_what_they_give(make_tree: Callable[..., Path]) -> None:
    """What is looked up by a name in a string is known."""
    text = f'{HEAD}def test_it():\n    getattr(a, "C")().run()\n    importlib.import_module("pkg.a").f()\n'
    with Project.open(make_tree({**FILES, "tests/test_x.py": text})) as project:
        calls = [use.target for use in project.reader.uses_in("tests/test_x.py") if use.kind is UseKind.CALL]
        assert calls == ["pkg.a.C.run", "pkg.a.f"]


SETTINGS = {
    "a string": ('BACKEND = "pkg.a.C"', [("C", "pkg.a.C")]),
    "annotated": ('BACKEND: str = "pkg.a.C"', [("C", "pkg.a.C")]),
    "of a class": ('class Config:\n    BACKEND = "pkg.a.C"', [("C", "pkg.a.C")]),
    "a list": (
        'MIDDLEWARE = ["pkg.a.C", "os.path.join", "pkg.a.f", "pkg.a"]',
        [("C", "pkg.a.C"), ("f", "pkg.a.f"), ("a", "pkg.a")],
    ),
    "a dictionary": ('ALIASES = {"pkg.a.C": 1, "x": ("pkg.a.f",)}', [("C", "pkg.a.C"), ("f", "pkg.a.f")]),
    "an entry point": ('ALIASES = {"db": "pkg.a:C"}', [("C", "pkg.a.C")]),
    "options of another's name": ('OPTIONS = {"pkg.a.C": {"level": "pkg.a.f"}}', [("f", "pkg.a.f")]),
    "loggers": ('LOGGERS = ["pkg.a"]', []),
    "no setting": ('names = ["pkg.a.C"]\ndef g():\n    NAME = "pkg.a.C"', []),
    "no path": ('NAMES = ["pkg.a C", "C", "pkg.a.", ".a", 1, b"pkg.a.C", f"pkg.{1}"]', []),
    "nothing there": ('NAMES = ["pkg.a.missing", "pkg.gone.C", "example.org"]', []),
}


@pytest.mark.parametrize(("code", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_settings(make_tree: Callable[..., Path], code: str, expected: list[tuple[str, str]]) -> None:
    """Dotted paths in the values of settings, also in lists and dictionaries, name what they lead to."""
    assert strings_of(make_tree({**FILES, "tests/test_x.py": f"{code}\n"})) == expected


RELATIONS = {
    "shop/models.py": """\
        from django.db import models

        class Order(models.Model):
            item = models.ForeignKey("Item", models.CASCADE)
            again = models.ManyToManyField(to="shop.Item")
            owner = models.OneToOneField("people.Person", on_delete=models.CASCADE)
            parent = models.ForeignKey("self", models.CASCADE)
            nothing = models.ForeignKey("gone.Person", models.CASCADE)
            label = models.CharField("Item")

        class Item(models.Model): ...
    """,
    "people/models/__init__.py": "from people.models.person import Person\n",
    "people/models/person.py": """\
        from django.db.models import ForeignKey, Model

        class Person(Model):
            friend = ForeignKey("Person", None)
            bag = ForeignKey("shop.Order", None)
            pet = ForeignKey("Pet", None)
    """,
}


def test_relations_of_django(make_tree: Callable[..., Path]) -> None:
    """A model that a relation names is used there: of this module, of this app, or of an app beside it."""
    files = {path: textwrap.dedent(text) for path, text in RELATIONS.items()}
    with Project.open(make_tree({**files, "shop/__init__.py": "", "people/__init__.py": ""})) as project:
        reader = project.reader
        found = {
            path: [(use.name, use.target) for use in reader.uses_in(path) if use.kind is UseKind.STRING]
            for path in files
        }
    assert found == {
        "shop/models.py": [
            ("Item", "shop.models.Item"), ("Item", "shop.models.Item"), ("Person", "people.models.person.Person"),
        ],
        "people/models/__init__.py": [],
        "people/models/person.py": [
            ("Person", "people.models.person.Person"), ("Order", "shop.models.Order"),
        ],
    }  # fmt: skip


@pytest.mark.parametrize("patcher", ["patch", "mocker.patch"])
def test_several(make_tree: Callable[..., Path], patcher: str) -> None:
    """`patch.multiple` names what it looks into, and members by keywords."""
    text = f'{HEAD}def test_it(mocker):\n    {patcher}.multiple("pkg.a", f=1, autospec=True, missing=2)\n'
    assert strings_of(make_tree({**FILES, "tests/test_x.py": text})) == [("a", "pkg.a"), ("f", "pkg.a.f")]
