"""Kills a run at random moments, goes on, and holds what it ends with against a run that nobody killed.

python tools/kill_trials.py [--kills 30] [--seed 1]; exit code 1 where an answer differs or a traceback was shown.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
SCENARIO = "power-station"
RUN = ("--raid", "drones", "--worlds", "64", "--raids", "40", "--seed", "3")


class Tally(NamedTuple):
    """What came of the trials."""

    kills: int
    studies: int
    different: int
    tracebacks: int
    left_behind: int


def started(out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bartizan", "run", SCENARIO, *RUN, "--out", str(out)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def answer(out: Path) -> str:
    """Estimates, and the digests of all tables."""
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["run"]["finished"], f"{out} is not finished"
    return json.dumps([summary["cases"], summary["files"]], sort_keys=True)


def killed_until_finished(out: Path, chance: random.Random, longest_s: float, kills: int) -> tuple[int, str]:
    """Kill runs into one folder at random moments, `kills` times at most, then let one end: kills and what was said."""
    said = ""
    for done in range(kills + 1):
        running = started(out)
        if done < kills:
            time.sleep(chance.uniform(0, longest_s))
            running.send_signal(chance.choice(SIGNALS))
        said += running.communicate()[1]
        if running.returncode == 0:
            return done + (done < kills), said
    return kills, said


def trials(kills: int, seed: int, folder: Path) -> Tally:
    """Studies killed up to five times each, until there were so many kills."""
    chance, clock = random.Random(seed), time.monotonic()
    started(whole := folder / "whole").communicate()
    longest_s, right = time.monotonic() - clock, answer(whole)
    done = studies = different = tracebacks = left = 0
    while done < kills:
        out = folder / f"killed-{studies}"
        more, said = killed_until_finished(out, chance, longest_s, min(5, kills - done))
        done, studies = done + more, studies + 1
        different += answer(out) != right
        tracebacks += said.count("Traceback")
        left += sum(p.name.startswith(".bartizan") or p.name == "parts" for p in out.iterdir())
    return Tally(done, studies, different, tracebacks, left)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=30)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = trials(asked.kills, asked.seed, Path(folder))
    print("  ".join(f"{name} {value}" for name, value in found._asdict().items()))
    sys.exit(bool(found.different or found.tracebacks or found.left_behind))


if __name__ == "__main__":
    main()
