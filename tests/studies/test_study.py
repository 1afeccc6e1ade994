"""A study on disk: the same answer however it was interrupted, and clear words about folders that cannot be used."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import bartizan
from bartizan.ground.errors import ResultsError, UserError
from bartizan.ground.writing import write_aside
from bartizan.studies.filling import Progress
from bartizan.studies.folder import Folder
from bartizan.studies.study import Handling
from bartizan.studies.value.answers import Conditional
from bartizan.studies.value.worth import verdict_of, verdicts
from bartizan.world import draw, unknowns

SMALL = {
    "bartizan": 1,
    "name": "small",
    "assets": [{"name": "plant", "at": {"east": 0, "north": 0}}, {"name": "<b>gate", "at": {"east": 900, "north": 0}}],
    "units": [
        {
            "name": 'battery\'s "own"',
            "at": {"east": 0, "north": 500},
            "present": 0.9,
            "system": {
                "channels": 1,
                "reaction_time": {"low": 5, "high": 30},
                "sensors": {"radar": {"range": {"low": "8 km", "high": "16 km"}}},
                "effectors": {
                    "missile": {
                        "range_max": "7 km",
                        "speed": 500,
                        "rounds": 4,
                        "kill": {"drone": {"low": 0.3, "high": 0.9}},
                    }
                },
            },
        }
    ],
    "raids": [
        {
            "name": "few",
            "groups": [
                {"threat": {"kind": "drone", "speed": 60, "altitude": 200, "rcs": 0.1}, "count": 3, "distance": "20 km"}
            ],
        },
        {
            "name": "grow",
            "groups": [
                {"threat": {"kind": "drone", "speed": 60, "altitude": 200, "rcs": 0.1}, "count": 4, "distance": "20 km"}
            ],
            "sizes": [2, 6],
        },
    ],
}


@pytest.fixture(scope="module")
def scenario():
    return bartizan.load(SMALL)


@pytest.fixture(scope="module")
def finished(scenario, tmp_path_factory):
    return bartizan.study(scenario, tmp_path_factory.mktemp("study") / "out", worlds=20, raids=10, seed=3)


def estimates(results):
    return json.dumps(results.summary["cases"], sort_keys=True)


def test_an_interrupted_study_goes_on_to_the_same_answer(scenario, finished, tmp_path):
    stopped_after = 30

    def interrupt(now: Progress) -> None:
        if now.raids_done >= stopped_after:
            raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        bartizan.study(scenario, out, worlds=20, raids=10, seed=3, how=Handling(progress=interrupt), threads=1)
    halfway = bartizan.open_results(out)
    assert halfway.summary["run"]["finished"] is False
    assert 0 < halfway.summary["cases"][0]["worlds"] < 20
    seen: list[int] = []
    whole = bartizan.study(
        scenario, out, worlds=20, raids=10, seed=3, how=Handling(progress=lambda now: seen.append(now.raids_done))
    )
    assert seen[0] >= stopped_after, "what was done is not played again"
    assert whole.summary["run"]["finished"] is True
    assert estimates(whole) == estimates(finished)
    assert not (out / "parts").exists()


def test_a_finished_study_is_opened_and_not_played_again(scenario, finished):
    def never(now: Progress) -> None:
        raise AssertionError("played again")

    again = bartizan.study(scenario, finished.path, worlds=20, raids=10, seed=3, how=Handling(progress=never))
    assert again.summary == finished.summary


def test_another_study_does_not_overwrite_a_folder_unless_told(scenario, finished):
    with pytest.raises(ResultsError, match=r"another study \(different: seed\)"):
        bartizan.study(scenario, finished.path, worlds=20, raids=10, seed=4)


def test_fresh_replaces(scenario, tmp_path):
    bartizan.study(scenario, tmp_path / "out", raids_named=["few"], worlds=2, raids=2, seed=1)
    new = bartizan.study(
        scenario, tmp_path / "out", raids_named=["few"], worlds=2, raids=2, seed=2, how=Handling(fresh=True)
    )
    assert new.summary["run"]["seed"] == 2


def test_a_folder_of_other_things_is_left_alone(scenario, tmp_path):
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(ResultsError, match="not empty"):
        bartizan.study(scenario, tmp_path, worlds=2, raids=2)
    with pytest.raises(ResultsError, match="not empty"):
        bartizan.study(scenario, tmp_path, worlds=2, raids=2, how=Handling(fresh=True))
    assert (tmp_path / "thesis.doc").read_text() == "mine"


def test_summary_agrees_with_run(scenario, finished):
    outcomes = bartizan.run(scenario, raid="few", worlds=20, raids=10, seed=3)
    assert finished.case("few")["leak"]["mean"] == pytest.approx(outcomes.leakers.mean() / 3, abs=1e-12)


def test_tables_agree_with_one_another(finished):
    threats, worlds, effectors = (finished.table(name) for name in ("threats", "worlds", "effectors"))
    assert len(threats["fate"]) == 20 * 10 * (3 + 2 + 6)
    few = threats["case"] == "few"
    leaked = worlds["leaked"][(worlds["case"] == "few")]
    assert int((threats["fate"][few] == "leaked").sum()) == int(leaked.sum())
    assert int(threats["fired"].sum()) == int(effectors["rounds"].sum())
    has_cause = ~np.ma.getmaskarray(threats["cause"])
    np.testing.assert_array_equal(has_cause, threats["fate"] == "leaked")


def test_draws_are_written_for_every_unknown(scenario, finished):
    draws = finished.table("draws")
    drawn = draw.worlds(scenario, 0, 0, 1)
    unknown = [name for each in unknowns.unknowns(scenario) for name in unknowns.values(drawn, each)]
    assert {k for k, n in scenario.numbers.items() if not n.is_fixed} < set(unknown)
    assert set(draws["number"]) == set(unknown)
    assert len(draws["value"]) == 20 * len(unknown)


def test_the_summary_keeps_what_each_question_is_worth_where_worlds_can_tell_it(scenario, finished, tmp_path):
    assert not any("worth" in case for case in finished.summary["cases"])  # 20 worlds tell nothing
    results = bartizan.study(scenario, tmp_path / "out", raids_named=["few"], worlds=64, raids=8)
    (case,), (asked,) = results.summary["cases"], verdicts(results)
    assert verdict_of(case["worth"]) == asked
    assert case["worth"]["mean"] == pytest.approx(case["leak"]["mean"])


def test_what_a_summary_keeps_of_questions_is_the_first_the_told_and_those_with_claims(scenario, tmp_path):
    results = bartizan.study(scenario, tmp_path / "out", raids_named=["few"], worlds=32, raids=4)
    (whole,) = verdicts(results)
    base = replace(whole.worths[0], told=False, claims=(), answers=(Conditional("yes", 9, 0.1, 0, 1, 0, 1),))
    known = [replace(base, key=f"{k}", claims=("c",) * (k == 20), told=k == 25) for k in range(30)]
    kept = verdict_of(replace(whole, worths=tuple(known)).brief()).worths
    assert [worth.key for worth in kept] == [*map(str, range(12)), "20", "25"]
    assert [worth.key for worth in kept if not worth.answers] == ["20"]


def test_chance_of_each_fate_sums_to_one(finished):
    for case in finished.summary["cases"]:
        assert sum(f["mean"] for f in case["fates"].values()) == pytest.approx(1)
        if case["leak"]["mean"] > 0:
            assert sum(c["mean"] for c in case["causes"].values()) == pytest.approx(1)


def test_scenario_in_the_folder_loads_and_is_the_same(scenario, finished):
    assert bartizan.load(finished.path / "scenario.json").digest == scenario.digest


def test_folders_that_cannot_be_opened_say_why(finished, tmp_path):
    with pytest.raises(ResultsError, match="no results folder"):
        bartizan.open_results(tmp_path / "nowhere")
    for scenario in ("power-station", "moscow-2023:luzhniki", str(finished.path / "summary.json")):
        with pytest.raises(ResultsError, match=r"results are wanted here: play|give the folder, "):
            bartizan.open_results(scenario)
    (tmp_path / "s.yaml").write_text("bartizan: 1")
    with pytest.raises(ResultsError, match=r"s\.yaml is a file and no folder, .*bartizan run .*s\.yaml"):
        bartizan.open_results(tmp_path / "s.yaml")
    with pytest.raises(ResultsError, match=rf"holds no results: .*results lie in .*{finished.path.name}"):
        bartizan.open_results(finished.path.parent)
    with pytest.raises(ResultsError, match=r"no summary\.json"):
        bartizan.open_results(tmp_path)
    (tmp_path / "summary.json").write_text("{")
    with pytest.raises(ResultsError, match="damaged"):
        bartizan.open_results(tmp_path)
    (tmp_path / "summary.json").write_text(json.dumps(finished.summary | {"format": 99}))
    with pytest.raises(ResultsError, match="format 99"):
        bartizan.open_results(tmp_path)
    (tmp_path / "summary.json").unlink()
    (tmp_path / "study.json").write_text("{}")
    with pytest.raises(ResultsError, match="not got far enough"):
        bartizan.open_results(tmp_path)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "summary.json"
    path.write_text("old")

    def fails(aside):
        aside.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_aside(path, fails)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_raid_is_named(scenario, tmp_path):
    with pytest.raises(UserError, match="no raid 'many' in small; known: few, grow, grow-2, grow-6"):
        bartizan.study(scenario, tmp_path / "out", raids_named=["many"], worlds=1, raids=1)


def test_a_raid_of_several_sizes_stands_for_all_of_them_or_for_none(finished):
    """Its first size, which is mostly the smallest, was taken for it without a word."""
    assert finished.case("few")["size"] == 3
    assert finished.case("grow-6")["size"] == 6
    with pytest.raises(UserError, match=r"raid 'grow' has several sizes in .*; name one of them: grow-2, grow-6"):
        finished.case("grow")
    assert [case["name"] for case in finished.chosen(["grow-6", "few"])] == ["few", "grow-6"]
    assert [case["name"] for case in finished.chosen(["grow"])] == ["grow-2", "grow-6"]
    assert [case["name"] for case in finished.chosen([])] == ["few", "grow-2", "grow-6"]


def test_a_part_that_was_cut_off_is_not_taken_for_whole(tmp_path):
    parts = Folder(tmp_path, {}).parts
    (tmp_path / "parts" / "few").mkdir(parents=True)
    (tmp_path / "parts" / "few" / ".0000000.parquet.abc.parquet").write_bytes(b"half")
    assert list(parts.sums("few")) == []
    assert not parts.has("few", 0)


def test_a_long_table_is_the_same_as_a_short_one(tmp_path, monkeypatch):
    import duckdb

    from bartizan.studies import results

    blocks = [{"a": np.arange(k * 10, k * 10 + 10), "b": np.full(10, k, np.uint8)} for k in range(7)]
    results.write_parquet(tmp_path / "short.parquet", blocks, "a, b + 1 AS c")
    monkeypatch.setattr(results, "BATCH_ROWS", 25)
    results.write_parquet(tmp_path / "long.parquet", iter(blocks), "a, b + 1 AS c")
    query = f"SELECT * FROM '{tmp_path}/{{}}.parquet' ORDER BY a"
    short, long = (duckdb.sql(query.format(name)).fetchall() for name in ("short", "long"))
    assert short == long
    assert len(short) == 70
    assert sorted(p.name for p in tmp_path.iterdir()) == ["long.parquet", "short.parquet"]


@pytest.mark.parametrize("what", ["worlds", "raids"])
def test_none_at_all_is_refused_and_not_taken_for_the_default(scenario, tmp_path, what):
    with pytest.raises(UserError, match=f"{what} must be 1 or more, not 0"):
        bartizan.study(scenario, tmp_path / "out", **{"worlds": 2, "raids": 2, what: 0})
    assert not (tmp_path / "out").exists()
