"""The language of symbolic targets, in which one file names what is outside of it, and of type expressions.

Collect writes these strings, link reads them; neither needs to see the other's files. A **target** says how to get at
a value; a **type expression** says what a value is an instance of. ::

    target     = root step*
    root       = type-path | "?"                 "?": a receiver of unknown type
    type-path  = name ("." name)* [ "[" union ("," union)* "]" ]
    union      = member ("|" member)*
    member     = type-path | "=" target          "=": whatever that target evaluates to
    step       = "." name                        attribute
               | "()"                            what a call returns; of a class: an instance
               | "!iter"                         an element, as `for` gets it
               | "!item" | "!item:" digits       what a subscript gets; digits: a constant index
               | "!enter"                        what `with ... as` gets
               | "!await"                        what `await` gets
               | "!super"                        `super()` of that class or instance: lookup starts after the class
               | "!fixture:" name                what pytest gives a parameter of this name; the path before it is that of
                                                 the module or class of the test, or of a fixture that has the same name
               | "!taken:" name                  what a parameter without annotation takes in a method (the path before it): what
                                                 the method takes that it overrides
               | "!field:" name                  the field of a class that a keyword argument of this name sets
               | "!special:" name                the special method that an operator calls: looked up in the class of the value
    given      = [ name ":" ] union             an argument, by position or by name

Names are identifiers or `<locals>` (`pkg.mod.func.<locals>.inner`). Root paths are absolute and start at a module;
builtins are `builtins.len`. Examples:

- `torch.nn.Module`: the object at that dotted path, through whatever aliases;
- `pkg.mod.Foo().bar`: attribute `bar` of an instance of `pkg.mod.Foo` (a class), or of what `pkg.mod.Foo` (a function)
  returns, or of an instance of what the alias `pkg.mod.Foo` stands for;
- `builtins.dict[builtins.str,pkg.Foo]().values()!iter.bar`: `for v in d.values(): v.bar` for a parameter
  `d: dict[str, Foo]`;
- `pkg.mod.C()!super.run`: `super().run` in a method of `C`;
- `tests.test_a.TestA!fixture:client.get`: attribute `get` of what the fixture `client` returns, for the tests of a class;
- `?.matches`: attribute `matches` of something unknown.

The `type` of a definition is a tuple (a union) of members: `("pkg.Foo", "builtins.list[pkg.Foo]", "=pkg.make()")`.
`None` is left out of unions. `typing.Self`, `typing.Callable[..., R]`, `builtins.type[X]` and
`collections.abc.Iterator[X]` keep those names (always written with their defining module: `typing.X` for what `typing`
defines itself, `builtins.list` for `typing.List`, `collections.abc.X` for the rest); `...` is written as the name `...`.
"""

from __future__ import annotations

import enum
import re
from functools import lru_cache
from typing import NamedTuple

from sphinx_kwindex.errors import TargetError


class Op(enum.Enum):
    """One step of a target."""

    __hash__ = object.__hash__  # that of enumerations is written in Python, and targets are looked up by the thousand

    ATTRIBUTE = "."
    CALL = "()"
    ITERATE = "!iter"
    ITEM = "!item"
    ENTER = "!enter"
    AWAIT = "!await"
    SUPER = "!super"
    FIXTURE = "!fixture"
    TAKEN = "!taken"
    FIELD = "!field"
    SPECIAL = "!special"
    WITH = "!with"


Given = tuple[tuple[str, tuple["TypeMember", ...]], ...]
"""Arguments of a call, each with its name if it is one by keyword."""


class Step(NamedTuple):
    """One step; `name` is the name of the attribute, fixture, field or special method, or the constant index, else empty."""

    op: Op
    name: str = ""
    given: Given = ()
    """What the next step gets."""


class Target(NamedTuple):
    """A parsed target: `path` is empty for an unknown receiver."""

    path: tuple[str, ...]
    args: tuple[tuple[TypeMember, ...], ...] = ()
    steps: tuple[Step, ...] = ()


class TypeMember(NamedTuple):
    """One member of a union: an instance of `target`, or (`is_value`) the value of `target` itself."""

    target: Target
    is_value: bool = False


