"""The order in which the classes of the project inherit (C3), and what overrides what."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from sphinx_kwindex.link.tracking import Tracker

NO_MEMBERS = frozenset(
    {"builtins.object", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol", "typing_extensions.Generic"}
)
"""Bases that bring nothing that a class of the project would not have anyway."""


class Bases(NamedTuple):
    """What the bases of a class were found to be, in order."""

    inside: tuple[str, ...] = ()
    """Ids of classes of the project and, marked by a leading `:`, dotted names of others."""
    unknown: bool = False
    """Some base could not be told."""


class Line(NamedTuple):
    """The method resolution order of a class, itself first."""

    classes: tuple[str, ...]
    """Ids of classes of the project."""
    outside: tuple[str, ...] = ()
    """Dotted names of the classes of other packages."""
    unknown: bool = False
    """Some class of it could not be told."""
    broken: bool = False
    """There is no consistent order (or the class inherits from itself): a depth-first one is given instead."""

    @property
    def is_closed(self) -> bool:
        """Tell whether all members of the class are the project's."""
        return not self.outside and not self.unknown


class Hierarchy:
    """Orders of inheritance, each worked out once."""

    def __init__(self, bases: Callable[[str], Bases], tracker: Tracker) -> None:
        self._bases = bases
        self._tracker = tracker

    def bases(self, class_id: str) -> Bases:
        """Return the direct bases of a class."""
        return self._tracker.ask(("bases", class_id), lambda: self._bases(class_id), Bases())

    def line(self, class_id: str) -> Line:
        """Return the method resolution order of a class."""
        return self._tracker.ask(("line", class_id), lambda: self._work_out(class_id), Line((class_id,)))

    def _work_out(self, class_id: str) -> Line:
        reached = self._reach(class_id)
        order = _Orders({name: bases.inside for name, bases in reached.items()})
        names, broken = order.of(class_id)
        return Line(
            tuple(name for name in names if not name.startswith(":")),
            tuple(name[1:] for name in names if name.startswith(":") and name[1:] not in NO_MEMBERS),
            any(bases.unknown for bases in reached.values()),
            broken,
        )

    def _reach(self, class_id: str) -> dict[str, Bases]:
        reached: dict[str, Bases] = {}
        queue = [class_id]
        while queue:
            name = queue.pop()
            if name not in reached and not name.startswith(":"):
                reached[name] = self.bases(name)
                queue.extend(reached[name].inside)
        return reached


class _Orders:
    """C3 over a closed table of bases; classes of other packages are leaves."""

    def __init__(self, bases: dict[str, tuple[str, ...]]) -> None:
        self._table = bases
        self._known: dict[str, tuple[tuple[str, ...], bool]] = {}

    def of(self, name: str) -> tuple[tuple[str, ...], bool]:
        """Return the order for a class, and whether it had to be made up."""
        for each in self._bottom_up(name):
            if each not in self._known:
                self._known[each] = self._merge_bases(each)
        return self._known[name]

    def _bottom_up(self, name: str) -> list[str]:
        """Return the classes that a class comes from, bases first, itself last; without recursion."""
        done: dict[str, None] = {}
        stack: list[tuple[str, bool]] = [(name, False)]
        entered: set[str] = set()
        while stack:
            each, is_left = stack.pop()
            if is_left:
                done[each] = None
            elif each not in entered:
                entered.add(each)
                stack.append((each, True))
                stack.extend((base, False) for base in reversed(self._table.get(each, ())))
        return list(done)

    def _merge_bases(self, name: str) -> tuple[tuple[str, ...], bool]:
        bases = self._table.get(name, ())
        known = [self._known[base] for base in bases if base in self._known]
        merged = _merge([*(order for order, _ in known), bases])
        if merged is None or len(known) < len(bases) or name in merged or len(set(bases)) < len(bases):
            return self._depth_first(name), True
        return (name, *merged), any(broken for _, broken in known)

    def _depth_first(self, name: str) -> tuple[str, ...]:
        seen: dict[str, None] = {}
        stack = [name]
        while stack:
            each = stack.pop()
            if each not in seen:
                seen[each] = None
                stack.extend(reversed(self._table.get(each, ())))
        return tuple(seen)


def _merge(sequences: Iterable[Sequence[str]]) -> tuple[str, ...] | None:
    """Merge orders as C3 does; None where they contradict each other."""
    rest = [deque(sequence) for sequence in sequences if sequence]
    if len(rest) == 2 and len(rest[1]) == 1:
        return tuple(rest[0])
    in_tails = Counter(name for sequence in rest for name in list(sequence)[1:])
    merged: list[str] = []
    while rest:
        head = next((sequence[0] for sequence in rest if not in_tails[sequence[0]]), None)
        if head is None:
            return None
        merged.append(head)
        for sequence in rest:
            if sequence[0] == head:
                sequence.popleft()
                in_tails.subtract(list(sequence)[:1])
        rest = [sequence for sequence in rest if sequence]
    return tuple(merged)
