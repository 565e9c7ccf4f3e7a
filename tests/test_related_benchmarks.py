"""The measuring of related files: truth from a clone, figures from a truth, calmness and cost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
FILES = {
    "pkg/__init__.py": "",
    "pkg/reader.py": "def read_matcher(capture): ...\n",
    "pkg/writer.py": "from pkg.reader import read_matcher\n\ndef write_matcher(capture): ...\n",
    "pkg/plot.py": "def plot_palette(axis): ...\n",
    "tests/test_reader.py": "from pkg.reader import read_matcher\n\ndef test_it(): read_matcher(1)\n",
}
LATER = [
    {"pkg/reader.py": "def read_matcher(capture, replay): ...\n", "tests/test_reader.py": "from pkg import reader\n"},
    {"pkg/plot.py": "def plot_palette(axis, zebra): ...\n"},
    {"pkg/new.py": "new = 1\n", "pkg/writer.py": "new = 2\n", "pkg/reader.py": "def read_matcher(): ...\n"},
    {"README.md": "text\n", "pkg/plot.py": "def plot_palette(): ...\n"},
    {f"many/m{number}.py": "" for number in range(20)} | {"pkg/reader.py": "\n", "pkg/plot.py": "\n"},
]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone with a tag and a few commits after it."""
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "-q")
    commit(folder, FILES)
    git(folder, "tag", "v1")
    for files in LATER:
        commit(folder, files)
    return folder


def git(folder: Path, *arguments: str) -> None:
    """Run git."""
    settings = ("-c", "user.name=n", "-c", "user.email=e", "-c", "core.autocrlf=false")
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, files: dict[str, str]) -> None:
    """Write files and commit them."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="")
    git(folder, "add", "-A", ".")
    git(folder, "commit", "-q", "-m", "more")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return what runs one of the scripts and returns what it prints."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))

    def inner(script: str, *arguments: object) -> str:
        monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
        assert __import__(script).main() == 0
        return capfd.readouterr().out

    return inner


def test_truth_of_a_clone(clone: Path, tmp_path: Path, run: Callable[..., str]) -> None:
    """The truth has the files at the tag, and which of them later commits changed together; big commits are left out."""
    found = json.loads(run("related_truth", clone, "v1", "--tree", tmp_path / "tree"))
    assert found["tag"] == "v1"
    assert found["files"] == sorted(FILES)
    assert found["commits"] == [["pkg/reader.py", "pkg/writer.py"], ["pkg/reader.py", "tests/test_reader.py"]]
    assert (tmp_path / "tree/pkg/plot.py").read_text() == FILES["pkg/plot.py"]


def test_figures_of_a_truth(clone: Path, tmp_path: Path, run: Callable[..., str]) -> None:
    """Each ranking has its figures: with and without history and each signal; of several trees, means and weights left out."""
    tree, truth = tmp_path / "tree", tmp_path / "truth.json"
    truth.write_text(run("related_truth", clone, "v1", "--tree", tree))
    found = run("related", f"{tree}={truth}", f"{clone}@v1", "--ablation", "--leave-one-out")
    assert found.count("5 files, 2 commits, 4 queries") == 2
    rows = {line[:28].strip(): line[28:].split() for line in found.splitlines()}
    for name in ("same folder", "imports", "TF-IDF of whole names", "related files", "history without history"):
        assert len(rows[name]) == 6
    assert rows["related files"][1] == "1.000"
    assert "== mean over 2 trees" in found
    assert found.count("with weights chosen on the others") == 2


def test_edits_of_a_clone(clone: Path, run: Callable[..., str]) -> None:
    """Commits that change one file are counted, and what they do to other lists."""
    found = run("related_edits", f"{clone}@v1")
    assert "2 commits that change one file" in found
    assert "lists that read otherwise  mean 0.0000" in found


def test_cost_of_a_tree(clone: Path, tmp_path: Path, run: Callable[..., str]) -> None:
    """A tree of the wanted size is ranked in a process of its own."""
    assert "60 files: " in run("related_scale", clone, "--files", 60, "--jobs", 1, "--work", tmp_path / "work")
