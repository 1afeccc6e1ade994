"""What the engine keeps: the theatre (surveyed tables, read-only in play), the state of one raid, its outcomes.

A pair is a unit and a threat; pairs are numbered unit * threats + threat. The queue holds, unit by unit, the pairs in
which the unit could ever fire, in the order of the first moment at which it could.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bartizan.physics.arrays import RANGE_POINTS, Field, Packed, record, records
from bartizan.physics.motion import ROUTE
from bartizan.physics.radar import MAX_HISTORIES
from bartizan.physics.sight import Sky, no_sky

f8, f4, i4, i8, u1, i2 = np.float64, np.float32, np.int32, np.int64, np.uint8, np.int16

AHEAD = 16  # looks of a sensor that are worked out at once
BLOCK = 16  # samples of a route that are bounded at once

# What became of a threat; and of a neutral: it went its way, was shot down, did not come at all.
ALIVE, KILLED, LEAKED, DIVERTED, PASSED, DOWNED, ABSENT = range(7)
FATES = ("alive", "killed", "leaked", "diverted", "passed", "downed", "absent")
SHOT_DOWN = (KILLED, DOWNED)

# Why a threat leaked: how far along the chain any unit got with it. The order is the order of the chain.
NO_CAUSE, MASKED, UNDETECTED, OUT_OF_ENVELOPE, NOT_HELD, LATE, NOT_READY, LOST, NOT_RELEASED = range(9)
NO_CHANNEL, NO_ROUNDS, MISSED = range(9, 12)
CAUSES = (
    "", "masked", "undetected", "out_of_envelope", "not_held", "late", "not_ready", "lost", "not_released",
    "no_channel", "no_rounds", "missed",
)  # fmt: skip


PAIR = record(
    "PAIR",
    Field("own0", i4, "", "first of its looks: rows of look_time, look_hazard and look_until"),
    Field("own1", i4, "", "one beyond the last"),
    Field("slot0", i4, "", "its slot for the first effector of the unit"),
    Field("seen", i4, "", "1 if it is ever in sight and in reach of a sensor, where that matters"),
    Field("opens", f8, "s", "first launch that meets it; NEVER: none does"),
    Field("closes", f8, "s", "last launch that does"),
    Field("passes", i4, "", "1 if one would, were it held whenever it is in sight"),
    Field("barred", i4, "", "1 if arcs or a floor take away a launch that would meet it"),
    Field("released", i4, "", "1 if an effector that has a window is released against it"),
    Field("queue", i4, "", "its place in the queue; -1: the unit never fires at it"),
)
SLOT = record(
    "SLOT",
    Field("first", f8, "s", "launch of its first row of `delay`"),
    Field("per_cell", f8, "1/s", "rows in a second"),
    Field("kill", f8, "", "kill chance of one round at its best, or CANNOT_ENGAGE"),
    Field("d0", i4, "", "its first row of `delay`"),
    Field("cells", i4, "", "its rows"),
    Field("w0", i4, "", "its first row of `window`"),
    Field("w1", i4, "", "one beyond the last"),
    Field("barred", i4, "", "1 if arcs or a floor take away a launch"),
)
SIZES = record(
    "SIZES",
    Field("looks", i8, "", "rows of look_time and what goes with it"),
    Field("net", i8, "", "of net_time"),
    Field("delays", i8, "", "of delay"),
    Field("windows", i8, "", "of window"),
    Field("jams", i8, "", "of jam_time"),
    Field("parts", i8, "", "of jam_part; 0: no unit with a jammer may be lost"),
    Field("stays", i8, "", "of stay"),
    Field("queue", i8, "", "of queue_pair"),
)
THREAT_STATE = record(
    "THREAT_STATE",
    Field("appears", f8, "s", "into the raid"),
    Field("arrives", f8, "s", "into the raid"),
    Field("net_time", f8, "s", "after it appears: its present track in the network begins"),
    Field("net_until", f8, "s", "and ends at the latest"),
    Field("net_error", f8, "m", "of where that track places it when others are told"),
    Field("jammed", f8, "s", "into the raid: it lost satellite navigation; NEVER: not"),
    Field("rank", f8, "", "luck, 0 to 1, that says how susceptible to shots it is"),
    Field("status", i4, "", "of FATES"),
    Field("engaged", i4, "", "engagements that other units leave it alone for"),
    Field("net_unit", i4, "", "whose sensor confirmed its present track"),
    Field("net_tracks", i4, "", "tracks of it so far"),
    Field("denials", i4, "", "how often a jammer of a lost unit would have denied it navigation, and its link", 2),
)
UNIT_STATE = record(
    "UNIT_STATE",
    Field("ready", f8, "s", "into the raid; -NEVER: all along; NEVER: not in this raid"),
    Field("lost_from", f8, "s", "into the raid; NEVER: it is not lost, as far as is known before it is struck"),
    Field("lost_until", f8, "s", "into the raid; NEVER: to the end"),
    Field(
        "settled", f8, "s", "into the raid: before that its last decision would come to the same again; -NEVER: none"
    ),
    Field("free", i4, "", "channels; negative: it is lost, and has none"),
    Field("armed", i4, "", "effectors that are not spent"),
    Field("low", i4, "", "first entry of its queue that may still matter"),
    Field("order", i4, "", "among units that decide at one moment"),
    Field("false_tracks", i4, "", "drawn so far"),
    Field("standby", i4, "", "1 if it waits for an alert when the raid begins"),
    Field("losses", i4, "", "how often it has been lost so far"),
    Field("aloft", i4, "", "engagements of which it does not know yet what came"),
    Field("holder", i4, "", "entry of the queue for which its sensor looks where it does; -1: none"),
    Field("aim", f8, "", "sine and cosine of the azimuth of the sensor that is turned", 2),
    Field("aimed", f8, "s", "into the raid: it looks there from then on; -NEVER: all along"),
    Field("last_aim", f8, "", "where it looked before", 2),
    Field("last_aimed", f8, "s", "from when on"),
    Field("left", f8, "s", "and until when; -NEVER: it has not been turned yet"),
    Field("changes", i8, "", "of what decides its own tracks, in all raids so far"),
    Field("reasons", i8, "", "changes of what keeps it from firing"),
)
EFFECTOR_STATE = record(
    "EFFECTOR_STATE",
    Field("empty_from", f8, "s", "into the raid; NEVER: it has not been empty yet"),
    Field("empty_until", f8, "s", "into the raid"),
    Field("before_from", f8, "s", "into the raid, the time before that; NEVER: it had not been empty then"),
    Field("before_until", f8, "s", "into the raid"),
    Field("fired", f8, "s", "into the raid: rounds were last taken from its magazine; -NEVER: they were not"),
    Field("loads", f8, "s", "into the raid: its magazine is filled next; NEVER: it is not being filled"),
    Field("queued", f8, "s", "into the raid: the agenda comes back to that; NEVER: it does not"),
    Field("rounds", i4, "", "left in the magazine"),
    Field("stock", i4, "", "spare rounds left; NO_LIMIT: as many as it takes"),
    Field("busy", i4, "", "salvos in the air"),
)
NETWORK_STATE = record(
    "NETWORK_STATE",
    Field("cut_from", f8, "s", "into the raid: units share nothing; NEVER: not, as far as is known"),
    Field("cut_until", f8, "s", "into the raid; NEVER: to the end"),
    Field("raids", i8, "", "begun so far"),
    Field("changes", i8, "", "of what decides the tracks of any unit, in all raids so far"),
    Field("spares", i8, "", "changes of what decides whether last resorts are spared, in all raids so far"),
    Field("spares_all", i8, "", "number of the last of them that may decide it for any threat"),
)
# What was found last, kept where it would be found again: times are s after the threat appears, and an answer holds
# from the time that was asked about up to its end. Of one raid, and as long as nothing has changed that decides it.
KEPT_PAIR = record(
    "KEPT_PAIR",
    Field("changes", i8, "", "of the unit when `track_*` were found"),
    Field("track_asked", f8, "s", "own tracks that end then or later: from the beginning, and from a later time", 2),
    Field("track_begins", f8, "s", "the first of them begins; NEVER: there is none", 2),
    Field("track_ends", f8, "s", "and ends; -NEVER: not asked", 2),
    Field("track_row", i4, "", "and its look; -1: none", 2),
    Field("raid", i8, "", "in which what follows was found"),
    Field("confirmed", i4, "", "look of the unit's first track, if nothing kept it from looking; -1: not asked"),
    Field("sector_next", i8, "", "which of the two is given up for another aim"),
    Field("sector_aim", f8, "", "sine and cosine of an aim, then of another", 4),
    Field("sector_asked", f8, "s", "spans in that sector that end then or later", 2),
    Field("sector_begins", f8, "s", "the first of them begins; NEVER: there is none", 2),
    Field("sector_ends", f8, "s", "and ends; -NEVER: not asked", 2),
)
KEPT_TRACKS = 4
KEPT_THREAT = record(
    "KEPT_THREAT",
    Field("spares", i8, "", "number of the last change that may decide whether last resorts are spared for it alone"),
    Field(
        "changes",
        i8,
        "",
        "of the network when these were found: its first tracks of the threat, then the last; -1: forgotten",
    ),
    Field("asked", f8, "s", "tracks that end after that", KEPT_TRACKS),
    Field("begins", f8, "s", "the first of them begins; NEVER: there is none", KEPT_TRACKS),
    Field("ends", f8, "s", "and ends", KEPT_TRACKS),
    Field("error", f8, "m", "of where it places the threat when others are told", KEPT_TRACKS),
    Field("unit", i4, "", "whose sensor confirms it", KEPT_TRACKS),
)
EVENT = record(
    "EVENT",
    Field("time", f8, "s", "into the raid"),
    Field("kind", i4, "", "of JOURNAL_KINDS"),
    Field("threat", i4, "", "-1: none"),
    Field("unit", i4, "", "-1: none; of a loss: the network"),
    Field("effector", i4, "", "-1: none"),
    Field(
        "rounds", i4, "", "fired or loaded by now; 1 if it killed; 1 if it lost its link; the fate of what came down"
    ),
    Field("until", f8, "s", "into the raid: when what begins here ends"),
)
LAUNCH = record(
    "LAUNCH",
    Field("s", f8, "s", "after its target appears, at which it meets it"),
    Field("meets", f8, "s", "into the raid"),
    Field("raid", i4, "", "row of the block"),
    Field("threat", i4, "", "its target"),
    Field("effector", i4, "", "that fired"),
    Field("rounds", i4, "", "fired"),
    Field("kills", i4, "", "1 if it kills what it meets alive"),
)
# What an entry of the queue waits for that a unit has considered and not fired at.
FOR_NOTHING, TO_KNOW, FOR_MORE = range(3)
# Kinds of journal rows.
SAW, LAUNCHED, INTERCEPTED, JAMMED, RELOADED, CAME_DOWN, APPEARED, MISTOOK, READIED, WENT, TURNED = range(11)
SUPPLIED, FAILED, RECOVERED = range(11, 14)
JOURNAL_KINDS = (
    "saw", "launched", "intercepted", "jammed", "reloaded", "came_down", "appeared", "mistook", "readied", "went",
    "turned", "supplied", "failed", "recovered",
)  # fmt: skip


class Theatre(NamedTuple):
    """One world and one plan of routes, surveyed. Times in tables count from the threat's appearance, s."""

    routes: np.ndarray  # ROUTE (T,)
    sky: Sky  # skylines
    gunnery: np.ndarray  # f8 (E, G, RANGE_POINTS): kill chance of a burst at each `meeting.gun_range`
    pairs: np.ndarray  # PAIR (U * T,)
    slots: np.ndarray  # SLOT: per pair, one for each effector of the unit
    look_time: np.ndarray  # f8: when a unit's own sensors look at a threat
    look_hazard: np.ndarray  # f8: running sum of the hazard of confirming it
    look_until: np.ndarray  # f8: when a track confirmed by this look is lost at the latest; NEVER: not at all
    look_error: np.ndarray  # f8: of where its track places the threat when the network tells of it, m; 0: none
    look_alone: np.ndarray  # f8 (N, 2): hazard and until of each look by itself, where units are taken away later
    net_time: np.ndarray  # f8: the same for the whole network
    net_hazard: np.ndarray  # f8
    net_until: np.ndarray  # f8
    net_unit: np.ndarray  # i4: whose look it is
    net_error: np.ndarray  # f8: of where its track places the threat when the network tells of it, m; 0: none
    net_span: np.ndarray  # i4 (T, 2): each threat's rows in net_*
    delay: np.ndarray  # f8: from launch to intercept
    window: np.ndarray  # f8 (N, 2): spans of launch times that lead to an intercept
    jam_time: np.ndarray  # f8
    jam_hazard: np.ndarray  # f8 (2, N): running sums, satellite navigation and link
    jam_part: np.ndarray  # f8: what each of all jammers adds in a row of jam_time, row after row
    jam_span: np.ndarray  # i4 (T, 2)
    stay: np.ndarray  # f8 (N, 2): spans in which a threat is inside an area
    stay_span: np.ndarray  # i4 (T, H, 2): each threat's rows of `stay` for each area
    queue_pair: np.ndarray  # i4 (Q,)
    queue_threat: np.ndarray  # i4 (Q,)
    queue_first: np.ndarray  # f8 (Q,): earliest raid time at which the pair can matter
    queue_opens: np.ndarray  # f8 (Q,): the same after the threat's appearance
    queue_span: np.ndarray  # i4 (U + 1,)
    sizes: np.ndarray  # SIZES (1,): rows used


