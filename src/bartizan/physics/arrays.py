"""The records that kernels see: the worlds of a case as read-only arrays.

Every array of `Packed` but the last six has one row per world. Lengths m, times s, angles rad; x east, y north in the
local frame; antennas above sea level, which a level surface lies at.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

f8, i4, i8 = np.float64, np.int32, np.int64

#: Bands of radars and where they end, Hz (IEEE 521-2019); one begins where the one before it ends, HF at 3 MHz.
BANDS = {
    "HF": 30e6, "VHF": 300e6, "UHF": 1e9, "L": 2e9, "S": 4e9, "C": 8e9, "X": 12e9, "Ku": 18e9, "K": 27e9, "Ka": 40e9,
}  # fmt: skip
KILL_ROWS = 8  # of a table of kill factors, at most
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

RADAR, CERTAIN, SIGHT = range(3)  # how a sensor detects: by echoes, with certainty at its range, by cycles on a target
SEARCH, FIRE_CONTROL = 0, 1
DIVE, GLIDE = 0, 1
TOGETHER, GAP, SPREAD, POISSON = range(4)
NO_HORIZON, HORIZON, CITY, MAPPED = range(4)
ALL_ROUND, NARROW, WIDE = range(3)  # a sensor's sector: up to half a turn, or more
CLOSED_FORM = -1  # no table of detection probabilities
NO_BAND = len(BANDS)  # of a radar whose frequency is not stated
CANNOT_ENGAGE = -1.0
BY_RANGE, BY_CROSSING, BY_ALTITUDE = range(3)  # tables of kill factors
NO_CROSSING_LIMIT = np.inf
NO_MASK = -1e9  # a slope that hides nothing
LEVEL_GROUND = np.zeros((2, 2), np.float32), np.array([0.0, 0.0, 1e-9])

UNIT = np.dtype(
    [
        ("x", f8), ("y", f8), ("antenna", f8), ("mask_from", f8, MASKS), ("mask_slope", f8, MASKS),
        ("reaction", f8), ("assessment", f8),
        ("kill_called_miss", f8), ("miss_called_kill", f8), ("miscorrelation", f8), ("false_rate", f8),
        ("false_time", f8), ("false_fired", f8), ("entity", i8), ("channels", i4), ("present", i4),
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
        ("cos_beam", f8), ("beam", f8), ("dwell", f8), ("coast", f8), ("edge", f8, 4), ("sector", i4), ("table", i4),
        ("band", i4), ("delays", i4), ("simple", i4), ("pulses", i4),
        ("coarseness", f8), ("ln_least", f8), ("extinction", f8), ("thermal", i4),
    ],
    align=True,
)  # fmt: skip
EFFECTOR = np.dtype(
    [
        ("r_min", f8), ("r_max", f8), ("z_min", f8), ("z_max", f8), ("flight", f8, FLIGHT_POINTS), ("per_metre", f8),
        ("reload", f8), ("reliability", f8), ("dispersion", f8), ("aim_error", f8), ("bias", f8), ("entity", i8),
        ("unit", i4), ("is_gun", i4), ("has_gunnery", i4), ("rounds", i4), ("burst", i4), ("at_once", i4),
        ("sight_to_intercept", i4), ("hold_to_assessment", i4), ("kill_varies", i4), ("crossing_max", f8),
    ],
    align=True,
)  # fmt: skip
LETHALITY = np.dtype(
    [
        ("at", f8, (3, KILL_ROWS)), ("factor", f8, (3, KILL_ROWS)),
        ("guidance_error", f8), ("error", f8), ("bias", f8), ("rows", i4, 3),
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
        ("noise_bandwidth", f8), ("drift_acceleration", f8), ("manoeuvre", f8), ("has_aspect", i4),
        ("size", f8), ("ln_contrast", f8, 2),
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
    lethality: np.ndarray  # LETHALITY (W, E): what geometry leaves of that, of effectors whose kill chance varies
    lethal_radius: np.ndarray  # f8 (W, E, G): m; 0: no miss is modelled
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


def records(shape: Any, dtype: np.dtype) -> Any:
    """Zeroed records with attribute access, so that kernels also run uncompiled."""
    return np.zeros(shape, dtype).view(np.recarray)
