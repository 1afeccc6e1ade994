"""Indices in kernels are taken as they are: that none of ours counts from the end, or lies outside its array."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FROM_THE_END = """
import numpy as np
from bartizan.ground.jit import kernel
@kernel
def last(values, k):
    return values[k]
print(last(np.arange(3.0), {index}))
"""

# A raid of each kind of scenario and its map: compiled once, played in a moment.
EVERYWHERE = """
import bartizan
for name in ("reference-24v4", "airport", "public-event", "mountain-valley", "power-station:two-waves"):
    scenario = bartizan.load(name)
    bartizan.run(scenario, worlds=4, raids=4, threads=1)
    print(len(bartizan.journal(scenario)) > 0)
"""


def checked(program: str) -> subprocess.CompletedProcess[str]:
    """A program that looks whether each index lies inside its array."""
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1"}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_outside_its_array_is_found(index: int) -> None:
    assert "IndexError" in checked(FROM_THE_END.format(index=index)).stderr
    assert checked(FROM_THE_END.format(index=2)).stdout == "2.0\n"


def test_no_index_of_ours_is_outside_its_array() -> None:
    done = checked(EVERYWHERE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True"] * 5
