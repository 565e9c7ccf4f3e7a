"""Finds the files of a tree, with their module names and digests; the same on every machine.

Left out, whatever the settings: hidden folders, `__pycache__`, `node_modules`, virtual environments, what build tools
leave behind, built documentation. Links to folders are not followed; a link to a file of the tree is not a file.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import hashlib
import os
import posixpath
import re
import stat
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from sphinx_kwindex.errors import Problem, RootError, WarningKind
from sphinx_kwindex.ignore import IgnoreList
from sphinx_kwindex.layout import (
    Layout,
    Module,
    find_beside,
    find_folders,
    find_layout,
    folders_above,
    is_test_path,
    match_folders,
    name_by_path,
    name_module,
)
from sphinx_kwindex.model import PROSE_LANGUAGES, Record, Role, SourceFile
from sphinx_kwindex.options import DEFAULTS, Options
from sphinx_kwindex.own_code import find_own_code
from sphinx_kwindex.plain_files import LARGEST, PLAIN, Unread, find_readable, is_crumb, sum_up
from sphinx_kwindex.project_files import PROJECT_FILES
from sphinx_kwindex.regular import HUGE, MOST_OF_A_SETTING, read_blocks, read_bytes, read_setting
from sphinx_kwindex.stdlib import standard_modules

RACY_NS = 2_000_000_000
"""A file changed so shortly before it was read may change again without a new time: its time is not believed."""

UNTRUSTED = -1
"""Stands for a time that is not believed: the file is read again in the next run."""

_LEFT_OUT = frozenset({"__pycache__", "node_modules"})
_MARKS = frozenset({"pyvenv.cfg", "conda-meta", "CACHEDIR.TAG", ".buildinfo"})
"""A folder with one of these was made by a tool: an environment, a cache, built documentation."""
_BUILD = re.compile(r"(lib|bdist)(\.|$)")
_PROSE_TEXTS = frozenset(
    {"readme.txt", "changes.txt", "changelog.txt", "history.txt", "news.txt", "contributing.txt", "install.txt"}
)
"""Texts that are prose, whatever is in them."""
_START = 4_000
"""Bytes of a text by which to tell whether it is prose."""
_WORDS, _PLAIN = 8, 0.7
"""Words of a paragraph, and which part of them are plain ones."""
_WORD = re.compile(r"[(\"'“]*[^\W\d_]+(?:['’-][^\W\d_]+)*[.,:;!?)\"'”]*").fullmatch
_FROM = re.compile(rb"^[ \t]*from[ \t]+(\w+)[\w.]*[ \t]+import\b", re.MULTILINE)
_IMPORT = re.compile(rb"^[ \t]*import[ \t]+([^\n;#]+)", re.MULTILINE)
_FIRST_NAME = re.compile(rb"\w+")
_NAMED_LANGUAGES = PROSE_LANGUAGES | {"python"}
_SHEBANG = re.compile(rb"#!.*\bpython[\d.]*\b")
_PROGRAM = re.compile(
    rb"#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+|\w+=\S*\s+)*(?:\S*/)?)?([A-Za-z]+)(?:-?[\d.]+)?(?=\s|\Z)"
).match
"""What a script says that runs it, without its version."""


class Scan(Record, frozen=True):
    """What there is to index, by path."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...] = ()
    import_roots: tuple[str, ...] = ()
    """Folders that modules are imported from, best first; the empty path is the root."""
    project_files: tuple[tuple[str, str], ...] = ()
    """(name, text) of the files in the root that tell about a project."""
    left_out: int = 0
    """How many files there are that settings leave out: tests, or what only contributors want."""
    unread: tuple[Unread, ...] = ()
    """Files that no collector reads, and that get no pages."""


