"""Findings of a linter on the page of a file, by rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.marking import N_
from sphinx_kwindex.model import Finding
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
    Web,
    Why,
)
from sphinx_kwindex.pages.phrases import and_more, more_of, say, say_count
from sphinx_kwindex.pages.subjects import FileSubject, PageSection

MAX_RULES = 20
MAX_MESSAGES = 5
"""Of one rule."""
MAX_LINES = 12
"""Of one message."""
RULE_PAGE = "https://docs.astral.sh/ruff/rules/%s/"
"""Where a rule of ruff is explained."""


def lint_blocks(findings: Iterable[Finding], version: str) -> Iterator[Block]:
    """Show what a version of ruff finds: an entry for each rule."""
    rules = list(grouped((finding.code, finding) for finding in findings).values())
    yield Count(sum(map(_count, rules)))
    more = len(rules) - MAX_RULES
    yield Bullets(
        tuple(map(_rule, rules[:MAX_RULES])),
        more=say_count("1 more rule", "%(count)s more rules", more) if more > 0 else "",
    )
    text = N_("Found by ruff %(version)s. A finding is a place to look at, not a proven problem.")
    yield Para(say(text, version=version), "kw-note")


def _count(findings: Sequence[Finding]) -> int:
    """Count the lines with which some findings find fault."""
    return sum(len(finding.lines) for finding in findings)


def _rule(findings: Sequence[Finding]) -> Item:
    """Show the findings of one rule, whose name is that of the page that explains it."""
    rule, count = findings[0], _count(findings)
    name = (Strong(rule.code), " ", rule.name)
    linked = Web(RULE_PAGE % rule.name, name, look="") if rule.name else name
    messages = [*map(_message, findings[:MAX_MESSAGES]), more_of(len(findings) - MAX_MESSAGES)]
    return Item(
        (Mono(linked), Why(f"{count}×") if count > 1 else ""),
        tuple(Para(message) for message in messages if message),
        look="kw-lint",
    )


def _message(finding: Finding) -> tuple[Prose, Why]:
    lines = tuple(map(Line, finding.lines[:MAX_LINES]))
    return Prose(finding.message), Why(Series(lines, and_more(len(finding.lines) - MAX_LINES)))


def _has_notes(file: FileSubject) -> bool:
    return file.part == 1 and not file.options.hidden and file.path in file.overview.with_findings


def _blocks(file: FileSubject) -> Iterator[Block]:
    return lint_blocks(file.reader.findings(file.path), file.reader.get_meta("lint").partition(" ")[0])


LINT = PageSection[FileSubject]("kw-lint", N_("Performance and safety notes"), _has_notes, _blocks)
