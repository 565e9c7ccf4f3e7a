"""Whole builds of a real tree: cold, unchanged, edited, on a fresh clone with the cache; beside `ast.parse` and others.

    python benchmarks/build.py --tree PATH ... [--theme alabaster ...] [--jobs 2] [--autoapi SUBFOLDER] [--json OUT]
    python benchmarks/build.py --download torch==2.13.0 ...    # from its wheel, into --work
    python benchmarks/build.py --installed sphinx ...          # a package of this environment
    python benchmarks/build.py --tree PATH --double            # the tree and two copies of it, cold and unchanged

Each scenario is one `sphinx-build` in a process of its own. Printed for each: wall and CPU seconds of the process and its
children, peak memory of the largest process, documents read and written, seconds by stage, and the ratio to what
`ast.parse` alone takes over the same files in the same run (machines are noisy; ratios travel). `floor` is Sphinx alone
with as many documents that hold a title and nothing else. `--autoapi` builds a folder with sphinx-autoapi and with us.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

CONF = """\
import json, time
project = "bench"
extensions = [{extensions}]
html_theme = "{theme}"
exclude_patterns = ["_build"]
{more}

def setup(app):
    # In the main process, also where children read and write.
    begin, marks, purged, resolved = time.perf_counter(), dict(), set(), set()

    def mark(name):
        return lambda *_: marks.setdefault(name, time.perf_counter() - begin) and None

    def finish(app, exception):
        mark("end")()
        domain = app.env.domains["kw"] if "kw" in app.env.domains else None
        project = getattr(getattr(domain, "session", None), "project", None)
        stages = dict(project.report.seconds) if project else dict()
        read = len(purged & set(app.env.all_docs))
        data = dict(read=read, written=len(resolved), documents=len(app.env.all_docs), marks=marks, stages=stages)
        with open({counts!r}, "w") as stream:
            json.dump(data, stream)

    app.connect("env-purge-doc", lambda app, env, docname: purged.add(docname))
    app.connect("doctree-resolved", lambda app, doctree, docname: resolved.add(docname))
    app.connect("builder-inited", mark("index"), priority=950)
    app.connect("env-before-read-docs", mark("look"), priority=950)
    app.connect("env-updated", mark("read"), priority=950)
    app.connect("build-finished", finish, priority=100)
"""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Byte code is kept, as that of installed packages is: else each build would compile every module that it imports."""
INDEX = "Bench\n=====\n\n.. toctree::\n\n   {entry}\n"
FLOOR = """\
from docutils import nodes
from sphinx.parsers import Parser

class Empty(Parser):
    supported = ("empty",)

    def get_transforms(self):
        return []

    def parse(self, inputstring, document):
        env = document.settings.env
        env.metadata[env.docname].update(orphan=True, nosearch=True)
        section = nodes.section(ids=["top"], names=[])
        section += nodes.title("", "", nodes.Text(inputstring.strip()))
        document += section

def setup(app):
    app.add_source_suffix(".empty", "empty")
    app.add_source_parser(Empty)
    return dict(parallel_read_safe=True, parallel_write_safe=True)
"""
"""An extension whose documents are as small as documents can be, read as ours are."""


