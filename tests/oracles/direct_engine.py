"""A slow, obvious double of the engine: one raid played with objects and a heap, geometry worked out when it is needed.

Nothing is surveyed and no kernel is called. It reads the scenario itself (so it doubles the packing too), follows the
written rules, and makes the same named draws, so that it agrees with the engine raid by raid and not only in the mean.
It differs where the engine rounds: positions are exact where the engine interpolates between samples of a route,
quantiles, flight tables, skylines and gun tables are exact where it interpolates, looks of any probability count.

    plan = Plan(World(scenario, case, seed, world_number), plan_number)
    outcome = plan.play(raid_number)
"""

from __future__ import annotations

import heapq
import itertools
import json
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from scipy import stats
from tests.oracles.direct_sights import CLEAR_M, GASES_DB, Eye, extinction, slope_of_range
from tests.oracles.direct_sounds import LOUD_100M, SPEED, Ear, air_db_per_m, made_at, sum_db

from bartizan.ground import geodesy, rng
from bartizan.world import draw
from bartizan.world.cases import Case, PlacedUnit
from bartizan.world.scenario import Scenario
from bartizan.world.schema import City, Mapped, Open

EARTH_M = 2 * 4 / 3 * 6_371_008.77  # twice the effective radius
AT_ONCE_S = 1e-6  # moments so near are one, of which the doctrine takes the most urgent threat first
CERTAIN = 40.0  # the hazard of what is as good as certain
GRID_M = 20.0  # of path, for brute-force searches; edges are then bisected
LAUNCH_GRID_S = 0.5
NEVER = math.inf
Point = tuple[float, float, float]

ALIVE, KILLED, LEAKED, DIVERTED = "alive", "killed", "leaked", "diverted"
PASSED, DOWNED, ABSENT = "passed", "downed", "absent"
CHAIN = (
    "masked",
    "undetected",
    "out_of_envelope",
    "not_held",
    "late",
    "not_ready",
    "lost",
    "not_released",
    "no_channel",
    "no_rounds",
    "missed",
)
JAM, INTERCEPT, ASSESS, RELOAD, IMPACT, FALSE_TRACK, RESUPPLY, LOSE, RECOVER, DECIDE = range(10)
NETWORK = -1  # instead of a unit


# ---------------------------------------------------------------------------------------------------- luck


def philox(counter: tuple[int, ...], key: tuple[int, int]) -> tuple[int, ...]:
    """Philox4x32-10 (Salmon et al. 2011), in Python integers."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


@dataclass(frozen=True)
class Luck:
    """The named draws of one world."""

    seed: int
    world: int

    def uniform(self, raid: int, purpose: int, entity: int, other: int = 0, count: int = 0) -> float:
        c0, c1, _, _ = philox((raid, purpose << 24 | count, entity, other), (self.seed, self.world))
        return (((c0 << 32 | c1) >> 11) + 0.5) * 2.0**-53

    def exponential(self, raid: int, purpose: int, entity: int, other: int = 0, count: int = 0) -> float:
        return -math.log(self.uniform(raid, purpose, entity, other, count))


# --------------------------------------------------------------------------------------------- what there is


@dataclass
class Sensor:
    entity: int
    searches: bool
    is_radar: bool  # or a sight: it looks, with some chance
    eye: Eye | None
    ear: Ear | None
    reach: float
    reach_rcs: float
    snr: float
    false_alarm: float
    scan: float
    phase: float | None
    r_min: float
    r_max: float
    lowest: float
    highest: float
    m: int
    n: int
    coast: float  # a track is dropped after so long without a look that could see it
    dwell: float
    beam: float
    bandwidth: float
    sector: tuple[float, float] | None  # azimuth of its middle, and half its width; None: all round
    slew: float | None  # in which it is turned; None: it stays

    def snr_at(self, rcs: float, r: float) -> float:
        return self.snr * (self.reach / max(r, 0.03)) ** 4 * rcs / self.reach_rcs

    def pd(self, threat: Threat, r: float) -> float:
        """One look of a sight, or of a radar, Swerling 1."""
        if self.eye is not None:
            return self.eye.pd(threat.type, r)
        rcs = threat.rcs
        return self.false_alarm ** (1 / (1 + self.snr_at(rcs, r)))

    def error(self, rcs: float, r: float) -> float:
        """Error of where one look places a threat, m: across and along the line of sight."""
        per_root = 1 / math.sqrt(2 * self.snr_at(rcs, r))
        return math.hypot(r * self.beam / 1.6, 299_792_458 / 2 / self.bandwidth) * per_root

    def holds_to(self, threat: Threat) -> float:
        """The range to which it holds a target for guidance."""
        if self.ear is not None:
            return -1.0
        if self.eye is not None:
            return min(self.r_max, self.eye.holds_to(threat.type))
        return min(self.r_max, self.reach * (threat.rcs / self.reach_rcs) ** 0.25) if self.is_radar else self.r_max

    def counts_to(self, threat: Threat) -> float:
        """The range that counts as in reach: one look finds the target with 1e-3 (1e-5 if one hit is enough)."""
        if not self.is_radar:
            return self.r_max
        least, rcs = 1e-3 if self.m > 1 else 1e-5, threat.rcs
        if self.ear is not None:
            return min(self.r_max, self.ear.counts_to(threat.type, least))
        if self.eye is not None:
            return min(self.r_max, self.eye.counts_to(threat.type, least))
        snr = math.log(self.false_alarm) / math.log(least) - 1
        return min(self.r_max, self.reach * (self.snr * rcs / self.reach_rcs / snr) ** 0.25) if snr > 0 else self.r_max


@dataclass
class Effector:
    number: int
    entity: int
    is_gun: bool
    r_min: float
    r_max: float
    z_min: float
    z_max: float
    rounds: int
    burst: int
    reload: float
    top_up: float
    spare: float
    resupply: float
    at_once: float
    reliability: float
    needs_sight: bool
    holds_channel: bool
    flight: Callable[[float], float]
    slope: float  # the steepest rise of the time of flight, s/m
    kill: dict[str, float]
    gunnery: tuple[float, float, float, dict[str, float]] | None
    crossing_max: float
    open_chance: float
    sector: tuple[float, float] | None  # of launches: azimuth of its middle, and half its width
    arcs: list[tuple[float, float, float]]  # from one bearing clockwise to another, and the least elevation there
    orders: dict[str, tuple[bool, bool, float]]  # by class: released, last resort, rounds that it never gets
    reach: dict[str, float]  # by class, where it is another than r_max
    factors: dict[str, list[tuple[float, float]]]  # by range, crossing, altitude
    miss: tuple[float, float, float, dict[str, float]] | None  # guidance, error, bias, lethal radius by class


@dataclass
class Emitter:
    range: dict[str, float]  # by type of threat
    hazard: float
    satnav: bool
    link: bool


@dataclass
class Calls:
    """How a unit identifies what it knows of."""

    tight: bool
    time: float
    spread: float
    again: float
    transponder: float
    flight_plan: float
    visual: float
    neutral_as_hostile: float
    hostile_as_neutral: float
    hostile_as_unknown: float


@dataclass
class Unit:
    number: int
    entity: int
    x: float
    y: float
    antenna: float
    masks: list[tuple[float, float]]  # distance and slope of what hides all that is lower behind it
    present: bool
    networked: bool
    coordinate: bool
    reaction: float
    assessment: float
    kill_called_miss: float
    miss_called_kill: float
    channels: int
    salvo: list[int]
    max_salvos: float
    partial: bool
    engages: set[str] | None
    sensors: list[Sensor]
    effectors: list[Effector]
    emitters: list[Emitter]
    miscorrelation: float
    false_tracks: tuple[float, float, float] | None  # rate, time, chance that they are fired at
    thrift: bool
    fires_on_jammed: float
    readiness: tuple[float, float, float, float, int]  # ready, standby if not, common, time to ready, the group's name
    calls: Calls | None  # how it identifies; None: it fires at all that flies
    loss: Loss | None
    struck: tuple[int, float] | None  # its asset, and the chance that what reaches it puts the unit out of action

    def confirming(self) -> float:
        """How long sensors that begin take to confirm what is in sight."""
        searching = [s for s in self.sensors if s.searches]
        return min((s.m * s.scan if s.is_radar else 0.0 for s in searching), default=NEVER)

    def turner(self) -> Sensor | None:
        """Its sensor that is turned to what it fires at."""
        return next((s for s in self.sensors if s.slew is not None), None)

    def guides(self) -> list[Sensor]:
        """Fire control; where there is none, the search sensors serve."""
        return [s for s in self.sensors if not s.searches] or self.sensors


@dataclass
class Loss:
    """That something may be lost in a raid."""

    chance: float
    at: float
    within: float
    lasts: float


class Walls:
    """Mapped buildings on level ground as the exact polygons of their file."""

    def __init__(self, path: Path, origin: tuple[float, float]) -> None:
        features = json.loads(path.read_text())["features"]
        degrees = shapely.from_geojson([json.dumps(f["geometry"]) for f in features])
        to_local = lambda xy: np.column_stack(geodesy.to_local(xy[:, 1], xy[:, 0], origin))  # noqa: E731
        self.polygons = shapely.transform(degrees, to_local)
        self.heights = [float(f["properties"]["height"]) for f in features]
        self.tree = shapely.STRtree(self.polygons)

    def hide(self, unit: Unit, point: Point) -> bool:
        """Whether one of them reaches the sight line, which bends away from the ground by the earth's curvature."""
        line = shapely.linestrings([(unit.x, unit.y), point[:2]])
        whole = math.hypot(point[0] - unit.x, point[1] - unit.y)
        for number in self.tree.query(line, predicate="intersects"):
            for x, y in shapely.get_coordinates(self.polygons[number].intersection(line)):
                d = math.hypot(x - unit.x, y - unit.y)
                above = unit.antenna + (point[2] - unit.antenna) * d / whole - d * (whole - d) / EARTH_M
                if above < self.heights[number]:
                    return True
        return False


@dataclass
class Skyline:
    """The Boolean city: sight where exp(-expected walls in the way) is at least the draw of the sector."""

    x: float
    y: float
    radius: float
    lines: float
    sector: float
    higher: Callable[[float], float]  # integral from the ground to a height of the share of walls that are higher

    def walls(self, unit: Unit, point: Point, r: float) -> float:
        """Expected number of walls that cut the line to a point at ground distance r."""
        east, north = (point[0] - unit.x) / r, (point[1] - unit.y) / r
        height = point[2] - r * r / EARTH_M
        dx, dy = unit.x - self.x, unit.y - self.y
        middle = -(dx * east + dy * north)
        square = self.radius**2 - (dx * dx + dy * dy - middle**2)
        if square <= 0:
            return 0.0
        near, far = max(0.0, middle - math.sqrt(square)), min(r, middle + math.sqrt(square))
        if far <= near:
            return 0.0
        slope = (height - unit.antenna) / r
        if abs(slope) < 1e-9:
            slope = 1e-9
        return self.lines * (self.higher(unit.antenna + slope * far) - self.higher(unit.antenna + slope * near)) / slope


