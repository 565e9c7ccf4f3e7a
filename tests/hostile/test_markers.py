"""Nothing of an indexed tree is run: there is a marker under the name of everything that we import or start."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from attacks import plant_modules, plant_programs, run_dump
from conftest import PROJECT, write_files

import sphinx_kwindex
from sphinx_kwindex.isolation import closed_path, find_program, imports_as_given, imports_closed
from sphinx_kwindex.options import load_named

TOOLS = [
    *("astroid", "docutils", "markdown_it", "mdurl", "msgspec", "myst_parser", "ruff", "sphinx", "tomli"),
    *("sphinx_kwindex", "typing_extensions", "pygments", "PIL", "yaml", "roman", "numpy", "pluggy", "sitecustomize"),
    *("usercustomize", "pip", "setuptools", "git", "dot", "graphviz", "pkg_resources", "_virtualenv", "evil"),
]
NAMES = sorted({*sys.stdlib_module_names, *TOOLS} - {"__main__"})
PROGRAMS = [
    *("git", "dot", "ruff", "python", "python3", "sh", "gpg", "ssh", "less", "env", "git-log", "git-rev-parse"),
    *("ruff.exe", "git.exe", "dot.exe", "uname", "ldconfig", "gcc", "lsb_release"),
]
CODECS = ["idna", "bz2_codec", "quopri", "zlib_codec", "shift_jis", "johab", "evil", "uu", "rot13", "mbcs", "punycode"]
README = """\
Title
=====

.. include:: /etc/passwd
   :parser: evil

.. include:: README.rst
   :parser: antigravity

.. code:: evil

   text

.. csv-table::
   :url: file:///etc/passwd

.. csv-table::
   :file: /etc/passwd

.. raw:: html
   :file: /etc/passwd

.. role:: python(code)
   :language: evil

.. figure:: picture.png
   :figwidth: image

.. math:: x

Text with :python:`code`.
"""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a tree full of markers, and the file that they would write to."""
    folder = tmp_path_factory.mktemp("planted")
    root, marker = folder / "tree", folder / "marker"
    plant_modules(root, NAMES, marker)
    plant_modules(root / "lib", NAMES, marker, packages=True)
    plant_programs(root, PROGRAMS, marker)
    plant_programs(root / "bin", PROGRAMS, marker)
    write_files(root, {f"coded/{name}.py": f"# coding: {name}\nx = 1\n" for name in CODECS})
    write_files(root, {"README.rst": README, "lib/README.md": "# Title\n\n<script>x</script> `evil`\n"})
    write_files(
        root, {"pkg/loop.py": "def f(xs):\n    ys = []\n    for x in xs:\n        ys.append(x + 1)\n    return ys\n"}
    )
    for name, value in (("pygments.lexers", "evil:Lexer"), ("console_scripts", "evil:main")):
        metadata = root / f"{name.replace('.', '_')}-9.dist-info"
        write_files(
            metadata, {"entry_points.txt": f"[{name}]\nevil = {value}\n", "METADATA": "Name: evil\nVersion: 9\n"}
        )
    write_files(root / "ruff-99.dist-info", {"METADATA": "Name: ruff\nVersion: 99\n", "RECORD": "bin/ruff,,\n"})
    _repository(root)
    return root, marker


