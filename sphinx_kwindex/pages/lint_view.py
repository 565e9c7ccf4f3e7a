"""What the page of a file shows of the findings of a linter, by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.marking import N_
from sphinx_kwindex.pages.blocks import (
    Block,
    Bullets,
    Count,
    Item,
    Line,
    Mono,
    Para,
    Prose,
    Series,
    Strong,
    View,
    Web,
    Why,
)
from sphinx_kwindex.pages.phrases import and_more, more_of, say, say_count
from sphinx_kwindex.pages.subjects import FileSubject, PageSection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx_kwindex.model import Finding

MAX_RULES = 20
MAX_MESSAGES = 5
"""Of one rule."""
MAX_LINES = 12
"""Of one message."""
RULE_PAGE = "https://docs.astral.sh/ruff/rules/%s/"
"""Where a rule of ruff is explained."""


class LintRule(View, frozen=True):
    """The findings of one rule in a file."""

    findings: tuple[Finding, ...]

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.findings[0].code

    @property
    def name(self) -> str:
        """Also names the page that explains the rule."""
        return self.findings[0].name

    @property
    def count(self) -> int:
        """How many lines it finds fault with."""
        return sum(len(finding.lines) for finding in self.findings)


class LintNotes(View, frozen=True):
    """What ruff finds in a file."""

    version: str
    rules: tuple[LintRule, ...]

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(rule.count for rule in self.rules)


def lint_notes(file: FileSubject) -> LintNotes:
    """Return the findings in a file by rule."""
    rules = grouped((finding.code, finding) for finding in file.reader.findings(file.path))
    version = file.reader.get_meta("lint").partition(" ")[0]
    return LintNotes(version, tuple(LintRule(tuple(found)) for found in rules.values()))


def lint_blocks(notes: LintNotes) -> Iterator[Block]:
    """Show the findings: an entry for each rule."""
    yield Count(notes.count)
    more = len(notes.rules) - MAX_RULES
    yield Bullets(
        tuple(map(_rule, notes.rules[:MAX_RULES])),
        more=say_count("1 more rule", "%(count)s more rules", more) if more > 0 else "",
    )
    text = N_("Found by ruff %(version)s. A finding is a place to look at, not a proven fault.")
    yield Para(say(text, version=notes.version), "kw-note")


def _rule(rule: LintRule) -> Item:
    name = (Strong(rule.code), " ", rule.name)
    linked = Web(RULE_PAGE % rule.name, name, look="") if rule.name else name
    messages = [*map(_message, rule.findings[:MAX_MESSAGES]), more_of(len(rule.findings) - MAX_MESSAGES)]
    return Item(
        (Mono(linked), Why(f"{rule.count}×") if rule.count > 1 else ""),
        tuple(Para(message) for message in messages if message),
        look="kw-lint",
    )


def _message(finding: Finding) -> tuple[Prose, Why]:
    lines = tuple(map(Line, finding.lines[:MAX_LINES]))
    return Prose(finding.message), Why(Series(lines, and_more(len(finding.lines) - MAX_LINES)))


def _has_notes(file: FileSubject) -> bool:
    return file.part == 1 and not file.options.hidden and file.path in file.overview.with_findings


LINT = PageSection[FileSubject](
    "kw-lint",
    N_("Performance and safety notes"),
    is_on=_has_notes,
    blocks=lambda file: lint_blocks(lint_notes(file)),
)
