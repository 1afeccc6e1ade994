"""Fits of beta-binomial records: closed forms, the law as SciPy has it, and simulation-based calibration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import special, stats
from scipy.interpolate import CubicSpline

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
    return float(np.interp(special.logit(truth), found.logits, found.below))


@pytest.mark.parametrize(("mu", "rho"), [(0.1, 0.5), (0.9, 0.02), (0.5, 0.97)])
def test_the_likelihood_is_that_of_the_beta_binomial(mu: float, rho: float) -> None:
    stopped, sent = records((0, 1), (3, 3), (2, 9), (2, 9), (17, 40))
    concentration = (1 - rho) / rho
    law = stats.betabinom.logpmf(stopped, sent, mu * concentration, (1 - mu) * concentration)
    found = betabinomial.log_likelihood(stopped, sent, special.logit(mu), special.logit(rho))
    assert found == pytest.approx(law.sum(), rel=1e-9)


@pytest.mark.parametrize("rho", [1e-15, 1e-9, 1e-4, 0.2])
@pytest.mark.parametrize(("stopped", "sent"), [(3, 3), (867, 1000), (0, 2000), (1, 2000)])
def test_the_likelihood_is_that_of_exact_fractions(stopped: int, sent: int, rho: float) -> None:
    """The product of what each further threat adds, in whole numbers: with what cancels, at any correlation."""
    v = special.logit(rho)
    r, mu = Fraction(float(np.exp(v))), Fraction(0.867)
    exact: Fraction = Fraction(math.comb(sent, stopped)) * math.prod(mu + k * r for k in range(stopped))
    exact *= math.prod(1 - mu + k * r for k in range(sent - stopped)) / math.prod(1 + k * r for k in range(sent))
    told = math.log(exact.numerator) - math.log(exact.denominator)
    found = betabinomial.log_likelihood(*records((stopped, sent)), special.logit(0.867), v)
    assert found == pytest.approx(told, abs=1e-8)


@pytest.mark.parametrize("rho", [1e-18, 1e-12, 1e-6, 1e-2])
def test_a_million_threats_cancel_nothing_at_any_correlation(rho: float) -> None:
    """What luck in common adds to a binomial law, as a sum over threats of how much likelier each becomes."""
    stopped, sent, mu = 850_000, 1_000_000, 0.85
    u, v = special.logit(mu), special.logit(rho)
    odds = np.exp(v)
    terms = [np.log1p(np.arange(n) * odds / of) for n, of in ((stopped, mu), (sent - stopped, 1 - mu), (sent, 1.0))]
    shared = math.fsum([*terms[0], *terms[1], *-terms[2]])
    found = betabinomial.log_likelihood(*records((stopped, sent)), u, v) - stats.binom.logpmf(stopped, sent, mu)
    assert found == pytest.approx(shared, abs=1e-7)


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


# ------------------------------------------------------------------------------------------------ the posterior itself


@dataclass(frozen=True)
class Dense:
    """The posterior on a dense grid: over mu by the rule of Chebyshev and Gauss, which is exact for as many as twice
    its nodes under Jeffreys' prior, as given rho the likelihood is a polynomial in mu; over logit rho by steps."""

    mu: np.ndarray
    rho: np.ndarray
    mass: np.ndarray
    log_evidence: float

    @classmethod
    def of(cls, stopped: np.ndarray, sent: np.ndarray, nodes: int, v: np.ndarray) -> Dense:
        mu = np.sin((np.arange(nodes) + 0.5) / nodes * np.pi / 2) ** 2
        log_mass = betabinomial.log_likelihood(stopped, sent, special.logit(mu)[:, None], v)
        log_mass += special.log_expit(v) + special.log_expit(-v) + np.log((v[1] - v[0]) / nodes)
        total = float(special.logsumexp(log_mass))
        return cls(mu, special.expit(v), np.exp(log_mass - total), total)

    def below(self, share: float) -> float:
        angles = np.arcsin(np.sqrt(self.mu))
        return self._between(0.0, float(np.arcsin(np.sqrt(share))), angles, self.mass.sum(axis=1))

    def correlation_below(self, rho: float) -> float:
        v = special.logit(self.rho)
        return self._between(v[0], float(special.logit(rho)), v, self.mass.sum(axis=0))

    @staticmethod
    def _between(low: float, high: float, nodes: np.ndarray, mass: np.ndarray) -> float:
        return float(CubicSpline(nodes, mass / (nodes[1] - nodes[0])).integrate(low, high))


