"""Pages with the source of files: its text as it is, and every name that is known a link to where it is defined."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest
import sphinx
from linkcheck import broken_links, repeated_ids
from test_links import CONF, INDEX, build_site

from sphinx_kwindex import Project

Build = Callable[..., Any]

SOURCES = {"kwindex_source": "pages"}
CODE = '''\
# -*- coding: latin-1 -*-
"""Docs <b>&amp;</b> \xe9."""
import pkg.other as other
from pkg.other import Base, make

class Child(Base):
    x = "<script>alert(1)</script>"\t# and a tab

    def run(self, value: "Base") -> Base:
        value.go(); self.run(value)
        return make().back() if value else f"{make()!r} {value.go()}"

def left_open(a, b): return a.anything
'''
OTHER = """\
class Base:
    def go(self): return self

    def back(self) -> "Base": return self.go()

def make() -> Base: return Base()
"""
FILES: dict[str, str | bytes] = {
    "pkg/__init__.py": b"",
    "pkg/a.py": CODE.replace("\n", "\r\n").encode("latin-1"),
    "pkg/other.py": OTHER,
}


def shown(text: str) -> str:
    """Return the source that a page shows, without the numbers of its lines."""
    (body,) = [item for item in html5lib.parse(text, namespaceHTMLElements=False).iter("pre") if _is_source(item)]
    return "".join(_texts(body))


def _is_source(element: Any) -> bool:
    return any(item.get("class") == "linenos" for item in element)


def _texts(element: Any) -> Iterator[str]:
    if element.get("class") != "linenos":
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def links(text: str) -> dict[str, set[str]]:
    """Return where names of a source lead, by the name."""
    found: dict[str, set[str]] = {}
    source = text[text.index('<div class="kw-source-text') :].partition("</pre>")[0]
    for attributes, inside in re.findall(r"<a([^>]*)>(.*?)</a>", source, re.DOTALL):
        address = re.search(r'href="([^"]*)"', attributes)
        if address is not None and "linenos" not in attributes:
            found.setdefault(re.sub("<[^>]*>", "", inside), set()).add(address[1])
    return found


def test_text_and_links(build: Build) -> None:
    """The text is that of the file; names lead to their definitions, definitions to their rows."""
    built = build(FILES, SOURCES)
    page = built.text("kwindex/source/pkg/a.py.html")
    assert shown(page) == FILES["pkg/a.py"].decode("latin-1").replace("\r\n", "\n")  # type: ignore[union-attr]
    found, other = links(page), "other.py.html"
    assert found["Base"] == {f"{other}#Base"}
    assert found["make"] == {f"{other}#make"}
    assert found["go"] == {f"{other}#Base.go"}
    assert found["back"] == {f"{other}#Base.back"}
    assert found["run"] == {"../../tree/pkg/a.py.html#Child.run", "#Child.run"}
    assert (found["pkg"], found["other"]) == ({"__init__.py.html"}, {other})
    assert "anything" not in found
    assert broken_links(built.outdir) == []
    assert repeated_ids(built.outdir / "kwindex") == []


def test_outline(build: Build) -> None:
    """The outline leads to the definitions that it lists, by their places on the page."""
    page = build(FILES, SOURCES).text("kwindex/source/pkg/other.py.html")
    outline = page[page.index("Outline") : page.index('<div class="kw-source-text')]
    found = re.findall(r'<a href="#([^"]*)"><code>([^<]*)</code></a>', outline)
    assert found == [("Base", "Base"), ("Base.go", "go"), ("Base.back", "back"), ("make", "make")]


def test_lines_lead_to_the_source(build: Build) -> None:
    """Line numbers on the page of a file lead to the line in its source, and the head to the whole."""
    page = build(FILES, SOURCES).text("kwindex/tree/pkg/other.py.html")
    assert '<a href="../../source/pkg/other.py.html#L4">L4</a>' in page
    assert '<a href="../../source/pkg/other.py.html" class="kw-source">Source</a>' in page


@pytest.mark.parametrize("setting", ["link", "none"])
def test_no_pages(build: Build, setting: str) -> None:
    """Without pages of sources, lines lead to the code browser or nowhere."""
    built = build(FILES, {"kwindex_source": setting, "kwindex_source_url": "https://x.org/{path}#L{line}"})
    assert not (built.outdir / "kwindex/source").exists()
    assert ("https://x.org/pkg/other.py#L4" in built.text("kwindex/tree/pkg/other.py.html")) is (setting == "link")


HOSTILE = {
    "empty.py": "",
    "broken.py": "def (:\n  '</pre><script>x</script>\n",
    "bidi.py": "x = '\u202e\u0007'\n",
    "latin.py": b"x = '\xff'\n",
    "long.py": f"x = '{'a' * 100_000}'\n",
    "names.py": f"x = [{'x, ' * 30_000}]\n",
    "strings.py": """x = "</pre></code></script><script>alert(1)</script><!--"  # <img src=x onerror=alert(1)> ]]>\n""",
    "no_code.py": "\\ $ ? ! `\n\t\t<b> 0777 'open\n\n\n",
    "cr.py": b"def f():\r\treturn 1\r\rf()\r",
    "mixed.py": b"def f():\r\n\treturn 1\n\rf()\r\n",
    "bom.py": b"\xef\xbb\xbfdef f():\r\n\treturn 1\r\n\r\nf()\r\n",
    "cookie.py": "# coding: koi8-r\nx = 'Ж'\n".encode("koi8-r"),
    "no_end.py": "x = 1",
    "feed.py": "x = 1\n\f\ny = 2\n",
    "README.md": "# Title\n\n`pkg` and <b>\n",
}


