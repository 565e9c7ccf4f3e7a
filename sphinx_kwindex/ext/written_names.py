"""Names in an author's document that may refer to the project, with their sections.

Found when the document is read, in whatever process; what it means is looked up when all is read (`ext/mentions.py`). The
environment keeps it as bytes: it is loaded in every build, and sent whole by every process that reads.
"""

# ruff: noqa: SLF001 - the tables at the end hold methods of the class above them

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from docutils import nodes
from sphinx import addnodes

from sphinx_kwindex.ext.nodes import kwindex_listing
from sphinx_kwindex.ext.session import DOMAIN
from sphinx_kwindex.pages.uses_listing import UsesQuery

LITERAL, CODE, DESCRIBED, LINK, PATH, LISTED = "=literal", "=code", "=described", "=link", "=path", "=listed"
BOUND = "=bound"
"""Ways to name something other than by a role, whose name stands for itself."""

CONTEXT = "kw:context"
"""Attribute of a reference: dotted name of the scope in which its author wrote it."""

_LONGEST = 200
_NAME = re.compile(r"[~@]?[^\W\d]\w*(?:\.[^\W\d]\w*)*(?:\([^()]{0,100}\))?|\.[^\W\d]\w*\([^()]{0,100}\)")
_PATH = re.compile(r"[\w.+@-]+(?:/[\w.+@-]+)+/?")
_PLAIN = frozenset({"code", "python", "py", "literal", "docutils", "highlight", "samp", "notranslate"})
"""Classes of literals that may be code: those of other roles (`kbd`, `command`) say that they are something else."""
_XREF = "xref"
"""Class of literals that a role makes of what its author wants no link from (`!name`); another says which domain it is of."""
_TYPES = frozenset({"class", "obj"})
"""Roles that types of parameters have."""
_INVENTORY = re.compile(r"[\w-]+:(?=[^\W\d])")
"""Of the documentation that a role names: `python:str`."""
_PYTHON = frozenset(
    {"", "default", "python", "python3", "py", "py3", "pycon", "pycon3", "ipython", "ipython3", "doctest", "sage"}
)
_SKIPPED = (nodes.system_message, nodes.raw, nodes.math, nodes.math_block, addnodes.index, addnodes.toctree)


_DOCSTRING = ":docstring of "
_PAST_DOCUMENT = re.compile(
    r"(?:^|[/_-])(?:change|history|news|release|what.?s.?new|deprecat|migrat|upgrad|roadmap|authors|credits|contributors)",
    re.IGNORECASE,
)
_PAST_TITLE = re.compile(
    r"\d\.\d|\b(?:change|deprecat|remov|renam|histor|migrat|upgrad|incompatib|release|what.s new|news\b)", re.IGNORECASE
)
_PAST_TEXT = re.compile(
    r"\b(?:deprecat\w*|remov(?:ed|es|al)|renam\w*|replac(?:ed|es)|no longer|formerly|previous\w*|used to be|obsolete|"
    r"(?:do|does|did|will) not exist|in the past|old name|once was)\b",
    re.IGNORECASE,
)


class WrittenName(msgspec.Struct, array_like=True, frozen=True):
    """One name, as it is written."""

    role: str
    """A role, or one of the ways above."""
    text: str
    context: str
    place: int
    line: int
    """Of the paragraph or of the code; 0 if it is not known."""
    source: str = ""
    """The file whose docstring it is from, as Sphinx names it, from the folder of the documents; empty: the document."""
    is_past: bool = False
    """Whether it stands where names are that are there no more: in a list of changes, or in a sentence on a change."""


class WrittenPlace(msgspec.Struct, array_like=True, frozen=True):
    """A section, or the description of an object."""

    anchor: str
    """Empty: the document."""
    title: str
    is_description: bool = False


class WrittenNames(msgspec.Struct, array_like=True, frozen=True):
    """What one document writes: each name once, where it is first."""

    places: tuple[WrittenPlace, ...]
    names: tuple[WrittenName, ...]
    imported: tuple[tuple[str, str], ...] = ()
    """What its code imports under another name, with that: (`nx`, `networkx`)."""


pack_names = msgspec.msgpack.Encoder().encode
read_names = msgspec.msgpack.Decoder(WrittenNames).decode


class _Where(NamedTuple):
    """What a node is in."""

    place: int
    line: int
    context: str
    source: str = ""
    is_past: bool = False


def find_names(document: nodes.document, docname: str, folder: str, setup: str = "") -> WrittenNames | None:
    """Return what a document writes; None if that is nothing.

    `folder` is that of all documents, `setup` code that examples may rely on.
    """
    walk = _DocumentWalk(setup, folder)
    walk.run(document, _Where(0, 0, "", is_past=bool(_PAST_DOCUMENT.search(docname))))
    return WrittenNames(tuple(walk.places), tuple(walk.names.values()), walk.imported()) if walk.names else None


