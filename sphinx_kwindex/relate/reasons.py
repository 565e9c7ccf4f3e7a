"""Reasons why files are related: one row for each kind, the most telling first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sphinx_kwindex.marking import N_, NN_
from sphinx_kwindex.model import Reason, ReasonKind

SIMILAR = "similar"


class ReasonType(NamedTuple):
    """A kind of reason."""

    kind: ReasonKind
    short: str
    """For dumps: in English, with `{words}`, `{names}` (how many) and `{times}`."""
    texts: tuple[str, str]
    """For pages: singular and plural of a text whose subject is the other file, with `%(count)s` or `%(words)s`."""
    group: str = SIMILAR
    """Of files for which it is the first reason."""
    has_names: bool = False
    """The words stand behind the text, if there are any."""
    is_likeness: bool = False
    """The files are alike; neither has to do with the other by itself."""


def _one(text: str) -> tuple[str, str]:
    return text, ""


# fmt: off
_TYPES = (
    ReasonType(ReasonKind.TEST, "its test", _one(N_("is a test of this file")), "tests"),
    ReasonType(ReasonKind.TESTED, "tests it", _one(N_("is tested by this file")), "tests"),
    ReasonType(ReasonKind.BASE, "extends its class: {words}", _one(N_("defines the base class %(words)s")), "family"),
    ReasonType(ReasonKind.DERIVED, "extended by it: {words}", _one(N_("derives a class from %(words)s")), "family"),
    ReasonType(
        ReasonKind.USES, "uses {names} from it",
        NN_("this file uses 1 name from it", "this file uses %(count)s names from it"), "uses", has_names=True,
    ),
    ReasonType(
        ReasonKind.USED, "used by it: {names}",
        NN_("uses 1 name from this file", "uses %(count)s names from this file"), "used by", has_names=True,
    ),
    ReasonType(ReasonKind.IMPORTS, "imports it", _one(N_("this file imports it")), "uses"),
    ReasonType(ReasonKind.IMPORTED, "imported by it", _one(N_("imports this file")), "used by"),
    ReasonType(
        ReasonKind.HISTORY, "changed together {times}",
        NN_("changed together once", "changed together %(count)s times"), "history",
    ),
    ReasonType(ReasonKind.OTHER, "{words}", _one("%(words)s")),
    ReasonType(
        ReasonKind.SIBLING, "same base class: {words}", _one(N_("has the same base class %(words)s")), "family"
    ),
    ReasonType(ReasonKind.CONFIGURES, "its nearest conftest.py", _one(N_("is the nearest conftest.py")), "tests"),
    ReasonType(ReasonKind.PACKAGE, "its package", _one(N_("is the package of this file"))),
    ReasonType(
        ReasonKind.RELEASE, "also defines the version: {words}", _one(N_("also defines the version: %(words)s"))
    ),
    ReasonType(
        ReasonKind.NAMESAKE, "similar file name: {words}", _one(N_("has a similar file name: %(words)s")),
        is_likeness=True,
    ),
    ReasonType(
        ReasonKind.DEFINES, "defines the same names: {words}", _one(N_("defines the same names: %(words)s")),
        is_likeness=True,
    ),
    ReasonType(ReasonKind.VOCABULARY, "shares words: {words}", _one(N_("shares words: %(words)s")), is_likeness=True),
    ReasonType(
        ReasonKind.TOGETHER, "both used by: {words}",
        NN_("used together in 1 file", "used together in %(count)s files"), has_names=True, is_likeness=True,
    ),
    ReasonType(
        ReasonKind.SHARED, "both import: {words}",
        NN_("both import 1 file", "both import %(count)s files"), has_names=True, is_likeness=True,
    ),
    ReasonType(
        ReasonKind.THROUGH, "uses it through {words}", _one(N_("this file uses it through %(words)s")),
        is_likeness=True,
    ),
    ReasonType(
        ReasonKind.BACK, "uses this file through {words}", _one(N_("uses this file through %(words)s")),
        is_likeness=True,
    ),
    ReasonType(ReasonKind.FOLDER, "same folder", _one(N_("in the same folder"))),
)
# fmt: on
REASON_TYPES: Mapping[ReasonKind, ReasonType] = {row.kind: row for row in _TYPES}
REASON_ORDER: Mapping[ReasonKind, int] = {row.kind: place for place, row in enumerate(_TYPES)}


def reason_text(reason: Reason) -> str:
    """Put a reason in plain English, e.g. `uses 7 names from it`."""
    names = "1 name" if reason.count == 1 else f"{reason.count} names"
    times = "once" if reason.count == 1 else f"{reason.count} times"
    return REASON_TYPES[reason.kind].short.format(words=", ".join(reason.words), names=names, times=times)
