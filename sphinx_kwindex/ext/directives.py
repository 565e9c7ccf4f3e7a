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
from sphinx_kwindex.model import Kind
from sphinx_kwindex.pages.records import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx

_KINDS = {kind.value: kind for kind in Kind} | {short: Kind(long) for short, long in SHORT_ROLES.items()}
_CHOICES: Mapping[str, Sequence[str]] = {
    "order": ("source", "name", "uses"),
    "group": ("file", "kind", "letter", "none"),
    "columns": ("kind", "signature", "summary", "file", "uses", "line"),
    "kinds": tuple(_KINDS),
}
_YES = ("", "yes", "true", "on")
_NO = ("no", "false", "off")


class OptionValueError(ValueError):
    """An option has a value that cannot be used."""

    def __init__(self, text: str, names: Sequence[str] = ()) -> None:
        super().__init__(text + candidates_text(names, limit=20))


class KwindexDirective(SphinxDirective):
    """`kwindex`: the keywords of the project, or of the file, folder, module or glob that the argument names."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = False
    # Values are read in `run`, so that a bad one is our own warning, with a type, and the rest is shown.
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = dict.fromkeys(
        ("kinds", "private", "special", "nested", "pattern", "order", "group", "columns", "limit"), directives.unchanged
    )

    def run(self) -> list[nodes.Node]:
        """Return the leaf that stands for the listing."""
        docname = self.env.docname
        query = Query(what=self.arguments[0].strip() if self.arguments else "", **self._values())
        cast("KwDomain", self.env.get_domain(DOMAIN)).note_listing(docname, Listing(query, self.lineno))
        leaf = kwindex_listing(page=docname, query=query)
        self.set_source_info(leaf)
        return [leaf]

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, text in self.options.items():
            try:
                values[name] = _READERS[name](name, (text or "").strip())
            except OptionValueError as error:
                warn(WarningKind.DIRECTIVE, f"{self.name}: option {name!r} {error}", location=self.get_location())
        return values


def register(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("kwindex", KwindexDirective)


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


def _read_count(_name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise OptionValueError(f"must be a whole number, 0 or more, not {text!r}")
    return int(text)


def _read_text(_name: str, text: str) -> str:
    return text


_READERS: Mapping[str, Callable[[str, str], Any]] = {
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
