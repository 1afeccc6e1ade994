"""Who is taken for whom: streams, closing and calls against closed forms, and laws of perfect and no identification."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.engine.scenes import battery, group, named_causes, scene, threats, unit

from bartizan.engine.layout import FATES
from bartizan.studies import replicate, summary
from bartizan.world.scenario import load
from bartizan.world.schema.file import most_of_stream

KILLED, LEAKED, PASSED, DOWNED, ABSENT = (
    FATES.index(name) for name in ("killed", "leaked", "passed", "downed", "absent")
)
LINER = {"kind": "aircraft", "speed": 100, "altitude": 1_000, "rcs": 10}
#: Sees all within 60 km, fires at all within 30, one round at each, which kills; it has channels and rounds for all.
SURE = battery(
    channels=200, reaction_time=0, sensors={"eye": {"range": 60_000}},
    effectors={"missile": {"range_max": 30_000, "rounds": 500, "kill": {"drone": 1.0, "aircraft": 1.0}}},
)  # fmt: skip


def stream(rate: str = "60 1/h", lasts: float = 600, count: int = 30, **neutral: Any) -> dict[str, Any]:
    return {"threat": "liner", "count": count, "distance": 10_000, "bearing": {"low": "-180 deg", "high": "180 deg"},
            "arrival": {"rate": rate}, "neutral": {"lasts": lasts, **neutral}}  # fmt: skip


def among(*traffic: dict[str, Any], system: Any = SURE, **more: Any) -> dict[str, Any]:
    """One drone, and neutrals; the town is far from where they could be mixed up."""
    units = [unit("A", system)] if system else []
    return scene(
        units, [group(count=1, arrival={}), *traffic], threats={"liner": LINER | more.pop("liner", {})}, **more
    )


def fates(scenario: dict[str, Any], worlds: int = 1, raids: int = 400) -> np.ndarray:
    """Of the neutrals, (worlds, raids, neutrals)."""
    return np.asarray(threats(scenario, worlds, raids)["fate"][:, :, 1:])


# ------------------------------------------------------------------------------------------------- who comes


def test_the_number_that_comes_is_poisson() -> None:
    """Each plan has a stream of its own: as many as worlds by plans, of one raid each."""
    there = (fates(among(stream(), system=None), 300, 2) != ABSENT).sum(axis=2).ravel()
    mean = 10.0
    assert there.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / there.size))
    counts = np.bincount(np.clip(there, 4, 16), minlength=17)[4:]
    law = stats.poisson(mean)
    chances = [law.cdf(4), *law.pmf(np.arange(5, 16)), law.sf(15)]
    assert stats.chisquare(counts, there.size * np.array(chances)).pvalue > 1e-3


@pytest.mark.parametrize("mean", [0.01, 0.5, 6, 33.3, 900, 20_000])
def test_the_room_of_a_stream_is_the_quantile_of_a_poisson_number(mean: float) -> None:
    assert most_of_stream(mean) == max(1, stats.poisson.ppf(0.999, mean))


@pytest.mark.parametrize("left", [0.0, 0.4])
def test_closing_thins_what_is_due_later_and_nothing_else(left: float) -> None:
    """Of a stream at rate r that ends until T, those that appear after the airspace closes at c: r (T - d - c), where
    each flies for d; what comes is Poisson with the share `left` of them."""
    lasts, closing, way = 900.0, 120.0, 200.0  # 2 x 10 km at 100 m/s
    watch = {"sensors": {"eye": {"kind": "ideal", "range": 60_000}}}  # it sees the drone appear
    open_, thinned = (
        fates(among(stream(lasts=lasts, count=40, **how), system=watch), 300, 4) != ABSENT
        for how in ({}, {"closing": closing, "left": left})
    )
    assert not (thinned & ~open_).any()
    rate, late = 60 / 3600, lasts - way - closing
    mean, there = rate * (lasts - late) + rate * late * left, thinned.sum(axis=2)
    assert there.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / there.size))
    assert there.var() == pytest.approx(mean, rel=4 * np.sqrt(2 / there.size))


def test_neutrals_never_leak_and_are_no_threats() -> None:
    scenario = load(among(stream(), identify={"time": 20, "neutral_as_hostile": 0.5}))
    case = scenario.cases[0]
    found = replicate.run(scenario, worlds=2, raids=16)
    assert (case.size, case.routes) == (1, 31)
    assert found.leakers.max() <= 1
    at = found.columns
    assert found.total[at.leaked] + found.total[at.killed] == 2 * 16
    assert found.total[at.flown] == found.total[at.flown + 1] > 0
    assert found.total[at.downed] <= found.total[at.engaged] <= found.total[at.flown]


# ---------------------------------------------------------------------------------------------- who is who


def test_nobody_fires_at_neutrals_before_a_threat_is_known() -> None:
    """A drone that no sensor ever sees raises no alarm."""
    blind = among(stream(), system=SURE | {
        "sensors": {"eye": {"kind": "ideal", "range": 60_000, "elevation_min": "1 deg"}}})  # fmt: skip
    blind["threats"]["drone"]["altitude"] = 1
    assert set(np.unique(fates(blind, 2, 32))) == {PASSED, ABSENT}


def test_with_perfect_identification_no_neutral_is_ever_fired_at() -> None:
    told = among(
        stream(), liner={"transponder": 1.0}, identify={"time": 10, "transponder": 1.0, "neutral_as_hostile": 1}
    )
    found = threats(told, 4, 32)
    assert found["fired"][:, :, 1:].sum() == 0
    assert (found["fate"][:, :, 0] == KILLED).all()


def test_without_identification_neutrals_fare_as_threats_of_their_kind() -> None:
    """The same stream as threats, in sight from the start: as many are shot down of those that come."""
    found = fates(among(stream(lasts=600)), 16, 8)
    assert set(np.unique(found)) <= {DOWNED, ABSENT, PASSED}
    # what is not shot down had passed out of reach, or ended its way, before the alarm and the first launch
    assert (found == DOWNED).sum() > 20 * (found == PASSED).sum()
    twins = scene([unit("A", SURE)], [group(count=30, threat="liner", distance=10_000)], threats={"liner": LINER})
    assert (threats(twins, 4, 8)["fate"] == KILLED).all()


@pytest.mark.parametrize("weapons", ["free", "tight"])
def test_calls_are_a_binomial_chain(weapons: str) -> None:
    """One neutral after another, each looked at k times: it is fired at unless answer or plan show it, or every look
    recognises it, or, with tight weapons, leaves it unknown."""
    answers, read, filed, known, visual, wrong = 0.8, 0.7, 0.5, 0.6, 0.4, 0.3
    calls = {"time": 5, "spread": 1.0, "again": 40, "transponder": read, "flight_plan": known, "visual": visual,
             "neutral_as_hostile": wrong}  # fmt: skip
    system = SURE | {"doctrine": {"weapons": weapons}}
    flown = among(stream("120 1/h", 400, 40), system=system, identify=calls,
                  liner={"transponder": answers, "flight_plan": filed})  # fmt: skip
    found, unharmed = threats(flown, 8, 50), threats(flown | {"units": []}, 8, 50)
    fired, ends = found["fired"][:, :, 1:] > 0, unharmed["time"][:, :, 1:]
    chosen = (unharmed["fate"][:, :, 1:] == PASSED) & (ends > 210)  # all its way since the alarm
    shown = 1 - (1 - answers * read) * (1 - filed * known)
    released = (1 - visual) * (1.0 if weapons == "free" else wrong)
    looks = 5  # at 5, 45, 85, 125, 165 s of its 200 s
    expected = (1 - shown) * (1 - (1 - released) ** looks)
    n = chosen.sum() / 2  # raids of a plan share routes, not calls; times differ a little between looks
    assert fired[chosen].mean() == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / n))


# -------------------------------------------------------------------------------------------- friendly aircraft


def own(liner: dict[str, Any], *others: dict[str, Any], weapons: str = "tight", **calls: float) -> dict[str, Any]:
    """Patrols of the defender's own side, and other streams before them; nothing else shows who they are but IFF."""
    patrol = stream("120 1/h", 400, 40, friendly=True) | {"threat": "patrol"}
    told = among(*others, patrol, system=SURE | {"doctrine": {"weapons": weapons}}, identify={"time": 5, **calls})
    told["threats"]["patrol"] = LINER | liner
    return told


