"""Related files of inputs that tests make, ranked all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sphinx_kwindex.model import Related
from sphinx_kwindex.relate.evidence import SignalFunction
from sphinx_kwindex.relate.history import CoChange
from sphinx_kwindex.relate.rank import KEPT, gather, rank_file
from sphinx_kwindex.relate.reasons import default_weights
from sphinx_kwindex.relate.signals import RelateInput
from sphinx_kwindex.relate.vocabulary import Bags, Vocabulary


def rank(
    inputs: Iterable[RelateInput],
    *,
    weights: Mapping[str, float] | None = None,
    limit: int = KEPT,
    history: CoChange | None = None,
    others: Mapping[str, SignalFunction] | None = None,
) -> dict[str, tuple[Related, ...]]:
    """Rank the related files of every file; `inputs` come in the order of their paths, their words are not kept."""
    bags = Bags()
    files = []
    for item in inputs:
        files.append(msgspec.structs.replace(item, words=()))
        bags.put(item.path, item.words)
    vocabulary = Vocabulary(bags, [file.path for file in files])
    vocabulary.find_all()
    evidence = gather(files, vocabulary, history=history, others=others)
    chosen = {**default_weights(), **(weights or {})}
    return {
        file.path: rank_file(evidence, number, weights=chosen, limit=limit).related
        for number, file in enumerate(evidence.files)
    }
