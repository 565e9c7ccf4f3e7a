"""Names and paths of languages other than Python: which file an include names, which files it sees so, and what a name means there.

All of it is told from what `LinkState` keeps of each file: paths, includes and names of definitions. What a name means is certain
if exactly one definition of that qualified name is in the files that its own includes, directly or through others.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from sphinx_kwindex.collect.native.registry import C_LIBRARY, FILE
from sphinx_kwindex.link.surface import family_key, file_key, names_key, visible_key
from sphinx_kwindex.model import TYPES, FileFacts, Flag, ImportFlag, Kind, LinkState, Outcome, PythonName, keyword_id
from sphinx_kwindex.text import word_set

MOST_POSSIBLE = 3
"""A name with more possible meanings than this has none that is worth a line."""
_MOST_PASSED = 8
"""Files through which a name may be passed on."""
_STUB = "py:"
"""Before the names of stubs, which may describe what is bound in C."""
_TOP = "top"
"""In place of a family: names that stubs define outside of classes."""
_UNKNOWN = "?"
"""At the start of names of bindings: in a module that the source does not name."""
_PASSED = "=>"
"""In names, between one under which a file passes something on and what that is: a target, or after `#` a name of the file."""
_BOUND = "bound"
"""In place of a family: names that Python has for what is defined in C."""
_MADE = "cffi"
"""In place of a family: modules that cffi makes of C."""
_CRATE = "crate"
"""In place of a family: packages of Rust, by the file that names them."""
_PACKAGE = re.compile(r"^\[package\][^\[]*?^name\s*=\s*[\"']([\w-]+)[\"']", re.MULTILINE)
_OPERATORS = "torch.ops."
_RELATIVE, _EXPORTED = int(ImportFlag.RELATIVE), int(ImportFlag.EXPORTED)
_LOCAL, _ENUM_MEMBER = int(Flag.LOCAL), int(Flag.ENUM_MEMBER)
_NAMED = TYPES | {Kind.FUNCTION, Kind.METHOD, Kind.MACRO, Kind.TYPE_ALIAS, Kind.DATA}
_is_foreign = re.compile(r"[a-z]+:").match
_SEPARATOR = re.compile(r"::|\.")
_ENDINGS = (".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", "/index.js", "/index.ts", "/index.tsx")
_STANDARD = C_LIBRARY | word_set(
    """
    strings.h unistd.h fcntl.h dirent.h dlfcn.h getopt.h glob.h malloc.h memory.h netdb.h poll.h pthread.h pwd.h
    regex.h sched.h search.h semaphore.h spawn.h syslog.h termios.h utime.h windows.h winsock2.h io.h direct.h process.h Python.h
    """
)
"""Headers that every compiler has: one of the tree that is called so is meant only where it lies next to the file."""


class ForeignHome(NamedTuple):
    """One definition that a name may mean."""

    id: str
    path: str


class _Spelling(NamedTuple):
    name: str
    """As others write it in full."""
    meaning: ForeignHome


_Answer = tuple[Outcome, tuple[ForeignHome, ...]]
_NOTHING: _Answer = (Outcome.EXTERNAL, ())


def is_foreign(target: str) -> bool:
    """Tell whether a target is one of another language: a path, or a name with its family."""
    return _is_foreign(target) is not None


def names_of(facts: FileFacts) -> tuple[str, ...]:
    """Return the names that other files can have for what a file defines: with its family, and what they stand for if it is longer."""
    if facts.path.endswith(".pyi"):
        tops = {f"{_TOP}:{item.name}" for item in facts.definitions[1:] if item.scope == 0 and item.kind in _NAMED}
        return tuple(sorted({_STUB + facts.module.rpartition(".")[2], *tops}))
    if posixpath.basename(facts.path) == "Cargo.toml":
        return tuple(f"{_CRATE}:{match[1].replace('-', '_')}" for match in _PACKAGE.finditer(facts.first_lines))
    if facts.language == "python":
        return tuple(sorted(f"{_MADE}:{item.name}" for item in facts.bindings))
    if not facts.family:
        return ()
    is_c = facts.family == "c"
    names = dict.fromkeys(_names_of(facts, f"{facts.family}:", has_open_enums=is_c))
    more = _bound_names(facts) if is_c else _passed_on(facts) if facts.family in {"js", "rust"} else ()
    return tuple(sorted(names | dict.fromkeys(more)))


def _passed_on(facts: FileFacts) -> Iterator[str]:
    """Yield names under which a file passes on what it imports, or calls otherwise. In Rust, modules below see all that it imports."""
    start, own = f"{facts.family}:", {item.name for item in facts.definitions[1:]}
    taken = {item.name: item.target for item in facts.imports}
    for item in facts.imports:
        if item.flags & _EXPORTED or facts.family == "rust":
            yield f"{start}{item.name}{_PASSED}{item.target}"
    for each in facts.bindings:
        target = f"#{each.target}" if each.target in own else taken.get(each.target, "")
        if target and target != f"#{each.name}":
            yield f"{start}{each.name}{_PASSED}{target}"


def _targets(home: LinkState, name: str) -> Iterator[str]:
    """Yield what a file passes on under a name."""
    for text in home.names:
        written, mark, target = text.partition(_PASSED)
        if mark and written.partition(":")[2] == name:
            yield target


def _bound_names(facts: FileFacts) -> Iterator[str]:
    """Yield the names that Python has for what a file binds, with the scope of that and its name; and of modules that it makes."""
    names = {item.name for item in facts.bindings if not item.name.startswith(_UNKNOWN)}
    for item in (each for each in facts.bindings if each.target or each.name.startswith(_UNKNOWN)):
        yield f"{_BOUND}:{item.name}={facts.definitions[item.scope].qualname}|{item.target}"
    around = {name.rpartition(".")[0] for name in names if not name.startswith(_OPERATORS)} - names - {""}
    yield from (f"{_BOUND}:{name}=|" for name in around if not any(name.startswith(f"{other}.") for other in around))


def _names_of(facts: FileFacts, start: str, *, has_open_enums: bool) -> Iterator[str]:
    definitions = facts.definitions
    for item in definitions[1:]:
        if item.flags & _LOCAL:
            continue
        if item.kind in _NAMED:
            yield start + item.qualname
        elif item.flags & _ENUM_MEMBER:
            yield start + item.qualname
            if not has_open_enums:
                continue
            around = definitions[item.scope].qualname
            yield f"{start}{around[: len(around) - len(definitions[item.scope].name)]}{item.name}={item.qualname}"


def includes_of(facts: FileFacts) -> tuple[str, ...]:
    """Return the paths that a file includes or imports, as written; those that start at its own folder have a quotation mark before them."""
    paths = (
        (item.target.removeprefix(FILE).partition("#")[0], item.flags)
        for item in facts.imports
        if item.target.startswith(FILE)
    )
    return tuple(dict.fromkeys(f'"{path}' if flags & _RELATIVE else path for path, flags in paths))


def _nearest(found: Iterable[str], folder: str) -> str:
    """Return the only one of some paths that has the longest way from the root in common with a folder; empty if several have."""
    parts = folder.split("/") if folder else []
    shared: dict[int, list[str]] = {}
    for path in found:
        common = posixpath.commonprefix([path.split("/")[:-1], parts])
        shared.setdefault(len(common), []).append(path)
    best = shared[max(shared)] if shared else []
    return best[0] if len(best) == 1 else ""


def _readings(target: str) -> Iterator[tuple[str, str]]:
    """Yield the path of a file and a name in it that a target may mean: what is cimported from a package may be a module."""
    written, _, name = target.removeprefix(FILE).partition("#")
    name = name.removeprefix("*").removeprefix(".")
    yield written, name
    if written.endswith(".pxd") and name:
        module, _, name = name.partition(".")
        yield posixpath.join(written.removesuffix(".pxd"), f"{module}.pxd"), name


def endings(written: str) -> Iterator[str]:
    """Yield the paths that a path may stand for: imports of JavaScript leave out how it ends."""
    yield written
    if written.endswith(".pxd"):
        yield f"{written.removesuffix('.pxd')}/__init__.pxd"
    elif written.startswith("."):
        stem, suffix = posixpath.splitext(written)
        yield from (f"{stem}.ts" for _ in (suffix,) if suffix == ".js")
        yield from (f"{written}{ending}" for ending in _ENDINGS)


class FilesByName:
    """Finds files by the paths that others write."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(paths):
            self._by_name.setdefault(posixpath.basename(path), []).append(path)

    def find(self, written: str, folder: str, *, is_relative: bool) -> str:
        """Return the one file that a path means: from a folder, or by the end of its own path; empty if none or several may be meant."""
        for each in endings(written) if is_relative else ():
            beside = posixpath.normpath(posixpath.join(folder, each))
            if beside in self._by_name.get(posixpath.basename(beside), ()):
                return beside
        if written.startswith(("/", "../", "./")) or posixpath.normpath(written) in _STANDARD:
            return ""
        tails = {posixpath.normpath(each) for each in endings(written)}
        found = [path for tail in tails for path in self.ending(tail)]
        return found[0] if len(found) == 1 else ""

    def ending(self, tail: str) -> list[str]:
        """Return the files whose paths end with a path."""
        return [path for path in self._by_name.get(posixpath.basename(tail), ()) if f"/{path}".endswith(f"/{tail}")]

    def find_named(self, written: str, folder: str) -> str:
        """Return the file that a path in a string means: a name alone only means one in a folder next to the file."""
        alike = self._by_name.get(posixpath.basename(written), ())
        plain = posixpath.normpath(written)
        beside = posixpath.normpath(posixpath.join(folder, written))
        if beside in alike or plain in alike:
            return beside if beside in alike else plain
        if "/" not in written:
            below = [path for path in alike if path.startswith(f"{folder}/") and path.count("/", len(folder) + 1) <= 1]
            return below[0] if len(below) == 1 else ""
        return _nearest((path for path in alike if path.endswith(f"/{plain}")), folder)


