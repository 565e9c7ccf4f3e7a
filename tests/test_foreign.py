"""Includes and names of other languages: which file is meant, and which definition, and what an edit of one changes elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from shown import Pages

from sphinx_kwindex import Project
from sphinx_kwindex.link.foreign import FilesByName
from sphinx_kwindex.model import Outcome

pytest.importorskip("tree_sitter_cpp")

MakeTree = Callable[..., Path]
TREE = {
    "include/lib/core.h": "namespace lib {\nstruct Node { int size(); };\nint walk(Node *node);\nenum Mode { FAST, SLOW };\n}\n#define LIMIT 3\n",
    "include/lib/all.h": '#include "core.h"\n#include <vector>\n',
    "src/core.cpp": "#include <lib/core.h>\nnamespace lib {\nint Node::size() { return LIMIT; }\nint walk(Node *node) { return node->size(); }\n}\n",
    "src/main.cpp": '#include "lib/all.h"\nint main() {\n  lib::Node node;\n  return lib::walk(&node) + lib::FAST;\n}\n',
    "src/apart.cpp": "int other() { return LIMIT; }\n",
}


def test_folders_of_scripts_are_no_packages(make_tree: MakeTree, tmp_path: Path) -> None:
    """A folder without a file of Python is no namespace package that `import` could mean; one with such a file is."""
    files = {"locale/de/x.js": "function f() {}\n", "space/one.py": "", "main.py": "import locale\nimport space\n"}
    with Project.open(make_tree(files), tmp_path / "cache") as project:
        assert [item.outcome for item in project.imports("main.py")] == [Outcome.EXTERNAL, Outcome.EXACT]


def test_folders_called_like_modules_of_python(make_tree: MakeTree, tmp_path: Path) -> None:
    """Names of other languages are linked in a folder that is called as a module of Python's library is."""
    source = "static int twice(int n) { return 2 * n; }\nint four(void) { return twice(2); }\n"
    with Project.open(make_tree({"test/cpp/x.c": source, "a.py": "import test\n"}), tmp_path / "cache") as project:
        assert [use.line for use in project.reader.uses_of("test/cpp/x.c") if use.exact] == [2]
        assert [item.outcome for item in project.imports("a.py")] == [Outcome.EXTERNAL]


@pytest.mark.parametrize(
    ("written", "folder", "is_relative", "found"),
    [
        ("core.h", "include/lib", True, "include/lib/core.h"),
        ("../lib/core.h", "include/sub", True, "include/lib/core.h"),
        ("lib/core.h", "src", False, "include/lib/core.h"),
        ("core.h", "src", False, "include/lib/core.h"),
        ("b/core.h", "src", False, ""),
        ("twice.h", "src", True, ""),
        ("math.h", "src", False, ""),
        ("math.h", "own", True, "own/math.h"),
        ("./core.h", "src", True, ""),
        ("./part", "web", True, "web/part.ts"),
        ("./part.js", "web", True, "web/part.ts"),
        ("../web", "lib", True, "web/index.js"),
    ],
)
def test_files(written: str, folder: str, is_relative: bool, found: str) -> None:
    """A path is one from the folder of the file, or the end of one path in the tree; of several, none; nor what every compiler has."""
    files = FilesByName(["include/lib/core.h", "a/twice.h", "b/twice.h", "own/math.h", "web/part.ts", "web/index.js"])
    assert files.find(written, folder, is_relative=is_relative) == found


def test_includes(make_tree: MakeTree) -> None:
    """Includes lead to files of the tree, and these know who includes them."""
    with Project.open(make_tree(TREE)) as project:
        assert project.importers("include/lib/core.h") == ("include/lib/all.h", "src/core.cpp")
        assert project.importers("include/lib/all.h") == ("src/main.cpp",)
        found = {item.target: (item.outcome, item.path) for item in project.imports("include/lib/all.h")}
        assert found["file:core.h"] == (Outcome.EXACT, "include/lib/core.h")
        assert found["file:vector"] == (Outcome.EXTERNAL, "")


def uses(project: Project, name: str) -> list[tuple[str, int, bool]]:
    """Return where keywords of a name are used: (file, line, whether that is certain)."""
    return sorted(
        {(use.path, use.line, use.exact) for keyword in project.keywords(name=name) for use in project.uses(keyword)}
    )


