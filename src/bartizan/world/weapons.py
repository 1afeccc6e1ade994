"""Effectors as records: envelopes, times of flight, gunnery, kill chances."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bartizan.ground import rng
from bartizan.physics import motors
from bartizan.physics.arrays import (
    CANNOT_ENGAGE,
    EFFECTOR,
    NO_CROSSING_LIMIT,
    NO_LIMIT,
    RANGE_POINTS,
    records,
)
from bartizan.world import orders, warheads
from bartizan.world.cases import Case, PlacedUnit
from bartizan.world.draw import Worlds
from bartizan.world.schema import (
    Effector,
    Motor,
)
from bartizan.world.sensing import fill_sector


class EffectorPacker:
    """Fills the records of all effectors of a scenario."""

    def __init__(self, worlds: Worlds, case: Case, effectors: Sequence[warheads.PlacedEffector]) -> None:
        self.worlds, self.case, self.of_effectors = worlds, case, effectors

    def of_system(self, unit: PlacedUnit, *path: str) -> np.ndarray:
        return self.worlds.value(unit.key_of(path))

    def effectors(self, units: Any) -> np.ndarray:
        effectors = records((len(self.worlds), len(self.of_effectors)), EFFECTOR)
        for e, (i, placed, name, written) in enumerate(self.of_effectors):
            effector = effectors[:, e]
            effector.unit, effector.is_gun = i, written.kind == "gun"
            effector.entity = rng.name_hash(f"{placed.name}/{name}")
            held_in_sight = written.guidance in ("command", "semi-active") or written.kind == "gun"
            effector.sight_to_intercept = held_in_sight
            until = written.channel_until or ("assessment" if held_in_sight else "intercept")
            effector.hold_to_assessment = until == "assessment"
            self._envelope(effector, units[:, i], placed, name, written)
            self._gunnery(effector, placed, name, written)
            effector.kill_varies = written.gunnery is not None or written.has_geometry
            self._orders(effector, placed, name, written)
        ends = np.cumsum([orders.number_of_arcs(written) for *_, written in self.of_effectors])
        effectors.a0[:, 1:], effectors.a1[:] = ends[:-1], ends
        return effectors

    def _orders(self, effector: Any, placed: PlacedUnit, name: str, written: Effector) -> None:
        """When it opens fire, and the rounds that are kept from some class."""
        if written.open_range is not None:
            effector.r_max = np.minimum(effector.r_max, self.of_system(placed, "effectors", name, "open_range"))
        effector.open_chance = self.of_system(placed, "effectors", name, "open_chance")
        for threat_class in written.release:
            kept = orders.kept(self.worlds, placed, name, written, threat_class, effector.rounds)
            effector.kept = np.maximum(effector.kept, kept)

    def _envelope(self, effector: Any, unit: Any, placed: PlacedUnit, name: str, written: Effector) -> None:
        def of(*path: str) -> np.ndarray:
            return self.of_system(placed, "effectors", name, *path)

        effector.r_min, effector.r_max = of("range_min"), of("range_max")
        effector.z_min, effector.z_max = of("altitude_min"), of("altitude_max")
        effector.crossing_max = of("crossing_max") if written.crossing_max is not None else NO_CROSSING_LIMIT
        if written.sector is not None:
            fill_sector(effector, of("azimuth"), of("sector"))
        effector.rounds = of("rounds")
        effector.reload = of("reload_time") if written.reload_time is not None else np.inf
        effector.top_up = of("top_up_after") if written.top_up_after is not None else np.inf
        effector.spare = of("spare_rounds") if written.spare_rounds is not None else NO_LIMIT
        effector.resupply = of("resupply_time") if written.resupply_time is not None else np.inf
        effector.at_once = of("at_once") if written.at_once is not None else NO_LIMIT
        effector.reliability = of("reliability")
        if written.motor is not None:
            effector.flight, effector.r_max = self._flown(unit, written.motor, of, effector.r_max)
        effector.per_metre = (RANGE_POINTS - 1) / np.maximum(effector.r_max, 1.0)
        ranges = np.linspace(0.0, 1.0, RANGE_POINTS) * np.maximum(effector.r_max, 1.0)[:, None]
        if written.speed is not None:
            flight = ranges / of("speed")[:, None]
        elif written.flight_time is not None:
            flight = np.zeros_like(ranges) + of("flight_time")[:, None]
        elif written.flight is not None:
            flight = self._tabulated(written, of, ranges)
        else:
            flight = effector.flight
        effector.flight = flight + of("launch_delay")[:, None]

    def _flown(self, unit: Any, written: Motor, of: Any, r_max: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Times of flight at even ranges up to where the missile is spent, and that range, at most r_max."""
        motor = records(len(self.worlds), motors.MOTOR)
        motor.burn = of("motor", "burn_time")
        motor.thrust = of("motor", "thrust") if written.thrust else of("motor", "impulse") / motor.burn
        for field in ("mass", "propellant", "dropped", "area", "speed_min"):
            motor[field] = of("motor", field)
        motor.climb, motor.height = of("motor", "elevation"), np.maximum(unit.antenna, 0.0)
        motor.points = 1
        if written.drag is not None:
            motor.drag[:, 0] = of("motor", "drag")
        else:
            motor.points = len(written.drag_by_mach or [])
            for k in range(len(written.drag_by_mach or [])):
                motor.mach[:, k] = of("motor", "drag_by_mach", str(k), "0")
                motor.drag[:, k] = of("motor", "drag_by_mach", str(k), "1")
        return flyouts(motor.tobytes(), np.ascontiguousarray(r_max).tobytes())

    def _tabulated(self, written: Effector, of: Any, ranges: np.ndarray) -> np.ndarray:
        rows = [(of("flight", str(k), "0"), of("flight", str(k), "1")) for k in range(len(written.flight or []))]
        at, time = np.array([r for r, _ in rows]).T, np.array([t for _, t in rows]).T
        return np.array([np.interp(ranges[w], at[w], time[w]) for w in range(len(self.worlds))])

    def _gunnery(self, effector: Any, placed: PlacedUnit, name: str, written: Effector) -> None:
        effector.burst = 1
        if written.gunnery is None:
            return
        effector.has_gunnery = 1
        effector.burst = np.maximum(self.of_system(placed, "effectors", name, "gunnery", "burst"), 1)
        for field in ("dispersion", "aim_error", "bias"):
            effector[field] = self.of_system(placed, "effectors", name, "gunnery", field)

    def kill(self) -> np.ndarray:
        return self._by_class(
            lambda written: ("gunnery", "kill_per_hit") if written.gunnery else ("kill",), CANNOT_ENGAGE
        )

    def reach(self) -> np.ndarray:
        return self._by_class(lambda _: ("reach",), np.inf)

    def lethal_radius(self) -> np.ndarray:
        """Of each effector against each group, m; 0 where no miss is modelled."""
        stated = self._by_class(lambda written: ("miss", "lethal_radius") if written.miss else None, -1.0)
        return np.where(stated < 0.0, 0.0, np.maximum(stated, 1e-3))

    def _by_class(self, path_of: Callable[[Effector], tuple[str, ...] | None], otherwise: float) -> np.ndarray:
        """What an effector states at a path for the class of each group, (W, E, G)."""
        found = np.full((len(self.worlds), len(self.of_effectors), len(self.case.groups)), otherwise)
        for e, (_, placed, name, written) in enumerate(self.of_effectors):
            if (path := path_of(written)) is None:
                continue
            stated: Any = functools.reduce(getattr, path, written)
            for g, wave in enumerate(self.case.groups):
                if wave.threat.kind in stated:
                    found[:, e, g] = self.of_system(placed, "effectors", name, *path, wave.threat.kind)
        return found


@functools.lru_cache(maxsize=32)
def flyouts(motor: bytes, reach: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Times of flight (W, RANGE_POINTS), s, and reach (W,), m, of the records of one motor in W worlds.

    Worlds that are alike in them are flown once. The result is kept, because units of a type that stand equally high
    share it, and so do all raids of one draw of worlds.
    """
    flown, reaches = np.frombuffer(motor, motors.MOTOR), np.frombuffer(reach)
    rows = np.hstack([a.view(np.uint8).reshape(len(reaches), -1) for a in (flown, reaches)])
    _, first, which = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    far, flight = reaches[first], np.zeros((len(first), RANGE_POINTS))
    motors.fill_flyouts(flown[first], motors.STEP_S, far, flight)
    return flight[which.ravel()], far[which.ravel()]
