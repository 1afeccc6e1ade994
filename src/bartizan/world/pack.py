"""The one door from objects to arrays: the worlds of a case as read-only records, which is all that kernels see.

Every array of `Packed` but the last six has one row per world. Lengths m, times s, angles rad; x east, y north in the
local frame; antennas above sea level, which a level surface lies at.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from bartizan.ground import rng
from bartizan.world import air, detection, jammers, motors, radars
from bartizan.world.draw import Worlds
from bartizan.world.scenario import Case, PlacedUnit, Scenario
from bartizan.world.schema import (
    BANDS,
    CLASSES,
    TOWNS,
    City,
    Effector,
    Emitter,
    Group,
    Motor,
    Open,
    Place,
    Sensor,
    Threat,
)

f8, i4, i8 = np.float64, np.int32, np.int64

FLIGHT_POINTS = 33  # of a time-of-flight table
SPREAD_POINTS = 65  # of the quantile table of a spread
HEIGHT_POINTS = 129  # of the table of building heights
HEIGHT_STEP_M = 2.0
MAX_SALVOS_LISTED = 4
# A unit known only to within a circle stands at one of so many places in it on a mapped surface, whose skylines take
# long to find; and antennas there have altitudes in steps of the skyline's own.
STATIONS = 16
ALTITUDE_STEP_M = 0.5
MASKS = 2  # what hides all that is low: the edge of a unit's own roof, and a screen around it
NO_LIMIT = 2**30
# Looks with a smaller detection probability than these are left out. With two hits needed the first confirms nothing:
# over 400 random cases it moved the leak probability by at most 2e-4.
PD_CUT, PD_CUT_SINGLE = 1e-3, 1e-5

RADAR, CERTAIN = 0, 1  # how a sensor detects; optical and ideal are certain at their range
SEARCH, FIRE_CONTROL = 0, 1
DIVE, GLIDE = 0, 1
TOGETHER, GAP, SPREAD, POISSON = range(4)
NO_HORIZON, HORIZON, CITY, MAPPED = range(4)
ALL_ROUND, NARROW, WIDE = range(3)  # a sensor's sector: up to half a turn, or more
CLOSED_FORM = -1  # no table of detection probabilities
NO_BAND = len(BANDS)  # of a radar whose frequency is not stated
CANNOT_ENGAGE = -1.0
NO_MASK = -1e9  # a slope that hides nothing
LEVEL_GROUND = np.zeros((2, 2), np.float32), np.array([0.0, 0.0, 1e-9])

UNIT = np.dtype(
    [
        ("x", f8), ("y", f8), ("antenna", f8), ("mask_from", f8, MASKS), ("mask_slope", f8, MASKS),
        ("reaction", f8), ("assessment", f8),
        ("kill_called_miss", f8), ("miss_called_kill", f8), ("entity", i8), ("channels", i4), ("present", i4),
        ("networked", i4), ("coordinate", i4), ("max_salvos", i4), ("partial", i4), ("engage", i4), ("salvos", i4),
        ("salvo", i4, MAX_SALVOS_LISTED), ("s0", i4), ("s1", i4), ("e0", i4), ("e1", i4),
    ],
    align=True,
)  # fmt: skip
SENSOR = np.dtype(
    [
        ("snr_constant", f8), ("ln_false_alarm", f8), ("scan", f8), ("phase", f8), ("r_min", f8), ("r_max", f8),
        ("reach", f8), ("reach_rcs", f8), ("tan_low", f8), ("tan_high", f8), ("entity", i8), ("unit", i4), ("kind", i4),
        ("role", i4), ("m", i4), ("n", i4),
        ("snr_held", f8), ("snr_cut", f8), ("snr_half", f8), ("loss", f8), ("frequency", f8), ("bandwidth", f8),
        ("radial_min", f8), ("clutter", f8), ("tan_clear", f8), ("blind", f8), ("jamming", f8), ("beside", f8),
        ("cos_beam", f8), ("edge", f8, 4), ("sector", i4), ("table", i4), ("band", i4), ("delays", i4), ("simple", i4),
    ],
    align=True,
)  # fmt: skip
EFFECTOR = np.dtype(
    [
        ("r_min", f8), ("r_max", f8), ("z_min", f8), ("z_max", f8), ("flight", f8, FLIGHT_POINTS), ("per_metre", f8),
        ("reload", f8), ("reliability", f8), ("dispersion", f8), ("aim_error", f8), ("bias", f8), ("entity", i8),
        ("unit", i4), ("is_gun", i4), ("has_gunnery", i4), ("rounds", i4), ("burst", i4), ("at_once", i4),
        ("sight_to_intercept", i4), ("hold_to_assessment", i4),
    ],
    align=True,
)  # fmt: skip
EMITTER = np.dtype(
    [("x", f8), ("y", f8), ("z", f8), ("hazard", f8), ("unit", i4), ("satnav", i4), ("link", i4)],
    align=True,
)
ASSET = np.dtype([("x", f8), ("y", f8), ("z", f8), ("ground", f8), ("radius", f8)], align=True)
TYPE = np.dtype(
    [
        ("rcs", f8), ("radius", f8), ("tan_dive", f8), ("release", f8), ("satnav", f8), ("link", f8), ("drift", f8),
        ("distance", f8), ("wander", f8), ("bearing", f8), ("bearing_span", f8), ("width", f8), ("start", f8),
        ("interval", f8), ("jitter", f8), ("wreck", f8), ("above_sea", i4),
        ("rcs_of_band", f8, len(BANDS) + 1), ("aspect", f8, 3), ("noise_power", f8), ("noise_frequency", f8),
        ("noise_bandwidth", f8), ("drift_acceleration", f8), ("has_aspect", i4),
    ],
    align=True,
)  # fmt: skip
SURFACE = np.dtype(
    [
        ("x", f8), ("y", f8), ("radius", f8), ("lines", f8), ("sector", f8), ("height", f8, HEIGHT_POINTS),
        ("plain", f8), ("kind", i4),
    ],
    align=True,
)  # fmt: skip
FALL = np.dtype(
    [("wind_x", f8), ("wind_y", f8), ("breakup", f8), ("missile", f8), ("missile_pieces", f8), ("round", f8)],
    align=True,
)
GROUP = np.dtype(
    [
        ("speed", f8, SPREAD_POINTS), ("altitude", f8, SPREAD_POINTS), ("entity", i8), ("first", i4), ("count", i4),
        ("bit", i4), ("profile", i4), ("arrival", i4), ("axis", i4), ("t0", i4), ("t1", i4),
    ],
    align=True,
)  # fmt: skip


class Packed(NamedTuple):
    """The worlds of one case. One world is `world(packed, i)`."""

    units: np.ndarray  # UNIT (W, U)
    sensors: np.ndarray  # SENSOR (W, S), in the order of units
    effectors: np.ndarray  # EFFECTOR (W, E), in the order of units
    kill: np.ndarray  # f8 (W, E, G): kill chance per round, per hit (gunnery) or CANNOT_ENGAGE
    emitters: np.ndarray  # EMITTER (W, J)
    jam_range: np.ndarray  # f8 (W, J, G): m within which an emitter denies a group what it needs; negative: nowhere
    assets: np.ndarray  # ASSET (W, A)
    types: np.ndarray  # TYPE (W, G)
    surface: np.ndarray  # SURFACE (W, 1)
    delay: np.ndarray  # f8 (W, 1): of the network; negative: there is none
    fall: np.ndarray  # FALL (W, 1): the wind, m/s at 10 m, and ballistic coefficients, kg/m2, of what comes down
    groups: np.ndarray  # GROUP (G,)
    targets: np.ndarray  # i4: assets that each group may aim at, groups[g].t0 to t1
    seed: np.ndarray  # i8 (1,)
    ground: np.ndarray  # f4 (rows, columns): height of the ground, rows running north
    frame: np.ndarray  # f8 (3,): x and y of its first cell, and cells per metre
    detection: np.ndarray  # DETECTION (K,): tables of detection probabilities that sensors refer to


def world(packed: Packed, index: int) -> Packed:
    """The arrays of one world, without the leading axis."""
    per_world = Packed._fields[:-6]
    return packed._replace(**{name: getattr(packed, name)[index] for name in per_world})


def pack(scenario: Scenario, case: Case, worlds: Worlds) -> Packed:
    """The given worlds of one case as arrays."""
    packer = _Packer(scenario, case, worlds)
    units = packer.units()
    packed = Packed(
        units=units,
        sensors=packer.sensors(),
        effectors=packer.effectors(units),
        kill=packer.kill(),
        emitters=packer.emitters(units),
        jam_range=packer.jam_range(),
        assets=packer.assets(),
        types=packer.types(),
        surface=packer.surface(),
        delay=packer.delay(),
        fall=packer.fall(),
        groups=packer.groups(),
        targets=packer.targets(),
        seed=np.array([worlds.seed], dtype=i8),
        ground=packer.ground[0],
        frame=packer.ground[1],
        detection=packer.detection(),
    )
    for array in packed:
        array.flags.writeable = False
    return packed


def records(shape: Any, dtype: np.dtype) -> Any:
    """Zeroed records with attribute access, so that kernels also run uncompiled."""
    return np.zeros(shape, dtype).view(np.recarray)


class _Packer:
    """Fills one array after another; each method knows one kind of thing."""

    def __init__(self, scenario: Scenario, case: Case, worlds: Worlds) -> None:
        self.scenario, self.case, self.worlds = scenario, case, worlds
        self.of_sensors = [(i, u, k, s) for i, u in enumerate(scenario.units) for k, s in u.system.sensors.items()]
        self.of_effectors = [(i, u, k, e) for i, u in enumerate(scenario.units) for k, e in u.system.effectors.items()]
        self.mapped = scenario.mapped
        self.ground = LEVEL_GROUND if self.mapped is None else self.mapped.ground_grid
        self.of_emitters = [(i, u, k, e) for i, u in enumerate(scenario.units) for k, e in u.system.emitters.items()]
        self.tables: dict[tuple[float, int, int], int] = {}

    def value(self, key: str) -> np.ndarray:
        return self.worlds.value(key)

    def of_system(self, unit: PlacedUnit, *path: str) -> np.ndarray:
        return self.value(unit.key_of(path))

    def place(self, at: Place, key: str, stations: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """East and north in each world: uniform over the disc within which the place is known, or at one of STATIONS
        evenly spread over it."""
        east, north = at.local(self.scenario.origin)
        within = self.value(f"{key}/within")
        share = self.worlds.uniform(f"{key}/radius", rng.PLACE)
        angle = 2 * math.pi * self.worlds.uniform(f"{key}/angle", rng.PLACE)
        if stations:  # a sunflower: equal areas, turned by the golden angle from one to the next
            share = (np.floor(share * STATIONS) + 0.5) / STATIONS
            angle = share * STATIONS * math.pi * (3 - math.sqrt(5))
        radius = within * np.sqrt(share)
        return east + radius * np.sin(angle), north + radius * np.cos(angle)

    def _heights(self, unit: Any, placed: PlacedUnit) -> None:
        """Antenna, and what hides all that is low: the edge of the roof, the screen around."""
        key, roof, screen = f"units/{placed.name}", placed.unit.roof, placed.unit.screen
        ground = self.value(f"{key}/height") + self._terrain(unit, placed)
        floor = ground + self._roof(unit, placed)
        unit.antenna = floor + self.of_system(placed, "antenna_height")
        if self.mapped is not None:
            unit.antenna = np.round(unit.antenna / ALTITUDE_STEP_M) * ALTITUDE_STEP_M
        unit.mask_slope = NO_MASK
        if roof is not None and roof.width is not None:
            away = np.maximum(self.value(f"{key}/roof/width") / 2, 1e-3)
            unit.mask_from[:, 0] = away
            unit.mask_slope[:, 0] = (floor + self.value(f"{key}/roof/parapet") - unit.antenna) / away
        if screen is not None:
            away = np.maximum(self.value(f"{key}/screen/distance"), 1e-3)
            unit.mask_from[:, 1] = away
            unit.mask_slope[:, 1] = (ground + self.value(f"{key}/screen/height") - unit.antenna) / away

    def _terrain(self, unit: Any, placed: PlacedUnit) -> np.ndarray:
        """Height of the ground under a unit in each world."""
        if self.mapped is None:
            return np.zeros(len(self.worlds))
        return self._per_place(unit, lambda x, y: self.mapped.ground_under(placed.name, x, y))  # type: ignore[union-attr]

    def _roof(self, unit: Any, placed: PlacedUnit) -> np.ndarray:
        """Height of the roof that a unit stands on, above the ground, in each world."""
        key, roof = f"units/{placed.name}", placed.unit.roof
        if roof is None:
            return np.zeros(len(self.worlds))
        if roof.storeys is not None:
            return self.value(f"{key}/roof/storeys") * self.value(f"{key}/roof/storey_height")
        return self._per_place(unit, lambda x, y: self.mapped.roof_under(placed.name, x, y))  # type: ignore[union-attr]

    def _per_place(self, unit: Any, height: Callable[[float, float], float]) -> np.ndarray:
        """height(x, y) in each world, found once for each place."""
        known: dict[tuple[float, float], float] = {}
        for place in zip(unit.x.tolist(), unit.y.tolist(), strict=True):
            if place not in known:
                known[place] = height(*place)
        return np.array([known[place] for place in zip(unit.x.tolist(), unit.y.tolist(), strict=True)])

    def units(self) -> np.ndarray:
        units = records((len(self.worlds), len(self.scenario.units)), UNIT)
        for i, placed in enumerate(self.scenario.units):
            unit, key = units[:, i], f"units/{placed.name}"
            unit.x, unit.y = self.place(placed.unit.at, f"{key}/at", stations=self.mapped is not None)
            self._heights(unit, placed)
            unit.present = self.worlds.uniform(f"{key}/is-present") < self.value(f"{key}/present")
            unit.reaction = self.of_system(placed, "reaction_time")
            unit.assessment = self.of_system(placed, "assessment_time")
            unit.kill_called_miss = self.of_system(placed, "kill_called_miss")
            unit.miss_called_kill = self.of_system(placed, "miss_called_kill")
            unit.channels = self.of_system(placed, "channels")
            unit.entity = rng.name_hash(placed.name)
            unit.networked = placed.unit.networked and self.scenario.file.network is not None
            self._doctrine(unit, placed)
            unit.s0, unit.s1 = _span(self.of_sensors, i)
            unit.e0, unit.e1 = _span(self.of_effectors, i)
        return units

    def _doctrine(self, unit: Any, placed: PlacedUnit) -> None:
        doctrine = placed.system.doctrine
        salvos = doctrine.salvo if isinstance(doctrine.salvo, list) else [doctrine.salvo]
        unit.salvos = len(salvos)
        unit.salvo[:, : len(salvos)] = salvos
        unit.coordinate = doctrine.coordinate and placed.unit.networked
        unit.max_salvos = NO_LIMIT if doctrine.max_salvos is None else doctrine.max_salvos
        unit.partial = doctrine.partial_salvo
        unit.engage = sum(1 << CLASSES.index(c) for c in (doctrine.engage or CLASSES))

    def sensors(self) -> np.ndarray:
        sensors = records((len(self.worlds), len(self.of_sensors)), SENSOR)
        for s, (i, placed, name, written) in enumerate(self.of_sensors):
            sensor = sensors[:, s]
            sensor.unit = i
            sensor.kind = RADAR if written.kind == "radar" else CERTAIN
            sensor.role = SEARCH if written.role == "search" else FIRE_CONTROL
            sensor.m, sensor.n = written.confirm
            sensor.entity = rng.name_hash(f"{placed.name}/{name}")
            figures = _Figures(self, placed, name, written)
            self._reach(sensor, figures, written)
            self._limits(sensor, figures, written)
            self._disturbances(sensor, figures, written)
            self._chances(sensor, written)
        return sensors

    def _reach(self, sensor: Any, of: _Figures, written: Sensor) -> None:
        """The constant of snr = constant x rcs / R^4, and the range and cross section that are its reference."""
        rcs, probability = of["rcs"], np.clip(of["probability"], 1e-12, 1 - 1e-12)
        sensor.ln_false_alarm = np.log(np.clip(of["false_alarm"], 1e-300, 1 - 1e-12))
        if written.snr is not None:
            snr = radars.linear(of["snr"])
        elif detection.is_closed_form(written.pulses, written.fluctuation):
            snr = np.maximum(sensor.ln_false_alarm / np.log(probability) - 1, 0.0)
        else:
            snr = _required(probability, sensor.ln_false_alarm, written)
        if written.range is not None:
            reach = of["range"]
            sensor.snr_constant = snr * reach**4 / rcs
        else:
            sensor.snr_constant = of.range_equation()
            reach = (sensor.snr_constant * rcs / np.maximum(snr, 1e-12)) ** 0.25
        sensor.snr_held, sensor.reach, sensor.reach_rcs = snr, reach, rcs

    def _limits(self, sensor: Any, of: _Figures, written: Sensor) -> None:
        """When and where it looks."""
        sensor.scan = np.maximum(of["scan_period"], 1e-3)
        sensor.phase = of["phase"] if written.phase is not None else -1.0
        sensor.r_min = of["range_min"]
        sensor.r_max = of.farthest(sensor.reach)
        sensor.tan_low, sensor.tan_high = (
            np.tan(np.clip(of[f], -1.5707, 1.5707)) for f in ("elevation_min", "elevation_max")
        )
        sensor.tan_high = np.where(of["elevation_max"] >= 1.5707, np.inf, sensor.tan_high)
        sensor.tan_low = np.where(of["elevation_min"] <= -1.5707, -np.inf, sensor.tan_low)
        if written.sector is not None:
            half = of["sector"] / 2
            sensor.sector = np.where(half >= math.pi, ALL_ROUND, np.where(half > math.pi / 2, WIDE, NARROW))
            for k, edge in ((0, of["azimuth"] - half), (2, of["azimuth"] + half)):
                sensor.edge[:, k], sensor.edge[:, k + 1] = np.sin(edge), np.cos(edge)

    def _disturbances(self, sensor: Any, of: _Figures, written: Sensor) -> None:
        """What besides noise stands against a target: slowness, clutter, air and rain, jammers."""
        sensor.frequency, sensor.bandwidth = of.get("frequency"), of.receiver_bandwidth()
        sensor.band, sensor.radial_min, sensor.tan_clear = of.band(), of.get("radial_speed_min"), np.inf
        if written.clutter is not None:
            sensor.clutter, sensor.tan_clear = of.clutter(), of.clear_above()
            if written.clutter.canceller is not None:
                sensor.delays, sensor.blind = written.clutter.canceller.delays, of.blind_speed()
        sensor.loss = of.air_loss()
        sensor.jamming, sensor.beside = of.jamming_constant(), radars.linear(-of["sidelobes"])
        sensor.cos_beam = np.cos(of.get("beam") / 2)
        sensor.simple = (sensor.radial_min == 0) & (sensor.clutter == 0) & (sensor.loss == 0) & (sensor.delays == 0)

    def _chances(self, sensor: Any, written: Sensor) -> None:
        """Its table of detection probabilities, if it needs one, and the signals that some chances need."""
        cut = PD_CUT if written.confirm[0] > 1 else PD_CUT_SINGLE
        sensor.snr_cut, sensor.snr_half = (_required(p, sensor.ln_false_alarm, written) for p in (cut, 0.5))
        sensor.table = CLOSED_FORM
        if written.kind == "radar" and not detection.is_closed_form(written.pulses, written.fluctuation):
            wanted = [(float(p), written.pulses, written.fluctuation) for p in np.exp(sensor.ln_false_alarm)]
            sensor.table = [self.tables.setdefault(key, len(self.tables)) for key in wanted]
            sensor.simple = 0

    def detection(self) -> np.ndarray:
        """The tables that sensors refer to; one that nobody does where there is none."""
        tables = records(max(len(self.tables), 1), detection.DETECTION)
        for key, row in self.tables.items():
            tables[row] = detection.detection_table(*key)
        return tables

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
        return effectors

    def _envelope(self, effector: Any, unit: Any, placed: PlacedUnit, name: str, written: Effector) -> None:
        def of(*path: str) -> np.ndarray:
            return self.of_system(placed, "effectors", name, *path)

        effector.r_min, effector.r_max = of("range_min"), of("range_max")
        effector.z_min, effector.z_max = of("altitude_min"), of("altitude_max")
        effector.rounds = of("rounds")
        effector.reload = of("reload_time") if written.reload_time is not None else np.inf
        effector.at_once = of("at_once") if written.at_once is not None else NO_LIMIT
        effector.reliability = of("reliability")
        if written.motor is not None:
            effector.flight, effector.r_max = self._flown(unit, written.motor, of, effector.r_max)
        effector.per_metre = (FLIGHT_POINTS - 1) / np.maximum(effector.r_max, 1.0)
        ranges = np.linspace(0.0, 1.0, FLIGHT_POINTS) * np.maximum(effector.r_max, 1.0)[:, None]
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
        reach, flight = r_max.copy(), np.zeros((len(self.worlds), FLIGHT_POINTS))
        motors.fill_flyouts(motor, motors.STEP_S, reach, flight)
        return flight, reach

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
        kill = np.full((len(self.worlds), len(self.of_effectors), len(self.case.groups)), CANNOT_ENGAGE)
        for e, (_, placed, name, written) in enumerate(self.of_effectors):
            path = ("effectors", name, "gunnery", "kill_per_hit") if written.gunnery else ("effectors", name, "kill")
            chances = written.gunnery.kill_per_hit if written.gunnery else written.kill
            for g, (_, threat, _, _) in enumerate(self.case.groups):
                if threat.kind in chances:
                    kill[:, e, g] = self.of_system(placed, *path, threat.kind)
        return kill

    def emitters(self, units: Any) -> np.ndarray:
        emitters = records((len(self.worlds), len(self.of_emitters)), EMITTER)
        for j, (i, placed, name, written) in enumerate(self.of_emitters):
            emitter = emitters[:, j]
            emitter.unit = i
            emitter.x, emitter.y, emitter.z = units[:, i].x, units[:, i].y, units[:, i].antenna
            self._denial(emitter, placed, name, written)
        return emitters

    def _denial(self, emitter: Any, placed: PlacedUnit, name: str, written: Emitter) -> None:
        time = self.of_system(placed, "emitters", name, "mean_time_to_effect")
        emitter.hazard = 1 / np.maximum(time, 1e-3)
        emitter.satnav, emitter.link = "satnav" in written.denies, "control-link" in written.denies

    def jam_range(self) -> np.ndarray:
        reach = np.empty((len(self.worlds), len(self.of_emitters), len(self.case.groups)))
        for j, (_, placed, name, written) in enumerate(self.of_emitters):
            of = functools.partial(self.of_system, placed, "emitters", name)
            for g in range(len(self.case.groups)):
                reach[:, j, g] = of("range") if written.range is not None else self._out_powered(of, written, g)
        return reach

    def _out_powered(self, of: Callable[[str], np.ndarray], written: Emitter, g: int) -> Any:
        """The range within which a jammer is stronger than group g can stand, m."""
        group, threat, key, _ = self.case.groups[g]
        if "control-link" in written.denies:
            if group.link is None and threat.link is None:
                return jammers.NOWHERE
            return self._out_of_link(of, f"{key if group.link is None else self.case.keys[g]}/link")
        frequency = of("frequency") if written.frequency is not None else np.asarray(jammers.L1_HZ)
        quality = of("quality") if written.quality is not None else np.asarray(1.0)
        needs = self.value(f"{key}/satnav_threshold"), self.value(f"{key}/satnav_rejection")
        return jammers.satnav_range(of("power"), frequency, quality, *needs)

    def _out_of_link(self, of: Callable[[str], np.ndarray], key: str) -> np.ndarray:
        """The same for a control link, if it lies in the jammer's band."""
        frequency, width, margin = (self.value(f"{key}/{field}") for field in ("frequency", "bandwidth", "margin"))
        wave, away = radars.wavelength(frequency), np.maximum(self.value(f"{key}/distance"), 1.0)
        signal = jammers.received_dbw(self.value(f"{key}/power"), wave, away) - self.value(f"{key}/loss")
        reach = jammers.jamming_range(jammers.in_band(of("power"), of("bandwidth"), width), wave, signal, margin)
        meets = np.abs(of("frequency") - frequency) <= np.maximum(of("bandwidth"), width) / 2
        return np.where(meets, reach, jammers.NOWHERE)

    def assets(self) -> np.ndarray:
        assets = records((len(self.worlds), len(self.scenario.assets)), ASSET)
        for a, written in enumerate(self.scenario.assets):
            key = f"assets/{written.name}"
            assets[:, a].x, assets[:, a].y = self.place(written.at, f"{key}/at")
            assets[:, a].z = self.value(f"{key}/height")
            if self.mapped is not None:
                assets[:, a].ground = self._per_place(assets[:, a], self.mapped.ground)
            assets[:, a].radius = self.value(f"{key}/radius")
        return assets

    def types(self) -> np.ndarray:
        types = records((len(self.worlds), len(self.case.groups)), TYPE)
        for g, (_, threat, key, _) in enumerate(self.case.groups):
            type_ = types[:, g]
            type_.above_sea = threat.altitude_above == "sea" and self.mapped is not None
            type_.rcs, type_.radius = self.value(f"{key}/rcs"), self.value(f"{key}/radius")
            type_.tan_dive = np.tan(np.clip(self.value(f"{key}/dive_angle"), 0.01, 1.5707))
            type_.release, type_.drift = self.value(f"{key}/release_distance"), self.value(f"{key}/drift")
            type_.drift_acceleration = self.value(f"{key}/drift_acceleration")
            type_.satnav, type_.link = self.value(f"{key}/satnav_dependence"), self.value(f"{key}/link_dependence")
            type_.wreck = self.value(f"fall/wrecks/{threat.kind}")
            self._coming(type_, self.case.groups[g][0], self.case.keys[g])
            self._to_radars(type_, threat, key)
        return types

    def _to_radars(self, type_: Any, threat: Threat, key: str) -> None:
        """Its cross section by band and aspect, and the noise that it sends."""
        type_.rcs_of_band = type_.rcs[:, None]
        for k, band in enumerate(BANDS):
            if band in threat.rcs_by_band:
                type_.rcs_of_band[:, k] = self.value(f"{key}/rcs_by_band/{band}")
        if threat.aspect is not None:
            type_.has_aspect = 1
            for k, side in enumerate(("front", "side", "rear")):
                type_.aspect[:, k] = radars.linear(self.value(f"{key}/aspect/{side}"))
        if threat.noise is not None:
            type_.noise_power = self.value(f"{key}/noise/power")
            type_.noise_frequency = self.value(f"{key}/noise/frequency")
            type_.noise_bandwidth = self.value(f"{key}/noise/bandwidth")

    def _coming(self, type_: Any, group: Group, key: str) -> None:
        type_.distance, type_.wander = self.value(f"{key}/distance"), self.value(f"{key}/wander")
        type_.bearing, type_.width = self.value(f"{key}/bearing/low"), self.value(f"{key}/bearing/width")
        type_.bearing_span = (self.value(f"{key}/bearing/high") - type_.bearing) % (2 * math.pi + 1e-12)
        type_.start, type_.jitter = self.value(f"{key}/arrival/start"), self.value(f"{key}/arrival/jitter")
        for interval in ("gap", "spread", "rate"):
            if getattr(group.arrival, interval) is not None:
                type_.interval = self.value(f"{key}/arrival/{interval}")

    def groups(self) -> np.ndarray:
        groups = records(len(self.case.groups), GROUP)
        first = targets = 0
        at = np.linspace(0.0, 1.0, SPREAD_POINTS)
        at[0], at[-1] = 1e-6, 1 - 1e-6
        for g, (written, threat, _, count) in enumerate(self.case.groups):
            group = groups[g]
            group.speed = (written.speed or threat.speed).quantile(at)
            group.altitude = (written.altitude or threat.altitude).quantile(at)
            group.entity = rng.name_hash(f"{self.case.raid.name}/{_group_name(written)}/{self._ordinal(written)}")
            group.first, group.count, first = first, count, first + count
            group.bit = 1 << CLASSES.index(threat.kind)
            group.profile = DIVE if threat.profile == "dive" else GLIDE
            group.axis = written.bearing.together
            group.arrival = _arrival(written)
            group.t0 = targets
            targets += len(self._aimed(written))
            group.t1 = targets
        return groups

    def _ordinal(self, group: Group) -> int:
        """How many groups of the same name come before it in the raid: its luck does not depend on the others."""
        name = _group_name(group)
        before = self.case.raid.groups[: next(i for i, g in enumerate(self.case.raid.groups) if g is group)]
        return sum(_group_name(g) == name for g in before)

    def _aimed(self, group: Group) -> list[int]:
        names = [a.name for a in self.scenario.assets]
        return [names.index(t) for t in group.targets] if group.targets else list(range(len(names)))

    def targets(self) -> np.ndarray:
        return np.array([a for group, *_ in self.case.groups for a in self._aimed(group)], dtype=i4)

    def delay(self) -> np.ndarray:
        if self.scenario.file.network is None:
            return np.full((len(self.worlds), 1), -1.0)
        return self.value("network/delay")[:, None]

    def fall(self) -> np.ndarray:
        fall = records((len(self.worlds), 1), FALL)
        wind, angle = self.value("fall/wind"), 2 * math.pi * self.worlds.uniform("fall/wind-bearing")
        fall[:, 0].wind_x, fall[:, 0].wind_y = wind * np.sin(angle), wind * np.cos(angle)
        for field in ("breakup", "missile", "missile_pieces", "round"):
            fall[field][:, 0] = self.value(f"fall/{field}")
        return fall

    def surface(self) -> np.ndarray:
        surface = records((len(self.worlds), 1), SURFACE)
        written = self.scenario.file.surface
        here = surface[:, 0]
        if isinstance(written, City):
            here.kind = CITY
            self._city(here, written)
        elif self.mapped is not None:
            here.kind, here.plain = MAPPED, self.mapped.plain_m
        else:
            here.kind = NO_HORIZON if isinstance(written, Open) else HORIZON
        return surface

    def _city(self, here: Any, city: City) -> None:
        here.x, here.y = self.place(city.centre, "surface/centre")
        here.radius = self.value("surface/radius")
        if city.preset is not None:
            _town(here, *TOWNS[city.preset])
            return
        assert city.heights is not None  # the schema sees to it
        perimeter = self.value("surface/perimeter")
        here.lines = self.value("surface/density") * perimeter / math.pi
        # An obstacle of width perimeter/4 at the mean distance to the first wall, 1/lines, fills this angle.
        here.sector = np.clip(perimeter / 4 * here.lines, math.radians(2), math.radians(60))
        height = np.arange(HEIGHT_POINTS) * HEIGHT_STEP_M
        if city.heights.rayleigh is not None:
            scale = np.maximum(self.value("surface/heights/rayleigh"), 0.1)[:, None]
            exceeds = np.exp(-(height**2) / (2 * scale**2))
        else:
            exceeds = self._shares(city.heights.shares or [], height)
        # integral from the ground up of the share of walls that are higher
        here.height[:, 1:] = np.cumsum((exceeds[:, 1:] + exceeds[:, :-1]) / 2 * HEIGHT_STEP_M, axis=1)

    def _shares(self, rows: Sequence[Any], height: np.ndarray) -> np.ndarray:
        exceeds = np.zeros((len(self.worlds), HEIGHT_POINTS))
        total = np.zeros(len(self.worlds))
        for k in range(len(rows)):
            top, share = (self.value(f"surface/heights/shares/{k}/{j}") for j in (0, 1))
            exceeds += share[:, None] * (height < top[:, None])
            total += share
        return exceeds / np.maximum(total, 1e-12)[:, None]


