"""Buildings and tree cover as polygons with heights, in the scenario's local frame.

Any coordinate reference system in, metres about the scenario's origin out. Heights are above the ground. What stands on
no ground - OSM's `min_height` and `building:min_level`, of bridges and passages - is taken to reach down to it; what is
under the ground is left out.
"""

from __future__ import annotations

import functools
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bartizan.world.surface.heights import HeightRule, heights
from bartizan.world.vectors import files
from bartizan.world.vectors.notes import Note
from bartizan.world.vectors.polygons import Areas, areas

if TYPE_CHECKING:
    from shapely import STRtree

    from bartizan.world.surface.burn import Rings

TOUCHED_FROM_M = 4.0


@dataclass(frozen=True)
class Footprints:
    """Polygons with heights in the local frame."""

    geometries: np.ndarray  # object (N,): shapely polygons or multipolygons, m
    height: np.ndarray  # f8 (N,) above the ground, m
    known: np.ndarray  # bool (N,): its height was stated, not assumed
    digest: str  # of the file, the rule and the origin
    extent: tuple[float, float, float, float]  # west, south, east, north
    notes: tuple[Note, ...] = ()  # what of the file was left out, mended or not used
    features: int = 0  # in the file

    @functools.cached_property
    def tree(self) -> STRtree:
        """The index of bounds, built when it is first asked for."""
        import shapely

        return shapely.STRtree(self.geometries)

    @functools.cached_property
    def rings(self) -> Rings:
        """The polygons as arrays of points, made when they are first asked for."""
        from bartizan.world.surface.burn import rings

        return rings(self.geometries)

    def burn(self, x0: float, y0: float, cell_m: float, nx: int, ny: int) -> np.ndarray:
        """f4 (ny, nx): height, m, of the highest polygon in each cell, 0 where there is none; row 0 southernmost.

        (x0, y0) is the centre of cell (0, 0). Coarse cells are raised by all polygons that touch them. Cells up to
        TOUCHED_FROM_M, where that would make every building a cell too wide, are the highest of four half as large,
        each of which takes the polygon over its middle.
        """
        import shapely

        from bartizan.world.surface.burn import Grid, burn

        west, south = x0 - cell_m / 2, y0 - cell_m / 2
        met = self.tree.query(shapely.box(west, south, west + nx * cell_m, south + ny * cell_m))
        touched = cell_m > TOUCHED_FROM_M
        parts = 1 if touched else 2
        if not len(met):
            return np.zeros((ny, nx), np.float32)
        fine = np.zeros((ny * parts, nx * parts), np.float32)
        burn(self.rings, self.height, met, Grid(west, south, parts / cell_m), touched, fine)
        if touched:
            return fine
        return np.maximum(np.maximum(fine[::2, ::2], fine[::2, 1::2]), np.maximum(fine[1::2, ::2], fine[1::2, 1::2]))


def read(path: Path, origin: tuple[float, float], rule: HeightRule, layer: str | None = None) -> Footprints:
    """The polygons of a file (of its `layer`, where it has several) about `origin` (latitude, longitude).

    Raises UserError where the file cannot be read, holds no polygon near the origin, does not say how high they are, or
    is not in the coordinate reference system that it names.
    """
    return load(path, rule, layer).about(origin)


@dataclass(frozen=True)
class Layer:
    """The polygons of a file as they stand in it, in its own coordinate reference system."""

    areas: Areas
    height: np.ndarray  # f8 (N,), m
    known: np.ndarray  # bool (N,)
    digest: str
    notes: list[Note]

    def middle(self) -> tuple[float, float]:
        """Latitude and longitude of the polygons' median: a few stray ones do not move it, nor do 180 degrees."""
        lon, lat = self.areas.degrees()
        turn = np.radians(lon[np.isfinite(lon)])
        towards = math.degrees(math.atan2(np.sin(turn).mean(), np.cos(turn).mean()))
        east = np.nanmedian(np.where(np.isfinite(lon), (lon - towards + 180.0) % 360.0 - 180.0, np.nan))
        return float(np.nanmedian(np.where(np.isfinite(lat), lat, np.nan))), math.remainder(
            towards + float(east), 360.0
        )

    def about_itself(self) -> tuple[Footprints, tuple[float, float]]:
        """The same about their own middle, and where that lies."""
        origin = self.middle()
        return self.about(origin), origin

    def about(self, origin: tuple[float, float]) -> Footprints:
        """The same in the local frame about `origin` (latitude, longitude)."""
        import shapely

        local = self.areas.about(origin)
        west, south, east, north = shapely.total_bounds(local.geometries).tolist()
        return Footprints(
            geometries=local.geometries,
            height=self.height[local.chosen],
            known=self.known[local.chosen],
            digest=hashlib.sha256(f"{self.digest} {origin!r}".encode()).hexdigest(),
            extent=(west, south, east, north),
            notes=(*local.notes, *self.notes),
            features=len(self.areas.table.geometries),
        )


def load(path: Path, rule: HeightRule, layer: str | None = None) -> Layer:
    """The polygons of a file with their heights. Raises UserError as `read` does."""
    found = areas(files.read(path, rule.properties(), layer))
    said = heights(found.table, found.rows, rule)
    above = ~np.isin(found.rows, list(said.buried))
    digest = hashlib.sha256(f"{files.digest(path)} {rule!r} {layer!r}".encode()).hexdigest()
    return Layer(found.without(said.buried), said.height[above], said.known[above], digest, said.notes)
