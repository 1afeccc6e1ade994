"""How things fall: point masses with drag, in the standard atmosphere and a wind that grows with height.

    dv/dt = -rho |v - w| (v - w) / (2 beta) - g(z) up,    beta = m / (Cd A)

with the ballistic coefficient beta constant, so that drag is that of a tumbling body below the speed of sound. The
wind blows one way with w(z) = w(10 m) (z / 10 m)^(1/7), the power law over open country (ASCE 7; Hsu et al. 1994),
which at 10 km gives 2.7 times the wind at 10 m. The earth is flat and does not turn: over the half minute of NASA's
check case 9 that is 20 m of height (Eotvos), and here falls begin at a few hundred m/s at most.

Raids look landings up in one table over (beta, height, speed, climb angle), integrated in still air. A steady wind is
exact from there: in the frame that moves with the air the body starts with v - w, and the frame moves by w times the
time of fall. The wind that grows with height is replaced by its mean below the release.
"""

from __future__ import annotations

import functools
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from bartizan.ground.atmosphere import GEOPOTENTIAL_RADIUS_M, GRAVITY, density
from bartizan.ground.exact import atan2, cos, exp, log, power, sin
from bartizan.ground.jit import fingerprint, inner, kernel
from bartizan.ground.machine import cores
from bartizan.ground.store import Store

WIND_HEIGHT_M, WIND_POWER = 10.0, 1.0 / 7.0
# A step is this many times the time in which drag alone would change the speed e-fold, MAX_STEP_S at most: bodies that
# have long reached their terminal speed would otherwise need steps of metres. RK4 is stable up to 2.8.
STEP_SHARE, MAX_STEP_S = 1.0, 1.0

# The axes of the table: equal steps in log(beta), in the roots of height and speed, and in the angle.
BETAS, BETA_LOW, BETA_HIGH = 18, 4.0, 20_000.0
HEIGHTS, HEIGHT_MAX_M = 25, 30_000.0
SPEEDS, SPEED_MAX = 15, 1_500.0
ANGLES = 13  # from straight down to straight up
PLACES_PER_LOG = (BETAS - 1) / float(Decimal(BETA_HIGH / BETA_LOW).ln())


class Body(NamedTuple):
    """What falls, and what acts on it."""

    beta: float  # kg/m2; infinite: no drag
    wind_x: float = 0.0  # m/s, at 10 m
    wind_y: float = 0.0
    gravity: float = GRAVITY  # m/s2, at the ground; it falls off with `radius`
    radius: float = GEOPOTENTIAL_RADIUS_M  # m


@inner
def wind_factor(z):  # type: ignore[no-untyped-def]
    """The wind at height z, m, as a multiple of that at 10 m."""
    return power(max(z, 0.0) / WIND_HEIGHT_M, WIND_POWER)


@inner
def mean_wind_factor(z):  # type: ignore[no-untyped-def]
    """The mean of `wind_factor` from the ground to z."""
    return wind_factor(z) / (1.0 + WIND_POWER)


@inner
def _pull(body, z, vx, vy, vz):  # type: ignore[no-untyped-def]
    """Acceleration, m/s2, at height z with velocity (vx, vy, vz)."""
    blows = wind_factor(z) if body.wind_x != 0.0 or body.wind_y != 0.0 else 0.0
    ux, uy = vx - body.wind_x * blows, vy - body.wind_y * blows
    drag = 0.5 * density(max(z, 0.0)) / body.beta * math.sqrt(ux * ux + uy * uy + vz * vz)
    nearer = body.radius / (body.radius + z)
    return -drag * ux, -drag * uy, -drag * vz - body.gravity * nearer * nearer


