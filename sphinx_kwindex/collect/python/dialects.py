"""Python of another version than the running one: which version a file needs, and its text without the newer syntax.

The parser says of newer syntax no more than `expected '('`. Here each newer form is taken out of the text, line for line
and column for column; if what is left parses, the file needs the version of the newest form that was taken out, and all
but that is read. A file that was written for an older Python is recognized by the older form in the line where the parser
stopped, or by its names. What the parser says is quoted and never interpreted: each version words it differently.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

Version = tuple[int, int]
RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"
_MOST = 1_000_000
"""Characters of a text that is looked into: generated ones are larger."""
_MOST_PARAMETERS = 20_000
"""Characters of one list of type parameters."""


class Newer(NamedTuple):
    """What a file needs, and what it says apart from that."""

    version: Version
    text: str
    """As long as the original, with each token where it was."""

    @property
    def message(self) -> str:
        """What a reader of the file's page should know."""
        return f"needs Python {self.version[0]}.{self.version[1]} or newer (running {RUNNING}); read without its newer syntax"


def read_newer(text: str, running: Version = (sys.version_info[0], sys.version_info[1])) -> Newer | None:
    """Return which newer Python a text needs; None if no newer syntax explains why it does not parse."""
    if len(text) > _MOST:
        return None
    try:
        return _read_newer(text, running)
    except RecursionError:
        return None


def _read_newer(text: str, running: Version) -> Newer | None:
    for newest in sorted({version for version, _ in _RULES if version > running}):
        left, needed = text, newest
        for version, take_out in _RULES:
            if running < version <= newest:
                left, found = take_out(left)
                needed = max(needed, found)
        if left != text and _parses(left, running):
            return Newer(needed, left)
    return None


def explain(error: SyntaxError, text: str) -> str:
    """Return why a text does not parse: what the parser says, and what Python that depends on."""
    lines = text.split("\n")
    message, line = error.msg or "invalid syntax", error.lineno or 0
    if 0 < line <= len(lines) and _PYTHON_2.search(_QUOTED.sub("''", lines[line - 1])):
        return f"written for Python 2 ({message})"
    renamed = _ASYNC_NAME.sub("_____", text)
    if renamed != text and _parses(renamed):
        return "needs Python 3.6 or older (async or await is a name)"
    return f"{message} (Python {RUNNING})"


def parse_quietly(text: str | bytes, version: Version | None = None, *, type_comments: bool = False) -> ast.Module:
    """Return the tree of a text; doubtful escapes and the like are not ours to report. Raises what `ast.parse` does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, feature_version=version, type_comments=type_comments)


def _parses(text: str, version: Version | None = None) -> bool:
    try:
        parse_quietly(text, version)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


Changed = tuple[str, Version]
"""A text without some form, and the version that the form needs where that is newer than its rule's."""

