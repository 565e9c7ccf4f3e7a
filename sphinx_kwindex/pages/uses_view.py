"""Where the keywords of one file are used, for its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sphinx_kwindex.model import UseKind, UseRow
from sphinx_kwindex.pages.addresses import Addresses, use_anchor
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import UseGroup, UseList, UsingFile

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
    """Links to scopes by file and qualified name, for one page: many uses are in the same scopes.

    `home` is a file whose uses of its own keywords are among those to link to; sources have anchors for others' uses.
    """

    def __init__(self, addresses: Addresses, home: str = "") -> None:
        self._addresses = addresses
        self._home = home
        self._links: dict[tuple[str, str], Link] = {}

    def use(self, row: UseRow) -> Link:
        """Return the link to where a scope first uses a keyword, in the source of its file; else to the scope."""
        if not self._is_marked(row):
            return self.link(row.path, row.scope)
        place = use_anchor(row.scope, row.target, is_exact=row.exact)
        return Link(self._addresses.source(row.path), place, text=self._addresses.shown(row.scope))

    def _is_marked(self, row: UseRow) -> bool:
        """Return whether the source of a file has an anchor for the first of such uses."""
        if row.kind is UseKind.OPERATOR or row.path == self._home:
            return False
        return self._addresses.source_parts(row.path) == 1  # on which of several parts it is changes with each line

    def link(self, path: str, qualname: str) -> Link:
        """Return the link to a definition; to the file's page, without text, for the module (an empty name)."""
        found = self._links.get((path, qualname))
        return found or self._links.setdefault((path, qualname), self._addresses.scope_link(path, qualname))


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
        self._files: dict[str, tuple[Link, bool]] = {}

    def use_list(self, files: _Files, target: str = "") -> UseList:
        """List the uses of one keyword; the certain ones, if its id is given."""
        counts = {path: sum(map(len, scopes.values())) for path, scopes in files.items()}
        order = sorted(counts, key=lambda path: (-counts[path], path)) if len(counts) > 1 else counts
        others = [(path, *self._file(path)) for path in order if path != self._path]
        # Tests come last, but a keyword that only tests use lists as many of them.
        project = [path for path, _, is_test in others if not is_test][: self._limit]
        tests = [path for path, _, is_test in others if is_test][: self._limit - len(project)]
        return UseList(
            count=sum(counts.values()),
            own=self._using_file(self._path, files, counts) if self._path in files else None,
            project=tuple([self._using_file(path, files, counts) for path in project]),
            tests=tuple([self._using_file(path, files, counts) for path in tests]),
            more_files=len(others) - len(project) - len(tests),
            all=Link(self._addresses.uses(self._path, target))
            if target and self._path and len(files) > MAX_FILES
            else None,
            candidates=0 if target else _most_candidates(files),
        )

    def _file(self, path: str) -> tuple[Link, bool]:
        """Return the link to a using file, and whether it is a test; many keywords of a page are used by the same."""
        found = self._files.get(path)
        if found is None:
            found = self._files[path] = self._addresses.path_link(path), self._addresses.is_test(path)
        return found

    def _using_file(self, path: str, files: _Files, counts: Mapping[str, int]) -> UsingFile:
        scopes = files[path]
        names = sorted(scopes, key=lambda name: (-len(scopes[name]), name)) if len(scopes) > 1 else list(scopes)
        most = self._own_scopes if path == self._path else MAX_SCOPES
        return UsingFile(
            file=self._file(path)[0],
            count=counts[path],
            groups=tuple([self._group(path, name, scopes[name]) for name in names[:most]]),
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


def _most_candidates(files: _Files) -> int:
    return max(row.candidates for scopes in files.values() for rows in scopes.values() for row in rows)


def _count_kinds(rows: list[UseRow]) -> tuple[tuple[UseKind, int], ...]:
    if len(rows) == 1:
        return ((rows[0].kind, 1),)
    return tuple(sorted(Counter(row.kind for row in rows).items(), key=lambda item: (-item[1], item[0])))
