"""Building again: only what shows something else is written, and nothing that is gone stays."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex.ext import documents
from sphinx_kwindex.ext.outdated import Manifest, OutputNote
from sphinx_kwindex.pages import book

Build = Callable[..., Any]

TREE = {
    "pkg/__init__.py": "",
    "pkg/one.py": "class One:\n    def go(self): ...\n",
    "pkg/two.py": "from pkg.one import One\n\ndef use():\n    return One().go()\n",
    "pkg/far/three.py": "def alone(): ...\n",
}
ONE, TWO, THREE = (f"kwindex/tree/pkg/{name}.py" for name in ("one", "two", "far/three"))


def times(folder: Path) -> dict[str, int]:
    """Return the time of every generated file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()
    }


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every output file, without what Sphinx keeps for itself."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".doctrees" not in path.parts:
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_nothing_changed(build: Build) -> None:
    """Nothing is read, nothing is written, and neither stubs nor pages are touched."""
    first = build(TREE)
    before = times(first.srcdir), times(first.outdir / "kwindex")
    second = build({})
    assert second.read == second.written == ()
    assert (times(second.srcdir), times(second.outdir / "kwindex")) == before


def test_touched_but_equal(build: Build) -> None:
    """A source file with a new time and the same bytes changes nothing."""
    first = build(TREE)
    os.utime(first.project / "pkg/one.py", ns=(1, 1))
    second = build({})
    assert second.read == second.written == ()


def test_body_edited(build: Build) -> None:
    """Of a file with an edited body, only its own page and those that show a change are written; nothing is read."""
    build(TREE)
    second = build({"pkg/far/three.py": "def alone(): return 1\n"})
    assert second.read == ()
    # Some versions of Sphinx write the root document in every build that writes anything.
    assert set(second.written) <= {THREE, "index"}


