"""What comes down after raids: every body counted once, where the integration puts it, the same on any threads."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, drone, group, merged, scene, unit

from bartizan.engine import falling, layout
from bartizan.engine.falling import COUNTED, PIECES, count_fallen, new_fallen
from bartizan.engine.play import play
from bartizan.engine.survey import survey_one
from bartizan.physics import arrays, fall
from bartizan.studies import falls, replicate
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack
from bartizan.world.scenario import load

GUN = {
    "kind": "gun", "range_max": 3_500, "speed": 900, "rounds": 300,
    "gunnery": {"burst": 30, "dispersion": "3 mrad", "aim_error": "4 mrad", "kill_per_hit": {"drone": 0.3}},
}  # fmt: skip
JAMMER = {"emitters": {"mast": {"denies": ["satnav", "control-link"], "range": 9_000, "mean_time_to_effect": 60}}}
BUSY = scene(
    [unit("A", battery(doctrine={"salvo": 2}), 2_000), unit("B", merged(battery(), {"effectors": {"gun": GUN}}), -500),
     unit("J", JAMMER)],
    [group(count=12, arrival={"spread": 60, "jitter": 20})],
    threats={"drone": {"satnav_dependence": 0.5, "link_dependence": 0.2, "drift": 30}},
)  # fmt: skip
RAIDS = 2 * falls.RAIDS_FOLLOWED  # of two plans, so that all of them are followed
CALM = {"wind": 0, "breakup": 1}


class Played:
    """Raids of one world with what they threw down, on a grid of the test's own."""

    def __init__(self, written: dict[str, Any], raids: int = 20, half_m: float = 60_000, cells: int = 400) -> None:
        scenario = load(written)
        case = scenario.cases[0]
        packed = pack.pack(scenario, case, draw.worlds(scenario, 0, 0, 1))
        self.world = arrays.world(packed, 0)
        sky = skies(scenario, packed, np.array([0]))[0]
        self.theatre = survey_one(self.world, sky, 0, 0, 250.0)
        state = layout.new_state(self.world, self.theatre)
        self.block = layout.new_block(raids, case.size, self.world, launches=10_000)
        play(self.world, self.theatre, state, self.block, 0, 0, raids, True)
        self.cell = 2 * half_m / cells
        self.half_m = half_m
        frame = np.array([-half_m, -half_m, 1 / self.cell])
        self.fallen = new_fallen(cells, cells, len(self.world.assets), frame)
        self.fallen.near[...] = 1
        count_fallen(self.world, self.theatre, self.block, fall.falls(), 0, 0, raids, self.fallen)

    def places(self, kind: int) -> np.ndarray:
        """East and north of the cells with anything in them, weighted by how much: a row for each part."""
        rows, columns = np.nonzero(self.fallen.cells[kind])
        middles = (np.stack([columns, rows], axis=1) + 0.5) * self.cell - self.half_m
        return np.repeat(middles, self.fallen.cells[kind][rows, columns], axis=0)


def test_every_body_comes_down_once() -> None:
    played = Played(BUSY, half_m=4_000)  # a grid that does not hold it all
    block, world = played.block, played.world
    total = played.fallen.cells.sum(axis=(1, 2)) + played.fallen.outside
    guns = world.effectors["is_gun"] == 1
    missed = block.rounds[:, ~guns].sum() - block.kills[:, ~guns].sum()
    expected = np.zeros(COUNTED, np.int64)
    expected[falling.WRECK] = (block.fate == layout.KILLED).sum()
    expected[falling.DIVERTED_THREAT] = (block.fate == layout.DIVERTED).sum()
    expected[falling.WHOLE_MISSILE] = expected[falling.MISSILE_PIECES] = missed
    expected[falling.ROUND] = block.rounds[:, guns].sum()
    assert (total == PIECES * expected).all()
    assert (expected > 0).all()
    assert (played.fallen.outside[: falling.ROUND] > 0).any()


def sure_kill(altitude: float, **more: Any) -> dict[str, Any]:
    """One drone from due east, level at 100 m/s, killed with certainty some 8 km out."""
    site = battery(effectors={"missile": {"range_min": 0, "range_max": 8_000, "kill": {"drone": 1.0}}})
    one = group(count=1, bearing={"low": "90 deg", "high": "90 deg"}, arrival={})
    return scene([unit("A", site)], [one], threats={"drone": drone(speed=100, altitude=altitude)},
                 **merged({"fall": CALM}, more))  # fmt: skip


def killed_at(played: Played) -> float:
    """East of where the drone was killed, m."""
    assert played.block.fate[0, 0] == layout.KILLED
    return float(played.theatre.routes[0].x[0] - 100.0 * played.block.time[0, 0])


@pytest.mark.parametrize("altitude", [300.0, 1_500.0])
def test_a_wreck_lands_where_the_integration_says(altitude: float) -> None:
    written = sure_kill(altitude, fall={"wrecks": {"drone": 120}})
    played = Played(written, raids=1, half_m=10_000, cells=1_000)
    exact = fall.trajectory(fall.Body(120.0), altitude, (-100.0, 0.0, 0.0), 0.1, 0.1, 1e9)
    places = played.places(falling.WRECK)
    assert len(places) == PIECES
    assert places[:, 0] == pytest.approx(killed_at(played) + exact[0], abs=0.04 * abs(exact[0]) + played.cell)
    assert places[:, 1] == pytest.approx(0, abs=played.cell)


