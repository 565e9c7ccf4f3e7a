"""Running collectors: batches, processes, executors, and files and workers that fail."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sphinx_kwindex import collect as collect_module
from sphinx_kwindex.collect import Collector, Encoded, collect_files, default_collectors, encode
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.model import Definition, FileFacts, FileSummary, Kind, References, Role, SourceFile
from sphinx_kwindex.options import Options

MakeTree = Callable[..., Path]


def source_file(path: str, size: int = 10, language: str = "python") -> SourceFile:
    module = path.rpartition(".")[0].replace("/", ".")
    return SourceFile(path=path, language=language, module=module, is_package=False, digest=path, size=size, mtime_ns=0)


def files_below(root: Path) -> list[SourceFile]:
    return [source_file(path.relative_to(root).as_posix(), path.stat().st_size) for path in sorted(root.rglob("*.py"))]


def facts_of(encoded: Encoded) -> FileFacts:
    return msgspec.msgpack.decode(encoded.facts, type=FileFacts)


def run(root: Path, files: Sequence[SourceFile], **options: Any) -> dict[str, Encoded]:
    collectors = options.pop("collectors", default_collectors())
    return {file.path: encoded for file, encoded in collect_files(root, files, collectors, Options(), **options)}


@dataclass(frozen=True)
class Fragile:
    """A collector that fails on a file named `raise.py` and ends its process on `die.py`."""

    language: str = "python"
    suffixes: tuple[str, ...] = (".py",)
    version: str = "1"

    def collect(self, source: bytes, file: SourceFile, options: Options) -> FileSummary:
        if file.path == "raise.py":
            raise KeyError("no such thing")
        if file.path == "die.py":
            os._exit(1)
        module = Definition(name="", qualname="", kind=Kind.MODULE, line=1, col=0, end_line=1, scope=-1)
        facts = FileFacts(
            path=file.path,
            language="python",
            module=file.module,
            is_package=False,
            role=Role.MODULE,
            lines=options.max_file_size,
            size=len(source),
            definitions=(module,),
        )
        return FileSummary(facts=facts)


class InProcess(Executor):
    """An executor that does the work at once, and counts it."""

    def __init__(self) -> None:
        self.calls = 0

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.calls += 1
        future: Future[Any] = Future()
        future.set_result(function(*args, **kwargs))
        return future


def test_default_collectors_keep_the_protocol() -> None:
    """Each built-in collector says language, suffixes and version."""
    assert [collector.language for collector in default_collectors()] == [
        "python", "markdown", "rest", "notebook", "text",
    ]  # fmt: skip
    for collector in default_collectors():
        assert isinstance(collector, Collector)
        assert collector.suffixes or collector.language == "text"
        assert collector.version


def test_encoded_parts_are_read_apart() -> None:
    """Facts, references and words are three documents."""
    summary = Fragile().collect(b"", source_file("a.py"), Options())
    encoded = encode(summary)
    assert msgspec.msgpack.decode(encoded.facts, type=FileFacts) == summary.facts
    assert msgspec.msgpack.decode(encoded.references, type=References) == summary.references
    assert msgspec.msgpack.decode(encoded.words, type=tuple[tuple[str, int], ...]) == summary.words


def test_processes_give_what_one_process_gives(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results and their order do not depend on the number of processes."""
    root = make_tree({f"pkg/m{i}.py": f"class A{i}:\n    def f(self): return {'x + ' * i}1\n" for i in range(12)})
    monkeypatch.setattr(collect_module, "BATCH_BYTES", 100)
    files = files_below(root)
    serial = run(root, files)
    assert len(serial) == 12
    parallel = run(root, files, jobs=2)
    assert parallel == serial
    assert list(parallel) == list(serial)
    assert run(root, list(reversed(files))) == serial


