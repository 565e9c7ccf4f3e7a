"""Navigation for themes: parents, neighbours, and a cheap table of contents."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.locale import _

from sphinx_kwindex.ext.assets import ask_for_assets, ask_for_few_assets, copy_assets
from sphinx_kwindex.ext.domain import KwDomain
from sphinx_kwindex.ext.escape import escape, escape_line
from sphinx_kwindex.ext.settings import read_options
from sphinx_kwindex.ext.source_scripts import script_address
from sphinx_kwindex.ext.words import crumb_words
from sphinx_kwindex.pages.blocks import Document
from sphinx_kwindex.pages.prose import plain_prose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

    from sphinx_kwindex.ext.session import DocumentLinks, Session
    from sphinx_kwindex.pages.blocks import Link
    from sphinx_kwindex.pages.records import PageView

    Writer = Callable[..., str]
    Context = dict[str, Any]


_DESCRIPTION = 200
"""Characters of a description: search engines show no more."""
_NEIGHBOURS = {"prev": ("P", "previous"), "next": ("N", "next")}
"""Access keys and labels, as Sphinx has them."""


_TAGS = frozenset({"css_tag", "js_tag"})
"""Functions of templates that write what loads an asset."""
_EDITORS = ("display_github", "display_gitlab", "display_bitbucket")
"""Of `html_context`: whether pages link to where they can be edited."""


class Navigator:
    """Completes the template contexts of one build."""

    def __init__(self) -> None:
        self._texts: dict[Any, str] = {}
        self._listed: frozenset[str] | None = None

    def on_updated(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Put our assets in place, and forget what an earlier build on this application set."""
        self._texts.clear()
        self._listed = frozenset(name for names in env.toctree_includes.values() for name in names)
        if app.builder.format == "html" and KwDomain.of(env).session is not None:
            copy_assets(Path(app.outdir), is_book=app.builder.name == "epub")

    def on_page(self, app: Sphinx, pagename: str, _template: str, context: Context, _doctree: nodes.document) -> None:
        """Tell the theme about one page."""
        domain = KwDomain.of(app.env)
        session = domain.session
        if session is None:
            return
        if pagename in session.pages:
            self._complete(session, pagename, context)
        if pagename in session.pages:
            ask_for_assets(app)
        elif pagename in domain.listings:
            ask_for_few_assets(app, script_address(app.builder, pagename) if session.closed(pagename) else "")

    def _complete(self, session: Session, pagename: str, context: Context) -> None:
        # Themes then offer no link to the source of the page, and Sphinx does not copy it.
        context["sourcename"] = context["page_source_suffix"] = ""
        # Read the Docs' theme asks nothing but these. What it would link to is not a file of the repository.
        context.update(dict.fromkeys(_EDITORS, False))
        view, links = session.view(pagename), session.links(pagename)
        about = _about(view)
        context["metatags"] = context.get("metatags", "") + "".join(_metatags(session, about))
        # sphinxext-opengraph would else describe a page by the titles of its sections.
        context["meta"] = {**(context.get("meta") or {}), "og:description": about or view.page.title}
        place = self._place(session, pagename)
        for name in _TAGS & context.keys():
            context[name] = self._remember(name, context[name], place)
        if pagename in (self._listed or ()):
            return
        context["parents"] = list(_relations(links, crumb_words(view)))
        _set_neighbour(context, links, "prev", view.previous)
        _set_neighbour(context, links, "next", view.next)
        if "toctree" in context:
            context["toctree"] = self._remember("toctree", context["toctree"], place)

    def _place(self, session: Session, pagename: str) -> Any:
        """Return what the links of a table of contents, and to assets, depend on, as seen from a page that is not in it.

        That is the depth of the page, as long as the table lists no page from inside our folders.
        """
        uri = session.builder.get_target_uri(pagename)
        is_deep = any(name in session.pages and name != session.addresses.project for name in self._listed or ())
        return uri.rpartition("/")[0] if is_deep else uri.count("/")

    def _remember(self, name: str, write: Writer, place: Any) -> Writer:
        """Return a function for templates that does its work once for each place, not once for each page.

        `toctree` resolves the whole tree, and tags of assets ask the file system where these are.
        """

        def remembered(*items: Any, **options: Any) -> str:
            key = (name, place, items, tuple(sorted(options.items())))
            if key not in self._texts:
                self._texts[key] = write(*items, **options)
            return self._texts[key]

        return remembered


def register(app: Sphinx) -> None:
    """Connect a navigator to this application's build."""
    navigator = Navigator()
    app.connect("config-inited", _keep_out)
    app.connect("env-updated", navigator.on_updated, priority=900)
    # Before themes' own handlers (500): some of them call `toctree` there.
    app.connect("html-page-context", navigator.on_page, priority=400)


def _keep_out(app: Sphinx, config: Config) -> None:
    """Keep generated pages out of sphinx-llms-txt, which warns of each document that has no source to copy."""
    excluded = getattr(config, "llms_txt_exclude", None)
    if isinstance(excluded, list):
        config.llms_txt_exclude = [*excluded, f"{read_options(app)[0].output_dir}/*"]


def _about(view: PageView) -> str:
    """Return what a page says first of what it is about, as plain text."""
    head = view.told[0].blocks if view.told else ()
    about = next((block.text for block in head if isinstance(block, Document)), "")
    text = " ".join("".join(piece for piece, _is_code in plain_prose(about)).split())
    return textwrap.shorten(text, _DESCRIPTION, placeholder=" …")


def _metatags(session: Session, about: str) -> Iterator[str]:
    """Yield what search engines, and programs that preview links, are told of a page."""
    if about:
        yield f'\n<meta name="description" content="{escape(about)}" />'
    if session.options.robots:
        yield f'\n<meta name="robots" content="{escape(session.options.robots)}" />'


def _relations(links: DocumentLinks, targets: Iterable[tuple[Link, str]]) -> Iterable[dict[str, str]]:
    for target, text in targets:
        uri = links.uri(target)
        if uri is not None:
            yield {"link": uri, "title": escape_line(text)}


def _set_neighbour(context: Context, links: DocumentLinks, name: str, target: Link | None) -> None:
    found = list(_relations(links, [(target, target.text)] if target else []))
    context[name] = found[0] if found else None
    if target is not None and found:
        key, label = _NEIGHBOURS[name]
        context["rellinks"] = [*context.get("rellinks", ()), (target.docname, found[0]["title"], key, _(label))]
