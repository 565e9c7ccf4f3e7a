"""What the page of a file shows of the findings of a linter, by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_kwindex.pages.records import LintMessage, LintNotes, LintRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx_kwindex.model import Finding
    from sphinx_kwindex.store import Reader

MAX_RULES = 20
MAX_MESSAGES = 5
"""Of one rule."""
MAX_LINES = 12
"""Of one message."""


def lint_notes(reader: Reader, path: str) -> LintNotes | None:
    """Return the findings in a file by rule, or None."""
    rules: dict[str, list[Finding]] = {}
    for finding in reader.findings(path):
        rules.setdefault(finding.code, []).append(finding)
    if not rules:
        return None
    shown = list(rules.values())[:MAX_RULES]
    return LintNotes(
        version=reader.get_meta("lint").partition(" ")[0],
        count=sum(map(_count, rules.values())),
        rules=tuple(map(_rule, shown)),
        more=len(rules) - len(shown),
    )


def _count(findings: Iterable[Finding]) -> int:
    return sum(len(finding.lines) for finding in findings)


def _rule(findings: list[Finding]) -> LintRule:
    return LintRule(
        code=findings[0].code,
        name=findings[0].name,
        count=_count(findings),
        messages=tuple(
            LintMessage(
                text=finding.message,
                lines=finding.lines[:MAX_LINES],
                more=max(0, len(finding.lines) - MAX_LINES),
            )
            for finding in findings[:MAX_MESSAGES]
        ),
        more=max(0, len(findings) - MAX_MESSAGES),
    )
