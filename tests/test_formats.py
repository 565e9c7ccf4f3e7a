"""Formats for other tools: the schema of the dump, tags files, SCIP."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.__main__ import main
from sphinx_kwindex.ctags import tag_lines
from sphinx_kwindex.dump import VERSION, dump_lines
from sphinx_kwindex.model import Kind, Outcome, Role, UseKind
from sphinx_kwindex.scip import _messages, scip_parts

MakeTree = Callable[..., Path]
Index = Any

SCHEMA = json.loads((Path(__file__).parents[1] / f"docs/dump-{VERSION}.schema.json").read_text(encoding="utf-8"))
TREE = {
    "pkg/__init__.py": "",
    "pkg/base.py": 'class Base:\n    """A base."""\n    def run(self, é=1): ...\n',
    "pkg/boat.py": """\
        import os
        from pkg.base import Base

        class Boat(Base):
            size = 1
            def run(self):
                def inner(): ...
                return inner()

        if os.name:
            def go(x): ...
        else:
            def go(x): return x.run()

        "é"; Boat().run()
        """,
    "tests/test_boat.py": "from pkg.boat import Boat as B\ndef test_boat(): B.size = 2\n",
    "README.md": "# A boat\n",
}


@pytest.fixture
def project(make_tree: MakeTree) -> Iterator[Project]:
    with Project.open(make_tree(TREE)) as opened:
        yield opened


@pytest.fixture
def package() -> Iterator[Project]:
    """Yield the index of a real package."""
    (folder,) = importlib.util.find_spec("mdurl").submodule_search_locations  # type: ignore[union-attr, misc]
    with Project.open(folder) as opened:
        yield opened


# The dump


def test_lines_keep_to_the_schema(project: Project, package: Project) -> None:
    """Each line is what the schema says."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for opened in (project, package):
        for line in dump_lines(opened):
            assert [fault.message for fault in validator.iter_errors(json.loads(json.dumps(line)))] == []


def test_schema_has_all(project: Project) -> None:
    """The schema has every field, and every word that the index has for something."""
    parts = SCHEMA["$defs"]
    for line in dump_lines(project):
        assert line.keys() <= parts[line.get("type", "header")]["properties"].keys()
    assert parts["file"]["properties"]["role"]["enum"] == [role.value for role in Role]
    kinds = [kind.value for kind in Kind if kind is not Kind.IMPORT]
    assert parts["keyword"]["properties"]["kind"]["enum"] == kinds
    assert parts["use"]["properties"]["kind"]["enum"] == [kind.name.lower() for kind in UseKind]
    assert parts["import"]["properties"]["outcome"]["enum"] == [*(item.name.lower() for item in Outcome), None]


# Tags files


def test_tags(project: Project) -> None:
    """Lines are sorted as editors look them up, and say what is around a name; a name bound twice has two."""
    lines = list(tag_lines(project))
    assert lines == sorted(lines)
    tags = [line.split("\t") for line in lines if not line.startswith("!")]
    assert [tag[:3] for tag in tags if tag[0] == "go"] == [["go", "pkg/boat.py", '11;"'], ["go", "pkg/boat.py", '13;"']]
    (inner,) = (tag for tag in tags if tag[0] == "inner")
    assert inner[3:] == ["kind:function", "language:python", "method:Boat.run", "signature:()", "line:7", "end:7"]
    assert ["run", "pkg/base.py", '3;"', "kind:method", "language:python", "class:Base"] in [tag[:6] for tag in tags]
    assert ["A boat", "README.md", '1;"', "kind:section"] in [tag[:4] for tag in tags]


def test_tabs_in_tags(make_tree: MakeTree) -> None:
    """What would end a field is written as the format has it."""
    with Project.open(make_tree({"a.py": 'def f(x="\\\\", y="\t"): ...\n'})) as project:
        (tag,) = (line for line in tag_lines(project) if line.startswith("f\t"))
    assert 'signature:(x="\\\\\\\\", y="\\t")' in tag.split("\t")


# SCIP


