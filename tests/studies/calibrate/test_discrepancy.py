"""How far a model is off records: closed forms, what is not pooled, and the answers with it put right."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from bartizan.faces.report import readings
from bartizan.ground.errors import UserError
from bartizan.studies.calibrate import classes, discrepancy, rows
from bartizan.studies.calibrate.calibration import calibrate
from bartizan.studies.estimate import jeffreys
from bartizan.studies.results import Results
from bartizan.world.scenario import load


def case(name: str = "raid", leak: float = 0.2, half: float = 0.05, size: int = 4, **more: Any) -> dict[str, Any]:
    estimate = {"mean": leak, "low": leak - half, "high": leak + half}
    sent = {"type": "dart", "kind": "drone", "sent": size, "leak": estimate}
    return {
        "name": name,
        "size": size,
        "worlds": 50,
        "leak": estimate,
        "any": {"mean": 0.5},
        "types": [sent],
    } | more


def fitted(folder: Path, text: str) -> list[classes.ClassFit]:
    path = folder / "records.csv"
    path.write_text("class,sent,stopped,date,place\n" + text)
    return classes.fitted(rows.read(path))


def alone(stopped: int, through: int, name: str = "drone", date: str = "", place: str = "") -> str:
    """Records of one threat each."""
    return "".join(f"{name},1,{k},{date},{place}\n" for k in (1, 0) for _ in range((through, stopped)[k]))


KINDS: Mapping[str, str] = {"dart": "drone"}


def test_delta_is_the_difference_of_logits(tmp_path: Path) -> None:
    """With a model that is known exactly its interval is that of the records, moved."""
    fits = fitted(tmp_path, alone(12, 8))
    (found,), without = discrepancy.found([case(half=0.0)], KINDS, fits)
    assert found.delta == pytest.approx(special.logit(0.6) - special.logit(0.8), abs=1e-4)
    assert (found.low, found.high) == pytest.approx(special.logit(jeffreys(12, 20)) - special.logit(0.8), abs=0.02)
    assert not without


def test_delta_widens_with_what_the_model_does_not_know(tmp_path: Path) -> None:
    fits = fitted(tmp_path, alone(12, 8))
    widths = [
        found.high - found.low
        for half in (0.0, 0.05, 0.1)
        for found in discrepancy.found([case(half=half)], KINDS, fits)[0]
    ]
    assert widths == sorted(widths)
    assert widths[2] > widths[0] + 0.1


def test_with_many_records_what_is_left_of_delta_is_the_models_own_interval(tmp_path: Path) -> None:
    (found,), _ = discrepancy.found([case()], KINDS, fitted(tmp_path, alone(12_000, 8_000)))
    middle, half = special.logit(0.6) - special.logit(0.8), (special.logit(0.85) - special.logit(0.75)) / 2
    assert (found.low, found.high) == pytest.approx((middle - half, middle + half), abs=0.01)


@pytest.mark.parametrize("stopped", [0, 1])
def test_all_or_none_stopped_is_known_as_well_as_so_many_worlds_tell(stopped: int) -> None:
    """Jeffreys' posterior of 50 worlds, all of which stopped everything or nothing, by quadrature."""
    u = (np.arange(200_000) + 0.5) / 200_000
    logits = (2 * stopped - 1) * -special.logit(stats.beta(0.5, 50.5).ppf(u))  # of what is as good as nothing
    ((_, told),) = discrepancy.modelled(case(leak=1.0 - stopped, half=0.0), KINDS)
    assert (told.logit, told.error) == pytest.approx((logits.mean(), logits.std()), rel=2e-3)


