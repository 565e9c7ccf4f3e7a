"""The scripts that the search box looks things up in."""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from linkcheck import broken_links

from sphinx_kwindex.annotations import types_of
from sphinx_kwindex.ext.search import checksum, encode_paths, short_code
from sphinx_kwindex.model import Definition, Kind
from sphinx_kwindex.pages.search_data import ENTRIES, words_of

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "",
    "pkg/one.py": """
        class One:
            'The first.'
            def go_on(self, to: "Two") -> int: ...

        def _own(): ...

        def stay_home(): ...
        def go_home():
            def inner(): ...
    """,
    "pkg/two.py": "from pkg.one import One\n\nclass Two: ...\n\ndef use(): return One().go_on()\n",
}
DIGITS = string.digits + string.ascii_letters + "-_"


def scripts(folder: Path) -> dict[str, Any]:
    """Return the data of each script, by the name that it gives; that of the file has to be the same."""
    found = {}
    top = folder / "_static/kwindex"
    for path in sorted(top.rglob("*.js")):
        text = path.read_text("ascii").strip().removeprefix("kwindexData(").removesuffix(")")
        name, data = json.loads(f"[{text}]")
        assert path.relative_to(top).as_posix() == f"{name}.js"
        found[name] = data
    return found


def unpack(text: str, marks: int = 0) -> list[tuple[str, ...]]:
    """Return the texts of a list, each with the marks before it."""
    found: list[tuple[str, ...]] = []
    before = ""
    for line in text.split("\n") if text else ():
        before = before[: DIGITS.index(line[marks])] + line[marks + 1 :]
        found.append((before, *line[:marks]))
    return found


def functions(text: str) -> list[tuple[str, list[str]]]:
    """Return types, with the functions that have just these."""
    lines = [line.split("\t") for line in text.split("\n")]
    return [(types, [name for (name,) in unpack("\n".join(names))]) for types, *names in lines]


def addresses_of_letters(index: dict[str, Any]) -> dict[str, str]:
    """Return the addresses of the pages of the A-Z index, by the names of their scripts."""
    return {name: other[0] if other else name.join(index["letter"]) for _, _, name, _, *other in index["letters"]}


class Shown(NamedTuple):
    """What the box shows of a keyword."""

    name: str
    kind: str
    flags: int
    address: str
    outer: str
    summary: str
    types: str


def keywords(data: dict[str, Any]) -> Iterator[Shown]:
    """Yield each keyword, with its address from the root of the site."""
    before, after = data["index"]["file"]
    paths = [path for (path,) in unpack(data["paths"]["paths"]) if not path.endswith("/")]
    files = {code: path for path, code in encode_paths(paths).items()}
    for script in (name for name in data if name.startswith("parts/")):
        page = script.removeprefix("parts/").rpartition("-")[0]
        names = {short_code(name): name for name, *_ in unpack(data[f"names/{page}"], 2)}
        name = ""
        for line in data[script].split("\n") if data[script] else ():
            if line[0] in "#=":
                name = line[1:].partition("\t")[0]
                name = names[name] if line[0] == "#" else name
                continue
            page, outer, summary, types, anchor = [*line[7:].split("\t"), "", "", "", "", ""][:5]
            path = files[line[2:7]]
            place = data["paths"]["other"].get(path, before + quote(path) + after).removesuffix(after)
            anchor = "" if anchor == "-" else anchor or (outer + name).replace("<locals>", "-")
            address = place + (f"~p{page}" if page else "") + after + (f"#{quote(anchor)}" if anchor else "")
            kind = data["index"]["kinds"][DIGITS.index(line[0])][0]
            yield Shown(name, kind, DIGITS.index(line[1]) & 3, address, outer, summary, types)


def test_names(build: Build) -> None:
    """There is a list of names for each page of the A-Z index, and a script that lists the pages."""
    found = scripts(build(TREE).outdir)
    letters = addresses_of_letters(found["index"])
    listed = {name.removeprefix("names/") for name in found if name.startswith("names/")}
    assert letters == {name: f"kwindex/names/{name}.html" for name in listed}
    assert [name for name, *_ in unpack(found["names/o"], 2)] == ["One", "_own", "one"]
    assert [(name, DIGITS.index(mark)) for name, mark, _ in unpack(found["names/g"], 2)] == [
        ("go_home", 17),
        ("go_on", 17),
    ]


