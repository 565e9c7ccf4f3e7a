"""Rank: one list for each file, best first, each entry with reasons that are true."""

from __future__ import annotations

import time
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec
import pytest
import sphinx
from ranked import rank

from sphinx_kwindex import Project
from sphinx_kwindex.errors import WarningKind
from sphinx_kwindex.model import PROSE_ROLES, ImportFlag, Reason, Related, Role
from sphinx_kwindex.relate import rank as rank_module
from sphinx_kwindex.relate import reasons
from sphinx_kwindex.relate.plain import PLAIN, is_plain
from sphinx_kwindex.relate.rank import COPIES, KEPT
from sphinx_kwindex.relate.ranking import read_inputs
from sphinx_kwindex.relate.reasons import reason_text
from sphinx_kwindex.relate.signals import VERSION_FILES, VERSION_NAMES, BaseClass, FileUses, RelateInput, stem_words
from sphinx_kwindex.relate.vocabulary import path_words
from sphinx_kwindex.store import Reader
from sphinx_kwindex.text import sub_words

MakeTree = Callable[..., Path]
SITE = Path(sphinx.__file__).parents[1]


def words(text: str) -> tuple[tuple[str, int], ...]:
    """Return a bag of words."""
    return tuple(sorted({word: text.split().count(word) for word in text.split()}.items()))


def file(path: str, text: str = "", **fields: object) -> RelateInput:
    """Return a file with a few words."""
    is_test = path.rpartition("/")[2].startswith("test_")
    return RelateInput(path=path, words=words(text), lines=50, is_test=is_test, **fields)  # type: ignore[arg-type]


def uses(path: str, *names: str) -> dict[str, tuple[FileUses, ...]]:
    """Return the field of a file that uses names of another."""
    return {"uses": (FileUses(path=path, count=len(names), names=names[:3]),)}


def filler(number: int = 30) -> list[RelateInput]:
    """Return files that have nothing to do with others."""
    return [file(f"zz/filler{item:03}.py", f"filler{item:03}one filler{item:03}two") for item in range(number)]


def rank_files(*files: RelateInput, **settings: object) -> dict[str, tuple[Related, ...]]:
    """Rank files and some that have nothing to do with them."""
    return rank(sorted((*files, *filler()), key=lambda item: item.path), **settings)  # type: ignore[arg-type]


def texts(rows: Iterable[Related]) -> dict[str, list[str]]:
    """Return the reasons, in words, by path."""
    return {row.path: [reason_text(reason) for reason in row.reasons] for row in rows}


REASONS: dict[str, tuple[list[RelateInput], str, list[str]]] = {
    "words": ([file("a/one.py", "matcher capture x"), file("b/two.py", "matcher capture y")], "similar", ["shares words: capture, matcher"]),
    "release": ([file("a/one.py", told={"release": ("release",)}), file("b/two.py", told={"release": ("__version__",)})], "similar", ["also defines the version: __version__"]),
    "namesake": ([file("a/tag_one.py", "x matcher"), file("b/tag_two.py", "y matcher")], "similar", ["similar file name: tag"]),
    "defines": (
        [file("a/one.py", "matcher", told={"defines": ("f", "g")}), file("b/two.py", "matcher", told={"defines": ("f", "g", "h")})],
        "similar",
        ["defines the same names: f, g"],
    ),
    "test": ([file("a/one.py"), file("b/test_one.py")], "tests", ["its test"]),
    "tested": ([file("a/test_two.py"), file("b/two.py")], "tests", ["tests it"]),
    "uses": ([file("a/one.py", **uses("b/two.py", "f", "g")), file("b/two.py")], "uses", ["uses 2 names from it"]),
    "used": ([file("a/one.py"), file("b/two.py", **uses("a/one.py", "f"))], "used by", ["used by it: 1 name"]),
    "imports": ([file("a/one.py", imports=("b/two.py",)), file("b/two.py")], "uses", ["imports it"]),
    "imported": ([file("a/one.py"), file("b/two.py", imports=("a/one.py",))], "used by", ["imported by it"]),
    "base": (
        [file("a/one.py", bases=(BaseClass(base="b.two.Base", path="b/two.py"),)), file("b/two.py")],
        "family",
        ["extends its class: Base"],
    ),
    "derived": (
        [file("a/one.py"), file("b/two.py", bases=(BaseClass(base="a.one.Base", path="a/one.py"),))],
        "family",
        ["extended by it: Base"],
    ),
    "sibling": (
        [file("a/one.py", bases=(BaseClass(base="nn.Module"),)), file("b/two.py", bases=(BaseClass(base="nn.Module"),))],
        "family",
        ["same base class: Module"],
    ),
    "package": ([file("a/__init__.py"), file("a/one.py")], "similar", []),
}  # fmt: skip