@pytest.mark.parametrize("weapons", ["free", "tight"])
def test_fratricide_is_a_binomial_chain(weapons: str) -> None:
    """Certain kills: one that flies all its way in sight is shot down unless its IFF answers and is read, or no look of
    five calls it hostile or, with free weapons, leaves it unknown."""
    answers, read, visual, wrong, looks = 0.6, 0.7, 0.4, 0.15, 5  # at 5, 45, 85, 125, 165 s of its 200 s
    calls = {"spread": 1.0, "again": 40, "transponder": read, "visual": visual, "neutral_as_hostile": wrong}
    flown = own({"transponder": answers}, weapons=weapons, **calls)
    found, unharmed = fates(flown, 8, 50), threats(flown | {"units": []}, 8, 50)
    chosen = (unharmed["fate"][:, :, 1:] == PASSED) & (unharmed["time"][:, :, 1:] > 210)  # all its way since the alarm
    unhurt = visual + (1 - visual) * (0.0 if weapons == "free" else 1 - wrong)
    expected = (1 - answers * read) * (1 - unhurt**looks)
    n = chosen.sum() / 2  # raids of a plan share routes, not calls
    shot_down = (found == DOWNED)[chosen].mean()
    assert shot_down == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / n))


def test_at_least_one_fratricide_follows_from_their_number() -> None:
    """A Poisson stream of which each is shot down or not by luck of its own: of raids, 1 - exp(-mean) have one or more.
    Each plan, of one raid, has a stream of its own."""
    scenario = load(own({"transponder": 0.9}, spread=1.0, transponder=0.9, neutral_as_hostile=0.1, visual=0.2))
    found = replicate.run(scenario, worlds=400, raids=2)
    at, n = found.columns, 800
    mean, share = found.total[at.downed + 2] / n, found.total[at.any_downed + 1] / n
    expected = 1 - np.exp(-mean)
    assert 0.1 < expected < 0.9
    assert share == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / n))


