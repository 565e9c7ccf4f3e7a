"""Whole builds: what the extension puts into a site, and what it leaves alone."""

from __future__ import annotations

import gc
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sphinx.builders.html import StandaloneHTMLBuilder

from sphinx_kwindex import Project
from sphinx_kwindex.errors import StoreError

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": '"""A package."""\nfrom pkg.shape import Shape\n',
    "pkg/shape.py": """\
        '''Shapes.'''

        class Shape:
            '''Something with an area.'''

            def area(self) -> float:
                '''Return the area.'''
                return 0.0

        def make(size: int) -> Shape:
            '''Make a shape.'''
            return Shape()

        def _hidden() -> None: ...
        """,
    "pkg/sub/deep.py": "class Deep: ...\n",
}
"""A small tree, used by most tests."""

SHAPE = "kwindex/tree/pkg/shape.py"


def test_every_file_and_folder_has_a_page(build: Build) -> None:
    """The project, every folder and every file have a page, and the page shows what the file defines."""
    built = build(TREE)
    names = {"kwindex/index", "kwindex/names/index", "kwindex/tree/pkg/index", "kwindex/tree/pkg/sub/index", SHAPE}
    assert names <= set(built.written)
    page = built.text(f"{SHAPE}.html")
    assert 'id="Shape.area"' in page
    assert "Make a shape." in page


def test_stubs_are_ours_alone(build: Build) -> None:
    """Stubs lie in the output folder, which git ignores; nothing else is written into the source folder."""
    built = build(TREE)
    stub = json.loads((built.srcdir / f"{SHAPE}.kwindex").read_text(encoding="utf-8"))
    assert stub["page"] == "file:pkg/shape.py"
    assert (built.srcdir / "kwindex/.gitignore").read_text() == "*\n"
    outside = {path.name for path in built.srcdir.iterdir()}
    assert outside == {"conf.py", "index.rst", "kwindex"}


def test_pages_keep_out_of_toctrees_and_search(build: Build) -> None:
    """Pages are orphans, and only the entry page can be found by Sphinx's own search."""
    built = build(TREE)
    metadata = built.app.env.metadata
    assert metadata[SHAPE] == {"orphan": True, "nosearch": True}
    assert metadata["kwindex/index"] == {"orphan": True}
    assert set(built.app.env.toctree_includes) == {"index"}


def test_source_of_stubs_is_not_offered(build: Build) -> None:
    """A stub is no source that a reader wants to see: it is neither copied nor linked."""
    built = build(TREE)
    assert not (built.outdir / "_sources/kwindex").exists()
    assert (built.outdir / "_sources/index.rst.txt").exists()
    assert "_sources" not in built.text(f"{SHAPE}.html")


def test_assets_only_where_needed(build: Build) -> None:
    """Pages that show nothing of ours do not load our style sheet."""
    built = build(
        {
            **TREE,
            "docs/index.rst": "Plain\n=====\n\n.. toctree::\n\n   kwindex/index\n   listing\n",
            "docs/listing.rst": "Listing\n=======\n\n.. kwindex:: pkg\n",
        }
    )
    assert "kwindex.css" in built.text(f"{SHAPE}.html")
    assert "kwindex.css" in built.text("listing.html")
    assert "kwindex.css" not in built.text("index.html")
    assert (built.outdir / "_static/kwindex.css").is_file()


def test_nothing_is_imported(build: Build, tmp_path: Path) -> None:
    """A tree whose every module writes a file and raises when it is imported is indexed whole, and no file appears."""
    trap = f"open({str(tmp_path / 'marker')!r}, 'w')\nraise SystemExit\n"
    built = build({f"pkg/{name}.py": f"{trap}class {name.title()}: ...\n" for name in ("__init__", "one", "two")})
    assert 'id="One"' in built.text("kwindex/tree/pkg/one.py.html")
    assert not (tmp_path / "marker").exists()


def test_what_a_build_makes_is_not_indexed(build: Build) -> None:
    """Stubs, outputs and doctrees are no part of the tree, also where everything lies in the root."""
    first = build(TREE, {"html_copy_source": True})
    (first.outdir / "made.py").write_text("x = 1\n")
    second = build({})
    assert not [name for name in second.app.env.all_docs if "_build" in name or "made" in name]
    assert "kwindex/tree/docs/conf.py" in second.app.env.all_docs


