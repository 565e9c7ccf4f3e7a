"""Tokens of Pygments, by one regular expression for all rules of a state: they are most of what source pages cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pygments.lexer import Lexer, RegexLexer
from pygments.token import Error, Whitespace, _TokenType

Tokens = Iterator[tuple[int, _TokenType, str]]


_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_GLOBAL = re.compile(r"^\(\?[imsux]+\)")
_NUMBERED = re.compile(r"\\[1-9]|\(\?(?:P|\()")
"""What calls a group by its number, which is another among others, or has names, which may be there twice."""


class _Merged(NamedTuple):
    """The rules of one state, as one expression; by the number of the last group that matched, which one it was."""

    match: Callable[[str, int], re.Match[str] | None]
    rules: dict[int, tuple[Any, Any, Any]]


def find_lexing(lexer: Lexer) -> Callable[[str], Tokens]:
    """Return what yields the tokens that a lexer has for a text; its own method where its rules cannot be put together."""
    own: Callable[[str], Tokens] = lexer.get_tokens_unprocessed
    if not isinstance(lexer, RegexLexer) or type(lexer).get_tokens_unprocessed is not RegexLexer.get_tokens_unprocessed:
        return own
    try:
        # There is no other way to the rules.
        states = {name: _merge(rules) for name, rules in lexer._tokens.items()}  # noqa: SLF001
    except (re.error, ValueError, AttributeError):
        return own
    return lambda text: _lex(lexer, states, text)


def _merge(rules: list[tuple[Any, Any, Any]]) -> _Merged:
    """Put rules together: of alternatives, too, the first that matches is taken. An empty group ends each."""
    found: dict[int, tuple[Any, Any, Any]] = {}
    groups, parts = 0, []
    for rule in rules:
        pattern: re.Pattern[str] = rule[0].__self__
        if _NUMBERED.search(pattern.pattern) or pattern.flags & (re.ASCII | re.LOCALE):
            raise ValueError("this means something else among others")
        groups += pattern.groups + 1
        found[groups] = rule
        on = "".join(letter for letter, flag in _FLAGS.items() if pattern.flags & flag)
        off = "".join(letter for letter in _FLAGS if letter not in on)
        parts.append(f"(?{on}{off and f'-{off}'}:{_GLOBAL.sub('', pattern.pattern)})()")
    return _Merged(re.compile("|".join(parts)).match, found)


def _lex(lexer: Lexer, states: dict[str, _Merged], text: str) -> Tokens:
    """Yield what `RegexLexer.get_tokens_unprocessed` does."""
    at, stack = 0, ["root"]
    match, rules = states["root"]
    while at < len(text):
        found = match(text, at)
        if found is None:
            if text[at] == "\n":
                stack = ["root"]
                match, rules = states["root"]
            yield at, Whitespace if text[at] == "\n" else Error, text[at]
            at += 1
            continue
        again, action, state = rules[found.lastindex or 0]
        if type(action) is _TokenType:
            yield at, action, found[0]
        elif action is not None:
            yield from action(lexer, again(text, at))  # with the groups that it knows
        at = found.end()
        if state is not None:
            _change(stack, state)
            match, rules = states[stack[-1]]


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
