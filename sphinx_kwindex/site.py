"""A site for a tree that has no documentation of its own: Sphinx runs on a generated folder."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sphinx_kwindex.errors import KwindexError, OptionError
from sphinx_kwindex.options import PROFILES

_INDEX = """\
{title}
{line}

.. toctree::
   :hidden:

   kwindex/index

The :doc:`kwindex/index` lists every file and name.

.. kwtree::
   :depth: 2
"""
THEMES = ("furo", "alabaster")
"""The first installed one is used."""
_HOST = "127.0.0.1"
_UNWATCHED = r"/(\.git|__pycache__)/"


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

    `settings` are those of conf.py without `kwindex_`. The folder `cache` keeps the index for the next build; without it,
    nothing is kept. Raise `OptionError` if there is no such tree, and `OSError` if a folder cannot be written.
    """
    output = output.resolve()
    with _prepared(root, cache, settings or {}, theme) as folder:
        return _run(["-m", "sphinx", *_arguments(folder, output, jobs)], folder)


def serve_site(
    root: Path,
    port: int,
    *,
    cache: Path | None = None,
    jobs: int = 1,
    settings: Mapping[str, Any] | None = None,
    theme: str = "",
) -> int:
    """Build the site of a tree, serve it on a local port (0: a free one), and rebuild it when a file is saved.

    Run until interrupted; then return the exit status. The rest is as for `build_site`. Raise `OptionError`
    if the port is taken, and `KwindexError` without sphinx-autobuild.
    """
    if importlib.util.find_spec("sphinx_autobuild") is None:
        raise KwindexError("the command serve needs sphinx-autobuild: pip install sphinx-kwindex[serve]")
    _check_port(port)
    with _prepared(root, cache, settings or {}, theme) as folder:
        watched = ["--watch", str(root.resolve()), "--re-ignore", _UNWATCHED, "--ignore", f"{folder}/*"]
        arguments = ["--host", _HOST, "--port", str(port), *watched, *_arguments(folder, folder / "html", jobs)]
        try:
            return _run(["-m", "sphinx_autobuild", *arguments], folder)
        except KeyboardInterrupt:
            return 0


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except (OSError, OverflowError) as error:
            raise OptionError(f"--port {port}", getattr(error, "strerror", "") or "not a valid port") from error


@contextlib.contextmanager
def _prepared(root: Path, cache: Path | None, settings: Mapping[str, Any], theme: str) -> Iterator[Path]:
    """Yield a folder in which Sphinx can build the site: `cache`, or a temporary one."""
    if not root.is_dir():
        raise OptionError(str(root), "no such folder")
    root = root.resolve()
    conf = {"project": root.name, "html_title": root.name, "html_theme": theme or _theme(), "html_copy_source": False,
            "html_show_copyright": False, "extensions": ["sphinx_kwindex"], "kwindex_root": str(root)}  # fmt: skip
    conf |= {f"kwindex_{name}": value for name, value in _with_sources(settings).items()}
    with tempfile.TemporaryDirectory(prefix="kwindex-") if cache is None else contextlib.nullcontext(cache) as name:
        folder = Path(name).resolve()
        _fill(folder / "docs", conf)
        yield folder


def _with_sources(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return settings with source pages enabled, unless a profile disables them."""
    return settings if "source" in PROFILES.get(settings.get("profile", ""), ()) else {"source": "pages", **settings}


def _fill(docs: Path, conf: Mapping[str, Any]) -> None:
    docs.mkdir(parents=True, exist_ok=True)
    _write(docs / "conf.py", "".join(f"{name} = {value!r}\n" for name, value in conf.items()))
    # Characters of the name may be markup in reStructuredText.
    escaped = "".join(f"\\{char}" if not char.isalnum() else char for char in str(conf["project"]))
    _write(docs / "index.rst", _INDEX.format(title=escaped, line="=" * (2 * len(escaped) + 2)))


def _arguments(folder: Path, output: Path, jobs: int) -> Sequence[str]:
    return ["-b", "html", "-j", str(jobs), "-d", str(folder / "doctrees"), str(folder / "docs"), str(output)]


def _run(arguments: Sequence[str], folder: Path) -> int:
    """Run Python in our own folder, since `-m` imports from the working folder first."""
    return subprocess.run([sys.executable, *arguments], cwd=folder / "docs", check=False).returncode  # noqa: S603


def _write(path: Path, text: str) -> None:
    """Write a file only if its content changed: Sphinx compares modification times."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _theme() -> str:
    return next((name for name in THEMES if importlib.util.find_spec(name) is not None), THEMES[-1])
