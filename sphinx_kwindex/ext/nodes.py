"""Leaf nodes of our documents, which contain only a key into the index.

HTML writers turn a leaf into one string; for every other format it is replaced by ordinary nodes just before writing. Extensions that write
a document a second time, while it becomes HTML, take a leaf for the empty container that it is.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from sphinx_kwindex.ext.latex import break_titles, has_quick_fonts, in_quick_fonts, is_paper
from sphinx_kwindex.ext.pictures import Drawer
from sphinx_kwindex.ext.session import Session, find_session, is_site


class kwindex_leaf(nodes.container):  # noqa: N801 - docutils names node classes so
    """One section of a generated page: `page` is its document, `section` the section's id (empty: before the first)."""


class kwindex_listing(nodes.container):  # noqa: N801
    """What a directive shows, or is under a description: `page` is the author's document, `query` what is asked for."""


class ExpandLeaves(SphinxPostTransform):
    """Replace leaves by ordinary nodes for every builder that writes something other than HTML."""

    # Before references are resolved (10): there are none in what we put in, and others may look at it.
    default_priority = 8

    def run(self, **kwargs: object) -> None:  # noqa: ARG002
        """Replace every leaf of the document."""
        session = find_session(self.env)
        # Builders without a format (gettext, linkcheck, dummy...) write no document, and should see no link of ours.
        if session is not None and session.builder.format in {"html", ""} and not _is_one_page(session):
            return
        if session is not None and is_paper(session.builder):
            break_titles(self.document)
        leaves: list[nodes.Element] = [*self.document.findall(kwindex_leaf), *self.document.findall(kwindex_listing)]
        is_quick = session is not None and has_quick_fonts(session.builder)
        for leaf in leaves:
            # Without a session the index could not be made, which has been said: nothing is left to show.
            found = _expand(session, leaf) if session is not None else []
            leaf.replace_self(in_quick_fonts(found) if found and is_quick else found)


def _is_one_page(session: Session) -> bool:
    """Return whether our pages are part of one page of HTML: their anchors have to be distinguished, and nothing is closed."""
    return session.builder.name == "singlehtml" and bool(session.chapters)


def register(app: Sphinx) -> None:
    """Register the leaves, their HTML visitors and the transform for other formats."""
    app.add_node(kwindex_leaf, html=(_visit_html, None))
    app.add_node(kwindex_listing, html=(_visit_html, None))
    app.add_post_transform(ExpandLeaves)


# What writes is imported where something is written: most builds write little, or nothing.


def _expand(session: Session, leaf: nodes.Element) -> list[nodes.Node]:
    from sphinx_kwindex.ext.plain import listing_nodes, section_nodes

    links = session.links(leaf["page"])
    if isinstance(leaf, kwindex_listing):
        return listing_nodes(session.listing(leaf["query"]), links)
    if leaf["page"] not in session.pages:
        return []
    return section_nodes(session.view(leaf["page"]), leaf["section"], links, session.text)


def _visit_html(translator: HTML5Translator, leaf: nodes.Element) -> None:
    session = find_session(translator.builder.env)
    if session is not None:
        translator.body.append(_html(session, leaf, Drawer(translator)))
    raise nodes.SkipNode


def _html(session: Session, leaf: nodes.Element, draw: Drawer) -> str:
    from sphinx_kwindex.ext.html import render_listing, render_section

    links = session.links(leaf["page"])
    if isinstance(leaf, kwindex_listing):
        closed = session.closed(leaf["page"]) if is_site(session.builder) else None
        return render_listing(session.listing(leaf["query"]), links, draw, closed)
    if leaf["page"] not in session.pages:
        return ""
    return render_section(session.view(leaf["page"]), leaf["section"], links, draw, session.text)