class World:
    """One world of a case as objects, each number drawn by its name."""

    def __init__(self, scenario: Scenario, case: Case, seed: int, number: int) -> None:
        self.scenario, self.case, self.luck = scenario, case, Luck(seed, number)
        self.drawn = draw.worlds(scenario, seed, number, 1)
        self._effectors = 0
        self.units = [self._unit(i, u) for i, u in enumerate(scenario.units)]
        self.delay = self.value("network/delay") if scenario.file.network else NEVER
        self.assets = [
            (*self._place(a.at, f"{key}/at"), self.value(f"{key}/height"), self.value(f"{key}/radius"))
            for a in scenario.assets
            for key in [f"assets/{a.name}"]
        ]
        self.network_loss = self._loss(scenario.file.network, "network")
        self.skyline = self._skyline()
        surface = scenario.file.surface
        buildings = surface.buildings if isinstance(surface, Mapped) else None
        self.walls = Walls(scenario.folder / buildings.file, scenario.origin) if buildings else None
        self.sector_draws: dict[tuple[int, int], float] = {}
        self.areas = [self._area(a) for a in scenario.file.areas]

    def _area(self, area) -> tuple[bool, float, float, Callable[[Point], bool]]:
        """Whether fire is held in it, from when to when, and whether a place is inside."""
        key = f"areas/{area.name}"
        end = self.value(f"{key}/end") if area.end is not None else NEVER
        if area.corners is None:
            x, y = self._place(area.at, f"{key}/at")
            radius = self.value(f"{key}/radius")
            inside = lambda p: math.hypot(p[0] - x, p[1] - y) <= radius  # noqa: E731
        else:
            shape = shapely.Polygon([corner.local(self.scenario.origin) for corner in area.corners])
            inside = lambda p: shapely.contains_xy(shape, p[0], p[1])  # noqa: E731
        return area.status, self.value(f"{key}/start"), end, inside

    def value(self, key: str) -> float:
        return float(self.drawn.value(key)[0])

    def _loss(self, owner, key: str) -> Loss | None:
        if owner is None or owner.lost is None:
            return None
        lasts = NEVER if owner.lost.lasts is None else self.value(f"{key}/lost/lasts")
        return Loss(*(self.value(f"{key}/lost/{field}") for field in ("chance", "at", "within")), lasts)

    def _struck(self, placed: PlacedUnit) -> tuple[int, float] | None:
        if (written := placed.unit.struck) is None:
            return None
        assets = [a.name for a in self.scenario.assets]
        return assets.index(written.asset), self.value(f"units/{placed.name}/struck/chance")

    def _place(self, at, key):
        if at.lat is not None:
            east, north = (float(v) for v in geodesy.to_local(at.lat, at.lon, self.scenario.origin))
        else:
            east, north = at.east, at.north
        away = self.value(f"{key}/within") * math.sqrt(self.drawn.uniform(f"{key}/radius", rng.PLACE)[0])
        angle = 2 * math.pi * self.drawn.uniform(f"{key}/angle", rng.PLACE)[0]
        return east + away * math.sin(angle), north + away * math.cos(angle)

    def _unit(self, number: int, placed: PlacedUnit) -> Unit:
        system, key = placed.system, f"units/{placed.name}"

        def of(*path: str) -> float:
            return self.value(placed.key_of(path))

        ground = self.value(f"{key}/height")
        screen, roof, masks = placed.unit.screen, placed.unit.roof, []
        if screen:
            masks.append((self.value(f"{key}/screen/distance"), ground + self.value(f"{key}/screen/height")))
        if roof:
            ground += self.value(f"{key}/roof/storeys") * self.value(f"{key}/roof/storey_height")
        if roof and roof.width:
            masks.append((self.value(f"{key}/roof/width") / 2, ground + self.value(f"{key}/roof/parapet")))
        antenna = ground + of("antenna_height")
        networked = placed.unit.networked and self.scenario.file.network is not None
        doctrine = system.doctrine
        x, y = self._place(placed.unit.at, f"{key}/at")
        return Unit(
            number, rng.name_hash(placed.name), x, y, antenna,
            [(away, (top - antenna) / away) for away, top in masks],
            self.drawn.uniform(f"{key}/is-present")[0] < self.value(f"{key}/present"), networked,
            doctrine.coordinate and networked, of("reaction_time"), of("assessment_time"), of("kill_called_miss"),
            of("miss_called_kill"), int(of("channels")),
            doctrine.salvo if isinstance(doctrine.salvo, list) else [doctrine.salvo],
            math.inf if doctrine.max_salvos is None else doctrine.max_salvos, doctrine.partial_salvo,
            set(doctrine.engage) if doctrine.engage else None,
            [self._sensor(placed, name, written, of) for name, written in system.sensors.items()],
            [self._effector(placed, name, written, of) for name, written in system.effectors.items()],
            [
                Emitter(self._jams(placed, name, written), 1 / of("emitters", name, "mean_time_to_effect"),
                        "satnav" in written.denies, "control-link" in written.denies)
                for name, written in system.emitters.items()
            ],
            self.value("network/miscorrelation") if doctrine.coordinate and networked else 0.0,
            tuple(of("false_tracks", f) for f in ("rate", "time", "fired")) if system.false_tracks else None,
            doctrine.thrift, of("doctrine", "fires_on_jammed"), self._readiness(placed, of),
            self._calls(placed, of), self._loss(placed.unit, key), self._struck(placed),
        )  # fmt: skip

    def _calls(self, placed: PlacedUnit, of) -> Calls | None:
        own = placed.system.identify
        if (own or self.scenario.file.identify) is None or not placed.system.effectors:
            return None

        def value(field):
            return of("identify", field) if own else self.value(f"identify/{field}")

        visual = value("visual_night" if self.case.raid.light == "night" else "visual")
        if self.scenario.file.weather is not None:
            air = [extinction(False, v, 0.0, rain) for v, rain in (
                (self.value("weather/visibility"), self.value("weather/rain") * 3.6e6), (CLEAR_M, 0.0))]  # fmt: skip
            visual *= math.exp(-max(air[0] - air[1], 0.0) * value("visual_range"))
        fields = ("time", "spread", "again", "transponder", "flight_plan")
        wrong = ("neutral_as_hostile", "hostile_as_neutral", "hostile_as_unknown")
        return Calls(placed.system.doctrine.weapons == "tight", *map(value, fields), visual, *map(value, wrong))

    def _readiness(self, placed: PlacedUnit, of) -> tuple[float, float, float, float, int]:
        own = placed.system.readiness
        written = own or self.scenario.file.readiness
        if written is None or not (placed.system.sensors or placed.system.effectors):
            return 1.0, 0.0, 0.0, 0.0, 0

        def value(field):
            return of("readiness", field) if own else self.value(f"readiness/{field}")

        time = of("time_to_ready") if placed.system.time_to_ready else value("time_to_ready")
        group = rng.name_hash(f"readiness/{written.group or ''}")
        return value("ready"), value("standby"), value("common"), time, group

    def _jams(self, placed, name, written) -> dict[str, float]:
        """How far an emitter reaches, m, by type of threat: where its signal is as strong as the receiver stands."""
        reach = {}
        for _, threat, key, _ in self.case.groups:

            def of(field, placed=placed):
                return self.value(placed.key_of(("emitters", name, field)))

            def need(field, key=key):
                return self.value(f"{key}/{field}")

            if written.range is not None:
                reach[key] = of("range")
            elif "satnav" in written.denies:
                noise_hz = 10 ** (-need("satnav_threshold") / 10) - 10 ** (-44 / 10)
                stands = (
                    10 ** (-158.5 / 10) * (of("quality") if written.quality else 1) * 1.023e6 * noise_hz
                    * 10 ** (need("satnav_rejection") / 10)
                )  # fmt: skip
                wave = 299_792_458 / (of("frequency") if written.frequency else 1575.42e6)
                reach[key] = math.sqrt(of("power") * (wave / (4 * math.pi)) ** 2 / stands)
            elif threat.link is not None:  # the wave's length and the path's constants are the same both ways
                gains = 10 ** ((need("link/loss") - need("link/margin")) / 10)
                halves = of("bandwidth") / 2, need("link/bandwidth") / 2
                lowest = max(of("frequency") - halves[0], need("link/frequency") - halves[1])
                shared = min(of("frequency") + halves[0], need("link/frequency") + halves[1]) - lowest
                stronger = of("power") * max(shared, 0) / of("bandwidth") / need("link/power")
                reach[key] = need("link/distance") * math.sqrt(stronger * gains) if shared > 0 else -1
            else:
                reach[key] = -1
        return reach

    def _sensor(self, placed, name, written, of):
        reach = of("sensors", name, "range") if written.range is not None else NEVER
        figure = lambda field, none: of("sensors", name, field) if getattr(written, field, None) is not None else none  # noqa: E731
        false_alarm = figure("false_alarm", 1e-6)
        if figure("snr", None) is not None:
            snr = 10 ** (of("sensors", name, "snr") / 10)
        else:
            snr = math.log(false_alarm) / math.log(figure("probability", 0.5)) - 1
        is_radar, eye = written.kind != "ideal", self._eye(placed, name, written)
        ear = self._ear(figure) if written.kind == "acoustic" else None
        limit = NEVER if is_radar else reach
        return Sensor(
            rng.name_hash(f"{placed.name}/{name}"), written.role == "search", is_radar, eye, ear, reach,
            figure("rcs", 1.0), snr, false_alarm, of("sensors", name, "scan_period"),
            of("sensors", name, "phase") if written.phase is not None else None, of("sensors", name, "range_min"),
            of("sensors", name, "range_max") if written.range_max is not None else limit,
            of("sensors", name, "elevation_min"), of("sensors", name, "elevation_max"), *written.confirm,
            of("sensors", name, "coast_time") if written.coast_time is not None else NEVER,
            figure("dwell", 0.0),
            figure("beam", 0.0),
            figure("bandwidth", NEVER),
            self._sector(written, lambda field: of("sensors", name, field)),
            figure("slew_time", None) if figure("sector", NEVER) < 2 * math.pi else None,
        )  # fmt: skip

    @staticmethod
    def _sector(written, of) -> tuple[float, float] | None:
        return None if written.sector is None else (of("azimuth"), of("sector") / 2)

    def _ear(self, figure) -> Ear:
        """What makes a sensor an acoustic one."""
        dark = self.case.raid.light == "night"
        ambient = getattr(self.scenario.file.ambient, "night" if dark else "day")
        if ambient is not None:
            here = self.value(f"ambient/{'night' if dark else 'day'}")
        else:
            here = (55 if self.scenario.file.surface.kind == "city" else 40) - 10 * dark
        wind = self.value("fall/wind")
        noise = sum_db(here, figure("wind_noise", None) + 40 * math.log10(max(wind, 1e-6) / 10))
        air, false_alarm = air_db_per_m(figure("frequency", None)), figure("false_alarm", None)
        gain = figure("gain", None)
        if gain is None:
            needed = 10 * math.log10(math.log(false_alarm) / math.log(figure("probability", None)) - 1)
            r = figure("range", None)
            level = figure("sound", None) - 20 * math.log10(r / 100) - air * r
            gain = needed - (level - figure("noise", None))
        loud = {
            key: LOUD_100M[threat.kind] if threat.sound is None else self.value(f"{key}/sound")
            for _, threat, key, _ in self.case.groups
        }
        return Ear(gain - noise, air, figure("shadow", None), false_alarm, figure("bearing_error", 1.0), loud)

    def _eye(self, placed, name, written) -> Eye | None:
        """What makes a sensor a sight."""
        if written.kind not in ("optical", "infrared"):
            return None

        def of(field):
            return self.value(placed.key_of(("sensors", name, field)))

        thermal = written.kind == "infrared"
        signal = "temperature_difference" if thermal else "contrast"
        least, clear = 0.1 if thermal else math.exp(-3.912), extinction(thermal, CLEAR_M, GASES_DB, 0.0)
        if written.range is not None:
            slope, cycles = slope_of_range(of("range"), of("size"), of(signal), least, clear), 1.0
        else:
            slope, cycles = math.log(of(signal) / least) * of("resolution"), of("cycles")
        air = clear
        if self.scenario.file.weather is not None:
            visibility, gases, rain = (self.value(f"weather/{f}") for f in ("visibility", "infrared_loss", "rain"))
            air = extinction(thermal, visibility, gases, rain * 3.6e6)
        seen = {key: (self.value(f"{key}/size"), self.value(f"{key}/{signal}")) for _, _, key, _ in self.case.groups}
        dark = self.case.raid.light == "night" and not thermal and not written.night
        return Eye(least, slope, cycles, air, seen, dark)

    def _effector(self, placed, name, written, of):
        delay, r_max = of("effectors", name, "launch_delay"), of("effectors", name, "range_max")
        if written.open_range is not None:
            r_max = min(r_max, of("effectors", name, "open_range"))
        if written.speed is not None:
            speed = of("effectors", name, "speed")
            flight, slope = (lambda r: delay + r / speed), 1 / speed
        elif written.flight_time is not None:
            time = of("effectors", name, "flight_time")
            flight, slope = (lambda r: delay + time), 0.0
        else:
            rows = [
                tuple(of("effectors", name, "flight", str(k), str(j)) for j in (0, 1))
                for k in range(len(written.flight))
            ]
            at, times = zip(*rows, strict=True)
            flight = lambda r: delay + float(np.interp(r, at, times)) + max(0.0, r - at[-1]) * steep  # noqa: E731
            steep = (times[-1] - times[-2]) / (at[-1] - at[-2])
            slope = max((b - a) / (q - p) for (p, a), (q, b) in pairwise(rows))
        in_sight = written.guidance in ("command", "semi-active") or written.kind == "gun"
        until = written.channel_until or ("assessment" if in_sight else "intercept")
        gunnery = None
        if written.gunnery:
            g = {f: of("effectors", name, "gunnery", f) for f in ("burst", "dispersion", "aim_error", "bias")}
            per_hit = {c: of("effectors", name, "gunnery", "kill_per_hit", c) for c in written.gunnery.kill_per_hit}
            gunnery = (g["dispersion"], g["aim_error"], g["bias"], per_hit)
        tables = {f: getattr(written, f"kill_by_{f}") or [] for f in ("range", "crossing", "altitude")}
        factors = {
            f: [tuple(of("effectors", name, f"kill_by_{f}", str(k), j) for j in "01") for k in range(len(rows))]
            for f, rows in tables.items()
        }
        miss = None
        if written.miss:
            errors = (of("effectors", name, "miss", f) for f in ("guidance_error", "error", "bias"))
            radii = {c: of("effectors", name, "miss", "lethal_radius", c) for c in written.miss.lethal_radius}
            miss = (*errors, radii)
        self._effectors += 1
        return Effector(
            self._effectors - 1, rng.name_hash(f"{placed.name}/{name}"), written.kind == "gun",
            of("effectors", name, "range_min"), r_max, of("effectors", name, "altitude_min"),
            of("effectors", name, "altitude_max"), int(of("effectors", name, "rounds")),
            int(g["burst"]) if gunnery else 1,
            *(
                of("effectors", name, field) if getattr(written, field) is not None else NEVER
                for field in ("reload_time", "top_up_after", "spare_rounds", "resupply_time")
            ),
            of("effectors", name, "at_once") if written.at_once is not None else NEVER,
            of("effectors", name, "reliability"), in_sight, until == "assessment", flight, slope,
            {c: of("effectors", name, "kill", c) for c in written.kill}, gunnery,
            of("effectors", name, "crossing_max") if written.crossing_max is not None else NEVER,
            of("effectors", name, "open_chance"),
            self._sector(written, lambda field: of("effectors", name, field)), self._arcs(name, written, of),
            self._orders(placed, name, written, of), {c: of("effectors", name, "reach", c) for c in written.reach},
            factors, miss,
        )  # fmt: skip

    def _arcs(self, name, written, of) -> list[tuple[float, float, float]]:
        arcs = []
        if written.least_elevation is not None:
            arcs.append((0.0, 2 * math.pi, of("effectors", name, "least_elevation")))
        for k in range(len(written.safety_arcs)):
            arcs.append(tuple(of("effectors", name, "safety_arcs", str(k), f) for f in ("low", "high", "elevation")))
        return arcs

    def _orders(self, placed, name, written, of) -> dict[str, tuple[bool, bool, float]]:
        orders = {}
        for kind, rule in written.release.items():
            if isinstance(rule, str):
                orders[kind] = (rule != "never", rule == "last_resort", 0)
                continue
            so = []
            for what in ("released", "last_resort"):
                key = placed.key_of(("effectors", name, "release", kind, what))
                while self.drawn.numbers[key].law == "same_as":
                    key = self.drawn.numbers[key].same_as
                so.append(bool(self.drawn.uniform(f"{key}/drawn")[0] < self.value(key)))
            kept = of("effectors", name, "release", kind, "reserve") * int(of("effectors", name, "rounds"))
            orders[kind] = (*so, math.ceil(kept - 1e-9))
        return orders

    def _skyline(self) -> Skyline | None:
        city = self.scenario.file.surface
        if not isinstance(city, City):
            return None
        perimeter = self.value("surface/perimeter")
        lines = self.value("surface/density") * perimeter / math.pi
        scale = self.value("surface/heights/rayleigh")

        def higher(h: float) -> float:
            return h if h <= 0 else scale * math.sqrt(math.pi / 2) * math.erf(h / scale / math.sqrt(2))

        sector = min(max(perimeter / 4 * lines, math.radians(2)), math.radians(60))
        return Skyline(*self._place(city.centre, "surface/centre"), self.value("surface/radius"), lines, sector, higher)

    def sees(self, unit: Unit, point: Point) -> bool:
        """Whether nothing stands between a unit's antenna and a point."""
        if isinstance(self.scenario.file.surface, Open):
            return True
        dx, dy = point[0] - unit.x, point[1] - unit.y
        d = math.hypot(dx, dy)
        if point[2] < max(0.0, d - math.sqrt(EARTH_M * unit.antenna)) ** 2 / EARTH_M:
            return False
        if any(d > away and point[2] < unit.antenna + slope * d + d * d / EARTH_M for away, slope in unit.masks):
            return False
        if self.walls is not None and self.walls.hide(unit, point):
            return False
        if self.skyline is None:
            return True
        sectors = min(180, math.ceil(2 * math.pi / self.skyline.sector))
        sector = int(math.atan2(dx, dy) % (2 * math.pi) * sectors / (2 * math.pi))
        if (unit.number, sector) not in self.sector_draws:
            drawn = self.luck.uniform(0, rng.SKYLINE, unit.entity, 0, sector)
            self.sector_draws[unit.number, sector] = -math.log(drawn)
        return d == 0 or self.skyline.walls(unit, point, d) <= self.sector_draws[unit.number, sector]


