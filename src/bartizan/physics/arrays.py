"""The records that kernels see: the worlds of a case as read-only arrays.

Every array of `Packed` but the last seven has one row per world. Lengths m, times s, angles rad; x east, y north in the
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
RANGE_POINTS = 33  # of a table by range: of times of flight, of bursts
SPREAD_POINTS = 65  # of the quantile table of a spread
HEIGHT_POINTS = 513  # of the table of building heights
HEIGHT_STEP_M = 0.5
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

#: How a sensor detects: by echoes, with certainty at its range, by cycles on a target, by its sound.
RADAR, IDEAL, SIGHT, SOUND = range(4)
SEARCH, FIRE_CONTROL = 0, 1
DIVE, GLIDE, PAST, OUT = range(4)
TOGETHER, GAP, SPREAD, POISSON = range(4)
FREE, TIGHT, HOLD = range(3)  # of an area: all, only what is called hostile, nothing is fired at
NO_HORIZON, HORIZON, CITY, MAPPED = range(4)
ALL_ROUND, NARROW, WIDE = range(3)  # a sector: up to half a turn, or more
CLOSED_FORM = -1  # no table of detection probabilities
NO_BAND = len(BANDS)  # of a radar whose frequency is not stated
CANNOT_ENGAGE = -1.0
BY_RANGE, BY_CROSSING, BY_ALTITUDE = range(3)  # tables of kill factors
NO_CROSSING_LIMIT = np.inf
NO_MASK = -1e9  # a slope that hides nothing
LEVEL_GROUND = np.zeros((2, 2), np.float32), np.array([0.0, 0.0, 1e-9])


class Field(NamedTuple):
    """One field of a record: its type, f8, i4 or i8, how many of them, their unit, and what it says."""

    name: str
    type: type
    unit: str
    meaning: str
    shape: int | tuple[int, ...] = ()


#: The legend of each record by its name, from which its dtype is made.
LEGENDS: dict[str, tuple[Field, ...]] = {}


def record(name: str, *fields: Field) -> np.dtype:
    """A record of these fields, aligned; its legend is kept."""
    LEGENDS[name] = fields
    return np.dtype([(f.name, f.type, f.shape) for f in fields], align=True)


UNIT = record(
    "UNIT",
    Field("x", f8, "m", "east"),
    Field("y", f8, "m", "north"),
    Field("antenna", f8, "m", "height of its antenna above sea level"),
    Field("mask_from", f8, "m", "distance from which each mask hides: the edge of its roof, a screen", MASKS),
    Field("mask_slope", f8, "", "slope below which each mask hides; NO_MASK: nothing", MASKS),
    Field("reaction", f8, "s", "from knowing of a threat to the first launch at it"),
    Field("assessment", f8, "s", "from a meeting to knowing what came of it"),
    Field("kill_called_miss", f8, "", "chance that a kill is taken for a miss"),
    Field("miss_called_kill", f8, "", "chance that a miss is taken for a kill"),
    Field("miscorrelation", f8, "", "chance that a track of the network is taken for another threat"),
    Field("false_rate", f8, "1/s", "false tracks that take a channel"),
    Field("false_time", f8, "s", "for which each takes it"),
    Field("false_fired", f8, "", "share of them that are fired at"),
    Field("entity", i8, "", "hash of its name, for draws"),
    Field("channels", i4, "", "engagements at the same time"),
    Field("present", i4, "", "1 if it is there in this world"),
    Field("networked", i4, "", "1 if it shares tracks"),
    Field("coordinate", i4, "", "1 if it leaves alone what others engage"),
    Field("max_salvos", i4, "", "at one threat"),
    Field("partial", i4, "", "1 if it fires a salvo that is short of rounds"),
    Field("thrift", i4, "", "1 if it fires one round while there is time for another look"),
    Field("last_resorts", i4, "", "1 if one of its effectors is a last resort against some group"),
    Field("fires_on_jammed", f8, "", "chance that it still fires at what has lost satellite navigation"),
    Field("ready", f8, "", "chance, each raid, that it is ready from the start"),
    Field("standby", f8, "", "chance, where it is not, that it stands by; else it is off"),
    Field("common", f8, "", "chance that the draw of its group decides"),
    Field("time_to_ready", f8, "s", "from the alert to being ready"),
    Field("confirming", f8, "s", "that its search sensors then take to confirm what is in sight: a hit in each look"),
    Field("crew", i8, "", "hash of the name of its group, for draws"),
    Field("lost_chance", f8, "", "chance, each raid, that it is lost"),
    Field("lost_at", f8, "s", "into the raid, from when on it may be"),
    Field("lost_within", f8, "s", "over which the moment of it is uniform"),
    Field("lost_for", f8, "s", "until it works again; inf: not in this raid"),
    Field("struck", f8, "", "chance that a threat which reaches its asset puts it out of action"),
    Field("stands_at", i4, "", "number of that asset; -1: none"),
    Field("engage", i4, "", "bits of the classes that it engages"),
    Field("identifies", i4, "", "1 if what it fires at depends on what it calls it"),
    Field("tight", i4, "", "1 if it fires only at what it calls hostile, 0 at what it does not call neutral"),
    Field("call_time", f8, "s", "median time from knowing of something to calling it"),
    Field("call_spread", f8, "", "standard deviation of the logarithm of that time"),
    Field("call_again", f8, "s", "after which what was not fired at is looked at again"),
    Field("transponder", f8, "", "chance to read the answer of a neutral that answers"),
    Field("flight_plan", f8, "", "chance to know the plan of a neutral that has filed one"),
    Field("visual", f8, "", "chance, each look, that a neutral is recognised by eye"),
    Field("neutral_as_hostile", f8, "", "chance, each look, that one which nothing shows for one is called hostile"),
    Field("hostile_as_neutral", f8, "", "chance, each look, that a threat is called neutral"),
    Field("hostile_as_unknown", f8, "", "chance, each look, that it is called unknown"),
    Field("turns", i4, "", "1 if the sensor that guides what it fires is turned to what it knows of"),
    Field("turner", i4, "", "that sensor"),
    Field("salvos", i4, "", "sizes listed in salvo"),
    Field("salvo", i4, "", "rounds of the first, second ... salvo at a threat; the last goes on", MAX_SALVOS_LISTED),
    Field("s0", i4, "", "its first sensor"),
    Field("s1", i4, "", "one beyond its last sensor"),
    Field("e0", i4, "", "its first effector"),
    Field("e1", i4, "", "one beyond its last effector"),
)
SENSOR = record(
    "SENSOR",
    Field(
        "snr_constant", f8, "m2", "signal to noise of one pulse, times R^4 over the cross section; R^2 over the sound"
    ),
    Field("ln_false_alarm", f8, "", "logarithm of the chance of a false alarm in a look"),
    Field("scan", f8, "s", "from one look to the next"),
    Field("phase", f8, "s", "of the first look after a threat appears; negative: drawn"),
    Field("r_min", f8, "m", "nearest range"),
    Field("r_max", f8, "m", "farthest range at which it looks"),
    Field("reach", f8, "m", "stated range, or what the range equation gives"),
    Field("reach_rcs", f8, "m2", "cross section that `reach` holds for"),
    Field("tan_low", f8, "", "tangent of the lowest elevation; -inf: no limit"),
    Field("tan_high", f8, "", "tangent of the highest elevation; inf: no limit"),
    Field("entity", i8, "", "hash of its name, for draws"),
    Field("unit", i4, "", "number of its unit"),
    Field("kind", i4, "", "RADAR, IDEAL, SIGHT or SOUND"),
    Field("role", i4, "", "SEARCH or FIRE_CONTROL"),
    Field("m", i4, "", "hits that confirm a track"),
    Field("n", i4, "", "among so many looks"),
    Field("snr_held", f8, "", "signal over all that is against it with which it holds a target"),
    Field("snr_cut", f8, "", "signal below which a look does not count"),
    Field("snr_half", f8, "", "signal with which one look in two detects"),
    Field("loss", f8, "1/m", "of power in air and rain, there and back, nepers; of sound one way"),
    Field("frequency", f8, "Hz", "0: not stated"),
    Field("bandwidth", f8, "Hz", "of the receiver; 0: not stated"),
    Field("radial_min", f8, "m/s", "least radial speed that it sees"),
    Field("clutter", f8, "m", "reflectivity x beam x cell, over the improvement factor"),
    Field("tan_clear", f8, "", "tangent of the elevation above which the beam is clear of the ground"),
    Field("blind", f8, "m/s", "first blind speed of its canceller"),
    Field("jamming", f8, "m2 Hz/W", "jamming to noise, times R^2 over the power per hertz"),
    Field("beside", f8, "", "gain beside the beam over that of the beam"),
    Field("cos_beam", f8, "", "cosine of half its beam"),
    Field("beam", f8, "rad", "width in azimuth; 0: not needed or not known"),
    Field("dwell", f8, "s", "at each position of the beam in a search for what the network tells of"),
    Field("coast", f8, "s", "without a look that could see it, after which a track is dropped"),
    Field("edge", f8, "", "sine and cosine of the left edge of its sector, then of the right", 4),
    Field("sector", i4, "", "ALL_ROUND, NARROW or WIDE"),
    Field("turns", i4, "", "1 if it is turned, so that its edges say only where it looks when a raid begins"),
    Field("slew", f8, "s", "in which it is turned"),
    Field("aim", f8, "", "sine and cosine of the azimuth at which it stands", 2),
    Field("half", f8, "", "sine and cosine of half its sector", 2),
    Field("table", i4, "", "its table of detection probabilities; CLOSED_FORM: none"),
    Field("band", i4, "", "of BANDS; NO_BAND: not stated"),
    Field("delays", i4, "", "of its canceller; 0: none"),
    Field("simple", i4, "", "1 if no clutter, motion or air is against it and it has the closed form"),
    Field("pulses", i4, "", "summed for a look"),
    Field("coarseness", f8, "rad", "of a sight: angle of a target over its logarithm of contrast left, for even odds"),
    Field("ln_least", f8, "", "of a sight: logarithm of the least contrast, or difference in K, that it sees"),
    Field("extinction", f8, "1/m", "of a sight's light in the air"),
    Field("thermal", i4, "", "1 for the infrared"),
    Field("slowness", f8, "s/m", "by which what it hears is late; 0: of light"),
    Field("hidden", f8, "", "share of a sound that is left behind what hides the threat"),
    Field("bearing", f8, "rad", "error of a bearing by sound"),
)
EFFECTOR = record(
    "EFFECTOR",
    Field("r_min", f8, "m", "nearest slant range of a meeting"),
    Field("r_max", f8, "m", "farthest"),
    Field("z_min", f8, "m", "lowest height of a meeting above the ground"),
    Field("z_max", f8, "m", "highest"),
    Field("flight", f8, "s", "time of flight, launch delay included, at even ranges up to r_max", RANGE_POINTS),
    Field("per_metre", f8, "1/m", "cells of `flight` in a metre"),
    Field("reload", f8, "s", "after which an empty magazine is full; inf: never"),
    Field("top_up", f8, "s", "without a launch, after which one that is not empty begins to be filled; inf: never"),
    Field("resupply", f8, "s", "from the last spare round to a full stock; inf: never"),
    Field("spare", i4, "", "rounds in a full stock, which fill the magazine; NO_LIMIT: as many as it takes"),
    Field("reliability", f8, "", "chance that a salvo works at all"),
    Field("dispersion", f8, "rad", "of single rounds"),
    Field("aim_error", f8, "rad", "common to a burst"),
    Field("bias", f8, "rad", "of the aim"),
    Field("entity", i8, "", "hash of its name, for draws"),
    Field("unit", i4, "", "number of its unit"),
    Field("is_gun", i4, "", "1 for guns"),
    Field("has_gunnery", i4, "", "1 if its kill chance follows from how rounds scatter"),
    Field("rounds", i4, "", "in a full magazine"),
    Field("burst", i4, "", "rounds of a burst"),
    Field("at_once", i4, "", "salvos in the air at the same time"),
    Field("sight_to_intercept", i4, "", "1 if the target must be held until the meeting"),
    Field("hold_to_assessment", i4, "", "1 if the channel is held until the assessment"),
    Field("kill_varies", i4, "", "1 if the kill chance depends on the meeting"),
    Field("crossing_max", f8, "m", "farthest that a target may pass by"),
    Field("edge", f8, "", "sine and cosine of the left edge of its launch sector, then of the right", 4),
    Field("sector", i4, "", "ALL_ROUND, NARROW or WIDE"),
    Field("open_chance", f8, "", "least chance of a burst with which it opens fire"),
    Field("kept", i4, "", "rounds that some class never gets"),
    Field("a0", i4, "", "its first fire-safety arc"),
    Field("a1", i4, "", "one beyond its last"),
)
RELEASE = record(
    "RELEASE",
    Field("kept", i4, "", "rounds that the group never gets"),
    Field("released", i4, "", "1 if it may be fired at the group"),
    Field("last_resort", i4, "", "1 if only where nothing else still can"),
)
ARC = record(
    "ARC",
    Field(
        "edge",
        f8,
        "",
        "sine and cosine of its left edge, then of its right, half a turn on at most; 0: all round",
        4,
    ),
    Field("tan_low", f8, "", "tangent of the least elevation of a meeting in it"),
)
AREA = record(
    "AREA",
    Field("x", f8, "m", "middle of a circle, east"),
    Field("y", f8, "m", "north"),
    Field("radius", f8, "m", "of a circle"),
    Field("start", f8, "s", "into the raid"),
    Field("end", f8, "s", "into the raid; inf: to its end"),
    Field("status", i4, "", "FREE, TIGHT or HOLD"),
    Field("c0", i4, "", "first of its corners in Packed.corners"),
    Field("c1", i4, "", "one beyond its last; c0: it is a circle"),
)
WARNING = record(
    "WARNING",
    Field("lead", f8, "s", "before the first threat appears"),
    Field("missed", f8, "", "chance, each raid, that it does not come"),
    Field("tells_bearing", i4, "", "1 if it tells where the first threat appears"),
)
NETWORK = record(
    "NETWORK",
    Field("delay", f8, "s", "from what one unit confirms to the others' knowing; negative: there is no network"),
    Field("lost_chance", f8, "", "chance, each raid, that it is cut"),
    Field("lost_at", f8, "s", "into the raid, from when on it may be"),
    Field("lost_within", f8, "s", "over which the moment of it is uniform"),
    Field("lost_for", f8, "s", "until it works again; inf: not in this raid"),
    Field("takeover", f8, "s", "from the loss of its node until another has taken over; inf: none does"),
    Field("node", i4, "", "number of the unit through which all of it goes; -1: none"),
)
LETHALITY = record(
    "LETHALITY",
    Field("at", f8, "m", "rows of factors BY_RANGE, BY_CROSSING, BY_ALTITUDE: where", (3, KILL_ROWS)),
    Field("factor", f8, "", "and what is left of the kill chance there", (3, KILL_ROWS)),
    Field("guidance_error", f8, "rad", "standard deviation of the miss as seen from the unit"),
    Field("error", f8, "m", "standard deviation of the miss at every range"),
    Field("bias", f8, "m", "of the mean miss"),
    Field("rows", i4, "", "rows of each table", 3),
)
EMITTER = record(
    "EMITTER",
    Field("x", f8, "m", "east"),
    Field("y", f8, "m", "north"),
    Field("z", f8, "m", "above sea level"),
    Field("hazard", f8, "1/s", "of what it denies while in range and in sight"),
    Field("unit", i4, "", "number of its unit"),
    Field("satnav", i4, "", "1 if it denies satellite navigation"),
    Field("link", i4, "", "1 if it denies control links"),
)
ASSET = record(
    "ASSET",
    Field("x", f8, "m", "east"),
    Field("y", f8, "m", "north"),
    Field("z", f8, "m", "of the aim, above sea level"),
    Field("ground", f8, "m", "above sea level"),
    Field("radius", f8, "m", "within which a hit is one"),
)
TYPE = record(
    "TYPE",
    Field("rcs", f8, "m2", "radar cross section where no band is known"),
    Field("radius", f8, "m", "as guns see it"),
    Field("tan_dive", f8, "", "tangent of the angle of its last dive"),
    Field("release", f8, "m", "distance from its aim at which it releases what it carries"),
    Field("satnav", f8, "", "chance that it depends on satellite navigation"),
    Field("link", f8, "", "chance that it depends on a control link"),
    Field("drift", f8, "m/s", "of inertial navigation alone"),
    Field("distance", f8, "m", "from its aim at which it appears"),
    Field("wander", f8, "", "of its way off the straight line, as a share of the distance"),
    Field("bearing", f8, "rad", "first bearing whence they come"),
    Field("bearing_span", f8, "rad", "to the last one"),
    Field("width", f8, "rad", "over which threats of a group spread about its axis"),
    Field("start", f8, "s", "of the group into the raid"),
    Field("every", f8, "s", "from the start of one of its waves to that of the next"),
    Field(
        "interval", f8, "s", "from one of the group to the next, or over which it arrives; their rate (1/s) for POISSON"
    ),
    Field("jitter", f8, "s", "by which it may come earlier or later"),
    Field("wreck", f8, "kg/m2", "ballistic coefficient of its wreck"),
    Field("above_sea", i4, "", "1 if its altitude counts from the sea"),
    Field("rcs_of_band", f8, "m2", "cross section in each of BANDS, and where none is known", len(BANDS) + 1),
    Field("aspect", f8, "", "of the cross section from front, side and rear", 3),
    Field("noise_power", f8, "W", "that its jammer radiates"),
    Field("noise_frequency", f8, "Hz", "middle of its band"),
    Field("noise_bandwidth", f8, "Hz", "over which it is spread"),
    Field("drift_acceleration", f8, "m/s2", "of inertial navigation alone"),
    Field("shot_correlation", f8, "", "of shots at the same threat"),
    Field("manoeuvre", f8, "m/s2", "that a tracker has to follow"),
    Field("transponder", f8, "", "of a neutral: chance that it answers when asked"),
    Field("flight_plan", f8, "", "of a neutral: chance that it has filed a plan"),
    Field("offset", f8, "m", "of a neutral: farthest that its way passes by its place"),
    Field("lasts", f8, "s", "of neutrals: into the raid, after which none of them ends its way"),
    Field("closing", f8, "s", "of neutrals: from the alarm to the closing of the airspace; inf: it stays open"),
    Field("left", f8, "", "of neutrals: share of those that come after that all the same"),
    Field("has_aspect", i4, "", "1 if the cross section depends on the side"),
    Field("size", f8, "m", "root of the area that a sight sees"),
    Field("ln_contrast", f8, "", "logarithm of its contrast, and of its difference in K", 2),
    Field("sound", f8, "m2", "its loudness times the square of the distance, linear, over 0 dB(A)"),
)
SURFACE = record(
    "SURFACE",
    Field("x", f8, "m", "middle of the city, east"),
    Field("y", f8, "m", "middle of the city, north"),
    Field("radius", f8, "m", "of the city"),
    Field("lines", f8, "1/m", "walls met on a metre of a sight line"),
    Field("sector", f8, "rad", "over which the skyline of a city stays the same"),
    Field(
        "height",
        f8,
        "m",
        "integral over height of the chance that a building is higher, at every HEIGHT_STEP_M",
        HEIGHT_POINTS,
    ),
    Field("plain", f8, "m", "level of the plain around a mapped surface"),
    Field("kind", i4, "", "NO_HORIZON, HORIZON, CITY or MAPPED"),
)
FALL = record(
    "FALL",
    Field("wind_x", f8, "m/s", "at 10 m, towards the east"),
    Field("wind_y", f8, "m/s", "at 10 m, towards the north"),
    Field("breakup", f8, "", "factor by which the coefficients of pieces spread"),
    Field("missile", f8, "kg/m2", "ballistic coefficient of a missile that missed"),
    Field("missile_pieces", f8, "kg/m2", "of its pieces"),
    Field("round", f8, "kg/m2", "of a gun's round"),
)
GROUP = record(
    "GROUP",
    Field("speed", f8, "m/s", "quantiles of the speeds of a group", SPREAD_POINTS),
    Field("altitude", f8, "m", "quantiles of its altitudes", SPREAD_POINTS),
    Field("entity", i8, "", "hash of its name, for draws"),
    Field("first", i4, "", "its first threat"),
    Field("count", i4, "", "its threats"),
    Field("bit", i4, "", "of its class, as in UNIT.engage"),
    Field("neutral", i4, "", "1 if they are no threats"),
    Field("profile", i4, "", "DIVE or GLIDE; of neutrals GLIDE (in), PAST or OUT"),
    Field("arrival", i4, "", "TOGETHER, GAP, SPREAD or POISSON, in each wave"),
    Field("waves", i4, "", "in which its threats come, as many in each"),
    Field("axis", i4, "", "1 if its threats share a bearing"),
    Field("t0", i4, "", "its first target in Packed.targets"),
    Field("t1", i4, "", "one beyond its last"),
)


class Packed(NamedTuple):
    """The worlds of one case. One world is `world(packed, i)`."""

    units: np.ndarray  # UNIT (W, U)
    sensors: np.ndarray  # SENSOR (W, S), in the order of units
    effectors: np.ndarray  # EFFECTOR (W, E), in the order of units
    kill: np.ndarray  # f8 (W, E, G): kill chance per round, per hit (gunnery) or CANNOT_ENGAGE
    reach: np.ndarray  # f8 (W, E, G): m, beyond which it does not meet a group, whatever r_max; inf: none stated
    lethality: np.ndarray  # LETHALITY (W, E): what geometry leaves of that, of effectors whose kill chance varies
    lethal_radius: np.ndarray  # f8 (W, E, G): m; 0: no miss is modelled
    release: np.ndarray  # RELEASE (W, E, G)
    arcs: np.ndarray  # ARC (W, A)
    areas: np.ndarray  # AREA (W, H), the last one that holds counts
    emitters: np.ndarray  # EMITTER (W, J)
    jam_range: np.ndarray  # f8 (W, J, G): m within which an emitter denies a group what it needs; negative: nowhere
    assets: np.ndarray  # ASSET (W, A)
    types: np.ndarray  # TYPE (W, G)
    surface: np.ndarray  # SURFACE (W, 1)
    network: np.ndarray  # NETWORK (W, 1)
    warning: np.ndarray  # WARNING (W, 1): from outside the defence
    fall: np.ndarray  # FALL (W, 1): the wind, m/s at 10 m, and ballistic coefficients, kg/m2, of what comes down
    groups: np.ndarray  # GROUP (G,)
    corners: np.ndarray  # f8 (C, 2): east and north of the corners of areas, m
    targets: np.ndarray  # i4: assets that each group may aim at, groups[g].t0 to t1
    seed: np.ndarray  # i8 (1,)
    ground: np.ndarray  # f4 (rows, columns): height of the ground, rows running north
    frame: np.ndarray  # f8 (3,): x and y of its first cell, and cells per metre
    detection: np.ndarray  # DETECTION (K,): tables of detection probabilities that sensors refer to


def world(packed: Packed, index: int | slice) -> Packed:
    """The arrays of one world, without the leading axis; or those of some."""
    per_world = Packed._fields[:-7]
    # The index of np.recarray makes the view of a row three times over.
    return packed._replace(**{name: np.ndarray.__getitem__(getattr(packed, name), index) for name in per_world})


def records(shape: Any, dtype: np.dtype) -> Any:
    """Zeroed records with attribute access, so that kernels also run uncompiled."""
    return np.zeros(shape, dtype).view(np.recarray)
