"""Where the keywords of one file are used, as its page lists it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sphinx_kwindex.model import UseKind, UseRow
from sphinx_kwindex.pages.addresses import Addresses, anchor, use_anchor
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import UseGroup, UseList, UsingFile
from sphinx_kwindex.store import Reader

MAX_FILES = 50
"""Using files that one keyword lists; what more files use has a page of its own."""
MIN_FILES = 10
"""Using files that a keyword lists however many there are on the page."""
PAGE_BUDGET = 1_000
"""Using files that one page lists in all; where there are more, each keyword lists fewer."""
MAX_SCOPES = 8
"""Scopes that one using file lists."""
MAX_LINES = 12
"""Lines of the page's own file that one scope lists."""
MIN_OWN = 2
"""Scopes, and lines of each, that a keyword lists of its own file however many there are on the page."""
OWN_BUDGET = 600
"""Scopes of its own file that one page lists in all; where there are more, each keyword lists fewer."""


class KeywordUses(NamedTuple):
    """The uses of one keyword: certain ones, matches by name, and what operators make of it."""

    exact: UseList | None = None
    guesses: UseList | None = None
    files: int = 0
    """Files with certain uses."""
    operators: UseList | None = None


NO_USES = KeywordUses()


class ScopeLinks:
    """Links to scopes by file and qualified name; remembers where the definitions of long files stand.

    `home` is a file whose uses of its own keywords are among those to link to; sources have anchors for others' uses.
    """

    def __init__(self, reader: Reader, addresses: Addresses, home: str = "") -> None:
        self._reader = reader
        self._addresses = addresses
        self._home = home
        self._positions: dict[str, dict[str, int]] = {}

    def use(self, row: UseRow) -> Link:
        """Return the link to where a scope first uses a keyword, in the source of its file; else to the scope."""
        if not self._is_marked(row):
            return self.link(row.path, row.scope)
        place = use_anchor(row.scope, row.target, is_exact=row.exact)
        return Link(self._addresses.source(row.path), place, text=self._addresses.shown(row.scope))

    def _is_marked(self, row: UseRow) -> bool:
        """Tell whether the source of a file has an anchor for the first of such uses."""
        if row.kind is UseKind.OPERATOR or row.path == self._home:
            return False
        return self._addresses.source_parts(row.path) == 1  # on which of several parts it is changes with each line

    def link(self, path: str, qualname: str) -> Link:
        """Return the link to a definition; to the file's page, without text, for the module (an empty name)."""
        shown = self._addresses.shown(qualname)
        docname = self._addresses.keyword(path, self._position(path, shown))
        return Link(docname=docname, anchor=self._addresses.anchor_on(path, anchor(shown)), text=shown)

    def _position(self, path: str, qualname: str) -> int:
        if self._addresses.part_count(path) == 1:
            return 0
        if path not in self._positions:
            facts = self._reader.facts(path)
            found = enumerate(facts.definitions if facts else ())
            self._positions[path] = {item.qualname: place for place, item in found}
        return self._positions[path].get(qualname, 0)


_Scopes = dict[str, list[UseRow]]
_Files = dict[str, _Scopes]


def gather_uses(
    rows: Iterable[UseRow], path: str, addresses: Addresses, scopes: ScopeLinks, limit: int = 0
) -> dict[str, KeywordUses]:
    """Return the uses of each keyword (by id) of the file `path`; a list has `limit` files at most, with 0 as many as fit."""
    exact: dict[str, _Files] = {}
    guesses: dict[str, _Files] = {}
    operators: dict[str, _Files] = {}
    for row in rows:
        table = operators if row.kind is UseKind.OPERATOR else exact if row.exact else guesses
        files = table.setdefault(row.target, {})
        files.setdefault(row.path, {}).setdefault(addresses.shown(row.scope), []).append(row)
    tables = exact, guesses, operators
    lister = _Lister(path, addresses, scopes, limit or _file_limit(*tables), _own_limits(path, *tables))
    return {
        target: KeywordUses(
            lister.use_list(exact[target], target) if target in exact else None,
            lister.use_list(guesses[target]) if target in guesses else None,
            len(exact.get(target, ())),
            lister.use_list(operators[target]) if target in operators else None,
        )
        for target in sorted(exact.keys() | guesses.keys() | operators.keys())
    }


