"""The fixture that pytest uses for a name: of the class, the module, the nearest `conftest.py`, or a plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.link.modules import ExternalPlace, LinkEntry, Modules, ModuleTable, Place
from sphinx_kwindex.model import CLASSES, Flag

_FIXTURE = int(Flag.FIXTURE)

_OWN_PLUGINS = (
    "fixtures", "monkeypatch", "tmpdir", "legacypath", "capture", "logging", "recwarn", "cacheprovider", "doctest", "junitxml",
    "pytester", "subtests", "python", "main", "config",
)  # fmt: skip
"""Modules of `_pytest` that define fixtures: for the index of pytest itself."""
_OWN_CLASSES = (("legacypath", "LegacyTmpdirPlugin"), ("legacypath", "LegacyTestdirPlugin"))
"""Classes whose instances it registers as plugins."""

TYPES = {
    "cache": "pytest.Cache", "capfd": "pytest.CaptureFixture", "capfdbinary": "pytest.CaptureFixture",
    "caplog": "pytest.LogCaptureFixture", "capsys": "pytest.CaptureFixture", "capsysbinary": "pytest.CaptureFixture",
    "doctest_namespace": "builtins.dict", "monkeypatch": "pytest.MonkeyPatch", "mocker": "pytest_mock.MockerFixture",
    "pytestconfig": "pytest.Config", "pytester": "pytest.Pytester", "recwarn": "pytest.WarningsRecorder",
    "testdir": "pytest.Pytester", "tmp_path": "pathlib.Path", "tmp_path_factory": "pytest.TempPathFactory",
    "tmpdir": "py.path.local", "tmpdir_factory": "pytest.TempPathFactory",
}  # fmt: skip
"""What fixtures of pytest, and of well-known plugins, give to tests."""


class Fixture(NamedTuple):
    """A fixture, and the class that it was found in (by its id; empty: in a module)."""

    place: Place
    owner: str = ""


class Fixtures:
    """Looks fixtures up as pytest does. `line` gives the order of inheritance of the class with an id."""

    def __init__(
        self, modules: Modules, line: Callable[[LinkEntry], tuple[LinkEntry, ...]], plugins: tuple[str, ...] = ()
    ) -> None:
        """`plugins` are modules that pytest loads as installed plugins."""
        self._modules = modules
        self._line = line
        self._plugins = plugins

    def find(self, path: tuple[str, ...], name: str) -> Fixture | None:
        """Return the fixture that a name means for tests of a module or class, or for a fixture of that name."""
        count = self._modules.split(path)
        module, qualname = ".".join(path[:count]), ".".join(path[count:])
        table = self._modules.table(module) if count else None
        if table is None:
            return None
        asking = table.entry(qualname) if qualname else None
        if asking is None or asking.kind in CLASSES:
            return next(self._in_order(table, qualname, name), None)
        # A fixture that asks for its own name gets the one that it hides.
        found = list(self._in_order(table, qualname.rpartition(".")[0], name))
        behind = max((at for at, fixture in enumerate(found, 1) if fixture.place == asking), default=0)
        return next(iter(found[behind:]), None)

    def _in_order(self, table: ModuleTable, qualname: str, name: str) -> Iterator[Fixture]:
        while qualname:
            entry = table.entry(qualname)
            for cls in self._line(entry) if entry is not None and entry.kind in CLASSES else ():
                home = self._modules.table(cls.module)
                found = home.fixture(f"{cls.qualname}.{name}") if home is not None else None
                if found is not None:
                    yield Fixture(found, entry.id if entry is not None else "")
            qualname = qualname.rpartition(".")[0]
        around = [table, *self._conftests(table)]
        for each in around:
            yield from self._in_module(each, name)
        plugins = [*(plugin for each in around for plugin in each.plugins), *self._plugins]
        is_pytest = self._modules.has("_pytest")
        if is_pytest:
            plugins += (f"_pytest.{plugin}" for plugin in (*plugins, *_OWN_PLUGINS))
        for plugin in dict.fromkeys(plugins):
            home = self._modules.table(plugin)
            if home is not None:
                yield from self._in_module(home, name)
        for module, owner in _OWN_CLASSES if is_pytest else ():
            home = self._modules.table(f"_pytest.{module}")
            found = home.fixture(f"{owner}.{name}") if home is not None else None
            if found is not None:
                yield Fixture(found, f"_pytest.{module}.{owner}")

    def _conftests(self, table: ModuleTable) -> Iterator[ModuleTable]:
        """Yield the `conftest.py` files of the folder of a module and of those around it."""
        for folder in (*folders_above(table.path), ""):
            conftest = self._modules.conftest(folder)
            found = self._modules.table(conftest) if conftest and conftest != table.module else None
            if found is not None:
                yield found

    def _in_module(self, table: ModuleTable, name: str) -> Iterator[Fixture]:
        """Yield what a module defines, or imports."""
        own = table.fixture(name)
        if own is not None:
            yield Fixture(own)
            return
        for place in self._modules.brought(table, name):
            if isinstance(place, ExternalPlace) or (isinstance(place, LinkEntry) and place.flags & _FIXTURE):
                yield Fixture(place)
                return
