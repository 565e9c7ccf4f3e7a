"""What stands under the descriptions of objects in other documents: uses, tests, source; and that it keeps quiet otherwise."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex.pages import entry_view

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "from pkg.one import One\n",
    "pkg/one.py": '''\
        class One:
            """The first."""

            def go(self):
                """Go."""

            def rest(self): ...
        ''',
    "pkg/two.py": "from pkg.one import One\n\ndef use():\n    One().go()\n    return One\n",
    "tests/test_one.py": "from pkg import One\n\ndef test_one():\n    One().go()\n",
}
PAGE = """\
    :orphan:

    Api
    ===

    .. py:class:: pkg.One

       The first.

       .. py:method:: go()

          Go.

       .. py:method:: rest()

    .. py:function:: elsewhere.f()

       Unknown to the index.

    .. c:function:: int go(void)
    """


def shown(built: Any, page: str = "api.html", script: str = "") -> list[str]:
    """Return what stands under descriptions, without markup, and with what it opens to."""
    path, text = built.outdir / (script or f"{page}.js"), built.text(page)
    closed = json.loads(path.read_text().partition("(")[2].rpartition(")")[0]) if path.exists() else {}
    found = re.findall(r'<(\w+) class="(?:kw )?kw-api"(?: href="(.*?)")?>(.*?)</\1>', text, re.DOTALL)
    return [
        re.sub(
            r"\s+", " ", re.sub(r"<[^>]+>", " ", f"{item} {closed[html.unescape(address)] if address else ''}")
        ).strip()
        for _, address, item in found
    ]


def test_html(build: Build) -> None:
    """Under each description that the index knows stands one line: how much it is used, by whom, and where it is."""
    built = build({**TREE, "docs/api.rst": PAGE}, {"nitpicky": True})
    text = built.text("api.html")
    assert shown(built) == [
        "Used 4 times in 2 files · 1 test file · Example Example: One().go() · tests/test_one.py Used in pkg/two.py (3), pkg/__init__.py , tests/test_one.py (2) Defined in pkg/one.py",
        "Used once in 1 file · 1 test file · Example Example: One().go() · tests/test_one.py Used in pkg/two.py , tests/test_one.py Defined in pkg/one.py",
        "Defined in pkg/one.py",
    ]
    assert 'href="kwindex/tree/pkg/one.py.html#One.go"' in text
    before, _, after = text.partition("Used 4 times")
    assert "The first." in before
    assert "go" in after


def test_other_formats(build: Build) -> None:
    """Formats without closed parts say it in plain sentences."""
    text = build({**TREE, "docs/api.rst": PAGE}, builder="text").text("api.txt")
    text = " ".join(text.split())
    assert 'Used once in 1 file · 1 test file: Example: "One().go()" · tests/test_one.py' in text
    assert 'Defined in "pkg/one.py"' in text


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], []),
        (["source"], ["Defined in pkg/one.py"] * 3),
        (
            ["tests"],
            ["Used in 1 test file Used in tests/test_one.py (2)", "Used in 1 test file Used in tests/test_one.py"],
        ),
    ],
)
def test_parts(build: Build, parts: list[str], expected: list[str]) -> None:
    """The setting says what is shown; nothing if it is empty."""
    built = build({**TREE, "docs/api.rst": PAGE}, {"kwindex_api_entries": parts})
    assert shown(built) == expected


def test_bad_setting(build: Build) -> None:
    """An unknown part is a warning, and the default stands."""
    said = "must be a list of any of 'uses', 'tests', 'example', 'overridden', 'related', 'source'"
    built = build({**TREE, "docs/api.rst": PAGE}, {"kwindex_api_entries": ["uses", "weather"]}, warnings=[said])
    assert len(shown(built)) == 3


def test_rebuild(build: Build) -> None:
    """A document is written again when what it shows under descriptions changed, and only then."""
    build({**TREE, "docs/api.rst": PAGE})
    same = build({"pkg/two.py": TREE["pkg/two.py"] + "\ndef more(): ...\n"})
    assert "api" not in same.written
    used = build({"pkg/three.py": "from pkg.one import One\nOne().rest()\n"})
    assert "api" in used.written
    assert "Used once in 1 file · Example Example: One().rest() · pkg/three.py Defined in pkg/one.py" in shown(used)
    assert "api" not in used.read


def test_setting_changed(build: Build) -> None:
    """Another setting has documents written again, and none read."""
    build({**TREE, "docs/api.rst": PAGE}, {"kwindex_api_entries": ["source"]})
    built = build({}, {"kwindex_api_entries": []})
    assert (built.read, shown(built)) == ((), [])


def test_autodoc(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What autodoc describes has its line too, under whatever path it is re-exported; without an index entry as well."""
    page = ":orphan:\n\nApi\n===\n\n.. autoclass:: kwapi.One\n   :members:\n   :undoc-members:\n   :no-index:\n"
    tree = {path.replace("pkg/", "kwapi/"): text.replace("pkg", "kwapi") for path, text in TREE.items()}
    monkeypatch.syspath_prepend(tmp_path / "project")
    built = build({**tree, "docs/api.rst": page}, {"extensions": ["sphinx.ext.autodoc", "sphinx_kwindex"]})
    assert [text.partition(" in ")[0] for text in shown(built)] == [
        "Used 4 times",
        "Used once",
        "Defined",
    ]


