"""The demo project: lifelike, sound in itself, and a site in which everything leads somewhere."""

from __future__ import annotations

import os
import re
from pathlib import Path

from conftest import PROJECT, copy_demo, run_python
from linkcheck import broken_links, repeated_ids


def test_its_own_tests_pass(tmp_path: Path) -> None:
    """The demo is a package that works, not scenery."""
    demo = copy_demo(tmp_path)
    options = ["-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", "."]
    run = run_python("-m", "pytest", *options, "tests", cwd=demo, path=demo / "src")
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_link_lands(demo_site: Path) -> None:
    """Every link of the site leads to a file and an id that exist, and no page has an id twice."""
    assert broken_links(demo_site) == []
    assert repeated_ids(demo_site) == []


def test_every_file_has_a_page(demo_site: Path) -> None:
    """Every Python file has its page: packages, tests, the script without a suffix, and the one that does not parse."""
    demo = demo_site.parent
    files = [file for file in demo.rglob("*.py") if demo_site not in file.parents] + [
        demo / "scripts" / "print-almanac"
    ]
    pages = [demo_site / "kwindex" / "tree" / f"{file.relative_to(demo).as_posix()}.html" for file in files]
    assert [page for page in pages if not page.is_file()] == []


def test_namesakes_are_kept_apart(demo_site: Path) -> None:
    """A class `F` in each of seven tests is seven entries, each with the scope that it is in."""
    source = (PROJECT / "demo_project/tests/test_sources.py").read_text(encoding="utf-8")
    page = (demo_site / "kwindex/tree/tests/test_sources.py.html").read_text(encoding="utf-8")
    anchors = set(re.findall(r'id="(Test\w+\.test_\w+\.-\.F)"', page))
    assert len(anchors) == len(re.findall(r"^ +class F\b", source, re.MULTILINE)) == 7


def test_the_page_says_why_a_file_was_not_analysed(demo_site: Path) -> None:
    """The page of the file that does not parse gives the reason and the line."""
    page = (demo_site / "kwindex/tree/scripts/convert_1998.py.html").read_text(encoding="utf-8")
    assert "Line 7: written for Python 2 (Missing parentheses" in page
