"""The horizon in closed form; the statistical city against brute-force integration over its walls."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, scene, unit

from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.ground.jit import kernel
from bartizan.physics import arrays
from bartizan.physics.sight import (
    BOUND_WALLS,
    BOUNDS,
    SKY_RANGES,
    bound_of,
    city_sky,
    draw_lines,
    horizon_distance,
    is_over_horizon,
    is_over_roofs,
    line_of_sight_range,
    margin,
    obstruction,
    open_city,
    over_bound,
    over_horizon,
    over_roofs,
    sector_of,
    sectors_about,
)
from bartizan.world import draw, pack
from bartizan.world.scenario import load

WORLDS = 150
HIGH_M = 1e5  # above every horizon asked for: what it clears it by says what the lowest visible altitude is


@kernel
def lowest(world, sky, first, worlds, x, y, out):  # type: ignore[no-untyped-def]
    """out[w, k] = lowest altitude over (x[k], y[k]) that the first unit sees in world first + w."""
    for w in range(worlds):
        if world.surface[0].kind == arrays.CITY:
            open_city(world, first + w, sky)
            sky.allowed[:] = 0.0
            sky.lines[:] = np.nan
        for k in range(x.shape[0]):
            out[w, k] = HIGH_M - margin(world, sky, 0, x[k], y[k], HIGH_M)


def altitudes(surface: dict[str, Any], antenna: float, x: Any, y: Any, *, east: float = 0.0, worlds: int = 1) -> Any:
    scenario = load(scene([unit("A", battery(antenna_height=antenna), east)], surface=surface))
    packed = arrays.world(pack.pack(scenario, scenario.cases[0], draw.worlds(scenario, 0, 0, 1)), 0)
    sky = city_sky(1)
    out = np.zeros((worlds, len(x)))
    lowest(packed, sky, 0, worlds, np.asarray(x, float), np.asarray(y, float), out)
    return out, packed.surface[0]


def test_the_horizon_is_a_parabola_beyond_the_tangent_point() -> None:
    d = np.linspace(0, 150_000, 301)
    for antenna in (0.0, 2.0, 40.0, 400.0):
        found = altitudes({"kind": "smooth"}, antenna, d * 0.6, d * 0.8)[0][0]
        beyond = np.maximum(d - math.sqrt(2 * EFFECTIVE_RADIUS_M * antenna), 0.0)
        assert np.allclose(found, beyond**2 / (2 * EFFECTIVE_RADIUS_M), atol=1e-6)


def test_the_horizon_agrees_with_the_tangent_ray() -> None:
    """The sphere's own answer: the ranges of two horizons add up. The parabola is within 1 m of it to 150 km."""
    for antenna, height in ((10.0, 100.0), (30.0, 300.0), (2.0, 900.0)):
        d = line_of_sight_range(antenna, height)
        assert altitudes({"kind": "smooth"}, antenna, [d], [0.0])[0][0, 0] == pytest.approx(height, abs=1.0)


def test_open_country_hides_nothing() -> None:
    assert (altitudes({"kind": "open"}, 0.0, [1e3, 1e5, 1e6], [0.0, 0.0, 0.0])[0] < -8e5).all()


CITY = {
    "kind": "city", "centre": {"east": 0, "north": 0}, "radius": 3_000, "density": "250 1/km2", "perimeter": 110,
    "heights": {"rayleigh": 10},
}  # fmt: skip


def expected_walls(antenna: float, r: float, height: float) -> float:
    """Walls in the way of a line from the middle of the city: density x perimeter / pi a metre, if higher than it."""
    along = (np.arange(200_000) + 0.5) / 200_000 * min(r, 3_000.0)
    line = antenna + (height - antenna) * along / r
    higher = np.exp(-(np.maximum(line, 0) ** 2) / (2 * 10.0**2))
    return float(250e-6 * 110 / math.pi * higher.mean() * min(r, 3_000.0))


@pytest.mark.parametrize(("antenna", "r", "height"), [(5, 400, 20), (5, 2_500, 150), (25, 1_500, 30), (30, 9_000, 40)])
def test_visibility_in_the_city_is_that_of_the_boolean_model(antenna: float, r: float, height: float) -> None:
    """Over many skylines the share that sees is exp(-I). Sectors are independent draws, so each world gives many."""
    found, surface = altitudes(CITY, antenna, [0.0], [1.0])
    sectors = math.ceil(2 * math.pi / float(surface.sector))
    azimuth = (np.arange(sectors) + 0.37) * 2 * math.pi / sectors
    found, _ = altitudes(CITY, antenna, r * np.sin(azimuth), r * np.cos(azimuth), worlds=WORLDS)
    altitude = height + r * r / (2 * EFFECTIVE_RADIUS_M)  # the line is drawn over the tangent plane
    seen = (found <= altitude).mean()
    expected = math.exp(-expected_walls(antenna, r, height))
    assert 0.02 < expected < 0.98
    assert abs(seen - expected) < 3 * math.sqrt(expected * (1 - expected) / found.size) + 0.002  # 24 ranges