_NONE: Version = (0, 0)
_OLD_EXCEPT = re.compile(r"^[ \t]*except[ \t]+[\w.]+[ \t]*,[ \t]*[a-z_]\w*[ \t]*:", re.MULTILINE)
_PYTHON_2 = re.compile(
    rf"{_OLD_EXCEPT.pattern}|(?:^|[:;])[ \t]*(?:print|exec)[ \t]+[\w'\"`{{]|(?:^|[:;])[ \t]*raise[ \t]+[\w.]+[ \t]*,"
    r"|(?<![\w.])(?:0\d+|(?:0x[\da-f]+|\d+)l)\b|<>|`[^`]+`|\bur['\"]",
    re.IGNORECASE,
)
"""Statements `print`, `exec`, `raise` and `except` of Python 2, its octal and long numbers, `<>`, backquotes, `ur""`."""
_QUOTED = re.compile(r"#.*|'[^']*'|\"[^\"]*\"")
_ASYNC_NAME = re.compile(r"\basync\b(?![ \t]+(?:def|with|for)\b)|\bawait\b(?![ \t]+[\w'\"(\[{])")
_PARAMETERS = re.compile(
    r"^(?:[ \t]*(?:(?:async[ \t]+)?def|class|type)|[^#\n]*[;:][ \t]*type)[ \t]+\w+[ \t]*(?=\[)", re.MULTILINE
)
_TYPE = re.compile(r"((?:^|[;:])[ \t]*)type[ \t](?=[ \t]*\w+[ \t\\\n]*=[^=])", re.MULTILINE)
_EXCEPT_STAR = re.compile(r"^([ \t]*except[ \t]*)\*", re.MULTILINE)
_EXCEPT_LIST = re.compile(
    r"^[ \t]*except\b[ \t]*\*?[ \t]*([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)[ \t]*,?[ \t]*:", re.MULTILINE
)
_LAZY = re.compile(r"^([ \t]*)lazy[ \t](?=[ \t]*(?:import|from)[ \t])", re.MULTILINE)
_UNPACKED = re.compile(r"(?<=[\[({])(\s*)(\*\*?)(?=[^,\[\](){}\n]*\sfor\s)")
_STRING = re.compile(r"#[^\n]*|(?<!\w)([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_STARS = re.compile(rf"{_STRING.pattern}|[\[\](){{}}]|\*\*?")
_BEFORE = 80
"""Characters before a star that are looked at."""


def _take_parameters(text: str, *, only_defaults: bool = False) -> Changed:
    """Take out the type parameters of functions, classes and aliases: all, or the lists with defaults."""
    newest = _NONE
    for match in reversed([*_PARAMETERS.finditer(text)]):
        end = _closing(text, match.end())
        if end:
            inside = text[match.end() : end]
            has_default = re.search(r"(?<![=!<>])=(?!=)", inside) is not None
            newest = (3, 13) if has_default else newest
            if has_default or not only_defaults:
                text = text[: match.end()] + _blank(inside) + text[end:]
    return text, newest


def _take_types(text: str) -> Changed:
    """Make an assignment of a `type` statement: `0   ;X = int`."""
    return _TYPE.sub(r"\g<1>0   ;", text), _NONE


def _take_strings(prefix: str) -> Callable[[str], Changed]:
    """Return what makes an f-string without fields of every f-string (or t-string): their quotes may be nested."""

    def take(text: str) -> Changed:
        parts, at = [], 0
        while match := _STRING.search(text, at):
            is_formatted = match[2] is not None and prefix in match[1].lower()
            end = _string_end(text, match.end(), match[2], is_formatted=is_formatted) if match[2] else match.end()
            written = text[match.start() : end]
            if is_formatted:
                inside = _blank(written[len(match[0]) : -len(match[2])], is_tight=len(match[2]) == 1)
                written = match[1].replace("t", "f").replace("T", "f") + match[2] + inside + match[2]
            parts.append(text[at : match.start()] + written)
            at = end
        return "".join(parts) + text[at:], _NONE

    return take


def _take_stars(text: str) -> Changed:
    """Take out the stars of what subscripts unpack, and of what is unpacked in annotations of `*args`."""
    brackets: list[str] = []
    stars: list[int] = []
    at = 0
    while match := _STARS.search(text, at):
        at, mark = match.end(), match[0]
        if match[2]:
            at = _string_end(text, at, match[2], is_formatted="f" in match[1].lower())
        elif mark in "[({":
            before = text[match.start() - 1 : match.start()]
            is_index = mark == "[" and (before.isalnum() or before in {"_", ")", "]"})
            brackets.append("index" if is_index else mark)
        elif mark in "])}":
            del brackets[-1:]
        elif mark == "*" and brackets:
            before = text[max(0, match.start() - _BEFORE) : match.start()].rstrip()[-1:]
            if (brackets[-1] == "index" and before in "[,") or (brackets[-1] == "(" and before == ":"):
                stars.append(match.start())
    chosen = set(stars)
    return "".join(" " if at in chosen else each for at, each in enumerate(text)) if stars else text, _NONE


def _take_except_lists(text: str) -> Changed:
    """Put `|` between exceptions that stand without parentheses."""
    if _OLD_EXCEPT.search(text) and all(_OLD_EXCEPT.match(match[0]) for match in _EXCEPT_LIST.finditer(text)):
        return text, _NONE
    return _EXCEPT_LIST.sub(lambda match: match[0].replace(",", "|", match[1].count(",")), text), _NONE


def _substitute(pattern: re.Pattern[str], replacement: str) -> Callable[[str], Changed]:
    return lambda text: (pattern.sub(replacement, text), _NONE)


def _take_unpacked(text: str) -> Changed:
    """Take out the stars of what a comprehension unpacks."""
    return _UNPACKED.sub(lambda match: match[1] + " " * len(match[2]), text), _NONE


_RULES: tuple[tuple[Version, Callable[[str], Changed]], ...] = (
    ((3, 14), _take_strings("t")),
    ((3, 12), _take_strings("f")),
    ((3, 11), _substitute(_EXCEPT_STAR, r"\1 ")),
    ((3, 11), _take_stars),
    ((3, 12), _take_parameters),
    ((3, 12), _take_types),
    ((3, 13), partial(_take_parameters, only_defaults=True)),
    ((3, 14), _take_except_lists),
    ((3, 15), _substitute(_LAZY, r"\g<1>0   ;")),
    ((3, 15), _take_unpacked),
)
"""Each form with the first version that knows it; strings first, so that nothing else looks into them."""


def _closing(text: str, start: int) -> int:
    """Return the place behind the bracket that closes the one at `start`; 0 if there is none."""
    depth = 0
    for match in re.compile(r"[\[\](){}]").finditer(text, start, start + _MOST_PARAMETERS):
        depth += 1 if match[0] in "[({" else -1
        if depth == 0:
            return match.end()
    return 0


def _string_end(text: str, at: int, quote: str, *, is_formatted: bool) -> int:
    """Return the place behind a string whose text starts at `at`; fields of formatted ones may hold any others."""
    escape, braces = (r"\\[^{}]", r"|\{\{|\}\}|\{") if is_formatted else (r"\\.", "")
    wanted = re.compile(f"{escape}|{quote}{braces}", re.DOTALL)
    while match := wanted.search(text, at):
        if match[0] == quote:
            return match.end()
        at = match.end()
        if match[0] == "{":
            at = _field_end(text, at)
    return len(text)


def _field_end(text: str, at: int) -> int:
    """Return the place behind the `}` of a replacement field whose text starts at `at`."""
    depth, wanted = 1, re.compile(r"[{}]|(?<=[\s{(\[,])#[^\n]*|(?<!\w)([A-Za-z]{0,2})('''|\"\"\"|'|\")")
    while depth and (match := wanted.search(text, at)):
        at = match.end()
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        elif match[2]:
            at = _string_end(text, at, match[2], is_formatted=bool(set(match[1].lower()) & {"f", "t"}))
    return at if not depth else len(text)


def _blank(text: str, *, is_tight: bool = True) -> str:
    """Return blanks for a text; where a line could not end (`is_tight`), it goes on with a backslash."""
    lines = text.split("\n")
    if not is_tight:
        return "\n".join(" " * len(line) for line in lines)
    return "\n".join([*(" " * (len(line) - 1) + "\\" for line in lines[:-1]), " " * len(lines[-1])])
