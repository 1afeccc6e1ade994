"""Many raids in step, each played on to the next moment at which a unit may fire: the caller says at what, or waits.

The engine's own handlers play; only the decision is cut in two. What a unit may fire at is listed as the doctrine would
go through it, and whoever always takes the first option has the doctrine back, to the bit (tests/studies/rl).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bartizan.engine.agenda import IMPACT, decode, drop_first, is_over, one_decides, sleep, wake
from bartizan.engine.doctrine import candidates
from bartizan.engine.handlers import consider, fire
from bartizan.engine.layout import ALIVE, FOR_NOTHING, LEAKED, Raid, State, Theatre
from bartizan.engine.meeting import chance_met
from bartizan.engine.play import happens, set_up
from bartizan.engine.tables import flight_delay
from bartizan.ground.contexts import by_reference
from bartizan.ground.jit import inner, kernel
from bartizan.physics.arrays import Packed
from bartizan.physics.flyout import NEVER

#: Options that are offered at once, the most urgent threats first; and how long a unit waits that takes none, s.
OPTIONS, WAIT_S = 8, 4.0
#: What is told of the unit, of each option, and in all; every number lies between 0 and MOST.
OF_UNIT, PER_OPTION, MOST = 6, 8, 10.0
TOLD = OF_UNIT + OPTIONS * PER_OPTION
# What is being done with a raid.
ADVANCE, OFFER, TAKE, END = range(4)


class Pool(NamedTuple):
    """Theatres (M) of worlds (W) of one case."""

    packed: Packed  # (W, ...)
    theatres: Theatre  # (M, ...), but for the sky, which no raid asks
    world_of: np.ndarray  # i8 (M,): row of `packed`
    index_of: np.ndarray  # i8 (M,): number of that world
    to_the_end: np.ndarray  # u1 (M,): whether units may go on firing when all is settled
    place: np.ndarray  # f8 (A,): what it costs that one gets through to each asset,
    group: np.ndarray  # f8 (G,): times what one of each group counts
    round: np.ndarray  # f8 (E,): what a round costs


class Turns(NamedTuple):
    """What each of N raids waits for."""

    unit: np.ndarray  # i8 (N,): who decides; -1: nobody, the raid is over
    time: np.ndarray  # f8 (N,): s into the raid
    later: np.ndarray  # f8 (N,): when that unit next decides anyway
    left: np.ndarray  # i8 (N,): candidates that the doctrine has not gone through
    count: np.ndarray  # type: ignore[assignment] # i8 (N,): options; a tuple has a method of that name
    entry: np.ndarray  # i4 (N, OPTIONS): their entries in the queue
    effector: np.ndarray  # i4 (N, OPTIONS)
    rounds: np.ndarray  # i4 (N, OPTIONS)
    theatre: np.ndarray  # i8 (N,): row of the pool
    raid: np.ndarray  # i8 (N,): number of the raid in its world
    alive: np.ndarray  # i8 (N,)
    begun: np.ndarray  # i8 (N,): raids so far


class Answer(NamedTuple):
    """What the caller is told of each of N raids."""

    told: np.ndarray  # f4 (N, TOLD)
    mask: np.ndarray  # i1 (N, OPTIONS + 1): 1: may be chosen; the last is to wait
    reward: np.ndarray  # f8 (N,): since the last decision
    over: np.ndarray  # bool (N,)


@inner
def _world(p, w):  # type: ignore[no-untyped-def]
    return Packed(
        units=p.units[w], sensors=p.sensors[w], effectors=p.effectors[w], kill=p.kill[w], reach=p.reach[w],
        lethality=p.lethality[w], lethal_radius=p.lethal_radius[w], release=p.release[w], arcs=p.arcs[w],
        areas=p.areas[w], emitters=p.emitters[w], jam_range=p.jam_range[w], assets=p.assets[w], types=p.types[w],
        surface=p.surface[w], network=p.network[w], warning=p.warning[w], fall=p.fall[w], groups=p.groups,
        corners=p.corners, targets=p.targets, seed=p.seed, ground=p.ground, frame=p.frame, detection=p.detection,
    )  # fmt: skip


@inner
def _theatre(x, m):  # type: ignore[no-untyped-def]
    q = x.sizes[m, 0].queue
    return Theatre(
        routes=x.routes[m], sky=x.sky, gunnery=x.gunnery[m], pairs=x.pairs[m], slots=x.slots[m],
        look_time=x.look_time[m], look_hazard=x.look_hazard[m], look_until=x.look_until[m],
        look_error=x.look_error[m], look_alone=x.look_alone[m], net_time=x.net_time[m], net_hazard=x.net_hazard[m],
        net_until=x.net_until[m], net_unit=x.net_unit[m], net_error=x.net_error[m], net_span=x.net_span[m],
        delay=x.delay[m],
        window=x.window[m], jam_time=x.jam_time[m], jam_hazard=x.jam_hazard[m],
        jam_part=x.jam_part[m], jam_span=x.jam_span[m], stay=x.stay[m], stay_span=x.stay_span[m],
        queue_pair=x.queue_pair[m, :q], queue_threat=x.queue_threat[m, :q], queue_first=x.queue_first[m, :q],
        queue_opens=x.queue_opens[m, :q], queue_span=x.queue_span[m], sizes=x.sizes[m],
    )  # fmt: skip


@inner
def _state(s, n):  # type: ignore[no-untyped-def]
    return State(
        threats=s.threats[n], units=s.units[n], effectors=s.effectors[n], network=s.network[n], kept=s.kept[n],
        kept_net=s.kept_net[n], silent=s.silent[n],
        sparing=s.sparing[n], ready=s.ready[n], lost=s.lost[n], apart=s.apart[n], barred=s.barred[n],
        called=s.called[n], hostile=s.hostile[n], away=s.away[n], turns=s.turns[n], waits=s.waits[n], drops=s.drops[n],
        same_until=s.same_until[n], same_next=s.same_next[n], same_lacks=s.same_lacks[n], same_at=s.same_at[n],
        salvos=s.salvos[n], spared=s.spared[n],
        spared_at=s.spared_at[n], picked=s.picked[n], times=s.times[n], events=s.events[n], size=s.size[n],
        wakes=s.wakes[n], first=s.first[n],
        journal=s.journal[n], written=s.written[n],
    )  # fmt: skip


# -------------------------------------------------------------------------------------------------- a decision


@inner
def _go_through(raid, turns, n, doing, option):  # type: ignore[no-untyped-def]
    """Go through the candidates that are left, as the doctrine would. OFFER: list those that could be fired at now, and
    change nothing by it but the aim of a sensor that turns. TAKE: fire at an option, once what stands before it and is
    none has been gone through. END: go through all, and leave for a while what could be fired at. One loop, so that it
    is compiled once."""
    state, u, t = raid.state, turns.unit[n], turns.time[n]
    count, kept, passed = 0, 0, 0
    for k in range(turns.left[n]):
        b = state.picked[k]
        if doing == TAKE and (passed > option or b == turns.entry[n, passed]):
            if passed == option:
                fire(raid, u, b, turns.effector[n, option], turns.rounds[n, option], t)
                state.ready[b], state.waits[b] = NEVER, FOR_NOTHING
            else:
                state.picked[kept] = b
                kept += 1
            passed += 1
            continue
        ready, lost, barred = state.ready[b], state.lost[b], state.barred[b]
        waits, away = state.waits[b], state.away[b]
        e, rounds, again = consider(raid, u, b, t)
        if doing == OFFER:
            state.ready[b], state.lost[b], state.barred[b] = ready, lost, barred
            state.waits[b], state.away[b] = waits, away
            state.same_until[b] = -NEVER
            if e >= 0 and count < OPTIONS:
                turns.entry[n, count], turns.effector[n, count], turns.rounds[n, count] = b, e, rounds
                count += 1
                if raid.world.units[u].turns:  # to ask of the next would turn its sensor away from this one
                    break
            continue
        if e >= 0:
            state.ready[b] = again = t + WAIT_S
        turns.later[n] = min(turns.later[n], again)
    if doing == OFFER:
        turns.count[n] = count
    else:
        turns.left[n] = kept


@inner
def _may_fire(x):  # type: ignore[no-untyped-def]
    """Whether the unit whose state is x has a channel and a round: since it was woken others may have taken them."""
    return x.free > 0 and x.armed > 0


@inner
def _advance(raid, pool, turns, n):  # type: ignore[no-untyped-def]
    """Play on until a unit decides, or to the end; what it cost."""
    state, m = raid.state, turns.theatre[n]
    cost = 0.0
    turns.unit[n] = -1
    while turns.unit[n] < 0 and not is_over(state) and (turns.alive[n] > 0 or pool.to_the_end[m]):
        if one_decides(state):
            u = state.first[1]
            t = state.wakes[u]
            sleep(state, u)
            if _may_fire(state.units[u]):
                turns.unit[n], turns.time[n] = u, t
            continue
        t, event = state.times[0], decode(state.events[0])
        drop_first(state)
        lands = event[0] == IMPACT and state.threats[event[1]].status == ALIVE
        turns.alive[n] -= happens(raid, t, event, turns.alive[n])
        if lands and raid.block.fate[n, event[1]] == LEAKED:
            route = raid.theatre.routes[event[1]]
            cost += pool.place[route.asset] * pool.group[route.group]
    if turns.unit[n] >= 0:
        turns.left[n], turns.later[n], _, _ = candidates(raid, turns.unit[n], turns.time[n], True)
    return cost


@inner
def _to_the_next(raid, pool, turns, n, doing, option):  # type: ignore[no-untyped-def]
    """Do what was chosen, and play on until there is something to choose from, or to the end; what it cost."""
    cost = 0.0
    while True:
        if doing == ADVANCE:
            cost += _advance(raid, pool, turns, n)
            if turns.unit[n] < 0:
                return cost
            doing = OFFER
        _go_through(raid, turns, n, doing, option)
        x = raid.state.units[turns.unit[n]]
        if doing == OFFER:
            if turns.count[n] > 0:
                return cost
            doing = END
        elif doing == TAKE:
            doing = OFFER if _may_fire(x) else ADVANCE
        else:
            wake(raid.state, turns.unit[n], turns.later[n])
            doing = ADVANCE


# -------------------------------------------------------------------------------------------------- what is told


@inner
def _share(value, of):  # type: ignore[no-untyped-def]
    return min(max(value / of, 0.0), MOST)


@inner
def _tell(raid, pool, turns, n, answer):  # type: ignore[no-untyped-def]
    """Fill what the caller is told of raid n."""
    told, mask = answer.told, answer.mask
    told[n, :] = 0.0
    mask[n, :OPTIONS] = 0
    mask[n, OPTIONS] = 1
    u, t = turns.unit[n], turns.time[n]
    if u < 0:
        return
    unit, x = raid.world.units[u], raid.state.units[u]
    rounds = full = 0
    for e in range(unit.e0, unit.e1):
        rounds += raid.state.effectors[e].rounds
        full += raid.world.effectors[e].rounds
    told[n, 0] = u / raid.world.units.shape[0]
    told[n, 1] = _share(x.free, unit.channels)
    told[n, 2] = _share(rounds, max(full, 1))
    told[n, 3] = turns.count[n] / OPTIONS
    told[n, 4] = _share(t, 600.0)
    told[n, 5] = _share(turns.alive[n], raid.theatre.routes.shape[0])
    for k in range(turns.count[n]):
        mask[n, k] = 1
        _tell_option(raid, pool, turns, n, k, told)


@inner
def _tell_option(raid, pool, turns, n, k, told):  # type: ignore[no-untyped-def]
    theatre, b, e, t = raid.theatre, turns.entry[n, k], turns.effector[n, k], turns.time[n]
    i = theatre.queue_threat[b]
    threat, route = raid.state.threats[i], theatre.routes[i]
    s = t - threat.appears
    slot = theatre.slots[theatre.pairs[theatre.queue_pair[b]].slot0 + e - raid.world.units[turns.unit[n]].e0]
    at = OF_UNIT + k * PER_OPTION
    told[n, at] = 1.0
    told[n, at + 1] = _share(threat.arrives - t, 120.0)
    delay = flight_delay(theatre, slot, s)
    told[n, at + 2] = _share(delay, 60.0)
    told[n, at + 3] = chance_met(raid.world, theatre, e, i, slot.kill, s + delay)
    told[n, at + 4] = _share(threat.engaged, 1.0)
    told[n, at + 5] = _share(theatre.window[slot.w1 - 1, 1] - s, 120.0)
    told[n, at + 6] = _share(pool.place[route.asset] * pool.group[route.group], 1.0)
    told[n, at + 7] = _share(turns.rounds[n, k], 4.0)


@kernel
def step(pool, states, block, turns, answer, actions, first, apart):  # type: ignore[no-untyped-def]
    """One decision in each raid; where a raid is over, the next begins: number first + n, and `apart` on each time."""
    for n in range(actions.shape[0]):
        begins = turns.unit[n] < 0
        if begins:
            number = first + n + turns.begun[n] * apart
            turns.begun[n] += 1
            turns.theatre[n] = number % pool.world_of.shape[0]
            turns.raid[n] = number // pool.world_of.shape[0]
        m = turns.theatre[n]
        world, theatre = by_reference(_world(pool.packed, pool.world_of[m])), by_reference(_theatre(pool.theatres, m))
        state = by_reference(_state(states, n))
        raid = by_reference(Raid(world, theatre, state, block, pool.index_of[m], turns.raid[n], n))
        action, cost, doing = actions[n], 0.0, ADVANCE
        if begins:
            turns.alive[n] = set_up(raid)
        elif 0 <= action < turns.count[n]:
            doing, cost = TAKE, pool.round[turns.effector[n, action]] * turns.rounds[n, action]
        else:
            doing = END
        cost += _to_the_next(raid, pool, turns, n, doing, action)
        answer.reward[n], answer.over[n] = -cost, turns.unit[n] < 0
        _tell(raid, pool, turns, n, answer)


def new_turns(raids: int) -> Turns:
    """Room for so many raids, none of which has begun."""
    options = (raids, OPTIONS)
    i8, i4 = np.int64, np.int32
    return Turns(
        unit=np.full(raids, -1, i8),
        time=np.zeros(raids),
        later=np.zeros(raids),
        left=np.zeros(raids, i8),
        count=np.zeros(raids, i8),
        entry=np.zeros(options, i4),
        effector=np.zeros(options, i4),
        rounds=np.zeros(options, i4),
        theatre=np.zeros(raids, i8),
        raid=np.zeros(raids, i8),
        alive=np.zeros(raids, i8),
        begun=np.zeros(raids, i8),
    )


def new_answer(raids: int) -> Answer:
    """Room for what is told of so many raids."""
    return Answer(
        np.zeros((raids, TOLD), np.float32),
        np.zeros((raids, OPTIONS + 1), np.int8),
        np.zeros(raids),
        np.zeros(raids, np.bool_),
    )