def test_described_twice(build: Build) -> None:
    """Two descriptions of one object, in a document and in two, have a line each; the only warnings are those of Sphinx."""
    twice = ":orphan:\n\nApi\n===\n\n.. py:method:: pkg.one.One.rest()\n\n.. py:method:: pkg.one.One.rest()\n"
    once = ":orphan:\n\nMore\n====\n\n.. py:method:: pkg.one.One.rest()\n"
    built = build({**TREE, "docs/api.rst": twice, "docs/more.rst": once}, warnings=["duplicate object description"])
    assert [len(shown(built, name)) for name in ("api.html", "more.html")] == [2, 1]


def test_failed_import(build: Build) -> None:
    """What autodoc could not import has no description, and so no line."""
    page = ":orphan:\n\nApi\n===\n\n.. autoclass:: kw_not_there.One\n   :members:\n"
    conf = {"extensions": ["sphinx.ext.autodoc", "sphinx_kwindex"], "suppress_warnings": ["autodoc"]}
    built = build({**TREE, "docs/api.rst": page}, conf)
    assert shown(built) == []


MORE = {
    **TREE,
    "pkg/sub.py": "from pkg.one import One\n\nclass Two(One):\n    def go(self): ...\n",
    "docs/api.rst": PAGE,
}


def test_overridden(build: Build) -> None:
    """A method says what overrides it."""
    built = build(MORE, {"kwindex_api_entries": ["overridden"]})
    assert shown(built) == ["Overridden in 1 class Overridden by: Two.go"]
    assert r"href=\"kwindex/tree/pkg/sub.py.html#Two.go\"" in built.text("api.html.js")


def test_hidden(build: Build) -> None:
    """A pattern and a field leave the line out; the field is not shown."""
    page = PAGE.replace("          Go.\n", "          Go.\n\n          :kw-hide:\n")
    built = build({**TREE, "docs/api.rst": page}, {"kwindex_api_hide": ["pkg.*.rest"]})
    assert [text.partition(" in ")[0] for text in shown(built)] == ["Used 4 times"]
    assert "kw-hide" not in built.text("api.html")
    again = build({}, {"kwindex_api_hide": ["pkg.One"]})
    assert again.read == ()
    assert [text.partition(" in ")[0] for text in shown(again)] == ["Defined"]


def test_placed(build: Build) -> None:
    """The directive places the line: in a description there is no other one then, elsewhere it names an object."""
    page = PAGE.replace("       The first.\n", "       .. kwapi::\n\n       The first.\n")
    text = f"{page}\n    .. kwapi:: One.rest\n\n    .. kwapi:: pkg.nothing\n"
    said = "kwapi: 'pkg.nothing' is not in the index"
    built = build({**TREE, "docs/api.rst": text}, {"kwindex_api_entries": ["source"]}, warnings=[said])
    assert shown(built) == ["Defined in pkg/one.py"] * 4
    assert built.text("api.html").index("kw-api") < built.text("api.html").index("The first.")


def test_related(build: Build) -> None:
    """The line can name files that are related to that of the object; it does not unless asked to."""
    built = build({**TREE, "docs/api.rst": PAGE}, {"kwindex_api_entries": ["related"]})
    assert shown(built) == ["Related files: tests/test_one.py , pkg/__init__.py"] * 3


def test_source_pages(build: Build) -> None:
    """Where sources have pages, the line leads to the definition there, too."""
    built = build({**TREE, "docs/api.rst": PAGE}, {"kwindex_api_entries": ["source"], "kwindex_source": "pages"})
    assert shown(built) == ["Defined in pkg/one.py · Source"] * 3
    assert 'href="kwindex/source/pkg/one.py.html#One.go">Source</a>' in built.text("api.html")


def test_branches(build: Build) -> None:
    """Of a name that is another class on another platform, all definitions are named."""
    tree = {
        "pkg/__init__.py": """\
            import sys

            if sys.platform == "win32":
                from pkg.win import Port
            elif sys.platform == "cli":
                from pkg.cli import Port
            else:
                from pkg.posix import Port
            """,
        **{f"pkg/{name}.py": "class Port:\n    def open(self): ...\n" for name in ("win", "cli", "posix")},
        "docs/api.rst": ":orphan:\n\nA\n=\n\n.. py:class:: pkg.Port\n\n   .. py:method:: open()\n",
    }
    built = build(tree, {"kwindex_api_entries": ["source"]})
    assert shown(built) == ["Defined in pkg/win.py , pkg/cli.py and 1 more"] * 2