def test_types_of_the_model_come_before_its_classes(tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    path.write_text("class,sent,stopped,stands_for\n" + "slow,10,6,drone\n" * 9 + "ours,10,1,dart\n" * 9)
    fits = classes.fitted(rows.read(path))
    assert [fit.stands_for for fit in fits] == ["drone", "dart"]
    found, _ = discrepancy.found([case()], KINDS, fits)
    assert [each.stands_for for each in found] == ["dart", "drone"]
    assert found[0].seen
    assert found[0].high < 0


def test_a_model_that_agrees_has_no_discrepancy(tmp_path: Path) -> None:
    (found,), _ = discrepancy.found([case(leak=0.4)], KINDS, fitted(tmp_path, alone(12, 8)))
    assert found.delta == pytest.approx(0, abs=1e-4)
    assert not found.seen


@pytest.mark.parametrize("leak", [0.0, 1.0])
def test_all_or_none_stopped_leaves_what_so_many_worlds_leave(tmp_path: Path, leak: float) -> None:
    (found,), _ = discrepancy.found([case(leak=leak, half=0.0)], KINDS, fitted(tmp_path, alone(12, 8)))
    assert np.isfinite([found.delta, found.low, found.high]).all()
    assert found.low < found.delta < found.high


def test_the_second_answer_to_one_case_is_the_records(tmp_path: Path) -> None:
    fits = fitted(tmp_path, alone(12, 8))
    discrepancies, _ = discrepancy.found([case()], KINDS, fits)
    (answer,) = discrepancy.answers([case()], KINDS, discrepancies)
    assert answer["with_discrepancy"]["mean"] == pytest.approx(0.4, abs=1e-4)
    low, high = jeffreys(8, 20)
    assert (answer["with_discrepancy"]["low"], answer["with_discrepancy"]["high"]) == pytest.approx(
        (low, high), abs=5e-3
    )
    assert answer["as_modelled"]["mean"] == 0.2


def test_the_second_answer_keeps_the_order_of_cases_and_undoes_nothing_at_zero(tmp_path: Path) -> None:
    fits = fitted(tmp_path, alone(12, 8))
    cases = [case(f"raid-{leak}", leak) for leak in (0.1, 0.2, 0.4)]
    discrepancies, _ = discrepancy.found(cases, KINDS, fits)
    means = [answer["with_discrepancy"]["mean"] for answer in discrepancy.answers(cases, KINDS, discrepancies)]
    assert means == sorted(means)
    odds = special.logit(means) - special.logit([0.1, 0.2, 0.4])
    assert odds == pytest.approx(-discrepancies[0].delta, abs=1e-6)


def test_any_of_a_raid_has_the_records_correlation(tmp_path: Path) -> None:
    """Many records that are all or none: of a raid of four any gets through as seldom as one alone does."""
    fits = fitted(tmp_path, "drone,4,4,,\n" * 120 + "drone,4,0,,\n" * 80)
    discrepancies, _ = discrepancy.found([case()], KINDS, fits)
    (answer,) = discrepancy.answers([case()], KINDS, discrepancies)
    assert answer["any_with_discrepancy"] == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize("worlds", [dict(half=0.0), dict(half=0.05), dict(leak=0.0, half=0.0)])
@pytest.mark.parametrize(
    "text",
    ["drone,5,5,,\ndrone,9,9,,\ndrone,20,20,,\n", "drone,5,0,,\ndrone,9,0,,\n", "drone,1,1,,\n", "drone,40,30,,\n" * 9,
     "drone,5,5,,\ndrone,5,0,,\n", alone(38, 2, date="2023") + alone(20, 20, date="2024") + "drone,900,9,2022,\n" * 4],
    ids=["all", "none", "one", "alike", "all-or-none", "more-beside-the-years"],
)  # fmt: skip
def test_what_is_told_lies_within_its_interval(tmp_path: Path, text: str, worlds: dict[str, float]) -> None:
    fits = fitted(tmp_path, text)
    told = fits[0].content()
    for number in (told["share"], told["correlation"]):
        if number is not None:
            assert number["low"] <= (number["likeliest"] or number["median"]) <= number["high"]
    studied = [case(**worlds), case("other", 0.3)]
    discrepancies, _ = discrepancy.found(studied, KINDS, fits)
    content = discrepancies[0].content()
    answered = discrepancy.answers(studied, KINDS, discrepancies)
    for number in (content["delta"], content["recorded"], *(answer["with_discrepancy"] for answer in answered)):
        assert number["low"] < number["mean"] < number["high"]
    for answer in answered:
        assert answer["with_discrepancy"]["mean"] <= answer["any_with_discrepancy"] < 1


@pytest.mark.parametrize(("stopped", "why"), [(9, "all were stopped"), (0, "none was stopped")])
def test_no_correlation_is_told_where_every_one_is_as_likely(tmp_path: Path, stopped: int, why: str) -> None:
    (fit,) = fitted(tmp_path, f"drone,9,{stopped},,\n" * 4)
    assert fit.content()["correlation"] is None
    assert any(f"drone: {why}" in sentence for sentence in classes.not_identified([fit]))


def test_what_no_record_speaks_of_stays_as_modelled(tmp_path: Path) -> None:
    other = {"type": "jet", "kind": "aircraft", "sent": 4, "leak": {"mean": 0.5, "low": 0.4, "high": 0.6}}
    mixed = case(size=8)
    mixed["types"] = [mixed["types"][0] | {"sent": 4}, other]
    discrepancies, _ = discrepancy.found([mixed], {**KINDS, "jet": "aircraft"}, fitted(tmp_path, alone(12, 8)))
    (answer,) = discrepancy.answers([mixed], {**KINDS, "jet": "aircraft"}, discrepancies)
    assert answer["with_discrepancy"]["mean"] == pytest.approx((0.4 + 0.5) / 2, abs=1e-3)
    low, high = jeffreys(8, 20)
    ends = [(low + 0.4) / 2, (high + 0.6) / 2]
    assert [answer["with_discrepancy"][end] for end in ("low", "high")] == pytest.approx(ends, abs=5e-3)
    assert (len(answer["with_records"]), answer["without_records"]) == (1, ["jet"])
    assert answer["any_with_discrepancy"] is None


def test_a_raid_of_which_no_record_speaks_is_told_with_the_others(tmp_path: Path) -> None:
    other = case("jets") | {"types": [case()["types"][0] | {"type": "jet", "kind": "aircraft"}]}
    kinds = {**KINDS, "jet": "aircraft"}
    discrepancies, _ = discrepancy.found([case(), other], kinds, fitted(tmp_path, alone(12, 8)))
    told, jets = discrepancy.answers([case(), other], kinds, discrepancies)
    assert (jets["with_discrepancy"], jets["with_records"]) == (jets["as_modelled"], [])
    assert jets["any_with_discrepancy"] == jets["any_as_modelled"]
    assert told["without_records"] == []
    assert readings.as_modelled([told, jets]) == ["No record speaks of all of jets: that stays as modelled."]
    assert discrepancy.answers([other], kinds, ()) == []


# ------------------------------------------------------------------------------------------------ what is not pooled


def test_years_that_differ_are_spanned_and_not_pooled(tmp_path: Path) -> None:
    fits = fitted(tmp_path, alone(38, 2, date="2023") + alone(20, 20, date="2024"))
    assert fits[0].years is not None
    assert fits[0].years.differ
    assert fits[0].interval == pytest.approx((jeffreys(20, 40)[0], jeffreys(38, 40)[1]), abs=1e-3)
    assert any("years differ" in sentence for sentence in classes.not_identified(fits))
    alike = fitted(tmp_path, alone(30, 10, date="2023") + alone(29, 11, date="2024"))
    assert alike[0].years is not None
    assert not alike[0].years.differ
    assert alike[0].interval == alike[0].fit.share.interval


def test_odds_that_parts_differ_are_those_of_beta_functions(tmp_path: Path) -> None:
    fits = fitted(tmp_path, alone(9, 1, place="north") + alone(2, 8, place="south"))

    def evidence(k: int, n: int) -> float:
        return float(special.betaln(k + 0.5, n - k + 0.5) - special.betaln(0.5, 0.5))

    assert fits[0].places is not None
    assert fits[0].places.log_odds == pytest.approx(evidence(9, 10) + evidence(2, 10) - evidence(11, 20), abs=1e-3)


def test_two_classes_of_records_for_one_of_the_model_are_not_pooled(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("class,stands_for,sent,stopped\nfast,drone,4,2\nslow,drone,9,8\nslow,drone,3,3\n")
    found, without = discrepancy.found([case()], KINDS, classes.fitted(rows.read(path)))
    assert not found
    assert "not pooled" in without[0]


@pytest.mark.parametrize("cases", [(), ("other",)])
def test_a_type_with_records_of_its_own_is_not_of_its_class(tmp_path: Path, cases: tuple[str, ...]) -> None:
    """Nor is the class held against it, nor does it get the discrepancy of the class where its case is not chosen."""
    path = tmp_path / "ours.csv"
    path.write_text("class,sent,stopped,stands_for\n" + "Shahed,10,6,drone\n" * 9 + "Moth,10,1,moth\n" * 9)
    both = case("both", size=8)
    both["types"] = [
        both["types"][0],
        both["types"][0] | {"type": "moth", "leak": dict.fromkeys(("mean", "low", "high"), 0.5)},
    ]
    summary = {"cases": [both, case("other")], "numbers": [], "scenario": {}, "run": {}}
    found = calibrate(path, Results(tmp_path, summary), cases=cases)
    of_class = next(d for d in found.discrepancies if d.stands_for == "drone")
    assert {m.type for m in of_class.modelled} == {"dart"}
    answer = found.answers[0]
    if cases:
        assert answer["without_records"] == ["moth"]
        assert answer["with_discrepancy"]["mean"] == pytest.approx((0.4 + 0.5) / 2, abs=1e-3)
    else:
        assert answer["with_discrepancy"]["mean"] == pytest.approx((0.4 + 0.9) / 2, abs=1e-3)


def test_killed_and_diverted_are_never_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    path.write_text("class,sent,killed,diverted\n" + "".join(f"drone,10,{k},{9 - k}\n" for k in range(10)))
    (fit,) = classes.fitted(rows.read(path))
    assert fit.trade is not None
    assert fit.trade[0] == pytest.approx(-1)
    assert fit.fit.most_likely[0] == pytest.approx(0.9, abs=1e-3)
    assert "shot down or jammed: only the sum" in classes.not_identified([fit])[0]


# ------------------------------------------------------------------------------------------------ no test on itself


def beside(folder: Path, calibrated_on: list[str]) -> dict[str, Any]:
    path = folder / "ours.csv"
    path.write_text("class,sent,stopped\n" + "drone,10,6\n" * 9)
    numbers = [{"what": "kill chance of a missile", "calibrated_on": calibrated_on}]
    summary = {"cases": [case()], "numbers": numbers, "scenario": {"digest": "0"}, "run": {"seed": 1}}
    return calibrate(path, Results(folder, summary)).content()


def test_agreement_with_what_a_number_was_fitted_to_is_not_told(tmp_path: Path) -> None:
    fitted_before = beside(tmp_path, ["ours"])
    assert fitted_before["fitted_before"] == ["kill chance of a missile"]
    assert [each["agrees"] for each in fitted_before["discrepancies"]] == [None]
    independent = beside(tmp_path, ["theirs"])
    assert [each["agrees"] for each in independent["discrepancies"]] == [False]
    assert fitted_before["discrepancies"][0]["delta"] == independent["discrepancies"][0]["delta"]


def test_a_study_that_sends_nothing_of_the_records_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("class,sent,stopped\nballistic,10,6\n")
    summary = {"cases": [case()], "numbers": [], "scenario": {}, "run": {}}
    with pytest.raises(UserError, match="no case sends anything of class ballistic"):
        calibrate(path, Results(tmp_path, summary))


def test_a_number_says_what_it_was_fitted_to_in_a_scenario() -> None:
    scenario = load("power-station")
    written = scenario.file.model_dump(mode="json", exclude_defaults=True)
    assert "calibrated_on" not in str(written)
    from bartizan.world import catalog

    nasams = catalog.system("nasams").effectors["AIM-120"].kill["drone"]
    assert nasams.calibrated_on == ("ukraine-air-force",)


# ------------------------------------------------------------------------------------------------ published records

PUBLISHED = {
    "Shahed": (487, 14_338, None, None, None),
    "subsonic cruise": (300, 2_874, 0.738, (0.699, 0.773), 0.286),
    "ballistic": (228, 817, 0.114, (0.079, 0.156), 0.79),
    "supersonic cruise": (77, 243, 0.087, (0.039, 0.160), 0.82),
}
SHAHED = {"2022": (41, 400, 0.962, 0.17), "2023": (173, 3_088, 0.853, 0.138), "2024": (273, 10_850, 0.915, 0.116)}


def test_national_records_to_the_end_of_2024_come_out_as_published(shared: Path) -> None:
    table = shared / "data" / "raids" / "missile_attacks_to_2024.csv"
    if not table.is_file():
        pytest.skip("the table of published records is not beside this checkout")
    fits = {fit.name: fit for fit in classes.fitted(rows.read(table, until=datetime.date(2024, 12, 31)))}
    assert fits.keys() == PUBLISHED.keys()
    for name, (records, sent, mean, interval, correlation) in PUBLISHED.items():
        fit = fits[name].fit
        assert (len(fit.sent), fit.sent.sum()) == (records, sent)
        if mean is not None:
            assert fit.most_likely == pytest.approx((mean, correlation), abs=6e-4 if name.startswith("sub") else 2e-3)
            assert fit.share.interval == pytest.approx(interval, abs=6e-3)
    years = fits["Shahed"].years
    assert years is not None
    assert years.differ
    for year, (records, sent, mean, correlation) in SHAHED.items():
        assert (len(years.fits[year].sent), years.fits[year].sent.sum()) == (records, sent)
        assert years.fits[year].most_likely == pytest.approx((mean, correlation), abs=3e-3)


def test_the_table_that_ships_gives_back_what_it_was_drawn_from() -> None:
    fits = {fit.name: fit for fit in classes.fitted(rows.read("synthetic"))}
    for name, mean, correlation in (("drone", 0.9, 0.12), ("cruise", 0.74, 0.28)):
        fit = fits[name].fit
        assert fit.share.interval[0] < mean < fit.share.interval[1]
        assert fit.correlation.interval[0] < correlation < fit.correlation.interval[1]
        assert fits[name].years is not None
        assert not fits[name].years.differ