def module_names(documents: Iterable[bytes], is_module: Callable[[str], bool]) -> dict[str, str]:
    """Return the modules of the project for which documents have another name, by that: all that import under it mean the same."""
    found: dict[str, set[str]] = {}
    for packed in documents:
        for name, target in read_names(packed).imported:
            found.setdefault(name, set()).add(target)
    meant = {name: targets.pop() for name, targets in found.items() if len(targets) == 1}
    return {name: target for name, target in meant.items() if is_module(target) and not is_module(name)}


def find_literals(document: nodes.document) -> list[tuple[nodes.Element, str, str]]:
    """Return the literals of a document that may name something, except for those in headings: (node, text, context)."""
    walk = _DocumentWalk("", "", has_code=False)
    walk.run(document, _Where(0, 0, ""))
    return [item for item in walk.literals if not isinstance(item[0].parent, nodes.title)]


class _DocumentWalk:
    """Goes through a document once, in order."""

    def __init__(self, setup: str, folder: str, *, has_code: bool = True) -> None:
        self._has_code = has_code
        self.literals: list[tuple[nodes.Element, str, str]] = []
        self._folder = folder
        self._source = ("", "")
        """As nodes have it, and as it is kept."""
        self.places = [WrittenPlace("", "")]
        self.names: dict[tuple[str, str, str, bool], WrittenName] = {}
        from sphinx_kwindex.collect.prose.snippets import Snippets

        self._snippets = Snippets()
        self._snippets.read(setup)

    def imported(self) -> tuple[tuple[str, str], ...]:
        """Return what code imports under another name than its own."""
        return tuple((name, target) for name, target in self._snippets.imported.items() if target not in {"", name})

    def run(self, document: nodes.document, where: _Where) -> None:
        """See all of a document, as deep as the stack reaches: what is written so deep nobody reads."""
        for child in document.children:
            with contextlib.suppress(RecursionError):
                if isinstance(child, nodes.Element):
                    self._see(child, self._at(child, where))

    def children(self, node: nodes.Element, where: _Where) -> None:
        """See what is in a node."""
        for child in node.children:
            if isinstance(child, nodes.Element):
                self._see(child, self._at(child, where))

    def _at(self, node: nodes.Element, where: _Where) -> _Where:
        source = str(node.source or "")
        if _DOCSTRING in source and source != self._source[0]:
            path, _, rest = source.partition(_DOCSTRING)
            self._source = source, f"{os.path.relpath(path, self._folder)}{_DOCSTRING}{rest}"
        if node.line or _DOCSTRING in source:
            where = where._replace(line=node.line or where.line, source=self._source[1] if _DOCSTRING in source else "")
        return where

    def _see(self, node: nodes.Element, where: _Where) -> None:
        see = next((see for kind, see in _KINDS.items() if isinstance(node, kind)), None)
        if see is not None:
            see(self, node, where)
        elif not isinstance(node, _SKIPPED):
            self.children(node, where)

    def _note(self, role: str, text: str, where: _Where, context: str | None = None) -> None:
        scope = where.context if context is None else context
        name = WrittenName(role, text, scope, where.place, where.line, where.source, where.is_past)
        self.names.setdefault((role, text, scope, where.is_past), name)

    def _open(self, place: WrittenPlace) -> int:
        self.places.append(place)
        return len(self.places) - 1

    def _section(self, node: nodes.Element, where: _Where) -> None:
        is_first = isinstance(node.parent, nodes.document)
        title = node.next_node(nodes.title)
        anchor = node["ids"][0] if node.get("ids") else ""
        text = " ".join(title.astext().split()) if title is not None else ""
        if _PAST_TITLE.search(text):
            where = where._replace(is_past=True)
        self.children(node, where if is_first else where._replace(place=self._open(WrittenPlace(anchor, text))))

    def _text(self, node: nodes.Element, where: _Where) -> None:
        is_past = where.is_past or _PAST_TEXT.search(node.astext()) is not None
        self.children(node, where._replace(is_past=is_past))

    def _change(self, node: nodes.Element, where: _Where) -> None:
        self.children(node, where._replace(is_past=True))

    def _description(self, node: nodes.Element, where: _Where) -> None:
        if node.get("domain") != "py":
            self.children(node, where)
            return
        signatures, names = described(node)
        if names:
            anchor = next((signature["ids"][0] for signature in signatures if signature.get("ids")), "")
            shown = str(signatures[0].get("fullname") or names[0])
            where = where._replace(place=self._open(WrittenPlace(anchor, shown, is_description=True)), context=names[0])
            for name in names:
                self._note(DESCRIBED, name, where, "")
        for child in node.children:
            if isinstance(child, addnodes.desc_content):
                self.children(child, where)

    def _reference(self, node: nodes.Element, where: _Where) -> None:
        domain, kind = node.get("refdomain", ""), node.get("reftype", "")
        if domain in {DOMAIN, "py"} or (not domain and kind == "any"):
            self._note(noted_role(node), _written_target(node), where, noted_context(node))
        elif kind == "myst" and not domain:
            self._note(LINK, str(node.get("reftarget", "")), where)

    def _link(self, node: nodes.Element, where: _Where) -> None:
        # MyST's `[text](#name)`, before it looks for what that is.
        if node.get("id_link"):
            self._note(LINK, str(node.get("refuri", "")).removeprefix("#"), where)
        else:
            self.children(node, where)

    def _literal(self, node: nodes.Element, where: _Where) -> None:
        text = node.astext().strip()
        classes: set[str] = set(node.get("classes", ()))
        if len(text) > _LONGEST:
            return
        if _PATH.fullmatch(text):
            self._note(PATH, text, where, "")
        elif _NAME.fullmatch(text):
            name = _undecorated(text.lstrip("~"))
            if classes <= _PLAIN:
                self._note(LITERAL, name, where)
                if made := self._snippets.target(name.partition("(")[0]):
                    self._note(BOUND, made, where, "")
                self.literals.append((node, name, where.context))
            elif {_XREF, "py"} <= classes:
                self._note(LITERAL, name, where)

    def _code(self, node: nodes.Element, where: _Where) -> None:
        kind = node.get("testnodetype", "")
        language = str(node.get("language", "")).lower()
        if not self._has_code or kind == "testoutput" or (language not in _PYTHON and not kind):
            return
        code = getattr(node, "rawsource", "") if kind else node.astext()
        before = _lines_before(node)
        for named in self._snippets.read(code or node.astext()):
            line = where.line if before is None or not where.line else where.line + before + named.line
            self._note(CODE, named.target, where._replace(line=line), "")

    def _comment(self, node: nodes.Element, _where: _Where) -> None:
        if node.get("testnodetype") == "testsetup":
            self._snippets.read(node.astext())

    def _listing(self, node: nodes.Element, where: _Where) -> None:
        query = node.get("query")
        if isinstance(query, UsesQuery):
            self._note(LISTED, query.what, where, query.context)