@inner
def step_on(body, x, y, z, vx, vy, vz, dt):  # type: ignore[no-untyped-def]
    """Position and velocity dt later: one step of the classical Runge-Kutta method."""
    ax1, ay1, az1 = _pull(body, z, vx, vy, vz)
    h = 0.5 * dt
    vx2, vy2, vz2 = vx + h * ax1, vy + h * ay1, vz + h * az1
    ax2, ay2, az2 = _pull(body, z + h * vz, vx2, vy2, vz2)
    vx3, vy3, vz3 = vx + h * ax2, vy + h * ay2, vz + h * az2
    ax3, ay3, az3 = _pull(body, z + h * vz2, vx3, vy3, vz3)
    vx4, vy4, vz4 = vx + dt * ax3, vy + dt * ay3, vz + dt * az3
    ax4, ay4, az4 = _pull(body, z + dt * vz3, vx4, vy4, vz4)
    sixth = dt / 6.0
    return (
        x + sixth * (vx + 2.0 * (vx2 + vx3) + vx4),
        y + sixth * (vy + 2.0 * (vy2 + vy3) + vy4),
        z + sixth * (vz + 2.0 * (vz2 + vz3) + vz4),
        vx + sixth * (ax1 + 2.0 * (ax2 + ax3) + ax4),
        vy + sixth * (ay1 + 2.0 * (ay2 + ay3) + ay4),
        vz + sixth * (az1 + 2.0 * (az2 + az3) + az4),
    )


@inner
def _step_length(beta, z, speed, share, longest):  # type: ignore[no-untyped-def]
    """The next step, s."""
    return min(longest, share * beta / max(density(max(z, 0.0)) * speed, 1e-12))


@inner
def _last_step(body, z, vx, vy, vz, dt):  # type: ignore[no-untyped-def]
    """The part of a step of dt, which ends below the ground, after which the body is on it: Newton's method."""
    part = dt
    for _ in range(20):
        _, _, end, _, _, sinks = step_on(body, 0.0, 0.0, z, vx, vy, vz, part)
        if abs(end) < 1e-6 or sinks >= 0.0:
            break
        part = min(max(part - end / sinks, 0.0), dt)
    return part


@kernel
def trajectory(body, z, velocity, share, longest, until):  # type: ignore[no-untyped-def]
    """Where a body is that is released at height z, m, when it reaches the ground or at time `until`, s.

    Returns x, y, z (m) and vx, vy, vz (m/s) there, and the time (s). `body` is a Body of floats, `velocity` three, m/s;
    `share` and `longest` bound the steps.
    A kernel that kernels call: inlined into each of them, it took ten times as long to compile.
    """
    vx, vy, vz = velocity
    x = y = t = 0.0
    while t < until and (z > 0.0 or vz > 0.0):
        dt = min(_step_length(body.beta, z, math.sqrt(vx * vx + vy * vy + vz * vz), share, longest), until - t)
        found = step_on(body, x, y, z, vx, vy, vz, dt)
        if found[2] <= 0.0:
            dt = _last_step(body, z, vx, vy, vz, dt)
            x, y, z, vx, vy, vz = step_on(body, x, y, z, vx, vy, vz, dt)
            return x, y, 0.0, vx, vy, vz, t + dt
        x, y, z, vx, vy, vz = found
        t += dt
    return x, y, z, vx, vy, vz, t


# ---------------------------------------------------------------------------------------------------- table


@kernel
def fill_falls(b, table):  # type: ignore[no-untyped-def]
    """table (HEIGHTS, SPEEDS, ANGLES, 2) f4: ground distance, m, and time, s, of falls of place b in still air."""
    body = Body(BETA_LOW * exp(b / PLACES_PER_LOG), 0.0, 0.0, GRAVITY, GEOPOTENTIAL_RADIUS_M)
    for h in range(table.shape[0]):
        z = HEIGHT_MAX_M * (h / (HEIGHTS - 1)) ** 2
        for s in range(table.shape[1]):
            speed = SPEED_MAX * (s / (SPEEDS - 1)) ** 2
            for a in range(table.shape[2]):
                angle = math.pi * (a / (ANGLES - 1) - 0.5)
                along, climb = speed * cos(angle), speed * sin(angle)
                if 2 * a + 1 == ANGLES:  # level to the bit: at the ground it is there already
                    climb = 0.0
                found = trajectory(body, z, (along, 0.0, climb), STEP_SHARE, MAX_STEP_S, 1e9)
                table[h, s, a, 0], table[h, s, a, 1] = found[0], found[6]


_one_looks = threading.Lock()


def falls() -> np.ndarray:
    """The table of falls (BETAS, HEIGHTS, SPEEDS, ANGLES, 2), kept on disk under the hash of the kernels that made it.
    Read-only; threads that ask at once wait for the one that makes it."""
    with _one_looks:
        return _falls()


