"""The languages parsed by tree-sitter: one entry each, with everything specific to it.

What an entry names is imported where a file in the language is read: a build without such files loads no parser. Other packages
make entries of the same form (see docs/languages.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from sphinx_kwindex.model import ImportFlag
from sphinx_kwindex.text import word_set

FILE = "file:"
"""Start of a target that is the path of a file, as written."""
C_LIBRARY = word_set(
    """
    assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h setjmp.h signal.h stdalign.h
    stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h tgmath.h threads.h time.h uchar.h
    wchar.h wctype.h
    """
)
_comes_along = re.compile(
    r"rust:(?:std|core|alloc)(?:::|$)|go:[^./]+(?:/|$)|java:javax?\.|cs:System(?:\.|$)|js:node:"
).match
"""Of other languages than C: starts of what comes with the language."""


class Language(NamedTuple):
    """One language: which files are in it, what parses them, and how its names read."""

    name: str
    suffixes: tuple[str, ...]
    """Endings of the names of its files, with the dot; or whole names, in lower case."""
    grammar: str
    """Module of the grammar, which is in the package of that name, with dashes; empty if its hooks read it by themselves."""
    family: str
    """Languages that can name each other's definitions have one family; it starts the targets that lead out of a file."""
    separator: str = "."
    """Between the parts of qualified names."""
    query: str = ""
    """Names of the files of queries here, with `+` between them, if there is not one of the name of the language."""
    queries: str = ""
    """The two queries themselves, with a line of `---` between them, if they are in no file here."""
    entry: str = "language"
    """Function of the grammar's module."""
    hooks: str = ""
    """Module that does what queries cannot say (see `hooks.py`); with a dot before it, one of this package."""
    label: str = ""
    """Its name as people write it, if that is not the name with a capital."""
    shebangs: tuple[str, ...] = ()
    """Programs of the first line of scripts without a suffix."""
    sees_members: bool = False
    """Methods name other members of their class without `this`."""
    has_overloads: bool = False
    """Several functions may have one name, with other parameters."""
    has_open_types: bool = False
    """Methods stand outside of their types, which may follow."""
    is_data: bool = False
    """Holds data or settings, no code."""
    version: str = ""
    """Of an entry of another package: changes when its hooks find something else in the same file."""

    @property
    def distribution(self) -> str:
        """The package that has the grammar."""
        return self.grammar.replace("_", "-")


LANGUAGES = (
    Language("c", (".c",), "tree_sitter_c", "c", query="c_family+c", hooks=".c_family"),
    Language(
        "cpp",
        (".h", ".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".inl", ".ipp", ".tpp", ".cppm", ".ixx"),
        "tree_sitter_cpp",
        "c",
        "::",
        label="C++",
        query="c_family+cpp",
        hooks=".c_family",
        sees_members=True,
        has_overloads=True,
    ),
    Language(
        "cuda",
        (".cu", ".cuh"),
        "tree_sitter_cuda",
        "c",
        "::",
        label="CUDA",
        query="c_family+cpp",
        hooks=".c_family",
        sees_members=True,
        has_overloads=True,
    ),
    Language(
        "javascript",
        (".js", ".mjs", ".cjs", ".jsx"),
        "tree_sitter_javascript",
        "js",
        label="JavaScript",
        shebangs=("node",),
        query="ecmascript+javascript",
        hooks=".ecmascript",
    ),
    Language(
        "typescript",
        (".ts", ".mts", ".cts"),
        "tree_sitter_typescript",
        "js",
        label="TypeScript",
        query="ecmascript+typescript",
        hooks=".ecmascript",
        entry="language_typescript",
        has_overloads=True,
    ),
    Language(
        "tsx",
        (".tsx",),
        "tree_sitter_typescript",
        "js",
        label="TSX",
        query="ecmascript+typescript",
        hooks=".ecmascript",
        entry="language_tsx",
        has_overloads=True,
    ),
    Language(
        "objc", (".m", ".mm"), "tree_sitter_objc", "c", label="Objective-C", query="c_family+c+objc", hooks=".c_family"
    ),
    Language("java", (".java",), "tree_sitter_java", "java", hooks=".packages", sees_members=True, has_overloads=True),
    Language(
        "csharp",
        (".cs",),
        "tree_sitter_c_sharp",
        "cs",
        label="C#",
        hooks=".packages",
        sees_members=True,
        has_overloads=True,
    ),
    Language(
        "shell",
        (".sh", ".bash", ".zsh"),
        "tree_sitter_bash",
        "sh",
        hooks=".shell",
        shebangs=("sh", "bash", "zsh", "dash", "ksh"),
    ),
    Language("dockerfile", ("dockerfile", ".dockerfile"), "tree_sitter_dockerfile", "docker"),
    Language("cmake", (".cmake", "cmakelists.txt"), "tree_sitter_cmake", "cmake", label="CMake", hooks=".cmake"),
    Language("protobuf", (".proto",), "", "proto", label="Protocol Buffers", hooks=".protobuf", sees_members=True),
    Language("cython", (".pyx", ".pxd", ".pxi"), "", "cython", label="Cython", hooks=".cython"),
    Language("sql", (".sql",), "tree_sitter_sql", "sql", label="SQL"),
    Language("yaml", (".yaml", ".yml"), "tree_sitter_yaml", "yaml", label="YAML", is_data=True),
    Language("toml", (".toml",), "tree_sitter_toml", "toml", label="TOML", is_data=True),
    Language("json", (".json",), "tree_sitter_json", "json", label="JSON", is_data=True),
    Language("go", (".go",), "tree_sitter_go", "go", hooks=".go", has_open_types=True),
    Language("rust", (".rs",), "tree_sitter_rust", "rust", "::", hooks=".rust", has_open_types=True),
)
BY_NAME = {language.name: language for language in LANGUAGES}


def language_label(name: str, path: str) -> str:
    """Return the name of the language of a file as people write it, if it is one of these; nothing for any other."""
    language = BY_NAME.get(name)
    if language is None:
        return ""
    if path.endswith(".h"):
        return "C/C++"  # which, the sources that include it say
    return language.label or name.capitalize()


def chosen_languages(wanted: Iterable[str]) -> tuple[Language, ...]:
    """Return the languages that are asked for: by name, or all with code (`code`) or data (`data`)."""
    names = set(wanted)
    return tuple(
        language
        for language in LANGUAGES
        if language.name in names or ("data" if language.is_data else "code") in names
    )


def is_of_language(target: str, flags: int) -> bool:
    """Return whether something that an import names comes with the language; of C and C++, the headers of its library do."""
    if not target.startswith(FILE):
        return _comes_along(target) is not None
    name = target.removeprefix(FILE)
    return not flags & ImportFlag.RELATIVE and (name in C_LIBRARY or "." not in name)