_NAME = re.compile(r"<locals>|\.\.\.|[^\s.\[\](){},|=!?<>]+")
"""Any text without the characters below: a module may be called `0001_initial` or `my-script`."""
_STEP = re.compile(
    r"\.(<locals>|[^\W\d]\w*)|(\(\))|!(iter|enter|await|super)|!item(?::(-?\d+))?|!(fixture|taken|field|special):([^\W\d]\w*)"
)
_KEYWORD = re.compile(r"([^\W\d]\w*):")
_PLAIN = re.compile(r"((?:[^\W\d]\w*|<locals>)(?:\.(?:[^\W\d]\w*|<locals>))*)((?:\(\)|!)[^\[]*)?")
"""A target without type arguments, as most are: its path and its steps."""
_ENDS_NAMED = re.compile(r"(?:^|\.)\w+(?:\[.*\])?$").search
_ENDS_GIVEN = re.compile(r"!(?:fixture|field|special):\w+$").search
_TAKEN = f"{Op.TAKEN.value}:"
_SUPER, _FIELD, _FIXTURE, _SPECIAL = Op.SUPER.value, Op.FIELD.value, Op.FIXTURE.value, Op.SPECIAL.value
_WITH = f"{Op.WITH.value}["
_NAMED_STEPS = {
    "iter": Step(Op.ITERATE), "enter": Step(Op.ENTER), "await": Step(Op.AWAIT), "super": Step(Op.SUPER)
}  # fmt: skip
_GIVEN_STEPS = {"fixture": Op.FIXTURE, "taken": Op.TAKEN, "field": Op.FIELD, "special": Op.SPECIAL}


@lru_cache(maxsize=65536)
def parse_target(text: str) -> Target:
    """Parse a whole target; raise `TargetError` if it does not follow the grammar."""
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        path, steps = plain.groups()
        return Target(tuple(path.split(".")), (), _whole_steps(steps) if steps else ())
    target, end = _target(text, 0)
    if end != len(text):
        raise TargetError(f"unexpected text at {end} in {text!r}")
    return target


@lru_cache(maxsize=16384)
def _whole_steps(text: str) -> tuple[Step, ...]:
    steps, end = _steps(text, 0)
    if end != len(text):
        raise TargetError(f"unexpected text at {end} in the steps {text!r}")
    return steps


@lru_cache(maxsize=65536)
def parse_type(text: str) -> TypeMember:
    """Parse one member of a type; raise `TargetError` if it does not follow the grammar."""
    member, end = _member(text, 0)
    if end != len(text):
        raise TargetError(f"unexpected text at {end} in {text!r}")
    return member


def forget_parsed() -> None:
    """Let go of what was parsed: on a large tree that is 50 MB which nobody asks for again once it is linked."""
    for parse in (parse_target, parse_type, _whole_steps):
        parse.cache_clear()


def format_target(target: Target) -> str:
    """Write a target as text; the inverse of `parse_target`."""
    head = ".".join(target.path) or "?"
    if target.args:
        head += "[" + ",".join("|".join(format_type(m) for m in arg) for arg in target.args) + "]"
    return head + "".join(_format_step(step) for step in target.steps)


def format_type(member: TypeMember) -> str:
    """Write one member of a type as text; the inverse of `parse_type`."""
    return ("=" if member.is_value else "") + format_target(member.target)


def _format_step(step: Step) -> str:
    if step.op is Op.WITH:
        given = ((f"{name}:" if name else "") + "|".join(map(format_type, union)) for name, union in step.given)
        return f"{step.op.value}[{','.join(given)}]"
    if step.op is Op.ATTRIBUTE:
        return f".{step.name}"
    if step.op in {Op.ITEM, *_GIVEN_STEPS.values()} and step.name:
        return f"{step.op.value}:{step.name}"
    return str(step.op.value)


def _target(text: str, at: int) -> tuple[Target, int]:
    if text.startswith("?", at):
        steps, at = _steps(text, at + 1)
        return Target((), (), steps), at
    path, at = _path(text, at)
    args, at = _args(text, at)
    steps, at = _steps(text, at)
    return Target(path, args, steps), at


def _path(text: str, at: int) -> tuple[tuple[str, ...], int]:
    names: list[str] = []
    while True:
        match = _NAME.match(text, at)
        if match is None:
            raise TargetError(f"a name is missing at {at} in {text!r}")
        names.append(match.group())
        at = match.end()
        if not text.startswith(".", at) or text.startswith("...", at):
            return tuple(names), at
        at += 1


def _args(text: str, at: int) -> tuple[tuple[tuple[TypeMember, ...], ...], int]:
    if not text.startswith("[", at):
        return (), at
    given, at = _given(text, at, keyword=None)
    return tuple(union for _, union in given), at


def _given(text: str, at: int, keyword: re.Pattern[str] | None = _KEYWORD) -> tuple[Given, int]:
    args: list[tuple[str, tuple[TypeMember, ...]]] = []
    union: list[TypeMember] = []
    name = ""
    while True:
        named = keyword.match(text, at + 1) if keyword is not None and not union else None
        if named is not None:
            name, at = named[1], named.end() - 1
        member, at = _member(text, at + 1)
        union.append(member)
        mark = text[at : at + 1]
        if mark in {",", "]"}:
            args.append((name, tuple(union)))
            union, name = [], ""
        if mark == "]":
            return tuple(args), at + 1
        if mark not in {",", "|"}:
            raise TargetError(f"unexpected text at {at} in {text!r}")


