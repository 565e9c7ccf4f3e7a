"""Blocks and inlines as Markdown, for terminals, editors and programs that read text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from gettext import NullTranslations
from typing import Any

from sphinx_kwindex.pages import blocks
from sphinx_kwindex.pages.phrases import Catalogue, mentioned_words, say, translated
from sphinx_kwindex.pages.plain_forms import FULL_FORMS, PLAIN_INLINES, line_of
from sphinx_kwindex.spelling import visible_line

_SPECIAL = re.compile(r"[\\`*\[\]<>|#]|(?<!\w)_|_(?!\w)")
_TICKS = re.compile("`+")


class MarkdownWriter:
    """Writes blocks.

    `uri` turns links into addresses, and knows none of a page that is not there; `documented` returns the address at which other
    documentation describes an object, and `mentioned` what of it mentions a keyword, by its anchor.
    """

    def __init__(
        self,
        uri: Callable[[blocks.Link], str | None],
        catalogue: Catalogue | None = None,
        *,
        documented: Callable[[str], str | None] = lambda _: None,
        mentioned: Callable[[str], blocks.Mentioned | None] = lambda _: None,
    ) -> None:
        self._uri = uri
        self._catalogue = catalogue or NullTranslations()
        self._inlines: dict[type, Callable[[Any], str]] = {
            str: lambda text: _SPECIAL.sub(r"\\\g<0>", visible_line(text)),
            tuple: self._many,
            blocks.Said: lambda said: self._many(translated(said, self._catalogue)),
            blocks.Code: lambda item: _code(item.text),
            blocks.Strong: lambda item: f"**{self.inline(item.inside)}**",
            blocks.To: self._to,
            blocks.Web: lambda item: f"[{self.inline(item.inside)}](<{item.address}>)",
            blocks.Outside: lambda item: self.inline(item.instead),
            blocks.Documented: lambda item: self._described(next(filter(None, map(documented, item.names)), None)),
            blocks.MentionedIn: lambda item: self.inline(mentioned_words([mentioned(item.anchor), item.own])),
            blocks.Series: lambda item: (
                item.between.join(filter(None, map(self.inline, item.items))) + self.inline(item.more)
            ),
        }
        self._blocks: dict[type, Callable[[Any], list[str]]] = {
            blocks.Para: lambda item: _lines(self.inline(item.inside)),
            blocks.Lines: lambda item: [f"    {line}" for line in item.text.splitlines()],
            blocks.Bullets: self._bullets,
            blocks.Grid: self._grid,
        }

    def write(self, items: Iterable[blocks.Block]) -> str:
        """Write blocks."""
        return "\n".join(self._many_blocks(items)) + "\n"

    def inline(self, item: blocks.Inline) -> str:
        """Write what is in a line."""
        kind = type(item)
        return self.inline(PLAIN_INLINES[kind](item)) if kind in PLAIN_INLINES else self._inlines[kind](item)

    def _many(self, items: Iterable[blocks.Inline]) -> str:
        return "".join(map(self.inline, items))

    def _many_blocks(self, items: Iterable[blocks.Block]) -> list[str]:
        found = [lines for block in items if (lines := self._block(block))]
        return [line for number, lines in enumerate(found) for line in (("", *lines) if number else lines)]

    def _block(self, block: blocks.Block) -> list[str]:
        kind = type(block)
        return self._many_blocks(FULL_FORMS[kind](block)) if kind in FULL_FORMS else self._blocks[kind](block)

    def _to(self, item: blocks.To) -> str:
        link = item.link
        text, uri = self.inline(item.text or (blocks.Code(link.text) if link.anchor else link.text)), self._uri(link)
        return text if uri is None else f"[{text}](<{uri}>)"

    def _described(self, uri: str | None) -> str:
        return "" if uri is None else f"[{self.inline(say('Documentation'))}](<{uri}>)"

    def _bullets(self, bullets: blocks.Bullets) -> list[str]:
        items = (*bullets.items, *([blocks.Item(bullets.more)] if bullets.more else []))
        return [line for item in items for line in self._item(item)]

    def _item(self, item: blocks.Item) -> list[str]:
        inside = self._many_blocks(item.blocks)
        # A list may stand close, a paragraph not.
        room = [""] if inside and not inside[0].startswith("- ") else []
        return [f"- {self.inline(line_of(item))}", *room, *(f"  {line}" if line else "" for line in inside)]

    def _grid(self, grid: blocks.Grid) -> list[str]:
        rows = [grid.head, tuple("---" for _ in grid.head), *grid.rows]
        return [f"| {' | '.join(map(self.inline, row))} |" for row in rows]


def _lines(text: str) -> list[str]:
    return [text] if text else []


def _code(text: str) -> str:
    """Write a piece of code between more backticks than it holds in a row."""
    shown = visible_line(text)
    mark = "`" * (1 + max(map(len, _TICKS.findall(shown)), default=0))
    room = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{mark}{room}{shown}{room}{mark}" if shown else ""
