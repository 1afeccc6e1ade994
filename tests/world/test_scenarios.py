"""The scenarios that ship with the package: they load, they answer what the reports name, they copy nobody's words."""

from __future__ import annotations

import itertools
import json
import math
import re
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from bartizan.ground.geodesy import distance_m
from bartizan.world import draw
from bartizan.world.scenario import load, numbers_of, shipped
from bartizan.world.schema import City, Place
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
    assert {"moscow-2023", "power-station", "reference-24v4"} <= set(shipped())
    assert {"moscow-2023:luzhniki", "power-station:no-jammer"} <= set(NAMES)


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
    assert spread == []
    assert not any(
        isinstance(u.unit.system, str) and u.unit.system not in scenario.file.systems for u in scenario.units
    )
    assert dict(numbers_of(scenario.file.threats["attacker"]))[("altitude",)].span == (300, 1500)


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
