"""Stamps of pages: never the same where a page shows something else, and mostly the same where it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.pages import addresses as addresses_module
from sphinx_kwindex.pages.fingerprint import fingerprint
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.stamps import Memory, Stamps
from sphinx_kwindex.pages.views import list_pages, make_addresses, page_view

BASE = '"""Bases."""\n\nclass Base:\n    """A base."""\n\n    def go(self):\n        return 1\n\nLIMIT = 3\n'
TREE = {
    "pkg/__init__.py": '"""Package."""\n\nfrom pkg.base import Base, LIMIT\n',
    "pkg/base.py": BASE,
    "pkg/child.py": "from pkg import Base\n\nclass Child(Base):\n    def go(self):\n        return super().go()\n",
    "pkg/user.py": "import pkg\nfrom pkg.child import Child\n\ndef use(x: Child):\n    return x.go() + pkg.LIMIT\n",
    "pkg/sub/__init__.py": "",
    "pkg/sub/alone.py": "def alone():\n    return unknown.go()\n",
    "pkg/long.py": "".join(f"def f{number}(): ...\n" for number in range(12)),
    "pkg/of_long.py": "from pkg.long import f2, f11\n\ndef g():\n    f2()\n    f11()\n",
    "pkg/same.py": "def f8(): ...\n",
    "pkg/typed.py": "import pkg\nimport pkg.long\n\ndef h(x: pkg.long.f8) -> pkg.Base: ...\n",
    "README.md": "# Use\n\n`pkg.user.use` and `pkg/sub/`.\n",
    "tests/test_user.py": "from pkg.user import use\n\ndef test_use():\n    use(1)\n",
}
EDITS: dict[str, dict[str, str | None]] = {
    "nothing": {},
    "body": {"pkg/base.py": BASE.replace("return 1", "return 2")},
    "line moved": {"pkg/base.py": "\n" + BASE},
    "use moved": {"pkg/user.py": "\n" + TREE["pkg/user.py"]},
    "docstring": {"pkg/base.py": BASE.replace("A base.", "The base.")},
    "docstring of a package": {"pkg/__init__.py": TREE["pkg/__init__.py"].replace("Package", "The package")},
    "signature": {"pkg/base.py": BASE.replace("go(self)", "go(self, fast=True)")},
    "keyword added": {"pkg/base.py": BASE + "\ndef added(): ...\n"},
    "keyword renamed": {"pkg/base.py": BASE.replace("LIMIT", "LIMITS")},
    "class to exception": {"pkg/base.py": BASE.replace("class Base:", "class Base(ValueError):")},
    "import binds what a definition did": {"pkg/base.py": "from pkg.other import Base\n", "pkg/other.py": BASE},
    "namesake": {"pkg/sub/alone.py": "class Base:\n    def go(self): ...\n"},
    "type that another module gives": {
        "pkg/base.py": BASE.replace("class Base", "class Old"),
        "pkg/new.py": BASE,
        "pkg/__init__.py": "from pkg.base import LIMIT\nfrom pkg.new import Base\n",
    },
    "member of a base": {"pkg/base.py": BASE.replace("    def go", "    def stop(self): ...\n\n    def go")},
    "base removed": {"pkg/child.py": TREE["pkg/child.py"].replace("(Base)", "")},
    "use added": {"pkg/sub/alone.py": "from pkg.base import LIMIT\n\ndef alone():\n    return LIMIT\n"},
    "import in a function": {
        "pkg/user.py": "def use(x):\n    import pkg\n    from pkg.child import Child\n    return Child, pkg.LIMIT\n"
    },
    "argument of a call": {"tests/test_user.py": TREE["tests/test_user.py"].replace("use(1)", "use(2)")},
    "file added": {"pkg/sub/new.py": "from pkg.base import Base\n"},
    "file removed": {"pkg/sub/alone.py": None},
    "file moved": {"pkg/child.py": None, "pkg/sub/child.py": TREE["pkg/child.py"]},
    "file that differs in case": {"pkg/Base.py": "x = 1\n"},
    "becomes a test": {"pkg/user.py": None, "tests/test_more.py": TREE["pkg/user.py"]},
    "part moved": {"pkg/long.py": "\ndef first(): ...\n" + TREE["pkg/long.py"]},
    "order of a long file": {"pkg/long.py": "".join(f"def f{number}(): ...\n" for number in reversed(range(12)))},
    "import cycle": {"pkg/base.py": "import pkg.user\n" + BASE},
    "import cycle that does nothing": {"pkg/long.py": "def f():\n    import pkg.of_long\n" + TREE["pkg/long.py"]},
    "longer import cycle": {
        "pkg/long.py": "import pkg.mid\n" + TREE["pkg/long.py"],
        "pkg/mid.py": "import pkg.of_long",
    },
    "more used": {"pkg/child.py": TREE["pkg/child.py"] + "\nfrom pkg.user import use\nuse(1)\n"},
    "no test any more": {"tests/test_user.py": TREE["tests/test_user.py"].replace("def test_use", "class test_use")},
    "nothing for pytest any more": {
        "tests/test_user.py": "import unittest\nfrom pkg.user import use\nclass T(unittest.TestCase):\n    def test_use(self): use(1)\n"
    },
    "import that comes later": {"pkg/child.py": "def f():\n    from pkg.base import Base\n"},
    "word that two names share": {"pkg/sub/alone.py": "def alone(): ...\ndef go_alone(): ...\n"},
    "mention gone": {"README.md": "# Use\n\npkg.user.use and pkg/sub/.\n"},
    "mention under another heading": {"README.md": "`pkg.user.use` and `pkg/sub/`.\n\n# Use\n"},
    "mention of something else": {"README.md": "# Use\n\n`pkg.Base`, use and `pkg/`, user, sub.\n"},
    "called through the base": {
        "pkg/sub/alone.py": "from pkg.base import Base\n\ndef alone(x: Base):\n    return x.go()\n"
    },
    "base of a base becomes external": {"pkg/base.py": BASE.replace("class Base:", "class Base(other.Thing):")},
    "constructed": {"pkg/user.py": TREE["pkg/user.py"] + "\nmade = Child()\n"},
    "constructor": {
        "pkg/base.py": BASE.replace("    def go", "    def __init__(self): ...\n\n    def go"),
        "pkg/user.py": TREE["pkg/user.py"] + "\nmade = Child()\n",
    },
    "called by pattern": {
        "pkg/base.py": BASE + "\ndef run(x, y: Base):\n    getattr(y, f'goo{x}')\n    getattr(y, f'{x}_go')\n"
    },
    "called by a loose pattern": {
        "pkg/base.py": BASE.replace("def go", "def go_on"),
        "pkg/sub/alone.py": "def alone(x):\n    return getattr(x, 'go_' + x)\n",
    },
    "named in a string": {"pkg/sub/alone.py": "def alone():\n    return 'pkg.long.f3', 'LIMIT'\n"},
    "too common": {
        "pkg/base.py": BASE + "\nclass Table:\n    def filter(self): ...\n",
        "pkg/sub/alone.py": "def alone(x):\n    return x.filter()\n",
    },
    "does not parse": {"pkg/base.py": "def (:\n"},
}


class Shown(NamedTuple):
    """Digests of all pages, by document name."""

    stamps: dict[str, str]
    fingerprints: dict[str, str]


@pytest.fixture
def look(make_tree: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Shown]:
    """Return a function that edits the tree and says what all pages are, with files of several pages.

    It checks that what is remembered of any earlier state changes nothing.
    """
    monkeypatch.setattr(addresses_module, "PART_SIZE", 5)
    monkeypatch.setattr("sphinx_kwindex.pages.views.PART_SIZE", 5)
    monkeypatch.setattr("sphinx_kwindex.pages.file_view.PART_SIZE", 5)

    memories: list[Memory] = []

    def edit(files: dict[str, str | None]) -> Shown:
        root = make_tree({path: text for path, text in files.items() if text is not None})
        for path in (path for path, text in files.items() if text is None):
            (root / path).unlink()
        with Project.open(root, tmp_path / "cache") as project:
            reader, options = project.reader, project.options
            addresses = make_addresses(reader, options)
            pages = list_pages(reader, options, addresses)
            views = {page.docname: page_view(reader, options, addresses, page) for page in pages}
            afresh = Stamps(reader, options, addresses, Overview(reader))
            for memory in memories:
                again = Stamps(reader, options, addresses, Overview(reader), memory)
                assert again.memory == afresh.memory
                assert again.of(pages) == afresh.of(pages)
            memories.append(afresh.memory)
            return Shown(afresh.of(pages), {name: fingerprint(view) for name, view in views.items()})

    return edit


@pytest.mark.parametrize("name", EDITS)
def test_equal_stamps_equal_pages(look: Callable[..., Shown], name: str) -> None:
    """Where a page shows something else than before an edit, or before that was taken back, its stamp is another."""
    before = look(TREE)
    after = look(EDITS[name])
    back = look({**TREE, **dict.fromkeys(EDITS[name].keys() - TREE.keys())})
    for old, new in ((before, after), (after, back), (before, back)):
        both = old.stamps.keys() & new.stamps.keys()
        changed = {page for page in both if old.fingerprints[page] != new.fingerprints[page]}
        assert changed <= {page for page in both if old.stamps[page] != new.stamps[page]}


def test_small_edits_leave_most_stamps(look: Callable[..., Shown]) -> None:
    """An edit in a body changes no stamp but those of the file, of the folders above, and of what it uses."""
    before = look(TREE)
    after = look({"pkg/sub/alone.py": "def alone():\n    return 1 + unknown.go()\n"})
    changed = {page for page in before.stamps if before.stamps[page] != after.stamps[page]}
    allowed = {"tree/pkg/sub/alone.py", "index", "tree/pkg/index", "tree/pkg/sub/index"}
    # Matches by name of `go`.
    allowed |= {"tree/pkg/base.py", "tree/pkg/child.py"}
    assert changed <= {f"kwindex/{name}" for name in allowed}


def test_new_name_leaves_other_letters(look: Callable[..., Shown]) -> None:
    """A new name changes the stamps of the letter page that lists it, and not those of others, though counts change."""
    before = look({**TREE, "pkg/letters.py": "def zeta(): ...\ndef zebra(): ...\n"})
    after = look({"pkg/letters.py": "def zeta(): ...\ndef zebra(): ...\ndef zulu(): ...\n"})
    changed = {page for page in before.stamps if before.stamps[page] != after.stamps[page]}
    assert {page for page in changed if page.startswith("kwindex/names/")} == {
        "kwindex/names/index",
        "kwindex/names/z",
    }
