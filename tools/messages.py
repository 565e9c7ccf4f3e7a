"""Bring the message catalogues up to date with the sources: the template, each language, and what programs read.

`tox -e messages` runs it; then fill what is empty in the `.po` files (`--check` says what) and run it again. All three
kinds of file are kept in the repository, so that a clone, an editable installation and a wheel have the same.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent / "sphinx_kwindex"
LOCALE = PACKAGE / "locale"
DOMAIN = "sphinx_kwindex"
TEMPLATE = LOCALE / f"{DOMAIN}.pot"
KEYWORDS = {"_": 1, "N_": 1, "say": 1, "NN_": 2, "say_count": 2}
"""Functions of `marking.py` and `pages/phrases.py`, and how many of their arguments are texts: two are a singular and a plural."""
_COMMENT = "# Translators:"
"""Before what translators should know, on the line above."""
_TRANSLATED = "# Texts of sphinx-kwindex. New ones are put in by tools/messages.py.\n#"
_HEADER = "# Texts of sphinx-kwindex.\n# Made by tools/messages.py; translations go into the .po files.\n#"
_LEFT_OUT = (b'"Generated-By:', b'"Report-Msgid-Bugs-To: EMAIL@ADDRESS')
"""Lines of the head that change with babel's version, or hold nothing."""
_DATE = datetime(2026, 1, 1, tzinfo=timezone.utc)
"""The same sources give the same files."""


def extract() -> Catalog:
    """Return the template that the sources give; places are files without lines, so that edits leave it alone."""
    found: dict[str | tuple[str, str], dict[str, None]] = {}
    comments: dict[str | tuple[str, str], str] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        lines = source.splitlines()
        for call in ast.walk(ast.parse(source)):
            if isinstance(call, ast.Call) and (text := _text(call)) is not None:
                found.setdefault(text, {})[file.relative_to(PACKAGE).as_posix()] = None
                _, mark, comment = lines[call.lineno - 2].partition(_COMMENT)
                if mark:
                    comments[text] = comment.strip()
    catalog = Catalog(project="sphinx-kwindex", version=_version(), header_comment=_HEADER, creation_date=_DATE)
    for text, places in found.items():
        told = [comments[text]] if text in comments else []
        catalog.add(text, locations=[(place, None) for place in sorted(places)], auto_comments=told)
    return catalog


def _version() -> str:
    """Return the version of the package, which need not be installed."""
    match = re.search(r'^__version__ = "(.+)"$', (PACKAGE / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert match is not None
    return match[1]


def _text(call: ast.Call) -> str | tuple[str, str] | None:
    """Return the text that a call marks: babel's own extractor does not look into f-strings before Python 3.12."""
    count = KEYWORDS.get(call.func.id, 0) if isinstance(call.func, ast.Name) else 0
    texts = [arg.value for arg in call.args[:count] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if not count or len(texts) < count:
        return None
    return texts[0] if count == 1 else (texts[0], texts[1])


def languages() -> Iterator[tuple[str, Path]]:
    """Yield each language with its `.po` file."""
    for path in sorted(LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        yield path.parents[1].name, path


def read(path: Path, language: str | None = None) -> Catalog:
    """Return a catalogue from a file."""
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def updated(path: Path, language: str, template: Catalog) -> Catalog:
    """Return the catalogue of a language with the texts that the template has; new ones are empty."""
    catalog = read(path, language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = catalog.revision_date = _DATE
    catalog.header_comment = _TRANSLATED
    catalog.version = template.version
    catalog.last_translator, catalog.language_team = "sphinx-kwindex contributors", language
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """Return the text of a catalogue."""
    stream = io.BytesIO()
    write_po(stream, catalog, width=110, sort_output=True, no_location=catalog.locale is not None, include_lineno=False)
    lines = [line for line in stream.getvalue().strip().splitlines() if not line.startswith(_LEFT_OUT)]
    return b"\n".join(lines) + b"\n"


def as_mo(catalog: Catalog) -> bytes:
    """Return what programs read of a catalogue."""
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def wanted() -> dict[Path, bytes]:
    """Return every file as it should be."""
    template = extract()
    files = {TEMPLATE: as_po(template)}
    for language, path in languages():
        catalog = updated(path, language, template)
        files[path] = as_po(catalog)
        files[path.with_suffix(".mo")] = as_mo(catalog)
    return files


def missing(catalog: Catalog) -> Iterator[Message]:
    """Yield the texts that have no translation, or one that a machine guessed."""
    for message in catalog:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(texts)):
            yield message


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` only say what is old or missing."""
    is_check = "--check" in arguments
    old = [path for path, data in wanted().items() if not path.is_file() or path.read_bytes() != data]
    for path in old:
        if not is_check:
            path.write_bytes(wanted()[path])
        print(f"{path.relative_to(PACKAGE)}: {'old' if is_check else 'written'}")
    empty = [(language, message.id) for language, path in languages() for message in missing(read(path, language))]
    for language, text in empty:
        print(f"{language}: no translation of {text!r}")
    return 1 if empty or (is_check and old) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
