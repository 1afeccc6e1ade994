"""Reading the surveyed tables in play: when a pair is known, when a launch is next possible, how long it takes."""

from __future__ import annotations

import math

from bartizan.engine.agenda import wake
from bartizan.engine.aim import JOINED_S, in_aim, kept_of, seeks, seen_in_aim
from bartizan.engine.echoes import whereabouts
from bartizan.engine.layout import FOR_NOTHING, KEPT_TRACKS
from bartizan.engine.sensors import points
from bartizan.ground import rng
from bartizan.ground.exact import log
from bartizan.ground.jit import apart, inner
from bartizan.ground.rng import uniform
from bartizan.physics.flyout import NEVER
from bartizan.physics.tracking import beam_positions

# Tracks that begin within this time, s, of the end of another are one.
TOUCHING_S = 1e-9


@inner
def pair_of(raid, u, i):  # type: ignore[no-untyped-def]
    """What was surveyed of unit u and threat i."""
    return raid.theatre.pairs[u * raid.theatre.routes.shape[0] + i]


@inner
def first_reaching(sums, low, high, level):  # type: ignore[no-untyped-def]
    """First row in [low, high) of a rising running sum that is >= level; high if none."""
    if low >= high or sums[high - 1] < level:
        return high
    high -= 1
    while low < high:
        middle = (low + high) >> 1
        if sums[middle] >= level:
            high = middle
        else:
            low = middle + 1
    return low


@inner
def luck(raid, purpose, entity, other, count):  # type: ignore[no-untyped-def]
    """A draw of this raid, uniform over 0 to 1, for a purpose and by names."""
    return uniform(raid.world.seed[0], raid.world_number, raid.number, purpose, entity, other, count)


@inner
def exponential(raid, purpose, entity, other, count):  # type: ignore[no-untyped-def]
    """A standard exponential draw."""
    return -log(luck(raid, purpose, entity, other, count))


@inner
def _used_up(sums, low, first, high, draw):  # type: ignore[no-untyped-def]
    """First row in [first, high) by which the hazard from `first` on, whose running sum begins at `low`, is >= draw."""
    return first_reaching(sums, first, high, draw + (sums[first - 1] if first > low else 0.0))


@inner
def _first_after(times, low, high, t):  # type: ignore[no-untyped-def]
    """First row in [low, high) of rising times that is later than t; high if none."""
    row = first_reaching(times, low, high, t)
    while row < high and times[row] == t:
        row += 1
    return row


@inner
def rewind(state, i):  # type: ignore[no-untyped-def]
    """Back to before the network's first track of threat i."""
    state.threats[i].net_until, state.threats[i].net_tracks = -1.0, 0


@inner
def _present_track(x):  # type: ignore[no-untyped-def]
    """The network's present track of the threat whose state is x, to be kept while it looks ahead."""
    return x.net_time, x.net_until, x.net_error, x.net_unit, x.net_tracks


@inner
def _go_back_to(x, track):  # type: ignore[no-untyped-def]
    x.net_time, x.net_until, x.net_error, x.net_unit, x.net_tracks = track


@inner
def _next_track(raid, i):  # type: ignore[no-untyped-def]
    """When the network next confirms threat i, by whose sensor, and when it loses that track: one draw against the
    joint hazard from where it lost the last one."""
    if raid.state.silent[0]:
        _next_of_many(raid, i)
        return
    theatre, x = raid.theatre, raid.state.threats[i]
    low, high = theatre.net_span[i, 0], theatre.net_span[i, 1]
    first = low if x.net_tracks == 0 else _first_after(theatre.net_time, low, high, x.net_until)
    x.net_time = x.net_until = NEVER
    if first < high:
        draw = exponential(raid, rng.NETWORK, theatre.routes[i].entity, 0, x.net_tracks)
        row = _used_up(theatre.net_hazard, low, first, high, draw)
        if row < high:
            x.net_time, x.net_until = theatre.net_time[row], theatre.net_until[row]
            x.net_unit, x.net_error = theatre.net_unit[row], theatre.net_error[row]
    x.net_tracks += 1


@inner
def _search_time(world, theatre, u, i, s, error):  # type: ignore[no-untyped-def]
    """How long the fire control of unit u then searches for threat i, of which it is told at s with an error, m."""
    unit, route = world.units[u], theatre.routes[i]
    x, y, z, _ = whereabouts(world, route, min(s, route.duration))
    r = math.sqrt((x - unit.x) ** 2 + (y - unit.y) ** 2 + (z - unit.antenna) ** 2)
    least = NEVER
    for k in range(unit.s0, unit.s1):
        sensor = world.sensors[k]
        if points(sensor):
            more = beam_positions(error, r, sensor.beam) - 1.0 if sensor.dwell > 0.0 else 0.0
            least = min(least, sensor.dwell * more)
    return least if least < NEVER else 0.0


