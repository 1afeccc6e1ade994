"""What is measured from outside: start-up, first and later runs, memory, two threads against one."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import bartizan

HEAVY = ("numpy", "numba", "pydantic")


def _command(*interpreter_options: str) -> list[str]:
    """`bartizan`, by this interpreter."""
    return [sys.executable, *interpreter_options, "-m", "bartizan"]


def help_seconds(times: int) -> float:
    """Median wall time of `bartizan --help`, s."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run([*_command(), "--help"], check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def imported_by_help() -> list[str]:
    """Which of the heavy packages `bartizan --help` imports."""
    command = [*_command("-X", "importtime"), "--help"]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in report.splitlines()}
    return [name for name in HEAVY if name in imported]


def run_seconds(name: str, *options: str) -> tuple[float, float]:
    """Wall time, s, of `bartizan run NAME` with an empty cache of compiled kernels, and once more with it."""
    folder = Path(tempfile.mkdtemp(prefix="bartizan-bench-"))
    env = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
    taken = []
    try:
        for attempt in ("cold", "warm"):
            start = time.perf_counter()
            command = [*_command(), "run", name, "--out", str(folder / attempt), *options]
            done = subprocess.run(command, env=env, capture_output=True, text=True)
            taken.append(time.perf_counter() - start)
            if done.returncode:
                raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return taken[0], taken[1]


_MEMORY = """
import json, resource, sys, tempfile
from pathlib import Path
import bartizan
scenario, worlds, raids, whole = json.load(sys.stdin)
loaded = bartizan.load(scenario)
if whole:
    bartizan.study(loaded, tempfile.mkdtemp(dir=sys.argv[1]), worlds=worlds, raids=raids)
else:
    bartizan.run(loaded, worlds=worlds, raids=raids)
status = Path("/proc/self/status")  # where there is one: ru_maxrss begins with the size of the parent process
lines = status.read_text().splitlines() if status.exists() else []
peaks = [line.split()[1] for line in lines if line.startswith("VmHWM")]
print(peaks[0] if peaks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_megabytes(scenario: dict[str, Any], worlds: int, raids: int, *, whole: bool) -> float:
    """Peak memory of a process that plays worlds x raids: a `whole` study with its folder, or `run` and its arrays."""
    import json

    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", _MEMORY, folder], input=json.dumps([scenario, worlds, raids, whole]),
            capture_output=True, text=True,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    return int(done.stdout) / 1024


def thread_speed_up(scenario: Any, worlds: int, raids: int, rounds: int) -> float:
    """Wall time on one thread over wall time on two, the best of `rounds` each, taken in turn."""
    best = {1: float("inf"), 2: float("inf")}
    for _ in range(rounds):
        for threads in best:
            start = time.perf_counter()
            bartizan.run(scenario, worlds=worlds, raids=raids, threads=threads)
            best[threads] = min(best[threads], time.perf_counter() - start)
    return best[1] / best[2]
