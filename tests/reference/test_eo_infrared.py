"""Sights: contrast through haze, and the chance of a task by cycles on the target."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.reference.agreement import only

from bartizan.ground.jit import kernel
from bartizan.physics import light
from bartizan.physics.optics import transfer_probability

TABLE = "eo_infrared"


@kernel
def transferred(ratio, out):  # type: ignore[no-untyped-def]
    out[0] = transfer_probability(ratio)


@only("kosch")
def test_haze(row: dict) -> None:
    x, expected = row["inputs"], row["expected"]
    per_km = 1000 * float(light.extinction(np.array(1000.0 * x["V_km"])))
    assert per_km == pytest.approx(expected["beta"], abs=row["tol"])
    assert math.exp(-per_km * x["R_km"]) == pytest.approx(expected["transmission"], abs=row["tol"])


@only("john")
def test_chance_of_a_task(row: dict) -> None:
    x, out = row["inputs"], np.zeros(1)
    transferred(x["N"] / x["N50"], out)
    assert out[0] == pytest.approx(row["expected"], abs=row["tol"])


def test_visibility_is_where_black_has_a_contrast_of_2_percent() -> None:
    assert math.exp(-float(light.extinction(np.array(9_000.0))) * 9_000) == pytest.approx(0.02, rel=1e-4)
