"""What a tide is: plain records without any input or output."""

from .constituents import *
from .constituents import __all__ as _constituents
from .tide import Height, Tide, TideKind
from .window import Window, windows

__all__ = ["Height", "Tide", "TideKind", "Window", "windows", *_constituents]
