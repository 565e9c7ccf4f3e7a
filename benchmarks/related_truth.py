"""Make truth about related files from a git clone: which files did later commits change together?

    python benchmarks/related_truth.py CLONE TAG [--until REVISION] [--tree FOLDER] > TRUTH.json

CLONE is a git clone (a bare one will do). The truth are the commits after TAG, up to `--until` (HEAD), that are no merges and change
2 to 10 Python files that existed at TAG. `--tree` makes the tree of Python files as it was at TAG, with the history up to it; the objects
are shared with the clone. Written is what `benchmarks/related.py` reads: the tag, `files` (those at the tag) and `commits`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MOST_FILES = 10
"""Commits that change more say little of any two files."""


def git(folder: Path, *arguments: str) -> str:
    """Run git; return what it says."""
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, errors="surrogateescape").stdout


def check_out(clone: Path, tag: str, tree: Path) -> None:
    """Make a tree with the Python files of a tag, and the history up to it; objects are shared with the clone."""
    tree.mkdir(parents=True, exist_ok=True)
    git(tree, "clone", "-q", "--shared", "--no-checkout", str(clone.resolve()), ".")
    git(tree, "update-ref", "--no-deref", "HEAD", f"{tag}^{{commit}}")
    git(tree, "checkout", "-q", "HEAD", "--", "*.py")


def files_at(clone: Path, tag: str) -> list[str]:
    """Return the Python files at a tag, by path."""
    names = git(clone, "ls-tree", "-r", "-z", "--name-only", tag).split("\0")
    return sorted(name for name in names if name.endswith(".py"))


def later_commits(clone: Path, tag: str, until: str) -> Iterator[list[str]]:
    """Yield the files, known at the tag, that later commits changed together, newest commit first."""
    known = set(files_at(clone, tag))
    log = git(clone, "log", "--no-merges", "--no-renames", "-z", "--name-only", "--format=%x01", f"{tag}..{until}")
    for block in log.split("\x01")[1:]:
        changed = {path.strip("\n") for path in block.split("\0") if path.endswith(".py")}
        found = sorted(changed & known)
        if len(changed) <= MOST_FILES and len(found) > 1:
            yield found


def make_truth(clone: Path, tag: str, until: str) -> dict[str, object]:
    """Return the truth as it is written."""
    return {"tag": tag, "files": files_at(clone, tag), "commits": list(later_commits(clone, tag, until))}


def main() -> int:
    """Write the truth of what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path)
    parser.add_argument("tag")
    parser.add_argument("--until", default="HEAD", help="last revision of the truth (default: HEAD)")
    parser.add_argument("--tree", type=Path, help="where to make the tree as it was at the tag")
    args = parser.parse_args()
    if args.tree is not None:
        check_out(args.clone, args.tag, args.tree)
    json.dump(make_truth(args.clone, args.tag, args.until), sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