def test_names(make_tree: MakeTree) -> None:
    """A name means the one definition so called in the files that are included; what is not included is possible only."""
    with Project.open(make_tree(TREE)) as project:
        assert ("src/main.cpp", 3, True) in uses(project, "Node")
        assert ("src/main.cpp", 4, True) in uses(project, "walk")
        assert uses(project, "FAST") == [("src/main.cpp", 4, True)]
        assert uses(project, "LIMIT") == [("src/apart.cpp", 1, False), ("src/core.cpp", 3, True)]


@pytest.mark.parametrize(
    ("files", "name", "expected"),
    [
        ({"a.js": "export function go() {}\n", "b.js": "import {go as run} from './a';\nrun();\n"}, "go", ("b.js", 2, True)),
        ({"p/a.go": "package p\nfunc Walk() {}\n", "p/b.go": "package p\nfunc Other() { Walk() }\n"}, "Walk", ("p/b.go", 2, True)),
        ({"p/a.go": "package p\nfunc Walk() {}\n", "q/b.go": "package q\nfunc Other() { Walk() }\n"}, "Walk", None),
        (
            {"src/lib.rs": "mod a;\n", "src/a/mod.rs": "pub struct Node;\n", "src/b.rs": "use crate::a::Node;\nfn f(x: Node) {}\n"},
            "Node",
            ("src/b.rs", 2, True),
        ),
    ],
    ids=["import", "package", "other package", "crate"],
)  # fmt: skip
def test_other_languages(
    make_tree: MakeTree, files: dict[str, str], name: str, expected: tuple[str, int, bool] | None
) -> None:
    """JavaScript names what it imports, Go what its package has, Rust what a path from the crate leads to."""
    pytest.importorskip("tree_sitter_go")
    with Project.open(make_tree(files)) as project:
        assert uses(project, name)[-1:] == ([expected] if expected else [])


RUST = {
    "src/lib.rs": "mod a;\nmod b;\npub use crate::a::deep::Leaf as Renamed;\npub use self::b::*;\npub fn root() {}\n",
    "src/a/mod.rs": "pub mod deep;\npub struct Node;\nimpl Node { pub fn new() -> Node { Node } }\nfn f() { self::deep::grow(); deep::grow(); super::root(); }\n",
    "src/a/deep.rs": (
        "use super::Node;\nuse super::super::b;\npub struct Leaf;\npub fn grow() { Node::new(); b::other(); }\n"
        "mod inner {\n  use super::Leaf;\n  use super::super::Node as N;\n  fn g(x: Leaf) { super::grow(); N::new(); }\n}\n"
    ),
    "src/b.rs": "pub fn other() {}\npub struct Wide;\nfn h(x: crate::Renamed, y: crate::Wide) {}\n",
    "src/bin/tool.rs": "fn main() { crate::root(); }\n",
}


def test_paths_of_rust(make_tree: MakeTree) -> None:
    """Paths from the crate, the module and those above lead through re-exports; `mod` and `use` lead to files."""
    pytest.importorskip("tree_sitter_rust")
    with Project.open(make_tree(RUST)) as project:
        assert uses(project, "grow") == [("src/a/deep.rs", 8, True), ("src/a/mod.rs", 4, True)]
        assert ("src/a/deep.rs", 4, True) in uses(project, "new")
        assert ("src/a/deep.rs", 8, True) in uses(project, "new")
        assert uses(project, "other") == [("src/a/deep.rs", 4, True)]
        assert uses(project, "root") == [("src/a/mod.rs", 4, True)]
        assert ("src/a/deep.rs", 8, True) in uses(project, "Leaf")
        assert ("src/b.rs", 3, True) in uses(project, "Leaf")
        assert ("src/b.rs", 3, True) in uses(project, "Wide")
        assert project.importers("src/a/deep.rs") == ("src/a/mod.rs", "src/lib.rs")
        assert project.importers("src/a/mod.rs") == ("src/a/deep.rs", "src/lib.rs")


WORKSPACE = {
    "Cargo.toml": "[workspace]\nmembers = ['crates/*']\n[package]\nname = 'whole'\n",
    "src/lib.rs": "pub mod deep;\npub fn top() {}\n",
    "src/deep.rs": "pub fn inner() {}\n",
    "src/main.rs": "use whole::top;\nfn main() { top(); whole::deep::inner(); own_glob::find(); lost::find(); }\n",
    "src/bin/tool.rs": "mod helper;\nfn main() { whole::top(); helper::help(); crate::helper::help(); }\n",
    "src/bin/helper.rs": "pub fn help() {}\n",
    "tests/it.rs": "use own_glob::{find, Pattern};\nfn test(x: Pattern) { find(); whole::deep::inner(); }\n",
    "crates/glob/Cargo.toml": '[package]\nversion = "1"\nname = "own-glob"\n',
    "crates/glob/src/lib.rs": "mod parts;\npub use crate::parts::Pattern;\npub fn find() {}\n",
    "crates/glob/src/parts.rs": "pub struct Pattern;\n",
}


