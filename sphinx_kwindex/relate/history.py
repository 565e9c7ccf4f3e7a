"""What git knows: which files were changed in the same commits (`kwindex_history`), and when, and why (`kwindex_recent`).

The history needs a full clone, ties the pages to it and costs a little time; so it is asked for, capped, and whatever goes
wrong with it is one problem of kind `history` and the ranking that files alone give.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from sphinx_kwindex.errors import Problem, WarningKind
from sphinx_kwindex.isolation import find_program
from sphinx_kwindex.model import Record

MAX_FILES = 20
"""A commit of more files says nothing of any two of them."""
HALF_LIFE = 2 * 365.25 * 86_400
"""Seconds after which a commit counts half."""
SMOOTHING = 2.0
"""Commits' worth of what all files do, mixed into what one file does."""
TIMEOUT = 120
_MARK = "\x01"
_START = re.compile(rf"(?:^|(?<=\0)){_MARK}")
"""A subject may hold anything but a zero."""
_SETTINGS = {
    "i18n.logOutputEncoding": "UTF-8",
    # The configuration in a tree's `.git` may name programs to run and files to read.
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "log.follow": "false",
    "log.mailmap": "false",
    "log.showSignature": "false",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
_PLAIN_LOG = (
    *("--no-ext-diff", "--no-textconv", "--no-mailmap", "--no-notes", "--no-color", "--no-relative", "--no-decorate"),
    *("--no-show-signature", "--ignore-submodules=all", f"-O{os.devnull}"),
)
"""Says no to what the configuration could ask for."""
_OF_A_HOOK = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})


class Commit(Record, frozen=True):
    """What one commit changed."""

    time: int
    """Seconds since 1970, as the committer's clock said."""
    paths: tuple[str, ...]
    """Relative to the root, by the names that the files have today."""
    id: str = ""
    subject: str = ""
    """First line of its message. Both only if they were asked for."""


class HistoryError(Exception):
    """The history cannot be read; the text says why."""


class CoChange:
    """How likely a file is changed along with another one.

    Confidence as of association rules (Zimmermann et al., ICSE 2004), all rules added up instead of the best one (Rolfsnes et al.,
    2016), recent commits first, small ones first, smoothed towards what is changed along with any file.
    """

    def __init__(self, commits: Iterable[Commit], paths: Collection[str]) -> None:
        self._pairs: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self._times: dict[str, Counter[str]] = defaultdict(Counter)
        self._weights: dict[str, float] = defaultdict(float)
        self._all = 0.0
        known = frozenset(paths)
        rows = [commit for commit in commits if 2 <= len(commit.paths) <= MAX_FILES]
        newest = max((commit.time for commit in rows), default=0)
        for commit in rows:
            found = [path for path in commit.paths if path in known]
            age = max(0, newest - commit.time)
            self._count(found, 0.5 ** (age / HALF_LIFE) / math.sqrt(len(commit.paths) - 1))

    def _count(self, paths: Sequence[str], weight: float) -> None:
        self._all += weight
        for path in paths:
            self._weights[path] += weight
            mine, times = self._pairs[path], self._times[path]
            for other in paths:
                if other != path:
                    mine[other] += weight
                    times[other] += 1

    def times(self, path: str, other: str) -> int:
        """Return in how many commits both were changed, big commits left out."""
        return self._times[path][other] if path in self._times else 0

    def partners(self, path: str) -> Collection[str]:
        """Return the files that were ever changed along with a file."""
        return self._pairs.get(path, {}).keys()

    def share(self, path: str) -> float:
        """Return in what part of all commits a file is changed."""
        return self._weights.get(path, 0.0) / self._all if self._all else 0.0

    def likely(self, path: str, others: Iterable[str]) -> dict[str, float]:
        """Return the root of how likely files are changed along with a file: `others`, and those that ever were."""
        total = self._weights.get(path, 0.0) + SMOOTHING
        pairs = self._pairs.get(path, {})
        return {
            other: math.sqrt((pairs.get(other, 0.0) + SMOOTHING * self.share(other)) / total)
            for other in {*others, *pairs} - {path}
        }