# ------------------------------------------------------------------------------------------------ what comes


@dataclass(frozen=True)
class Look:
    """A look that may confirm a track, and until when the series of looks that it is part of keeps it."""

    time: float
    hazard: float
    until: float
    unit: int
    error: tuple[float, float] | None  # m, and the period of such looks


@dataclass
class Neutral:
    """What makes one that flies no threat."""

    lasts: float  # into the raid, after which none of its stream ends its way
    closing: float  # from the alarm to when the airspace is closed
    left: float  # share of those due later that come all the same
    transponder: float
    flight_plan: float


@dataclass
class Threat:
    number: int
    entity: int
    kind: str
    rcs: float
    radius: float
    drift: float
    drift_acceleration: float
    manoeuvre: float
    type: str
    asset: int
    speed: float
    path: list[tuple[float, Point]]  # time after it appears, waypoint
    arrival: float  # nominal, in the raid
    jitter: float
    needs_satnav: bool
    needs_link: bool
    shot_correlation: float
    neutral: Neutral | None

    @property
    def duration(self) -> float:
        return self.path[-1][0]

    def at(self, s: float) -> Point:
        """Where it is, s after it appeared."""
        for (t0, a), (t1, b) in pairwise(self.path):
            if s < t1:
                f = (s - t0) / (t1 - t0)
                return a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f, a[2] + (b[2] - a[2]) * f
        return self.path[-1][1]


