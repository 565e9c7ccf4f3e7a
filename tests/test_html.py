"""Views as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from conftest import PROJECT
from shown import Pages, index

from sphinx_kwindex import Project
from sphinx_kwindex.entry_points import EntryPoint
from sphinx_kwindex.ext import escape as links
from sphinx_kwindex.ext import words
from sphinx_kwindex.ext.blocks_html import short_code
from sphinx_kwindex.ext.escape import Linker, escape, fragment, prose
from sphinx_kwindex.ext.html import render_listing, render_section
from sphinx_kwindex.model import Finding, Flag, ImportFlag, Kind, Outcome, Reason, Role, UseKind
from sphinx_kwindex.options import Options
from sphinx_kwindex.pages import phrases
from sphinx_kwindex.pages.about_view import about_blocks
from sphinx_kwindex.pages.blocks import Block, Count, Link, Mentioned, To, fold_list
from sphinx_kwindex.pages.catalogue import make_told
from sphinx_kwindex.pages.file_view import FileHead, find_head, head_blocks, layer_words
from sphinx_kwindex.pages.imports_view import (
    ImportRow,
    Imports,
    cycle_fold,
    import_blocks,
    import_flag_words,
)
from sphinx_kwindex.pages.lint_view import MAX_MESSAGES, MAX_RULES, lint_blocks
from sphinx_kwindex.pages.listing import ListingQuery
from sphinx_kwindex.pages.overview import Overview
from sphinx_kwindex.pages.patterns import PATTERNS, Pattern, PatternPlaces
from sphinx_kwindex.pages.project_view import command_item, notable_blocks
from sphinx_kwindex.pages.prose import plain_prose
from sphinx_kwindex.pages.records import (
    Example,
    Layer,
    Namesakes,
    Page,
    PageKind,
    PageView,
    PathEntry,
    Reach,
    ReachKind,
    RelationList,
    RelationRole,
    Row,
    Rows,
    SiteLink,
    Standing,
    Told,
    TypeLink,
    UseGroup,
    UseList,
    UsingFile,
)
from sphinx_kwindex.pages.related_view import RelatedLink, join_reasons, related_blocks
from sphinx_kwindex.pages.structure_view import pattern_blocks, ranked_item
from sphinx_kwindex.pages.subjects import FileSubject, FolderSubject, Sources
from sphinx_kwindex.pages.tests_view import HowTested, UsingTest, blocks_of_tests
from sphinx_kwindex.pages.views import make_addresses
from sphinx_kwindex.relate.reasons import REASONS
from sphinx_kwindex.spelling import visible

NASTY = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param("\"' onclick=x", id="quotes"),
    pytest.param("a & b &amp; &#60;", id="ampersands"),
    pytest.param("\u202eevil\u2066", id="bidi"),
    pytest.param("\x00\x1b[31m\x7f", id="control"),
    pytest.param("\ud800", id="surrogate"),
    pytest.param("👩\u200d💻" + "x" * 300, id="emoji-and-long"),
    pytest.param("``<b>`` `<i> <u>`_ :role:`a<b>c`", id="markup-in-code"),
    pytest.param("]]><!-- --><style>", id="comment"),
]
_VOID = frozenset({"br", "input", "img", "hr", "link", "meta"})
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Strict(HTMLParser):
    """Collects tags, ids and links, and takes note of what is not well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.classes: set[str] = set()
        self.text: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names) or any(name.startswith("on") for name in names):
            self.wrong.append(f"{tag} {names}")
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.hrefs += [values["href"] or ""] if "href" in values else []
        self.classes |= set((values.get("class") or "").split())
        if tag in {"div", "p", "ul", "ol", "dl", "details"} and self.open and self.open[-1] in {"p", "a", "summary"}:
            self.wrong.append(f"{tag} in {self.open[-1]}")
        if tag == "li" and self.open[-1:] not in (["ul"], ["ol"]):
            self.wrong.append(f"li in {self.open[-1:]}")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parse(html: str) -> Strict:
    """Parse a piece of HTML, which must be well-formed, with every id once and nothing invisible in it."""
    # EPUB is XML.
    ET.fromstring(f"<body>{html}</body>")
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.wrong == []
    assert parser.open == []
    assert len(set(parser.ids)) == len(parser.ids)
    assert not any(re.search(r"\s", name) or not name for name in parser.ids)
    assert not _CONTROL.search(html)
    return parser


