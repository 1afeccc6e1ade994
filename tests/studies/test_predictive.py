"""Reports held together against sets of raids: ranks and totals by closed forms, and a right model that looks right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bartizan.studies import predictive
from bartizan.studies.predictive import Report, together
from bartizan.studies.reported_raids import Counts
from bartizan.world.schema import Reported

WORLDS, RAIDS = 60, 20


def played(killed: np.ndarray, sent: int, diverted: np.ndarray | None = None) -> Counts:
    """Raids of WORLDS worlds in a row, in which the rest gets through."""
    world = np.repeat(np.arange(WORLDS), len(killed) // WORLDS)
    diverted = np.zeros_like(killed) if diverted is None else diverted
    return Counts(world, killed, diverted, sent - killed - diverted, np.zeros_like(killed))


def report(killed: int | dict[str, int], counts: Counts, sent: int, **more: object) -> Report:
    return Report(f"case-{killed}", Reported.model_validate({"sent": sent, "killed": killed} | more), counts)


def law_of(sent: int, a: float = 4, b: float = 2, seed: int = 0) -> np.ndarray:
    """Raids of which each world has a chance of its own, evenly spread."""
    chance = stats.beta.ppf((np.arange(WORLDS) + 0.5) / WORLDS, a, b)
    return np.random.default_rng(seed).binomial(sent, np.repeat(chance, RAIDS))


def test_ranks_are_those_of_the_law() -> None:
    even = (np.arange(40_000) + 0.5) / 40_000
    numbers = stats.betabinom.ppf(even, 8, 4, 2)
    below, up_to = predictive._ranks(np.array([[5]]), np.array([[5]]), numbers.astype(int)[:, None])
    law = stats.betabinom(8, 4, 2)
    assert (below[0, 0], up_to[0, 0]) == pytest.approx((law.cdf(4), law.cdf(5)), abs=1e-3)


@pytest.mark.parametrize(
    ("ranks", "distance"),
    [
        ([(0.0, 1.0)], 0.0),
        ([(0.0, 0.5), (0.5, 1.0)], 0.0),
        ([(0.0, 0.0)], 1.0),
        ([(0.0, 0.5)], 0.5),
        ([(0.9, 1.0)] * 4, 0.9),
    ],
)
def test_unevenness_of_ranks_by_hand(ranks: list[tuple[float, float]], distance: float) -> None:
    below, up_to = np.transpose(ranks)[:, None, :]
    assert predictive._unevenness(below, up_to)[0] == pytest.approx(distance, abs=0.011)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=9))
def test_unevenness_is_the_same_from_both_ends(pairs: list[tuple[float, float]]) -> None:
    low, high = np.sort(pairs, axis=1).T
    one, other = predictive._unevenness(low[None], high[None]), predictive._unevenness(1 - high[None], 1 - low[None])
    assert one == pytest.approx(other, abs=0.011)  # as coarse as the ranks that are looked at
    assert 0 <= one[0] <= 1


def test_a_set_is_of_one_world() -> None:
    """In half of the worlds all are shot down, in half none: of three raids together too, and never half of them."""
    killed = np.repeat([0, 4], WORLDS * RAIDS // 2)
    found = together([report(2, played(killed, 4), 4) for _ in range(3)])
    assert found is not None
    (shot,) = (one for one in found["looked_at"] if one["what"] == "killed")
    assert (shot["low"], shot["high"], shot["mean"]) == (0, 12, 6.0)
    assert shot["at_most"]["mean"] == 0.5
    assert found["log_score"]["never"] == 3
    assert found["log_score"]["reported"] == pytest.approx(3 * np.log(0.5 / (WORLDS * RAIDS + 1)))


def test_what_ends_just_as_reported_is_both_at_most_and_at_least_that() -> None:
    killed = np.repeat([0, 4], WORLDS * RAIDS // 2)
    found = together([report(0, played(killed, 4), 4) for _ in range(3)])
    assert found is not None
    (shot,) = (one for one in found["looked_at"] if one["what"] == "killed")
    assert (shot["at_most"]["mean"], shot["at_least"]["mean"]) == (0.5, 1.0)


def test_log_score_of_what_always_comes_up_is_that_of_the_model() -> None:
    counts = played(np.full(WORLDS * RAIDS, 3), 3)
    found = together([report(3, counts, 3), report(3, counts, 3)])
    assert found is not None
    assert found["log_score"]["reported"] == found["log_score"]["mean"]
    assert found["log_score"]["as_low"] == 1.0
    assert all(one["as_far"] == 1.0 for one in found["looked_at"])


def test_a_right_model_looks_right_and_a_wrong_one_does_not() -> None:
    """Reports drawn from the model itself: their totals and ranks are as extreme as they should be, no more."""
    sizes = (2, 5, 8, 12, 20, 30)
    laws = [law_of(n, seed=k) for k, n in enumerate(sizes)]
    generator = np.random.default_rng(5)
    shares = []
    for _ in range(60):
        k = generator.integers(WORLDS * RAIDS)
        world = k // RAIDS
        reports = [
            report(int(law[world * RAIDS + generator.integers(RAIDS)]), played(law, n), n)
            for law, n in zip(laws, sizes, strict=True)
        ]
        found = together(reports)
        assert found is not None
        shares.append(found["looked_at"][0]["as_far"])
    assert stats.kstest(shares, "uniform").pvalue > 0.01
    wrong = together([report(0, played(law, n), n) for law, n in zip(laws, sizes, strict=True)])
    assert wrong is not None
    assert wrong["looked_at"][0]["as_far"] < 0.05
    assert wrong["looked_at"][0]["at_most"]["mean"] < 0.05


def test_two_accounts_of_a_day_are_one_raid() -> None:
    counts = played(law_of(5), 5)
    reports = [report(k, counts, 5, date=date) for k, date in ((5, "2023-05-30"), (1, "2023-05-30"), (4, "2023-07-04"))]
    found = together(reports)
    assert found is not None
    assert (found["reports"], found["left_out"], found["looked_at"][0]["reported"]["low"]) == (2, ["case-1"], 9)
    assert together(reports[:2]) is None


def test_what_was_not_told_is_not_summed() -> None:
    counts = played(law_of(5), 5)
    partly = Report("partly", Reported(sent=5, leaked=0), counts)
    found = together([report(5, counts, 5, diverted=0), partly, report(4, counts, 5)])
    assert found is not None
    assert [(one["what"], one["reports"]) for one in found["looked_at"]] == [("killed", 2)]
    assert found["log_score"]["reports"] == 3


def test_an_unfinished_study_is_held_by_the_worlds_that_all_raids_have() -> None:
    whole = played(law_of(5), 5)
    part = whole[: 10 * RAIDS]
    found = together([report(5, whole, 5), report(5, part, 5)])
    assert found is not None
    assert found["sets"] == 10 * RAIDS


def test_a_report_that_no_raid_can_end_as_has_no_part_in_the_log_score() -> None:
    """All fates told and some threats left over: totals and ranks stand, the score is that of the others."""
    counts, others = played(law_of(8), 8), [report(k, played(law_of(8, seed=k), 8), 8, date=f"{k}") for k in (3, 6)]
    found = together([*others, report(4, counts, 8, diverted=0, leaked=1)])
    alone = together(others)
    assert found is not None
    assert alone is not None
    assert found["log_score"] == alone["log_score"]
    assert found["looked_at"][0]["reports"] == 3


@pytest.mark.parametrize(
    "again", ["2024-05-03", "3 May 2024", "May  3, 2024", "May 3 2024", "03.05.2024", "3 may 2024"]
)
def test_a_day_is_one_however_it_is_written(again: str) -> None:
    counts = played(law_of(8), 8)
    found = together([report(5, counts, 8, date=date) for date in ("3 May 2024", again, "4 May 2024")])
    assert found is not None
    assert (found["reports"], found["left_out"]) == (2, ["case-5"])


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2024-04", "2024-04", False), ("April 2024", "April 2024", False), ("spring", "spring", False),
        ("13/04/2024", "2024-04-13", True), ("04/13/2024", "2024-04-13", True), ("3/4/2024", "3/4/2024", False),
        ("4/4/2024", "2024-04-04", True), ("13-14 April 2024", "April 13\u201314, 2024", True),
        ("13-14 April 2024", "13 April 2024", False), ("13 to 14 April 2024", "13-14 Apr 2024", True),
    ],
)  # fmt: skip
def test_accounts_of_one_raid_are_known_by_a_day_and_by_nothing_less(first: str, second: str, same: bool) -> None:
    counts = played(law_of(8), 8)
    found = together([report(k, counts, 8, date=date) for k, date in ((5, first), (4, second), (6, "1 May 2024"))])
    assert found is not None
    assert (found["reports"], found["left_out"]) == ((2, ["case-4"]) if same else (3, []))


def test_raids_of_one_day_in_two_places_are_two() -> None:
    counts = played(law_of(8), 8)
    places = ((5, "Kyiv"), (4, "Kursk"), (3, " kyiv"))
    found = together([report(k, counts, 8, date="25 November 2023", place=place) for k, place in places])
    assert found is not None
    assert (found["reports"], found["left_out"]) == (2, ["case-3"])


def test_a_number_as_a_date_is_not_the_place_of_a_report_without_one() -> None:
    counts = played(law_of(8), 8)
    found = together([report(5, counts, 8, date="1"), report(5, counts, 8), report(5, counts, 8)])
    assert found is not None
    assert (found["reports"], found["left_out"]) == (3, [])


def test_a_report_like_no_raid_is_as_likely_as_raids_like_no_other() -> None:
    """Raids so large that no two end alike: no more is to be said of one that ended like none of them."""
    killed = np.random.default_rng(3).permutation(100_000)[: WORLDS * RAIDS]
    counts = played(killed, 100_000)
    found = together([report(100_000, counts, 100_000, date=date) for date in "ab"])
    assert found is not None
    score = found["log_score"]
    assert score is not None
    assert (score["never"], score["as_low"]) == (2, 1.0)
    assert score["mean"] == pytest.approx(score["reported"]) == 2 * np.log(0.5 / (len(killed) + 1))


def test_bounds_have_the_chance_of_all_that_they_hold() -> None:
    """Told is that three at least, or two to four, of five were shot down: by the law, and as ranks that spread."""
    counts, law = played(law_of(5), 5), stats.betabinom(5, 4, 2)
    found = together([report({"low": 3}, counts, 5), report({"low": 2, "high": 4}, counts, 5)])
    assert found is not None
    (shot,) = (one for one in found["looked_at"] if one["what"] == "killed")
    assert shot["reported"] == {"low": 5, "high": 9}
    assert np.ravel(shot["ranks"]) == pytest.approx([law.cdf(2), 1, law.cdf(1), law.cdf(4)], abs=0.03)
    chances = law.sf(2), law.cdf(4) - law.cdf(1)
    assert found["log_score"]["reported"] == pytest.approx(np.log(chances).sum(), abs=0.06)
    told_apart = [chances[0], 1 - chances[0]], [law.cdf(1), chances[1], law.sf(4)]
    expected = sum(float(np.dot(parts, np.log(parts))) for parts in told_apart)
    assert found["log_score"]["mean"] == pytest.approx(expected, abs=0.06)


def test_bounds_that_hold_all_say_nothing() -> None:
    counts = played(law_of(5), 5)
    found = together([report({"low": 0, "high": 5}, counts, 5) for _ in range(3)])
    assert found is not None
    assert found["log_score"]["reported"] == pytest.approx(0, abs=2e-3)  # half a raid is added to each count
    for one in found["looked_at"]:
        assert (one["at_most"]["mean"], one["at_least"]["mean"]) == (1, 1)
        assert one["distance"] == pytest.approx(0, abs=1e-9)


def test_what_was_told_of_all_types_is_told_of_the_raid() -> None:
    few, many = played(law_of(3, seed=1), 3), played(law_of(6, seed=2), 6)
    both = Counts(few.world, few.killed + many.killed, few.diverted, few.leaked + many.leaked, few.diverted,
                  {"few": few, "many": many})  # fmt: skip
    told = {"sent": 9, "of": {"few": {"killed": 2}, "many": {"killed": {"low": 4}}}}
    whole = Report("whole", Reported.model_validate(told), both)
    assert whole.told("killed") == (6, 8)
    assert [(end.of, str(end.told)) for end in whole.ends] == [("few", "2"), ("many", "at least 4")]
    del told["of"]["few"]  # type: ignore[attr-defined]
    part = Report("part", Reported.model_validate(told), both)
    assert part.told("killed") is None


def test_a_report_that_may_be_of_several_sizes_counts_once() -> None:
    reported = Reported.model_validate({"sent": {"low": 5, "high": 8}, "killed": {"low": 4}})
    sizes = [Report(f"raid-{n}", reported, played(law_of(n), n)) for n in (5, 8)]
    found = together([*sizes, report(2, played(law_of(4), 4), 4)])
    assert found is not None
    assert (found["reports"], found["left_out"]) == (2, ["raid-8"])


def test_what_a_raid_would_be_told_as_by_who_tells_bounds() -> None:
    """Bounds of 2 to 4 tell that a raid lies below, within or above them; a number is told as it is."""
    sets = np.array([[0, 3], [1, 3], [2, 3], [4, 3], [5, 3], [6, 3]])
    low, high = predictive._as_told(sets, np.array([2, 3]), np.array([4, 3]), sets)
    assert list(zip(low[:, 0], high[:, 0], strict=True)) == [(0, 1), (0, 1), (2, 4), (2, 4), (5, 6), (5, 6)]
    assert (low[:, 1] == 3).all()
    assert (high[:, 1] == 3).all()


def test_days_of_which_a_third_lies_between_are_no_one_raid() -> None:
    one = Reported.model_validate({"sent": 3, "killed": 1, "date": "2023-05-29 to 2023-05-31"})
    other = Reported.model_validate({"sent": 3, "killed": 2, "date": "2023-05-29 to 2023-05-31"})
    assert predictive._raid(one) != predictive._raid(other)


@pytest.mark.parametrize(("as_reported", "never"), [(0, 2), (1, 0)])
def test_never_is_not_even_once(as_reported: int, never: int) -> None:
    killed = np.zeros(40, int)
    killed[:as_reported] = 3
    counts = Counts(np.arange(40), killed, np.zeros(40, int), 3 - killed, np.zeros(40, int))
    reports = [Report(f"case-{k}", Reported.model_validate({"sent": 3, "killed": 3}), counts) for k in range(2)]
    found = predictive.together(reports)
    assert found is not None
    assert found["log_score"] is not None
    assert found["log_score"]["never"] == never
