"""Markdown twins of pages, and the lists of them for language models."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import html5lib
import pytest
from conftest import Built, copy_demo
from markdown_it import MarkdownIt

Build = Callable[..., Built]

NOT_DOCS = {"kwindex_exclude": ["docs/"]}
CONF = {**NOT_DOCS, "kwindex_markdown": True}
TREE = {
    "pkg/__init__.py": '"""A crane."""\n',
    "pkg/a.py": "def lift(far=1):\n    ...\n\n\ndef lower(): ...\n",
    "pkg/b.py": "from pkg.a import lift\n\ndef go():\n    lift()\n",
    "docs/index.rst": "T\n=\n\n.. toctree::\n\n   kwindex/index\n\nSee :py:func:`pkg.a.lift`.\n\n.. py:function:: pkg.b.go()\n",
}


def twins(built: Built) -> dict[str, str]:
    """Return the texts of all twins, by path."""
    return {
        path.relative_to(built.outdir).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(built.outdir.rglob("*.html.md"))
    }


def targets(text: str) -> Iterator[str]:
    """Yield the addresses of all links of a Markdown text."""
    for block in MarkdownIt().parse(text):
        for token in block.children or ():
            if token.type == "link_open":
                yield str(token.attrs["href"])


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_twins(build: Build, builder: str) -> None:
    """Each generated page has a twin beside it, which it names; links of twins lead to twins, or to documents of the site."""
    built = build(TREE, {**CONF, "kwindex_source": "pages"}, builder)
    found = twins(built)
    pages = [
        path
        for path in built.outdir.glob("kwindex/**/*.html")
        if not path.is_relative_to(built.outdir / "kwindex/source")
    ]
    assert {f"{path.relative_to(built.outdir).as_posix()}.md" for path in pages} == found.keys()
    for page in pages:
        assert f'<link rel="alternate" type="text/markdown" href="{page.name}.md" />' in page.read_text(
            encoding="utf-8"
        )
    lists = [built.outdir / "kwindex/llms.txt", built.outdir / "kwindex/llms-full.txt"]
    for path in [*(built.outdir / name for name in found), lists[0]]:
        for target in targets(path.read_text(encoding="utf-8")):
            file = Path(os.path.normpath(path.parent / unquote(target.partition("#")[0])))
            assert "://" in target or (file / "index.html" if file.is_dir() else file).is_file(), (path, target)
    (text,) = (text for text in found.values() if text.startswith("# pkg/a.py"))
    assert "- `lift(far=1)` (function), L1–2" in text
    assert re.search(r"Used in: \[pkg/b.py\]\(<[./]*b.py[^>]*>\) 2×: module level import, `go` call", text)
    assert "Mentioned in: [T]" in text
    assert "Used: no uses found" in text
    (other,) = (text for text in found.values() if text.startswith("# pkg/b.py"))
    assert re.search(r"`go\(\)` \(function\), L3–4, \[docs\]|\[Documentation\]", other)
    said = lists[0].read_text(encoding="utf-8")
    assert said.startswith("# ")
    assert "- [pkg/a.py](<tree/pkg/a.py" in said
    assert ">): `lift`\n" in said
    assert "# pkg/a.py\n" in lists[1].read_text(encoding="utf-8")


def words(element: Any, *, is_code: bool = False) -> Iterator[str]:
    """Yield what a page shows, without what leads elsewhere and what scripts use."""
    tag = str(element.tag).rpartition("}")[2]
    if tag in {"script", "nav", "form", "button", "svg"} or {"kw-jump", "kw-pager", "kw-tools", "headerlink"} & set(
        element.get("class", "").split()
    ):
        return
    is_code = is_code or tag in {"code", "pre"}
    yield element.text or ""
    for child in element:
        yield from words(child, is_code=is_code)
        # Pieces of code stand together, all else apart.
        yield ("" if is_code else " ") + (child.tail or "")


LABELS = {
    "Why", "these", "No", "Defined", "inside", "definition", "definitions", "searched", "files", "found", "names", "first", "next", "This", "one",
    "properties", "property", "methods", "method", "Each", "row", "column", "number", "counts", "pairs", "that", "support", "Test", "Used", "Example", "more",
}  # fmt: skip
"""Titles of what is closed on pages, and the legend of the table of imports."""


def test_twins_have_every_fact(build: Build, tmp_path: Path) -> None:
    """Every name, line and word of the demo's pages of files is in their twins, which are far smaller; only lists are not counted."""
    demo = copy_demo(tmp_path / "demo")
    built = build({}, {**CONF, "kwindex_root": str(demo)}, warnings=["kwindex.parse"])
    sizes = [0, 0]
    for name, text in twins(built).items():
        page = built.outdir / name.removesuffix(".md")
        if "kwindex/tree/" not in name or not text.startswith("# ") or name.endswith("index.html.md"):
            continue
        sizes = [sizes[0] + page.stat().st_size, sizes[1] + len(text)]
        main = next(
            item for item in html5lib.parse(page.read_text(encoding="utf-8")).iter() if item.get("role") == "main"
        )
        shown = html.unescape(re.sub(r"\\(.)", r"\1", text))
        lost = {word for word in re.findall(r"[^\W\d_][\w.]*\w", "".join(words(main))) if word not in shown}
        ids = {
            word for word in lost if "." in word and word.rpartition(".")[2] in shown
        }  # the module stands in the head
        assert lost - ids - LABELS == set(), name
    assert sizes[1] < 0.4 * sizes[0]


