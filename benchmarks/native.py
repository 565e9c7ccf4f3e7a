"""What Universal Ctags finds in a tree, and how much of it are keywords of the index at the same line.

    python benchmarks/native.py TREE [--languages C,C++,CUDA] [--show 20]

Of each kind of tag: how many are found, and, of those that are not, some. Variables, properties and the like in functions are no keywords, and
left out; so are `impl` of Rust and `package` of Go, which define nothing. Then the time that tree-sitter alone takes to
parse the files, and what collecting them takes, in this process.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from sphinx_kwindex.collect import encode
from sphinx_kwindex.collect.native import native_collectors
from sphinx_kwindex.collect.native.reading import Grammar, load
from sphinx_kwindex.collect.native.registry import BY_NAME
from sphinx_kwindex.model import SourceFile
from sphinx_kwindex.options import Options
from sphinx_kwindex.scan import scan

COMPARED = {
    "class", "struct", "union", "enum", "enumerator", "function", "prototype", "method", "member", "namespace", "macro", "typedef",
    "variable", "externvar", "header", "interface", "trait", "type", "field", "constant", "const", "var", "func", "property", "generator", "module",
    "talias", "enumConstant", "package", "methodSpec", "alias", "getter", "setter", "target", "option", "key", "table", "object", "string", "number", "null", "boolean", "array", "anonMember",
}  # fmt: skip


FUNCTIONS = {"function", "method", "func", "generator", "getter", "setter"}
LOCAL = {
    "variable",
    "externvar",
    "constant",
    "const",
    "var",
    "property",
    "field",
    "class",
    "member",
    "anonMember",
    "typedef",
    "struct",
}


def read_tags(root: Path, paths: list[str], languages: str) -> list[dict[str, object]]:
    """Return the tags of files."""
    command = [
        "ctags", "--output-format=json", "--fields=+nKSrse", "--extras=+r", "--kinds-C++=+px", "--kinds-C=+px", f"--languages={languages}",
        "--map-C++=+.h", "--map-JavaScript=+.mjs", "-L", "-", "-f", "-",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=root, input="\n".join(paths), capture_output=True, text=True, check=True)
    tags = (json.loads(line) for line in done.stdout.splitlines())
    return [
        tag
        for tag in tags
        if tag["_type"] == "tag" and tag.get("roles", "def") in {"def", "system", "local", "imported"}
    ]


def main() -> None:
    """Compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--languages", default="C,C++,CUDA")
    parser.add_argument("--show", type=int, default=10)
    parser.add_argument("--only", default="", help="kinds of tag to show, with commas between")
    arguments = parser.parse_args()
    collectors = {each.language: each for each in native_collectors(["code", "data"])}
    suffixes = {suffix: name for name, each in collectors.items() for suffix in each.suffixes}
    every = scan(arguments.tree, Options(), suffixes, {}).files
    files = tuple(file for file in every if file.language in collectors)
    sources = {file.path: (arguments.tree / file.path).read_bytes() for file in files}
    parsing = _time_parsing(files, sources)
    gc.disable()  # as in a worker
    start = time.process_time()
    found: dict[str, set[tuple[int, str]]] = {}
    for file in files:
        summary = collectors[file.language].collect(sources[file.path], file, Options())
        encode(summary)
        if len(summary.facts.definitions) == 1 and summary.facts.role.value == "generated":
            continue  # minified: left out by design
        found[file.path] = set(_places(summary.facts))
    collecting = time.process_time() - start
    print(f"{len(files)} files, {sum(map(len, sources.values())):,} bytes")
    print(f"parsed in {parsing:.1f} s, collected in {collecting:.1f} s: {collecting / parsing:.2f} times")
    _compare(arguments, found)


def _time_parsing(files: tuple[SourceFile, ...], sources: dict[str, bytes]) -> float:
    grammars = {name: load(BY_NAME[name]) for name in {file.language for file in files}}
    start = time.process_time()
    for file in files:
        grammar = grammars[file.language]
        if isinstance(grammar, Grammar):
            grammar.parser.parse(sources[file.path])
    return time.process_time() - start


def _places(facts: object) -> object:
    for item in facts.definitions[1:]:
        for place in (item, *item.sites):
            yield place.line, item.name
    for item in facts.imports:
        yield item.line, item.name
        yield item.line, item.target.partition(":")[2]  # as Go has it


def _without_locals(tags: list[dict[str, object]]) -> list[dict[str, object]]:
    """Leave out what functions hold for themselves, and clauses that define nothing."""
    functions: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for tag in tags:
        if tag["kind"] in FUNCTIONS:
            line, scope = int(str(tag["line"])), f"{tag['scope']}." if "scope" in tag else ""
            functions[str(tag["path"])].append((line, int(str(tag.get("end", 0))), f"{scope}{tag['name']}."))
    return [
        tag
        for tag in tags
        if not (tag["kind"] in LOCAL and _is_in_function(tag, functions[str(tag["path"])]))
        and not (tag["kind"] == "package" and str(tag.get("pattern", "")).startswith("/^package"))
    ]


def _is_in_function(tag: dict[str, object], functions: list[tuple[int, int, str]]) -> bool:
    """Tell whether a tag lies in a function, by lines, or where these are not known by names."""
    number, scope = int(str(tag["line"])), f"{tag.get('scope', '')}."
    return any(line < number <= end or scope.startswith(name) for line, end, name in functions)


def _compare(arguments: argparse.Namespace, found: dict[str, set[tuple[int, str]]]) -> None:
    total: Counter[str] = Counter()
    missed: defaultdict[str, list[str]] = defaultdict(list)
    for tag in _without_locals(read_tags(arguments.tree, sorted(found), arguments.languages)):
        kind, path, name, line = str(tag["kind"]), str(tag["path"]), str(tag["name"]), int(str(tag["line"]))
        if kind not in COMPARED or name.startswith(("__anon", "AnonymousFunction")):
            continue
        if kind in {"function", "prototype", "class", "enumerator"} and name.isupper() and len(name) > 1:
            kind = "(macro call)"  # which ctags takes for a definition
        total[kind] += 1
        if (line, name) not in found[path] and (line, name.replace("operator ", "operator")) not in found[path]:
            missed[kind].append(f"{path}:{line} {name} {tag.get('pattern', '')}")
    for kind, count in total.most_common():
        print(f"{kind:12} {count:7}  {1 - len(missed[kind]) / count:8.2%}  {len(missed[kind])} missed")
    total.pop("(macro call)", None)
    calls = missed.pop("(macro call)", [])
    print(f"of macros that are called, ctags takes for definitions {len(calls)} that are none here")
    count = sum(total.values())
    print(f"{'all':12} {count:7}  {1 - sum(map(len, missed.values())) / max(count, 1):8.2%}")
    shown = arguments.only.split(",") if arguments.only else list(missed)
    for kind in shown:
        random.seed(0)
        for line in random.sample(missed[kind], min(arguments.show, len(missed[kind]))):
            print(f"  {kind}: {line}")


if __name__ == "__main__":
    sys.exit(main())
