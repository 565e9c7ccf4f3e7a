"""Which tests reach a keyword: directly, and through calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.file_view import file_rows
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.records import ReachingTests, Row
from sphinx_kwindex.pages.subjects import FileSubject, Sources
from sphinx_kwindex.pages.views import make_addresses

TREE = {
    "pkg/a.py": """\
        class Base:
            def __init__(self): deep()
            @property
            def size(self): return inner()
        class Shop(Base):
            def sell(self, what): return price(what)
        def price(what):
            return look_up(what) if what else nothing()
        def look_up(what):
            if what:
                return rare()
            return common()
        def rare(): ...
        def common(): ...
        def nothing(): return never()
        def never(): ...
        def inner(): ...
        def deep(): ...
        def alone(): ...
        def at_import(): ...
        at_import()
        """,
    "tests/conftest.py": """\
        import pytest
        from pkg.a import Shop
        @pytest.fixture
        def shop(): return Shop()
        """,
    "tests/test_a.py": """\
        import unittest
        from pkg import a
        def test_sell(shop): shop.sell(1)
        def test_size(shop): assert shop.size
        def test_price():
            if True:
                if True: a.price(1)
        class TestPrice(unittest.TestCase):
            def setUp(self): self.start()
            def start(self): a.alone()
            def test_it(self): ...
        def helper(): a.alone()
        """,
}

Tests = Callable[[str], "ReachingTests | None"]
"""What the row of a keyword of `pkg/a.py` shows of tests."""


def rows_by_name(rows: Mapping[str, tuple[Row, ...]]) -> dict[str, Row]:
    """Return rows with their members."""
    waiting = [row for found in rows.values() for row in found]
    found: dict[str, Row] = {}
    while waiting:
        row = waiting.pop()
        found[row.qualname] = row
        waiting += row.members
    return found


@pytest.fixture
def tests_of(make_tree: Callable[..., Path]) -> Callable[[Mapping[str, str], str], dict[str, Row]]:
    """The rows of a file of a tree, by name."""

    def look(tree: Mapping[str, str], path: str) -> dict[str, Row]:
        with Project.open(make_tree(dict(tree))) as project:
            options = Options()
            sources = Sources(
                project.reader, options, make_addresses(project.reader, options), Overview(project.reader)
            )
            return rows_by_name(file_rows(FileSubject(sources, path)))

    return look


def told(row: Row) -> tuple[int, int, list[str]]:
    """Return how many tests reach a keyword, how many of them directly, and the names of the nearest."""
    found = row.tests
    return (found.count, found.direct, [link.text for link in found.nearest]) if found is not None else (0, 0, [])


def test_tests_by_distance(tests_of: Callable[[Mapping[str, str], str], dict[str, Row]]) -> None:
    """Direct tests come first, then those through calls: of fixtures, constructors, properties and what sets tests up."""
    rows = tests_of(TREE, "pkg/a.py")
    assert {name: told(row) for name, row in rows.items()} == {
        "Base": (0, 0, []),
        "Base.__init__": (2, 0, ["test_sell", "test_size"]),
        "Base.size": (1, 1, ["test_size"]),
        "Shop": (2, 0, ["test_sell", "test_size"]),
        "Shop.sell": (1, 1, ["test_sell"]),
        "price": (2, 1, ["test_price", "test_sell"]),
        "look_up": (1, 0, ["test_sell"]),
        "rare": (0, 0, []),
        "common": (0, 0, []),
        "nothing": (1, 0, ["test_sell"]),
        "never": (1, 0, ["test_sell"]),
        "inner": (1, 0, ["test_size"]),
        "deep": (2, 0, ["test_sell", "test_size"]),
        "alone": (1, 0, ["TestPrice.test_it"]),
        "at_import": (0, 0, []),
    }