def test_a_higher_antenna_and_a_nearer_target_see_more() -> None:
    r = np.linspace(100, 12_000, 60)
    skies = [altitudes(CITY, antenna, r, 0 * r, worlds=20)[0] for antenna in (2.0, 10.0, 25.0, 60.0)]
    for low, high in pairwise(skies):
        assert (high <= low + 0.1).all()  # straight between 24 ranges


def test_a_sector_is_one_draw_and_worlds_differ() -> None:
    found, surface = altitudes(CITY, 5, [0.0], [1.0])
    width = 2 * math.pi / math.ceil(2 * math.pi / float(surface.sector))
    azimuth = np.array([0.1, 0.9, 1.1, 1.9]) * width
    found, _ = altitudes(CITY, 5, 2_000 * np.sin(azimuth), 2_000 * np.cos(azimuth), worlds=30)
    assert np.allclose(found[:, 0], found[:, 1])
    assert np.allclose(found[:, 2], found[:, 3])
    assert len(np.unique(found[:, 0].round(6))) > 25
    assert abs(np.corrcoef(found[:, 0], found[:, 2])[0, 1]) < 0.6


def test_who_looks_away_from_the_city_sees_to_the_horizon() -> None:
    found, _ = altitudes(CITY, 10, [30_000.0], [0.0], east=10_000)
    plain, _ = altitudes({"kind": "smooth"}, 10, [30_000.0], [0.0], east=10_000)
    assert found[0, 0] == pytest.approx(plain[0, 0], abs=0.1)


@kernel
def over(world, sky, sectors, d, z, bound, exact):  # type: ignore[no-untyped-def]
    """Metres of each target over the bound of its sector, -1 if it has none, and over the roofs of its sector."""
    for k in range(d.shape[0]):
        b = bound_of(world, sky, 0, sectors[k], sectors[k])
        bound[k] = over_bound(world, sky, 0, b, d[k], z[k]) if b < BOUNDS else -1.0
        exact[k] = over_roofs(world, sky, 0, sectors[k], d[k], z[k])


@kernel
def over_each(world, sky, east, north, half, lowest, about, out):  # type: ignore[no-untyped-def]
    """Whether all within `half` m of each place is told to be in sight, and how many m each place about it is over the
    roofs and the horizon, NaN where it is lower than `lowest` or farther off than `half`."""
    unit = world.units[0]
    for k in range(east.shape[0]):
        d = math.sqrt(east[k] * east[k] + north[k] * north[k])
        first, last = sectors_about(sky.sectors[0], east[k], north[k], half[k])
        bound = bound_of(world, sky, 0, first, last)
        near, far = max(d - half[k], 0.0), d + half[k]
        clear = bound < BOUNDS and is_over_roofs(world, sky, 0, bound, far, lowest[k])
        out[k, 0] = 1.0 if clear and is_over_horizon(unit, near, far, lowest[k]) else 0.0
        for j in range(about.shape[0]):
            x, y = east[k] + half[k] * about[j, 0], north[k] + half[k] * about[j, 1]
            r, z = math.sqrt(x * x + y * y), lowest[k] + about[j, 2]
            of_roofs = over_roofs(world, sky, 0, sector_of(sky.sectors[0], x, y), r, z)
            out[k, 1 + j] = min(of_roofs, over_horizon(unit, horizon_distance(unit.antenna), r, z))


@kernel
def walls_about_line(world, sky, apart, out):  # type: ignore[no-untyped-def]
    """out[a, j] = walls in the way of what is `apart` m lower, and higher, than the line of sector a at range j."""
    surface, unit = world.surface[0], world.units[0]
    for a in range(out.shape[0]):
        for j in range(1, out.shape[1]):
            r = sky.reach[0] * (j / (SKY_RANGES - 1.0)) ** 2
            for side in range(2):
                height = sky.lines[0, a, j] + (2 * side - 1) * apart
                out[a, j, side] = obstruction(surface, unit.antenna, 0.0, surface.radius, r, height)


def city(antenna: float) -> Any:
    scenario = load(scene([unit("A", battery(antenna_height=antenna))], surface=CITY))
    packed = arrays.world(pack.pack(scenario, scenario.cases[0], draw.worlds(scenario, 0, 0, 1)), 0)
    sky = city_sky(1)
    open_city(packed, 0, sky)
    return packed, sky


@kernel
def walls_over(surface, antenna, r, heights, out):  # type: ignore[no-untyped-def]
    """out[k] = walls in the way of heights[k] at distance r."""
    for k in range(heights.shape[0]):
        out[k] = obstruction(surface, antenna, 0.0, 3_000.0, r, heights[k])


