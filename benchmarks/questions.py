"""How exactly, and in how few words, a command answers: "where is", "who calls", "which tests call".

    python benchmarks/questions.py TREE ... --count 50 --seed 1 --pyright pyright-langserver

Questions are made by rule, and what is true comes from others: names of classes, functions and methods of files that are no tests are drawn from
universal-ctags, which also says where they are defined; the language server of pyright and jedi (which knows fixtures) say where they are referred to:
what either of them says is true. A call is a reference with a bracket behind it (or one that decorates); a test calls what is called in a function
`test...` of a file of tests. An answer is right if it names exactly these lines (of tests: these functions). Where the language server does not know what a name is, nothing is false.

What a reader has to take in is counted in tokens: characters by four, which is a rule of thumb. It is set against what `grep -rnw NAME` prints for
the tree, from which the same could be found out, with further reading.
"""

from __future__ import annotations

import argparse
import ast
import functools
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import jedi

from sphinx_kwindex.__main__ import main as run_command

TOKEN = 4
"""Characters of a token."""
ASKED = ("definition", "uses", "tests")
Place = tuple[str, int, int]
"""Path, line, column."""
Facts = frozenset[tuple[str, int | str]]
"""Path and line; of tests, path and name."""


class Name(NamedTuple):
    """A definition, as ctags has it."""

    path: str
    line: int
    name: str
    qualname: str


class Outcome(NamedTuple):
    """A question, and what came of it."""

    command: str
    name: str
    lacking: Facts
    false: Facts
    size: int
    grep: int


