"""Signals: what says that two files belong together, each on its own."""

from __future__ import annotations

import random

import pytest

from sphinx_kwindex.relate.reasons import configuring_files, packages
from sphinx_kwindex.relate.signals import (
    FAMILY_LIMIT,
    SURE_PAIR,
    VERSION_FILES,
    BaseClass,
    Families,
    FileUses,
    NameLikeness,
    RelateInput,
    Together,
    UseLinks,
    Walk,
    fixtures,
    invert,
    pair_tests,
    size_factor,
    stem_words,
)
from sphinx_kwindex.relate.vocabulary import MAX_WORDS, Bags, Vocabulary, path_words, word_level


def make_files(*paths: str, uses: dict[str, list[str]] | None = None) -> list[RelateInput]:
    """Return files by path; those below `tests/` or named `test_` are tests; `uses` imports and uses one name each."""
    links = uses or {}
    return [
        RelateInput(
            path=path,
            is_test="tests/" in path or path.rpartition("/")[2].startswith(("test_", "conftest")),
            lines=10,
            imports=tuple(links.get(path, ())),
            uses=tuple(FileUses(path=other, count=1, names=("f",)) for other in links.get(path, ())),
        )
        for path in sorted(paths)
    ]


def pairs_of(files: list[RelateInput], table: list[dict[int, float]]) -> dict[tuple[str, str], float]:
    """Return a table by paths."""
    return {
        (files[number].path, files[other].path): value
        for number, row in enumerate(table)
        for other, value in row.items()
    }


def bag(text: str) -> list[tuple[str, int]]:
    """Return a bag of words."""
    words = text.split()
    return sorted({word: words.count(word) for word in words}.items())


def make_vocabulary(rows: list[list[tuple[str, int]]]) -> Vocabulary:
    """Return the vocabulary of files without telling paths."""
    bags = Bags()
    for number, row in enumerate(rows):
        bags.put(f"{number:04}", row)
    return Vocabulary(bags, [f"{number:04}" for number in range(len(rows))])


def similar_to(vocabulary: Vocabulary, number: int) -> dict[int, float]:
    """Return how alike the words of the files in a file's pool are."""
    return vocabulary.similar(number, vocabulary.pool(number).files)


def test_rare_words_bring_files_together() -> None:
    """A word that few files have counts more than one that many have."""
    common = [bag(f"path value index name{number}") for number in range(9)]
    found = make_vocabulary([bag("matcher capture path"), bag("matcher capture value"), *common])
    similar = similar_to(found, 0)
    assert max(similar, key=similar.__getitem__) == 1
    assert found.shared(0, found.telling(0), 1, 3) == ("capture", "matcher")


def test_words_of_most_files_say_nothing() -> None:
    """A word in more than half of the files makes no two files alike, and is no reason."""
    found = make_vocabulary([bag(f"common own{number}") for number in range(10)])
    assert similar_to(found, 0) == {}
    assert found.shared(0, found.telling(0), 1, 3) == ()


def test_file_without_words() -> None:
    """A file without a word is like no other, and like no copy of one."""
    found = make_vocabulary([[], [], bag("some words here"), bag("some words there")])
    assert similar_to(found, 0) == {}
    assert not found.is_copy(0, 1)
    assert 0 not in similar_to(found, 2)


def test_huge_file_is_bounded() -> None:
    """No more than the heaviest words of a file are kept, however many it has."""
    huge = sorted((f"word{number}", 1 + number % 7) for number in range(20 * MAX_WORDS))
    found = make_vocabulary([huge, huge, bag("word1 word2")])
    assert len(found.vector(0)) == MAX_WORDS
    assert found.is_copy(0, 1)


def test_pool_finds_the_most_similar() -> None:
    """Where there are too many files to compare all, the most similar ones are found all the same."""
    random.seed(4)
    topics = [[f"topic{topic}word{number}" for number in range(30)] for topic in range(40)]
    bags = []
    for number in range(400):
        words = random.sample(topics[number % 40], 12) + [f"noise{random.randrange(2_000)}" for _ in range(20)]
        bags.append(bag(" ".join(words)))
    found = make_vocabulary(bags)
    for number in range(0, 400, 37):
        similar = similar_to(found, number)
        best = sorted(similar, key=similar.__getitem__, reverse=True)[:3]
        assert {other % 40 for other in best} == {number % 40}


