"""A site of a tree that has no documentation of its own: Sphinx is run on a folder that we fill."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sphinx_kwindex.errors import OptionError

_INDEX = """\
{title}
{line}

.. toctree::
   :hidden:

   kwindex/index

The :doc:`kwindex/index` has every file and name.

.. kwtree::
   :depth: 2
"""
THEMES = ("furo", "alabaster")
"""The first that is installed is taken."""


def build_site(
    root: Path,
    output: Path,
    *,
    cache: Path | None = None,
    jobs: int = 1,
    settings: Mapping[str, Any] | None = None,
    theme: str = "",
) -> int:
    """Build the site of a tree with Sphinx; return its exit status.

    `settings` are those of conf.py without `kwindex_`. What is kept for the next time is in the folder `cache`; without
    it, nothing is. Raise `OptionError` if there is no such tree, and `OSError` if a folder cannot be written.
    """
    if not root.is_dir():
        raise OptionError(str(root), "no such folder")
    root, output = root.resolve(), output.resolve()
    values = {"source": "pages", **(settings or {})}
    conf = {"project": root.name, "html_title": root.name, "html_theme": theme or _theme(), "html_copy_source": False,
            "extensions": ["sphinx_kwindex"], "kwindex_root": str(root)}  # fmt: skip
    conf |= {f"kwindex_{name}": value for name, value in values.items()}
    if cache is not None:
        return _run(cache.resolve(), output, conf, jobs)
    with tempfile.TemporaryDirectory(prefix="kwindex-") as folder:
        return _run(Path(folder), output, conf, jobs)


def _run(folder: Path, output: Path, conf: Mapping[str, Any], jobs: int) -> int:
    docs = folder / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    title = str(conf["project"])
    _write(docs / "conf.py", "".join(f"{name} = {value!r}\n" for name, value in conf.items()))
    # Characters of the name may have a meaning in reStructuredText.
    escaped = "".join(f"\\{char}" if not char.isalnum() else char for char in title)
    _write(docs / "index.rst", _INDEX.format(title=escaped, line="=" * (2 * len(escaped) + 2)))
    return subprocess.run(_command(docs, output, folder / "doctrees", jobs), cwd=docs, check=False).returncode  # noqa: S603


def _command(docs: Path, output: Path, doctrees: Path, jobs: int) -> Sequence[str]:
    # The working folder, from which `-m` imports first, is ours.
    return [sys.executable, "-m", "sphinx", "-b", "html", "-j", str(jobs), "-d", str(doctrees), str(docs), str(output)]


def _write(path: Path, text: str) -> None:
    """Write a file if it says something else: Sphinx looks at the time."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _theme() -> str:
    return next((name for name in THEMES if importlib.util.find_spec(name) is not None), THEMES[-1])
