"""The HTML that we write is valid, whatever names and docstrings hold: html5lib's strict parser, and vnu where it is.

`tox -e html` fetches vnu, which knows what may stand in what.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import copy_demo

from sphinx_kwindex.ext import html
from sphinx_kwindex.model import PART_SIZE

html5lib = pytest.importorskip("html5lib")

TAGS = frozenset(
    {"a", "b", "br", "code", "dd", "details", "div", "dl", "dt", "i", "li", "nav", "ol", "p", "pre", "small", "span"}
    | {"summary", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES = frozenset(
    {
        "aria-current",
        "aria-hidden",
        "aria-label",
        "class",
        "href",
        "id",
        "open",
        "rel",
        "role",
        "scope",
        "style",
        "tabindex",
    }
    | {"title", "data-kw-copy", "data-kw-copy-title", "data-kw-page", "data-kw-texts"}
)
"""All that we write."""
_ADDRESS = re.compile(r"(https?://|mailto:|#|[^:]*$|[^:]*/)").match


class Element(NamedTuple):
    """An element of a page."""

    tag: str
    attributes: dict[str, str]


class Site(NamedTuple):
    """A built site, and what we wrote into it."""

    built: Any
    parts: list[str]

    def pages(self) -> Iterator[tuple[str, list[Element]]]:
        """Yield the address of each page with its elements, as browsers make of it."""
        for path in sorted(self.built.outdir.rglob("*.html")):
            if "_static" not in path.parts:
                yield path.relative_to(self.built.outdir).as_posix(), parse_page(path.read_text(encoding="utf-8"))


def elements(tree: Any) -> list[Element]:
    return [
        Element(str(item.tag).rpartition("}")[2], dict(item.attrib))
        for item in tree.iter()
        if isinstance(item.tag, str)
    ]


def parse_page(text: str) -> list[Element]:
    return elements(html5lib.parse(text))


def parse_part(text: str) -> list[Element]:
    """Return the elements of a part of a page; raise an error where the parser would have to mend something."""
    root = html5lib.HTMLParser(strict=True).parseFragment(text)
    return elements(root)[1:]


@pytest.fixture
def make_site(build: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Site]:
    """Return a function that builds like `build` and keeps all that we write."""

    def make(*arguments: Any, **named: Any) -> Site:
        parts: list[str] = []
        for name in ("render_section", "render_listing"):
            monkeypatch.setattr(html, name, _kept(getattr(html, name), parts))
        return Site(build(*arguments, **named), parts)

    return make


def _kept(render: Callable[..., str], parts: list[str]) -> Callable[..., str]:
    def kept(*arguments: Any) -> str:
        parts.append(render(*arguments))
        return parts[-1]

    return kept


def check(site: Site) -> None:
    """Check what we wrote, and each page as a whole."""
    assert site.parts
    for part in site.parts:
        for tag, attributes in parse_part(part):
            assert tag in TAGS, part
            assert set(attributes) <= ATTRIBUTES, part
            assert _ADDRESS(attributes.get("href", "")), part
    pages = dict(site.pages())
    scripts = {address: [item for item in found if item.tag == "script"] for address, found in pages.items()}
    most = max(len(found) for address, found in scripts.items() if not address.startswith("kwindex/"))
    for address, found in pages.items():
        ids = [item.attributes["id"] for item in found if "id" in item.attributes]
        assert len(ids) == len(set(ids)), address
        # The theme's, and ours.
        assert len(scripts[address]) <= most + 1, address


LONG = "x" * 300
TEXTS = [
    "<script>alert(1)</script>",
    "</div></details><h1>Out",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus",
    "<!-- a comment <![CDATA[ cdata",
    "&lt;b&gt; &amp;amp; &#60;",
    "``</code><script>alert(1)</script>``",
    "`x <javascript:alert(1)>`_ :role:`~a.b`  [a](javascript:alert(1))",
    "\u202eevil\u2066 \u200b\ufeff\x0c\x1b",
    "👩\u200d💻 " + LONG,
    "}}{{ config }} {% raw %} %s %(x)s {0}",
    ".. raw:: html\n\n   <script>alert(1)</script>",
]
"""Docstrings, values and the like."""
NAMES = [
    "a<b>&amp;'\".py",
    "sp ace.py",
    "\u202egpj.py",
    "👩\u200d💻.py",
    "ünï.py",
    "x" * 200 + ".py",
    "#%?=.py",
    "index.py",
    "--.py",
]


def nasty_file(text: str) -> str:
    """Return a file that holds a text wherever a file can hold one."""
    shown = repr(text)
    return f"""{shown}
import os

{LONG} = {shown}
ünï = [{shown}]

class A{LONG}(make({shown})):
    {shown}
    x: {shown} = {shown}

    @decorate({shown})
    def f(self, a={shown}, *, b: {shown} = 1) -> {shown}:
        {shown}
        return {LONG}, self.x, os.path, nothing_known.{LONG}