def test_crates_of_a_workspace(make_tree: MakeTree) -> None:
    """A path that starts with the name of a package of the tree leads to its library, from other packages, programs and tests."""
    pytest.importorskip("tree_sitter_rust")
    with Project.open(make_tree(WORKSPACE)) as project:
        assert uses(project, "find") == [("src/main.rs", 2, True), ("tests/it.rs", 2, True)]
        assert uses(project, "top") == [("src/bin/tool.rs", 2, True), ("src/main.rs", 2, True)]
        assert uses(project, "inner") == [("src/main.rs", 2, True), ("tests/it.rs", 2, True)]
        assert uses(project, "Pattern") == [("tests/it.rs", 2, True)]
        assert uses(project, "help") == [("src/bin/tool.rs", 2, True)]
        assert project.importers("crates/glob/src/lib.rs") == ("tests/it.rs",)
        assert project.importers("src/lib.rs") == ("src/main.rs",)


SCRIPTS = {
    "own.js": "function go() {}\nclass Box {}\nexport default Box;\nexport { go as run };\nexport const LIMIT = 1;\n",
    "more.js": "export { run as start } from './own';\nexport * from './own';\nexport * as whole from './own';\nexport { default } from './own';\nexport { default as Crate } from './own';\n",
    "use.js": (
        "import Box, { start, LIMIT, Crate, whole } from './more';\nnew Box();\nstart();\nLIMIT;\nnew Crate();\nwhole.LIMIT;\n"
        "import Other, { nothing } from './own';\nnew Other();\nnothing();\n"
    ),
    "old.js": "function make() {}\nfunction hide() {}\nmodule.exports = { made: make, hide };\n",
    "one.js": "class Single {}\nmodule.exports = Single;\n",
    "bare.js": "function plain() {}\nexports.simple = plain;\n",
    "needs.js": (
        "const old = require('./old');\nold.made();\nconst One = require('./one');\nnew One();\nconst { simple } = require('./bare');\nsimple();\n"
        "const { hide } = require('./old');\nhide();\n"
    ),
    "round.js": "export * from './circle';\n",
    "circle.js": "export * from './round';\nimport { lost } from './round';\nlost();\n",
}


def test_exports_of_javascript(make_tree: MakeTree) -> None:
    """Default exports, other names, re-exports and `module.exports` lead to what is meant; circles to nothing."""
    pytest.importorskip("tree_sitter_javascript")
    with Project.open(make_tree(SCRIPTS)) as project:
        assert {use for use in uses(project, "Box") if use[0] == "use.js"} == {
            ("use.js", 2, True), ("use.js", 5, True), ("use.js", 8, True),
        }  # fmt: skip
        assert ("use.js", 3, True) in uses(project, "go")
        assert {line for path, line, _ in uses(project, "LIMIT") if path == "use.js"} == {4, 6}
        assert ("needs.js", 2, True) in uses(project, "make")
        assert ("needs.js", 4, True) in uses(project, "Single")
        assert ("needs.js", 6, True) in uses(project, "plain")
        assert ("needs.js", 8, True) in uses(project, "hide")
        assert uses(project, "lost") == []


def test_exports_that_change(make_tree: MakeTree, tmp_path: Path) -> None:
    """A file that exports something else, or no longer, has the files that import from it linked again."""
    pytest.importorskip("tree_sitter_javascript")
    tree, cache = make_tree(SCRIPTS), tmp_path / "cache"
    with Project.open(tree, cache):
        pass
    make_tree({"own.js": "function go() {}\nfunction other() {}\nexport { other as run };\n"})
    with Project.open(tree, cache) as project:
        assert uses(project, "other") == [("own.js", 3, True), ("use.js", 3, True)]
        assert ("use.js", 3, True) not in uses(project, "go")


