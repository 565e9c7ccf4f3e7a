"""The ledger: a unit is redone if and only if something that it read changed, also if that was not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import pytest

from sphinx_kwindex.ledger import Recorder, digest
from sphinx_kwindex.options import Options
from sphinx_kwindex.store import Ledger, Store, stages

NAMES = ("a", "b", "c", "d")
A, B, C, D = map(digest, NAMES)


@pytest.fixture
def store() -> Iterator[Store]:
    """An index in a temporary folder."""
    with Store.open(None, options=Options()) as opened:
        yield opened


def test_digests() -> None:
    """A digest is the same in every process, and fits what SQLite takes as a number."""
    assert digest("place", "pkg.mod", 1) == digest("place", "pkg.mod", 1)
    assert digest("ab", "c") != digest("a", "bc")
    assert all(-(1 << 63) <= digest(number) < 1 << 63 for number in range(100))


def test_recording() -> None:
    """What is read belongs to the innermost thing that is being made, and to nothing outside of it."""
    recorder = Recorder()
    recorder.read(A)
    with recorder.recording() as outer:
        recorder.read(B)
        with recorder.recording() as inner:
            recorder.read_all([C, D])
        recorder.read(A)
    assert (outer, inner) == ({A, B}, {C, D})
    assert not recorder.is_recording


def test_only_readers_of_changes(store: Store) -> None:
    """Units that read a fact that changed are outdated, once; an equal fact changes nothing."""
    ledger = Ledger(store, "link")
    ledger.publish("x", {A: 1, B: 1})
    assert ledger.outdated(["one", "two"], "stamp") == ["one", "two"]
    ledger.record([("one", b"1", {A}), ("two", b"2", {B, C})])
    ledger.publish("x", {A: 1, B: 1})
    assert ledger.outdated(["one", "two"], "stamp") == []
    ledger.publish("x", {A: 2, B: 1})
    assert ledger.outdated(["one", "two"], "stamp") == ["one"]
    assert ledger.results() == {"two": b"2"}


@pytest.mark.parametrize("changed", [1, 100], ids=["few", "many"])
def test_few_and_many_changes(store: Store, changed: int) -> None:
    """The readers of what changed are found whether more was read or more has changed."""
    ledger = Ledger(store, "link")
    facts = [digest("fact", number) for number in range(200)]
    units = [(f"{start:03}", b"", facts[start : start + 40]) for start in range(0, 160, 4)]
    ledger.outdated([], "stamp")
    ledger.record(units)
    ledger.touch(facts[:changed])
    expected = [name for name, _, reads in units if {*reads} & {*facts[:changed]}]
    assert ledger.outdated([name for name, *_ in units], "stamp") == expected


def test_absence(store: Store) -> None:
    """A unit that read what was not there is outdated when it comes, from whomever, and when it goes."""
    ledger = Ledger(store, "link")
    ledger.outdated(["one"], "")
    ledger.record([("one", b"", {A})])
    for facts in ({A: 1}, {}):
        ledger.publish("new", facts)
        assert ledger.outdated(["one"], "") == ["one"]
        ledger.record([("one", b"", {A})])


def test_stamp(store: Store) -> None:
    """Other code or options have everything redone."""
    ledger = Ledger(store, "link")
    ledger.outdated(["one"], "old")
    ledger.record([("one", b"", ())])
    assert ledger.outdated(["one"], "old") == []
    assert ledger.outdated(["one"], "new") == ["one"]


def test_stages_do_not_meet(store: Store) -> None:
    """What changed for one stage has not changed for another."""
    link, pages = Ledger(store, "link"), Ledger(store, "pages")
    for ledger in (link, pages):
        ledger.outdated(["one"], "")
        ledger.record([("one", b"", {A})])
    link.touch([A])
    assert pages.outdated(["one"], "") == []
    assert link.outdated(["one"], "") == ["one"]


def test_unwanted_units(store: Store) -> None:
    """The record of a unit that is not wanted goes; if it is wanted again, it is outdated."""
    ledger = Ledger(store, "link")
    ledger.outdated(["one"], "")
    ledger.record([("one", b"", ())])
    assert ledger.outdated([], "") == []
    assert ledger.outdated(["one"], "") == ["one"]


def test_killed_before_redoing(store: Store) -> None:
    """What was found outdated and not redone is outdated for the next build."""
    ledger = Ledger(store, "link")
    ledger.outdated(["one"], "")
    ledger.record([("one", b"", {A})])
    ledger.touch([A])
    assert Ledger(store, "link").outdated(["one"], "") == ["one"]
    assert Ledger(store, "link").outdated(["one"], "") == ["one"]


def test_many_changes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After too many changes everything is redone."""
    monkeypatch.setattr(stages, "MOST_CHANGES", 2)
    ledger = Ledger(store, "link")
    ledger.outdated(["one"], "")
    ledger.record([("one", b"", {A})])
    ledger.touch([B, C, D])
    assert ledger.outdated(["one"], "") == ["one"]


@pytest.mark.parametrize("seed", range(20))
def test_any_states(tmp_path: Path, seed: int) -> None:
    """Whatever is published, exactly the units that read something that differs are outdated."""
    random = Random(seed)
    reads = [set(random.sample(NAMES, random.randrange(len(NAMES)))) for _ in range(4)]
    states = [random_state(random) for _ in range(6)]
    units = {str(number): names for number, names in enumerate(reads)}
    seen: dict[str, object] = {}
    for state in states:
        with Store.open(tmp_path, options=Options()) as store:
            ledger = Ledger(store, "link")
            with store.transaction():
                for owner in ("x", "y", "z"):
                    ledger.publish(owner, {digest(name): value for name, value in state.get(owner, {}).items()})
                now = {unit: look(state, names) for unit, names in units.items()}
                wanted = [unit for unit in units if seen.get(unit) != now[unit]]
                assert ledger.outdated(list(units), "") == wanted
                ledger.record((unit, b"", map(digest, units[unit])) for unit in wanted)
            seen = dict(now)


def look(state: Mapping[str, Mapping[str, int]], names: set[str]) -> list[object]:
    """Return what a unit reads of a state."""
    return [(name, owner, state.get(owner, {}).get(name)) for name in sorted(names) for owner in ("x", "y", "z")]


def random_state(random: Random) -> dict[str, dict[str, int]]:
    """Return facts of some owners, of which many are equal."""
    owners = random.sample(("x", "y", "z"), random.randrange(4))
    return {owner: {name: random.randrange(2) for name in NAMES if random.randrange(2)} for owner in owners}