@pytest.mark.parametrize("root", [".", ".."], ids=["docs are the root", "docs below the root"])
def test_root(build: Build, root: str) -> None:
    """The root may be the documentation's own folder."""
    built = build({"docs/mod.py": "class Here: ...\n"}, {"kwindex_root": root})
    prefix = "" if root == "." else "docs/"
    assert f"kwindex/tree/{prefix}mod.py" in built.app.env.all_docs


def test_default_root_is_the_project(build: Build) -> None:
    """Without a setting, the root is the nearest folder with a project file."""
    built = build({**TREE, "pyproject.toml": ""}, {"kwindex_root": ""})
    assert SHAPE in built.app.env.all_docs


def test_output_dir(build: Build) -> None:
    """The generated pages go where `kwindex_output_dir` says, and leave when it says otherwise."""
    index = {"docs/index.rst": "Test\n====\n"}
    first = build({**TREE, **index}, {"kwindex_output_dir": "api/code"})
    assert "api/code/tree/pkg/shape.py" in first.app.env.all_docs
    second = build({}, {"kwindex_output_dir": "kwindex"})
    assert not list((second.srcdir / "api").rglob("*.kwindex"))
    assert not list((second.outdir / "api").rglob("*.html"))
    assert SHAPE in second.app.env.all_docs


def test_root_document_may_be_ours(build: Build) -> None:
    """A site may consist of the index alone, in serial and parallel builds."""
    for parallel in (0, 2):
        built = build(
            TREE,
            {"root_doc": "kwindex/index", "exclude_patterns": ["index.rst"]},
            parallel=parallel,
        )
        assert (built.outdir / f"{SHAPE}.html").is_file()


