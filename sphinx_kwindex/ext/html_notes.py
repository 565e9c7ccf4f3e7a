"""Sections of a file's page that tell about the file as a whole, as HTML."""

from __future__ import annotations

from sphinx_kwindex.ext.escape import Linker, escape
from sphinx_kwindex.ext.html_lists import block
from sphinx_kwindex.ext.words import _, more_files, run_words, say_count
from sphinx_kwindex.pages.records import FileBody, HowTested, Link, UsingTest


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
        parts.append(block(_("To run one test"), items, len(tests.cases) + tests.more_cases, 0, "kw-list"))
    return "".join(parts)


def _using_test(test: UsingTest, linker: Linker) -> str:
    names = [_code_link(link, linker) for link in test.names]
    if test.more:
        names.append(escape(say_count("1 more", "%(count)s more", test.more)))
    return f'{linker.link(test.file)} <span class="kw-why">{test.count}× {", ".join(names)}</span>'


def _code_link(link: Link, linker: Linker) -> str:
    return f"<code>{linker.link(link)}</code>"
