"""The demo project: lifelike, sound in itself, and a site in which everything leads somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from linkcheck import broken_links, repeated_ids

PROJECT = Path(__file__).resolve().parent.parent


def copy_demo(folder: Path) -> Path:
    """Copy the demo: tests never write into it."""
    left_out = shutil.ignore_patterns("_build", "kwindex", "__pycache__")
    return Path(shutil.copytree(PROJECT / "demo_project", folder / "demo_project", ignore=left_out))


def run_python(*arguments: str, cwd: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Run Python with a folder to import from."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output folder of the demo, built as `dev.py demo` does."""
    demo = copy_demo(tmp_path_factory.mktemp("demo"))
    options = ["-n", "-W", "--keep-going", "-q", "-b", "html"]
    run = run_python("-m", "sphinx", *options, "docs", "site", cwd=demo, path=PROJECT)
    assert run.returncode == 0, run.stdout + run.stderr
    return demo / "site"


def test_its_own_tests_pass(tmp_path: Path) -> None:
    """The demo is a package that works, not scenery."""
    demo = copy_demo(tmp_path)
    options = ["-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", "."]
    run = run_python("-m", "pytest", *options, "tests", cwd=demo, path=demo / "src")
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_link_lands(site: Path) -> None:
    """Every link of the site leads to a file and an id that exist, and no page has an id twice."""
    assert broken_links(site) == []
    assert repeated_ids(site) == []


def test_every_file_has_a_page(site: Path) -> None:
    """Every Python file has its page: packages, tests, the script without a suffix, and the one that does not parse."""
    demo = site.parent
    files = [file for file in demo.rglob("*.py") if site not in file.parents] + [demo / "scripts" / "print-almanac"]
    pages = [site / "kwindex" / "tree" / f"{file.relative_to(demo).as_posix()}.html" for file in files]
    assert [page for page in pages if not page.is_file()] == []


def test_namesakes_are_kept_apart(site: Path) -> None:
    """A class `F` in each of seven tests is seven entries, each with the scope that it is in."""
    source = (PROJECT / "demo_project/tests/test_sources.py").read_text(encoding="utf-8")
    page = (site / "kwindex/tree/tests/test_sources.py.html").read_text(encoding="utf-8")
    anchors = set(re.findall(r'id="(Test\w+\.test_\w+\.-\.F)"', page))
    assert len(anchors) == len(re.findall(r"^ +class F\b", source, re.MULTILINE)) == 7


def test_the_page_says_why_a_file_was_not_analysed(site: Path) -> None:
    """The page of the file that does not parse gives the reason and the line."""
    page = (site / "kwindex/tree/scripts/convert_1998.py.html").read_text(encoding="utf-8")
    assert "Line 7: Missing parentheses" in page
