"""After any edits, what link keeps is what linking everything again would find: projects made up at random, step by step."""

from __future__ import annotations

import os
import random

import pytest
from link_store import MemoryStore, make_sources
from random_projects import PATHS, random_targets, random_text

STEPS = int(os.environ.get("KWINDEX_STEPS", "500"))
"""Edits in all."""
_EACH = 25
"""Edits of one project."""


@pytest.mark.parametrize("seed", range(max(1, STEPS // _EACH)))
def test_edits(seed: int) -> None:
    """Files come, go and change, one or several at a time; after every step the index equals a new one."""
    dice = random.Random(seed)
    roots = dice.choice([(), ("src",), ("lib", "src")])
    texts: dict[str, str] = {}
    targets: dict[str, list[str]] = {}
    store = MemoryStore(roots)
    for _ in range(_EACH):
        for _ in range(dice.choice([1, 1, 1, 2, 4])):
            path = dice.choice(PATHS)
            if path in texts and dice.random() < 0.3:
                del texts[path]
            elif path in texts and dice.random() < 0.5:
                # a line more or less, as people edit
                lines = texts[path].splitlines()
                at = dice.randrange(len(lines))
                lines[at : at + dice.choice([0, 1])] = random_text(dice, dice.choice([1, 1, 2])).splitlines()
                texts[path] = "\n".join(lines)
            else:
                texts[path] = random_text(dice, dice.randint(1, 7))
            if path not in targets or dice.random() < 0.3:
                targets[path] = random_targets(dice, 8)
        sources = make_sources(texts, targets)
        store.update(sources)
        new = MemoryStore(roots)
        new.update(sources)
        assert store.results == new.results
        assert store.states == new.states
