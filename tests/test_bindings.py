"""What sources of C and C++ make known to Python, and what pages of both sides show of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.collect.native.bindings import find_bindings
from sphinx_kwindex.pages.text import page_text

MakeTree = Callable[..., Path]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            'PYBIND11_MODULE(mod, m) {\n  m.def("add", &lib::add, "Add", py::arg("a"));\n  m.def("sub", [](int a) { return &a; });\n}',
            {("mod.add", "lib::add"), ("mod.sub", "")},
        ),
        (
            ('PYBIND11_MODULE(mod, m, py::mod_gil_not_used()) {\n  py::class_<lib::Node, Base>(m, "Node", R"(text; { &x )")\n'
            '    .def(py::init<int>())\n    .def("walk", &lib::Node::walk)\n    .def_property_readonly("size", &Node::get_size);\n'
            '  auto sub = m.def_submodule("sub", "Sub");\n  sub.def("f", f);\n  other.def("g", &g);\n}'),
            {("mod.Node", "lib::Node"), ("mod.Node.__init__", "lib::Node::Node"), ("mod.Node.walk", "lib::Node::walk"), ("mod.Node.size", "Node::get_size"), ("mod.sub.f", "f")},
        ),
        (
            'NB_MODULE(ext, m) {\n  nb::class_<A> cls(m, "A");\n  cls.def("run", py::overload_cast<int>(&A::run));\n  nb::enum_<E>(m, "E");\n}',
            {("ext.A", "A"), ("ext.A.run", "A::run"), ("ext.E", "E")},
        ),
        (
            ('TORCH_LIBRARY(ns, m) {\n  m.def("op(Tensor x) -> Tensor", &op_impl);\n  m.def("plain(Tensor x) -> Tensor");\n}\n'
            'TORCH_LIBRARY_IMPL(ns, CPU, m) {\n  m.impl("op", TORCH_FN(op_cpu));\n}'),
            {("torch.ops.ns.op", "op_impl"), ("torch.ops.ns.op", "op_cpu")},
        ),
        (
            ('static PyMethodDef methods[] = {\n  {"go", (PyCFunction)do_go, METH_VARARGS, "Go, {fast}"},\n'
            '  {"stop", (PyCFunction)(void(*)(void))do_stop, METH_NOARGS, NULL},\n  {NULL, NULL, 0, NULL}\n};\n'
            'static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "pkg._ext", doc, -1, methods};'),
            {("pkg._ext.go", "do_go"), ("pkg._ext.stop", "do_stop")},
        ),
        (
            ('PYBIND11_MODULE(mod, m) {\n  py::class_<lib::Node>(m, "Node")\n    .def(py::init<int, std::vector<int>>(), "size"_a)\n'
            '    .def_property("name", &lib::Node::name, &lib::Node::set_name, "Name")\n    .def_property_static("all", &all, &set_all);\n'
            '  py::class_<Leaf> leaf(m, "Leaf");\n  leaf.def(py::init<>());\n  other.def(py::init<int>());\n}'),
            {("mod.Node", "lib::Node"), ("mod.Node.__init__", "lib::Node::Node"), ("mod.Node.name", "lib::Node::name"),
            ("mod.Node.all", "all"), ("mod.Leaf", "Leaf"), ("mod.Leaf.__init__", "Leaf::Leaf")},
        ),
        (
            ('static PyTypeObject Old_Type = {\n  PyVarObject_HEAD_INIT(NULL, 0)\n  "mod.Old",  /* tp_name */\n  sizeof(Old), /* "x" */\n};\n'
            'PyTypeObject New_Type = {\n  PyVarObject_HEAD_INIT(NULL, 0)\n  .tp_name = "mod.New",\n  .tp_doc = "a.b",\n};\n'
            'PyTypeObject Bare_Type = {\n  .tp_name = "Bare",\n};\n'),
            {("mod.Old", "Old_Type"), ("mod.New", "New_Type")},
        ),
        ('static PyMethodDef lost[] = {{"go", do_go, METH_NOARGS, ""}};', set()),
        ('// PYBIND11_MODULE(mod, m) { m.def("add", &add); }', set()),
        ('PYBIND11_MODULE(mod, m) { m.def("add", choose(&a, &b)); m.attr("x") = 1; }', set()),
        (
            ('static PyMethodDef T_methods[] = {{ "f", ( PyCFunction )T_f, METH_O, "" }, { 0 }};\n'
            "static PyType_Slot slots[] = {{ Py_tp_new, void_cast( T_new ) }, { Py_tp_methods, void_cast( T_methods ) }, { 0, 0 }};\n"
            'PyType_Spec T::Spec = { "mod.T", sizeof( T ), 0, Py_TPFLAGS_DEFAULT, slots };'),
            {("mod.T.f", "T_f")},
        ),
    ],
    ids=["functions", "classes", "nanobind", "torch", "table", "constructors and properties", "types", "table of nothing", "comment", "several", "slots"],
)  # fmt: skip
def test_found(source: str, expected: set[tuple[str, str]]) -> None:
    """Bindings are found by the forms of each library; what is no plain name is none."""
    assert {(item.name, item.target) for item in find_bindings(source.encode(), [])} == expected


TREE = {
    "src/ext.cpp": '#include "add.h"\nPYBIND11_MODULE(_ext, m) {\n  m.def("add", &lib::add);\n  m.def("own", &own);\n  m.def("made", [](int a) { return a; });\n}\n',
    "src/add.h": "namespace lib { int add(int a, int b); }\n",
    "pkg/__init__.py": "from pkg._ext import add\nadd(1, 2)\n",
    "pkg/_ext.pyi": "def add(a: int, b: int) -> int: ...\ndef made(a: int) -> int: ...\n",
}


def test_pages(make_tree: MakeTree, tmp_path: Path) -> None:
    """A name of a stub shows what implements it, the function what Python calls it; both follow edits of either side."""
    pytest.importorskip("tree_sitter_cpp")
    root, cache = make_tree(TREE), tmp_path / "cache"
    with Project.open(root, cache) as project:
        assert "Implemented in: [`src.add_h.lib::add`]" in page_text(project, "pkg/_ext.pyi")
        assert "Seen from Python as: [`pkg._ext.add`]" in page_text(project, "src/add.h")
        assert "Implemented in: [`src.ext_cpp.PYBIND11_MODULE`]" in page_text(project, "pkg/_ext.pyi")
        assert "Seen from Python as: [`pkg._ext.made`]" in page_text(project, "src/ext.cpp")
    make_tree({"pkg/_ext.pyi": None})
    with Project.open(root, cache) as project:
        assert "Seen from Python as: `_ext.add`" in page_text(project, "src/add.h")
    make_tree({"pkg/_ext.pyi": TREE["pkg/_ext.pyi"], "src/add.h": "namespace lib { int sub(int a, int b); }\n"})
    with Project.open(root, cache) as project:
        assert "add.h" not in page_text(project, "pkg/_ext.pyi")


def test_order_of_table() -> None:
    """What one table binds comes in the same order in every process: names are hashed with another seed in each."""
    rows = "".join(f'  {{"f{number}", do_{number}, METH_O, ""}},\n' for number in range(9))
    definition = 'static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "m", doc, -1, methods};'
    found = find_bindings(f"static PyMethodDef methods[] = {{\n{rows}}};\n{definition}".encode(), [])
    assert [item.name for item in found] == [f"m.f{number}" for number in range(9)]


def test_names_without_stubs(make_tree: MakeTree, tmp_path: Path) -> None:
    """What Python imports from a module that only a binding names leads to C, and operators of torch to what implements them."""
    pytest.importorskip("tree_sitter_cpp")
    root = make_tree(
        {
            **{path: text for path, text in TREE.items() if path != "pkg/_ext.pyi"},
            "pkg/more.py": "import torch\nfrom pkg import _ext, lost\n\n_ext.add(1, 2)\n_ext.own()\ntorch.ops.ns.op(3)\ntorch.ops.ns.other(3)\nother._ext.add()\n",
            "src/op.cpp": 'int op_impl(int a) { return a; }\nTORCH_LIBRARY(ns, m) {\n  m.def("op(int a) -> int", &op_impl);\n}\n',
            "lone.py": "import outside._ext\noutside._ext.add(1)\n",
        }
    )
    with Project.open(root, tmp_path / "cache") as project:
        (add,) = [item for item in project.keywords(name="add") if item.kind.value != "import"]
        found = {(use.path, use.line) for use in project.uses(add) if use.exact and use.path.endswith(".py")}
        assert found == {("pkg/__init__.py", 1), ("pkg/__init__.py", 2), ("pkg/more.py", 4)}
        (op,) = project.keywords(name="op_impl")
        assert ("pkg/more.py", 6) in {(use.path, use.line) for use in project.uses(op) if use.exact}
        assert "Seen from Python as: `torch.ops.ns.op`" in page_text(project, "src/op.cpp")
        assert "src/ext.cpp" in page_text(project, "pkg/more.py")
    make_tree({"src/op.cpp": "int op_impl(int a) { return a; }\n"})
    with Project.open(root, tmp_path / "cache") as project:
        (op,) = project.keywords(name="op_impl")
        assert not [use for use in project.uses(op) if use.path == "pkg/more.py"]
