"""Comparisons and sweeps: laws that hold where luck is the same, what is told in words, mistakes."""

from __future__ import annotations

import threading

import pytest
from tests.studies.test_whatif import battery, site

import bartizan
from bartizan.ground.errors import UserError
from bartizan.studies import comparing, paired
from bartizan.studies.compare import Comparing, _layouts, told_apart
from bartizan.studies.paired import Effort
from bartizan.studies.sweep import values_of

SHORT = Effort(until=0.02, most=64)


@pytest.fixture(scope="module")
def scenario():
    return bartizan.load(site())


def bare():
    return bartizan.load(site(units=[battery("second", present=0.7)]))


def test_a_thing_beside_itself_differs_by_nothing_at_all(scenario):
    found = bartizan.compare(scenario, site(), raids=["few"], effort=SHORT)
    (case,) = found["cases"]
    assert case["layouts"][1]["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0, "differing": 0}
    assert case["level"] == [found["layouts"][1]]
    assert case["confidence"] == 0.0
    assert case["looks"] == 1


def test_a_battery_less_lets_more_through_and_the_same_as_one_that_is_not_there(scenario):
    found = bartizan.compare(
        scenario, bare(), what_if=["units/first/present=0"], raids=["few"], effort=Effort(until=0.5, most=32)
    )
    (case,) = found["cases"]
    first, removed, absent = case["layouts"]
    assert removed["leak"] == absent["leak"]  # same luck: not there is removed
    assert removed["difference"]["low"] > 0
    assert (case["best"], case["level"]) == (first["layout"], [])
    assert case["confidence"] > 0.95
    assert "better" in " ".join(comparing.sentences(case))


def test_places_add_up_to_what_gets_through():
    two = site(assets=[{"name": n, "at": {"east": e, "north": 0}} for n, e in (("plant", 0), ("gate", 800))])
    found = bartizan.compare(two, what_if=["units/first/channels=3"], effort=Effort(until=0.5, most=32))
    together, *cases = found["cases"]
    for case in cases:
        for row in case["layouts"]:
            assert sum(at["share"] for at in row["places"]) == pytest.approx(row["leak"]["mean"])
            assert sum(at["difference"]["mean"] for at in row["places"]) == pytest.approx(row["difference"]["mean"])
    for k, row in enumerate(together["layouts"]):
        assert row["leak"]["mean"] == pytest.approx(sum(case["layouts"][k]["leak"]["mean"] for case in cases) / 3)


def test_what_is_shot_down_that_is_no_threat_is_told_beside():
    """By layout, as the summary of each has it; of layouts without any nothing is said."""
    found = bartizan.compare("airport", "airport:weapons-free", raids=["approach"], effort=Effort(until=0.5, most=32))
    (case,) = found["cases"]
    (tight,), (free,) = (row["downed"] for row in case["layouts"])
    assert tight["share"]["mean"] < 0.1 < free["share"]["mean"]
    apart = free["difference"]
    assert apart["mean"] == pytest.approx(free["share"]["mean"] - tight["share"]["mean"])
    assert 0 < apart["low"] < apart["mean"] < apart["high"]
    (told,) = [sentence for sentence in comparing.sentences(case) if "shot down" in sentence]
    assert told.startswith("At least one neutral is shot down in ")
    assert "under airport:weapons-free, +" in told
    plain = bartizan.compare(site(), bare(), raids=["few"], effort=Effort(until=0.5, most=32))
    assert not any("downed" in row for row in plain["cases"][0]["layouts"])


def test_the_answer_does_not_depend_on_threads_nor_on_what_else_is_compared(scenario):
    alone = bartizan.compare(scenario, bare(), raids=["few"], effort=Effort(until=0.5, most=32, threads=1))
    more = bartizan.compare(
        scenario,
        bare(),
        what_if=["units/second/present=1"],
        raids=["few"],
        effort=Effort(until=0.5, most=32, threads=2),
    )
    assert alone["cases"][0]["layouts"] == more["cases"][0]["layouts"][:2]


def test_a_question_may_be_answered_as_for_run(scenario):
    found = bartizan.compare(scenario, what_if=["there-second=yes"], raids=["few"], effort=Effort(until=0.5, most=32))
    assert found["cases"][0]["layouts"][1]["difference"]["mean"] <= 0


@pytest.mark.parametrize(
    ("names", "apart"),
    [
        (["A", "B"], ["A", "B"]),
        (["A", "A", "A"], ["A", "A (2)", "A (3)"]),
        (["A", "A", "A (2)"], ["A", "A (3)", "A (2)"]),
        (["A (2)", "A (2)", "A", "A"], ["A (2)", "A (2) (2)", "A", "A (3)"]),
    ],
)
def test_no_two_layouts_have_one_name(scenario, names, apart):
    assert [layout.name for layout in told_apart([paired.Layout(name, scenario) for name in names])] == apart


@pytest.mark.parametrize(
    ("sources", "what_if", "told"),
    [
        (1, (), "two layouts"),
        (0, ("units/first/present=0", "units/first/present=1"), "two layouts or more: name a scenario"),
        (1, ("units/first/present",), "PATH=VALUE"),
        (1, (" ; ",), "nothing was written"),
        (1, ("units/none/present=0",), "no unit of that name"),
        (1, ("there-nothing=yes",), "there-nothing"),
        (1, ("units/first/present=0; units/first/present=1",), "changes units/first/present twice"),
        (1, ("there-second=yes; there-second=no",), "there-second is answered twice: yes and no"),
        (1, ("units/first/present={low: 0, high: 1",), "'units/first/present={low: 0, high: 1': the value is none"),
    ],
)
def test_what_cannot_be_compared_is_told(scenario, sources, what_if, told):
    with pytest.raises(UserError, match=told):
        bartizan.compare(*[scenario] * sources, what_if=what_if, effort=SHORT)


def test_layouts_without_a_raid_in_common_are_refused(scenario):
    other = site(raids=[{**site()["raids"][0], "name": "others"}])
    with pytest.raises(UserError, match="no raid 'few' to compare"):
        bartizan.compare(scenario, other, raids=["few"], effort=SHORT)


# ---- sweeps


def test_more_rounds_let_no_more_through_and_few_are_not_enough(scenario):
    path, values = values_of("systems/battery/effectors/missile/rounds=0..4..2")
    found = bartizan.sweep(scenario, {path: values}, raids=["grow-6"], enough=0.9, effort=Effort(until=0.01, most=64))
    (case,) = found["cases"]
    means = [cell["leak"]["mean"] for cell in case["cells"]]
    assert means == sorted(means, reverse=True)
    assert means[0] == 1.0
    assert [cell["enough"] for cell in case["cells"]] == [False, True, True]
    assert case["cells"][1]["difference"]["mean"] == 0.0  # two are what it has
    assert "at 2, 4" not in " ".join(comparing.enough(found, case))


def test_two_quantities_are_all_pairs_of_their_values(scenario):
    over = {"systems/battery/channels": [1, 2], "raids/few/size": [2, 5, 9]}
    found = bartizan.sweep(scenario, over, effort=Effort(until=0.9, most=8))
    (case,) = found["cases"]
    assert case["case"] == "few"
    assert [cell["values"] for cell in case["cells"]] == [[a, b] for a in ("1", "2") for b in ("2", "5", "9")]


def test_values_that_change_nothing_are_told(scenario):
    over = {"weather/visibility": ["1 km", "2 km"]}  # nothing here sees by light
    found = bartizan.sweep(scenario, over, raids=["few"], effort=Effort(until=0.9, most=8))
    assert "No value makes any difference" in comparing.enough(found, found["cases"][0])[0]


def test_ranges_and_lists_are_read_as_people_write_them():
    assert values_of("raids/few/size=2..5") == ("raids/few/size", ["2", "3", "4", "5"])
    assert values_of("a/b=1 km, 2 km")[1] == ["1 km", "2 km"]
    assert values_of("a/b={low: 1, high: 2},{low: 2, high: 3}")[1] == ["{low: 1, high: 2}", "{low: 2, high: 3}"]


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({}, "one or two"),
        ({"systems/battery/channels": [1, 1]}, "differ"),
        ({"systems/battery/channels": []}, "values in all"),
        ({"systems/battery/channels": range(500)}, "values in all"),
        ({"systems/battery/chanels": [1, 2]}, "did you mean 'channels'"),
        ({"raids/few/size": [1, 0]}, "1 to 200000"),
    ],
)
def test_what_cannot_be_swept_is_told(scenario, over, told):
    with pytest.raises(UserError, match=told):
        bartizan.sweep(scenario, over, effort=SHORT)


