"""Which imports are said not to be used: ours beside ruff's rule F401, every difference with the class that explains it.

    python benchmarks/unused_imports.py [--show 20] TREE...

Ruff runs without the project's configuration, and heeds `# noqa` as we do. What ruff reports as defined again before it
is used (F811) counts as unused, too. Differences that no class explains are listed; the last column should be 0.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from sphinx_kwindex.collect import collect_files, default_collectors
from sphinx_kwindex.model import FileFacts, Import, ImportFlag
from sphinx_kwindex.options import Options
from sphinx_kwindex.scan import scan

RULES = ("F401", "F811")
BATCH = 300


class Said(NamedTuple):
    """What ruff says of one import."""

    path: str
    line: int
    name: str
    """As ruff spells it: `a.b`, `a.b as c`."""
    rule: str


def main() -> int:
    """Print one row for each tree; return 1 if a difference is not explained."""
    args = _arguments()
    print("| tree | imports | ours | of which ruff says the same | only ruff, by class | only ours | unexplained |")
    print("|---|---|---|---|---|---|---|")
    total = 0
    for tree in args.trees:
        total += _compare(tree.resolve(), args.show)
    return 1 if total else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--show", type=int, default=20, help="how many unexplained differences of a tree to list")
    return parser.parse_args()


def _compare(root: Path, show: int) -> int:
    files = {facts.path: facts for facts in _facts(root)}
    said = list(_ruff(root, sorted(files)))
    unread = {item.path for item in said if item.rule not in RULES}
    ours = {(facts.path, item.line, item.col): item for facts in files.values() if facts.path not in unread
            for item in facts.imports if item.flags & ImportFlag.UNUSED}  # fmt: skip
    theirs: dict[tuple[str, int, int], Import] = {}
    for one in said:
        if one.path not in unread:
            theirs |= {(one.path, item.line, item.col): item for item in _meant(files[one.path], one)}
    strict = {key for key in theirs if any(key[:2] == (one.path, one.line) for one in said if one.rule == "F401")}
    again = {(path, theirs[path, line, col].name) for path, line, col in theirs}
    # Of the same import twice in a row, ruff reports the second.
    mine = sorted(key for key in ours.keys() - theirs.keys() if (key[0], ours[key].name) not in again)
    classes: Counter[str] = Counter()
    unexplained = [f"only we: {path}:{line} {ours[path, line, col].text}" for path, line, col in mine]
    for key in sorted(strict - ours.keys()):
        reason = _reason(root, files[key[0]], theirs[key])
        classes[reason or "?"] += 1
        if not reason:
            unexplained.append(f"only ruff: {key[0]}:{key[1]} {theirs[key].text}")
    count = sum(len(facts.imports) for facts in files.values())
    named = ", ".join(f"{reason} {number}" for reason, number in classes.most_common())
    same = len(ours.keys() & theirs.keys())
    print(
        f"| {root.name} | {count} | {len(ours)} | {same} | {named or '-'} | {len(mine)} | {len(unexplained)} |",
        flush=True,
    )
    for text in unexplained[:show]:
        print(f"    {text}")
    return len(unexplained)


def _facts(root: Path) -> Iterator[FileFacts]:
    collectors, options = default_collectors(), Options()
    suffixes = {suffix: item.language for item in collectors for suffix in item.suffixes}
    files = [file for file in scan(root, options, suffixes, {}).files if file.language == "python"]
    decoder = msgspec.msgpack.Decoder(FileFacts)
    for _, encoded in collect_files(root, files, collectors, options):
        facts = decoder.decode(encoded.facts)
        if facts.error is None:
            yield facts


def _ruff(root: Path, paths: list[str]) -> Iterator[Said]:
    ruff = shutil.which("ruff") or str(Path(sys.executable).with_name("ruff"))
    command = [ruff, "check", "--isolated", "--no-cache", "--select", ",".join(RULES), "--target-version", "py313",
               "--output-format", "json", "--exit-zero", "--"]  # fmt: skip
    for start in range(0, len(paths), BATCH):
        run = subprocess.run([*command, *paths[start : start + BATCH]], cwd=root, check=True, capture_output=True)
        for item in json.loads(run.stdout):
            path = Path(item["filename"]).relative_to(root).as_posix()
            name = re.search(r"`([^`]+)`", item["message"])
            line = re.search(r"from line (\d+)", item["message"])
            rule = item["code"] or "syntax"
            yield Said(path, int(line[1]) if line else item["location"]["row"], name[1] if name else "", rule)


def _meant(facts: FileFacts, said: Said) -> list[Import]:
    """Return the imports of ours that ruff speaks of."""
    target, _, other = said.name.partition(" as ")
    found = [item for item in facts.imports if item.line == said.line]
    exact = [item for item in found if item.target == target and (not other or item.name == other)]
    ends = {other} if other else {target.partition(".")[0], target.rpartition(".")[2]}
    return exact or [item for item in found if item.name in ends or item.target.rpartition(".")[2] in ends]


def _reason(root: Path, facts: FileFacts, item: Import) -> str:
    """Name the class of an import that ruff says is unused, and we do not; empty if there is none."""
    text = (root / facts.path).read_text(encoding=facts.encoding, errors="replace")
    # As in `collect/python/unused.py`, but told from the records and the text alone.
    name = re.escape(item.name)
    classes = (
        ("used elsewhere in the file by that name", item.uses > 0),
        ("offered by a package", facts.is_package and not item.scope),
        ("exported", bool(item.flags & ImportFlag.EXPORTED)),
        ("__all__ cannot be told", facts.exports is not None and not facts.exports.complete),
        ("read by a tool", Path(facts.path).name in {"conf.py", "settings.py", "conftest.py"}),
        ("tried", bool(item.flags & ImportFlag.TRY) or bool(re.search(r"(?:suppress|raises)\([^)]*(?:Import|NotFound)", text))),
        ("whole namespace read", bool(re.search(r"\b(?:globals|locals|vars|dir)\s*\(\)|\b(?:eval|exec)\s*\(|modules\[__name", text))),
        ("marked by its authors", bool(re.search(r"unused[-_]import|W0611|(?:flake8|ruff)\s*[:=]\s*noqa|noqa", text))),
        ("bound in other ways, too", len(re.findall(rf"\bimport\b.*\b{name}\b|^\s*{name}\b.*=|\b(?:def|class) {name}\b|\bas {name}\b", text, re.MULTILINE)) > 1),
        ("member of a class", facts.definitions[item.scope].kind.value == "class"),
        ("test that runs here, too", item.name.lower().startswith("test")),
        ("example or type comment", bool(re.search(rf"(?:>>>|\.\.\.|# ?type:).*\b{name}\b", text))),
        ("in quotes", bool(re.search(rf"""['"][^'"\n]*\b{name}\b[^'"\n]*['"]""", text))),
        ("name of a parameter", bool(re.search(rf"def \w+\([^)]*\b{name}\b", text))),
        ("global statement", bool(re.search(rf"\bglobal\b.*\b{name}\b", text))),
    )  # fmt: skip
    return next((reason for reason, holds in classes if holds), "")


if __name__ == "__main__":
    sys.exit(main())
