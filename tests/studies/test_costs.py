"""Costs against closed forms where prices are certain, laws of money, and what has no price."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.scenes import battery, drone, group, scene, unit

import bartizan
from bartizan.faces import report, words
from bartizan.faces.exports import sheets
from bartizan.faces.report import costs as told
from bartizan.ground.errors import ScenarioError
from bartizan.studies.estimate import Sums, quotient
from bartizan.studies.replicate import Outcomes, run
from bartizan.studies.study import Handling
from bartizan.world.scenario import load

SHOT, DRONE, TOWN, PER_HIT = 1e5, 2e4, 4e6, 0.3
WORLDS, RAIDS = 6, 10


def priced(shot: Any = SHOT, sent: Any = DRONE, town: Any = TOWN, **more: Any) -> dict[str, Any]:
    """Eight drones against one battery; what is None has no price."""
    effector = {"missile": {} if shot is None else {"price": shot}}
    asset = {"name": "Town", "at": {"east": 0, "north": 0}, "radius": 200, "lost_per_hit": PER_HIT}
    return scene(
        [unit("A", battery(effectors=effector), 1_500)], [group()],
        threats={"drone": drone(**({} if sent is None else {"price": sent}))},
        assets=[asset if town is None else {**asset, "worth": town}], **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def certain() -> Outcomes:
    return run(load(priced()), worlds=WORLDS, raids=RAIDS, threads=1)


def test_certain_prices_give_rounds_and_threats_times_price(certain: Outcomes) -> None:
    cost, at, raids = certain.cost, certain.columns, WORLDS * RAIDS
    assert cost is not None
    assert cost["rounds"]["mean"] == pytest.approx(certain.shots.sum() / raids * SHOT, rel=1e-12)
    assert cost["sent"]["mean"] == 8 * DRONE
    assert cost["sent"]["ignorance_share"] is None
    stopped = certain.total[at.killed] + certain.total[at.diverted]
    assert cost["stopped"]["mean"] == pytest.approx(stopped / raids * DRONE, rel=1e-12)
    assert cost["ratio"]["mean"] == pytest.approx(cost["rounds"]["mean"] / (8 * DRONE), rel=1e-12)
    assert cost["without_price"] == cost["without_worth"] == []


def test_what_jamming_diverts_is_stopped_too() -> None:
    mast = {"emitters": {"mast": {"denies": ["satnav"], "range": 30_000, "mean_time_to_effect": 1}}}
    lost = drone(price=DRONE, satnav_dependence=1, drift=20)
    jammed = scene([unit("J", mast)], [group()], threats={"drone": lost})
    found = run(load(jammed), worlds=WORLDS, raids=RAIDS, threads=1)
    diverted = found.total[found.columns.diverted]
    assert found.cost is not None
    assert diverted > 0
    assert found.cost["stopped"]["mean"] == pytest.approx(diverted / (WORLDS * RAIDS) * DRONE, rel=1e-12)


def test_damage_is_a_share_for_each_hit_until_all_is_lost(certain: Outcomes) -> None:
    cost = certain.cost
    assert cost is not None
    assert certain.leakers.max() > 1 / PER_HIT  # in some raid all is lost, in some it is not
    lost = TOWN * np.minimum(1.0, PER_HIT * certain.leakers)
    assert cost["damage"]["mean"] == pytest.approx(lost.mean(), rel=1e-12)
    assert cost["undefended"]["mean"] == TOWN
    assert cost["avoided"]["mean"] == pytest.approx(TOWN - lost.mean(), rel=1e-12)


def test_quantiles_are_those_of_the_last_raid_of_each_plan(certain: Outcomes) -> None:
    cost, last = certain.cost, certain.design.first_raids()[1:] - 1
    assert cost is not None
    sample = certain.shots[:, last].ravel() * SHOT
    assert cost["sampled"] == sample.size
    for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        assert cost["rounds"]["raids"][name] == pytest.approx(np.quantile(sample, share))
        assert cost["ratio"]["raids"][name] == pytest.approx(np.quantile(sample, share) / (8 * DRONE))


def test_prices_change_nothing_that_happens(certain: Outcomes) -> None:
    """Also spread ones: their draws are named, and take no luck from anything else."""
    spread = {"low": 1e4, "high": 1e6, "scale": "log"}
    for written in (priced(None, None, None), priced(spread, spread, spread)):
        found, end = run(load(written), worlds=WORLDS, raids=RAIDS, threads=1), certain.columns.costs
        assert (found.sums[..., :end] == certain.sums[..., :end]).all()
        assert (found.shots == certain.shots).all()


def test_a_lognormal_price_costs_its_mean() -> None:
    """median x exp(s^2 / 2) with s = ln 2: half as much again as the median, nearly."""
    law = {"distribution": "lognormal", "median": DRONE, "spread": 2}
    scenario = load(priced(None, law, None) | {"units": []})
    cost = run(scenario, worlds=1024, raids=2, threads=1).cost
    assert cost is not None
    expected = 8 * DRONE * math.exp(math.log(2) ** 2 / 2)
    assert cost["sent"]["low"] <= expected <= cost["sent"]["high"]
    assert cost["sent"]["mean"] == pytest.approx(expected, rel=0.03)
    assert cost["sent"]["ignorance_share"] == pytest.approx(1.0)
    assert cost["rounds"]["mean"] == 0  # what fires nothing spends nothing
    assert cost["ratio"]["mean"] == 0


def scaled(cost: Any, other: Any, factor: float) -> bool:
    """Whether all of one estimate is so many times the other's."""
    ends = ("mean", "low", "high", "world_low", "world_high")
    return all(other[end] == pytest.approx(factor * cost[end], rel=1e-9) for end in ends)


