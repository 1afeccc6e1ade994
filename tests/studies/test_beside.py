"""Two layouts side by side: the same raid with the same luck, and to the digit what compare tells."""

from __future__ import annotations

import json
import threading

import pytest
from tests.studies.test_documents import unlike
from tests.studies.test_whatif import battery, site

import bartizan
from bartizan.ground.errors import UserError
from bartizan.studies import beside, paired
from bartizan.studies.documents.sent import Beside
from bartizan.studies.paired import Effort, Layout
from bartizan.studies.workbench import ALONE, Workbench
from bartizan.world.scenario import load

ALONE_SECOND = {"units": [battery("second", present=0.7)]}
MORE_ROUNDS = {"effectors": {"missile": {"rounds": 9}}}
DIFFERENT = {
    "a battery less": ALONE_SECOND,
    "other rounds": {"units": [battery("first", override=MORE_ROUNDS), battery("second")]},
    "elsewhere": {"units": [battery("first", at={"east": 3000, "north": 0}), battery("second", present=0.7)]},
    "the same": {},
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _short():
    """Comparisons of the page are as wide as those of a short command."""
    with pytest.MonkeyPatch.context() as patch:
        rest = (paired.Effort.__init__.__defaults__ or ())[2:]
        patch.setattr(paired.Effort.__init__, "__defaults__", (0.05, 64, *rest))
        yield


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("layouts")
    found = {name: folder / f"{name.replace(' ', '-')}.yaml" for name in ("first", *DIFFERENT)}
    for name, path in found.items():
        path.write_text(json.dumps(site(**DIFFERENT.get(name, {}))))
    return {name: str(path) for name, path in found.items()}


@pytest.mark.parametrize("other", DIFFERENT)
@pytest.mark.parametrize("case", ["few", "grow-6"])
def test_the_last_answer_is_that_of_compare_to_the_digit(files, other, case):
    bench = Workbench(files["first"], files[other])
    answers = list(bench.compared(case, [], other=True))
    found = bartizan.compare(files["first"], files[other], raids=[case], effort=Effort())
    assert answers[-1]["compared"] == found["cases"][0]
    assert not [each for answer in answers for each in unlike(Beside, answer, "Beside")]
    assert [answer["done"] for answer in answers] == [False] * (len(answers) - 1) + [True]


def test_changes_beside_the_scenario_as_it_is_are_told_as_compare_tells_them(files):
    bench = Workbench(files["first"])
    *_, last = bench.compared("few", [{"op": "remove", "unit": "first"}], other=False)
    found = bartizan.compare(files["first"], what_if=["units/first/present=0"], raids=["few"], effort=Effort())
    told, asked = ([{**row, "layout": ""} for row in of["layouts"]] for of in (last["compared"], found["cases"][0]))
    assert told == asked


def test_a_raid_beside_itself_is_that_raid(files):
    bench = Workbench(files["first"], files["the same"])
    raid = bench.replay("few", 3, 2)
    raid.pop("notes")
    assert bench.other_raid("few", 3, 2) == raid


def test_without_a_battery_the_same_threats_come_on_the_same_ways(files):
    bench = Workbench(files["first"], files["a battery less"])
    for world in range(3):
        first, other = bench.replay("few", world, 0), bench.other_raid("few", world, 0)
        assert (other["world"], other["raid"], other["case"]) == (world, 0, "few")
        for mine, its in zip(first["threats"], other["threats"], strict=True):
            assert (mine["appears_s"], mine["track"][0], mine["target"]) == (
                its["appears_s"], its["track"][0], its["target"])  # fmt: skip
        there, left = ({unit["name"] for unit in of["units"]} for of in (first, other))
        assert left == there - {"first"}


def test_a_case_that_the_other_does_not_have_is_told(files):
    raids = [{"name": "else", "groups": site()["raids"][0]["groups"]}]
    other = Layout("another", load(site(raids=raids)))
    with pytest.raises(UserError, match="another has no raid 'few' to compare; it has else"):
        beside.raid(load(files["first"]), other, "few", 0, 0, 0, 8)


def test_alone_there_is_nothing_beside(files):
    bench = Workbench(files["first"])
    assert "layouts" not in bench.view()
    with pytest.raises(UserError, match=ALONE):
        bench.other_raid("few", 0, 0)
    assert Workbench(files["first"], files["first"]).view()["layouts"] == [files["first"], f"{files['first']} (2)"]


def test_a_comparison_ends_where_it_is_stopped(files):
    stop = threading.Event()
    first, other = (Layout(name, load(files[name])) for name in ("first", "a battery less"))
    answers = beside.answers(first, other, "few", 0, stop)
    next(answers)
    stop.set()
    assert list(answers) == []
