"""Warnings about names in documents that the project no longer has (`kwindex_check_mentions`).

A baseline file (`kwindex_check_baseline`) names those that are known: a build that does not find the file writes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.ext.domain import KwDomain, described_names
from sphinx_kwindex.ext.messages import candidates_text, inform, warn
from sphinx_kwindex.ext.written_names import CODE, LITERAL, module_names, read_names
from sphinx_kwindex.isolation import closed_path
from sphinx_kwindex.reports import are_new

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sphinx.domains.python import PythonDomain
    from sphinx.environment import BuildEnvironment

    from sphinx_kwindex.ext.session import Session
    from sphinx_kwindex.ext.written_names import WrittenName
    from sphinx_kwindex.pages.stale_names import StaleName, StaleNames

_HEAD = "# Names in the documentation that the project does not have, known to kwindex_check_mentions: one a line.\n"


class _StaleMention(NamedTuple):
    """A name in a document that is not there."""

    docname: str
    source: str
    line: int
    text: str
    name: str
    nearest: str

    @property
    def entry(self) -> str:
        """Its line in a baseline: without a number, which every edit would change."""
        return f"{self.source or self.docname}: {self.name}"


def warn_of_stale(session: Session, env: BuildEnvironment, read: Collection[str]) -> None:
    """Warn of names that are not there: of those in documents just read, and of what is new."""
    if not session.options.check_mentions:
        return
    faults = _without_known(session, sorted(_find(session, env)))
    flags = are_new(session.places.cache_dir / "outputs" / "stale", faults, is_fresh=False)
    for fault, is_new in zip(faults, flags, strict=True):
        if is_new or fault.docname in read:
            near = candidates_text([fault.nearest] if fault.nearest else ())
            owner, _, name = fault.name.rpartition(".")
            place = f"{(session.places.srcdir / fault.source).resolve()}:{fault.line or 1}" if fault.source else None
            text = f"{fault.text!r}: {owner} has no {name!r}{near}"
            warn(WarningKind.STALE, text, location=place or (fault.docname, fault.line or None))


def _find(session: Session, env: BuildEnvironment) -> Iterator[_StaleMention]:
    from sphinx_kwindex.installed import InstalledClasses
    from sphinx_kwindex.pages.prose_mentions import Pieces
    from sphinx_kwindex.pages.stale_names import StaleNames

    overview = session.overview
    pieces = Pieces(session.reader, overview.finder, overview.own)
    written = KwDomain.of(env).names
    modules = module_names(written.values(), overview.finder.is_module)
    names = StaleNames(
        session.reader,
        overview.finder,
        pieces,
        overview.own,
        described_names(env),
        modules=modules,
        may_have=InstalledClasses(closed_path(session.project.root)).may_have,
        described_modules=sorted(cast("PythonDomain", env.get_domain("py")).modules),
    )
    for docname, packed in written.items():
        for name in read_names(packed).names:
            stale = None if name.is_past else _check(names, name)
            if stale is not None:
                missing = f"{stale.owner}.{stale.name}"
                yield _StaleMention(docname, name.source, name.line, name.text.lstrip("."), missing, stale.nearest)


def _check(names: StaleNames, name: WrittenName) -> StaleName | None:
    if name.role == CODE:
        return names.in_code(name.text)
    is_role = name.role.startswith("py:")
    if is_role or name.role in {LITERAL, "any"}:
        return names.in_text(name.text, name.context, is_role=is_role)
    return None


def _without_known(session: Session, faults: Sequence[_StaleMention]) -> list[_StaleMention]:
    """Leave out what the baseline names; write it if there is none."""
    if not session.options.check_baseline:
        return list(faults)
    path = session.places.confdir / session.options.check_baseline
    entries = sorted({fault.entry for fault in faults})
    try:
        known = {line.strip() for line in path.read_text(encoding="utf-8").splitlines()}
    except FileNotFoundError:
        _write(path, entries)
        return []
    except (OSError, UnicodeDecodeError) as error:
        warn(WarningKind.CONFIG, f"kwindex_check_baseline: cannot be read ({error}); all names are reported")
        return list(faults)
    old = len([line for line in known if line and not line.startswith("#") and line not in entries])
    if old:
        inform(f"kwindex_check_baseline: {old} lines of {path.name} are no longer needed and can be deleted")
    return [fault for fault in faults if fault.entry not in known]


def _write(path: Path, entries: Sequence[str]) -> None:
    try:
        path.write_text(_HEAD + "".join(f"{entry}\n" for entry in entries), encoding="utf-8")
    except OSError as error:
        warn(
            WarningKind.CONFIG,
            f"kwindex_check_baseline: cannot be written ({error}); no names are reported in this build",
        )
        return
    inform(f"kwindex_check_baseline: {len(entries)} names written to {path.name}")