@pytest.mark.parametrize(("files", "group", "expected"), REASONS.values(), ids=REASONS.keys())
def test_reasons(files: list[RelateInput], group: str, expected: list[str]) -> None:
    """Each kind of evidence gives its reason, in words, and its group."""
    if not expected:
        row = rank_files(*files)["a/one.py"][0]
        assert (row.group, [reason.kind for reason in row.reasons]) == (group, ["package", "folder"])
        return
    rows = rank_files(*files)[files[0].path]
    assert [(row.path, row.group) for row in rows] == [(files[1].path, group)]
    assert texts(rows)[files[1].path] == expected


def test_no_reason_no_entry() -> None:
    """Files that merely lie in the same folder, or share one rare word, are not related."""
    found = rank_files(file("a/one.py", "matcher x"), file("a/two.py", "matcher y"), file("a/three.py", "z"))
    assert [found[path] for path in ("a/one.py", "a/two.py", "a/three.py")] == [(), (), ()]


def test_words_of_strings_are_no_reason() -> None:
    """Words that strings and docstrings of both have may be mere English: they count, but no reason rests on them."""
    said = tuple((word, -1) for word in ("capture", "matcher"))
    one, other = (msgspec.structs.replace(file(path), words=said) for path in ("a/one.py", "b/two.py"))
    assert rank_files(one, other)["a/one.py"] == ()
    named = msgspec.structs.replace(other, words=tuple((word, 1) for word, _ in said))
    assert texts(rank_files(one, named)["a/one.py"]) == {"b/two.py": ["shares words: capture, matcher"]}


@pytest.mark.parametrize("text", ["you its", "arguments value", "monkeypatch fixture", "https param", "spam eggs"])
def test_plain_words_are_no_reason(text: str) -> None:
    """Plain English, what all code says, and the frames of tests and documents are no evidence, however rare."""
    assert rank_files(file("a/one.py", text), file("b/two.py", text))["a/one.py"] == ()


@pytest.mark.parametrize(("number", "common", "enough"), [(2, 2, True), (1, 2, False), (4, 8, True), (3, 8, False)])
def test_many_words_or_rare_ones(number: int, common: int, enough: bool) -> None:
    """A relation that rests on words alone needs two truly rare ones, or more that are less rare."""
    topic = " ".join(f"{chr(97 + item) * 4}" for item in range(number))
    crowd = [file(f"m{item}/c{item}.py", f"{topic} own{item}") for item in range(common - 2)]
    files = [file("a/one.py", topic), file("b/two.py", topic), *crowd, *filler(60)]
    found = rank(sorted(files, key=lambda item: item.path), limit=len(files))
    assert ("b/two.py" in texts(found["a/one.py"])) == enough


def test_through_others() -> None:
    """A file that is used by what a file uses is related to it, and the other way round; not through what everybody uses."""
    files = [file("a.py", **uses("m/m.py", "f")), file("m/m.py", **uses("z/z.py", "g")), file("z/z.py")]
    found = rank_files(*files)
    assert texts(found["a.py"])["z/z.py"] == ["uses it through m/m.py"]
    assert texts(found["z/z.py"])["a.py"] == ["uses this file through m/m.py"]
    crowd = [file(f"n{number:02}/n.py", **uses("m/m.py", "f")) for number in range(20)]
    assert "z/z.py" not in texts(rank_files(*files, *crowd)["a.py"])


