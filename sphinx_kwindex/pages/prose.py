"""Docstrings for readers: plain text, with the most common reST and Markdown markup interpreted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sphinx_kwindex.spelling import visible

# It has to find its marks in text that is escaped for HTML, too.
MARKED = re.compile(
    r"``(?P<double>[^`]+)``|(?::(?P<role>[\w:+.-]+):)?`(?P<single>[^`<>]+?)(?:\s*(?:&lt;|<)[^`]*(?:&gt;|>))?`_{0,2}"
    r"|(?<![\w*\\])(?P<stars>\*\*?)(?P<emphasis>[^\s*`](?:[^*`\n]*[^\s*`])?)(?P=stars)(?![\w*])"
)

TEXT_ROLES: Mapping[str | None, str] = {
    **dict.fromkeys(
        ("ref", "doc", "term", "abbr", "dfn", "guilabel", "menuselection", "sub", "sup", "title", "emphasis"), ""
    ),
    "pep": "PEP ",
    "rfc": "RFC ",
}
"""Roles whose text is not code, with what is before it."""

_IS_SHORT_NAME = re.compile(r"\.(?:[A-Z][A-Za-z0-9]*[a-z]\w*(?:\.\w+)*|[\w.]+\(\))").fullmatch
"""What Sphinx looks for in all modules, and not a name of a file (`.gitignore`), in a role that is not said."""


def plain_prose(text: str) -> list[tuple[str, bool]]:
    """Return a docstring's text in pieces: (text, whether it is code)."""
    shown = visible(text)
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in MARKED.finditer(shown):
        is_code = match["emphasis"] is None and not is_text(match)
        pieces += [(shown[end : match.start()], False), (marked_text(match), is_code)]
        end = match.end()
    pieces.append((shown[end:], False))
    return [piece for piece in pieces if piece[0]]


def is_text(match: re.Match[str]) -> bool:
    """Return whether what a mark is around is text: a reference (`` `the guide <https://...>`_ ``), or in a role of texts."""
    return match["role"] in TEXT_ROLES or (match["single"] is not None and match[0].endswith("_"))


def marked_text(match: re.Match[str]) -> str:
    """Return what a mark means, without the mark."""
    inside = match["double"] or match["emphasis"]
    if inside is not None:
        return inside
    single, role = match["single"], match["role"]
    if role in TEXT_ROLES:
        return f"{TEXT_ROLES[role]}{single}"
    if role and single.startswith("~"):
        return single.rpartition(".")[2].lstrip("~")
    if role or _IS_SHORT_NAME(single):
        return single.lstrip("~!.")
    return single.removeprefix("~").removeprefix("!")