def test_configured_executor(make_tree: MakeTree) -> None:
    """An executor of the caller's is used, whatever the number of jobs."""
    root = make_tree({"a.py": "x = 1", "b.py": "y = 1"})
    made = InProcess()
    found = run(root, files_below(root), executor_factory=lambda: made)
    assert sorted(found) == ["a.py", "b.py"]
    assert made.calls == 1


def test_options_with_a_callable_reach_the_workers(make_tree: MakeTree) -> None:
    """Options are handed to workers without the executor, which need not be picklable."""
    root = make_tree({"a.py": "x = 1"})
    options = Options(executor=lambda: None, max_file_size=3)
    factory = lambda: ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))  # noqa: E731
    ((_, encoded),) = collect_files(root, files_below(root), default_collectors(), options, executor_factory=factory)
    error = facts_of(encoded).error
    assert error is not None
    assert error.kind is WarningKind.LIMIT


def test_unreadable_file(make_tree: MakeTree) -> None:
    """A file that cannot be read is reported; the others are collected."""
    root = make_tree({"a.py": "x = 1", "folder.py/inside.txt": ""})
    found = run(root, [source_file("a.py"), source_file("gone.py"), source_file("folder.py")])
    errors = {path: facts_of(encoded).error for path, encoded in found.items()}
    assert errors["a.py"] is None
    assert {path: error.kind for path, error in errors.items() if error} == {
        "gone.py": WarningKind.READ,
        "folder.py": WarningKind.READ,
    }
    assert str(root) not in str(errors)


def test_surrogates(make_tree: MakeTree) -> None:
    """A string may hold what no text in UTF-8 can: it is kept as the escape that it was written with."""
    root = make_tree({"a.py": '"""Doc \\ud800."""\n__all__ = ["\\udfff"]\n\ndef f(x: "\\ud801" = "\\ud802"): ...\n'})
    (found,) = run(root, files_below(root)).values()
    facts = facts_of(found)
    assert facts.error is None
    assert facts.doc == "Doc \\ud800."
    assert [item.name for item in facts.definitions[1:]] == ["__all__", "f"]


def test_failing_collector(make_tree: MakeTree) -> None:
    """A collector that raises costs its file only, and the message names no path of the machine."""
    root = make_tree({"a.py": "", "raise.py": ""})
    found = run(root, files_below(root), collectors=(Fragile(),))
    error = facts_of(found["raise.py"]).error
    assert error is not None
    assert error.kind is WarningKind.COLLECTOR
    assert "KeyError" in error.text
    assert "/" not in error.text
    assert [item.kind for item in facts_of(found["raise.py"]).definitions] == [Kind.MODULE]
    assert facts_of(found["a.py"]).error is None


def test_dying_worker(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that ends the process that analyses it is reported; the others are collected."""
    root = make_tree({f"{name}.py": "x = 1" for name in ("a", "b", "die", "z")})
    monkeypatch.setattr(collect_module, "BATCH_BYTES", 6)
    found = run(root, files_below(root), collectors=(Fragile(),), jobs=2)
    errors = {path: facts_of(encoded).error for path, encoded in found.items()}
    assert sorted(errors) == ["a.py", "b.py", "die.py", "z.py"]
    assert [path for path, error in errors.items() if error] == ["die.py"]


def test_unknown_language(make_tree: MakeTree) -> None:
    """A file of a language without collector is reported."""
    root = make_tree({"a.py": ""})
    error = facts_of(run(root, [source_file("a.py", language="basic")])["a.py"]).error
    assert error is not None
    assert error.kind is WarningKind.COLLECTOR


def test_garbage_collector_is_left_as_it_was(make_tree: MakeTree) -> None:
    """Collecting in this process leaves the garbage collector on, and nothing set aside."""
    root = make_tree({"a.py": "x = 1"})
    run(root, files_below(root))
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_no_files(tmp_path: Path) -> None:
    """Nothing to do starts no process."""
    assert run(tmp_path, [], jobs=4) == {}