def head_of(root: Path) -> str:
    """Return the commit that the tree is at; raise `HistoryError`."""
    return ask_git(root, "rev-parse", "HEAD").decode("ascii", "replace").strip()


def read_history(root: Path, *, limit: int, subjects: bool = False) -> tuple[Commit, ...]:
    """Return the newest commits of the tree; raise `HistoryError` if git, the repository or its history is missing."""
    if ask_git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        raise HistoryError("the clone is shallow: it has only a part of the history")
    prefix = ask_git(root, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").strip()
    return tuple(parse_log(_log(root, limit, "%ct %H %s" if subjects else "%ct"), prefix))


def _log(root: Path, limit: int, form: str) -> str:
    command = (
        "log",
        *_PLAIN_LOG,
        f"--max-count={limit}",
        "--no-merges",
        "-z",
        "--name-status",
        f"--format={_MARK}{form}",
    )
    try:  # content-based renames read old files, which a partial clone may lack
        found = ask_git(root, *command, "--find-renames", "-l200", "--", ".")
    except HistoryError:
        found = ask_git(root, *command, "--no-renames", "--", ".")
    return found.decode("utf-8", "surrogateescape")


def parse_log(text: str, prefix: str = "") -> Iterator[Commit]:
    """Read `git log -z --name-status --format=<mark>%ct`, newest first; old names become today's, `prefix` is cut off.

    Behind the time may stand an id and a subject.
    """
    today: dict[str, str] = {}
    for block in _START.split(text)[1:]:
        head, _, rest = block.partition("\0")
        said, _, first = head.partition("\n")
        time, _, told = said.partition(" ")
        identity, _, subject = told.partition(" ")
        fields = [field for field in (first, *rest.split("\0")) if field]
        changed, renamed = _changes(iter(fields))
        paths = {today.get(path, path) for path in changed}
        today.update({old: today.get(new, new) for old, new in renamed.items()})
        inside = sorted(path[len(prefix) :] for path in paths if path.startswith(prefix))
        # In whatever encoding it was written: what is stored is text.
        subject = subject.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        yield Commit(time=int(time) if time.isdigit() else 0, paths=tuple(inside), id=identity, subject=subject)


def _changes(fields: Iterator[str]) -> tuple[list[str], dict[str, str]]:
    changed: list[str] = []
    renamed: dict[str, str] = {}
    for status in fields:
        path = next(fields, "")
        if status.lstrip("\n")[:1] in {"R", "C"}:
            old, path = path, next(fields, "")
            if "R" in status:
                renamed[old] = path
        changed.append(path)
    return changed, renamed


def ask_git(root: Path, *arguments: str) -> bytes:
    """Return what git answers; raise `HistoryError`."""
    environment = {key: value for key, value in os.environ.items() if key not in _OF_A_HOOK}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    # Versions without GIT_NO_LAZY_FETCH would fetch what a partial clone lacks, by whatever program its remote names.
    environment["GIT_ALLOW_PROTOCOL"] = "none"
    program = find_program("git", root)
    if not program:
        raise HistoryError("git is not installed")
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [program, "-C", str(root), "--no-pager", *settings, *arguments]
    try:
        run = subprocess.run(  # noqa: S603 - no shell; arguments are ours
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=TIMEOUT
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HistoryError(f"git failed: {error}") from error
    if run.returncode:
        lines = run.stderr.decode("utf-8", "replace").strip().splitlines()
        raise HistoryError(lines[-1] if lines else f"git ended with status {run.returncode}")
    return run.stdout


def history_problem(error: HistoryError) -> Problem:
    """Return the problem reported when related files are ranked without the history that was asked for."""
    text = f"history: {error}; related files are ranked without it"
    return Problem(WarningKind.HISTORY, "", 0, text)
