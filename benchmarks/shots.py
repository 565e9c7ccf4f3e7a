"""Photograph a built site, light and dark, wide and narrow: `shots.py SITE OUT [PAGE ...]`.

Needs playwright. `--browser` names a Chromium that is installed already.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

from playwright.sync_api import sync_playwright

PAGES = ["index.html", "tour.html", "harbours.html", "kwindex/index.html", "kwindex/names/index.html"]
PAGES += [
    f"kwindex/tree/{path}.html" for path in ("src/tidebook/index", "src/tidebook/harbour.py", "tests/test_sources.py")
]
SIZES = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")


def main() -> None:
    """Write one picture for each page, size and scheme."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("pages", nargs="*", default=PAGES)
    parser.add_argument("--browser", help="path of a Chromium; default: playwright's own")
    parser.add_argument("--full", action="store_true", help="the whole page, not only what fits")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"])
        for (size, box), scheme in product(SIZES.items(), SCHEMES):
            page = browser.new_page(viewport=box, color_scheme=scheme)
            for path in given.pages:
                address, _, fragment = path.partition("#")
                page.goto((given.site / address).resolve().as_uri() + (f"#{fragment}" if fragment else ""))
                name = "-".join([address.removesuffix(".html").replace("/", "_"), size, scheme])
                page.screenshot(path=given.out / f"{name}.png", full_page=given.full)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
