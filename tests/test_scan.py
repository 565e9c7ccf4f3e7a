"""Which files are found, what modules they are, and when they are read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex import scan as scan_module
from sphinx_kwindex.errors import RootError, WarningKind
from sphinx_kwindex.ignore import IgnoreList
from sphinx_kwindex.options import Options
from sphinx_kwindex.scan import UNTRUSTED, Scan, as_collected, scan

SUFFIXES = {".py": "python", ".pyi": "python"}
MakeTree = Callable[..., Path]


def run(root: Path, known: Mapping[str, Any] | None = None, **options: Any) -> Scan:
    return scan(root, Options(**options), SUFFIXES, known or {})


def paths(found: Scan) -> list[str]:
    return [file.path for file in found.files]


def texts(found: Scan) -> list[tuple[str, str]]:
    return [(problem.kind.value, problem.text) for problem in found.problems]


MODULES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "flat": (
        {"pkg/__init__.py": "", "pkg/a.py": "", "setup.py": ""},
        {"pkg/__init__.py": "pkg", "pkg/a.py": "pkg.a", "setup.py": "setup"},
    ),
    "src": (
        {"src/pkg/__init__.py": "", "src/pkg/sub/a.py": "", "src/one.py": "", "tests/test_a.py": ""},
        {
            "src/one.py": "one",
            "src/pkg/__init__.py": "pkg",
            "src/pkg/sub/a.py": "pkg.sub.a",
            "tests/test_a.py": "tests.test_a",
        },
    ),
    "src that is a package": (
        {"src/__init__.py": "", "src/a.py": ""},
        {"src/__init__.py": "src", "src/a.py": "src.a"},
    ),
    "namespace": ({"src/ns/pkg/__init__.py": ""}, {"src/ns/pkg/__init__.py": "ns.pkg"}),
    "stubs beside": ({"pkg/a.py": "", "pkg/a.pyi": ""}, {"pkg/a.py": "pkg.a", "pkg/a.pyi": "pkg.a"}),
    "stubs apart": (
        {"pkg-stubs/__init__.pyi": "", "pkg-stubs/a.pyi": ""},
        {"pkg-stubs/__init__.pyi": "pkg", "pkg-stubs/a.pyi": "pkg.a"},
    ),
    "main": ({"pkg/__main__.py": ""}, {"pkg/__main__.py": "pkg.__main__"}),
    "not importable": (
        {"app/0001_initial.py": "", "my script.py": "", "a.b.py": "", ".hidden.py": ""},
        {
            ".hidden.py": "-hidden",
            "a.b.py": "a-b",
            "app/0001_initial.py": "app.0001_initial",
            "my script.py": "my-script",
        },
    ),
    "script": (
        {"bin/tool": "#!/usr/bin/env python3\n", "bin/other": "#!/bin/sh\n", "bin/data": ""},
        {"bin/tool": "bin.tool"},
    ),
    "pyproject, setuptools": (
        {"pyproject.toml": '[tool.setuptools.packages.find]\nwhere = ["lib"]', "lib/pkg/a.py": ""},
        {"lib/pkg/a.py": "pkg.a"},
    ),
    "pyproject, package-dir": (
        {"pyproject.toml": '[tool.setuptools]\npackage-dir = {"" = "lib"}', "lib/pkg/a.py": ""},
        {"lib/pkg/a.py": "pkg.a"},
    ),
    "pyproject, poetry": (
        {"pyproject.toml": '[tool.poetry]\npackages = [{include = "pkg", from = "lib"}]', "lib/pkg/a.py": ""},
        {"lib/pkg/a.py": "pkg.a"},
    ),
    "pyproject, hatch": (
        {"pyproject.toml": '[tool.hatch.build.targets.wheel]\npackages = ["lib/pkg"]', "lib/pkg/a.py": ""},
        {"lib/pkg/a.py": "pkg.a"},
    ),
    "pyproject that is wrong": ({"pyproject.toml": "[tool", "src/pkg/a.py": ""}, {"src/pkg/a.py": "pkg.a"}),
    "pyproject with other types": (
        {"pyproject.toml": '[tool.setuptools.packages.find]\nwhere = 3\n[tool]\npoetry = "x"', "src/pkg/a.py": ""},
        {"src/pkg/a.py": "pkg.a"},
    ),
    "setup.cfg": (
        {"setup.cfg": "[options]\npackage_dir =\n    = lib\n", "lib/pkg/a.py": ""},
        {"lib/pkg/a.py": "pkg.a"},
    ),
    "setup.py": (
        {"setup.py": 'raise SystemExit\nsetup(package_dir={"": "lib"})', "lib/pkg/a.py": ""},
        {"lib/pkg/a.py": "pkg.a", "setup.py": "setup"},
    ),
    "nested projects": (
        {
            "packages/a/pyproject.toml": "",
            "packages/a/src/a/x.py": "",
            "packages/b/setup.py": "",
            "packages/b/b/__init__.py": "",
            "packages/b/tests/test_b.py": "",
        },
        {
            "packages/a/src/a/x.py": "a.x",
            "packages/b/b/__init__.py": "b",
            "packages/b/setup.py": "packages.b.setup",
            "packages/b/tests/test_b.py": "packages.b.tests.test_b",
        },
    ),
}


@pytest.mark.parametrize(("tree", "expected"), MODULES.values(), ids=MODULES)
def test_modules(make_tree: MakeTree, tree: dict[str, str], expected: dict[str, str]) -> None:
    """Module names are those that the import system would use; elsewhere those that the path gives."""
    found = run(make_tree(tree))
    assert {file.path: file.module for file in found.files if file.language != "text"} == expected
    assert found.problems == ()
    assert all(file.is_package == file.path.endswith(("__init__.py", "__init__.pyi")) for file in found.files)


def test_root_is_a_package(make_tree: MakeTree) -> None:
    """A root that is a package itself gives its name to its modules."""
    root = make_tree({"top/__init__.py": "", "top/pkg/__init__.py": "", "top/pkg/a.py": ""})
    assert [file.module for file in run(root / "top" / "pkg").files] == ["top.pkg", "top.pkg.a"]


def test_import_roots_setting(make_tree: MakeTree) -> None:
    """Import roots can be named, with `*`; what is below none of them has the name that its path gives."""
    root = make_tree({"x/lib/p/a.py": "", "y/lib/q/b.py": "", "src/c.py": ""})
    found = run(root, import_roots=("*/lib",))
    assert [file.module for file in found.files] == ["src.c", "p.a", "q.b"]
    assert found.import_roots == ("x/lib", "y/lib", "")


def test_import_root_that_is_not_there(make_tree: MakeTree) -> None:
    """An import root that names nothing is reported, and the rest goes on."""
    found = run(make_tree({"a.py": ""}), import_roots=("lib", "../x"))
    assert paths(found) == ["a.py"]
    assert [kind for kind, _ in texts(found)] == ["pattern", "pattern"]


def test_same_module_twice(make_tree: MakeTree) -> None:
    """Files that claim one module are reported once, the winner being in the first import root; both are found."""
    found = run(make_tree({"src/p/a.py": "1", "p/a.py": "2"}))
    assert [(file.path, file.module) for file in found.files] == [("p/a.py", "p.a"), ("src/p/a.py", "p.a")]
    assert [(p.kind, p.path) for p in found.problems] == [(WarningKind.MODULE, "p/a.py")]
    assert "src/p/a.py" in found.problems[0].text


def test_package_wins_over_module(make_tree: MakeTree) -> None:
    """As in Python, `a/__init__.py` hides `a.py`."""
    found = run(make_tree({"a.py": "", "a/__init__.py": ""}))
    assert [p.path for p in found.problems] == ["a.py"]


def test_same_module_in_nested_projects(make_tree: MakeTree) -> None:
    """Nested projects may have packages of the same name: one of them is then named by its path, without a word."""
    tree = {f"{folder}/{name}": "" for folder in ("x", "y") for name in ("setup.cfg", "p/__init__.py")}
    found = run(make_tree(tree))
    assert [file.module for file in found.files] == ["p", "y.p"]
    assert found.problems == ()


TREE = dict.fromkeys(("a.py", "b.txt", "sub/c.py", "sub/deep/d.py", "sub/deep/e.py", "docs/conf.py"), "")
PICKS: dict[str, tuple[dict[str, Any], dict[str, str], list[str]]] = {
    "nothing set": ({}, {}, ["a.py", "docs/conf.py", "sub/c.py", "sub/deep/d.py", "sub/deep/e.py"]),
    "include": ({"include": ("sub/",)}, {}, ["sub/c.py", "sub/deep/d.py", "sub/deep/e.py"]),
    "include some": ({"include": ("*.py", "!c.py")}, {}, ["a.py", "docs/conf.py", "sub/deep/d.py", "sub/deep/e.py"]),
    "exclude": ({"exclude": ("/docs", "d.py")}, {}, ["a.py", "sub/c.py", "sub/deep/e.py"]),
    "exclude all but one": ({"exclude": ("sub/deep/**", "!sub/deep/e.py")}, {}, ["a.py", "docs/conf.py", "sub/c.py", "sub/deep/e.py"]),
    "gitignore": ({}, {".gitignore": "docs/\n# no\n\n*.txt\n"}, ["a.py", "sub/c.py", "sub/deep/d.py", "sub/deep/e.py"]),
    "gitignore, nested": (
        {},
        {".gitignore": "c.py\n*d.py\n", "sub/.gitignore": "!c.py\n/deep/e.py\n"},
        ["a.py", "docs/conf.py", "sub/c.py"],
    ),
    "gitignore, off": ({"gitignore": False, "include": ("a.py",)}, {".gitignore": "*"}, ["a.py"]),
    "exclude beats gitignore": ({"exclude": ("a.py", "docs", "deep")}, {".gitignore": "!a.py"}, ["sub/c.py"]),
}  # fmt: skip


@pytest.mark.parametrize(("options", "more", "expected"), PICKS.values(), ids=PICKS)
def test_patterns(make_tree: MakeTree, options: dict[str, Any], more: dict[str, str], expected: list[str]) -> None:
    """Patterns mean what they mean in `.gitignore`."""
    found = run(make_tree({**TREE, **more}), **options)
    assert paths(found) == expected
    assert found.problems == ()


COVERED = {
    "folder": (["tests/"], "a/tests/b.py", True),
    "folder of the root": (["/tests/"], "a/tests/b.py", False),
    "name of a folder": (["tests"], "a/tests/b/c.py", True),
    "all in a folder": (["sub/**"], "sub/a/b.py", True),
    "not the folder itself": (["sub/**"], "sub/", False),
    "but one folder": (["*.py", "!tests/"], "tests/a.py", False),
    "also in that folder": (["!tests/", "*.py"], "tests/a.py", True),
    "nothing": ([], "a.py", False),
}


@pytest.mark.parametrize(("patterns", "path", "expected"), COVERED.values(), ids=COVERED)
def test_patterns_cover_what_lies_in_folders(patterns: list[str], path: str, expected: bool) -> None:
    """Of the patterns that match a path, or a folder that it lies in, the last one decides."""
    assert IgnoreList.of(patterns).covers(path) == expected


def test_gitignore_above_the_root(make_tree: MakeTree) -> None:
    """A root inside a repository honours the repository's own rules, unless they leave out the root itself."""
    root = make_tree({".git/HEAD": "", ".gitignore": "_made.py\n/build\n/lib/x.py\n", "lib/_made.py": "", "lib/x.py": "", "lib/a.py": "", "build/a.py": ""})  # fmt: skip
    assert paths(run(root / "lib")) == ["a.py"]
    assert paths(run(root / "build")) == ["a.py"]


