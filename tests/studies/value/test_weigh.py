"""Worlds weighed by a report: Bayes' rule where it has a closed form, and no answer where hardly a world is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.studies.test_reported_raids import DRONE, SENT, certain_but_for_the_kill_chance

import bartizan
from bartizan.ground.errors import UserError
from bartizan.studies.results import Results
from bartizan.studies.study import Handling
from bartizan.studies.value.weigh import weigh
from bartizan.world.scenario import load

PATH = "units/one/effectors/missile/kill/drone"


def played(folder: Path, **reported: Any) -> Results:
    written = certain_but_for_the_kill_chance(reported={"sent": SENT} | reported)
    return bartizan.study(load(written), folder / "out", worlds=512, raids=16, seed=3)


@pytest.mark.parametrize("killed", [0, 2, 5])
def test_an_even_chance_of_a_kill_is_weighed_as_laplace_has_it(tmp_path: Path, killed: int) -> None:
    """Given k of n the chance is Beta(k + 1, n - k + 1): of those to come (n - k + 1) / (n + 2) get through."""
    found = weigh(played(tmp_path, killed=killed, leaked=SENT - killed), "raid")
    (share,) = found.shares
    wanted = (SENT - killed + 1) / (SENT + 2)
    assert share.before == pytest.approx(0.5, abs=0.02)
    assert share.given == pytest.approx(wanted, abs=0.04)
    assert share.low < share.given < share.high
    assert 50 < found.effective < 512


def test_a_report_that_no_raid_can_end_as_leaves_no_world(tmp_path: Path) -> None:
    found = weigh(played(tmp_path, killed=2, diverted=3), "raid")
    assert (found.just_so, found.effective, found.shares) == (0, 0.0, ())
    assert found.refused
    assert found.contradicted
    assert {n["what"]: n["at_least"]["mean"] for n in found.numbers}["diverted"] == 0


def test_few_effective_worlds_are_refused(tmp_path: Path) -> None:
    written = certain_but_for_the_kill_chance(reported={"sent": SENT, "killed": 3, "leaked": 2})
    found = weigh(bartizan.study(load(written), tmp_path / "out", worlds=40, raids=16), "raid")
    assert 0 < found.effective < 50
    assert found.refused
    assert not found.contradicted
    assert not found.shares


def test_a_raid_need_not_end_as_reported_in_both_readings_of_what_was_jammed(tmp_path: Path) -> None:
    results = played(tmp_path, killed=3, leaked=2)
    before = weigh(results, "raid")
    numbers = results.case("raid")["reported"]["numbers"]
    numbers.append(numbers[0] | {"what": "killed_unjammed", "reported": {"low": SENT, "high": SENT}})
    assert weigh(results, "raid") == before


@pytest.mark.parametrize(
    ("reported", "said"), [({}, "no case of this study has"), ({"struck": 1}, "no case of this study has")]
)
def test_a_case_without_a_report_of_fates_is_refused(tmp_path: Path, reported: dict[str, Any], said: str) -> None:
    written = certain_but_for_the_kill_chance(**({"reported": {"sent": SENT} | reported} if reported else {}))
    results = bartizan.study(load(written), tmp_path / "out", worlds=4, raids=4)
    with pytest.raises(UserError, match=said):
        weigh(results, "raid")


@pytest.mark.parametrize(("raids", "worlds"), [(2, 2048), (4, 1024)])
def test_a_raid_that_ended_as_reported_does_not_tell_of_itself(tmp_path: Path, raids: int, worlds: int) -> None:
    """Given 4 of 5 the chance is Beta(5, 2), however few raids a world has; and of the same raid again as well."""
    written = certain_but_for_the_kill_chance(reported={"sent": SENT, "killed": 4, "leaked": 1})
    written["raids"].append(written["raids"][0] | {"name": "again", "reported": None})
    found = weigh(bartizan.study(load(written), tmp_path / "out", worlds=worlds, raids=raids, seed=5), "raid")
    assert [share.given for share in found.shares] == [pytest.approx(2 / 7, abs=0.025)] * 2
    assert all(share.low < 2 / 7 < share.high for share in found.shares)


def test_one_raid_in_each_world_or_none_kept_is_refused(tmp_path: Path) -> None:
    written = load(certain_but_for_the_kill_chance(reported={"sent": SENT, "killed": 4, "leaked": 1}))
    with pytest.raises(UserError, match="--raids 2 or more"):
        weigh(bartizan.study(written, tmp_path / "one", worlds=512, raids=1), "raid")
    with pytest.raises(UserError, match="run it without --sums-only"):
        weigh(bartizan.study(written, tmp_path / "sums", worlds=8, raids=4, how=Handling(keep="sums")), "raid")


def test_a_report_that_leaves_some_without_a_fate_weighs_nothing(tmp_path: Path) -> None:
    results = played(tmp_path, killed=2, diverted=0, leaked=1)
    assert results.case("raid")["reported"]["exactly"] is None
    with pytest.raises(UserError, match=f"leaves {SENT - 3} of {SENT} sent without a fate"):
        weigh(results, "raid")


def test_bounds_weigh_as_all_that_they_hold(tmp_path: Path) -> None:
    """Each number of kills is as likely before: given 3 or more of 5, 3, 4 and 5 are still, and 2/7 get through."""
    found = weigh(played(tmp_path, killed={"low": 3}), "raid")
    (share,) = found.shares
    assert share.given == pytest.approx((3 + 2 + 1) / 3 / (SENT + 2), abs=0.02)
    assert share.low < 2 / 7 < share.high


def test_what_was_told_of_one_type_weighs_by_that_type(tmp_path: Path) -> None:
    """What the others do does not matter: all kill chances are one, and 2 of 2 cruise missiles were shot down."""
    written = certain_but_for_the_kill_chance(reported={"sent": 5, "of": {"cruise": {"killed": 2}}})
    written["units"][0]["system"]["effectors"]["missile"]["kill"]["cruise"] = {"same_as": PATH}
    written["threats"] = {"slow": DRONE, "fast": DRONE | {"kind": "cruise"}}
    written["raids"][0]["groups"] = [
        {"threat": t, "count": n, "distance": "15 km"} for t, n in (("slow", 3), ("fast", 2))
    ]
    found = weigh(bartizan.study(load(written), tmp_path / "out", worlds=512, raids=16, seed=3), "raid")
    (share,) = found.shares
    assert [number["types"] for number in found.numbers] == [["fast"]]
    assert share.given == pytest.approx(1 / 4, abs=0.025)  # Beta(3, 1)
