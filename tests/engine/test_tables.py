"""Reading the tables: bisection against NumPy, delays against interpolation, windows against a plain search."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bartizan.engine.layout import SLOT
from bartizan.engine.tables import first_reaching, flight_delay, next_launch
from bartizan.ground.jit import kernel
from bartizan.physics.arrays import records
from bartizan.physics.flyout import NEVER


class Tables(NamedTuple):
    delay: np.ndarray
    window: np.ndarray


@kernel
def read_all(tables, slot, sums, low, high, at, out):  # type: ignore[no-untyped-def]
    for k in range(at.shape[0]):
        out[k, 0] = first_reaching(sums, low, high, at[k])
        out[k, 1] = next_launch(tables, slot[0], at[k])
        out[k, 2] = flight_delay(tables, slot[0], at[k])


LUCK = np.random.default_rng(1)
SUMS = np.cumsum(LUCK.integers(0, 3, 200) / 2.0)  # with flat stretches
WINDOWS = np.array([[-5.0, -1.0], [2.0, 7.5], [9.0, 9.0], [12.0, 30.0], [99.0, 100.0]])
DELAYS = LUCK.uniform(1, 20, 40)
AT = np.sort(np.concatenate([LUCK.uniform(-3, 40, 500), WINDOWS.ravel(), SUMS[:50]]))


def read() -> np.ndarray:
    slot = records(1, SLOT)
    slot.first, slot.per_cell, slot.d0, slot.cells, slot.w0, slot.w1 = 2.0, 1.25, 5, 30, 1, 4
    out = np.zeros((len(AT), 3))
    read_all(Tables(DELAYS, WINDOWS), slot, SUMS, 20, 150, AT, out)
    return out


def test_first_row_that_reaches_a_level() -> None:
    assert np.array_equal(read()[:, 0], 20 + np.searchsorted(SUMS[20:150], AT, side="left"))


def test_next_launch_is_now_in_a_window_and_its_start_before_it() -> None:
    def plainly(s: float) -> float:
        return min((max(s, a) for a, b in WINDOWS[1:4] if s <= b), default=NEVER)

    assert read()[:, 1].tolist() == [plainly(s) for s in AT]


def test_delays_are_interpolated_and_held_after_the_last() -> None:
    cell = (AT - 2.0) * 1.25
    inside = cell >= 0  # nothing is launched before its first window
    expected = np.interp(cell, np.arange(30), DELAYS[5:35])
    assert np.allclose(read()[inside, 2], expected[inside], rtol=1e-12)
