"""Walking expressions: each token that names something gives a row, each expression a value."""

# ruff: noqa: ARG001, ARG002, ARG005 - handlers of one table share one signature, whatever each of them needs.

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from typing import Any

from astroid import nodes
from astroid.const import Context

from sphinx_kwindex.collect.python.flow import Binding, Flow, Frame, Survey
from sphinx_kwindex.collect.python.operators import (
    BINARY,
    BY_FUNCTIONS,
    COMPARISONS,
    CONVERSIONS,
    ITERATED,
    SUBSCRIPTS,
    UNARY,
    may_call,
    of_special,
    reflected,
)
from sphinx_kwindex.collect.python.tokens import Text
from sphinx_kwindex.collect.python.values import (
    MAX_TEXT,
    NOTHING,
    SOMETHING,
    UNIONS,
    UNKNOWN,
    WRAPPERS,
    AnyClass,
    SelfClass,
    SelfTarget,
    Value,
    attribute,
    awaited,
    called,
    container,
    element,
    generic,
    handed,
    instances,
    is_constructor,
    is_quiet,
    item,
    kept,
    members,
    normalise,
    remembered,
    sequence,
    step,
    union,
)
from sphinx_kwindex.model import UseKind
from sphinx_kwindex.stdlib import standard_modules
from sphinx_kwindex.targets import bare_path, is_named, is_path, of_field, on_unknown, split_arguments

Row = tuple[int, int, str, int, int, str]
"""Line, column (UTF-8 bytes), name, kind, place in the list of scopes, target."""
Handler = Callable[..., Value]
Mark = tuple[int, int, int, int, int, int, bool]

# Plain numbers: members of an IntEnum cost too much at every token.
READ, CALL, ANNOTATION = int(UseKind.READ), int(UseKind.CALL), int(UseKind.ANNOTATION)
_DECORATOR = int(UseKind.DECORATOR)
_ARGUMENT, _OPERATOR = int(UseKind.ARGUMENT), int(UseKind.OPERATOR)
_PASSED_ON = frozenset({int(UseKind.RAISE), int(UseKind.DECORATOR)})

_NEW = ("builtins.object.__new__", "!super.__new__")
"""Calls of these make an instance of their first argument, and so does `cls.__new__(cls)`."""

_KNOWN = standard_modules() | {"?", "pytest", "hypothesis", "django"}
"""Roots of targets whose calls give what the table of special calls says, or nobody knows what."""
_LITERALS: dict[type, Value] = {
    kind: (f"builtins.{kind.__name__}()",) for kind in (str, bytes, int, float, complex, bool)
}
_COLLECTIONS = {"builtins.list": "builtins.list", "builtins.sorted": "builtins.list", "builtins.set": "builtins.set",
                "builtins.tuple": "", "builtins.frozenset": "builtins.frozenset", "builtins.iter": "collections.abc.Iterator",
                "builtins.reversed": "collections.abc.Iterator", "collections.deque": "collections.deque",
                "itertools.islice": "collections.abc.Iterator", "itertools.cycle": "collections.abc.Iterator"}  # fmt: skip
_OPAQUE = frozenset(
    f"builtins.{name}" for name in ("getattr", "eval", "vars", "globals", "locals", "__import__", "sum")
)
_SAME = ("copy.copy", "copy.deepcopy", "copy.replace", "dataclasses.replace", "typing.no_type_check", "typing.final",
         "typing_extensions.final", "builtins.aiter", "asyncio.wait_for", "asyncio.run", "inspect.unwrap")  # fmt: skip
"""Functions that give back their first argument, or something just like it."""
_REPLACERS = frozenset(
    {"dataclasses.replace", "copy.replace", "attr.evolve", "attrs.evolve", "msgspec.structs.replace"}
)
"""Functions that take fields of their first argument as keyword arguments."""
_TYPING = ("typing", "typing_extensions")
_TAKE_TYPES = ("TypeVar", "ParamSpec", "NewType", "NamedTuple", "TypedDict", "TypeAliasType", "assert_type")
"""What takes types after its first argument, also in quotes."""
_GENERICS = ("typing.", "typing_extensions.", "collections.", "builtins.list", "builtins.dict", "builtins.tuple", "builtins.set",
             "builtins.frozenset", "builtins.type")  # fmt: skip
"""How those names start that are known to take types in brackets, where they stand outside annotations."""
_BY_KEY = frozenset({"builtins.sorted", "builtins.min", "builtins.max"})
_SCANNED = 8
"""Limit: the type of a list, set or dictionary is told from this many of its elements."""
_KEY = 30
"""Limit: keys that are longer are no names of items of typed dictionaries."""
_QUOTING = frozenset({nodes.Const, nodes.Tuple})
_TYPE_FORMS = frozenset({nodes.BinOp, nodes.Subscript})
"""Types that say more when they are read as such."""
_CHANGED = frozenset({Context.Store, Context.Del})
_CHAIN = 4
"""Limit: attribute chains with more names are not narrowed."""


def chain_key(node: Any) -> str | None:
    """Return `a.b.c` for a plain chain of attributes on a name, `a.[0].c` where one is an item with a constant index."""
    names: list[str] = []
    while len(names) < _CHAIN:
        if node.__class__ is nodes.Attribute:
            names.append(node.attrname)
            node = node.expr
        elif node.__class__ is nodes.Subscript and node.slice.__class__ is nodes.Const:
            names.append(f"[{node.slice.value!r}]")
            node = node.value
        else:
            break
    if node.__class__ is not nodes.Name and node.__class__ is not nodes.AssignName:
        return None
    return ".".join([node.name, *reversed(names)])


def _is_of_first(new: str, first: Value) -> bool:
    """Tell whether a `__new__` makes an instance of its first argument."""
    return new.endswith(_NEW) or new.removesuffix(".__new__") in first


