"""Notable facts about a whole file: its role and the bag of words that tells what it is about."""

from __future__ import annotations

import contextlib
import keyword
import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

import pathspec
from astroid import nodes

from sphinx_kwindex.collect.entries import is_main_test
from sphinx_kwindex.collect.trees import SourceText
from sphinx_kwindex.model import Definition, Flag, Import, Kind, Role, SourceFile

WORD_LIMIT = 3_000
"""No more than this many distinct words of a file are kept, the most frequent ones."""

_LONGEST_WORD = 40
_NAME_OR_COMMENT = re.compile(r"(?<!\S)#[^\n]*|[^\W\d]\w+")
# The same for ASCII, in a third less time: one set of first characters lets the matcher skip all others at once.
_ASCII_NAME_OR_COMMENT = re.compile(r"[A-Za-z_#](?:(?<=#)(?<!\S#)[^\n]*|\w+)", re.ASCII)
_SUB_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_OTHER_SUB_WORD = re.compile(r"[^\W\d_]+")
_COMMON = frozenset(word.lower() for word in (*keyword.kwlist, "self", "cls", "args", "kwargs"))
_GENERATED = re.compile(
    r"@generated|\bdo not (?:edit|modify)\b|\b(?:auto[- ]?generated|generated (?:by|from|automatically))\b",
    re.IGNORECASE,
)
_GENERATED_HEAD = 15
_SETUP_MODULES = ("setuptools", "distutils", "skbuild", "numpy.distutils")
_TEST_MODULES = ("pytest", "unittest")


def bag_of_words(text: str) -> tuple[tuple[str, int], ...]:
    """Count the lower-case sub-words of all names, strings and docstrings of a source text; comments are left out.

    A `#` behind a blank in a string is taken for a comment: it costs a few words, and no second tokenizer.
    """
    counts: Counter[str] = Counter()
    pattern = _ASCII_NAME_OR_COMMENT if text.isascii() else _NAME_OR_COMMENT
    for word, number in Counter(pattern.findall(text)).items():
        if word[0] != "#":
            for part in sub_words(word):
                counts[part] += number
    if len(counts) > WORD_LIMIT:
        kept = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:WORD_LIMIT]
        return tuple(sorted(kept))
    return tuple(sorted(counts.items()))


@lru_cache(maxsize=65536)
def sub_words(name: str) -> tuple[str, ...]:
    """Return the lower-case words that a name is made of: `HTTPServer_port` gives http, server, port."""
    pattern = _SUB_WORD if name.isascii() else _OTHER_SUB_WORD
    parts = (part.lower() for part in pattern.findall(name))
    return tuple(part for part in parts if 1 < len(part) <= _LONGEST_WORD and part not in _COMMON)


@lru_cache(maxsize=8)
def _test_spec(patterns: tuple[str, ...]) -> pathspec.GitIgnoreSpec:
    good = []
    for pattern in patterns:
        with contextlib.suppress(ValueError):  # scan says which patterns are no good
            pathspec.GitIgnoreSpec.from_lines([pattern])
            good.append(pattern)
    return pathspec.GitIgnoreSpec.from_lines(good)


def is_test_path(path: str, patterns: Sequence[str]) -> bool:
    """Tell whether a path is that of a test file, by patterns as in `.gitignore`."""
    return bool(_test_spec(tuple(patterns)).match_file(path))


def role_of(
    file: SourceFile,
    tree: nodes.Module,
    source: SourceText,
    definitions: Sequence[Definition],
    imports: Collection[Import],
    *,
    is_test: bool,
) -> Role:
    """Tell what a file is, from its syntax; only stubs, packages and tests are known by their name."""
    if file.path.endswith(".pyi"):
        return Role.STUB
    if _is_generated(source):
        return Role.GENERATED
    if is_test or _tests_something(definitions, imports):
        return Role.TEST
    if file.is_package:
        return Role.PACKAGE
    if _is_configuration(tree, definitions, imports):
        return Role.CONFIGURATION
    return Role.SCRIPT if _is_script(file, tree, source) else Role.MODULE


def _is_generated(source: SourceText) -> bool:
    comments = (line for line in source.lines[:_GENERATED_HEAD] if line.lstrip().startswith("#"))
    return any(_GENERATED.search(line) for line in comments)


def _tests_something(definitions: Sequence[Definition], imports: Collection[Import]) -> bool:
    """Tell whether a file with another name is full of tests all the same."""
    if not any(item.target.partition(".")[0] in _TEST_MODULES for item in imports):
        return False
    named = sum(item.kind in {Kind.FUNCTION, Kind.METHOD} and item.name.startswith("test_") for item in definitions)
    made = sum(item.kind in {Kind.FUNCTION, Kind.METHOD} for item in definitions)
    return named * 2 > made


def _is_script(file: SourceFile, tree: nodes.Module, source: SourceText) -> bool:
    if source.text.startswith("#!") or not PurePosixPath(file.path).suffix or file.path.endswith("__main__.py"):
        return True
    return any(isinstance(item, nodes.If) and is_main_test(item.test) for item in tree.body)


def _is_configuration(tree: nodes.Module, definitions: Sequence[Definition], imports: Collection[Import]) -> bool:
    """Tell whether a file sets a distribution up, or does nothing but give names to plain values."""
    if any(item.target.startswith(_SETUP_MODULES) for item in imports) and _calls_setup(tree):
        return True
    top = [item for item in definitions[1:] if item.scope == 0]
    return len(top) >= 5 and all(item.kind is Kind.DATA and not item.flags & Flag.CONSTANT for item in top)


def _calls_setup(tree: nodes.Module) -> bool:
    calls = (item.value for item in tree.nodes_of_class(nodes.Expr, skip_klass=(nodes.FunctionDef, nodes.ClassDef)))
    return any(isinstance(call, nodes.Call) and _is_setup(call.func) for call in calls)


def _is_setup(function: nodes.NodeNG) -> bool:
    name = function.attrname if isinstance(function, nodes.Attribute) else getattr(function, "name", "")
    return bool(name == "setup")
