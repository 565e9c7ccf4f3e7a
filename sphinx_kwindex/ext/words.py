"""Texts in the language of the documentation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ParamSpec

from sphinx.locale import get_translator

from sphinx_kwindex.ext.translations import CATALOG
from sphinx_kwindex.pages import phrases
from sphinx_kwindex.pages.blocks import Inline, Link, Said
from sphinx_kwindex.pages.records import PageView

_P = ParamSpec("_P")


def tell(item: Inline) -> str:
    """Return what stands in a line as text alone, in the reader's language."""
    return item if isinstance(item, str) else phrases.tell(item, get_translator(CATALOG))


def translated(said: Said) -> list[Inline]:
    """Return a text in the reader's language, in pieces: with its values where its placeholders were."""
    return phrases.translated(said, get_translator(CATALOG))


def script_texts() -> dict[str, str]:
    """Return the script's texts that are other than in English."""
    shown = {key: _(text) for key, text in phrases.SCRIPT.items()}
    return {key: text for key, text in shown.items() if text != phrases.SCRIPT[key]}


def _told(make: Callable[_P, Inline]) -> Callable[_P, str]:
    def told(*args: _P.args, **values: _P.kwargs) -> str:
        return tell(make(*args, **values))

    return told


def _all_told(make: Callable[_P, Sequence[Inline]]) -> Callable[_P, list[str]]:
    def told(*args: _P.args, **values: _P.kwargs) -> list[str]:
        return list(map(tell, make(*args, **values)))

    return told


KIND_LETTERS = phrases.KIND_LETTERS
format_number = phrases.format_number
RELATION_WORDS = phrases.RELATION_WORDS

_ = say = _told(phrases.say)
say_count = _told(phrases.say_count)
kind_word = _told(phrases.kind_word)
and_more = _told(phrases.and_more)
use_count = _told(phrases.use_count)
used_words = _told(phrases.used_words)
role_word = _told(phrases.role_word)
possible_matches = _told(phrases.possible_matches)
line_count = _told(phrases.line_count)
kind_count = _told(phrases.kind_count)
no_uses = _told(phrases.no_uses)
more_files = _told(phrases.more_files)
letter_word = _told(phrases.letter_word)
edge_words = _told(phrases.edge_words)
use_words = _told(phrases.use_words)
site_word = _told(phrases.site_word)
no_recent = _told(phrases.no_recent)
standing_words = _all_told(phrases.standing_words)
graph_notes = _all_told(phrases.graph_notes)
relation_flag_words = _all_told(phrases.relation_flag_words)
layer_words = _all_told(phrases.layer_words)


def crumb_words(view: PageView) -> list[tuple[Link, str]]:
    """Return the links of a breadcrumb with their texts."""
    return [(link, tell(text)) for link, text in phrases.crumb_words(view)]