@inner
def _confirmed_alone(raid, u, i, first, tracks):  # type: ignore[no-untyped-def]
    """The look, from row `first` on, at which unit u's own sensors confirm threat i after so many tracks of it."""
    pair, of, by = pair_of(raid, u, i), raid.theatre.routes[i].entity, raid.world.units[u].entity
    draw = exponential(raid, rng.OWN_SENSOR, of, by, tracks)
    return _used_up(raid.theatre.look_hazard, pair.own0, first, pair.own1, draw)


@inner
def told_at(raid, t):  # type: ignore[no-untyped-def]
    """When others are told, s into the raid, of what a unit has to tell from t on."""
    network, delay = raid.state.network[0], raid.world.network[0].delay
    if t < network.cut_until and t + delay > network.cut_from:
        return network.cut_until + delay
    return t + delay


@inner
def _known_of_track(raid, u, i, since):  # type: ignore[no-untyped-def]
    """When unit u knows of threat i by the network's present track of it, of which it is told from `since` on.

    The unit whose sensor confirmed it has it at once. Another unit's own sensors have not confirmed it by then; what
    they do afterwards is a fresh exponential draw from there on (exact: hazards add).
    """
    theatre, x, pair = raid.theatre, raid.state.threats[i], pair_of(raid, u, i)
    at = x.net_time
    if at == NEVER or (x.net_unit == u and at >= since):
        return at
    at = max(at, since)
    told = at + raid.world.network[0].delay
    if x.net_error > 0.0:
        told += _search_time(raid.world, theatre, u, i, told, x.net_error)
    if raid.state.silent[0]:
        return min(told, _own_span(raid, u, i, at)[0]) if _first_own_track(raid, u, i) < told else told
    row = first_reaching(theatre.look_time, pair.own0, pair.own1, at)
    while row < pair.own1 and theatre.look_time[row] == at and u < x.net_unit:
        row += 1
    if row < pair.own1:
        row = _confirmed_alone(raid, u, i, row, x.net_tracks - 1)
        if row < pair.own1:
            return min(told, theatre.look_time[row])
    return told


@inner
def _looked_at(raid, u, i, start, until, s):  # type: ignore[no-untyped-def]
    """What unit u has, s after threat i appears or later, of a track of it from start to until: all of it, or what its
    sensor looks at that turns."""
    if seeks(raid.world, u) and start <= until:
        return seen_in_aim(raid, u, i, (start, until), s)
    return start, until


@inner
def _own_span(raid, u, i, s):  # type: ignore[no-untyped-def]
    """`_find_own_span`, as it was kept: one that ends at s or later is the first of those from before s as well."""
    pair, kept = pair_of(raid, u, i), raid.state.kept[u * raid.theatre.routes.shape[0] + i]
    if pair.own0 == pair.own1:
        return NEVER, NEVER, -1
    changes, k = raid.state.units[u].changes, 1 if s > 0.0 else 0
    if kept.changes != changes:
        kept.changes = changes
        kept.track_ends[0] = kept.track_ends[1] = -NEVER
    if kept.track_asked[0] <= s <= kept.track_ends[0]:
        k = 0
    elif not kept.track_asked[k] <= s <= kept.track_ends[k]:
        begins, ends, row = _find_own_span(raid, u, i, s)
        kept.track_asked[k], kept.track_begins[k], kept.track_ends[k], kept.track_row[k] = s, begins, ends, row
    return kept.track_begins[k], kept.track_ends[k], kept.track_row[k]


