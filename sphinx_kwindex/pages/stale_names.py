"""Names in prose that do not exist in the project, although something similar does.

Doubtful ones are left out: the module or class on which a name is looked up has to be known, with all its members; those from other packages
are read in what is installed. What starts with the
name of the project may be something else (a logger, an entry point), if it is neither called nor of a module or class in the package, or if the
source has it as a string.
"""

from __future__ import annotations

import difflib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from sphinx_kwindex.model import MEMBERS, Kind
from sphinx_kwindex.pages.prose_mentions import in_full

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sphinx_kwindex.link.names import MayHave
    from sphinx_kwindex.pages.lookup import Finder
    from sphinx_kwindex.pages.prose_mentions import Pieces
    from sphinx_kwindex.store import Reader

_NAME = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)(?:\(.*\))?")
_OWNERS = frozenset({Kind.CLASS, Kind.EXCEPTION, Kind.MODULE})
_IN_MODULES = frozenset({Kind.MODULE, Kind.CLASS, Kind.EXCEPTION, Kind.FUNCTION, Kind.DATA, Kind.TYPE_ALIAS})

_COMPILED = frozenset({".c", ".cc", ".cpp", ".cxx", ".pyd", ".pyi", ".pyx", ".rs", ".so"})
"""Suffixes of files that may be, or become, a module."""
_LEAST = 0.6
"""How similar a name has to be to one that is there."""


class StaleName(NamedTuple):
    """A name that is not there."""

    owner: str
    """The module or class that lacks it."""
    name: str
    nearest: str = ""
    """In full: what may be meant, if anything."""


class StaleNames:
    """Finds out what names in prose fail to name."""

    def __init__(
        self,
        reader: Reader,
        finder: Finder,
        pieces: Pieces,
        own: Collection[str],
        described: Mapping[str, Sequence[str]],
        *,
        modules: Mapping[str, str],
        may_have: MayHave,
        described_modules: Iterable[str] = (),
    ) -> None:
        self._reader = reader
        self._finder = finder
        self._pieces = pieces
        self._own = own
        self._described = described
        self._modules = modules
        self._may_have = may_have
        self._spelled = reader.texts()[0]
        self._members: dict[str, set[str]] = {}
        self._packages = {row.module.partition(".")[0] for row in reader.roles() if row.path in own}
        paths = (PurePosixPath(row.path) for row in reader.roles())
        self._compiled = {path.stem for path in paths if path.suffix in _COMPILED}
        self._missing_modules = tuple(name for name in described_modules if self.in_code(name) is not None)
        """Those that documents describe."""

    def in_text(self, text: str, context: str, *, is_role: bool) -> StaleName | None:
        """Check a literal, or what a role refers to: unless it is certain what a literal is of, there has to be something near."""
        match = _NAME.fullmatch(text.lstrip("~.!"))
        if match is None or "." not in match[1] or self._is_there(match[1], context):
            return None
        full = in_full(match[1], self._modules)
        if full and self._is_there(full, context):
            return None
        name = full or match[1]
        first = name.partition(".")[0]
        found = (self.in_code(target) for target in self._targets(name, context))
        # Of something that is not there either it may be anything.
        stale = next((stale for stale in found if stale is not None and stale.name != first), None)
        if stale is None or is_role:
            return stale
        is_certain = full or (first in self._packages and ("." in stale.owner or match.end(1) < len(match[0])))
        return stale if (is_certain or stale.nearest) and name not in self._spelled else None

    def in_code(self, target: str) -> StaleName | None:
        """Check what code names."""
        missing = self._finder.missing(in_full(target, self._modules) or target, self._may_have)
        if missing is None or not self._is_own(missing[0]) or self._may_be_made_up(*missing):
            return None
        owner, name = missing
        if "()" in target and self._is_of_subclass(owner, name):
            return None
        return StaleName(owner, name, self._moved(owner, name) or self._similar(owner, name))

    def _is_of_subclass(self, owner: str, name: str) -> bool:
        """Return whether a subclass has a name: what a call gives may be an instance of that."""
        classes = {
            keyword.id.rpartition(".")[0] for keyword in self._reader.keywords(name=name) if keyword.kind in MEMBERS
        }
        return any(owner in self._finder.classes_of(each) for each in classes)

    def _may_be_made_up(self, owner: str, name: str) -> bool:
        """Return whether a module may have a name in other ways: by its `__getattr__`, if a string has it or it is defined below, or compiled."""
        if self._finder.is_module(owner) and name in self._compiled:
            return True
        if not self._finder.is_made_up(f"{owner}.{name}"):
            return False
        below = any(keyword.id.startswith(f"{owner}.") for keyword in self._reader.keywords(name=name))
        return below or name in self._spelled

    def _is_there(self, name: str, context: str) -> bool:
        return bool(self._finder.find(name, context=context).best) or any(
            (known == name or known.endswith(f".{name}")) and not self._is_of_missing(known)
            for known in self._described.get(name.rpartition(".")[2], ())
        )

    def _is_of_missing(self, described: str) -> bool:
        return any(described == name or described.startswith(f"{name}.") for name in self._missing_modules)

    def _targets(self, name: str, context: str) -> Iterator[str]:
        """Yield what a dotted name may mean in full."""
        yield name
        is_outside_module = False
        while context and not is_outside_module:
            is_outside_module = self._finder.is_module(context)
            # Documents may describe what is not there any more, or never was. A module may be called as another project is: `docutils` in `sphinx.util`.
            first = self._finder.find(f"{context}.{name.partition('.')[0]}", tails=False).best
            is_there = is_outside_module or self._finder.find(context, tails=False).best is not None
            if is_there and (first is None or first.kind is not Kind.MODULE):
                yield f"{context}.{name}"
            context = context.rpartition(".")[0]
        head, _, last = name.rpartition(".")
        owner = self._pieces.name(head, described=self._described)
        if owner is not None and owner.kind in _OWNERS:
            yield f"{owner.id}.{last}"

    def _is_own(self, owner: str) -> bool:
        if self._finder.is_module(owner):
            return owner.partition(".")[0] in self._packages
        found = self._finder.find(owner, tails=False).best
        return found is not None and found.path in self._own

    def _moved(self, owner: str, name: str) -> str:
        """Return what has the name elsewhere in the project's own code, if that is one thing, in a module or class as before."""
        kinds = _IN_MODULES if self._finder.is_module(owner) else MEMBERS
        found = {
            keyword.id
            for keyword in self._reader.keywords(name=name)
            if keyword.kind in kinds and keyword.path in self._own and "<locals>" not in keyword.id
        }
        return found.pop() if len(found) == 1 else ""

    def _similar(self, owner: str, name: str) -> str:
        if owner not in self._members:
            self._members[owner] = self._finder.members(owner)
        near = difflib.get_close_matches(name, sorted(self._members[owner]), n=1, cutoff=_LEAST)
        return f"{owner}.{near[0]}" if near else ""
