"""Raster files opened so that they lead nowhere else, by safe drivers only; tiles of SRTM by what their name means.

A scenario may come from anybody, so its rasters must not make GDAL ask the network or read files that they name.
Drivers that follow names (VRT, WMS, netCDF, HFA for its .ige) are left out, but that is not enough: any format may name
its overviews in a tag, and GDAL opens those, and masks beside a file, by whatever driver fits.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bartizan.ground.errors import UserError
from bartizan.world.fetched import fetched_instead

#: GDAL's drivers for the formats that are read
FORMATS = {
    "GTiff": "GeoTIFF",
    "SRTMHGT": "SRTM .hgt",
    "DTED": "DTED",
    "AAIGrid": "Esri ASCII grid",
    "EHdr": "Esri .bil and .flt",
    "USGSDEM": "USGS DEM",
}
#: ends of the names of masks and overviews beside a file, and the drivers for them
BESIDE, BESIDE_DRIVERS = (".msk", ".ovr", ".aux"), ("GTiff", "HFA")
#: what GDAL may keep of blocks already read, bytes (rasterio takes no megabytes, unlike GDAL)
CACHE_BYTES = 128_000_000
#: samples along the sides of a tile of SRTM: 3 seconds, 1 second, 1 second thinned toward the poles, half a second
TILE_SIDES = ((1201, 1201), (3601, 3601), (3601, 1801), (7201, 7201))
#: the south-western corner of a tile in its name, whatever stands before and behind: "N59E039 (1)", "srtm_n59_e039_v3"
_TILE = re.compile(r"(?<![A-Za-z])([NS])[ _-]?(\d{1,2})[ _-]?([EW])[ _-]?(\d{1,3})(?!\d)", re.IGNORECASE)


def _rasterio() -> Any:
    try:
        import rasterio
    except ImportError:
        raise UserError('reading terrain needs rasterio: pip install "bartizan[geo]"') from None
    return rasterio


@contextmanager
def _unplaced_allowed() -> Iterator[None]:
    """No warning of files without a place: they are refused in words of our own, and masks need none."""
    errors = _rasterio().errors
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.NotGeoreferencedWarning)
        yield


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A raster, open, in one of FORMATS, that leads to no other file."""
    with _unplaced_allowed(), reopened(path) as dataset:
        _check_alone(path, dataset)
        yield dataset


@contextmanager
def reopened(path: Path, drivers: Sequence[str] = tuple(FORMATS)) -> Iterator[Any]:
    """The same of one that was opened before."""
    rasterio = _rasterio()
    if path.is_dir():
        raise UserError(f"{path}: is a folder; give the path of a raster in it")
    if what := fetched_instead(path):
        raise UserError(f"{path}: {what}")
    if not path.is_file():
        raise UserError(
            f"{path}: no such file, or a link that leads to none; give the path of a raster (GeoTIFF, .hgt, DTED)"
        )
    with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES), ExitStack() as stack:
        name = _tile(path, stack) if path.suffix.lower() == ".hgt" else path
        try:
            dataset = rasterio.io.DatasetReader(name, driver=list(drivers))  # rasterio.open takes only one driver
        except errors() as error:
            read = ", ".join(FORMATS[name] for name in drivers if name in FORMATS)
            raise UserError(f"{path}: not a raster in a format that is read here: {read} ({error})") from None
        with dataset:
            try:
                yield dataset
            except errors() as error:
                raise UserError(f"{path}: cannot be read ({error}); the file may be cut off or damaged") from None


def errors() -> tuple[type[Exception], ...]:
    """What goes wrong in GDAL: most of it comes as rasterio's own errors, some as GDAL's, which are none of them."""
    from rasterio._err import CPLE_BaseError
    from rasterio.errors import RasterioError

    return RasterioError, CPLE_BaseError


def _tile(path: Path, stack: ExitStack) -> Path | str:
    """What GDAL opens for an .hgt file: it knows the size by heart and takes only names such as N59E039.hgt."""
    sides = "; ".join(f"{rows} x {columns}" for rows, columns in TILE_SIDES)
    size, sizes = path.stat().st_size, [2 * math.prod(side) for side in TILE_SIDES]
    if size not in sizes:
        raise UserError(
            f"{path}: holds {size:,} bytes, but a tile of SRTM holds heights of 2 bytes, {sides} of them: "
            "cut off, packed, or no such tile; fetch it anew, or give a GeoTIFF"
        )
    corner = _TILE.search(path.stem)
    if corner is None:
        raise UserError(
            f"{path}: the place of an .hgt tile stands in its name alone, as in N59E039.hgt, and this name has none"
        )
    north, lat, east, lon = corner.groups()
    proper = f"{north.upper()}{int(lat):02d}{east.upper()}{int(lon):03d}.hgt"
    if path.name.upper().startswith(proper[:-3].upper()):
        return path
    memory = stack.enter_context(_rasterio().MemoryFile(path.read_bytes(), filename=proper))
    return str(memory.name)


def _check_alone(path: Path, dataset: Any) -> None:
    """Nothing in a file or beside it may lead to other files. To be called before GDAL looks for its overviews."""
    _check_overviews(path, dataset)
    for beside in path.parent.iterdir():
        if beside.name.startswith(f"{path.stem}.") and beside.suffix.lower() in BESIDE and beside != path:
            with reopened(beside, BESIDE_DRIVERS) as other:
                _check_overviews(beside, other)


def _check_overviews(path: Path, dataset: Any) -> None:
    if named := dataset.tags(ns="OVERVIEWS").get("OVERVIEW_FILE"):
        raise UserError(f"{path}: its overviews are to be read from {named!r}, which is not done; remove that tag")
