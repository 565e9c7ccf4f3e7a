"""The Sphinx layer: registers everything, and builds the index before documents are read."""

from __future__ import annotations

import atexit
import gc
import weakref

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from sphinx_kwindex import __version__
from sphinx_kwindex.ext import (
    api_entries,
    directives,
    documents,
    domain,
    empty_catalogs,
    latex,
    literal_links,
    navigation,
    nodes,
    outdated,
    search,
    settings,
    source_scripts,
    tocs,
    twins,
    viewcode,
    words,
)
from sphinx_kwindex.ext.messages import drop_event_records, keep_event_records
from sphinx_kwindex.ext.session import find_session
from sphinx_kwindex.ext.start import COLLECTORS, open_session
from sphinx_kwindex.garbage import collect_rarely, no_collection

_ENV_VERSION = 1
"""Raise it when what the environment keeps for us changes."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.require_sphinx("7.4")
    for part in (
        settings,
        words,
        latex,
        nodes,
        directives,
        api_entries,
        domain,
        literal_links,
        documents,
        empty_catalogs,
        outdated,
        navigation,
        search,
        source_scripts,
        tocs,
        twins,
        viewcode,
    ):
        part.register(app)
    app.add_event(COLLECTORS)
    app.connect("config-inited", _on_config_inited)
    app.connect("builder-inited", _on_builder_inited)
    app.connect("env-before-read-docs", drop_event_records)
    app.connect("env-check-consistency", _on_read)
    app.connect("build-finished", _on_build_finished, priority=900)
    app.connect("build-finished", keep_event_records, priority=900)
    return {
        "version": __version__,
        "env_version": _ENV_VERSION,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def _on_config_inited(app: Sphinx, _config: Config) -> None:
    # Sphinx now loads its environment: a million objects, none of them garbage, and four fifths of the time is spent
    # on looking for some.
    if gc.isenabled():
        gc.disable()
        weakref.finalize(app, gc.enable)  # should the start fail
        app.connect("builder-inited", _resume_collection, priority=100)


def _resume_collection(_app: Sphinx) -> None:
    gc.freeze()
    gc.enable()


def _on_builder_inited(app: Sphinx) -> None:
    with no_collection():
        domain.KwDomain.of(app.env).session = open_session(app)
        # What is here now stays: collecting it again and again is a tenth of a build, and children would copy it.
        gc.freeze()
    resume = collect_rarely()
    app.connect("build-finished", lambda _app, _exception: resume(), priority=900)


def _on_read(_app: Sphinx, _env: BuildEnvironment) -> None:
    # What was read stays, too: else the first thing that each process does that writes is to go through a million objects,
    # and so to copy them.
    gc.freeze()


def _on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    gc.unfreeze()
    # The interpreter's last act is to look for garbage, several times over: half the time of a build that changes nothing.
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    session = find_session(app.env)
    if session is not None:
        # Sphinx wraps what goes wrong in a handler.
        session.project.close(getattr(exception, "orig_exc", exception))
