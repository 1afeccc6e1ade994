"""Reference tables on what flies and falls: the standard atmosphere, bodies with drag."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bartizan.physics.atmosphere import standard
from bartizan.physics.fall import trajectory
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


@answers("atmosphere_isa")
def _atmosphere(row: Row, seed: int) -> Iterator[Check]:
    """`physics.atmosphere`, by geopotential and by geometric height."""
    for height in ("geopotential", "geometric"):
        found = standard(float(row["inputs"]["h"]), height == "geopotential")
        for name, value in zip(("T", "p", "rho", "a"), found, strict=True):
            yield near(row, f"{name}, {height}", value, row["expected"][height][name])


@answers("nesc_point_mass")
def _nasa(row: Row, seed: int) -> Iterator[Check]:
    """`physics.fall.trajectory`: a flat earth that does not turn, with gravity that falls off."""
    case, t = row["id"][:7], float(row["inputs"]["t_s"])
    if case == "nesc-09":
        x, altitude, _ = _released(SPHERE_KG_M2, 0.0, FIRED_M_S, t)
        yield near(row, "alt_m", altitude, tolerance=NOT_TURNING_M, kind="abs")
        along = math.radians(row["expected"]["lon_deg"]) * EQUATOR_M
        yield near(row, "lon_deg, in m", x, along, tolerance=NOT_TURNING_M, kind="abs")
    elif case == "nesc-04":
        # The simulations that the reference is the median of differ by this much.
        spread = max(row["tol"], float(row["checked_by"].split()[-2]))
        _, altitude, _ = _released(SPHERE_KG_M2, HIGH_M, 0.0, t, EARTH_M3_S2 / ROUND_M**2, ROUND_M)
        yield near(row, "alt_m", altitude, tolerance=spread, kind="abs")
    else:
        _, altitude, speed = _released(math.inf, HIGH_M, 0.0, t)
        yield near(row, "alt_m", altitude, kind="abs")
        yield near(row, "tas_mps", speed, kind="abs")


def _released(
    beta: float, z: float, fired: float, t: float, gravity: float = NORMAL_GRAVITY, radius: float = NORMAL_RADIUS_M
) -> tuple[float, float, float]:
    """Distance east, height (m) and speed (m/s) after t s; fired with that speed both up and east."""
    x, _, z, vx, vy, vz, _ = trajectory(beta, z, fired, 0.0, fired, 0.0, 0.0, gravity, radius, STEP_SHARE, STEP_S, t)
    return x, z, math.hypot(vx, vy, vz)
