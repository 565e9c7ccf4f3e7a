"""How well and how fast the search box finds what is half remembered: queries made by rule from a built site, asked in a browser.

    python benchmarks/search.py SITE --count 50 --seed 1        CHROMIUM names the browser, if playwright has none

For each way of remembering: how often what was meant stands among the first five, of any queries and of those that no more than five names
fit; how much was loaded (kB, as the files are) before the first result and in all, and how much that is when compressed; some that were
not found. A name counts as found if it is shown, wherever it is defined. Then how long the script was busy for a keystroke.
"""

from __future__ import annotations

# ruff: noqa: ARG001 - ways of asking share one signature, whatever each of them needs.
import argparse
import itertools
import json
import os
import random
import re
import string
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from sphinx_kwindex.ext.search import encode_paths, short_code

SHOWN = 5
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
DIGITS = string.digits + string.ascii_letters + "-_"
Dice = random.Random
Names = dict[str, list[str]]
"""The words of names."""


class Keyword(NamedTuple):
    """What the box knows of a keyword."""

    name: str
    outer: str
    path: str
    types: str
    is_private: bool


def data_of(path: Path) -> Any:
    """Return the data of a script."""
    return json.loads("[" + path.read_text("ascii").partition("(")[2].rpartition(")")[0] + "]")[1]


def unpack(text: str, marks: int = 0) -> Iterator[str]:
    """Yield the texts of a list."""
    before = ""
    for line in text.split("\n") if text else ():
        before = before[: DIGITS.index(line[marks])] + line[marks + 1 :]
        yield before


def names_in(path: Path) -> dict[str, str]:
    """Return the names of a page, by their checksums."""
    return {short_code(name): name for name in unpack(data_of(path), 2)}


def keywords_of(site: Path) -> Iterator[Keyword]:
    """Yield the keywords that the box knows."""
    folder = site / "_static/kwindex"
    lists = [text for path in (folder / "typed").glob("*.js") for text in data_of(path).values()]
    spelled = {
        short_code(types): types for text in lists for line in text.split("\n") if (types := line.partition("\t")[0])
    }
    paths = encode_paths(path for path in unpack(data_of(folder / "paths.js")["paths"]) if not path.endswith("/"))
    files = {code: path for path, code in paths.items()}
    for path in sorted((folder / "parts").glob("*.js")):
        name, names = "", names_in(folder / f"names/{path.stem.rpartition('-')[0]}.js")
        for line in data_of(path).split("\n"):
            if line[:1] in {"#", "="}:
                name = line[1:].partition("\t")[0]
                name = names[name] if line[0] == "#" else name
                continue
            _, outer, _, types, *_ = [*line[7:].split("\t"), "", "", "", ""]
            yield Keyword(
                name, outer, files.get(line[2:7], ""), spelled.get(types, ""), bool(DIGITS.index(line[1]) & 1)
            )


def is_asked_for(word: Keyword) -> bool:
    """Tell whether somebody would ask for a keyword: no private ones, none of functions, and no headings."""
    return not word.is_private and "<" not in word.outer and word.name.isidentifier() and word.name.isascii()


def two_words(word: Keyword, dice: Dice) -> str:
    """Two of the words of a name, in the other order."""
    words = _WORDS.findall(word.name)
    chosen = dice.sample(range(len(words)), 2) if len(words) > 2 else [1, 0] if len(words) == 2 else []
    return " ".join(words[at].lower() for at in sorted(chosen, reverse=True))


def next_words(word: Keyword, dice: Dice) -> str:
    """Two words that stand side by side in a name, run together: `firstresult`."""
    words = _WORDS.findall(word.name)
    at = dice.randrange(len(words) - 1) if len(words) > 2 else -1
    return "".join(words[at : at + 2]).lower() if at >= 0 else ""


def initials(word: Keyword, dice: Dice) -> str:
    """The first letters of at least three words."""
    words = _WORDS.findall(word.name)
    return "".join(word[0] for word in words) if len(words) > 2 else ""


