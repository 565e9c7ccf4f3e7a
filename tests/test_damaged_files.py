"""Files with a fault: what stands before and after it is read."""

from __future__ import annotations

import ast
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Built

from sphinx_kwindex.collect.python.damage import read_rest
from sphinx_kwindex.project import Project
from sphinx_kwindex.reports import make_lines

Build = Callable[..., Built]
BEFORE = "import os\nimport sys\n\n\ndef before():\n    return os.sep\n\n\n"
AFTER = "\n\nclass After:\n    x = 1\n\n    def method(self):\n        return before()\n"
AROUND = {"before", "After", "method", "x"}
DAMAGE = {
    "statement": ("total = 1 +\n", "9", set()),
    "in a function": ("def broken():\n    a = 1\n    if a = 1:\n        pass\n    return a\n", "11 to 12", {"broken"}),
    "head of a function": ("@cached\ndef broken(:\n    return 1\n", "9 to 11", set()),
    "open bracket": ("LIST = [\n    1,\n    2,\n", "9 to 11", set()),
    "open bracket in a function": ("def broken():\n    call(1,\n\ndef other():\n    pass\n", "10", {"broken", "other"}),
    "no body": ("def broken():\n\ndef other():\n    pass\n", "9", {"other"}),
    "open string": ("text = 'never closed\nother = 1\n", "9", {"other"}),
    "branches": ("try:\n    a = 1\nexcept ValueError e:\n    a = 2\nelse:\n    a = 3\n", "9 to 14", set()),
    "in a class": ("class Broken:\n    y = 1\n    z = = 2\n    def kept(self): pass\n", "11", {"Broken", "y", "kept"}),
    "template": ("{{ cookiecutter.name }}_x = 1\n{% if x %}\n", "9 to 10", set()),
    "indentation": ("def broken():\n        a = 1\n      b = 2\n", "10 to 11", {"broken"}),
    "conflict": ("<<<<<<< ours\nx = 1\n=======\ny = 2\n>>>>>>> theirs\n", "9, 11 and 13", {"x", "y"}),
}


def names(text: str) -> set[str]:
    """Return the names that a text defines."""
    tree = list(ast.walk(ast.parse(text)))
    defined = {node.name for node in tree if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    return defined | {node.id for node in tree if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


@pytest.mark.parametrize(("code", "lines", "kept"), DAMAGE.values(), ids=DAMAGE)
def test_what_is_left(code: str, lines: str, kept: set[str]) -> None:
    """The statement that is damaged is left out, and what surrounds it stays in its lines."""
    rest = read_rest(f"{BEFORE}{code}{AFTER}")
    assert rest is not None
    assert rest.message.removeprefix("read without line").removeprefix("s").strip() == lines
    assert names(rest.text) - {"a"} == AROUND | kept
    assert rest.text.split("\n")[-6:] == AFTER.split("\n")[-6:]


@pytest.mark.parametrize(
    "text",
    ["def (:\n", "", "x = = 1\n" * 30, "(" * 5_000, "x = '" + "a" * 400_000, "\x00", "print 1\n" * 20, "  x\n y\n"],
    ids=["all", "empty", "too much", "deep", "large", "null", "other", "indented"],
)
def test_nothing_left(text: str) -> None:
    """Where nothing would be left, or too much is damaged, the file counts as before: as one that does not parse."""
    assert read_rest(text) is None or not text.strip()


def test_page_and_warning(make_tree: Callable[..., Path]) -> None:
    """The warning and the page say which lines are missing, and no import counts as unused."""
    root = make_tree({"a.py": f"{BEFORE}total = 1 +\n{AFTER}", "b.py": "from a import After\nAfter().method()\n"})
    with Project.open(root) as project:
        (problem,) = project.problems
        assert problem.line == 9
        assert problem.text.endswith("; read without line 9")
        assert make_lines([problem], ())[0].text == problem.text
        facts = project.reader.facts("a.py")
        assert facts is not None
        assert {item.name for item in facts.definitions if item.qualname} == AROUND
        assert [use.name for use in project.reader.uses_in("b.py")] == ["a", "After", "After", "method"]


def test_page(build: Build) -> None:
    """The page says so, too, and lists what was read; the lists of problems are of files of which nothing could be read."""
    built = build({"pkg/a.py": f"{BEFORE}total = 1 +\n{AFTER}"}, warnings=["pkg/a.py:9: WARNING: "])
    page = built.text("kwindex/tree/pkg/a.py.html")
    assert "This file was read in part." in page
    assert "read without line 9" in page
    assert 'id="After.method"' in page


def test_random_damage() -> None:
    """Of real files with a line that is cut short, nothing is made up, each name is where it was, and most is kept."""
    source = Path(ast.__file__).read_text(encoding="utf-8")
    lines, whole = source.split("\n"), names(source)
    draw = random.Random(7)
    kept = []
    for _ in range(6):
        at = draw.choice([number for number, line in enumerate(lines) if line.rstrip().endswith(("):", ")"))])
        damaged = [*lines[:at], lines[at].rstrip()[:-2] + " = = (", *lines[at + 1 :]]
        rest = read_rest("\n".join(damaged))
        assert rest is not None
        assert names(rest.text) <= whole
        kept.append(len(names(rest.text)) / len(whole))
    assert min(kept) > 0.5
    assert sum(kept) / len(kept) > 0.95


def test_bad_text_is_given_up_soon() -> None:
    """A text that is parsed again and again is no endless work."""
    start = time.process_time()
    assert read_rest("def f(:\n    x = [1\n" * 8_000) is None
    assert time.process_time() - start < 20
