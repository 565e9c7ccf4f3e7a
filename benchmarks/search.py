"""How well the search box finds what is half remembered: queries made by rule from names of a built site, asked in a browser.

    python benchmarks/search.py SITE --count 60 --seed 1        CHROMIUM names the browser, if playwright has none

For each way of remembering a name: how often it stands among the first five, the slowest of twenty answers (ms), and some that were
not found. A name counts as found if it is shown, wherever it is defined.
"""

from __future__ import annotations

# ruff: noqa: ARG001 - ways of asking share one signature, whatever each of them needs.
import argparse
import json
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SHOWN = 5
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
Dice = random.Random


def names_of(site: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, what stands before it in its qualified name) of the keywords that the box knows, private ones left out."""
    for path in sorted((site / "_static/kwindex").glob("*.js")):
        data = json.loads("[" + path.read_text("ascii").partition("(")[2].rpartition(")")[0] + "]")[1]
        for name, *entries in data.get("names", ()):
            for entry in entries[:1]:
                if not name.startswith("_") and "<" not in entry[2] and name.isascii():
                    yield name, entry[2]


def two_words(name: str, outer: str, dice: Dice) -> str:
    """Two of the words of a name, in the other order."""
    words = _WORDS.findall(name)
    chosen = dice.sample(range(len(words)), 2) if len(words) > 2 else [1, 0] if len(words) == 2 else []
    return " ".join(words[at].lower() for at in sorted(chosen, reverse=True))


def initials(name: str, outer: str, dice: Dice) -> str:
    """The first letters of at least three words."""
    words = _WORDS.findall(name)
    return "".join(word[0] for word in words) if len(words) > 2 else ""


def typo(name: str, outer: str, dice: Dice) -> str:
    """A name with two neighbours swapped, a letter left out, or another in its place."""
    if len(name) < 6:
        return ""
    at = dice.randrange(1, len(name) - 2)
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return dice.choice([swapped, name[:at] + name[at + 1 :], name[:at] + "x" + name[at + 1 :]])


def middle(name: str, outer: str, dice: Dice) -> str:
    """Six or more letters from within a name, without underscores."""
    plain = name.replace("_", "").lower()
    return plain[2 : 2 + max(6, len(plain) * 2 // 3)] if len(plain) > 9 else ""


def dotted(name: str, outer: str, dice: Dice) -> str:
    """The class, and the start of a member."""
    return f"{outer.rstrip('.').rpartition('.')[2]}.{name[: max(3, len(name) // 2)]}" if outer else ""


WAYS: dict[str, Callable[[str, str, Dice], str]] = {
    "two words": two_words, "initials": initials, "typo": typo, "middle": middle, "dotted": dotted,
}  # fmt: skip


def ask(page: Page, query: str) -> tuple[list[str], float]:
    """Type a query; return the names shown first, and how many seconds that took."""
    start = time.monotonic()
    page.get_by_role("combobox").fill(query)
    page.wait_for_function("document.querySelector('.kw-search [role=status]').textContent")
    return page.locator(".kw-found code b").all_inner_texts() and _names(page), time.monotonic() - start


def _names(page: Page) -> list[str]:
    return [text.rpartition(".")[2] for text in page.locator(".kw-found code").all_inner_texts()[:SHOWN]]


def main() -> None:
    """Ask, and print how often the name was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    dice = random.Random(given.seed)
    names = sorted(set(names_of(given.site)))
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((given.site / "kwindex/index.html").resolve().as_uri())
        page.locator("button.kw-find").click()
        print(f"{len(names)} names")
        for way, make in WAYS.items():
            queries = [(name, query) for name, outer in names if (query := make(name, outer, dice))]
            asked = dice.sample(queries, min(given.count, len(queries)))
            answers = []
            for name, query in asked:
                ask(page, query)
                page.wait_for_timeout(150)
                answers.append((name, query, _names(page)))
            missed = [(query, name, shown[:3]) for name, query, shown in answers if name not in shown]
            print(f"{way:10} {1 - len(missed) / len(asked):.3f} of {len(asked)}", missed[:6])
        browser.close()


if __name__ == "__main__":
    main()
