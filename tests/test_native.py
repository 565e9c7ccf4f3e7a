"""Languages that tree-sitter reads: what is found in small files, with expectations made by hand."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.collect.native import NativeCollector
from sphinx_kwindex.collect.native.registry import BY_NAME, LANGUAGES, is_of_language
from sphinx_kwindex.model import FileSummary, ImportFlag, Role, SourceFile, UseKind
from sphinx_kwindex.options import Options
from sphinx_kwindex.packing import reference_rows

CORPUS = Path(__file__).parent / "native"


def collect(source: str | bytes, language: str, path: str = "a.x") -> FileSummary:
    """Return the summary of one file."""
    data = source.encode() if isinstance(source, str) else source
    file = SourceFile(path=path, language=language, module="m", is_package=False, digest="", size=len(data), mtime_ns=0)
    return NativeCollector(language).collect(data, file, Options())


def outline(summary: FileSummary) -> list[str]:
    """Return the definitions, a line each: line, kind, qualified name with what follows it."""
    return [
        f"{item.line} {item.kind.value} {item.qualname}{item.signature}"
        + (f" : {item.annotation}" if item.annotation else "")
        + (f" = {item.value}" if item.value else "")
        for item in summary.facts.definitions[1:]
    ]


def summaries(summary: FileSummary) -> dict[str, str]:
    return {item.qualname: item.summary for item in summary.facts.definitions if item.summary}


def uses(summary: FileSummary) -> set[tuple[int, str, str, str]]:
    """Return (line, name, kind, target) of each use."""
    found = summary.references
    return {
        (line, found.names[name], UseKind(kind).name.lower(), found.targets[target])
        for target, name, line, _, kind, _ in reference_rows(found)
    }


def imports(summary: FileSummary) -> list[str]:
    return [f"{item.line} {item.name} {item.target}" for item in summary.facts.imports]


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.expected")), ids=lambda path: path.stem)
def test_corpus(path: Path) -> None:
    """What each file of the corpus defines and imports is what its list says."""
    source = path.with_suffix("")
    (language,) = [each.name for each in LANGUAGES if source.suffix in each.suffixes or source.name in each.suffixes]
    summary = collect(source.read_bytes(), language)
    found = [*outline(summary), *(f"import {line}" for line in imports(summary))]
    assert "\n".join(found) + "\n" == path.read_text(encoding="utf-8")


def test_documentation() -> None:
    """The comment before a definition, or behind a field, says what it is; that at the head, what the file is."""
    found = collect((CORPUS / "canvas.h").read_bytes(), "cpp")
    assert found.facts.doc == "Shapes, and a canvas that draws them."
    assert summaries(found) == {
        "canvas_version": "Says which release this is.",
        "art::shapes::Colour::Red": "As of cherries.",
        "art::shapes::Canvas": "A place for shapes.",
        "art::shapes::Canvas::draw": "Draws one shape.",
    }


def test_strings_and_comments_use_nothing() -> None:
    """Names in what is hidden from the parser are uses, but for those in strings and comments."""
    source = (
        'int size(int);\nint old(int);\nOLD_API("use size()") LIB_API int other(int);\n'
        "#if defined(FAST) /* of size and old */\n#endif // old\n/* As says\n   WORDS_OF_OLD size(int) here.\n*/\n"
    )
    assert {name for _, name, _, _ in uses(collect(source, "cpp"))} == {"OLD_API", "LIB_API", "FAST"}


@pytest.mark.parametrize(
    ("source", "language", "labels"),
    [
        ("int f(int a);\nint f(int b) { return b; }\n", "cpp", [""]),
        ("int f(int a);\nint f(char a);\n", "cpp", ["overload"]),
        ("#if A\nint f(int a) { return 1; }\n#else\nint f(void) { return 2; }\n#endif\n", "c", [""]),
    ],
    ids=["declaration and definition", "overloads", "branches of C"],
)
def test_further_places(source: str, language: str, labels: list[str]) -> None:
    """Of one name with several signatures, those are overloads that are both declared, or both defined, where the language has such."""
    (definition,) = [item for item in collect(source, language).facts.definitions if item.name == "f"]
    assert [site.label for site in definition.sites] == labels


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("NO_EXPORT CASTING\nsafety(CASTING a, CASTING b);\n", "safety"),
        ("FAST_CALL NO_INLINE\nstatic void safety(int a);\n", "safety"),
        ("struct Size {\n  INLINE_API ALWAYS_INLINE Size(int a) { }\n};\n", "Size::Size"),
        ("DECL INT_TYPE draw(int *state);\n", "draw"),
        ("template<> struct Size<int, sizeof(int)> { SIZE_MEMBERS(int, s32) };\n", "Size"),
        ('#if A\n  #error "neither a, "\n         "nor b"\n#endif\nint *size(void);\nint *draw(int *);\n', "draw"),
    ],
    ids=["type on a line", "macro on a line", "maker", "type in capitals", "members by a macro", "long error"],
)
def test_macros_beside_types(source: str, expected: str) -> None:
    """Macros are passed over, but not a type in capitals behind one."""
    assert collect(source, "cpp").facts.definitions[-1].qualname == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ready(function startAll() { var x = 1; });\n", ["startAll"]),
        ("(function () { window.onresize = function () { var x; }; })();\n", ["onresize"]),
        ("ready(function start() { var x; }());\n(function run() {})();\n", ["start", "run"]),
        ("var a = function b() {}, c = (function d() {})();\n", ["a", "c", "d"]),
    ],
    ids=["argument", "on window", "called", "of variables"],
)
def test_functions_in_calls(source: str, expected: list[str]) -> None:
    """Functions of JavaScript that stand in calls are keywords, if they have a name."""
    assert [item.name for item in collect(source, "javascript").facts.definitions[1:]] == expected


def test_signatures_over_lines() -> None:
    """A signature that stands on several lines is shown on one."""
    assert outline(collect("void draw(\n    int a,\n    char b\n);\n", "cpp")) == [
        "1 function draw(int a, char b) -> void"
    ]


def test_titles_of_lines() -> None:
    """A plain comment above a line with one of its own may be the title of several; one that is marked is documentation."""
    source = (
        "enum Mode {\n // Formats\n ISO = 1,  // Both ways\n /// Shown.\n UTC = 2,  // NOTE\n // Alone.\n END\n};\n"
    )
    assert summaries(collect(source, "cpp")) == {"Mode::ISO": "Both ways", "Mode::UTC": "Shown.", "Mode::END": "Alone."}


@pytest.mark.parametrize(
    ("name", "doc"),
    [
        ("canvas.js", "Draws shapes in a browser."),
        ("canvas.go", "Package art draws shapes."),
        ("canvas.rs", "Draws shapes."),
        ("canvas.ts", ""),
    ],
)
def test_documentation_of_files(name: str, doc: str) -> None:
    """Each language has its own place for what a file is."""
    (language,) = [each.name for each in LANGUAGES if Path(name).suffix in each.suffixes]
    assert collect((CORPUS / name).read_bytes(), language).facts.doc == doc


LICENSE = (
    "Copyright (c) 2026\nAll rights reserved.\n\n"
    + "Redistribution of this is allowed, if\n" * 19
    + "\nTHIS SOFTWARE IS PROVIDED AS IT IS."
)


@pytest.mark.parametrize(
    ("source", "language", "doc"),
    [
        (f"/*\n{LICENSE}\n*/\n#include <a.h>\n\n#include <b.h>\n", "c", ""),
        ("/*\n * Fast codec\n * Copyright (C) 2026, Somebody.\n */\n\n#include <a.h>\n", "c", "Fast codec"),
        ("#!/bin/bash\n\n# Makes it.\n\nset -e\n", "shell", "Makes it."),
        ("// -*- mode: c++ -*-\n\n#include <a.h>\n", "cpp", ""),
        ("#include <a.h>\n\n// Some systems lack it.\n\n#include <b.h>\n", "cpp", ""),
        ("#include <a.h>\n\n// This file draws.\n\n#include <b.h>\n", "cpp", "This file draws."),
        ("#ifndef A\n#define A\n\n// Draws.\n\n#include <b.h>\n#endif\n", "cpp", "Draws."),
    ],
    ids=["license", "title", "interpreter", "editor", "further down", "says so", "guard"],
)
def test_what_says_nothing_of_files(source: str, language: str, doc: str) -> None:
    """Licences, however long, and lines for tools are no documentation."""
    assert collect(source, language).facts.doc == doc


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("canvas.js", {"file:./point.js#*.Surface", "m.Canvas.shapes", "m.count.<locals>.inner", "js:jQuery", "m.add"}),
        ("canvas.ts", {"js:Old", "m.Surface", "m.Colour.Red", "m.Shape"}),
        ("canvas.go", {"go:fmt.Println", "go:*.Width", "m.Red", "go:example.org/colours/v2.Pen"}),
        ("canvas.rs", {"m.Canvas::make", "m.Canvas::width", "rust:std::collections::HashMap::new", "m.inner::helper"}),
    ],
)
def test_targets(name: str, expected: set[str]) -> None:
    """Names lead to definitions of the file, through imports, or out of the file as written."""
    (language,) = [each.name for each in LANGUAGES if Path(name).suffix in each.suffixes]
    assert expected <= {target for *_, target in uses(collect((CORPUS / name).read_bytes(), language))}


def test_names_are_resolved_by_scope() -> None:
    """A name is what the nearest scope around it defines; parameters and variables of functions are no keywords."""
    source = """
