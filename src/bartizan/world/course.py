"""The course of a raid: whether the rounds that are left are followed through it, and at which times."""

from __future__ import annotations

from bartizan.world.cases import Case, Wave
from bartizan.world.numbers import settled
from bartizan.world.scenario import Scenario
from bartizan.world.uncertain import Uncertain

#: Times at which rounds are counted, the beginning of the raid among them.
TIMES = 25
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


def times_s(scenario: Scenario, case: Case) -> list[float]:
    """Even times from 0 to about the end of the raid as it most likely is; none where nothing makes it a long one: no
    waves, no spare rounds, nothing that may be lost."""
    if not (_comes_in_waves(case) or _is_supplied(scenario) or _may_lose(scenario)):
        return []
    step = _step_s(_length_s(scenario, case) / (TIMES - 1))
    return [step * k for k in range(TIMES)]


def _comes_in_waves(case: Case) -> bool:
    return any(wave.group.arrival.waves > 1 for wave in case.groups)


def _is_supplied(scenario: Scenario) -> bool:
    effectors = [effector for placed in scenario.units for effector in placed.system.effectors.values()]
    return any(effector.spare_rounds is not None or effector.top_up_after is not None for effector in effectors)


def _may_lose(scenario: Scenario) -> bool:
    network = scenario.file.network
    units = any(placed.unit.lost is not None or placed.unit.struck is not None for placed in scenario.units)
    return units or (network is not None and network.lost is not None)


def _length_s(scenario: Scenario, case: Case) -> float:
    """From the first threat's appearing to the last one's arrival, as it most likely is."""
    spans = [_span_s(scenario, wave) for wave in case.groups if not wave.neutral]
    return max(last for _, last in spans) - min(appears for appears, _ in spans)


def _span_s(scenario: Scenario, wave: Wave) -> tuple[float, float]:
    """When the first threat of a group appears, and when its last one arrives."""

    def likely(number: Uncertain | None) -> float:
        return 0.0 if number is None else settled(number, scenario.numbers).likely

    group, arrival = wave.group, wave.group.arrival
    flight = likely(group.distance) / max(likely(group.speed or wave.threat.speed), 1e-3)
    each = -(-wave.size // arrival.waves)
    lasts = (each - 1) * likely(arrival.gap) + likely(arrival.spread)
    if arrival.rate is not None:
        lasts = each / max(likely(arrival.rate), 1e-9)
    return likely(arrival.start) - flight, likely(arrival.start) + (arrival.waves - 1) * likely(arrival.every) + lasts


def _step_s(least: float) -> float:
    """A step of a round number of seconds or minutes that is at least so long."""
    return float(next((step for step in _STEPS_S if step >= least), -(-least // 3600) * 3600))
