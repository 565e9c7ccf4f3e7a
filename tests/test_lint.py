"""Findings of ruff on the pages of files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shown import Pages

from sphinx_kwindex import Project, lint
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.lint import LintError, find_all
from sphinx_kwindex.model import Finding, Role
from sphinx_kwindex.pages import blocks
from sphinx_kwindex.pages.blocks import Bullets, Line, Para, Said, Series, Strong, Web, Why
from sphinx_kwindex.pages.lint_view import MAX_LINES, MAX_MESSAGES, MAX_RULES, RULE_PAGE
from sphinx_kwindex.pages.phrases import and_more, more_of, say_count
from sphinx_kwindex.pages.records import PageKind, Told

MakeTree = Callable[..., Path]
LOOP = "def f(xs):\n    ys = []\n    for x in xs:\n        ys.append(x + 1)\n    return ys\n"
ASSERT = "def test_f():\n    assert f(1)\n    eval('1')\n"
TREE = {
    "pkg/loop.py": LOOP,
    "pkg/clean.py": "x = 1\n",
    "pkg/bad.py": "def (:\n",
    "pkg/quiet.py": "eval(input())  # noqa: S307\n",
    "pkg/assert.py": ASSERT,
    "tests/test_f.py": ASSERT,
}


def notes_of(project: Project) -> dict[str, Told]:
    """Return what pages show, by path; a page has the section exactly if there is something in it."""
    pages = Pages(project.reader)
    found = {}
    for key, page in pages.pages.items():
        if page.kind is PageKind.FILE:
            told = next((section for section in pages.view(key).told if section.id == "kw-lint"), None)
            assert (told is not None) == bool(project.reader.findings(page.subject))
            if told is not None:
                found[page.subject] = told
    return found


def codes(notes: Told) -> list[tuple[str, list[int]]]:
    return [
        (str(next(blocks.find_all(item.inside, Strong)).inside), [line.number for line in blocks.find_all(item, Line)])
        for bullets in blocks.find_all(notes, Bullets)
        for item in bullets.items
    ]


def test_notes(make_tree: MakeTree) -> None:
    """A page shows what ruff finds by rule; comments count, an assertion in a test does not."""
    with Project.open(make_tree(TREE)) as project:
        notes = notes_of(project)
        assert {path: codes(found) for path, found in notes.items()} == {
            "pkg/loop.py": [("PERF401", [4])],
            "pkg/assert.py": [("S101", [2]), ("S307", [3])],
            "tests/test_f.py": [("S307", [3])],
        }
        web = next(blocks.find_all(notes["pkg/loop.py"], Web))
        assert web.address == RULE_PAGE % "manual-list-comprehension"
        assert notes["pkg/loop.py"].count == 1
        (said,) = (said for said in blocks.find_all(notes["pkg/loop.py"], Said) if said.values)
        assert dict(said.values) == {"version": lint.ruff_version()}


def test_odd_names(make_tree: MakeTree) -> None:
    """Names that a command line could take for something else are files all the same."""
    names = ["-x.py", "@y.py", "a b.py", "größe.py", "--select=ALL.py"]
    with Project.open(make_tree(dict.fromkeys(names, LOOP))) as project:
        assert sorted(notes_of(project)) == sorted(names)


def test_only_new_files_are_looked_at(make_tree: MakeTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ruff sees a file once, until it changes or other rules are asked for."""
    seen: list[list[str]] = []
    run = lint._run

    def watch(root: Path, paths: list[str], rules: tuple[str, ...]) -> list[Any]:
        seen.append(list(paths))
        return run(root, paths, rules)

    monkeypatch.setattr(lint, "_run", watch)
    root, cache = make_tree(TREE), tmp_path / "cache"

    def build(**options: Any) -> dict[str, Told]:
        seen.clear()
        with Project.open(root, cache, **options) as project:
            assert all(problem.kind is WarningKind.PARSE for problem in project.problems)
            return notes_of(project)

    first = build()
    assert [len(paths) for paths in seen] == [5]
    assert build() == first
    assert seen == []
    make_tree({"pkg/clean.py": "y = 2\n"})
    assert build() == first
    assert seen == [["pkg/clean.py"]]
    assert list(build(lint=["PERF"])) == ["pkg/loop.py"]
    assert build(lint=[]) == {}
    assert seen == []


