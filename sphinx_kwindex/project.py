"""Runs the stages in order, and only again what an edit changed; the results, for Python and for Sphinx."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sphinx_kwindex import __version__
from sphinx_kwindex.collect import Collector, choose_collectors, collect_files
from sphinx_kwindex.collect.native import missing_parsers, native_collectors
from sphinx_kwindex.entry_points import EntryPoint, names_pytest, project_texts, read_entry_points
from sphinx_kwindex.errors import ExecutorError, Problem, RootError, StoreError, WarningKind
from sphinx_kwindex.isolation import imports_closed
from sphinx_kwindex.lint import LintError, find_all, lint_stamp, ruff_version
from sphinx_kwindex.model import (
    FileFacts,
    Keyword,
    Kind,
    Outcome,
    Record,
    Related,
    Settled,
    SourceFile,
    UseRow,
)
from sphinx_kwindex.options import Options
from sphinx_kwindex.plain_files import Unread
from sphinx_kwindex.pytest_settings import (
    find_test_classes,
    find_test_functions,
    find_test_patterns,
    read_pytest_settings,
)
from sphinx_kwindex.relate.history import Commit, HistoryError, read_history
from sphinx_kwindex.scan import Scan, as_collected, scan
from sphinx_kwindex.store import IMPORT_ROOTS, STAGES, FileRow, Ledger, Reader, Store

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how many files are done, and of how many (0: not known yet)."""

_DEFAULT_RULES: tuple[str, ...] = Options().lint
"""Who asks for others wants to know that ruff is missing."""

_BATCH = 64
"""Summaries written in one transaction: what a killed build may lose."""


class Report(Record, frozen=True):
    """What one run did."""

    files: int = 0
    left_out: int = 0
    """Files that only contributors would want, if the index is for users."""
    collected: int = 0
    """Files that were parsed: all others were known already."""
    added: int = 0
    changed: int = 0
    removed: int = 0
    linked: int = 0
    """Files that were linked: those that changed, and those that others' changes reach."""
    seconds: tuple[tuple[str, float], ...] = ()
    """Per stage, in order."""
    no_recent: str = ""
    """Why git could not tell the newest commits, if they are wanted."""
    no_parser: tuple[str, ...] = ()
    """Languages of the tree whose parser is not installed: of their files, only the size is known."""


class ResolvedImport(Record, frozen=True):
    """One imported name and where it leads."""

    name: str
    """The bound name; `*` for a wildcard."""
    target: str
    """Absolute dotted target."""
    line: int
    col: int
    scope: str
    """Qualified name of the enclosing definition (empty: the module)."""
    outcome: Outcome | None = None
    """None before the project is linked."""
    resolved: str = ""
    """Keyword id, if the target is in the project."""
    path: str = ""
    """The file that defines it, if it is in the project."""


