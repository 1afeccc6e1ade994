"""A decision on one case: in words, and as `bartizan value --act-above` takes it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import bartizan
from bartizan.faces.commands.valuing import value
from bartizan.studies.value import act
from bartizan.studies.value.act import Decision
from bartizan.studies.value.asking import Asker
from bartizan.studies.value.decide import Bounds


@pytest.fixture(scope="module")
def decided() -> dict[float, Decision]:
    """Made-up leakage of power-station: 30 or 60 %, by whether the first question's answer is above its middle."""
    scenario = bartizan.load("power-station")
    asker = Asker(scenario, 0)
    above = asker.ask("drones", np.arange(64)).columns[0][:, 0] > 0
    plans = np.repeat(np.where(above, 0.3, 0.6)[:, None], 2, axis=1)
    of = (asker, "drones", "Drones")
    return {threshold: act.decision(*of, threshold, np.arange(64), plans) for threshold in (0.1, 0.5)}


def test_what_decides_is_first_and_told(decided: dict[float, Decision]) -> None:
    decision = decided[0.5]
    assert decision.told[0] == decision.questions[0]
    assert decision.everything.low / 2 < decision.questions[0].gain.split <= decision.everything.high
    gains = [question.gain.middle for question in decision.questions[len(decision.told) :]]
    assert gains == sorted(gains, reverse=True)
    assert "Worth most is to know " + decision.questions[0].text in " ".join(act.sentences(decision))


def test_a_threshold_that_no_world_crosses_leaves_nothing_to_learn(decided: dict[float, Decision]) -> None:
    decision = decided[0.1]
    assert decision.acts
    assert not decision.told
    assert decision.questions[0].gain.plain == pytest.approx(0, abs=1e-9)
    assert max(question.share.share for question in decision.questions) > 0.5
    assert "nothing that one could learn is worth anything" in act.sentences(decision)[-1]


def test_what_one_does_now_is_told(decided: dict[float, Decision]) -> None:
    """On average 45 % gets through."""
    assert "more than 10 % gets through: by what is known now, act;" in act.sentences(decided[0.1])[0]
    assert "more than 50 % gets through: by what is known now, let be;" in act.sentences(decided[0.5])[0]


def test_shares_of_worlds_are_all_or_none_only_where_they_are() -> None:
    shares = [(0.25, 0.25), (0.2, 0.3), (0.0, 0.001), (0.9999, 1.0)]
    assert [act.percents(Bounds(*share)) for share in shares] == ["25 %", "20 to 30 %", "0 to < 1 %", "> 99 to 100 %"]


def test_worlds_that_differ_by_chance_alone_may_all_be_right_as_they_are() -> None:
    """What gets through is 45 % in every world, of eight raids of one threat each; or 90 % in every fourth."""
    asker = Asker(bartizan.load("power-station"), 0)
    drawn = np.random.default_rng(5)

    def otherwise(chances: np.ndarray) -> tuple[float, float]:
        plans = (drawn.random((256, 8)) < chances[:, None]).astype(float)
        found = act.decision(asker, "drones", "Drones", 0.5, np.arange(256), plans)
        return found.otherwise.low, found.otherwise.high

    low, high = otherwise(np.full(256, 0.45))
    assert low == 0 < 0.2 < high
    assert otherwise(np.where(np.arange(256) % 4, 0.1, 0.9)) == pytest.approx((0.25, 0.25), abs=0.02)


@pytest.mark.parametrize("wrong", ["0", "110%", "10 km", "much", "nan"])
def test_what_is_no_threshold_is_refused(wrong: str, tmp_path: Path) -> None:
    told = CliRunner().invoke(value, [str(tmp_path), "--act-above", wrong])
    assert told.exit_code == 2
    assert wrong in told.output


@pytest.mark.parametrize(("share", "told"), [(0.0123, "1.23"), (0.05, "5"), (0.1, "10"), (0.25649, "25.6")])
def test_points_are_hundredths(share: float, told: str) -> None:
    assert act.points(share) == told


@pytest.mark.parametrize(
    ("ends", "told"),
    [((0.01, 0.02), "1 to 2"), ((0.02, 0.01), "1 to 2"), ((-0.01, 0.25), "0 to 25"), ((0.1, 0.1), "10")],
)
def test_a_range_of_points_goes_up_from_nothing_at_least(ends: tuple[float, float], told: str) -> None:
    assert act.range_of_points(*ends) == told


def test_a_case_that_is_named_is_the_only_one_that_is_decided(tmp_path: Path) -> None:
    results = bartizan.study(bartizan.load("power-station"), tmp_path / "out", worlds=32, raids=2)
    assert [each.case for each in act.decisions(results, 0.1, ["drones"])] == ["drones"]
    assert [each.case for each in act.decisions(results, 0.1)] == list(results.cases)
    told = CliRunner().invoke(value, [str(tmp_path / "out"), "--act-above", "10%", "--case", "drones", "--json"])
    (content,) = json.loads(told.output)
    (found,) = act.decisions(results, 0.1, ["drones"])
    assert content == json.loads(json.dumps(asdict(found))) | {"acts": found.mean > 0.1}
