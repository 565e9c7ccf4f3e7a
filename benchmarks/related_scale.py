"""Measure what related files cost on a big tree, made of real ones.

    python benchmarks/related_scale.py FOLDER ... [--files 5000] [--jobs 2] [--work FOLDER]

Makes a tree of so many Python files (those of the folders; then once more those below another name, and so on), indexes it, and in
a process that does nothing else ranks all files anew, on one core; then again after one file has got another word in a body. Prints the seconds
of CPU and the peak of memory. `--work` keeps the tree and its index, so that a second run only ranks.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sphinx_kwindex import Project
from sphinx_kwindex.options import Options
from sphinx_kwindex.relate import ranking
from sphinx_kwindex.store import Store


def sources(folders: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield each Python file with its place in the tree, over and over."""
    files = [(path, Path(folder.name) / path.relative_to(folder)) for folder in folders for path in _files(folder)]
    for turn in itertools.count() if files else ():
        for path, place in files:
            yield path, Path(f"part{turn}") / place


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if path.is_file())


def make_tree(folders: Sequence[Path], count: int, tree: Path) -> int:
    """Copy so many files into a tree; return how many there are."""
    made = 0
    for path, place in itertools.islice(sources(folders), count):
        (tree / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, tree / place)
        made += 1
    return made


def measure(folders: Sequence[Path], count: int, work: Path, jobs: int) -> None:
    """Index a big tree, then rank its files in a process of their own."""
    tree, cache = work / "tree", work / "cache"
    if not tree.is_dir():
        made = make_tree(folders, count, tree)
        with Project.open(tree, cache, jobs=jobs) as project:
            seconds = ", ".join(f"{name} {value:.1f}" for name, value in dict(project.report.seconds).items())
            print(f"{made} files; seconds: {seconds}", flush=True)
    subprocess.run([sys.executable, __file__, "--rank", str(cache)], check=True)


def peak() -> float:
    """Return the most memory that this process ever had, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux, what `getrusage` tells of a new process is that of the one which started it
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text("ascii", "replace"), re.MULTILINE)
        if found:
            return int(found[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def rank_again(cache: Path) -> None:
    """Rank all files of an index, then those that one more word concerns; nothing of it is kept."""
    store = Store.open(cache, options=Options(), versions={})
    paths = [row.path for row in store.files()]
    before = peak()
    with store.transaction():
        start = time.process_time()
        ranking.rank_project(store, Options(), paths)
        whole, most = time.process_time() - start, peak()
        edited = paths[len(paths) // 2]
        words = store.words
        store.words = lambda path: (*words(path), ("zebra", 1)) if path == edited else words(path)  # type: ignore[method-assign]
        start = time.process_time()
        ranking.rank_project(store, Options(), [edited])
        again = time.process_time() - start
        print(
            f"{len(paths)} files: {whole:.1f} s of CPU, peak {most:.0f} MB ({before:.0f} before); edit {again:.2f} s",
            flush=True,
        )
        os._exit(0)  # the transaction is not wanted


def main() -> int:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--rank", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.rank:
        rank_again(args.rank)
    elif args.work:
        measure(args.folders, args.files, args.work, args.jobs)
    else:
        with tempfile.TemporaryDirectory() as name:
            measure(args.folders, args.files, Path(name), args.jobs)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
