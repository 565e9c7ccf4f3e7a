"""The statement "not used here": said of what nothing in the file refers to, and of nothing else."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.collect import collect_files, default_collectors
from sphinx_kwindex.collect.python import PythonCollector
from sphinx_kwindex.model import FileFacts, FileSummary, ImportFlag, SourceFile
from sphinx_kwindex.options import Options

UNUSED = ImportFlag.UNUSED


def collect(source: str, path: str = "pkg/mod.py") -> FileSummary:
    module = path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")
    file = SourceFile(
        path=path,
        language="python",
        module=module,
        is_package=path.endswith("__init__.py"),
        digest="",
        size=len(source),
        mtime_ns=0,
    )
    return PythonCollector().collect(source.encode(), file, Options())


def unused(source: str, path: str = "pkg/mod.py") -> list[str]:
    """Return the names that are said not to be used."""
    return [item.name for item in collect(source, path).facts.imports if item.flags & UNUSED]


CERTAIN = {
    "import": ("import os", ["os"]),
    "import of a submodule": ("import os.path", ["os"]),
    "from": ("from os import sep, path\nprint(sep)", ["path"]),
    "as": ("from os import sep as s", ["s"]),
    "in a function": ("def f():\n    import os", ["os"]),
    "for type checkers": ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B", ["B"]),
    "in prose": ('import os\nprint("os is what this is about")', ["os"]),
    "attribute of that name": ("import os\nprint(x.os)", ["os"]),
    "keyword of that name": ("import os\nprint(os=1)", ["os"]),
    "key of an attribute": ('import os\nprint("x.y")', ["os"]),
    "beside a complete __all__": ("from a import b, c\n__all__ = ['b']", ["c"]),
    "another rule is silenced": ("import os  # noqa: E402", ["os"]),
    "method called eval": ("import os\nclass A:\n    def eval(self): ...\nA().eval()", ["os"]),
    "other errors are caught": ("try:\n    import os\nexcept ValueError:\n    pass", ["os"]),
}


@pytest.mark.parametrize(("source", "expected"), CERTAIN.values(), ids=CERTAIN.keys())
def test_said(source: str, expected: list[str]) -> None:
    """What nothing refers to is said not to be used."""
    assert unused(source) == expected


SILENT = {
    "future": "from __future__ import annotations",
    "wildcard": "from a import *",
    "__all__": "from a import b\n__all__ = ['b']",
    "__all__ added to": "from a import b, c\n__all__ = []\n__all__ += ['b']\n__all__.append('c')",
    "__all__ that cannot be told": "from a import b\n__all__ = [name for name in dir()]",
    "__all__ of another module": "from a import b\nimport c\n__all__ = [*c.__all__, *d()]",
    "import x as x": "from a import b as b\nimport c as c",
    "availability": "try:\n    import a\nexcept ImportError:\n    HAS_A = False\nelse:\n    HAS_A = True",
    "availability by a tuple": "try:\n    import a\nexcept (OSError, ModuleNotFoundError):\n    a = None",
    "availability, whatever goes wrong": "try:\n    import a\nexcept:\n    pass",
    "the other way": "try:\n    import a\nexcept ImportError:\n    import b as a",
    "suppressed": "import contextlib\nwith contextlib.suppress(ImportError):\n    import a",
    "must fail": "import pytest\nwith pytest.raises(ImportError):\n    from a import b",
    "one of two branches": "if x:\n    from a import b\nelse:\n    from c import b",
    "or a definition": "if x:\n    from a import b\nelse:\n    def b(): ...",
    "noqa": "import a  # noqa",
    "noqa of another part": "def f():\n    import a\n    import a.b\n    import a.c  # noqa: F401",
    "noqa of the rule": "import a  # noqa: E402, F401",
    "noqa inside the brackets": "from a import (\n    b,  # noqa: F401\n)",
    "noqa of the file": "# flake8: noqa\nimport a",
    "pylint": "import a  # pylint: disable=unused-import",
    "pylint, for the file": "# pylint: disable=unused-import\nimport a",
    "pyright": "import a  # pyright: ignore[reportUnusedImport]",
    "all names at once": "import a\nprint(globals())",
    "by the module itself": "import a, sys\nprint(getattr(sys.modules[__name__], 'x'))",
    "code that is run": "import a\nexec(text)",
    "doctest": 'from a import b\ndef f():\n    """Do.\n\n    >>> b(1)\n    2\n    """',
    "type comment": "from a import B\nx = []  # type: list[B]",
    "member of a class": "class A:\n    from a import b",
    "name in a string": 'from a import b\nregister("b")',
    "fixture": "from fixtures import client\ndef test_it(client): ...",
    "imported for the module": "def f():\n    global a\n    import a\ndef g():\n    print(a)",
    "imported twice": "import a\ndef f():\n    import a\n    print(a)",
}


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT.keys())
def test_not_said(source: str) -> None:
    """What may be used in a way that cannot be seen, or is there for others, is not said to be unused."""
    assert unused(source) == []


FILES = {
    "package": ("pkg/__init__.py", "from .a import b\nfrom .c import _d\nimport pkg.e", []),
    "package, nothing of its own": ("pkg/__init__.py", "import os\ndef f():\n    from a import b", ["os", "b"]),
    "conf.py": ("docs/conf.py", "from pkg import __version__ as release\nimport os", ["os"]),
    "settings.py": ("site/settings.py", "from .base import DEBUG", []),
    "conftest.py": ("tests/conftest.py", "from .fixtures import client", []),
    "test that is run again": ("tests/test_a.py", "from .base import TestBase, test_it, helper", ["helper"]),
}


@pytest.mark.parametrize(("path", "source", "expected"), FILES.values(), ids=FILES.keys())
def test_files_whose_names_others_read(path: str, source: str, expected: list[str]) -> None:
    """In files whose names are there for others, imports of names are offers."""
    assert unused(source, path) == expected


QUOTED = {
    "Union": 't.Union["A", "B"]',
    "nested": 't.Callable[["A"], "list[B]"]',
    "Optional": 't.Optional["A | B"]',
    "built-in generic": 'dict[str, "A[B]"]',
    "TypeVar bound": 't.TypeVar("X", bound="A[B]")',
    "TypeVar constraints": 't.TypeVar("X", "A", "B")',
    "NewType": 't.NewType("X", "A[B]")',
    "cast": 't.cast("A[B]", y)',
    "cast to a generic": 't.cast(t.List["A[B]"], y)',
    "NamedTuple": 't.NamedTuple("X", [("C", "A"), ("D", "B")])',
    "TypedDict": 't.TypedDict("X", {"C": "A", "D": "B"})',
    "Annotated": 't.Annotated["A[B]", "C"]',
}


@pytest.mark.parametrize("value", QUOTED.values(), ids=QUOTED.keys())
def test_types_in_quotes(value: str) -> None:
    """Types in quotes are uses, wherever a type may stand; names of fields and literals are none."""
    source = f"import typing as t\nfrom a import A, B, C, D\nX = {value}\n"
    assert {item.name: item.uses for item in collect(source).facts.imports if item.name != "t"} == {
        "A": 1, "B": 1, "C": 0, "D": 0,
    }  # fmt: skip


def test_types_in_quotes_in_annotations() -> None:
    """In annotations too, in the brackets of a quoted type, over several lines, and for a type alias."""
    source = (
        "import typing as t\n"
        "from a import A, B, C, D, E, F\n"
        "X: t.TypeAlias = 'A | None'\n"
        "def f(x: t.Annotated[int, B('x')], y: 't.Annotated[int, C(D)]', z: '''\n    list[E]''') -> t.Literal['F']: ...\n"
    )
    assert {item.name: item.uses for item in collect(source).facts.imports if item.name != "t"} == {
        "A": 1, "B": 1, "C": 1, "D": 1, "E": 1, "F": 0,
    }  # fmt: skip


def test_failed_resolution_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where names could not be resolved, nothing is said of their use."""

    def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("sphinx_kwindex.collect.python.scopes.Scopes.references", fail)
    assert unused("import a") == []


