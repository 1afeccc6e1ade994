"""Survey: all geometry of one world and one plan of routes, settled into tables before the first raid.

A plan is one draw of the routes and arrival times of a raid's threats; every raid of the plan flies it with its own
timing errors and its own luck. A world is surveyed for several plans, so that what routes do is part of chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from bartizan.engine import layout
from bartizan.engine.aim import seeks
from bartizan.engine.areas import fill_stays
from bartizan.engine.doctrine import engages
from bartizan.engine.gunnery import Gunnery
from bartizan.engine.holding import held_runs, keep_while_held
from bartizan.engine.layout import Flight, Scratch, Theatre, Watch
from bartizan.engine.orders import ROUNDING_S
from bartizan.engine.samples import follow, is_told, leg_m, sample, samples_that_matter, samples_within
from bartizan.engine.sensors import has_ears
from bartizan.engine.sighting import (
    NET,
    NET_TOO,
    OWN,
    comes_into_sight,
    farthest_shot,
    merge,
    own_looks,
    sight_spans,
    type_of,
    unit_reach,
)
from bartizan.engine.windows import fill_slot, passes
from bartizan.ground.contexts import by_reference
from bartizan.ground.jit import inner, kernel
from bartizan.physics.arrays import Packed
from bartizan.physics.flyout import NEVER, clip
from bartizan.physics.motion import Plan, draw_route, next_arrival
from bartizan.physics.sight import Sky, margin

# Short routes are sampled no coarser than this: at 32 samples quadcopters from 6 km leaked 4 % more often than at 250.
MIN_SAMPLES, MAX_SAMPLES = 128, 8192
JAM_STRIDE = 4  # samples between sums of the hazard of jamming


@kernel
def draw_plan(world, index, plan, routes):  # type: ignore[no-untyped-def]
    """Routes and times of all that flies; the first threat appears at 0, and streams of neutrals, which have no
    beginning, are under way by then. Returns the longest time of flight."""
    of = Plan(world.seed[0], index, plan)
    earliest, longest = NEVER, 0.0
    for g in range(world.groups.shape[0]):
        group, type_ = world.groups[g], world.types[g]
        last = 0.0
        for number in range(group.count):
            route = routes[group.first + number]
            draw_route(route, group, type_, world.assets, world.targets, number, of)
            route.group = g
            last = next_arrival(group, type_, last, number, of)
            route.start = last - route.duration
            longest = max(longest, route.duration)
            if not group.neutral:
                earliest = min(earliest, route.start)
            elif last > type_.lasts:
                route.absent = 1
    for i in range(routes.shape[0]):
        if not routes[i].neutral:
            routes[i].start -= earliest
    return longest


@inner
def _store_looks(scratch, row, count, used, times, hazards, until):  # type: ignore[no-untyped-def]
    """Looks in a row of scratch as running sums; each is told when all tracks that it could begin are lost."""
    total, kept, series = 0.0, -1.0, used
    for k in range(count):
        if scratch.time[row, k] > kept:
            _fill(until, series, used + k, kept)
            series = used + k
        kept = max(kept, scratch.until[row, k])
        total += scratch.hazard[row, k]
        times[used + k], hazards[used + k] = scratch.time[row, k], total
    _fill(until, series, used + count, kept)


@inner
def _fill(table, first, end, value):  # type: ignore[no-untyped-def]
    for k in range(first, end):
        table[k] = value


@inner
def _store_own(theatre, pair, count, scratch):  # type: ignore[no-untyped-def]
    used = theatre.sizes[0].looks
    pair.own0, pair.own1 = used, used + count
    theatre.sizes[0].looks = used + count
    if used + count <= theatre.look_time.shape[0]:
        _store_looks(scratch, OWN, count, used, theatre.look_time, theatre.look_hazard, theatre.look_until)
        for k in range(count):
            theatre.look_error[used + k] = scratch.error[OWN, k]
    if used + count <= theatre.look_alone.shape[0]:
        for k in range(count):
            alone = theatre.look_alone[used + k]
            alone[0], alone[1] = scratch.hazard[OWN, k], scratch.until[OWN, k]


@inner
def _load_own(theatre, pair, scratch):  # type: ignore[no-untyped-def]
    """The looks of a pair that was surveyed before, into row OWN; their number."""
    count = pair.own1 - pair.own0
    for k in range(count):
        row = pair.own0 + k
        scratch.time[OWN, k], scratch.error[OWN, k] = theatre.look_time[row], theatre.look_error[row]
        scratch.hazard[OWN, k], scratch.until[OWN, k] = theatre.look_alone[row, 0], theatre.look_alone[row, 1]
    return count


@inner
def _store_net(theatre, i, row, count, scratch):  # type: ignore[no-untyped-def]
    used = theatre.sizes[0].net
    theatre.net_span[i, 0], theatre.net_span[i, 1] = used, used + count
    theatre.sizes[0].net = used + count
    if used + count > theatre.net_time.shape[0]:
        return
    _store_looks(scratch, row, count, used, theatre.net_time, theatre.net_hazard, theatre.net_until)
    for k in range(count):
        theatre.net_unit[used + k], theatre.net_error[used + k] = scratch.unit[row, k], scratch.error[row, k]


@inner
def _watch(flight, u, reach, until):  # type: ignore[no-untyped-def]
    """When unit u has sight of the threat, into scratch.sight; nothing matters outside that."""
    wanted = samples_that_matter(flight, u, reach, until)
    first, last = sample(flight, u, max(reach, farthest_shot(flight.world, u)), wanted)
    reached = last
    spans = sight_spans(flight, u, first, last)
    if spans > 0:
        first = max(first, int(flight.scratch.sight[0, 0] / flight.step))
        last = min(last, int(flight.scratch.sight[spans - 1, 1] / flight.step) + 1)
    return Watch(u, first, last, spans, reached)


@inner
def _pair(flight, u, sure):  # type: ignore[no-untyped-def]
    """Everything between one unit and one threat that matters, which the network has for sure from `sure` on; the
    number of its own looks, left in row OWN."""
    world, theatre, scratch, unit = flight.world, flight.theatre, flight.scratch, flight.world.units[u]
    pair = theatre.pairs[u * theatre.routes.shape[0] + flight.i]
    for e in range(unit.e0, unit.e1):
        theatre.slots[pair.slot0 + e - unit.e0].w0 = theatre.slots[pair.slot0 + e - unit.e0].w1 = 0
    reach = unit_reach(world, u, world.types[theatre.routes[flight.i].group])
    until = sure if is_told(world, u) else NEVER
    watch = _watch(flight, u, reach, until)
    pair.seen = 1 if watch.spans > 0 and comes_into_sight(flight, watch, reach) else 0
    count = own_looks(flight, watch, until) if watch.spans > 0 or has_ears(world, u) else 0
    pair.seen = max(pair.seen, 1 if count > 0 else 0)
    if unit.e1 > unit.e0 and (watch.first <= watch.last or unit.s0 == unit.s1):
        runs = held_runs(flight, watch)
        if not unit.turns:  # what turns may be looking elsewhere
            keep_while_held(runs, count, scratch)
        for e in range(unit.e0, unit.e1):
            slot = theatre.slots[pair.slot0 + e - unit.e0]
            fill_slot(flight, slot, e, runs, watch.reached)
            pair.barred |= slot.barred
            if slot.w1 > slot.w0 and slot.w1 <= theatre.window.shape[0]:
                pair.opens = min(pair.opens, theatre.window[slot.w0, 0])
                pair.closes = max(pair.closes, theatre.window[slot.w1 - 1, 1])
        if pair.opens == NEVER:
            pair.passes = passes(flight, watch)
        elif _is_released(flight, u, pair):
            pair.released = 1
    _store_own(theatre, pair, count, scratch)
    return count


@inner
def _leave_out(theatre, u, i, slot0):  # type: ignore[no-untyped-def]
    """Nothing between a unit and what does not come."""
    pair = theatre.pairs[u * theatre.routes.shape[0] + i]
    pair.slot0, pair.opens, pair.closes, pair.queue = slot0, NEVER, -NEVER, -1
    pair.own0 = pair.own1 = pair.seen = pair.passes = pair.barred = pair.released = 0


@inner
def _is_released(flight, u, pair):  # type: ignore[no-untyped-def]
    """Whether unit u may fire something that has a window on the threat."""
    unit, g = flight.world.units[u], flight.theatre.routes[flight.i].group
    for e in range(unit.e0, unit.e1):
        slot = flight.theatre.slots[pair.slot0 + e - unit.e0]
        if slot.w1 > slot.w0 and flight.world.release[e, g].released:
            return True
    return False


@inner
def _in_range(emitter, reach, scratch, k):  # type: ignore[no-untyped-def]
    """The first and the last share of the straight way from sample k - 1 to sample k that lies within reach, m, of an
    emitter; the last before the first: none."""
    x, y, z = scratch.x[k - 1] - emitter.x, scratch.y[k - 1] - emitter.y, scratch.z[k - 1] - emitter.z
    dx, dy, dz = scratch.x[k] - scratch.x[k - 1], scratch.y[k] - scratch.y[k - 1], scratch.z[k] - scratch.z[k - 1]
    way2, along = dx * dx + dy * dy + dz * dz, x * dx + y * dy + z * dz
    beyond2 = x * x + y * y + z * z - reach * reach
    if way2 == 0.0:  # it hovers
        return (0.0, 1.0) if beyond2 <= 0.0 else (1.0, 0.0)
    root2 = along * along - way2 * beyond2
    if root2 < 0.0:
        return 1.0, 0.0
    root = math.sqrt(root2)
    return max((-along - root) / way2, 0.0), min((-along + root) / way2, 1.0)


@inner
def _in_sight(world, theatre, emitter, scratch, k):  # type: ignore[no-untyped-def]
    """Metres by which an emitter sees sample k; negative: not."""
    return margin(world, theatre.sky, emitter.unit, scratch.x[k], scratch.y[k], scratch.z[k])


@inner
def _may_be_lost(world):  # type: ignore[no-untyped-def]
    """Whether any unit that has a jammer may be lost in a raid."""
    for j in range(world.emitters.shape[0]):
        unit = world.units[world.emitters[j].unit]
        if unit.lost_chance > 0.0 or unit.struck > 0.0:
            return True
    return False


@inner
def _jamming(flight):  # type: ignore[no-untyped-def]
    """Running sums of the hazard that a threat loses satellite navigation or its link, at every fourth sample; and what
    each jammer adds to them, where one may be lost."""
    world, theatre, i = flight.world, flight.theatre, flight.i
    route = theatre.routes[i]
    used = theatre.sizes[0].jams
    theatre.jam_span[i, 0] = theatre.jam_span[i, 1] = used
    if not (route.satnav or route.link) or world.emitters.shape[0] == 0:
        return
    rows, jammers = (flight.n - 2) // JAM_STRIDE + 2, world.emitters.shape[0]
    parts = jammers if _may_be_lost(world) else 0
    theatre.jam_span[i, 1] = used + rows
    theatre.sizes[0].jams, theatre.sizes[0].parts = used + rows, (used + rows) * parts
    if used + rows > theatre.jam_time.shape[0] or (used + rows) * parts > theatre.jam_part.shape[0]:
        return
    for row in range(rows):
        theatre.jam_time[used + row] = min(row * JAM_STRIDE, flight.n - 1) * flight.step
    theatre.jam_hazard[:, used : used + rows] = 0.0
    theatre.jam_part[used * parts : (used + rows) * parts] = 0.0
    for j in range(jammers):
        if world.jam_range[j, route.group] >= 0.0 and world.units[world.emitters[j].unit].present:
            _add_jammer(flight, j, used, parts)
    for row in range(1, rows):
        for denied in range(2):
            theatre.jam_hazard[denied, used + row] += theatre.jam_hazard[denied, used + row - 1]


@inner
def _add_jammer(flight, j, used, parts):  # type: ignore[no-untyped-def]
    """Add what a jammer does to a threat to the rows of its hazards from `used` on: on each leg where it is in range,
    which is solved, and in sight, which is straight between samples."""
    world, theatre, scratch, route = flight.world, flight.theatre, flight.scratch, flight.theatre.routes[flight.i]
    emitter, reach = world.emitters[j], world.jam_range[j, route.group]
    seen, at = 0.0, -1  # metres in sight, and of which sample
    for k in range(1, flight.n):
        low, high = _in_range(emitter, reach, scratch, k)
        if high <= low:
            continue
        before = seen if at == k - 1 else _in_sight(world, theatre, emitter, scratch, k - 1)
        seen, at = _in_sight(world, theatre, emitter, scratch, k), k
        low, high = clip(low, high, before, seen)
        if high > low:
            row = used + (k + JAM_STRIDE - 1) // JAM_STRIDE
            gained = emitter.hazard * flight.step * (high - low)
            theatre.jam_hazard[0, row] += gained * emitter.satnav * route.satnav
            theatre.jam_hazard[1, row] += gained * emitter.link * route.link
            if parts > 0:
                theatre.jam_part[row * parts + j] += gained


@inner
def sampling(route, step_m):  # type: ignore[no-untyped-def]
    """Into how many samples a route is cut, and the time between them, s."""
    samples = int(route.duration * route.speed / step_m) + 2
    n = min(max(samples, MIN_SAMPLES), MAX_SAMPLES)
    return n, route.duration / (n - 1)


@inner
def _shares_all_along(world):  # type: ignore[no-untyped-def]
    """Whether all networked units look all along and all round, and share what they see, in every raid."""
    if world.network[0].lost_chance > 0.0:
        return False
    for u in range(world.units.shape[0]):
        unit = world.units[u]
        if unit.present and (unit.lost_chance > 0.0 or unit.struck > 0.0):
            return False
        if unit.present and unit.networked and (unit.ready < 1.0 or seeks(world, u)):
            return False
    return True


@inner
def _sort_by_entry(flight, lasting):  # type: ignore[no-untyped-def]
    """The units that are there into scratch.order as the threat comes into their reach, those that are `lasting` before
    the others: so the first of them tell how much of it matters to the rest. Their number."""
    world, scratch, leg, there = flight.world, flight.scratch, leg_m(flight), 0
    for u in range(world.units.shape[0]):
        unit, k = world.units[u], there
        if not unit.present or (unit.s0 == unit.s1 and unit.e0 == unit.e1):
            continue
        first, last = samples_within(flight, unit, unit_reach(world, u, type_of(flight)) + 2.0 * leg)
        enters = (first if first <= last else flight.n) + (0 if lasting[u] else flight.n)
        while k > 0 and scratch.enters[k - 1] > enters:
            scratch.order[k], scratch.enters[k] = scratch.order[k - 1], scratch.enters[k - 1]
            k -= 1
        scratch.order[k], scratch.enters[k] = u, enters
        there += 1
    return there


@inner
def _known_for_sure(flight, certain, kept):  # type: ignore[no-untyped-def]
    """From when on all networked units know of the threat whatever they see, s; NEVER if the track that is certain from
    then on does not last as long as it flies."""
    world, lands = flight.world, flight.theatre.routes[flight.i].duration
    told = certain + max(world.network[0].delay, 0.0) + ROUNDING_S  # looks at the moment itself count
    return told if kept >= lands and told < lands else NEVER


@kernel
def fill(world, index, plan, step_m, theatre, scratch, lasting):  # type: ignore[no-untyped-def]
    """Fill the theatre's tables; theatre.sizes says how many rows were needed, which may be more than there is room.

    What a unit sees of a threat that the network has for sure by then changes nothing, and is left out: 23 in 25 looks
    of 500 threats and 50 units. Only units that are `lasting`, u1 (U,), count for that, and in what is shared.
    """
    sizes, shares = theatre.sizes[0], _shares_all_along(world)
    sizes.looks = sizes.net = sizes.delays = sizes.windows = sizes.stays = sizes.queue = 0
    sizes.jams = sizes.parts = 0
    for i in range(theatre.routes.shape[0]):
        n, step = sampling(theatre.routes[i], step_m)
        flight = by_reference(Flight(world, theatre, scratch, index, plan, i, n, step))
        for u in range(world.units.shape[0]):
            _leave_out(theatre, u, i, i * world.effectors.shape[0] + world.units[u].e0)
        absent, there = theatre.routes[i].absent, 0
        if not absent:
            follow(flight)
            there = _sort_by_entry(flight, lasting)
        net, merged, room, sure = 0, NET, NET_TOO, NEVER
        for k in range(there):
            u = scratch.order[k]
            count = _pair(flight, u, sure)
            if world.units[u].networked and count > 0 and lasting[u]:
                net, certain, kept = merge(scratch, merged, net, OWN, count, u, room)
                merged, room = room, merged
                sure = _known_for_sure(flight, certain, kept) if shares else NEVER
        _store_net(theatre, i, merged, net, scratch)
        _jamming(flight)
        if not absent:
            fill_stays(flight)


@kernel
def fill_again(world, index, plan, step_m, theatre, scratch, pairs):  # type: ignore[no-untyped-def]
    """Fill tables anew that `fill` filled, with these `pairs`, when more units were there: what a unit makes of a
    threat stays, and only what units share is found again."""
    sizes, threats = theatre.sizes[0], theatre.routes.shape[0]
    sizes.net = sizes.jams = sizes.parts = sizes.queue = 0
    for i in range(threats):
        route = theatre.routes[i]
        n, step = sampling(route, step_m)
        flight = by_reference(Flight(world, theatre, scratch, index, plan, i, n, step))
        net, merged, room = 0, NET, NET_TOO
        for u in range(world.units.shape[0]):
            pair, unit = u * threats + i, world.units[u]
            theatre.pairs[pair] = pairs[pair]
            if not unit.present:
                _leave_out(theatre, u, i, pairs[pair].slot0)
            elif unit.networked and pairs[pair].own1 > pairs[pair].own0:
                net, _, _ = merge(scratch, merged, net, OWN, _load_own(theatre, pairs[pair], scratch), u, room)
                merged, room = room, merged
        _store_net(theatre, i, merged, net, scratch)
        if world.emitters.shape[0] > 0 and (route.satnav or route.link) and not route.absent:
            follow(flight)
        _jamming(flight)


@inner
def _earliest_known(world, theatre, u, i):  # type: ignore[no-untyped-def]
    """The first moment at which unit u could know threat i, s after it appears."""
    pair = theatre.pairs[u * theatre.routes.shape[0] + i]
    known = NEVER
    if pair.own1 > pair.own0:
        known = theatre.look_time[pair.own0]
    if world.units[u].networked and theatre.net_span[i, 1] > theatre.net_span[i, 0]:
        known = min(known, theatre.net_time[theatre.net_span[i, 0]] + world.network[0].delay)
    return known


@kernel
def list_queue(world, theatre, unit_of, first):  # type: ignore[no-untyped-def]
    """Pairs in which a unit could ever fire, unsorted, into queue_pair and queue_opens; their number."""
    threats = theatre.routes.shape[0]
    count = 0
    for u in range(world.units.shape[0]):
        unit = world.units[u]
        for i in range(threats):
            pair = theatre.pairs[u * threats + i]
            known = _earliest_known(world, theatre, u, i)
            if pair.opens == NEVER or known == NEVER or unit.channels == 0:
                continue
            if not pair.released or not engages(world, u, theatre.routes[i].group):
                continue
            opens = max(pair.opens, known + unit.reaction)
            if opens > pair.closes:
                continue
            if unit.turns:  # it turns before a window opens
                opens = known + unit.reaction
            if count < theatre.queue_pair.shape[0]:
                theatre.queue_pair[count], theatre.queue_opens[count] = u * threats + i, opens
                unit_of[count], first[count] = u, theatre.routes[i].start - theatre.routes[i].jitter + opens
            count += 1
    theatre.sizes[0].queue = count
    return count


def _usual_capacity(threats: int, units: int) -> dict[str, int]:
    """Rows that are mostly enough, so that the first theatre is not surveyed several times. Memory is only taken by
    rows that are used."""
    pairs = threats * units
    return {
        "looks": 192 * pairs, "net": 512 * threats, "delays": 192 * pairs, "windows": 2 * pairs + 64,
        "jams": 256 * threats, "parts": 0, "stays": 0, "queue": pairs,
    }  # fmt: skip


class Surveyor:
    """Surveys theatres one after another in the same memory; one per thread, whose surveyors may share `gunnery`."""

    def __init__(self, threats: int, step_m: float, gunnery: Gunnery | None = None) -> None:
        self.threats, self.step_m = threats, step_m
        self.gunnery = gunnery or Gunnery()
        self.capacity: dict[str, int] = {}
        self.theatre: Theatre | None = None
        self.scratch: Scratch | None = None
        self.looks_per_second = 0.0

    def open(self, world: Packed, sky: Sky) -> None:
        """Begin with a world: its arrays and its skylines."""
        if self.theatre is None:
            self.capacity = _usual_capacity(self.threats, len(world.units))
            self.theatre = layout.new_theatre(world, self.threats, self.capacity)
        self.theatre = self.theatre._replace(sky=sky)
        self.gunnery.fill(world, self.theatre.gunnery)
        self.looks_per_second = float(np.sum(1 / world.sensors["scan"]))

    def survey(self, world: Packed, index: int, plan: int) -> Theatre:
        """The theatre of the world that was opened last and one plan. Valid until the next call."""
        self._fill(world, index, plan, world.units["present"])
        return self._queued(world)

    def layouts(self, world: Packed, index: int, plan: int, present: np.ndarray) -> Iterator[tuple[Packed, Theatre]]:
        """The same for each layout of the world's units, and the world with it: of those that are there at all it has
        which `present` (L, units) bool says. Each valid until the next one; what a unit makes of a threat is found once
        for all of them."""
        everywhere = _with(world, np.asarray(present.any(axis=0)))
        while True:
            self._fill(everywhere, index, plan, np.asarray(present.all(axis=0)))
            assert self.theatre is not None
            looks = int(self.theatre.sizes[0]["looks"])
            if len(self.theatre.look_alone) >= looks and self.capacity["net"] >= looks:
                break
            self.capacity["net"] = max(self.capacity["net"], int(1.5 * looks))
            self._renew(world, alone=self.capacity["looks"])
        pairs = self.theatre.pairs.copy()
        for there in present:
            units = _with(world, there)
            fill_again(units, index, plan, self.step_m, self.theatre, self.scratch, pairs)
            yield units, self._queued(units)

    def _fill(self, world: Packed, index: int, plan: int, lasting: np.ndarray) -> None:
        """Fill the theatre, in more room where there is too little; `lasting` are the units that are in all layouts."""
        assert self.theatre is not None, "open a world first"
        while True:
            longest = draw_plan(world, index, plan, self.theatre.routes)
            self._fit_scratch(longest, world)
            fill(world, index, plan, self.step_m, self.theatre, self.scratch, lasting.astype(np.uint8))
            grown = {name: int(1.5 * used) + 64 for name, used in self._used().items() if used > self.capacity[name]}
            if not grown:
                return
            self.capacity |= grown
            self._renew(world, alone=self.capacity["looks"] if len(self.theatre.look_alone) > 1 else 0)

    def _queued(self, world: Packed) -> Theatre:
        """The theatre with its queue, in which there is room for all pairs."""
        assert self.theatre is not None
        unit_of, first = np.zeros(self.capacity["queue"], np.int32), np.zeros(self.capacity["queue"])
        count = list_queue(world, self.theatre, unit_of, first)
        return self._sorted(self.theatre, unit_of[:count], first[:count])

    def _fit_scratch(self, longest_s: float, world: Packed) -> None:
        """Room for every look of every sensor at the longest route."""
        looks = int(longest_s * self.looks_per_second) + 2 * len(world.sensors) + 16
        if self.scratch is None or self.scratch.time.shape[1] < looks:
            self.scratch = layout.new_scratch(MAX_SAMPLES + 2, 2 * looks, len(world.units))

    def _used(self) -> dict[str, int]:
        assert self.theatre is not None
        return dict(zip(layout.SIZES.names or (), self.theatre.sizes[0].tolist(), strict=True))

    def _renew(self, world: Packed, alone: int) -> None:
        """Tables with the room that is needed; what holds for the world is kept."""
        assert self.theatre is not None
        before = self.theatre
        self.theatre = layout.new_theatre(world, self.threats, self.capacity, alone)
        self.theatre = self.theatre._replace(sky=before.sky, gunnery=before.gunnery)

    def _sorted(self, theatre: Theatre, unit_of: np.ndarray, first: np.ndarray) -> Theatre:
        """The theatre with its queue sorted by unit and first moment."""
        count = len(first)
        order = np.lexsort((theatre.queue_pair[:count], first, unit_of))
        pair = theatre.queue_pair[:count][order]
        theatre.pairs["queue"][pair] = np.arange(count)
        spans = np.searchsorted(unit_of[order], np.arange(len(theatre.queue_span))).astype(np.int32)
        return theatre._replace(
            queue_pair=pair,
            queue_threat=(pair % self.threats).astype(np.int32),
            queue_first=first[order],
            queue_opens=theatre.queue_opens[:count][order],
            queue_span=spans,
        )


def _with(world: Packed, there: np.ndarray) -> Packed:
    """A world in which only those units are there that `there` (units,) says, of those that are."""
    units = world.units.copy()
    units["present"] &= there
    units.flags.writeable = False
    return world._replace(units=units)


def survey_one(world: Packed, sky: Sky, index: int, plan: int, step_m: float) -> Theatre:
    """The theatre of one world, which has number `index`, for one plan, in memory of its own."""
    surveyor = Surveyor(int(world.groups["count"].sum()), step_m)
    surveyor.open(world, sky)
    return surveyor.survey(world, index, plan)