def is_python(role: str) -> bool:
    """Return whether what is written is a name in Python, and no path or name of a section."""
    return role in {LITERAL, CODE} or role.startswith("py:")


def noted_context(node: nodes.Element) -> str:
    """Return the dotted name of the scope in which a reference stands."""
    if CONTEXT in node:
        return str(node[CONTEXT])
    return ".".join(part for part in (node.get("py:module"), node.get("py:class")) if part)


def noted_role(node: nodes.Element) -> str:
    """Return the role of a reference; with its domain if that is `py`."""
    return f"py:{node['reftype']}" if node.get("refdomain") == "py" else str(node["reftype"])


def noted_target(node: nodes.Element) -> str:
    """Return what a reference names; a leading dot says, as in the `py` domain, that any scope may have it."""
    # Types of parameters are written so too, but one name alone (`int`, `Path`) is too little to go by.
    is_anywhere = node.get("refdomain") == "py" and node.get("refspecific") and "." in node["reftarget"]
    return f".{node['reftarget']}" if is_anywhere else str(node["reftarget"])


def _written_target(node: nodes.Element) -> str:
    """Return what a reference names as its author writes it: also one name alone with a dot, and without the inventory that it is looked up in."""
    target = noted_target(node)
    if node.get("refdomain") != "py":
        return target
    is_anywhere = node.get("refspecific") and node["reftype"] not in _TYPES and target.isidentifier()
    return f".{target}" if is_anywhere else _INVENTORY.sub("", target, count=1)


def _undecorated(text: str) -> str:
    """Write a decorator as a call."""
    if not text.startswith("@"):
        return text
    return text[1:] if text.endswith(")") else f"{text[1:]}()"


def _lines_before(code: nodes.Element) -> int | None:
    """Return the lines from that of a node to the one before its code; None if the code is of another file."""
    if "source" in code:
        return None
    is_directive = "force" in code
    if not str(code.source or "").endswith((".md", ".ipynb")):
        return 1 if is_directive else -1
    return 0


def described(description: nodes.Element) -> tuple[list[addnodes.desc_signature], tuple[str, ...]]:
    """Return the signatures of a description of the `py` domain, and the dotted names that they describe, each once."""
    signatures = [child for child in description.children if isinstance(child, addnodes.desc_signature)]
    return signatures, tuple(dict.fromkeys(filter(None, map(_dotted_name, signatures))))


def _dotted_name(signature: nodes.Element) -> str:
    module, name = signature.get("module"), str(signature.get("fullname", ""))
    return f"{module}.{name}" if module and name else name


_KINDS: Mapping[type[nodes.Element], Callable[[_DocumentWalk, Any, _Where], None]] = {
    nodes.section: _DocumentWalk._section,
    addnodes.desc: _DocumentWalk._description,
    addnodes.versionmodified: _DocumentWalk._change,
    nodes.paragraph: _DocumentWalk._text,
    nodes.term: _DocumentWalk._text,
    addnodes.pending_xref: _DocumentWalk._reference,
    nodes.reference: _DocumentWalk._link,
    nodes.literal: _DocumentWalk._literal,
    nodes.literal_block: _DocumentWalk._code,
    nodes.doctest_block: _DocumentWalk._code,
    nodes.comment: _DocumentWalk._comment,
    kwindex_listing: _DocumentWalk._listing,
}
