"""Evidence that two files are related, except for vocabulary: one small function for each kind.

Files are numbered in the order of their paths. A `Table` gives, for each file, the other files that a signal speaks
for and how strongly; only numbers within one row are compared. Nothing here knows how signals are weighed (`rank`).

What the signals are built on (docs/related.md has the figures): vocabulary is nearest to what developers call coupled
(Bavota et al., ICSE 2013; Poshyvanyk et al., EMSE 2009); structure adds to it, above all in the first places; linked
files need not change together, nor the other way round (Ajienka and Capiluppi, 2017).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sphinx_kwindex.grouping import grouped
from sphinx_kwindex.layout import folders_above
from sphinx_kwindex.model import Record
from sphinx_kwindex.relate.vocabulary import path_words
from sphinx_kwindex.text import sub_words

Table = list[dict[int, float]]
"""For each file (by number) the files that a signal speaks for, with its strength."""


class FileUses(Record, frozen=True):
    """What one file uses of another."""

    path: str
    count: int
    """Different keywords."""
    names: tuple[str, ...] = ()
    """Some of them, most used first, to show."""


class BaseClass(Record, frozen=True):
    """One base class of a class that a file defines."""

    base: str
    """Keyword id; the dotted name of a class outside the project."""
    path: str = ""
    """File that defines it; empty: outside the project."""


class RelateInput(Record, frozen=True):
    """All that ranking needs to know about one file."""

    path: str
    is_test: bool = False
    lines: int = 0
    words: tuple[tuple[str, int], ...] = ()
    """Sub-words of its names, strings and docstrings, with their counts. Not kept once they are weighed."""
    imports: tuple[str, ...] = ()
    """Files of the project that it imports."""
    uses: tuple[FileUses, ...] = ()
    bases: tuple[BaseClass, ...] = ()
    scripts: tuple[str, ...] = ()
    """Of the files that it imports: those that it imports only when it is run as a script."""
    told: Mapping[str, tuple[str, ...]] = {}
    """What kinds of reason read of it in the index for themselves, by kind; none is empty."""


# Graph of uses


class UseLinks:
    """Who uses and imports whom. Names that a file uses count by their logarithm, and less if all use that file."""

    def __init__(self, files: Sequence[RelateInput]) -> None:
        numbers = {file.path: number for number, file in enumerate(files)}
        self.uses: list[dict[int, FileUses]] = [_numbered(file, numbers) for file in files]
        self.imports = [_numbers_of(file.imports, numbers) - {number} for number, file in enumerate(files)]
        self.scripts = [_numbers_of(file.scripts, numbers) for file in files]
        """Files that nobody gets by importing it."""
        self.linked = [imports | uses.keys() for imports, uses in zip(self.imports, self.uses, strict=True)]
        """Files that it uses or imports."""
        users: list[set[int]] = [set() for _ in files]
        for number, others in enumerate(self.linked):
            for other in others:
                users[other].add(number)
        self.users = [frozenset(found) for found in users]

    def fan_damping(self, number: int) -> float:
        """Return how much a link to a file says: less for one that everybody uses."""
        return 1 / math.log2(2 + _coarse(len(self.users[number])))

    def strengths(self) -> Table:
        """Return how much each file uses others: ln(1 + names), damped; half a name for a mere import."""
        damping = [self.fan_damping(number) for number in range(len(self.uses))]
        return [
            {
                other: math.log1p(_coarse(uses[other].count) if other in uses else 0.5) * damping[other]
                for other in sorted(linked)
            }
            for uses, linked in zip(self.uses, self.linked, strict=True)
        ]


def _numbers_of(paths: Iterable[str], numbers: Mapping[str, int]) -> frozenset[int]:
    return frozenset(numbers[path] for path in paths if path in numbers)


def _numbered(file: RelateInput, numbers: Mapping[str, int]) -> dict[int, FileUses]:
    return {numbers[use.path]: use for use in file.uses if use.path in numbers and use.path != file.path}


def _coarse(count: int) -> int:
    """Return a count rounded down to a step of its own size: 1, 2, 3, 4, 6, 8, 12, 16, 24..."""
    if count < 5:
        return count
    top = 1 << (count.bit_length() - 1)
    return top + top // 2 if count >= top + top // 2 else top


def invert(table: Table) -> Table:
    """Return the table of the other direction."""
    other_way: Table = [{} for _ in table]
    for number, row in enumerate(table):
        for other, value in row.items():
            other_way[other][number] = value
    return other_way


WALK_HUB = 100
"""The walk does not go on from files with more links than this: they lead everywhere."""
_BACKWARD = 0.7
_TEST_EDGE = 0.8
_RESTART = 0.5


class Walk:
    """A random walk with restart on the undirected graph of uses, imports and test pairs (Tong et al., ICDM 2006).

    Two steps are enough: with a restart of one half, twelve steps rank alike. aider's repository map walks a directed graph with
    a restart of .15 instead, which did far worse (recall of the first ten .34 against .56).
    """

    def __init__(self, uses: Table, tests: Table) -> None:
        self.edges: Table = [dict(row) for row in uses]
        for number, row in enumerate(uses):
            for other, value in row.items():
                self.edges[other][number] = self.edges[other].get(number, 0.0) + _BACKWARD * value
        for number, row in enumerate(tests):
            for other, value in row.items():
                self.edges[number][other] = self.edges[number].get(other, 0.0) + _TEST_EDGE * value
        self.totals = [sum(row.values()) for row in self.edges]

    def reach(self, number: int) -> dict[int, float]:
        """Return how often a walk from a file is found at each other file."""
        found: dict[int, float] = defaultdict(float)
        total = self.totals[number]
        for middle, value in self.edges[number].items():
            first = _RESTART * (1 - _RESTART) * value / total
            found[middle] += first
            if len(self.edges[middle]) <= WALK_HUB:
                onward = (1 - _RESTART) * first / self.totals[middle]
                for other, second in self.edges[middle].items():
                    found[other] += onward * second
        found.pop(number, None)
        return found

    def share(self, number: int, other: int) -> float:
        """Return no less than how often a walk is found at a file, in parts of how often at the one where it is most often."""
        edges, theirs = self.edges[number], self.edges[other]
        found = edges.get(other, 0.0)
        for middle in edges.keys() & theirs.keys():
            if len(self.edges[middle]) <= WALK_HUB:
                found += (1 - _RESTART) * edges[middle] * self.edges[middle][other] / self.totals[middle]
        return min(1.0, found / max(edges.values(), default=1.0))


MOST_TOGETHER = 16
"""What a file with more links than this uses does not belong together."""


class Together:
    """Files that are used by the same files: more if those use little else, and if few others use them."""

    def __init__(self, links: UseLinks) -> None:
        self._links = links
        self._damping = [1 / math.sqrt(self.count(users)) for users in map(len, links.users)]

    @staticmethod
    def count(users: int) -> int:
        """Return what a number of users counts."""
        return _coarse(users) or 1

    def sharing(self, number: int) -> Iterator[frozenset[int]]:
        """Yield what each of the users of a file uses, if that is not much."""
        linked = self._links.linked
        for user in sorted(self._links.users[number]):
            if len(linked[user]) <= MOST_TOGETHER:
                yield linked[user]

    def reach(self, number: int) -> dict[int, float]:
        """Return how much other files belong to one."""
        found: dict[int, float] = defaultdict(float)
        for together in self.sharing(number):
            value = 1 / math.log2(2 + _coarse(len(together)))
            for other in together:
                found[other] += value
        found.pop(number, None)
        return {other: value * self._damping[other] for other, value in found.items()}


# Tests

SURE_PAIR = 0.6
"""A pair this strong is a test and what it tests."""


def pair_tests(files: Sequence[RelateInput]) -> Table:
    """Pair tests with what they test by their names, both ways.

    The words of the test's stem: all those of the source's stem (1), also found on the path of a source whose whole
    stem it has (.8), a part more than the source's stem (.6). Naming alone is weak on Python (Chen et al., 2025), so a pair that the
    test does not use counts half, and of several sources only the best remain: those that share most folders.
    """
    stems = [frozenset(stem_words(file.path)) for file in files]
    names = [file.path.rpartition("/")[0] for file in files]
    known = {name: frozenset(path_words(name)) - _TEST_FOLDERS for name in set(names)}
    folders = [known[name] for name in names]
    numbers = [number for number, file in enumerate(files) if not file.is_test]
    sources = grouped((word, number) for number in numbers for word in stems[number])
    table: Table = [{} for _ in files]
    for number, file in enumerate(files):
        if file.is_test and is_test_name(file.path):
            for source, value in _best_sources(number, files, stems, folders, sources).items():
                table[number][source] = table[source][number] = value
    return table


def _best_sources(
    test: int,
    files: Sequence[RelateInput],
    stems: Sequence[frozenset[str]],
    folders: Sequence[frozenset[str]],
    sources: Mapping[str, list[int]],
) -> dict[int, float]:
    wanted = stems[test]
    linked = {*files[test].imports, *(use.path for use in files[test].uses)}
    candidates = {source for word in wanted for source in sources.get(word, ()) if stems[source] <= wanted}
    found = {}
    for source in candidates:
        rest = wanted - stems[source]
        value = 1.0 if not rest else 0.8 if rest <= folders[source] else 0.6
        if files[source].path not in linked:
            value *= 0.5 if value < 1 else 0.8
        near = (len(folders[test] & folders[source]) + 1) / (min(len(folders[test]), len(folders[source])) + 1)
        found[source] = round(value * (0.5 + 0.5 * near), 2)
    best = max(found.values(), default=0.0)
    chosen = [source for source in found if found[source] >= 0.9 * best]
    return {source: found[source] for source in chosen} if len(chosen) <= 4 else {}


_TEST_FOLDERS = frozenset({"test", "tests", "testing", "src", "lib"})


def stem_words(path: str) -> tuple[str, ...]:
    """Return the sub-words of a file's name without `test`; of its folder's for an `__init__` file."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    if stem in _NAMED_BY_FOLDER:
        stem = folder.rpartition("/")[2]
    return tuple(word for word in sub_words(stem) if word not in _TEST_WORDS)


