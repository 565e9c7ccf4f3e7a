"""Cython, without a grammar: definitions by lines and indentation, as its own parser reads them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sphinx_kwindex.collect.native.hooks import LIMIT, FoundName, Imported, Scanned, SourceBytes, Spot, Spots
from sphinx_kwindex.collect.python.summaries import first_sentence
from sphinx_kwindex.model import Flag, ImportFlag, Kind, SourceFile
from sphinx_kwindex.text import word_set

_QUIET = re.compile(
    rb"(?P<string>(?<![\w])[rRbBuUfF]{0,2}(?:\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?))"
    rb"|(?P<comment>#[^\n]*)",
    re.DOTALL,
)
_NAME = re.compile(rb"[A-Za-z_]\w*(?:[ \t]*\.[ \t]*[A-Za-z_]\w*)*|[^\x00-\x7f]+[^\W]*|\d[\w.]*")
_WORD = rb"[A-Za-z_]\w*"
_MODIFIERS = rb"(?:(?:public|api|readonly|inline|packed|extern|final|cdef|cpdef|ctypedef)[ \t]+)*"
_TYPE = re.compile(
    _MODIFIERS + rb"(?P<word>class|cppclass|struct|union|enum(?:[ \t]+(?:class|struct)\b)?|fused)\b"
    rb"(?:[ \t]+(?P<name>" + _WORD + rb"))?[^:\n]*:"
)
_EXTERN = re.compile(
    rb"cdef[ \t]+extern[ \t]+from[ \t]+(?P<path>[^:\n]+?)(?:[ \t]+namespace\b[^:\n]*)?(?:[ \t]+(?:nogil|noexcept))*[ \t]*:"
)
_GROUP = re.compile(rb"cdef(?:[ \t]+(?:public|readonly|api|inline))*(?:[ \t]+(?:nogil|with[ \t]+gil))?[ \t]*:")
_DEF = re.compile(rb"(?:async[ \t]+)?def[ \t]+(?P<name>" + _WORD + rb")[ \t]*(?P<rest>\(.*)", re.DOTALL)
_DECLARED = re.compile(rb"(?P<word>cdef|cpdef|ctypedef)[ \t]+(?P<rest>.*)", re.DOTALL)
_FUNCTION = re.compile(
    rb"(?P<type>(?:[\w.*&,\[\]: \t]|\([^()]*\)(?=[ \t]*\w))*?)(?P<name>"
    + _WORD
    + rb"(?:[ \t]*\[[^\[\]()]*\])?)[ \t]*(?:\"\"[ \t]*)?\(",
)
_POINTER = re.compile(rb"[^()]*\([ \t]*\*[ \t]*(?P<name>" + _WORD + rb")[ \t]*\)[ \t]*\(")
_VARIABLE = re.compile(
    rb"(?P<name>" + _WORD + rb")(?P<array>(?:[ \t]*\[[^\[\]]*\])*)[ \t]*(?:\"[ ]*\")?(?:=(?P<value>[^=].*))?\Z",
    re.DOTALL,
)
_IN_BRACKETS = re.compile(rb"\[[^\[\]]*\]")
_ASSIGNED = re.compile(rb"(?P<name>" + _WORD + rb")[ \t]*(?::[^=]*)?=(?P<value>[^=].*)", re.DOTALL)
_CONSTANT = re.compile(rb"DEF[ \t]+(?P<name>" + _WORD + rb")[ \t]*=(?P<value>.*)", re.DOTALL)
_IMPORT = re.compile(rb"(?P<word>import|cimport)[ \t]+(?P<names>.+)", re.DOTALL)
_FROM = re.compile(rb"from[ \t]+(?P<module>[.\w \t]+?)[ \t]+(?P<word>import|cimport)[ \t]+(?P<names>.+)", re.DOTALL)
_TAKEN = re.compile(rb"(?P<module>" + _WORD + rb"(?:\.\w+)*)(?:[ \t]+as[ \t]+(?P<alias>" + _WORD + rb"))?|\*")
_STRING_ALONE = re.compile(rb"\"\s*\"").fullmatch
_INCLUDE = re.compile(rb"include[ \t]+")
_PARAMETER = re.compile(rb"(" + _WORD + rb")[ \t]*(?:\[[^\[\]]*\][ \t]*)?(?=[,=)]|:[^:]|\Z|not[ \t]+None|or[ \t]+None)")
_LOCAL = re.compile(
    rb"(?:for[ \t]+)("
    + _WORD
    + rb"(?:[ \t]*,[ \t]*"
    + _WORD
    + rb")*)[ \t]+(?:in|from)\b|\bas[ \t]+("
    + _WORD
    + rb")[ \t]*[:,)]|(?:^|;)[ \t]*("
    + _WORD
    + rb")[ \t]*=[^=]"
)
_MODIFIED = re.compile(r"^(?:(?:inline|public|api|readonly|extern)(?:\s+|$))+")
_KINDS = {
    "class": Kind.CLASS,
    "cppclass": Kind.CLASS,
    "struct": Kind.STRUCT,
    "union": Kind.UNION,
    "enum": Kind.ENUM,
    "fused": Kind.TYPE_ALIAS,
}
_KEYWORDS = word_set(
    """
    False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda
    nonlocal not or pass raise return try while with yield cdef cpdef ctypedef cimport include extern inline public readonly api nogil gil
    noexcept struct union enum cppclass packed fused DEF IF ELIF ELSE NULL const volatile unsigned signed long short int char float double
    bint void size_t Py_ssize_t ssize_t object complex namespace sizeof by new operator str bytes bytearray list dict set tuple frozenset
    bool type range len print isinstance ValueError TypeError RuntimeError property staticmethod classmethod super print
    """
)
"""Of these, and of what Python and C build in, no use is listed."""
_RELATIVE, _FLAG_FROM, _ALIASED, _STAR = (
    int(flag) for flag in (ImportFlag.RELATIVE, ImportFlag.FROM, ImportFlag.ALIASED, ImportFlag.STAR)
)


class _CythonLine(NamedTuple):
    """One statement, with the lines on which its brackets go on."""

    start: int
    """Where its first word stands."""
    end: int
    indent: int
    text: bytes
    """Without what strings and comments hold."""


class _CythonBlock(NamedTuple):
    """What a line that ends with a colon opens."""

    indent: int
    word: str
    """`def`, `class`, `struct`, `enum`, `cdef` (a group of declarations), `extern`; empty for statements."""
    place: int
    """Of what it defines among all that was found; -1: nothing."""


def scan(text: SourceBytes, file: SourceFile) -> Scanned:
    """Return what a source defines, imports and names."""
    return _CythonScanner(text, file).run()


class _CythonScanner:
    def __init__(self, text: SourceBytes, file: SourceFile) -> None:
        self._text = text
        self._file = file
        self._spots = Spots(text.source)
        quiet = list(_QUIET.finditer(text.source))
        self._plain = _blanked(text.source, quiet)
        self._strings = {match.start(): match for match in quiet if match["string"] is not None}
        self._comments = [self._spots.of(*match.span()) for match in quiet if match["comment"] is not None]
        self._found: list[FoundName] = []
        self._imported: list[Imported] = []
        self._statements: list[tuple[int, int]] = []
        self._locals: list[Spot] = []
        self._open: list[_CythonBlock] = []
        self._externs: list[int] = []
        self._doc = ""

    def run(self) -> Scanned:
        end = 0
        for line in _lines(self._plain):
            while self._open and self._open[-1].indent >= line.indent:
                self._leave(end)
            self._read(line)
            end = line.end
        while self._open:
            self._leave(end)
        names, calls = self._names()
        captured = {"comment": self._comments, "local": self._locals, "name": names, "qualified": names, "call": calls}
        return Scanned(
            self._found, self._imported, captured, self._statements, doc=self._doc, externs=frozenset(self._externs)
        )

    def _leave(self, end: int) -> None:
        """Close a block, and record the end of what it defines."""
        block = self._open.pop()
        if block.place >= 0:
            item = self._found[block.place]
            self._found[block.place] = item._replace(node=self._spots.of(item.node.start_byte, end))

    def _read_string(self, line: _CythonLine) -> None:
        """Take a string that stands alone for the documentation of what it is in, if nothing comes before it."""
        match = self._strings.get(line.start)
        if match is None:
            return
        doc = first_sentence(self._text.decoded(match[0]).lstrip("rRbBuUfF").strip("\"'"))
        block = self._open[-1] if self._open else None
        if block is None and not self._found and not self._imported:
            self._doc = self._doc or doc
        elif block is not None and line.indent > block.indent and block.place == len(self._found) - 1 >= 0:
            self._found[block.place] = self._found[block.place]._replace(doc=doc)

    def _read(self, line: _CythonLine) -> None:
        if _STRING_ALONE(line.text):
            self._read_string(line)
            return
        around = self._open[-1].word if self._open else ""
        in_function = any(block.word == "def" for block in self._open)
        is_block = line.text.rstrip().endswith(b":")
        before = len(self._found)
        word = "" if self._read_import(line) else self._define(line, around, in_function=in_function)
        if self._open and self._open[-1].word == "extern":
            self._externs += (item.place.start_byte for item in self._found[before:])
        if is_block:
            defines = word not in {"", "cdef", "extern"} and len(self._found) > before
            keeps = around if not word and not in_function else word
            self._open.append(_CythonBlock(line.indent, keeps, before if defines else -1))

    def _define(self, line: _CythonLine, around: str, *, in_function: bool) -> str:
        """Read a line that may define something, and return what kind of block it opens."""
        text = line.text
        if (extern := _EXTERN.match(text)) is not None:
            self._include_header(line, extern)
            return "extern"
        if _GROUP.fullmatch(text) is not None:
            return "cdef"
        if (head := _TYPE.match(text)) is not None and (head["name"] or b"enum" in head["word"]):
            return self._define_type(line, head)
        if (head := _DEF.match(text)) is not None:
            self._define_function(line, head, head.start("rest"), b"")
            return "def"
        declared = _DECLARED.match(text)
        if around == "enum" and declared is None:
            self._define_members(line)
        elif declared is not None or around in {"cdef", "extern", "struct", "union", "cppclass"}:
            offset = declared.start("rest") if declared is not None else 0
            is_type = declared is not None and declared["word"] == b"ctypedef"
            return self._declare(line, offset, is_type=is_type, in_function=in_function)
        elif in_function:
            self._note_locals(line)
        elif around in {"", "class"}:
            self._assign(line)
        return ""

    def _assign(self, line: _CythonLine) -> None:
        match = _CONSTANT.match(line.text) or _ASSIGNED.match(line.text)
        if match is not None:
            flags = int(Flag.CONSTANT) if match.re is _CONSTANT else 0
            self._add(Kind.DATA, line, match, flags=flags, value=self._piece(line, match, "value"))

    def _define_type(self, line: _CythonLine, head: re.Match[bytes]) -> str:
        word = head["word"].split()[0].decode()
        if head["name"] is None:
            return word  # members of an enumeration without a name are constants of the file
        bases: tuple[str, ...] = ()
        rest = line.text[head.end("name") :].strip()
        if word in {"class", "cppclass"} and rest.startswith(b"("):
            inside = self._text.line(
                line.start + line.text.index(b"(", head.end("name")) + 1, line.start + line.text.rindex(b")")
            )
            bases = tuple(filter(None, map(str.strip, inside.split(","))))
        self._add(_KINDS[word], line, head, bases=bases)
        return word

    def _define_members(self, line: _CythonLine) -> None:
        for match in re.finditer(rb"(?P<name>" + _WORD + rb")(?:[ \t]*\"\")?(?:[ \t]*=(?P<value>[^,\n]*))?", line.text):
            if match["name"] != b"pass":
                value = self._piece(line, match, "value") if match["value"] is not None else ""
                self._add(Kind.ATTRIBUTE, line, match, flags=int(Flag.ENUM_MEMBER), value=value)

    def _declare(self, line: _CythonLine, offset: int, *, is_type: bool, in_function: bool) -> str:
        """Read what `cdef`, `cpdef` or `ctypedef` declares behind an offset."""
        text = line.text
        pointer = _POINTER.match(text, offset)
        if pointer is not None:
            if is_type:
                self._add(Kind.TYPE_ALIAS, line, pointer, value=self._text.line(line.start + offset, line.end).rstrip())
            return ""
        function = _FUNCTION.match(text, offset)
        if function is not None and not is_type and b"=" not in function["type"]:
            place = function["name"].split(b"[")[0].strip()
            if place.decode("ascii", "replace") not in _KEYWORDS or place == b"operator":
                self._define_function(line, function, function.end() - 1, function["type"])
                return "def" if text.rstrip().endswith(b":") else ""
        self._declare_variables(line, offset, is_type=is_type, in_function=in_function)
        return ""

    def _declare_variables(self, line: _CythonLine, offset: int, *, is_type: bool, in_function: bool) -> None:
        pieces = list(_split(line.text, offset))
        first, type_end = True, offset
        for start, end in pieces:
            match = _VARIABLE.search(_IN_BRACKETS.sub(_hide, line.text[start:end].rstrip()))
            if match is None or match["name"].decode("ascii", "replace") in _KEYWORDS:
                continue
            at = start + match.start("name")
            if first and not line.text[offset:at].strip():
                return  # no type: no declaration
            type_end = at if first else type_end
            first = False
            spot = self._spots.of(line.start + at, line.start + at + len(match["name"]))
            if in_function:
                self._locals.append(spot)
                continue
            array = self._text.line(line.start + start + match.start("array"), line.start + start + match.end("array"))
            written = _MODIFIED.sub("", self._text.line(line.start + offset, line.start + type_end)) + array
            value = (
                self._text.line(line.start + start + match.start("value"), line.start + end) if match["value"] else ""
            )
            more = {"value": written} if is_type else {"annotation": written, "value": value}
            kind = Kind.TYPE_ALIAS if is_type else Kind.DATA
            self._found.append(FoundName(kind, self._node(line), match["name"].decode(), spot, **more))  # type: ignore[arg-type]

    def _define_function(self, line: _CythonLine, head: re.Match[bytes], opened: int, returned: bytes) -> None:
        closed = _closing(line.text, opened)
        signature = self._text.line(line.start + opened, line.start + closed)
        arrow = re.match(rb"[ \t]*->[ \t]*([^:]+)", line.text[closed:])
        kind_of = (
            " ".join(self._text.line(line.start + head.start("type"), line.start + head.end("type")).split())
            if returned
            else ""
        )
        kind_of = _MODIFIED.sub("", kind_of)
        if arrow is not None:
            kind_of = arrow[1].decode("utf-8", "replace").strip()
        is_bare = not line.text.rstrip().endswith(b":")
        self._add(
            Kind.FUNCTION,
            line,
            head,
            signature=f"{signature} -> {kind_of}" if kind_of else signature,
            label="declared" if is_bare else "",
        )
        for match in _PARAMETER.finditer(line.text, opened, closed):
            self._locals.append(self._spots.of(line.start + match.start(1), line.start + match.end(1)))

    def _note_locals(self, line: _CythonLine) -> None:
        for match in _LOCAL.finditer(line.text):
            for name in re.finditer(_WORD, match[match.lastindex or 0]):
                start = line.start + match.start(match.lastindex or 0) + name.start()
                self._locals.append(self._spots.of(start, start + len(name[0])))

    def _add(self, kind: Kind, line: _CythonLine, match: re.Match[bytes], **more: object) -> None:
        name = re.match(_WORD, match["name"])
        if name is not None:
            start = line.start + match.start("name")
            place = self._spots.of(start, start + len(name[0]))
            self._found.append(FoundName(kind, self._node(line), name[0].decode(), place, **more))  # type: ignore[arg-type]

    def _node(self, line: _CythonLine) -> Spot:
        return self._spots.of(line.start, line.end)

    def _piece(self, line: _CythonLine, match: re.Match[bytes], group: str) -> str:
        return self._text.line(line.start + match.start(group), line.start + match.end(group))[:LIMIT]

    def _include_header(self, line: _CythonLine, extern: re.Match[bytes]) -> None:
        match = self._strings.get(line.start + extern.start("path"))
        if match is not None:  # else `from *`
            self._import_file(line, match, relative=not match[0].strip(b"rb\"'").startswith(b"<"))

    def _import_file(self, line: _CythonLine, string: re.Match[bytes], *, relative: bool) -> None:
        name = self._text.decoded(string[0]).strip("rb\"'").strip("<>")
        place = self._spots.of(*string.span())
        written = self._text.line(line.start, line.end).rstrip(":")
        self._imported.append(Imported(name, f"file:{name}", place, written, _RELATIVE if relative else 0))

    def _read_import(self, line: _CythonLine) -> bool:
        """Read a statement that imports, if it is one."""
        if _INCLUDE.match(line.text) is not None:
            string = next((each for start, each in self._strings.items() if line.start <= start < line.end), None)
            if string is not None:
                self._import_file(line, string, relative=True)
            return string is not None
        found = _FROM.match(line.text)
        whole = _IMPORT.match(line.text) if found is None else None
        match = found or whole
        if match is None:
            return False
        self._statements.append((line.start, line.end))
        module = "".join(self._text.decoded(found["module"]).split()) if found is not None else ""
        for taken in _TAKEN.finditer(line.text, match.start("names")):
            self._import(line, taken, module, is_c=match["word"] == b"cimport", is_from=found is not None)
        return True

    def _import(self, line: _CythonLine, taken: re.Match[bytes], module: str, *, is_c: bool, is_from: bool) -> None:
        name = self._text.decoded(taken["module"]) if taken["module"] is not None else "*"
        alias = self._text.decoded(taken["alias"]) if taken["alias"] is not None else ""
        group = "alias" if alias else "module" if name != "*" else 0
        place = self._spots.of(line.start + taken.start(group), line.start + taken.end(group))
        flags = (_FLAG_FROM if is_from else 0) | (_ALIASED if alias else 0) | (_STAR if name == "*" else 0)
        bound = alias or name
        if is_c:
            target, more = self._declarations(*((module, name) if is_from else (name, "")))
            flags |= more
        elif is_from:
            target = self._absolute(module) + (f".{name}" if name != "*" else "")
        else:
            target = name if alias else name.partition(".")[0]
            bound = alias or target
        self._imported.append(Imported(bound, target, place, self._text.line(line.start, line.end), flags))

    def _absolute(self, module: str) -> str:
        """Return the full name of a module that is given from the package of the file on."""
        dots = len(module) - len(module.lstrip("."))
        if not dots:
            return module
        parts = self._file.module.split(".")
        kept = parts[: len(parts) - dots]
        return ".".join([*kept, module[dots:]] if module[dots:] else kept)

    def _declarations(self, module: str, name: str) -> tuple[str, int]:
        """Return the target of what is cimported: a name of a file of declarations."""
        dots = len(module) - len(module.lstrip("."))
        path = module[dots:].replace(".", "/")
        start = "./" if dots == 1 else "../" * (dots - 1)
        wanted = f"file:{posixpath.join(start, path)}.pxd" if dots else f"file:{path}.pxd"
        return wanted if name == "*" else f"{wanted}#{name or '*'}", _RELATIVE if dots else 0

    def _names(self) -> tuple[list[Spot], list[Spot]]:
        """Return where names stand, of paths the whole; and which of them are called."""
        names, calls = [], []
        for match in _NAME.finditer(self._plain):
            first = match[0].partition(b".")[0].strip()
            if not first[:1].isalpha() and first[:1] != b"_":
                continue
            before = self._plain[match.start() - 1 : match.start()]
            if before == b"." or first.decode("utf-8", "replace") in _KEYWORDS:
                continue
            after = self._plain[match.end() : match.end() + 1]
            if after == b"=" and self._plain[match.end() + 1 : match.end() + 2] != b"=" and before in b"(, \n":
                continue  # the name of an argument, most likely
            spot = self._spots.of(match.start(), match.end())
            names.append(spot)
            if after == b"(":
                last = match.start() + match[0].rfind(b".") + 1
                calls.append(self._spots.of(last, match.end()))
        return names, calls


def _blanked(source: bytes, quiet: Iterable[re.Match[bytes]]) -> bytes:
    """Put blanks in the place of comments and of what strings hold."""
    work = bytearray(source)
    for match in quiet:
        start, end = match.span()
        is_string = match["string"] is not None and end - start > 1
        work[start:end] = b'"' + b" " * (end - start - 2) + b'"' if is_string else b" " * (end - start)
    return bytes(work)


def _hide(brackets: re.Match[bytes]) -> bytes:
    return b"[" + b" " * (len(brackets[0]) - 2) + b"]"


def _lines(plain: bytes) -> Iterator[_CythonLine]:
    """Yield the statements of a source, each whole."""
    start, depth, begun = 0, 0, 0
    for match in re.finditer(rb"[^\n]*\n?", plain):
        piece = match[0]
        if not piece:
            break
        depth = max(0, depth + sum(map(piece.count, (b"(", b"[", b"{"))) - sum(map(piece.count, (b")", b"]", b"}"))))
        if depth and match.end() < len(plain) and match.end() - begun < 100_000:
            continue
        if piece.rstrip().endswith(b"\\") and match.end() < len(plain):
            continue
        text = plain[begun : match.end()]
        start = begun + len(text) - len(text.lstrip())
        column = start - (plain.rfind(b"\n", 0, start) + 1)
        stripped = text.strip()
        begun, depth = match.end(), 0
        if not stripped:
            continue
        yield _CythonLine(start, start + len(stripped), column, stripped)


def _split(text: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces between the commas behind a place that are in no brackets."""
    depth, begun = 0, start
    for at in range(start, len(text)):
        char = text[at]
        depth += (char in b"([{") - (char in b")]}")
        if char == ord(",") and depth <= 0:
            yield begun, at
            begun = at + 1
    yield begun, len(text)


def _closing(text: bytes, opened: int) -> int:
    """Return where the bracket ends that opens at a place."""
    depth = 0
    for at in range(opened, len(text)):
        depth += (text[at] == ord("(")) - (text[at] == ord(")"))
        if not depth:
            return at + 1
    return len(text)
