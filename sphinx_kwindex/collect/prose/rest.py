"""reStructuredText (or plain text, which reads the same), by docutils."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sphinx_kwindex.collect.prose.outline import CodePiece, Heading, Outline

if TYPE_CHECKING:
    from docutils import nodes

_ROLE = re.compile(r":[\w:+.-]+:`(?:[^`<]*<)?([^`<>]+)>?`").fullmatch
"""What docutils leaves of a role that it does not know: `:func:`f``, `:py:func:`text <f>``."""
_SETTINGS: dict[str, Any] = {
    # Only this file is read, whatever its directives and the configuration files of the machine say.
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    # Roles and directives of Sphinx are unknown here; what docutils says about them concerns nobody.
    "report_level": 5,
    "halt_level": 5,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "smart_quotes": False,
    # Pygments would be asked for the colours of code, and loads whatever is installed as a lexer.
    "syntax_highlight": "none",
}
_INERT = ("include", "raw", "date")
"""Directives that do nothing here: `include` imports a module that its option `parser` names, even where it may read
no file; a date would be another one in every build."""
_NESTED = (
    "seealso",
    "versionadded",
    "versionchanged",
    "deprecated",
    "versionremoved",
    "only",
    "tab",
    "tab-item",
    "tab-set",
    "dropdown",
    "details",
)
"""Directives of Sphinx and others that hold prose."""
_CODE = {"doctest": "pycon", "testcode": "python", "testsetup": "python", "ipython": "ipython"}
"""Directives of Sphinx and others that hold code, with its language."""


def parse_rest(text: str) -> Outline:
    """Return the outline; the first paragraph is one with words in it (badges are images alone)."""
    # Here and below: most runs meet no such file, and should not wait for docutils to be loaded.
    from docutils.core import publish_doctree

    with _docutils_alone():
        document = publish_doctree(text, settings_overrides=_SETTINGS)
    return Outline(
        tuple(_headings(document)),
        next(_paragraphs(document), ""),
        tuple(_code(document)),
        tuple(_links(document)),
        tuple(_blocks(document)),
    )


def _harmless() -> dict[str, Any]:
    """Return directives by their names: those that other programs define, and code, which is to know its line."""
    from docutils import nodes
    from docutils.parsers.rst import Directive
    from docutils.parsers.rst.directives.body import CodeBlock

    class Inert(Directive):
        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True

        def run(self) -> list[nodes.Node]:
            return []

    class Nested(Inert):
        def run(self) -> list[nodes.Node]:
            node, line = nodes.container(), self.state_machine.abs_line_number()
            for text in self.arguments:
                node += nodes.paragraph(text, "", *self.state.inline_text(text, line)[0])
            self.state.nested_parse(self.content, self.content_offset, node)
            return [node]

    class Coded(Inert):
        def run(self) -> list[nodes.Node]:
            text = "\n".join(self.content)
            node = nodes.literal_block(text, text, classes=["code", _CODE[self.name]])
            node.line = self.content_offset + 1
            return [node]

    class Located(CodeBlock):
        def run(self) -> list[nodes.Node]:
            found: list[nodes.Node] = super().run()  # type: ignore[no-untyped-call]
            for node in found:
                node.line = self.content_offset + 1  # docutils gives it that of what follows
            return found

    found = {**dict.fromkeys(_INERT, Inert), **dict.fromkeys(_NESTED, Nested), **dict.fromkeys(_CODE, Coded)}
    return {**found, **dict.fromkeys(("code", "code-block", "sourcecode"), Located)}


@contextlib.contextmanager
def _docutils_alone() -> Iterator[None]:
    """Have docutils know nothing but its own harmless directives and roles.

    In Sphinx's process it has Sphinx's, which fail without a project; and roles that one file makes stay for the next.
    """
    from docutils.parsers.rst import directives, roles

    registries: list[dict[str, Any]] = [vars(directives)["_directives"], vars(roles)["_roles"]]
    kept = [dict(registry) for registry in registries]
    for registry in registries:
        registry.clear()
    registries[0].update(_harmless())
    try:
        yield
    finally:
        for registry, entries in zip(registries, kept, strict=True):
            registry.clear()
            registry.update(entries)


def _headings(document: nodes.document) -> Iterator[Heading]:
    from docutils import nodes

    for section in document.findall(nodes.section):
        title = section.children[0]
        level = sum(node.tagname == "section" for node in _ancestors(section))
        # The line of a title is that of its underline.
        line = (title.line or 2) - 1
        yield Heading(_plain(title), max(line, 1), level)


def _ancestors(node: nodes.Element | None) -> Iterator[nodes.Element]:
    while node is not None:
        yield node
        node = node.parent


def _paragraphs(document: nodes.document) -> Iterator[str]:
    from docutils import nodes

    for paragraph in document.findall(nodes.paragraph):
        is_text = isinstance(paragraph.parent, (nodes.document, nodes.section, nodes.block_quote))
        if is_text and _says_something(paragraph) and (text := _plain(paragraph)):
            yield text


def _says_something(paragraph: nodes.paragraph) -> bool:
    """Return whether a paragraph is more than images, which have words in place of them: badges, mostly."""
    from docutils import nodes

    return any(not isinstance(_inside(part), nodes.image) and part.astext().strip() for part in paragraph.children)


def _inside(node: nodes.Node) -> nodes.Node:
    """Return what a link is put on, if that is one thing."""
    from docutils import nodes

    return node.children[0] if isinstance(node, nodes.reference) and len(node.children) == 1 else node


def _counted(document: nodes.document) -> Iterator[tuple[nodes.Node, int]]:
    """Yield each node with the number of headings before it."""
    from docutils import nodes

    count = 0
    for node in document.findall():
        count += isinstance(node, nodes.section)
        yield node, count


def _code(document: nodes.document) -> Iterator[tuple[str, int]]:
    """Yield each piece of code in a text, with the number of headings before it."""
    from docutils import nodes

    for node, count in _counted(document):
        if isinstance(node, (nodes.literal, nodes.title_reference)):
            yield node.astext(), count
        elif isinstance(node, nodes.problematic) and (match := _ROLE(node.astext())):
            yield match[1].lstrip("~!."), count


def _links(document: nodes.document) -> Iterator[tuple[str, str, int]]:
    """Yield (text, where it leads, number of headings before it) of links; not of those that are on images alone."""
    from docutils import nodes

    for node, count in _counted(document):
        if isinstance(node, nodes.reference) and (text := _plain(node)) and not isinstance(_inside(node), nodes.image):
            yield text, node.get("refuri", ""), count


def _blocks(document: nodes.document) -> Iterator[CodePiece]:
    from docutils import nodes

    for node, count in _counted(document):
        if isinstance(node, nodes.doctest_block):
            yield CodePiece("pycon", node.astext(), _line(node), count)
        elif isinstance(node, nodes.literal_block) and not isinstance(node.parent, nodes.system_message):
            language = next((name for name in node["classes"] if name != "code"), "")
            yield CodePiece(language, node.astext(), _line(node), count)


def _line(node: nodes.Node | None) -> int:
    """Return the line of a node; where docutils does not know it, of what is around it or before it."""
    while node is not None and not node.line:
        siblings = node.parent.children if node.parent is not None else []
        place = siblings.index(node) if siblings else 0
        node = siblings[place - 1] if place else node.parent
    return node.line if node is not None and node.line else 1


def _plain(node: nodes.Node) -> str:
    return " ".join(node.astext().split())
