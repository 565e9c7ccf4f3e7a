"""Marks texts for translation; they are translated when they are written."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802 - the name that message extractors know
    """Mark a text for translation."""
    return text


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as N_
    """Mark a singular and its plural for translation."""
    return one, many
