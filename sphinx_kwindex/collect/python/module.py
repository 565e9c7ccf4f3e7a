"""One Python file to its `FileSummary`, by astroid."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from astroid import nodes

from sphinx_kwindex.collect import count_lines, define_module, describe_error
from sphinx_kwindex.collect.python.context import Context, Meaning
from sphinx_kwindex.collect.python.definitions import define_all, find_fixtures
from sphinx_kwindex.collect.python.docstrings import find_mentions
from sphinx_kwindex.collect.python.entries import Entry, find_entries, scope_positions
from sphinx_kwindex.collect.python.examples import find_examples
from sphinx_kwindex.collect.python.exports import find_exports, find_plugins
from sphinx_kwindex.collect.python.idioms import find_notes
from sphinx_kwindex.collect.python.imports import count_uses, find_imports
from sphinx_kwindex.collect.python.name_patterns import find_name_patterns
from sphinx_kwindex.collect.python.roles import is_test_file, role_by_path, role_of
from sphinx_kwindex.collect.python.scopes import Scopes
from sphinx_kwindex.collect.python.spelled import find_spelled
from sphinx_kwindex.collect.python.summaries import first_paragraph
from sphinx_kwindex.collect.python.trees import Parsed, SourceError, closed_manager, decode, parse
from sphinx_kwindex.collect.python.unused import mark_unused
from sphinx_kwindex.errors import Problem, WarningKind
from sphinx_kwindex.layout import is_test_path
from sphinx_kwindex.model import (
    Definition,
    DocMention,
    Exports,
    FileFacts,
    FileSummary,
    Flag,
    Import,
    NamePattern,
    Note,
    PythonName,
    References,
    Role,
    SourceFile,
)
from sphinx_kwindex.options import Options
from sphinx_kwindex.plain_files import find_paths
from sphinx_kwindex.text import bag_of_words

_MADE_BY_CFFI = re.compile(r"\.set_source\(\s*[\"']([\w.]+)[\"']")
DEPTH = 10_000
"""Python's recursion limit for the few files that are nested more deeply than the default allows."""


def collect_module(source: bytes, file: SourceFile, options: Options) -> FileSummary:
    """Return all that is to be found in one file; never raises because of what is in it."""
    if len(source) > options.max_file_size:
        text = f"larger than {options.max_file_size:,} bytes (kwindex_max_file_size), so not analysed"
        return failed_summary(file, source, options, Problem(WarningKind.LIMIT, file.path, 0, text))
    try:
        return _with_depth(source, file, options)
    except SourceError as error:
        return failed_summary(file, source, options, Problem(error.kind, file.path, error.line, error.text))
    except (RecursionError, MemoryError):
        problem = Problem(WarningKind.LIMIT, file.path, 0, "nested too deeply to be analysed")
        return failed_summary(file, source, options, problem)


def failed_summary(file: SourceFile, source: bytes, options: Options, problem: Problem) -> FileSummary:
    """Return the summary of a file that could not be analysed: its module, and why."""
    lines = count_lines(source)
    facts = FileFacts(
        path=file.path,
        language=file.language,
        module=file.module,
        is_package=file.is_package,
        role=role_by_path(file, is_test=is_test_path(file.path, options.test_patterns)),
        lines=lines,
        size=len(source) or file.size,
        error=problem,
        definitions=(define_module(file, lines),),
    )
    return FileSummary(facts=facts)


def _with_depth(source: bytes, file: SourceFile, options: Options) -> FileSummary:
    """Collect a file; again with more space if it is nested very deeply."""
    try:
        return _collect(source, file, options)
    except (RecursionError, SourceError) as error:
        if isinstance(error, SourceError) and error.kind is not WarningKind.LIMIT:
            raise
    with _deeper():
        return _collect(source, file, options)


@contextlib.contextmanager
def _deeper() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _collect(source: bytes, file: SourceFile, options: Options) -> FileSummary:
    text, encoding = decode(source)
    parsed = parse(text, file.module, file.is_package, file.path, encoding)
    is_test = is_test_file(file.path, parsed.tree, options.test_patterns)
    with closed_manager():
        source_text = parsed.source.text
        meaning = Scopes(parsed.tree, file.module, file.is_package, source_text, is_test=is_test, beside=file.beside)
        try:
            return _summarise(parsed, meaning, file, len(source), options, is_test=is_test)
        except (RecursionError, MemoryError, SourceError):
            raise
        except Exception as error:  # noqa: BLE001
            # A fault of ours: the file keeps its definitions, and the rest of the run goes on.
            problem = Problem(WarningKind.COLLECTOR, file.path, 0, f"names were not resolved: {describe_error(error)}")
            plain = _summarise(parsed, _NoMeaning(), file, len(source), options, is_test=is_test)
            facts = msgspec.structs.replace(plain.facts, problems=(problem, *plain.facts.problems))
            return msgspec.structs.replace(plain, facts=facts)
        finally:
            meaning.release()
            parsed.release()


class _NoMeaning:
    """Says of every name that it is unknown."""

    def absolute(self, level: int, name: str | None) -> str:
        return "" if level else name or ""

    def targets(self, _expression: nodes.NodeNG) -> tuple[str, ...]:
        return ()

    types = value_types = bound_types = return_types = takes = targets

    def form(self, _function: nodes.FunctionDef) -> None:
        return None

    def makes_function(self, _function: nodes.FunctionDef) -> bool:
        return False

    def references(self, _positions: Mapping[nodes.NodeNG, int]) -> tuple[References, dict[tuple[int, int], int]]:
        return References(), {}


