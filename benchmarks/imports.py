"""What importing the package costs a build that changes nothing: `python benchmarks/imports.py [--runs 10] [--most 20]`.

The demo is built, then built again so many times under `python -X importtime`. For each module of the package the least time of all
runs counts, without what it imports: other programs only ever add to it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
_ROW = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(sphinx_kwindex\S*)$", re.MULTILINE)


def times(folder: Path, runs: int) -> Iterator[dict[str, int]]:
    """Build the demo; then yield the microseconds of each module of the package in each of some builds."""
    shutil.copytree(PROJECT / "demo_project", folder / "demo")
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = ["-m", "sphinx", "-q", "demo/docs", "html"]
    for options in (), (), *[("-X", "importtime")] * runs:
        build = [sys.executable, *options, *command]
        done = subprocess.run(build, cwd=folder, env=environment, capture_output=True, text=True, check=True)
        if options:
            yield {name: int(time) for time, name in _ROW.findall(done.stderr)}


def main() -> int:
    """Measure, and print the sum and the modules that take longest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--most", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = list(times(Path(folder), args.runs))
    least = {name: min(run[name] for run in runs if name in run) for name in runs[0]}
    print(f"{len(least)} modules, {sum(least.values()) / 1000:.1f} ms")
    for name in sorted(least, key=lambda name: -least[name])[: args.most]:
        print(f"{least[name] / 1000:6.2f} {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
