"""Collect one file at a time into a `FileSummary`: the protocol, the registry, and running collectors in processes.

A collector is a pure function of (bytes, path, module name, options, versions), so files can be given to workers in
any order, here or on a cluster, and its result can be cached under the file's digest without end.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import gc
import pickle
import pkgutil
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path, PurePath
from typing import Any, NamedTuple, Protocol, cast, runtime_checkable

import msgspec

from sphinx_kwindex.collect.workers import Workers
from sphinx_kwindex.errors import ExecutorError, Problem, WarningKind
from sphinx_kwindex.garbage import no_collection
from sphinx_kwindex.grouping import in_batches
from sphinx_kwindex.isolation import closed_path
from sphinx_kwindex.model import Definition, FileFacts, FileSummary, Kind, Role, SourceFile
from sphinx_kwindex.options import Options, load_named
from sphinx_kwindex.regular import HUGE, read_bytes
from sphinx_kwindex.scan import UNTRUSTED

BATCH_BYTES = 400_000
"""Source of this size goes to a worker at once."""

SWEEP_BYTES = 800_000
"""After this much source (some 200,000 nodes) what is left of the trees is swept up, in case something held them."""
WASTE_BYTES = 200_000
"""What less source leaves when all is done is not worth looking for."""

_WINDOW = 256
"""Batches that a caller's executor is given at a time: how many workers it has is not known."""

_BUILT_IN = (
    "sphinx_kwindex.collect.python:PythonCollector",
    "sphinx_kwindex.collect.prose:MarkdownCollector",
    "sphinx_kwindex.collect.prose:RestCollector",
    "sphinx_kwindex.collect.prose:NotebookCollector",
    "sphinx_kwindex.collect.plain:PlainCollector",
)
"""By name: a process that only runs another collector needs no astroid."""


@runtime_checkable
class Collector(Protocol):
    """Turns the source of one language into summaries."""

    language: str
    """Name of the language, as in `SourceFile.language`."""
    suffixes: tuple[str, ...]
    """Endings of the names of its files, with the dot; or whole names, in lower case, that match in any case.

    `#!` and the name of a program: what runs its scripts that have no suffix.
    """

    @property
    def version(self) -> str:
        """Return the version of the collector and its parser; part of every cache key."""

    def collect(self, source: bytes, file: SourceFile, options: Options) -> FileSummary:
        """Return what is to be found in one file. Must be a pure function; instances must be picklable."""


class Encoded(NamedTuple):
    """A summary in three parts, each a msgpack document, so that readers decode only what they need."""

    facts: bytes
    references: bytes
    words: bytes


ExecutorFactory = Callable[[], Executor]
_Batch = list[SourceFile]
Collected = tuple[SourceFile, Encoded]


def default_collectors() -> tuple[Collector, ...]:
    """Return the collectors that this package brings."""
    return tuple(cast("Collector", pkgutil.resolve_name(name)()) for name in _BUILT_IN)


def choose_collectors(
    names: Iterable[str], added: Iterable[object] = ()
) -> tuple[tuple[Collector, ...], tuple[Problem, ...]]:
    """Return the collectors of a run, and what is wrong with those that cannot be used.

    `names` are dotted names of classes or objects, from the settings; `added` are objects. One for a language that has a
    collector already takes its place. Where two read the same suffix, the later one does.
    """
    chosen = {collector.language: collector for collector in default_collectors()}
    problems: list[Problem] = []
    for collector in (*added, *names):
        try:
            good = _checked_collector(load_named(collector) if isinstance(collector, str) else collector)
        except Exception as error:  # noqa: BLE001 - it is the code of another package, and may do anything
            text = f"collectors: {error}; the files of its language are not indexed"
            problems.append(Problem(WarningKind.CONFIG, "", 0, text))
        else:
            chosen.pop(good.language, None)
            chosen[good.language] = good
    return tuple(chosen.values()), tuple(problems)