class Scratch(NamedTuple):
    """Room of the survey, for one threat and one pair at a time: N samples of a route, L looks, U units."""

    order: np.ndarray  # i4 (U,) units as the threat comes into their reach
    enters: np.ndarray  # i4 (U,) at which sample it does
    x: np.ndarray  # f8 (N,) where the threat is at each sample, m
    y: np.ndarray  # f8 (N,)
    z: np.ndarray  # f8 (N,) above sea level
    height: np.ndarray  # f8 (N,) above the ground, m
    horizon: np.ndarray  # f8 (N,) distance to the threat's own horizon, m
    lowest: np.ndarray  # f8 (N / BLOCK,) lowest and highest altitude in each block of samples, m
    highest: np.ndarray  # f8 (N / BLOCK,)
    r: np.ndarray  # f8 (N,) slant range from the unit, m
    margin: np.ndarray  # f8 (N,) above the lowest visible altitude, m; off maps its sign alone counts
    heard: np.ndarray  # f8 (N,) when its sound from there on comes, s
    at: np.ndarray  # f8 (N,) launch times for a meeting at each sample
    launch: np.ndarray  # f8 (N,) their running maximum
    inside: np.ndarray  # f8 (N,) metres inside what a sensor covers
    sight: np.ndarray  # f8 (4 N, 2) spans in which the unit has sight of the target
    runs: np.ndarray  # f8 (4 N, 2) spans in which fire control holds it
    pd: np.ndarray  # f8 (AHEAD,) chances of the next looks
    snr: np.ndarray  # f8 (AHEAD,) what they have of the target, over noise
    far: np.ndarray  # f8 (AHEAD,) range of the target, m
    chance: np.ndarray  # f8 (MAX_HISTORIES,)
    spare: np.ndarray  # f8 (MAX_HISTORIES,)
    time: np.ndarray  # f8 (5, L) looks, in the rows that engine.sighting names
    hazard: np.ndarray  # f8 (5, L)
    until: np.ndarray  # f8 (5, L): how long this look and those after it that are left out keep a track
    error: np.ndarray  # f8 (5, L)
    unit: np.ndarray  # i4 (5, L)


