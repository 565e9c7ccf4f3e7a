"""The language of symbolic targets."""

from __future__ import annotations

import pytest

from sphinx_kwindex.errors import TargetError
from sphinx_kwindex.targets import Op, Step, Target, format_target, format_type, instance_of, parse_target, parse_type

TARGETS = [
    "torch.nn.Module",
    "pkg.mod.Foo().bar",
    "builtins.dict[builtins.str,pkg.A|pkg.B]().values()!iter.bar",
    "pkg.mod.func.<locals>.inner",
    "pkg.mod.C()!super.run",
    "pkg.open()!enter.read()!item:-1.x",
    "typing.Callable[...,pkg.A]()",
    "builtins.list[=pkg.make().item]()!item",
    "?.matches",
    "app.migrations.0001_initial.Migration().run",
    "tools.my-script.main()!item:-1",
]


@pytest.mark.parametrize("text", TARGETS)
def test_round_trip(text: str) -> None:
    """Every target is written as it was read."""
    assert format_target(parse_target(text)) == text


def test_parts() -> None:
    """Names up to the first call are the path, the rest are steps."""
    expected = Target(("pkg", "Foo"), (), (Step(Op.CALL), Step(Op.ATTRIBUTE, "bar")))
    assert parse_target("pkg.Foo().bar") == expected


@pytest.mark.parametrize("text", ["pkg.Foo", "=pkg.make()", "builtins.list[pkg.Foo]"])
def test_type_round_trip(text: str) -> None:
    """Type members too."""
    assert format_type(parse_type(text)) == text


def test_instance_of() -> None:
    """A value member is itself; a type member is called."""
    assert instance_of("=pkg.make().x") == "pkg.make().x"
    assert instance_of("builtins.list[pkg.Foo]") == "builtins.list[pkg.Foo]()"


@pytest.mark.parametrize("text", ["", ".a", "a..b", "a[", "a[b", "a[]", "a b", "a!what", "a.", "a()b"])
def test_bad(text: str) -> None:
    """What does not follow the grammar is refused, with the place."""
    with pytest.raises(TargetError):
        parse_target(text)


def test_plain_targets_are_read_like_others() -> None:
    """The short way for targets without arguments gives what the long way gives."""
    expected = Target(("pkg", "f", "<locals>", "g"), (), (Step(Op.CALL), Step(Op.ITEM, "0"), Step(Op.ATTRIBUTE, "x")))
    assert parse_target("pkg.f.<locals>.g()!item:0.x") == expected
