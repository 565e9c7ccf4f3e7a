"""The domain `kw`: what roles mean, what is said if they mean nothing or too much, what other projects can link to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sphinx.util.inventory import InventoryFile

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "from pkg.core import Engine as Motor\nfrom pkg.core import start\n",
    "pkg/core.py": """\
        from typing import TypeAlias

        LIMIT = 3
        Number: TypeAlias = int

        class Broken(Exception): ...

        class Engine:
            '''An engine.'''
            power: int = 1

            @property
            def speed(self): ...

            def run(self): ...

            class Part:
                def run(self): ...

        def start():
            def inner(): ...
            return inner

        def _secret(): ...
        """,
    "pkg/a/tool.py": "def helper(): ...\nclass Same: ...\n",
    "pkg/b/tool.py": "def helper(): ...\nclass Same: ...\n",
    "tests/test_core.py": "class TestOne:\n    def test_it(self):\n        class F: ...\n",
}
CORE = "kwindex/tree/pkg/core.py.html"


def page(*lines: str) -> dict[str, str]:
    """Return an entry page with these lines."""
    return {"docs/index.rst": "Test\n====\n\n.. toctree::\n\n   kwindex/index\n\n" + "\n".join(lines) + "\n"}


ROLES = {
    "module": (":kw:module:`pkg.core`", f'href="{CORE}" title="pkg.core"', "pkg.core"),
    "module by end": (":kw:mod:`core`", f'href="{CORE}"', "core"),
    "class": (":kw:class:`Engine`", f'href="{CORE}#Engine"', "Engine"),
    "exception": (":kw:exc:`Broken`", f'href="{CORE}#Broken"', "Broken"),
    "exception by class": (":kw:class:`Broken`", f'href="{CORE}#Broken"', "Broken"),
    "function": (":kw:func:`pkg.core.start`", f'href="{CORE}#start"', "pkg.core.start"),
    "short form": (":kw:func:`~pkg.core.start`", f'href="{CORE}#start"', ">start<"),
    "parentheses": (":kw:func:`~pkg.core.start()`", f'href="{CORE}#start"', ">start()<"),
    "own text": (":kw:func:`go on <pkg.core.start>`", f'href="{CORE}#start"', ">go<"),
    "method": (":kw:meth:`Engine.run`", f'href="{CORE}#Engine.run"', "Engine.run"),
    "nested class": (":kw:meth:`Part.run`", f'href="{CORE}#Engine.Part.run"', "Part.run"),
    "property": (":kw:property:`Engine.speed`", f'href="{CORE}#Engine.speed"', "Engine.speed"),
    "attribute": (":kw:attr:`Engine.power`", f'href="{CORE}#Engine.power"', "Engine.power"),
    "property by attribute": (":kw:attr:`Engine.speed`", f'href="{CORE}#Engine.speed"', "Engine.speed"),
    "data": (":kw:data:`LIMIT`", f'href="{CORE}#LIMIT"', "LIMIT"),
    "type": (":kw:type:`Number`", f'href="{CORE}#Number"', "Number"),
    "any object": (":kw:obj:`pkg.core.Engine.power`", f'href="{CORE}#Engine.power"', "pkg.core.Engine.power"),
    "private": (":kw:func:`_secret`", f'href="{CORE}#_secret"', "_secret"),
    "re-exported": (":kw:class:`pkg.Motor`", f'href="{CORE}#Engine" title="pkg.core.Engine"', "pkg.Motor"),
    "member of a re-exported": (":kw:meth:`pkg.Motor.run`", f'href="{CORE}#Engine.run"', "pkg.Motor.run"),
    "local": (":kw:func:`in <start.<locals>.inner>`", f'href="{CORE}#start.-.inner"', "in"),
    "file": (":kw:file:`pkg/core.py`", f'href="{CORE}"', "pkg/core.py"),
    "file by end": (":kw:file:`core.py`", f'href="{CORE}"', "core.py"),
    "short file": (":kw:file:`~pkg/core.py`", f'href="{CORE}"', ">core.py<"),
    "folder": (":kw:folder:`pkg/a`", 'href="kwindex/tree/pkg/a/index.html"', "pkg/a"),
    "folder with slash": (":kw:folder:`pkg/a/`", 'href="kwindex/tree/pkg/a/index.html"', "pkg/a/"),
    "any": (":any:`pkg.core.Engine`", f'href="{CORE}#Engine"', "pkg.core.Engine"),
    "any file": (":any:`pkg/core.py`", f'href="{CORE}"', "pkg/core.py"),
}


def test_roles(build: Build) -> None:
    """A role finds what it names by its full id, its end, or the path by which it is re-exported."""
    rows = list(ROLES.values())
    text = build({**TREE, **page(*(f"{row[0]} ;\n" for row in rows))}).text("index.html")
    paragraphs = [part.partition("</p>")[0] for part in text.split("<p>")[1:]]
    shown = [part for part in paragraphs if part.endswith(" ;")]
    assert len(shown) == len(rows)
    faults = [
        (role, part)
        for (role, href, label), part in zip(rows, shown, strict=True)
        if href not in part or label not in part
    ]
    assert faults == []


def test_suppressed(build: Build) -> None:
    """A name after `!` is no link."""
    text = build({**TREE, **page(":kw:class:`!Engine`")}).text("index.html")
    assert f"{CORE}#Engine" not in text


FAULTS = {
    "missing": (
        ":kw:class:`Engin`",
        "index.rst:8: WARNING: kw:class 'Engin' is not in the index (could be: pkg.core.Engine)",
    ),
    "wrong case": (":kw:class:`engine`", "kw:class 'engine' is not in the index (could be: pkg.core.Engine)"),
    "wrong kind": (":kw:func:`Engine`", "kw:func 'Engine' is not in the index (could be: pkg.core.Engine)"),
    "missing file": (":kw:file:`pkg/cor.py`", "kw:file 'pkg/cor.py' is not in the index (could be: pkg/core.py"),
    "ambiguous": (":kw:class:`Same`", "kw:class 'Same' is ambiguous; linked to pkg.a.tool.Same"),
    "ambiguous file": (":kw:file:`tool.py`", "kw:file 'tool.py' is ambiguous; linked to pkg/a/tool.py"),
}


@pytest.mark.parametrize("nitpicky", [False, True], ids=["", "nitpicky"])
@pytest.mark.parametrize(("role", "text"), FAULTS.values(), ids=FAULTS)
def test_one_warning(build: Build, role: str, text: str, nitpicky: bool) -> None:
    """What is missing or ambiguous is warned of once per document and target, with candidates, nitpicky or not."""
    built = build({**TREE, **page(role, "", role)}, {"nitpicky": nitpicky}, warnings=[text])
    assert len(built.warnings) == 1


def test_missing_may_be_ignored(build: Build) -> None:
    """`nitpick_ignore` and `suppress_warnings` work as for other domains."""
    files = {**TREE, **page(":kw:class:`Nothing`", ":kw:func:`nothing`")}
    conf = {
        "nitpicky": True,
        "nitpick_ignore": [("kw:class", "Nothing")],
        "nitpick_ignore_regex": [("kw:func.*", "no.*")],
    }
    build(files, conf)
    build(files, {"suppress_warnings": ["kwindex.reference"]}, name="other")


def test_nearest_scope(build: Build) -> None:
    """A name that several modules have means the one of the module in which it is written."""
    lines = [".. py:currentmodule:: pkg.b.tool", "", ":kw:class:`Same` and :kw:func:`helper`"]
    text = build({**TREE, **page(*lines)}).text("index.html")
    assert "kwindex/tree/pkg/b/tool.py.html#Same" in text
    assert "kwindex/tree/pkg/a/tool.py.html#Same" not in text


def test_any_yields_to_documents_and_labels(build: Build) -> None:
    """With `any` as the default role, names of documents, labels and other words are not taken for keywords."""
    page_text = ":orphan:\n\n.. _run:\n\nPower\n=====\n\n`power` `run <run>` `go` `start` `Engine` `Engine.power`\n"
    files = {**TREE, "docs/power.rst": page_text, "pkg/more.py": "class Other:\n    def go(self): pass\n"}
    conf = {"default_role": "any", "nitpicky": True}
    built = build(files, conf, warnings=["reference target not found: go"])
    text = built.text("power.html")
    assert 'href="#"' in text
    assert 'href="#run"' in text
    assert "more.html#Other.go" not in text
    for name in ("start", "Engine", "Engine.power"):
        assert f'{CORE}#{name}"' in text


def test_any_gives_way(build: Build) -> None:
    """`any` means what another domain has, without a warning, where the index has the name too."""
    lines = [".. py:class:: Engine", "", "", ":any:`Engine`"]
    text = build({**TREE, **page(*lines)}).text("index.html")
    assert 'href="#Engine"' in text
    assert f"{CORE}#Engine" not in text


def test_py_fallback(build: Build) -> None:
    """With `kwindex_py_fallback`, Python references that nobody knows lead to the index; others stay as they are."""
    files = {**TREE, **page(":py:class:`pkg.Motor` :py:func:`pkg.core.start` :py:obj:`int` :py:func:`start`")}
    conf = {"nitpicky": True, "kwindex_py_fallback": True}
    built = build(files, conf, warnings=["py:func reference target not found: start"])
    assert f"{CORE}#Engine" in built.text("index.html")
    assert f"{CORE}#start" in built.text("index.html")
    anywhere = build(
        {**TREE, **page(":py:meth:`.Engine.run` :py:meth:`.run`")},
        conf,
        name="anywhere",
        warnings=["target not found: run"],
    )
    assert f"{CORE}#Engine.run" in anywhere.text("index.html")
    plain = build(files, {}, name="other")
    assert f"{CORE}#Engine" not in plain.text("index.html")


def inventory(path: Path) -> dict[str, set[str]]:
    """Return the names in an inventory of ours, by object type."""
    with path.open("rb") as file:
        found = InventoryFile.load(file, "", lambda base, uri: base + uri)
    return {kind: set(names) for kind, names in found.items() if kind.startswith("kw:")}


PUBLISHED = {
    "pages": ({}, {"kw:file", "kw:folder"}),
    "public": ({"pkg.core.Engine.run"}, {"kw:class", "kw:file", "kw:folder", "kw:function", "kw:method", "kw:module"}),
    "all": ({"pkg.core.Engine.run", "pkg.core._secret", "pkg.core.start.<locals>.inner"}, {"kw:file", "kw:function"}),
}


@pytest.mark.parametrize("publish", PUBLISHED)
def test_published(build: Build, publish: str) -> None:
    """`kwindex_publish` says what the inventory has; private and local names, and those of tests, only if all is asked for."""
    names, kinds = PUBLISHED[publish]
    found = inventory(build(TREE, {"kwindex_publish": publish}).outdir / "objects.inv")
    everything = set().union(*found.values())
    assert set(names) <= everything
    assert kinds <= found.keys()
    assert found["kw:file"] >= {"pkg/core.py", "tests/test_core.py"}
    assert ("pkg.core._secret" in everything) == (publish == "all")
    definitions = everything - found["kw:file"] - found["kw:folder"]
    assert any(name.startswith("tests.") for name in definitions) == (publish == "all")


def test_publish_limit(build: Build) -> None:
    """The limit counts definitions; pages are always there."""
    found = inventory(build(TREE, {"kwindex_publish_limit": 2}).outdir / "objects.inv")
    assert len(found["kw:file"]) >= 5
    assert sum(len(names) for kind, names in found.items() if kind not in {"kw:file", "kw:folder"}) == 2


def test_objects_are_hidden_from_search(build: Build) -> None:
    """Sphinx's own search does not list keywords, which would bury everything else."""
    assert "Engine" not in build(TREE).text("searchindex.js")


