"""Test runners of a project, and their names for tests."""

from __future__ import annotations

import enum
import shlex
from collections.abc import Iterable, Mapping

import msgspec

from sphinx_kwindex.store import Reader

_MANAGE = "manage.py"


class Runner(str, enum.Enum):
    """What runs the tests of a project."""

    PYTEST = "pytest"
    UNITTEST = "unittest"
    DJANGO = "django"
    """`manage.py test`."""
    UNKNOWN = "unknown"
    """A script of the project that nothing tells how to call."""


def find_runner(reader: Reader) -> Runner:
    """Return pytest if anything in the tree is for it; else what runs test cases of the kind that the tests are."""
    configured = reader.get_blob("test runner")
    if (configured and msgspec.msgpack.decode(configured, type=str) == "pytest") or reader.names_pytest():
        return Runner.PYTEST
    targets = {item.target for path in reader.test_files() if (facts := reader.facts(path)) for item in facts.imports}
    if any(target.startswith("django.") for target in targets):
        return Runner.DJANGO if reader.file(_MANAGE) else Runner.UNKNOWN
    return Runner.UNITTEST


def run_command(runner: Runner, paths: Iterable[str]) -> str:
    """Return the command that runs test files from the root of the indexed tree; empty if there is none."""
    words = [shlex.quote(path if runner in _BY_PATH else _dotted(path)) for path in paths]
    return f"{_COMMANDS[runner]} {' '.join(words)}" if words and runner in _COMMANDS else ""


def case_name(runner: Runner, path: str, qualname: str) -> str:
    """Return what the runner calls one test."""
    if runner is Runner.PYTEST:
        return f"{path}::{qualname.replace('.', '::')}"
    return f"{_dotted(path)}.{qualname}"


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


_BY_PATH = frozenset({Runner.PYTEST, Runner.UNITTEST})
_COMMANDS: Mapping[Runner, str] = {
    Runner.PYTEST: "pytest",
    Runner.UNITTEST: "python -m unittest",
    Runner.DJANGO: f"python {_MANAGE} test",
}
