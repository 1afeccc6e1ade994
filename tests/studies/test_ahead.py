"""What another process compiles beside the first run is what that run asks for."""

from __future__ import annotations

import numba
import pytest

from bartizan.engine import covering, falling, play
from bartizan.studies import ahead, coverage
from bartizan.studies.replicate import design, parts
from bartizan.world.scenario import load

KERNELS = (
    play.play, falling.count_fallen, covering.fill_ground, covering.fill_ranges, covering.add_rows, covering.fly_in,
)  # fmt: skip


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
def test_kernels_are_compiled_ahead_for_the_types_that_studies_have(tmp_path):
    small, other = load("power-station"), load("moscow-2023")
    ahead.compile_loop(small)
    ahead.compile_map(small)
    known = [kernel.signatures for kernel in KERNELS]
    assert all(known)
    case = other.cases[0]
    list(parts(other, [(case, design(case, 1, 1, 0))], threads=1, keep=frozenset({"falls"})))
    coverage.write_coverage(small, 0, tmp_path / "coverage.npz")
    assert [kernel.signatures for kernel in KERNELS] == known
