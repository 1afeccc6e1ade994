"""Small scenarios for tests of the engine, as dicts that a test varies, and a door to the fate of every threat."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from tests.oracles.direct_engine import Plan, World

from bartizan.engine.layout import CAUSES, FATES, Theatre
from bartizan.engine.survey import survey_one
from bartizan.physics import arrays
from bartizan.studies import replicate
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack
from bartizan.world.scenario import Scenario, load


def merged(base: Any, change: Any) -> Any:
    """`base` with the keys of `change` put over it, at any depth."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return copy.deepcopy(change)
    return {k: merged(base[k], change[k]) if k in base and k in change else copy.deepcopy({**base, **change}[k])
            for k in {**base, **change}}  # fmt: skip


def battery(**change: Any) -> dict[str, Any]:
    """A missile battery with an ideal sensor: sees all within 30 km, kills with 0.6, six rounds, two channels."""
    base = {
        "channels": 2, "reaction_time": 4, "assessment_time": 2, "antenna_height": 10,
        "sensors": {"eye": {"kind": "ideal", "range": 30_000}},
        "effectors": {"missile": {"range_min": 1_000, "range_max": 15_000, "speed": 800, "rounds": 6,
                                  "guidance": "command", "kill": {"drone": 0.6, "cruise": 0.6}}},
    }  # fmt: skip
    return merged(base, change)


def radar_site(**change: Any) -> dict[str, Any]:
    """A battery with a search radar and a tracking radar."""
    sensors = {
        "search": {"range": 35_000, "rcs": 1, "scan_period": 3, "confirm": [2, 3]},
        "tracker": {"role": "fire-control", "range": 25_000, "rcs": 1, "probability": 0.9, "confirm": [1, 1]},
    }
    site = battery()
    site["sensors"] = sensors
    return merged(site, change)


def drone(**change: Any) -> dict[str, Any]:
    """A drone at 150 m/s, somewhere between 200 m and 2 km."""
    base = {"kind": "drone", "speed": 150, "altitude": {"low": 200, "high": 2_000}, "rcs": 0.3, "radius": 0.7}
    return merged(base, change)


def group(**change: Any) -> dict[str, Any]:
    """Eight drones from anywhere, within a minute."""
    base = {"threat": "drone", "count": 8, "distance": 30_000, "bearing": {"low": "-180 deg", "high": "180 deg"},
            "arrival": {"spread": 60}}  # fmt: skip
    return base | change


def scene(units: list[dict[str, Any]], groups: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """A scenario about one town at the origin."""
    base = {
        "bartizan": 1, "name": "scene", "origin": {"lat": 50, "lon": 10}, "surface": {"kind": "smooth"},
        "network": {"delay": 3}, "systems": {"battery": battery(), "radar-site": radar_site()},
        "threats": {"drone": drone()}, "assets": [{"name": "Town", "at": {"east": 0, "north": 0}, "radius": 200}],
        "units": units, "raids": [{"name": "raid", "groups": groups or [group()]}],
    }  # fmt: skip
    return merged(base, more)


def unit(name: str, system: Any = "battery", east: float = 0.0, north: float = 0.0, **more: Any) -> dict[str, Any]:
    """A unit at a place."""
    return {"name": name, "system": system, "at": {"east": east, "north": north}, **more}


def threats(scenario: Scenario | dict[str, Any], worlds: int, raids: int, seed: int = 0, **how: Any) -> dict[str, Any]:
    """What became of every threat: arrays of shape (worlds, raids, threats)."""
    scenario = load(scenario) if isinstance(scenario, dict) else scenario
    case = scenario.cases[0]
    plan = replicate.design(case, worlds, raids, seed)
    found = replicate.parts(scenario, [(case, plan)], threads=1, keep=frozenset({"threats"}), **how)
    parts = sorted((part for _, part in found), key=lambda part: part.first_world)
    columns = {n: np.concatenate([p.threats[n] for p in parts]) for n in parts[0].threats}
    rows: dict[str, Any] = {n: c.reshape(worlds, raids, case.routes) for n, c in columns.items()}
    rows["sums"] = np.concatenate([p.sums for p in parts])
    return rows


def named_causes(found: dict[str, Any]) -> dict[str, int]:
    """How many threats leaked for each cause."""
    leaked = found["cause"][found["fate"] == FATES.index("leaked")]
    counts = np.bincount(leaked, minlength=len(CAUSES))
    return {name: int(n) for name, n in zip(CAUSES, counts, strict=True) if n}


def surveyed(of: dict[str, Any], step_m: float = 50.0, plan: int = 0) -> tuple[arrays.Packed, Theatre]:
    """World 0 of a scene, and its theatre for one plan of its raid."""
    loaded = load(of)
    drawn = draw.worlds(loaded, 0, 0, 1)
    packed = pack.pack(loaded, loaded.cases[0], drawn)
    world = arrays.world(packed, 0)
    return world, survey_one(world, skies(loaded, packed, drawn.indices)[0], 0, plan, step_m)


def double(of: dict[str, Any], plan: int = 0) -> Plan:
    """What the slow double makes of the same."""
    loaded = load(of)
    return Plan(World(loaded, loaded.cases[0], 0, 0), plan)


def read_delay(theatre: Theatre, slot: Any, s: float) -> float:
    """The table's delay for a launch at s, by NumPy."""
    rows = theatre.delay[slot["d0"] : slot["d0"] + slot["cells"]]
    return float(np.interp((s - slot["first"]) * slot["per_cell"], np.arange(slot["cells"]), rows))
