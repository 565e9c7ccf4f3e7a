"""The bar for collect: on real packages, as they are installed, nothing is missed."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from sphinx_kwindex.collect import collect_files, default_collectors
from sphinx_kwindex.model import FileFacts, Kind, SourceFile
from sphinx_kwindex.options import Options

PACKAGES = ("sphinx", "docutils")
COMPOUND = {Kind.CLASS, Kind.EXCEPTION, Kind.FUNCTION, Kind.METHOD, Kind.PROPERTY}


class Place(NamedTuple):
    """A statement that defines something."""

    path: str
    qualname: str
    line: int


@lru_cache(maxsize=2)
def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@lru_cache(maxsize=2)
def collected(package: str) -> dict[str, FileFacts]:
    """Collect a whole package once for all tests of this file."""
    root = package_folder(package)
    files = []
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root).as_posix()
        module = ".".join([package, *path.relative_to(root).with_suffix("").parts]).removesuffix(".__init__")
        size = path.stat().st_size
        files.append(
            SourceFile(
                path=relative,
                language="python",
                module=module,
                is_package=path.name == "__init__.py",
                digest="",
                size=size,
                mtime_ns=0,
            )
        )
    decoder = msgspec.msgpack.Decoder(FileFacts)
    found = collect_files(root, files, default_collectors(), Options())
    return {file.path: decoder.decode(encoded.facts) for file, encoded in found}


def places_of(tree: ast.AST, path: str, scope: str = "") -> Iterator[Place]:
    """Yield what the standard library's parser finds: every `class` and `def`, with its qualified name."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            qualname = f"{scope}{node.name}"
            yield Place(path, qualname, node.lineno)
            inner = "." if isinstance(node, ast.ClassDef) else ".<locals>."
            yield from places_of(node, path, qualname + inner)
        else:
            yield from places_of(node, path, scope)


def bound_places(facts: FileFacts) -> Iterator[tuple[Place, bool]]:
    """Yield every place that binds a definition, and whether `class` or `def` does."""
    for item in facts.definitions:
        lines = {item.line, *(site.line for site in item.sites)}
        for line in lines:
            yield Place(facts.path, item.qualname, line), item.kind in COMPOUND


@pytest.mark.parametrize("package", PACKAGES)
def test_no_file_is_given_up(package: str) -> None:
    """Every file of the package parses, is resolved, and meets no limit."""
    problems = [
        problem
        for facts in collected(package).values()
        for problem in (*([facts.error] if facts.error else []), *facts.problems)
    ]
    assert not problems


@pytest.mark.parametrize("package", PACKAGES)
def test_every_class_and_def_is_found(package: str) -> None:
    """Each `class` and `def`, nested ones included, is a definition or a site of one: right line, right name."""
    root = package_folder(package)
    expected: set[Place] = set()
    found: set[Place] = set()
    for path, facts in collected(package).items():
        expected.update(places_of(ast.parse((root / path).read_bytes()), path))
        found.update(place for place, _ in bound_places(facts))
    assert len(expected) > 1_000
    assert sorted(expected - found) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_class_or_def_is_made_up(package: str) -> None:
    """What is called a class or function, and is not made by a call or lambda, is one in the source."""
    root = package_folder(package)
    wrong = []
    for path, facts in collected(package).items():
        expected = set(places_of(ast.parse((root / path).read_bytes()), path))
        wrong += [
            f"{path}:{item.line} {item.qualname}"
            for item in facts.definitions
            if item.kind in COMPOUND and not item.value and Place(path, item.qualname, item.line) not in expected
        ]
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_names_stand_where_they_are_said_to(package: str) -> None:
    """Line and column of each definition and import are those of its name in the text."""
    root = package_folder(package)
    wrong = []
    for path, facts in collected(package).items():
        lines = re.split(r"\r\n|\r|\n", (root / path).read_text(encoding=facts.encoding))
        places = [(item.name, item.line, item.col) for item in facts.definitions if item.kind is not Kind.MODULE]
        places += [(item.name, item.line, item.col) for item in facts.imports]
        wrong += [
            f"{path}:{line}:{column} {name}"
            for name, line, column in places
            if not lines[line - 1].startswith(name, column)
        ]
    assert wrong == []


def ctags(root: Path) -> Iterator[tuple[str, str, int, str]]:
    """Yield path, name, line and kind of each tag of Universal Ctags."""
    command = ["ctags", "--languages=Python", "--output-format=json", "--fields=+nK", "-R", "-f", "-", "."]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8", check=True)
    for line in run.stdout.splitlines():
        tag = json.loads(line)
        if tag["_type"] == "tag":
            yield tag["path"].removeprefix("./"), tag["name"], tag["line"], tag["kind"]


def has_ctags() -> bool:
    if shutil.which("ctags") is None:
        return False
    run = subprocess.run(["ctags", "--list-features"], capture_output=True, text=True, check=False)
    return run.returncode == 0 and "json" in run.stdout


@pytest.mark.skipif(not has_ctags(), reason="needs Universal Ctags with JSON output")
@pytest.mark.parametrize("package", PACKAGES)
def test_every_tag_of_ctags_is_explained(package: str) -> None:
    """Each tag is a definition, a site of one or an import, on the same line."""
    known: set[tuple[str, str, int]] = set()
    for path, facts in collected(package).items():
        for item in facts.definitions:
            known.update((path, item.name, line) for line in (item.line, *(site.line for site in item.sites)))
        known.update((path, item.name, item.line) for item in facts.imports)
    tags = list(ctags(package_folder(package)))
    assert len(tags) > 1_000
    unexplained = [f"{path}:{line} {kind} {name}" for path, name, line, kind in tags if (path, name, line) not in known]
    assert unexplained == []
