"""Raids worth seeing are what they are said to be: counted anew, and the same with and without results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.engine import scenes
from tests.engine.test_double import SCENES

from bartizan.engine.layout import CAUSES, FATES
from bartizan.ground.errors import ResultsError, UserError
from bartizan.studies import episodes, replay
from bartizan.studies.results import Results
from bartizan.studies.study import study
from bartizan.world.scenario import load

RAIDS, SEED = 6, 5
WRITTEN = SCENES["missiles and guns"]


@pytest.fixture(scope="module")
def chosen() -> list[dict[str, Any]]:
    return episodes.worth_seeing_played(load(WRITTEN), "raid", SEED, RAIDS)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("it's") / "results"
    return study(load(WRITTEN), folder, worlds=episodes.WORLDS_TRIED, raids=RAIDS, seed=SEED, threads=1)


def leakers() -> np.ndarray:
    found = scenes.threats(WRITTEN, episodes.WORLDS_TRIED, RAIDS, SEED)
    return (found["fate"] == FATES.index("leaked")).sum(axis=2)


def test_the_median_and_the_worst_raid(chosen: list[dict[str, Any]]) -> None:
    counts = leakers()
    median, worst = chosen[:2]
    assert [median["label"], worst["label"]] == ["the median raid", "the worst raid"]
    assert counts[median["world"], median["raid"]] == np.quantile(counts, 0.5, method="inverted_cdf")
    assert counts[worst["world"], worst["raid"]] == counts.max()
    assert worst["why"].startswith(f"{counts.max()} of 12 threats get through")
    assert str(counts.size) in median["why"]


def test_one_leaker_of_each_cause(chosen: list[dict[str, Any]]) -> None:
    found = scenes.threats(WRITTEN, episodes.WORLDS_TRIED, RAIDS, SEED)
    causes = scenes.named_causes(found)
    assert {each["cause"]: True for each in chosen[2:]}.keys() == causes.keys()
    assert [causes[each["cause"]] for each in chosen[2:]] == sorted(causes.values(), reverse=True)
    for each in chosen[2:]:
        assert CAUSES[found["cause"][each["world"], each["raid"], each["threat"]]] == each["cause"]


def test_the_replay_is_of_the_very_raid(chosen: list[dict[str, Any]]) -> None:
    for each in chosen:
        told = replay.document(load(WRITTEN), "raid", each["world"], each["raid"], SEED, RAIDS)
        leaked = [t for t in told["threats"] if t["fate"] == "leaked"]
        if "threat" in each:
            assert told["threats"][each["threat"]]["cause"] == each["cause"]
            assert told["threats"][each["threat"]]["target"] in each["why"]
        else:
            assert each["why"].startswith(f"{len(leaked)} of {len(told['threats'])} ")


def test_results_give_the_same_raids(chosen: list[dict[str, Any]], results: Results) -> None:
    assert episodes.worth_seeing(results, "raid") == chosen


def test_what_is_not_there(results: Results, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no raid 'feint'"):
        episodes.worth_seeing(results, "feint")
    with pytest.raises(ResultsError, match=r"threats\.parquet cannot be read"):
        episodes.worth_seeing(Results(tmp_path, results.summary), "raid")
    with pytest.raises(UserError, match="no raid 'feint'"):
        episodes.worth_seeing_played(load(WRITTEN), "feint", SEED, RAIDS)


def test_a_raid_that_nothing_leaks_from_has_no_worst() -> None:
    safe = scenes.scene([scenes.unit("A", scenes.battery(effectors={"missile": {"kill": {"drone": 1}}}))],
                        [scenes.group(count=1)])  # fmt: skip
    assert [each["label"] for each in episodes.worth_seeing_played(load(safe), "raid", SEED, RAIDS)] == [
        "the median raid"
    ]
