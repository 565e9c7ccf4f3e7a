"""Tables of contents of generated documents, which are packed until somebody looks at them."""

from __future__ import annotations

import pickle

from docutils import nodes

from sphinx_kwindex.ext.tocs import PackedToc


def make_toc() -> nodes.bullet_list:
    """Return a list with an attribute, as Sphinx might make it."""
    return nodes.bullet_list("", nodes.list_item("", nodes.paragraph("", "One")), secnumber=(1,))


def pack(toc: nodes.bullet_list) -> PackedToc:
    """Return a list packed, and pickled as a part of the environment is."""
    packed = pickle.loads(pickle.dumps(PackedToc(pickle.dumps(toc))))
    assert isinstance(packed, PackedToc)
    return packed


def test_a_packed_list_is_what_was_packed() -> None:
    """It looks the same from everywhere, whoever asks first."""
    toc = make_toc()
    assert pack(toc).pformat() == toc.pformat()
    assert len(pack(toc)) == 1
    assert pack(toc)["secnumber"] == (1,)
    assert [node.tagname for node in pack(toc).findall()] == [node.tagname for node in toc.findall()]
    assert pack(toc).deepcopy().pformat() == toc.pformat()
    assert pack(toc).copy().attributes == toc.attributes


def test_a_packed_list_becomes_an_ordinary_one() -> None:
    """What is changed in it is kept, and pickled with it."""
    toc = pack(make_toc())
    toc[0]["secnumber"] = (1, 2)
    assert type(toc) is nodes.bullet_list
    assert toc[0].parent is toc
    assert pickle.loads(pickle.dumps(toc))[0]["secnumber"] == (1, 2)


def test_visitors_know_packed_lists() -> None:
    """Visitors of docutils choose their methods by the name of the class."""
    seen = []

    class Visitor(nodes.GenericNodeVisitor):
        def default_visit(self, node: nodes.Node) -> None:
            seen.append(type(node).__name__)

        def default_departure(self, node: nodes.Node) -> None:
            seen.append("")

    document = nodes.document(settings=None, reporter=_Silent())  # type: ignore[arg-type]
    pack(make_toc()).walkabout(Visitor(document))
    assert seen == ["bullet_list", "list_item", "paragraph", "Text", "", "", "", ""]


class _Silent:
    def debug(self, *_args: object) -> None:
        """Say nothing."""


def test_a_copy_is_an_ordinary_list() -> None:
    """Sphinx copies tables of contents before it shows them."""
    copied = pack(nodes.bullet_list("", nodes.list_item("", nodes.paragraph("", "Classes")))).deepcopy()
    assert type(copied) is nodes.bullet_list
    assert pickle.loads(pickle.dumps(copied)).astext() == "Classes"