def scan(
    root: Path,
    options: Options,
    suffixes: Mapping[str, str],
    known: Mapping[str, SourceFile],
    avoid: Collection[Path] = (),
) -> Scan:
    """Find the files of a tree; raise `RootError` if there is no such folder.

    `suffixes` maps file name endings (or whole names in lower case, or `#!` and a program) to languages; `known` are the files of the last run, which are not read again if
    their size and time are the same; `avoid` are folders to leave out.
    """
    if not root.is_dir():
        raise RootError(f"{root.name}: " + ("not a folder" if root.exists() else "no such folder"))
    now = time.time_ns()
    walk = _TreeWalk(root, _Rules.read(root, options, avoid), suffixes)
    walk.run()
    unread = walk.take_readable(options, known) if options.audience != "users" else ()
    found = dict(sorted(walk.files.items()))
    layout, problems = _layout(root, options, walk, found)
    modules, clashes = _name_modules(found, layout)
    shown = _find_shown(found, options)
    files = tuple(
        _source_file(root, found[path], modules[path], known.get(path), now) for path in found if path in shown
    )
    files = tuple(_with_beside(files, modules, layout))
    if all(file.language == PLAIN for file in files):
        problems.append(_NO_FILE)
    found_problems = (*walk.rules.problems, *walk.problems, *walk.rules.unmatched(), *problems, *clashes)
    texts = tuple(walk.projects.get("", {}).items())
    left_out = len(found) - len(files)
    return Scan(
        files=files,
        problems=found_problems,
        import_roots=layout.roots,
        project_files=texts,
        left_out=left_out,
        unread=unread,
    )


_NO_FILE = Problem(
    WarningKind.ROOT, "", 0, "root: no files to index; check kwindex_root, kwindex_include and kwindex_exclude"
)


def _with_beside(files: Sequence[SourceFile], modules: Mapping[str, Module], layout: Layout) -> Iterator[SourceFile]:
    """Yield the files, each with the modules that it finds next to it."""
    wanted = {file.path: file.wanted for file in files}
    beside = find_beside({path: modules[path] for path in wanted}, wanted, layout)
    for file in files:
        found = beside[file.path]
        yield file if file.beside == found else msgspec.structs.replace(file, beside=found)


def _find_shown(found: Mapping[str, _FoundFile], options: Options) -> Collection[str]:
    """Return the files that settings do not leave out.

    Paths alone say which these are: to read a file to find that it is to be left out would have to be done in each build.
    """
    if options.tests and options.audience != "users":
        return found.keys()
    roles = {path: _role(file, options.test_patterns) for path, file in found.items()}
    if options.audience == "users":
        return _for_users(roles)
    return {path for path, role in roles.items() if role is not Role.TEST}


def _for_users(roles: Mapping[str, Role]) -> frozenset[str]:
    """Return the files for users of a project: its own code, and the prose in the folders that hold it."""
    own = find_own_code(roles)
    folders = {"", *(folder for path in own for folder in folders_above(path))}
    prose = (path for path, role in roles.items() if role is Role.PROSE and posixpath.dirname(path) in folders)
    return own.union(prose)


def _role(file: _FoundFile, test_patterns: Sequence[str]) -> Role:
    if is_test_path(file.path, test_patterns):
        return Role.TEST
    return Role.PROSE if file.language in PROSE_LANGUAGES else Role.MODULE


