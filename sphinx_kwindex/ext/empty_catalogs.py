"""Removes the empty catalogues that the `gettext` builder makes for our documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.i18n import docname_to_domain

from sphinx_kwindex.ext.outdated import remove_file
from sphinx_kwindex.ext.session import find_session


def register(app: Sphinx) -> None:
    """Ask to hear of the end of a build."""
    app.connect("build-finished", _on_finished)


def _on_finished(app: Sphinx, exception: Exception | None) -> None:
    session = find_session(app.env)
    catalogs: dict[str, Any] = getattr(app.builder, "catalogs", {})
    if exception is not None or session is None or not catalogs:
        return
    compact = app.config.gettext_compact
    ours = {docname_to_domain(name, compact) for name in session.pages}
    outdir = Path(app.outdir)
    for domain in ours & catalogs.keys():
        if not catalogs[domain].messages:
            remove_file(outdir, outdir / f"{domain}.pot")
