"""Contents of the standard library, frozen, so that pages do not depend on the running Python.

The tables next to this module hold the names of every version of Python that the package supports, so a module that has
been removed since (`distutils`) still counts, and so do those of Python 2 (`StringIO`), which old code imports in a branch. `tools/stdlib.py` adds what the version that runs it has more; nothing is
taken out. A test compares the tables with the running version.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path

MODULES = Path(__file__).with_name("stdlib_modules.txt")
"""What `sys.stdlib_module_names` says."""
CLASSES = Path(__file__).with_name("stdlib_classes.txt")
"""Classes that programs derive from, each with its base class, if that is in the table, and the members that it adds, but special ones."""

BUILTINS = frozenset(dir(builtins)) | {"ExceptionGroup", "BaseExceptionGroup", "EncodingWarning", "aiter", "anext"}
"""Names that need no binding; the same under every supported Python."""

AWAITED: Mapping[str, int] = {
    **dict.fromkeys(("collections.abc.Awaitable", "asyncio.Future", "asyncio.Task", "asyncio.futures.Future"), 0),
    **dict.fromkeys(("collections.abc.Coroutine", "collections.abc.Generator"), -1),
}
"""Types of which `await` gives an argument, by its place (a generator is what `__await__` returns)."""

_CLASS = re.compile(r"^([\w.]+)(?:\(([\w.]+)\))?:((?:[^\n]|\n )*)$", re.MULTILINE)
"""One class; its further lines start with a blank."""


def is_standard(target: str) -> bool:
    """Return whether a dotted name is in the standard library of any supported version of Python."""
    return target.partition(".")[0] in standard_modules()


@lru_cache(maxsize=1)
def standard_modules() -> frozenset[str]:
    """Return the top-level modules of the standard library."""
    return frozenset(MODULES.read_text("ascii").split())


def members_of(base: str) -> frozenset[str] | None:
    """Return the members of a class of the standard library, inherited ones too, but special ones; None if the table lacks it."""
    return _classes().get(base)


def list_classes() -> Iterator[tuple[str, str, list[str]]]:
    """Yield each class of the table, its base class that is in the table too (or nothing), and the members that it adds."""
    for match in _CLASS.finditer(CLASSES.read_text("ascii")):
        yield match[1], match[2] or "", match[3].split()


@lru_cache(maxsize=1)
def _classes() -> dict[str, frozenset[str]]:
    rows = {name: (base, members) for name, base, members in list_classes()}
    found: dict[str, frozenset[str]] = {}
    for name in TopologicalSorter({name: [base] for name, (base, _) in rows.items()}).static_order():
        if name in rows:
            base, members = rows[name]
            found[name] = found.get(base, frozenset()) | frozenset(members)
    return found