class _Figures:
    """The figures of one sensor in each world, each an array (W,), and what a radar's amount to."""

    def __init__(self, packer: _Packer, placed: PlacedUnit, name: str, written: Sensor) -> None:
        self.packer, self.placed, self.path, self.written = packer, placed, ("sensors", name), written
        self.none = np.zeros(len(packer.worlds))

    def __getitem__(self, field: str) -> np.ndarray:
        return self.packer.of_system(self.placed, *self.path, *field.split("/"))

    def get(self, field: str) -> np.ndarray:
        """The field, or 0 where it is not given."""
        return self[field] if getattr(self.written, field) is not None else self.none

    def band(self) -> Any:
        """The number of its band; the highest band has no end here."""
        if self.written.frequency is None:
            return NO_BAND
        return np.minimum(np.searchsorted(list(BANDS.values()), self["frequency"], side="right"), len(BANDS) - 1)

    def receive_gain(self) -> np.ndarray:
        return radars.linear(self["receive_gain" if self.written.receive_gain is not None else "gain"])

    def pulse(self) -> np.ndarray:
        """Length of the pulse as sent, s; a plain one is as long as its bandwidth says."""
        return self["pulse"] if self.written.pulse is not None else 1 / self["bandwidth"]

    def receiver_bandwidth(self) -> np.ndarray:
        """Of the receiver, Hz: matched to a plain pulse where it is not stated, 0 where nothing is."""
        if self.written.bandwidth is None and self.written.pulse is not None:
            return 1 / np.maximum(self["pulse"], 1e-12)
        return self.get("bandwidth")

    def range_equation(self) -> np.ndarray:
        """Signal to noise of one pulse, times R^4 / rcs, m2."""
        if self.written.power is None:
            return self._of_search() / self.written.pulses
        gain, wave = radars.linear(self["gain"]), radars.wavelength(self["frequency"])
        system, losses = self["temperature"], radars.linear(self["losses"])
        return radars.point_target_constant(
            self["power"], self.pulse(), gain, self.receive_gain(), wave, system, losses
        )

    def _of_search(self) -> np.ndarray:
        """The same for all pulses that reach a target in one scan of its sector."""
        lowest, highest = (np.clip(self[f], -math.pi / 2, math.pi / 2) for f in ("elevation_min", "elevation_max"))
        width = self["sector"] if self.written.sector is not None else self.none + 2 * math.pi
        solid = np.maximum(radars.solid_angle(width, lowest, highest), 1e-9)
        period, losses = np.maximum(self["scan_period"], 1e-3), radars.linear(self["losses"])
        return radars.search_constant(self["mean_power"], self["aperture"], period, solid, self["temperature"], losses)

    def farthest(self, reach: np.ndarray) -> np.ndarray:
        """The range, m, beyond which it does not look."""
        clutter = self.written.clutter
        if self.written.range_max is not None:
            return self["range_max"]
        if self.written.kind != "radar":
            return reach
        if clutter is not None and clutter.canceller is not None:
            return radars.unambiguous_range(self["clutter/canceller/pulse_rate"])
        return self.none + np.inf

    def clutter(self) -> np.ndarray:
        """Gamma x beam x cell, m, over the improvement factor."""
        echo = radars.linear(self["clutter/reflectivity"]) * self["beam"] * self["clutter/cell"]
        return echo / self._improvement()

    def _improvement(self) -> np.ndarray:
        clutter = self.written.clutter
        if clutter is not None and clutter.improvement is not None:
            return radars.linear(self["clutter/improvement"])
        if clutter is None or clutter.canceller is None:
            return self.none + 1
        rate, spread = self["clutter/canceller/pulse_rate"], self["clutter/canceller/clutter_spread"]
        wave = radars.wavelength(self["frequency"])
        return radars.canceller_improvement(clutter.canceller.delays, spread, wave, rate)

    def clear_above(self) -> np.ndarray:
        """Tangent of the elevation above which the beam is clear of the ground."""
        if self.written.clutter is None or self.written.clutter.clear_above is None:
            return self.none + np.inf
        return np.tan(np.clip(self["clutter/clear_above"], -1.5707, 1.5707))

    def blind_speed(self) -> np.ndarray:
        return radars.blind_speed(radars.wavelength(self["frequency"]), self["clutter/canceller/pulse_rate"])

    def jamming_constant(self) -> np.ndarray:
        """Jamming to noise, times Rj^2 over the power per hertz; 0 of a radar whose receiver is not described."""
        if any(getattr(self.written, name) is None for name in ("frequency", "gain", "temperature")):
            return self.none
        return radars.jamming_constant(self.receive_gain(), radars.wavelength(self["frequency"]), self["temperature"])

    def air_loss(self) -> np.ndarray:
        """Loss of power, nepers per m, there and back. A stated range holds in clear air: rain alone comes on top."""
        if self.packer.scenario.file.weather is None or self.written.frequency is None:
            return self.none
        loss = air.rain_loss(self["frequency"], self.packer.value("weather/rain") * 3.6e6)
        if self.written.range is None:
            loss = loss + sum(air.gas_loss(self["frequency"]))
        return 2 * loss * math.log(10) / 10 / 1000


