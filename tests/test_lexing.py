"""Tests of the tokens of sources: those of Pygments, found sooner."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
import sphinx
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name

from sphinx_kwindex.ext import lexing
from sphinx_kwindex.ext.first_characters import ASCII, find_first
from sphinx_kwindex.ext.lexing import find_lexing
from sphinx_kwindex.ext.source_html import prepare_highlighting

TEXTS = (
    "",
    "\n\n",
    "#!/bin/python\n# -*- coding: utf-8 -*-\nfrom .a import (b as c,\n    d)  # e\nimport os.path as p, sys\n",
    'class A(B, metaclass=C):\n    """Doc.\n\n    >>> 1\n    """\n    @prop.x\n    async def f(self, *a: int, b="\\n") -> None: ...\n',
    "x = rf'{a!r:>{width}} {{}} \\d' + Rb\"\\x00\" + F'''{\n  y = }''' + u'' f\"{z['k']}\"\n",
    "match x:\n    case [1, _]: pass\nmatch = 0x_ff + 1_0.5e-3j + 0b1 @ m\nlazy import a\n",
    's = \'not closed\nt = """nor this\n',
    "def f(:\n  $ ? \x0c` \u00e9t\u00e9 = \u4e2d\n\\\n",
    "/* c */ #define X(y) #y\nint main(void) { return 'c' + \"s\\n\"[0]; } // end\n",
    "[tool]\nkey = 1\n- a: &b {c: d}\n<a href='x'>&amp;</a> {% if y %}\n",
)


@pytest.mark.parametrize(
    "name", ["python", "c", "rust", "go", "javascript", "yaml", "toml", "ini", "bash", "html", "rst", "text"]
)
def test_tokens_are_those_of_pygments(name: str) -> None:
    """Tokens are the same, also of texts that make no sense in their language."""
    kind: type[Lexer] = find_lexer_class_by_name(name)
    lex = find_lexing(kind())
    for text in TEXTS:
        assert list(lex(text)) == list(kind().get_tokens_unprocessed(text))


def test_rules_of_python_are_put_together() -> None:
    """What most sources are written in is read the quick way."""
    lexer = find_lexer_class_by_name("python")()
    assert find_lexing(lexer) != lexer.get_tokens_unprocessed


def test_tokens_of_files_are_those_of_pygments() -> None:
    """Tokens are the same in files that people wrote."""
    kinds: dict[str, type[Lexer]] = {
        ending: find_lexer_class_by_name(name)
        for ending, name in {".py": "python", ".js": "javascript", ".css": "css", ".c": "c", ".sty": "latex"}.items()
    }
    for path in Path(sphinx.__file__).parent.glob("[adst]*/**/*"):
        if path.suffix in kinds and path.stat().st_size < 30_000:
            lexer, text = kinds[path.suffix](), path.read_text("utf-8")
            assert list(find_lexing(lexer)(text)) == list(lexer.get_tokens_unprocessed(text)), path


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        ("ab|[c-e]x|(?:f|)g", "abcdefg".replace("b", "")),
        (r"\d+\.", string.digits),
        (r"(?<!\.)(?=x)\bself", "s"),
        ("(a?)(b*)c", "abc"),
        ("(?i)a[^\\x00-XZ-\x7f]?", "aA"),
        (r"(?s:.)x", "".join(sorted(ASCII))),
        (r"[^\W\d_]", string.ascii_letters),
        ("x*", "".join(sorted(ASCII))),
        ("(?i)\u017f", "".join(sorted(ASCII))),
        ("$", "".join(sorted(ASCII))),
    ],
)
def test_characters_at_which_matches_start(pattern: str, first: str) -> None:
    """A rule is tried where it can match, and only there; everywhere if it can match nothing, or what is not ASCII."""
    assert find_first(re.compile(pattern)) == frozenset(first)


def test_rules_are_put_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has been highlighted before costs no more compiling: copies of a process have the rules."""
    text = "import os\n\nclass A:\n    x = f'{os!r}'  # a\n"
    prepare_highlighting("a.py", text)
    monkeypatch.delattr(lexing, "_merge")
    prepare_highlighting("b.py", text)
