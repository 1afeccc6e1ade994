"""Tracks: lost and confirmed again, cues that are searched for, threats taken for others, tracks of nothing."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, drone, group, merged, radar_site, scene, unit
from tests.oracles import closed_forms

from bartizan.engine import layout
from bartizan.engine.aim import forget
from bartizan.engine.layout import Raid
from bartizan.engine.survey import survey_one
from bartizan.engine.tables import known_span, rewind
from bartizan.ground.jit import kernel
from bartizan.physics import arrays
from bartizan.physics.flyout import NEVER
from bartizan.studies import replicate
from bartizan.studies.skylines import skies
from bartizan.studies.verify.checks import errors_off_pmf
from bartizan.world import draw, pack
from bartizan.world.scenario import load

Scene = dict[str, Any]
RAIDS = 4_000


def run(of: Scene, worlds: int = 4, raids: int = 500) -> replicate.Outcomes:
    return replicate.run(load(of), worlds=worlds, raids=raids, threads=1)


def same(a: Scene, b: Scene) -> bool:
    x, y = run(a), run(b)
    return all(np.array_equal(getattr(x, name), getattr(y, name)) for name in ("leakers", "shots", "sums"))


@kernel
def fill_spans(played, u, i, s, out):  # type: ignore[no-untyped-def]
    """What unit u knows of threat i in each raid at s or next: from when, to when; then what it knows after that."""
    world, theatre, state, block = played
    for number in range(out.shape[0]):
        raid = Raid(world, theatre, state, block, 0, number, 0)
        forget(raid)
        rewind(state, i)
        out[number, 0], out[number, 1] = known_span(raid, u, i, s)
        out[number, 2], out[number, 3] = NEVER, NEVER
        if out[number, 1] < NEVER:
            out[number, 2], out[number, 3] = known_span(raid, u, i, out[number, 1] + 1e-6)


@kernel
def fill_asked(played, before, u, i, s, out):  # type: ignore[no-untyped-def]
    """The same of unit u alone, after unit `before` was asked."""
    world, theatre, state, block = played
    for number in range(out.shape[0]):
        raid = Raid(world, theatre, state, block, 0, number, 0)
        forget(raid)
        rewind(state, i)
        known_span(raid, before, i, s)
        out[number, 0], out[number, 1] = known_span(raid, u, i, s)


class Known:
    """A scene's first world and plan, and when units know of threats in it."""

    def __init__(self, of: Scene) -> None:
        scenario = load(of)
        case = scenario.cases[0]
        packed = pack.pack(scenario, case, draw.worlds(scenario, 0, 0, 1))
        world = arrays.world(packed, 0)
        self.theatre = survey_one(world, skies(scenario, packed, np.array([0]))[0], 0, 0, 250.0)
        self.played = world, self.theatre, layout.new_state(world, self.theatre), layout.new_block(1, case.size, world)

    def spans(self, u: int, i: int, s: float = 0.0) -> np.ndarray:
        """(RAIDS, 4): two spans one after the other."""
        out = np.zeros((RAIDS, 4))
        fill_spans(self.played, u, i, s, out)
        return out

    def asked(self, before: int, u: int, i: int, s: float) -> np.ndarray:
        """(RAIDS, 2): what unit u knows at s or next, after another was asked."""
        out = np.zeros((RAIDS, 2))
        fill_asked(self.played, before, u, i, s, out)
        return out

    def looks(self, u: int, i: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Times, hazards, and when a track is lost."""
        pair = self.theatre.pairs[u * len(self.theatre.routes) + i]
        own = slice(int(pair["own0"]), int(pair["own1"]))
        hazard = np.diff(self.theatre.look_hazard[own], prepend=0.0)
        return self.theatre.look_time[own], hazard, self.theatre.look_until[own]


# A faint radar that sees neither high up nor close by: what flies over it is lost, and found again behind it.
_FAINT = {"range": 9_000, "elevation_max": "14 deg"}
_OVER = {"bearing": {"low": "0 deg", "high": "0 deg"}, "count": 6, "arrival": {"gap": 40}}


def overhead(networked: bool = False, coast: Any = None, **more: Any) -> Scene:
    """Drones from the north over a radar site that stands 7 km before their town."""
    site = radar_site(channels=3, effectors={"missile": {"range_min": 500, "kill": {"drone": 0.3}}})
    site = merged(site, {"sensors": {"search": _FAINT | {"coast_time": coast},
                                     "tracker": {"elevation_max": "14 deg"}}})  # fmt: skip
    units = [unit("A", site, 300, 7_000, networked=networked)]
    return scene(units, [group(**_OVER)], threats={"drone": drone(altitude={"low": 900, "high": 1_500})}, **more)


# ------------------------------------------------------------------------------------------ lost and found again


@pytest.mark.parametrize("networked", [False, True])
def test_a_track_is_confirmed_with_the_chance_of_each_stretch_of_looks(networked: bool) -> None:
    """Two stretches of looks with hazards H and K: known in the second with 1 - exp(-K) of raids, whatever came
    before, and in the first with 1 - exp(-H). A network of one unit knows what that unit knows."""
    known = Known(overhead(networked, 8))
    seen = 0
    for i in range(6):
        time, hazard, until = known.looks(0, i)
        ends = np.unique(until)
        if len(ends) < 2:
            continue
        found = known.spans(0, i)
        first = found[:, 1] == ends[0]
        second = (found[:, 1] == ends[1]) | (found[:, 3] == ends[1])
        for happened, end in ((first, ends[0]), (second, ends[1])):
            chance = -math.expm1(-hazard[until == end].sum())
            assert errors_off_pmf(happened.astype(int), np.array([1 - chance, chance])) < 4
        chance = float(second.mean())
        assert errors_off_pmf(second[first].astype(int), np.array([1 - chance, chance])) < 4
        assert np.isin(found[first, 0], time[until == ends[0]]).all()
        seen += 1
    assert seen >= 3


def test_a_track_ends_the_stated_time_after_the_last_look() -> None:
    time, _, until = Known(overhead(coast=8)).looks(0, 0)
    gaps = [(a, b) for a, b in pairwise(time) if b - a > 8 + 3]
    assert gaps
    assert all(until[time == a][0] < b for a, b in gaps)
    assert (until > time + 8 - 1e-9).all()


def test_a_track_that_is_never_dropped_and_one_that_outlasts_the_raid_are_the_same() -> None:
    assert same(overhead(True), overhead(True, 3_600))
    assert not same(overhead(True), overhead(True, 8))


def test_what_is_never_out_of_sight_is_never_lost() -> None:
    sites = [unit("A", radar_site(), 3_000, 400), unit("B", radar_site(), -2_000, 2_500)]
    of = scene(sites, [group(count=16, arrival={"spread": 60, "jitter": 10})], surface={"kind": "open"})
    forgetful = merged(of, {"systems": {"radar-site": {"sensors": {"search": {"coast_time": 9}}}}})
    assert same(of, forgetful)


def test_who_forgets_sooner_knows_no_earlier_and_lets_more_through() -> None:
    coasts = [None, 60, 20, 8]
    first = [np.array([Known(overhead(True, c)).spans(0, i)[:, 0] for i in range(6)]) for c in coasts]
    for slow, soon in pairwise(first):
        assert (soon >= slow).all()
    leaks = [run(overhead(True, c), worlds=8).leakers for c in coasts]
    for more, less in pairwise(leaks):
        gained = (less - more).astype(float)
        assert gained.mean() >= -2 * gained.std() / math.sqrt(gained.size)
    assert leaks[-1].mean() > leaks[0].mean()


def test_fire_control_keeps_a_track_that_search_has_lost() -> None:
    site = radar_site(
        sensors={"search": _FAINT | {"coast_time": 8}, "tracker": {"elevation_max": "90 deg"}},
    )
    held = overhead() | {"units": [unit("A", site, 300, 7_000)]}
    _, _, until = Known(held).looks(0, 0)
    assert len(np.unique(until)) == 1
    assert len(np.unique(Known(overhead(coast=8)).looks(0, 0)[2])) == 2


def test_a_unit_that_is_told_too_late_takes_no_track_from_the_others() -> None:
    of = overhead(True, 8, network={"delay": "90 s"})
    far = unit("B", radar_site(), 60_000, -60_000, networked=True)
    known = Known(of | {"units": [*of["units"], far]})
    for i in range(6):
        alone = known.spans(0, i)[:, :2]
        assert (alone[:, 0] < known.spans(1, i)[:, 0]).mean() > 0.5  # B is told of a later track, or of none
        assert np.array_equal(known.asked(1, 0, i, 0.0), alone)


def test_a_unit_alone_on_a_network_knows_what_it_knows_without_one() -> None:
    """With the chance 1 - exp(-H), not by two tries at it."""
    faint = radar_site(sensors={"search": {"range": 1_000}})
    for networked in (False, True):
        known = Known(scene([unit("A", faint, networked=networked)], surface={"kind": "open"}))
        for i in range(3):
            chance = -math.expm1(-known.looks(0, i)[1].sum())
            happened = (known.spans(0, i)[:, 0] < NEVER).astype(int)
            assert 0.02 < chance < 0.98
            assert errors_off_pmf(happened, np.array([1 - chance, chance])) < 4


# ------------------------------------------------------------------------------------------------------ cues


def cued(beam: str = "1 deg", dwell: Any = 0.5, manoeuvre: float = 4.0, delay: float = 6.0) -> Scene:
    """A radar far forward, and a site behind that sees nothing by itself until late."""
    far = {"sensors": {"search": {"range": 25_000, "scan_period": 6, "beam": "3 deg", "confirm": [2, 3]}}}
    site = radar_site(
        sensors={"search": {"range": 400}, "tracker": {"beam": beam, "dwell": dwell, "range": 40_000}}, reaction_time=0
    )
    units = [unit("Far", far, 0, 12_000), unit("Site", site)]
    return scene(units, [group(**_OVER)], network={"delay": delay}, threats={"drone": drone(manoeuvre=manoeuvre)})


def told(of: Scene) -> float:
    """When the site knows of the first threat, on average."""
    return float(Known(of).spans(1, 0)[:, 0].mean())


def test_fire_control_searches_for_what_its_beam_does_not_cover() -> None:
    at_once = told(cued(dwell=None))
    assert told(cued(beam="30 deg")) == at_once
    assert at_once < told(cued(beam="1 deg")) < told(cued(beam="0.5 deg"))
    assert told(cued(manoeuvre=1)) < told(cued(manoeuvre=8))
    # The delay of the network itself, and what the threat may do meanwhile.
    later = told(cued(delay=12)) - told(cued(delay=6))
    assert later > told(cued(delay=12, dwell=None)) - told(cued(delay=6, dwell=None)) == pytest.approx(6)
    assert told(cued(dwell=1)) - at_once == pytest.approx(2 * (told(cued(dwell=0.5)) - at_once), rel=0.05)


def test_all_pulses_of_a_look_measure() -> None:
    """n pulses of a signal s err as one of n s does (Barton)."""

    def errors(pulses: int, snr_db: float) -> dict[float, float]:
        search = {"range": 25_000, "pulses": pulses, "snr": snr_db, "phase": 0}
        of = Known(merged(cued(), {"units": [u if u["name"] == "Site" else merged(
            u, {"system": {"sensors": {"search": search}}}) for u in cued()["units"]]}))  # fmt: skip
        low, high = of.theatre.net_span[0]
        return dict(zip(of.theatre.net_time[low:high], of.theatre.net_error[low:high], strict=True))

    one, ten = errors(1, 15.0), errors(10, 5.0)
    shared = sorted(one.keys() & ten.keys())
    assert len(shared) > 3
    assert [one[t] for t in shared] == pytest.approx([ten[t] for t in shared], rel=1e-4)
    assert min(one.values()) > 0


# ---------------------------------------------------------------------------------------------------- correlation

_ENDLESS = battery(channels=4, effectors={"missile": {"rounds": 500}})
_PAIR = [unit("A", _ENDLESS), unit("B", _ENDLESS, 900, 300), unit("C", _ENDLESS, -900, 300)]


def test_threats_taken_for_others_are_fired_at_twice() -> None:
    of = scene(_PAIR, [group(count=6)])
    alone = merged(_ENDLESS, {"doctrine": {"coordinate": False}})
    apart = scene([u | {"system": alone} for u in _PAIR], [group(count=6)])
    assert same(of, merged(of, {"network": {"miscorrelation": 0}}))
    assert same(apart, merged(of, {"network": {"miscorrelation": 1}}))
    shots = [run(merged(of, {"network": {"miscorrelation": p}})).shots.mean() for p in (0, 0.3, 1)]
    assert shots[0] < 0.9 * shots[1] < 0.9 * shots[2]


def test_a_unit_without_sight_takes_nothing_for_another() -> None:
    """It has but one track of a threat, the network's."""
    blind = merged(_ENDLESS, {"effectors": {"missile": {"guidance": "active"}}})
    del blind["sensors"]
    of = scene([*_PAIR[:1], unit("D", blind, 0, 900)], [group(count=6)])
    wrong = merged(of, {"network": {"miscorrelation": 1}})
    # One of two sees all, the other nothing: A alone fires at what D has engaged, and D leaves nothing to A.
    assert run(wrong).shots.mean() > run(of).shots.mean()
    both = scene(_PAIR[:2], [group(count=6)], network={"miscorrelation": 1})
    assert run(wrong).shots.mean() < run(both).shots.mean()


# -------------------------------------------------------------------------------------------------- false tracks

_HOLD_S = 20.0


def pestered(channels: int, load: float, fired: float = 0.0, rounds: int = 10_000, **more: Any) -> Scene:
    """One threat that can be fired at for an instant, long after false tracks have begun to hold channels."""
    missile = {"range_min": 1_000, "range_max": 1_000.15, "flight_time": 1, "rounds": rounds, "kill": {"drone": 1}}
    site = {
        "channels": channels,
        "sensors": {"eye": {"kind": "ideal", "range": 70_000}},
        "effectors": {"missile": missile},
        "doctrine": {"salvo": 2, "max_salvos": 1},
        "false_tracks": {"rate": load / _HOLD_S, "time": _HOLD_S, "fired": fired},
    } | more
    flies = drone(altitude=0.1, profile="glide")
    return scene(
        [unit("A", site)], [group(count=1, distance=60_000)], threats={"drone": flies}, surface={"kind": "open"}
    )


@pytest.mark.parametrize(("channels", "load"), [(1, 0.5), (2, 1.5), (5, 3.0), (10, 9.0)])
def test_false_tracks_block_channels_as_erlang_says(channels: int, load: float) -> None:
    leaked = run(pestered(channels, load), worlds=8, raids=1_000).leakers
    blocked = closed_forms.erlang_b(channels, load)
    assert errors_off_pmf(leaked.astype(int).ravel(), np.array([1 - blocked, blocked])) < 4


def test_false_tracks_cost_rounds() -> None:
    """Of those that take a channel, so many are fired at, each with a salvo, for as long as the raid lasts: that of
    the one threat, which is killed as it comes within a kilometre or comes down 6.7 s later."""
    outcomes = run(pestered(4, 1.0, fired=0.4), worlds=8, raids=1_000)
    scenario = load(pestered(4, 1.0))
    columns = replicate.columns_of(scenario, scenario.cases[0])
    spent = outcomes.sums[..., columns.rounds].sum() / outcomes.leakers.size - 2 * (1 - outcomes.leakers.mean())
    # Channels are empty at first: each false track that is blocked later is one less.
    expected = 2 * 0.4 * 1.0 / _HOLD_S * (59_000 / 150 + 1)
    assert spent == pytest.approx(expected * (1 - closed_forms.erlang_b(4, 1.0)), rel=0.03)


def test_before_its_first_track_a_unit_fires_at_nothing() -> None:
    """Weapons are not free before there is a raid: seen 20 km out, the threat brings false tracks for 127 s and no
    more, and from how far away it came before does not matter. A unit that never knows of a threat fires at nothing.
    """

    def spent(reach: float, **more: Any) -> float:
        of = merged(pestered(4, 1.0, fired=0.4), {"raids": [{"name": "raid", "groups": [group(count=1, **more)]}]})
        of["units"][0]["system"]["sensors"]["eye"]["range"] = reach
        outcomes, scenario = run(of, worlds=8, raids=1_000), load(of)
        columns = replicate.columns_of(scenario, scenario.cases[0])
        rounds = outcomes.sums[..., columns.rounds].sum() / outcomes.leakers.size
        return float(rounds - 2 * (1 - outcomes.leakers.mean()))

    expected = 2 * 0.4 * 1.0 / _HOLD_S * (19_000 / 150 + 1) * (1 - closed_forms.erlang_b(4, 1.0))
    assert spent(20_000, distance=60_000) == pytest.approx(expected, rel=0.05)
    assert spent(20_000, distance=30_000) == pytest.approx(expected, rel=0.05)
    blind = pestered(4, 1.0, fired=1.0)
    blind["units"][0]["system"]["sensors"]["eye"]["range"] = 0.01
    assert run(blind).sums[..., replicate.columns_of(load(blind), load(blind).cases[0]).rounds].sum() == 0


def test_a_spent_magazine_fires_at_nothing_more() -> None:
    outcomes = run(pestered(4, 3.0, fired=1.0, rounds=6), worlds=2, raids=300)
    scenario = load(pestered(4, 3.0))
    columns = replicate.columns_of(scenario, scenario.cases[0])
    assert outcomes.sums[..., columns.rounds].sum() == 6 * outcomes.leakers.size
    assert outcomes.leakers.min() == 1


def test_too_rare_false_tracks_change_no_bit() -> None:
    of = scene([unit("A", battery(), 300), unit("B", "radar-site", -2_000)], [group(count=12)])
    rare = battery(false_tracks={"rate": 1e-9, "time": 100, "fired": 1})
    assert same(of, scene([unit("A", rare, 300), unit("B", "radar-site", -2_000)], [group(count=12)]))
