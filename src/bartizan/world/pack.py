"""The one door from objects to arrays: fills the records that kernels see, each number as each world has it."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bartizan.ground import each, exact, rng
from bartizan.physics import acoustics, jammers, range_equation
from bartizan.physics.arrays import (
    ALTITUDE_STEP_M,
    ASSET,
    BANDS,
    CITY,
    DIVE,
    EMITTER,
    FALL,
    GAP,
    GLIDE,
    GROUP,
    HEIGHT_POINTS,
    HEIGHT_STEP_M,
    HORIZON,
    LEVEL_GROUND,
    MAPPED,
    NO_HORIZON,
    NO_LIMIT,
    NO_MASK,
    OUT,
    PAST,
    POISSON,
    SPREAD,
    SPREAD_POINTS,
    SURFACE,
    TOGETHER,
    TYPE,
    UNIT,
    Packed,
    i4,
    i8,
    records,
)
from bartizan.world import identity, losses, orders, readiness, unknowns, warheads
from bartizan.world.cases import Case, PlacedUnit
from bartizan.world.draw import Worlds
from bartizan.world.scenario import Scenario
from bartizan.world.schema import (
    CLASSES,
    TOWNS,
    City,
    Emitter,
    Group,
    Open,
    Place,
    Threat,
)
from bartizan.world.schema.threats import LOUDNESS, SEEN
from bartizan.world.sensing import SensorPacker
from bartizan.world.weapons import EffectorPacker


def pack(scenario: Scenario, case: Case, worlds: Worlds) -> Packed:
    """The given worlds of one case as arrays."""
    return Packer(scenario, worlds).case(case)


class Packer:
    """The given worlds of a scenario as arrays, case by case: what cases share is filled for the first of them."""

    def __init__(self, scenario: Scenario, worlds: Worlds) -> None:
        self.scenario, self.worlds = scenario, worlds
        self._shared: dict[str, Any] = {}

    def _once(self, name: str, fill: Callable[[], Any]) -> Any:
        if name not in self._shared:
            self._shared[name] = fill()
        return self._shared[name]

    def case(self, case: Case) -> Packed:
        """The worlds of one case; arrays that another case has as well are the very same."""
        packer, once = _Packer(self.scenario, case, self.worlds), self._once
        weapons = EffectorPacker(self.worlds, case, packer.of_effectors)
        sensing = once(f"sensing by {case.raid.light}", lambda: _sensing(packer))
        units = once(f"units by {case.raid.light}", lambda: packer.units(sensing[0]))
        effectors = once("effectors", lambda: weapons.effectors(units))
        packed = Packed(
            units=units,
            sensors=sensing[0],
            effectors=effectors,
            kill=weapons.kill(),
            reach=weapons.reach(),
            lethality=once("lethality", lambda: warheads.lethality(self.worlds, packer.of_effectors)),
            lethal_radius=weapons.lethal_radius(),
            release=orders.release(self.worlds, packer.of_effectors, case, effectors.rounds),
            arcs=once("arcs", lambda: orders.arcs(self.worlds, packer.of_effectors)),
            areas=once("areas", lambda: orders.areas(self.worlds, self.scenario)),
            emitters=once("emitters", lambda: packer.emitters(units)),
            jam_range=packer.jam_range(),
            assets=once("assets", packer.assets),
            types=packer.types(),
            surface=once("surface", packer.surface),
            network=once("network", lambda: losses.network(self.worlds, self.scenario)),
            warning=once("warning", lambda: readiness.warning(self.worlds, self.scenario)),
            fall=once("fall", packer.fall),
            groups=packer.groups(),
            corners=orders.corners(self.scenario),
            targets=packer.targets(),
            seed=np.array([self.worlds.seed], dtype=i8),
            ground=packer.ground[0],
            frame=packer.ground[1],
            detection=sensing[1],
        )
        for array in packed:
            array.flags.writeable = False
        return packed


def _sensing(packer: _Packer) -> tuple[np.ndarray, np.ndarray]:
    """Sensors, and the tables of detection probabilities that they refer to."""
    sensing = SensorPacker(packer.scenario, packer.case, packer.worlds, packer.of_sensors)
    return sensing.sensors(), sensing.detection()


class _Packer:
    """Fills one array after another; each method knows one kind of thing."""

    def __init__(self, scenario: Scenario, case: Case, worlds: Worlds) -> None:
        self.scenario, self.case, self.worlds = scenario, case, worlds
        self.of_sensors = [(i, u, k, s) for i, u in enumerate(scenario.units) for k, s in u.system.sensors.items()]
        self.of_effectors = [(i, u, k, e) for i, u in enumerate(scenario.units) for k, e in u.system.effectors.items()]
        self.mapped = scenario.mapped
        self.ground = LEVEL_GROUND if self.mapped is None else self.mapped.ground_grid
        self.of_emitters = [(i, u, k, e) for i, u in enumerate(scenario.units) for k, e in u.system.emitters.items()]

    def value(self, key: str) -> np.ndarray:
        return self.worlds.value(key)

    def of_system(self, unit: PlacedUnit, *path: str) -> np.ndarray:
        return self.value(unit.key_of(path))

    def place(self, at: Place, key: str, stations: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """East and north in each world: uniform over the disc within which the place is known, or at one of STATIONS
        evenly spread over it."""
        east, north = at.local(self.scenario.origin)
        away = unknowns.offset(self.worlds, key, at_stations=stations)
        return east + away[0], north + away[1]

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

    def units(self, sensors: np.ndarray) -> np.ndarray:
        units = records((len(self.worlds), len(self.scenario.units)), UNIT)
        for i, placed in enumerate(self.scenario.units):
            unit, key = units[:, i], f"units/{placed.name}"
            unit.x, unit.y = self.place(placed.unit.at, f"{key}/at", stations=self.mapped is not None)
            self._heights(unit, placed)
            unit.present = unknowns.is_there(self.worlds, placed.name)
            unit.reaction = self.of_system(placed, "reaction_time")
            unit.assessment = self.of_system(placed, "assessment_time")
            unit.kill_called_miss = self.of_system(placed, "kill_called_miss")
            unit.miss_called_kill = self.of_system(placed, "miss_called_kill")
            unit.channels = self.of_system(placed, "channels")
            unit.entity = rng.name_hash(placed.name)
            unit.networked = self._is_networked(placed)
            self._false_tracks(unit, placed)
            readiness.fill(unit, placed, self.scenario, self.worlds)
            losses.fill(unit, placed, self.scenario, self.worlds)
            identity.fill(unit, placed, self.scenario, self.worlds, self.case.raid.light)
            self._doctrine(unit, placed)
            unit.s0, unit.s1 = _span(self.of_sensors, i)
            unit.e0, unit.e1 = _span(self.of_effectors, i)
            self._turning(unit, i, sensors)
        return units

    def _turning(self, unit: Any, i: int, sensors: Any) -> None:
        """The sensor of unit i that is turned, in worlds in which its sector is less than all round."""
        for s, (of, _, _, written) in enumerate(self.of_sensors):
            if of == i and written.slew_time is not None:
                unit.turner, unit.turns = s, sensors[:, s].turns

    def _is_networked(self, placed: PlacedUnit) -> bool:
        return placed.unit.networked and self.scenario.file.network is not None

    def _doctrine(self, unit: Any, placed: PlacedUnit) -> None:
        doctrine = placed.system.doctrine
        salvos = doctrine.salvo if isinstance(doctrine.salvo, list) else [doctrine.salvo]
        unit.salvos = len(salvos)
        unit.salvo[:, : len(salvos)] = salvos
        unit.coordinate = doctrine.coordinate and self._is_networked(placed)
        if unit.coordinate.all():
            unit.miscorrelation = self.value("network/miscorrelation")
        unit.max_salvos = NO_LIMIT if doctrine.max_salvos is None else doctrine.max_salvos
        unit.partial, unit.thrift = doctrine.partial_salvo, doctrine.thrift
        unit.last_resorts = orders.last_resorts(self.worlds, placed)
        unit.fires_on_jammed = self.of_system(placed, "doctrine", "fires_on_jammed")
        unit.engage = sum(1 << CLASSES.index(c) for c in (doctrine.engage or CLASSES))

    def _false_tracks(self, unit: Any, placed: PlacedUnit) -> None:
        if placed.system.false_tracks is not None:
            for field in ("rate", "time", "fired"):
                unit[f"false_{field}"] = self.of_system(placed, "false_tracks", field)

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
        quality = of("quality") if written.quality is not None else np.asarray(1.0)
        needs = self.value(f"{key}/satnav_threshold"), self.value(f"{key}/satnav_rejection")
        return jammers.satnav_range(of("power"), quality, *needs)

    def _out_of_link(self, of: Callable[[str], np.ndarray], key: str) -> np.ndarray:
        """The same for a control link, if its band meets the jammer's."""
        frequency, width, margin = (self.value(f"{key}/{field}") for field in ("frequency", "bandwidth", "margin"))
        wave, away = range_equation.wavelength(frequency), np.maximum(self.value(f"{key}/distance"), 1.0)
        signal = jammers.received_dbw(self.value(f"{key}/power"), wave, away) - self.value(f"{key}/loss")
        within = jammers.in_band(of("power"), of("bandwidth"), width, np.abs(of("frequency") - frequency))
        reach = jammers.jamming_range(np.maximum(within, 1e-300), wave, signal, margin)
        return np.where(within > 0, reach, jammers.NOWHERE)

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
            type_.tan_dive = each.tan(np.clip(self.value(f"{key}/dive_angle"), 0.01, 1.570796326))
            type_.release, type_.drift = self.value(f"{key}/release_distance"), self.value(f"{key}/drift")
            type_.drift_acceleration = self.value(f"{key}/drift_acceleration")
            type_.shot_correlation = self.value(f"{key}/shot_correlation")
            type_.manoeuvre = self.value(f"{key}/manoeuvre")
            type_.satnav, type_.link = self.value(f"{key}/satnav_dependence"), self.value(f"{key}/link_dependence")
            type_.wreck = self.value(f"fall/wrecks/{threat.kind}")
            type_.transponder, type_.flight_plan = self.value(f"{key}/transponder"), self.value(f"{key}/flight_plan")
            self._coming(type_, self.case.groups[g].group, self.case.keys[g])
            self._to_radars(type_, threat, key)
            self._to_sights(type_, threat, key)
            loudness = LOUDNESS[threat.kind] if threat.sound is None else self.value(f"{key}/sound")
            type_.sound = acoustics.loudness(loudness)
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
                type_.aspect[:, k] = range_equation.linear(self.value(f"{key}/aspect/{side}"))
        if threat.noise is not None:
            type_.noise_power = self.value(f"{key}/noise/power")
            type_.noise_frequency = self.value(f"{key}/noise/frequency")
            type_.noise_bandwidth = self.value(f"{key}/noise/bandwidth")

    def _to_sights(self, type_: Any, threat: Threat, key: str) -> None:
        """The size that it shows, and logarithms of its contrast and of its difference in temperature."""
        usual = dict(zip(("size", "temperature_difference"), SEEN[threat.kind], strict=True))

        def shown(field: str) -> Any:
            return usual[field] if getattr(threat, field) is None else self.value(f"{key}/{field}")

        type_.size = shown("size")
        for k, signal in enumerate((self.value(f"{key}/contrast"), shown("temperature_difference"))):
            type_.ln_contrast[:, k] = each.log(np.maximum(signal, 1e-12))

    def _coming(self, type_: Any, group: Group, key: str) -> None:
        type_.distance, type_.wander = self.value(f"{key}/distance"), self.value(f"{key}/wander")
        type_.bearing, type_.width = self.value(f"{key}/bearing/low"), self.value(f"{key}/bearing/width")
        type_.bearing_span = (self.value(f"{key}/bearing/high") - type_.bearing) % (2 * math.pi + 1e-12)
        type_.start, type_.jitter = self.value(f"{key}/arrival/start"), self.value(f"{key}/arrival/jitter")
        if group.neutral is not None:
            identity.fill_traffic(type_, group.neutral, self.worlds, f"{key}/neutral")
        if group.arrival.every is not None:
            type_.every = self.value(f"{key}/arrival/every")
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
            group.neutral, group.profile = written.neutral is not None, _profile(written, threat)
            group.axis = written.bearing.together
            group.arrival, group.waves = _arrival(written), written.arrival.waves
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
        return np.array([a for wave in self.case.groups for a in self._aimed(wave.group)], dtype=i4)

    def fall(self) -> np.ndarray:
        fall = records((len(self.worlds), 1), FALL)
        wind, angle = self.value("fall/wind"), 2 * math.pi * self.worlds.uniform("fall/wind-bearing")
        fall[:, 0].wind_x, fall[:, 0].wind_y = wind * each.sin(angle), wind * each.cos(angle)
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
        # the integral from the ground up of the share of walls that are higher
        height = np.arange(HEIGHT_POINTS) * HEIGHT_STEP_M
        if city.heights.rayleigh is not None:
            scale = np.maximum(self.value("surface/heights/rayleigh"), 0.1)[:, None]
            here.height[:] = scale * math.sqrt(2 * math.pi) * (each.normal_share(height / scale) - 0.5)
        else:
            here.height[:] = self._shares(city.heights.shares or [], height)

    def _shares(self, rows: Sequence[Any], height: np.ndarray) -> np.ndarray:
        below = np.zeros((len(self.worlds), HEIGHT_POINTS))
        total = np.zeros(len(self.worlds))
        for k in range(len(rows)):
            top, share = (self.value(f"surface/heights/shares/{k}/{j}") for j in (0, 1))
            below += share[:, None] * np.minimum(height, top[:, None])
            total += share
        return below / np.maximum(total, 1e-12)[:, None]


