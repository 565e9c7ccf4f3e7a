"""Answers that are worked out once, know what they rest on, and are the same in whatever order questions are asked.

Names of a project refer to each other freely: `a = b.x`, `b = a.y`, a class whose base is an attribute of its own
subclass. Three rules keep the answers independent of what was asked before, and of how deep the questions go:

- A question that lies too deep for Python's stack interrupts those around it. It is answered first, then they are asked
  again; what was found meanwhile is remembered. So there is no depth beyond which answers are cut.
- Questions that wait for each other (a strongly connected component, found as Tarjan does) are answered together: each
  starts as empty, and all are worked out again until nothing changes, or `MAX_ROUNDS` times.
- They are always worked out from the same one of them, whichever was asked first. The others become final with it.

Each answer keeps its basis: the keys of all that it went through. An edit of anything else cannot change it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

MAX_NESTING = 40
"""Questions within questions on Python's stack; deeper ones are answered first. Not a limit for answers."""
MAX_ROUNDS = 5
"""How often the questions of one circle are gone through."""

_FREE = 1 << 60
_FEW = 24
"""Keys that are copied from one basis to another: going through many small ones takes longer."""


class Basis:
    """What an answer rests on: keys of facts, and the bases of other answers."""

    __slots__ = ("below", "keys")

    def __init__(self, keys: tuple[int, ...], below: tuple[Basis, ...]) -> None:
        self.keys = keys
        self.below = below


def keys_of(bases: Iterable[Basis]) -> set[int]:
    """Return all keys that some answers rest on."""
    keys: set[int] = set()
    todo = list(bases)
    seen = set(todo)
    while todo:
        basis = todo.pop()
        keys.update(basis.keys)
        fresh = [each for each in basis.below if each not in seen]
        seen.update(fresh)
        todo += fresh
    return keys


class Answer(NamedTuple):
    """A result, and what it rests on."""

    value: Any
    basis: Basis


class _Question(NamedTuple):
    """What is asked, how to find the answer, and the answer before anything is known."""

    key: Hashable
    work: Callable[[], Any]
    empty: Any


class _OpenQuestion:
    """A question that is being worked on."""

    __slots__ = ("lowest", "number", "parts", "question", "rounds", "start", "value")

    def __init__(self, question: _Question, number: int, start: int) -> None:
        self.question = question
        self.number = number
        """Questions are numbered as they come up."""
        self.start = start
        """How many questions waited for others before this one."""
        self.lowest = _FREE
        """The first of the open questions that this one depends on."""
        self.rounds = 0
        self.parts: set[int | Basis] = set()
        self.value: Any = None


class _Interrupted(Exception):
    """Another question has to be answered before those that are being worked on."""

    def __init__(self, question: _Question) -> None:
        super().__init__(question.key)
        self.question = question


class _TooDeep(_Interrupted):
    """It lies below the others, and may depend on them."""


class _Elsewhere(_Interrupted):
    """It is the one from which a circle is worked out, whatever was asked first."""


class _Pass:
    """Questions that are open together, from one that nothing else waits for."""

    def __init__(self, question: _Question) -> None:
        self.todo = [(question, 0)]
        """Questions that interrupted the one before, each with the number of questions that were running then."""
        self.running: dict[Hashable, _OpenQuestion] = {}
        self.interrupted: dict[Hashable, _OpenQuestion] = {}
        self.waiting: list[_OpenQuestion] = []
        """Questions that are answered but for those they wait for."""
        self.found: dict[Hashable, _OpenQuestion] = {}
        """The same by key."""
        self.last: dict[Hashable, Any] = {}
        """What the questions of a circle were found to be in the last round."""


