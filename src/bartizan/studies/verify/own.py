"""Tables of our own, of closed forms: readiness with a common cause, who is called what, streams, losses, frailty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from bartizan.studies.replicate import Outcomes, run
from bartizan.studies.verify.checks import Check, Row, answers, chance_near, distribution_near, mean_near
from bartizan.world.scenario import load

RAIDS = 20_000
#: Worlds, and raids in each that all have a stream of their own.
WORLDS, STREAMS = 80, 24
SPEED_M_S, WAY_M = 100.0, 10_000.0  # of what flies, and how far off it appears
_KILLS = {"drone": 1.0, "aircraft": 1.0}


def _unit(name: str, kill: float = 1.0, east: float = 0.0, **system: Any) -> dict[str, Any]:
    """It sees all around it at once, and fires at all within it, whose rounds are there almost as soon."""
    missile = {
        "range_min": 0, "range_max": 50_000, "altitude_min": 0, "speed": 100_000, "rounds": 100_000,
        "guidance": "command", "kill": {kind: kill for kind in _KILLS},
    }  # fmt: skip
    made = {"channels": 1_000, "sensors": {"eye": {"kind": "ideal", "range": 50_000}},
            "effectors": {"missile": missile}, **system}  # fmt: skip
    return {"name": name, "system": made, "at": {"east": east, "north": 0}}


def _scenario(units: list[dict[str, Any]], groups: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "bartizan": 1, "name": "own", "surface": {"kind": "open"}, "network": {"delay": 0},
        "threats": {
            "drone": {"kind": "drone", "speed": SPEED_M_S, "altitude": 1_000, "rcs": 1},
            "liner": {"kind": "aircraft", "speed": SPEED_M_S, "altitude": 2_000, "rcs": 10,
                      "transponder": more.pop("transponder", 0.0), "flight_plan": more.pop("flight_plan", 0.0)},
        },
        "assets": [{"name": "Town", "at": {"east": 0, "north": 0}}], "units": units,
        "raids": [{"name": "raid", "groups": groups}], **more,
    }  # fmt: skip


def _drone(**more: Any) -> dict[str, Any]:
    return {"threat": "drone", "count": 1, "distance": WAY_M, **more}


def _played(scenario: Mapping[str, Any], seed: int, worlds: int = 1, raids: int = RAIDS) -> Outcomes:
    return run(load(scenario), worlds=worlds, raids=raids, seed=seed)


@answers("readiness_common_cause", own=True)
def _readiness(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: towns far apart with one drone and one unit each; what gets through are those whose unit is off."""
    x = row["inputs"]
    places = [100_000.0 * k for k in range(x["units"])]
    towns = [{"name": f"T{k}", "at": {"east": east, "north": 0}} for k, east in enumerate(places)]
    scenario = _scenario(
        [_unit(f"U{k}", east=east) for k, east in enumerate(places)],
        [_drone(targets=[f"T{k}"]) for k in range(x["units"])],
        readiness={"ready": x["ready"], "common": x["common"]},
    )  # fmt: skip
    ready = x["units"] - _played(scenario | {"assets": towns, "network": None}, seed).leakers
    yield mean_near(row, "mean", ready)
    yield mean_near(row, "variance", (ready - ready.mean()) ** 2)
    yield distribution_near(row, "pmf", ready, np.array(row["expected"]["pmf"]))


@answers("identification_chain", takes_s=1.5, own=True)
def _calls(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: a stream of neutrals, each looked at so often, or a threat alone; who is fired at."""
    x = dict(row["inputs"])
    weapons, looks, of_threats = x.pop("weapons"), x.pop("looks"), x.pop("threats", False)
    told = {"transponder": x.pop("answers", 0.0), "flight_plan": x.pop("filed", 0.0)}
    way_s = (1.0 if of_threats else 2.0) * WAY_M / SPEED_M_S
    identify = {"time": 0.3 * way_s / looks, "spread": 1, "again": way_s / looks, **x}
    unit = _unit("U", doctrine={"weapons": weapons})
    if of_threats:
        drone = _scenario([unit], [_drone()], identify=identify)
        yield chance_near(row, "fired_at", _played(drone, seed).leakers == 0)
        return
    stream = {"threat": "liner", "count": 120, "distance": WAY_M, "arrival": {"rate": "0.04 1/s"},
              "neutral": {"lasts": 2_000}}  # fmt: skip
    found = _played(_scenario([unit], [_drone(), stream], identify=identify, **told), seed, 8, 48)
    flown, engaged = (int(found.total[column + 1]) for column in (found.columns.flown, found.columns.engaged))
    yield chance_near(row, "fired_at", np.arange(flown) < engaged)


@answers("thinned_stream", takes_s=2, own=True)
def _thinned(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids, each with a stream of its own: how many neutrals come before and after the airspace closes."""
    x = row["inputs"]
    neutral = {"lasts": x["lasts"]} | {name: x[name] for name in ("closing", "left") if name in x}
    stream = {"threat": "liner", "count": 80, "distance": WAY_M, "arrival": {"rate": x["rate"]}, "neutral": neutral}
    watch = {"name": "U", "system": {"sensors": {"eye": {"kind": "ideal", "range": 50_000}}},
             "at": {"east": 0, "north": 0}}  # fmt: skip
    found = _played(_scenario([watch], [_drone(), stream]), seed, WORLDS, STREAMS)
    came = found.sums[:, :, found.columns.flown + 1].astype(int).ravel()
    yield mean_near(row, "mean", came)
    yield distribution_near(row, "pmf", came, np.array(row["expected"]["pmf"]))


@answers("unit_outage", own=True)
def _lost(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: drones one by one against a unit that stops each as it appears, until it is lost."""
    x = row["inputs"]
    loss = {field: x[field] for field in ("at", "within", "chance")}
    unit = _unit("U") | {"lost": loss}
    leakers = _played(_scenario([unit], [_drone(count=x["count"], arrival={"gap": x["gap"]})]), seed).leakers
    yield mean_near(row, "mean", leakers)
    yield distribution_near(row, "pmf", leakers, np.array(row["expected"]["pmf"]))


@answers("correlated_shots", own=True)
def _frailty(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: one salvo at one threat, whose susceptibility is its own in each raid."""
    x = row["inputs"]
    unit = _unit("U", x["kill"], doctrine={"salvo": x["rounds"], "max_salvos": 1})
    scenario = _scenario([unit], [_drone()])
    scenario["threats"]["drone"]["shot_correlation"] = x["correlation"]
    yield chance_near(row, "leak", _played(scenario, seed).leakers)