def test_through_scripts() -> None:
    """What a file uses only when it is run as a script reaches none of those that import it."""
    between = file("m/m.py", imports=("z/z.py",), scripts=("z/z.py",), **uses("z/z.py", "g"))
    found = rank_files(file("a.py", **uses("m/m.py", "f")), between, file("z/z.py"))
    assert "z/z.py" not in texts(found["a.py"])
    assert "a.py" not in texts(found["z/z.py"])


def test_common_files_are_all_counted() -> None:
    """What everybody imports is no reason, but counts where there is one; so do files that use everything."""
    crowd = [file(f"n{number:02}/n.py", imports=("hub/hub.py",)) for number in range(20)]
    files = [file(f"{name}/{name}.py", imports=("hub/hub.py", "rare/rare.py")) for name in "ab"]
    found = rank_files(*files, file("hub/hub.py"), file("rare/rare.py"), *crowd)
    reason = next(row for row in found["a/a.py"] if row.path == "b/b.py").reasons[0]
    assert (reason.kind, reason.count, reason.words) == ("shared", 2, ("rare/rare.py", "hub/hub.py"))
    used = tuple(FileUses(path=path, count=1, names=("f",)) for path in ("a/a.py", "b/b.py"))
    more = tuple(FileUses(path=f"zz/filler{number:03}.py", count=1, names=("f",)) for number in range(30))
    users = [file("u/u.py", uses=used), file("v/v.py", uses=(*used, *more))]
    found = rank_files(file("a/a.py"), file("b/b.py"), *users)
    reason = next(row for row in found["a/a.py"] if row.path == "b/b.py").reasons[0]
    assert (reason.kind, reason.count, reason.words) == ("together", 2, ("u/u.py", "v/v.py"))


def test_words_of_paths_are_no_reason() -> None:
    """A word that stands in a path but not in the file is not said to be shared: a reader would look for it in vain."""
    found = rank_files(file("reader/matcher/one.py", "replay"), file("other/two.py", "reader matcher replay capture"))
    assert texts(found["reader/matcher/one.py"]) == {}


def test_at_most_three_reasons_most_telling_first() -> None:
    """Of many reasons three are kept: tests and uses before words."""
    one = file("pkg/one.py", "matcher capture replay", bases=(BaseClass(base="x.Base"),))
    test = file(
        "pkg/test_one.py", "matcher capture replay", bases=(BaseClass(base="x.Base"),), **uses("pkg/one.py", "f")
    )
    row = rank_files(one, test)["pkg/one.py"][0]
    assert [reason.kind for reason in row.reasons] == ["test", "used", "sibling"]


def test_limit_and_order() -> None:
    """Lists end at the limit, best first, equals by path."""
    users = [file(f"m/user{number:02}.py", **uses("m/core.py", "f")) for number in range(30)]
    rows = rank_files(file("m/core.py"), *users)["m/core.py"]
    assert [row.path for row in rows] == [f"m/user{number:02}.py" for number in range(KEPT)]
    assert len(rank_files(file("m/core.py"), *users, limit=20)["m/core.py"]) == 20
    assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)


def test_weights_are_settings() -> None:
    """A weight of 0 turns a signal off, as far as the order goes."""
    files = [
        file("one.py", "matcher capture", **uses("used.py", "f")),
        file("used.py"),
        file("x/like.py", "matcher capture"),
    ]
    assert [row.path for row in rank_files(*files)["one.py"]] == ["x/like.py", "used.py"]
    assert rank_files(*files, weights={"vocabulary": 0.0})["one.py"][0].path == "used.py"


def test_wrong_order_is_refused() -> None:
    """Files must come by path: the order decides between equals."""
    with pytest.raises(ValueError, match="order"):
        rank([file("b.py"), file("a.py")])


