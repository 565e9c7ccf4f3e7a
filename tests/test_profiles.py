"""Profiles: how much of an index there is, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex.__main__ import main

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "",
    "pkg/a.py": "def lift(far=1): ...\n",
    **{f"pkg/b{number}.py": "from pkg.a import lift\nlift()\n" for number in range(8)},
    "tests/test_a.py": "from pkg.a import lift\n\ndef test_lift():\n    lift()\n",
}


def test_lite(build: Build) -> None:
    """There are no tests and few uses; what is left out is said, and counted nowhere."""
    built = build(TREE, {"kwindex_profile": "lite"})
    text = built.text("kwindex/tree/pkg/a.py.html")
    assert not list((built.outdir / "kwindex").rglob("*test_a*"))
    row = text[text.index('id="lift"') :].partition("</details>")[0]
    assert ["pkg/b0.py" in row, "pkg/b7.py" in row] == [True, False]
    assert "test" not in re.sub("<[^>]*>", "", row)
    assert "1 test file excluded (kwindex_profile)" in built.app.status.getvalue()


@pytest.mark.parametrize("conf", [{"kwindex_tests": True}, {"kwindex_uses_limit": 0}, {"kwindex_source": "link"}])
def test_explicit_settings(build: Build, conf: dict[str, Any]) -> None:
    """A setting in conf.py counts more than the profile, even where it is what it would be without."""
    built = build(TREE, {"kwindex_profile": "lite", **conf})
    assert (built.outdir / "kwindex/tree/tests/test_a.py.html").is_file() is ("kwindex_tests" in conf)
    text = built.text("kwindex/tree/pkg/a.py.html")
    assert ("pkg/b7.py" in text[text.index('id="lift"') :].partition("</details>")[0]) is ("kwindex_uses_limit" in conf)


def test_switch(build: Build) -> None:
    """Switched there and back, pages are those of a fresh build."""
    build(TREE, {"kwindex_profile": "lite"})
    built = build({}, {"kwindex_profile": "full"})
    fresh = build(TREE, {"kwindex_profile": "full"}, name="fresh")
    found, expected = (
        {path.relative_to(one.outdir): path.read_bytes() for path in (one.outdir / "kwindex").rglob("*.html")}
        for one in (built, fresh)
    )
    assert found == expected


def test_cost(build: Build) -> None:
    """The log of a full build says what the other profile costs."""
    log = build(TREE, {"kwindex_source": "pages"}).app.status.getvalue()
    assert re.search(r"with kwindex_profile = 'lite': \d+ pages, about 0\.\d MB", log)


def test_site(make_tree: Callable[..., Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Sites of trees without documentation have pages of sources, but not in this profile."""
    root = make_tree(TREE)
    for name, options in {"full": [], "lite": ["--option", "profile=lite"]}.items():
        command = ["build", str(root), str(tmp_path / name), "--theme", "alabaster", "--jobs", "1", *options]
        assert main(command) == 0
        assert (tmp_path / name / "kwindex/source/pkg/a.py.html").is_file() is (name == "full")
    assert "WARNING" not in capfd.readouterr().err
