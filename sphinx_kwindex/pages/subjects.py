"""The input of sections: the index, and what is known about the file or folder of the page.

What several sections of a page need is computed once, when the first one asks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar
from urllib.parse import quote

import msgspec

from sphinx_kwindex.layout import is_matched
from sphinx_kwindex.model import FUNCTIONS, FileFacts, Flag, LinkedFile, Role, UseRow
from sphinx_kwindex.options import CODE_HOSTS
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.examples_view import find_examples
from sphinx_kwindex.pages.records import Page
from sphinx_kwindex.pages.relations_view import gather_relations
from sphinx_kwindex.pages.uses_view import KeywordUses, ScopeLinks, gather_uses

if TYPE_CHECKING:
    from sphinx_kwindex.options import Options
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.blocks import Block
    from sphinx_kwindex.pages.overview import Overview
    from sphinx_kwindex.pages.records import Example, RelationList
    from sphinx_kwindex.store import Reader


T = TypeVar("T")


class Sources(NamedTuple):
    """What pages are made from."""

    reader: Reader
    options: Options
    addresses: Addresses
    overview: Overview


class Subject:
    """What a page is about; the project has an empty path."""

    def __init__(self, sources: Sources, path: str = "") -> None:
        self.sources = sources
        self.reader, self.options, self.addresses, self.overview = sources
        self.path = path
        self.shown: Collection[str] = ()
        """The ids of its page's sections."""
        self._kept: dict[str, Any] = {}

    @property
    def source_url(self) -> str:
        """Its address in a code browser; may hold `{line}`; empty if there is none."""
        return ""

    @property
    def source(self) -> Link | None:
        """The page with its source, if there is one."""
        return None

    @property
    def source_parts(self) -> tuple[Link, ...]:
        """The pages with its source, if there are several."""
        return ()

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """Return what is made once for several sections of a page."""
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found


class FolderSubject(Subject):
    """A folder, or the project."""

    def __init__(self, sources: Sources, path: str = "", shown: Collection[str] = ()) -> None:
        super().__init__(sources, path)
        self.shown = shown

    @classmethod
    def of(cls, sources: Sources, page: Page) -> FolderSubject:
        """Return what a page is about."""
        return cls(sources, page.subject, dict(page.sections))


class LetterSubject(Subject):
    """Names of the A-Z index."""

    def __init__(self, sources: Sources, page: Page) -> None:
        super().__init__(sources, page.subject)
        self.page = page


S = TypeVar("S", bound=Subject)


class PageSection(msgspec.Struct, Generic[S], frozen=True):
    """A titled section of one kind of page."""

    id: str
    title: str
    """In English."""
    is_on: Callable[[S], bool]
    """Return whether a page has it; asked of every page, so it should cost little."""
    blocks: Callable[[S], Iterable[Block]]
    """Return what it shows."""


class UsesOfFile(NamedTuple):
    """Who uses the keywords of a file."""

    rows: tuple[UseRow, ...]
    by_id: Mapping[str, KeywordUses]
    examples: Mapping[str, tuple[Example, ...]]


class FileSubject(Subject):
    """A file of the index; one that is long has several pages."""

    def __init__(self, sources: Sources, path: str, part: int = 1, shown: Collection[str] = ()) -> None:
        super().__init__(sources, path)
        self.part = part
        self.shown = shown

    @classmethod
    def of(cls, sources: Sources, page: Page) -> FileSubject:
        """Return what a page is about."""
        return cls(sources, page.subject, page.part, dict(page.sections))

    @cached_property
    def facts(self) -> FileFacts:
        """What the file is, and what it holds."""
        return self._once("facts", lambda: self.reader.facts(self.path) or _unknown(self.path))

    @property
    def is_known(self) -> bool:
        """Whether the index has what it says of itself."""
        return self.facts.language != ""

    @cached_property
    def linked(self) -> LinkedFile:
        """Where its imports lead, and how its keywords are related to others."""
        return self._once("linked", lambda: self.reader.linked(self.path) or LinkedFile(path=self.path))

    @cached_property
    def uses(self) -> UsesOfFile:
        """Who uses its keywords."""
        return self._once("uses", self._gather)

    @cached_property
    def relations(self) -> Mapping[str, tuple[RelationList, ...]]:
        """How its keywords are related to others, by their ids."""
        return self._once("relations", self._relations)

    @property
    def source_url(self) -> str:
        """Its address in a code browser; may hold `{line}` and `{end}`."""
        options = self.options
        if (
            options.source == "none"
            or options.source_url in CODE_HOSTS
            or is_matched(self.path, options.source_exclude)
        ):
            return ""
        ref = quote(options.source_ref or "HEAD")
        return options.source_url.replace("{ref}", ref).replace("{path}", quote(self.path))

    @property
    def source(self) -> Link | None:
        """The page with its source."""
        docname = self.addresses.source(self.path)
        return Link(docname=docname, text=self.path) if docname else None

    @property
    def source_parts(self) -> tuple[Link, ...]:
        """The pages with its source, if there are several."""
        parts = self.addresses.source_parts(self.path)
        links = (Link(self.addresses.source(self.path, part), text=str(part)) for part in range(1, parts + 1))
        return tuple(links) if parts > 1 else ()

    @property
    def has_tests(self) -> bool:
        """Tests use it, or it is a file of tests."""
        if self.facts.role is Role.TEST:
            return next(find_tests(self.facts), None) is not None
        return self.path in self.overview.tested

    def _once(self, name: str, make: Callable[[], T]) -> T:
        # The pages of a long file follow each other, and each needs what is known about the whole file.
        return self.overview.once(self.path, name, make) if self.addresses.is_long(self.path) else make()

    def _gather(self) -> UsesOfFile:
        rows = self.reader.uses_of(self.path, is_placed=False)
        scopes = ScopeLinks(self.addresses)
        return UsesOfFile(
            rows,
            gather_uses(
                (*rows, *self.reader.operators_of(self.path, is_placed=False)),
                self.path,
                self.addresses,
                scopes,
                self.options.uses_limit,
            ),
            find_examples(self.facts, rows, self.addresses, scopes),
        )

    def _relations(self) -> Mapping[str, tuple[RelationList, ...]]:
        modules = self.overview.own_modules if self.path in self.overview.own else None
        relations = self.linked.relations, self.reader.relations_to(self.path)
        return gather_relations(self.sources, *relations, modules)


def _unknown(path: str) -> FileFacts:
    return FileFacts(path=path, language="", module="", is_package=False, role=Role.MODULE, lines=0, size=0)


IS_TEST = int(Flag.TEST)


def find_tests(facts: FileFacts) -> Iterator[int]:
    """Yield the positions of the functions that a test runner takes for tests."""
    for place, item in enumerate(facts.definitions):
        if item.flags & IS_TEST and item.kind in FUNCTIONS:
            yield place