@functools.cache
def _falls() -> np.ndarray:
    store, shape = Store("falls"), (BETAS, HEIGHTS, SPEEDS, ANGLES, 2)
    made_by = fingerprint(fill_falls)
    found = store.get(made_by)
    if found is None or found.shape != shape:
        found = np.zeros(shape, np.float32)
        with ThreadPoolExecutor(cores()) as pool:
            list(pool.map(fill_falls, range(BETAS), found))
        store.put(made_by, found)
    found = np.array(found)
    found.flags.writeable = False
    return found


@inner
def _between(q, points):  # type: ignore[no-untyped-def]
    """The cell of an axis with so many points, and the place in it from 0 to 1; what lies outside is on the edge."""
    q = min(max(q, 0.0), points - 1.0)
    k = min(int(q), points - 2)
    return k, q - k


@inner
def beta_place(beta):  # type: ignore[no-untyped-def]
    """Where a ballistic coefficient lies on its axis; a factor of e is PLACES_PER_LOG further on."""
    return PLACES_PER_LOG * log(max(beta, 1e-300) / BETA_LOW)


@inner
def _of_lighter(place, distance, time):  # type: ignore[no-untyped-def]
    """Ground distance and time of a body that may be lighter than the table's lightest, from those of that one.

    So light a body falls at its terminal speed nearly all the way: its time goes with 1 / sqrt(beta), and how far it
    gets before the air has stopped it with beta. To beta = 1 that is 3 % of the way off in 9 of 10 cases.
    """
    if place >= 0.0:
        return distance, time
    share = exp(place / PLACES_PER_LOG)
    return distance * share, time / math.sqrt(share)


@inner
def release(z, vx, vy, vz, wind_x, wind_y):  # type: ignore[no-untyped-def]
    """What `comes_down` needs to know of a release at height z: its cells in the table, and which way it goes.

    The same for all pieces of one body. Velocity and wind at 10 m in m/s.
    """
    blows = mean_wind_factor(z)
    wx, wy = wind_x * blows, wind_y * blows
    ux, uy = vx - wx, vy - wy
    along = math.sqrt(ux * ux + uy * uy)
    speed = math.sqrt(along * along + vz * vz)
    h, fh = _between((HEIGHTS - 1) * math.sqrt(max(z, 0.0) / HEIGHT_MAX_M), HEIGHTS)
    s, fs = _between((SPEEDS - 1) * math.sqrt(speed / SPEED_MAX), SPEEDS)
    a, fa = _between((ANGLES - 1) * (atan2(vz, along) / math.pi + 0.5), ANGLES)
    per_metre = 1.0 / along if along > 0.0 else 0.0
    return h, fh, s, fs, a, fa, ux * per_metre, uy * per_metre, wx, wy


@inner
def comes_down(table, place, released):  # type: ignore[no-untyped-def]
    """How far east and north, m, of its `release` a body comes down, and after how many s; place: `beta_place`."""
    h, fh, s, fs, a, fa, east, north, wx, wy = released
    b, fb = _between(place, BETAS)
    distance = time = 0.0
    for i in range(2):
        wb = fb if i else 1.0 - fb
        for j in range(2):
            wh = wb * (fh if j else 1.0 - fh)
            for k in range(2):
                ws = wh * (fs if k else 1.0 - fs)
                cell = table[b + i, h + j, s + k]
                distance += ws * ((1.0 - fa) * cell[a, 0] + fa * cell[a + 1, 0])
                time += ws * ((1.0 - fa) * cell[a, 1] + fa * cell[a + 1, 1])
    distance, time = _of_lighter(place, distance, time)
    return distance * east + wx * time, distance * north + wy * time, time


@kernel
def landing(table, beta, z, velocity, wind, out):  # type: ignore[no-untyped-def]
    """`comes_down` for callers in Python: velocity (3,), wind at 10 m (2,); out (3,) = east, north, time."""
    released = release(z, velocity[0], velocity[1], velocity[2], wind[0], wind[1])
    out[0], out[1], out[2] = comes_down(table, beta_place(beta), released)