def test_hostile_files(build: Build) -> None:
    """Files that cannot be read, or show what they are not, are shown as far as they are text."""
    built = build(HOSTILE, SOURCES, warnings=["broken.py", "latin.py", "no_code.py"])
    pages = {name: built.text(f"kwindex/source/{name}.html") for name in HOSTILE}
    text = {name: shown(page) for name, page in pages.items()}
    plain = {
        name: HOSTILE[name] for name in ("broken.py", "long.py", "names.py", "strings.py", "no_code.py", "README.md")
    }
    assert {name: text[name] for name in plain} == plain
    assert "alert(1)<" not in "".join(pages.values()).replace("alert(1)&lt;", "")
    for name in ("cr.py", "mixed.py", "bom.py"):
        assert text[name] == "def f():\n\treturn 1\n\nf()\n"
        assert links(pages[name])["f"] == {f"../tree/{name}.html#f", "#f"}
    assert text["cookie.py"] == "# coding: koi8-r\nx = 'Ж'\n"
    assert text["bidi.py"] == "x = '⟨U+202E⟩⟨U+0007⟩'\n"
    assert text["latin.py"] == "x = '⟨U+FFFD⟩'\n"
    assert (text["empty.py"], text["no_end.py"]) == ("\n", "x = 1\n")
    assert broken_links(built.outdir) == []


def test_edits(build: Build) -> None:
    """An edit has the source of its file written again, and that of no other that shows the same."""
    build(FILES, SOURCES)
    changed = build({"pkg/other.py": "# a comment\n" + OTHER})
    assert {name for name in changed.written if "/source/" in name} == {"kwindex/source/pkg/other.py"}
    renamed = build({"pkg/other.py": OTHER.replace("back", "back_again")})
    assert {name for name in renamed.written if "/source/" in name} == {
        "kwindex/source/pkg/other.py", "kwindex/source/pkg/a.py"
    }  # fmt: skip
    assert build({}).written == ()


def read_data(text: str) -> Any:
    """Return the data of a script."""
    return json.loads(text[text.index(",{") + 1 : text.rindex(")")])


