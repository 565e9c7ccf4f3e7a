"""The index file: what is written is read back, and nothing that happens to the file ends a build."""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sphinx_kwindex import cache
from sphinx_kwindex.errors import Problem, StoreError, WarningKind
from sphinx_kwindex.model import (
    Definition,
    FileFacts,
    Flag,
    Import,
    Kind,
    LinkedFile,
    LinkState,
    PackedUses,
    Reason,
    References,
    Related,
    Relation,
    RelationKind,
    Role,
    SourceFile,
    UseKind,
    UseRow,
)
from sphinx_kwindex.options import Options
from sphinx_kwindex.packing import Pack
from sphinx_kwindex.store import KEEP_GENERATIONS, Changes, Pending, Reader, Store, unpack_uses

PROJECT = Path(__file__).resolve().parent.parent
pack = msgspec.msgpack.encode


def source(path: str, digest: str = "1", **changes: Any) -> SourceFile:
    module = path.removesuffix(".py").replace("/", ".")
    values = {"path": path, "language": "python", "module": module, "is_package": False, "digest": f"{path} {digest}"}
    return SourceFile(**{**values, "size": 10, "mtime_ns": 5, **changes})


def facts(path: str, *names: str, **changes: Any) -> FileFacts:
    module = path.removesuffix(".py").replace("/", ".")
    first = Definition(
        name=module.rpartition(".")[2],
        qualname="",
        kind=Kind.MODULE,
        line=1,
        col=0,
        end_line=9,
        scope=-1,
        summary="Doc.",
    )
    rest = [
        Definition(
            name=name.rpartition(".")[2], qualname=name, kind=Kind.CLASS, line=line, col=0, end_line=line, scope=0,
            flags=Flag.PRIVATE if name.startswith("_") else 0,
        )
        for line, name in enumerate(names, 2)
    ]  # fmt: skip
    return FileFacts(
        **{
            "path": path,
            "language": "python",
            "module": module,
            "is_package": False,
            "role": Role.MODULE,
            "lines": 9,
            "size": 10,
            "definitions": (first, *rest),
            **changes,
        }
    )


def encoded(item: FileFacts, words: Sequence[tuple[str, int]] = ()) -> tuple[bytes, bytes, bytes]:
    return pack(item), pack(References(targets=("a.F",), names=("F",), rows=(0, 0, 1, 0, 0, 0))), pack(tuple(words))


@pytest.fixture
def open_store(tmp_path: Path) -> Callable[..., Store]:
    """Return a function that opens the store of this test (again)."""

    def run(**changes: Any) -> Store:
        return Store.open(
            tmp_path / "cache", **{"options": Options(), "versions": {"python": "1"}, "wait": 0, **changes}
        )

    return run


def fill(store: Store, *files: FileFacts, digest: str = "1") -> Changes:
    """Store these files, as the whole tree."""
    sources = [source(item.path, digest) for item in files]
    with store.transaction():
        for file, item in zip(sources, files, strict=True):
            store.put_summary(file, encoded(item, [("word", 2)]))
        return store.replace_files(sources)


def test_summary_round_trip(open_store: Callable[..., Store]) -> None:
    """What collect found of a file is read back as it was."""
    item = facts("a.py", "F", "_G")
    with open_store() as store:
        assert store.missing_summaries([source("a.py")]) == [source("a.py")]
        fill(store, item)
        assert store.missing_summaries([source("a.py")]) == []
        reader = store.reader()
        assert reader.facts("a.py") == item
        assert reader.references("a.py").targets == ("a.F",)
        assert reader.words("a.py") == (("word", 2),)
        assert reader.facts("b.py") is None
        assert reader.references("b.py") == References()
        assert reader.words("b.py") == ()
        assert reader.linked("a.py") is None
        reader.close()


