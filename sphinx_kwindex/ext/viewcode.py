"""Leads `[source]` links of `sphinx.ext.viewcode` to our source pages, if there are any.

Viewcode gets from the index what modules define, so that it imports none of the tree. Its own pages of these modules are not made.
Custom links, as `sphinx.ext.linkcode` makes them, would be next to those of sites that have viewcode already, and there is nothing to switch on.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.ext.viewcode import viewcode_anchor
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from sphinx_kwindex.ext.session import find_session
from sphinx_kwindex.model import Kind, keyword_id
from sphinx_kwindex.pages.addresses import keyword_anchor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

    from sphinx_kwindex.ext.session import Session
    from sphinx_kwindex.model import FileFacts
    from sphinx_kwindex.store import Home

    _Tags = dict[str, tuple[str, int, int]]

EXTENSION = "sphinx.ext.viewcode"
_FOLDER = "_modules/"
"""Of viewcode's own pages."""


def register(app: Sphinx) -> None:
    """Connect to viewcode, if the site has it."""
    app.add_post_transform(SourceAnchors)
    # When the index is there; before pages are collected by viewcode.
    app.connect("builder-inited", _connect, priority=900)
    app.connect("html-collect-pages", _drop_modules, priority=100)


def _connect(app: Sphinx) -> None:
    session = find_session(app.env)
    if EXTENSION in app.extensions and session is not None and session.options.source == "pages":
        app.connect("viewcode-find-source", partial(_find_source, session))
        app.connect("viewcode-follow-imported", partial(_follow, session))


def _find_source(session: Session, _app: Sphinx, module: str) -> tuple[str, _Tags] | None:
    """Tell viewcode what a module of the tree defines; of its text it needs nothing."""
    facts = _facts(session, module)
    if facts is None:
        return None
    return "", {item.qualname: ("def", item.line, item.end_line) for item in facts.definitions[1:]}


def _follow(session: Session, _app: Sphinx, module: str, name: str) -> str | None:
    """Tell viewcode which module of the tree defines what it finds in another."""
    if _facts(session, module) is None:
        return None
    found = session.overview.finder.find(f"{module}.{name}").best
    facts = session.reader.facts(found.path) if found is not None else None
    return facts.module if facts is not None else module


def _facts(session: Session, module: str) -> FileFacts | None:
    """Return the facts of the file of a module whose source has a page."""
    homes = [home for home in _homes(session, module) if home.kind is Kind.MODULE]
    return session.reader.facts(homes[0].path) if homes else None


def _homes(session: Session, identity: str) -> list[Home]:
    found = session.reader.homes([identity]).get(identity, [])
    return [home for home in found if session.addresses.source(home.path)]


class SourceAnchors(SphinxPostTransform):
    """Have the links that viewcode is about to make lead to our pages."""

    # Before viewcode's own (100).
    default_priority = 90

    def run(self, **kwargs: object) -> None:  # noqa: ARG002
        """Replace every link of the document whose target has a page of ours."""
        session = find_session(self.env)
        if session is None or session.builder.format != "html":
            return
        for node in [*self.document.findall(viewcode_anchor)]:
            module = node["reftarget"].removeprefix(_FOLDER).replace("/", ".")
            homes = _homes(session, keyword_id(module, node["refid"]))
            if homes:
                self._replace(session, node, homes[0])

    def _replace(self, session: Session, node: nodes.Element, home: Home) -> None:
        text = nodes.inline("", _("[source]"), classes=["viewcode-link"])
        docname = session.addresses.source(home.path)
        node.replace_self(make_refnode(session.builder, node["refdoc"], docname, keyword_anchor(home), text))


def _drop_modules(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Keep viewcode from making pages of modules that have pages of ours; the environment has been stored by now."""
    session, modules = find_session(app.env), getattr(app.env, "_viewcode_modules", None)
    if session is not None and modules and session.options.source == "pages":
        kept = {name: entry for name, entry in modules.items() if not _homes(session, name)}
        app.env._viewcode_modules = kept  # type: ignore[attr-defined]  # noqa: SLF001 - there is no other way
    return ()
