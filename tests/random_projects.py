"""Projects made up at random, in the language of `link_builder`: whatever names, imports and circles can be had from it."""

from __future__ import annotations

import random

_LINES = (
    "class {n}({t})", "class {n}({t}, {t})", "def {n}.{m} -> {t}", "def {n}.{m} -> ={t}.{m}()", "def {n} -> {t} | ={t}()",
    "data {n} : {t}", "data {n} : ={t}.{m}", "data {n} = {t}", "data {n} = {f}.{n}", "data {n} = {t}().{m}",
    "from {f} import {n}", "from {f} import {n}", "from {f} import {n} as {k}", "from {f} import *", "from {f} import *",
    "import {f}", "from p import {s}", "self {n}.{m} : ={t}()", "attr {n}.{m} : {t}", "prop {n}.{m} -> {t}", "self {n}.{m}",
    "all {n} {k}", "all {n} + {f}", "all {s} + {f} {f}", "dynamic", "def {n}", "def _{n}", "data {n}", "enum {n}", "member {n}.{m}",
    "fixture {m} -> {t}", "fixture {m} -> ={f}!fixture:{m}.{m}()", "fixture {n}({m}) -> {t}", "fixture {n}.{m} -> {t}",
    "from {f} import {m}", "field {n}.{m} : {t}", "def {n}.__init__", "plugins {f}", "plugins {f} {f}",
    "class {n}.{n}({t})", "class {n}.{n}", "def {n}.{n}.{m} -> ={t}()", "data {n}.{n} : ={t}()", "def {m} -> ={t}()",
)  # fmt: skip
_TARGETS = (
    "{f}.{n}", "{f}.{n}().{m}", "?.{m}", "{f}.{n}().{m}().{m}", "{f}.{n}.{m}", "{f}", "p.{s}", "p.{s}.{n}", "{f}.{n}()!iter.{m}",
    "{f}.{n}()!super.{m}", "builtins.list[{t}]()!iter.{m}", "{f}._{n}", "{f}.{n}.{n}",
    "{f}!fixture:{m}", "{f}!fixture:{m}.{m}", "{f}.{n}!fixture:{m}", "{f}.{m}!fixture:{m}", "{f}.{n}!field:{m}",
    "{f}.{n}().__class__!field:{m}", "{f}.{n}.{n}().{m}().{m}",
)  # fmt: skip
_NAMES, _MEMBERS, _FILES = "NXYZ", "mno", "abcdxy"
PATHS = (
    "p/__init__.py", "p/a.py", "p/b.py", "p/c.py", "p/d.py", "p/d/__init__.py", "p/d/N.py", "p/a.pyi", "p/N.py", "q.py", "z/y/a.py",
    "z/x.py", "p/x/y.py", "src/p/a.py", "lib/p/a.py", "lib/q.py", "src/z/y/a.pyi",
    "conftest.py", "p/conftest.py", "z/conftest.py", "z/y/conftest.py", "src/p/conftest.py",
)  # fmt: skip
_MODULES = (
    "p",
    "p.a",
    "p.b",
    "p.c",
    "p.d",
    "p.d.N",
    "p.N",
    "q",
    "z",
    "z.y",
    "z.y.a",
    "z.x",
    "p.x",
    "p.x.y",
    "gone",
    "p.gone",
    "conftest",
    "p.conftest",
    "z.y.conftest",
)


def random_text(dice: random.Random, count: int) -> str:
    """Return the text of one file."""
    return "\n".join("    " + _fill(dice, dice.choice(_LINES)) for _ in range(count))


def random_targets(dice: random.Random, count: int) -> list[str]:
    """Return what one file refers to."""
    return [_fill(dice, dice.choice(_TARGETS)) for _ in range(count)]


def _fill(dice: random.Random, text: str) -> str:
    values = {
        "{n}": lambda: dice.choice(_NAMES),
        "{k}": lambda: dice.choice(_NAMES),
        "{m}": lambda: dice.choice(_MEMBERS),
        "{s}": lambda: dice.choice(_FILES),
        "{f}": lambda: dice.choice(_MODULES),
        "{t}": lambda: f"{dice.choice(_MODULES)}.{dice.choice(_NAMES)}",
    }
    for mark, value in values.items():
        while mark in text:
            text = text.replace(mark, value(), 1)
    return text