@pytest.mark.parametrize("number", [0, 1, 2])
def test_tiny_projects(number: int) -> None:
    """No file, one file and two files that have nothing in common have no related files."""
    assert rank([file(f"m{item}.py", f"word{item}") for item in range(number)]) == {
        f"m{item}.py": () for item in range(number)
    }


@pytest.mark.parametrize("number", [30, 300])
def test_copies_do_not_fill_the_list(number: int) -> None:
    """Of many files that are nearly the same, a list names two at most; and what else is related comes through."""
    same = " ".join(f"word{item}" for item in range(60))
    copies = [file(f"vendor/v{item:03}/lib.py", same) for item in range(number)]
    files = [*copies, file("one.py", same, **uses("used.py", "f")), file("used.py"), *filler(400)]
    found = rank(sorted(files, key=lambda item: item.path))
    assert sum(row.path.startswith("vendor/") for row in found["one.py"]) == (COPIES if number == 30 else 0)
    assert "used.py" in texts(found["one.py"])
    assert all(sum(row.path.startswith("vendor/") for row in rows) <= COPIES for rows in found.values())


def test_generated_file_is_bounded() -> None:
    """A file of 100,000 lines and 50,000 words costs little, and is not everybody's relative."""
    everything = tuple(sorted((f"word{number}", 9) for number in range(50_000)))
    files = [file(f"m{number:03}.py", f"word{number} word{number + 1} own{number}") for number in range(0, 600, 2)]
    huge = RelateInput(path="huge.py", words=everything, lines=100_000)
    start = time.perf_counter()
    found = rank_files(huge, *files)
    assert time.perf_counter() - start < 10
    assert sum(any(row.path == "huge.py" for row in rows) for rows in found.values()) < len(files) / 10


def test_hub_is_damped() -> None:
    """A file that everything uses comes after one that few use."""
    hub = file("hub.py")
    few = file("few.py")
    crowd = [file(f"m{number:02}.py", **uses("hub.py", "f")) for number in range(40)]
    both = file("one.py", uses=(FileUses(path="few.py", count=1), FileUses(path="hub.py", count=1)))
    assert [row.path for row in rank_files(hub, few, both, *crowd)["one.py"]][:2] == ["few.py", "hub.py"]


def test_empty_file_is_no_candidate() -> None:
    """An empty file is not worth opening."""
    found = rank_files(file("a/one.py"), RelateInput(path="a/__init__.py", lines=0))
    assert found["a/one.py"] == ()


def test_material_of_tests_is_no_candidate() -> None:
    """Trees that tests work on are not named, except to one another; a weight lets them in."""
    shared = "matcher capture replay"
    files = [
        file("pkg/one.py", shared),
        file("pkg/two.py", shared),
        RelateInput(path="tests/data/case.py", words=words(shared), lines=9, is_test=True),
        RelateInput(path="tests/data/next.py", words=words(shared), lines=9, is_test=True),
        file("tests/test_other.py", "other"),
    ]
    found = rank_files(*files)
    assert [row.path for row in found["pkg/one.py"]] == ["pkg/two.py"]
    assert "tests/data/next.py" in texts(found["tests/data/case.py"])
    assert "tests/data/case.py" in texts(rank_files(*files, weights={"fixtures": 1.0})["pkg/one.py"])


def test_signal_of_another_package() -> None:
    """A function can add evidence with a reason in its own words; what it says of unknown files is ignored."""

    def same_owner(path: str, files: Mapping[str, RelateInput]) -> Mapping[str, tuple[float, str]]:
        assert path in files
        return {"b.py": (1.0, "same owner: Ann"), "gone.py": (1.0, "?"), path: (1.0, "?")} if path == "a.py" else {}

    found = rank_files(file("a.py", "x"), file("b.py", "y"), others={"demo.same_owner": same_owner})
    assert texts(found["a.py"]) == {"b.py": ["same owner: Ann", "same folder"]}
    assert found["b.py"] == ()