def test_twice_the_price_is_twice_the_cost_and_no_price_none(certain: Outcomes) -> None:
    def of(*prices: Any, **more: Any) -> Any:
        return run(load(priced(*prices, **more)), worlds=WORLDS, raids=RAIDS, threads=1).cost

    cost: Any = certain.cost
    twice = of(2 * SHOT, DRONE)
    assert scaled(cost["rounds"], twice["rounds"], 2)
    assert scaled(cost["ratio"], twice["ratio"], 2)
    assert twice["sent"] == cost["sent"]
    assert of(0, DRONE)["rounds"]["mean"] == of(0, DRONE)["ratio"]["high"] == 0
    assert of(SHOT, 0)["ratio"] is None  # nothing to compare with


def test_another_money_scales_costs_and_not_the_ratio(certain: Outcomes) -> None:
    money = {"currency": "EUR", "year": 2025, "per_dollar": 0.9}
    here: Any = run(load(priced(money=money)), worlds=WORLDS, raids=RAIDS, threads=1).cost
    cost: Any = certain.cost
    assert (here["currency"], here["year"]) == ("EUR", 2025)
    assert all(scaled(cost[what], here[what], 0.9) for what in ("rounds", "sent", "damage", "avoided"))
    assert here["ratio"] == cost["ratio"]


def test_what_has_no_price_is_told_and_never_nothing() -> None:
    def of(*prices: Any) -> Any:
        return run(load(priced(*prices)), worlds=2, raids=4, threads=1).cost

    unpriced = of(None, DRONE, None)
    assert unpriced["rounds"] is unpriced["ratio"] is unpriced["damage"] is None
    assert unpriced["without_price"] == ["A: missile"]
    assert list(told.lacking(unpriced)) == ["Without price, and so in no sum: A: missile."]
    assert of(SHOT, None, None)["sent"] is of(SHOT, None, None)["ratio"] is None
    assert of(SHOT, None, None)["without_price"] == ["drone"]
    assert of(None, None, None) is None


def test_an_effector_without_price_that_never_fires_leaves_the_ratio() -> None:
    written = priced()
    silent = battery(effectors={"missile": {"kill": {"ballistic": 0.5}}})
    written["systems"]["silent"] = silent | {"doctrine": {"engage": ["ballistic"]}}
    written["units"].append(unit("B", "silent", 500))
    cost: Any = run(load(written), worlds=2, raids=4, threads=1).cost
    assert cost["without_price"] == ["B: missile"]
    assert cost["ratio"] is not None


def test_a_price_counts_wherever_it_is_written() -> None:
    """In a type, in a unit's own system or override, in a threat inside its group, in one like the catalogue's."""
    own = battery(effectors={"missile": {"price": 3 * SHOT}})
    written = priced(town=None)
    written["units"] = [
        unit("typed", "battery", 1_000), unit("inline", own, -1_000),
        unit("overridden", "battery", 0, 1_000, override={"effectors": {"missile": {"price": 7 * SHOT}}}),
    ]  # fmt: skip
    written["systems"]["battery"]["effectors"]["missile"]["price"] = SHOT
    written["threats"]["own"] = {"like": "shahed-136", "kind": "drone", "price": 5 * DRONE}
    groups = [group(count=2), group(threat=drone(price=3 * DRONE), count=1), group(threat="own", count=1)]
    written["raids"] = [{"name": "raid", "groups": groups}]
    found = run(load(written), worlds=3, raids=6, threads=1)
    at, cost = found.columns, found.cost
    assert cost is not None
    fired = found.total[at.rounds : at.rounds + 3] / 18
    assert fired.min() > 0
    assert cost["rounds"]["mean"] == pytest.approx(fired @ [SHOT, 3 * SHOT, 7 * SHOT])
    assert cost["sent"]["mean"] == pytest.approx((2 + 3 + 5) * DRONE)
    assert cost["without_price"] == []