class Expressions(Flow):
    """The part of the walk that deals with expressions and annotations."""

    def __init__(self, tree: nodes.Module, module: str, is_package: bool, text: Text) -> None:
        super().__init__(tree, module, is_package)
        self.text = text
        self.rows: list[Row] = []
        self.doubts: list[tuple[int, int]] = []
        """Where among the rows those start and end that stand under a condition; one within another under two."""
        self.passed: list[tuple[Value, str]] = []
        """What may be called with a keyword argument, and the argument's name; no name: called where no keyword is named."""
        self.has_left = False
        """A `return` of the current function has been walked: what follows may not run."""
        self.waiting: list[Frame] = []
        """Functions whose bodies are still to be walked."""
        self.self_writes: list[tuple[Frame, str, Row, bool]] = []
        self.notes: dict[Any, tuple[str, ...]] = {}
        """Types that annotations name."""
        self.values: dict[Any, Value] = {}
        """Values of the expressions that others ask about: those that statements assign, and decorators and bases."""
        self.expressions = self._handlers()
        self.specials = self._special_calls()
        self.methods: dict[str, Callable[[Any, Value], Value | None]] = {}
        """What deals with calls of methods, by their names: with the call, and what is called (None: as with any other)."""

    def _handlers(self) -> dict[type, Handler]:
        """Return what finds the value of each kind of expression."""
        return {
            nodes.Name: self._name,
            nodes.Attribute: self._attribute,
            nodes.Const: self._const,
            nodes.Call: self._call,
            nodes.Subscript: self._subscript,
            nodes.BinOp: self._binary,
            nodes.BoolOp: self._boolean,
            nodes.UnaryOp: self._unary,
            nodes.Compare: self._compare,
            nodes.IfExp: self._conditional,
            nodes.List: self._list,
            nodes.Set: self._set,
            nodes.Tuple: self._tuple,
            nodes.Dict: self._dict,
            nodes.ListComp: self._list_comprehension,
            nodes.SetComp: self._set_comprehension,
            nodes.GeneratorExp: self._generator,
            nodes.DictComp: self._dict_comprehension,
            nodes.Lambda: self._lambda,
            nodes.Await: self._await,
            nodes.Yield: self._yield,
            nodes.YieldFrom: self._yield_from,
            nodes.JoinedStr: self._joined,
            nodes.FormattedValue: self._formatted,
            nodes.NamedExpr: self._walrus,
            nodes.Starred: self._starred,
        }

    def _special_calls(self) -> dict[str, Callable[[Any, list[Value]], Value]]:
        """Return what finds the values of calls that no annotation describes well."""
        return {
            "builtins.super": self._super,
            "builtins.type": self._type,
            "builtins.next": lambda node, args: element(args[0]) if args else UNKNOWN,
            "builtins.min": self._least,
            "builtins.max": self._least,
            "builtins.enumerate": self._enumerate,
            "builtins.zip": self._zip,
            "builtins.filter": lambda node, args: container(
                "collections.abc.Iterator", element(args[-1]) if args else ()
            ),
            "builtins.dict": lambda node, args: ("builtins.dict()",),
            "builtins.map": self._map,
            "itertools.chain": lambda node, args: container("collections.abc.Iterator", union(*map(element, args))),
            "itertools.chain.from_iterable": self._flattened,
            "functools.partial": self._partial,
            "weakref.ref": lambda node, args: container("weakref.ref", args[0]) if args else UNKNOWN,
            "typing.cast": self._cast,
            "typing_extensions.cast": self._cast,
            **{f"{module}.{name}": self._type_maker(f"{module}.{name}") for module in _TYPING for name in _TAKE_TYPES},
            **dict.fromkeys(_SAME, lambda node, args: args[0] if args else UNKNOWN),
        }

    # -- rows -----------------------------------------------------------------------------------------------------

    def mark(self) -> Mark:
        """Return a mark to which `forget` can go back."""
        return (
            len(self.rows), len(self.used), len(self.waiting), len(self.self_writes), len(self.doubts), len(self.passed),
            self.has_left,
        )  # fmt: skip

    def forget(self, mark: Mark) -> None:
        """Drop the rows and nested functions noted since a mark."""
        del self.rows[mark[0] :], self.used[mark[1] :], self.waiting[mark[2] :], self.self_writes[mark[3] :]
        del self.doubts[mark[4] :], self.passed[mark[5] :]
        self.has_left = mark[6]

    def doubt(self, start: int) -> None:
        """Note that the rows from `start` on stand under a condition."""
        if len(self.rows) > start:
            self.doubts.append((start, len(self.rows)))

    def operate(self, node: Any, value: Value, name: str) -> None:
        """Note that an operator at a node calls a special method of a value."""
        for target in value:
            if may_call(target, name):
                self.rows.append((node.lineno, node.col_offset, name, _OPERATOR, self.scope, of_special(target, name)))

    def iterate(self, node: Any, value: Value, prefix: str = "__") -> Value:
        """Note that something goes through a value; return its elements."""
        self.operate(node, value, f"{prefix}iter__")
        return element(value)

    def test(self, node: Any) -> None:
        """Walk an expression that is asked whether it is true."""
        value = self.evaluate(node)
        while node.__class__ is nodes.BoolOp:
            node = node.values[-1]  # the others have been asked
        self.operate(node, value, "__bool__")

    def evaluate(self, node: Any, kind: int = READ) -> Value:
        """Walk an expression: note its rows, return its value."""
        handler = self.expressions.get(node.__class__)
        return handler(node, kind) if handler is not None else self._anything(node)

    def quietly(self, node: Any) -> Value:
        """Return the value of an expression without noting anything."""
        mark = self.mark()
        value = self.evaluate(node)
        self.forget(mark)
        return value

    def each(self, node: Any, kind: int) -> Value:
        """Walk an expression or each part of a tuple with one kind of use; return all values."""
        if node.__class__ is nodes.Tuple:
            return union(*[self.each(part, kind) for part in node.elts])
        return self.evaluate(node, kind)

    def _anything(self, node: Any) -> Value:
        for child in node.get_children():
            handler = self.expressions.get(child.__class__)
            if handler is not None:
                handler(child)
            else:
                self._anything(child)
        return UNKNOWN

    # -- names and attributes -------------------------------------------------------------------------------------

    def _name(self, node: Any, kind: int = READ) -> Value:
        name = node.name
        binding = self.names.get(name)
        if binding is None:
            binding = self.bind(name)
        if binding.targets:
            for target in binding.targets if not binding.is_mixed else self.held_targets(binding, name):
                self.rows.append((node.lineno, node.col_offset, name, kind, self.scope, target))
            if binding.imports:
                self.used.append(binding.imports_of(node))
        value = self.env.get(name)
        return binding.value if value is None else value

    def _attribute(self, node: Any, kind: int = READ) -> Value:
        inner = node.expr
        handler = self.expressions.get(inner.__class__)
        base = (
            handler(inner, ANNOTATION if kind == ANNOTATION else READ) if handler is not None else self._anything(inner)
        )
        name = node.attrname
        column = node.end_col_offset - (len(name) if name.isascii() else len(name.encode()))
        if not base:
            if kind <= CALL or kind == _DECORATOR:
                self.rows.append((node.end_lineno, column, name, kind, self.scope, on_unknown(name)))
            return self._narrowed(node, UNKNOWN)
        found: list[str] = []
        for receiver in base:
            target = attribute(receiver, name)
            if target is None:
                continue
            held = kept(receiver, name)
            found += held or (target,)
            if not is_quiet(receiver):
                if held:
                    target = f"{bare_path(receiver)}.{name}"
                if receiver.__class__ is AnyClass:
                    target = attribute(f"{receiver}().__class__", name) or target
                self.rows.append((node.end_lineno, column, name, kind, self.scope, target))
        if name == "__class__" and base[0].__class__ is SelfTarget:
            return (SelfClass(base[0][:-2]),)
        return self._narrowed(node, tuple(found) if found else SOMETHING)

    def _narrowed(self, node: Any, value: Value) -> Value:
        if not self.dotted:
            return value
        key = chain_key(node)
        held = self.env.get(key) if key is not None else None
        return value if held is None else held

    # -- calls ----------------------------------------------------------------------------------------------------

    def _keywords(self, node: Any, targets: Value, arguments: list[Value]) -> list[tuple[str, Value]]:
        """Walk keyword arguments; return their values, but for those of lambdas."""
        named: list[tuple[str, Value]] = []
        for keyword in node.keywords:
            if keyword.arg == "key" and keyword.value.__class__ is nodes.Lambda:
                self._lambda(keyword.value, given=_keyed(targets, arguments))
            else:
                named.append((keyword.arg or "", self.evaluate(keyword.value)))
        if targets:
            self._name_fields(node, targets, arguments)
        return named

    def _call(self, node: Any, kind: int = READ) -> Value:
        func = node.func
        evaluate = self.evaluate
        targets = evaluate(func, kind if kind in _PASSED_ON else CALL)
        if node.args and node.args[0].__class__ is nodes.Lambda:
            arguments = self._after_lambda(node, targets)
        else:
            arguments = [evaluate(argument) for argument in node.args]
        named = self._keywords(node, targets, arguments) if node.keywords else []
        self.operate(func, _unnamed(targets), "__call__")
        if targets and self._is_unnamed(func) and (own := _own_names(targets)):
            self.passed.append((own, ""))
        if func.__class__ is nodes.Attribute and func.attrname in self.methods:
            found = self.methods[func.attrname](node, targets)
            if found is not None:
                return found
        if not targets:
            return UNKNOWN
        text = self._handed(node, targets, arguments, named) if kind != _DECORATOR else ""
        if len(targets) == 1:
            return self._result(targets[0], node, arguments, text)
        return union(*[self._result(target, node, arguments, text) for target in targets])

    def _handed(self, node: Any, targets: Value, arguments: list[Value], named: list[tuple[str, Value]]) -> str:
        """Return what a call hands on to what is called, as a step of its target; nothing if that is known not to matter."""
        if not (arguments or named) or not any(map(self._may_depend, targets)):
            return ""
        given: list[tuple[str, Value]] = []
        for part, value in zip(node.args, arguments, strict=True):
            if part.__class__ is nodes.Starred:
                break
            given.append(("", value))
        return handed([*given, *[pair for pair in named if pair[0]]] if named else given)

    def _may_depend(self, target: str) -> bool:
        """Tell whether what a call gives may depend on its arguments: of a class only if this file says so."""
        if target.__class__ is not str or not _may_take(target):
            return False
        if not _is_class_name(target.rpartition(".")[2]):
            return True
        found = self.tree.locals.get(target.removeprefix(f"{self.module.id}."), ())
        return any(map(_is_generic, found))

    def _name_fields(self, node: Any, targets: Value, arguments: list[Value]) -> None:
        """Note the names of keyword arguments: those of parameters, or of fields where a class is called."""
        named = _own_names(targets)
        self.passed.extend((named, keyword.arg) for keyword in node.keywords if keyword.arg and named)
        for target in targets:
            for made in _made(target, arguments):
                for keyword in node.keywords:
                    if keyword.arg and len(made) + len(keyword.arg) < MAX_TEXT:
                        found = of_field(made, keyword.arg)
                        self.rows.append(
                            (keyword.lineno, keyword.col_offset, keyword.arg, _ARGUMENT, self.scope, found)
                        )

    def _is_unnamed(self, func: Any) -> bool:
        """Tell whether a call names no keyword that is called: `cls()`, `type(self)()`, `self.__class__()`."""
        if func.__class__ is nodes.Name:
            binding = self.names.get(func.name)
            return binding is None or not binding.targets
        return func.__class__ is nodes.Call or (func.__class__ is nodes.Attribute and func.attrname == "__class__")

    def _after_lambda(self, node: Any, targets: Value) -> list[Value]:
        """Walk the arguments of `map(lambda x: ..., xs)` or `filter`: the function takes what the others hold."""
        others = [self.evaluate(argument) for argument in node.args[1:]]
        is_mapped = targets in {("builtins.map",), ("builtins.filter",)}
        return [self._lambda(node.args[0], given=tuple(map(element, others)) if is_mapped else ()), *others]

    def _result(self, target: str, node: Any, arguments: list[Value], handed_on: str) -> Value:
        if target in BY_FUNCTIONS:
            is_of_all = target == "builtins.print"
            for argument, value in zip(node.args if is_of_all else node.args[:1], arguments, strict=False):
                self.operate(argument, value, BY_FUNCTIONS[target])
        elif target in ITERATED:
            chosen = ITERATED[target]
            for argument, value in zip(node.args[chosen], arguments[chosen], strict=False):
                self.iterate(argument, value)
        special = self.specials.get(target)
        if special is not None:
            return special(node, arguments)
        if target in _COLLECTIONS:
            return _collected(target, arguments)
        if target in _OPAQUE:
            return UNKNOWN
        if arguments and target.endswith("__new__") and _is_of_first(target, arguments[0]):
            return union(*map(called, arguments[0]))
        if handed_on and len(target) + len(handed_on) < MAX_TEXT and self._may_depend(target):
            return called(target + handed_on)
        return called(target)

    def _super(self, node: Any, arguments: list[Value]) -> Value:
        if arguments:
            owner = [target for target in arguments[0] if is_path(target)]
            return tuple(f"{target}()!super" for target in owner)
        owner_frame = self.frame.owner
        if owner_frame is None:
            return UNKNOWN
        return (f"{owner_frame.id}!super",) if self.frame.method == "class" else (f"{owner_frame.id}()!super",)

    def _type(self, node: Any, arguments: list[Value]) -> Value:
        if len(arguments) == 3:  # a new class: it has what its bases have
            return element(arguments[1])
        if len(arguments) != 1:
            return UNKNOWN
        found = [SelfClass(t[:-2]) if t.__class__ is SelfTarget else f"{t}.__class__" for t in arguments[0]]
        return tuple(found)

    def _least(self, node: Any, arguments: list[Value]) -> Value:
        return element(arguments[0]) if len(arguments) == 1 else union(*arguments)

    def _enumerate(self, node: Any, arguments: list[Value]) -> Value:
        pair = container("builtins.tuple", _LITERALS[int], element(arguments[0]) if arguments else UNKNOWN)
        return container("collections.abc.Iterator", pair)

    def _zip(self, node: Any, arguments: list[Value]) -> Value:
        return container(
            "collections.abc.Iterator", container("builtins.tuple", *[element(value) for value in arguments])
        )

    def _map(self, node: Any, arguments: list[Value]) -> Value:
        results = [called(target) for target in arguments[0]] if arguments else []
        return container("collections.abc.Iterator", union(*results))

    def _flattened(self, node: Any, arguments: list[Value]) -> Value:
        return container("collections.abc.Iterator", element(element(arguments[0])) if arguments else UNKNOWN)

    def _partial(self, node: Any, arguments: list[Value]) -> Value:
        results = union(*[called(target) for target in arguments[0]]) if arguments else UNKNOWN
        return (generic("typing.Callable", ("...",), members(results)) + "()",) if results else UNKNOWN

    def _cast(self, node: Any, arguments: list[Value]) -> Value:
        if not node.args:
            return UNKNOWN
        mark = self.mark()
        types = self.annotation(node.args[0])
        self.forget(mark)  # what stands there unquoted has been noted already
        self.quoted(node.args[0])
        return self.typed(types)

    def _type_maker(self, target: str) -> Callable[[Any, list[Value]], Value]:
        """Return what deals with a call of `TypeVar`, `NewType` or the like: it walks the types in quotes among its arguments."""

        def make(node: Any, arguments: list[Value]) -> Value:
            for argument in node.args[1:]:
                self.quoted(argument, has_names=target.endswith(".NamedTuple"))
            for keyword in node.keywords:
                if keyword.arg in {"bound", "default"}:
                    self.quoted(keyword.value)
            return called(target)

        return make

    def quoted(self, node: Any, *, has_names: bool = False) -> None:
        """Note the rows of types in quotes, in an expression that stands for a type and has been walked as a value.

        What stands in brackets has been seen to by then.
        With `has_names` it lists pairs of a field's name and its type.
        """
        kind = node.__class__
        if kind is nodes.Const:
            if isinstance(node.value, str):
                self._string_types(node)
        elif kind is nodes.BinOp:
            self.quoted(node.left)
            self.quoted(node.right)
        elif kind is nodes.Tuple or kind is nodes.List:
            for part in node.elts:
                self.quoted(part.elts[-1] if has_names and getattr(part, "elts", None) else part)
        elif kind is nodes.Dict:
            for _, value in node.items:
                self.quoted(value)

    def _quoted_arguments(self, heads: Value, index: Any) -> None:
        """Note the types in quotes in the brackets of a generic type."""
        head = normalise(heads[0]) if heads and is_path(heads[0]) else ""
        if head == "typing.Annotated":
            index = index.elts[0] if index.__class__ is nodes.Tuple and index.elts else index
        elif head == "typing.Literal" or not head.startswith(_GENERICS):
            return
        self.quoted(index)

    # -- operators ------------------------------------------------------------------------------------------------

    def _const(self, node: Any, kind: int = READ) -> Value:
        return _LITERALS.get(node.value.__class__, UNKNOWN)

    def _subscript(self, node: Any, kind: int = READ) -> Value:
        value = self._taken(node, kind)
        if not self.dotted:
            return value
        if node.ctx in _CHANGED:
            self._forget_items(node)
        return self._narrowed(node, value)

    def _forget_items(self, node: Any) -> None:
        """Forget what items hold of what a name leads to: `x[i] = ...` may change any of them."""
        while node.__class__ is nodes.Attribute or node.__class__ is nodes.Subscript:
            node = node.expr if node.__class__ is nodes.Attribute else node.value
        for key in sorted(self.dotted.get(getattr(node, "name", ""), ())):
            if "[" in key and key in self.env:
                self.put(key, None)

    def _taken(self, node: Any, kind: int) -> Value:
        """Return what a subscript gets."""
        value = self.evaluate(node.value, kind)
        index = node.slice
        is_changed = node.parent.__class__ is nodes.AugAssign and node.parent.target is node
        self.operate(index, value, SUBSCRIPTS[node.ctx])
        if is_changed:
            self.operate(index, value, SUBSCRIPTS[Context.Load])
        value = _with_key(value, self._key(node, index, value))
        if index.__class__ in _QUOTING and value and value[0].startswith(_GENERICS):
            self._quoted_arguments(value, index)  # `X = Optional["Y"]`
        if index.__class__ is nodes.Const:
            return item(value, index.value)
        if index.__class__ is nodes.Slice:
            return value  # a part of a list, a string, a query: something of the same type
        if index.__class__ is nodes.UnaryOp and index.op == "-" and index.operand.__class__ is nodes.Const:
            number = index.operand.value
            return item(value, -number if type(number) is int else None)
        return item(value)

    def _key(self, node: Any, index: Any, value: Value) -> str:
        """Walk the index of a subscript; return it as a step of a target, as far as what comes out may depend on it."""
        is_called = bool(value) and getattr(node.parent, "func", None) is node
        is_made = is_called and all(map(_may_be_generic, value))  # `Key[X | None]()`
        if index.__class__ is nodes.Const:
            text = index.value
            if text.__class__ is not str:
                return ""
            if is_made:
                return handed([("", self._string_types(index))])
            is_short = len(text) < _KEY and text.isidentifier()
            return handed([("", (f"typing.Literal.{text}",))]) if is_short else ""
        given = self.evaluate(index)
        if is_made and index.__class__ in _TYPE_FORMS:
            mark = self.mark()
            given = self.annotation(index)
            self.forget(mark)
        return handed([("", given)])

    def _binary(self, node: Any, kind: int = READ) -> Value:
        chain = []
        while node.__class__ is nodes.BinOp:  # `a + b + c + ...` nests as deep as it is long
            chain.append(node)
            node = node.left
        value = self.evaluate(node)
        for operation in reversed(chain):
            right = self.evaluate(operation.right)
            self._operate_on(operation.right, value, BINARY[operation.op], right)
            value = _operated(value, operation.op, right)
        return value

    def _operate_on(self, node: Any, left: Value, name: str, right: Value) -> None:
        """Note which special methods a binary operator calls; `node` is what stands on the right."""
        if not left or not all(map(is_quiet, left)):
            self.operate(node, left, name)
        elif name != "__mod__":  # a text takes everything
            self.operate(node, right, reflected(name))

    def _unary(self, node: Any, kind: int = READ) -> Value:
        value = self.evaluate(node.operand)
        self.operate(node.operand, value, UNARY[node.op])
        if node.op == "not":
            return _LITERALS[bool]
        return value if all(target.startswith("builtins.") for target in value) else UNKNOWN

    def _compare(self, node: Any, kind: int = READ) -> Value:
        left = self.evaluate(node.left)
        for operator, part in node.ops:
            right = self.evaluate(part)
            if operator in COMPARISONS:
                self.operate(part, left, COMPARISONS[operator])
            elif operator.endswith("in"):
                self.operate(part, right, "__contains__")
            left = right
        return _LITERALS[bool]

    def _boolean(self, node: Any, kind: int = READ) -> Value:
        is_and = node.op == "and"
        undo: list[tuple[str, Value | None]] = []
        value: Value = UNKNOWN
        last = node.values[-1]
        start: int | None = None
        for operand in node.values:
            part = self.evaluate(operand)
            if operand is not last:
                self.operate(operand, part, "__bool__")
            start = len(self.rows) if start is None else start
            value = part if is_and else union(value, part)
            if operand is not last:
                undo += self.assume(operand, is_and)
        self._restore(undo)
        self.doubt(start or 0)
        return value

    def _conditional(self, node: Any, kind: int = READ) -> Value:
        self.test(node.test)
        start = len(self.rows)
        undo = self.assume(node.test, True)
        first = self.evaluate(node.body)
        self._restore(undo)
        undo = self.assume(node.test, False)
        second = self.evaluate(node.orelse)
        self._restore(undo)
        self.doubt(start)
        return union(first, second)

    def _restore(self, undo: list[tuple[str, Value | None]]) -> None:
        for key, before in reversed(undo):
            self.put(key, before)

    def assume(self, test: Any, outcome: bool) -> list[tuple[str, Value | None]]:
        """Narrow what names hold by the outcome of a test; return what they held (see narrowing.py)."""
        raise NotImplementedError

    # -- displays -------------------------------------------------------------------------------------------------

    def _elements(self, parts: list[Any]) -> Value:
        values = [self.evaluate(part) for part in parts]
        return union(*values[:_SCANNED])

    def _list(self, node: Any, kind: int = READ) -> Value:
        return container("builtins.list", self._elements(node.elts))

    def _set(self, node: Any, kind: int = READ) -> Value:
        return container("builtins.set", self._elements(node.elts))

    def _tuple(self, node: Any, kind: int = READ) -> Value:
        values = [self.evaluate(part) for part in node.elts]
        if len(values) > _SCANNED or any(part.__class__ is nodes.Starred for part in node.elts):
            return sequence(union(*values[:_SCANNED]))
        return container("builtins.tuple", *values)

    def _dict(self, node: Any, kind: int = READ) -> Value:
        keys: list[Value] = []
        values: list[Value] = []
        for key, value in node.items:
            found = self.evaluate(value)
            if key.__class__ is nodes.DictUnpack:
                continue
            keys.append(self.evaluate(key))
            values.append(found)
        return container("builtins.dict", union(*keys[:_SCANNED]), union(*values[:_SCANNED]))

    def _starred(self, node: Any, kind: int = READ) -> Value:
        return self.iterate(node.value, self.evaluate(node.value))

    def _joined(self, node: Any, kind: int = READ) -> Value:
        start = len(self.rows)
        self._anything(node)
        if sys.version_info < (3, 12):  # positions inside f-strings are not to be trusted before
            self.rows[start:] = [
                (node.lineno, node.col_offset, *row[2:]) if row[3] == _OPERATOR else row
                for row in self.rows[start:]
                if row[3] == _OPERATOR or self._stands(row)
            ]
        return _LITERALS[str]

    def _formatted(self, node: Any, kind: int = READ) -> Value:
        value = self.evaluate(node.value)
        self.operate(node.value, value, CONVERSIONS.get(node.conversion, "__format__"))
        if node.format_spec is not None:
            self.evaluate(node.format_spec)
        return _LITERALS[str]

    def _stands(self, row: Row) -> bool:
        return self.text.has(row[0], self.text.column(row[0], row[1]), row[2])

    # -- small scopes ---------------------------------------------------------------------------------------------

    def _comprehension(self, node: Any, *results: Any) -> list[Value]:
        before = self._leave_class(node)
        saved: list[tuple[str, Binding | None, Value | None]] = []
        undo: list[tuple[str, Value | None]] = []
        for generator in node.generators:
            held = self._iterable(generator.iter, before)
            elements = self.iterate(generator.iter, held, "__a" if generator.is_async else "__")
            for name, value in self._spread(generator.target, elements):
                self._shadow(name, value, saved)
            for condition in generator.ifs:
                self.test(condition)
                undo += self.assume(condition, True)
        found = [self.evaluate(result) for result in results]
        self._restore(undo)
        self._unshadow(saved)
        if before is not None:
            self.leave(before)
        return found

    def _iterable(self, node: Any, before: tuple[Any, ...] | None) -> Value:
        if before is None or self.env:
            return self.evaluate(node)
        inner = self.enter(before[0])  # the first one is evaluated in the class itself
        value = self.evaluate(node)
        self.leave(inner)
        return value

    def _leave_class(self, node: Any) -> tuple[Any, ...] | None:
        """Names of a class are not seen from the small scopes in it: go on in a frame of their own."""
        if not self.frame.is_class:
            return None
        frame = Frame(node, self.frame, self.frame.id, self.scope, survey=Survey(()))
        return self.enter(frame)

    def _spread(self, target: Any, value: Value) -> list[tuple[str, Value]]:
        return [(leaf.name, held) for leaf, held in self.unpack(target, value) if leaf.__class__ is nodes.AssignName]

    def _shadow(self, name: str, value: Value, saved: list[tuple[str, Binding | None, Value | None]]) -> None:
        saved.append((name, self.names.get(name), self.env.get(name)))
        self.names[name] = Binding(is_local=True)
        self.put(name, value)

    def _unshadow(self, saved: list[tuple[str, Binding | None, Value | None]]) -> None:
        for name, binding, value in reversed(saved):
            if binding is None:
                del self.names[name]
            else:
                self.names[name] = binding
            self.put(name, value)

    def _list_comprehension(self, node: Any, kind: int = READ) -> Value:
        return container("builtins.list", self._comprehension(node, node.elt)[0])

    def _set_comprehension(self, node: Any, kind: int = READ) -> Value:
        return container("builtins.set", self._comprehension(node, node.elt)[0])

    def _generator(self, node: Any, kind: int = READ) -> Value:
        return container("collections.abc.Iterator", self._comprehension(node, node.elt)[0])

    def _dict_comprehension(self, node: Any, kind: int = READ) -> Value:
        return container("builtins.dict", *self._comprehension(node, node.key, node.value))

    def _lambda(self, node: Any, kind: int = READ, given: tuple[Value, ...] = ()) -> Value:
        parameters = self.parameters(node.args)
        parameters.update(zip(parameters, given, strict=False))
        before = self._leave_class(node)
        scope, self.scope = self.scope, self.new_scope(node, self.scope)
        saved: list[tuple[str, Binding | None, Value | None]] = []
        for name, value in parameters.items():
            self._shadow(name, value, saved)
        start = len(self.rows)
        result = self.evaluate(node.body)
        self.doubt(start)
        self._unshadow(saved)
        self.scope = scope
        if before is not None:
            self.leave(before)
        return (generic("typing.Callable", ("...",), members(result)) + "()",) if result else UNKNOWN

    def _await(self, node: Any, kind: int = READ) -> Value:
        return awaited(self.evaluate(node.value))

    def _yield(self, node: Any, kind: int = READ) -> Value:
        value = self.evaluate(node.value) if node.value is not None else UNKNOWN
        self.frame.yields = union(self.frame.yields or UNKNOWN, value)
        return self.sent()

    def sent(self) -> Value:
        """Return what is sent to the generator that is being walked (see statements.py)."""
        raise NotImplementedError

    def _yield_from(self, node: Any, kind: int = READ) -> Value:
        elements = self.iterate(node.value, self.evaluate(node.value))
        self.frame.yields = union(self.frame.yields or UNKNOWN, elements)
        return UNKNOWN

    def _walrus(self, node: Any, kind: int = READ) -> Value:
        value = self.evaluate(node.value)
        self.assign(node.target, value)
        return value

    def assign(self, target: Any, value: Value) -> None:
        """Bind a target of an assignment to a value (see statements.py)."""
        raise NotImplementedError

    def unpack(self, target: Any, value: Value) -> list[tuple[Any, Value]]:
        """Return the single targets of an assignment, and what each of them gets."""
        if target.__class__ is nodes.Starred:
            return self.unpack(target.value, container("builtins.list", element(value)))
        if target.__class__ is not nodes.Tuple and target.__class__ is not nodes.List:
            return [(target, value)]
        found: list[tuple[Any, Value]] = []
        self.iterate(target, value)
        starred = False
        for index, part in enumerate(target.elts):
            if part.__class__ is nodes.Starred:
                starred = True
                found += self.unpack(part, value)
            else:
                found += self.unpack(part, element(value) if starred else item(value, index))
        return found

    # -- parameters -----------------------------------------------------------------------------------------------

    def parameters(self, args: Any, declared: dict[str, Value] | None = None) -> dict[str, Value]:
        """Walk defaults and annotations of a function; return what its parameters hold (and declare to hold)."""
        held: dict[str, Value] = {}
        for parameter, note, default in _named_parameters(args):
            value = self.evaluate(default) if default is not None else UNKNOWN
            if note is not None:
                self.notes[note] = self.annotation(note)
                value = self.typed(self.notes[note])
                if declared is not None:
                    declared[parameter.name] = value
            held[parameter.name] = value
        if args.vararg:
            held[args.vararg] = sequence(self._noted(args.varargannotation))
        if args.kwarg:
            held[args.kwarg] = container("builtins.dict", _LITERALS[str], self._noted(args.kwargannotation))
        return held

    def _noted(self, note: Any) -> Value:
        if note is None:
            return UNKNOWN
        self.notes[note] = self.annotation(note)
        return self.typed(self.notes[note])

    def typed(self, types: tuple[str, ...]) -> Value:
        """Return the value of something with these types; `typing.Self` is the class that encloses it."""
        owner = self.frame.owner if not self.frame.is_class else self.frame
        found: list[str] = []
        for value in instances(types):
            if value.startswith("typing.Self") and owner is not None:
                found.append(SelfTarget(f"{owner.id}()") if value.endswith("()") else SelfClass(owner.id))
            else:
                found.append(value)
        return tuple(found)

    # -- annotations ----------------------------------------------------------------------------------------------

    def annotation(self, node: Any, kind: int = ANNOTATION) -> tuple[str, ...]:
        """Walk an annotation: note its rows, return the members of the union that it names."""
        kind_of = node.__class__
        if kind_of is nodes.Name or kind_of is nodes.Attribute:
            types = self._named_types(self.evaluate(node, kind))
            return types or self._hidden_type(node, kind) or self._alias_types(node)
        if kind_of is nodes.Subscript:
            return self._generic_types(node, kind)
        if kind_of is nodes.BinOp and node.op == "|":
            return union(self.annotation(node.left, kind), self.annotation(node.right, kind))
        if kind_of is nodes.Const:
            return self._constant_types(node)
        if kind_of is nodes.List or kind_of is nodes.Tuple:
            for part in node.elts:
                self.annotation(part, kind)
            return ("...",)
        self.evaluate(node, kind)
        return ()

    def _hidden_type(self, node: Any, kind: int) -> tuple[str, ...]:
        """Return the type that a parameter of the same name hides: `self.document: document = document`."""
        if node.__class__ is not nodes.Name or not self.names[node.name].is_local:
            return ()
        outer = self._own(self.module, node.name)
        if outer is None or node.name in self.frame.type_params:
            return ()
        self.rows.extend(
            (node.lineno, node.col_offset, node.name, kind, self.scope, target) for target in outer.targets
        )
        if outer.imports:
            self.used.append(outer.imports_of(node))
        return self._named_types(outer.value)

    def _alias_types(self, node: Any) -> tuple[str, ...]:
        """Return what a name of the module stands for whose value says nothing here: link knows what `Union[A, B]` is."""
        binding = self.names.get(node.name) if node.__class__ is nodes.Name else None
        return self._named_types(binding.targets) if binding is not None and not binding.imports else ()

    def _named_types(self, targets: Value) -> tuple[str, ...]:
        found = [normalise(target) for target in targets if is_path(target)]
        return tuple(path for path in found if path not in NOTHING)

    def _constant_types(self, node: Any) -> tuple[str, ...]:
        if node.value is Ellipsis:
            return ("...",)
        return self._string_types(node) if isinstance(node.value, str) else ()

    def _generic_types(self, node: Any, kind: int) -> tuple[str, ...]:
        heads = [normalise(target) for target in self.evaluate(node.value, kind) if is_path(target)]
        parts = node.slice.elts if node.slice.__class__ is nodes.Tuple else [node.slice]
        head = heads[0] if heads else ""
        if head == "typing.Literal":
            return self._literal_types(parts)
        if head == "typing.Annotated":
            for extra in parts[1:]:
                self.evaluate(extra)
            return self.annotation(parts[0], ANNOTATION) if parts else ()
        arguments = [self.annotation(part, ANNOTATION) for part in parts]
        if head in UNIONS or head in WRAPPERS:
            return union(*arguments)
        if head in {"typing.TypeGuard", "typing.TypeIs"}:
            return ("builtins.bool",)
        return tuple(generic(path, *arguments) for path in heads if path not in NOTHING)

    def _literal_types(self, parts: list[Any]) -> tuple[str, ...]:
        values = [self.evaluate(part) for part in parts]
        return members(union(*values))

    def _string_types(self, node: Any) -> tuple[str, ...]:
        try:
            parsed = ast.parse(f"({node.value}\n)", mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
        shift = self._inside(node)
        start = len(self.rows)
        types = self.annotation(_grown(parsed, node, (shift or 0) - 1))
        if shift is None:
            del self.rows[start:]  # they have no place; what they use is used all the same
        return types

    def note_string(self, node: Any, kind: int, target: str, start: str = "") -> None:
        """Note that a string names something, if its text stands in the source as it is: what follows `start` and a dot."""
        column = self._inside(node)
        if column is not None:
            skipped = len(start.encode()) + 1 if start else 0
            self.rows.append(
                (node.lineno, column + skipped, node.value[len(start) + bool(start) :], kind, self.scope, target)
            )

    def _inside(self, node: Any) -> int | None:
        """Return the column (in bytes) at which the text of a plain string literal starts; None where that is unclear."""
        if node.end_lineno != node.lineno or "\\" in node.value:
            return None
        marks = node.end_col_offset - node.col_offset - len(node.value.encode())
        opening = {2: 1, 3: 2, 6: 3, 7: 4}.get(marks)
        if opening is None:
            return None
        column = self.text.column(node.lineno, node.col_offset + opening)
        return node.col_offset + opening if self.text.has(node.lineno, column, node.value) else None


def _keyed(targets: Value, arguments: list[Value]) -> tuple[Value, ...]:
    """Return what a function gets that is the `key` of `sorted(xs)`, `min(xs)` or `xs.sort()`."""
    if targets and targets[0] in _BY_KEY:
        return (element(arguments[0]),) if len(arguments) == 1 else (union(*arguments),)
    lists = tuple(target.removesuffix(".sort") for target in targets if target.endswith(".sort"))
    return (element(lists),) if lists else ()


def _made(target: str, arguments: list[Value]) -> Iterator[str]:
    """Yield the classes whose fields a call may set: what is called, if it looks like a class, or that of what it copies."""
    if target in _REPLACERS:
        yield from map(_class_of, arguments[0] if arguments else ())
        return
    owner, _, name = target.rpartition(".")
    if name == "_replace":
        yield _class_of(owner)
    elif not target.startswith("builtins.") and (target.__class__ is SelfClass or _is_class_name(name)):
        yield target


def _is_generic(node: Any) -> bool:
    """Tell whether something is a class with type variables."""
    return node.__class__ is nodes.ClassDef and any(base.__class__ is nodes.Subscript for base in node.bases)


def _may_be_generic(target: str) -> bool:
    """Tell whether a target is spelled like a class, and not like a constant."""
    name = target.rpartition(".")[2]
    return is_path(target) and _is_class_name(name) and not name.isupper()


def _with_key(value: Value, text: str) -> Value:
    """Hand a key to a subscript of what may be an object of the project."""
    return tuple(
        target + text if _may_take(target) and len(target) + len(text) < MAX_TEXT else target for target in value
    )


def _may_take(target: str) -> bool:
    """Tell whether what a target gives may be code of the project, or of a package that nobody knows here."""
    return target.partition(".")[0] not in _KNOWN


@remembered
def _unnamed(targets: Value) -> Value:
    """Return those targets that stand for what a call, a loop or pytest gives."""
    return tuple(target for target in targets if not is_named(target))


@remembered
def _own_names(targets: Value) -> Value:
    """Return those targets that name something which may be of the project."""
    return tuple(target for target in targets if is_named(target) and not target.startswith("builtins."))


def _is_class_name(name: str) -> bool:
    return name == "__class__" or name.lstrip("_")[:1].isupper()


def _class_of(instance: str) -> str:
    return instance[:-2] if is_constructor(instance) else f"{instance}.__class__"


def _collected(target: str, arguments: list[Value]) -> Value:
    """Return the value of `list(x)`, `sorted(x)` and the like."""
    inner = element(arguments[0]) if arguments else UNKNOWN
    path = _COLLECTIONS[target]
    if not path:
        return sequence(inner)
    return container(path, inner)


def _operated(left: Value, operator: str, right: Value) -> Value:
    """Return the value of a binary operation."""
    if not left:
        return UNKNOWN
    if all(is_quiet(target) for target in left):
        return right if right and not all(is_quiet(target) for target in right) and operator != "%" else left
    if operator == "+" and split_arguments(left[0]) is not None:
        return union(left, right)
    return step(left, f".{BINARY[operator]}()")


def _named_parameters(args: Any) -> list[tuple[Any, Any, Any]]:
    """Return the parameters with a name each, with their annotations and defaults."""
    positional = args.posonlyargs + (args.args or [])
    notes = args.posonlyargs_annotations + args.annotations
    defaults = [None] * (len(positional) - len(args.defaults or ())) + (args.defaults or [])
    found = list(zip(positional, notes, defaults, strict=False))
    if args.kwonlyargs:
        found += zip(args.kwonlyargs, args.kwonlyargs_annotations, args.kw_defaults or (), strict=False)
    return found


def _grown(node: Any, parent: Any, shift: int) -> Any:
    """Turn a tree of the standard library, parsed from a string literal, into astroid's, at its place in the file."""
    column = node.col_offset + shift
    end = node.end_col_offset + shift
    place = {"lineno": parent.lineno, "col_offset": column, "end_lineno": parent.lineno, "end_col_offset": end}
    made: Any
    if isinstance(node, ast.Name):
        return nodes.Name(name=node.id, parent=parent, **place)
    if isinstance(node, ast.Attribute):
        made = nodes.Attribute(attrname=node.attr, parent=parent, **place)
        made.postinit(_grown(node.value, made, shift))
    elif isinstance(node, ast.Subscript):
        made = nodes.Subscript(ctx=None, parent=parent, **place)
        made.postinit(_grown(node.value, made, shift), _grown(node.slice, made, shift))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        made = nodes.BinOp(op="|", parent=parent, **place)
        made.postinit(_grown(node.left, made, shift), _grown(node.right, made, shift))
    elif isinstance(node, (ast.Tuple, ast.List)):
        made = (nodes.Tuple if isinstance(node, ast.Tuple) else nodes.List)(ctx=None, parent=parent, **place)
        made.postinit([_grown(part, made, shift) for part in node.elts])
    elif isinstance(node, ast.Constant):
        made = nodes.Const(node.value, parent=parent, **place)
    else:  # no type, such as a call in `Annotated`: only the names in it matter
        made = nodes.Tuple(ctx=None, parent=parent, **place)
        made.postinit([_grown(part, made, shift) for part in _parts(node)])
    return made


def _parts(node: ast.AST) -> Iterator[Any]:
    """Yield the outermost expressions in an expression."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        else:
            yield from _parts(child)
