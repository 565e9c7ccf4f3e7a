"""Which documents to write again, and in which process.

What the writer shows of a document is one digest. The digests last written are kept for each output folder; a document
whose digest differs is returned from `env-updated`, which has it written without being read. Digests in Sphinx's
environment would go stale as soon as a second builder shares it, or a build is killed between reading and writing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Collection, Iterable
from importlib import import_module
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment

from sphinx_kwindex.cache import keep_file, remove_empty_folders
from sphinx_kwindex.ext.assets import assets_digest
from sphinx_kwindex.ext.domain import KwDomain, find_fault, resolve_noted
from sphinx_kwindex.ext.literal_links import shown_targets
from sphinx_kwindex.ext.mentions import find_mentions
from sphinx_kwindex.ext.messages import warn
from sphinx_kwindex.ext.outside import hash_of
from sphinx_kwindex.ext.reading import read_documents
from sphinx_kwindex.ext.session import Session
from sphinx_kwindex.ext.source_scripts import script_path
from sphinx_kwindex.ext.stale import warn_of_stale
from sphinx_kwindex.ledger import pack_keys, unpack_keys
from sphinx_kwindex.pages.blocks import find_all
from sphinx_kwindex.pages.book import digest_view
from sphinx_kwindex.pages.records import PageKind, Source
from sphinx_kwindex.reports import are_new

_FORMAT = 3
_MANY = 100
"""Fewer documents are not worth a process more than Sphinx has write."""
_SOME, _FEW = 40, 5
"""Fewer generated documents, and authors' documents, are not worth a process besides the main one, of which it is a copy."""
_SAMPLE = 100_000
"""Limit: bytes of a file that is highlighted only for the rules that it needs."""


class OutputNote(msgspec.Struct, array_like=True, frozen=True):
    """What a written document shows, and on what that rests."""

    docname: str
    digest: str
    view: bytes = b""
    reads: bytes = b""
    """Packed keys."""


_read_note = msgspec.json.Decoder(OutputNote).decode


class Manifest(msgspec.Struct):
    """What was last written to one output folder."""

    path: Path
    state: str = ""
    """State of the index then; empty: not all was written."""
    pages: dict[str, str] = {}
    """Digests of generated documents; empty: about to be written."""
    authors: dict[str, str] = {}
    """Digests of authors' documents that show something of ours."""
    stamps: dict[str, str] = {}
    """Of generated documents: digests of their views and of all that links may lead out to, when their digests held."""

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Read a manifest; one that is missing, damaged or of another version is empty, so that all is written."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            data = json.loads(path.read_bytes())
            if data["format"] == _FORMAT:
                names = ("pages", "authors", "stamps")
                return cls(path, str(data["state"]), *(dict(data[name]) for name in names))
        return cls(path)

    @property
    def notes(self) -> Path:
        """The file in which processes that write pages note their digests: they have the views at hand."""
        return self.path.with_suffix(".notes")

    def note(self, note: OutputNote) -> None:
        """Note what a document shows that was just written, from any process."""
        with self.notes.open(
            "ab", buffering=0
        ) as stream:  # in one go, so that notes of other processes do not get between
            stream.write(msgspec.json.encode(note) + b"\n")

    def take_notes(self) -> dict[str, OutputNote]:
        """Return what was noted, by document, and forget it."""
        data = b""
        with contextlib.suppress(OSError):
            data = self.notes.read_bytes()
            self.notes.unlink()
        notes: dict[str, OutputNote] = {}
        for line in data.splitlines():
            with contextlib.suppress(msgspec.DecodeError):  # a disk that got full leaves half a line
                note = _read_note(line)
                notes[note.docname] = note
        return notes

    def save(self) -> None:
        """Replace the file; where nothing can be kept, the next build writes all."""
        names = ("state", "pages", "authors", "stamps")
        data = {"format": _FORMAT, **{name: getattr(self, name) for name in names}}
        keep_file(self.path, msgspec.json.encode(data, order="sorted"))


