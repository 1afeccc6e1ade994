"""The scenarios that ship with the package: they load, they answer what the reports name, they copy nobody's words."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import re
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from bartizan.ground.geodesy import distance_m
from bartizan.physics.arrays import ALTITUDE_STEP_M
from bartizan.studies import replicate, summary
from bartizan.studies.skylines import STRIDE, skyline
from bartizan.world import catalog, draw, evidence, pack
from bartizan.world.numbers import numbers_of
from bartizan.world.scenario import load, shipped
from bartizan.world.schema import City, Mapped, Place
from bartizan.world.surface import footprints
from bartizan.world.surface.elevation import Elevation
from bartizan.world.surface.mapped import MappedSurface
from bartizan.world.uncertain import is_grade

DATA = files("bartizan") / "data"
NAMES = [*shipped(), *(f"{name}:{variant}" for name in shipped() for variant in load(name).file.variants)]
#: the residence west of Moscow, as coarse as it may be known here
RESIDENCE = (55.73, 37.20)
KREMLIN = (55.752, 37.6175)
REACH = "effectors/57E6/range_max"
FIRST_PANTSIR = f"units/Pantsir, Defence Ministry roof/{REACH}"


def text_of(name: str) -> str:
    return (DATA / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")


def test_what_is_shipped() -> None:
    assert {"moscow-2023", "power-station", "reference-24v4", "vologda", "mountain-valley"} <= set(shipped())
    assert {"moscow-2023:luzhniki", "power-station:no-jammer", "vologda:street", "mountain-valley:shoulder"} <= set(
        NAMES
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_loads(name: str) -> None:
    scenario = load(name)
    assert scenario.assets
    assert scenario.units
    assert scenario.cases
    assert scenario.file.title
    assert scenario.file.summary


@pytest.mark.parametrize("name", NAMES)
def test_a_world_gives_every_number_a_finite_value(name: str) -> None:
    scenario = load(name)
    worlds = draw.worlds(scenario, seed=1, first=0, count=8)
    assert all(np.isfinite(worlds.value(key)).all() for key in scenario.numbers)


def test_every_class_that_the_reports_name_is_answered_by_a_raid() -> None:
    kinds = {threat.kind for case in load("moscow-2023").cases for _, threat, _, _ in case.groups}
    named = {"drone", "quadcopter", "cruise", "aircraft", "helicopter", "munition"}
    assert kinds >= named | {"decoy"}


@pytest.mark.parametrize("name", ["moscow-2023", "power-station"])
def test_a_saturation_series_grows(name: str) -> None:
    sizes = [case.size for case in load(name).cases if case.in_series]
    assert len(sizes) >= 5
    assert sizes == sorted(set(sizes))
    assert sizes[-1] >= 16 * sizes[0]


def test_threats_come_from_all_bearings() -> None:
    for case in load("moscow-2023").cases:
        for group, *_ in case.groups:
            assert group.bearing.high.likely - group.bearing.low.likely == pytest.approx(2 * math.pi)


def test_every_claim_on_moscow_has_a_grade_a_publisher_and_a_known_source() -> None:
    scenario = load("moscow-2023:luzhniki")
    claims = [*scenario.file.claims, *scenario.file.variants["luzhniki"].claims]
    assert len(claims) >= 40
    for claim in claims:
        assert is_grade(claim.grade), claim.id
        assert claim.publisher, claim.id
        assert claim.source in scenario.file.sources, claim.id


def test_numbers_written_in_the_moscow_file_say_what_they_rest_on() -> None:
    """Spreads of the surface, the network and the units' places, roofs and presence name claims, sources or a grade."""
    scenario = load("moscow-2023:luzhniki")
    own = [(key, n) for key, n in scenario.numbers.items() if key.split("/")[0] in ("units", "surface", "network")]
    bare = [k for k, n in own if not (n.is_fixed or n.law == "same_as" or n.grade or n.support)]
    assert bare == []


# ------------------------------------------------------------------------------------------------ contradictions


def test_storeys_are_as_the_reports_have_them() -> None:
    storeys = load("moscow-2023").numbers["units/Pantsir, Defence Ministry roof/roof/storeys"]
    assert storeys.parameters == (8.0, 10.0)
    assert storeys.support == (("c01",), ("c02",))


