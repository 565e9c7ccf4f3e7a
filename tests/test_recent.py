"""Recent changes on the project's page: what git tells, shown safely, and on no other page."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

import pytest
from conftest import Built
from docutils import nodes
from shown import Pages, project_shown
from test_folder_pages import AllLinks
from test_history import commit, git, no_commit, no_git, no_repository, shallow

from sphinx_kwindex import Project
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.ext.words import tell
from sphinx_kwindex.pages.blocks import Code, Day, Inline, Item, Series, To, find_all
from sphinx_kwindex.pages.book import Book
from sphinx_kwindex.pages.project_view import CHANGED_FILES, SUBJECT_LENGTH
from sphinx_kwindex.pages.records import PageView

MARKUP = "<script>alert(1)</script> & `x` *y* \u202eevil"


@pytest.fixture
def repository(make_tree: Callable[..., Path]) -> Path:
    """Return a repository with two commits; the second has a subject of markup, and a file that is not in the index."""
    folder = make_tree({}, name="project")
    git(folder, "init", "-q")
    commit(folder, 1, **{"pkg/a": "a = 1\n", "pkg/b": "b = 1\n"})
    (folder / "pkg" / "a.py").write_text("a = 2\n", encoding="utf-8")
    (folder / "notes.txt").write_text("note\n", encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", f"{MARKUP}\n\nThe body.", day=2)
    return folder


class Change(NamedTuple):
    """What the list of changes shows of a commit."""

    date: str
    id: str
    subject: str
    files: list[str]
    more: Inline

    @classmethod
    def of(cls, item: Item) -> Change:
        """Read an entry of the list."""
        day, name, subject, files = cast("tuple[Inline, ...]", item.inside)
        series = next(find_all(files, Series))
        paths = [to.link.text for to in find_all(files, To)]
        return cls(next(find_all(day, Day)).text, next(find_all(name, Code)).text, str(subject)[1:], paths, series.more)


def view_of(folder: Path, recent: int = 5) -> tuple[PageView, list[Change]]:
    """Return the view of the project's page, and its changes."""
    with Project.open(folder, recent=recent) as project:
        assert not project.problems
        pages = Pages(project.reader, recent=recent)
        shown = project_shown(pages.reader, pages.options, pages.addresses, pages.pages["project"])
        return pages.view("project"), list(map(Change.of, shown.recent))


def test_changes(repository: Path) -> None:
    """Each of the newest commits has its day, the subject alone, and those of its files that have a page."""
    _, changes = view_of(repository)
    assert [change.date for change in changes] == ["2024-01-02", "2024-01-01"]
    assert [change.subject for change in changes] == [MARKUP, "day 1"]
    assert [change.files for change in changes] == [["pkg/a.py"], ["pkg/a.py", "pkg/b.py"]]
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, check=True, capture_output=True, text=True)
    assert head.stdout.startswith(changes[0].id)
    assert len(view_of(repository, recent=1)[1]) == 1


