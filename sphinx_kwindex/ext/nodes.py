"""The leaves of our documents: nodes that hold a key into the index and nothing of what is shown.

HTML writers turn a leaf into one string; for every other format it is replaced by ordinary nodes just before writing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_kwindex.ext.blocks_html import HtmlWriter
from sphinx_kwindex.ext.blocks_nodes import NodeWriter
from sphinx_kwindex.ext.escape import Linker
from sphinx_kwindex.ext.html import render_listing, render_section
from sphinx_kwindex.ext.pictures import Drawer
from sphinx_kwindex.ext.plain import listing_nodes, section_nodes
from sphinx_kwindex.ext.session import find_session

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from sphinx_kwindex.ext.session import Session


class kwindex_leaf(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes so
    """One section of a generated page: `page` is its document, `section` the section's id (empty: before the first)."""


class kwindex_listing(nodes.General, nodes.Element):  # noqa: N801
    """What a directive shows: `page` is the author's document, `query` what is asked for."""


class kwindex_entry(nodes.General, nodes.Element):  # noqa: N801
    """What stands under the description of an object: `page` is the author's document, `query` says which object."""


LEAVES = (kwindex_leaf, kwindex_listing, kwindex_entry)


class ExpandLeaves(SphinxPostTransform):
    """Replace leaves by ordinary nodes for every builder that writes something other than HTML."""

    # Before references are resolved (10): there are none in what we put in, and others may look at it.
    default_priority = 8

    def run(self, **kwargs: object) -> None:  # noqa: ARG002
        """Replace every leaf of the document."""
        session = find_session(self.env)
        leaves = [node for node in self.document.findall(nodes.Element) if isinstance(node, LEAVES)]
        if session is None:
            # The index could not be made, which has been said: nothing is left to show.
            for leaf in leaves:
                leaf.replace_self([])
        # Builders without a format (gettext, linkcheck, dummy...) write no document, and should see no link of ours.
        elif session.builder.format not in {"html", ""}:
            for leaf in leaves:
                leaf.replace_self(_expand(session, leaf))


def register(app: Sphinx) -> None:
    """Register the leaves, their HTML visitors and the transform for other formats."""
    for leaf in LEAVES:
        app.add_node(leaf, html=(_visit_html, None))
    app.add_post_transform(ExpandLeaves)


def _expand(session: Session, leaf: nodes.Element) -> list[nodes.Node]:
    links = session.links(leaf["page"])
    if isinstance(leaf, kwindex_entry):
        return NodeWriter(links).blocks(session.entry(leaf["query"]))
    if isinstance(leaf, kwindex_listing):
        return listing_nodes(session.listing(leaf["query"]), links)
    if leaf["page"] not in session.pages:
        return []
    return section_nodes(session.view(leaf["page"]), leaf["section"], links)


def _visit_html(translator: HTML5Translator, leaf: nodes.Element) -> None:
    session = find_session(translator.builder.env)
    if session is not None:
        translator.body.append(_html(session, leaf, Drawer(translator)))
    raise nodes.SkipNode


def _html(session: Session, leaf: nodes.Element, draw: Drawer) -> str:
    links = session.links(leaf["page"])
    if isinstance(leaf, kwindex_entry):
        inside = HtmlWriter(Linker(links)).blocks(session.entry(leaf["query"]))
        return f'<div class="kw kw-api">{inside}</div>\n' if inside else ""
    if isinstance(leaf, kwindex_listing):
        return render_listing(session.listing(leaf["query"]), links, draw)
    if leaf["page"] not in session.pages:
        return ""
    return render_section(session.view(leaf["page"]), leaf["section"], links, draw)
