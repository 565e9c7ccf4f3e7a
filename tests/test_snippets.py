"""What pieces of code in prose name."""

from __future__ import annotations

import pytest

from sphinx_kwindex.collect.prose.snippets import Snippets

CASES = {
    "import": ("import pkg.mod", ["pkg.mod"]),
    "alias": ("import pkg.mod as m\nm.f(1)", ["pkg.mod", "pkg.mod.f"]),
    "from": ("from pkg import One as O\nO", ["pkg", "pkg.One"]),
    "instance": ("import pkg\ng = pkg.One()\ng.go()", ["pkg", "pkg.One", "pkg.One().go"]),
    "chain": ("import pkg\npkg.One().go().on", ["pkg", "pkg.One", "pkg.One().go", "pkg.One().go().on"]),
    "rebound": ("from pkg import f\nf = 1\nf.real", ["pkg", "pkg.f"]),
    "parameter hides": ("from pkg import f\ndef g(f): f.x\n", ["pkg", "pkg.f"]),
    "annotation": ("from pkg import One\ndef g(x: One): x.go", ["pkg", "pkg.One", "pkg.One().go"]),
    "comprehension hides": ("from pkg import f\n[f for f in range(3)]", ["pkg", "pkg.f"]),
    "loop": (
        "import pkg\nfor x in pkg.many(): x.go",
        ["pkg", "pkg.many", "pkg.many()!iter.go"],
    ),
    "unknown": ("import pkg\nx = [1]\nx[0]().y\nz = open(x)\nfor z in x: z.y", ["pkg"]),
    "with": (
        "import pkg\nwith pkg.open() as f: f.read",
        ["pkg", "pkg.open", "pkg.open()!enter.read"],
    ),
    "decorator and base": ("import pkg\n@pkg.deco\nclass A(pkg.One): ...", ["pkg", "pkg.deco", "pkg.One"]),
    "session": (">>> import pkg\n>>> for x in (1, 2):\n...     pkg.f(x)\n7\n", ["pkg", "pkg.f"]),
    "session with a fault": (">>> import pkg\n>>> pkg.f(\n>>> pkg.g()\n", ["pkg", "pkg.g"]),
    "ipython": ("In [1]: import pkg\n\nIn [2]: pkg.f(1,\n   ...:   2)\nOut[2]: 3\n", ["pkg", "pkg.f"]),
    "indented": ("    import pkg\n    pkg.f()", ["pkg", "pkg.f"]),
    "wildcard": ("from pkg import *\nf(1)", ["pkg", "pkg.f"]),
    "relative": ("from . import f\nf()", []),
    "unbound": ("pkg.mod.f()", ["pkg.mod.f", "pkg.mod", "pkg"]),
    "string": ("import pkg\n'pkg.f'", ["pkg"]),
    "keyword argument": ("import pkg\npkg.f(f=1)", ["pkg", "pkg.f"]),
    "no Python": ("$ pip install pkg", []),
    "empty": ("", []),
    "null": ("import pkg\0", []),
}


@pytest.mark.parametrize(("code", "expected"), CASES.values(), ids=CASES)
def test_one_piece(code: str, expected: list[str]) -> None:
    """Names lead back to what is imported, also through instances; what the code itself binds is none."""
    assert sorted({named.target for named in Snippets().read(code)}) == sorted(expected)


def test_pieces_of_a_document() -> None:
    """What one piece binds, the next ones use; one that cannot be parsed is left out."""
    reader = Snippets()
    reader.read("import pkg as p\n")
    assert reader.read("p.f(\n") == []
    assert [(named.target, named.line) for named in reader.read("\np.f()\n")] == [("pkg.f", 2), ("pkg", 2)]


@pytest.mark.parametrize("code", ["(" * 5000, "x" + ".a" * 20_000, "-" * 50_000 + "1", "x = " + "[" * 150 + "]" * 150])
def test_hostile(code: str) -> None:
    """No piece of code, however deep, ends the run."""
    Snippets().read(code)
