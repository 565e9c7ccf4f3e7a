"""What each entry of a file is: its kind, flags, texts and types, as a `Definition`.

The functions that know about each way of defining something are in `compounds.py`, `variables.py` and `makers.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from astroid import nodes

from sphinx_kwindex.collect.python.compounds import describe_class, describe_function, describe_module
from sphinx_kwindex.collect.python.context import OVERLOAD, PRIVATE, TEST, WRITABLE, Context, Description, target_of
from sphinx_kwindex.collect.python.entries import (
    DEFINITIONS,
    SCOPES,
    SITES,
    BindingPlace,
    Entries,
    Entry,
    branch_flags,
    callee_name,
    settle_order,
)
from sphinx_kwindex.collect.python.fixtures import fixture_name
from sphinx_kwindex.collect.python.makers import describe_name, expand
from sphinx_kwindex.collect.python.signatures import bases_of, signature_of
from sphinx_kwindex.collect.python.variables import describe_member
from sphinx_kwindex.errors import Problem, WarningKind
from sphinx_kwindex.model import CLASSES, Definition, Flag, Kind, Site

_DOC_MAKER = re.compile(r"(?:^|_)doc(?:s|string|strings)?(?:_|$)|^wraps$", re.IGNORECASE)
_TEST_FILE = re.compile(r"(?:^|/)(?:test[^/]*|[^/]*_tests?)\.py$").search
_TEST_NAME = re.compile(r"test[_A-Z0-9]").match
_TEST_BASE = re.compile(r"(?:Tests?|TestBase)(?:_?Mixin)?$").search
"""Names of classes of other files that stand for tests, where a class of tests derives from them."""
_FIXTURE = int(Flag.FIXTURE)
# As numbers: to put two flags together takes ten times as long.
_SPECIAL, _LOCAL, _EXPORTED, _UNSURE_BASES, _DOC_MADE, _TYPE_CHECKING = (
    int(flag)
    for flag in (
        Flag.SPECIAL, Flag.LOCAL, Flag.EXPORTED, Flag.UNSURE_BASES, Flag.DOC_MADE, Flag.TYPE_CHECKING
    )
)  # fmt: skip
_TESTABLE = frozenset({Kind.CLASS, Kind.FUNCTION, Kind.METHOD})


def define_all(context: Context) -> tuple[Definition, ...]:
    """Describe every entry of a file, in order."""
    for entry in list(context.entries.ordered):
        expand(entry, context)
    settle_order(context.entries)
    return tuple(_define(entry, context) for entry in context.entries.ordered)


def find_fixtures(entries: Entries) -> tuple[tuple[str, int], ...]:
    """Return the fixtures of a file that has been described, each with the name that tests know it by."""
    found = (entry for entry in entries.ordered if entry.flags & _FIXTURE and ".<locals>." not in entry.qualname)
    return tuple(
        (f"{entry.qualname.rpartition('.')[0]}.{fixture_name(entry.main.node)}".lstrip("."), entry.position)
        for entry in found
    )


def _define(entry: Entry, context: Context) -> Definition:
    main = entry.main
    facts = _DESCRIBE.get(type(main.node), describe_member)(entry, context)
    entry.kind = facts.kind
    entry.flags = int(facts.flags) | _common_flags(entry, facts.kind, context)
    if entry.flags & _FIXTURE:
        entry.flags &= ~TEST  # however it is called, pytest does not collect it
    if {label for binding in entry.bindings if (label := _label(binding)) != "overload"} == {"", "deleter"}:
        entry.flags &= ~WRITABLE
    return Definition(
        name=entry.name,
        qualname=entry.qualname,
        kind=facts.kind,
        line=main.line,
        col=main.col,
        end_line=max(main.end_line, main.line),
        scope=entry.parent.position if entry.parent else -1,
        flags=entry.flags,
        signature=facts.signature,
        value=facts.value,
        annotation=facts.annotation,
        summary=facts.summary,
        decorators=facts.decorators,
        bases=facts.bases,
        sites=_sites(entry, facts.signature, context) if len(entry.bindings) > 1 else (),
        base_targets=facts.base_targets,
        type=facts.type,
        alias=facts.alias,
        decorator_targets=facts.decorator_targets,
        forms=facts.forms,
        takes=facts.takes,
    )


def _common_flags(entry: Entry, kind: Kind, context: Context) -> int:
    flags = 0
    for binding in entry.bindings:
        flags |= binding.flags
    name, parent = entry.name, entry.parent
    if name.startswith("_"):
        flags |= _SPECIAL if _is_special(name) else PRIVATE
    if parent is None:
        return flags
    if _hides(parent):
        flags |= PRIVATE
    if entry.main.own:
        flags |= _branch_flags(entry)
    if ".<locals>." in entry.qualname:
        flags |= _LOCAL
    if parent.parent is None and name in context.exported:
        flags |= _EXPORTED
    flags |= _doc_flag(entry, context)
    if kind in CLASSES and len(entry.bindings) > 1:
        flags |= _UNSURE_BASES
    if kind in _TESTABLE and not flags & _FIXTURE and _is_test(entry, kind, context):
        flags |= TEST
    return flags


def _branch_flags(entry: Entry) -> int:
    """Tell under what conditions a keyword is there; for types alone only if no branch binds it when the program runs."""
    flags = branch_flags(entry.main.node)
    return flags if all(map(_is_for_types, entry.bindings)) else flags & ~_TYPE_CHECKING


def _is_for_types(binding: BindingPlace) -> bool:
    return bool(branch_flags(binding.node) & _TYPE_CHECKING)


def _is_special(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def _hides(entry: Entry | None) -> bool:
    """Return whether an entry is a private class, or is in one."""
    while entry is not None and entry.parent is not None:
        if entry.kind in CLASSES and entry.flags & PRIVATE:
            return True
        entry = entry.parent
    return False


def _doc_flag(entry: Entry, context: Context) -> int:
    """Return whether the docstring is made elsewhere: assigned, or by a decorator that says so by its name, or copied (`functools.wraps`)."""
    is_global = entry.parent is not None and entry.parent.parent is None
    decorators = getattr(entry.main.node, "decorators", None)
    is_made = decorators is not None and any(_DOC_MAKER.search(callee_name(item)) for item in decorators.nodes)
    return _DOC_MADE if is_made or (is_global and entry.name in context.documented) else 0


def _is_test_class(entry: Entry, context: Context) -> bool:
    parent, node = entry.parent, entry.main.node
    if parent is not None and parent.parent is not None and not (parent.kind in CLASSES and parent.flags & TEST):
        return False  # nobody collects classes that functions define
    if not isinstance(node, nodes.ClassDef) or _says_no_test(node):
        return False
    named = context.is_test and _is_named(entry.name, context.test_classes, "Test", context)
    return named or any(_is_test_base(base, node, context) for base in node.bases)


def _is_named(name: str, patterns: Sequence[str], usual: str, context: Context) -> bool:
    """Return whether a name is one of tests; one that only a project gives to tests is none in files that hold fixtures and helpers."""
    file = context.path.rpartition("/")[2]
    may_be_other = name.startswith(usual) or not (file.startswith("_") or file == "conftest.py")
    return may_be_other and any(fnmatchcase(name, each) for each in patterns)


def _is_test(entry: Entry, kind: Kind, context: Context) -> bool:
    """Return whether a test runner would take it for a test."""
    parent = entry.parent
    if kind is Kind.CLASS:
        return _is_test_class(entry, context)
    if parent is None:
        return False
    is_usual = entry.name.startswith("test")
    is_named = _is_named(entry.name, context.test_functions, "test", context)
    if kind is Kind.METHOD:
        may_be_unittest = bool(getattr(parent.main.node, "bases", ()))
        return bool(parent.flags & TEST) and (is_named or (is_usual and may_be_unittest))
    # Of other files pytest takes functions only if it is told to: then they are called so on purpose.
    is_meant = _TEST_FILE(context.path) or _TEST_NAME(entry.name) or not is_usual
    return is_named and context.is_test and parent.parent is None and bool(is_meant)


def _says_no_test(node: nodes.ClassDef) -> bool:
    """Return whether a class tells test runners to leave it alone: `__test__ = False`."""
    return any(
        getattr(getattr(name, "parent", None), "value", None).__class__ is nodes.Const and not name.parent.value.value
        for name in node.locals.get("__test__", ())
    )


def _is_test_base(base: nodes.NodeNG, node: nodes.ClassDef, context: Context) -> bool:
    """Return whether a class is one of tests because of a base: by its name, or as the file says about that class itself."""
    name = callee_name(base)
    if name.endswith("TestCase"):
        return True
    own = context.classes.get(target_of(base, context))
    if own is not None:
        return bool(own.flags & TEST)
    return context.is_test and _TEST_BASE(name) is not None and any(item.startswith("test") for item in node.locals)


def _sites(entry: Entry, shown: str, context: Context) -> tuple[Site, ...]:
    """Return the further places that bind an entry."""
    further = [binding for binding in entry.bindings if binding is not entry.main]
    if len(further) > SITES:
        defined = [binding for binding in further if isinstance(binding.node, SCOPES)][:DEFINITIONS]
        assigned = [binding for binding in further if not isinstance(binding.node, SCOPES)][:SITES]
        kept = len(defined) + len(assigned)
        if kept < len(further):
            text = f"{entry.qualname} is bound in {len(further) + 1} places; {kept} of the further ones are kept"
            context.problems.append(Problem(WarningKind.LIMIT, context.path, entry.main.line, text))
        further = sorted([*defined, *assigned], key=lambda binding: (binding.line, binding.col))
    return tuple(
        Site(
            line=item.line,
            col=item.col,
            end_line=max(item.end_line, item.line),
            label=_label(item),
            signature=_other_signature(item, shown, context) or _other_bases(item, entry.main.node, context),
        )
        for item in further
    )


def _other_signature(binding: BindingPlace, shown: str, context: Context) -> str:
    """Return the signature of a function that a place defines, if it is not the one that is shown."""
    if not shown or _label(binding) or not isinstance(binding.node, nodes.FunctionDef):
        return ""
    own = signature_of(context.parsed.source, binding.node, binding.name_end)
    return own if own != shown else ""


def _other_bases(binding: BindingPlace, main: nodes.NodeNG, context: Context) -> str:
    """Return the base classes of a class that a place defines, if they are not those that are shown."""
    if not isinstance(binding.node, nodes.ClassDef) or not isinstance(main, nodes.ClassDef):
        return ""
    own, shown = (bases_of(context.parsed.source, node) for node in (binding.node, main))
    return f"({', '.join(own)})" if own != shown else ""


def _label(binding: BindingPlace) -> str:
    if binding.flags & OVERLOAD:
        return "overload"
    if binding.flags & WRITABLE:
        names = [callee_name(item) for item in binding.node.decorators.nodes]
        return "deleter" if "deleter" in names else "setter"
    return ""


_DESCRIBE: dict[type, Callable[[Entry, Context], Description]] = {
    nodes.Module: describe_module,
    nodes.ClassDef: describe_class,
    nodes.FunctionDef: describe_function,
    nodes.AsyncFunctionDef: describe_function,
    nodes.AssignName: describe_name,
    nodes.AssignAttr: describe_name,
}
