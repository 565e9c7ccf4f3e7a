"""Tide tables for small harbours.

The names below are the ones to import; where they live inside the package may change.
"""

from tidebook.errors import NoSuchHarbour, TidebookError
from tidebook.harbour import HARBOURS, Harbour, find_harbour
from tidebook.model import *
from tidebook.model import __all__ as _model_all
from tidebook.sources import TideSource, open_source

__version__ = "1.4.0"

__all__ = [
    "HARBOURS",
    "Harbour",
    "NoSuchHarbour",
    "TideSource",
    "TidebookError",
    "find_harbour",
    "open_source",
]
__all__ += _model_all
