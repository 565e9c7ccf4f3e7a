"""Names of any kind are shown as they are, or spelled out, and lead where they should; none of them becomes markup."""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Callable

import html5lib
import pytest
from attacks import run_dump
from conftest import Built

Build = Callable[..., Built]

UNSEEN = [
    "a\u202eb",
    "a\x01b",
    "a\x7fb",
    "a\nb",
    "a\tb",
    "a\rb",
    "a\u200bb",
    "a\u2028b",
    "\ufeffa",
    "a\u2066b",
    "a\x9bb",
]
PLAIN = [
    *(
        "<script>alert(1)<",
        "CON",
        "nul.x",
        "..x",
        "%2e%2e",
        "a#b",
        "a?b",
        "a&amp;b",
        'a"b',
        "a'b",
        "a\\b",
        "`x`",
        "*x*",
        "{{x}}",
    ),
    *(
        "{% x %}",
        "|x|",
        "_x_",
        "x_",
        "[x](y)",
        " lead",
        "trail ",
        "A",
        "a",
        "$x^2$",
        "~x",
        "c:d",
        "-x",
        "@x",
        "x" * 120,
        "ä",
        "a\u0308",
    ),
    *(
        "index",
        "a.html",
        "search",
        "genindex",
        "]]>",
        "<!--",
        "%s",
        "\\N{DASH}",
        "__proto__",
        "constructor",
        "http:",
        "javascript:x",
    ),
]
RAW = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
TEXTS = {".html", ".xhtml", ".js", ".txt", ".tex", ".xml", ".opf", ".ncx", ".texi", ".1", ".json", ".kwindex"}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names of any kind need a file system that takes them")


def tree() -> dict[str, str]:
    text = '"""Docs\u202e."""\nimport os\n\n\nclass K:\n    def f(self, a="\u202e\x01"): "Does\u202e."\n'
    names = {f"src/{name}/{name}.py": text for name in (*UNSEEN, *PLAIN)}
    names |= {f"src/top/{name}.py": text for name in (*UNSEEN, *PLAIN)}
    return {
        **names,
        "src/README.md": "# T\u202e\x7f\n\nA `K` \u202e here.\n",
        "docs/index.rst": "T\n=\n\n.. toctree::\n\n   kwindex/index\n",
    }


CONF = {"kwindex_root": "../src", "kwindex_lint": [], "version": "1", "copyright": "x", "exclude_patterns": ["_build"]}
EXPECTED = ["is already provided by", "epub_copyright"]


@pytest.mark.parametrize("builder", ["html", "epub", "latex", "xml"])
def test_names(build: Build, builder: str) -> None:
    """What cannot be seen is spelled out, in pages, titles, links of themes, inventories, search and stubs."""
    built = build(tree(), CONF, builder, warnings=EXPECTED[:1])
    assert "a⟨U+000A⟩b.py" in "\n".join(built.warnings)
    files = [file for folder in (built.outdir, built.srcdir) for file in folder.rglob("*") if file.suffix in TEXTS]
    assert len(files) > 20 or builder == "latex"
    for file in files:
        text = file.read_text(encoding="utf-8")
        if "static" not in file.parts and file.parent.name != "_static":
            found = RAW.search(text)
            assert found is None, (file.name, text[max(0, found.start() - 80) : found.end() + 20])
        if file.suffix in {".html", ".xhtml"} and "kwindex" in file.parts:
            taken = re.findall(r'\sid="([^"]*)"', text)
            assert len(taken) == len(set(taken)), file.name
        if file.suffix == ".html":
            document = html5lib.parse(text, namespaceHTMLElements=False)
            assert not [tag for tag in document.iter("script") if "alert(1)" in (tag.text or "")], file.name
        if file.suffix == ".kwindex":
            json.loads(text)
    if builder == "html":
        assert "a⟨U+202E⟩b.py" in built.text("kwindex/tree/a~E2~80~AEb/a~E2~80~AEb.py.html").partition("</title>")[0]
        data = (built.outdir / "objects.inv").read_bytes().split(b"\n", 4)[4]
        rows = zlib.decompress(data).decode().splitlines()
        assert RAW.search("".join(rows)) is None
        assert all(re.match(r"(.+?)\s+(\S+)\s+(-?\d+)\s+?(\S*)\s+(.*)", row) for row in rows)


def test_messages(make_tree: Callable[..., object], tmp_path: object) -> None:
    """A name cannot write to a terminal what it likes."""
    root = make_tree({"a\x1b[31m\nb.py": "def (\n"})
    done = run_dump(root, cwd=root)  # type: ignore[arg-type]
    assert b"\x1b" not in done.stderr
    assert "a⟨U+001B⟩[31m⟨U+000A⟩b.py:1: " in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1
