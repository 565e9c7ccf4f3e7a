"""The water as it is right now."""

from tidebook.live.gauge import Gauge, Reading
from tidebook.live.watch import Alert, watch, watch_all

__all__ = ["Alert", "Gauge", "Reading", "watch", "watch_all"]
