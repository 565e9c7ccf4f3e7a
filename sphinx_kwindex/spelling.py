"""Spells out characters that are invisible, change the direction of text, or cannot be output."""

from __future__ import annotations

import re

UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f"
)
"""For a character class of a regular expression; not the blanks that separate words and lines."""
UNSEEN_ASCII = UNSEEN[: UNSEEN.index("\x7f") + 1]
"""Those of them that texts in ASCII may have."""
_UNSEEN = re.compile(f"[{UNSEEN}]")
_UNSEEN_ON_A_LINE = re.compile(f"[\t\n\r{UNSEEN}]")


def visible(text: str) -> str:
    """Spell out what cannot be seen in a text."""
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub(_spell, text)


def visible_line(text: str) -> str:
    """Spell out what cannot be seen in a name, also tabs and ends of lines."""
    return text if text.isascii() and text.isprintable() else _UNSEEN_ON_A_LINE.sub(_spell, text)


def code_point(char: str) -> str:
    """Return what stands for a character: `⟨U+202E⟩`."""
    return f"\N{MATHEMATICAL LEFT ANGLE BRACKET}U+{ord(char):04X}\N{MATHEMATICAL RIGHT ANGLE BRACKET}"


def _spell(match: re.Match[str]) -> str:
    return code_point(match.group())