def test_scripts(build: Build) -> None:
    """Beside each page lies what its script loads: cards with uses, and lines that use keywords of other files."""
    built = build(FILES, SOURCES)
    cards = read_data(built.text("kwindex/tree/pkg/other.py.html.js"))
    *kind, head, name, _flags, _summary, words, _tests, uses = cards["cards"]["make"]
    assert (kind[1], head, name, words) == ("function", "() -> Base", "make", "3 uses")
    own, ((number, count, groups, more),), more_files, _ = uses
    assert (own, count, more, more_files) == ([], 3, 0, 0)
    assert cards["files"][number] == ["pkg/a.py", "kwindex/source/pkg/a.py.html"]
    assert [group[:2] for group in groups] == [["Child.run", "call 2×"], ["", "import"]]
    lines = read_data(built.text("kwindex/source/pkg/a.py.html.js"))
    assert lines["uses"][groups[0][2]] == [11]
    assert lines["lines"]["11"].startswith("return make().back()")
    changed = build({"pkg/a.py": CODE.replace("class Child", "\n\nclass Child").encode("latin-1")})
    assert read_data(changed.text("kwindex/source/pkg/a.py.html.js"))["uses"][groups[0][2]] == [13]
    gone = build({"pkg/a.py": None})
    assert not list(gone.outdir.rglob("a.py.html.js"))


def test_left_out(build: Build) -> None:
    """A file whose source is left out has no page; names lead to its rows, and its uses to the rows of its scopes."""
    built = build(
        {**FILES, "pkg/b.py": "def never(): ...\0"}, {**SOURCES, "kwindex_source_exclude": ["a.py"]}, warnings=["b.py"]
    )
    assert not (built.outdir / "kwindex/source/pkg/a.py.html").exists()
    assert '<a href="a.py.html#Child.run">Child.run</a>' in built.text("kwindex/tree/pkg/other.py.html")
    assert "This file is binary: it is not shown." in built.text("kwindex/source/pkg/b.py.html")
    assert broken_links(built.outdir) == []


LONG = (
    "".join(f"def f{number}(): ...\n" for number in range(340))
    + '"""\nText\n"""\n' * 3_500
    + "class Last:\n    def end(self): return f1()\n"
)


def test_long_file(build: Build) -> None:
    """The source of a long file is on several pages; rows lead to the right one, names and uses elsewhere to rows."""
    files = {"long.py": LONG, "other.py": "from long import Last, f1\nLast().end()\n"}
    built = build(files, SOURCES)
    parts = [built.text(f"kwindex/source/long.py{part}.html") for part in ("", "~p2", "~p3")]
    assert "".join(map(shown, parts)) == LONG
    rows = built.text("kwindex/tree/long.py.html")
    assert '<a href="../source/long.py~p3.html#L10841">L10841</a>' in rows
    assert '<a href="../source/long.py.html#L2">L2</a>' in rows
    assert '<a href="../tree/long.py.html#f1">' in parts[2]
    assert links(built.text("kwindex/source/other.py.html"))["end"] == {"../tree/long.py.html#Last.end"}
    assert broken_links(built.outdir) == []
    shorter = build({"long.py": "x = 1\n"})
    assert not (shorter.outdir / "kwindex/source/long.py~p2.html").exists()


def test_other_formats(build: Build) -> None:
    """In plain text the source stands as it is."""
    text = build(FILES, SOURCES, builder="text").text("kwindex/source/pkg/other.py.txt")
    assert "Source of pkg/other.py" in text
    assert '       def back(self) -> "Base": return self.go()' in text


