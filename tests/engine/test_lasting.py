"""Fights that last: waves, rounds that are filled and supplied, units and a network that are lost, and what is left."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.scenes import battery, drone, group, merged, named_causes, radar_site, scene, threats, unit

from bartizan.engine.layout import APPEARED, FAILED, INTERCEPTED, LAUNCHED, LEAKED, RECOVERED, RELOADED, SUPPLIED
from bartizan.studies import replicate
from bartizan.world import course
from bartizan.world.scenario import load

SURE = battery(channels=8, effectors={"missile": {"rounds": 100, "kill": {"drone": 1.0}}})
WAVES = {"gap": 10, "waves": 3, "every": 600}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two scenes come to the same for each threat, to the bit."""
    found, wanted = (threats(each, 1, 40) for each in (one, other))
    return all(np.array_equal(found[name], wanted[name]) for name in wanted if name != "sums")


# ------------------------------------------------------------------------------------------------- waves


def arrivals(count: int, **arrival: Any) -> np.ndarray:
    """When threats that nobody stops arrive, from the first of them on, s."""
    straight = drone(altitude=500, profile="glide")
    flown = group(count=count, bearing={"low": "0 deg", "high": "0 deg"}, arrival=arrival)
    found = threats(scene([], [flown], threats={"drone": straight}), 1, 1)["time"][0, 0]
    return np.sort(found) - found.min()


