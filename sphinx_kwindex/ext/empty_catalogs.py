"""The builder `gettext` makes a catalogue for each document: of ours, which hold nothing to translate, none is left."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.i18n import docname_to_domain

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
    folders: set[Path] = set()
    for domain in ours & catalogs.keys():
        if not catalogs[domain].messages:
            with contextlib.suppress(OSError):
                (outdir / f"{domain}.pot").unlink()
            folders.update(folder for folder in (outdir / domain).parents if folder.is_relative_to(outdir))
    for folder in sorted(folders - {outdir}, key=lambda folder: len(folder.parts), reverse=True):
        with contextlib.suppress(OSError):  # not empty
            folder.rmdir()