@apart
def _find_own_span(raid, u, i, s):  # type: ignore[no-untyped-def]
    """The first track of threat i by unit u's own sensors that ends at s or later: from when to when, and its look.

    One that it would have had before it was ready it has as soon after that as its sensors confirm, while it lasts; one
    that it has when it is lost ends, and goes on in the same way when the unit works again. Of one that it would have
    if it looked all round it has what it looks at.
    """
    theatre, pair, x = raid.theatre, pair_of(raid, u, i), raid.state.units[u]
    appears, confirming = raid.state.threats[i].appears, raid.world.units[u].confirming
    ready, gone, back = x.ready - appears, x.lost_from - appears, x.lost_until - appears
    first, tracks, kept = pair.own0, 0, kept_of(raid, u, i)
    while first < pair.own1:
        row = kept.confirmed if tracks == 0 else -1
        if row < 0:
            row = _confirmed_alone(raid, u, i, first, tracks)
        if tracks == 0:
            kept.confirmed = row
        if row == pair.own1:
            break
        start, until = theatre.look_time[row], theatre.look_until[row]
        if start < ready:
            start = ready + confirming
        again = back + confirming if start < back else start
        for after in range(2):  # it was lost
            works = start < gone if after == 0 else until > gone
            first_s, last_s = (start, min(until, gone)) if after == 0 else (again, until)
            if works:
                begins, ends = _looked_at(raid, u, i, first_s, last_s, s)
                if begins < NEVER and ends >= s and ends >= begins:
                    return begins, ends, row
        first, tracks = _first_after(theatre.look_time, row, pair.own1, theatre.look_until[row]), tracks + 1
    return NEVER, NEVER, -1


@inner
def _next_of_many(raid, i):  # type: ignore[no-untyped-def]
    """`_next_track` where not all radiate all along: `_find_next_of_many`, as it was kept."""
    x, kept, changes = raid.state.threats[i], raid.state.kept_net[i], raid.state.network[0].changes
    after, k = x.net_until + TOUCHING_S, min(x.net_tracks, KEPT_TRACKS - 1)
    x.net_tracks += 1
    if kept.changes != changes:
        kept.changes = changes
        for j in range(KEPT_TRACKS):
            kept.asked[j] = NEVER
    if kept.asked[k] == after:
        x.net_time, x.net_until, x.net_error, x.net_unit = (
            kept.begins[k], kept.ends[k], kept.error[k], kept.unit[k],
        )  # fmt: skip
        return
    _find_next_of_many(raid, i, after, kept.unit[k])
    kept.asked[k], kept.begins[k], kept.ends[k], kept.error[k], kept.unit[k] = (
        after, x.net_time, x.net_until, x.net_error, x.net_unit,
    )  # fmt: skip


@apart
def _find_next_of_many(raid, i, after, likely):  # type: ignore[no-untyped-def]
    """The network's first track of threat i that ends at `after` or later, of each unit's own tracks. The first is the
    network's (exact: hazards add), of units that have one at once that of the lower number, and is kept while those of
    others that begin by its end go on. No unit is asked whose looks begin too late; the `likely` one is asked first.
    """
    x, units = raid.state.threats[i], raid.world.units.shape[0]
    x.net_time = x.net_until = NEVER
    for k in range(-1, units):
        v = min(likely, units - 1) if k < 0 else k
        look = _first_shared_track(raid, v, i)
        if look < x.net_time or (look == x.net_time and look < NEVER and v < x.net_unit):
            start, until, row = _own_span(raid, v, i, after)
            if start < x.net_time or (start == x.net_time and start < NEVER and v < x.net_unit):
                x.net_time, x.net_until, x.net_unit = start, until, v
                x.net_error = raid.theatre.look_error[row]
    grows = x.net_time < NEVER
    while grows and x.net_until < NEVER:
        grows = False
        for v in range(units):
            if _first_shared_track(raid, v, i) <= x.net_until < _last_until(raid, v, i):
                start, until, _ = _own_span(raid, v, i, x.net_until + TOUCHING_S)
                if start <= x.net_until < until:
                    x.net_until, grows = until, True


@inner
def forget_tracks(raid, i):  # type: ignore[no-untyped-def]
    """The network's tracks of threat i are found anew, from the first on."""
    raid.state.kept_net[i].changes = -1
    rewind(raid.state, i)


@inner
def may_know_otherwise(raid, u, i):  # type: ignore[no-untyped-def]
    """Whether what the network has been found to have of threat i may change with what unit u's own sensors have: not
    if u never looks at it, nor if another unit has it to its end from before u could, nor if nobody has asked."""
    pair, kept = pair_of(raid, u, i), raid.state.kept_net[i]
    if pair.own0 == pair.own1 or kept.changes != raid.state.network[0].changes or kept.asked[0] == NEVER:
        return False
    if kept.unit[0] == u or kept.begins[0] == NEVER or kept.ends[0] < NEVER:
        return True
    if _first_own_track(raid, u, i) <= kept.begins[0]:
        return True
    return _own_span(raid, kept.unit[0], i, kept.asked[0])[1] < NEVER


