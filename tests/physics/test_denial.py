"""How often a jammer gets through: exp(-time in range / mean time) survive, by hand for a straight flight."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import drone, group, merged, scene, threats, unit

from bartizan.engine.layout import DIVERTED, LEAKED

OPEN = {"surface": {"kind": "open"}, "study": {"step": 20}}


@pytest.mark.parametrize(("reach", "mean_time"), [(9_000, 60), (15_000, 200), (3_000, 10)])
def test_the_share_that_loses_its_link(reach: float, mean_time: float) -> None:
    """A glide from 30 km away ends at the jammer's foot: it is in range for the last `reach` metres."""
    mast = {"emitters": {"mast": {"denies": ["control-link"], "range": reach, "mean_time_to_effect": mean_time}}}
    glider = drone(profile="glide", altitude=1_000, link_dependence=1.0)
    of = scene([unit("J", mast)], [group(count=20)], threats={"drone": glider}, **OPEN)
    found = threats(of, 1, 1_000)
    n, expected = found["fate"].size, 1 - math.exp(-reach / 150 / mean_time)
    assert abs((found["fate"] == DIVERTED).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


@pytest.mark.parametrize(("reach", "east"), [(500, 0), (1_000, 900), (1_500, 1_400), (3_000, 2_900)])
def test_a_jammer_that_is_passed_close_to_its_range_works_as_long_as_it_is_in_range(reach: float, east: float) -> None:
    """At the step that is used unless another is stated: samples of a way cut what was between two of them."""
    mast = {"emitters": {"mast": {"denies": ["control-link"], "range": reach, "mean_time_to_effect": 20}}}
    glider = drone(profile="glide", altitude=0, link_dependence=1.0, speed=100)
    due_north = group(count=20, bearing={"low": "0 deg", "high": "0 deg"})
    jammer = unit("J", mast, east, 10_500.0)
    of = scene([jammer], [due_north], threats={"drone": glider}, surface={"kind": "open"})
    found = threats(of, 1, 1_000)
    n, expected = found["fate"].size, math.exp(-2 * math.sqrt(reach**2 - east**2) / 100 / 20)
    assert abs((found["fate"] == LEAKED).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


def test_two_jammers_add_their_hazards() -> None:
    mast = {"emitters": {"mast": {"denies": ["control-link"], "range": 9_000, "mean_time_to_effect": 120}}}
    glider = drone(profile="glide", altitude=1_000, link_dependence=1.0)
    units = [unit("J", mast), unit("K", mast), unit("Far", mast, 90_000), unit("Absent", mast, present=0)]
    of = scene(units, [group(count=20)], threats={"drone": glider}, **OPEN)
    found = threats(of, 1, 1_000)
    n, expected = found["fate"].size, 1 - math.exp(-2 * 9_000 / 150 / 120)
    assert abs((found["fate"] == DIVERTED).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


def test_who_drifts_far_enough_misses() -> None:
    """Navigation lost at once, T s before the end: P(miss > radius) = exp(-radius^2 / 2 (drift T)^2)."""
    mast = {"emitters": {"mast": {"denies": ["satnav"], "range": 300_000, "mean_time_to_effect": 0.001}}}
    glider = drone(profile="glide", altitude=1_000, satnav_dependence=1.0, drift=1.0)
    of = scene([unit("J", mast)], [group(count=20)], surface={"kind": "open"}, threats={"drone": glider})
    found = threats(of, 1, 1_000)
    lasts = math.hypot(30_000, 1_000) / 150
    n, expected = found["fate"].size, math.exp(-(200**2) / (2 * lasts**2))
    assert abs((found["fate"] == DIVERTED).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


def test_an_error_of_acceleration_grows_with_the_square_of_the_time() -> None:
    """P(miss > radius) = exp(-radius^2 / 2 ((drift T)^2 + (a T^2 / 2)^2))."""
    mast = {"emitters": {"mast": {"denies": ["satnav"], "range": 300_000, "mean_time_to_effect": 0.001}}}
    glider = drone(profile="glide", altitude=1_000, satnav_dependence=1.0, drift=0.5, drift_acceleration="1 mg")
    of = scene([unit("J", mast)], [group(count=20)], surface={"kind": "open"}, threats={"drone": glider})
    found = threats(of, 1, 1_000)
    lasts = math.hypot(30_000, 1_000) / 150
    sigma = math.hypot(0.5 * lasts, 9.80665e-3 * lasts**2 / 2)
    n, expected = found["fate"].size, math.exp(-(200**2) / (2 * sigma**2))
    assert 0.1 < expected < 0.9
    assert abs((found["fate"] == DIVERTED).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


# ------------------------------------------------------------------------------------------- jammers that are lost

REACH, MEAN, LASTS = 9_000, 60, math.hypot(30_000, 1_000) / 150
BEGINS = LASTS - REACH / 150  # of the time in range; all appear at once


def masts(*losses: dict[str, Any], mean_time: float = MEAN, **more: Any) -> dict[str, Any]:
    """Gliders that need their link and arrive together, and a mast for each of the given losses at the town."""
    mast = {"emitters": {"mast": {"denies": ["control-link"], "range": REACH, "mean_time_to_effect": mean_time}}}
    units = [unit(f"J{k}", mast, **loss) for k, loss in enumerate(losses)]
    glider = drone(profile="glide", altitude=1_000, link_dependence=1.0)
    of = scene(units, [group(count=20, arrival={"gap": 0})], threats={"drone": glider}, **OPEN)
    return merged(of, more)


def stops(exposure: float, found: dict[str, Any]) -> None:
    """That the share which loses its link is that of so many mean times in range."""
    n, expected = found["fate"].size, 1 - math.exp(-exposure)
    assert abs((found["fate"] == DIVERTED).mean() - expected) <= 4 * math.sqrt(expected * (1 - expected) / n)


@pytest.mark.parametrize(("at", "lasts"), [(150, 15), (160, 500), (0, 170), (155, None), (0, None)])
def test_it_stops_nothing_while_it_is_lost(at: float, lasts: float | None) -> None:
    """Only the time in range while it works counts; what it stops before the loss it stops as if there were none."""
    lost = {"at": at} | ({} if lasts is None else {"lasts": lasts})
    back = at + (lasts or math.inf)
    found, plain = (threats(masts(each), 1, 1_000) for each in ({"lost": lost}, {}))
    time, stopped = found["time"], found["fate"] == DIVERTED
    assert not (stopped & (time > at) & (time < back)).any()
    before = (plain["fate"] == DIVERTED) & (plain["time"] < at)
    assert np.array_equal(before, stopped & (time < at))
    assert np.array_equal(plain["time"][before], time[before])
    stops((max(at - BEGINS, 0) + max(LASTS - max(back, BEGINS), 0)) / MEAN, found)


def test_one_of_two_that_is_lost_leaves_the_other() -> None:
    """Whenever it is lost the hazard is that of who works; with the same luck nothing is stopped sooner for it."""
    for at in (0, 155, 5_000):
        found, whole = (threats(masts(each, {}), 1, 1_000) for each in ({"lost": {"at": at}}, {}))
        stopped = found["fate"] == DIVERTED
        assert (whole["fate"][stopped] == DIVERTED).all()
        assert (whole["time"][stopped] <= found["time"][stopped]).all()
        stops((LASTS - BEGINS + min(max(at - BEGINS, 0), LASTS - BEGINS)) / MEAN, found)


def test_a_fast_jammer_that_is_lost_leaves_a_slow_one_as_it_is() -> None:
    """Each of many moments that are the lost one's is passed over."""
    fast = {"override": {"emitters": {"mast": {"mean_time_to_effect": 0.5}}}, "lost": {}}
    stops((LASTS - BEGINS) / MEAN, threats(masts(fast, {}), 1, 1_000))


def test_what_cannot_be_lost_and_what_is_not_changes_nothing() -> None:
    site = unit("A", "radar-site", 3_000)
    plain = masts({}, {}) | {"units": [*masts({}, {})["units"], site]}
    for loss in ({"chance": 0}, {"at": 5_000}):
        may = plain | {"units": [*masts({"lost": loss}, {})["units"], site]}
        found, wanted = threats(may, 1, 200), threats(plain, 1, 200)
        assert all(np.array_equal(found[name], wanted[name]) for name in wanted if name != "sums"), loss


def test_a_jammer_shares_nothing_so_that_its_loss_changes_no_track() -> None:
    """One that reaches nobody is lost: fates, shots and times on a network of radars stay, to the bit."""
    mast = {"emitters": {"mast": {"denies": ["control-link"], "range": 10, "mean_time_to_effect": 60}}}
    sites = [unit("A", "radar-site", 3_000), unit("B", "radar-site", -2_000, 2_500)]
    lost, plain = (threats(scene([*sites, unit("J", mast, 9_000, **more)]), 1, 200)
                   for more in ({"lost": {"at": 60, "lasts": 60}}, {}))  # fmt: skip
    assert (plain["fate"] == LEAKED).any()
    for name in set(plain) - {"cause", "sums"}:
        assert np.array_equal(lost[name], plain[name]), name


def test_what_gets_through_silences_the_jammer_that_it_strikes() -> None:
    """The first comes by itself and needs no link; then those that do meet nothing any more."""
    hardy = drone(profile="glide", altitude=1_000)
    late = group(count=20, arrival={"start": 300, "gap": 0})
    for chance, share in ((1.0, 0.0), (0.3, 0.7), (0.0, 1.0)):
        struck = {"struck": {"asset": "Town", "chance": chance}}
        of = masts(struck, mean_time=0.01, threats={"hardy": hardy})
        of["raids"] = [{"name": "raid", "groups": [group(threat="hardy", count=1), late]}]
        stopped = (threats(of, 1, 1_000)["fate"] == DIVERTED)[0, :, 1:]
        assert (stopped.all(axis=1) | ~stopped.any(axis=1)).all()
        assert stopped.all(axis=1).mean() == pytest.approx(share, abs=4 * math.sqrt(0.25 / 1_000) * (0 < chance < 1))


# ------------------------------------------------------------------------------------------- jammers by their power

LINK = {"power": 1, "frequency": "2.4 GHz", "bandwidth": "20 MHz", "distance": 3_000, "margin": 10}


def powered(watts: float, **of_drone: Any) -> dict[str, Any]:
    """Drones towards a town with jammers of `watts` and 1000 times that, against links and satellite navigation."""
    both = {
        "links": {"denies": ["control-link"], "power": 1_000 * watts, "frequency": "2.4 GHz", "bandwidth": "20 MHz",
                  "mean_time_to_effect": 20},
        "satnav": {"denies": ["satnav"], "power": watts, "mean_time_to_effect": 20},
    }  # fmt: skip
    of = drone(profile="glide", altitude=1_000, drift=20, link=LINK) | of_drone
    return scene([unit("J", {"emitters": both})], [group(count=20)], threats={"drone": of}, **OPEN)


def diverted(watts: float, **of_drone: Any) -> Any:
    return threats(powered(watts, **of_drone), 1, 200)["fate"] == DIVERTED


def test_a_powered_jammer_works_within_its_range() -> None:
    """100 W against 1 W at 3 km with a margin of 10 dB: 3 km x sqrt(100 / 10) = 9.5 km of the glide."""
    found = diverted(0.1, link_dependence=1)
    expected = 1 - math.exp(-3_000 * math.sqrt(10) / 150 / 20)
    assert abs(found.mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / found.size)


@pytest.mark.parametrize("needs", ["satnav_dependence", "link_dependence"])
def test_more_power_diverts_whatever_less_did(needs: str) -> None:
    """The luck is the same: with more power a threat is only lost earlier."""
    less, more = (diverted(watts, **{needs: 1}) for watts in (0.002, 0.02))
    assert not (less & ~more).any()
    assert less.mean() < more.mean()


def test_more_rejection_saves_whatever_less_did() -> None:
    less, more = (diverted(0.02, satnav_dependence=1, satnav_rejection=db) for db in (3, 12))
    assert not (more & ~less).any()
    assert more.mean() < less.mean()


def test_what_needs_neither_is_immune() -> None:
    assert not diverted(1e6).any()