int size;
struct Box {
  int size, depth;
  int volume(int depth) { return size * depth; }
  int twice() { int size = 2; return size * this->depth; }
};
int outer(Box* box) { return size + box->size + Box::best; }
enum Unit { METRE };
int unit = METRE;
"""
    assert {(line, *rest) for line, name, *rest in uses(collect(source, "cpp")) if name != "int"} == {
        (5, "read", "m.Box::size"),
        (6, "read", "m.Box::depth"),
        (8, "annotation", "m.Box"),
        (8, "read", "m.Box"),
        (8, "read", "m.size"),
        (8, "read", "c:*.size"),
        (8, "read", "c:*.best"),
        (10, "read", "m.Unit::METRE"),
    }


def test_imports_in_functions() -> None:
    """An import in a function hides a definition around it, there alone."""
    source = "fn go() {}\nmod tests {\n  fn go() {\n    use super::go;\n    go();\n  }\n  fn other() { go(); }\n}\n"
    calls = {(line, target) for line, name, kind, target in uses(collect(source, "rust")) if kind == "call"}
    assert calls == {(5, "rust:self::go"), (7, "m.tests::go")}


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        (
            "cpp",
            "struct A {\n#if X\n  int f() {\n#else\n  int g() {\n#endif\n  }\n  int h;\n};\n",
            ["A", "A::f", "A::h"],
        ),
        ("cpp", "#if 0\nint never;\n#endif\nint always;\n", ["always"]),
        ("cpp", "class API_EXPORT Foo FINAL : Bar { int a; };\n", ["Foo", "Foo::a"]),
        ("cpp", "OPEN_NAMESPACE(x)\nint f();\nCLOSE_NAMESPACE\n", ["f"]),
        (
            "cpp",
            "struct O {\n  A_ARG(bool, x) = false;\n  int a;\n  MAKES O(int x) : a(x) {}\n};\n",
            ["O", "O::a", "O::O"],
        ),
        ("cpp", "void f(const A& a = {}, B b = {1, 2});\nint g();\n", ["f", "g"]),
        ("cpp", "enum E {\n#define X(a) a,\n  ALL(X)\n#undef X\n  LAST\n};\nint g();\n", ["E", "X", "E::LAST", "g"]),
        ("c", "/*\n#define NOT 1\n*/\nEXPORTED struct a *\nmake(void);\n", ["make"]),
        ("cpp", "int f(", []),
        ("cpp", "struct A { int b; }}}}}\nint c;\n", ["A", "A::b", "c"]),
        ("cpp", "\ufeffint a;\n", ["a"]),
        ("c", "struct a { int x; };\nstruct a *make(void);\n", ["a", "a.x", "make"]),
    ],
    ids=[
        "unbalanced branches",
        "dead code",
        "macros",
        "macro lines",
        "macros among members",
        "defaults",
        "macros in lists",
        "comments",
        "broken",
        "braces",
        "mark",
        "c",
    ],
)
def test_bad_input(language: str, source: str, expected: list[str]) -> None:
    """What cannot be parsed keeps out no more than it must."""
    assert [item.qualname for item in collect(source, language).facts.definitions[1:]] == expected


@pytest.mark.parametrize(
    "source",
    [b"int a = 1" + b"+1" * 3_000 + b";\n", b"\xff\xfe\x00\xd8", b"int caf\xe9;\n", b"", b"(" * 50_000, b"\0" * 100],
    ids=["one line", "surrogates", "latin-1", "empty", "nested", "nulls"],
)
def test_hostile_files(source: bytes) -> None:
    """Whatever is in a file, its summary is made."""
    for language in BY_NAME:
        assert collect(source, language).facts.definitions[0].end_line >= 1


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("cpp", "FOO(a, b(c))\n" * 60_000),
        ("cpp", "#if A\n" * 30_000 + "int x;\n" + "#endif\n" * 30_000),
        ("cpp", "#if A\nvoid f() {\n#else\nvoid g() {\n#endif\n}\n" * 10_000),
        *((language, "{\n" * 200_000) for language in ("cpp", "javascript", "rust", "go")),
    ],
    ids=[
        "macros",
        "nested conditions",
        "one name",
        "braces of C++",
        "braces of JavaScript",
        "braces of Rust",
        "braces of Go",
    ],
)
def test_no_time_squared(language: str, source: str) -> None:
    """What grows with the square of a file's size is bounded: these took a minute together."""
    facts = collect(source, language).facts
    assert facts.definitions[0].end_line >= 60_000
    assert (facts.error is not None) == ("{\n{" in source)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("tests/test_it.cpp", Role.TEST),
        ("tests/unit/it.cpp", Role.TEST),
        ("tests/roots/one/it.cpp", Role.TEST_DATA),
        ("pkg/tests/my_data/it.cpp", Role.TEST_DATA),
        ("pkg/data/it.cpp", Role.MODULE),
    ],
)
def test_roles(path: str, role: Role) -> None:
    """Among tests, files in folders of data are data: such a folder is folded, whatever languages are in it."""
    assert collect("int f(void) { return 1; }", "cpp", path).facts.role is role