def test_records_of_events(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sphinx's debug records of events, which hold whole pages, are not made; afterwards they are again."""
    events, seen = logging.getLogger("sphinx.sphinx.events"), list[str]()
    monkeypatch.setattr(events, "filters", [lambda record: seen.append(record.getMessage()) or True])
    build(TREE)
    assert "builder-inited" in "".join(seen)
    assert "html-page-context" not in "".join(seen)
    assert events.isEnabledFor(logging.DEBUG)


CONFIG_FAULTS = {
    "unknown-value": ({"kwindex_publish": "some"}, "kwindex_publish: must be one of"),
    "wrong-type": ({"kwindex_include": "*.py"}, "kwindex_include: must be a list of strings"),
    "outside": ({"kwindex_output_dir": "../else"}, "kwindex_output_dir: must be a folder inside"),
    "no-such-executor": ({"kwindex_executor": "no.such.factory"}, "kwindex_executor: cannot be imported"),
    "no-executor": ({"kwindex_executor": "os.path"}, "kwindex_executor: expected a callable, got module"),
    "wrong-executor": ({"kwindex_executor": "os.getcwd"}, "kwindex_executor: expected an Executor, got str"),
    "failing-executor": ({"kwindex_executor": "os.close"}, "kwindex_executor: calling it failed (TypeError"),
    "unknown-weight": (
        {"kwindex_related_weights": {"words": 1}},
        "kwindex_related_weights: unknown signal 'words', ignored",
    ),
    "no-such-signal": ({"kwindex_related_signals": ["no.such"]}, "kwindex_related_signals: no.such: "),
    "failing-signal": (
        {"kwindex_related_signals": ["os.getcwd"]},
        "kwindex_related_signals: os.getcwd: failed on docs/",
    ),
    "no-match": ({"kwindex_exclude": ["nothing/"]}, "kwindex_exclude: 'nothing/' matches nothing"),
    "unknown-rule": ({"kwindex_lint": ["NOPE"]}, "kwindex_lint: ruff failed Cause: Unknown rule"),
    "no-graphviz": (
        {"kwindex_graphs": True},
        "kwindex_graphs: has no effect; add 'sphinx.ext.graphviz' to the extensions",
    ),
    "misspelt": ({"kwindex_exlude": ["x"]}, "kwindex_exlude: unknown setting, ignored (could be: kwindex_exclude)"),
}


@pytest.mark.parametrize(("conf", "text"), CONFIG_FAULTS.values(), ids=CONFIG_FAULTS)
def test_bad_setting(build: Build, conf: dict[str, object], text: str) -> None:
    """A setting that cannot be used has no effect, and one warning at its place; everything else is built."""
    built = build(TREE, conf, warnings=[text])
    assert len(built.warnings) == 1
    place = re.search(r"conf\.py:(\d+): ", built.warnings[0])
    assert place is not None
    assert (built.srcdir / "conf.py").read_text(encoding="utf-8").splitlines()[int(place[1]) - 1].startswith(*conf)
    assert (built.outdir / f"{SHAPE}.html").is_file()


ROOT_FAULTS = {"missing": "nowhere", "a-file": "conf.py"}


@pytest.mark.parametrize("root", ROOT_FAULTS.values(), ids=ROOT_FAULTS)
def test_bad_root(build: Build, root: str) -> None:
    """Without a tree there is one warning and no index; the rest of the site is built."""
    index = {"docs/index.rst": "Test\n====\n\n.. kwindex::\n"}
    built = build(index, {"kwindex_root": root}, warnings=["conf.py:2: WARNING: "])
    assert len(built.warnings) == 1
    assert (built.outdir / "index.html").is_file()
    assert not list(built.srcdir.rglob("*.kwindex"))


def test_bad_file_has_a_page_that_says_why(build: Build) -> None:
    """A file that does not parse is reported with its line, and its page gives the reason."""
    built = build({**TREE, "pkg/bad.py": "x = 1\ndef (:\n"}, warnings=["bad.py:2: WARNING"])
    assert len(built.warnings) == 1
    assert "kwindex/tree/pkg/bad.py" in built.app.env.all_docs


def test_warnings_can_be_silenced(build: Build) -> None:
    """Warnings have the type `kwindex` and a subtype for each cause."""
    build({**TREE, "pkg/bad.py": "def (:\n"}, {"suppress_warnings": ["kwindex.parse"]})


def test_no_room_at_all(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where even a temporary folder cannot hold the index, one warning says so, and the rest of the site is built."""

    def refuse(*args: object, **options: object) -> None:
        raise StoreError("database or disk is full")

    index = {"docs/index.rst": "Test\n====\n\nText.\n"}
    with monkeypatch.context() as patch:
        patch.setattr(Project, "build", refuse)
        built = build({**TREE, **index}, warnings=["cannot store the index"])
    assert len(built.warnings) == 1
    assert "Text." in built.text("index.html")
    assert (build({}).outdir / f"{SHAPE}.html").is_file()


def test_unwritable_source_folder(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where stubs cannot be written there is one warning, and the rest of the site is built."""

    def refuse(*args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sphinx_kwindex.ext.start.write_stubs", refuse)
    index = {"docs/index.rst": "Test\n====\n\n:kw:class:`Shape`\n\n.. kwindex:: pkg/shape.py\n"}
    built = build({**TREE, **index}, warnings=["kwindex_output_dir: cannot write the generated pages"])
    assert len(built.warnings) == 1
    assert "Shape" in built.text("index.html")


def test_unusable_cache(build: Build) -> None:
    """Where the cache cannot be kept there is one warning, and the site is built all the same, every time."""
    conf = {"kwindex_cache_dir": "../blocked"}
    for files in ({**TREE, "blocked": "a file\n"}, {"pkg/sub/deep.py": "class Deeper: ...\n"}):
        built = build(files, conf, warnings=["a temporary one is used"])
        assert len(built.warnings) == 1
    assert "Deeper" in built.text("kwindex/tree/pkg/sub/deep.py.html")


def test_conf_elsewhere(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """Paths in conf.py are relative to it, and the pages go to the source folder, wherever that is."""
    conf = "extensions = ['sphinx_kwindex']\nkwindex_root = '../code'\n"
    index = "Test\n====\n\n.. toctree::\n\n   kwindex/index\n"
    root = make_tree({"conf/conf.py": conf, "texts/index.rst": index, "code/mod.py": "class Here: ...\n"})
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "-c",
        str(root / "conf"),
        str(root / "texts"),
        str(tmp_path / "out"),
    ]
    subprocess.run(command, check=True)
    assert 'id="Here"' in (tmp_path / "out/kwindex/tree/mod.py.html").read_text(encoding="utf-8")
    assert (root / "texts/kwindex/index.kwindex").is_file()


def test_excluded_pages_are_not_linked(build: Build) -> None:
    """Where conf.py leaves the pages out, listings and roles show text without links."""
    index = {"docs/index.rst": "Test\n====\n\n:kw:class:`Shape`\n\n.. kwindex:: pkg/shape.py\n"}
    built = build({**TREE, **index}, {"exclude_patterns": ["kwindex"]})
    assert "make" in built.text("index.html")
    assert "kwindex/tree" not in built.text("index.html")


def test_glob_toctree(build: Build) -> None:
    """An author's `:glob: **` toctree takes our pages in, without a warning."""
    build({**TREE, "docs/index.rst": "Test\n====\n\n.. toctree::\n   :glob:\n\n   **\n"})


def test_section_labels_do_not_clash(build: Build) -> None:
    """`sphinx.ext.autosectionlabel` sees the same section titles on every page, and does not mind."""
    build(TREE, {"extensions": ["sphinx.ext.autosectionlabel", "sphinx_kwindex"]})


def test_titles_are_not_prose(build: Build) -> None:
    """Dashes and quotes in names are what they are."""
    built = build({"pkg/a--b 'c'.py": "x = 1\n"})
    titles = {node.astext() for node in built.app.env.titles.values()}
    assert any(title.endswith("a--b 'c'.py") for title in titles)


def test_titles_are_not_markup(build: Build) -> None:
    """A file's name is shown as it is."""
    built = build({"odd/a *b* `c` <d> & e.py": "x = 1\n", "odd/__init__.py": ""})
    pages = [
        path
        for path in built.outdir.rglob("*.html")
        if "&lt;d&gt; &amp; e.py</h1>" in path.read_text() or "&lt;d&gt; &amp; e.py<a" in path.read_text()
    ]
    assert len(pages) == 1


def test_names_that_differ_in_case(build: Build) -> None:
    """Files and folders whose names differ in case only, or are called index, have pages of their own."""
    built = build({"a.py": "", "A.py": "", "index.py": "", "Index/x.py": "", "sp ace/é.py": ""})
    docs = [name for name in built.app.env.all_docs if name.startswith("kwindex/tree/")]
    assert len({name.lower() for name in docs}) == len(docs)
    assert len([name for name in docs if name.endswith(".py") or "~m" in name]) >= 5


def test_collector_is_thawed(build: Build) -> None:
    """A build leaves the garbage collector as it found it."""
    before = gc.get_threshold()
    build(TREE)
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == before


def test_collector_runs_rarely(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """While documents are written, garbage is looked for less often than Python does it by itself."""
    before, seen = gc.get_threshold(), []
    write = StandaloneHTMLBuilder.write_doc
    monkeypatch.setattr(
        StandaloneHTMLBuilder, "write_doc", lambda *args: seen.append(gc.get_threshold()) or write(*args)
    )
    build(TREE)
    assert seen
    assert all(during[0] > before[0] for during in seen)


def test_quiet(tmp_path: Path, make_tree: Callable[..., Path]) -> None:
    """`-q` says nothing at all when all is well; without it there is a line for the index."""
    root = make_tree(
        {
            **TREE,
            "docs/conf.py": "extensions = ['sphinx_kwindex']\nkwindex_root = '..'\n",
            "docs/index.rst": "Test\n====\n\n.. toctree::\n\n   kwindex/index\n",
        }
    )
    command = [sys.executable, "-m", "sphinx", str(root / "docs"), str(tmp_path / "out")]
    quiet = subprocess.run([*command, "-q"], capture_output=True, text=True, check=True)
    assert quiet.stdout + quiet.stderr == ""
    loud = subprocess.run([*command, "-E"], capture_output=True, text=True, check=True)
    assert "keyword index" in loud.stdout


def test_output_of_other_builders(build: Build) -> None:
    """What another builder wrote into the tree, beside the doctrees of all, is not indexed."""
    conf = {"kwindex_prose": ["*"]}
    build({**TREE, "README.md": "# A boat\n"}, conf, "text")
    site = build({}, None)
    assert (site.project / "_build/text").is_dir()
    assert not list(site.outdir.glob("kwindex/tree/_build*"))
