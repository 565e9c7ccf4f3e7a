"""Lines that show how keywords are used: which ones are picked out of a file, and which ones pages show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from shown import groups_of, index

from sphinx_kwindex.collect.python import PythonCollector
from sphinx_kwindex.collect.python.examples import LONGEST
from sphinx_kwindex.ext.escape import Links
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.model import SourceFile
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.examples_view import examples_of_file
from sphinx_kwindex.pages.records import PageView, Row

MakeTree = Callable[..., Path]


def test_alternatives_are_no_examples(make_tree: MakeTree) -> None:
    """A call that may mean one of several, as on different platforms, is no example of any of them."""
    root = make_tree(
        {
            "a.py": """\
                import sys
                if sys.platform == "linux":
                    from b import Epoll as Manager
                else:
                    from b import Kqueue as Manager
                Manager(1).wait(2)
                """,
            "b.py": "class Epoll:\n    def wait(self): ...\nclass Kqueue:\n    def wait(self): ...\n",
            "c.py": "from b import Epoll\nEpoll(3)\n",
        }
    )
    with index(root) as pages:
        rows = {row.name: row for _, group in groups_of(pages.view("file:b.py")) for row in group}
    assert [line.text for line in rows["Epoll"].examples] == ["Epoll(3)"]
    assert not rows["Kqueue"].examples
    assert not [line for row in rows["Epoll"].members for line in row.examples]


def lines_of(code: str) -> list[str]:
    """Return the lines picked out of a file."""
    source = code.encode()
    file = SourceFile(
        path="a.py", language="python", module="a", is_package=False, digest="", size=len(source), mtime_ns=0
    )
    summary = PythonCollector().collect(source, file, Options())
    return [text for _, _, text in summary.references.examples]


CALLS = {
    "call": ("f(1)", ["f(1)"]),
    "assigned": ("x = f(1)", ["x = f(1)"]),
    "method": ("from b import B\nB.make(2)", ["B.make(2)"]),
    "decorator": ("@f(1)\ndef g(): ...", ["@f(1)"]),
    "base": ("from b import B\nclass C(B): ...", []),
    "base on a line of its own": ("from b import B\nclass C(B):\n    x = 1", ["class C(B):"]),
    "raised": ("from b import E\nraise E('no')", ["raise E('no')"]),
    "context": ("with f(1) as x:\n    pass", ["with f(1) as x:"]),
    "comment": ("f(1)  # why", ["f(1)"]),
    "no comment": ("f('#1')", ["f('#1')"]),
    "split": ("f(\n    1,  # one\n    y=2,\n)", ["f(1, y=2)"]),
    "too long": (f"f({'x' * LONGEST})", []),
    "too many lines": ("f(\n" + "1,\n" * 20 + ")", []),
    "inside something": ("g = [\n    f(1),\n]", []),
    "end of something": ("g = (\n    f(1))", []),
    "operand": ("x = (\n    1\n    or f(1)\n)", []),
    "half a condition": ("x = (\n    f(1) if y else\n    2\n)", []),
    "loop of a comprehension": ("x = [\n    y\n    for y in f(1)\n]", []),
    "of nothing known": ("def h(x): x.f(1)", []),
    "builtin": ("print(1)", []),
    "only read": ("x = f", []),
    "clearest": ("print([f(1), 2])\nx = f(1)\nif f(1): pass\n", ["x = f(1)"]),
    "with arguments": ("f()\nx = f(a=1)\n", ["x = f(a=1)"]),
    "shortest": ("value = f(1)\nx = f(1)\n", ["x = f(1)"]),
    "nested": ("if x:\n        f(1)", ["f(1)"]),
    "does not end": ("f('(')", []),
    "wide": ("größe = f('ü')", ["größe = f('ü')"]),
}


@pytest.mark.parametrize("name", CALLS)
def test_lines(name: str) -> None:
    """A line is picked if it is a short statement by itself (or the head of one); for one target, the clearest."""
    code, expected = CALLS[name]
    assert lines_of(f"from b import f\n{code}\n") == expected


def test_place_does_not_matter() -> None:
    """Which line is picked does not depend on the order of lines, nor on what stands between them."""
    calls = ["x = f(1)", "y = f(2)", "f(3, 4)"]
    head = "from b import f\n"
    first = lines_of(head + "\n".join(calls))
    assert first == lines_of(head + "\n\nz = 1\n".join(reversed(calls)))


LIB = """\
class A:
    def run(self, x): ...
    def _run(self): ...
    def unused(self): ...