class Plan:
    """The threats of one plan of routes, and what of the geometry has been asked for so far."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.number = world, number
        self.threats = list(self._draw())
        first = min(t.arrival - t.duration for t in self.threats if t.neutral is None)
        for threat in self.threats:
            threat.arrival -= 0.0 if threat.neutral else first
        # Answers are kept: a plan is flown by many raids.
        self.looks = cache(self._looks)
        self.held = cache(self._held)
        self.windows = cache(self._windows)
        self.passes = cache(self._passes)
        self.in_sight = cache(self._in_sight)
        self.jammers = cache(self._jammers)
        self.stays = cache(self._stays)
        self.in_sector = cache(self._in_sector)
        self.barred_altogether = cache(self._barred_altogether)

    def _draw(self) -> Iterator[Threat]:
        world = self.world
        titles: list[str] = []
        for group, threat, key, count in world.case.groups:
            title = group.threat if isinstance(group.threat, str) else group.threat.title or group.threat.kind
            index = titles.count(title)
            titles.append(title)
            base = f"raids/{world.case.raid.name}/{title}"
            named = {}

            def drawn(field, number, key_of=None, base=base, named=named):
                named[field] = float(number.quantile(world.drawn.uniform(f"{base}/{key_of or field}"))[0])

            drawn("distance", group.distance)
            drawn("wander", group.wander)
            for f in ("low", "high", "width"):
                drawn(f, getattr(group.bearing, f), f"bearing-{f}")
            for f in ("start", "jitter", "gap", "spread", "rate", "every"):
                if (number := getattr(group.arrival, f)) is not None:
                    drawn(f, number, f if f in ("start", "jitter") else "interval")
            entity = rng.name_hash(f"{world.case.raid.name}/{title}/{index}")
            last = 0.0
            for k in range(count):
                made = self._threat(group, threat, key, named, entity, k)
                made.arrival = last = self._arrives(group, named, made.entity, k, count, last)
                yield made

    def _threat(self, group, threat, key, named, entity, k) -> Threat:
        world, luck, plan = self.world, self.world.luck, self.number
        name = (entity ^ ((k + 1) * 2654435761)) & 0xFFFFFFFF
        wanted = group.targets or [a.name for a in world.scenario.assets]
        target = wanted[int(luck.uniform(plan, rng.TARGET, name) * len(wanted))]
        asset = [a.name for a in world.scenario.assets].index(target)
        speed = float((group.speed or threat.speed).quantile(luck.uniform(plan, rng.SPEED, name)))
        altitude = float((group.altitude or threat.altitude).quantile(luck.uniform(plan, rng.ALTITUDE, name)))
        span = (named["high"] - named["low"]) % (2 * math.pi + 1e-12)
        own = luck.uniform(plan, rng.BEARING, name)
        if group.bearing.together:
            shared = luck.uniform(plan, rng.BEARING, entity, 0, 1)
            bearing = named["low"] + span * shared + (own - 0.5) * named["width"]
        else:
            bearing = named["low"] + span * own
        if group.neutral and group.neutral.flies == "past":
            points = self._past(group, named, name, world.assets[asset], altitude, bearing)
        else:
            kind = "glide" if group.neutral else threat.profile
            points = self._waypoints(kind, key, named, name, world.assets[asset], altitude, bearing)
        if group.neutral and group.neutral.flies == "out":
            points.reverse()
        path, t = [(0.0, points[0])], 0.0
        for a, b in pairwise(points):
            t += math.dist(a, b) / speed
            path.append((t, b))
        return Threat(
            self._number(), name, threat.kind, world.value(f"{key}/rcs"), world.value(f"{key}/radius"),
            world.value(f"{key}/drift"), world.value(f"{key}/drift_acceleration"),
            world.value(f"{key}/manoeuvre"), key, asset, speed, path, 0.0,
            named["jitter"],
            not group.neutral
            and luck.uniform(plan, rng.SUSCEPTIBLE, name, 0, 0) < world.value(f"{key}/satnav_dependence"),
            not group.neutral
            and luck.uniform(plan, rng.SUSCEPTIBLE, name, 0, 1) < world.value(f"{key}/link_dependence"),
            world.value(f"{key}/shot_correlation"), self._neutral(group, key),
        )  # fmt: skip

    def _number(self) -> int:
        self._drawn = getattr(self, "_drawn", -1) + 1
        return self._drawn

    def _past(self, group, named, name, asset, altitude, bearing) -> list[Point]:
        """Level and straight past a place, at most so far to the side, and as far beyond as it came from."""
        side = (2 * self.world.luck.uniform(self.number, rng.WANDER, name) - 1) * group.neutral.offset.likely
        east, north = math.sin(bearing), math.cos(bearing)
        x, y, far = asset[0] + side * north, asset[1] - side * east, max(named["distance"], 1.0)
        return [(x + far * east, y + far * north, altitude), (x - far * east, y - far * north, altitude)]

    def _neutral(self, group, key) -> Neutral | None:
        if (written := group.neutral) is None:
            return None
        closing = NEVER if written.closing is None else written.closing.likely
        chances = (self.world.value(f"{key}/{field}") for field in ("transponder", "flight_plan"))
        return Neutral(written.lasts.likely, closing, written.left.likely, *chances)

    def _waypoints(self, profile, key, named, name, asset, altitude, bearing) -> list[Point]:
        """Straight in along the bearing; two waypoints that wander; down at the dive angle; or a glide all the way."""
        world, distance = self.world, max(named["distance"], 1.0)
        end = min(world.value(f"{key}/release_distance"), 0.99 * distance)
        dives = profile == "dive"
        top = end
        last = asset[2] + (altitude - asset[2]) * end / distance
        if dives and end == 0 and altitude > asset[2]:
            slope = math.tan(max(world.value(f"{key}/dive_angle"), 0.01))
            top, altitude = min((altitude - asset[2]) / slope, distance), min(altitude, asset[2] + distance * slope)

        def point(r: float, side: float, z: float) -> Point:
            east, north = math.sin(bearing), math.cos(bearing)
            return asset[0] + r * east + side * north, asset[1] + r * north - side * east, z

        points = [point(distance, 0.0, altitude)]
        if named["wander"] > 0 and top < distance:
            for leg in (1, 2):
                a, b = (world.luck.uniform(self.number, rng.WANDER, name, 0, 2 * leg + j) for j in (0, 1))
                deviate = math.sqrt(-2 * math.log(a)) * math.cos(2 * math.pi * b)
                z = altitude if dives else altitude + (last - altitude) * leg / 3
                side = named["wander"] * named["distance"] * deviate
                points.append(point(distance + (top - distance) * leg / 3, side, z))
        if end < top < distance:
            points.append(point(top, 0.0, altitude))
        points.append(point(end, 0.0, altitude if dives and end > 0 else last))
        return points

    def _arrives(self, group, named, name, k, count, last) -> float:
        u = self.world.luck.uniform(self.number, rng.ARRIVAL, name)
        wave_of = [n * group.arrival.waves // count for n in range(count)]
        before = sum(w == wave_of[k] for w in wave_of[:k])  # in its wave
        start = named["start"] + wave_of[k] * named.get("every", 0)
        if group.arrival.gap is not None:
            return start + before * named["gap"]
        if group.arrival.spread is not None:
            return start + u * named["spread"]
        if group.arrival.rate is not None:
            return (last if before else start) - math.log(u) / named["rate"]
        return start

    # --------------------------------------------------------------------------------- geometry, by brute force

    def crossing(self, unit: Unit, threat: Threat, s: float) -> float:
        """How near the unit the target would come, over the ground, if it flew on as it does at s for ever."""
        leg = next(((a, b) for (_, a), (t, b) in pairwise(threat.path) if s < t), None)
        a, b = leg or (threat.path[-2][1], threat.path[-1][1])
        course = complex(b[0] - a[0], b[1] - a[1])
        away = complex(unit.x - a[0], unit.y - a[1])
        return abs((away * course.conjugate()).imag) / abs(course)

    def spans(self, true: Callable[[float], bool], end: float, step: float) -> list[tuple[float, float]]:
        """Spans of [0, end] in which something holds: a fine grid, its edges bisected to 1e-7 s."""
        grid = [min(k * step, end) for k in range(math.ceil(end / step) + 1)]
        found, before = [], False
        for k, s in enumerate(grid):
            now = true(s)
            if now and not before:
                start = s if k == 0 else _edge(true, s, grid[k - 1])
            if before and not now:
                found.append((start, _edge(true, grid[k - 1], s)))
            before = now
        found = [*found, (start, end)] if before else found
        return [(a, b) for a, b in found if b > a + 1e-6]  # no instants

    def covers(self, unit: Unit, sensor: Sensor, reach: float, threat: Threat, s: float) -> bool:
        """Whether the threat is within reach, elevation limits and sight of a sensor."""
        p = threat.at(s)
        dx, dy, dz = p[0] - unit.x, p[1] - unit.y, p[2] - unit.antenna
        d = math.hypot(dx, dy)
        r = math.hypot(d, dz)
        if not sensor.r_min <= r <= reach:
            return False
        if not sensor.lowest <= math.atan2(dz - d * d / EARTH_M, d) <= sensor.highest:
            return False
        if sensor.slew is None and not inside_sector(sensor.sector, dx, dy):
            return False
        return self.world.sees(unit, p)

    def range_to(self, unit: Unit, threat: Threat, s: float) -> float:
        return math.dist(threat.at(s), (unit.x, unit.y, unit.antenna))

    def _looks(self, u: int, i: int) -> list[Look]:
        """Every look of a unit's search sensors that may confirm a track, in order of time."""
        unit, threat = self.world.units[u], self.threats[i]
        looks: list[Look] = []
        for sensor in unit.sensors if unit.present else []:
            if sensor.ear is not None:
                heard = list(self._sounds(unit, sensor, threat))
                for series in self._series([(t, t) for t, pd, _ in heard if pd > 0], sensor.coast):
                    looks += self._kept(u, i, self._ear_looks(sensor, threat, heard, *series), series[1])
            elif sensor.searches and sensor.is_radar:
                sees = self._times(unit, sensor, threat)
                for series in self._series([(t, t) for t in sees], sensor.coast):
                    looks += self._kept(u, i, self._radar_looks(unit, sensor, threat, *series), series[1])
            elif sensor.searches:
                covered = lambda s, sensor=sensor: self.covers(unit, sensor, sensor.r_max, threat, s)  # noqa: E731
                spans = self.spans(covered, threat.duration, GRID_M / threat.speed)
                for first, last in self._series(spans, sensor.coast):
                    looks += self._kept(u, i, [(first, CERTAIN, None)], last)
        return sorted(looks, key=lambda look: look.time)

    @staticmethod
    def _series(seen: list[tuple[float, float]], coast: float) -> Iterator[tuple[float, float]]:
        """Spans in which a threat is seen, joined where they are no more than `coast` apart, and that much longer."""
        first = None
        for k, (start, end) in enumerate(seen):
            first = start if first is None else first
            if k + 1 == len(seen) or seen[k + 1][0] > end + coast:
                yield first, end + coast
                first = None

    def _kept(self, u: int, i: int, looks: Iterable[tuple], until: float) -> list[Look]:
        """Looks of one series; a track that they make is also kept while fire control goes on holding the threat."""
        unit = self.world.units[u]
        for start, end in self.held(u, i) if unit.effectors and until < NEVER and not unit.turner() else []:
            if start <= until <= end:
                until = end
        return [Look(t, hazard, until, u, error) for t, hazard, error in looks]

    def _sounds(self, unit: Unit, sensor: Sensor, threat: Threat) -> Iterator[tuple[float, float, float]]:
        """Each look: when, the chance that it detects, and how far the threat was when it made what is heard."""
        phase = sensor.phase
        if phase is None:
            phase = sensor.scan * self.world.luck.uniform(self.number, rng.PHASE, threat.entity, sensor.entity)
        least = 1e-3 if sensor.m > 1 else 1e-5
        for look in range(math.ceil((threat.duration - phase) / sensor.scan)):
            t = phase + look * sensor.scan
            s = made_at(lambda s: self.range_to(unit, threat, s), t, GRID_M / threat.speed)
            if t >= threat.duration or s is None:
                continue
            r, hidden = self.range_to(unit, threat, s), not self.world.sees(unit, threat.at(s))
            d = math.hypot(threat.at(s)[0] - unit.x, threat.at(s)[1] - unit.y)
            rise = math.atan2(threat.at(s)[2] - unit.antenna - d * d / EARTH_M, d)
            pd = sensor.ear.pd(threat.type, r, hidden)
            covered = sensor.r_min <= r <= sensor.r_max and sensor.lowest <= rise <= sensor.highest
            covered = covered and inside_sector(sensor.sector, threat.at(s)[0] - unit.x, threat.at(s)[1] - unit.y)
            yield t, pd if covered and pd > least else 0.0, r

    def _ear_looks(self, sensor: Sensor, threat: Threat, heard: list, first: float, last: float) -> Iterator[tuple]:
        """Time, hazard and error of each look from `first` to `last` at what is heard."""
        chain = Chain(sensor.m, sensor.n)
        for t, pd, r in heard:
            hazard = chain.look(pd) if first <= t <= last else 0.0
            if hazard > 0:
                yield t, hazard, (math.hypot(r * sensor.ear.bearing, threat.speed * r / SPEED), sensor.scan)

    def _times(self, unit: Unit, sensor: Sensor, threat: Threat) -> list[float]:
        """When a radar looks at a threat that it could see."""
        phase = sensor.phase
        if phase is None:
            phase = sensor.scan * self.world.luck.uniform(self.number, rng.PHASE, threat.entity, sensor.entity)
        times = [phase + k * sensor.scan for k in range(math.ceil((threat.duration - phase) / sensor.scan))]
        reach = sensor.counts_to(threat) if sensor.coast < NEVER else sensor.r_max
        return [t for t in times if t < threat.duration and self.covers(unit, sensor, reach, threat, t)]

    def _radar_looks(self, unit: Unit, sensor: Sensor, threat: Threat, first: float, last: float) -> Iterator[tuple]:
        """The sliding m-of-n rule: probabilities of all histories of hits that have not yet made a track.

        Time, hazard and error of each look from `first` to `last`.
        """
        phase = sensor.phase
        if phase is None:
            phase = sensor.scan * self.world.luck.uniform(self.number, rng.PHASE, threat.entity, sensor.entity)
        chain = Chain(sensor.m, sensor.n)
        for look in range(math.ceil((threat.duration - phase) / sensor.scan)):
            t = phase + look * sensor.scan
            if t >= threat.duration:
                return
            if not first <= t <= last:
                continue
            pd = 0.0
            if self.covers(unit, sensor, sensor.r_max, threat, t):
                pd = sensor.pd(threat, self.range_to(unit, threat, t))
            hazard = chain.look(pd)
            if hazard > 0:
                r = self.range_to(unit, threat, t)
                yield t, hazard, (sensor.error(threat.rcs, r), sensor.scan) if sensor.beam else None

    def _held(self, u: int, i: int) -> list[tuple[float, float]]:
        """Spans in which a unit's fire control holds a threat; a unit without any sensor is told all it needs."""
        unit, threat = self.world.units[u], self.threats[i]
        if not unit.sensors:
            return [(0.0, threat.duration)]

        def holds(s: float) -> bool:
            return any(self.covers(unit, x, x.holds_to(threat), threat, s) for x in unit.guides())

        return self.spans(holds, threat.duration, GRID_M / threat.speed)

    def _in_sight(self, u: int, i: int) -> bool:
        """Whether the threat is ever in reach and in sight of the unit."""
        unit, threat = self.world.units[u], self.threats[i]
        reach = max((max(s.counts_to(threat), s.holds_to(threat)) for s in unit.sensors), default=0.0)
        step = GRID_M / threat.speed
        times = [min(k * step, threat.duration) for k in range(math.ceil(threat.duration / step) + 1)]
        if any(pd > 0 for x in unit.sensors if unit.present and x.ear for _, pd, _ in self._sounds(unit, x, threat)):
            return True
        return any(self.range_to(unit, threat, s) <= reach and self.world.sees(unit, threat.at(s)) for s in times)

    def meeting(self, unit: Unit, effector: Effector, threat: Threat, s: float) -> float | None:
        """When a round launched at s first meets the threat.

        What is lacking, flight time less time flown, falls by at most 1 + speed x slope a second: a step of that
        share of it never jumps over the first meeting.
        """
        fastest = 1 + threat.speed * effector.slope
        m = s
        while m <= threat.duration:
            lacking = effector.flight(self.range_to(unit, threat, m)) - (m - s)
            if lacking <= 1e-7:
                return m
            m += lacking / fastest
        return None

    def _windows(self, u: int, e: int, i: int) -> list[tuple[float, float]]:
        """Spans of launch times from which one effector of a unit meets a threat inside its envelope, with guidance."""
        return self._launches(u, e, i, self.held(u, i))

    def _stays(self, i: int) -> list[list[tuple[float, float]]]:
        """When a threat is inside each area."""
        threat = self.threats[i]
        return [self.spans(lambda s, inside=inside: inside(threat.at(s)), threat.duration, GRID_M / threat.speed)
                for *_, inside in self.world.areas]  # fmt: skip

    def _in_sector(self, u: int, i: int, azimuth: float) -> list[tuple[float, float]]:
        """When a threat is in the sector of a unit's sensor that turns, were that aimed so."""
        unit, threat = self.world.units[u], self.threats[i]
        _, half = unit.turner().sector

        def inside(s: float) -> bool:
            return inside_sector((azimuth, half), threat.at(s)[0] - unit.x, threat.at(s)[1] - unit.y)

        return self.spans(inside, threat.duration, GRID_M / threat.speed)

    def barred(self, unit: Unit, effector: Effector, point: Point) -> bool:
        """Whether a meeting there lies in an arc and below its least elevation."""
        dx, dy = point[0] - unit.x, point[1] - unit.y
        d = math.hypot(dx, dy)
        bearing, elevation = math.atan2(dx, dy), math.atan2(point[2] - unit.antenna - d * d / EARTH_M, d)
        return any((bearing - low) % (2 * math.pi) <= (high - low) % (2 * math.pi + 1e-12) and elevation < least
                   for low, high, least in effector.arcs)  # fmt: skip

    def allowed(self, unit: Unit, effector: Effector, threat: Threat, m: float) -> bool:
        """Whether orders let a meeting take place: no arc bars it, and a burst there has the chance that opens fire."""
        if effector.open_chance > 0 and self.single_kill(unit, effector, threat, m) * effector.reliability < (
            effector.open_chance
        ):
            return False
        return not self.barred(unit, effector, threat.at(m))

    def _passes(self, u: int, i: int) -> bool:
        """Whether a unit could fire at a threat if its fire control held it whenever it is in sight."""
        unit, threat = self.world.units[u], self.threats[i]
        if not unit.sensors:
            return False
        in_sight = self.spans(lambda s: self.world.sees(unit, threat.at(s)), threat.duration, GRID_M / threat.speed)
        return any(self._launches(u, e, i, in_sight) for e in range(len(unit.effectors)))

    def _barred_altogether(self, u: int, i: int) -> bool:
        """Whether orders alone take away a unit's every window on a threat."""
        effectors = range(len(self.world.units[u].effectors))
        return any(self._launches(u, e, i, self.held(u, i), False) for e in effectors)

    def _launches(
        self, u: int, e: int, i: int, held: list[tuple[float, float]], obeys: bool = True
    ) -> list[tuple[float, float]]:
        """The same for a threat that is held in the given spans."""
        unit, threat = self.world.units[u], self.threats[i]
        effector = unit.effectors[e]
        if not unit.present or threat.kind not in (effector.gunnery[3] if effector.gunnery else effector.kill):
            return []

        def possible(s: float) -> bool:
            run = next((r for r in held if r[0] <= s <= r[1]), None)
            if run is None:
                return False
            m = self.meeting(unit, effector, threat, s)
            if m is None or (effector.needs_sight and m > run[1]):
                return False
            r, z = self.range_to(unit, threat, m), threat.at(m)[2]
            r_max = min(effector.r_max, effector.reach.get(threat.kind, NEVER))
            inside = effector.r_min <= r <= r_max and effector.z_min <= z <= effector.z_max
            inside = inside and self.crossing(unit, threat, m) <= effector.crossing_max
            inside = inside and inside_sector(effector.sector, threat.at(m)[0] - unit.x, threat.at(m)[1] - unit.y)
            return inside and (not obeys or self.allowed(unit, effector, threat, m))

        return self.spans(possible, threat.duration, LAUNCH_GRID_S)

    def _jammers(self, i: int) -> list[tuple[float, float, Emitter, int]]:
        """Spans in which an emitter in range and in sight works on a threat, and the unit that has it."""
        threat, found = self.threats[i], []
        for unit in self.world.units:
            for emitter in unit.emitters if unit.present else []:

                def works(s: float, unit=unit, emitter=emitter) -> bool:
                    within = self.range_to(unit, threat, s) <= emitter.range[threat.type]
                    return within and self.world.sees(unit, threat.at(s))

                spans = self.spans(works, threat.duration, GRID_M / threat.speed)
                found += [(*span, emitter, unit.number) for span in spans]
        return found

    def single_kill(self, unit: Unit, effector: Effector, threat: Threat, meets: float) -> float:
        """Chance that one missile or burst kills where it meets its target, if it works."""
        if effector.gunnery:
            dispersion, aim, bias, per_hit = effector.gunnery
            r = 10.0 * round(self.range_to(unit, threat, meets) / 10.0)  # nothing changes within 10 m
            return burst_kill(effector.burst, dispersion * r, aim * r, bias * r, threat.radius, per_hit[threat.kind])
        r = self.range_to(unit, threat, meets)
        there = {"range": r, "crossing": self.crossing(unit, threat, meets), "altitude": threat.at(meets)[2]}
        kill = effector.kill[threat.kind]
        for name, rows in effector.factors.items():
            if rows:
                kill *= float(np.interp(there[name], *zip(*rows, strict=True)))
        if effector.miss:
            guidance, error, bias, radii = effector.miss
            square = radii[threat.kind] ** 2
            spread = square + 2 * (error**2 + (guidance * r) ** 2)
            kill *= square / spread * math.exp(-(bias**2) / spread)
        return kill

    def play(self, raid: int) -> Outcome:
        return Raid(self, raid).play()


