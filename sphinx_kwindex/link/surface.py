"""What other files can see of a module, name by name: the keys that lookups read, and the digests published under them.

A key stands for a module and a name in it, whether there is such a thing or not. Names are qualified names (what is defined in
functions counts as one thing), and

- nothing: there is such a module, and in which files;
- `*`: its wildcard imports, its `__getattr__`, what `__all__` is made of;
- `**`: the names that a wildcard import may take from it; `+name`: `__all__` has that name;
- `$name`, `$C.name`: the fixture that pytest knows by that name, in the module or a class;
- `C.*`: which public members a class has; `C[]`: its type parameters, and the fields of a named tuple;
- `***`: everything that it defines, `?name`: its members of that name; only where a stub is next to the source;
- `@`: the cycle of wildcard imports that it belongs to, and all names in it.

Of all modules together, there is a key for the classes that define a member of some name, and one for the `conftest.py` of each folder;
of files in other languages, one for what is called by a name in each family, for the files of a name, and for what each file includes.
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable

from sphinx_kwindex.ledger import digest

EXISTS = ""
WILD = "*"
OFFERED = "**"
EVERYTHING = "***"
CIRCLE = "@"
_LOCALS = "<locals>"
_HALF = 1 << 63
"""Keys are signed: so SQLite has them."""
_ANY_MODULE = "?"
"""No module is called so."""
_ANY_FOLDER = "/"


def key_of(module: str, name: str) -> int:
    """Return the key of a name in a module, whether it has that or not.

    Checksums, because there are hundreds of thousands: two names that share one only have more linked again than need be.
    """
    return (_checksum(module) << 32 | _checksum(name)) - _HALF


def _checksum(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


class Keys(dict[str, int]):
    """The keys of what is defined in one module, each computed when it is first asked for."""

    def __init__(self, module: str) -> None:
        super().__init__()
        self._base = key_of(module, "")

    def __missing__(self, name: str) -> int:
        key = self[name] = self._base + _checksum(spot(name))
        return key


class Existence(dict[str, int]):
    """The keys for whether there is a module."""

    def __missing__(self, module: str) -> int:
        key = self[module] = key_of(module, EXISTS)
        return key


def spot(qualname: str) -> str:
    """Return the name under which a definition is published: what is defined in one function is one thing."""
    if _LOCALS not in qualname:
        return qualname
    return qualname[: qualname.index(_LOCALS) + len(_LOCALS)]


def members_of(qualname: str) -> str:
    """Return the name for which public members a class or function has."""
    return f"{qualname}.*" if _LOCALS not in qualname else spot(qualname)


def parameters_of(qualname: str) -> str:
    """Return the name for which type parameters a class or function has, or which fields."""
    return f"{qualname}[]" if _LOCALS not in qualname else spot(qualname)


def member_key(name: str) -> int:
    """Return the key for the classes that define a member of this name."""
    return key_of(_ANY_MODULE, name)


def conftest_key(folder: str) -> int:
    """Return the key for the module that the `conftest.py` of a folder is, whether there is one or not."""
    return key_of(_ANY_FOLDER, folder)


def family_key(family: str, name: str) -> int:
    """Return the key for what languages of a family define under a name."""
    return key_of(_ANY_MODULE, f"{family}:{name}")


def file_key(name: str) -> int:
    """Return the key for the files of a name, whether there are any or not."""
    return key_of(_ANY_FOLDER, f"/{name}")


def names_key(path: str) -> int:
    """Return the key for the names that a file of another language offers."""
    return key_of(_ANY_FOLDER, f"={path}")


def visible_key(path: str) -> int:
    """Return the key for the files that a file includes, directly or through others."""
    return key_of(_ANY_FOLDER, f"<{path}")


class Surface:
    """Gathers the facts of one module."""

    def __init__(self, module: str, known: dict[object, int]) -> None:
        self._base = key_of(module, "")
        self._known = known
        """Digests of what many modules have in common: most functions look alike."""
        self.facts: dict[int, int] = {}

    def add_common(self, name: str, value: Hashable) -> int:
        """Add something about a name that is likely to be said of others, too; return its digest."""
        number = self._known.get(value)
        if number is None:
            number = self._known[value] = digest(value)
        self._add(name, number)
        return number

    def add(self, name: str, *values: object) -> None:
        """Add something about a name, and to what there is about it already."""
        self._add(name, digest(*values))

    def _add(self, name: str, number: int) -> None:
        key = self._base + _checksum(name)
        before = self.facts.get(key)
        self.facts[key] = number if before is None else digest(before, number)
