"""Books: the pages as part of latex, texinfo, man, epub and one page of HTML."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import PROJECT, Built

Build = Callable[..., Built]

TREE = {
    "pkg/__init__.py": "",
    "pkg/a.py": "class Crane:\n    def lift(self, é=1):\n        def inner(): ...\n\n\ndef a_b(x='&%$#_{}~^\\\\'): ...\n",
    "pkg/sub/b.py": "from pkg.a import Crane\n\ndef go():\n    Crane().lift()\n",
    "other/a.py": "def lift(): ...\n",
    "pkg/d.py": "import pkg.space\nimport words\n",
    "pkg/space/one.py": "",
    "words/de/x.js": "function f() {}\n",
    "tests/test_a.py": "from pkg.a import Crane\n\ndef test_lift():\n    Crane().lift()\n",
    "README.md": "# Cranes\n\nA `Crane`.\n",
    "docs/index.rst": "T\n=\n\n.. toctree::\n\n   kwindex/index\n",
}
CONF = {"kwindex_exclude": ["docs/"], "kwindex_book": ["."], "version": "1", "copyright": "me", "author": "me"}


def latex(built: Built) -> str:
    (path,) = built.outdir.glob("*.tex")
    return path.read_text(encoding="utf-8")


def test_latex(build: Build) -> None:
    """Folders with their files, READMEs first; all references are defined; the index has names with what they are in."""
    text = latex(build(TREE, CONF, "latex"))
    titles = [
        "README.md",
        "other/",
        "other/a.py",
        "pkg/",
        "pkg/\\_\\_init\\_\\_.py",
        "pkg/a.py",
        "pkg/sub/",
        "pkg/sub/b.py",
        "tests/",
    ]
    places = [re.search(rf"\\(?:sub)*section\{{{re.escape(title)}\}}", text) for title in titles]
    assert [match.start() for match in places if match] == sorted(match.start() for match in places if match)
    assert all(places)
    wanted = set(re.findall(r"\\hyperref\[\\detokenize\{(.*?)\}\]", text))
    assert wanted <= set(re.findall(r"\\label\{\\detokenize\{(.*?)\}\}", text))
    assert any(label.endswith("pkg/a.py:Crane.lift") for label in wanted)
    entries = set(re.findall(r"\\index\{([^@!|]+)@", text))
    assert entries >= {"Crane", "lift", "go"}
    assert not {"inner", "test\\_lift"} & entries


def test_short_on_paper(build: Build) -> None:
    """Paper has what is known of a name in one paragraph, without what the index has, and no path of the page's own file."""
    tree = {
        **TREE,
        "pkg/a.py": "class Crane:\n    def lift(self, by: 'Crane'): ...\n\n\ndef run(): Crane().lift(Crane())\n",
    }
    text = latex(build(tree, CONF, "latex"))
    row = text[text.index("\\detokenize{kwindex/tree/pkg/a.py:Crane.lift}}\\index") :]
    facts = re.sub(r"\\[a-z]+\*?\[.*?\]|\\[a-zA-Z]+|[{}]", "", row.split("\\sphinxAtStartPar")[1])
    assert facts.startswith(
        "\nTypes: Crane · Example: Crane().lift() (tests/test\\_a.py) · Used in: this file (1), pkg/sub/b.py (1), tests/test\\_a.py (1)"
    )
    assert "Same name elsewhere" not in text


def test_long_titles(build: Build) -> None:
    """Paths in titles may go on in the next line."""
    path = "pkg/a_rather_long_folder/with_another_long_folder/and_a_module_in_it.py"
    text = latex(build({**TREE, path: "x = 1\n"}, CONF, "latex"))
    title = re.search(r"section\{(pkg/\\allowbreak\{\}a.*)\}\n", text)
    assert title
    assert title[1].count("\\allowbreak") >= 5


def test_folders_that_tell_nothing(build: Build) -> None:
    """Folders whose files define nothing have no chapter, nor have those that only hold one other; each name has its place."""
    tree = {
        **TREE,
        "pkg/words/de/texts/x.js": "",
        "pkg/words/fr/__init__.py": "",
        "lib/deep/c.py": "def run(): ...\n",
        "many/one/d.py": "def run(): ...\n",
        "many/two/e.py": "def run(): ...\n",
        "notes/README.md": "# About\n",
    }
    titles = set(re.findall(r"\\section\{([^}]*/)\}", latex(build(tree, CONF, "latex"))))
    assert titles >= {"lib/deep/", "many/", "many/one/", "many/two/", "notes/", "pkg/", "pkg/sub/"}
    assert {"lib/", "pkg/words/", "pkg/words/de/", "pkg/words/de/texts/", "pkg/words/fr/"} & titles == set()


def test_said_once(build: Build) -> None:
    """How pages were made stands on the project's page alone in a book."""
    text = latex(build(TREE, CONF, "latex"))
    assert text.count("Generated from the source, without running it.") == 1


def test_chapters_are_paths(build: Build) -> None:
    """Titles of chapters keep their small letters, and numbers of three digits have room in the contents."""
    text = latex(build(TREE, CONF, "latex"))
    assert "\\ChTitleAsIs" in text
    assert "\\patchcmd{\\l@chapter}" in text


