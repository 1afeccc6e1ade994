"""What the survey leaves out since the network has a threat for sure: no window and no raid is otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.scenes import drone, group, merged, radar_site, scene, unit

from bartizan.engine import layout
from bartizan.engine.layout import Theatre
from bartizan.engine.play import play
from bartizan.engine.survey import Surveyor
from bartizan.physics import arrays
from bartizan.physics.arrays import Packed
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack
from bartizan.world.scenario import load

RAIDS = 48
_CITY = {"kind": "city", "centre": {"east": 0, "north": 0}, "radius": 9_000, "density": "120 1/km2", "perimeter": 90,
         "heights": {"rayleigh": 9.0}}  # fmt: skip
#: Of a world in which this is stated, what a unit sees may matter although the network has the threat: nothing is left
#: out then.
_MAY_MATTER: dict[str, dict[str, Any]] = {
    "readiness": {"readiness": {"ready": 0.9, "standby": 0.5, "common": 0.2, "time_to_ready": 60}},
    "network lost": {"network": {"lost": {"chance": 0.2, "at": 0, "within": 60, "lasts": 30}}},
}


class Surveys:
    """One world and plan of a scene surveyed twice: as it is, and with nothing left out."""

    def __init__(self, of: dict[str, Any], world: int = 0) -> None:
        scenario = load(of)
        case, drawn = scenario.cases[0], draw.worlds(scenario, 0, world, 1)
        packed = pack.pack(scenario, case, drawn)
        self.index, self.world = world, arrays.world(packed, 0)
        self.surveyors = [Surveyor(case.routes, 250.0) for _ in range(2)]
        for surveyor in self.surveyors:
            surveyor.open(self.world, skies(scenario, packed, drawn.skies)[0])
        self.short = self.surveyors[0].survey(self.world, world, 0)
        self.routes = case.routes

    def whole(self) -> Theatre:
        """With a layout of nobody beside it no unit is in all layouts, so that none tells what may be left out."""
        present = np.array([self.world.units["present"] > 0, np.zeros(len(self.world.units), bool)])
        return next(theatre for _, theatre in self.surveyors[1].layouts(self.world, self.index, 0, present))

    def layout(self, there: np.ndarray) -> tuple[Packed, Theatre]:
        """The second of two layouts, of which the first has all units."""
        present = np.array([self.world.units["present"] > 0, there])
        *_, (world, theatre) = self.surveyors[1].layouts(self.world, self.index, 0, present)
        return world, theatre


def fates(world: Packed, theatre: Theatre, index: int) -> list[np.ndarray]:
    """What comes of the threats of some raids."""
    block = layout.new_block(RAIDS, len(theatre.routes), world)
    play(world, theatre, layout.new_state(world, theatre), block, index, 0, RAIDS, False)
    return [np.array(getattr(block, name)) for name in ("fate", "cause", "by", "shots", "time", "rounds", "saturated")]


def rows(theatre: Theatre, pair: Any) -> list[np.ndarray]:
    """What a pair has of windows and times of flight, effector by effector."""
    found = []
    for slot in theatre.slots[pair["slot0"] :]:
        if len(found) == 2:
            break
        cells = slice(slot["d0"], slot["d0"] + slot["cells"]) if slot["w1"] > slot["w0"] else slice(0, 0)
        found += [theatre.window[slot["w0"] : slot["w1"]], theatre.delay[cells]]
    return found


@st.composite
def scenes(drawn: Any) -> dict[str, Any]:
    """A few drones and a few sites that look every so often, alone or together, over a city or none."""
    systems, units = {}, []
    for k in range(drawn(st.integers(2, 6))):
        search = {
            "scan_period": drawn(st.sampled_from([1.0, 3.0, 12.0])),
            "range": drawn(st.sampled_from([12_000, 35_000, 60_000])),
            "coast_time": drawn(st.sampled_from([4.0, 15.0, 60.0])),
            "confirm": drawn(st.sampled_from([[1, 1], [2, 3], [3, 5]])),
        }
        change: dict[str, Any] = {"sensors": {"search": search}}
        if drawn(st.booleans()):
            change["sensors"]["second"] = {"range": 20_000, "rcs": 1, "scan_period": 2, "confirm": [2, 3]}
        if drawn(st.integers(0, 3)) == 0:
            change["sensors"]["ears"] = {"kind": "acoustic", "range": 6_000}
        if drawn(st.booleans()):  # one that a drone may outrun, which may come back
            slow = drawn(st.sampled_from([800, 90]))
            change["effectors"] = {"missile": {"guidance": "active", "range_max": 25_000, "speed": slow}}
        systems[f"site {k}"] = radar_site(**change)
        east, north = drawn(st.integers(-12, 12)) * 1_000, drawn(st.integers(-12, 12)) * 1_000
        units.append(unit(f"U{k}", f"site {k}", east, north, networked=drawn(st.integers(0, 5)) > 0))
    more = {
        "systems": systems,
        "network": {"delay": drawn(st.sampled_from([0.0, 3.0, 40.0]))},
        "surface": drawn(st.sampled_from([{"kind": "smooth"}, _CITY])),
        "threats": {
            "drone": drone(speed=drawn(st.sampled_from([40, 150, 280])), rcs=drawn(st.sampled_from([0.03, 1])))
        },
    }
    distance, wander = drawn(st.sampled_from([15_000, 45_000])), drawn(st.sampled_from([0.0, 0.3]))
    groups = [group(count=drawn(st.integers(1, 6)), distance=distance, wander=wander)]
    return scene(units, groups, **more)


@given(scenes(), st.integers(0, 50))
@settings(max_examples=120, deadline=None)
def test_nothing_that_matters_is_left_out(of: dict[str, Any], world: int) -> None:
    both = Surveys(of, world)
    short, whole, threats = both.short, both.whole(), both.routes
    for a, b in zip(short.pairs, whole.pairs, strict=True):
        for name in ("opens", "closes", "passes", "barred", "released", "queue"):
            assert a[name] == b[name], name
        for x, y in zip(rows(short, a), rows(whole, b), strict=True):
            assert np.array_equal(x, y)
        own = a["own1"] - a["own0"]
        assert own <= b["own1"] - b["own0"]  # of its looks the first are there
        for name in ("look_time", "look_hazard", "look_error"):
            x, y = getattr(short, name), getattr(whole, name)
            assert np.array_equal(x[a["own0"] : a["own1"]], y[b["own0"] : b["own0"] + own])
    for i in range(threats):
        (a0, a1), (b0, b1) = short.net_span[i], whole.net_span[i]
        for name in ("net_time", "net_hazard", "net_unit", "net_error"):
            assert np.array_equal(getattr(short, name)[a0:a1], getattr(whole, name)[b0:b1]), name
        lands = short.routes[i]["duration"]
        ends = [np.minimum(short.net_until[a0:a1], lands), np.minimum(whole.net_until[b0:b1], lands)]
        assert np.array_equal(*ends)  # later than it lands nobody asks
    for x, y in zip(fates(both.world, short, world), fates(both.world, whole, world), strict=True):
        assert np.array_equal(x, y)


@given(scenes(), st.integers(0, 50), st.data())
@settings(max_examples=60, deadline=None)
def test_nor_where_layouts_share_a_survey(of: dict[str, Any], world: int, data: st.DataObject) -> None:
    both = Surveys(of, world)
    there = np.array(data.draw(st.lists(st.booleans(), min_size=len(of["units"]), max_size=len(of["units"]))))
    units, theatre = both.layout(there)
    shared = fates(units, theatre, world)
    alone = fates(units, both.surveyors[0].survey(units, world, 0), world)
    for x, y in zip(shared, alone, strict=True):
        assert np.array_equal(x, y)


def _many(**more: Any) -> Surveys:
    units = [unit(f"U{k}", "radar-site", 2_000.0 * k - 10_000, 1_500.0 * (k % 3)) for k in range(10)]
    return Surveys(
        scene(units, [group(count=12, distance=45_000)], **merged({"threats": {"drone": drone(rcs=3)}}, more))
    )


def test_many_looks_are_left_out() -> None:
    both = _many()
    assert both.short.sizes[0]["looks"] < 0.7 * both.whole().sizes[0]["looks"]


@pytest.mark.parametrize("what", _MAY_MATTER)
def test_nothing_is_left_out_where_it_may_matter(what: str) -> None:
    both = _many(**merged({"network": {"delay": 3}}, _MAY_MATTER[what]))
    assert both.short.sizes[0]["looks"] == both.whole().sizes[0]["looks"]


@pytest.mark.parametrize("change", [{"lost": {"chance": 0.1, "at": 0, "within": 60, "lasts": 30}},
                                    {"struck": {"asset": "Town", "chance": 0.1}}])  # fmt: skip
def test_nor_where_a_unit_may_be_lost(change: dict[str, Any]) -> None:
    units = [unit(f"U{k}", "radar-site", 2_000.0 * k, **(change if k == 2 else {})) for k in range(4)]
    both = Surveys(scene(units, [group(count=6)]))
    assert both.short.sizes[0]["looks"] == both.whole().sizes[0]["looks"]
