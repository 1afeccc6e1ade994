"""Costs of layouts beside one another: laws of differences, closed forms, and that they are those of a study."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, drone, group, scene, unit

import bartizan
from bartizan.faces.report import compared as page
from bartizan.faces.report import spending as shown
from bartizan.faces.terminal import compared as terminal
from bartizan.studies import comparing
from bartizan.studies.documents.compared import Amount, Compared, Costs
from bartizan.studies.estimate import difference_of_amounts
from bartizan.studies.paired import Effort
from bartizan.studies.replicate import run
from bartizan.studies.side import RAIDS
from bartizan.world.scenario import load

SHOT, DRONE, TOWN = 1e5, 2e4, 4e6
PRICE, KILL = "systems/battery/effectors/missile/price", "systems/battery/effectors/missile/kill/drone"
#: One look, whose intervals are those of a study of as many worlds.
FEW = Effort(until=0.9, most=8, threads=1)


def priced(count: int = 12, shot: Any = SHOT, sent: Any = DRONE, town: Any = TOWN, **more: Any) -> dict[str, Any]:
    """Drones against one battery; what is None has no price."""
    missile = {} if shot is None else {"price": shot}
    asset = {"name": "Town", "at": {"east": 0, "north": 0}, "radius": 200, "lost_per_hit": 1}
    return scene(
        [unit("A", battery(effectors={"missile": missile}), 1_500)], [group(count=count)],
        systems={"battery": {"effectors": {"missile": missile}}},
        threats={"drone": drone(**({} if sent is None else {"price": sent}))},
        assets=[asset if town is None else {**asset, "worth": town}], **more,
    )  # fmt: skip


def typed(**more: Any) -> dict[str, Any]:
    """The same with the battery's type by its name, so that a change reaches it."""
    return priced(**more) | {"units": [unit("A", "battery", 1_500)]}


def costs(found: Compared) -> list[Costs]:
    (case,) = found["cases"]
    return [row["cost"] for row in case["layouts"]]


def amount(cost: Costs, what: str) -> Amount:
    found: Amount | None = cost[what]  # type: ignore[literal-required]
    assert found is not None
    return found


def difference(cost: Costs, what: str) -> dict[str, float]:
    found = amount(cost, what)["difference"]
    assert found is not None
    return dict(found)


@pytest.mark.parametrize("spread", [False, True])
def test_a_thing_beside_itself_costs_exactly_the_same(spread: bool) -> None:
    """Also where prices are spread, which both draw alike, and where the other is there twice and plays anew."""
    shot = {"low": 1e4, "high": 1e6, "scale": "log"} if spread else SHOT
    here = typed(shot=shot)
    absent = here | {"units": [*here["units"], unit("B", "battery", present=0)]}
    found = costs(bartizan.compare(here, typed(shot=shot), absent, effort=FEW))
    for cost in found:
        for what in ("rounds", "damage"):
            assert difference(cost, what) == {"mean": 0.0, "low": 0.0, "high": 0.0, "differing": 0}
            assert amount(cost, what)["mean"] == amount(found[0], what)["mean"] > 0


def test_costs_go_by_the_price_and_ratios_by_both() -> None:
    """Twice the price is twice the cost, and differs from it by all of it, in each world; damage is another price's."""
    found = bartizan.compare(typed(), what_if=[f"{PRICE}={2 * SHOT}", f"{PRICE}=0", f"{PRICE}={3 * SHOT}"], effort=FEW)
    once, twice, never, thrice = costs(found)
    base = amount(once, "rounds")
    for cost, factor in ((twice, 2), (never, 0), (thrice, 3)):
        rounds, apart = amount(cost, "rounds"), difference(cost, "rounds")
        assert [rounds[end] for end in ("mean", "low", "high")] == pytest.approx(
            [factor * base[end] for end in ("mean", "low", "high")]
        )
        assert apart["mean"] == pytest.approx((factor - 1) * base["mean"])
        assert apart["high"] - apart["low"] == pytest.approx(abs(factor - 1) * (base["high"] - base["low"]))
        assert difference(cost, "damage")["differing"] == 0
        assert once["ratio"] is not None
        assert cost["ratio"] is not None
        assert cost["ratio"]["mean"] == pytest.approx(factor * once["ratio"]["mean"])
    assert all(row["difference"]["differing"] == 0 for row in found["cases"][0]["layouts"])  # a price kills nobody


def test_one_unit_and_one_threat_cost_what_the_closed_form_says() -> None:
    """Up to three rounds, one after another, until one kills with the chance p: 1 + q + q^2 of them are expected, with
    q = 1 - p, and the town is lost with q^3."""
    battery_of_three = {"channels": 1, "doctrine": {"max_salvos": 3}}
    here = typed(count=1) | {"raids": [{"name": "raid", "groups": [group(count=1)]}]}
    here["systems"]["battery"] = battery(effectors={"missile": {"price": SHOT}}) | battery_of_three
    found = bartizan.compare(here, what_if=[f"{KILL}=0.3"], effort=Effort(until=0.004, most=1024))
    for cost, p in zip(costs(found), (0.6, 0.3), strict=True):
        q = 1 - p
        assert amount(cost, "rounds")["low"] <= SHOT * (1 + q + q * q) <= amount(cost, "rounds")["high"]
        assert amount(cost, "damage")["low"] <= TOWN * q**3 <= amount(cost, "damage")["high"]
        assert cost["ratio"] is not None
        assert cost["ratio"]["low"] <= SHOT / DRONE * (1 + q + q * q) <= cost["ratio"]["high"]
    apart = difference(costs(found)[1], "rounds")
    assert apart["low"] <= SHOT * (1 + 0.7 + 0.49 - 1 - 0.4 - 0.16) <= apart["high"]
    assert apart["high"] - apart["low"] < 0.1 * SHOT


