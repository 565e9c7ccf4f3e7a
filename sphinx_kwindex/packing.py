"""Uses packed as rows of numbers; only this module knows the layout of a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

import msgspec

from sphinx_kwindex.model import PackedUses, References

_REFERENCE = 6
"""Numbers of a row of `References`: target, name, line, column, kind, scope."""
_USE = 7
"""Numbers of a row of `PackedUses`: target, name, scope, line, column, kind, candidates."""

ReferenceRow = tuple[int, int, int, int, int, int]
UseRowNumbers = tuple[int, int, int, int, int, int, int]


class Use(NamedTuple):
    """One token that refers to something; `target` is symbolic until it is linked."""

    line: int
    col: int
    name: str
    """The token as written."""
    kind: int
    """A `UseKind`."""
    scope: int
    """Position of the enclosing definition in the file's list (0: the module)."""
    target: str


MANY_DOUBTS = 2
"""So many conditions, and more, count as one number."""


def pack_references(uses: Iterable[tuple[int, int, str, int, int, str]], doubts: Iterable[int] = ()) -> References:
    """Pack the uses of one file (each as `Use` has it) in source order, each once.

    `doubts` has the number of conditions of each use, for the first uses or for all.
    """
    targets: dict[str, int] = {}
    names: dict[str, int] = {}
    packed: list[int] = []
    rows = list(uses)
    doubted = dict.fromkeys(rows, 0)
    for use, number in zip(rows, doubts, strict=False):
        if number:
            doubted[use] = min(number, MANY_DOUBTS)
    order = sorted(doubted)
    for line, column, name, kind, scope, target in order:
        packed += (
            targets.setdefault(target, len(targets)), names.setdefault(name, len(names)), line, column, kind, scope
        )  # fmt: skip
    is_doubtful = bytes(map(doubted.__getitem__, order))
    return References(
        targets=tuple(targets), names=tuple(names), rows=tuple(packed), doubts=is_doubtful if any(is_doubtful) else b""
    )


def reference_rows(references: References) -> Iterator[ReferenceRow]:
    """Return (position of the target, position of the name, line, column, kind, scope) of each use, in source order."""
    numbers = iter(references.rows)
    return zip(*[numbers] * _REFERENCE, strict=True)


def rows_of(references: References, targets: Collection[int]) -> Iterator[ReferenceRow]:
    """Return the rows of the uses of some targets (positions), without a look at the others."""
    rows = references.rows
    for number, target in enumerate(rows[::_REFERENCE] if targets else ()):
        if target in targets:
            at = _REFERENCE * number
            yield rows[at : at + _REFERENCE]  # type: ignore[misc]  # not known to be of this length


def use_rows(packed: PackedUses) -> Iterator[UseRowNumbers]:
    """Return (target, name, scope, line, column, kind, candidates) of each use; see `PackedUses`."""
    numbers = iter(packed.rows)
    return zip(*[numbers] * _USE, strict=True)


def without_places(packed: PackedUses) -> PackedUses:
    """Return uses in the same order without lines and columns."""
    rows = ((*row[:3], *row[5:]) for row in use_rows(packed))
    return msgspec.structs.replace(packed, rows=tuple(chain.from_iterable(rows)))


def exact_targets(packed: PackedUses) -> Iterator[int]:
    """Return the position of the target of each exact use."""
    rows = packed.rows
    return (target for target, candidates in zip(rows[::_USE], rows[_USE - 1 :: _USE], strict=True) if candidates == 1)


REPLACED = -1
"""In place of a number of conditions: the function names the other in a string, as in `patch("pkg.f")`, and so may replace it."""


DECORATED, DECORATED_BY_CALL = -2, -3
"""The same where a function has the other as a decorator, `@other` or `@other(...)`: what that returns may run in its place."""


PERHAPS = 3
"""Added to a number of conditions where it is not certain that the function runs the other, which an attribute holds."""


NAMED = 6
"""The same where the function names the other without running it: passes a class or function on, or returns it."""


def guessed_targets(packed: PackedUses) -> set[int]:
    """Return the positions of the targets that are possible matches."""
    rows = packed.rows
    return {target for target, candidates in zip(rows[::_USE], rows[_USE - 1 :: _USE], strict=True) if candidates != 1}


class Pack:
    """The uses of one target file while they are gathered."""

    __slots__ = (
        "calls",
        "examples",
        "mentions",
        "named",
        "names",
        "passed",
        "reaches",
        "rows",
        "runs",
        "scopes",
        "targets",
        "within",
    )

    def __init__(self) -> None:
        self.targets: dict[str, int] = {}
        self.names: dict[str, int] = {}
        self.scopes: dict[str, int] = {}
        self.rows: list[int] = []
        self.examples: list[tuple[int, str]] = []
        self.calls: dict[str, int] = {}
        """How often a target is called, exactly."""
        self.reaches: dict[str, int] = {}
        """How often a target is looked up on an object, exactly."""
        self.within: dict[str, int] = {}
        """How often it is so in a class that has it."""
        self.passed: dict[tuple[str, str], int] = {}
        """How often (a target is called with, a keyword argument of some name)."""
        self.mentions: set[tuple[str, str]] = set()
        """(Target, qualified name of a definition whose docstring mentions it)."""
        self.runs: dict[tuple[str, str], int] = {}
        """The (qualified name of a function, target that it runs), with the conditions over the surest place that does so."""
        self.named: dict[tuple[str, str], int] = {}
        """The same of what it names without running it."""

    def add(self, target: str, name: str, scope: str, place: tuple[int, int, int, int], example: str = "") -> None:
        """Add one use; `place` is its line, column, kind and 1 less the number of keywords that a guess may mean (1: exact)."""
        if example:
            self.examples.append((len(self.rows) // _USE, example))
        targets, names, scopes = self.targets, self.names, self.scopes
        self.rows += (
            targets.setdefault(target, len(targets)),
            names.setdefault(name, len(names)),
            scopes.setdefault(scope, len(scopes)),
            *place,
        )

    def sort(self) -> None:
        """Bring the uses in order of place."""
        rows = [self.rows[at : at + _USE] for at in range(0, len(self.rows), _USE)]
        order = sorted(range(len(rows)), key=lambda at: rows[at][3:5])
        self.rows = [number for at in order for number in rows[at]]
        places = {old: new for new, old in enumerate(order)}
        self.examples = sorted((places[at], text) for at, text in self.examples)

    def packed(self, path: str) -> PackedUses:
        """Return the record for the store; `path` is the target file."""
        return PackedUses(
            path=path,
            targets=tuple(self.targets),
            names=tuple(self.names),
            scopes=tuple(self.scopes),
            rows=tuple(self.rows),
            examples=tuple(self.examples),
            calls=_in_order(self.targets, self.calls),
            reaches=_in_order(self.targets, self.reaches),
            within=_in_order(self.targets, self.within),
            passed=tuple((target, name, count) for (target, name), count in sorted(self.passed.items())),
            mentions=tuple(sorted(self.mentions)),
            runs=tuple((caller, self.targets[target], doubts) for (caller, target), doubts in sorted(self._all_runs())),
        )

    def _all_runs(self) -> Iterator[tuple[tuple[str, str], int]]:
        return chain(self.runs.items(), ((key, number + NAMED) for key, number in self.named.items()))


def _in_order(targets: Iterable[str], counts: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(counts.get(target, 0) for target in targets) if counts else ()
