"""Projects of real files made up at random, and edited step by step: whatever an edit can do to what others say.

Few names for many files, so that most of what a file says depends on others: wildcard imports of modules that come
later, namespace packages that come and go, several forms of `__all__`, names exported again and again, modules that
clash with names and folders, stubs, base classes and attributes elsewhere, names too common to guess at, circles, several
import roots, prose, files that do not parse, and settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

Text = str | bytes
Changes = dict[str, "Text | None"]
"""Path to content; None: deleted."""

_MODULES = (
    "pkg", "pkg.base", "pkg.user", "pkg.sub", "pkg.sub.base", "pkg.Base", "pkg.ns", "pkg.ns.deep", "other", "other.user", "base",
    "zz", "pkg.gone", "tests.test_a", "os", "abc",
)  # fmt: skip
_FOLDERS = (
    "",
    "pkg/",
    "pkg/",
    "pkg/sub/",
    "pkg/ns/",
    "pkg/base/",
    "other/",
    "src/pkg/",
    "src/other/",
    "lib/",
    "tests/",
    "examples/",
)
_FILES = ("__init__", "__init__", "base", "base", "user", "Base", "deep", "test_a", "conftest", "__main__")
_PROSE = ("README.md", "README.md", "pkg/README.md", "other/README.rst")
_OTHERS = ("pyproject.toml", "setup.cfg", ".gitignore", "pkg/.gitignore", "src/pyproject.toml")
_CLASSES, _FUNCTIONS, _CONSTANTS = (
    ("Base", "Thing", "Node"),
    ("go", "stop", "make_thing", "load"),
    ("LIMIT", "SIZE", "Base", "go"),
)
_WORDS = ("one", "two", "tree")

_IMPORTS = (
    "import {m}", "import {m} as {k}", "from {m} import {n}", "from {m} import {n}", "from {m} import {n} as {k}",
    "from {m} import {f}", "from {m} import {c}", "from {m} import *", "from {m} import *", "from . import {s}", "from .{s} import {n}",
    "from .{s} import *", "from .. import {n}", "from ..{s} import {f}", "from {m} import ({n}, {f})",
    "try:\n    from {m} import {n}\nexcept ImportError:\n    {n} = None",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from {m} import {n}",
    "def later():\n    from {m} import {n}\n    return {n}().{f}()", "import {m}.{s}",
)  # fmt: skip
_EXPORTS = (
    "__all__ = ['{n}', '{f}']", "__all__ = ('{n}', '{c}')", "__all__ += ['{f}']", "__all__: list[str] = ['{n}', '{k}']",
    "from . import {s}\n__all__ = ['{n}'] + {s}.__all__", "import {m}\n__all__ = {m}.__all__",
    "from .{s} import *\nfrom .{s} import __all__", "__all__ = [name for name in dir()]", "__all__ = ['{n}']\n__all__.extend(['{f}'])",
    "def __getattr__(name):\n    return {n}",
)  # fmt: skip
_DEFINITIONS = (
    "class {n}:\n    '''Doc {w}.'''",
    "class {n}:\n    def {f}(self):\n        return self.{g}\n\n    def {g}(self): ...",
    "class {n}({t}):\n    def {f}(self):\n        return super().{f}()",
    "class {n}({t}, {t}):\n    {f}: int = 1",
    "class {n}:\n    def __init__(self, x: {t}):\n        self.{f} = x\n        self.{g} = {t}()",
    "class {n}({t}):\n    def {f}(self):\n        self.{g} = {i}\n        return self.{f}().{g}",
    "class {n}:\n    @property\n    def {f}(self) -> {t}:\n        return self._{g}",
    "class {n}({t}):\n    class {n}({t}):\n        {c} = {i}",
    "class {n}(ValueError): ...", "class {n}(abc.ABC):\n    @abc.abstractmethod\n    def {f}(self): ...",
    "import enum\nclass {n}(enum.Enum):\n    {c} = 1\n    SIZE = 2",
    "from typing import NamedTuple\nclass {n}(NamedTuple):\n    {f}: {t}\n    {g}: int = 1",
    "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass {n}(Generic[T]):\n    def {f}(self) -> T: ...",
    "from typing import Protocol\nclass {n}(Protocol):\n    def {f}(self) -> {t}: ...",
    "import dataclasses\n@dataclasses.dataclass\nclass {n}:\n    {f}: {t}\n    {g}: int = {i}",
    "class {n}:\n    __slots__ = ()\n    def __enter__(self): return self\n    def __iter__(self): return iter([{t}()])",
    "class {n}(unittest.TestCase):\n    def test_{f}(self):\n        {t}().{f}()",
    "def {f}(x: {t} = None) -> {t}:\n    return x.{g}()",
    "def {f}(x):\n    '''Say {w}.'''\n    return {t}().{g}.{f}()",
    "def {f}(): ...", "def {f}(a, b={i}): return {m}.{g}(a, b={i})", "async def {f}(x: list[{t}]):\n    return [y.{g} for y in x]",
    "{c} = {t}", "{c}: {t} = {t}()", "{c} = {i}", "{f} = {m}.{f}", "{f} = {t}.{g}", "{k} = {t}", "{c} = {t}().{f}()",
    "def test_{f}():\n    assert {m}.{f}({i})", "def test_{n}():\n    {t}().{f}({i})",
    "def {f}(x, name):\n    return getattr(x, '{g}_' + name)()", "def {f}(x): return x.{g}() + x.{f}",
    "{f} = ['{m}.{n}', '{g}', '{m}:{f}']", "@{m}.{f}\ndef {g}(): ...", "@{t}\nclass {n}: ...",
    "{c} = {{}}\n\ndef register(x):\n    {c}[x.__name__] = x\n    return x", "@{m}.register\ndef {f}(): ...",
    "if __name__ == '__main__':\n    {f}()", "with {t}() as x:\n    x.{f}()", "for x in {t}():\n    x.{f}()",
    "def {f}():\n    raise {t}('{w}')", "try:\n    {f}()\nexcept {t}:\n    {m}.{g}()", "x.{f}()", "{t}.{f} = {i}",
    "isinstance(x, {t}) and x.{f}", "def {f}(x: {t}):\n    assert isinstance(x, {t})\n    x.{g} = {i}",
    "type {k} = {t}", "{k} = {t} | None", "print({t}.{n}.{f}, {m}.{s}.{n})", "_cache = None\ndef {f}():\n    global _cache\n    _cache = _cache or {t}()\n    return _cache",
)  # fmt: skip
_TARGETS = ("{n}", "{n}", "{k}", "{m}.{n}", "{m}.{n}", "{s}.{n}")
_PROSE_LINES = (
    "# {n}", "`{m}.{n}` and `{f}`.", "`pkg/sub/`, `{m}`", "See pkg/base.py, {f}.", "## {w}", "```python\nfrom {m} import {n}\n{n}().{f}()\n```",
    "    >>> {m}.{f}({i})", "`{n}.{f}()` [x](pkg/base.py)",
)  # fmt: skip
_OTHER_TEXTS = {
    "pyproject.toml": (
        "[project]\nname = 'pkg'\n[project.scripts]\n{w} = '{m}:{f}'\n", "[tool.setuptools.packages.find]\nwhere = ['src']\n", "[broken\n",
        "[tool.setuptools.package-dir]\n'' = 'lib'\n[tool.pytest.ini_options]\npythonpath = ['src']\n", "[project]\nname = 'other'\n",
    ),
    "setup.cfg": ("[options]\npackage_dir =\n    = src\n", "[options.entry_points]\nconsole_scripts =\n    {w} = {m}:{f}\n"),
    ".gitignore": ("other/\n", "*.pyi\n", "base.py\n!pkg/base.py\n", "\n"),
}  # fmt: skip
_BROKEN: tuple[Text, ...] = (
    "def (:\n",
    "class Base(\n",
    b"x = '\xff'\n",
    b"\0",
    "",
    "\ufeffx = 1\n",
    "print 'x'\n",
    "# coding: nothing\n",
)
SETTINGS: dict[str, Sequence[Any]] = {
    "exclude": (["other"], ["*.pyi"], ["src/"]),
    "include": (["pkg/", "README.md"], ["*.py"]),
    "gitignore": (False,),
    "import_roots": (["src"], ["lib", ""], ["src", "lib"]),
    "max_file_size": (150,),
    "test_patterns": (["tests/**"], ["pkg/**"], []),
    "output_dir": ("api",),
    "source_url": ("https://example.org/{path}#L{line}", "https://example.org/{path}"),
    "source": ("pages", "none"),
    "open_limit": (0, 3),
    "graphs": (True,),
    "sections": ({"file": ["related", "..."]}, {"file": ["uses"], "folder": ["...", "files"]}, {"project": []}),
    "related_limit": (0, 2),
    "related_weights": ({"imports": 0.0}, {"words": 5.0}),
}


class RandomTree:
    """A project that is edited at random."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.files: dict[str, Text] = {}
        self.options: dict[str, Any] = {}
        self._pieces: dict[str, list[str]] = {}

    def edit(self) -> Changes:
        """Return some changed files; options may change too."""
        dice, before = self.dice, dict(self.files)
        for _ in range(dice.choice((1,) * 8 + (2, 4)) if len(before) > 6 else 3):
            there = sorted(self.files)
            path = dice.choice(there) if len(there) > 15 or (there and dice.random() < 0.6) else self._path()
            if path in self.files and dice.random() < (0.4 if len(there) > 15 else 0.15):
                del self.files[path]
            else:
                self.files[path] = self._text(path)
        if dice.random() < 0.1:
            self._set_option()
        changed = [path for path in (before | self.files) if before.get(path) != self.files.get(path)]
        return {path: self.files.get(path) for path in changed}

    def fill(self, text: str) -> str:
        """Put names into a text."""
        while "{t}" in text:
            text = text.replace("{t}", self.dice.choice(_TARGETS), 1)
        while "{m}" in text:
            text = text.replace("{m}", self._module(), 1)
        choices = {
            "{n}": _CLASSES, "{k}": (*_CLASSES, "Alias"), "{f}": _FUNCTIONS, "{g}": _FUNCTIONS,
            "{c}": _CONSTANTS, "{s}": ("base", "user", "sub", "Base", "ns"), "{w}": _WORDS, "{i}": ("1", "22", "'x'"),
        }  # fmt: skip
        for mark, names in choices.items():
            while mark in text:
                text = text.replace(mark, self.dice.choice(names), 1)
        return text.replace("{{", "{").replace("}}", "}")

    def _module(self) -> str:
        """Return the name of a module: mostly of one that there is."""
        path = self.dice.choice(sorted(self.files)) if self.files and self.dice.random() < 0.7 else ""
        if not path.endswith((".py", ".pyi")):
            return self.dice.choice(_MODULES)
        name = path.removeprefix("src/").removeprefix("lib/").rpartition(".")[0].replace("/", ".")
        return name.removesuffix(".__init__") if name != "__init__" else "pkg"

    def _set_option(self) -> None:
        name = self.dice.choice(sorted(SETTINGS))
        if self.options.pop(name, None) is None:
            self.options[name] = self.dice.choice(SETTINGS[name])

    def _path(self) -> str:
        dice = self.dice
        chance = dice.random()
        if chance < 0.1:
            return dice.choice(_PROSE)
        if chance < 0.16:
            return dice.choice(_OTHERS)
        suffix = dice.choice((".py", ".py", ".py", ".py", ".pyi"))
        return f"{dice.choice(_FOLDERS)}{dice.choice(_FILES)}{suffix}"

    def _text(self, path: str) -> Text:
        name = path.rpartition("/")[2]
        if name in _OTHER_TEXTS:
            return self.fill(self.dice.choice(_OTHER_TEXTS[name]))
        if self.dice.random() < 0.03:
            return self.dice.choice(_BROKEN)
        is_prose = path.endswith((".md", ".rst"))
        pieces = self._pieces.get(path, [])
        chance = self.dice.random()
        if pieces and chance < 0.8:
            at = self.dice.randrange(len(pieces))
            is_small = chance < 0.3
            new = [self._vary(pieces[at])] if is_small else self._some(is_prose, self.dice.choice((0, 1, 1, 2)))
            pieces = [*pieces[:at], *new, *pieces[at + (is_small or self.dice.choice((0, 1))) :]]
        else:
            pieces = self._some(is_prose, self.dice.choice((0, 1, 2, 4, 6)))
        self._pieces[path] = pieces
        return "\n\n".join(pieces) + "\n" if pieces else ""

    def _vary(self, piece: str) -> str:
        """Return a piece with another name in the place of one."""
        names = {name for some in (_CLASSES, _FUNCTIONS, _WORDS, _FILES[1:4]) for name in some if name in piece}
        if not names:
            return f"\n{piece}"
        pool = self.dice.choice((_CLASSES, _FUNCTIONS, _WORDS))
        return piece.replace(self.dice.choice(sorted(names)), self.dice.choice(pool), 1)

    def _some(self, is_prose: bool, count: int) -> list[str]:
        if is_prose:
            return [self.fill(self.dice.choice(_PROSE_LINES)) for _ in range(count)]
        kinds = (_IMPORTS, _IMPORTS, _DEFINITIONS, _DEFINITIONS, _DEFINITIONS, _EXPORTS)
        return [self.fill(self.dice.choice(self.dice.choice(kinds))) for _ in range(count)]


def write(folder: Path, changes: Changes) -> None:
    """Write changed files, and remove folders in which nothing is left."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in changes.items():
        file = folder / path
        if text is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode() if isinstance(text, str) else text)
        elif file.exists():
            file.unlink()
            remove_empty(file.parent, folder)


def remove_empty(folder: Path, top: Path) -> None:
    """Remove a folder, and those above it up to `top`, if there is nothing in them."""
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