def typo(word: Keyword, dice: Dice) -> str:
    """A name with two neighbours swapped, a letter left out, or another in its place."""
    name = word.name
    if len(name) < 6:
        return ""
    at = dice.randrange(1, len(name) - 2)
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return dice.choice([swapped, name[:at] + name[at + 1 :], name[:at] + "x" + name[at + 1 :]])


def middle(word: Keyword, dice: Dice) -> str:
    """Six or more letters from within a name, without underscores."""
    plain = word.name.replace("_", "").lower()
    return plain[2 : 2 + max(6, len(plain) * 2 // 3)] if len(plain) > 9 else ""


def dotted(word: Keyword, dice: Dice) -> str:
    """The class, and the start of a member."""
    outer = word.outer.rstrip(".").rpartition(".")[2]
    return f"{outer}.{word.name[: max(3, len(word.name) // 2)]}" if outer else ""


def path_part(word: Keyword, dice: Dice) -> str:
    """The end of a path: the name of a file, and half of the folder's."""
    folder, _, name = word.path.rpartition("/")
    return f"{folder.rpartition('/')[2][-4:]}/{name}" if folder and name != "__init__.py" else ""


def types_alone(word: Keyword, dice: Dice) -> str:
    """What a function takes and returns."""
    taken, _, returned = word.types.partition(">")
    return f"{taken} -> {returned}" if word.types else ""


def types_and_word(word: Keyword, dice: Dice) -> str:
    """What a function takes and returns, and its longest word."""
    longest = max(_WORDS.findall(word.name), key=len, default="")
    return f"{longest.lower()},{types_alone(word, dice)}" if word.types and longest else ""


WAYS: dict[str, Callable[[Keyword, Dice], str]] = {
    "two words": two_words, "next words": next_words, "initials": initials, "typo": typo, "middle": middle, "dotted": dotted, "path": path_part,
    "types": types_alone, "types + word": types_and_word,
}  # fmt: skip

WATCH = """
window.files = [];
const add = Node.prototype.appendChild;
Node.prototype.appendChild = function (node) {
    if (node.tagName === "SCRIPT") window.files.push(node.src);
    return add.call(this, node);
};
"""
SEEK = """text => new Promise(done => {
    let first = 0;
    window.kwindexSearch.seek(text, () => true, (found, isDone) => {
        if (!first && found.results.length) first = window.files.length;
        if (isDone) done([found.results.slice(0, 5).map(one => [one.name, one.path]), first, window.files]);
    });
})"""
TYPED = """text => {
    const field = document.querySelector(".kw-search input"), took = [];
    for (let end = 1; end <= text.length; end += 1) {
        const start = performance.now();
        field.value = text.slice(0, end);
        field.dispatchEvent(new Event("input"));
        took.push(performance.now() - start);
    }
    return took;
}"""


class Answer(NamedTuple):
    """What was shown for a query."""

    shown: list[list[str]]
    """Name and path."""
    sizes: list[tuple[int, int]]
    """Of the files that were loaded: bytes, and compressed ones."""
    first: int
    """Files that were loaded before the first result."""


def open_box(browser: Browser, site: Path) -> Page:
    """Return a new page with the box open."""
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto((site / "kwindex/index.html").resolve().as_uri())
    page.locator("button.kw-find").click()
    return page


def ask(page: Page, site: Path, query: str) -> Answer:
    """Put a query."""
    shown, first, files = page.evaluate(SEEK, query)
    paths = [site / "_static/kwindex" / name.partition("/kwindex/")[2].replace("%7E", "~") for name in files]
    sizes = [(path.stat().st_size, len(zlib.compress(path.read_bytes(), 6))) for path in paths if path.is_file()]
    return Answer(shown, sizes, first or len(sizes))


def weigh(site: Path, count: int) -> str:
    """Return how large the scripts are."""
    files = list((site / "_static/kwindex").rglob("*.js"))
    plain, packed = (
        sum(path.stat().st_size for path in files),
        sum(len(zlib.compress(path.read_bytes(), 6)) for path in files),
    )
    return f"{len(files)} scripts, {plain / 1e6:.1f} MB, compressed {packed / 1e6:.1f} MB: {packed / count:.0f} bytes a keyword"


def is_shown(way: str, word: Keyword, shown: list[list[str]]) -> bool:
    """Tell whether what was meant is among what is shown."""
    return any((word.path if way == "path" else word.name) == name for name, _ in shown)


def is_clear(way: str, query: str, names: Names, alike: Counter[str], word: Keyword) -> bool:
    """Tell whether no more names than are shown have all that a query tells."""
    if way == "types":
        return alike[word.types] <= SHOWN
    if way == "two words":
        asked = set(query.split())
        return sum(1 for words in names.values() if asked <= set(words)) <= SHOWN
    if way == "initials":
        return sum(1 for words in names.values() if "".join(one[0] for one in words).startswith(query.lower())) <= SHOWN
    if way in {"next words", "middle"}:
        return sum(1 for words in names.values() if query in "".join(words)) <= SHOWN
    return True


def main() -> None:
    """Ask, and print how often the name was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--fresh", type=int, default=5, help="queries of each way for which a new page is opened, to measure"
    )
    parser.add_argument("--ways", default=",".join(WAYS))
    given = parser.parse_args()
    dice = random.Random(given.seed)
    every = list(keywords_of(given.site))
    keywords = sorted(set(filter(is_asked_for, every)))
    by_name = sorted({word.name: word for word in reversed(keywords)}.values())
    names = {word.name: [one.lower() for one in _WORDS.findall(word.name)] for word in every}
    alike = Counter(word.types for word in set(every))
    print(
        weigh(given.site, len(every)),
        f"({len(every)} keywords; {len(keywords)} that are asked for, {len(by_name)} names)",
    )
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])
        page, strokes = open_box(browser, given.site), list[float]()
        for way in given.ways.split(","):
            pool = keywords if way in {"dotted", "path", "types", "types + word"} else by_name
            queries = [(word, query) for word in pool if (query := WAYS[way](word, dice))]
            asked = dice.sample(queries, len(queries))
            clear = list(
                itertools.islice((row for row in asked if is_clear(way, row[1], names, alike, row[0])), given.count)
            )
            shares = [share_found(page, given.site, way, rows) for rows in (asked[: given.count], clear)]
            most = [0, 0, 0]
            for _, query in clear[: given.fresh]:
                fresh = open_box(browser, given.site)
                sizes, first = ask(fresh, given.site, query)[1:]
                sums = (
                    sum(size for size, _ in sizes[:first]),
                    sum(size for size, _ in sizes),
                    sum(size for _, size in sizes),
                )
                most = [max(pair) // 1000 for pair in zip([one * 1000 for one in most], sums, strict=True)]
                strokes += fresh.evaluate(TYPED, query)
                fresh.close()
            print(
                f"{way:12} any {shares[0][0]:.3f}, clear {shares[1][0]:.3f} of {len(clear)}; loaded at most: first {most[0]}, all {most[1]}, compressed {most[2]} kB",
                flush=True,
            )
            print("    ", shares[1][1][:6], flush=True)
        strokes.sort()
        print(
            f"keystrokes: {len(strokes)}, p50 {strokes[len(strokes) // 2]:.1f}, p95 {strokes[len(strokes) * 95 // 100]:.1f}, most {strokes[-1]:.1f} ms"
        )
        browser.close()


def share_found(page: Page, site: Path, way: str, rows: list[tuple[Keyword, str]]) -> tuple[float, list[Any]]:
    """Return how often what was meant is shown, and what was not."""
    answers = [(word, query, ask(page, site, query).shown) for word, query in rows]
    missed = [
        (query, word.name, [name for name, _ in shown[:3]])
        for word, query, shown in answers
        if not is_shown(way, word, shown)
    ]
    return 1 - len(missed) / max(1, len(rows)), missed


if __name__ == "__main__":
    main()