def _repository(root: Path) -> None:
    """Make the tree a repository whose configuration, hooks and attributes name programs."""
    git = ["git", "-c", "user.name=n", "-c", "user.email=e", "-C", str(root)]
    for arguments in (["init", "-q"], ["add", "pkg", "README.rst"], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    evil = str(root / "bin" / "git")
    config = root / ".git" / "config"
    config.write_text(
        config.read_text(encoding="utf-8")
        + f"[core]\nfsmonitor = {evil}\nsshCommand = {evil}\npager = {evil}\nhooksPath = {root}/bin\neditor = {evil}\n"
        f"alternateRefsCommand = {evil}\n[gpg]\nprogram = {evil}\n[diff]\nexternal = {evil}\nrelative = true\n"
        f'orderFile = /dev/zero\n[diff "evil"]\ntextconv = {evil}\ncommand = {evil}\n'
        f'[filter "evil"]\nclean = {evil}\nsmudge = {evil}\nprocess = {evil}\n[alias]\nlog = !{evil}\n'
        f"[log]\nshowSignature = true\n[pager]\nlog = {evil}\n[credential]\nhelper = {evil}\n[color]\nui = always\n",
        encoding="utf-8",
    )
    (root / ".gitattributes").write_text("* diff=evil filter=evil\n", encoding="utf-8")
    os.mkfifo(root / ".mailmap")


def said(marker: Path) -> str:
    return marker.read_text(encoding="utf-8") if marker.exists() else ""


@pytest.fixture(scope="module")
def reference(planted: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return what `dump` says of the tree where nothing leads to it."""
    done = run_dump(planted[0], "--jobs", "1", cwd=tmp_path_factory.mktemp("elsewhere"))
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the planted programs are scripts of a shell")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("way", ["inside", "outside", "on the import path", "on the search path"])
def test_dump(planted: tuple[Path, Path], reference: bytes, tmp_path: Path, jobs: str, way: str) -> None:
    """Whatever leads to the tree, nothing of it is run, and the index is the same."""
    root, marker = planted
    search = os.pathsep.join([".", "", str(root / "bin"), "bin", os.environ["PATH"]])
    done = run_dump(
        root,
        *("--jobs", jobs, "--option", "history=True", "--option", "recent=5"),
        cwd=tmp_path if way == "outside" else root,
        path=["", str(root), str(root / "lib")] if way == "on the import path" else [],
        environment={"PATH": search} if way == "on the search path" else {},
    )
    assert said(marker) == ""
    assert done.returncode == 0, done.stderr.decode()
    assert b"history" not in done.stderr, done.stderr.decode()
    without = [line for line in reference.splitlines() if b'"type":"related"' not in line]
    assert [line for line in done.stdout.splitlines() if b'"type":"related"' not in line] == without


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the planted programs are scripts of a shell")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("way", ["inside", "conf.py"])
def test_sphinx_build(planted: tuple[Path, Path], tmp_path: Path, jobs: str, way: str) -> None:
    """`sphinx-build` runs nothing of the tree through us, also where conf.py puts the tree on the import path."""
    root, marker = planted
    start = f"import sys\nsys.path[:0] = ['', {str(root)!r}]\n" if way == "conf.py" else ""
    conf = (
        start
        + f"extensions = ['sphinx.ext.graphviz', 'sphinx_kwindex']\nkwindex_root = {str(root)!r}\nkwindex_graphs = True\n"
    )
    write_files(tmp_path, {"docs/conf.py": conf, "docs/index.rst": "T\n=\n\n.. toctree::\n\n   kwindex/index\n"})
    code = f"import sys; sys.path.insert(0, {str(PROJECT)!r}); from sphinx.cmd.build import main; sys.exit(main(sys.argv[1:]))"
    command = [
        sys.executable,
        "-I",
        "-c",
        code,
        "-q",
        "-j",
        jobs,
        "-b",
        "html",
        str(tmp_path / "docs"),
        str(tmp_path / "out"),
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, timeout=300, check=False)
    # Sphinx itself may take what conf.py has put in its way.
    ours = [line for line in said(marker).splitlines() if "sphinx_kwindex" in line]
    marker.unlink(missing_ok=True)
    assert ours == []
    if way == "inside":
        assert done.returncode == 0, done.stderr.decode()
        assert "PERF401" in (tmp_path / "out" / "kwindex" / "tree" / "pkg" / "loop.py.html").read_text(encoding="utf-8")


def test_readme_names_modules(tmp_path: Path) -> None:
    """No directive of a README has a module imported, wherever it lies; what stands beside them is read."""
    write_files(tmp_path, {"README.rst": README + "\nA paragraph.\n"})
    modules = ("antigravity", "evil")
    check = f"import sys; print([name for name in {modules!r} if name in sys.modules])"
    code = f"from pathlib import Path; from sphinx_kwindex.collect.prose.rest import parse_rest; print(parse_rest(Path('README.rst').read_text()).first_paragraph); {check}"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == ["Text with code.", "[]"], done.stderr


def test_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the import path, what lies in the tree is left out; our own folder stays, last, where it is in the tree."""
    inside, outside = tmp_path / "tree" / "src", tmp_path / "other"
    for folder in (inside, outside):
        folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "path", ["", str(inside), str(PROJECT), str(outside), str(tmp_path / "tree"), *sys.path])
    rest = sys.path[5:]
    assert closed_path(tmp_path / "tree") == [str(PROJECT), str(outside), *rest]
    home = Path(sphinx_kwindex.__file__).parents[1]
    last = closed_path(home.parent)
    assert all(home.parent in Path(entry).parents for entry in last[last.index(str(home)) :])
    given = sys.path[:]
    with imports_closed(tmp_path / "tree"):
        assert sys.path == [str(PROJECT), str(outside), *rest]
        with imports_as_given():
            assert sys.path == given
        assert sys.path == [str(PROJECT), str(outside), *rest]
    assert sys.path == given
    (inside / "inside.py").write_text("value = 1\n", encoding="utf-8")
    with imports_closed(tmp_path / "tree"):
        assert load_named("inside.value") == 1, "what the user names in a setting may be anywhere"


def test_python_itself_may_be_the_tree() -> None:
    """The folders of the running Python stay on the path where one of them is indexed."""
    for name in ("stdlib", "purelib"):
        root = Path(sysconfig.get_path(name))
        assert set(sys.path) - set(closed_path(root)) <= {""}


@pytest.mark.skipif(sys.platform == "win32", reason="programs are made otherwise there")
def test_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of the tree is none, nor is one that a relative entry of the search path leads to."""
    root, other = tmp_path / "tree", tmp_path / "other"
    for folder in (root / "bin", other):
        plant_programs(folder, ["tool"], tmp_path / "marker")
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "bin", str(root / "bin")]))
    assert find_program("tool", root) == ""
    monkeypatch.setenv("PATH", os.pathsep.join([str(root / "bin"), str(other)]))
    assert find_program("tool", root) == str(other / "tool")
    assert find_program(str(root / "bin" / "tool"), root) == str(root / "bin" / "tool"), "the user gave a path"