def test_file_rows(open_store: Callable[..., Store]) -> None:
    """Lists get a light row per file, with keywords counted by kind, public and private."""
    error = Problem(WarningKind.PARSE, "b.py", 3, "no")
    with open_store() as store:
        fill(store, facts("b.py", error=error), facts("a.py", "F", "_G"))
        first, second = store.files()
        assert (first.path, first.doc, first.error) == ("a.py", "Doc.", "")
        assert first.counts == ((Kind.MODULE, 1, 0), (Kind.CLASS, 1, 1))
        assert (second.path, second.error) == ("b.py", "no")
        assert store.file("b.py") == second
        assert store.file("c.py") is None
        assert store.problems() == (error,)


def test_keywords(open_store: Callable[..., Store]) -> None:
    """Keywords are found by any mix of path, name (whatever its case, if asked), kind and id; imports are keywords."""
    bound = Import(name="np", target="numpy", line=1, col=7, scope=1, text="import numpy as np")
    star = Import(name="*", target="os", line=2, col=0, scope=0, text="from os import *")
    with open_store() as store:
        fill(store, facts("a.py", "F", imports=(bound, star)), facts("b.py", "f", "F.f"))
        assert [k.id for k in store.keywords(path="a.py")] == ["a", "a.F", "a.F.np"]
        assert [k.id for k in store.keywords(name="f")] == ["b.f", "b.F.f"]
        assert [k.id for k in store.keywords(folded="F")] == ["a.F", "b.f", "b.F.f"]
        assert [k.id for k in store.keywords(kind="import")] == ["a.F.np"]
        assert [k.path for k in store.keywords(id="b", kind=Kind.MODULE)] == ["b.py"]
        assert store.keywords(name="nothing") == ()


def test_names_in_order(open_store: Callable[..., Store]) -> None:
    """A-Z order: whatever the case first, then the case, then the path; import bindings only if asked for."""
    bound = Import(name="abc", target="abc", line=1, col=7, scope=0, text="import abc")
    with open_store() as store:
        fill(store, facts("z.py", "Éa", "b", "B", imports=(bound,)), facts("y.py", "b"))
        assert [(name, k.path) for name, k in store.names()] == [
            ("B", "z.py"), ("b", "y.py"), ("b", "z.py"), ("y", "y.py"), ("z", "z.py"), ("Éa", "z.py"),
        ]  # fmt: skip
        assert [k.id for _, k in store.names(prefix="B")] == ["z.B", "y.b", "z.b"]
        assert [name for name, _ in store.names(prefix="a", imports=True)] == ["abc"]


def use(path: str, target: str, line: int = 1, **changes: Any) -> UseRow:
    name = target.rpartition(".")[2]
    return UseRow(
        **{
            "path": path,
            "line": line,
            "col": 0,
            "name": name,
            "kind": UseKind.CALL,
            "scope": "",
            "target": target,
            "candidates": 0 if changes.get("exact", True) else 1,
            **changes,
        }
    )


def has_summary(store: Store, file: SourceFile) -> bool:
    return not store.missing_summaries([file])


def pack_uses(path: str, rows: Iterable[UseRow]) -> PackedUses:
    """Pack uses of keywords that `path` defines, in source order."""
    pack = Pack()
    for row in rows:
        candidates = 1 if row.exact else 1 - max(row.candidates, 1)
        pack.add(row.target, row.name, row.scope, (row.line, row.col, row.kind, candidates), row.example)
    return pack.packed(path)


def test_uses_round_trip() -> None:
    """Packing uses loses nothing."""
    rows = [use("b.py", "a.F", kind=UseKind.EXCEPT), use("b.py", "a.F.g", 2, scope="x.<locals>.y", exact=False, col=7)]
    assert list(unpack_uses("b.py", pack_uses("a.py", rows))) == rows