class State(NamedTuple):
    """One raid while it is played."""

    threats: np.ndarray  # THREAT_STATE (T,)
    units: np.ndarray  # UNIT_STATE (U,)
    effectors: np.ndarray  # EFFECTOR_STATE (E,)
    network: np.ndarray  # NETWORK_STATE (1,)
    kept: np.ndarray  # KEPT_PAIR (U * T,)
    kept_net: np.ndarray  # KEPT_THREAT (T,)
    silent: np.ndarray  # i8 (1,): 1 if not all networked units look, all round, and share all along
    sparing: np.ndarray  # i8 (1,): 1 if any unit has a last resort
    ready: np.ndarray  # f8 (Q,): when the unit may next consider the threat; NEVER: not
    lost: np.ndarray  # f8 (Q,): until when what has been drawn of the unit's knowledge holds; -NEVER: nothing has
    apart: np.ndarray  # u1 (Q,): the unit takes it for another threat than those that others engage
    barred: np.ndarray  # u1 (Q,): only its orders kept the unit from firing when last it could have
    called: np.ndarray  # f8 (Q,): from when on, s from appearing, what it calls it lets it fire; -NEVER: not asked
    hostile: np.ndarray  # f8 (Q,): from when on the unit calls it hostile, which areas may ask for; -NEVER: not asked
    away: np.ndarray  # u1 (Q,): only where its sensor looked kept the unit from firing when last it could have
    turns: np.ndarray  # f8 (Q,): before that, s into the raid, it does not think again of turning its sensor to it
    waits: np.ndarray  # u1 (Q,): FOR_NOTHING, TO_KNOW of it, or FOR_MORE than that
    same_until: np.ndarray  # f8 (Q,): until when what keeps it from firing at what it knows of would be found the same
    same_next: np.ndarray  # f8 (Q,): when it looks again then
    same_lacks: np.ndarray  # u1 (Q,): 1 if rounds, a mount or orders are missing, and not time
    same_at: np.ndarray  # i8 (Q,): changes by then of what decides that
    drops: np.ndarray  # u1 (Q,): the unit no longer fires at it, since it has lost its way
    salvos: np.ndarray  # i4 (Q,): fired so far
    spared: np.ndarray  # f8 (Q,): until when a last resort was spared when last asked, s from appearing
    spared_at: np.ndarray  # i8 (Q,): changes by then of what decides that
    picked: np.ndarray  # i4 (T,): candidates of a decision
    times: np.ndarray  # f8: the agenda
    events: np.ndarray  # i8
    size: np.ndarray  # i8 (2,): events waiting; not 0 if one had no room
    wakes: np.ndarray  # f8 (U,): when each unit decides next, s into the raid; NEVER: not until something happens
    first: np.ndarray  # i8 (2 U,): a tree of who decides first: below node k lie 2 k and 2 k + 1, and unit u at U + u
    journal: np.ndarray  # EVENT: empty unless a journal is asked for
    written: np.ndarray  # i8 (1,): rows of the journal