PATTERN_PROBLEMS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "include": ({"include": ("*.py", "*.pyx")}, ["include: '*.pyx' matches nothing"]),
    "exclude": ({"exclude": ("nowhere/", "a.py")}, ["exclude: 'nowhere/' matches nothing"]),
    "negated": ({"exclude": ("!nowhere.py",)}, []),
    "left out already": ({"exclude": ("node_modules", "node_modules/x/*.py", ".venv/")}, []),
}


@pytest.mark.parametrize(("options", "expected"), PATTERN_PROBLEMS.values(), ids=PATTERN_PROBLEMS)
def test_patterns_of_no_use(make_tree: MakeTree, options: dict[str, Any], expected: list[str]) -> None:
    """A pattern that matches nothing is reported once; one for what is left out anyway is not."""
    root = make_tree({"a.py": "", "b.py": "", "node_modules/x/y.py": "", ".venv/z.py": ""})
    assert texts(run(root, **options)) == [("pattern", text) for text in expected]


def test_wrong_pattern(make_tree: MakeTree) -> None:
    """A pattern that means nothing is reported with its place; the others count."""
    root = make_tree({"a.py": "", "b.py": "", ".gitignore": "b.py\n!\n"})
    found = run(root, exclude=("!",))
    assert paths(found) == ["a.py"]
    assert {(p.kind, p.path, p.line) for p in found.problems} == {
        (WarningKind.PATTERN, ".gitignore", 2),
        (WarningKind.PATTERN, "", 0),
    }


