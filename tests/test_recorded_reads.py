"""Recorded reads at random: whatever is edited, no answer changes without a fact that was read for it, and no page goes stale."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from difflib import unified_diff
from functools import wraps
from pathlib import Path
from pprint import pformat
from random import Random
from typing import Any, NamedTuple

import msgspec
import pytest
from random_trees import RandomTree, write

from sphinx_kwindex import Project
from sphinx_kwindex.dump import dump_lines
from sphinx_kwindex.ledger import ANYTHING, digest
from sphinx_kwindex.pages.book import Book, Made
from sphinx_kwindex.pages.patterns import PATTERNS
from sphinx_kwindex.pages.views import find_sections
from sphinx_kwindex.store import Reader

STEPS = int(os.environ.get("KWINDEX_STEPS", "500"))
"""Edits in all; more by hand: `KWINDEX_STEPS=20000`."""
FIRST = int(os.environ.get("KWINDEX_FIRST", "0"))
"""The first seed, to run others than the last time."""
_EACH = 25
"""Edits of one project."""
NOT_ASKED = {"close", "state", "problems", "link_states", "blobs"}
"""Methods of `Reader` whose answers no page shows."""


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have files of several pages, and no page that changes with the number of files alone."""
    for module in ("store.rows", "store.reader", "pages.addresses", "pages.views", "pages.file_view"):
        monkeypatch.setattr(f"sphinx_kwindex.{module}.PART_SIZE", 5)
    monkeypatch.setattr("sphinx_kwindex.pages.addresses.round_down", lambda _number: 0)


class State(NamedTuple):
    """A project that is edited at random, after one edit."""

    root: Path
    cache: Path
    options: dict[str, Any]

    def open(self) -> Project:
        """Index it, with what the index said of it before."""
        return Project.open(self.root, self.cache, **self.options)

    def open_new(self) -> Project:
        """Index it as if nobody ever had."""
        return Project.open(self.root, None, **self.options)


@pytest.fixture
def states(tmp_path: Path, small_pages: None, quick_index: None) -> Callable[[int], Iterator[State]]:
    """Return a function that edits a project at random, and yields it after each edit."""

    def edit(seed: int) -> Iterator[State]:
        tree = RandomTree(Random(seed))
        for _ in range(_EACH):
            write(tmp_path / "tree", tree.edit())
            yield State(tmp_path / "tree", tmp_path / "cache", dict(tree.options))

    return edit


@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(1, STEPS // _EACH)))
def test_pages_are_as_fresh(states: Callable[[int], Iterator[State]], seed: int) -> None:
    """After each edit the index and all pages, of which only the outdated were made again, are those of a new index."""
    for state in states(seed):
        with state.open() as project, state.open_new() as new:
            assert list(dump_lines(project)) == list(dump_lines(new))
            assert project.problems == new.problems
            book, fresh = make_book(project), make_book(new)
            made = {docname: book.make(docname) for docname in book.outdated()}
            book.record((docname, item.digest, item.reads) for docname, item in made.items())
            assert list(book.pages.items()) == list(fresh.pages.items())
            digests = book.digests()
            expected = {docname: fresh.make(docname) for docname in fresh.pages}
            wrong = [docname for docname, item in expected.items() if digests.get(docname) != item.digest]
            assert not wrong, difference(book.make(wrong[0]), expected[wrong[0]])
            assert digests.keys() == expected.keys()


def make_book(project: Project) -> Book:
    """Return the pages of a project, with the sections that its settings ask for."""
    return Book(project, PATTERNS, find_sections(project.options)[0])


def difference(found: Made, expected: Made) -> str:
    """Return where a view differs; nothing if it was only not made again."""
    return "\n".join(unified_diff(*(pformat(made.view, width=150).splitlines() for made in (found, expected)), n=0))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(1, STEPS // _EACH // 10)))
def test_answers_rest_on_what_is_recorded(
    states: Callable[[int], Iterator[State]], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the reader answers a question otherwise than before, a fact has changed that was recorded for it."""
    asked: dict[tuple[str, bytes], tuple[Any, Any]] = {}
    for name in dir(Reader):
        if not name.startswith("_") and name not in NOT_ASKED and callable(getattr(Reader, name)):
            monkeypatch.setattr(Reader, name, noting(name, getattr(Reader, name), asked))
    known: dict[tuple[str, bytes], tuple[Any, Any, set[int], int]] = {}
    for state in states(seed):
        with state.open() as project:
            changed = {*project.ledger("pages").changes(), ANYTHING}
            for question, (args, kwargs, keys, before) in known.items():
                if not changed & keys:
                    assert ask(project.reader, question[0], args, kwargs)[0] == before, (question[0], args, kwargs)
            asked.clear()
            book = make_book(project)
            made = {docname: book.make(docname) for docname in book.pages}
            book.outdated()
            book.record((docname, item.digest, item.reads) for docname, item in made.items())
            known = {}
            for question, (args, kwargs) in dict(asked).items():
                answer, keys = ask(project.reader, question[0], args, kwargs)
                known[question] = (args, kwargs, keys, answer)


def noting(
    name: str, method: Callable[..., Any], asked: dict[tuple[str, bytes], tuple[Any, Any]]
) -> Callable[..., Any]:
    """Return a method of a reader that notes what it is asked."""

    @wraps(method)
    def ask_and_note(self: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self) is Reader and not any(callable(arg) for arg in (*args, *kwargs.values())):
            args = tuple(tuple(arg) if isinstance(arg, (set, frozenset, dict)) else arg for arg in args)
            with_order = msgspec.msgpack.encode((args, sorted(kwargs.items())))
            asked[name, with_order] = args, kwargs
        return method(self, *args, **kwargs)

    return ask_and_note


def ask(reader: Reader, name: str, args: Any, kwargs: Any) -> tuple[int, set[int]]:
    """Return the digest of an answer, and the keys that are recorded for it."""
    with reader.recorder.recording() as keys:
        answer = getattr(reader, name)(*args, **kwargs)
        if isinstance(answer, Iterator):
            answer = list(answer)
        if isinstance(answer, frozenset):
            answer = sorted(answer)  # equal sets may come in another order
    return digest(answer), keys
