"""Texts in the language of the documentation: the catalogues are complete and up to date, and nothing stays English."""

from __future__ import annotations

import gettext
import importlib.util
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from conftest import PROJECT, copy_demo
from sphinx.application import Sphinx

from sphinx_kwindex import __version__


def _load_messages() -> Any:
    spec = importlib.util.spec_from_file_location("messages", PROJECT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = _load_messages()
LANGUAGES = dict(messages.languages())
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")


def texts(catalog: Catalog) -> dict[Any, Any]:
    return {message.id: message.string for message in catalog if message.id}


def test_template() -> None:
    """The template holds what the sources mark (`tox -e messages` mends it)."""
    assert texts(messages.read(messages.TEMPLATE)).keys() == texts(messages.extract()).keys()


def test_heads() -> None:
    """The template and the translations name the project and its version, and leave no placeholder of the program's."""
    for path in (messages.TEMPLATE, *LANGUAGES.values()):
        head = path.read_text(encoding="utf-8").split("\n\n")[0]
        assert f"sphinx-kwindex {__version__}" in head
        assert "EMAIL@ADDRESS\\n" not in head


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_is_complete(language: str) -> None:
    """A translation has every text and no other, and none of them is guessed."""
    catalog = messages.read(LANGUAGES[language], language)
    assert texts(catalog).keys() == texts(messages.extract()).keys()
    assert [message.id for message in messages.missing(catalog)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_programs_read_the_same(language: str) -> None:
    """What programs read of a translation is what translators wrote (`tox -e messages` mends it)."""
    path = LANGUAGES[language]
    with path.with_suffix(".mo").open("rb") as stream:
        program = gettext.GNUTranslations(stream)
    for text, string in texts(messages.read(path, language)).items():
        if isinstance(text, tuple):
            assert {program.ngettext(*text, count) for count in range(200)} == set(string)
        else:
            assert program.gettext(text) == string


def placeholders(text: str) -> list[str]:
    """Return what is filled in; `%s` by order, names in any."""
    found = _PLACEHOLDER.findall(text)
    return found if "%s" in found else sorted(found)


def faults(message: Message) -> Iterator[tuple[str, str]]:
    """Yield each translation whose placeholders are others than those of its text; a singular may spell its number."""
    if isinstance(message.id, tuple):
        one, many = placeholders(message.id[0]), placeholders(message.id[1])
        assert set(many) - set(one) <= {"%(count)s"}
        for text in message.string:
            if placeholders(text) not in (one, many):
                yield message.id[1], text
        if placeholders(message.string[-1]) != many:
            yield message.id[1], message.string[-1]
    elif placeholders(message.id) != placeholders(message.string):
        yield message.id, message.string


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders(language: str) -> None:
    """A translation fills in what its text fills in, and keeps the spaces around it."""
    catalog = messages.read(LANGUAGES[language], language)
    assert [fault for message in catalog if message.id for fault in faults(message)] == []
    for message in catalog:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in strings if message.id else ():
            assert [text[0].isspace(), text[-1].isspace()] == [ids[-1][0].isspace(), ids[-1][-1].isspace()]


# Everything that is shown goes through the catalogue

CONF = """
import gettext
import sphinx.locale

class Marked(gettext.NullTranslations):
    def gettext(self, text):
        return f"⟦{text}⟧"

    def ngettext(self, one, many, count):
        return f"⟦{one if count == 1 else many}⟧"

def mark(app, config):
    sphinx.locale.translators["general", "sphinx_kwindex"] = Marked()

def setup(app):
    app.connect("config-inited", mark)

project = "Zumo"
extensions = ["sphinx_kwindex"]
html_theme = "alabaster"
kwindex_root = ".."
kwindex_exclude = ["docs"]
kwindex_source_url = "https://x.y/{path}#L{line}"
kwindex_open_limit = 1
"""
"""Marks each text that goes through the catalogue."""

NONSENSE = {
    "README.md": "# Zumo\n\nPaku riko.\n\n## Miro\n",
    "run_ziru.py": "from zumo.pake import Riko\n\nif __name__ == '__main__':\n    Riko().lomu()\n",
    "zumo/__init__.py": '"""Zumo paku."""\n\nfrom zumo.pake import *\n',
    "zumo/pake.py": '''\
        """Pake rimu.

        Dolu.
        """
        import os
        import abc
        import contextlib
        from dataclasses import dataclass
        from functools import lru_cache, partial, singledispatch
        from typing import TYPE_CHECKING, Protocol, TypeVar, overload

        import numpy
        import zumo.kori
        from kuvo import nimu
        from zumo import zzz

        if TYPE_CHECKING:
            from zumo.kori import Kori

        __all__ = ["Riko", "MAXU"]
        MAXU = 3
        T = TypeVar("T")
        pari = partial(print, 1)
        lami = lambda x: x

        class Baso(abc.ABC):
            """Baso miru."""

            @abc.abstractmethod
            def lomu(self): ...

        class Riko(Baso):
            """Riko ``paku``."""

            __slots__ = ("_piru", "visa")

            def __enter__(self): return self
            def __exit__(self, *a): ...
            def lomu(self):
                """Lomu."""
                return numpy.zeros(MAXU), nimu, x.zuvu()
            @property
            def visa(self): return 1
            @visa.setter
            def visa(self, v): ...
            @classmethod
            def kluma(cls): ...
            @staticmethod
            def stima(): ...
            def _piru(self): raise Zimu

        class Zimu(ValueError): ...
        class Proto(Protocol): ...
        @dataclass
        class Dato:
            a: int = 1

        @lru_cache
        def kesa():
            """Kesa.

            .. deprecated:: 1
            """
            def inu(): ...
            return inu

        async def asu(): yield 1
        @overload
        def ovu(a: int) -> int: ...
        @overload
        def ovu(a: str) -> str: ...
        def ovu(a): ...
        if MAXU:
            def kondi(): ...
        else:
            def kondi(): ...
        def __getattr__(name): ...
        ''',
    "zumo/kori.py": """\
        from zumo.pake import Riko, MAXU, Zimu, Dato

        class Kori(Riko):
            def lomu(self):
                try:
                    return super().lomu(), MAXU, MAXU
                except Zimu:
                    raise Zimu
            def zuvu(self): del self.qq

        class Lumi(Riko): ...
        k: Dato = Dato()
        """,
    "zumo/kori.pyi": "class Kori: ...\n",
    "zumo/miva.py": "def f(:\n",
    "zumo/subo/__init__.py": "from zumo.kori import Kori, Lumi\n",
    "zumo/subo/lani.py": "from zumo.pake import Riko, MAXU\n\nclass Lani(Riko):\n    pass\n",
    "zumo/bigu.py": "\n".join(f"def gumi{n}():\n" + f"    x = {n}\n" * (n + 9) for n in range(14))
    + "\ngumi1()\ngumi1()\n",
    "tests/test_pake.py": "from zumo.pake import Riko, MAXU\nimport zumo.bigu\n\ndef test_riko():\n    assert Riko().lomu(), MAXU\n"
    "    zumo.bigu.gumi1()\n\nclass TestRiko:\n    def test_a(self): ...\n",
    "docs/index.rst": """
        Zumo
        ====

        .. toctree::

           kwindex/index

        .. kwindex:: zumo.pake
           :columns: kind signature summary file uses line

        .. kwindex:: zumo
           :group: kind
           :limit: 3

        .. kwuses:: zumo.pake.Riko

        .. kwuses:: zumo.bigu.gumi5

        .. kwrelated:: zumo/pake.py

        .. kwrelated:: zumo/subo
    """,
}
PYTHON_SAYS = {"invalid", "syntax", "SyntaxError", "Python", "parsing", "failed"}
"""Words of what Python says of a file that does not parse; it speaks English only."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKED = re.compile(r"⟦[^⟦⟧]*⟧")


class _Texts(HTMLParser):
    """Gathers the texts of our parts of a page: all but code, which is the source's, may stand inside of a text."""

    VOID = frozenset({"br", "input", "img", "meta", "link", "hr"})
    SHOWN = frozenset({"title", "aria-label", "placeholder"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.flow = ""
        self._inside: list[tuple[bool, bool]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        ours, code = self._inside[-1] if self._inside else (False, False)
        ours = ours or "kw" in (values.get("class") or "").split() or (tag in {"h1", "h2"})
        if tag not in self.VOID:
            self._inside.append((ours, code or tag in {"code", "pre"}))
        if ours:
            self.found += [value or "" for name, value in attributes if name in self.SHOWN]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        ours, code = self._inside[-1] if self._inside else (False, False)
        if ours and not code:
            self.flow += f" {data}"


def leftovers(page: str) -> set[str]:
    """Return the words of a page that did not go through the catalogue."""
    reader = _Texts()
    reader.feed(page)
    found: set[str] = set()
    for text in (*reader.found, reader.flow):
        rest = text.replace("Link to this heading", "")  # Sphinx has its own translation
        while _MARKED.search(rest):
            rest = _MARKED.sub(" ", rest)
        found.update(_WORD.findall(rest))
    return found


def test_all_texts_can_be_translated(build: Callable[..., Any]) -> None:
    """No page of any kind has a word that comes neither from the source tree nor from the catalogue."""
    built = build(NONSENSE, CONF, warnings=["invalid syntax"])
    source = " ".join([*NONSENSE, *map(str, NONSENSE.values())])
    known = set(_WORD.findall(source + source.lower())) | {"locals"}
    known |= {"Markdown"}  # a name
    known -= {"class", "import", "def", "raise", "except", "lambda", "property", "abstract"}
    pages = sorted([*built.outdir.glob("kwindex/**/*.html"), built.outdir / "index.html"])
    assert len(pages) > 20
    wrong = {
        str(page.relative_to(built.outdir)): leftovers(page.read_text(encoding="utf-8")) - known - PYTHON_SAYS
        for page in pages
    }
    assert {page: words for page, words in wrong.items() if words} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_demo(language: str, tmp_path: Path, make_app: Callable[..., Sphinx]) -> None:
    """The demo builds in each language, and its pages, titles and scripts have the words of it."""
    demo = copy_demo(tmp_path)
    app = make_app(srcdir=demo / "docs", confoverrides={"language": language})
    app.build()
    catalog = texts(messages.read(LANGUAGES[language], language))
    page = Path(app.outdir, "kwindex/tree/src/tidebook/harbour.py.html").read_text(encoding="utf-8")
    shown = [
        "Related files",
        "Classes",
        "Functions",
        "Imports and importers",
        "Keyword index",
        "Used in",
        "Show private",
    ]
    assert [text for text in shown if catalog[text] not in page] == []
    assert [text for text in shown if f">{text}<" in page] == []