def test_uses(open_store: Callable[..., Store]) -> None:
    """Uses are asked for by the file that defines and by the file that uses; guesses are not counted."""
    in_a, in_b = use("a.py", "a.F", 4), use("b.py", "a.F", 1)
    guess, other = use("b.py", "a.F", 2, exact=False), use("b.py", "b.G", 3)
    with open_store() as store:
        fill(store, facts("a.py", "F"), facts("b.py", "G"))
        store.replace_linked(
            LinkedFile(path="b.py"), [pack_uses("b.py", [other]), pack_uses("a.py", [in_b, guess])], imported=["a.py"]
        )
        store.replace_linked(LinkedFile(path="a.py"), [pack_uses("a.py", [in_a])])
        assert store.uses_of("a.py") == (in_a, in_b, guess)
        assert store.uses_in("b.py") == (in_b, guess, other)
        assert store.use_counts("a.py") == {"a.F": (2, 2)}
        assert store.use_counts() == {"a.F": (2, 2), "b.G": (1, 1)}
        assert store.importers("a.py") == ("b.py",)
        assert store.import_edges() == (("b.py", "a.py"),)
        store.replace_linked(LinkedFile(path="b.py"), [])
        assert store.uses_of("a.py") == (in_a,)
        assert store.import_edges() == ()


def test_what_link_says(open_store: Callable[..., Store]) -> None:
    """What link says of a file is read back; relations are found from both ends."""
    relation = Relation(kind=RelationKind.BASE, source="b.G", target="a.F")
    linked = LinkedFile(path="b.py", relations=(relation,), unresolved=(("os", 2),))
    state = LinkState(path="b.py", module="b", is_package=False, members=("run",))
    with open_store() as store:
        fill(store, facts("a.py", "F"), facts("b.py", "G"))
        assert not store.has_linked("b.py")
        store.replace_linked(linked, [])
        store.replace_link_state("b.py", state)
        assert store.has_linked("b.py")
        assert store.linked("b.py") == linked
        assert store.relations_to("a.py") == (relation,)
        assert store.relations_to("b.py") == ()
        assert store.link_states() == {"b.py": state}


def test_linked_to_the_same(open_store: Callable[..., Store]) -> None:
    """What link says again is not written again, and relate does not hear of it; anything else is."""
    problem = Problem(WarningKind.HIERARCHY, "b.py", 1, "x")
    uses = [[], [pack_uses("a.py", [use("b.py", "a.F")])], [pack_uses("a.py", [use("b.py", "a.F", 2)])]]
    others: list[dict[str, Any]] = [
        {},
        {"imported": ["a.py"]},
        {"imported": ["a.py"], "late": {"a.py": 1}},
        {"problems": [problem]},
    ]
    with open_store() as store:
        fill(store, facts("a.py", "F"), facts("b.py", "G"))
        for found, more in itertools.product(uses, others):
            for is_new in (True, False):
                store.clear_pending("relate")
                store.replace_linked(LinkedFile(path="b.py"), found, **more)
                assert bool(store.pending("relate").changed) == is_new
        assert store.problems() == (problem,)


def test_related(open_store: Callable[..., Store]) -> None:
    """Rankings are read back in order."""
    rows = tuple(Related(path=p, score=1.5, group="uses", reasons=(Reason(kind="uses", count=2),)) for p in "cb")
    with open_store() as store:
        fill(store, facts("a.py"))
        store.replace_related("a.py", rows)
        assert store.related("a.py") == rows
        assert store.related("b.py") == ()


def test_removed_file_leaves_nothing(open_store: Callable[..., Store]) -> None:
    """A file that is gone has no rows left in any table, but for its summary."""
    with open_store() as store:
        fill(store, facts("a.py", "F", problems=(Problem(WarningKind.LIMIT, "a.py", 1, "x"),)), facts("b.py", "G"))
        relation = Relation(kind=RelationKind.BASE, source="a.F", target="b.G")
        store.replace_linked(
            LinkedFile(path="a.py", relations=(relation,)), [pack_uses("b.py", [use("a.py", "b.G")])], imported=["b.py"]
        )
        store.replace_linked(LinkedFile(path="b.py"), [pack_uses("a.py", [use("b.py", "a.F")])], imported=["a.py"])
        store.replace_related("a.py", ())
        assert fill(store, facts("b.py", "G")) == Changes((), (), ("a.py",))
        tables = ["keyword", "problem", "linked", "uses", "imported", "relation", "related"]
        counts = {table: store._rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables}
        assert counts == {**dict.fromkeys(tables, 0), "keyword": 2, "linked": 1}


