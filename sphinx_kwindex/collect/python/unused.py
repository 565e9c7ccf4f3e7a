"""Which imports nothing in their file refers to: said only where no way is left in which they could be used.

The walk counts the uses that it can name. What it cannot see (names in strings, doctests and comments, namespaces that
are read as a whole, imports that are there for others) is looked for here, and one sign of it is enough to say nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

import msgspec
from astroid import nodes

from sphinx_kwindex.collect.python.entries import callee_name
from sphinx_kwindex.collect.python.rebuilding import ImportNode
from sphinx_kwindex.collect.python.trees import Parsed
from sphinx_kwindex.model import Exports, Import, ImportFlag, SourceFile

_FLAGS = int(ImportFlag.STAR | ImportFlag.EXPORTED)
_HIDDEN = int(ImportFlag.LOCAL | ImportFlag.TYPE_CHECKING)
_BRANCH = int(ImportFlag.CONDITIONAL | ImportFlag.TRY)
_FROM = int(ImportFlag.FROM)
_MISSING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
"""What an import may raise where the module is not installed."""
_READ_BY_TOOLS = frozenset({"conf.py", "settings.py", "conftest.py", "sitecustomize.py", "usercustomize.py"})
"""Files whose names are read by a tool: Sphinx, Django, pytest, Python."""
_LONGEST_STATEMENT = 500
_LONGEST_STRING = 300
_LONGEST_LINE = 1_000
"""Characters of a line in which a comment is looked for: how long that takes grows with the square of them."""

_NAMESPACE = (
    *(re.compile(rf"{name}(?<=\b{name})\s*\(\s*\)") for name in ("globals", "locals", "vars", "dir")),
    *(re.compile(rf"{name}(?<!def {name})(?<![\w.]{name})\s*\(") for name in ("eval", "exec")),
    re.compile(r"sys\.modules(?<=\bsys.modules)\s*\[\s*__name__"),
)
"""Ways to read all names of a module at once, or to run text that uses them; each begins with letters, which are found soonest."""
_NO_CHECK = r"noqa\b(?!\s*:(?!.*\bF401\b))"
_NO_LINT = r"pylint\s*:\s*disable.*(?:unused-import|W0611)"
_KEPT = re.compile(rf"#.*(?:{_NO_CHECK}|{_NO_LINT}|reportUnusedImport)", re.IGNORECASE)
"""Comments by which authors say that an import is meant to stand there, whatever linters think."""
_KEPT_FILE = re.compile(
    rf"^[ \t]*#[ \t]*(?:(?:flake8|ruff)\s*[:=]\s*{_NO_CHECK}|{_NO_LINT})", re.IGNORECASE | re.MULTILINE
)
_UNREAD = re.compile(r"^[ \t]*(?:>>>|\.\.\.) .*$|#[ \t]*type:.*$", re.MULTILINE)
"""Code that the walk does not read: examples in docstrings, and types in comments."""
_WORD = re.compile(r"[^\W\d]\w*")


def mark_unused(
    imports: tuple[Import, ...],
    parsed: Parsed,
    file: SourceFile,
    exports: Exports | None,
    uses: Mapping[tuple[int, int], int],
    *,
    is_test: bool,
) -> tuple[Import, ...]:
    """Return the imports, those that are used nowhere flagged as such; `uses` counts those that the walk has seen."""
    doubtful = [item for item in imports if uses.get((item.line, item.col)) == 0 and not item.flags & _FLAGS]
    if not doubtful or _is_open(parsed, exports):
        return imports
    used_elsewhere = {item.name for item in imports if uses.get((item.line, item.col))}
    doubtful = [item for item in doubtful if item.name not in used_elsewhere]  # imported in another scope, too
    marked = set(_certain(doubtful, parsed, file, is_test=is_test))
    return tuple(
        _flagged(item) if (item.line, item.col) in marked else item  # a place binds one name
        for item in imports
    )


def _flagged(item: Import) -> Import:
    return msgspec.structs.replace(item, flags=item.flags | int(ImportFlag.UNUSED))


def _is_open(parsed: Parsed, exports: Exports | None) -> bool:
    """Tell whether a file may use its names in ways that do not show them, or in parts that could not be read."""
    if parsed.fault is not None or (exports is not None and not exports.complete):
        return True
    text = parsed.source.text
    return any(pattern.search(text) for pattern in _NAMESPACE) or _KEPT_FILE.search(text) is not None


def _certain(doubtful: list[Import], parsed: Parsed, file: SourceFile, *, is_test: bool) -> Iterator[tuple[int, int]]:
    """Yield the places of those imports that nothing may be using."""
    statements = _by_place(parsed)
    tests = PurePosixPath(file.path).name.startswith("test") or is_test
    offered = file.is_package or PurePosixPath(file.path).name in _READ_BY_TOOLS
    known = [(item, node) for item in doubtful if (node := statements.get((item.line, item.col))) is not None]
    # Of `import a.b` and `import a.c` a comment at one says that what binds `a` there is meant to.
    meant = {(item.scope, item.name) for item, node in known if _is_meant(node, parsed)}
    left = []
    for item, node in known:
        if (item.scope, item.name) in meant or _is_one_of_several(item, node):
            continue
        if offered and _is_offered(item, file):
            continue
        if tests and item.name.lower().startswith("test"):
            continue  # pytest runs it here, too
        left.append(item)
    hidden = _hidden_words(parsed, {item.name for item in left}) if left else set()
    yield from ((item.line, item.col) for item in left if item.name not in hidden)


def _by_place(parsed: Parsed) -> dict[tuple[int, int], ImportNode]:
    return {
        (line, parsed.source.column(line, column)): statement.node
        for statement in parsed.imports
        for line, column in statement.places
    }


def _is_offered(item: Import, file: SourceFile) -> bool:
    """Tell whether a name that a package (or a file that a tool reads) imports is there for others.

    What a package imports of itself is loaded by that, which may be all that is wanted.
    """
    if item.flags & _HIDDEN:
        return False
    return bool(item.flags & _FROM) or item.target.startswith(f"{file.module}.")


def _is_meant(node: ImportNode, parsed: Parsed) -> bool:
    """Tell whether an import statement does something of itself, whatever becomes of the names that it binds."""
    if isinstance(node, nodes.ImportFrom) and node.modname == "__future__":
        return True
    if isinstance(node.parent.frame(), nodes.ClassDef):
        return True  # a member of the class
    last = min(node.end_lineno or node.lineno, node.lineno + _LONGEST_STATEMENT)
    if any("#" in line and _KEPT.search(line[:_LONGEST_LINE]) for line in parsed.source.lines[node.lineno - 1 : last]):
        return True
    return _is_tried(node)


def _is_one_of_several(item: Import, node: ImportNode) -> bool:
    """Tell whether a name is bound in different ways in different cases, so that others can rely on it."""
    bound = node.parent.frame().locals.get(item.name, ())
    if len(bound) < 2:
        return False
    return bool(item.flags & _BRANCH) or not all(isinstance(other, (nodes.Import, nodes.ImportFrom)) for other in bound)


def _is_tried(node: ImportNode) -> bool:
    """Tell whether an import finds out whether something is there: what is caught if not, is what matters."""
    child: nodes.NodeNG = node
    while not isinstance(child.parent, (nodes.Module, nodes.ClassDef, nodes.FunctionDef)):
        child, parent = child.parent, child.parent
        if isinstance(parent, (nodes.Try, nodes.TryStar)) and any(map(_catches_missing, parent.handlers)):
            return True
        if isinstance(parent, nodes.With) and any(_names_missing(item) for item, _ in parent.items):
            return True  # `suppress(ImportError)`, `pytest.raises(ImportError)`
    return False


def _catches_missing(handler: nodes.ExceptHandler) -> bool:
    return handler.type is None or _names_missing(handler.type)


def _names_missing(node: nodes.NodeNG) -> bool:
    if isinstance(node, nodes.Tuple):
        return any(map(_names_missing, node.elts))
    if isinstance(node, nodes.Call):
        return any(map(_names_missing, node.args))
    return callee_name(node) in _MISSING


def _hidden_words(parsed: Parsed, names: Collection[str]) -> set[str]:
    """Return those of some names that stand in a string, an example or a comment as if they were used there.

    Names of parameters count as well: pytest hands a test the fixture of that name, imported or not.
    """
    found = {word for match in _UNREAD.finditer(parsed.source.text) for word in _WORD.findall(match.group())}
    for node in parsed.of(nodes.Const):
        if type(node.value) is str and len(node.value) <= _LONGEST_STRING:
            found |= _words_of_code(node.value, names)
    for node in parsed.of(nodes.FunctionDef, nodes.AsyncFunctionDef):
        found.update(argument.name for argument in (*(node.args.args or ()), *node.args.kwonlyargs))
    for node in parsed.of(nodes.Global):
        found.update(node.names)  # a function imports it for the whole module
    return found & set(names)


def _words_of_code(text: str, names: Collection[str]) -> set[str]:
    words = set(_WORD.findall(text)) & set(names)
    if not words:
        return words
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return words
