"""Pages of keywords that very many files use: all of them, while the page of the file lists some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from linkcheck import broken_links

Build = Callable[..., Any]

FILES = {
    "pkg/__init__.py": "",
    "pkg/const.py": "DOMAIN = 'x'\ndomain = 'y'\nRARE = 1\n",
    **{f"pkg/user{number:03}.py": "from pkg.const import DOMAIN\n\ndef go(): return DOMAIN\n" for number in range(60)},
    **{f"tests/test_user{number:03}.py": "from pkg import const\nprint(const.domain)\n" for number in range(51)},
    "pkg/rare.py": "from pkg.const import RARE\n",
}


@pytest.mark.parametrize("source", ["pages", "link"])
def test_pages(build: Build, source: str) -> None:
    """Such a keyword has a page with all files, tests apart, and so has a file that very many import; names may differ in case only."""
    built = build(FILES, {"kwindex_source": source})
    page = built.text("kwindex/tree/pkg/const.py.html")
    assert '<a href="../../uses/pkg/const.py/pkg.const.DOMAIN~mfc00' in page
    assert ">All 60 files</a>" in page
    assert page.count(">pkg/user0") < 170
    (upper,) = built.outdir.glob("kwindex/uses/pkg/const.py/pkg.const.DOMAIN*.html")
    (lower,) = built.outdir.glob("kwindex/uses/pkg/const.py/pkg.const.domain*.html")
    assert upper.stem.lower() != lower.stem.lower()
    shown = upper.read_text()
    assert (shown.count('class="kw-item'), shown.count("read, import")) == (60, 60)
    assert ("source/pkg/user059.py.html#~" in shown) == (source == "pages")
    importers = built.text("kwindex/uses/pkg/const.py/~importers.html")
    assert importers.count('class="kw-item') == 112
    assert "Used in tests" in importers
    assert not list(built.outdir.glob("kwindex/uses/pkg/const.py/pkg.const.RARE*"))
    assert broken_links(built.outdir) == []


def test_edits(build: Build) -> None:
    """A further use is on the page; a moved line changes nothing; a keyword that few use any more has none."""
    build(FILES)
    moved = build({"pkg/user000.py": "\n\n" + FILES["pkg/user000.py"]})
    assert not [name for name in moved.written if "/uses/" in name]
    more = build({"pkg/more.py": "from pkg.const import DOMAIN\n"})
    assert {name.rpartition("/")[2] for name in more.written if "/uses/" in name} == {
        "~importers",
        "pkg.const.DOMAIN~mfc00",
    }
    few = build({f"pkg/user{number:03}.py": "" for number in range(20)})
    assert not list(few.outdir.glob("kwindex/uses/pkg/const.py/pkg.const.DOMAIN*"))
