"""Well-known binary, as GeoParquet and the libraries of formats hand it over: what can be read of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def geometries(written: Sequence[Any]) -> tuple[np.ndarray, dict[int, str], dict[int, str]]:
    """Object (N,): geometries; why some have none, and what was mended to read others, by row."""
    import shapely

    binary = np.array([bytes(w) if isinstance(w, bytearray | memoryview) else w for w in written], object)
    found = shapely.from_wkb(binary, on_invalid="ignore")
    ill = [i for i in np.flatnonzero(shapely.is_missing(found)).tolist() if binary[i]]
    found[ill] = shapely.from_wkb(binary[ill], on_invalid="fix")  # which closes rings
    mended = {i: "an open ring closed" for i in ill if found[i] is not None}
    faults = {i: _fault(binary[i]) for i in np.flatnonzero(shapely.is_missing(found)).tolist()}
    return found, faults, mended


def _fault(binary: Any) -> str:
    return "unreadable: no well-known binary" if binary else "without a geometry"