@dataclass(frozen=True)
class Result:
    """What one run took."""

    name: str
    wall: float
    """Seconds."""
    cpu: float
    """Seconds of the process and its children, user and system."""
    peak: float
    """MB, of the largest single process."""
    read: int = -1
    written: int = -1
    documents: int = -1
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds: those of `Project.report`, then `index` (all before Sphinx looks for documents), `look`, `read`, `write`."""
    ok: bool = True


def python_files(tree: Path) -> list[Path]:
    """Return the Python files of a tree, sorted."""
    return sorted(tree.rglob("*.py"))


def time_parse(tree: Path) -> Result:
    """Time `ast.parse` alone over all files that parse, in a process of its own."""
    code = (
        "import ast, pathlib, sys, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.py')):\n"
        "    try: ast.parse(path.read_bytes())\n"
        "    except (SyntaxError, ValueError, RecursionError): pass\n"
    )
    return run("ast.parse", [sys.executable, "-c", code, str(tree)])


def run(name: str, command: list[str], *, log: Path | None = None, counts: Path | None = None) -> Result:
    """Run a command and measure it; `counts` is the file in which the build leaves what it did."""
    if counts is not None:
        counts.unlink(missing_ok=True)
    with (log or Path(os.devnull)).open("wb") as stream:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=ENVIRONMENT)
        # Of the process and of all that it waited for; the largest of them, as to memory.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    done = json.loads(counts.read_bytes()) if counts is not None and counts.exists() else {}
    marks = done.get("marks", {})
    names = [mark for mark in ("index", "look", "read", "end") if mark in marks]
    phases = {
        "write" if mark == "end" else mark: marks[mark] - (marks[before] if before else 0)
        for before, mark in zip(["", *names], names, strict=False)
    }
    return Result(
        name=name,
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss / 1024,
        read=done.get("read", -1),
        written=done.get("written", -1),
        documents=done.get("documents", -1),
        stages={stage: round(seconds, 2) for stage, seconds in (done.get("stages", {}) | phases).items()},
        ok=process.returncode == 0,
    )


@dataclass(frozen=True)
class Site:
    """A documentation project of one page, and its output."""

    work: Path
    theme: str
    jobs: int

    def make(self, *, extensions: str, entry: str, more: str = "") -> None:
        """Write the documentation."""
        (self.work / "docs").mkdir(parents=True, exist_ok=True)
        counts = str(self.work / "counts.json")
        conf = CONF.format(extensions=extensions, theme=self.theme, more=more, counts=counts)
        (self.work / "docs" / "conf.py").write_text(conf, encoding="utf-8")
        (self.work / "docs" / "index.rst").write_text(INDEX.format(entry=entry), encoding="utf-8")

    def build(self, name: str) -> Result:
        """Run `sphinx-build` and measure it."""
        work = self.work
        command = [sys.executable, "-m", "sphinx", "-j", str(self.jobs), "-d", str(work / "doctrees")]
        command += [str(work / "docs"), str(work / "html")]
        result = run(name, command, log=work / f"{name.replace(' ', '-')}.log", counts=work / "counts.json")
        print(_line(result, None), file=sys.stderr, flush=True)
        return result


def our_site(tree: Path, work: Path, *, theme: str, jobs: int) -> Site:
    """Write a documentation project that indexes a tree."""
    site = Site(work, theme, jobs)
    cache = str(work / "cache")
    more = f"kwindex_root = {str(tree)!r}\nkwindex_cache_dir = {cache!r}"
    site.make(extensions='"sphinx_kwindex"', entry="kwindex/index", more=more)
    return site


def scenarios(source: Path, work: Path, *, theme: str, jobs: int, edit: str) -> Iterator[Result]:
    """Run our builds one after the other on a copy of the tree."""
    tree = work / "tree"
    shutil.copytree(source, tree)
    time.sleep(3)  # times of files that are two seconds old are not believed, and no checkout is as new as that
    site = our_site(tree, work / "site", theme=theme, jobs=jobs)
    yield (cold := site.build("cold"))
    yield site.build("unchanged")
    victim = tree / edit if edit else _pick(tree)
    for name, change in EDITS.items():
        yield _edited(site.build, name, victim, change)
    added = tree / "kwindex_bench_added.py"
    added.write_text("def added_by_bench():\n    return 1\n", encoding="utf-8")
    yield site.build("one file added")
    added.unlink()
    yield site.build("one file deleted")
    for name in ("html", "doctrees", "docs/kwindex"):
        shutil.rmtree(site.work / name, ignore_errors=True)
    for path in python_files(tree):
        os.utime(path)
    yield site.build("fresh clone with the cache")
    yield floor(work / "floor", cold.documents, theme=theme, jobs=jobs)


def doubled(source: Path, work: Path, *, theme: str, jobs: int) -> Iterator[Result]:
    """Build the tree, and twice the tree."""
    for name, copies in (("once", ["a"]), ("twice", ["a", "b"])):
        tree = work / name / "tree"
        for copy in copies:
            shutil.copytree(source, tree / copy)
        site = our_site(tree, work / name / "site", theme=theme, jobs=jobs)
        yield site.build(f"{name}, cold")
        yield site.build(f"{name}, unchanged")


def floor(work: Path, documents: int, *, theme: str, jobs: int) -> Result:
    """Build as many documents that hold nothing but a title."""
    site = Site(work, theme, jobs)
    more = f"import sys; sys.path.insert(0, {str(work)!r})"
    site.make(extensions='"bench_floor"', entry="empty/0", more=more)
    (work / "bench_floor.py").write_text(FLOOR, encoding="utf-8")
    (work / "docs" / "empty").mkdir()
    for number in range(max(documents - 1, 1)):
        (work / "docs" / "empty" / f"{number}.empty").write_text(f"Page {number}\n", encoding="utf-8")
    return site.build("floor")


def _pick(tree: Path) -> Path:
    """Return a large file, but none of the largest."""
    return max(python_files(tree), key=lambda path: (path.stat().st_size < 40_000, path.stat().st_size))


def _edited(build: Callable[[str], Result], name: str, path: Path, edit: Callable[[str], str]) -> Result:
    text = edit(path.read_text(encoding="utf-8"))
    ast.parse(text)
    path.write_text(text, encoding="utf-8")
    return build(name)


def edit_body(text: str) -> str:
    """Add a statement to the body of the last function: nothing that others see changes."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    last = max(nodes, key=lambda node: node.body[-1].lineno).body[-1]
    lines = text.splitlines(keepends=True)
    lines.insert(last.lineno - 1, " " * last.col_offset + "bench_local = 1\n")
    return "".join(lines)