class Links(links.Links):
    """Addresses as Sphinx would give them."""

    def uri(self, link: Link) -> str | None:
        return None if link.docname == "nowhere" else f"{link.docname}.html"


def file_view(
    *rows: Row, told: Mapping[str, Iterable[Block]] | None = None, source_url: str = "", **values: object
) -> PageView:
    sections = (("kw-classes", "Classes"), ("kw-imports", "Imports and importers"), ("kw-about", "About this page"))
    page = Page(kind=PageKind.FILE, key="file:a.py", subject="a.py", docname="kw/a.py", title="a.py", sections=sections)
    given = {"path": "a.py", "module": "a", "lines": 3, "size": 20, "source_url": source_url} | values
    parts = {
        "": head_blocks(FileHead(**given)),  # type: ignore[arg-type]
        "kw-classes": [Count(len(rows)), Rows(rows, searched=7)],
        **(told or {}),
    }
    return PageView(
        page=page,
        breadcrumb=(Link(docname="kw/index", text="Keyword index"),),
        told=tuple(make_told(section, blocks) for section, blocks in parts.items()),
        source_url=source_url,
    )


def _told(blocks: Iterable[Block]) -> str:
    page = Page(kind=PageKind.FILE, key="x", subject="x", docname="x", title="x")
    return render_section(PageView(page=page, told=(Told("", tuple(blocks)),)), "", Links())


def of_imports(**values: object) -> dict[str, Iterable[Block]]:
    return {"kw-imports": import_blocks(Imports(**values), 12)}  # type: ignore[arg-type]


def row(name: str = "f", **values: object) -> Row:
    given = {"kind": Kind.FUNCTION, "qualname": name, "id": f"a.{name}", "anchor": "f", "line": 1, "end_line": 1}
    return Row(name=name, **given | values)  # type: ignore[arg-type]


def render(view: PageView, section_id: str = "kw-classes") -> Strict:
    return parse(render_section(view, section_id, Links()))


@pytest.mark.parametrize("text", NASTY)
def test_escape(text: str) -> None:
    """Escaped text is inert in elements and attributes, and shows what cannot be seen."""
    for html in (f"<p>{escape(text)}</p>", f"<p>{prose(text)}</p>", f'<p title="{escape(text)}"></p>'):
        assert parse(html).tags <= {"p", "code"}
    assert not _CONTROL.search(visible(text))


