"""What authors write: directives, the same in reStructuredText and MyST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.ext.domain import SHORT_ROLES, KwDomain, Listing
from sphinx_kwindex.ext.messages import candidates_text, closest, warn
from sphinx_kwindex.ext.nodes import kwindex_listing
from sphinx_kwindex.ext.session import DOMAIN
from sphinx_kwindex.model import Kind, UseKind
from sphinx_kwindex.pages.records import GraphQuery, Query, RelatedQuery, TreeQuery, UsesQuery
from sphinx_kwindex.pages.related_view import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx

    from sphinx_kwindex.pages.records import AnyQuery

_KINDS = {kind.value: kind for kind in Kind} | {short: Kind(long) for short, long in SHORT_ROLES.items()}
_USE_KINDS = {kind.name.lower(): kind for kind in UseKind}
_GROUPS = {group.replace(" ", "-"): group for group in GROUPS}
_CHOICES: Mapping[str, Sequence[str]] = {
    "order": ("source", "name", "uses"),
    "group": ("file", "kind", "letter", "none"),
    "columns": ("kind", "signature", "summary", "file", "uses", "line"),
    "kinds": tuple(_KINDS),
    "use kinds": tuple(_USE_KINDS),
    "relations": tuple(_GROUPS),
    "direction": ("imports", "importers", "both", "inside"),
    "only": ("folders", "files"),
}
_YES = ("", "yes", "true", "on")
_NO = ("no", "false", "off")


class OptionValueError(ValueError):
    """An option has a value that cannot be used."""

    def __init__(self, text: str, names: Sequence[str] = ()) -> None:
        super().__init__(text + candidates_text(names, limit=20))


class _Directive(SphinxDirective):
    """Puts something of the index into an author's page: a leaf with a query, which is noted for the document."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = False
    readers: ClassVar[Mapping[str, Callable[[str, str], Any]]] = {}

    def run(self) -> list[nodes.Node]:
        """Return the leaf that stands for what is shown."""
        what = self.arguments[0].strip() if self.arguments else ""
        query = self.query(what, self._values())
        if query is None:
            return []
        docname = self.env.docname
        cast("KwDomain", self.env.get_domain(DOMAIN)).note_listing(docname, Listing(query, self.lineno))
        leaf = kwindex_listing(page=docname, query=query)
        self.set_source_info(leaf)
        return [leaf]

    def query(self, what: str, values: dict[str, Any]) -> AnyQuery | None:
        """Return what is asked for; None, after a warning, if that is nothing."""
        raise NotImplementedError

    def scope(self) -> str:
        """Return the dotted name of the object in whose description the directive stands; mostly empty."""
        names = (self.env.ref_context.get(name) for name in ("py:module", "py:class"))
        return ".".join(name for name in names if name)

    def warn(self, text: str) -> None:
        """Warn that the directive cannot be used as it is written."""
        warn(WarningKind.DIRECTIVE, f"{self.name}: {text}", location=self.get_location())

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, text in self.options.items():
            try:
                values[name] = self.readers[name](name, (text or "").strip())
            except OptionValueError as error:
                self.warn(f"option {name!r} {error}")
        return values


def _unread(readers: Mapping[str, object]) -> dict[str, Callable[[str], Any]]:
    # Values are read in `run`, so that a bad one is our own warning, with a type, and the rest is shown.
    return dict.fromkeys(readers, directives.unchanged)


def _read_flag(_name: str, text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise OptionValueError(f"cannot be {text!r}", ["yes", "no"])


def _read_choice(name: str, text: str) -> str:
    if text not in _CHOICES[name]:
        raise OptionValueError(f"cannot be {text!r}", closest(text, _CHOICES[name]) or _CHOICES[name])
    return text


def _read_choices(name: str, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_read_choice(name, word) for word in text.replace(",", " ").split()))


def _read_kinds(name: str, text: str) -> tuple[Kind, ...]:
    return tuple(dict.fromkeys(_KINDS[word] for word in _read_choices(name, text)))


