"""What classes inherit from classes of the project: public methods and properties that they do not define themselves."""

from __future__ import annotations

from collections.abc import Iterator

from sphinx_kwindex.link.modules import CLASSES
from sphinx_kwindex.link.names import Names
from sphinx_kwindex.model import Definition, FileFacts, Inherited, Kind, keyword_id

SHOWN = 12
"""Names that are kept of one base class; the others are counted."""

_KINDS = frozenset({Kind.METHOD, Kind.PROPERTY})


def find_inherited(names: Names, facts: FileFacts) -> Iterator[Inherited]:
    """Yield what each class of a file has from each of its base classes, direct or not, the nearest first."""
    if not any(item.base_targets for item in facts.definitions):
        return
    own: dict[str, set[str]] = {}
    for item in facts.definitions:
        own.setdefault(item.qualname.rpartition(".")[0], set()).add(item.name)
    for place, item in enumerate(facts.definitions):
        if item.kind in CLASSES and item.base_targets:
            yield from _of_class(names, facts, place, item, own.get(item.qualname, set()))


def _of_class(names: Names, facts: FileFacts, place: int, item: Definition, own: set[str]) -> Iterator[Inherited]:
    seen = set(own)
    for ancestor in names.line_of(keyword_id(facts.module, item.qualname))[1:]:
        members = _members(names, ancestor)
        found = [name for name, is_shown in members.items() if is_shown and name not in seen]
        seen |= members.keys()
        if found:
            yield Inherited(place=place, source=ancestor, names=tuple(found[:SHOWN]), more=max(0, len(found) - SHOWN))


def _members(names: Names, class_id: str) -> dict[str, bool]:
    """Return the names that a class defines, in order, and whether each is one of those that are shown."""
    entry = names.entry(class_id)
    table = names.modules.table(entry.module) if entry is not None else None
    if entry is None or table is None:
        return {}
    members = ((member.qualname.rpartition(".")[2], member.kind) for member in table.inside(entry.qualname))
    return {name: kind in _KINDS and not name.startswith("_") for name, kind in members}