def test_minified_file_is_generated() -> None:
    """A line that nobody writes shows that a program has: the file is not analysed, and nothing is wrong with it."""
    facts = collect("int a;" * 1000, "cpp").facts
    assert facts.role is Role.GENERATED
    assert (facts.error, len(facts.definitions)) == (None, 1)


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file for which the parser takes more steps than its size explains is given up, and says so."""
    monkeypatch.setattr("sphinx_kwindex.collect.native.reading._WORK_AT_LEAST", 1)
    monkeypatch.setattr("sphinx_kwindex.collect.native.reading._WORK", 0)
    facts = collect("int a;\n" * 2000, "cpp").facts
    assert facts.error is not None
    assert "too deeply nested" in facts.error.text


def test_missing_parser(monkeypatch: pytest.MonkeyPatch, make_tree: Callable[..., Path]) -> None:
    """Without a grammar, a file has its size alone, and the report names the language once."""
    monkeypatch.setattr("sphinx_kwindex.collect.native.reading.load", lambda language: None)
    monkeypatch.setattr("sphinx_kwindex.collect.native.find_spec", lambda name: None)
    with Project.open(make_tree({"a.cpp": "int a;\n", "b.cpp": "int b;\n"})) as project:
        assert [row.lines for row in project.files()] == [1, 1]
        assert project.keywords(name="a") == ()
        assert project.report.no_parser == ("cpp",)


def test_tree(make_tree: Callable[..., Path]) -> None:
    """Definitions of other languages are looked up like those of Python, and Python's guesses never mean them."""
    files = {"src/a.h": "struct A { int weird(); };\nint f(A a);\n", "b.py": "def g(x):\n    return x.weird()\n"}
    with Project.open(make_tree(files)) as project:
        (keyword,) = project.keywords(name="A")
        assert (keyword.kind.value, [use.line for use in project.uses(keyword)]) == ("struct", [2])
        (method,) = project.keywords(name="weird")
        assert project.uses(method) == ()
        assert project.problems == ()


