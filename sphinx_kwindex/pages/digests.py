"""Digests of what belongs to many things, each told bit by bit."""

from __future__ import annotations

import hashlib
from typing import Any


class DigestTable:
    """A digest for each key, of all that was added to it, in that order."""

    def __init__(self) -> None:
        self._found: dict[str, Any] = {}

    def add(self, key: str, data: bytes) -> None:
        """Add to what is told of a key."""
        if key not in self._found:
            self._found[key] = hashlib.blake2b(digest_size=12)
        self._found[key].update(data)

    def digests(self) -> dict[str, bytes]:
        """Return the digests by key."""
        return {key: digest.digest() for key, digest in self._found.items()}
