"""How often the role of a file is right: the index beside `roles.tsv`, in which people wrote down what files are.

    python benchmarks/roles.py FOLDER [--truth benchmarks/roles.tsv]

FOLDER holds a clone (or an unpacked source distribution) of each project that the table names, in a folder of that name;
what is not there is left out, and said. Where more than one word would be true, the table has them all, with `|` between.
The files are a sample by a fixed seed, and of each project as many again that have odd names or stand in odd places.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from sphinx_kwindex.collect import collect_files, default_collectors
from sphinx_kwindex.model import FileFacts, Role
from sphinx_kwindex.options import Options
from sphinx_kwindex.scan import scan

BAR = 0.98


class Truth(NamedTuple):
    """What one file is."""

    project: str
    path: str
    roles: frozenset[str]


def main() -> int:
    """Print the share of right roles and every wrong one; return 1 below the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--truth", type=Path, default=Path(__file__).with_name("roles.tsv"))
    args = parser.parse_args()
    right = total = 0
    table = list(read_truth(args.truth))
    for project in dict.fromkeys(row.project for row in table):
        rows = {row.path: row.roles for row in table if row.project == project}
        found = _roles(args.folder / project, rows.keys())
        for path in sorted(rows.keys() - found.keys()):
            print(f"not there: {project} {path}")
        total += len(found)
        right += sum(role in rows[path] for path, role in found.items())
        for path, role in sorted(found.items()):
            if role not in rows[path]:
                print(f"wrong: {project} {path} is {'|'.join(sorted(rows[path]))}, not {role}")
    print(f"{right} of {total} right: {right / (total or 1):.1%}")
    return int(right < BAR * total)


def read_truth(path: Path) -> Iterator[Truth]:
    """Read the table: project, path and roles, with tabs between."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            project, file, roles = line.split("\t")
            yield Truth(project, file, frozenset(Role(role).value for role in roles.split("|")))


def _roles(root: Path, paths: Collection[str]) -> dict[str, str]:
    if not root.is_dir():
        return {}
    collectors, options = default_collectors(), Options(gitignore=False)
    suffixes = {suffix: item.language for item in collectors for suffix in item.suffixes}
    files = [file for file in scan(root, options, suffixes, {}).files if file.path in paths]
    decoder = msgspec.msgpack.Decoder(FileFacts)
    return {
        file.path: decoder.decode(encoded.facts).role.value
        for file, encoded in collect_files(root, files, collectors, options)
    }


if __name__ == "__main__":
    sys.exit(main())
