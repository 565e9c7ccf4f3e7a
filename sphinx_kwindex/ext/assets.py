"""Style sheets and scripts: copied to the output folder, and requested by the pages that need them."""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

from sphinx.application import Sphinx

_OPENER = "kwindex-api.js"
_USUAL = 500
"""Priority of scripts for which nothing is said."""
_FOLDER = Path(__file__).parents[1] / "static"


@functools.cache
def assets_digest() -> str:
    """Return the digest of all assets: pages carry their checksums."""
    parts = [path.name.encode() + b"\0" + path.read_bytes() for path in _assets()]
    return hashlib.blake2b(b"\0".join(parts), digest_size=8).hexdigest()


def copy_assets(outdir: Path, *, is_book: bool = False) -> None:
    """Put the assets into an output folder, before pages ask for their checksums; touch only what differs.

    A book (EPUB) gets a plainer style sheet.
    """
    for path in _assets():
        target, data = outdir / "_static" / path.name, path.read_bytes()
        if is_book and path.suffix == ".css":
            data = plain_style(data.decode()).encode()
        if not target.is_file() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def plain_style(text: str) -> str:
    """Return a style sheet without the rules whose selectors older readers and checkers of e-books do not know."""
    return _RULE.sub(
        lambda rule: "" if _NEW_SELECTOR.search(rule["selector"]) else rule.group(), _COMMENT.sub("", text)
    )


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"(?P<selector>[^{}@;]+)\{[^{}]*\}\n?")
_NEW_SELECTOR = re.compile(r":(?:has|is|where)\(|:not\([^()]*[\s>+~,]")


def ask_for_assets(app: Sphinx) -> None:
    """Add the assets to the page whose context is being made: one of ours, or the search page."""
    _ask_for_styles(app)
    for path in _assets():
        if path.suffix == ".js" and path.name != _OPENER:
            app.add_js_file(path.name, loading_method="defer")


def ask_for_few_assets(app: Sphinx, script: str) -> None:
    """Add what an author's page needs: the styles and, if lines on it open to something, what opens them.

    `script` is the address of the script with that, from the root of the site; empty: there is none.
    """
    _ask_for_styles(app)
    if script:
        app.add_js_file(_OPENER, _USUAL, "defer", **{"data-kw": script})


def _ask_for_styles(app: Sphinx) -> None:
    for path in _assets():
        if path.suffix == ".css":
            app.add_css_file(path.name)


@functools.cache
def _assets() -> tuple[Path, ...]:
    return tuple(sorted(path for path in _FOLDER.iterdir() if path.suffix in {".css", ".js"}))
