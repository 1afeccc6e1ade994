"""Runs the prototype's table engine: reads a number of raids a line, answers with the processor seconds they took."""

import sys
import time

import ev_table6 as engine  # from the prototypes' folder, which the parent puts on the path
import scen2
import scenario

_BLOCK = 256


def main(threats: int, units: int) -> None:
    packed = scen2.convert(scenario.make(threats, units))
    geometry = engine.compile_geometry(packed)
    state = engine.new_state(packed, geometry)
    engine.run_block(packed, geometry, state, engine.make_out(packed, 1), 1, 0, 1)
    for line in sys.stdin:
        raids = int(line)
        # Its outcomes grow with the raids and its sums start from zero, so every block gets fresh ones, untimed.
        blocks = [engine.make_out(packed, min(_BLOCK, raids - first)) for first in range(0, raids, _BLOCK)]
        start = time.process_time()
        for out in blocks:
            engine.run_block(packed, geometry, state, out, 1, 0, len(out.ew))
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