def _town(here: Any, built_up: float, per_km2: float, scale_m: float) -> None:
    """ITU-R P.1410-6 2.1 in the limit of many buildings, one every 1/sqrt(alpha beta) of a line, which clears each at
    height h with the chance 1 - exp(-h^2 / 2 gamma^2): -ln of that takes the place of the share of walls."""
    here.lines = math.sqrt(built_up * per_km2 * 1e-6)
    # A building as wide as sqrt(alpha / beta) at the mean distance to the first one, 1/lines, fills this angle.
    here.sector = built_up
    here.height[:] = _town_walls(scale_m)


@functools.cache
def _town_walls(scale_m: float) -> np.ndarray:
    """The integral of that from the ground up, (HEIGHT_POINTS,)."""
    from scipy.integrate import quad

    height = np.arange(HEIGHT_POINTS) * HEIGHT_STEP_M / scale_m
    rows = [quad(lambda t: -exact.log(-exact.expm1(-t * t / 2)), *ends)[0] for ends in itertools.pairwise(height)]
    return scale_m * np.cumsum([0.0, *rows])


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


def _profile(group: Group, threat: Threat) -> int:
    """How a group flies; a neutral that goes in or out does so on the straight line of a glide."""
    if group.neutral is not None:
        return {"past": PAST, "in": GLIDE, "out": OUT}[group.neutral.flies]
    return DIVE if threat.profile == "dive" else GLIDE


def _group_name(group: Group) -> str:
    return group.threat if isinstance(group.threat, str) else group.threat.title or group.threat.kind
