"""Callers and readers of keywords by convention: Python, test runners, frameworks and decorators.

Looks at what collect found in one file, and at the names of the external base classes of its classes. Rather none than
a doubtful one: what is not certain says so ("may be called by").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from sphinx_kwindex.model import (
    CLASSES,
    FUNCTIONS,
    MEMBERS,
    TEST_ROLES,
    Definition,
    FileFacts,
    Flag,
    Kind,
    Role,
    keyword_id,
)
from sphinx_kwindex.pages.records import Reach, ReachKind
from sphinx_kwindex.stdlib import members_of
from sphinx_kwindex.text import word_set

_TEST, _PRIVATE, _INSTANCE = int(Flag.TEST), int(Flag.PRIVATE), int(Flag.INSTANCE)

_SPECIAL_METHODS = frozenset(
    f"__{name}__"
    for name in word_set(
        """
    abs add aenter aexit aiter and anext annotate await bool buffer bytes call ceil class_getitem complex contains
    copy deepcopy del delattr delete delitem dir divmod enter eq exit float floor floordiv format fspath ge get
    getattr getattribute getinitargs getitem getnewargs getnewargs_ex getstate gt hash iadd iand idivmod ifloordiv
    ilshift imatmul imod imul index init init_subclass instancecheck int invert ior ipow irshift isub iter itruediv
    ixor le len length_hint lshift lt matmul missing mod mro_entries mul ne neg new next or pos post_init pow
    prepare radd rand rdivmod reduce reduce_ex release_buffer replace repr reversed rfloordiv rlshift rmatmul rmod
    rmul ror round rpow rrshift rshift rsub rtruediv rxor set set_name setattr setitem setstate sizeof str sub
    subclasscheck subclasshook truediv trunc unicode xor attrs_init attrs_pre_init attrs_post_init nonzero div rdiv
    idiv long getslice setslice cmp
    """
    )
)
_SPECIAL_DATA = word_set(
    "__slots__ __dict__ __weakref__ __match_args__ __all__ __hash__ __annotations__ __doc__ __module__ __class__ __file__"
    " __lazy_modules__"
)
_OF_OTHERS = {
    "__html__": "MarkupSafe",
    "__html_format__": "MarkupSafe",
    "__array__": "NumPy",
    "__array_interface__": "NumPy",
    "__array_priority__": "NumPy",
    "__array_function__": "NumPy",
    "__array_ufunc__": "NumPy",
    "__array_wrap__": "NumPy",
    "__torch_function__": "PyTorch",
    "__torch_dispatch__": "PyTorch",
    "__rich__": "Rich",
    "__rich_repr__": "Rich",
    "__rich_console__": "Rich",
    "__rich_measure__": "Rich",
    "__get_pydantic_core_schema__": "Pydantic",
    "__get_pydantic_json_schema__": "Pydantic",
    "__get_validators__": "Pydantic",
    "__tablename__": "SQLAlchemy",
    "__table_args__": "SQLAlchemy",
    "__mapper_args__": "SQLAlchemy",
    "__clause_element__": "SQLAlchemy",
    "__tracebackhide__": "pytest",
    "__test__": "pytest",
    "_ipython_display_": "IPython",
    "_ipython_key_completions_": "IPython",
    "_repr_html_": "IPython",
    "_repr_latex_": "IPython",
    "_repr_markdown_": "IPython",
    "_repr_mimebundle_": "IPython",
    "_repr_png_": "IPython",
    "_repr_pretty_": "IPython",
    "_repr_svg_": "IPython",
}
"""Special names that well-known packages look for in the objects of others."""

_OF_UNITTEST = word_set(
    """
    setUp tearDown setUpClass tearDownClass setUpModule tearDownModule asyncSetUp asyncTearDown setUpTestData runTest
    load_tests
    """
)
_RUN_BY_TESTS = _OF_UNITTEST | word_set(
    """
    setup_method teardown_method setup_class teardown_class setup_module teardown_module setup_function
    teardown_function
    """
)
_PYTEST_DATA = word_set("pytestmark pytest_plugins collect_ignore collect_ignore_glob")
_SPHINX = word_set(
    """
    project author copyright project_copyright version release extensions templates_path source_suffix source_encoding
    master_doc root_doc language locale_dirs gettext_compact gettext_uuid exclude_patterns include_patterns
    pygments_style pygments_dark_style highlight_language highlight_options needs_sphinx needs_extensions rst_epilog
    rst_prolog default_role primary_domain keep_warnings suppress_warnings show_warning_types nitpicky nitpick_ignore
    nitpick_ignore_regex numfig numfig_format numfig_secnum_depth smartquotes smartquotes_action today today_fmt
    trim_footnote_reference_space trim_doctest_flags add_function_parentheses add_module_names show_authors
    modindex_common_prefix toc_object_entries toc_object_entries_show_parents maximum_signature_line_length
    strip_signature_backslash option_emphasise_placeholders manpages_url math_number_all math_eqref_format figure_language_filename
    python_use_unqualified_type_names python_display_short_literal_types python_maximum_signature_line_length
    autoclass_content translation_progress_classes user_agent tls_verify tls_cacerts extlinks extlinks_detect_hardcoded_links graphviz_dot
    """
)
_SPHINX_PREFIXES = (
    "html_", "htmlhelp_", "latex_", "man_", "texinfo_", "epub_", "text_", "xml_", "qthelp_", "applehelp_", "devhelp_",
    "linkcheck_", "gettext_", "autodoc_", "autosummary_", "autosectionlabel_", "napoleon_", "intersphinx_", "todo_",
    "coverage_", "doctest_", "imgmath_", "mathjax_", "mathjax3_", "graphviz_", "viewcode_", "linkcode_", "inheritance_",
    "myst_", "c_", "cpp_", "copybutton_", "kwindex_", "nb_", "autoapi_", "ogp_",
)  # fmt: skip
_CONF = word_set("extensions project html_theme")
"""One of these makes a `conf.py` one of Sphinx."""

_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "ast.NodeVisitor": ("visit_",),
    "ast.NodeTransformer": ("visit_",),
    "cmd.Cmd": ("do_", "help_", "complete_"),
    "code.InteractiveConsole": (),
    "docutils.nodes.GenericNodeVisitor": ("visit_", "depart_"),
    "docutils.nodes.NodeVisitor": ("visit_", "depart_"),
    "docutils.nodes.SparseNodeVisitor": ("visit_", "depart_"),
    "http.server.BaseHTTPRequestHandler": ("do_",),
    "http.server.SimpleHTTPRequestHandler": ("do_",),
    "libcst.CSTTransformer": ("visit_", "leave_"),
    "libcst.CSTVisitor": ("visit_", "leave_"),
    "pdb.Pdb": ("do_", "help_", "complete_"),
    "pylint.checkers.BaseChecker": ("visit_", "leave_"),
    "sphinx.util.docutils.SphinxTranslator": ("visit_", "depart_"),
    "sphinx.writers.html.HTMLTranslator": ("visit_", "depart_"),
    "sphinx.writers.html5.HTML5Translator": ("visit_", "depart_"),
    "sphinx.writers.latex.LaTeXTranslator": ("visit_", "depart_"),
    "unittest.IsolatedAsyncioTestCase": ("test",),
    "unittest.TestCase": ("test",),
}
"""Classes of other packages that call methods of their subclasses by how their names start."""

_PLAIN_DECORATORS = word_set(
    """
    abstractclassmethod abstractmethod abstractproperty abstractstaticmethod api_model apply_defaults async_timeout
    asynccontextmanager attrib attributes attrs auto_attribs cache cached cached_property cachedproperty classmethod
    classproperty contextmanager coroutine csrf_exempt csrf_protect dataclass dataclass_transform deconstructible define
    deleter deprecate deprecated deprecated_args deprecated_params dict doctest_depends_on expectedFailure final
    flaky frozen functools getter given hybrid_method hybrid_property implementer inlineCallbacks isolate_apps jit
    keep_lazy keep_lazy_text lazy_property lru_cache mark memoize memoized method_decorator modify_settings mutable
    never_cache njit no_type_check object overload override override_script_prefix override_settings overrides
    overload_method parametrize patch positional profile property python_2_unicode_compatible reify requires retry s
    setter silence_warnings singledispatch singledispatchmethod skip skipIf skipIfDBFeature skipUnless
    skipUnlessAnyDBFeature skipUnlessDBFeature skipif slow staticmethod suppress_warnings tag timeout total_ordering
    typechecked types unique update_wrapper usefixtures validate_arguments validate_call vectorize versionadded
    versionchanged with_config wraps xfail runtime_checkable runtime requires_tz_support settings
    """
)
"""Decorators that dress a function up or mark it, by the last part of their names; they call it only if it is called."""
_MARKS = ("pytest.mark.", "mark.", "mock.patch", "unittest.mock.", "mocker.")
_REGISTERS = ("register", "receiver", "handler", "task", "shared_task", "listens_for", "route", "command", "subscribe",
              "hook", "callback", "connect", "listener", "validator", "plugin", "implements", "expose", "on_event")  # fmt: skip
_READ_INSIDE = word_set("Meta Media Config")
"""Classes in classes that frameworks read."""


_IMPLEMENTER = re.compile(r"(?:\w+\.)*implementer\(([\w.]+)")
_DJANGO = word_set("INSTALLED_APPS DATABASES ROOT_URLCONF SECRET_KEY MIDDLEWARE")
"""Two of these make a file one of settings for Django."""
_SERVERS = {"wsgi.py": "WSGI servers", "asgi.py": "ASGI servers"}


class Conventions:
    """What is reached by convention in one file."""

    def __init__(
        self, facts: FileFacts, external_bases: Callable[[str], tuple[str, ...]], entry_points: Mapping[str, str]
    ) -> None:
        self._facts = facts
        self._external_bases = external_bases
        self._entry_points = entry_points
        self._bases: dict[int, tuple[str, ...]] = {}
        self._is_test = facts.role in TEST_ROLES - {Role.TEST_DATA} or facts.path.rpartition("/")[2] == "conftest.py"
        names = {item.name for item in facts.definitions if item.scope == 0}
        self._is_conf = facts.path.rpartition("/")[2] == "conf.py" and not names.isdisjoint(_CONF)
        self._is_of_django = len(names & _DJANGO) > 1
        self._is_of_sphinx = self._is_conf or any(item.target.partition(".")[0] == "sphinx" for item in facts.imports)

    def certain(self, item: Definition) -> Iterator[Reach]:
        """Yield who is sure to call or read a keyword: Python, a test runner, a tool that is known by its conventions."""
        is_called = item.kind in FUNCTIONS
        identity = keyword_id(self._facts.module, item.qualname)
        if identity in self._entry_points:
            yield Reach(kind=ReachKind.ENTRY, name=self._entry_points[identity])
        if self._is_test and (item.flags & _TEST or self._is_run(item)):
            yield Reach(kind=ReachKind.TEST)
        framework = self._framework(item)
        if framework:
            yield Reach(kind=ReachKind.FRAMEWORK, name=framework, is_called=is_called)
        if item.name in _SPECIAL_METHODS and item.kind in FUNCTIONS | {Kind.ATTRIBUTE}:
            yield Reach(kind=ReachKind.PYTHON)
        elif item.name in _SPECIAL_DATA:
            yield Reach(kind=ReachKind.PYTHON, is_called=False)

    def likely(self, item: Definition) -> Iterator[Reach]:
        """Yield what calls or reads a keyword, the surest first: known base classes, decorators, unknown base classes."""
        known = list(self._from_known_bases(item)) if item.kind in MEMBERS else []
        yield from known
        yield from self._decorators(item)
        if self._is_conf and item.scope == 0 and item.kind is Kind.DATA and not item.flags & _PRIVATE:
            yield Reach(kind=ReachKind.MAYBE, name="Sphinx", is_called=False)
        if not known and self._may_be_overriding(item):
            base = next((name for name in self._outside(item.scope) if members_of(name) is None), "")
            if base:
                yield Reach(kind=ReachKind.MAYBE, name=base, is_called=item.kind in FUNCTIONS)

    def _is_run(self, item: Definition) -> bool:
        """Return whether a test runner runs a function, or collects a class: projects name test classes as they like."""
        is_inside = item.kind is Kind.METHOD and item.name.startswith("test") and "<locals>" not in item.qualname
        is_class = item.kind is Kind.CLASS and item.scope == 0
        named = self._facts.definitions[item.scope].name if is_inside else item.name if is_class else ""
        return named.lower().startswith("test")

    def _framework(self, item: Definition) -> str:
        names = [_decorator_name(text) for text in item.decorators]
        if any(name.rpartition(".")[2] in {"hookimpl", "hookspec"} for name in names):
            return "pluggy"
        if item.kind in FUNCTIONS and (item.name.startswith("pytest_") or any(map(_is_fixture, names))):
            return "pytest"
        if item.kind in FUNCTIONS and item.name in _RUN_BY_TESTS and self._is_test:
            return "unittest" if item.name in _OF_UNITTEST else "pytest"
        return _OF_OTHERS.get(item.name, "") or ("" if item.scope else self._of_module(item))

    def _of_module(self, item: Definition) -> str:
        if item.name in _PYTEST_DATA and self._is_test:
            return "pytest"
        if item.kind is Kind.DATA and self._is_of_django and item.name.isupper():
            return "Django"
        if item.kind is Kind.DATA and item.name == "application":
            return _SERVERS.get(self._facts.path.rpartition("/")[2], "")
        if item.kind is Kind.DATA and self._is_conf:
            return "Sphinx" if item.name in _SPHINX or item.name.startswith(_SPHINX_PREFIXES) else ""
        is_setup = item.name == "setup" and item.kind is Kind.FUNCTION and item.signature.startswith("(app")
        return "Sphinx" if is_setup and self._is_of_sphinx else ""

    def _outside(self, scope: int) -> tuple[str, ...]:
        """Return the external base classes of the class at a position."""
        if scope not in self._bases:
            owner = self._facts.definitions[scope]
            identity = keyword_id(self._facts.module, owner.qualname)
            found = self._external_bases(identity) if owner.kind in CLASSES else ()
            # zope.interface: `@implementer(IProducer)`
            claimed = (_IMPLEMENTER.match(text) for text in owner.decorators)
            self._bases[scope] = (*found, *(match.group(1) for match in claimed if match is not None))
        return self._bases[scope]

    def _from_known_bases(self, item: Definition) -> Iterator[Reach]:
        is_called = item.kind in FUNCTIONS
        for base in self._outside(item.scope):
            if item.name in (members_of(base) or ()):
                yield Reach(kind=ReachKind.OUTSIDE, name=f"{base}.{item.name}", is_called=is_called)
                return
            for prefix in _PATTERNS.get(base, ()):
                if item.name.startswith(prefix) and item.name != prefix:
                    is_test = base.startswith("unittest.")
                    yield (
                        Reach(kind=ReachKind.TEST)
                        if is_test
                        else Reach(kind=ReachKind.PATTERN, name=f"{prefix}*", by=base, is_called=is_called)
                    )
                    return

    def _decorators(self, item: Definition) -> Iterator[Reach]:
        for text in item.decorators:
            if _takes(text):
                yield Reach(kind=ReachKind.HANDED, name=_decorator_name(text))
                return

    def _may_be_overriding(self, item: Definition) -> bool:
        if item.kind in CLASSES:
            return item.name in _READ_INSIDE
        # A private method that nothing calls is there for a base class; private data seldom is.
        is_hidden = item.flags & _PRIVATE and (item.kind is Kind.ATTRIBUTE or item.name.startswith("__"))
        return item.kind in MEMBERS and not is_hidden and not item.flags & _INSTANCE


def _decorator_name(text: str) -> str:
    return text.partition("(")[0].strip()


def _is_fixture(name: str) -> bool:
    return name in {"pytest.fixture", "fixture", "pytest_asyncio.fixture", "pytest.yield_fixture"}


def _takes(text: str) -> bool:
    """Return whether a decorator may keep what it is given, as registers do, by how it is written."""
    name, bracket, _ = text.partition("(")
    name = name.strip()
    last = name.rpartition(".")[2]
    if name.endswith(".tag"):
        return True  # Django registers what templates call; its bare `tag` marks tests
    if last in _PLAIN_DECORATORS or name.startswith(_MARKS) or _is_fixture(name) or not name:
        return False
    return bool(bracket) or "." in name or any(word in last.lower() for word in _REGISTERS)
