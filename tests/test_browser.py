"""The demo site in real browsers: `tox -e browser`. `CHROMIUM` may name one that is installed already."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

FILE = "kwindex/tree/src/tidebook/harbour.py.html"
PAGES = [
    FILE,
    "kwindex/index.html",
    "kwindex/tree/src/tidebook/index.html",
    "kwindex/names/index.html",
    "kwindex/names/h.html",
    "reference.html",
]
OpenPage = Callable[..., Any]


@pytest.fixture(scope="module", params=["chromium", "firefox", "webkit"])
def browser(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Start a browser."""
    with playwright.sync_playwright() as tool:
        path = os.environ.get("CHROMIUM") if request.param == "chromium" else None
        try:
            started = getattr(tool, request.param).launch(executable_path=path)
        except playwright.Error:
            pytest.skip(f"{request.param} is not installed")
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, demo_site: Path) -> Iterator[OpenPage]:
    """Return a function that opens a page of the demo."""
    contexts = []

    def go(address: str, **options: Any) -> Any:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        path, mark, fragment = address.partition("#")
        page.goto((demo_site / path).as_uri() + mark + fragment)
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_accessible(open_page: OpenPage, path: str, scheme: str) -> None:
    """What we write has no fault that axe knows of, light and dark. The theme's own parts are left out."""
    page = open_page(path, color_scheme=scheme)
    result = axe.Axe().run(page, context="article[role=main]")
    assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize("anchor", ["Harbour.waves", "_waves"])
def test_target_opens(open_page: OpenPage, anchor: str) -> None:
    """Who comes with an address of a keyword sees it, also if it is private and folded away."""
    page = open_page(f"{FILE}#{anchor}")
    assert page.locator(f"[id='{anchor}']").is_visible()


def test_filter(open_page: OpenPage) -> None:
    """The filter leaves the rows that match."""
    page = open_page(FILE)
    page.get_by_label("Filter the names on this page").fill("sill")
    assert page.locator("[id='Harbour.sill']").is_visible()
    playwright.expect(page.locator("[id='Harbour.range']")).to_be_hidden()


def test_kinds(open_page: OpenPage) -> None:
    """On an A-Z page kinds can be put out of sight, and cross references; the choice is kept for other pages."""
    page = open_page("kwindex/names/h.html")
    total = page.locator(".kw-names > li").count()
    references = page.locator(".kw-names > .kw-see").count()
    assert references
    kinds = page.get_by_role("group", name="Kinds shown")
    kinds.get_by_role("button", name="cross references").click()
    playwright.expect(page.locator(".kw-names > li:visible")).to_have_count(total - references)
    for button in kinds.get_by_role("button").all()[:-1]:
        button.click()
    playwright.expect(page.locator(".kw-names > li:visible")).to_have_count(0)
    assert page.get_by_role("status").inner_text() == f"0 of {total - references}"
    page.goto(page.url.replace("h.html", "c.html"))
    playwright.expect(page.locator(".kw-names > li:visible")).to_have_count(0)


def test_private_names(open_page: OpenPage) -> None:
    """On an A-Z page private names are there, and can be put out of sight."""
    page = open_page("kwindex/names/w.html")
    playwright.expect(page.locator("[id='name-_waves']")).to_be_visible()
    page.get_by_label("Show private").uncheck()
    playwright.expect(page.locator("[id='name-_waves']")).to_be_hidden()
    playwright.expect(page.locator("[id='name-Wave']")).to_be_visible()


def test_works_without_script(open_page: OpenPage) -> None:
    """Everything is there without JavaScript."""
    page = open_page(FILE, java_script_enabled=False)
    assert page.locator("[id='Harbour.sill']").is_visible()
    assert page.locator("[id='_waves']").count() == 1


@pytest.mark.parametrize("path", PAGES)
def test_fits_a_phone(open_page: OpenPage, path: str) -> None:
    """Nothing makes a page wider than a phone."""
    page = open_page(path, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
