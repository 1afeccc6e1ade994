"""Doctrine: which threat, with what, how many rounds. It chooses and changes nothing but its list of candidates."""

from __future__ import annotations

from bartizan.engine.tables import next_launch
from bartizan.ground.jit import inner
from bartizan.physics.arrays import NO_LIMIT
from bartizan.physics.flyout import NEVER

# A window that opens within this time, s, is open: adding and taking off the time of appearance rounds, and a unit
# that was woken for a window must not find it still shut.
ROUNDING_S = 1e-6


@inner
def shares(world, state, u, b):  # type: ignore[no-untyped-def]
    """1 if unit u leaves the threat of queue entry b to another that engages it, and others leave it to u."""
    return 1 if world.units[u].coordinate and not state.apart[b] else 0


@inner
def candidates(world, theatre, state, u, t):  # type: ignore[no-untyped-def]
    """Threats that unit u may consider now, most urgent (first to arrive) first, into state.picked.

    Returns their number and the next time at which another becomes ready. What another unit of the network is
    engaging is left alone if the unit coordinates and knows it for the same.
    """
    x = state.units[u]
    end = theatre.queue_span[u + 1]
    b = x.low
    while b < end and state.ready[b] == NEVER:
        b += 1
    x.low = b
    count, later = 0, NEVER
    while b < end and theatre.queue_first[b] < later:
        if state.ready[b] > t:
            later = min(later, state.ready[b])
        else:
            threat = state.threats[theatre.queue_threat[b]]
            if not (threat.engaged > 0 and shares(world, state, u, b)):
                k = count
                while k > 0 and state.threats[theatre.queue_threat[state.picked[k - 1]]].arrives > threat.arrives:
                    state.picked[k] = state.picked[k - 1]
                    k -= 1
                state.picked[k] = b
                count += 1
        b += 1
    return count, later


@inner
def salvo_size(unit, effector, fired, rounds):  # type: ignore[no-untyped-def]
    """Rounds of the next salvo, given the salvos already fired at the threat and the rounds left; 0: none."""
    if effector.is_gun:  # whole bursts only: the kill chance of a burst is that of all its rounds
        return effector.burst if rounds >= effector.burst else 0
    wanted = unit.salvo[min(fired, unit.salvos - 1)]
    if rounds >= wanted:
        return wanted
    return rounds if unit.partial else 0


@inner
def is_spent(unit, effector, rounds):  # type: ignore[no-untyped-def]
    """Whether the rounds left are too few for any salvo or burst."""
    least = effector.burst if effector.is_gun else 1
    if not effector.is_gun and not unit.partial:
        least = unit.salvo[0]
        for k in range(1, unit.salvos):
            least = min(least, unit.salvo[k])
    return rounds < least


@inner
def choose(world, theatre, state, u, b, s):  # type: ignore[no-untyped-def]
    """The first effector, in order of preference, that can be launched now at queue entry b (s after its appearance).

    Returns the effector, its rounds and s; or -1, whether an effector lacks only rounds or a mount now, and when a
    window of another opens, NEVER if none does.
    """
    unit = world.units[u]
    slot0 = theatre.pairs[theatre.queue_pair[b]].slot0
    again, blocked = NEVER, 0
    for e in range(unit.e0, unit.e1):
        slot = theatre.slots[slot0 + e - unit.e0]
        possible = next_launch(theatre, slot, s)
        if possible <= s + ROUNDING_S:
            blocked = 1
            effector, x = world.effectors[e], state.effectors[e]
            rounds = salvo_size(unit, effector, state.salvos[b], x.rounds)
            if rounds > 0 and (x.busy < effector.at_once or effector.at_once >= NO_LIMIT):
                return e, rounds, s
        else:
            again = min(again, possible)
    return -1, blocked, again