def _file_limit(*tables: Mapping[str, _Files]) -> int:
    total = sum(min(len(files), MAX_FILES) for table in tables for files in table.values())
    return _share(total, PAGE_BUDGET, MAX_FILES, MIN_FILES)


def _own_limits(path: str, *tables: Mapping[str, _Files]) -> tuple[int, int]:
    """Return how many scopes of the page's own file one keyword lists, and how many lines of each."""
    own = (len(files[path]) for table in tables for files in table.values() if path in files)
    total = sum(min(count, MAX_SCOPES) for count in own)
    return _share(total, OWN_BUDGET, MAX_SCOPES, MIN_OWN), _share(total, OWN_BUDGET, MAX_LINES, MIN_OWN)


def _share(total: int, budget: int, most: int, least: int) -> int:
    return most if total <= budget else max(least, most * budget // total)


class _Lister:
    """Puts uses into lists, for one page."""

    def __init__(
        self, path: str, addresses: Addresses, scopes: ScopeLinks, limit: int, own_limits: tuple[int, int]
    ) -> None:
        self._path = path
        self._addresses = addresses
        self._scopes = scopes
        self._limit = limit
        self._own_scopes, self._own_lines = own_limits

    def use_list(self, files: _Files, target: str = "") -> UseList:
        """List the uses of one keyword; the certain ones, if its id is given."""
        counts = {path: sum(map(len, scopes.values())) for path, scopes in files.items()}
        order = sorted(counts, key=lambda path: (-counts[path], path))
        others = [path for path in order if path != self._path]
        # Tests come last, but a keyword that only tests use lists as many of them.
        shown = sorted(others, key=self._addresses.is_test)[: self._limit]
        return UseList(
            count=sum(counts.values()),
            own=self._using_file(self._path, files[self._path]) if self._path in files else None,
            project=tuple(self._using_file(p, files[p]) for p in shown if not self._addresses.is_test(p)),
            tests=tuple(self._using_file(p, files[p]) for p in shown if self._addresses.is_test(p)),
            more_files=len(others) - len(shown),
            all=Link(self._addresses.uses(self._path, target))
            if target and self._path and len(files) > MAX_FILES
            else None,
            candidates=max(row.candidates for scopes in files.values() for rows in scopes.values() for row in rows),
        )

    def _using_file(self, path: str, scopes: _Scopes) -> UsingFile:
        names = sorted(scopes, key=lambda name: (-len(scopes[name]), name))
        most = self._own_scopes if path == self._path else MAX_SCOPES
        return UsingFile(
            file=self._addresses.path_link(path),
            count=sum(map(len, scopes.values())),
            groups=tuple(self._group(path, name, scopes[name]) for name in names[:most]),
            more=max(0, len(names) - most),
        )

    def _group(self, path: str, scope: str, rows: list[UseRow]) -> UseGroup:
        is_own = path == self._path
        lines = sorted({row.line for row in rows}) if is_own else []
        return UseGroup(
            scope=self._scopes.link(path, scope) if is_own else self._scopes.use(rows[0]),
            kinds=_count_kinds(rows),
            lines=tuple(lines[: self._own_lines]),
            more_lines=max(0, len(lines) - self._own_lines),
        )


def _count_kinds(rows: list[UseRow]) -> tuple[tuple[UseKind, int], ...]:
    if len(rows) == 1:
        return ((rows[0].kind, 1),)
    return tuple(sorted(Counter(row.kind for row in rows).items(), key=lambda item: (-item[1], item[0])))