def test_pending_survives(open_store: Callable[..., Store]) -> None:
    """What a stage has not seen is told to it until it says that it has, also by later runs."""
    with open_store() as store:
        fill(store, facts("a.py"), facts("b.py"))
        store.clear_pending("link")
        fill(store, facts("a.py"), facts("c.py"))
    with open_store() as store:
        assert fill(store, facts("a.py"), facts("c.py")) == Changes((), (), ())
        assert store.pending("link") == Pending(("c.py",), ("b.py",))
        assert store.pending("relate") == Pending(("a.py", "c.py"), ("b.py",))
        store.clear_pending("link")
        assert store.pending("link") == Pending((), ())


@pytest.mark.parametrize(
    ("changes", "is_known"),
    [
        ({}, True),
        ({"options": Options(jobs=3, root="x")}, True),
        ({"options": Options(max_file_size=3)}, False),
        ({"versions": {"python": "2"}}, False),
    ],
    ids=["the same", "settings of other stages", "settings of collect", "another collector"],
)
def test_summary_keys(open_store: Callable[..., Store], changes: dict[str, Any], is_known: bool) -> None:
    """A summary is used again exactly if collect would find the same."""
    with open_store() as store:
        fill(store, facts("a.py"))
    with open_store(**changes) as store:
        assert has_summary(store, source("a.py")) is is_known
        assert store.problems_met == []


def test_changed_time_is_no_change(open_store: Callable[..., Store]) -> None:
    """A file with a new time and the same bytes is not changed, and its time is known from then on."""
    touched = source("a.py", mtime_ns=99)
    with open_store() as store:
        fill(store, facts("a.py"))
        before = store.state()
        assert store.replace_files([touched]) == Changes((), (), ())
        assert store.state() == before
        assert store.known() == {"a.py": touched}


def test_old_summaries_are_swept(open_store: Callable[..., Store]) -> None:
    """A summary stays for some generations after its file went, and for ever while a file has it."""
    with open_store() as store:
        fill(store, facts("a.py"), facts("kept.py"))
        for generation in range(KEEP_GENERATIONS):
            assert has_summary(store, source("a.py")), generation
            fill(store, facts("a.py", f"V{generation}"), facts("kept.py"), digest=f"new {generation}")
            store.sweep()
        fill(store, facts("kept.py"))
        store.sweep()
        assert not has_summary(store, source("a.py"))
        assert has_summary(store, source("kept.py"))


def test_summary_that_comes_back_stays(open_store: Callable[..., Store]) -> None:
    """A file that is as it was some generations ago (another branch) is not collected again, and not swept."""
    with open_store() as store:
        for digest in ("1", "2", "1", "2", "1", "2", "1"):
            store.put_summary(source("a.py", digest), encoded(facts("a.py")))
            store.replace_files([source("a.py", digest)])
            assert store.sweep() == 0


def test_transaction_is_all_or_nothing(open_store: Callable[..., Store]) -> None:
    """An exception takes back everything since the outermost transaction began."""
    with open_store() as store:
        with contextlib.suppress(ZeroDivisionError), store.transaction():
            fill(store, facts("a.py"))
            raise ZeroDivisionError
        assert store.files() == ()
        assert not has_summary(store, source("a.py"))


def test_meta_and_blobs(open_store: Callable[..., Store]) -> None:
    """Stages can keep short texts and bytes of their own."""
    with open_store() as store:
        store.set_meta("x", "1")
        store.set_blob("relate:a", b"1")
        store.set_blob("relate:b", b"2")
        store.set_blob("relate:a", None)
        assert (store.get_meta("x"), store.get_meta("y", "-")) == ("1", "-")
        assert store.get_blob("relate:b") == b"2"
        assert store.get_blob("relate:a") is None


