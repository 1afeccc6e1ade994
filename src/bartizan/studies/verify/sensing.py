"""Reference tables on what is seen: detection, confirmation, the horizon."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from bartizan.engine.layout import SAW
from bartizan.engine.survey import survey_one
from bartizan.ground.jit import kernel
from bartizan.physics import arrays
from bartizan.physics.detection import detection_probability
from bartizan.physics.optics import contrast_left, transfer_probability
from bartizan.physics.radar import MAX_HISTORIES, clear_history, hazard_of, unconfirmed
from bartizan.physics.sight import horizon_range, line_of_sight_range
from bartizan.studies.replicate import journal
from bartizan.studies.skylines import skies
from bartizan.studies.verify.checks import Check, Row, answers, near
from bartizan.studies.verify.scenarios import HORIZON_STEP_M, SPEED_M_S, scenario_for
from bartizan.world import draw, pack
from bartizan.world.scenario import Scenario, load

#: The survey begins at the first look that detects with this chance or more.
LEAST_PD = 0.001
#: What the linear interpolation between the points of a table of probabilities is off by, at most.
BETWEEN_POINTS = 1e-4
#: What the haze of the thinnest air that a scenario takes is off by.
THIN_HAZE = 1e-4
_MANY_LOOKS = 2000  # enough for the mean number of looks: the chance of a later confirmation is below 1e-100


def looks(scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """Times of the looks of the first unit at the first threat, s, and the chance that each is the first to confirm.

    Both come out of the tables that raids of the scenario's first case read.
    """
    case = scenario.cases[0]
    worlds = pack.pack(scenario, case, draw.worlds(scenario, 0, 0, 1))
    sky = skies(scenario, worlds, np.array([0]))[0]
    theatre = survey_one(arrays.world(worlds, 0), sky, 0, 0, scenario.file.study.step.likely)
    own = slice(theatre.pairs[0]["own0"], theatre.pairs[0]["own1"])
    return theatre.look_time[own], np.diff(-np.expm1(-theatre.look_hazard[own]), prepend=0.0)


def confirmations(scenario: Scenario, start_m: float, speed_m_s: float) -> tuple[np.ndarray, np.ndarray]:
    """As `looks`, with the range, m, of a threat that comes straight in instead of the time."""
    time, first = looks(scenario)
    return start_m - speed_m_s * time, first


def reached(range_m: np.ndarray, first: np.ndarray, chance: float) -> float:
    """The range of the first look by which confirmation is at least as likely as `chance`."""
    return float(range_m[np.searchsorted(np.cumsum(first), chance)])


@answers("radar_pd_exact", takes_s=1.5)
def _detection(row: Row, seed: int) -> Iterator[Check]:
    """`physics.detection.detection_probability`, and the first look of a survey, which reads it from a table."""
    x = row["inputs"]
    yield near(row, "Pd", detection_probability(10 ** (x["snr_db"] / 10), x["pfa"], x["n"], x["swerling"]))
    if row["expected"] > LEAST_PD:
        look = looks(load(scenario_for("radar_pd_exact", row)))[1][0]
        yield near(row, "Pd of a look", look, tolerance=BETWEEN_POINTS)


@answers("radar_horizon")
def _horizon(row: Row, seed: int) -> Iterator[Check]:
    """`physics.sight`: the formulas, and the journal of a raid that comes over the horizon."""
    x, expected = row["inputs"], row["expected"]
    if "h" in x:
        yield near(row, "published", horizon_range(x["h"], x["Re_eff"]))
        yield near(row, "recomputed", horizon_range(x["h"], x["Re_eff"]), tolerance=1e-6)
        # The reference takes an earth of 6371 km; ours is the mean radius, 9 m more.
        yield near(row, "with_exact_4_3", horizon_range(x["h"]), tolerance=0.02)
        return
    yield near(row, "formula", line_of_sight_range(x["h_radar"], x["h_target"], x["Re_eff"]))
    scenario = load(scenario_for("radar_horizon", row))
    events = journal(scenario, seed=seed)
    start_m = scenario.file.raids[0].groups[0].distance.likely
    seen_m = start_m - SPEED_M_S * float(events[events["kind"] == SAW]["time"][0])
    yield near(row, "first sight in a raid", seen_m, expected, tolerance=HORIZON_STEP_M + 1, kind="abs")


@kernel
def _confirmed(pd, m, n, chance, spare, out):  # type: ignore[no-untyped-def]
    """out[k] = chance that a track is confirmed by look k, each of which detects with `pd`."""
    clear_history(chance, n)
    hazard = 0.0
    for k in range(out.shape[0]):
        hazard += hazard_of(unconfirmed(chance, spare, m, n, pd))
        out[k] = -np.expm1(-hazard)


@answers("radar_search_detection")
def _search(row: Row, seed: int) -> Iterator[Check]:
    """`physics.radar.unconfirmed`, the chain that the survey runs; the looks of the survey for the first detection."""
    x, expected = row["inputs"], row["expected"]
    if "Rstart" in x:
        range_m, first = confirmations(load(scenario_for("radar_search_detection", row)), x["Rstart"], x["v"])
        for percent in (50, 90):
            name = f"first_scan_range_cum{percent}"
            yield near(row, name, reached(range_m, first, percent / 100))
        yield near(row, "mean_first_detection_range", first @ range_m)
        return
    by_look = np.zeros(_MANY_LOOKS)
    _confirmed(x["p"], x["m"], x["n"], np.zeros(MAX_HISTORIES), np.zeros(MAX_HISTORIES), by_look)
    if "cdf" not in row["quantity"]:
        yield near(row, "P(>=m of n)", by_look[x["n"] - 1])
        return
    for k, wanted in enumerate(expected["cdf"]):
        yield near(row, f"by look {k + 1}", by_look[k], wanted)
    yield near(row, "mean_scans", 1 + (1 - by_look).sum())


@kernel
def _transferred(ratio, out):  # type: ignore[no-untyped-def]
    out[0] = transfer_probability(ratio)


@kernel
def _transmitted(world, r, out):  # type: ignore[no-untyped-def]
    """out[0] = what is left of the contrast of the first threat r m from the first sensor."""
    sensor, type_ = world.sensors[0], world.types[0]
    out[0] = math.exp(contrast_left(sensor, type_, r) - contrast_left(sensor, type_, 0.0))


@answers("eo_infrared")
def _sights(row: Row, seed: int) -> Iterator[Check]:
    """`physics.light.extinction` as packed, `physics.optics`, and the first look of a survey, which comes from both."""
    x, out = row["inputs"], np.zeros(1)
    scenario = load(scenario_for("eo_infrared", row))
    if "V_km" in x:
        world = arrays.world(pack.pack(scenario, scenario.cases[0], draw.worlds(scenario, 0, 0, 1)), 0)
        _transmitted(world, 1000 * x["R_km"], out)
        yield near(row, "beta", 1000 * float(world.sensors[0]["extinction"]))
        yield near(row, "transmission", float(out[0]))
        return
    _transferred(x["N"] / x["N50"], out)
    yield near(row, "P", float(out[0]))
    yield near(row, "P of a look", looks(scenario)[1][0], tolerance=THIN_HAZE)
