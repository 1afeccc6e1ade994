"""Made-up raids of three sizes for the benchmarks, written as ordinary scenario dicts."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

#: threats and fire units of each size
SIZES = ((20, 6), (100, 20), (500, 50))
SEED = 1
SPREAD_S = 600.0

# kind: share of the raid, speed m/s, altitude m, radar cross section m2, distance km, dive angle. The angles make the
# descent take about the last third of the way.
_THREATS: dict[str, tuple[float, tuple[int, int], tuple[int, int], float, tuple[int, int], str]] = {
    "drone": (0.45, (50, 70), (100, 1500), 0.10, (40, 90), "3 deg"),
    "cruise": (0.30, (220, 260), (40, 150), 0.08, (100, 200), "2 deg"),
    "aircraft": (0.17, (300, 600), (2000, 9000), 0.60, (120, 220), "6 deg"),
    "ballistic": (0.08, (800, 1100), (8000, 20000), 0.15, (150, 250), "14 deg"),
}
_DISTANCES = 3  # groups of one kind differ in distance: the middles of so many equal parts of its range
_CLASS_SHARES = {"short": 0.5, "medium": 0.35, "long": 0.15}
_KILL_FAR = {"drone": 0.8, "cruise": 0.8, "aircraft": 0.7, "ballistic": 0.5}
_ASSETS, _ASSET_SPREAD_M, _UNIT_SPREAD_M, _JAMMER_SPREAD_M = 5, 25e3, 6e3, 3e3
_UNITS_PER_JAMMER = 5


def scenario(threats: int, units: int) -> dict[str, Any]:
    """A raid of `threats` on five places that `units` fire units and some jammers defend; the same at every call."""
    rng = np.random.default_rng(SEED)
    places = rng.uniform(-_ASSET_SPREAD_M, _ASSET_SPREAD_M, (_ASSETS, 2))
    return {
        "bartizan": 1,
        "name": f"benchmark-{threats}x{units}",
        "summary": "Made up for the benchmarks; nothing in it is a real system.",
        "surface": _city(),
        "network": {"delay": 3.0},
        "systems": {**_systems(), "jammer": _jammer()},
        "threats": {kind: _threat(kind) for kind in _THREATS},
        "assets": [{"name": f"Place {k}", "at": _at(xy)} for k, xy in enumerate(places)],
        "units": _units(rng, places, units) + _jammers(rng, places, max(1, units // _UNITS_PER_JAMMER)),
        "raids": [{"name": "raid", "groups": _groups(rng, threats)}],
    }


def _at(xy: np.ndarray) -> dict[str, float]:
    return {"east": float(xy[0]), "north": float(xy[1])}


def _city() -> dict[str, Any]:
    """Open building all over the place: a sensor on a 10 m mast loses low targets behind it, as behind low hills."""
    return {
        "kind": "city",
        "centre": {"east": 0.0, "north": 0.0},
        "radius": 35e3,
        "density": "5 1/km2",
        "perimeter": 80.0,
        "heights": {"rayleigh": 8.0},
    }


def _threat(kind: str) -> dict[str, Any]:
    _, speed, altitude, rcs, _, dive = _THREATS[kind]
    return {
        "kind": kind,
        "speed": {"low": speed[0], "high": speed[1]},
        "altitude": {"low": altitude[0], "high": altitude[1]},
        "rcs": rcs,
        "dive_angle": dive,
        "link_dependence": 1.0 if kind == "drone" else 0.0,
        "satnav_dependence": 1.0 if kind == "cruise" else 0.0,
    }


def _radar(range_m: float, instrumented_m: float, scan_s: float) -> dict[str, Any]:
    return {"range": range_m, "range_max": instrumented_m, "rcs": 1.0, "scan_period": scan_s, "confirm": [2, 3]}


def _missile(r: tuple[float, float], z: tuple[float, float], speed: float, **more: Any) -> dict[str, Any]:
    """A missile that slows down on its way: 2 s, then the range over a mean speed that falls by up to a quarter."""
    far = np.linspace(0.0, 1.0, 9)
    table = [(float(f * r[1]), float(2.0 + f * r[1] / (speed * (1 - 0.25 * f)))) for f in far]
    limits = {"range_min": r[0], "range_max": r[1], "altitude_min": z[0], "altitude_max": z[1]}
    return {**limits, "flight": table, "channel_until": "intercept", **more}


def _systems() -> dict[str, Any]:
    gun = {
        "kind": "gun", "range_min": 100.0, "range_max": 4e3, "altitude_max": 3e3, "flight_time": 2.0, "rounds": 40,
        "channel_until": "intercept", "reload_time": 120.0, "at_once": 1,
        "kill": {"drone": 0.30, "cruise": 0.15, "aircraft": 0.05, "ballistic": 0.01},
    }  # fmt: skip
    near = {"drone": 0.75, "cruise": 0.7, "aircraft": 0.6, "ballistic": 0.3}
    short = _missile((500.0, 12e3), (10.0, 6e3), 600.0, rounds=6, reload_time=300.0, kill=near, at_once=1)
    medium = _missile((2e3, 40e3), (20.0, 15e3), 800.0, rounds=16, reload_time=900.0, kill=_KILL_FAR)
    long = _missile((5e3, 100e3), (50.0, 25e3), 1000.0, rounds=32, reload_time=1800.0, kill=_KILL_FAR)
    search = {"short": _radar(30e3, 60e3, 1.0), "medium": _radar(90e3, 160e3, 3.0), "long": _radar(180e3, 250e3, 8.0)}

    def system(name: str, channels: int, reaction: float, assessment: float, salvo: int, **effectors: Any) -> Any:
        return {
            "channels": channels, "reaction_time": reaction, "assessment_time": assessment, "antenna_height": 10.0,
            "sensors": {"search": search[name]}, "effectors": effectors, "doctrine": {"salvo": salvo},
        }  # fmt: skip

    return {
        "short": system("short", 1, 6.0, 3.0, 1, missile=short),
        "short-gun": system("short", 2, 6.0, 3.0, 1, missile=short, gun=gun),
        "medium": system("medium", 4, 8.0, 4.0, 1, missile=medium),
        "long": system("long", 8, 12.0, 5.0, 2, missile=long),
    }


def _jammer() -> dict[str, Any]:
    denial = {"denies": ["satnav", "control-link"], "range": 8e3, "mean_time_to_effect": 125.0}
    return {"antenna_height": 10.0, "emitters": {"jammer": denial}}


def _units(rng: np.random.Generator, places: np.ndarray, count: int) -> list[dict[str, Any]]:
    classes = rng.choice(list(_CLASS_SHARES), count, p=list(_CLASS_SHARES.values()))
    at = places[rng.integers(0, len(places), count)] + rng.normal(0, _UNIT_SPREAD_M, (count, 2))
    uneven = rng.uniform(0.8, 1.25, count)  # no two radars turn in step
    armed = rng.random(count) < 0.8
    units = []
    for k, name in enumerate(classes):
        system = "short-gun" if name == "short" and armed[k] else str(name)
        scan = {"short": 1.0, "medium": 3.0, "long": 8.0}[name] * float(uneven[k])
        override = {"sensors": {"search": {"scan_period": scan}}}
        units.append({"name": f"Unit {k}", "system": system, "at": _at(at[k]), "override": override})
    return units


def _jammers(rng: np.random.Generator, places: np.ndarray, count: int) -> list[dict[str, Any]]:
    at = places[rng.integers(0, len(places), count)] + rng.normal(0, _JAMMER_SPREAD_M, (count, 2))
    return [{"name": f"Jammer {k}", "system": "jammer", "at": _at(xy)} for k, xy in enumerate(at)]


def _groups(rng: np.random.Generator, count: int) -> list[dict[str, Any]]:
    """Threats by kind, distance and side: two thirds come from a sector about east, one third from north by west."""
    kinds = rng.choice(list(_THREATS), count, p=[t[0] for t in _THREATS.values()])
    parts = rng.integers(0, _DISTANCES, count)
    counted = Counter(
        (str(kind), int(part), k % 3 == 0) for k, (kind, part) in enumerate(zip(kinds, parts, strict=True))
    )
    return [_group(kind, part, aside, n) for (kind, part, aside), n in sorted(counted.items())]


def _group(kind: str, part: int, aside: bool, count: int) -> dict[str, Any]:
    low, high = _THREATS[kind][4]
    middle = 90.0 - (np.degrees(2.0) if aside else 0.0)
    half = np.degrees(0.6)
    return {
        "threat": kind,
        "count": count,
        "distance": 1e3 * (low + (high - low) * (part + 0.5) / _DISTANCES),
        "bearing": {"low": f"{middle - half:.2f} deg", "high": f"{middle + half:.2f} deg"},
        "wander": 0.06,
        "arrival": {"spread": SPREAD_S, "jitter": 20.0},
    }
