"""Builds at random: whatever is edited, the bytes that the next build leaves are those of a first build in a new folder."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from difflib import unified_diff
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from random_trees import SETTINGS, Changes, RandomTree, write

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

STEPS = int(os.environ.get("KWINDEX_STEPS", "40"))
"""Builds in all; more by hand: `KWINDEX_STEPS=2000`."""
FIRST = int(os.environ.get("KWINDEX_FIRST", "0"))
"""The first seed, to run others than last time."""
_EACH = 10
"""Builds of one project."""

_INDEX = "Test\n====\n\n.. toctree::\n   :glob:\n\n   */index\n   one\n   two\n"
_PIECES = (
    ":kw:obj:`{n}`, :kw:func:`{f}` and :kw:class:`~{m}.{n}`.", ":any:`{m}.{n}`, :kw:file:`pkg/base.py`", ":py:func:`{m}.{f}`",
    ".. kwindex:: {p}", ".. kwindex:: {p}\n   :kinds: class function\n   :order: uses\n   :group: letter", ".. kwindex:: {m}\n   :private:",
    ".. kwuses:: {m}.{n}", ".. kwuses:: {f}\n   :limit: 2\n   :guesses: no", ".. kwrelated:: {p}",
    ".. kwrelated:: {p}\n   :reasons: no\n   :limit: 3", ".. kwgraph:: {p}",
    ".. kwgraph:: {m}.{n}\n   :direction: both\n   :depth: 2", ".. kwtree:: {q}",
    ".. py:class:: {m}.{n}\n   :no-index-entry:", ".. py:module:: {m}\n   :no-typesetting:", "Section {w}\n------------", "Say {w}.",
    ".. py:currentmodule:: {m}\n\n:kw:obj:`{f}`", "``{m}.{n}``, ``{f}()`` and ``{p}``.", ">>> from {m} import {n}\n>>> {n}()",
)  # fmt: skip
_MARKDOWN_PIECES = (
    "{{kw:obj}}`{n}`, {{kw:func}}`{f}` and {{any}}`{m}.{n}`.", "```{{kwindex}} {p}\n```", "```{{kwuses}} {m}.{n}\n:kinds: call base\n```",
    "```{{kwrelated}} {p}\n```", "`{n}` and `{p}`.", "```python\nimport {m} as m\nm.{f}()\n```", "## Section {w}", "Say {w}.", "```{{kwtree}}\n```",
)  # fmt: skip
_CHECKSUM = re.compile(rb"documentation_options\.js\?v=\w+")
"""Where the language changes, Sphinx may give that of the former one."""
_PLACES = ("pkg/base.py", "pkg/", "pkg/*.py", "other/user.py", "base.py", "pkg/sub")
_CONF: Mapping[str, tuple[Any, ...]] = {
    **{f"kwindex_{name}": values for name, values in SETTINGS.items()},
    "kwindex_publish": ("pages", "all"),
    "kwindex_publish_limit": (3,),
    "kwindex_py_fallback": (True,),
    "kwindex_link_literals": (True,),
    "kwindex_api_hide": (["*.*"],),
    "kwindex_exclude": (["docs"], ["other"]),
    "kwindex_lint": ([],),
    "language": ("de",),
    "html_title": ("Other",),
}


class RandomProject(RandomTree):
    """A project with documentation, edited at random."""

    def __init__(self, dice: Random) -> None:
        super().__init__(dice)
        self.conf: dict[str, Any] = {}
        self._documents: dict[str, list[str]] = {}

    def start(self) -> Changes:
        """Return the files of a small project."""
        changes: Changes = {"docs/index.rst": _INDEX, "docs/conf.py": self._conf_text()}
        for name in ("one.rst", "two.md"):
            changes |= self._edit_document(name)
        for _ in range(4):
            changes |= super().edit()
        self.options.clear()
        return changes

    def edit(self) -> Changes:
        """Return some changed files: sources, documents, conf.py, or none."""
        chance = self.dice.random()
        if chance < 0.05:
            return {}
        if chance < 0.15:
            return self._edit_conf()
        if chance < 0.35:
            return self._edit_document(self.dice.choice(("one.rst", "two.md", "loose.rst", "far/loose.md")))
        return super().edit()

    def _set_option(self) -> None:
        pass  # conf.py has them

    def _edit_conf(self) -> Changes:
        name = self.dice.choice(sorted(_CONF))
        if self.conf.pop(name, None) is None:
            self.conf[name] = self.dice.choice(_CONF[name])
        return {"docs/conf.py": self._conf_text()}

    def _conf_text(self) -> str:
        values = {
            "extensions": ["sphinx_kwindex", "myst_parser"],
            "kwindex_root": "..",
            "html_theme": "alabaster",
            # What Sphinx shows of other documents beside a page is not its business to keep up to date.
            "html_sidebars": {"**": []},
            "html_domain_indices": False,
            **self.conf,
        }
        return "".join(f"{name} = {value!r}\n" for name, value in values.items())

    def _edit_document(self, name: str) -> Changes:
        path = f"docs/{name}"
        if "loose" in name and name in self._documents and self.dice.random() < 0.3:
            del self._documents[name]
            return {path: None}
        is_markdown = name.endswith(".md")
        pieces = self._documents.setdefault(name, [])
        at = self.dice.randrange(len(pieces) + 1)
        new = [
            self.fill(self.dice.choice(_MARKDOWN_PIECES if is_markdown else _PIECES))
            for _ in range(self.dice.randrange(1, 3))
        ]
        pieces[at : at + self.dice.randrange(3)] = new
        title = f"# {name}" if is_markdown else f"{name}\n{'=' * len(name)}"
        if "loose" in name:
            title = f"---\norphan: true\n---\n{title}" if is_markdown else f":orphan:\n\n{title}"
        return {path: "\n\n".join((title, *pieces)) + "\n"}

    def fill(self, text: str) -> str:
        """Put names into a text."""
        for mark, names in (("{p}", _PLACES), ("{q}", ("pkg/", "", "other"))):
            text = text.replace(mark, self.dice.choice(names))
        return super().fill(text)


def outputs(folder: Path) -> dict[str, bytes]:
    """Return every output file, without what Sphinx does not keep up to date."""
    left_out = {"searchindex.js", ".buildinfo.bak"}
    return {
        path.relative_to(folder).as_posix(): _CHECKSUM.sub(b"", path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in left_out and not path.name.endswith("-stemmer.js")
    }


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(1, STEPS // _EACH)))
def test_bytes_are_as_fresh(
    seed: int, tmp_path: Path, make_app: Callable[..., SphinxTestApp], quick_index: None
) -> None:
    """After each edit, of sources, documents or settings, all output files equal those of a first build."""
    dice = Random(seed)
    project = RandomProject(dice)
    place = tmp_path / "edited" / "project"
    changes = project.start()
    for step in range(_EACH):
        write(place, changes)
        builder, parallel = dice.choice(("html", "html", "html", "text")), dice.choice((0, 0, 0, 2))
        found = run(make_app, place, builder, parallel)
        new = tmp_path / f"fresh{step}" / "project"
        shutil.copytree(place, new, ignore=shutil.ignore_patterns("_build", "kwindex", "api"))
        expected = run(make_app, new, builder, 0)
        assert not differing(found, expected), (step, builder)
        shutil.rmtree(new.parent)
        changes = project.edit()


def differing(found: Mapping[str, bytes], expected: Mapping[str, bytes]) -> list[str]:
    """Return what is different in output files, but for what Sphinx leaves of documents that are gone."""
    left = {name for name in found.keys() - expected.keys() if "loose" in name}
    names = sorted((found.keys() | expected.keys()) - left)
    return [_difference(name, found, expected) for name in names if found.get(name) != expected.get(name)]


def _difference(name: str, found: Mapping[str, bytes], expected: Mapping[str, bytes]) -> str:
    if name not in found or name not in expected:
        return f"{name} is {'missing' if name in expected else 'left over'}"
    texts = [table[name].decode("utf-8", "replace").splitlines() for table in (found, expected)]
    return "\n".join([name, *unified_diff(*texts, "found", "expected", n=0, lineterm="")])


def run(make_app: Callable[..., SphinxTestApp], place: Path, builder: str, parallel: int) -> dict[str, bytes]:
    """Build, and return the outputs."""
    app = make_app(builder, srcdir=place / "docs", builddir=place / "_build", parallel=parallel)
    app.build()
    app.cleanup()
    return outputs(Path(app.outdir))