def test_cmake(make_tree: Callable[..., Path]) -> None:
    """Files of CMake are known by their names; they lead to the files that they read in, and to their own functions."""
    files = {
        "CMakeLists.txt": "include(cmake/own.cmake)\nadd_subdirectory(src)\ninclude(CTest)\n",
        "src/CMakeLists.txt": "function(${kind}_add)\nendfunction()\n",
        "cmake/own.cmake": "function(own_add name)\nendfunction()\nown_add(x)\n",
    }
    with Project.open(make_tree(files)) as project:
        assert [row.path for row in project.imports("CMakeLists.txt")] == ["cmake/own.cmake", "src/CMakeLists.txt"]
        (keyword,) = project.keywords(name="own_add")
        assert [use.line for use in project.uses(keyword)] == [3]
        assert not project.keywords(path="src/CMakeLists.txt", kind="function")


def test_languages_can_be_left_out(make_tree: Callable[..., Path]) -> None:
    """`kwindex_languages` says which languages are indexed, by name or by sort."""
    root = make_tree({"a.h": "int a;\n", "b.c": "int b;\n", "c.py": ""})
    for languages, paths in ((["c"], ["b.c", "c.py"]), ([], ["c.py"]), (["code"], ["a.h", "b.c", "c.py"])):
        with Project.open(root, languages=languages) as project:
            assert [row.path for row in project.files() if row.language != "text"] == paths


