"""Words that are never a reason, however rare they are in a tree."""

from __future__ import annotations

from pathlib import Path

from sphinx_kwindex.text import sub_words, word_set

_LINES = Path(__file__).with_suffix(".txt").read_text("ascii").splitlines()

PLAIN = word_set(" ".join(line for line in _LINES if not line.startswith("#")))
"""Plain English, what all code says, the frames of tests, and the frames of documents."""


def is_plain(name: str) -> bool:
    """Return whether a name is made of such words alone, or special to Python or to test runners."""
    return name.startswith(("__", "test")) or PLAIN.issuperset(sub_words(name))
