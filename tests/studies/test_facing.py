"""Where sensors with a sector looked in a raid: as the replay tells it to the map, and in words."""

from __future__ import annotations

from tests.engine.test_sectors import two

from bartizan.studies import replay
from bartizan.world.scenario import load


def test_a_replay_tells_each_turn_and_where_it_looked() -> None:
    """East as the raid begins; north from 24 s on, for the first; south, 20 s after that is known to be dead."""
    document = replay.document(load(two()), "raid", 0, 0, 0, 1)
    facing = {unit["name"]: unit.get("sectors") for unit in document["units"]}
    assert facing["W"] is None  # it sees all round
    assert facing["A"] == [
        {
            "sensor": "eye",
            "width_deg": 90.0,
            "looks": [
                {"from_s": None, "until_s": 4.0, "azimuth_deg": 90.0},
                {"from_s": 24.0, "until_s": 31.0, "azimuth_deg": 0.0},
                {"from_s": 51.0, "until_s": None, "azimuth_deg": 180.0},
            ],
        }
    ]
    turns = [event["text"] for event in document["events"] if event["kind"] == "turned"]
    assert turns == [
        "A turns its sensor to drone 1 and looks there from 24 s",
        "A turns its sensor to drone 2 and looks there from 51 s",
    ]
