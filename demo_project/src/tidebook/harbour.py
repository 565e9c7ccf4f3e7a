"""The harbours in the book."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tidebook.errors import NoSuchHarbour
from tidebook.model.constituents import K1, M2, M4, O1, S2, Constituent, Wave
from tidebook.units import Metres


@dataclass(frozen=True)
class Harbour:
    """A place where boats lie, and what the sea does there."""

    key: str
    name: str
    mean_level: Metres
    """Height of the mean sea level over the chart's zero."""
    waves: tuple[Wave, ...] = ()
    sill: Metres = Metres(0.0)
    """Height of the bar at the entrance; boats need the water to stand higher."""
    aliases: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def range(self) -> Metres:
        """The largest difference that its waves can make, from trough to crest."""
        return Metres(2 * sum(wave.amplitude for wave in self.waves))

    def answers_to(self, name: str) -> bool:
        """Tell whether people call it that."""
        name = name.casefold()
        return name in {self.key, self.name.casefold()} or name in self.aliases

    def strongest(self) -> Constituent:
        """Return the constituent that moves most water here."""
        return max(self.waves, key=lambda wave: wave.amplitude).constituent


def _waves(**amplitudes_and_phases: tuple[float, float]) -> tuple[Wave, ...]:
    """Return waves from `M2=(amplitude, phase)` and so on."""
    known = {c.name: c for c in (M2, S2, K1, O1, M4)}
    return tuple(Wave(known[name], Metres(a), phase) for name, (a, phase) in amplitudes_and_phases.items())


HARBOURS: Final[tuple[Harbour, ...]] = (
    Harbour(
        "saltmarsh",
        "Saltmarsh Quay",
        Metres(2.5),
        _waves(M2=(1.42, 131.0), S2=(0.48, 172.0), K1=(0.08, 95.0), O1=(0.07, 341.0)),
        sill=Metres(1.8),
        aliases=frozenset({"the quay"}),
    ),
    Harbour(
        "ellery",
        "Port Ellery",
        Metres(3.9),
        _waves(M2=(2.31, 14.0), S2=(0.82, 58.0), M4=(0.19, 220.0)),
    ),
    Harbour(
        "gannet",
        "Gannet Sound",
        Metres(0.7),
        _waves(K1=(0.31, 18.0), O1=(0.28, 300.0), M2=(0.11, 77.0)),
        aliases=frozenset({"the sound", "gannets"}),
    ),
)


def find_harbour(name: str) -> Harbour:
    """Return the harbour that answers to a name; raise `NoSuchHarbour` if none does."""
    if (found := next((h for h in HARBOURS if h.answers_to(name)), None)) is not None:
        return found
    raise NoSuchHarbour(name, (harbour.key for harbour in HARBOURS))
