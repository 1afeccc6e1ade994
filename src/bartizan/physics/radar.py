"""Detection: the chance of one look, how far a radar sees, and the confirmation of a track by m hits in n scans.

The exact probabilities of fluctuating targets are worked out in `physics.detection`, when a world is packed.
"""

from __future__ import annotations

import math

from bartizan.ground.exact import exp, exp_inlined, log, log_inlined
from bartizan.ground.jit import inner, lanes
from bartizan.physics.arrays import ALL_ROUND, NARROW, PD_CUT, PD_CUT_SINGLE
from bartizan.physics.detection import POINTS
from bartizan.physics.detection import detection_probability as detection_probability

MAX_HISTORIES = 128  # 2 ** (n - 1) for n = 8 scans
CERTAIN = 40.0  # a cumulative hazard that no draw outlives
SPENT = 4.248354255291589e-18  # exp(-CERTAIN): what is left of a chance then
UNLIMITED_M = 1e12


@inner
def snr_at(snr_constant, rcs, r):  # type: ignore[no-untyped-def]
    """Mean signal to noise of one pulse, linear: constant x rcs / r^4 (r in m)."""
    r2 = r * r
    return snr_constant * rcs / max(r2 * r2, 1e-6)


@inner
def pd_one_look(ln_false_alarm, snr):  # type: ignore[no-untyped-def]
    """Swerling 1, one look: Pd = Pfa ** (1 / (1 + snr)) at the signal to noise `snr`, linear."""
    return exp_inlined(ln_false_alarm / (1.0 + snr))


@inner
def pd_of_snr(detection, sensor, snr):  # type: ignore[no-untyped-def]
    """Chance of one look at the signal to noise `snr` of one pulse, linear: the closed form, or the sensor's table."""
    if sensor.table < 0:
        return exp(sensor.ln_false_alarm / (1.0 + snr))
    table = detection[sensor.table]
    at = (log(max(snr, 1e-300)) - table.first) * table.per
    if at <= 0.0:
        return table.pd[0]
    k = min(int(at), POINTS - 2)
    return table.pd[k] + (table.pd[k + 1] - table.pd[k]) * min(at - k, 1.0)


@inner
def range_of_snr(snr_constant, rcs, snr):  # type: ignore[no-untyped-def]
    """The range, m, at which the signal to noise is `snr`."""
    if snr <= 0.0:
        return UNLIMITED_M
    return math.sqrt(math.sqrt(snr_constant * rcs / snr))


@inner
def range_of_pd(snr_constant, ln_false_alarm, rcs, probability):  # type: ignore[no-untyped-def]
    """The range, m, at which one look of the closed form detects with `probability`."""
    return range_of_snr(snr_constant, rcs, ln_false_alarm / log(probability) - 1.0)


@inner
def range_in_air(reach, loss):  # type: ignore[no-untyped-def]
    """What is left of a range, m, where air and rain take `loss` nepers of power per m, there and back.

    The R of R^4 exp(loss R) = reach^4, by Newton's rule in ln R, from above: there it cannot overshoot.
    """
    if loss <= 0.0 or reach <= 0.0:
        return reach
    a = 0.25 * loss
    x = a * reach
    r = reach if x < math.e else log(x) / a
    for _ in range(30):
        error = log(r / reach) + a * r
        r *= exp(-error / (1.0 + a * r))
        if error < 1e-12:
            break
    return r


@inner
def reach_of_looks(sensor, rcs):  # type: ignore[no-untyped-def]
    """The range beyond which no look counts: one would detect with less than PD_CUT."""
    if sensor.table < 0:
        cut = PD_CUT if sensor.m > 1 else PD_CUT_SINGLE
        reach = range_of_pd(sensor.snr_constant, sensor.ln_false_alarm, rcs, cut)
    else:
        reach = range_of_snr(sensor.snr_constant, rcs, sensor.snr_cut)
    return min(sensor.r_max, range_in_air(reach, sensor.loss))


