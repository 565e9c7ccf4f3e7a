"""What a docstring says first: its first paragraph of prose, and the first sentence of that.

Docstrings begin with many things that say nothing of what they document: titles, signatures, licenses, fields, labels.
These are passed over. A sentence ends where it does for a reader: not at "e.g.", at "...", or inside brackets or code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sphinx_kwindex.collect.python.signatures import Limits
from sphinx_kwindex.text import ELLIPSIS

_MARK = re.compile(r"^([^\w\s])\1{2,}$")
"""The line under (or over) a title."""
_ITEM = re.compile(r"(?:[-*+•]|\d{1,2}[.)]|\(?[a-z]\)|#\.)\s+\S")
_DIRECTIVE = re.compile(r"\.\.(?:\s|$)")
_FIELD = re.compile(r"(?::[\w@][^:`]{0,60}:|@\w+)(?:\s|$)")
_BIBLIOGRAPHIC = re.compile(
    r"[:@](?:authors?|contact|copyright|date|id|license|maintainers?|organi[sz]ation|revision|status|version)\b",
    re.IGNORECASE,
)
_DOCTEST = re.compile(r">>>(?:\s|$)")
_SECTIONS = (
    r"args|arguments|parameters|params|keyword args|keyword arguments|other parameters|returns?|yields?|raises|examples?|notes?"
    r"|references|see also|attributes|methods|usage|warnings?|todo"
)
_SECTION_LINE = re.compile(rf"(?:{_SECTIONS})::?", re.IGNORECASE).fullmatch
_SECTION_TITLE = re.compile(rf"(?:{_SECTIONS})", re.IGNORECASE).fullmatch
_SIGNATURE = re.compile(r"[\w.]+\((?:[^()]|\([^()]*\))*\)(?:\s*->\s*[\w.\[\], |]{1,80})?").fullmatch
_AFTER_SIGNATURE = re.compile(
    r"[\w.]+\((?:[^()]|\([^()]*\))*\)(?:\s*->\s*[\w.\[\], |]{1,80}?)?\s*(?:--|—|–|:|\.)\s+(?=\S)"
).match
_ADDRESS = re.compile(r"<?https?://\S+>?").fullmatch
_LEGAL = re.compile(
    r"(?:(?:\W|\d)*(?:copyright\b|©|\(c\)|licensed under|license\b|spdx-|permission is hereby|all rights reserved|\$Id\b|\$Revision"
    r"|(?:this|the) (?:file|program|software|module|library|code) (?:is|was) (?:free|part of|licensed|distributed|released under)"
    r"|created on (?:mon|tue|wed|thu|fri|sat|sun|\d)|authors?\s*:|redistributions? (?:and use|in binary|of source)\b|neither the names? of\b|in no event shall\b"
    r"|(?:this|the) software is provided\b|permission to use, copy|unless required by applicable law\b"
    r"|you may (?:not use this file|obtain a copy)\b|the above copyright notice\b|no (?:express or|warranty is)\b"
    r"|(?:mit|bsd|apache) licen[cs]e\b))",
    re.IGNORECASE,
).match

_CODE = re.compile(r"(``.+?``|(?<!`)`[^`]+`(?!`))")
_LINK = re.compile(r"!?(?<![\w\])])\[([^\[\]]+)\]\((?:[^\s()]*[/.:#][^\s()]*)(?:\s+\"[^\"]*\")?\)")
_REFERENCE = re.compile(r"\[([^\[\]]+)\]\[[\w .-]*\]")
_FOOTNOTE = re.compile(r"\s?\[(?:\d+|#\w*|\*|[A-Z]\w*\d+)\]_(?!\w)")
_SUBSTITUTION = re.compile(r"(?<![\w|])\|([A-Za-z][\w -]{2,}[\w])\|_{0,2}(?![\w|])")
_NAME = re.compile(r"[\w-]+(?:[./][\w-]+)+").fullmatch
"""A dotted name or a path: what a module says of itself in place of a title."""

_END = re.compile(r"[.!?][)\]\"'”’]*(?=\s)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[/-])(?:e\.g|eg|i\.e|ie|vs|cf|viz|resp|incl|excl|approx|ca|al|dr|mr|mrs|ms|prof|w\.r\.t|a\.k\.a|aka|i\.i\.d)$",
    re.IGNORECASE,
).search
_BEFORE_NUMBER = re.compile(
    r"(?:^|[\s(\[])(?:nos?|figs?|eqs?|secs?|ch|vol|pp?|refs?|thm|def|sect|chap|tab|alg)$", re.IGNORECASE
).search
_INITIAL = re.compile(r"(?:^|(?:^|\s)[A-Z][\w.]*\s)[A-Z]$").search
_LEADING_OVER = re.compile(r"\s*(?:[:,;]\s*)?(?:::?|\be\.g\.|\bi\.e\.)$")
_ESCAPED_SPACE = re.compile(r"(?<=[`*|_])\\ |\\ (?=[`*|])")


class _Passage(NamedTuple):
    """Lines of a docstring that belong together."""

    lines: list[str]
    is_title: bool = False
    goes_on: bool = False
    """What follows belongs to it: a list, or an indented piece."""


def first_paragraph(doc: str) -> str:
    """Return the first paragraph that says something, on one line; empty if there is none."""
    text, goes_on = _first(doc)
    return _closed(_cut(text, Limits.PARAGRAPH), goes_on=goes_on)


def first_sentence(doc: str) -> str:
    """Return the first sentence of a docstring on one line."""
    text, goes_on = _first(doc)
    end = next(_ends(text), None)
    if end is not None:
        return _cut(text[:end], Limits.SUMMARY)
    return _closed(_cut(text, Limits.SUMMARY), goes_on=goes_on)


def _first(doc: str) -> tuple[str, bool]:
    """Return the first paragraph, and whether it leads over to what follows."""
    title = ""
    for block in _blocks(doc):
        text, first = " ".join(" ".join(block.lines).split()), block.lines[0]
        if (block.is_title and _SECTION_TITLE(text)) or _ends_prose(first):
            break
        if block.is_title and title:
            break
        if block.is_title or _NAME(text):
            title = title or text
        elif not _says_nothing(text, first):
            signature = _AFTER_SIGNATURE(text)
            return _plain(text[signature.end() :] if signature else text), block.goes_on
    return _plain(title), False


def _ends_prose(line: str) -> bool:
    """Tell whether a line starts what is not prose any more: fields, sections of arguments, examples."""
    is_field = bool(_FIELD.match(line)) and not _BIBLIOGRAPHIC.match(line)
    return is_field or bool(_SECTION_LINE(line) or _DOCTEST.match(line))


def _says_nothing(text: str, line: str) -> bool:
    """Tell whether a paragraph is passed over: a license, an address, a signature, a directive or label."""
    return bool(
        _BIBLIOGRAPHIC.match(line) or _DIRECTIVE.match(line) or _LEGAL(text) or _ADDRESS(text) or _SIGNATURE(text)
    )


def _blocks(doc: str) -> Iterator[_Passage]:
    """Yield the paragraphs, titles and list items of a docstring, in order."""
    current: list[str] = []
    lines = doc.expandtabs().split("\n")
    # The first line stands behind the quotes: it is as far in as the rest, or as the quotes that close it.
    margin = min((_indent(line) for line in lines[1:] if line.strip() or line is lines[-1]), default=0)
    indent, hidden = 0, -1
    for number, line in enumerate([*lines, ""]):
        text, before = line.strip(), indent
        if not text:
            if current:
                yield _Passage(current)
            current = []
            continue
        indent = _indent(line) if number else margin
        if hidden >= 0:
            if indent > hidden:
                continue  # inside a directive
            hidden = -1
        if _MARK.match(text):
            yield from _titled(current)
            current = []
            continue
        if current and (is_more := _starts_more(text, current, deeper=indent > before)) is not None:
            yield _Passage(current, goes_on=is_more)
            current = []
        if _DIRECTIVE.match(text):
            hidden = indent
        if current and _LEGAL(text):  # below a title, without a blank line
            yield _Passage(current)
            current = []
        current.append(text)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _titled(lines: list[str]) -> Iterator[_Passage]:
    """Yield what stands over a line of marks: a title, and what comes before it without a blank line."""
    if lines[:-1]:
        yield _Passage(lines[:-1])
    if lines:
        yield _Passage(lines[-1:], is_title=True)


def _starts_more(text: str, current: list[str], *, deeper: bool) -> bool | None:
    """Tell whether a line starts something else, and whether that belongs to the paragraph before (None: it goes on)."""
    if _ITEM.match(text) or _DOCTEST.match(text) or (deeper and current[-1].endswith(":")):
        return True
    if _FIELD.match(text) or _DIRECTIVE.match(text) or _SECTION_LINE(text) or _SIGNATURE(" ".join(current)):
        return False
    return None


def _plain(text: str) -> str:
    """Take out the marks of links, footnotes and substitutions, except for those in code."""
    parts = _CODE.split(_ESCAPED_SPACE.sub("", text))
    for place in range(0, len(parts), 2):
        part = _LINK.sub(r"\1", parts[place])
        part = _FOOTNOTE.sub("", _REFERENCE.sub(r"\1", part))
        parts[place] = _SUBSTITUTION.sub(r"\1", part)
    return "".join(parts)


def _ends(text: str) -> Iterator[int]:
    """Yield where the sentences of a text end."""
    code = [match.span() for match in _CODE.finditer(text)]
    for match in _END.finditer(text):
        before, end = text[: match.start()], match.end()
        following = text[end:].lstrip()
        if following[:1].islower() or before.endswith(".") or any(start < end <= stop for start, stop in code):
            continue
        if text.count("(", 0, end) > text.count(")", 0, end):
            continue
        if match.group()[0] == "." and _is_short(before, following):
            continue
        yield end


def _is_short(before: str, following: str) -> bool:
    """Tell whether a full stop belongs to a shortened word, or to an initial."""
    if _ABBREVIATION(before) or _INITIAL(before):
        return True
    return following[:1].isdigit() and _BEFORE_NUMBER(before) is not None


def _cut(text: str, limit: int) -> str:
    """Cut a text that is too long between words, and not within code."""
    if len(text) <= limit:
        return text
    short = text[:limit].rpartition(" ")[0] or text[: limit - 1]
    opened = _CODE.sub(lambda match: " " * len(match.group()), short).find("`")
    if opened > 0:
        short = short[:opened].rpartition(" ")[0]
    return short.rstrip(" ,;:([") + ELLIPSIS


def _closed(text: str, *, goes_on: bool) -> str:
    """Say by dots that a text leads over to what is left out."""
    if _LEADING_OVER.search(text):
        return f"{_LEADING_OVER.sub('', text)} {ELLIPSIS}"
    return f"{text} {ELLIPSIS}" if goes_on and text and text[-1] not in ".!?…" else text
