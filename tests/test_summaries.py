"""Summaries: the first sentence that says something, whole, and without marks that a reader would stumble over."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex.collect.python.summaries import first_paragraph, first_sentence
from sphinx_kwindex.ext.escape import prose
from sphinx_kwindex.pages.prose import plain_prose

SENTENCES = {
    "plain": ("Do it. Then more.", "Do it."),
    "no full stop": ("Do it", "Do it"),
    "over two lines": ("Do\n    it. Then more.", "Do it."),
    "paragraphs": ("Do it\n\nThen more.", "Do it"),
    "title over a copyright": ("The tool\n(C) 2026 Somebody. Licensed.", "The tool"),
    "copyright alone": ("Copyright 2026 Somebody.", ""),
    "question": ("Is it so? It is.", "Is it so?"),
    # Where a full stop ends nothing.
    "e.g.": ("Do, e.g. This or that. More.", "Do, e.g. This or that."),
    "i.e.": ("Do (i.e. Not that) it. More.", "Do (i.e. Not that) it."),
    "vs.": ("Tabs vs. Spaces. More.", "Tabs vs. Spaces."),
    "et al.": ("As Knuth et al. Have shown. More.", "As Knuth et al. Have shown."),
    "etc. in a sentence": ("Lists, sets etc. are kept. More.", "Lists, sets etc. are kept."),
    "etc. at the end": ("Lists, sets etc. More.", "Lists, sets etc."),
    "dots": ("Both have become one ... or the other. More.", "Both have become one ... or the other."),
    "dots before a name": ("Wait ... It is one. More.", "Wait ... It is one."),
    "initial": ("By Donald E. Knuth. More.", "By Donald E. Knuth."),
    "one letter": ("Return x. More.", "Return x."),
    "number": ("See Fig. 3 for it. More.", "See Fig. 3 for it."),
    "version": ("Needs Python 3.12 or 4. More.", "Needs Python 3.12 or 4."),
    "file name": ("Read conf.py. More.", "Read conf.py."),
    "in code": ("Call ``a. B`` first. More.", "Call ``a. B`` first."),
    "in brackets": ("Do it (once. Or twice) here. More.", "Do it (once. Or twice) here."),
    "behind a bracket": ("Do it (once.) Or twice.", "Do it (once.)"),
    "a small letter goes on": ("Do it. or not. More.", "Do it. or not."),
    # What follows belongs to it, and is left out.
    "list": ("Return one of:\n\n* a\n* b", "Return one of …"),
    "list at once": ("Log things like:\n* a\n* b", "Log things like …"),
    "list without a colon": ("Some values\n- a\n- b", "Some values …"),
    "numbers": ("One of three: 1. this\n\n2. that", "One of three: 1. this"),
    "indented piece": ("Match this:\n\n        a + b\n\n    More.", "Match this …"),
    "indented at once": ("Match this:\n            a + b\n    More.", "Match this …"),
    "example": ("Match this::\n\n    a", "Match this …"),
    "colon in a sentence": ("One thing: it works. More.", "One thing: it works."),
    "colon at the end of a line": ("One thing:\n    it works. More.\n    ", "One thing: it works."),
    # What says nothing is passed over.
    "title": ("NetworkX\n========\n\nNetworkX is a package. More.", "NetworkX is a package."),
    "title with a line over it": ("====\nA\n====\n\nIt is a.", "It is a."),
    "only a title": ("Scrapy\n======\n", "Scrapy"),
    "name of the module": ("pkg.mod\n\nHelpers for it. More.", "Helpers for it."),
    "two titles": ("A\n===\n\nB\n---\n\nText.", "A"),
    "signature": ("f(a, b=(1, 2)) -> int\n\nAdd. More.", "Add."),
    "signature without a blank line": ("f(a, b)\nAdd. More.", "Add."),
    "signature and dashes": ("f(a) -> None -- Add it. More.", "Add it."),
    "call in a sentence": ("f(a) is called. More.", "f(a) is called."),
    "only a signature": ("f(a)", ""),
    "fields": (":param a: b\n:returns: c", ""),
    "author first": (":Author: A\n:Copyright: B\n\nThis does it.", "This does it."),
    "fields at once": ("Do it\n:param a: b", "Do it"),
    "sections of numpy": ("Parameters\n----------\na : int", ""),
    "section at once": ("Do it\nArgs:\n    a: b", "Do it"),
    "references": ("References\n==========\n\n.. [1] X", ""),
    "doctest": (">>> f()\n1", ""),
    "doctest at once": ("Do it.\n>>> f()\n1", "Do it."),
    "directive": (".. versionadded:: 1\n    More\n\nDo it.", "Do it."),
    "label": (".. _label:\n\nDo it.", "Do it."),
    "address": ("https://example.org/a\n\nDo it.", "Do it."),
    "license": ("Copyright 2020 by A.\nLicensed under B.\n\nDo it.", "Do it."),
    "license with clauses": (
        """Copyright 2015, A

Redistribution and use in source, are met:

1. Redistributions of source code must
retain this.