def edit_signature(text: str) -> str:
    """Add a parameter to the first public function or method."""
    return re.sub(r"^( *def [a-z]\w*\()(self, )?", r"\1\2bench_parameter, ", text, count=1, flags=re.MULTILINE)


def add_private_function(text: str) -> str:
    """Add a function that is private, and that nobody uses."""
    return f"{text}\n\ndef _added_by_bench(one):\n    return one\n"


def add_constant(text: str) -> str:
    """Add a public constant that nobody uses."""
    return f"{text}\n\nADDED_BY_BENCH = 3\n"


def add_import(text: str) -> str:
    """Add an import of a module of the standard library before the first import."""
    first = min(node.lineno for node in ast.parse(text).body if isinstance(node, ast.Import))
    lines = text.splitlines(keepends=True)
    lines.insert(first - 1, "import queue\n")
    return "".join(lines)


def add_method(text: str) -> str:
    """Add a public method to the longest class."""
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    longest = max(classes, key=lambda node: (node.end_lineno or 0) - node.lineno)
    lines = text.splitlines(keepends=True)
    indent = " " * longest.body[-1].col_offset
    lines.insert(longest.end_lineno or 0, f"\n{indent}def added_by_bench(self):\n{indent}    return 1\n")
    return "".join(lines)


def edit_return_type(text: str) -> str:
    """Have the first public function or method that says what it returns say something else."""
    return re.sub(r"^( *def [a-z]\w*\([^()]*\)) -> [^:]+:", r"\1 -> int:", text, count=1, flags=re.MULTILINE)


EDITS: Mapping[str, Callable[[str], str]] = {
    "body edited": edit_body,
    "private function added": add_private_function,
    "import added": add_import,
    "constant added": add_constant,
    "public method added": add_method,
    "return type edited": edit_return_type,
    "signature edited": edit_signature,
}
"""Edits of one file, each on top of those before."""


def autoapi(folder: Path, work: Path, *, theme: str) -> Iterator[Result]:
    """Build the same folder with sphinx-autoapi and with this extension, twice each, in one process."""
    for name in ("autoapi", "kwindex"):
        if name == "kwindex":
            site = our_site(folder, work / name, theme=theme, jobs=1)
        else:
            site = Site(work / name, theme, 1)
            more = f"autoapi_dirs = [{str(folder)!r}]\nautoapi_add_toctree_entry = False"
            site.make(extensions='"autoapi.extension"', entry="autoapi/index", more=more)
        for turn in ("cold", "unchanged"):
            yield site.build(f"{name} on {folder.name}, {turn}")


