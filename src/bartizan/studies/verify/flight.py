"""Reference tables on what flies and falls: the standard atmosphere, bodies with drag."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from bartizan.ground.atmosphere import GRAVITY, standard
from bartizan.physics.fall import Body, trajectory
from bartizan.physics.motors import MOTOR, Flown, Until, fly
from bartizan.studies.verify.checks import Check, Row, answers, near

#: NASA's sphere: one slug over its drag coefficient and section, kg/m2; released at 30,000 ft, or fired.
SPHERE_KG_M2 = 14.5939 / (0.1 * 0.018241459)
HIGH_M, FIRED_M_S = 30_000 * 0.3048, 1000 * 0.3048
EQUATOR_M = 6_378_137.0
#: Gravity at the equator, the turning of the earth taken off, m/s2, and the radius over which it falls off there, m.
NORMAL_GRAVITY = 9.7803253
NORMAL_RADIUS_M = EQUATOR_M / (1 + 1 / 298.257 + 0.00344979)
#: The round earth that does not turn, of case 4.
ROUND_M, EARTH_M3_S2 = 20_902_255.199 * 0.3048, 3.986004418e14
STEP_SHARE, STEP_S = 0.1, 0.1
#: What a flat earth that does not turn misses within 30 s at 300 m/s eastwards, as the table says: the Eotvos effect.
NOT_TURNING_M = 25.0
FLIGHT_STEP_S, NO_LIMIT = 0.01, 1e12
#: A shot in air of one density is scaled down by this, so that it climbs micrometres: g, k v^2 and v / t stay the same.
SMALLER = 1e-9


@answers("atmosphere_isa")
def _atmosphere(row: Row, seed: int) -> Iterator[Check]:
    """`ground.atmosphere`, by geopotential and by geometric height."""
    for height in ("geopotential", "geometric"):
        found = standard(float(row["inputs"]["h"]), height == "geopotential")
        for name, value in zip(("T", "p", "rho", "a"), found, strict=True):
            yield near(row, f"{name}, {height}", value, row["expected"][height][name])


@answers("nesc_point_mass")
def _nasa(row: Row, seed: int) -> Iterator[Check]:
    """`physics.fall.trajectory`: a flat earth that does not turn, with gravity that falls off."""
    said, expected, t = row["quantity"], row["expected"], float(row["inputs"]["t_s"])
    beta = math.inf if "no drag" in said else SPHERE_KG_M2
    if "fired" in said:
        x, altitude, _ = _released(beta, 0.0, FIRED_M_S, t)
        yield near(row, "alt_m", altitude, tolerance=NOT_TURNING_M, kind="abs")
        along = math.radians(expected["lon_deg"]) * EQUATOR_M
        yield near(row, "lon_deg, in m", x, along, tolerance=NOT_TURNING_M, kind="abs")
    elif "round non-rotating" in said:
        # The simulations that the reference is the median of differ by this much.
        spread = max(row["tol"], float(row["checked_by"].split()[-2]))
        _, altitude, _ = _released(beta, HIGH_M, 0.0, t, EARTH_M3_S2 / ROUND_M**2, ROUND_M)
        yield near(row, "alt_m", altitude, tolerance=spread, kind="abs")
    else:
        _, altitude, speed = _released(beta, HIGH_M, 0.0, t)
        yield near(row, "alt_m", altitude, kind="abs")
        yield near(row, "tas_mps", speed, kind="abs")


def _released(
    beta: float, z: float, fired: float, t: float, gravity: float = NORMAL_GRAVITY, radius: float = NORMAL_RADIUS_M
) -> tuple[float, float, float]:
    """Distance east, height (m) and speed (m/s) after t s; fired with that speed both up and east."""
    body = Body(float(beta), gravity=float(gravity), radius=float(radius))
    x, _, z, vx, vy, vz, _ = trajectory(body, float(z), (float(fired), 0.0, float(fired)), STEP_SHARE, STEP_S, float(t))
    return x, z, math.hypot(vx, vy, vz)


@answers("flyout_closed_form", icpt="between samples of a route meetings are found by straight lines, not to 1e-9")
def _missile(row: Row, seed: int) -> Iterator[Check]:
    """`physics.motors.fly`, which fills tables of flight: straight, or bent by gravity where the row is."""
    answer = {"coast": _coast, "updown": _up_and_down, "boost": _boost, "traj": _trajectory}
    yield from answer[row["id"].split("-")[0]](row)


def _coast(row: Row) -> Iterator[Check]:
    given, motor = row["inputs"], _slowed(row["inputs"]["k"])
    _, x, _, v, _ = _flown(motor, given["v0"], until_s=given["t"])
    yield near(row, "v", v)
    yield near(row, "x", x)
    yield near(row, "tof_to_x", _flown(motor, given["v0"], until_m=row["expected"]["x"])[0])


def _up_and_down(row: Row) -> Iterator[Check]:
    k, slower = row["inputs"]["k"] / SMALLER, math.sqrt(SMALLER)
    step = FLIGHT_STEP_S * slower
    up, _, apex, _, _ = _flown(_slowed(k), row["inputs"]["v0"] * slower, math.pi / 2, step=step)
    yield near(row, "apex", apex / SMALLER)
    yield near(row, "t_up", up / slower)
    fall = functools.partial(_flown, v=0.0, climb=-math.pi / 2, step=step, slowest=-1.0)
    down, _, _, v, _ = fall(_slowed(k, apex), until_m=apex)
    yield near(row, "v_impact", v / slower)
    yield near(row, "t_down", down / slower)
    yield near(row, "v_term", fall(_slowed(k), until_s=30 * up)[3] / slower)


def _boost(row: Row) -> Iterator[Check]:
    given = row["inputs"]
    propellant, burn = given["m0"] - given["m1"], given["t_burn"]
    thrust = given["Isp"] * GRAVITY * propellant / burn
    motor = _record(thrust=thrust, burn=burn, mass=given["m0"], propellant=propellant)
    _, x, _, v, _ = _flown(motor, 0.0, until_s=burn)
    yield near(row, "v_bo", v)
    yield near(row, "x_bo", x)


def _trajectory(row: Row) -> Iterator[Check]:
    given, rows = row["inputs"], len(row["inputs"]["Mach"])
    motor = _record(mass=given["m"], area=given["S"], points=rows)
    motor.thrust, motor.burn, motor.propellant = (given.get(name, 0.0) for name in ("thr", "tb", "mp"))
    motor.mach[:rows], motor.drag[:rows] = given["Mach"], given["Cd"]
    for point in row["expected"]:
        _, x, z, v, _ = _flown(motor, given["v0"], given["el"], straight=False, until_s=point["t"])
        for name, value in (("x", x), ("h", z), ("v", v)):
            yield near(row, f"{name} at {point['t']:g} s", value, point[name])


def _flown(
    motor: Any, v: float, climb: float = 0.0, *, straight: bool = True, step: float = FLIGHT_STEP_S,
    until_s: float = NO_LIMIT, until_m: float = NO_LIMIT, slowest: float = 0.0,
) -> Flown:  # fmt: skip
    """What becomes of a missile that starts with speed v, m/s."""
    start = Flown(0.0, 0.0, float(motor.height), float(v), float(climb))
    found: Flown = fly(motor, straight, step, start, Until(float(until_s), float(until_m), float(slowest)))
    return found


def _slowed(k: float, height: float = 0.0) -> Any:
    """A missile without thrust that drag alone slows by k v^2 at sea level; k in 1/m."""
    motor = _record(mass=1.0, area=1.0, height=height)
    motor.drag[0] = 2 * k / standard(0.0, True)[2]
    return motor


def _record(**fields: float) -> Any:
    """One record of MOTOR; what is not given is 0, and its one drag coefficient as well."""
    motor = np.zeros(1, MOTOR).view(np.recarray)
    motor.points = 1
    for name, value in fields.items():
        motor[name] = value
    return motor[0]
