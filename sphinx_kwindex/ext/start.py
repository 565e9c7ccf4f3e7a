"""The start of a build: indexes the tree and writes the documents of its pages."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from sphinx.application import Sphinx
from sphinx.project import Project as SiteProject

from sphinx_kwindex.code_hosts import address_template, find_repository
from sphinx_kwindex.errors import RootError, StoreError, WarningKind
from sphinx_kwindex.ext.documents import NO_CHAPTERS, Chapters, book_chapters, write_stubs
from sphinx_kwindex.ext.messages import StageProgress, candidates_text, closest, inform, report, report_lines, warn
from sphinx_kwindex.ext.outside import OtherDocs
from sphinx_kwindex.ext.session import Session, is_book
from sphinx_kwindex.ext.settings import (
    PREFIX,
    Places,
    check_output_dir,
    find_places,
    idle_settings,
    read_options,
    setting_location,
)
from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.model import PROSE_ROLES, Kind, Role
from sphinx_kwindex.options import CODE_HOSTS, Options
from sphinx_kwindex.pages.book import Book
from sphinx_kwindex.pages.patterns import find_faults, load_patterns
from sphinx_kwindex.pages.phrases import no_recent
from sphinx_kwindex.pages.records import Page, PageKind
from sphinx_kwindex.pages.sections import Sections
from sphinx_kwindex.pages.views import find_sections
from sphinx_kwindex.project import Project, Report
from sphinx_kwindex.reports import make_lines, new_problems
from sphinx_kwindex.store import FileRow

COLLECTORS = "kwindex-collectors"
"""Event before the tree is indexed: handlers return a collector for a further language, or several."""

_MANY = 500
"""After a smaller edit, the tables of link are not worth a collection."""


def open_session(app: Sphinx) -> Session | None:
    """Index the tree and write the stubs; return None, after a warning, where that cannot be done at all."""
    options, problems = read_options(app)
    for problem in (*problems, *idle_settings(app, options)):
        warn(WarningKind.CONFIG, f"{PREFIX}{problem}", location=setting_location(app, problem.name))
    places = find_places(app, options)
    options = _find_source(app, options, places)
    project = _build_project(app, options, places)
    if project is None:
        _write_documents(app, places, options, [], NO_CHAPTERS)
        return None
    _report(app, project, places)
    patterns, wrong = load_patterns(options.patterns)
    documents = _find_documents(app, project, places)
    book = Book(project, patterns, _find_sections(app, options), documents, jobs=options.jobs or app.parallel)
    report(book.overview.sections.problems(), places.root)
    for text in (*wrong, *find_faults(patterns)):
        warn(WarningKind.CONFIG, f"{PREFIX}patterns: {text}", location=setting_location(app, "patterns"))
    chapters = _chapters(app, project, book.pages.values())
    rewritten = _write_documents(app, places, options, book.pages.values(), chapters)
    if rewritten:
        _tell_cost(project, book)
    return Session(
        options=options,
        places=places,
        builder=app.builder,
        project=project,
        book=book,
        state=_state(project, book),
        outside=OtherDocs(app.env),
        rewritten=rewritten,
        chapters=frozenset(chain(chapters, *chapters.values())),
    )


def _find_source(app: Sphinx, options: Options, places: Places) -> Options:
    """Have the git remote say where sources are, if that is wanted and no address is given; say which address it is."""
    preset = options.source_url
    if options.source == "none" or (preset and preset not in CODE_HOSTS):
        return options
    repository = find_repository(places.root)
    template = address_template(repository, preset, options.source_ref) if repository is not None else ""
    if template:
        inform(f"keyword index: line numbers link to {template} (from the git remote)")
    elif preset:
        text = f"{PREFIX}source_url: the git repository has no remote 'origin' on {preset}; line numbers are not linked"
        warn(WarningKind.CONFIG, text, location=setting_location(app, "source_url"))
    return dataclasses.replace(options, source_url=template)


def _find_documents(app: Sphinx, project: Project, places: Places) -> dict[str, str]:
    """Return the files of the index that are documents of the site, with their names."""
    srcdir, root = places.srcdir.resolve(), places.root.resolve()
    if not srcdir.is_relative_to(root):
        return {}
    start = srcdir.relative_to(root).as_posix()
    prefix = "" if start == "." else f"{start}/"
    prose = [row.path for row in project.files() if row.role in PROSE_ROLES and row.path.startswith(prefix)]
    if not prose:
        return {}
    site = SiteProject(app.srcdir, app.registry.source_suffix)
    left_out = [*app.config.exclude_patterns, *app.config.templates_path, *app.builder.get_asset_paths()]
    site.discover(left_out, app.config.include_patterns)
    return {path: name for path in prose if (name := site.path2doc(srcdir / path[len(prefix) :])) in site.docnames}


def _build_project(app: Sphinx, options: Options, places: Places) -> Project | None:
    progress = StageProgress(app.verbosity)
    try:
        project = Project.build(
            places.root,
            places.cache_dir,
            options,
            collectors=_added_collectors(app),
            jobs=options.jobs or app.parallel,
            avoid=places.avoid,
            progress=progress,
        )
    except RootError as error:
        warn(WarningKind.ROOT, f"{PREFIX}root: {error}", location=setting_location(app, "root"))
        return None
    except StoreError as error:
        text = f"cannot store the index, not even in a temporary folder ({error}); no pages generated"
        warn(WarningKind.STORE, text)
        return None
    finally:
        progress.finish()
    if project.report.linked > _MANY:
        gc.collect()  # before anything else takes space: the tables of link refer to one another
    _inform_of(project.report)
    return project


def _inform_of(report: Report) -> None:
    inform(_describe(report))
    if report.no_parser:
        inform(
            f"keyword index: no parser for {', '.join(report.no_parser)}; their pages show only the size "
            "(pip install sphinx-kwindex[languages], or exclude them with kwindex_languages = [])"
        )
    if report.no_recent:
        inform(tell(no_recent(report.no_recent)))


def _added_collectors(app: Sphinx) -> Iterator[object]:
    """Yield the collectors of other extensions."""
    for answer in app.emit(COLLECTORS):
        yield from answer if isinstance(answer, (list, tuple)) else [answer]


def _report(app: Sphinx, project: Project, places: Places) -> None:
    """Warn of each problem: of files, what is new, at its place in the tree; of settings in conf.py, in every build."""
    names = {item.name for item in dataclasses.fields(Options)}
    of_files = [problem for problem in project.problems if problem.path]
    others = []
    for problem in (problem for problem in project.problems if not problem.path):
        name, colon, _ = problem.text.partition(":")
        if colon and name in names:
            warn(problem.kind, f"{PREFIX}{problem.text}", location=setting_location(app, name))
        else:
            others.append(problem)
    report(others, places.root)
    keys = project.reader.summary_keys() if of_files else {}
    note = places.cache_dir / "outputs" / "reported"
    of_files = new_problems(note, of_files, keys, is_fresh=app.fresh_env_used is not False)
    report_lines(make_lines(of_files, project.options.test_patterns), places.root)


def _describe(done: Report) -> str:
    seconds = ", ".join(f"{stage} {time:.1f} s" for stage, time in done.seconds)
    return f"keyword index: {done.files} files, {done.collected} analysed ({seconds})"


_PAGE, _ROW, _SHORT_ROW, _SOURCE = 15_000, 2_900, 2_300, 7.4
"""Approximate bytes of HTML: of a page with the parts of the theme, of a keyword with its uses and its A-Z entry, the same with few uses; and per byte of
a shown source."""
_HOSTED = 1_000_000_000
"""Limit of many hosting services in bytes."""


class _Cost(NamedTuple):
    """The number of pages and their size."""

    pages: int
    size: int

    def __str__(self) -> str:
        size = self.size / 1_000_000
        return f"{self.pages} pages, about {max(size, 0.1):.{0 if size >= 10 else 1}f} MB"


def _tell_cost(project: Project, book: Book) -> None:
    """Report the number and size of pages before they are written, and of those that can be excluded."""
    rows, options = project.reader.files(), project.options
    whole = _cost(rows, Counter(page.kind for page in book.pages.values()), options)
    inform(f"keyword index: {whole}{_left_out(project, book, rows)}")
    if options.profile == "full":
        kinds = Counter(page.kind for page in book.pages.values() if not book.addresses.is_test(page.subject))
        lite, _ = Options.create({"profile": "lite"})
        less = _cost([row for row in rows if row.role is not Role.TEST], kinds, lite)
        if less.size * 5 < whole.size * 4:
            inform(f"keyword index: with kwindex_profile = 'lite': {less}")
    if whole.size > _HOSTED:
        inform("keyword index: this exceeds the limit of 1 GB of many hosting services (see kwindex_profile)")


def _left_out(project: Project, book: Book, rows: Iterable[FileRow]) -> str:
    """Report what settings exclude, or could exclude."""
    options = project.options
    if project.report.left_out:
        count = project.report.left_out
        files = "file" if count == 1 else "files"
        which = f"{files} for contributors" if options.audience == "users" else f"test {files}"
        setting = "audience" if options.audience == "users" else "profile" if options.profile == "lite" else "tests"
        return f"; {count} {which} excluded ({PREFIX}{setting})"
    others = [row for row in rows if row.path not in book.overview.own and row.role not in PROSE_ROLES]
    if not others:
        return ""
    kinds = Counter({PageKind.FILE: len(others), PageKind.SOURCE: len(others)})
    return f", of which {_cost(others, kinds, options)} are tests, examples and tools (kwindex_audience = 'users' excludes them)"


def _cost(rows: Iterable[FileRow], kinds: Counter[PageKind], options: Options) -> _Cost:
    """Return what the pages of files cost, if there are so many of each kind."""
    rows = list(rows)
    row = _SHORT_ROW if options.uses_limit else _ROW
    size = sum(item.definitions for item in rows) * row
    if options.source == "pages":
        size += round(sum(item.size for item in rows) * _SOURCE)
    pages = sum(count for kind, count in kinds.items() if kind is not PageKind.SOURCE or options.source == "pages")
    return _Cost(pages, size + pages * _PAGE)


def _write_documents(
    app: Sphinx, places: Places, options: Options, pages: Iterable[Page], chapters: Chapters
) -> tuple[str, ...]:
    try:
        _leave_former_folder(places, options)
        is_one_page = app.builder.name == "singlehtml"
        return write_stubs(places.pages, options.output_dir, pages, chapters, is_one_page=is_one_page)
    except OSError as error:
        text = f"{PREFIX}output_dir: cannot write the generated pages ({error}); they are missing or outdated"
        warn(WarningKind.CONFIG, text, location=setting_location(app, "output_dir"))
        return ()


def _chapters(app: Sphinx, project: Project, pages: Collection[Page]) -> Chapters:
    """Return what the pages of a book are made of, if one is built, and is to hold them."""
    folders = {page.subject for page in pages if page.kind is PageKind.FOLDER}
    options = project.options
    for name in options.book:
        if name.strip("/") not in {"", ".", *folders}:
            text = f"{PREFIX}book: no folder {name!r} has indexed files; ignored"
            warn(WarningKind.PATTERN, text, location=setting_location(app, "book"))
    if not options.book or not is_book(app.builder):
        return NO_CHAPTERS
    silent = {row.path for row in project.reader.files() if _is_silent(row)}
    return book_chapters(pages, options.book, silent)


def _is_silent(row: FileRow) -> bool:
    """Return whether a file has nothing that a book would tell: no text, and no keyword but its module."""
    is_empty = row.definitions <= 1 and all(kind is Kind.MODULE for kind, _, _ in row.counts)
    return row.role not in PROSE_ROLES and is_empty and not (row.doc or row.error)


def _leave_former_folder(places: Places, options: Options) -> None:
    """Take the stubs out of the folder that an earlier build wrote them to, if the setting has changed since."""
    note = places.cache_dir / "outputs" / "folder.txt"
    former = note.read_text(encoding="utf-8", errors="replace") if note.is_file() else options.output_dir
    if former != options.output_dir and not check_output_dir(former):  # who made the cache is not known
        write_stubs(places.srcdir / former, former, [])
    if former != options.output_dir or not note.is_file():
        with contextlib.suppress(OSError):  # a cache that cannot be used has been reported
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(options.output_dir, encoding="utf-8")


def _find_sections(app: Sphinx, options: Options) -> Sections:
    sections, wrong = find_sections(options)
    for text, name, known in wrong:
        similar = candidates_text(closest(name, known))
        warn(
            WarningKind.CONFIG,
            f"{PREFIX}sections: {text}{similar}; ignored",
            location=setting_location(app, "sections"),
        )
    return sections


def _state(project: Project, book: Book) -> str:
    parts = [book.stamp, project.digest, str(sorted(book.overview.sections.facts().items()))]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
