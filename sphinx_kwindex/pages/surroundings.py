"""Navigation around a page: breadcrumbs, neighbours, and the previous and next page."""

from __future__ import annotations

from typing import NamedTuple

from sphinx_kwindex.marking import N_
from sphinx_kwindex.pages.addresses import Addresses
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import LetterPage
from sphinx_kwindex.pages.subjects import FileSubject, FolderSubject, LetterSubject, Subject

PROJECT_TITLE = N_("Keyword index")
LETTERS_TITLE = N_("Names from A to Z")
SOURCE_TITLE = N_("Source of %(path)s")
"""Titles and breadcrumbs in English; renderers translate them."""

_GROUP_TITLES = {"~digits": "0–9", "~symbols": "_", "~other": "…"}


class Surroundings(NamedTuple):
    """What is around a page."""

    breadcrumb: tuple[Link, ...] = ()
    siblings: tuple[Link, ...] = ()
    has_more_siblings: bool = False
    previous: Link | None = None
    next: Link | None = None


def around_file(file: FileSubject) -> Surroundings:
    """Return what is around the page of a file."""
    before, after = file.addresses.neighbours(file.path)
    return _around(file, before, after)


def around_source(file: FileSubject) -> Surroundings:
    """Return what is around the page with the source of a file."""
    path = file.path
    own = Link(docname=file.addresses.file(path), text=path.rpartition("/")[2])
    return Surroundings((*_crumbs(file.addresses, path), own))


def around_folder(folder: FolderSubject) -> Surroundings:
    """Return what is around the page of a folder."""
    before, after = folder.addresses.folders_beside(folder.path)
    return _around(folder, before, after)


def around_letters(index: Subject) -> Surroundings:
    """Return what is around the entry page of the A-Z index."""
    return Surroundings(breadcrumb=(_project(index.addresses),))


def around_letter(letter: LetterSubject) -> Surroundings:
    """Return what is around a page of the A-Z index."""
    addresses = letter.addresses
    plans = addresses.letter_plan
    place = next(number for number, plan in enumerate(plans) if plan.prefix == letter.path)
    before, after = plans[max(place - 1, 0) : place], plans[place + 1 : place + 2]
    return Surroundings(
        breadcrumb=(_project(addresses), Link(docname=addresses.letters(), text=LETTERS_TITLE)),
        previous=_letter_link(addresses, before[0]) if before else None,
        next=_letter_link(addresses, after[0]) if after else None,
    )


def _around(subject: Subject, *beside: str) -> Surroundings:
    addresses, path = subject.addresses, subject.path
    shown, is_cut = addresses.siblings(path)
    siblings = tuple(_sibling(addresses, other, is_page=other == path) for other in shown)
    links = (addresses.path_link(other) if other else None for other in beside)
    return Surroundings(_crumbs(addresses, path), siblings, is_cut, *links)


def _project(addresses: Addresses) -> Link:
    return Link(docname=addresses.project, text=PROJECT_TITLE)


def _crumbs(addresses: Addresses, path: str) -> tuple[Link, ...]:
    """Return the links from the project down to the folder that holds a file or folder."""
    names = path.split("/")[:-1]
    folders = (("/".join(names[: depth + 1]), name) for depth, name in enumerate(names))
    return (
        _project(addresses),
        *(Link(docname=addresses.folder(folder), text=name) for folder, name in folders),
    )


def _sibling(addresses: Addresses, path: str, *, is_page: bool) -> Link:
    link = addresses.name_link(path)
    return Link("" if is_page else link.docname, text=link.text)


def _letter_link(addresses: Addresses, plan: LetterPage) -> Link:
    return Link(docname=addresses.letter(plan.prefix), text=plan.label or letter_title(plan))


def letter_title(plan: LetterPage) -> str:
    """Name a page of the A-Z index."""
    return _GROUP_TITLES.get(plan.group, plan.group.upper())