def test_costs_are_those_of_a_study_of_the_same_raids() -> None:
    found = costs(bartizan.compare(typed(), what_if=[f"{KILL}=0.3"], effort=FEW))
    cost: Any = run(load(typed()), worlds=8, raids=RAIDS, threads=1).cost
    for what in ("rounds", "damage", "ratio"):
        mine: Any = found[0][what]  # type: ignore[literal-required]
        for end in ("mean", "low", "high"):
            assert mine[end] == pytest.approx(cost[what][end], rel=1e-12)


def test_all_raids_together_are_their_mean() -> None:
    here = typed()
    here["raids"] = [{"name": name, "groups": [group(count=n)]} for name, n in (("few", 4), ("many", 12))]
    together, *cases = bartizan.compare(here, what_if=[f"{KILL}=0.3"], effort=FEW)["cases"]
    for k in range(2):
        each = [case["layouts"][k]["cost"] for case in cases]
        mean = amount(together["layouts"][k]["cost"], "rounds")
        assert mean["mean"] == pytest.approx(np.mean([amount(cost, "rounds")["mean"] for cost in each]))
        apart = difference(together["layouts"][k]["cost"], "rounds")["mean"]
        assert apart == pytest.approx(np.mean([difference(cost, "rounds")["mean"] for cost in each]))


def test_the_money_is_that_of_the_first() -> None:
    money = {"currency": "EUR", "year": 2025, "per_dollar": 0.5}
    dollars, _ = costs(bartizan.compare(typed(), typed(money=money), effort=FEW))
    for cost in costs(bartizan.compare(typed(money=money), typed(), effort=FEW)):
        assert (cost["currency"], cost["year"]) == ("EUR", 2025)
        assert amount(cost, "rounds")["mean"] == pytest.approx(amount(dollars, "rounds")["mean"] / 2)
        assert difference(cost, "rounds")["differing"] == 0


def test_a_sweep_has_them_by_value() -> None:
    found = bartizan.sweep(typed(), {PRICE: [SHOT, 2 * SHOT]}, effort=FEW)
    (case,) = found["cases"]
    base, once, twice = comparing.costs_swept(case).values()
    assert difference(once, "rounds")["differing"] == 0
    assert amount(twice, "rounds")["mean"] == pytest.approx(2 * amount(base, "rounds")["mean"])
    assert difference(twice, "rounds")["mean"] == pytest.approx(amount(base, "rounds")["mean"])
    assert "to what gets through" in comparing.enough(found, case)[0]  # what they cost they do change


def test_what_has_no_price_is_told_or_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = {"shot": None, "sent": None, "town": None}
    bare = bartizan.compare(typed(**nothing), what_if=[f"{KILL}=0.3"], effort=FEW)
    assert all("cost" not in row for row in bare["cases"][0]["layouts"])
    swept = bartizan.sweep(typed(**nothing), {KILL: [0.3, 0.9]}, effort=FEW)
    assert "cost" not in swept["cases"][0]
    terminal.show(bare, width=120)
    terminal.sweep(swept, width=120)
    assert "ost of" not in capsys.readouterr().out + page.compared(bare) + page.swept(swept)
    first, second = costs(bartizan.compare(typed(shot=None), typed(), effort=FEW))
    assert (first["rounds"], first["ratio"], first["without_price"]) == (None, None, ["A: missile"])
    assert amount(second, "rounds")["difference"] is None
    assert difference(second, "damage")["differing"] == 0
    assert shown.left_out({"a": first, "b": second}) == ["Without price, and so in no sum: A: missile."]


def test_they_are_shown_where_what_gets_through_is(capsys: pytest.CaptureFixture[str]) -> None:
    found = bartizan.compare(typed(), what_if=[f"{PRICE}={3 * SHOT}"], effort=FEW)
    terminal.show(found, width=120)
    rounds = amount(costs(found)[1], "rounds")
    for told in (capsys.readouterr().out, page.compared(found)):
        assert "ost of a raid, USD of 2024" in told
        assert f"{rounds['mean'] / 1e6:.3g}" in told
        assert f"+{2 * rounds['mean'] / 3e6:.3g}" in told
        assert "damage done" in told
    swept = bartizan.sweep(typed(), {PRICE: [SHOT, 2 * SHOT]}, effort=FEW)
    assert page.swept(swept).count("<figure>") == 2  # what gets through, and what is fired
    terminal.sweep(swept, width=120)
    assert "as it is" in capsys.readouterr().out


def test_the_interval_of_a_difference_of_amounts_covers_as_often_as_it_says() -> None:
    """Two costs that share most of their luck, of a heavy tail; the true difference is 3."""
    hits = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        shared = rng.lognormal(2, 1, 64)
        found = difference_of_amounts(shared + 3 + rng.normal(0, 2, 64), shared + rng.normal(0, 2, 64))
        hits += found.low <= 3 <= found.high
    assert 0.92 <= hits / 400 <= 0.98