class Chain:
    """The sliding m-of-n rule: the chance of each history of hits that has made no track yet."""

    def __init__(self, m: int, n: int) -> None:
        self.m, self.none = m, (0,) * (n - 1)
        self.histories: dict[tuple[int, ...], float] = {self.none: 1.0}

    def look(self, pd: float) -> float:
        """The hazard of one look."""
        after: dict[tuple[int, ...], float] = defaultdict(float)
        for history, chance in self.histories.items():
            after[(*history, 0)[1:]] += chance * (1 - pd)
            if sum(history) + 1 < self.m:
                after[(*history, 1)[1:]] += chance * pd
        left = sum(after.values())
        self.histories = {h: p / left for h, p in after.items()} if left > 0 else {self.none: 1.0}
        return -math.log(left) if left > 4.3e-18 else CERTAIN


def inside_sector(sector: tuple[float, float] | None, dx: float, dy: float) -> bool:
    """Whether a place is in a sector about the origin."""
    if sector is None:
        return True
    off = (math.atan2(dx, dy) - sector[0] + math.pi) % (2 * math.pi) - math.pi
    return abs(off) <= sector[1]


def _edge(true: Callable[[float], bool], inside: float, outside: float) -> float:
    while abs(inside - outside) > 1e-7:
        middle = 0.5 * (inside + outside)
        if true(middle):
            inside = middle
        else:
            outside = middle
    return inside


@cache
def settled(noise: float, period: float, manoeuvre: float, age: float) -> float:
    """Error of a filter that has settled, m, some time after a look, from Riccati's equation."""
    step = np.array([[1, period], [0, 1]])
    drive = np.outer((period**2 / 2, period), (period**2 / 2, period)) * manoeuvre**2
    ahead = np.diag((noise**2, (noise / period) ** 2))
    for _ in range(5000):
        gain = ahead[:, 0] / (ahead[0, 0] + noise**2)
        ahead = step @ (ahead - np.outer(gain, ahead[0])) @ step.T + drive
    now, later = ahead - np.outer(gain, ahead[0]), np.array([1, age])
    return math.sqrt(later @ now @ later + (manoeuvre * age**2 / 2) ** 2)


@cache
def burst_kill(rounds: int, spread: float, aim: float, bias: float, radius: float, per_hit: float) -> float:
    """Rounds scatter by `spread` about a centre that is off by `bias` and, normally, by `aim` (m, per axis)."""
    off = np.linspace(0.0, bias + 8 * aim, 1201) if aim > 0 else np.array([bias])
    hit = stats.ncx2.cdf((radius / spread) ** 2, 2, (off / spread) ** 2)
    kills = 1 - (1 - per_hit * hit) ** rounds
    return float(np.trapezoid(kills * stats.rice.pdf(off, bias / aim, scale=aim), off) if aim > 0 else kills[0])


# --------------------------------------------------------------------------------------------------- the raid


@dataclass
class Outcome:
    """What came of one raid, by threat and by effector."""

    fates: list[str]
    causes: list[str]
    shots: list[int]
    killed_by: list[int]
    times: list[float]
    rounds: list[int]


@dataclass
class Flight:
    """A threat in this raid."""

    appears: float
    status: str = ALIVE
    cause: str = ""
    shots: int = 0
    killed_by: int = -1
    settled: float = 0.0
    engaged: int = 0
    jammed: float | None = None


@dataclass
class Magazine:
    rounds: int
    stock: float = NEVER
    loads: float = NEVER  # when it is filled next
    busy: int = 0
    fired: int = 0
    last: float = -NEVER  # when rounds were last taken from it
    log: list[tuple[float, int]] = field(default_factory=list)  # rounds from a time on


@dataclass
class Aim:
    """Where a sensor that turns looks, and from when to when in the raid."""

    azimuth: float
    start: float = -NEVER
    end: float = NEVER


@dataclass
class Pair:
    """What a unit thinks of a threat."""

    known: list[tuple[float, float]] | None = None  # from when to when; not drawn yet
    apart: bool | None = None  # takes it for another one than those that others engage; not drawn yet
    salvos: int = 0
    may_fire: bool = True
    hostile: float | None = None  # from when on it calls it so; not asked yet
    called: float | None = None  # from when on what it calls it lets it fire; not asked yet
    barred: bool = False  # only orders kept the unit from firing when last it could
    dropped: bool = False  # it is left alone since it has lost its way
    away: bool = False  # only where the unit's sensor looked kept it from firing when last it could have
    waits: bool = False  # the unit knows of it and has not fired
    turns: float = -NEVER  # when the unit thinks again about turning to it