def test_better_iff_is_never_more_fratricide() -> None:
    """With the same luck whoever is spared is spared still; with IFF that always answers and is read, all are."""
    calls = {"spread": 2.0, "visual": 0.1, "neutral_as_hostile": 0.3}
    of = [fates(own({"transponder": a}, transponder=r, **calls), 4, 16) == DOWNED
          for a, r in ((0.0, 0.9), (0.5, 0.9), (0.9, 0.9), (0.9, 1.0), (1.0, 1.0))]  # fmt: skip
    assert all(not (better & ~worse).any() and better.sum() < worse.sum() for worse, better in pairwise(of))
    assert not of[-1].any()


def test_friendly_is_a_label_that_no_outcome_knows_of() -> None:
    """The same streams, called neutral all: each fate is the same to the bit, and whose they are adds up."""
    calls = {"transponder": 0.8, "visual": 0.2, "neutral_as_hostile": 0.2}
    apart, alike = (own({"transponder": 0.8}, stream(), **calls) for _ in range(2))
    del alike["raids"][0]["groups"][2]["neutral"]["friendly"]
    found, same = threats(apart, 2, 16), threats(alike, 2, 16)
    for name in ("fate", "cause", "fired", "time", "by"):
        assert np.array_equal(found[name], same[name]), name
    told, other = (replicate.run(load(one), worlds=2, raids=16) for one in (apart, alike))
    (a, b), total, together = (told.columns, other.columns), told.total, other.total
    for name in ("flown", "engaged", "downed"):
        first, before = getattr(a, name), getattr(b, name)
        assert total[first : first + 2].tolist() == together[before : before + 2].tolist()  # group by group
        assert (
            total[first + 2 : first + 4].tolist() == together[before : before + 2].tolist()
        )  # of neutrals, of friends
        assert together[before + 2] == total[first + 2] + total[first + 3]
    for name in ("any_engaged", "any_downed"):
        each = total[getattr(a, name) : getattr(a, name) + 2]
        assert max(each) <= together[getattr(b, name)] <= sum(each)


def test_friendly_aircraft_change_no_estimate_of_neutrals() -> None:
    """Where there are channels and rounds for all, neutrals fare to the bit as they do alone; friendly aircraft are
    told apart, with what that is in a year."""
    calls = {"transponder": 0.8, "visual": 0.2, "neutral_as_hostile": 0.2}
    both = own({"transponder": 0.8}, stream(), **calls)
    alone = both | {"raids": [both["raids"][0] | {"groups": both["raids"][0]["groups"][:2]}]}
    of = []
    for one in (both, alone):
        one["raids"][0]["per_year"] = 6
        scenario = load(one)
        found = replicate.run(scenario, worlds=4, raids=16)
        of.append(summary.of_case(scenario, found.case, found.design, found.sums, found.squares))
    assert of[0]["neutrals"] == of[1]["neutrals"]
    assert "friendly" not in of[1]
    friendly = of[0]["friendly"]
    assert [kind["type"] for kind in friendly["types"]] == ["patrol"]
    assert [kind["type"] for kind in of[0]["neutrals"]["types"]] == ["liner"]
    assert friendly["year"] is not None
    for end in ("mean", "low", "high"):
        assert friendly["year"]["downed"][end] == pytest.approx(6 * friendly["downed"][end])  # type: ignore[literal-required]


