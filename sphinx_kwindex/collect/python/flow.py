"""What each name means and holds while a module is walked: frames, bindings, and values through branches.

A frame is one scope with statements (module, class, function). Values of names live in one dictionary per frame; a
journal of changes lets a branch be undone and joined with the others, at a cost of its assignments only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from astroid import nodes

from sphinx_kwindex.collect.python.values import UNKNOWN, Value, union
from sphinx_kwindex.stdlib import BUILTINS

_IMPLICIT = frozenset({"__module__", "__qualname__", "__annotations__", "__firstlineno__", "__static_attributes__"})
_NO_VALUE = frozenset({nodes.Import, nodes.ImportFrom, nodes.DelName, nodes.Unknown})
_DEFINITIONS = frozenset({nodes.FunctionDef, nodes.AsyncFunctionDef, nodes.ClassDef})
_ATTRIBUTES = frozenset({nodes.Attribute, nodes.AssignAttr, nodes.DelAttr})
_COMPOUND = (nodes.If, nodes.For, nodes.While, nodes.Try, nodes.With, nodes.Match, nodes.TryStar)

Changes = dict[str, "Value | None"]
"""What some names hold at the end of a branch (None: nothing)."""


class ImportKey(NamedTuple):
    """One name that one import statement binds."""

    statement: Any
    name: str
    """What is imported, as written: the whole path in `import a.b`."""
    asname: str | None

    @property
    def is_plain(self) -> bool:
        """Tell whether it is `import a` or `import a.b`, which bind the first part of a path that uses spell out."""
        return not self.asname and isinstance(self.statement, nodes.Import)


class Binding:
    """What a name means in one scope: the targets that a use of it gets (none: a local or a builtin), and its value.

    Locals have targets where `def`, `class` or a lambda binds them.
    """

    __slots__ = ("has_paths", "imports", "is_local", "is_mixed", "targets", "value")

    def __init__(
        self,
        targets: Value = (),
        value: Value = (),
        *,
        is_local: bool = False,
        is_mixed: bool = False,
        imports: tuple[ImportKey, ...] = (),
    ) -> None:
        self.targets = targets
        self.value = value
        self.is_local = is_local
        self.is_mixed = is_mixed
        """A local that holds what the targets name at times only (see `Flow.mark_defined`)."""
        self.imports = imports
        """What binds it by import."""
        self.has_paths = len(imports) > 1 and any(key.is_plain and "." in key.name for key in imports)

    def imports_of(self, node: Any) -> tuple[ImportKey, ...]:
        """Return the imports that a use of the name may be a use of: `a.b.c` is one of `import a.b`, not of `import a`."""
        if not self.has_paths:
            return self.imports
        used = f"{_chain_from(node)}."
        plain = [key for key in self.imports if key.is_plain]
        fitting = [key for key in plain if used.startswith(f"{key.name}.")]
        longest = max((len(key.name) for key in fitting), default=0)
        meant = [key for key in fitting if len(key.name) == longest] or plain[:1]
        return tuple(key for key in self.imports if not key.is_plain or key in meant)


class Survey:
    """What the statements of one scope declare, nested scopes left out."""

    def __init__(self, body: Iterable[nodes.NodeNG]) -> None:
        self.imports: dict[str, list[ImportKey]] = {}
        """By bound name."""
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        for statement in _statements(body):
            self._add(statement)

    def _add(self, statement: Any) -> None:
        if isinstance(statement, (nodes.Import, nodes.ImportFrom)):
            for name, asname in statement.names:
                if name == "*":
                    continue
                bound = asname or (name.partition(".")[0] if isinstance(statement, nodes.Import) else name)
                self.imports.setdefault(bound, []).append(ImportKey(statement, name, asname))
        elif isinstance(statement, nodes.Global):
            self.globals.update(statement.names)
        elif isinstance(statement, nodes.Nonlocal):
            self.nonlocals.update(statement.names)


_SIMPLE = {nodes.Import, nodes.ImportFrom, nodes.Global, nodes.Nonlocal}
_PARTS = ("body", "orelse", "finalbody")


def _statements(body: Iterable[Any]) -> Iterator[Any]:
    """Yield the statements of a scope that declare names, those inside compound statements included."""
    waiting = [iter(body)]
    while waiting:
        for statement in waiting[-1]:
            if statement.__class__ in _SIMPLE:
                yield statement
            elif isinstance(statement, _COMPOUND):
                waiting.append(iter(_inner(statement)))
                break
        else:
            waiting.pop()


def _inner(statement: Any) -> list[Any]:
    found: list[Any] = []
    for name in _PARTS:
        found.extend(getattr(statement, name, ()))
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        found.extend(part.body)
    return found


class Frame:
    """One scope with statements, and what is known of it."""

    __slots__ = (
        "bindings", "declared", "env", "finals", "id", "index", "is_class", "is_function", "marked", "method", "names",
        "node", "owner", "parent", "prefix", "reached", "returns", "survey", "type_params", "unknown", "yields",
    )  # fmt: skip

    def __init__(
        self, node: Any, parent: Frame | None, ident: str, index: int, *, survey: Survey | None = None
    ) -> None:
        self.node = node
        self.parent = parent
        self.id = ident
        self.index = index
        """Place in the walk's list of scopes."""
        self.is_function = isinstance(node, (nodes.FunctionDef, nodes.Lambda))
        self.is_class = isinstance(node, nodes.ClassDef)
        self.prefix = f"{ident}.<locals>." if self.is_function else f"{ident}."
        """What a definition's name is put after to get its id."""
        self.survey = Survey(node.body) if survey is None else survey
        self.names: dict[str, Binding] = {}
        """Names already looked up from here."""
        self.bindings: dict[str, Binding | None] = {}
        """Names that were asked for, and what they mean if they are bound here."""
        self.env: dict[str, Value] = {}
        """What names (and narrowed `self.attribute`s) hold now."""
        self.finals: dict[str, Value] = {}
        """All that locals were seen to hold, for functions nested in this one."""
        self.declared: dict[str, Value] = {}
        self.marked: set[str] = set()
        """Locals of which it is followed whether they hold what a definition gave them."""
        self.type_params: dict[str, Value] = {}
        self.reached: set[str] = set()
        """Names of a class that are bound by now: until then, an outer name of the same spelling is meant."""
        self.owner: Frame | None = parent.owner if parent is not None else None
        """The class whose `super()` this is."""
        self.method: str = parent.method if parent is not None else ""
        """`instance`, `class`, `static` or empty."""
        self.returns: Value = UNKNOWN
        self.unknown: list[Any] = []
        """What is returned of which nothing is known."""
        self.yields: Value | None = None