@pytest.mark.parametrize("text", NASTY)
def test_nasty_names(text: str) -> None:
    """Whatever names, docstrings and values hold, the page stays well-formed and runs nothing."""
    link = Link(docname="kw/b.py", anchor="x", text=text, title=text)
    uses = UseList(
        count=1, project=(UsingFile(file=link, count=1, groups=(UseGroup(scope=link, kinds=((UseKind.CALL, 1),)),)),)
    )
    nasty = row(
        text, summary=text, signature=text, value=text, decorators=(text,), bases=(text,), used=uses,
        relations=(RelationList(role=RelationRole.BASES, links=(link,)),),
        examples=(Example(text=text, place=link),), types=(TypeLink(start=0, end=1, link=link),),
        namesakes=Namesakes(links=(link,), more=3, index=link), mentioned=Mentioned(documents=(link,)),
    )  # fmt: skip
    imported = ImportRow(name=text, anchor="import-x", text=text, target=text, line=1, links=(link,))
    related = RelatedLink(link, text, join_reasons([Reason(kind="other", words=(text,))]))
    told = {
        "kw-related": related_blocks([related]),
        **of_imports(
            rows=(imported,), importers=(("Imported by", (link,)),), examples=(Example(text=text, place=link),)
        ),
        "kw-about": about_blocks([(text, (1,))], 0),
    }
    mentioned = Mentioned(documents=(link,), more=1)
    view = file_view(nasty, told=told, error=text, doc=text, mentioned=mentioned)
    for section_id in ("kw-path", "", "kw-related", "kw-classes", "kw-imports", "kw-about"):
        assert "script" not in render(view, section_id).tags
    started = [command_item(EntryPoint(text, text, text), where) for where in (link, None)]
    project = Page(kind=PageKind.PROJECT, key="project", subject="", docname="kw/index", title="Keyword index")
    blocks = tuple(fold_list("Entry points", started))
    page = render(PageView(page=project, told=(Told("", blocks),)), "")
    assert "script" not in page.tags


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param("Use ``a < b``.", "Use <code>a &lt; b</code>.", id="literal"),
        pytest.param("See `name` and :py:func:`~pkg.f`.", "See <code>name</code> and <code>f</code>.", id="roles"),
        pytest.param("A `link <https://x.org>`_.", "A link.", id="link"),
        pytest.param(
            "Call *name* with **all** of `it`.",
            "Call <em>name</em> with <strong>all</strong> of <code>it</code>.",
            id="emphasis",
        ),
        pytest.param("Take *args, **kwargs and 2 * 3 * x*y*z.", "Take *args, **kwargs and 2 * 3 * x*y*z.", id="stars"),
        pytest.param("It's 5 > 3", "It&#39;s 5 &gt; 3", id="plain"),
    ],
)
def test_prose(text: str, html: str) -> None:
    """Docstrings are plain text; only literals, references and emphasis are set as such."""
    assert prose(text) == html
    assert [piece for piece, is_code in plain_prose(text) if is_code] == [
        piece.replace("&lt;", "<") for piece in re.findall("<code>(.*?)</code>", html)
    ]


def test_fragment() -> None:
    """Anchors are quoted in addresses where they have to be."""
    assert [fragment(text) for text in ("A.b", "f.-.g~2", "größe", "import-*")] == [
        "A.b", "f.-.g~2", "gr%C3%B6%C3%9Fe", "import-*",
    ]  # fmt: skip


def test_linker() -> None:
    """A link on its own page is a fragment; one to a page that the output lacks is plain text."""
    linker = Linker(Links(), "kw/a.py")
    assert linker.link(Link(docname="kw/a.py", anchor="f", text="f")) == '<a href="#f">f</a>'
    assert linker.link(Link(docname="kw/b.py", anchor="f", text="<f>")) == '<a href="kw/b.py.html#f">&lt;f&gt;</a>'
    assert linker.link(Link(docname="nowhere", anchor="f", text="<f>")) == "&lt;f&gt;"
    assert linker.link(Link(docname="", text="os.path")) == "os.path"


def test_closed_row() -> None:
    """A row shows kind (as letter and word), name, signature, flags, uses and line."""
    found = render(
        file_view(
            row("f", signature="(a, b)", flags=int(Flag.ASYNC | Flag.DEPRECATED), uses=14, files=6),
            source_url="https://x.org/a.py#L{line}",
        )
    )
    text = " ".join("".join(found.text).split())
    for part in ("function", "f(a, b)", "async", "deprecated", "14 uses in 6 files", "L1"):
        assert part in text
    assert "https://x.org/a.py#L1" in found.hrefs
    assert found.ids == ["f"]


def test_summary_stands_on_the_closed_row() -> None:
    """A reader sees what a keyword is for without opening its row; the open row does not say it again."""
    html = render_section(file_view(row("f", summary="Fetch `a` & b.")), "kw-classes", Links())
    closed, _mark, opened = html.partition("</summary>")
    assert "Fetch <code>a</code> &amp; b." in closed
    assert "Fetch" not in opened


def test_no_line_ends_within_an_arrow() -> None:
    """The arrow before what a function returns stays whole where a signature is broken into lines."""
    assert short_code("(x: int) -> str").endswith(' <span class="kw-nobr">-&gt;</span> str')


