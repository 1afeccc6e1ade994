"""Reference tables on where to place: sites that cover most."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bartizan.studies.placing.cover import Cover, best, greedy
from bartizan.studies.placing.rules import Rules
from bartizan.studies.verify.checks import Check, Row, answers, near

#: The chance with which a site covers, in the rows' expected cover.
_CHANCE = 0.6


@answers("placement_mclp")
def _covering(row: Row, seed: int) -> Iterator[Check]:
    """`studies.placing.cover`, which screens sites: the largest cover, one site after another, and with chances."""
    x = row["inputs"]
    demand, sites = np.array(x["demand"], float), np.array(x["sites"], float)
    within = np.hypot(*(sites[:, None] - demand[None]).transpose(2, 0, 1)) <= x["R"]
    number = len(sites)
    rules = Rules(np.zeros(number, int), (x["k"],), np.zeros((number, number), bool), np.ones(number))
    sure, likely = (Cover(chance * within, np.array(x["w"], float)) for chance in (1.0, _CHANCE))
    for told, cover, layout in (
        ("opt", sure, best(sure, rules)[0]), ("greedy", sure, greedy(sure, rules)),
        ("prob_opt", likely, best(likely, rules)[0]),
    ):  # fmt: skip
        yield near(row, told, cover.worth(layout))