@pytest.mark.parametrize("above", [1.0, 1.5, 2.0, 2.2, 2.5])
def test_few_walls_reach_an_antenna_above_the_roofs_and_those_that_do_are_counted(above: float) -> None:
    """Over most roofs only the tail of the law of heights is left: walls there, which a table must not overcount.
    With trapezoids of 2 m they were 2 % too many for an antenna at 2.2 scales, 6 % at 2.5."""
    packed, _ = city(antenna := 10 * above)
    heights, r = antenna + np.linspace(30, 300, 50), 10_000.0
    found = np.zeros(50)
    walls_over(packed.surface[0], antenna, r, heights, found)
    assert found == pytest.approx([expected_walls(antenna, r, h) for h in heights], rel=0.005)


@pytest.mark.parametrize("antenna", [3.0, 12.0, 60.0])
def test_a_skyline_is_where_as_many_walls_are_in_the_way_as_its_sector_has_drawn(antenna: float) -> None:
    """From the middle of the city, whose walls end at its radius; what is seen down to the ground meets fewer."""
    packed, sky = city(antenna)
    draw_lines(packed, sky)
    found = np.zeros((sky.sectors[0], SKY_RANGES, 2))
    walls_about_line(packed, sky, 1e-3, found)
    r = sky.reach[0] * (np.arange(SKY_RANGES) / (SKY_RANGES - 1)) ** 2
    lifted = sky.lines[0, : sky.sectors[0], 1:] > -(r[1:] ** 2) / (2 * EFFECTIVE_RADIUS_M) + 1e-3
    allowed = np.broadcast_to(sky.allowed[0, : sky.sectors[0], None], lifted.shape)
    assert lifted.mean() > 0.2
    assert (found[:, 1:, 0][lifted] >= allowed[lifted]).all()
    assert (found[:, 1:, 1] <= allowed).all()


@pytest.mark.parametrize("antenna", [3.0, 12.0, 60.0])
def test_what_is_over_a_bound_is_over_the_roofs_of_its_sector(antenna: float) -> None:
    packed, sky = city(antenna)
    rng = np.random.default_rng(0)
    sectors, d = rng.integers(0, sky.sectors[0], 20_000), rng.uniform(1, 9_000, 20_000)
    z = rng.uniform(0, 60, 20_000) + rng.uniform(-0.3, 0.5, 20_000) * d
    bound, exact = np.zeros(20_000), np.zeros(20_000)
    over(packed, sky, sectors, d, z, bound, exact)
    sure = bound >= 0
    assert 0.1 < sure.mean() < 0.95
    assert (exact[sure] >= bound[sure]).all()
    asked = sky.allowed[0, : sky.sectors[0]]
    assert (asked > 0).all()
    for walls in BOUND_WALLS:
        found, share = (asked >= walls).mean(), math.exp(-walls)
        assert found == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / len(asked)))


@pytest.mark.parametrize("antenna", [3.0, 12.0, 60.0, 200.0])
def test_where_all_is_told_to_be_in_sight_all_is(antenna: float) -> None:
    """Places all round, near the sensor and beyond the city, and each time many places about them."""
    packed, sky = city(antenna)
    rng = np.random.default_rng(1)
    d, turn = rng.uniform(200, 30_000, 4_000), rng.uniform(0, 2 * math.pi, 4_000)
    half = d * rng.uniform(0.0, 0.5, 4_000)
    lowest = 10 ** rng.uniform(0, 4.5, 4_000)
    about = np.zeros((40, 3))
    about[:, 0], about[:, 1] = np.cos(np.arange(40)), np.sin(np.arange(40))
    about[20:, :2] *= rng.random((20, 1))
    about[10:, 2] = rng.uniform(0, 300, 30)
    out = np.zeros((4_000, 41))
    over_each(packed, sky, d * np.sin(turn), d * np.cos(turn), half, lowest, about, out)
    told = out[:, 0] == 1
    assert 0.1 < told.mean() < 0.95
    assert (out[told, 1:] >= 0).all()


def test_a_skyline_is_the_same_drawn_bit_by_bit_and_at_once() -> None:
    packed, by_look = city(12.0)
    rng = np.random.default_rng(1)
    sectors, d = rng.integers(0, by_look.sectors[0], 40), rng.uniform(1, 9_000, 40)
    over(packed, by_look, sectors, d, np.zeros(40), np.zeros(40), np.zeros(40))
    _, whole = city(12.0)
    draw_lines(packed, whole)
    drawn = ~np.isnan(by_look.lines)
    assert 0 < drawn.sum() < 0.5 * whole.lines.size
    assert (by_look.lines[drawn] == whole.lines[drawn]).all()
    assert not np.isnan(whole.lines[0, : whole.sectors[0]]).any()
