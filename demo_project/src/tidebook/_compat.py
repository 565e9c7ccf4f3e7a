"""Differences between versions of Python, kept in one place."""

from __future__ import annotations

try:
    from enum import StrEnum
except ImportError:  # Python 3.10
    from enum import Enum

    class StrEnum(str, Enum):  # type: ignore[no-redef]
        """What `enum.StrEnum` is from Python 3.11 on."""

        def __str__(self) -> str:
            """Return the value."""
            return str(self.value)


__all__ = ["StrEnum"]