def test_vocabulary_does_not_depend_on_places() -> None:
    """Weights are those of the words, whatever the order in which files are read."""
    bags = [bag("alpha beta gamma"), bag("beta gamma delta"), bag("gamma delta alpha epsilon"), bag("zeta eta")]
    one, other = make_vocabulary(bags), make_vocabulary(bags[::-1])
    named = [{one.names[word]: weight for word, weight in one.vector(number).items()} for number in range(4)]
    assert named == [
        {other.names[word]: weight for word, weight in other.vector(number).items()} for number in (3, 2, 1, 0)
    ]


@pytest.mark.parametrize(("number", "level"), [(0, 2), (1, 2), (7, 2), (8, 3), (15, 3), (16, 4), (1010, 9)])
def test_levels_are_coarse(number: int, level: int) -> None:
    """One more or less seldom changes the level of a number."""
    assert word_level(number) == level


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("pkg/json/tag_writer.py", ("pkg", "json", "tag", "writer")),
        ("HTTPServer.py", ("http", "server")),
        ("bin/run", ("bin", "run")),
        ("pkg/__init__.py", ("pkg", "init")),
    ],
    ids=["folders", "camel", "no suffix", "package"],
)
def test_path_words(path: str, words: tuple[str, ...]) -> None:
    """The words of a path are those of its folders and its stem, not its suffix."""
    assert path_words(path) == words


def test_path_words_join_the_bag() -> None:
    """The words of the path are counted with those of the text; those that only the path has are noted."""
    bags = Bags()
    bags.put("pkg/tag.py", [("tag", 2), ("other", 1)])
    words, counts, hidden = bags.bag("pkg/tag.py")
    assert {bags.names[word]: count for word, count in zip(words, counts, strict=True)} == {
        "pkg": 10,
        "tag": 12,
        "other": 4,
    }
    assert [bags.names[word] for word in hidden] == ["pkg"]


def test_bags_are_kept() -> None:
    """Bags come back as they were dumped; damaged ones are empty ones."""
    bags = Bags()
    bags.put("a.py", [("one", 1)])
    bags.put("b.py", [("two", 9)])
    again = Bags.load(bags.dump())
    again.put("b.py", [("three", 1)])
    again.keep({"b.py"})
    assert [again.names[word] for word in again.bag("b.py").words] == ["three"]
    assert "a.py" not in again
    assert [bags.names[word] for word in bags.bag("b.py").words] == ["two"]
    for data in (None, b"", b"nonsense"):
        assert Bags.load(data).names == []


def test_bags_know_what_is_different() -> None:
    """Bags know which of them are others than when they were loaded, and how many files had a word then."""
    bags = Bags()
    for path, text in {"a.py": "one two", "b.py": "two", "c.py": "three"}.items():
        bags.put(path, bag(text))
    again = Bags.load(bags.dump())
    again.put("a.py", bag("one two"))
    again.put("b.py", bag("two four"))
    again.put("d.py", bag("three"))
    again.keep({"a.py", "b.py", "d.py"})
    before = {path: {again.names[word] for word in old.words} for path, old in again.before().items()}
    assert before == {"b.py": {"two"}, "c.py": {"three"}, "d.py": set()}
    counts = {again.names[word]: number for word, number in again.frequencies_before().items()}
    assert counts == {"four": 0}


def test_links_count_users_and_damp_hubs() -> None:
    """A use of a file that everybody uses counts less than one of a file that nobody else uses."""
    others = [f"m{number}.py" for number in range(20)]
    files = make_files(
        "hub.py", "own.py", *others, uses={path: ["hub.py"] for path in others} | {"m3.py": ["hub.py", "own.py"]}
    )
    links = UseLinks(files)
    hub, own, user = 0, len(files) - 1, [file.path for file in files].index("m3.py")
    row = links.strengths()[user]
    assert row[own] > 2 * row[hub]
    assert links.users[hub] == frozenset(range(1, 21))


def test_links_to_unknown_files_are_left_out() -> None:
    """A path that is not among the files, or the file's own, is no link."""
    files = make_files("a.py", uses={"a.py": ["a.py", "gone.py"]})
    assert UseLinks(files).strengths() == [{}]


def test_invert() -> None:
    """The other direction has the same values."""
    assert invert([{1: 0.5}, {}, {1: 1.0}]) == [{}, {0: 0.5, 2: 1.0}, {}]


def test_files_that_are_used_together() -> None:
    """Files that the same file uses belong together, the more the less else it uses; nothing, if it uses very many."""
    many = [f"m{number:02}.py" for number in range(30)]
    links = {"a.py": ["one.py", "two.py"], "b.py": ["one.py", *many[:8]], "c.py": ["one.py", *many]}
    files = make_files("one.py", "two.py", *many, *links, uses=links)
    numbers = {file.path: number for number, file in enumerate(files)}
    together = Together(UseLinks(files))
    found = {files[number].path: value for number, value in together.reach(numbers["one.py"]).items()}
    assert set(found) == {"two.py", *many[:8]}
    assert found["two.py"] > found["m00.py"]
    assert together.reach(numbers["a.py"]) == {}


