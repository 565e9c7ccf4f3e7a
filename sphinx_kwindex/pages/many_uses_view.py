"""The page with all uses of a keyword, or all importers of a file, if there are very many, with filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import UseKind, UseRow
from sphinx_kwindex.pages.blocks import Block, Bullets, Code, Facts, Fold, Inline, Intro, Item, Link, To, Tools
from sphinx_kwindex.pages.phrases import file_count, format_number, say, use_words
from sphinx_kwindex.pages.records import Page, PageKind
from sphinx_kwindex.pages.subjects import FileSubject, Sources
from sphinx_kwindex.pages.uses_view import MAX_FILES, ScopeLinks

_USED, _TESTS = N_("Used in"), N_("Used in tests")


class UsesSubject(FileSubject):
    """A keyword of a file, by its id; without one, the file itself."""

    def __init__(self, sources: Sources, path: str, identity: str) -> None:
        super().__init__(sources, path)
        self.identity = identity

    @classmethod
    def of(cls, sources: Sources, page: Page) -> UsesSubject:
        """Return what a page is about."""
        return cls(sources, page.subject, page.key.rpartition("#")[2])


def uses_pages(sources: Sources, path: str) -> Iterator[Page]:
    """Yield the pages of this kind of a file."""
    for identity in many_used(sources, path):
        docname = sources.addresses.uses(path, identity)
        yield Page(PageKind.USES, f"uses:{path}#{identity}", path, docname, identity or path)


def many_used(sources: Sources, path: str) -> list[str]:
    """Return the ids of the keywords of a file that very many files use; an empty one if very many import the file."""
    counts, row = sources.reader.use_counts(path), sources.reader.file(path)
    module = row.module if row is not None else ""  # has no page of its own
    found = [name for name, (_, files) in sorted(counts.items()) if files > MAX_FILES and name != module]
    return [*found, *([""] if len(sources.reader.timed_importers(path)) > MAX_FILES else [])]


def uses_page(subject: UsesSubject) -> Iterator[Block]:
    """Show all files that use a keyword, or import a file."""
    links = dict(_importers(subject) if not subject.identity else _users(subject))
    title = subject.identity or subject.path
    about = To(_home(subject), say("About %(name)s", name=title))
    yield Intro("uses", (Facts((about, file_count(len(links)))),), path=title)
    yield Tools()
    yield Tools(is_of_kinds=True)
    lists = grouped((_TESTS if subject.addresses.is_test(path) else _USED, item) for path, item in links.items())
    for head, look in ((_USED, "kw-block"), (_TESTS, "kw-block kw-of-tests")):
        if items := tuple(lists.get(head, ())):
            yield Fold(say(head), (Bullets(items),), count=format_number(len(items)), is_open=True, look=look)


def _home(subject: UsesSubject) -> Link:
    home = subject.reader.homes([subject.identity]).get(subject.identity) if subject.identity else None
    if home:
        return subject.addresses.link(home[0], subject.identity)
    return Link(subject.addresses.file(subject.path), text=subject.path)


def _users(subject: UsesSubject) -> Iterator[tuple[str, Item]]:
    """Yield the files that use a keyword, the first use of each in its source, and how each uses it."""
    scopes = ScopeLinks(subject.addresses, home=subject.path)
    rows = (
        row
        for row in subject.reader.uses_of(subject.path, is_placed=False)
        if row.exact and row.target == subject.identity
    )
    for path, used in grouped((row.path, row) for row in rows).items():
        yield path, _item(path, scopes.use(used[0]), use_words(_kinds(used)))


def _kinds(rows: Iterable[UseRow]) -> list[tuple[UseKind, int]]:
    return sorted(Counter(row.kind for row in rows).items(), key=lambda item: (-item[1], item[0]))


def _importers(subject: UsesSubject) -> Iterator[tuple[str, Item]]:
    for path, _ in subject.reader.timed_importers(subject.path):
        yield path, _item(path, Link(subject.addresses.file(path)), "")


def _item(path: str, link: Link, words: Inline) -> Item:
    return Item(To(link, Code(path)), ends=(words,), look="kw-item kw-plain")
