"""Patterns of `.gitignore` files mean what git says, and none of them takes longer than its length allows."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from sphinx_kwindex.ignore import LONGEST, MOST, IgnoreList

PIECES = [
    *(
        "a",
        "b",
        "ab",
        "a.py",
        "*",
        "**",
        "***",
        "?",
        "/",
        "/",
        "\\",
        "\\*",
        "\\a",
        "[ab]",
        "[!a]",
        "[^b]",
        "[a-c]",
        "[]a]",
        "[",
    ),
    *(
        "[[:alpha:]]",
        "[[:digit:]x]",
        "[a-]",
        "[\\]]",
        "[!]",
        " ",
        "\\ ",
        "#",
        "!",
        "\t",
        ".",
        "-",
        "é",
        "\r",
        "[b-a]",
        "[[:no:]]",
    ),
]
NAMES = ["a", "b", "ab", "a.py", "aab", "c", "é", "a b", "#a", "!a", "a*", "]", "a ", "x1", "-", "a\\b"]


def make_paths(random_source: random.Random) -> list[str]:
    """Return paths of a few folders (ending with a slash) and files, three levels deep."""
    paths = []
    for folder in ("", "a/", "ab/", "a/b/", "a/a/b/"):
        names = random_source.sample(NAMES, 9)
        paths += [f"{folder}{name}" + ("/" if random_source.random() < 0.3 else "") for name in names]
    folders = {
        "/".join(path.rstrip("/").split("/")[:depth]) + "/"
        for path in paths
        for depth in range(1, path.rstrip("/").count("/") + 1)
    }
    return sorted({path for path in paths if f"{path.rstrip('/')}/" not in folders} | folders)


def left_out(rules: IgnoreList, path: str) -> bool:
    """Tell what a walk from the top down leaves out."""
    parts = path.rstrip("/").split("/")
    tops = ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts))]
    return any(rules.decides(each) for each in (*tops, path))


def ask_git(folder: Path, paths: list[str]) -> set[str]:
    """Return the paths that git leaves out."""
    command = ["git", "-C", str(folder), "check-ignore", "--no-index", "-z", "--stdin"]
    names = "\0".join(path.rstrip("/") for path in paths).encode()
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(command, input=names, env=environment, capture_output=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return set(done.stdout.decode().split("\0")) - {""}


@pytest.mark.skipif(not shutil.which("git") or os.name == "nt", reason="needs git, and names of any kind")
@pytest.mark.parametrize("seed", range(int(os.environ.get("KWINDEX_SEEDS", "40"))))
def test_as_git(tmp_path: Path, seed: int) -> None:
    """Patterns made at random leave out what git leaves out."""
    source = random.Random(seed)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    paths = make_paths(source)
    for path in paths:
        file = tmp_path / path
        if path.endswith("/"):
            file.mkdir(parents=True, exist_ok=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    for _ in range(10):
        lines = ["".join(source.choices(PIECES, k=source.randint(1, 6))) for _ in range(source.randint(1, 4))]
        (tmp_path / ".gitignore").write_bytes("\n".join(lines).encode())
        rules = IgnoreList("\n".join(lines).encode().split(b"\n"), lambda _line, _text: None)
        ours = {path.rstrip("/") for path in paths if left_out(rules, path)}
        assert ours == ask_git(tmp_path, paths), lines


@pytest.mark.parametrize(
    "line",
    [
        "a*" * 10 + "b",
        "*a" * 1_000,
        "**/a/" * 500 + "b",
        "a/**/" * 500 + "b",
        "[a-z]*" * 500 + "0",
        "**/a*a*a*a*/**/a*a*a*a*/" * 50 + "b",
        "?*" * 200 + "b",
        "*" * 4_000 + "b",
        "**/*" * 300 + "b",
    ],
    ids=lambda line: line[:12],
)
def test_time(line: str) -> None:
    """No pattern takes long to be read, or to be tried on a name that nearly matches."""
    start = time.process_time()
    rules = IgnoreList([line.encode()], lambda _line, _text: None)
    for path in ("a" * 255, "/".join(["a" * 20] * 190), "a/" * 2_000 + "a"):
        assert not rules.decides(path)
    assert time.process_time() - start < 3


def test_limits() -> None:
    """Patterns longer than any path, and more of them than anybody writes, are reported and left out."""
    problems: list[tuple[int, str]] = []
    lines = [
        b"a" * (LONGEST + 1),
        *(b"a*%d" % number for number in range(MOST + 2)),
        *(b"x%d" % number for number in range(50_000)),
    ]
    start = time.process_time()
    rules = IgnoreList(lines, lambda line, text: problems.append((line, text)))
    assert [line for line, _ in problems] == [1, MOST + 2, MOST + 3]
    assert [rules.decides(name) for name in ("a1", "x49999", "y")] == [True, True, None]
    assert time.process_time() - start < 5
