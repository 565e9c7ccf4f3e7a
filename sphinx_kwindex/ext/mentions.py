"""The documents of this site that mention a keyword, file or folder: by roles, links, literals and code, or by describing it.

Known only when everything has been read. What authors wrote is at hand, and enough to tell whether anything changed;
what it means is looked up once, and only in a build that writes something of ours.
"""

# ruff: noqa: SLF001 - the tables at the end hold methods of the class above them

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec

from sphinx_kwindex.ext.domain import (
    KwDomain,
    Reference,
    described_names,
    is_known_elsewhere,
    resolve_keyword,
    resolve_noted,
)
from sphinx_kwindex.ext.written_names import (
    BOUND,
    CODE,
    DESCRIBED,
    LINK,
    LISTED,
    LITERAL,
    PATH,
    WrittenName,
    is_python,
    module_names,
    read_names,
)
from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.pages.blocks import Link, Mentioned
from sphinx_kwindex.pages.prose_mentions import Pieces, in_full
from sphinx_kwindex.pages.records import PageKind
from sphinx_kwindex.stdlib import is_standard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sphinx.domains.python import PythonDomain
    from sphinx.environment import BuildEnvironment

    from sphinx_kwindex.ext.session import Session
    from sphinx_kwindex.ext.written_names import WrittenPlace
    from sphinx_kwindex.model import Keyword

MAX_DOCUMENTS = 5
"""At most this many documents are shown for one keyword, file or folder."""


class _Place(NamedTuple):
    """Where a document mentions something; the first place in order is shown."""

    rank: int
    """0: in its description, 1: in a section, 2: in the description of something else."""
    position: int
    docname: str
    anchor: str
    title: str


_Found = dict[str, dict[str, dict[str, _Place]]]
"""By generated document, anchor on it, and document: where that mentions it."""


class Mentions:
    """What the documents of one build mention."""

    def __init__(self, session: Session, env: BuildEnvironment, domain: KwDomain) -> None:
        self._session = session
        self._env = env
        self._domain = domain

    @cached_property
    def written(self) -> tuple[Any, ...]:
        """Return what the mentions follow from, next to the index: equal answers, equal mentions."""
        return tuple(
            (name, self._title(name), packed, sorted(self._known_elsewhere(name)))
            for name, packed in sorted(self._domain.names.items())
        )

    @cached_property
    def _meanings(self) -> _NameMeanings:
        return _NameMeanings(self._session, self._env, self._domain.names.values())

    def literal(self, text: str, context: str) -> Link | None:
        """Return the place in the index that a literal names, with its name in full."""
        return self._meanings.find(WrittenName(LITERAL, text, context, 0, 0))

    @cached_property
    def described(self) -> Mapping[str, str]:
        """By id: the first name under which this documentation describes a keyword."""
        return self._meanings.described_ids()

    @cached_property
    def table(self) -> Mapping[str, Mapping[str, Mentioned]]:
        """By generated document and anchor on it (empty: the file or folder, with all in it): where it is mentioned."""
        found: _Found = {}
        for docname, _, packed, known in self.written:
            written = read_names(packed)
            for name in written.names:
                link = None if name.role == "any" and name.text in known else self._meanings.find(name)
                if link is not None:
                    place = _place(docname, name, written.places[name.place])
                    _add(found.setdefault(link.docname, {}).setdefault(link.anchor, {}), place)
        self._add_wholes(found)
        return {
            docname: {anchor: self._shown(places) for anchor, places in sorted(anchors.items())}
            for docname, anchors in found.items()
        }

    def _add_wholes(self, found: _Found) -> None:
        """Add to files what is said about their keywords, and to folders what is said about their files."""
        files, folders = self._session.subjects(PageKind.FILE), self._session.subjects(PageKind.FOLDER)
        for docname, anchors in list(found.items()):
            page = self._session.pages.get(docname)
            if page is None:
                continue
            places = [place for documents in anchors.values() for place in documents.values()]
            wholes = [files[page.subject]] if page.kind is PageKind.FILE else []
            wholes += [folders[folder] for folder in folders_above(page.subject) if folder in folders]
            for whole in wholes:
                documents = found.setdefault(whole, {}).setdefault("", {})
                for place in places:
                    _add(documents, place)

    def _shown(self, documents: Mapping[str, _Place]) -> Mentioned:
        shown = sorted((place.rank, docname) for docname, place in documents.items())
        links = tuple(self._link(documents[docname]) for _, docname in shown[:MAX_DOCUMENTS])
        return Mentioned(documents=links, more=len(documents) - len(links))

    def _link(self, place: _Place) -> Link:
        return Link(place.docname, place.anchor, self._title(place.docname), place.title)

    def _known_elsewhere(self, docname: str) -> Iterator[str]:
        for reference in self._domain.references.get(docname, ()):
            if reference.role == "any" and is_known_elsewhere(self._env, docname, self._session.builder, reference):
                yield reference.target

    def _title(self, docname: str) -> str:
        title = self._env.titles.get(docname)
        return (title.astext() if title is not None else "") or docname