class Project:
    """An indexed source tree.

    It holds the cache for itself until it is closed; use it as a context manager, or let go of it.
    """

    def __init__(
        self, root: Path, options: Options, store: Store, problems: tuple[Problem, ...], report: Report
    ) -> None:
        self.root = root
        self.options = options
        self.reader: Reader = store.reader()
        self.problems = problems
        """What is wrong with settings, files and the cache."""
        self.report = report
        self._store = store
        self._digest = self._code = ""

    @classmethod
    def open(
        cls,
        root: str | Path,
        cache_dir: str | Path | None = None,
        *,
        collectors: Sequence[Collector | str] = (),
        jobs: int = 1,
        progress: Progress | None = None,
        **options: Any,
    ) -> Project:
        """Index a tree, or what changed in it since the last time; raise `RootError` if there is no such folder.

        `cache_dir` keeps the index for the next time (default: a temporary folder, deleted with the project); `collectors`
        are those for further languages, or in place of the built-in ones (or their dotted names); `jobs` is the number
        of processes; `options` are the settings, without `kwindex_`. A setting that cannot be used is one of `problems`.
        """
        named = [item for item in collectors if isinstance(item, str)]
        chosen, wrong = Options.create({**options, "collectors": named})
        problems = [Problem(WarningKind.CONFIG, "", 0, str(error)) for error in wrong]
        cache = Path(cache_dir) if cache_dir is not None else None
        added = [item for item in collectors if not isinstance(item, str)]
        project = cls.build(Path(root), cache, chosen, collectors=added, jobs=jobs, progress=progress)
        project.problems = (*problems, *project.problems)
        return project

    @classmethod
    def build(
        cls,
        root: Path,
        cache_dir: Path | None,
        options: Options,
        *,
        collectors: Iterable[object] = (),
        jobs: int = 1,
        progress: Progress | None = None,
        avoid: Collection[Path] = (),
    ) -> Project:
        """Do what `open` does, with checked options; `avoid` are folders that are not part of the tree.

        `collectors` are alongside those that the options name.
        """
        if not root.is_dir():
            raise RootError(f"{root.name}: " + ("not a folder" if root.exists() else "no such folder"))
        with imports_closed(root):
            options = _with_test_places(root, options)
            chosen, faults = choose_collectors(options.collectors, (*native_collectors(options.languages), *collectors))
            job = _Job(
                root=root,
                options=options,
                collectors=chosen,
                jobs=jobs,
                progress=progress or _no_progress,
                avoid=(*avoid, *([cache_dir] if cache_dir else [])),
            )
            store, problems, report = _index(job, cache_dir)
        return cls(root, options, store, (*faults, *problems), report)

    def __enter__(self) -> Project:  # noqa: PYI034 - typing.Self needs Python 3.11
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.close(error)

    def close(self, error: BaseException | None = None) -> None:
        """Let other builds have the cache; reading stays possible unless the cache was temporary.

        If what ended the work is that the cache could not be read, the next run looks at all of it.
        """
        self.reader.close()
        self._store.close(error)

    @property
    def code(self) -> str:
        """A digest of the code of this package."""
        self._code = self._code or code_digest("")
        return self._code

    def ledger(self, stage: str) -> Ledger:
        """Return what a stage that follows keeps of the dependencies of its results."""
        return Ledger(self._store, stage)

    @property
    def digest(self) -> str:
        """Of everything that the index says: equal digests, equal answers."""
        self._digest = self._digest or self.reader.state()
        return self._digest

    def files(self) -> tuple[FileRow, ...]:
        """Return all files, by path."""
        return self.reader.files()

    def file(self, path: str) -> FileRow | None:
        """Return one file; None if it is not in the index."""
        return self.reader.file(path)

    def facts(self, path: str) -> FileFacts | None:
        """Return all that a file says about itself, with its definitions and imports."""
        return self.reader.facts(path)

    def keywords(
        self,
        *,
        path: str | None = None,
        kind: Kind | str | None = None,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
    ) -> tuple[Keyword, ...]:
        """Return the keywords that match all that is given, by path and place."""
        return self.reader.keywords(path=path, kind=kind, name=name, id=id)

    def uses(self, keyword: Keyword | str) -> tuple[UseRow, ...]:
        """Return the uses of a keyword (or of the one with that id), by place; guesses are not `exact`."""
        identity = keyword if isinstance(keyword, str) else keyword.id
        paths = {found.path for found in self.reader.keywords(id=identity) if found.kind is not Kind.IMPORT}
        rows = (use for path in sorted(paths) for use in (*self.reader.uses_of(path), *self.reader.operators_of(path)))
        return tuple(use for use in rows if use.target == identity)

    def imports(self, path: str) -> tuple[ResolvedImport, ...]:
        """Return what a file imports, in source order."""
        facts = self.reader.facts(path)
        return tuple(_import_rows(self.reader, facts)) if facts else ()

    def importers(self, path: str) -> tuple[str, ...]:
        """Return the files that import a file or something from it, by path."""
        return self.reader.importers(path)

    def related(self, path: str, *, limit: int = 10) -> tuple[Related, ...]:
        """Return the files that are related to a file, best first, with their reasons."""
        return self.reader.related(path)[:limit]


