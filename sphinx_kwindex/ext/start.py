"""The start of a build: index the tree, and make the documents that stand for its pages."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from sphinx_kwindex import __version__
from sphinx_kwindex.errors import RootError, WarningKind
from sphinx_kwindex.ext.documents import write_stubs
from sphinx_kwindex.ext.messages import inform, report, warn
from sphinx_kwindex.ext.session import Session
from sphinx_kwindex.ext.settings import PREFIX, find_places, read_options
from sphinx_kwindex.pages.fingerprint import PAGE_CODE
from sphinx_kwindex.pages.views import list_pages, make_addresses
from sphinx_kwindex.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

    from sphinx_kwindex.ext.settings import Places
    from sphinx_kwindex.options import Options
    from sphinx_kwindex.pages.records import Page


def open_session(app: Sphinx) -> Session | None:
    """Index the tree and write the stubs; return None, after a warning, where that cannot be done at all."""
    options, problems = read_options(app.config)
    for problem in problems:
        warn(WarningKind.CONFIG, f"{PREFIX}{problem}", location="conf.py")
    places = find_places(app, options)
    project = _build_project(app, options, places)
    if project is None:
        _write_documents(places, options, [])
        return None
    report(project.problems, places.root)
    addresses = make_addresses(project.reader, options)
    pages = list_pages(project.reader, options, addresses)
    _write_documents(places, options, pages)
    return Session(
        options=options,
        places=places,
        builder=app.builder,
        reader=project.reader,
        addresses=addresses,
        pages={page.docname: page for page in pages},
        state=_state(project, options),
    )


def _build_project(app: Sphinx, options: Options, places: Places) -> Project | None:
    start = time.perf_counter()
    try:
        project = Project.build(
            places.root,
            places.cache_dir,
            options,
            jobs=options.jobs or app.parallel,
            avoid=places.avoid,
        )
    except RootError as error:
        warn(WarningKind.ROOT, str(error), location="conf.py")
        return None
    count = len(project.reader.files())
    inform(f"keyword index: {count} files in {time.perf_counter() - start:.1f} s")
    return project


def _write_documents(places: Places, options: Options, pages: Iterable[Page]) -> None:
    try:
        _leave_former_folder(places, options)
        write_stubs(places.pages, options.output_dir, pages)
    except OSError as error:
        text = f"{PREFIX}output_dir: the generated pages cannot be written ({error})"
        warn(WarningKind.CONFIG, text, location="conf.py")


def _leave_former_folder(places: Places, options: Options) -> None:
    """Take the stubs out of the folder that an earlier build wrote them to, if the setting has changed since."""
    note = places.cache_dir / "outputs" / "folder.txt"
    former = note.read_text(encoding="utf-8") if note.is_file() else options.output_dir
    if former != options.output_dir:
        write_stubs(places.srcdir / former, former, [])
    if former != options.output_dir or not note.is_file():
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(options.output_dir, encoding="utf-8")


def _state(project: Project, options: Options) -> str:
    parts = [__version__, str(PAGE_CODE), options.digest("scan", "collect", "relate", "pages"), project.digest]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
