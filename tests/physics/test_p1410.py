"""ITU-R P.1410: its product over buildings against published values, and the preset cities against its limit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from tests.engine.scenes import battery, scene, unit
from tests.oracles.closed_forms import p1410_visibility

from bartizan.ground.errors import ScenarioError
from bartizan.ground.jit import kernel
from bartizan.physics import arrays
from bartizan.physics.sight import city_sky, draw_sectors, obstruction, open_city
from bartizan.world import draw, pack
from bartizan.world.scenario import load
from bartizan.world.schema import TOWNS

#: kind of town, distance km, the two heights m, chance of sight: computed by others from the recommendation's text
PUBLISHED = [
    ("suburban", 0.5, 100, 1.5, 0.7747), ("suburban", 1, 100, 1.5, 0.3510), ("suburban", 5, 100, 30, 0.9989),
    ("urban", 0.5, 100, 1.5, 0.1448), ("urban", 1, 100, 1.5, 0.0127), ("urban", 2, 100, 30, 0.7392),
    ("urban", 5, 100, 30, 0.4615), ("urban", 10, 300, 30, 0.6706), ("dense", 2, 100, 30, 0.2819),
    ("dense", 5, 100, 30, 0.0397), ("dense", 5, 300, 30, 0.4358), ("dense", 10, 300, 30, 0.1880),
    ("high-rise", 1, 300, 1.5, 0.0039),
]  # fmt: skip


@pytest.mark.parametrize(("town", "km", "height", "other", "chance"), PUBLISHED)
def test_the_product_has_the_published_values(town: str, km: float, height: float, other: float, chance: float) -> None:
    assert p1410_visibility(km * 1000, height, other, *TOWNS[town]) == pytest.approx(chance, abs=5.1e-5)


def test_the_product_has_the_value_that_another_program_tests_itself_with() -> None:
    assert p1410_visibility(150, 50, 1.5, 0.5, 400, 20) == pytest.approx(0.17262622533505, rel=1e-12)


def test_the_product_is_the_same_both_ways_and_1_before_the_first_building() -> None:
    for town in TOWNS.values():
        assert p1410_visibility(900, 80, 12, *town) == pytest.approx(p1410_visibility(900, 12, 80, *town))
        assert p1410_visibility(50, 2, 1, *town) == 1


# ------------------------------------------------------------------------------------------------ the limit


def limit(town: str, r: float, height: float, other: float) -> float:
    """The product where buildings are many: exp of the integral of -ln(1 - exp(-h^2 / 2 gamma^2)) along the line."""
    built_up, per_km2, scale = TOWNS[town]

    def cleared(t: float) -> float:
        h = other + (height - other) * t
        return -math.log(-math.expm1(-h * h / (2 * scale**2)))

    return math.exp(-r / 1000 * math.sqrt(built_up * per_km2) * quad(cleared, 0, 1)[0])


def packed(town: str, antenna: float) -> arrays.Packed:
    surface = {"kind": "city", "centre": {"east": 0, "north": 0}, "radius": 12_000, "preset": town}
    scenario = load(scene([unit("A", battery(antenna_height=antenna))], surface=surface))
    return arrays.world(pack.pack(scenario, scenario.cases[0], draw.worlds(scenario, 0, 0, 1)), 0)


@kernel
def walls(surface, antenna, r, heights, out):  # type: ignore[no-untyped-def]
    """out[k] = expected number of obstacles on the line to heights[k] at distance r."""
    for k in range(heights.shape[0]):
        out[k] = obstruction(surface, antenna, 0.0, 1e9, r, heights[k])


def obstacles(town: str, antenna: float, r: float, heights: Any) -> np.ndarray:
    found, at = np.zeros(len(heights)), np.asarray(heights, float)
    walls(packed(town, antenna).surface[0], antenna, r, at, found)
    return found


@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize(("antenna", "r"), [(2.0, 300.0), (30.0, 2_000.0), (30.0, 8_000.0), (100.0, 5_000.0)])
def test_a_preset_city_has_the_chance_of_the_limit(town: str, antenna: float, r: float) -> None:
    """Between heights of its table that is exact but for its end at 256 m; between two, within 0.0005."""
    of_table, between = np.array([10.0, 20.0, 34.5, 60.0, 140.0, 334.0]), np.array([3.25, 7.25, 33.25, 121.25])
    for heights, tolerance in ((of_table, 1e-5), (between, 5e-4)):
        expected = [limit(town, r, antenna, h) for h in heights]
        assert np.exp(-obstacles(town, antenna, r, heights)) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize(("town", "km", "height", "other", "chance"), [p for p in PUBLISHED if p[3] == 30])
def test_the_limit_differs_from_the_product_by_its_rounding_down(
    town: str, km: float, height: float, other: float, chance: float
) -> None:
    """The product counts n = floor(x) of x buildings: the chance to the power of x / n is the limit's, but for the sum
    of n values that stands for an integral."""
    counted = km * math.sqrt(TOWNS[town][0] * TOWNS[town][1])
    found = math.exp(-obstacles(town, other, km * 1000, [height])[0])
    assert found == pytest.approx(chance ** (counted / math.floor(counted)), abs=4e-3)
    assert found <= chance + 1e-3


@pytest.mark.parametrize("town", TOWNS)
def test_more_height_never_hides_below_ground_neither(town: str) -> None:
    for r in (50.0, 700.0, 20_000.0):
        assert (np.diff(obstacles(town, 6.0, r, np.linspace(-25, 300, 651))) <= 1e-5).all()  # of rounding, where level


@pytest.mark.parametrize(
    ("town", "antenna", "r", "height"), [("urban", 30.0, 2_000.0, 60.0), ("suburban", 4.0, 900.0, 80.0)]
)
def test_over_many_skylines_the_share_that_sees_is_the_chance(
    town: str, antenna: float, r: float, height: float
) -> None:
    one, drawn = packed(town, antenna), []
    for w in range(400):
        around = city_sky(1)
        open_city(one, w, around)
        draw_sectors(one, around)
        drawn.append(around.allowed[0, : around.sectors[0]])
    expected, allowed = limit(town, r, antenna, height), np.concatenate(drawn)
    assert len(drawn[0]) == math.ceil(2 * math.pi / TOWNS[town][0])
    assert 0.05 < expected < 0.95
    noise = 3 * math.sqrt(expected * (1 - expected) / len(allowed))
    seen = (obstacles(town, antenna, r, [height])[0] <= allowed).mean()
    assert seen == pytest.approx(expected, abs=noise + 1e-4)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"preset": "urban", "density": "300 1/km2"}, "a preset stands in place of density"),
        ({"density": "300 1/km2"}, "needs perimeter, heights, or a preset"),
        ({}, "needs density, perimeter, heights, or a preset"),
        ({"preset": "rural"}, "suburban"),
    ],
)
def test_a_city_is_given_in_exactly_one_way(more: dict[str, Any], said: str) -> None:
    surface = {"kind": "city", "centre": {"east": 0, "north": 0}, "radius": 3_000} | more
    with pytest.raises(ScenarioError, match=said):
        load(scene([unit("A", battery())], surface=surface))
