"""The scripts that the search box looks names up in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from linkcheck import broken_links

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "",
    "pkg/one.py": "class One:\n    def go_on(self): ...\n\ndef _own(): ...\n\ndef stay_home(): ...\ndef go_home():\n    def inner(): ...\n",
    "pkg/two.py": "from pkg.one import One\n\ndef use(): return One().go_on()\n",
}


def scripts(folder: Path) -> dict[str, Any]:
    """Return the data of each script, by the name that it gives; that of the file has to be the same."""
    found = {}
    for path in sorted((folder / "_static/kwindex").glob("*.js")):
        name, data = json.loads(
            path.read_text("ascii").strip().removeprefix("kwindexNames(").removesuffix(")").join("[]")
        )
        assert path.stem == (name or "index")
        found[name] = data
    return found


def test_names(build: Build) -> None:
    """There is a script for each page of the A-Z index, with its names, and one that lists the others."""
    found = scripts(build(TREE).outdir)
    letters = {name: address for _, _, name, address in found[""]["letters"]}
    assert letters == {name: f"kwindex/names/{name}.html" for name in found if name}
    kinds = [kind for kind, _, _ in found[""]["kinds"]]
    docs = found["o"]["docs"]
    rows = {
        name: [(kinds[kind], docs[place], outer, private, *anchor) for kind, place, outer, private, *anchor in entries]
        for name, *entries in found["o"]["names"]
    }
    one = ["kwindex/tree/pkg/one.py.html", "pkg/one.py"]
    assert rows == {
        "One": [("class", one, "", 0)],
        "one": [("module", one, "pkg.", 0, "")],
        "_own": [("function", one, "", 1)],
    }
    assert ["inner", [kinds.index("function"), 0, "go_home.<locals>.", 0, "go_home.-.inner"]] in found["i"]["names"]
    word = next(row for row in found["h"]["words"] if row[0] == "home")
    assert [name for name, _ in word[1:]] == ["go_home", "stay_home"]


def names(folder: Path) -> dict[str, list[str]]:
    """Return the names that each list of names holds, written out."""
    found = {}
    for path in sorted((folder / "_static/kwindex/names").glob("*.js")):
        page, packed = json.loads(
            path.read_text("ascii").strip().removeprefix("kwindexList(").removesuffix(")").join("[]")
        )
        assert path.stem == page
        found[page] = []
        before = ""
        for text in packed:
            before = before[: int(text[0], 36)] + text[1:]
            found[page].append(before)
    return found


def test_lists_of_names(build: Build) -> None:
    """Each script of names has a list with the names alone, for what is in the middle of them; it goes with its page."""
    built = build({**TREE, "pkg/zeta.py": f"def {'z' * 50}_a(): ...\ndef {'z' * 50}_b(): ...\n"})
    expected = {
        page: sorted(name for name, *_ in data["names"]) for page, data in scripts(built.outdir).items() if page
    }
    assert names(built.outdir) == expected
    assert len(expected["z"]) == 3
    assert "z" not in names(build({"pkg/zeta.py": None}).outdir)


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_every_result_is_there(build: Build, builder: str) -> None:
    """What the box leads to exists: the pages, and the places on them."""
    built = build(TREE, {}, builder)
    links = []
    for data in scripts(built.outdir).values():
        links += [letter[3] for letter in data.get("letters", ())]
        for name, *entries in data.get("names", ()):
            links += [
                _link(data, place, anchor[0] if anchor else outer + name) for _, place, outer, _, *anchor in entries
            ]
        for _, *names in data.get("words", ()):
            links += [_link(data, place, anchor[0] if anchor else f"name-{name}") for name, place, *anchor in names]
    assert len(links) > 15
    text = "".join(f'<a href="{link}"></a>' for link in links)
    (built.outdir / "all.html").write_text(text, encoding="utf-8")
    assert broken_links(built.outdir) == []


def _link(data: Any, place: int, anchor: str) -> str:
    return data["docs"][place][0] + (f"#{quote(anchor)}" if anchor else "")


def test_gone(build: Build) -> None:
    """Scripts go with their pages, and follow them in what they say."""
    build(TREE)
    built = build({"pkg/two.py": "def go_out(): ...\n"})
    found = scripts(built.outdir)
    assert "u" not in found
    assert "go_out" in [name for name, *_ in found["g"]["names"]]


@pytest.mark.parametrize("builder", ["epub", "singlehtml", "text"])
def test_no_search(build: Build, builder: str) -> None:
    """Books, and sites of one page, have no such scripts."""
    conf = {"version": "1", "copyright": "us", "author": "us"}
    assert not (build(TREE, conf, builder).outdir / "_static/kwindex").exists()


def test_page_of_the_sites_own_search(build: Build) -> None:
    """The search page of the site leads to ours, and no other page that is not ours does."""
    built = build(TREE)
    assert 'data-kw-page="search"' in built.text("search.html")
    assert "kwindex-search.js" in built.text("search.html")
    assert 'data-kw-page="search"' not in built.text("genindex.html")
