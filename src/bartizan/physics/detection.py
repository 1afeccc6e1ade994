"""Exact detection probabilities of a square-law radar detector, what signal they need, and tables of them for kernels.

The sum of n pulses is a Poisson mixture of gammas; fluctuation makes the Poisson's mean gamma distributed with shape
1, n, 2, 2n for Swerling's cases 1 to 4 (Marcum 1960; Swerling 1960; DiFranco and Rubin 1968).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from bartizan.ground import each
from bartizan.physics.arrays import Field, record

#: of a table, evenly spaced in the logarithm of the signal to noise; linear between them, off by less than 1e-4
POINTS = 1024
DETECTION = record(
    "DETECTION",
    Field("first", np.float64, "", "logarithm of the signal to noise of its first row"),
    Field("per", np.float64, "", "rows in a unit of that logarithm"),
    Field("pd", np.float64, "", "detection probabilities", POINTS),
)
#: a table ends where all but so many are detected
_MISSED_AT_END = 2e-5
#: it begins where the chance is this, or this much above a false alarm
_LEAST, _ABOVE_FALSE_ALARM = 1e-6, 1.001
#: a signal to noise that no radar has
_HUGE = 1e12


def detection_probability(snr: float, false_alarm: float, pulses: int = 1, swerling: int = 1) -> float:
    """Exact detection probability of a square-law detector that sums `pulses` without phase.

    `snr` is the mean signal to noise of one pulse (linear, after the matched filter), `false_alarm` the probability of
    a false alarm for the sum, `swerling` the fluctuation case 0 to 4. Relative error below 1e-10.
    """
    return float(detection_probabilities(np.array([snr], dtype=float), false_alarm, pulses, swerling)[0])


def detection_probabilities(snr: np.ndarray, false_alarm: float, pulses: int = 1, swerling: int = 1) -> np.ndarray:
    """`detection_probability` for many signals at once, same shape as `snr` (N,)."""
    from scipy import special

    if not (np.all(snr >= 0) and 0 < false_alarm < 1 and pulses >= 1 and swerling in (0, 1, 2, 3, 4)):
        raise ValueError("needs snr >= 0, 0 < false_alarm < 1, pulses >= 1, swerling 0 to 4")
    threshold = float(special.gammainccinv(pulses, false_alarm))
    # Beyond the last term everything is detected to within 1e-17: what is left of the weights counts in full.
    last = int(max(threshold - pulses, 0.0) + 9.0 * math.sqrt(threshold) + 40.0)
    k = np.arange(last + 1)
    weights, rest = _mixture(np.maximum(pulses * snr, 1e-300)[:, None], k, pulses, swerling)
    return np.minimum((weights * special.gammaincc(pulses + k, threshold)).sum(axis=1) + rest[:, 0], 1.0)


def _mixture(total: np.ndarray, k: np.ndarray, pulses: int, swerling: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the terms k (N, K) at the mean total signals (N, 1), and the weight of all later terms (N, 1)."""
    from scipy import special

    if swerling == 0:
        weights = each.exp(k * each.log(total) - total - special.gammaln(k + 1.0))
        return weights, special.gammainc(k[-1] + 1.0, total)
    shape = {1: 1, 2: pulses, 3: 2, 4: 2 * pulses}[swerling]
    choose = special.gammaln(shape + k) - special.gammaln(shape) - special.gammaln(k + 1.0)
    weights = each.exp(choose - shape * each.log1p(total / shape) - k * each.log1p(shape / total))
    return weights, special.betainc(k[-1] + 1.0, shape, total / (shape + total))