def test_commands_of_cmake(make_tree: MakeTree, tmp_path: Path) -> None:
    """A function of CMake is known in all files that are read in with it; of several of the name, each is possible."""
    pytest.importorskip("tree_sitter_cmake")
    files = {
        "CMakeLists.txt": "include(cmake/own.cmake)\nadd_subdirectory(src)\n",
        "cmake/own.cmake": "function(own_add name)\nendfunction()\nmacro(own_set name)\nendmacro()\n",
        "src/CMakeLists.txt": "own_add(x)\nown_set(x)\n",
        "apart/CMakeLists.txt": "own_add(x)\n",
    }
    tree, cache = make_tree(files), tmp_path / "cache"
    with Project.open(tree, cache) as project:
        assert uses(project, "own_add") == [("src/CMakeLists.txt", 1, True)]
        assert uses(project, "own_set") == [("src/CMakeLists.txt", 2, True)]
    make_tree({"CMakeLists.txt": "include(cmake/own.cmake)\nadd_subdirectory(apart)\n"})
    with Project.open(tree, cache) as project:
        assert uses(project, "own_add") == [("apart/CMakeLists.txt", 1, True)]


def test_several_are_possible(make_tree: MakeTree) -> None:
    """Where two files that are included define a name, each is possible; none is certain."""
    files = {
        "a.h": "int f(int);\n",
        "b.h": "int f(int);\n",
        "c.c": '#include "a.h"\n#include "b.h"\nint g() { return f(1); }\n',
    }
    with Project.open(make_tree(files)) as project:
        assert uses(project, "f") == [("c.c", 3, False)]


def test_sources_offer_nothing(make_tree: MakeTree) -> None:
    """What a source defines that nobody includes is no possible meaning elsewhere; what a header has is one."""
    files = {
        "a.c": "#define ONE 1\nenum Two { T };\n",
        "a.h": "#define THREE 3\n",
        "b.c": "int x = ONE + THREE;\nenum Two y;\n",
    }
    with Project.open(make_tree(files)) as project:
        assert uses(project, "ONE") == []
        assert ("b.c", 2, False) not in uses(project, "Two")
        assert uses(project, "THREE") == [("b.c", 1, False)]


def test_declarations(make_tree: MakeTree) -> None:
    """A definition leads to its declaration in a header, and back."""
    with Project.open(make_tree(TREE)) as project:
        linked = project.reader.linked("src/core.cpp")
        assert linked is not None
        assert {(row.kind.value, row.source, row.target) for row in linked.relations} == {
            ("declaration", "src.core_cpp.lib::Node::size", "include.lib.core_h.lib::Node::size"),
            ("declaration", "src.core_cpp.lib::walk", "include.lib.core_h.lib::walk"),
        }


def test_python_sees_nothing(make_tree: MakeTree) -> None:
    """Python names nothing of other languages by chance, nor they anything of Python."""
    files = {**TREE, "walk.py": "def walk(): ...\ndef LIMIT(): ...\nwalk()\nx.size()\n"}
    with Project.open(make_tree(files)) as project:
        for keyword in project.keywords(path="walk.py"):
            assert all(use.path == "walk.py" for use in project.uses(keyword))
        assert not any(path == "walk.py" for path, *_ in uses(project, "size"))


_PIECES = (
    '#include "a.h"', '#include "b.h"', "#include <lib/c.h>", '#include "../a.h"', "#define LIMIT 3", "namespace lib {\nint f(int x);\n}",
    "namespace lib {\nint f(int x) { return LIMIT; }\n}", "struct Node { int size(); Node *next; };", "int Node::size() { return LIMIT; }",
    "int f(Node *n) { return lib::f(LIMIT); }", "enum Mode { FAST };", "int g() { return FAST + f(0); }", "namespace lib {\nint g() { return f(1); }\n}",
)  # fmt: skip
_PATHS = ("a.h", "b.h", "lib/c.h", "lib/a.h", "src/a.cpp", "src/b.cc", "src/lib/c.h", "c.c")


@pytest.mark.parametrize("seed", range(3))
def test_edits(make_tree: MakeTree, tmp_path: Path, seed: int) -> None:
    """After each of some random edits, the index and the pages are those of a fresh build."""
    dice, there = Random(seed), set[str]()
    root, cache = make_tree({"p.py": "x = 1\n"}), tmp_path / "cache"
    for _ in range(8):
        path = dice.choice(_PATHS)
        is_deleted = path in there and dice.random() < 0.3
        make_tree({path: None if is_deleted else "\n".join(dice.choices(_PIECES, k=dice.randint(1, 5))) + "\n"})
        (there.discard if is_deleted else there.add)(path)
        with Project.open(root, cache) as project, Project.open(root) as fresh:
            for each in sorted(there):
                assert project.reader.linked(each) == fresh.reader.linked(each)
                assert project.reader.uses_of(each) == fresh.reader.uses_of(each)
            assert Pages(project.reader).prints() == Pages(fresh.reader).prints()
