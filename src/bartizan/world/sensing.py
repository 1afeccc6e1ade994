"""Sensors as records: what the figures of a sensor of each kind amount to in each world."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from bartizan.ground import each, rng
from bartizan.physics import acoustics, air, detection, light, range_equation
from bartizan.physics.arrays import (
    ALL_ROUND,
    BANDS,
    CLOSED_FORM,
    FIRE_CONTROL,
    IDEAL,
    NARROW,
    NO_BAND,
    PD_CUT,
    PD_CUT_SINGLE,
    RADAR,
    SEARCH,
    SENSOR,
    SIGHT,
    SOUND,
    WIDE,
    records,
)
from bartizan.world.cases import Case, PlacedUnit
from bartizan.world.draw import Worlds
from bartizan.world.scenario import Scenario
from bartizan.world.schema import (
    MOST_FALSE_ALARMS,
    Acoustic,
    City,
    Ideal,
    Infrared,
    Optical,
    Radar,
    Sensor,
)

#: How sensors of each kind detect.
KINDS = {Radar: RADAR, Optical: SIGHT, Infrared: SIGHT, Ideal: IDEAL, Acoustic: SOUND}


class SensorPacker:
    """Fills the records of all sensors of a case, and the tables of detection probabilities that they refer to."""

    def __init__(
        self, scenario: Scenario, case: Case, worlds: Worlds, sensors: Sequence[tuple[int, PlacedUnit, str, Sensor]]
    ) -> None:
        self.scenario, self.worlds, self.of_sensors = scenario, worlds, sensors
        self.dark = case.raid.light == "night"
        self.tables: dict[tuple[float, int, int], int] = {}

    def sensors(self) -> np.ndarray:
        sensors = records((len(self.worlds), len(self.of_sensors)), SENSOR)
        for s, (i, placed, name, written) in enumerate(self.of_sensors):
            sensor = sensors[:, s]
            sensor.unit = i
            sensor.kind = KINDS[type(written)]
            sensor.role = SEARCH if written.role == "search" else FIRE_CONTROL
            sensor.m, sensor.n = written.confirm
            sensor.pulses, sensor.r_max = 1, np.inf
            sensor.entity = rng.name_hash(f"{placed.name}/{name}")
            of = _Figures(self.scenario, self.worlds, placed, name, written)
            self._of_kind(sensor, of, written)
            self._limits(sensor, of, written)
        return sensors

    def _of_kind(self, sensor: Any, of: _Figures, written: Sensor) -> None:
        """What only sensors of its kind have."""
        if isinstance(written, Radar):
            self._reach(sensor, of, written)
            self._disturbances(sensor, of, written)
            self._chances(sensor, written)
            self._pointing(sensor, of, written)
        elif isinstance(written, Optical | Infrared):
            self._sight(sensor, of, written)
        elif isinstance(written, Acoustic):
            self._hearing(sensor, of, written)
        else:
            sensor.reach = sensor.r_max = of["range"]

    def _hearing(self, sensor: Any, of: _Figures, written: Acoustic) -> None:
        """What a loudness amounts to over the noise around the microphones, and how late it is heard."""
        sensor.ln_false_alarm = each.log(np.clip(of["false_alarm"], 1e-300, MOST_FALSE_ALARMS))
        cut, stated = PD_CUT if written.confirm[0] > 1 else PD_CUT_SINGLE, np.clip(of["probability"], 1e-12, 1 - 1e-12)
        sensor.snr_cut, sensor.snr_half, sensor.snr_held = (
            np.maximum(sensor.ln_false_alarm / each.log(p) - 1, 0.0) for p in (cut, 0.5, stated)
        )
        sensor.loss = acoustics.absorption(of["frequency"])
        if written.range is not None:
            per_sound = acoustics.constant_of_range(of["range"], sensor.snr_held, of["sound"], sensor.loss)
            lifted = per_sound * range_equation.linear(of["noise"])
        else:
            lifted = range_equation.linear(of["gain"])
        wind = self.worlds.value("fall/wind")
        sensor.snr_constant = lifted / acoustics.noise(self._ambient(), of["wind_noise"], wind)
        sensor.hidden, sensor.slowness = range_equation.linear(-of["shadow"]), 1 / acoustics.SPEED_M_S
        sensor.bearing = of["bearing_error"] if written.bearing_error is not None else 1.0

    def _ambient(self) -> Any:
        """The noise around all microphones, dB(A)."""
        hour = "night" if self.dark else "day"
        if getattr(self.scenario.file.ambient, hour) is not None:
            return self.worlds.value(f"ambient/{hour}")
        return acoustics.AMBIENT[isinstance(self.scenario.file.surface, City), self.dark]

    def _sight(self, sensor: Any, of: _Figures, written: Optical | Infrared) -> None:
        """How coarse a sight is, the least that it sees, and what the air takes; in the dark some see nothing."""
        thermal = isinstance(written, Infrared)
        sensor.thermal, sensor.ln_least, sensor.extinction = thermal, light.ln_least(thermal), of.extinction(thermal)
        signal = of["temperature_difference" if thermal else "contrast"]
        left = each.log(np.maximum(signal, 1e-12)) - sensor.ln_least
        if written.range is not None:
            clear = light.clear_extinction(thermal)
            sensor.coarseness = light.coarseness_of_range(of["range"], of["size"], left, clear)
        else:
            sensor.coarseness = of["cycles"] * of["resolution"] * np.maximum(left, 1e-12)
        if self.dark and isinstance(written, Optical) and not written.night:
            sensor.coarseness = np.inf

    def _reach(self, sensor: Any, of: _Figures, written: Radar) -> None:
        """The constant of snr = constant x rcs / R^4, and the range and cross section that are its reference."""
        rcs, probability = of["rcs"], np.clip(of["probability"], 1e-12, 1 - 1e-12)
        sensor.ln_false_alarm = each.log(np.clip(of["false_alarm"], 1e-300, MOST_FALSE_ALARMS))
        if written.snr is not None:
            snr = range_equation.linear(of["snr"])
        elif detection.is_closed_form(written.pulses, written.fluctuation):
            snr = np.maximum(sensor.ln_false_alarm / each.log(probability) - 1, 0.0)
        else:
            snr = _required(probability, sensor.ln_false_alarm, written)
        if written.range is not None:
            reach = of["range"]
            sensor.snr_constant = snr * np.square(np.square(reach)) / rcs
        else:
            sensor.snr_constant = of.range_equation()
            reach = np.sqrt(np.sqrt(sensor.snr_constant * rcs / np.maximum(snr, 1e-12)))
        sensor.snr_held, sensor.reach, sensor.reach_rcs = snr, reach, rcs

    def _limits(self, sensor: Any, of: _Figures, written: Sensor) -> None:
        """When and where it looks, and how long it keeps a track."""
        sensor.scan = np.maximum(of["scan_period"], 1e-3)
        sensor.phase = of["phase"] if written.phase is not None else -1.0
        sensor.r_min = of["range_min"]
        if written.range_max is not None:
            sensor.r_max = np.minimum(sensor.r_max, of["range_max"])
        sensor.tan_low, sensor.tan_high = (
            each.tan(np.clip(of[f], -1.5707, 1.5707)) for f in ("elevation_min", "elevation_max")
        )
        sensor.tan_high = np.where(of["elevation_max"] >= 1.5707, np.inf, sensor.tan_high)
        sensor.tan_low = np.where(of["elevation_min"] <= -1.5707, -np.inf, sensor.tan_low)
        if written.sector is not None:
            fill_sector(sensor, of["azimuth"], of["sector"])
            if written.slew_time is not None:
                sensor.turns, sensor.slew = sensor.sector != ALL_ROUND, of["slew_time"]
                for pair, angle in ((sensor.aim, of["azimuth"]), (sensor.half, of["sector"] / 2)):
                    pair[:, 0], pair[:, 1] = each.sin(angle), each.cos(angle)
        sensor.coast = np.inf
        if written.coast_time is not None:  # one look is no gap, nor is one that is as long to within rounding
            sensor.coast = np.maximum(of["coast_time"], sensor.scan) + 1e-6

    def _disturbances(self, sensor: Any, of: _Figures, written: Radar) -> None:
        """What besides noise stands against a target: slowness, clutter, air and rain, jammers."""
        sensor.frequency, sensor.bandwidth = of.get("frequency"), of.receiver_bandwidth()
        sensor.band, sensor.radial_min, sensor.tan_clear = of.band(), of.get("radial_speed_min"), np.inf
        if written.clutter is not None:
            sensor.clutter, sensor.tan_clear = of.clutter(), of.clear_above()
            if written.clutter.canceller is not None:
                sensor.delays, sensor.blind = written.clutter.canceller.delays, of.blind_speed()
                sensor.r_max = range_equation.unambiguous_range(of["clutter/canceller/pulse_rate"])
        sensor.loss = of.air_loss()
        sensor.jamming, sensor.beside = of.jamming_constant(), range_equation.linear(-of["sidelobes"])
        sensor.cos_beam = each.cos(of.beam() / 2)
        sensor.simple = (sensor.radial_min == 0) & (sensor.clutter == 0) & (sensor.loss == 0) & (sensor.delays == 0)

    def _pointing(self, sensor: Any, of: _Figures, written: Radar) -> None:
        """What decides how long a threat is searched for that another one tracks; its beam counts only where one is."""
        sensor.pulses, sensor.dwell = written.pulses, of.get("dwell")
        if any(isinstance(other, Radar) and other.dwell is not None for *_, other in self.of_sensors):
            sensor.beam = of.beam()

    def _chances(self, sensor: Any, written: Radar) -> None:
        """Its table of detection probabilities, if it needs one, and the signals that some chances need."""
        cut = PD_CUT if written.confirm[0] > 1 else PD_CUT_SINGLE
        sensor.snr_cut, sensor.snr_half = (_required(p, sensor.ln_false_alarm, written) for p in (cut, 0.5))
        sensor.table = CLOSED_FORM
        if not detection.is_closed_form(written.pulses, written.fluctuation):
            wanted = [(float(p), written.pulses, written.fluctuation) for p in each.exp(sensor.ln_false_alarm)]
            sensor.table = [self.tables.setdefault(key, len(self.tables)) for key in wanted]
            sensor.simple = 0

    def detection(self) -> np.ndarray:
        """The tables that sensors refer to; one that nobody does where there is none."""
        tables = records(max(len(self.tables), 1), detection.DETECTION)
        for key, row in self.tables.items():
            tables[row] = detection.detection_table(*key)
        return tables


def fill_sector(record: Any, azimuth: np.ndarray, width: np.ndarray) -> None:
    """Edges of a sector about an azimuth, and whether it is narrow or wide, or all round."""
    half = width / 2
    record.sector = np.where(half >= math.pi, ALL_ROUND, np.where(half > math.pi / 2, WIDE, NARROW))
    for k, edge in ((0, azimuth - half), (2, azimuth + half)):
        record.edge[:, k], record.edge[:, k + 1] = each.sin(edge), each.cos(edge)


class _Figures:
    """The figures of one sensor in each world, each an array (W,), and what a radar's amount to."""

    def __init__(self, scenario: Scenario, worlds: Worlds, placed: PlacedUnit, name: str, written: Any) -> None:
        self.scenario, self.worlds = scenario, worlds
        self.placed, self.path, self.written = placed, ("sensors", name), written
        self.none = np.zeros(len(worlds))

    def __getitem__(self, field: str) -> np.ndarray:
        return self.worlds.value(self.placed.key_of((*self.path, *field.split("/"))))

    def get(self, field: str) -> np.ndarray:
        """The field, or 0 where it is not given."""
        return self[field] if getattr(self.written, field) is not None else self.none

    def band(self) -> Any:
        """The number of its band; the highest band has no end here."""
        if self.written.frequency is None:
            return NO_BAND
        return np.minimum(np.searchsorted(list(BANDS.values()), self["frequency"], side="right"), len(BANDS) - 1)

    def receive_gain(self) -> np.ndarray:
        return range_equation.linear(self["receive_gain" if self.written.receive_gain is not None else "gain"])

    def beam(self) -> np.ndarray:
        """Width of its beam in azimuth, rad: as stated, else that of a round one with its gain; 0 where neither is."""
        if self.written.beam is None and self.written.gain is not None:
            return range_equation.beam_of_gain(self.receive_gain())
        return self.get("beam")

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
        gain, wave = range_equation.linear(self["gain"]), range_equation.wavelength(self["frequency"])
        system, losses = self["temperature"], range_equation.linear(self["losses"])
        return range_equation.point_target_constant(
            self["power"], self.pulse(), gain, self.receive_gain(), wave, system, losses
        )

    def _of_search(self) -> np.ndarray:
        """The same for all pulses that reach a target in one scan of its sector."""
        lowest, highest = (np.clip(self[f], -math.pi / 2, math.pi / 2) for f in ("elevation_min", "elevation_max"))
        width = self["sector"] if self.written.sector is not None else self.none + 2 * math.pi
        solid = np.maximum(range_equation.solid_angle(width, lowest, highest), 1e-9)
        period, losses = np.maximum(self["scan_period"], 1e-3), range_equation.linear(self["losses"])
        return range_equation.search_constant(
            self["mean_power"], self["aperture"], period, solid, self["temperature"], losses
        )

    def clutter(self) -> np.ndarray:
        """Gamma x beam x cell, m, over the improvement factor."""
        echo = range_equation.linear(self["clutter/reflectivity"]) * self["beam"] * self["clutter/cell"]
        return echo / self._improvement()

    def _improvement(self) -> np.ndarray:
        clutter = self.written.clutter
        if clutter is not None and clutter.improvement is not None:
            return range_equation.linear(self["clutter/improvement"])
        if clutter is None or clutter.canceller is None:
            return self.none + 1
        rate, spread = self["clutter/canceller/pulse_rate"], self["clutter/canceller/clutter_spread"]
        wave = range_equation.wavelength(self["frequency"])
        return range_equation.canceller_improvement(clutter.canceller.delays, spread, wave, rate)

    def clear_above(self) -> np.ndarray:
        """Tangent of the elevation above which the beam is clear of the ground.

        Unless stated: never of a search radar, whose beam may be a fan. The beam of fire control is a pencil that
        follows its target: one width off its axis, its two-way pattern is some 24 dB down.
        """
        clutter = self.written.clutter
        if clutter is not None and clutter.clear_above is not None:
            above = self["clutter/clear_above"]
        elif self.written.role == "fire-control":
            above = self["beam"]
        else:
            return self.none + np.inf
        return each.tan(np.clip(above, -1.5707, 1.5707))

    def blind_speed(self) -> np.ndarray:
        return range_equation.blind_speed(
            range_equation.wavelength(self["frequency"]), self["clutter/canceller/pulse_rate"]
        )

    def jamming_constant(self) -> np.ndarray:
        """Jamming to noise, times Rj^2 over the power per hertz; 0 of a radar whose receiver is not described."""
        if any(getattr(self.written, name) is None for name in ("frequency", "gain", "temperature")):
            return self.none
        return range_equation.jamming_constant(
            self.receive_gain(), range_equation.wavelength(self["frequency"]), self["temperature"]
        )

    def extinction(self, thermal: bool) -> np.ndarray:
        """What the air takes of a sight's light, or of the infrared, 1/m."""
        if self.scenario.file.weather is None:
            return self.none + light.clear_extinction(thermal)
        visibility, gases, rate = (self.worlds.value(f"weather/{f}") for f in ("visibility", "infrared_loss", "rain"))
        dry = light.infrared_extinction(visibility, gases) if thermal else light.extinction(visibility)
        return dry + light.rain(rate * 3.6e6)

    def air_loss(self) -> np.ndarray:
        """Loss of power, nepers per m, there and back. A stated range holds in clear air: rain alone comes on top."""
        if self.scenario.file.weather is None or self.written.frequency is None:
            return self.none
        loss = air.rain_loss(self["frequency"], self.worlds.value("weather/rain") * 3.6e6)
        if self.written.range is None:
            loss = loss + sum(air.gas_loss(self["frequency"]))
        return 2 * loss * math.log(10) / 10 / 1000


def _required(probability: Any, ln_false_alarm: np.ndarray, written: Radar) -> np.ndarray:
    """The signal to noise of one pulse that a detection probability needs, in each world."""
    pairs = np.broadcast_arrays(probability, each.exp(ln_false_alarm))
    law = written.pulses, written.fluctuation
    return np.array([detection.required_snr(float(p), float(f), *law) for p, f in zip(*pairs, strict=True)])