LEFT_OUT = [
    "__pycache__/a.py", "node_modules/x/a.py", ".tox/a.py", "x.egg-info/a.py", "env/pyvenv.cfg", "env/lib/a.py",
    "cache/CACHEDIR.TAG", "cache/a.py", "html/.buildinfo", "html/_downloads/a.py", "build/lib/pkg/a.py",
    "build/lib.linux-x86_64-3.12/a.py", "sub/build/bdist.linux/a.py",
]  # fmt: skip


def test_folders_left_out(make_tree: MakeTree) -> None:
    """What tools leave behind is not part of the tree."""
    tree = dict.fromkeys(LEFT_OUT, "")
    assert paths(run(make_tree({**tree, "a.py": "", "build/a.py": ""}))) == ["a.py"]


def test_folders_kept(make_tree: MakeTree) -> None:
    """Folders of code that are called `build`, `dist` or `env` are."""
    tree = {"build/a.py": "", "dist/a.py": "", "env/a.py": "", "pkg/build/__init__.py": "", "pkg/build/lib/a.py": ""}
    assert paths(run(make_tree(tree))) == sorted(tree)


def test_avoid(make_tree: MakeTree) -> None:
    """Folders that the caller makes itself are left out, however they are named."""
    root = make_tree({"a.py": "", "docs/out/b.py": "", "docs/conf.py": ""})
    found = scan(root, Options(), SUFFIXES, {}, avoid=[root / "docs" / ".." / "docs" / "out", root.parent / "else"])
    assert paths(found) == ["a.py", "docs/conf.py"]


