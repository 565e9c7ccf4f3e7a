"""Sections of a file's page that tell about the file as a whole, as HTML."""

from __future__ import annotations

from sphinx_kwindex.ext.escape import Linker, escape, prose
from sphinx_kwindex.ext.html_lists import block
from sphinx_kwindex.ext.html_rows import RowWriter, example_line
from sphinx_kwindex.ext.words import (
    RULE_PAGE,
    _,
    cases_title,
    line_count,
    lint_words,
    more_files,
    pattern_word,
    run_words,
    say_count,
    use_count,
)
from sphinx_kwindex.pages.blocks import Link
from sphinx_kwindex.pages.records import (
    FileBody,
    HowTested,
    LintMessage,
    LintNotes,
    LintRule,
    PatternPlaces,
    Ranked,
    Surroundings,
    UsingTest,
)


def tests_section(tests: HowTested, body: FileBody, linker: Linker) -> str:
    """Write which tests use a file, or how to run a test file."""
    parts = []
    if tests.files:
        items = "".join(f"<li>{_using_test(test, linker)}</li>" for test in tests.files)
        parts.append(
            block(_("Tests that use it"), items, len(tests.files) + tests.more_files, body.open_limit, "kw-list")
        )
        parts.append(f"<p>{escape(more_files(tests.more_files))}</p>" if tests.more_files else "")
    if tests.command:
        parts.append(f'<p class="kw-run">{escape(run_words(tests))} <code>{escape(tests.command)}</code></p>')
    if tests.cases:
        # Closed, however short: who wants one test alone looks for it.
        items = "".join(f"<li><code>{linker.link(case)}</code></li>" for case in tests.cases)
        items += (
            f"<li>{escape(say_count('1 more', '%(count)s more', tests.more_cases))}</li>" if tests.more_cases else ""
        )
        parts.append(block(cases_title(tests), items, len(tests.cases) + tests.more_cases, 0, "kw-list"))
    return "".join(parts)


def usage(whole: Surroundings, body: FileBody, linker: Linker) -> str:
    """Write lines of other files that show how a file is used."""
    items = "".join(f"<li>{example_line(example, linker)}</li>" for example in whole.examples)
    return block(_("Examples of use"), items, len(whole.examples), body.open_limit, "kw-list")


def structure_section(whole: Surroundings, body: FileBody, linker: Linker) -> str:
    """Write which definitions of a file stand out, and which patterns it shows; all closed."""
    parts = []
    if whole.structure is not None:
        largest, used = whole.structure.largest, whole.structure.used
        sizes = "".join(_ranked(item, line_count(item.count), linker) for item in largest)
        uses = "".join(_ranked(item, use_count(item.count, item.files), linker) for item in used)
        parts.append(block(_("Largest definitions"), sizes, len(largest), 0, "kw-list"))
        parts.append(block(_("Most used definitions"), uses, len(used), 0, "kw-list"))
    if whole.patterns:
        writer = RowWriter(linker, body)
        titles = ", ".join(pattern_word(pattern) for pattern in whole.patterns)
        items = "".join(_pattern(pattern, writer, linker) for pattern in whole.patterns)
        parts.append(
            f'<details class="kw-block"><summary>{escape(_("Patterns"))} <span>{escape(titles)}</span></summary>'
            f'<ul class="kw-list" role="list">{items}</ul></details>'
        )
    return "".join(parts)


def lint_section(notes: LintNotes, body: FileBody, linker: Linker) -> str:
    """Write what ruff finds in a file: a row for each rule."""
    writer = RowWriter(linker, body)
    items = "".join(f'<li class="kw-lint">{_rule(rule, writer)}</li>' for rule in notes.rules)
    if notes.more:
        items += f"<li>{escape(say_count('1 more rule', '%(count)s more rules', notes.more))}</li>"
    return f'<ul class="kw-list" role="list">{items}</ul><p class="kw-note">{escape(lint_words(notes))}</p>'


def _rule(rule: LintRule, writer: RowWriter) -> str:
    name = f"<b>{escape(rule.code)}</b> {escape(rule.name)}"
    if rule.name:
        name = f'<a href="{escape(RULE_PAGE % rule.name)}">{name}</a>'
    messages = [f"<p>{_message(message, writer)}</p>" for message in rule.messages]
    if rule.more:
        messages.append(f"<p>{escape(say_count('1 more', '%(count)s more', rule.more))}</p>")
    count = f' <span class="kw-why">{rule.count}×</span>' if rule.count > 1 else ""
    return f"<code>{name}</code>{count}{''.join(messages)}"


def _message(message: LintMessage, writer: RowWriter) -> str:
    lines = ", ".join(map(writer.line, message.lines))
    if message.more:
        lines += " " + escape(say_count("and 1 more", "and %(count)s more", message.more))
    return f'{prose(message.text)} <span class="kw-why">{lines}</span>'


def _ranked(item: Ranked, text: str, linker: Linker) -> str:
    return f'<li>{_code_link(item.link, linker)} <span class="kw-why">{escape(text)}</span></li>'


def _pattern(pattern: PatternPlaces, writer: RowWriter, linker: Linker) -> str:
    places = [
        f"{_code_link(link, linker)} {writer.line(line)}" if link.text else writer.line(line)
        for link, line in pattern.places
    ]
    if pattern.more:
        places.append(escape(say_count("1 more", "%(count)s more", pattern.more)))
    return f'<li>{escape(pattern_word(pattern))}: <span class="kw-why">{", ".join(places)}</span></li>'


def _using_test(test: UsingTest, linker: Linker) -> str:
    names = [_code_link(link, linker) for link in test.names]
    if test.more:
        names.append(escape(say_count("1 more", "%(count)s more", test.more)))
    return f'{linker.link(test.file)} <span class="kw-why">{test.count}× {", ".join(names)}</span>'


def _code_link(link: Link, linker: Linker) -> str:
    return f"<code>{linker.link(link)}</code>"