_NAMED_BY_FOLDER = frozenset({"__init__", "__main__"})
_TEST_WORDS = frozenset({"test", "tests", "unittest", "unittests"})
_TEST_PREFIXES = ("test_", "tests_", "unittest_")
_TEST_SUFFIXES = ("_test", "_tests", "_unittest")


def is_test_name(path: str) -> bool:
    """Return whether a file of tests has a name that says about what."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return stem.startswith(_TEST_PREFIXES) or stem.endswith(_TEST_SUFFIXES)


# Names

FEW_NAMESAKES = 6
"""A word in the names of more files than this makes them no namesakes."""
FEW_DEFINERS = 5
"""A name that more files define is no sign that they do the same."""
VERSION_FILES = 6
"""If more files than this hold a version, they are of many projects."""
VERSION_NAMES = ("__version__", "version", "release", "VERSION", "version_info", "__version_info__")


class NameLikeness:
    """Files that are called alike, define the same names, or hold the version of the project."""

    def __init__(self, files: Sequence[RelateInput]) -> None:
        rows = list(enumerate(files))
        stems = grouped((word, number) for number, file in rows for word in dict.fromkeys(stem_words(file.path)))
        names = grouped((name, number) for number, file in rows for name in file.told.get("defines", ()))
        self.stems = [
            {other: words for other, words in row.items() if not _share_folder_name(file.path, files[other].path)}
            for file, row in zip(files, _pairs(stems, FEW_NAMESAKES, len(files)), strict=True)
        ]
        """For each file: others that are called alike, and by which words."""
        self.defined = _pairs(names, FEW_DEFINERS, len(files))
        """For each file: others that define the same names, and which."""
        versions = frozenset(number for number, file in rows if "release" in file.told)
        self.versions = versions if len(versions) <= VERSION_FILES else frozenset()
        """Files that hold the version of the project."""

    def namesakes(self) -> Table:
        """Return which files are called alike, by how many words."""
        return [{other: float(len(words)) for other, words in row.items()} for row in self.stems]

    def definers(self) -> Table:
        """Return which files define the same names: how many."""
        return [
            {other: math.log2(len(names)) for other, names in row.items() if len(names) >= FEWEST_NAMES}
            for row in self.defined
        ]

    def releases(self) -> Table:
        """Return which files hold the version too: a release changes them all."""
        return [
            dict.fromkeys(sorted(self.versions - {number}), 1.0) if number in self.versions else {}
            for number in range(len(self.stems))
        ]


def _share_folder_name(one: str, other: str) -> bool:
    """Return whether files are called alike only because both stand for their folder: `__init__.py` and `__main__.py`."""
    stems = {path.rpartition("/")[2].partition(".")[0] for path in (one, other)}
    return stems == _NAMED_BY_FOLDER and one.rpartition("/")[0] == other.rpartition("/")[0]


FEWEST_NAMES = 2
"""Fewer names that both define may be chance."""


def _pairs(having: Mapping[str, Collection[int]], most: int, size: int) -> list[dict[int, list[str]]]:
    """Return for each file the others that have the same of some words that no more than `most` files have."""
    found: list[dict[int, list[str]]] = [{} for _ in range(size)]
    for word, numbers in sorted(having.items()):
        for one in numbers if len(numbers) <= most else ():
            for other in numbers:
                if other != one:
                    found[one].setdefault(other, []).append(word)
    return found


# Inheritance

FAMILY_LIMIT = 20
"""A class with more subclasses than this makes no family of their files."""


class Families:
    """Files whose classes inherit from one another, or from the same class."""

    def __init__(self, files: Sequence[RelateInput]) -> None:
        numbers = {file.path: number for number, file in enumerate(files)}
        self.bases: list[dict[int, list[str]]] = [{} for _ in files]
        """Of each file: the files of its classes' bases, and which classes."""
        heirs: dict[str, set[int]] = defaultdict(set)
        for number, file in enumerate(files):
            for row in file.bases:
                if row.path in numbers and row.path != file.path:
                    names = self.bases[number].setdefault(numbers[row.path], [])
                    names += [row.base] if row.base not in names else []
                if row.base.partition(".")[0] not in _PLAIN_MODULES:
                    heirs[row.base].add(number)
        self._sizes = {base: len(found) for base, found in heirs.items()}
        self.siblings = _pairs(heirs, FAMILY_LIMIT, len(files))
        """For each file: others with classes of the same bases, and which."""

    def table(self) -> Table:
        """Return which files are of one family: base and derived classes (1), and heirs of the same classes, more the fewer."""
        table: Table = [
            {other: 1 / math.log2(1 + min(self._sizes[base] for base in bases)) for other, bases in row.items()}
            for row in self.siblings
        ]
        for number, row in enumerate(self.bases):
            for other in row:
                table[number][other] = table[other][number] = 1.0
        return table


_PLAIN_MODULES = frozenset({"builtins", "typing", "abc", "enum", "unittest", "collections"})


# Sizes and places


def size_factor(lines: int) -> float:
    """Return by how much a file's size raises it: big files are where changes go. Doubling steps; flat from 1,024 lines."""
    return math.sqrt(math.sqrt(min(lines.bit_length(), 11) / 11))


def fixtures(files: Sequence[RelateInput]) -> frozenset[int]:
    """Return the files that are material of tests: below a folder of tests, no test near, used by no file elsewhere."""
    tested = {folder for file in files if is_test_name(file.path) for folder in folders_above(file.path)}
    found = {
        number
        for number, file in enumerate(files)
        if file.is_test and not is_test_name(file.path) and _in_test_data(file.path, tested)
    }
    used = {
        use
        for number, file in enumerate(files)
        if number not in found
        for use in (*file.imports, *(use.path for use in file.uses))
    }
    return frozenset(number for number in found if files[number].path not in used)


def _in_test_data(path: str, tested: Collection[str]) -> bool:
    """Return whether a file is in a folder without tests below one with tests."""
    above = list(folders_above(path))
    return bool(above) and above[0] not in tested and any(folder in tested for folder in above[1:])