@pytest.mark.parametrize("own_index", [True, False], ids=["with an index of its own", "without a root"])
def test_other_project(build: Build, own_index: bool) -> None:
    """Another project links in through intersphinx with the same roles."""
    first = build(TREE, name="first")
    mapping = {"first": ("https://example.org/first", str(first.outdir / "objects.inv"))}
    lines = (
        ":kw:class:`pkg.core.Engine` :kw:meth:`pkg.core.Engine.run` :kw:file:`pkg/core.py`",
        ":external+first:kw:func:`pkg.core.start` :kw:attr:`pkg.core.Engine.speed`",
    )
    conf: dict[str, Any] = {"extensions": ["sphinx.ext.intersphinx", "sphinx_kwindex"], "intersphinx_mapping": mapping}
    files = {"src/own.py": "class Own: ...\n", **page(*lines)}
    if not own_index:
        conf["suppress_warnings"] = ["kwindex.root", "toc.not_readable", "toc"]
        conf["kwindex_root"] = "../nowhere"
    text = build(files, conf, name="second").text("index.html")
    for target in ("#Engine", "#Engine.run", "", "#start", "#Engine.speed"):
        assert f'href="https://example.org/first/{CORE}{target}"' in text


def test_documents_are_forgotten(build: Build) -> None:
    """What a document refers to is kept while it does, and merged from parallel readers."""
    pages = {
        f"docs/p{number}.rst": ":orphan:\n\nP\n=\n\n:kw:class:`Engine`\n\n.. kwindex:: pkg\n" for number in range(6)
    }
    for parallel in (0, 2):
        name = f"project{parallel}"
        built = build({**TREE, **pages}, name=name, parallel=parallel)
        domain = built.app.env.get_domain("kw")
        assert sorted(domain.references) == sorted(domain.listings) == [f"p{number}" for number in range(6)]
        again = build({"docs/p0.rst": None, "docs/p1.rst": ":orphan:\n\nP\n=\n"}, name=name, parallel=parallel)
        domain = again.app.env.get_domain("kw")
        assert sorted(domain.references) == sorted(domain.listings) == [f"p{number}" for number in range(2, 6)]
