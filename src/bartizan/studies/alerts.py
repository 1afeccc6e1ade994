"""Civil warning: how long people have from the alert until a threat is there, by district or, without any, by asset."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bartizan.studies.districts import ARRIVED_M, FirstSight, Ground, lowest, warning
from bartizan.studies.documents.results import CivilAlert, Left
from bartizan.studies.premises import likely
from bartizan.world import draw
from bartizan.world.scenario import Scenario

#: Worlds whose alerts are set against every flight: delays depend on nothing that sight does.
WORLDS = 64
#: Of what is left, the shares of threats below which quantiles lie.
_SHARES = (0.1, 0.5, 0.9)


class Alerts(NamedTuple):
    """Alerts in K worlds, seconds: of a threat that is never seen nothing comes but from outside. A threat arrives
    where flights are followed to, `last` before it is over the middle of the place."""

    delay: np.ndarray  # f8 (K,) from when a threat is known
    enough: np.ndarray  # f8 (K,) that people need
    outside: np.ndarray  # f8 (K,) before it arrives, somebody outside has warned of it; 0: nobody
    missed: np.ndarray  # f8 (K,) chance that they have not
    last: float
    appears: np.ndarray | float = np.inf  # f8 (K,) before it arrives it appears: nobody sees it sooner

    def left(self, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What is left of flights that are `seen` so long before they arrive (F,): seconds, which may be below 0;
        whether that is too short; and how likely it is so. (2, K, F) each."""
        seen = np.minimum(seen, np.reshape(self.appears, (-1, 1))) + 0 * self.outside[:, None]
        known = np.array([seen, np.maximum(seen, self.outside[:, None])])
        left = np.where(known > 0, known + self.last - self.delay[:, None], -np.inf)
        chance = np.array([self.missed, 1 - self.missed])[:, :, None] + np.zeros_like(left)
        return left, left < self.enough[:, None], chance / chance.sum()


def drawn(scenario: Scenario, speed_m_s: float, seed: int) -> Alerts:
    """The alerts of a scenario against threats of such a speed that appear as far off as its lowest do."""
    worlds, (_, case, g) = draw.worlds(scenario, seed, 0, WORLDS), lowest(scenario)
    missed, outside = np.ones(WORLDS), np.zeros(WORLDS)
    appears = np.maximum(worlds.value(f"{case.keys[g]}/distance") - ARRIVED_M, 0.0) / speed_m_s
    if scenario.file.warning is not None:
        missed, outside = worlds.value("warning/missed"), worlds.value("warning/lead") + appears
    return Alerts(worlds.value("civil_alert/delay"), worlds.value("civil_alert/enough"), outside, missed,
                  ARRIVED_M / speed_m_s, appears)  # fmt: skip


def content(scenario: Scenario, seed: int, ground: Ground | None, threads: int | None = None) -> CivilAlert | None:
    """What a summary says of the alert; None where the scenario states none."""
    if (stated := scenario.file.civil_alert) is None:
        return None
    if ground is not None:
        names, sight = list(ground.places.names), ground.sight
    else:
        names = [asset.name for asset in scenario.assets]
        places = np.array([asset.at.local(scenario.origin) for asset in scenario.assets])
        sight = warning(scenario, places, seed, threads)
    alerts = drawn(scenario, sight.speed_m_s, seed)
    return {
        "places": "assets" if ground is None else "districts",
        "target": sight.title,
        "altitude_m": sight.altitude_m,
        "speed_m_s": sight.speed_m_s,
        "delay_s": likely(scenario, stated.delay),
        "enough_s": likely(scenario, stated.enough),
        "left_s": [_place(name, sight, alerts, d) for d, name in enumerate(names)],
    }


def _place(name: str, sight: FirstSight, alerts: Alerts, d: int) -> Left:
    """What is left at one place, over bearings, worlds and whether anybody outside has warned."""
    left, short, chance = alerts.left(sight.times[:, d].ravel())
    seconds = np.maximum(left, 0.0)
    order = np.argsort(seconds, axis=None)
    below = np.cumsum(chance.ravel()[order])
    at = np.minimum(np.searchsorted(below, _SHARES), len(order) - 1)
    quantiles = seconds.ravel()[order][at].round(1).tolist()
    return {
        "name": name,
        "mean": round(float((seconds * chance).sum()), 1),
        "p10": quantiles[0],
        "p50": quantiles[1],
        "p90": quantiles[2],
        "short": float(chance[short].sum()),
        "none": float(chance[left <= 0].sum()),
    }
