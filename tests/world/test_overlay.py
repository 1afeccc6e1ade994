"""Types of a file that are like ones of the catalogue."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bartizan.ground.errors import ScenarioError
from bartizan.studies import replicate
from bartizan.world import catalog
from bartizan.world.scenario import load
from bartizan.world.schema import json_schema
from bartizan.world.writer import plain

FLOOR = "systems/s-400/effectors/48N6E3/altitude_min"


def file(**more: Any) -> dict[str, Any]:
    """A scenario with two batteries and drones, all of the catalogue unless `more` says otherwise."""
    return {
        "bartizan": 1,
        "name": "alike",
        "assets": [{"name": "A", "at": {"east": 0, "north": 0}}],
        "units": [{"name": f"U{k}", "system": "s-400", "at": {"east": 1000 * k, "north": 0}} for k in range(2)],
        "raids": [{"name": "r", "groups": [{"threat": "shahed-136", "count": 3, "distance": "60 km"}]}],
    } | more


def test_what_is_not_stated_is_as_in_the_catalogue() -> None:
    alike = load(file(systems={"s-400": {"like": "s-400", "effectors": {"48N6E3": {"altitude_min": "70 m"}}}}))
    before = load(file())
    assert alike.numbers[FLOOR].parameters == (70.0,)
    assert {k: v for k, v in alike.numbers.items() if k != FLOOR} == {
        k: v for k, v in before.numbers.items() if k != FLOOR
    }


def test_like_alone_changes_no_bit() -> None:
    types = {"systems": {"s-400": {"like": "s-400"}}, "threats": {"shahed-136": {"like": "shahed-136"}}}
    a, b = (replicate.run(load(file(**more)), worlds=2, raids=8) for more in ({}, types))
    assert a.sums.tobytes() == b.sums.tobytes()


def test_all_units_of_a_type_share_what_it_states() -> None:
    spread = {"low": "10 m", "high": "150 m"}
    alike = load(file(systems={"s-400": {"like": "s-400", "effectors": {"48N6E3": {"altitude_min": spread}}}}))
    assert [key for key in alike.numbers if key.endswith("48N6E3/altitude_min")] == [FLOOR]


def test_a_type_has_a_name_of_its_own_beside_the_catalogue_s() -> None:
    both = file(systems={"low": {"like": "s-400", "effectors": {"48N6E3": {"altitude_min": "70 m"}}}})
    both["units"][1]["system"] = "low"
    numbers = load(both).numbers
    assert numbers["systems/low/effectors/48N6E3/altitude_min"].parameters == (70.0,)
    assert numbers[FLOOR] == load(file()).numbers[FLOOR]


def test_a_threat_is_like_one_too() -> None:
    numbers = load(file(threats={"shahed-136": {"like": "shahed-136", "rcs": 0.3}})).numbers
    assert numbers["threats/shahed-136/rcs"].parameters == (0.3,)
    assert numbers["threats/shahed-136/speed"] == load(file()).numbers["threats/shahed-136/speed"]


def test_what_is_written_is_whole_and_needs_no_catalogue() -> None:
    alike = load(file(systems={"s-400": {"like": "s-400", "effectors": {"48N6E3": {"altitude_min": "70 m"}}}}))
    written = json.loads(json.dumps(plain(alike.file)))
    assert "like" not in written["systems"]["s-400"]
    assert load(written).numbers == alike.numbers


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"systems": {"x": {"like": "s-4000"}}}, "systems.x.like", "s-400"),
        ({"threats": {"x": {"like": "s-400"}}}, "threats.x.like", "shahed-136"),
        ({"systems": {"x": {"like": 3}}}, "systems.x.like", "must be text"),
        ({"systems": {"x": {"like": "s-400", "chanels": 3}}}, "systems.x.chanels", "not a known key"),
        (
            {"systems": {"x": {"like": "s-400", "effectors": {"48N6E": {"altitude_min": "70 m"}}}}},
            "systems.x.effectors.48N6E",
            "no effector '48N6E'; did you mean '48N6E3'?; in a new one: range_max is required",
        ),
    ],
)
def test_mistakes_are_told(more: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ScenarioError) as told:
        load(file(**more))
    assert any(m.field == field and said in m.problem for m in told.value.mistakes), told.value


def test_parts_are_not_like_anything() -> None:
    wrong = file()
    wrong["units"][0]["override"] = {"like": "tor-m2"}
    with pytest.raises(ScenarioError, match="under systems or threats of a scenario"):
        load(wrong)


def test_editors_let_what_is_like_another_state_what_it_will() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    part = file(threats={"d": {"like": "shahed-136", "rcs": 0.3}}, systems={"s": {"like": "s-400"}})
    jsonschema.validate(part, json_schema())
    assert "s-400" in catalog.names("systems")