def taken(root: Path, cache: Path, path: str) -> dict[str, int]:
    with Project.open(root, cache_dir=cache) as project:
        return project.reader.taken(path)


def test_names_that_others_take(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """What other files use from a module that only imports it is known, and follows their edits."""
    files = {
        "pkg/__init__.py": "",
        "pkg/compat.py": "from json import loads, dumps\nfrom os import sep\ndef own(): ...\n",
        "pkg/a.py": "from pkg.compat import loads, own\n",
        "pkg/b.py": "from pkg import compat\nprint(compat.loads, compat.dumps())\n",
    }
    root, cache = make_tree(files), tmp_path / "cache"
    assert taken(root, cache, "pkg/compat.py") == {"dumps": 1, "loads": 2}
    make_tree({"pkg/b.py": "from pkg.compat import sep\n"})
    assert taken(root, cache, "pkg/compat.py") == {"loads": 1, "sep": 1}


def test_page_says_who_takes_a_name(build: Callable[..., object]) -> None:
    """The page of a module says of a name that only others use that they take it from here; edits of these show."""
    files = {
        "pkg/__init__.py": "",
        "pkg/compat.py": "from json import loads, dumps\n",
        "pkg/a.py": "from pkg.compat import loads\n",
    }
    page = "kwindex/tree/pkg/compat.py.html"
    first = build(files).text(page)
    assert "imported from here by 1 file" in first
    assert "not used here" in first
    second = build({"pkg/b.py": "from pkg.compat import loads, dumps\n"}).text(page)
    assert "imported from here by 2 files" in second
    assert "not used here" not in second


# Real packages, against ruff


class Found(NamedTuple):
    """An import."""

    path: str
    line: int
    name: str


def ruff_says(root: Path) -> set[Found]:
    """Return what ruff says is unused, or defined again before it is used."""
    ruff = shutil.which("ruff") or str(Path(sys.executable).with_name("ruff"))
    options = [
        "--isolated",
        "--no-cache",
        "--no-respect-gitignore",
        "--select",
        "F401,F811",
        "--output-format",
        "json",
        "--exit-zero",
    ]
    run = subprocess.run([ruff, "check", *options, "."], cwd=root, capture_output=True, check=True)
    found = set()
    for item in json.loads(run.stdout):
        path = Path(item["filename"]).relative_to(root).as_posix()
        name = re.search(r"`([^`]+)`", item["message"])[1]
        line = re.search(r"from line (\d+)", item["message"])
        bound = name.rpartition(" as ")[2]
        for each in {bound.partition(".")[0], bound.rpartition(".")[2]}:
            found.add(Found(path, int(line[1]) if line else item["location"]["row"], each))
    return found


@lru_cache
def root_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).resolve().parent


@pytest.mark.skipif(importlib.util.find_spec("ruff") is None, reason="needs ruff")
@pytest.mark.parametrize("package", ["sphinx", "docutils", "pygments", "jinja2", "_pytest", "babel", "astroid", "pip"])
def test_ruff_agrees(package: str) -> None:
    """On installed packages, ruff says the same of everything that we say is not used."""
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    root = root_of(package)
    files = [
        SourceFile(
            path=path.relative_to(root).as_posix(),
            language="python",
            module=".".join([package, *path.relative_to(root).with_suffix("").parts]).removesuffix(".__init__"),
            is_package=path.name == "__init__.py",
            digest="",
            size=path.stat().st_size,
            mtime_ns=0,
        )
        for path in sorted(root.rglob("*.py"))
    ]
    decoder = msgspec.msgpack.Decoder(FileFacts)
    theirs = ruff_says(root)
    ours = [
        f"{file.path}:{item.line} {item.text}"
        for file, encoded in collect_files(root, files, default_collectors(), Options())
        for item in decoder.decode(encoded.facts).imports
        if item.flags & UNUSED
        and theirs.isdisjoint(Found(file.path, item.line, name) for name in (item.name, item.target.rpartition(".")[2]))
    ]
    assert ours == []
