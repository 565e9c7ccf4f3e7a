"""Addresses of sources on code hosts, as the remote of a git repository tells them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_kwindex.code_hosts import PRESETS, Repository, address_template, find_repository, line_address
from sphinx_kwindex.options import CODE_HOSTS

Build = Callable[..., Any]


def set_remote(root: Path, remote: str) -> None:
    """Make a repository with a remote."""
    root.mkdir(parents=True, exist_ok=True)
    for command in (["init", "-q"], ["config", "remote.origin.url", remote]):
        subprocess.run(["git", "-C", str(root), *command], check=True, capture_output=True)


REMOTES = {
    "https": ("https://github.com/owner/name.git", ("github.com", "owner/name")),
    "token": ("https://user:secret@github.com/owner/name", ("github.com", "owner/name")),
    "ssh": ("git@gitlab.com:group/sub/name.git", ("gitlab.com", "group/sub/name")),
    "ssh with port": ("ssh://git@code.example:2222/a/b.git/", ("code.example", "a/b")),
    "sourcehut": ("https://git.sr.ht/~owner/name", ("git.sr.ht", "~owner/name")),
    "path": ("/srv/git/name.git", None),
    "file": ("file:///srv/git/name.git", None),
    "script": ("https://evil.example/<script>", None),
}


@pytest.mark.parametrize("name", REMOTES)
def test_remotes(tmp_path: Path, name: str) -> None:
    """A remote names host and repository, without who asks and how; what is no address on the web names nothing."""
    remote, expected = REMOTES[name]
    set_remote(tmp_path / "repo", remote)
    folder = tmp_path / "repo/a b"
    folder.mkdir()
    found = find_repository(folder)
    assert found == (Repository(*expected, "a b/") if expected is not None else None)


@pytest.mark.parametrize(
    ("host", "preset", "first", "lines"),
    [
        ("github.com", "", "https://github.com/o/n/blob/HEAD/a%20b/{path}#L3", "#L3-L9"),
        ("gitlab.com", "", "https://gitlab.com/o/n/-/blob/HEAD/a%20b/{path}#L3", "#L3-9"),
        ("code.example", "gitlab", "https://code.example/o/n/-/blob/HEAD/a%20b/{path}#L3", "#L3-9"),
        ("bitbucket.org", "", "https://bitbucket.org/o/n/src/HEAD/a%20b/{path}#lines-3", "#lines-3:9"),
        ("codeberg.org", "", "https://codeberg.org/o/n/src/main/a%20b/{path}#L3", "#L3-L9"),
        ("git.sr.ht", "", "https://git.sr.ht/o/n/tree/HEAD/item/a%20b/{path}#L3", "#L3-9"),
    ],
)
def test_addresses(host: str, preset: str, first: str, lines: str) -> None:
    """Each host has its own way to write addresses."""
    template = address_template(Repository(host, "o/n", "a b/"), preset)
    assert line_address(template, 3) == first
    assert line_address(template, 3, 9).endswith(lines)


def test_unknown_host() -> None:
    """Who keeps a host of their own says what it is."""
    assert address_template(Repository("code.example", "o/n", "")) == ""
    assert set(CODE_HOSTS) == set(PRESETS)


def test_build(build: Build) -> None:
    """Lines lead to the host of the remote; files that are left out, and sites that want no links, have none."""
    files = {"pkg/__init__.py": "", "pkg/a.py": "def f():\n    return 1\n", "pkg/secret.py": "def g(): ...\n"}
    root = build(files).srcdir.parent
    set_remote(root, "git@github.com:owner/name.git")
    built = build({}, {"kwindex_source_exclude": ["secret*"], "kwindex_source_ref": "v1"})
    address = "https://github.com/owner/name/blob/v1/"
    text = built.text("kwindex/tree/pkg/a.py.html")
    assert f'href="{address}pkg/a.py#L1-L2">L1–2</a>' in text
    assert f'href="{address}pkg/a.py#L1">L1</a>' in text
    assert address not in built.text("kwindex/tree/pkg/secret.py.html")
    assert address not in build({}, {"kwindex_source": "none"}).text("kwindex/tree/pkg/a.py.html")


def test_no_remote(build: Build) -> None:
    """A host that is named without a remote is reported."""
    conf = {"kwindex_source_url": "gitlab"}
    build({"a.py": "x = 1\n"}, conf, warnings=["source_url: the git repository has no remote 'origin' on gitlab"])
