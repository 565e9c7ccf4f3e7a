"""Names that a file spells out in strings: what is looked up by name, or by a dotted path, elsewhere or at run time."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from astroid import nodes

from sphinx_kwindex.collect.python.trees import Parsed

LONGEST = 100
SHORTEST = 4
MOST = 2_000
"""Names that are kept of one file: more are a table of data."""

_DOTTED = re.compile(r"(?:[\w.-]+\s*=\s*)?([^\W\d]\w*(?:\.[^\W\d]\w*)*(?:[.:][^\W\d]\w*(?:\.[^\W\d]\w*)*)?)")
"""A name or a dotted path; also as entry points write it: `name = package.module:function`."""
_TELLING = re.compile(r"[A-Z_.:]")
"""A plain word is a name only where it is looked up."""
_LISTS = frozenset({"__all__", "__slots__", "__match_args__", "_fields", "_fields_"})
_LOOKUPS = frozenset({"getattr", "hasattr", "setattr", "delattr", "attrgetter", "methodcaller"})
_LITERALS = (nodes.List, nodes.Tuple, nodes.Set)


def find_spelled(parsed: Parsed) -> tuple[tuple[str, int], ...]:
    """Return the names in strings with how often they stand there, sorted; not where a list of exports or slots says them."""
    counts: Counter[str] = Counter()
    for node in parsed.of(nodes.Const):
        text = node.value
        if text.__class__ is str and SHORTEST <= len(text) <= LONGEST:
            match = _DOTTED.fullmatch(text)
            if match is not None and (_TELLING.search(text) or _is_looked_up(node)) and not _is_own(node, text):
                counts[match.group(1).replace(":", ".")] += 1
    kept = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST]
    return tuple(sorted(kept))


def _is_looked_up(node: Any) -> bool:
    call = node.parent
    if not isinstance(call, nodes.Call):
        return False
    name = call.func.name if isinstance(call.func, nodes.Name) else getattr(call.func, "attrname", "")
    return name in _LOOKUPS


def _is_own(node: Any, text: str) -> bool:
    """Tell whether a string is only a part, names what is made of it (`T = TypeVar("T")`), or stands in a list of exports."""
    parent = node.parent
    if isinstance(parent, (nodes.BinOp, nodes.JoinedStr)):
        return True  # a part of a name, or of a text
    while isinstance(parent, _LITERALS):
        parent = parent.parent
    if isinstance(parent, nodes.Call):
        parent = parent.parent
        return isinstance(parent, nodes.Assign) and text in map(_target, parent.targets)
    targets = parent.targets if isinstance(parent, nodes.Assign) else [getattr(parent, "target", None)]
    return any(_target(target) in _LISTS for target in targets)


def _target(node: Any) -> str:
    return str(getattr(node, "name", "") or getattr(node, "attrname", ""))
