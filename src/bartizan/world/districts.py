"""Districts of a city: named polygons of a file, and the share of each cell of a grid that lies in each."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np

from bartizan.ground.errors import UserError, shown
from bartizan.world.surface.burn import Grid, Rings, burn, rings
from bartizan.world.vectors import files
from bartizan.world.vectors.notes import Note, noted
from bartizan.world.vectors.polygons import areas

#: Parts along a side into which a cell is cut to find how districts share it.
PARTS = 8
NOWHERE = -1
#: Shares of a district's area that later ones cover: less is how two files draw one border, more leaves nothing.
_BORDER, _ALL = 0.01, 0.999


@dataclass(frozen=True)
class Districts:
    """Polygons with names in the local frame; where two overlap, the later one counts."""

    names: tuple[str, ...]
    rings: Rings
    notes: tuple[Note, ...] = ()  # what of the file was left out, mended or is in doubt
    features: int = 0  # in the file

    def numbers(self, west: float, south: float, cell_m: float, rows: int, columns: int) -> np.ndarray:
        """i2 (rows, columns): the district in which the middle of each cell lies, NOWHERE where there is none."""
        found = np.zeros((rows, columns), np.float32)
        ordinal = np.arange(len(self.names), dtype=float)
        burn(self.rings, ordinal + 1, np.arange(len(self.names)), Grid(west, south, 1 / cell_m), False, found)
        return found.astype(np.int16) - 1

    def shares(self, west: float, south: float, cell_m: float, cells: int) -> np.ndarray:
        """f4 (D, cells x cells): the share of each cell's area in each district, to 1 / PARTS^2; row 0 southernmost."""
        fine = self.numbers(west, south, cell_m / PARTS, cells * PARTS, cells * PARTS)
        row, column = np.nonzero(fine != NOWHERE)
        shares = np.zeros((len(self.names), cells * cells), np.float32)
        np.add.at(shares, (fine[row, column], row // PARTS * cells + column // PARTS), 1 / PARTS**2)
        return shares

    def middles(self) -> np.ndarray:
        """f8 (D, 2): a place in each district, m: the middle of its longest chord along the middle line of its box."""
        return np.array([self._middle(n) for n in range(len(self.names))]).reshape(-1, 2)

    def _middle(self, n: int) -> tuple[float, float]:
        west, south, east, north = self.rings.bounds[n]
        y = (south + north) / 2
        crossed = sorted(x for ring in self.outline(n) for x in _crossings(ring, y))
        chords = [(b - a, (a + b) / 2) for a, b in zip(crossed[::2], crossed[1::2], strict=False)]
        return (max(chords)[1] if chords else (west + east) / 2), y

    def outline(self, n: int) -> Iterator[np.ndarray]:
        """The closed rings of district n, f8 (P, 2), m."""
        for r in range(self.rings.polygon[n], self.rings.polygon[n + 1]):
            yield self.rings.xy[self.rings.first[r] : self.rings.first[r + 1]]


def _crossings(ring: np.ndarray, y: float) -> Iterator[float]:
    """East of where the edges of a closed ring cross a line of latitude."""
    for (x_0, y_0), (x_1, y_1) in itertools.pairwise(ring):
        if (y_0 <= y) != (y_1 <= y):
            yield float(x_0 + (x_1 - x_0) * (y - y_0) / (y_1 - y_0))


def read(path: Path, field: str, origin: tuple[float, float], layer: str | None = None) -> Districts:
    """The polygons of a file (of its `layer`, where it has several) about `origin` (latitude, longitude), named by the
    property `field`.

    Raises UserError where the file cannot be read, holds no polygon near the origin, or none with a name.
    """
    found = areas(files.read(path, (field,), layer))
    names = [_name(value) for value in found.table.column(field)]
    nameless = dict.fromkeys([row for row in found.rows.tolist() if not names[row]], f"without a name ({field})")
    if len(nameless) == len(found.rows):
        raise UserError(
            f"{path}: no polygon has a name: none has text or a number called {shown(field)}; {found.table.there()}"
        )
    named = found.without(nameless)
    local = named.about(origin)
    rows = named.rows[local.chosen].tolist()
    places = {row: f"{found.table.place(row)}: {shown(names[row])}" for row in rows}
    return Districts(
        names=tuple(names[row] for row in rows),
        rings=rings(local.geometries),
        notes=(*local.notes, *_doubts(places, names, local.geometries)),
        features=len(found.table.geometries),
    )


def _doubts(places: Mapping[int, str], names: Sequence[str], geometries: np.ndarray) -> Iterator[Note]:
    """Those of one name and those that others hide, by row; `places`: where each of the geometries stands."""
    rows = list(places)
    for why in (_of_one_name(rows, names), ((rows[n], hidden) for n, hidden in _hidden(geometries))):
        yield from noted("in doubt", dict(why), places.__getitem__)


def _of_one_name(rows: Sequence[int], names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The rows that have the name of an earlier one: nothing joins them, and nobody could tell them apart."""
    earlier: set[str] = set()
    for row in rows:
        if names[row] in earlier:
            yield row, "with the name of an earlier one, told as a district of its own"
        earlier.add(names[row])


def _hidden(geometries: np.ndarray) -> Iterator[tuple[int, str]]:
    """The polygons that later ones, which count where two overlap, cover in part or wholly."""
    import shapely

    pairs = shapely.STRtree(geometries).query(geometries, predicate="intersects").T.tolist()
    for n, found in itertools.groupby(sorted((a, b) for a, b in pairs if b > a), operator.itemgetter(0)):
        later = [b for _, b in found]
        covered = shapely.intersection(geometries[n], shapely.union_all(geometries[later]))
        share = shapely.area(covered) / shapely.area(geometries[n])
        if share > _ALL:
            yield n, "wholly under later ones, which count there, so that it is empty"
        elif share > _BORDER:
            yield n, f"under later ones, which count there, by more than {100 * _BORDER:.0f} % of its area"


def _name(value: object) -> str:
    """A property as a name: text, or a whole number, which some formats keep with a fraction of 0; else empty."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        return ""
    return str(int(value)) if value == int(value) else str(value)
