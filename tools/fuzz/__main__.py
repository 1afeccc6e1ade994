"""Runs trials against each target, a fixed number or for some time; exit code 1 where one ends in no words.

    python -m tools.fuzz [--count N | --minutes M] [--seed 0] [--only TARGET ...]

A trial is a function of target, seed and number, so that what is printed of a failure plays it again:
--only, --seed, --at.
"""

from __future__ import annotations

import argparse
import itertools
import math
import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Iterable

from tools.fuzz.targets import TARGETS, TRIALS

#: Processor time of a trial that is told as slow, and time after which it hangs, s.
SLOW_S, HANGS_S = 5.0, 60.0


def main() -> int:
    options = _options()
    kinds = options.only or list(TARGETS)
    failed = 0
    for name in kinds:
        failed += _run(name, 60 * options.minutes / len(kinds) if options.minutes else math.inf, options)
    return 1 if failed else 0


def _run(name: str, seconds: float, options: argparse.Namespace) -> int:
    """Trials of one target: how many failed. Failures that end at the same line are told once."""
    known: dict[str, int] = {}
    done, slowest = 0, 0.0
    with TARGETS[name]() as trial:
        _failure(trial, name, options.seed, -1, hangs_s=threading.TIMEOUT_MAX)  # may compile what is compiled once
        until = time.monotonic() + seconds
        for number in _numbers(name, options):
            if time.monotonic() > until:
                break
            found, took = _timed(trial, name, options.seed, number)
            if took > SLOW_S and not found:  # the first to need a kernel waits for it to be compiled
                found, took = _timed(trial, name, options.seed, number)
            if found:
                known[found] = known.get(found, 0) + 1
                if known[found] == 1:
                    print(f"{name} --seed {options.seed} --at {number}: {found}", flush=True)
            slowest = max(slowest, took)
            if took > SLOW_S:
                print(f"{name} --seed {options.seed} --at {number}: took {took:.1f} s", flush=True)
                known["slow"] = known.get("slow", 0) + 1
            done += 1
    print(
        f"{name}: {done} trials, {sum(known.values())} failed in {len(known)} ways, slowest {slowest:.2f} s", flush=True
    )
    return sum(known.values())


def _numbers(name: str, options: argparse.Namespace) -> Iterable[int]:
    """The trials to play: as many as were asked for, without end where there is a time, else the target's own."""
    if options.count is None and options.minutes:
        return itertools.count(options.at)
    return range(options.at, options.at + (TRIALS[name] if options.count is None else options.count))


def _timed(trial, name: str, seed: int, number: int) -> tuple[str, float]:  # type: ignore[no-untyped-def]
    """What went wrong, if anything, and the processor time that it took, s: others may have the machine."""
    begun = time.process_time()
    return _failure(trial, name, seed, number), time.process_time() - begun


def _failure(trial, name: str, seed: int, number: int, hangs_s: float = HANGS_S) -> str:  # type: ignore[no-untyped-def]
    """What went wrong, and where; nothing where all is well."""
    watch = threading.Timer(hangs_s, _give_up, (name, seed, number))
    watch.daemon = True
    watch.start()
    try:
        trial(random.Random(f"{name} {seed} {number}"))()
    except Exception as error:
        ours = [f for f in traceback.extract_tb(error.__traceback__) if "bartizan" in f.filename]
        at = f" at {ours[-1].filename.rpartition('bartizan/')[2]}:{ours[-1].lineno}" if ours else ""
        return f"{type(error).__name__}{at}: {str(error)[:160]!r}"
    finally:
        watch.cancel()
    return ""


def _give_up(name: str, seed: int, number: int) -> None:
    """Compiled code cannot be interrupted, so the whole run ends, and says at which trial."""
    print(f"{name} --seed {seed} --at {number}: hangs, longer than {HANGS_S:.0f} s", flush=True)
    os._exit(1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, help="for all targets together; without it, a fixed number of trials")
    parser.add_argument("--count", type=int, help="trials of each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--at", type=int, default=0, help="number of the first trial")
    parser.add_argument("--only", action="append", choices=list(TARGETS))
    return parser.parse_args()


sys.exit(main())