class _FileParts(NamedTuple):
    """What the steps of one file hand on."""

    definitions: tuple[Definition, ...]
    imports: tuple[Import, ...]
    exports: Exports | None
    references: References
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    name_patterns: tuple[NamePattern, ...]
    fixtures: tuple[tuple[str, int], ...]
    doc_mentions: tuple[DocMention, ...]


def _summarise(
    parsed: Parsed, meaning: Meaning, file: SourceFile, size: int, options: Options, *, is_test: bool
) -> FileSummary:
    found = _find(parsed, meaning, file, options, is_test=is_test)
    tree = parsed.tree
    doc = str(tree.doc_node.value) if tree.doc_node is not None else ""
    role = role_of(file, tree, parsed.source, found.definitions, found.imports, is_test=is_test)
    facts = FileFacts(
        path=file.path,
        language=file.language,
        module=file.module,
        is_package=file.is_package,
        role=role,
        lines=parsed.source.line_count,
        size=size,
        encoding=parsed.encoding,
        doc=first_paragraph(doc),
        definitions=_without_tests(found.definitions) if role is Role.TEST_DATA else found.definitions,
        imports=found.imports,
        exports=found.exports,
        notes=found.notes,
        name_patterns=found.name_patterns,
        fixtures=found.fixtures,
        plugins=find_plugins(tree),
        doc_mentions=found.doc_mentions,
        problems=(*_faults(parsed, file), *found.problems),
        dynamic="__getattr__" in tree.locals,
        paths=tuple(_paths(parsed.source.text, found.definitions)),
        bindings=tuple(_made_by_cffi(parsed.source.text)),
    )
    return FileSummary(facts=facts, references=found.references, words=bag_of_words(parsed.source.text))


def _made_by_cffi(text: str) -> Iterator[PythonName]:
    """Yield the modules that cffi makes of C, which a source names: they have its functions in `lib`."""
    for match in _MADE_BY_CFFI.finditer(text) if "cffi" in text else ():
        yield PythonName(name=match[1], target="", scope=0)


def _paths(text: str, definitions: Sequence[Definition]) -> Iterator[tuple[str, int]]:
    """Yield the paths that strings hold, each with the innermost definition around the first."""
    for path, start in find_paths(text).items():
        line = text.count("\n", 0, start) + 1
        around = (place for place, item in enumerate(definitions) if item.line <= line <= item.end_line)
        yield path, max(around, key=lambda place: (definitions[place].line, place), default=0)


def _without_tests(definitions: tuple[Definition, ...]) -> tuple[Definition, ...]:
    """Take back that definitions are tests: nobody collects them from data."""
    return tuple(msgspec.structs.replace(item, flags=item.flags & ~Flag.TEST) for item in definitions)


def _faults(parsed: Parsed, file: SourceFile) -> Iterator[Problem]:
    if parsed.fault is not None:
        yield Problem(parsed.fault.kind, file.path, parsed.fault.line, parsed.fault.text)


def _documented(parsed: Parsed) -> Iterator[str]:
    """Yield the names to whose `__doc__` something is assigned outside of functions: `f.__doc__ = ...`, or in a class."""
    if "__doc__" not in parsed.source.text:
        return
    for item in parsed.tree.nodes_of_class((nodes.Assign, nodes.AugAssign), skip_klass=nodes.FunctionDef):
        for target in item.targets if isinstance(item, nodes.Assign) else (item.target,):
            if isinstance(target, nodes.AssignAttr) and target.attrname == "__doc__":
                yield getattr(target.expr, "name", "")
            elif isinstance(item.parent, nodes.ClassDef) and getattr(target, "name", "") == "__doc__":
                yield item.parent.name


def _find(parsed: Parsed, meaning: Meaning, file: SourceFile, options: Options, *, is_test: bool) -> _FileParts:
    exports = find_exports(parsed.tree, meaning.targets)
    exported = frozenset(exports.names) if exports else frozenset()
    entries = find_entries(parsed, file.module)
    lambdas: dict[nodes.NodeNG, Entry] = {}
    problems: list[Problem] = []
    context = Context(
        parsed=parsed,
        meaning=meaning,
        path=file.path,
        module=file.module,
        is_test=is_test,
        test_classes=options.test_classes,
        test_functions=options.test_functions,
        exported=exported,
        documented=frozenset(_documented(parsed)),
        entries=entries,
        classes={},
        lambdas=lambdas,
        problems=problems,
    )
    definitions = define_all(context)
    fixtures = find_fixtures(entries)
    mentions = find_mentions(entries.ordered)
    imports = find_imports(parsed, entries, meaning.absolute, exported)
    references, uses = meaning.references(scope_positions(entries, lambdas))
    imports = mark_unused(count_uses(imports, uses, entries), parsed, file, exports, uses, is_test=is_test)
    entries.release()
    examples = find_examples(references, parsed.source.lines)
    references = msgspec.structs.replace(references, examples=examples, spelled=find_spelled(parsed))
    notes = find_notes(parsed, file.module, definitions, references)
    patterns = find_name_patterns(parsed, file.module, definitions, meaning.targets)
    return _FileParts(definitions, imports, exports, references, tuple(problems), notes, patterns, fixtures, mentions)