@pytest.mark.parametrize("text", ["raids/few/size", "a/b=", "a/b=5..2", "a/b=1..4..0"])
def test_what_is_no_sweep_is_told(text):
    with pytest.raises(UserError, match=r"write|range"):
        values_of(text)


def test_the_size_of_a_raid_is_swept_alone(scenario):
    with pytest.raises(UserError, match="it alone is played"):
        bartizan.sweep(scenario, {"raids/few/size": [1, 2]}, raids=["grow-2"], effort=SHORT)


def test_a_case_that_is_known_is_played_no_further(scenario):
    """Each case has the worlds that it took, and all together those that each of them has."""
    found = bartizan.compare(scenario, what_if=["units/first/present=0"], effort=paired.Effort(until=0.03, most=1024))
    together, *cases = found["cases"]
    worlds = [case["worlds"] for case in cases]
    assert together["worlds"] == min(worlds) < max(worlds)


def test_narrow_enough_is_half_of_the_width(scenario):
    """Whatever is called narrow enough is, to either side, and at a look before it was not."""
    until = 0.03
    found = bartizan.compare(
        scenario, what_if=["units/first/present=0"], raids=["few"], effort=paired.Effort(until=until, most=1024)
    )
    (case,) = found["cases"]
    half = max((row["difference"]["high"] - row["difference"]["low"]) / 2 for row in case["layouts"])
    assert case["narrow_enough"]
    assert half <= until
    comparing = Comparing(
        _layouts([scenario], ["units/first/present=0"]), ["few"], paired.Effort(until=half, most=1024)
    )
    *_, last = comparing.looks(threading.Event())  # exactly as narrow as was asked for is enough
    assert (last[0].worlds, comparing.told(last)["cases"][0]["narrow_enough"]) == (case["worlds"], True)