@pytest.mark.parametrize(("engine", "is_quick"), [("lualatex", True), ("xelatex", False)])
def test_quick_fonts(build: Build, engine: str, is_quick: bool) -> None:
    """LuaTeX sets what we show without its slow shaping, and what authors wrote with it."""
    text = latex(
        build(
            {**TREE, "docs/index.rst": f"{TREE['docs/index.rst']}\nWritten.\n"},
            {**CONF, "latex_engine": engine},
            "latex",
        )
    )
    assert ("\\kwindexquick" in text) is is_quick
    before = text[text.index("\\begin{document}") : text.index("Written.")]
    assert before.count("\\kwindexquick{}") == before.count("\\kwindexusual{}")


def test_one_folder(build: Build) -> None:
    """A book of one folder has no others; a folder that is not there is a warning with the line of conf.py."""
    built = build(
        TREE,
        {**CONF, "kwindex_book": ["pkg", "nowhere/"]},
        "latex",
        warnings=["no folder 'nowhere/' has indexed files"],
    )
    text = latex(built)
    assert "pkg/sub/b.py}" in text
    assert "section{other/}" not in text
    assert "section{README.md}" not in text


def test_no_book(build: Build) -> None:
    """Nobody who does not ask has one."""
    conf = {key: value for key, value in CONF.items() if key != "kwindex_book"}
    assert "section{pkg/}" not in latex(build(TREE, conf, "latex"))


def test_other_builders_are_as_before(build: Build) -> None:
    """After a book, a site is what it is without one: no page stands in a menu."""
    build(TREE, CONF, "latex")
    site = build({}, None, "html")
    fresh = build(TREE, CONF, "html", name="fresh")
    for path in ("index.html", "kwindex/index.html", "kwindex/tree/pkg/a.py.html"):
        assert site.text(path) == fresh.text(path)
    assert "kw-path" in site.text("kwindex/tree/pkg/a.py.html")


def test_one_page(build: Build) -> None:
    """On one page, names that several files have are told apart, and links lead to the right ones."""
    built = build(TREE, CONF, "singlehtml")
    text = built.text("index.html")
    ids = Counter(map(html.unescape, re.findall(r'\bid="([^"]*)"', text)))
    assert [name for name, count in ids.items() if count > 1] == []
    wanted = {unquote(html.unescape(name)) for name in re.findall(r'href="#([^"#]+)"', text)}
    assert wanted - ids.keys() == set()
    assert "document-kwindex/tree/pkg/a.py-Crane.lift" in wanted
    assert {"document-kwindex/tree/other/a.py-lift", "document-kwindex/tree/pkg/a.py"} <= ids.keys()


def test_texinfo_and_man(build: Build) -> None:
    """Both have all files; what texinfo refers to is there."""
    (path,) = build(TREE, CONF, "texinfo").outdir.glob("*.texi")
    text = path.read_text(encoding="utf-8")
    anchors = set(re.findall(r"@anchor\{([^}]*)\}", text))
    assert {name for name in re.findall(r"@ref\{([^,}]*),", text) if name.startswith("kwindex/")} <= anchors
    assert "pkg/sub/b.py" in text
    manual = build(TREE, {**CONF, "man_pages": [("index", "t", "t", [], 1)]}, "man").text("t.1")
    assert "pkg/sub/b.py" in manual
    assert "Crane.lift" in manual


def test_electronic_book(build: Build) -> None:
    """Its table of contents has all folders and files."""
    built = build(TREE, CONF, "epub")
    (book,) = built.outdir.glob("*.epub")
    with zipfile.ZipFile(book) as archive:
        contents = archive.read("nav.xhtml").decode()
    assert re.search(r'href="kwindex/tree/pkg/a.py.xhtml"[^>]*>pkg/a.py<', contents)


@pytest.mark.skipif(shutil.which("latexmk") is None or shutil.which("xelatex") is None, reason="LaTeX is not installed")
@pytest.mark.parametrize("engine", ["xelatex", "lualatex"])
def test_pdf(build: Build, tmp_path: Path, engine: str) -> None:
    """The demo's book has no undefined reference and no line that is much too wide; its index leads to the right pages."""
    demo = tmp_path / "demo"
    shutil.copytree(PROJECT / "demo_project", demo)
    long = demo / "src/tidebook/ext/_legacy_class_based"
    long.mkdir(parents=True)
    (long / "_documenters_of_it.py").write_text(f'"""{"words:without(spaces)&" * 9}"""\n\nclass Empty: ...\n')
    conf = {
        **CONF,
        "kwindex_root": str(demo),
        "latex_engine": engine,
        "latex_documents": [("kwindex/index", "i.tex", "T", "me", "manual", True)],
    }
    built = build({}, conf, "latex", warnings=["kwindex.parse"])
    done = subprocess.run(
        ["make", "LATEXMKOPTS=-interaction=nonstopmode"], cwd=built.outdir, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stdout[-2000:]
    log = (built.outdir / "i.log").read_text(encoding="utf-8", errors="replace")
    assert not re.findall(r"Reference .* undefined", log)
    assert [width for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) if float(width) > 20] == []
    index = (built.outdir / "i.ind").read_text(encoding="utf-8")
    assert index.count("\\hyperpage") > 50
