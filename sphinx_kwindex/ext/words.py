"""Texts in the language of the documentation, from our message catalogue."""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.locale import get_translator, translators

from sphinx_kwindex.pages import phrases
from sphinx_kwindex.pages.blocks import Inline, Link, Said
from sphinx_kwindex.pages.records import PageView

CATALOG = "sphinx_kwindex"
_KEY = ("general", CATALOG)
"""Under which Sphinx keeps what it has read of a catalogue."""


def register(app: Sphinx) -> None:
    """Register the catalogue."""
    app.add_message_catalog(CATALOG, str(Path(__file__).parents[1] / "locale"))


def tell(item: Inline) -> str:
    """Return what is in a line as text alone, in the reader's language."""
    return item if isinstance(item, str) else phrases.tell(item, _translator())


def translated(said: Said) -> list[Inline]:
    """Return a text in the reader's language, in pieces: with its values where its placeholders were."""
    return phrases.translated(said, _translator())


def _(text: str) -> str:
    return _translator().gettext(text)


def _translator() -> NullTranslations:
    # Sphinx makes one without texts each time that it is asked, to answer with where there is no other.
    return translators.get(_KEY) or get_translator(CATALOG)


def script_texts() -> dict[str, str]:
    """Return the script's texts that are other than in English."""
    shown = {key: _(text) for key, text in phrases.SCRIPT.items()}
    return {key: text for key, text in shown.items() if text != phrases.SCRIPT[key]}


def crumb_words(view: PageView) -> list[tuple[Link, str]]:
    """Return the links of a breadcrumb with their texts."""
    return [(link, tell(text)) for link, text in phrases.crumb_words(view)]
