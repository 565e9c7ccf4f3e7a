"""What the page of a file shows of tests: which of them use its keywords; of a test file, how to run it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from sphinx_kwindex.model import FileFacts, Flag, Inherited, Kind, Role, UseRow, keyword_id
from sphinx_kwindex.pages.addresses import anchors
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.own_code import is_aside
from sphinx_kwindex.pages.records import HowTested, Runner, UsingTest
from sphinx_kwindex.pages.runners import case_name, run_command

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.overview import Overview

MAX_FILES = 10
"""Test files in the list; one command runs them all."""
MAX_NAMES = 6
"""Keywords that are named for each of them."""
MAX_CASES = 50
"""Tests of a test file in the list."""

_TEST = int(Flag.TEST)
_FUNCTIONS = frozenset({Kind.FUNCTION, Kind.METHOD})


def has_tests(facts: FileFacts, overview: Overview) -> bool:
    """Tell whether there is something to show of tests."""
    return next(_cases(facts), None) is not None if facts.role is Role.TEST else facts.path in overview.tested


def how_tested(
    addresses: Addresses,
    overview: Overview,
    facts: FileFacts,
    uses: Iterable[UseRow],
    *,
    importers: Collection[str] = (),
    inherited: Iterable[Inherited] = (),
) -> HowTested | None:
    """Return what a file's page shows of tests.

    `uses` are all uses of the file's keywords, `importers` the files whose import statements name it, `inherited` what its classes inherit.
    """
    if facts.role is Role.TEST:
        return _how_to_run(addresses, overview.runner, facts, inherited)
    # `from package.module import x` names the package on its way, but is no use of what the package itself holds.
    passing = facts.module if facts.is_package else ""
    rows = (row for row in uses if row.target != passing or row.path in importers)
    return _used_by_tests(addresses, overview, facts, rows)


def _used_by_tests(
    addresses: Addresses, overview: Overview, facts: FileFacts, uses: Iterable[UseRow]
) -> HowTested | None:
    found: dict[str, Counter[str]] = {}
    for row in uses:
        if row.exact and row.path != facts.path and addresses.is_test(row.path):
            found.setdefault(row.path, Counter())[row.target] += 1
    if not found:
        return None
    links = _keyword_links(addresses, facts)
    counts = {path: _count(found[path], links) for path in found}
    shown = sorted(found, key=lambda path: (-counts[path], path))[:MAX_FILES]
    return HowTested(
        files=tuple(_using_test(addresses, path, found[path], links) for path in shown),
        more_files=len(found) - len(shown),
        command=run_command(overview.runner, _run(overview, shown)),
        runner=overview.runner,
    )


def _count(counts: Counter[str], links: dict[str, Link]) -> int:
    """Count the uses of the names that are listed; of the module, only where nothing else of it is used."""
    return sum(number for identity, number in counts.items() if identity in links) or counts.total()


def _run(overview: Overview, paths: Iterable[str]) -> list[str]:
    """Return which of some test files are run: not those of fixtures or helpers, and examples only alone."""
    tests = [path for path in paths if path in overview.with_tests]
    return [path for path in tests if not is_aside(path)] or tests


def _using_test(addresses: Addresses, path: str, counts: Counter[str], links: dict[str, Link]) -> UsingTest:
    order = {identity: place for place, identity in enumerate(links)}
    names = sorted(counts.keys() & order.keys(), key=lambda identity: (-counts[identity], order[identity]))
    return UsingTest(
        file=Link(docname=addresses.file(path), text=path),
        count=_count(counts, links),
        names=tuple(links[identity] for identity in names[:MAX_NAMES]),
        more=max(0, len(names) - MAX_NAMES),
    )


def _keyword_links(addresses: Addresses, facts: FileFacts) -> dict[str, Link]:
    """Return the links to a file's definitions by their ids, in order; its module, which is the page, is left out."""
    rows = enumerate(zip(facts.definitions, anchors(facts.definitions), strict=True))
    return {
        keyword_id(facts.module, item.qualname): Link(
            docname=addresses.keyword(facts.path, place), anchor=name, text=item.qualname
        )
        for place, (item, name) in rows
        if place
    }


def _how_to_run(
    addresses: Addresses, runner: Runner, facts: FileFacts, inherited: Iterable[Inherited]
) -> HowTested | None:
    own = [(place, facts.definitions[place].qualname) for place in _cases(facts)]
    if not own:
        return None
    cases = sorted({*own, *_inherited_cases(facts, inherited)})
    names = anchors(facts.definitions)
    return HowTested(
        command=run_command(runner, [facts.path]),
        cases=tuple(
            Link(
                docname=addresses.keyword(facts.path, place),
                anchor=names[place],
                text=case_name(runner, facts.path, qualname),
            )
            for place, qualname in cases[:MAX_CASES]
        ),
        more_cases=max(0, len(cases) - MAX_CASES),
        runner=runner,
    )


def _inherited_cases(facts: FileFacts, inherited: Iterable[Inherited]) -> Iterator[tuple[int, str]]:
    """Yield the tests that classes of tests have from their bases: the position of the class, and the test's name there."""
    for item in inherited:
        holder = facts.definitions[item.place]
        if holder.flags & _TEST:
            yield from ((item.place, f"{holder.qualname}.{name}") for name in item.names if name.startswith("test"))


def _cases(facts: FileFacts) -> Iterator[int]:
    """Yield the positions of the functions that a test runner takes for tests."""
    for place, item in enumerate(facts.definitions):
        if item.flags & _TEST and item.kind in _FUNCTIONS:
            yield place
