"""Which pages a build has: those of the last build, as far as nothing has changed that they follow from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sphinx_kwindex.cache import keep, kept
from sphinx_kwindex.pages.records import LetterPage, Plan
from sphinx_kwindex.pages.views import plan_pages
from sphinx_kwindex.project import code_digest

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx_kwindex.options import Options
    from sphinx_kwindex.pages.addresses import Addresses
    from sphinx_kwindex.pages.overview import Overview
    from sphinx_kwindex.project import Project

_Kept = tuple[str, Plan]

_decode = msgspec.msgpack.Decoder(_Kept).decode


class LastPlan(NamedTuple):
    """The plan of the last build, if there is one of this code and these settings."""

    path: Path
    key: str
    digest: str = ""
    """Of the index that it was made from."""
    plan: Plan | None = None

    @classmethod
    def load(cls, cache_dir: Path, options: Options) -> LastPlan:
        """Read what the last build kept."""
        path = cache_dir / "outputs" / "plan"
        key = f"{code_digest('pages')} {options.digest('scan', 'collect', 'relate', 'pages')}"
        data = kept(path, key)
        return cls(path, key, *_decode(data)) if data is not None else cls(path, key)

    def letters(self, project: Project) -> tuple[LetterPage, ...] | None:
        """Return the pages of the A-Z index; None if names are others now."""
        if self.plan is None or self.plan.names != project.reader.names_digests():
            return None
        return self.plan.letters

    def renew(self, project: Project, options: Options, addresses: Addresses, overview: Overview) -> Plan:
        """Return the plan of this build, and keep it for the next."""
        if overview.has_foreign:
            # What functions of users find changes with every edit to them, which nobody notices.
            return plan_pages(project.reader, options, addresses, overview)
        if self.plan is not None and self.digest == project.digest:
            return self.plan
        plan = plan_pages(project.reader, options, addresses, overview, self.plan)
        keep(self.path, self.key, msgspec.msgpack.encode((project.digest, plan)))
        return plan
