"""Replay history: how many of the files that were changed together later are among the related files?

    python benchmarks/related.py CLONE@TAG ... [--ablation] [--leave-one-out] [--until REVISION]
    python benchmarks/related.py TREE=TRUTH.json ... [--ablation] [--leave-one-out]

CLONE is a git clone (a bare one will do): its Python files at TAG are checked out into a temporary folder and ranked, without
and with the history up to TAG; the truth are later commits, as `benchmarks/related_truth.py` finds them (up to `--until`, HEAD). TREE is a source
tree, TRUTH.json has `commits` (lists of files that later commits changed together); if TREE is a git checkout, its history is used too.

Every file of a commit is a query, the others are the truth. Printed: recall at 5 and at 10
(`|found and truth| / min(k, |truth|)`), the share of queries with a hit in the first five, and the mean reciprocal rank,
averaged over queries, with a bootstrap interval (2.5 % to 97.5 %, over commits) of the recall at 10; for the ranking and for what it has to
beat: the same folder, imports alone, and TF-IDF of whole names. Of several trees also the means over trees are printed, with intervals over
trees.

`--ablation` leaves out one signal after the other. `--leave-one-out` asks whether the weights would do for a project that they
were not tuned on: for each tree the best of some sets of weights is chosen on the other trees (ours; ours with one weight halved, doubled or 0),
and measured on this one.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from related_truth import check_out, later_commits

from sphinx_kwindex import Project
from sphinx_kwindex.model import Role
from sphinx_kwindex.relate.evidence import Evidence
from sphinx_kwindex.relate.history import CoChange, HistoryError, read_history
from sphinx_kwindex.relate.rank import gather, rank_file
from sphinx_kwindex.relate.ranking import read_inputs
from sphinx_kwindex.relate.reasons import default_weights
from sphinx_kwindex.relate.vocabulary import Bags, Vocabulary

Ranker = Callable[[str], Sequence[str]]
K = 10
HISTORY = 5_000
STATIC, WITH = "related files", "related files, history"


class Score(NamedTuple):
    """How well one ranking does on one tree."""

    r5: float
    r10: float
    hit5: float
    mrr: float


def measure(ranker: Ranker, commits: Sequence[Sequence[str]], name: str = "") -> Score:
    """Return the figures of one ranking; print them under a name."""
    known: dict[str, Sequence[str]] = {}
    by_commit = [[_query(ranker, known, path, set(commit) - {path}) for path in commit] for commit in commits]
    rows = [row for commit in by_commit for row in commit]
    score = Score(*(statistics.fmean(column) for column in zip(*rows, strict=True)))
    if name:
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
    imported = (target for user, target in reader.import_edges() if user == path)
    return list(dict.fromkeys((*imported, *reader.importers(path))))


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


# Our own ranking


class Ours:
    """Our own ranking: the evidence is gathered once, for any weights."""

    def __init__(self, project: Project, history: CoChange | None = None) -> None:
        bags, rows = Bags(), [row for row in project.files() if row.role is not Role.PROSE]
        for row in rows:
            bags.put(row.path, project.reader.words(row.path))
        files = list(read_inputs(project.reader, rows, {}))
        vocabulary = Vocabulary(bags, [file.path for file in files])
        vocabulary.find_all()
        self.evidence: Evidence = gather(files, vocabulary, history=history)

    def ranker(self, **weights: float) -> Ranker:
        """Return the ranking with some weights that are not ours."""
        chosen = {**default_weights(), **weights}
        numbers = self.evidence.numbers
        return lambda path: [
            row.path for row in rank_file(self.evidence, numbers[path], weights=chosen, limit=K).related
        ]


def history_of(tree: Path, project: Project) -> CoChange | None:
    """Return what the git history of a tree says; None if it has none."""
    try:
        return CoChange(read_history(tree, limit=HISTORY), [row.path for row in project.files()])
    except HistoryError:
        return None


def signals(title: str) -> list[str]:
    """Return the signals that one of our rankings rests on."""
    return [
        name for name, weight in sorted(default_weights().items()) if weight and (name != "history" or title == WITH)
    ]


def weight_sets(title: str) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Yield sets of weights with their names: ours, and ours with one of them changed."""
    yield "ours", {}
    weights = default_weights()
    for name in signals(title):
        for factor, word in ((0.5, "half"), (2.0, "twice"), (0.0, "no")):
            yield f"{word} {name}", {name: weights[name] * factor}