def test_long_signature_is_told_in_full_when_opened() -> None:
    """A closed row shortens, the open one does not repeat what was shown whole."""
    html = render_section(file_view(row(signature="(" + "a, " * 40 + ")")), "kw-classes", Links())
    assert "…" in html
    assert "kw-code" in html
    assert "kw-code" not in render_section(file_view(row(signature="(a)")), "kw-classes", Links())


def test_no_uses() -> None:
    """That nothing was found says where it was looked for; not of what is reached in another way."""
    assert "No uses found in the 7 files searched." in "".join(render(file_view(row())).text)
    reached = row("__len__", reached=(Reach(kind=ReachKind.PYTHON),))
    assert "o uses found" not in "".join(render(file_view(reached)).text)


def test_uses() -> None:
    """Five using files are open, the others behind `more files`; scopes are links, with kinds and counts."""
    files = tuple(
        UsingFile(
            file=Link(docname=f"kw/{n}.py", text=f"{n}.py"),
            count=3,
            groups=(
                UseGroup(
                    scope=Link(docname=f"kw/{n}.py", anchor="A.b", text="A.b"),
                    kinds=((UseKind.CALL, 2), (UseKind.READ, 1)),
                ),
            ),
        )
        for n in range(7)
    )
    found = render(file_view(row(used=UseList(count=21, project=files, more_files=4), uses=21, files=11)))
    text = "".join(found.text)
    assert "call 2×, read" in text
    assert "2 more files" in text
    assert "Used in 4 more files." in text
    assert "kw/0.py.html#A.b" in found.hrefs


def test_operators_are_apart() -> None:
    """Uses by operators are closed, counted and not part of the uses."""
    using = UsingFile(file=Link(docname="kw/b.py", text="b.py"), count=2, groups=())
    operators = UseList(count=2, project=(using,))
    text = "".join(render(file_view(row("__len__", operators=operators))).text)
    assert text.count("2 uses by operators") == 2
    assert "o uses found" not in text
    text = "".join(render(file_view(row("__len__", operators=operators, used=operators, uses=2, files=1))).text)
    assert text.count("2 uses by operators") == 1


def test_guesses_are_apart() -> None:
    """Matches by name are closed, counted and not part of the uses."""
    using = UsingFile(file=Link(docname="kw/b.py", text="b.py"), count=2, groups=())
    text = "".join(render(file_view(row(guesses=UseList(count=2, project=(using,))))).text)
    assert "2 matches by name" in text
    assert "2 by name" in text
    assert "o uses found" not in text


def test_private_rows_are_in_a_closed_block() -> None:
    """Private keywords stand behind the others, closed, once, however deep."""
    inner = row("_C.f", anchor="_C.f", flags=int(Flag.PRIVATE))
    hidden = row("_C", anchor="_C", kind=Kind.CLASS, flags=int(Flag.PRIVATE), members=(inner,))
    html = render_section(file_view(row(), hidden), "kw-classes", Links())
    assert html.count('<details class="kw-private">') == 1
    assert html.index('id="f"') < html.index("kw-private") < html.index('id="_C.f"')


def test_sites_have_anchors() -> None:
    """Every place that binds a keyword can be linked to."""
    sites = (SiteLink(line=3, anchor="f~2", label="overload"), SiteLink(line=5, anchor="f~3", signature="(path)"))
    found = render(file_view(row(sites=sites)))
    assert found.ids == ["f", "f~2", "f~3"]
    assert "overload L3, L5 (path)" in "".join(found.text)