@pytest.fixture
def read_index() -> Callable[[Project], Index]:
    def read(project: Project) -> Index:
        return _messages().FromString(b"".join(scip_parts(project)))

    return read


def occurrences(index: Index) -> Iterator[tuple[str, list[int], str, int]]:
    for document in index.documents:
        for item in document.occurrences:
            yield document.relative_path, list(item.range), item.symbol, item.symbol_roles


def test_symbols(project: Project, read_index: Callable[[Project], Index]) -> None:
    """Symbols are made of packages, classes, functions and values, as the format writes them; they say what they implement."""
    documents = {document.relative_path: document for document in read_index(project).documents}
    assert sorted(documents) == sorted(path for path in TREE if path.endswith(".py"))
    said = {item.symbol: item for item in documents["pkg/boat.py"].symbols}
    boat = "kwindex python . . `pkg.boat`/"
    assert list(said) == [
        boat + rest for rest in ("__init__:", "Boat#", "Boat#size.", "Boat#run().", "Boat#run().inner().", "go().")
    ]
    run, base = said[f"{boat}Boat#run()."], "kwindex python . . `pkg.base`/Base#"
    assert [(item.symbol, item.is_implementation) for item in run.relationships] == [(f"{base}run().", True)]
    assert [item.symbol for item in said[f"{boat}Boat#"].relationships] == [base]
    assert (run.kind, run.display_name, run.enclosing_symbol) == (26, "run", f"{boat}Boat#")
    (described,) = (item for item in documents["pkg/base.py"].symbols if item.symbol == base)
    assert list(described.documentation) == ["A base."]


def test_roles(project: Project, read_index: Callable[[Project], Index]) -> None:
    """Occurrences say whether they define, import, write or read, and whether they are in a test."""
    found = {(path, *place): roles for path, place, _, roles in occurrences(read_index(project))}
    assert found["tests/test_boat.py", 0, 21, 25] == 2 | 32
    assert found["tests/test_boat.py", 1, 19, 23] == 4 | 32
    assert found["pkg/boat.py", 3, 6, 10] == 1
    assert found["pkg/boat.py", 14, 5, 9] == 8


def test_occurrences_are_those_of_the_dump(package: Project, read_index: Callable[[Project], Index]) -> None:
    """On a real package: each definition and each certain use of the dump, and what stands there is the name."""
    found = sorted((path, place[0] + 1, place[1]) for path, place, *_ in occurrences(read_index(package)))
    lines = [line for line in dump_lines(package) if line.get("type") in {"keyword", "use"}]
    kept = [line for line in lines if line.get("confidence") != "guess"]
    assert found == sorted((line["path"], line["line"], line["col"]) for line in kept)
    texts = {row.path: (package.root / row.path).read_text(encoding="utf-8").split("\n") for row in package.files()}
    for path, (line, start, end), symbol, roles in occurrences(read_index(package)):
        if roles & 1 and start != end:
            assert symbol.rstrip("().#").endswith(texts[path][line][start:end])


_NAME = r"(?:[\w+$-]+|`(?:[^`]|``)+`)"
_SYMBOL = re.compile(rf"kwindex \w+ \. \. (?:{_NAME}(?:[/#.:!]|\(\)\.))+", re.ASCII)
_NEEDLESS = re.compile(r"`[\w+$-]+`", re.ASCII)


def faults(index: Index) -> Iterator[str]:
    """Yield what `scip lint` looks for: symbols that nothing describes or that are not written as the format has it, and what is there twice."""
    told: Counter[tuple[str, ...]] = Counter((document.relative_path,) for document in index.documents)
    known = {item.symbol for document in index.documents for item in document.symbols}
    for document in index.documents:
        for item in document.symbols:
            told[document.relative_path, item.symbol] += 1
            for related in item.relationships:
                told[item.symbol, related.symbol] += 1
                if related.symbol not in known or not (related.is_implementation or related.is_reference):
                    yield f"relationship {item.symbol} {related.symbol}"
    for path, place, symbol, roles in occurrences(index):
        told[path, str(place), symbol, str(roles)] += 1
        if symbol not in known or not _SYMBOL.fullmatch(symbol) or _NEEDLESS.search(symbol):
            yield f"symbol {path} {place} {symbol}"
    yield from (f"twice: {what}" for what, count in told.items() if count > 1)


