"""Tests on the page of a file: those that use its keywords, or for a test file, how to run it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import FileFacts, Inherited, Role, UseRow, keyword_id
from sphinx_kwindex.own_code import is_aside
from sphinx_kwindex.pages.blocks import (
    Block,
    Brief,
    Bullets,
    Code,
    Count,
    Fold,
    Inline,
    Item,
    Link,
    Mono,
    Para,
    Series,
    To,
    View,
    Why,
    fold_list,
)
from sphinx_kwindex.pages.examples_view import examples_block, examples_of_file
from sphinx_kwindex.pages.phrases import more_files, more_of, say
from sphinx_kwindex.pages.reaching import MOST_TESTS
from sphinx_kwindex.pages.records import ReachingTests
from sphinx_kwindex.pages.runners import Runner, case_name, run_command
from sphinx_kwindex.pages.subjects import IS_TEST, FileSubject, PageSection, find_tests
from sphinx_kwindex.pages.uses_view import ScopeLinks

if TYPE_CHECKING:
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.overview import Overview

MAX_FILES = 10
"""Test files in the list; one command runs them all."""
MAX_NAMES = 6
"""Keywords that are named for each of them."""
MAX_CASES = 50
"""Tests of a test file in the list."""


class UsingTest(View, frozen=True):
    """A test file that uses keywords of the page's file."""

    file: Link
    count: int
    names: tuple[Link, ...]
    """The keywords, most used first."""
    more: int = 0


class HowTested(View, frozen=True):
    """Which tests use a file; of a test file, how to run it."""

    files: tuple[UsingTest, ...] = ()
    more_files: int = 0
    command: str = ""
    """Runs the tests that are listed, or the test file."""
    cases: tuple[Link, ...] = ()
    """The tests of a test file; their texts are what the runner calls them."""
    more_cases: int = 0
    runner: Runner = Runner.PYTEST


def how_tested(file: FileSubject) -> HowTested | None:
    """Return what a file's page shows of tests."""
    if file.facts.role is Role.TEST:
        return _how_to_run(file.addresses, file.overview.runner, file.facts, file.linked.inherited)
    # `from package.module import x` names the package on its way, but is not a use of what the package itself holds.
    passing = file.facts.module if file.facts.is_package else ""
    importers = {path for path, _ in file.reader.timed_importers(file.path)} if passing else set()
    rows = (row for row in file.uses.rows if row.target != passing or row.path in importers)
    return _used_by_tests(file.addresses, file.overview, file.facts, rows)


def reaching_tests(file: FileSubject) -> dict[str, ReachingTests]:
    """Return the tests that reach what a file defines, by qualified name."""
    scopes = ScopeLinks(file.addresses)
    return {
        qualname: ReachingTests(
            count=found.certain,
            direct=found.direct,
            nearest=tuple(scopes.link(*test) for test in found.nearest),
            is_more=found.certain >= MOST_TESTS,
            possible=found.possible,
            is_more_possible=found.certain + found.possible >= MOST_TESTS,
        )
        for qualname, found in file.overview.reaching.get(file.path, {}).items()
    }


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
        file=addresses.path_link(path),
        count=_count(counts, links),
        names=tuple(links[identity] for identity in names[:MAX_NAMES]),
        more=max(0, len(names) - MAX_NAMES),
    )


def _keyword_links(addresses: Addresses, facts: FileFacts) -> dict[str, Link]:
    """Return the links to a file's definitions by their ids, in order; its module, which is the page, is left out."""
    link = addresses.definition_links(facts)
    rows = enumerate(facts.definitions)
    return {keyword_id(facts.module, item.qualname): link(place) for place, item in rows if place}


def _how_to_run(
    addresses: Addresses, runner: Runner, facts: FileFacts, inherited: Iterable[Inherited]
) -> HowTested | None:
    own = [(place, facts.definitions[place].qualname) for place in find_tests(facts)]
    if not own:
        return None
    cases = sorted({*own, *_inherited_cases(facts, inherited)})
    link = addresses.definition_links(facts)
    shown = tuple(
        msgspec.structs.replace(link(place), text=case_name(runner, facts.path, qualname))
        for place, qualname in cases[:MAX_CASES]
    )
    command, more = run_command(runner, [facts.path]), max(0, len(cases) - MAX_CASES)
    return HowTested(command=command, cases=shown, more_cases=more, runner=runner)


def _inherited_cases(facts: FileFacts, inherited: Iterable[Inherited]) -> Iterator[tuple[int, str]]:
    """Yield the tests that classes of tests have from their bases: the position of the class, and the test's name there."""
    for item in inherited:
        holder = facts.definitions[item.place]
        if holder.flags & IS_TEST:
            yield from ((item.place, f"{holder.qualname}.{name}") for name in item.names if name.startswith("test"))


def blocks_of_tests(tests: HowTested, open_limit: int) -> Iterator[Block]:
    """Show which tests use a file, or how to run a test file."""
    files, cases = len(tests.files) + tests.more_files, len(tests.cases) + tests.more_cases
    yield Count(files + cases)
    using = map(_using, tests.files)
    yield from fold_list(say("Tests that use it"), using, count=files, is_short=True, open_limit=open_limit)
    if tests.more_files:
        yield Para(more_files(tests.more_files))
    if tests.command:
        one, many = say("To run it, from the root of the project:"), say("To run them, from the root of the project:")
        yield Para((many if tests.files else one, " ", Code(tests.command)), "kw-run")
    if tests.cases:
        # Closed, however short: who wants one test alone looks for it.
        title = say("Tests in this file") if tests.runner is Runner.UNKNOWN else say("To run one test")
        links = Bullets(tuple(Item(Mono(To(case))) for case in tests.cases), more_of(tests.more_cases))
        yield Brief((Fold(title, (links,), count=str(cases)),))


def _using(test: UsingTest) -> Item:
    names: Inline = Series((*(Mono(To(link)) for link in test.names), more_of(test.more)))
    if not test.names:
        names = say("the module itself")
    return Item((To(test.file), Why((f"{test.count}× ", names))))


def _blocks(file: FileSubject) -> Iterator[Block]:
    tests = how_tested(file)
    if tests is not None:
        yield from blocks_of_tests(tests, file.options.open_limit)
        yield from examples_block(examples_of_file(file), file.options.open_limit)


TESTS = PageSection[FileSubject]("kw-tests", N_("Tests"), lambda file: file.part == 1 and file.has_tests, _blocks)