def test_names() -> None:
    """Words that few files' names have make namesakes; names that few files define bring these together."""
    files = make_files("pkg/tag_reader.py", "tests/test_tag.py", *(f"p{number}/reader.py" for number in range(9)))
    numbers = {file.path: number for number, file in enumerate(files)}
    one, other = numbers["pkg/tag_reader.py"], numbers["tests/test_tag.py"]
    files[one] = RelateInput(path=files[one].path, told={"defines": ("f", "g")})
    files[other] = RelateInput(path=files[other].path, told={"defines": ("f", "g", "h")})
    names = NameLikeness(files)
    assert names.stems[one] == {other: ["tag"]}
    assert names.defined[one] == {other: ["f", "g"]}
    assert names.definers()[one] == {other: 1.0}


def test_files_named_by_one_folder() -> None:
    """`__init__` and `__main__` of a folder are no namesakes, but those of folders that are called alike are."""
    files = make_files("pkg/__init__.py", "pkg/__main__.py", "other/pkg/__init__.py")
    numbers = {file.path: number for number, file in enumerate(files)}
    stems = NameLikeness(files).stems
    assert numbers["pkg/__main__.py"] not in stems[numbers["pkg/__init__.py"]]
    assert set(stems[numbers["other/pkg/__init__.py"]]) == {numbers["pkg/__init__.py"], numbers["pkg/__main__.py"]}


@pytest.mark.parametrize(("number", "held"), [(2, True), (VERSION_FILES, True), (VERSION_FILES + 1, False)])
def test_files_that_hold_the_version(number: int, held: bool) -> None:
    """A release changes the files that hold the version; where very many do, they are of many projects."""
    files = [RelateInput(path=f"p{item}/version.py", told={"release": ("version",)}) for item in range(number)]
    table = NameLikeness([*files, RelateInput(path="z.py")]).releases()
    assert [set(row) for row in table] == [set(range(number)) - {item} if held else set() for item in range(number)] + [
        set()
    ]


def test_walk_reaches_neighbours_of_neighbours() -> None:
    """A walk finds direct neighbours most, then those that share one; not files without a link, nor itself."""
    files = make_files("a.py", "b.py", "c.py", "lone.py", uses={"a.py": ["b.py"], "c.py": ["b.py"]})
    walk = Walk(UseLinks(files).strengths(), [{} for _ in files])
    reach = walk.reach(0)
    assert set(reach) == {1, 2}
    assert reach[1] > reach[2]
    assert walk.reach(3) == {}


PAIRS = {
    "same stem": (["pkg/tag.py", "tests/test_tag.py"], {("tests/test_tag.py", "pkg/tag.py")}),
    "suffix": (["pkg/tag.py", "pkg/tag_test.py"], set()),
    "folder in the stem": (
        ["pkg/json/tag.py", "pkg/tag.py", "tests/test_json_tag.py"],
        {("tests/test_json_tag.py", "pkg/json/tag.py")},
    ),
    "unittest": (["pkg/tag.py", "tests/unittest_tag.py"], {("tests/unittest_tag.py", "pkg/tag.py")}),
    "longer source": (["pkg/graph_hashing.py", "tests/test_graph.py"], set()),
    "nearest of many": (
        ["pkg/one/utils.py", "pkg/two/utils.py", "pkg/one/tests/test_utils.py"],
        {("pkg/one/tests/test_utils.py", "pkg/one/utils.py")},
    ),
    "too many": ([*(f"p{n}/x/y/utils.py" for n in range(6)), "tests/test_utils.py"], set()),
    "package": (["pkg/json/__init__.py", "tests/test_json.py"], {("tests/test_json.py", "pkg/json/__init__.py")}),
    "helper": (["pkg/helpers.py", "tests/helpers.py"], set()),
}


@pytest.mark.parametrize(("paths", "expected"), PAIRS.values(), ids=PAIRS.keys())
def test_sure_pairs(paths: list[str], expected: set[tuple[str, str]]) -> None:
    """A test is paired with the source whose stem it bears; of several with the nearest; with none if in doubt."""
    files = make_files(
        *paths, uses={path: [p for p in paths if "/test" not in p][:1] for path in paths if "test_json" in path}
    )
    found = {
        pair for pair, value in pairs_of(files, pair_tests(files)).items() if value >= SURE_PAIR and "tests/" in pair[0]
    }
    assert found == expected


