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
def unzipped(source: Source, layer: str | None) -> Iterator[Source]:
    """The file of polygons inside a .zip, with what belongs to it; the one called `layer` where there are several."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(source.path) as packed:
                inside, name = _unzip(source, packed, Path(folder), layer)
        except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
            raise UserError(f"{source} cannot be unpacked: {error}") from error
        yield Source(inside, f"{source} ({shown(name)})")


def _unzip(source: Source, packed: zipfile.ZipFile, folder: Path, layer: str | None) -> tuple[Path, str]:
    members = [m for m in packed.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX")]
    main = {PurePosixPath(m.filename).stem: m for m in members if _suffix(m) in MAIN}
    if not main:
        raise UserError(f"{source} holds no file of polygons: none that ends in {', '.join(MAIN)}")
    name = next(iter(main)) if len(main) == 1 else chosen(source, list(main), layer)
    wanted = [main[name]]
    if _suffix(main[name]) == ".shp":
        stem = main[name].filename[:-4]
        wanted += [m for m in members if m.filename[:-4] == stem and _suffix(m) in BESIDE]
    for member in wanted:  # under a name of our own, wherever the archive would have it
        with packed.open(member) as file:
            _copy(source, file, folder / f"inside{_suffix(member)}", member.compress_size)
    return folder / f"inside{_suffix(main[name])}", main[name].filename


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
