"""How far and how fast a missile flies: a point mass under thrust and drag in the standard atmosphere.

    dv/dt = (thrust - rho v^2 Cd(Mach) S / 2) / m - g sin(climb)

The engine's tables are of straight flight: from rest at the launcher, at one climb angle, the weight borne by lift
that costs no drag. A free path, which gravity bends, is there too. Mass falls evenly while the motor burns; what drops
off at burn-out takes no speed with it. Heights count as geopotential, in which gravity is constant
(`ground.atmosphere`). Left out: wind, induced drag, turns off the rail, thrust that grows in thinner air.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bartizan.ground.atmosphere import GAS_CONSTANT, GRAVITY, HEAT_RATIO, at_geopotential
from bartizan.ground.exact import cos, sin
from bartizan.ground.jit import inner, kernel
from bartizan.physics.arrays import Field, record

f8, i4 = np.float64, np.int32
DRAG_POINTS = 12  # of a table of drag coefficients, at most
#: of the Runge-Kutta method; with motors that burn for 1 to 20 s, times of flight are within 4e-5 of their limit
STEP_S = 0.2
#: no flight is longer
LONGEST_S = 1000.0
_SAME_S, _SAME_M_S = 1e-13, 1e-6  # the end of a flight is found to within this

MOTOR = record(
    "MOTOR",
    Field("thrust", f8, "N", "while it burns"),
    Field("burn", f8, "s", "from ignition to burn-out"),
    Field("mass", f8, "kg", "at ignition"),
    Field("propellant", f8, "kg", "burnt evenly"),
    Field("dropped", f8, "kg", "at burn-out"),
    Field("area", f8, "m2", "that the drag coefficient counts on"),
    Field("climb", f8, "rad", "angle of its straight flight"),
    Field("height", f8, "m", "of the launcher, geopotential"),
    Field("speed_min", f8, "m/s", "below which it is of no use"),
    Field("mach", f8, "", "rows of its drag coefficients: at which Mach numbers", DRAG_POINTS),
    Field("drag", f8, "", "and the coefficients there", DRAG_POINTS),
    Field("points", i4, "", "rows"),
)


class Flown(NamedTuple):
    """Where a missile is, and how it goes."""

    t: float  # s after ignition
    x: float  # m along the ground
    z: float  # m, height
    v: float  # m/s
    climb: float  # rad


class Until(NamedTuple):
    """What ends a flight, whichever comes first."""

    time: float  # s
    away: float  # m, slant range from the launch
    slowest: float  # m/s, from burn-out on


@inner
def _drag_coefficient(motor, mach):  # type: ignore[no-untyped-def]
    """Linear between the rows of its table; what lies outside is as at the edge."""
    if mach <= motor.mach[0]:
        return motor.drag[0]
    for k in range(1, motor.points):
        if mach < motor.mach[k]:
            f = (mach - motor.mach[k - 1]) / (motor.mach[k] - motor.mach[k - 1])
            return motor.drag[k - 1] + f * (motor.drag[k] - motor.drag[k - 1])
    return motor.drag[motor.points - 1]


@inner
def _rates(motor, burns, straight, t, z, v, climb):  # type: ignore[no-untyped-def]
    """By how much speed, m/s, and climb angle, rad, change in a second at time t and height z."""
    temperature, pressure = at_geopotential(max(z, 0.0))
    mach = abs(v) / math.sqrt(HEAT_RATIO * GAS_CONSTANT * temperature)
    density = pressure / (GAS_CONSTANT * temperature)
    drag = 0.5 * density * v * abs(v) * _drag_coefficient(motor, mach) * motor.area
    mass = motor.mass - motor.propellant - motor.dropped
    thrust = 0.0
    if burns:
        mass, thrust = motor.mass - motor.propellant * t / motor.burn, motor.thrust
    bends = 0.0 if straight else -GRAVITY * cos(climb) / v
    return (thrust - drag) / mass - GRAVITY * sin(climb), bends


@inner
def _step(motor, burns, straight, now, dt):  # type: ignore[no-untyped-def]
    """`now` dt later: one step of the classical Runge-Kutta method."""
    t, x, z, v, climb = now
    h = 0.5 * dt
    a1, b1 = _rates(motor, burns, straight, t, z, v, climb)
    v2, c2 = v + h * a1, climb + h * b1
    z2 = z + h * v * sin(climb)
    a2, b2 = _rates(motor, burns, straight, t + h, z2, v2, c2)
    v3, c3 = v + h * a2, climb + h * b2
    z3 = z + h * v2 * sin(c2)
    a3, b3 = _rates(motor, burns, straight, t + h, z3, v3, c3)
    v4, c4 = v + dt * a3, climb + dt * b3
    z4 = z + dt * v3 * sin(c3)
    a4, b4 = _rates(motor, burns, straight, t + dt, z4, v4, c4)
    sixth = dt / 6.0
    level = v * cos(climb) + 2.0 * (v2 * cos(c2) + v3 * cos(c3)) + v4 * cos(c4)
    rises = v * sin(climb) + 2.0 * (v2 * sin(c2) + v3 * sin(c3)) + v4 * sin(c4)
    faster, bends = a1 + 2.0 * (a2 + a3) + a4, b1 + 2.0 * (b2 + b3) + b4
    return Flown(t + dt, x + sixth * level, z + sixth * rises, v + sixth * faster, climb + sixth * bends)


@inner
def _overshoot(motor, burns, straight, now, until):  # type: ignore[no-untyped-def]
    """For how many s the missile has been too far away or, with its motor burnt out, too slow."""
    t, x, z, v, climb = now
    slowest = until.slowest
    away = math.sqrt(x * x + (z - motor.height) * (z - motor.height))
    over = (away - until.away) / max(v, 1e-9 if burns else max(slowest, 1e-9))
    if not burns:
        slows, _ = _rates(motor, burns, straight, t, z, v, climb)
        if slows < 0.0:
            over = max(over, (v - slowest) / slows)
    return over


@kernel
def fly(motor, straight, step, now, until):  # type: ignore[no-untyped-def]
    """The Flown of a missile that is as `now` says when its flight ends, as Until says.

    `motor` is one record of MOTOR. `straight` holds the climb angle. `step`, s, is the longest.
    """
    while now.t < until.time:
        burns = now.t < motor.burn
        if not burns and now.v <= until.slowest:
            break
        end = min(motor.burn, until.time) if burns else until.time
        dt = min(step, end - now.t)
        then = _step(motor, burns, straight, now, dt)
        over = _overshoot(motor, burns, straight, then, until)
        if over >= 0.0:
            for _ in range(20):  # Newton's method
                dt -= over
                then = _step(motor, burns, straight, now, dt)
                over = _overshoot(motor, burns, straight, then, until)
                if abs(over) < _SAME_S:
                    break
            return then
        now = Flown(end if dt == end - now.t else then.t, then.x, then.z, then.v, then.climb)
    return now


@kernel
def fill_flyouts(motors, step, reach, flight):  # type: ignore[no-untyped-def]
    """Times of straight flight from rest, s, at even slant ranges from 0 to its reach: flight (W, points).

    motors: MOTOR (W,). reach (W,), m: how far each may fly; shortened to where it has become slower than its least
    speed, 0 if it never is as fast.
    """
    points = flight.shape[1]
    for w in range(motors.shape[0]):
        motor = motors[w]
        at_rest = Flown(0.0, 0.0, motor.height, 0.0, motor.climb)
        t, x, z, v, _ = fly(motor, True, step, at_rest, Until(LONGEST_S, reach[w], motor.speed_min))
        away = math.sqrt(x * x + (z - motor.height) * (z - motor.height))
        if v <= motor.speed_min + _SAME_M_S and t >= motor.burn:
            reach[w] = away if t > motor.burn else 0.0
        now = at_rest
        for k in range(points):
            if k > 0 and reach[w] > 0.0:
                away = reach[w] * k / (points - 1)
                now = fly(motor, True, step, now, Until(LONGEST_S, away, motor.speed_min))
            flight[w, k] = now.t