class _NameMeanings:
    """Finds what the names in documents mean; each is looked up once."""

    def __init__(self, session: Session, env: BuildEnvironment, documents: Iterable[bytes]) -> None:
        self._session = session
        self._finder = session.overview.finder
        self._modules = module_names(documents, self._finder.is_module)
        self._pieces = Pieces(session.reader, self._finder, session.overview.own)
        self._objects = cast("PythonDomain", env.get_domain("py")).objects
        self._described = described_names(env)
        self._known: dict[tuple[str, str, str], Link | None] = {}

    def find(self, name: WrittenName) -> Link | None:
        """Return the place on a page of ours that a name means."""
        key = name.role, name.text, name.context
        if key not in self._known:
            self._known[key] = self._find(name) or self._find_imported(name)
        return self._known[key]

    def _find(self, name: WrittenName) -> Link | None:
        return _WAYS.get(name.role, _NameMeanings._role)(self, name)

    def _find_imported(self, name: WrittenName) -> Link | None:
        """Return what a name means that starts with what documents call a module: `nx.Graph`."""
        text = in_full(name.text, self._modules) if is_python(name.role) else ""
        return self._find(msgspec.structs.replace(name, text=text)) if text else None

    def _role(self, name: WrittenName) -> Link | None:
        if name.text.startswith(".") and "." not in name.text[1:]:
            found = self._by_end(name.text)
            return self._to(found) if found else self._role(msgspec.structs.replace(name, text=name.text[1:]))
        resolved = resolve_noted(self._session, Reference(name.role, name.text, name.context))
        if resolved is not None:
            return resolved.link
        return self._to(self._in_python(name)) if name.role.startswith("py:") else None

    def _to(self, keyword: Keyword | None) -> Link | None:
        return self._session.addresses.link(keyword, title=keyword.id) if keyword is not None else None

    def _in_python(self, name: WrittenName) -> Keyword | None:
        """Return what a role of the `py` domain means that has the wrong kind, or leaves its scope out."""
        text = name.text.removesuffix("()")
        if not text.startswith("."):
            if "." in text:
                found = self._finder.find(text, context=name.context, tails=False).best
                return found if found or is_standard(text) else self._by_end(f".{text}")
            return self._pieces.name(name.text, described=self._described)
        return self._by_end(text)

    def _by_end(self, end: str) -> Keyword | None:
        """Return the one thing whose name ends so (`.Graph.add`), of what is described, or is in that."""
        outer, inner = end, ""
        while outer:
            names = [name for name in self._described.get(outer.rpartition(".")[2], ()) if f".{name}".endswith(outer)]
            found = {
                keyword.id: keyword for name in names if (keyword := self._finder.find_described(f"{name}{inner}"))
            }
            if found:
                return next(iter(found.values())) if len(found) == 1 else None
            outer, _, last = outer.rpartition(".")
            inner = f".{last}{inner}"
        return None

    def _listed(self, name: WrittenName) -> Link | None:
        resolved = resolve_keyword(self._session, name.text, name.context)
        return resolved.link if resolved is not None else None

    def _described_one(self, name: WrittenName) -> Link | None:
        return self._to(self._finder.find_described(name.text))

    def described_ids(self) -> dict[str, str]:
        """Return the names under which this documentation describes keywords, by their ids."""
        found: dict[str, str] = {}
        for name in sorted(self._objects):
            keyword = self._finder.find_described(name)
            if keyword is not None:
                found.setdefault(keyword.id, name)
        return found

    def _link(self, name: WrittenName) -> Link | None:
        return self._described_one(name) if name.text in self._objects else None

    def _code(self, name: WrittenName) -> Link | None:
        return self._to(self._finder.find_target(name.text))

    def _literal(self, name: WrittenName) -> Link | None:
        if name.text.startswith("."):
            return self._to(self._by_end(name.text.partition("(")[0]))
        found = self._pieces.name(name.text, name.context, self._described)
        text = name.text.partition("(")[0]
        if found is None and "." in text and not is_standard(text):
            found = self._by_end(f".{text}") or self._pieces.instance(text, self._described)
        if found is None and text.endswith(".py") and (path := self._pieces.file(text)):
            return self._whole(path)
        return self._to(found)

    def _path(self, name: WrittenName) -> Link | None:
        return self._whole(self._pieces.path(name.text))

    def _whole(self, path: str) -> Link | None:
        for kind in (PageKind.FILE, PageKind.FOLDER):
            if path in self._session.subjects(kind):
                return Link(self._session.subjects(kind)[path])
        return None


_WAYS: Mapping[str, Callable[[_NameMeanings, WrittenName], Link | None]] = {
    LISTED: _NameMeanings._listed,
    DESCRIBED: _NameMeanings._described_one,
    LINK: _NameMeanings._link,
    CODE: _NameMeanings._code,
    BOUND: _NameMeanings._code,
    LITERAL: _NameMeanings._literal,
    PATH: _NameMeanings._path,
}


def find_mentions(session: Session, env: BuildEnvironment) -> Mentions | None:
    """Return what documents mention, once all are read; None if they mention nothing."""
    domain = KwDomain.of(env)
    return Mentions(session, env, domain) if domain.names else None


def _place(docname: str, name: WrittenName, place: WrittenPlace) -> _Place:
    rank = 0 if name.role == DESCRIBED else 2 if place.is_description else 1
    return _Place(rank, name.place, docname, place.anchor, place.title)


def _add(documents: dict[str, _Place], place: _Place) -> None:
    documents[place.docname] = min(place, documents.get(place.docname, place))
