"""What one generated page costs Sphinx to read and write, beside an empty document: `python benchmarks/pages.py`.

For each theme and number of pages two sites are built, each in a process of its own, serially: N source files with one
definition each, and N empty orphan documents, which is Sphinx's own floor. Timed is what happens after the index is
made (reading, writing, inventories), in CPU seconds of the process. A site with a handful of pages is taken off.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

FEW = 10
PER_FOLDER = 20

CONF = """\
import json, os, time

extensions = {extensions!r}
kwindex_root = "../src"
html_theme = {theme!r}
started = []


def setup(app):
    app.connect("builder-inited", lambda app: started.append(time.process_time()), priority=999)
    app.connect("build-finished", finish, priority=1)


def finish(app, exception):
    result = {{"seconds": time.process_time() - started[0], "documents": len(app.env.found_docs)}}
    with open(os.environ["KWINDEX_RESULT"], "w") as file:
        json.dump(result, file)
"""


class Result(NamedTuple):
    """One build."""

    seconds: float
    documents: int


def make_tree(folder: Path, pages: int, rows: int) -> None:
    """Write source files with so many functions each."""
    for number in range(pages):
        file = folder / f"src/pkg/part{number // PER_FOLDER}/module{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(
            f"def function_{number}_{row}(value: int = 0) -> int:\n    return value\n\n" for row in range(rows)
        )
        file.write_text(text, encoding="utf-8")


def make_documents(folder: Path, pages: int) -> None:
    """Write empty documents."""
    for number in range(pages):
        file = folder / f"docs/pages/part{number // PER_FOLDER}/page{number}.rst"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f":orphan:\n\nPage {number}\n=========\n", encoding="utf-8")


def build(folder: Path, theme: str, extensions: list[str]) -> Result:
    """Build a site and return what it took."""
    docs = folder / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "conf.py").write_text(CONF.format(theme=theme, extensions=extensions), encoding="utf-8")
    (docs / "index.rst").write_text("Test\n====\n", encoding="utf-8")
    result = folder / "result.json"
    command = [sys.executable, "-m", "sphinx", "-q", "-d", str(folder / "doctrees"), str(docs), str(folder / "html")]
    subprocess.run(command, check=True, env={**os.environ, "KWINDEX_RESULT": str(result)})
    return Result(**json.loads(result.read_text(encoding="utf-8")))


def measure(theme: str, pages: int, rows: int | None) -> Result:
    """Build a site of so many pages (`rows` None: empty documents)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if rows is None:
            make_documents(folder, pages)
            return build(folder, theme, [])
        make_tree(folder, pages, rows)
        return build(folder, theme, ["sphinx_kwindex"])


def cost(theme: str, pages: int, rows: int | None) -> float:
    """Return milliseconds per document, without what a site of a few pages takes."""
    few, many = measure(theme, FEW, rows), measure(theme, pages, rows)
    return 1000 * (many.seconds - few.seconds) / (many.documents - few.documents)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, nargs="+", default=[500, 1000, 2000])
    parser.add_argument("--themes", nargs="+", default=["alabaster", "sphinx_rtd_theme", "furo"])
    parser.add_argument("--rows", type=int, default=20, help="definitions per file in the last column")
    options = parser.parse_args()
    print(f"{'theme':<18}{'pages':>7}{'empty':>8}{'1 row':>8}{f'{options.rows} rows':>9}   ms per document, CPU")
    for theme in options.themes:
        for pages in options.pages:
            empty, one, more = (cost(theme, pages, rows) for rows in (None, 1, options.rows))
            print(f"{theme:<18}{pages:>7}{empty:>8.2f}{one:>8.2f}{more:>9.2f}", flush=True)


if __name__ == "__main__":
    main()