class Flow:
    """The state of the walk, and the ways to change it. It is kept on one object because it is read at every token."""

    def __init__(self, tree: nodes.Module, module: str, is_package: bool) -> None:
        self.tree = tree
        self.module_name = module
        self.is_package = is_package
        self.beside: Mapping[str, str] = {}
        """Modules that are imported by a name which is not theirs from the root (see `SourceFile.beside`)."""
        self.scopes: list[tuple[Any, int]] = [(tree, -1)]
        """Each scope's node and the place of the scope around it."""
        self.module = Frame(tree, None, module, 0)
        self.frame = self.module
        self.env = self.module.env
        self.names = self.module.names
        self.scope = 0
        self.used: list[tuple[ImportKey, ...]] = []
        """For each use of what imports bind: which of them it may be a use of."""
        self.journal: list[tuple[str, Value | None]] = []
        self.dotted: dict[str, set[str]] = {}
        """Root name to the attribute chains on it that are narrowed."""

    def absolute(self, level: int | None, name: str | None) -> str:
        """Return the module that an import statement names; empty if it leads out of the top package."""
        if not level:
            first, dot, rest = (name or "").partition(".")
            return f"{self.beside.get(first, first)}{dot}{rest}"
        package = self.module_name.split(".")
        if not self.is_package:
            package.pop()
        if level - 1 > len(package):
            return ""
        base = package[: len(package) - level + 1]
        return ".".join([*base, name] if name else base)

    # -- frames ---------------------------------------------------------------------------------------------------

    def enter(self, frame: Frame) -> tuple[Any, ...]:
        """Make a frame the current one; give the result to `leave`."""
        before = (self.frame, self.env, self.names, self.scope, self.journal, self.dotted)
        self.frame, self.env, self.names, self.scope = frame, frame.env, frame.names, frame.index
        self.journal, self.dotted = [], {}
        return before

    def leave(self, before: tuple[Any, ...]) -> None:
        """Go back to the frame that was current."""
        self.frame, self.env, self.names, self.scope, self.journal, self.dotted = before

    def new_scope(self, node: Any, parent: int) -> int:
        """Note a scope's node; return its place."""
        self.scopes.append((node, parent))
        return len(self.scopes) - 1

    # -- what a name means ----------------------------------------------------------------------------------------

    def bind(self, name: str) -> Binding:
        """Look a name up by Python's rules, from the current frame outwards, and remember the answer."""
        binding = self._look_up(name)
        self.names[name] = binding
        if binding.imports and binding.is_local:
            self.used.append(binding.imports)
        return binding

    def reach(self, name: str) -> None:
        """Note that a name of the current scope is bound from here on."""
        reached = self.frame.reached
        if self.frame.is_class and name not in reached:
            reached.add(name)
            self.names.pop(name, None)

    def _look_up(self, name: str) -> Binding:
        frame: Frame | None = self.frame
        while frame is not None and frame is not self.module:
            if name in frame.type_params:
                return Binding(value=frame.type_params[name], is_local=True)
            if name in frame.survey.globals:
                break
            hidden = frame.is_class and (frame is not self.frame or name not in frame.reached)
            if not hidden and name not in frame.survey.nonlocals:
                binding = self._own(frame, name)
                if binding is not None and binding.is_local and frame is not self.frame:
                    return Binding(binding.targets, frame.finals.get(name, UNKNOWN), is_local=True)
                if binding is not None:
                    return binding
            frame = frame.parent
        return self._own(self.module, name) or self._unbound(name)

    def _own(self, frame: Frame, name: str) -> Binding | None:
        """Return what a name means that is bound in this very scope."""
        bindings = frame.bindings
        if name not in bindings:
            is_bound = name in frame.node.locals or name in frame.survey.imports
            bindings[name] = self._make(frame, name) if is_bound else None
        return bindings[name]

    def _make(self, frame: Frame, name: str) -> Binding | None:
        imported, bound = frame.survey.imports.get(name, ()), frame.node.locals.get(name, ())
        targets = tuple(dict.fromkeys([self.import_target(*entry) for entry in imported]))
        others = [node for node in bound if node.__class__ not in _NO_VALUE]
        if name in _IMPLICIT and frame.is_class:
            others = [node for node in others if not isinstance(node, nodes.Const)]
        if frame.is_function:
            return self._make_local(frame, name, others, targets, tuple(imported))
        if not targets and not others:
            return None
        own = (frame.prefix + name,) if others else ()
        # `x = None` stands for an import that failed: it has uses, but nothing can be said of what it holds.
        held = own if not imported or not all(map(_is_set_to_none, others)) else ()
        return Binding(union(targets, own), union(targets, held), imports=tuple(imported))

    def _make_local(
        self, frame: Frame, name: str, bound: list[Any], imported: Value, imports: tuple[ImportKey, ...]
    ) -> Binding | None:
        """Return what a name means that a function binds: by import, as a parameter, by a definition or an assignment."""
        if not imported and not bound:
            return None
        own = (frame.prefix + name,)
        has_definition = not _DEFINITIONS.isdisjoint([node.__class__ for node in bound])
        is_parameter = any(map(_is_parameter, bound))
        if imported:
            return (
                Binding(is_local=True, imports=imports)
                if is_parameter
                else Binding(imported, imported, imports=imports)
            )
        if has_definition and not is_parameter:
            return Binding(own, own)
        if has_definition or any(map(_names_lambda, bound)):
            return Binding(
                own, own if has_definition else UNKNOWN, is_local=True, is_mixed=not all(map(_names_lambda, bound))
            )
        return Binding(is_local=True)

    def import_target(self, statement: Any, name: str, asname: str | None) -> str:
        """Return what a name that an import statement binds stands for."""
        if isinstance(statement, nodes.Import):
            return self.absolute(0, name if asname else name.partition(".")[0])
        base = self.absolute(statement.level, statement.modname)
        return f"{base}.{name}" if base else name

    def _unbound(self, name: str) -> Binding:
        if name in BUILTINS:
            return Binding(value=(f"builtins.{name}",))
        if name.startswith("__") and name.endswith("__"):
            return Binding()
        targets = (f"{self.module_name}.{name}",)  # from a wildcard, or put there by someone else
        return Binding(targets, targets)

    # -- what a name holds ----------------------------------------------------------------------------------------

    def put(self, key: str, value: Value | None) -> None:
        """Let a name hold a value (None: nothing), so that it can be undone."""
        env = self.env
        self.journal.append((key, env.get(key)))
        if value is None:
            env.pop(key, None)
        else:
            env[key] = value
        chains = self.dotted.get(key)
        if chains:
            for chain in chains:
                if chain in env:
                    self.journal.append((chain, env.pop(chain)))

    def hold(self, name: str, value: Value) -> None:
        """Assign a value to a local name."""
        self.put(name, value)
        if value and self.frame.is_function:
            frame = self.frame
            while name in frame.survey.nonlocals and frame.parent is not None:
                frame = frame.parent
            finals = frame.finals
            finals[name] = union(finals.get(name, UNKNOWN), value)

    def mark_defined(self, name: str, *, is_defined: bool) -> None:
        """Note whether a local now holds what a definition in this function gave it, or something else."""
        marked = self.frame.marked
        if is_defined:
            binding = self.names.get(name) or self.bind(name)
            if not binding.is_mixed:
                return
            marked.add(name)
        if name in marked:
            self.put(f"{name}=", ("=",) if is_defined else UNKNOWN)

    def held_targets(self, binding: Binding, name: str) -> Value:
        """Return the targets that a use of a name gets here."""
        return binding.targets if not binding.is_mixed or self.env.get(f"{name}=") else UNKNOWN

    def narrow(self, key: str, value: Value) -> None:
        """Let a name or an attribute chain (`self.x`) hold something narrower for a while."""
        root, dot, _ = key.partition(".")
        if dot:
            self.dotted.setdefault(root, set()).add(key)
        self.put(key, value)

    def changes(self, mark: int) -> Changes:
        """Return what has changed since a mark in the journal."""
        env = self.env
        return {key: env.get(key) for key, _ in self.journal[mark:]}

    def rewind(self, mark: int) -> Changes:
        """Undo what was done since a mark; return what had changed."""
        changed = self.changes(mark)
        env = self.env
        for key, before in reversed(self.journal[mark:]):
            if before is None:
                env.pop(key, None)
            else:
                env[key] = before
        del self.journal[mark:]
        return changed

    def join(self, branches: list[Changes]) -> None:
        """Let names hold what they may hold after any one of several branches."""
        if len(branches) == 1:
            for key, value in branches[0].items():
                self.put(key, value)
            return
        for key in dict.fromkeys(key for branch in branches for key in branch):
            before = self.env.get(key)
            held = [branch.get(key, before) for branch in branches]
            if "." in key and None in held:
                self.put(key, None)
            else:
                self.put(key, union(*[value for value in held if value is not None]))


def _chain_from(node: Any) -> str:
    """Return the names of the attributes that are read of a name, the name first: all of `a.b.c` for `a`."""
    names = [node.name]
    while node.parent.__class__ in _ATTRIBUTES:
        node = node.parent
        names.append(node.attrname)
    return ".".join(names)


def _is_set_to_none(node: Any) -> bool:
    """Tell whether a name is bound to None here, as is done for modules that are missing."""
    statement = node.parent
    value = statement.value if statement.__class__ is nodes.Assign else None
    return value is not None and value.__class__ is nodes.Const and value.value is None


def _names_lambda(node: Any) -> bool:
    """Tell whether a name is one of those assigned names that are keywords in a function, too."""
    return node.parent.__class__ is nodes.Assign and node.parent.value.__class__ is nodes.Lambda


def _is_parameter(node: Any) -> bool:
    return isinstance(node, nodes.Arguments) or isinstance(node.parent, nodes.Arguments)


def merge(first: Mapping[str, Value | None], second: Mapping[str, Value | None]) -> Changes:
    """Return changes that cover two sets of changes."""
    merged: Changes = dict(first)
    for key, value in second.items():
        other = merged.get(key)
        merged[key] = value if other is None else other if value is None else union(other, value)
    return merged
