"""The index as JSON lines, for other tools; see docs/dump.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sphinx_kwindex.model import PROSE_ROLES, FileFacts, Flag, Keyword, Kind, UseRow
from sphinx_kwindex.project import Project
from sphinx_kwindex.relate.reasons import reason_text
from sphinx_kwindex.store import FileRow

VERSION = 1
"""Raised when a field is renamed, removed or means something else; new fields and new types of line may come before."""

Line = Mapping[str, Any]


def dump_lines(project: Project) -> Iterator[Line]:
    """Return all lines: the header, then file after file by path; in a file by line and column."""
    yield {"format": "kwindex", "version": VERSION}
    for row in project.files():
        facts = project.facts(row.path)
        yield _file_line(row, facts)
        if facts is not None:
            found = [*_keyword_lines(project, facts), *_import_lines(project, row.path)]
            reader = project.reader
            found += map(_use_line, (*reader.uses_in(row.path), *reader.operators_in(row.path)))
            yield from sorted(found, key=_place)
        yield from _related_lines(project, row.path)


def _place(line: Line) -> tuple[Any, ...]:
    return (line["line"], line["col"], _ORDER.index(line["type"]), line.get("id", line.get("target", "")))


_ORDER = ("keyword", "import", "use")


def _file_line(row: FileRow, facts: FileFacts | None) -> Line:
    return {
        "type": "file",
        "path": row.path,
        "language": row.language,
        "module": row.module if row.role not in PROSE_ROLES else None,
        "lines": row.lines,
        "bytes": row.size,
        "error": row.error or None,
        "role": row.role.value,
        "encoding": facts.encoding if facts else None,
    }


def _keyword_lines(project: Project, facts: FileFacts) -> Iterator[Line]:
    """Return a line for each place that binds a keyword; the first is its definition."""
    for keyword in project.keywords(path=facts.path):
        if keyword.kind is Kind.IMPORT or (keyword.kind is Kind.MODULE and facts.role in PROSE_ROLES):
            continue
        item = facts.definitions[keyword.position]
        yield _keyword_line(keyword, item.line, item.end_line, item.col)
        for number, site in enumerate(item.sites, 2):
            line = _keyword_line(keyword, site.line, site.end_line, site.col)
            yield {**line, "site": number, "label": site.label}


def _keyword_line(keyword: Keyword, line: int, end_line: int, col: int) -> dict[str, Any]:
    return {
        "type": "keyword",
        "path": keyword.path,
        "qualname": keyword.qualname,
        "name": keyword.name,
        "kind": keyword.kind.value,
        "line": line,
        "end_line": end_line,
        "col": col,
        "id": keyword.id,
        "flags": [str(flag.name).lower() for flag in Flag if flag & keyword.flags],
    }


def _import_lines(project: Project, path: str) -> Iterator[Line]:
    for row in project.imports(path):
        yield {
            "type": "import",
            "path": path,
            "line": row.line,
            "name": row.name,
            "target": row.target,
            "resolved": row.resolved or None,
            "col": row.col,
            "scope": row.scope,
            "outcome": row.outcome.name.lower() if row.outcome is not None else None,
            "file": row.path or None,
        }


def _use_line(use: UseRow) -> Line:
    return {
        "type": "use",
        "path": use.path,
        "line": use.line,
        "col": use.col,
        "name": use.name,
        "scope": use.scope,
        "kind": use.kind.name.lower(),
        "target": use.target,
        "confidence": "exact" if use.exact else "guess",
    }


def _related_lines(project: Project, path: str) -> Iterable[Line]:
    for rank, other in enumerate(project.reader.related(path), 1):
        yield {
            "type": "related",
            "path": path,
            "other": other.path,
            "rank": rank,
            "reasons": [reason_text(reason) for reason in other.reasons],
            "group": other.group,
            "score": other.score,
        }
