"""Elements of containers and wrappers of the standard library.

A rule says which of the type arguments a value of that type gives: `dict[K, V]` iterates over argument 0 and is
subscripted to argument 1. What is not in the table gives something unknown.
"""

from __future__ import annotations

from typing import NamedTuple

from sphinx_kwindex.text import word_set

FIRST, SECOND, LAST = 0, 1, -1


class Rule(NamedTuple):
    """Which type argument comes out by which way; None: nothing that is known."""

    iterate: int | None = None
    item: int | None = None
    enter: int | None = None
    call: int | None = None


_SEQUENCES = (
    "builtins.list", "builtins.tuple", "collections.deque", "collections.abc.Sequence", "collections.UserList",
    "collections.abc.MutableSequence", "builtins.reversed",
)  # fmt: skip
_ITERABLES = (
    "builtins.set", "builtins.frozenset", "collections.abc.Iterable", "collections.abc.Collection",
    "collections.abc.Container", "collections.abc.Reversible", "collections.abc.Set", "collections.abc.MutableSet",
    "collections.abc.AsyncIterable", "collections.abc.KeysView", "collections.abc.ValuesView", "weakref.WeakSet",
    "builtins.filter",
)  # fmt: skip
_ITERATORS = (
    "collections.abc.Iterator", "collections.abc.Generator", "collections.abc.AsyncIterator",
    "collections.abc.AsyncGenerator",
)  # fmt: skip
_MAPPINGS = (
    "builtins.dict", "collections.OrderedDict", "collections.defaultdict", "collections.ChainMap",
    "collections.UserDict", "collections.abc.Mapping", "collections.abc.MutableMapping", "types.MappingProxyType",
    "weakref.WeakKeyDictionary", "weakref.WeakValueDictionary",
)  # fmt: skip
_MANAGERS = (
    "contextlib.AbstractContextManager", "contextlib.AbstractAsyncContextManager", "contextlib.nullcontext",
    "contextlib.closing", "contextlib.aclosing",
)  # fmt: skip

RULES: dict[str, Rule] = {
    **dict.fromkeys(_SEQUENCES, Rule(iterate=FIRST, item=FIRST)),
    **dict.fromkeys(_ITERABLES, Rule(iterate=FIRST)),
    # a function under `contextlib.contextmanager` is annotated with the iterator that it is made from
    **dict.fromkeys(_ITERATORS, Rule(iterate=FIRST, enter=FIRST)),
    **dict.fromkeys(_MAPPINGS, Rule(iterate=FIRST, item=SECOND)),
    **dict.fromkeys(_MANAGERS, Rule(enter=FIRST)),
    "collections.Counter": Rule(iterate=FIRST),
    "collections.abc.Callable": Rule(call=LAST),
    "typing.Callable": Rule(call=LAST),
    "weakref.ref": Rule(call=FIRST),
    "weakref.ReferenceType": Rule(call=FIRST),
}

PASS_THROUGH: dict[str, int] = dict.fromkeys(
    ("typing.Annotated", "typing.ClassVar", "typing.Final", "typing.Required", "typing.NotRequired", "typing.ReadOnly",
     "typing_extensions.Annotated", "typing_extensions.Required", "typing.Unpack", "typing_extensions.NotRequired",
     "typing_extensions.ReadOnly", "dataclasses.InitVar"),
    FIRST,
)  # fmt: skip
"""Types whose value counts as that of an argument: qualifiers."""

_GETTERS = {
    "contextvars.ContextVar": ("get",),
    "queue.Queue": ("get", "get_nowait"),
    "asyncio.Queue": ("get", "get_nowait"),
    "concurrent.futures.Future": ("result",),
    "asyncio.Future": ("result",),
    "asyncio.Task": ("result",),
}
"""Methods that give the one thing that their object was made for."""

_OF_SEQUENCE = {"pop": FIRST, "popleft": FIRST, "__getitem__": FIRST}
_OF_MAPPING = {"get": SECOND, "pop": SECOND, "setdefault": SECOND, "__getitem__": SECOND}
_SAME = frozenset({"copy", "__copy__", "__enter__", "__aenter__"})
_SAME_SET = frozenset({"union", "intersection", "difference", "symmetric_difference"})


class Result(NamedTuple):
    """What a method of a container returns: an argument, the container itself, or another type of its arguments."""

    argument: int | None = None
    same: bool = False
    type: str = ""
    """Name of the type; its arguments are those in `of`."""
    of: tuple[int, ...] = ()


