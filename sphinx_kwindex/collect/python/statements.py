"""Walking statements in the order in which they run: assignments, branches, loops, definitions, imports.

Work is bounded without a clock: a statement is walked once, and once more for each of the first `_RERUNS` times that a
loop around it carries new values to its own start; unions and texts of targets are cut (see values.py).
"""

# ruff: noqa: ARG002, ARG005 - handlers of one table share one signature, whatever each of them needs.

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from astroid import nodes

from sphinx_kwindex.collect.python.expressions import Row
from sphinx_kwindex.collect.python.flow import Binding, Changes, Frame, ImportKey, merge
from sphinx_kwindex.collect.python.narrowing import needs_argument
from sphinx_kwindex.collect.python.operators import BLOCKS, in_place
from sphinx_kwindex.collect.python.strings import NamingStrings
from sphinx_kwindex.collect.python.tokens import ImportTokens, Place, Text
from sphinx_kwindex.collect.python.values import (
    CAUGHT,
    UNKNOWN,
    SelfClass,
    SelfTarget,
    Value,
    attribute,
    called,
    container,
    instances,
    is_constructor,
    item,
    step,
    union,
)
from sphinx_kwindex.model import UseKind
from sphinx_kwindex.targets import Op, bare_path, is_called, is_taken, is_value, of_taken, on_unknown, split_arguments

WRITE, IMPORT, BASE, DECORATOR, RAISE, EXCEPT, DELETE = (
    int(kind)
    for kind in (
        UseKind.WRITE, UseKind.IMPORT, UseKind.BASE, UseKind.DECORATOR, UseKind.RAISE, UseKind.EXCEPT, UseKind.DELETE
    )
)  # fmt: skip

_RERUNS = 2
"""Limit: so often is the body of one loop walked again because it carries new values round."""
_MAX_TAKEN = 120
"""Limit: a longer name of a method and its parameter leaves no space for what is looked up on it."""
_SNAPSHOTS = 16
"""Limit: of more `break`s in one loop, the rest counts as one with the last."""
_SINGLE = frozenset({nodes.AssignName, nodes.AssignAttr})
_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_GENERATORS = frozenset(
    f"{module}.{name}" for module in ("typing", "collections.abc") for name in ("Generator", "AsyncGenerator")
)
_MAKERS_OF_COMMANDS = frozenset({"click.command", "click.group"})
_ENDS = frozenset({"sys.exit", "os._exit", "os.abort", "builtins.exit", "builtins.quit"})


class Loop(NamedTuple):
    """A loop that is being walked."""

    mark: int
    breaks: list[Changes]
    continues: list[Changes]


