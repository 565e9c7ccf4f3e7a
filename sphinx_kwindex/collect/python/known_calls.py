"""Results of standard library and pytest calls that pass on their arguments: tasks, context managers, caught exceptions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from astroid import nodes

from sphinx_kwindex.collect.python.narrowing import Narrowing
from sphinx_kwindex.collect.python.tokens import Text
from sphinx_kwindex.collect.python.values import (
    CAUGHT,
    UNKNOWN,
    SelfTarget,
    Value,
    awaited,
    called,
    container,
    element,
    generic,
    sequence,
    step,
    union,
)
from sphinx_kwindex.targets import Op, is_path

_EXECUTORS = ("ThreadPoolExecutor", "ProcessPoolExecutor")
_ENTERED = Op.ENTER.value
_LOOPS = (
    *(f"asyncio.{name}()" for name in ("get_running_loop", "get_event_loop", "new_event_loop")),
    "asyncio.AbstractEventLoop()",
)
_TASKS = (
    "asyncio.create_task", "asyncio.ensure_future", *(f"{loop}.create_task" for loop in _LOOPS),
    *(f"asyncio.TaskGroup(){entry}.create_task" for entry in ("", _ENTERED)),
)  # fmt: skip
_ADDERS = {"append": "builtins.list()", "appendleft": "collections.deque()", "add": "builtins.set()"}
"""Methods that put their argument into an empty container, with what that is."""


class KnownCalls(Narrowing):
    """The part of the walk that deals with them."""

    def __init__(self, tree: nodes.Module, module: str, is_package: bool, text: Text) -> None:
        super().__init__(tree, module, is_package, text)
        first = _first(lambda value: value)
        submitted = _first(lambda value: container("concurrent.futures.Future", union(*map(called, value))))
        entered = _first(lambda value: step(value, _ENTERED))
        self.specials |= {
            "asyncio.gather": self._gather,
            **dict.fromkeys(_TASKS, _first(lambda value: container("asyncio.Task", awaited(value)))),
            "asyncio.as_completed": _first(lambda value: container("collections.abc.Iterator", element(value))),
            **{f"{loop}.run_until_complete": _first(awaited) for loop in _LOOPS},
            **{f"{loop}.run_in_executor": _in_executor for loop in _LOOPS},
            "asyncio.to_thread": _first(lambda value: union(*map(called, value))),
            **{
                f"concurrent.futures.{name}(){entry}.submit": submitted
                for name in _EXECUTORS
                for entry in ("", _ENTERED)
            },
            **{
                f"contextlib.{name}": _first(partial(container, f"contextlib.{name}"))
                for name in ("nullcontext", "closing", "aclosing")
            },
            **{
                f"contextlib.{name}(){entry}.{method}": entered
                for name, methods in (
                    ("ExitStack", ("enter_context",)),
                    ("AsyncExitStack", ("enter_context", "enter_async_context")),
                )
                for method in methods
                for entry in ("", _ENTERED)
            },
            "random.choice": _first(element),
            **dict.fromkeys(("random.choices", "random.sample"), _first(lambda value: sequence(element(value)))),
            "collections.defaultdict": _first(
                lambda value: container("collections.defaultdict", UNKNOWN, union(*map(called, value)))
            ),
            **dict.fromkeys(("asyncio.shield", "weakref.proxy"), first),
            "pytest.raises": self._raises,
        }
        self.methods |= {"assertRaises": self._assert_raises, "assertRaisesRegex": self._assert_raises}
        self.methods |= dict.fromkeys(_ADDERS, self._add)

    def _gather(self, node: Any, arguments: list[Value]) -> Value:
        if any(argument.__class__ is nodes.Starred for argument in node.args):
            return sequence(awaited(union(*arguments)))
        return container("builtins.tuple", *map(awaited, arguments))

    def _raises(self, _node: Any, arguments: list[Value]) -> Value:
        """Return what `with pytest.raises(Error) as caught` gives."""
        given = arguments[0] if len(arguments) == 1 else UNKNOWN
        classes = tuple(filter(is_path, given)) or tuple(filter(is_path, element(given)))
        return (f"{generic(CAUGHT, classes)}()",) if classes else called("pytest.raises")

    def _assert_raises(self, node: Any, targets: Value) -> Value | None:
        """The same for `self.assertRaises`."""
        is_own = any(target.startswith(f"{owner}.") for target in targets for owner in self._own_classes())
        return self._raises(node, [self.quietly(argument) for argument in node.args[:1]]) if is_own else None

    def _own_classes(self) -> Value:
        value = self.env.get("self") or UNKNOWN
        return tuple(target for target in value if target.__class__ is SelfTarget)

    def _add(self, node: Any, _targets: Value) -> Value | None:
        """Note what an empty container of a local name gets first."""
        name, empty = getattr(node.func.expr, "name", ""), (_ADDERS[node.func.attrname],)
        if name and self.frame.is_function and len(node.args) == 1 and self.env.get(name) == empty:
            value = self.quietly(node.args[0])
            if value:
                self.hold(name, container(empty[0][:-2], value))
        return None


def _in_executor(_node: Any, arguments: list[Value]) -> Value:
    return union(*map(called, arguments[1])) if len(arguments) > 1 else UNKNOWN


def _first(make: Callable[[Value], Value]) -> Callable[[Any, list[Value]], Value]:
    """Return what finds the value of a call from that of its first argument."""
    return lambda _node, arguments: make(arguments[0]) if arguments else UNKNOWN