def test_thirty_kilometres_have_one_chance_in_ten_and_the_rest_is_as_published() -> None:
    reach = load("moscow-2023").numbers[FIRST_PANTSIR]
    drawn = reach.quantile(np.linspace(0.0005, 0.9995, 1000))
    assert np.mean(drawn == 30_000) == pytest.approx(0.1)
    rest = drawn[drawn < 30_000]
    assert (rest.min(), rest.max()) == (18_000, 20_000)


def test_all_pantsirs_of_a_world_reach_equally_far() -> None:
    scenario = load("moscow-2023:luzhniki")
    keys = [u.key_of(tuple(REACH.split("/"))) for u in scenario.units if u.unit.system == "pantsir-s1"]
    assert len(set(keys)) == 5
    worlds = draw.worlds(scenario, seed=3, first=0, count=200)
    reaches = np.array([worlds.value(key) for key in keys])
    assert (reaches == reaches[0]).all()
    assert set(np.unique(reaches)) >= {18_000.0, 20_000.0, 30_000.0}


def test_six_s400_sites_of_which_four_are_one_claim() -> None:
    scenario = load("moscow-2023")
    sites = [u.unit for u in scenario.units if u.unit.system == "s-400"]
    assert len(sites) == 6
    assert sum(site.present.law == "same_as" for site in sites) == 3
    assert all(site.present.law == "same_as" or site.present.span[1] < 1 for site in sites)
    away = [distance_m(*KREMLIN, s.at.lat, s.at.lon) for s in sites if "outskirts" in s.name]  # type: ignore[arg-type]
    assert away == pytest.approx([17_000] * 4, abs=700)  # places are rounded to 0.01 degree


def test_heights_of_buildings_are_a_distribution() -> None:
    surface = load("moscow-2023").file.surface
    assert isinstance(surface, City)
    assert surface.heights.shares is not None
    assert sum(share.likely for _, share in surface.heights.shares) == pytest.approx(1)


# ------------------------------------------------------------------------------------------------ boundaries


def places(name: str) -> list[tuple[str, Place]]:
    scenario = load(name)
    return [(a.name, a.at) for a in scenario.assets] + [(u.name, u.unit.at) for u in scenario.units]


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("moscow")])
def test_a_residence_is_no_finer_than_a_hundredth_of_a_degree(name: str) -> None:
    near = [
        (who, at)
        for who, at in places(name)
        if at.lat is not None and at.lon is not None
        if "ogar" in who.casefold() or distance_m(*RESIDENCE, at.lat, at.lon) < 8_000
    ]
    assert len(near) >= 2
    for who, at in near:
        assert (at.lat, at.lon) == (round(at.lat or 0, 2), round(at.lon or 0, 2)), who
        assert at.within.span[1] >= 2_000, who


def test_the_power_station_stands_nowhere() -> None:
    assert all(at.lat is None and at.lon is None for _, at in places("power-station"))
    assert load("power-station").file.origin is None


def shingles(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w'-]+", text.casefold().replace("’", "'"))
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def test_shingles_find_a_copied_phrase() -> None:
    assert shingles("One two three, four five six seven eight nine.") & shingles(
        "… TWO three four five six\nseven eight nine"
    )


def test_no_eight_words_in_a_row_come_from_a_report(shared: Path) -> None:
    reports = sorted((shared / "seeds").glob("*.txt"))
    assert reports
    copied = shingles(text_of("moscow-2023")) & set().union(*(shingles(r.read_text(encoding="utf-8")) for r in reports))
    assert not copied


def test_the_reference_raid_depends_on_nothing_but_chance() -> None:
    scenario = load("reference-24v4")
    (case,) = scenario.cases
    assert (case.size, len(scenario.units)) == (24, 4)
    spread = [k for k, n in scenario.numbers.items() if not n.is_fixed and not k.endswith(("/speed", "/altitude"))]
    assert [k for k in spread if not k.startswith("fall/")] == []  # what comes down changes no raid
    assert not any(
        isinstance(u.unit.system, str) and u.unit.system not in scenario.file.systems for u in scenario.units
    )
    assert dict(numbers_of(scenario.file.threats["attacker"]))[("altitude",)].span == (300, 1500)


# ------------------------------------------------------------------------------------------------ real surfaces

MAPPED = ["vologda", "mountain-valley"]
ON_ROOFS = ("Gun-missile, north roof", "Gun-missile, east roof")
needs_geo = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("rasterio", "shapely")), reason="needs the extra geo"
)