def _checked_collector(found: object) -> Collector:
    """Return a collector (of a class, an instance) if it can be used."""
    collector = found() if isinstance(found, type) else found
    name = f"{type(collector).__module__}.{type(collector).__qualname__}"
    if not isinstance(collector, Collector):
        raise TypeError(f"{name} is not a collector (language, suffixes, version, collect)")
    try:
        pickle.dumps(collector)
    except Exception as error:
        raise TypeError(f"{name} cannot be sent to other processes ({error})") from error
    return collector


def encode(summary: FileSummary) -> Encoded:
    """Encode a summary for the store."""
    pack = msgspec.msgpack.encode
    try:
        return Encoded(pack(summary.facts), pack(summary.references), pack(summary.words))
    except UnicodeEncodeError:
        return Encoded(*(pack(_as_text(part)) for part in (summary.facts, summary.references, summary.words)))


def _as_text(value: Any) -> Any:
    """Return a value with the escapes of surrogates: strings of a source may hold them, but no UTF-8 can."""
    if isinstance(value, str) and not isinstance(value, enum.Enum):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, msgspec.Struct):
        return type(value)(**{name: _as_text(getattr(value, name)) for name in value.__struct_fields__})
    return tuple(map(_as_text, value)) if isinstance(value, tuple) else value


def collect_files(
    root: Path,
    files: Sequence[SourceFile],
    collectors: Sequence[Collector],
    options: Options,
    *,
    jobs: int = 1,
    executor_factory: ExecutorFactory | None = None,
) -> Iterator[Collected]:
    """Collect files (paths relative to `root`), in `jobs` processes or on an executor of the caller's.

    Yields each file with its encoded summary; in an order that depends on nothing but the files. Raises `ExecutorError` if
    the caller's executor cannot be had.
    """
    work = _Work(str(root), tuple(collectors), dataclasses.replace(options, executor=None))
    batches = list(_batches(files))
    if executor_factory is None and (jobs <= 1 or len(batches) <= 1):
        for batch in batches:
            yield from zip(batch, collect_batch(work, batch), strict=True)
        return
    if executor_factory is None:
        pool = partial(
            Workers,
            min(jobs, len(batches)),
            closed_path(root, *(name for collector in collectors for name in _modules_of(collector))),
        )
        yield from _collect_on(pool, work, batches, window=4 * jobs)
    else:
        yield from _collect_on(executor_factory, work, batches, window=_WINDOW)


def _modules_of(collector: Collector) -> tuple[str, ...]:
    """Return the modules that a collector runs; one that is made of data names those of its data."""
    return type(collector).__module__, *getattr(collector, "modules", ())


class _Work(NamedTuple):
    """What a worker needs to know besides its files."""

    root: str
    collectors: tuple[Collector, ...]
    options: Options


def _batches(files: Iterable[SourceFile]) -> Iterator[_Batch]:
    """Return files in batches of similar size, the largest files first so that none is left to the end."""
    return in_batches(sorted(files, key=lambda file: (-file.size, file.path)), lambda file: file.size, BATCH_BYTES)


def _collect_on(make: ExecutorFactory, work: _Work, batches: Iterable[_Batch], window: int) -> Iterator[Collected]:
    """Collect batches on an executor; those that are under way when it breaks, each on one of its own."""
    waiting = deque(batches)
    while waiting:
        suspects = yield from _collect_until_broken(make, work, waiting, window)
        for batch in suspects:
            yield from _collect_suspect(make, work, batch)


def _collect_until_broken(
    make: ExecutorFactory, work: _Work, waiting: deque[_Batch], window: int
) -> Generator[Collected, None, list[_Batch]]:
    """Take batches and collect them, no more than `window` at a time; return those that were lost with the executor."""
    running: deque[tuple[_Batch, Future[list[Encoded]]]] = deque()
    with _made(make) as executor:
        while waiting or running:
            try:
                while waiting and len(running) < window:
                    running.append((waiting[0], executor.submit(collect_batch, work, waiting[0])))
                    waiting.popleft()
                batch, future = running[0]
                results = future.result()
            except Exception:  # noqa: BLE001 - each kind of executor has its own for a worker that died
                return [batch for batch, _ in running] or [waiting.popleft()]
            running.popleft()
            yield from zip(batch, results, strict=True)
    return []


