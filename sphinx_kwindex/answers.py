"""Short answers for terminals, editors and other programs: where something is defined and used, what a file holds and what is near it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sphinx_kwindex.errors import OptionError
from sphinx_kwindex.model import Flag, Keyword, Kind
from sphinx_kwindex.pages.lookup import Finder
from sphinx_kwindex.project import Project
from sphinx_kwindex.relate.reasons import reason_text

Answer = dict[str, Any]
"""One line of an answer: `path` and mostly `line` and `col` (from 1 and 0, as in the dump), and what is said of the place."""

_LOCAL = int(Flag.LOCAL)


def definition(project: Project, name: str) -> Iterator[Answer]:
    """Yield where a name is defined: an id, its end (`Class.method`), or what it stands for elsewhere. Raise `OptionError`."""
    for keyword in _find(project, name):
        facts = project.facts(keyword.path)
        item = facts.definitions[keyword.position] if facts and keyword.position < len(facts.definitions) else None
        places = [(item.line, item.col), *((site.line, site.col) for site in item.sites)] if item else []
        for line, col in places or [(keyword.line, 0)]:
            signature = item.signature if item is not None else ""
            yield {
                "path": keyword.path, "line": line, "col": col, "id": keyword.id, "kind": keyword.kind.value, "signature": signature,
                "summary": keyword.summary,
            }  # fmt: skip


def uses(project: Project, name: str) -> Iterator[Answer]:
    """Yield where a name is used, by place; those that are no more than possible say so. Raise `OptionError`."""
    for keyword in _find(project, name):
        for use in project.uses(keyword):
            yield {
                "path": use.path, "line": use.line, "col": use.col, "scope": use.scope, "kind": use.kind.name.lower(),
                "certain": use.exact, "id": use.target,
            }  # fmt: skip


def related(project: Project, path: str) -> Iterator[Answer]:
    """Yield the files that are related to a file, best first, with the reasons. Raise `OptionError`."""
    _check_file(project, path)
    for other in project.related(path):
        yield {"path": other.path, "group": other.group, "reasons": [reason_text(reason) for reason in other.reasons]}


def outline(project: Project, path: str) -> Iterator[Answer]:
    """Yield what a file defines, in order; what functions define is left out. Raise `OptionError`."""
    _check_file(project, path)
    facts = project.facts(path)
    for position, item in enumerate(facts.definitions if facts is not None else ()):
        if position and not item.flags & _LOCAL:
            yield {
                "path": path, "line": item.line, "end_line": item.end_line, "col": item.col, "kind": item.kind.value,
                "name": item.qualname, "signature": item.signature, "summary": item.summary,
            }  # fmt: skip


ANSWERS = {"definition": definition, "uses": uses, "related": related, "outline": outline}


def answer_text(answer: Answer) -> str:
    """Return one line of an answer as compilers and `grep` write places: `path:line:column: what`."""
    place = answer["path"]
    if "line" in answer:
        place += f":{answer['line']}:{answer['col'] + 1}"
    return f"{place}: {_said(answer)}"


def _said(answer: Answer) -> str:
    if "reasons" in answer:
        return f"{answer['group']}: {'; '.join(answer['reasons'])}"
    if "certain" in answer:
        where = f" in {answer['scope']}" if answer["scope"] else ""
        return f"{answer['kind']}{where}{'' if answer['certain'] else ' (possible)'}"
    name = answer.get("name", answer.get("id"))
    summary = f": {answer['summary']}" if answer["summary"] else ""
    return f"{answer['kind']} {name}{answer['signature']}{summary}"


def _find(project: Project, name: str) -> tuple[Keyword, ...]:
    found = tuple(item for item in Finder(project.reader).find(name).keywords if item.kind is not Kind.IMPORT)
    if not found:
        raise OptionError("NAME", f"{name!r} is not in the index")
    return found


def _check_file(project: Project, path: str) -> None:
    if project.file(path) is None:
        raise OptionError("PATH", f"{path!r} is no file of the index")