@pytest.mark.slow
def test_sphinx(tmp_path: Path) -> None:
    """In Sphinx's own package each source equals its file, and each name that was resolved is a link to an id."""
    root = tmp_path / "sphinx"
    shutil.copytree(Path(sphinx.__file__).parent, root, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/conf.py").write_text(f'{CONF}kwindex_source = "pages"\n')
    (tmp_path / "docs/index.rst").write_text(INDEX)
    out = build_site(tmp_path / "docs", tmp_path / "out", "html")
    pages = {path: out / f"kwindex/source/{path.relative_to(root)}.html" for path in root.rglob("*.py")}
    assert len(pages) > 190
    texts = {path: page.read_text() for path, page in pages.items()}
    different = [path.name for path, text in texts.items() if shown(text) != _ended(path.read_text())]
    assert different == ["texescape.py"]  # holds a character that cannot be seen, which is spelled out
    assert broken_links(out) == []
    uses = find_uses(root)
    assert len(uses) > 20_000
    found = {str(path.relative_to(root)): link_places(text) for path, text in texts.items()}
    assert [use for use in uses if use[0] in found and use[1:] not in found[use[0]]] == []


def find_uses(root: Path) -> list[tuple[str, int, int]]:
    """Return the places of names whose targets are certain: path, line and column. What operators call is written nowhere."""
    with Project.open(root) as project:
        rows = [row for file in project.files() for row in project.reader.uses_in(file.path) if row.exact]
    return [(row.path, row.line, row.col) for row in rows]


def link_places(text: str) -> set[tuple[int, int]]:
    """Return the lines and columns at which links stand in the source that a page shows."""
    (body,) = [item for item in html5lib.parse(text, namespaceHTMLElements=False).iter("pre") if _is_source(item)]
    found, line, col = set[tuple[int, int]](), 1, 0
    for child in body:
        if child.tag == "a" and child.get("href") and child.get("class") != "linenos":
            found.add((line, col))
        passed = "".join(_texts(child)) + (child.tail or "")
        line += passed.count("\n")
        col = len(passed) - passed.rfind("\n") - 1 if "\n" in passed else col + len(passed)
    return found


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


SEVERAL = {
    "pkg/__init__.py": "",
    "pkg/one.py": "class Ship:\n    def sail(self): ...\n\nclass Boat:\n    def sail(self): ...\n\ndef hoist_all(): ...\n",
    "pkg/sub/__init__.py": "",
    "pkg/sub/two.py": (
        "from ..one import Boat, Ship\nfrom . import three\nimport pkg.sub.three as third\n\n"
        "def go(what: Ship | Boat): what.sail()\n\ndef maybe(what): what.hoist_mast()\n"
    ),
    "pkg/sub/three.py": "class Mast:\n    def hoist_mast(self): ...\n\nclass Pole:\n    def hoist_mast(self): ...\n",
}


def test_several_targets(build: Build) -> None:
    """A name that may mean several things leads to the first, and says where the others are; guesses look so."""
    page = build(SEVERAL, SOURCES).text("kwindex/source/pkg/sub/two.py.html")
    assert re.search(r'<a [^>]*href="../one.py.html#Boat.sail" data-kw-more="../one.py.html#Ship.sail"', page)
    assert re.search(
        r'<a [^>]*class="kw-guess" href="three.py.html#Mast.hoist_mast" data-kw-more="three.py.html#Pole', page
    )


def test_imports_lead_whole(build: Build) -> None:
    """Of an import each part is a link: dots to the package, packages, modules and names."""
    page = build(SEVERAL, SOURCES).text("kwindex/source/pkg/sub/two.py.html")
    found = links(page)
    assert found[".."] == {"../__init__.py.html"}
    assert found["one"] == {"../one.py.html"}
    assert found["."] == {"__init__.py.html"}
    assert found["three"] == {"three.py.html"}
    assert (found["pkg"], found["sub"]) == ({"../__init__.py.html"}, {"__init__.py.html"})


def test_file_that_names_itself(build: Build) -> None:
    """A file that names its own module leads to its first line."""
    files = {"pkg/__init__.py": "x = 1\nfrom pkg import one\nfrom . import one as two\n", "pkg/one.py": ""}
    found = links(build(files, SOURCES).text("kwindex/source/pkg/__init__.py.html"))
    assert (found["pkg"], found["."]) == ({"#L1"}, {"#L1"})


def test_rows_lead_to_uses(build: Build) -> None:
    """Uses in other files lead to where the scope first uses the keyword, by an anchor that no moved line changes."""
    built = build(FILES, SOURCES)
    (anchor,) = re.findall(
        r'<a href="\.\./\.\./source/pkg/a\.py\.html#(~[^"]*)">Child\.run</a>',
        built.text("kwindex/tree/pkg/other.py.html").partition('id="make"')[2],
    )
    source = built.text("kwindex/source/pkg/a.py.html")
    line = source[: source.index(f'id="{anchor}"')].rpartition('id="L')[2]
    assert line.startswith("11"), "return make().back()"
    changed = build({"pkg/a.py": CODE.replace("class Child", "\n\nclass Child").encode("latin-1")})
    # The page of the folder says how many lines there are.
    shown_by = {"kwindex/source/pkg/a.py", "kwindex/tree/pkg/a.py", "kwindex/tree/pkg/index"}
    assert {name for name in changed.written if "pkg/" in name} == shown_by
    assert broken_links(built.outdir) == []
