"""Strings that must be names: `patch("a.b.c")`, `setattr(x, "name", 1)`, `import_module("a.b")`."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from astroid import nodes

from sphinx_kwindex.collect.python.fixtures import Requests
from sphinx_kwindex.collect.python.tokens import Text
from sphinx_kwindex.collect.python.values import MAX_TEXT, UNKNOWN, Value, attribute, called, is_quiet, union
from sphinx_kwindex.model import UseKind
from sphinx_kwindex.targets import on_unknown

READ, STRING = int(UseKind.READ), int(UseKind.STRING)

_OF_PATCH = frozenset({"target", "spec", "create", "spec_set", "autospec", "new_callable"})
"""Parameters of `patch.multiple` itself."""
_MOCK = ("unittest.mock", "mock")
_RELATIONS = tuple(
    f"{module}.{name}"
    for module in ("django.db.models", "django.db.models.fields.related", "django.contrib.gis.db.models")
    for name in ("ForeignKey", "OneToOneField", "ManyToManyField")
)
_is_path = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*", re.ASCII).fullmatch
_DISPLAYS = frozenset({nodes.List, nodes.Tuple, nodes.Set})
_MOST_STRINGS = 1_000
"""Limit: of the strings of one setting, further ones are not looked at."""
_PATCHING = re.compile(r"!fixture:(?:monkeypatch|mocker|(?:class|module|package|session)_mocker)\.|\bMonkeyPatch\(\)\.")
"""What takes strings as `unittest.mock` does: fixtures of pytest and pytest-mock, by their names or types."""


class NamingStrings(Requests):
    """The part of the walk that deals with strings as names."""

    def __init__(self, tree: nodes.Module, module: str, is_package: bool, text: Text, *, is_test: bool = False) -> None:
        super().__init__(tree, module, is_package, text, is_test=is_test)
        for mock in _MOCK:
            for name in ("patch", "patch.dict"):
                self.specials[f"{mock}.{name}"] = partial(self._patch, f"{mock}.{name}()")
            self.specials[f"{mock}.patch.object"] = partial(self._patch_member, f"{mock}.patch.object()")
            self.specials[f"{mock}.patch.multiple"] = partial(self._patch_several, f"{mock}.patch.multiple()")
        self.specials["importlib.import_module"] = self._import_module
        self.specials["builtins.getattr"] = self._get
        self.specials["builtins.hasattr"] = self._ask
        for relation in _RELATIONS:
            self.specials[relation] = partial(self._relate, relation)
        for name in ("setattr", "delattr"):
            self.specials[f"builtins.{name}"] = partial(self._patch_member, f"builtins.{name}()")
        for name in ("setattr", "delattr", "patch", "object", "spy"):
            self.methods[name] = self._on_patcher
        self.methods["multiple"] = self._several_on_patcher

    def _patch(self, made: str, node: Any, _arguments: list[Value]) -> Value:
        if node.args:
            self._name_path(node.args[0])
        return (made,)

    def _relate(self, field: str, node: Any, _arguments: list[Value]) -> Value:
        """Note the model that a relation of Django names: `ForeignKey("Author")`, `ForeignKey(to="library.Author")`."""
        given = (*node.args[:1], *(item.value for item in node.keywords if item.arg == "to"))
        for part in given:
            text = part.value if part.__class__ is nodes.Const else None
            if isinstance(text, str) and text != "self" and text.count(".") < 2 and _is_path(text):
                label, _, model = text.rpartition(".")
                self.note_string(part, STRING, f"{self._models_of(label, model)}.{model}", label)
        return called(field)

    def _models_of(self, label: str, model: str) -> str:
        """Return the module of the models of an app: this one, or one next to it. Apps are named like their packages."""
        module = self.module.id
        if not label:
            package, has_models, _ = module.rpartition(".models.")
            return f"{package}.models" if has_models and model not in self.tree.locals else module
        app = module.partition(".models")[0] if ".models" in module else module.rpartition(".")[0]
        package, dot, own = app.rpartition(".")
        return self._models_of("", model) if label == own else f"{package}{dot}{label}.models"

    def _patch_member(self, made: str, node: Any, arguments: list[Value]) -> Value:
        self._name_member(node, arguments)
        return (made,)

    def _patch_several(self, made: str, node: Any, arguments: list[Value]) -> Value:
        """Note the members that `patch.multiple("a.b", name=..., other=...)` replaces."""
        path = self._name_path(node.args[0]) if node.args else ""
        owners = (path,) if path else arguments[0] if arguments else UNKNOWN
        for keyword in node.keywords:
            for owner in owners if keyword.arg and keyword.arg not in _OF_PATCH else ():
                target = attribute(owner, keyword.arg)
                if target is not None and not is_quiet(owner):
                    self.rows.append((keyword.lineno, keyword.col_offset, keyword.arg, STRING, self.scope, target))
        return (made,)

    def _get(self, node: Any, arguments: list[Value]) -> Value:
        """Return what `getattr(x, "name", default)` gives."""
        found = self._read_by_name(node, arguments)
        return union(found, *arguments[2:3]) if found else UNKNOWN

    def _ask(self, node: Any, arguments: list[Value]) -> Value:
        """Return what `hasattr(x, "name")` gives."""
        self._read_by_name(node, arguments)
        return ("builtins.hasattr()",)

    def _read_by_name(self, node: Any, arguments: list[Value]) -> Value:
        """Note a member that is looked up by a string; on an object of unknown type as `x.name` is. Return what it is."""
        name = _member_name(node)
        if name and arguments and not arguments[0]:
            self.note_string(node.args[1], READ, on_unknown(name))
        found = self._name_member(node, arguments)
        for target in found:  # what is not known here may turn out to be unknown when it is linked
            self.note_string(node.args[1], READ, target)
        return found

    def _import_module(self, node: Any, _arguments: list[Value]) -> Value:
        """Return the module that `import_module("a.b")` gives."""
        path = self._name_path(node.args[0]) if len(node.args) == 1 else ""
        return (path,) if path else UNKNOWN

    def _on_patcher(self, node: Any, targets: Value) -> Value | None:
        """Note what `monkeypatch.setattr("a.b", 1)`, `mocker.patch.object(x, "name")` and similar name."""
        if node.args and any(map(_PATCHING.search, targets)):
            first, is_pair = node.args[0], len(node.args) > 1
            if first.__class__ is not nodes.Const:
                self._name_member(node, [self.quietly(first)] if is_pair else [])
            elif not is_pair or node.args[1].__class__ is not nodes.Const or node.func.attrname != "spy":
                self._name_path(first)
        return None

    def _several_on_patcher(self, node: Any, targets: Value) -> None:
        if any(map(_PATCHING.search, targets)):
            self._patch_several("", node, [self.quietly(argument) for argument in node.args[:1]])

    def _name_path(self, node: Any) -> str:
        """Note what a dotted path in a string names; return it."""
        path = node.value if node.__class__ is nodes.Const else None
        if not isinstance(path, str) or len(path) > MAX_TEXT or not _is_path(path):
            return ""
        self.note_string(node, STRING, path, path.rpartition(".")[0])
        return path

    def name_setting(self, targets: list[Any], value: Any) -> None:
        """Note what dotted paths name in the value of a setting: a string, or lists and dictionaries of them."""
        if self.frame.is_function or not any(map(_is_setting, targets)):
            return
        waiting, count = [value], 0
        while waiting and count < _MOST_STRINGS:
            part = waiting.pop()
            if part.__class__ is nodes.Dict:
                # `{"package.module": {...}}` configures something of that name, a logger say.
                waiting += [key for key, value in part.items if value.__class__ is not nodes.Dict]
                waiting += [value for _, value in part.items]
            elif part.__class__ in _DISPLAYS:
                waiting += part.elts
            elif part.__class__ is nodes.Const and part.value.__class__ is str:
                count += 1
                self._name_colon_path(part)

    def _name_colon_path(self, node: Any) -> None:
        text = node.value
        path = text.replace(":", ".", 1)
        if "." in path and len(text) <= MAX_TEXT and _is_path(path):
            self.note_string(node, STRING, path, text[: path.rindex(".")])

    def _name_member(self, node: Any, arguments: list[Value]) -> Value:
        """Note what the second argument of a call names on the first; return what that is."""
        name = _member_name(node)
        found: list[str] = []
        for receiver in arguments[0] if name and arguments else ():
            target = attribute(receiver, name)
            if target is not None and not is_quiet(receiver):
                self.note_string(node.args[1], STRING, target)
                found.append(target)
        return tuple(found)


def _member_name(node: Any) -> str:
    """Return the name that the second argument of a call spells out, if it is one."""
    name = node.args[1].value if len(node.args) > 1 and node.args[1].__class__ is nodes.Const else None
    return name if isinstance(name, str) and "." not in name and _is_path(name) else ""


def _is_setting(node: Any) -> bool:
    """Return whether what is assigned to is spelled like a setting; those of logging have the names of loggers."""
    return node.__class__ is nodes.AssignName and node.name.isupper() and "LOG" not in node.name
