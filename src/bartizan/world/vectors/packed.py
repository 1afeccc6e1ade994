"""Packed files, .gz and .zip, unpacked into a folder that vanishes: only the files that are read, and never a bomb."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from bartizan.ground.errors import UserError, shown
from bartizan.world.vectors.ogr import chosen
from bartizan.world.vectors.table import Source

#: No file of polygons packs better than this: GeoJSON does by about 10, one of the same house again and again by 80.
MOST_TIMES = 300
LEAST_BYTES = 2**20  # so much may come of any file
MOST_BYTES = 2**33
_CHUNK = 2**20
MAIN = (".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".parquet", ".geoparquet", ".gpkg", ".fgb", ".shp")
BESIDE = (".shx", ".dbf", ".prj", ".cpg")  # of a Shapefile


@contextmanager
def gunzipped(source: Source) -> Iterator[Source]:
    """The file inside a .gz."""
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / (source.path.stem if source.path.suffix.lower() == ".gz" else source.path.name)
        try:
            with gzip.open(source.path) as packed:
                _copy(source, packed, inside, source.path.stat().st_size)
        except (OSError, EOFError, zlib.error) as error:
            raise UserError(f"{source} cannot be unpacked: {error}") from error
        yield Source(inside, source.title)


@contextmanager
def unzipped(source: Source, layer: str | None) -> Iterator[tuple[Source, str | None]]:
    """The file of polygons inside a .zip; of several the one called `layer`, which is else left for the file inside."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(source.path) as packed:
                main = _main(source, packed)
                name = chosen(source, list(main), layer) if len(main) > 1 or layer in main else next(iter(main))
                inside = _unzip(source, packed, main[name], Path(folder))
        except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
            raise UserError(f"{source} cannot be unpacked: {error}") from error
        yield Source(inside, f"{source} ({shown(main[name].filename)})"), None if layer == name else layer


def _main(source: Source, packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files of polygons in an archive, by their names without folder and ending."""
    members = [m for m in packed.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX")]
    main = {PurePosixPath(m.filename).stem: m for m in members if _suffix(m) in MAIN}
    if not main:
        raise UserError(f"{source} holds no file of polygons: none that ends in {', '.join(MAIN)}")
    return main


def _unzip(source: Source, packed: zipfile.ZipFile, main: zipfile.ZipInfo, folder: Path) -> Path:
    """Unpacks a file, and what belongs to it, under names of our own, wherever the archive would have them."""
    stem = main.filename[: -len(_suffix(main))]
    beside = [m for m in packed.infolist() if _suffix(m) in BESIDE and m.filename[: -len(_suffix(m))] == stem]
    for member in (main, *(beside if _suffix(main) == ".shp" else ())):
        with packed.open(member) as file:
            _copy(source, file, folder / f"inside{_suffix(member)}", member.compress_size)
    return folder / f"inside{_suffix(main)}"


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _copy(source: Source, packed: IO[bytes] | gzip.GzipFile, to: Path, packed_bytes: int) -> None:
    """Unpacks, as long as there is not more of it than such a file can hold."""
    most = min(max(LEAST_BYTES, MOST_TIMES * packed_bytes), MOST_BYTES)
    done = 0
    with to.open("wb") as file:
        while chunk := packed.read(_CHUNK):
            done += len(chunk)
            if done > most:
                raise UserError(f"{source} unpacks to more than {most / 2**20:.0f} MiB: no file of polygons does")
            file.write(chunk)