def test_every_kind_has_a_text_and_a_place() -> None:
    """No kind of reason is without words or without a place in the order."""
    for place, kind in enumerate(reasons.REASONS):
        assert reason_text(Reason(kind=kind, count=2, words=("word",)))
        assert list(reasons.REASONS).index(kind) == place


# With a real index


@pytest.fixture(scope="module")
def real_project(tmp_path_factory: pytest.TempPathFactory) -> Iterable[Project]:
    """Return the index of a part of Sphinx's and of docutils' packages."""
    places = ["/sphinx/domains/", "/sphinx/ext/", "/sphinx/util/", "/sphinx/*.py", "/docutils/"]
    with Project.open(SITE, tmp_path_factory.mktemp("cache"), include=places, gitignore=False) as project:
        yield project


def test_every_reason_is_true(real_project: Project) -> None:
    """Each reason shown for the files of Sphinx and docutils, two hundred at least, is checked against the index."""
    reader = real_project.reader
    check = Checker(reader)
    shown = [
        (row.path, other, reason)
        for row in reader.files()
        for other in reader.related(row.path)
        for reason in other.reasons
    ]
    assert len({path for path, _, _ in shown}) > 200
    assert len(shown) > 2_000
    assert len({reason.kind for _, _, reason in shown}) >= 12
    assert [(path, other.path, reason) for path, other, reason in shown if not check(path, other.path, reason)] == []


