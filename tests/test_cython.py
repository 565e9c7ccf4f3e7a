"""Cython, Protocol Buffers and SQL in trees: what leads to what, across files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.pages.text import page_text


@pytest.fixture
def project(make_tree: Callable[..., Path]) -> Project:
    """Return a package with modules of Cython, with and without a stub."""
    return Project.open(
        make_tree(
            {
                "pkg/__init__.py": "",
                "pkg/app.py": "from pkg.fast import work\nfrom pkg import bare, made\n\nwork(1)\nbare.Plain()\nmade.Made()\n",
                "pkg/fast.pyx": (
                    "from .parts cimport scale\nfrom . cimport parts\nfrom pkg cimport parts as again\nfrom .tools import check\n\n"
                    'cdef extern from "quick.h":\n    int quick_sum(int a)\n\n'
                    "cpdef int work(int n):\n    check(n)\n    return quick_sum(scale(n)) + parts.scale(n) + again.scale(1)\n"
                ),
                "pkg/fast.pxd": "cpdef int work(int n)\n",
                "pkg/fast.pyi": "def work(n: int) -> int: ...\n",
                "pkg/parts.pxd": "cdef inline int scale(int n):\n    return n\n",
                "pkg/bare.pyx": "class Plain:\n    pass\n",
                "pkg/made.templ.pyx": "class Made:\n    pass\n",
                "pkg/tools.py": "def check(n): ...\n",
                "src/quick.h": "int quick_sum(int a);\n",
            }
        )
    )


def used(project: Project, name: str) -> set[str]:
    """Return the files that use the keywords of a name for certain."""
    keywords = [item for item in project.keywords(name=name) if item.kind != "import"]
    return {use.path for keyword in keywords for use in project.uses(keyword) if use.exact}


def test_python_imports_cython(project: Project) -> None:
    """A module of Cython is one of Python: what imports it leads to it, with a stub and without, and what it is made from."""
    with project:
        assert used(project, "Plain") == used(project, "Made") == {"pkg/app.py"}
        assert "pkg/app.py" in used(project, "work")
        assert used(project, "check") == {"pkg/fast.pyx"}


def test_cimports_lead_to_declarations(project: Project) -> None:
    """What is cimported is a name of a `.pxd`, or that file."""
    with project:
        (scale,) = [item for item in project.keywords(name="scale") if item.kind == "function"]
        assert sorted(use.line for use in project.uses(scale) if use.path == "pkg/fast.pyx") == [11, 11, 11]


def test_extern_functions_lead_to_c(project: Project) -> None:
    """What is declared `cdef extern` shows where C has it, and the other way round."""
    with project:
        assert "Implemented in: [`src.quick_h.quick_sum`]" in page_text(project, "pkg/fast.pyx")
        assert "Seen from Python as: [`pkg.fast.quick_sum`]" in page_text(project, "src/quick.h")


def test_declarations_of_cython(project: Project) -> None:
    """A function that a `.pxd` beside its module declares is said to be declared there."""
    with project:
        assert "Declared as: [`pkg.fast_pxd.work`]" in page_text(project, "pkg/fast.pyx")


def test_messages_of_other_files(make_tree: Callable[..., Path]) -> None:
    """A message is found in the files that are imported, by its package or within the same one."""
    tree = make_tree(
        {
            "art/base.proto": "package art;\nmessage Shape { message Part {} }\n",
            "art/more.proto": 'package art;\nimport "art/base.proto";\nmessage Box { Shape a = 1; art.Shape.Part b = 2; }\n',
            "art/alone.proto": "package other;\nmessage Box { Shape a = 1; }\n",
        }
    )
    with Project.open(tree) as project:
        assert used(project, "Shape") == {"art/more.proto"}
        assert used(project, "Part") == {"art/more.proto"}