class Foreign:
    """What files of other languages include, and what names mean in them."""

    def __init__(self, states: Iterable[LinkState], touch: Callable[[int], None] = lambda _key: None) -> None:
        """`touch` is called with the key of each thing that is asked for."""
        self._states = {state.path: state for state in states}
        self._touch = touch
        self._files = FilesByName(self._states)
        self._includes: dict[str, tuple[str, ...]] | None = None
        self._named: dict[str, list[_Spelling]] | None = None
        self._last: tuple[str, frozenset[str]] = ("", frozenset())

    def file(self, target: str, path: str, *, is_relative: bool) -> LinkState | None:
        """Return the file that a target of a path means in a file, if it is one of the project."""
        for written, _ in _readings(target):
            for each in endings(written):
                self._touch(file_key(posixpath.basename(posixpath.normpath(each))))
            found = self._files.find(written, posixpath.dirname(path), is_relative=is_relative)
            if found:
                return self._states[found]
        return None

    def find(self, target: str, path: str, scope: str) -> _Answer:
        """Return what a name means in a scope of a file (by its qualified name), and how sure that is."""
        if target.startswith(FILE):
            return self._member(target, path)
        family, _, name = target.partition(":")
        if family == "rust":  # what a name without a path means, the file says; or the language
            return self._in_crate(name, path) if "::" in name else _NOTHING
        last = _SEPARATOR.split(name)[-1]
        self._touch(family_key(family, last))
        alike = [item for item in self.named.get(f"{family}:{last}", ()) if item.meaning.path != path]
        if not alike or name.startswith("*"):
            return _NOTHING
        return self._seen(family, tuple(_names_in(scope, name, family)), path, alike)

    def _seen(self, family: str, names: Iterable[str], path: str, alike: Sequence[_Spelling]) -> _Answer:
        """Return what the first of some names that means anything does: for certain, what the file sees."""
        self._touch(visible_key(path))
        seen = self._seen_from(path, family, alike)
        for full in names:
            found = dict.fromkeys(item.meaning for item in alike if item.name == full)
            sure = [meaning for meaning in found if meaning.path in seen]
            if len(sure) == 1:
                return Outcome.EXACT, tuple(sure)
            possible = tuple(sure or (each for each in found if family == "c" and _is_header(each.path)))
            if possible:
                return (Outcome.GUESS, possible) if len(possible) <= MOST_POSSIBLE else _NOTHING
        return _NOTHING

    def _seen_from(self, path: str, family: str, alike: Sequence[_Spelling]) -> frozenset[str]:
        if family == "go":
            return _package_of(path, alike)
        return self._connected(path) if family == "cmake" else self.visible(path)

    def _connected(self, path: str) -> frozenset[str]:
        """Return the files that are read in with one: commands of CMake are known everywhere once they are defined."""
        self._touch(visible_key(""))
        waiting, seen = [path], set[str]()
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting += (*self.includes.get(each, ()), *self._includers.get(each, ()))
        return frozenset(seen)

    @cached_property
    def _includers(self) -> Mapping[str, list[str]]:
        back: dict[str, list[str]] = {}
        for path, found in self.includes.items():
            for each in found:
                back.setdefault(each, []).append(path)
        return back

    def _member(self, target: str, path: str, left: int = _MOST_PASSED) -> _Answer:
        """Return what a file defines, or passes on, under the name that another imports from it."""
        for written, name in _readings(target):
            home = self.file(f"{FILE}{written}", path, is_relative=True)
            answer = self._exported(home, name, left) if home is not None and left else _NOTHING
            if answer is not _NOTHING:
                return answer
        return _NOTHING

    def _exported(self, home: LinkState, name: str, left: int) -> _Answer:
        """Return what a file exports under a name: of its own, by another name, or all that another file does."""
        self._touch(names_key(home.path))
        if any(each.partition(":")[2] == name for each in home.names):
            return Outcome.EXACT, (ForeignHome(keyword_id(home.module, name), home.path),)
        first, _, rest = name.partition(".")
        targets = [*_targets(home, first)] or ([*_targets(home, "")] if first == "default" else [])
        for target in targets:
            further = f"{target}.{rest}" if rest else target
            if target.startswith("#"):
                return self._exported(home, further[1:], left - 1) if left else _NOTHING
            return self._member(further, home.path, left - 1) if target.startswith(FILE) else _NOTHING
        stars = [each.partition("#")[0] for each in _targets(home, "*") if first != "default" and each.startswith(FILE)]
        answers = (self._member(f"{each}#{name}", home.path, left - 1) for each in stars)
        found = dict.fromkeys(answer for answer in answers if answer is not _NOTHING)
        return next(iter(found)) if len(found) == 1 else _NOTHING

    def _in_crate(self, name: str, path: str, left: int = _MOST_PASSED) -> _Answer:
        """Return what a path means, if the module of the crate that it names defines it, or takes it from another."""
        root, parts = self._from_root(name, path, left)
        homes = [(home, parts[count:]) for count in range(len(parts)) for home in self._modules(root, parts[:count])]
        found = dict.fromkeys(
            ForeignHome(keyword_id(home.module, inner), home.path)
            for home, rest in homes
            if f"rust:{(inner := '::'.join(rest))}" in home.names
        )
        if not found and left:
            answers = (self._taken(home, rest, left - 1) for home, rest in homes)
            found = dict.fromkeys(each for answer in answers for each in answer[1] if answer[0] is Outcome.EXACT)
        return (Outcome.EXACT, tuple(found)) if len(found) == 1 else _NOTHING

    def _taken(self, home: LinkState, names: Sequence[str], left: int) -> _Answer:
        """Return what a name of a module means that it takes from another."""
        own = f"rust:self::{names[0]}"
        targets = [target for target in _targets(home, names[0]) if target != own]
        stars = [f"{target}::{names[0]}" for target in _targets(home, "*")]
        paths = ("::".join([target.removeprefix("rust:"), *names[1:]]) for target in targets or stars)
        answers = (self._in_crate(path, home.path, left) for path in paths if "::" in path)
        return next((answer for answer in answers if answer is not _NOTHING), _NOTHING)

    def _from_root(self, name: str, path: str, left: int) -> tuple[str, list[str]]:
        """Return the folder of the crate in which a path starts, and the path from there; nothing for a crate that the tree lacks."""
        head, *rest = name.split("::")
        root, here = self._place_in_crate(path)
        while head == "super" and here:
            here.pop()
            if not rest or rest[0] != "super":
                return root, [*here, *rest]
            rest.pop(0)
        if head in {"crate", "self"}:
            return root, [*(here if head == "self" else ()), *rest]
        state = self._states.get(path)
        modules = [*_targets(state, head)] if state is not None and left else []
        is_module = modules[:1] == [f"rust:self::{head}"]
        library = self._library(head) if not is_module else ""
        return (library, rest) if library else (root, [*here, head, *rest] if is_module else [])

    def _place_in_crate(self, path: str) -> tuple[str, list[str]]:
        """Return the folder of the crate that a file of Rust is in, and the module that it is there. Each program in `bin` is a crate."""
        root = self._crate_of(path)
        inside = path.removeprefix(f"{root}/").removesuffix(".rs").split("/")
        if inside[0] == "bin":
            root, inside = f"{root}/bin", inside[1:]
            return root, inside[: len(inside) - 1]
        return root, inside[:-1] if inside[-1] in {"mod", "lib", "main"} else inside

    def _library(self, crate: str) -> str:
        """Return the folder of the library of a crate, if a package of the tree is called so."""
        self._touch(family_key(_CRATE, crate))
        packages = (posixpath.dirname(item.meaning.path) for item in self.named.get(f"{_CRATE}:{crate}", ()))
        folders = [posixpath.join(package, "src") for package in packages]
        if len(folders) != 1:
            return ""
        self._touch(file_key("lib.rs"))
        return folders[0] if f"{folders[0]}/lib.rs" in self._states else ""

    def _modules(self, root: str, parts: Sequence[str]) -> Iterator[LinkState]:
        """Yield the files that are a module of a crate."""
        stem = "/".join([root, *parts]).lstrip("/")
        start = f"{stem}/" if stem else ""
        for path in (f"{stem}.rs", f"{start}mod.rs") if parts else (f"{start}lib.rs", f"{start}main.rs"):
            self._touch(file_key(posixpath.basename(path)))
            if path in self._states:
                self._touch(names_key(path))
                yield self._states[path]

    def module_file(self, target: str, path: str) -> LinkState | None:
        """Return the file of the module that a path of Rust names, or in which it names something."""
        root, parts = self._from_root(target.removeprefix("rust:"), path, 1)
        for count in range(len(parts), -1, -1):
            found = [home for home in self._modules(root, parts[:count]) if parts]
            others = [home for home in found if home.path != path]  # of a program next to a library, that
            if found:
                return others[0] if len(others) == 1 else None
        return None

    def _crate_of(self, path: str) -> str:
        """Return the folder of the root of a crate that a file of Rust is in."""
        self._touch(file_key("lib.rs"))
        self._touch(file_key("main.rs"))
        folder = posixpath.dirname(path)
        while folder and not {f"{folder}/lib.rs", f"{folder}/main.rs"} & self._states.keys():
            folder = posixpath.dirname(folder)
        return folder

    def named_file(self, written: str, path: str) -> str:
        """Return the file, not of Python, that a path in a string of another means: from its folder, or from the root, or by its end."""
        self._touch(file_key(posixpath.basename(written)))
        found = self._files.find_named(written, posixpath.dirname(path))
        return "" if found == path or found.endswith((".py", ".pyi")) else found

    def stubs(self, name: str) -> tuple[str, ...]:
        """Return the only stub whose module has a last name, if there is one."""
        self._touch(family_key("py", name))
        found = [self._states[item.meaning.path].module for item in self.named.get(_STUB + name, ())]
        return tuple(found) if len(found) == 1 else ()

    def stubs_with(self, name: str) -> tuple[str, ...]:
        """Return the modules whose stubs define a name outside of classes."""
        self._touch(family_key(_TOP, name))
        return tuple(self._states[item.meaning.path].module for item in self.named.get(f"{_TOP}:{name}", ()))

    def is_bound_once(self, name: str) -> bool:
        """Tell whether only one file binds a name, in a module that it does not say."""
        last = name.rpartition(".")[2]
        self._touch(family_key(_BOUND, last))
        ending = name.partition(".")[2]
        found = (item for item in self.named.get(f"{_BOUND}:{last}", ()) if item.name.startswith(_UNKNOWN))
        return len({item.meaning.path for item in found if item.name.partition(".")[2] == ending}) == 1

    def in_python(self, name: str) -> tuple[ForeignHome, ...]:
        """Return what a dotted name of Python stands for that only bindings make known: definitions in C, or the file that makes a module."""
        self._touch(family_key(_BOUND, ""))
        if _BOUND not in self._families:
            return ()
        last = name.rpartition(".")[2]
        self._touch(family_key(_BOUND, last))
        found = [item.meaning for item in self.named.get(f"{_BOUND}:{last}", ()) if self._is_called(item.name, name)]
        homes = tuple(dict.fromkeys(home for meaning in found if (home := self._bound_home(meaning)) is not None))
        most = MOST_POSSIBLE if name.startswith(_OPERATORS) else 1  # an operator has a function for each kind of device
        return homes if len(homes) <= most else ()

    def _is_called(self, bound: str, name: str) -> bool:
        """Tell whether a name is that of a binding, which seldom says in which package its module is."""
        if name == bound or not name.endswith(f".{bound}"):
            return name == bound
        package = name.removesuffix(f".{bound}").replace(".", "/")
        self._touch(file_key("__init__.py"))
        return not bound.startswith(_OPERATORS) and bool(self._files.ending(f"{package}/__init__.py"))

    def _bound_home(self, meaning: ForeignHome) -> ForeignHome | None:
        scope, _, target = meaning.id.partition("|")
        state = self._states[meaning.path]
        if not target:
            return ForeignHome(state.module, state.path)
        for full in _names_in(scope, target, "c"):
            if f"c:{full}" in state.names:
                return ForeignHome(keyword_id(state.module, full), state.path)
        outcome, found = self.find(f"c:{target}", state.path, scope)
        return found[0] if outcome is Outcome.EXACT else None

    @property
    def has_c(self) -> bool:
        """Some file defines names of C."""
        self._touch(family_key("c", ""))
        return "c" in self._families

    @cached_property
    def _families(self) -> frozenset[str]:
        return frozenset(name.partition(":")[0] for state in self._states.values() for name in state.names)

    def is_made_by_cffi(self, module: Sequence[str]) -> bool:
        """Tell whether a module is one that a source has cffi make, which may leave out the packages around it."""
        self._touch(family_key(_MADE, module[-1]))
        full = ".".join(module)
        return any(f".{full}".endswith(f".{item.name}") for item in self.named.get(f"{_MADE}:{module[-1]}", ()))

    def functions_called(self, name: str) -> tuple[ForeignHome, ...]:
        """Return the few definitions of C that a library may have under a name, outside of namespaces; else declarations of headers."""
        self._touch(family_key("c", name))
        found = dict.fromkeys(item.meaning for item in self.named.get(f"c:{name}", ()) if item.name == name)
        sources = tuple(home for home in found if not _is_header(home.path))
        homes = sources or tuple(found)
        return homes if len(homes) <= MOST_POSSIBLE else ()

    def bound(self, facts: FileFacts, item: PythonName) -> str:
        """Return the id of the function or class that a binding stands for, if it is certain; empty if not."""
        scope = facts.definitions[item.scope].qualname
        if not item.target:
            return keyword_id(facts.module, scope)
        is_own = facts.language != "cython"  # what is declared there is defined elsewhere
        own = {
            each.qualname
            for each in facts.definitions[1:]
            if is_own and each.kind in _NAMED and not each.flags & _LOCAL
        }
        for full in _names_in(scope, item.target, "c"):
            if full in own:
                return keyword_id(facts.module, full)
        outcome, found = self.find(f"c:{item.target}", facts.path, scope)
        return found[0].id if outcome is Outcome.EXACT else self._only_in_sight(item.target, facts.path)

    def _only_in_sight(self, name: str, path: str) -> str:
        """Return the id of what a name means that some `using namespace` leads to: the only one of the name that a file sees."""
        last = _SEPARATOR.split(name)[-1]
        self._touch(family_key("c", last))
        self._touch(visible_key(path))
        seen, alike = self.visible(path), self.named.get(f"c:{last}", ())
        found = {item.meaning for item in alike if item.meaning.path in seen and f"::{item.name}".endswith(f"::{name}")}
        return found.pop().id if len(found) == 1 else ""

    def declared(self, facts: FileFacts) -> Iterator[tuple[str, str]]:
        """Yield the definitions of a file of which another that it includes holds the declaration: the ids of both."""
        if facts.family not in {"c", "cython"} or _is_header(facts.path):
            return
        for item in facts.definitions[1:]:
            if item.kind in {Kind.FUNCTION, Kind.METHOD, Kind.DATA} and not item.flags & _LOCAL:
                outcome, found = self.find(f"{facts.family}:{item.qualname}", facts.path, "")
                if outcome is Outcome.EXACT and _is_header(found[0].path):
                    yield keyword_id(facts.module, item.qualname), found[0].id

    @property
    def named(self) -> Mapping[str, list[_Spelling]]:
        """By family and last part: the names of definitions."""
        if self._named is None:
            self._named = {}
            for state in self._states.values():
                for text in (each for each in state.names if _PASSED not in each):
                    written, _, longer = text.partition("=")
                    family, _, name = written.partition(":")
                    identity = longer if family == _BOUND else keyword_id(state.module, longer or name)
                    meaning = ForeignHome(identity, state.path)
                    last = _SEPARATOR.split(name)[-1]
                    self._named.setdefault(f"{family}:{last}", []).append(_Spelling(name, meaning))
        return self._named

    @property
    def includes(self) -> Mapping[str, tuple[str, ...]]:
        """By path: the files that a file includes."""
        if self._includes is None:
            self._includes = {
                path: tuple(self._included(state))
                for path, state in self._states.items()
                if state.includes or path.endswith(".pyx")
            }
        return self._includes

    def _included(self, state: LinkState) -> Iterator[str]:
        folder = posixpath.dirname(state.path)
        for written in state.includes:
            found = self._files.find(written.removeprefix('"'), folder, is_relative=written.startswith('"'))
            if found and found != state.path:
                yield found
        if state.path.endswith(".pyx") and (beside := f"{state.path.removesuffix('.pyx')}.pxd") in self._states:
            yield beside  # which Cython reads first

    def visible(self, path: str) -> frozenset[str]:
        """Return the files that a file includes, directly or through others."""
        if self._last[0] != path:  # files are linked one after another, and all sets at once would be large
            waiting, seen = list(self.includes.get(path, ())), set[str]()
            while waiting:
                each = waiting.pop()
                if each not in seen:
                    seen.add(each)
                    waiting += self.includes.get(each, ())
            self._last = path, frozenset(seen)
        return self._last[1]

    def changed(self, other: Foreign) -> Iterator[int]:
        """Yield the keys of what is not the same as in another."""
        paths = self._states.keys() ^ other._states.keys()
        paths |= {
            path
            for path in self._states.keys() & other._states.keys()
            if self._states[path].module != other._states[path].module
        }
        yield from (file_key(posixpath.basename(path)) for path in paths)
        if not self.has_names and not other.has_names:
            return
        for path in self._states.keys() & other._states.keys():
            if self._states[path].names != other._states[path].names:
                yield names_key(path)
        for name in self.named.keys() | other.named.keys():
            if sorted(self.named.get(name, ())) != sorted(other.named.get(name, ())):
                family, _, last = name.partition(":")
                yield family_key(family, last)
        yield from (family_key(family, "") for family in self._families ^ other._families)
        if self.includes != other.includes:
            yield visible_key("")
            yield from (visible_key(path) for path in _reaching(self.includes, other.includes))

    @property
    def has_names(self) -> bool:
        """Some file is in another language."""
        return any(state.names or state.includes for state in self._states.values())


