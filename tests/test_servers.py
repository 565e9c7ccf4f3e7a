"""Servers: a site that is built again on each save, and answers for language models."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.__main__ import main

MakeTree = Callable[..., Path]

TREE = {
    "pkg/__init__.py": "",
    "pkg/a.py": "def lift(far=1): ...\n",
    "pkg/b.py": "from pkg.a import lift\n\ndef go():\n    lift()\n",
}


# A site


@pytest.fixture
def served(make_tree: MakeTree, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Yield a tree and the address of its site, which a command shows."""
    pytest.importorskip("sphinx_autobuild")
    root = make_tree(TREE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "sphinx_kwindex",
        "serve",
        str(root),
        "--port",
        str(port),
        "--theme",
        "alabaster",
        "--jobs",
        "1",
    ]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True)
        yield root, f"http://127.0.0.1:{port}"
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


def wait_for(address: str, text: str) -> None:
    """Wait until a page has a text."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address) as answer:
                if text in answer.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.2)
    pytest.fail(f"{text!r} is not in {address}")


def test_serve(served: tuple[Path, str]) -> None:
    """The site is there, and follows what is saved."""
    root, address = served
    wait_for(f"{address}/kwindex/tree/pkg/a.py.html", "lift")
    (root / "pkg/a.py").write_text("def lower(): ...\n")
    wait_for(f"{address}/kwindex/tree/pkg/a.py.html", "lower")


def test_port_that_is_taken(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken, or is none, is told before anything is built."""
    pytest.importorskip("sphinx_autobuild")
    root = str(make_tree(TREE))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        for port in (other.getsockname()[1], 99_999):
            assert main(["serve", root, "--port", str(port)]) == 2
            assert f"--port {port}: " in capsys.readouterr().err


def test_nothing_to_serve(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a tree, nothing is shown."""
    pytest.importorskip("sphinx_autobuild")
    assert main(["serve", str(make_tree(TREE) / "pkg/a.py"), "--port", "0"]) == 2
    assert "no such folder" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "package"), [("serve", "sphinx_autobuild"), ("mcp", "mcp.server.mcpserver")])
def test_without_its_package(
    make_tree: MakeTree,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    package: str,
) -> None:
    """A command says what to install."""
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert main([command, str(make_tree(TREE)), "--jobs", "1"]) == 2
    assert f"pip install sphinx-kwindex[{command}]" in capsys.readouterr().err


# Answers for language models

Asked = Sequence[tuple[str, dict[str, Any]]]


@pytest.fixture
def ask(tmp_path: Path) -> Callable[[Path, Asked], list[tuple[str, bool]]]:
    """Return a function that asks a server, which a command runs, some questions at once; answers say if they are errors."""
    mcp = pytest.importorskip("mcp")

    async def run(root: Path, questions: Asked) -> list[tuple[str, bool]]:
        arguments = ["-m", "sphinx_kwindex", "mcp", str(root), "--cache", str(tmp_path / "cache"), "--jobs", "1"]
        server = mcp.StdioServerParameters(
            command=sys.executable, args=arguments, cwd=str(tmp_path), env=dict(os.environ)
        )
        async with mcp.stdio_client(server) as streams, mcp.ClientSession(*streams) as client:
            await client.initialize()
            results = await asyncio.gather(*(client.call_tool(name, values) for name, values in questions))
            return [(result.content[0].text, bool(result.is_error)) for result in results]

    return lambda root, questions: asyncio.run(run(root, questions))


def test_answers(make_tree: MakeTree, ask: Callable[..., list[tuple[str, bool]]]) -> None:
    """Each question has the answer of the command line; one that cannot be answered is an error of its own."""
    questions = [
        ("definition", {"name": "lift"}),
        ("uses", {"name": "pkg.a.lift"}),
        ("uses", {"name": "lift", "limit": 1}),
        ("tests", {"name": "lift"}),
        ("related", {"path": "pkg/a.py"}),
        ("outline", {"path": "pkg/b.py"}),
        ("map", {}),
        ("page", {"path": "pkg/a.py"}),
        ("uses", {"name": "nobody"}),
        ("uses", {"limit": 1}),
    ]
    answers = ask(make_tree(TREE), questions)
    assert [is_error for _, is_error in answers] == [False] * 8 + [True] * 2
    texts = [text for text, _ in answers]
    assert texts[0] == "pkg/a.py:1:5: function pkg.a.lift(far=1)"
    assert texts[1].splitlines() == ["pkg/b.py", "  1: import", "  4: call in go"]
    assert texts[2].splitlines()[1] == "and 2 more"
    assert texts[3] == "nothing"
    assert texts[4].startswith("pkg/b.py: used by: ")
    assert texts[5] == "pkg/b.py\n  3: function go()"
    assert "pkg/a.py\n  1: function lift(far=1) (1 file)" in texts[6]
    assert texts[7].startswith("# ")
    assert "'nobody' is not in the index" in texts[8]


def test_two_clients_and_a_build(
    make_tree: MakeTree, tmp_path: Path, ask: Callable[..., list[tuple[str, bool]]]
) -> None:
    """While another process has the cache, and two clients ask, answers are right."""
    root = make_tree(TREE)
    with Project.open(root, tmp_path / "cache"):
        (root / "pkg/c.py").write_text("from pkg.a import lift as other\n\nother()\n")

        async def both() -> list[list[tuple[str, bool]]]:
            threads = (asyncio.to_thread(ask, root, [("uses", {"name": "lift"})] * 2) for _ in range(2))
            return await asyncio.gather(*threads)

        for answers in asyncio.run(both()):
            for text, is_error in answers:
                assert not is_error
                assert re.search(r"^pkg/c.py\n  1: import\n  3: call$", text, re.MULTILINE)


def test_garbage(make_tree: MakeTree, tmp_path: Path) -> None:
    """What is no question, or one of an unknown kind, ends nothing: what is asked after it has its answer."""
    pytest.importorskip("mcp")
    command = [
        sys.executable,
        "-m",
        "sphinx_kwindex",
        "mcp",
        str(make_tree(TREE)),
        "--cache",
        str(tmp_path),
        "--jobs",
        "1",
    ]
    first = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    lines = [
        b"garbage",
        b"\xff\xfe\x00",
        b"[" * 2000,
        b'{"jsonrpc": "2.0", "id": 1}',
        json.dumps({"jsonrpc": "2.0", "id": 2, "method": "initialize", "params": first}).encode(),
        b'{"jsonrpc": "2.0", "method": "notifications/initialized"}',
        b'{"jsonrpc": "2.0", "id": 3, "method": "no/such/method"}',
        b'{"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {"name": 5}}',
        b'{"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": {"name": "nothing", "arguments": {}}}',
        b'{"jsonrpc": "2.0", "id": 6, "method": "tools/call", "params": {"name": "uses", "arguments": {"name": "lift"}}}',
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(b"\n".join(lines) + b"\n")
        server.stdin.flush()
        for line in server.stdout:
            answer = json.loads(line)
            if answer.get("id") == 6:
                break
        server.stdin.close()
    assert "4: call in go" in answer["result"]["content"][0]["text"]