def _member(text: str, at: int) -> tuple[TypeMember, int]:
    is_value = text.startswith("=", at)
    target, at = _target(text, at + is_value)
    return TypeMember(target, is_value), at


def _steps(text: str, at: int) -> tuple[tuple[Step, ...], int]:
    steps: list[Step] = []
    while True:
        if text.startswith(_WITH, at):
            arguments, at = _given(text, at + len(_WITH) - 1)
            steps.append(Step(Op.WITH, "", arguments))
        match = _STEP.match(text, at)
        if match is None:
            return tuple(steps), at
        at = match.end()
        name, call, word, index, mark, given = match.groups()
        if name:
            steps.append(Step(Op.ATTRIBUTE, name))
        elif call:
            steps.append(Step(Op.CALL))
        elif word:
            steps.append(_NAMED_STEPS[word])
        elif mark:
            steps.append(Step(_GIVEN_STEPS[mark], given))
        else:
            steps.append(Step(Op.ITEM, index or ""))


# What the text of a target shows without being parsed. Collect and link ask this of every use.


def instance_of(member: str) -> str:
    """Return the target of a value that has this type (a member as found in `Definition.type`)."""
    return member[1:] if member.startswith("=") else f"{member}()"


def is_value(member: str) -> bool:
    """Return whether a member of a type stands for the value of a target, not for an instance of it."""
    return member.startswith("=")


def bare_path(text: str) -> str:
    """Return the path of a type, or of a new instance of it, without arguments."""
    return text.partition("[")[0].removesuffix("()")


def is_path(text: str) -> bool:
    """Return whether a target is a bare dotted path, arguments allowed."""
    head = text.partition("[")[0]
    return "(" not in head and "!" not in head and not head.startswith("?") and (head == text or text.endswith("]"))


@lru_cache(maxsize=8192)
def split_arguments(target: str) -> tuple[str, tuple[tuple[str, ...], ...]] | None:
    """Split `path[a|b,c]()` into path and arguments; None if the target is not of that form."""
    if not target.endswith("]()"):
        return None
    head, _, rest = target[:-3].partition("[")
    if "(" in head or "!" in head:
        return None
    arguments: list[tuple[str, ...]] = []
    part: list[str] = []
    depth = start = 0
    for at, mark in enumerate(rest):
        if mark == "[":
            depth += 1
        elif mark == "]":
            depth -= 1
            if depth < 0:
                return None
        elif not depth and mark in ",|":
            part.append(rest[start:at])
            start = at + 1
            if mark == ",":
                arguments.append(tuple(part))
                part = []
    part.append(rest[start:])
    return head, (*arguments, tuple(part))


def is_called(text: str) -> bool:
    """Return whether a target calls something."""
    return "()" in text


def on_unknown(name: str) -> str:
    """Return the target of an attribute of something of unknown type."""
    return f"?.{name}"


def is_through_super(text: str) -> bool:
    """Return whether a target is an attribute of `super()`."""
    return _SUPER in text and text.endswith(f"{_SUPER}.{text.rpartition('.')[2]}")


def of_field(made: str, name: str) -> str:
    """Return the target of the field that a keyword argument sets; `made` is that of the class."""
    return f"{made}{_FIELD}:{name}"


def of_fixture(place: str, name: str) -> str:
    """Return the target of what pytest gives a parameter of this name, in a definition or module."""
    return f"{place}{_FIXTURE}:{name}"


def of_taken(method: str, name: str) -> str:
    """Return the target of what a parameter without annotation takes in a method that overrides another."""
    return f"{method}{_TAKEN}{name}"


def is_taken(text: str) -> bool:
    """Return whether a target is such a parameter, or comes from one."""
    return _TAKEN in text


def is_named(text: str) -> bool:
    """Return whether a target is what a name or an attribute stands for, and not what a call, a loop or pytest gives."""
    # First what is soon told of nearly all.
    return text.rpartition(".")[2].isidentifier() or (not text.endswith("()") and _ENDS_NAMED(text) is not None)


def is_given(text: str) -> bool:
    """Return whether a target is that of a fixture, field or special method itself, not of something that is looked up on it."""
    return _ENDS_GIVEN(text) is not None


def is_special(text: str) -> bool:
    """Return whether a target is the special method that an operator calls."""
    return _SPECIAL in text and is_given(text)


def is_on_object(text: str) -> bool:
    """Return whether a target is looked up on an object, whose class may override what it names."""
    return ("()" in text or "!" in text) and not is_through_super(text) and not is_given(text)