@pytest.mark.skipif(shutil.which("ctags") is None, reason="Universal Ctags is not installed")
@pytest.mark.parametrize("name", ["canvas.h"])
def test_ctags_finds_no_more(name: str) -> None:
    """What Universal Ctags finds in the corpus is found at the same line."""
    command = ["ctags", "--output-format=json", "--fields=+n", "--kinds-C++=+p", "--map-C++=+.h", "-f", "-", name]
    lines = subprocess.run(command, cwd=CORPUS, capture_output=True, text=True, check=True).stdout.splitlines()
    language = next(each.name for each in LANGUAGES if Path(name).suffix in each.suffixes)
    definitions = collect((CORPUS / name).read_bytes(), language).facts.definitions
    found = {(place.line, item.name) for item in definitions for place in (item, *item.sites)}
    tags = {(tag["line"], tag["name"].replace("operator ", "operator")) for tag in map(json.loads, lines)}
    assert {tag for tag in tags if not tag[1].startswith("__anon")} - found <= {(40, "operatorbool")}


def test_names_of_files_do_not_clash(make_tree: Callable[..., Path]) -> None:
    """What stands for the module of a file is made from its path; where two paths make the same, nobody has to know."""
    with Project.open(make_tree({"a_b.h": "int x;\n", "a.b.h": "int y;\n"})) as project:
        assert len({keyword.id for keyword in project.keywords(kind="module")}) == 2
        assert project.problems == ()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("file:math.h", True),
        ("file:vector", True),
        ("file:Python.h", False),
        ("file:sys/types.h", False),
        ("go:fmt", True),
        ("go:net/http", True),
        ("go:github.com/a/b", False),
        ("rust:std::fmt", True),
        ("rust:stdx::a", False),
        ("java:java.util.List", True),
        ("cs:System.IO", True),
        ("js:react#default", False),
    ],
)
def test_what_comes_with_a_language(target: str, expected: bool) -> None:
    """Imports are told apart by their own language: `math.h` is no module of Python."""
    assert is_of_language(target, 0) is expected
    assert not is_of_language("file:vector", int(ImportFlag.RELATIVE))


def test_scripts_without_suffix(make_tree: Callable[..., Path]) -> None:
    """The first line of a script says its language, if its name does not."""
    tree = make_tree(
        {
            "bin/run": "#!/usr/bin/env -S bash -e\ngo() { :; }\n",
            "bin/serve": "#!/usr/bin/node\nfunction serve() {}\n",
            "bin/old": "#! /bin/sh\nback() { :; }\n",
            "bin/tool": "#!/usr/bin/env python3\ndef tool(): ...\n",
            "bin/other": "#!/usr/bin/perl\nsub other {}\n",
            "bin/notes": "shell: see #!/bin/sh\n",
        }
    )
    with Project.open(tree) as project:
        found = {file.path: file.language for file in project.files()}
    assert found["bin/run"] == found["bin/old"] == "shell"
    assert (found["bin/serve"], found["bin/tool"]) == ("javascript", "python")
    assert not {found.get("bin/other"), found.get("bin/notes")} & {"shell", "javascript"}


def test_variables_with_brackets() -> None:
    """In a block, what reads like the declaration of a function is a variable, which is no keyword and hides others of its name."""
    source = "int guard;\nvoid run(Mutex &mutex) {\n  Guard guard(mutex);\n  guard.lock();\n}\nint size = guard;\n"
    found = collect(source, "cpp")
    assert [item.qualname for item in found.facts.definitions[1:]] == ["guard", "run", "size"]
    assert [line for line, name, *_ in sorted(uses(found)) if name == "guard"] == [6]


@pytest.mark.parametrize("language", ["cpp", "javascript", "go"])
def test_comments_that_nothing_closes(language: str) -> None:
    """The parser, which reads on to the end for each of them, is stopped; one alone does no harm."""
    assert "ambiguous" in str(collect(b"/* a\n" * 20_000, language).facts.error)
    assert collect(b"/* a\n" + b"b;\n" * 20_000, language).facts.error is None


def test_queries_read_as_often_as_they_like() -> None:
    """What queries ask for of the text, to compare names with it, is not counted."""
    source = "exports.a = b;\nmodule.exports = {a: b};\n" * 2_000
    assert collect(source, "javascript").facts.error is None