def test_a_change_written_twice_is_refused_whatever_blanks_surround_it(scenario):
    with pytest.raises(UserError, match="changes units/first/present twice"):
        bartizan.compare(scenario, what_if=["units/first/present=0; units/first/present =1"])


def test_a_raid_of_several_sizes_is_no_choice_of_one(scenario):
    raids = [{**raid, "sizes": [2, 4]} if raid["name"] == "few" else raid for raid in site()["raids"]]
    other = bartizan.load(site(raids=raids))
    with pytest.raises(UserError, match="choose one with --raid"):
        bartizan.compare(scenario, other, raids=["few"], effort=paired.Effort(until=0.5, most=32))


def test_the_confidence_told_is_that_of_all_looks(scenario):
    once, often = (paired.Effort(until=until, most=64) for until in (0.9, 1e-6))
    comparing = Comparing(_layouts([scenario], ["units/second/present=0"]), ["few"], once)
    *_, seen = comparing.looks(threading.Event())
    values = comparing.playing.leaked(0, seen[0].worlds)
    told = comparing.told(seen)["cases"][0]["confidence"]
    assert told == paired.best(values, len(often.stopping.looks)).confidence


def test_a_place_that_a_change_does_not_touch_differs_by_nothing_at_all(scenario):
    two = site(assets=[{"name": n, "at": {"east": e, "north": 0}} for n, e in (("plant", 0), ("gate", 800))])
    raids = [{**raid, "groups": [{**group, "targets": ["plant"]} for group in raid["groups"]]} for raid in two["raids"]]
    found = bartizan.compare(
        bartizan.load(two | {"raids": raids}),
        what_if=["units/first/present=0"],
        effort=paired.Effort(until=0.5, most=32),
    )
    for case in found["cases"][1:]:
        gate = case["layouts"][1]["places"][1]
        assert gate["place"] == "gate"
        assert gate["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0, "differing": 0}
