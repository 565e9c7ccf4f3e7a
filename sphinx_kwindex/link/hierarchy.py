"""The method resolution order of the project's classes (C3), and overrides."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeAlias

from sphinx_kwindex.link.tracking import Tracker

GENERIC = frozenset({":typing.Generic", ":typing_extensions.Generic"})
PROTOCOL = frozenset({":typing.Protocol", ":typing_extensions.Protocol"})
NO_MEMBERS = frozenset({"builtins.object", *(name[1:] for name in GENERIC | PROTOCOL)})
"""Bases that bring nothing that a class of the project would not have anyway."""

_OUTSIDE = dict.fromkeys(PROTOCOL, (":typing.Generic",))
"""Bases of those classes of other packages that `typing` makes the order depend on."""


class Bases(NamedTuple):
    """What the bases of a class were found to be, in order."""

    inside: tuple[str, ...] = ()
    """Ids of classes of the project and, marked by a leading `:`, dotted names of others."""
    unknown: bool = False
    """Some base is unknown."""
    created: tuple[str, ...] = ()
    """The bases that Python creates the class with: `__mro_entries__` of `typing` drops `Generic[T]` at times."""
    is_sure: bool = False
    """Python is certain to create the class with these: nothing is chosen when the program runs."""
    is_replaced: bool = False
    """A decorator may put another class in its place."""


class Lineage(NamedTuple):
    """The method resolution order of a class, itself first."""

    classes: tuple[str, ...]
    """Ids of classes of the project."""
    outside: tuple[str, ...] = ()
    """Dotted names of the classes of other packages."""
    unknown: bool = False
    """Some class of it is unknown."""
    broken: bool = False
    """Python is certain to refuse this class, but none of its bases: they contradict each other, or one is named twice."""


def as_created(bases: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    """Return the bases that `typing` leaves of those in a class statement, each given with whether it is subscripted."""
    written = tuple(bases)
    plain = {name for name, is_subscripted in written if not is_subscripted}
    made = []
    for place, (name, is_subscripted) in enumerate(written):
        if name in GENERIC and is_subscripted:
            is_followed = any(later for _, later in written[place + 1 :])
            if is_followed or not PROTOCOL.isdisjoint(plain):
                continue
        made.append(name)
    return tuple(made)


class Hierarchy:
    """Orders of inheritance, each computed once."""

    def __init__(self, bases: Callable[[str], Bases], tracker: Tracker) -> None:
        self._bases = bases
        self._tracker = tracker
        self._merges: _Merges = {}

    def bases(self, class_id: str) -> Bases:
        """Return the direct bases of a class."""
        return self._tracker.ask(("bases", class_id), lambda: self._bases(class_id), Bases())

    def line(self, class_id: str) -> Lineage:
        """Return the method resolution order of a class."""
        return self._tracker.ask(("line", class_id), lambda: self._work_out(class_id), Lineage((class_id,)))

    def _work_out(self, class_id: str) -> Lineage:
        reached = self._reach(class_id)
        names, refused = _Orders({name: bases.created for name, bases in reached.items()}, self._merges).of(class_id)
        return Lineage(
            tuple(name for name in names if not name.startswith(":")),
            tuple(name[1:] for name in names if name.startswith(":") and name[1:] not in NO_MEMBERS),
            any(bases.unknown for bases in reached.values()),
            refused and _is_sure(class_id, reached),
        )

    def _reach(self, class_id: str) -> dict[str, Bases]:
        reached: dict[str, Bases] = {}
        queue = [class_id]
        while queue:
            name = queue.pop()
            if name not in reached and not name.startswith(":"):
                reached[name] = self.bases(name)
                queue.extend(reached[name].created)
        return reached


def _is_sure(class_id: str, reached: Mapping[str, Bases]) -> bool:
    """Return whether the classes that a class comes from are certain to refuse it.

    Without what only `typing` brings in, so that nothing hangs on the finer points of how it does.
    """
    if not all(bases.is_sure for bases in reached.values()):
        return False
    if any(bases.is_replaced for name, bases in reached.items() if name != class_id):
        return False
    plain = {
        name: tuple(base for base in bases.created if base not in GENERIC | PROTOCOL) for name, bases in reached.items()
    }
    return _Orders(plain).of(class_id)[1]


_Merges: TypeAlias = "dict[tuple[object, ...], tuple[tuple[tuple[str, ...] | None, ...], tuple[str, ...], bool]]"
"""Merges that were made before: orders of the bases, the result, and whether it is a proper one."""


class _Orders:
    """C3 over a closed table of bases; classes of other packages are leaves."""

    def __init__(self, bases: Mapping[str, tuple[str, ...]], merges: _Merges | None = None) -> None:
        self._table = {**_OUTSIDE, **bases}
        self._known: dict[str, tuple[str, ...]] = {}
        self._merges = {} if merges is None else merges

    def of(self, name: str) -> tuple[tuple[str, ...], bool]:
        """Return the order for a class, and whether Python refuses it although it takes all its bases."""
        refused: set[str] = set()
        for each in self._bottom_up(name):
            if not self._take(each):
                refused.add(each)
        return self._known[name], refused == {name}

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

    def _take(self, name: str) -> bool:
        """Compute the order of a class whose bases are known; tell whether it is a proper one.

        The same bases with the same orders are merged once, however many classes come from this one: compared by
        identity, as comparing long orders takes as long as merging them.
        """
        bases = self._table.get(name, ())
        orders = tuple(map(self._known.get, bases))
        key = (name, bases, *map(id, orders))
        if key not in self._merges:
            self._merges[key] = (orders, *self._order(name, bases))  # the orders as well: their identities stay theirs
        _, self._known[name], is_proper = self._merges[key]
        return is_proper

    def _order(self, name: str, bases: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
        # A class that comes from itself: what is missing here is the name of something else that hides it.
        known = [self._known[base] for base in bases if base in self._known and name not in self._known[base]]
        is_circle = len(known) < len(bases)
        merged, is_proper = _merge([*known, tuple(dict.fromkeys(base for base in bases if base != name))])
        order = (name, *(each for each in merged if each != name))
        return order, is_circle or (is_proper and len(set(bases)) == len(bases))


def _merge(sequences: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], bool]:
    """Merge orders as C3 does; where they contradict each other, the earlier ones win."""
    rest = [deque(sequence) for sequence in sequences if sequence]
    if len(rest) == 2 and len(rest[1]) == 1:
        return tuple(rest[0]), True
    in_tails = Counter(name for sequence in rest for name in islice(sequence, 1, None))
    merged: dict[str, None] = {}
    is_proper = True
    while rest:
        head = next((sequence[0] for sequence in rest if not in_tails[sequence[0]]), None)
        if head is None:
            head, is_proper = rest[0][0], False
        merged[head] = None
        for sequence in rest:
            while sequence and sequence[0] in merged:
                sequence.popleft()
                if sequence:
                    in_tails[sequence[0]] -= 1
        rest = [sequence for sequence in rest if sequence]
    return tuple(merged), is_proper