def _import_rows(reader: Reader, facts: FileFacts) -> Iterator[ResolvedImport]:
    linked = reader.linked(facts.path)
    settled: Sequence[Settled | None] = linked.imports if linked else [None] * len(facts.imports)
    for item, outcome in zip(facts.imports, settled, strict=False):
        resolved = outcome.ids[0] if outcome and outcome.outcome is Outcome.EXACT and outcome.ids else ""
        found = reader.keywords(id=resolved) if resolved else ()
        homes = [keyword.path for keyword in found if keyword.kind is not Kind.IMPORT]
        yield ResolvedImport(
            name=item.name,
            target=item.target,
            line=item.line,
            col=item.col,
            scope=facts.definitions[item.scope].qualname if facts.definitions else "",
            outcome=outcome.outcome if outcome else None,
            resolved=resolved,
            path=homes[0] if homes else "",
        )


# One run


class _Job(msgspec.Struct, frozen=True, kw_only=True):
    """What to index, and how."""

    root: Path
    options: Options
    collectors: tuple[Collector, ...]
    jobs: int
    progress: Progress
    avoid: tuple[Path, ...]


def _with_test_places(root: Path, options: Options) -> Options:
    """Return options with what the project says about its tests, unless they say it themselves."""
    patterns, classes, functions, usual = (
        options.test_patterns, options.test_classes, options.test_functions, Options()
    )  # fmt: skip
    said = read_pytest_settings(root)
    if classes == usual.test_classes:
        classes = find_test_classes(said) or classes
    if functions == usual.test_functions:
        functions = find_test_functions(said) or functions
    if patterns == usual.test_patterns:
        patterns = (*patterns, *find_test_patterns(root, said, patterns))
    return replace(options, test_patterns=patterns, test_classes=classes, test_functions=functions)


class _Indexed(NamedTuple):
    store: Store
    problems: tuple[Problem, ...]
    report: Report


def _index(job: _Job, cache_dir: Path | None) -> _Indexed:
    """Run all stages; with a new index if the old one proves damaged, in a temporary folder if the disk refuses it."""
    folder, is_fresh = cache_dir, False
    notes: tuple[Problem, ...] = ()
    while True:
        try:
            return _attempt(job, folder, is_fresh=is_fresh, notes=notes)
        except StoreError as error:
            if error.damaged and not is_fresh:
                is_fresh, text = True, "is damaged and will be rebuilt"
            elif folder is not None:
                folder, is_fresh, text = None, True, "cannot be used; this build keeps it in a temporary folder"
            else:
                raise
            notes = (Problem(WarningKind.STORE, "", 0, f"the cache {text} ({error})"),)


def _attempt(job: _Job, folder: Path | None, *, is_fresh: bool, notes: tuple[Problem, ...]) -> _Indexed:
    code = code_digest("collect")
    versions = _Versions(job.collectors, code)
    store = Store.open(folder, options=job.options, versions=versions, is_fresh=is_fresh)
    try:
        run = _Run(job, store)
        run.all_stages()
        problems = (*notes, *store.problems_met, *run.problems, *store.problems())
    except BaseException as error:
        store.close(error)
        raise
    return _Indexed(store, problems, run.report())


class _Versions(Mapping[str, str]):
    """Versions of collectors, by language: asked for only of languages that the tree has."""

    def __init__(self, collectors: Iterable[Collector], code: str) -> None:
        self._collectors = {collector.language: collector for collector in collectors}
        self._code = code
        self._known: dict[str, str] = {}

    def __getitem__(self, language: str) -> str:
        if language not in self._known:
            self._known[language] = f"{self._collectors[language].version} {self._code}"
        return self._known[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._collectors)

    def __len__(self) -> int:
        return len(self._collectors)


