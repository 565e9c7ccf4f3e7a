"""Files of odd shapes end nothing: what is deep, wide, long or huge costs a bounded time, and its own page at most."""

from __future__ import annotations

import time

import pytest

from sphinx_kwindex.collect.prose import MarkdownCollector, RestCollector
from sphinx_kwindex.collect.prose.outline import MOST_PARSED
from sphinx_kwindex.collect.python import PythonCollector
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.link.hierarchy import Bases, Hierarchy
from sphinx_kwindex.link.tracking import Tracker
from sphinx_kwindex.model import SourceFile
from sphinx_kwindex.options import Options


def test_many_bases() -> None:
    """Orders of hundreds of classes with a dozen bases each are merged once each."""
    names = [f"m.C{number}" for number in range(200)]
    table = {name: tuple(reversed(names[max(0, place - 12) : place])) for place, name in enumerate(names)}
    hierarchy = Hierarchy(lambda name: Bases(created=table[name]), Tracker())
    start = time.process_time()
    lines = [hierarchy.line(name) for name in names]
    assert time.process_time() - start < 5, "13 s if each is merged for each that comes from it"
    assert lines[-1].classes == tuple(reversed(names))


def many(piece: str, size: int = 60_000) -> str:
    return piece * (size // len(piece))


SHAPES = {
    "blank lines": "import os\n" + many("\n"),
    "blanks before a comment": "import os\nos.f()" + many(" ") + "+ 1 # c\n",
    "hashes": "import os " + many("#") + "\n",
    "pleas": "import os # " + many("noqa: ") + "\n",
    "parentheses": "x = " + "(" * 10_000 + "1" + ")" * 10_000 + "\n",
    "lists": "x = " + "[" * 5_000 + "]" * 5_000 + "\n",
    "operators": "x = " + many("not ") + many("- ") + "1\n",
    "sum": "x = " + many("1+") + "1\n",
    "attributes": "x = a" + many(".b") + "\n",
    "calls": "x = a" + many(".b()") + "\n",
    "lines of a list": "x = [\n" + "1,\n" * 100_000 + "]\n",
    "names": "".join(f"x{number} = {number}\n" for number in range(5_000)),
    "the same name": "def f(): ...\n" * 5_000 + "x = x\n" * 5_000,
    "huge numbers": f"x = {'9' * 5_000}\n",
    "huge hexadecimal numbers": f"x = 0x{'f' * 50_000}\ndef f(a=0x{'f' * 50_000}): ...\n",
    "huge values": "x = 9**9**9**9\ny = 'a' * 10**10\nz = [0] * 10**10\n",
    "context managers": "with " + ",".join(f"a as b{number}" for number in range(2_000)) + ": pass\n",
    "deep blocks": "".join(" " * depth + "if a:\n" for depth in range(95)) + " " * 95 + "x = 1\n",
    "else ifs": "if a:\n  pass\n" + "elif a:\n  pass\n" * 3_000,
    "formatted": "x = f'" + "{a}" * 5_000 + "'\n",
    "null bytes": "x = 1\n\0\0",
    "blanks that do not parse": "def (\n" + many(" ") + "\n",
    "brackets that do not parse": "def (\n" + many("["),
    "quotes that do not parse": "def (\n" + many("'"),
    "forms of newer Pythons": "def (\n" + many("type X[T] = int; ") + many("async def f[") + "\n",
    "a long docstring": '"""' + many("`a b* ") + '"""\n',
    "wrong encoding": "# coding: no-such-coding\nx = 1\n",
    "strange encoding": "# coding: utf-7\nx = '+AGE-'\n",
}
PROSE = {
    "links": "[a](b) ", "open brackets": "[", "pictures": "![", "backticks": "`", "stars": "*a **b ", "quotations": "> ", "tags": "<a ",
    "comments": "<!-- ", "headings": "# a\n\n", "underlined": "a\n=\n\n", "targets": ".. _a: b\n", "roles": ":a:`b` ", "references": "`a <b>`_ ",
    "bars": "|a ", "tables": "+-+\n", "lists": "- ", "footnotes": ".. [1] a\n",
}  # fmt: skip


def source(path: str, language: str, data: bytes) -> SourceFile:
    return SourceFile(path=path, language=language, module="a", is_package=False, digest="", size=len(data), mtime_ns=0)


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_python(text: str) -> None:
    """A Python file of any shape is collected, or left out with a reason, in a bounded time."""
    data = text.encode()
    start = time.process_time()
    facts = PythonCollector().collect(data, source("a.py", "python", data), Options()).facts
    assert time.process_time() - start < 20
    kinds = {problem.kind for problem in (*facts.problems, *([facts.error] if facts.error else []))}
    assert kinds <= {WarningKind.LIMIT, WarningKind.PARSE, WarningKind.DECODE}


def test_names_bound_often() -> None:
    """A name that is bound hundreds of times is one keyword, and those between and behind are kept (`_` in SymPy)."""
    data = "".join(f"_ = f({number})\nx{number} = 1\n" for number in range(300)).encode() + b"def last(): ...\n"
    facts = PythonCollector().collect(data, source("a.py", "python", data), Options()).facts
    names = [item.qualname for item in facts.definitions[1:]]
    assert sorted(names) == sorted(["_", "last", *(f"x{number}" for number in range(300))])


@pytest.mark.parametrize("piece", PROSE.values(), ids=PROSE)
@pytest.mark.parametrize("language", ["markdown", "rest"])
def test_readme(piece: str, language: str) -> None:
    """So is a README, of which parsers take ever longer the more links it has: no more than a part of it is parsed."""
    data = many(piece, 30_000).encode()
    collector = MarkdownCollector() if language == "markdown" else RestCollector()
    start = time.process_time()
    facts = collector.collect(data, source("README", language, data), Options()).facts
    assert time.process_time() - start < 20
    assert facts.error is None or facts.error.kind is WarningKind.LIMIT


def test_long_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a README that is longer than anybody reads, whole paragraphs at its start are parsed."""
    monkeypatch.setitem(MOST_PARSED, "markdown", 100)
    data = ("# Title\n\nText `code`.\n\n" + many("word ", 70) + "\n\n# Far\n").encode()
    facts = MarkdownCollector().collect(data, source("README.md", "markdown", data), Options()).facts
    assert [item.name for item in facts.definitions[1:]] == ["Title"]
    assert facts.doc == "Text code."
