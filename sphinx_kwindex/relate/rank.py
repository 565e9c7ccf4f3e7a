"""One ranked list of related files for each file, with true reasons: the signals, weighed and added up.

Every signal is scaled to about 0..1 among the candidates of one file, multiplied by its weight and added; the sum is raised a
little for big files. A file without a reason that can be shown is left out, however high it scores.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from sphinx_kwindex.model import Reason, ReasonKind, Related
from sphinx_kwindex.relate import signals
from sphinx_kwindex.relate.history import CoChange
from sphinx_kwindex.relate.reasons import REASON_ORDER, REASON_TYPES
from sphinx_kwindex.relate.signals import RelateInput, Table
from sphinx_kwindex.relate.vocabulary import Pool, Vocabulary

WEIGHTS: Mapping[str, float] = {
    "vocabulary": 1.0,
    "walk": 0.4,
    "test": 0.3,
    "uses": 0.1,
    "used": 0.2,
    "family": 0.05,
    "conftest": 0.35,
    "package": 0.1,
    "together": 0.25,
    "release": 0.4,
    "namesakes": 0.0,
    "definers": 0.0,
    "history": 1.3,
    "fixtures": 0.0,
}
"""What each signal counts; `kwindex_related_weights` changes some of them (0: off).

`fixtures` is no signal: it multiplies what files are worth that only tests work on.
"""

KEPT = 10
"""Related files kept for each file, at least: tools may ask for more than a page shows."""
FLOOR = 0.1
"""Files that score less than this part of the best are left out."""
REASONS = 3
"""Reasons kept for each related file."""
FEWEST_REASONS = 2
"""With fewer, files in common are named too."""
WORDS = 3
"""Words, names or files that a reason names."""
COPIES = 2
"""Files that are nearly the same are named no more often than this."""
_STEPS = 32  # scores are rounded to this part, so that noise in the last digits moves no file past another
_OTHER_WEIGHT = 0.3

Signal = Callable[[str, Mapping[str, RelateInput]], Mapping[str, tuple[float, str]]]
"""A signal of another package: for one path (of those in the mapping) other paths with strength and reason in words."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that signals have to say, computed once for all files."""

    files: tuple[RelateInput, ...]
    """By path, without their words."""
    vocabulary: Vocabulary
    links: signals.UseLinks
    families: signals.Families
    names: signals.NameLikeness
    walk: signals.Walk
    together: signals.Together
    tables: Mapping[str, Table]
    """Signals that are tables, by the name of their weight."""
    folders: Sequence[str]
    sizes: Sequence[float]
    """By how much each file is raised for its size."""
    fixtures: frozenset[int]
    history: CoChange | None
    others: Mapping[str, Signal]
    by_path: Mapping[str, RelateInput]
    numbers: Mapping[str, int]


def gather(
    files: Sequence[RelateInput],
    vocabulary: Vocabulary,
    *,
    history: CoChange | None = None,
    others: Mapping[str, Signal] | None = None,
) -> Evidence:
    """Weigh the evidence of all files, which come in the order of their paths."""
    for one, other in itertools.pairwise(files):
        if other.path <= one.path:
            raise ValueError(f"{other.path}: files must come in the order of their paths")
    links = signals.UseLinks(files)
    families = signals.Families(files)
    names = signals.NameLikeness(files)
    uses = links.strengths()
    tests = signals.pair_tests(files)
    material = signals.fixtures(files)
    tables = {
        "test": tests,
        "uses": uses,
        "used": signals.invert(uses),
        "family": families.table(),
        "conftest": _configured(files, material, history),
        "package": signals.packages(files),
        "release": names.releases(),
        "namesakes": names.namesakes(),
        "definers": names.definers(),
    }
    return Evidence(
        files=tuple(files),
        vocabulary=vocabulary,
        links=links,
        families=families,
        names=names,
        walk=signals.Walk(uses, tests),
        together=signals.Together(links),
        tables=tables,
        folders=[file.path.rpartition("/")[0] for file in files],
        sizes=[signals.size_factor(file.lines) for file in files],
        fixtures=material,
        history=history,
        others=others or {},
        by_path={file.path: file for file in files},
        numbers={file.path: number for number, file in enumerate(files)},
    )


