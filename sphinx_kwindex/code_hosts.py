"""URLs of sources on code hosts: their formats, and the host of a git remote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from sphinx_kwindex.relate.history import HistoryError, ask_git

_GITEA = "{base}/src/{ref}/{path}#L{line}-L{end}"
PRESETS: Mapping[str, str] = {
    "github": "{base}/blob/{ref}/{path}#L{line}-L{end}",
    "gitlab": "{base}/-/blob/{ref}/{path}#L{line}-{end}",
    "bitbucket": "{base}/src/{ref}/{path}#lines-{line}:{end}",
    "gitea": _GITEA,
    "codeberg": _GITEA,
    "sourcehut": "{base}/tree/{ref}/item/{path}#L{line}-{end}",
}
"""By the name that a setting may have."""
_HOSTS: Mapping[str, str] = {
    "github.com": "github",
    "gitlab.com": "gitlab",
    "bitbucket.org": "bitbucket",
    "codeberg.org": "codeberg",
    "gitea.com": "gitea",
    "git.sr.ht": "sourcehut",
}
"""Those that a remote is enough for; who keeps a host of their own names what it is."""
_REMOTE = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/\s]*@)?|[\w.-]+@)(?P<host>[\w.-]+)(?::\d+(?=/))?[:/]/?(?P<path>[\w.~/+-]+?)(?:\.git)?/?"
)


class Repository(NamedTuple):
    """Where a tree is published."""

    host: str
    path: str
    """Of the repository on the host: `owner/name`."""
    prefix: str
    """Folder of the tree in the repository, with a slash at its end; empty: the top."""


def find_repository(root: Path) -> Repository | None:
    """Return where a tree is published, as the remote `origin` of its git repository says."""
    try:
        remote = ask_git(root, "config", "--get", "remote.origin.url").decode("utf-8", "replace").strip()
        prefix = ask_git(root, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").strip()
    except HistoryError:
        return None
    found = _REMOTE.fullmatch(remote)
    return Repository(found["host"].lower(), found["path"], prefix) if found is not None else None


def address_template(repository: Repository, preset: str = "", ref: str = "") -> str:
    """Return the address of a file with `{path}`, `{line}` and `{end}`; empty if the host is none that is known.

    `preset` says what the host is; without it, its name has to.
    """
    name = preset or _HOSTS.get(repository.host, "")
    if not name:
        return ""
    base, path = f"https://{repository.host}/{repository.path}", f"{quote(repository.prefix)}{{path}}"
    # The others know the newest commit by this name.
    ref = ref or ("main" if PRESETS[name] is _GITEA else "HEAD")
    return PRESETS[name].replace("{base}", base).replace("{ref}", quote(ref)).replace("{path}", path)


def line_address(template: str, line: int, end: int = 0) -> str:
    """Return the address of a line, or of lines, of a file."""
    if not template:
        return ""  # as of every line of every page, where sources are nowhere
    if end <= line:
        template = re.sub(r"[-:]L?\{end\}", "", template)
    return template.replace("{line}", str(line)).replace("{end}", str(max(line, end)))
