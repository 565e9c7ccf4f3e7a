"""Draw statements at random from built pages, with the source lines beside them, for a person to check.

    python benchmarks/facts.py SITE TREE --count 60 --seed 1 > facts.md

`SITE` is the HTML output folder of a build whose `kwindex_root` is `TREE`. Statements are drawn class by class (uses, rows
without uses, roles, imports, reasons of related files, lists), so that rare ones are read as well as frequent ones. Nothing
is judged here: the reader says of each whether it is true, questionable or false. With `kwindex_source = "pages"` the names of
sources are drawn too, and their cards; with `kwindex_markdown`, lines of Markdown; from all other documents of the site, what stands
under descriptions of objects.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

import html5lib

EVIDENCE = 6
"""Source lines that are shown for one statement."""

SHARES = {"row": 4, "related": 4, "import": 3, "head": 3, "source": 4}
"""Statements of a class that are drawn in one round, where they are more than one."""


class Fact(NamedTuple):
    """One statement of a page."""

    kind: str
    page: str
    """Path of the file or folder that the page is about."""
    about: str
    """The keyword, if it is about one."""
    text: str


def text_of(element: Element) -> str:
    """Return the text of an element on one line."""
    return " ".join("".join(element.itertext()).split())


def has_class(element: Element, name: str) -> bool:
    """Tell whether an element has a class."""
    return name in element.get("class", "").split()


def with_class(top: Element, name: str) -> Iterator[Element]:
    """Yield the elements below `top` that have a class."""
    return (element for element in top.iter() if has_class(element, name))


def read_page(path: Path, subject: str) -> Iterator[Fact]:
    """Yield the statements of one page."""
    tree = html5lib.parse(path.read_bytes(), namespaceHTMLElements=False)
    for line in with_class(tree, "kw-line"):
        for item in line:
            yield Fact("head", subject, "", text_of(item))
    for item in with_class(tree, "kw-item"):
        yield from _row(item, subject)
    for listing in with_class(tree, "kw-related"):
        for item in listing:
            yield Fact("related", subject, "", text_of(item))
    for block in with_class(tree, "kw-block"):
        yield from _block(block, subject)
    for note in with_class(tree, "kw-note"):
        yield Fact("note", subject, "", text_of(note))
    for section in tree.iter("section"):
        yield from _section(section, subject)


def read_all(site: Path, page: Path, subject: str) -> Iterator[Fact]:
    """Yield the statements of a page and of what stands beside it: its Markdown, its cards, its source."""
    yield from read_page(page, subject)
    source = site / "kwindex/source" / f"{subject}.html"
    if source.is_file():
        yield from read_source(source, subject)
    for reader, ending in ((read_cards, ".js"), (read_twin, ".md")):
        beside = page.with_name(page.name + ending)
        if beside.is_file():
            yield from reader(beside, subject)


def _block(block: Element, subject: str) -> Iterator[Fact]:
    title = text_of(block[0])
    for listing in block.findall("ul"):
        for item in listing:
            if not has_class(item, "kw-item"):
                yield Fact(f"list: {_without_counts(title)}", subject, "", f"{title}: {text_of(item)}")


def _section(section: Element, subject: str) -> Iterator[Fact]:
    """Yield the terms and the rows of tables of a section."""
    title = text_of(section[0]).rstrip("¶")
    for terms in (terms for terms in section.iterfind("div/dl") if has_class(terms, "kw-facts")):
        label = ""
        for part in terms:
            if part.tag == "dt":
                label = text_of(part)
            else:
                yield Fact(f"terms: {title}", subject, "", f"{title}: {label}: {text_of(part)}")
    for row in section.iterfind("div//tbody/tr"):
        yield Fact(f"table: {title}", subject, "", " | ".join(map(text_of, row)))


def read_source(path: Path, subject: str) -> Iterator[Fact]:
    """Yield where the names of the page of a source lead, how often it says that they are used, and what their cards say."""
    tree = html5lib.parse(path.read_bytes(), namespaceHTMLElements=False)
    line = about = ""
    for link in tree.iter("a"):
        target = link.get("href", "")
        if has_class(link, "linenos"):
            line = link.get("id", "")
        elif has_class(link, "kw-times"):
            yield Fact("source: count", subject, about, f"{line}: {link.get('aria-label', '')}")
        elif line and link.get("id"):
            about = link.get("id", "")
        elif line and "#" in target and link.find("span") is not None:
            leads = "may lead" if has_class(link, "kw-guess") else "leads"
            yield Fact(
                "source: link", subject, "", f"{line}: {text_of(link)} {leads} to {target} {link.get('title', '')}"
            )


def read_cards(path: Path, subject: str) -> Iterator[Fact]:
    """Yield what the cards of the keywords of a file say."""
    script = path.read_text("utf-8")
    for name, card in json.loads(script[script.index(",{") + 1 : script.rindex(")")])["cards"].items():
        yield Fact("card", subject, name, " · ".join(str(part) for part in (*card[2:9], card[9] or "") if part))


def read_twin(path: Path, subject: str) -> Iterator[Fact]:
    """Yield the lines of a page as Markdown."""
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield Fact("twin", subject, "", line.strip())


def read_entries(path: Path, subject: str) -> Iterator[Fact]:
    """Yield what stands under descriptions of objects in another document."""
    tree = html5lib.parse(path.read_bytes(), namespaceHTMLElements=False)
    for described in tree.iter("dl"):
        names = [part.get("id", "") for part in described if part.tag == "dt"]
        for line in (line for part in described if part.tag == "dd" for line in part if has_class(line, "kw-api")):
            yield Fact("entry", subject, names[0] if names else "", text_of(line))


def _without_counts(title: str) -> str:
    return "patterns" if title.startswith("Patterns") else re.sub(r"\d+", "", title).strip()


def _row(item: Element, subject: str) -> Iterator[Fact]:
    about = item.get("id", "")
    if has_class(item, "kw-import"):
        yield Fact("import", subject, about, text_of(item))
        return
    details = item.find("details")
    if details is None:
        return
    for used in with_class(details[0], "kw-used"):
        kind = "row: uses" if re.match(r"\d+ uses?\b", text_of(used)) else "row: other words"
        yield Fact(kind, subject, about, text_of(used) or "(nothing on the closed row)")
    for flag in with_class(details[0], "kw-flag"):
        yield Fact(f"flag: {text_of(flag)}", subject, about, text_of(flag))
    nested = {
        part for facts in with_class(details, "kw-facts") for inner in facts for part in with_class(inner, "kw-facts")
    }
    for facts in (facts for facts in with_class(details, "kw-facts") if facts not in nested):
        label = ""
        for part in facts:
            if part.tag == "dt":
                label = text_of(part)
            elif label != "Defined":
                yield from (Fact(f"fact: {label}", subject, about, f"{label}: {text}") for text in _leaves(part))


def _leaves(part: Element) -> list[str]:
    found = [text_of(item) for listing in part.findall("ul") for item in listing]
    return found or [text_of(part)]


def find_pages(site: Path, tree: Path) -> dict[str, Path]:
    """Return the pages of the files of a tree, by path; the entry page has the path `.`."""
    pages = {".": site / "kwindex/index.html"}
    top = site / "kwindex/tree"
    for page in sorted(top.rglob("*.html")):
        path = page.relative_to(top).as_posix().removesuffix(".html")
        if (tree / path).is_file():
            pages[path] = page
        elif page.name == "index.html":
            pages[page.parent.relative_to(top).as_posix() + "/"] = page
    return pages


def evidence(fact: Fact, tree: Path) -> list[str]:
    """Return source lines that help to judge a statement: where the name stands in the files that it speaks of."""
    name = re.split(r"[.~]", fact.about.removeprefix("import-"))[-1]
    paths = [fact.page, *re.findall(r"[\w./-]+\.pyi?\b", fact.text)]
    shown: list[str] = []
    for path in dict.fromkeys(paths):
        source = tree / path
        if not source.is_file():
            continue
        lines = source.read_text("utf-8", "replace").splitlines()
        wanted = {int(number) for number in re.findall(r"\bL(\d+)", fact.text)} if path == fact.page else set()
        found = [at for at in sorted(wanted) if at <= len(lines)]
        if name:
            found += [at for at, line in enumerate(lines, 1) if re.search(rf"\b{re.escape(name)}\b", line)]
        shown += [f"{path}:{at}: {lines[at - 1].strip()[:140]}" for at in dict.fromkeys(found)][:EVIDENCE]
    return shown


def _take(facts: list[Fact], count: int) -> list[Fact]:
    """Remove and return the last `count` facts."""
    taken, facts[-count:] = facts[-count:], []
    return taken


def _read(site: Path, pages: Mapping[str, Path]) -> Iterator[Fact]:
    """Yield the statements of generated pages, by what they are about, and those that all other pages have of ours."""
    for subject, page in pages.items():
        yield from read_all(site, page, subject)
    for page in sorted(site.rglob("*.html")):
        if not page.is_relative_to(site / "kwindex"):
            yield from read_entries(page, page.relative_to(site).as_posix())


def main(arguments: list[str]) -> int:
    """Print a sample of statements as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--count", type=int, default=60, help="statements in all (default 60)")
    parser.add_argument("--pages", type=int, default=40, help="pages they are drawn from, at random (default 40)")
    parser.add_argument("--kinds", default="", help="regular expression of the kinds that are drawn (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    chance = random.Random(given.seed)
    pages = find_pages(given.site, given.tree)
    drawn = chance.sample(sorted(pages), min(given.pages, len(pages)))
    classes: dict[str, list[Fact]] = {}
    for fact in _read(given.site, {subject: pages[subject] for subject in sorted({".", *drawn})}):
        if re.match(given.kinds, fact.kind):
            classes.setdefault(fact.kind, []).append(fact)
    for facts in classes.values():
        chance.shuffle(facts)
    number = 0
    while number < given.count and any(classes.values()):
        for kind in sorted(classes):
            for fact in _take(classes[kind], SHARES.get(kind.partition(":")[0], 1)):
                number += 1
                if number > given.count:
                    break
                print(f"{number}. [{kind}] {fact.page} {fact.about}\n   **{fact.text}**")
                for line in evidence(fact, given.tree):
                    print(f"   - `{line}`")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