@inner
def reach_of_half(sensor, rcs):  # type: ignore[no-untyped-def]
    """The range at which one look in two detects, with nothing but noise and air in the way."""
    if sensor.table < 0:
        reach = range_of_pd(sensor.snr_constant, sensor.ln_false_alarm, rcs, 0.5)
    else:
        reach = range_of_snr(sensor.snr_constant, rcs, sensor.snr_half)
    return min(sensor.r_max, range_in_air(reach, sensor.loss))


@inner
def inside_sector(sensor, dx, dy):  # type: ignore[no-untyped-def]
    """Metres by which a target dx east and dy north of a sensor is inside its sector, from the nearer of its edges."""
    if sensor.sector == ALL_ROUND:
        return UNLIMITED_M
    left = dx * sensor.edge[1] - dy * sensor.edge[0]
    right = dy * sensor.edge[2] - dx * sensor.edge[3]
    return min(left, right) if sensor.sector == NARROW else max(left, right)


@inner
def aspect_factor(aspect, ahead):  # type: ignore[no-untyped-def]
    """How much larger than its cross section a threat is, linear; `ahead` is the cosine of the angle off its nose.

    Between front, side and rear it goes with the square of that cosine.
    """
    end = aspect[0] if ahead > 0.0 else aspect[2]
    return aspect[1] + (end - aspect[1]) * ahead * ahead


@inner
def _hits(history):  # type: ignore[no-untyped-def]
    count = 0
    while history:
        history &= history - 1  # without its last hit
        count += 1
    return count


@inner
def clear_history(chance, n):  # type: ignore[no-untyped-def]
    """Start the confirmation chain of an m-of-n rule: no hits so far."""
    for h in range(1 << (n - 1)):
        chance[h] = 0.0
    chance[0] = 1.0


@inner
def two_of_three(neither, last, before, pd):  # type: ignore[no-untyped-def]
    """One look of the usual rule: the chances of no hit in the last two looks, of one in the last and of one in the
    look before, and what of them stays unconfirmed. They are not scaled: the next look does not wait for a division."""
    total = neither + last + before
    missed, hit = neither * (1.0 - pd), neither * pd
    hit_before, hit_long_ago = last * (1.0 - pd), before * (1.0 - pd)
    share = (missed + hit + hit_before + hit_long_ago) / total if total > 0.0 else 0.0
    return missed + hit_long_ago, hit, hit_before, share


@inner
def unconfirmed(chance, scratch, m, n, pd):  # type: ignore[no-untyped-def]
    """One look of the chain. `chance[h]` goes with the probability of hit history h (last n - 1 looks) and no track.

    Returns P(not confirmed now | not before): the sliding m-of-n rule is exact, and one draw against the running
    product gives the look at which the track is confirmed. The chances are not scaled: a series ends at SPENT.
    """
    if m == 2 and n == 3:  # without loops, which take twice as long
        chance[0], chance[1], chance[2], share = two_of_three(chance[0], chance[1], chance[2], pd)
        return share
    states = 1 << (n - 1)
    before = 0.0
    for h in range(states):
        before += chance[h]
        scratch[h] = 0.0
    if before <= 0.0:
        return 0.0
    after = 0.0
    for h in range(states):
        if chance[h] > 0.0:
            miss = chance[h] * (1.0 - pd)
            scratch[(h << 1) & (states - 1)] += miss
            after += miss
            if _hits(h) + 1 < m:
                hit = chance[h] * pd
                scratch[((h << 1) | 1) & (states - 1)] += hit
                after += hit
    for h in range(states):
        chance[h] = scratch[h]
    return after / before


@lanes
def hazard_of(share):  # type: ignore[no-untyped-def]
    """-ln of a share that a look leaves unconfirmed; of what leaves nothing, CERTAIN."""
    return -log_inlined(share) if share > SPENT else CERTAIN