def test_imports() -> None:
    """Imports are grouped by where they lead; long groups start closed; unused ones are marked."""
    inside = ImportRow(
        name="f", anchor="import-f", text="from b import f", target="b.f", line=1, uses=2,
        links=(Link(docname="kw/b.py", anchor="f", text="b.f"),), outcome=Outcome.EXACT,
    )  # fmt: skip
    outside = [
        ImportRow(name=f"m{n}", anchor=f"import-m{n}", text=f"import m{n}", target=f"m{n}", line=n,
                  outcome=Outcome.EXTERNAL, flags=int(ImportFlag.UNUSED)) for n in range(13)
    ]  # fmt: skip
    told = of_imports(rows=(inside, *outside), externals=(("numpy", 2), ("yaml", 1)))
    html = render_section(file_view(told=told), "kw-imports", Links())
    text = "".join(parse(html).text)
    assert html.count('<details class="kw-block" open="">') == 1
    for part in ("From this project 1", "From other packages 13", "used 2 times", "not used here"):
        assert part in text
    assert "other packages: numpy 2×, yaml." in text
    assert "No file of the project imports it." in text


@pytest.mark.parametrize(
    ("text", "target", "html"),
    [
        ("from b import f", "b.f", 'from b import <a href="kw/b.py.html#f">f</a></code></span>'),
        ("import b.c", "b.c", 'import <a href="kw/b.py.html#f">b.c</a></code></span>'),
        ("from .b import f", "a.b.f", '<code><a href="kw/b.py.html#f">a.b.f</a></code>'),
        ("from b import f as g", "b.f", '<code><a href="kw/b.py.html#f">b.f</a></code>'),
        ("from b import f", "b.c.f", '<code><a href="kw/b.py.html#f">b.c.f</a></code>'),
        ("from <b> import f", "<b>.f", 'from &lt;b&gt; import <a href="kw/b.py.html#f">f</a></code></span>'),
    ],
)
def test_import_that_says_all(text: str, target: str, html: str) -> None:
    """An import that names in full what it imports is itself the link; any other says where it leads."""
    row = ImportRow(name="f", anchor="import-f", text=text, target=target, line=1,
                    links=(Link(docname="kw/b.py", anchor="f", text=target),), outcome=Outcome.EXACT)  # fmt: skip
    shown = render_section(file_view(told=of_imports(rows=(row,))), "kw-imports", Links())
    assert html in shown
    assert ("→" in shown) == ("</code></span>" not in html)


def test_flags_of_imports() -> None:
    """What only a type checker sees is conditional, which need not be said."""
    both = int(ImportFlag.TYPE_CHECKING | ImportFlag.CONDITIONAL)
    assert list(map(words.tell, import_flag_words(both))) == ["type checking only"]
    assert list(map(words.tell, import_flag_words(int(ImportFlag.CONDITIONAL)))) == ["conditional"]


def test_badges_of_relations() -> None:
    """A closed row says that a keyword overrides another one, or has another path; other relations make no badge."""

    def shown(*roles: RelationRole, flags: int = 0) -> list[str]:
        relations = tuple(RelationList(role=role, links=()) for role in roles)
        view = file_view(row(relations=relations, flags=flags))
        html = render_section(view, "kw-classes", Links()).partition("</summary>")[0]
        return re.findall(r'<span class="kw-flag">(.*?)</span>', html)

    assert shown(RelationRole.EXPORTED, RelationRole.OVERRIDES) == ["override", "re-exported"]
    assert shown(*(role for role in RelationRole if role.name not in {"EXPORTED", "OVERRIDES"})) == []
    assert shown(RelationRole.OVERRIDES, flags=Flag.SPECIAL) == []


def test_package_of_a_package(make_tree: Callable[..., Path]) -> None:
    """A package says so once, and links the folder of the package that it is in, not its own."""
    with Project.open(make_tree({"a/__init__.py": "", "a/b/__init__.py": "", "c.py": "import a.b\n"})) as project:
        addresses = make_addresses(project.reader, Options())
        sources = Sources(project.reader, Options(), addresses, Overview(project.reader))
        pages = [
            parse(_told(head_blocks(find_head(FileSubject(sources, f"{path}__init__.py"))))) for path in ("a/b/", "a/")
        ]
    assert " ".join(pages[0].text).count("Package") == 1
    assert pages[0].hrefs == [f"{addresses.folder('a')}.html"]
    assert pages[1].hrefs == []