def _collect_suspect(make: ExecutorFactory, work: _Work, batch: _Batch) -> Iterator[Collected]:
    """Collect a batch on an executor of its own; file by file if that breaks too, to find the one that it breaks of."""
    try:
        with _made(make) as executor:
            results = executor.submit(collect_batch, work, batch).result()
    except ExecutorError:
        raise
    except Exception:  # noqa: BLE001 - as above
        if len(batch) > 1:
            for file in batch:
                yield from _collect_suspect(make, work, [file])
            return
        problem = Problem(
            WarningKind.COLLECTOR,
            batch[0].path,
            0,
            "the process that analysed this file died; the next build will try again",
        )
        results = [encode(_failed(batch[0], problem))]
        # It may have had other reasons (memory, a network) than the file: a digest of no file has it tried again.
        batch = [msgspec.structs.replace(batch[0], digest="", mtime_ns=UNTRUSTED)]
    yield from zip(batch, results, strict=True)


def _made(make: ExecutorFactory) -> Executor:
    try:
        executor = make()
    except Exception as error:
        raise ExecutorError(f"calling it failed ({type(error).__name__}: {error})") from error
    if not all(hasattr(executor, name) for name in ("submit", "__enter__", "__exit__")):
        raise ExecutorError(f"expected an Executor, got {type(executor).__name__}")
    return executor


def collect_batch(work: _Work, files: Sequence[SourceFile]) -> list[Encoded]:
    """Collect some files in this process; the pure function that workers run."""
    by_language = {collector.language: collector for collector in work.collectors}
    results = []
    with _quiet_garbage_collector() as sweep:
        for file in files:
            results.append(encode(_collect_one(work, by_language.get(file.language), file)))
            sweep(file.size)
    return results


def _collect_one(work: _Work, collector: Collector | None, file: SourceFile) -> FileSummary:
    if collector is None:
        return _failed(file, Problem(WarningKind.COLLECTOR, file.path, 0, f"no collector for {file.language}"))
    try:
        source = read_bytes(Path(work.root) / file.path, max(HUGE, work.options.max_file_size))
    except OSError as error:
        text = error.strerror or type(error).__name__
        return _failed(file, Problem(WarningKind.READ, file.path, 0, f"cannot be read: {text}"))
    try:
        return collector.collect(source, file, work.options)
    except Exception as error:  # noqa: BLE001 - one bad file never ends the run
        return _failed(file, Problem(WarningKind.COLLECTOR, file.path, 0, describe_error(error)))


def describe_error(error: Exception) -> str:
    """Return what went wrong and where in the code, without the path of any machine."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"


def count_lines(source: bytes) -> int:
    """Return the number of lines of a file, the last one with or without an end."""
    return source.count(b"\n") + (bool(source) and not source.endswith(b"\n"))


def define_module(file: SourceFile, lines: int) -> Definition:
    """Return what the definitions of every file start with: the file itself."""
    name = file.module.rpartition(".")[2]
    return Definition(name=name, qualname="", kind=Kind.MODULE, line=1, col=0, end_line=max(lines, 1), scope=-1)


def _failed(file: SourceFile, problem: Problem) -> FileSummary:
    """Return the summary of a file of which nothing is known but that it exists."""
    facts = FileFacts(
        path=file.path,
        language=file.language,
        module=file.module,
        is_package=file.is_package,
        role=Role.PACKAGE if file.is_package else Role.MODULE,
        lines=0,
        size=file.size,
        error=problem,
        definitions=(define_module(file, 0),),
    )
    return FileSummary(facts=facts)


@contextlib.contextmanager
def _quiet_garbage_collector() -> Iterator[Callable[[int], None]]:
    """Keep the garbage collector from running while trees grow; give a function to call after each file.

    The default one walks the growing trees again and again, which costs more than building them. What was there before
    is set aside meanwhile, so that our own sweeps do not walk it either.
    """
    pending = 0

    def sweep(size: int) -> None:
        nonlocal pending
        pending += size
        if pending >= SWEEP_BYTES:
            gc.collect()
            pending = 0

    with no_collection():
        gc.freeze()
        try:
            yield sweep
        finally:
            if pending >= WASTE_BYTES:
                gc.collect()
            gc.unfreeze()
