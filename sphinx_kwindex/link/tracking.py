"""Answers that are worked out once, know what they rest on, and do not run in circles.

Names of a project refer to each other freely: `a = b.x`, `b = a.y`, a class whose base is an attribute of its own
subclass. An answer that depends on itself starts as empty and is worked out again until nothing changes, so that it does
not matter which name of the circle is asked for first. Each answer keeps the set of module names that it went through:
an edit of any other file cannot change it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

MAX_DEPTH = 48
"""Questions within questions; what lies deeper counts as unknown."""
MAX_ROUNDS = 5
"""How often the names of one circle are gone through."""

_FREE = 1 << 30
_TOO_DEEP = -1


class Answer(NamedTuple):
    """A result, what it rests on, and the level of the outermost running question that it waits for."""

    value: Any
    touched: frozenset[str]
    waits_for: int = _FREE


class Tracker:
    """Runs questions, keeps their answers, and notes what the running one touches."""

    def __init__(self) -> None:
        self.touched: set[str] = set()
        self._final: dict[Hashable, Answer] = {}
        self._round: dict[Hashable, Answer] = {}
        """Answers of the circle that is being gone through; good until its next round."""
        self._last: dict[Hashable, Any] = {}
        """What the names of the circle were found to be so far."""
        self._running: dict[Hashable, int] = {}
        self._waits_for = _FREE
        self._changed = False
        self._sets: dict[frozenset[str], frozenset[str]] = {}

    def forget(self) -> None:
        """Let go of all answers."""
        self._final.clear()
        self._sets.clear()

    def ask(self, key: Hashable, work: Callable[[], T], empty: T) -> T:
        """Return the answer to the question that `key` names, found by `work`; `empty` while it is being found."""
        answer = self._final.get(key) or self._round.get(key)
        if answer is not None:
            self.touched |= answer.touched
            self._waits_for = min(self._waits_for, answer.waits_for)
            return answer.value  # type: ignore[no-any-return]
        if key in self._running:
            self._waits_for = min(self._waits_for, self._running[key])
            return self._last.get(key, empty)  # type: ignore[no-any-return]
        if len(self._running) >= MAX_DEPTH:
            self._waits_for = _TOO_DEEP
            return empty
        return self._find(key, work, empty)

    def intern(self, names: set[str]) -> frozenset[str]:
        """Return a set that is shared by all who touched the same modules."""
        frozen = frozenset(names)
        return self._sets.setdefault(frozen, frozen)

    def _find(self, key: Hashable, work: Callable[[], T], empty: T) -> T:
        outer_touched, outer_waits, level = self.touched, self._waits_for, len(self._running)
        self.touched, self._waits_for = set(), _FREE
        self._running[key] = level
        try:
            value = work()
            if self._waits_for == level:
                value = self._repeat(key, value, work, empty)
            self._keep(key, level, value, empty)
        finally:
            del self._running[key]
            outer_touched |= self.touched
            self.touched, self._waits_for = outer_touched, min(outer_waits, self._waits_for)
            if level == 0:
                self._round.clear()
                self._last.clear()
                self._waits_for = _FREE
        return value

    def _repeat(self, key: Hashable, value: T, work: Callable[[], T], empty: T) -> T:
        """Go round the circle whose first question is `key` until its answers stand."""
        level, outer_changed = self._running[key], self._changed
        for _ in range(MAX_ROUNDS):
            stands = value == self._last.get(key, empty)
            if stands and not self._changed:
                break
            self._changed, self._last[key] = False, value
            for name in self._waiting(level):
                del self._round[name]
            value = work()
            if self._waits_for < level:
                break
        self._changed = outer_changed
        return value

    def _keep(self, key: Hashable, level: int, value: object, empty: object) -> None:
        """Make an answer final, with those that waited for it alone; or keep it for this round."""
        if self._waits_for >= level:
            waiting = self._waiting(level)
            for name in waiting:
                self.touched |= self._round[name].touched
            touched = self.intern(self.touched)
            for name in waiting:
                self._final[name] = Answer(self._round.pop(name).value, touched)
                self._last.pop(name, None)
            self._final[key] = Answer(value, touched)
            self._last.pop(key, None)
            self._waits_for = _FREE
            return
        for name in self._waiting(level):
            self._round[name] = self._round[name]._replace(waits_for=self._waits_for)
        self._round[key] = Answer(value, self.intern(self.touched), self._waits_for)
        if value != self._last.get(key, empty):
            self._changed, self._last[key] = True, value

    def _waiting(self, level: int) -> list[Hashable]:
        if not self._round:
            return []
        return [name for name, answer in self._round.items() if answer.waits_for >= level]