class _Run:
    """One pass through the stages, on one store."""

    def __init__(self, job: _Job, store: Store) -> None:
        self.job = job
        self.store = store
        self.problems: list[Problem] = []
        self.no_recent = ""
        self.counts: dict[str, int] = {}
        self.seconds: dict[str, float] = {}
        self.import_roots: tuple[str, ...] = ()
        self.entry_points: tuple[EntryPoint, ...] = ()
        self.unread: tuple[Unread, ...] = ()
        self.runner = ""
        self.languages: frozenset[str] = frozenset()

    def all_stages(self) -> None:
        """Bring the store up to date with the tree."""
        with self._timed("scan"):
            found = self._scan()
        with self._timed("collect"):
            files = self._collect(found.files)
        texts = project_texts(self.job.root, dict(found.project_files))
        self.entry_points = read_entry_points(texts)
        self.runner = "pytest" if names_pytest(self.job.root, texts) else ""
        with self._timed("store"):
            self._store_files(files)
        with self._timed("lint"):
            self._lint()
        with self._timed("link"):
            self._link()
        with self._timed("relate"):
            self._relate()
        self._read_recent()
        self._keep("entry points", self.entry_points)
        self._keep("test runner", self.runner)
        self._keep("unread", self.unread)

    def report(self) -> Report:
        """Return what was done."""
        return Report(
            **self.counts,
            seconds=tuple(self.seconds.items()),
            no_recent=self.no_recent,
            no_parser=missing_parsers(self.languages),
        )

    def _scan(self) -> Scan:
        suffixes = {suffix: collector.language for collector in self.job.collectors for suffix in collector.suffixes}
        found = scan(self.job.root, self.job.options, suffixes, self.store.known(), self.job.avoid)
        self.problems += found.problems
        self.languages = frozenset(file.language for file in found.files)
        self.import_roots, self.unread = found.import_roots, found.unread
        self.counts["files"] = len(found.files)
        self.counts["left_out"] = found.left_out
        return found

    def _collect(self, files: Sequence[SourceFile]) -> list[SourceFile]:
        """Collect what has no summary yet; return the files as they were when they were read."""
        missing = self.store.missing_summaries(files)
        self.counts["collected"] = len(missing)
        if not missing:
            return list(files)
        read: dict[str, SourceFile] = {}
        try:
            self._collect_on(self.job.options.executor, missing, read)
        except ExecutorError as error:
            text = f"executor: {error}; analysing files on this machine instead"
            self.problems.append(Problem(WarningKind.CONFIG, "", 0, text))
            self._collect_on(None, [file for file in missing if file.path not in read], read)
        return [read.get(file.path, file) for file in files]

    def _collect_on(self, executor: Any, files: Sequence[SourceFile], read: dict[str, SourceFile]) -> None:
        """Collect files on an executor (None: in processes of our own), and add them to those that were read."""
        job = self.job
        total = len(read) + len(files)
        results = collect_files(job.root, files, job.collectors, job.options, jobs=job.jobs, executor_factory=executor)
        while batch := list(itertools.islice(results, _BATCH)):
            with self.store.transaction():
                for scanned, encoded in batch:
                    file = read[scanned.path] = as_collected(job.root, scanned)
                    self.store.put_summary(file, encoded)
            job.progress("collect", len(read), total)

    def _store_files(self, files: Sequence[SourceFile]) -> None:
        with self.store.transaction():
            changes = self.store.replace_files(files)
            self.store.sweep()
            self.store.set_meta(IMPORT_ROOTS, "\n".join(self.import_roots))
            for stage in STAGES:
                self._start_over_if_new(stage)
        self.counts.update({name: len(paths) for name, paths in changes._asdict().items()})

    def _start_over_if_new(self, stage: str) -> None:
        """Mark all files pending when a stage's code or options changed."""
        stamp = f"{code_digest(stage)} {self.job.options.digest(stage)} {self.import_roots}"
        if stage == "link":
            stamp += f" {self._plugins()}"
        if self.store.get_meta(stage) != stamp:
            self.store.add_pending(stage, self.store.known())
            self.store.set_meta(stage, stamp)

    def _plugins(self) -> tuple[str, ...]:
        """Return the modules that pytest loads where the project is installed."""
        return tuple(item.target.partition(":")[0] for item in self.entry_points if item.group == "pytest11")

    def _lint(self) -> None:
        """Ask ruff, if it is there and wanted, for what it finds in files that it has not seen; it uses all cores by itself."""
        rules = self.job.options.lint
        version = ruff_version() if rules else ""
        stamp = lint_stamp(version, rules) if version else ""
        try:
            if not stamp and rules not in ((), _DEFAULT_RULES):
                raise LintError("ruff is not installed (pip install sphinx-kwindex[lint])")
            files = dict(self.store.not_linted("python", stamp)) if stamp else {}
            for found in find_all(self.job.root, files, rules):
                self.store.put_findings(stamp, found)
        except LintError as error:
            # Of none rather than of some: which ones it would be depends on what failed.
            stamp = ""
            self.problems.append(Problem(WarningKind.LINT, "", 0, f"lint: {error}; pages show no findings of ruff"))
        self.store.set_meta("lint", stamp)

    def _link(self) -> None:
        todo = self.store.pending("link")
        if not any(todo):
            return
        from sphinx_kwindex.link import link_project  # and below: a build that changes nothing does without

        done = itertools.count(1)
        with self.store.transaction():
            linked = link_project(
                self.store,
                todo.changed,
                todo.removed,
                import_roots=self.import_roots,
                plugins=self._plugins(),
                progress=lambda _path: self.job.progress("link", next(done), 0),
                jobs=self.job.jobs,
            )
            self.store.clear_pending("link")
        self.counts["linked"] = len(linked)

    def _relate(self) -> None:
        options = self.job.options
        if options.related_weights or options.related_signals:
            from sphinx_kwindex.relate.others import find_faults

            self.problems += find_faults(options)
        todo = self.store.pending("relate")
        if not any(todo) and not options.history:
            return
        from sphinx_kwindex.relate.ranking import rank_project

        with self.store.transaction():
            self.problems += rank_project(
                self.store,
                options,
                todo.changed,
                partial(self.job.progress, "relate"),
                root=self.job.root,
                jobs=self.job.jobs,
            )
            self.store.clear_pending("relate")

    def _read_recent(self) -> None:
        """Keep the newest commits for the project's page, where that is wanted and git can tell."""
        commits: tuple[Commit, ...] = ()
        if self.job.options.recent:
            try:
                commits = read_history(self.job.root, limit=self.job.options.recent, subjects=True)
            except HistoryError as error:
                self.no_recent = str(error)
        self._keep("recent", commits)

    def _keep(self, key: str, values: Sequence[Any]) -> None:
        """Keep what the project's page shows and no file of the index says."""
        data = msgspec.msgpack.encode(values)
        digest = hashlib.blake2b(data, digest_size=8).hexdigest() if values else ""
        if self.store.get_meta(key) != digest:
            with self.store.transaction():
                self.store.set_blob(key, data if values else None)
                self.store.set_meta(key, digest)

    @contextlib.contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + time.perf_counter() - start, 3)


def code_digest(stage: str) -> str:
    """Return a digest of the code of a stage and of the records that it reads (empty: of all code): other code, other results."""
    package = Path(__file__).parent
    digest = hashlib.blake2b(digest_size=8)
    paths = [path for pattern in ("*.py", "*.mo", "*.txt", "*.scm") for path in (package / stage).rglob(pattern)]
    if stage:
        paths += [package / "model.py", package / "targets.py", package / "text.py"]
    for path in sorted(paths):
        with contextlib.suppress(OSError):  # installed without sources: the version has to do
            digest.update(path.read_bytes())
    digest.update(__version__.encode())
    return digest.hexdigest()


def _no_progress(_stage: str, _done: int, _total: int) -> None:
    pass
