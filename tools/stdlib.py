"""Add what the running version of Python has to the tables of the standard library; run it with each version.

Nothing is taken out, so that the tables hold the names of all versions. Which classes are in the table is chosen by hand:
add a line with the name of one and a colon, and run this.
"""

from __future__ import annotations

import importlib
import sys
import textwrap
from functools import partial

from sphinx_kwindex.stdlib import CLASSES, MODULES, list_classes, members_of, standard_modules

_LEFT_OUT = {"unittest": ("__", "assert", "fail")}
"""How members start that are there to be called, not to be overridden. Private ones count: formatters and parsers are bent by them."""
_OF_ABC = "_abc_"
_FILL = partial(textwrap.fill, width=116, break_on_hyphens=False, break_long_words=False)


def find_members(name: str) -> set[str]:
    """Return the members that a class has in the running version, but special ones; none if this lacks it."""
    module, _, own = name.rpartition(".")
    try:
        cls = getattr(importlib.import_module(module), own)
    except (ImportError, AttributeError):
        return set()
    hidden = _LEFT_OUT.get(name.partition(".")[0], ("__",))
    return {member for member in dir(cls) if not member.startswith((*hidden, _OF_ABC))}


def main() -> None:
    """Write the tables again."""
    modules = standard_modules() | sys.stdlib_module_names
    MODULES.write_text(_FILL(" ".join(sorted(modules))) + "\n", "ascii")
    lines = []
    for name, base, members in list_classes():
        head = f"{name}({base}):" if base else f"{name}:"
        added = find_members(name) - (members_of(name) or set())
        lines.append(
            _FILL(" ".join([head, *sorted({*members, *added} - (members_of(base) or set()))]), subsequent_indent="  ")
        )
    CLASSES.write_text("\n".join(lines) + "\n", "ascii")


if __name__ == "__main__":
    main()
