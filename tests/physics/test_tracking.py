"""Track quality: the settled filter against Riccati's equation; how much of a cue's error a search covers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.oracles.direct_engine import settled

from bartizan.ground.jit import kernel
from bartizan.physics import tracking

NAMES = ("angle", "range", "index", "alpha", "beta", "cue", "positions")
periods, manoeuvres, noises = st.floats(0.5, 20), st.floats(0.1, 60), st.floats(5, 2_000)


@kernel
def fill(beam, pulse, snr, period, manoeuvre, noise, age, r, out):  # type: ignore[no-untyped-def]
    out[0], out[1] = tracking.angle_error(beam, snr), tracking.range_error(pulse, snr)
    out[2] = tracking.tracking_index(period, manoeuvre, noise)
    out[3], out[4] = tracking.gains(out[2])
    out[5] = tracking.cue_error(noise, period, manoeuvre, age)
    out[6] = tracking.beam_positions(noise, r, beam)


def quality(
    *, beam=0.02, pulse=1e-6, snr=20.0, period=2.0, manoeuvre=3.0, noise=50.0, age=0.0, r=10_000.0
) -> dict[str, float]:
    """All that `physics.tracking` says."""
    out = np.zeros(len(NAMES))
    fill(beam, pulse, snr, period, manoeuvre, noise, age, r, out)
    return dict(zip(NAMES, out, strict=True))


@given(periods, manoeuvres, noises)
def test_gains_are_those_of_the_best_filter_and_of_a_stable_one(period: float, manoeuvre: float, noise: float) -> None:
    """Kalata's relation of the two, the index from them, and the triangle in which an alpha-beta filter is stable."""
    found = quality(period=period, manoeuvre=manoeuvre, noise=noise)
    alpha, beta = found["alpha"], found["beta"]
    assert 0 < alpha < 1
    assert 0 < beta < 4 - 2 * alpha
    assert beta == pytest.approx(2 * (2 - alpha) - 4 * np.sqrt(1 - alpha), abs=1e-9)
    # The index is beta / sqrt(1 - alpha), of which 1 - alpha loses digits where alpha is close to 1.
    assert (beta / found["index"]) ** 2 == pytest.approx(1 - alpha, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("age", [0.0, 3.0, 25.0])
@pytest.mark.parametrize(("period", "manoeuvre", "noise"), [(2, 3, 50), (10, 1, 400), (0.5, 30, 10)])
def test_a_cue_errs_as_riccati_has_it(period: float, manoeuvre: float, noise: float, age: float) -> None:
    mine = settled(float(noise), float(period), float(manoeuvre), age)
    assert quality(period=period, manoeuvre=manoeuvre, noise=noise, age=age)["cue"] == pytest.approx(mine, rel=1e-5)


@given(st.floats(0, 60), st.floats(0, 60))
def test_an_older_cue_errs_more(a: float, b: float) -> None:
    first, second = (quality(age=age)["cue"] for age in sorted((a, b)))
    assert first <= second


def test_more_looks_further_away_and_worse_ones_make_a_track_better_and_worse() -> None:
    assert quality(period=1)["cue"] < quality(period=4)["cue"]
    assert quality(noise=20)["cue"] < quality(noise=80)["cue"]
    assert quality(snr=80)["angle"] == pytest.approx(quality(snr=20)["angle"] / 2)
    assert quality(manoeuvre=1e-12)["cue"] < 0.1  # what flies as foreseen is known ever better


def test_a_search_covers_two_sigmas() -> None:
    """The area of all beam positions holds 86 % of a plane normal cloud; one position is the least."""
    error, r, beam = 300.0, 20_000.0, 0.01
    found = quality(noise=error, r=r, beam=beam)["positions"]
    radius = np.sqrt(found) * r * beam / 2
    cloud = np.random.default_rng(1).normal(0, error, (100_000, 2))
    assert (np.hypot(*cloud.T) < radius).mean() == pytest.approx(1 - np.exp(-2), abs=0.005)
    assert quality(noise=10, r=r, beam=beam)["positions"] == 1
