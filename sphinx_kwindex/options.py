"""Every setting once: name, type, default, help and check.

conf.py names a setting `kwindex_<name>`; `Project.open` takes `<name>`. The table in the README is made from here
(`python -m sphinx_kwindex options`), and `ext/settings.py` registers these with Sphinx.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import os
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sphinx_kwindex.errors import OptionError
from sphinx_kwindex.isolation import imports_as_given
from sphinx_kwindex.model import Flag

ENTRY_PARTS = ("uses", "tests", "example", "overridden", "related", "source")
"""What can be shown under descriptions of objects."""

CODE_HOSTS = ("github", "gitlab", "bitbucket", "gitea", "codeberg", "sourcehut")
"""How addresses of sources may be written; the git remote names the rest."""

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "full": {},
    "lite": {"source": "link", "tests": False, "uses_limit": 5},
}
"""What settings have instead of their defaults, by `kwindex_profile`."""

Check = Callable[[Any], str | None]
"""Returns what is wrong with a value, or None."""


def _is_path(value: object) -> str | None:
    path = os.fspath(value) if isinstance(value, os.PathLike) else value
    return None if isinstance(path, str) and "\0" not in path else "must be a path"


def _is_address(value: object) -> str | None:
    if not isinstance(value, str):
        return "must be a string"
    if value in CODE_HOSTS:
        return None
    if value and "{path}" not in value:
        return f"must contain {{path}}, or be one of {', '.join(map(repr, CODE_HOSTS))}"
    others = set(re.findall(r"\{\w*\}", value)) - {"{path}", "{line}", "{end}", "{ref}"}
    return (
        f"unknown placeholder {', '.join(sorted(others))} (known: {{path}}, {{line}}, {{end}}, {{ref}})"
        if others
        else None
    )


def _is_text(value: object) -> str | None:
    return None if isinstance(value, str) else "must be a string"


def _is_flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be True or False"


def _is_count(value: object) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return None if good else "must be a whole number, 0 or more"


def _is_texts(value: object) -> str | None:
    good = isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)
    return None if good else "must be a list of strings"


def _is_robots(value: object) -> str | None:
    good = isinstance(value, str) and re.fullmatch(r"[\w:, -]*", value, re.ASCII)
    return None if good else "must be words separated by commas, as in 'noindex, nofollow'"


def _is_parts(value: object) -> str | None:
    good = isinstance(value, (list, tuple)) and all(item in ENTRY_PARTS for item in value)
    return None if good else f"must be a list of any of {', '.join(map(repr, ENTRY_PARTS))}"


def _is_one_of(*allowed: object) -> Check:
    def check(value: object) -> str | None:
        return None if value in allowed else "must be one of " + ", ".join(repr(item) for item in allowed)

    return check


def _is_weights_or_none(value: object) -> str | None:
    good = value is None or (
        isinstance(value, Mapping) and all(isinstance(key, str) and _is_weight(number) for key, number in value.items())
    )
    return None if good else "must be a dictionary of names and numbers, 0 or more"


def _is_weight(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf


def _is_lists_or_none(value: object) -> str | None:
    good = value is None or (
        isinstance(value, Mapping)
        and all(isinstance(key, str) and not _is_texts(names) for key, names in value.items())
    )
    return None if good else "must be a dictionary of lists of strings"


def _is_callable_or_none(value: object) -> str | None:
    return (
        None if value is None or callable(value) or isinstance(value, str) else "must be a callable or its dotted name"
    )


def _canonical(value: object) -> object:
    """Return what two equal settings have in common, whatever order a dictionary was written in."""
    return sorted(value.items()) if isinstance(value, Mapping) else value


def _normal(value: object) -> object:
    """Return a value as `Options` keeps it."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, Mapping):
        return {key: _normal(item) for key, item in value.items()}
    return value


_CHECKS: Mapping[type, Check] = {bool: _is_flag, int: _is_count, tuple: _is_texts}
"""Of settings without one of their own, by the type of the default."""