def test_state_tells_of_changes(open_store: Callable[..., Store]) -> None:
    """The digest of the whole index is the same exactly while nothing changes."""
    with open_store() as store:
        fill(store, facts("a.py"))
        before = store.state()
        fill(store, facts("a.py"))
        assert store.state() == before
        fill(store, facts("a.py"), digest="2")
        assert store.state() != before


# What can happen to the file


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 255
    file.write_bytes(data)


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "one byte": flip,
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:5000]),
    "something else": lambda file: file.write_text("not an index"),
    "empty": lambda file: file.write_bytes(b""),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage(open_store: Callable[..., Store], tmp_path: Path, damage: Callable[[Path], Any]) -> None:
    """A damaged index is made anew, with one problem."""
    with open_store() as store:
        fill(store, facts("a.py"))
    damage(tmp_path / "cache" / cache.INDEX)
    with open_store() as store:
        assert [(p.kind, p.text) for p in store.problems_met] == [
            (WarningKind.STORE, "the cache is damaged and will be rebuilt")
        ]
        assert store.files() == ()
        fill(store, facts("a.py"))
    with open_store() as store:
        assert store.problems_met == []
        assert len(store.files()) == 1


@pytest.mark.parametrize("damage", [DAMAGES["cut off"], DAMAGES["something else"]], ids=["cut off", "something else"])
def test_damage_after_a_kill(open_store: Callable[..., Store], tmp_path: Path, damage: Callable[[Path], Any]) -> None:
    """Without the checksum, which a killed build takes away, damage is found by SQLite."""
    with open_store() as store:
        fill(store, facts("a.py"))
    (tmp_path / "cache" / cache.CHECKSUM).unlink()
    damage(tmp_path / "cache" / cache.INDEX)
    with open_store() as store:
        assert len(store.problems_met) == 1
        assert store.files() == ()


def test_other_version(open_store: Callable[..., Store]) -> None:
    """An index with another schema is made anew, with one problem."""
    with open_store() as store:
        fill(store, facts("a.py"))
        store.set_meta("version", "0")
    with open_store() as store:
        assert [p.text for p in store.problems_met] == ["the cache is of another version and will be rebuilt"]
        assert store.files() == ()


def test_damaged_record(open_store: Callable[..., Store]) -> None:
    """A record that does not decode is an error that says so, never a wrong answer."""
    with open_store() as store:
        fill(store, facts("a.py"))
        store._run("UPDATE summary SET facts = ?, refs = ?", b"\x01", b"\x01")
        for read in (store.facts, store.references):
            with pytest.raises(StoreError) as caught:
                read("a.py")
            assert caught.value.damaged


KILLED = """
import os, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[3]]
from test_store import *
store = Store.open(Path(sys.argv[1]), options=Options(), versions={"python": "1"})
fill(store, facts("a.py"))
with store.transaction():
    fill(store, facts("b.py"))
    os._exit(3)
"""


def test_killed_writer(open_store: Callable[..., Store], tmp_path: Path) -> None:
    """After a kill inside a transaction the summaries are as before it, unlocked, and no problem is reported."""
    command = [sys.executable, "-c", KILLED, str(tmp_path / "cache"), str(PROJECT), str(PROJECT / "tests")]
    assert subprocess.run(command, check=False).returncode == 3
    with open_store() as store:
        assert store.problems_met == []
        assert [has_summary(store, source(path)) for path in ("a.py", "b.py")] == [True, False]


