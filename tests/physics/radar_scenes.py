"""One radar and threats that fly at a town: the chance of each look as the engine has it, and where they were."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from tests.engine.scenes import battery, merged, scene, surveyed, unit

DRONE = {"kind": "drone", "speed": 100, "altitude": 500, "rcs": 1, "dive_angle": "80 deg"}
RADAR = {"range": 20_000, "scan_period": 1, "phase": 0, "confirm": [1, 1]}
#: the range equation of a small X-band radar
EQUATION = {
    "range": None, "frequency": "9.4 GHz", "power": "20 kW", "pulse": "1 us", "gain": "36 dB", "temperature": "900 K",
    "losses": "8 dB", "beam": "2 deg",
}  # fmt: skip


class Looks(NamedTuple):
    """Looks at one threat: N of them, in order, only those that could detect it."""

    time: np.ndarray  # s after it appears
    pd: np.ndarray  # chance of each
    place: np.ndarray  # (N, 3) m from the radar
    velocity: np.ndarray  # (N, 3) m/s

    @property
    def range(self) -> np.ndarray:
        return np.linalg.norm(self.place, axis=1)

    @property
    def opening(self) -> np.ndarray:
        """Radial speed, m/s, away from the radar."""
        return np.sum(self.place * self.velocity, axis=1) / self.range


def group(bearing: float = 90.0, **more: Any) -> dict[str, Any]:
    """One threat from the east, unless told."""
    where = f"{bearing} deg"
    return {"threat": "drone", "count": 1, "distance": 40_000, "bearing": {"low": where, "high": where}} | more


def radar(**change: Any) -> dict[str, Any]:
    """A sensor; `range: None` leaves the range out."""
    return {name: value for name, value in merged(RADAR, change).items() if value is not None}


def scenario(sensor: dict[str, Any], groups: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """The radar stands 300 m south of the town's centre, 20 m high."""
    system = battery(antenna_height=20) | {"sensors": {"radar": sensor}}
    base = scene([unit("Site", system, 0.0, -300.0)], groups or [group()], surface={"kind": "open"})
    return merged(merged(base, {"threats": {"drone": DRONE}}), more)


def looks(of: dict[str, Any], threat: int = 0, step_m: float = 50.0) -> Looks:
    """The looks of a [1, 1] radar: what its hazard gains with each is -ln(1 - Pd)."""
    world, theatre = surveyed(of, step_m)
    route, pair = theatre.routes[threat], theatre.pairs[threat]
    time = theatre.look_time[pair["own0"] : pair["own1"]].copy()
    gained = np.diff(theatre.look_hazard[pair["own0"] : pair["own1"]], prepend=0.0)
    n = int(route["points"])
    at = np.stack([np.interp(time, route["t"][:n], route[axis][:n]) for axis in "xyz"], axis=1)
    legs = np.stack([np.diff(route[axis][:n]) / np.diff(route["t"][:n]) for axis in "xyz"], axis=1)
    leg = np.clip(np.searchsorted(route["t"][:n], time, side="right") - 1, 0, n - 2)
    site = np.array([world.units[0]["x"], world.units[0]["y"], world.units[0]["antenna"]])
    return Looks(time, -np.expm1(-gained), at - site, legs[leg])


def window(of: dict[str, Any], threat: int = 0) -> tuple[float, float]:
    """From when to when the unit could launch at the threat."""
    _, theatre = surveyed(of)
    return float(theatre.pairs[threat]["opens"]), float(theatre.pairs[threat]["closes"])