def mapped(name: str) -> MappedSurface:
    surface = load(name).mapped
    assert surface is not None
    return surface


def antenna(name: str, unit: str) -> tuple[float, float, float]:
    """East, north and altitude of a unit's antenna in the first world, m."""
    scenario = load(name)
    packed = pack.pack(scenario, scenario.cases[0], draw.worlds(scenario, 0, 0, 1))
    found = packed.units[0, [u.name for u in scenario.units].index(unit)]
    return float(found["x"]), float(found["y"]), float(found["antenna"])


def lowest_seen(name: str, place: tuple[float, float, float]) -> np.ndarray:
    """Lowest visible altitudes about an antenna, m, over the finest square."""
    return skyline(mapped(name), place)[0] * ALTITUDE_STEP_M


@needs_geo
@pytest.mark.parametrize("name", [n for n in NAMES if n.split(":")[0] in MAPPED])
def test_what_stands_on_a_real_surface_stands_well(name: str) -> None:
    """No unit is inside a house or without a roof, and nothing happens beyond the data; voids are told."""
    told = [f.text for f in evidence.findings(load(name))]
    assert [t for t in told if "voids" not in t] == []
    assert len(told) == name.startswith("mountain")


def test_what_glides_does_not_follow_the_hills() -> None:
    threats = {name: catalog.threat(name) for name in catalog.names("threats")}
    gliding = {name: threat for name, threat in threats.items() if threat.profile == "glide"}
    assert set(gliding) >= {"glide-bomb", "precision-munition"}
    assert {threat.altitude_above for threat in gliding.values()} == {"sea"}


@needs_geo
@pytest.mark.parametrize("name", MAPPED)
def test_a_real_surface_names_its_makers(name: str) -> None:
    written = load(name).file.surface
    assert isinstance(written, Mapped)
    assert written.credit == summary.chart(load(name))["credit"] != ""
    assert "nothing" in load(name).file.summary
    if written.buildings is not None:
        assert "OpenStreetMap contributors, ODbL" in written.credit


@needs_geo
def test_the_roofs_of_vologda_are_tall() -> None:
    surface = mapped("vologda")
    heights = [surface.roof(*antenna("vologda", unit)[:2]) for unit in ON_ROOFS]
    assert heights == pytest.approx([11 * 3.2, 12 * 3.2], abs=0.01)
    assert [surface.roof(*antenna("vologda:street", unit)[:2]) for unit in ON_ROOFS] == [0, 0]


@needs_geo
@pytest.mark.parametrize("unit", ON_ROOFS)
def test_from_the_street_less_is_seen_than_from_the_roof(unit: str) -> None:
    roof, street, mast = (
        np.mean(lowest_seen(name, antenna(name, unit)) <= 50.0)
        for name in ("vologda", "vologda:street", "vologda:mast")
    )
    assert street < 0.5 * roof
    assert street < mast
    assert mast == pytest.approx(roof, abs=0.1)


@needs_geo
@pytest.mark.parametrize(
    ("name", "unit"),
    [("vologda:street", ON_ROOFS[0]), ("mountain-valley", "Radar"), ("mountain-valley:shoulder", "Radar")],
)
def test_whoever_raises_the_mast_never_sees_less(name: str, unit: str) -> None:
    east, north, altitude = antenna(name, unit)
    before = lowest_seen(name, (east, north, altitude))
    for raised in (2.0, 20.0):
        after = lowest_seen(name, (east, north, altitude + raised))
        assert (after <= before + ALTITUDE_STEP_M).all()
        assert after.mean() < before.mean()
        before = after


