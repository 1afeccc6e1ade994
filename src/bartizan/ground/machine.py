"""What a program asks of its machine: cores, free memory, and how often it looks for garbage."""

from __future__ import annotations

import atexit
import gc
import os
from collections.abc import Iterator
from pathlib import Path

#: Objects that are made between looks for garbage.
_MADE = 20_000


def look_for_garbage_less() -> None:
    """What a command loads and compiles it keeps to its end: with Python's 700, and one more look as it ends, a quarter
    of what starting takes goes there."""
    gc.set_threshold(_MADE)
    atexit.register(gc.freeze)


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory() -> float:
    """Bytes of memory that this process may still take, as far as the system tells: by the machine, by a container's
    limit, by ulimit -v; infinite where nothing is told."""
    return min(_limits(), default=float("inf"))


def _limits() -> Iterator[float]:
    if (free := _number("/proc/meminfo", "MemAvailable:")) is not None:
        yield 1024 * free
    for group in _groups():
        if (most := _number(f"{group}/memory.max")) is not None:
            taken = _number(f"{group}/memory.current") or 0.0
            files = _number(f"{group}/memory.stat", "inactive_file") or 0.0  # given back when it is needed
            yield most - taken + files
    yield from _address_space()


def _groups() -> Iterator[str]:
    """Folders of the control groups that this process is in, from the outermost on: a container sees its own alone,
    a job of Slurm those of the node, the job and its step."""
    yield (group := "/sys/fs/cgroup")
    for name in (_told("/proc/self/cgroup", "0::") or "").split("/"):
        if name:
            yield (group := f"{group}/{name}")


def _address_space() -> Iterator[float]:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    pages = _number("/proc/self/statm")
    if most != resource.RLIM_INFINITY and pages is not None:
        yield most - pages * resource.getpagesize()


def _number(file: str, after: str = "") -> float | None:
    """The first number of a file of the system, or of its line that begins so; None where there is none."""
    try:
        return float((_told(file, after) or "").split()[0])
    except (ValueError, IndexError):
        return None


def _told(file: str, after: str) -> str | None:
    """What stands in the first line of a file of the system that begins so, after that; None where there is none."""
    try:
        lines = Path(file).read_text().splitlines()
    except (OSError, ValueError):
        return None
    return next((line.removeprefix(after) for line in lines if line.startswith(after)), None)
