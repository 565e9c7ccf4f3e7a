"""Tests of the tokens of sources: those of Pygments, found sooner."""

from __future__ import annotations

import pytest
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name

from sphinx_kwindex.ext.lexing import find_lexing

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
