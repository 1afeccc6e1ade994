"""A raid replayed under changes: the same luck, so that only what the change reaches is another."""

from __future__ import annotations

from bartizan.studies import replay
from bartizan.world.scenario import load

ASKED = ("power-station", "drones", 2, 3)


def documents(changes: list[dict[str, object]]) -> tuple[dict[str, object], dict[str, object]]:
    name, case, world, raid = ASKED
    scenario = load(name)
    original = replay.document(scenario, case, world, raid, 0, 16)
    return original, replay.changed_document(scenario, case, world, raid, 0, 16, changes)


def test_no_change_is_the_original() -> None:
    original, changed = documents([])
    assert changed == original


def test_a_unit_that_is_removed_fires_no_more_and_the_threats_come_as_before() -> None:
    removed = "Gepard east"
    original, changed = documents([{"op": "remove", "unit": removed}])
    came = ("name", "target", "appears_s")
    assert [[t[k] for k in came] for t in changed["threats"]] == [[t[k] for k in came] for t in original["threats"]]  # type: ignore[attr-defined]
    assert removed not in {unit["name"] for unit in changed["units"]}  # type: ignore[attr-defined]
    assert removed not in {shot["unit"] for shot in changed["shots"]}  # type: ignore[attr-defined]


def test_a_raid_of_another_size_keeps_its_name() -> None:
    original, changed = documents([{"op": "raid_size", "case": "drones", "factor": 2}])
    assert changed["case"] == original["case"]
    assert len(changed["threats"]) == 2 * len(original["threats"])  # type: ignore[arg-type]
