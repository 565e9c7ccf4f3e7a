"""Replay history: how many of the files that were changed together later are among the related files?

    python benchmarks/related.py CLONE@TAG ... [--ablation] [--until REVISION]
    python benchmarks/related.py TREE=TRUTH.json ... [--ablation]

CLONE is a git clone (a bare one will do): its Python files at TAG are checked out into a temporary folder and ranked, without
and with the history up to TAG; the truth are the commits after it (up to `--until`, HEAD) that are no merges and change
2 to 10 Python files that existed at TAG. TREE is a source tree, TRUTH.json has `commits` (lists of files that later commits changed
together); if TREE is a git checkout, its history is used too.

Every file of a commit is a query, the others are the truth. Printed: recall at 5 and at 10
(`|found and truth| / min(k, |truth|)`), the share of queries with a hit in the first five, and the mean reciprocal rank,
averaged over queries, with a bootstrap interval (2.5 % to 97.5 %, over commits) of the recall at 10; for the ranking and for what it has to
beat: the same folder, imports alone, and TF-IDF of whole names. `--ablation` leaves out one signal after the other. Of several
trees also the means over trees are printed, with intervals over trees.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import statistics
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from sphinx_kwindex import Project
from sphinx_kwindex.relate import read_inputs
from sphinx_kwindex.relate.history import CoChange, HistoryError, read_history
from sphinx_kwindex.relate.rank import WEIGHTS, rank

Ranker = Callable[[str], Sequence[str]]
K = 10
MOST_FILES = 10
HISTORY = 5_000


class Score(NamedTuple):
    """How well one ranking does on one tree."""

    r5: float
    r10: float
    hit5: float
    mrr: float


def measure(name: str, ranker: Ranker, commits: list[list[str]]) -> Score:
    """Print one line of figures for one ranking."""
    known: dict[str, Sequence[str]] = {}
    by_commit = [[_query(ranker, known, path, set(commit) - {path}) for path in commit] for commit in commits]
    rows = [row for commit in by_commit for row in commit]
    score = Score(*(statistics.fmean(column) for column in zip(*rows, strict=True)))
    show(name, score, _interval([[row[1] for row in commit] for commit in by_commit]))
    return score


def show(name: str, score: Score, interval: tuple[float, float]) -> None:
    """Print one line."""
    low, high = interval
    print(
        f"{name:28} {score.r5:6.3f} {score.r10:6.3f} [{low:.3f}, {high:.3f}] {score.hit5:6.3f} {score.mrr:6.3f}",
        flush=True,
    )


def _query(ranker: Ranker, known: dict[str, Sequence[str]], path: str, truth: set[str]) -> tuple[float, ...]:
    if path not in known:
        known[path] = ranker(path)[:K]
    found = known[path]
    first = next((place for place, other in enumerate(found, 1) if other in truth), 0)
    recalls = (len(truth.intersection(found[:k])) / min(k, len(truth)) for k in (5, K))
    return (*recalls, float(0 < first <= 5), 1 / first if first else 0.0)


def _interval(commits: list[list[float]], rounds: int = 500) -> tuple[float, float]:
    chance = random.Random(1)
    means = sorted(
        statistics.fmean(value for commit in chance.choices(commits, k=len(commits)) for value in commit)
        for _ in range(rounds)
    )
    return means[rounds // 40], means[-rounds // 40]


def baselines(project: Project, tree: Path) -> Iterator[tuple[str, Ranker]]:
    """Yield the rankings to beat."""
    paths = [row.path for row in project.files()]
    yield "same folder", lambda path: _by_folder(path, paths)
    yield "imports", lambda path: _by_imports(project, path)
    yield "TF-IDF of whole names", _by_names(tree, paths)


def _by_folder(path: str, paths: list[str]) -> list[str]:
    own = PurePosixPath(path).parent.parts

    def distance(other: str) -> int:
        parts = PurePosixPath(other).parent.parts
        common = sum(1 for mine, theirs in zip(own, parts, strict=False) if mine == theirs)
        return len(own) + len(parts) - 2 * common

    return sorted((other for other in paths if other != path), key=lambda other: (distance(other), other))


def _by_imports(project: Project, path: str) -> list[str]:
    reader = project.reader
    return list(dict.fromkeys((*reader.imported(path), *reader.importers(path))))


def _by_names(tree: Path, paths: list[str]) -> Ranker:
    bags = {path: Counter(re.findall(r"[^\W\d]\w+", (tree / path).read_text("utf-8", "replace"))) for path in paths}
    spread = Counter(word for bag in bags.values() for word in bag)
    vectors: dict[str, dict[str, float]] = {}
    postings: dict[str, list[str]] = defaultdict(list)
    for path, bag in bags.items():
        idf = {word: math.log(len(paths) / spread[word]) for word in bag if 1 < spread[word] <= len(paths) / 2}
        vector = {word: (1 + math.log(bag[word])) * weight for word, weight in idf.items()}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        vectors[path] = {word: value / length for word, value in vector.items()}
        for word in vector:
            postings[word].append(path)

    def ranker(path: str) -> list[str]:
        scores: Counter[str] = Counter()
        for word, value in vectors[path].items():
            for other in postings[word]:
                scores[other] += value * vectors[other][word]  # type: ignore[assignment]
        del scores[path]
        return sorted(scores, key=lambda other: (-scores[other], other))

    return ranker


def by_us(project: Project, history: CoChange | None = None, **weights: float) -> Ranker:
    """Return our own ranking."""
    found = rank(read_inputs(project.reader), weights=weights, history=history)
    return lambda path: [item.path for item in found.get(path, ())]


def history_of(tree: Path, project: Project) -> CoChange | None:
    """Return what the git history of a tree says; None if it has none."""
    try:
        return CoChange(read_history(tree, limit=HISTORY), [row.path for row in project.files()])
    except HistoryError:
        return None


def run(tree: Path, truth: list[list[str]], *, ablation: bool) -> dict[str, Score]:
    """Measure all rankings on one tree."""
    with Project.open(tree) as project:
        have = {row.path for row in project.files()}
        commits = [known for known in ([path for path in commit if path in have] for commit in truth) if len(known) > 1]
        print(f"{len(have)} files, {len(commits)} commits, {sum(map(len, commits))} queries")
        print(f"{'ranking':28} {'R@5':>6} {'R@10':>6} {'of R@10':>16} {'hit@5':>6} {'MRR':>6}")
        rankers = dict(baselines(project, tree)) | {"related files": by_us(project)}
        history = history_of(tree, project)
        if history is not None:
            rankers["related files, history"] = by_us(project, history)
        for signal in sorted(WEIGHTS) if ablation else ():
            if WEIGHTS[signal] and signal != "history":
                rankers[f"  without {signal}"] = by_us(project, **{signal: 0.0})
        return {name: measure(name, ranker, commits) for name, ranker in rankers.items()}


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout


def check_out(clone: Path, tag: str, tree: Path) -> None:
    """Make a tree with the Python files of a tag, and the history up to it; objects are shared with the clone."""
    _git(tree, "clone", "-q", "--shared", "--no-checkout", str(clone.resolve()), ".")
    _git(tree, "update-ref", "--no-deref", "HEAD", f"{tag}^{{commit}}")
    _git(tree, "checkout", "-q", "HEAD", "--", "*.py")


def later_commits(clone: Path, tag: str, until: str) -> list[list[str]]:
    """Return the files, known at the tag, that later commits changed together."""
    known = set(_git(clone, "ls-tree", "-r", "-z", "--name-only", tag).split("\0"))
    log = _git(clone, "log", "--no-merges", "--no-renames", "-z", "--name-only", "--format=%x01", f"{tag}..{until}")
    found = []
    for block in log.split("\x01")[1:]:
        changed = {path.strip("\n") for path in block.split("\0") if path.endswith(".py")}
        if len(changed) <= MOST_FILES:
            found.append(sorted(changed & known))
    return found


def run_corpus(corpus: str, *, ablation: bool, until: str) -> dict[str, Score]:
    """Measure one corpus as the command line names it."""
    print(f"\n== {corpus}")
    if corpus.endswith(".json"):
        tree, _, truth = corpus.rpartition("=")
        return run(Path(tree), json.loads(Path(truth).read_text(encoding="utf-8"))["commits"], ablation=ablation)
    clone, _, tag = corpus.rpartition("@")
    with tempfile.TemporaryDirectory() as folder:
        check_out(Path(clone), tag, Path(folder))
        return run(Path(folder), later_commits(Path(clone), tag, until), ablation=ablation)


def main() -> int:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", help="CLONE@TAG or TREE=TRUTH.json")
    parser.add_argument("--ablation", action="store_true", help="leave out one signal after the other")
    parser.add_argument("--until", default="HEAD", help="last revision of the truth (default: HEAD)")
    args = parser.parse_args()
    results = [run_corpus(corpus, ablation=args.ablation, until=args.until) for corpus in args.corpora]
    if len(results) > 1:
        print(f"\n== mean over {len(results)} trees")
        for name in results[0]:
            scores = [result[name] for result in results if name in result]
            mean = Score(*(statistics.fmean(column) for column in zip(*scores, strict=True)))
            show(name, mean, _interval([[score.r10] for score in scores]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
