"""Reads generated documents after those of authors, in a few chunks.

In a parallel read Sphinx takes them in dozens of pieces, and for each of them ships the whole environment from one
process to another, which costs more than reading them in one. As many pieces as there are processes are worth it.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.display import status_iterator
from sphinx.util.parallel import ParallelTasks, parallel_available

from sphinx_kwindex.garbage import no_collection

_MANY = 500
"""Fewer documents are read sooner than an environment is shipped."""


def read_documents(app: Sphinx, env: BuildEnvironment, names: Sequence[str]) -> None:
    """Read documents that Sphinx was not shown, as it would have."""
    if not names:
        return
    for name in names:
        app.emit("env-purge-doc", env, name)
        env.clear_doc(name)
    if _may_fork(app) and len(names) >= _MANY and 2 * len(names) > len(env.all_docs):
        _read_in_parallel(app, env, names)
        return
    for name in status_iterator(names, _TITLE, "purple", len(names), app.verbosity):
        _read(app, name)


_TITLE = "reading keyword pages... "


def _may_fork(app: Sphinx) -> bool:
    # Without `is_parallel_allowed`, which would warn a second time of what is not allowed.
    return bool(
        parallel_available
        and app.parallel > 1
        and all(getattr(extension, "parallel_read_safe", None) for extension in app.extensions.values())
    )


def _read(app: Sphinx, name: str) -> None:
    # As parallel reading does: thousands of trees in memory until they are written are half a peak of 500 MB.
    app.builder.read_doc(name, _cache=False)


def _read_in_parallel(app: Sphinx, env: BuildEnvironment, names: Sequence[str]) -> None:
    size = -(-len(names) // app.parallel)
    pieces = [list(names[start : start + size]) for start in range(0, len(names), size)]
    progress = status_iterator(pieces, _TITLE, "purple", len(pieces), app.verbosity)

    def read(piece: list[str]) -> bytes:
        for name in piece:
            _read(app, name)
        return pickle.dumps(env, pickle.HIGHEST_PROTOCOL)

    def merge(piece: list[str], data: bytes) -> None:
        with no_collection():  # a million objects, and no garbage among them
            env.merge_info_from(piece, pickle.loads(data), app)  # noqa: S301 - from our own child
        next(progress, None)

    tasks = ParallelTasks(app.parallel)
    for piece in pieces:
        tasks.add_task(read, piece, merge)
    tasks.join()
