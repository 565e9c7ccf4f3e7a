"""conf.py to `Options`: the only reader of `kwindex_...` values and of the locations on disk."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from sphinx.application import Sphinx

from sphinx_kwindex.errors import OptionError
from sphinx_kwindex.ext.messages import candidates_text, closest
from sphinx_kwindex.isolation import find_root
from sphinx_kwindex.options import Options, load_named

PREFIX = "kwindex_"


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Absolute paths of one build."""

    root: Path
    """The indexed tree."""
    cache_dir: Path
    confdir: Path
    srcdir: Path
    pages: Path
    """Folder of the stubs."""
    avoid: tuple[Path, ...]
    """Folders that hold what this build makes: never part of the indexed tree."""


def register(app: Sphinx) -> None:
    """Register every setting.

    None of them asks Sphinx to read documents again: what a changed setting changes is found by comparing pages.
    """
    for item in dataclasses.fields(Options):
        # `Any`: `Options.create` checks values and says more than Sphinx could.
        app.add_config_value(PREFIX + item.name, item.default, "", types=Any)


def read_options(app: Sphinx) -> tuple[Options, list[OptionError]]:
    """Return the options, and what is wrong with values that do not count."""
    defaults = {item.name: item.default for item in dataclasses.fields(Options)}
    values = {name: getattr(app.config, PREFIX + name) for name in defaults}
    # What is set to its default counts more than what a profile says.
    named = {*_written_settings(app), *(name.removeprefix(PREFIX) for name in app.config.overrides)}
    given = {name: value for name, value in values.items() if value != defaults[name] or name in named}
    options, problems = Options.create(given)
    text = check_output_dir(options.output_dir)
    if text:
        problems.append(OptionError("output_dir", f"{text}; using {defaults['output_dir']!r}"))
        options = dataclasses.replace(options, output_dir=str(defaults["output_dir"]))
    return _resolve_executor(options, problems), problems


def setting_location(app: Sphinx, name: str) -> str:
    """Return the place of a setting in conf.py; its first line if the setting is not written there."""
    return f"{_conf_py(app)}:{_written_settings(app).get(name, 1)}"


def idle_settings(app: Sphinx, options: Options) -> list[OptionError]:
    """Return a fault for each name in conf.py that does nothing: no setting, or one that lacks another extension."""
    known = {name.removeprefix(PREFIX) for name in app.config.values if name.startswith(PREFIX)}
    is_missing = options.graphs and "sphinx.ext.graphviz" not in app.extensions
    idle = [OptionError("graphs", "has no effect; add 'sphinx.ext.graphviz' to the extensions")] if is_missing else []
    return idle + [
        OptionError(name, f"unknown setting, ignored{candidates_text(PREFIX + near for near in closest(name, known))}")
        for name in _written_settings(app)
        if name not in known
    ]


def _conf_py(app: Sphinx) -> Path:
    return Path(app.confdir or app.srcdir) / "conf.py"


def _written_settings(app: Sphinx) -> dict[str, int]:
    """Return the settings that conf.py gives a value, with the line of each."""
    try:
        lines = _conf_py(app).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    found = ((number, re.match(rf"{PREFIX}(\w+)\s*(:[^=]*)?=(?!=)", line)) for number, line in enumerate(lines, 1))
    return {match[1]: number for number, match in reversed([*found]) if match}


def find_places(app: Sphinx, options: Options) -> Places:
    """Return the absolute paths that conf.py and the command line name."""
    base = Path(app.confdir or app.srcdir)
    srcdir, outdir, doctrees = Path(app.srcdir), Path(app.outdir), Path(app.doctreedir)
    pages = srcdir / options.output_dir
    root = (base / options.root).resolve() if options.root else find_root(base)
    cache_dir = (base / options.cache_dir).resolve() if options.cache_dir else doctrees / "kwindex"
    return Places(
        root=root,
        cache_dir=cache_dir,
        confdir=base,
        srcdir=srcdir,
        pages=pages,
        avoid=(pages, _output_folder(srcdir, outdir, doctrees), doctrees, cache_dir),
    )


def _output_folder(srcdir: Path, outdir: Path, doctrees: Path) -> Path:
    """Return the folder that holds nothing but what is built: that of all builders, where each has one next to the doctrees."""
    common = doctrees.parent
    return common if outdir.parent == common and not srcdir.is_relative_to(common) else outdir


def check_output_dir(output_dir: str) -> str:
    """Return what is wrong with a folder for the generated documents; empty if nothing is."""
    path = PurePosixPath(output_dir.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in output_dir:
        return "must be a folder inside the documentation's source folder"
    return ""


def _resolve_executor(options: Options, problems: list[OptionError]) -> Options:
    if not isinstance(options.executor, str):
        return options
    factory, fault = None, ""
    try:
        factory = load_named(options.executor)
    except OptionError as error:
        fault = f"cannot be imported ({error.text})"
    if factory is not None and not callable(factory):
        factory, fault = None, f"expected a callable, got {type(factory).__name__}"
    if fault:
        problems.append(OptionError("executor", f"{fault}; analysing files on this machine instead"))
    return dataclasses.replace(options, executor=factory)
