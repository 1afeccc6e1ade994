"""Bartizan: what a layered air defence, as publicly reported, can see, stop and let through.

    import bartizan
    scenario = bartizan.load("power-station")
    outcomes = bartizan.run(scenario, worlds=16, raids=32, seed=1)
    outcomes.leakers.mean()

Everything heavy is imported on first use, so that `bartizan --help` is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from bartizan.ground.errors import BartizanError, ResultsError, ScenarioError, UserError
    from bartizan.studies.calibrate.calibration import calibrate
    from bartizan.studies.compare import compare
    from bartizan.studies.listed import claims, findings, worths
    from bartizan.studies.paired import Effort
    from bartizan.studies.placing.place import place
    from bartizan.studies.replicate import Outcomes, journal, run
    from bartizan.studies.results import open_results
    from bartizan.studies.searching.patience import Patience
    from bartizan.studies.study import study
    from bartizan.studies.sweep import sweep
    from bartizan.studies.table import Table
    from bartizan.studies.tuning.tune import tune
    from bartizan.world.scenario import Scenario, load, shipped

_HOMES = {
    "BartizanError": "ground.errors",
    "ResultsError": "ground.errors",
    "ScenarioError": "ground.errors",
    "UserError": "ground.errors",
    "Outcomes": "studies.replicate",
    "Patience": "studies.searching.patience",
    "Scenario": "world.scenario",
    "Effort": "studies.paired",
    "calibrate": "studies.calibrate.calibration",
    "compare": "studies.compare",
    "Table": "studies.table",
    "claims": "studies.listed",
    "findings": "studies.listed",
    "journal": "studies.replicate",
    "load": "world.scenario",
    "open_results": "studies.results",
    "place": "studies.placing.place",
    "run": "studies.replicate",
    "shipped": "world.scenario",
    "study": "studies.study",
    "sweep": "studies.sweep",
    "tune": "studies.tuning.tune",
    "worths": "studies.listed",
}

__all__ = [
    "BartizanError",
    "Effort",
    "Outcomes",
    "Patience",
    "ResultsError",
    "Scenario",
    "ScenarioError",
    "Table",
    "UserError",
    "__version__",
    "calibrate",
    "claims",
    "compare",
    "findings",
    "journal",
    "load",
    "open_results",
    "place",
    "run",
    "shipped",
    "study",
    "sweep",
    "tune",
    "worths",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'bartizan' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"bartizan.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