def test_keywords(build: Build) -> None:
    """Each keyword is once in the parts of its page, with what is shown of it."""
    rows = list(keywords(scripts(build(TREE).outdir)))
    known = {row.name: row for row in rows}
    assert known["go_on"] == Shown(
        "go_on", "method", 0, "kwindex/tree/pkg/one.py.html#One.go_on", "One.", "", short_code("Two>int")
    )
    assert known["One"].summary == "The first."
    assert known["_own"].flags == 1
    assert known["inner"].address == "kwindex/tree/pkg/one.py.html#go_home.-.inner"
    assert len(rows) == len(set(rows))


def test_words(build: Build) -> None:
    """The index has the words of all names; names are listed under those that they do not start with."""
    found = scripts(build(TREE).outdir)
    words = {word: page for page, text in found["index"]["words"].items() for word, *_ in unpack(text, 2)}
    assert {"go", "home", "inner", "on", "one", "own", "pkg", "stay", "two", "use"} <= set(words)
    assert [name for name, *_ in unpack(found[f"inner/{words['home']}"]["home"], 2)] == ["go_home", "stay_home"]


def test_types(build: Build) -> None:
    """Functions are listed under what they take, and what they return."""
    found = scripts(build(TREE).outdir)
    types = {name: page for page, text in found["types"].items() for name, _ in unpack(text, 1)}
    assert set(types) == {"Two", "int"}
    for name, page in types.items():
        assert functions(found[f"typed/{page}"][name]) == [("Two>int", ["One|go_on"])]


def test_functions_of_types(build: Build) -> None:
    """Functions that take and return the same share a line."""
    tree = "class A: ...\n\ndef up(a: A) -> int: ...\n\ndef under(a: A) -> int: ...\n\ndef over(a: A) -> str: ...\n"
    found = scripts(build({"mod.py": tree}).outdir)
    page = next(page for page, text in found["types"].items() if ("A",) in [(name,) for name, _ in unpack(text, 1)])
    assert functions(found[f"typed/{page}"]["A"]) == [("A>int", ["|under", "|up"]), ("A>str", ["|over"])]


def test_paths_and_headings(build: Build) -> None:
    """Files and folders are there by path, and the titles and sections of documents that are not ours."""
    index = "Test\n====\n\nPart *one*\n----------\n\nText.\n\n.. toctree::\n\n   kwindex/index\n"
    found = scripts(build({**TREE, "docs/index.rst": index}).outdir)
    assert [path for (path,) in unpack(found["paths"]["paths"]) if path.startswith("pkg")] == [
        "pkg/",
        "pkg/__init__.py",
        "pkg/one.py",
        "pkg/two.py",
    ]
    assert found["paths"]["other"] == {}
    assert found["headings"] == [["index.html", "Test", ["part-one", "Part one"]]]


def test_names_that_many_bear(build: Build) -> None:
    """Of a name that many keywords bear, the most used are found by the name, others by what they are in."""
    many = 40
    tree = {f"pkg/mod{number}.py": f"class C{number}:\n    def run(self): ...\n" for number in range(many)}
    user = "from pkg import mod39\n\ndef use(it: mod39.C39): return it.run()\n"
    built = build({**tree, "pkg/__init__.py": "", "pkg/a.py": user, "pkg/b.py": user.replace("use", "use2")})
    found = scripts(built.outdir)
    page = next(letter for letter in found["index"]["letters"] if letter[0] == "r")

    def part(key: str) -> dict[str, list[str]]:
        text = found[f"parts/{page[2]}-{checksum(key) % page[3]}"]
        names = [lines.split("\n") for lines in text.removeprefix("#").split("\n#")]
        return {lines[0]: [line[7:].split("\t")[1] for line in lines[1:]] for lines in names}

    first = part("run")[f"{short_code('run')}\t{many}"]
    assert first[0] == "C39."
    assert len(first) >= ENTRIES
    for number in range(many):
        there = [
            *first,
            *(
                outer
                for name, rows in part(f"c{number}.run").items()
                if name.startswith(short_code("run"))
                for outer in rows
            ),
        ]
        assert f"C{number}." in there


