"""The same ground, trees and persons whatever a raster encodes them as; what cannot be is refused with its value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bartizan.ground.errors import UserError

pytest.importorskip("rasterio", reason="needs the extra geo")
import rasterio
from tests.world.rasters_made import PLACES, made

from bartizan.world.landing import Square
from bartizan.world.population import density, notes
from bartizan.world.rasters.codes import AREAS_M2, PEOPLE, SURVEY_FOOT_M, TREES, fits
from bartizan.world.rasters.sources import Source
from bartizan.world.surface.elevation import Elevation

SIDE = 24
HIGHEST_F4 = float(np.finfo("float32").max)


def ground(seed: int = 0) -> np.ndarray:
    """Whole metres, so that each encoding holds them exactly."""
    return np.random.default_rng(seed).integers(2, 101, (SIDE, SIDE)).astype(float)


def hole() -> np.ndarray:
    some = np.zeros((SIDE, SIDE), bool)
    some[5:9, 7:13] = True
    return some


def as_read(path: Path, crs: str, **stated: str) -> np.ndarray:
    """What a file holds, row 0 its first, NaN where there is none."""
    source = Source.open(path, PLACES[crs][0], **stated)
    with source.reader() as reader:
        return reader.heights(0, SIDE, 0, SIDE)


def refused(path: Path, crs: str = "EPSG:32637", **told) -> str:
    with pytest.raises(UserError) as caught:
        Source.open(path, PLACES[crs][0], **told)
    assert str(path) in str(caught.value)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ one ground

NONE = {
    "uint8": (0, 255), "int8": (-128, 127), "uint16": (65535,), "int16": (-32768, -9999, 32767), "uint32": (2**32 - 1,),
    "int32": (-(2**31), -9999), "float32": (np.nan, -9999.0, -9999.9, -HIGHEST_F4, 1e20, -3.4e38),
    "float64": (np.nan, -1.7976931348623157e308, -9999.9, 1e30),
}  # fmt: skip
CODES = [(dtype, none) for dtype, nones in NONE.items() for none in nones]


@pytest.mark.parametrize(("dtype", "none"), CODES)
@pytest.mark.parametrize(("unit", "metres"), [("", 1.0), ("ft", 0.3048), ("US survey foot", SURVEY_FOOT_M)])
def test_every_type_with_every_no_data_in_every_unit(
    tmp_path: Path, dtype: str, none: float, unit: str, metres: float
) -> None:
    numbers = ground().astype(dtype)
    numbers[hole()] = none
    path = made(tmp_path / "a.tif", numbers, nodata=none, units=unit)
    expected = np.where(hole(), np.nan, ground() * metres)
    np.testing.assert_allclose(as_read(path, "EPSG:32637"), expected, rtol=1e-6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_same_heights_whatever_the_encoding(tmp_path: Path, data: st.DataObject) -> None:
    """Type, tag, mask, scale, offset, unit of the band or of the system, grid, and which way its rows run."""
    seed, dtype = data.draw(st.integers(0, 99)), data.draw(st.sampled_from(sorted(NONE)))
    whole = np.dtype(dtype).kind != "f"
    scale = data.draw(st.sampled_from([1.0, 2.0] if dtype in ("int8", "uint8") else [1.0, 0.5, 0.1, 2.0, -1.0]))
    scale = abs(scale) if dtype.startswith("u") else scale
    offset = data.draw(st.sampled_from([0.0, 2.0, -10.0 if not dtype.startswith("u") else 1.0]))
    crs, unit = data.draw(
        st.sampled_from([(c, u) for c in PLACES for u in ("m", "ft", "us-ft", "") if u or c != "EPSG:2263"])
    )
    if "+" in crs:
        scale, offset = 1.0, 0.0  # GDAL writes neither beside a vertical axis
    by_mask = data.draw(st.booleans())
    none = data.draw(st.sampled_from(NONE[dtype]))
    raw = (ground(seed) - offset) / scale
    raw = np.rint(raw) if whole else raw
    if whole and dtype in ("int8", "uint8"):
        raw = np.clip(raw, 1, 100)
    numbers = raw.astype(dtype)
    if not by_mask:
        numbers[hole()] = none
    tags = {"mask": np.where(hole(), 0, 255).astype("uint8")} if by_mask else {"nodata": none}
    path = made(
        tmp_path / "a.tif", numbers, crs, scale=scale, offset=offset, units={"us-ft": "US survey foot"}.get(unit, unit),
        turn_deg=data.draw(st.sampled_from([0.0, 30.0])), south_up=data.draw(st.booleans()), **tags,
    )  # fmt: skip
    metres = {"m": 1.0, "ft": 0.3048, "us-ft": SURVEY_FOOT_M, "": SURVEY_FOOT_M if crs.endswith("6360") else 1.0}[unit]
    truth = np.where(hole(), np.nan, (raw.astype(dtype).astype(float) * scale + offset) * metres)
    with rasterio.open(path) as written:
        south_up = written.transform.e > 0
    found = as_read(path, crs)
    np.testing.assert_allclose(found[::-1] if south_up else found, truth, rtol=1e-5, atol=1e-4)
    assert Source.open(path, PLACES[crs][0]).survey.void_share == pytest.approx(24 / SIDE**2)


@pytest.mark.parametrize(
    ("held", "tag"),
    [(-HIGHEST_F4, -3.4e38), (-3.4e38, -HIGHEST_F4), (np.float32(-9999.9), -9999.9), (np.float32(1e20), 1.00000002e20)],
)
def test_a_tag_is_text_whose_digits_may_be_rounded(tmp_path: Path, held: float, tag: float) -> None:
    numbers = ground().astype("float32")
    numbers[hole()] = held
    path = made(tmp_path / "a.tif", numbers, nodata=tag)
    np.testing.assert_array_equal(np.isnan(as_read(path, "EPSG:32637")), hole())


@pytest.mark.parametrize(("value", "dtype", "is_one"), [
    (-9999, "uint8", False), (256, "uint8", False), (255, "uint8", True), (1.5, "int16", False), (-1, "int8", True),
    (-3.4e38, "int32", False), (0.1, "float32", True),
])  # fmt: skip
def test_numbers_of_a_type(value: float, dtype: str, is_one: bool) -> None:
    assert fits(value, dtype) is is_one


def test_a_tag_that_no_number_can_be_is_told(tmp_path: Path) -> None:
    path = made(tmp_path / "a.tif", ground().astype("int16"), nodata=1)
    text = path.read_bytes()
    assert text.count(b"1\0") >= 1
    with rasterio.open(path, "r+") as out:
        out.nodata = None
    path = made(tmp_path / "b.tif", ground().astype("int32"), nodata=12345678)
    path.write_bytes(path.read_bytes().replace(b"12345678\0", b"1.500000\0"))
    source = Source.open(path, PLACES["EPSG:32637"][0])
    assert any("1.5" in note and "nothing counts as no data" in note for note in source.notes)
    assert source.survey.void_share == 0.0


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "float32"])
def test_a_band_of_opacity_makes_voids(tmp_path: Path, dtype: str) -> None:
    path = made(tmp_path / "one.tif", ground().astype(dtype))
    with rasterio.open(path) as one:
        profile = one.profile | {"count": 2, "alpha": "yes", "photometric": "minisblack"}
    with rasterio.open(tmp_path / "two.tif", "w", **profile) as out:
        out.write(ground().astype(dtype), 1)
        out.write(np.where(hole(), 0, 255).astype(dtype), 2)
    np.testing.assert_array_equal(np.isnan(as_read(tmp_path / "two.tif", "EPSG:32637")), hole())


@pytest.mark.parametrize("scale", [0.0, np.nan, np.inf])
def test_a_scale_that_means_nothing_is_refused(tmp_path: Path, scale: float) -> None:
    assert "mean nothing" in refused(made(tmp_path / "a.tif", ground().astype("int16"), scale=scale))


def test_a_table_of_colours_means_classes(tmp_path: Path) -> None:
    path = made(tmp_path / "a.tif", ground().astype("uint8"), colours=True, photometric="palette")
    assert "table of colours" in refused(path)
    assert "table of colours" in refused(path, quantity=PEOPLE)


def test_control_points_are_no_grid(tmp_path: Path) -> None:
    from rasterio.control import GroundControlPoint

    corners = [GroundControlPoint(r, c, 37.6 + c / 1000, 55.7 - r / 1000) for r, c in ((0, 0), (0, SIDE), (SIDE, 0))]
    profile = {"driver": "GTiff", "width": SIDE, "height": SIDE, "count": 1, "dtype": "int16"}
    with rasterio.open(tmp_path / "a.tif", "w", **profile, gcps=corners, crs="EPSG:4326") as out:
        out.write(ground().astype("int16"), 1)
    message = refused(tmp_path / "a.tif")
    assert "3 control points" in message
    assert "gdalwarp" in message


@pytest.mark.parametrize("value", [9500.0, -12_000.0, 3e38, -9999.0, 29_032.0])
def test_what_cannot_be_is_counted_and_shown(tmp_path: Path, value: float) -> None:
    numbers = ground().astype("float32")
    numbers[3, 4], numbers[3, 5] = value, value
    message = refused(made(tmp_path / "a.tif", numbers))
    assert f"holds {np.float32(value):g}, which cannot be a height" in message
    assert "in 2 of its samples" in message
    lat, lon = (
        float(word.rstrip(";")) for word in message.split("latitude ")[1].replace(", longitude", "").split()[:2]
    )
    assert lat == pytest.approx(55.75 + 8.5 * 30 / 111_300, abs=3e-4)
    assert lon == pytest.approx(37.62 - 7.5 * 30 / 62_800, abs=3e-4)


# ------------------------------------------------------------------------------------------------ feet and metres


def test_a_grid_in_feet_without_a_unit_is_asked_about(tmp_path: Path) -> None:
    path = made(tmp_path / "county.tif", ground().astype("float32"), "EPSG:2263")
    message = refused(path, "EPSG:2263")
    assert "counts in feet (US survey foot)" in message
    assert "terrain_unit" in message
    for unit, metres in (("us-ft", SURVEY_FOOT_M), ("m", 1.0), ("ft", 0.3048), ("dm", 0.1)):
        np.testing.assert_allclose(as_read(path, "EPSG:2263", unit=unit), ground() * metres, rtol=1e-6)


def test_feet_on_a_grid_in_metres_are_told(tmp_path: Path) -> None:
    path = made(tmp_path / "tile.tif", ground().astype("float32"), "EPSG:32618", units="US survey foot")
    (note,) = Source.open(path, PLACES["EPSG:32618"][0]).notes
    assert note.startswith("tile.tif: says 'US survey foot', while its grid counts in metres")
    (note,) = Source.open(path, PLACES["EPSG:32618"][0], unit="m").notes
    assert "is read in m, as stated" in note
    np.testing.assert_allclose(as_read(path, "EPSG:32618", unit="m"), ground())


@pytest.mark.parametrize("crs", ["EPSG:4326+5715", "EPSG:32637+5831"])
@pytest.mark.parametrize("told", [{}, {"unit": "m"}])
def test_depths_are_no_heights(tmp_path: Path, crs: str, told: dict[str, str]) -> None:
    """650 m of water were 650 m of mountain."""
    grid = crs.partition("+")[0]
    place, cell = PLACES[grid]
    path = made(tmp_path / "sea.tif", ground().astype("float32"), crs, at=place, cell=cell)
    assert "its vertical axis points down" in refused(path, grid, **told)


@pytest.mark.parametrize(
    ("unit", "metres"),
    [("Metre", 1.0), ("[m]", 1.0), ("metres above sea level", 1.0), ("m AMSL", 1.0), ("US_survey_foot", SURVEY_FOOT_M),
     ("ftUS", SURVEY_FOOT_M), ("US-ft", SURVEY_FOOT_M), ("Feet", 0.3048), ("cm", 0.01), ("decimetres", 0.1)],
)  # fmt: skip
def test_units_as_files_write_them(tmp_path: Path, unit: str, metres: float) -> None:
    path = made(tmp_path / "a.tif", ground().astype("float32"), units=unit)
    np.testing.assert_allclose(as_read(path, "EPSG:32637"), ground() * metres, rtol=1e-6)


def test_an_unknown_unit_is_refused_with_what_is_known(tmp_path: Path) -> None:
    assert "'fathom'" in refused(made(tmp_path / "a.tif", ground().astype("float32"), units="fathom"))


# ------------------------------------------------------------------------------------------------ where it lies


PLAN = "+proj=aeqd +lat_0={} +lon_0={} +datum=WGS84"


@pytest.mark.parametrize("cell", [0.01, 0.05, 0.25, 0.49, 2.0])
def test_a_plan_in_metres_about_its_own_middle_is_no_degrees(tmp_path: Path, cell: float) -> None:
    crs = PLAN.format(59.21, 39.88)
    path = made(tmp_path / "site.tif", ground().astype("float32"), crs, at=(59.21, 39.88), cell=(cell, cell))
    terrain = Elevation.open([path], (59.21, 39.88))
    assert terrain.cell_m == pytest.approx(cell, rel=1e-3)
    assert terrain.at(np.zeros(1), np.zeros(1))[0] == pytest.approx(ground()[11:13, 11:13].mean(), abs=1e-3)


def degrees_called(path: Path, crs: str) -> Path:
    """Degrees under the name of another system."""
    made(path, ground().astype("float32"), "EPSG:4326", at=(59.21, 39.88))
    with rasterio.open(path, "r+") as out:
        out.crs = crs
    return path


@pytest.mark.parametrize("crs", ["EPSG:32637", "EPSG:3857", PLAN.format(59.21, 39.88)])
def test_degrees_called_metres_are_refused(tmp_path: Path, crs: str) -> None:
    path = degrees_called(tmp_path / "d.tif", crs)
    with pytest.raises(UserError, match="geographic degrees taken for metres"):
        Source.open(path, (59.21, 39.88))


# ------------------------------------------------------------------------------------------------ tiles of SRTM


@pytest.mark.parametrize("name", [
    "N59E039.hgt", "N59E039 (1).hgt", "N59E039 - Copy.hgt", "n59e039.hgt", "N59E039_v2.hgt", "srtm_N59E039.hgt",
    "N59_E039.hgt", "N59E039.SRTMGL3.hgt", "Copy of N59E039.hgt", "N59E039.HGT", "N59E39.hgt",
])  # fmt: skip
def test_a_tile_lies_where_its_name_says(tmp_path: Path, name: str) -> None:
    heights = np.full((1201, 1201), 7, ">i2")
    heights[:, 600:] = 9
    (tmp_path / name).write_bytes(heights.tobytes())
    source = Source.open(tmp_path / name, (59.5, 39.5))
    with source.reader() as reader:
        assert reader.heights(600, 601, 598, 602).tolist() == [[7, 7, 9, 9]]
    lat, lon = source.file.frame.degrees(np.array(600.0), np.array(600.0))
    assert (float(lat), float(lon)) == pytest.approx((59.5, 39.5), abs=1e-9)


def test_a_tile_of_a_wrong_size_or_without_a_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "N59E039.hgt").write_bytes(bytes(2 * 1201 * 1200))
    assert "2,882,400 bytes" in refused(tmp_path / "N59E039.hgt")
    (tmp_path / "tile.hgt").write_bytes(bytes(2 * 1201 * 1201))
    assert "stands in its name alone" in refused(tmp_path / "tile.hgt")


# ------------------------------------------------------------------------------------------------ trees


def wood(value: float, dtype: str = "uint8", times: float = 1.0) -> np.ndarray:
    """A wood of 20 m in the west, and a strip of something."""
    numbers = np.zeros((SIDE, SIDE))
    numbers[:, :8], numbers[:, 16:18] = 20 * times, value
    return numbers.astype(dtype)


@pytest.mark.parametrize(
    ("value", "dtype", "says"),
    [
        (255, "uint8", "holds 255"),
        (101, "uint8", "classes (101 water"),
        (102, "uint8", "holds 102"),
        (103, "int16", "classes"),
        (2500, "uint16", "unit: cm"),
        (121.0, "float32", "holds 121"),
        (-9999.0, "float32", "holds -9999"),
        (65535, "uint16", "65535"),
    ],
)
def test_no_wood_is_as_high_as_that(tmp_path: Path, value: float, dtype: str, says: str) -> None:
    message = refused(made(tmp_path / "a.tif", wood(value, dtype)), quantity=TREES)
    assert says in message
    assert "48" in message  # samples


def test_no_data_are_no_trees_however_near_the_wood(tmp_path: Path) -> None:
    numbers = np.full((SIDE, SIDE), 20, "uint8")
    numbers[hole()] = 255
    path = made(tmp_path / "a.tif", numbers, nodata=255)
    trees = Elevation.open([path], PLACES["EPSG:32637"][0], TREES)
    lat, lon = trees.sources[0].file.frame.local(np.array(7.0), np.array(10.0))
    assert trees.at(lon, lat) == 0.0
    assert trees.notes == ("a.tif: 4.17% of its samples have no data: no trees there",)


def test_trees_in_centimetres_where_that_is_stated_or_tagged(tmp_path: Path) -> None:
    raw = wood(0, "uint16", 100)
    for path, unit in (
        (made(tmp_path / "a.tif", raw), "cm"), (made(tmp_path / "b.tif", raw, units="cm"), None),
        (made(tmp_path / "c.tif", raw, scale=0.01), None),
    ):  # fmt: skip
        source = Source.open(path, PLACES["EPSG:32637"][0], TREES, unit)
        with source.reader() as reader:
            np.testing.assert_allclose(reader.heights(0, SIDE, 0, SIDE), wood(0, "float32"), rtol=1e-6)


def test_trees_far_above_all_others_are_told(tmp_path: Path) -> None:
    (note,) = Source.open(made(tmp_path / "a.tif", wood(98.4, "float32")), PLACES["EPSG:32637"][0], TREES).notes
    assert "48 samples are trees of 98 to 98 m, and all others end at 20 m" in note
    assert Source.open(made(tmp_path / "b.tif", wood(38, "uint8")), PLACES["EPSG:32637"][0], TREES).notes == ()


def test_classes_of_land_cover_are_no_trees(tmp_path: Path) -> None:
    classes = np.random.default_rng(3).choice([10, 30, 40, 50], (SIDE, SIDE)).astype("uint8")
    path = made(tmp_path / "a.tif", classes, colours=True, photometric="palette")
    assert "holds only 10, 30, 40, 50" in refused(path, quantity=TREES)


# ------------------------------------------------------------------------------------------------ persons

GRID = Square(-1_000, -1_000, 100, 20)


def persons(path: Path, **told) -> float:
    """How many there are on the grid, which holds all of the raster."""
    return float(density(path, GRID, PLACES["EPSG:32637"][0], **told).sum() * GRID.cell**2)


@pytest.mark.parametrize(
    ("dtype", "tags", "times"),
    [
        ("float32", {}, 1),
        ("int16", {"scale": 0.1}, 10),
        ("int16", {"scale": 0.1, "offset": 1.0}, 10),
        ("float32", {"units": "people"}, 1),
        ("uint16", {"units": "Persons per pixel"}, 1),
        ("int32", {"units": "inhabitants/cell"}, 1),
        ("float64", {"units": "count"}, 1),
    ],
)
def test_the_same_persons_whatever_the_encoding(tmp_path: Path, dtype: str, tags: dict, times: float) -> None:
    raw = (ground() - tags.get("offset", 0.0)) * times
    assert persons(made(tmp_path / "a.tif", np.rint(raw).astype(dtype), **tags)) == pytest.approx(
        ground().sum(), rel=1e-5
    )


@pytest.mark.parametrize(
    "unit", ["people/km2", "persons per sq km", "Inhabitants per square kilometre", "people / km²"]
)
def test_persons_per_area_by_unit_or_as_stated(tmp_path: Path, unit: str) -> None:
    tagged, plain = made(tmp_path / "a.tif", ground(), units=unit), made(tmp_path / "b.tif", ground())
    expected = ground().sum() * 30.0**2 / 1e6
    assert persons(tagged) == pytest.approx(expected, rel=2e-3)  # of the projection's scale
    assert persons(plain, per="km2") == pytest.approx(persons(tagged), rel=1e-9)
    assert persons(plain, per="ha") == pytest.approx(100 * expected, rel=2e-3)
    assert persons(tagged, per="cell") == pytest.approx(ground().sum(), rel=1e-6)


@pytest.mark.parametrize(
    ("value", "dtype"), [(-200, "int16"), (-9999, "int32"), (-99999, "float32"), (-3.4e38, "float32")]
)
def test_fewer_than_nobody_is_refused_untagged_and_nobody_tagged(tmp_path: Path, value: float, dtype: str) -> None:
    numbers = ground().astype(dtype)
    numbers[hole()] = value
    with pytest.raises(
        UserError, match=r"persons in a cell, which cannot be .* in 24 of its samples, as at latitude 55"
    ):
        persons(made(tmp_path / "a.tif", numbers))
    tagged = made(tmp_path / "b.tif", numbers, nodata=value)
    assert persons(tagged) == pytest.approx(ground()[~hole()].sum(), rel=1e-6)
    told = notes(tagged, PLACES["EPSG:32637"][0], Square(-50, -50, 10, 10))
    assert told == ("b.tif: 4.17% of its samples have no data: nobody there",)


def test_an_unknown_count_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'households'"):
        persons(made(tmp_path / "a.tif", ground(), units="households"))


def test_what_may_be_stated_of_persons_is_known() -> None:
    from bartizan.world.schema import Population

    assert {"cell", "km2", "ha", "m2"} <= set(AREAS_M2)
    for per in ("cell", "km2", "ha", "m2"):
        assert Population(file="a.tif", per=per).per == per