class Statements(NamingStrings):
    """The whole walk. Handlers of statements return True where the next statement is not reached."""

    def __init__(self, tree: nodes.Module, module: str, is_package: bool, text: Text, *, is_test: bool = False) -> None:
        super().__init__(tree, module, is_package, text, is_test=is_test)
        self.loops: list[Loop] = []
        self.reruns: dict[Any, int] = {}
        self.carried: dict[Any, Changes] = {}
        """What each loop carried to its start when it was walked last: a loop around it may walk it again."""
        self.bound: dict[Any, Value] = {}
        """What single targets of assignments get, where they may be keywords."""
        self.frames: dict[Any, Frame] = {tree: self.module}
        self.imported: dict[ImportKey, list[Place]] = {}
        """Places of the tokens of what imports bind."""
        self.statements: dict[type, Callable[[Any], bool | None]] = {
            nodes.Expr: self._expression,
            nodes.Assign: self._assign,
            nodes.AnnAssign: self._annotated,
            nodes.AugAssign: self._augmented,
            nodes.Return: self._return,
            nodes.If: self._if,
            nodes.For: self._for,
            nodes.AsyncFor: self._for,
            nodes.While: self._while,
            nodes.Try: self._try,
            nodes.TryStar: self._try,
            nodes.With: self._with,
            nodes.AsyncWith: self._with,
            nodes.Match: self._match,
            nodes.FunctionDef: self._function,
            nodes.AsyncFunctionDef: self._function,
            nodes.ClassDef: self._class,
            nodes.Import: self._import,
            nodes.ImportFrom: self._import_from,
            nodes.Raise: self._raise,
            nodes.Assert: self._assert,
            nodes.Delete: self._delete,
            nodes.Break: self._break,
            nodes.Continue: self._continue,
            nodes.Pass: lambda node: None,
            nodes.Global: lambda node: None,
            nodes.Nonlocal: lambda node: None,
            nodes.TypeAlias: self._type_alias,
        }

    def walk(self) -> None:
        """Walk the module, then each function after the scope that it is in."""
        self.body(self.tree.body)
        while self.waiting:
            waiting, self.waiting = self.waiting, []
            for frame in waiting:
                before = self.enter(frame)
                self.loops = []
                if frame.node in self.offered:
                    self.narrow("request.param", self.offered[frame.node])
                self.has_left = False
                self.body(frame.node.body)
                self.leave(before)

    def body(self, statements: list[Any]) -> bool:
        """Walk statements in order; tell whether their end is not reached."""
        handlers = self.statements
        ended = False
        had_left, start = self.has_left, None
        for statement in statements:
            handler = handlers.get(statement.__class__)
            if handler is None:
                self._anything(statement)
            elif handler(statement):
                ended = True
            if start is None and self.has_left and not had_left:
                start = len(self.rows)
        if start is not None:
            self.doubt(start)
        return ended

    def _perhaps(self, statements: list[Any]) -> bool:
        """Walk statements that are under a condition."""
        start = len(self.rows)
        ended = self.body(statements)
        self.doubt(start)
        return ended

    # -- assignments ----------------------------------------------------------------------------------------------

    def _expression(self, node: Any) -> bool | None:
        value = node.value
        self.evaluate(value)
        if value.__class__ is nodes.Call and value.func.__class__ in {nodes.Name, nodes.Attribute}:
            return self._never_returns(value.func)
        return None

    def _never_returns(self, func: Any) -> bool:
        name = func.name if func.__class__ is nodes.Name else func.attrname
        if name not in {"exit", "_exit", "abort", "quit"}:
            return False
        return any(target in _ENDS for target in self.quietly(func))

    def _assign(self, node: Any) -> None:
        value = self.evaluate(node.value)
        self.values[node.value] = value
        self.name_setting(node.targets, node.value)
        declared = self._as_commented(node, UNKNOWN)
        for target in node.targets:
            if declared and target.__class__ is nodes.AssignName and self.frame.is_function:
                self.frame.declared[target.name] = declared
            self.assign(target, _declared(declared, value) if target.__class__ in _SINGLE else value)
            if self.frame.is_function and target.__class__ is nodes.AssignName and node.value.__class__ is nodes.Lambda:
                self.mark_defined(target.name, is_defined=True)

    def assign(self, target: Any, value: Value) -> None:
        """Bind a target of an assignment, whatever its form, to a value."""
        kind = target.__class__
        if kind is nodes.AssignName:
            self._bind_name(target, value)
        elif kind is nodes.AssignAttr:
            self._bind_attribute(target, value)
        elif kind in {nodes.Tuple, nodes.List, nodes.Starred}:
            for leaf, held in self.unpack(target, value):
                self.assign(leaf, held)
        else:
            self.evaluate(target)
            self._put_item(target, value)

    def _put_item(self, target: Any, value: Value) -> None:
        """Note what an empty dictionary of a local name gets first: `x[key] = value`."""
        name = getattr(getattr(target, "value", None), "name", "")
        if name and value and self.frame.is_function and self.env.get(name) == ("builtins.dict()",):
            self.hold(name, container("builtins.dict", self.quietly(target.slice), value))

    def _bind_name(self, node: Any, value: Value) -> None:
        frame = self.frame
        name = node.name
        if not frame.is_function:
            self.bound[node] = value
        elif name in frame.survey.globals:
            self.bound[node] = value
            self._write_global(node)
            return
        declared = frame.declared.get(name)
        self.reach(name)
        if frame.marked:
            self.mark_defined(name, is_defined=False)
        self.hold(name, value if declared is None else _declared(declared, value))

    def _write_global(self, node: Any) -> None:
        binding = self.names.get(node.name) or self.bind(node.name)
        sites = self.tree.locals.get(node.name, ())
        if (
            sites
            and min(sites, key=lambda site: (site.lineno or 0, site.col_offset or 0)) is node
            and not any(site.scope() is self.tree for site in sites)
        ):
            return  # this is its definition
        self._row(node, WRITE, binding)

    def _row(self, node: Any, kind: int, binding: Binding) -> None:
        for target in self.held_targets(binding, node.name):
            self.rows.append((node.lineno, node.col_offset, node.name, kind, self.scope, target))
        if binding.imports:
            self.used.append(binding.imports_of(node))

    def _bind_attribute(self, node: Any, value: Value, kind: int = WRITE) -> None:
        base = self.evaluate(node.expr)
        self.bound[node] = value
        name = node.attrname
        column = node.end_col_offset - len(name.encode())
        if not base:
            self.rows.append((node.end_lineno, column, name, kind, self.scope, on_unknown(name)))
        is_self = node.expr.__class__ is nodes.Name and bool(base) and base[0].__class__ in {SelfTarget, SelfClass}
        for receiver in base:
            target = attribute(receiver, name)
            if target is None or receiver.startswith("builtins."):
                continue
            row: Row = (node.end_lineno, column, name, kind, self.scope, target)
            if is_self and kind == WRITE and self.frame.owner is not None:
                self.self_writes.append((self.frame.owner, name, row, self._is_init()))
            else:
                self.rows.append(row)
        self._narrow_attribute(node, value)

    def _is_init(self) -> bool:
        return getattr(self.frame.node, "name", "") == "__init__"

    def _narrow_attribute(self, node: Any, value: Value) -> None:
        outer = _chain(node.expr)
        if outer is None:
            return
        key = f"{outer}.{node.attrname}"
        if value and all(map(is_constructor, value)) and not any(map(_is_plain_container, value)):
            self.narrow(key, value)
        elif key in self.env:
            self.put(key, None)

    def _annotated(self, node: Any) -> None:
        target = node.target
        types = self.annotation(node.annotation)
        self.notes[node.annotation] = types
        declared = self.typed(types)
        value: Value | None = None
        if node.value is not None:
            value = self.evaluate(node.value)
            self.values[node.value] = value
            self.name_setting([target], node.value)
            if "TypeAlias" in {getattr(node.annotation, "name", ""), getattr(node.annotation, "attrname", "")}:
                self.quoted(node.value)
        if target.__class__ is nodes.AssignName:
            if self.frame.is_function:
                self.frame.declared[target.name] = declared
            if value is not None or not self.frame.is_function:
                held = _declared(declared, value or UNKNOWN)
                self.hold(target.name, held)
                self.bound[target] = held
            self.reach(target.name)
        elif target.__class__ is nodes.AssignAttr:
            self._bind_attribute(target, _declared(declared, value or UNKNOWN))
        else:
            self.evaluate(target)

    def _augmented(self, node: Any) -> None:
        value = self.evaluate(node.value)
        target = node.target
        if target.__class__ is nodes.AssignName:
            self._row(target, WRITE, self.names.get(target.name) or self.bind(target.name))
            held = self.env.get(target.name)
            self.operate(target, self.names[target.name].value if held is None else held, in_place(node.op))
            if held is not None and not held:
                self.hold(target.name, value)
        elif target.__class__ is nodes.AssignAttr:
            self._augmented_attribute(target, in_place(node.op))
        else:
            self.operate(target, self.evaluate(target), in_place(node.op))

    def _augmented_attribute(self, target: Any, operator: str) -> None:
        base, name = self.evaluate(target.expr), target.attrname
        place = target.end_lineno, target.end_col_offset - len(name.encode()), name, WRITE, self.scope
        if not base:
            self.rows.append((*place, on_unknown(name)))
        for receiver in base:
            found = attribute(receiver, name)
            if found is not None and not receiver.startswith("builtins."):
                self.rows.append((*place, found))
                self.operate(target, (found,), operator)

    def _delete(self, node: Any) -> None:
        for target in node.targets:
            if target.__class__ is nodes.DelName:
                self._row(target, DELETE, self.names.get(target.name) or self.bind(target.name))
                self.put(target.name, None)
            elif target.__class__ is nodes.DelAttr:
                for receiver in self.evaluate(target.expr):
                    found = attribute(receiver, target.attrname)
                    column = target.end_col_offset - len(target.attrname.encode())
                    if found is not None:
                        self.rows.append((target.end_lineno, column, target.attrname, DELETE, self.scope, found))
            else:
                self.evaluate(target)

    def _type_alias(self, node: Any) -> None:
        saved = self._open_type_params(node)
        self.notes[node.value] = self.annotation(node.value)
        self._close_type_params(saved)

    # -- branches -------------------------------------------------------------------------------------------------

    def _branch(self, mark: int, statements: list[Any], open_ends: list[Changes]) -> None:
        """Walk one branch and undo it; note what it changes if its end is reached."""
        ended = self._perhaps(statements)
        changed = self.rewind(mark)
        if not ended:
            open_ends.append(changed)

    def _if(self, node: Any) -> bool:
        open_ends: list[Changes] = []
        self.test(node.test)
        mark = len(self.journal)
        for outcome, branch in ((True, node.body), (False, node.orelse)):
            self.assume(node.test, outcome)
            start = len(self.rows)
            self._branch(mark, branch, open_ends)
            if needs_argument(node.test, self.frame.node, outcome):
                self.doubt(start)
        return self._join(open_ends)

    def _join(self, open_ends: list[Changes]) -> bool:
        if open_ends:
            self.join(open_ends)
        return not open_ends

    def _assert(self, node: Any) -> bool:
        self.test(node.test)
        if node.fail is not None:
            self.evaluate(node.fail)
        self.assume(node.test, True)
        return node.test.__class__ is nodes.Const and not node.test.value

    def _try(self, node: Any) -> bool:
        open_ends: list[Changes] = []
        mark = len(self.journal)
        ended = self.body(node.body)
        during = self.changes(mark)
        if not ended:
            ended = self._perhaps(node.orelse)
        else:
            self._perhaps(node.orelse)
        changed = self.rewind(mark)
        if not ended:
            open_ends.append(changed)
        for handler in node.handlers:
            self.join([during, {}])
            self._handler(handler)
            self._branch(mark, handler.body, open_ends)
        ended = self._join(open_ends)
        return self.body(node.finalbody) or ended

    def _handler(self, node: Any) -> None:
        caught: Value = UNKNOWN
        if node.type is not None:
            caught = self.each(node.type, EXCEPT)
        if node.name is not None:
            self._bind_name(node.name, step(tuple(target for target in caught if not target.endswith("()")), "()"))

    def _raise(self, node: Any) -> bool:
        if node.exc is not None:
            self.evaluate(node.exc, RAISE)
        if node.cause is not None:
            self.evaluate(node.cause)
        return True

    def sent(self) -> Value:
        """Return what is sent to the generator that is being walked, as its annotation says it."""
        node = self.frame.node
        returns = getattr(node, "returns", None)  # lambdas have none
        types = self.notes.get(returns) or self.notes.get(node) if self.frame.is_function else None
        found = (split_arguments(f"{text}()") for text in types or ())
        sent = (known[1][1] for known in found if known is not None and known[0] in _GENERATORS and len(known[1]) > 1)
        return union(*map(instances, sent))

    def _return(self, node: Any) -> bool:
        if node.value is not None:
            value = self.evaluate(node.value)
            if value and not all(map(is_taken, value)):
                self.frame.returns = union(self.frame.returns, value)
            else:
                self.frame.unknown.append(node.value)
        self.has_left = True
        return True

    def _with(self, node: Any) -> bool:
        is_caught = False
        for manager, target in node.items:
            value = self.evaluate(manager)
            self.values[manager] = value
            self.operate(manager, value, BLOCKS[node.__class__])
            is_caught = is_caught or any(target.startswith(CAUGHT) or target.endswith(_RAISING) for target in value)
            if target is not None:
                entered = value if _is_caught(value) else step(value, Op.ENTER.value)
                self.assign(target, self._as_commented(node, entered) if len(node.items) == 1 else entered)
        return self._perhaps(node.body) if is_caught else self.body(node.body)  # it raises somewhere

    # -- loops ----------------------------------------------------------------------------------------------------

    def _for(self, node: Any) -> bool:
        items = self.iterate(node.iter, self.evaluate(node.iter), "__a" if node.__class__ is nodes.AsyncFor else "__")
        items = self._as_commented(node, items)
        walk = self.body if _has_elements(node.iter) else self._perhaps

        def once() -> bool:
            self.assign(node.target, items)
            return walk(node.body)

        return self._loop(node, once)

    def _while(self, node: Any) -> bool:
        endless = node.test.__class__ is nodes.Const and bool(node.test.value)

        def once() -> bool:
            self.test(node.test)
            self.assume(node.test, True)
            return self.body(node.body) if endless else self._perhaps(node.body)

        return self._loop(node, once, endless=endless)

    def _loop(self, node: Any, once: Callable[[], bool], *, endless: bool = False) -> bool:
        """Walk a loop, again while it carries new values to its start; tell whether what follows is not reached."""
        carried: Changes = {key: value for key, value in self.carried.get(node, {}).items() if key in self.env}
        while True:
            rows, mark = self.mark(), len(self.journal)
            if carried:
                self.join([carried, {}])
            loop = Loop(mark, [], [])
            self.loops.append(loop)
            ended = once()
            self.loops.pop()
            changed = self.rewind(mark)
            round_again = loop.continues if ended else [changed, *loop.continues]
            before = carried
            for branch in round_again:
                carried = merge(carried, {key: value for key, value in branch.items() if key in self.env})
            if not self._is_news(carried, before) or self.reruns.get(node, 0) >= _RERUNS:
                break
            self.reruns[node] = self.reruns.get(node, 0) + 1
            self.forget(rows)
        self.carried[node] = carried
        return self._join(self._loop_ends(node, [] if endless else [*round_again, {}]) + loop.breaks)

    def _loop_ends(self, node: Any, ends: list[Changes]) -> list[Changes]:
        """Walk what follows a loop that was not broken off; return what has changed after it."""
        if not ends:
            self.body(node.orelse)
            return []
        mark = len(self.journal)
        self.join(ends)
        if node.__class__ is nodes.While:
            self.assume(node.test, False)
        ended = self.body(node.orelse)
        changed = self.rewind(mark)
        return [] if ended else [changed]

    def _is_news(self, carried: Changes, before: Changes) -> bool:
        """Return whether a name may hold something at the start of the loop that it was not seen to hold there."""
        for key, value in carried.items():
            known = (*(self.env.get(key) or ()), *(before.get(key) or ()))
            if value and not set(value) <= set(known):
                return True
        return False

    def _break(self, node: Any) -> bool:
        if self.loops:
            _remember(self.loops[-1].breaks, self.changes(self.loops[-1].mark))
        return True

    def _continue(self, node: Any) -> bool:
        if self.loops:
            _remember(self.loops[-1].continues, self.changes(self.loops[-1].mark))
        return True

    # -- match ----------------------------------------------------------------------------------------------------

    def _match(self, node: Any) -> bool:
        subject = self.evaluate(node.subject)
        key = _chain(node.subject)
        open_ends: list[Changes] = []
        mark = len(self.journal)
        covered = False
        for case in node.cases:
            narrowed = self._pattern(case.pattern, subject)
            if key is not None and narrowed and narrowed != subject:
                self.narrow(key, narrowed)
            if case.guard is not None:
                self.evaluate(case.guard)
                self.assume(case.guard, True)
            elif case.pattern.__class__ is nodes.MatchAs and case.pattern.pattern is None:
                covered = True
            self._branch(mark, case.body, open_ends)
        if not covered:
            open_ends.append({})
        return self._join(open_ends)

    def _pattern(self, node: Any, subject: Value) -> Value:
        """Walk a pattern, bind its names; return what the subject is if it matches."""
        kind = node.__class__
        if kind is nodes.MatchAs:
            found = self._pattern(node.pattern, subject) if node.pattern is not None else subject
            if node.name is not None:
                self._bind_name(node.name, found)
            return found
        if kind is nodes.MatchClass:
            return self._class_pattern(node)
        if kind is nodes.MatchOr:
            return union(*[self._pattern(part, subject) for part in node.patterns])
        if kind is nodes.MatchSequence:
            for index, part in enumerate(node.patterns):
                self._pattern(part, item(subject, index))
        elif kind is nodes.MatchStar and node.name is not None:
            self._bind_name(node.name, UNKNOWN)
        elif kind is nodes.MatchMapping:
            self._mapping_pattern(node, subject)
        elif kind is nodes.MatchValue:
            self.evaluate(node.value)
        return subject

    def _class_pattern(self, node: Any) -> Value:
        classes = self.evaluate(node.cls)
        found = step(tuple(target for target in classes if not is_called(target)), Op.CALL.value)
        for part in node.patterns:
            self._pattern(part, found if all(map(_is_builtin, found)) else UNKNOWN)
        for name, part in zip(node.kwd_attrs, node.kwd_patterns, strict=False):
            self._pattern(part, step(found, f".{name}"))
        return found

    def _mapping_pattern(self, node: Any, subject: Value) -> None:
        for key, part in zip(node.keys, node.patterns, strict=False):
            self.evaluate(key)
            self._pattern(part, item(subject))
        if node.rest is not None:
            self._bind_name(node.rest, subject)

    # -- definitions ----------------------------------------------------------------------------------------------

    def _function(self, node: Any) -> None:
        outer, place = self.scope, self.new_scope(node, self.scope)
        self.scope = place  # what its decorators, defaults and annotations name is used by the function
        kind = self._decorators(node)
        saved = self._open_type_params(node)
        declared: dict[str, Value] = {}
        held = self.parameters(node.args, declared)
        commented = {name: value for name, value in self._commented_parameters(node).items() if name not in declared}
        held.update(commented)
        if node.returns is not None:
            self.notes[node.returns] = self.annotation(node.returns)
        elif node.type_comment_returns is not None:
            self.notes[node] = self._commented(node.type_comment_returns)
        params = self._close_type_params(saved)
        self._defined(node.name)
        self._made_command(node)
        frame = Frame(node, self.frame, self.frame.prefix + node.name, place)
        frame.type_params = params
        if self.frame.is_class:
            self._make_method(frame, held, kind)
        self.give(node, frame.id, kind, held, declared)
        self._take_over(frame, held, declared)
        self.scope = outer
        frame.env.update(held)
        frame.finals.update(held)
        frame.declared = commented | declared
        self.frames[node] = frame
        self.waiting.append(frame)

    def _take_over(self, frame: Frame, held: dict[str, Value], declared: dict[str, Value]) -> None:
        """Let parameters of a method that may override another take what they take there."""
        args = frame.node.args
        if not self.frame.is_class or not self.frame.node.bases or frame.node.name == "__init__":
            return
        for parameter in (*args.posonlyargs, *(args.args or ()), *args.kwonlyargs):
            name = parameter.name
            if not held.get(name) and name not in declared and len(frame.id) + len(name) < _MAX_TAKEN:
                held[name] = (of_taken(frame.id, name),)

    def _commented_parameters(self, node: Any) -> dict[str, Value]:
        """Return what type comments say that parameters hold (PEP 484): one for the function, or one each."""
        args = node.args
        names = [parameter.name for parameter in (*args.posonlyargs, *(args.args or ()))]
        named = [*names, *([args.vararg] if args.vararg else ()), *(parameter.name for parameter in args.kwonlyargs)]
        whole = node.type_comment_args or ()
        missing = len(named) + bool(args.kwarg) - len(whole)
        notes = dict(zip(named[missing:], whole, strict=False)) if missing in {0, 1} else {}  # `self` may be left out
        own = (*args.type_comment_posonlyargs, *args.type_comment_args)
        notes.update((name, note) for name, note in zip(names, own, strict=False) if note is not None)
        return {name: self.typed(self._commented(note)) for name, note in notes.items() if name != args.vararg}

    def _as_commented(self, node: Any, value: Value) -> Value:
        """Return what the target of a loop or block gets, by its type comment if there is one."""
        note = node.type_annotation
        return self.typed(self._commented(note)) or value if note is not None else value

    def _commented(self, note: Any) -> tuple[str, ...]:
        """Return the types that a comment names. Where its words stand is not known, so they are not uses."""
        mark = self.mark()
        types = self.annotation(note)
        self.forget(mark)
        return types

    def _decorators(self, node: Any) -> str:
        """Walk decorators; return `static`, `class` or `instance`."""
        kind = "class" if node.name in _CLASS_METHODS else "instance"
        for decorator in node.decorators.nodes if node.decorators is not None else ():
            value = self.evaluate(decorator, DECORATOR)
            self.values[decorator] = value
            if "builtins.staticmethod" in value or "abc.abstractstaticmethod" in value:
                kind = "static"
            elif "builtins.classmethod" in value or "abc.abstractclassmethod" in value:
                kind = "class"
        return kind

    def _made_command(self, node: Any) -> None:
        """Note what click makes of a function: an instance of the class that `@click.group(cls=Group)` names."""
        outermost = node.decorators.nodes[0] if node.decorators is not None else None
        classes = [keyword.value for keyword in getattr(outermost, "keywords", ()) if keyword.arg == "cls"]
        if classes and _MAKERS_OF_COMMANDS.intersection(self.quietly(getattr(outermost, "func", None))):
            binding = self.names.get(node.name) or self.bind(node.name)
            self.put(node.name, union(binding.value, *map(called, self.quietly(classes[0]))))
            if self.frame.is_function:
                self.mark_defined(node.name, is_defined=True)

    def _make_method(self, frame: Frame, held: dict[str, Value], kind: str) -> None:
        owner = self.frame
        frame.owner, frame.method = owner, kind
        args = frame.node.args
        first = [*args.posonlyargs, *(args.args or ())][:1]
        if first and kind != "static":
            held[first[0].name] = (SelfClass(owner.id),) if kind == "class" else (SelfTarget(f"{owner.id}()"),)

    def _defined(self, name: str) -> None:
        """A definition or import replaces what the name held."""
        self.reach(name)
        if name in self.env:
            binding = self.names.get(name) or self.bind(name)
            self.put(name, binding.value)
            if self.frame.is_function:
                self.mark_defined(name, is_defined=True)

    def _open_type_params(self, node: Any) -> list[tuple[str, Binding | None, Value]]:
        saved: list[tuple[str, Binding | None, Value]] = []
        for parameter in getattr(node, "type_params", None) or ():
            name = parameter.name.name
            saved.append((name, self.names.get(name), UNKNOWN))
            self.names[name] = Binding(is_local=True)
        for position, parameter in enumerate(getattr(node, "type_params", None) or ()):
            bound = getattr(parameter, "bound", None)
            types = self.annotation(bound) if bound is not None and bound.__class__ is not nodes.Tuple else ()
            value = tuple(member for member in types if not is_value(member))
            name, binding, _ = saved[position]
            saved[position] = (name, binding, value)
            self.names[name].value = value
        return saved

    def _close_type_params(self, saved: list[tuple[str, Binding | None, Value]]) -> dict[str, Value]:
        for name, binding, _ in reversed(saved):
            if binding is None:
                self.names.pop(name, None)
            else:
                self.names[name] = binding
        return {name: value for name, _, value in saved}

    def _class(self, node: Any) -> None:
        outer, place = self.scope, self.new_scope(node, self.scope)
        self.scope = place
        self.decorating = self.frame.prefix + node.name
        for decorator in node.decorators.nodes if node.decorators is not None else ():
            self.values[decorator] = self.evaluate(decorator, DECORATOR)
        self.decorating = ""
        saved = self._open_type_params(node)
        for base in node.bases:
            self._base(base)
        for keyword in node.keywords:
            self.evaluate(keyword.value)
        metaclass = getattr(node, "_metaclass", None)  # astroid keeps it apart from the other keywords
        if metaclass is not None:
            self.evaluate(metaclass)
        params = self._close_type_params(saved)
        self.scope = outer
        self._defined(node.name)
        frame = Frame(node, self.frame, self.frame.prefix + node.name, place)
        frame.type_params = params
        frame.owner = frame
        self.frames[node] = frame
        before = self.enter(frame)
        self.body(node.body)
        self.leave(before)

    def _base(self, node: Any) -> None:
        if node.__class__ is nodes.Subscript:
            self.values[node] = tuple(self.annotation(node, BASE))
        else:
            self.values[node] = self.evaluate(node, BASE)

    # -- imports --------------------------------------------------------------------------------------------------

    def _import(self, node: Any) -> None:
        tokens = self.text.import_tokens(node)
        for found in tokens.names:
            self._imported_row(found.place, found.name, found.name)
        self._bind_imports(node, tokens)

    def _import_from(self, node: Any) -> None:
        tokens = self.text.import_tokens(node)
        base = self.absolute(node.level, node.modname)
        if tokens.module is not None and base:
            self._imported_row(tokens.module, tokens.written, base)
        for found in tokens.names:
            if found.name != "*" and base:
                self._imported_row(found.place, found.name, f"{base}.{found.name}")
        self._bind_imports(node, tokens)

    def _imported_row(self, place: Place, name: str, target: str) -> None:
        # Places of import tokens are in code points already: the negative column says so.
        self.rows.append((place[0], -1 - place[1], name, IMPORT, self.scope, target))

    def _bind_imports(self, node: Any, tokens: ImportTokens) -> None:
        for found in tokens.names:
            bound = found.asname or (found.name.partition(".")[0] if isinstance(node, nodes.Import) else found.name)
            self.imported.setdefault(ImportKey(node, found.name, found.asname), []).append(found.bound)
            self._defined(bound)
            if self.frame.is_function and (self.names.get(bound) or self.bind(bound)).is_local:
                self.hold(bound, (self.import_target(node, found.name, found.asname),))


