"""The command line, `python -m sphinx_kwindex` or `sphinx-kwindex`."""

from __future__ import annotations

import argparse
import ast
import contextlib
import dataclasses
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from sphinx_kwindex import __version__
from sphinx_kwindex.dump import dump_lines
from sphinx_kwindex.errors import KwindexError, OptionError
from sphinx_kwindex.options import Options
from sphinx_kwindex.project import Project
from sphinx_kwindex.reports import make_lines
from sphinx_kwindex.spelling import visible_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status: 0, or 2 after an error; for `build` and `serve`, that of Sphinx."""
    given = _parser().parse_args(arguments)
    if given.command == "options":
        print(Options.table(), end="")
        return 0
    try:
        status: int | None = given.run(given)
    except (KwindexError, OSError) as error:
        print(f"sphinx_kwindex: {error}", file=sys.stderr)
        return 2
    return status or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sphinx_kwindex", description="A keyword index of a source tree.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    dump = commands.add_parser("dump", help="write the whole index, for other tools")
    page = commands.add_parser("page", help="write the page of a file or folder as Markdown")
    for command, run in ((dump, _dump), (page, _page)):
        command.set_defaults(run=run)
        _add_arguments(command)
    _add_sites(commands)
    for name, (of, what) in _QUESTIONS.items():
        question = commands.add_parser(name, help=what)
        question.set_defaults(run=_answer)
        _add_arguments(question)
        question.add_argument("of", metavar=of, help=_OF[of])
        forms = question.add_mutually_exclusive_group()
        forms.add_argument("--json", action="store_true", help="write JSON, one object per line")
        forms.add_argument("--lines", action="store_true", help="start each line with its location, as compilers do")
        if name == "tests":
            forms.add_argument("--indirect", action="store_true", help="also list more indirect tests")
    ranked = commands.add_parser("map", help="show the most important files and names")
    ranked.set_defaults(run=_map)
    _add_arguments(ranked)
    ranked.add_argument("--tokens", type=int, metavar="N", default=1000, help="approximate length (default: 1000)")
    ranked.add_argument("--json", action="store_true", help="write JSON, one object per file")
    dump.add_argument("--format", choices=_FORMATS, default="json", help="output format (default: json)")
    page.add_argument("path", metavar="PATH", nargs="?", default="", help="file or folder (default: the project)")
    mcp = commands.add_parser("mcp", help="answer the same questions for language models (Model Context Protocol)")
    mcp.set_defaults(run=_mcp)
    mcp.add_argument("root", type=Path, metavar="ROOT", help="folder to index")
    _add_common(mcp)
    commands.add_parser("options", help="print the table of settings")
    return parser


_OF = {"NAME": "id, or the last parts of one: Class.method", "PATH": "file, relative to ROOT"}
_QUESTIONS = {
    "definition": ("NAME", "show where a name is defined"),
    "uses": ("NAME", "list where a name is used"),
    "tests": ("NAME", "list the tests that reach a name"),
    "related": ("PATH", "list the files related to a file, with the reasons"),
    "outline": ("PATH", "list what a file defines"),
}
"""Functions of `answers`, which is imported when a question is asked."""


def _add_sites(commands: Any) -> None:
    """Add the commands that make sites."""
    build = commands.add_parser("build", help="build a site for a tree that has no documentation")
    serve = commands.add_parser("serve", help="serve such a site, and rebuild it on each save")
    for command, run in ((build, _build), (serve, _serve)):
        command.set_defaults(run=run)
        command.add_argument("root", type=Path, metavar="ROOT", help="folder to index")
        command.add_argument("--theme", default="", help="HTML theme (default: furo if installed, else alabaster)")
        _add_common(command)
    build.add_argument("output", type=Path, metavar="OUT", help="folder for the site")
    serve.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default: 8000; 0: any free port)")


def _add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("root", type=Path, metavar="ROOT", help="folder to index")
    command.add_argument(
        "-o", "--output", metavar="FILE", default="-", help="output file (default: -, standard output)"
    )
    _add_common(command)


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--cache", type=Path, metavar="DIR", help="folder for the cache (default: none is kept)")
    command.add_argument(
        "--jobs", type=int, metavar="N", default=os.cpu_count() or 1, help="number of processes (default: one per core)"
    )
    command.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting, without `kwindex_`; can be repeated",
    )


def _dump(given: argparse.Namespace) -> None:
    with _indexed(given) as project, _opened(given.output) as stream:
        stream.writelines(_FORMATS[given.format](project))


def _json(project: Project) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    return (encode(line) + b"\n" for line in dump_lines(project))


def _ctags(project: Project) -> Iterator[bytes]:
    from sphinx_kwindex.ctags import tag_lines

    return (f"{line}\n".encode("utf-8", "backslashreplace") for line in tag_lines(project))


def _scip(project: Project) -> Iterator[bytes]:
    from sphinx_kwindex.scip import scip_parts

    return scip_parts(project)


_FORMATS = {"json": _json, "ctags": _ctags, "scip": _scip}


def _page(given: argparse.Namespace) -> None:
    from sphinx_kwindex.pages.text import page_text

    with _indexed(given) as project, _opened(given.output) as stream:
        stream.write(page_text(project, given.path).encode("utf-8", "backslashreplace"))


def _build(given: argparse.Namespace) -> int:
    from sphinx_kwindex.site import build_site

    return build_site(given.root, given.output, **_site_arguments(given))


def _serve(given: argparse.Namespace) -> int:
    from sphinx_kwindex.site import serve_site

    return serve_site(given.root, given.port, **_site_arguments(given))


def _site_arguments(given: argparse.Namespace) -> dict[str, Any]:
    settings = _read_options(given.option)
    return {"cache": given.cache, "jobs": given.jobs, "settings": settings, "theme": given.theme}


def _mcp(given: argparse.Namespace) -> None:
    from sphinx_kwindex.mcp_server import make_server

    settings = _read_options(given.option)
    kept = contextlib.nullcontext(given.cache) if given.cache else tempfile.TemporaryDirectory(prefix="kwindex-")
    with kept as folder:
        cache = Path(folder)
        # Answers are given by threads; processes are started before there are any.
        Project.open(given.root, cache, jobs=given.jobs, **settings).close()
        make_server(lambda: Project.open(given.root, cache, **settings)).run()


def _answer(given: argparse.Namespace) -> None:
    from sphinx_kwindex import answers

    ask = getattr(answers, given.command)
    _write_answers(given, lambda project: ask(project, given.of))


def _map(given: argparse.Namespace) -> None:
    from sphinx_kwindex.answers import ranked

    _write_answers(given, lambda project: ranked(project, given.tokens))


def _write_answers(given: argparse.Namespace, ask: Callable[[Project], Iterable[dict[str, Any]]]) -> None:
    from sphinx_kwindex.answers import answer_lines, write_answers

    encode = msgspec.json.Encoder().encode
    with _indexed(given) as project, _opened(given.output) as stream:
        found = ask(project)
        if given.json:
            stream.writelines(encode(answer) + b"\n" for answer in found)
            return
        is_indirect = getattr(given, "indirect", False)
        one_by_one = (line for answer in found for line in answer_lines(answer))
        lines = one_by_one if getattr(given, "lines", False) else write_answers(found, indirect=is_indirect)
        stream.writelines(f"{visible_line(line)}\n".encode("utf-8", "backslashreplace") for line in lines)


@contextlib.contextmanager
def _indexed(given: argparse.Namespace) -> Iterator[Project]:
    with Project.open(given.root, given.cache, jobs=given.jobs, **_read_options(given.option)) as project:
        for problem in project.problems:
            if not problem.path:
                _tell(f"{problem.text} [kwindex.{problem.kind.value}]")
        in_files = (problem for problem in project.problems if problem.path)
        for line in make_lines(in_files, project.options.test_patterns):
            kind = f" [kwindex.{line.kind.value}]" if line.kind is not None else ""
            _tell(f"{line.path}:{line.line or 1}: {line.text}{kind}")
        yield project


def _tell(text: str) -> None:
    print(visible_line(text), file=sys.stderr)


@contextlib.contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdout.buffer
    else:
        with Path(name).open("wb") as stream:
            yield stream


def _read_options(texts: Sequence[str]) -> dict[str, Any]:
    """Return settings from `name=value`; repeated values of a list setting are collected. Raise `OptionError`."""
    lists = {item.name for item in dataclasses.fields(Options) if isinstance(item.default, tuple)}
    values: dict[str, Any] = {}
    for text in texts:
        name, sign, written = text.partition("=")
        if not sign or name in _ARGUMENTS:
            raise OptionError(f"--option {text}", _ARGUMENTS.get(name, "must be NAME=VALUE"))
        value = _read_value(written)
        if name in lists and not isinstance(value, (list, tuple)):
            value = [*values.get(name, []), written]
        values[name] = value
    return values


_ARGUMENTS = {"root": "is the argument ROOT", "jobs": "is the option --jobs", "cache_dir": "is the option --cache"}
"""Settings of conf.py that cannot be given by `--option`."""


def _read_value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


if __name__ == "__main__":
    sys.exit(main())
