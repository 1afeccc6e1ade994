"""Missiles under thrust and drag: closed forms, the order of the method, laws, a slow double, the catalogue."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles import flights
from tests.world.samples import unit, written
from tests.world.test_schema import complaints, effector

from bartizan.ground.atmosphere import GRAVITY, standard
from bartizan.physics import arrays, motors
from bartizan.world import catalog, draw, pack, schema, weapons
from bartizan.world.scenario import load

MISSILE = {
    "thrust": 40e3, "burn": 2.0, "mass": 75.0, "propellant": 32.0, "dropped": 10.0, "area": 0.00636,
    "climb": math.radians(10), "height": 0.0, "speed_min": 1.0,
}  # fmt: skip
MACH = [0.0, 0.8, 1.05, 1.5, 3.0, 4.0]
DRAG = [0.3, 0.32, 0.6, 0.55, 0.4, 0.35]
FAR_M = 20_000.0


def record(drag: float | list[float] = 0.5, mach: list[float] | None = None, **more: float) -> Any:
    motor = np.zeros(1, motors.MOTOR).view(np.recarray)
    for name, value in (MISSILE | more).items():
        motor[name] = value
    values = [drag] if isinstance(drag, float) else drag
    motor.points = len(values)
    motor.drag[0, : len(values)] = values
    motor.mach[0, : len(values)] = mach or [0.0]
    return motor


def table(motor: Any, far: float = FAR_M, points: int = 33, step: float = motors.STEP_S) -> tuple[float, np.ndarray]:
    """How far it reaches and when it is where on the way."""
    reach, flight = np.array([far]), np.zeros((1, points))
    motors.fill_flyouts(motor, step, reach, flight)
    return float(reach[0]), flight[0]


def at_time(motor: Any, until: float, step: float = 0.01) -> motors.Flown:
    start = motors.Flown(0.0, 0.0, 0.0, 0.0, float(motor.climb[0]))
    return motors.fly(motor[0], True, step, start, motors.Until(until, 1e12, 0.0))


# ------------------------------------------------------------------------------------------------ closed forms


@pytest.mark.parametrize("climb", [0.0, 10.0, 60.0, 90.0])
def test_rocket_equation(climb: float) -> None:
    """In a vacuum v = u ln(m0 / m1) - g sin(climb) t, with u the speed of the exhaust, thrust x burn / propellant."""
    motor = record(0.0, climb=math.radians(climb))
    exhaust = MISSILE["thrust"] * MISSILE["burn"] / MISSILE["propellant"]
    gained = exhaust * math.log(MISSILE["mass"] / (MISSILE["mass"] - MISSILE["propellant"]))
    lost = GRAVITY * math.sin(math.radians(climb)) * MISSILE["burn"]
    assert at_time(motor, MISSILE["burn"])[3] == pytest.approx(gained - lost, rel=1e-9)


def test_what_drops_off_takes_no_speed_with_it() -> None:
    heavy, light = (at_time(record(0.0, dropped=kg), 2.0 + 1e-6)[3] for kg in (0.0, 20.0))
    assert heavy == pytest.approx(light, rel=1e-9)


def test_level_coast_in_air_of_one_density() -> None:
    """After burn-out x = ln(1 + k v0 t) / k, with k = rho Cd S / 2m of what is left."""
    motor = record(0.5, climb=0.0, height=3_000.0)
    left = MISSILE["mass"] - MISSILE["propellant"] - MISSILE["dropped"]
    k = standard(3_000.0, True)[2] * 0.5 * MISSILE["area"] / (2 * left)
    start = motors.Flown(0.0, 0.0, 3e3, 0.0, 0.0)
    burnt, later = (motors.fly(motor[0], True, 0.01, start, motors.Until(t, 1e12, 0.0)) for t in (2.0, 12.0))
    assert later[3] == pytest.approx(burnt[3] / (1 + k * burnt[3] * 10), rel=1e-9)
    assert later[1] - burnt[1] == pytest.approx(math.log1p(k * burnt[3] * 10) / k, rel=1e-9)


def test_reach_ends_where_it_is_too_slow() -> None:
    """Level, v = v0 exp(-k x) after burn-out: it is as slow as `speed_min` ln(v0 / speed_min) / k further on."""
    motor = record(0.5, climb=0.0, speed_min=400.0)
    k = standard(0.0, True)[2] * 0.5 * MISSILE["area"] / (2 * 33.0)
    burnt = at_time(motor, 2.0)
    reach, flight = table(motor, 60_000.0)
    assert reach == pytest.approx(burnt[1] + math.log(burnt[3] / 400) / k, rel=1e-7)
    assert flight[-1] == pytest.approx(2 + (burnt[3] / 400 - 1) / (k * burnt[3]), rel=1e-7)
    assert table(motor, 5_000.0)[0] == 5_000.0


def test_a_missile_that_is_never_fast_enough_reaches_nothing() -> None:
    reach, flight = table(record(0.5, speed_min=3_000.0))
    assert reach == 0
    assert (flight == 0).all()


def test_heights_are_geopotential() -> None:
    """Taken for geometric, the density at 20 km would be 1 % off: level flight there tells which it is."""
    motor = record(0.5, climb=0.0, height=20_000.0)
    k = standard(20_000.0, True)[2] * 0.5 * MISSILE["area"] / (2 * 33.0)
    coast = motors.fly(motor[0], True, 0.01, motors.Flown(3.0, 0.0, 20e3, 1000.0, 0.0), motors.Until(13.0, 1e12, 0.0))
    assert 1000 / coast[3] - 1 == pytest.approx(k * 1000 * 10, rel=1e-6)


# ------------------------------------------------------------------------------------------------ the method


def test_order_of_convergence() -> None:
    """Halving the step divides the error by 16, across burn-out as well. (Within a kink of drag it would not.)"""
    exact = at_time(record(0.5), 10.0, 0.005)
    errors = [[abs(a - b) for a, b in zip(at_time(record(0.5), 10.0, h), exact, strict=True)] for h in (0.4, 0.2, 0.1)]
    for k in (1, 2, 3):
        coarse, middle, fine = (error[k] for error in errors)
        assert math.log2(coarse / middle) == pytest.approx(4, abs=0.5)
        assert math.log2(middle / fine) == pytest.approx(4, abs=0.3)


@pytest.mark.parametrize("burn", [1.0, 4.0, 20.0])
def test_the_engines_step_is_short_enough(burn: float) -> None:
    motor = record(DRAG, MACH, burn=burn, thrust=80e3 / burn)
    _, flight = table(motor)
    _, fine = table(motor, step=0.01)
    assert flight[1:] == pytest.approx(fine[1:], rel=1e-4)


@pytest.mark.parametrize("more", [{}, {"height": 2_000.0, "climb": 0.7}, {"burn": 9.0, "thrust": 9e3}])
def test_against_the_slow_double(more: dict[str, float]) -> None:
    numbers = MISSILE | more
    ranges = np.linspace(0.0, FAR_M, 33)
    reach, flight = table(record(DRAG, MACH, **more))
    assert reach == FAR_M
    assert flight == pytest.approx(flights.times(numbers, MACH, DRAG, ranges), abs=3e-3)


# ------------------------------------------------------------------------------------------------ laws

positive = {
    "thrust": st.floats(5e3, 80e3), "burn": st.floats(0.5, 10.0), "climb": st.floats(0.0, 1.5),
    "height": st.floats(0.0, 5_000.0), "speed_min": st.floats(1.0, 600.0),
}  # fmt: skip
missiles = st.fixed_dictionaries(positive)


def never_later(one: Any, other: Any) -> None:
    """The first reaches as far as the second and is nowhere later."""
    (reach, _), (less, _) = table(one), table(other)
    assert reach >= less - 1e-6
    far = min(reach, less)
    if far > 0:
        slack = 1e-9 + 1e-4 * table(other, far)[1]
        assert (table(one, far)[1] <= table(other, far)[1] + slack).all()


@settings(max_examples=30)
@given(missiles, st.floats(0.0, 1.0), st.floats(0.01, 1.0))
def test_more_drag_is_never_faster(missile: dict[str, float], drag: float, more: float) -> None:
    never_later(record(drag, **missile), record(drag + more, **missile))


@settings(max_examples=30)
@given(missiles, st.floats(1.0, 5_000.0))
def test_a_higher_launch_site_is_never_slower(missile: dict[str, float], higher: float) -> None:
    never_later(record(0.5, **missile | {"height": missile["height"] + higher}), record(0.5, **missile))


@settings(max_examples=30)
@given(missiles, st.floats(1.0, 2.0))
def test_more_thrust_is_never_slower(missile: dict[str, float], more: float) -> None:
    never_later(record(0.5, **missile | {"thrust": missile["thrust"] * more}), record(0.5, **missile))


@settings(max_examples=30)
@given(missiles)
def test_times_rise_with_range(missile: dict[str, float]) -> None:
    reach, flight = table(record(0.5, **missile))
    assert 0 <= reach <= FAR_M
    assert flight[0] == 0
    if reach > 0:
        assert (np.diff(flight) > 0).all()


# ------------------------------------------------------------------------------------------------ in scenarios

MOTOR = {
    "impulse": "80 kNs", "burn_time": 2, "mass": "75 kg", "propellant": "32 kg", "dropped": "10 kg",
    "area": "0.00636 m2", "drag": 0.5, "elevation": "10 deg", "speed_min": "400 m/s",
}  # fmt: skip


def packed(motor: dict[str, Any], count: int = 2, **place: Any) -> Any:
    missile = {"range_max": "30 km", "motor": motor, "launch_delay": 2, "rounds": 4, "kill": {"drone": 0.5}}
    system = {"sensors": {"eye": {"kind": "ideal", "range": "20 km"}}, "effectors": {"m": missile}}
    scenario = load(written(units=[unit("u", system=system, **place)]))
    return pack.pack(scenario, scenario.case("raid"), draw.worlds(scenario, 5, 0, count)).effectors[:, 0]


def test_the_engine_flies_the_motors_table() -> None:
    found = packed(MOTOR)[0]
    reach, flight = table(record(0.5, speed_min=400.0), 30_000.0)
    assert 20_000 < reach < 30_000
    assert found["r_max"] == reach
    assert found["per_metre"] == pytest.approx((arrays.RANGE_POINTS - 1) / reach)
    assert found["flight"] == pytest.approx(flight + 2)


def test_a_table_of_drag_and_thrust_in_place_of_impulse() -> None:
    other = {k: v for k, v in MOTOR.items() if k not in ("impulse", "drag")} | {"thrust": "40 kN"}
    same = packed(other | {"drag_by_mach": [[0, 0.5], [4, 0.5]]})
    assert (same["flight"] == packed(MOTOR)["flight"]).all()
    less = packed(other | {"drag_by_mach": [[0, 0.5], [2, 0.5], [3, 0.4]]})
    assert less[0]["r_max"] > same[0]["r_max"]


def test_a_unit_that_stands_higher_reaches_farther() -> None:
    assert packed(MOTOR, height="1 km")[0]["r_max"] > packed(MOTOR)[0]["r_max"]


def flown(monkeypatch: pytest.MonkeyPatch, motor: dict[str, Any], *heights: Any, raids: int = 1) -> list[int]:
    """How many missiles each call of the integrator flies, for a unit at each height, packed for 5 worlds."""
    calls: list[int] = []
    fill = motors.fill_flyouts
    monkeypatch.setattr(motors, "fill_flyouts", lambda m, *rest: (calls.append(len(m)), fill(m, *rest))[1])
    weapons.flyouts.cache_clear()
    missile = {"range_max": "30 km", "motor": motor, "launch_delay": 2, "rounds": 4, "kill": {"drone": 0.5}}
    system = {"sensors": {"eye": {"kind": "ideal", "range": "20 km"}}, "effectors": {"m": missile}}
    units = [unit(f"u{k}", system=system, height=h) for k, h in enumerate(heights)]
    scenario = load(written(units=units))
    drawn = draw.worlds(scenario, 5, 0, 5)
    for _ in range(raids):
        pack.pack(scenario, scenario.case("raid"), drawn)
    return calls


def test_each_missile_is_flown_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many units have it at one height, in however many worlds, and for however many raids of these."""
    assert flown(monkeypatch, MOTOR, 0, 0, "30 m", raids=3) == [1, 1]
    uncertain = MOTOR | {"drag": {"low": 0.4, "high": 0.6}}
    assert flown(monkeypatch, uncertain, 0, raids=2) == [5]