def _has_elements(node: Any) -> bool:
    """Return whether an expression that a loop goes through has elements as it is written: `[1, 2]`, `"ab"`, `range(3)`."""
    kind = node.__class__
    if kind is nodes.Call:
        ends = [argument.value for argument in node.args if argument.__class__ is nodes.Const]
        is_range = getattr(node.func, "name", "") == "range" and len(ends) == len(node.args) > 0
        return is_range and all(isinstance(end, int) for end in ends) and len(range(*ends)) > 0
    if kind is nodes.Const:
        return isinstance(node.value, (str, bytes)) and bool(node.value)
    return bool(getattr(node, "items" if kind is nodes.Dict else "elts", ()))


def _chain(node: Any) -> str | None:
    names: list[str] = []
    while node.__class__ in {nodes.Attribute, nodes.AssignAttr} and len(names) < 3:
        names.append(node.attrname)
        node = node.expr
    return ".".join([node.name, *reversed(names)]) if node.__class__ is nodes.Name else None


def _remember(snapshots: list[Changes], changes: Changes) -> None:
    if len(snapshots) < _SNAPSHOTS:
        snapshots.append(changes)
    else:
        snapshots[-1] = merge(snapshots[-1], changes)


def _declared(declared: Value, value: Value) -> Value:
    """Return what a name with a declared type holds after an assignment: a new instance of a class as it is."""
    if not declared:
        return value
    generic = {bare_path(target) for target in declared if "[" in target}
    if value and all(map(is_constructor, value)) and not any(_is_builtin(x) or x[:-2] in generic for x in value):
        return value
    return declared


_RAISING = (".raises()", ".assertRaises()", ".assertRaisesRegex()")


def _is_caught(value: Value) -> bool:
    return bool(value) and all(target.startswith(CAUGHT) for target in value)


def _is_builtin(target: str) -> bool:
    return target.startswith("builtins.")


def _is_plain_container(target: str) -> bool:
    return target.startswith("builtins.") and "[" not in target
