"""Turns inline literals that name exactly one object of the project into links (`kwindex_link_literals`)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

from sphinx.errors import NoUri
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from sphinx_kwindex.ext.domain import KwDomain, make_reference
from sphinx_kwindex.ext.session import find_session
from sphinx_kwindex.ext.written_names import LITERAL, WrittenName, find_literals, read_names
from sphinx_kwindex.pages.blocks import Link

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_kwindex.ext.session import Session


class LiteralTarget(NamedTuple):
    """What a literal leads to."""

    link: Link
    is_described: bool
    """Whether this documentation describes it: the link then leads there, and not into the index."""


def find_target(session: Session, text: str, context: str) -> LiteralTarget | None:
    """Return what a literal leads to; None if it is to stay as it is."""
    prose = session.outside.prose
    found = prose.literal(text, context) if prose is not None else None
    if found is None:
        return None
    name = prose.described.get(found.title, "") if prose is not None else ""
    place = session.outside.documented(name) if name else None
    if place is None:
        return LiteralTarget(found, is_described=False)
    return LiteralTarget(Link(place.docname, place.anchor, "", name), is_described=True)


def shown_targets(session: Session, env: BuildEnvironment, docname: str) -> list[LiteralTarget | None]:
    """Return where the literals of a document lead to: equal answers, equal links."""
    packed = KwDomain.of(env).names.get(docname) if session.options.link_literals else None
    names: tuple[WrittenName, ...] = read_names(packed).names if packed else ()
    return [find_target(session, name.text, name.context) for name in names if name.role == LITERAL]


class LinkLiterals(SphinxPostTransform):
    """Make the links, in every format."""

    # Before references are resolved (10), so that literals in them are still known as theirs.
    default_priority = 9

    def run(self, **kwargs: object) -> None:  # noqa: ARG002
        """Replace literals by links around them."""
        session, docname = find_session(self.env), self.env.docname
        if session is None or not session.options.link_literals or docname in session.pages:
            return
        for node, text, context in find_literals(self.document):
            target = find_target(session, text, context)
            with contextlib.suppress(NoUri):  # the page is not in this output
                if target is not None:
                    node.replace_self(_reference(session, docname, target, node))


def register(app: Sphinx) -> None:
    """Register the transform."""
    app.add_post_transform(LinkLiterals)


def _reference(session: Session, docname: str, target: LiteralTarget, node: nodes.Element) -> nodes.reference:
    link = target.link
    if not target.is_described:
        return make_reference(session, docname, link, node.deepcopy())
    return make_refnode(session.builder, docname, link.docname, link.anchor, node.deepcopy(), link.title)