@pytest.mark.parametrize(
    ("money", "problem"),
    [
        ({"currency": "EUR"}, "how much EUR of 2024 a dollar"),
        ({"year": 2020}, "how much USD of 2020 a dollar"),
        ({"currency": "euro", "per_dollar": 1.0}, "three capital letters"),
        ({"currency": "EUR", "per_dollar": 0.0}, "must be more than 0"),
    ],
)
def test_money_that_cannot_be_is_refused(money: dict[str, Any], problem: str) -> None:
    with pytest.raises(ScenarioError, match=problem):
        load(priced(money=money))


def test_a_price_below_nothing_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"price.*between 0 USD and"):
        load(priced(shot="-3 kUSD"))


# ------------------------------------------------------------------------------------------- the estimate


def sums(values: np.ndarray) -> Sums:
    """Of (worlds, plans, raids)."""
    return Sums(values.sum(axis=2), (values**2).sum(axis=2), np.full(values.shape[:2], values.shape[2]))


def test_the_interval_of_a_ratio_covers_as_often_as_it_says() -> None:
    """Worlds draw both prices, which go together; the ratio of the true means is 3."""
    hits = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        whole = rng.lognormal(-0.125, 0.5, (60, 1, 1)) * np.ones((60, 2, 4))
        part = whole * rng.lognormal(-0.045, 0.3, (60, 1, 1)) * rng.poisson(3, (60, 2, 4))
        found = quotient(sums(part), sums(whole))
        assert found is not None
        hits += found.low <= 3 <= found.high
    assert 0.91 <= hits / 400 <= 0.985


def test_what_moves_both_alike_is_no_ignorance_of_the_ratio() -> None:
    rng = np.random.default_rng(1)
    money = rng.lognormal(0.0, 1.0, (500, 1, 1))
    found = quotient(sums(money * rng.poisson(5, (500, 2, 8))), sums(money * np.ones((500, 2, 8))))
    assert found is not None
    assert found.ignorance_share == pytest.approx(0.0, abs=0.03)
    assert found.world_high - found.world_low < 0.7


@given(st.floats(0.1, 10.0), st.integers(0, 1000))
def test_a_ratio_is_told_in_any_money(factor: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    part, whole = rng.random((8, 2, 3)), rng.random((8, 1, 1)) + np.zeros((8, 2, 3))
    here, there = quotient(sums(part), sums(whole)), quotient(sums(factor * part), sums(factor * whole))
    assert here is not None
    assert there is not None
    assert here.full() == pytest.approx(there.full(), rel=1e-6)


# ------------------------------------------------------------------------------------------- where it is told


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "0"), (0.25, "0.25"), (10.573, "10.6"), (100, "100"), (999.4, "999"), (999.6, "1 k"), (1500, "1.5 k"),
     (6_916_289, "6.92 M"), (999_700, "1 M"), (2.5e10, "25 bn"), (None, "–"), (math.nan, "–")],
)  # fmt: skip
def test_amounts_have_three_figures(amount: object, shown: str) -> None:
    assert words.three_figures(amount).replace(words.NBSP, " ") == shown


def test_costs_are_in_summary_report_sheet_and_terminal(
    tmp_path: Path, certain: Outcomes, capsys: pytest.CaptureFixture[str]
) -> None:
    from bartizan.faces.terminal import tables

    results = bartizan.study(load(priced()), tmp_path / "out", worlds=WORLDS, raids=RAIDS, how=Handling(keep="sums"))
    assert results.case("raid")["cost"] == certain.cost
    page = report.render(results.path)
    assert "What it costs" in page
    assert f"at threats that cost {8 * DRONE / 1000:.0f}" in page
    rows = sheets.of_results(results.summary)["costs"]
    assert [row["what"] for row in rows] == ["rounds", "sent", "stopped", "damage", "undefended", "avoided", "ratio"]
    tables.results(results)
    assert "cost of a raid, USD of 2024" in capsys.readouterr().out


def test_results_without_prices_say_nothing_of_costs(tmp_path: Path) -> None:
    results = bartizan.study(load(priced(None, None, None)), tmp_path / "out", worlds=2, raids=2)
    assert "cost" not in results.case("raid")
    assert "What it costs" not in report.render(results.path)
    assert sheets.of_results(results.summary)["costs"] == []
