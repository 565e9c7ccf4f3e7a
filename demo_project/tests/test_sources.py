"""Sources. Most tests make a fake one of their own, each called `F`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tidebook import Harbour, TideKind, TideSource, open_source
from tidebook.errors import BadTable
from tidebook.sources import BaseSource, CachedSource, HarmonicSource, TableSource
from tidebook.units import Metres


class TestBase:
    """What a source gets from its base class."""

    def test_flat(self, midnight: datetime) -> None:
        """A pond has no tides."""

        class F(BaseSource):
            def height(self, when: datetime) -> Metres:
                return Metres(1.0)

        assert list(F().tides(midnight)) == []

    def test_rising(self, midnight: datetime) -> None:
        """Water that only rises does not turn."""

        class F(BaseSource):
            def height(self, when: datetime) -> Metres:
                return Metres((when - midnight).total_seconds())

        assert list(F().tides(midnight)) == []

    def test_saw(self, midnight: datetime) -> None:
        """Every tooth of a saw is a high water."""

        class F(BaseSource):
            step = timedelta(hours=1)

            def height(self, when: datetime) -> Metres:
                return Metres(when.hour % 4)

        kinds = [tide.kind for tide in F().tides(midnight)]
        assert kinds.count(TideKind.HIGH) == 6

    def test_abstract(self) -> None:
        """A source without heights is none."""

        class F(BaseSource):
            pass

        with pytest.raises(TypeError, match="height"):
            F()


class TestCached:
    """Remembering."""

    def test_asks_once(self, midnight: datetime) -> None:
        """The same moment is asked for once."""

        class F(BaseSource):
            def __init__(self) -> None:
                self.asked = 0

            def height(self, when: datetime) -> Metres:
                self.asked += 1
                return Metres(0.0)

        inner = F()
        source = CachedSource(inner)
        assert source.height(midnight) == source.height(midnight)
        assert inner.asked == 1

    def test_hands_on(self) -> None:
        """What it does not know, the inner source may."""

        class F(BaseSource):
            colour = "grey"

            def height(self, when: datetime) -> Metres:
                return Metres(0.0)

        assert CachedSource(F()).colour == "grey"

    def test_is_a_source(self) -> None:
        """Nobody has to inherit to be a source."""

        class F:
            def height(self, when: datetime) -> Metres:
                return Metres(0.0)

            def tides(self, start: datetime, days: int = 1):
                return iter(())

        assert isinstance(F(), TideSource)
        assert isinstance(CachedSource(F()), TideSource)


class TestReal:
    """Sources that ship."""

    def test_harmonic(self, quay: Harbour, midnight: datetime) -> None:
        """Two highs and two lows make a day at the quay, and they take turns."""
        kinds = [tide.kind for tide in HarmonicSource(quay).tides(midnight)]
        assert len(kinds) in {3, 4}
        assert all(b is a.other for a, b in zip(kinds, kinds[1:]))

    def test_table(self, quay: Harbour, midnight: datetime, tmp_path: Path) -> None:
        """Between two lines of a table the water rises evenly."""
        table = tmp_path / "quay.csv"
        table.write_text(f"{midnight.isoformat()},1.0\n{(midnight + timedelta(hours=2)).isoformat()},3.0\n")
        source = open_source(quay, table)
        assert source.height(midnight + timedelta(hours=1)) == 2.0
        assert source.height(midnight - timedelta(hours=1)) == 1.0

    def test_bad_table(self, tmp_path: Path) -> None:
        """The error names the line."""
        table = tmp_path / "bad.csv"
        table.write_text("yesterday,deep\n")
        with pytest.raises(BadTable) as caught:
            TableSource.read(table)
        assert (caught.value.path, caught.value.line) == ("bad.csv", 1)