class Block(NamedTuple):
    """Outcomes of a block of raids R."""

    fate: np.ndarray  # u1 (R, T)
    cause: np.ndarray  # u1 (R, T)
    shots: np.ndarray  # i4 (R, T): missiles and bursts fired at it
    time: np.ndarray  # f4 (R, T): when it was settled, s into the raid
    asset: np.ndarray  # i2 (R, T)
    by: np.ndarray  # i2 (R, T): the unit that killed it, or -1
    rounds: np.ndarray  # i4 (R, E)
    engagements: np.ndarray  # i4 (R, E)
    kills: np.ndarray  # i4 (R, E)
    emptied: np.ndarray  # u1 (R, E): it ran out of rounds at least once
    saturated: np.ndarray  # u1 (R, U): all channels were busy at least once
    miss: np.ndarray  # f4 (R, T): how far from its aim one that drifted came down, m; negative: it did not drift
    jammed: np.ndarray  # f4 (R, T): when it lost satellite navigation or its link, s into the raid; inf: never
    left: np.ndarray  # i4 (R, E, K): by how much the rounds that it could fire rise from one of K times to the next
    step: np.ndarray  # f8 (1,): between those times, of which the first is 0, s
    launches: np.ndarray  # LAUNCH: what was fired, in all raids, and when it met its target; empty unless asked for
    launched: np.ndarray  # i8 (1,): their number, which may be more than there is room


