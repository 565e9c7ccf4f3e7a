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
from sphinx_kwindex.collect.native import Language, NativeCollector
from sphinx_kwindex.collect.python import PythonCollector
from sphinx_kwindex.packing import Use, pack_references, reference_rows, rows_of

DOCS = Path(__file__).resolve().parent.parent / "docs" / "languages.md"
ENTRY, EXAMPLE, SETTING, SETUP = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
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


@pytest.fixture
def dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The entry of the documentation as a module that can be imported."""
    pytest.importorskip("tree_sitter_bash")
    folder = tmp_path / "site"
    folder.mkdir(exist_ok=True)
    setup = SETUP.replace("IniCollector()", "DOTENV")
    (folder / "kw_dotenv.py").write_text(f"{ENTRY}\n\n{setup}", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    yield "kw_dotenv"
    sys.modules.pop("kw_dotenv", None)


ENV_TREE = {
    "common.env": "# Where it runs.\nHOST=example.org\nTWICE=$HOST/$HOST\n",
    "web.env": "source common.env\nURL=https://$HOST/$PORT\n",
    "lone.env": "HERE=$HOST\n",
}


@pytest.mark.parametrize("jobs", [1, 2])
def test_entry(make_tree: Callable[..., Path], dotenv: str, jobs: int) -> None:
    """The entry works by its dotted name, in one process and in several: definitions, uses within files and across, includes."""
    more = {f"more/m{number}.env": "# a comment\n" * 20_000 for number in range(4)}
    with Project.open(make_tree({**ENV_TREE, **more}), collectors=[f"{dotenv}.DOTENV"], jobs=jobs) as project:
        assert not project.problems
        assert [item.id for item in project.keywords(path="common.env")] == [
            "common_env", "common_env.HOST", "common_env.TWICE",
        ]  # fmt: skip
        assert [(use.path, use.line, use.exact) for use in project.uses("common_env.HOST")] == [
            ("common.env", 3, True), ("common.env", 3, True), ("web.env", 2, True),
        ]  # fmt: skip
        assert project.importers("common.env") == ("web.env",)


@pytest.mark.parametrize("way", ["setting", "setup"])
def test_entry_in_a_build(build: Callable[..., Any], dotenv: str, way: str) -> None:
    """The setting in conf.py and the `setup()` of an extension both have its files shown, under the name of the language."""
    conf = (
        {"extensions": ["kw_dotenv", "sphinx_kwindex"]}
        if way == "setup"
        else {"kwindex_collectors": ["kw_dotenv.DOTENV"]}
    )
    done = build(ENV_TREE, conf)
    page = done.text("kwindex/tree/common.env.html")
    assert "Dotenv" in page
    assert "Where it runs." in page
    assert "web.env" in page


def test_changed_entry(dotenv: str) -> None:
    """What an entry says is part of the version of its results."""
    entry = Language("x", (".x",), "tree_sitter_bash", "x", queries="(comment) @data\n---\n")
    versions = {
        NativeCollector(each).version for each in (entry, entry._replace(queries="x"), entry._replace(version="2"))
    }
    assert len(versions) == 3
    assert NativeCollector("cpp").version.count("-") == 2


def test_entry_without_grammar(make_tree: Callable[..., Path]) -> None:
    """A grammar that is not installed is reported once, with what to install."""
    entry = Language("Nowhere", (".nowhere",), "tree_sitter_nowhere", "nowhere", queries="---")
    tree = make_tree({"a.nowhere": "x\n", "b.nowhere": "y\n"})
    with Project.open(tree, collectors=[NativeCollector(entry)]) as project:
        assert {problem.text for problem in project.problems} == {
            "Nowhere: needs the packages tree-sitter and tree-sitter-nowhere"
        }
        assert project.file("a.nowhere") is not None


@pytest.mark.parametrize("family", ["", "py", "bound", "file", "x-y", "X"])
def test_wrong_family(family: str) -> None:
    """A family that would clash with other targets is refused."""
    with pytest.raises(ValueError, match="is no family"):
        NativeCollector(Language("x", (".x",), "", family))


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