def content_digest(module: Module, path: str, blocks: Iterable[bytes]) -> str:
    """Return the digest of a file: of its path, what module it is, and its bytes."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{path}\0{module.name}\0{module.is_package:d}{module.in_package:d}\0".encode())
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


def as_collected(root: Path, file: SourceFile) -> SourceFile:
    """Return a file as it was when it was collected, just now.

    If it changed since it was scanned, nobody knows which of its bytes were read: it gets a digest that no file has, so
    that the summary is not taken for that of any other state of it.
    """
    try:
        status = (root / file.path).stat()
    except OSError:
        status = None
    if status and file.mtime_ns == _time_ns(status) and file.size == status.st_size:
        return file
    module = Module(file.module, file.is_package, "", file.in_package)
    if file.mtime_ns == UNTRUSTED and content_digest(module, file.path, _blocks(root / file.path)) == file.digest:
        return file
    digest = content_digest(module, file.path, [b"changed meanwhile", str(time.time_ns()).encode()])
    return msgspec.structs.replace(file, digest=digest, mtime_ns=UNTRUSTED)


# The walk


class _FoundFile(NamedTuple):
    """One file to index."""

    path: str
    language: str
    status: os.stat_result


class _TreeWalk(msgspec.Struct, dict=True):
    """One walk through the tree; what it finds is in no particular order."""

    root: Path
    rules: _Rules
    suffixes: Mapping[str, str]
    files: dict[str, _FoundFile] = {}
    others: dict[str, dict[str, os.DirEntry[str]]] = {}
    """By folder and name: files that no collector reads."""
    links: list[str] = []
    projects: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []

    def run(self) -> None:
        waiting: list[tuple[str, tuple[_Ignore, ...]]] = [("", self.rules.ignores)]
        while waiting:
            folder, ignores = waiting.pop()
            waiting += self._folder(folder, ignores)
        self._take_links()

    def _folder(self, folder: str, ignores: tuple[_Ignore, ...]) -> Iterator[tuple[str, tuple[_Ignore, ...]]]:
        """Take the files of one folder; return the folders in it that are to be walked."""
        try:
            entries = sorted(os.scandir(self.root / folder), key=lambda entry: entry.name)
        except OSError as error:
            self._report(folder, f"the folder cannot be read ({error.strerror}); its files are not indexed")
            return
        names = {entry.name for entry in entries}
        if folder and _is_made_by_tool(folder, names, self.root):
            self.rules.leave_out(folder)
            return
        if ".gitignore" in names and self.rules.gitignore:
            ignores = (*ignores, _Ignore.read(self.root, folder, self.rules.problems))
        self._keep_project_files(folder, names)
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if not _is_text(entry.name):
                self._report(
                    path.encode("utf-8", "backslashreplace").decode(), "its name is not valid UTF-8; not indexed"
                )
            elif entry.is_dir(follow_symlinks=False):
                if self.rules.enters(path, ignores):
                    yield path, ignores
            else:
                self._file(path, entry, ignores)

    def _file(self, path: str, entry: os.DirEntry[str], ignores: tuple[_Ignore, ...]) -> None:
        may_have_language = self._may_have_language(entry.name)
        if (not may_have_language and is_crumb(entry.name)) or not self.rules.takes(path, ignores):
            return
        if entry.is_symlink():
            if may_have_language:
                self.links.append(path)
        elif not entry.is_file(follow_symlinks=False):
            return
        elif not may_have_language or not self._take(path, entry):
            self.others.setdefault(path[: -len(entry.name) - 1], {})[entry.name] = entry

    def _take(self, path: str, entry: os.DirEntry[str]) -> bool:
        """Take a file that a collector may read; tell whether one does, or if nobody can."""
        try:
            return self._take_as(path, entry.stat(follow_symlinks=False))
        except OSError as error:
            self._report(path, f"cannot be read ({error.strerror}); not indexed")
            return True

    def _take_as(self, path: str, status: os.stat_result) -> bool:
        language = self._language(path) if stat.S_ISREG(status.st_mode) else None
        if not language or (language in PROSE_LANGUAGES and not self._takes_prose(path)):
            return False
        self.files[path] = _FoundFile(path, language, status)
        return True

    def take_readable(self, options: Options, known: Mapping[str, SourceFile]) -> tuple[Unread, ...]:
        """Take those of the files that no collector reads which get pages; return the rows of all others."""
        for folder, name in find_readable(self.others, options.texts, options.test_patterns):
            path = posixpath.join(folder, name)
            with contextlib.suppress(OSError):
                status = self.others[folder][name].stat(follow_symlinks=False)
                if 0 < status.st_size <= LARGEST and (_is_same(known.get(path), status) or self._holds_text(path)):
                    self.files[path] = _FoundFile(path, PLAIN, status)
                    del self.others[folder][name]
        return sum_up(self.others, lambda folder, name: _size_of(self.others[folder][name]))

    def _holds_text(self, path: str) -> bool:
        return _is_plain_text(read_bytes(self.root / path, LARGEST))

    def _take_links(self) -> None:
        """Take links to files outside the tree; what is in the tree is indexed where it is."""
        top = os.path.realpath(self.root)
        taken = {os.path.join(top, path) for path in self.files}  # noqa: PTH118 - a hot loop of plain strings
        for path in sorted(self.links):
            target = os.path.realpath(self.root / path)
            try:
                status = os.stat(target)  # noqa: PTH116
            except OSError as error:
                self._report(path, f"the link leads nowhere ({error.strerror}); not indexed")
                continue
            if target not in taken:
                taken.add(target)
                self._take_as(path, status)

    def _may_have_language(self, name: str) -> bool:
        if name.lower() in self.suffixes:
            return True
        suffix = posixpath.splitext(name)[1]
        return self._by_suffix(suffix) is not None if suffix else self._reads_scripts and "." not in name

    def _language(self, path: str) -> str | None:
        by_name = self.suffixes.get(posixpath.basename(path).lower())
        if by_name is not None:
            return by_name
        suffix = posixpath.splitext(path)[1]
        if suffix:
            return self._by_suffix(suffix)
        try:
            first = next(read_blocks(self.root / path, sys.maxsize), b"").partition(b"\n")[0][:200]
        except OSError:
            return None  # most likely no script
        if _SHEBANG.match(first):
            return "python"
        program = _PROGRAM(first)
        return self.suffixes.get(f"#!{program[1].decode()}") if program is not None else None

    @cached_property
    def _reads_scripts(self) -> bool:
        """Some language has scripts whose names have no suffix."""
        return "python" in self.suffixes.values() or any(key.startswith("#!") for key in self.suffixes)

    def _by_suffix(self, suffix: str) -> str | None:
        found = self.suffixes.get(suffix.lower())
        return found if found in PROSE_LANGUAGES else self.suffixes.get(suffix)

    def _takes_prose(self, path: str) -> bool:
        """Return whether a file is prose that is wanted; one that is called `.txt` may be anything."""
        if not self.rules.takes_prose(path):
            return False
        name = posixpath.basename(path).lower()
        return not name.endswith(".txt") or name in _PROSE_TEXTS or self._reads_as_prose(path)

    def _reads_as_prose(self, path: str) -> bool:
        try:
            block = next(read_blocks(self.root / path, HUGE), b"")
        except OSError:
            return False
        return reads_as_prose(block[:_START].decode("utf-8", "replace"))

    def _keep_project_files(self, folder: str, names: Collection[str]) -> None:
        texts = {}
        for name in PROJECT_FILES:
            if name in names:
                try:
                    texts[name] = read_setting(self.root / folder / name)
                except FileNotFoundError:
                    continue  # a link that leads nowhere: builds of the project find no such file either
                except OSError as error:
                    texts[name] = ""
                    self._report(
                        f"{folder}/{name}".lstrip("/"), f"cannot be read ({error.strerror}); its settings are ignored"
                    )
        if texts:
            self.projects[folder] = texts

    def _report(self, path: str, text: str) -> None:
        self.problems.append(Problem(WarningKind.READ, path, 0, text))


def reads_as_prose(text: str) -> bool:
    """Return whether a text has a paragraph of plain words, and no more control characters or faults than prose has."""
    if "\0" in text or text.count("\N{REPLACEMENT CHARACTER}") > 2:  # one may be cut in two at the end
        return False
    for paragraph in re.split(r"\n\s*\n", text):
        words = [
            word for line in paragraph.splitlines() if not line.startswith(("#", "//", ";")) for word in line.split()
        ]
        if len(words) >= _WORDS and sum(map(bool, map(_WORD, words))) > _PLAIN * len(words):
            return True
    return False


def _size_of(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0


def _is_plain_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_made_by_tool(folder: str, names: Collection[str], root: Path) -> bool:
    if not _MARKS.isdisjoint(names):
        return True
    # What setuptools leaves: copies of the packages. A package of that name is one.
    is_build = posixpath.basename(folder) == "build" and "__init__.py" not in names
    return is_build and any(_BUILD.match(name) and (root / folder / name).is_dir() for name in names)


# What to take and what to leave


class _Ignore(NamedTuple):
    """The `.gitignore` of one folder."""

    skip: int
    """How many characters of a path from the root name the folder."""
    before: str
    """What lies between the folder and the root, for a folder above the root."""
    lines: IgnoreList

    @classmethod
    def read(cls, root: Path, folder: str, problems: list[Problem]) -> _Ignore:
        """Read the file in a folder of the tree; a line that can match nothing is left out and reported."""
        path = f"{folder}/.gitignore" if folder else ".gitignore"

        def report(line: int, text: str) -> None:
            problems.append(Problem(WarningKind.PATTERN, path, line, text))

        try:
            if (root / path).is_symlink():
                raise OSError(errno.ELOOP, "git does not follow a link here")
            data = read_bytes(root / path, MOST_OF_A_SETTING)
        except OSError as error:
            problems.append(
                Problem(WarningKind.READ, path, 0, f"cannot be read ({error.strerror}); its patterns are ignored")
            )
            data = b""
        lines = data.removeprefix(codecs.BOM_UTF8).split(b"\n")
        return cls(len(folder) + 1 if folder else 0, "", IgnoreList(lines, report))

    def decides(self, path: str) -> bool | None:
        """Return whether the file leaves a path out (folders end with `/`); None if it does not say."""
        return self.lines.decides(self.before + path[self.skip :])


class _Rules(msgspec.Struct):
    """What to take and what to leave, and which patterns were of use."""

    include: IgnoreList | None
    exclude: IgnoreList
    prose: IgnoreList
    gitignore: bool
    avoid: frozenset[str]
    ignores: tuple[_Ignore, ...]
    """Of the folders above the root."""
    problems: list[Problem]
    unused: dict[str, dict[str, IgnoreList]]
    """By setting: the patterns that have to match something and did not yet, each by itself."""

    @classmethod
    def read(cls, root: Path, options: Options, avoid: Collection[Path]) -> _Rules:
        problems: list[Problem] = []

        def report(name: str) -> Callable[[int, str], None]:
            return lambda _line, text: problems.append(Problem(WarningKind.PATTERN, "", 0, f"{name}: {text}"))

        prose = [text.lower() for text in options.prose]
        return cls(
            include=IgnoreList.of(options.include, report("include")) if options.include else None,
            exclude=IgnoreList.of(options.exclude, report("exclude")),
            prose=IgnoreList.of(prose, report("prose")),
            gitignore=options.gitignore,
            avoid=_relative(root, avoid),
            ignores=_ignores_above(root) if options.gitignore else (),
            problems=problems,
            unused={
                "include": dict(_needed(options.include)),
                "exclude": dict(_needed(options.exclude)),
                "prose": dict(_needed(prose if options.prose != DEFAULTS.prose else ())),
            },
        )

    def enters(self, path: str, ignores: tuple[_Ignore, ...]) -> bool:
        """Return whether to walk a folder."""
        self._note("exclude", f"{path}/")
        name = posixpath.basename(path)
        is_left_out = (
            name.startswith(".")
            or name in _LEFT_OUT
            or name.endswith((".egg-info", ".dist-info"))
            or path in self.avoid
        )
        if is_left_out or self._is_excluded(f"{path}/", ignores):
            self.leave_out(path)
            return False
        return True

    def takes(self, path: str, ignores: tuple[_Ignore, ...]) -> bool:
        """Return whether to index a file that has a language."""
        self._note("include", path)
        self._note("exclude", path)
        if self.include is not None and not self.include.covers(path):
            return False
        return not self._is_excluded(path, ignores)

    def takes_prose(self, path: str) -> bool:
        """Return whether to index a file of prose, whatever the case of its name."""
        self._note("prose", path.lower())
        return self.prose.covers(path.lower())

    def leave_out(self, folder: str) -> None:
        """Note that a folder is not walked: patterns for what is in it are of use where it is not there yet."""
        for name, patterns in self.unused.items():
            inside = {text for text in patterns if text.lstrip("/").startswith(f"{folder}/")}
            self.unused[name] = {text: lines for text, lines in patterns.items() if text not in inside}

    def unmatched(self) -> Iterator[Problem]:
        """Return a problem for each pattern that matched nothing."""
        for name, patterns in self.unused.items():
            for text in patterns:
                yield Problem(WarningKind.PATTERN, "", 0, f"{name}: {text!r} matches nothing")

    def _is_excluded(self, path: str, ignores: tuple[_Ignore, ...]) -> bool:
        if self.exclude.decides(path):
            return True
        return next((said for ignore in reversed(ignores) if (said := ignore.decides(path)) is not None), False)

    def _note(self, name: str, path: str) -> None:
        if self.unused[name]:
            self.unused[name] = {text: lines for text, lines in self.unused[name].items() if not lines.covers(path)}


def _needed(patterns: Iterable[str]) -> Iterator[tuple[str, IgnoreList]]:
    """Yield the patterns of a setting that have to match something: a negated one need not, one with a fault cannot."""
    for text in patterns:
        lines = IgnoreList.of([text])
        if not lines.is_empty and not text.startswith("!"):
            yield text, lines


def _relative(root: Path, folders: Collection[Path]) -> frozenset[str]:
    """Return those of the folders that are in the root, as paths from there."""
    top = Path(os.path.realpath(root))
    paths = [Path(os.path.realpath(folder)) for folder in folders]
    return frozenset(path.relative_to(top).as_posix() for path in paths if path.is_relative_to(top))


def _ignores_above(root: Path) -> tuple[_Ignore, ...]:
    """Return the ignore files of the repository that the root is a folder of.

    None if they leave out the root itself: somebody wants to see it all the same.
    """
    top = Path(os.path.realpath(root))
    repository = next((folder for folder in (top, *top.parents) if (folder / ".git").exists()), top)
    found: list[_Ignore] = []
    for folder in reversed([parent for parent in top.parents if parent.is_relative_to(repository)]):
        before = f"{top.relative_to(folder).as_posix()}/"
        found.append(_Ignore.read(folder, "", [])._replace(before=before))
    return () if _leave_out_root(found) else tuple(found)


def _leave_out_root(ignores: Sequence[_Ignore]) -> bool:
    """Return whether the ignore files of the folders above the root, topmost first, leave out the root or one above it."""
    for depth in range(1, len(ignores) + 1):  # folders below the topmost, down to the root
        above = ((ignore, ignore.before.split("/")[: depth - place]) for place, ignore in enumerate(ignores[:depth]))
        said = [ignore.lines.decides("/".join(parts) + "/") for ignore, parts in above]
        if next((each for each in reversed(said) if each is not None), False):
            return True
    return False


# Modules and digests


def _layout(root: Path, options: Options, walk: _TreeWalk, paths: Collection[str]) -> tuple[Layout, list[Problem]]:
    folders = find_folders(paths)
    problems: list[Problem] = []
    given: list[str] = []
    for pattern in options.import_roots:
        matching = match_folders(pattern.replace("\\", "/"), folders)
        given += matching
        if not matching:
            text = f"import_roots: {pattern!r} matches no folder with indexed files; ignored"
            problems.append(Problem(WarningKind.PATTERN, "", 0, text))
    return find_layout(paths, walk.projects, given=given, prefix=_package_of(root)), problems


def _package_of(root: Path) -> str:
    """Return the dotted name of the package that the root is, if it is one."""
    names: list[str] = []
    folder = Path(os.path.realpath(root))
    while (folder / "__init__.py").exists() and folder.name.isidentifier():
        names.insert(0, folder.name)
        folder = folder.parent
    return ".".join(names)


def _name_modules(entries: Mapping[str, _FoundFile], layout: Layout) -> tuple[dict[str, Module], list[Problem]]:
    """Name the modules; where files claim the same, the first import root wins, then a package, then the first path.

    A loser in a nested project gets the name that its path gives; any other keeps the name and is reported.
    """
    modules: dict[str, Module] = {}
    claims: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for path, entry in entries.items():
        module = modules[path] = name_module(path, layout) if _is_module(path, entry) else _prose_module(path)
        if entry.language != PLAIN:  # nothing imports those
            claims[module.name, path.endswith(".pyi")].append(path)
    problems: list[Problem] = []
    ranks = {root: rank for rank, root in enumerate(layout.roots)}
    for (name, _), paths in claims.items():
        paths.sort(
            key=lambda path: (ranks[modules[path].root], not modules[path].is_package, path.endswith(".pyx"), path)
        )
        for number, path in enumerate(paths[1:], 2):
            if path.endswith(".pyx"):
                modules[path] = _prose_module(path)  # a source in Python that is compiled in its place
            elif not {entries[path].language, entries[paths[0]].language} & _NAMED_LANGUAGES:
                modules[path] = modules[path]._replace(name=f"{name}_{number}")  # nobody writes these names
            elif ranks[modules[path].root] > ranks[""]:
                modules[path] = name_by_path(path, layout)
            else:
                text = f"module {name} is already provided by {paths[0]}; both are indexed under that name (see kwindex_import_roots)"
                problems.append(Problem(WarningKind.MODULE, path, 0, text))
    return modules, problems


def _is_module(path: str, entry: _FoundFile) -> bool:
    """Return whether Python imports a file by a name: those of Cython too, once they are compiled."""
    return entry.language == "python" or path.endswith(".pyx")


def _prose_module(path: str) -> Module:
    """Return what stands for a module in a file of another language: its path, with its suffix."""
    folder, name = posixpath.split(path)
    return Module(
        ".".join([*folder.split("/"), name.replace(".", "_")] if folder else [name.replace(".", "_")]), False, ""
    )


def _source_file(root: Path, entry: _FoundFile, module: Module, known: SourceFile | None, now: int) -> SourceFile:
    time_ns = _time_ns(entry.status)
    is_same = _is_same(known, entry.status)
    named = module.name, module.is_package, module.in_package, entry.language
    if known and is_same and (known.module, known.is_package, known.in_package, known.language) == named:
        return known
    blocks = list(_blocks(root / entry.path))
    return SourceFile(
        path=entry.path,
        language=entry.language,
        module=module.name,
        is_package=module.is_package,
        in_package=module.in_package,
        digest=content_digest(module, entry.path, blocks),
        wanted=_wanted(b"".join(blocks)) if entry.language == "python" else (),
        size=entry.status.st_size,
        mtime_ns=UNTRUSTED if time_ns > now - RACY_NS else time_ns,
    )


def _is_same(known: SourceFile | None, status: os.stat_result) -> bool:
    """Return whether a file is as it was in the last run."""
    return known is not None and (known.size, known.mtime_ns) == (status.st_size, _time_ns(status))


def _wanted(source: bytes) -> tuple[str, ...]:
    """Return the first names of the modules that statements of a source seem to import: some may be in strings."""
    names = {match[1] for match in _FROM.finditer(source)}
    for match in _IMPORT.finditer(source):
        names.update(first[0] for part in match[1].split(b",") if (first := _FIRST_NAME.match(part.strip())))
    return tuple(sorted({name.decode() for name in names} - standard_modules()))


def _time_ns(status: os.stat_result) -> int:
    # The time of the last change of status shows an edit that set the old time again (archives, `touch -r`).
    return max(status.st_mtime_ns, status.st_ctime_ns)


def _blocks(path: Path) -> Iterator[bytes]:
    """Return the bytes of a file; of one that cannot be read, why (collect says so on its page)."""
    try:
        yield from read_blocks(path, HUGE)
    except OSError as error:
        yield f"unreadable: {error.strerror}".encode()