def _configured(files: Sequence[RelateInput], material: Collection[int], history: CoChange | None) -> Table:
    """Return the conftest files; up to three times as strong where history shows that they are changed along."""
    table = signals.configuring_files(files, material)
    if history is None:
        return table
    return [
        {other: value * (1 + min(2.0, 20 * history.share(files[other].path))) for other, value in row.items()}
        for row in table
    ]


class RankedList(NamedTuple):
    """The list of one file, and what it rests on."""

    related: tuple[Related, ...]
    """Best first."""
    pool: Pool
    leaves_copies_out: bool
    """Whether a file is not named because others that are nearly the same are."""
    scale: float
    """By what likeness of words was divided."""
    end: float
    """Files that score less were not looked at."""


def rank_file(evidence: Evidence, number: int, *, weights: Mapping[str, float], limit: int = KEPT) -> RankedList:
    """Return the related files of one file."""
    pool = evidence.vocabulary.pool(number)
    compared = {*pool.files, *(other for table in evidence.tables.values() for other in table[number])}
    similar = evidence.vocabulary.similar(number, compared)
    scale = step_above(max(similar.values(), default=0.0))
    scores, said = _scores(evidence, number, similar, scale, weights)
    order = sorted(scores, key=lambda other: (-scores[other], other))  # numbers are in the order of paths
    telling = evidence.vocabulary.telling(number)
    chosen: list[int] = []
    found: list[Related] = []
    leaves_copies_out = False
    for other in order:
        if len(found) == limit or (found and scores[other] < FLOOR * found[0].score):
            break
        reasons = reasons_for(evidence, number, other, telling, said)
        if not reasons:
            continue
        if REASON_TYPES[reasons[0].kind].is_likeness and _is_copy(evidence, other, chosen):
            leaves_copies_out = True
            continue
        chosen.append(other)
        group = REASON_TYPES[reasons[0].kind].group
        found.append(Related(path=evidence.files[other].path, score=scores[other], group=group, reasons=reasons))
    end = 0.0 if not found else found[-1].score if len(found) == limit else FLOOR * found[0].score
    return RankedList(tuple(found), pool, leaves_copies_out, scale, end)


def bound_of(evidence: Evidence, number: int, other: int, similar: float, *, weights: Mapping[str, float]) -> float:
    """Return no less than `score_of` does if likeness of words was divided by 1; it takes a tenth of the time."""
    tables = {name: table[number][other] for name, table in evidence.tables.items() if other in table[number]}
    most = {name: max(1.0, value) if name in _ABSOLUTE else 1.0 for name, value in tables.items()}
    most["vocabulary"] = similar if tables else 0.0
    most["walk"] = evidence.walk.share(number, other)
    most["together"] = float(any(other in together for together in evidence.together.sharing(number)))
    if evidence.history is not None:
        path = evidence.files[other].path
        most["history"] = evidence.history.likely(evidence.files[number].path, [path]).get(path, 0.0)
    total = sum(max(0.0, weights.get(name, 0.0)) * value for name, value in most.items())
    return total * evidence.sizes[other] * max(1.0, weights.get("fixtures", 0.0)) + 1 / _STEPS


def is_compared(evidence: Evidence, number: int, other: int) -> bool:
    """Tell whether a file that is none of the pool is compared by its words: if a table links it."""
    return any(other in table[number] for table in evidence.tables.values())


def score_of(
    evidence: Evidence, number: int, other: int, similar: float, *, scale: float, weights: Mapping[str, float]
) -> float:
    """Return what one candidate scores that is none of the pool; likeness of words is divided by `scale`."""
    rows = {other: similar} if similar and is_compared(evidence, number, other) else {}
    return _scores(evidence, number, rows, scale, weights, only=other)[0].get(other, 0.0)