def test_codes_of_paths() -> None:
    """Each file has letters of its own, also where checksums are the same."""
    paths = [f"pkg/mod{number}.py" for number in range(20_000)]
    assert len(set(encode_paths(paths).values())) == len(paths)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("first_result", ["first", "result"]),
        ("HTTPServer", ["http", "server"]),
        ("x86_64", ["x", "86", "64"]),
        ("conv2dTranspose", ["conv", "2d", "transpose"]),
        ("__init__", ["init"]),
        ("Größe_neu", ["größe", "neu"]),
        ("___", []),
    ],
)
def test_words_of_a_name(name: str, words: list[str]) -> None:
    """Words end at underscores, digits and capital letters."""
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "signature", "types"),
    [
        ("f", "(a: p.Path | None = None, *b: 'list[H]') -> Optional[Harbour]", "Harbour,Path,list>Harbour"),
        ("f", "(a, b=1)", ""),
        ("f", "(a: Literal['x', 'y']) -> None", ""),
        ("f", "(self) -> Self", ">C"),
        ("__init__", "(self, a: int)", "int>C"),
    ],
)
def test_types_of_a_function(name: str, signature: str, types: str) -> None:
    """Types are told by the last parts of their names, as the file that they are from calls them."""
    item = Definition(
        name=name, qualname=f"C.{name}", kind=Kind.METHOD, line=1, col=0, end_line=1, scope=1, signature=signature
    )
    assert types_of(item, {"H": "pkg.Harbour"}) == types


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_every_result_is_there(build: Build, builder: str) -> None:
    """What the box leads to exists: the pages, and the places on them."""
    built = build(TREE, {}, builder)
    data = scripts(built.outdir)
    links = list(addresses_of_letters(data["index"]).values())
    links += [row.address for row in keywords(data)]
    for path in (path for (path,) in unpack(data["paths"]["paths"])):
        before, after = data["index"]["folder" if path.endswith("/") else "file"]
        links.append(data["paths"]["other"].get(path, before + path.removesuffix("/") + after))
    links += [row[0] for row in data["headings"]]
    assert len(links) > 15
    text = "".join(f'<a href="{link}"></a>' for link in links)
    (built.outdir / "all.html").write_text(text, encoding="utf-8")
    assert broken_links(built.outdir) == []


def test_gone(build: Build) -> None:
    """Scripts go with their pages, and follow them in what they say; what did not change is not written again."""
    built = build(TREE)
    times = {path: path.stat().st_mtime_ns for path in (built.outdir / "_static/kwindex").rglob("*.js")}
    built = build({"pkg/two.py": "class Two: ...\n\ndef go_out(): ...\n"})
    found = scripts(built.outdir)
    assert not {name for name in found if name.endswith(("/u", "/u-0"))}
    assert "go_out" in [name for name, *_ in unpack(found["names/g"], 2)]
    same = {path.stem for path, time in times.items() if path.exists() and path.stat().st_mtime_ns == time}
    assert {"s", "s-0", "headings", "paths"} <= same


def test_summaries_and_types_follow(build: Build) -> None:
    """A changed summary or annotation is in the scripts after the next build."""
    build(TREE)
    built = build({"pkg/one.py": TREE["pkg/one.py"].replace("The first", "The last").replace("-> int", "-> bytes")})
    data = scripts(built.outdir)
    rows = {row.name: row for row in keywords(data)}
    assert (rows["One"].summary, rows["go_on"].types) == ("The last.", short_code("Two>bytes"))
    assert {name for text in data["types"].values() for name, _ in unpack(text, 1)} == {"Two", "bytes"}


@pytest.mark.parametrize("builder", ["epub", "singlehtml", "text"])
def test_no_search(build: Build, builder: str) -> None:
    """Books, and sites of one page, have no such scripts."""
    conf = {"version": "1", "copyright": "us", "author": "us"}
    assert not (build(TREE, conf, builder).outdir / "_static/kwindex").exists()


def test_page_of_the_sites_own_search(build: Build) -> None:
    """The search page of the site shows what ours finds, and no other page that is not ours does."""
    built = build(TREE)
    assert 'data-kw-page="search"' in built.text("search.html")
    assert "kwindex-search.js" in built.text("search.html")
    assert 'data-kw-page="search"' not in built.text("genindex.html")
