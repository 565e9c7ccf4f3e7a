#!/usr/bin/env python3
"""Set up everything from a fresh clone and run a check: `python3 dev.py demo`, `python3 dev.py test`.

Makes a virtual environment in `.venv` with nothing but tox; tox does the rest, each check in an environment of its
own. Any other argument is a tox environment (`python3 dev.py lint types`); see CONTRIBUTING.md. Needs the standard
library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKS = ["lint", "types", "py", "demo", "docs"]
SITES = {"demo": HERE / "demo_project/docs/_build/html/index.html", "docs": HERE / "docs/_build/html/index.html"}


def make_environment(folder: Path) -> Path:
    """Return the Python of a virtual environment that has tox, made first if need be."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    probe = [python, "-c", "import tox"]
    if not python.exists() or subprocess.run(probe, check=False, capture_output=True).returncode:
        print(f"Making {folder} ...", flush=True)
        venv.create(folder, clear=True, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "tox>=4.22"]
        subprocess.run(install, check=True)
    return python


def main(names: list[str]) -> int:
    """Run the named checks; return the exit status."""
    if sys.version_info < (3, 10):  # noqa: UP036 (tells people with an older Python what is wrong)
        print("sphinx-kwindex needs Python 3.10 or newer; run this script with that one.", file=sys.stderr)
        return 2
    if not names:
        print(__doc__, file=sys.stderr)
        return 2
    environments = CHECKS if names == ["test"] else names
    python = make_environment(HERE / ".venv")
    status = subprocess.run(
        [python, "-m", "tox", "run", "-e", ",".join(environments)], cwd=HERE, check=False
    ).returncode
    for name, page in SITES.items():
        if name in environments and status == 0:
            print(f"The {name} site: {page.as_uri()}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
