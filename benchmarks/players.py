"""Engines under one interface for rates: play so many raids on one thread and say how much processor time it took."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import bartizan
from bartizan.engine import layout
from bartizan.engine.play import play
from bartizan.engine.survey import Surveyor
from bartizan.physics import arrays
from bartizan.studies.replicate import design
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack
from bartizan.world.scenario import Scenario

ROOT = Path(__file__).resolve().parents[1]
_BLOCK = 256


class Player(Protocol):
    def seconds(self, raids: int) -> float:
        """Processor time of one thread for `raids` raids."""


class Playing:
    """Bartizan on one surveyed theatre: only the raids are timed."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, case = scenario, scenario.cases[0]
        self.drawn = draw.worlds(scenario, 0, 0, 1)
        self.worlds = pack.pack(scenario, case, self.drawn)
        self.world = arrays.world(self.worlds, 0)
        self.surveyor = Surveyor(case.routes, max(scenario.file.study.step.likely, 1.0))
        self.open_seconds()
        self.theatre = self.surveyor.survey(self.world, 0, 0)
        self.state = layout.new_state(self.world, self.theatre)
        self.block = layout.new_block(_BLOCK, case.routes, self.world)

    def seconds(self, raids: int) -> float:
        start = time.process_time()
        for first in range(0, raids, _BLOCK):
            play(self.world, self.theatre, self.state, self.block, 0, first, min(_BLOCK, raids - first), False)
        return time.process_time() - start

    def open_seconds(self) -> float:
        """Processor time of what all plans of a world share: skylines, gunnery."""
        start = time.process_time()
        self.surveyor.open(self.world, skies(self.scenario, self.worlds, self.drawn.indices)[0])
        return time.process_time() - start

    def survey_seconds(self) -> float:
        """Processor time of the survey of one plan."""
        start = time.process_time()
        self.theatre = self.surveyor.survey(self.world, 0, 0)
        return time.process_time() - start


class Studying:
    """Bartizan as users run it: worlds drawn, packed and surveyed, raids played and added up, at the default design."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.design = design(scenario.cases[0], 1, scenario.file.study.raids, 0)

    def seconds(self, raids: int) -> float:
        worlds = max(1, raids // self.design.raids)
        start = time.process_time()
        bartizan.run(self.scenario, worlds=worlds, raids=self.design.raids, threads=1)
        return (time.process_time() - start) * raids / (worlds * self.design.raids)


class Prototype:
    """The prototype's table engine in a process of its own, with its own raid of the same size."""

    def __init__(self, folder: Path, threats: int, units: int) -> None:
        cache = Path(tempfile.gettempdir()) / "bartizan-benchmarks-prototype"
        env = os.environ | {
            "JITMODE": "best",
            "RNG": "philox",
            "NUMBA_CACHE_DIR": str(cache),
            "PYTHONPATH": str(folder),
        }
        worker = Path(__file__).with_name("prototype_worker.py")
        command = [sys.executable, "-B", str(worker), str(threats), str(units)]
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self, raids: int) -> float:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{raids}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("the prototype ended; its message stands above")
        return float(answer)

    def close(self) -> None:
        self.process.communicate()


class Double:
    """The slow double of the tests, in plain Python, on one plan whose geometry it has already worked out."""

    def __init__(self, module: ModuleType, scenario: Scenario) -> None:
        self.plan: Any = module.Plan(module.World(scenario, scenario.cases[0], 0, 0), 0)

    def seconds(self, raids: int) -> float:
        start = time.process_time()
        for raid in range(raids):
            self.plan.play(raid)
        return time.process_time() - start


def double_module() -> ModuleType | None:
    """The module of the slow double, if this is a checkout that has it."""
    path = ROOT / "tests" / "oracles" / "direct_engine.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("direct_engine", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["direct_engine"] = module  # dataclasses look their module up by name
    sys.path.append(str(ROOT))  # it has parts in modules of its own
    spec.loader.exec_module(module)
    return module


def rates(players: Mapping[str, Player], round_s: float, rounds: int) -> dict[str, float]:
    """Raids per processor second of each player, best of `rounds`; taken in turn, so that all meet the same noise."""
    raids = {}
    for name, player in players.items():
        player.seconds(1)  # compiles, or works out geometry
        enough = 1
        while (took := player.seconds(enough)) < round_s / 10 and enough < 100_000:
            enough *= 4
        raids[name] = max(1, int(enough * round_s / max(took, 1e-6)))
    best = dict.fromkeys(players, 0.0)
    for _ in range(rounds):
        for name, player in players.items():
            best[name] = max(best[name], raids[name] / player.seconds(raids[name]))
    return best
