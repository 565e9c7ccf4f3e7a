"""One file linked to the rest: its uses, imports and relations resolved."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple

from sphinx_kwindex.errors import Problem, WarningKind
from sphinx_kwindex.link.containers import BUILTIN_MEMBERS, COMMON_MEMBERS
from sphinx_kwindex.link.foreign import is_foreign
from sphinx_kwindex.link.inherited import find_inherited
from sphinx_kwindex.link.modules import LinkEntry, ModulePlace, ModuleTable
from sphinx_kwindex.link.names import Names
from sphinx_kwindex.model import (
    CLASSES,
    EXTENDS,
    FUNCTIONS,
    LATE,
    LOCALS,
    LOOSE_IN_TESTS,
    MEMBERS,
    TEST_ROLES,
    DocMention,
    FileFacts,
    Flag,
    Import,
    ImportFlag,
    Kind,
    LinkedFile,
    Outcome,
    PackedUses,
    References,
    Relation,
    RelationKind,
    UseKind,
    keyword_id,
    when_imported,
)
from sphinx_kwindex.packing import DECORATED, DECORATED_BY_CALL, MANY_DOUBTS, PERHAPS, REPLACED, Pack, reference_rows
from sphinx_kwindex.targets import Op, is_given, is_on_object, is_special, is_through_super

_INSTANCE, _WRITABLE = int(Flag.INSTANCE), int(Flag.WRITABLE)
_ANNOTATION = int(UseKind.ANNOTATION)
_READ, _WRITE, _CALL = int(UseKind.READ), int(UseKind.WRITE), int(UseKind.CALL)
_DESCRIBED = {_READ: "__get__", _CALL: "__get__", _WRITE: "__set__"}
_LOOKUPS = frozenset({_READ, _CALL})
_STRING, _FIXTURE_USE, _OPERATOR = int(UseKind.STRING), int(UseKind.FIXTURE), int(UseKind.OPERATOR)
_FIXTURE = Op.FIXTURE.value
_NO_USE: frozenset[int] = frozenset()
_GIVEN = frozenset({int(UseKind.FIXTURE), int(UseKind.ARGUMENT), int(UseKind.OPERATOR)})
"""What may well be no keyword of the project."""
_CALLS = frozenset({int(UseKind.CALL), int(UseKind.RAISE), int(UseKind.DECORATOR)})
_DECORATOR = int(UseKind.DECORATOR)
_HEADS = frozenset({_ANNOTATION, _DECORATOR, int(UseKind.BASE)})
"""What is before the body of a function or class."""
_CHANGES = frozenset({int(UseKind.WRITE), int(UseKind.DELETE)})
_RUNS: Mapping[Kind, frozenset[int]] = {
    **dict.fromkeys(
        FUNCTIONS,
        frozenset({int(UseKind.CALL), int(UseKind.DECORATOR), int(UseKind.FIXTURE), int(UseKind.OPERATOR)}),
    ),
    **dict.fromkeys(CLASSES, _CALLS),
    Kind.PROPERTY: frozenset({int(UseKind.READ), int(UseKind.CALL), int(UseKind.WRITE), int(UseKind.DELETE)}),
}
"""Of what keywords of a kind hold, these uses run something."""
_CALLED = FUNCTIONS | CLASSES
_HOLDERS = frozenset({Kind.ATTRIBUTE, Kind.DATA, Kind.PROPERTY})
_EXAMPLES = frozenset({"examples", "example", "docs", "doc", "demo", "demos", "samples", "benchmarks"})
_FROM, _STAR = int(ImportFlag.FROM), int(ImportFlag.STAR)
_EXPORTED = int(ImportFlag.EXPORTED)

_find_words = re.compile(r"\w+").findall
_is_plain = re.compile(r"[\w.]+").fullmatch

_token = itemgetter(2, 3, 1)
"""Line, column and name of a row of `References`: a token with several possible targets has several rows."""


class Linked(NamedTuple):
    """All that link says about one file."""

    file: LinkedFile
    uses: tuple[PackedUses, ...]
    operators: tuple[PackedUses, ...]
    """Uses of special methods by operators."""
    imported: tuple[str, ...]
    """The files of the project that its import statements name, sorted."""
    late: Mapping[str, int]
    """Those of them that no statement imports when the file is imported, with the `ImportFlag` that says when."""
    taken: tuple[tuple[str, str], ...]
    """(file, name) of what it uses from other files that these have by an import of their own, sorted."""
    problems: tuple[Problem, ...]
    reads: frozenset[int] = frozenset()
    """Keys of all that this depends on in other files, there or not."""


def link_file(names: Names, facts: FileFacts, references: References) -> Linked:
    """Resolve everything that one file refers to."""
    linked, reads = names.reading(lambda: _link(names, facts, references))
    return linked._replace(reads=reads)


def _link(names: Names, facts: FileFacts, references: References) -> Linked:
    uses = _UseGatherer(names, facts)
    uses.read(references)
    uses.read_passed(references)
    uses.read_assignments(facts)
    uses.read_docstrings(facts)
    problems: list[Problem] = []
    file = LinkedFile(
        path=facts.path,
        imports=tuple(names.resolve(item, facts.path) for item in facts.imports),
        relations=tuple(_relations(names, facts, problems)),
        # Without the syntax that the running Python is too old for, names are missing that the file has.
        unresolved=() if any(item.kind is WarningKind.PARSE for item in facts.problems) else tuple(uses.unresolved),
        spelled=references.spelled,
        loose=tuple(sorted(uses.loose.items())),
        asked=tuple((caller, what, doubts) for (caller, what), doubts in sorted(uses.asked.items())),
        types=tuple(_types(facts, uses.annotations)),
        inherited=tuple(find_inherited(names, facts)),
    )
    soonest: dict[str, int] = {}
    for path, when in _imported_files(names, facts):
        soonest[path] = min(soonest.get(path, when), when, key=_SOONEST.index)
    late = {path: when for path, when in soonest.items() if when}
    taken = tuple(sorted(set(_taken(names, facts, references))))
    return Linked(file, *uses.packed(), tuple(sorted(soonest)), late, taken, tuple(problems))


_SOONEST = (0, int(ImportFlag.LOCAL), int(ImportFlag.MAIN), int(ImportFlag.TYPE_CHECKING))
"""When imports run: of several imports of one file, the first of these is what counts."""


def _imported_files(names: Names, facts: FileFacts) -> Iterator[tuple[str, int]]:
    """Yield the files of the modules that import statements name (not of where the imported names live).

    With each, the `ImportFlag` that says when the statement runs (0: when the file is imported). A stub never runs.
    """
    is_stub = facts.path.endswith(".pyi")
    for item in facts.imports:
        if is_foreign(item.target):
            home = names.included(item, facts.path)
            yield from ((each.path, 0) for each in (home,) if each is not None and each.path != facts.path)
            continue
        path = item.target.split(".")
        count = names.modules.split(tuple(path))
        if item.flags & _FROM and not item.flags & _STAR and count == len(path):
            # `from a import b`: `b` is the submodule only if the package does not bind it to something else
            places = names.modules.attribute(".".join(path[:-1]), path[-1]) if count > 1 else ()
            count -= bool(places) and not any(isinstance(place, ModulePlace) for place in places)
        module = ".".join(path[:count])
        is_known = not item.flags & _FROM or count >= len(path) - (not item.flags & _STAR)
        if not is_known and f"{facts.module}.".startswith(f"{module}."):
            continue  # from an extension module, say, of a package that this file is in: nothing of that is asked for
        for found in names.modules.paths(module)[:1]:
            yield found, int(ImportFlag.TYPE_CHECKING) if is_stub else when_imported(item.flags)


def _taken(names: Names, facts: FileFacts, references: References) -> Iterator[tuple[str, str]]:
    """Yield (file, name) of what a file uses from others that these have by an import of their own."""
    for target in references.targets:
        parts = tuple(target.split("."))
        if not _is_plain(target) or (count := names.modules.split(parts)) in {0, len(parts)}:
            continue
        module = ".".join(parts[:count])
        table = names.modules.table(module) if module != facts.module else None
        if table is not None and table.is_imported(parts[count]):
            yield table.path, parts[count]


class _Plan(NamedTuple):
    """What becomes of the uses of one target."""

    outcome: Outcome
    goals: tuple[tuple[Pack, str], ...] = ()
    """The keywords that they are kept for (exact and guesses), each with the pack of its file."""
    is_missed: bool = False
    """They are worth reporting (unresolved)."""
    is_super: bool = False
    """They are looked up through `super()`."""
    is_on_object: bool = False
    """They are looked up on an object, whose class may override what they name."""
    is_injected: bool = False
    """They are looked up on what pytest gives a parameter, of which nothing is known."""
    lacking: str = ""
    """The class that is known not to have what is looked up on its instances (guesses)."""
    runs: tuple[frozenset[int], ...] = ()
    """Of each exact goal, the kinds of use that run something of it; empty: none of any."""
    may_hold_class: bool = False
    """They name a variable or attribute for certain, which may hold a class."""

    @property
    def may_run(self) -> bool:
        """Whether they may run something of the project."""
        return bool(self.runs) or self.may_hold_class or self.is_missed or self.outcome is Outcome.GUESS

    is_held: bool = False
    """They name what a variable or attribute may hold (see `_UseGatherer._held`)."""
    is_of_module: bool = False
    """They name what a module of the project lacks (unresolved)."""


class _Occurrence(NamedTuple):
    """One place where something is used."""

    text: str
    """Its target."""
    name: str
    kind: int
    scope: int
    caller: str
    """The function that runs what stands there."""


_NOTHING = _Plan(Outcome.EXTERNAL)
"""No keyword of the project is meant."""


class _UseGatherer:
    """Gathers the uses of one file."""

    def __init__(self, names: Names, facts: FileFacts) -> None:
        self._names = names
        self._whole = names, facts
        self._module = facts.module
        self._path = facts.path
        self._is_test = facts.role in TEST_ROLES
        self._scopes = [item.qualname for item in facts.definitions]
        self._lines = [item.line for item in facts.definitions]
        self._callers = list(_find_callers(facts))
        self._packs: dict[str, Pack] = {}
        self._operators: dict[str, Pack] = {}
        self._examples: dict[tuple[int, int], str] = {}
        self._foreign: dict[tuple[str, str], _Plan] = {}
        self._written: set[tuple[int, int, str]] = set()
        """(line, column, target) of each write that is among the uses."""
        self._holds: dict[str, _Plan] = {}
        self._descriptions: dict[tuple[str, str], _Plan] = {}
        self._outside: dict[str, tuple[str, ...]] = {}
        self.asked: dict[tuple[str, str], int] = {}
        """See `LinkedFile.asked`."""
        self.unresolved: list[tuple[str, int]] = []
        self._lines_around: dict[str, frozenset[str]] = {}
        """By qualified name: the ids of a class around a scope, and of its base classes."""
        self.loose: dict[str, int] = {}
        """How often names are looked up without an answer, on objects of unknown type (see `LinkedFile.loose`)."""
        self.annotations: list[tuple[int, int, str, str]] = []
        """(line, scope, name, target) of each token of an annotation that names a keyword for certain."""

    def read(self, references: References) -> None:
        """Resolve the targets of a file once each, and sort its rows by the file that they lead to."""
        plans = [self._plan(text) if not is_foreign(text) else None for text in references.targets]
        names = references.names
        self._examples = {(line, col): text for line, col, text in references.examples}
        doubts, at = references.doubts, 0
        for (line, col, name), rows in groupby(reference_rows(references), _token):
            (target, *_, kind, scope), *others = rows
            first, at = at, at + 1 + len(others)
            plan = plans[target] or self._foreign_plan(references.targets[target], scope)
            for row in others:
                plan = _better(plan, plans[row[0]] or self._foreign_plan(references.targets[row[0]], scope))
            if others and others[-1][-2] == _STRING and plan.outcome is not Outcome.GUESS:
                kind = _STRING  # `getattr(x, "name")`: a use of a known name, or like `x.name` a possible match
            if plan.outcome is not Outcome.EXTERNAL:
                self._take(self._possible(plan, scope) if plan.lacking else plan, names[name], scope, (line, col, kind))
            if plan.may_run or (kind == _CALL and plan.outcome is Outcome.EXTERNAL):
                doubted = min(doubts[first], MANY_DOUBTS) if doubts else 0
                place = _Occurrence(
                    references.targets[target], names[name], kind, scope, self._caller(scope, kind, line)
                )
                self._follow(plan, place, doubted)

    def _follow(self, plan: _Plan, place: _Occurrence, doubts: int) -> None:
        """Note what runs at a place, and under how many conditions."""
        if plan.outcome is Outcome.EXTERNAL:
            if place.caller and place.kind == _CALL:
                self._ask_outside(place.text, place.caller, doubts)
            return
        if plan.may_hold_class and place.kind in _CALLS:
            self._construct(place.text)
            self._run(self._held(place.text, plan), place, doubts)
        if plan.may_hold_class and place.kind in _DESCRIBED and place.caller:
            described = self._described(place.text, plan, _DESCRIBED[place.kind])
            if described.runs:
                self._run(described, place._replace(kind=_OPERATOR), doubts)
        if plan.runs:
            self._run(plan, place, doubts)
        elif place.caller and place.kind in _LOOKUPS and (plan.is_missed or plan.outcome is Outcome.GUESS):
            self._ask(place.caller, f".{place.name}()" if place.kind == _CALL else f".{place.name}", doubts)

    def read_passed(self, references: References) -> None:
        """Count which arguments the project's functions and classes get by name, and the calls of classes through other things than their names."""
        for targets, name, count in references.passed:
            if not name:
                self._construct(*targets, times=count)
                continue
            for target, home in dict(chain.from_iterable(map(self._callables, targets))).items():
                passed = self._packs[home].passed
                passed[target, name] = passed.get((target, name), 0) + count

    def _construct(self, *targets: str, times: int = 1) -> None:
        """Count that classes are called through something else than their names: `cls()`, `self.item_class()`."""
        held = chain.from_iterable(map(self._names.held, targets))
        for target, home in {entry.id: entry.path for entry in held if entry.kind in CLASSES}.items():
            pack = self._packs.setdefault(home, Pack())
            pack.targets.setdefault(target, len(pack.targets))
            pack.calls[target] = pack.calls.get(target, 0) + times

    def _callables(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the functions and classes that a target certainly names, each with the file that defines it."""
        settled, homes, kinds = self._names.locate(text)
        for target, home, kind in zip(settled.ids, homes, kinds, strict=False):  # no kinds of guesses
            if kind in _CALLED and home in self._packs:
                yield target, home

    def _plan(self, text: str) -> _Plan:
        if is_special(text) and not self._names.may_have_special(text):
            return _NOTHING
        settled, homes, kinds = self._names.locate(text)
        outcome = settled.outcome
        if is_given(text) and outcome is not Outcome.EXACT:
            return _Plan(Outcome.UNRESOLVED)
        if outcome is Outcome.EXTERNAL:
            return _Plan(outcome)
        if outcome is Outcome.GUESS and self._is_test and not self._names.are_few(settled.ids[0].rpartition(".")[2]):
            outcome = Outcome.UNRESOLVED
        if outcome is Outcome.UNRESOLVED:
            is_lacking = self._is_of_module(text)
            is_missed = is_lacking or self._is_missed(text)
            return _Plan(outcome, is_missed=is_missed, is_injected=_FIXTURE in text, is_of_module=is_lacking)
        found = list(zip(settled.ids, homes, strict=True))
        if outcome is Outcome.GUESS:
            found = [(keyword, home) for keyword, home in found if self._may_mean(keyword, home)]
            if not found:
                return _Plan(Outcome.UNRESOLVED)
        packs = self._operators if is_special(text) else self._packs
        goals = tuple((packs.setdefault(home, Pack()), keyword) for keyword, home in found)
        is_guess = outcome is Outcome.GUESS
        is_injected, lacking = is_guess and _FIXTURE in text, self._names.lacking(text) if is_guess else ""
        runs = () if is_guess else tuple(_RUNS.get(kind, _NO_USE) for kind in kinds)
        return _Plan(
            outcome, goals, False, is_through_super(text), is_on_object(text), is_injected, lacking,
            runs if any(runs) else (), not is_guess and not _HOLDERS.isdisjoint(kinds),
        )  # fmt: skip

    def _foreign_plan(self, text: str, scope: int) -> _Plan:
        """Resolve a name of another language, which depends on the scope that it is in."""
        around = self._scopes[scope] if scope < len(self._scopes) else ""
        if (text, around) not in self._foreign:
            outcome, found = self._names.foreign.find(text, self._path, around)
            goals = tuple((self._packs.setdefault(meaning.path, Pack()), meaning.id) for meaning in found)
            self._foreign[text, around] = _Plan(outcome, goals)
        return self._foreign[text, around]

    def _possible(self, plan: _Plan, scope: int) -> _Plan:
        """Leave of guesses what instances may have that lack what is looked up: members of subclasses.

        A class that looks up on itself what it lacks may be made to be inherited from beside others, which have it. And what
        was found to be of another class by a test (`isinstance(self, Other)`) keeps its own members.
        """
        around = f"{self._module}.{self._scopes[scope] if scope < len(self._scopes) else ''}."
        if around.startswith(f"{plan.lacking}.") and not self._names.is_of_tests(plan.lacking):
            return plan
        owners = (keyword.rpartition(".")[0] for _, keyword in plan.goals)
        goals = tuple(
            goal
            for goal, owner in zip(plan.goals, owners, strict=True)
            if around.startswith(f"{owner}.") or plan.lacking in self._names.line_of(owner)
        )
        return plan._replace(goals=goals) if goals else _NOTHING

    def _may_mean(self, keyword: str, home: str) -> bool:
        """Return whether a use of this file, on an object of unknown type, may mean a keyword that has the name, in file `home`.

        Tests know what others define, not the other way round; what only tests and examples define is meant near it.
        """
        if home == self._path:
            return True
        if "<locals>" in keyword or (_apart(home) and _apart(home) != _apart(self._path)):
            return False
        if self._names.is_test(home):
            folder, _, name = home.rpartition("/")
            is_around = name == "conftest.py" and self._path.startswith(f"{folder}/" if folder else "")
            return self._is_test and (is_around or home in self._near)
        return keyword.rpartition(".")[2] not in COMMON_MEMBERS or home in self._near

    @cached_property
    def _near(self) -> frozenset[str]:
        """The files that this file imports."""
        return frozenset(path for path, _ in _imported_files(*self._whole))

    def _is_of_module(self, text: str) -> bool:
        """Return whether an unresolved target is a name that a module of the project lacks: not looked up on anything unknown."""
        parts = tuple(text.split("."))
        return bool(_is_plain(text)) and self._names.modules.split(parts) >= len(parts) - 1

    def _is_missed(self, text: str) -> bool:
        """Return whether an unresolved target of an object is worth reporting: not if the project has no member of that name."""
        name = text.rpartition(".")[2]
        if name.startswith("__") and name.endswith("__"):
            return False
        if name in BUILTIN_MEMBERS or name in COMMON_MEMBERS:
            return False
        return self._names.modules.member_modules(name).are_any

    def _take(self, plan: _Plan, name: str, scope: int, place: tuple[int, int, int]) -> None:
        """Keep what the targets of one token come to."""
        line, column, kind = place
        if _is_no_use(plan, kind):
            return
        if plan.goals:
            where = self._scopes[scope] if scope < len(self._scopes) else ""
            exact = 1 if plan.outcome is Outcome.EXACT else 1 - len(plan.goals)
            example = self._examples.get((line, column), "") if len(plan.goals) == 1 else ""  # of several, one is meant
            if exact == 1 and kind == _ANNOTATION:
                self.annotations.append((line, scope, name, plan.goals[0][1]))
            for pack, target in plan.goals:
                pack.add(target, name, where, (line, column, kind, exact), example)
                if exact == 1 and not plan.is_super and kind != _OPERATOR:
                    is_inside = bool(where) and line >= self._lines[scope] and kind not in _HEADS
                    self._count(pack, target, where if is_inside else "", kind, is_on_object=plan.is_on_object)
                if kind == _WRITE:
                    self._written.add((line, column, target))
        elif plan.outcome is not Outcome.EXTERNAL:
            if kind not in _CHANGES and kind not in _GIVEN and not plan.is_of_module:
                key = f"{LOOSE_IN_TESTS}{name}" if self._is_test else name
                self.loose[key] = self.loose.get(key, 0) + 1
            if plan.is_missed:
                self.unresolved.append((name, line))

    def _caller(self, scope: int, kind: int, line: int) -> str:
        """Return the function that runs what is at a place."""
        outer, inner = self._callers[scope] if scope < len(self._callers) else ("", "")
        if kind == _FIXTURE_USE:
            return inner or (
                self._scopes[scope] if scope < len(self._scopes) else ""
            )  # a mark on a class is for its tests
        is_before = kind != _STRING and scope < len(self._lines) and line < self._lines[scope]  # in a decorator
        return outer if kind in _HEADS or is_before else inner

    def _held(self, text: str, plan: _Plan) -> _Plan:
        """Return a plan for the functions and classes that the variable or attribute holds which another names."""
        if text not in self._holds:
            held = {entry.id: entry for entry in self._names.held(text)}
            self._holds[text] = self._instead(plan, held.values(), is_sure=not plan.is_on_object and len(held) == 1)
        return self._holds[text]

    def _described(self, text: str, plan: _Plan, method: str) -> _Plan:
        """Return a plan for the method of descriptors that runs where an attribute is looked up, or set, on an object."""
        known = self._descriptions.get((text, method))
        if known is None:
            goals = plan.goals if is_on_object(text) else ()
            described = {entry.id: entry for _, goal in goals for entry in self._names.described(goal, method)}
            known = self._instead(plan, described.values(), is_sure=len(described) == 1) if described else _NOTHING
            self._descriptions[text, method] = known
        return known

    def _instead(self, plan: _Plan, entries: Collection[LinkEntry], *, is_sure: bool) -> _Plan:
        goals = tuple((self._packs.setdefault(entry.path, Pack()), entry.id) for entry in entries)
        for pack, target in goals:
            pack.targets.setdefault(target, len(pack.targets))
        return plan._replace(goals=goals, runs=tuple(_RUNS[entry.kind] for entry in entries), is_held=not is_sure)

    def _ask(self, caller: str, what: str, doubts: int) -> None:
        key = caller, what
        self.asked[key] = min(self.asked.get(key, doubts), doubts)

    def _ask_outside(self, text: str, caller: str, doubts: int) -> None:
        """Note a call of what classes of the project have from other packages: of tests on objects, of methods by `super()`."""
        if is_through_super(text):
            if text.rpartition(".")[2] == caller.rpartition(".")[2]:
                self._ask(caller, EXTENDS, 0)
        elif self._is_test and is_on_object(text):
            for owner in self._owners(text):
                self._ask(caller, owner, doubts)

    def _owners(self, text: str) -> tuple[str, ...]:
        if text not in self._outside:
            self._outside[text] = self._names.instances(text)
        return self._outside[text]

    def _run(self, plan: _Plan, place: _Occurrence, doubts: int) -> None:
        """Note what functions run, or name, and under how many conditions."""
        caller, kind = place.caller, place.kind
        if caller:
            # Of several, one runs; `with` and loops run two methods.
            ways = len({target.rpartition(".")[2] for _, target in plan.goals}) if kind == _OPERATOR else 1
            doubts = min(doubts + (len(plan.goals) > ways), MANY_DOUBTS)
            for (pack, target), kinds in zip(plan.goals, plan.runs, strict=True):
                key = caller, target
                if kind == _STRING and kinds:
                    pack.runs[key] = REPLACED
                elif kind in kinds:
                    number = doubts + plan.is_held * PERHAPS
                    pack.runs[key] = min(pack.runs.get(key, number), number)
                elif kind == _READ and self._may_run(kinds, target, caller):
                    pack.named[key] = min(pack.named.get(key, doubts), doubts)
        if kind == _DECORATOR:
            self._decorate(plan, place.name, place.scope)

    def _may_run(self, kinds: frozenset[int], target: str, caller: str) -> bool:
        """Return whether what names a keyword may make it run: of functions, those that it defines itself, or that tests pass on."""
        return kinds is _CALLS or (
            bool(kinds) and (self._is_test or target.startswith(f"{self._module}.{caller}{LOCALS}"))
        )

    def _decorate(self, plan: _Plan, name: str, scope: int) -> None:
        """Note what a function or class is decorated with."""
        item = self._whole[1].definitions[scope]
        heads = (text.partition("(") for text in item.decorators)
        is_called = any(bracket and head.rpartition(".")[2] == name for head, bracket, _ in heads)
        for (pack, target), kinds in zip(plan.goals, plan.runs, strict=True) if item.kind in _CALLED else ():
            if kinds:
                pack.runs.setdefault((item.qualname, target), DECORATED_BY_CALL if is_called else DECORATED)

    def _count(self, pack: Pack, target: str, scope: str, kind: int, *, is_on_object: bool) -> None:
        """Count a use that makes an instance, or that may reach what overrides its target; `scope` is that of a body."""
        if kind in _CALLS:
            pack.calls[target] = pack.calls.get(target, 0) + 1
        # `cls.make()` in a class method is written like `Class.make()`, but may mean what a subclass makes of it.
        if kind in _CHANGES:
            return
        # (In `@prop.setter` it is the definition itself.)
        around = f"{self._module}.{scope}"
        if is_on_object or ("." in scope and target != around and _is_inside(target, around)):
            pack.reaches[target] = pack.reaches.get(target, 0) + 1
            if self._has_member(scope, target):
                pack.within[target] = pack.within.get(target, 0) + 1

    def _has_member(self, scope: str, member: str) -> bool:
        """Return whether a scope is in a class that has a member, of its own or from a base class."""
        around = scope.rpartition(".")[0]
        if around not in self._lines_around:
            self._lines_around[around] = frozenset(self._names.line_of(keyword_id(self._module, around)))
        return member.rpartition(".")[0] in self._lines_around[around]

    def read_assignments(self, facts: FileFacts) -> None:
        """Count `self.x = ...` as a use where a base class declares `x`."""
        unsorted: dict[str, Pack] = {}
        for item in facts.definitions:
            if not item.flags & _INSTANCE or item.annotation:
                continue
            home = self._names.declared_home(facts.module, item.qualname)
            if home is None or home.id == keyword_id(facts.module, item.qualname):
                continue
            pack = self._packs.setdefault(home.path, Pack())
            unsorted[home.path] = pack
            for line, col in ((item.line, item.col), *((site.line, site.col) for site in item.sites)):
                if (line, col, home.id) not in self._written:
                    pack.add(home.id, item.name, _function_at(facts, line), (line, col, _WRITE, 1))
        for pack in unsorted.values():
            pack.sort()

    def read_docstrings(self, facts: FileFacts) -> None:
        """Note what docstrings mention for certain: by the names of the class, the module and the packages around them."""
        imported = {item.name for item in facts.imports}
        known: dict[tuple[str, str, bool], tuple[str, str] | None] = {}
        for mention in facts.doc_mentions:
            scope = facts.definitions[mention.place]
            around = keyword_id(facts.module, scope.qualname.partition(".<locals>")[0])
            if scope.kind not in CLASSES and scope.qualname:
                around = around.rpartition(".")[0]
            key = mention.name, around, mention.is_said
            if key not in known:
                known[key] = self._mentioned(mention, around, imported)
            found = known[key]
            if found is not None and found[0] != keyword_id(facts.module, scope.qualname):
                self._packs.setdefault(found[1], Pack()).mentions.add((found[0], scope.qualname))

    def _mentioned(self, mention: DocMention, around: str, imported: Collection[str]) -> tuple[str, str] | None:
        """Return the one keyword of the project that a name in a docstring means, with its file; the innermost scope first.

        A literal that is no dotted name is looked for in its module alone: what it means further out, nobody wrote it for.
        """
        is_known_outside = mention.name.partition(".")[0] in imported
        for scope in _scopes_around(around):
            is_inside = f"{scope}.".startswith(f"{self._module}.")
            if not (is_inside or mention.is_said or "." in mention.name):
                return None
            settled, homes, _ = self._names.locate(f"{scope}.{mention.name}" if scope else mention.name)
            if settled.outcome is Outcome.EXACT:
                return (settled.ids[0], homes[0]) if len(settled.ids) == 1 and homes[0] else None
            if is_known_outside and scope == self._module:
                return None  # it comes from another package
        return None

    def packed(self) -> tuple[tuple[PackedUses, ...], tuple[PackedUses, ...]]:
        """Return one record for each target file, in order of path, and the same of operators; namespace packages have none."""
        return _packed(self._packs), _packed(self._operators)


def _packed(packs: Mapping[str, Pack]) -> tuple[PackedUses, ...]:
    return tuple(pack.packed(path) for path, pack in sorted(packs.items()) if path and (pack.targets or pack.mentions))


def _scopes_around(scope: str) -> Iterator[str]:
    """Yield a dotted name, and what it is in, from the inside out; the last is empty."""
    while scope:
        yield scope
        scope = scope.rpartition(".")[0]
    yield ""


def _find_callers(facts: FileFacts) -> Iterator[tuple[str, str]]:
    """Yield, for each definition, the functions that run what is before its body and what is in it."""
    definitions = facts.definitions

    def runner(place: int) -> str:
        # A definition may be before its scope: the fields of a named tuple that are listed before it.
        while place >= 0 and definitions[place].kind not in FUNCTIONS and definitions[place].kind is not Kind.PROPERTY:
            place = definitions[place].scope
        return definitions[place].qualname if place >= 0 else ""

    for place, item in enumerate(definitions):
        yield runner(item.scope), runner(place)


def _is_inside(member: str, scope: str) -> bool:
    """Return whether a scope is in the class that a member belongs to."""
    owner = member.rpartition(".")[0]
    return scope.startswith(owner) and scope[len(owner) : len(owner) + 1] == "."


def _apart(path: str) -> str:
    """Return the top folder of a path, if what is in it stands for itself: examples, documentation."""
    top = path.partition("/")[0]
    return top if top in _EXAMPLES else ""


def _types(facts: FileFacts, annotations: Sequence[tuple[int, int, str, str]]) -> Iterator[tuple[int, str, str]]:
    """Yield what the annotations of each definition name, once each; `annotations` are all of the file, by line."""
    lines = [line for line, *_ in annotations]
    for place, item in enumerate(facts.definitions) if annotations else ():
        if not (item.signature or item.annotation):
            continue
        inside = annotations[bisect_left(lines, item.line) : bisect_right(lines, item.end_line)]
        if item.signature:  # what the body of a function says about types is not part of it
            written = set(_find_words(item.signature))
            inside = [row for row in inside if row[1] == place and row[2] in written]
        for name, target in dict.fromkeys((name, target) for _, _, name, target in inside):
            yield place, name, target


def _function_at(facts: FileFacts, line: int) -> str:
    """Return the qualified name of the innermost function around a line."""
    around = [item for item in facts.definitions if item.kind in FUNCTIONS and item.line <= line <= item.end_line]
    return max(around, key=lambda item: item.line).qualname if around else ""


def _is_no_use(plan: _Plan, kind: int) -> bool:
    """Return whether a token means nothing after all: a string that is no name, what is set on a parameter of unknown type."""
    if kind == _STRING:
        return plan.outcome is not Outcome.EXACT
    return plan.is_injected and kind in _CHANGES


def _better(one: _Plan, other: _Plan) -> _Plan:
    """Join the plans for two targets of one token: the surer one, or both."""
    if one.outcome != other.outcome:
        return min(one, other, key=lambda plan: plan.outcome)
    goals = tuple(dict.fromkeys((*one.goals, *other.goals)))
    is_super, is_on_object = one.is_super and other.is_super, one.is_on_object or other.is_on_object
    is_injected = one.is_injected and other.is_injected
    lacking = one.lacking if one.lacking == other.lacking else ""
    run = {**_run_by(one), **_run_by(other)}
    runs = tuple(run.get(goal, _NO_USE) for goal in goals) if run else ()
    is_missed = one.is_missed or other.is_missed
    holds = one.may_hold_class or other.may_hold_class
    is_of_module = one.is_of_module and other.is_of_module
    return _Plan(
        one.outcome,
        goals,
        is_missed,
        is_super,
        is_on_object,
        is_injected,
        lacking,
        runs,
        holds,
        is_of_module=is_of_module,
    )


def _run_by(plan: _Plan) -> dict[tuple[Pack, str], frozenset[int]]:
    return dict(zip(plan.goals, plan.runs, strict=True)) if plan.runs else {}


def _relations(names: Names, facts: FileFacts, problems: list[Problem]) -> Iterator[Relation]:
    members: dict[str, list[LinkEntry]] = {}
    entries = _own_entries(names, facts)
    for entry in entries:
        members.setdefault(entry.qualname.rpartition(".")[0], []).append(entry)
    for entry in entries:
        if entry.kind in CLASSES and entry.path == facts.path:
            yield from _family(names, entry, members.get(entry.qualname, []), problems)
    yield from _set_properties(names, facts)
    yield from _reexports(names, facts)
    for item in facts.name_patterns:
        source = keyword_id(facts.module, facts.definitions[item.scope].qualname)
        for owner in names.owners(item.receivers):
            if owner == "?" and (facts.role in TEST_ROLES or not (item.asked or (item.start and item.end))):
                continue  # tests look up names of their own; one end of a name on anything at all fits what is never met
            asked = ",".join(item.asked) if owner == "?" else ""
            yield Relation(kind=RelationKind.PATTERN, source=source, target=f"{owner}{asked}.{item.start}*{item.end}")
    yield from _foreign_relations(names, facts)
    if facts.path.endswith(".pyi"):
        yield from _stubs(names, facts)


def _foreign_relations(names: Names, facts: FileFacts) -> Iterator[Relation]:
    """Yield the files that strings name, what is made known to Python, and what headers declare."""
    for written, place in facts.paths:
        if found := names.foreign.named_file(written, facts.path):
            source = keyword_id(facts.module, facts.definitions[place].qualname)
            yield Relation(kind=RelationKind.NAMES, source=source, target=found)
    for name, target in names.bound(facts):
        yield Relation(kind=RelationKind.BOUND, source=target, target=name)
        yield Relation(kind=RelationKind.IMPLEMENTED, source=name, target=target)
    for source, target in names.foreign.declared(facts):
        yield Relation(kind=RelationKind.DECLARATION, source=source, target=target)


def _own_entries(names: Names, facts: FileFacts) -> list[LinkEntry]:
    """Return the definitions of a file, with what the stub of its module adds."""
    paths = names.modules.paths(facts.module)
    table = names.modules.table(facts.module) if paths[:1] == (facts.path,) else None
    return (table or ModuleTable(facts)).everything()


def _family(
    names: Names, entry: LinkEntry, members: Iterable[LinkEntry], problems: list[Problem]
) -> Iterator[Relation]:
    """Yield the bases of a class, and what its members override."""
    if names.entry(entry.id) is None:
        return
    bases = names.hierarchy.bases(entry.id)
    for base in bases.inside:
        yield Relation(kind=RelationKind.BASE, source=entry.id, target=base.removeprefix(":"))
    line = names.hierarchy.line(entry.id)
    if line.broken:
        is_twice = len(set(bases.created)) < len(bases.created)
        fault = "a base is named twice" if is_twice else "its bases have no consistent method resolution order"
        text = (
            f"Python cannot create class {entry.qualname}: {fault}; inherited members follow the nearest possible order"
        )
        problems.append(Problem(WarningKind.HIERARCHY, entry.path, entry.line, text))
    for member in members if len(line.classes) > 1 else ():
        name = member.qualname.rpartition(".")[2]
        for place in names.evaluator.lookup(line.classes[1:], name) if _may_override(member, name) else ():
            if isinstance(place, LinkEntry):
                yield Relation(kind=RelationKind.OVERRIDE, source=member.id, target=place.id)


def _set_properties(names: Names, facts: FileFacts) -> Iterator[Relation]:
    """Yield the attributes that methods assign and that are properties of a base class, with a setter."""
    for item in facts.definitions:
        home = names.declared_home(facts.module, item.qualname) if item.flags & _INSTANCE else None
        if home is not None and home.kind is Kind.PROPERTY and home.flags & _WRITABLE:
            source = keyword_id(facts.module, item.qualname)
            if home.id != source:
                yield Relation(kind=RelationKind.SETS, source=source, target=home.id)


def _may_override(member: LinkEntry, name: str) -> bool:
    is_private = name.startswith("__") and not name.endswith("__")
    return member.kind in MEMBERS | CLASSES and not member.flags & _INSTANCE and not is_private


def _reexports(names: Names, facts: FileFacts) -> Iterator[Relation]:
    """Yield the other paths under which this file offers keywords that live elsewhere."""
    exported = sorted(facts.exports.names) if facts.exports else []
    offered: dict[str, None] = {}
    for item in facts.imports:
        if _is_offered(item, facts, exported):
            wild = item.flags & _STAR
            offered.update(dict.fromkeys(_wild(names, facts, item, exported) if wild else (item.name,)))
    for name in offered:
        alias = keyword_id(facts.module, name)
        for place in names.modules.attribute(facts.module, name):
            home = (
                place.id if isinstance(place, LinkEntry) else place.module if isinstance(place, ModulePlace) else alias
            )
            if home != alias:
                yield Relation(kind=RelationKind.REEXPORT, source=alias, target=home)


def _wild(names: Names, facts: FileFacts, item: Import, exported: Collection[str]) -> Iterable[str]:
    """Return the names that a wildcard import brings for others.

    Modules that import everything from one another in a cycle all have the same names. Of these, only a package offers
    what its own modules define; a hundred modules would offer the names of all others.
    """
    if names.modules.is_circular(facts.module, item.target) and not item.target.startswith(f"{facts.module}."):
        return (name for name in exported if names.modules.is_exported(item.target, name))
    return names.modules.exported_names(item.target, for_types=False)


def _is_offered(item: Import, facts: FileFacts, exported: Iterable[str]) -> bool:
    """Return whether an import is there for others: in `__all__`, written `import x as x`, or in a package without `__all__`.

    Of the last, not what the package takes from elsewhere and uses itself.
    """
    if item.scope or item.flags & LATE:
        return False
    if item.flags & (_EXPORTED | _STAR) or item.name in exported:
        return True
    if not facts.is_package or not item.flags & _FROM or item.name.startswith("_"):
        return False
    if facts.exports is not None and facts.exports.complete and not facts.exports.modules:
        return False
    return not item.uses or item.target.startswith(f"{facts.module}.")


def _stubs(names: Names, facts: FileFacts) -> Iterator[Relation]:
    """Yield what the definitions of a stub describe; both have the same id."""
    if names.modules.paths(facts.module)[:1] == (facts.path,):
        return
    for item in facts.definitions:
        keyword = keyword_id(facts.module, item.qualname)
        entry = names.entry(keyword)
        if not item.qualname or (entry is not None and entry.path != facts.path):
            yield Relation(kind=RelationKind.STUB, source=keyword, target=keyword)