def download(requirement: str, work: Path) -> Path:
    """Fetch a wheel and unpack its Python files; return the folder."""
    into = work / "corpus" / re.sub(r"\W+", "-", requirement)
    if not into.exists():
        wheels = work / "wheels"
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(wheels), requirement]
        subprocess.run(command, check=True)
        wheel_name = next(wheels.glob(re.split(r"\W", requirement, maxsplit=1)[0] + "*.whl"))
        with zipfile.ZipFile(wheel_name) as wheel:
            wheel.extractall(into, [name for name in wheel.namelist() if name.endswith(".py")])
    return into


def find_installed(name: str) -> Path:
    """Return the folder of a package of this environment."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{name} is not an installed package")
    return Path(spec.submodule_search_locations[0]).resolve()


def measure(tree: Path, theme: str, work: Path, args: argparse.Namespace) -> list[Result]:
    """Run all that the arguments name on one tree, under one theme; print and return it."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    results = [parse := time_parse(tree)]
    if args.double:
        results += doubled(tree, work, theme=theme, jobs=args.jobs)
    elif not args.only_autoapi:
        results += scenarios(tree, work, theme=theme, jobs=args.jobs, edit=args.edit)
    if args.autoapi and (tree / args.autoapi).is_dir():
        results += autoapi(tree / args.autoapi, work, theme=theme)
    print(f"\n{tree.name}, {len(python_files(tree))} files, {theme}")
    print_table(results, parse)
    return results


def print_table(results: list[Result], parse: Result) -> None:
    """Print one line a run, with ratios to `ast.parse`."""
    print(
        f"{'run':30} {'wall s':>7} {'CPU s':>7} {'x parse':>8} {'CPU x':>6} {'peak MB':>8} {'read':>6} {'written':>8}  stages"
    )
    for item in results:
        print(_line(item, parse))


def _line(item: Result, parse: Result | None) -> str:
    ratios = f"{item.wall / parse.wall:8.2f} {item.cpu / parse.cpu:6.2f}" if parse else f"{'':8} {'':6}"
    stages = " ".join(f"{name} {seconds:.1f}" for name, seconds in item.stages.items())
    return (
        f"{item.name:30} {item.wall:7.2f} {item.cpu:7.2f} {ratios} {item.peak:8.0f} {item.read:6} {item.written:8}"
        f"  {stages}{'' if item.ok else '  FAILED'}"
    )


def main() -> int:
    """Run everything that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path, nargs="+", default=[])
    parser.add_argument("--download", nargs="+", default=[], help="requirements of wheels to take trees from")
    parser.add_argument("--installed", nargs="+", default=[], help="packages of this environment")
    parser.add_argument("--work", type=Path, default=Path("build/bench"))
    parser.add_argument("--theme", nargs="+", default=["alabaster"])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--edit", default="", help="file to edit (default: a large one)")
    parser.add_argument("--autoapi", help="subfolder to build with sphinx-autoapi too (it must be installed)")
    parser.add_argument("--only-autoapi", action="store_true", help="leave out everything but --autoapi")
    parser.add_argument("--double", action="store_true", help="build the tree and twice the tree instead")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    work = args.work.resolve()
    trees = [tree.resolve() for tree in args.tree]
    trees += [download(requirement, work) for requirement in args.download]
    trees += [find_installed(name) for name in args.installed]
    if not trees:
        parser.error("nothing to measure: give --tree, --download or --installed")
    results = {
        f"{tree.name}, {theme}": measure(tree, theme, work / "runs", args) for tree in trees for theme in args.theme
    }
    if args.json:
        data = {name: [asdict(item) for item in items] for name, items in results.items()}
        args.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0 if all(item.ok for items in results.values() for item in items) else 1


if __name__ == "__main__":
    raise SystemExit(main())
