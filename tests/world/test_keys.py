"""What is named in place of a key that nobody knows: the nearest that stands there, or all where they are few."""

from __future__ import annotations

import pytest

from bartizan.world.keys import hint
from bartizan.world.schema import Raid, ScenarioFile, System


@pytest.mark.parametrize(
    ("model", "where", "told"),
    [
        (ScenarioFile, ("asets",), "; did you mean 'assets'?"),
        (ScenarioFile, ("assets", 0, "at", "latitude"), "; known: east, lat, lon, north, within"),
        (ScenarioFile, ("variants", "night", "raids", 2, "groups", 0, "distanc"), "; did you mean 'distance'?"),
        (ScenarioFile, ("units", 0, "system", "inline", "sensors", "eye", "ideal", "rnge"), "; did you mean 'range'?"),
        (System, ("chanels",), "; did you mean 'channels'?"),
        (Raid, ("reported", "of", "cruise", "shot"), "; known: diverted, killed, leaked"),
        (ScenarioFile, ("zzz",), ""),
    ],
)
def test_the_nearest_key_or_all(model: type, where: tuple[str | int, ...], told: str) -> None:
    assert hint(model, where) == told