@given(st.integers(1, 30), st.integers(1, 9))
@settings(max_examples=20, deadline=None)
def test_threats_come_in_waves_of_equal_sizes(count: int, waves: int) -> None:
    every = {} if waves == 1 else {"every": 1000}
    wave_of = np.round(arrivals(count, gap=0.5, waves=waves, **every) / 1000).astype(int)
    sizes = np.bincount(wave_of - wave_of.min())
    assert sizes.sum() == count
    assert set(sizes[sizes > 0]) <= {count // waves, -(-count // waves)}


def test_each_wave_has_the_law_of_the_group() -> None:
    assert arrivals(6, gap=10, waves=3, every=600) == pytest.approx([0, 10, 600, 610, 1200, 1210], abs=0.01)
    assert arrivals(4, waves=2, every=300) == pytest.approx([0, 0, 300, 300], abs=0.01)
    spread = arrivals(400, spread=100, waves=2, every=1000)
    assert spread[199] <= 100 < 900 <= spread[200]
    rate = arrivals(400, rate="1 1/s", waves=2, every=10_000)
    assert np.diff(rate)[[*range(199), *range(200, 399)]].mean() == pytest.approx(1, rel=0.2)


# ------------------------------------------------------------------------------------------------- rounds


def journal(of: dict[str, Any], index: int = 0) -> np.ndarray:
    return replicate.journal(load(of), index=index, raids=8)


LAUNCHER = battery(
    channels=4, effectors={"missile": {"rounds": 4, "reload_time": 30, "spare_rounds": 6, "kill": {"drone": 0.3}}}
)


@pytest.mark.parametrize("more", [{}, {"resupply_time": 200}, {"top_up_after": 20}, {"spare_rounds": 0}])
def test_rounds_are_conserved(more: dict[str, Any]) -> None:
    """What was fired and what is left is what there was and what was delivered."""
    figures = merged(LAUNCHER, {"effectors": {"missile": more}})["effectors"]["missile"]
    of = scene([unit("A", merged(LAUNCHER, {"effectors": {"missile": more}}))],
               [group(count=40, arrival={"spread": 30, "waves": 4, "every": 200})])  # fmt: skip
    for index in range(4):
        rows = journal(of, index)
        ready, spare, fired = 4, figures["spare_rounds"], 0
        for row in rows:
            if row["kind"] == LAUNCHED:
                ready, fired = ready - row["rounds"], fired + row["rounds"]
            elif row["kind"] == RELOADED:
                spare -= row["rounds"] - ready
                ready = int(row["rounds"])
            elif row["kind"] == SUPPLIED:
                assert spare == 0  # it is supplied when the last has been taken
                spare = int(row["rounds"])
            assert 0 <= ready <= 4
            assert 0 <= spare <= figures["spare_rounds"]
        delivered = figures["spare_rounds"] * int((rows["kind"] == SUPPLIED).sum())
        assert fired + ready + spare == 4 + figures["spare_rounds"] + delivered
        assert fired > 4 or figures["spare_rounds"] == 0


def test_as_many_spare_rounds_as_it_takes_are_no_limit() -> None:
    of = scene([unit("A", LAUNCHER)], [group(count=40, arrival=WAVES)])
    endless, many = ({"effectors": {"missile": {"spare_rounds": n}}} for n in (None, 100_000))
    assert same(*(merged(of, {"units": [unit("A", merged(LAUNCHER, each))]}) for each in (endless, many)))


def test_a_quiet_magazine_is_filled_between_waves() -> None:
    """Two threats a wave against three rounds: unless it is topped up, the second wave finds one."""
    keen = battery(effectors={"missile": {"rounds": 3, "reload_time": 500, "kill": {"drone": 1.0}}})
    of = scene([unit("A", keen)], [group(count=4, arrival={"waves": 2, "every": 1_200})])
    for quiet, leaks in ((None, 1), (100, 0), (800, 1)):
        topped = merged(of, {"units": [unit("A", merged(keen, {"effectors": {"missile": {"top_up_after": quiet}}}))]})
        assert (threats(topped, 1, 10)["fate"] == LEAKED).sum(axis=2).tolist() == [[leaks] * 10], quiet


def test_a_magazine_that_was_quiet_while_spares_were_awaited_is_filled_when_they_come() -> None:
    """One threat every 400 s against three rounds and one spare, which fills the gap of the first. When spares come
    700 s later, the magazine has been quiet for 160 s of the 250 already."""
    effector = {"rounds": 3, "reload_time": 10, "spare_rounds": 1, "top_up_after": 250, "resupply_time": 700}
    keen = battery(effectors={"missile": effector | {"kill": {"drone": 1.0}}})
    found = journal(scene([unit("A", keen)], [group(count=4, arrival={"waves": 4, "every": 400})]))
    fired, filled = (found[found["kind"] == kind]["time"].tolist() for kind in (LAUNCHED, RELOADED))
    assert len(fired) == 4
    assert filled == pytest.approx([fired[0] + 260, fired[2] + 260])


# ------------------------------------------------------------------------------------------------- losses


def lasting(*units: dict[str, Any], **more: Any) -> dict[str, Any]:
    return scene(list(units), [group(count=12, arrival=WAVES)], systems={}, **more)


def test_what_cannot_happen_changes_nothing() -> None:
    """Chance 0, or lost once all have arrived: the same outcomes to the bit, on a network with radars."""
    pair = [unit("A", radar_site(), 3_000), unit("B", radar_site(), -2_000, 2_500)]
    plain = lasting(*pair)
    for change in ({"lost": {"chance": 0}}, {"lost": {"at": 5_000}}, {"struck": {"asset": "Town", "chance": 0}}):
        assert same(lasting(pair[0] | change, pair[1]), plain), change
    for network in ({"lost": {"chance": 0}}, {"lost": {"at": 5_000}}, {"node": "A"}, {"node": "A", "takeover": 60}):
        assert same(lasting(*pair, network=network), plain), network


@pytest.mark.parametrize("networked", [True, False])
def test_lost_from_the_start_is_as_if_absent(networked: bool) -> None:
    rest = unit("B", battery(), -2_000, networked=networked)
    lost, absent = (unit("A", SURE, networked=networked, **{k: v}) for k, v in (("lost", {}), ("present", 0)))
    of, without = (threats(lasting(each, rest), 1, 40) for each in (lost, absent))
    for name in ("fate", "fired", "time", "by"):
        assert np.array_equal(of[name], without[name]), name


def test_a_loss_for_a_time_lets_that_wave_through() -> None:
    found = threats(lasting(unit("A", SURE, lost={"at": 400, "lasts": 600})), 1, 10)
    assert (found["fate"].reshape(10, 3, 4) == LEAKED).sum(axis=(0, 2)).tolist() == [0, 40, 0]
    assert named_causes(found) == {"lost": 40}


@given(st.floats(0, 1500), st.floats(0, 1500))
@settings(max_examples=15, deadline=None)
def test_lost_earlier_never_lets_fewer_through(one: float, other: float) -> None:
    """One unit whose shots kill for certain, and the same luck."""
    leaked = [(threats(lasting(unit("A", SURE, lost={"at": at})), 1, 5)["fate"] == LEAKED).sum(axis=2)
              for at in sorted((one, other))]  # fmt: skip
    assert (leaked[0] >= leaked[1]).all()


def test_the_mean_of_an_outage_is_the_closed_form() -> None:
    """Threats one by one at even times, each stopped unless the unit is lost by then: chance x the uniform law."""
    at, within, chance, raids = 100.0, 1_000.0, 0.6, 3_000
    of = scene([unit("A", SURE, lost={"at": at, "within": within, "chance": chance})],
               [group(count=10, bearing={"low": "0 deg", "high": "0 deg"}, arrival={"gap": 120})],
               threats={"drone": drone(altitude=500)}, systems={})  # fmt: skip
    found = threats(of, 1, raids)
    plain = threats(merged(of, {"units": [unit("A", SURE)]}), 1, raids)
    assert not (plain["fate"] == LEAKED).any()
    decided = plain["time"][0, 0]  # what is launched by then is guided to the meeting
    expected = chance * np.clip((decided - at) / within, 0, 1)
    error = 4 * np.sqrt(0.25 / raids)
    assert (found["fate"][0] == LEAKED).mean(axis=0) == pytest.approx(expected, abs=error)


def test_missiles_that_it_guides_fail_and_others_fly_on() -> None:
    """The unit is lost while its missile flies: a guided one meets nothing, one with a seeker kills."""
    for guidance, leaks in (("command", True), ("semi-active", True), ("active", False), ("infrared", False)):
        figures = merged(SURE, {"effectors": {"missile": {"guidance": guidance}}})
        of = scene([unit("A", figures)], [group(count=1)], systems={})
        shot = next(row for row in journal(of) if row["kind"] == LAUNCHED)
        between = float(shot["time"] + shot["until"]) / 2
        lost = merged(of, {"units": [unit("A", figures, lost={"at": between})]})
        fates = threats(lost, 1, 1)["fate"][0, 0], threats(of, 1, 1)["fate"][0, 0]
        assert (fates[0] == LEAKED, fates[1] == LEAKED) == (leaks, False), guidance


def test_what_gets_through_puts_out_of_action_who_stands_there() -> None:
    """One threat that no round stops: it strikes the unit with the chance that is stated."""
    one = battery(channels=1, effectors={"missile": {"rounds": 1, "kill": {"drone": 0.0}}})
    raids = 1_000
    of = scene([unit("A", one, struck={"asset": "Town", "chance": 0.3})], [group(count=1)], systems={})
    rows = [replicate.journal(load(of), raids=raids, index=k) for k in range(60)]
    struck = [bool((each["kind"] == FAILED).any()) for each in rows]
    assert np.mean(struck) == pytest.approx(0.3, abs=4 * math.sqrt(0.3 * 0.7 / len(struck)))
    sure = lasting(unit("A", SURE, 0, struck={"asset": "Town"}), unit("B", SURE, 500))
    assert not (threats(sure, 1, 5)["fate"] == LEAKED).any()  # nothing reaches them
    once = battery(channels=8, effectors={"missile": {"rounds": 100, "kill": {"drone": 0.5}}},
                   doctrine={"max_salvos": 1})  # fmt: skip
    alone, safe = (lasting(unit("A", once, **at)) for at in ({"struck": {"asset": "Town"}}, {}))
    leaked = [(threats(each, 1, 40)["fate"][0] == LEAKED).reshape(40, 3, 4) for each in (alone, safe)]
    # With the same luck: the first wave of which any gets through takes the unit along, and the next get through whole.
    any_of = leaked[1].any(axis=2)
    taken = np.cumsum(any_of, axis=1) > any_of
    assert np.array_equal(leaked[0].sum(axis=2), np.where(taken, 4, leaked[1].sum(axis=2)))
    # One shot at each, even odds: a wave of four is stopped altogether once in 16, and two of those that follow are
    # stopped. The deviation of a raid's leaks, summed over what the three waves can come to, is 1.38.
    expected, deviation = 12 - 2 * (1 + 1 / 16 + 1 / 16**2), 1.38
    assert leaked[0].sum() / 40 == pytest.approx(expected, abs=4 * deviation / math.sqrt(40))


def test_what_is_taken_for_alive_is_lost_with_who_saw_it() -> None:
    """A drone that is dead but taken for alive is fired at until its only observer is struck, and never after that."""
    erring = merged(BLIND, {"channels": 1, "kill_called_miss": 1.0})
    del erring["effectors"]["missile"]["kill"]["cruise"]
    fast = {"kind": "cruise", "speed": 280, "altitude": 500, "rcs": 0.3}
    of = scene([unit("R", EYES, struck={"asset": "Town"}), unit("A", erring)],
               [group(count=1, arrival={"start": 100}), group(threat="fast", count=1)],
               systems={}, threats={"drone": drone(altitude=500, speed=60), "fast": fast})  # fmt: skip
    rows = journal(of)
    struck = float(rows["time"][rows["kind"] == FAILED][0])
    launched = rows["time"][rows["kind"] == LAUNCHED]
    hit = float(rows["time"][(rows["kind"] == INTERCEPTED) & (rows["rounds"] == 1)][0])
    assert hit < launched.max() < struck


# ------------------------------------------------------------------------------------------------- network

EYES = {"sensors": {"eye": {"kind": "ideal", "range": 40_000}}}
BLIND = merged(SURE, {"sensors": {"eye": {"role": "fire-control"}}})


def test_without_a_network_each_has_what_it_sees_itself() -> None:
    """A launcher that sees nothing itself stops all while the network works, and nothing while it is cut."""
    for loss, leaks in (({"at": 400, "lasts": 600}, [0, 4, 0]), ({"at": 400}, [0, 4, 4]), ({"at": 5_000}, [0, 0, 0])):
        found = threats(lasting(unit("R", EYES), unit("A", BLIND), network={"lost": loss}), 1, 5)
        assert (found["fate"].reshape(5, 3, 4) == LEAKED).sum(axis=(0, 2)).tolist() == [5 * n for n in leaks]
        assert set(named_causes(found)) <= {"lost"}
    seeing = lasting(unit("R", EYES), unit("A", SURE), network={"lost": {"at": 0}})
    assert not (threats(seeing, 1, 5)["fate"] == LEAKED).any()


@pytest.mark.parametrize(
    ("takeover", "leaks"), [({}, [0, 4, 4]), ({"takeover": 400}, [0, 4, 0]), ({"takeover": 0}, [0, 0, 0])]
)
def test_another_node_takes_over(takeover: dict[str, Any], leaks: list[int]) -> None:
    node = unit("N", {"sensors": {"eye": {"kind": "ideal", "range": 1_000}}}, 9_000, lost={"at": 500})
    found = threats(lasting(unit("R", EYES), unit("A", BLIND), node, network={"node": "N", **takeover}), 1, 5)
    assert (found["fate"].reshape(5, 3, 4) == LEAKED).sum(axis=(0, 2)).tolist() == [5 * n for n in leaks]


def test_units_that_cannot_speak_fire_at_the_same_threats() -> None:
    plenty = battery(effectors={"missile": {"rounds": 100}})
    pair = [unit("A", plenty, 500), unit("B", plenty, -500)]
    together, apart = (threats(lasting(*pair, network={"lost": {"at": at}}), 1, 40)["fired"].sum() for at in (5_000, 0))
    assert apart > together


# ------------------------------------------------------------------------------------------------- the course


def test_of_what_is_told_at_one_moment_the_first_to_arrive_is_fired_at_first() -> None:
    """The network comes back and tells a launcher of all that flies. When it is ready to fire at each of them is the
    same moment but for the last digit of a sum, which must not say at which it fires."""
    blind = battery(channels=1, sensors={"eye": {"role": "fire-control"}}, effectors={"missile": {"range_max": 60_000}})
    eyes = battery(antenna_height=15, sensors={"eye": {"range": 60_000}})
    del eyes["effectors"]
    content = scene(
        [unit("A", blind), unit("R", eyes)], [group(count=8, arrival={"spread": 120, "jitter": 2})],
        network={"lost": {"at": 0, "within": 3, "chance": 1, "lasts": 129}},
    )  # fmt: skip
    compared = 0
    for raid in range(100):
        events = replicate.journal(load(content), index=raid, raids=100)
        back = events[events["kind"] == RECOVERED]["time"][0]
        told = events[(events["kind"] == APPEARED) & (events["time"] < back) & (events["until"] > back)]
        fired = events[(events["kind"] == LAUNCHED) & (events["time"] > back)]
        if len(told) > 1 and told["until"].min() > back + 60 and fired["time"][0] < back + 8:
            assert fired["threat"][0] == told["threat"][np.argmin(told["until"])]
            compared += 1
    assert compared > 30


def test_the_course_of_rounds_is_what_the_journal_says() -> None:
    """The mean of rounds left at each time, against the journals of the same raids, with losses and fillings."""
    of = load(lasting(
        unit("A", merged(LAUNCHER, {"effectors": {"missile": {"top_up_after": 40, "resupply_time": 300}}}),
             lost={"at": 300, "within": 600, "chance": 0.5, "lasts": 400}),
    ))  # fmt: skip
    raids, case = 8, of.cases[0]
    at, times = replicate.columns_of(of, case), np.array(course.times_s(of, case))
    found = threats(of, 1, raids)["sums"].sum(axis=(0, 1))[at.left : at.left + len(times)]
    expected = np.zeros(len(times))
    for index in range(raids):
        ready, works, steps = 4, 1, [(0.0, 4)]
        for row in replicate.journal(of, raids=raids, index=index):
            kind = row["kind"]
            ready = {LAUNCHED: ready - int(row["rounds"]), RELOADED: int(row["rounds"])}.get(kind, ready)
            works = 0 if kind == FAILED else 1 if kind == RECOVERED else works
            steps.append((float(row["time"]), ready * works))
        expected += [next(level for t, level in reversed(steps) if t <= time) for time in times]
    assert found == pytest.approx(expected)


def test_without_anything_that_lasts_no_course_is_kept() -> None:
    plain = load(scene([unit("A")]))
    assert course.times_s(plain, plain.cases[0]) == []
    assert replicate.columns_of(plain, plain.cases[0]).times == 0
