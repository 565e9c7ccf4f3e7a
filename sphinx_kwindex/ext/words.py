"""Texts in the language of the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ParamSpec, TypeVar

from sphinx.locale import get_translator

from sphinx_kwindex.ext.translations import CATALOG
from sphinx_kwindex.pages import phrases
from sphinx_kwindex.pages.blocks import Inline, Link, Said
from sphinx_kwindex.pages.records import GraphEdge, GraphView, ImportRow, PageView, Surroundings

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
RULE_PAGE = phrases.RULE_PAGE
RELATION_WORDS = phrases.RELATION_WORDS
N_ = phrases.N_
letter_groups = phrases.letter_groups
most_imported = phrases.most_imported
grouped_edges = phrases.grouped_edges
_ = say = _told(phrases.say)
say_count = _told(phrases.say_count)
not_found = _told(phrases.not_found)
kind_word = _told(phrases.kind_word)
and_more = _told(phrases.and_more)
use_count = _told(phrases.use_count)
used_words = _told(phrases.used_words)
role_word = _told(phrases.role_word)
possible_matches = _told(phrases.possible_matches)
line_count = _told(phrases.line_count)
kind_count = _told(phrases.kind_count)
keyword_count = _told(phrases.keyword_count)
used_outside = _told(phrases.used_outside)
size_text = _told(phrases.size_text)
run_words = _told(phrases.run_words)
reason_words = _told(phrases.reason_words)
pattern_word = _told(phrases.pattern_word)
package_words = _told(phrases.package_words)
no_uses = _told(phrases.no_uses)
no_edges = _told(phrases.no_edges)
more_files = _told(phrases.more_files)
many_namesakes = _told(phrases.many_namesakes)
lint_words = _told(phrases.lint_words)
letter_word = _told(phrases.letter_word)
kind_heading = _told(phrases.kind_heading)
import_use_words = _told(phrases.import_use_words)
group_word = _told(phrases.group_word)
folder_reason = _told(phrases.folder_reason)
file_count = _told(phrases.file_count)
indexed_count = _told(phrases.indexed_count)
fault_title = _told(phrases.fault_title)
edge_words = _told(phrases.edge_words)
cycle_title = _told(phrases.cycle_title)
cycle_group = _told(phrases.cycle_group)
command_word = _told(phrases.command_word)
used_in = _told(phrases.used_in)
use_words = _told(phrases.use_words)
site_word = _told(phrases.site_word)
section_title = _told(phrases.section_title)
relation_word = _told(phrases.relation_word)
no_recent = _told(phrases.no_recent)
name_count = _told(phrases.name_count)
cases_title = _told(phrases.cases_title)
import_flag_words = _all_told(phrases.import_flag_words)
standing_words = _all_told(phrases.standing_words)
graph_notes = _all_told(phrases.graph_notes)
relation_flag_words = _all_told(phrases.relation_flag_words)
flag_words = _all_told(phrases.flag_words)
circle_notes = _all_told(phrases.circle_notes)
about_texts = _all_told(phrases.about_texts)
more_graph_notes = _all_told(phrases.more_graph_notes)
count_words = _all_told(phrases.count_words)
layer_words = _all_told(phrases.layer_words)


_T = TypeVar("_T")


def _pairs(pairs: Iterable[tuple[Inline, _T]]) -> list[tuple[str, _T]]:
    return [(tell(title), rest) for title, rest in pairs]


def import_groups(rows: Sequence[ImportRow]) -> list[tuple[str, list[ImportRow]]]:
    """Return imports by where they come from, each group with its title."""
    return _pairs(phrases.import_groups(rows))


def importer_lists(whole: Surroundings) -> list[tuple[str, Sequence[Link]]]:
    """Return who imports a file, each list with its title."""
    return _pairs(phrases.importer_lists(whole))


def edge_verbs(view: GraphView, links: Iterable[tuple[GraphEdge, Link]]) -> list[tuple[str, list[Link]]]:
    """Say what the edges of one node mean, with the ends of those that mean the same."""
    return _pairs(phrases.edge_verbs(view, links))


def crumb_words(view: PageView) -> list[tuple[Link, str]]:
    """Return the links of a breadcrumb with their texts."""
    return [(link, tell(text)) for link, text in phrases.crumb_words(view)]
