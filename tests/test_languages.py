"""Collectors for further languages: from the settings, from other extensions, and the example in the documentation."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.collect import choose_collectors, default_collectors
from sphinx_kwindex.collect.python import PythonCollector
from sphinx_kwindex.packing import Use, pack_references, reference_rows, rows_of

DOCS = Path(__file__).resolve().parent.parent / "docs" / "languages.md"
EXAMPLE, SETTING, SETUP = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
TREE = {
    "pkg/__init__.py": "",
    "pkg/jobs.py": "def nightly(): ...\n",
    "jobs.ini": "first = 1\n[backup]\nrun = pkg.jobs.nightly\n",
}


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The example of the documentation as a module that can be imported."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "kw_ini.py").write_text(f"{EXAMPLE}\n\n{SETUP}", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    yield "kw_ini"
    sys.modules.pop("kw_ini", None)


def check_ini(project: Project) -> None:
    """Assert what the documentation promises of the example."""
    assert not project.problems
    assert [item.id for item in project.keywords(path="jobs.ini")] == [
        "jobs_ini", "jobs_ini.first", "jobs_ini.backup", "jobs_ini.backup.run",
    ]  # fmt: skip
    (use,) = project.uses("pkg.jobs.nightly")
    assert (use.path, use.line, use.col, use.exact) == ("jobs.ini", 3, 6, True)


@pytest.mark.parametrize("jobs", [1, 2])
def test_example(make_tree: Callable[..., Path], example: str, jobs: int) -> None:
    """The example works by its dotted name, in one process and in several."""
    many = {f"more/m{number}.ini": f"a = {'b' * 200_000}{number}\n" for number in range(4)}
    with Project.open(make_tree({**TREE, **many}), collectors=[f"{example}.IniCollector"], jobs=jobs) as project:
        check_ini(project)
        assert len(project.keywords(name="a")) == 4


def test_objects_and_names(make_tree: Callable[..., Path], example: str) -> None:
    """Objects do as well; with neither, files of the language are not indexed."""
    collector = __import__(example).IniCollector()
    with Project.open(make_tree(TREE), collectors=[collector]) as project:
        check_ini(project)
    with Project.open(make_tree(TREE)) as project:
        file = project.file("jobs.ini")
        assert file is not None
        assert file.language == "text"
        assert not project.keywords(path="jobs.ini")


@pytest.mark.parametrize("way", ["setting", "setup"])
def test_in_a_build(build: Callable[..., Any], example: str, way: str) -> None:
    """The setting in conf.py and the `setup()` of another extension both have the files shown, linked and referred to."""
    setting = {"kwindex_collectors": ["kw_ini.IniCollector"]}
    assert "kwindex_collectors = [" in SETTING
    conf = {"extensions": ["kw_ini", "sphinx_kwindex"]} if way == "setup" else setting
    index = "Title\n=====\n\n:kw:obj:`jobs_ini.backup`\n\n.. toctree::\n\n   kwindex/index\n"
    done = build({**TREE, "docs/index.rst": index}, conf)
    assert 'href="kwindex/tree/jobs.ini.html#backup"' in done.text("index.html")
    assert "nightly" in done.text("kwindex/tree/jobs.ini.html")
    assert "jobs.ini" in done.text("kwindex/tree/pkg/jobs.py.html")


class Other(PythonCollector):
    """A collector that takes the place of a built-in one."""

    suffixes = (".py", ".pyx")


class Nothing:
    """No collector."""


def broken() -> None:
    """A factory that is not called: only classes are."""


def test_one_for_each_language() -> None:
    """One for a language that has a collector takes its place; others stay."""
    chosen, problems = choose_collectors([], [Other()])
    assert not problems
    assert [type(item).__name__ for item in chosen] == [
        "MarkdownCollector",
        "RestCollector",
        "NotebookCollector",
        "PlainCollector",
        "Other",
    ]
    assert len(default_collectors()) == len(chosen)


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("no_such_module.Collector", "no_such_module"),
        (Nothing(), "Nothing is not a collector"),
        (broken, "function is not a collector"),
        (type("Local", (Other,), {}), "Local cannot be sent to other processes"),
    ],
)
def test_wrong_collectors(named: Any, text: str) -> None:
    """What cannot be used is one problem of the setting, and the built-in collectors stay."""
    names, added = ([named], []) if isinstance(named, str) else ([], [named])
    chosen, (problem,) = choose_collectors(names, added)
    assert [item.language for item in chosen] == [item.language for item in default_collectors()]
    assert problem.text.startswith("collectors: ")
    assert text in problem.text


def test_wrong_name_in_conf(build: Callable[..., Any]) -> None:
    """The build warns of it at the line of the setting, and goes on."""
    done = build(TREE, {"kwindex_collectors": ["nowhere.Collector"]}, warnings=["kwindex_collectors: nowhere"])
    assert "conf.py:" in done.warnings[0]


def test_packed_rows() -> None:
    """Uses are packed in source order, each once, and can be asked for by target."""
    one, two = Use(2, 0, "b", 1, 0, "m.b"), Use(1, 4, "a", 0, 3, "m.a")
    packed = pack_references([one, two, one])
    assert packed.targets == ("m.a", "m.b")
    assert list(reference_rows(packed)) == [(0, 0, 1, 4, 0, 3), (1, 1, 2, 0, 1, 0)]
    assert list(rows_of(packed, {1})) == [(1, 1, 2, 0, 1, 0)]
    assert list(rows_of(packed, ())) == []