def test_two_builds_at_once(open_store: Callable[..., Store]) -> None:
    """A second build that would wait too long works on a copy, with one problem; the first does not notice."""
    with open_store() as first:
        fill(first, facts("a.py"))
        with open_store() as second:
            assert [p.text for p in second.problems_met] == [
                "the cache folder is in use by another build; a temporary one is used"
            ]
            assert has_summary(second, source("a.py"))
            fill(second, facts("b.py"))
            assert [row.path for row in second.files()] == ["b.py"]
            folder = second.place.folder
        assert [row.path for row in first.files()] == ["a.py"]
    del second
    assert not folder.exists()


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Where the cache folder cannot be written, a temporary one is used, with one problem."""
    (tmp_path / "file").write_text("")
    with Store.open(tmp_path / "file" / "cache", options=Options()) as store:
        assert [p.kind for p in store.problems_met] == [WarningKind.STORE]
        assert "cannot be written" in store.problems_met[0].text
        fill(store, facts("a.py"))
        assert len(store.reader().files()) == 1


def test_read_only_folder(open_store: Callable[..., Store], tmp_path: Path) -> None:
    """What a read-only cache folder holds is used all the same."""
    with open_store() as store:
        fill(store, facts("a.py"))
    (tmp_path / "cache").chmod(0o500)
    if os.access(tmp_path / "cache", os.W_OK):
        pytest.skip("this user may write everywhere")
    try:
        with open_store() as store:
            assert has_summary(store, source("a.py"))
            assert len(store.problems_met) == 1
    finally:
        (tmp_path / "cache").chmod(0o700)


def test_full_disk(open_store: Callable[..., Store]) -> None:
    """A full disk is an error that making the index anew would not mend."""
    with open_store() as store:
        store._run("PRAGMA max_page_count = 1")
        with pytest.raises(StoreError) as caught:
            store.put_summary(source("a.py"), (b"x" * 99999, b"", b""))
        assert not caught.value.damaged


def test_relocated_cache(open_store: Callable[..., Store], tmp_path: Path) -> None:
    """A cache that was moved is as good as before: it holds no absolute path."""
    with open_store() as store:
        fill(store, facts("a.py"))
    (tmp_path / "cache").rename(tmp_path / "moved")
    with Store.open(tmp_path / "moved", options=Options(), versions={"python": "1"}) as store:
        assert has_summary(store, source("a.py"))
        assert store.problems_met == []
    assert str(tmp_path).encode() not in (tmp_path / "moved" / cache.INDEX).read_bytes()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_reader_after_a_fork(open_store: Callable[..., Store]) -> None:
    """A reader that was used before a fork opens a connection of its own in the child."""
    with open_store() as store:
        fill(store, facts("a.py"))
        reader = store.reader()
        assert len(reader.files()) == 1
        before = reader._connection()
        child = os.fork()
        if child == 0:
            is_good = len(reader.files()) == 1 and reader._connection() is not before
            os._exit(0 if is_good else 1)
        assert os.waitpid(child, 0)[1] == 0
        reader.close()


def test_reader_cannot_write(open_store: Callable[..., Store]) -> None:
    """Readers are read-only, and see what was committed since they were opened."""
    with open_store() as store:
        reader = Reader(store.path)
        assert reader.files() == ()
        fill(store, facts("a.py"))
        assert len(reader.files()) == 1
        with pytest.raises(sqlite3.OperationalError):
            reader._connection().execute("DELETE FROM file")
        reader.close()


def test_missing_index(tmp_path: Path) -> None:
    """A reader of nothing raises our own error."""
    with pytest.raises(StoreError):
        Reader(tmp_path / "none.sqlite").files()


def test_order_of_counts(open_store: Callable[..., Store]) -> None:
    """Numbers of uses are in order of the ids, whichever file was linked last."""
    with open_store() as store:
        fill(store, facts("a.py", "F", "G"), facts("b.py"), facts("c.py"))
        for path, target in (("c.py", "a.G"), ("b.py", "a.F"), ("c.py", "a.G")):
            store.replace_linked(LinkedFile(path=path), [pack_uses("a.py", [use(path, target)])])
            counts = list(store.use_counts("a.py"))
            assert counts == sorted(counts)
