"""The loop that plays raids, compiled in another process while this one compiles all that comes before it."""

from __future__ import annotations

import subprocess
import sys
import threading

from bartizan.engine import layout
from bartizan.engine.play import play
from bartizan.ground.jit import can_be_written
from bartizan.ground.machine import cores
from bartizan.physics import arrays
from bartizan.world import draw, pack
from bartizan.world.scenario import load

#: Any scenario will do: all are played with the same types.
_SCENARIO = "power-station"


def compile_aside() -> None:
    """Begin to compile the loop, where there are processors and a cache for it.

    Whoever needs the loop meanwhile waits until it is there, or compiles it should the other process end before.
    """
    if can_be_written() and cores() > 1:
        threading.Thread(target=_compile, daemon=True).start()


def _compile() -> None:
    """In a process of its own, which Ctrl-C does not reach: what is compiled is kept."""
    nowhere = subprocess.DEVNULL
    command = [sys.executable, "-m", __name__]
    subprocess.run(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True, check=False)


def compile_loop() -> None:
    """Compile the loop and keep it on disk, by playing no raid."""
    scenario = load(_SCENARIO)
    case = scenario.cases[0]
    worlds = pack.pack(scenario, case, draw.worlds(scenario, 0, 0, 1))
    world, threats = arrays.world(worlds, 0), case.routes
    theatre = layout.new_theatre(world, threats, dict.fromkeys(layout.SIZES.names or (), 1))
    play(world, theatre, layout.new_state(world, theatre), layout.new_block(1, threats, world), 0, 0, 0, False)


if __name__ == "__main__":
    compile_loop()