@lru_cache(maxsize=1024)
def required_snr(probability: float, false_alarm: float, pulses: int = 1, swerling: int = 1) -> float:
    """The mean signal to noise of one pulse, linear, at which a target is detected with `probability`.

    0 where a false alarm alone is as likely. Relative error below 1e-11 where the closed form does not serve.
    """
    if probability <= false_alarm:
        return 0.0
    if is_closed_form(pulses, swerling):
        return max(each.log(false_alarm) / each.log(probability) - 1.0, 0.0)
    from scipy import optimize

    short = lambda x: detection_probability(each.exp(x), false_alarm, pulses, swerling) - probability  # noqa: E731
    low, high = each.log(1e-9), each.log(_HUGE)
    if short(high) < 0:
        return _HUGE
    return each.exp(optimize.brentq(short, low, high, xtol=1e-12)) if short(low) < 0 else 0.0


def is_closed_form(pulses: int, swerling: int) -> bool:
    """Whether Pd = Pfa ** (1 / (1 + snr)) holds: one pulse of cases 1 and 2, which do not differ then."""
    return pulses == 1 and swerling in (1, 2)


@lru_cache(maxsize=256)
def detection_table(false_alarm: float, pulses: int, swerling: int) -> np.ndarray:
    """One DETECTION record: the exact probability over the logarithm of the signal to noise of one pulse."""
    least = max(_LEAST, min(_ABOVE_FALSE_ALARM * false_alarm, 0.5 * (1 + false_alarm)))
    first = each.log(max(required_snr(least, false_alarm, pulses, swerling), 1e-9))
    last = each.log(required_snr(max(1 - _MISSED_AT_END, least), false_alarm, pulses, swerling))
    at = np.linspace(first, max(last, first + 1.0), POINTS)
    table = np.zeros((), DETECTION)
    table["first"], table["per"] = at[0], 1.0 / (at[1] - at[0])
    table["pd"] = detection_probabilities(each.exp(at), false_alarm, pulses, swerling)
    return table


# ------------------------------------------------------------------------------------------ approximations


def albersheim_snr_db(probability: float, false_alarm: float, pulses: int = 1) -> float:
    """Signal to noise of one pulse, dB, for a steady target and a linear detector (Albersheim 1981).

    From the exact signal, whose detector is square-law, it is up to 0.32 dB off for probabilities from 0.3 to 0.99,
    0.5 dB at 0.2 and 1.8 dB at 0.1 (false alarms of 1e-7 to 1e-4, 1 to 50 pulses).
    """
    a = each.log(0.62 / false_alarm)
    b = each.log(probability / (1 - probability))
    return -5 * each.log10(pulses) + (6.2 + 4.54 / math.sqrt(pulses + 0.44)) * each.log10(a + 0.12 * a * b + 1.7 * b)


def shnidman_snr_db(probability: float, false_alarm: float, pulses: int = 1, swerling: int = 1) -> float:
    """Signal to noise of one pulse, dB, for Swerling's cases 0 to 4 and a square-law detector (Shnidman 2002).

    It is up to 0.56 dB off the exact signal for probabilities from 0.2 to 0.9 and 0.87 dB from 0.1 to 0.99 (false
    alarms of 1e-9 to 1e-4, 1 to 100 pulses).
    """
    shape = {0: math.inf, 1: 1.0, 2: float(pulses), 3: 2.0, 4: 2.0 * pulses}[swerling]
    alpha = 0.0 if pulses < 40 else 0.25
    side = math.copysign(math.sqrt(-0.8 * each.log(4 * probability * (1 - probability))), probability - 0.5)
    eta = math.sqrt(-0.8 * each.log(4 * false_alarm * (1 - false_alarm))) + side
    steady = eta * (eta + 2 * math.sqrt(pulses / 2 + (alpha - 0.25))) / pulses
    c1 = (((17.7006 * probability - 18.4496) * probability + 14.5339) * probability - 3.525) / shape
    more = each.exp(27.31 * probability - 25.14) + (probability - 0.8) * (
        0.7 * each.log(1e-5 / false_alarm) + (2 * pulses - 20) / 80
    )
    c2 = c1 if probability <= 0.872 else c1 + more / shape
    return (0.0 if math.isinf(shape) else c2) + 10 * each.log10(steady)