def test_ruff_is_not_there(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ruff there are no notes; who asked for other rules is told why."""
    monkeypatch.setattr("sphinx_kwindex.project.ruff_version", lambda: "")
    root = make_tree({"a.py": LOOP})
    with Project.open(root) as project:
        assert (notes_of(project), project.problems) == ({}, ())
    with Project.open(root, lint=["PERF"]) as project:
        assert notes_of(project) == {}
        assert [(problem.kind, "not installed" in problem.text) for problem in project.problems] == [
            (WarningKind.LINT, True)
        ]


def test_ruff_fails(make_tree: MakeTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure is one warning, and pages go without; when it is mended, the index says that pages may differ."""
    root, cache = make_tree(TREE), tmp_path / "cache"
    with Project.open(root, cache, lint=["NONSENSE"]) as project:
        assert [problem.kind for problem in project.problems] == [WarningKind.LINT, WarningKind.PARSE]
        assert notes_of(project) == {}

    def hang(*arguments: Any, **_options: Any) -> None:
        raise subprocess.TimeoutExpired(arguments[0], 1)

    with monkeypatch.context() as patched:
        patched.setattr("sphinx_kwindex.lint.subprocess.run", hang)
        with Project.open(root, cache) as project:
            assert "TimeoutExpired" in project.problems[0].text
            state = project.digest
    with Project.open(root, cache) as project:
        assert notes_of(project)
        assert project.digest != state


@pytest.mark.parametrize("answer", ["", "{", "null", '[{"a": 1}]'])
def test_strange_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    """An answer of another form is a failure of ruff, not of the build."""
    done = subprocess.CompletedProcess([], 0, answer.encode(), b"")
    monkeypatch.setattr("sphinx_kwindex.lint.subprocess.run", lambda *_a, **_o: done)
    with pytest.raises(LintError):
        list(find_all(tmp_path, {"a.py": Role.MODULE}, ["S"]))


def test_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No command line is longer than systems take; older versions of ruff name a rule in the address only."""
    calls: list[list[str]] = []

    def answer(command: list[str], **_options: Any) -> subprocess.CompletedProcess[bytes]:
        paths = command[command.index("--") + 1 :]
        calls.append(paths)
        rows = [
            {
                "code": "S1",
                "url": "https://x/rules/some-name",
                "message": "m",
                "location": {"row": 3},
                "filename": str(tmp_path / path),
            }
            for path in paths
        ]
        return subprocess.CompletedProcess(command, 0, json.dumps(rows).encode(), b"")

    monkeypatch.setattr("sphinx_kwindex.lint.subprocess.run", answer)
    files = {f"{'x' * 90}/{number:04}.py": Role.MODULE for number in range(1_000)}
    found: dict[str, tuple[Finding, ...]] = {}
    for part in find_all(tmp_path, files, ["S"]):
        found |= part
    assert found == dict.fromkeys(files, (Finding(code="S1", name="some-name", message="m", lines=(3,)),))
    assert len(calls) > 3
    assert all(sum(map(len, paths)) < 30_000 for paths in calls)


def test_long_lists_are_cut(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page shows some lines of a message, some messages of a rule and some rules, and counts the rest."""
    lines = tuple(range(1, MAX_LINES + 4))
    many = tuple(
        Finding(code="S105", name="n", message=f"m{number}", lines=lines) for number in range(MAX_MESSAGES + 2)
    )
    rules = tuple(
        Finding(code=f"S{number}", name="n", message="m", lines=(1,)) for number in range(200, 200 + MAX_RULES)
    )
    monkeypatch.setattr("sphinx_kwindex.project.find_all", lambda *_: [{"a.py": many + rules}])
    with Project.open(make_tree({"a.py": "x = 1\n"})) as project:
        notes = notes_of(project)["a.py"]
    (shown,) = blocks.find_all(notes, Bullets)
    assert (len(shown.items), shown.more) == (MAX_RULES, say_count("1 more rule", "%(count)s more rules", 1))
    *messages, rest = shown.items[0].blocks
    assert (len(messages), rest) == (MAX_MESSAGES, Para(more_of(2)))
    assert f"{len(lines) * len(many)}×" in [why.inside for why in blocks.find_all(shown.items[0].inside, Why)]
    (of_one,) = blocks.find_all(messages[0], Series)
    assert (len(of_one.items), of_one.more) == (MAX_LINES, and_more(3))
    assert notes.count == len(lines) * len(many) + MAX_RULES
