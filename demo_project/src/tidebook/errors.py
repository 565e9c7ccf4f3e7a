"""What can go wrong, as exceptions that say what to do about it."""

from __future__ import annotations

from collections.abc import Iterable


class TidebookError(Exception):
    """Base of every exception raised on purpose."""


class NoSuchHarbour(TidebookError, KeyError):
    """The harbour is not in the book."""

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        super().__init__(name)
        self.name = name
        self.known = tuple(sorted(known))

    def __str__(self) -> str:
        """Name the harbour, and those that there are."""
        return f"no harbour {self.name!r}; there are: {', '.join(self.known) or 'none'}"


class BadTable(TidebookError, ValueError):
    """A tide table on disk cannot be read."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class GaugeSilent(TidebookError, TimeoutError):
    """A gauge has not answered in time."""
