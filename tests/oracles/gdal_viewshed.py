"""GDAL's own viewshed, called by ctypes in the library that comes inside the wheel of rasterio.

GDAL is a loose oracle: it carries heights along on a plane through its neighbours towards the sensor (its mode "edge"),
not along the sight line (GDAL issue 10588), so that its altitudes are off by tens of metres far out over lowland.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
from ctypes import c_char_p, c_double, c_int, c_void_p
from pathlib import Path

import numpy as np

#: GDAL's earth and the share of its curvature that refraction leaves; together an effective radius, m.
CURVATURE = 0.75
RADIUS_M = 6_378_137.0 / CURVATURE
_EDGE, _ALTITUDE, _FLOAT32 = 2, 2, 6


def library() -> Path | None:
    """The GDAL library in rasterio's wheel, if rasterio was installed from one."""
    spec = importlib.util.find_spec("rasterio")
    if spec is None or spec.origin is None:
        return None
    return next((Path(spec.origin).parents[1] / "rasterio.libs").glob("libgdal*.so*"), None)


@functools.cache
def _gdal() -> ctypes.CDLL:
    import rasterio  # noqa: F401  it loads what the library depends on

    gdal = ctypes.CDLL(str(library()))
    gdal.GDALOpen.restype, gdal.GDALOpen.argtypes = c_void_p, [c_char_p, c_int]
    gdal.GDALGetRasterBand.restype, gdal.GDALGetRasterBand.argtypes = c_void_p, [c_void_p, c_int]
    gdal.GDALClose.argtypes = [c_void_p]
    for size in (gdal.GDALGetRasterXSize, gdal.GDALGetRasterYSize):
        size.argtypes = [c_void_p]
    gdal.GDALViewshedGenerate.restype = c_void_p
    gdal.GDALViewshedGenerate.argtypes = [
        c_void_p, c_char_p, c_char_p, c_void_p, *[c_double] * 9, c_int, c_double, c_void_p, c_void_p, c_int, c_void_p,
    ]  # fmt: skip
    gdal.GDALRasterIO.argtypes = [c_void_p, *[c_int] * 5, c_void_p, *[c_int] * 5]
    gdal.GDALAllRegister()
    return gdal


def lowest_visible(raster: Path, x: float, y: float, mast_m: float) -> np.ndarray:
    """f4 (rows, columns): lowest visible altitude, m, from a mast at map coordinates over all of a raster."""
    gdal = _gdal()
    source = gdal.GDALOpen(str(raster).encode(), 0)
    band = gdal.GDALGetRasterBand(source, 1)
    found = gdal.GDALViewshedGenerate(
        band, b"MEM", b"", None, x, y, mast_m, 0.0, 255.0, 0.0, 0.0, -1.0, CURVATURE, _EDGE, 0.0, None, None,
        _ALTITUDE, None,
    )  # fmt: skip
    if not found:
        raise RuntimeError(f"GDAL made no viewshed of {raster}")
    columns, rows = gdal.GDALGetRasterXSize(found), gdal.GDALGetRasterYSize(found)
    out = np.empty((rows, columns), np.float32)
    there = gdal.GDALGetRasterBand(found, 1)
    gdal.GDALRasterIO(
        there, 0, 0, 0, columns, rows, out.ctypes.data_as(c_void_p), columns, rows, _FLOAT32, 0, 0
    )  # fmt: skip
    gdal.GDALClose(found)
    gdal.GDALClose(source)
    return out
