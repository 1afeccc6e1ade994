"""The standard atmosphere against its published table, and the trap of the two kinds of height."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bartizan.ground.atmosphere import GEOPOTENTIAL_RADIUS_M, standard

#: US Standard Atmosphere 1976, Table I: geopotential height (m), temperature (K), pressure (Pa).
PUBLISHED = (
    (0, 288.15, 101_325.0), (11_000, 216.65, 22_632.0), (20_000, 216.65, 5_474.8), (32_000, 228.65, 868.01),
    (47_000, 270.65, 110.90), (51_000, 270.65, 66.938), (71_000, 214.65, 3.9564), (84_852, 186.946, 0.37338),
)  # fmt: skip


@pytest.mark.parametrize(("h", "temperature", "pressure"), PUBLISHED)
def test_bases_of_the_layers(h: float, temperature: float, pressure: float) -> None:
    found = standard(float(h), True)
    assert found[0] == pytest.approx(temperature, abs=1e-3)
    assert found[1] == pytest.approx(pressure, rel=1e-4)  # five digits are printed


def test_reference_table_in_both_kinds_of_height(shared: Path) -> None:
    rows = json.loads((shared / "reference/vv/atmosphere_isa.json").read_text(encoding="utf-8"))["rows"]
    for row in rows:
        for column, is_geopotential in (("geopotential", True), ("geometric", False)):
            expected = [row["expected"][column][name] for name in ("T", "p", "rho", "a")]
            found = standard(float(row["inputs"]["h"]), is_geopotential)
            assert found == pytest.approx(expected, rel=row["tol"]), (row["id"], column)


def test_geometric_is_not_geopotential_height() -> None:
    """At 20 km the two differ by 63 m, which is 1 % of the density."""
    z = 20_000.0
    assert standard(z, False) == standard(GEOPOTENTIAL_RADIUS_M * z / (GEOPOTENTIAL_RADIUS_M + z), True)
    assert standard(z, False)[2] / standard(z, True)[2] - 1 == pytest.approx(0.010, abs=5e-4)


def test_state_is_continuous_between_layers_and_stays_at_the_top() -> None:
    for h in (11e3, 20e3, 32e3, 47e3, 51e3, 71e3):
        assert standard(h - 1e-6, True) == pytest.approx(standard(h, True), rel=1e-9)
    assert standard(200_000.0, True) == standard(84_852.0, True)