class _B: ...
class Error(Exception): ...
def f(x):
    def inner(): ...
def g(x): return f(x)
LIMIT = 3
"""
TREE = {
    "lib.py": LIB,
    "user.py": "from lib import A, _B, Error, f, LIMIT\n\ndef use():\n    a = A()\n    a.run(1)\n    f(1)\n    _B()\n    a._run()\n    raise Error('x')\n",
    "other.py": "from lib import f\nf(1)\nresult = f(12345)\n",
    "examples/start.py": "from lib import f\nwell_named = f('an example')\n",
    "tests/test_lib.py": "from lib import f\ndef test_f():\n    assert f(1) == 2\n",
}


def shown(root: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Return, by qualified name, what the page of `lib.py` shows: text, file and scope."""
    view = file_view(root)
    found: dict[str, list[tuple[str, str, str]]] = {}

    def gather(rows: tuple[Row, ...]) -> None:
        for row in rows:
            if row.examples:
                found[row.qualname] = [(item.text, item.place.text, item.place.title) for item in row.examples]
            gather(row.members)

    for _, rows in groups_of(view):
        gather(rows)
    return found


def test_pages(make_tree: MakeTree) -> None:
    """Public classes, functions and methods have examples from other files: examples and tests first, no two alike."""
    assert shown(make_tree(TREE)) == {
        "A": [("a = A()", "user.py", "use")],
        "A.run": [("a.run(1)", "user.py", "use")],
        "Error": [("raise Error('x')", "user.py", "use")],
        "f": [
            ("assert f(1) == 2", "tests/test_lib.py", "test_f"),
            ("well_named = f('an example')", "examples/start.py", ""),
        ],
    }


class Nowhere(Links):
    """No link has an address."""

    def uri(self, link: Link) -> str | None:
        return None


def file_view(root: Path) -> PageView:
    with index(root) as pages:
        return pages.view("file:lib.py")


def test_of_a_file(make_tree: MakeTree) -> None:
    """A file has two: of the keywords used most, each from another file, those of tests and examples first."""
    root = make_tree(TREE)
    view = file_view(root)
    with index(root) as pages:
        examples = examples_of_file(pages.subject("lib.py"))
    assert [item.text for item in examples] == ["assert f(1) == 2", "a = A()"]
    html = render_section(view, "kw-tests", Nowhere())
    assert "Examples of use <span>2</span>" in html
    assert "assert f(1) == 2</code>" in html
    assert "Examples of use" not in render_section(view, "kw-imports", Nowhere())
    text = "\n".join(node.astext() for node in section_nodes(view, "kw-tests", Nowhere()))
    assert "Examples of use: assert f(1) == 2 (tests/test_lib.py)" in text


def test_of_a_file_without_tests(make_tree: MakeTree) -> None:
    """Where no test uses a file, they stand with the files that import it."""
    view = file_view(make_tree({path: code for path, code in TREE.items() if not path.startswith("tests")}))
    assert "kw-tests" not in dict(view.page.sections)
    assert "Examples of use <span>" in render_section(view, "kw-imports", Nowhere())
    assert any("Examples of use" in node.astext() for node in section_nodes(view, "kw-imports", Nowhere()))
    alone = file_view(make_tree({path: "" for path in TREE if path != "lib.py"}))
    assert "Examples of use" not in render_section(alone, "kw-imports", Nowhere())


def test_small_edits_elsewhere(make_tree: MakeTree) -> None:
    """What a page shows stays when lines are added, moved or renamed around the lines that it shows."""
    before = shown(make_tree(TREE))
    user = "import os\n" + TREE["user.py"].replace("def use", "\ndef more():\n    return os\n\ndef use")
    assert shown(make_tree({"user.py": user, "new.py": "from lib import f\nthe_new_one = f(2)\n"})) == before


def test_guesses_are_no_examples(make_tree: MakeTree) -> None:
    """A match by name shows nothing for certain."""
    tree = {"lib.py": "class A:\n    def rarely(self, x): ...\n", "user.py": "def use(a):\n    a.rarely(1)\n"}
    assert shown(make_tree(tree)) == {}