# The run


class Result(NamedTuple):
    """The figures of one tree."""

    name: str
    scores: Mapping[str, Score]
    """By ranking."""
    sets: Mapping[str, Mapping[str, float]]
    """Recall at 10 by ranking of ours and set of weights."""


def run(name: str, tree: Path, truth: Sequence[Sequence[str]], args: argparse.Namespace) -> Result:
    """Measure all rankings on one tree."""
    cache = args.cache / re.sub(r"\W+", "-", name).strip("-") if args.cache else None
    with Project.open(tree, cache) as project:
        have = {row.path for row in project.files()}
        commits = [known for known in ([path for path in commit if path in have] for commit in truth) if len(known) > 1]
        print(f"\n== {name}\n{len(have)} files, {len(commits)} commits, {sum(map(len, commits))} queries")
        if not commits:
            return Result(name, {}, {})
        print(f"{'ranking':28} {'R@5':>6} {'R@10':>6} {'of R@10':>16} {'hit@5':>6} {'MRR':>6}")
        scores = {title: measure(ranker, commits, title) for title, ranker in baselines(project, tree)}
        history = history_of(tree, project)
        ours = {STATIC: Ours(project)} | ({WITH: Ours(project, history)} if history is not None else {})
        sets = {}
        for title, ranking in ours.items():
            scores[title] = measure(ranking.ranker(), commits, title)
            for signal in signals(title) if args.ablation else ():
                name_of = f"  {title.partition(', ')[2]} without {signal}"
                scores[name_of] = measure(ranking.ranker(**{signal: 0.0}), commits, name_of)
            if args.leave_one_out:
                sets[title] = {name: measure(ranking.ranker(**some), commits).r10 for name, some in weight_sets(title)}
        return Result(name, scores, sets)


def run_corpus(corpus: str, args: argparse.Namespace) -> Result:
    """Measure one corpus as the command line names it."""
    if corpus.endswith(".json"):
        place, _, truth = corpus.rpartition("=")
        return run(corpus, Path(place), json.loads(Path(truth).read_text(encoding="utf-8"))["commits"], args)
    place, _, tag = corpus.rpartition("@")
    with tempfile.TemporaryDirectory() as folder:
        check_out(Path(place), tag, Path(folder))
        return run(corpus, Path(folder), list(later_commits(Path(place), tag, args.until)), args)


def show_means(results: Sequence[Result]) -> None:
    """Print the means over trees."""
    print(f"\n== mean over {len(results)} trees")
    for name in dict.fromkeys(name for result in results for name in result.scores):
        scores = [result.scores[name] for result in results if name in result.scores]
        mean = Score(*(statistics.fmean(column) for column in zip(*scores, strict=True)))
        show(name, mean, _interval([[score.r10] for score in scores]))


def show_left_out(results: Sequence[Result], title: str) -> None:
    """Print how weights do that were chosen on all other trees."""
    print(f"\n== {title}: R@10 of each tree with weights chosen on the others, beside ours")
    rows = []
    for left in results:
        others = [result.sets[title] for result in results if result is not left]
        best = max(
            others[0], key=lambda name: (round(statistics.fmean(other[name] for other in others), 6), name == "ours")
        )
        rows.append((left.sets[title][best], left.sets[title]["ours"]))
        print(f"{rows[-1][0]:.3f} {rows[-1][1]:.3f}  {left.name}: {best}")
    chosen, ours = (statistics.fmean(column) for column in zip(*rows, strict=True))
    low, high = _interval([[one - other] for one, other in rows])
    print(f"{chosen:.4f} {ours:.4f}  mean; difference {chosen - ours:+.4f} [{low:+.4f}, {high:+.4f}]")


def main() -> int:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", help="CLONE@TAG or TREE=TRUTH.json")
    parser.add_argument("--ablation", action="store_true", help="leave out one signal after the other")
    parser.add_argument("--leave-one-out", action="store_true", help="choose weights on the other trees")
    parser.add_argument("--cache", type=Path, help="where indexes are kept, so that a second run is faster")
    parser.add_argument("--until", default="HEAD", help="last revision of the truth (default: HEAD)")
    args = parser.parse_args()
    results = [result for corpus in args.corpora if (result := run_corpus(corpus, args)).scores]
    if len(results) > 1:
        show_means(results)
    for title in (STATIC, WITH):
        some = [result for result in results if title in result.sets]
        if len(some) > 1:
            show_left_out(some, title)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
