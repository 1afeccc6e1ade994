"""What no machine can hold is refused when a file is read, and costs little to refuse."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bartizan.ground.errors import ScenarioError, UserError
from bartizan.studies.replicate import design
from bartizan.world.scenario import load

SMALL: dict[str, Any] = {
    "bartizan": 1,
    "name": "small",
    "assets": [{"name": "plant", "at": {"east": 0, "north": 0}}],
    "units": [{"name": f"unit {k}", "system": "gepard", "at": {"east": 900, "north": 0}} for k in range(4)],
    "raids": [{"name": "one", "groups": [{"threat": "shahed-136", "count": 4}]}],
}


def changed(**group: Any) -> dict[str, Any]:
    made = copy.deepcopy(SMALL)
    made["raids"][0]["groups"][0] |= group
    return made


@pytest.mark.parametrize(
    ("group", "says"),
    [
        ({"count": 200_000}, "125000 threats fit"),
        ({"wander": 1e9}, "between -2 and 2"),
        ({"wander": {"distribution": "normal", "mean": 1e9, "sd": 1}}, "hardly anything"),
        ({"distance": "20000 km", "speed": 0.01}, "looks fit"),
        ({"distance": {"low": 1000, "high": 2e7}, "speed": {"low": 0.01, "high": 50}}, "looks fit"),
    ],
)
def test_what_has_no_room_is_a_mistake(group: dict[str, Any], says: str) -> None:
    assert load(changed()).name == "small"
    with pytest.raises(ScenarioError, match=says):
        load(changed(**group))


def test_sizes_count_as_well() -> None:
    made = changed()
    made["raids"][0]["sizes"] = [4, 190_000]
    with pytest.raises(ScenarioError, match="threats fit") as error:
        load(made)
    assert len(error.value.mistakes) == 1


def test_more_raids_than_can_be_kept_are_refused() -> None:
    with pytest.raises(UserError, match="fit"):
        design(load(SMALL).cases[0], 1_000_000, 10_000_000, 0)


def test_wrong_names_past_those_that_are_shown_are_compared_with_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr("difflib.get_close_matches", lambda name, *_: compared.append(name) or [])
    made = changed(targets=[f"plant {k}" * 10 for k in range(1000)])
    with pytest.raises(ScenarioError) as error:
        load(made)
    assert len(error.value.mistakes) == 1000
    assert len(compared) == 50


def test_a_name_too_long_for_a_file_is_no_file() -> None:
    with pytest.raises(ScenarioError, match="there is no file"):
        load(SMALL | {"districts": {"file": "a" * 300}})