def test_off_by_default(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the setting git is not asked, and what an earlier build found is gone."""
    assert view_of(repository)[1]
    monkeypatch.setattr("sphinx_kwindex.project.read_history", lambda *_args, **_options: pytest.fail("asked"))
    with Project.open(repository) as project:
        assert project.reader.get_blob("recent") is None
    view, changes = view_of(repository, recent=0)
    assert not changes
    assert "Recent changes" not in "".join(render_section(view, key, AllLinks()) for key, _ in view.page.sections)


def test_long_commits(repository: Path) -> None:
    """A commit of many files names a few and counts the rest; a message without an end is cut."""
    commit(repository, 3, **{f"pkg/m{number}": "x = 1\n" for number in range(CHANGED_FILES + 3)})
    git(repository, "commit", "-q", "--amend", "-m", "word " * 500, day=3)
    change = view_of(repository)[1][0]
    assert len(change.files) == CHANGED_FILES
    assert tell(change.more) == " and 3 more"
    assert len(change.subject) <= SUBJECT_LENGTH


def test_any_encoding(repository: Path) -> None:
    """A subject in another encoding is shown as text; a byte that is none stands out instead of stopping the build."""
    git(repository, "-c", "i18n.commitEncoding=latin1", "commit", "-q", "--allow-empty-message", "--amend", "-F", "-")
    (repository / "message").write_bytes(b"caf\xe9 \x01 \xff\n")
    (repository / "pkg" / "b.py").write_text("b = 3\n", encoding="utf-8")
    git(repository, "-c", "i18n.commitEncoding=latin1", "commit", "-qa", "-F", "message", day=3)
    (repository / "pkg" / "b.py").write_text("b = 4\n", encoding="utf-8")
    git(repository, "commit", "-qa", "-F", "message", day=4)
    subjects = [change.subject for change in view_of(repository)[1]]
    assert subjects[1] == "café \x01 ÿ"
    assert subjects[0].startswith("caf")
    subjects[0].encode()


def test_markup_stays_text(repository: Path) -> None:
    """Whatever a subject holds is shown, in HTML and in the other formats, and does nothing."""
    view, _ = view_of(repository)
    keys = ["", *dict(view.page.sections)]
    html = "".join(render_section(view, key, AllLinks()) for key in keys)
    assert "Recent changes" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; `x` *y* ⟨U+202E⟩evil" in html
    assert "<script" not in html
    assert '<time datetime="2024-01-02">2024-01-02</time>' in html
    found = nodes.container("", *(node for key in keys for node in section_nodes(view, key, AllLinks())))
    line = next(node for node in found.findall(nodes.paragraph) if node.astext().startswith("2024-01-02"))
    assert line.astext().endswith("<script>alert(1)</script> & `x` *y* ⟨U+202E⟩evil (pkg/a.py)")
    assert not list(found.findall(nodes.raw))


@pytest.mark.parametrize("spoil", [no_repository, no_git, no_commit, shallow])
def test_git_cannot_tell(
    repository: Path, spoil: Callable[[Path, pytest.MonkeyPatch], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where git cannot tell there is one note with the reason, no problem, and the page without the list."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository.parent))
    folder = spoil(repository, monkeypatch)
    with Project.open(folder, recent=5) as project:
        assert not project.problems
        assert project.report.no_recent
    assert not view_of(folder)[1]


def test_only_the_project_page_changes(repository: Path, tmp_path: Path) -> None:
    """After a commit that leaves the tree's files alone, the project's page is outdated and no other."""

    def outdated() -> list[str]:
        with Project.open(repository, tmp_path / "cache", recent=5) as project:
            book = Book(project)
            found = book.outdated()
            made = {docname: book.make(docname) for docname in found}
            book.record((docname, item.digest, item.reads) for docname, item in made.items())
            return found

    assert outdated()
    assert outdated() == []
    (repository / "notes.txt").write_text("another\n", encoding="utf-8")
    git(repository, "commit", "-qa", "-m", "Another note", day=3)
    assert outdated() == ["kwindex/index"]


def test_build(repository: Path, build: Callable[..., Built]) -> None:
    """A build lists the changes; after a commit alone it writes the project's page again and nothing else."""
    (repository / ".gitignore").write_text("/_build/\n/docs/\n", encoding="utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Ignore what is built", day=3)
    first = build({}, {"kwindex_recent": 5})
    assert "Ignore what is built" in first.text("kwindex/index.html")
    assert build({}).written == ()
    (repository / "notes.txt").write_text("another\n", encoding="utf-8")
    git(repository, "commit", "-qa", "-m", "Another note", day=4)
    again = build({})
    # Sphinx itself writes the document whose toctree holds the page.
    assert set(again.written) == {"kwindex/index", "index"}
    assert "Another note" in again.text("kwindex/index.html")