def test_links(make_tree: MakeTree) -> None:
    """Links to folders are not followed; a file of the tree counts once; one from elsewhere counts where it is linked."""
    outside = make_tree({"out.py": "1"}, name="outside")
    root = make_tree({"a.py": "", "pkg/b.py": ""})
    (root / "pkg" / "loop").symlink_to(root)
    (root / "again.py").symlink_to(root / "a.py")
    (root / "linked.py").symlink_to(outside / "out.py")
    (root / "twice.py").symlink_to(outside / "out.py")
    (root / "nowhere.py").symlink_to(root / "gone.py")
    found = run(root)
    assert paths(found) == ["a.py", "linked.py", "pkg/b.py"]
    assert [(p.kind, p.path) for p in found.problems] == [(WarningKind.READ, "nowhere.py")]


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_undecodable_name(make_tree: MakeTree) -> None:
    """A name that is no text is reported and left out."""
    root = make_tree({"a.py": ""})
    try:
        (root / os.fsdecode(b"b\xff.py")).write_text("")
    except OSError:
        pytest.skip("the file system takes no such name")
    found = run(root)
    assert paths(found) == ["a.py"]
    assert [(p.kind, p.path) for p in found.problems] == [(WarningKind.READ, "b\\udcff.py")]


@pytest.mark.parametrize("name", ["none", "a.py"])
def test_no_root(make_tree: MakeTree, name: str) -> None:
    """A root that is missing or is a file is an error."""
    with pytest.raises(RootError):
        run(make_tree({"a.py": ""}) / name)


def test_nothing_to_index(make_tree: MakeTree) -> None:
    """A tree without any file to index is reported."""
    assert texts(run(make_tree({"a.txt": ""}))) == [
        ("root", "root: no files to index; check kwindex_root, kwindex_include and kwindex_exclude")
    ]