def _scores(
    evidence: Evidence,
    number: int,
    similar: Mapping[int, float],
    scale: float,
    weights: Mapping[str, float],
    *,
    only: int | None = None,
) -> tuple[dict[int, float], dict[int, list[str]]]:
    """Return the scores of all candidates (or of one), and what signals of other packages say of them."""
    total: dict[int, float] = defaultdict(float)
    add = partial(_add, total, only=only)
    add(similar, weights.get("vocabulary", 0.0), most=scale)
    rows = {
        "walk": evidence.walk.reach(number),
        "together": evidence.together.reach(number),
    }
    rows |= {name: table[number] for name, table in evidence.tables.items()}
    for name, row in rows.items():
        add(row, weights.get(name, 0.0), most=1.0 if name in _ABSOLUTE else None)
    if evidence.history is not None:
        found = evidence.history.likely(evidence.files[number].path, [evidence.files[other].path for other in total])
        row = {evidence.numbers[path]: value for path, value in found.items() if path in evidence.numbers}
        add(row, weights.get("history", 0.0), most=1.0)
    said: dict[int, list[str]] = defaultdict(list)
    for name, signal in evidence.others.items():
        add(_ask_signal(evidence, signal, number, said), weights.get(name, _OTHER_WEIGHT))
    raised = ((other, _raised(evidence, number, other, value, weights)) for other, value in total.items())
    return {other: round(value * _STEPS) / _STEPS for other, value in raised if value > 0}, said


def _ask_signal(evidence: Evidence, signal: Signal, number: int, said: dict[int, list[str]]) -> dict[int, float]:
    """Return the row of a signal of another package, and add its reasons to what was said."""
    row = {}
    for path, (value, text) in signal(evidence.files[number].path, evidence.by_path).items():
        other = evidence.numbers.get(path)
        if other is not None and other != number and value > 0:
            row[other] = value
            said[other].append(text)
    return row


def _raised(evidence: Evidence, number: int, other: int, value: float, weights: Mapping[str, float]) -> float:
    """Return the score of a candidate by its size, and less for what only tests work on."""
    raised = value * evidence.sizes[other]
    is_aside = other in evidence.fixtures and number not in evidence.fixtures
    return raised * weights.get("fixtures", 0.0) if is_aside else raised


_ABSOLUTE = frozenset({"conftest"})
"""Signals whose numbers mean the same for every file: they are not scaled."""


def _add(
    total: dict[int, float],
    row: Mapping[int, float],
    weight: float,
    *,
    most: float | None = None,
    only: int | None = None,
) -> None:
    if only is not None and only not in row:
        return
    most = step_above(max(row.values(), default=0.0)) if most is None else most
    if weight and most > 0:
        for other, value in row.items() if only is None else ((only, row[only]),):
            total[other] += weight * value / most


def step_above(value: float) -> float:
    """Return the next quarter octave: the best of a row seldom moves all others when it grows or shrinks."""
    return float(2 ** (math.ceil(4 * math.log2(value) - 1e-9) / 4)) if value > 0 else 0.0


def _is_copy(evidence: Evidence, other: int, chosen: Sequence[int]) -> bool:
    """Tell whether the list has enough files that are nearly the same as this one."""
    return sum(evidence.vocabulary.is_copy(earlier, other) for earlier in chosen) >= COPIES


