"""Reasons why files are related: one row for each kind, the most telling first.

A row has all there is to say about its kind: what is read of the index for it, which files its signal speaks for and how strongly, when it is true
of two files, and how that is told. Ranking, default weights, pages and dumps go by the rows; so a new kind is a row, and the functions that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.marking import N_, NN_
from sphinx_kwindex.model import FileFacts, Kind, Reason
from sphinx_kwindex.relate.evidence import Evidence, Signal
from sphinx_kwindex.relate.plain import is_plain
from sphinx_kwindex.relate.signals import (
    FEW_DEFINERS,
    FEWEST_NAMES,
    SURE_PAIR,
    VERSION_FILES,
    VERSION_NAMES,
    RelateInput,
    Table,
    invert,
)
from sphinx_kwindex.store import Reader

MOST = 3
"""Reasons kept for each related file."""
WORDS = 3
"""Words, names or files that a reason names."""


class Ground(NamedTuple):
    """One reason of a kind, still without it."""

    number: int = 0
    words: Sequence[str] = ()
    """As many as there are; `WORDS` are kept."""


Find = Callable[["Explainer", int, int], Iterable[Ground]]
"""What finds reasons why another file is related to a file."""


class ReasonType(NamedTuple):
    """A kind of reason. In `texts` and `short`, the subject or "it" is the other file."""

    kind: str
    """Under which it is stored."""
    texts: tuple[str, str]
    """For pages: singular and plural of a text whose subject is the other file, with `%(count)s` or `%(words)s`."""
    short: str
    """For dumps: in English, with `{words}`, `{names}` (how many) and `{times}`."""
    find: Find
    """What of this kind is true of two files."""
    group: str = "similar"
    """Of files for which it is the first reason: `tests`, `uses`, `used by`, `family`, `similar` or `history`."""
    has_names: bool = False
    """The words are behind the text, if there are any."""
    is_likeness: bool = False
    """The files are alike; neither has to do with the other by itself."""
    beside: range = range(2**31)
    """It is asked for only besides so many other reasons, those of the rows above that are asked for besides more."""
    signal: Signal | None = None
    """What speaks for files of which it is true; one for several kinds is in the row of one of them."""
    read: Callable[[Reader], Iterable[tuple[str, str]]] | None = None
    """Yields paths and what ranking has to know about them (`RelateInput.told`)."""


# Tests


def _is_test_pair(known: Explainer, file: int, other: int) -> bool:
    return known.evidence.tests[file].get(other, 0.0) >= SURE_PAIR


def _is_test(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    return [Ground()] if known.evidence.files[other].is_test and _is_test_pair(known, file, other) else ()


def _is_tested(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    return [Ground()] if not known.evidence.files[other].is_test and _is_test_pair(known, file, other) else ()


def _configured(evidence: Evidence) -> Table:
    """Return the conftest files; up to three times as strong where history shows that they are changed along."""
    files, history = evidence.files, evidence.history
    table = configuring_files(files, evidence.fixtures)
    if history is None:
        return table
    return [
        {other: value * (1 + min(2.0, 20 * history.share(files[other].path))) for other, value in row.items()}
        for row in table
    ]


def configuring_files(files: Sequence[RelateInput], material: Collection[int] = ()) -> Table:
    """Return for each file the nearest `conftest.py` at or above it: pytest applies it to every test and doctest below.

    For files that are not tests it counts only if it is a part of their package; for `material` of tests it never does.
    """
    paths = {file.path: number for number, file in enumerate(files)}
    table: Table = [{} for _ in files]
    for number, file in enumerate(files):
        if number in material:
            continue
        for inside in (*(f"{folder}/" for folder in folders_above(file.path)), ""):
            other = paths.get(f"{inside}conftest.py")
            if other is not None and other != number and (file.is_test or f"{inside}__init__.py" in paths):
                table[number][other] = 1.0 if file.is_test else 0.7
                break
    return table


def packages(files: Sequence[RelateInput]) -> Table:
    """Return for each module the `__init__` file of its package."""
    paths = {file.path: number for number, file in enumerate(files)}
    table: Table = [{} for _ in files]
    for number, file in enumerate(files):
        folder, slash, _ = file.path.rpartition("/")
        other = paths.get(f"{folder}{slash}__init__.py")
        if other is not None and other != number and files[other].lines:
            table[number][other] = 1.0
    return table


def _has_row(name: str) -> Find:
    """Return what finds the files for which the table of a signal speaks."""

    def find(known: Explainer, file: int, other: int) -> Iterable[Ground]:
        return [Ground()] if other in known.evidence.tables[name][file] else ()

    return find


# Who uses whom


def _uses(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    row = known.evidence.links.uses[file].get(other)
    return [Ground(row.count, row.names)] if row is not None else ()


def _imports(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    links = known.evidence.links
    return [Ground()] if other in links.imports[file] and other not in links.uses[file] else ()


def _both_used(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    users = known.evidence.links.users
    return _in_common(known, users[file] & users[other], known.evidence.links.linked)


def _both_import(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    imports = known.evidence.links.imports
    return _in_common(known, imports[file] & imports[other], known.evidence.links.users)


def _in_common(known: Explainer, common: frozenset[int], others: Sequence[Collection[int]]) -> Iterator[Ground]:
    telling = [one for one in common if len(others[one]) <= known.evidence.vocabulary.rare]
    if telling:  # the others say nothing, but they count: readers check the number
        yield Ground(len(common), _paths(known, telling) + _paths(known, common.difference(telling)))


def _through(known: Explainer, file: int, other: int) -> Iterator[Ground]:
    """Find the files that few use, and that use few, between a file and what it uses through them."""
    links, few = known.evidence.links, known.evidence.vocabulary.rare
    between = [
        one
        for one in links.linked[file] & links.users[other]
        if len(links.linked[one]) <= few
        and len(links.users[one]) <= few
        and not (one in links.scripts[file] or other in links.scripts[one])
    ]
    if between:
        yield Ground(len(between), _paths(known, between))


def _paths(known: Explainer, numbers: Iterable[int]) -> list[str]:
    return [known.evidence.files[number].path for number in sorted(numbers)[:WORDS]]


# Classes


def _extends(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    return _named(known.evidence.families.bases[file].get(other))


def _has_same_base(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    return _named(known.evidence.families.siblings[file].get(other))


def _named(classes: Sequence[str] | None) -> Iterable[Ground]:
    return [Ground(words=[name.rpartition(".")[2] for name in classes[:WORDS]])] if classes else ()


# Names


def _read_versions(reader: Reader) -> Iterator[tuple[str, str]]:
    all_data = (keyword for name in VERSION_NAMES for keyword in reader.keywords(name=name, kind=Kind.DATA))
    named = [keyword for keyword in all_data if keyword.qualname == keyword.name]
    if len({keyword.path for keyword in named}) > VERSION_FILES:
        return  # also those that only read a version show that there are many projects
    for keyword in named:
        if _is_number(reader.facts(keyword.path), keyword.position):
            yield keyword.path, keyword.name


def _is_number(facts: FileFacts | None, place: int) -> bool:
    """Return whether a name is set to a version, and not to what another file says that it is."""
    return facts is not None and any(map(str.isdigit, facts.definitions[place].value))


def _releases(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    versions = known.evidence.names.versions
    if file in versions and other in versions:
        return [Ground(words=known.evidence.files[other].told["release"])]
    return ()


def _is_called_alike(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    words = known.evidence.names.stems[file].get(other)
    # A test and what it tests are called alike, of course.
    return [Ground(words=words)] if words and other not in known.evidence.tests[file] else ()


def _read_defined(reader: Reader) -> Iterator[tuple[str, str]]:
    return (row for row in reader.defined_by_few(FEW_DEFINERS) if not is_plain(row[1]))


def _defines_same(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    same = known.evidence.names.defined[file].get(other, ())
    return [Ground(len(same), same)] if len(same) >= FEWEST_NAMES else ()


# Others


def _changed_along(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    history, files = known.evidence.history, known.evidence.files
    times = history.times(files[file].path, files[other].path) if history is not None else 0
    return [Ground(times)] if times else ()


def _shares_words(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    words = known.evidence.vocabulary.shared(file, known.telling, other, WORDS)
    return [Ground(words=words)] if words else ()


def _is_beside(known: Explainer, file: int, other: int) -> Iterable[Ground]:
    folders = known.evidence.folders
    return [Ground()] if folders[file] == folders[other] else ()


def _one(text: str) -> tuple[str, str]:
    return text, ""


# fmt: off
_TYPES = (
    ReasonType("test", _one(N_("is a test of this file")), "its test", _is_test, "tests",
               signal=Signal("test", 0.3, lambda evidence: evidence.tests, is_mutual=True)),
    ReasonType("tested", _one(N_("is tested by this file")), "tests it", _is_tested, "tests"),
    ReasonType("base", _one(N_("defines the base class %(words)s")), "extends its class: {words}", _extends, "family"),
    ReasonType("derived", _one(N_("derives a class from %(words)s")), "extended by it: {words}",
               lambda known, file, other: _extends(known, other, file), "family"),
    ReasonType("uses", NN_("this file uses 1 name from it", "this file uses %(count)s names from it"), "uses {names} from it",
               _uses, "uses", has_names=True,
               signal=Signal("uses", 0.1, lambda evidence: evidence.uses, is_mutual=True)),
    ReasonType("used", NN_("uses 1 name from this file", "uses %(count)s names from this file"), "used by it: {names}",
               lambda known, file, other: _uses(known, other, file), "used by", has_names=True,
               signal=Signal("used", 0.2, lambda evidence: invert(evidence.uses), is_mutual=True)),
    ReasonType("imports", _one(N_("this file imports it")), "imports it", _imports, "uses"),
    ReasonType("imported", _one(N_("imports this file")), "imported by it", lambda known, file, other: _imports(known, other, file), "used by"),
    ReasonType("history", NN_("changed together once", "changed together %(count)s times"), "changed together {times}",
               _changed_along, "history", signal=Signal("history", 1.3)),
    ReasonType("other", _one("%(words)s"), "{words}", lambda known, _, other: [Ground(words=[text]) for text in known.said.get(other, ())]),
    ReasonType("sibling", _one(N_("has the same base class %(words)s")), "same base class: {words}", _has_same_base, "family",
               signal=Signal("family", 0.05, lambda evidence: evidence.families.table(), is_mutual=True)),
    ReasonType("configures", _one(N_("is the nearest conftest.py")), "its nearest conftest.py", _has_row("conftest"), "tests",
               signal=Signal("conftest", 0.35, _configured, most=1.0)),
    ReasonType("package", _one(N_("is the package of this file")), "its package", _has_row("package"),
               signal=Signal("package", 0.1, lambda evidence: packages(evidence.files))),
    ReasonType("release", _one(N_("also defines the version: %(words)s")), "also defines the version: {words}", _releases,
               read=_read_versions, signal=Signal("release", 0.4, lambda evidence: evidence.names.releases(), is_mutual=True)),
    ReasonType("namesake", _one(N_("has a similar file name: %(words)s")), "similar file name: {words}", _is_called_alike,
               is_likeness=True, signal=Signal("namesakes", 0.0, lambda evidence: evidence.names.namesakes(), is_mutual=True)),
    ReasonType("defines", _one(N_("defines the same names: %(words)s")), "defines the same names: {words}", _defines_same,
               is_likeness=True, read=_read_defined,
               signal=Signal("definers", 0.0, lambda evidence: evidence.names.definers(), is_mutual=True)),
    ReasonType("vocabulary", _one(N_("shares words: %(words)s")), "shares words: {words}", _shares_words, is_likeness=True,
               beside=range(MOST), signal=Signal("vocabulary", 1.0)),
    # With fewer than two, files in common are named too.
    ReasonType("together", NN_("used together in 1 file", "used together in %(count)s files"), "both used by: {words}",
               _both_used, has_names=True, is_likeness=True, beside=range(2), signal=Signal("together", 0.25)),
    ReasonType("shared", NN_("both import 1 file", "both import %(count)s files"), "both import: {words}",
               _both_import, has_names=True, is_likeness=True, beside=range(2)),
    ReasonType("through", _one(N_("this file uses it through %(words)s")), "uses it through {words}", _through,
               is_likeness=True, beside=range(2)),
    ReasonType("back", _one(N_("uses this file through %(words)s")), "uses this file through {words}",
               lambda known, file, other: _through(known, other, file), is_likeness=True, beside=range(2)),
    # Never the only reason.
    ReasonType("folder", _one(N_("in the same folder")), "same folder", _is_beside, beside=range(1, 2)),
)
# fmt: on
REASONS: Mapping[str, ReasonType] = {row.kind: row for row in _TYPES}
"""By kind."""


def signals() -> list[Signal]:
    """Return the signals that speak for files of which a reason is true."""
    return [row.signal for row in REASONS.values() if row.signal is not None]


def default_weights() -> dict[str, float]:
    """Return what each signal counts.

    `walk` has no reason of its own. `fixtures` is not a signal: it multiplies what files are worth that only tests work on.
    """
    return {signal.name: signal.weight for signal in signals()} | {"walk": 0.4, "fixtures": 0.0}


class Explainer:
    """Finds out why files are related to one file."""

    def __init__(self, evidence: Evidence, file: int, said: Mapping[int, Sequence[str]] | None = None) -> None:
        """Take what signals of other packages `said` of the others."""
        self.evidence = evidence
        self.said: Mapping[int, Sequence[str]] = said or {}
        self.telling = evidence.vocabulary.telling(file)
        """Words of the file that can be shown, with their weights."""
        self._file = file
        self._rows = [(beside, [*rows]) for beside, rows in groupby(REASONS.values(), key=lambda row: row.beside)]

    def find(self, other: int) -> tuple[Reason, ...]:
        """Return the true reasons, those that say most first."""
        found: list[Reason] = []
        for beside, rows in self._rows:
            if len(found) in beside:
                found += [
                    Reason(kind=row.kind, count=one.number, words=tuple(one.words[:WORDS]))
                    for row in rows
                    for one in row.find(self, self._file, other)
                ]
        return tuple(found[:MOST])


def reason_text(reason: Reason) -> str:
    """Put a reason in plain English, e.g. `uses 7 names from it`."""
    names = "1 name" if reason.count == 1 else f"{reason.count} names"
    times = "once" if reason.count == 1 else f"{reason.count} times"
    return REASONS[reason.kind].short.format(words=", ".join(reason.words), names=names, times=times)
