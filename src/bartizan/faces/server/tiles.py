"""A background map of the user's own: a PMTiles archive, an MBTiles file, or a folder with Z/X/Y.png, .jpg or .webp."""

from __future__ import annotations

import contextlib
import html
import json
import re
import sqlite3
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from bartizan.ground.errors import UserError, shown

Content = dict[str, Any]
Tile = tuple[bytes, Mapping[str, str]]  # its bytes, and the headers that say what they are

DEEPEST = 24  # zoom level
RASTER = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}
VECTOR = "application/vnd.mapbox-vector-tile"
_GZIP = b"\x1f\x8b"
#: What a compressed part of an archive may be unpacked to, bytes.
MOST_UNPACKED = 64_000_000
_WORLD = [-180.0, -85.05, 180.0, 85.05]


class Tiles(Protocol):
    """A map in tiles."""

    @property
    def described(self) -> Content:
        """For the viewer: raster or vector, the address of a tile, zooms, bounds, whom to credit, names of layers."""
        ...

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """A tile, row 0 northernmost; None where there is none."""
        ...


def tiles_of(path: Path) -> Tiles:
    """The map at a path. Raises UserError where it is none."""
    try:
        if path.is_dir():
            return Folder(path)
        with path.open("rb") as file:
            head = file.read(16)
        if head.startswith(b"PMTiles"):
            return PMTiles(path)
        if head.startswith(b"SQLite format 3"):
            return MBTiles(path)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, LookupError, struct.error, zlib.error, sqlite3.Error) as error:
        raise UserError(f"{path} is damaged: {error}") from None
    raise UserError(f"{path} is neither a PMTiles archive, nor an MBTiles file, nor a folder with Z/X/Y.png")


def _described(media: str, zooms: tuple[int, int], bounds: list[float], told: Mapping[str, Any]) -> Content:
    layers = told.get("vector_layers")
    named = [str(layer["id"]) for layer in layers if "id" in layer] if isinstance(layers, list) else []
    return {
        "kind": "vector" if media == VECTOR else "raster",
        "url": "tiles/{z}/{x}/{y}",
        "minzoom": zooms[0],
        "maxzoom": zooms[1],
        "bounds": bounds,
        "attribution": html.unescape(re.sub(r"<[^>]*>", "", str(told.get("attribution") or ""))),
        "layers": named,
    }


def _tile(data: bytes, media: str) -> Tile:
    packed = {"Content-Encoding": "gzip"} if data.startswith(_GZIP) else {}
    return data, {"Content-Type": media, **packed}


# ----------------------------------------------------------------------------------------------------- a folder


class Folder:
    """Files Z/X/Y with one ending, as tools that cut up rasters write them (gdal2tiles --xyz)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        zooms = sorted(int(p.name) for p in path.iterdir() if p.name.isdecimal() and int(p.name) <= DEEPEST)
        found = next((p for z in zooms for p in (path / str(z)).glob("*/*") if p.suffix[1:].lower() in RASTER), None)
        if found is None:
            raise UserError(f"{path} holds no tiles: expected files such as {path / '0' / '0' / '0.png'}")
        self.ending, self.media = found.suffix, RASTER[found.suffix[1:].lower()]
        self.described = _described(self.media, (zooms[0], zooms[-1]), _WORLD, {})

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """A tile, row 0 northernmost; None where there is none."""
        path = self.path / str(zoom) / str(column) / f"{row}{self.ending}"
        return _tile(path.read_bytes(), self.media) if path.is_file() else None


# --------------------------------------------------------------------------------------------------- MBTiles 1.3


class MBTiles:
    """A database of tiles, rows counted from the south."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as base:
            told = dict(base.execute("SELECT name, value FROM metadata"))
            zooms = base.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        if zooms[0] is None:
            raise UserError(f"{path} holds no tiles")
        kind = str(told.get("format", "png")).lower()
        if kind not in (*RASTER, "pbf"):
            raise UserError(f"{path} holds tiles of the format {shown(kind)}; known: {', '.join((*RASTER, 'pbf'))}")
        self.media = RASTER.get(kind, VECTOR)
        bounds = [float(part) for part in str(told.get("bounds", "")).split(",") if part.strip()]
        layers = json.loads(told["json"]) if "json" in told else {}
        self.described = _described(self.media, zooms, bounds if len(bounds) == 4 else _WORLD, {**told, **layers})

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            yield base

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """A tile, row 0 northernmost; None where there is none."""
        if zoom > DEEPEST:
            return None
        query = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        try:
            with self._open() as base:
                found = base.execute(query, (zoom, column, 2**zoom - 1 - row)).fetchone()
        except sqlite3.Error as error:
            raise UserError(f"{self.path} is damaged: {error}") from None
        return _tile(found[0], self.media) if found and isinstance(found[0], bytes) else None


