"""A map of the user's own: archives and folders written here, read back tile by tile."""

from __future__ import annotations

import gzip
import itertools
import json
import sqlite3
import struct
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.faces.server import Viewer, listening
from bartizan.faces.server.tiles import VECTOR, tile_number, tiles_of
from bartizan.ground.errors import UserError

PNG = b"\x89PNG\r\n\x1a\n"
ATTRIBUTION = '<a href="javascript:alert(1)">&copy; Somebody</a><script>alert(1)</script>'
PLACES = [(0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (3, 5, 2)]


def content(zoom: int, column: int, row: int) -> bytes:
    """What a tile holds in these tests."""
    return PNG + f"{zoom}/{column}/{row}".encode()


def varint(number: int) -> bytes:
    found = b""
    while number >= 0x80:
        found, number = found + bytes([number & 0x7F | 0x80]), number >> 7
    return found + bytes([number])


def directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    """Entries (first, run, length, offset) as PMTiles packs them; offsets that follow on are written as 0."""
    first, *_ = columns = list(zip(*entries, strict=True)) or [(), (), (), ()]
    steps = [b - a for a, b in zip((0, *first), first, strict=False)]
    offsets = [
        0 if k and entries[k][3] == entries[k - 1][3] + entries[k - 1][2] else entries[k][3] + 1
        for k in range(len(entries))
    ]
    numbers = [len(entries), *steps, *columns[1], *columns[2], *offsets]
    return gzip.compress(b"".join(map(varint, numbers)))


def write_pmtiles(path: Path, *, kind: int = 2, leaves: bool = False) -> Path:
    """An archive of PLACES; with `leaves`, its root leads to directories of two tiles each."""
    numbered = sorted((tile_number(*place), content(*place)) for place in PLACES)
    data, entries = b"", []
    for number, tile in numbered:
        entries.append((number, 1, len(tile), len(data)))
        data += tile
    packed = [directory(entries[k : k + 2]) for k in range(0, len(entries), 2)] if leaves else []
    starts = [sum(map(len, packed[:k])) for k in range(len(packed))]
    root = [(entries[2 * k][0], 0, len(p), starts[k]) for k, p in enumerate(packed)] if leaves else entries
    parts = [directory(root), gzip.compress(json.dumps({"attribution": ATTRIBUTION}).encode()), b"".join(packed), data]
    places, at = [], 127
    for part in parts:
        places += [at, len(part)]
        at += len(part)
    numbers = [7, 7, 7]  # of tiles, entries and contents: nothing reads them
    header = struct.pack("<7sB11Q6B4iB2i", b"PMTiles", 3, *places, *numbers, 1, 2, 1, kind, 0, 3,
                         *(int(d * 1e7) for d in (-10.0, 40.0, 20.5, 60.0)), 0, 0, 0)  # fmt: skip
    path.write_bytes(header + b"".join(parts))
    return path


def write_mbtiles(path: Path, kind: str = "png") -> Path:
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE metadata (name text, value text)")
        base.execute("CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
        told = {"format": kind, "bounds": "-10,40,20.5,60", "attribution": ATTRIBUTION,
                "json": json.dumps({"vector_layers": [{"id": "roads"}]})}  # fmt: skip
        base.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
        rows = [(z, x, 2**z - 1 - y, content(z, x, y)) for z, x, y in PLACES]
        base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    base.close()
    return path


def write_folder(path: Path) -> Path:
    for z, x, y in PLACES:
        file = path / str(z) / str(x) / f"{y}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content(z, x, y))
    return path


@pytest.fixture(params=["pmtiles", "pmtiles with leaves", "mbtiles", "folder"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "a map"
    if request.param == "mbtiles":
        return write_mbtiles(path)
    if request.param == "folder":
        return write_folder(path)
    return write_pmtiles(path, leaves="leaves" in request.param)


def test_every_tile_is_read_back_and_no_other(archive: Path) -> None:
    tiles = tiles_of(archive)
    for place in PLACES:
        assert tiles.tile(*place) == (content(*place), {"Content-Type": "image/png"})
    for place in ((2, 0, 0), (3, 5, 3), (3, 7, 7), (1, 2, 0), (24, 1, 1), (25, 0, 0), (400, 0, 0)):
        assert tiles.tile(*place) is None


def test_a_map_is_described_in_plain_text(archive: Path) -> None:
    told = tiles_of(archive).described
    assert (told["kind"], told["url"], told["minzoom"], told["maxzoom"]) == ("raster", "tiles/{z}/{x}/{y}", 0, 3)
    if archive.is_file():
        assert told["bounds"] == [-10.0, 40.0, 20.5, 60.0]
        assert told["attribution"] == "© Somebodyalert(1)"


def test_vector_tiles_are_told_apart(tmp_path: Path) -> None:
    told = tiles_of(write_mbtiles(tmp_path / "vector", "pbf")).described
    assert (told["kind"], told["layers"]) == ("vector", ["roads"])
    assert tiles_of(write_pmtiles(tmp_path / "more", kind=1)).tile(0, 0, 0)[1] == {"Content-Type": VECTOR}  # type: ignore[index]


def test_the_first_tiles_have_the_numbers_of_the_specification() -> None:
    expected = {(0, 0, 0): 0, (1, 0, 0): 1, (1, 0, 1): 2, (1, 1, 1): 3, (1, 1, 0): 4, (2, 0, 0): 5,
                (12, 3423, 1763): 19078479}  # fmt: skip
    assert {place: tile_number(*place) for place in expected} == expected


@given(st.integers(1, 9))
def test_the_curve_visits_every_tile_of_a_zoom_once_step_by_step(zoom: int) -> None:
    side = min(2**zoom, 32)
    seen = {tile_number(zoom, x, y): (x, y) for x in range(side) for y in range(side)}
    first = (4**zoom - 1) // 3
    assert sorted(seen) == list(range(first, first + side * side))
    path = [seen[first + k] for k in range(side * side)]
    assert all(abs(a - c) + abs(b - d) == 1 for (a, b), (c, d) in itertools.pairwise(path))


@pytest.mark.parametrize("what", ["text", "empty", "cut", "old", "sqlite", "nothing", "empty folder"])
def test_what_is_no_map_is_told(tmp_path: Path, what: str) -> None:
    path = tmp_path / "map"
    if what == "empty folder":
        path.mkdir()
    elif what == "sqlite":
        sqlite3.connect(path).execute("CREATE TABLE x (y)").connection.close()
    elif what != "nothing":
        whole = write_pmtiles(tmp_path / "whole").read_bytes()
        path.write_bytes({"text": b"a map", "empty": b"", "cut": whole[:100], "old": b"PMTiles\x02" + whole[8:]}[what])
    with pytest.raises(UserError, match="map"):
        tiles_of(path)


def test_tiles_are_served_beside_the_page(archive: Path) -> None:
    with listening(Viewer(Silent(), tiles_of(archive))) as server:  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with urllib.request.urlopen(f"{server.url}tiles/3/5/2") as answer:
                assert (answer.headers["Content-Type"], answer.read()) == ("image/png", content(3, 5, 2))
            with urllib.request.urlopen(f"{server.url}tiles/3/5/3") as answer:
                assert answer.status == 204
            with urllib.request.urlopen(f"{server.url}api/view") as answer:
                assert json.loads(answer.read())["tiles"]["kind"] == "raster"
            for wrong in ("tiles/3/5", "tiles/a/b/c", "tiles/3/5/2/1", "tiles/-1/0/0", "tiles/3/5/2.png"):
                with pytest.raises(urllib.error.HTTPError, match="404"):
                    urllib.request.urlopen(server.url + wrong)
        finally:
            server.shutdown()
            thread.join()


class Silent:
    """A bench that knows a view."""

    def view(self) -> dict[str, int]:
        return {"format": 1}

    def close(self) -> None:
        pass