def test_views_of_few_pages_are_made(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """To find what an edit changes, the views of pages that it cannot show on are not made."""
    made: list[str] = []

    def note(*args: Any) -> Any:
        made.extend(part.docname for part in args if hasattr(part, "docname"))
        return page_view(*args)

    page_view = book.page_view
    build(TREE)
    monkeypatch.setattr(book, "page_view", note)
    build({"pkg/far/three.py": "def alone(): return 1\n"})
    assert THREE in made
    assert not {ONE, TWO, "kwindex/names/index"} & set(made)
    made.clear()
    build({})
    assert made == []


def test_line_moved(build: Build) -> None:
    """A keyword that moved to another line is shown anew on its own page, and that page alone is written."""
    build(TREE)
    second = build({"pkg/far/three.py": "\n\ndef alone(): ...\n"})
    assert second.read == ()
    assert THREE in second.written
    assert not {ONE, TWO} & set(second.written)


def test_edited_file_and_those_that_show_it(build: Build) -> None:
    """A new function is shown on its file's page, its folder's page and its letter's page."""
    build(TREE)
    second = build({"pkg/far/three.py": "def alone(): ...\ndef another(): ...\n"})
    assert THREE in second.written
    assert "kwindex/tree/pkg/far/index" in second.written
    assert "another" in second.text(f"{THREE}.html")
    assert not {ONE, TWO} & set(second.written)


def test_file_added(build: Build) -> None:
    """A new file is read; the page of its folder lists it."""
    build(TREE)
    second = build({"pkg/far/four.py": "x = 1\n"})
    assert "kwindex/tree/pkg/far/four.py" in second.read
    assert not {ONE, TWO, THREE} & set(second.read)
    assert "four.py" in second.text("kwindex/tree/pkg/far/index.html")


def test_file_deleted(build: Build) -> None:
    """Of a deleted file nothing stays: stub, doctree, page, entries in lists, inventory and names."""
    first = build(TREE)
    doctree = Path(first.app.doctreedir) / f"{THREE}.doctree"
    assert doctree.exists()
    second = build({"pkg/far/three.py": None})
    assert not (second.srcdir / "kwindex/tree/pkg/far").exists()
    assert not (second.outdir / "kwindex/tree/pkg/far").exists()
    assert not doctree.exists()
    assert THREE not in second.app.env.all_docs
    shown = [path for path in second.outdir.rglob("*.html") if "alone" in path.read_text(encoding="utf-8")]
    assert shown == []
    third = build({})
    assert third.read == third.written == ()


def test_file_renamed(build: Build) -> None:
    """A renamed file has its page under the new name only, and references follow or are reported."""
    index = "Test\n====\n\n.. toctree::\n\n   kwindex/index\n\n:kw:func:`alone`\n"
    build({**TREE, "docs/index.rst": index})
    second = build({"pkg/far/three.py": None, "pkg/far/drei.py": "def alone(): ...\n"})
    assert "index" in second.written
    assert "index" not in second.read
    assert "kwindex/tree/pkg/far/drei.py.html#alone" in second.text("index.html")
    assert not (second.outdir / f"{THREE}.html").exists()


def test_authors_page_follows_what_it_shows(build: Build) -> None:
    """A page with a listing or a role is written again when what it shows changes, and only then."""
    listing = "Listing\n=======\n\n.. kwindex:: pkg/one.py\n"
    role = "Role\n====\n\n:kw:func:`alone`\n"
    index = "Test\n====\n\n.. toctree::\n\n   kwindex/index\n   listing\n   role\n"
    build({**TREE, "docs/index.rst": index, "docs/listing.rst": listing, "docs/role.rst": role})
    second = build({"pkg/one.py": "class One:\n    def go(self): ...\n    def stop(self): ...\n"})
    assert not {"index", "listing", "role"} & set(second.read)
    assert "listing" in second.written
    assert "role" not in second.written
    assert "stop" in second.text("listing.html")
    third = build({"pkg/far/three.py": "class Holder:\n    def alone(self): ...\n"}, warnings=["kw:func 'alone'"])
    assert "role" in third.written
    assert "listing" not in third.written


def test_options_changed(build: Build) -> None:
    """A changed setting that pages depend on has them written again without reading any document."""
    conf = {"kwindex_exclude": ["docs"]}
    build(TREE, conf)
    conf["kwindex_source_url"] = "https://example.org/{path}#L{line}"
    second = build({}, conf)
    assert second.read == ()
    assert {ONE, TWO, THREE} <= set(second.written)
    third = build({}, {**conf, "kwindex_jobs": 1})
    assert third.read == third.written == ()


def test_two_builders_share_doctrees(build: Build, make_app: Callable[..., Any]) -> None:
    """A builder that comes second, and reads nothing, writes what changed all the same."""

    def run(builder: str) -> str | None:
        app = make_app(builder, srcdir=project / "docs", builddir=project / "_build")
        app.build()
        app.cleanup()
        page = Path(app.outdir) / f"{THREE}{'' if builder == 'html' else '/index'}.html"
        return page.read_text(encoding="utf-8") if page.exists() else None

    project = build(TREE).project
    assert "alone" in str(run("dirhtml"))
    (project / "pkg/far/three.py").write_text("def fresh(): ...\n")
    assert "fresh" in str(run("html"))
    assert "fresh" in str(run("dirhtml"))
    assert "alone" not in str(run("dirhtml"))
    (project / "pkg/far/three.py").unlink()
    assert run("html") is None
    assert run("dirhtml") is None


KILLS = {
    "before-writing": "app.connect('env-updated', lambda *args: os._exit(9), priority=990)",
    "while-writing": f"app.connect('html-page-context', lambda app, name, *args: name == {TWO!r} and os._exit(9))",
    "after-writing": "app.connect('build-finished', lambda *args: os._exit(9), priority=1)",
}


@pytest.mark.parametrize("kill", KILLS.values(), ids=KILLS)
def test_killed_build(make_tree: Callable[..., Path], tmp_path: Path, kill: str) -> None:
    """After a build that was killed, and an edit that was taken back, the next build leaves every page true."""
    conf = f"""\
        import os
        extensions = ["sphinx_kwindex"]
        kwindex_root = ".."

        def setup(app):
            if "KILL" in os.environ:
                {kill}
        """
    docs = {"docs/conf.py": textwrap.dedent(conf), "docs/index.rst": "Test\n====\n\n.. toctree::\n\n   kwindex/index\n"}
    root = make_tree({**TREE, **docs})
    run_sphinx(root / "docs", tmp_path / "out")
    reference = digests(tmp_path / "out")
    make_tree({"pkg/one.py": "class Uno: ...\n"})
    assert run_sphinx(root / "docs", tmp_path / "out", KILL="1") == 9
    make_tree({"pkg/one.py": TREE["pkg/one.py"]})
    assert run_sphinx(root / "docs", tmp_path / "out") == 0
    assert digests(tmp_path / "out") == reference
    make_tree({"pkg/one.py": "class Uno: ...\n"})
    assert run_sphinx(root / "docs", tmp_path / "out", KILL="1") == 9
    assert run_sphinx(root / "docs", tmp_path / "out") == 0
    assert "Uno" in (tmp_path / "out" / f"{ONE}.html").read_text(encoding="utf-8")


def test_serial_and_parallel_builds_agree(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """`-j 1` and `-j 2`, first and repeated builds, give the same bytes."""
    authors = {
        f"docs/page{number}.rst": f"Page {number}\n=======\n\n:kw:class:`One`\n\n.. kwindex:: pkg\n"
        for number in range(8)
    }
    entries = "".join(f"   page{number}\n" for number in range(8))
    docs = {
        "docs/conf.py": "extensions = ['sphinx_kwindex']\nkwindex_root = '..'\nkwindex_exclude = ['docs']\n",
        "docs/index.rst": f"Test\n====\n\n.. toctree::\n\n   kwindex/index\n{entries}",
    }
    many = {f"pkg/many/m{number}.py": f"def f{number}(): ...\n" for number in range(20)}
    edit = {"pkg/one.py": "class One:\n    def go(self): ...\n    def stop(self): ...\n", "pkg/many/m3.py": None}
    results = []
    for jobs in ("1", "2"):
        root = make_tree({**TREE, **docs, **many, **authors}, name=f"tree{jobs}") / "docs"
        out = tmp_path / f"out{jobs}"
        assert run_sphinx(root, out, "-j", jobs) == 0
        first = digests(out)
        assert run_sphinx(root, out, "-j", jobs) == 0
        assert digests(out) == first
        make_tree(edit, name=f"tree{jobs}")
        assert run_sphinx(root, out, "-j", jobs) == 0
        results.append((first, digests(out)))
    assert results[0] == results[1]
    clean = tmp_path / "clean"
    assert run_sphinx(tmp_path / "tree2/docs", clean, "-j", "2") == 0
    assert digests(clean) == results[1][1]


def test_nothing_is_written_where_nothing_changed(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that changes nothing leaves the files of the cache as they are."""
    monkeypatch.setattr("sphinx_kwindex.scan.RACY_NS", 0)  # else the first build after two seconds notes times
    build(TREE)
    build({})
    cache = build({}).app.doctreedir / "kwindex"
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("index.*")}
    build({})
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("index.*")} == before


def test_small_edits_are_written_by_one_process(build: Build) -> None:
    """A few generated documents are written without another process, several authors' documents as Sphinx likes to."""
    build(TREE, parallel=2)
    small = build({"pkg/far/three.py": "def alone(): return 1\n"}, parallel=2)
    assert small.written
    assert not small.app.builder.parallel_ok
    pages = {f"docs/p{number}.rst": f":orphan:\n\nP{number}\n==\n" for number in range(8)}
    assert build(pages, parallel=2).app.builder.parallel_ok
    assert small.app.parallel == 2


def test_environment_holds_little(build: Build) -> None:
    """The environment has nothing of ours for a generated page but its title, sections and two words of metadata."""
    built = build(TREE)
    assert built.app.env.domaindata["kw"] == {"references": {}, "listings": {}, "names": {}, "version": 7}


def test_damaged_manifest(build: Build) -> None:
    """A damaged note of what was written means that all is written again."""
    first = build(TREE)
    for path in (Path(first.app.doctreedir) / "kwindex/outputs").glob("*.json"):
        path.write_bytes(b"{\0")
    second = build({})
    assert second.read == ()
    assert ONE in second.written


def run_sphinx(docs: Path, out: Path, *arguments: str, **environ: str) -> int:
    """Build with Sphinx in a process of its own; return its exit status."""
    command = [
        sys.executable,
        "-W",
        "error::DeprecationWarning",
        "-m",
        "sphinx",
        "-q",
        "-W",
        *arguments,
        str(docs),
        str(out),
    ]
    result = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)
    assert result.returncode in {0, 9}, result.stderr
    return result.returncode


def test_notes(tmp_path: Path) -> None:
    """Digests noted by several processes are taken once; half a line is none."""
    manifest = Manifest(tmp_path / "outputs.json")
    assert manifest.take_notes() == {}
    notes = {name: OutputNote(name, "0" * 24, name.encode(), b"\n\0") for name in ("a", "b c")}
    for note in notes.values():
        manifest.note(note)
    with manifest.notes.open("a", encoding="utf-8") as stream:
        stream.write('["d", "1')
    assert manifest.take_notes() == notes
    assert manifest.take_notes() == {}


def test_clock_set_back(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stub that is written anew is read again, though its time says that it was before it was last read."""
    write = documents._write_if_different

    def write_early(folder: Path, name: str, data: bytes, *, exists: bool) -> bool:
        written = write(folder, name, data, exists=exists)
        if written:
            os.utime(folder / name, (1e9, 1e9))
        return written

    build(TREE)
    with monkeypatch.context() as patch:
        patch.setattr(documents, "_write_if_different", write_early)
        second = build({"pkg/two.py": "LIMIT = 1\n\nclass Two: ...\n"})
    assert TWO in second.read
    assert "Classes" in second.app.env.tocs[TWO].astext()
    third = build({})
    assert third.read == third.written == ()