def test_unreadable_folder(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be read is reported; the rest is found."""
    root = make_tree({"a.py": "", "sub/b.py": ""})
    scandir = os.scandir

    def refuse(path: Path) -> Any:
        if path.name == "sub":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = run(root)
    assert paths(found) == ["a.py"]
    assert [(p.kind, p.path) for p in found.problems] == [(WarningKind.READ, "sub")]


# When files are read


def settle(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let some time pass since the files were written."""
    now = time.time_ns()
    monkeypatch.setattr(scan_module.time, "time_ns", lambda: now + 60_000_000_000)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that fills with the names of files whose bytes are read."""
    names: list[str] = []
    blocks = scan_module._blocks

    def watched(path: Path) -> Any:
        names.append(path.name)
        return blocks(path)

    monkeypatch.setattr(scan_module, "_blocks", watched)
    return names


def test_unchanged_files_are_not_read(make_tree: MakeTree, reads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with the size and time of the last run is not read again; a changed one is."""
    root = make_tree({"a.py": "1", "b.py": "1"})
    settle(root, monkeypatch)
    first = run(root)
    known = {file.path: file for file in first.files}
    reads.clear()
    assert run(root, known) == first
    assert reads == []
    (root / "b.py").write_text("2")
    second = run(root, known)
    assert reads == ["b.py"]
    assert second.files[0] == first.files[0]
    assert second.files[1].digest != first.files[1].digest


def test_edit_that_keeps_size_and_time(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit is found even if the file gets its old time back."""
    root = make_tree({"a.py": "1"})
    settle(root, monkeypatch)
    old = (root / "a.py").stat()
    first = run(root)
    time.sleep(0.02)
    (root / "a.py").write_text("2")
    os.utime(root / "a.py", ns=(old.st_atime_ns, old.st_mtime_ns))
    second = run(root, {file.path: file for file in first.files})
    assert second.files[0].digest != first.files[0].digest


def test_fresh_files_are_read_again(make_tree: MakeTree, reads: list[str]) -> None:
    """A file that changed just before the last run may have changed just after it, within the same tick of the clock."""
    root = make_tree({"a.py": "1"})
    first = run(root)
    assert first.files[0].mtime_ns == UNTRUSTED
    reads.clear()
    run(root, {file.path: file for file in first.files})
    assert reads == ["a.py"]


def test_moved_file_is_another(make_tree: MakeTree) -> None:
    """The digest covers path and module: equal bytes elsewhere are another file."""
    found = run(make_tree({"a.py": "1", "b.py": "1", "src/a/b.py": "1"}))
    assert len({file.digest for file in found.files}) == 3


def test_same_digests_elsewhere(make_tree: MakeTree) -> None:
    """The same tree in another place, at another time, has the same digests."""
    first, second = (make_tree({"a.py": "1", "p/b.py": "2"}, name=name) for name in ("one", "two"))
    assert [file.digest for file in run(first).files] == [file.digest for file in run(second).files]


def test_unreadable_file(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be read stays in the tree: its page says why."""
    root = make_tree({"a.py": "", "b.py": ""})
    os_open = os.open

    def refuse(path: Any, *args: Any, **kwargs: Any) -> Any:
        if Path(path).name == "b.py":
            raise PermissionError(13, "Permission denied")
        return os_open(path, *args, **kwargs)

    readable = run(root)
    monkeypatch.setattr("sphinx_kwindex.regular.os.open", refuse)
    found = run(root)
    assert paths(found) == ["a.py", "b.py"]
    assert found.files[1].digest != readable.files[1].digest


def test_file_that_changes_meanwhile(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changed between scan and collect is not taken for what scan saw, nor for what it is now."""
    root = make_tree({"a.py": "1"})
    fresh = run(root).files[0]
    assert as_collected(root, fresh) == fresh
    settle(root, monkeypatch)
    settled = run(root).files[0]
    assert as_collected(root, settled) == settled
    (root / "a.py").write_text("22")
    later = as_collected(root, settled)
    assert later.digest not in {settled.digest, run(root).files[0].digest}
    assert later.mtime_ns == UNTRUSTED


def test_project_file_that_leads_nowhere(make_tree: MakeTree) -> None:
    """A link that leads nowhere in place of a file that says how a project is built is as good as none."""
    tree = make_tree({"pkg/__init__.py": "", "benchmarks/bench.py": ""})
    (tree / "benchmarks/pyproject.toml").symlink_to("../pyproject.toml\n")
    assert texts(run(tree)) == []