def test_pairs_go_both_ways() -> None:
    """What a test is to a source, the source is to the test."""
    files = make_files("pkg/tag.py", "tests/test_tag.py")
    found = pairs_of(files, pair_tests(files))
    assert found["pkg/tag.py", "tests/test_tag.py"] == found["tests/test_tag.py", "pkg/tag.py"]


@pytest.mark.parametrize(
    ("path", "words"),
    [("tests/test_json_tag.py", ("json", "tag")), ("pkg/json/__init__.py", ("json",)), ("run.py", ("run",))],
)
def test_stem_words(path: str, words: tuple[str, ...]) -> None:
    """The words of a stem leave `test` out; a package has those of its folder."""
    assert stem_words(path) == words


def test_families() -> None:
    """Bases and derived classes are told apart; files that extend the same class are siblings, the fewer the closer."""
    files = [
        RelateInput(path="a.py", bases=(BaseClass(base="base.Base", path="base.py"),)),
        RelateInput(path="b.py", bases=(BaseClass(base="base.Base", path="base.py"), BaseClass(base="other.Thing"))),
        RelateInput(path="base.py", bases=(BaseClass(base="builtins.object"),)),
        RelateInput(path="c.py", bases=(BaseClass(base="builtins.object"),)),
    ]
    found = Families(files)
    assert found.bases == [{2: ["base.Base"]}, {2: ["base.Base"]}, {}, {}]
    assert found.siblings == [{1: ["base.Base"]}, {0: ["base.Base"]}, {}, {}]
    assert found.table()[0][1] == pytest.approx(1 / 1.585, abs=0.01)


def test_big_families_are_none() -> None:
    """A class that very many files extend relates none of them."""
    files = [
        RelateInput(path=f"m{number:03}.py", bases=(BaseClass(base="nn.Module"),)) for number in range(FAMILY_LIMIT + 1)
    ]
    assert not any(Families(files).siblings)
    assert any(Families(files[1:]).siblings)


def test_configuring_files() -> None:
    """Tests belong to the nearest conftest at or above them, other files only if it is in their package."""
    files = make_files(
        "pkg/__init__.py", "pkg/a.py", "pkg/conftest.py", "pkg/tests/test_a.py", "src/b.py", "conftest.py"
    )
    found = pairs_of(files, configuring_files(files))
    assert found == {
        ("pkg/__init__.py", "pkg/conftest.py"): 0.7,
        ("pkg/a.py", "pkg/conftest.py"): 0.7,
        ("pkg/conftest.py", "conftest.py"): 1.0,
        ("pkg/tests/test_a.py", "pkg/conftest.py"): 1.0,
    }


def test_conftest_and_material() -> None:
    """Pytest takes no fixture to files that tests only read."""
    files = make_files("tests/conftest.py", "tests/test_a.py", "tests/requests/valid/001.py")
    found = pairs_of(files, configuring_files(files, fixtures(files)))
    assert found == {("tests/test_a.py", "tests/conftest.py"): 1.0}


def test_packages() -> None:
    """A module belongs to the package file of its own folder, unless that is empty."""
    files = make_files("pkg/__init__.py", "pkg/a.py", "pkg/sub/b.py", "pkg/sub/__init__.py")
    files[2] = RelateInput(path="pkg/sub/__init__.py", lines=0)
    assert pairs_of(files, packages(files)) == {("pkg/a.py", "pkg/__init__.py"): 1.0}


def test_size_factor_is_flat_for_big_files() -> None:
    """Empty files are never named; a generated file of 100,000 lines is worth no more than one of a thousand."""
    assert size_factor(0) == 0
    assert size_factor(20) < size_factor(300) < size_factor(1_100) == size_factor(100_000) == 1


def test_fixtures() -> None:
    """Files below a folder of tests, in folders without tests, are material, unless something outside uses them."""
    paths = [
        "pkg/a.py",
        "tests/conftest.py",
        "tests/data/case.py",
        "tests/data/deep/other.py",
        "tests/helpers.py",
        "tests/support/tools.py",
        "tests/test_a.py",
        "tests/unit/test_b.py",
        "tests/unit/common.py",
    ]
    files = make_files(*paths, uses={"tests/test_a.py": ["tests/support/tools.py"], "tests/data/case.py": ["pkg/a.py"]})
    assert [files[number].path for number in sorted(fixtures(files))] == [
        "tests/data/case.py",
        "tests/data/deep/other.py",
    ]