def test_wind_carries_a_light_wreck_with_it() -> None:
    still, windy = (
        Played(sure_kill(1_000, fall={"wind": wind, "wrecks": {"drone": 15}}), raids=1, half_m=12_000, cells=1_200)
        for wind in (0, 8)
    )
    shift = windy.places(falling.WRECK).mean(axis=0) - still.places(falling.WRECK).mean(axis=0)
    of_world = windy.world.fall[0]
    exact = [
        fall.trajectory(fall.Body(15.0, *wind), 1_000.0, (-100.0, 0.0, 0.0), 0.1, 0.1, 1e9)
        for wind in ((0.0, 0.0), (float(of_world.wind_x), float(of_world.wind_y)))
    ]
    moved = (exact[1][0] - exact[0][0], exact[1][1] - exact[0][1])
    assert math.hypot(*moved) > 500
    assert shift == pytest.approx(moved, abs=0.06 * math.hypot(*moved) + still.cell)


def test_pieces_from_higher_up_spread_farther() -> None:
    spreads = []
    for altitude in (300, 1_000, 3_000):
        played = Played(sure_kill(altitude, fall={"breakup": 4}), raids=1, half_m=12_000, cells=1_200)
        spreads.append(np.ptp(played.places(falling.WRECK)[:, 0]))
    assert spreads[0] < spreads[1] < spreads[2]


def test_missiles_that_miss_fly_on() -> None:
    """All of them miss a drone from the east: the bodies land farther out than the meeting, away from the battery."""
    site = battery(effectors={"missile": {"range_min": 0, "kill": {"drone": 0.0}}})
    one = group(count=1, bearing={"low": "90 deg", "high": "90 deg"}, arrival={})
    written = scene([unit("A", site)], [one], fall=CALM, threats={"drone": drone(speed=100, altitude=1_000)})
    played = Played(written, raids=1)
    launches = played.block.launches[: played.block.launched[0]]
    met = [played.theatre.routes[0].x[0] - 100.0 * s for s in launches["s"]]
    assert played.places(falling.WHOLE_MISSILE)[:, 0].mean() > np.mean(met) + 500
    assert len(played.places(falling.WHOLE_MISSILE)) == PIECES * len(launches)


def test_a_threat_that_drifts_comes_down_its_miss_away_from_its_aim() -> None:
    jammer = {"emitters": {"mast": {"denies": ["satnav"], "range": 30_000, "mean_time_to_effect": 1}}}
    threats = {"drone": drone(satnav_dependence=1, drift=20)}
    played = Played(scene([unit("J", jammer)], [group()], threats=threats, fall=CALM), half_m=20_000)
    places = played.places(falling.DIVERTED_THREAT)
    diverted = played.block.fate == layout.DIVERTED
    assert len(places) == PIECES * diverted.sum() > 0
    misses = np.repeat(np.sort(played.block.miss[diverted]), PIECES)
    assert np.sort(np.hypot(*places.T)) == pytest.approx(misses, abs=played.cell)
    assert played.fallen.assets.sum() == 0


def test_what_a_carrier_releases_comes_down_its_miss_away_from_its_aim() -> None:
    """A carrier that has lost satellite navigation is led astray; not it comes down but what it lets go, which flies on
    for the town from 8 km away."""
    jammer = {"emitters": {"mast": {"denies": ["satnav"], "range": 40_000, "mean_time_to_effect": 1}}}
    threats = {"drone": drone(satnav_dependence=1, drift=20, release_distance=8_000)}
    played = Played(scene([unit("J", jammer)], [group()], threats=threats, fall=CALM), half_m=20_000)
    places = played.places(falling.DIVERTED_THREAT)
    diverted = played.block.fate == layout.DIVERTED
    assert diverted.any()
    misses = np.repeat(np.sort(played.block.miss[diverted]), PIECES)
    assert np.sort(np.hypot(*places.T)) == pytest.approx(misses, abs=played.cell)


# ------------------------------------------------------------------------------------------------- in a study


def played_parts(keep: set[str], **how: Any) -> list[replicate.Part]:
    scenario = load(BUSY)
    case = scenario.cases[0]
    plan = replicate.design(case, 6, RAIDS, 3)
    parts = [part for _, part in replicate.parts(scenario, [(case, plan)], keep=frozenset(keep), **how)]
    return sorted(parts, key=lambda part: part.first_world)


def test_following_bodies_changes_no_raid() -> None:
    plain, followed = played_parts({"threats"}, threads=1), played_parts({"threats", "falls"}, threads=1)
    for a, b in zip(plain, followed, strict=True):
        assert a.landed is None
        assert (a.sums == b.sums).all()
        assert a.threats is not None
        assert b.threats is not None
        assert all((a.threats[name] == b.threats[name]).all() for name in a.threats)


def test_the_same_maps_on_any_threads_and_blocks() -> None:
    found = [
        falls.joined(part.landed for part in played_parts({"falls"}, **how) if part.landed is not None)
        for how in ({"threads": 1}, {"threads": 2, "chunk": 1}, {"threads": 3, "chunk": 4})
    ]
    for other in found[1:]:
        for a, b in zip(found[0], other, strict=True):
            assert a.tobytes() == b.tobytes()


def test_what_is_followed_agrees_with_the_tally() -> None:
    """All raids of this design are followed, so wrecks are the threats killed, and nothing is lost on the way."""
    part = played_parts({"falls"}, threads=1, chunk=6)[0]
    scenario = load(BUSY)
    columns = replicate.columns_of(scenario, scenario.cases[0])
    killed = part.sums[:, :, columns.killed].sum(axis=1) / RAIDS
    assert part.landed is not None
    assert part.landed.totals()[:, 0] == pytest.approx(killed, rel=1e-5)
