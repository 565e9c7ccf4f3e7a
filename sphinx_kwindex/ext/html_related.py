"""Related files and folders as HTML: by group, in a line or two when closed, with their reasons when open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from sphinx_kwindex.ext.escape import Linker, escape
from sphinx_kwindex.ext.html_rows import none
from sphinx_kwindex.ext.words import _, folder_reason, group_word, not_found, reason_words
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import RelatedFile, RelatedFolder, RelatedView


class _Item(NamedTuple):
    group: str
    link: Link
    reason: str


def related_section(related: Sequence[RelatedFile] | Sequence[RelatedFolder], linker: Linker) -> str:
    """Write the related files or folders of a page: only their names, and behind them why."""
    items = _items(related)
    if not items:
        return ""
    why = (
        f'<details class="kw-more"><summary>{escape(_("Why these"))}</summary>{_with_reasons(items, linker)}</details>'
    )
    return _names(items, linker) + why


def related_listing(view: RelatedView, linker: Linker) -> str:
    """Write what a `kwrelated` directive shows."""
    if view.link is None:
        return none(not_found(view.query.what))
    # What the reasons call "this file" has to be told.
    head = f'<p class="kw-group">{linker.link(view.link)}</p>'
    items = _items(view.files or view.folders)
    if not items:
        return head + none(_("Nothing related."))
    return head + (_with_reasons(items, linker) if view.query.reasons else _names(items, linker))


def _items(related: Iterable[RelatedFile] | Iterable[RelatedFolder]) -> list[_Item]:
    return [_item(one) for one in related]


def _item(related: RelatedFile | RelatedFolder) -> _Item:
    if isinstance(related, RelatedFile):
        return _Item(related.group, related.file, "; ".join(map(reason_words, related.reasons)))
    return _Item(related.group, related.folder, folder_reason(related))


def _names(items: Iterable[_Item], linker: Linker) -> str:
    groups = (
        f'<li><b>{escape(group_word(group))}</b>\N{NO-BREAK SPACE}<ul role="list">'
        + "".join(f"<li>{_short_link(item.link, linker)}</li>" for item in found)
        + "</ul></li>"
        for group, found in groupby(items, key=lambda item: item.group)
    )
    return f'<ul class="kw-groups" role="list">{"".join(groups)}</ul>'


def _short_link(link: Link, linker: Linker) -> str:
    parts = link.text.rstrip("/").split("/")
    if len(parts) < 3:
        return linker.link(link)
    name = "/".join(parts[-2:]) + ("/" if link.text.endswith("/") else "")
    return linker.link(link, escape(name), f' title="{escape(link.text)}"')


def _with_reasons(items: Iterable[_Item], linker: Linker) -> str:
    groups = (
        f'<dt>{escape(group_word(group))}</dt><dd><ul class="kw-related" role="list">'
        + "".join(
            f'<li>{linker.link(item.link)} <span class="kw-why">{escape(item.reason)}</span></li>' for item in found
        )
        + "</ul></dd>"
        for group, found in groupby(items, key=lambda item: item.group)
    )
    return f'<dl class="kw-facts simple">{"".join(groups)}</dl>'
