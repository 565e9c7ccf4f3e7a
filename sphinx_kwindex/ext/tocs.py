"""Tables of contents of generated documents, packed until one is needed.

Sphinx's environment keeps them as nodes, which take more space than all else in it: every build unpickles them, each that
writes anything pickles them, and processes that read or write have copies.
"""

from __future__ import annotations

import pickle
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from sphinx_kwindex.ext.session import find_session


def register(app: Sphinx) -> None:
    """Have tables of contents packed when they have been made."""
    app.connect("doctree-read", _on_read, priority=900)


def _on_read(app: Sphinx, _doctree: nodes.document) -> None:
    env, session = app.env, find_session(app.env)
    if session is not None and env.docname in session.pages and env.docname in env.tocs:
        env.tocs[env.docname] = PackedToc(pickle.dumps(env.tocs[env.docname], pickle.HIGHEST_PROTOCOL))


_UNPACKED = frozenset({"attributes", "children", "rawsource"})
"""What every node has that has been made in the usual way."""


class PackedToc(nodes.bullet_list):
    """A list that becomes an ordinary one as soon as it is asked for what is in it."""

    tagname = "bullet_list"

    def __init__(self, packed: bytes) -> None:
        # Without that of nodes, which makes what is not to be there yet.
        self._packed = packed

    def copy(self) -> Any:
        """Return a copy of what was packed: what copies nodes asks for their class first."""
        if "_packed" in self.__dict__:
            self.children  # noqa: B018 - becomes an ordinary one
        return self.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the bytes."""
        return PackedToc, (self._packed,)

    def __getattr__(self, name: str) -> Any:
        """Become what was packed, and answer as that."""
        if name not in _UNPACKED:
            raise AttributeError(name)
        found = pickle.loads(self.__dict__.pop("_packed"))  # noqa: S301 - from our own build
        self.__dict__.update(found.__dict__)
        object.__setattr__(self, "__class__", nodes.bullet_list)
        for child in self.children:
            child.parent = self
        return getattr(self, name)


PackedToc.__name__ = nodes.bullet_list.__name__  # by which visitors find their methods
