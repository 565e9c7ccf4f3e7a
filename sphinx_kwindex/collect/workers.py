"""Worker processes that analyse files, and cannot import anything from the tree.

`multiprocessing` starts its processes with the working folder, which may be the tree, at the head of the import path, and
has them run the main script again. These are started in isolated mode, and are given their import path.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any

_START = (
    "import sys, pickle\n"
    "sys.path[:], sys.pycache_prefix = pickle.load(sys.stdin.buffer)\n"
    "from sphinx_kwindex.collect.workers import serve\n"
    "serve()\n"
)


class WorkerError(Exception):
    """A process ended before it had an answer."""


class Workers(Executor):
    """Runs functions in processes, one of them for each of `count` threads, which wait for the answers."""

    def __init__(self, count: int, path: Sequence[str]) -> None:
        self._path = list(path)
        self._own = threading.local()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="kwindex-worker")

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have the next free process call a function that it can import."""
        return self._threads.submit(self._ask, (fn, args, kwargs))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the processes end."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        for process in self._processes:
            _end(process)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the processes end; calls that nothing waits for any more are not started."""
        if error is not None:
            for process in self._processes:
                process.kill()
        self.shutdown(cancel_futures=True)

    def _ask(self, task: tuple[Any, ...]) -> Any:
        data = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)  # first: what cannot be sent must not be sent in part
        process = self._process()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(data)
            process.stdin.flush()
            is_done, value = pickle.load(process.stdout)  # noqa: S301 - from our own child
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            process.kill()
            self._own.process = None
            raise WorkerError(f"exit code {process.wait()}") from error
        if is_done:
            return value
        raise value

    def _process(self) -> subprocess.Popen[bytes]:
        """Return the process of this thread."""
        process: subprocess.Popen[bytes] | None = getattr(self._own, "process", None)
        if process is None:
            flags = ["-I", *(["-B"] if sys.dont_write_bytecode else [])]
            process = subprocess.Popen(  # noqa: S603 - Python itself, isolated
                [sys.executable, *flags, "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            self._own.process = process
            self._processes.append(process)
            assert process.stdin is not None
            pickle.dump((self._path, sys.pycache_prefix), process.stdin)
        return process


def serve() -> None:
    """Answer calls until there are no more; what they print goes to the error stream."""
    calls = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            function, args, kwargs = pickle.load(calls)  # noqa: S301 - from our own parent
            try:
                answer: tuple[bool, Any] = (True, function(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - it is raised where somebody waits for the answer
                answer = (False, error)
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    process.wait()