class Tracker:
    """Runs questions, keeps their answers, and notes what the running one touches."""

    def __init__(self) -> None:
        self._final: dict[Hashable, Answer] = {}
        self._shared: dict[tuple[int, ...], Basis] = {}
        self._outermost = _OpenQuestion(_Question("", lambda: None, None), -1, 0)
        self._frame = self._outermost
        self._pass: _Pass | None = None
        self._depth = 0
        self._count = 0
        self._roots: set[Hashable] = set()
        """Questions from which circles are being worked out."""

    def forget(self) -> None:
        """Let go of all answers."""
        self._final.clear()
        self._shared.clear()

    def touch(self, key: int) -> None:
        """Note that the running question read a fact, or found that there is none."""
        self._frame.parts.add(key)

    def rest_on(self, basis: Basis) -> None:
        """Note that the running question uses an answer that was recorded."""
        self._frame.parts.add(basis)

    def record(self, work: Callable[[], T]) -> tuple[T, Basis]:
        """Run something that asks questions; return its result, and what it rests on."""
        outer, self._frame = self._frame, _OpenQuestion(self._outermost.question, -1, 0)
        try:
            value = work()
            return value, self._basis(self._frame.parts)
        finally:
            self._frame = outer

    def ask(self, key: Hashable, work: Callable[[], T], empty: T) -> T:
        """Return the answer to the question that `key` names, found by `work`; `empty` while it is being found."""
        answer = self._final.get(key)
        if answer is not None:
            self._frame.parts.add(answer.basis)
            return answer.value  # type: ignore[no-any-return]
        now = self._pass
        if now is None:
            return self._start(_Question(key, work, empty))  # type: ignore[no-any-return]
        other = now.found.get(key)
        if other is not None:
            self._frame.lowest = min(self._frame.lowest, other.number)
            return other.value  # type: ignore[no-any-return]
        other = now.running.get(key)
        if other is not None:
            self._frame.lowest = min(self._frame.lowest, other.number)
            return now.last.get(key, empty)  # type: ignore[no-any-return]
        if self._depth >= MAX_NESTING:
            raise _TooDeep(_Question(key, work, empty))
        return self._find(now, _Question(key, work, empty))  # type: ignore[no-any-return]

    def _start(self, question: _Question) -> Any:
        """Answer a question that no other one waits for, and first those that interrupt it."""
        outer = self._frame
        passes = [_Pass(question)]
        try:
            while passes:
                self._go_on(passes)
        finally:
            self._pass, self._frame, self._depth = None, outer, 0
            self._roots.clear()
        answer = self._final[question.key]
        outer.parts.add(answer.basis)
        return answer.value

    def _go_on(self, passes: list[_Pass]) -> None:
        """Work on the newest question of the newest pass until it is answered or interrupted."""
        self._pass = now = passes[-1]
        question, count = now.todo[-1]
        for key in list(now.running)[count:]:
            # An interrupted one. It is asked again, and then finds what was missing.
            del now.running[key]
        try:
            self._find(now, question)
        except _TooDeep as interrupt:
            now.todo.append((interrupt.question, len(now.running)))
        except _Elsewhere as interrupt:
            self._roots.add(interrupt.question.key)
            passes.append(_Pass(interrupt.question))
        else:
            now.todo.pop()
            if not now.todo:
                self._roots.discard(question.key)
                passes.pop()

    def _find(self, now: _Pass, question: _Question) -> Any:
        """Work on a question, from its beginning also if it was interrupted before."""
        key = question.key
        frame = now.interrupted.pop(key, None)
        if frame is None:
            self._count += 1
            frame = _OpenQuestion(question, self._count, len(now.waiting))
        outer = self._frame
        now.running[key] = self._frame = frame
        self._depth += 1
        try:
            value = self._work_out(now, frame)
        except _Interrupted:
            now.interrupted[key] = frame
            raise
        finally:
            self._depth -= 1
            self._frame = outer
        del now.running[key]
        if frame.lowest < frame.number:
            outer.lowest = min(outer.lowest, frame.lowest)
        else:
            outer.parts.add(self._final[key].basis)
        return value

    def _work_out(self, now: _Pass, frame: _OpenQuestion) -> Any:
        """Find an answer; make it final with those that wait for it alone, or keep it until what it waits for is final."""
        key = frame.question.key
        while True:
            frame.value = value = frame.question.work()
            if frame.lowest < frame.number:
                now.waiting.append(frame)
                now.found[key] = frame
                return value
            if frame.lowest == _FREE and len(now.waiting) == frame.start:
                self._final[key] = Answer(value, self._basis(frame.parts))
                return value
            circle = self._take_circle(now, frame)
            if frame.rounds >= MAX_ROUNDS or all(
                now.last.get(one.question.key, one.question.empty) == one.value for one in circle
            ):
                basis = self._basis({*keys_of([self._basis(frame.parts)])})
                for one in circle:
                    self._final[one.question.key] = Answer(one.value, basis)
                    now.last.pop(one.question.key, None)
                return value
            now.last.update((one.question.key, one.value) for one in circle)
            frame.rounds += 1

    def _take_circle(self, now: _Pass, frame: _OpenQuestion) -> list[_OpenQuestion]:
        """Return the questions of the circle that a question is the first of; raise if another one should be that."""
        circle = [frame, *now.waiting[frame.start :]]
        del now.waiting[frame.start :]
        for one in circle[1:]:
            del now.found[one.question.key]
            frame.parts |= one.parts
        frame.lowest = _FREE
        if frame.rounds == 0 and len(circle) > 1:
            first = min((one.question for one in circle), key=lambda question: repr(question.key))
            if first.key != frame.question.key and first.key not in self._roots:
                raise _Elsewhere(first)
        return circle

    def _basis(self, parts: set[int | Basis]) -> Basis:
        """Return what rests on some parts: with the keys of small parts, and the same for all who rest on the same keys."""
        if len(parts) == 1:
            (part,) = parts
            if not isinstance(part, int):
                return part
        keys: set[int] = set()
        below: list[Basis] = []
        for part in parts:
            if isinstance(part, int):
                keys.add(part)
            elif part.below or len(part.keys) > _FEW:
                below.append(part)
            else:
                keys.update(part.keys)
        names = tuple(sorted(keys))
        if below:
            return Basis(names, tuple(below))
        basis = self._shared.get(names)
        if basis is None:
            basis = self._shared[names] = Basis(names, ())
        return basis
