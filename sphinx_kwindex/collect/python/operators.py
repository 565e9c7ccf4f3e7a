"""Which special methods operators, statements and built-in functions call."""

from __future__ import annotations

from collections.abc import Mapping

from astroid import nodes
from astroid.const import Context

from sphinx_kwindex.collect.python.values import MAX_TEXT, is_constructor, remembered
from sphinx_kwindex.targets import Op, is_taken

BINARY: Mapping[str, str] = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "//": "__floordiv__", "%": "__mod__",
    "@": "__matmul__", "&": "__and__", "|": "__or__", "^": "__xor__", "<<": "__lshift__", ">>": "__rshift__", "**": "__pow__",
}  # fmt: skip
UNARY: Mapping[str, str] = {"-": "__neg__", "+": "__pos__", "~": "__invert__", "not": "__bool__"}
COMPARISONS: Mapping[str, str] = {
    "==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__",
}  # fmt: skip
"""Of the value on the left; `in` asks the one on the right."""
SUBSCRIPTS: Mapping[Context, str] = {
    Context.Load: "__getitem__", Context.Store: "__setitem__", Context.Del: "__delitem__",
}  # fmt: skip
BLOCKS: Mapping[type, str] = {nodes.With: "__enter__", nodes.AsyncWith: "__aenter__"}
CONVERSIONS: Mapping[int, str] = {ord("s"): "__str__", ord("r"): "__repr__", ord("a"): "__repr__"}
"""Of `f"{x!r}"`."""
BY_FUNCTIONS: Mapping[str, str] = {
    **{
        f"builtins.{name}": f"__{name}__"
        for name in ("abs", "bool", "bytes", "complex", "dir", "divmod", "float", "format", "hash", "int", "len", "next",
                     "pow", "repr", "reversed", "round", "str", "anext")
    },
    "builtins.ascii": "__repr__", "builtins.print": "__str__", "copy.copy": "__copy__", "copy.deepcopy": "__deepcopy__",
    "os.fspath": "__fspath__", "operator.index": "__index__", "math.floor": "__floor__", "math.ceil": "__ceil__",
    "math.trunc": "__trunc__",
}  # fmt: skip
"""What functions call of their first argument (`print`: of each)."""
ITERATED: Mapping[str, slice] = {
    **dict.fromkeys(
        ("builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.sorted", "builtins.enumerate",
         "builtins.iter", "builtins.sum", "builtins.any", "builtins.all", "collections.deque", "collections.Counter"),
        slice(1),
    ),
    "builtins.zip": slice(None), "builtins.map": slice(1, None), "builtins.filter": slice(1, None),
    "itertools.chain": slice(None),
}  # fmt: skip
"""The arguments that functions go through."""

_OF_ALL = frozenset(
    f"__{name}__" for name in ("bool", "copy", "deepcopy", "dir", "eq", "format", "hash", "ne", "repr", "str")
)
"""What can be asked of every object: it says nothing of what the value is."""
_PLAIN = ("builtins.", "collections.", "typing.")
_SPECIAL = Op.SPECIAL.value


def reflected(name: str) -> str:
    """Return what a binary operator calls of the value on the right where the one on the left has nothing."""
    return f"__r{name[2:]}"


def in_place(operator: str) -> str:
    """Return what `+=` and the like call first."""
    return f"__i{BINARY[operator.removesuffix('=')][2:]}"


def of_special(target: str, name: str) -> str:
    """Return the target of a special method as an operator finds it: in the class of a value, not in the value."""
    return f"{target}{_SPECIAL}:{name}"


@remembered
def may_call(target: str, name: str) -> bool:
    """Tell whether an operator may call a special method of a project on a value: not on a container of Python, nor a text.

    What can be asked of every object is asked of new instances alone: what functions give may also be something else.
    """
    if name in _OF_ALL and not is_constructor(target):
        return False
    is_plain = target.startswith(_PLAIN) and ("[" not in target or target.endswith("]()"))
    return not is_plain and len(target) < MAX_TEXT and not is_taken(target)
