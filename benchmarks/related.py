"""Replay history: how many of the files that were changed together later are among the related files?

    python benchmarks/related.py TREE TRUTH.json [--ablation] [--history]

TREE is the source tree as it was at a tag. TRUTH.json has `files` (those at the tag) and `commits` (lists of files that later
commits changed together). Every file of a commit is a query, the others are the truth. Printed: recall at 5 and at 10
(`|found and truth| / min(k, |truth|)`), the share of queries with a hit in the first five, and the mean reciprocal rank,
averaged over queries, with a bootstrap interval (2.5 % to 97.5 %, over commits) of the recall at 10; for the ranking and for what it has to
beat: the same folder, imports alone, and TF-IDF of whole names. `--ablation` leaves out one signal after the other.
With `--history`, TREE is a git checkout at the tag whose own history may be read.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from sphinx_kwindex import Project
from sphinx_kwindex.relate.rank import WEIGHTS

Ranker = Callable[[str], Sequence[str]]
K = 10


def measure(name: str, rank: Ranker, commits: list[list[str]]) -> None:
    """Print one line of figures for one ranking."""
    known: dict[str, Sequence[str]] = {}
    by_commit = [[_query(rank, known, path, set(commit) - {path}) for path in commit] for commit in commits]
    rows = [row for commit in by_commit for row in commit]
    r5, r10, hit, mrr = (statistics.fmean(column) for column in zip(*rows, strict=True))
    low, high = _interval([[row[1] for row in commit] for commit in by_commit])
    print(f"{name:28} {r5:6.3f} {r10:6.3f} [{low:.3f}, {high:.3f}] {hit:6.3f} {mrr:6.3f}", flush=True)


def _query(rank: Ranker, known: dict[str, Sequence[str]], path: str, truth: set[str]) -> tuple[float, ...]:
    if path not in known:
        known[path] = rank(path)[:K]
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

    def rank(path: str) -> list[str]:
        scores: Counter[str] = Counter()
        for word, value in vectors[path].items():
            for other in postings[word]:
                scores[other] += value * vectors[other][word]  # type: ignore[assignment]
        del scores[path]
        return sorted(scores, key=lambda other: (-scores[other], other))

    return rank


def related(tree: Path, **options: Any) -> tuple[Project, Ranker]:
    """Index a tree, and return the project and its ranking."""
    project = Project.open(tree, **options)
    return project, lambda path: [item.path for item in project.related(path, limit=K)]


def main() -> int:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--ablation", action="store_true", help="leave out one signal after the other")
    parser.add_argument("--history", action="store_true", help="use the git history of the tree")
    args = parser.parse_args()
    project, rank = related(args.tree, history=args.history)
    have = {row.path for row in project.files()}
    every = json.loads(args.truth.read_text(encoding="utf-8"))["commits"]
    commits = [commit for commit in ([path for path in item if path in have] for item in every) if len(commit) > 1]
    print(f"{len(have)} files, {len(commits)} commits, {sum(map(len, commits))} queries")
    print(f"{'ranking':28} {'R@5':>6} {'R@10':>6} {'of R@10':>16} {'hit@5':>6} {'MRR':>6}")
    for name, baseline in baselines(project, args.tree):
        measure(name, baseline, commits)
    measure("related files", rank, commits)
    for signal in sorted(WEIGHTS) if args.ablation else ():
        if WEIGHTS[signal] and (signal != "history" or args.history):
            other, without = related(args.tree, history=args.history, related_weights={signal: 0.0})
            measure(f"  without {signal}", without, commits)
            other.close()
    project.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
