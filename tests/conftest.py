"""Fixtures that every test may use: small source trees, and builds with Sphinx's own test application."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

pytest_plugins = ["sphinx.testing.fixtures", "quick_index"]

PROJECT = Path(__file__).resolve().parent.parent

Files = Mapping[str, "str | bytes | None"]
"""Path to content: text is dedented, bytes are written as they are, None removes the file."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_DEFAULT_CONF: dict[str, Any] = {
    "extensions": ["sphinx_kwindex"],
    "kwindex_root": "..",
    "html_theme": "alabaster",
    "show_warning_types": True,  # the default of Sphinx since version 8
}
_DEFAULT_INDEX = """\
Test
====

.. toctree::

   kwindex/index
"""


def write_files(folder: Path, files: Files) -> None:
    """Write (or remove) files below a folder."""
    for path, content in files.items():
        file = folder / path
        if content is None:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(textwrap.dedent(content).encode() if isinstance(content, str) else content)


@pytest.fixture
def make_tree(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a small source tree and returns its folder.

    `make_tree({"pkg/a.py": "x = 1"})`; a second call with the same `name` changes that tree.
    """

    def make(files: Files, name: str = "tree") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        write_files(folder, files)
        return folder

    return make


@dataclass(frozen=True)
class Built:
    """One finished build."""

    app: SphinxTestApp
    project: Path
    """The folder that holds the source tree and `docs/`."""
    srcdir: Path
    outdir: Path
    warnings: tuple[str, ...]
    """Lines of the warning stream, without colours."""
    read: tuple[str, ...]
    """Documents that were read, in order (serial builds: children of a parallel one do not tell)."""
    written: tuple[str, ...]
    """Documents that were written, in order (serial HTML builds)."""

    def text(self, path: str) -> str:
        """Return the text of an output file."""
        return (self.outdir / path).read_text(encoding="utf-8")


@pytest.fixture
def build(tmp_path: Path, make_app: Callable[..., SphinxTestApp]) -> Callable[..., Built]:
    """Return a function that writes files and builds them with Sphinx.

    `files` are relative to a project folder whose documentation is in `docs/`; without a `docs/index.*` one is made
    that lists the generated entry page. `conf` is the text of conf.py, or a dictionary laid over sensible defaults.
    A further call with the same `name` changes that project and builds again on top of what is there (`conf=None`
    keeps conf.py). Every warning must contain one of `warnings`, and each of those must occur.
    """

    def run(
        files: Files,
        conf: Mapping[str, Any] | str | None = None,
        builder: str = "html",
        *,
        warnings: Sequence[str] = (),
        name: str = "project",
        parallel: int = 0,
    ) -> Built:
        project = tmp_path / name
        docs = project / "docs"
        write_files(project, files)
        _write_conf(docs, conf)
        if not any(docs.glob("index.*")):
            write_files(docs, {"index.rst": _DEFAULT_INDEX})
        app = make_app(builder, srcdir=docs, builddir=project / "_build", parallel=parallel)
        read, written = _watch(app)
        app.build()
        # What docutils and Sphinx keep for the whole process would make the next build of the same test complain.
        app.cleanup()
        lines = tuple(line for line in _COLOUR.sub("", app.warning.getvalue()).splitlines() if line.strip())
        _check_warnings(lines, warnings)
        return Built(app, project, docs, Path(app.outdir), lines, tuple(read), tuple(written))

    return run


def _write_conf(docs: Path, conf: Mapping[str, Any] | str | None) -> None:
    """Write conf.py; without `conf` only if there is none."""
    if conf is None:
        if (docs / "conf.py").exists():
            return
        conf = {}
    if not isinstance(conf, str):
        values = {**_DEFAULT_CONF, **conf}
        conf = "".join(f"{key} = {value!r}\n" for key, value in values.items())
    write_files(docs, {"conf.py": conf})


def _watch(app: SphinxTestApp) -> tuple[list[str], list[str]]:
    """Return two lists that fill with the names of documents read and written."""
    read: list[str] = []
    written: list[str] = []

    def on_page(_app: object, pagename: str, _template: str, _context: object, doctree: object) -> None:
        if doctree is not None:
            written.append(pagename)

    app.connect("doctree-read", lambda app, _doctree: read.append(app.env.docname))
    app.connect("html-page-context", on_page)
    return read, written


def _check_warnings(lines: Sequence[str], expected: Sequence[str]) -> None:
    """Fail on a warning that was not expected, and on an expected one that did not come."""
    surprises = [line for line in lines if not any(text in line for text in expected)]
    missing = [text for text in expected if not any(text in line for line in lines)]
    assert not surprises, "unexpected warnings:\n" + "\n".join(surprises)
    assert not missing, "warnings that did not come:\n" + "\n".join([*missing, "--- there were:", *lines])


def copy_demo(folder: Path) -> Path:
    """Copy the demo: tests never write into it."""
    left_out = shutil.ignore_patterns("_build", "kwindex", "__pycache__")
    return Path(shutil.copytree(PROJECT / "demo_project", folder / "demo_project", ignore=left_out))


def run_python(*arguments: str, cwd: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Run Python with a folder to import from."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output folder of the demo, built with warnings as errors."""
    demo = copy_demo(tmp_path_factory.mktemp("demo"))
    options = ["-n", "-W", "--keep-going", "-q", "-b", "html"]
    run = run_python("-m", "sphinx", *options, "docs", "site", cwd=demo, path=PROJECT)
    assert run.returncode == 0, run.stdout + run.stderr
    return demo / "site"