def test_only_what_changes_is_written(build: Build) -> None:
    """Twins are written with their pages; those of deleted pages go."""
    built = build(TREE, CONF)
    times = {path: path.stat().st_mtime_ns for path in built.outdir.glob("kwindex/**/*.md")}
    lists = (built.outdir / "kwindex/llms.txt", built.outdir / "kwindex/llms-full.txt")
    listed = [path.stat().st_mtime_ns for path in lists]
    again = build({})
    assert again.written == ()
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert [path.stat().st_mtime_ns for path in lists] == listed
    changed = build({"pkg/a.py": "def raise_(far=1): ...\n", "pkg/c.py": "", "pkg/b.py": None})
    now = twins(changed)
    assert now.keys() == {f"{name}.html.md" for name in changed.app.env.all_docs if name.startswith("kwindex/")}
    assert "raise\\_" in now["kwindex/tree/pkg/a.py.html.md"] or "raise_" in now["kwindex/tree/pkg/a.py.html.md"]
    fresh = build({**TREE, "pkg/a.py": "def raise_(far=1): ...\n", "pkg/c.py": "", "pkg/b.py": ""}, CONF, name="fresh")
    assert now["kwindex/tree/pkg/a.py.html.md"] == twins(fresh)["kwindex/tree/pkg/a.py.html.md"]
    assert (changed.outdir / "kwindex/llms.txt").read_text(encoding="utf-8").count("](<") == 1


def test_switched_on_and_off(build: Build) -> None:
    """Who asks for twins gets all of them, who no longer does has none left."""
    assert twins(build(TREE, NOT_DOCS)) == {}
    switched = build({}, CONF)
    assert twins(switched)
    off = build({}, NOT_DOCS)
    assert [path.name for path in off.outdir.glob("kwindex/**/*") if path.suffix in {".md", ".txt"}] == []


def test_other_formats(build: Build) -> None:
    """Books hold what their formats know of."""
    built = build(TREE, {**CONF, "version": "1", "copyright": "me"}, "epub")
    assert twins(built) == {}


def test_parallel(build: Build) -> None:
    """Processes write the same."""
    serial = twins(build(TREE, CONF))
    assert twins(build(TREE, CONF, name="parallel", parallel=2)) == serial
