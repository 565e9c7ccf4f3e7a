"""The answers of the command line for language models, by the Model Context Protocol (https://modelcontextprotocol.io)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sphinx_kwindex import __version__, answers
from sphinx_kwindex.errors import KwindexError
from sphinx_kwindex.pages.text import page_text
from sphinx_kwindex.project import Project
from sphinx_kwindex.spelling import visible_line

_ABOUT = (
    "An index of a source tree: where names are defined and used, which tests reach them, which files are related. "
    "Names are ids (package.module.Class.method) or the last parts of ids (Class.method); paths are relative to the root of the tree."
)
_MOST = 100
"""Lines of an answer, if the client does not say."""


def make_server(open_project: Callable[[], AbstractContextManager[Project]]) -> Any:
    """Return a server that opens the project for each question, so that answers reflect edits; its `run()` uses standard input and output.

    Raise `KwindexError` without the official SDK (https://pypi.org/project/mcp).
    """
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
    except ImportError as error:
        raise KwindexError("the command mcp needs the SDK: pip install sphinx-kwindex[mcp]") from error
    server: Any = MCPServer("sphinx-kwindex", instructions=_ABOUT, version=__version__)
    asked = Questions(open_project, ToolError)
    for tool in (asked.definition, asked.uses, asked.tests, asked.related, asked.outline, asked.map, asked.page):
        server.add_tool(tool, structured_output=False)
    return server


class Questions:
    """The tools of the server; clients see the docstrings as descriptions. Errors are raised as `fault`."""

    def __init__(self, open_project: Callable[[], AbstractContextManager[Project]], fault: type[Exception]) -> None:
        self._open = open_project
        self._fault = fault
        # Clients send several questions at a time, and only one build at a time can use the cache.
        self._asking = threading.Lock()

    def definition(self, name: str) -> str:
        """Show where a name is defined, with its signature and the first sentence of its docstring."""
        return self._ask(lambda project: answers.definition(project, name))

    def uses(self, name: str, limit: int = _MOST) -> str:
        """List every use of a name, its kind, and the enclosing function; uses marked (possible) are not certain."""
        return self._ask(lambda project: answers.uses(project, name), limit)

    def tests(self, name: str, limit: int = _MOST, indirect: bool = False) -> str:
        """List the tests that reach a name with the fewest calls, usually directly; `indirect` also lists the others."""
        return self._ask(lambda project: answers.tests(project, name), limit, indirect=indirect)

    def related(self, path: str) -> str:
        """List the files related to a file, best first, with the reasons."""
        return self._ask(lambda project: answers.related(project, path))

    def outline(self, path: str, limit: int = _MOST) -> str:
        """List what a file defines, with lines and signatures."""
        return self._ask(lambda project: answers.outline(project, path), limit)

    def map(self, tokens: int = 1000) -> str:
        """List the files with the names that most other files use: an overview of an unfamiliar tree."""
        return self._ask(lambda project: answers.ranked(project, tokens), tokens)

    def page(self, path: str = "") -> str:
        """Return the page of a file or folder as Markdown; without a path, the page of the project."""
        with self._opened() as project:
            return page_text(project, path)

    def _ask(
        self, question: Callable[[Project], Iterable[answers.Answer]], limit: int = _MOST, *, indirect: bool = False
    ) -> str:
        with self._opened() as project:
            lines = [visible_line(line) for line in answers.write_answers(question(project), indirect=indirect)]
        more = len(lines) - limit
        return "\n".join([*lines[:limit], *([f"and {more} more"] if more > 0 else [])]) or "nothing"

    @contextmanager
    def _opened(self) -> Iterator[Project]:
        with self._asking, self._open() as project:
            try:
                yield project
            except KwindexError as error:
                raise self._fault(str(error)) from error
