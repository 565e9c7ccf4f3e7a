"""Photograph the demo under several themes, light and dark, wide and narrow: `shots.py OUT [--themes NAME ...]`.

It builds the site first. Needs playwright; `--browser` names a Chromium that is installed already. A picture is called
after theme, page, size and scheme: `furo-file-phone-dark.png`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).resolve().parent.parent / "demo_project" / "docs"
PAGES = {
    "file": "kwindex/tree/src/tidebook/harbour.py.html",
    "row": "kwindex/tree/src/tidebook/harbour.py.html#find_harbour",
    "folder": "kwindex/tree/src/tidebook/index.html",
    "project": "kwindex/index.html",
    "letter": "kwindex/names/h.html",
    "prose": "harbours.html",
}
"""One page of each kind, and one with an opened row."""
THEMES = ["alabaster", "furo", "sphinx_rtd_theme"]
SIZES: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
}
SCHEMES = ("light", "dark")


def build(theme: str, docs: Path, out: Path) -> None:
    """Build a site under a theme."""
    options = ["-q", "-E", "-D", f"html_theme={theme}", "-d", f"{out}.doctrees"]
    subprocess.run([sys.executable, "-m", "sphinx", *options, docs, out], check=True)


def photograph(browser: Any, site: Path, pages: dict[str, str], prefix: Path, *, is_full: bool) -> None:
    """Write one picture for each page, size and scheme."""
    for (size, options), scheme in product(SIZES.items(), SCHEMES):
        context = browser.new_context(color_scheme=scheme, **options)
        page = context.new_page()
        for name, path in pages.items():
            address, mark, fragment = path.partition("#")
            page.goto((site / address).resolve().as_uri() + mark + fragment)
            if fragment:
                page.wait_for_timeout(1_000)  # some themes glide there
            page.screenshot(path=f"{prefix}-{name}-{size}-{scheme}.png", full_page=is_full)
        context.close()


def main() -> None:
    """Build and photograph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--themes", nargs="+", default=THEMES)
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of another conf.py")
    parser.add_argument("--page", action="append", default=[], help="NAME=PATH below the site; default: the demo's")
    parser.add_argument("--browser", help="path of a Chromium; default: playwright's own")
    parser.add_argument("--full", action="store_true", help="the whole page, not only what fits")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    pages = dict(item.split("=", 1) for item in given.page) or PAGES
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as sites:
        browser = playwright.chromium.launch(executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"])
        for theme in given.themes:
            site = Path(sites, theme)
            build(theme, given.docs, site)
            photograph(browser, site, pages, given.out / theme, is_full=given.full)
        browser.close()


if __name__ == "__main__":
    main()
