"""Settings: checked one by one, and told apart by the stages that depend on them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex.options import Options

GOOD: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({"source_url": "x{path}"}, "x{path}"),
    "path as text": ({"root": "../src"}, "../src"),
    "path": ({"root": Path("src")}, "src"),
    "list": ({"include": ["a", "b"]}, ("a", "b")),
    "tuple": ({"exclude": ("a",)}, ("a",)),
    "flag": ({"history": True}, True),
    "count": ({"jobs": 0}, 0),
    "one of": ({"publish": "all"}, "all"),
    "weights": ({"related_weights": {"text": 1, "walk": 0.5}}, {"text": 1, "walk": 0.5}),
    "callable": ({"executor": dict}, dict),
    "dotted name": ({"executor": "pkg.make"}, "pkg.make"),
}


@pytest.mark.parametrize(("values", "expected"), GOOD.values(), ids=GOOD)
def test_good_values(values: dict[str, Any], expected: Any) -> None:
    """A value of the right type is taken; lists and paths are made immutable."""
    options, wrong = Options.create(values)
    (name,) = values
    assert wrong == []
    assert getattr(options, name) == expected


BAD: dict[str, dict[str, Any]] = {
    "text": {"source_url": 3},
    "path": {"root": 3},
    "no path": {"root": "a\0b"},
    "address without a path": {"source_url": "https://example.org/"},
    "address with something else": {"source_url": "https://example.org/{branch}/{path}"},
    "text for a list": {"include": "*.py"},
    "list of other things": {"include": ["a", 3]},
    "flag": {"history": 1},
    "negative count": {"jobs": -1},
    "flag for a count": {"jobs": True},
    "none of": {"publish": "some"},
    "unhashable for one of": {"publish": ["all"]},
    "weights": {"related_weights": {"text": "much"}},
    "no finite weight": {"related_weights": {"text": float("nan")}},
    "negative weight": {"related_weights": {"text": -1}},
    "flag for a weight": {"related_weights": {"text": True}},
    "executor": {"executor": 3},
    "no such setting": {"nonsense": 1},
}


@pytest.mark.parametrize("values", BAD.values(), ids=BAD)
def test_bad_values(values: dict[str, Any]) -> None:
    """A wrong value is reported by the setting's name and left at its default; the others count."""
    options, wrong = Options.create({**values, "gitignore": False})
    assert [error.name for error in wrong] == list(values)
    assert options == Options(gitignore=False)


def test_digest_of_stages() -> None:
    """A digest depends on the settings of its stages and on nothing else."""
    default = Options().digest("scan", "collect")
    assert Options(history=True, jobs=3).digest("scan", "collect") == default
    assert Options(max_file_size=1).digest("scan", "collect") != default
    assert Options(max_file_size=1).digest("scan") == Options().digest("scan")


def test_digest_knows_no_order() -> None:
    """Two dictionaries that are equal give the same digest."""
    first, second = Options(related_weights={"a": 1, "b": 2}), Options(related_weights={"b": 2, "a": 1})
    assert first.digest("relate") == second.digest("relate") != Options().digest("relate")


def test_every_setting_is_declared_whole() -> None:
    """Every setting has a help text that ends a sentence, a known stage, and a default that passes its own check."""
    for item in dataclasses.fields(Options):
        assert item.metadata["help"].endswith("."), item.name
        assert item.metadata["stage"] in {"none", "scan", "collect", "link", "relate", "pages"}, item.name
        assert item.metadata["check"](item.default) is None, item.name


def test_table() -> None:
    """The table has a row for each setting, in order."""
    rows = Options.table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [f"kwindex_{item.name}" for item in dataclasses.fields(Options)]
    assert all(row.replace("\\|", "").count("|") == 4 for row in rows)


def test_profile() -> None:
    """A profile changes defaults; what is set counts more, and what is wrong does not count."""
    lite, wrong = Options.create({"profile": "lite"})
    assert (lite.source, lite.tests, lite.uses_limit, wrong) == ("link", False, 5, [])
    mixed, wrong = Options.create({"profile": "lite", "tests": True, "uses_limit": -1})
    assert (mixed.tests, mixed.uses_limit) == (True, 5)
    assert [error.text for error in wrong] == ["must be a whole number, 0 or more; using 5"]
    assert Options.create({"profile": "full"})[0] == Options()