# ------------------------------------------------------------------------------------------- threats, and areas


def test_a_threat_that_is_called_neutral_is_let_through_until_it_is_looked_at_again() -> None:
    """Certain kills: it leaks where each look that it stays for calls it neutral, for the reason that fire is held."""
    calls = {"time": 10, "spread": 1.0, "again": 60, "hostile_as_neutral": 0.5}
    found = threats(scene([unit("A", SURE)], [group(count=1, arrival={})], identify=calls), 1, 4_000)
    leaked = (found["fate"] == LEAKED).mean()
    assert leaked == pytest.approx(0.5**4, abs=4 * np.sqrt(0.0625 * 0.9375 / 4_000))  # at 10, 70, 130, 190 of 200 s
    assert named_causes(found) == {"not_released": int((found["fate"] == LEAKED).sum())}


def test_the_time_of_the_first_call_is_lognormal() -> None:
    """With one look in all, a threat is stopped where its call comes in time."""
    calls = {"time": 200, "spread": 2.0, "again": 1_000_000}
    gliding = {"altitude": 1_000, "profile": "glide"}
    one = scene([unit("A", SURE)], [group(count=1, arrival={}, distance=30_000)], threats={"drone": gliding})
    found = threats(one | {"identify": calls}, 1, 4_000)
    stopped = (found["fate"] == KILLED).mean()
    last = 200 - 1_000 / 150  # the last launch is one second's flight or so before the least range of 1 km
    assert stopped == pytest.approx(stats.lognorm(np.log(2), scale=200).cdf(last), abs=0.035)


def test_networked_units_share_the_luck_of_calls_and_others_do_not() -> None:
    calls = {"time": 10, "spread": 1.0, "again": 1_000_000, "hostile_as_neutral": 0.5}

    def leaks(networked: bool) -> float:
        units = [unit(f"U{k}", SURE, 10 * k, networked=networked) for k in range(3)]
        found = threats(scene(units, [group(count=1, arrival={})], identify=calls), 1, 2_000)
        return float((found["fate"] == LEAKED).mean())

    assert leaks(True) == pytest.approx(0.5, abs=0.05)
    assert leaks(False) == pytest.approx(0.5**3, abs=0.03)


def test_neutrals_that_share_nothing_with_the_defence_change_no_threat() -> None:
    """Traffic that no weapon reaches leaves every threat its outcome to the bit."""
    alone = threats(scene([unit("A"), unit("B", "radar-site", 3_000)]), 2, 32)
    far = stream() | {"distance": 5_000, "targets": ["Elsewhere"]}
    both = scene([unit("A"), unit("B", "radar-site", 3_000)], [group(targets=["Town"]), far],
                 assets=[{"name": "Town", "at": {"east": 0, "north": 0}, "radius": 200},
                         {"name": "Elsewhere", "at": {"east": 300_000, "north": 0}}],
                 threats={"liner": LINER})  # fmt: skip
    found = threats(both, 2, 32)
    for name in ("fate", "cause", "fired", "time", "by"):
        assert np.array_equal(found[name][:, :, :8], alone[name]), name


def test_tighter_weapons_never_fire_at_more_neutrals() -> None:
    calls = {"time": 10, "visual": 0.2, "neutral_as_hostile": 0.3}
    fired = [
        threats(among(stream(), system=SURE | {"doctrine": {"weapons": weapons}}, identify=calls), 4, 16)["fired"] > 0
        for weapons in ("free", "tight")
    ]
    assert not (fired[1][:, :, 1:] & ~fired[0][:, :, 1:]).any()
    assert fired[1][:, :, 1:].sum() < fired[0][:, :, 1:].sum()


@pytest.mark.parametrize(("unknown", "like"), [(0.0, "free"), (1.0, "hold")])
def test_an_area_where_weapons_are_tight_is_as_what_is_called_there(unknown: float, like: str) -> None:
    """Where all threats are called hostile it is as if there were none; where all are unknown, nothing is fired at."""
    calls = {"time": 10, "hostile_as_unknown": unknown}

    def played(status: str) -> dict[str, Any]:
        area = {"name": "Town", "at": {"east": 0, "north": 0}, "radius": 12_000, "status": status}
        return threats(scene([unit("A"), unit("B", "radar-site", 3_000)], areas=[area], identify=calls), 2, 16)

    tight, other = played("tight"), played(like)
    for name in ("fate", "cause", "fired", "by"):
        assert np.array_equal(tight[name], other[name]), name
