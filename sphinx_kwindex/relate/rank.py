"""The ranked list of related files for each file, with reasons: the weighted sum of signals.

Every signal is scaled to about 0..1 among the candidates of one file, multiplied by its weight and added; the sum is raised a
little for big files. A file without a reason that can be shown is left out, however high it scores.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from sphinx_kwindex.model import Related
from sphinx_kwindex.relate.evidence import Evidence, SignalFunction
from sphinx_kwindex.relate.history import CoChange
from sphinx_kwindex.relate.reasons import REASONS, Explainer, signals
from sphinx_kwindex.relate.signals import RelateInput
from sphinx_kwindex.relate.vocabulary import Pool, Vocabulary

KEPT = 10
"""Related files kept for each file, at least: tools may ask for more than a page shows."""
FLOOR = 0.1
"""Files that score less than this part of the best are left out."""
COPIES = 2
"""Files that are nearly the same are named no more often than this."""
_STEPS = 32  # scores are rounded to this part, so that noise in the last digits moves no file past another
_OTHER_WEIGHT = 0.3


def gather(
    files: Sequence[RelateInput],
    vocabulary: Vocabulary,
    *,
    history: CoChange | None = None,
    others: Mapping[str, SignalFunction] | None = None,
) -> Evidence:
    """Weigh the evidence of all files, which come in the order of their paths."""
    return Evidence(files, vocabulary, signals(), history=history, others=others)


class RankedList(NamedTuple):
    """The list of one file, and what it depends on."""

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
    explainer = Explainer(evidence, number, said)
    chosen: list[int] = []
    found: list[Related] = []
    leaves_copies_out = False
    for other in order:
        if len(found) == limit or (found and scores[other] < FLOOR * found[0].score):
            break
        reasons = explainer.find(other)
        if not reasons:
            continue
        first = REASONS[reasons[0].kind]
        if first.is_likeness and _is_copy(evidence, other, chosen):
            leaves_copies_out = True
            continue
        chosen.append(other)
        found.append(Related(path=evidence.files[other].path, score=scores[other], group=first.group, reasons=reasons))
    end = 0.0 if not found else found[-1].score if len(found) == limit else FLOOR * found[0].score
    return RankedList(tuple(found), pool, leaves_copies_out, scale, end)


def bound_of(evidence: Evidence, number: int, other: int, similar: float, *, weights: Mapping[str, float]) -> float:
    """Return no less than `score_of` does if likeness of words was divided by 1; it takes a tenth of the time."""
    tables = {name: table[number][other] for name, table in evidence.tables.items() if other in table[number]}
    most = {name: max(1.0, value / (evidence.tabled[name].most or math.inf)) for name, value in tables.items()}
    most["vocabulary"] = similar if tables else 0.0
    most["walk"] = evidence.walk.share(number, other)
    most["together"] = float(any(other in together for together in evidence.together.sharing(number)))
    if evidence.history is not None:
        path = evidence.files[other].path
        most["history"] = evidence.history.likely(evidence.files[number].path, [path]).get(path, 0.0)
    total = sum(max(0.0, weights.get(name, 0.0)) * value for name, value in most.items())
    return total * evidence.sizes[other] * max(1.0, weights.get("fixtures", 0.0)) + 1 / _STEPS


def is_compared(evidence: Evidence, number: int, other: int) -> bool:
    """Return whether a file that is none of the pool is compared by its words: if a table links it."""
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
    """Return the scores of all candidates (or of one), and what signals of other packages say about them."""
    total: dict[int, float] = defaultdict(float)
    add = partial(_add, total, only=only)
    add(similar, weights.get("vocabulary", 0.0), most=scale)
    add(evidence.walk.reach(number), weights.get("walk", 0.0))
    add(evidence.together.reach(number), weights.get("together", 0.0))
    for name, table in evidence.tables.items():
        add(table[number], weights.get(name, 0.0), most=evidence.tabled[name].most)
    if evidence.history is not None:
        found = evidence.history.likely(evidence.files[number].path, [evidence.files[other].path for other in total])
        row = {evidence.numbers[path]: value for path, value in found.items() if path in evidence.numbers}
        add(row, weights.get("history", 0.0), most=1.0)
    said: dict[int, list[str]] = defaultdict(list)
    for name, signal in evidence.others.items():
        add(_ask_signal(evidence, signal, number, said), weights.get(name, _OTHER_WEIGHT))
    raised = ((other, _raised(evidence, number, other, value, weights)) for other, value in total.items())
    return {other: round(value * _STEPS) / _STEPS for other, value in raised if value > 0}, said


def _ask_signal(
    evidence: Evidence, signal: SignalFunction, number: int, said: dict[int, list[str]]
) -> dict[int, float]:
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
    """Return whether the list has enough files that are nearly the same as this one."""
    return sum(evidence.vocabulary.is_copy(earlier, other) for earlier in chosen) >= COPIES
