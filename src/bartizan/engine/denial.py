"""When a threat loses satellite navigation or its link to jammers, of which those of lost units do nothing.

The moment is drawn against the hazards of all jammers together, as the survey has summed them. If some may be lost, it
is then asked whose of them it was: each in proportion to its hazard. One that is lost by then has done nothing, and the
next moment is drawn from there on. That is exact, since hazards of jammers that work add up (thinning, Lewis and
Shedler 1979), and needs no loss to be known before it happens.
"""

from __future__ import annotations

from bartizan.engine.agenda import JAM, code, push
from bartizan.engine.losses import is_lost
from bartizan.engine.tables import exponential, first_reaching, luck
from bartizan.ground import rng
from bartizan.ground.jit import apart, inner
from bartizan.physics.flyout import NEVER


@inner
def draw_denials(raid, i):  # type: ignore[no-untyped-def]
    """Put the loss of satellite navigation and of the link on the agenda, where they happen in time."""
    if raid.theatre.jam_span[i, 0] < raid.theatre.jam_span[i, 1]:
        for link in range(2):
            raid.state.threats[i].denials[link] = 0
            _draw(raid, i, link, 0.0)


@inner
def _draw(raid, i, link, used):  # type: ignore[no-untyped-def]
    """Put on the agenda when threat i next loses one or the other, of which the hazard `used` is behind it."""
    theatre, state = raid.theatre, raid.state
    low, high = theatre.jam_span[i, 0], theatre.jam_span[i, 1]
    draws = state.threats[i].denials[link]
    level = exponential(raid, rng.JAMMING, theatre.routes[i].entity, link, draws) + used
    sums = theatre.jam_hazard[link]
    row = first_reaching(sums, low, high, level)
    if row < high and row > low:
        rise = sums[row] - sums[row - 1]
        f = (level - sums[row - 1]) / rise
        s = theatre.jam_time[row - 1] + (theatre.jam_time[row] - theatre.jam_time[row - 1]) * f
        push(state, state.threats[i].appears + s, code(JAM, i, link, 0))


@inner
def is_denied(raid, i, link, t):  # type: ignore[no-untyped-def]
    """Whether threat i loses it, when a jammer would take it at t: not if that is of a lost unit; then drawn anew."""
    return raid.theatre.sizes[0].parts == 0 or _by_one_that_works(raid, i, link, t)


@apart
def _by_one_that_works(raid, i, link, t):  # type: ignore[no-untyped-def]
    theatre, x = raid.theatre, raid.state.threats[i]
    low, high = theatre.jam_span[i, 0], theatre.jam_span[i, 1]
    row = min(max(first_reaching(theatre.jam_time, low, high, t - x.appears), low + 1), high - 1)
    by = _whose(raid, i, link, row)
    if by < 0 or not is_lost(raid.state.units[by], t):
        return True
    x.denials[link] += 1
    back = _next_to_work(raid, link, t)
    if back < NEVER:
        _draw(raid, i, link, _hazard_by(theatre, low, high, link, back - x.appears))
    return False


@inner
def _denies(emitter, link):  # type: ignore[no-untyped-def]
    return emitter.link if link else emitter.satnav


@inner
def _whose(raid, i, link, row):  # type: ignore[no-untyped-def]
    """The unit whose jammer it is, of all that work on threat i up to a row; -1 where rounding finds none."""
    emitters, x = raid.world.emitters, raid.state.threats[i]
    first, whole = row * emitters.shape[0], 0.0
    for j in range(emitters.shape[0]):
        whole += raid.theatre.jam_part[first + j] * _denies(emitters[j], link)
    left = whole * luck(raid, rng.JAMMING, raid.theatre.routes[i].entity, 2 + link, x.denials[link])
    by = -1
    for j in range(emitters.shape[0]):
        part = raid.theatre.jam_part[first + j] * _denies(emitters[j], link)
        if part > 0.0 and left > 0.0:
            by = emitters[j].unit
        left -= part
    return by


@inner
def _next_to_work(raid, link, t):  # type: ignore[no-untyped-def]
    """From when on any jammer works, t or later, of those that there are."""
    back = NEVER
    for j in range(raid.world.emitters.shape[0]):
        emitter = raid.world.emitters[j]
        if _denies(emitter, link) and raid.world.units[emitter.unit].present:
            x = raid.state.units[emitter.unit]
            back = min(back, x.lost_until if is_lost(x, t) else t)
    return back


@inner
def _hazard_by(theatre, low, high, link, s):  # type: ignore[no-untyped-def]
    """The hazard up to s after the threat of rows [low, high) appears."""
    sums, times = theatre.jam_hazard[link], theatre.jam_time
    row = first_reaching(times, low, high, s)
    if row in (low, high):
        return sums[min(row, high - 1)]
    f = (s - times[row - 1]) / (times[row] - times[row - 1])
    return sums[row - 1] + (sums[row] - sums[row - 1]) * f