def is_the_posterior(fit: betabinomial.Fit, dense: Dense) -> None:
    assert fit.log_evidence == pytest.approx(dense.log_evidence, abs=1e-4)
    for below, marginal in ((dense.below, fit.share), (dense.correlation_below, fit.correlation)):
        low, high = marginal.interval
        found = [below(at) for at in (low, marginal.median, high)]
        assert found == pytest.approx([0.025, 0.5, 0.975], abs=1e-3)
    assert fit.share.mean == pytest.approx(dense.mu @ dense.mass.sum(axis=1), abs=1e-4)
    assert fit.correlation.mean == pytest.approx(dense.rho @ dense.mass.sum(axis=0), abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([1, 2, 3, 9, 40, 400]), st.floats(0, 1)), min_size=1, max_size=8))
@example([(1, 1.0)])
@example([(40, 1.0)] * 8)
@example([(400, 0.0), (400, 1.0)])
@example([(400, 0.7)])
def test_the_fit_is_the_posterior(pairs: list[tuple[int, float]]) -> None:
    sent = np.array([n for n, _ in pairs], float)
    stopped = np.floor(sent * [share for _, share in pairs])
    is_the_posterior(betabinomial.fit(stopped, sent), Dense.of(stopped, sent, 2001, np.arange(-32, 22, 0.1)))


@pytest.mark.parametrize(
    ("count", "sent", "mu", "rho"),
    [(300, 2000, 0.85, 0), (1000, 60, 0.85, 0.005), (1000, 60, 0.867, 0.02), (10, 1000, 0.867, 0), (300, 200, 0.99, 0)],
)
def test_the_fit_of_many_records_is_the_posterior(count: int, sent: int, mu: float, rho: float) -> None:
    generator, of_each = np.random.default_rng(RNG_SEED), np.full(count, sent)
    stopped = drawn(generator, mu, rho, of_each) if rho else generator.binomial(of_each, mu).astype(float)
    v = np.arange(-8, -2, 0.02) if rho else np.arange(-32, 0, 0.1)
    of_each = of_each.astype(float)
    is_the_posterior(betabinomial.fit(stopped, of_each), Dense.of(stopped, of_each, 4001, v))


def test_many_threats_that_share_no_luck_leave_what_a_binomial_law_leaves() -> None:
    """A mean of 0.85 of 300 records of 2,000 is known to +-0.0009."""
    sent = np.full(300, 2000.0)
    stopped = np.random.default_rng(RNG_SEED).binomial(2000, 0.85, 300).astype(float)
    low, high = betabinomial.fit(stopped, sent).share.interval
    assert (high - low) / 2 == pytest.approx(1.96 * np.sqrt(0.85 * 0.15 / 600_000), rel=0.05)


def test_two_years_alike_do_not_differ() -> None:
    """Twice 300 records of one chance: a mean and a correlation more explain nothing more."""
    generator = np.random.default_rng(RNG_SEED)
    sent = generator.integers(80, 400, (2, 300)).astype(float)
    stopped = generator.binomial(sent.astype(int), 0.867).astype(float)
    parts = sum(betabinomial.fit(*year).log_evidence for year in zip(stopped, sent, strict=True))
    assert parts - betabinomial.fit(stopped.ravel(), sent.ravel()).log_evidence < -5


def test_two_peaks_are_both_seen() -> None:
    """Large records that are alike tell of no correlation, pairs that are all or none of a large one."""
    stopped, sent = (np.repeat(counts, [3, 10, 10]) for counts in ([500_000.0, 2, 0], [1_000_000.0, 2, 2]))
    fit = betabinomial.fit(stopped, sent)
    dense = Dense.of(stopped, sent, 20_001, np.arange(-40, 22, 0.1))
    over = dense.mass.sum(axis=0)
    assert min(over[dense.rho < 1e-3].sum(), over[dense.rho > 1e-3].sum()) > 0.01
    is_the_posterior(fit, dense)


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
