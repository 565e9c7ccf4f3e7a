"""Checks that every link of a built site lands on an existing file and id. Also a command: `linkcheck.py FOLDER`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit


class BrokenLink(NamedTuple):
    """A link that leads nowhere."""

    page: str
    address: str
    reason: str


class _Page(HTMLParser):
    """Collects the ids and the links of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (name == "name" and tag == "a"):
                self.ids.append(value)
            elif name in {"href", "src"}:
                self.links.append(value)

    handle_startendtag = handle_starttag


def broken_links(outdir: Path) -> list[BrokenLink]:
    """Return every link between pages of a site, or to its files, that leads nowhere."""
    root = outdir.resolve()
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.html")) if path.is_file()}
    ids = {path: frozenset(page.ids) for path, page in pages.items()}
    exists: dict[Path, bool] = {}
    return [
        BrokenLink(path.relative_to(root).as_posix(), address, reason)
        for path, page in pages.items()
        for address, reason in _check(path, page, ids, exists)
    ]


def repeated_ids(outdir: Path) -> list[tuple[str, str]]:
    """Return (page, id) of every id that a page has more than once."""
    found = []
    for path in filter(Path.is_file, sorted(outdir.rglob("*.html"))):
        seen: set[str] = set()
        for name in _Page(path.read_text(encoding="utf-8")).ids:
            if name in seen:
                found.append((path.relative_to(outdir).as_posix(), name))
            seen.add(name)
    return found


def _check(
    path: Path,
    page: _Page,
    ids: dict[Path, frozenset[str]],
    exists: dict[Path, bool],
) -> Iterator[tuple[str, str]]:
    for address in dict.fromkeys(page.links):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
        if parts.path.endswith("/"):
            target /= "index.html"
        if target not in exists:
            exists[target] = target.is_file()
        if not exists[target]:
            yield address, "no such file"
        elif parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]:
            yield address, "no such id"


if __name__ == "__main__":
    faults = broken_links(Path(sys.argv[1]))
    for fault in faults:
        print(*fault, sep="\t")  # noqa: T201
    sys.exit(bool(faults))
