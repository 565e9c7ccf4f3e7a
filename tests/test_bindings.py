"""What sources of C and C++ make known to Python, and what pages of both sides show of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_kwindex import Project
from sphinx_kwindex.collect.native import NativeCollector
from sphinx_kwindex.collect.native.bindings import find_bindings
from sphinx_kwindex.model import RelationKind, SourceFile
from sphinx_kwindex.options import Options
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
        ('PYBIND11_MODULE(mod, m) { m.def("add", choose(&a, &b)); m.attr("x") = 1; }', {("mod.add", "")}),
        (
            ('static PyMethodDef T_methods[] = {{ "f", ( PyCFunction )T_f, METH_O, "" }, { 0 }};\n'
            "static PyType_Slot slots[] = {{ Py_tp_new, void_cast( T_new ) }, { Py_tp_methods, void_cast( T_methods ) }, { Py_tp_getset, T_getset }, { 0, 0 }};\n"
            'static PyGetSetDef T_getset[] = {{ "size", T_size, nullptr }};\n'
            'PyType_Spec T::Spec = { "mod.T", sizeof( T ), 0, Py_TPFLAGS_DEFAULT, slots };'),
            {("mod.T", "T"), ("mod.T.f", "T_f"), ("mod.T.size", "T_size")},
        ),
        (
            ('static PyMethodDef methods[] = {{"go", do_go, METH_NOARGS, ""}};\nstatic struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "shown", 0, -1, methods};\n'
            "PyMODINIT_FUNC PyInit__ext(void) { return PyModule_Create(&def); }"),
            {("_ext.go", "do_go")},
        ),
        ('PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) { m.def("add", &add); }', {("?.add", "add")}),
    ],
    ids=["functions", "classes", "nanobind", "torch", "table", "constructors and properties", "types", "table of nothing", "comment", "several", "slots", "name of import", "name of the build"],
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
        assert "Seen from Python as: `_ext.own`, [`pkg._ext.made`]" in page_text(project, "src/ext.cpp")
    make_tree({"pkg/_ext.pyi": None})
    with Project.open(root, cache) as project:
        assert "Seen from Python as: `_ext.add`" in page_text(project, "src/add.h")
    make_tree({"pkg/_ext.pyi": TREE["pkg/_ext.pyi"], "src/add.h": "namespace lib { int sub(int a, int b); }\n"})
    with Project.open(root, cache) as project:
        assert "add.h" not in page_text(project, "pkg/_ext.pyi")


GIVEN = {
    "src/parts.cpp": (
        '#include "shape.h"\nvoid bind_parts(py::module_& m) {\n  auto sub = m.def_submodule("deep");\n  sub.def("inner", [](int a) { return a; });\n'
        '  m.def("first", &first)\n      .def("second", wrap_pybind_function(second));\n'
        '  auto cls = py::class_<Shape>(m, "Shape");\n  cls.def("area", &Shape::area).def_readwrite("width", &Shape::width).def_ro("gone", &Shape::gone).def(py::init([](int a) { return Shape(a); }));\n'
        '  m.def("twice", &first);\n  m.def("elsewhere", &first);\n}\nint first() { return 1; }\nint second() { return 2; }\n'
    ),
    "src/more.cpp": 'int third() { return 3; }\nvoid bind_more(PyObject* module) {\n  auto m = py::handle(module).cast<py::module>();\n  m.def("twice", &third);\n}\n',
    "src/table.c": (
        'static PyObject* go(void) {}\nstatic PyMethodDef methods[] = {{"go", go, METH_NOARGS, NULL}};\nPyMethodDef* functions() { return methods; }\n'
    ),
    "src/member.c": (
        'static PyObject* T_first(void) {}\nstatic PyMethodDef T_methods[] = {{"first", T_first}, {"x", T_first}, {"y", T_first}};\n'
        "PyMethodDef* members() { return T_methods; }\n"
    ),
    "src/type.cpp": (
        'static PyObject* T_get(void) {}\nstatic PyGetSetDef T_set[] = {{"size", (getter)T_get, nullptr}};\n'
        'PyTypeObject T_Type = {\n  PyVarObject_HEAD_INIT(nullptr, 0) "pkg.T", /* tp_name */\n  0,\n  T_set, /* tp_getset */\n};\n'
    ),
    "src/shape.h": "namespace lib { struct Shape { int width; int area(); }; }\n",
    "pkg/__init__.py": "",
    "pkg/_ext.pyi": (
        "def first() -> int: ...\ndef second() -> int: ...\ndef twice() -> int: ...\ndef go() -> None: ...\n"
        "class Shape:\n    width: int\n    gone: int\n    def __init__(self, a: int) -> None: ...\n    def area(self) -> int: ...\n"
        "class T:\n    @property\n    def size(self) -> int: ...\n"
    ),
    "pkg/deep.pyi": "def inner(a: int) -> int: ...\n",
    "pkg/one.pyi": "def elsewhere() -> int: ...\n",
    "pkg/two.pyi": "def elsewhere() -> int: ...\n",
}
"""Bindings in modules that are handed to functions, tables that functions return, and types under the name of their package."""


def test_unnamed_modules(make_tree: MakeTree, tmp_path: Path) -> None:
    """What is bound in a module that a function is given is what the only stub has that knows it; what may be of several is of none."""
    pytest.importorskip("tree_sitter_cpp")
    with Project.open(make_tree(GIVEN), tmp_path / "cache") as project:
        found = {(source, target) for _, source, target in project.reader.all_relations(RelationKind.IMPLEMENTED)}
    assert found == {
        ("pkg._ext.first", "src.parts_cpp.first"),
        ("pkg._ext.second", "src.parts_cpp.second"),
        ("pkg._ext.Shape", "src.shape_h.lib::Shape"),
        ("pkg._ext.Shape.area", "src.shape_h.lib::Shape::area"),
        ("pkg._ext.Shape.width", "src.shape_h.lib::Shape::width"),
        ("pkg._ext.Shape.gone", "src.parts_cpp.bind_parts"),
        ("pkg._ext.Shape.__init__", "src.parts_cpp.bind_parts"),
        ("pkg.deep.inner", "src.parts_cpp.bind_parts"),
        ("pkg._ext.go", "src.table_c.go"),
        ("pkg._ext.T", "src.type_cpp.T_Type"),
        ("pkg._ext.T.size", "src.type_cpp.T_get"),
    }


def test_modules_by_their_variables() -> None:
    """A module that the source loads or makes has its name, whatever other variables hold it."""
    source = (
        'static struct PyModuleDef made = {PyModuleDef_HEAD_INIT, "pkg.made", nullptr, -1, methods.data()};\n'
        'static PyMethodDef table[] = {{"late", do_late, METH_O, ""}};\n'
        'PyObject* init() {\n  auto loaded = PyImport_ImportModule("pkg._C");\n  auto m = py::handle(loaded).cast<py::module>();\n'
        '  auto sub = m.def_submodule("sub");\n  auto module = py::handle(sub).cast<py::module>();\n  module.def("f", f);\n'
        '  PyObject* own = PyModule_Create(&made);\n  auto py_module = py::reinterpret_borrow<py::module>(own);\n  py_module.def("g", g);\n'
        "  add_methods(methods, table);\n}\n"
    )
    file = SourceFile(path="a.cpp", language="cpp", module="m", is_package=False, digest="", size=0, mtime_ns=0)
    facts = NativeCollector("cpp").collect(source.encode(), file, Options()).facts
    assert {(item.name, item.target) for item in facts.bindings} == {
        ("pkg._C.sub.f", "f"), ("pkg.made.g", "g"), ("pkg.made.late", "do_late"),
    }  # fmt: skip


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


LIBRARIES = {
    "src/draw.h": "int draw(int a);\nint only_declared(int a);\n",
    "src/draw.c": '#include "draw.h"\nint draw(int a) { return a; }\nint fill(int a) { return a; }\n',
    "src/other.cpp": "namespace art { int hide(int a) { return a; } }\n",
    "pkg/__init__.py": "",
    "pkg/loaded.py": "import ctypes\n\nlib = ctypes.CDLL('./draw.so')\nlib.draw(1)\nlib.hide(1)\n",
    "pkg/user.py": "import ctypes\nfrom pkg.loaded import lib\n\nlib.only_declared(2)\nctypes.cdll.LoadLibrary('x').fill.argtypes = []\nother.fill()\n",
    "pkg/build.py": "from cffi import FFI\n\nffi = FFI()\nffi.cdef('int draw(int a);')\nffi.set_source('pkg._draw', '')\nffi.dlopen('x').fill(1)\n",
    "pkg/made.py": "from pkg._draw import ffi, lib\nfrom pkg._other import lib as others\n\nlib.draw(3)\nothers.fill(3)\n",
}


def test_libraries(make_tree: MakeTree, tmp_path: Path) -> None:
    """What is looked up on a library that ctypes or cffi loads may be the function of C that is called so."""
    pytest.importorskip("tree_sitter_cpp")

    def found(path: str, name: str) -> set[tuple[str, int, bool]]:
        (keyword,) = [item for item in project.keywords(path=path) if item.name == name]
        return {(use.path, use.line, use.exact) for use in project.uses(keyword) if use.path.endswith(".py")}

    root, cache = make_tree(LIBRARIES), tmp_path / "cache"
    with Project.open(root, cache) as project:
        assert found("src/draw.c", "draw") == {("pkg/loaded.py", 4, False), ("pkg/made.py", 4, False)}
        assert found("src/draw.c", "fill") == {("pkg/user.py", 5, False), ("pkg/build.py", 6, False)}
        assert found("src/draw.h", "only_declared") == {("pkg/user.py", 4, False)}
        assert not found("src/draw.h", "draw") | found("src/other.cpp", "hide")
    make_tree({"pkg/build.py": "", "src/draw.c": "int fill;\n"})
    with Project.open(root, cache) as project:
        assert found("src/draw.h", "draw") == {("pkg/loaded.py", 4, False)}