def _required(probability: Any, ln_false_alarm: np.ndarray, written: Sensor) -> np.ndarray:
    """The signal to noise of one pulse that a detection probability needs, in each world."""
    pairs = np.broadcast_arrays(probability, np.exp(ln_false_alarm))
    law = written.pulses, written.fluctuation
    return np.array([detection.required_snr(float(p), float(f), *law) for p, f in zip(*pairs, strict=True)])


def _town(here: Any, built_up: float, per_km2: float, scale_m: float) -> None:
    """ITU-R P.1410-6 2.1 in the limit of many buildings, one every 1/sqrt(alpha beta) of a line, which clears each at
    height h with the chance 1 - exp(-h^2 / 2 gamma^2): -ln of that takes the place of the share of walls."""
    from scipy.integrate import quad

    here.lines = math.sqrt(built_up * per_km2 * 1e-6)
    # A building as wide as sqrt(alpha / beta) at the mean distance to the first one, 1/lines, fills this angle.
    here.sector = built_up
    height = np.arange(HEIGHT_POINTS) * HEIGHT_STEP_M / scale_m
    rows = [quad(lambda t: -math.log(-math.expm1(-t * t / 2)), *ends)[0] for ends in itertools.pairwise(height)]
    here.height[:, 1:] = scale_m * np.cumsum(rows)


def _span(items: Sequence[tuple[int, PlacedUnit, str, Any]], unit: int) -> tuple[int, int]:
    first = sum(1 for i, *_ in items if i < unit)
    return first, first + sum(1 for i, *_ in items if i == unit)


def _arrival(group: Group) -> int:
    arrival = group.arrival
    if arrival.gap is not None:
        return GAP
    if arrival.spread is not None:
        return SPREAD
    return POISSON if arrival.rate is not None else TOGETHER


def _group_name(group: Group) -> str:
    return group.threat if isinstance(group.threat, str) else group.threat.title or group.threat.kind
