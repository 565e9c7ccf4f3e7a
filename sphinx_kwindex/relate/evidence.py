"""Everything that is known about files and their pairs before they are ranked, computed once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from sphinx_kwindex.relate import signals
from sphinx_kwindex.relate.history import CoChange
from sphinx_kwindex.relate.signals import RelateInput, Table
from sphinx_kwindex.relate.vocabulary import Vocabulary

SignalFunction = Callable[[str, Mapping[str, RelateInput]], Mapping[str, tuple[float, str]]]
"""A signal of another package: for one path (of those in the mapping) other paths with strength and reason in words."""


class Signal(NamedTuple):
    """What speaks for files."""

    name: str
    weight: float
    """What it counts; `kwindex_related_weights` changes some of them (0: off)."""
    table: Callable[[Evidence], Table] | None = None
    """None: it is computed for one file at a time (`rank`)."""
    most: float | None = None
    """What counts as 1 in the table; None: about the highest number in the row of a file."""
    is_mutual: bool = False
    """The files in the row of a file have it in theirs, in this table or in another one."""


class Evidence:
    """What signals have to say; files are known by their numbers, in the order of their paths."""

    def __init__(
        self,
        files: Sequence[RelateInput],
        vocabulary: Vocabulary,
        all_signals: Iterable[Signal],
        *,
        history: CoChange | None = None,
        others: Mapping[str, SignalFunction] | None = None,
    ) -> None:
        """Weigh the evidence of all files, which come in the order of their paths and without their words.

        What makes the tables of signals may read everything else.
        """
        for one, other in itertools.pairwise(files):
            if other.path <= one.path:
                raise ValueError(f"{other.path}: files must come in the order of their paths")
        self.files = tuple(files)
        self.by_path = {file.path: file for file in files}
        self.numbers = {file.path: number for number, file in enumerate(files)}
        self.vocabulary = vocabulary
        self.history = history
        self.others = others or {}
        self.links = signals.UseLinks(files)
        self.families = signals.Families(files)
        self.names = signals.NameLikeness(files)
        self.uses = self.links.strengths()
        self.tests = signals.pair_tests(files)
        self.walk = signals.Walk(self.uses, self.tests)
        self.together = signals.Together(self.links)
        self.fixtures = signals.fixtures(files)
        self.folders = [file.path.rpartition("/")[0] for file in files]
        self.sizes = [signals.size_factor(file.lines) for file in files]
        """By how much each file is raised for its size."""
        self.tabled = {signal.name: signal for signal in all_signals if signal.table is not None}
        self.tables = {name: signal.table(self) for name, signal in self.tabled.items() if signal.table is not None}