def test_it():
    assert ünï[{shown}]
"""


def nasty_tree() -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {
        f"pkg/t{number}.py": nasty_file(text).encode("utf-8", "backslashreplace") for number, text in enumerate(TEXTS)
    }
    files |= {f"names/{name}": nasty_file(TEXTS[0]).encode() for name in NAMES}
    files |= {f"{'d' * 120}/{'e' * 120}/a.py": "x = 1\n", "pkg/empty.py": "", "pkg/comment.py": "# <b>\n"}
    files["README.md"] = (
        "# <script>alert(1)</script> `<b>`\n\n<img src=x onerror=alert(1)> text\n\n## [a](javascript:alert(1))\n"
    )
    files["pkg/README.rst"] = (
        "<b>Title</b>\n============\n\n.. raw:: html\n\n   <script>alert(1)</script>\n\nText <i>.\n"
    )
    files["pkg/broken.py"] = "def <script>alert(1)</script>(:\n"
    files["use.py"] = "from pkg.t0 import *\nfrom pkg import t1\n" + f"\n\ndef g():\n    return {LONG}, t1.{LONG}\n"
    return files


def test_nasty_tree(make_site: Callable[..., Site]) -> None:
    """Names and texts that look like markup, turn the direction of text or are very long stay text."""
    conf = {"kwindex_source_url": 'https://x.example/?a=1&b="{path}"#L{line}', "kwindex_open_limit": 1}
    listing = ".. kwindex::\n   :private:\n   :columns: kind signature summary file uses line\n\n.. kwuses:: ünï\n"
    docs = {"docs/index.rst": f"T\n=\n\n.. toctree::\n\n   kwindex/index\n\n{listing}"}
    site = make_site({**nasty_tree(), **docs}, conf, warnings=["pkg/broken.py", "could be"])
    check(site)
    whole = "\n".join(site.parts)
    assert not re.search(r"<script|<img|<h1|<iframe", whole)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in whole
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\x0c\x1b]", whole)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"only.py": "def f(): ...\n"}, id="one-file"),
        pytest.param({"pkg/__init__.py": "", "pkg/a.py": "# nothing\n"}, id="no-keyword"),
        pytest.param({"README.md": "Text.\n"}, id="no-code"),
        pytest.param({"a.py": "def (:\n"}, id="nothing-parses"),
    ],
)
def test_small_projects(make_site: Callable[..., Site], files: dict[str, str]) -> None:
    """A project with next to nothing in it has valid pages of all kinds, none of them missing."""
    expected = ["invalid syntax"] if files == {"a.py": "def (:\n"} else []
    site = make_site(files, {"kwindex_exclude": ["docs"]}, warnings=expected)
    check(site)
    addresses = {address for address, _ in site.pages()}
    assert {"kwindex/index.html", *(f"kwindex/tree/{path}.html" for path in files)} <= addresses


def test_demo(make_site: Callable[..., Site], tmp_path: Path) -> None:
    """The demo's pages are valid, with listings in prose and all that a section can show."""
    demo = copy_demo(tmp_path)
    files = {
        path.relative_to(demo).as_posix(): path.read_bytes()
        for path in demo.rglob("*")
        if path.is_file() and path.name != "conf.py"
    }
    conf = {
        "extensions": ["myst_parser", "sphinx_kwindex"],
        "kwindex_open_limit": 3,
        "kwindex_source_url": "https://x.example/{path}#L{line}",
    }
    check(make_site(files, conf, warnings=["convert_1998.py"]))


@pytest.mark.slow
def test_many_keywords(make_site: Callable[..., Site]) -> None:
    """A file with 20,000 keywords has pages of a bearable size, and each keyword stands on one of them."""
    count = 20_000
    text = "".join(f"def f{number}(): ...\n" for number in range(count))
    site = make_site({"big.py": text}, {"kwindex_exclude": ["docs"]})
    pages = list(site.built.outdir.glob("kwindex/tree/big.py*.html"))
    assert len(pages) == -(-(count + 1) // PART_SIZE)
    assert max(path.stat().st_size for path in pages) < 2_500_000
    ids = [found for path in pages for found in re.findall(r'<li class="kw-item" id="(f\d+)"', path.read_text("utf-8"))]
    assert sorted(ids) == sorted(f"f{number}" for number in range(count))


@pytest.mark.browser
@pytest.mark.skipif("VNU" not in os.environ, reason="VNU names no vnu.jar: `tox -e html` fetches it")
def test_vnu(demo_site: Path) -> None:
    """The checker finds no error on any page of the demo (in furo, which has none of its own)."""
    command = ["java", "-Xss4m", "-jar", os.environ["VNU"], "--errors-only", "--skip-non-html", "--format", "gnu"]
    pages = [path for path in sorted(demo_site.rglob("*.html")) if path.name not in {"search.html", "genindex.html"}]
    run = subprocess.run([*command, *map(str, pages)], capture_output=True, text=True, check=False)
    assert run.stdout + run.stderr == ""
