"""What was not fetched as it is, or is named by mistake, is told with its cure by whoever reads it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.ground.errors import UserError
from bartizan.studies.calibrate import rows
from bartizan.studies.traffic import positions
from bartizan.studies.traffic.positions import read
from bartizan.studies.viewshed import write_sight
from bartizan.world import sites
from bartizan.world.surface.footprints import load
from bartizan.world.surface.heights import HeightRule

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"
RULE = HeightRule("height", "building:levels", 3.2)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04\x14\0", "workbook or packed; save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1", "is a workbook"),
        (gzip.compress(b"class,sent,stopped\ndrone,3,2\n", mtime=0), "packed with gzip; unpack it"),
        (b'\xef\xbb\xbf [{"class": "drone"}]', "is JSON; write it as CSV"),
        (b'{"class": "drone"}', "is JSON; write it as CSV"),
        (b"PAR1\0", "name must end in .parquet"),
        (b"<html>", "web page"),
        (None, "is a folder"),
    ],
)
@pytest.mark.parametrize("reader", [rows.read, sites.read, positions.read])
def test_what_is_no_table_is_told_with_its_cure(tmp_path: Path, reader: Any, content: bytes | None, told: str) -> None:
    path = tmp_path / "table.csv"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(UserError, match=rf"table.csv is .*{told.removeprefix('is ')}"):
        reader(path)


def test_a_raster_where_polygons_are_wanted_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "ground.tif").write_bytes(b"II*\0" + bytes(100))
    with pytest.raises(UserError, match="is a TIFF, which is not read: a raster, and polygons are wanted") as caught:
        load(tmp_path / "ground.tif", RULE)
    assert "ogr2ogr" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "0 bytes"), (b"\n<!DOCTYPE html><html>Sign in</html>", "web page"), (POINTER, "git lfs pull")],
)
@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet", "shp", "tif", "hgt"])
def test_what_is_no_data_at_all_is_told(tmp_path: Path, content: bytes, told: str, ending: str) -> None:
    path = tmp_path / f"N46E009.{ending}"
    path.write_bytes(content)
    if ending in ("tif", "hgt"):
        pytest.importorskip("rasterio", reason="needs the extra geo")
    with pytest.raises(UserError, match=told):
        write_sight(path, tmp_path / "out.tif", (46.5, 9.5), 10.0) if ending in ("tif", "hgt") else load(path, RULE)


def test_a_folder_and_a_link_that_leads_nowhere_are_told_as_that(tmp_path: Path) -> None:
    pytest.importorskip("rasterio", reason="needs the extra geo")
    (tmp_path / "loop.tif").symlink_to("loop.tif")
    (tmp_path / "dir.tif").mkdir()
    for name, told in (("loop.tif", "a link that leads to none"), ("dir.tif", "is a folder")):
        with pytest.raises(UserError, match=told):
            write_sight(tmp_path / name, tmp_path / "out", (46.5, 9.5), 10.0)


def test_latitudes_that_come_first_are_told_as_that(tmp_path: Path) -> None:
    ring = [[43.1, 131.9], [43.1, 131.901], [43.101, 131.901], [43.101, 131.9], [43.1, 131.9]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    path = tmp_path / "vladivostok.geojson"
    path.write_text(json.dumps({"type": "Feature", "properties": {"height": 9}, "geometry": geometry}))
    with pytest.raises(UserError, match="latitude first"):
        load(path, RULE)


def test_decimal_commas_of_positions_are_read_and_what_may_be_thousands_is_not(tmp_path: Path) -> None:
    path = tmp_path / "heard.csv"
    path.write_text("time;id;lat;lon;altitude\n0;a;55,751;37,6;950,5\n")
    (found,) = read(path)
    assert (found.lat, found.lon, found.altitude) == (55.751, 37.6, 950.5)
    path.write_text("time;id;lat;lon;altitude\n0;a;55,751;37,6;3,000\n")
    with pytest.raises(UserError, match="altitude"):
        read(path)