class Flight(NamedTuple):
    """One threat while it is surveyed: N samples of its route, `step` apart."""

    world: Packed
    theatre: Theatre
    scratch: Scratch
    world_number: int  # for draws
    plan: int  # for draws
    i: int  # the threat
    n: int  # samples
    step: float  # s


class Watch(NamedTuple):
    """One unit that has sight of a Flight."""

    u: int
    first: int  # the first and the last sample that matter
    last: int
    spans: int  # of sight, in Scratch.sight
    reached: int  # the last sample in reach, in sight or not


class Raid(NamedTuple):
    """One raid while it is played: all that handlers and doctrine are given."""

    world: Packed
    theatre: Theatre
    state: State
    block: Block
    world_number: int  # for draws
    number: int  # of the raid in its world, for draws
    row: int  # of the block


def new_theatre(world: Packed, threats: int, capacity: Mapping[str, int], alone: int = 0) -> Theatre:
    """Tables for one world of `threats` threats, with room as `capacity` says, and for so many looks by themselves;
    skylines are put in by the surveyor."""
    units, effectors, groups = len(world.units), len(world.effectors), len(world.groups)
    per_unit = [int(u["e1"] - u["e0"]) for u in world.units]
    room = {name: max(capacity[name], 1) for name in SIZES.names or ()}
    return Theatre(
        routes=records(threats, ROUTE),
        sky=no_sky(units),
        gunnery=np.zeros((effectors, groups, RANGE_POINTS)),
        pairs=records(units * threats, PAIR),
        slots=records(max(sum(per_unit) * threats, 1), SLOT),
        look_time=np.zeros(room["looks"]),
        look_hazard=np.zeros(room["looks"]),
        look_until=np.zeros(room["looks"]),
        look_error=np.zeros(room["looks"]),
        look_alone=np.zeros((max(alone, 1), 2)),
        net_time=np.zeros(room["net"]),
        net_hazard=np.zeros(room["net"]),
        net_until=np.zeros(room["net"]),
        net_unit=np.zeros(room["net"], i4),
        net_error=np.zeros(room["net"]),
        net_span=np.zeros((threats, 2), i4),
        delay=np.zeros(room["delays"]),
        window=np.zeros((room["windows"], 2)),
        jam_time=np.zeros(room["jams"]),
        jam_hazard=np.zeros((2, room["jams"])),
        jam_part=np.zeros(room["parts"]),
        jam_span=np.zeros((threats, 2), i4),
        stay=np.zeros((room["stays"], 2)),
        stay_span=np.zeros((threats, len(world.areas), 2), i4),
        queue_pair=np.zeros(room["queue"], i4),
        queue_threat=np.zeros(room["queue"], i4),
        queue_first=np.zeros(room["queue"]),
        queue_opens=np.zeros(room["queue"]),
        queue_span=np.zeros(units + 1, i4),
        sizes=records(1, SIZES),
    )