@inner
def _first_own_track(raid, u, i):  # type: ignore[no-untyped-def]
    """Before which time unit u's own sensors have no track of threat i: the look that would confirm it first, if that
    has been found, or else the first look; NEVER if there is none."""
    pair = pair_of(raid, u, i)
    row = max(kept_of(raid, u, i).confirmed, pair.own0)
    return raid.theatre.look_time[row] if row < pair.own1 else NEVER


@inner
def _first_shared_track(raid, v, i):  # type: ignore[no-untyped-def]
    """The same of what unit v has for the network."""
    return _first_own_track(raid, v, i) if raid.world.units[v].networked else NEVER


@inner
def _last_until(raid, v, i):  # type: ignore[no-untyped-def]
    """When the last track of threat i that the sensors of unit v may have is lost."""
    return raid.theatre.look_until[pair_of(raid, v, i).own1 - 1]


@inner
def _first_look(raid, i):  # type: ignore[no-untyped-def]
    """When the network first looks at threat i, s after it appears; it has no track before that. NEVER: not at all."""
    low, high = raid.theatre.net_span[i, 0], raid.theatre.net_span[i, 1]
    return raid.theatre.net_time[low] if low < high else NEVER


@inner
def first_track(raid):  # type: ignore[no-untyped-def]
    """When the network first confirms any threat, s into the raid; NEVER if none."""
    first = NEVER
    for i in range(raid.theatre.routes.shape[0]):
        if not raid.theatre.routes[i].neutral and raid.state.threats[i].appears + _first_look(raid, i) < first:
            _next_track(raid, i)
            first = min(first, raid.state.threats[i].net_time + raid.state.threats[i].appears)
            rewind(raid.state, i)
    return first


@inner
def _known_of_present(raid, u, i, since):  # type: ignore[no-untyped-def]
    """When unit u, ready by then, knows of threat i by the network's present track of it."""
    return max(_known_of_track(raid, u, i, since), raid.state.units[u].ready - raid.state.threats[i].appears)


@inner
def known_span(raid, u, i, s):  # type: ignore[no-untyped-def]
    """From when to when unit u knows of threat i, s after it appears: the first such span that ends at s or later.

    It knows by its own sensors, or from the network after its delay, until the track is lost; then all is drawn anew.
    """
    if raid.state.units[u].ready == NEVER:
        return NEVER, NEVER
    if not raid.world.units[u].networked:
        known, until, _ = _own_span(raid, u, i, s)
        return known, until
    if raid.state.units[u].lost_from < NEVER or raid.state.network[0].cut_from < NEVER:
        present = _present_track(raid.state.threats[i])
        found = _span_while_it_works(raid, u, i, s)
        _go_back_to(raid.state.threats[i], present)
        return found
    return _shared_span(raid, u, i, s, -NEVER)


@inner
def first_span(raid, u, i):  # type: ignore[no-untyped-def]
    """`known_span` from when threat i appears; the network's present track of it stays, or becomes the first."""
    x = raid.state.threats[i]
    present = _present_track(x)
    if present[4] > 1:
        rewind(raid.state, i)
    known, until = known_span(raid, u, i, 0.0)
    if present[4] > 1:
        _go_back_to(x, present)
    return known, until


@apart
def _shared_span(raid, u, i, s, since):  # type: ignore[no-untyped-def]
    """`known_span` of a networked unit that is not lost, which others tell what they know from `since` on."""
    x = raid.state.threats[i]
    held = _present_track(x)
    known, begun = NEVER, False
    while not begun or known > x.net_until:  # one loop, so that what is long is inlined once
        if begun or x.net_until < s:
            _next_track(raid, i)
        if x.net_until >= s:
            if not begun:
                held = _present_track(x)
            known, begun = _known_of_present(raid, u, i, since), True
    until = x.net_until
    _go_back_to(x, held)  # others may be told of this track in time
    return known, until


@apart
def _span_around_cut(raid, u, i, s):  # type: ignore[no-untyped-def]
    """`known_span` of a networked unit that is not lost: shared, by itself while the network is cut, shared again."""
    appears = raid.state.threats[i].appears
    start, end = raid.state.network[0].cut_from - appears, raid.state.network[0].cut_until - appears
    if s < start:
        known, until = _shared_span(raid, u, i, s, -NEVER)
        if known < start:
            return known, min(until, start)
        s = start
    if s < end:
        known, until, _ = _own_span(raid, u, i, s)
        if known < end or end == NEVER:
            return known, min(until, end)
        s = end
    return _shared_span(raid, u, i, s, end)


