"""Measure how calm related files are: how many lists of other files are others after a commit that changes one file?

    python benchmarks/related_edits.py CLONE@TAG ... [--commits 50] [--history]

Checks out a tag and applies the later commits (first parents) one after the other, until so many of them have changed one Python file
and no other. Each of these counts: the share of the other files whose list reads otherwise, in its files, their order or any reason,
as far as pages show it; the share in which files stand in another order, or are others; the share of the lists made again, and the seconds of
CPU for that. Printed are the mean, the median, the ninth decile and the most.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from related_truth import check_out, git

from sphinx_kwindex import Project
from sphinx_kwindex.model import Related
from sphinx_kwindex.options import Options
from sphinx_kwindex.relate import ranking

SHOWN = Options().related_limit
Lists = dict[str, tuple[Related, ...]]


class Watch:
    """Counts the lists that are made, and the seconds that the stage takes."""

    def __init__(self) -> None:
        self.made = 0
        self.seconds = 0.0
        self._rank_file, self._rank_project = ranking.rank_file, ranking.rank_project

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch for a while."""
        ranking.rank_file, ranking.rank_project = self._count, self._time  # type: ignore[assignment]
        try:
            yield
        finally:
            ranking.rank_file, ranking.rank_project = self._rank_file, self._rank_project

    def _count(self, *args: object, **more: object) -> object:
        self.made += 1
        return self._rank_file(*args, **more)  # type: ignore[arg-type]

    def _time(self, *args: object, **more: object) -> object:
        self.made = 0
        start = time.process_time()
        found = self._rank_project(*args, **more)  # type: ignore[arg-type]
        self.seconds = time.process_time() - start
        return found


class Step(NamedTuple):
    """What one edit did."""

    read: float
    order: float
    files: float
    made: float
    seconds: float


TITLES = Step(
    "lists that read otherwise", "  in another order", "  of other files", "lists made again", "seconds of CPU"  # type: ignore[arg-type]
)  # fmt: skip


def lists_of(project: Project) -> Lists:
    """Return all lists as far as pages show them."""
    return {row.path: project.reader.related(row.path)[:SHOWN] for row in project.files()}


def compare(before: Lists, now: Lists, edited: str, watch: Watch) -> Step:
    """Return what an edit did to the lists of the other files."""
    others = [path for path in now if path != edited]
    rows = [(before[path], now[path]) for path in others]
    texts = [([(r.path, r.reasons) for r in old], [(r.path, r.reasons) for r in new]) for old, new in rows]
    paths = [([r.path for r in old], [r.path for r in new]) for old, new in rows]
    size = max(1, len(others))
    return Step(
        sum(old != new for old, new in texts) / size,
        sum(old != new for old, new in paths) / size,
        sum(set(old) != set(new) for old, new in paths) / size,
        watch.made / max(1, len(now)),
        watch.seconds,
    )


def apply_commits(clone: Path, tag: str, tree: Path) -> Iterator[list[str]]:
    """Bring a tree from one commit to the next; yield the Python files that each changed."""
    head = git(clone, "rev-parse", "HEAD").strip()
    last = tag
    for commit in git(clone, "rev-list", "--first-parent", "--reverse", f"{tag}..{head}", "--", "*.py").split():
        fields = git(tree, "diff", "--no-renames", "--name-status", "-z", last, commit, "--", "*.py").split("\0")
        changed = dict(zip(fields[1::2], fields[::2], strict=False))
        there = [path for path, status in changed.items() if status != "D"]
        for path in changed.keys() - set(there):
            (tree / path).unlink(missing_ok=True)
        if there:
            git(tree, "checkout", "-q", commit, "--", *there)
        last = commit
        yield list(changed)


def measure(clone: Path, tag: str, count: int, *, history: bool) -> list[Step]:
    """Return what edits of one file did, in their order."""
    watch, steps = Watch(), []
    with tempfile.TemporaryDirectory() as name, watch.watching():
        tree, cache = Path(name) / "tree", Path(name) / "cache"
        check_out(clone, tag, tree)
        with Project.open(tree, cache, history=history) as project:
            before = lists_of(project)
        for changed in apply_commits(clone, tag, tree):
            with Project.open(tree, cache, history=history) as project:
                now = lists_of(project)
            if len(changed) == 1 and now.keys() == before.keys():
                steps.append(compare(before, now, changed[0], watch))
            before = now
            if len(steps) == count:
                break
    return steps


def show(corpus: str, steps: Sequence[Step]) -> None:
    """Print the figures of one clone."""
    print(f"{corpus}: {len(steps)} commits that change one file", flush=True)
    for title, column in zip(TITLES, zip(*steps, strict=True), strict=False):
        ordered = sorted(column)
        middle, high = statistics.median(ordered), ordered[len(ordered) * 9 // 10]
        print(f"  {title:26} mean {statistics.fmean(ordered):.4f}  median {middle:.4f}", end="")
        print(f"  p90 {high:.4f}  most {ordered[-1]:.4f}", flush=True)


def main() -> int:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", metavar="CLONE@TAG")
    parser.add_argument("--commits", type=int, default=50, help="commits of one file (default: 50)")
    parser.add_argument("--history", action="store_true", help="with the git history up to the tag")
    args = parser.parse_args()
    for corpus in args.corpora:
        clone, _, tag = corpus.rpartition("@")
        show(corpus, measure(Path(clone), tag, args.commits, history=args.history))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