def _read_use_kinds(_name: str, text: str) -> tuple[UseKind, ...]:
    return tuple(_USE_KINDS[word] for word in _read_choices("use kinds", text))


def _read_groups(_name: str, text: str) -> tuple[str, ...]:
    return tuple(_GROUPS[word] for word in _read_choices("relations", text))


def _read_count(_name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise OptionValueError(f"must be a whole number, 0 or more, not {text!r}")
    return int(text)


def _read_text(_name: str, text: str) -> str:
    return text


class KwindexDirective(_Directive):
    """`kwindex`: the keywords of the project, or of the file, folder, module or glob that the argument names."""

    readers: ClassVar[Mapping[str, Callable[[str, str], Any]]] = {
        "kinds": _read_kinds,
        "private": _read_flag,
        "special": _read_flag,
        "nested": _read_flag,
        "pattern": _read_text,
        "order": _read_choice,
        "group": _read_choice,
        "columns": _read_choices,
        "limit": _read_count,
    }
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = _unread(readers)

    def query(self, what: str, values: dict[str, Any]) -> Query:
        """Return what is asked for."""
        return Query(what=what, **values)


class KwusesDirective(_Directive):
    """`kwuses`: where the keyword that the argument names is used."""

    readers: ClassVar[Mapping[str, Callable[[str, str], Any]]] = {
        "kinds": _read_use_kinds,
        "tests": _read_flag,
        "guesses": _read_flag,
        "limit": _read_count,
    }
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = _unread(readers)

    def query(self, what: str, values: dict[str, Any]) -> UsesQuery | None:
        """Return what is asked for; None, after a warning, if that is nothing."""
        if not what:
            self.warn("name a keyword, as roles do")
            return None
        return UsesQuery(what=what, context=self.scope(), **values)


class KwrelatedDirective(_Directive):
    """`kwrelated`: the files or folders that are related to the one that the argument names, and why."""

    readers: ClassVar[Mapping[str, Callable[[str, str], Any]]] = {
        "groups": _read_groups,
        "reasons": _read_flag,
        "limit": _read_count,
    }
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = _unread(readers)

    def query(self, what: str, values: dict[str, Any]) -> RelatedQuery | None:
        """Return what is asked for; None, after a warning, if that is nothing."""
        if not what:
            self.warn("name a file or folder")
            return None
        return RelatedQuery(what=what, **values)


class KwgraphDirective(_Directive):
    """`kwgraph`: imports around the file or folder that the argument names, or uses around the keyword."""

    readers: ClassVar[Mapping[str, Callable[[str, str], Any]]] = {
        "direction": _read_choice,
        "depth": _read_count,
        "limit": _read_count,
        "tests": _read_flag,
    }
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = _unread(readers)

    def query(self, what: str, values: dict[str, Any]) -> GraphQuery | None:
        """Return what is asked for; None, after a warning, if that is nothing."""
        if not what:
            self.warn("name a file, a folder or a keyword")
            return None
        return GraphQuery(what=what, context=self.scope(), **values)


class KwtreeDirective(_Directive):
    """`kwtree`: the folders and files below the folder that the argument names, or of the project."""

    readers: ClassVar[Mapping[str, Callable[[str, str], Any]]] = {
        "depth": _read_count,
        "only": _read_choice,
        "pattern": _read_text,
        "limit": _read_count,
        "counts": _read_flag,
    }
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = _unread(readers)

    def query(self, what: str, values: dict[str, Any]) -> TreeQuery:
        """Return what is asked for."""
        return TreeQuery(what=what, **values)


def register(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("kwindex", KwindexDirective)
    app.add_directive("kwuses", KwusesDirective)
    app.add_directive("kwrelated", KwrelatedDirective)
    app.add_directive("kwgraph", KwgraphDirective)
    app.add_directive("kwtree", KwtreeDirective)
