"""The files that are a project's own code, by role and path. Pure: paths and roles in, paths out.

Lists that say something of the project as a whole (what is used most, what lacks a docstring) are of these files. Next to
them a tree holds tests, examples, configuration of its documentation, tools, benchmarks, and code of others.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from sphinx_kwindex.layout import INITS, folders_above
from sphinx_kwindex.model import PROSE_ROLES, TEST_ROLES, Role
from sphinx_kwindex.text import word_set

_ROLES = frozenset(Role) - TEST_ROLES - PROSE_ROLES - {Role.EXAMPLE}

_ANYWHERE = word_set(
    """
    tests testdata test_data test-data test_suite testsuite examples node_modules vendor vendored _vendor _vendored
    third_party thirdparty third-party 3rdparty extern _extern externals
    """
)
"""Folders that hold no code of the project's own even in its packages."""
_OUTSIDE = word_set(
    """
    asv_bench bench benches benchmark benchmarks bin build build_tools ci cookbook cookbooks demo demos dev doc docs
    documentation example extra extras fuzz fuzzing gallery misc notebooks perf profiling recipes release sample
    samples scratch script scripts snippets test testing tool tools tutorial tutorials
    """
)
"""Folders that hold none, unless they are in a package: `django.test` is one that others use."""
_STARTS = (".", "typing-", "typing_", "test-", "tests-", "tests_")
"""How further folders of `_OUTSIDE` start; and below, how they end."""
_ENDS = ("-test", "-tests", "_tests")
_SOURCES = frozenset({"src", "lib", "python"})
"""Folders from which modules are imported by custom; they need no package to be code."""
_TOOLS = word_set(
    """
    bootstrap.py build.py conftest.py dev.py distribute_setup.py dodo.py ez_setup.py fabfile.py hatch_build.py
    make.py noxfile.py pavement.py release.py runtests.py setup.py setupegg.py tasks.py toxfile.py versioneer.py
    """
)
"""Files in no package by which a project is built and tested."""


def find_own_code(roles: Mapping[str, Role]) -> frozenset[str]:
    """Return which of some files are the project's own code; all that could be, if by where they lie none is.

    Where there are packages, these are: what is in them, next to them in a folder of sources, or in the root. In a tree without
    packages every file is that does not lie among tests, examples and similar.
    """
    packages = {folder for folder, name in map(posixpath.split, roles) if name in INITS}
    others = _other_trees(roles, packages)
    could = {path for path, role in roles.items() if role in _ROLES}
    found = {path for path in could if not _is_beside(path, packages, others)}
    own = {folder for folder, name in map(posixpath.split, found) if name in INITS}
    if own:
        holders = {above for folder in own for above in folders_above(folder)} | {""}
        found = {path for path in found if _is_in(path, own, holders)}
    return frozenset(found or could)


def is_aside(path: str) -> bool:
    """Return whether a file is in a folder of the root that is one of examples, documentation, tools: no tests of the project."""
    first = path.partition("/")[0]
    return "/" in path and (first in _OUTSIDE | {"examples"}) and first not in {"test", "testing"}


def _is_beside(path: str, packages: Collection[str], others: Collection[str]) -> bool:
    """Return whether a file lies among tests, examples, tools or code of others."""
    for folder in reversed(list(folders_above(path))):  # from the top down
        name = posixpath.basename(folder)
        if folder in others or name in _ANYWHERE:
            return True
        is_outside = posixpath.dirname(folder) not in packages
        if is_outside and (name in _OUTSIDE or name.startswith(_STARTS) or name.endswith(_ENDS)):
            return True
    folder, name = posixpath.split(path)
    return name in _TOOLS and folder not in packages


def _is_in(path: str, own: AbstractSet[str], holders: AbstractSet[str]) -> bool:
    """Return whether a file is in a package, in a folder that holds packages, or in one of sources."""
    above = [*folders_above(path), ""]
    return above[0] in holders or not own.isdisjoint(above) or path.partition("/")[0] in _SOURCES


def _other_trees(roles: Mapping[str, Role], packages: Collection[str]) -> set[str]:
    """Return the folders, in no package, most of whose files are tests or scripts, whatever they are called."""
    others: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for path, role in roles.items():
        is_other = role in TEST_ROLES or (role is Role.SCRIPT and posixpath.basename(path) != "__main__.py")
        for folder in folders_above(path):
            if posixpath.dirname(folder) not in packages:
                files[folder] += 1
                others[folder] += is_other
    return {folder for folder, count in others.items() if count * 2 > files[folder]}