@apart
def _span_while_it_works(raid, u, i, s):  # type: ignore[no-untyped-def]
    """`known_span` of a networked unit that may be lost for a time, on a network that may be cut for a time."""
    appears, x = raid.state.threats[i].appears, raid.state.units[u]
    gone, back = x.lost_from - appears, x.lost_until - appears
    if s < gone:
        known, until = _span_around_cut(raid, u, i, s)
        if known < gone:
            return known, min(until, gone)
        s = gone
    if back == NEVER:
        return NEVER, NEVER
    known, until = _span_around_cut(raid, u, i, max(s, back))
    return max(known, back), until


@inner
def first_known(raid, u, first):  # type: ignore[no-untyped-def]
    """When unit u first knows of any threat, s into the raid; `first` if of none before that."""
    for i in range(raid.theatre.routes.shape[0]):
        pair, least = pair_of(raid, u, i), NEVER  # before the first look nobody knows of it
        if pair.own0 < pair.own1:
            least = raid.theatre.look_time[pair.own0]
        if raid.world.units[u].networked:
            least = min(least, _first_look(raid, i))
        if not raid.theatre.routes[i].neutral and raid.state.threats[i].appears + least < first:
            known, _ = known_span(raid, u, i, 0.0)
            first = min(first, known + raid.state.threats[i].appears)
            rewind(raid.state, i)
    return first


@inner
def tells(units, u, v):  # type: ignore[no-untyped-def]
    """Whether unit v knows what unit u, or where that is -1 the network, knows: it is the same, or both share."""
    return v == u or (units[v].networked and (u < 0 or units[u].networked))


@apart
def ask_anew(raid, u, t):  # type: ignore[no-untyped-def]
    """What unit u knows it may know otherwise from now on, and so may all that it tells: all of it is drawn anew."""
    state, units = raid.state, raid.world.units
    for i in range(raid.theatre.routes.shape[0]):
        rewind(state, i)
    for v in range(units.shape[0]):
        if tells(units, u, v):
            for b in range(raid.theatre.queue_span[v], raid.theatre.queue_span[v + 1]):
                state.lost[b] = -NEVER
            wake(state, v, t)


@inner
def ask_anew_of(raid, u, b, t):  # type: ignore[no-untyped-def]
    """What unit u knows of queue entry b is drawn anew, and it considers it again if it waits for anything."""
    raid.state.lost[b] = -NEVER
    if raid.state.waits[b] != FOR_NOTHING:
        consider_again(raid, u, b, t)
        wake(raid.state, u, t)


@inner
def consider_again(raid, u, b, t):  # type: ignore[no-untyped-def]
    """Unit u considers queue entry b, for which it waits, as soon as it decides."""
    state = raid.state
    if not state.drops[b]:
        state.ready[b] = min(state.ready[b], t)
        state.units[u].low = min(state.units[u].low, b)


@inner
def next_launch(theatre, slot, s):  # type: ignore[no-untyped-def]
    """The earliest launch time >= s (after the threat's appearance) that leads to an intercept; NEVER if none."""
    for w in range(slot.w0, slot.w1):
        if s <= theatre.window[w, 1]:
            return max(s, theatre.window[w, 0])
    return NEVER


@inner
def flight_delay(theatre, slot, s):  # type: ignore[no-untyped-def]
    """Time from a launch at s to the intercept: linear between the rows of the slot, and held after the last."""
    q = (s - slot.first) * slot.per_cell
    k = min(max(int(q), 0), slot.cells - 1)
    if k >= slot.cells - 1:
        return theatre.delay[slot.d0 + slot.cells - 1]
    return theatre.delay[slot.d0 + k] + (theatre.delay[slot.d0 + k + 1] - theatre.delay[slot.d0 + k]) * (q - k)


@inner
def next_aimed_launch(raid, e, i, slot, s):  # type: ignore[no-untyped-def]
    """`next_launch` of effector e at threat i under the aim of its unit, where that has a sensor that turns: it looks
    at the threat then and, where that must be, at the meeting."""
    effector = raid.world.effectors[e]
    u = effector.unit
    if not raid.world.units[u].turns:
        return next_launch(raid.theatre, slot, s)
    while True:
        s = next_launch(raid.theatre, slot, s)
        if s >= NEVER:
            return NEVER
        start, end = in_aim(raid, u, i, s)
        if start >= NEVER:
            return NEVER
        if start > s:
            s = start
        elif effector.sight_to_intercept and s + flight_delay(raid.theatre, slot, s) > end + JOINED_S:
            s = end + JOINED_S
        else:
            return s