class Checker:
    """Checks reasons against the index, by other means than ranking does."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.files = {row.path: row for row in reader.files() if row.role not in PROSE_ROLES}
        self.imports = set(reader.import_edges())
        self.bases = {path: bases_of(reader, path) for path in self.files}
        used = {
            (user, target)
            for user, target, counts in reader.file_edges()
            if target in self.files and counts.keys() - {self.files[target].module}
        }
        self.links = {(user, target) for user, target in self.imports | used if user != target}
        self.passing = self.links - {edge for edge, late in reader.late_edges().items() if late == ImportFlag.MAIN}
        self.users = {place: {user for user, used in self.links if used == place} for place in self.files}
        self.imported = {
            place: {used for user, used in self.imports if user == place} - {place} for place in self.files
        }
        self.bags = {path: {*dict(reader.words(path)), *path_words(path)} for path in self.files}
        self.frequency = Counter(word for bag in self.bags.values() for word in bag)
        self.names: dict[str, set[str]] = {}
        kinds = {"class", "exception", "function", "method", "property"}
        self.defined = {
            path: {item.name for item in reader.keywords(path=path) if item.kind in kinds} for path in self.files
        }
        self.homes = {keyword.id: keyword.path for keyword in reader.keywords() if keyword.kind != "import"}

    def __call__(self, path: str, other: str, reason: Reason) -> bool:
        """Tell whether a reason for `other` on the page of `path` is true."""
        return bool(getattr(self, f"_{reason.kind}")(path, other, reason))

    def _uses(self, path: str, other: str, reason: Reason) -> bool:
        module = self.files[other].module
        rows = [row for row in self.reader.uses_in(path) if row.exact and self.homes.get(row.target) == other]
        targets = {row.target for row in rows} - {module}
        return len(targets) == reason.count and all(
            any(f".{name}".endswith(f".{word}") for name in targets) for word in reason.words
        )

    def _used(self, path: str, other: str, reason: Reason) -> bool:
        return self._uses(other, path, reason)

    def _imports(self, path: str, other: str, _reason: Reason) -> bool:
        return (path, other) in self.imports

    def _imported(self, path: str, other: str, reason: Reason) -> bool:
        return self._imports(other, path, reason)

    def _base(self, path: str, other: str, reason: Reason) -> bool:
        found = {base.rpartition(".")[2] for base in self.bases[path] if self.homes.get(base) == other}
        return bool(reason.words) and found >= set(reason.words)

    def _derived(self, path: str, other: str, reason: Reason) -> bool:
        return self._base(other, path, reason)

    def _sibling(self, path: str, other: str, reason: Reason) -> bool:
        found = {base.rpartition(".")[2] for base in self.bases[path] & self.bases[other]}
        return bool(reason.words) and found >= set(reason.words)

    def _vocabulary(self, path: str, other: str, reason: Reason) -> bool:
        few = max(3, min(len(self.files) // 6, 50))
        texts = [{word for word, _ in self.reader.words(place)} for place in (path, other)]
        common = (self.named(path) | self.named(other)) & texts[0] & texts[1]
        worth = [4 if self.frequency[word] <= 5 else 2 if self.frequency[word] <= few else 1 for word in common]
        return len(reason.words) > 0 and common >= set(reason.words) and sum(worth) >= 8

    def named(self, path: str) -> set[str]:
        """Return the words of the names of a file, as the tokenizer of Python sees them, that not too many files have."""
        if path not in self.names:
            names = python_names(SITE / path)
            found = {word for name in names for word in sub_words(name)} - PLAIN
            self.names[path] = {word for word in found if 2 * self.frequency[word] <= len(self.files)}
        return self.names[path]

    def _release(self, path: str, other: str, reason: Reason) -> bool:
        pages = [self.reader.keywords(path=place, kind="data") for place in (path, other)]
        held = [{keyword.qualname for keyword in page} & set(VERSION_NAMES) for page in pages]
        return bool(held[0]) and bool(reason.words) and held[1] >= set(reason.words)

    def _namesake(self, path: str, other: str, reason: Reason) -> bool:
        return len(reason.words) > 0 and all(set(stem_words(place)) >= set(reason.words) for place in (path, other))

    def _defines(self, path: str, other: str, reason: Reason) -> bool:
        common = {name for name in self.defined[path] & self.defined[other] if not is_plain(name)}
        few = {name for name in common if sum(name in names for names in self.defined.values()) <= 5}
        return len(few) == reason.count >= 2 and few >= set(reason.words)

    def _through(self, path: str, other: str, reason: Reason) -> bool:
        return len(reason.words) > 0 and all({(path, one), (one, other)} <= self.passing for one in reason.words)

    def _back(self, path: str, other: str, reason: Reason) -> bool:
        return self._through(other, path, reason)

    def _together(self, path: str, other: str, reason: Reason) -> bool:
        common = self.users[path] & self.users[other]
        return len(reason.words) > 0 and common >= set(reason.words) and len(common) == reason.count

    def _shared(self, path: str, other: str, reason: Reason) -> bool:
        common = self.imported[path] & self.imported[other]
        return len(reason.words) > 0 and common >= set(reason.words) and len(common) == reason.count

    def _folder(self, path: str, other: str, _reason: Reason) -> bool:
        return path.rpartition("/")[0] == other.rpartition("/")[0]

    def _package(self, path: str, other: str, _reason: Reason) -> bool:
        return other == f"{path.rpartition('/')[0]}/__init__.py".lstrip("/")

    def _test(self, path: str, other: str, _reason: Reason) -> bool:
        roles = (self.files[other].role, self.files[path].role)
        return roles[0] is Role.TEST is not roles[1] and set(stem_words(path)) <= set(stem_words(other))

    def _configures(self, path: str, other: str, _reason: Reason) -> bool:
        folder, slash, name = other.rpartition("/")
        return name == "conftest.py" and path.startswith(folder + slash)

    def _tested(self, path: str, other: str, reason: Reason) -> bool:
        return self._test(other, path, reason)


def test_versions_that_are_set(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    """Files hold the version where they set it, not where they take it from another file; a later edit tells as a new index does."""
    said = {"pkg/__init__.py": "__version__ = '1.2'\n", "docs/conf.py": "import pkg\nrelease = pkg.__version__\n"}
    root = make_tree(said)

    def held() -> list[Reason]:
        with Project.open(root, tmp_path / "cache") as project:
            found = [reason for item in project.reader.related("docs/conf.py") for reason in item.reasons]
        return [reason for reason in found if reason.kind == "release"]

    assert held() == []
    (root / "docs/conf.py").write_text("release = '1.2'\n")
    assert held() == [Reason(kind="release", words=("__version__",))]
    (root / "docs/conf.py").write_text(said["docs/conf.py"])
    assert held() == []


def test_versions_of_many_projects(make_tree: Callable[..., Path]) -> None:
    """Where many files have a version, they are of many projects, also if most of them take it from elsewhere."""
    others = {
        f"other{number}/conf.py": "import pkg\nrelease = pkg.__version__\n" for number in range(VERSION_FILES - 1)
    }
    root = make_tree({"pkg/__init__.py": "__version__ = '1.2'\n", "docs/conf.py": "release = '1.2'\n", **others})
    with Project.open(root) as project:
        found = [reason for item in project.reader.related("docs/conf.py") for reason in item.reasons]
    assert "release" not in {reason.kind for reason in found}


def python_names(path: Path) -> set[str]:
    """Return what the tokenizer of Python takes for names; newer ones end at what is no Python, say in a script, and start again below."""
    names = set()
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    while lines:
        try:
            for token in tokenize.generate_tokens(iter(lines).__next__):
                if token.type == tokenize.NAME:
                    names.add(token.string)
            break
        except (tokenize.TokenError, SyntaxError) as error:
            line = error.args[1][0] if isinstance(error, tokenize.TokenError) else error.lineno
            lines = lines[max(1, line or 1) :]
    return names


def bases_of(reader: Reader, path: str) -> set[str]:
    """Return what the classes of a file extend."""
    linked = reader.linked(path)
    return {row.target for row in linked.relations if row.kind == "base"} if linked else set()


def lists_of(project: Project) -> dict[str, tuple[Related, ...]]:
    """Return all lists."""
    return {row.path: project.reader.related(row.path) for row in project.reader.files()}


TREE = {
    "pkg/__init__.py": "from pkg.reader import read_matcher\n",
    "pkg/reader.py": "def read_matcher(capture): ...\ndef unrelated(): ...\n",
    "pkg/writer.py": "from pkg.reader import read_matcher\n\ndef write_matcher(capture): ...\n",
    "pkg/plot.py": "def plot_palette(axis): ...\n",
    "pkg/chart.py": "from pkg.plot import plot_palette\n\ndef chart_palette(axis): ...\n",
    "tests/test_reader.py": "from pkg.reader import read_matcher\n\ndef test_it(): read_matcher(1)\n",
}


def test_project(make_tree: MakeTree) -> None:
    """The whole way: from source files to related files."""
    with Project.open(make_tree(TREE)) as project:
        found = texts(project.related("pkg/reader.py"))
    assert found["tests/test_reader.py"][:2] == ["its test", "used by it: 1 name"]
    assert "used by it: 1 name" in found["pkg/writer.py"]
    assert "pkg/plot.py" not in found


EDITS: dict[str, dict[str, str | None]] = {
    "nothing": {},
    "body": {"pkg/plot.py": "def plot_palette(axis): return axis\n"},
    "words": {"pkg/plot.py": "def plot_palette(axis): ...\ndef read_matcher_capture(): ...\n"},
    "import": {"pkg/plot.py": "import pkg.writer\n\ndef plot_palette(axis): pkg.writer.write_matcher(axis)\n"},
    "new file": {"pkg/again.py": "from pkg.plot import plot_palette\n"},
    "new test": {"tests/test_chart.py": "from pkg.chart import chart_palette\n"},
    "gone": {"pkg/plot.py": None},
    "renamed": {"pkg/plot.py": None, "pkg/graph.py": TREE["pkg/plot.py"]},
    "broken": {"pkg/plot.py": "def (:\n"},
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_update_equals_new(edit: dict[str, str | None], make_tree: MakeTree, tmp_path: Path) -> None:
    """After an edit the lists are those of a new index."""
    folder = make_tree(TREE)
    with Project.open(folder, tmp_path / "cache"):
        pass
    make_tree(edit)
    with Project.open(folder, tmp_path / "cache") as updated, Project.open(folder) as new:
        assert lists_of(updated) == lists_of(new)


def test_edit_ranks_few_files(make_tree: MakeTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit has only the lists made again that it can show in; the same tree again, none."""
    ranked: list[int] = []
    original = rank_module.rank_file
    monkeypatch.setattr(
        "sphinx_kwindex.relate.ranking.rank_file",
        lambda *args, **more: ranked.append(args[1]) or original(*args, **more),
    )
    topics = ["".join(chr(97 + (number * factor) % 26) for factor in (1, 3, 5, 7, 11)) for number in range(60)]
    tree = {
        f"p{number:03}/m.py": f"def {topics[number // 4]}_alpha({topics[number // 4]}_beta{topics[number // 4]}): ...\n"
        for number in range(200)
    }
    folder = make_tree(tree)
    cache = tmp_path / "cache"
    with Project.open(folder, cache) as project:
        before = lists_of(project)
        assert len(ranked) == 200
    with Project.open(folder, cache):
        assert len(ranked) == 200
    make_tree({"p100/m.py": tree["p160/m.py"]})
    with Project.open(folder, cache) as project:
        assert 200 < len(ranked) < 300
        after = lists_of(project)
    changed = {path for path in after if after[path] != before[path]}
    assert changed <= {f"p{number:03}/m.py" for number in (100, 101, 102, 103, 160, 161, 162, 163)}
    with Project.open(folder) as new:
        assert lists_of(new) == after


