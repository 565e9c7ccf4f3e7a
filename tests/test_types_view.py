"""Types in signatures: which parts are links, and where they lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from docutils import nodes
from shown import Uris, groups_of, index

from sphinx_kwindex.annotations import annotated_parts
from sphinx_kwindex.ext.html import render_section
from sphinx_kwindex.ext.plain import section_nodes
from sphinx_kwindex.pages.records import PageView, Row

PARTS = {
    "plain": ("(a, b=Foo, *c, d: Foo)", ["Foo"]),
    "default": ('(a: A = B, b: "C" = "D", c=E) -> F', ["A", "C", "F"]),
    "nested": ("(a: dict[str, m.A | None] = {B: C}, /, *b: D) -> Callable[[E], F]",
               ["dict", "str", "m.A", "None", "D", "Callable", "E", "F"]),
    "lambda": ("(a: A = lambda x: B, b: C = 1)", ["A", "C"]),
    "type parameters": ("[T: A, *U](x: T) -> U", ["A", "T", "U"]),
    "string": ("(a: 'A[\"B\"]' = \"x: y, z: W\") -> \"C\"", ["A", "B", "C"]),
    "cut": ("(a: A, b: B…", ["A", "B"]),
    "nothing": ("", []),
    "no ends": ("(((((a: A", []),
}  # fmt: skip
TREE = {
    "pkg/__init__.py": "",
    "pkg/b.py": "class Foo:\n    class In: ...\n\nclass Bar: ...\n",
    "pkg/a.py": """
        from __future__ import annotations
        import os, typing as t
        from pkg import b
        from pkg.b import Foo, Bar as Baz

        class C:
            x: Foo
            y: "t.List[Baz]" = []

            def m(self, Foo: Foo, *args: b.Foo.In, c: dict[str, C] = {Foo: 1}, o: os.PathLike = b) -> t.Optional[C]:
                z: Baz = a
                def inner(q: Foo) -> Baz: ...

        def f(x: 'Baz', y: Missing, z=Foo): ...
        def plain(x, y): ...
    """,
}


@pytest.mark.parametrize(("signature", "names"), PARTS.values(), ids=PARTS)
def test_parts(signature: str, names: list[str]) -> None:
    """Only names in annotations count: none of a parameter, a default value or a string among these."""
    found = list(annotated_parts(signature))
    assert [text for _, text, _ in found] == names
    assert all(signature[start:].startswith(text) for start, text, _ in found)


def rows(groups: Iterable[Row]) -> Iterator[Row]:
    for row in groups:
        yield row
        yield from rows(row.members)


@pytest.fixture
def view(make_tree: Callable[..., Path]) -> PageView:
    with index(make_tree(TREE)) as pages:
        return pages.view("file:pkg/a.py")


def test_links(view: PageView) -> None:
    """Each name that means a keyword of the project leads there, by whatever name; others and defaults do not."""
    found = {
        row.qualname: [
            ((row.signature or row.annotation)[t.start : t.end], t.link.anchor) for t in row.types if t.link.docname
        ]
        for _, group in groups_of(view)
        for row in rows(group)
    }
    assert found == {
        "C": [],
        "C.x": [("Foo", "Foo")],
        "C.y": [("Baz", "Bar")],
        "C.m": [("Foo", "Foo"), ("b.Foo.In", "Foo.In"), ("C", "C"), ("C", "C")],
        "C.m.<locals>.inner": [("Foo", "Foo"), ("Baz", "Bar")],
        "f": [("Baz", "Bar")],
        "plain": [],
    }


def test_html(view: PageView) -> None:
    """The opened row has the signature with its links, the closed one has none in what is clicked."""
    html = render_section(view, "kw-classes", Uris("{docname}.html#{anchor}"))
    assert '<pre class="kw-code">x: <a href="kwindex/tree/pkg/b.py.html#Foo">Foo</a></pre>' in html
    assert 'y: &quot;t.List[<a href="kwindex/tree/pkg/b.py.html#Bar">Baz</a>]&quot; = []</pre>' in html
    assert "(self, Foo: <a " in html
    assert not any("<a " in part.partition("</summary>")[0] for part in html.split("<summary>")[1:])


def test_plain(view: PageView) -> None:
    """Other formats name the types of a row once each."""
    bullets = section_nodes(view, "kw-classes", Uris("{docname}.html#{anchor}"))[0]
    texts = [item.astext() for item in bullets.findall(nodes.paragraph) if item.astext().startswith("Types: ")]
    assert texts == ["Types: pkg.b.Foo", "Types: pkg.b.Bar", "Types: pkg.b.Foo, pkg.b.Foo.In, pkg.a.C",
                     "Types: pkg.b.Foo, pkg.b.Bar"]  # fmt: skip
