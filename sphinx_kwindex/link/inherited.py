"""What classes inherit from classes of the project: public methods and properties that they do not define themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sphinx_kwindex.link.modules import LinkEntry
from sphinx_kwindex.link.names import Names
from sphinx_kwindex.model import CLASSES, MOST_INHERITED, Definition, FileFacts, Flag, Inherited, Kind, keyword_id

_KINDS = frozenset({Kind.METHOD, Kind.PROPERTY})
_INSTANCE = int(Flag.INSTANCE)


def find_inherited(names: Names, facts: FileFacts) -> Iterator[Inherited]:
    """Yield what each class of a file has from each of its base classes, direct or not, the nearest first."""
    if not any(item.base_targets for item in facts.definitions):
        return
    own: dict[str, dict[str, int]] = {}
    for item in facts.definitions:
        own.setdefault(item.qualname.rpartition(".")[0], {})[item.name] = item.flags
    for place, item in enumerate(facts.definitions):
        if item.kind in CLASSES and item.base_targets:
            yield from _of_class(names, facts, place, item, own.get(item.qualname, {}))


def _of_class(
    names: Names, facts: FileFacts, place: int, item: Definition, own: Mapping[str, int]
) -> Iterator[Inherited]:
    # `self.x = ...` hides a method of a base class, but goes through a property.
    assigned = {name for name, flags in own.items() if flags & _INSTANCE}
    seen = own.keys() - assigned
    for ancestor in names.line_of(keyword_id(facts.module, item.qualname))[1:]:
        members = _members(names, ancestor)
        found = [
            name
            for name, member in members.items()
            if _is_shown(name, member) and name not in seen and (member.kind is Kind.PROPERTY or name not in assigned)
        ]
        assigned |= {name for name, member in members.items() if member.flags & _INSTANCE}
        seen |= members.keys() - assigned
        if found:
            # Each test can be run.
            tests = (name for name in found[MOST_INHERITED:] if item.flags & Flag.TEST and name.startswith("test"))
            kept = (*found[:MOST_INHERITED], *tests)
            yield Inherited(place=place, source=ancestor, names=kept, more=len(found) - len(kept))


def _is_shown(name: str, member: LinkEntry) -> bool:
    return member.kind in _KINDS and not name.startswith("_")


def _members(names: Names, class_id: str) -> dict[str, LinkEntry]:
    """Return what a class defines, by name, in order."""
    entry = names.entry(class_id)
    table = names.modules.table(entry.module) if entry is not None else None
    if entry is None or table is None:
        return {}
    return {member.qualname.rpartition(".")[2]: member for member in table.inside(entry.qualname)}