@needs_geo
def test_from_the_shoulder_more_is_seen_than_from_the_floor_and_most_from_the_summit() -> None:
    """Of the ground and the 300 m above it, within some 10 km."""
    names = ["mountain-valley", "mountain-valley:shoulder", "mountain-valley:summit"]
    ground, frame = mapped(names[0]).ground_grid
    seen = []
    for name in names:
        east, north, altitude = antenna(name, "Radar")
        sky = lowest_seen(name, (east, north, altitude))
        middle = sky.shape[0] // 2
        half = 128 // STRIDE
        near = sky[middle - half : middle + half, middle - half : middle + half]
        r, c = (int((v - frame[k]) * frame[2]) for k, v in ((1, north), (0, east)))
        spread = np.arange(-half, half) * STRIDE
        seen.append(np.mean(near <= ground[r + spread[:, None], c + spread] + 300.0))
    assert seen[0] < seen[1] < seen[2]


@needs_geo
def test_fewer_get_through_against_roofs_than_against_the_street() -> None:
    leaked = [
        replicate.run(load(name), raid="cruise-missiles", worlds=4, raids=8).leakers.mean()
        for name in ("vologda", "vologda:street")
    ]
    assert leaked[1] > leaked[0] + 0.4  # of four


@needs_geo
def test_the_mountains_are_played() -> None:
    scenario = load("mountain-valley")
    leaked = {
        case.name: replicate.run(scenario, raid=case.name, worlds=2, raids=4).leakers.mean() / case.size
        for case in scenario.cases
    }
    assert leaked["drones"] < leaked["cruise-missiles"]
    assert set(leaked) > {"aircraft", "saturation-24"}


def test_the_extracts_are_small_and_are_those_whose_origin_is_told() -> None:
    told = (DATA / "surfaces" / "SOURCES.md").read_text(encoding="utf-8")
    for name, licence in (("vologda.parquet", "Open Database License"), ("mountains.tif", "Public domain")):
        content = (DATA / "surfaces" / name).read_bytes()
        section = told.split(f"## {name}")[1].split("## ")[0]
        assert len(content) < 350_000
        assert hashlib.sha256(content).hexdigest() in section
        assert licence in section


@needs_geo
def test_the_extracts_are_cut_as_the_tool_cuts_them(shared: Path, tmp_path: Path) -> None:
    from tools import make_extracts

    make_extracts.write_mountains(shared / "data" / "dem" / "srtm3_N46E008_alps.tif", tmp_path / "mountains.tif")
    make_extracts.write_buildings(
        *make_extracts.buildings(shared / "data" / "buildings" / "vologda_buildings_floors.parquet"),
        tmp_path / "vologda.parquet",
    )
    whole, cut = (
        Elevation.open([f], (46.63, 8.59)) for f in (tmp_path / "mountains.tif", DATA / "surfaces" / "mountains.tif")
    )
    np.testing.assert_array_equal(*(e.window(0, 0, 500, 20, 20, highest=True) for e in (whole, cut)))
    made, shipped_ = (
        footprints.read(f, (59.21, 39.88), footprints.HeightRule())
        for f in (tmp_path / "vologda.parquet", DATA / "surfaces" / "vologda.parquet")
    )
    assert len(made.height) == 8711
    np.testing.assert_array_equal(made.height, shipped_.height)
    assert all(a.equals(b) for a, b in zip(made.geometries, shipped_.geometries, strict=True))


# ------------------------------------------------------------------------------------------------ backdrop


def test_the_backdrop_is_small_and_names_its_makers() -> None:
    path = DATA / "backdrop" / "moscow.json"
    drawn = json.loads(path.read_text(encoding="utf-8"))
    assert len(path.read_bytes()) < 60_000
    assert "OpenStreetMap contributors" in drawn["attribution"]
    assert drawn["licence"] == "ODbL 1.0"
    points = np.concatenate([np.array(line) for line in drawn["lines"]])
    assert all(len(line) >= 2 for line in drawn["lines"])
    assert (np.round(points, 4) == points).all()
    assert (points.min(axis=0) > (36.8, 55.1)).all()
    assert (points.max(axis=0) < (38.0, 56.1)).all()


def test_neighbours_share_one_border() -> None:
    """Two squares side by side have seven sides between them, not eight."""
    shapely = pytest.importorskip("shapely")
    from tools.make_backdrop import borders

    lines = borders(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]))
    assert sum(math.dist(a, b) for line in lines for a, b in itertools.pairwise(line)) == pytest.approx(7)