# ----------------------------------------------------------------------------------------------------- PMTiles 3


class _Entry(NamedTuple):
    """Of a directory: `run` tiles from number `first` on have the same bytes; a run of 0 is another directory."""

    first: int
    run: int
    length: int
    offset: int


class PMTiles:
    """One file with a directory of tiles along a Hilbert curve (the PMTiles specification, version 3)."""

    _HEADER = struct.Struct("<7sB11Q6B4i")
    _MEDIA: Mapping[int, str] = {1: VECTOR, 2: "image/png", 3: "image/jpeg", 4: "image/webp", 5: "image/avif"}

    def __init__(self, path: Path) -> None:
        self.path = path
        fields = self._HEADER.unpack(self._read(0, self._HEADER.size))
        if fields[1] != 3:
            raise UserError(f"{path} is a PMTiles archive of version {fields[1]}; only version 3 is read")
        self.root, told, self.leaves, self.data = fields[2:4], fields[4:6], fields[6], fields[8]
        _, self.packing, packing, kind, *zooms = fields[13:19]
        if kind not in self._MEDIA or self.packing not in (1, 2) or packing not in (0, 1, 2):
            raise UserError(f"{path} holds tiles of a kind, or packed in a way, that is not read here")
        self.media = self._MEDIA[kind]
        bounds = [degrees / 1e7 for degrees in fields[19:23]]
        metadata = json.loads(self._unpacked(*told) or b"{}")
        self._directory = lru_cache(maxsize=64)(self._read_directory)
        self.described = _described(self.media, (zooms[0], zooms[1]), bounds, metadata)

    def _read(self, offset: int, length: int) -> bytes:
        """What stands there of the file, however long it says that it is."""
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            file.seek(min(offset, size))
            return file.read(max(0, min(length, size - offset)))

    def _unpacked(self, offset: int, length: int) -> bytes:
        data = self._read(offset, length)
        return zlib.decompressobj(wbits=31).decompress(data, MOST_UNPACKED) if self.packing == 2 else data

    def _read_directory(self, offset: int, length: int) -> list[_Entry]:
        try:
            return _directory(self._unpacked(offset, length))
        except (StopIteration, LookupError, zlib.error):
            raise UserError(f"{self.path} is damaged: one of its directories cannot be read") from None

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """A tile, row 0 northernmost; None where there is none."""
        if zoom > DEEPEST or max(column, row) >= 2**zoom:
            return None
        number, place = tile_number(zoom, column, row), tuple(self.root)
        for _ in range(4):  # directories are nested three deep at most
            entries = self._directory(*place)
            at = bisect_right(entries, number, key=lambda entry: entry.first) - 1
            if at < 0:
                return None
            entry = entries[at]
            if entry.run:
                here = number - entry.first < entry.run
                return _tile(self._read(self.data + entry.offset, entry.length), self.media) if here else None
            place = (self.leaves + entry.offset, entry.length)
        return None


def tile_number(zoom: int, column: int, row: int) -> int:
    """The number of a tile: all tiles of lower zooms first, then along the Hilbert curve."""
    number, x, y = (4**zoom - 1) // 3, column, row
    for step in (1 << k for k in reversed(range(zoom))):
        right, low = int(bool(x & step)), int(bool(y & step))
        number += step * step * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = step - 1 - x, step - 1 - y
            x, y = y, x
    return number


def _directory(data: bytes) -> list[_Entry]:
    """A directory: the number of entries, then firsts as differences, runs, lengths, and offsets plus 1, where 0 stands
    for the end of the entry before."""
    numbers = _varints(data)
    count = next(numbers)
    firsts, first = [], 0
    for _ in range(count):
        first += next(numbers)
        firsts.append(first)
    runs, lengths = ([next(numbers) for _ in range(count)] for _ in range(2))
    offsets: list[int] = []
    for k in range(count):
        written = next(numbers)
        offsets.append(written - 1 if written else offsets[-1] + lengths[k - 1])
    return [_Entry(*entry) for entry in zip(firsts, runs, lengths, offsets, strict=True)]


def _varints(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0