def new_scratch(samples: int, looks: int, units: int) -> Scratch:
    """Room for routes of so many samples and for so many looks of so many units at one threat."""
    names = ("x", "y", "z", "height", "horizon", "r", "margin", "heard", "at", "launch", "inside")
    of_samples = {name: np.zeros(samples) for name in names}
    return Scratch(
        order=np.zeros(units, i4),
        enters=np.zeros(units, i4),
        **of_samples,
        lowest=np.zeros(samples // BLOCK + 1),
        highest=np.zeros(samples // BLOCK + 1),
        sight=np.zeros((4 * samples, 2)),
        runs=np.zeros((4 * samples, 2)),
        **{name: np.zeros(AHEAD) for name in ("pd", "snr", "far")},
        chance=np.zeros(MAX_HISTORIES),
        spare=np.zeros(MAX_HISTORIES),
        time=np.zeros((5, looks)),
        hazard=np.zeros((5, looks)),
        until=np.zeros((5, looks)),
        error=np.zeros((5, looks)),
        unit=np.zeros((5, looks), i4),
    )


def new_state(world: Packed, theatre: Theatre, journal_rows: int = 0) -> State:
    """Room for one raid."""
    threats, queue = len(theatre.routes), len(theatre.queue_pair)
    deciding = max(len(world.units), 1)  # a tree has a root
    # Live events: a JAM and an IMPACT per threat, two per engagement in the air, three of filling per effector, two of
    # loss per unit, a SEEN_THROUGH per channel.
    engagements = int(np.minimum(world.units["channels"], threats).sum()) if len(world.units) else 0
    held = int(world.units["channels"][world.units["false_rate"] > 0].sum())
    room = 4 * threats + 4 * engagements + 64 * len(world.units) + held + 4096
    return State(
        threats=records(threats, THREAT_STATE),
        units=records(len(world.units), UNIT_STATE),
        effectors=records(len(world.effectors), EFFECTOR_STATE),
        network=records(1, NETWORK_STATE),
        kept=records(len(world.units) * threats, KEPT_PAIR),
        kept_net=records(threats, KEPT_THREAT),
        silent=np.zeros(1, i8),
        sparing=np.zeros(1, i8),
        ready=np.zeros(queue),
        lost=np.zeros(queue),
        called=np.zeros(queue),
        hostile=np.zeros(queue),
        apart=np.zeros(queue, u1),
        barred=np.zeros(queue, u1),
        away=np.zeros(queue, u1),
        turns=np.zeros(queue),
        waits=np.zeros(queue, u1),
        same_until=np.zeros(queue),
        same_next=np.zeros(queue),
        same_lacks=np.zeros(queue, u1),
        same_at=np.zeros(queue, i8),
        drops=np.zeros(queue, u1),
        salvos=np.zeros(queue, i4),
        spared=np.zeros(queue),
        spared_at=np.zeros(queue, i8),
        picked=np.zeros(threats, i4),
        times=np.zeros(room),
        events=np.zeros(room, i8),
        size=np.zeros(2, i8),
        wakes=np.zeros(deciding),
        first=np.zeros(2 * deciding, i8),
        journal=records(journal_rows, EVENT),
        written=np.zeros(1, i8),
    )


def new_block(raids: int, threats: int, world: Packed, times_s: Sequence[float] = (), launches: int = 0) -> Block:
    """Room for the outcomes of `raids` raids, for their rounds left at even `times_s` from 0 on, and for so many of
    their launches."""
    units, effectors = len(world.units), len(world.effectors)
    per_threat = dict.fromkeys(("fate", "cause"), u1) | {
        "shots": i4, "time": f4, "asset": i2, "by": i2, "miss": f4, "jammed": f4,
    }  # fmt: skip
    per_effector = dict.fromkeys(("rounds", "engagements", "kills"), i4) | {"emptied": u1}
    return Block(
        **{name: np.zeros((raids, threats), dtype) for name, dtype in per_threat.items()},
        **{name: np.zeros((raids, effectors), dtype) for name, dtype in per_effector.items()},
        saturated=np.zeros((raids, units), u1),
        left=np.zeros((raids, effectors, len(times_s)), i4),
        step=np.array([times_s[1] if len(times_s) > 1 else 1.0]),
        launches=records(launches, LAUNCH),
        launched=np.zeros(1, i8),
    )