def test_nearest_first(build: Build) -> None:
    """Using files stand nearest first; of those as near, those with most uses."""
    use = "from pkg.sub.one import f\nf()\n"
    tree = {"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/one.py": "def f(): ...\n"}
    users = {"pkg/a.py": use * 3, "pkg/sub/b.py": use, "pkg/sub/c.py": use + "f()\n", "tests/test_f.py": use * 9}
    page = ":orphan:\n\nA\n=\n\n.. py:function:: pkg.sub.one.f()\n"
    built = build({**tree, **users, "docs/api.rst": page}, {"kwindex_api_entries": ["uses", "tests"]})
    assert shown(built) == [
        "Used 11 times in 3 files · 1 test file Used in pkg/sub/c.py (3), pkg/sub/b.py (2), pkg/a.py (6), tests/test_f.py (18)"
    ]


def test_large_page(build: Build) -> None:
    """A page of an API with 500 short entries grows by at most 15 %: a line is a link, and what it opens to is beside the page."""
    names = [f"handle_{place}" for place in range(500)]
    entry = ".. py:function:: package.module.{}(app: Application, path: str) -> bool\n\n   Handle what comes in as it has to be handled.\n"
    files = {
        "package/__init__.py": "",
        "package/module.py": "".join(f"def {name}(app, path): ...\n" for name in names),
        "package/user.py": f"from package import module\n{''.join(f'module.{name}(1, 2)' + chr(10) for name in names)}",
        "docs/api.rst": "\n".join([":orphan:\n\nApi\n===\n", *map(entry.format, names)]),
    }
    full = build(files)
    assert full.text("api.html").count('class="kw-api"') == 500
    size = len(full.text("api.html"))
    assert size < 1.15 * len(build({}, {"kwindex_api_entries": []}).text("api.html"))


def test_read_once(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told of the names of a file is read once, in whatever order they are described, and however often it is asked for."""
    read: list[str] = []

    def read_file(sources: Any, path: str) -> Any:
        read.append(path)
        return real(sources, path)

    real = entry_view._read_file
    monkeypatch.setattr(entry_view, "_read_file", read_file)
    names = ("pkg.one.One", "pkg.two.use") * 3
    page = "\n".join([":orphan:\n\nApi\n===\n", *(f".. py:function:: {name}()\n   :no-index:\n" for name in names)])
    built = build({**TREE, "docs/api.rst": page, "docs/more.rst": page})
    assert len(shown(built)) == len(shown(built, "more.html")) == 6
    assert sorted(read) == ["pkg/one.py", "pkg/two.py"]


def test_script(build: Build) -> None:
    """What opens lines, and what they open to, is there where a line can be opened, and no other script of ours."""
    built = build({**TREE, "docs/api.rst": PAGE})
    (script,) = re.findall(r"<script [^>]*kwindex[^>]*>", built.text("api.html"))
    assert 'data-kw="api.html.js"' in script
    assert 'src="_static/kwindex-api.js?v=' in script
    few = build({}, {"kwindex_api_entries": ["source"]})
    assert "kwindex-api.js" not in few.text("api.html")
    assert not (few.outdir / "api.html.js").exists()
    (few.outdir / "api.html.js").write_text("alert()")
    build({}, {"kwindex_api_entries": ["source", "overridden"], "html_short_title": "Changed"})
    assert (few.outdir / "api.html.js").read_text() == "alert()"


@pytest.mark.parametrize(
    ("name", "page", "script"), [("index", "index.html", "index.js"), ("api", "api/index.html", "api/index.js")]
)
def test_folders(build: Build, name: str, page: str, script: str) -> None:
    """Where each document has a folder, its script lies in that."""
    built = build({**TREE, f"docs/{name}.rst": PAGE}, builder="dirhtml")
    assert shown(built, page, script)[0].startswith("Used 4 times")
    assert f'data-kw="{script}"' in built.text(page)


def test_no_scripts(build: Build) -> None:
    """A book has all that a line opens to in place."""
    index = "Index\n=====\n\n.. toctree::\n\n   api\n"
    conf = {"version": "1", "copyright": "2024, us", "author": "us"}
    files = {"docs/api.rst": PAGE.replace(":orphan:", ""), "docs/index.rst": index}
    text = build({**TREE, **files}, conf, "epub").text("api.xhtml")
    assert re.search(r'<details class="kw kw-api"><summary>Used once.*?<code>One\(\).go\(\)</code>', text)


def test_odd_paths(build: Build) -> None:
    """A path that its page's address spells otherwise is a link, too."""
    files = {"pkg/odd name.py": TREE["pkg/two.py"], "docs/api.rst": PAGE}
    built = build({**TREE, **files}, {"kwindex_api_entries": ["uses", "source"]})
    assert r"<a href=\"kwindex/tree/pkg/odd~20name.py.html\">pkg/odd name.py</a>" in built.text("api.html.js")