2. Redistributions in binary form.

3. Neither the name of A.

THIS SOFTWARE IS PROVIDED AS IS
IN NO EVENT.

Do it.""",
        "Do it.",
    ),
    "license alone": ("This program is free software: you can do it. More.", ""),
    # Marks.
    "link of Markdown": ("See [the guide](https://example.org/a_b) now.", "See the guide now."),
    "link to a file": ("See [the guide](../a.md).", "See the guide."),
    "index and call": ("Return a[b](c) then.", "Return a[b](c) then."),
    "link in code": ("Return `[a](b.c)` then.", "Return `[a](b.c)` then."),
    "footnote": ("Use this [1]_ method.", "Use this method."),
    "substitution": ("New in |version| of it.", "New in version of it."),
    "absolute value": ("Return |x| of it.", "Return |x| of it."),
    "escaped blank": ("All ``A``\\ s of it.", "All ``A``s of it."),
    "empty": ("", ""),
    "blank": ("\n   \n", ""),
}


@pytest.mark.parametrize(("doc", "expected"), SENTENCES.values(), ids=SENTENCES.keys())
def test_first_sentence(doc: str, expected: str) -> None:
    """The first sentence is whole, ends where a reader would end it, and says what the thing is."""
    assert first_sentence(doc) == expected


def test_too_long() -> None:
    """What is too long is cut between words, never within code."""
    text = first_sentence("word " * 58 + "``some code that is long`` and more")
    assert text.endswith("word…")
    assert first_sentence("x" * 400) == "x" * 299 + "…"
    assert len(first_paragraph("Word. " * 400)) <= 1_500


def test_paragraph_is_whole() -> None:
    """A page shows the paragraph, which has all its sentences."""
    assert first_paragraph("Title\n=====\n\nOne. Two.\nThree.\n\nFour.") == "One. Two. Three."


ROLES = {
    "shortened": (":class:`~a.b.C` here", "<code>C</code> here", [("C", True), (" here", False)]),
    "from anywhere": ("By `.Queue.get`", "By <code>Queue.get</code>", [("By ", False), ("Queue.get", True)]),
    "called from anywhere": ("By `.get()`", "By <code>get()</code>", [("By ", False), ("get()", True)]),
    "reference": (
        "See `the guide <https://a.b/c>`_ on it",
        "See the guide on it",
        [("See ", False), ("the guide", False), (" on it", False)],
    ),
    "named reference": ("See `the guide`__.", "See the guide.", [("See ", False), ("the guide", False), (".", False)]),
    "file": ("In `.gitignore`", "In <code>.gitignore</code>", [("In ", False), (".gitignore", True)]),
    "from here": (":meth:`.f`", "<code>f</code>", [("f", True)]),
    "title": (":class:`the text <a.b>`", "<code>the text</code>", [("the text", True)]),
    "no code": (":ref:`the part <label>`!", "the part!", [("the part", False), ("!", False)]),
    "PEP": (":pep:`8`", "PEP 8", [("PEP 8", False)]),
    "Markdown": ("`a` **b**", "<code>a</code> <strong>b</strong>", [("a", True), (" ", False), ("b", False)]),
}


@pytest.mark.parametrize(("text", "html", "pieces"), ROLES.values(), ids=ROLES.keys())
def test_roles(text: str, html: str, pieces: list[tuple[str, bool]]) -> None:
    """Roles read as what they say, in every format."""
    assert prose(text) == html
    assert plain_prose(text) == pieces


@pytest.mark.parametrize("package", ["sphinx", "docutils", "pygments", "astroid", "babel", "jinja2"])
def test_real_docstrings(package: str) -> None:
    """On real packages, summaries stand on one line, keep code whole, and do not end in a shortened word."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"{package} is not installed")
    strange = []
    for path in sorted(Path(spec.origin).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            doc = ast.get_docstring(node, clean=False) or ""
            text = first_sentence(doc)
            is_cut = doc.count("`") % 2 == 0 and text.count("`") % 2
            if "\n" in text or is_cut or re.search(r"\b(?:e\.g|i\.e|vs)\.$|:$|^:param|^Copyright|^https?:", text):
                strange.append(f"{path.name} {getattr(node, 'name', '')}: {text}")
    assert strange == []


def test_prose_has_no_imports(build: Callable[..., object]) -> None:
    """The page of a README says nothing of imports, in HTML and elsewhere; a problem has no bar."""
    files = {"README.md": "# A\n\nSee [it](https://example.org).\n", "bad.py": "def\n", "a.py": "x = 1\n" * 20}
    built = build(files, warnings=["kwindex.parse"])
    page = built.text("kwindex/tree/README.md.html")
    assert "Imports nothing" not in page
    assert "Imports and importers" not in page
    assert "See it." in page
    project = built.text("kwindex/index.html")
    assert "kw-bar" not in project.partition('id="kw-problems"')[2]
    text = build(files, None, "text", warnings=["kwindex.parse"], name="plain").text("kwindex/tree/README.md.txt")
    assert "Imports" not in text
