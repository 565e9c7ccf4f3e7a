"""What classes of installed packages may have, read from their sources."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from pathlib import Path

import pytest

from sphinx_kwindex.installed import InstalledClasses

BASES = """\
from __future__ import annotations
import abc
import collections.abc as kinds
from . import other
from pkg.circle import *
from .other import Deep as Renamed, Missing
from pkg import offered

class Plain:
    slot: int
    def method(self, argument): self.attribute = 1
    def more(self): setattr(self, "spelled", 2)
class Child(Plain, abc.ABC): ...
class Elsewhere(Renamed): ...
class ByModule(other.Deep): ...
class Offered(offered.Base): ...
class Error(ValueError): ...
class Mapping(kinds.Mapping): ...
class Generic(Plain["x"]): ...
if True:
    class Branch(Plain): ...
else:
    class Branch: other = 1
class Later: ...
Later.added = 1

class Open:
    def __getattr__(self, name): ...
class OfOpen(Open): ...
class Filled:
    def __init__(self, **values): self.__dict__.update(values)
class Set:
    def __init__(self, names):
        for name in names: setattr(self, name, 1)
class SetFromOutside: ...
for name in "ab": setattr(SetFromOutside, name, 1)
class Meta(metaclass=other.Meta): ...
class Unknown(Missing): ...
class Made(make()): ...
@decorate
class Decorated: ...
class Replaced: ...
Replaced = decorate(Replaced)
class Circle(Circle): ...
"""
FILES = {
    "pkg/__init__.py": "",
    "pkg/bases.py": BASES,
    "pkg/other.py": "class Deep:\n    def deep(self): ...\n",
    "pkg/offered/__init__.py": "try:\n    from pkg.offered._base import Base\nexcept ImportError: ...\n",
    "pkg/offered/_base.py": "class Base:\n    base = 1\n",
    "pkg/circle.py": "from pkg.bases import *\nclass Star:\n    star = 1\n",
    "pkg/broken.py": "class Broken(\n",
    "spaces/inner.py": "class Inner:\n    here = 1\n",
}
HAS = {
    "Plain": "slot method attribute spelled",
    "Child": "method register",
    "Elsewhere": "deep",
    "ByModule": "deep",
    "Offered": "base",
    "Error": "args with_traceback",
    "Mapping": "keys get",
    "Generic": "method",
    "Branch": "method other",
    "Star": "star",
    "Later": "added",
}
UNKNOWN = "Open OfOpen Filled Set SetFromOutside Meta Unknown Made Decorated Replaced Circle NotThere"


@pytest.fixture
def installed(tmp_path: Path) -> InstalledClasses:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return InstalledClasses(["", str(tmp_path), *sys.path])


@pytest.mark.parametrize(("name", "members"), HAS.items(), ids=HAS)
def test_known(installed: InstalledClasses, name: str, members: str) -> None:
    """A class may have what its body or a base class names, and nothing else but special methods."""
    assert all(installed.may_have(f"pkg.bases.{name}", member) for member in [*members.split(), "__special__"])
    assert not installed.may_have(f"pkg.bases.{name}", "nothing_so_called")


@pytest.mark.parametrize("name", UNKNOWN.split())
def test_unknown(installed: InstalledClasses, name: str) -> None:
    """A class may have anything if it gets members in other ways, or if a base class is not known."""
    assert installed.may_have(f"pkg.bases.{name}", "nothing_so_called")


def test_modules(installed: InstalledClasses) -> None:
    """Modules are found without an `__init__` above them; of what cannot be read nothing is known."""
    assert not installed.may_have("spaces.inner.Inner", "there")
    assert installed.may_have("spaces.inner.Inner", "here")
    for name in ("pkg.broken.Broken", "absent.Class", "pkg", "builtins.unheard_of"):
        assert installed.may_have(name, "anything")


@pytest.fixture(scope="module")
def packages() -> InstalledClasses:
    return InstalledClasses(sys.path)


MODULES = (
    "argparse ast docutils.nodes docutils.parsers.rst docutils.readers.standalone docutils.statemachine docutils.utils "
    "docutils.writers._html_base docutils.writers.html5_polyglot http.server jinja2.environment jinja2.loaders "
    "logging.handlers markdown_it.main pathlib pygments.lexer socketserver sphinx.builders.html sphinx.domains "
    "sphinx.util.docutils threading unittest.case"
)


@pytest.mark.parametrize("module", MODULES.split())
def test_as_python_has_it(packages: InstalledClasses, module: str) -> None:
    """What Python says that classes have, they may have; but for `__name` of a class, which nobody else calls so."""
    loaded = importlib.import_module(module)
    classes = {name: cls for name, cls in vars(loaded).items() if inspect.isclass(cls)}
    assert classes
    assert [
        f"{name}.{member}"
        for name, cls in classes.items()
        for member in dir(cls)
        if not (packages.may_have(f"{module}.{name}", member) or re.match(r"_\w+?__", member))
    ] == []


def test_most_are_known(packages: InstalledClasses) -> None:
    """Most of the classes that extensions of Sphinx derive from are known."""
    names = [
        "docutils.nodes.NodeVisitor",
        "docutils.nodes.Element",
        "docutils.parsers.rst.Directive",
        "docutils.transforms.Transform",
        "docutils.readers.standalone.Reader",
        "docutils.io.FileInput",
        "docutils.writers.html5_polyglot.HTMLTranslator",
        "sphinx.util.docutils.SphinxDirective",
        "sphinx.builders.Builder",
        "sphinx.domains.Domain",
    ]
    assert [name for name in names if packages.may_have(name, "nothing_so_called")] == []
