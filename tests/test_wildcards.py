"""Wildcard imports bring what Python brings, wherever that does not depend on which module is loaded first."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.link import Names
from sphinx_kwindex.model import Outcome

_LOAD = """\
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
modules, names = sys.argv[2].split(), sys.argv[3].split()
found = {}
for module in modules:
    try:
        importlib.import_module(module)
    except Exception:
        print("{}")
        sys.exit()
for module in modules:
    for name in names:
        found[f"{module}.{name}"] = getattr(getattr(sys.modules[module], name, None), "__module__", "")
print(json.dumps(found))
"""
"""Each name that modules have in common has the module that defines it; nothing if one cannot be loaded."""
NAMES = ("A", "B", "C", "D", "_E")


def _random_module(dice: random.Random, modules: list[str]) -> str:
    stars = [f"from {module} import *" for module in dice.sample(modules, dice.choice([0, 1, 1, 2]))]
    classes = [f"class {name}: ..." for name in dice.sample(NAMES, dice.choice([0, 1, 2]))]
    listed = [f"__all__ = {[line.split()[1].rstrip(':') for line in classes]}"] if dice.random() < 0.25 else []
    return "\n".join([*stars, *classes, *listed]) + "\n"


def _load(root: Path, modules: list[str]) -> dict[str, str]:
    command = [sys.executable, "-S", "-c", _LOAD, str(root), " ".join(modules), " ".join(NAMES)]
    output = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout
    return json.loads(output)  # type: ignore[no-any-return]


@pytest.mark.parametrize("seed", range(6))
def test_as_python_binds(seed: int, tmp_path: Path) -> None:
    """Whatever module is loaded first: what it binds then is what the index says."""
    dice = random.Random(seed)
    modules = [f"w{number}" for number in range(6)]
    for module in modules:
        (tmp_path / f"{module}.py").write_text(_random_module(dice, modules))
    loads = [_load(tmp_path, [*modules[at:], *modules[:at]]) for at in range(len(modules))]
    sure = {key: home for key, home in loads[0].items() if all(load.get(key) == home for load in loads)}
    assert sure
    with Project.open(tmp_path) as project:
        names = Names.of(facts for row in project.files() if (facts := project.facts(row.path)))
    for key, home in sure.items():
        settled = names.settle(key)
        ids = settled.ids if settled.outcome is Outcome.EXACT else ()
        assert ids == ((f"{home}.{key.partition('.')[2]}",) if home else ()), key


BRANCHES = {
    "exclusive": ("if WINDOWS:\n    from win import *\nelif LINUX:\n    from lin import *\n", ("lin.wait", "win.wait")),
    "tried": ("try:\n    from win import *\nexcept ImportError:\n    from lin import *\n", ("lin.wait", "win.wait")),
    "one more": ("from lin import *\nif WINDOWS:\n    from win import *\n", ("win.wait", "lin.wait")),
    "in order": ("from win import *\nfrom lin import *\n", ("lin.wait",)),
    "bound anew": ("if WINDOWS:\n    from win import *\nfrom lin import *\n", ("lin.wait",)),
}


@pytest.mark.parametrize(("code", "expected"), BRANCHES.values(), ids=BRANCHES)
def test_branches(code: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    """Of wildcard imports in branches each may be the one that runs."""
    files = {"win": "def wait(): ...\n", "lin": "def wait(): ...\n", "a": code, "b": "from a import wait\nwait()\n"}
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    with Project.open(tmp_path) as project:
        called = {use.target for use in project.reader.uses_in("b.py") if use.line == 2}
    assert called == set(expected)
