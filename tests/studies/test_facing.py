"""Where sensors with a sector looked in a raid: as the replay tells it to the map, and in words."""

from __future__ import annotations

import math

import pytest
from tests.engine.scenes import merged
from tests.engine.test_sectors import came, facing, raid, two

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


def test_a_warning_turns_it_to_where_the_threat_will_appear() -> None:
    """That flies past it, so that long before it would have been elsewhere."""
    scene = raid(facing(0, 90, slew_time=20), [came(180, distance=20_000)])
    aside, *others = scene["units"]
    moved = merged(aside, {"at": {"east": 4_000, "north": 0}})
    warned = scene | {"units": [moved, *others], "warning": {"lead": 600, "tells_bearing": True}}
    document = replay.document(load(warned), "raid", 0, 0, 0, 1)
    [looks] = [sector["looks"] for unit in document["units"] for sector in unit.get("sectors") or ()]
    assert looks[-1]["azimuth_deg"] == pytest.approx(180 + math.degrees(math.atan2(4_000, 20_000)), abs=0.1)
