"""Fits of beta-binomial records: closed forms, the law as SciPy has it, and simulation-based calibration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from bartizan.studies.calibrate import betabinomial
from bartizan.studies.estimate import jeffreys

RNG_SEED = 11


def records(*pairs: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Stopped and sent."""
    stopped, sent = np.array(pairs, float).T
    return stopped, sent


def drawn(generator: np.random.Generator, mu: float, rho: float, sent: np.ndarray) -> np.ndarray:
    concentration = (1 - rho) / rho
    return generator.binomial(sent, generator.beta(mu * concentration, (1 - mu) * concentration, len(sent))).astype(
        float
    )


def rank(found: betabinomial.Marginal, truth: float) -> float:
    """The posterior mass below the truth."""
    return float(found.mass[special.expit(found.logits) <= truth].sum())


@pytest.mark.parametrize(("mu", "rho"), [(0.1, 0.5), (0.9, 0.02), (0.5, 0.97)])
def test_the_likelihood_is_that_of_the_beta_binomial(mu: float, rho: float) -> None:
    stopped, sent = records((0, 1), (3, 3), (2, 9), (2, 9), (17, 40))
    concentration = (1 - rho) / rho
    law = stats.betabinom.logpmf(stopped, sent, mu * concentration, (1 - mu) * concentration)
    found = betabinomial.log_likelihood(stopped, sent, special.logit(mu), special.logit(rho))
    assert found == pytest.approx(law.sum(), rel=1e-9)


@pytest.mark.parametrize(("stopped", "sent"), [(0, 7), (3, 10), (19, 20)])
def test_records_of_one_threat_each_give_the_interval_of_jeffreys(stopped: int, sent: int) -> None:
    """One threat shares its luck with none, so that the posterior of the mean is Beta(k + 1/2, n - k + 1/2)."""
    fit = betabinomial.fit(*records(*[(1, 1)] * stopped, *[(0, 1)] * (sent - stopped)))
    assert not fit.knows_correlation
    assert fit.share.interval == pytest.approx(jeffreys(stopped, sent), abs=2e-4)
    assert fit.share.mean == pytest.approx((stopped + 0.5) / (sent + 1), abs=1e-4)
    assert fit.correlation.mean == pytest.approx(0.5, abs=1e-3)  # of the prior, as nothing was learnt


def test_the_evidence_of_one_threat_is_a_half() -> None:
    """The prior is the same for stopped and through; of k of n such records it is a beta function."""
    assert np.exp(betabinomial.fit(*records((1, 1))).log_evidence) == pytest.approx(0.5, abs=1e-4)
    fit = betabinomial.fit(*records((1, 1), (1, 1), (0, 1)))
    assert fit.log_evidence == pytest.approx(special.betaln(2.5, 1.5) - special.betaln(0.5, 0.5), abs=1e-4)


def test_moments_are_those_of_the_law() -> None:
    """Of many records of the same size: the mean share, and a variance of mu (1 - mu) (1 + (n - 1) rho) / n."""
    generator, mu, rho, n = np.random.default_rng(RNG_SEED), 0.8, 0.2, 12
    sent = np.full(4000, n)
    stopped = drawn(generator, mu, rho, sent)
    fit = betabinomial.fit(stopped, sent.astype(float))
    of_shares = (stopped / n).var()
    assert fit.most_likely[0] == pytest.approx((stopped / n).mean(), abs=3e-3)
    by_moments = (of_shares * n / (fit.most_likely[0] * (1 - fit.most_likely[0])) - 1) / (n - 1)
    assert fit.most_likely[1] == pytest.approx(by_moments, abs=0.01)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 1)), min_size=1, max_size=12))
def test_what_was_stopped_and_what_was_not_are_mirrored(pairs: list[tuple[int, float]]) -> None:
    sent = np.array([n for n, _ in pairs], float)
    stopped = np.floor(sent * [share for _, share in pairs])
    fit, mirrored = betabinomial.fit(stopped, sent), betabinomial.fit(sent - stopped, sent)
    low, high = fit.share.interval
    assert mirrored.share.interval == pytest.approx((1 - high, 1 - low), abs=1e-3)
    assert fit.correlation.interval == pytest.approx(mirrored.correlation.interval, abs=1e-3)
    assert fit.mass.sum() == pytest.approx(1)


def test_twice_as_many_nodes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    data = records((0, 4), (3, 3), (2, 9), (11, 12), (38, 40))
    before = betabinomial.fit(*data)
    monkeypatch.setattr(betabinomial, "NODES", tuple(2 * n - 1 for n in betabinomial.NODES))
    after = betabinomial.fit(*data)
    for name in ("share", "correlation"):
        assert getattr(before, name).interval == pytest.approx(getattr(after, name).interval, abs=1e-3)


def test_ranks_of_the_truth_are_even() -> None:
    """Simulation-based calibration: truths drawn from the prior lie at every rank of their posteriors alike."""
    generator = np.random.default_rng(RNG_SEED)
    ranks = []
    for _ in range(150):
        mu, rho = generator.beta(0.5, 0.5), generator.uniform()
        sent = generator.integers(1, 25, 15)
        fit = betabinomial.fit(drawn(generator, np.clip(mu, 1e-9, 1 - 1e-9), rho, sent), sent.astype(float))
        ranks.append([rank(fit.share, mu), rank(fit.correlation, rho)])
    for of_one in np.transpose(ranks):
        assert stats.kstest(of_one, "uniform").pvalue > 0.01


@pytest.mark.parametrize("rho", [0.0, 0.3])
def test_chances_sum_to_one_and_have_the_mean(rho: float) -> None:
    found = betabinomial.chances(9, 0.7, rho)
    assert found.sum() == pytest.approx(1)
    assert found @ np.arange(10) == pytest.approx(6.3)
