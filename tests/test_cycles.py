"""Cycles of imports."""

from __future__ import annotations

import pytest

from sphinx_kwindex.cycles import find_groups, make_graph, shortest_cycle


def edges(text: str) -> list[tuple[str, str]]:
    """Read `a>b b>c` as pairs."""
    return [(pair[0], pair[-1]) for pair in text.split()]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("a>b b>c a>c", [], id="no-cycle"),
        pytest.param("a>a", [], id="itself"),
        pytest.param("b>a a>b", ["ab"], id="two"),
        pytest.param("a>b b>c c>a c>d", ["abc"], id="three-and-a-tail"),
        pytest.param("a>b b>a c>d d>c b>c", ["ab", "cd"], id="two-groups-joined-one-way"),
        pytest.param("a>b b>c c>b c>d d>e e>a", ["abcde"], id="cycles-that-meet"),
        pytest.param("x>a x>b a>b b>a", ["ab"], id="entered-from-outside"),
    ],
)
def test_groups(text: str, groups: list[str]) -> None:
    """A group is the files that lead to each other; what only leads there or away is not in it."""
    for order in (edges(text), edges(text)[::-1]):
        assert ["".join(group) for group in find_groups(make_graph(order))] == groups


def test_groups_of_a_long_chain() -> None:
    """Chains of imports may be longer than Python's stack is deep."""
    ring = [(f"{number:05}", f"{(number + 1) % 20_000:05}") for number in range(20_000)]
    (group,) = find_groups(make_graph(ring))
    assert len(group) == 20_000
    assert find_groups(make_graph(ring[:-1])) == ()


@pytest.mark.parametrize(
    ("text", "start", "way"),
    [
        pytest.param("a>b b>a", "a", "ab", id="two"),
        pytest.param("a>b b>a", "b", "ba", id="from-the-other"),
        pytest.param("a>b b>c c>a a>d d>a", "a", "ad", id="shortest"),
        pytest.param("a>c c>a a>b b>a", "a", "ab", id="first-in-order"),
        pytest.param("a>b b>c c>b", "a", "", id="none"),
    ],
)
def test_shortest_cycle(text: str, start: str, way: str) -> None:
    """The shortest way back is found, the first in order of those as short."""
    graph = make_graph(edges(text))
    back = make_graph((target, user) for user, target in edges(text))
    assert "".join(shortest_cycle(graph, back, start, set("abcd"))) == way


def test_cycle_stays_inside() -> None:
    """A cycle goes through the given files only."""
    found = edges("a>b b>a a>c c>d d>a")
    back = make_graph((target, user) for user, target in found)
    assert shortest_cycle(make_graph(found), back, "a", {"a", "c", "d"}) == ("a", "c", "d")
