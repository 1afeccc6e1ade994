"""Measures Bartizan on this machine and writes the table of docs/benchmarks.md.

    python benchmarks/run.py [--quick] [--prototypes DIR] [--out FILE]

--prototypes (or BARTIZAN_PROTOTYPES) names a folder with the first prototype of the engine, `ev_table6.py` and what it
needs; it is then measured in the same run, in turn with Bartizan.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import nights
import players
import processes
import scenarios

import bartizan

BEGIN, END = "<!-- begin table: make bench -->", "<!-- end table -->"
PAGE = players.ROOT / "docs" / "benchmarks.md"
REFERENCE = "reference-24v4"
_RATE_COLUMNS = (
    "case", "playing, raids/s", "prototype, raids/s", "ratio", "with survey, raids/s",
    "survey of a world + each plan, ms", "slow double, raids/s", "ratio",
)  # fmt: skip
_SMALL = (4, 2)  # threats and units of the raid whose memory is measured


@dataclass(frozen=True)
class Effort:
    """How much time to spend."""

    sizes: tuple[tuple[int, int], ...]
    round_s: float
    rounds: int
    thread_worlds: int
    thread_rounds: int  # many short ones: two threads need a moment when both cores are free
    memory_raids: tuple[int, ...]
    helps: int
    double_up_to: int  # threats: a raid of the slow double takes seconds beyond
    nights: tuple[tuple[int, int], ...]  # sizes that are measured with everything on as well
    jammed: tuple[int, int]  # the size of the raid in which radars are jammed
    first_run: tuple[str, ...]


FULL = Effort(
    scenarios.SIZES,
    0.6,
    8,
    24,
    30,
    (10_000, 1_000_000),
    9,
    24,
    scenarios.SIZES[:2],
    scenarios.SIZES[1],
    ("moscow-2023",),
)
QUICK = Effort((_SMALL,), 0.02, 1, 2, 1, (200, 400), 1, _SMALL[0], (_SMALL,), _SMALL, ())


def rate_rows(effort: Effort, prototypes: Path | None) -> Iterator[str]:
    """A row for each case: rates, what a survey costs, and ratios to the other engines."""
    yield f"| {' | '.join(_RATE_COLUMNS)} |"
    yield "|---" + "|---:" * (len(_RATE_COLUMNS) - 1) + "|"
    for threats, units in effort.sizes:
        scenario = bartizan.load(scenarios.scenario(threats, units))
        prototype = players.Prototype(prototypes, threats, units) if prototypes else None
        yield _rate_row(f"{threats} x {units}", scenario, prototype, effort)
    yield _rate_row(f"`{REFERENCE}`", bartizan.load(REFERENCE), None, effort)
    alone = replace(effort, double_up_to=0)
    for threats, units in effort.nights:
        scenario = bartizan.load(nights.scenario(threats, units))
        yield _rate_row(f"{threats} x {units}, everything on", scenario, None, alone)
    threats, units = effort.jammed
    for name, noise in (("radars that can be jammed", False), ("radars jammed by the aircraft", True)):
        scenario = bartizan.load(nights.jammed(threats, units, noise=noise))
        yield _rate_row(f"{threats} x {units}, {name}", scenario, None, alone)


def _rate_row(name: str, scenario: bartizan.Scenario, prototype: players.Prototype | None, effort: Effort) -> str:
    playing = players.Playing(scenario)
    taking_part: dict[str, players.Player] = {"playing": playing, "study": players.Studying(scenario)}
    module = players.double_module()
    if module is not None and scenario.cases[0].size <= effort.double_up_to:
        taking_part["double"] = players.Double(module, scenario)
    if prototype is not None:
        taking_part["prototype"] = prototype
    rate = players.rates(taking_part, effort.round_s, effort.rounds)
    if prototype is not None:
        prototype.close()
    plan = min(playing.survey_seconds() for _ in range(effort.rounds))
    world = min(playing.open_seconds() for _ in range(effort.rounds))
    cells = [name, f"{rate['playing']:,.0f}", *_against(rate, "prototype"), f"{rate['study']:,.0f}"]
    return f"| {' | '.join([*cells, f'{1e3 * world:.2f} + {1e3 * plan:.2f}', *_against(rate, 'double')])} |"


def _against(rate: dict[str, float], other: str) -> tuple[str, str]:
    if other not in rate:
        return "-", "-"
    ratio = rate["playing"] / rate[other]
    return f"{rate[other]:,.0f}" if rate[
        other
    ] > 10 else f"{rate[other]:.2f}", f"{ratio:,.2f}" if ratio < 10 else f"{ratio:,.0f}"


def other_rows(effort: Effort) -> Iterator[str]:
    """Threads, memory and start-up, a row each."""
    yield "| what | measured |"
    yield "|---|---|"
    reference = bartizan.load(REFERENCE)
    speed_up = processes.thread_speed_up(reference, effort.thread_worlds, 512, effort.thread_rounds)
    yield f"| two threads against one, `{REFERENCE}`, wall time | {speed_up:.2f} times |"
    for whole, name in ((False, "`bartizan.run`"), (True, "a study with its folder")):
        yield f"| peak memory, {name}, {_SMALL[0]} x {_SMALL[1]} | {', '.join(_peaks(effort, whole))} |"
    heavy = ", ".join(processes.imported_by_help()) or "none"
    took = f"{processes.help_seconds(effort.helps):.3f} s"
    yield f"| `bartizan --help`, median of {effort.helps} | {took}; imports {heavy} of {', '.join(processes.HEAVY)} |"
    for name in effort.first_run:
        cold, warm = processes.run_seconds(name)
        yield f"| `bartizan run {name}` | {cold:.1f} s the first time, compilation included; {warm:.1f} s afterwards |"


def _peaks(effort: Effort, whole: bool) -> Iterator[str]:
    small = scenarios.scenario(*_SMALL)
    for raids in effort.memory_raids:
        peak = processes.peak_megabytes(small, max(1, raids // 1000), min(raids, 1000), whole=whole)
        yield f"{peak:.0f} MB at {raids:,} raids"


def heading(arguments: list[str]) -> str:
    """Machine, date, versions and command."""
    import numba
    import numpy

    machine = f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    ours = f"Bartizan {bartizan.__version__}, Python {platform.python_version()}"
    others = f"numba {numba.__version__}, NumPy {numpy.__version__}"
    command = shlex.join(["python", "benchmarks/run.py", *arguments])
    return f"{machine}; {datetime.date.today()}; {ours}, {others}; `{command}`."


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def around(page: Path) -> tuple[str, str]:
    """What stands before and after the marker comments of a page. Asked before minutes are spent on measuring."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{page} lacks the comments {BEGIN} and {END}")
    return before, after


