"""The table of the standard library's modules."""

from __future__ import annotations

import sys

import pytest

from sphinx_kwindex.stdlib import is_standard, standard_modules


def test_table_has_what_this_python_has() -> None:
    """No module of the running version is missing; newer versions may have private ones that no page meets."""
    assert {name for name in sys.stdlib_module_names if not name.startswith("_")} <= standard_modules()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("os", True),
        ("os.path.join", True),
        ("distutils.core", True),
        ("tomllib", True),
        ("StringIO.StringIO", True),
        ("numpy", False),
        ("osx.a", False),
    ],
)
def test_is_standard(target: str, expected: bool) -> None:
    """The first part of a name decides, whatever version of Python runs."""
    assert is_standard(target) is expected
