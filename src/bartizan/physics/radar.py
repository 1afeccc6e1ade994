"""Detection: exact probabilities for fluctuating targets, and the confirmation of a track by m hits in n scans."""

from __future__ import annotations

import math

import numpy as np

from bartizan.ground.jit import inner

MAX_HISTORIES = 128  # 2 ** (n - 1) for n = 8 scans
CERTAIN = 40.0  # a cumulative hazard that no draw outlives (exp(-40) = 4e-18)


def detection_probability(snr: float, false_alarm: float, pulses: int = 1, swerling: int = 1) -> float:
    """Exact detection probability of a square-law detector that sums `pulses` without phase.

    `snr` is the mean signal to noise of one pulse (linear, after the matched filter), `false_alarm` the probability of
    a false alarm for the sum, `swerling` the fluctuation case 0 to 4. The summed power is a Poisson mixture of gammas;
    fluctuation makes the Poisson's mean gamma distributed with shape K = 1, n, 2, 2n for cases 1 to 4 (Marcum 1960;
    Swerling 1960; DiFranco and Rubin 1968). Relative error below 1e-10.
    """
    from scipy import special, stats

    if not (snr >= 0 and 0 < false_alarm < 1 and pulses >= 1 and swerling in (0, 1, 2, 3, 4)):
        raise ValueError("needs snr >= 0, 0 < false_alarm < 1, pulses >= 1, swerling 0 to 4")
    threshold = special.gammainccinv(pulses, false_alarm)
    total = pulses * snr
    if total == 0:
        return false_alarm
    if swerling == 0:
        weights = stats.poisson(total)
    else:
        shape = {1: 1, 2: pulses, 3: 2, 4: 2 * pulses}[swerling]
        weights = stats.nbinom(shape, shape / (shape + total))
    last = int(weights.ppf(1 - 1e-13)) + 1
    k = np.arange(last + 1)
    # What lies beyond the last term is detected almost surely: its weight counts in full.
    return float(np.sum(weights.pmf(k) * special.gammaincc(pulses + k, threshold)) + weights.sf(last))


@inner
def pd_one_look(snr_constant, ln_false_alarm, rcs, r):  # type: ignore[no-untyped-def]
    """Swerling 1, one look: Pd = Pfa ** (1 / (1 + snr)), snr = constant x rcs / r^4 (r in m)."""
    r2 = r * r
    return math.exp(ln_false_alarm / (1.0 + snr_constant * rcs / max(r2 * r2, 1e-6)))


@inner
def range_of_pd(snr_constant, ln_false_alarm, rcs, probability):  # type: ignore[no-untyped-def]
    """The range, m, at which one look detects with `probability`."""
    snr = ln_false_alarm / math.log(probability) - 1.0
    if snr <= 0.0:
        return 1e12
    return math.sqrt(math.sqrt(snr_constant * rcs / snr))


@inner
def _hits(history):  # type: ignore[no-untyped-def]
    count = 0
    while history:
        count += history & 1
        history >>= 1
    return count


@inner
def clear_history(chance, n):  # type: ignore[no-untyped-def]
    """Start the confirmation chain of an m-of-n rule: no hits so far."""
    for h in range(1 << (n - 1)):
        chance[h] = 0.0
    chance[0] = 1.0


@inner
def confirm(chance, scratch, m, n, pd):  # type: ignore[no-untyped-def]
    """One look of the chain. `chance[h]` is the probability of hit history h (last n - 1 looks) and no track yet.

    Returns the hazard of this look, -ln P(not confirmed now | not before): the sliding m-of-n rule is exact, and one
    exponential draw against the running sum of hazards gives the look at which the track is confirmed.
    """
    states = 1 << (n - 1)
    before = 0.0
    for h in range(states):
        before += chance[h]
        scratch[h] = 0.0
    if before <= 0.0:
        return CERTAIN
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
    scale = 1.0 / after if after > 1e-300 else 0.0
    for h in range(states):
        chance[h] = scratch[h] * scale
    share = after / before
    return -math.log(share) if share > 4.3e-18 else CERTAIN