def test_settings_and_signals(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings reach the ranking; a signal that cannot be imported is one problem."""
    folder = make_tree(TREE)
    signals = make_tree(
        {"our_signals.py": "def same(path, files):\n    return {'pkg/plot.py': (1.0, 'ours')}\n"}, name="lib"
    )
    monkeypatch.syspath_prepend(str(signals))
    settings = {
        "related_signals": ["our_signals.same", "no_such_module.f"],
        "related_weights": {"our_signals.same": 9.0},
    }
    with Project.open(folder, **settings) as project:
        assert project.related("pkg/reader.py")[0].path == "pkg/plot.py"
        assert [(problem.kind, "no_such_module" in problem.text) for problem in project.problems] == [
            (WarningKind.CONFIG, True)
        ]


def test_names_of_one_file_are_told_apart(make_tree: MakeTree) -> None:
    """Names of a file that are called alike are named with their classes."""
    tree = {
        "a.py": "class A:\n    def f(self): ...\nclass B:\n    def f(self): ...\ndef g(): ...\n",
        "b.py": "from a import A, B\np, q = A(), B()\np.f(), p.f(), p.f(), p.f()\nq.f(), q.f(), q.f(), q.f()\n",
    }
    with Project.open(make_tree(tree)) as project:
        inputs = {item.path: item for item in read_inputs(project.reader, project.files(), {})}
    assert inputs["b.py"].uses == (FileUses(path="a.py", count=4, names=("A.f", "B.f", "A")),)


def test_inputs_of_a_tree(make_tree: MakeTree) -> None:
    """What ranking reads of the index: roles, uses by file, imports, bases."""
    tree = {
        "a.py": "class A: ...\ndef f(): ...\n",
        "b.py": "import a\n\nclass B(a.A): ...\n\na.f()\na.f()\n",
        "test_b.py": "def test_it(): ...\n",
    }
    with Project.open(make_tree(tree)) as project:
        inputs = {item.path: item for item in read_inputs(project.reader, project.files(), {})}
    assert inputs["b.py"].uses == (FileUses(path="a.py", count=2, names=("f", "A")),)
    assert inputs["b.py"].imports == ("a.py",)
    assert inputs["b.py"].bases == (BaseClass(base="a.A", path="a.py"),)
    assert [path for path, item in inputs.items() if item.is_test] == ["test_b.py"]
