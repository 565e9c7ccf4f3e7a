"""A reason why files are related is one row: what a new one needs is in it, and all that goes by the rows knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.errors import Problem
from sphinx_kwindex.model import Kind, Related
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages.related_view import join_reasons
from sphinx_kwindex.relate.evidence import Evidence, Signal
from sphinx_kwindex.relate.others import find_faults
from sphinx_kwindex.relate.reasons import REASONS, Explainer, Ground, ReasonType, reason_text
from sphinx_kwindex.relate.signals import Table
from sphinx_kwindex.store import Reader

MakeTree = Callable[..., Path]


def read_reviewers(reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield who reviewed files: they have a constant that is called like it."""
    for name in ("ANN", "BEN"):
        yield from ((keyword.path, name) for keyword in reader.keywords(name=name, kind=Kind.DATA))


def same_reviewers(evidence: Evidence) -> Table:
    """Return the files that the same people reviewed; here, of the one with fewer only, so that rows are not mutual."""
    told = [set(file.told.get("reviewed", ())) for file in evidence.files]
    return [
        {other: 1.0 for other, others in enumerate(told) if one & others and (len(one), number) < (len(others), other)}
        for number, one in enumerate(told)
    ]


def is_reviewed(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    """Find who reviewed both."""
    if other not in known.evidence.tables["reviewers"][file]:
        return ()
    both = set(known.evidence.files[file].told["reviewed"]) & set(known.evidence.files[other].told["reviewed"])
    return [Ground(len(both), sorted(both))]


REVIEWED = ReasonType(
    "reviewed",
    ("reviewed by %(words)s, too", ""),
    "same reviewer: {words}",
    is_reviewed,
    group="family",
    read=read_reviewers,
    signal=Signal("reviewers", 0.5, same_reviewers),
)


@pytest.fixture(autouse=True)
def reviewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the row."""
    monkeypatch.setitem(REASONS, REVIEWED.kind, REVIEWED)  # type: ignore[arg-type]


def related(project: Project) -> dict[str, list[str]]:
    """Return who is related to which files by it."""

    def is_of_it(row: Related) -> bool:
        return any(reason.kind == "reviewed" for reason in row.reasons)

    return {file.path: [row.path for row in project.related(file.path) if is_of_it(row)] for file in project.files()}


def test_new_kind_is_found_and_told(make_tree: MakeTree) -> None:
    """Its signal finds files that nothing else relates; the reason has its group, and words for pages and dumps."""
    with Project.open(
        make_tree({"a/one.py": "ANN = 1\n", "b/two.py": "ANN = 2\n", "c/three.py": "CID = 1\n"})
    ) as project:
        assert related(project) == {"a/one.py": ["b/two.py"], "b/two.py": [], "c/three.py": []}
        row = project.related("a/one.py")[0]
        reason = next(reason for reason in row.reasons if reason.kind == "reviewed")
        assert row.group == "family"
        assert (reason.count, reason.words, reason_text(reason)) == (1, ("ANN",), "same reviewer: ANN")
        assert "reviewed by %(words)s, too" in repr(join_reasons([reason]))


@pytest.mark.parametrize("edit", ["BEN = 2\n", "ANN = BEN = 2\n", "", None], ids=["other", "more", "none", "deleted"])
def test_new_kind_is_kept_up_to_date(edit: str | None, make_tree: MakeTree, tmp_path: Path) -> None:
    """After an edit the lists are those of a new index."""
    tree = {f"z{number}/m{number}.py": f"def f{number}x{number}(): ...\n" for number in range(20)}
    folder = make_tree({**tree, "a/one.py": "ANN = 1\n", "b/two.py": "ANN = 2\n", "c/three.py": "BEN = 1\n"})
    with Project.open(folder, tmp_path / "cache") as project:
        before = related(project)
    make_tree({"b/two.py": edit})
    with Project.open(folder, tmp_path / "cache") as updated, Project.open(folder) as new:
        assert related(updated) == related(new) != before
        assert all(updated.related(row.path) == new.related(row.path) for row in new.files())


@pytest.mark.parametrize(("name", "is_known"), [("reviewers", True), ("reviewed", False)])
def test_new_signal_has_a_weight_to_set(name: str, is_known: bool) -> None:
    """Settings know its weight by the name of the signal, and turn it off."""
    faults: tuple[Problem, ...] = find_faults(Options(related_weights={name: 0.0}))
    assert (not faults) == is_known


def test_new_signal_can_be_turned_off(make_tree: MakeTree) -> None:
    """A file that nothing else speaks for is not related then."""
    tree = {"a/one.py": "ANN = 1\n", "b/two.py": "ANN = 2\n"}
    with Project.open(make_tree(tree), related_weights={"reviewers": 0.0, "vocabulary": 0.0}) as project:
        assert related(project) == {"a/one.py": [], "b/two.py": []}
