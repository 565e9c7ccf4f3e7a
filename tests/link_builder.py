"""Facts of small projects, written as one line for each thing that a file binds.

::

    pkg/mod.py
        class Foo(pkg.base.Base)         bases are targets; `enum Foo(...)` makes an enumeration
        def Foo.run -> pkg.Bar           a method; types are joined by ` | `
        prop Foo.bar -> pkg.Bar
        attr Foo.x : pkg.Bar             `self Foo.x : ...` for one that is set on the instance, `field` for a field
        data y : builtins.list[pkg.Foo]
        data z = pkg.other               an alias
        type T : pkg.Foo                 a type alias; `typevar T : ...`
        from pkg.a import b as c         `import a.b`, `import a.b as c`, `from a import *`
        all Foo y + pkg.other            `__all__`, with the `__all__` of another module
        fixture client -> pkg.Bar        a fixture of pytest; `fixture Foo.make_client(client)` for one with another name
        plugins pkg.fix                  `pytest_plugins`
        dynamic                          the module has a `__getattr__`
        @pkg.deco                        a decorator of the next definition
        +classmethod                     a flag of the next definition
"""

from __future__ import annotations

import re

from sphinx_kwindex.model import Definition, Exports, FileFacts, Flag, Import, ImportFlag, Kind, Role

_KINDS = {
    "class": Kind.CLASS, "enum": Kind.CLASS, "prop": Kind.PROPERTY, "attr": Kind.ATTRIBUTE, "self": Kind.ATTRIBUTE,
    "member": Kind.ATTRIBUTE, "field": Kind.ATTRIBUTE, "data": Kind.DATA, "type": Kind.TYPE_ALIAS, "typevar": Kind.TYPE_VARIABLE,
}  # fmt: skip
_FLAGS = {
    "enum": Flag.ENUM,
    "self": Flag.INSTANCE,
    "member": Flag.ENUM_MEMBER,
    "fixture": Flag.FIXTURE,
    "field": Flag.FIELD,
}
_DEFINITION = re.compile(
    r"(?P<word>\w+) (?P<name>[\w.<>]+)(?:\((?P<bases>.*?)\))?(?P<signature>\{.*\})?(?: (?:->|:) (?P<type>.+))?(?: = (?P<alias>.+))?$"
)


def build(text: str) -> list[FileFacts]:
    """Return the facts of every file of a project written as above."""
    files: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() and not line.startswith(" " * 4):
            lines = files.setdefault(line.strip(), [])
        elif line.strip():
            lines.append(line.strip())
    return [_File(path, lines).facts() for path, lines in files.items()]


class _File:
    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        stem = path.rpartition(".")[0]
        self.is_package = stem.endswith("__init__")
        self.module = stem.removesuffix("/__init__").replace("/", ".").removeprefix("src.").removeprefix("lib.")
        self.definitions = [self.define("", Kind.MODULE, 1)]
        self.imports: list[Import] = []
        self.exports: Exports | None = None
        self.dynamic = False
        self.fixtures: list[tuple[str, int]] = []
        self.plugins: tuple[str, ...] = ()
        self.decorators: tuple[str, ...] = ()
        self.flags = 0

    def facts(self) -> FileFacts:
        for number, line in enumerate(self.lines, start=2):
            self.take(number, line)
        return FileFacts(
            path=self.path, language="python", module=self.module, is_package=self.is_package, role=Role.MODULE,
            lines=len(self.lines) + 1, size=1, definitions=tuple(self.definitions), imports=tuple(self.imports),
            exports=self.exports, dynamic=self.dynamic, fixtures=tuple(self.fixtures), plugins=self.plugins,
        )  # fmt: skip

    def take(self, number: int, line: str) -> None:
        word = line.split(" ", maxsplit=1)[0]
        if word in {"from", "import"}:
            self.imports.append(self.bind(number, line))
        elif word == "all":
            names, _, modules = line[4:].partition("+")
            self.exports = Exports(names=tuple(names.split()), modules=tuple(modules.split()))
        elif word == "plugins":
            self.plugins = tuple(line.split()[1:])
        elif word == "dynamic":
            self.dynamic = True
        elif word.startswith("@"):
            self.decorators = (*self.decorators, line[1:])
        elif word.startswith("+"):
            self.flags |= Flag[line[1:].upper()]
        else:
            match = _DEFINITION.match(line)
            assert match is not None, line
            self.definitions.append(self.definition(number, match.groupdict()))
            self.decorators, self.flags = (), 0

    def definition(self, number: int, parts: dict[str, str | None]) -> Definition:
        word, name = str(parts["word"]), str(parts["name"])
        kind = _KINDS.get(word) or (Kind.METHOD if "." in name and "<locals>" not in name else Kind.FUNCTION)
        bases = tuple(filter(None, (parts["bases"] or "").split(", ")))
        if word == "fixture":
            outer, dot, own = name.rpartition(".")
            self.fixtures.append((f"{outer}{dot}{bases[0] if bases else own}", len(self.definitions)))
            bases = ()
        return self.define(
            name, kind, number, flags=self.flags | _FLAGS.get(word, 0), decorator_targets=self.decorators,
            type=tuple((parts["type"] or "").split(" | ")) if parts["type"] else (), alias=parts["alias"] or "",
            base_targets=tuple(base for base in bases if not base.startswith("metaclass")), bases=bases,
            signature=(parts["signature"] or "").replace("{", "(").replace("}", ")"),
        )  # fmt: skip

    def define(self, qualname: str, kind: Kind, line: int, **more: object) -> Definition:
        name = qualname.rpartition(".")[2] or self.module.rpartition(".")[2]
        return Definition(name=name, qualname=qualname, kind=kind, line=line, col=0, end_line=line, scope=-1, **more)

    def bind(self, number: int, line: str) -> Import:
        match = re.match(
            r"(?:from (?P<module>\S+) )?import (?P<what>\S+)(?: as (?P<name>\w+))?(?: # (?P<flags>.*))?$", line
        )
        assert match is not None, line
        module, what, name = match["module"], match["what"], match["name"]
        flags = ImportFlag.FROM if module else ImportFlag(0)
        flags |= ImportFlag.STAR if what == "*" else ImportFlag(0)
        flags |= ImportFlag.TOP if not module and not name and "." in what else ImportFlag(0)
        target = module if what == "*" else f"{module}.{what}" if module else what
        bound = name or (what if module else what.partition(".")[0])
        return Import(name=bound, target=target, line=number, col=0, scope=0, text=line, flags=int(flags))