@pytest.mark.parametrize("layer", [*Layer, None])
def test_standing(layer: Layer | None) -> None:
    """The head of a page tells where its file sits; what is none is not counted."""
    standing = Standing(layer, 1, 14, 200)
    view = file_view(standing=standing, module="pkg.<b>.mod", package=Link(docname="kw/pkg", text="pkg.<b>"))
    shown = "".join(render(view, "").text)
    assert "In the package pkg.<b>" in shown
    assert (layer is None) or words.tell(layer_words(layer)[0]) in shown
    if layer is not Layer.ALONE:
        for part in ("imports 1 file", "imported by 14 files", "at least 200 files depend on it"):
            assert part in shown
    assert "0 files" not in "".join(render(file_view(standing=Standing(layer)), "").text)


def test_error() -> None:
    """A file that could not be analysed says why and where."""
    text = "".join(render(file_view(error="invalid syntax", error_line=3), "").text)
    assert "This file could not be analysed. Line 3: invalid syntax" in text
    text = "".join(render(file_view(error="needs Python 3.99", error_line=3, is_partly_read=True), "").text)
    assert "This file was read in part. Line 3: needs Python 3.99" in text


def test_jump_bar_links_to_sections() -> None:
    """The bar links to every section of the page, with counts."""
    found = render(file_view(row(), row("g", anchor="g")), "")
    assert found.hrefs[-3:] == ["#kw-classes", "#kw-imports", "#kw-about"]
    assert "Classes 2" in "".join(found.text)


def test_scripts_are_not_needed() -> None:
    """No control stands on the page that only a script could make work."""
    view = file_view(row(), row("_p", anchor="_p", flags=int(Flag.PRIVATE)), doc="x " * 300)
    for section_id in ("kw-path", "", "kw-classes", "kw-imports", "kw-about"):
        assert not render(view, section_id).tags & {"button", "input", "select", "script", "form"}


def test_listing(make_tree: Callable[..., Path]) -> None:
    """A listing shows the columns that are asked for, in groups."""
    source = """
        class A:
            def f(x):
                \"\"\"Do ``it``.\"\"\"
            f = f(f)
            def g(): ...
            def h(): ...
        """
    query = ListingQuery(kinds=(Kind.METHOD,), columns=("kind", "signature", "summary", "uses"), limit=1)
    with index(make_tree({"a.py": source})) as pages:
        found = parse(render_listing(pages.listing(query), Links()))
        nothing = render_listing(pages.listing(ListingQuery(kinds=(Kind.DATA,))), Links())
    text = "".join(found.text)
    for part in ("a.py", "method", "A.f(x)", "Do it.", "2 uses", "2 more keywords"):
        assert part in text
    assert found.hrefs == ["kwindex/tree/a.py.html", "kwindex/tree/a.py.html#A.f"]
    assert "No keywords." in nothing


def test_whole_site(make_tree: Callable[..., Path]) -> None:
    """Every page of a small project is well-formed, and every link of ours lands on a page and an id."""
    root = make_tree(
        {
            "pkg/__init__.py": "from .a import *\nfrom .a import f as g\n__all__ = ['g']\n",
            "pkg/a.py": """\
                import typing
                class A:
                    x: int = 1
                    @typing.overload
                    def f(self, a: int) -> int: ...
                    @typing.overload
                    def f(self, a: str) -> str: ...
                    def f(self, a): return A().f(a), self._p, größe
                    @property
                    def _p(self): return 1
                def f():
                    import os as o
                    class Inner(A):
                        def f(self): return o
                    return Inner
                größe = f()
                """,
            "pkg/B.py": "from pkg.a import A, f\nclass b(A):\n    def f(self): return f()\n",
            "pkg/b.py": "from pkg import g\ng()\n",
            "tests/test_a.py": "from pkg.a import f\ndef test_f():\n    class F: pass\n    f(F)\n",
            "bad.py": "def",
        }
    )
    with Project.open(root) as project:
        pages = Pages(project.reader, source_url="https://x.org/{path}#L{line}")
        ids: dict[str, set[str]] = {}
        hrefs: set[tuple[str, str]] = set()
        for view in pages.views().values():
            page = view.page
            sections = ["kw-path", "", *(key for key, _ in page.sections)]
            found = parse("".join(render_section(view, key, Links()) for key in sections))
            ids[page.docname] = {*found.ids, *sections}
            hrefs |= {(page.docname, href) for href in found.hrefs if not href.startswith("https:")}
    for docname, href in sorted(hrefs):
        target, _, anchor = href.partition("#")
        known = ids[target.removesuffix(".html") or docname]
        assert not anchor or anchor in {fragment(name) for name in known}, (docname, href)
    assert len(hrefs) > 100


