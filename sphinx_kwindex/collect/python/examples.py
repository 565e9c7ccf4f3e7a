"""Examples of use: for each target of a file, the clearest call on one line.

Which of them a reader gets to see is decided when all files are known; here they are only picked out, as the source is
at hand here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from sphinx_kwindex.collect.python.signatures import one_line
from sphinx_kwindex.model import References, UseKind
from sphinx_kwindex.packing import reference_rows

LONGEST = 100
"""Characters of a line."""
MAX_LINES = 8
"""A call that is written on more lines is no short example."""

_SHOWN = frozenset({int(UseKind.CALL), int(UseKind.DECORATOR), int(UseKind.BASE), int(UseKind.RAISE)})
_COMMENT = re.compile(r"\s+#[^'\"]*$")
_LAST_COMMA = re.compile(r",([)\]}])")
_BRANCH = re.compile(r"(?:el)?if\b|while\b|except\b|else\b|case\b").match
_HEADER = re.compile(r"(?:async )?(?:if|elif|for|while|with|class|def|match|case|except)\b").match
_CUT_START = re.compile(r"[)\]}.,:=|&*+/<>%-]|(?:and|or|not|in|is|else)\b").match
_CUT_END = re.compile(r"(?:[,(\[{\\=.+*/|&<>%-]|\b(?:and|or|not|in|is|if|else|return))$").search
Example = tuple[int, int, str]
"""Line and column of a name, and the line as shown."""


def find_examples(references: References, lines: Sequence[str]) -> tuple[Example, ...]:
    """Return the clearest line for each target that is called, derived from or used as a decorator; in source order."""
    skipped = {number for number, target in enumerate(references.targets) if target.startswith(("builtins.", "?"))}
    found: dict[int, tuple[tuple[object, ...], Example]] = {}
    text_of = cache(lambda line: _line_text(lines, line))
    for target, name, line, col, kind, _ in reference_rows(references):
        if kind in _SHOWN and target not in skipped and (text := text_of(line)):
            rank = _rank(text, lines[line - 1][:col], references.names[name])
            if target not in found or rank < found[target][0]:
                found[target] = (rank, (line, col, text))
    return tuple(sorted({example for _, example in found.values()}))


def _rank(text: str, before: str, name: str) -> tuple[object, ...]:
    """Return how clear a line shows a use: smaller is clearer. What stands elsewhere in the file does not matter."""
    is_inside = "(" in before or "[" in before or "{" in before
    return is_inside, _BRANCH(text) is not None, f"{name}()" in text, len(text), text


def _line_text(lines: Sequence[str], number: int) -> str:
    """Return the statement (or its head) that starts on a line, on one line; empty if it is cut or long."""
    text = lines[number - 1].strip()
    if len(text) > 10 * LONGEST:
        return ""  # whatever comment may be cut off
    depth = _depth(text)
    if depth > 0:
        for line in lines[number : number + MAX_LINES]:
            text += "\n" + line.strip()
            depth += _depth(line)
            if depth <= 0 or len(text) > 2 * LONGEST:
                break
    if depth or _is_long(text):
        return ""
    if "\n" in text:
        text = _LAST_COMMA.sub(r"\1", one_line(text))
    elif "#" in text:
        text = _COMMENT.sub("", text)
    is_cut = _CUT_START(text) or _CUT_END(text) or bool(_HEADER(text)) != text.endswith(":")
    return "" if is_cut or len(text) > LONGEST else text


def _depth(text: str) -> int:
    """Return how many brackets a line opens and leaves open; those in strings count, which costs an example."""
    count = text.count
    return count("(") - count(")") + count("[") - count("]") + count("{") - count("}")


def _is_long(text: str) -> bool:
    """Tell whether lines are too many characters even without what goes when they are put on one line."""
    return (
        len(text) > LONGEST
        and "#" not in text
        and len("".join(text.split())) - text.count(",") - text.count("\\") > LONGEST
    )
