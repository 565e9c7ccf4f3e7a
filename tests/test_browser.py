"""The demo site in real browsers: `tox -e browser`. `CHROMIUM` may name one that is installed already."""

from __future__ import annotations

import functools
import http.server
import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, copy_demo, run_python, write_files

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

FILE = "kwindex/tree/src/tidebook/harbour.py.html"
PAGES = [
    FILE,
    "kwindex/source/src/tidebook/harbour.py.html",
    "kwindex/index.html",
    "kwindex/tree/src/tidebook/index.html",
    "kwindex/names/index.html",
    "kwindex/names/h.html",
    "reference.html",
    "tour.html",
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


SOURCE = "https://code.example/{path}#L{line}"


@pytest.fixture(scope="module")
def sites(demo_site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the demo under three themes, in one of them with links to a code browser."""
    built = {"furo": demo_site}
    for theme, more in {"alabaster": ["-D", f"kwindex_source_url={SOURCE}"], "sphinx_rtd_theme": []}.items():
        demo = copy_demo(tmp_path_factory.mktemp(theme))
        run = run_python(
            "-m", "sphinx", "-q", "-D", f"html_theme={theme}", *more, "docs", "site", cwd=demo, path=PROJECT
        )
        assert run.returncode == 0, run.stderr
        built[theme] = demo / "site"
    return built


@pytest.fixture
def open_page(browser: Any, sites: dict[str, Path]) -> Iterator[OpenPage]:
    """Return a function that opens a page of the demo."""
    contexts = []

    def go(address: str, theme: str = "furo", **options: Any) -> Any:
        contexts.append(browser.new_context(**options))
        contexts[-1].route("https://code.example/**", lambda route: route.fulfill(body="source"))
        page = contexts[-1].new_page()
        path, rest = re.fullmatch(r"([^?#]*)(.*)", address).groups()  # type: ignore[union-attr]
        page.goto((sites[theme] / path).as_uri() + rest)
        return page

    yield go
    for context in contexts:
        context.close()


MAIN = {"furo": "article[role=main]", "alabaster": "div.body[role=main]"}
"""What is not the theme's own."""
THEMES = [*MAIN, "sphinx_rtd_theme"]


def faults(page: Any, theme: str) -> Any:
    """Return what axe finds; the colours of code are those that the theme has for all code."""
    return axe.Axe().run(page, context={"include": [[MAIN[theme]]], "exclude": [[".highlight span"]]})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", MAIN)
@pytest.mark.parametrize("path", PAGES)
def test_accessible(open_page: OpenPage, path: str, theme: str, scheme: str) -> None:
    """What we write has no fault that axe knows of, light and dark, with rows open and closed and the help open."""
    page = open_page(path, theme, color_scheme=scheme)
    result = faults(page, theme)
    assert result.violations_count == 0, result.generate_report()
    page.evaluate("document.querySelectorAll('.kw details').forEach(one => { one.open = true })")
    if page.locator("button.kw-help").count():
        page.locator("button.kw-help").click()
    result = faults(page, theme)
    assert result.violations_count == 0, result.generate_report()
    page.keyboard.press("Escape")
    if page.locator("button.kw-find").count():
        find(page, "harb")
        result = faults(page, theme)
        assert result.violations_count == 0, result.generate_report()


def find(page: Any, text: str) -> list[str]:
    """Open the search box, type, and return the names that it finds."""
    page.locator("button.kw-find").click()
    page.get_by_role("combobox", name="Find a keyword").fill(text)
    playwright.expect(page.locator(".kw-found[role=listbox]")).to_have_attribute("aria-busy", "false")
    return [str(name) for name in page.locator(".kw-found code").all_inner_texts()]


@pytest.mark.parametrize("anchor", ["Harbour.waves", "_waves"])
def test_target_opens(open_page: OpenPage, anchor: str) -> None:
    """Who comes with an address of a keyword sees it, also if it is private and folded away."""
    page = open_page(f"{FILE}#{anchor}")
    assert page.locator(f"[id='{anchor}']").is_visible()


SEEN = """id => {
    const place = document.getElementById(id), box = place.getBoundingClientRect();
    const found = document.elementFromPoint(box.left + box.width / 3, box.top + 10);
    return box.top >= 0 && place.contains(found);
}"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("theme", MAIN)
@pytest.mark.parametrize(
    "address",
    [f"{FILE}#Harbour.sill", f"{FILE}#_waves", f"{FILE}#import-dataclass", "kwindex/names/w.html#name-window"],
)
def test_nothing_covers_a_target(open_page: OpenPage, address: str, theme: str, width: int) -> None:
    """Who comes with an address finds what it names in sight, below what the theme keeps at the top."""
    page = open_page(address, theme, viewport={"width": width, "height": 400}, reduced_motion="reduce")
    page.wait_for_function(SEEN, arg=address.partition("#")[2], timeout=5_000)


def test_coming_back(open_page: OpenPage) -> None:
    """Who goes back finds open what was open, and filtered what was filtered; who comes anew does not."""
    page = open_page(FILE)
    page.locator("[id='Harbour'] > details > summary").click()
    page.get_by_label("Filter the names on this page").fill("harb")
    page.locator(".kw-path a").first.click()
    page.go_back()
    playwright.expect(page.locator("[id='Harbour'] > details")).to_have_attribute("open", "")
    playwright.expect(page.get_by_label("Filter the names on this page")).to_have_value("harb")
    playwright.expect(page.locator("[id='Harbour.range']")).to_be_hidden()
    page.goto(page.url)
    assert open_rows(page) == 0


def test_list_of_siblings(open_page: OpenPage) -> None:
    """The list beside the last part of the path closes with `Esc`, and when somebody clicks elsewhere."""
    page = open_page(FILE)
    shown = page.locator(".kw-siblings")
    shown.locator("summary").click()
    playwright.expect(shown).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    assert shown.get_attribute("open") is None
    shown.locator("summary").click()
    page.locator("h2").last.click()
    assert shown.get_attribute("open") is None


def test_filter(open_page: OpenPage) -> None:
    """The filter leaves the rows that match."""
    page = open_page(FILE)
    page.get_by_label("Filter the names on this page").fill("sill")
    assert page.locator("[id='Harbour.sill']").is_visible()
    playwright.expect(page.locator("[id='Harbour.range']")).to_be_hidden()


def first_found(page: Any) -> str:
    """Return the best match, once there is one."""
    playwright.expect(page.locator(".kw-found a").first).to_be_visible()
    return str(page.locator(".kw-found a").first.locator("code, span:not(.kw-kind)").first.inner_text())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("harbour", "Harbour"),
        ("Harbour.si", "Harbour.sill"),
        ("_wav", "_waves"),
        ("tidebook.harbour", "tidebook.harbour"),
        ("harbuor", "Harbour"),
        ("arbour", "Harbour"),
        ("source open", "open_source"),
        ("harbour.py", "src/tidebook/harbour.py"),
        ("src/tide", "src/tidebook/"),
        ("class:harb", "Harbour"),
        ('"harbour"', "Harbour"),
        ("in:tests harb", "test_unknown_harbour"),
        ("adding harbour", "Adding a harbour"),
    ],
)
def test_search(open_page: OpenPage, text: str, name: str, theme: str) -> None:
    """The search box finds what is half remembered: keywords, files, headings; without a server."""
    page = open_page("kwindex/index.html", theme)
    find(page, text)
    assert first_found(page) == name


@pytest.mark.parametrize("theme", THEMES)
def test_search_by_types(open_page: OpenPage, theme: str) -> None:
    """Functions are found by what they take and return, and shown with that."""
    page = open_page("kwindex/index.html", theme)
    names = find(page, "-> Harbour")
    assert names
    assert all("Harbour" in text.partition("→")[2] for text in page.locator(".kw-found em").all_inner_texts())


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "(.*)+$", "[", "x" * 10_000, "🌊" * 50, "שלום", "'\"`", "in:", "->", "a -> ", '"'],
)
def test_search_bad_input(open_page: OpenPage, text: str) -> None:
    """Whatever is typed or pasted is text; it leads to nothing, soon, and without a message on the console."""
    page = open_page("kwindex/index.html")
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.locator("button.kw-find").click()
    page.get_by_role("combobox", name="Find a keyword").fill(text)
    page.wait_for_timeout(400)
    page.get_by_role("combobox", name="Find a keyword").fill("harbour")
    assert first_found(page) == "Harbour"
    assert messages == []


def test_search_remembers(open_page: OpenPage) -> None:
    """An empty box shows what was opened last; where nothing can be kept, nothing fails."""
    page = open_page("kwindex/index.html")
    assert find(page, "Harbour.sill")
    page.keyboard.press("Enter")
    page.wait_for_url("**#Harbour.sill")
    page.locator("button.kw-find").click()
    assert first_found(page) == "Harbour.sill"
    page.add_init_script(
        "for (const name of ['getItem', 'setItem']) Storage.prototype[name] = () => { throw new Error('none'); };"
    )
    page.reload()
    assert find(page, "harbour")


@pytest.mark.parametrize("theme", THEMES)
def test_search_for_readers_of_screens(open_page: OpenPage, theme: str) -> None:
    """The field names the chosen match, says whether there are any, and how many were found."""
    page = open_page("kwindex/index.html", theme)
    find(page, "harbour")
    field = page.get_by_role("combobox", name="Find a keyword")
    playwright.expect(field).to_have_attribute("aria-expanded", "true")
    playwright.expect(field).to_have_attribute("aria-activedescendant", "kw-found-0")
    page.keyboard.press("ArrowDown")
    playwright.expect(field).to_have_attribute("aria-activedescendant", "kw-found-1")
    playwright.expect(page.get_by_role("option", selected=True)).to_have_id("kw-found-1")
    field.fill("no such thing at all")
    playwright.expect(page.locator(".kw-search [role=status]")).to_have_text("No matches")
    playwright.expect(field).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("theme", THEMES)
def test_search_page(open_page: OpenPage, theme: str) -> None:
    """The site's own search page shows the first matches above its own results, and leads on to the box."""
    page = open_page("search.html?q=harbour", theme)
    hits = page.locator(".kw-beside .kw-found a")
    playwright.expect(hits.first).to_be_visible()
    playwright.expect(hits.first.locator("code")).to_have_text("Harbour")
    assert page.locator(".kw-beside").bounding_box()["y"] < page.locator("#search-results").bounding_box()["y"]
    page.locator("button.kw-find").click()
    playwright.expect(page.locator("dialog .kw-found code").first).to_have_text("Harbour")


@pytest.mark.parametrize("theme", THEMES)
def test_search_by_key(open_page: OpenPage, theme: str) -> None:
    """`s` opens the box, arrows choose, `Enter` leads to the keyword, also on the same page, and opens its row."""
    page = open_page(FILE, theme)
    page.keyboard.press("s")
    page.keyboard.type("harbour")
    playwright.expect(page.locator(".kw-found a").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    playwright.expect(page.locator(".kw-found a").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/harbour.py.html#Harbour")
    playwright.expect(page.locator("[id='Harbour'] > details")).to_have_attribute("open", "")
    assert page.locator("dialog[open]").count() == 0
    assert find(page, "no such name") == []


@pytest.fixture(scope="module")
def large_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a file with as many keywords as one page holds."""
    folder = tmp_path_factory.mktemp("large")
    methods = "\n".join(f"    def get_{number}(self, first: int, second: str = ''): 'Get one.'" for number in range(24))
    source = "\n".join(f"class Holder{number}:\n    'Holds items.'\n{methods}" for number in range(20))
    conf = "extensions = ['sphinx_kwindex']\nkwindex_root = '..'\n"
    index = "Test\n====\n\n.. toctree::\n\n   kwindex/index\n"
    write_files(folder, {"pkg/large.py": source, "docs/conf.py": conf, "docs/index.rst": index})
    run = run_python("-m", "sphinx", "-q", "docs", "site", cwd=folder, path=PROJECT)
    assert run.returncode == 0, run.stderr
    return folder / "site/kwindex/tree/pkg/large.py.html"


TYPED = """words => words.map(word => {
    const field = document.querySelector(".kw-filter input"), start = performance.now();
    field.value = word;
    field.dispatchEvent(new Event("input"));
    return performance.now() - start;
})"""


def test_filter_is_fast(browser: Any, large_page: Path) -> None:
    """On the largest pages the filter answers each letter in less time than anybody notices."""
    page = browser.new_page()
    page.goto(large_page.as_uri())
    assert page.locator(".kw-item").count() > 340
    took = page.evaluate(TYPED, ["g", "ge", "get", "get_7", "no such", "", "holder", ""])
    page.close()
    assert sorted(took)[len(took) // 2] < 50


def test_odd_paths(browser: Any, many_uses: Path) -> None:
    """What is special to scripts in a path is shown as it is."""
    page = browser.new_page()
    (file,) = (many_uses.parents[3] / "tree/pkg").glob("a*.html")
    page.goto(file.as_uri())
    playwright.expect(page.get_by_role("button", name="Copy pkg/a$$b%s.py")).to_have_count(1)
    page.close()


@pytest.fixture(scope="module")
def many_uses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of all uses of a name that very many files use."""
    folder = tmp_path_factory.mktemp("many")
    write_files(
        folder,
        {
            "pkg/__init__.py": "",
            "pkg/const.py": "LIMIT = 1\n",
            "pkg/a$$b%s.py": "",
            **{f"pkg/low/u{number}.py": "from pkg.const import LIMIT\n" for number in range(30)},
            **{f"pkg/high/u{number}.py": "from pkg.const import LIMIT\nprint(LIMIT)\n" for number in range(20)},
            **{f"tests/test_{number}.py": "from pkg.const import LIMIT\n" for number in range(10)},
            "pkg/boats.py": "class Boat: ...\n"
            + "".join(f"def sail_{one}(it: Boat) -> Boat: ...\n" for one in range(40)),
            "docs/conf.py": "extensions = ['sphinx_kwindex']\nkwindex_root = '..'\nhtml_theme = 'furo'\n",
            "docs/index.rst": "Test\n====\n\n.. toctree::\n\n   kwindex/index\n",
        },
    )
    run = run_python("-m", "sphinx", "-q", "docs", "site", cwd=folder, path=PROJECT)
    assert run.returncode == 0, run.stderr
    (page,) = (folder / "site/kwindex/uses").rglob("pkg.const.LIMIT*.html")
    return page


def test_filters_of_uses(browser: Any, many_uses: Path) -> None:
    """All uses of a keyword can be cut down to a folder, to what is no test, and to kinds of use."""
    page = browser.new_page()
    messages = watch(page)
    page.goto(many_uses.as_uri())
    rows = page.locator(".kw-item:visible")
    playwright.expect(rows).to_have_count(60)
    folder = page.get_by_role("combobox", name="Folder shown")
    playwright.expect(folder).to_be_visible()
    assert folder.locator("option").all_inner_texts() == [
        "All folders", "pkg/ 50", "pkg/high/ 20", "pkg/low/ 30", "tests/ 10"
    ]  # fmt: skip
    page.get_by_role("button", name="Tests 10").click()
    playwright.expect(rows).to_have_count(50)
    folder.select_option("pkg/high/")
    playwright.expect(rows).to_have_count(20)
    page.get_by_role("button", name="read 20").click()
    playwright.expect(rows).to_have_count(20)
    page.get_by_role("button", name="import 60").click()
    playwright.expect(rows).to_have_count(0)
    folder.select_option("")
    page.get_by_role("button", name="Tests 10").click()
    page.get_by_role("button", name="import 60").click()
    playwright.expect(rows).to_have_count(60)
    assert messages == []
    assert faults(page, "furo").violations_count == 0, faults(page, "furo").generate_report()
    page.close()


def test_more_than_shown(browser: Any, many_uses: Path) -> None:
    """The search box says whether there are more than it shows."""
    page = browser.new_page()
    page.goto(next(one for one in many_uses.parents if one.name == "site").joinpath("kwindex/index.html").as_uri())
    find(page, "Boat -> Boat")
    playwright.expect(page.locator("dialog [role=status]")).to_contain_text("The first 24")
    page.keyboard.press("Control+A")
    page.keyboard.type("class:Boat")
    playwright.expect(page.locator("dialog [role=status]")).to_have_text("1 found")
    page.close()


def test_kinds(open_page: OpenPage) -> None:
    """On an A-Z page kinds can be put out of sight, and cross-references; the choice is kept for other pages."""
    page = open_page("kwindex/names/h.html")
    total = page.locator(".kw-names > li").count()
    references = page.locator(".kw-names > .kw-see").count()
    assert references
    kinds = page.get_by_role("group", name="Kinds shown")
    kinds.get_by_role("button", name="cross-references").click()
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
    """Everything is there without JavaScript, lists open, and nothing shows that would need it."""
    page = open_page(FILE, java_script_enabled=False)
    assert page.locator("[id='Harbour.sill']").is_visible()
    assert page.locator("[id='_waves']").count() == 1
    page.locator("[id='Harbour'] > details > summary").click()
    assert page.locator("[id='Harbour'] > details > .kw-body").is_visible()
    assert page.locator(".kw :is(button, input, select, dialog)").count() == 0
    assert page.locator(".kw-tools").first.bounding_box()["height"] == 0


@pytest.mark.parametrize("theme", MAIN)
@pytest.mark.parametrize("path", PAGES)
def test_fits_a_phone(open_page: OpenPage, path: str, theme: str) -> None:
    """Nothing makes a page wider than a phone, with all rows open."""
    page = open_page(path, theme, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("document.querySelectorAll('.kw details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


WATCH = """
window.shifts = [];
new PerformanceObserver(list => { for (const one of list.getEntries()) window.shifts.push(one.value); })
    .observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("theme", MAIN)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_shifts(browser: Any, sites: dict[str, Path], path: str, theme: str, width: int) -> None:
    """What the script adds has its place from the start: nothing moves while a page loads."""
    if browser.browser_type.name != "chromium":
        pytest.skip("only Chromium tells")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.add_init_script(WATCH)
    page.goto((sites[theme] / path).as_uri())
    page.wait_for_timeout(300)
    shifts = page.evaluate("window.shifts")
    page.close()
    assert sum(shifts) < 0.01


def test_dark(open_page: OpenPage) -> None:
    """In a dark theme text is light on dark, and so is what floats above the page."""
    page = open_page(FILE, color_scheme="dark")
    page.locator("button.kw-help").click()
    for place in (".kw-name", ".kw-keys li span"):
        assert light(page, place, "color") > 150
    assert light(page, ".kw-keys", "backgroundColor") < 80


def light(page: Any, place: str, what: str) -> float:
    """Return how light a colour is, from 0 to 255."""
    colour = page.evaluate(f"getComputedStyle(document.querySelector('{place}')).{what}")
    return sum(float(number) for number in re.findall(r"[\d.]+", colour)[:3]) / 3


def focused(page: Any) -> str:
    """Return the name of the row that has the focus."""
    script = "(document.activeElement.closest('.kw-item') || {}).id || document.activeElement.tagName"
    return str(page.evaluate(script))


def open_rows(page: Any) -> int:
    return int(page.locator("details.kw-row[open]").count())


def test_keys(open_page: OpenPage) -> None:
    """Keys move through the rows, open and close them, and lead to filter, uses and help."""
    page = open_page(FILE)
    page.keyboard.press("n")
    first = focused(page)
    page.keyboard.press("n")
    second = focused(page)
    page.keyboard.press("p")
    assert (focused(page), first == second) == (first, False)
    page.keyboard.press("Enter")
    assert open_rows(page) == 1
    page.keyboard.press("u")
    assert page.evaluate("document.activeElement.matches('.kw-scopes a, .kw-uses a')")
    page.keyboard.press("n")
    assert focused(page) == second
    page.keyboard.press("+")
    assert open_rows(page) > 5
    page.keyboard.press("-")
    assert open_rows(page) == 0
    page.keyboard.press("f")
    page.keyboard.type("sill?")
    assert page.get_by_label("Filter the names on this page").input_value() == "sill?"
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    assert focused(page) == "Harbour.sill"


def test_keys_with_others(open_page: OpenPage) -> None:
    """Nothing happens with a modifier, nor while a list of choices or another panel has the keyboard."""
    page = open_page(FILE)
    for key in ("Control+n", "Alt+n", "Meta+n", "N", "ArrowRight", "g", "x"):
        page.keyboard.press(key)
    assert focused(page) == "BODY"
    page.keyboard.press("?")
    page.keyboard.press("n")
    assert not page.evaluate("!!document.activeElement.closest('.kw-item')")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_keys_to_pages(open_page: OpenPage) -> None:
    """`g f` leads to the folder, `g s` to the source of the row, or else of the file."""
    page = open_page(FILE, "alabaster")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/kwindex/source/src/tidebook/harbour.py.html")
    page.go_back()
    page.keyboard.press("n")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/kwindex/source/src/tidebook/harbour.py.html#*")
    page.go_back()
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/kwindex/tree/src/tidebook/index.html")


@pytest.mark.parametrize("theme", MAIN)
@pytest.mark.parametrize("path", PAGES[:5])
def test_every_key_has_a_button(open_page: OpenPage, path: str, theme: str) -> None:
    """The help, which a visible button opens, has a button for each key."""
    page = open_page(path, theme)
    page.locator("button.kw-help").click()
    keys = page.locator(".kw-keys li button kbd").all_inner_texts()
    assert {"s", "?", "Esc"} <= set(keys)
    assert ("u" in keys) == (path in PAGES[:2])
    assert page.locator("dialog[open]").is_visible()
    page.locator(".kw-keys li button").first.click()
    assert page.evaluate("document.activeElement.matches('.kw-search input')")


def test_keys_off(open_page: OpenPage) -> None:
    """One switch turns all keys off, on every page from then on; the button still opens the help."""
    page = open_page(FILE)
    page.keyboard.press("?")
    page.get_by_label("Enable shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    for key in ("n", "?", "s"):
        page.keyboard.press(key)
    assert focused(page) == "BODY"
    assert page.locator("dialog[open]").count() == 0
    page.locator("button.kw-help").click()
    page.get_by_label("Enable shortcuts").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert focused(page) != "BODY"


def build_api(folder: Path, builder: str) -> None:
    """Build a site with a line under a description."""
    files = {
        "pkg/one.py": "def f(): ...\n",
        "pkg/sub/two.py": "from pkg.one import f\nf()\n",
        "docs/conf.py": "extensions = ['sphinx_kwindex']\nkwindex_root = '..'\n",
        "docs/index.rst": "Test\n====\n\n.. toctree::\n\n   kwindex/index\n   api\n",
        "docs/api.rst": "Api\n===\n\n.. py:function:: pkg.one.f()\n",
    }
    write_files(folder, files)
    run = run_python("-m", "sphinx", "-q", "-b", builder, "docs", "site", cwd=folder, path=PROJECT)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_api_line(browser: Any, tmp_path: Path, builder: str) -> None:
    """Under a description, a line opens in place and shows links to the files that use an object; if it cannot, to its row."""
    build_api(tmp_path, builder)
    api = "api/index.html" if builder == "dirhtml" else "api.html"
    page = browser.new_page()
    page.goto((tmp_path / "site" / api).as_uri())
    page.locator(".kw-api > summary").click()
    link = page.locator(".kw-api a", has_text="two.py").last
    playwright.expect(link).to_be_visible()
    page.goto(link.evaluate("link => link.href") + ("index.html" if builder == "dirhtml" else ""))
    assert page.locator("h1").first.inner_text().startswith("pkg/sub/two.py")
    page.close()
    (tmp_path / "site" / ("api/index.js" if builder == "dirhtml" else "api.html.js")).unlink()
    page = browser.new_page()
    page.goto((tmp_path / "site" / api).as_uri())
    page.locator(".kw-api > summary").click()
    playwright.expect(page.locator(".kw-api a")).to_have_text("Used 2 times in 1 file · Example")
    page.close()


def test_api_line_without_scripts(browser: Any, tmp_path: Path) -> None:
    """Without scripts a line is a link to the row of the keyword."""
    build_api(tmp_path, "html")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "site/api.html").as_uri())
    page.locator("a.kw-api").click()
    assert page.url.endswith("kwindex/tree/pkg/one.py.html#f")
    context.close()


CODE = "kwindex/source/src/tidebook/harbour.py.html"


@pytest.fixture(params=THEMES)
def served(request: pytest.FixtureRequest, sites: dict[str, Path]) -> Iterator[str]:
    """Serve the demo under a theme, and return its address."""
    handler = functools.partial(_Quiet, directory=str(sites[request.param]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


def name(page: Any, text: str) -> Any:
    """Return the last place of a name in a source."""
    return page.locator(".kw-source-text pre a:not(.linenos)", has_text=text).last


def watch(page: Any) -> list[str]:
    """Return the list to which goes what the page writes to the console."""
    messages: list[str] = []
    page.on("console", lambda one: messages.append(one.text) if "favicon" not in one.location["url"] else None)
    page.on("pageerror", lambda error: messages.append(str(error)))
    return messages


@pytest.mark.parametrize("theme", THEMES)
def test_uses_in_place(open_page: OpenPage, theme: str) -> None:
    """The count on a line of a definition opens its uses there, with the lines of other files; Escape closes them."""
    page = open_page(CODE, theme)
    messages = watch(page)
    count = page.get_by_role("button", name="24 uses in 9 files")
    count.click()
    panel = page.get_by_role("group", name="24 uses in 9 files")
    playwright.expect(panel.get_by_role("link", name="src/tidebook/live/watch.py")).to_be_visible()
    panel.get_by_role("button", name="Source lines").click()
    line = panel.get_by_role("link", name="L18 harbour: Harbour")
    playwright.expect(line).to_be_visible()
    if theme in MAIN:
        assert faults(page, theme).violations_count == 0, faults(page, theme).generate_report()
        messages.clear()  # of what axe tries to load
    count.focus()
    page.keyboard.press("Escape")
    playwright.expect(panel).to_have_count(0)
    page.keyboard.press("Space")
    line.click()
    page.wait_for_url("**/source/src/tidebook/live/watch.py.html#L18")
    assert messages == []


def test_loads_nothing_unasked(open_page: OpenPage) -> None:
    """What cards and uses show is loaded when somebody asks for it, and once."""
    page = open_page(CODE)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/kwindex/")[2]))
    name(page, "NoSuchHarbour").hover()
    playwright.expect(page.locator(".kw-card")).to_be_visible()
    assert loaded == ["tree/src/tidebook/errors.py.html.js"]
    page.locator("h1").hover()
    playwright.expect(page.locator(".kw-card")).to_have_count(0)
    name(page, "NoSuchHarbour").hover()
    playwright.expect(page.locator(".kw-card")).to_be_visible()
    assert len(loaded) == 1


@pytest.mark.parametrize("theme", THEMES)
def test_cards(open_page: OpenPage, theme: str) -> None:
    """Pointing at a name, or coming to it by keyboard, shows what it is; Escape takes it away; it can be pointed at."""
    page = open_page(CODE, theme)
    name(page, "find_harbour").scroll_into_view_if_needed()
    name(page, "find_harbour").hover()
    card = page.get_by_role("tooltip")
    playwright.expect(card).to_contain_text("find_harbour(name: str) -> Harbour")
    playwright.expect(card).to_contain_text("5 uses in 3 files")
    card.hover()
    page.wait_for_timeout(400)
    playwright.expect(card).to_be_visible()
    page.keyboard.press("Escape")
    playwright.expect(card).to_have_count(0)
    page.keyboard.press("n")
    playwright.expect(card).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "kw-card"
    if theme in MAIN:
        assert faults(page, theme).violations_count == 0, faults(page, theme).generate_report()


def test_no_cards_on_touch(open_page: OpenPage) -> None:
    """Who scrolls with a finger sees no cards."""
    page = open_page(CODE, viewport={"width": 390, "height": 740}, has_touch=True)
    page.evaluate(
        "document.querySelector('.kw-source-text pre a[href]:not(.linenos)').dispatchEvent("
        "new PointerEvent('pointerover', {bubbles: true, pointerType: 'touch'}))"
    )
    page.wait_for_timeout(500)
    playwright.expect(page.locator(".kw-card")).to_have_count(0)


def test_served(browser: Any, served: str) -> None:
    """Cards and lines are there on a server, too."""
    page = browser.new_page()
    messages = watch(page)
    page.goto(served + CODE)
    name(page, "NoSuchHarbour").hover()
    playwright.expect(page.get_by_role("tooltip")).to_contain_text("NoSuchHarbour")
    page.goto(served + FILE)
    page.locator("[id='Harbour'] > details > summary").click()
    page.locator("[id='Harbour'] > details").get_by_role("button", name="Source lines").first.click()
    playwright.expect(page.locator(".kw-at code", has_text="harbour: Harbour").first).to_be_visible()
    page.close()
    assert messages == []


SERVED = {"hrbour": "Harbour", "NSH": "NoSuchHarbour", "arbou": "Harbour", "-> Harbour": "find_harbour"}


def test_search_served(browser: Any, served: str) -> None:
    """The box finds names, paths and types on a server, too, and from pages of sources; the hit leads to its page."""
    page = browser.new_page()
    messages = watch(page)
    for address in (CODE, "kwindex/index.html"):
        page.goto(served + address)
        find(page, "open source")
        for asked, found in SERVED.items():
            page.get_by_role("combobox", name="Find a keyword").fill(asked)
            playwright.expect(page.locator(".kw-found a").first).to_contain_text(found)
        page.get_by_role("combobox", name="Find a keyword").fill("open source")
        playwright.expect(page.locator(".kw-found a").first).to_contain_text("open_source")
        page.keyboard.press("Enter")
        page.wait_for_url("**/kwindex/tree/**#*open_source")
    page.close()
    assert messages == []


@pytest.mark.parametrize("theme", THEMES)
def test_search_on_a_phone(open_page: OpenPage, theme: str) -> None:
    """The box works where there is little room, and nothing of it is wider than the screen."""
    page = open_page("kwindex/index.html", theme, viewport={"width": 390, "height": 740}, has_touch=True)
    messages = watch(page)
    find(page, "harbour")
    assert first_found(page) == "Harbour"
    assert page.locator(".kw-found").bounding_box()["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert messages == []


@pytest.mark.parametrize("theme", THEMES)
def test_same_names(open_page: OpenPage, theme: str) -> None:
    """Pointing at a name marks its other places in the file, its definition too."""
    page = open_page(CODE, theme)
    name(page, "HARBOURS").hover()
    playwright.expect(page.locator(".kw-same").first).to_be_visible()
    assert set(page.locator(".kw-same").all_inner_texts()) == {"HARBOURS"}
    assert page.locator("[id='HARBOURS'].kw-same").count() == 1


@pytest.mark.parametrize("theme", THEMES)
def test_ranges(open_page: OpenPage, theme: str) -> None:
    """An address may name several lines; so do clicks on numbers, with the shift key."""
    page = open_page(f"{CODE}#L40-L46", theme, viewport={"width": 1280, "height": 400})
    playwright.expect(page.locator("[id='L40']")).to_be_in_viewport()
    high = page.locator(".kw-range").bounding_box()["height"]
    assert high > 6 * page.locator("[id='L41']").bounding_box()["height"]
    page.locator("[id='L41']").click()
    assert page.url.endswith("#L41")
    page.locator("[id='L44']").click(modifiers=["Shift"])
    assert page.url.endswith("#L41-L44")
    page.go_back()
    assert page.url.endswith("#L41")


@pytest.mark.parametrize("theme", THEMES)
def test_source_keys(open_page: OpenPage, theme: str) -> None:
    """`n` and `p` go from definition to definition, `u` to its uses, `o` folds it, `b` goes back; the help names them."""
    page = open_page(CODE, theme)
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "Harbour"
    page.keyboard.press("n")
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.id") == "Harbour"
    page.keyboard.press("u")
    playwright.expect(page.locator(".kw-here a").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.keyboard.press("o")
    playwright.expect(page.locator("[id='L20']")).to_be_hidden()
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "_waves"
    page.evaluate("location.hash = 'L20'")
    playwright.expect(page.locator("[id='L20']")).to_be_visible()
    page.keyboard.press("?")
    assert {"n", "p", "u", "o", "b"} <= set(page.locator(".kw-keys li button kbd").all_inner_texts())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [390, 1280])
def test_outline_in_view(open_page: OpenPage, theme: str, width: int) -> None:
    """The outline stays in view, and says where the reader is."""
    page = open_page(f"{CODE}#find_harbour", theme, viewport={"width": width, "height": 500})
    playwright.expect(page.locator(".kw-outline > summary")).to_be_in_viewport()
    playwright.expect(page.locator(".kw-outline [aria-current]")).to_have_count(1)
    page.locator("[id='find_harbour']").click(trial=True)


@pytest.mark.parametrize("theme", THEMES)
def test_source_without_script(open_page: OpenPage, theme: str) -> None:
    """Without JavaScript the source is complete: names are links, counts lead to rows, and nothing does nothing."""
    page = open_page(CODE, theme, java_script_enabled=False)
    assert page.locator(".kw :is(button, input, dialog)").count() == 0
    page.locator(".kw-times").first.click()
    page.wait_for_url("**/tree/src/tidebook/harbour.py.html#Harbour")
