"""Custom signals for related files: loaded by their dotted names, with errors contained."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from sphinx_kwindex.errors import OptionError, Problem, WarningKind
from sphinx_kwindex.options import Options, load_named
from sphinx_kwindex.relate.reasons import default_weights
from sphinx_kwindex.relate.signals import RelateInput


class OtherSignal:
    """A signal of another package; where it fails it says nothing, and what went wrong first is noted."""

    def __init__(self, name: str, function: Any) -> None:
        self._name = name
        self._function = function
        self._fault = ""

    def __call__(self, path: str, files: Mapping[str, RelateInput]) -> Mapping[str, tuple[float, str]]:
        """Return what the signal says about one path."""
        try:
            return {str(other): _checked(said) for other, said in self._function(path, files).items()}
        except Exception as error:  # noqa: BLE001 - it is the project's own code, and one signal less is no disaster
            self._fault = (
                self._fault
                or f"{self._name}: failed on {path} ({type(error).__name__}: {error}); the signal is ignored there"
            )
            return {}

    def problems(self) -> Iterable[Problem]:
        """Return what went wrong, if anything did."""
        return [_problem("signals", self._fault)] if self._fault else []


def load_signals(options: Options) -> tuple[dict[str, OtherSignal], list[Problem]]:
    """Return the signals that the settings name, and what is wrong with the other names."""
    found: dict[str, OtherSignal] = {}
    problems: list[Problem] = []
    for name in options.related_signals:
        try:
            function = load_named(name)
        except OptionError as error:
            problems.append(_problem("signals", f"{error}; ignored"))
            continue
        if callable(function):
            found[name] = OtherSignal(name, function)
        else:
            problems.append(_problem("signals", f"{name}: expected a function, got {type(function).__name__}; ignored"))
    return found, problems


def find_faults(options: Options) -> tuple[Problem, ...]:
    """Return what is wrong with the settings of this stage; for every run, also one that ranks nothing."""
    known = {*default_weights(), *options.related_signals}
    unknown = sorted((options.related_weights or {}).keys() - known)
    weights = [
        _problem("weights", f"unknown signal {name!r}, ignored (known: {', '.join(sorted(known))})") for name in unknown
    ]
    return (*weights, *load_signals(options)[1])


def _checked(said: Any) -> tuple[float, str]:
    strength, reason = float(said[0]), said[1]
    if not (math.isfinite(strength) and isinstance(reason, str)):
        raise TypeError("expected a finite number and a reason (str)")
    return strength, reason


def _problem(setting: str, text: str) -> Problem:
    return Problem(WarningKind.CONFIG, "", 0, f"related_{setting}: {text}")
