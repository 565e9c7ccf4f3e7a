"""Pygments tokens, by one regular expression for all rules that can match at a character: lexing is most of the cost of source pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pygments.lexer import Lexer, RegexLexer
from pygments.token import Error, Whitespace, _TokenType

from sphinx_kwindex.ext.first_characters import ASCII, find_first

Tokens = Iterator[tuple[int, _TokenType, str]]


_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_GLOBAL = re.compile(r"^\(\?[imsux]+\)")
_NUMBERED = re.compile(r"\\[1-9]|\(\?(?:P|\()")
"""What calls a group by its number, which is another among others, or has names, which may be there twice."""
_WITHIN = re.compile(r"\(\?[aiLmsux]+\)")
"""Flags for the whole expression."""


class _Merged(NamedTuple):
    """Rules of one state, as one expression; by the number of the last group that matched, which one it was."""

    match: Callable[[str, int], re.Match[str] | None]
    rules: dict[int, tuple[Any, Any, Any]]


class _ByCharacter(dict[str, _Merged]):
    """The rules of one state, by the character at which they can match; those of a character are put together when it is met."""

    def __init__(self, rules: list[tuple[Any, Any, Any]]) -> None:
        super().__init__()
        self._rules = [(rule, find_first(_pattern(rule))) for rule in rules]
        self._merged: dict[tuple[int, ...], _Merged] = {}

    def __missing__(self, character: str) -> _Merged:
        found = [
            number for number, (_, first) in enumerate(self._rules) if character in first or character not in ASCII
        ]
        key = tuple(found)
        if key not in self._merged:
            self._merged[key] = _merge([self._rules[number][0] for number in found])
        self[character] = self._merged[key]
        return self[character]


def find_lexing(lexer: Lexer) -> Callable[[str], Tokens]:
    """Return what yields the tokens that a lexer has for a text; its own method where its rules cannot be put together."""
    own: Callable[[str], Tokens] = lexer.get_tokens_unprocessed
    if not isinstance(lexer, RegexLexer) or type(lexer).get_tokens_unprocessed is not RegexLexer.get_tokens_unprocessed:
        return own
    try:
        # There is no other way to the rules.
        states = {name: _ByCharacter(rules) for name, rules in lexer._tokens.items()}  # noqa: SLF001
    except (ValueError, AttributeError):
        return own
    return lambda text: _lex(lexer, states, text)


def _pattern(rule: tuple[Any, Any, Any]) -> re.Pattern[str]:
    pattern: re.Pattern[str] = rule[0].__self__
    text = _GLOBAL.sub("", pattern.pattern)
    if _NUMBERED.search(text) or _WITHIN.search(text) or pattern.flags & (re.ASCII | re.LOCALE):
        raise ValueError("this means something else among others")
    return pattern


def _merge(rules: list[tuple[Any, Any, Any]]) -> _Merged:
    """Put rules together: of alternatives, too, the first that matches is taken. An empty group ends each."""
    found: dict[int, tuple[Any, Any, Any]] = {}
    groups, parts = 0, []
    for rule in rules:
        pattern = _pattern(rule)
        groups += pattern.groups + 1
        found[groups] = rule
        on = "".join(letter for letter, flag in _FLAGS.items() if pattern.flags & flag)
        off = "".join(letter for letter in _FLAGS if letter not in on)
        end = "\n" if pattern.flags & re.VERBOSE else ""  # of a comment
        parts.append(f"(?{on}{off and f'-{off}'}:{_GLOBAL.sub('', pattern.pattern)}{end})()")
    return _Merged(re.compile("|".join(parts) or "(?!)").match, found)


def _lex(lexer: Lexer, states: dict[str, _ByCharacter], text: str) -> Tokens:
    """Yield what `RegexLexer.get_tokens_unprocessed` does."""
    at, end, stack = 0, len(text), ["root"]
    state = states["root"]
    while at < end:
        match, rules = state[text[at]]
        found = match(text, at)
        if found is None:
            if text[at] == "\n":
                stack = ["root"]
                state = states["root"]
            yield at, Whitespace if text[at] == "\n" else Error, text[at]
            at += 1
            continue
        again, action, new = rules[found.lastindex or 0]
        if type(action) is _TokenType:
            yield at, action, found[0]
        elif action is not None:
            yield from action(lexer, again(text, at))  # with the groups that it knows
        at = found.end()
        if new is not None:
            _change(stack, new)
            state = states[stack[-1]]


def _change(stack: list[str], new: Any) -> None:
    """Enter other states, or leave some; the first one stays."""
    if isinstance(new, int):
        del stack[max(1, len(stack) - abs(new)) :]
        return
    for name in new if isinstance(new, tuple) else (new,):
        if name == "#pop":
            del stack[max(1, len(stack) - 1) :]
        else:
            stack.append(stack[-1] if name == "#push" else name)
