"""The definitions of a project as a tags file for editors; see `man 5 ctags` (Universal Ctags) for the format."""

from __future__ import annotations

from collections.abc import Iterator

from sphinx_kwindex import __version__
from sphinx_kwindex.model import CLASSES, Definition, FileFacts, Kind
from sphinx_kwindex.project import Project

_HEAD = (
    "!_TAG_FILE_ENCODING\tutf-8\t//",
    "!_TAG_FILE_FORMAT\t2\t//",
    "!_TAG_FILE_SORTED\t1\t/0=unsorted, 1=sorted, 2=foldcase/",
    "!_TAG_OUTPUT_MODE\tu-ctags\t//",
    "!_TAG_PROGRAM_NAME\tsphinx-kwindex\t//",
    f"!_TAG_PROGRAM_VERSION\t{__version__}\t//",
)
_ESCAPES = str.maketrans(
    {**{chr(code): f"\\x{code:02X}" for code in range(32)}, "\\": "\\\\", "\t": "\\t", "\n": "\\n"}
)


def tag_lines(project: Project) -> Iterator[str]:
    """Yield the lines of the file, sorted by name; a name that is bound in several places has a line for each."""
    yield from _HEAD
    found = (project.facts(row.path) for row in project.files())
    yield from sorted(line for facts in found if facts is not None for line in _file_lines(facts))


def _file_lines(facts: FileFacts) -> Iterator[str]:
    for item in facts.definitions[1:]:
        around = facts.definitions[item.scope]
        fields = [f"kind:{item.kind.value}", f"language:{facts.language}"]
        if around.qualname:
            fields.append(f"{_scope_kind(around)}:{_escape(around.qualname)}")
        if item.signature:
            fields.append(f"signature:{_escape(item.signature)}")
        for line, end in ((item.line, item.end_line), *((site.line, site.end_line) for site in item.sites)):
            places = [f"line:{line}", f"end:{end}"]
            yield "\t".join([_escape(item.name), _escape(facts.path), f'{line};"', *fields, *places])


def _scope_kind(around: Definition) -> str:
    return Kind.CLASS.value if around.kind in CLASSES else around.kind.value


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)