def test_script_has_the_same_texts() -> None:
    """The script's English texts are those that are translated."""
    script = Path(words.__file__).parents[1].joinpath("static/kwindex.js").read_text(encoding="utf-8")
    block = re.search(r"var texts = \{(.*?)\};", script, re.DOTALL)
    assert block is not None
    assert dict(re.findall(r'(\w+): "([^"]*)"', block[1])) == phrases.SCRIPT
    assert words.script_texts() == {}


def test_import_cycle() -> None:
    """A cycle of imports lists its files in order, closed, with what is special about each import."""
    steps = [(To(Link(docname="kw/b.py", text="b.py")), int(ImportFlag.LOCAL)), ("a.py", 0)]
    html = render_section(file_view(told={"kw-imports": [cycle_fold(steps, 20)]}), "kw-imports", Links())
    text = "".join(parse(html).text)
    title = "Import cycle, not closed when modules are imported 2"
    for part in (title, "b.py in a functiona.py", "20 or more files"):
        assert part in text
    assert '<details class="kw-block"><summary>Import cycle' in html
    assert words.tell(cycle_fold([("b.py", 0), ("a.py", 0)], 0).title) == "Import cycle"


def test_structure_and_patterns() -> None:
    """What stands out in a file is closed; the names of its patterns are seen all the same."""
    link = Link(docname="kw/a.py", anchor="f", text="f")
    ranked = [
        *fold_list("Largest definitions", [ranked_item(link, phrases.line_count(40))]),
        *fold_list("Most used definitions", [ranked_item(link, phrases.use_count(7, 2))]),
    ]
    patterns = (
        PatternPlaces("enum", "Enumerations", ((link, 3),), 2),
        PatternPlaces("mine", "<Mine>", ((Link(docname=""), 9),)),
    )
    told = {"kw-structure": [*ranked, *pattern_blocks(patterns)]}
    html = render_section(file_view(told=told), "kw-structure", Links())
    text = "".join(parse(html).text)
    for part in ("f 40 lines", "f 7 uses in 2 files", "Patterns Enumerations, <Mine>", "f L3, 2 more", "<Mine>: L9"):
        assert part in text
    assert html.count("<details") == 3
    assert 'open=""' not in html


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_patterns_have_words_and_are_documented(pattern: Pattern) -> None:
    """Every pattern has a text that is translated, and a row in the documentation."""
    template = PROJECT / "sphinx_kwindex" / "locale" / "sphinx_kwindex.pot"
    assert f'msgid "{pattern.title}"' in template.read_text(encoding="utf-8")
    docs = PROJECT / "docs" / "pages.md"
    assert f"| {pattern.title} | " in docs.read_text(encoding="utf-8")


def test_what_stands_out_in_a_project(make_tree: Callable[..., Path]) -> None:
    """Entry points, the most used keywords and names without a docstring are closed lists; empty ones are left out."""
    users = {f"u{number}.py": "from a import f0\nf0()\n" for number in range(3)}
    script = PathEntry(
        link=Link(docname="kw/x.py", text="x.py", title="bin/x.py"), summary="Run <it>.", role=Role.SCRIPT
    )
    with index(make_tree({"a.py": "".join(f"def f{number}(): ...\n" for number in range(24)), **users})) as pages:
        html = _told(notable_blocks(FolderSubject(pages.sources()), [script], []))
    text = "".join(parse(html).text)
    for part in ("Entry points 1bin/x.py Run <it>.", "used in 3 files", "without a docstring 24", "4 more"):
        assert part in text
    assert html.count("<details") == 3
    assert 'open=""' not in html


