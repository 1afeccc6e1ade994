"""The search on outcomes whose truth is known: what it says of its answer holds as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from tests.studies.placing.test_cover import rules

from bartizan.studies.searching import search
from bartizan.studies.searching.saying import ending
from bartizan.studies.searching.search import Search, mean, worst_fifth, worst_raid

RULES = rules(8)
LAYOUTS = list(RULES.layouts())  # 3 of 8: 56


class Simulated:
    """What gets through layouts whose true means are known: shares that vary together over worlds, and by luck."""

    def __init__(self, truth, seed):
        self.truth, self.seed, self.plays = truth, seed, 0

    def __call__(self, layouts, first, count):
        self.plays += len(layouts) * count
        found = np.empty((len(layouts), count, 1))
        for w in range(count):
            world = np.random.default_rng([self.seed, first + w])
            common, own = world.gamma(2.0, 0.5), world.gamma(16.0, 1 / 16, (len(LAYOUTS),))
            for n, layout in enumerate(layouts):
                found[n, w, 0] = self.truth[layout] * common * own[LAYOUTS.index(layout)]
        return found


def truth(seed):
    """Layouts of means between 0.4 and 4 %, several of them near the best."""
    rng = np.random.default_rng(seed)
    single = rng.random(8) ** 2
    return {layout: 0.004 + 0.036 * float(np.prod(single[list(layout)])) for layout in LAYOUTS}


@pytest.mark.parametrize("margin", [0.001])
def test_within_the_margin_of_the_best_is_so_as_often_as_it_is_told(margin):
    """200 searches from all 56 layouts: of those that claim 95 % no more than 5 % are farther from the true best."""
    wrong = told = 0
    for seed in range(200):
        of = truth(seed)
        found = Search(RULES.swaps, Simulated(of, seed), mean, margin, 256).run(LAYOUTS[seed % 3 :: 3])
        played = [found.choice, *(rival.choice for rival in found.rivals)]
        best = min(of[layout] for layout in played)
        told += found.confidence >= 0.95
        wrong += found.confidence >= 0.95 and of[found.choice] > best + margin
    assert told > 100
    assert wrong <= stats.binom.ppf(0.999, told, 0.05)


def test_the_best_of_all_is_found_where_it_stands_out_and_swaps_lead_to_it():
    of = truth(7)
    star = (1, 4, 6)
    of[star] = 0.0005
    play = Simulated(of, 1)
    begun = [*[layout for layout in LAYOUTS if layout != star][:10], (1, 4, 7)]
    of[(1, 4, 7)] = 0.002
    found = Search(RULES.swaps, play, mean, 0.001, 512).run(begun, promise=lambda layout: -of[layout])
    assert found.choice == star
    assert found.confidence >= 0.95
    assert play.plays < 0.6 * 56 * (search.LAST + 512)


def test_nothing_is_asked_of_what_is_told_to_be_no_better_by_more_than_the_margin(monkeypatch):
    """In half of the plays, at no loss: what is found is no further from the best than the margin, as without it."""
    margin, loss, plays, told = 0.001, [], {True: 0, False: 0}, Search._is_settled

    def only_in_the_proof(search, seen, *of):
        return seen.first > 0 and told(search, seen, *of)

    for early in (True, False):
        monkeypatch.setattr(Search, "_is_settled", told if early else only_in_the_proof)
        for seed in range(20):
            of = truth(seed)
            play = Simulated(of, seed)
            found = Search(RULES.swaps, play, mean, margin, 256).run(LAYOUTS[seed % 3 :: 3])
            plays[early] += play.plays
            loss += [of[found.choice] - min(of[r.choice] for r in (found, *found.rivals))] if early else []
    assert plays[True] < 0.7 * plays[False]
    assert max(loss) <= margin


def test_the_winner_is_told_from_fresh_worlds():
    """All level: the least of many noisy means is far below the truth, the mean in fresh worlds is not."""
    of = dict.fromkeys(LAYOUTS, 0.1)
    told = []
    for seed in range(12):
        found = Search(RULES.swaps, Simulated(of, seed), mean, 0.02, 64).run(LAYOUTS)
        told.append(found.values.mean())
    assert np.mean(told) == pytest.approx(0.1, abs=4 * np.std(told) / np.sqrt(len(told)))


def test_the_winner_is_not_told_from_worlds_that_chose_it():
    """Twelve level choices, and a margin that noise alone exceeds, so that another takes the place of the best again
    and again in its proof. Of 60 intervals about 57 hold the truth, and none is likelier to lie below it than above."""
    of, errors = dict.fromkeys(LAYOUTS[:12], 0.1), []
    for seed in range(60):
        values = Search(RULES.swaps, Simulated(of, seed), mean, 0.0005, 32).proved(LAYOUTS[0], LAYOUTS[:12]).values
        errors.append((values.mean() - 0.1) / stats.sem(values))
    assert abs(np.mean(errors)) < 3.5 / np.sqrt(len(errors))
    assert np.mean(np.abs(errors) < stats.t.ppf(0.975, 31)) >= stats.binom.ppf(0.001, 60, 0.95) / 60


def test_where_the_search_was_wrong_the_proof_takes_the_better_one():
    of = dict.fromkeys(LAYOUTS, 0.05)
    of[LAYOUTS[5]] = 0.01
    found = Search(RULES.swaps, Simulated(of, 2), mean, 0.001, 256).proved(LAYOUTS[0], LAYOUTS[:8])
    assert found.choice == LAYOUTS[5]
    assert found.confidence >= 0.95


def test_what_is_better_by_less_than_the_margin_is_told_to_be_so():
    """It is neither level with the best nor worse."""
    of = {LAYOUTS[0]: 0.05, LAYOUTS[1]: 0.03, LAYOUTS[2]: 0.05, LAYOUTS[3]: 0.2}
    found = Search(RULES.swaps, Simulated(of, 2), mean, 0.03, 256).proved(LAYOUTS[0], LAYOUTS[:4])
    assert found.choice == LAYOUTS[0]
    assert {rival.choice: (rival.level, rival.better) for rival in found.rivals} == {
        LAYOUTS[1]: (False, True), LAYOUTS[2]: (True, False), LAYOUTS[3]: (False, False),
    }  # fmt: skip
    assert ending(1, 1, 0.99) == "; 1 other cannot be told from it; 1 is told to be better, by less than that."


def test_a_single_layout_needs_no_proof():
    found = Search(RULES.swaps, Simulated(truth(0), 0), mean, 0.001, 64).proved(LAYOUTS[0], LAYOUTS[:1])
    assert (found.rivals, found.confidence) == ((), 1.0)


def test_objectives_are_means_of_numbers_of_worlds():
    played = np.random.default_rng(3).random((50, 3)) * [0.1, 0.3, 0.2]
    assert mean(played).mean() == pytest.approx(played.mean())
    assert worst_raid(played).mean() == pytest.approx(played.mean(axis=0).max())
    of_worlds = np.sort(played.mean(axis=1))
    assert worst_fifth(played).mean() == pytest.approx(of_worlds[-10:].mean())
