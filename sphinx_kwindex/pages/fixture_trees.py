"""Folders among tests that contain only fixtures, and no code that is run or imported.

Their files get no pages, but one row on the page of the folder around them. Pure: paths, roles and edges in, folders out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.model import PROSE_ROLES, TEST_ROLES, Role

_NAMED = re.compile(
    r"(?:.*[_-])?(?:test)?data(?:[_-].*)?|roots|snapshots|golden|(?:.*[_-])?(?:fixtures?|cases|samples?|inputs?|resources|assets)"
).fullmatch
"""What folders are called that hold such files; any other may hold helpers that somebody looks for."""


_MAY_BE = TEST_ROLES | PROSE_ROLES | {Role.STUB, Role.GENERATED}
"""Roles of files in folders of tests."""


def find_fixture_trees(
    roles: Mapping[str, Role], edges: Iterable[tuple[str, str]], helpers: Iterable[str]
) -> dict[str, int]:
    """Return the topmost folders that hold fixtures only, with the number of files in each.

    `edges` are (file, file that it imports or uses); `helpers` are files with fixtures of pytest, which nobody has to name.
    A folder that a file outside it refers to is none, nor one with a test in it.
    """
    all_files = _count(roles)
    among = _among_tests(roles, all_files)
    named = {path for path in among if _NAMED(path.rpartition("/")[2])}
    if not named:
        return {}
    unused = named - _used(roles, edges, helpers)
    held = _count(path for path in roles if not unused.isdisjoint(folders_above(path)))
    # The folder around them as well, if it holds nothing else.
    whole = {path for path, count in held.items() if path in among and count == all_files[path]}
    return {path: held[path] for path in sorted(whole) if whole.isdisjoint(folders_above(path))}


def _among_tests(roles: Mapping[str, Role], folders: Iterable[str]) -> set[str]:
    """Return those of some folders that are in one with files of tests and nothing else."""
    of_tests = _count(path for path, role in roles.items() if role in TEST_ROLES)
    others = _count(path for path, role in roles.items() if role not in _MAY_BE)
    return {path for path in folders if of_tests[around := path.rpartition("/")[0]] and not others[around]}


def _used(roles: Mapping[str, Role], edges: Iterable[tuple[str, str]], helpers: Iterable[str]) -> set[str]:
    """Return the folders with a test in them, or with a file that somebody outside of them refers to."""
    tests = (path for path, role in roles.items() if role is Role.TEST)
    used = {above for path in (*helpers, *tests) for above in folders_above(path)}
    for user, target in edges:
        used.update(above for above in folders_above(target) if not user.startswith(f"{above}/"))
    return used


def _count(paths: Iterable[str]) -> Counter[str]:
    return Counter(above for path in paths for above in folders_above(path))
