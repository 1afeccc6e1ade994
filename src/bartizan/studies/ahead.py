"""Kernels compiled in another process while this one compiles what it needs first: the loop that plays raids, then
what follows bodies to the ground, then what draws maps."""

from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np

from bartizan.engine import falling, layout
from bartizan.engine.play import play
from bartizan.ground.jit import can_be_written
from bartizan.ground.machine import cores, look_for_garbage_less
from bartizan.physics import arrays, fall
from bartizan.studies import approaches, coverage
from bartizan.world import draw, pack
from bartizan.world.scenario import Scenario, load

#: Any scenario will do: all are played with the same types.
_SCENARIO = "power-station"
#: A map of nine cells.
_REACH_M = _CELL_M = 1000.0


def compile_aside() -> None:
    """Begin to compile them, where there are processors and a cache for it.

    Whoever needs one of them meanwhile waits until it is there, or compiles it should the other process end before.
    """
    if can_be_written() and cores() > 1:
        threading.Thread(target=_compile, daemon=True).start()


def _compile() -> None:
    """In a process of its own, which Ctrl-C does not reach: what is compiled is kept."""
    nowhere = subprocess.DEVNULL
    command = [sys.executable, "-m", __name__]
    subprocess.run(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True, check=False)


def compile_loop(scenario: Scenario) -> None:
    """Compile the loop, and what follows bodies, by playing and following no raid."""
    case = scenario.cases[0]
    worlds = pack.pack(scenario, case, draw.worlds(scenario, 0, 0, 1))
    world, threats = arrays.world(worlds, 0), case.routes
    theatre = layout.new_theatre(world, threats, dict.fromkeys(layout.SIZES.names or (), 1))
    block = layout.new_block(1, threats, world)
    play(world, theatre, layout.new_state(world, theatre), block, 0, 0, 0, False)
    table = np.frombuffer(bytes(8), np.float32).reshape(1, 1, 1, 1, 2)  # read-only, as that of falls is
    fall.fill_falls(0, table[0, :0].copy())
    falling.count_fallen(world, theatre, block, table, 0, 0, 0, falling.new_fallen(1, 1, 1, np.zeros(3)))


def compile_map(scenario: Scenario) -> None:
    """Compile what maps and approaches need, by drawing a small map."""
    aim = coverage.target(scenario)
    approaches.survey(aim, coverage.grid_of(aim, (100.0,), 1, 0, _REACH_M, _CELL_M), 1, 0, threads=1)


if __name__ == "__main__":
    look_for_garbage_less()
    compile_loop(power_station := load(_SCENARIO))
    compile_map(power_station)