def reasons_for(
    evidence: Evidence, number: int, other: int, telling: Mapping[int, int], said: Mapping[int, list[str]]
) -> tuple[Reason, ...]:
    """Return the true reasons, those that say most first."""
    found = _link_reasons(evidence, number, other)
    if evidence.tables["test"][number].get(other, 0.0) >= signals.SURE_PAIR:
        found.append(Reason(kind=ReasonKind.TEST if evidence.files[other].is_test else ReasonKind.TESTED))
    found += _family_reasons(evidence, number, other)
    if other in evidence.tables["conftest"][number]:
        found.append(Reason(kind=ReasonKind.CONFIGURES))
    if other in evidence.tables["package"][number]:
        found.append(Reason(kind=ReasonKind.PACKAGE))
    found += _name_reasons(evidence, number, other)
    found += [Reason(kind=ReasonKind.OTHER, words=(text,)) for text in said.get(other, ())]
    if evidence.history is not None:
        times = evidence.history.times(evidence.files[number].path, evidence.files[other].path)
        found += [Reason(kind=ReasonKind.HISTORY, count=times)] if times else []
    if len(found) < REASONS:
        words = evidence.vocabulary.shared(number, telling, other, WORDS)
        found += [Reason(kind=ReasonKind.VOCABULARY, words=words)] if words else []
    if len(found) < FEWEST_REASONS:
        found += _common_reasons(evidence, number, other)
    if len(found) == 1 and evidence.folders[number] == evidence.folders[other]:
        found.append(Reason(kind=ReasonKind.FOLDER))
    found.sort(key=_place_of)
    return tuple(found[:REASONS])


def _place_of(reason: Reason) -> int:
    return REASON_ORDER[reason.kind]


def _link_reasons(evidence: Evidence, number: int, other: int) -> list[Reason]:
    links = evidence.links
    found = []
    for user, used, uses, imports in (
        (number, other, ReasonKind.USES, ReasonKind.IMPORTS),
        (other, number, ReasonKind.USED, ReasonKind.IMPORTED),
    ):
        if used in links.linked[user]:
            row = links.uses[user].get(used)
            found.append(
                Reason(kind=imports) if row is None else Reason(kind=uses, count=row.count, words=row.names[:WORDS])
            )
    return found


def _family_reasons(evidence: Evidence, number: int, other: int) -> Iterator[Reason]:
    families = evidence.families
    for kind, names in (
        (ReasonKind.BASE, families.bases[number].get(other)),
        (ReasonKind.DERIVED, families.bases[other].get(number)),
        (ReasonKind.SIBLING, families.siblings[number].get(other)),
    ):
        if names:
            yield Reason(kind=kind, words=tuple(name.rpartition(".")[2] for name in names[:WORDS]))


def _name_reasons(evidence: Evidence, number: int, other: int) -> Iterator[Reason]:
    names = evidence.names
    if number in names.versions and other in names.versions:
        yield Reason(kind=ReasonKind.RELEASE, words=evidence.files[other].versions[:WORDS])
    words = names.stems[number].get(other)
    if words and other not in evidence.tables["test"][number]:  # which are called alike, of course
        yield Reason(kind=ReasonKind.NAMESAKE, words=tuple(words[:WORDS]))
    same = names.defined[number].get(other, ())
    if len(same) >= signals.FEWEST_NAMES:
        yield Reason(kind=ReasonKind.DEFINES, count=len(same), words=tuple(same[:WORDS]))


def _common_reasons(evidence: Evidence, number: int, other: int) -> Iterator[Reason]:
    """Return what few files both are used by, or import, and those that stand between them."""
    links = evidence.links
    few = evidence.vocabulary.rare
    for kind, common, others in (
        (ReasonKind.TOGETHER, links.users[number] & links.users[other], links.linked),
        (ReasonKind.SHARED, links.imports[number] & links.imports[other], links.users),
    ):
        telling = [one for one in common if len(others[one]) <= few]
        if telling:  # the others say nothing, but they count: readers check the number
            words = _first_paths(evidence, telling) + _first_paths(evidence, common.difference(telling))
            yield Reason(kind=kind, count=len(common), words=words[:WORDS])
    for user, used, kind in ((number, other, ReasonKind.THROUGH), (other, number, ReasonKind.BACK)):
        between = [
            one
            for one in links.linked[user] & links.users[used]
            if len(links.linked[one]) <= few
            and len(links.users[one]) <= few
            and not (one in links.scripts[user] or used in links.scripts[one])
        ]
        if between:
            yield Reason(kind=kind, count=len(between), words=_first_paths(evidence, between))


def _first_paths(evidence: Evidence, found: Iterable[int]) -> tuple[str, ...]:
    return tuple(evidence.files[number].path for number in sorted(found)[:WORDS])
