"""Digests of what pages show: a page is written again if and only if its digest changed."""

from __future__ import annotations

import hashlib

import msgspec

from sphinx_kwindex.pages.records import View

PAGE_CODE = 23
"""Version of what the renderers make of a view. Raise it with every change that readers can see."""


def fingerprint(view: View) -> str:
    """Return the digest of a view and of the page code's version."""
    data = msgspec.msgpack.encode((PAGE_CODE, view))
    return hashlib.blake2b(data, digest_size=16).hexdigest()
