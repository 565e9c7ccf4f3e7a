"""Recorded reads at random: whatever is edited, no answer changes without a fact that was read for it, and no page goes stale."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.ledger import ANYTHING, digest
from sphinx_kwindex.pages.book import Book, digest_view
from sphinx_kwindex.pages.views import list_pages, make_addresses, page_view
from sphinx_kwindex.store import Reader

STEPS = int(os.environ.get("KWINDEX_STEPS", "8"))
"""Edits of each random project; more by hand: `KWINDEX_STEPS=1000`."""
SEEDS = range(int(os.environ.get("KWINDEX_SEEDS", "3")))
NOT_ASKED = {"close", "state", "problems", "link_states", "blobs"}
"""Methods of `Reader` whose answers no page shows."""

FOLDERS = ("", "pkg/", "pkg/sub/", "other/", "tests/")
NAMES = ("go", "stop", "Base", "LIMIT", "make_thing", "test_it")


class RandomTree:
    """A project that is edited at random."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.files: dict[str, str | None] = {}
        self.options: dict[str, Any] = {}

    def edit(self) -> dict[str, str | None]:
        """Return some changed files (None: deleted); options may change too."""
        random, changed = self.random, {}
        for _ in range(random.choice((1, 1, 1, 2, 4))):
            path = self._path()
            there = [path for path, text in self.files.items() if text is not None]
            if there and random.random() < 0.5:
                path = random.choice(there)
            changed[path] = None if self.files.get(path) and random.random() < 0.2 else self._text(path)
        changed = {path: text for path, text in changed.items() if text is not None or self.files.get(path)}
        self.files.update(changed)
        if random.random() < 0.1:
            self.options = random.choice(({}, {"related_limit": 0}, {"open_limit": 3}, {"exclude": ["other"]}))
        return changed

    def _path(self) -> str:
        random = self.random
        if random.random() < 0.1:
            return random.choice(("README.md", "pkg/README.md"))
        folder = random.choice(FOLDERS)
        name = random.choice(("__init__", "base", "user", "Base", "long", "test_a", "conftest"))
        return f"{folder}{name}{random.choice(('.py', '.py', '.py', '.pyi'))}"

    def _text(self, path: str) -> str:
        random = self.random
        if path.endswith(".md"):
            words = random.sample((*NAMES, "pkg.base.Base", "pkg/sub/", "pkg.base"), 3)
            return f"# {random.choice(NAMES)}\n\n" + " ".join(f"`{word}`" for word in words) + "\n"
        if random.random() < 0.03:
            return "def (:\n"
        lines = [f'"""{random.choice(("One", "Two"))}."""'] * random.randrange(2)
        lines += [self._import() for _ in range(random.randrange(4))]
        for _ in range(random.choice((0, 1, 3, 8))):
            lines += self._definition()
        return "\n".join(lines) + "\n"

    def _import(self) -> str:
        random = self.random
        module = random.choice(("pkg", "pkg.base", "pkg.sub", "pkg.sub.base", "other.user", "base", "zz", "os"))
        name = random.choice((*NAMES, "*", "base", "Base as B"))
        return random.choice((f"from {module} import {name}", f"import {module}", f"def later():\n    import {module}"))

    def _definition(self) -> list[str]:
        random = self.random
        name, other = random.choice(NAMES), random.choice(NAMES)
        value = random.choice(
            (f"{other}()", f"x.{other}()", f"pkg.base.{other}", "1", f"'{other}'", f"super().{other}()")
        )
        kind = random.randrange(4)
        if kind == 0:
            return [f"{name} = {value}"]
        if kind == 1:
            return [f"def {name}(x: {random.choice(('Base', 'int', 'pkg.base.Base'))} = 1):", f"    return {value}", ""]
        bases = random.choice(("", "(Base)", "(pkg.base.Base)", "(ValueError)", "(Base, LIMIT)"))
        return [f"class {name}{bases}:", f"    def {other}(self):", f"        return self.{name}, {value}", ""]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have files of several pages."""
    for module in ("store.rows", "pages.addresses", "pages.views", "pages.file_view"):
        monkeypatch.setattr(f"sphinx_kwindex.{module}.PART_SIZE", 5)


@pytest.fixture(params=SEEDS)
def steps(
    request: pytest.FixtureRequest, make_tree: Callable[..., Path], tmp_path: Path, small_pages: None
) -> Iterator[Iterator[Project]]:
    """The states of a project that is edited at random, each opened with the cache of those before."""
    tree = RandomTree(Random(request.param))

    def states() -> Iterator[Project]:
        for _ in range(STEPS):
            root = make_tree(tree.edit())
            with Project.open(root, tmp_path / "cache", **tree.options) as project:
                yield project

    return states()


def test_pages_are_as_fresh(steps: Iterator[Project]) -> None:
    """After each edit the pages, of which only those that are outdated were made again, are those of a new index."""
    for project in steps:
        book = Book(project)
        made = {docname: book.make(docname) for docname in book.outdated()}
        book.record((docname, item.digest, item.reads) for docname, item in made.items())
        with Project.open(project.root, None, **options_of(project)) as new:
            addresses = make_addresses(new.reader, new.options)
            pages = list_pages(new.reader, new.options, addresses)
            assert tuple(book.pages.values()) == pages
            views = {page.docname: page_view(new.reader, new.options, addresses, page) for page in pages}
        assert book.digests() == {docname: digest_view(view) for docname, view in views.items()}


def options_of(project: Project) -> dict[str, Any]:
    """Return the settings that differ from the defaults."""
    defaults = type(project.options)()
    names = ("related_limit", "open_limit", "exclude")
    return {
        name: getattr(project.options, name)
        for name in names
        if getattr(project.options, name) != getattr(defaults, name)
    }


def test_answers_rest_on_what_is_recorded(steps: Iterator[Project], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the reader answers a question otherwise than before, a fact has changed that was recorded for it."""
    asked: dict[tuple[str, bytes], tuple[Any, Any]] = {}
    for name in dir(Reader):
        if not name.startswith("_") and name not in NOT_ASKED and callable(getattr(Reader, name)):
            monkeypatch.setattr(Reader, name, noting(name, getattr(Reader, name), asked))
    known: dict[tuple[str, bytes], tuple[Any, Any, set[int], int]] = {}
    for project in steps:
        changed = {*project.ledger("pages").changes(), ANYTHING}
        for question, (args, kwargs, keys, before) in known.items():
            if not changed & keys:
                assert ask(project.reader, question[0], args, kwargs)[0] == before, (question[0], args, kwargs)
        asked.clear()
        book = Book(project)
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
    return digest(answer), keys