class Raid:
    """One raid, event by event. After every event every unit thinks again."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan, self.world, self.number = plan, plan.world, number
        self.luck = self.world.luck
        self.agenda: list[tuple] = []
        self.waiting: set[tuple] = set()  # what is on the agenda, so that a moment is put on it once
        self.flights = [self._take_off(t) for t in plan.threats]
        self.magazines = {
            (u.number, e): Magazine(x.rounds, x.spare, log=[(-math.inf, x.rounds)])
            for u in self.world.units
            for e, x in enumerate(u.effectors)
        }
        self.free = [u.channels for u in self.world.units]
        self.pairs: dict[tuple[int, int], Pair] = defaultdict(Pair)
        self.tracks: dict[int, list[tuple[float, float, Look]]] = {}
        self.ready = {u.number: -NEVER for u in self.world.units}
        self.outages: dict[int, list[tuple[float, float]]] = {n: [] for n in (NETWORK, *self.ready)}
        self.failures = dict.fromkeys(self.ready, 0)
        self.shares_all_along = True
        self._draw_losses()
        self.aims = {u.number: [Aim(x.sector[0])] for u in self.world.units if (x := u.turner())}
        self.holders: dict[int, int] = {}  # by unit: the threat for which its sensor looks where it does
        self.aloft: dict[int, int] = defaultdict(int)  # by unit: engagements of which it does not know what came
        self._heed_warning()
        self._make_ready()
        self.false_tracks = [0 for _ in self.world.units]
        self.alarm = NEVER
        for unit in self.world.units:
            known = [self.flights[t.number].appears + spans[0][0] for t in plan.threats
                     if t.neutral is None and (spans := self.known(unit.number, t.number))]  # fmt: skip
            if known and unit.present:
                self.alarm = min(self.alarm, *known)
            if known and unit.false_tracks is not None:
                self.await_false_track(min(known), unit)
        for threat in plan.threats:
            if threat.neutral is not None and self._stays_away(threat, threat.neutral):
                self.settle(self.flights[threat.number].appears, threat.number, ABSENT)

    def _stays_away(self, threat: Threat, neutral: Neutral) -> bool:
        """Whether its stream is over, or the airspace is closed by the time it is due and it does not come."""
        if threat.arrival > neutral.lasts:
            return True
        late = self.flights[threat.number].appears > self.alarm + neutral.closing
        return late and self.luck.uniform(self.number, rng.CLOSURE, threat.entity) >= neutral.left

    def _draw_losses(self) -> None:
        """When units and the network are lost, as far as nothing has to strike them first."""
        network = self.world.scenario.file.network
        node = network.node if network else None
        for unit in self.world.units:
            if unit.present:
                self._draw_loss(unit.number, unit.loss, unit.entity)
                may_fail = self.outages[unit.number] or (unit.struck and unit.struck[1] > 0)
                if unit.networked and may_fail and (unit.sensors or unit.effectors):
                    self.shares_all_along = False
        self._draw_loss(NETWORK, self.world.network_loss, 0)
        if node is not None:
            self.node = [u.name for u in self.world.scenario.units].index(node)
            self.takeover = NEVER if network.takeover is None else self.world.value("network/takeover")
            for start, end in self.outages[self.node]:
                self.fail_between(NETWORK, start, min(end, start + self.takeover))
        else:
            self.node = None
        self.shares_all_along = self.shares_all_along and not self.outages[NETWORK]

    def _draw_loss(self, what: int, loss: Loss | None, entity: int) -> None:
        if loss is None or self.luck.uniform(self.number, rng.LOSS, entity) >= loss.chance:
            return
        start = loss.at + loss.within * self.luck.uniform(self.number, rng.LOSS, entity, 0, 1)
        if start < max(f.appears + t.duration for f, t in zip(self.flights, self.plan.threats, strict=True)):
            self.fail_between(what, start, start + loss.lasts)

    def fail_between(self, what: int, start: float, end: float) -> None:
        if start < end:
            self.outages[what].append((start, end))
            self.push(start, LOSE, what)
            if end < NEVER:
                self.push(end, RECOVER, what)

    def fails(self, what: int, t: float) -> bool:
        return any(start <= t < end for start, end in self.outages[what])

    def lose(self, t: float, what: int) -> None:
        if what != NETWORK and any(start == t for start, _ in self.outages[what]):
            self.failures[what] += 1
        self.look_anew()

    def recover(self, t: float, what: int) -> None:
        self.look_anew()

    def look_anew(self) -> None:
        self.tracks.clear()
        for pair in self.pairs.values():
            pair.known = None

    def strike(self, t: float, i: int) -> None:
        """What has reached its target may put units there out of action for good."""
        threat = self.plan.threats[i]
        for unit in self.world.units:
            if unit.struck is None or unit.struck[0] != threat.asset or not unit.present:
                continue
            before = [(a, b) for a, b in self.outages[unit.number] if a <= t]
            if any(a <= t and b == NEVER for a, b in before):
                continue
            if self.luck.uniform(self.number, rng.LOSS, unit.entity, threat.entity, 2) >= unit.struck[1]:
                continue
            was_lost = self.fails(unit.number, t)
            start = before[-1][0] if was_lost else t
            if was_lost:
                before.pop()
            self.outages[unit.number] = [*before, (start, NEVER)]
            self.failures[unit.number] += not was_lost
            if unit.number == self.node:
                self.lose_node(t, start)
            self.look_anew()

    def lose_node(self, t: float, start: float) -> None:
        """The network is cut from the loss of its node until another takes over; or longer than was to be thought."""
        before = [(a, b) for a, b in self.outages[NETWORK] if a <= t]
        if start < t and before and before[-1][0] == start and before[-1][1] > t:
            before.pop()
        elif start < t:
            return
        self.outages[NETWORK] = before
        self.fail_between(NETWORK, start, start + self.takeover)

    def _warned(self) -> float:
        """When a warning from outside comes."""
        warning = self.world.scenario.file.warning
        if warning is None or self.luck.uniform(self.number, rng.WARNING, 0) < self.world.value("warning/missed"):
            return NEVER
        return -self.world.value("warning/lead")

    def _heed_warning(self) -> None:
        """Sensors that turn are turned to where the first threat appears, if a warning tells it."""
        told, warning = self._warned(), self.world.scenario.file.warning
        if told == NEVER or not warning.tells_bearing:
            return
        threats = [t for t in self.plan.threats if t.neutral is None]
        x, y, _ = min(threats, key=lambda t: self.flights[t.number].appears).at(0.0)
        for unit in self.world.units:
            if (turner := unit.turner()) and unit.present:
                stands = self.aims[unit.number][0]
                towards = math.atan2(x - unit.x, y - unit.y)
                self.aims[unit.number] = [replace(stands, end=told), Aim(towards, told + turner.slew)]

    def _make_ready(self) -> None:
        """When each unit is ready: those that stand by are alerted by a warning, the network or the first arrival."""
        standby = []
        for unit in self.world.units:
            ready, waits, common, _, group = unit.readiness
            shared = self.luck.uniform(self.number, rng.READINESS, group) < common
            which = (group, 0, 1) if shared else (group, unit.entity, 2)
            drawn = self.luck.uniform(self.number, rng.READINESS, *which)
            if drawn >= ready and unit.present:
                self.ready[unit.number] = NEVER
                standby += [unit] if drawn < ready + (1 - ready) * waits else []
        pairs = zip(self.flights, self.plan.threats, strict=True)
        alerts = [f.appears + t.duration for f, t in pairs if t.neutral is None]
        if (warned := self._warned()) < NEVER:
            alerts.append(warned)
        tracks = [(t.number, self.network(t.number)) for t in self.plan.threats if t.neutral is None]
        told = [self.told_at(self.flights[i].appears + found[0][0]) for i, found in tracks if found]
        for unit in standby:
            self.ready[unit.number] = min(alerts + told if unit.networked else alerts) + unit.readiness[3]
        self.tracks.clear()

    def told_at(self, t: float) -> float:
        """When others hear of what a unit has to tell from t on."""
        for start, end in self.outages[NETWORK]:
            if t < end and t + self.world.delay > start:
                return end + self.world.delay
        return t + self.world.delay

    def _take_off(self, threat: Threat) -> Flight:
        late = threat.jitter * (2 * self.luck.uniform(self.number, rng.JITTER, threat.entity) - 1)
        flight = Flight(threat.arrival - threat.duration + late)
        self.push(flight.appears + threat.duration, IMPACT, threat.number)
        for link in (0, 1):
            if (threat.needs_link if link else threat.needs_satnav) and (s := self._jammed(threat, link)) is not None:
                self.push(flight.appears + s, JAM, threat.number, link, 0)
        return flight

    def _working(self, i: int, link: int) -> list[tuple[float, float, float, int]]:
        """From when to when emitters deny a threat one or the other, at which hazard, and whose they are."""
        jammers = self.plan.jammers(i)
        return [(a, b, x.hazard, u) for a, b, x, u in jammers if (x.link if link else x.satnav)]

    def _jammed(self, threat: Threat, link: int, number: int = 0, since: float = -NEVER) -> float | None:
        """When the running hazard of all emitters from some time on reaches one exponential draw."""
        wanted = self.luck.exponential(self.number, rng.JAMMING, threat.entity, link, number)
        works = [(a, b, hazard) for a, b, hazard, _ in self._working(threat.number, link)]
        times = sorted({max(t, since) for a, b, _ in works for t in (a, b)})
        for start, end in pairwise(times):
            rate = sum(h for a, b, h in works if a <= start and end <= b)
            if rate * (end - start) >= wanted:
                return start + wanted / rate
            wanted -= rate * (end - start)
        return None

    def push(self, t: float, kind: int, *what: int) -> None:
        event = (t, kind, *what)
        if event not in self.waiting:
            self.waiting.add(event)
            heapq.heappush(self.agenda, event)

    def wake(self, t: float, unit: Unit) -> None:
        """Units that decide at one moment do so in the order of their names' numbers."""
        self.push(t, DECIDE, unit.entity >> 8, unit.number)

    def play(self) -> Outcome:
        begins = min(flight.appears for flight in self.flights)  # before 0, if the first comes too early
        for unit in self.world.units:
            self.wake(begins, unit)
        happens = {JAM: self.jam, INTERCEPT: self.intercept, ASSESS: self.assess, RELOAD: self.reload,
                   IMPACT: self.impact, FALSE_TRACK: self.false_track, DECIDE: self.decide,
                   RESUPPLY: self.resupply, LOSE: self.lose, RECOVER: self.recover}  # fmt: skip
        while self.agenda:
            event = heapq.heappop(self.agenda)
            self.waiting.remove(event)
            happens[event[1]](event[0], *event[2:])
            if event[1] != DECIDE:
                for unit in self.world.units:
                    self.wake(event[0], unit)
        flights = self.flights
        return Outcome(
            [f.status for f in flights], [f.cause for f in flights], [f.shots for f in flights],
            [f.killed_by for f in flights], [f.settled for f in flights], [m.fired for m in self.magazines.values()],
        )  # fmt: skip

    # ---------------------------------------------------------------------------------------------- knowing

    def known(self, u: int, i: int) -> list[tuple[float, float]]:
        """From when to when a unit knows of a threat (s after it appears), in order."""
        pair = self.pairs[u, i]
        if pair.known is None:
            pair.known = list(self._known(u, i))
        return pair.known

    def _known(self, u: int, i: int) -> Iterator[tuple[float, float]]:
        unit, threat = self.world.units[u], self.plan.threats[i]
        own = self.plan.looks(u, i)

        def wanted(k: int) -> float:
            return self.luck.exponential(self.number, rng.OWN_SENSOR, threat.entity, unit.entity, k)

        ready = self.ready[u] - self.flights[i].appears
        if self.ready[u] == NEVER:
            return
        if not unit.networked:
            yield from ((found, lost) for found, lost, _ in self.alone(u, i))
            return
        if self.is_thinned():
            appears = self.flights[i].appears
            works = self.around(((a - appears, b - appears) for a, b in self.outages[u]), self.around_cuts(u, i, ready))
            yield from works
            return
        for k, (found, lost, look) in enumerate(self.network(i)):
            known = found
            if look.unit != u:
                # Looks at the same moment are made in the order of units: those before the one that found it failed.
                later = [x for x in own if x.time > found or (x.time == found and u > look.unit)]
                own_look = _reaching(later, wanted(k))
                told = found + self.world.delay
                told += self.search_time(unit, threat, told, look)
                known = min(told, own_look.time if own_look else NEVER)
            if known <= lost:
                yield known, lost

    def around(self, outages, spans) -> Iterator[tuple[float, float]]:
        """Spans in which a unit knows of a threat, but for those times; it takes them up again afterwards."""
        start, outages, spans = -NEVER, list(outages), list(spans)
        for gone, back in [*outages, (NEVER, NEVER)]:
            for a, b in spans:
                a = max(a, start) if b >= start else NEVER
                if a < gone:
                    yield a, min(b, gone)
            start = back

    def around_cuts(self, u: int, i: int, ready: float) -> Iterator[tuple[float, float]]:
        """The same of a unit that is not lost: it shares, has its own while the network is cut, and shares again."""
        appears, since = self.flights[i].appears, -NEVER
        for start, end in [*((a - appears, b - appears) for a, b in self.outages[NETWORK]), (NEVER, NEVER)]:
            yield from ((a, min(b, start - 1e-6)) for a, b in self.shared(u, i, ready, since) if a < start)
            yield from ((a, min(b, end - 1e-6)) for a, b, _ in self.alone(u, i) if b >= start and a < end)
            since = end

    def shared(self, u: int, i: int, ready: float, since: float) -> Iterator[tuple[float, float]]:
        """Spans of a unit to which others tell what they know, from some time on."""
        unit, threat = self.world.units[u], self.plan.threats[i]
        for found, lost, look in self.network(i):
            if lost >= since:
                at = max(found, since)
                told = at + self.world.delay
                told += self.search_time(unit, threat, told, look)
                mine = [a for a, b, _ in self.alone(u, i) if b >= at]
                known = max(found if look.unit == u and found >= since else min([told, *mine]), ready)
                if known <= lost:
                    yield known, lost

    def is_thinned(self) -> bool:
        """Whether a networked unit does not look and share all along, all round, so that the network is what single
        units have."""
        return not self.shares_all_along or any(
            unit.networked and (self.ready[unit.number] > -NEVER or self.seeks(unit)) for unit in self.world.units
        )

    def seeks(self, unit: Unit) -> bool:
        """Whether a unit searches with the sensor that it turns."""
        return unit.present and any(s.searches and s.slew is not None for s in unit.sensors)

    def alone(self, u: int, i: int) -> list[tuple[float, float, Look]]:
        """Tracks by a unit's own sensors; what it would have had before it was ready it has soon after."""
        unit, threat = self.world.units[u], self.plan.threats[i]
        wanted = lambda k: self.luck.exponential(self.number, rng.OWN_SENSOR, threat.entity, unit.entity, k)  # noqa: E731
        ready = self.ready[u] - self.flights[i].appears
        found = []
        for a, b, look in _tracks(self.plan.looks(u, i), wanted):
            start = a if a >= ready else ready + unit.confirming()
            for gone, back in ((x - self.flights[i].appears, y - self.flights[i].appears) for x, y in self.outages[u]):
                if start < gone:
                    found.append((start, min(b, gone), look))
                if start < back and b > gone:
                    start = back + unit.confirming()
            if not found or found[-1][:2] != (start, b):
                found.append((start, b, look))
        found = [(a, b, look) for a, b, look in found if a <= b]
        if self.seeks(unit):
            return [(*part, look) for a, b, look in found for part in self.seen(unit, threat, a, b)]
        return found

    def looked_at(self, unit: Unit, threat: Threat, aims: list[Aim]) -> list[tuple[float, float]]:
        """When the sensor that turns looks at a threat, s after it appears."""
        appears = self.flights[threat.number].appears
        cut = [
            (max(a, aim.start - appears), min(b, aim.end - appears))
            for aim in aims for a, b in self.plan.in_sector(unit.number, threat.number, aim.azimuth)
        ]  # fmt: skip
        return [(a, b) for a, b in cut if a <= b]

    def seen(self, unit: Unit, threat: Threat, found: float, lost: float) -> Iterator[tuple[float, float]]:
        """What a unit has of a track where its sensor looks, and looked before it was turned last."""
        coast = next(s.coast for s in unit.sensors if s.slew is not None)
        looks = [(a, b) for a, b in self.looked_at(unit, threat, self.aims[unit.number][-2:]) if b >= found]
        for k, (a, b) in enumerate(looks):
            if k and a <= looks[k - 1][1] + coast:
                continue
            for c, d in looks[k + 1 :]:
                b = d if c <= b + coast else b
            known = found if a <= found else a + unit.confirming()
            if a <= lost and known <= min(b, lost):
                yield known, min(lost, b + coast)

    def search_time(self, unit: Unit, threat: Threat, told: float, look: Look) -> float:
        """How long fire control searches for what the network tells it of: a disc of two sigmas, beam by beam."""
        trackers = [s for s in unit.sensors if not s.searches and s.eye is None]  # a radar points the sight
        if look.error is None or not all(s.dwell for s in trackers):
            return 0.0
        off = settled(*look.error, threat.manoeuvre, self.world.delay)
        angle = 4 * off / self.plan.range_to(unit, threat, told)
        return min((s.dwell * max((angle / s.beam) ** 2 - 1, 0) for s in trackers), default=0.0)

    def network(self, i: int) -> list[tuple[float, float, Look]]:
        """When the network confirms a threat, when it loses that track, and by whose look it had it; in order."""
        if i not in self.tracks and self.is_thinned():
            spans = [(a, b, look) for u in self.world.units if u.networked and self.ready[u.number] < NEVER
                     for a, b, look in self.alone(u.number, i)]  # fmt: skip
            joined: list[tuple[float, float, Look]] = []
            for a, b, look in sorted(spans, key=lambda span: (span[0], span[2].unit)):
                if joined and a <= joined[-1][1]:
                    joined[-1] = (joined[-1][0], max(joined[-1][1], b), joined[-1][2])
                else:
                    joined.append((a, b, look))
            self.tracks[i] = joined
        if i not in self.tracks:
            looks = [look for u in self.world.units if u.networked for look in self.plan.looks(u.number, i)]
            looks.sort(key=lambda look: (look.time, look.unit))
            name = self.plan.threats[i].entity
            wanted = lambda k: self.luck.exponential(self.number, rng.NETWORK, name, 0, k)  # noqa: E731
            self.tracks[i] = list(_tracks(looks, wanted))
        return self.tracks[i]

    def apart(self, u: int, i: int) -> bool:
        """Whether a unit takes a threat for another one than what the network has."""
        pair, unit = self.pairs[u, i], self.world.units[u]
        if pair.apart is None:
            drawn = self.luck.uniform(self.number, rng.CORRELATION, self.plan.threats[i].entity, unit.entity)
            pair.apart = drawn < unit.miscorrelation and self.plan.in_sight(u, i)
        return pair.apart

    # ----------------------------------------------------------------------------------------- deciding, firing

    def decide(self, t: float, _order: int, u: int) -> None:
        """Give free channels to threats that can be fired at now, the first to arrive first."""
        threats = sorted(self.plan.threats, key=lambda x: self.flights[x.number].appears + x.duration)
        unit = self.world.units[u]
        for threat in threats:
            if self.free[u] == 0 or self.fails(u, t):
                return
            if unit.turner() and all(
                self.spent(unit, e, self.magazines[u, e].rounds) for e in range(len(unit.effectors))
            ):
                return
            self.consider(t, self.world.units[u], threat)

    def consider(self, t: float, unit: Unit, threat: Threat) -> None:
        pair, flight = self.pairs[unit.number, threat.number], self.flights[threat.number]
        if not pair.may_fire or not self.would(unit, threat):
            return
        leaves = unit.coordinate and not self.fails(NETWORK, t)
        if leaves and flight.engaged and not self.apart(unit.number, threat.number):
            return
        spans = self.known(unit.number, threat.number)
        known = next((start for start, end in spans if flight.appears + end >= t), NEVER)
        ready = flight.appears + known + unit.reaction
        pair.waits = ready <= t + AT_ONCE_S
        if threat.neutral is not None:
            ready = max(ready, self.alarm)
        if ready > t + AT_ONCE_S:
            if ready < NEVER:
                self.wake(ready, unit)
            return
        s = t - flight.appears
        if not self.is_released(unit, threat, s):
            return
        until = self.held_until(threat, s + 1e-6, t + 1e-6, self.hostile_from(unit, threat))
        if until <= s + 1e-6 and unit.turner() and not self.looks_there(t, unit, threat):
            return
        opens = {e: self.aimed_launch(unit, e, threat, s) for e in range(len(unit.effectors))}
        open_now = [e for e, x in opens.items() if x is not None and x <= s + 1e-9]
        later = min((x for x in opens.values() if x is not None and x > s + 1e-9), default=NEVER)
        if later < NEVER:
            self.wake(flight.appears + later, unit)
        if until > s + 1e-6:
            if until < NEVER:
                self.wake(flight.appears + until, unit)
            after = [self.next_launch(unit.number, e, threat.number, until) for e in opens]
            if open_now and all(x is None for x in after):
                pair.barred = True
            return
        reasons = set()
        for e in open_now:
            reason = self.forbids(t, unit, e, threat)
            if reason is None:
                self.fire(t, unit, e, threat)
                return
            reasons.add(reason)
        if "lacking" in reasons:
            pair.barred = False
        elif reasons and later == NEVER:
            pair.barred = True

    def looks_there(self, t: float, unit: Unit, threat: Threat) -> bool:
        """Whether a unit will be able to launch at a threat where its sensor looks, which it turns if it may."""
        pair, appears = self.pairs[unit.number, threat.number], self.flights[threat.number].appears
        free, opens = self.free_from(t, unit, threat), self.opens_in_aim(unit, threat, t - appears)
        latest = (NEVER if opens is None else opens) - 1e-6
        if free <= t and t >= pair.turns and self.launches_turned(t, unit, threat) < latest:
            if self.turn(t, unit, threat, latest):
                opens = self.opens_in_aim(unit, threat, t - appears)
            else:
                pair.turns = t + 5
                self.wake(pair.turns, unit)
        pair.away = opens is None
        if t < free < NEVER:
            self.wake(free, unit)
        if opens is None:
            return False
        if free <= t:
            self.holders[unit.number] = threat.number
        self.wake(max(t, appears + opens), unit) if opens > t - appears else None
        return True

    def free_from(self, t: float, unit: Unit, wanted: Threat) -> float:
        """From when on a unit may turn its sensor to a threat: it looks at another one until that is done with."""
        aim = self.aims[unit.number][-1]
        turning = t + 1e-6 < aim.start
        if turning or self.aloft[unit.number]:
            return aim.start if turning else NEVER
        i = self.holders.get(unit.number)
        if i is None or i == wanted.number or self.flights[i].status != ALIVE:
            return t
        pair, threat, appears = self.pairs[unit.number, i], self.plan.threats[i], self.flights[i].appears
        ends = [appears + b for _, b in self.looked_at(unit, threat, [aim]) if appears + b >= t]
        if pair.dropped or pair.salvos >= unit.max_salvos or not ends:
            return t
        done = min(ends[0], appears + max(w[-1][1] for e in range(len(unit.effectors))
                                          if (w := self.plan.windows(unit.number, e, i))))  # fmt: skip
        return done + 1e-6 if done >= t else t

    def opens_in_aim(self, unit: Unit, threat: Threat, s: float) -> float | None:
        """The first launch at a threat, s after it appears or later, where a unit's sensor looks."""
        found = (self.aimed_launch(unit, e, threat, s) for e, x in enumerate(unit.effectors)
                 if x.orders.get(threat.kind, (True,))[0])  # fmt: skip
        return min((x for x in found if x is not None), default=None)

    def launches_turned(self, t: float, unit: Unit, threat: Threat) -> float:
        """The first launch of a unit at a threat, s after it appears, were its sensor turned to it and kept there."""
        s = t - self.flights[threat.number].appears + unit.turner().slew
        found = [self.next_launch(unit.number, e, threat.number, s) for e, x in enumerate(unit.effectors)
                 if x.orders.get(threat.kind, (True,))[0]]  # fmt: skip
        return min((x for x in found if x is not None), default=NEVER)

    def turn(self, t: float, unit: Unit, threat: Threat, latest: float) -> bool:
        """Turn a unit's sensor to where a threat is, if that leads to a launch before the latest that is sooner."""
        s, aims = t - self.flights[threat.number].appears, self.aims[unit.number]
        x, y, _ = threat.at(s)
        before = aims[-1]
        self.aims[unit.number] = [*aims[:-1], replace(before, end=t),
                                  Aim(math.atan2(x - unit.x, y - unit.y), t + unit.turner().slew)]  # fmt: skip
        opens = self.opens_in_aim(unit, threat, s)
        if opens is None or opens >= latest:
            self.aims[unit.number] = aims
            return False
        self.holders[unit.number] = threat.number
        if self.seeks(unit):
            self.tracks.clear()
            for (u, _), pair in self.pairs.items():
                if u == unit.number:
                    pair.away, pair.turns = pair.away or pair.waits, -NEVER
                if u == unit.number or (unit.networked and self.world.units[u].networked):
                    pair.known = None
                    self.wake(t, self.world.units[u])
        return True

    def aimed_launch(self, unit: Unit, e: int, threat: Threat, s: float) -> float | None:
        """The first launch at s or later where a unit's sensor looks then and, if it must, at the meeting."""
        if unit.turner() is None:
            return self.next_launch(unit.number, e, threat.number, s)
        looks = self.looked_at(unit, threat, self.aims[unit.number][-1:])
        for a, b in self.plan.windows(unit.number, e, threat.number):
            for start, end in looks:
                first, last = max(s, a, start), min(b, end)
                if first > last:
                    continue
                if not unit.effectors[e].needs_sight:
                    return first
                meets = self.plan.meeting(unit, unit.effectors[e], threat, first)
                if meets is None or meets <= end + 1e-6:
                    return first
        return None

    def is_released(self, unit: Unit, threat: Threat, s: float) -> bool:
        """Whether a unit may fire at it now for what it calls it; if not, it comes back when it may and can."""
        if unit.calls is None:
            return True
        pair, i = self.pairs[unit.number, threat.number], threat.number
        if pair.called is None:
            pair.called = self.call(unit, unit.calls, threat)
        if pair.called <= s + 1e-6:
            return True
        launches = [[self.next_launch(unit.number, e, i, x) for e in range(len(unit.effectors))]
                    for x in (s, pair.called)]  # fmt: skip
        now, after = ([x for x in of if x is not None] for of in launches)
        if now and not after:
            pair.barred = True
        for x in after:
            self.wake(self.flights[i].appears + (pair.called if unit.turner() else x), unit)
        return False

    def call(self, unit: Unit, calls: Calls, threat: Threat) -> float:
        """From when on, s after it appears, a unit may fire at it: its first look that calls it a target."""
        who, name = 0 if unit.networked else unit.entity, threat.entity

        def drawn(count: int, by: int = who) -> float:
            return self.luck.uniform(self.number, rng.IDENTITY, name, by, count)

        if (neutral := threat.neutral) is not None:
            if drawn(1, 0) < neutral.transponder and drawn(3) < calls.transponder:
                return NEVER
            if drawn(2, 0) < neutral.flight_plan and drawn(4) < calls.flight_plan:
                return NEVER
        lasts = [
            w[-1][1] for e in range(len(unit.effectors)) if (w := self.plan.windows(unit.number, e, threat.number))
        ]
        at = self.known(unit.number, threat.number)[0][0]
        at += calls.time * calls.spread ** stats.norm.ppf(drawn(0))
        for look in itertools.count():
            if at > max(lasts, default=-NEVER):
                return NEVER
            recognised, wrong = drawn(5 + 2 * look), drawn(6 + 2 * look)
            if threat.neutral:
                called = "neutral" if recognised < calls.visual else "hostile"
                if called == "hostile" and wrong >= calls.neutral_as_hostile:
                    called = "unknown"
            else:
                shares = calls.hostile_as_neutral, calls.hostile_as_neutral + calls.hostile_as_unknown
                called = "neutral" if wrong < shares[0] else "unknown" if wrong < shares[1] else "hostile"
            if called == "hostile" or (called == "unknown" and not calls.tight):
                return at
            at += calls.again
        raise AssertionError

    def forbids(self, t: float, unit: Unit, e: int, threat: Threat) -> str | None:
        """What keeps an effector with an open window from being fired: orders, or rounds or a mount that it lacks."""
        effector, flight = unit.effectors[e], self.flights[threat.number]
        released, last_resort, _ = effector.orders.get(threat.kind, (True, False, 0))
        magazine = self.magazines[unit.number, e]
        if not released:
            return "orders"
        if last_resort and (until := self.spared_until(unit, threat, t - flight.appears)) is not None:
            self.wake(flight.appears + until + 1e-6, unit)
            return "orders"
        if magazine.busy >= effector.at_once or not self.salvo(unit, e, threat, t):
            there = magazine.busy < effector.at_once and self.salvo(unit, e, threat, t, kept=0)
            return "orders" if there else "lacking"
        return None

    def spared_until(self, unit: Unit, threat: Threat, s: float) -> float | None:
        """Until when something that is no last resort may take a threat: of the unit, or of one it coordinates with."""
        ends, i = [], threat.number
        for other in self.world.units:
            t = self.flights[i].appears + s
            together = unit.coordinate and other.coordinate and not self.fails(NETWORK, t)
            if any(self.apart(x.number, i) for x in (unit, other)):
                together = False
            pair = self.pairs[other.number, i]
            if (other is not unit and not together) or not self.ever(other, threat) or pair.dropped:
                continue
            for f, effector in enumerate(other.effectors):
                released, last_resort, kept = effector.orders.get(threat.kind, (True, False, 0))
                left = self.magazines[other.number, f].rounds - kept
                windows = [b for _, b in self.plan.windows(other.number, f, i) if b >= s]
                end = self.flights[i].appears + max(windows, default=0.0)
                if end < self.ready[other.number]:
                    continue
                if any(gone <= t and end < back for gone, back in self.outages[other.number]):
                    continue
                if windows and released and not last_resort and not self.spent(other, f, left):
                    ends += [max(windows)] if pair.salvos < other.max_salvos else []
        return max(ends, default=None)

    def ever(self, unit: Unit, threat: Threat) -> bool:
        """Whether a unit could fire at a threat if all that might see it did so at once."""
        u, i = unit.number, threat.number
        lasts = [w[-1][1] for e in range(len(unit.effectors)) if (w := self.plan.windows(u, e, i))]
        looks = [look.time for look in self.plan.looks(u, i)]
        if unit.networked:
            looks += [x.time + self.world.delay for v in self.world.units if v.networked
                      for x in self.plan.looks(v.number, i)]  # fmt: skip
        return bool(lasts and looks) and min(looks) + unit.reaction <= max(lasts) and self.would(unit, threat)

    def hostile_from(self, unit: Unit, threat: Threat) -> float:
        """From when on a unit calls it hostile, s after it appears."""
        pair = self.pairs[unit.number, threat.number]
        if unit.calls is None or not any(status == "tight" for status, *_ in self.world.areas):
            return -NEVER
        if pair.hostile is None:
            pair.hostile = self.call(unit, replace(unit.calls, tight=True), threat)
        return pair.hostile

    def held_until(self, threat: Threat, s: float, t: float, hostile: float) -> float:
        """Until when, s after it appears, fire at a threat is held because of where it flies; s if it is not. A
        microsecond is no time between two areas."""
        appears, stays = t - s, self.plan.stays(threat.number)

        def is_held(now: float) -> bool:
            return holds(now) or holds(now + 1e-6)

        def holds(now: float) -> bool:
            held = False
            for (status, start, end, _), spans in zip(self.world.areas, stays, strict=True):
                if start <= appears + now < end and any(a <= now < b for a, b in spans):
                    held = status == "hold" or (status == "tight" and now < hostile)
            return held

        ends = [x for (_, start, end, _), spans in zip(self.world.areas, stays, strict=True)
                for x in (start - appears, end - appears, *(y for span in spans for y in span))]  # fmt: skip
        if not is_held(s):
            return s
        return next((x for x in sorted([*ends, hostile]) if x > s and not is_held(x)), NEVER)

    def would(self, unit: Unit, threat: Threat) -> bool:
        return (unit.engages is None or threat.kind in unit.engages) and unit.max_salvos > 0

    def next_launch(self, u: int, e: int, i: int, s: float) -> float | None:
        return next((max(s, a) for a, b in self.plan.windows(u, e, i) if s <= b), None)

    def salvo(self, unit: Unit, e: int, threat: Threat, t: float, kept: float | None = None) -> int:
        """Rounds of the next salvo; 0: none."""
        pair, released = self.pairs[unit.number, threat.number], unit.effectors[e].orders.get(threat.kind)
        if kept is None:
            kept = released[2] if released else 0
        wanted = unit.salvo[min(pair.salvos, len(unit.salvo) - 1)]
        if unit.thrift and self.another_look(t, unit, e, threat):
            wanted = 1
        return self.of_size(unit, e, wanted, self.magazines[unit.number, e].rounds - kept)

    def another_look(self, t: float, unit: Unit, e: int, threat: Threat) -> bool:
        """Whether what a launch now does is known in time for another one."""
        s = t - self.flights[threat.number].appears
        meets = self.plan.meeting(unit, unit.effectors[e], threat, s)
        known = (threat.duration if meets is None else meets) + unit.assessment
        more = self.pairs[unit.number, threat.number].salvos + 1 < unit.max_salvos
        return more and self.aimed_launch(unit, e, threat, known) is not None

    def of_size(self, unit: Unit, e: int, wanted: int, rounds: float) -> int:
        effector = unit.effectors[e]
        if effector.is_gun:
            return effector.burst if rounds >= effector.burst else 0
        return wanted if rounds >= wanted else int(max(rounds, 0)) if unit.partial else 0

    def spent(self, unit: Unit, e: int, rounds: int) -> bool:
        """Whether so many rounds are too few for anything."""
        sizes = [*unit.salvo, 1] if unit.thrift else unit.salvo
        return all(self.of_size(unit, e, wanted, rounds) == 0 for wanted in sizes)

    def fire(self, t: float, unit: Unit, e: int, threat: Threat) -> None:
        u, i = unit.number, threat.number
        effector, pair, flight = unit.effectors[e], self.pairs[u, i], self.flights[i]
        meets = self.plan.meeting(unit, effector, threat, t - flight.appears)
        meets = threat.duration if meets is None else meets  # at the very end of a window, by a rounding error
        rounds = self.salvo(unit, e, threat, t)
        chance = self.kill_chance(unit, effector, threat, rounds, meets)
        pair.salvos += 1
        pair.may_fire = pair.waits = pair.away = False
        self.aloft[u] += 1
        luck = self.luck.uniform(self.number, rng.KILL, threat.entity, effector.entity, pair.salvos)
        self.free[u] -= 1
        flight.engaged += unit.coordinate and not self.apart(u, i)
        flight.shots += 1 if effector.is_gun else rounds
        self.spend(t, unit, e, rounds)
        self.push(flight.appears + meets, INTERCEPT, u, e, i, int(luck < chance), self.failures[u])

    def spend(self, t: float, unit: Unit, e: int, rounds: int) -> None:
        magazine = self.magazines[unit.number, e]
        magazine.busy += 1
        magazine.fired += rounds
        magazine.last = t
        self.load(t, magazine, magazine.rounds - rounds)
        for other in self.world.units:
            self.wake(t, other)
        self.fill_later(t, unit, e)

    def fill_later(self, t: float, unit: Unit, e: int) -> None:
        """A magazine that is spent is filled from now on; another once it has been quiet, if that is done at all."""
        magazine, effector = self.magazines[unit.number, e], unit.effectors[e]
        begins = t if self.spent(unit, e, magazine.rounds) else max(t, magazine.last + effector.top_up)
        magazine.loads = begins + effector.reload if magazine.stock > 0 else NEVER
        if magazine.loads < NEVER:
            self.push(magazine.loads, RELOAD, unit.number, e)

    def await_false_track(self, t: float, unit: Unit) -> None:
        if unit.false_tracks is not None and unit.present:
            count = self.false_tracks[unit.number]
            self.false_tracks[unit.number] += 1
            drawn = self.luck.uniform(self.number, rng.FALSE_TRACK, unit.entity, 0, count)
            self.push(t - math.log(drawn) / unit.false_tracks[0], FALSE_TRACK, unit.number, -1, count)

    def false_track(self, t: float, u: int, engaging: int, count: int) -> None:
        """Something that is none comes up (engaging is -1), or a unit is done with it and what it engaged it with."""
        unit = self.world.units[u]
        if engaging >= 0:
            self.free[u] += 1
            if engaging < len(unit.effectors):
                self.magazines[u, engaging].busy -= 1
        elif any(flight.status == ALIVE for flight in self.flights):
            self.await_false_track(t, unit)
            if self.free[u] > 0 and not self.fails(u, t):
                self.free[u] -= 1
                engages = len(unit.effectors)
                if self.luck.uniform(self.number, rng.FALSE_TRACK, unit.entity, 1, count + 1) < unit.false_tracks[2]:
                    ready = (e for e, x in enumerate(unit.effectors)
                             if self.blind(unit, e) and self.magazines[u, e].busy < x.at_once)  # fmt: skip
                    engages = next(ready, engages)
                if engages < len(unit.effectors):
                    self.spend(t, unit, engages, self.blind(unit, engages))
                self.push(t + unit.false_tracks[1], FALSE_TRACK, u, engages, count)

    def blind(self, unit: Unit, e: int) -> int:
        """Rounds of a salvo at what is no threat: none that any class is to be kept from."""
        kept = max((order[2] for order in unit.effectors[e].orders.values()), default=0)
        return self.of_size(unit, e, unit.salvo[0], self.magazines[unit.number, e].rounds - kept)

    def load(self, t: float, magazine: Magazine, rounds: int) -> None:
        magazine.rounds = rounds
        magazine.log.append((t, rounds))

    def kill_chance(self, unit: Unit, effector: Effector, threat: Threat, rounds: int, meets: float) -> float:
        """Of a salvo at this very threat."""
        shots = 1 if effector.is_gun else rounds
        chance, rho = self.plan.single_kill(unit, effector, threat, meets), threat.shot_correlation
        if 0 < chance < 1 and rho > 0:
            rank = self.luck.uniform(self.number, rng.FRAILTY, threat.entity)
            chance = stats.beta.ppf(rank, chance * (1 - rho) / rho, (1 - chance) * (1 - rho) / rho)
        return effector.reliability * (1 - (1 - chance) ** shots)

    # ------------------------------------------------------------------------------------------ what then happens

    def intercept(self, t: float, u: int, e: int, i: int, kills: int, failures: int) -> None:
        unit, flight, magazine = self.world.units[u], self.flights[i], self.magazines[u, e]
        effector = unit.effectors[e]
        magazine.busy -= 1
        if effector.needs_sight and not effector.is_gun and failures < self.failures[u]:
            kills = 0  # nobody guides it any more
        if kills and flight.status == ALIVE:
            flight.killed_by = u
            self.settle(t, i, DOWNED if self.plan.threats[i].neutral else KILLED)
        dead = flight.status != ALIVE
        wrong = unit.kill_called_miss if dead else unit.miss_called_kill
        name, salvo = self.plan.threats[i].entity, self.pairs[u, i].salvos
        mistaken = self.luck.uniform(self.number, rng.ASSESSMENT, name, effector.entity, salvo) < wrong
        if not effector.holds_channel:
            self.free[u] += 1
        verdict = "mistaken for alive" if dead and mistaken else "alive" if dead == mistaken else "dead"
        self.push(t + unit.assessment, ASSESS, u, e, i, verdict)

    def assess(self, t: float, u: int, e: int, i: int, verdict: str) -> None:
        unit, flight, pair = self.world.units[u], self.flights[i], self.pairs[u, i]
        self.aloft[u] -= 1
        self.think_again(u)
        flight.engaged -= unit.coordinate and not self.apart(u, i)
        if unit.effectors[e].holds_channel:
            self.free[u] += 1
        alive = {
            "dead": False,
            "alive": flight.status == ALIVE,
            "mistaken for alive": flight.status in (KILLED, DOWNED),
        }
        pair.may_fire = alive[verdict] and pair.salvos < unit.max_salvos and not pair.dropped

    def reload(self, t: float, u: int, e: int) -> None:
        magazine, effector = self.magazines[u, e], self.world.units[u].effectors[e]
        if magazine.loads != t:
            return  # something was fired meanwhile
        magazine.loads = NEVER
        filled = min(effector.rounds - magazine.rounds, magazine.stock)
        self.load(t, magazine, magazine.rounds + int(filled))
        magazine.stock -= filled
        if magazine.stock == 0 and effector.resupply < NEVER:
            self.push(t + effector.resupply, RESUPPLY, u, e)

    def resupply(self, t: float, u: int, e: int) -> None:
        magazine, effector = self.magazines[u, e], self.world.units[u].effectors[e]
        magazine.stock = effector.spare
        if magazine.rounds < effector.rounds:
            self.fill_later(t, self.world.units[u], e)

    def whose(self, t: float, i: int, link: int, number: int) -> int:
        """Whose emitter takes it at a moment, of all that work then, each as likely as its hazard is large."""
        s = t - self.flights[i].appears
        works = [(hazard, u) for a, b, hazard, u in self._working(i, link) if a <= s <= b]
        drawn = self.luck.uniform(self.number, rng.JAMMING, self.plan.threats[i].entity, 2 + link, number)
        sums = list(itertools.accumulate(hazard for hazard, _ in works))
        return works[next(k for k, x in enumerate(sums) if x >= drawn * sums[-1])][1]

    def jam_later(self, t: float, i: int, link: int, number: int) -> None:
        """What the emitter of a lost unit would have taken it loses to the next one, once any works."""
        back = NEVER
        for unit in self.world.units:
            if unit.present and any(x.link if link else x.satnav for x in unit.emitters):
                back = min(back, next((b for a, b in self.outages[unit.number] if a <= t < b), t))
        appears = self.flights[i].appears
        s = self._jammed(self.plan.threats[i], link, number, back - appears) if back < NEVER else None
        if s is not None:
            self.push(appears + s, JAM, i, link, number)

    def jam(self, t: float, i: int, link: int, number: int) -> None:
        if self.flights[i].status == ALIVE and self.fails(self.whose(t, i, link, number), t):
            self.jam_later(t, i, link, number + 1)
        elif self.flights[i].status == ALIVE and link:
            self.settle(t, i, DIVERTED)
        elif self.flights[i].status == ALIVE:
            self.flights[i].jammed = t
            for unit in self.world.units:
                drawn = self.luck.uniform(self.number, rng.ON_JAMMED, self.plan.threats[i].entity, unit.entity)
                if drawn >= unit.fires_on_jammed:
                    pair = self.pairs[unit.number, i]
                    pair.may_fire, pair.dropped, pair.barred = False, True, True

    def impact(self, t: float, i: int) -> None:
        flight, threat = self.flights[i], self.plan.threats[i]
        if flight.status != ALIVE:
            return
        if threat.neutral is not None:
            self.settle(t, i, PASSED)
            return
        fate = LEAKED
        if flight.jammed is not None:
            drifted = math.sqrt(-2 * math.log(self.luck.uniform(self.number, rng.DRIFT, threat.entity)))
            left = t - flight.jammed
            sigma = math.sqrt((threat.drift * left) ** 2 + (threat.drift_acceleration * left**2 / 2) ** 2)
            if sigma * drifted > self.world.assets[threat.asset][3]:
                fate = DIVERTED
        if fate == LEAKED:
            stages = [self.stage(u, threat) for u in self.world.units if u.present]
            stages += ["not_ready" for u in self.world.units
                       if u.present and self.ready[u.number] > flight.appears and self.ever(u, threat)]  # fmt: skip
            stages += ["lost" for u in self.world.units
                       if u.present and self.ever(u, threat) and self.was_lost(u, threat)]  # fmt: skip
            flight.cause = "missed" if flight.shots else max(stages, key=CHAIN.index, default="masked")
        self.settle(t, i, fate)
        if fate == LEAKED:
            self.strike(t, i)

    def was_lost(self, unit: Unit, threat: Threat) -> bool:
        """Whether a unit, or what could have told it of a threat, was lost while that flew."""
        tell = [v.number for v in self.world.units if v.networked and self.plan.in_sight(v.number, threat.number)]
        appears = self.flights[threat.number].appears
        return any(
            start < appears + threat.duration and end > appears
            for what in {unit.number, *([NETWORK, *tell] if unit.networked else [])}
            for start, end in self.outages[what]
        )

    def settle(self, t: float, i: int, fate: str) -> None:
        self.flights[i].status, self.flights[i].settled = fate, t
        for unit in self.world.units:
            self.pairs[unit.number, i].may_fire = False
            if self.holders.get(unit.number) == i:
                self.think_again(unit.number)

    def think_again(self, u: int) -> None:
        """A unit may turn its sensor now."""
        for (v, _), pair in self.pairs.items():
            pair.turns = -NEVER if v == u else pair.turns

    def stage(self, unit: Unit, threat: Threat) -> str:
        """How far a unit that did not fire at a threat got with it."""
        u, i = unit.number, threat.number
        if self.pairs[u, i].away:
            return "not_held"
        spans = self.known(u, i)
        if not spans or spans[0][0] >= threat.duration:
            return "undetected" if self.plan.in_sight(u, i) else "masked"
        lasts = {e: w[-1][1] for e in range(len(unit.effectors)) if (w := self.plan.windows(u, e, i))}
        if not lasts:
            if self.plan.barred_altogether(u, i):
                return "not_released"
            return "not_held" if self.plan.passes(u, i) else "out_of_envelope"
        if not any(self.could_launch(u, e, i, a + unit.reaction, b) for a, b in spans for e in lasts):
            return "late"
        if not self.would(unit, threat):
            return "not_released"
        appears = self.flights[i].appears
        free = {e: last for e, last in lasts.items() if unit.effectors[e].orders.get(threat.kind, (True,))[0]}
        if not free:
            return "not_released"
        could = (not self.spent(unit, e, self.rounds_at(u, e, appears + last)) for e, last in free.items())
        if not any(could):
            return "no_rounds"
        return "not_released" if self.pairs[u, i].barred else "no_channel"

    def could_launch(self, u: int, e: int, i: int, ready: float, lost: float) -> bool:
        opens = self.next_launch(u, e, i, ready)
        return opens is not None and opens <= lost

    def rounds_at(self, u: int, e: int, t: float) -> int:
        log = self.magazines[u, e].log
        return log[bisect_right(log, t, key=lambda row: row[0]) - 1][1]


def _reaching(looks: list[Look], wanted: float) -> Look | None:
    """The look at which the running hazard reaches a draw."""
    total = 0.0
    for look in looks:
        total += look.hazard
        if total >= wanted:
            return look
    return None


def _tracks(looks: list[Look], wanted: Callable[[int], float]) -> Iterator[tuple[float, float, Look]]:
    """Tracks one after another, each with a draw of its own: when it is confirmed and lost, and by which look."""
    for k in itertools.count():
        look = _reaching(looks, wanted(k))
        if look is None:
            return
        lost = -NEVER
        for other in looks:
            if other.time > max(lost, look.time):
                break
            lost = max(lost, other.until)
        yield look.time, lost, look
        looks = [other for other in looks if other.time > lost]