def test_nothing_stands_out_in_a_project(make_tree: Callable[..., Path]) -> None:
    """A project of which nothing stands out has no such list."""
    with index(make_tree({"a.py": "x = 1\n"})) as pages:
        assert "<details" not in _told(notable_blocks(FolderSubject(pages.sources()), [], []))


@pytest.mark.parametrize("text", NASTY)
def test_examples(text: str) -> None:
    """An opened row shows how the keyword is used, with a link to the place."""
    example = Example(text, Link("test_a", "test_f", "test_a.py", text))
    html = render(file_view(row(examples=(example, example))))
    assert "Example" in html.text
    assert html.text.count(visible(text)) == 2
    assert html.hrefs.count("test_a.html#test_f") == 2


@pytest.mark.parametrize("text", NASTY)
def test_lint(text: str) -> None:
    """Notes of ruff have a row for each rule, with its page, its lines and what it says."""
    findings = [Finding(code="S307", name=text, message=text, lines=(3, 9, *range(10, 22)))]
    findings += [Finding(code="S307", name=text, message=f"{number}", lines=()) for number in range(MAX_MESSAGES + 1)]
    findings += [Finding(code=f"X{number}", name="", message="", lines=()) for number in range(MAX_RULES)]
    html = render(file_view(told={"kw-lint": lint_blocks(findings, "0.1.2")}), "kw-lint")
    assert [href.startswith("https://docs.astral.sh/ruff/rules/") for href in html.hrefs] == [True]
    shown = "".join(html.text)
    for part in ("S307", "14×", "L3, L9, L10", " and 2 more", "2 more", "1 more rule", "ruff 0.1.2"):
        assert part in shown


def test_tests() -> None:
    """A file shows which tests use it and what of it, with the command that runs them; a test file, its tests."""
    name = Link(docname="kw/a.py", anchor="f", text="f")
    using = UsingTest(file=Link(docname="kw/t.py", text="t.py"), count=3, names=(name,), more=2)
    tested = HowTested(files=(using,), more_files=4, command="pytest t.py")
    text = "".join(render(file_view(told={"kw-tests": blocks_of_tests(tested, 12)}), "kw-tests").text)
    for part in ("Tests that use it 5", "t.py 3× f, 2 more", "Used in 4 more files.", "run them", "pytest t.py"):
        assert part in text
    tested = HowTested(command="pytest 'a b.py'", cases=(Link(docname="kw/a.py", anchor="f", text="a b.py::f"),))
    html = render_section(file_view(told={"kw-tests": blocks_of_tests(tested, 12)}), "kw-tests", Links())
    text = "".join(parse(html).text)
    assert "run it, from the root of the project: pytest 'a b.py'" in text
    assert '<details class="kw-block"><summary>To run one test <span>1</span>' in html


@pytest.mark.parametrize("role", Role)
def test_roles_have_words(role: Role) -> None:
    """Every role of a file is put into words."""
    assert "".join(render(file_view(role=role), "").text)


@pytest.mark.parametrize("kind", REASONS)
def test_reasons_have_words(kind: str) -> None:
    """Every reason why a file is related is put into words."""
    reason = Reason(kind=kind, count=2, words=("one", "two"))
    related = (RelatedLink(Link(docname="b", text="b.py"), "uses", join_reasons([reason])),)
    told = {"kw-related": related_blocks(related)}
    assert len("".join(render(file_view(told=told), "kw-related").text)) > len("b.py Uses")


@pytest.mark.parametrize("kind", Kind)
def test_kinds_have_marks(kind: Kind) -> None:
    """Every kind has a letter and a word."""
    assert re.search(
        r"<b aria-hidden=\"true\">\S+</b><i>\w", render_section(file_view(row(kind=kind)), "kw-classes", Links())
    )