class Watcher:
    """Follows one build: what has to be read later, what is outdated, what was written."""

    def __init__(self) -> None:
        self._later: list[str] = []
        self._read: frozenset[str] = frozenset()
        self._manifest: Manifest | None = None
        self._notes: dict[str, OutputNote] = {}
        self._written: set[str] = set()
        self._added_writers = 0

    def on_before_read(self, app: Sphinx, _env: BuildEnvironment, docnames: list[str]) -> None:
        """Keep our documents out of a parallel read: shipping them between processes costs more than reading them."""
        session = KwDomain.of(app.env).session
        if session is None or app.parallel < 2:
            return
        # Sphinx looks for the root document before we get to read the others.
        self._later = [name for name in docnames if name in session.pages and name != app.config.root_doc]
        later = set(self._later)
        docnames[:] = [name for name in docnames if name not in later]

    def on_get_outdated(
        self, app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
    ) -> list[str]:
        """Remove what Sphinx keeps of our documents that were deleted; return those whose stubs changed.

        By their times Sphinx would find the latter too, unless the clock was set back since it read them.
        """
        self._read = frozenset(added | changed)
        session = KwDomain.of(env).session
        prefix = f"{session.options.output_dir}/" if session else ""
        for name in removed:
            if prefix and name.startswith(prefix):
                remove_file(Path(app.doctreedir), Path(app.doctreedir, f"{name}.doctree"))
        return [name for name in session.rewritten if name not in added] if session else []

    def on_updated(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Read what was kept back, and return it with every document that shows something else than was written."""
        read, self._later = self._later, []
        read_documents(app, env, read)
        session = KwDomain.of(env).session
        if session is None:
            return read
        session.outside.prose = find_mentions(session, env)
        _warn_of_missing(session, KwDomain.of(env), self._read)
        warn_of_stale(session, env, self._read)
        if not _writes_documents(app.builder):
            return read
        self._manifest = Manifest.load(manifest_path(session, app))
        self._manifest.take_notes()  # of a build that was killed
        outdated = self._find_outdated(session, env, self._manifest)
        if outdated:
            self._announce(self._manifest, outdated, session)
        self._set_writers(app, session, {*read, *outdated, *self._read})
        return [*read, *outdated]

    def on_resolved(self, app: Sphinx, _doctree: nodes.document, docname: str) -> None:
        """Note that a document is about to be written, and the digest of an author's."""
        # In the main process, also where children write.
        session = KwDomain.of(app.env).session
        if session is None or self._manifest is None:
            return
        if docname in session.pages:
            self._written.add(docname)
        elif docname in _author_documents(KwDomain.of(app.env)):
            self._note(session, app.env, docname)
            self._written.add(docname)

    def on_page(self, app: Sphinx, pagename: str, _template: str, _context: Any, doctree: Any) -> None:
        """Note the digest of a generated document that has just been rendered, in the process that did it."""
        session = KwDomain.of(app.env).session
        if session is not None and self._manifest is not None and doctree is not None and pagename in session.pages:
            with contextlib.suppress(OSError):  # then it is found at the end
                self._manifest.note(self._note(session, app.env, pagename))

    def on_finished(self, app: Sphinx, exception: Exception | None) -> None:
        """Keep the digests of what was written, and remove outputs of documents that were deleted."""
        app.parallel -= self._added_writers
        self._added_writers = 0
        if exception is not None or self._manifest is None:
            return
        session = KwDomain.of(app.env).session
        assert session is not None
        before, manifest = self._manifest, Manifest(self._manifest.path)
        self._notes.update(before.take_notes())
        for name in self._written - self._notes.keys():
            # Not all builders render one page at a time.
            self._note(session, app.env, name)
        session.book.record(
            (note.docname, note.view, unpack_keys(note.reads)) for note in self._notes.values() if note.view
        )
        _sweep(app.builder, [name for name in before.pages if name not in app.env.all_docs])
        self._fill(manifest, before, session, app)
        if manifest != before:
            manifest.save()

    def _fill(self, manifest: Manifest, before: Manifest, session: Session, app: Sphinx) -> None:
        """Have a manifest say what is there now."""
        manifest.pages = self._current(before.pages, (name for name in session.pages if name in app.env.all_docs))
        manifest.authors = self._current(before.authors, _author_documents(KwDomain.of(app.env)))
        if all(manifest.pages.values()) and all(manifest.authors.values()):
            manifest.state = _state(session)
        stamps = before.stamps if manifest.state == before.state != "" else self._find_stamps(session)
        manifest.stamps = {name: stamps[name] for name, digest in manifest.pages.items() if digest and name in stamps}

    def _set_writers(self, app: Sphinx, session: Session, names: Collection[str]) -> None:
        """Have as many processes write as were asked for; the main one alone if it has written sooner than it is copied.

        Sphinx takes one of them for the main process, which has little to do but to wait: our documents are resolved in
        a tenth of the time that it takes to write them. With `-j 2` a single process would write.
        """
        theirs = chain((name for name in names if name not in session.pages), app.builder.get_outdated_docs())
        if app.parallel > 1 and len(names) >= _MANY:
            self._added_writers = 1
            # What such pages need of the whole tree is read now, and what writes them imported, and not in dozens of processes.
            import_module("sphinx_kwindex.ext.html")
            for docname in {page.kind: docname for docname, page in session.pages.items()}.values():
                session.view(docname)
            _prepare_highlighting(session)
        elif app.parallel > 1 and len(names) < _SOME and len(list(islice(theirs, _FEW))) < _FEW:
            self._added_writers = 1 - app.parallel
        app.parallel += self._added_writers

    def _find_outdated(self, session: Session, env: BuildEnvironment, manifest: Manifest) -> list[str]:
        known = manifest.pages | manifest.authors
        names = [*(name for name in session.pages if name in env.all_docs), *_author_documents(KwDomain.of(env))]
        if manifest.state == _state(session):
            return [name for name in names if not known.get(name)]
        bare = [name for name in manifest.authors.keys() - set(names) if name in env.all_docs]  # its links are off
        for name in session.book.outdated():
            if known.get(name) and name in env.all_docs:  # others are going to be written in any case
                self._note(session, env, name)
                session.pin(name)
        stamps = self._find_stamps(session)
        return bare + [
            name
            for name in names
            if not known.get(name)
            or (manifest.stamps.get(name, "") != stamps.get(name) and self._differs(session, env, name, known[name]))
        ]

    def _differs(self, session: Session, env: BuildEnvironment, name: str, written: str) -> bool:
        """Return whether a document shows something else than was written; keep its view if so."""
        if written == self._note(session, env, name).digest:
            return False
        if name in session.pages:
            session.pin(name)
        return True

    def _find_stamps(self, session: Session) -> dict[str, str]:
        """Return what can change documents, of all whose views are known: their views, and what others say about their names."""
        views = session.book.digests() | {name: note.view for name, note in self._notes.items() if note.view}
        common = hash_of(session.project.code, _around(session), session.outside.digest(), assets_digest())
        told = session.outside.stamp
        return {name: hash_of(common, view, told(name)) for name, view in views.items()}

    def _announce(self, manifest: Manifest, outdated: Iterable[str], session: Session) -> None:
        """Forget digests before writing starts: a build killed while writing leaves some old and some new pages."""
        manifest.state = ""
        for name in outdated:
            (manifest.pages if name in session.pages else manifest.authors)[name] = ""
        manifest.save()

    def _note(self, session: Session, env: BuildEnvironment, docname: str) -> OutputNote:
        if docname not in self._notes:
            common = session.project.code, assets_digest()
            if docname in session.pages:
                made = session.made(docname)
                digest = hash_of(*common, _around(session), made.digest, session.outside.shown(made.view))
                self._notes[docname] = OutputNote(docname, digest, made.digest, pack_keys(made.reads))
            else:
                self._notes[docname] = OutputNote(docname, hash_of(*common, *_shown_parts(session, env, docname)))
        return self._notes[docname]

    def _current(self, before: dict[str, str], names: Iterable[str]) -> dict[str, str]:
        return {name: self._notes[name].digest if name in self._written else before.get(name, "") for name in names}


def _prepare_highlighting(session: Session) -> None:
    """Highlight one file of each ending: a large one, which needs most of the rules."""
    from sphinx_kwindex.ext.source_html import prepare_highlighting

    sizes = {row.path: row.size for row in session.reader.files()}
    sources = [page for page in session.pages.values() if page.kind is PageKind.SOURCE and page.part == 1]
    samples = sorted((page for page in sources if sizes[page.subject] <= _SAMPLE), key=lambda page: sizes[page.subject])
    for page in {PurePosixPath(page.subject).suffix: page for page in samples}.values():
        for source in find_all(session.view(page.docname).told, Source):
            prepare_highlighting(source.path, session.text(source))


def register(app: Sphinx) -> None:
    """Connect a watcher to this application's build."""
    watcher = Watcher()
    app.connect("env-get-outdated", watcher.on_get_outdated)
    app.connect("env-before-read-docs", watcher.on_before_read)
    # Before everybody else's handlers, which expect that all documents have been read.
    app.connect("env-updated", watcher.on_updated, priority=100)
    app.connect("doctree-resolved", watcher.on_resolved)
    app.connect("html-page-context", watcher.on_page)
    app.connect("build-finished", watcher.on_finished)


def _author_documents(domain: KwDomain) -> set[str]:
    names = domain.names.keys() if domain.session and domain.session.options.link_literals else set()
    return domain.references.keys() | domain.listings.keys() | names


def _writes_documents(builder: Builder) -> bool:
    """Return whether a builder writes documents one by one (and not none, or all into one file)."""
    return bool(builder.format) and not isinstance(builder.get_outdated_docs(), str)


def manifest_path(session: Session, app: Sphinx) -> Path:
    """Return the file in which is kept what was last written to the output folder."""
    # Not in the output folder: EPUB and others look askance at files that they do not know.
    key = hashlib.blake2b(f"{app.builder.name}\n{app.outdir}".encode("utf-8", "replace"), digest_size=8).hexdigest()
    return session.places.cache_dir / "outputs" / f"{key}.json"


def _state(session: Session) -> str:
    options, outside = session.options, session.outside
    return hash_of(
        session.state,
        (options.api_entries, options.api_hide, options.link_literals, _around(session)),
        outside.digest(),
        outside.prose_digest(),
        assets_digest(),
    )


def _around(session: Session) -> tuple[Any, ...]:
    """Return the settings of what is written around the views of generated pages, or next to them."""
    return (session.options.robots, session.options.markdown)


def _shown_parts(session: Session, env: BuildEnvironment, docname: str) -> tuple[Any, ...]:
    """Return what an author's document shows of the index."""
    domain = KwDomain.of(env)
    references = [resolve_noted(session, item) for item in domain.references.get(docname, ())]
    listings = [digest_view(session.listing(item.query)) for item in domain.listings.get(docname, ())]
    return tuple(references), tuple(listings), tuple(shown_targets(session, env, docname))


def _warn_of_missing(session: Session, domain: KwDomain, read: Collection[str]) -> None:
    """Warn of directives that ask for something that is not there: of those just read, and of what is new."""
    faults = [
        (docname, listing.line, fault.kind, fault.text)
        for docname, listings in sorted(domain.listings.items())
        for listing in listings
        if (fault := find_fault(session, listing.query)) is not None
    ]
    flags = are_new(session.places.cache_dir / "outputs" / "missing", faults, is_fresh=False)
    for (docname, line, kind, text), is_new in zip(faults, flags, strict=True):
        if is_new or docname in read:
            warn(kind, text, location=(docname, line))


def _sweep(builder: Builder, docnames: Iterable[str]) -> None:
    """Remove the outputs of documents that were deleted: Sphinx never does."""
    outdir = Path(builder.outdir)
    for docname in docnames:
        path = output_path(builder, docname)
        if path is not None:
            remove_file(outdir, script_path(builder, docname))
            remove_file(outdir, path)


def remove_file(top: Path, path: Path) -> None:
    """Remove a file, and the folders above it, up to `top`, that are empty then."""
    with contextlib.suppress(OSError):
        path.unlink()
        remove_empty_folders(top, path)


def output_path(builder: Builder, docname: str) -> Path | None:
    """Return where a builder writes a document; None if it has no file of its own."""
    find = getattr(builder, "get_output_path", None) or getattr(builder, "get_outfilename", None)
    if find is not None:
        return Path(find(docname))
    suffix = getattr(builder, "out_suffix", None)
    return Path(builder.outdir, docname + suffix) if suffix else None
