"""The language of symbolic targets."""

from __future__ import annotations

import pytest

from sphinx_kwindex.errors import TargetError
from sphinx_kwindex.targets import (
    Op,
    Step,
    Target,
    bare_path,
    format_target,
    format_type,
    instance_of,
    is_called,
    is_given,
    is_on_object,
    is_path,
    is_through_super,
    is_value,
    of_field,
    of_fixture,
    on_unknown,
    parse_target,
    parse_type,
    split_arguments,
)

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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pkg.Foo", {"is_path"}),
        ("pkg.Foo[a.B]", {"is_path"}),
        ("pkg.Foo().bar", {"is_called", "is_on_object"}),
        ("pkg.Foo!iter", {"is_on_object"}),
        ("?.bar", set()),
        ("=pkg.make()", {"is_value", "is_called", "is_on_object"}),
        ("pkg.C()!super.run", {"is_called", "is_through_super"}),
        (of_fixture("tests.test_a", "client"), {"is_given"}),
        (of_fixture("tests.test_a", "client") + ".get", {"is_on_object"}),
        (of_field("pkg.C", "name"), {"is_given"}),
        (on_unknown("name"), set()),
    ],
)
def test_what_texts_show(text: str, said: set[str]) -> None:
    """What collect and link ask of the text of a target, without parsing it."""
    questions = [is_called, is_given, is_on_object, is_path, is_through_super, is_value]
    assert {question.__name__ for question in questions if question(text)} == said
    parse_type(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("builtins.dict[builtins.str,a.B|a.C]()", ("builtins.dict", (("builtins.str",), ("a.B", "a.C")))),
        ("builtins.list[builtins.list[a.B]]()", ("builtins.list", (("builtins.list[a.B]",),))),
        ("builtins.list()", None),
        ("a.f()!iter", None),
    ],
)
def test_arguments(text: str, expected: object) -> None:
    """A new instance of a type with arguments is split into its path and its arguments."""
    assert split_arguments(text) == expected
    assert bare_path(text) == text.partition("[")[0].removesuffix("()")