def test_worlds_keep_their_own_flights() -> None:
    """Missiles are told apart by each of their numbers: a world's table is that of its own motor, in its place."""
    found = packed(MOTOR | {"drag": {"either": [0.4, 0.6]}}, 20)
    low, high = (packed(MOTOR | {"drag": drag}, 1)[0]["flight"] for drag in (0.4, 0.6))
    slow = found["flight"][:, 5] == high[5]
    assert 0 < slow.sum() < 20
    assert (found["flight"] == np.where(slow[:, None], high, low)).all()


def test_an_uncertain_motor_is_drawn_by_world() -> None:
    found = packed(MOTOR | {"drag": {"low": 0.4, "high": 0.6}}, 20)
    assert len(set(found["flight"][:, 5])) == 20


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"thrust": "40 kN"}, "exactly one of thrust, impulse"),
        ({"drag": None}, "exactly one of drag, drag_by_mach"),
        ({"propellant": "66 kg"}, "nothing would fly on"),
        ({"burn_time": 0}, "more than 0 s"),
        ({"burn_time": {"low": 2, "high": 200}}, "does not lift"),
        ({"mass": {"same_as": "a/b"}}, "same_as is not for"),
        ({"drag": None, "drag_by_mach": [[0, 0.5]]}, "2 to 12 rows"),
        ({"drag": None, "drag_by_mach": [[2, 0.5], [1, 0.5]]}, "must rise"),
        ({"drag": None, "drag_by_mach": [[0, 0.5], [{"low": 1, "high": 2}, 0.5]]}, "must be certain"),
    ],
)
def test_motors_that_cannot_be(more: dict[str, Any], message: str) -> None:
    ((_, told),) = complaints(schema.Motor, MOTOR | more)
    assert message in told


def test_a_gun_has_no_motor() -> None:
    gun = effector(kind="gun", speed=None, motor=MOTOR)
    assert "a motor is for a missile" in complaints(schema.Effector, gun)[0][1]


# ------------------------------------------------------------------------------------------------ the catalogue


def test_57e6_meets_what_is_published_of_it() -> None:
    """1300 m/s at burn-out, means of 900 m/s over 12 km and 780 m/s over 18 km; and it gets to its 20 km."""
    missile = catalog.system("pantsir-s1").effectors["57E6"]
    given = missile.motor
    assert given is not None
    assert given.impulse is not None
    assert given.drag is not None
    likely = {name: getattr(given, name).likely for name in ("mass", "propellant", "dropped", "area", "speed_min")}
    burn = given.burn_time.likely
    motor = record(
        given.drag.likely, burn=burn, thrust=given.impulse.likely / burn, climb=given.elevation.likely, **likely
    )
    assert at_time(motor, burn)[3] == pytest.approx(1300, rel=0.005)
    for far, mean in ((12_000.0, 900.0), (18_000.0, 780.0)):
        assert far / table(motor, far)[1][-1] == pytest.approx(mean, rel=0.005)
    assert table(motor)[0] == missile.range_max.likely == FAR_M
