"""What is told of a raster: values that cannot be, with their number and a place; voids, water, trees that are none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bartizan.ground.errors import UserError
from bartizan.ground.units import percent
from bartizan.world.rasters.codes import GROUND, PEOPLE, TREES, Quantity
from bartizan.world.rasters.frames import Frame

#: what most often stands for no data without a tag, and could be the depth of a trench
NO_DATA, TRENCH_M = -9999.0, -9000.0
#: classes of canopy heights in metres: water, snow and ice, no data
CODES = (101, 102, 103)
#: trees so high and so much higher than all others are told of, m
TALL_M, GAP_M = 70, 20
#: classes of land cover in tens are no heights where a file has a table of colours
FEWEST_CLASSES = 3


@dataclass(frozen=True)
class Odd:
    """Values of one kind: how many, and the one farthest from 0 with its row and column."""

    every: int = 1  # every n-th row and column was looked at
    count: int = 0
    value: float = 0.0
    place: tuple[int, int] = (0, 0)
    no_data: Odd | None = None  # those that may stand for no data
    deep: bool = False  # others are as deep
    below: int = 0  # number of those below 0

    def add(self, which: np.ndarray, values: np.ndarray, row0: int, col0: int) -> Odd:
        """With those of a part of the file that begins at a row and a column."""
        count = int(np.count_nonzero(which))
        if not count:
            return self
        row, col = np.unravel_index(int(np.argmax(np.where(which, np.abs(values), -1.0))), values.shape)
        value, place = float(values[row, col]), (row0 + int(row) * self.every, col0 + int(col) * self.every)
        if self.count and abs(value) <= abs(self.value):
            value, place = self.value, self.place
        return replace(self, count=self.count + count, value=value, place=place)

    def beyond(self, quantity: Quantity, values: np.ndarray, row0: int, col0: int) -> Odd:
        """With those beyond what the quantity can be."""
        below = self.below + int(np.count_nonzero(values < 0.0))
        found = self.add((values < quantity.lowest) | (values > quantity.highest), values, row0, col0)
        return replace(found, below=below)

    def untagged(self, quantity: Quantity, values: np.ndarray, row0: int) -> Odd:
        """With those that stand for no data without a tag, unless the sea is as deep all around."""
        if quantity is not GROUND or not (values < TRENCH_M).any():
            return self
        same = values == NO_DATA
        found = (self.no_data or Odd(self.every)).add(same, values, row0, 0)
        return replace(self, no_data=found, deep=self.deep or bool(((values < TRENCH_M) & ~same).any()))

    def settled(self) -> Odd:
        """Those that cannot be."""
        return self.no_data if not self.count and self.no_data is not None and not self.deep else self

    def counted(self) -> str:
        """Their number in words."""
        return f"{self.count:,}" if self.every == 1 else f"about {self.count * self.every**2:,}"

    def where(self, frame: Frame) -> str:
        """The place of the farthest out, in degrees."""
        lat, lon = (float(v) for v in frame.degrees(*(np.asarray(float(v)) for v in self.place)))
        if not (math.isfinite(lat) and math.isfinite(lon)):
            return f"row {self.place[0]}, column {self.place[1]}"
        return f"latitude {lat:.4f}, longitude {lon:.4f}"


def refusal(path: Path, quantity: Quantity, odd: Odd, frame: Frame) -> str:
    """Why a file is not taken, and the cure."""
    held = f"holds {odd.value:g}{' persons in a cell' if quantity is PEOPLE else ''}"
    within = quantity.lowest <= odd.value <= quantity.highest
    limits = "with nothing as deep about it" if within else f"{quantity.lowest:g} to {quantity.highest:g}"
    return (
        f"{path}: {held}, which cannot be {quantity.cannot} ({limits}), in {odd.counted()} of its samples, as at "
        f"{odd.where(frame)}; if that stands for no data, tag it (gdal_edit.py -a_nodata VALUE), {quantity.advice}"
    )


def of_voids(quantity: Quantity, share: float) -> Iterator[str]:
    """No data where that is taken for something; voids of the ground are told of all files together."""
    if share and quantity is not GROUND:
        yield f"{percent(share, 2)} of its samples have no data: {'no trees' if quantity is TREES else 'nobody'} there"


def of_water(
    frame: Frame, shape: tuple[int, int], floor: Odd, low: Odd, stated: Literal["water", "land"] | None
) -> list[str]:
    """Samples that lie under water, and those far below the sea that are taken for dry land."""
    told = []
    if floor.count:
        share = floor.count * floor.every**2 / math.prod(shape)
        how = "as stated" if stated else "below_sea: land would take them for ground"
        told.append(
            f"{floor.counted()} samples ({percent(share, 2)}) lie under water, down to {floor.value:g} m "
            f"({floor.where(frame)}): its surface counts, not its floor ({how})"
        )
    if low.count:
        how = "as stated" if stated else "below_sea: water would put the sea over them"
        told.append(
            f"{low.counted()} samples are taken for dry land below the sea, down to {low.value:g} m "
            f"({low.where(frame)}; {how})"
        )
    return told


@dataclass
class Histogram:
    """Trees by whole metres of height, to find classes that are no heights."""

    metres: np.ndarray = field(default_factory=lambda: np.zeros(int(TREES.highest) + 2, np.int64))

    def add(self, quantity: Quantity, values: np.ndarray) -> None:
        """With a part of a file."""
        if quantity is TREES:
            heights = values[~np.isnan(values)]
            self.metres += np.bincount(
                np.rint(np.clip(heights, 0.0, TREES.highest + 1.0)).astype(int), minlength=self.metres.size
            )

    def notes(self, path: Path, dataset: Any, below: int) -> Iterator[str]:
        """Raises UserError where heights are classes beyond doubt; else what may be one."""
        found = np.flatnonzero(self.metres)
        if not found.size:
            return
        self._refuse_classes(path, dataset, found)
        if below:
            yield f"{below:,} samples lie below 0 m: no trees there"
        tall = found[found >= TALL_M]
        others = found[found < TALL_M]
        end = int(others.max()) if others.size else 0
        if tall.size and tall.min() - end >= GAP_M:
            yield (
                f"{self.metres[tall].sum():,} samples are trees of {tall.min()} to {tall.max()} m, and all others end "
                f"at {end} m: if these are no heights, tag what stands for no data (gdal_edit.py -a_nodata VALUE)"
            )

    def _refuse_classes(self, path: Path, dataset: Any, found: np.ndarray) -> None:
        whole = np.dtype(dataset.dtypes[0]).kind in "ui"
        codes = [code for code in CODES if self.metres[code]]
        if whole and codes and not self.metres[TALL_M : CODES[0]].any() and not self.metres[CODES[-1] + 1 :].any():
            raise UserError(
                f"{path}: holds {', '.join(map(str, codes))} in {self.metres[codes].sum():,} samples and nothing from "
                f"{TALL_M} to 100: classes (101 water, 102 snow, 103 no data) and no heights of trees; "
                "make them 0, or tag one as no data (gdal_edit.py -a_nodata VALUE)"
            )
        from rasterio.enums import ColorInterp

        in_tens = found.size >= FEWEST_CLASSES and not (found % 10).any()
        if whole and in_tens and dataset.colorinterp[0] == ColorInterp.palette:
            raise UserError(
                f"{path}: holds only {', '.join(map(str, found))} and a table of colours: classes of land cover and no "
                "heights of trees; give a raster of heights, or polygons"
            )
