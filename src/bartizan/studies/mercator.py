"""Grids of the local frame as pictures for web maps: bytes in cells even in Web Mercator, row 0 northernmost."""

from __future__ import annotations

import base64
import math

import numpy as np

from bartizan.ground import geodesy
from bartizan.studies.documents.viewer import Grid

#: Cells of a picture along a side, as a multiple of those of the grid, and at most.
FINER, MOST_CELLS = 1.5, 512
#: Where Web Mercator ends, degrees.
MAX_LATITUDE = 85.05
_BORDER_POINTS = 65


def picture(
    values: np.ndarray, x: np.ndarray, y: np.ndarray, origin: tuple[float, float], top: float, unit: str
) -> Grid:
    """A document with `values` (Y, X), which stand at evenly spaced x (X,) and y (Y,), m, about `origin`.

    Each cell has the value at its middle, bilinear between those of the grid, as a share of `top` in 255ths; a cell
    whose middle lies outside the grid has 0.
    """
    west, south, east, north = _bounds(x, y, origin)
    rows, columns = (min(math.ceil(FINER * len(along)), MOST_CELLS) for along in (y, x))
    lon = west + (east - west) * (np.arange(columns) + 0.5) / columns
    high, low = _northing(north), _northing(south)
    lat = _latitude(high - (high - low) * (np.arange(rows) + 0.5) / rows)
    at_lat, at_lon = np.meshgrid(lat, lon, indexing="ij")
    to_east, to_north = geodesy.to_local(at_lat, at_lon, origin)
    cells = np.rint(np.clip(bilinear(values, x, y, to_east, to_north) / (top or 1.0), 0.0, 1.0) * 255.0)
    return {
        "west": west, "south": south, "east": east, "north": north, "columns": columns, "rows": rows,
        "top": top, "unit": unit, "cells": base64.b64encode(cells.astype(np.uint8).tobytes()).decode("ascii"),
    }  # fmt: skip


def bilinear(values: np.ndarray, x: np.ndarray, y: np.ndarray, at_x: np.ndarray, at_y: np.ndarray) -> np.ndarray:
    """`values` (Y, X) between evenly spaced x (X,) and y (Y,), at places of any shape; 0 outside."""
    column, row = (at_x - x[0]) / (x[1] - x[0]), (at_y - y[0]) / (y[1] - y[0])
    inside = (column >= 0) & (column <= len(x) - 1) & (row >= 0) & (row <= len(y) - 1)
    i, j = (np.clip(a, 0, n - 2).astype(int) for a, n in ((column, len(x)), (row, len(y))))
    across, up = column - i, row - j
    south = values[j, i] * (1 - across) + values[j, i + 1] * across
    north = values[j + 1, i] * (1 - across) + values[j + 1, i + 1] * across
    return np.where(inside, south * (1 - up) + north * up, 0.0)


def _bounds(x: np.ndarray, y: np.ndarray, origin: tuple[float, float]) -> tuple[float, float, float, float]:
    """West, south, east and north of a grid, degrees; west or east may lie beyond 180 degrees, where it does."""
    along = np.linspace(0.0, 1.0, _BORDER_POINTS)
    e, n = x[0] + (x[-1] - x[0]) * along, y[0] + (y[-1] - y[0]) * along
    border = [(e, np.full_like(e, y[0])), (e, np.full_like(e, y[-1]))]
    border += [(np.full_like(n, x[0]), n), (np.full_like(n, x[-1]), n)]
    sides_e, sides_n = zip(*border, strict=True)
    lat, lon = geodesy.to_degrees(np.concatenate(sides_e), np.concatenate(sides_n), origin)
    south, north = np.clip([lat.min(), lat.max()], -MAX_LATITUDE, MAX_LATITUDE)
    return float(lon.min()), float(south), float(lon.max()), float(north)


def _northing(latitude: float) -> float:
    """Of Web Mercator, in radians of the equator."""
    return math.asinh(math.tan(math.radians(latitude)))


def _latitude(northing: np.ndarray) -> np.ndarray:
    """Degrees."""
    return np.degrees(np.arctan(np.sinh(northing)))