def put_into(page: Path, table: str) -> None:
    """Replace what stands between the marker comments of a page."""
    before, after = around(page)
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="Measure Bartizan on this machine.")
    parser.add_argument("--quick", action="store_true", help="a smoke run: everything once, nothing worth keeping")
    parser.add_argument("--prototypes", type=Path, default=os.environ.get("BARTIZAN_PROTOTYPES"), metavar="DIR")
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="page to write; --quick only prints")
    asked = parser.parse_args(arguments)
    effort = QUICK if asked.quick else FULL
    prototypes = Path(asked.prototypes).resolve() if asked.prototypes else None
    shown = ["--prototypes DIR" if a.startswith("--prototypes=") else a for a in arguments]
    if "--prototypes" in shown:
        shown[shown.index("--prototypes") + 1] = "DIR"
    page = asked.out or (None if asked.quick else PAGE)
    if page is not None:
        around(page)
    lines = [heading(shown), ""]
    print(lines[0], end="\n\n", flush=True)
    for rows in (rate_rows(effort, prototypes), other_rows(effort)):
        for row in rows:
            print(row, flush=True)
            lines.append(row)
        print()
        lines.append("")
    if page is not None:
        put_into(page, "\n".join(lines).rstrip())


if __name__ == "__main__":
    main(sys.argv[1:])