def _setting(default: Any, help_text: str, *, stage: str, check: Check | None = None) -> Any:
    """Declare a setting; `stage` is the first stage whose results depend on it (`none`: no result does)."""
    if isinstance(default, (list, dict)):
        raise TypeError("defaults are immutable")
    metadata = {"check": check or _CHECKS[type(default)], "help": help_text, "stage": stage}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All settings. Lists of conf.py are kept as tuples."""

    root: str = _setting(
        "",
        "Folder to index, relative to conf.py. Default: the nearest folder above conf.py that holds `pyproject.toml`, "
        "`setup.py` or `.git`.",
        stage="scan",
        check=_is_path,
    )
    profile: str = _setting(
        "full",
        "How much to generate: `full`, or `lite` for large trees and small hosts (no source pages, short lists of uses, no tests). "
        "Settings in conf.py take precedence.",
        stage="none",
        check=_is_one_of(*PROFILES),
    )
    audience: str = _setting(
        "contributors",
        "Whom the index is for: `contributors` see everything; `users` see the public part of the project's own code and its prose, without "
        "tests, examples, tools, documentation settings and private names.",
        stage="scan",
        check=_is_one_of("contributors", "users"),
    )
    include: tuple[str, ...] = _setting(
        (), "Patterns (as in `.gitignore`) of files to index; empty: every file in a supported language.", stage="scan"
    )
    exclude: tuple[str, ...] = _setting((), "Patterns (as in `.gitignore`) of files to leave out.", stage="scan")
    prose: tuple[str, ...] = _setting(
        ("readme", "readme.*", "/*.md", "/*.rst", "/*.txt", "!/license*"),
        "Patterns (as in `.gitignore`, in any case) of prose files to index: Markdown, reStructuredText, text, notebooks. Each of them gets a "
        "page, except the documents of the site itself. `['*']` selects all.",
        stage="scan",
    )
    texts: tuple[str, ...] = _setting(
        (),
        "Patterns (as in `.gitignore`) of other text files that get a page; `['!*']`: none; empty: those that people read, so no test data, "
        "translation catalogues or large groups of similar files. The rest are listed on the pages of their folders.",
        stage="scan",
    )
    gitignore: bool = _setting(True, "Leave out what `.gitignore` files leave out.", stage="scan")
    import_roots: tuple[str, ...] = _setting(
        (),
        "Folders from which modules are imported, relative to the root, in order of preference; empty: detected from the layout.",
        stage="scan",
    )
    languages: tuple[str, ...] = _setting(
        ("code",),
        "Languages other than Python to index: names, or the groups `code` and `data` (JSON, TOML, YAML); empty: none. The parsers are "
        "installed with `sphinx-kwindex[languages]`.",
        stage="scan",
    )
    collectors: tuple[str, ...] = _setting(
        (),
        "Collectors for further languages, or replacements for the built-in ones: dotted names of `Collector` classes.",
        stage="none",
    )
    max_file_size: int = _setting(
        4_000_000, "Files larger than this many bytes are not analysed; their pages say so.", stage="collect"
    )
    test_patterns: tuple[str, ...] = _setting(
        (
            "test_*.py",
            "*_test.py",
            "*_tests.py",
            "tests.py",
            "conftest.py",
            "test/**",
            "**/tests/**",
            "**/_tests/**",
            "/integration/**",
        ),
        "Patterns (as in `.gitignore`) of test files. If not set, the project's pytest settings (`python_files`, `testpaths`) are added.",
        stage="collect",
    )
    test_classes: tuple[str, ...] = _setting(
        ("Test*", "test_*"),
        "Patterns of the names of test classes, in test files. If not set, the project's pytest setting (`python_classes`) is used.",
        stage="collect",
    )
    test_functions: tuple[str, ...] = _setting(
        ("test*",),
        "Patterns of the names of test functions and methods, in test files. If not set, the project's pytest setting "
        "(`python_functions`) is used.",
        stage="collect",
    )
    tests: bool = _setting(
        True, "Index tests; otherwise, files that match `kwindex_test_patterns` are left out.", stage="scan"
    )
    fixture_pages: bool = _setting(
        False,
        "Give each fixture file (in data folders of tests that no other file refers to) a page; otherwise, such a folder is "
        "one row on the page of its parent folder.",
        stage="pages",
    )
    output_dir: str = _setting(
        "kwindex",
        "Folder of the generated pages, relative to the documentation's source folder.",
        stage="pages",
        check=_is_path,
    )
    cache_dir: str = _setting(
        "",
        "Folder of the cache, relative to conf.py. Default: `kwindex` in the doctree folder.",
        stage="none",
        check=_is_path,
    )
    jobs: int = _setting(
        0, "Number of processes that analyse files; 0: the number given to `sphinx-build -j`.", stage="none"
    )
    executor: Any = _setting(  # noqa: RUF009 - makes a field, as the others do
        None,
        "Callable (or its dotted name) that returns a `concurrent.futures.Executor` to analyse files on.",
        stage="none",
        check=_is_callable_or_none,
    )
    publish: str = _setting(
        "public",
        "What goes into `objects.inv`: only `pages`, also `public` definitions outside of tests, or `all` definitions.",
        stage="none",
        check=_is_one_of("pages", "public", "all"),
    )
    publish_limit: int = _setting(50_000, "Publish at most this many definitions in `objects.inv`.", stage="none")
    api_entries: tuple[str, ...] = _setting(
        tuple(part for part in ENTRY_PARTS if part != "related"),
        "What is shown under each description of a Python object (autodoc, autosummary, `py:function`...): `uses`, `tests`, "
        "`example`, `overridden` (by which methods), `related` (files; the same for all objects of a file), `source`; empty: nothing.",
        stage="none",
        check=_is_parts,
    )
    api_hide: tuple[str, ...] = _setting(
        (),
        "Objects under whose descriptions nothing is shown: patterns of dotted names, as in `pkg.legacy.*`.",
        stage="none",
    )
    py_fallback: bool = _setting(False, "Look up unresolved `py:` references in the index.", stage="none")
    link_literals: bool = _setting(
        False,
        "Turn inline literals in documents into links where they name exactly one object or file of the project.",
        stage="none",
    )
    check_mentions: bool = _setting(
        False,
        "Warn (`kwindex.stale`) where a document names something in the project that does not exist: in a dotted literal, a role or code.",
        stage="none",
    )
    check_baseline: str = _setting(
        "",
        "File with names that `kwindex_check_mentions` ignores, relative to conf.py; created by the first build.",
        stage="none",
        check=_is_path,
    )
    robots: str = _setting(
        "",
        "Robots directive of generated pages: `'noindex'` keeps them out of search engines; empty: none.",
        stage="none",
        check=_is_robots,
    )
    book: tuple[str, ...] = _setting(
        (),
        "Folders whose pages are included in books (latex, singlehtml, epub, texinfo, man), relative to the root; `['.']`: all; empty: none.",
        stage="none",
    )
    markdown: bool = _setting(
        False,
        "Also write each generated page as Markdown (`page.html.md`), and lists of these files for language models (`llms.txt`).",
        stage="none",
    )
    source_url: str = _setting(
        "",
        "Address of a file in a code browser, with `{path}` and optionally `{line}`, `{end}` and `{ref}`: "
        "`https://example.org/blob/{ref}/{path}#L{line}`. Or the host of the git remote `origin`: `github`, `gitlab`, "
        "`bitbucket`, `gitea`, `codeberg` or `sourcehut`. Default: detected from that remote, if it is on a public one of these hosts.",
        stage="pages",
        check=_is_address,
    )
    source_ref: str = _setting(
        "",
        "Branch, tag or commit for `{ref}`. Default: `HEAD`, which most hosts resolve to the newest commit; `main` on the others.",
        stage="pages",
        check=_is_text,
    )
    source_exclude: tuple[str, ...] = _setting(
        (), "Patterns (as in `.gitignore`) of files whose source is neither shown nor linked to.", stage="pages"
    )
    source: str = _setting(
        "link",
        "Where line numbers lead: `link`, to `kwindex_source_url`; `pages`, to a page for each file with its "
        "source, in which names are links; `none`, nowhere.",
        stage="pages",
        check=_is_one_of("link", "pages", "none"),
    )
    open_limit: int = _setting(12, "Lists with more entries than this are collapsed at first.", stage="pages")
    uses_limit: int = _setting(
        0,
        "List at most this many files that use a keyword or import a file; 0: as many as fit on a page, at most 50.",
        stage="pages",
    )
    graphs: bool = _setting(
        False, "Draw import graphs on folder pages, with `sphinx.ext.graphviz` (about 50 ms each).", stage="pages"
    )
    patterns: tuple[str, ...] = _setting(
        (), "Your own patterns for file pages: dotted names of `Pattern` objects.", stage="pages"
    )
    sections: Mapping[str, tuple[str, ...]] | None = _setting(
        None,
        "Which sections pages have, in order, including custom ones: lists of names for `file`, `folder` and `project`, "
        'as in `{"file": ["related", "...", "mine.loaded"]}`; `...` stands for all others.',
        stage="pages",
        check=_is_lists_or_none,
    )
    lint: tuple[str, ...] = _setting(
        ("PERF", "ASYNC", "S"),
        "Rules of ruff (codes or prefixes) whose findings file pages show, if ruff is installed; empty: none.",
        stage="pages",
    )
    recent: int = _setting(
        0, "How many of the newest commits the project page lists, if git is available; 0: none.", stage="pages"
    )
    history: bool = _setting(False, "Use the git history for related files.", stage="relate")
    history_limit: int = _setting(5_000, "Read at most this many commits of the history, newest first.", stage="relate")
    related_limit: int = _setting(8, "Show at most this many related files.", stage="relate")
    related_weights: Mapping[str, float] | None = _setting(
        None,
        "Weights of the signals for related files that replace the defaults.",
        stage="relate",
        check=_is_weights_or_none,
    )
    related_signals: tuple[str, ...] = _setting(
        (), "Custom signals for related files: dotted names of functions.", stage="relate"
    )

    @classmethod
    def create(cls, values: Mapping[str, Any]) -> tuple[Options, list[OptionError]]:
        """Return options from raw values, and what is wrong with those that were left at what the profile has."""
        profile = values.get("profile")
        good = dict(PROFILES[profile]) if isinstance(profile, str) and profile in PROFILES else {}
        bad: list[OptionError] = []
        known = {item.name: item for item in dataclasses.fields(cls)}
        for name, value in values.items():
            if name not in known:
                bad.append(OptionError(name, "unknown setting, ignored"))
            elif (problem := cast("Check", known[name].metadata["check"])(value)) is not None:
                bad.append(OptionError(name, f"{problem}; using {good.get(name, known[name].default)!r}"))
            else:
                good[name] = _normal(value)
        return cls(**good), bad

    @property
    def hidden(self) -> int:
        """Flags of the keywords that readers do not get to see."""
        return int(Flag.PRIVATE | Flag.LOCAL) if self.audience == "users" else 0

    def digest(self, *stages: str) -> str:
        """Return the digest of the settings that the given stages' results depend on."""
        parts = [
            f"{item.name}={_canonical(getattr(self, item.name))!r}"
            for item in dataclasses.fields(self)
            if item.metadata["stage"] in stages
        ]
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()

    @classmethod
    def table(cls) -> str:
        """Return the table of all settings in Markdown, as the README shows it."""
        lines = ["| Setting | Default | Meaning |", "|---|---|---|"]
        for item in dataclasses.fields(cls):
            help_text = item.metadata["help"].replace("|", "\\|")
            lines.append(f"| `kwindex_{item.name}` | `{_shown(item.default)}` | {help_text} |")
        return "\n".join(lines) + "\n"


DEFAULTS = Options()


def _shown(default: object) -> str:
    return repr(list(default)) if isinstance(default, tuple) else repr(default)


def load_named(name: str) -> Any:
    """Return what a dotted name in a setting means; raise `OptionError` that says why there is none."""
    try:
        with imports_as_given():
            return pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError) as error:
        raise OptionError(name, str(error)) from error
    except Exception as error:  # the module is the project's own code, and may do anything
        raise OptionError(name, f"{type(error).__name__}: {error}") from error
