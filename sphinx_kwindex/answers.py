"""Short answers for terminals, editors and other programs: where something is defined and used, what a file contains and which files are related."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any

from sphinx_kwindex.errors import OptionError
from sphinx_kwindex.model import LOCALS, Definition, FileFacts, Flag, Keyword, Kind, UseKind
from sphinx_kwindex.own_code import find_own_code
from sphinx_kwindex.pages.lookup import Finder
from sphinx_kwindex.pages.reaching import MOST_TESTS, Calls
from sphinx_kwindex.pages.stand_outs import edges_within, most_used
from sphinx_kwindex.pages.subjects import find_tests
from sphinx_kwindex.project import Project
from sphinx_kwindex.relate.reasons import reason_text

Answer = dict[str, Any]
"""One line of an answer: `path` and mostly `line` and `col` (from 1 and 0, as in the dump), and what is said about the place."""

_LOCAL = int(Flag.LOCAL)
_CALLS = frozenset({UseKind.CALL, UseKind.DECORATOR})
TOKEN = 4
"""Characters of code that a token of language models holds, about."""
_SIGNATURE = 100
"""Characters of a signature in a map."""


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


def tests(project: Project, name: str) -> Iterator[Answer]:
    """Yield the tests that reach a name, nearest first, with how many calls lie between. Raise `OptionError`.

    `certain` ones come to it whatever happens on the way. Of those that come to it through other functions the nearest 50 are known, less
    if more call it themselves; a test in which another function calls it may reach it.
    """
    calls = Calls(project.reader)
    reached = calls.follow()
    places = {place: node for node, place in enumerate(calls.places)}
    for keyword in _find(project, name):
        node = places.get((keyword.path, keyword.qualname), -1)
        sure, rows = calls.certain.get(node, ()), reached.get(node, {})
        found = {calls.places[test]: (steps - 1, steps == 1 or test in sure) for test, steps in rows.items()}
        for place, is_certain in _callers(project, keyword, is_cut=len(rows) >= MOST_TESTS):
            found[place] = (0, is_certain or found.get(place, (0, False))[1])
        for (path, qualname), (between, is_certain) in sorted(found.items(), key=lambda row: (row[1][0], row[0])):
            item = _defined(project.facts(path), qualname)
            yield {
                "path": path, "line": item.line, "col": item.col, "kind": "test", "name": qualname, "calls": between,
                "certain": is_certain, "id": keyword.id,
            }  # fmt: skip


def _callers(project: Project, keyword: Keyword, *, is_cut: bool) -> Iterator[tuple[tuple[str, str], bool]]:
    """Yield the tests in which something that they define calls a keyword, and, if more do than are followed, all that call it."""
    found: dict[tuple[str, str], bool] = {}
    for use in project.uses(keyword):
        outer, is_local, _ = use.scope.partition(LOCALS)
        if use.exact and use.kind in _CALLS and (is_local or is_cut):
            found[use.path, outer] = found.get((use.path, outer), False) or not is_local
    tests = {path: _tests_of(project, path) for path, _ in found}
    return ((place, is_certain) for place, is_certain in found.items() if place[1] in tests[place[0]])


def _tests_of(project: Project, path: str) -> set[str]:
    facts = project.facts(path)
    return {facts.definitions[position].qualname for position in find_tests(facts)} if facts is not None else set()


def ranked(project: Project, tokens: int) -> Iterator[Answer]:
    """Yield the files with the keywords that most files of own code use, as many as about `tokens` tokens of text hold."""
    facts_of = lru_cache(maxsize=None)(project.facts)
    left = tokens * TOKEN
    found: dict[str, Answer] = {}
    for home, files, _ in most_used(project.reader, _users(project)):
        facts = facts_of(home.path)
        item = _defined(facts, home.qualname)
        about = _defined(facts, "").summary
        answer = found.get(home.path) or {"path": home.path, "summary": about, "keywords": []}
        line = {
            "line": item.line, "kind": item.kind.value, "name": item.qualname, "files": files,
            "signature": textwrap.shorten(item.signature, _SIGNATURE, placeholder=" ..."),
        }  # fmt: skip
        left -= len(_mapped(line)) + (0 if home.path in found else len(_head(answer))) + 2
        if left < 0:
            break
        found.setdefault(home.path, answer)["keywords"].append(line)
    for answer in found.values():
        yield {**answer, "keywords": sorted(answer["keywords"], key=lambda line: (line["line"], line["name"]))}


def _users(project: Project) -> Counter[str]:
    """Return how many files of own code use the keywords of others of it, by id."""
    own = find_own_code({row.path: row.role for row in project.reader.roles()})
    users: Counter[str] = Counter()
    for _, _, counts in edges_within(project.reader, own):
        users.update(counts.keys())
    return users


def write_answers(found: Iterable[Answer], *, indirect: bool = False) -> Iterator[str]:
    """Yield lines for people and language models: what lines have in common, their file above all, is said once.

    Of tests, those that are farther than the nearest are only counted, unless `indirect` ones are asked for.
    """
    answers = list(found)
    is_one = len({answer.get("id") for answer in answers}) == 1
    for name, several in groupby(answers, key=lambda answer: str(answer.get("id", ""))):
        rows = list(several)
        shown = rows if indirect else [row for row in rows if row.get("calls") == rows[0].get("calls")]
        if not is_one and "certain" in rows[0]:
            yield name
        for head, some in groupby(shown, key=_shared):
            yield from _below(head, some)
        if farther := Counter(row["calls"] for row in rows[len(shown) :]):
            yield f"farther (indirect): {', '.join(f'{count} {_distance(calls)}' for calls, count in farther.items())}"


def _shared(answer: Answer) -> str:
    """Return what is said above answers about one file; empty if an answer stands for itself."""
    if not answer.keys() & {"certain", "end_line"}:
        return ""
    return f"{answer['path']} {_distance(answer['calls'])}" if answer.get("calls") else str(answer["path"])


def _below(head: str, answers: Iterable[Answer]) -> Iterator[str]:
    if not head:
        yield from (line for answer in answers for line in answer_lines(answer))
        return
    yield head
    for outer, some in groupby(answers, key=_class_of):
        rows = list(some)
        is_many = bool(outer) and len({_said(row) for row in rows}) > 1
        if is_many:
            yield f"  {outer}:"
            rows = [{**row, _scope_key(row): row[_scope_key(row)].removeprefix(f"{outer}.")} for row in rows]
        for said, same in groupby(rows, key=_said):
            yield f"  {'  ' * is_many}{', '.join(dict.fromkeys(str(row['line']) for row in same))}: {said}"


def _scope_key(answer: Answer) -> str:
    """Return under which key an answer has the scope of a use, or the name of a test."""
    return "name" if "calls" in answer else "scope"


def _class_of(answer: Answer) -> str:
    """Return the class in which a use or a test stands; empty if it is in none."""
    scope = str(answer.get(_scope_key(answer), "")) if "certain" in answer else ""
    return scope.partition(LOCALS)[0].rpartition(".")[0]


def answer_lines(answer: Answer) -> list[str]:
    """Return one answer as compilers and `grep` write places: `path:line:column: what`; of a map, a file and its lines."""
    if "keywords" in answer:
        return [_head(answer), *map(_mapped, answer["keywords"])]
    place = answer["path"]
    if "line" in answer:
        place += f":{answer['line']}:{answer['col'] + 1}"
    distance = f" {_distance(answer['calls'])}" if "calls" in answer else ""
    return [f"{place}: {_said(answer)}{distance}"]


def _said(answer: Answer) -> str:
    if "reasons" in answer:
        return f"{answer['group']}: {'; '.join(answer['reasons'])}"
    if "certain" in answer:
        where = f" in {answer['scope']}" if answer.get("scope") else ""
        said = answer["name"] if "calls" in answer else f"{answer['kind']}{where}"
        return f"{said}{'' if answer['certain'] else ' (possible)'}"
    name = answer.get("name", answer.get("id"))
    summary = f": {answer['summary']}" if answer["summary"] else ""
    return f"{answer['kind']} {name}{answer['signature']}{summary}"


def _distance(calls: int) -> str:
    return f"through {calls} call{'s' * (calls > 1)}" if calls else "directly"


def _head(answer: Answer) -> str:
    return f"{answer['path']}: {answer['summary']}" if answer["summary"] else answer["path"]


def _mapped(line: Answer) -> str:
    return f"  {line['line']}: {line['kind']} {line['name']}{line['signature']} ({line['files']} file{'s' * (line['files'] != 1)})"


def _defined(facts: FileFacts | None, qualname: str) -> Definition:
    """Return a definition that the index has found in a file."""
    return next(item for item in (facts.definitions if facts is not None else ()) if item.qualname == qualname)


def _find(project: Project, name: str) -> tuple[Keyword, ...]:
    found = tuple(item for item in Finder(project.reader).find(name).keywords if item.kind is not Kind.IMPORT)
    if not found:
        raise OptionError("NAME", f"{name!r} is not in the index")
    return found


def _check_file(project: Project, path: str) -> None:
    if project.file(path) is None:
        raise OptionError("PATH", f"{path!r} is not in the index")