def _package_of(path: str, named: Iterable[_Spelling]) -> frozenset[str]:
    """Return the files of a package of Go, its folder, among those of some names: they see one another, without an import."""
    folder = posixpath.dirname(path)
    return frozenset(item.meaning.path for item in named if posixpath.dirname(item.meaning.path) == folder)


def _reaching(one: Mapping[str, tuple[str, ...]], two: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the files that see, before or after, one whose includes are not the same."""
    back: dict[str, set[str]] = {}
    for includes in (one, two):
        for path, targets in includes.items():
            for target in targets:
                back.setdefault(target, set()).add(path)
    waiting = [path for path in one.keys() | two.keys() if one.get(path) != two.get(path)]
    found: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += back.get(path, ())
    return found


def _names_in(scope: str, name: str, family: str) -> Iterator[str]:
    """Yield the qualified names that a name may have in a scope, from the inside out."""
    if family not in {"c", "rust"} and "::" not in f"{scope} {name}":
        parts = scope.split(".") if scope else []
        yield from (".".join([*parts[:count], name]) for count in range(len(parts), -1, -1))
        return
    if name.startswith("::"):
        yield name[2:]
        return
    ends = [match.start() for match in _SEPARATOR.finditer(scope)]
    for end in (*([len(scope)] if scope else []), *reversed(ends)):
        separator = "::" if "::" in scope or "::" in name or end == len(scope) else "."
        yield f"{scope[:end]}{separator}{name}"
    yield name


def _is_header(path: str) -> bool:
    return posixpath.splitext(path)[1].lower() in {
        ".h",
        ".hpp",
        ".hh",
        ".hxx",
        ".h++",
        ".cuh",
        ".inl",
        ".ipp",
        ".tpp",
        ".pxd",
    }