class LanguageServer:
    """A language server, asked on standard input and output (https://microsoft.github.io/language-server-protocol/)."""

    def __init__(self, command: str, root: Path) -> None:
        self._process = subprocess.Popen([command, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._number = 0
        folder = {"uri": root.as_uri(), "name": root.name}
        self.ask(
            "initialize",
            {"processId": None, "rootUri": root.as_uri(), "workspaceFolders": [folder], "capabilities": {}},
        )
        self._send({"method": "initialized", "params": {}})
        for path in sorted(root.rglob("*.py")):  # settings of the project may leave some out
            text = path.read_text(encoding="utf-8", errors="replace")
            document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": text}
            self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def ask(self, method: str, parameters: dict[str, Any]) -> Any:
        """Return what it answers."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": parameters})
        while True:
            message = self._receive()
            if message.get("id") == self._number and "method" not in message:
                return message.get("result")
            if "id" in message and "method" in message:  # it asks in turn: for settings, mostly
                asked = message.get("params") or {}
                answer = [{} for _ in asked["items"]] if "items" in asked else None
                self._send({"id": message["id"], "result": answer})

    def close(self) -> None:
        """Stop it."""
        self._process.kill()
        self._process.wait()

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        size = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        return json.loads(stream.read(size))  # type: ignore[no-any-return]


def is_test(path: str) -> bool:
    """Tell whether a file is one of tests."""
    return bool(re.search(r"(^|/)(tests?|testing)/|(^|/)test_[^/]*$|_test\.py$|conftest", path))


def find_names(root: Path) -> list[Name]:
    """Return the classes, functions and methods of a tree, by ctags; nothing that is defined in functions."""
    command = [
        "ctags",
        "-R",
        "--languages=Python",
        "--kinds-Python=cfm",
        "--fields=+nzsK",
        "--output-format=json",
        "-f",
        "-",
        ".",
    ]
    made = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    found, functions = [], set()
    for tag in map(json.loads, made.splitlines()):
        qualname = f"{tag['scope']}.{tag['name']}" if "scope" in tag else tag["name"]
        found.append(Name(tag["path"].removeprefix("./"), tag["line"], tag["name"], qualname))
        if tag["kind"] != "class":
            functions.add((tag["path"].removeprefix("./"), qualname))
    return [name for name in found if not any((name.path, outer) in functions for outer in outer_names(name.qualname))]


def outer_names(qualname: str) -> Iterator[str]:
    """Yield what a name is in: `a` and `a.b` of `a.b.c`."""
    return (qualname[: match.start()] for match in re.finditer(r"\.", qualname))


def find_references(server: LanguageServer, project: jedi.Project, name: Name) -> set[Place]:
    """Return what refers to a definition, as either of both oracles says."""
    root = project.path
    text = (root / name.path).read_text(encoding="utf-8").split("\n")[name.line - 1]
    match = re.search(rf"\b(?:def|class)\s+({re.escape(name.name)})\b", text)
    if match is None:
        return set()
    at = {
        "textDocument": {"uri": (root / name.path).as_uri()},
        "position": {"line": name.line - 1, "character": match.start(1)},
    }
    found = set()
    for item in server.ask("textDocument/references", {**at, "context": {"includeDeclaration": False}}) or ():
        path = Path(unquote(item["uri"].removeprefix("file://"))).relative_to(root).as_posix()
        found.add((path, item["range"]["start"]["line"] + 1, item["range"]["start"]["character"]))
    script = jedi.Script(path=root / name.path, project=project)
    for item in script.get_references(name.line, match.start(1), scope="project"):
        if item.module_path and not item.is_definition():
            found.add((item.module_path.relative_to(root).as_posix(), item.line, item.column))
    return found


def is_open(server: LanguageServer, root: Path, name: str, fact: tuple[str, int | str]) -> bool:
    """Tell whether a name stands on a line, or in a test, and the language server does not know what it is there."""
    path, place = fact
    for number, line in enumerate((root / path).read_text(encoding="utf-8").split("\n"), 1):
        if name not in line or place not in {number, test_around(root, path, number)}:
            continue
        for match in re.finditer(rf"\b{re.escape(name)}\b", line):
            position = {"line": number - 1, "character": match.start()}
            at = {"textDocument": {"uri": (root / path).as_uri()}, "position": position}
            if not server.ask("textDocument/definition", at):
                return True
    return False


def is_call(root: Path, name: str, place: Place) -> bool:
    """Tell whether a name is called, or decorates."""
    path, line, column = place
    lines = (root / path).read_text(encoding="utf-8").split("\n")
    before, after = (
        lines[line - 1][:column],
        "\n".join([lines[line - 1][column + len(name) :], *lines[line : line + 1]]),
    )
    return after.lstrip(" ").startswith("(") or bool(re.fullmatch(r"\s*@[\w.]*", before))


@functools.cache
def tests_of(path: Path) -> list[tuple[int, int, str]]:
    """Return the first and the last line of each test of a file, with what decorates it, and its qualified name."""

    def walk(node: ast.AST, outer: str) -> Iterator[tuple[int, int, str]]:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield from walk(child, outer)
                continue
            name = f"{outer}.{child.name}" if outer else child.name
            if child.name.startswith("test") and not isinstance(child, ast.ClassDef):
                first = min([child.lineno, *(item.lineno for item in child.decorator_list)])
                yield first, child.end_lineno or 0, name
            else:
                yield from walk(child, name)

    return list(walk(ast.parse(path.read_text(encoding="utf-8")), ""))


def test_around(root: Path, path: str, line: int) -> str:
    """Return the qualified name of the test around a line; empty if there is none."""
    found = tests_of(root / path) if is_test(path) else []
    return next((name for first, last, name in found if first <= line <= last), "")


def answer(root: Path, cache: Path, command: str, name: str) -> tuple[list[dict[str, Any]], int]:
    """Return what a command answers, and how many tokens that is as people and language models get it."""
    output = cache / "answer"
    given = [command, str(root), name, "--cache", str(cache), "--jobs", "1", "-o", str(output)]
    if run_command(given):
        return [], 0
    size = len(output.read_text(encoding="utf-8")) // TOKEN
    run_command([*given, "--json"])
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()], size


def grep(root: Path, name: str) -> int:
    """Return how many tokens grep prints."""
    command = ["grep", "-rnwI", "--exclude-dir=.git", name, "."]
    return len(subprocess.run(command, cwd=root, capture_output=True, check=False).stdout) // TOKEN


def where(names: list[Name], name: Name) -> Facts:
    """Return where a name is defined: everything whose qualified name ends in it."""
    return frozenset((n.path, n.line) for n in names if f".{n.qualname}".endswith(f".{name.qualname}"))


def ask_all(root: Path, server: LanguageServer, cache: Path, count: int, dice: random.Random) -> Iterator[Outcome]:
    """Ask so many questions in turn about names that are drawn; where a name has several definitions, only where they are."""
    names = find_names(root)
    once = [name for name in names if not is_test(name.path) and len(where(names, name)) == 1]
    dice.shuffle(once)
    truths: dict[str, Callable[[Name, list[Place]], Facts]] = {
        "definition": lambda name, _: where(names, name),
        "uses": lambda _, calls: frozenset((path, line) for path, line, _ in calls),
        "tests": lambda _, calls: frozenset((p, test) for p, line, _ in calls if (test := test_around(root, p, line))),
    }
    project = jedi.Project(root, added_sys_path=[str(root / "src")])
    asked = 0
    for name in once:
        command = ASKED[asked % len(ASKED)]
        calls = [place for place in find_references(server, project, name) if is_call(root, name.name, place)]
        true = truths[command](name, calls)
        if not true:
            continue  # about which nothing can be asked
        lines, size = answer(root, cache, command, name.qualname)
        said = frozenset(fact for line in lines if (fact := _fact(command, line)))
        false = frozenset(fact for fact in said - true if not is_open(server, root, name.name, fact))
        about = f"{name.path}:{name.line} {name.qualname}"
        yield Outcome(command, about, true - said, false, size, grep(root, name.name))
        asked += 1
        if asked == count:
            return


def _fact(command: str, line: dict[str, Any]) -> tuple[str, int | str] | None:
    if command == "definition":
        return line["path"], line["line"]
    if command == "uses":
        return (
            (line["path"], line["line"]) if line["certain"] and line["kind"] in {"call", "decorator", "raise"} else None
        )
    return (line["path"], line["name"]) if not line["calls"] else None


def report(root: Path, outcomes: list[Outcome]) -> None:
    """Print how many answers are right, what they cost, and each that is not right."""
    for command in (*ASKED, ""):
        some = [item for item in outcomes if command in {item.command, ""}]
        right = sum(not item.lacking and not item.false for item in some)
        size, grepped = sum(item.size for item in some), sum(item.grep for item in some)
        print(
            f"{root.name} {command or 'all':10} {right:3} of {len(some):3} right, {size:7} tokens, grep {grepped:7}: {size / max(grepped, 1):.2f}"
        )
    for item in outcomes:
        if item.lacking or item.false:
            print(f"  {item.command} {item.name}: lacks {sorted(item.lacking)[:4]}, false {sorted(item.false)[:4]}")


def main() -> int:
    """Ask about each tree."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tree", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pyright", default="pyright-langserver")
    given = parser.parse_args()
    for tree in given.tree:
        root = tree.resolve()
        server = LanguageServer(shutil.which(given.pyright) or given.pyright, root)
        with tempfile.TemporaryDirectory() as cache:
            report(root, list(ask_all(root, server, Path(cache), given.count, random.Random(given.seed))))
        server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
