"""READMEs: what their headings and first paragraphs are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.collect.prose import MarkdownCollector, RestCollector
from sphinx_kwindex.collect.prose.outline import HEADING_LIMIT, MENTION_LIMIT
from sphinx_kwindex.collect.prose.rest import parse_rest
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.model import FileFacts, Kind, SourceFile
from sphinx_kwindex.options import Options

MARKDOWN = """\
[![badge](https://example.org/b.svg)](https://example.org)

# Tide *tables*

<p align="center">logo</p>

What `tidebook` does,
in **two** lines.

## Use

```python
# not a heading
```

### Deeper

Use
---
"""

REST = """\
.. image:: badge.svg

Tide *tables*
=============

.. include:: secret.txt

What ``tidebook`` does,
in **two** lines. See :role:`unknown`.

Use
---

Deeper
~~~~~~

Use
---
"""


def _collect(name: str, source: bytes, options: Options | None = None) -> FileFacts:
    collector = MarkdownCollector() if name.endswith(".md") else RestCollector()
    file = SourceFile(
        path=name, language="", module=name.replace(".", "_"), is_package=False, digest="", size=len(source), mtime_ns=0
    )
    return collector.collect(source, file, options or Options()).facts


def _outline(facts: FileFacts) -> list[tuple[str, str, int, int]]:
    return [(item.name, item.qualname, item.line, item.scope) for item in facts.definitions[1:]]


def test_markdown() -> None:
    """Headings nest by level, in source order; the first paragraph is plain text, and badges are none."""
    facts = _collect("README.md", MARKDOWN.encode())
    assert facts.doc == "What tidebook does, in two lines."
    assert _outline(facts) == [
        ("Tide tables", "tide-tables", 3, 0),
        ("Use", "use", 10, 1),
        ("Deeper", "deeper", 16, 2),
        ("Use", "use-2", 18, 1),
    ]
    assert [item.end_line for item in facts.definitions[1:]] == [19, 17, 17, 19]


def test_rest() -> None:
    """The same for reStructuredText; no other file is read, and unknown roles are no reason to complain."""
    facts = _collect("README.rst", REST.encode())
    assert facts.doc.startswith("What tidebook does, in two lines.")
    assert "secret" not in facts.doc
    assert _outline(facts) == [
        ("Tide tables", "tide-tables", 3, 0),
        ("Use", "use", 11, 1),
        ("Deeper", "deeper", 14, 2),
        ("Use", "use-2", 17, 1),
    ]


CODE = {
    "README.md": "`a.b` and `two words` ``c``\n\n# T `a.b`\n\n- `f(x, y=1)` [`pkg/x.py`](x)\n\n```\n`no`\n```\n\n    `no`\n\n## U\n\n`d`\n",
    "README.rst": (
        "``a.b`` and ``two words`` ``c``\n\nT ``a.b``\n=======\n\n- ``f(x, y=1)`` `pkg/x.py`\n\n::\n\n   ``no``\n\n"
        "U\n-\n\n:func:`~d` :class:`text <e.F>`\n"
    ),
}


@pytest.mark.parametrize("name", CODE)
def test_code(name: str) -> None:
    """Pieces of code in sentences are kept with the heading before them, each once; blocks of code are not."""
    expected = [("a.b", 0), ("f(x, y=1)", 1), ("pkg/x.py", 1)]
    found = [item for item in _collect(name, CODE[name].encode()).mentions if item[0] not in {"c", "d"}]
    assert found == expected + [("e.F", 2)] * name.endswith("rst")


def test_many_pieces_of_code() -> None:
    """Their number is bounded, and what is too long is no name."""
    text = " ".join(f"`name{number}`" for number in range(MENTION_LIMIT + 5)) + f" `{'x' * 300}`"
    assert len(_collect("README.md", text.encode()).mentions) == MENTION_LIMIT


@pytest.mark.parametrize("name", ["README.md", "README.rst"])
def test_bad_input(name: str) -> None:
    """What is no text, or too large, is a problem with a place; an empty file is not; headings are bounded."""
    problem = _collect(name, b"ok\n\xff\xfe\n").error
    assert problem is not None
    assert (problem.kind, problem.line) == (WarningKind.DECODE, 2)
    large = _collect(name, b"x" * 100, Options(max_file_size=10)).error
    assert large is not None
    assert large.kind is WarningKind.LIMIT
    assert _collect(name, b"").error is None
    many = "".join(f"Heading {number}\n{'=' * 20}\n\n" for number in range(HEADING_LIMIT + 10))
    assert len(_collect(name, many.encode()).definitions) == HEADING_LIMIT + 1


def test_in_a_tree(make_tree: Callable[[dict[str, str]], Path], tmp_path: Path) -> None:
    """READMEs of any case are files of the index; other prose as `kwindex_prose` says; none is related to anything."""
    files = {"pkg/__init__.py": "", "pkg/ReadMe.MD": "# T\n\nText.\n", "README": "Plain.\n", "docs/a.md": "# No\n"}
    with_project = Project.open(make_tree(files), tmp_path / "cache")
    try:
        assert [row.path for row in with_project.files()] == ["README", "pkg/ReadMe.MD", "pkg/__init__.py"]
        assert [word.name for word in with_project.keywords(kind=Kind.SECTION)] == ["T"]
        assert with_project.related("README") == ()
    finally:
        with_project.close()


def test_in_the_process_of_sphinx(build: Callable[..., Any]) -> None:
    """Directives and roles of Sphinx fail without a project: in its own process too, docutils has only those of its own."""
    readme = (
        "Title\n=====\n\nText of it.\n\n.. role:: own\n\n.. code-block:: python\n\n   x = 1\n\n.. include:: a.txt\n\n"
    )
    readme += ".. only:: html\n\n   No.\n\nMore\n----\n\n:download:`x <y>` :own:`z`\n"
    for parallel in (0, 2):
        built = build({"README.rst": readme, "a.py": ""}, name=f"project{parallel}", parallel=parallel)
        page = built.text("kwindex/tree/README.rst.html")
        assert "Text of it." in page
        assert 'id="more"' in page
        assert "could not be analysed" not in page


def test_lines_of_code() -> None:
    """A block of code stands at its first line, also under a directive with options and in a list."""
    text = "Title\n=====\n\n.. code-block:: sh\n\n   a\n   b\n\n- one\n\n  .. code:: python\n     :class: x\n\n     c\n     d\n\nEnd::\n\n  e\n"
    lines = text.split("\n")
    found = parse_rest(text).blocks
    assert [lines[piece.line - 1].strip() for piece in found] == ["a", "c", "e"]


BADGES = """\
|Build status| |Docs|

Title
=====

|Build status| |Docs|

A framework for tides.

.. |Build status| image:: build.svg
   :target: https://example.org
.. |Docs| image:: docs.svg
"""


def test_badges_by_substitution() -> None:
    """A line of images says nothing, whatever words stand for them."""
    assert _collect("README.rst", BADGES.encode()).doc == "A framework for tides."
