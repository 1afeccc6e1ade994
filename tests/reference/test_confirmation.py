"""Track confirmation by m hits in n looks: the engine's chain against every history of hits."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles import closed_forms

from bartizan.ground.jit import kernel
from bartizan.physics.radar import MAX_HISTORIES, clear_history, hazard_of, unconfirmed

chances = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0.0, 1.0))


@kernel
def hazards(pd, m, n, chance, spare, out):  # type: ignore[no-untyped-def]
    """out[k] = hazard of confirmation at look k."""
    clear_history(chance, n)
    for k in range(pd.shape[0]):
        out[k] = hazard_of(unconfirmed(chance, spare, m, n, pd[k]))


def chain(pd: list[float], m: int, n: int) -> np.ndarray:
    """P(confirmed by look k), from the engine's hazards."""
    out = np.zeros(len(pd))
    hazards(np.array(pd), m, n, np.zeros(MAX_HISTORIES), np.zeros(MAX_HISTORIES), out)
    return -np.expm1(-np.cumsum(out))


@settings(max_examples=40, derandomize=True)
@given(st.data(), st.integers(1, 8))
def test_every_history(data: st.DataObject, n: int) -> None:
    m = data.draw(st.integers(1, n))
    pd = data.draw(st.lists(chances, min_size=1, max_size=8))
    np.testing.assert_allclose(chain(pd, m, n), np.cumsum(closed_forms.confirmation(pd, m, n)), atol=1e-12)


@settings(max_examples=25, derandomize=True)
@given(st.data(), st.integers(1, 8))
def test_long_sequences(data: st.DataObject, n: int) -> None:
    """Many looks, where histories cannot be listed: the chain over the last n - 1 results."""
    m = data.draw(st.integers(1, n))
    pd = data.draw(st.lists(chances, min_size=40, max_size=120))
    np.testing.assert_allclose(chain(pd, m, n), np.cumsum(closed_forms.confirmation_chain(pd, m, n)), atol=1e-10)


def test_two_of_three_by_hand() -> None:
    """Hits at looks 1 and 3 confirm, hits at 1 and 4 do not."""
    np.testing.assert_allclose(chain([1.0, 0.0, 1.0, 0.0], 2, 3), [0, 0, 1, 1], atol=1e-15)
    np.testing.assert_allclose(chain([1.0, 0.0, 0.0, 1.0], 2, 3), [0, 0, 0, 0], atol=1e-15)