def method_result(container: str, method: str) -> Result | None:
    """Return what a method of a container gives; None where the table does not know."""
    if method in _GETTERS.get(container, ()):
        return Result(argument=FIRST)
    rule = RULES.get(container)
    if rule is None:
        return None
    if method in _SAME or (method in _SAME_SET and rule.item is None):
        return Result(same=True)
    if method in {"__iter__", "__aiter__"}:
        return Result(type="collections.abc.Iterator", of=(FIRST,))
    if method in {"__next__", "__anext__", "send", "asend"} and container in _ITERATORS:
        return Result(argument=FIRST)
    return _of_mapping(method) if container in _MAPPINGS else _of_others(container, method)


def _of_mapping(method: str) -> Result | None:
    views = {
        "keys": Result(type="collections.abc.KeysView", of=(FIRST,)),
        "values": Result(type="collections.abc.ValuesView", of=(SECOND,)),
        "items": Result(type="collections.abc.ItemsView", of=(FIRST, SECOND)),
        "popitem": Result(type="builtins.tuple", of=(FIRST, SECOND)),
    }
    return views.get(method) or (Result(argument=_OF_MAPPING[method]) if method in _OF_MAPPING else None)


def _of_others(container: str, method: str) -> Result | None:
    if container in _SEQUENCES and method in _OF_SEQUENCE:
        return Result(argument=_OF_SEQUENCE[method])
    return Result(argument=FIRST) if container in _ITERABLES and method == "pop" else None


PAIRS = "collections.abc.ItemsView"
"""Iterates over tuples of its two arguments."""

OPAQUE = word_set(
    """
    builtins.getattr builtins.next builtins.max builtins.min builtins.sorted builtins.iter builtins.reversed
    builtins.enumerate builtins.zip builtins.map builtins.filter builtins.vars builtins.globals builtins.locals
    builtins.__import__ builtins.sum builtins.super builtins.eval builtins.type builtins.object builtins.classmethod
    builtins.staticmethod builtins.property copy.copy copy.deepcopy functools.partial functools.partialmethod
    functools.reduce functools.wraps functools.update_wrapper functools.lru_cache functools.cache
    functools.cached_property importlib.import_module pickle.load pickle.loads weakref.proxy weakref.ref typing.cast
    typing.Any typing.TypeVar operator.attrgetter operator.itemgetter operator.methodcaller itertools.chain
    itertools.cycle itertools.repeat itertools.islice itertools.groupby itertools.product itertools.tee
    collections.namedtuple contextvars.ContextVar asyncio.run asyncio.gather asyncio.wait_for
    """
)
"""Functions of the standard library whose result may well be an object of the project."""

BUILTIN_MEMBERS = word_set(
    """
    add append as_integer_ratio bit_count bit_length capitalize casefold center clear close conjugate copy count decode
    deleter denominator detach difference difference_update discard encode encoding endswith expandtabs extend fileno find flush
    format format_map from_bytes fromhex fromkeys get getter hex imag index insert intersection intersection_update is_integer
    isalnum isalpha isascii isatty isdecimal isdigit isdisjoint isidentifier islower isnumeric isprintable isspace
    issubset issuperset istitle isupper items join keys ljust lower lstrip maketrans mode name numerator partition pop
    popitem read readable readline readlines real remove removeprefix removesuffix replace reverse rfind rindex rjust
    rpartition rsplit rstrip seek seekable send setdefault setter sort split splitlines start startswith stop strip swapcase
    symmetric_difference symmetric_difference_update tell throw title to_bytes translate truncate union update upper
    value values write writable writelines zfill args
    """
)
"""Members of built-in types, files and enumerations: too common to guess a class of the project from."""

COMMON_MEMBERS = word_set(
    """
    T absolute accept acquire add_all add_argument add_done_callback all anext assert_called assert_called_once
    assert_called_once_with assert_called_with assert_has_calls assert_not_called astype bind body call_args
    call_args_list call_count called cancel cancelled charset cls cmd commit communicate connect content content_type
    cookies created critical cursor cwd data debug delete done dtype dump dumps elapsed email empty end errno error errors
    exception execute exists exit_code exitcode fetchall fetchmany fetchone filter findall finditer first flatten full
    fullmatch get_nowait glob group groupdict groups head headers history info is_alive is_dir is_file last level listen load loads lock locked log login
    logout match max mean message method mimetype min mkdir mock_calls msg ndim objects ok open options output params
    parse_args password patch pid poll port post primary_key process push put put_nowait qsize query raw read_bytes
    read_text reason recv refresh register rekey release remove_done_callback rename request reset_mock reshape
    resolve response result results return_value returncode rollback rows run save scalar scalars schedule search send
    sendall session set set_exception set_result shape shutdown side_effect size socket span start status status_code stderr stdin
    stdout std stem subscribe sum suffix task_done terminate test text touch unlink url user username wait wait_for
    warn warning write_bytes write_text yield_fixture
    """
)
"""Members that much-used classes of other packages have, too: futures, requests and responses, databases, processes, paths,
loggers, mocks, arrays, matches of regular expressions. A use of one on an object of unknown type says nothing, unless its file knows the class."""
