"""Leaves in documents that others write."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser
from docutils.utils import new_document
from sphinx.util.docutils import SphinxTranslator

from sphinx_kwindex.ext.nodes import kwindex_leaf, kwindex_listing


class Other(SphinxTranslator):
    """A translator that knows the nodes of docutils, as extensions have that write documents for other readers."""

    def visit_container(self, node: nodes.Element) -> None: ...

    def unknown_visit(self, node: nodes.Node) -> None:
        raise AssertionError(node)


@pytest.mark.parametrize("leaf", [kwindex_leaf, kwindex_listing])
def test_others_meet_a_container(leaf: type[nodes.Element]) -> None:
    """A translator of another extension finds a node that it knows, with nothing in it; else it would warn, or stop."""
    document = new_document("page", get_default_settings(Parser()))
    Other(document, MagicMock()).dispatch_visit(leaf(page="a", section="b"))