def test_lint(make_tree: MakeTree, package: Project, read_index: Callable[[Project], Index]) -> None:
    """Indexes are as `scip lint` wants them, also of names that are odd, or there twice."""
    assert list(faults(read_index(package))) == []
    tree = {
        "a-b/c$d.py": "class A:\n    def é(self): ...\n    x = 1\n    x = 2\n\n\ndef f():\n    def g(): ...\n    g()\n",
        "pkg/one.py": "try:\n    class A: ...\nexcept E:\n    class A(B): ...\nclass B(A, A): ...\nclass C(A, B):\n    def f(self): self.f()\n",
        "pkg/one.pyi": "class A: ...\n\n\nclass B(A): ...\n",
        "d-e.py": "x = 1\n",
        "run": "#!/usr/bin/python\nx = y = 1\nx = x + y\n",
    }
    with Project.open(make_tree(tree)) as project:
        assert list(faults(read_index(project))) == []


def test_operators(make_tree: MakeTree, read_index: Callable[[Project], Index]) -> None:
    """What an operator calls has an empty range before the operand, so that the operand is a name of its own."""
    text = "class C:\n    def __add__(self, other): ...\n    def __len__(self): ...\n\nc = C()\nc + c\nlen(c)\n"
    with Project.open(make_tree({"a.py": text})) as project:
        found = [item for item in occurrences(read_index(project)) if item[2].endswith(("__add__().", "__len__()."))]
        lines = [line for line in dump_lines(project) if line.get("kind") == "operator"]
    used = [(path, *place) for path, place, _, roles in found if not roles & 1]
    assert used == [("a.py", line["line"] - 1, line["col"], line["col"]) for line in lines]
    assert len(used) == 2


def fields(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Yield the fields of a message, by the encoding that protobuf.dev describes: numbers and strings of bytes."""

    def number(at: int) -> tuple[int, int]:
        value, shift = 0, 0
        while True:
            value |= (data[at] & 127) << shift
            at, shift = at + 1, shift + 7
            if data[at - 1] < 128:
                return value, at

    at = 0
    while at < len(data):
        key, at = number(at)
        value, at = number(at)
        if key & 7 == 2:
            yield key >> 3, data[at : at + value]
            at += value
        else:
            yield key >> 3, value


def test_numbers_of_fields(project: Project) -> None:
    """Fields have the numbers of the public schema."""
    index = [part for number, part in fields(b"".join(scip_parts(project))) if number == 2 and isinstance(part, bytes)]
    document = dict(fields(index[1]))
    assert (document[1], document[4], document[6]) == (b"pkg/base.py", b"python", 3)
    symbols = [dict(fields(part)) for number, part in fields(index[1]) if number == 3 and isinstance(part, bytes)]
    assert [symbol[6] for symbol in symbols] == [b"base", b"Base", b"run"]
    assert symbols[2][1] == b"kwindex python . . `pkg.base`/Base#run()."


def test_without_protobuf(
    make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where protobuf is not installed, one line says what to install."""
    monkeypatch.setitem(sys.modules, "google.protobuf", None)
    assert main(["dump", str(make_tree(TREE)), "--format", "scip", "--jobs", "1"]) == 2
    assert "pip install sphinx-kwindex[scip]" in capsys.readouterr().err


def test_formats_of_the_command(make_tree: MakeTree, tmp_path: Path) -> None:
    """The command writes each format."""
    root = make_tree(TREE)
    for name, start in (("json", b'{"format"'), ("ctags", b"!_TAG"), ("scip", b"\x0a")):
        assert main(["dump", str(root), "--format", name, "-o", str(tmp_path / name), "--jobs", "1"]) == 0
        assert (tmp_path / name).read_bytes().startswith(start)
